//! What an auditor may see of an act: the edition's whole history but for what tells its outcome (content § 9, 11).

use super::Act;

/// How an act of one's own edition shows to an auditor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// All of it.
    Whole,
    /// Its digest and its day: it tells, or may be put together to tell, who won, or who was asked and declined.
    Digest,
}

impl Act {
    /// How it shows to an auditor, before the release and after it: that somebody declined is never told (§ 9, 18).
    ///
    /// A new act must be placed here. Where its subject may be a winner, or its number and hour tell of letters to winners,
    /// it is a [`Sight::Digest`].
    pub const fn sight(self) -> Sight {
        match self {
            Self::EditionCreated
            | Self::EditionChanged
            | Self::EditionReleased
            | Self::PersonInvited
            | Self::PersonAccepted
            | Self::PersonRemoved
            | Self::ProfileChanged
            | Self::SignedIn
            | Self::SignedOut
            | Self::SessionFamilyEnded
            | Self::PasswordChanged
            | Self::PasswordReset
            | Self::SecondFactorBegun
            | Self::SecondFactorConfirmed
            | Self::SecondFactorRemoved
            | Self::SecondFactorReset
            | Self::SecondFactorBlocked
            | Self::RecoveryCodeUsed
            | Self::DraftKept
            | Self::NominationReceived
            | Self::NominationsImported
            | Self::NominationConfirmed
            | Self::NominationChanged
            | Self::NominationWithdrawn
            | Self::NominationScreened
            | Self::NominationMerged
            | Self::NomineesToldApart
            | Self::NominationMarked
            | Self::WordsBlackedOut
            | Self::TranslatorNamed
            | Self::TextTranslated
            | Self::QuestionAsked
            | Self::QuestionAnswered
            | Self::LettersWaived
            | Self::LetterWritten
            | Self::LetterDeclined
            | Self::NoticeGiven
            | Self::NoticeChanged
            | Self::NoticeObjected
            | Self::AccessAsked
            | Self::ComplaintMade
            | Self::ComplaintAcknowledged
            | Self::JudgeDeclared
            | Self::PlanMade
            | Self::PlanApplied
            | Self::JudgeRecused
            | Self::SheetSaved
            | Self::SheetSubmitted
            | Self::ResultsRead
            | Self::BundleRead
            | Self::ExportMade
            | Self::MailRefused
            | Self::AuditRead
            | Self::ClockDoubted
            | Self::ClockSettled => Sight::Whole,
            // Counts, decisions, signatures, the seal.
            Self::JudgingClosed
            | Self::RulingMade
            | Self::DecisionMade
            | Self::ResultsSigned
            | Self::EditionSealed
            | Self::EditionReopened
            // Letters to winners, and what they answer. A message's event does not say of which kind it is.
            | Self::PreviewSeen
            | Self::PreviewRead
            | Self::TrialLetterSent
            | Self::AnnouncementScheduled
            | Self::AnnouncementRefused
            | Self::AnnouncementStopped
            | Self::AnnouncementResumed
            | Self::AnnouncementRead
            | Self::CallerNamed
            | Self::ReplyGiven
            | Self::RepliesRead
            | Self::WinnersReminded
            | Self::MessagesRead
            | Self::MessageRetried
            | Self::MessageCancelled
            | Self::MessageSettled
            | Self::MessageBounced
            | Self::AddressBlocked
            | Self::ReminderDropped => Sight::Digest,
        }
    }
}
