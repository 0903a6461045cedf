//! The service's parts, opened by the settings.

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use tokio::sync::Notify;

use super::{Failure, block_on};
use crate::app::{App, Parts};
use crate::chance::Chance;
use crate::clock::Clock;
use crate::config::Config;
use crate::editions::{self, Edition, EditionSlug};
use crate::hashing::Hasher;
use crate::keys::{KeyError, Keys};
use crate::limits::Limits;
use crate::store::{DatabaseUrl, Store, StoreError, installation};

/// Which of the secrets given is the one in use, where several processes share a database.
#[derive(Clone, Copy)]
pub(super) enum Secret {
    /// The one that the database names.
    AsNoted,
    /// The newest, which the database names from now on (`serve --adopt-secret`).
    Newest,
}

/// Opens the database and everything around it.
pub(super) fn open(config: Config) -> Result<App, Failure> {
    open_with(config, Secret::AsNoted)
}

/// The edition of this name.
pub(super) async fn edition(app: &App, slug: &EditionSlug) -> Result<Edition, Failure> {
    let wanted = slug.clone();
    let found = app.store.read(move |tx| Ok::<_, StoreError>(editions::store::by_slug(tx, &wanted)?)).await?;
    found.ok_or_else(|| Failure::Line(format!("there is no edition {slug}")))
}

/// An edition's name, as a flag gives it.
pub(super) fn slug(text: &str) -> Result<EditionSlug, String> {
    EditionSlug::parse(text).ok_or_else(|| "1 to 32 small letters, digits and single hyphens".to_owned())
}

/// Opens them with a say in which secret is used.
pub(super) fn open_with(config: Config, secret: Secret) -> Result<App, Failure> {
    let clock = config.clock.map_or(Clock::System, Clock::starting_at);
    let (keys, store) = keys_and_store(&config)?;
    let keys = match config.database {
        DatabaseUrl::Sqlite(_) => keys, // one process and one file of secrets: the newest is in use
        DatabaseUrl::Postgres(_) => with_secret_in_use(keys, &store, secret)?,
    };
    Ok(together(config, clock, keys, store))
}

/// The same for a database of our own, by a given clock.
pub(super) fn open_at(config: Config, clock: Clock) -> Result<App, Failure> {
    let (keys, store) = keys_and_store(&config)?;
    Ok(together(config, clock, keys, store))
}

fn keys_and_store(config: &Config) -> Result<(Keys, Store), Failure> {
    let keys = match &config.secret {
        Some(secret) => Keys::from_text(secret, "TCA_SECRET"),
        None => Keys::from_file(&secret_file(config), &Chance::System),
    };
    Ok((keys?, Store::open(&config.database)?))
}

fn together(config: Config, clock: Clock, keys: Keys, store: Store) -> App {
    let hasher = Hasher::start(&keys, config.password_hashing);
    let limits = Limits::new(&clock);
    App::new(Parts {
        clock,
        chance: Chance::System,
        config,
        keys,
        store,
        hasher,
        limits,
        outbox_bell: Notify::new(),
        stopping: AtomicBool::default(),
    })
}

/// Lets the secret in use make, so that whatever one process makes all others can read. A process that does not hold it
/// does not start: nobody's password would fit, and no link would open (S-TOK-9).
fn with_secret_in_use(keys: Keys, store: &Store, secret: Secret) -> Result<Keys, Failure> {
    let newest = keys.current().to_owned();
    let noted = block_on(store.write(move |tx| {
        if matches!(secret, Secret::Newest) {
            installation::adopt_secret(tx, &newest)?;
        }
        Ok::<_, StoreError>(installation::secret_in_use(tx, &newest)?)
    }));
    keys.making_with(&noted?).map_err(|error| match error {
        KeyError::NotHeld(..) => Failure::Line(format!(
            "{error}: give that secret to this process too, or start `serve --adopt-secret` if it is lost or retired"
        )),
        other => other.into(),
    })
}

/// The ids of the secrets given, for `config`; none where there is no secret yet, which is made on first use.
pub(super) fn key_ids(config: &Config) -> Result<Vec<String>, Failure> {
    let file = secret_file(config);
    let keys = match &config.secret {
        Some(secret) => Keys::from_text(secret, "TCA_SECRET")?,
        None if file.exists() => Keys::from_file(&file, &Chance::System)?,
        None => return Ok(Vec::new()),
    };
    Ok(keys.ids().map(str::to_owned).collect())
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
