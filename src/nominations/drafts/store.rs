//! The SQL of drafts.

use diesel::prelude::*;

use super::model::{Draft, IN_BROWSER, MAILED};
use crate::clock::Time;
use crate::fields::Email;
use crate::ids::{DraftId, EditionId};
use crate::nominations::store::{document, written};
use crate::store::schema::drafts;
use crate::store::{Conn, Stored};
use crate::text::Language;

#[derive(Queryable, Selectable)]
#[diesel(table_name = drafts)]
struct Row {
    id: DraftId,
    edition: EditionId,
    body: String,
    language: Option<Language>,
    email: Option<String>,
    generation: i32,
    told_at: Option<Time>,
    told_about: Option<DraftId>,
    sent: Option<String>,
    version: i64,
    changed_at: Time,
}

impl Row {
    fn read(self) -> Stored<Draft> {
        Ok(Draft {
            body: document(&self.body)?,
            sent: self.sent.as_deref().map(document).transpose()?,
            email: self.email.as_deref().and_then(|text| Email::parse_with(text, true).ok()),
            id: self.id,
            edition: self.edition,
            language: self.language,
            generation: self.generation,
            told_at: self.told_at,
            told_about: self.told_about,
            version: self.version,
            changed_at: self.changed_at,
        })
    }
}

/// A draft, whether or not it lives.
pub fn by_id(tx: &mut Conn, id: DraftId) -> Stored<Option<Draft>> {
    drafts::table.find(id).select(Row::as_select()).get_result(tx).optional()?.map(Row::read).transpose()
}

/// The drafts of an edition that were mailed to this address and not sent, oldest first, the latest fifty of them.
pub fn at_address(tx: &mut Conn, edition: EditionId, email: &Email) -> Stored<Vec<Draft>> {
    let rows: Vec<Row> = drafts::table
        .filter(drafts::email_normal.eq(email.normal()))
        .filter(drafts::edition.eq(edition))
        .filter(drafts::sent.is_null())
        .order(drafts::id.desc())
        .limit(50)
        .select(Row::as_select())
        .load(tx)?;
    rows.into_iter().rev().map(Row::read).collect()
}

/// Puts a draft in.
pub fn insert(tx: &mut Conn, draft: &Draft) -> Stored<()> {
    diesel::insert_into(drafts::table)
        .values((
            drafts::id.eq(draft.id),
            drafts::edition.eq(draft.edition),
            drafts::body.eq(written(&draft.body)),
            drafts::language.eq(draft.language),
            drafts::email.eq(draft.email.as_ref().map(Email::as_str)),
            drafts::email_normal.eq(draft.email.as_ref().map(Email::normal)),
            drafts::generation.eq(draft.generation),
            drafts::told_at.eq(draft.told_at),
            drafts::told_about.eq(draft.told_about),
            drafts::version.eq(draft.version),
            drafts::changed_at.eq(draft.changed_at),
        ))
        .execute(tx)?;
    Ok(())
}

/// Saves all that can change of a draft.
pub fn save(tx: &mut Conn, draft: &Draft) -> Stored<()> {
    diesel::update(drafts::table.find(draft.id))
        .set((
            drafts::body.eq(written(&draft.body)),
            drafts::language.eq(draft.language),
            drafts::email.eq(draft.email.as_ref().map(Email::as_str)),
            drafts::email_normal.eq(draft.email.as_ref().map(Email::normal)),
            drafts::generation.eq(draft.generation),
            drafts::told_at.eq(draft.told_at),
            drafts::told_about.eq(draft.told_about),
            drafts::sent.eq(draft.sent.as_ref().map(written)),
            drafts::version.eq(draft.version),
            drafts::changed_at.eq(draft.changed_at),
        ))
        .execute(tx)?;
    Ok(())
}

/// The drafts that are over: what was mailed, 30 days after its last change or once its edition takes no more (`closed`);
/// what only a browser knows and what was sent, after a day.
macro_rules! over {
    ($closed:expr, $now:expr) => {{
        let mailed = drafts::email.is_not_null().and(drafts::sent.is_null());
        let idle = drafts::changed_at.le($now - MAILED).or(drafts::edition.eq_any($closed));
        let in_browser = drafts::email.is_null().or(drafts::sent.is_not_null());
        mailed.and(idle).or(in_browser.and(drafts::changed_at.le($now - IN_BROWSER)))
    }};
}

/// Whether any draft is over.
pub fn any_over(tx: &mut Conn, closed: &[EditionId], now: Time) -> Stored<bool> {
    let found: Option<DraftId> = drafts::table.filter(over!(closed, now)).select(drafts::id).first(tx).optional()?;
    Ok(found.is_some())
}

/// Deletes what is over, so many at a time; answers how many.
pub fn delete_over(tx: &mut Conn, closed: &[EditionId], now: Time, at_once: i64) -> Stored<usize> {
    let ids: Vec<DraftId> = drafts::table.filter(over!(closed, now)).limit(at_once).select(drafts::id).load(tx)?;
    diesel::delete(drafts::table.filter(drafts::id.eq_any(ids))).execute(tx)
}
