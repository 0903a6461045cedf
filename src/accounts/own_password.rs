//! One's own password: whoever is signed in changes it, and shows the old one.

use serde_json::json;

use super::check::try_password;
use super::devices::Whence;
use super::guards::Caller;
use super::messages::{self, PasswordChange};
use super::own_words::own_words;
use super::password::{Attempt, Password};
use super::sign_in::SignInError;
use super::store::{self, devices, resets};
use crate::app::App;
use crate::audit::{self, Act};
use crate::fields::Flaw;
use crate::from_query;
use crate::http::faults::Fault;
use crate::http::problem::{Code, Problem};
use crate::outbox;
use crate::store::StoreError;

/// Why a password is not changed.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// The new password is no good.
    #[error("the password is refused")]
    Password(Flaw),
    /// The session has ended meanwhile.
    #[error("the session has ended")]
    SessionEnded,
    /// The old password was not checked, or is wrong.
    #[error(transparent)]
    Old(#[from] SignInError),
    /// The store's fault.
    #[error("the store failed")]
    Store(#[from] StoreError),
}

from_query!(PasswordError);

impl From<PasswordError> for Problem {
    fn from(error: PasswordError) -> Self {
        match error {
            PasswordError::Password(flaw) => Self::invalid(vec![Fault::of("/new", flaw)]),
            PasswordError::SessionEnded => Self::new(Code::SessionEnded),
            PasswordError::Old(SignInError::InvalidCredentials) => Self::fault("/old", "wrong_password"),
            PasswordError::Old(error) => error.into(),
            PasswordError::Store(error) => error.into(),
        }
    }
}

/// Changes the caller's password. Their other sessions end, and other browsers are forgotten; this session goes on.
///
/// # Errors
/// [`PasswordError`].
pub async fn change_password(
    app: &App,
    caller: &Caller,
    from: Whence,
    old: Attempt,
    new: Attempt,
) -> Result<(), PasswordError> {
    let (id, session, deed, parts) = (caller.account, caller.session, caller.deed(app), app.clone());
    let read = app.store.read(move |tx| {
        let account = store::account(tx, id)?.ok_or(PasswordError::SessionEnded)?;
        Ok::<_, PasswordError>(own_words(tx, &account)?)
    });
    let own = read.await?;
    let judged = Password::judge_aside(new, own).await?.map_err(PasswordError::Password)?;
    let (tried, _stake) = try_password(app, deed.at, caller.email.clone(), old, from).await?;
    let hash = app.hasher.hash(judged.into_text()).await.map_err(SignInError::from)?;
    let changed = app.store.write(move |tx| {
        let account = match tried.settle(tx, deed.at, |_, account| Ok(account.id == id))? {
            Ok(account) => account,
            Err(refused) => return Ok(Err(refused)), // what was counted stays
        };
        if store::session(tx, session)?.and_then(|row| row.session()).is_none() {
            return Err(PasswordError::SessionEnded);
        }
        tried.passed(tx, deed.at)?;
        store::set_password(tx, id, &hash)?;
        store::end_other_sessions(tx, id, session, deed.at)?;
        devices::forget_others(tx, id, from.device.map(|device| device.id()))?;
        resets::use_up(tx, id, deed.at)?;
        audit::record(tx, &parts, &deed, Act::PasswordChanged, None, id, json!({}))?;
        outbox::enqueue(tx, &messages::password_changed(&parts, &account, PasswordChange::ByOwner, deed.at)?)?;
        Ok(Ok(()))
    });
    changed.await??;
    app.outbox_bell.notify_one();
    Ok(())
}
