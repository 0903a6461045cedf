//! The announcement's nouns: to whom a prepared letter goes, on what it depends, and how far the whole has come.

use super::reply::Answer;
use crate::clock::Time;
use crate::ids::{AccountId, EditionId, MessageId, NominationId};
use crate::outbox::Kind;

crate::word_enum! {
    /// As what somebody is written to about an outcome.
    pub enum Reader {
        /// The winner, their contact, or a minor's guardian.
        Winner = "winner",
        /// Who nominated.
        Nominator = "nominator",
        /// A nominee who knows of the nomination and was not chosen as a winner.
        Nominee = "nominee",
        /// Who wrote, or was asked to write, in support of a winner.
        Supporter = "supporter",
        /// Judge, chair or translator.
        Judge = "judge",
    }
}

crate::word_enum! {
    /// On what it depends that a prepared letter leaves. An award that is declined or unanswered, and a commendation
    /// whose nominee asks to be left out, is told as if the nomination had not been chosen, from a text that was read
    /// like all others.
    pub enum Leaves {
        /// In any case.
        Always = "always",
        /// If the winner accepts.
        IfAccepted = "if_accepted",
        /// If the winner declines or does not answer.
        IfNot = "if_not",
        /// Unless a commended nominee asks to be left out.
        UnlessDeclined = "unless_declined",
        /// If they do.
        IfDeclined = "if_declined",
    }
}

impl Leaves {
    /// Whether it leaves, after this answer or none.
    pub fn after(self, answer: Option<Answer>) -> bool {
        match self {
            Self::Always => true,
            Self::IfAccepted => answer == Some(Answer::Accept),
            Self::IfNot => answer != Some(Answer::Accept),
            Self::UnlessDeclined => answer != Some(Answer::Decline),
            Self::IfDeclined => answer == Some(Answer::Decline),
        }
    }
}

/// A letter that a seal owes somebody. Two of them that are equal would be one letter too many (G6).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Owed {
    /// What kind of letter.
    pub kind: Kind,
    /// The decided nomination; none where it tells of the whole edition.
    pub nomination: Option<NominationId>,
    /// As what the reader is written to.
    pub reader: Reader,
    /// The row through which we know the reader: nomination, supporter, account.
    pub about: String,
    /// On what it depends that it leaves.
    pub leaves: Leaves,
}

impl Owed {
    /// Whether it must not leave once the nominee has asked to be left out (G9): it goes to them, or it tells of an
    /// honour that they have declined by that.
    pub fn is_barred_by_an_objection(&self) -> bool {
        let to_nominee = matches!(self.reader, Reader::Winner | Reader::Nominee);
        to_nominee || matches!(self.leaves, Leaves::IfAccepted | Leaves::UnlessDeclined)
    }
}

/// How far the announcement of an edition's seal has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announcement {
    /// The edition.
    pub edition: EditionId,
    /// The seal's digest.
    pub seal: String,
    /// When it was sealed.
    pub sealed_at: Time,
    /// The digest of all prepared letters.
    pub digest: String,
    /// Since when winners' letters are queued.
    pub scheduled_at: Option<Time>,
    /// By whom.
    pub scheduled_by: Option<AccountId>,
    /// Since when nothing leaves.
    pub stopped_at: Option<Time>,
    /// By whom.
    pub stopped_by: Option<AccountId>,
    /// Why an approver last let everything go on.
    pub resumed_reason: Option<String>,
    /// How many of the two rounds of reminders are done.
    pub chased: i32,
}

/// A letter that a seal has prepared, as the guards know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutcomeLetter {
    /// The message.
    pub message: MessageId,
    /// To whom, about what.
    pub owed: Owed,
    /// The keyed digest of the reader's address.
    pub recipient_digest: String,
    /// The domain of the reader's address.
    pub domain: String,
    /// The languages that it is written in, such as `en` or `en ru`.
    pub languages: String,
    /// The zones in which it must be day when it arrives.
    pub zones: super::daytime::Zones,
    /// SHA-256 of its finished bytes.
    pub bytes_digest: String,
    /// What it lacks: the names of empty fields, and texts that do not exist in its language.
    pub lacks: Vec<Lack>,
}

/// What a letter lacks.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lack {
    /// A field that is empty, or still holds a placeholder (G10).
    Field(String),
    /// A language that its reader needs and some text does not exist in (G11).
    Language(crate::text::Language),
}

/// Who telephones a winner that no mail reaches (G2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallRow {
    /// The winner's nomination.
    pub nomination: NominationId,
    /// Whom to ask for.
    pub person: String,
    /// Under which number.
    pub phone: String,
    /// Who calls.
    pub caller: String,
    /// Which version of the row this is.
    pub version: i64,
}

/// A winner's answer, as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct ReplyRow {
    /// The winner's nomination.
    pub nomination: NominationId,
    /// What they answered.
    pub reply: super::reply::Reply,
    /// The organisers' words, where they recorded it.
    pub note: Option<String>,
    /// Which version of the row this is.
    pub version: i64,
    /// When it was given.
    pub replied_at: Time,
}

/// Somebody who said that they have read the letters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Who.
    pub account: AccountId,
    /// Which bytes those were.
    pub digest: String,
    /// When.
    pub read_at: Time,
}
