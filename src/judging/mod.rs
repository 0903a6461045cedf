//! Judging: each judge scores what was given to them, or steps aside.
//!
//! A judge declares confidence and interests, then sees their queue and each nomination as judges may see it. A sheet may
//! change until judging closes; what counts is what stands then. Organisers have a plan made, apply it, and see how many
//! sheets are due, begun and submitted. Nothing outside reads a score but `results`, through [`counting`]; who stepped
//! aside it learns from [`recusals`]. Which judge may never have which nomination: [`conflicts`].

pub mod api;
pub mod assign;
pub mod assignments;
pub mod conflicts;
pub mod deal;
pub mod declarations;
mod error;
mod gather;
mod messages;
pub mod model;
pub mod plan;
pub mod plan_view;
pub mod plan_words;
pub mod progress;
pub mod queue;
pub mod recusal;
pub mod sheets;
pub mod store;
pub mod total;

use std::collections::BTreeMap;

pub use error::JudgingError;
pub use model::{AssignmentState, RecusalReason, Scores, SheetState};

use crate::clock::Time;
use crate::editions::PanelKey;
use crate::ids::{AccountId, EditionId, NominationId};
use crate::store::{Conn, Stored};

/// A sheet, as the tally is to weigh it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetForTally {
    /// The judge.
    pub judge: AccountId,
    /// The panel for which they judge.
    pub panel: PanelKey,
    /// The nomination.
    pub nomination: NominationId,
    /// How far the sheet is.
    pub state: SheetState,
    /// Its scores; of a draft none, since they are the judge's alone.
    pub scores: BTreeMap<String, i64>,
    /// When it was submitted.
    pub submitted_at: Option<Time>,
}

/// That a judge stepped aside from a nomination, for the tally: without the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecusalForTally {
    /// The judge.
    pub judge: AccountId,
    /// The nomination.
    pub nomination: NominationId,
}

/// Every sheet of an edition that may count, drafts and those of judges who stepped aside among them (the tally says of
/// each why it does not), by nomination, then judge.
///
/// # Errors
/// The store's.
pub fn counting(tx: &mut Conn, edition: EditionId) -> Stored<Vec<SheetForTally>> {
    let rows = store::sheets_of(tx, edition)?.into_iter();
    Ok(rows
        .map(|row| SheetForTally {
            judge: row.judge,
            panel: row.panel,
            nomination: row.nomination,
            state: row.state,
            scores: if row.state == SheetState::Submitted { row.scores.0 } else { BTreeMap::new() },
            submitted_at: row.submitted_at,
        })
        .collect())
}

/// Who has stepped aside from what in an edition, by nomination, then judge.
///
/// # Errors
/// The store's.
pub fn recusals(tx: &mut Conn, edition: EditionId) -> Stored<Vec<RecusalForTally>> {
    let mut recusals: Vec<RecusalForTally> = store::recused(tx, edition)?
        .into_iter()
        .map(|(judge, nomination)| RecusalForTally { judge, nomination })
        .collect();
    recusals.sort_unstable_by_key(|recusal| (recusal.nomination, recusal.judge));
    Ok(recusals)
}
