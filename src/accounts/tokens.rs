//! Tokens: the access token that every request bears, and the refresh token that renews it.
//!
//! An access token is a JWT, HS256 under a key of its own purpose: issuer and only reader are one program, so a public
//! key would serve nobody. It names an account and a session, never a role: both are read per request. A refresh token
//! names its session, carries 256 random bits, and is vouched for by a MAC, so that one which was replaced long ago is
//! still known as ours and ends its family, while nobody else can end one.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{ChaCha20Poly1305, Nonce};
use hmac::{Hmac, Mac};
use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::signature::{self, Signer, Verifier};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::model::Session;
use crate::app::App;
use crate::clock::{Span, Time};
use crate::ids::{AccountId, SessionId};
use crate::keys::{Keys, Purpose, hex, sha256};

/// How long an access token lives.
pub const ACCESS_LIVES: Span = Span::minutes(15);
/// How far the clocks of two of our processes may lie apart.
const LEEWAY: Span = Span::seconds(30);
/// The longest access token that is looked at.
const LONGEST: usize = 2 * 1024;
const TYPE: &str = "at+jwt";
const ISSUER: &str = "twin-cities-awards";
const AUDIENCE: &str = "twin-cities-awards/api";

/// What an access token says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Claims {
    iss: String,
    aud: String,
    sub: AccountId,
    sid: SessionId,
    iat: i64,
    exp: i64,
    jti: String,
}

/// Whom an access token names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bearer {
    /// The account.
    pub account: AccountId,
    /// The session, which must still live.
    pub session: SessionId,
}

/// No access token of ours, or none any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a valid access token")]
pub struct NotValid;

/// An access token for a session, good from `now` on.
pub fn access_token(app: &App, session: &Session, now: Time) -> String {
    let claims = Claims {
        iss: ISSUER.to_owned(),
        aud: AUDIENCE.to_owned(),
        sub: session.account,
        sid: session.id,
        iat: now.unix_seconds(),
        exp: (now + ACCESS_LIVES).unix_seconds(),
        jti: app.chance.uuid_without_time().to_string(),
    };
    install();
    let key = EncodingKey::from_secret(&app.keys.key(Purpose::Access));
    encode(&header(app.keys.current()), &claims, &key).expect("HMAC takes any key, and these claims are JSON")
}

/// Reads an access token as it stands at `now`.
///
/// # Errors
/// [`NotValid`], whatever the reason: the caller is told nothing more.
pub fn read_access_token(keys: &Keys, token: &str, now: Time) -> Result<Bearer, NotValid> {
    if token.len() > LONGEST {
        return Err(NotValid);
    }
    install();
    let head = decode_header(token).map_err(|_| NotValid)?;
    let id = head.kid.clone().ok_or(NotValid)?;
    // Ours says `alg`, `typ` and `kid` and nothing else: no key of its own, no `crit`, no other type (RFC 8725).
    if head != header(&id) {
        return Err(NotValid);
    }
    let key = keys.key_of(&id, Purpose::Access).ok_or(NotValid)?;
    let claims: Claims = decode(token, &DecodingKey::from_secret(&key), &RULES).map_err(|_| NotValid)?.claims;
    let (issued, ends) = (claims.iat, claims.exp);
    let (now, leeway) = (now.unix_seconds(), LEEWAY.whole_seconds());
    let lives = ends.checked_sub(issued).is_some_and(|lives| (1..=ACCESS_LIVES.whole_seconds()).contains(&lives));
    if !lives || now < issued.saturating_sub(leeway) || now >= ends.saturating_add(leeway) {
        return Err(NotValid);
    }
    Ok(Bearer { account: claims.sub, session: claims.sid })
}

fn header(key_id: &str) -> Header {
    let mut header = Header::new(Algorithm::HS256);
    header.typ = Some(TYPE.to_owned());
    header.kid = Some(key_id.to_owned());
    header
}

/// What the crate checks. The times are ours to check: it would ask the system's clock.
static RULES: LazyLock<Validation> = LazyLock::new(|| {
    let mut rules = Validation::new(Algorithm::HS256);
    rules.set_required_spec_claims(&["iss", "aud", "sub"]);
    rules.set_issuer(&[ISSUER]);
    rules.set_audience(&[AUDIENCE]);
    rules.validate_exp = false;
    rules
});

// ——— HS256 and nothing else, for jsonwebtoken ———

