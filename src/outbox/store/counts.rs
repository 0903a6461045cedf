//! How often a mailbox was written to, and the links that wait until it may be again.

use diesel::prelude::*;
use diesel::upsert::excluded;

use crate::clock::Time;
use crate::on_each;
use crate::outbox::kinds::Kind;
use crate::store::schema::{mail_counts as counts, mail_waiting as waiting};
use crate::store::{Conn, Stored};

/// What was counted under a key.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = counts)]
#[allow(missing_docs, reason = "the columns' names say it")]
pub struct CountRow {
    pub key: String,
    pub counted: i64,
    pub since: Time,
    pub last_at: Time,
    pub forget_at: Time,
}

/// What stands under a key, now in this transaction's hands: `blank` where there was nothing. Nothing is looked up by a
/// reading statement, which on PostgreSQL would set transactions of different mailboxes at odds.
pub fn take(tx: &mut Conn, blank: &CountRow) -> Stored<CountRow> {
    on_each!(tx, conn => diesel::insert_into(counts::table)
        .values(blank)
        .on_conflict(counts::key)
        .do_update()
        .set(counts::key.eq(excluded(counts::key)))
        .returning(CountRow::as_returning())
        .get_result(conn))
}

/// Writes what now stands there.
pub fn put(tx: &mut Conn, row: &CountRow) -> Stored<()> {
    on_each!(tx, conn => diesel::insert_into(counts::table)
        .values(row)
        .on_conflict(counts::key)
        .do_update()
        .set((
            counts::counted.eq(excluded(counts::counted)),
            counts::since.eq(excluded(counts::since)),
            counts::last_at.eq(excluded(counts::last_at)),
            counts::forget_at.eq(excluded(counts::forget_at)),
        ))
        .execute(conn))?;
    Ok(())
}

/// Lets a link wait for the next letter to its mailbox.
pub fn keep_waiting(tx: &mut Conn, kind: Kind, about: &str, key: &str) -> Stored<()> {
    let row = (waiting::kind.eq(kind), waiting::about.eq(about), waiting::key.eq(key));
    on_each!(tx, conn => diesel::insert_into(waiting::table).values(row).on_conflict_do_nothing().execute(conn))?;
    Ok(())
}

/// Keys under which links of this kind wait though the last letter left before `before`.
pub fn due(tx: &mut Conn, kind: Kind, before: Time, limit: i64) -> Stored<Vec<CountRow>> {
    let rows = waiting::table
        .inner_join(counts::table.on(counts::key.eq(waiting::key)))
        .filter(waiting::kind.eq(kind))
        .filter(counts::last_at.le(before));
    rows.select(CountRow::as_select()).distinct().order(counts::key).limit(limit).load(tx)
}

/// What the links that wait under a key are about, oldest first.
pub fn waiting(tx: &mut Conn, kind: Kind, key: &str, limit: i64) -> Stored<Vec<String>> {
    let rows = waiting::table.filter(waiting::kind.eq(kind)).filter(waiting::key.eq(key));
    rows.order(waiting::about).limit(limit).select(waiting::about).load(tx)
}

/// These links wait no longer.
pub fn wait_no_longer(tx: &mut Conn, kind: Kind, abouts: &[String]) -> Stored<()> {
    diesel::delete(waiting::table.filter(waiting::kind.eq(kind)).filter(waiting::about.eq_any(abouts))).execute(tx)?;
    Ok(())
}

/// Deletes what says nothing any more, unless a link waits under it.
pub fn forget_old(tx: &mut Conn, now: Time) -> Stored<usize> {
    let waits = waiting::table.filter(waiting::key.eq(counts::key)).select(waiting::about);
    let old = counts::table.filter(counts::forget_at.le(now)).filter(diesel::dsl::not(diesel::dsl::exists(waits)));
    diesel::delete(old).execute(tx)
}

/// Whether there is any such row.
pub fn has_old(tx: &mut Conn, now: Time) -> Stored<bool> {
    let old = counts::table.filter(counts::forget_at.le(now)).select(counts::key);
    Ok(old.first::<String>(tx).optional()?.is_some())
}
