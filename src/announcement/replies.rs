//! What winners answer, by their link or by telephone, and who telephones whom (G2).

use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::error::AnnouncementError;
use super::messages::{Changeable, Desk, Tongue};
use super::model::{CallRow, ReplyRow};
use super::reply::{RecordedReply, Reply};
use super::sealed;
use super::store;
use super::winners::initials;
use crate::accounts::Action;
use crate::accounts::access::links;
use crate::app::App;
use crate::audit::{self, Act, Deed};
use crate::clock::Time;
use crate::editions::{self, Edition, EditionSlug};
use crate::fields::{PersonName, Phone};
use crate::http::door::{Door, FromBody};
use crate::http::etag::IfMatch;
use crate::http::links::{Link, LinkKind};
use crate::http::paging::{Listing, Stretch};
use crate::ids::{EditionId, NominationId};
use crate::nominations::life::Life;
use crate::nominations::{self, Reference, ToTell};
use crate::outbox::{self, Kind, Post, State};
use crate::results::{Award, Awarded};
use crate::store::{Conn, StoreError, Stored};
use crate::text::Bilingual;

/// What a winner sees behind the link, in confidence.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReplyPage {
    /// The edition.
    pub edition: EditionSlug,
    /// What people call the nomination by.
    pub reference: Reference,
    /// The nominee, as nominated.
    pub nominee: String,
    /// Whether it is a parent or guardian who replies.
    pub for_guardian: bool,
    /// Code of the category.
    pub category: String,
    /// Its name.
    pub category_name: Bilingual,
    /// What was given.
    pub award: Award,
    /// The committee's words.
    pub citation: Bilingual,
    /// Until when it must be kept in confidence.
    pub announce_at: Time,
    /// By when a reply is asked for.
    pub reply_due_at: Time,
    /// Until when it can be given and changed here.
    pub changeable_until: Time,
    /// When the reception is.
    pub reception_at: Time,
    /// Where it is.
    pub reception_place: Bilingual,
    /// When the live event is.
    pub live_event_at: Time,
    /// Where it is.
    pub live_event_place: Bilingual,
    /// Whom to call.
    pub contact: ContactView,
    /// The name that is published unless another is given. Of a minor: initials. A guardian may give the name with the
    /// surname's initial alone (`Maria I.`); a whole name is published as initials.
    pub public_name: String,
    /// The same in the other alphabet.
    pub public_name_other_script: Option<String>,
    /// What was answered.
    pub reply: Option<Reply>,
}

/// Whom a winner may call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ContactView {
    /// Their name.
    pub name: Bilingual,
    /// Their number.
    pub phone: String,
}

/// What stands under a winner's link.
struct Opened {
    edition: Edition,
    awarded: Awarded,
    nominee: ToTell,
    reply: Option<ReplyRow>,
}

impl Opened {
    fn page(self) -> (i64, ReplyPage) {
        let Self { edition, awarded, nominee, reply } = self;
        let table = &edition.timetable;
        let version = reply.as_ref().map_or(0, |row| row.version);
        let name = edition.category(&awarded.category).map(|category| category.name.clone()).unwrap_or_default();
        let contact = &edition.award_contact;
        let printed = |name: &str| if nominee.is_minor() { initials(name) } else { name.to_owned() };
        let other = nominee.facts.name_other_script.as_ref().map(|name| printed(name.as_str()));
        let page = ReplyPage {
            edition: edition.slug.clone(),
            for_guardian: nominee.is_minor(),
            public_name: printed(&nominee.name),
            public_name_other_script: other,
            reference: nominee.reference,
            nominee: nominee.name,
            category: awarded.category,
            category_name: name,
            award: awarded.award,
            citation: awarded.citation,
            announce_at: table.announce_at,
            reply_due_at: table.reply_due_at,
            changeable_until: table.phone_list_at,
            reception_at: table.reception_at,
            reception_place: edition.reception_place.clone(),
            live_event_at: table.live_event_at,
            live_event_place: edition.live_event_place.clone(),
            contact: ContactView { name: contact.name.clone(), phone: contact.phone.as_str().to_owned() },
            reply: reply.map(|row| row.reply),
        };
        (version, page)
    }
}

