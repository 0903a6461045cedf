//! Scheduling winners' letters, stopping everything, going on; a letter to oneself to see how it looks.

use serde_json::json;

use super::claim::{TRIAL, trial_states};
use super::error::AnnouncementError;
use super::facts::{self, Standing};
use super::guards::{self, Refused, TrialOf};
use super::messages::{Desk, Tongue, Winner};
use super::store;
use super::view::{self, AnnouncementView};
use crate::accounts::{Action, Caller};
use crate::app::App;
use crate::audit::{self, Act, Deed};
use crate::clock::Time;
use crate::editions::{self, Edition};
use crate::fields::Lines;
use crate::http::door::{Door, FromBody};
use crate::ids::{AccountId, EditionId, NominationId};
use crate::outbox::{self, Kind, Letter, Post, Reason};
use crate::store::Conn;
use crate::text::{Bilingual, Language, say};

/// Queues M15's very bytes for the hour at which each winner may be written to, if every guard lets it pass. A refusal
/// is audited.
///
/// # Errors
/// [`AnnouncementError`].
pub async fn schedule(
    app: &App,
    deed: Deed,
    by: AccountId,
    edition: EditionId,
) -> Result<AnnouncementView, AnnouncementError> {
    let (parts, at) = (app.clone(), deed.at);
    app.store
        .write(move |tx| {
            let edition = known(tx, edition)?;
            Action::Schedule.require_office(&edition, deed.at)?;
            let standing = facts::gather(tx, &parts, &edition, deed.at)?;
            match guards::require(&guards::check(&standing.facts)) {
                Err(refused) => {
                    note_refusal(tx, &parts, &deed, &edition, &refused)?;
                    Ok::<_, AnnouncementError>(Err(refused)) // the event must stand, so this is no error of the store's
                }
                Ok(()) => {
                    let queued = queue(tx, &edition, &standing, deed.at)?;
                    store::mark_scheduled(tx, edition.id, by, deed.at)?;
                    let detail = json!({ "digest": standing.facts.digest, "messages": queued });
                    audit::record(tx, &parts, &deed, Act::AnnouncementScheduled, Some(edition.id), edition.id, detail)?;
                    Ok(Ok(()))
                }
            }
        })
        .await??;
    app.outbox_bell.notify_one();
    view::read(app, edition, at).await
}

fn note_refusal(
    tx: &mut Conn,
    app: &App,
    deed: &Deed,
    edition: &Edition,
    refused: &Refused,
) -> Result<(), AnnouncementError> {
    let guards: Vec<&str> = refused.0.iter().map(|state| state.guard.as_str()).collect();
    let detail = json!({ "guards": guards.join(" ") });
    Ok(audit::record(tx, app, deed, Act::AnnouncementRefused, Some(edition.id), edition.id, detail)?)
}

/// Lets winners' letters go, each by day where its reader lives. A letter in whose place somebody calls never leaves.
fn queue(tx: &mut Conn, edition: &Edition, standing: &Standing, now: Time) -> Result<usize, AnnouncementError> {
    let mut queued = 0;
    for letter in standing.letters.iter().filter(|letter| letter.owed.kind == Kind::WinnerNotice) {
        if standing.replaced.contains(&letter.message) {
            outbox::withdraw(tx, letter.message, Reason::ReachedOtherwise, now)?;
            continue;
        }
        let due_at = letter.zones.next_day(edition.timetable.notify_at.max(now));
        queued += usize::from(outbox::queue_one(tx, letter.message, due_at, now)?);
    }
    Ok(queued)
}

/// Stops everything about the outcome that has not left, between two messages. A second time changes nothing.
///
/// # Errors
/// [`AnnouncementError`].
pub async fn stop(
    app: &App,
    deed: Deed,
    by: AccountId,
    edition: EditionId,
) -> Result<AnnouncementView, AnnouncementError> {
    let (parts, at) = (app.clone(), deed.at);
    app.store
        .write(move |tx| {
            let edition = known(tx, edition)?;
            Action::Stop.require_office(&edition, deed.at)?;
            let standing = store::announcement(tx, edition.id)?.ok_or(AnnouncementError::NotFound)?;
            if standing.stopped_at.is_none() {
                store::mark_stopped(tx, edition.id, by, deed.at)?;
                audit::record(tx, &parts, &deed, Act::AnnouncementStopped, Some(edition.id), edition.id, json!({}))?;
            }
            Ok::<_, AnnouncementError>(())
        })
        .await?;
    view::read(app, edition, at).await // apart from the Stop itself, which must wait for nothing
}

/// Why an approver lets everything go on.
#[derive(Clone, Debug, PartialEq, serde::Serialize, utoipa::ToSchema)]
pub struct Resumption {
    /// The reason.
    #[schema(value_type = String)]
    pub reason: Lines<1000>,
}

impl FromBody for Resumption {
    fn read(door: &mut Door<'_>) -> Option<Self> {
        Some(Self { reason: door.required("reason", Lines::parse)? })
    }
}

