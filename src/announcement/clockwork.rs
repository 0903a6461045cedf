//! What this room does by the clock, beside the outbox: the release, and the two rounds of reminders to winners who have
//! not replied.

use serde_json::json;

use super::messages::{Desk, Tongue};
use super::{release, sealed, store};
use crate::app::App;
use crate::audit::{self, Act, Deed};
use crate::clock::Time;
use crate::editions::{self, Edition, Phase};
use crate::ids::EditionId;
use crate::nominations;
use crate::outbox::{self, Kind, Post};
use crate::store::{Conn, StoreError, Stored};

/// Does what is due. Call it each second, and when the outbox's bell rings; any number of processes may.
///
/// # Errors
/// The store's.
pub async fn tick(app: &App) -> Result<(), StoreError> {
    let now = app.clock.now();
    release::release_all_due(app, now).await?;
    for (edition, round) in reminders_due(app, now).await? {
        remind(app, edition, round, now).await?;
    }
    Ok(())
}

/// Editions in which a round of reminders is still to do, with the round: 1 or 2.
async fn reminders_due(app: &App, now: Time) -> Result<Vec<(EditionId, i32)>, StoreError> {
    app.store
        .read(move |tx| {
            let mut due = Vec::new();
            for edition in editions::store::all(tx)? {
                let rounds = edition.timetable.chaser_at.iter().filter(|at| **at <= now).count();
                let rounds = i32::try_from(rounds).unwrap_or(0);
                if rounds == 0 || edition.phase(now) != Phase::Embargo {
                    continue;
                }
                let done = store::announcement(tx, edition.id)?.map_or(rounds, |announcement| announcement.chased);
                if done < rounds {
                    due.push((edition.id, rounds));
                }
            }
            Ok::<_, StoreError>(due)
        })
        .await
}

/// Queues M16 for every winner who was written to and has not replied.
async fn remind(app: &App, edition: EditionId, round: i32, now: Time) -> Result<(), StoreError> {
    let parts = app.clone();
    app.store
        .write(move |tx| {
            let Some(edition) = editions::store::by_id(tx, edition)? else { return Ok(()) };
            if !store::mark_chased(tx, edition.id, round)? {
                return Ok(()); // another process was faster
            }
            let at = usize::try_from(round - 1).ok().and_then(|at| edition.timetable.chaser_at.get(at)).copied();
            let timely = at.is_some_and(|at| now < at + outbox::STILL_TIMELY);
            if timely {
                queue(tx, &parts, &edition, round, now)?;
            }
            let act = if timely { Act::WinnersReminded } else { Act::ReminderDropped };
            let (deed, id) = (Deed { at: now, ..Deed::of_service(&parts) }, edition.id);
            Ok::<_, StoreError>(audit::record(tx, &parts, &deed, act, Some(id), id, json!({"round": round}))?)
        })
        .await?;
    app.outbox_bell.notify_one();
    Ok(())
}

fn queue(tx: &mut Conn, app: &App, edition: &Edition, round: i32, now: Time) -> Stored<()> {
    let Some(outcome) = sealed::outcome(tx, edition)? else { return Ok(()) };
    let sender = edition.sender();
    let desk = Desk { app, edition, trial: edition.rehearsal };
    for winner in outcome.winners() {
        let (id, about) = (winner.nomination, winner.nomination.to_string());
        let was_written_to = outbox::store::any_sent(tx, &about, Kind::WinnerNotice)?;
        if !was_written_to || store::reply(tx, id)?.is_some() {
            continue;
        }
        let nominee = nominations::to_tell(tx, edition.id, Some(&[id]))?.pop();
        let Some(nominee) = nominee.filter(|nominee| !nominee.objected) else { continue };
        let Some(to) = nominee.address() else { continue };
        let kind = Kind::ReplyReminder;
        let post = Post {
            kind,
            edition: Some(edition.id),
            once: Some(format!("{kind}:{about}:{}:{round}", outcome.sealed_at.micros())),
            about,
            to,
            sender: &sender,
            due_at: now, // the claim's guard waits for the day
            pad: true,
        };
        let letter = desk.reply_reminder(id, Tongue::of_nominee(&nominee));
        outbox::enqueue(tx, &outbox::finish(app, now, post, letter))?;
    }
    Ok(())
}
