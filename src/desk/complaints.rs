//! Complaints: anybody may send one to the committee, which acknowledges it from its own mailbox within 30 days
//! (`content/privacy.md` § 10). No mail answers: it would go to whatever address somebody typed.

use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::store::complaints as store;
use crate::app::App;
use crate::audit::{self, Act, Actor, Deed};
use crate::clock::Time;
use crate::editions::{self, Edition};
use crate::fields::{Email, Lines};
use crate::from_query;
use crate::http::door::{Door, FromBody};
use crate::http::idempotency::{KeyReused, Once, Outcome};
use crate::http::problem::{Code, Problem};
use crate::ids::{AccountId, ComplaintId};
use crate::store::StoreError;
use crate::text::Language;

/// Characters of a complaint at most.
const LONGEST: usize = 2_000;

/// What somebody complains of, and where they are answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    email: Email,
    text: Lines<LONGEST>,
}

impl FromBody for Complaint {
    fn read(door: &mut Door<'_>) -> Option<Self> {
        let text = door.required("text", Lines::parse);
        let email = door.required("email", |raw| Email::parse_with(raw, true));
        Some(Self { email: email?, text: text? })
    }
}

/// A complaint as organisers read it, and as its row.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ComplaintView {
    /// Id.
    pub id: ComplaintId,
    /// Whom to answer. Nobody has proven the address.
    pub email: String,
    /// What they say.
    pub text: String,
    /// In which language they were reading.
    pub language: Language,
    /// When it came.
    pub came_at: Time,
    /// Since when it is acknowledged.
    pub acknowledged_at: Option<Time>,
    /// By which organiser.
    pub acknowledged_by: Option<AccountId>,
}

/// An edition's complaints.
#[derive(Debug, Serialize, ToSchema)]
pub struct Complaints {
    /// Those that wait first, the oldest of them first; 200 at most.
    pub items: Vec<ComplaintView>,
}

/// Why a complaint is not taken, or not marked.
#[derive(Debug, thiserror::Error)]
pub enum ComplaintError {
    /// There is no edition whose committee it could go to.
    #[error("there is no edition")]
    NoEdition,
    /// There is none of this id in the edition.
    #[error("there is no such complaint in this edition")]
    NotFound,
    /// The idempotency key came with another body.
    #[error(transparent)]
    Reused(#[from] KeyReused),
    /// The store's.
    #[error("the store failed")]
    Store(#[from] StoreError),
}

from_query!(ComplaintError);

impl From<ComplaintError> for Problem {
    fn from(error: ComplaintError) -> Self {
        match error {
            ComplaintError::NoEdition | ComplaintError::NotFound => Self::new(Code::NotFound),
            ComplaintError::Reused(reused) => reused.into(),
            ComplaintError::Store(error) => error.into(),
        }
    }
}

/// Takes a complaint to the committee of the edition that the public means. The same words from the same address, while
/// they wait, are one complaint: a double click.
///
/// # Errors
/// [`ComplaintError`].
pub async fn complain(
    app: &App,
    deed: Deed,
    said: Complaint,
    language: Language,
    once: Once,
) -> Result<Outcome<()>, ComplaintError> {
    let shared = app.clone();
    app.store
        .write(move |tx| {
            once.run(tx, deed.at, |tx| {
                let edition = editions::store::current(tx, deed.at)?.ok_or(ComplaintError::NoEdition)?;
                let view = ComplaintView {
                    id: ComplaintId::from_uuid(shared.chance.uuid(deed.at)),
                    email: said.email.as_str().to_owned(),
                    text: said.text.as_str().to_owned(),
                    language,
                    came_at: deed.at,
                    acknowledged_at: None,
                    acknowledged_by: None,
                };
                if store::waits_already(tx, edition.id, &view)? {
                    return Ok(());
                }
                store::insert(tx, edition.id, &view)?;
                audit::record(tx, &shared, &deed, Act::ComplaintMade, Some(edition.id), view.id, json!({}))?;
                Ok(())
            })
        })
        .await
}

/// What was complained of, for the organisers.
///
/// # Errors
/// The store's.
pub async fn list(app: &App, edition: Edition) -> Result<Complaints, ComplaintError> {
    app.store.read(move |tx| Ok(Complaints { items: store::of(tx, edition.id)? })).await
}

/// An organiser has acknowledged it, by a mail of their own. A second time changes nothing.
///
/// # Errors
/// [`ComplaintError`].
pub async fn acknowledge(
    app: &App,
    deed: Deed,
    edition: Edition,
    id: ComplaintId,
) -> Result<ComplaintView, ComplaintError> {
    let shared = app.clone();
    app.store
        .write(move |tx| {
            let mut view = store::one(tx, edition.id, id)?.ok_or(ComplaintError::NotFound)?;
            let Actor::Account(by) = deed.actor else { return Err(ComplaintError::NotFound) };
            if view.acknowledged_at.is_none() {
                view.acknowledged_at = Some(deed.at);
                view.acknowledged_by = Some(by);
                store::acknowledge(tx, id, deed.at, by)?;
                audit::record(tx, &shared, &deed, Act::ComplaintAcknowledged, Some(edition.id), id, json!({}))?;
            }
            Ok(view)
        })
        .await
}
