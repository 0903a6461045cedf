//! Sign-in: a password begins a session, a refresh token renews it, signing out ends it.
//!
//! Whoever asks learns nothing from a refusal: the unknown, the invited and the removed cost one hash like everybody
//! else, and are answered alike (S-ACC-3).

use diesel::result::Error as QueryError;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::check::try_password;
use super::code::FactorCode;
use super::devices::{self, Device, Whence};
use super::factor::{self, CodeRefused};
use super::first_step::FirstStep;
use super::model::Session;
use super::password::Attempt;
use super::store::{self, Account, Renewal, SessionRow};
use super::throttle::Closed;
use super::tokens::{self, RefreshToken};
use super::{guards::Caller, messages};
use crate::app::App;
use crate::audit::{self, Act, Actor, Deed};
use crate::clock::Span;
use crate::fields::Email;
use crate::from_query;
use crate::hashing::HashingError;
use crate::http::problem::{Code, Problem};
use crate::ids::{AccountId, SessionId};
use crate::limits::Spent;
use crate::outbox;
use crate::store::{Conn, StoreError, Stored};

/// Living sessions of an account at most (S-TOK-3); the one used longest ago makes room.
const SESSIONS: usize = 10;
/// A session that began longer ago than this cannot live, whosever it is.
const SESSIONS_KEPT: Span = Span::days(30);
/// How long the answer to a renewal can be had again (S-TOK-4).
const REPEAT: Span = Span::seconds(10);

/// Somebody signed in. Not for printing.
#[derive(Clone, Serialize, Deserialize)]
pub struct SignedIn {
    /// For the next 15 minutes' requests.
    pub access_token: String,
    /// For the next pair of tokens.
    pub refresh_token: String,
}

/// Somebody came in: their tokens, and the browser in which they will be known.
#[derive(Clone)]
pub struct Entry {
    /// The tokens.
    pub tokens: SignedIn,
    /// Its cookie goes with the answer to a browser.
    pub device: Device,
}

/// Whether somebody may be surprised that their account was entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arrival {
    /// They have just set its first password.
    First,
    /// It has been entered before.
    Again,
}

/// Why somebody is not signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// No such account, not the password, no part in anything: never said which.
    #[error("address or password is wrong")]
    InvalidCredentials,
    /// The password is right, and the account has a second factor.
    #[error("the code of the second factor is missing")]
    TotpRequired,
    /// The password is right, and this is not the second factor's code, or one that was used already.
    #[error("the code of the second factor is wrong")]
    WrongCode,
    /// Too many were wrong.
    #[error("too many tries")]
    TooMany {
        /// How long nothing more is looked at.
        retry_after: Span,
    },
    /// Too many in a row failed: a new password must be set by mail.
    #[error("too many failures in a row")]
    ResetNeeded {
        /// When they are forgotten.
        retry_after: Span,
    },
    /// No such session, an ended one, or a token that was replaced.
    #[error("the session has ended")]
    SessionEnded,
    /// The password was not hashed.
    #[error("the password was not checked")]
    Hashing(#[from] HashingError),
    /// The store's fault.
    #[error("the store failed")]
    Store(#[from] StoreError),
}

from_query!(SignInError);

impl From<Spent> for SignInError {
    fn from(spent: Spent) -> Self {
        Self::TooMany { retry_after: spent.wait() }
    }
}

impl From<Closed> for SignInError {
    fn from(closed: Closed) -> Self {
        match closed {
            Closed::Wait(retry_after) => Self::TooMany { retry_after },
            Closed::ResetNeeded(retry_after) => Self::ResetNeeded { retry_after },
        }
    }
}

impl From<CodeRefused> for SignInError {
    fn from(refused: CodeRefused) -> Self {
        match refused {
            CodeRefused::Missing => Self::TotpRequired,
            CodeRefused::Wrong => Self::WrongCode,
            CodeRefused::TooMany { retry_after } => Self::TooMany { retry_after },
        }
    }
}

impl From<SignInError> for Problem {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::InvalidCredentials => Self::new(Code::InvalidCredentials),
            SignInError::TotpRequired => CodeRefused::Missing.into(),
            SignInError::WrongCode => CodeRefused::Wrong.into(),
            SignInError::TooMany { retry_after } => too_many(retry_after),
            SignInError::ResetNeeded { retry_after } => {
                too_many(retry_after).with_detail("accounts-reset-needed", vec![])
            }
            SignInError::SessionEnded => Self::new(Code::SessionEnded),
            SignInError::Hashing(error) => hashing(&error),
            SignInError::Store(error) => error.into(),
        }
    }
}

