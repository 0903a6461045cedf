//! The settings: from flags, then `TCA_*` variables, then a TOML file, all checked together at start.
//!
//! Whoever starts the program with three wrong settings is told of three.

mod patience;
mod smtp;

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use secrecy::{ExposeSecret, SecretString};

pub use patience::Patience;
pub use smtp::{Authorities, AuthorityFault, SmtpFault, SmtpSettings, Tls};

use crate::clock::Time;
use crate::hashing::Strength;
use crate::store::DatabaseUrl;

/// The settings as they were written, before anything is checked. A flag wins over a variable, a variable over the file.
#[derive(clap::Args, serde::Deserialize, Clone, Default)]
#[serde(deny_unknown_fields, default)]
pub struct RawConfig {
    /// Where the database is: `sqlite://PATH` or `postgres://…` [default: sqlite://data/awards.db]
    #[arg(long, env = "TCA_DATABASE", global = true, value_name = "URL", hide_env_values = true)]
    pub database: Option<String>,
    /// Address to listen on [default: 127.0.0.1:8080]
    #[arg(long, env = "TCA_LISTEN", global = true, value_name = "ADDRESS")]
    pub listen: Option<String>,
    /// The address that people see and links in mails bear [default: http:// and the address listened on]
    #[arg(long, env = "TCA_PUBLIC_URL", global = true, value_name = "URL")]
    pub public_url: Option<String>,
    /// Proxies whose X-Forwarded-For is believed: addresses or networks, by commas [default: none]
    #[arg(long, env = "TCA_TRUSTED_PROXIES", global = true, value_name = "LIST")]
    pub trusted_proxies: Option<String>,
    /// Mail server: `smtps://USER:PASSWORD@HOST`, `smtp://…:587` (STARTTLS) or `smtp://HOST:25?tls=none`; a variable or
    /// the file only, since it holds a password [default: none, mail goes into the folder]
    #[arg(skip)]
    pub smtp: Option<String>,
    /// PEM file of the authorities that may vouch for the mail server, instead of the usual roots [default: the usual roots]
    #[arg(long, env = "TCA_SMTP_CA", global = true, value_name = "FILE")]
    pub smtp_ca: Option<String>,
    /// Folder for mail while there is no mail server [default: data/mail]
    #[arg(long, env = "TCA_MAIL_DIR", global = true, value_name = "FOLDER")]
    pub mail_dir: Option<String>,
    /// Sender of mails, where the edition names none [default: none; required with a mail server]
    #[arg(long, env = "TCA_MAIL_FROM", global = true, value_name = "ADDRESS")]
    pub mail_from: Option<String>,
    /// Mails a second at most [default: 10]
    #[arg(long, env = "TCA_MAIL_RATE", global = true, value_name = "NUMBER")]
    pub mail_rate: Option<String>,
    /// Whether the mail server takes addresses like имя@пример.рф (SMTPUTF8) [default: false]
    #[arg(long, env = "TCA_MAIL_SMTPUTF8", global = true, value_name = "BOOL")]
    pub mail_smtputf8: Option<String>,
    /// The root secret, newest first, by commas; a variable or the file only [default: a file `secret` beside the
    /// database, made on first use]
    #[arg(skip)]
    pub secret: Option<String>,
    /// How much work a password's hash is: `least` (19 MiB, 2 passes) or `strong` (64 MiB, 3 passes, 4 lanes)
    /// [default: least]
    #[arg(long, env = "TCA_PASSWORD_HASHING", global = true, value_name = "WORD")]
    pub password_hashing: Option<String>,
    /// Starts the clock at this instant (RFC 3339), to try an edition out [default: the system's clock]
    #[arg(long, env = "TCA_CLOCK", global = true, value_name = "INSTANT")]
    pub clock: Option<String>,
    /// Opens /metrics to whoever bears it; a variable or the file only [default: none, loopback only]
    #[arg(skip)]
    pub admin_token: Option<String>,
}

