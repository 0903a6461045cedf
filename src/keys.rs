//! Keys: one root secret, a key derived from it for each purpose, each with an id so that it can be rotated.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{ChaCha20Poly1305, Nonce};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::chance::Chance;

/// What a key is for. A key of one purpose opens nothing of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Access tokens.
    Access,
    /// Refresh tokens.
    Refresh,
    /// Tokens in links.
    Link,
    /// Cursors of lists.
    Cursor,
    /// Message bytes at rest.
    Messages,
    /// Digests of addresses, which are compared and never read back.
    Addresses,
    /// Judges' pseudonyms.
    Pseudonyms,
    /// The installation's signature under results.
    Signature,
    /// Passwords' second ingredient.
    Passwords,
    /// Digests by which failed sign-ins are counted.
    SignIns,
    /// Cookies of browsers in which somebody has signed in.
    Devices,
    /// Addresses that ask for a new password, until it is known whose they are.
    Resets,
    /// Addresses that ask for their links again, until it is looked up what was sent to them.
    LinksAgain,
    /// Seeds of second factors at rest.
    SecondFactors,
    /// Browsers between password and code.
    FirstSteps,
    /// Cookies by which a browser holds the draft that is written in it.
    Forms,
    /// Files at rest that organisers look at before taking them in.
    Imports,
}

impl Purpose {
    const fn label(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Refresh => "refresh",
            Self::Link => "link",
            Self::Cursor => "cursor",
            Self::Messages => "messages",
            Self::Addresses => "addresses",
            Self::Pseudonyms => "pseudonyms",
            Self::Signature => "signature",
            Self::Passwords => "passwords",
            Self::SignIns => "sign-ins",
            Self::Devices => "devices",
            Self::Resets => "resets",
            Self::LinksAgain => "links-again",
            Self::SecondFactors => "second-factors",
            Self::FirstSteps => "first-steps",
            Self::Forms => "forms",
            Self::Imports => "imports",
        }
    }
}

/// Why there are no keys.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The secret is shorter than 32 bytes (S-TOK-1).
    #[error("a secret in {0} is shorter than 32 characters")]
    TooShort(String),
    /// The file can be read by others.
    #[error("{file} can be read by others: its mode must be 0600", file = .0.display())]
    NotPrivate(PathBuf),
    /// The database was given another secret (S-TOK-9).
    #[error("the database's secret has the key id {0}, which is not among those given here ({1})")]
    NotHeld(String, String),
    /// The file cannot be read or made.
    #[error("{file}: {why}", file = .0.display(), why = .1)]
    File(PathBuf, #[source] std::io::Error),
}

/// A root secret and its id.
struct Root {
    id: String,
    derive: Hkdf<Sha256>,
}

/// The keys: the first makes, all of them read. Newest first, but for the one in use, which stands before newer ones.
pub struct Keys {
    roots: Vec<Root>,
}

impl Keys {
    /// From the text of a setting: one secret a line or between commas, newest first.
    ///
    /// # Errors
    /// [`KeyError::TooShort`] where there is none, or one has fewer than 32 bytes.
    pub fn from_text(text: &SecretString, source: &str) -> Result<Self, KeyError> {
        let secrets = text.expose_secret().split(['\n', ',']).map(str::trim).filter(|secret| !secret.is_empty());
        let roots: Vec<Root> = secrets.clone().filter(|secret| secret.len() >= 32).map(Root::new).collect();
        if roots.is_empty() || roots.len() != secrets.count() {
            return Err(KeyError::TooShort(source.to_owned()));
        }
        Ok(Self { roots })
    }

    /// From a file that only its owner may read, which is made with a new secret where there is none.
    ///
    /// # Errors
    /// [`KeyError`] where the file cannot be used.
    pub fn from_file(file: &Path, chance: &Chance) -> Result<Self, KeyError> {
        let fault = |error| KeyError::File(file.to_owned(), error);
        match std::fs::read_to_string(file) {
            Ok(text) => {
                private(file)?;
                Self::from_text(&SecretString::from(text), &file.display().to_string())
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let secret = hex(&chance.bytes::<32>());
                write_private(file, &format!("{secret}\n")).map_err(fault)?;
                Self::from_text(&SecretString::from(secret), &file.display().to_string())
            }
            Err(error) => Err(fault(error)),
        }
    }

    /// The same keys, but the one with this id makes: the one in use, which need not be the newest.
    ///
    /// # Errors
    /// [`KeyError::NotHeld`] where there is none with this id.
    pub fn making_with(mut self, id: &str) -> Result<Self, KeyError> {
        let Some(at) = self.roots.iter().position(|root| root.id == id) else {
            return Err(KeyError::NotHeld(id.to_owned(), self.ids().collect::<Vec<_>>().join(", ")));
        };
        self.roots[..=at].rotate_right(1);
        Ok(self)
    }

    /// The id of the key that makes new things.
    pub fn current(&self) -> &str {
        &self.roots[0].id
    }

