//! Ids: UUIDv7 text made by the application, a type a thing, so that no two kinds can be mixed up.

/// Makes the id type of a thing: 36 ASCII characters, cheap to copy, sorting by the time it was made.
macro_rules! id {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, diesel::expression::AsExpression, diesel::deserialize::FromSqlRow)]
        #[diesel(sql_type = diesel::sql_types::Text)]
        pub struct $name([u8; 36]);

        impl $name {
            /// An id of this kind from a UUID that `App::chance` or a test has drawn.
            pub fn from_uuid(uuid: uuid::Uuid) -> Self {
                let mut text = [0; 36];
                uuid.hyphenated().encode_lower(&mut text);
                Self(text)
            }

            /// The id as its text.
            pub fn as_str(&self) -> &str {
                std::str::from_utf8(&self.0).expect("an id holds hex digits and hyphens only")
            }

            /// Reads an id in its canonical spelling (36 characters, lower case); anything else is no id.
            pub fn parse(text: &str) -> Option<Self> {
                let uuid = uuid::Uuid::try_parse(text).ok()?;
                let id = Self::from_uuid(uuid);
                (id.as_str() == text).then_some(id)
            }

            /// The id as a UUID.
            pub fn uuid(&self) -> uuid::Uuid {
                uuid::Uuid::try_parse(self.as_str()).expect("an id is a UUID's text")
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}({})", stringify!($name), self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not an id"))
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .format(Some(utoipa::openapi::SchemaFormat::Custom("uuid".to_owned())))
                    .into()
            }
        }

        impl utoipa::ToSchema for $name {}

        crate::text_column!($name);
    };
}

id! {
    /// An edition of the awards.
    EditionId
}
id! {
    /// A nomination.
    NominationId
}
id! {
    /// A nomination that is not sent yet.
    DraftId
}
id! {
    /// A supporter of a nomination, and so their letter.
    SupporterId
}
id! {
    /// A question to a nominator.
    QuestionId
}
id! {
    /// A person with an account.
    AccountId
}
id! {
    /// A browser in which somebody has signed in.
    DeviceId
}
id! {
    /// A request for a new password.
    ResetId
}
id! {
    /// A session: one sign-in and its chain of refresh tokens.
    SessionId
}
id! {
    /// A person's part in an edition (and so their invitation to it).
    RoleId
}
id! {
    /// A nomination given to a judge.
    AssignmentId
}
id! {
    /// A plan of assignments.
    PlanId
}
id! {
    /// A message in the outbox.
    MessageId
}
id! {
    /// An event of the audit.
    EventId
}
id! {
    /// A complaint to the committee.
    ComplaintId
}
id! {
    /// A mailbox that asks for its links again.
    LinkRequestId
}