/// Opens a winner's link: while the edition is sealed, the nomination has won, and winners' contacts are kept.
fn open(tx: &mut Conn, link: Link, now: Time) -> Result<Opened, AnnouncementError> {
    let nomination = NominationId::from_uuid(link.row);
    let is_first = link.kind == LinkKind::Reply && link.generation == 0;
    let found = nominations::store::by_id(tx, nomination)?.filter(|_| is_first);
    let found = found.ok_or(AnnouncementError::LinkNotValid)?;
    let edition = editions::store::by_id(tx, found.edition)?.ok_or(AnnouncementError::LinkNotValid)?;
    let lives = links::term(link.kind).runs(&edition, now);
    let opened = if lives { opened(tx, edition, nomination)? } else { None };
    opened.ok_or(AnnouncementError::LinkNotValid)
}

/// A sealed winner of this edition, with the reply.
fn opened(tx: &mut Conn, edition: Edition, nomination: NominationId) -> Stored<Option<Opened>> {
    let outcome = sealed::outcome(tx, &edition)?.filter(|outcome| outcome.is_winner(nomination));
    let awarded = outcome.and_then(|mut outcome| outcome.awards.remove(&nomination));
    let nominee = nominations::to_tell(tx, edition.id, Some(&[nomination]))?.pop();
    let (Some(awarded), Some(nominee)) = (awarded, nominee) else { return Ok(None) };
    let reply = store::reply(tx, nomination)?;
    Ok(Some(Opened { edition, awarded, nominee, reply }))
}

/// Until when a winner's link lives: what `GET /link` tells of it; none where it opens nothing.
///
/// # Errors
/// The store's.
pub fn life(tx: &mut Conn, link: &Link, now: Time) -> Stored<Option<Life>> {
    match open(tx, *link, now) {
        Ok(Opened { edition, .. }) => {
            let expires_at = Some(edition.timetable.purge_winner_contacts_at);
            Ok(Some(Life { edition, expires_at }))
        }
        Err(AnnouncementError::Store(StoreError::Query(error))) => Err(error),
        Err(_) => Ok(None),
    }
}

/// What a winner sees behind the link.
///
/// # Errors
/// [`AnnouncementError`].
pub async fn read_by_link(app: &App, link: Link, now: Time) -> Result<(i64, ReplyPage), AnnouncementError> {
    app.store.read(move |tx| Ok(open(tx, link, now)?.page())).await
}

/// A winner replies, or changes the reply. M17 says what stands.
///
/// # Errors
/// [`AnnouncementError`].
pub async fn give_by_link(
    app: &App,
    deed: Deed,
    link: Link,
    seen: IfMatch,
    reply: Reply,
) -> Result<(i64, ReplyPage), AnnouncementError> {
    let parts = app.clone();
    let page = app
        .store
        .write(move |tx| {
            let opened = open(tx, link, deed.at)?;
            Action::GiveReply.require_public(&opened.edition, deed.at)?;
            if deed.at >= opened.edition.timetable.phone_list_at {
                return Err(AnnouncementError::too_late_to_reply(&opened.edition));
            }
            let opened = put(tx, &parts, &deed, opened, &seen, reply.clone(), None)?;
            Ok(opened.page())
        })
        .await?;
    app.outbox_bell.notify_one();
    Ok(page)
}

/// Keeps a reply, writes to whoever gave it, and leaves an event that does not say what it was.
fn put(
    tx: &mut Conn,
    app: &App,
    deed: &Deed,
    mut opened: Opened,
    seen: &IfMatch,
    reply: Reply,
    note: Option<String>,
) -> Result<Opened, AnnouncementError> {
    let before = opened.reply.as_ref().map(|row| row.version);
    seen.require_if_there(before).map_err(AnnouncementError::Version)?;
    let nomination = opened.nominee.id;
    let row = ReplyRow { nomination, reply, note, version: before.unwrap_or(0) + 1, replied_at: deed.at };
    if !store::put_reply(tx, opened.edition.id, &row)? {
        return Err(AnnouncementError::LostRace);
    }
    // A reminder that waits for the morning has lost its reason.
    outbox::store::take_back(tx, nomination.as_str(), &[Kind::ReplyReminder], deed.at)?;
    thank(tx, app, deed, &opened, &row)?;
    let detail = json!({ "version": row.version });
    audit::record(tx, app, deed, Act::ReplyGiven, Some(opened.edition.id), nomination, detail)?;
    opened.reply = Some(row);
    Ok(opened)
}

