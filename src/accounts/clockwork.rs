//! What the clock does for the accounts: looks up whose requests for a new password are, and forgets what is over.

use super::devices::KNOWN_FOR;
use super::resets::{self, STRETCH};
use super::store::{self, devices, failures};
use crate::app::App;
use crate::store::StoreError;

/// Does what is due.
///
/// # Errors
/// The store's.
pub async fn tick(app: &App) -> Result<(), StoreError> {
    let now = app.clock.now();
    let due = app.store.read(move |tx| {
        Ok::<_, StoreError>(
            !store::resets::undecided(tx, 1)?.is_empty()
                || store::resets::has_old(tx, now - STRETCH, now)?
                || failures::has_old(tx, now)?
                || devices::has_old(tx, now - KNOWN_FOR)?,
        )
    });
    if !due.await? {
        return Ok(());
    }
    let parts = app.clone();
    let written = app.store.write(move |tx| {
        let letters = resets::look_up(tx, &parts, now)?;
        store::resets::forget_old(tx, now - STRETCH, now)?;
        failures::forget_old(tx, now)?;
        devices::forget_old(tx, now - KNOWN_FOR)?;
        Ok::<_, StoreError>(letters)
    });
    if written.await? > 0 {
        app.outbox_bell.notify_one();
    }
    Ok(())
}
