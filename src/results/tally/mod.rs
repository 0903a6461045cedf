//! The official tally: exact integers and fractions, the only thing that ranks.
//!
//! Sheets that count ([`valid`]) add up to scores ([`score`]), scores make a ranking ([`rank`]), the ranking proposes
//! awards ([`awards`]) and tells what would change it ([`margins`], [`sensitivity`]). [`answer`] writes it all down,
//! [`digest`] in one line that can be signed. Formulas and worked cases: `docs/judging.md`.

pub mod answer;
pub mod awards;
pub mod digest;
pub mod fraction;
pub mod margins;
pub mod rank;
pub mod score;
pub mod sensitivity;
pub mod valid;

use std::ops::Range;

use super::bundle::{Bundle, Standing};
use awards::Proposed;
use rank::{Candidate, Ranking};
use score::Sums;
use sensitivity::Decisive;
use valid::Sorted;

/// Everything that the sheets say.
#[derive(Debug)]
pub struct Tally<'b> {
    /// What was counted.
    pub bundle: &'b Bundle,
    /// Which sheets count.
    pub sorted: Sorted,
    /// What they add up to.
    pub sums: Sums,
    /// In the edition's order.
    pub categories: Vec<CategoryTally>,
    /// By code, category, nomination, judge.
    pub warnings: Vec<Warning>,
    /// Those merged away: where each of them ended, and itself; in that order.
    merged: Vec<(u32, u32)>,
}

/// A category's result.
#[derive(Debug, Default)]
pub struct CategoryTally {
    /// The ranked nominations.
    pub ranking: Ranking,
    /// For each place of the ranking the places of all with its score.
    pub same_score: Vec<Range<usize>>,
    /// What the ranking proposes, place by place.
    pub proposed: Vec<Proposed>,
    /// Eligible nominations that lack a quorum, by id.
    pub unranked: Vec<u32>,
    /// Judges without whose sheets others would win, by id.
    pub decisive: Vec<Decisive>,
}

/// Something that organisers should look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Warning {
    /// What.
    pub code: &'static str,
    /// The category it is about.
    pub category: Option<usize>,
    /// The nomination it is about.
    pub nomination: Option<u32>,
    /// The judge it is about.
    pub judge: Option<u32>,
}

/// Counts.
pub fn tally(bundle: &Bundle) -> Tally<'_> {
    let sorted = valid::sort(bundle);
    let sums = Sums::of(bundle, &sorted.valid);
    let (ranked, unranked) = by_quorum(bundle, &sums);
    let mut used_votes = vec![false; bundle.rulings.votes.len()];
    let mut categories = Vec::with_capacity(bundle.edition.categories.len());
    for (number, (ranked, unranked)) in ranked.into_iter().zip(unranked).enumerate() {
        let ranking = Ranking::of(ranked, number, &bundle.rulings.votes);
        for vote in &ranking.used_votes {
            used_votes[*vote] = true;
        }
        let decisive = sensitivity::decisive(bundle, &sums, &sorted, &ranking, number);
        categories.push(CategoryTally::new(bundle, number, ranking, unranked, decisive));
    }
    let warnings = warnings(bundle, &sorted, &sums, &used_votes);
    Tally { bundle, sorted, sums, categories, warnings, merged: merged(bundle) }
}

impl Tally<'_> {
    /// Those merged into a nomination, over any steps, by id.
    pub fn merged_from(&self, nomination: u32) -> impl ExactSizeIterator<Item = u32> {
        let start = self.merged.partition_point(|(end, _)| *end < nomination);
        let end = self.merged.partition_point(|(end, _)| *end <= nomination);
        self.merged[start..end].iter().map(|(_, from)| *from)
    }
}

impl CategoryTally {
    fn new(bundle: &Bundle, number: usize, ranking: Ranking, unranked: Vec<u32>, decisive: Vec<Decisive>) -> Self {
        let category = &bundle.edition.categories[number];
        let proposed = ranking.groups.iter().map(|group| Proposed::of(group, category)).collect();
        let same_score =
            ranking.same_score().flat_map(|range| std::iter::repeat_n(range.clone(), range.len())).collect();
        Self { ranking, same_score, proposed, unranked, decisive }
    }
}

/// The eligible nominations of each category: those that are ranked, and those that a panel has judged too seldom.
fn by_quorum(bundle: &Bundle, sums: &Sums) -> (Vec<Vec<Candidate>>, Vec<Vec<u32>>) {
    let mut ranked = vec![Vec::new(); bundle.edition.categories.len()];
    let mut unranked = vec![Vec::new(); bundle.edition.categories.len()];
    for (place, nomination) in (0..).zip(&bundle.nominations) {
        if nomination.standing != Standing::Eligible {
            continue;
        }
        if quorum(bundle, sums, place) == Quorum::Missed {
            unranked[nomination.category].push(place);
        } else {
            let candidate = Candidate::new(place, sums, sums.row(place), &bundle.edition.tie_break);
            ranked[nomination.category].push(candidate);
        }
    }
    (ranked, unranked)
}

/// How a nomination stands to the quorum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quorum {
    /// Every panel gave enough sheets.
    Met,
    /// Not so, but it is ranked on what there is.
    Waived,
    /// Not so, and it is not ranked: no waiver, or a panel without any sheet, where a part of the score does not exist.
    Missed,
}

/// How a nomination stands to the quorum.
pub fn quorum(bundle: &Bundle, sums: &Sums, nomination: u32) -> Quorum {
    let least = sums.row(nomination).counts.iter().min().copied().unwrap_or_default();
    if least >= bundle.edition.quorum {
        Quorum::Met
    } else if least > 0 && bundle.rulings.waivers.binary_search(&nomination).is_ok() {
        Quorum::Waived
    } else {
        Quorum::Missed
    }
}

fn warnings(bundle: &Bundle, sorted: &Sorted, sums: &Sums, used_votes: &[bool]) -> Vec<Warning> {
    let mut warnings = Vec::new();
    for (vote, used) in bundle.rulings.votes.iter().zip(used_votes) {
        if !used {
            let category = Some(vote.category);
            warnings.push(Warning { code: "stale_joint_vote", category, nomination: None, judge: None });
        }
    }
    for waived in &bundle.rulings.waivers {
        let code = match quorum(bundle, sums, *waived) {
            Quorum::Met => "waiver_not_needed",
            Quorum::Missed => "waiver_ineffective",
            Quorum::Waived => continue,
        };
        warnings.push(Warning { code, category: None, nomination: Some(*waived), judge: None });
    }
    for pair in &sorted.unused_admissions {
        let (nomination, judge) = (Some(pair.nomination), Some(pair.judge));
        warnings.push(Warning { code: "late_ruling_unused", category: None, nomination, judge });
    }
    // Categories are told apart by key here, not by their order in the edition.
    let key = |warning: &Warning| warning.category.map(|category| bundle.edition.categories[category].key.as_str());
    warnings.sort_by(|a, b| (a.code, key(a), a.nomination, a.judge).cmp(&(b.code, key(b), b.nomination, b.judge)));
    warnings
}

/// Where each nomination that was merged away has ended.
fn merged(bundle: &Bundle) -> Vec<(u32, u32)> {
    let mut merged = Vec::new();
    for (place, nomination) in (0..).zip(&bundle.nominations) {
        let Standing::Merged(mut end) = nomination.standing else { continue };
        while let Standing::Merged(next) = bundle.nominations[end as usize].standing {
            end = next;
        }
        merged.push((end, place));
    }
    merged.sort_unstable();
    merged
}
