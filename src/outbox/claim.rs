//! What happens to a message inside the store while it is sent: claimed under a lease, then closed with its fate.

use std::sync::Arc;

use serde_json::json;

use super::answer::{Answer, Reason};
use super::kinds::{Kind, PRIORITIES};
use super::message::{address_digests, open_envelope};
use super::state::{Move, State};
use super::store::{self, Change, Claimed, Why};
use crate::app::App;
use crate::audit::{self, Act, Deed};
use crate::clock::{Span, Time};
use crate::fields::Email;
use crate::store::{Conn, Stored};

/// How long a worker that says nothing keeps a message (S-OUT-5).
pub(super) const LEASE: Span = Span::minutes(15);
/// The first waits between attempts; every later one is an hour (S-OUT-4).
const WAITS: [Span; 4] = [Span::minutes(1), Span::minutes(5), Span::minutes(15), Span::minutes(60)];
/// A reminder that has not left so long after its time is dropped: it would only puzzle its reader (`content/mail.md`).
pub const STILL_TIMELY: Span = Span::hours(24);
/// Attempts in all: the four waits above, then hourly for three days.
const ATTEMPTS: i32 = 4 + 72 + 1;

/// What a guard says to a message that is about to be claimed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It may leave.
    Send,
    /// Not before this.
    Later(Time),
    /// A person must let it go: why.
    Hold(Answer),
    /// It must never leave: why.
    Cancel(Answer),
}

/// Looks at each message as it is claimed, in the claim's own transaction.
pub type ClaimGuard = Arc<dyn Fn(&mut Conn, &Claimed, Time) -> Stored<Verdict> + Send + Sync>;

/// The guard that lets everything pass.
pub fn no_guard() -> ClaimGuard {
    Arc::new(|_, _, _| Ok(Verdict::Send))
}

/// What became of an attempt, with the server's words or ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The server took it.
    Sent(Answer),
    /// The server will not take it.
    Refused {
        /// What it said.
        answer: Answer,
        /// Whether it meant the address, which then gets no more mail.
        blocks_address: bool,
    },
    /// It surely did not leave, and may go another time.
    NotSent(Answer),
    /// It may have left.
    Unknown(Answer),
}

/// Claims up to `limit` due messages for `owner`, most urgent first.
///
/// One that tells a winner in confidence is claimed alone: should the process die, no other such message is in doubt.
pub(super) fn claim(
    tx: &mut Conn,
    app: &App,
    guard: &ClaimGuard,
    owner: &str,
    limit: usize,
    now: Time,
) -> Stored<Vec<Claimed>> {
    let mut batch: Vec<Claimed> = Vec::new();
    for priority in PRIORITIES {
        let room = limit.saturating_sub(batch.len());
        for message in store::due(tx, priority, now, i64::try_from(room).unwrap_or(1))? {
            let alone = message.kind.is_in_confidence();
            if alone && !batch.is_empty() {
                return Ok(batch);
            }
            if let Some(claimed) = claim_one(tx, app, guard, owner, message, now)? {
                batch.push(claimed);
                if alone {
                    return Ok(batch);
                }
            }
        }
        if batch.len() >= limit {
            break;
        }
    }
    Ok(batch)
}

fn claim_one(
    tx: &mut Conn,
    app: &App,
    guard: &ClaimGuard,
    owner: &str,
    mut message: Claimed,
    now: Time,
) -> Stored<Option<Claimed>> {
    const CLAIMED: State = Move::Claim.from(State::Queued);
    const HELD: State = Move::Hold.from(State::Queued);
    const CANCELLED: State = Move::Cancel.from(State::Queued);
    const FAILED: State = Move::GiveUp.from(State::Queued);

    let is_over = message.attempts > 0 && message.give_up_at.is_some_and(|end| end < now);
    if is_reminder(&message) && now >= message.due_at + STILL_TIMELY {
        if store::change(tx, message.id, State::Queued, &ended(CANCELLED, now).saying(&Reason::TooLate.into()))? {
            note(tx, app, &message, Act::ReminderDropped, now)?;
        }
        return Ok(None);
    }
    let blocked = blocked(tx, app, &message)?;
    let change = match (blocked, guard(tx, &message, now)?) {
        (Some(why), _) => ended(FAILED, now).saying(&why.answer()),
        (None, Verdict::Cancel(why)) => ended(CANCELLED, now).saying(&why),
        (None, Verdict::Hold(why)) => Change { state: Some(HELD), ..Change::default() }.saying(&why),
        (None, _) if is_over => ended(FAILED, now), // what the server said last still stands
        // A second at least, so that a guard which names a time gone by is not asked without end.
        (None, Verdict::Later(time)) => {
            Change { next_attempt_at: Some(time.max(now + Span::seconds(1))), ..Change::default() }
        }
        (None, Verdict::Send) => {
            message.attempts += 1;
            Change {
                state: Some(CLAIMED),
                attempts: Some(message.attempts),
                lease_owner: Some(Some(owner.to_owned())),
                lease_until: Some(Some(now + LEASE)),
                ..Change::default()
            }
        }
    };
    let claimed = change.state == Some(CLAIMED);
    let changed = store::change(tx, message.id, State::Queued, &change)?;
    Ok((claimed && changed).then_some(message))
}

