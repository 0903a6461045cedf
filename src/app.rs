//! What every use case is given: the clock, chance, the store, the settings, the keys.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

use crate::chance::Chance;
use crate::clock::Clock;
use crate::config::Config;
use crate::hashing::Hasher;
use crate::keys::Keys;
use crate::limits::Limits;
use crate::store::Store;

/// The service's parts. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// See [`App`].
pub struct Parts {
    /// The time.
    pub clock: Clock,
    /// Randomness.
    pub chance: Chance,
    /// The settings in force.
    pub config: Config,
    /// The keys.
    pub keys: Keys,
    /// The database.
    pub store: Store,
    /// Hashes passwords on threads of its own.
    pub hasher: Hasher,
    /// How often who has asked.
    pub limits: Limits,
    /// Rung when something was put into the outbox, so that a worker in this process need not wait for its next look.
    pub outbox_bell: Notify,
    /// Whether the program is about to end: no longer ready for what has not begun.
    pub stopping: AtomicBool,
}

impl App {
    /// Puts the parts together.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// Says that the program is about to end.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    /// Whether it is.
    pub fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }
}

impl std::ops::Deref for App {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}
