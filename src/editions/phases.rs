//! Sets of phases, written as letters in the order of the story: `"NSJD"`, `"*"`, `"-"`.

use super::calendar::Phase;

/// Some of an edition's phases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Phases(u8);

const LETTERS: [(Phase, u8); 7] = [
    (Phase::Upcoming, b'U'),
    (Phase::Nominations, b'N'),
    (Phase::Screening, b'S'),
    (Phase::Judging, b'J'),
    (Phase::Deliberation, b'D'),
    (Phase::Embargo, b'E'),
    (Phase::Announced, b'A'),
];

impl Phases {
    /// None of them.
    pub const NONE: Self = Self(0);
    /// All of them.
    pub const ALL: Self = Self(0x7f);

    /// The phases of these first letters; `*` is all, `-` none. In a `const` a wrong letter does not compile.
    pub const fn of(letters: &str) -> Self {
        match letters.as_bytes() {
            b"*" => return Self::ALL,
            b"-" => return Self::NONE,
            _ => {}
        }
        let (mut set, mut at) = (0, 0);
        while at < letters.len() {
            let mut phase = 0;
            while LETTERS[phase].1 != letters.as_bytes()[at] {
                phase += 1; // past the last one the index is out of bounds, and the compiler says so
            }
            set |= 1 << phase;
            at += 1;
        }
        Self(set)
    }

    /// These and those.
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether a phase is among them.
    pub const fn has(self, phase: Phase) -> bool {
        self.0 & (1 << phase as u8) != 0
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The phases, in the order of the story.
    pub fn iter(self) -> impl DoubleEndedIterator<Item = Phase> {
        Phase::ALL.iter().copied().filter(move |phase| self.has(*phase))
    }
}

impl std::fmt::Display for Phases {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match *self {
            Self::ALL => f.write_str("*"),
            Self::NONE => f.write_str("-"),
            _ => LETTERS
                .iter()
                .filter(|(phase, _)| self.has(*phase))
                .try_for_each(|(_, letter)| write!(f, "{}", char::from(*letter))),
        }
    }
}
