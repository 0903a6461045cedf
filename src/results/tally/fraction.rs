//! Exact fractions. No floating point in this room: 0.1 + 0.2 has decided prizes elsewhere.

use std::cmp::Ordering;
use std::fmt;

use num_rational::{BigRational, Ratio};

/// A fraction that is not negative, not necessarily in lowest terms.
///
/// A score of eight panels with a thousand sheets each still fits; products of two such scores may not, which is why
/// [`Ord`] and [`Fraction::minus`] have a second way.
#[derive(Clone, Copy, Debug)]
pub struct Fraction {
    num: u128,
    den: u128,
}

impl Fraction {
    /// `num` / `den`; `den` is not 0.
    pub const fn new(num: u128, den: u128) -> Self {
        Self { num, den }
    }

    /// Lowest terms.
    fn lowest(self) -> (u128, u128) {
        // Nearly all fit 64 bits, where the common divisor is found several times as fast.
        if let (Ok(num), Ok(den)) = (u64::try_from(self.num), u64::try_from(self.den)) {
            let ratio = Ratio::new(num, den);
            return ((*ratio.numer()).into(), (*ratio.denom()).into());
        }
        let ratio = Ratio::new(self.num, self.den);
        (*ratio.numer(), *ratio.denom())
    }

    /// What is left when `less`, which is not greater, is taken away; `None` if it does not fit.
    pub fn minus(self, less: Self) -> Option<Self> {
        if self.den == less.den {
            return Some(Self::new(self.num.checked_sub(less.num)?, self.den));
        }
        let minuend = self.num.checked_mul(less.den)?;
        let subtrahend = less.num.checked_mul(self.den)?;
        Some(Self::new(minuend.checked_sub(subtrahend)?, self.den.checked_mul(less.den)?))
    }

    /// This many times as much; `None` if it does not fit.
    pub fn times(self, factor: u128) -> Option<Self> {
        Some(Self::new(self.num.checked_mul(factor)?, self.den))
    }

    /// Whether [`Fraction::hundredths`] has room to work in; every score has.
    pub const fn is_modest(self) -> bool {
        self.num.leading_zeros() > 16 && self.den.leading_zeros() > 16
    }

    /// In hundredths, half up: what people are shown.
    pub const fn hundredths(self) -> Hundredths {
        Hundredths((self.num * 200 + self.den) / (self.den * 2))
    }

    /// As a ratio that has no limit.
    pub fn unbounded(self) -> BigRational {
        BigRational::new(self.num.into(), self.den.into())
    }

    /// Whether it is 0.
    pub const fn is_zero(self) -> bool {
        self.num == 0
    }
}

impl fmt::Display for Fraction {
    /// Lowest terms, whole numbers too: `75/1`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (num, den) = self.lowest();
        write!(f, "{num}/{den}")
    }
}

impl Ord for Fraction {
    fn cmp(&self, other: &Self) -> Ordering {
        if self.den == other.den {
            return self.num.cmp(&other.num);
        }
        match (self.num.checked_mul(other.den), other.num.checked_mul(self.den)) {
            (Some(left), Some(right)) => left.cmp(&right),
            _ => Ratio::new_raw(self.num, self.den).cmp(&Ratio::new_raw(other.num, other.den)),
        }
    }
}

impl PartialOrd for Fraction {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Fraction {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Fraction {}

/// A number of hundredths, shown with two decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hundredths(pub(super) u128);

impl Hundredths {
    /// Whether it shows as 0.00.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }
}

impl fmt::Display for Hundredths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}