/// What a caller is told where a password could not be hashed.
pub(super) fn hashing(error: &HashingError) -> Problem {
    match error {
        HashingError::Busy => Problem::new(Code::Unavailable).retry_after(2),
        HashingError::Failed => Problem::new(Code::Internal),
    }
}

/// What a caller is told who has tried too often.
pub(super) fn too_many(retry_after: Span) -> Problem {
    let seconds = retry_after.seconds_until_over();
    let minutes = seconds.div_ceil(60).to_string();
    Problem::new(Code::TooManyRequests)
        .with_detail("accounts-too-many", vec![("minutes", minutes)])
        .retry_after(seconds)
}

/// How far a right password has led.
pub enum Step {
    /// In.
    In(Entry),
    /// To the account's second factor, whose code is missing.
    CodeWanted(FirstStep),
}

/// Signs somebody in, who shows the password and, where the account has a second factor, its code.
///
/// # Errors
/// [`SignInError::InvalidCredentials`]; [`SignInError::TooMany`] and [`SignInError::ResetNeeded`] after repeated failure;
/// after the right password alone [`SignInError::TotpRequired`] and [`SignInError::WrongCode`] (S-ACC-3); and where
/// nothing could be checked.
pub async fn sign_in(
    app: &App,
    deed: Deed,
    email: Email,
    password: Attempt,
    code: Option<FactorCode>,
    from: Whence,
) -> Result<Entry, SignInError> {
    match take_step(app, deed, email, password, code, from).await? {
        Step::In(entry) => Ok(entry),
        Step::CodeWanted(_) => Err(SignInError::TotpRequired),
    }
}

/// The same for a browser, which may show the code a moment later.
///
/// # Errors
/// Those of [`sign_in`], but that no missing code is one.
pub async fn take_step(
    app: &App,
    deed: Deed,
    email: Email,
    password: Attempt,
    code: Option<FactorCode>,
    from: Whence,
) -> Result<Step, SignInError> {
    let (tried, _stake) = try_password(app, deed.at, email, password, from).await?;
    let parts = app.clone();
    let entered = app.store.write(move |tx| {
        let admits = |tx: &mut Conn, account: &Account| Ok(!store::roles_of(tx, account.id)?.is_empty());
        let account = match tried.settle(tx, deed.at, admits)? {
            Ok(account) => account,
            Err(refused) => return Ok(Err(refused)), // what was counted stays
        };
        match factor::show(tx, &parts, &by(&deed, account.id), &account, None, code.as_ref())? {
            Ok(()) => {
                tried.passed(tx, deed.at)?;
                Ok::<_, SignInError>(Ok(Step::In(begin(tx, &parts, &deed, &account, &from, Arrival::Again)?)))
            }
            Err(CodeRefused::Missing) => {
                tried.renew_hash(tx)?;
                let account = store::account(tx, account.id)?.unwrap_or(account); // with the hash as it is now
                Ok(Ok(Step::CodeWanted(FirstStep::of(&parts, &account, deed.at))))
            }
            Err(refused) => {
                tried.failed_by_code();
                Ok(Err(refused.into()))
            }
        }
    });
    let step = entered.await??;
    app.outbox_bell.notify_one(); // a new device is told of, and a recovery code
    Ok(step)
}

/// Begins a session of somebody who has shown who they are.
pub(super) fn begin(
    tx: &mut Conn,
    app: &App,
    deed: &Deed,
    account: &Account,
    from: &Whence,
    arrival: Arrival,
) -> Stored<Entry> {
    let at = deed.at;
    let id = SessionId::from_uuid(app.chance.uuid(at));
    let session = Session { id, account: account.id, created_at: at, used_at: at };
    let refresh = RefreshToken::draw(app, id);
    store::forget_sessions(tx, account.id, at - SESSIONS_KEPT)?;
    for old in store::living_sessions(tx, account.id)?.into_iter().skip(SESSIONS - 1) {
        store::end_session(tx, old.id, at)?;
    }
    store::insert_session(tx, &session, &refresh.digest())?;
    audit::record(tx, app, &by(deed, account.id), Act::SignedIn, None, id, json!({}))?;
    if arrival == Arrival::Again && !devices::is_known(tx, from, account.id, at)? {
        outbox::enqueue(tx, &messages::device_noted(app, account, at)?)?;
    }
    let device = devices::note(tx, app, from, account.id, at)?;
    let tokens = SignedIn { access_token: tokens::access_token(app, &session, at), refresh_token: refresh.text() };
    Ok(Entry { tokens, device })
}

