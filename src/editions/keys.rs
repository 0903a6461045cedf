//! The words by which editions and panels are named: in addresses, in documents, in the store.

/// Small letters, digits and single hyphens inside; 1 to 32 of them.
pub(super) fn is_key(text: &str) -> bool {
    (1..=32).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
        && !text.contains("--")
}

/// Makes a key that stands as text in JSON, in a column and in the OpenAPI document.
macro_rules! key {
    ($(#[$meta:meta])* $name:ident, $($refused:literal),*) => {
        $(#[$meta])*
        #[derive(
            Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, diesel::expression::AsExpression,
            diesel::deserialize::FromSqlRow,
        )]
        #[diesel(sql_type = diesel::sql_types::Text)]
        pub struct $name(String);

        impl $name {
            /// Reads a key: 1 to 32 small letters, digits, single hyphens inside.
            pub fn parse(text: &str) -> Option<Self> {
                (is_key(text) && ![$($refused),*].contains(&text)).then(|| Self(text.to_owned()))
            }

            /// The key's text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not a key"))
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .pattern(Some("^[a-z0-9]+(-[a-z0-9]+)*$"))
                    .max_length(Some(32))
                    .into()
            }
        }

        impl utoipa::ToSchema for $name {}

        crate::text_column!($name);
    };
}

key! {
    /// An edition's name in addresses, such as `2027`. `current` stands for one that the clock chooses.
    EditionSlug, "current"
}
key! {
    /// A panel's name within its edition, such as its city's.
    PanelKey, ""
}
