//! What was last said of a message: by the mail server, in its own words; else by us, in both languages.

use crate::text::{Bilingual, Language, Value, say};

crate::word_enum! {
    /// What an answer means: for programs, and for whoever looks for its words.
    pub enum Reason {
        /// The mail server said so.
        Server = "server",
        /// It lies in the mail folder.
        InFolder = "in_folder",
        /// It could not be laid into the mail folder.
        FolderFailed = "folder_failed",
        /// The mail server could not be reached, or the way to it not be guarded.
        Unreachable = "unreachable",
        /// The mail server kept silent for too long.
        Silent = "silent",
        /// The mail server said something that makes no sense there.
        OutOfOrder = "out_of_order",
        /// The mail server takes no such addresses (SMTPUTF8).
        NoSmtputf8 = "no_smtputf8",
        /// The service stopped while it sent this.
        Stopped = "stopped",
        /// The worker that sent this was lost.
        WorkerLost = "worker_lost",
        /// The secret that sealed the message is gone.
        SecretGone = "secret_gone",
        /// Mail to the address is blocked.
        AddressBlocked = "address_blocked",
        /// A guard of the announcement refused.
        GuardRefused = "guard_refused",
        /// No seal has prepared it.
        NoSeal = "no_seal",
        /// A new seal has written it anew.
        SealedAnew = "sealed_anew",
        /// Somebody telephones instead, or an answer is there already.
        ReachedOtherwise = "reached_otherwise",
        /// It is a reminder whose time has passed by more than a day.
        TooLate = "too_late",
        /// Another letter tells how it ended.
        OtherLetter = "other_letter",
    }
}

/// An answer with its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// What it means.
    pub reason: Reason,
    /// Its words.
    pub words: Bilingual,
}

impl Answer {
    /// The mail server's own words, which nobody translates.
    pub fn of_server(words: impl Into<String>) -> Self {
        let words = words.into();
        Self { reason: Reason::Server, words: Bilingual::new(words.clone(), words) }
    }

    /// A guard's words.
    pub fn of_guard(words: Bilingual) -> Self {
        Self { reason: Reason::GuardRefused, words }
    }

    /// Ours, with what a library or the system says of the cause.
    pub fn because(reason: Reason, why: impl std::fmt::Display) -> Self {
        let why = why.to_string();
        Self::told(reason, |_| why.clone())
    }

    /// Ours, with a variable that is told in both languages itself.
    pub fn told(reason: Reason, why: impl Fn(Language) -> String) -> Self {
        let id = format!("answer-{}", reason.as_str().replace('_', "-"));
        let words = |language| say(language, &id, &[("why", Value::from(why(language)))]);
        Self { reason, words: Bilingual::new(words(Language::En), words(Language::Ru)) }
    }
}

impl From<Reason> for Answer {
    fn from(reason: Reason) -> Self {
        Self::told(reason, |_| String::new())
    }
}
