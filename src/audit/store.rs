//! The audit's SQL for whoever reads it: the chain in the order of its numbers, in outline and whole, and the notes beside it.

use std::collections::HashMap;

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::Act;
use super::event::EventRow;
use crate::clock::Time;
use crate::ids::EditionId;
use crate::store::schema::{audit_events, audit_notes};
use crate::store::{Conn, Stored};

/// What of a sealed event every reader may see, and what says whether they may see more.
#[derive(Clone, Debug, Queryable)]
#[allow(missing_docs, reason = "the columns' names say it")]
pub struct Outline {
    pub number: i64,
    pub digest: String,
    pub hash: String,
    pub at: Time,
    pub act: String,
    pub edition: Option<String>,
}

/// The sealed events after this number, in their order.
///
/// # Errors
/// The store's.
pub fn outline(tx: &mut Conn, after: i64, limit: i64) -> Stored<Vec<Outline>> {
    audit_events::table
        .filter(audit_events::number.gt(after))
        .order(audit_events::number)
        .limit(limit)
        .select((
            audit_events::number.assume_not_null(),
            audit_events::digest.assume_not_null(),
            audit_events::hash.assume_not_null(),
            audit_events::at,
            audit_events::act,
            audit_events::edition,
        ))
        .load(tx)
}

/// These sealed events, whole, by their numbers.
///
/// # Errors
/// The store's.
pub fn whole(tx: &mut Conn, numbers: &[i64]) -> Stored<HashMap<i64, EventRow>> {
    let rows: Vec<EventRow> =
        audit_events::table.filter(audit_events::number.eq_any(numbers)).select(EventRow::as_select()).load(tx)?;
    Ok(rows.into_iter().filter_map(|row| Some((row.number?, row))).collect())
}

/// The notes of these digests, with their nonces; one that was erased is not there.
///
/// # Errors
/// The store's.
pub fn notes(tx: &mut Conn, digests: &[String]) -> Stored<HashMap<String, (String, String)>> {
    let rows: Vec<(String, String, String)> =
        audit_notes::table.filter(audit_notes::digest.eq_any(digests)).load(tx)?;
    Ok(rows.into_iter().map(|(digest, nonce, text)| (digest, (nonce, text))).collect())
}

/// As the index over them says it: with bound values neither database would use it.
const SIGNING: &str = "act IN ('results_signed', 'edition_sealed')";
/// The same for the index over what went wrong with mail.
const MAIL_TROUBLE: &str = "act IN ('message_bounced', 'address_blocked', 'reminder_dropped')";

/// An edition's sealed events of signing after this number: number and act, in their order.
///
/// # Errors
/// The store's.
pub fn signing_after(tx: &mut Conn, edition: EditionId, after: i64) -> Stored<Vec<(i64, String)>> {
    audit_events::table
        .filter(audit_events::edition.eq(edition))
        .filter(audit_events::number.gt(after))
        .filter(sql::<Bool>(SIGNING))
        .order(audit_events::number)
        .select((audit_events::number.assume_not_null(), audit_events::act))
        .load(tx)
}

/// What went wrong with an edition's mail since then: how often what.
///
/// # Errors
/// The store's.
pub fn mail_trouble_since(tx: &mut Conn, edition: EditionId, since: Time) -> Stored<Vec<(String, i64)>> {
    audit_events::table
        .filter(audit_events::edition.eq(edition))
        .filter(audit_events::at.gt(since))
        .filter(sql::<Bool>(MAIL_TROUBLE))
        .group_by(audit_events::act)
        .select((audit_events::act, diesel::dsl::count_star()))
        .load(tx)
}

/// Whether there is such an event of this subject.
///
/// # Errors
/// The store's.
pub fn has_happened(tx: &mut Conn, subject: impl ToString, act: Act) -> Stored<bool> {
    let events = audit_events::table.filter(audit_events::subject.eq(subject.to_string()));
    let events = events.filter(audit_events::act.eq(act));
    Ok(events.select(audit_events::id).first::<String>(tx).optional()?.is_some())
}
