//! What can go wrong between us and the database.

/// A fault of the store itself, never of what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Too many writes wait already, or no connection came free in time.
    #[error("the store is busy")]
    Busy,
    /// The database cannot be reached, or does not take writes.
    #[error("the store is unavailable: {0}")]
    Unavailable(String),
    /// Another is doing this very thing, and has not ended within the time that one waits (`lock_timeout`).
    #[error("another is doing the same")]
    InHand,
    /// The work panicked; what it wrote is undone.
    #[error("the work panicked")]
    Panicked,
    /// The database refused a statement.
    #[error("the database refused a statement")]
    Query(#[from] diesel::result::Error),
}

impl StoreError {
    /// Of a statement that waits for whoever is doing the same.
    pub fn of_waiting(error: diesel::result::Error) -> Self {
        match &error {
            // Diesel has no kind for it; PostgreSQL's words for 55P03.
            diesel::result::Error::DatabaseError(_, info) if info.message().contains("due to lock timeout") => {
                Self::InHand
            }
            _ => error.into(),
        }
    }

    /// Whether the disk failed under SQLite: what it holds now is known only to a process that begins anew (S-STO-2). A
    /// full disk is no such failure: it heals.
    pub fn is_disk_failure(&self) -> bool {
        use diesel::result::Error;
        // Diesel has no kind for it; SQLite's words for SQLITE_IOERR and SQLITE_CORRUPT, which are in no language.
        let says = |error: &Error| match error {
            Error::DatabaseError(_, info) => {
                ["disk I/O error", "database disk image is malformed"].contains(&info.message())
            }
            _ => false,
        };
        match self {
            Self::Query(Error::RollbackErrorOnCommit { rollback_error, commit_error }) => {
                says(commit_error) || says(rollback_error)
            }
            Self::Query(error) => says(error),
            _ => false,
        }
    }

    /// Whether the database gave up a transaction that may well pass when it is run again (`40001`, `40P01`).
    pub fn is_abort(&self) -> bool {
        use diesel::result::{DatabaseErrorKind, Error};
        match self {
            Self::Query(Error::DatabaseError(DatabaseErrorKind::SerializationFailure, _)) => true,
            // Diesel has no kind for a deadlock; PostgreSQL's word for 40P01, in its untranslated protocol text.
            Self::Query(Error::DatabaseError(_, info)) => info.message().contains("deadlock detected"),
            // An abort inside a savepoint shows as a failed rollback around the error that caused it.
            Self::Query(Error::RollbackErrorOnCommit { commit_error, .. }) => {
                matches!(**commit_error, Error::DatabaseError(DatabaseErrorKind::SerializationFailure, _))
            }
            _ => false,
        }
    }
}

/// What a use case's error must be able to say: that the store failed.
///
/// Hold it as `#[error("the store failed")] Store(#[from] StoreError)`, so that the source chain shows it, and write
/// [`from_query!`](crate::from_query) beside it.
pub trait Failure: std::error::Error + From<StoreError> + From<diesel::result::Error> + Send + 'static {}

impl<E> Failure for E where E: std::error::Error + From<StoreError> + From<diesel::result::Error> + Send + 'static {}

/// Lets `?` turn a statement's failure into a room's error, through its `Store` variant.
#[macro_export]
macro_rules! from_query {
    ($error:ty) => {
        impl From<diesel::result::Error> for $error {
            fn from(error: diesel::result::Error) -> Self {
                Self::from($crate::store::StoreError::from(error))
            }
        }
    };
}

/// The store's fault inside a use case's error, if that is what it is.
pub(super) fn store_error<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a StoreError> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<StoreError>() {
            return Some(found);
        }
        next = error.source();
    }
    None
}
