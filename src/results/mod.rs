//! Results: what the sheets say, what organisers make of it, and the seal that both cities put on it.
//!
//! The official tally ([`tally`]) reads a [`bundle`], ranks, and explains each rank in exact fractions; nothing else
//! ranks. Once judging has closed, organisers see it ([`view`]), rule where the rules leave it to them ([`rulings`]) and
//! decide ([`decisions`]). An approver of each city signs one digest ([`sign`]); the last signature seals. The rooms
//! above read what was sealed through [`awards`]. Formulas and worked cases: `docs/judging.md`.

pub mod api;
pub mod bundle;
pub mod clockwork;
pub mod decisions;
mod error;
pub mod gather;
pub mod model;
pub mod rulings;
mod sealing;
mod settled;
pub mod sign;
pub mod store;
pub mod tally;
pub mod view;

pub use error::ResultsError;
pub use model::{Award, Awarded};
pub use sealing::awards;

use crate::app::App;
use crate::audit::Deed;
use crate::clock::Time;
use crate::editions::{self, Edition};
use crate::http::document::{json, refusal};
use crate::http::faults::Fault;
use crate::store::{Conn, Stored};
use bundle::Bundle;

/// What the rooms above do when results are sealed, in the seal's own transaction; the edition says that it is sealed.
pub type OnSeal = fn(&mut Conn, &App, &Deed, &Edition) -> Stored<()>;

/// What the rooms above add to results, handed in by whoever puts the server together.
#[derive(Clone, Copy)]
pub struct Above {
    /// Prepares what will be sent.
    pub on_seal: OnSeal,
}

impl Default for Above {
    /// Nothing.
    fn default() -> Self {
        Self { on_seal: |_, _, _, _| Ok(()) }
    }
}

/// The edition as it stands in this transaction: the caller's may be older than a seal.
fn again(tx: &mut Conn, edition: &Edition) -> Result<Edition, ResultsError> {
    editions::store::by_id(tx, edition.id)?.ok_or(ResultsError::NotFound)
}

/// Lets rulings, decisions and reopening pass before the decision lock.
fn ruling_time(edition: &Edition, now: Time) -> Result<(), ResultsError> {
    if now < edition.timetable.decision_lock_at { Ok(()) } else { Err(ResultsError::Frozen) }
}

/// Counts the bundle in `text` and writes the answer as JSON: the command `tally`.
///
/// # Errors
/// `{"errors": [{"pointer", "code", "message"}]}` as JSON, with every fault of the bundle.
pub fn run_tally(text: &[u8]) -> Result<String, String> {
    let parsed = match std::str::from_utf8(text) {
        Ok(text) => Bundle::parse(text),
        Err(_) => Err(vec![Fault::new("", "malformed_utf8")]),
    };
    let bundle = parsed.map_err(|faults| refusal(&faults))?;
    let tally = tally::tally(&bundle);
    Ok(json(&tally::answer::Answer::of(&tally)))
}
