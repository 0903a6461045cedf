//! The mail server, as `TCA_SMTP` names it.

use std::net::IpAddr;
use std::path::{Path, PathBuf};

use lettre::transport::smtp::client::Certificate;
use secrecy::SecretString;

/// How the way to the mail server is guarded (S-OUT-6). There is no "if it is offered".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// TLS from the first byte.
    Implicit,
    /// STARTTLS, or no mail at all.
    StartTls,
    /// None: to this machine or a private address only.
    None,
}

/// Host, port, guard and sign-in of the mail server.
#[derive(Clone)]
pub struct SmtpSettings {
    /// Host name or address.
    pub host: String,
    /// Port.
    pub port: u16,
    /// How the way there is guarded.
    pub tls: Tls,
    /// Who signs in, if anybody does.
    pub user: Option<String>,
    /// With which password.
    pub password: Option<SecretString>,
    /// Who may vouch for the server, instead of the usual roots.
    pub authorities: Option<Authorities>,
}

/// Authorities of the operator's own, from a PEM file. They stand **instead of** the usual roots: who runs an authority for
/// the relay wants nobody else's word for it.
#[derive(Clone)]
pub struct Authorities {
    /// The file.
    pub file: PathBuf,
    /// All certificates that stand in it, at least one.
    pub certificates: Certificate,
}

/// What is wrong with the setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SmtpFault {
    /// Not an address of the two kinds.
    #[error("must be smtps://USER:PASSWORD@HOST, smtp://USER:PASSWORD@HOST:587 or smtp://HOST:25?tls=none")]
    Form,
    /// `tls=none` across a network that is not ours.
    #[error("tls=none is for this machine or a private address only")]
    Unguarded,
}

/// What is wrong with the file of authorities.
#[derive(Debug, thiserror::Error)]
pub enum AuthorityFault {
    /// It cannot be read.
    #[error("cannot be read: {0}")]
    Unreadable(#[from] std::io::Error),
    /// It can, and no certificate is found.
    #[error("holds no certificate in PEM (-----BEGIN CERTIFICATE-----), or one that is broken")]
    NoCertificate,
}

impl Authorities {
    /// Reads the file.
    ///
    /// # Errors
    /// [`AuthorityFault`]. A file without a certificate would trust nobody, and no mail would leave.
    pub fn read(file: &Path) -> Result<Self, AuthorityFault> {
        let pem = std::fs::read(file)?;
        // lettre takes a file without any certificate too.
        let begins = String::from_utf8_lossy(&pem).contains("-----BEGIN CERTIFICATE-----");
        let certificates = Certificate::from_pem(&pem).ok().filter(|_| begins).ok_or(AuthorityFault::NoCertificate)?;
        Ok(Self { file: file.to_owned(), certificates })
    }
}

impl SmtpSettings {
    /// Reads the setting.
    ///
    /// # Errors
    /// [`SmtpFault`].
    pub fn parse(text: &str) -> Result<Self, SmtpFault> {
        let url = url::Url::parse(text.trim()).map_err(|_| SmtpFault::Form)?;
        let host = url.host_str().map(|host| host.trim_matches(['[', ']'])).ok_or(SmtpFault::Form)?.to_owned();
        let tls = match (url.scheme(), url.query()) {
            ("smtps", None) => Tls::Implicit,
            ("smtp", None) => Tls::StartTls,
            ("smtp", Some("tls=none")) => Tls::None,
            _ => return Err(SmtpFault::Form),
        };
        let port = url.port().unwrap_or(match tls {
            Tls::Implicit => 465,
            Tls::StartTls => 587,
            Tls::None => 25,
        });
        let plain = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
        let settings = Self {
            user: Some(url.username()).filter(|user| !user.is_empty()).map(plain),
            password: url.password().map(plain).map(SecretString::from),
            host,
            port,
            tls,
            authorities: None,
        };
        if tls == Tls::None && !settings.is_near() {
            return Err(SmtpFault::Unguarded);
        }
        Ok(settings)
    }

    /// Whether the server is this machine.
    pub fn is_loopback(&self) -> bool {
        self.host == "localhost" || self.address().is_some_and(|address| address.is_loopback())
    }

    fn is_near(&self) -> bool {
        let private = match self.address() {
            Some(IpAddr::V4(address)) => address.is_private(),
            Some(IpAddr::V6(address)) => address.is_unique_local(),
            None => false,
        };
        private || self.is_loopback()
    }

    fn address(&self) -> Option<IpAddr> {
        self.host.parse().ok()
    }
}

impl std::fmt::Display for SmtpSettings {
    /// Without the password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (scheme, query) = match self.tls {
            Tls::Implicit => ("smtps", ""),
            Tls::StartTls => ("smtp", ""),
            Tls::None => ("smtp", "?tls=none"),
        };
        let user = self.user.as_ref().map_or_else(String::new, |user| format!("{user}:***@"));
        write!(f, "{scheme}://{user}{}:{}{query}", self.host, self.port)
    }
}