/// Tells the crate, once in a process, which cryptography there is.
fn install() {
    static PROVIDER: CryptoProvider = CryptoProvider {
        signer_factory: |algorithm, key| Ok(Box::new(Hs256::new(*algorithm, key.as_bytes())?)),
        verifier_factory: |algorithm, key| Ok(Box::new(Hs256::new(*algorithm, key.try_get_as_bytes()?)?)),
        key_utils: KeyUtils::new_unimplemented(),
    };
    static INSTALLED: LazyLock<()> = LazyLock::new(|| {
        let _another_was_first = PROVIDER.install_default(); // only in a test that brings its own
    });
    LazyLock::force(&INSTALLED);
}

struct Hs256(Hmac<Sha256>);

impl Hs256 {
    fn new(algorithm: Algorithm, key: &[u8]) -> Result<Self, Error> {
        if algorithm != Algorithm::HS256 {
            return Err(ErrorKind::InvalidAlgorithm.into());
        }
        Ok(Self(<Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key).expect("any length is a key")))
    }
}

impl Signer<Vec<u8>> for Hs256 {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, signature::Error> {
        Ok(self.0.clone().chain_update(message).finalize().into_bytes().to_vec())
    }
}

impl JwtSigner for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

impl Verifier<Vec<u8>> for Hs256 {
    /// In constant time.
    fn verify(&self, message: &[u8], mac: &Vec<u8>) -> Result<(), signature::Error> {
        self.0.clone().chain_update(message).verify_slice(mac).map_err(|_| signature::Error::new())
    }
}

impl JwtVerifier for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

// ——— Refresh tokens ———

const SESSION: usize = 16;
const RANDOM: usize = 32;
const MAC: usize = 16;

/// A refresh token: its session, 256 random bits, a MAC over both. Neither printed nor stored; its digest is.
pub struct RefreshToken([u8; SESSION + RANDOM + MAC]);

impl RefreshToken {
    /// A new one for a session.
    pub fn draw(app: &App, session: SessionId) -> Self {
        let mut bytes = [0; SESSION + RANDOM + MAC];
        bytes[..SESSION].copy_from_slice(session.uuid().as_bytes());
        app.chance.fill(&mut bytes[SESSION..SESSION + RANDOM]);
        let mac = app.keys.digest(Purpose::Refresh, &[&bytes[..SESSION + RANDOM]]);
        bytes[SESSION + RANDOM..].copy_from_slice(&mac[..MAC]);
        Self(bytes)
    }

    /// Reads one that a key of ours vouches for.
    pub fn parse(keys: &Keys, text: &str) -> Option<Self> {
        let bytes: [u8; SESSION + RANDOM + MAC] = BASE64.decode(text).ok()?.try_into().ok()?;
        let (signed, mac) = bytes.split_at(SESSION + RANDOM);
        keys.vouches_in_part(Purpose::Refresh, &[signed], mac).then_some(Self(bytes))
    }

    /// As it is handed out.
    pub fn text(&self) -> String {
        BASE64.encode(self.0)
    }

    /// Its session.
    pub fn session(&self) -> SessionId {
        let uuid = uuid::Uuid::from_slice(&self.0[..SESSION]).expect("sixteen bytes are a UUID");
        SessionId::from_uuid(uuid)
    }

    /// As it is kept.
    pub fn digest(&self) -> String {
        sha256(&self.0)
    }

    /// Seals the answer to this token's renewal, so that only whoever bears the token can have it again (S-TOK-4).
    pub fn seal(&self, answer: &[u8]) -> String {
        // A token is renewed once, so its key seals one text and the nonce may stand still.
        let sealed = self.cipher().encrypt(&Nonce::default(), answer).expect("an answer is far below 256 GiB");
        BASE64.encode(sealed)
    }

    /// Opens what [`RefreshToken::seal`] made with this very token.
    pub fn open(&self, sealed: &str) -> Option<Vec<u8>> {
        self.cipher().decrypt(&Nonce::default(), BASE64.decode(sealed).ok()?.as_slice()).ok()
    }

    fn cipher(&self) -> ChaCha20Poly1305 {
        let key: [u8; 32] = Sha256::digest([b"tca-repeat/1\n".as_slice(), &self.0].concat()).into();
        ChaCha20Poly1305::new(&key.into())
    }
}

/// An idempotency key as it is kept beside a sealed answer.
pub fn repeat_key(key: &str) -> String {
    hex(&Sha256::digest([b"tca-repeat-key/1\n", key.as_bytes()].concat()))
}
