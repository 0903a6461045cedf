//! Failed sign-ins, as they are counted.

use diesel::prelude::*;
use diesel::upsert::excluded;

use crate::clock::Time;
use crate::on_each;
use crate::store::schema::sign_in_failures as failures;
use crate::store::{Conn, Stored};

/// What is known of the failures under one key.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = failures)]
#[allow(missing_docs, reason = "the columns' names say it")]
pub struct FailuresRow {
    pub key: String,
    pub address_key: String,
    pub in_a_row: i32,
    pub recent: i32,
    pub recent_since: Time,
    pub last_at: Time,
    pub forget_at: Time,
}

/// The rows of these keys that still say something.
///
/// # Errors
/// The store's.
pub fn of(tx: &mut Conn, keys: &[&str], now: Time) -> Stored<Vec<FailuresRow>> {
    let living = failures::table.filter(failures::key.eq_any(keys)).filter(failures::forget_at.gt(now));
    living.select(FailuresRow::as_select()).load(tx)
}

/// Writes a row, in the place of the one under its key.
///
/// # Errors
/// The store's.
pub fn put(tx: &mut Conn, row: &FailuresRow) -> Stored<()> {
    on_each!(tx, conn => diesel::insert_into(failures::table)
        .values(row)
        .on_conflict(failures::key)
        .do_update()
        .set((
            failures::in_a_row.eq(excluded(failures::in_a_row)),
            failures::recent.eq(excluded(failures::recent)),
            failures::recent_since.eq(excluded(failures::recent_since)),
            failures::last_at.eq(excluded(failures::last_at)),
            failures::forget_at.eq(excluded(failures::forget_at)),
        ))
        .execute(conn))?;
    Ok(())
}

/// Deletes the row of a key.
///
/// # Errors
/// The store's.
pub fn forget(tx: &mut Conn, key: &str) -> Stored<()> {
    diesel::delete(failures::table.find(key)).execute(tx)?;
    Ok(())
}

/// Deletes all rows of an address.
///
/// # Errors
/// The store's.
pub fn forget_address(tx: &mut Conn, address_key: &str) -> Stored<()> {
    diesel::delete(failures::table.filter(failures::address_key.eq(address_key))).execute(tx)?;
    Ok(())
}

/// Deletes the rows that say nothing any more. Answers how many.
///
/// # Errors
/// The store's.
pub fn forget_old(tx: &mut Conn, now: Time) -> Stored<usize> {
    diesel::delete(failures::table.filter(failures::forget_at.le(now))).execute(tx)
}

/// Whether there are such rows.
///
/// # Errors
/// The store's.
pub fn has_old(tx: &mut Conn, now: Time) -> Stored<bool> {
    let old = failures::table.filter(failures::forget_at.le(now)).select(failures::key);
    Ok(old.first::<String>(tx).optional()?.is_some())
}
