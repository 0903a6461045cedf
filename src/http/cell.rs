//! A cell of an export, before it is known whether CSV or a spreadsheet holds it.

use std::borrow::Cow;

use crate::clock::Time;

/// What a cell says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell<'a> {
    /// Nothing.
    Empty,
    /// Words, whatever they look like: no formula and no number.
    Text(Cow<'a, str>),
    /// A whole number.
    Number(i64),
    /// Yes or no.
    Flag(bool),
    /// An instant, told in UTC.
    Moment(Time),
    /// A day without an hour: `2027-07-02`.
    Day(Cow<'a, str>),
}

impl<'a> Cell<'a> {
    /// A text that may be absent.
    pub fn perhaps(text: Option<&'a str>) -> Self {
        text.map_or(Self::Empty, |text| Self::Text(text.into()))
    }

    /// An instant that may not have come.
    pub fn moment(time: Option<Time>) -> Self {
        time.map_or(Self::Empty, Self::Moment)
    }
}

impl<'a> From<&'a str> for Cell<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Cell<'_> {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

/// What stands over a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Its name.
    pub name: &'static str,
    /// How wide a spreadsheet shows it, in characters.
    pub width: u16,
    /// Whether it holds instants: a spreadsheet has no zone in its dates, so the head names it.
    pub holds_moments: bool,
}
