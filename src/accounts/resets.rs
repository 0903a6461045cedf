//! A lost password: whoever asks for a new one gets a link by mail, good for half an hour and once.
//!
//! Nobody learns by asking whether an address has an account. A request is written down alike for every address; whose it
//! is, is looked up afterwards, when nobody waits for an answer (S-ACC-3). A second factor stays as it is (S-ACC-6).

use serde_json::json;

use super::devices::{self, Device, Whence};
use super::messages::{self, PasswordChange};
use super::own_words::own_words;
use super::password::{Attempt, Password};
use super::store::{self, Account, resets};
use super::{sign_in, throttle};
use crate::app::App;
use crate::audit::{self, Act, Actor, Deed};
use crate::clock::{Span, Time};
use crate::fields::{Email, Flaw};
use crate::from_query;
use crate::hashing::HashingError;
use crate::http::faults::Fault;
use crate::http::limits;
use crate::http::links::{Link, LinkKind};
use crate::http::problem::{Code, Problem};
use crate::http::request::Client;
use crate::ids::ResetId;
use crate::keys;
use crate::limits::Purpose;
use crate::outbox;
use crate::store::{Conn, StoreError, Stored};

/// How long a link is good for, from when its letter is written.
const LIVES: Span = Span::minutes(30);
/// Requests for an address within this time, of which [`MOST`] are taken (A1).
pub(super) const STRETCH: Span = Span::hours(1);
const MOST: i64 = 3;
/// Requests that are looked up at once.
const AT_ONCE: i64 = 50;

/// Takes a request for a new password. The answer is the same whatever becomes of it.
///
/// # Errors
/// The store's.
pub async fn ask(app: &App, deed: Deed, email: Email, client: &Client) -> Result<(), StoreError> {
    if limits::spend(app, Purpose::ResetRequests, client).is_err() {
        return Ok(()); // told to nobody, like every other fate of a request
    }
    // Not by mailbox: a letter goes to an account's own spelling only, and another one must not use up its owner's.
    let recipient = throttle::address_key(app, &email);
    let sealed = app.keys.seal(keys::Purpose::Resets, &app.chance, email.as_str().as_bytes());
    let id = ResetId::from_uuid(app.chance.uuid(deed.at));
    let limited = app.config.limits_mail();
    app.store
        .write(move |tx| {
            if limited && resets::count(tx, &recipient, deed.at - STRETCH)? >= MOST {
                return Ok(());
            }
            Ok::<_, StoreError>(resets::insert(tx, id, &recipient, &sealed, deed.at)?)
        })
        .await
}

fn unseal(app: &App, sealed: &str) -> Option<Email> {
    let text = String::from_utf8(app.keys.unseal(keys::Purpose::Resets, sealed)?).ok()?;
    Email::parse_with(&text, true).ok()
}

/// Looks up whose the requests are that wait for it, and writes to those people. Answers how many letters that makes.
pub(super) fn look_up(tx: &mut Conn, app: &App, now: Time) -> Stored<usize> {
    let mut letters = 0;
    for (id, sealed) in resets::undecided(tx, AT_ONCE)? {
        let owner = owner(tx, app, &sealed)?;
        let expires_at = now + LIVES;
        resets::decide(tx, id, owner.as_ref().map(|owner| owner.id), expires_at)?;
        if let Some(owner) = owner {
            let link = Link::to(LinkKind::Reset, id.uuid()).url(app, owner.language);
            outbox::enqueue(tx, &messages::password_reset(app, &owner, id, &link, expires_at, now)?)?;
            letters += 1;
        }
    }
    Ok(letters)
}

/// Whose request it is: somebody's who has a password, and a part in some edition.
fn owner(tx: &mut Conn, app: &App, sealed: &str) -> Stored<Option<Account>> {
    let Some(email) = unseal(app, sealed) else { return Ok(None) };
    let Some(account) = store::account_of(tx, &email)?.filter(|account| account.password.is_some()) else {
        return Ok(None);
    };
    Ok((!store::roles_of(tx, account.id)?.is_empty()).then_some(account))
}

