//! The SQL of complaints.

use diesel::prelude::*;

use crate::clock::Time;
use crate::desk::complaints::ComplaintView;
use crate::ids::{AccountId, ComplaintId, EditionId};
use crate::store::schema::complaints;
use crate::store::{Conn, Stored};
use crate::text::Language;

/// Complaints that are shown at once.
const SHOWN: i64 = 200;

type Columns = (ComplaintId, String, String, Language, Time, Option<Time>, Option<AccountId>);

macro_rules! columns {
    () => {
        (
            complaints::id,
            complaints::email,
            complaints::text,
            complaints::language,
            complaints::came_at,
            complaints::acknowledged_at,
            complaints::acknowledged_by,
        )
    };
}

fn read((id, email, text, language, came_at, acknowledged_at, acknowledged_by): Columns) -> ComplaintView {
    ComplaintView { id, email, text, language, came_at, acknowledged_at, acknowledged_by }
}

/// Those of an edition: what waits first, by age; 200 at most.
pub(in crate::desk) fn of(tx: &mut Conn, edition: EditionId) -> Stored<Vec<ComplaintView>> {
    let rows: Vec<Columns> = complaints::table
        .filter(complaints::edition.eq(edition))
        .order((complaints::acknowledged_at.is_not_null(), complaints::came_at, complaints::id))
        .limit(SHOWN)
        .select(columns!())
        .load(tx)?;
    Ok(rows.into_iter().map(read).collect())
}

/// One of an edition.
pub(in crate::desk) fn one(tx: &mut Conn, edition: EditionId, id: ComplaintId) -> Stored<Option<ComplaintView>> {
    let row = complaints::table.find(id).filter(complaints::edition.eq(edition)).select(columns!());
    Ok(row.first(tx).optional()?.map(read))
}

/// Whether the same words of the same address wait already.
pub(in crate::desk) fn waits_already(tx: &mut Conn, edition: EditionId, said: &ComplaintView) -> Stored<bool> {
    let found: Option<ComplaintId> = complaints::table
        .filter(complaints::edition.eq(edition))
        .filter(complaints::acknowledged_at.is_null())
        .filter(complaints::email.eq(&said.email))
        .filter(complaints::text.eq(&said.text))
        .select(complaints::id)
        .first(tx)
        .optional()?;
    Ok(found.is_some())
}

/// How many wait to be acknowledged.
pub(in crate::desk) fn waiting(tx: &mut Conn, edition: EditionId) -> Stored<i64> {
    let open = complaints::table.filter(complaints::edition.eq(edition)).filter(complaints::acknowledged_at.is_null());
    open.count().get_result(tx)
}

/// Puts a complaint in.
pub(in crate::desk) fn insert(tx: &mut Conn, edition: EditionId, said: &ComplaintView) -> Stored<()> {
    diesel::insert_into(complaints::table)
        .values((
            complaints::id.eq(said.id),
            complaints::edition.eq(edition),
            complaints::email.eq(&said.email),
            complaints::text.eq(&said.text),
            complaints::language.eq(said.language),
            complaints::came_at.eq(said.came_at),
        ))
        .execute(tx)?;
    Ok(())
}

/// Notes who has acknowledged it.
pub(in crate::desk) fn acknowledge(tx: &mut Conn, id: ComplaintId, at: Time, by: AccountId) -> Stored<()> {
    diesel::update(complaints::table.find(id))
        .set((complaints::acknowledged_at.eq(at), complaints::acknowledged_by.eq(by)))
        .execute(tx)?;
    Ok(())
}
