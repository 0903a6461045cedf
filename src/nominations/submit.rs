//! A nomination comes in: the public's one write, and the busiest of the service.
//!
//! Whatever needs no other row is done before the transaction: the documents are written, the name keys spelled, the
//! mail finished. Inside are the phase, four rows, nothing else.

use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use super::form::{FormRules, NominationForm, Sender, Source};
use super::messages::Desk;
use super::model::Nomination;
use super::places::city_key;
use super::reference::Reference;
use super::shelf::{self, Shelf};
use super::status::Status;
use super::store::{self, NewRow};
use crate::accounts::Action;
use crate::app::App;
use crate::audit::{self, Act, Deed};
use crate::clock::Time;
use crate::editions::{self, Edition, EditionSlug, WrongPhase};
use crate::fields::name_key::{NameOf, name_key, search_key};
use crate::fields::{Email, NomineeKind};
use crate::from_query;
use crate::http::door::{BodyError, Refusal, parse_with};
use crate::http::idempotency::{IdempotencyKey, KeyReused, Once, Outcome};
use crate::http::problem::{Code, Problem};
use crate::ids::{AccountId, NominationId};
use crate::outbox::{self, Message};
use crate::store::{Conn, StoreError};

/// How often a reference is drawn again: with a million nominations of an edition one in thirty is taken.
pub(super) const DRAWS: usize = 16;

/// What a nominator is given: that it is in, and what to call it by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Receipt {
    /// Id.
    pub id: NominationId,
    /// What people call it by; it survives being read over the telephone.
    pub reference: Reference,
    /// `unconfirmed` until the mailed link is used, then `submitted`.
    pub status: Status,
    /// When its body was complete.
    pub received_at: Time,
}

impl Receipt {
    /// What whoever has confirmed a nomination is told, now and whenever they confirm it again.
    pub(super) fn of(confirmed: &Nomination) -> Self {
        Self {
            id: confirmed.id,
            reference: confirmed.reference.clone(),
            status: Status::Submitted,
            received_at: confirmed.received_at,
        }
    }
}

