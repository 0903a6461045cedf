//! The second factors' SQL.

use diesel::prelude::*;

use crate::clock::Time;
use crate::ids::AccountId;
use crate::store::schema::{recovery_codes, second_factors};
use crate::store::{Conn, Stored};

/// A second factor, confirmed or not.
#[derive(Queryable, Selectable)]
#[diesel(table_name = second_factors)]
#[allow(missing_docs, reason = "the columns' names say it")]
pub struct FactorRow {
    pub seed: String,
    pub confirmed_at: Option<Time>,
    pub step: i64,
    pub wrong: i32,
    pub wrong_at: Option<Time>,
}

/// An account's second factor, confirmed or not.
///
/// # Errors
/// The store's.
pub fn factor(tx: &mut Conn, account: AccountId) -> Stored<Option<FactorRow>> {
    second_factors::table.find(account).select(FactorRow::as_select()).get_result(tx).optional()
}

/// Whether an account has a second factor that is asked for.
///
/// # Errors
/// The store's.
pub fn has_factor(tx: &mut Conn, account: AccountId) -> Stored<bool> {
    Ok(factor(tx, account)?.is_some_and(|factor| factor.confirmed_at.is_some()))
}

/// Puts in a second factor that is not confirmed yet.
///
/// # Errors
/// The store's; a unique violation where the account has one.
pub fn insert_factor(tx: &mut Conn, account: AccountId, seed: &str) -> Stored<()> {
    diesel::insert_into(second_factors::table)
        .values((
            second_factors::account.eq(account),
            second_factors::seed.eq(seed),
            second_factors::step.eq(0),
            second_factors::wrong.eq(0),
        ))
        .execute(tx)?;
    Ok(())
}

/// Confirms a second factor by the code of this step. Answers whether this seed was still waiting for it.
///
/// # Errors
/// The store's.
pub fn confirm_factor(tx: &mut Conn, account: AccountId, seed: &str, step: i64, now: Time) -> Stored<bool> {
    let waiting = second_factors::table
        .find(account)
        .filter(second_factors::seed.eq(seed))
        .filter(second_factors::confirmed_at.is_null());
    let confirmed = diesel::update(waiting)
        .set((second_factors::confirmed_at.eq(now), second_factors::step.eq(step)))
        .execute(tx)?;
    Ok(confirmed == 1)
}

/// Takes the code of this step. Answers whether no later one, and not the same, was taken before.
///
/// # Errors
/// The store's.
pub fn take_step(tx: &mut Conn, account: AccountId, step: i64) -> Stored<bool> {
    let earlier = second_factors::table
        .find(account)
        .filter(second_factors::confirmed_at.is_not_null())
        .filter(second_factors::step.lt(step));
    Ok(diesel::update(earlier).set(second_factors::step.eq(step)).execute(tx)? == 1)
}

/// Notes how many wrong codes have come in a row, and when the last one did.
///
/// # Errors
/// The store's.
pub fn set_wrong(tx: &mut Conn, account: AccountId, wrong: i32, at: Option<Time>) -> Stored<()> {
    diesel::update(second_factors::table.find(account))
        .set((second_factors::wrong.eq(wrong), second_factors::wrong_at.eq(at)))
        .execute(tx)?;
    Ok(())
}

/// Keeps the same seed, sealed anew.
///
/// # Errors
/// The store's.
pub fn set_seed(tx: &mut Conn, account: AccountId, seed: &str) -> Stored<()> {
    diesel::update(second_factors::table.find(account)).set(second_factors::seed.eq(seed)).execute(tx)?;
    Ok(())
}

/// Deletes a second factor with its recovery codes. Answers whether there was one.
///
/// # Errors
/// The store's.
pub fn delete_factor(tx: &mut Conn, account: AccountId) -> Stored<bool> {
    diesel::delete(recovery_codes::table.filter(recovery_codes::account.eq(account))).execute(tx)?;
    Ok(diesel::delete(second_factors::table.find(account)).execute(tx)? == 1)
}

/// Puts in a recovery code.
///
/// # Errors
/// The store's.
pub fn insert_recovery_code(tx: &mut Conn, account: AccountId, digest: &str) -> Stored<()> {
    diesel::insert_into(recovery_codes::table)
        .values((recovery_codes::digest.eq(digest), recovery_codes::account.eq(account)))
        .execute(tx)?;
    Ok(())
}

/// Takes a recovery code. Answers whether it is the account's and was not taken before.
///
/// # Errors
/// The store's.
pub fn take_recovery_code(tx: &mut Conn, account: AccountId, digest: &str, now: Time) -> Stored<bool> {
    let unused = recovery_codes::table
        .find(digest)
        .filter(recovery_codes::account.eq(account))
        .filter(recovery_codes::used_at.is_null());
    Ok(diesel::update(unused).set(recovery_codes::used_at.eq(now)).execute(tx)? == 1)
}

/// How many recovery codes an account has left.
///
/// # Errors
/// The store's.
pub fn recovery_codes_left(tx: &mut Conn, account: AccountId) -> Stored<i64> {
    recovery_codes::table
        .filter(recovery_codes::account.eq(account))
        .filter(recovery_codes::used_at.is_null())
        .count()
        .get_result(tx)
}
