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
use crate::store::{DatabaseUrl, Store};

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

/// One `serve` or `worker` a SQLite file (S-STO-4): a second one would take over the mail that the first is sending.
/// Other commands work beside it. Holds as long as the answer lives; the system lets go when the process dies.
pub(super) fn alone(config: &Config) -> Result<Option<std::fs::File>, Failure> {
    let DatabaseUrl::Sqlite(file) = &config.database else { return Ok(None) };
    let mut name = file.as_os_str().to_owned();
    name.push(".lock");
    let lock = std::fs::OpenOptions::new().create(true).append(true).open(&name)?;
    match lock.try_lock() {
        Ok(()) => Ok(Some(lock)),
        Err(_) => Err(Failure::Line(format!("{}: another `serve` or `worker` runs on this database", file.display()))),
    }
}

fn secret_file(config: &Config) -> PathBuf {
    config.database.folder().join("secret")
}
