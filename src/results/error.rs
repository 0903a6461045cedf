//! What can stand in the way here, and how it is answered.

use crate::editions::WrongPhase;
use crate::from_query;
use crate::http::faults::{Fault, fault_text};
use crate::http::problem::{Code, Problem, Trouble};
use crate::store::StoreError;
use crate::text::Language;

/// Why something of this room is not done.
#[derive(Debug, thiserror::Error)]
pub enum ResultsError {
    /// There is no such edition or category.
    #[error("there is no such edition or category")]
    NotFound,
    /// The caller signs for a city that no longer counts.
    #[error("the panel is closed")]
    PanelClosed,
    /// The calendar does not allow it.
    #[error(transparent)]
    Phase(#[from] WrongPhase),
    /// The decision lock has passed: only both cities together may still change anything.
    #[error("decisions are frozen")]
    Frozen,
    /// The body, or the version that it changes, is not right.
    #[error("the request is not right")]
    Refused(Problem),
    /// The digest is not that of what now stands.
    #[error("the digest is not that of what now stands")]
    StaleDigest,
    /// Something must be settled first.
    #[error("not everything is settled")]
    Unsettled(Vec<Fault>),
    /// Citations are missing.
    #[error("citations are missing")]
    CitationMissing(Vec<Fault>),
    /// What our own rooms say does not fit together: a fault of ours.
    #[error("the edition's parts do not fit together: {0:?}")]
    Inconsistent(Vec<Fault>),
    /// The store failed.
    #[error("the store failed")]
    Store(#[from] StoreError),
}

from_query!(ResultsError);

impl From<Problem> for ResultsError {
    fn from(problem: Problem) -> Self {
        Self::Refused(problem)
    }
}

impl From<ResultsError> for Problem {
    fn from(error: ResultsError) -> Self {
        match error {
            ResultsError::NotFound => Self::new(Code::NotFound),
            ResultsError::PanelClosed => Self::new(Code::NotAllowed),
            ResultsError::Phase(wrong) => wrong.into(),
            ResultsError::Frozen => Self::new(Code::Frozen).with_detail("results-frozen", vec![]),
            ResultsError::Refused(problem) => problem,
            ResultsError::StaleDigest => Self::new(Code::StaleDigest),
            ResultsError::Unsettled(faults) => Self::new(Code::Unsettled).with_troubles(troubles(&faults)),
            ResultsError::CitationMissing(faults) => Self::new(Code::CitationMissing).with_troubles(troubles(&faults)),
            ResultsError::Inconsistent(faults) => {
                tracing::error!(?faults, "the edition's parts make no bundle");
                Self::new(Code::Internal)
            }
            ResultsError::Store(error) => error.into(),
        }
    }
}

/// Faults with their words in both languages.
pub(super) fn troubles(faults: &[Fault]) -> Vec<Trouble> {
    let trouble = |fault: &Fault| Trouble {
        pointer: fault.pointer.clone(),
        code: fault.code.to_owned(),
        message: [fault_text(Language::En, fault), fault_text(Language::Ru, fault)],
    };
    faults.iter().map(trouble).collect()
}
