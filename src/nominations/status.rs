//! The statuses of a nomination and every way between them (`content/nomination.md` § 6). Nobody assigns a status
//! elsewhere: each move is a function here, and what is not a move is an error.

crate::word_enum! {
    /// How a nomination stands.
    pub enum Status {
        /// Begun, not sent.
        Draft = "draft",
        /// Sent; the address is not proven yet, or it was typed from paper and a second organiser must look.
        Unconfirmed = "unconfirmed",
        /// In, waiting to be screened.
        Submitted = "submitted",
        /// Let in: judges will read it.
        Eligible = "eligible",
        /// Judging has closed and each panel has its quorum.
        Judged = "judged",
        /// On the organisers' short list.
        Shortlisted = "shortlisted",
        /// Kept out, with a reason.
        Ineligible = "ineligible",
        /// Taken back.
        Withdrawn = "withdrawn",
        /// Read together with another nomination of the same nominee.
        Merged = "merged",
        /// Has won; since the release.
        Winner = "winner",
        /// Commended; since the release.
        Commended = "commended",
        /// Not chosen; since the release.
        NotSelected = "not_selected",
    }
}

crate::word_enum! {
    /// What nominator, supporter and nominee may know of a status: nothing of how it stands before the release.
    pub enum Told {
        /// Begun, not sent.
        Draft = "draft",
        /// Waiting for the confirmation.
        Unconfirmed = "unconfirmed",
        /// In.
        Submitted = "submitted",
        /// Let in; whatever has become of it since.
        UnderConsideration = "under_consideration",
        /// Kept out.
        Ineligible = "ineligible",
        /// Taken back.
        Withdrawn = "withdrawn",
        /// Read together with another.
        Merged = "merged",
        /// Has won.
        Winner = "winner",
        /// Commended.
        Commended = "commended",
        /// Not chosen this time.
        NotSelected = "not_selected",
    }
}

/// The status does not move this way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a nomination that is {from} does not become {to}")]
pub struct IllegalMove {
    /// How it stands.
    pub from: Status,
    /// How it was to stand.
    pub to: Status,
}

impl Status {
    /// The statuses of nominations that judges read.
    pub const IN_JUDGING: [Self; 3] = [Self::Eligible, Self::Judged, Self::Shortlisted];

    /// What outsiders are told. Decided outcomes are told as they are because a row bears one only since the release.
    pub const fn told(self) -> Told {
        match self {
            Self::Draft => Told::Draft,
            Self::Unconfirmed => Told::Unconfirmed,
            Self::Submitted => Told::Submitted,
            Self::Eligible | Self::Judged | Self::Shortlisted => Told::UnderConsideration,
            Self::Ineligible => Told::Ineligible,
            Self::Withdrawn => Told::Withdrawn,
            Self::Merged => Told::Merged,
            Self::Winner => Told::Winner,
            Self::Commended => Told::Commended,
            Self::NotSelected => Told::NotSelected,
        }
    }

    /// Whether judges read it.
    pub fn is_in_judging(self) -> bool {
        Self::IN_JUDGING.contains(&self)
    }

    /// The nominator's address is proven, or a second organiser has looked.
    ///
    /// # Errors
    /// [`IllegalMove`].
    pub fn confirm(self) -> Result<Self, IllegalMove> {
        self.go(Self::Submitted, matches!(self, Self::Draft | Self::Unconfirmed))
    }

    /// An organiser lets it in.
    ///
    /// # Errors
    /// [`IllegalMove`].
    pub fn admit(self) -> Result<Self, IllegalMove> {
        self.go(Self::Eligible, self == Self::Submitted)
    }

    /// An organiser looks again at what its nominator has changed since; it stays let in.
    ///
    /// # Errors
    /// [`IllegalMove`].
    pub fn look_again(self) -> Result<Self, IllegalMove> {
        self.go(self, self == Self::Eligible)
    }

    /// An organiser keeps it out.
    ///
    /// # Errors
    /// [`IllegalMove`].
    pub fn refuse(self) -> Result<Self, IllegalMove> {
        self.go(Self::Ineligible, matches!(self, Self::Submitted | Self::Eligible))
    }

    /// Nominator, nominee or organiser takes it back.
    ///
    /// # Errors
    /// [`IllegalMove`].
    pub fn withdraw(self) -> Result<Self, IllegalMove> {
        let alive = matches!(self, Self::Unconfirmed | Self::Submitted) || self.is_in_judging();
        self.go(Self::Withdrawn, alive)
    }

    /// Its nominator writes it anew; it stays where it is.
    ///
    /// # Errors
    /// [`IllegalMove`].
    pub fn rewrite(self) -> Result<Self, IllegalMove> {
        self.go(self, matches!(self, Self::Submitted | Self::Eligible))
    }

    /// An organiser joins it with another.
    ///
    /// # Errors
    /// [`IllegalMove`].
    pub fn merge(self) -> Result<Self, IllegalMove> {
        self.go(Self::Merged, matches!(self, Self::Submitted | Self::Eligible))
    }

    /// An organiser reads it by itself again.
    ///
    /// # Errors
    /// [`IllegalMove`].
    pub fn part(self) -> Result<Self, IllegalMove> {
        self.go(Self::Submitted, self == Self::Merged)
    }

    /// An organiser undoes a refusal or a merger.
    ///
    /// # Errors
    /// [`IllegalMove`].
    pub fn reopen(self) -> Result<Self, IllegalMove> {
        self.go(Self::Submitted, matches!(self, Self::Ineligible | Self::Merged))
    }

    /// Judging has closed, and each panel has its quorum.
    ///
    /// # Errors
    /// [`IllegalMove`].
    pub fn judge(self) -> Result<Self, IllegalMove> {
        self.go(Self::Judged, self == Self::Eligible)
    }

    /// The release tells what was decided. A waiver may decide on a nomination without quorum, so from `eligible` too.
    ///
    /// # Errors
    /// [`IllegalMove`].
    pub fn release(self, outcome: Self) -> Result<Self, IllegalMove> {
        let decided = matches!(outcome, Self::Winner | Self::Commended | Self::NotSelected);
        self.go(outcome, decided && self.is_in_judging())
    }

    fn go(self, to: Self, allowed: bool) -> Result<Self, IllegalMove> {
        if allowed { Ok(to) } else { Err(IllegalMove { from: self, to }) }
    }
}
