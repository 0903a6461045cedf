//! Requests for a new password.

use diesel::prelude::*;

use crate::clock::Time;
use crate::ids::{AccountId, ResetId};
use crate::store::schema::password_resets as resets;
use crate::store::{Conn, Stored};

/// A request of which it is known whose it is.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = resets)]
#[allow(missing_docs, reason = "the columns' names say it")]
pub struct ResetRow {
    pub id: ResetId,
    pub account: Option<AccountId>,
    pub used_at: Option<Time>,
    /// Until when its link is good, once it is known whose it is.
    pub expires_at: Option<Time>,
}

/// How often a new password was asked for at an address since `since`.
///
/// # Errors
/// The store's.
pub fn count(tx: &mut Conn, recipient: &str, since: Time) -> Stored<i64> {
    resets::table.filter(resets::recipient.eq(recipient)).filter(resets::asked_at.gt(since)).count().get_result(tx)
}

/// Puts a request in: the address as a digest to count by, and sealed.
///
/// # Errors
/// The store's.
pub fn insert(tx: &mut Conn, id: ResetId, recipient: &str, address: &str, now: Time) -> Stored<()> {
    diesel::insert_into(resets::table)
        .values((
            resets::id.eq(id),
            resets::recipient.eq(recipient),
            resets::address.eq(address),
            resets::asked_at.eq(now),
        ))
        .execute(tx)?;
    Ok(())
}

/// Requests of which nobody has looked up yet whose they are, with their sealed addresses, oldest first.
///
/// # Errors
/// The store's.
pub fn undecided(tx: &mut Conn, limit: i64) -> Stored<Vec<(ResetId, String)>> {
    let rows: Vec<(ResetId, Option<String>)> = resets::table
        .filter(resets::address.is_not_null())
        .order(resets::id)
        .limit(limit)
        .select((resets::id, resets::address))
        .load(tx)?;
    Ok(rows.into_iter().filter_map(|(id, address)| Some((id, address?))).collect())
}

/// Notes whose a request is, if anybody's, and until when its link is good; and drops its address.
///
/// # Errors
/// The store's.
pub fn decide(tx: &mut Conn, id: ResetId, account: Option<AccountId>, expires_at: Time) -> Stored<()> {
    diesel::update(resets::table.find(id))
        .set((resets::address.eq(None::<String>), resets::account.eq(account), resets::expires_at.eq(expires_at)))
        .execute(tx)?;
    Ok(())
}

/// A request.
///
/// # Errors
/// The store's.
pub fn one(tx: &mut Conn, id: ResetId) -> Stored<Option<ResetRow>> {
    resets::table.find(id).select(ResetRow::as_select()).get_result(tx).optional()
}

/// Uses up all requests of an account.
///
/// # Errors
/// The store's.
pub fn use_up(tx: &mut Conn, account: AccountId, now: Time) -> Stored<()> {
    let open = resets::table.filter(resets::account.eq(account)).filter(resets::used_at.is_null());
    diesel::update(open).set(resets::used_at.eq(now)).execute(tx)?;
    Ok(())
}

/// Deletes the requests made before `before` that open nothing any more at `now`.
///
/// # Errors
/// The store's.
pub fn forget_old(tx: &mut Conn, before: Time, now: Time) -> Stored<usize> {
    let old = resets::table.filter(resets::asked_at.lt(before)).filter(resets::expires_at.lt(now));
    diesel::delete(old).execute(tx)
}

/// Whether there are such requests.
///
/// # Errors
/// The store's.
pub fn has_old(tx: &mut Conn, before: Time, now: Time) -> Stored<bool> {
    let old = resets::table.filter(resets::asked_at.lt(before)).filter(resets::expires_at.lt(now));
    Ok(old.select(resets::id).first::<ResetId>(tx).optional()?.is_some())
}
