//! The second factor: a code from the owner's device beside the password, and ten recovery codes for the day when the
//! device is lost (S-ACC-5).
//!
//! It is set up in two steps, so that nobody locks themselves out: the seed is shown, and asks for nothing until a first
//! code has proven that a device holds it. Its owner removes it by password and code, the operator without either, and
//! then the person and every organiser around them is told (S-ACC-6).

use std::collections::BTreeSet;

use serde_json::json;

use super::check::try_password;
use super::code::{FactorCode, RecoveryCode, Typed};
use super::devices::Whence;
use super::guards::Caller;
use super::messages::{self, FactorChange};
use super::password::Attempt;
use super::seed::{Picture, Seed, picture};
use super::sign_in::{self, SignInError};
use super::store::factors::{self as store, FactorRow};
use super::store::{Account, account, account_of, end_other_sessions, end_session, end_sessions, office, roles_of};
use crate::app::App;
use crate::audit::{self, Act, Deed};
use crate::clock::Span;
use crate::fields::Email;
use crate::from_query;
use crate::http::problem::{Code, Problem};
use crate::ids::{AccountId, SessionId};
use crate::outbox;
use crate::store::{Conn, StoreError, Stored};
use crate::text::say;

/// Wrong codes in a row, of either kind, after which none is looked at for [`PAUSE`]. This limit always holds.
const TRIES: i32 = 5;
const PAUSE: Span = Span::minutes(15);
/// How many recovery codes come with a second factor.
const RECOVERY_CODES: usize = 10;

/// Why a code does not pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeRefused {
    /// There is none.
    #[error("the code of the second factor is missing")]
    Missing,
    /// It is not the device's code of now, nor a recovery code, or it was used already.
    #[error("the code of the second factor is wrong")]
    Wrong,
    /// Too many were wrong.
    #[error("too many codes were wrong")]
    TooMany {
        /// How long none is looked at.
        retry_after: Span,
    },
}

impl From<CodeRefused> for Problem {
    fn from(refused: CodeRefused) -> Self {
        match refused {
            CodeRefused::Missing => Self::new(Code::TotpRequired),
            CodeRefused::Wrong => Self::new(Code::TotpRequired).with_detail("factor-code-wrong", vec![]),
            CodeRefused::TooMany { retry_after } => sign_in::too_many(retry_after),
        }
    }
}

