//! The nominator's address is proven: the nomination is in, and its supporters are asked.

use serde_json::json;

use super::asking;
use super::form::Supporter;
use super::life;
use super::messages::Desk;
use super::model::{LetterState, Nomination, SupporterRow};
use super::reference::Reference;
use super::status::IllegalMove;
use super::store;
use super::submit::Receipt;
use crate::app::App;
use crate::audit::{self, Act, Deed};
use crate::clock::Time;
use crate::editions::Edition;
use crate::from_query;
use crate::http::door::{Door, FromBody};
use crate::http::links::Link;
use crate::http::problem::{Code, Problem, Trouble};
use crate::ids::{NominationId, SupporterId};
use crate::outbox::{self, Message};
use crate::store::{Conn, StoreError, Stored};
use crate::text::{Language, say};

/// The token of a mailed link, in a body.
pub struct Token(pub String);

impl FromBody for Token {
    fn read(door: &mut Door<'_>) -> Option<Self> {
        door.required("token", |text| Ok(text.trim().to_owned())).map(Self)
    }
}

/// Why a nomination is not confirmed.
#[derive(Debug, thiserror::Error)]
pub enum ConfirmError {
    /// The link is unknown, dead or another's.
    #[error("the link is not valid")]
    NotValid,
    /// The same nominator has confirmed a nomination of the same nominee in this category before.
    #[error("already nominated as {0}")]
    AlreadyNominated(Reference),
    /// It changed while the mail was written.
    #[error("another change came first")]
    LostRace,
    /// The store's.
    #[error("the store failed")]
    Store(#[from] StoreError),
}

from_query!(ConfirmError);

impl From<IllegalMove> for ConfirmError {
    fn from(_: IllegalMove) -> Self {
        Self::NotValid
    }
}

impl From<ConfirmError> for Problem {
    fn from(error: ConfirmError) -> Self {
        match error {
            ConfirmError::NotValid => Self::new(Code::LinkNotValid),
            ConfirmError::AlreadyNominated(reference) => already_nominated(&reference),
            ConfirmError::LostRace => Self::new(Code::LostRace),
            ConfirmError::Store(error) => error.into(),
        }
    }
}

pub(super) fn already_nominated(reference: &Reference) -> Problem {
    let words = |language| say(language, "fault-already-nominated", &[("reference", reference.as_str().into())]);
    let message = [words(Language::En), words(Language::Ru)];
    let trouble = Trouble { pointer: "/nominee/name".to_owned(), code: "already_nominated".to_owned(), message };
    Problem::new(Code::AlreadyNominated).with_troubles(vec![trouble])
}

/// Confirms the nomination behind a link: asks its supporters (M4) and sends the nominator a receipt (M2). A link that
/// was used before answers the same again.
///
/// # Errors
/// [`ConfirmError`].
pub async fn confirm(app: &App, deed: Deed, link: Link) -> Result<Receipt, ConfirmError> {
    let at = deed.at;
    let found = app.store.read(move |tx| Ok::<_, ConfirmError>(life::to_confirm(tx, &link, at)?)).await?;
    let (edition, nomination) = found.ok_or(ConfirmError::NotValid)?;
    if nomination.confirmed_at.is_some() {
        return Ok(Receipt::of(&nomination));
    }
    let confirmed = Confirmed::prepare(app, &edition, nomination, at)?;
    let shared = app.clone();
    let receipt = app.store.write(move |tx| {
        let (edition, now) = life::to_confirm(tx, &link, deed.at)?.ok_or(ConfirmError::NotValid)?;
        confirmed.write(tx, &shared, &deed, &edition, &now)
    });
    let receipt = receipt.await?;
    app.outbox_bell.notify_one();
    Ok(receipt)
}

/// A nomination that is to be confirmed, with its supporters and the mail to all three: finished before the transaction.
pub(super) struct Confirmed {
    before: i64,
    nomination: Nomination,
    supporters: Vec<SupporterRow>,
    receipt: Option<Message>,
    /// In the order of the supporters.
    requests: Vec<Option<Message>>,
}

impl Confirmed {
    /// Finishes what the transaction will write.
    pub(super) fn prepare(
        app: &App,
        edition: &Edition,
        mut nomination: Nomination,
        at: Time,
    ) -> Result<Self, ConfirmError> {
        let before = nomination.version;
        nomination.status = nomination.status.confirm()?;
        nomination.confirmed_at = Some(at);
        nomination.changed_at = at;
        nomination.version += 1;
        let supporters = supporters(app, nomination.id, &nomination.supporters, at);
        let desk = Desk { app, edition, at };
        let receipt = desk.receipt(&nomination);
        let request = |supporter| desk.supporter_request(&nomination, supporter, at);
        let requests = supporters.iter().map(request).collect();
        Ok(Self { before, nomination, supporters, receipt, requests })
    }

    /// Writes it, unless `now`, the nomination as it stands in this transaction, is confirmed already.
    pub(super) fn write(
        &self,
        tx: &mut Conn,
        app: &App,
        deed: &Deed,
        edition: &Edition,
        now: &Nomination,
    ) -> Result<Receipt, ConfirmError> {
        if now.confirmed_at.is_some() {
            return Ok(Receipt::of(now)); // a double click
        }
        if now.version != self.before {
            return Err(ConfirmError::LostRace);
        }
        if let Some(reference) = nominated_before(tx, &self.nomination)? {
            return Err(ConfirmError::AlreadyNominated(reference));
        }
        store::save(tx, &self.nomination)?;
        store::clear_typed_supporters(tx, self.nomination.id)?;
        store::duplicates::index(tx, &self.nomination)?;
        let desk = Desk { app, edition, at: deed.at };
        if let Some(message) = &self.receipt {
            outbox::enqueue(tx, message)?;
        }
        for (supporter, finished) in self.supporters.iter().zip(&self.requests) {
            store::insert_supporter(tx, supporter)?;
            asking::ask(tx, &desk, &self.nomination, supporter, finished.as_ref())?;
        }
        let subject = self.nomination.id;
        audit::record(tx, app, deed, Act::NominationConfirmed, Some(edition.id), subject, json!({}))?;
        Ok(Receipt::of(&self.nomination))
    }
}

pub(super) fn nominated_before(tx: &mut Conn, nomination: &Nomination) -> Stored<Option<Reference>> {
    match &nomination.nominator.email {
        Some(email) => store::confirmed_before(tx, nomination, email),
        None => Ok(None),
    }
}

/// The supporters as typed, as people who are asked. Version 0: no letter yet.
pub(super) fn supporters(app: &App, nomination: NominationId, typed: &[Supporter], at: Time) -> Vec<SupporterRow> {
    let typed = typed.iter().zip(0..);
    typed
        .map(|(supporter, position)| SupporterRow {
            id: SupporterId::from_uuid(app.chance.uuid(at)),
            nomination,
            position,
            generation: 0,
            name: supporter.name.as_str().to_owned(),
            email: supporter.email.clone(),
            phone: supporter.phone.as_ref().map(|phone| phone.as_str().to_owned()),
            postal_address: supporter.postal_address.as_ref().map(|address| address.as_str().to_owned()),
            relation: supporter.relation.as_str().to_owned(),
            state: LetterState::Asked,
            asked_at: Some(at),
            letter: None,
            version: 0,
            former: Vec::new(),
        })
        .collect()
}
