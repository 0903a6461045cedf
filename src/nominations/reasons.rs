//! Why a nomination is ineligible: the list, and its words for the nominator (never blame).

use crate::text::{Language, say};

crate::word_enum! {
    /// Why a nomination cannot go forward.
    pub enum Reason {
        /// It is not about friendship between peoples.
        NotFriendship = "not_friendship",
        /// Another category would fit, or none.
        WrongCategory = "wrong_category",
        /// Somebody nominates themselves.
        SelfNomination = "self_nomination",
        /// None of those it honours lives, and there is no organisation.
        DeceasedOnly = "deceased_only",
        /// Something is missing.
        Incomplete = "incomplete",
        /// The nominee does not want it.
        Objected = "objected",
        /// It offends.
        Offensive = "offensive",
        /// It is no nomination.
        Spam = "spam",
        /// In the organisers' words.
        Other = "other",
    }
}

impl Reason {
    /// As the nominator reads it.
    pub(super) fn words(self, language: Language) -> String {
        let id = match self {
            Self::NotFriendship => "nominations-reason-not-friendship",
            Self::WrongCategory => "nominations-reason-wrong-category",
            Self::SelfNomination => "nominations-reason-self-nomination",
            Self::DeceasedOnly => "nominations-reason-deceased-only",
            Self::Incomplete => "nominations-reason-incomplete",
            Self::Objected => "nominations-reason-objected",
            Self::Offensive => "nominations-reason-offensive",
            Self::Spam => "nominations-reason-spam",
            Self::Other => "nominations-reason-other",
        };
        say(language, id, &[])
    }
}
