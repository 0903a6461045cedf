//! What can stand in a judge's or an organiser's way here, and how it is answered.

use super::model::SteppedAside;
use crate::editions::WrongPhase;
use crate::from_query;
use crate::http::door::{BodyError, Refusal};
use crate::http::idempotency::KeyReused;
use crate::http::problem::{Code, Problem};
use crate::store::StoreError;

/// Why something of this room is not done.
#[derive(Debug, thiserror::Error)]
pub enum JudgingError {
    /// It is another's, or there is none.
    #[error("another's, or there is none")]
    NotFound,
    /// The caller has no seat in this edition.
    #[error("no judge of this edition")]
    NoSeat,
    /// The judge owes a declaration first.
    #[error("the judge has not declared confidentiality and interests")]
    DeclarationRequired,
    /// The calendar does not allow it.
    #[error(transparent)]
    Phase(#[from] WrongPhase),
    /// The judge has stepped aside.
    #[error(transparent)]
    SteppedAside(#[from] SteppedAside),
    /// The nomination was taken back, kept out or merged since it was given to the judge.
    #[error("the nomination is no longer judged")]
    NoLongerJudged,
    /// Another plan was made real since this one was made.
    #[error("another plan was applied since this one was made")]
    PlanOvertaken,
    /// The body, or the version that it changes, is not right.
    #[error("the request is not right")]
    Refused(Problem),
    /// The key came with another body before.
    #[error(transparent)]
    KeyReused(#[from] KeyReused),
    /// The store failed.
    #[error("the store failed")]
    Store(#[from] StoreError),
}

from_query!(JudgingError);

impl From<Refusal> for JudgingError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(BodyError::Refused(refusal).into())
    }
}

impl From<Problem> for JudgingError {
    fn from(problem: Problem) -> Self {
        Self::Refused(problem)
    }
}

impl From<JudgingError> for Problem {
    fn from(error: JudgingError) -> Self {
        match error {
            JudgingError::NotFound => Self::new(Code::NotFound), // another's is as if absent: S-HTTP-9
            JudgingError::NoSeat => Self::new(Code::NotAllowed),
            JudgingError::DeclarationRequired => Self::new(Code::DeclarationRequired),
            JudgingError::Phase(wrong) => wrong.into(),
            JudgingError::SteppedAside(_) => {
                Self::new(Code::IllegalMove).with_detail("judging-stepped-aside-already", vec![])
            }
            JudgingError::NoLongerJudged => {
                Self::new(Code::IllegalMove).with_detail("judging-no-longer-judged", vec![])
            }
            JudgingError::PlanOvertaken => Self::new(Code::LostRace).with_detail("judging-plan-overtaken", vec![]),
            JudgingError::Refused(problem) => problem,
            JudgingError::KeyReused(reused) => reused.into(),
            JudgingError::Store(error) => error.into(),
        }
    }
}