    /// The ids of all keys: the one that makes, then the others, newest first.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.roots.iter().map(|root| root.id.as_str())
    }

    /// The key of a purpose under the newest secret.
    pub fn key(&self, purpose: Purpose) -> [u8; 32] {
        self.roots[0].key(purpose)
    }

    /// The key of a purpose under the secret with this id.
    pub fn key_of(&self, id: &str, purpose: Purpose) -> Option<[u8; 32]> {
        self.roots.iter().find(|root| root.id == id).map(|root| root.key(purpose))
    }

    /// A keyed digest (HMAC-SHA-256) of `parts`, each framed by its length, under the newest secret.
    pub fn digest(&self, purpose: Purpose, parts: &[&[u8]]) -> [u8; 32] {
        self.roots[0].digest(purpose, parts)
    }

    /// The same digest under each secret still held, newest first: finds what an older one made.
    pub fn digests(&self, purpose: Purpose, parts: &[&[u8]]) -> Vec<[u8; 32]> {
        self.roots.iter().map(|root| root.digest(purpose, parts)).collect()
    }

    /// Whether `digest` is that of `parts` under any secret still held; in constant time for each.
    pub fn vouches(&self, purpose: Purpose, parts: &[&[u8]], digest: &[u8]) -> bool {
        self.roots.iter().any(|root| bool::from(root.digest(purpose, parts).ct_eq(digest)))
    }

    /// The same for a digest that was cut short; less than 16 bytes vouch for nothing.
    pub fn vouches_in_part(&self, purpose: Purpose, parts: &[&[u8]], digest: &[u8]) -> bool {
        let begins = |root: &Root| {
            let whole = root.digest(purpose, parts);
            whole.get(..digest.len()).is_some_and(|start| bool::from(start.ct_eq(digest)))
        };
        digest.len() >= 16 && self.roots.iter().any(begins)
    }

    /// Seals bytes that are kept at rest: key id, nonce, then ciphertext with its tag, as base64.
    pub fn seal(&self, purpose: Purpose, chance: &Chance, plain: &[u8]) -> String {
        let nonce: [u8; 12] = chance.bytes();
        let cipher = ChaCha20Poly1305::new(&self.key(purpose).into());
        let sealed = cipher
            .encrypt(&Nonce::from(nonce), plain)
            .expect("sealing fails only for texts of 256 GiB, and ours are letters");
        let mut out = Vec::with_capacity(8 + 12 + sealed.len());
        out.extend_from_slice(self.current().as_bytes());
        out.extend_from_slice(&nonce);
        out.extend_from_slice(&sealed);
        BASE64.encode(out)
    }

    /// Whether the newest secret sealed it; what an older one did is sealed anew where it is used, so that a secret can be
    /// retired.
    pub fn is_newest(&self, sealed: &str) -> bool {
        BASE64.decode(sealed).is_ok_and(|sealed| sealed.starts_with(self.current().as_bytes()))
    }

    /// Opens what [`Keys::seal`] made, with whichever secret it names; `None` if it is not whole or the secret is gone.
    pub fn unseal(&self, purpose: Purpose, sealed: &str) -> Option<Vec<u8>> {
        let sealed = BASE64.decode(sealed).ok()?;
        let (id, rest) = sealed.split_at_checked(8)?;
        let (nonce, text) = rest.split_at_checked(12)?;
        let key = self.key_of(std::str::from_utf8(id).ok()?, purpose)?;
        let nonce: [u8; 12] = nonce.try_into().ok()?;
        ChaCha20Poly1305::new(&key.into()).decrypt(&Nonce::from(nonce), text).ok()
    }
}

impl Root {
    fn new(secret: &str) -> Self {
        let digest = Sha256::digest([b"tca-key-id/1\n", secret.as_bytes()].concat());
        Self { id: hex(&digest[..4]), derive: Hkdf::new(Some(b"tca/1"), secret.as_bytes()) }
    }

    fn key(&self, purpose: Purpose) -> [u8; 32] {
        let mut key = [0; 32];
        self.derive.expand(purpose.label().as_bytes(), &mut key).expect("32 bytes are within HKDF's limit");
        key
    }

    fn digest(&self, purpose: Purpose, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(&self.key(purpose)).expect("any length is a key");
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

/// Bytes as lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _infallible = write!(text, "{byte:02x}");
        text
    })
}

/// SHA-256 as lower-case hex.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

#[cfg(unix)]
fn private(file: &Path) -> Result<(), KeyError> {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(file).map_err(|error| KeyError::File(file.to_owned(), error))?.permissions().mode();
    if mode & 0o077 == 0 { Ok(()) } else { Err(KeyError::NotPrivate(file.to_owned())) }
}

#[cfg(not(unix))]
fn private(_file: &Path) -> Result<(), KeyError> {
    Ok(())
}

fn write_private(file: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write as _;
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(file)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
