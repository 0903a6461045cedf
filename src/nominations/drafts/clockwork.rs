//! What the clock does for drafts: deletes those that are over (`content/nomination.md` § 6).

use super::store;
use crate::app::App;
use crate::editions::{self, Phase};
use crate::ids::EditionId;
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
    Ok(())
}
