//! The nominator's own nomination, by the link in their receipt: they read it, and take it back until nominations close.
//! How they change it stands in `change.rs`.
//!
//! They see what they wrote, who has written in support, and how it stands as outsiders are told: no score, no note and
//! no reason that somebody else wrote.

use serde::Serialize;
use utoipa::ToSchema;

use super::confirm::already_nominated;
use super::form::{Contacts, Link as WebLink, Nominator, Story};
use super::life;
use super::model::{LetterState, Nomination, SupporterRow};
use super::reference::Reference;
use super::status::{IllegalMove, Status, Told};
use super::store;
use super::view::NomineeFacts;
use super::withdrawal::{self, WithdrawError};
use crate::accounts::Action;
use crate::app::App;
use crate::audit::Deed;
use crate::clock::Time;
use crate::editions::{Edition, WrongPhase};
use crate::fields::{Email, NomineeKind};
use crate::from_query;
use crate::http::answer::Versioned;
use crate::http::door::Refusal;
use crate::http::etag::{IfMatch, version_of};
use crate::http::links::Link;
use crate::http::problem::{Code, Problem};
use crate::ids::NominationId;
use crate::store::{Conn, StoreError};
use crate::text::Language;

/// What organisers read as the reason of a nomination that its nominator took back.
const BY_NOMINATOR: &str = "withdrawn_by_nominator";

/// A nominator's own nomination.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnNomination {
    /// Id.
    pub id: NominationId,
    /// What people call it by.
    pub reference: Reference,
    /// How it stands, as outsiders are told.
    pub status: Told,
    /// When it came in.
    pub received_at: Time,
    /// Until when it can be changed or withdrawn, if it can be at all.
    pub changeable_until: Option<Time>,
    /// How far the two letters of support are, in the order of `supporters`.
    pub letters: Vec<LetterState>,
    /// What the nominator wrote.
    #[serde(flatten)]
    pub written: Written,
}

/// What a nominator wrote, by the fields of the form; what was declared is true of every nomination that is in.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Written {
    /// Code of the category.
    pub category: String,
    /// Language of the story.
    pub language: Language,
    /// Who is nominated.
    pub nominee: OwnNominee,
    /// In one line, what they have done.
    pub headline: String,
    /// The story.
    pub story: Story,
    /// Pages elsewhere.
    pub links: Vec<WebLink>,
    /// Who writes in support.
    pub supporters: Vec<OwnSupporter>,
    /// Who nominates.
    pub nominator: Nominator,
    /// Whether the nominator wants to hear of the next edition.
    pub tell_me_next_time: bool,
}

/// Who is nominated, by the fields of the form.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OwnNominee {
    /// Person or organisation.
    pub kind: NomineeKind,
    /// Name, town and the like.
    #[serde(flatten)]
    pub facts: NomineeFacts,
    /// How they are reached.
    #[serde(flatten)]
    pub contacts: Contacts,
}

/// Who writes in support.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OwnSupporter {
    /// Name.
    pub name: String,
    /// Email.
    pub email: Option<Email>,
    /// Phone, from paper.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Postal address, from paper.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postal_address: Option<String>,
    /// How they know the nominee.
    pub relation: String,
}

