//! Passwords are hashed by argon2id on a few threads of their own, so that a flood of sign-ins leaves everything else
//! its cores (S-ACC-2).
//!
//! A stored hash is a PHC string. It names the key that went into it as Argon2's secret, so that passwords outlive a
//! change of the root secret: the newest secret makes, older ones still check, and whoever signs in is hashed anew
//! (S-ACC-1).

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, KeyId, Params, ParamsBuilder, Version};
use tokio::sync::oneshot;

use crate::keys::{Keys, Purpose};

/// A stored hash that asks for more than this (256 MiB) is refused, whoever wrote it.
const MOST_MEMORY: u32 = 262_144;
/// Hashes that may wait at once.
const QUEUE: usize = 64;

/// How much work a password's hash is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strength {
    /// 19 MiB in two passes: OWASP's least for argon2id.
    #[default]
    Least,
    /// 64 MiB in three passes over four lanes: what RFC 9106 recommends where memory is scarce. Some ten times the work.
    Strong,
}

impl Strength {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Least, Self::Strong];

    /// Its word in the settings.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Least => "least",
            Self::Strong => "strong",
        }
    }

    /// The strength of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|strength| strength.as_str() == word)
    }

    const fn cost(self) -> Cost {
        match self {
            Self::Least => Cost { memory: 19_456, passes: 2, lanes: 1 },
            Self::Strong => Cost { memory: 65_536, passes: 3, lanes: 4 },
        }
    }
}

/// What one hash costs: memory in KiB, passes over it, lanes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Cost {
    memory: u32,
    passes: u32,
    lanes: u32,
}

/// How many hashes were made, and how much memory they filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Work {
    /// Hashes.
    pub hashes: u64,
    /// KiB written, each pass counted.
    pub kib: u64,
}

/// What a thread is given to do.
type Job = Box<dyn FnOnce(&Kitchen) + Send>;

/// Hashes and checks passwords. Cheap to clone.
#[derive(Clone)]
pub struct Hasher {
    jobs: SyncSender<Job>,
    kitchen: Arc<Kitchen>,
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
    /// Starts max(1, cores / 2) threads. Each of the keys' peppers goes into hashes as Argon2's secret.
    pub fn start(keys: &Keys, strength: Strength) -> Self {
        let (jobs, queue) = sync_channel::<Job>(QUEUE);
        let queue = Arc::new(Mutex::new(queue));
        let kitchen = Arc::new(Kitchen::new(keys, strength));
        let threads = std::thread::available_parallelism().map_or(1, |cores| (cores.get() / 2).max(1));
        for _ in 0..threads {
            let (queue, kitchen) = (Arc::clone(&queue), Arc::clone(&kitchen));
            std::thread::spawn(move || {
                loop {
                    let job = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    match job {
                        Ok(job) => _ = catch_unwind(AssertUnwindSafe(|| job(&kitchen))), // it is not answered, the next is
                        Err(_) => return,                                                // the last Hasher is gone
                    }
                }
            });
        }
        Self { jobs, kitchen }
    }

    /// A PHC string of the password with a fresh salt of 16 bytes, under the newest pepper.
    ///
    /// # Errors
    /// [`HashingError`].
    pub async fn hash(&self, password: String) -> Result<String, HashingError> {
        self.run(move |kitchen| kitchen.hash(password.as_bytes())).await?.ok_or(HashingError::Failed)
    }

    /// Whether the password is the one behind `hash`. Without a hash (no such account) it works as long and says no.
    ///
    /// `others` are stored hashes that are not [made as today](Self::form), of anybody: while there are such, every
    /// check does the work of each of their kinds, so that nobody can tell by its time whether an account is old, new
    /// or none (S-ACC-3).
    ///
    /// # Errors
    /// [`HashingError`].
    pub async fn verify(
        &self,
        password: String,
        hash: Option<String>,
        others: Vec<String>,
    ) -> Result<bool, HashingError> {
        self.run(move |kitchen| kitchen.verify(password.as_bytes(), hash.as_deref(), &others)).await
    }

    /// How every hash begins that is made as today, whatever its pepper.
    pub fn form(&self) -> String {
        let Cost { memory, passes, lanes } = self.kitchen.cost;
        format!("$argon2id$v=19$m={memory},t={passes},p={lanes},")
    }

    /// Whether a hash was not made as it would be today: with other work, or under an older pepper.
    pub fn is_outdated(&self, hash: &str) -> bool {
        Known::read(hash, &self.kitchen)
            .is_none_or(|known| known.cost != self.kitchen.cost || known.pepper.id != self.kitchen.newest().id)
    }

