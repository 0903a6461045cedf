//! The tally written down: `tca-tally/1`, in an order that depends on nothing but what was judged.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use serde::{Serialize, Serializer};
use utoipa::ToSchema;

use super::fraction::{Fraction, Hundredths};
use super::margins::Margin;
use super::rank::{Candidate, Resolved};
use super::{CategoryTally, Quorum, Tally, digest, quorum};
use crate::results::bundle::Bundle;

/// The only format there is.
const FORMAT: &str = "tca-tally/1";

/// The answer of the command `tally`, and the official part of the service's results.
#[derive(Serialize, ToSchema)]
#[schema(as = Tally)]
pub struct Answer<'t> {
    format: &'static str,
    edition: &'t str,
    /// Of the official ranking.
    pub official_digest: String,
    counts: Counts,
    excluded_sheets: Vec<ExcludedSheet<'t>>,
    warnings: Vec<Warning<'t>>,
    categories: Vec<Category<'t>>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = TallyCounts)]
struct Counts {
    sheets: usize,
    valid: usize,
    excluded: BTreeMap<&'static str, usize>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = TallyExcludedSheet)]
struct ExcludedSheet<'t> {
    judge: &'t str,
    nomination: &'t str,
    reason: &'static str,
}

#[derive(Serialize, ToSchema)]
#[schema(as = TallyWarning)]
struct Warning<'t> {
    code: &'static str,
    category: Option<&'t str>,
    nomination: Option<&'t str>,
    judge: Option<&'t str>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = TallyCategory)]
struct Category<'t> {
    category: &'t str,
    winners: usize,
    commended: usize,
    flags: Vec<&'static str>,
    #[schema(value_type = Vec<Entry>)]
    entries: Entries<'t>,
    unranked: Vec<Unranked<'t>>,
    sensitivity: Sensitivity<'t>,
}

/// The ranked nominations, each written as it is reached: there may be very many.
struct Entries<'t> {
    tally: &'t Tally<'t>,
    category: &'t CategoryTally,
    /// How many different scores show the same decimals.
    shown: HashMap<Hundredths, usize>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = TallyEntry)]
struct Entry<'t> {
    nomination: &'t str,
    rank: usize,
    #[serde(serialize_with = "text")]
    #[schema(value_type = String)]
    score: Fraction,
    #[serde(serialize_with = "text")]
    #[schema(value_type = String)]
    display: Hundredths,
    panels: Vec<PanelMean<'t>>,
    criteria: Vec<CriterionMean<'t>>,
    tie: Option<Tie<'t>>,
    proposed: &'static str,
    flags: Vec<&'static str>,
    merged_from: Vec<&'t str>,
    margin_above: Option<MarginTo<'t>>,
    margin_below: Option<MarginTo<'t>>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = TallyPanelMean)]
struct PanelMean<'t> {
    panel: &'t str,
    valid_sheets: u32,
    #[serde(serialize_with = "text")]
    #[schema(value_type = String)]
    mean: Fraction,
    #[serde(serialize_with = "text")]
    #[schema(value_type = String)]
    display: Hundredths,
}

#[derive(Serialize, ToSchema)]
#[schema(as = TallyCriterionMean)]
struct CriterionMean<'t> {
    criterion: &'t str,
    #[serde(serialize_with = "text")]
    #[schema(value_type = String)]
    mean: Fraction,
    #[serde(serialize_with = "text")]
    #[schema(value_type = String)]
    display: Hundredths,
}

#[derive(Serialize, ToSchema)]
#[schema(as = TallyTie)]
struct Tie<'t> {
    with: Vec<&'t str>,
    resolved_by: Option<&'t str>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = TallyMarginTo)]
struct MarginTo<'t> {
    to: &'t str,
    exact: String,
    display: String,
    one_sheet_points: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = TallyUnranked)]
struct Unranked<'t> {
    nomination: &'t str,
    reason: &'static str,
    panels: Vec<PanelCount<'t>>,
    merged_from: Vec<&'t str>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = TallyPanelCount)]
struct PanelCount<'t> {
    panel: &'t str,
    valid_sheets: u32,
    needed: u32,
}

#[derive(Serialize, ToSchema)]
#[schema(as = TallySensitivity)]
struct Sensitivity<'t> {
    robust: bool,
    judges: Vec<Decisive<'t>>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = TallyDecisive)]
struct Decisive<'t> {
    judge: &'t str,
    winners: Vec<&'t str>,
    tied_at_line: Vec<&'t str>,
}

