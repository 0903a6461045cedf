//! The desk's SQL: what an edition's organisers were last told of, and complaints.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::editions::Phase;
use crate::ids::EditionId;
use crate::on_each;
use crate::store::schema::organiser_digests;
use crate::store::{Conn, Stored};

pub(super) mod complaints;

/// How far an edition's organisers have been told.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = organiser_digests)]
pub(super) struct Mark {
    /// The phase that they were told of.
    pub phase: Phase,
    /// The day whose digest they have had, such as `2027-06-15`.
    pub day: String,
    /// The number of the last event of signing that they were told of.
    pub told: i64,
}

/// Every edition's mark.
pub(super) fn marks(tx: &mut Conn) -> Stored<HashMap<EditionId, Mark>> {
    let rows: Vec<(EditionId, Mark)> =
        organiser_digests::table.select((organiser_digests::edition, Mark::as_select())).load(tx)?;
    Ok(rows.into_iter().collect())
}

/// Puts an edition's first mark in; whether no other process was faster.
pub(super) fn begin(tx: &mut Conn, edition: EditionId, mark: &Mark) -> Stored<bool> {
    let row = (
        organiser_digests::edition.eq(edition),
        organiser_digests::phase.eq(mark.phase),
        organiser_digests::day.eq(&mark.day),
        organiser_digests::told.eq(mark.told),
    );
    let made = on_each!(tx, conn =>
        diesel::insert_into(organiser_digests::table).values(row).on_conflict_do_nothing().execute(conn))?;
    Ok(made > 0)
}

/// Moves an edition's mark on; whether no other process was faster.
pub(super) fn move_on(tx: &mut Conn, edition: EditionId, before: &Mark, after: &Mark) -> Stored<bool> {
    let row = organiser_digests::table
        .find(edition)
        .filter(organiser_digests::phase.eq(before.phase))
        .filter(organiser_digests::day.eq(&before.day))
        .filter(organiser_digests::told.eq(before.told));
    Ok(diesel::update(row).set(after).execute(tx)? > 0)
}
