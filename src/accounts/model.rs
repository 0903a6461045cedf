//! What people are in an edition, and what of them other rooms may know.

use crate::clock::{Span, Time};
use crate::editions::{EditionSlug, PanelKey};
use crate::fields::Email;
use crate::ids::{AccountId, EditionId, RoleId, SessionId};
use crate::text::Language;

crate::word_enum! {
    /// What somebody does in an edition.
    pub enum Role {
        /// Screens, assigns, decides, exports.
        Organiser = "organiser",
        /// An organiser who signs for one city.
        Approver = "approver",
        /// Scores.
        Judge = "judge",
        /// A judge who leads a panel.
        Chair = "chair",
        /// Translates what is given to them.
        Translator = "translator",
        /// Reads the audit.
        Auditor = "auditor",
    }
}

impl Role {
    /// Whether it is made by the operator only, from the command line (S-ACC-11).
    pub const fn is_office(self) -> bool {
        matches!(self, Self::Organiser | Self::Approver)
    }

    /// Whether it scores nominations.
    pub const fn judges(self) -> bool {
        matches!(self, Self::Judge | Self::Chair)
    }

    /// Whether it must name its panel.
    pub const fn needs_panel(self) -> bool {
        matches!(self, Self::Approver | Self::Judge | Self::Chair)
    }

    /// Whether one person may have both in one edition: who signs neither judges nor translates, and a chair is a
    /// judge already (S-ACC-11).
    pub const fn goes_with(self, other: Self) -> bool {
        use Role::{Approver, Chair, Judge, Translator};
        !matches!(
            (self, other),
            (Approver, Judge | Chair | Translator)
                | (Judge | Chair | Translator, Approver)
                | (Judge, Chair)
                | (Chair, Judge)
        )
    }

    /// Whether having had one bars the other for the rest of the edition: whoever signs must not have judged or
    /// translated what they sign, and whoever signed must not do so later (S-ACC-11). A judge may become a chair.
    pub const fn bars_for_good(self, other: Self) -> bool {
        !self.goes_with(other) && (matches!(self, Self::Approver) || matches!(other, Self::Approver))
    }
}

/// How long an invitation's link lives.
pub const INVITATION_LIVES: Span = Span::days(14);

/// A caller's part in an edition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleIn {
    /// What they do.
    pub role: Role,
    /// In which edition.
    pub edition: EditionId,
    /// The edition's name in addresses.
    pub slug: EditionSlug,
    /// For which panel.
    pub panel: Option<PanelKey>,
}

/// A sign-in that lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its id: `sid` in a token.
    pub id: SessionId,
    /// Whose.
    pub account: AccountId,
    /// When it began.
    pub created_at: Time,
    /// When it was last renewed.
    pub used_at: Time,
}

impl Session {
    /// Whether it is over by age or idleness (S-TOK-3). Use is counted by renewals, of which a client that works makes one
    /// each 15 minutes, so that no other request costs a write.
    pub fn is_over(&self, is_office: bool, now: Time) -> bool {
        now >= self.ends_at(is_office)
    }

    /// Whether a browser's look at a page renews it: once a quarter of the idle time has gone by.
    pub fn is_due(&self, is_office: bool, now: Time) -> bool {
        now >= self.used_at + Self::limits(is_office).0.quarter()
    }

    /// When it ends if nobody uses it.
    pub fn ends_at(&self, is_office: bool) -> Time {
        let (idle, in_all) = Self::limits(is_office);
        (self.used_at + idle).min(self.created_at + in_all)
    }

    /// How long it may idle and live: organisers' and approvers' 1 hour and 24 hours, others' 7 and 30 days.
    const fn limits(is_office: bool) -> (Span, Span) {
        if is_office { (Span::hours(1), Span::hours(24)) } else { (Span::days(7), Span::days(30)) }
    }
}

crate::word_enum! {
    /// How far somebody's part has come.
    pub enum Standing {
        /// Invited, not yet accepted; the link may have run out.
        Invited = "invited",
        /// Accepted.
        Accepted = "accepted",
        /// Removed, or the invitation withdrawn.
        Removed = "removed",
    }
}

crate::word_enum! {
    /// What becomes of a removed judge's sheets.
    pub enum Sheets {
        /// They count as before.
        Stand = "stand",
        /// They are struck.
        Void = "void",
    }
}

/// A person's part in an edition, as the organisers see it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the columns' names say it")]
pub struct Person {
    pub id: RoleId,
    pub account: AccountId,
    pub edition: EditionId,
    pub role: Role,
    pub panel: Option<PanelKey>,
    pub name: String,
    pub email: Email,
    pub language: Language,
    pub organisation: Option<String>,
    pub capacity: Option<u32>,
    pub reads: Vec<Language>,
    /// Which of the invitation's links lives.
    pub invitation: u16,
    pub invited_at: Time,
    pub accepted_at: Option<Time>,
    pub removed_at: Option<Time>,
    pub removed_sheets: Option<Sheets>,
    pub removed_reason: Option<String>,
}

impl Person {
    /// How far their part has come.
    pub const fn standing(&self) -> Standing {
        match (self.removed_at, self.accepted_at) {
            (Some(_), _) => Standing::Removed,
            (None, Some(_)) => Standing::Accepted,
            (None, None) => Standing::Invited,
        }
    }

    /// Whether they accepted and are still there.
    pub const fn is_in(&self) -> bool {
        matches!(self.standing(), Standing::Accepted)
    }

    /// When the invitation's link runs out.
    pub fn invitation_ends_at(&self) -> Time {
        self.invited_at + INVITATION_LIVES
    }
}

/// A judge or chair of an edition, also one who has not accepted yet or was removed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the columns' names say it")]
pub struct JudgeOf {
    pub account: AccountId,
    pub role_id: RoleId,
    pub name: String,
    pub email: Email,
    pub language: Language,
    pub panel: PanelKey,
    /// Whether they lead the panel.
    pub chair: bool,
    /// How many nominations they can take.
    pub capacity: Option<u32>,
    /// Languages that they read; none named means their own alone.
    pub reads: Vec<Language>,
    pub organisation: Option<String>,
    pub accepted_at: Option<Time>,
    pub removed_at: Option<Time>,
    pub removed_sheets: Option<Sheets>,
    pub removed_reason: Option<String>,
}

/// An organiser or approver who accepted and is still there.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the columns' names say it")]
pub struct Officer {
    pub account: AccountId,
    pub role: Role,
    pub panel: Option<PanelKey>,
    pub name: String,
    pub email: Email,
    pub language: Language,
}
