//! The moments at which the demo can begin.

crate::word_enum! {
    /// How far the sample edition has come.
    pub enum Moment {
        /// Nominations are open, letters half in.
        Nominations = "nominations",
        /// Judges score.
        Judging = "judging",
        /// All sheets are in; nothing is decided.
        Deliberation = "deliberation",
        /// Decided, told, announced.
        Announced = "announced",
    }
}

impl Moment {
    /// When the demo's clock starts.
    pub const fn starts_at(self) -> &'static str {
        match self {
            Self::Nominations => "2027-06-15T09:00:00Z",
            Self::Judging => "2027-08-16T09:00:00Z",
            Self::Deliberation => "2027-08-30T09:00:00Z",
            Self::Announced => "2027-10-07T12:00:00Z",
        }
    }
}
