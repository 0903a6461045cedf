//! Where the database is.

use std::net::IpAddr;
use std::path::PathBuf;

use percent_encoding::percent_decode_str;

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

    /// Whether everything on the way there can be trusted: a file, a socket or loopback on this machine; else TLS with the
    /// server's certificate checked (S-STO-4). Who reads along between us and the database reads winners.
    pub fn is_guarded(&self) -> bool {
        let Self::Postgres(address) = self else { return true };
        let Ok(url) = url::Url::parse(address) else {
            return false; // several hosts, which libpq knows and a URL does not: spell it so that it can be checked
        };
        let asked = |name: &str| url.query_pairs().filter(|(key, _)| key == name).map(|(_, value)| value).last();
        let decoded = |host: &str| percent_encoding::percent_decode_str(host).decode_utf8_lossy().into_owned();
        // `hostaddr` is where libpq goes, whatever `host` says; a `host` in the query wins over the one before it.
        let named = asked("hostaddr").or_else(|| asked("host")).map(std::borrow::Cow::into_owned);
        let host = named.unwrap_or_else(|| url.host_str().map(decoded).unwrap_or_default());
        host.split(',').all(is_this_machine) || asked("sslmode").as_deref() == Some("verify-full")
    }

    /// The folder beside which the secret and the mail lie where nothing else is said.
    pub fn folder(&self) -> PathBuf {
        match self {
            Self::Sqlite(file) => file.parent().map_or_else(|| PathBuf::from("."), PathBuf::from),
            Self::Postgres(_) => PathBuf::from("data"),
        }
    }
}

/// A socket's folder (libpq's own where nothing is named), `localhost`, or a loopback address.
fn is_this_machine(host: &str) -> bool {
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    host.is_empty() || host.starts_with('/') || host == "localhost" || address.is_ok_and(|ip| ip.is_loopback())
}

impl std::fmt::Display for DatabaseUrl {
    /// Without a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sqlite(file) => write!(f, "sqlite://{}", file.display()),
            Self::Postgres(address) => {
                let (place, query) = address.split_once('?').map_or((address.as_str(), None), |(p, q)| (p, Some(q)));
                match (place.find("://"), place.rfind('@')) {
                    (Some(scheme), Some(at)) if at > scheme => {
                        let user = place[scheme + 3..at].split(':').next().unwrap_or_default();
                        write!(f, "{}://{user}:***@{}", &place[..scheme], &place[at + 1..])?;
                    }
                    _ => f.write_str(place)?,
                }
                for (index, pair) in query.into_iter().flat_map(|query| query.split('&')).enumerate() {
                    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                    // libpq decodes names too, so `%70assword` is one.
                    let is_secret = percent_decode_str(name).decode_utf8_lossy().ends_with("password");
                    let value = if is_secret { "***" } else { value };
                    write!(f, "{}{name}={value}", if index == 0 { '?' } else { '&' })?;
                }
                Ok(())
            }
        }
    }
}