/// Whether it says again what was said before: M5, M13, M16, and M11's second, which waits a week.
fn is_reminder(message: &Claimed) -> bool {
    match message.kind {
        Kind::SupporterReminder | Kind::JudgeReminder | Kind::ReplyReminder => true,
        Kind::Invitation => message.due_at > message.queued_at,
        _ => false,
    }
}

/// Leaves an event of the service's own about a message. It does not say of which kind it is: that would tell whoever reads
/// the chain that somebody won.
fn note(tx: &mut Conn, app: &App, message: &Claimed, act: Act, now: Time) -> Stored<()> {
    let deed = Deed { at: now, ..Deed::of_service(app) };
    audit::record(tx, app, &deed, act, message.edition, message.id, json!({}))
}

/// Whether something stands against the address that a message goes to.
pub(super) fn blocked(tx: &mut Conn, app: &App, message: &Claimed) -> Stored<Option<Why>> {
    match open_envelope(app, &message.envelope).and_then(|envelope| envelope.recipient()) {
        Some(email) => why_blocked(tx, app, &email, message.kind),
        None => store::suppressed(tx, std::slice::from_ref(&message.recipient_digest)),
    }
}

/// Why mail of this kind must not go to this address, if it must not (G9): what was said under an older secret counts
/// too.
///
/// # Errors
/// The store's.
pub fn why_blocked(tx: &mut Conn, app: &App, email: &Email, kind: Kind) -> Stored<Option<Why>> {
    let mut digests = address_digests(app, email, None);
    if let Some(refusal) = kind.refused_as() {
        digests.extend(address_digests(app, email, Some(refusal)));
    }
    store::suppressed(tx, &digests)
}

fn ended(state: State, now: Time) -> Change {
    Change {
        state: Some(state),
        lease_owner: Some(None),
        lease_until: Some(None),
        ended_at: Some(Some(now)),
        ..Change::default()
    }
}

/// Writes down what became of a message that `owner` has sent; whether it was still the owner's.
pub(super) fn close(tx: &mut Conn, app: &App, message: &Claimed, owner: &str, fate: &Fate, now: Time) -> Stored<bool> {
    const SENT: State = Move::Deliver.from(State::Sending);
    const FAILED: State = Move::GiveUp.from(State::Sending);
    const UNKNOWN: State = Move::LoseSight.from(State::Sending);

    let change = match fate {
        Fate::Sent(answer) => ended(SENT, now).saying(answer),
        Fate::Refused { answer, .. } => ended(FAILED, now).saying(answer),
        Fate::Unknown(answer) if message.kind.is_in_confidence() => {
            Change { state: Some(UNKNOWN), next_attempt_at: None, ..put_back(now) }.saying(answer)
        }
        Fate::NotSent(answer) | Fate::Unknown(answer) => {
            let change = match next_attempt(message, now) {
                Some(at) => put_back(at).saying(answer),
                None => ended(FAILED, now).saying(answer),
            };
            Change { may_have_left: matches!(fate, Fate::Unknown(_)).then_some(true), ..change }
        }
    };
    let ours = store::change_owned(tx, message.id, owner, &change)?;
    let blocks = ours && matches!(fate, Fate::Refused { blocks_address: true, .. });
    if blocks && store::suppress(tx, &message.recipient_digest, Why::Bounce, now)? {
        note(tx, app, message, Act::AddressBlocked, now)?;
    }
    Ok(ours)
}

/// When to try again; `None` when it is enough.
fn next_attempt(message: &Claimed, now: Time) -> Option<Time> {
    let index = usize::try_from(message.attempts - 1).unwrap_or(0);
    let at = now + WAITS.get(index).copied().unwrap_or(Span::hours(1));
    let in_time = match message.give_up_at {
        Some(end) => at <= end,
        None => message.attempts < ATTEMPTS,
    };
    in_time.then_some(at)
}

fn put_back(at: Time) -> Change {
    const BACK: State = Move::PutBack.from(State::Sending);
    Change {
        state: Some(BACK),
        next_attempt_at: Some(at),
        lease_owner: Some(None),
        lease_until: Some(None),
        ..Change::default()
    }
}

/// Gives back what was claimed and never tried, as if it had not been claimed.
pub(super) fn give_back(tx: &mut Conn, message: &Claimed, owner: &str, now: Time) -> Stored<bool> {
    let change = Change { attempts: Some(message.attempts - 1), ..put_back(now) };
    store::change_owned(tx, message.id, owner, &change)
}

/// Takes up what a dead worker left: ordinary mail goes again, mail in confidence waits for a person (S-OUT-4).
///
/// A lease counts as ended at `ended`, or, where nobody else can be at work (`None`), at once.
pub(super) fn recover(tx: &mut Conn, ended: Option<Time>, now: Time) -> Stored<usize> {
    const UNKNOWN: State = Move::LoseSight.from(State::Sending);
    let abandoned = store::abandoned(tx, ended)?;
    for (id, kind, owner) in &abandoned {
        let back = Change { may_have_left: Some(true), ..put_back(now) }.saying(&Reason::WorkerLost.into());
        let change =
            if kind.is_in_confidence() { Change { state: Some(UNKNOWN), next_attempt_at: None, ..back } } else { back };
        store::change_owned(tx, *id, owner.as_deref().unwrap_or_default(), &change)?;
    }
    Ok(abandoned.len())
}
