//! The outbox: everything that is to be said waits here as finished bytes, and a worker sends it.
//!
//! A room writes a [`Letter`], [`finish`]es it into a [`Message`], and [`enqueue`]s that in the transaction of the deed
//! that causes it: so a mail leaves if and only if its cause stands. Ring `App::outbox_bell` once the write has
//! answered. A message is sent at least once, with one Message-ID; one that tells a winner in confidence (M15 to M17)
//! at most once, unless a person says otherwise.

pub mod answer;
pub mod bounce;
mod claim;
pub mod desk;
pub mod folder;
pub mod kinds;
pub mod letter;
pub mod limits;
pub mod message;
mod pace;
mod read;
mod smtp;
pub mod state;
pub mod store;
pub mod worker;

pub use answer::{Answer, Reason};
pub use claim::{ClaimGuard, STILL_TIMELY, Verdict, no_guard, why_blocked};
pub use kinds::{Kind, Refusal};
pub use letter::Letter;
pub use message::{Message, Post, Sender, finish, recipient_digest, refusal_digest};
pub use read::{Opened, read};
pub use smtp::Patience;
pub use state::State;
pub use store::{Claimed, Overview, Why};

use crate::app::App;
use crate::clock::Time;
use crate::fields::Email;
use crate::ids::{EditionId, MessageId};
use crate::store::{Conn, Stored};

/// Queues a message. One whose `once` key was queued before is left out, silently.
///
/// # Errors
/// The store's.
pub fn enqueue(tx: &mut Conn, message: &Message) -> Stored<()> {
    store::insert(tx, message)
}

/// What was queued for this address in an edition, of these kinds: each kind with what it was about, once, the newest first;
/// 200 at most.
///
/// # Errors
/// The store's.
pub fn sent_to(
    tx: &mut Conn,
    app: &App,
    edition: EditionId,
    to: &Email,
    kinds: &[Kind],
) -> Stored<Vec<(Kind, String)>> {
    let mut told = store::queued_for(tx, edition, &message::address_digests(app, to, None), kinds)?;
    let mut seen = std::collections::HashSet::new();
    told.retain(|(kind, about)| seen.insert((kind.as_str(), about.clone())));
    Ok(told)
}

/// Keeps a message as it is until [`queue_prepared`] lets it go. Prepare in random order: they leave in this one.
///
/// # Errors
/// The store's.
pub fn prepare(tx: &mut Conn, message: &Message) -> Stored<()> {
    let mut message = message.clone();
    message.state = State::Prepared;
    store::insert(tx, &message)
}

/// Lets an edition's prepared messages of these kinds go when `due_at` comes; answers how many.
///
/// # Errors
/// The store's.
pub fn queue_prepared(tx: &mut Conn, edition: EditionId, kinds: &[Kind], due_at: Time, now: Time) -> Stored<usize> {
    store::release(tx, edition, kinds, due_at, now)
}

/// Lets one prepared message go when `due_at` comes; whether it was still prepared.
///
/// # Errors
/// The store's.
pub fn queue_one(tx: &mut Conn, id: MessageId, due_at: Time, now: Time) -> Stored<bool> {
    store::release_one(tx, id, due_at, now)
}

/// Makes sure that a message which has not left never does; whether there was still time.
///
/// # Errors
/// The store's.
pub fn withdraw(tx: &mut Conn, id: MessageId, why: Reason, now: Time) -> Stored<bool> {
    store::withdraw(tx, id, why, now)
}

/// Why the address of an edition's message must not be written to (G9).
///
/// # Errors
/// The store's.
pub fn why_withheld(tx: &mut Conn, app: &App, edition: EditionId, id: MessageId) -> Stored<Option<Why>> {
    match store::one(tx, edition, id)? {
        Some((_, message)) => claim::blocked(tx, app, &message),
        None => Ok(None),
    }
}
