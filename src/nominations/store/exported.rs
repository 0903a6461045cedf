//! The SQL of nominations' export: the order first, then page by page what stands in it.

use std::collections::HashMap;

use diesel::prelude::*;

use super::SupporterColumns;
use crate::ids::{EditionId, NominationId};
use crate::nominations::exported::NoticeGiven;
use crate::nominations::messages::notice_once;
use crate::nominations::model::SupporterRow;
use crate::nominations::reference::Reference;
use crate::nominations::status::Status;
use crate::outbox;
use crate::store::schema::{nominations, notices, supporters};
use crate::store::{Conn, Stored};

/// By what exports are sorted.
#[derive(Queryable, Selectable)]
#[diesel(table_name = nominations)]
pub(in crate::nominations) struct Key {
    pub id: NominationId,
    pub category: String,
    pub name_key: String,
    pub reference: Reference,
}

/// The keys of an edition's nominations, all but drafts, in no order.
pub(in crate::nominations) fn keys(tx: &mut Conn, edition: EditionId) -> Stored<Vec<Key>> {
    nominations::table
        .filter(nominations::edition.eq(edition))
        .filter(nominations::status.ne(Status::Draft))
        .select(Key::as_select())
        .load(tx)
}

/// The supporters of all of these, each nomination's in the form's order.
pub(in crate::nominations) fn supporters_of_all(tx: &mut Conn, ids: &[NominationId]) -> Stored<Vec<SupporterRow>> {
    let rows: Vec<SupporterColumns> = supporters::table
        .filter(supporters::nomination.eq_any(ids))
        .order((supporters::nomination, supporters::position))
        .select(SupporterColumns::as_select())
        .load(tx)?;
    rows.into_iter().map(SupporterColumns::read).collect()
}

/// What people call these.
pub(in crate::nominations) fn references(
    tx: &mut Conn,
    ids: &[NominationId],
) -> Stored<HashMap<NominationId, Reference>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(NominationId, Reference)> = nominations::table
        .filter(nominations::id.eq_any(ids))
        .select((nominations::id, nominations::reference))
        .load(tx)?;
    Ok(rows.into_iter().collect())
}

/// When the nominees of these were told: the day that an organiser recorded, else the instant at which our letter left to the
/// address that stands now.
pub(in crate::nominations) fn notices(
    tx: &mut Conn,
    ids: &[NominationId],
) -> Stored<HashMap<NominationId, NoticeGiven>> {
    let recorded: Vec<(NominationId, Option<String>, i32)> = notices::table
        .filter(notices::nomination.eq_any(ids))
        .select((notices::nomination, notices::given_on, notices::generation))
        .load(tx)?;
    let generations: HashMap<NominationId, i32> =
        recorded.iter().map(|(id, _, generation)| (*id, *generation)).collect();
    let keys: HashMap<String, NominationId> =
        ids.iter().map(|id| (notice_once(*id, generations.get(id).copied().unwrap_or_default()), *id)).collect();
    let names: Vec<&str> = keys.keys().map(String::as_str).collect();
    let sent = outbox::store::sent_at_each(tx, &names)?;
    let mut given: HashMap<NominationId, NoticeGiven> =
        sent.into_iter().filter_map(|(key, at)| Some((*keys.get(&key)?, NoticeGiven::At(at)))).collect();
    given.extend(recorded.into_iter().filter_map(|(id, day, _)| Some((id, NoticeGiven::On(day?)))));
    Ok(given)
}
