//! The nominee's notice: what is held and why, told to the nominee; what they ask in return; and how organisers gave it
//! where mail could not (`content/privacy.md` § 10).

use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::form::Contacts;
use super::life;
use super::messages::Desk;
use super::model::{Nomination, Notice, NoticeHow};
use super::reasons::Reason;
use super::status::Status;
use super::store;
use super::view::{NomineeFacts, NoticeView, Whole};
use super::withdrawal::{self, WithdrawError};
use crate::accounts::Action;
use crate::app::App;
use crate::audit::{self, Act, Deed};
use crate::clock::Time;
use crate::editions::{self, Edition, WrongPhase};
use crate::fields::{Flaw, Lines};
use crate::from_query;
use crate::http::answer::Versioned;
use crate::http::door::{Door, FromBody};
use crate::http::etag::IfMatch;
use crate::http::links::Link;
use crate::http::problem::{Code, Problem};
use crate::ids::{EditionId, NominationId};
use crate::outbox::{self, Kind};
use crate::store::{Conn, StoreError, Stored};
use crate::text::{Bilingual, Language};

/// What a nominee sees: what is held on them and why, and what they have asked.
#[derive(Debug, Serialize, ToSchema)]
pub struct NoticePage {
    /// Code of the category.
    pub category: String,
    /// The category's name.
    pub category_name: Bilingual,
    /// In one line, what the nominator says they have done.
    pub headline: String,
    /// The points of UK GDPR, Article 14, in the language of the answer.
    pub points: Vec<String>,
    /// What is held on them, but for the story and the letters, of which they may ask for a copy.
    pub held: Held,
    /// Whether the name stays unpublished.
    pub withhold_name: bool,
    /// When they asked to be left out.
    pub objected_at: Option<Time>,
    /// When they asked for a copy.
    pub access_asked_at: Option<Time>,
}

/// What is held on a nominee: facts and contacts.
#[derive(Debug, Serialize, ToSchema)]
pub struct Held {
    /// Name, town and the like.
    pub facts: NomineeFacts,
    /// How they are reached.
    pub contacts: Contacts,
}

/// Whether the name is to stay unpublished.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wish {
    withhold_name: bool,
}

impl FromBody for Wish {
    fn read(door: &mut Door<'_>) -> Option<Self> {
        let withhold_name = door.flag("withhold_name")?;
        if withhold_name.is_none() {
            door.fault("withhold_name", "required");
        }
        Some(Self { withhold_name: withhold_name? })
    }
}

/// A nominee's objection, with their reason if they give one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Objection {
    reason: Option<String>,
}

impl FromBody for Objection {
    fn read(door: &mut Door<'_>) -> Option<Self> {
        Some(Self { reason: door.optional("reason", words)? })
    }
}

/// How an organiser says that a notice was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    how: NoticeHow,
    on: String,
    reason: Option<String>,
    withhold_name: Option<bool>,
}

impl FromBody for Given {
    fn read(door: &mut Door<'_>) -> Option<Self> {
        let how = door.word("how", NoticeHow::parse);
        let on = door.required("on", day);
        let reason = door.optional("reason", words);
        let withhold_name = door.flag("withhold_name");
        if how == Some(NoticeHow::Impossible) && reason == Some(None) {
            door.fault("reason", "required");
            return None;
        }
        Some(Self { how: how?, on: on?, reason: reason?, withhold_name: withhold_name? })
    }
}

fn words(text: &str) -> Result<String, Flaw> {
    Lines::<1000>::parse(text).map(|lines| lines.as_str().to_owned())
}

/// A day such as `2027-07-02`.
fn day(text: &str) -> Result<String, Flaw> {
    let date: jiff::civil::Date = text.trim().parse().map_err(|_| Flaw::BadDay)?;
    let written = date.to_string();
    if written == text.trim() { Ok(written) } else { Err(Flaw::BadDay) }
}

