//! `Idempotency-Key`: a request that is sent again is answered again, and done once (S-HTTP-11).

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use diesel::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};

use super::cookies;
use super::problem::{Code, Problem};
use crate::app::App;
use crate::clock::{Span, Time};
use crate::keys::{hex, sha256};
use crate::store::schema::idempotency;
use crate::store::{Conn, StoreError};

/// How long an answer is kept.
const KEPT: Span = Span::hours(24);

/// The key of a request, bound to its route and its caller.
#[derive(Clone, Debug, Default)]
pub struct IdempotencyKey(Option<String>);

impl FromRequest for IdempotencyKey {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let Some(key) = request.headers().get("idempotency-key") else { return ready(Ok(Self(None))) };
        let printable =
            |key: &&[u8]| (1..=128).contains(&key.len()) && key.iter().all(|byte| (0x20..0x7f).contains(byte));
        let Some(key) = Some(key.as_bytes()).filter(printable) else {
            return ready(Err(Problem::fault("/headers/Idempotency-Key", "bad_characters")));
        };
        let bearer = request.headers().get("authorization").map(|value| value.as_bytes()).unwrap_or_default();
        let caller = session(request).or_else(|| subject(bearer)).unwrap_or_else(|| bearer.to_vec());
        let caller = Sha256::digest(caller);
        let scope = [request.method().as_str().as_bytes(), request.path().as_bytes(), &caller, key].join(&b'\n');
        ready(Ok(Self(Some(sha256(&scope)))))
    }
}

/// Whom an access token names: it lasts 15 minutes, a key 24 hours. Read unchecked, since a guard checks the token before
/// anything is done under the key; a link's token names nobody and stands for itself.
fn subject(bearer: &[u8]) -> Option<Vec<u8>> {
    let claims = BASE64.decode(bearer.split(|byte| *byte == b'.').nth(1)?).ok()?;
    let claims: serde_json::Value = serde_json::from_slice(&claims).ok()?;
    Some(claims.get("sub")?.as_str()?.as_bytes().to_vec())
}

/// The session that a browser's cookie names, in the first 16 bytes of a token that is replaced now and then.
fn session(request: &HttpRequest) -> Option<Vec<u8>> {
    let token = BASE64.decode(cookies::carried(request, cookies::SESSION)?).ok()?;
    token.get(..16).map(<[u8]>::to_vec)
}

/// A key with the digest of the body that came with it.
#[derive(Clone, Debug, Default)]
pub struct Once {
    scope: Option<String>,
    body: String,
}

impl IdempotencyKey {
    /// The key as it is kept, where there is one: bound to its route and its caller.
    pub fn scope(&self) -> Option<&str> {
        self.0.as_deref()
    }

    /// Binds the key to a body.
    pub fn with(&self, body: &[u8; 32]) -> Once {
        Once { scope: self.0.clone(), body: hex(body) }
    }
}

/// An answer, and whether it is an earlier one given again.
#[derive(Debug)]
pub struct Outcome<T> {
    /// The answer.
    pub answer: T,
    /// Whether the deed was done before.
    pub replayed: bool,
}

/// The key came with another body before.
#[derive(Debug, thiserror::Error)]
#[error("the idempotency key came with another body before")]
pub struct KeyReused;

impl From<KeyReused> for Problem {
    fn from(_: KeyReused) -> Self {
        Self::new(Code::IdempotencyKeyReused)
    }
}

impl Once {
    /// Does `deed` unless this key has done it already; the answer is kept in the deed's own transaction. Of two at once
    /// the second waits for the first, on SQLite for its turn to write.
    ///
    /// # Errors
    /// Those of `deed`; [`KeyReused`]; [`StoreError::InHand`] where the first has not ended within five seconds.
    pub fn run<T, E>(
        &self,
        tx: &mut Conn,
        now: Time,
        deed: impl FnOnce(&mut Conn) -> Result<T, E>,
    ) -> Result<Outcome<T>, E>
    where
        T: Serialize + DeserializeOwned,
        E: From<KeyReused> + From<StoreError> + From<diesel::result::Error>,
    {
        let Some(scope) = &self.scope else { return Ok(Outcome { answer: deed(tx)?, replayed: false }) };
        if let Some((body, answer)) = kept(tx, scope, now)? {
            if body != self.body {
                return Err(KeyReused.into());
            }
            let answer = serde_json::from_str(&answer).map_err(|_| StoreError::Unavailable("kept answer".into()))?;
            return Ok(Outcome { answer, replayed: true });
        }
        claim(tx, scope, &self.body, now)?;
        let answer = deed(tx)?;
        let text = serde_json::to_string(&answer).map_err(|_| StoreError::Unavailable("kept answer".into()))?;
        diesel::update(idempotency::table.find(scope)).set(idempotency::answer.eq(text)).execute(tx)?;
        Ok(Outcome { answer, replayed: false })
    }
}

fn kept(tx: &mut Conn, scope: &str, now: Time) -> QueryResult<Option<(String, String)>> {
    idempotency::table
        .find(scope)
        .filter(idempotency::kept_at.gt(now - KEPT))
        .select((idempotency::body_digest, idempotency::answer))
        .get_result(tx)
        .optional()
}

/// Takes the key before the deed, so that of two at once the second waits here, and does nothing meanwhile.
fn claim(tx: &mut Conn, scope: &str, body: &str, now: Time) -> Result<(), StoreError> {
    diesel::delete(idempotency::table.find(scope)).execute(tx).map_err(StoreError::of_waiting)?; // its 24 hours are over
    diesel::insert_into(idempotency::table)
        .values((
            idempotency::scope.eq(scope),
            idempotency::body_digest.eq(body),
            idempotency::answer.eq(""),
            idempotency::kept_at.eq(now),
        ))
        .execute(tx)
        .map_err(StoreError::of_waiting)?;
    Ok(())
}

/// Forgets the answers that are kept no longer.
///
/// # Errors
/// The store's.
pub async fn tick(app: &App) -> Result<(), StoreError> {
    let before = app.clock.now() - KEPT;
    let old = move || idempotency::table.filter(idempotency::kept_at.le(before));
    let any = app.store.read(move |tx| {
        Ok::<_, StoreError>(old().select(idempotency::scope).first::<String>(tx).optional()?.is_some())
    });
    if any.await? {
        app.store.write(move |tx| Ok::<_, StoreError>(diesel::delete(old()).execute(tx)?)).await?;
    }
    Ok(())
}
