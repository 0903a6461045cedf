//! What would change a rank: how far the next group is, and what one judge would have to add.

use num_rational::BigRational;

use super::fraction::{Fraction, Hundredths};

/// A distance between two scores.
#[derive(Clone, Copy, Debug)]
pub struct Margin {
    /// The better score.
    pub upper: Fraction,
    /// The other.
    pub lower: Fraction,
    /// How many sheets share a point of the lower one: the panels times its smallest panel.
    pub sheets: u32,
}

/// A margin as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarginText {
    /// The difference, exact.
    pub exact: String,
    /// With two decimals; `<0.01` where a difference would show as none.
    pub display: String,
    /// What one judge would have had to give more to draw level, exact.
    pub one_sheet_points: String,
}

impl Margin {
    /// The margin in figures.
    pub fn text(&self) -> MarginText {
        self.small().unwrap_or_else(|| self.large())
    }

    fn small(&self) -> Option<MarginText> {
        let exact = self.upper.minus(self.lower).filter(|exact| exact.is_modest())?;
        let points = exact.times(self.sheets.into())?;
        Some(MarginText {
            exact: exact.to_string(),
            display: display(exact.hundredths(), exact.is_zero()),
            one_sheet_points: points.to_string(),
        })
    }

    /// Scores of hundreds of sheets in each of many panels: their difference needs more than 128 bits.
    fn large(&self) -> MarginText {
        let whole = |number: u32| BigRational::from_integer(number.into());
        let exact = self.upper.unbounded() - self.lower.unbounded();
        let hundredths = (&exact * whole(100) + whole(1) / whole(2)).to_integer();
        let hundredths = hundredths.to_string().parse().expect("a margin is at most 100");
        let points = &exact * whole(self.sheets);
        MarginText {
            exact: format!("{}/{}", exact.numer(), exact.denom()),
            display: display(Hundredths(hundredths), self.upper == self.lower),
            one_sheet_points: format!("{}/{}", points.numer(), points.denom()),
        }
    }
}

fn display(hundredths: Hundredths, is_none: bool) -> String {
    if hundredths.is_zero() && !is_none { "<0.01".to_owned() } else { hundredths.to_string() }
}