/// The settings in force.
#[derive(Clone)]
pub struct Config {
    /// Where the database is.
    pub database: DatabaseUrl,
    /// Where the server listens.
    pub listen: SocketAddr,
    /// The address that people see, without a slash at its end.
    pub public_url: PublicUrl,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// How mail leaves.
    pub smtp: Option<SmtpSettings>,
    /// Where mail lies while there is no mail server.
    pub mail_dir: PathBuf,
    /// Sender of mails where the edition names none.
    pub mail_from: Option<String>,
    /// Mails a second at most.
    pub mail_rate: u32,
    /// Whether the mail server takes non-ASCII local parts.
    pub mail_smtputf8: bool,
    /// The root secret, where it does not lie in a file.
    pub secret: Option<SecretString>,
    /// How much work a password's hash is.
    pub password_hashing: Strength,
    /// Where the clock starts, if it is set.
    pub clock: Option<Time>,
    /// Who may read `/metrics` from elsewhere.
    pub admin_token: Option<SecretString>,
    /// Whether this is `demo`: nobody is harmed, all mail stays here.
    pub demo: bool,
    /// How long callers may take.
    pub patience: Patience,
}

/// A setting that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingFault {
    /// Its name in the file; its flag and its variable follow from it.
    pub name: &'static str,
    /// What is wrong with it.
    pub why: String,
}

impl std::fmt::Display for SettingFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} (TCA_{}): {}", self.name, self.name.to_uppercase(), self.why)
    }
}

/// Settings that no flag carries, since whoever may list processes would read them (S-DEP-1).
const SECRET_VARIABLES: [&str; 3] = ["TCA_SMTP", "TCA_SECRET", "TCA_ADMIN_TOKEN"];

impl RawConfig {
    /// Adds what flags left open: the secret variables, then the file.
    ///
    /// # Errors
    /// A fault named `config` where the file cannot be read or holds what is no setting.
    pub fn complete(mut self, file: Option<&std::path::Path>) -> Result<Self, SettingFault> {
        let [smtp, secret, admin_token] = SECRET_VARIABLES.map(variable);
        self.smtp = self.smtp.or(smtp);
        self.secret = self.secret.or(secret);
        self.admin_token = self.admin_token.or(admin_token);
        let Some(path) = file else { return Ok(self) };
        let fault = |why: String| SettingFault { name: "config", why: format!("{}: {why}", path.display()) };
        let text = std::fs::read_to_string(path).map_err(|error| fault(error.to_string()))?;
        let file: Self = toml::from_str(&text).map_err(|error| fault(error.message().to_owned()))?;
        Ok(Self {
            database: self.database.or(file.database),
            listen: self.listen.or(file.listen),
            public_url: self.public_url.or(file.public_url),
            trusted_proxies: self.trusted_proxies.or(file.trusted_proxies),
            smtp: self.smtp.or(file.smtp),
            smtp_ca: self.smtp_ca.or(file.smtp_ca),
            mail_dir: self.mail_dir.or(file.mail_dir),
            mail_from: self.mail_from.or(file.mail_from),
            mail_rate: self.mail_rate.or(file.mail_rate),
            mail_smtputf8: self.mail_smtputf8.or(file.mail_smtputf8),
            secret: self.secret.or(file.secret),
            password_hashing: self.password_hashing.or(file.password_hashing),
            clock: self.clock.or(file.clock),
            admin_token: self.admin_token.or(file.admin_token),
        })
    }

