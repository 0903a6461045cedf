//! What kinds of mail there are, and how urgent each is: the table of `docs/` on mail, in code.

crate::word_enum! {
    /// A kind of mail. M, A and N are the numbers by which the committee's papers call it.
    pub enum Kind {
        /// M1, to the nominator: please confirm your address.
        ConfirmAddress = "confirm_address",
        /// M2, to the nominator: it is received.
        Receipt = "receipt",
        /// M3: the link to a draft.
        DraftLink = "draft_link",
        /// M4, to a supporter: please write a letter.
        SupporterRequest = "supporter_request",
        /// M5, to a supporter who has not.
        SupporterReminder = "supporter_reminder",
        /// M6, to the nominee: how we use your information.
        NomineeNotice = "nominee_notice",
        /// M7, to the nominator: a change was saved.
        ChangeReceived = "change_received",
        /// M8: a nomination was withdrawn.
        Withdrawn = "withdrawn",
        /// M9, to the nominator: it cannot go forward.
        Ineligible = "ineligible",
        /// M10, to the nominator: it joined with another.
        Merged = "merged",
        /// M11: an invitation to a part in an edition.
        Invitation = "invitation",
        /// M12, to a judge: something to score.
        JudgeAssignment = "judge_assignment",
        /// M13, to a judge: sheets still open.
        JudgeReminder = "judge_reminder",
        /// M14, to organisers and approvers: what waits.
        OrganiserDigest = "organiser_digest",
        /// M15, to a winner, in confidence.
        WinnerNotice = "winner_notice",
        /// M16, to a winner who has not replied.
        ReplyReminder = "reply_reminder",
        /// M17, to who replied.
        WinnerConfirmation = "winner_confirmation",
        /// M18: the outcome, to those whose nomination did not win.
        Outcome = "outcome",
        /// M19: the outcome, to a winner's nominators and supporters.
        WinnerNominator = "winner_nominator",
        /// M20: thanks to the judges.
        JudgesThanks = "judges_thanks",
        /// M21, to the nominator: a question.
        Question = "question",
        /// A1: a new password.
        PasswordReset = "password_reset",
        /// A2: something about an account has changed.
        SecurityNotice = "security_notice",
        /// N1: nominations are open again.
        NextEdition = "next_edition",
    }
}

impl Kind {
    /// How urgent it is: 0 at once, 1 within a minute, 2 in confidence, 3 reminders, 4 bulk.
    pub const fn priority(self) -> i32 {
        match self {
            Self::PasswordReset | Self::SecurityNotice => 0,
            Self::WinnerNotice | Self::ReplyReminder | Self::WinnerConfirmation => 2,
            Self::SupporterReminder | Self::JudgeReminder | Self::OrganiserDigest => 3,
            Self::Outcome | Self::WinnerNominator | Self::JudgesThanks | Self::NextEdition => 4,
            _ => 1,
        }
    }

    /// Whether it tells somebody in confidence that they won (M15 to M17): sent at most once unless a person says
    /// otherwise, so one whose fate is unknown waits (S-OUT-4).
    pub const fn is_in_confidence(self) -> bool {
        matches!(self, Self::WinnerNotice | Self::ReplyReminder | Self::WinnerConfirmation)
    }

    /// Whether it belongs to the announcement (M15 to M20): a look at it, or at its being there, is a look at the outcome.
    pub const fn is_of_the_outcome(self) -> bool {
        self.is_in_confidence() || matches!(self, Self::Outcome | Self::WinnerNominator | Self::JudgesThanks)
    }

    /// Whether the seal prepares it: each such letter is written once, and no later act writes it again.
    pub const fn is_of_the_seal(self) -> bool {
        matches!(self, Self::WinnerNotice | Self::Outcome | Self::WinnerNominator | Self::JudgesThanks)
    }

    /// The kinds that somebody refuses together when they say "never again" about this one; `None` where nobody can.
    pub const fn refused_as(self) -> Option<Refusal> {
        match self {
            Self::SupporterRequest | Self::SupporterReminder => Some(Refusal::Supporter),
            Self::NextEdition => Some(Refusal::NextEdition),
            _ => None,
        }
    }
}

/// What an address can be spared while everything else still reaches it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Requests for a letter of support, in every edition (S-NOM-6).
    Supporter,
    /// News of the next edition.
    NextEdition,
}

impl Refusal {
    /// Its word in the digest of an address.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Supporter => "supporter",
            Self::NextEdition => "next_edition",
        }
    }
}

/// The priorities, most urgent first.
pub const PRIORITIES: std::ops::RangeInclusive<i32> = 0..=4;
