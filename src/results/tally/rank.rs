//! The order within a category: score, then the criteria that break ties, then the chairs' vote; else a shared rank.

use std::cmp::Ordering;
use std::ops::Range;

use super::fraction::Fraction;
use super::score::{Row, Sums};
use crate::results::bundle::Vote;

/// A nomination that is ranked, with all that it is compared by.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Its place among the nominations.
    pub nomination: u32,
    /// The official score.
    pub score: Fraction,
    /// The means of the criteria that break ties, in their order.
    pub ties: Vec<Fraction>,
}

impl Candidate {
    /// From the sums of its sheets.
    pub fn new(nomination: u32, sums: &Sums, row: Row<'_>, tie_break: &[usize]) -> Self {
        let ties = tie_break.iter().map(|criterion| sums.criterion_mean(row, *criterion)).collect();
        Self { nomination, score: sums.score(row), ties }
    }

    /// The better first; `Equal` where only a vote can part them.
    fn order(&self, other: &Self) -> Ordering {
        other.score.cmp(&self.score).then_with(|| other.ties.cmp(&self.ties))
    }

    /// Whether only a vote can part the two.
    pub fn is_level_with(&self, other: &Self) -> bool {
        self.order(other).is_eq()
    }

    /// How many of the criteria that break ties find both equal before one parts them.
    fn level_with(&self, other: &Self) -> usize {
        self.ties.iter().zip(&other.ties).take_while(|(own, theirs)| own == theirs).count()
    }
}

/// What parts a nomination from all others with its score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolved {
    /// The criterion at this place of the tie-break.
    Criterion(usize),
    /// The chairs' vote.
    JointVote,
    /// Nothing does.
    Shared,
}

/// The candidates of a category, best first; those of one rank by id.
#[derive(Debug, Default)]
pub struct Ranking {
    /// In order.
    pub candidates: Vec<Candidate>,
    /// For each of them the places of all that share its rank.
    pub groups: Vec<Range<usize>>,
    /// Places whose order a vote has made.
    pub voted: Vec<Range<usize>>,
    /// The votes, by their places, that fitted a group of level nominations.
    pub used_votes: Vec<usize>,
}

impl Ranking {
    /// Ranks the candidates. A vote counts where its nominations are exactly those that are still level.
    pub fn of(mut candidates: Vec<Candidate>, category: usize, votes: &[Vote]) -> Self {
        candidates.sort_unstable_by(|a, b| a.order(b).then(a.nomination.cmp(&b.nomination)));
        let mut ranking = Self { groups: Vec::with_capacity(candidates.len()), ..Self::default() };
        let mut start = 0;
        for level in candidates.chunk_by_mut(|a, b| a.order(b).is_eq()) {
            let end = start + level.len();
            let vote = if level.len() > 1 { fitting(votes, category, level) } else { None };
            match vote {
                Some((place, vote)) => {
                    let group = |candidate: &Candidate| match vote.members.binary_search(&candidate.nomination) {
                        Ok(member) => vote.groups[member],
                        Err(_) => u32::MAX,
                    };
                    level.sort_by_key(group); // stable: within a group by id
                    for equals in level.chunk_by(|a, b| group(a) == group(b)) {
                        let first = ranking.groups.len();
                        ranking.groups.extend(std::iter::repeat_n(first..first + equals.len(), equals.len()));
                    }
                    ranking.voted.push(start..end);
                    ranking.used_votes.push(place);
                }
                None => ranking.groups.extend(std::iter::repeat_n(start..end, level.len())),
            }
            start = end;
        }
        ranking.candidates = candidates;
        ranking
    }

    /// The places of all with the score of the candidate at `place`.
    pub fn same_score(&self) -> impl Iterator<Item = Range<usize>> {
        let mut start = 0;
        self.candidates.chunk_by(|a, b| a.score == b.score).map(move |equals| {
            let range = start..start + equals.len();
            start = range.end;
            range
        })
    }

    /// What parts the candidate at `place` from the others in `equals`, which have its score.
    pub fn resolved_by(&self, place: usize, equals: &Range<usize>) -> Resolved {
        let own = &self.candidates[place];
        // They are in the order of the tie-break, so whoever stays level longest stands next to it. Within a vote all
        // are level to the end, in whichever order.
        let before = (place > equals.start).then(|| own.level_with(&self.candidates[place - 1]));
        let after = (place + 1 < equals.end).then(|| own.level_with(&self.candidates[place + 1]));
        match before.max(after) {
            Some(levels) if levels < own.ties.len() => Resolved::Criterion(levels),
            _ if self.groups[place].len() > 1 => Resolved::Shared,
            _ => Resolved::JointVote,
        }
    }
}

fn fitting<'v>(votes: &'v [Vote], category: usize, level: &[Candidate]) -> Option<(usize, &'v Vote)> {
    // The level candidates stand by id, as the vote's members do.
    votes.iter().enumerate().find(|(_, vote)| {
        vote.category == category && vote.members.iter().eq(level.iter().map(|candidate| &candidate.nomination))
    })
}