/// A living link to a new password: whose, and until when.
pub struct Reset {
    /// Whose.
    pub account: Account,
    /// Until when.
    pub expires_at: Time,
}

/// The request behind a link, unless it is used up, over, or its owner was removed.
///
/// # Errors
/// The store's.
pub fn reset_behind(tx: &mut Conn, link: &Link, now: Time) -> Stored<Option<Reset>> {
    if link.kind != LinkKind::Reset || link.generation != 0 {
        return Ok(None);
    }
    let Some(row) = resets::one(tx, ResetId::from_uuid(link.row))? else { return Ok(None) };
    let (Some(account), Some(expires_at), None) = (row.account, row.expires_at, row.used_at) else { return Ok(None) };
    if now >= expires_at {
        return Ok(None);
    }
    if store::roles_of(tx, account)?.is_empty() {
        return Ok(None);
    }
    Ok(store::account(tx, account)?.map(|account| Reset { account, expires_at }))
}

/// Why no new password is set.
#[derive(Debug, thiserror::Error)]
pub enum ResetError {
    /// The link opens nothing, or nothing any more.
    #[error("the link is not valid")]
    LinkNotValid,
    /// The new password is no good.
    #[error("the password is refused")]
    Password(Flaw),
    /// The password was not hashed.
    #[error("the password was not hashed")]
    Hashing(#[from] HashingError),
    /// The store's fault.
    #[error("the store failed")]
    Store(#[from] StoreError),
}

from_query!(ResetError);

impl From<ResetError> for Problem {
    fn from(error: ResetError) -> Self {
        match error {
            ResetError::LinkNotValid => Self::new(Code::LinkNotValid),
            ResetError::Password(flaw) => Self::invalid(vec![Fault::of("/password", flaw)]),
            ResetError::Hashing(error) => sign_in::hashing(&error),
            ResetError::Store(error) => error.into(),
        }
    }
}

/// A new password stands.
pub struct Renewed {
    /// How many sessions it has ended.
    pub ended_sessions: usize,
    /// The browser in which it was set.
    pub device: Device,
}

/// Sets a new password by a mailed link, and ends every session of the account.
///
/// The account knows the browser in which this happens, and no other: its owner came there by their own mailbox, and
/// must get in while somebody elsewhere still guesses (S-ACC-9, `throttle.rs`).
///
/// # Errors
/// [`ResetError`].
pub async fn confirm(
    app: &App,
    deed: Deed,
    from: Whence,
    token: &str,
    password: Attempt,
) -> Result<Renewed, ResetError> {
    let link = Link::open(&app.keys, token).ok_or(ResetError::LinkNotValid)?;
    let at = deed.at;
    let read = app.store.read(move |tx| {
        let reset = reset_behind(tx, &link, at)?.ok_or(ResetError::LinkNotValid)?;
        Ok::<_, ResetError>(own_words(tx, &reset.account)?)
    });
    let own = read.await?;
    let judged = Password::judge_aside(password, own).await?.map_err(ResetError::Password)?;
    let hash = app.hasher.hash(judged.into_text()).await?;
    let parts = app.clone();
    let renewed = app.store.write(move |tx| {
        let account = reset_behind(tx, &link, at)?.ok_or(ResetError::LinkNotValid)?.account;
        let deed = Deed { actor: Actor::Account(account.id), ..deed.clone() };
        store::set_password(tx, account.id, &hash)?;
        let ended_sessions = store::end_sessions(tx, account.id, at)?;
        resets::use_up(tx, account.id, at)?;
        store::devices::forget_others(tx, account.id, None)?;
        let device = devices::note(tx, &parts, &from, account.id, at)?;
        throttle::forget(tx, &parts, &account.address()?)?;
        audit::record(tx, &parts, &deed, Act::PasswordReset, None, account.id, json!({}))?;
        outbox::enqueue(tx, &messages::password_changed(&parts, &account, PasswordChange::ByMail, at)?)?;
        Ok::<_, ResetError>(Renewed { ended_sessions, device })
    });
    let renewed = renewed.await?;
    app.outbox_bell.notify_one();
    Ok(renewed)
}