    /// The work done so far: what tests compare, and metrics will show.
    pub fn work(&self) -> Work {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Work { hashes: read(&self.kitchen.hashes), kib: read(&self.kitchen.kib) }
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Kitchen) -> T + Send + 'static,
    ) -> Result<T, HashingError> {
        let (reply, answer) = oneshot::channel();
        let job = Box::new(move |kitchen: &Kitchen| {
            if !reply.is_closed() {
                let _hung_up = reply.send(work(kitchen));
            } // else whoever asked has gone while the job waited
        });
        self.jobs.try_send(job).map_err(|refused| match refused {
            TrySendError::Full(_) => HashingError::Busy,
            TrySendError::Disconnected(_) => HashingError::Failed,
        })?;
        answer.await.map_err(|_| HashingError::Failed)
    }
}

/// What the threads share.
struct Kitchen {
    cost: Cost,
    /// Newest first.
    peppers: Vec<Pepper>,
    hashes: AtomicU64,
    kib: AtomicU64,
}

/// Argon2's secret under one root secret.
struct Pepper {
    id: String,
    key: [u8; 32],
}

impl Kitchen {
    fn new(keys: &Keys, strength: Strength) -> Self {
        let pepper = |id: &str| Some(Pepper { id: id.to_owned(), key: keys.key_of(id, Purpose::Passwords)? });
        let peppers = keys.ids().filter_map(pepper).collect();
        Self { cost: strength.cost(), peppers, hashes: AtomicU64::new(0), kib: AtomicU64::new(0) }
    }

    fn newest(&self) -> &Pepper {
        &self.peppers[0]
    }

    /// Argon2 of this cost and pepper; `None` where it takes no such cost.
    fn argon<'a>(&self, cost: Cost, pepper: &'a Pepper) -> Option<Argon2<'a>> {
        let mut params = ParamsBuilder::new();
        params.m_cost(cost.memory).t_cost(cost.passes).p_cost(cost.lanes).keyid(KeyId::new(pepper.id.as_bytes()).ok()?);
        let params = params.build().ok()?;
        Argon2::new_with_secret(&pepper.key, Algorithm::Argon2id, Version::V0x13, params).ok()
    }

    fn count(&self, cost: Cost) {
        self.hashes.fetch_add(1, Ordering::Relaxed);
        self.kib.fetch_add(u64::from(cost.memory) * u64::from(cost.passes), Ordering::Relaxed);
    }

    fn hash(&self, password: &[u8]) -> Option<String> {
        self.count(self.cost);
        self.argon(self.cost, self.newest())?.hash_password(password).map(|hash| hash.to_string()).ok()
    }

    fn verify(&self, password: &[u8], hash: Option<&str>, others: &[String]) -> bool {
        let known = hash.and_then(|hash| Known::read(hash, self));
        let mut costs: BTreeSet<Cost> =
            others.iter().filter_map(|other| Known::read(other, self)).map(|other| other.cost).collect();
        costs.insert(self.cost);
        costs.extend(known.as_ref().map(|known| known.cost));
        costs.into_iter().fold(false, |right, cost| {
            self.count(cost);
            match known.as_ref().filter(|known| known.cost == cost) {
                Some(known) => right | known.is_of(password, self),
                None => {
                    self.in_vain(password, cost);
                    right
                }
            }
        })
    }

    /// The work of a check that checks nothing.
    fn in_vain(&self, password: &[u8], cost: Cost) {
        let mut out = [0; 32];
        let argon = self.argon(cost, self.newest());
        let _nobody_reads_it = argon.map(|argon| argon.hash_password_into(password, b"nobody's own salt", &mut out));
        std::hint::black_box(out);
    }
}

/// A stored hash that we can check.
struct Known<'a> {
    hash: PasswordHash,
    cost: Cost,
    pepper: &'a Pepper,
}

impl<'a> Known<'a> {
    /// Reads a PHC string; `None` where it is none, asks for too much, or its pepper is gone.
    ///
    /// One that names no pepper was made before they were named, so under the oldest secret.
    fn read(text: &str, kitchen: &'a Kitchen) -> Option<Self> {
        let whole = |hash: &PasswordHash| {
            hash.algorithm == Algorithm::Argon2id.ident() && hash.salt.is_some() && hash.hash.is_some()
        };
        let hash = PasswordHash::new(text).ok().filter(whole)?;
        let params = Params::try_from(&hash).ok()?;
        let cost = Cost { memory: params.m_cost(), passes: params.t_cost(), lanes: params.p_cost() };
        let pepper = match params.keyid() {
            [] => kitchen.peppers.last()?,
            id => kitchen.peppers.iter().find(|pepper| pepper.id.as_bytes() == id)?,
        };
        (cost.memory <= MOST_MEMORY).then_some(Self { hash, cost, pepper })
    }

    fn is_of(&self, password: &[u8], kitchen: &Kitchen) -> bool {
        kitchen.argon(self.cost, self.pepper).is_some_and(|argon| argon.verify_password(password, &self.hash).is_ok())
    }
}
