//! Why a draft is not taken, not shown, not changed, not sent.

use crate::editions::WrongPhase;
use crate::from_query;
use crate::http::door::{BodyError, Refusal};
use crate::http::idempotency::KeyReused;
use crate::http::problem::{Code, Problem};
use crate::nominations::confirm::ConfirmError;
use crate::nominations::submit::SubmitError;
use crate::store::StoreError;

/// See the file's head.
#[derive(Debug, thiserror::Error)]
pub enum DraftError {
    /// The link, or what the browser carries, opens no draft that lives.
    #[error("the draft is not there")]
    NotValid,
    /// There is no such edition.
    #[error("there is no such edition")]
    NoEdition,
    /// Nominations are not open.
    #[error(transparent)]
    Phase(#[from] WrongPhase),
    /// It is not in the version that was read.
    #[error("another version")]
    Version(Problem),
    /// It changed while it was sent.
    #[error("another change came first")]
    LostRace,
    /// The body is no part of a nomination, or what was to be sent is not whole.
    #[error("the body is no nomination")]
    Body(BodyError),
    /// All that was typed is too much to keep.
    #[error("the draft is too large")]
    TooLarge,
    /// The idempotency key came with another body.
    #[error(transparent)]
    Reused(#[from] KeyReused),
    /// It could not be taken in.
    #[error("it could not be taken in")]
    Submit(#[source] SubmitError),
    /// It could not be confirmed.
    #[error("it could not be confirmed")]
    Confirm(#[source] ConfirmError),
    /// The store's.
    #[error("the store failed")]
    Store(#[from] StoreError),
}

from_query!(DraftError);

impl From<Refusal> for DraftError {
    fn from(refusal: Refusal) -> Self {
        Self::Body(BodyError::Refused(refusal))
    }
}

impl From<SubmitError> for DraftError {
    fn from(error: SubmitError) -> Self {
        match error {
            SubmitError::Store(error) => Self::Store(error), // so that a transaction that was aborted is run again
            SubmitError::Phase(wrong) => Self::Phase(wrong),
            other => Self::Submit(other),
        }
    }
}

impl From<ConfirmError> for DraftError {
    fn from(error: ConfirmError) -> Self {
        match error {
            ConfirmError::Store(error) => Self::Store(error),
            other => Self::Confirm(other),
        }
    }
}

impl From<DraftError> for Problem {
    fn from(error: DraftError) -> Self {
        match error {
            DraftError::NotValid => Self::new(Code::LinkNotValid),
            DraftError::NoEdition => Self::new(Code::NotFound),
            DraftError::Phase(wrong) => wrong.into(),
            DraftError::Version(problem) => problem,
            DraftError::LostRace => Self::new(Code::LostRace),
            DraftError::Body(error) => error.into(),
            DraftError::TooLarge => Self::new(Code::TooLarge),
            DraftError::Reused(reused) => reused.into(),
            DraftError::Submit(error) => error.into(),
            DraftError::Confirm(error) => error.into(),
            DraftError::Store(error) => error.into(),
        }
    }
}
