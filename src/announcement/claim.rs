//! The guards once more, as each message about an outcome is claimed: between scheduling and leaving the world may have
//! moved (S-OUT-1).

use std::sync::Arc;

use super::facts;
use super::guards::{Guard, GuardState, LetterFacts, TrialOf, WinnerFacts, check};
use super::model::{Leaves, Owed, Reader};
use super::{daytime::Zones, sealed, store};
use crate::accounts;
use crate::app::App;
use crate::clock::{Span, Time};
use crate::editions::{self, Edition};
use crate::ids::{AccountId, NominationId};
use crate::nominations;
use crate::outbox::{self, Answer, ClaimGuard, Claimed, Kind, Reason, Verdict, Why};
use crate::store::{Conn, Stored};
use crate::text::{Bilingual, Language};

/// How long what must wait for a person's word waits until it is looked at again.
const LOOK_AGAIN: Span = Span::minutes(1);
/// Begins the `about` of a letter to oneself about a made-up winner: its account follows.
pub(super) const TRIAL: &str = "trial:";

/// What the worker asks before each message.
pub fn claim_guard(app: &App) -> ClaimGuard {
    let app = app.clone();
    Arc::new(move |tx, message, now| verdict(tx, &app, message, now))
}

fn verdict(tx: &mut Conn, app: &App, message: &Claimed, now: Time) -> Stored<Verdict> {
    if !message.kind.is_of_the_outcome() {
        return Ok(Verdict::Send);
    }
    let edition = message.edition.map(|id| editions::store::by_id(tx, id)).transpose()?.flatten();
    let Some(edition) = edition else { return Ok(Verdict::Cancel(Reason::NoSeal.into())) };
    let (states, zones) = match message.about.strip_prefix(TRIAL) {
        Some(account) => (trial(tx, app, &edition, message, account, now)?, Zones::anywhere()),
        None => match of_the_seal(tx, app, &edition, message, now)? {
            Some(found) => found,
            None => return Ok(Verdict::Cancel(Reason::NoSeal.into())),
        },
    };
    let refusing = states.iter().find(|state| !state.passed && state.code.holds_at_each_claim());
    Ok(refusing.map_or(Verdict::Send, |state| refusal(&edition, message, state, &zones, now)))
}

/// What a refusal means for a message that is already queued: night only delays it, a Stop or a doubtful clock holds all
/// up until a person speaks, a broken seal makes it void.
fn refusal(edition: &Edition, message: &Claimed, state: &GuardState, zones: &Zones, now: Time) -> Verdict {
    let why = || {
        let words = |language| {
            let words: Vec<&str> = state.why.iter().map(|why| why.get(language)).collect();
            format!("{}: {}", state.guard, words.join("; "))
        };
        Answer::of_guard(Bilingual::new(words(Language::En), words(Language::Ru)))
    };
    match state.code {
        Guard::Stopped | Guard::ClockSuspect => Verdict::Later(now + LOOK_AGAIN),
        Guard::OutsideDaytime => {
            let at = zones.next_day(now);
            let too_late = message.kind == Kind::WinnerNotice && at >= edition.timetable.reply_due_at;
            if too_late { Verdict::Hold(why()) } else { Verdict::Later(at) }
        }
        Guard::NotSealed | Guard::OutsideRehearsal => Verdict::Cancel(why()),
        _ => Verdict::Hold(why()),
    }
}

/// How the guards stand for a message that tells of this edition's outcome, and where its reader lives.
fn of_the_seal(
    tx: &mut Conn,
    app: &App,
    edition: &Edition,
    message: &Claimed,
    now: Time,
) -> Stored<Option<(Vec<GuardState>, Zones)>> {
    let seal = sealed::seal(tx, edition)?;
    let Some((sealed_at, owed, zones)) = told(tx, message)? else { return Ok(None) };
    let announcement = store::announcement(tx, edition.id)?;
    let mut facts = facts::of_edition(tx, app, edition)?;
    facts.stopped = announcement.is_some_and(|announcement| announcement.stopped_at.is_some());
    facts.embargo_ends_at = edition.released_at;
    if let Some(seal) = seal {
        facts.letters_are_of_this_seal = sealed_at.is_none_or(|sealed_at| sealed_at == seal.sealed_at);
        facts.seal = Some(seal.digest);
        facts.signatures = seal.signatures;
    }
    let winner = if message.kind.is_in_confidence() { winner(tx, edition, &owed)? } else { None };
    facts.winners = winner.into_iter().collect();
    let barred = owed.nomination.filter(|_| owed.is_barred_by_an_objection());
    let objected = barred.map(|id| nominations::has_objected(tx, id)).transpose()?.unwrap_or(false);
    let may_have_left =
        message.kind == Kind::WinnerNotice && outbox::store::any_sent(tx, &message.about, Kind::WinnerNotice)?;
    facts.letters = vec![LetterFacts {
        owed,
        reference: None,
        goes_now: true,
        leaves_at: now,
        zones: zones.clone(),
        domain: message.domain.clone(),
        is_marked: edition.rehearsal,
        trial_of: None,
        may_have_left,
        // Whether the address itself is blocked the worker has looked already.
        suppressed: objected.then(|| Why::Objection.as_str().to_owned()),
        lacks: Vec::new(),
    }];
    Ok(Some((check(&facts), zones)))
}

