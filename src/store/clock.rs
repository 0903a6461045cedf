//! What was seen of the machines' clocks (S-STO-6; see `heartbeat.rs`).

use diesel::prelude::*;

use super::schema::{clock_beats as beats, clock_doubts as doubts};
use super::{Conn, Stored};
use crate::clock::Time;
use crate::on_each;

/// The one row of a doubt.
const ONLY: i32 = 1;

/// What was seen of a machine.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = beats)]
pub struct Beat {
    /// Which start of which machine.
    pub machine: String,
    /// When it was started, by its wall clock at the first look.
    pub started_at: Time,
    /// What its wall clock showed at the last look.
    pub last_at: Time,
}

/// A doubt that was noted.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = doubts)]
pub struct DoubtRow {
    /// Since when.
    pub since: Time,
    /// Why, in a word.
    pub why: String,
    /// By how many seconds.
    pub seconds: i64,
}

/// What was seen of every machine.
///
/// # Errors
/// The store's.
pub fn all(tx: &mut Conn) -> Stored<Vec<Beat>> {
    beats::table.order(beats::machine).select(Beat::as_select()).load(tx)
}

/// Notes what was seen of a machine.
///
/// # Errors
/// The store's.
pub fn note(tx: &mut Conn, beat: &Beat) -> Stored<()> {
    let (started, last) = (beats::started_at.eq(beat.started_at), beats::last_at.eq(beat.last_at));
    on_each!(tx, conn => diesel::insert_into(beats::table)
        .values(beat)
        .on_conflict(beats::machine)
        .do_update()
        .set((started, last))
        .execute(conn))?;
    Ok(())
}

/// Forgets machines that nobody has looked at since.
///
/// # Errors
/// The store's.
pub fn forget(tx: &mut Conn, since: Time) -> Stored<()> {
    diesel::delete(beats::table.filter(beats::last_at.lt(since))).execute(tx)?;
    Ok(())
}

/// The doubt that stands.
///
/// # Errors
/// The store's.
pub fn doubt(tx: &mut Conn) -> Stored<Option<DoubtRow>> {
    doubts::table.find(ONLY).select(DoubtRow::as_select()).first(tx).optional()
}

/// Notes a doubt, where none stands yet.
///
/// # Errors
/// The store's.
pub fn note_doubt(tx: &mut Conn, row: &DoubtRow) -> Stored<()> {
    let row =
        (doubts::id.eq(ONLY), doubts::since.eq(row.since), doubts::why.eq(&row.why), doubts::seconds.eq(row.seconds));
    on_each!(tx, conn => diesel::insert_into(doubts::table).values(row).on_conflict_do_nothing().execute(conn))?;
    Ok(())
}

/// Forgets the doubt, and all that was seen; whether there was one.
///
/// # Errors
/// The store's.
pub fn settle(tx: &mut Conn) -> Stored<bool> {
    let there_was = diesel::delete(doubts::table).execute(tx)? > 0;
    if there_was {
        diesel::delete(beats::table).execute(tx)?;
    }
    Ok(there_was)
}
