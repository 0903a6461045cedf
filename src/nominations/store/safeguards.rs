//! The SQL of safeguards.

use std::collections::HashMap;

use diesel::prelude::*;

use super::{document, written};
use crate::ids::NominationId;
use crate::nominations::redaction::Redaction;
use crate::nominations::safeguards::Safeguards;
use crate::on_each;
use crate::store::schema::safeguards;
use crate::store::{Conn, Stored};

/// A nomination's safeguards; none at all where nobody has made any.
pub(in crate::nominations) fn of(tx: &mut Conn, nomination: NominationId) -> Stored<Safeguards> {
    let row: Option<(bool, Option<String>, String, i64)> = safeguards::table
        .find(nomination)
        .select((safeguards::sensitive, safeguards::reason, safeguards::redactions, safeguards::version))
        .get_result(tx)
        .optional()?;
    let Some((sensitive, reason, redactions, version)) = row else { return Ok(Safeguards::default()) };
    Ok(Safeguards { sensitive, reason, redactions: document(&redactions)?, version })
}

/// What judges do not see of these nominations.
pub(in crate::nominations) fn redactions_of(
    tx: &mut Conn,
    nominations: &[NominationId],
) -> Stored<HashMap<NominationId, Vec<Redaction>>> {
    let rows: Vec<(NominationId, String)> = safeguards::table
        .filter(safeguards::nomination.eq_any(nominations))
        .select((safeguards::nomination, safeguards::redactions))
        .load(tx)?;
    rows.into_iter().map(|(id, redactions)| Ok((id, document(&redactions)?))).collect()
}

/// Saves them.
pub(in crate::nominations) fn save(tx: &mut Conn, nomination: NominationId, made: &Safeguards) -> Stored<()> {
    let redactions = written(&made.redactions);
    let values = (
        safeguards::nomination.eq(nomination),
        safeguards::sensitive.eq(made.sensitive),
        safeguards::reason.eq(&made.reason),
        safeguards::redactions.eq(&redactions),
        safeguards::version.eq(made.version),
    );
    on_each!(tx, conn => diesel::insert_into(safeguards::table)
        .values(values)
        .on_conflict(safeguards::nomination)
        .do_update()
        .set(values)
        .execute(conn))?;
    Ok(())
}