impl<'t> Answer<'t> {
    /// Writes a tally down.
    pub fn of(tally: &'t Tally<'t>) -> Self {
        let bundle = tally.bundle;
        let excluded = tally.sorted.excluded.iter().map(|excluded| ExcludedSheet {
            judge: judge(bundle, excluded.pair.judge),
            nomination: nomination(bundle, excluded.pair.nomination),
            reason: excluded.reason.as_str(),
        });
        let warnings = tally.warnings.iter().map(|warning| Warning {
            code: warning.code,
            category: warning.category.map(|place| bundle.edition.categories[place].key.as_str()),
            nomination: warning.nomination.map(|place| nomination(bundle, place)),
            judge: warning.judge.map(|place| judge(bundle, place)),
        });
        Self {
            format: FORMAT,
            edition: &bundle.edition.slug,
            official_digest: digest::official(tally),
            counts: Counts {
                sheets: bundle.sheets.len(),
                valid: tally.sorted.valid.len(),
                excluded: tally.sorted.excluded_counts(),
            },
            excluded_sheets: excluded.collect(),
            warnings: warnings.collect(),
            categories: (0..tally.categories.len()).map(|place| Category::of(tally, place)).collect(),
        }
    }
}

impl<'t> Category<'t> {
    fn of(tally: &'t Tally<'t>, place: usize) -> Self {
        let (edition, result) = (&tally.bundle.edition.categories[place], &tally.categories[place]);
        Self {
            category: &edition.key,
            winners: edition.winners,
            commended: edition.commended,
            flags: category_flags(result, edition.winners),
            entries: Entries::of(tally, result),
            unranked: result.unranked.iter().map(|place| Unranked::of(tally, *place)).collect(),
            sensitivity: Sensitivity::of(tally.bundle, result),
        }
    }
}

fn category_flags(result: &CategoryTally, winners: usize) -> Vec<&'static str> {
    use super::Proposed::{TieCommended, TieWinner};
    let ranked = result.ranking.candidates.len();
    let eligible = ranked + result.unranked.len();
    let all_equal = ranked > 1 && result.same_score[0].len() == ranked;
    let flags = [
        ("all_equal", all_equal),
        ("fewer_than_places", ranked < winners),
        ("no_nominations", eligible == 0),
        ("quorum_faults", !result.unranked.is_empty()),
        ("single_nomination", eligible == 1),
        ("tie_at_commended_line", result.proposed.contains(&TieCommended)),
        ("tie_at_winner_line", result.proposed.contains(&TieWinner)),
    ];
    raised(&flags)
}