    /// Checks all of them.
    ///
    /// # Errors
    /// Every fault, in the order of the settings.
    pub fn check(self) -> Result<Config, Vec<SettingFault>> {
        let mut faults = Vec::new();
        let mut note = |name, why: &str| faults.push(SettingFault { name, why: why.to_owned() });

        let database = self.database.unwrap_or_else(|| "sqlite://data/awards.db".to_owned());
        let database = DatabaseUrl::parse(&database);
        if database.is_none() {
            note("database", "must be sqlite://PATH or postgres://…");
        }
        if database.as_ref().is_some_and(|database| !database.is_guarded()) {
            note(
                "database",
                "across a network, the address must ask for TLS with a checked certificate: ?sslmode=verify-full",
            );
        }
        let listen = self.listen.unwrap_or_else(|| "127.0.0.1:8080".to_owned()).parse::<SocketAddr>();
        if listen.is_err() {
            note("listen", "must be an address and a port, such as 127.0.0.1:8080");
        }
        let public_url = match (&self.public_url, &listen) {
            (Some(url), _) => PublicUrl::parse(url),
            (None, Ok(listen)) => PublicUrl::parse(&format!("http://{listen}")),
            (None, Err(_)) => PublicUrl::parse("http://127.0.0.1"), // the fault of `listen` is told already
        };
        if public_url.is_none() {
            note("public_url", "must be http:// or https://, a host, and no path");
        }
        let proxies = self.trusted_proxies.unwrap_or_default();
        let proxies: Option<Vec<Network>> =
            proxies.split(',').map(str::trim).filter(|text| !text.is_empty()).map(Network::parse).collect();
        if proxies.is_none() {
            note("trusted_proxies", "must be addresses or networks such as 10.0.0.0/8, by commas");
        }
        if self.smtp.is_some() && self.mail_from.is_none() {
            note("mail_from", "is required with a mail server");
        }
        if self.mail_from.as_deref().is_some_and(|from| crate::fields::Email::parse(from).is_err()) {
            note("mail_from", "must be an email address");
        }
        let smtp = self.smtp.as_deref().map(SmtpSettings::parse).transpose();
        if let Err(why) = &smtp {
            note("smtp", &why.to_string());
        }
        let authorities = self.smtp_ca.as_deref().map(|file| Authorities::read(file.as_ref())).transpose();
        if let Err(why) = &authorities {
            note("smtp_ca", &why.to_string());
        }
        let rate = self.mail_rate.unwrap_or_else(|| "10".to_owned()).parse::<u32>().ok();
        if !rate.is_some_and(|rate| (1..=1_000).contains(&rate)) {
            note("mail_rate", "must be a whole number from 1 to 1000");
        }
        let smtputf8 = self.mail_smtputf8.unwrap_or_else(|| "false".to_owned()).parse::<bool>();
        if smtputf8.is_err() {
            note("mail_smtputf8", "must be true or false");
        }
        if self.secret.as_deref().is_some_and(|text| {
            let secrets = text.split([',', '\n']).map(str::trim).filter(|secret| !secret.is_empty());
            secrets.clone().count() == 0 || secrets.clone().any(|secret| secret.len() < 32)
        }) {
            note("secret", "must be at least 32 characters, each of several by commas");
        }
        let hashing = self.password_hashing.as_deref().map_or(Some(Strength::default()), Strength::parse);
        if hashing.is_none() {
            note("password_hashing", "must be least or strong");
        }
        let clock = self.clock.as_deref().map(Time::parse);
        if clock == Some(None) {
            note("clock", "must be an instant such as 2021-06-15T12:00:00Z");
        }
        if clock.is_some() && matches!(&smtp, Ok(Some(smtp)) if !smtp.is_loopback()) {
            note("smtp", "with a set clock, mail may reach this machine only");
        }
        match (database, listen, public_url, proxies, rate, smtputf8, hashing, smtp) {
            (
                Some(database),
                Ok(listen),
                Some(public_url),
                Some(trusted_proxies),
                Some(mail_rate),
                Ok(mail_smtputf8),
                Some(password_hashing),
                Ok(smtp),
            ) if faults.is_empty() => Ok(Config {
                mail_dir: self.mail_dir.map_or_else(|| database.folder().join("mail"), PathBuf::from),
                database,
                listen,
                public_url,
                trusted_proxies,
                smtp: smtp.map(|smtp| SmtpSettings { authorities: authorities.ok().flatten(), ..smtp }),
                mail_from: self.mail_from,
                mail_rate,
                mail_smtputf8,
                secret: self.secret.map(SecretString::from),
                password_hashing,
                clock: clock.flatten(),
                admin_token: self.admin_token.map(SecretString::from),
                demo: false,
                patience: Patience::default(),
            }),
            _ => Err(faults),
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "this file is where settings are read")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

impl Config {
    /// `demo` or a set clock: mail reaches this machine only, so that no third party is harmed.
    pub fn is_trial(&self) -> bool {
        self.demo || self.clock.is_some()
    }

    /// Whether it is limited how often somebody is written to: not in a trial, and not where all mail lands in a folder.
    pub fn limits_mail(&self) -> bool {
        !self.is_trial() && self.smtp.is_some()
    }

    /// The settings as a file would hold them, secrets masked.
    pub fn show(&self) -> Vec<(&'static str, String)> {
        let mask = |secret: &Option<SecretString>| {
            secret.as_ref().map_or_else(String::new, |secret| format!("*** ({} bytes)", secret.expose_secret().len()))
        };
        let authorities = self.smtp.as_ref().and_then(|smtp| smtp.authorities.as_ref());
        let proxies: Vec<String> = self.trusted_proxies.iter().map(ToString::to_string).collect();
        vec![
            ("database", self.database.to_string()),
            ("listen", self.listen.to_string()),
            ("public_url", self.public_url.as_str().to_owned()),
            ("trusted_proxies", proxies.join(",")),
            ("smtp", self.smtp.as_ref().map_or_else(String::new, ToString::to_string)),
            ("smtp_ca", authorities.map_or_else(String::new, |those| those.file.display().to_string())),
            ("mail_dir", self.mail_dir.display().to_string()),
            ("mail_from", self.mail_from.clone().unwrap_or_default()),
            ("mail_rate", self.mail_rate.to_string()),
            ("mail_smtputf8", self.mail_smtputf8.to_string()),
            ("secret", mask(&self.secret)),
            ("password_hashing", self.password_hashing.as_str().to_owned()),
            ("clock", self.clock.map_or_else(String::new, |time| time.to_string())),
            ("admin_token", mask(&self.admin_token)),
        ]
    }
}

/// `http(s)://host[:port]`, without a slash at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl(String);

impl PublicUrl {
    /// Reads the address; `None` for another scheme, a path, a query or white space.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim_end_matches('/');
        let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
        let plain = !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || ".-:[]".contains(c));
        plain.then(|| Self(text.to_lowercase()))
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Host and port, as a browser's `Host` header gives them.
    pub fn host(&self) -> &str {
        self.0.split_once("://").map_or("", |(_, host)| host)
    }

    /// Whether a `Host` header names us.
    pub fn is_host(&self, host: &str) -> bool {
        host.eq_ignore_ascii_case(self.host())
    }

    /// Whether browsers reach us over TLS.
    pub fn is_https(&self) -> bool {
        self.0.starts_with("https://")
    }
}

/// An address or a network in CIDR notation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

impl Network {
    /// Reads `10.0.0.0/8`, `::1` and the like.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address.parse().ok()?, Some(bits.parse().ok()?)),
            None => (text.parse().ok()?, None),
        };
        let most = if matches!(address, IpAddr::V4(_)) { 32 } else { 128 };
        let bits = bits.unwrap_or(most);
        (bits <= most).then_some(Self { address, bits })
    }

    /// Whether `address` is in it.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                let shift = 32 - u32::from(self.bits);
                u32::from(network).checked_shr(shift).unwrap_or(0) == u32::from(address).checked_shr(shift).unwrap_or(0)
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                let shift = 128 - u32::from(self.bits);
                u128::from(network).checked_shr(shift).unwrap_or(0)
                    == u128::from(address).checked_shr(shift).unwrap_or(0)
            }
            _ => false,
        }
    }
}

impl std::fmt::Display for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.address, self.bits)
    }
}