/// M17, to whoever replied, where an address is known and they have not asked to be left out.
fn thank(tx: &mut Conn, app: &App, deed: &Deed, opened: &Opened, row: &ReplyRow) -> Stored<()> {
    let Some(to) = opened.nominee.address().filter(|_| !opened.nominee.objected) else { return Ok(()) };
    let edition = &opened.edition;
    let tongue = row.reply.language().map_or_else(|| Tongue::of_nominee(&opened.nominee), Tongue::Known);
    let desk = Desk { app, edition, trial: edition.rehearsal };
    let changeable =
        if deed.at < edition.timetable.phone_list_at { Changeable::Here } else { Changeable::ByTheOrganisers };
    let sender = edition.sender();
    let kind = Kind::WinnerConfirmation;
    let post = Post {
        kind,
        edition: Some(edition.id),
        about: row.nomination.to_string(),
        once: Some(format!("{kind}:{}:{}", row.nomination, row.version)),
        to,
        sender: &sender,
        due_at: deed.at,
        pad: true,
    };
    let letter = desk.winner_confirmation(row, changeable, tongue);
    outbox::enqueue(tx, &outbox::finish(app, deed.at, post, letter))
}

/// A winner as the organisers see one: how they are reached, and what they answered.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WinnerView {
    /// The nomination.
    pub nomination: NominationId,
    /// What people call it by.
    pub reference: Reference,
    /// Code of the category.
    pub category: String,
    /// The nominee.
    pub name: String,
    /// Whether a parent or guardian replies.
    pub for_guardian: bool,
    /// How far the letter has come; none where no letter is written.
    pub letter: Option<State>,
    /// Who calls.
    pub caller: Option<CallView>,
    /// Whether they have asked to be left out since the seal: the award is declined, whatever was answered.
    pub objected: bool,
    /// What was answered.
    pub reply: Option<Reply>,
    /// The organisers' words, where they recorded it.
    pub note: Option<String>,
    /// When it was answered.
    pub replied_at: Option<Time>,
    /// The reply's version, for `If-Match`; 0 before the first.
    pub version: i64,
}

/// Who calls whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CallView {
    /// Whom to ask for.
    pub person: String,
    /// Under which number.
    pub phone: String,
    /// Who calls.
    pub caller: String,
    /// The version, for `If-Match`.
    pub version: i64,
}

impl From<CallRow> for CallView {
    fn from(row: CallRow) -> Self {
        Self { person: row.person, phone: row.phone, caller: row.caller, version: row.version }
    }
}

/// An edition's winners, by category, then by name. A look is an event (S-RES-4).
///
/// # Errors
/// [`AnnouncementError`].
pub async fn list(
    app: &App,
    deed: Deed,
    edition: EditionId,
    stretch: Stretch,
) -> Result<Listing<WinnerView>, AnnouncementError> {
    let parts = app.clone();
    app.store
        .write(move |tx| {
            let edition = editions::store::by_id(tx, edition)?.ok_or(AnnouncementError::NotFound)?;
            Action::Replies.require_office(&edition, deed.at)?;
            audit::record(tx, &parts, &deed, Act::RepliesRead, Some(edition.id), edition.id, json!({}))?;
            let all = winners(tx, &parts, &edition)?;
            let begun = stretch.after.as_deref().and_then(NominationId::parse);
            let from = begun.and_then(|id| all.iter().position(|one| one.nomination == id)).map_or(0, |at| at + 1);
            let some: Vec<WinnerView> = all.into_iter().skip(from).take(stretch.limit + 1).collect();
            Ok(stretch.list(&parts.keys, some, |winner| winner.nomination.to_string()))
        })
        .await
}

