//! Names, short texts, stories.

use std::ops::RangeInclusive;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;
use validator::ValidateLength;

use super::{Flaw, clean_line, clean_lines, count_words, text_type};

/// Marks on a letter at most.
const MARKS: usize = 4;

fn length(text: &str, allowed: RangeInclusive<usize>) -> Result<(), Flaw> {
    let (min, max) = (*allowed.start(), *allowed.end());
    if text.validate_length(Some(min as u64), Some(max as u64), None) {
        return Ok(());
    }
    let now = text.chars().count();
    Err(if now < min { Flaw::TooShort(min) } else { Flaw::TooLong(max, now) })
}

/// A person's or an organisation's name: 1 to 160 characters, a letter at least, no more than four marks on a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonName(String);

impl PersonName {
    /// Reads a name.
    ///
    /// # Errors
    /// [`Flaw::BadName`], [`Flaw::TooLong`], and those of the text.
    pub fn parse(raw: &str) -> Result<Self, Flaw> {
        let text = clean_line(raw)?;
        length(&text, 1..=160)?;
        if !text.is_ascii() && heaps_marks(&text) {
            return Err(Flaw::BadName);
        }
        if text.chars().any(char::is_alphabetic) { Ok(Self(text)) } else { Err(Flaw::BadName) }
    }
}
text_type!(PersonName, 1, 160, None);

/// Whether a letter bears more marks than any alphabet puts on one, counted where each stands by itself.
fn heaps_marks(text: &str) -> bool {
    let mut marks = 0;
    text.nfd().any(|sign| {
        marks = if is_combining_mark(sign) { marks + 1 } else { 0 };
        marks > MARKS
    })
}

/// A text of one line with a least and a most of characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShortText<const MIN: usize, const MAX: usize>(String);

impl<const MIN: usize, const MAX: usize> ShortText<MIN, MAX> {
    /// Reads the text.
    ///
    /// # Errors
    /// [`Flaw::TooShort`], [`Flaw::TooLong`], and those of the text.
    pub fn parse(raw: &str) -> Result<Self, Flaw> {
        let text = clean_line(raw)?;
        length(&text, MIN..=MAX)?;
        Ok(Self(text))
    }
}
text_type!(ShortText<const MIN: usize, const MAX: usize>, MIN, MAX, None);

/// In one line, what they have done: 5 to 120 characters.
pub type Headline = ShortText<5, 120>;

/// A text of several lines, such as an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lines<const MAX: usize>(String);

impl<const MAX: usize> Lines<MAX> {
    /// Reads the text.
    ///
    /// # Errors
    /// [`Flaw::TooLong`], and those of the text.
    pub fn parse(raw: &str) -> Result<Self, Flaw> {
        let text = clean_lines(raw)?;
        length(&text, 1..=MAX)?;
        Ok(Self(text))
    }
}
text_type!(Lines<const MAX: usize>, 1, MAX, None);

/// An answer of a story or a letter: counted in words, bounded in characters too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words<const MIN: usize, const MAX: usize, const CHARS: usize>(String);

impl<const MIN: usize, const MAX: usize, const CHARS: usize> Words<MIN, MAX, CHARS> {
    /// Reads the text.
    ///
    /// # Errors
    /// [`Flaw::TooFewWords`], [`Flaw::TooManyWords`], [`Flaw::TooLong`], and those of the text.
    pub fn parse(raw: &str) -> Result<Self, Flaw> {
        let text = clean_lines(raw)?;
        let words = count_words(&text);
        if words > MAX {
            return Err(Flaw::TooManyWords(MAX, words));
        }
        length(&text, 1..=CHARS)?;
        if words < MIN {
            return Err(if MIN == 1 { Flaw::Empty } else { Flaw::TooFewWords(MIN) });
        }
        Ok(Self(text))
    }

    /// Another text in its place, which is ours and not judged: words of it blacked out.
    pub(crate) fn replaced(self, by: impl FnOnce(&str) -> String) -> Self {
        Self(by(&self.0))
    }

    /// How many words it has.
    pub fn count(&self) -> usize {
        count_words(&self.0)
    }
}
text_type!(Words<const MIN: usize, const MAX: usize, const CHARS: usize>, 1, CHARS, None);
