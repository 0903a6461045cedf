//! Links again: whoever has lost a mail is sent its link once more, to the address that it went to.
//!
//! Nobody learns by asking whether an address is known: a request is written down alike for each, and what was sent to it
//! is looked up afterwards, when nobody waits for an answer (S-NOM-7). Sent are M1 to M4 and M6 whose links still live,
//! written anew; a winner's letter never.

use super::drafts;
use super::life;
use super::messages::{Desk, notice_address};
use super::model::Nomination;
use super::status::Status;
use super::store::{self, again as requests};
use crate::app::App;
use crate::audit::Deed;
use crate::clock::Time;
use crate::editions::{self, Edition, EditionSlug};
use crate::fields::{Email, Flaw};
use crate::from_query;
use crate::http::door::{Door, FromBody};
use crate::http::idempotency::{KeyReused, Once, Outcome};
use crate::http::links::{Link, LinkKind};
use crate::http::problem::Problem;
use crate::ids::{LinkRequestId, NominationId, SupporterId};
use crate::keys::Purpose;
use crate::outbox::{self, Kind, Message, limits};
use crate::store::{Conn, StoreError, Stored};

/// Kinds of mail whose links are sent again.
const KINDS: [Kind; 5] =
    [Kind::ConfirmAddress, Kind::Receipt, Kind::DraftLink, Kind::SupporterRequest, Kind::NomineeNotice];
/// Requests that are looked up at once.
const AT_ONCE: i64 = 20;

/// Whose links, of which edition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    email: Email,
    edition: EditionSlug,
}

impl Lost {
    /// The links of this address, of this edition.
    pub fn new(email: Email, edition: EditionSlug) -> Self {
        Self { email, edition }
    }
}

impl FromBody for Lost {
    fn read(door: &mut Door<'_>) -> Option<Self> {
        let email = door.required("email", |raw| Email::parse_with(raw, true));
        let edition = door.required("edition", |raw| EditionSlug::parse(raw).ok_or(Flaw::BadKey));
        Some(Self { email: email?, edition: edition? })
    }
}

/// Why a request is not taken.
#[derive(Debug, thiserror::Error)]
pub enum AgainError {
    /// The idempotency key came with another body.
    #[error(transparent)]
    Reused(#[from] KeyReused),
    /// The store's.
    #[error("the store failed")]
    Store(#[from] StoreError),
}

from_query!(AgainError);

impl From<AgainError> for Problem {
    fn from(error: AgainError) -> Self {
        match error {
            AgainError::Reused(reused) => reused.into(),
            AgainError::Store(error) => error.into(),
        }
    }
}

/// Takes a request. The answer is the same whatever becomes of it; several of one mailbox that wait are one.
///
/// # Errors
/// [`AgainError`].
pub async fn ask(app: &App, deed: Deed, lost: Lost, once: Once) -> Result<Outcome<()>, AgainError> {
    let id = LinkRequestId::from_uuid(app.chance.uuid(deed.at));
    let recipient = outbox::recipient_digest(app, &lost.email);
    let sealed = app.keys.seal(Purpose::LinksAgain, &app.chance, lost.email.as_str().as_bytes());
    app.store
        .write(move |tx| {
            once.run(tx, deed.at, |tx| {
                if let Some(edition) = editions::store::by_slug(tx, &lost.edition)? {
                    requests::insert(tx, id, edition.id, &recipient, &sealed, deed.at)?;
                }
                Ok(())
            })
        })
        .await
}

/// Whether any request is to be looked up.
pub(super) fn is_due(tx: &mut Conn, now: Time) -> Stored<bool> {
    requests::is_due(tx, now)
}

/// Looks up what was sent to whom asks, and sends what still lives. A mailbox that was written to five times in a day
/// waits until the last letter is an hour old; what is asked meanwhile is the same request.
pub(super) fn look_up(tx: &mut Conn, app: &App, now: Time) -> Stored<()> {
    for request in requests::due(tx, now, AT_ONCE)? {
        let edition = editions::store::by_id(tx, request.edition)?;
        let messages = match (edition, unseal(app, &request.address)) {
            (Some(edition), Some(email)) => letters(tx, app, &edition, &email, now)?,
            _ => Vec::new(),
        };
        if !messages.is_empty() {
            if let Some(due_at) = limits::sent_again(tx, app, &request.recipient, now)? {
                requests::put_off(tx, request.id, due_at)?;
                continue;
            }
            for message in &messages {
                outbox::enqueue(tx, message)?;
            }
        }
        requests::delete(tx, request.id)?;
    }
    Ok(())
}

fn unseal(app: &App, sealed: &str) -> Option<Email> {
    let text = String::from_utf8(app.keys.unseal(Purpose::LinksAgain, sealed)?).ok()?;
    Email::parse_with(&text, true).ok()
}

/// What was sent to this address before and still opens something, written anew.
fn letters(tx: &mut Conn, app: &App, edition: &Edition, email: &Email, now: Time) -> Stored<Vec<Message>> {
    let mailbox = Mailbox { desk: Desk { app, edition, at: now }, email };
    let mut messages = Vec::new();
    let mut unconfirmed = Vec::new();
    let mut has_drafts = false;
    for (kind, about) in outbox::sent_to(tx, app, edition.id, email, &KINDS)? {
        match kind {
            Kind::ConfirmAddress => unconfirmed.extend(mailbox.unconfirmed(tx, &about)?),
            Kind::Receipt => messages.extend(mailbox.receipt(tx, &about)?),
            Kind::SupporterRequest => messages.extend(mailbox.request(tx, &about)?),
            Kind::NomineeNotice => messages.extend(mailbox.notice(tx, &about)?),
            _ => has_drafts = true,
        }
    }
    messages.extend(mailbox.desk.confirm_several(&unconfirmed));
    if has_drafts {
        messages.extend(drafts::letter_again(tx, app, edition, email, now)?);
    }
    // What was written once may not be written twice, but for this: whoever asks has lost it.
    Ok(messages.into_iter().map(Message::again).collect())
}

/// A mailbox and what an edition has for it.
struct Mailbox<'a> {
    desk: Desk<'a>,
    email: &'a Email,
}

impl Mailbox<'_> {
    fn is(&self, other: Option<&Email>) -> bool {
        other.is_some_and(|other| other.normal() == self.email.normal())
    }

