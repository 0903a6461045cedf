//! Leave one judge out: would the winners be others without this judge's sheets?
//!
//! Linear in the sheets: what the judge did not score keeps its order, so only its best few matter, and of what the
//! judge did score only what now reaches them.

use super::awards::Proposed;
use super::fraction::Fraction;
use super::rank::{Candidate, Ranking};
use super::score::{Row, Sums};
use super::valid::Sorted;
use crate::results::bundle::{Bundle, Category};

/// A judge without whose sheets the winners would be others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decisive {
    /// The judge's place.
    pub judge: u32,
    /// Who would win, ascending.
    pub winners: Vec<u32>,
    /// Whom the line of the winners would cut, ascending.
    pub tied_at_line: Vec<u32>,
}

/// Panels at most: a rule of the bundle.
const MOST_PANELS: usize = 8;

/// The sets that matter: winners, and those whom the line cuts.
type Line = (Vec<u32>, Vec<u32>);

/// A valid sheet of a ranked nomination.
#[derive(Clone, Copy)]
struct Scored {
    judge: u32,
    /// The nomination's place in the ranking.
    place: u32,
    sheet: usize,
}

/// The judges whose absence changes who wins in a category, by id.
pub fn decisive(bundle: &Bundle, sums: &Sums, sorted: &Sorted, base: &Ranking, number: usize) -> Vec<Decisive> {
    let category = &bundle.edition.categories[number];
    if category.winners == 0 {
        return Vec::new();
    }
    let base_line = line(base, category);
    let scored = by_judge(bundle, sorted, base);
    let without = |sheets: &[Scored]| {
        let left = Without { bundle, sums, base, winners: category.winners, sheets };
        let line = line(&Ranking::of(left.candidates(), number, &bundle.rulings.votes), category);
        let judge = sheets[0].judge;
        (line != base_line).then_some(Decisive { judge, winners: line.0, tied_at_line: line.1 })
    };
    scored.chunk_by(|a, b| a.judge == b.judge).filter_map(without).collect()
}

/// The sheets of the ranked nominations, by judge, then by the nomination's place.
fn by_judge(bundle: &Bundle, sorted: &Sorted, base: &Ranking) -> Vec<Scored> {
    let mut scored = Vec::new();
    for (place, candidate) in (0..).zip(&base.candidates) {
        for sheet in sorted.of(candidate.nomination) {
            scored.push(Scored { judge: bundle.sheets[*sheet].pair.judge, place, sheet: *sheet });
        }
    }
    scored.sort_unstable_by_key(|scored| (u64::from(scored.judge) << 32) | u64::from(scored.place));
    scored
}

/// Who wins, and whom the winners' line cuts.
fn line(ranking: &Ranking, category: &Category) -> Line {
    let mut line = Line::default();
    for (candidate, group) in ranking.candidates.iter().zip(&ranking.groups) {
        match Proposed::of(group, category) {
            Proposed::Winner => line.0.push(candidate.nomination),
            Proposed::TieWinner => line.1.push(candidate.nomination),
            _ => break,
        }
    }
    line.0.sort_unstable();
    line.1.sort_unstable();
    line
}

/// A ranking without the sheets of one judge.
struct Without<'a> {
    bundle: &'a Bundle,
    sums: &'a Sums,
    base: &'a Ranking,
    /// Places for winners, at least one.
    winners: usize,
    sheets: &'a [Scored],
}

impl Without<'_> {
    /// All who could now win or be cut by the line.
    fn candidates(&self) -> Vec<Candidate> {
        let mut candidates = self.best_others();
        let mut touched: Vec<(Fraction, &Scored)> =
            self.sheets.iter().filter_map(|scored| Some((self.score(scored)?, scored))).collect();
        if candidates.len() >= self.winners {
            // Whoever is behind the last of these is behind as many as there are places.
            if let Some(least) = candidates.last().map(|last| last.score) {
                touched.retain(|(score, _)| *score >= least);
            }
        } else if candidates.len() + touched.len() > self.winners {
            let mut scores: Vec<Fraction> =
                candidates.iter().map(|other| other.score).chain(touched.iter().map(|(score, _)| *score)).collect();
            let (_, least, _) = scores.select_nth_unstable_by(self.winners - 1, |a, b| b.cmp(a));
            touched.retain(|(score, _)| *score >= *least);
        }
        candidates.extend(touched.into_iter().map(|(_, scored)| self.candidate(scored)));
        candidates
    }

    /// The best that the judge did not score: as many as there are places, and all that are level with the last.
    fn best_others(&self) -> Vec<Candidate> {
        let mut others: Vec<Candidate> = Vec::new();
        let mut touched = self.sheets.iter().map(|scored| scored.place as usize).peekable();
        for (place, candidate) in self.base.candidates.iter().enumerate() {
            if touched.next_if_eq(&place).is_some() {
                continue;
            }
            if others.len() >= self.winners && others.last().is_some_and(|last| !last.is_level_with(candidate)) {
                break;
            }
            others.push(candidate.clone());
        }
        others
    }

    /// The score without the judge's sheet; `None` where no sheet of the panel is left, so that there is none.
    fn score(&self, scored: &Scored) -> Option<Fraction> {
        let row = self.sums.row(self.base.candidates[scored.place as usize].nomination);
        let column = self.column(scored);
        // On the stack: this runs once for every sheet of the edition.
        let (mut counts, mut totals) = ([0; MOST_PANELS], [0; MOST_PANELS]);
        let open = row.counts.len();
        counts[..open].copy_from_slice(row.counts);
        totals[..open].copy_from_slice(row.totals);
        counts[column] -= 1;
        totals[column] -= self.sums.total(self.bundle.scores_of(scored.sheet));
        (counts[column] > 0)
            .then(|| self.sums.score(Row { counts: &counts[..open], totals: &totals[..open], marks: row.marks }))
    }

    fn candidate(&self, scored: &Scored) -> Candidate {
        let nomination = self.base.candidates[scored.place as usize].nomination;
        let row = self.sums.row(nomination);
        let (mut counts, mut totals, mut marks) = (row.counts.to_vec(), row.totals.to_vec(), row.marks.to_vec());
        let column = self.column(scored);
        let scores = self.bundle.scores_of(scored.sheet);
        counts[column] -= 1;
        totals[column] -= self.sums.total(scores);
        for (sum, score) in marks[column * scores.len()..].iter_mut().zip(scores) {
            *sum -= u32::from(*score);
        }
        let row = Row { counts: &counts, totals: &totals, marks: &marks };
        Candidate::new(nomination, self.sums, row, &self.bundle.edition.tie_break)
    }

    fn column(&self, scored: &Scored) -> usize {
        self.sums.columns[self.bundle.judges[scored.judge as usize].panel]
    }
}
