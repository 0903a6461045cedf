//! The SQL of likely duplicates: what nominations have in common, and what an organiser said of two.

use std::collections::BTreeSet;

use diesel::prelude::*;

use super::Row;
use crate::clock::Time;
use crate::ids::{AccountId, NominationId};
use crate::nominations::likeness::Features;
use crate::nominations::model::Nomination;
use crate::nominations::status::Status;
use crate::on_each;
use crate::store::schema::{different_nominees, nomination_blocks, nominations};
use crate::store::{Conn, Stored};

/// What is compared: neither what was taken back nor what nobody has confirmed.
const COMPARED: [Status; 9] = [
    Status::Submitted,
    Status::Eligible,
    Status::Judged,
    Status::Shortlisted,
    Status::Ineligible,
    Status::Merged,
    Status::Winner,
    Status::Commended,
    Status::NotSelected,
];

/// Writes down by what a nomination is found, instead of what stood there.
pub(in crate::nominations) fn index(tx: &mut Conn, nomination: &Nomination) -> Stored<()> {
    diesel::delete(nomination_blocks::table.filter(nomination_blocks::nomination.eq(nomination.id))).execute(tx)?;
    let block = |block: String| {
        (
            nomination_blocks::edition.eq(nomination.edition),
            nomination_blocks::block.eq(block),
            nomination_blocks::nomination.eq(nomination.id),
        )
    };
    let rows: Vec<_> = Features::of(nomination).blocks().into_iter().map(block).collect();
    on_each!(tx, conn => diesel::insert_into(nomination_blocks::table).values(&rows).execute(conn))?;
    Ok(())
}

/// The other nominations of the edition that share a block with this one, of the same kind of nominee, in their order.
pub(in crate::nominations) fn sharing_a_block(tx: &mut Conn, nomination: &Nomination) -> Stored<Vec<Nomination>> {
    let blocks: Vec<String> = Features::of(nomination).blocks().into_iter().collect();
    let sharing = nomination_blocks::table
        .filter(nomination_blocks::edition.eq(nomination.edition))
        .filter(nomination_blocks::block.eq_any(blocks))
        .select(nomination_blocks::nomination);
    let rows: Vec<Row> = nominations::table
        .filter(nominations::id.eq_any(sharing))
        .filter(nominations::id.ne(nomination.id))
        .filter(nominations::kind.eq(nomination.kind))
        .filter(nominations::status.eq_any(COMPARED))
        .order(nominations::id)
        .select(Row::as_select())
        .load(tx)?;
    rows.into_iter().map(Row::read).collect()
}

/// The nominations of which an organiser said that they are of another nominee than this one.
pub(in crate::nominations) fn different_from(tx: &mut Conn, id: NominationId) -> Stored<BTreeSet<NominationId>> {
    let pairs: Vec<(NominationId, NominationId)> = different_nominees::table
        .filter(different_nominees::one.eq(id).or(different_nominees::other.eq(id)))
        .select((different_nominees::one, different_nominees::other))
        .load(tx)?;
    Ok(pairs.into_iter().map(|(one, other)| if one == id { other } else { one }).collect())
}

/// Says that two are of different nominees; whether nobody had said so.
pub(in crate::nominations) fn say_different(
    tx: &mut Conn,
    two: [NominationId; 2],
    by: AccountId,
    at: Time,
) -> Stored<bool> {
    let [one, other] = if two[0] < two[1] { two } else { [two[1], two[0]] };
    let row = (
        different_nominees::one.eq(one),
        different_nominees::other.eq(other),
        different_nominees::said_by.eq(by),
        different_nominees::said_at.eq(at),
    );
    let said = on_each!(tx, conn => diesel::insert_into(different_nominees::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(conn))?;
    Ok(said > 0)
}