/// The same deed, by somebody who is known by now.
pub(super) fn by(deed: &Deed, account: AccountId) -> Deed {
    Deed { actor: Actor::Account(account), ..deed.clone() }
}

/// Renews a session: a new pair of tokens for the refresh token, which is spent by it.
///
/// A spent one ends the whole session, since two have it (S-TOK-4); but whoever sends the same `key` with it within ten
/// seconds has not got the answer, and gets it again.
///
/// # Errors
/// [`SignInError::SessionEnded`].
pub async fn renew(app: &App, deed: Deed, token: &str, key: Option<&str>) -> Result<SignedIn, SignInError> {
    let token = RefreshToken::parse(&app.keys, token).ok_or(SignInError::SessionEnded)?;
    let key = key.map(tokens::repeat_key);
    let parts = app.clone();
    let renewed = app.store.write(move |tx| Ok::<_, SignInError>(renew_in(tx, &parts, &deed, &token, key.as_deref())?));
    let renewed = renewed.await?;
    if matches!(renewed, Renewed::Theft) {
        app.outbox_bell.notify_one();
    }
    match renewed {
        Renewed::Pair(pair) => Ok(pair),
        Renewed::Nothing | Renewed::Theft => Err(SignInError::SessionEnded),
    }
}

enum Renewed {
    Pair(SignedIn),
    Nothing,
    Theft,
}

fn renew_in(tx: &mut Conn, app: &App, deed: &Deed, token: &RefreshToken, key: Option<&str>) -> Stored<Renewed> {
    let at = deed.at;
    let digest = token.digest();
    let Some(row) = store::session(tx, token.session())? else { return Ok(Renewed::Nothing) };
    let Some(session) = row.session() else { return Ok(Renewed::Nothing) };
    let roles = store::roles_of(tx, session.account)?;
    let is_office = roles.iter().any(|part| part.role.is_office());
    if roles.is_empty() || session.is_over(is_office, at) {
        store::end_session(tx, session.id, at)?;
        return Ok(Renewed::Nothing);
    }
    if digest == row.refresh_digest {
        let fresh = RefreshToken::draw(app, session.id);
        let pair = SignedIn { access_token: tokens::access_token(app, &session, at), refresh_token: fresh.text() };
        let answer = serde_json::to_vec(&pair).map_err(|error| QueryError::SerializationError(error.into()))?;
        let answer = token.seal(&answer);
        let renewal = Renewal { spent: &digest, fresh: &fresh.digest(), repeat: key.map(|key| (key, answer.as_str())) };
        store::renew_session(tx, session.id, &renewal, at)?;
        return Ok(Renewed::Pair(pair));
    }
    if let Some(pair) = repeated(&row, token, &digest, key).filter(|_| at < row.used_at + REPEAT) {
        return Ok(Renewed::Pair(pair));
    }
    store::end_session(tx, session.id, at)?;
    audit::record(tx, app, deed, Act::SessionFamilyEnded, None, session.id, json!({}))?;
    if let Some(owner) = store::account(tx, session.account)? {
        outbox::enqueue(tx, &messages::family_ended(app, &owner, session.id, at)?)?;
    }
    Ok(Renewed::Theft)
}

/// The answer to the last renewal, for whoever bears the token that it spent and the key that came with it.
fn repeated(row: &SessionRow, token: &RefreshToken, digest: &str, key: Option<&str>) -> Option<SignedIn> {
    let same = row.spent_digest.as_deref() == Some(digest) && key.is_some() && row.repeat_key.as_deref() == key;
    let answer = token.open(row.repeat_answer.as_deref().filter(|_| same)?)?;
    serde_json::from_slice(&answer).ok()
}

/// Ends the caller's session, and with it every token of its family.
///
/// # Errors
/// The store's.
pub async fn sign_out(app: &App, caller: &Caller) -> Result<(), SignInError> {
    let (session, deed, parts) = (caller.session, caller.deed(app), app.clone());
    app.store
        .write(move |tx| {
            if store::end_session(tx, session, deed.at)? {
                audit::record(tx, &parts, &deed, Act::SignedOut, None, session, json!({}))?;
            }
            Ok(())
        })
        .await
}
