//! The values that people type, each parsed once at the door into a type that cannot hold a wrong one.

mod clean;
mod contact;
mod country;
pub mod name_key;
mod text;

pub use clean::{clean_line, clean_lines, count_words, is_blank};
pub use contact::{Email, Phone, WebAddress};
pub use country::Country;
pub use text::{Headline, Lines, PersonName, ShortText, Words};

crate::word_enum! {
    /// Whom a category honours.
    pub enum NomineeKind {
        /// A person.
        Individual = "individual",
        /// A group, a school, a firm, a public body.
        Organisation = "organisation",
    }
}

/// What is wrong with a value, without the place where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// Nothing is left of it.
    Empty,
    /// Not of the kind expected.
    WrongType,
    /// Too many characters: at most, now.
    TooLong(usize, usize),
    /// Too few characters: at least.
    TooShort(usize),
    /// Too many words: at most, now.
    TooManyWords(usize, usize),
    /// Too few words: at least.
    TooFewWords(usize),
    /// Characters that cannot be used, as code points.
    BadCharacters(String),
    /// Not one of the answers offered.
    BadChoice,
    /// No name.
    BadName,
    /// No email address.
    BadEmail,
    /// No phone number.
    BadPhone,
    /// No web address.
    BadUrl,
    /// No country.
    BadCountry,
    /// A year out of range: the last one allowed.
    BadYear(i64),
    /// A password that is too easily guessed.
    WeakPassword,
    /// A number out of range: least, most.
    OutOfRange(i64, i64),
    /// No key of the kind that is asked for.
    BadKey,
    /// No instant.
    BadTime,
    /// No day.
    BadDay,
    /// No time zone of the IANA database.
    BadZone,
    /// No mail domain.
    BadDomain,
}

impl Flaw {
    /// The code in an answer.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "required",
            Self::WrongType => "wrong_type",
            Self::TooLong(..) => "too_long",
            Self::TooShort(_) => "too_short",
            Self::TooManyWords(..) => "too_many_words",
            Self::TooFewWords(_) => "too_few_words",
            Self::BadCharacters(_) => "bad_characters",
            Self::BadChoice => "bad_choice",
            Self::BadName => "bad_name",
            Self::BadEmail => "bad_email",
            Self::BadPhone => "bad_phone",
            Self::BadUrl => "bad_url",
            Self::BadCountry => "bad_country",
            Self::BadYear(_) => "bad_year",
            Self::WeakPassword => "weak_password",
            Self::OutOfRange(..) => "out_of_range",
            Self::BadKey => "bad_key",
            Self::BadTime => "bad_time",
            Self::BadDay => "bad_day",
            Self::BadZone => "bad_zone",
            Self::BadDomain => "bad_domain",
        }
    }

    /// The variables of its words.
    pub fn params(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::TooLong(max, now) | Self::TooManyWords(max, now) => {
                vec![("max", max.to_string()), ("n", now.to_string())]
            }
            Self::TooShort(min) | Self::TooFewWords(min) => vec![("min", min.to_string())],
            Self::BadCharacters(which) => vec![("which", which.clone())],
            Self::BadYear(max) => vec![("max", max.to_string())],
            Self::OutOfRange(min, max) => vec![("min", min.to_string()), ("max", max.to_string())],
            _ => Vec::new(),
        }
    }
}

/// Gives a text type `as_str`, `Serialize`, `Deserialize` through `parse`, and a schema.
macro_rules! text_type {
    ($name:ident $(<$(const $param:ident: $kind:ty),+>)?, $min:expr, $max:expr, $format:expr) => {
        impl $(<$(const $param: $kind),+>)? $name $(<$($param),+>)? {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl $(<$(const $param: $kind),+>)? serde::Serialize for $name $(<$($param),+>)? {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }
        impl<'de $($(, const $param: $kind)+)?> serde::Deserialize<'de> for $name $(<$($param),+>)? {
            /// From our own store: what was parsed once is not judged again by rules that may have changed since.
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer).map(Self)
            }
        }
        impl $(<$(const $param: $kind),+>)? utoipa::PartialSchema for $name $(<$($param),+>)? {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                let format: Option<&str> = $format;
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .min_length(Some($min))
                    .max_length(Some($max))
                    .format(format.map(|name| utoipa::openapi::SchemaFormat::Custom(name.to_owned())))
                    .into()
            }
        }
        impl $(<$(const $param: $kind),+>)? utoipa::ToSchema for $name $(<$($param),+>)? {}
    };
}
pub(crate) use text_type;