/// To whom a message tells what: as its seal prepared it, else, for M16 and M17, by the nomination that it is about.
fn told(tx: &mut Conn, message: &Claimed) -> Stored<Option<(Option<Time>, Owed, Zones)>> {
    if let Some((sealed_at, letter)) = store::letter(tx, message.id)? {
        return Ok(Some((Some(sealed_at), letter.owed, letter.zones)));
    }
    let follows = matches!(message.kind, Kind::ReplyReminder | Kind::WinnerConfirmation);
    let Some(nomination) = NominationId::parse(&message.about).filter(|_| follows) else { return Ok(None) };
    // A thank-you answers its reader at once, whatever the hour there; a reminder waits for the day.
    let zones = match message.kind {
        Kind::ReplyReminder => zones_of_notice(tx, nomination)?,
        _ => Zones::anywhere(),
    };
    let owed = Owed {
        kind: message.kind,
        nomination: Some(nomination),
        reader: Reader::Winner,
        about: message.about.clone(),
        leaves: Leaves::Always,
    };
    Ok(Some((None, owed, zones)))
}

fn zones_of_notice(tx: &mut Conn, nomination: NominationId) -> Stored<Zones> {
    let Some(message) = store::notices_about(tx, nomination)?.pop() else { return Ok(Zones::anywhere()) };
    Ok(store::letter(tx, message)?.map_or_else(Zones::anywhere, |(_, letter)| letter.zones))
}

/// The winner that a message in confidence is about, if the seal names one.
fn winner(tx: &mut Conn, edition: &Edition, owed: &Owed) -> Stored<Option<WinnerFacts>> {
    let outcome = sealed::outcome(tx, edition)?;
    let is_winner = |id: &NominationId| outcome.as_ref().is_some_and(|outcome| outcome.is_winner(*id));
    let facts =
        |nomination| WinnerFacts { nomination, reference: String::new(), gets_letter: true, is_reachable: true };
    Ok(owed.nomination.filter(is_winner).map(facts))
}

/// A letter to oneself: its reader is the person who asked, and a rehearsal's addresses are known.
fn trial(
    tx: &mut Conn,
    app: &App,
    edition: &Edition,
    message: &Claimed,
    account: &str,
    now: Time,
) -> Stored<Vec<GuardState>> {
    let account = AccountId::parse(account).map(|id| accounts::store::account(tx, id)).transpose()?.flatten();
    let address = account.map(|account| account.address()).transpose()?;
    let is_theirs = address.is_some_and(|address| outbox::recipient_digest(app, &address) == message.recipient_digest);
    let to = if is_theirs { TrialOf::Oneself } else { TrialOf::SomebodyElse };
    trial_states(tx, app, edition, message.kind, to, &message.domain, now)
}

/// The guards that hold for a letter about a made-up winner: it tells no outcome, so the seal and the embargo have no
/// say in it.
pub(super) fn trial_states(
    tx: &mut Conn,
    app: &App,
    edition: &Edition,
    kind: Kind,
    to: TrialOf,
    domain: &str,
    now: Time,
) -> Stored<Vec<GuardState>> {
    let mut facts = facts::of_edition(tx, app, edition)?;
    facts::trial(&mut facts, kind, to, domain, now);
    let holds = |guard: Guard| matches!(guard, Guard::OutsideRehearsal | Guard::ClockSuspect);
    Ok(check(&facts).into_iter().filter(|state| holds(state.code)).collect())
}
