//! What the clock does for drafts: deletes those that are over (`content/nomination.md` § 6), and writes of those whose
//! mailbox was written to so often that their links waited for each other.

use super::{letter, store};
use crate::app::App;
use crate::clock::Time;
use crate::editions::{self, Phase};
use crate::ids::EditionId;
use crate::outbox::Kind;
use crate::outbox::limits;
use crate::store::{Conn, StoreError, Stored};

/// Drafts that one transaction deletes at most.
const AT_ONCE: i64 = 500;

/// Does what is due.
///
/// # Errors
/// The store's.
pub async fn tick(app: &App) -> Result<(), StoreError> {
    let now = app.clock.now();
    let closed = move |tx: &mut Conn| -> Stored<Vec<EditionId>> {
        let editions = editions::store::all(tx)?;
        let takes = |phase: Phase| matches!(phase, Phase::Upcoming | Phase::Nominations);
        Ok(editions.into_iter().filter(|edition| !takes(edition.phase(now))).map(|edition| edition.id).collect())
    };
    let due = app.store.read(move |tx| {
        let closed = closed(tx)?;
        Ok::<_, StoreError>(store::any_over(tx, &closed, now)?)
    });
    if due.await? {
        app.store
            .write(move |tx| {
                let closed = closed(tx)?;
                Ok::<_, StoreError>(store::delete_over(tx, &closed, now, AT_ONCE)?)
            })
            .await?;
    }
    tell_those_that_waited(app, now).await
}

async fn tell_those_that_waited(app: &App, now: Time) -> Result<(), StoreError> {
    let due = app.store.read(move |tx| Ok::<_, StoreError>(limits::is_due(tx, Kind::DraftLink, now)?));
    if !due.await? {
        return Ok(());
    }
    let parts = app.clone();
    let written = app.store.write(move |tx| {
        let write = |tx: &mut _, abouts: &_| letter::waited(tx, &parts, abouts, now);
        Ok::<_, StoreError>(limits::send_due(tx, Kind::DraftLink, now, write)?)
    });
    written.await?;
    app.outbox_bell.notify_one();
    Ok(())
}
