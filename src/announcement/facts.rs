//! Gathers what the guards look at, in the transaction that acts on their answer.

use std::collections::{BTreeMap, BTreeSet};

use super::guards::{ClockState, Facts, LetterFacts, TrialOf, WinnerFacts};
use super::model::{Announcement, CallRow, OutcomeLetter};
use super::owed::People;
use super::sealed::{self, Outcome};
use super::{prepare, store};
use crate::app::App;
use crate::clock::Time;
use crate::editions::{self, Edition};
use crate::heartbeat;
use crate::ids::{MessageId, NominationId};
use crate::keys::sha256;
use crate::outbox::{self, Kind, Why};
use crate::store::{Conn, Stored};

/// What an edition's letters say of places and people; while a template's own value stands in one, it is made up.
const IN_LETTERS: [&str; 4] = ["reply_to", "award_contact", "reception_place", "live_event_place"];

/// All that stands about an edition's announcement, for the guards and for the organisers' view.
pub(super) struct Standing {
    /// How far it has come; none before the first seal.
    pub announcement: Option<Announcement>,
    /// The letters of the seal.
    pub letters: Vec<OutcomeLetter>,
    /// Winners' letters that never leave, since no mail may go to the address: somebody calls instead, or the answer is
    /// there already.
    pub replaced: BTreeSet<MessageId>,
    /// Winners whose answer is there: they gave it, or have asked to be left out.
    pub answered: BTreeSet<NominationId>,
    /// Who calls whom.
    pub calls: BTreeMap<NominationId, CallRow>,
    /// What the guards look at.
    pub facts: Facts,
}

/// Gathers it, as if winners' letters were scheduled now.
pub(super) fn gather(tx: &mut Conn, app: &App, edition: &Edition, now: Time) -> Stored<Standing> {
    let announcement = store::announcement(tx, edition.id)?;
    let outcome = sealed::outcome(tx, edition)?;
    let calls: BTreeMap<NominationId, CallRow> =
        store::callers(tx, edition.id)?.into_iter().map(|call| (call.nomination, call)).collect();
    let letters = match &announcement {
        Some(announcement) => store::letters(tx, edition.id, announcement.sealed_at)?,
        None => Vec::new(),
    };
    let mut facts = of_edition(tx, app, edition)?;
    facts.stopped = announcement.as_ref().is_some_and(|announcement| announcement.stopped_at.is_some());
    facts.embargo_ends_at = Some(edition.released_at.unwrap_or(edition.timetable.announce_at));
    facts.readings =
        store::readings(tx, edition.id)?.into_iter().map(|reading| (reading.account, reading.digest)).collect();
    let mut replaced = BTreeSet::new();
    let replied: BTreeSet<NominationId> =
        store::replies(tx, edition.id)?.into_iter().map(|reply| reply.nomination).collect();
    let mut answered = replied.clone();
    if let (Some(announcement), Some(outcome)) = (&announcement, &outcome) {
        let waiting = Waiting::gather(tx, app, edition)?;
        let people = People::gather(tx, edition, outcome)?;
        let written_to = prepare::written_to(tx, outcome)?;
        facts.seal = Some(outcome.seal.clone());
        facts.letters_are_of_this_seal =
            announcement.seal == outcome.seal && announcement.sealed_at == outcome.sealed_at;
        facts.signatures.clone_from(&outcome.signatures);
        facts.owed = people.recipients(edition, outcome, &BTreeSet::new()).into_iter().map(|one| one.owed).collect();
        facts.digest =
            if waiting.are_as_prepared(&letters) { prepare::digest(&outcome.seal, &letters) } else { String::new() };
        // The release itself cancels those whose condition does not hold; before it, a cancelled letter is missing (G6).
        let cancelled = match edition.released_at {
            None => store::cancelled(tx, edition.id, announcement.sealed_at)?,
            Some(_) => BTreeSet::new(),
        };
        for letter in letters.iter().filter(|letter| !cancelled.contains(&letter.message)) {
            let nominee = letter.owed.nomination.and_then(|id| people.nomination(id));
            let reference = nominee.map(|one| one.reference.as_str().to_owned());
            let goes_now = letter.owed.kind == Kind::WinnerNotice;
            let suppressed = match goes_now {
                true if nominee.is_some_and(|one| one.objected) => Some(Why::Objection),
                true => outbox::why_withheld(tx, app, edition.id, letter.message)?,
                false => None,
            };
            let is_reached = letter.owed.nomination.is_some_and(|id| calls.contains_key(&id) || replied.contains(&id));
            if goes_now && suppressed.is_some() && is_reached {
                replaced.insert(letter.message);
                continue;
            }
            let leaves_at = if goes_now {
                letter.zones.next_day(edition.timetable.notify_at.max(now))
            } else {
                edition.timetable.outcome_mail_at
            };
            facts.letters.push(LetterFacts {
                owed: letter.owed.clone(),
                reference,
                goes_now,
                leaves_at,
                zones: letter.zones.clone(),
                domain: letter.domain.clone(),
                is_marked: edition.rehearsal, // every letter of a rehearsal is written with the mark
                trial_of: None,
                may_have_left: goes_now && letter.owed.nomination.is_some_and(|id| written_to.contains(&id)),
                suppressed: suppressed.map(|why| why.as_str().to_owned()),
                lacks: letter.lacks.clone(),
            });
        }
        let reached = |id| calls.contains_key(&id) || replied.contains(&id) || written_to.contains(&id);
        facts.winners = winners(outcome, &people, reached, &facts.letters);
        let objected = |id: &NominationId| people.nomination(*id).is_some_and(|one| one.objected);
        answered.extend(outcome.winners().map(|awarded| awarded.nomination).filter(objected));
    }
    Ok(Standing { announcement, letters, replaced, answered, calls, facts })
}

