//! The service's parts, opened by the settings.

use std::path::PathBuf;

use tokio::sync::Notify;

use super::Failure;
use crate::app::{App, Parts};
use crate::chance::Chance;
use crate::clock::Clock;
use crate::config::Config;
use crate::hashing::Hasher;
use crate::keys::{Keys, Purpose};
use crate::store::Store;

/// Opens the database and everything around it.
pub(super) fn open(config: Config) -> Result<App, Failure> {
    let clock = config.clock.map_or(Clock::System, Clock::starting_at);
    open_at(config, clock)
}

/// The same, by a given clock.
pub(super) fn open_at(config: Config, clock: Clock) -> Result<App, Failure> {
    let chance = Chance::System;
    let keys = match &config.secret {
        Some(secret) => Keys::from_text(secret, "TCA_SECRET"),
        None => Keys::from_file(&secret_file(&config), &chance),
    };
    let keys = keys?;
    let store = Store::open(&config.database)?;
    let hasher = Hasher::start(keys.key(Purpose::Passwords));
    Ok(App::new(Parts { clock, chance, config, keys, store, hasher, outbox_bell: Notify::new() }))
}

fn secret_file(config: &Config) -> PathBuf {
    config.database.folder().join("secret")
}
