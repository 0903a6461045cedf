//! Browsers in which somebody has signed in.

use diesel::prelude::*;

use crate::clock::Time;
use crate::ids::{AccountId, DeviceId};
use crate::on_each;
use crate::store::schema::devices;
use crate::store::{Conn, Stored};

/// Whether this account has signed in in this browser since `since`.
///
/// # Errors
/// The store's.
pub fn is_known(tx: &mut Conn, device: DeviceId, account: AccountId, since: Time) -> Stored<bool> {
    let used = devices::table.find((device, account)).select(devices::used_at).get_result::<Time>(tx).optional()?;
    Ok(used.is_some_and(|used| used >= since))
}

/// Notes that the account signs in in this browser.
///
/// # Errors
/// The store's.
pub fn note(tx: &mut Conn, device: DeviceId, account: AccountId, now: Time) -> Stored<()> {
    let row = (devices::device.eq(device), devices::account.eq(account), devices::used_at.eq(now));
    on_each!(tx, conn => diesel::insert_into(devices::table)
        .values(row)
        .on_conflict((devices::device, devices::account))
        .do_update()
        .set(devices::used_at.eq(now))
        .execute(conn))?;
    Ok(())
}

/// Forgets all browsers of an account but this one.
///
/// # Errors
/// The store's.
pub fn forget_others(tx: &mut Conn, account: AccountId, kept: Option<DeviceId>) -> Stored<()> {
    let mine = devices::table.filter(devices::account.eq(account));
    match kept {
        Some(kept) => diesel::delete(mine.filter(devices::device.ne(kept))).execute(tx)?,
        None => diesel::delete(mine).execute(tx)?,
    };
    Ok(())
}

/// Deletes the browsers that nobody has signed in in since `since`.
///
/// # Errors
/// The store's.
pub fn forget_old(tx: &mut Conn, since: Time) -> Stored<usize> {
    diesel::delete(devices::table.filter(devices::used_at.lt(since))).execute(tx)
}

/// Whether there are such browsers.
///
/// # Errors
/// The store's.
pub fn has_old(tx: &mut Conn, since: Time) -> Stored<bool> {
    let old = devices::table.filter(devices::used_at.lt(since)).select(devices::device);
    Ok(old.first::<String>(tx).optional()?.is_some())
}
