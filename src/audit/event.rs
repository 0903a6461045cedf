//! An event and the three digests: of the words beside it, of the event, and of the chain up to it.
//!
//! The event's digest covers all of it and a nonce of 256 bits, so it can be shown to whoever may not see the event, and
//! tells them nothing (S-AUD-2). The chain's hash covers the digest, the number and the hash before (S-AUD-1).

use diesel::prelude::*;
use serde_json::{Value as Json, json};

use super::canonical::{NotCanonical, canonical};
use crate::clock::Time;
use crate::keys::sha256;
use crate::store::schema::audit_events;

/// Each begins what is hashed, so that no digest of one kind can be taken for one of another.
const CHAIN: &str = "tca-audit/1";
const EVENT: &str = "tca-event/1";
const NOTE: &str = "tca-note/1";

/// An event as its row.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = audit_events)]
#[allow(missing_docs, reason = "the columns' names say it")]
pub struct EventRow {
    pub id: String,
    pub at: Time,
    pub actor: String,
    pub act: String,
    pub edition: Option<String>,
    pub subject: String,
    pub request: Option<String>,
    pub detail: String,
    pub nonce: String,
    pub number: Option<i64>,
    pub digest: Option<String>,
    pub hash: Option<String>,
}

impl EventRow {
    /// The event as it is hashed and shown. What is absent has no key.
    pub fn document(&self) -> Json {
        // What `record` let in is canonical; a row that was not written by it is held as it stands, as one string.
        let detail = serde_json::from_str(&self.detail).ok().filter(|detail| canonical(detail).is_ok());
        let mut document = json!({
            "act": self.act,
            "actor": self.actor,
            "at": self.at.to_string(),
            "detail": detail.unwrap_or_else(|| Json::from(self.detail.as_str())),
            "id": self.id,
            "nonce": self.nonce,
            "subject": self.subject,
        });
        for (key, value) in [("edition", &self.edition), ("request", &self.request)] {
            if let Some(value) = value {
                document[key] = Json::from(value.as_str());
            }
        }
        document
    }
}

/// An event's digest: SHA-256 of the label and the event's canonical JSON, a line each.
///
/// # Errors
/// [`NotCanonical`] where somebody else wrote the event.
pub fn digest(document: &Json) -> Result<String, NotCanonical> {
    Ok(sha256(format!("{EVENT}\n{}\n", canonical(document)?).as_bytes()))
}

/// The chain's hash at an event: SHA-256 of the label, the hash before (empty before the first) and the canonical JSON of
/// digest and number, a line each.
pub fn link(previous: &str, number: i64, digest: &str) -> String {
    sha256(format!("{CHAIN}\n{previous}\n{{\"digest\":\"{digest}\",\"number\":{number}}}\n").as_bytes())
}

/// The digest that stands in an event for words beside it: SHA-256 of the label, the note's own nonce and the words, each
/// ended by LF.
pub fn note_digest(nonce: &str, text: &str) -> String {
    sha256(format!("{NOTE}\n{nonce}\n{text}\n").as_bytes())
}