/// Why a second factor is not changed.
#[derive(Debug, thiserror::Error)]
pub enum FactorError {
    /// There is one already.
    #[error("the account has a second factor already")]
    Present,
    /// There is none.
    #[error("the account has no second factor")]
    Absent,
    /// The first code is not that of the seed which was shown.
    #[error("not the code of this seed")]
    NotConfirmed,
    /// The password was not checked, or is wrong.
    #[error(transparent)]
    Password(#[from] SignInError),
    /// See [`CodeRefused`].
    #[error(transparent)]
    Code(#[from] CodeRefused),
    /// There is no account of this address.
    #[error("there is no account of this address")]
    NoAccount,
    /// The store's fault.
    #[error("the store failed")]
    Store(#[from] StoreError),
}

from_query!(FactorError);

impl From<FactorError> for Problem {
    fn from(error: FactorError) -> Self {
        match error {
            FactorError::Present => Self::new(Code::SecondFactorPresent),
            FactorError::Absent => Self::new(Code::SecondFactorAbsent),
            FactorError::NotConfirmed => Self::fault("/code", "wrong_code"),
            FactorError::Password(SignInError::InvalidCredentials) => Self::fault("/password", "wrong_password"),
            FactorError::Password(error) => error.into(),
            FactorError::Code(refused) => refused.into(),
            FactorError::NoAccount => Self::new(Code::NotFound),
            FactorError::Store(error) => error.into(),
        }
    }
}

/// A second factor that waits for its first code. Not for printing.
pub struct Enrolment {
    /// The seed in base32.
    pub secret: String,
    /// The same as an `otpauth:` URI.
    pub uri: String,
    /// The URI as a QR code, in SVG.
    pub picture: Picture,
}

impl Enrolment {
    fn of(caller: &Caller, seed: &Seed) -> Self {
        let uri = seed.uri(&say(caller.language, "product", &[]), caller.email.as_str());
        Self { secret: seed.text(), picture: picture(&uri), uri }
    }
}

/// The recovery codes of a new second factor. Not for printing.
pub struct RecoveryCodes(pub Vec<String>);

/// Begins a second factor, instead of one that was begun and not confirmed.
///
/// # Errors
/// [`FactorError::Present`].
pub async fn enrol(app: &App, caller: &Caller) -> Result<Enrolment, FactorError> {
    let (id, deed, parts) = (caller.account, caller.deed(app), app.clone());
    let seed = Seed::draw(&app.chance);
    let sealed = seed.seal(app, id);
    let begun = app.store.write(move |tx| {
        if store::has_factor(tx, id)? {
            return Err(FactorError::Present);
        }
        store::delete_factor(tx, id)?;
        store::insert_factor(tx, id, &sealed)?;
        Ok(audit::record(tx, &parts, &deed, Act::SecondFactorBegun, None, id, json!({}))?)
    });
    begun.await?;
    Ok(Enrolment::of(caller, &seed))
}

/// What the caller has begun to set up and not confirmed, for the page on which they do.
///
/// # Errors
/// The store's.
pub async fn begun(app: &App, caller: &Caller) -> Result<Option<Enrolment>, FactorError> {
    let id = caller.account;
    let factor = app.store.read(move |tx| Ok::<_, FactorError>(store::factor(tx, id)?)).await?;
    let waits = factor.filter(|factor| factor.confirmed_at.is_none());
    let seed = waits.and_then(|factor| Seed::unseal(&app.keys, id, &factor.seed));
    Ok(seed.map(|seed| Enrolment::of(caller, &seed)))
}

/// Confirms a second factor by its first code. From now on it is asked for, and every other session of the account ends:
/// a password alone had begun it, and perhaps not its owner.
///
/// # Errors
/// [`FactorError::Absent`] where none was begun, [`FactorError::Present`], [`FactorError::NotConfirmed`].
pub async fn confirm(app: &App, caller: &Caller, code: FactorCode) -> Result<RecoveryCodes, FactorError> {
    let (id, session, deed, parts) = (caller.account, caller.session, caller.deed(app), app.clone());
    let codes: Vec<RecoveryCode> = (0..RECOVERY_CODES).map(|_| RecoveryCode::draw(&app.chance)).collect();
    let texts = codes.iter().map(RecoveryCode::text).collect();
    let confirmed = app.store.write(move |tx| {
        let factor = store::factor(tx, id)?.ok_or(FactorError::Absent)?;
        if factor.confirmed_at.is_some() {
            return Err(FactorError::Present);
        }
        let Typed::Digits(digits) = code.as_typed() else { return Err(FactorError::NotConfirmed) };
        let seed = Seed::unseal(&parts.keys, id, &factor.seed).ok_or(FactorError::Absent)?;
        let step = seed.step_of(digits, parts.clock.beside_a_phone(deed.at)).ok_or(FactorError::NotConfirmed)?;
        if !store::confirm_factor(tx, id, &factor.seed, step, deed.at)? {
            return Err(FactorError::Absent);
        }
        for code in &codes {
            store::insert_recovery_code(tx, id, &code.digest())?;
        }
        end_other_sessions(tx, id, session, deed.at)?;
        audit::record(tx, &parts, &deed, Act::SecondFactorConfirmed, None, id, json!({}))?;
        Ok(tell_owner(tx, &parts, &deed, id, FactorChange::Set)?)
    });
    confirmed.await?;
    app.outbox_bell.notify_one();
    Ok(RecoveryCodes(texts))
}

/// Removes the caller's second factor with its recovery codes: whoever does so shows both the password and a code.
///
/// The code comes first, so that a signed-in browser that somebody left open is no place to guess the password at.
///
/// # Errors
/// [`FactorError::Absent`], [`FactorError::Code`], [`FactorError::Password`].
pub async fn remove(
    app: &App,
    caller: &Caller,
    from: Whence,
    password: Attempt,
    code: FactorCode,
) -> Result<(), FactorError> {
    let (id, session, deed, parts) = (caller.account, caller.session, caller.deed(app), app.clone());
    let (tried, _stake) = try_password(app, deed.at, caller.email.clone(), password, from).await?;
    let removed = app.store.write(move |tx| {
        let owner = account(tx, id)?.ok_or(FactorError::Absent)?;
        if !store::has_factor(tx, id)? {
            return Err(FactorError::Absent);
        }
        if let Err(refused) = show(tx, &parts, &deed, &owner, Some(session), Some(&code))? {
            tried.failed_by_code();
            return Ok(Err(FactorError::from(refused))); // what was counted stays
        }
        if let Err(refused) = tried.settle(tx, deed.at, |_, account| Ok(account.id == id))? {
            return Ok(Err(refused.into())); // the code stays used: one guess a code
        }
        tried.passed(tx, deed.at)?;
        store::delete_factor(tx, id)?;
        audit::record(tx, &parts, &deed, Act::SecondFactorRemoved, None, id, json!({}))?;
        Ok(Ok(tell_owner(tx, &parts, &deed, id, FactorChange::Removed)?))
    });
    removed.await??;
    app.outbox_bell.notify_one();
    Ok(())
}

/// The operator removes somebody's second factor with its recovery codes, for who has lost both. They and the organisers
/// of every edition in which they have a part are told (S-ACC-6). Every session ends, since whoever has the lost device may
/// be signed in on it; what else the account has stays as it is.
///
/// # Errors
/// [`FactorError::NoAccount`], [`FactorError::Absent`].
pub async fn reset(app: &App, deed: Deed, email: Email) -> Result<(), FactorError> {
    let parts = app.clone();
    let reset = app.store.write(move |tx| {
        let owner = account_of(tx, &email)?.ok_or(FactorError::NoAccount)?;
        if !store::delete_factor(tx, owner.id)? {
            return Err(FactorError::Absent);
        }
        end_sessions(tx, owner.id, deed.at)?;
        audit::record(tx, &parts, &deed, Act::SecondFactorReset, None, owner.id, json!({}))?;
        tell_owner(tx, &parts, &deed, owner.id, FactorChange::Reset)?;
        let mut told = BTreeSet::from([owner.id]);
        for part in roles_of(tx, owner.id)? {
            for officer in office(tx, part.edition)? {
                if told.insert(officer.account) {
                    outbox::enqueue(tx, &messages::factor_reset_of(&parts, &owner, &officer, deed.at))?;
                }
            }
        }
        Ok(())
    });
    reset.await?;
    app.outbox_bell.notify_one();
    Ok(())
}

/// Shows a code where the account has a second factor; who has none passes. A right code is used up by it, a wrong one
/// counted, so the caller's transaction must be committed whatever the answer.
///
/// The `session` in which it was shown, if any, ends by the wrong code that closes the door: whoever sits at somebody's
/// open browser keeps its owner out once, and not for as long as they like.
///
/// # Errors
/// The store's. Inside: [`CodeRefused`].
pub(super) fn show(
    tx: &mut Conn,
    app: &App,
    deed: &Deed,
    owner: &Account,
    session: Option<SessionId>,
    code: Option<&FactorCode>,
) -> Stored<Result<(), CodeRefused>> {
    let Some(factor) = store::factor(tx, owner.id)?.filter(|factor| factor.confirmed_at.is_some()) else {
        return Ok(Ok(()));
    };
    let Some(code) = code else { return Ok(Err(CodeRefused::Missing)) };
    let ends_at = factor.wrong_at.map(|last| last + PAUSE).filter(|ends_at| deed.at < *ends_at);
    if let Some(ends_at) = ends_at.filter(|_| factor.wrong >= TRIES) {
        return Ok(Err(CodeRefused::TooMany { retry_after: ends_at.since(deed.at) }));
    }
    let passes = match code.as_typed() {
        Typed::Digits(digits) => take_digits(tx, app, deed, owner.id, &factor, digits)?,
        Typed::Recovery(code) => take_recovery_code(tx, app, deed, owner, code)?,
        Typed::Neither => false,
    };
    if passes {
        store::set_wrong(tx, owner.id, 0, None)?;
        return Ok(Ok(()));
    }
    let wrong = if ends_at.is_some() { factor.wrong + 1 } else { 1 };
    store::set_wrong(tx, owner.id, wrong, Some(deed.at))?;
    if wrong >= TRIES {
        audit::record(tx, app, deed, Act::SecondFactorBlocked, None, owner.id, json!({}))?;
        if let Some(session) = session {
            end_session(tx, session, deed.at)?;
            audit::record(tx, app, deed, Act::SignedOut, None, session, json!({}))?;
        }
    }
    Ok(Err(CodeRefused::Wrong))
}

/// Asks for a code before a signature (S-ACC-7): owed outside a trial, in which one that is sent is looked at all the same.
/// As with every code, the caller's transaction must be committed whatever the answer.
///
/// # Errors
/// The store's. Inside: [`CodeRefused`].
pub fn ask(
    tx: &mut Conn,
    app: &App,
    deed: &Deed,
    (signer, session): (AccountId, SessionId),
    code: Option<&FactorCode>,
) -> Stored<Result<(), CodeRefused>> {
    if code.is_none() && app.config.is_trial() {
        return Ok(Ok(()));
    }
    let may_pass = app.config.is_trial() || store::has_factor(tx, signer)?;
    match account(tx, signer)? {
        Some(owner) if may_pass => show(tx, app, deed, &owner, Some(session), code),
        _ => Ok(Err(CodeRefused::Missing)),
    }
}

/// Takes six digits, unless the code of this or a later time step was taken before.
fn take_digits(
    tx: &mut Conn,
    app: &App,
    deed: &Deed,
    owner: AccountId,
    factor: &FactorRow,
    digits: &str,
) -> Stored<bool> {
    let Some(seed) = Seed::unseal(&app.keys, owner, &factor.seed) else {
        tracing::error!(account = %owner, "a second factor is sealed by a secret that is not among ours, or was changed");
        return Ok(false);
    };
    let Some(step) = seed.step_of(digits, app.clock.beside_a_phone(deed.at)) else { return Ok(false) };
    if !store::take_step(tx, owner, step)? {
        return Ok(false);
    }
    if !app.keys.is_newest(&factor.seed) {
        store::set_seed(tx, owner, &seed.seal(app, owner))?;
    }
    Ok(true)
}

/// Takes a recovery code, and tells the owner.
fn take_recovery_code(tx: &mut Conn, app: &App, deed: &Deed, owner: &Account, code: &RecoveryCode) -> Stored<bool> {
    if !store::take_recovery_code(tx, owner.id, &code.digest(), deed.at)? {
        return Ok(false);
    }
    let left = store::recovery_codes_left(tx, owner.id)?;
    audit::record(tx, app, deed, Act::RecoveryCodeUsed, None, owner.id, json!({"left": left}))?;
    tell_owner(tx, app, deed, owner.id, FactorChange::RecoveryCodeUsed { left })?;
    Ok(true)
}

fn tell_owner(tx: &mut Conn, app: &App, deed: &Deed, owner: AccountId, change: FactorChange) -> Stored<()> {
    if let Some(owner) = account(tx, owner)? {
        outbox::enqueue(tx, &messages::factor_changed(app, &owner, change, deed.at)?)?;
    }
    Ok(())
}
