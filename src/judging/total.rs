//! A sheet's total: Σ weight · score / max, from 0 to 100, exact; rounded half up when it is shown, never before.

use num_rational::Ratio;

use super::model::Scores;
use crate::editions::Criterion;

/// The exact total. A criterion without a score adds nothing: so the total of a draft grows with it.
pub fn total(criteria: &[Criterion], scores: &Scores) -> Ratio<i128> {
    criteria
        .iter()
        .filter_map(|criterion| {
            let score = scores.get(&criterion.key)?;
            Some(Ratio::new(i128::from(criterion.weight) * i128::from(score), i128::from(criterion.max_score.max(1))))
        })
        .sum()
}

/// Two decimals, half up: `71.50`. Scores are never negative, so neither is a total.
pub fn display(total: Ratio<i128>) -> String {
    let (numerator, denominator) = (*total.numer(), *total.denom());
    let hundredths = (200 * numerator + denominator).div_euclid(2 * denominator);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}
