//! The SQL of requests for links that were lost.

use diesel::prelude::*;

use crate::clock::Time;
use crate::ids::{EditionId, LinkRequestId};
use crate::on_each;
use crate::store::schema::link_requests as requests;
use crate::store::{Conn, Stored};

/// A mailbox that asks.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = requests)]
pub(in crate::nominations) struct Request {
    pub id: LinkRequestId,
    pub edition: EditionId,
    pub recipient: String,
    pub address: String,
}

/// Puts a request in; one of a mailbox that waits already is the same.
pub(in crate::nominations) fn insert(
    tx: &mut Conn,
    id: LinkRequestId,
    edition: EditionId,
    recipient: &str,
    address: &str,
    now: Time,
) -> Stored<()> {
    let row = (
        requests::id.eq(id),
        requests::edition.eq(edition),
        requests::recipient.eq(recipient),
        requests::address.eq(address),
        requests::due_at.eq(now),
    );
    on_each!(tx, conn => diesel::insert_into(requests::table).values(row).on_conflict_do_nothing().execute(conn))?;
    Ok(())
}

/// Whether any is to be looked up.
pub(in crate::nominations) fn is_due(tx: &mut Conn, now: Time) -> Stored<bool> {
    let found: Option<LinkRequestId> =
        requests::table.filter(requests::due_at.le(now)).select(requests::id).first(tx).optional()?;
    Ok(found.is_some())
}

/// Those that are to be looked up, the oldest first.
pub(in crate::nominations) fn due(tx: &mut Conn, now: Time, limit: i64) -> Stored<Vec<Request>> {
    requests::table
        .filter(requests::due_at.le(now))
        .order(requests::id)
        .limit(limit)
        .select(Request::as_select())
        .load(tx)
}

/// Lets one wait.
pub(in crate::nominations) fn put_off(tx: &mut Conn, id: LinkRequestId, due_at: Time) -> Stored<()> {
    diesel::update(requests::table.find(id)).set(requests::due_at.eq(due_at)).execute(tx)?;
    Ok(())
}

/// It is answered.
pub(in crate::nominations) fn delete(tx: &mut Conn, id: LinkRequestId) -> Stored<()> {
    diesel::delete(requests::table.find(id)).execute(tx)?;
    Ok(())
}
