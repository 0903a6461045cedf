//! What the ranking proposes: a winner's place, a commended one's, or a tie that the line cuts.

use std::ops::Range;

use crate::results::bundle::Category;

/// What the ranking proposes for a nomination.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proposed {
    /// It wins.
    Winner,
    /// The line of the winners cuts the group that shares its rank: organisers vote, no lots.
    TieWinner,
    /// It is commended.
    Commended,
    /// The line of the commended cuts its group.
    TieCommended,
    /// Nothing.
    None,
}

impl Proposed {
    /// For all that share the places of `group`.
    pub fn of(group: &Range<usize>, category: &Category) -> Self {
        let (rank, last) = (group.start + 1, group.end);
        let (winners, places) = (category.winners, category.winners + category.commended);
        if last <= winners {
            Self::Winner
        } else if rank <= winners {
            Self::TieWinner
        } else if last <= places {
            Self::Commended
        } else if rank <= places {
            Self::TieCommended
        } else {
            Self::None
        }
    }

    /// As the answer spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Winner => "winner",
            Self::TieWinner => "tie_winner",
            Self::Commended => "commended",
            Self::TieCommended => "tie_commended",
            Self::None => "none",
        }
    }
}
