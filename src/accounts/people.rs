//! People leave: an organiser or the operator takes a part away. From the next request on it is gone (S-ACC-10).

use serde_json::json;

use super::model::{Person, Sheets};
use super::{invitations, store};
use crate::app::App;
use crate::audit::{self, Act, Actor, Deed};
use crate::editions::{self, Phases, WrongPhase};
use crate::fields::ShortText;
use crate::from_query;
use crate::http::problem::{Code, Problem};
use crate::ids::{EditionId, RoleId};
use crate::store::{Conn, StoreError, Stored};

/// When a judge's sheets can still be struck with them; afterwards they stand.
const SHEETS_OPEN: Phases = Phases::of("UNSJ");

/// How somebody is removed.
#[derive(Clone, Debug, Default)]
pub struct Removal {
    /// What becomes of a judge's sheets; they stand where nothing is said.
    pub sheets: Option<Sheets>,
    /// Why.
    pub reason: Option<ShortText<1, 500>>,
}

/// Why nobody is removed.
#[derive(Debug, thiserror::Error)]
pub enum RemovalError {
    /// The edition has no such person, or no more.
    #[error("the edition has no such person")]
    NoPerson,
    /// Organisers and approvers are the operator's to remove.
    #[error("organisers and approvers are removed from the command line")]
    NotYours,
    /// Sheets are struck with a reason.
    #[error("a reason is needed to strike sheets")]
    NoReason,
    /// Sheets cannot be struck any more.
    #[error(transparent)]
    Phase(#[from] WrongPhase),
    /// The store's fault.
    #[error("the store failed")]
    Store(#[from] StoreError),
}

from_query!(RemovalError);

impl From<RemovalError> for Problem {
    fn from(error: RemovalError) -> Self {
        match error {
            RemovalError::NoPerson => Self::new(Code::NotFound),
            RemovalError::NotYours => Self::new(Code::NotAllowed),
            RemovalError::NoReason => Self::fault("/query/reason", "reason_required"),
            RemovalError::Phase(wrong) => wrong.into(),
            RemovalError::Store(error) => error.into(),
        }
    }
}

/// Removes somebody from an edition.
///
/// Whoever has no other part loses their sessions too.
///
/// # Errors
/// [`RemovalError`].
pub async fn remove(
    app: &App,
    deed: Deed,
    edition: EditionId,
    id: RoleId,
    removal: Removal,
) -> Result<(), RemovalError> {
    let parts = app.clone();
    app.store.write(move |tx| remove_in(tx, &parts, &deed, edition, id, &removal)).await
}

fn remove_in(
    tx: &mut Conn,
    app: &App,
    deed: &Deed,
    edition: EditionId,
    id: RoleId,
    removal: &Removal,
) -> Result<(), RemovalError> {
    let person = store::person(tx, id)?.filter(|person| person.edition == edition && person.removed_at.is_none());
    let person = person.ok_or(RemovalError::NoPerson)?;
    if person.role.is_office() && deed.actor != Actor::Operator {
        return Err(RemovalError::NotYours);
    }
    let sheets = person.role.judges().then_some(removal.sheets.unwrap_or(Sheets::Stand));
    if sheets == Some(Sheets::Void) {
        if removal.reason.is_none() {
            return Err(RemovalError::NoReason);
        }
        let edition = editions::store::by_id(tx, edition)?.ok_or(RemovalError::NoPerson)?;
        edition.require(SHEETS_OPEN, deed.at)?;
    }
    store::mark_removed(tx, id, sheets, removal.reason.as_ref().map(ShortText::as_str), deed.at)?;
    invitations::take_back(tx, id, deed.at)?;
    end_sessions(tx, &person, deed)?;
    let mut detail = json!({"role": person.role, "sheets": sheets.map_or("", Sheets::as_str)});
    if let Some(reason) = &removal.reason {
        detail["note"] = audit::note(tx, app, reason.as_str())?.into();
    }
    Ok(audit::record(tx, app, deed, Act::PersonRemoved, Some(edition), id, detail)?)
}

fn end_sessions(tx: &mut Conn, person: &Person, deed: &Deed) -> Stored<()> {
    if store::roles_of(tx, person.account)?.is_empty() {
        store::end_sessions(tx, person.account, deed.at)?;
    }
    Ok(())
}
