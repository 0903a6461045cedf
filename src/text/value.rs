//! What a text's variable may hold.

use std::borrow::Cow;

use fluent_bundle::FluentValue;
use intl_memoizer::concurrent::IntlLangMemoizer;

use super::{Language, times};
use crate::clock::Time;

/// The value of a text's variable.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// Printed as it is.
    Text(Cow<'a, str>),
    /// A count: chooses the plural and is printed with the language's thousands separator.
    Number(i64),
    /// A year, printed without one.
    Year(i16),
    /// An instant that belongs to no edition (an account's): told in UTC. Others are told by [`super::Cities`].
    Instant(Time),
}

impl Value<'_> {
    pub(super) fn resolved(&self, language: Language) -> FluentValue<'_> {
        match self {
            Self::Text(text) => FluentValue::String(Cow::Borrowed(text)),
            Self::Number(number) => FluentValue::from(*number),
            Self::Year(year) => FluentValue::String(Cow::Owned(year.to_string())),
            Self::Instant(time) => FluentValue::String(Cow::Owned(times::moment_utc(language, *time))),
        }
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl<'a> From<Cow<'a, str>> for Value<'a> {
    fn from(text: Cow<'a, str>) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<i32> for Value<'_> {
    fn from(number: i32) -> Self {
        Self::Number(number.into())
    }
}

impl From<u32> for Value<'_> {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<usize> for Value<'_> {
    /// A count beyond `i64` reads as the largest one.
    fn from(number: usize) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<&usize> for Value<'_> {
    fn from(number: &usize) -> Self {
        (*number).into()
    }
}

impl From<Time> for Value<'_> {
    fn from(time: Time) -> Self {
        Self::Instant(time)
    }
}

pub(super) fn english_numbers(value: &FluentValue<'_>, _: &IntlLangMemoizer) -> Option<String> {
    number(value, ",")
}

/// Russian groups digits by a no-break space.
pub(super) fn russian_numbers(value: &FluentValue<'_>, _: &IntlLangMemoizer) -> Option<String> {
    number(value, "\u{a0}")
}

/// A whole number in groups of three digits; `None` leaves any other value to Fluent.
fn number(value: &FluentValue<'_>, separator: &str) -> Option<String> {
    let FluentValue::Number(number) = value else { return None };
    let plain = number.as_string();
    let digits = plain.strip_prefix('-').unwrap_or(&plain);
    if digits.len() < 4 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut text = String::from(if digits.len() < plain.len() { "-" } else { "" });
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push_str(separator);
        }
        text.push(digit);
    }
    Some(text)
}
