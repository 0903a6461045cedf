//! The announcement as its organisers see it: a pilot's checklist, with who has read what and what has left.

use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::error::AnnouncementError;
use super::facts::{self, Standing};
use super::guards::{GuardState, check};
use super::store;
use crate::accounts::{self, Action};
use crate::app::App;
use crate::audit::{self, Act, Deed};
use crate::clock::Time;
use crate::editions::{self, Edition, EditionSlug, Phase};
use crate::ids::EditionId;
use crate::outbox::State;
use crate::store::{Conn, StoreError, Stored};

/// How an edition's announcement stands.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AnnouncementView {
    /// The edition.
    pub edition: EditionSlug,
    /// Where it stands.
    pub phase: Phase,
    /// The digest of all prepared letters: what readers say that they have read.
    pub digest: Option<String>,
    /// Since when every city has signed.
    pub sealed_at: Option<Time>,
    /// Since when winners' letters are queued.
    pub scheduled_at: Option<Time>,
    /// Since when nothing leaves.
    pub stopped_at: Option<Time>,
    /// Why an approver last let everything go on.
    pub resumed_reason: Option<String>,
    /// Since when everyone may know.
    pub released_at: Option<Time>,
    /// The guards, G1 first, as they would stand if winners' letters were scheduled now.
    pub guards: Vec<GuardState>,
    /// Who has read the letters as they are.
    pub readers: Vec<ReaderView>,
    /// How many of what.
    pub counts: Counts,
    /// When what happens.
    pub times: Times,
}

/// Somebody who has read the letters as they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReaderView {
    /// Their name.
    pub name: String,
    /// When they said so.
    pub read_at: Time,
}

/// How many of what. Winners = letters + calls (and whoever answered before either) = answered + outstanding.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Counts {
    /// Sealed winners.
    pub winners: usize,
    /// Of them reached by letter.
    pub letters: usize,
    /// Of them to be called.
    pub calls: usize,
    /// Of them with a reply; who has asked to be left out has declined.
    pub answered: usize,
    /// Of them without one.
    pub outstanding: usize,
    /// Letters of all kinds that wait for the schedule or the release.
    pub prepared: i64,
    /// Letters that leave when they are due.
    pub queued: i64,
    /// Letters that a worker is sending.
    pub sending: i64,
    /// Letters that were sent.
    pub sent: i64,
    /// Letters that could not be sent.
    pub failed: i64,
    /// Letters of which nobody knows whether they were sent.
    pub unknown: i64,
    /// Letters that wait for a person.
    pub held: i64,
    /// Letters that never leave.
    pub cancelled: i64,
}

/// When what happens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Times {
    /// Winners are told.
    pub notify_at: Time,
    /// Who has not replied is reminded.
    pub chaser_at: [Time; 2],
    /// Replies are due.
    pub reply_due_at: Time,
    /// Whoever has not replied is telephoned.
    pub phone_list_at: Time,
    /// The embargo lifts.
    pub announce_at: Time,
    /// Everyone else is written to.
    pub outcome_mail_at: Time,
}

impl AnnouncementView {
    fn of(tx: &mut Conn, app: &App, edition: &Edition, now: Time) -> Stored<Self> {
        let standing = facts::gather(tx, app, edition, now)?;
        let guards = check(&standing.facts);
        let counts = counts(tx, edition, &standing)?;
        let announcement = standing.announcement;
        let digest = announcement.as_ref().map(|announcement| announcement.digest.clone());
        let readers = readers(tx, edition, digest.as_deref())?;
        let table = &edition.timetable;
        Ok(Self {
            edition: edition.slug.clone(),
            phase: edition.phase(now),
            digest: digest.filter(|_| edition.sealed_at.is_some()),
            sealed_at: edition.sealed_at,
            scheduled_at: announcement.as_ref().and_then(|announcement| announcement.scheduled_at),
            stopped_at: announcement.as_ref().and_then(|announcement| announcement.stopped_at),
            resumed_reason: announcement.and_then(|announcement| announcement.resumed_reason),
            released_at: edition.released_at,
            guards,
            readers,
            counts,
            times: Times {
                notify_at: table.notify_at,
                chaser_at: table.chaser_at,
                reply_due_at: table.reply_due_at,
                phone_list_at: table.phone_list_at,
                announce_at: table.announce_at,
                outcome_mail_at: table.outcome_mail_at,
            },
        })
    }
}

/// Looks at an edition's announcement: its guards name winners, so a look is an event (S-RES-4).
///
/// # Errors
/// [`AnnouncementError`].
pub async fn look(app: &App, deed: Deed, edition: EditionId) -> Result<AnnouncementView, AnnouncementError> {
    let view = read(app, edition, deed.at).await?;
    let parts = app.clone();
    let noted = app.store.write(move |tx| {
        let (act, id) = (Act::AnnouncementRead, edition);
        Ok::<_, StoreError>(audit::record(tx, &parts, &deed, act, Some(id), id, json!({}))?)
    });
    noted.await?;
    Ok(view)
}

/// How it stands, for whoever has just acted on it.
///
/// # Errors
/// [`AnnouncementError`].
pub(super) async fn read(app: &App, edition: EditionId, now: Time) -> Result<AnnouncementView, AnnouncementError> {
    let parts = app.clone();
    app.store
        .read(move |tx| {
            let edition = editions::store::by_id(tx, edition)?.ok_or(AnnouncementError::NotFound)?;
            Action::SeeAnnouncement.require_office(&edition, now)?;
            Ok(AnnouncementView::of(tx, &parts, &edition, now)?)
        })
        .await
}

fn readers(tx: &mut Conn, edition: &Edition, digest: Option<&str>) -> Stored<Vec<ReaderView>> {
    let mut readers = Vec::new();
    for reading in store::readings(tx, edition.id)? {
        if Some(reading.digest.as_str()) == digest {
            let name = accounts::store::account(tx, reading.account)?.map(|account| account.name);
            readers.push(ReaderView { name: name.unwrap_or_default(), read_at: reading.read_at });
        }
    }
    Ok(readers)
}

fn counts(tx: &mut Conn, edition: &Edition, standing: &Standing) -> Stored<Counts> {
    let winners: Vec<_> = standing.facts.winners.iter().map(|winner| winner.nomination).collect();
    let called = |id| standing.calls.contains_key(&id);
    let gets_letter = |id| standing.facts.winners.iter().any(|winner| winner.nomination == id && winner.gets_letter);
    let answered = winners.iter().filter(|id| standing.answered.contains(id)).count();
    let calls = winners.iter().filter(|id| called(**id) && !gets_letter(**id)).count();
    let mut counts = Counts {
        winners: winners.len(),
        letters: winners.iter().filter(|id| gets_letter(**id)).count(),
        calls,
        answered,
        outstanding: winners.len() - answered,
        ..Counts::default()
    };
    let Some(announcement) = &standing.announcement else { return Ok(counts) };
    for (state, count) in store::letter_counts(tx, edition.id, announcement.sealed_at)? {
        *match state {
            State::Prepared => &mut counts.prepared,
            State::Queued => &mut counts.queued,
            State::Sending => &mut counts.sending,
            State::Sent => &mut counts.sent,
            State::Failed => &mut counts.failed,
            State::Unknown => &mut counts.unknown,
            State::Held => &mut counts.held,
            State::Cancelled => &mut counts.cancelled,
        } = count;
    }
    Ok(counts)
}
