//! At the seal: M15, M18, M19 and M20 are written once, and their finished bytes kept (§ 8 of the announcement).
//!
//! What readers read is what leaves: later acts queue these very bytes or none. A winner's nominator gets two letters
//! prepared, of which one leaves: the award's, or, should it be declined or stay unanswered, the other.

use std::collections::BTreeSet;

use super::messages::{self, Desk, Tongue};
use super::model::{Announcement, Lack, OutcomeLetter, Owed};
use super::owed::{People, Recipient, Tale};
use super::sealed::{self, Outcome};
use super::store;
use crate::app::App;
use crate::audit::Deed;
use crate::chance::Chance;
use crate::clock::{Span, Time};
use crate::editions::Edition;
use crate::ids::NominationId;
use crate::keys::sha256;
use crate::outbox::{self, Kind, Letter, Message, Post, Reason};
use crate::store::{Conn, Stored};

/// A winner's letter that has not left so long before replies are due is given up, and somebody must call (S-OUT-4).
const TIME_TO_CALL: Span = Span::hours(24);

/// Writes all letters of an edition that has just been sealed, in the seal's own transaction. Letters of an earlier seal
/// that have not left never will.
///
/// # Errors
/// The store's.
pub fn at_the_seal(tx: &mut Conn, app: &App, deed: &Deed, edition: &Edition) -> Stored<()> {
    let Some(outcome) = sealed::outcome(tx, edition)? else { return Ok(()) };
    withdraw_earlier(tx, edition, deed.at)?;
    let written_to = written_to(tx, &outcome)?;
    let people = People::gather(tx, edition, &outcome)?;
    let mut recipients = people.recipients(edition, &outcome, &written_to);
    shuffle(&app.chance, &mut recipients);
    let mut letters = Vec::with_capacity(recipients.len());
    for recipient in &recipients {
        let (message, letter) = write(app, edition, outcome.sealed_at, deed.at, recipient);
        outbox::prepare(tx, &message)?;
        store::insert_letter(tx, edition.id, outcome.sealed_at, &letter)?;
        letters.push(letter);
    }
    letters.sort_by_key(|letter| letter.message);
    let before = store::announcement(tx, edition.id)?;
    let begun = Announcement {
        edition: edition.id,
        digest: digest(&outcome.seal, &letters),
        seal: outcome.seal,
        sealed_at: outcome.sealed_at,
        scheduled_at: None,
        scheduled_by: None,
        stopped_at: before.as_ref().and_then(|before| before.stopped_at),
        stopped_by: before.as_ref().and_then(|before| before.stopped_by),
        resumed_reason: before.as_ref().and_then(|before| before.resumed_reason.clone()),
        chased: 0,
    };
    store::begin(tx, &begun)
}

/// Winners to whom an earlier seal's letter has gone, or may have.
pub(super) fn written_to(tx: &mut Conn, outcome: &Outcome) -> Stored<BTreeSet<NominationId>> {
    let mut found = BTreeSet::new();
    for winner in outcome.winners() {
        let about = winner.nomination.to_string();
        if outbox::store::any_sent(tx, &about, Kind::WinnerNotice)? {
            found.insert(winner.nomination);
        }
    }
    Ok(found)
}

fn withdraw_earlier(tx: &mut Conn, edition: &Edition, now: Time) -> Stored<()> {
    let Some(before) = store::announcement(tx, edition.id)? else { return Ok(()) };
    for letter in store::letters(tx, edition.id, before.sealed_at)? {
        outbox::withdraw(tx, letter.message, Reason::SealedAnew, now)?;
    }
    Ok(())
}

