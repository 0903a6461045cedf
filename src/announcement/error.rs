//! Why an act of the announcement is refused.

use super::guards::Refused;
use crate::editions::{Edition, WrongPhase};
use crate::from_query;
use crate::http::problem::{Code, Problem};
use crate::store::StoreError;
use crate::text::{Bilingual, Language, say};

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum AnnouncementError {
    /// There is nothing here that the caller may know of.
    #[error("there is nothing here")]
    NotFound,
    /// The link opens nothing (any more).
    #[error("the link opens nothing")]
    LinkNotValid,
    /// The calendar does not allow it now.
    #[error(transparent)]
    Phase(#[from] WrongPhase),
    /// The days on which winners reply by themselves are over.
    #[error("winners no longer reply by themselves")]
    ReplyOver(Box<Bilingual>),
    /// Guards refuse.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// What the caller has read is not what now stands.
    #[error("the letters have changed since they were read")]
    StaleDigest,
    /// The caller has not seen the version that stands.
    #[error("the version is another")]
    Version(#[source] Problem),
    /// Somebody was faster.
    #[error("somebody was faster")]
    LostRace,
    /// The store failed.
    #[error("the store failed")]
    Store(#[from] StoreError),
}

from_query!(AnnouncementError);

impl AnnouncementError {
    /// Says until when winners could reply by themselves.
    pub(super) fn too_late_to_reply(edition: &Edition) -> Self {
        let cities = edition.cities();
        let words = |language| {
            let when = cities.moment(language, edition.timetable.phone_list_at);
            say(language, "announcement-reply-over", &[("when", when.into())])
        };
        Self::ReplyOver(Box::new(Bilingual::new(words(Language::En), words(Language::Ru))))
    }
}

impl From<AnnouncementError> for Problem {
    fn from(error: AnnouncementError) -> Self {
        match error {
            AnnouncementError::NotFound => Self::new(Code::NotFound),
            AnnouncementError::LinkNotValid => Self::new(Code::LinkNotValid),
            AnnouncementError::Phase(wrong) => wrong.into(),
            AnnouncementError::ReplyOver(words) => Self::new(Code::WrongPhase).with_words(*words),
            AnnouncementError::Refused(refused) => refused.into(),
            AnnouncementError::StaleDigest => Self::new(Code::StaleDigest),
            AnnouncementError::Version(problem) => problem,
            AnnouncementError::LostRace => Self::new(Code::LostRace),
            AnnouncementError::Store(error) => error.into(),
        }
    }
}