/// Why a notice is not read or changed.
#[derive(Debug, thiserror::Error)]
pub enum NoticeError {
    /// The link is unknown, dead or another's.
    #[error("the link is not valid")]
    NotValid,
    /// There is no such nomination in the edition.
    #[error("there is no such nomination in this edition")]
    NotFound,
    /// The edition's calendar does not allow it.
    #[error(transparent)]
    Phase(#[from] WrongPhase),
    /// It is not in the version that was read.
    #[error("another version")]
    Version(Problem),
    /// The store's.
    #[error("the store failed")]
    Store(#[from] StoreError),
}

from_query!(NoticeError);

impl From<NoticeError> for Problem {
    fn from(error: NoticeError) -> Self {
        match error {
            NoticeError::NotValid => Self::new(Code::LinkNotValid),
            NoticeError::NotFound => Self::new(Code::NotFound),
            NoticeError::Phase(wrong) => wrong.into(),
            NoticeError::Version(problem) => problem,
            NoticeError::Store(error) => error.into(),
        }
    }
}

/// What the nominee behind a link sees, in `language`.
///
/// # Errors
/// [`NoticeError`].
pub async fn read(app: &App, link: Link, now: Time, language: Language) -> Result<Versioned<NoticePage>, NoticeError> {
    let shared = app.clone();
    app.store.read(move |tx| Ok(open(tx, &link, now)?.page(&shared, now, language))).await
}

/// The nominee says whether their name may be published.
///
/// # Errors
/// [`NoticeError`].
pub async fn wish(
    app: &App,
    deed: Deed,
    link: Link,
    seen: IfMatch,
    wish: Wish,
    language: Language,
) -> Result<Versioned<NoticePage>, NoticeError> {
    let shared = app.clone();
    app.store
        .write(move |tx| {
            let mut open = open(tx, &link, deed.at)?;
            seen.require_where(open.notice.version > 0, open.notice.version).map_err(NoticeError::Version)?;
            open.notice.withhold_name = wish.withhold_name;
            open.save(tx, &shared, &deed, Act::NoticeChanged)?;
            Ok(open.page(&shared, deed.at, language))
        })
        .await
}

/// The nominee asks to be left out: the nomination is withdrawn at once, until the results are sealed. Later nothing
/// moves but this wish, which the announcement takes for a declined award. The answer is alike in all cases, and the
/// second time too.
///
/// # Errors
/// [`NoticeError`].
pub async fn object(
    app: &App,
    deed: Deed,
    link: Link,
    objection: Objection,
    language: Language,
) -> Result<Versioned<NoticePage>, NoticeError> {
    let shared = app.clone();
    let page = app
        .store
        .write(move |tx| {
            let mut open = open(tx, &link, deed.at)?;
            if open.notice.objected_at.is_none() {
                open.notice.objected_at = Some(deed.at);
                open.notice.objection.clone_from(&objection.reason);
                open.save(tx, &shared, &deed, Act::NoticeObjected)?;
            }
            leave_out(tx, &shared, &deed, &open.edition, open.nomination.clone())?;
            Ok::<_, NoticeError>(open.page(&shared, deed.at, language))
        })
        .await?;
    app.outbox_bell.notify_one();
    Ok(page)
}

/// Withdraws a nomination whose nominee objects, and the one that it is read with, as far as they can still be.
fn leave_out(
    tx: &mut Conn,
    app: &App,
    deed: &Deed,
    edition: &Edition,
    nomination: Nomination,
) -> Result<(), NoticeError> {
    if !Action::RecordNotice.is_open_to_office(edition, deed.at) {
        return Ok(());
    }
    let read_with = nomination.merged_into.filter(|_| nomination.status == Status::Merged);
    match withdrawal::withdraw(tx, app, deed, edition, nomination, Reason::Objected.as_str()) {
        // Ineligible ones are out already.
        Ok(_) | Err(WithdrawError::Move(_)) => {}
        Err(WithdrawError::Store(error)) => return Err(error.into()),
    }
    match read_with.map(|id| store::of_edition(tx, edition.id, id)).transpose()?.flatten() {
        Some(other) => leave_out(tx, app, deed, edition, other),
        None => Ok(()),
    }
}

/// The nominee asks for a copy of what is held: a task for the organisers. A second time changes nothing.
///
/// # Errors
/// [`NoticeError`].
pub async fn ask_for_copy(app: &App, deed: Deed, link: Link) -> Result<(), NoticeError> {
    let shared = app.clone();
    app.store
        .write(move |tx| {
            let mut open = open(tx, &link, deed.at)?;
            if open.notice.access_asked_at.is_none() {
                open.notice.access_asked_at = Some(deed.at);
                open.save(tx, &shared, &deed, Act::AccessAsked)?;
            }
            Ok(())
        })
        .await
}

/// An organiser records how the notice was given, or why it cannot be; what still waits to be mailed is taken back.
///
/// # Errors
/// [`NoticeError`].
pub async fn record(
    app: &App,
    deed: Deed,
    edition: Edition,
    id: NominationId,
    seen: IfMatch,
    given: Given,
) -> Result<Versioned<NoticeView>, NoticeError> {
    let shared = app.clone();
    app.store
        .write(move |tx| {
            let edition = editions::store::by_id(tx, edition.id)?.ok_or(NoticeError::NotFound)?;
            let nomination = store::of_edition(tx, edition.id, id)?.ok_or(NoticeError::NotFound)?;
            Action::RecordNotice.require_office(&edition, deed.at)?;
            let mut whole = Whole::of(tx, nomination)?;
            seen.require_where(whole.notice.how.is_some(), whole.version()).map_err(NoticeError::Version)?;
            let notice = &mut whole.notice;
            notice.how = Some(given.how);
            notice.given_on = Some(given.on.clone());
            notice.reason.clone_from(&given.reason);
            notice.withhold_name = given.withhold_name.unwrap_or(notice.withhold_name);
            notice.version += 1;
            store::save_notice(tx, notice)?;
            outbox::store::take_back(tx, id.as_str(), &[Kind::NomineeNotice], deed.at)?;
            let detail = json!({"how": given.how, "on": given.on});
            audit::record(tx, &shared, &deed, Act::NoticeGiven, Some(edition.id), id, detail)?;
            let version = whole.version();
            Ok(Versioned { version, body: whole.view(&edition).notice })
        })
        .await
}

/// Makes notices that wait for their readers' daytime due at once: a plan of assignments leaves out whoever has had none.
/// Answers how many.
///
/// # Errors
/// The store's.
pub fn send_waiting(tx: &mut Conn, edition: EditionId, now: Time) -> Stored<usize> {
    outbox::store::due_at_once(tx, edition, &[Kind::NomineeNotice], now)
}

/// A notice's link, opened.
struct Open {
    edition: Edition,
    nomination: Nomination,
    notice: Notice,
}

fn open(tx: &mut Conn, link: &Link, now: Time) -> Result<Open, NoticeError> {
    let (edition, nomination) = life::to_notice(tx, link, now)?.ok_or(NoticeError::NotValid)?;
    let notice = store::notice_of(tx, nomination.id)?.unwrap_or_else(|| Notice::blank(nomination.id));
    Ok(Open { edition, nomination, notice })
}

impl Open {
    fn save(&mut self, tx: &mut Conn, app: &App, deed: &Deed, act: Act) -> Stored<()> {
        self.notice.version += 1;
        store::save_notice(tx, &self.notice)?;
        audit::record(tx, app, deed, act, Some(self.edition.id), self.nomination.id, json!({}))
    }

    fn page(self, app: &App, at: Time, language: Language) -> Versioned<NoticePage> {
        let Self { edition, nomination, notice } = self;
        let points = Desk { app, edition: &edition, at }.notice_points(&nomination, language);
        let name = edition.category(&nomination.category).map(|category| category.name.clone());
        let body = NoticePage {
            category_name: name.unwrap_or_default(),
            category: nomination.category,
            headline: nomination.headline,
            points,
            held: Held { facts: NomineeFacts::of(nomination.facts), contacts: nomination.contacts },
            withhold_name: notice.withhold_name,
            objected_at: notice.objected_at,
            access_asked_at: notice.access_asked_at,
        };
        Versioned { version: notice.version, body }
    }
}
