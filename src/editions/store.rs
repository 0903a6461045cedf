//! The editions' SQL.
//!
//! A document is parsed once: whatever was read stays in a cache of the process, under the `revision` that stands beside
//! it, its digest, so that a request parses no JSON and a change made by another process is seen at once.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use diesel::prelude::*;

use super::document::EditionDoc;
use super::keys::EditionSlug;
use super::model::Edition;
use crate::clock::Time;
use crate::ids::EditionId;
use crate::keys::sha256;
use crate::on_each;
use crate::store::schema::editions;
use crate::store::{Conn, Stored};

/// All but the document, which is fetched only where the cache does not hold it.
#[derive(Queryable, Selectable)]
#[diesel(table_name = editions)]
struct Row {
    id: EditionId,
    slug: EditionSlug,
    version: i64,
    revision: String,
    frozen_at: Option<Time>,
    sealed_at: Option<Time>,
    released_at: Option<Time>,
}

/// The edition of this slug.
///
/// # Errors
/// The store's.
pub fn by_slug(tx: &mut Conn, slug: &EditionSlug) -> Stored<Option<Edition>> {
    let row = editions::table.filter(editions::slug.eq(slug)).select(Row::as_select()).get_result(tx).optional()?;
    row.map(|row| complete(tx, row)).transpose()
}

/// The edition of this id.
///
/// # Errors
/// The store's.
pub fn by_id(tx: &mut Conn, id: EditionId) -> Stored<Option<Edition>> {
    let row = on_each!(tx, conn => editions::table.find(id).select(Row::as_select()).get_result(conn)).optional()?;
    row.map(|row| complete(tx, row)).transpose()
}

/// Every edition, the one that opens last first.
///
/// # Errors
/// The store's.
pub fn all(tx: &mut Conn) -> Stored<Vec<Edition>> {
    let rows: Vec<Row> =
        editions::table.order((editions::opens_at.desc(), editions::id.desc())).select(Row::as_select()).load(tx)?;
    rows.into_iter().map(|row| complete(tx, row)).collect()
}

/// The edition that the public means: the latest that has opened and whose reception is not past, else the next, else
/// the last. A rehearsal is nobody's but the organisers'.
///
/// # Errors
/// The store's.
pub fn current(tx: &mut Conn, now: Time) -> Stored<Option<Edition>> {
    let mut editions = all(tx)?;
    editions.retain(|edition| !edition.rehearsal);
    let opened = |edition: &Edition| edition.timetable.nominations_open_at <= now;
    let on = editions.iter().position(|edition| opened(edition) && now <= edition.timetable.reception_at);
    let next = || editions.iter().rposition(|edition| !opened(edition));
    let at = on.or_else(next).unwrap_or(0);
    Ok((at < editions.len()).then(|| editions.swap_remove(at)))
}

/// Puts a new edition in.
///
/// # Errors
/// The store's; a unique violation where the slug is taken.
pub fn insert(tx: &mut Conn, edition: &Edition, now: Time) -> Stored<()> {
    let document = write(&edition.doc)?;
    diesel::insert_into(editions::table)
        .values((
            editions::id.eq(edition.id),
            editions::slug.eq(&edition.slug),
            editions::revision.eq(sha256(document.as_bytes())),
            editions::document.eq(document),
            editions::version.eq(edition.version),
            editions::opens_at.eq(edition.timetable.nominations_open_at),
            editions::created_at.eq(now),
        ))
        .execute(tx)?;
    Ok(())
}

/// Saves a changed document as the next version. Answers whether the version was still the one that was read.
///
/// # Errors
/// The store's.
pub fn update(tx: &mut Conn, edition: &Edition, doc: &EditionDoc) -> Stored<bool> {
    let document = write(doc)?;
    let changed = diesel::update(editions::table.find(edition.id).filter(editions::version.eq(edition.version)))
        .set((
            editions::revision.eq(sha256(document.as_bytes())),
            editions::document.eq(document),
            editions::version.eq(edition.version + 1),
            editions::opens_at.eq(doc.timetable.nominations_open_at),
        ))
        .execute(tx)?;
    Ok(changed == 1)
}

/// Notes that a sheet was submitted: from now on criteria, weights and panels stay. Does nothing a second time; a caller
/// that sees [`Edition::frozen_at`] need not ask.
///
/// # Errors
/// The store's.
pub fn freeze(tx: &mut Conn, id: EditionId, at: Time) -> Stored<()> {
    diesel::update(editions::table.find(id).filter(editions::frozen_at.is_null()))
        .set(editions::frozen_at.eq(at))
        .execute(tx)?;
    Ok(())
}

/// Notes that every city has signed, or that the seal was broken.
///
/// # Errors
/// The store's.
pub fn mark_sealed(tx: &mut Conn, id: EditionId, at: Option<Time>) -> Stored<()> {
    diesel::update(editions::table.find(id)).set(editions::sealed_at.eq(at)).execute(tx)?;
    Ok(())
}

/// Notes that the results are released.
///
/// # Errors
/// The store's.
pub fn mark_released(tx: &mut Conn, id: EditionId, at: Time) -> Stored<()> {
    diesel::update(editions::table.find(id)).set(editions::released_at.eq(at)).execute(tx)?;
    Ok(())
}

/// Parsed documents, by revision.
static PARSED: LazyLock<RwLock<HashMap<String, Arc<EditionDoc>>>> = LazyLock::new(Default::default);

/// How many documents the cache holds before it begins anew: an installation has a handful of editions.
const PARSED_AT_MOST: usize = 64;

fn complete(tx: &mut Conn, row: Row) -> Stored<Edition> {
    let doc = document(tx, &row)?;
    let Row { id, slug, version, frozen_at, sealed_at, released_at, .. } = row;
    Ok(Edition { id, slug, version, doc, frozen_at, sealed_at, released_at })
}

fn document(tx: &mut Conn, row: &Row) -> Stored<Arc<EditionDoc>> {
    if let Some(doc) = PARSED.read().unwrap_or_else(PoisonError::into_inner).get(&row.revision) {
        return Ok(doc.clone());
    }
    // PostgreSQL's isolation and SQLite's one writer: document and revision are of one moment.
    let text: String = editions::table.find(row.id).select(editions::document).get_result(tx)?;
    let doc: EditionDoc =
        serde_json::from_str(&text).map_err(|error| diesel::result::Error::DeserializationError(error.into()))?;
    let doc = Arc::new(doc);
    let mut parsed = PARSED.write().unwrap_or_else(PoisonError::into_inner);
    if parsed.len() >= PARSED_AT_MOST {
        parsed.clear();
    }
    parsed.insert(row.revision.clone(), doc.clone());
    Ok(doc)
}

fn write(doc: &EditionDoc) -> Stored<String> {
    serde_json::to_string(doc).map_err(|error| diesel::result::Error::SerializationError(error.into()))
}
