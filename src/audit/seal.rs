//! The chain: each sealed event carries a number and a hash over its content and the hash before it (S-AUD-1, S-AUD-3).

use diesel::prelude::*;
use serde_json::{Value as Json, json};

use crate::clock::Time;
use crate::keys::sha256;
use crate::store::schema::{audit_events, installation};
use crate::store::{Conn, Stored};

/// Begins what is hashed, so that no other digest of ours can be taken for one of these.
const LABEL: &str = "tca-audit/1";
/// The row that names the last number and hash; on PostgreSQL whoever holds its lock seals.
const HEAD: &str = "audit_head";
/// Events sealed in one transaction.
pub const BATCH: i64 = 500;

/// An event as it is hashed and shown.
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
    pub number: Option<i64>,
    pub hash: Option<String>,
}

/// The number and hash of the newest sealed event; number 0 and an empty hash before the first.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct Head {
    /// How many events are sealed.
    pub number: i64,
    /// The hash of the newest of them, in hex.
    pub hash: String,
}

/// The hash of an event with its number, given the one before: SHA-256 over label, previous hash and canonical JSON
/// (RFC 8785; strings and whole numbers only), a line each.
pub fn hash(event: &EventRow, number: i64, previous: &str) -> String {
    let detail: Json = serde_json::from_str(&event.detail).unwrap_or(Json::Null);
    // serde_json's maps are sorted by key and its output has no white space: for these values that is RFC 8785.
    let canonical = json!({
        "act": event.act,
        "actor": event.actor,
        "at": event.at.to_string(),
        "detail": detail,
        "edition": event.edition,
        "id": event.id,
        "number": number,
        "request": event.request,
        "subject": event.subject,
    });
    sha256(format!("{LABEL}\n{previous}\n{canonical}\n").as_bytes())
}

/// The newest sealed event.
///
/// # Errors
/// The store's.
pub fn head(tx: &mut Conn) -> Stored<Head> {
    let text: Option<String> = installation::table.find(HEAD).select(installation::value).first(tx).optional()?;
    Ok(text.and_then(|text| read_head(&text)).unwrap_or(Head { number: 0, hash: String::new() }))
}

fn read_head(text: &str) -> Option<Head> {
    let (number, hash) = text.split_once(' ')?;
    Some(Head { number: number.parse().ok()?, hash: hash.to_owned() })
}

/// Seals up to [`BATCH`] events, oldest first; answers how many. Run in a write transaction, again until it answers 0.
///
/// # Errors
/// The store's.
pub fn seal_some(tx: &mut Conn) -> Stored<usize> {
    let mut head = lock_head(tx)?;
    let events: Vec<EventRow> = audit_events::table
        .filter(audit_events::number.is_null())
        .order(audit_events::id)
        .limit(BATCH)
        .select(EventRow::as_select())
        .load(tx)?;
    for event in &events {
        let number = head.number + 1;
        head = Head { number, hash: hash(event, number, &head.hash) };
        diesel::update(audit_events::table.find(&event.id))
            .set((audit_events::number.eq(number), audit_events::hash.eq(&head.hash)))
            .execute(tx)?;
    }
    if !events.is_empty() {
        diesel::update(installation::table.find(HEAD))
            .set(installation::value.eq(format!("{} {}", head.number, head.hash)))
            .execute(tx)?;
    }
    Ok(events.len())
}

/// Takes the head for this transaction. An update that changes nothing locks its row on PostgreSQL; on SQLite one
/// thread writes anyway.
fn lock_head(tx: &mut Conn) -> Stored<Head> {
    let locked =
        diesel::update(installation::table.find(HEAD)).set(installation::value.eq(installation::value)).execute(tx)?;
    if locked == 0 {
        diesel::insert_into(installation::table)
            .values((installation::name.eq(HEAD), installation::value.eq("0 ")))
            .execute(tx)?;
    }
    head(tx)
}
