//! Randomness: every id, token and nonce asks here, so that a test can repeat a story to the byte.

use std::sync::{Arc, Mutex, PoisonError};

use rand::{Rng, SeedableRng, rngs::StdRng};

use crate::clock::Time;

/// Where use cases get random bytes from.
#[derive(Clone)]
pub enum Chance {
    /// The operating system, through a generator that is seeded from it in each thread.
    System,
    /// The same bytes each time (tests); clones share one stream.
    Seeded(Arc<Mutex<StdRng>>),
}

impl Chance {
    /// A repeatable stream.
    pub fn seeded(seed: u64) -> Self {
        Self::Seeded(Arc::new(Mutex::new(StdRng::seed_from_u64(seed))))
    }

    /// Fills `bytes`.
    pub fn fill(&self, bytes: &mut [u8]) {
        match self {
            Self::System => from_system(bytes),
            Self::Seeded(rng) => rng.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(bytes),
        }
    }

    /// So many random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    /// A UUIDv7 that sorts by `now`, to the millisecond.
    pub fn uuid(&self, now: Time) -> uuid::Uuid {
        let millis = u64::try_from(now.micros().div_euclid(1_000)).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &self.bytes()).into_uuid()
    }

    /// A UUIDv4, which tells nothing of when it was made: for a Message-ID.
    pub fn uuid_without_time(&self) -> uuid::Uuid {
        uuid::Builder::from_random_bytes(self.bytes()).into_uuid()
    }
}

#[expect(clippy::disallowed_methods, reason = "this file is where the system's randomness is read")]
fn from_system(bytes: &mut [u8]) {
    rand::rng().fill_bytes(bytes);
}
