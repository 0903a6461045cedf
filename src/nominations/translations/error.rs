//! Why a text is not read, translated or given to somebody.

use crate::editions::WrongPhase;
use crate::from_query;
use crate::http::faults::Fault;
use crate::http::problem::{Code, Problem};
use crate::store::StoreError;

/// Why a text is not read, translated or given to somebody.
#[derive(Debug, thiserror::Error)]
pub enum TranslationError {
    /// There is no such text: no such nomination in the edition, no such letter yet, or it is written in this language;
    /// to a translator also one that was not given to them.
    #[error("there is no such text for them")]
    NotFound,
    /// The edition's calendar does not allow it.
    #[error(transparent)]
    Phase(#[from] WrongPhase),
    /// The nomination is not read by judges and will not be, or an organiser must first look again at what is blacked out.
    #[error("the text is not to be translated now")]
    NotNow,
    /// What came in does not fit the text.
    #[error("the body does not fit the text")]
    Faults(Vec<Fault>),
    /// It is not in the version that was read.
    #[error("another version")]
    Version(Problem),
    /// The store's.
    #[error("the store failed")]
    Store(#[from] StoreError),
}

from_query!(TranslationError);

impl From<TranslationError> for Problem {
    fn from(error: TranslationError) -> Self {
        match error {
            TranslationError::NotFound => Self::new(Code::NotFound),
            TranslationError::Phase(wrong) => wrong.into(),
            TranslationError::NotNow => Self::new(Code::IllegalMove),
            TranslationError::Faults(faults) => Self::invalid(faults),
            TranslationError::Version(problem) => problem,
            TranslationError::Store(error) => error.into(),
        }
    }
}
