//! What this room does by the clock: once judging has closed, nominations that have their quorum count as judged.

use std::collections::BTreeSet;

use serde_json::json;

use super::error::ResultsError;
use super::gather::gather;
use super::tally::{Quorum, quorum};
use crate::app::App;
use crate::audit::{self, Act, Deed};
use crate::editions::{self, Phase};
use crate::ids::{EditionId, NominationId};
use crate::nominations::{self, Status};
use crate::store::StoreError;

/// What was done by the clock, so that an edition is counted once a process and not at each tick. Doing it again, or in
/// two processes, changes nothing.
#[derive(Debug, Default)]
pub struct Clockwork {
    closed: BTreeSet<EditionId>,
}

impl Clockwork {
    /// Does what is due. Call it each second.
    ///
    /// # Errors
    /// The store's.
    pub async fn tick(&mut self, app: &App) -> Result<(), StoreError> {
        let now = app.clock.now();
        let editions = app.store.read(|tx| Ok::<_, StoreError>(editions::store::all(tx)?)).await?;
        let deliberating = editions.into_iter().filter(|edition| edition.phase(now) == Phase::Deliberation);
        for edition in deliberating.map(|edition| edition.id) {
            if self.closed.contains(&edition) {
                continue;
            }
            match close(app, edition).await {
                Ok(()) => {}
                Err(ResultsError::Store(error)) => return Err(error),
                Err(error) => {
                    tracing::error!(%error, %edition, "an edition whose judging has closed cannot be counted")
                }
            }
            self.closed.insert(edition);
        }
        Ok(())
    }
}

async fn close(app: &App, edition: EditionId) -> Result<(), ResultsError> {
    let parts = app.clone();
    let deed = Deed::of_service(app);
    app.store
        .write(move |tx| {
            let Some(edition) = editions::store::by_id(tx, edition)? else { return Ok(()) };
            if edition.phase(deed.at) != Phase::Deliberation {
                return Ok(());
            }
            let gathered = gather(tx, &parts, &edition)?;
            let tally = gathered.tally();
            let met = |id: &NominationId| {
                let nominations = &tally.bundle.nominations;
                let place = nominations.binary_search_by(|one| one.id.as_str().cmp(id.as_str())).ok();
                let place = place.and_then(|place| u32::try_from(place).ok());
                place.is_some_and(|place| quorum(tally.bundle, &tally.sums, place) == Quorum::Met)
            };
            let eligible = gathered.screened.values().filter(|one| one.status == Status::Eligible).map(|one| one.id);
            let judged: Vec<NominationId> = eligible.filter(met).collect();
            if !judged.is_empty() {
                nominations::mark_judged(tx, &judged, deed.at)?;
                let detail = json!({"judged": judged.len()});
                audit::record(tx, &parts, &deed, Act::JudgingClosed, Some(edition.id), &edition.slug, detail)?;
            }
            Ok(())
        })
        .await
}
