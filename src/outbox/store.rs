//! The outbox's SQL.

use diesel::prelude::*;

use super::kinds::Kind;
use super::message::Message;
use super::state::{Move, State};
use crate::clock::Time;
use crate::ids::EditionId;
use crate::on_each;
use crate::store::schema::messages;
use crate::store::{Conn, Stored};

/// Puts a message in; one whose `once` key stands there already is left out.
pub(super) fn insert(tx: &mut Conn, message: &Message) -> Stored<()> {
    if message.once_key.is_none() {
        diesel::insert_into(messages::table).values(message).execute(tx)?;
        return Ok(());
    }
    on_each!(tx, conn => diesel::insert_into(messages::table)
        .values(message)
        .on_conflict(messages::once_key)
        .do_nothing()
        .execute(conn))?;
    Ok(())
}

/// Lets prepared messages of these kinds go, due at `due_at`; answers how many.
pub(super) fn release(tx: &mut Conn, edition: EditionId, kinds: &[Kind], due_at: Time, now: Time) -> Stored<usize> {
    let Ok(queued) = State::Prepared.after(Move::Release) else { return Ok(0) };
    diesel::update(
        messages::table
            .filter(messages::edition.eq(edition))
            .filter(messages::state.eq(State::Prepared))
            .filter(messages::kind.eq_any(kinds)),
    )
    .set((
        messages::state.eq(queued),
        messages::queued_at.eq(now),
        messages::due_at.eq(due_at),
        messages::next_attempt_at.eq(due_at.max(now)),
    ))
    .execute(tx)
}
