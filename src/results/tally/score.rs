//! What the valid sheets of each nomination add up to, and the exact scores in it.

use super::fraction::Fraction;
use crate::results::bundle::{Bundle, PanelStanding};

/// Sums of the valid sheets, a row a nomination.
#[derive(Debug)]
pub struct Sums {
    /// Places of the open panels in the edition.
    pub panels: Vec<usize>,
    /// The column of each panel of the edition among the open ones.
    pub columns: Vec<usize>,
    /// Least common multiple of the criteria's maxima: sheet totals are counted in so many parts of a point.
    parts: u64,
    /// What one mark of a criterion adds to a sheet's total, in those parts.
    factors: Vec<u64>,
    counts: Vec<u32>,
    totals: Vec<u64>,
    marks: Vec<u32>,
}

/// The sums of one nomination; a column an open panel (and criterion).
#[derive(Clone, Copy, Debug)]
pub struct Row<'s> {
    /// Valid sheets.
    pub counts: &'s [u32],
    /// Sums of the sheets' totals, in parts of a point.
    pub totals: &'s [u64],
    /// Sums of the scores: panel by panel, criterion by criterion.
    pub marks: &'s [u32],
}

impl Sums {
    /// Adds up the valid sheets.
    pub fn of(bundle: &Bundle, valid: &[usize]) -> Self {
        let edition = &bundle.edition;
        let is_open = |panel: &usize| edition.panels[*panel].standing == PanelStanding::Open;
        let panels: Vec<usize> = (0..edition.panels.len()).filter(is_open).collect();
        let mut columns = vec![0; edition.panels.len()];
        for (column, panel) in panels.iter().enumerate() {
            columns[*panel] = column;
        }
        let parts = edition.criteria.iter().fold(1, |parts, criterion| lcm(parts, u64::from(criterion.max_score)));
        let factor = |max: u32, weight: u32| u64::from(weight) * (parts / u64::from(max));
        let factors = edition.criteria.iter().map(|criterion| factor(criterion.max_score, criterion.weight)).collect();
        let (rows, open, width) = (bundle.nominations.len(), panels.len(), edition.criteria.len());
        let mut sums = Self {
            panels,
            columns,
            parts,
            factors,
            counts: vec![0; rows * open],
            totals: vec![0; rows * open],
            marks: vec![0; rows * open * width],
        };
        for sheet in valid {
            let pair = bundle.sheets[*sheet].pair;
            let column = sums.columns[bundle.judges[pair.judge as usize].panel];
            let cell = pair.nomination as usize * open + column;
            let scores = bundle.scores_of(*sheet);
            sums.counts[cell] += 1;
            sums.totals[cell] += sums.total(scores);
            for (sum, score) in sums.marks[cell * width..].iter_mut().zip(scores) {
                *sum += u32::from(*score);
            }
        }
        sums
    }

    /// A sheet's total, in parts of a point.
    pub fn total(&self, scores: &[u8]) -> u64 {
        self.factors.iter().zip(scores).map(|(factor, score)| factor * u64::from(*score)).sum()
    }

    /// A sheet's total, in points.
    pub fn sheet_total(&self, scores: &[u8]) -> Fraction {
        Fraction::new(self.total(scores).into(), self.parts.into())
    }

    /// The sums of a nomination.
    pub fn row(&self, nomination: u32) -> Row<'_> {
        let (open, width) = (self.panels.len(), self.factors.len());
        let start = nomination as usize * open;
        Row {
            counts: &self.counts[start..start + open],
            totals: &self.totals[start..start + open],
            marks: &self.marks[start * width..(start + open) * width],
        }
    }

    /// The official score of a row with a sheet in each panel: the mean over the panels of the panels' means.
    pub fn score(&self, row: Row<'_>) -> Fraction {
        let shares = Shares::of(row.counts);
        let sum = shares.sum(row.totals.iter().map(|total| u128::from(*total)));
        Fraction::new(sum, shares.product * row.counts.len() as u128 * u128::from(self.parts))
    }

    /// Likewise the mean score by one criterion.
    pub fn criterion_mean(&self, row: Row<'_>, criterion: usize) -> Fraction {
        let shares = Shares::of(row.counts);
        let marks = row.marks.iter().skip(criterion).step_by(self.factors.len());
        Fraction::new(shares.sum(marks.map(|marks| u128::from(*marks))), shares.product * row.counts.len() as u128)
    }

    /// The mean total of a panel that has a sheet.
    pub fn panel_mean(&self, row: Row<'_>, column: usize) -> Fraction {
        Fraction::new(row.totals[column].into(), u128::from(row.counts[column]) * u128::from(self.parts))
    }
}

/// How the means of panels of different sizes come to one denominator.
struct Shares<'s> {
    counts: &'s [u32],
    product: u128,
}

impl<'s> Shares<'s> {
    fn of(counts: &'s [u32]) -> Self {
        Self { counts, product: counts.iter().map(|count| u128::from(*count)).product() }
    }

    fn sum(&self, sums: impl Iterator<Item = u128>) -> u128 {
        self.counts.iter().zip(sums).map(|(count, sum)| sum * (self.product / u128::from(*count))).sum()
    }
}

fn lcm(a: u64, b: u64) -> u64 {
    let (mut x, mut y) = (a, b);
    while y != 0 {
        (x, y) = (y, x % y);
    }
    a / x * b
}