/// Lets everything go on.
///
/// # Errors
/// [`AnnouncementError`].
pub async fn resume(
    app: &App,
    deed: Deed,
    edition: EditionId,
    resumption: Resumption,
) -> Result<AnnouncementView, AnnouncementError> {
    let (parts, at) = (app.clone(), deed.at);
    app.store
        .write(move |tx| {
            let edition = known(tx, edition)?;
            Action::Resume.require_office(&edition, deed.at)?;
            let standing = store::announcement(tx, edition.id)?.ok_or(AnnouncementError::NotFound)?;
            if standing.stopped_at.is_some() {
                let reason = resumption.reason.as_str();
                store::mark_resumed(tx, edition.id, reason)?;
                let detail = json!({"note": audit::note(tx, &parts, reason)?});
                audit::record(tx, &parts, &deed, Act::AnnouncementResumed, Some(edition.id), edition.id, detail)?;
            }
            Ok::<_, AnnouncementError>(())
        })
        .await?;
    app.outbox_bell.notify_one();
    view::read(app, edition, at).await
}

fn known(tx: &mut Conn, edition: EditionId) -> Result<Edition, AnnouncementError> {
    editions::store::by_id(tx, edition)?.ok_or(AnnouncementError::NotFound)
}

crate::word_enum! {
    /// Which letter somebody wants to see in their own box.
    pub enum TrialLetter {
        /// M15.
        WinnerNotice = "winner_notice",
        /// M16.
        ReplyReminder = "reply_reminder",
        /// M20.
        JudgesThanks = "judges_thanks",
    }
}

/// What somebody wants to see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct TrialWish {
    /// Which letter: M15 where nothing is said.
    pub kind: Option<TrialLetter>,
    /// In which language: one's own where nothing is said.
    pub language: Option<Language>,
}

impl FromBody for TrialWish {
    fn read(door: &mut Door<'_>) -> Option<Self> {
        let kind = door.optional_word("kind", TrialLetter::parse);
        let language = door.optional_word("language", Language::parse);
        Some(Self { kind: kind?, language: language? })
    }
}

/// Sends a letter about a made-up winner to the person who asks, marked as a trial.
///
/// # Errors
/// [`AnnouncementError`].
pub async fn send_to_oneself(
    app: &App,
    deed: Deed,
    caller: &Caller,
    edition: Edition,
    wish: TrialWish,
) -> Result<(), AnnouncementError> {
    Action::SeeAnnouncement.require_office(&edition, deed.at)?;
    let kind = match wish.kind {
        Some(TrialLetter::ReplyReminder) => Kind::ReplyReminder,
        Some(TrialLetter::JudgesThanks) => Kind::JudgesThanks,
        Some(TrialLetter::WinnerNotice) | None => Kind::WinnerNotice,
    };
    let language = wish.language.unwrap_or(caller.language);
    let sender = edition.sender();
    let post = Post {
        kind,
        edition: Some(edition.id),
        about: format!("{TRIAL}{}", caller.account),
        once: None,
        to: &caller.email,
        sender: &sender,
        due_at: deed.at,
        pad: kind.is_in_confidence(),
    };
    let message = outbox::finish(app, deed.at, post, trial_letter(app, &deed, &edition, kind, language));
    let (parts, domain) = (app.clone(), caller.email.domain());
    app.store
        .write(move |tx| {
            guards::require(&trial_states(tx, &parts, &edition, kind, TrialOf::Oneself, &domain, deed.at)?)?;
            outbox::enqueue(tx, &message)?;
            let (act, id) = (Act::TrialLetterSent, edition.id);
            let detail = json!({ "kind": kind });
            Ok::<_, AnnouncementError>(audit::record(tx, &parts, &deed, act, Some(id), message.id(), detail)?)
        })
        .await?;
    app.outbox_bell.notify_one();
    Ok(())
}

/// The letter of a made-up winner. Its link opens nothing: no nomination has this id.
fn trial_letter(app: &App, deed: &Deed, edition: &Edition, kind: Kind, language: Language) -> Letter {
    let desk = Desk { app, edition, trial: true };
    let nobody = NominationId::from_uuid(app.chance.uuid(deed.at));
    let tongue = Tongue::Known(language);
    match kind {
        Kind::ReplyReminder => desk.reply_reminder(nobody, tongue),
        Kind::JudgesThanks => desk.judges_thanks(0, language),
        _ => {
            let both = |id: &str| Bilingual::new(say(Language::En, id, &[]), say(Language::Ru, id, &[]));
            let name = say(language, "announcement-trial-nominee", &[]);
            let citation = both("announcement-trial-citation");
            let category = edition.categories.first().map_or("", |category| category.code.as_str());
            let winner = Winner {
                id: nobody,
                reference: "TCA00-000000",
                nominee: &name,
                is_minor: false,
                category,
                citation: &citation,
            };
            desk.winner_notice(&winner, tongue)
        }
    }
}
