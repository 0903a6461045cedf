//! One's own sessions: each sign-in that lives, in whichever browser or program, can be seen and ended.

use serde_json::json;

use super::guards::Caller;
use super::model::Session;
use super::store;
use crate::app::App;
use crate::audit::{self, Act};
use crate::clock::Time;
use crate::from_query;
use crate::http::problem::{Code, Problem};
use crate::ids::SessionId;
use crate::store::StoreError;

/// A session of one's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnSession {
    /// Which.
    pub session: Session,
    /// When it ends if nobody uses it.
    pub ends_at: Time,
    /// Whether it is the one that asks.
    pub is_current: bool,
}

/// The caller's sessions that live, the one used last first.
///
/// # Errors
/// The store's.
pub async fn own_sessions(app: &App, caller: &Caller) -> Result<Vec<OwnSession>, StoreError> {
    let (id, current, is_office, now) = (caller.account, caller.session, caller.is_office_anywhere(), app.clock.now());
    let read = app.store.read(move |tx| Ok::<_, StoreError>(store::living_sessions(tx, id)?));
    let own = |session: Session| OwnSession {
        ends_at: session.ends_at(is_office),
        is_current: session.id == current,
        session,
    };
    Ok(read.await?.into_iter().filter(|session| !session.is_over(is_office, now)).map(own).collect())
}

/// Why a session is not ended.
#[derive(Debug, thiserror::Error)]
pub enum EndError {
    /// There is none, it is another's, or it has ended already: never said which (S-HTTP-9).
    #[error("the caller has no such session")]
    NoSession,
    /// The store's fault.
    #[error("the store failed")]
    Store(#[from] StoreError),
}

from_query!(EndError);

impl From<EndError> for Problem {
    fn from(error: EndError) -> Self {
        match error {
            EndError::NoSession => Self::new(Code::NotFound),
            EndError::Store(error) => error.into(),
        }
    }
}

/// Ends all of the caller's sessions but the one that asks.
///
/// # Errors
/// [`EndError`].
pub async fn end_others(app: &App, caller: &Caller) -> Result<(), EndError> {
    let (owner, current, deed, parts) = (caller.account, caller.session, caller.deed(app), app.clone());
    app.store
        .write(move |tx| {
            for other in store::living_sessions(tx, owner)?.into_iter().filter(|session| session.id != current) {
                if store::end_session(tx, other.id, deed.at)? {
                    audit::record(tx, &parts, &deed, Act::SignedOut, None, other.id, json!({}))?;
                }
            }
            Ok(())
        })
        .await
}

/// Ends one of the caller's sessions: from the next request on it is gone (S-ACC-10).
///
/// # Errors
/// [`EndError`].
pub async fn end_session(app: &App, caller: &Caller, id: SessionId) -> Result<(), EndError> {
    let (owner, deed, parts) = (caller.account, caller.deed(app), app.clone());
    app.store
        .write(move |tx| {
            let is_own = store::session(tx, id)?.is_some_and(|row| row.account == owner);
            if !is_own || !store::end_session(tx, id, deed.at)? {
                return Err(EndError::NoSession);
            }
            Ok(audit::record(tx, &parts, &deed, Act::SignedOut, None, id, json!({}))?)
        })
        .await
}
