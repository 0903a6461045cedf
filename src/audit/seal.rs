//! The sealer: numbers every event that has none and binds it into the chain (S-AUD-3).

use diesel::prelude::*;

use super::event::{self, EventRow};
use crate::app::App;
use crate::store::schema::{audit_events, installation};
use crate::store::{Conn, StoreError, Stored};

/// The row that names the last number and hash; on PostgreSQL whoever holds its lock seals.
const HEAD: &str = "audit_head";
/// Events sealed in one transaction.
pub const BATCH: i64 = 500;

/// The number and hash of the newest sealed event; number 0 and an empty hash before the first.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct Head {
    /// How many events are sealed.
    pub number: i64,
    /// The hash of the newest of them, in hex.
    pub hash: String,
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

/// Seals all that waits.
///
/// # Errors
/// The store's.
pub async fn seal(app: &App) -> Result<(), StoreError> {
    while app.store.write(|tx| seal_some(tx).map_err(StoreError::from)).await? > 0 {}
    Ok(())
}

/// Seals up to [`BATCH`] events, oldest first; answers how many. One that commits later is sealed later, under a later
/// number: never skipped, and no number is left out.
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
    for row in &events {
        let digest = event::digest(&row.document())
            .map_err(|error| diesel::result::Error::SerializationError(Box::new(error)))?;
        let number = head.number + 1;
        head = Head { number, hash: event::link(&head.hash, number, &digest) };
        diesel::update(audit_events::table.find(&row.id))
            .set((audit_events::number.eq(number), audit_events::digest.eq(&digest), audit_events::hash.eq(&head.hash)))
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