/// Why a nomination is not taken in.
#[derive(Debug, thiserror::Error)]
pub enum SubmitError {
    /// The edition went while the form was read.
    #[error("there is no such edition")]
    NoEdition,
    /// The edition was changed since the form was read by it.
    #[error("the edition has changed")]
    Changed,
    /// The body is no nomination.
    #[error("the body is no nomination")]
    Body(BodyError),
    /// Nominations are not open.
    #[error(transparent)]
    Phase(#[from] WrongPhase),
    /// The idempotency key came with another body.
    #[error(transparent)]
    Reused(#[from] KeyReused),
    /// The store's.
    #[error("the store failed")]
    Store(#[from] StoreError),
}

from_query!(SubmitError);

impl From<SubmitError> for Problem {
    fn from(error: SubmitError) -> Self {
        match error {
            SubmitError::NoEdition => Self::new(Code::NotFound),
            SubmitError::Changed => Self::new(Code::LostRace),
            SubmitError::Body(error) => error.into(),
            SubmitError::Phase(wrong) => wrong.into(),
            SubmitError::Reused(reused) => reused.into(),
            SubmitError::Store(error) => error.into(),
        }
    }
}

/// Reads a body as a nomination of an edition and takes it in.
///
/// Nominations that are not open are told before the faults of a form that could not be sent anyway.
///
/// # Errors
/// [`SubmitError`].
pub async fn receive(
    app: &App,
    shelf: &Shelf,
    deed: Deed,
    slug: EditionSlug,
    body: &[u8],
    key: &IdempotencyKey,
) -> Result<Outcome<Receipt>, SubmitError> {
    let once = key.with(&Sha256::digest(body).into());
    let mut refused = None;
    if let Some(seen) = shelf.seen(&slug) {
        match receive_for(app, deed.clone(), &seen, body, once.clone()).await {
            Err(SubmitError::NoEdition | SubmitError::Changed) => {}
            Err(error @ (SubmitError::Phase(_) | SubmitError::Body(_))) => refused = Some((seen, error)),
            outcome => return outcome,
        }
    }
    let edition = shelf.fetch(app, &slug).await?.ok_or(SubmitError::NoEdition)?;
    match refused {
        Some((seen, error)) if shelf::is_same(&seen, &edition) => Err(error),
        _ => receive_for(app, deed, &edition, body, once).await, // the edition has changed since it was seen
    }
}

async fn receive_for(
    app: &App,
    deed: Deed,
    edition: &Edition,
    body: &[u8],
    once: Once,
) -> Result<Outcome<Receipt>, SubmitError> {
    let rules = FormRules { edition, smtputf8: app.config.mail_smtputf8, sender: Sender::Public };
    match parse_with(body, |door| NominationForm::read(door, &rules)) {
        Ok(form) => submit(app, deed, edition, form, Entry::Online, once).await,
        Err(error) => {
            if matches!(error, BodyError::Refused(Refusal::Invalid(_))) {
                Action::Nominate.require_public(edition, deed.at)?;
            }
            Err(SubmitError::Body(error))
        }
    }
}

/// How a nomination comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// By the form or the API: the nominator confirms the address (M1).
    Online,
    /// The same, by somebody whose address is proven already: by the link of their draft.
    Proven,
    /// Typed by this organiser: another confirms it.
    Paper(AccountId),
    /// From an organiser's file: nobody confirms it.
    Import,
}

/// Takes a nomination in, unconfirmed. What came online is answered by the link that confirms it (M1).
///
/// The deed's instant, taken when the body was complete, decides the phase; the commit may follow (S-JUD-4).
///
/// # Errors
/// [`SubmitError`].
pub async fn submit(
    app: &App,
    deed: Deed,
    edition: &Edition,
    form: NominationForm,
    entry: Entry,
    once: Once,
) -> Result<Outcome<Receipt>, SubmitError> {
    let mut incoming = Incoming::prepare(app, edition, form, entry, deed.at);
    for _ in 1..DRAWS {
        match take_in(app, &deed, edition, incoming.clone(), once.clone()).await {
            Err(SubmitError::Store(error)) if store::is_taken(&error) => {
                incoming.redraw(app, edition);
            }
            outcome => {
                app.outbox_bell.notify_one();
                return outcome;
            }
        }
    }
    take_in(app, &deed, edition, incoming, once).await
}

/// A nomination with its mail, ready to be written.
#[derive(Clone)]
pub(super) struct Incoming {
    row: NewRow,
    message: Option<Message>,
}

impl Incoming {
    /// Finishes what the transaction will write.
    pub fn prepare(app: &App, edition: &Edition, form: NominationForm, entry: Entry, at: Time) -> Self {
        let id = NominationId::from_uuid(app.chance.uuid(at));
        let desk = Desk { app, edition, at };
        let to = form.nominator.email.as_ref().filter(|_| entry == Entry::Online);
        let message = to.map(|email| desk.confirm_address(id, email, form.language));
        Self { row: new_row(app, edition, id, form, entry, at), message }
    }

    /// Draws another reference, where the first is taken.
    pub fn redraw(&mut self, app: &App, edition: &Edition) {
        self.row.reference = Reference::draw(edition.year, &app.chance);
    }
}

async fn take_in(
    app: &App,
    deed: &Deed,
    edition: &Edition,
    incoming: Incoming,
    once: Once,
) -> Result<Outcome<Receipt>, SubmitError> {
    let (shared, deed, edition) = (app.clone(), deed.clone(), edition.clone());
    app.store.write(move |tx| once.run(tx, deed.at, |tx| write(tx, &shared, &deed, &edition, &incoming))).await
}

/// Takes it in, in the phase of the deed's instant.
pub(super) fn write(
    tx: &mut Conn,
    app: &App,
    deed: &Deed,
    seen: &Edition,
    incoming: &Incoming,
) -> Result<Receipt, SubmitError> {
    let row = &incoming.row;
    let edition = editions::store::by_id(tx, seen.id)?.ok_or(SubmitError::NoEdition)?;
    if !shelf::is_same(&edition, seen) {
        return Err(SubmitError::Changed);
    }
    match row.source {
        Source::Paper => Action::EnterPaper.require_office(&edition, deed.at)?,
        Source::Import => Action::Import.require_office(&edition, deed.at)?,
        Source::Online => Action::Nominate.require_public(&edition, deed.at)?,
    }
    store::insert(tx, row)?;
    if let Some(message) = &incoming.message {
        outbox::limits::enqueue_link(tx, app, message, deed.at)?;
    }
    let detail = json!({"category": row.category, "source": row.source});
    audit::record(tx, app, deed, Act::NominationReceived, Some(edition.id), row.id, detail)?;
    Ok(Receipt { id: row.id, reference: row.reference.clone(), status: row.status, received_at: row.received_at })
}

/// The row of a nomination that nobody has confirmed yet.
pub(super) fn new_row(
    app: &App,
    edition: &Edition,
    id: NominationId,
    form: NominationForm,
    entry: Entry,
    at: Time,
) -> NewRow {
    let (source, typed_by) = match entry {
        Entry::Online | Entry::Proven => (Source::Online, None),
        Entry::Paper(by) => (Source::Paper, Some(by)),
        Entry::Import => (Source::Import, None),
    };
    let facts = &form.facts;
    let name = facts.name.as_str();
    let other = facts.name_other_script.as_ref().map_or("", |name| name.as_str());
    NewRow {
        id,
        edition: edition.id,
        reference: Reference::draw(edition.year, &app.chance),
        kind: form.kind,
        language: form.language,
        status: Status::Unconfirmed,
        source,
        name: name.to_owned(),
        name_key: name_key(name, name_of(form.kind)),
        search_key: search_key(&format!("{name} {other}")),
        city_key: city_key(facts.home_city.as_str()),
        headline: form.headline.as_str().to_owned(),
        facts: store::written(facts),
        story: store::written(&form.story),
        links: store::written(&form.links),
        contacts: store::written(&form.contacts),
        nominator: store::written(&form.nominator),
        nominator_email: form.nominator.email.as_ref().map(Email::normal),
        supporters: store::written(&form.supporters),
        tell_me_next_time: form.tell_me_next_time,
        category: form.category,
        received_at: at,
        confirmed_at: None,
        typed_by,
        version: 1,
        changed_at: at,
    }
}

/// Whose name a nominee's is, for its key.
pub(super) fn name_of(kind: NomineeKind) -> NameOf {
    match kind {
        NomineeKind::Individual => NameOf::Person,
        NomineeKind::Organisation => NameOf::Organisation,
    }
}
