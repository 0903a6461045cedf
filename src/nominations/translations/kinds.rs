//! Which texts there are to translate, what they are called, and how a translation stands to its original.

use serde::{Serialize, Serializer};

use crate::ids::NominationId;
use crate::nominations::redaction::Text;
use crate::text::Language;

crate::word_enum! {
    /// A part of a nomination that is translated as one.
    pub enum Part {
        /// Headline and story.
        Story = "story",
        /// The first supporter's letter.
        FirstLetter = "letter-1",
        /// The second's.
        SecondLetter = "letter-2",
    }
}

impl Part {
    /// The letter of this number, counted from 1 in the form's order.
    pub fn of_letter(number: u8) -> Option<Self> {
        match number {
            1 => Some(Self::FirstLetter),
            2 => Some(Self::SecondLetter),
            _ => None,
        }
    }

    /// The part in which words can be blacked out by this name.
    pub fn holding(text: Text) -> Self {
        match text {
            Text::Headline | Text::Impact | Text::Friendship | Text::Commitment | Text::Others => Self::Story,
            Text::FirstLetter => Self::FirstLetter,
            Text::SecondLetter => Self::SecondLetter,
        }
    }
}

crate::word_enum! {
    /// How a translation stands to its original.
    pub enum State {
        /// There is none.
        Missing = "missing",
        /// It says what the original says.
        Current = "current",
        /// The original has changed since. Judges read it, and that remark.
        Stale = "stale",
        /// What is blacked out of the original has changed since. Judges see nothing of it until it is saved anew.
        Hidden = "hidden",
    }
}

impl State {
    /// Whether judges read it.
    pub fn is_read(self) -> bool {
        matches!(self, Self::Current | Self::Stale)
    }
}

/// A part of a nomination, into a language: `0197….story.en`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TextId {
    /// The nomination.
    pub nomination: NominationId,
    /// Which part of it.
    pub part: Part,
    /// The language into which it is translated.
    pub into: Language,
}

impl TextId {
    /// Reads an id in its one spelling.
    pub fn parse(text: &str) -> Option<Self> {
        let (nomination, rest) = text.split_once('.')?;
        let (part, into) = rest.split_once('.')?;
        Some(Self {
            nomination: NominationId::parse(nomination)?,
            part: Part::parse(part)?,
            into: Language::parse(into)?,
        })
    }
}

impl std::fmt::Display for TextId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}.{}", self.nomination, self.part, self.into)
    }
}

impl Serialize for TextId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl utoipa::PartialSchema for TextId {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .description(Some("nomination, part and language: `0197….story.en`"))
            .into()
    }
}

impl utoipa::ToSchema for TextId {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_texts_id_has_one_spelling(id: u128, part in 0usize..3, into in 0usize..2, guess in "\\PC{0,60}") {
            let nomination = NominationId::from_uuid(uuid::Uuid::from_u128(id));
            let text = TextId { nomination, part: Part::ALL[part], into: Language::ALL[into] };
            prop_assert_eq!(TextId::parse(&text.to_string()), Some(text));
            prop_assert_eq!(TextId::parse(&text.to_string().to_uppercase()), None);
            prop_assert_eq!(TextId::parse(&format!("{text}.")), None);
            prop_assert!(TextId::parse(&guess).is_none_or(|read| read.to_string() == guess));
        }
    }
}