/// What holds for an edition whatever its letters are.
pub(super) fn of_edition(tx: &mut Conn, app: &App, edition: &Edition) -> Stored<Facts> {
    let open = edition.panels.iter().filter(|panel| panel.closed.is_none());
    let is_trial = app.clock.is_set() || app.config.is_trial();
    let made_up = editions::made_up(&edition.doc).into_iter().filter(|field| !is_trial && IN_LETTERS.contains(field));
    Ok(Facts {
        seal: None,
        letters_are_of_this_seal: false,
        panels: open.map(|panel| panel.key.as_str().to_owned()).collect(),
        signatures: Vec::new(),
        winners: Vec::new(),
        digest: String::new(),
        readings: Vec::new(),
        owed: Vec::new(),
        letters: Vec::new(),
        embargo_ends_at: None,
        reply_due_at: edition.timetable.reply_due_at,
        stopped: false,
        rehearsal: edition.rehearsal.then(|| edition.rehearsal_domains.clone()),
        edition: edition.slug.as_str().to_owned(),
        made_up: made_up.collect(),
        clock: clock(tx, app)?,
        cities: edition.cities(),
    })
}

/// What is known of the clock.
pub(super) fn clock(tx: &mut Conn, app: &App) -> Stored<ClockState> {
    let nearby = app.config.smtp.as_ref().is_none_or(|smtp| smtp.is_loopback());
    Ok(match (app.clock.is_set(), nearby) {
        (false, _) if heartbeat::doubt(tx, app)?.is_some() => ClockState::Suspect,
        (false, _) => ClockState::Sound,
        (true, true) => ClockState::SetNearby,
        (true, false) => ClockState::SetAbroad,
    })
}

fn winners(
    outcome: &Outcome,
    people: &People,
    is_reached: impl Fn(NominationId) -> bool,
    letters: &[LetterFacts],
) -> Vec<WinnerFacts> {
    let winner = |id: NominationId| {
        let nominee = people.nomination(id);
        let letter = letters.iter().find(|one| one.owed.kind == Kind::WinnerNotice && one.owed.nomination == Some(id));
        let is_blocked = letter.is_some_and(|letter| letter.suppressed.is_some());
        let has_address = nominee.is_some_and(|nominee| nominee.address().is_some());
        WinnerFacts {
            nomination: id,
            reference: nominee.map_or_else(String::new, |nominee| nominee.reference.as_str().to_owned()),
            gets_letter: has_address && !(letter.is_none() && is_reached(id)),
            is_reachable: (letter.is_some() && !is_blocked) || is_reached(id),
        }
    };
    outcome.winners().map(|awarded| winner(awarded.nomination)).collect()
}

/// Winners' letters as they lie in the outbox.
struct Waiting(BTreeMap<MessageId, String>);

impl Waiting {
    fn gather(tx: &mut Conn, app: &App, edition: &Edition) -> Stored<Self> {
        let waiting = outbox::store::waiting(tx, edition.id, &[Kind::WinnerNotice])?;
        let digest = |claimed: &outbox::Claimed| outbox::desk::bytes(app, claimed).map(|bytes| sha256(&bytes));
        Ok(Self(waiting.iter().filter_map(|(_, claimed)| Some((claimed.id, digest(claimed)?))).collect()))
    }

    /// Whether what would leave now is to the byte what was prepared.
    fn are_as_prepared(&self, letters: &[OutcomeLetter]) -> bool {
        letters.iter().all(|letter| self.0.get(&letter.message).is_none_or(|found| *found == letter.bytes_digest))
    }
}

/// A letter to oneself about a made-up winner.
pub(super) fn trial(facts: &mut Facts, kind: Kind, to: TrialOf, domain: &str, now: Time) {
    facts.letters.push(LetterFacts {
        owed: super::model::Owed {
            kind,
            nomination: None,
            reader: super::model::Reader::Winner,
            about: String::new(),
            leaves: super::model::Leaves::Always,
        },
        reference: None,
        goes_now: true,
        leaves_at: now,
        zones: super::daytime::Zones::anywhere(),
        domain: domain.to_owned(),
        is_marked: true,
        trial_of: Some(to),
        may_have_left: false,
        suppressed: None,
        lacks: Vec::new(),
    });
}