/// Finishes a recipient's letter.
pub(super) fn write(
    app: &App,
    edition: &Edition,
    sealed_at: Time,
    at: Time,
    recipient: &Recipient<'_>,
) -> (Message, OutcomeLetter) {
    let desk = Desk { app, edition, trial: edition.rehearsal };
    let tongue = recipient.tongue;
    let (letter, mut lacks) = tell(&desk, recipient);
    let owed = &recipient.owed;
    let sender = edition.sender();
    let post = Post {
        kind: owed.kind,
        edition: Some(edition.id),
        about: owed.about.clone(),
        once: Some(once(owed, sealed_at)),
        to: recipient.to,
        sender: &sender,
        due_at: due_at(edition, owed, at, recipient),
        pad: owed.kind.is_in_confidence(),
    };
    let message = outbox::finish(app, at, post, letter);
    let message = match owed.kind {
        Kind::WinnerNotice => message.tried_until(edition.timetable.reply_due_at - TIME_TO_CALL),
        _ => message,
    };
    let bytes = message.open(app).unwrap_or_default();
    if holds_a_placeholder(&bytes) {
        lacks.push(Lack::Field("placeholder".to_owned()));
    }
    let letter = OutcomeLetter {
        message: message.id(),
        owed: owed.clone(),
        recipient_digest: outbox::recipient_digest(app, recipient.to),
        domain: recipient.to.domain(),
        languages: tongue.words(),
        zones: recipient.zones.clone(),
        bytes_digest: sha256(&bytes),
        lacks,
    };
    (message, letter)
}

/// What no second message may be: of this seal, to this reader, about this.
fn once(owed: &Owed, sealed_at: Time) -> String {
    format!("{}:{}:{}:{}:{}", owed.kind, owed.reader, owed.about, owed.leaves, sealed_at.micros())
}

/// When it leaves: a winner's letter by day on the day that the timetable names, all others together.
fn due_at(edition: &Edition, owed: &Owed, at: Time, recipient: &Recipient<'_>) -> Time {
    let table = &edition.timetable;
    match owed.kind {
        Kind::WinnerNotice => recipient.zones.next_day(table.notify_at.max(at)),
        _ => table.outcome_mail_at,
    }
}

fn tell(desk: &Desk<'_>, recipient: &Recipient<'_>) -> (Letter, Vec<Lack>) {
    let (edition, tongue) = (desk.edition, recipient.tongue);
    let outcome = |name: &str, category: &str| messages::lacks_of_outcome(edition, name, category, tongue);
    match &recipient.tale {
        Tale::Notice(winner) => {
            (desk.winner_notice(winner, tongue), messages::lacks_of_notice(edition, winner, tongue))
        }
        Tale::Ended(one, found) => (desk.outcome(one, *found, tongue), outcome(&one.name, &one.category)),
        Tale::EndedForNominee(one, found) => {
            (desk.outcome_for_nominee(one, *found, tongue), outcome(&one.name, &one.category))
        }
        Tale::Won(one) => (desk.winner_nominator(one, false, tongue), outcome(&one.name, &one.category)),
        Tale::WonForSupporter(one) => (desk.winner_nominator(one, true, tongue), outcome(&one.name, &one.category)),
        Tale::Thanks(sheets) => {
            let language = match tongue {
                Tongue::Known(language) | Tongue::Both(language) => language,
            };
            (desk.judges_thanks(*sheets, language), Vec::new())
        }
    }
}

/// Whether something in the finished letter was to be filled in and was not (G10): a brace, or a text's own id.
fn holds_a_placeholder(bytes: &[u8]) -> bool {
    let Some(opened) = outbox::read(bytes) else { return true };
    [&opened.subject, &opened.text].iter().any(|text| text.contains(['{', '}']) || text.contains("announcement-m"))
}

/// The digest of all letters of a seal: each message's very bytes, and on what it depends that they leave.
pub(super) fn digest(seal: &str, letters: &[OutcomeLetter]) -> String {
    let mut lines = format!("tca-letters/1\n{seal}\n");
    for letter in letters {
        let owed = &letter.owed;
        lines.push_str(&format!(
            "{} {} {} {} {} {}\n",
            letter.message, owed.kind, owed.reader, owed.about, owed.leaves, letter.bytes_digest
        ));
    }
    sha256(lines.as_bytes())
}

/// Puts items in random order: in this one the letters leave.
pub(super) fn shuffle<T>(chance: &Chance, items: &mut [T]) {
    for at in (1..items.len()).rev() {
        let drawn = u64::from_be_bytes(chance.bytes());
        let other = usize::try_from(drawn % (at as u64 + 1)).unwrap_or(at);
        items.swap(at, other);
    }
}