fn winners(tx: &mut Conn, app: &App, edition: &Edition) -> Stored<Vec<WinnerView>> {
    let Some(outcome) = sealed::outcome(tx, edition)? else { return Ok(Vec::new()) };
    let ids: Vec<NominationId> = outcome.winners().map(|awarded| awarded.nomination).collect();
    let mut found = Vec::new();
    for nominee in nominations::to_tell(tx, edition.id, Some(&ids))? {
        let category = outcome.awards.get(&nominee.id).map(|awarded| awarded.category.clone()).unwrap_or_default();
        let place = edition.categories.iter().position(|one| one.code == category);
        let letter = match store::notices_about(tx, nominee.id)?.pop() {
            Some(message) => outbox::desk::look(tx, app, edition.id, message)?.map(|whole| whole.overview.state),
            None => None,
        };
        let caller = store::caller(tx, nominee.id)?.map(CallView::from);
        let row = store::reply(tx, nominee.id)?;
        let key = (place, nominee.name_key.clone());
        let view = WinnerView {
            nomination: nominee.id,
            for_guardian: nominee.is_minor(),
            reference: nominee.reference,
            category,
            name: nominee.name,
            letter,
            caller,
            objected: nominee.objected,
            note: row.as_ref().and_then(|row| row.note.clone()),
            replied_at: row.as_ref().map(|row| row.replied_at),
            version: row.as_ref().map_or(0, |row| row.version),
            reply: row.map(|row| row.reply),
        };
        found.push((key, view));
    }
    found.sort_by(|(one, a), (other, b)| one.cmp(other).then_with(|| a.nomination.cmp(&b.nomination)));
    Ok(found.into_iter().map(|(_, view)| view).collect())
}

/// An organiser records a reply that reached them another way: it counts like one by link.
///
/// # Errors
/// [`AnnouncementError`].
pub async fn record(
    app: &App,
    deed: Deed,
    edition: EditionId,
    nomination: NominationId,
    seen: IfMatch,
    recorded: RecordedReply,
) -> Result<(i64, WinnerView), AnnouncementError> {
    let parts = app.clone();
    let view = app
        .store
        .write(move |tx| {
            let edition = editions::store::by_id(tx, edition)?.ok_or(AnnouncementError::NotFound)?;
            Action::Replies.require_office(&edition, deed.at)?;
            let opened = opened(tx, edition, nomination)?.ok_or(AnnouncementError::NotFound)?;
            let note = Some(recorded.note.as_str().to_owned());
            let opened = put(tx, &parts, &deed, opened, &seen, recorded.reply.clone(), note)?;
            let mut all = winners(tx, &parts, &opened.edition)?.into_iter();
            let view = all.find(|one| one.nomination == nomination).ok_or(AnnouncementError::NotFound)?;
            Ok::<_, AnnouncementError>((view.version, view))
        })
        .await?;
    app.outbox_bell.notify_one();
    Ok(view)
}

/// Who is to call whom.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct NamedCaller {
    /// Whom to ask for.
    pub person: PersonName,
    /// Under which number.
    pub phone: Phone,
    /// Who calls.
    pub caller: PersonName,
}

impl FromBody for NamedCaller {
    fn read(door: &mut Door<'_>) -> Option<Self> {
        let person = door.required("person", PersonName::parse);
        let phone = door.required("phone", Phone::parse);
        let caller = door.required("caller", PersonName::parse);
        Some(Self { person: person?, phone: phone?, caller: caller? })
    }
}

/// Names who calls a winner.
///
/// # Errors
/// [`AnnouncementError`].
pub async fn name_caller(
    app: &App,
    deed: Deed,
    edition: EditionId,
    nomination: NominationId,
    seen: IfMatch,
    named: NamedCaller,
) -> Result<CallView, AnnouncementError> {
    let parts = app.clone();
    app.store
        .write(move |tx| {
            let edition = editions::store::by_id(tx, edition)?.ok_or(AnnouncementError::NotFound)?;
            Action::Replies.require_office(&edition, deed.at)?;
            let id = edition.id;
            opened(tx, edition, nomination)?.ok_or(AnnouncementError::NotFound)?;
            let before = store::caller(tx, nomination)?.map(|row| row.version);
            seen.require_if_there(before).map_err(AnnouncementError::Version)?;
            let row = CallRow {
                nomination,
                person: named.person.as_str().to_owned(),
                phone: named.phone.as_str().to_owned(),
                caller: named.caller.as_str().to_owned(),
                version: before.unwrap_or(0) + 1,
            };
            if !store::put_caller(tx, id, &row)? {
                return Err(AnnouncementError::LostRace);
            }
            let detail = json!({ "version": row.version });
            audit::record(tx, &parts, &deed, Act::CallerNamed, Some(id), nomination, detail)?;
            Ok(CallView::from(row))
        })
        .await
}