    fn unconfirmed(&self, tx: &mut Conn, about: &str) -> Stored<Option<Nomination>> {
        let Some(id) = NominationId::parse(about) else { return Ok(None) };
        let found = life::to_confirm(tx, &Link::to(LinkKind::Confirm, id.uuid()), self.desk.at)?;
        let found = found.map(|(_, nomination)| nomination).filter(|nomination| nomination.confirmed_at.is_none());
        Ok(found.filter(|nomination| self.is(nomination.nominator.email.as_ref())))
    }

    fn receipt(&self, tx: &mut Conn, about: &str) -> Stored<Option<Message>> {
        let Some(id) = NominationId::parse(about) else { return Ok(None) };
        let found = life::to_nomination(tx, &Link::to(LinkKind::Nomination, id.uuid()), self.desk.at)?;
        let found = found.map(|(_, nomination)| nomination).filter(|nomination| {
            nomination.status != Status::Withdrawn && self.is(nomination.nominator.email.as_ref())
        });
        Ok(found.and_then(|nomination| self.desk.receipt(&nomination)))
    }

    fn request(&self, tx: &mut Conn, about: &str) -> Stored<Option<Message>> {
        let Some(id) = SupporterId::parse(about) else { return Ok(None) };
        let Some(supporter) = store::supporter(tx, id)? else { return Ok(None) };
        let generation = u16::try_from(supporter.generation).unwrap_or(u16::MAX);
        let link = Link { kind: LinkKind::Letter, row: id.uuid(), generation };
        let found = life::to_letter(tx, &link, self.desk.at)?;
        let found = found.filter(|(_, _, supporter)| self.is(supporter.email.as_ref()));
        Ok(found
            .and_then(|(_, nomination, supporter)| self.desk.supporter_request(&nomination, &supporter, self.desk.at)))
    }

    fn notice(&self, tx: &mut Conn, about: &str) -> Stored<Option<Message>> {
        let Some(id) = NominationId::parse(about) else { return Ok(None) };
        let generation = store::notice_of(tx, id)?.map_or(0, |notice| notice.generation);
        let link =
            Link { kind: LinkKind::Notice, row: id.uuid(), generation: u16::try_from(generation).unwrap_or(u16::MAX) };
        let found = life::to_notice(tx, &link, self.desk.at)?.map(|(_, nomination)| nomination);
        let found = found.filter(|nomination| self.is(notice_address(nomination)));
        Ok(found.and_then(|nomination| self.desk.nominee_notice(&nomination, generation)))
    }
}
