//! The release: the one recorded event by which the embargo lifts (S-RES-6).
//!
//! Whichever process first sees that it is time writes it, in one transaction with all that follows from it: every
//! nomination's status, and the letters M18 to M20. Nobody can see a part of it before the whole stands.

use std::collections::BTreeMap;

use serde_json::json;

use super::guards::ClockState;
use super::reply::Answer;
use super::sealed::{self, Outcome};
use super::{facts, store};
use crate::app::App;
use crate::audit::{self, Act, Deed};
use crate::clock::Time;
use crate::editions::{self, Edition};
use crate::ids::{EditionId, NominationId};
use crate::nominations::{self, Status, ToTell};
use crate::outbox::{self, Kind, Reason};
use crate::results::Award;
use crate::store::{Conn, StoreError, Stored};

/// The kinds that wait for the release.
const LET_GO: [Kind; 3] = [Kind::Outcome, Kind::WinnerNominator, Kind::JudgesThanks];

/// Releases every edition whose time has come; answers how many.
///
/// # Errors
/// The store's.
pub async fn release_all_due(app: &App, now: Time) -> Result<usize, StoreError> {
    let due: Vec<EditionId> = app
        .store
        .read(move |tx| {
            let editions = editions::store::all(tx)?;
            Ok::<_, StoreError>(editions.iter().filter(|edition| is_due(edition, now)).map(|one| one.id).collect())
        })
        .await?;
    let mut released = 0;
    for id in due {
        released += usize::from(release_if_due(app, id, now).await?);
    }
    Ok(released)
}

/// Releases this edition if its time has come and nothing stands against it; whether it did.
///
/// # Errors
/// The store's.
pub async fn release_if_due(app: &App, edition: EditionId, now: Time) -> Result<bool, StoreError> {
    let parts = app.clone();
    let held_up = app.store.read(move |tx| Ok::<_, StoreError>(is_held_up(tx, &parts, edition)?)).await?;
    if held_up {
        return Ok(false); // seen without a write: on the evening everybody asks
    }
    let deed = Deed { at: now, ..Deed::of_service(app) };
    let parts = app.clone();
    let released = app.store.write(move |tx| Ok::<_, StoreError>(release(tx, &parts, &deed, edition)?)).await?;
    if released {
        app.outbox_bell.notify_one();
    }
    Ok(released)
}

/// Whether the clock is in doubt, until an approver says that it is right, or somebody has pressed Stop, until somebody
/// resumes.
fn is_held_up(tx: &mut Conn, app: &App, edition: EditionId) -> Stored<bool> {
    let is_sound = matches!(facts::clock(tx, app)?, ClockState::Sound | ClockState::SetNearby);
    let stopped = store::announcement(tx, edition)?.is_some_and(|announcement| announcement.stopped_at.is_some());
    Ok(stopped || !is_sound)
}

/// Whether the calendar and the seal would let it be released.
pub(super) fn is_due(edition: &Edition, now: Time) -> bool {
    edition.sealed_at.is_some() && edition.released_at.is_none() && now >= edition.timetable.announce_at
}

fn release(tx: &mut Conn, app: &App, deed: &Deed, id: EditionId) -> Stored<bool> {
    let Some(edition) = editions::store::by_id(tx, id)?.filter(|edition| is_due(edition, deed.at)) else {
        return Ok(false); // another process was faster
    };
    if is_held_up(tx, app, id)? {
        return Ok(false);
    }
    let Some(outcome) = sealed::outcome(tx, &edition)? else { return Ok(false) };
    let told = nominations::to_tell(tx, id, None)?;
    let answers = answers(tx, id, &told)?;
    editions::store::mark_released(tx, id, deed.at)?;
    let statuses = statuses(&told, &outcome, &answers);
    nominations::release(tx, id, &statuses, deed.at)?;
    let_go(tx, &edition, &outcome, &answers, deed.at)?;
    let detail = json!({ "seal": outcome.seal }); // not how many letters: that would tell whether somebody declined
    audit::record(tx, app, deed, Act::EditionReleased, Some(id), id, detail)?;
    Ok(true)
}

/// What winners answered; who did not answer is not here. Whoever asked to be left out since the seal has declined,
/// whatever they answered before.
fn answers(tx: &mut Conn, edition: EditionId, told: &[ToTell]) -> Stored<BTreeMap<NominationId, Answer>> {
    let replies = store::replies(tx, edition)?.into_iter().map(|row| (row.nomination, row.reply.answer()));
    let mut answers: BTreeMap<NominationId, Answer> = replies.collect();
    answers.extend(told.iter().filter(|one| one.objected).map(|one| (one.id, Answer::Decline)));
    Ok(answers)
}

/// Every decided nomination's status. An award that was declined or stayed unanswered reads like none.
fn statuses(
    told: &[ToTell],
    outcome: &Outcome,
    answers: &BTreeMap<NominationId, Answer>,
) -> Vec<(NominationId, Status)> {
    let decided = told.iter().filter(|one| one.status.is_in_judging());
    let status = |id: NominationId| match (outcome.award_of(id), answers.get(&id)) {
        (Some(Award::Winner), Some(Answer::Accept)) => Status::Winner,
        (Some(Award::Commended), answer) if answer != Some(&Answer::Decline) => Status::Commended,
        _ => Status::NotSelected,
    };
    decided.map(|one| (one.id, status(one.id))).collect()
}

/// Queues the letters that were prepared, but for those whose condition does not hold.
fn let_go(
    tx: &mut Conn,
    edition: &Edition,
    outcome: &Outcome,
    answers: &BTreeMap<NominationId, Answer>,
    now: Time,
) -> Stored<()> {
    for letter in store::letters(tx, edition.id, outcome.sealed_at)? {
        let answer = letter.owed.nomination.and_then(|id| answers.get(&id)).copied();
        if !letter.owed.leaves.after(answer) {
            outbox::withdraw(tx, letter.message, Reason::OtherLetter, now)?;
        }
    }
    outbox::queue_prepared(tx, edition.id, &LET_GO, edition.timetable.outcome_mail_at, now)?;
    Ok(())
}
