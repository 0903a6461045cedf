//! The reference of a nomination: `TCA27-7KQ2M9`, made to survive being read over the telephone.
//!
//! Crockford's alphabet and check character (mod 37 over the edition's two digits and five random characters). Random,
//! so that no number tells how many nominations there are.

use crate::chance::Chance;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A reference whose check character is right.
#[derive(Clone, Debug, PartialEq, Eq, Hash, diesel::expression::AsExpression, diesel::deserialize::FromSqlRow)]
#[diesel(sql_type = diesel::sql_types::Text)]
pub struct Reference(String);

crate::text_column!(Reference);

impl Reference {
    /// Draws one for an edition of this year. A payload whose check character would stand outside the alphabet is
    /// drawn again.
    pub fn draw(year: i16, chance: &Chance) -> Self {
        let edition = u8::try_from(year.rem_euclid(100)).unwrap_or(0);
        loop {
            let mut payload = [0_u8; 5];
            chance.fill(&mut payload);
            let payload = payload.map(|byte| byte & 31);
            if let Some(sign) = ALPHABET.get(check(edition, &payload)) {
                let letters: String = payload.iter().map(|at| char::from(ALPHABET[usize::from(*at)])).collect();
                return Self(format!("TCA{edition:02}-{letters}{}", char::from(*sign)));
            }
        }
    }

    /// Reads a reference as people write it: any case, spaces and hyphens anywhere, letters that look alike, also
    /// Cyrillic ones. `None` where the check character does not fit.
    pub fn parse(text: &str) -> Option<Self> {
        let folded: String = text.chars().filter(|sign| !sign.is_whitespace() && *sign != '-').map(fold).collect();
        let rest = folded.strip_prefix("TCA")?;
        if rest.len() != 8 || !rest.is_ascii() {
            return None;
        }
        let (edition, code) = rest.split_at(2);
        let edition: u8 = edition.parse().ok().filter(|_| edition.bytes().all(|sign| sign.is_ascii_digit()))?;
        let values: Vec<u8> = code
            .bytes()
            .map(|byte| ALPHABET.iter().position(|sign| *sign == byte).and_then(|at| u8::try_from(at).ok()))
            .collect::<Option<_>>()?;
        let (payload, sign) = values.split_at(5);
        let payload: [u8; 5] = payload.try_into().ok()?;
        (check(edition, &payload) == usize::from(sign[0])).then(|| Self(format!("TCA{edition:02}-{code}")))
    }

    /// Whether it may be one of an edition of this year.
    pub fn is_of(&self, year: i16) -> bool {
        self.0.get(3..5).and_then(|digits| digits.parse::<i16>().ok()) == Some(year.rem_euclid(100))
    }

    /// As printed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Reference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl serde::Serialize for Reference {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> serde::Deserialize<'de> for Reference {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("no reference"))
    }
}

impl utoipa::PartialSchema for Reference {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .pattern(Some("^TCA[0-9]{2}-[0-9A-HJKMNP-TV-Z]{6}$"))
            .into()
    }
}

impl utoipa::ToSchema for Reference {}

/// Crockford's check: the edition's digits and the payload as one base-32 number, modulo 37.
fn check(edition: u8, payload: &[u8; 5]) -> usize {
    let digits = [edition / 10, edition % 10];
    digits.iter().chain(payload).fold(0_usize, |sum, value| (sum * 32 + usize::from(*value)) % 37)
}

fn fold(sign: char) -> char {
    match sign.to_uppercase().next().unwrap_or(sign) {
        'I' | 'L' => '1',
        'O' | 'О' => '0',
        'А' => 'A',
        'В' => 'B',
        'Е' => 'E',
        'К' => 'K',
        'М' => 'M',
        'Н' => 'H',
        'Р' => 'P',
        'С' => 'C',
        'Т' => 'T',
        'Х' => 'X',
        upper => upper,
    }
}
