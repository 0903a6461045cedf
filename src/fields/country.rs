//! Countries, by ISO 3166-1 alpha-2.

use std::sync::LazyLock;

use super::Flaw;
use crate::text::{Bilingual, Language};

static COUNTRIES: LazyLock<Vec<(&'static str, Bilingual)>> = LazyLock::new(|| {
    include_str!("countries.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let mut parts = line.split('|');
            Some((parts.next()?, Bilingual::new(parts.next()?, parts.next()?)))
        })
        .collect()
});

/// A country's code, two capital letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Country([u8; 2]);

impl Country {
    /// Reads a code of the list.
    ///
    /// # Errors
    /// [`Flaw::BadCountry`].
    pub fn parse(raw: &str) -> Result<Self, Flaw> {
        let code: [u8; 2] = raw.trim().as_bytes().try_into().map_err(|_| Flaw::BadCountry)?;
        let country = Self(code);
        country.entry().map(|_| country).ok_or(Flaw::BadCountry)
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The name in a language.
    pub fn name(&self, language: Language) -> &'static str {
        self.entry().map_or("", |entry| entry.get(language))
    }

    /// Every country's code and name, in the order of the codes.
    pub fn all() -> &'static [(&'static str, Bilingual)] {
        &COUNTRIES
    }

    fn entry(&self) -> Option<&'static Bilingual> {
        let at = COUNTRIES.binary_search_by(|(code, _)| code.as_bytes().cmp(&self.0)).ok()?;
        COUNTRIES.get(at).map(|(_, names)| names)
    }
}

impl serde::Serialize for Country {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> serde::Deserialize<'de> for Country {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(|_| serde::de::Error::custom("no country"))
    }
}

impl utoipa::PartialSchema for Country {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .pattern(Some("^[A-Z]{2}$"))
            .into()
    }
}

impl utoipa::ToSchema for Country {}