/// Why a nomination is not shown to its nominator, not changed or not withdrawn.
#[derive(Debug, thiserror::Error)]
pub enum OwnError {
    /// The link is unknown, dead or another's.
    #[error("the link is not valid")]
    NotValid,
    /// Nominations have closed.
    #[error(transparent)]
    Phase(#[from] WrongPhase),
    /// It no longer stands where its nominator may move it.
    #[error(transparent)]
    Move(#[from] IllegalMove),
    /// It is not in the version that was read.
    #[error("another version")]
    Version(Problem),
    /// More strangers would be written to than the limit allows.
    #[error("more people would be written to than the limit allows")]
    Limit(Problem),
    /// The form would not be whole.
    #[error("the body is no change of a nomination")]
    Body(Refusal),
    /// The same nominator has confirmed a nomination of the nominee whom it would now name.
    #[error("already nominated as {0}")]
    AlreadyNominated(Reference),
    /// The store's.
    #[error("the store failed")]
    Store(#[from] StoreError),
}

from_query!(OwnError);

impl From<WithdrawError> for OwnError {
    fn from(error: WithdrawError) -> Self {
        match error {
            WithdrawError::Move(error) => Self::Move(error),
            WithdrawError::Store(error) => Self::Store(error),
        }
    }
}

impl From<OwnError> for Problem {
    fn from(error: OwnError) -> Self {
        match error {
            OwnError::NotValid => Self::new(Code::LinkNotValid),
            OwnError::Phase(wrong) => wrong.into(),
            OwnError::Move(_) => Self::new(Code::IllegalMove),
            OwnError::Version(problem) | OwnError::Limit(problem) => problem,
            OwnError::Body(refusal) => refusal.into(),
            OwnError::AlreadyNominated(reference) => already_nominated(&reference),
            OwnError::Store(error) => error.into(),
        }
    }
}

/// What the nominator behind a link sees.
///
/// # Errors
/// [`OwnError`].
pub async fn read(app: &App, link: Link, now: Time) -> Result<Versioned<OwnNomination>, OwnError> {
    app.store.read(move |tx| Ok(Own::open(tx, &link, now)?.view())).await
}

/// The nominator takes the nomination back (M8), until nominations close. A second time changes nothing.
///
/// # Errors
/// [`OwnError`].
pub async fn withdraw(app: &App, deed: Deed, link: Link, seen: IfMatch) -> Result<(), OwnError> {
    let shared = app.clone();
    app.store
        .write(move |tx| {
            let own = Own::open(tx, &link, deed.at)?;
            Action::ChangeOwnNomination.require_public(&own.edition, deed.at)?;
            if own.nomination.status == Status::Withdrawn {
                return Ok(());
            }
            seen.require(own.view().version).map_err(OwnError::Version)?;
            withdrawal::withdraw(tx, &shared, &deed, &own.edition, own.nomination, BY_NOMINATOR)?;
            Ok::<_, OwnError>(())
        })
        .await?;
    app.outbox_bell.notify_one();
    Ok(())
}

/// A nominator's link, opened.
pub(super) struct Own {
    pub edition: Edition,
    pub nomination: Nomination,
    pub supporters: Vec<SupporterRow>,
}

impl Own {
    pub fn open(tx: &mut Conn, link: &Link, now: Time) -> Result<Self, OwnError> {
        let (edition, nomination) = life::to_nomination(tx, link, now)?.ok_or(OwnError::NotValid)?;
        let supporters = store::supporters_of(tx, nomination.id)?;
        Ok(Self { edition, nomination, supporters })
    }

    /// Its version is that of what is told, not the row's: the row also counts steps of which nobody outside may know,
    /// such as the quorum when judging closes (S-RES-3).
    pub fn view(&self) -> Versioned<OwnNomination> {
        let nomination = &self.nomination;
        let status = nomination.status.told();
        let alive = matches!(status, Told::Submitted | Told::UnderConsideration);
        let body = OwnNomination {
            id: nomination.id,
            reference: nomination.reference.clone(),
            status,
            received_at: nomination.received_at,
            changeable_until: alive.then_some(self.edition.timetable.nominations_close_at),
            letters: self.supporters.iter().map(|row| row.state).collect(),
            written: self.written(),
        };
        Versioned { version: version_of(&body), body }
    }

    /// What the nominator wrote, and nothing that has come of it.
    pub fn written(&self) -> Written {
        let nomination = self.nomination.clone();
        let supporter = |row: &SupporterRow| OwnSupporter {
            name: row.name.clone(),
            email: row.email.clone(),
            phone: row.phone.clone(),
            postal_address: row.postal_address.clone(),
            relation: row.relation.clone(),
        };
        Written {
            category: nomination.category,
            language: nomination.language,
            nominee: OwnNominee {
                kind: nomination.kind,
                facts: NomineeFacts::of(nomination.facts),
                contacts: nomination.contacts,
            },
            headline: nomination.headline,
            story: nomination.story,
            links: nomination.links,
            supporters: self.supporters.iter().map(supporter).collect(),
            nominator: nomination.nominator,
            tell_me_next_time: nomination.tell_me_next_time,
        }
    }
}