/// The names of the flags that are up; they are given, and so written, by name.
fn raised(flags: &[(&'static str, bool)]) -> Vec<&'static str> {
    flags.iter().filter(|(_, is_up)| *is_up).map(|(name, _)| *name).collect()
}

impl<'t> Entries<'t> {
    fn of(tally: &'t Tally<'t>, category: &'t CategoryTally) -> Self {
        let mut shown = HashMap::new();
        let candidates = &category.ranking.candidates;
        for equals in candidates.chunk_by(|a, b| a.score == b.score) {
            *shown.entry(equals[0].score.hundredths()).or_default() += 1;
        }
        Self { tally, category, shown }
    }

    fn entry(&self, place: usize, by_id: &[&'t str]) -> Entry<'t> {
        let (tally, result) = (self.tally, self.category);
        let (bundle, ranking) = (tally.bundle, &result.ranking);
        let (candidate, group) = (&ranking.candidates[place], &ranking.groups[place]);
        let display = candidate.score.hundredths();
        let merged_from: Vec<&str> =
            tally.merged_from(candidate.nomination).map(|from| nomination(bundle, from)).collect();
        let flags = [
            ("merged", !merged_from.is_empty()),
            ("quorum_waived", quorum(bundle, &tally.sums, candidate.nomination) == Quorum::Waived),
            ("rounds_equal", self.shown.get(&display).is_some_and(|scores| *scores > 1)),
            ("shared_rank", group.len() > 1),
        ];
        let id = nomination(bundle, candidate.nomination);
        Entry {
            nomination: id,
            rank: group.start + 1,
            score: candidate.score,
            display,
            panels: self.panels(candidate),
            criteria: self.criteria(candidate),
            tie: (by_id.len() > 1).then(|| Tie {
                with: by_id.iter().filter(|other| **other != id).copied().collect(),
                resolved_by: self.resolved_by(place),
            }),
            proposed: result.proposed[place].as_str(),
            flags: raised(&flags),
            merged_from,
            margin_above: self.margin_above(place, group),
            margin_below: self.margin_below(place, group),
        }
    }

    fn panels(&self, candidate: &Candidate) -> Vec<PanelMean<'t>> {
        let sums = &self.tally.sums;
        let row = sums.row(candidate.nomination);
        let mean = |(column, panel): (usize, &usize)| {
            let mean = sums.panel_mean(row, column);
            PanelMean {
                panel: &self.tally.bundle.edition.panels[*panel].key,
                valid_sheets: row.counts[column],
                mean,
                display: mean.hundredths(),
            }
        };
        sums.panels.iter().enumerate().map(mean).collect()
    }

    fn criteria(&self, candidate: &Candidate) -> Vec<CriterionMean<'t>> {
        let row = self.tally.sums.row(candidate.nomination);
        let criteria = self.tally.bundle.edition.criteria.iter().enumerate();
        criteria
            .map(|(place, criterion)| {
                let mean = self.tally.sums.criterion_mean(row, place);
                CriterionMean { criterion: &criterion.key, mean, display: mean.hundredths() }
            })
            .collect()
    }

    fn resolved_by(&self, place: usize) -> Option<&'t str> {
        let edition = &self.tally.bundle.edition;
        match self.category.ranking.resolved_by(place, &self.category.same_score[place]) {
            Resolved::Criterion(level) => Some(&edition.criteria[edition.tie_break[level]].key),
            Resolved::JointVote => Some("joint_vote"),
            Resolved::Shared => None,
        }
    }

    /// To the first of the group before, which this one would have to draw level with.
    fn margin_above(&self, place: usize, group: &Range<usize>) -> Option<MarginTo<'t>> {
        let ranking = &self.category.ranking;
        let first = ranking.groups[group.start.checked_sub(1)?].start;
        let (upper, lower) = (&ranking.candidates[first], &ranking.candidates[place]);
        Some(self.margin(upper, lower, upper))
    }

    /// To the first of the group after, which would have to draw level with this one.
    fn margin_below(&self, place: usize, group: &Range<usize>) -> Option<MarginTo<'t>> {
        let ranking = &self.category.ranking;
        let (upper, lower) = (&ranking.candidates[place], ranking.candidates.get(group.end)?);
        Some(self.margin(upper, lower, lower))
    }

    fn margin(&self, upper: &Candidate, lower: &Candidate, to: &Candidate) -> MarginTo<'t> {
        let counts = self.tally.sums.row(lower.nomination).counts;
        let panels = u32::try_from(counts.len()).unwrap_or(u32::MAX);
        let sheets = panels * counts.iter().min().copied().unwrap_or_default();
        let text = Margin { upper: upper.score, lower: lower.score, sheets }.text();
        MarginTo {
            to: nomination(self.tally.bundle, to.nomination),
            exact: text.exact,
            display: text.display,
            one_sheet_points: text.one_sheet_points,
        }
    }
}

impl Serialize for Entries<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let candidates = &self.category.ranking.candidates;
        let mut by_id: Vec<&str> = Vec::new(); // all with the score that is being written
        serializer.collect_seq((0..candidates.len()).map(|place| {
            let equals = &self.category.same_score[place];
            if place == equals.start {
                by_id.clear();
                by_id.extend(candidates[equals.clone()].iter().map(|other| self.id(other)));
                by_id.sort_unstable();
            }
            self.entry(place, &by_id)
        }))
    }
}

impl<'t> Entries<'t> {
    fn id(&self, candidate: &Candidate) -> &'t str {
        nomination(self.tally.bundle, candidate.nomination)
    }
}

impl<'t> Unranked<'t> {
    fn of(tally: &'t Tally<'t>, place: u32) -> Self {
        let (bundle, counts) = (tally.bundle, tally.sums.row(place).counts);
        let panels = tally.sums.panels.iter().zip(counts).map(|(panel, count)| PanelCount {
            panel: &bundle.edition.panels[*panel].key,
            valid_sheets: *count,
            needed: bundle.edition.quorum,
        });
        Self {
            nomination: nomination(bundle, place),
            reason: "quorum_fault",
            panels: panels.collect(),
            merged_from: tally.merged_from(place).map(|from| nomination(bundle, from)).collect(),
        }
    }
}

impl<'t> Sensitivity<'t> {
    fn of(bundle: &'t Bundle, result: &'t CategoryTally) -> Self {
        let ids = |places: &[u32]| places.iter().map(|place| nomination(bundle, *place)).collect();
        let judges = result.decisive.iter().map(|decisive| Decisive {
            judge: judge(bundle, decisive.judge),
            winners: ids(&decisive.winners),
            tied_at_line: ids(&decisive.tied_at_line),
        });
        Self { robust: result.decisive.is_empty(), judges: judges.collect() }
    }
}

fn nomination(bundle: &Bundle, place: u32) -> &str {
    &bundle.nominations[place as usize].id
}

fn judge(bundle: &Bundle, place: u32) -> &str {
    &bundle.judges[place as usize].id
}

fn text<T: std::fmt::Display, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}
