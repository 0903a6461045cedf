//! An edition in a file: TOML or JSON, one schema, in full or as changes to a template.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use utoipa::ToSchema;

use super::document::EditionDoc;
use super::keys::EditionSlug;
use super::templates::Template;
use crate::fields::Flaw;
use crate::http::door::{Door, FromBody, Refusal, open};
use crate::http::faults::{Fault, fault_text};
use crate::text::Language;

/// A document with the name that its edition is to have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EditionFile {
    /// The name in addresses.
    pub slug: EditionSlug,
    /// The document.
    #[serde(flatten)]
    pub doc: EditionDoc,
}

/// Why a file is no edition.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It is neither TOML nor JSON.
    #[error("neither TOML nor JSON: {0}")]
    Unreadable(String),
    /// It holds faults, or fields that do not exist.
    #[error("{}", words(.0))]
    Refused(Refusal),
}

/// Every fault: where, and what.
fn words(refusal: &Refusal) -> String {
    let (Refusal::UnknownField(faults) | Refusal::Invalid(faults)) = refusal;
    let lines: Vec<String> =
        faults.iter().map(|fault| format!("{}: {}", fault.pointer, fault_text(Language::En, fault))).collect();
    lines.join("; ")
}

impl FromBody for EditionFile {
    fn read(door: &mut Door<'_>) -> Option<Self> {
        let slug = door.required("slug", |raw| EditionSlug::parse(raw.trim()).ok_or(Flaw::BadKey));
        let doc = EditionDoc::read(door);
        Some(Self { slug: slug?, doc: doc? })
    }
}

impl EditionFile {
    /// Reads a document; one that names a `template` holds only what differs from it (RFC 7396).
    ///
    /// # Errors
    /// Every fault; pointers are those of the whole document.
    pub fn from_json(mut value: Json) -> Result<Self, Refusal> {
        let named = value.as_object_mut().and_then(|object| object.remove("template"));
        if let Some(named) = named {
            let template = named.as_str().and_then(Template::parse);
            let Some(template) = template else {
                return Err(Refusal::Invalid(vec![Fault::new("/template", "bad_choice")]));
            };
            let changes = std::mem::replace(&mut value, template.document());
            merge(&mut value, changes);
        }
        open(&value, Self::read)
    }

    /// Reads a file's text: JSON where it begins like that, else TOML.
    ///
    /// # Errors
    /// [`FileError`].
    pub fn from_text(text: &str) -> Result<Self, FileError> {
        let value = if text.trim_start().starts_with('{') {
            crate::http::json::read(text.as_bytes()).map_err(|error| FileError::Unreadable(error.to_string()))?
        } else {
            json_of_toml(text).map_err(|error| FileError::Unreadable(error.message().to_owned()))?
        };
        Self::from_json(value).map_err(FileError::Refused)
    }

    /// As TOML, which [`EditionFile::from_text`] reads back to the same.
    pub fn to_toml(&self) -> Result<String, toml::ser::Error> {
        toml::to_string_pretty(self)
    }
}

/// TOML as JSON; an instant that TOML itself knows becomes its text.
pub(super) fn json_of_toml(text: &str) -> Result<Json, toml::de::Error> {
    fn walk(value: toml::Value) -> Json {
        match value {
            toml::Value::Datetime(time) => Json::String(time.to_string()),
            toml::Value::Array(items) => Json::Array(items.into_iter().map(walk).collect()),
            toml::Value::Table(table) => {
                Json::Object(table.into_iter().map(|(key, value)| (key, walk(value))).collect())
            }
            toml::Value::String(text) => Json::String(text),
            toml::Value::Integer(number) => Json::from(number),
            toml::Value::Float(number) => Json::from(number),
            toml::Value::Boolean(flag) => Json::Bool(flag),
        }
    }
    let table: toml::Table = toml::from_str(text)?;
    Ok(walk(toml::Value::Table(table)))
}

/// Lays changes over a document as RFC 7396 says: objects are merged, `null` takes away, all else replaces.
pub(super) fn merge(target: &mut Json, changes: Json) {
    let Json::Object(changes) = changes else {
        *target = changes;
        return;
    };
    if !target.is_object() {
        *target = Json::Object(Map::new());
    }
    let Some(target) = target.as_object_mut() else { return };
    for (key, change) in changes {
        if change.is_null() {
            target.remove(&key);
        } else {
            merge(target.entry(key).or_insert(Json::Null), change);
        }
    }
}
