//! Where the database is.

use std::path::PathBuf;

/// A database's address, as `TCA_DATABASE` gives it.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// `sqlite://` and a file's path.
    Sqlite(PathBuf),
    /// `postgres://…`, as libpq reads it.
    Postgres(String),
}

impl DatabaseUrl {
    /// Reads the address; `None` for anything but `sqlite://path`, `postgres://…` and `postgresql://…`.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(path) = text.strip_prefix("sqlite://") {
            return (!path.is_empty()).then(|| Self::Sqlite(PathBuf::from(path)));
        }
        (text.starts_with("postgres://") || text.starts_with("postgresql://")).then(|| Self::Postgres(text.to_owned()))
    }

    /// The folder beside which the secret and the mail lie where nothing else is said.
    pub fn folder(&self) -> PathBuf {
        match self {
            Self::Sqlite(file) => file.parent().map_or_else(|| PathBuf::from("."), PathBuf::from),
            Self::Postgres(_) => PathBuf::from("data"),
        }
    }
}

impl std::fmt::Display for DatabaseUrl {
    /// Without a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sqlite(file) => write!(f, "sqlite://{}", file.display()),
            Self::Postgres(address) => match (address.find("://"), address.rfind('@')) {
                (Some(scheme), Some(at)) if at > scheme => {
                    let user = address[scheme + 3..at].split(':').next().unwrap_or_default();
                    write!(f, "{}://{user}:***@{}", &address[..scheme], &address[at + 1..])
                }
                _ => f.write_str(address),
            },
        }
    }
}
