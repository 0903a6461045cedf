//! Passwords are hashed by argon2id on a few threads of their own, so that a flood of sign-ins leaves everything else
//! its cores (S-ACC-2).

use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::oneshot;

/// Memory of one hash in KiB, passes, lanes: OWASP's least for argon2id (S-ACC-1).
const MEMORY: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// A stored hash that asks for more than this (256 MiB) is refused, whoever wrote it.
const MOST_MEMORY: u32 = 262_144;
/// Hashes that may wait at once.
const QUEUE: usize = 64;

/// What a thread is given to do.
type Job = Box<dyn FnOnce(&Argon2<'_>) + Send>;

/// Hashes and checks passwords. Cheap to clone.
#[derive(Clone)]
pub struct Hasher {
    jobs: SyncSender<Job>,
}

/// Why there is no hash.
#[derive(Debug, thiserror::Error)]
pub enum HashingError {
    /// Too many wait already.
    #[error("too many passwords wait to be hashed")]
    Busy,
    /// Argon2 refused, or a thread is gone.
    #[error("a password could not be hashed")]
    Failed,
}

impl Hasher {
    /// Starts max(1, cores / 2) threads. `pepper` goes into every hash as Argon2's secret.
    pub fn start(pepper: [u8; 32]) -> Self {
        let (jobs, queue) = sync_channel::<Job>(QUEUE);
        let queue = Arc::new(Mutex::new(queue));
        let threads = std::thread::available_parallelism().map_or(1, |cores| (cores.get() / 2).max(1));
        for _ in 0..threads {
            let queue = Arc::clone(&queue);
            std::thread::spawn(move || {
                let params = Params::new(MEMORY, PASSES, LANES, None).expect("the constants above are in range");
                let argon = Argon2::new_with_secret(&pepper, Algorithm::Argon2id, Version::V0x13, params)
                    .expect("a secret of 32 bytes is in range");
                loop {
                    let job = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    match job {
                        Ok(job) => job(&argon),
                        Err(_) => return, // the last Hasher is gone
                    }
                }
            });
        }
        Self { jobs }
    }

    /// A PHC string of the password with a fresh salt.
    ///
    /// # Errors
    /// [`HashingError`].
    pub async fn hash(&self, password: String) -> Result<String, HashingError> {
        self.run(move |argon| argon.hash_password(password.as_bytes()).map(|hash| hash.to_string()).ok())
            .await?
            .ok_or(HashingError::Failed)
    }

    /// Whether the password is the one behind `hash`. Without a hash (no such account) it works as long and says no
    /// (S-ACC-3).
    ///
    /// # Errors
    /// [`HashingError`].
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool, HashingError> {
        self.run(move |argon| {
            let known = hash.is_some();
            let hash = hash.unwrap_or_else(|| NOBODY.to_owned());
            let right = match PasswordHash::new(&hash) {
                Ok(parsed) if modest(&parsed) => argon.verify_password(password.as_bytes(), &parsed).is_ok(),
                _ => false,
            };
            known && right
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Argon2<'_>) -> T + Send + 'static,
    ) -> Result<T, HashingError> {
        let (reply, answer) = oneshot::channel();
        let job = Box::new(move |argon: &Argon2<'_>| {
            let _hung_up = reply.send(work(argon));
        });
        self.jobs.try_send(job).map_err(|refused| match refused {
            TrySendError::Full(_) => HashingError::Busy,
            TrySendError::Disconnected(_) => HashingError::Failed,
        })?;
        answer.await.map_err(|_| HashingError::Failed)
    }
}

/// A hash with today's parameters that no password has.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5J3Mgc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

fn modest(hash: &PasswordHash) -> bool {
    hash.params.get_decimal("m").is_none_or(|memory| memory <= MOST_MEMORY)
}
