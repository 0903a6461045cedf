//! The SQL of nominations, supporters and notices.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::form::{Contacts, Facts, Link, Nominator, Source, Story, Supporter};
use super::model::{Letter, LetterState, Nomination, Notice, NoticeHow, Retold, SupporterRow};
use super::places::city_key;
use super::reference::Reference;
use super::status::Status;
use crate::clock::Time;
use crate::fields::name_key::{NameOf, name_key, search_key};
use crate::fields::{Email, NomineeKind};
use crate::ids::{AccountId, EditionId, NominationId, SupporterId};
use crate::on_each;
use crate::store::schema::{nominations, notices, supporters};
use crate::store::{Conn, StoreError, Stored};
use crate::text::Language;

pub(super) mod again;
pub(super) mod duplicates;
pub(super) mod exported;
pub(super) mod imported;
pub(super) mod questions;
pub(super) mod safeguards;
pub(super) mod statistics;
mod views;
mod waiting;

pub(super) use views::is_left_out;
pub use views::{for_judges, has_objected, in_bundle, mark_judged, release, to_assign, to_tell};
pub use waiting::{Waiting, waiting};

/// Rows or values that one statement names at most: databases bound the number of its parameters (SQLite 32,766).
pub(super) const NAMED: usize = 500;

/// A row as it stands in the database.
#[derive(Queryable, Selectable)]
#[diesel(table_name = nominations)]
struct Row {
    id: NominationId,
    edition: EditionId,
    reference: Reference,
    category: String,
    kind: NomineeKind,
    language: Language,
    status: Status,
    source: Source,
    name: String,
    name_key: String,
    headline: String,
    facts: String,
    story: String,
    links: String,
    contacts: String,
    nominator: String,
    supporters: String,
    tell_me_next_time: bool,
    received_at: Time,
    confirmed_at: Option<Time>,
    screened_at: Option<Time>,
    typed_by: Option<AccountId>,
    reason: Option<String>,
    note: Option<String>,
    letters_waived: Option<String>,
    merged_into: Option<NominationId>,
    version: i64,
    changed_at: Time,
    retold: Option<String>,
}

impl Row {
    fn read(self) -> Stored<Nomination> {
        Ok(Nomination {
            facts: document::<Facts>(&self.facts)?,
            story: document::<Story>(&self.story)?,
            links: document::<Vec<Link>>(&self.links)?,
            contacts: document::<Contacts>(&self.contacts)?,
            nominator: document::<Nominator>(&self.nominator)?,
            supporters: document::<Vec<Supporter>>(&self.supporters)?,
            retold: self.retold.as_deref().map(document::<Retold>).transpose()?,
            id: self.id,
            edition: self.edition,
            reference: self.reference,
            category: self.category,
            kind: self.kind,
            language: self.language,
            status: self.status,
            source: self.source,
            name: self.name,
            name_key: self.name_key,
            headline: self.headline,
            tell_me_next_time: self.tell_me_next_time,
            received_at: self.received_at,
            confirmed_at: self.confirmed_at,
            screened_at: self.screened_at,
            typed_by: self.typed_by,
            reason: self.reason,
            note: self.note,
            letters_waived: self.letters_waived,
            merged_into: self.merged_into,
            version: self.version,
            changed_at: self.changed_at,
        })
    }
}

/// Reads a document of ours; one that cannot be read is a fault of the store.
pub(super) fn document<T: DeserializeOwned>(text: &str) -> Stored<T> {
    serde_json::from_str(text).map_err(|error| diesel::result::Error::DeserializationError(Box::new(error)))
}

/// Writes a document of ours.
pub(super) fn written(part: &impl Serialize) -> String {
    serde_json::to_string(part).expect("the parts of a form are structs and texts, which JSON can hold")
}

/// An address that was checked when it came in, by rules that may have changed since.
fn stored_email(text: &str) -> Option<Email> {
    Email::parse_with(text, true).ok()
}

/// A nomination of any edition.
///
/// # Errors
/// The store's.
pub fn by_id(tx: &mut Conn, id: NominationId) -> Stored<Option<Nomination>> {
    nominations::table.find(id).select(Row::as_select()).get_result(tx).optional()?.map(Row::read).transpose()
}

/// These nominations, in no order.
pub(super) fn by_ids(tx: &mut Conn, ids: &[NominationId]) -> Stored<Vec<Nomination>> {
    let rows: Vec<Row> = nominations::table.filter(nominations::id.eq_any(ids)).select(Row::as_select()).load(tx)?;
    rows.into_iter().map(Row::read).collect()
}

/// A nomination of this edition: another edition's is none.
///
/// # Errors
/// The store's.
pub fn of_edition(tx: &mut Conn, edition: EditionId, id: NominationId) -> Stored<Option<Nomination>> {
    Ok(by_id(tx, id)?.filter(|nomination| nomination.edition == edition))
}

/// The supporters of a nomination in the form's order.
///
/// # Errors
/// The store's.
pub fn supporters_of(tx: &mut Conn, nomination: NominationId) -> Stored<Vec<SupporterRow>> {
    let rows: Vec<SupporterColumns> = supporters::table
        .filter(supporters::nomination.eq(nomination))
        .order(supporters::position)
        .select(SupporterColumns::as_select())
        .load(tx)?;
    rows.into_iter().map(SupporterColumns::read).collect()
}

/// A supporter.
///
/// # Errors
/// The store's.
pub fn supporter(tx: &mut Conn, id: SupporterId) -> Stored<Option<SupporterRow>> {
    let row: Option<SupporterColumns> =
        supporters::table.find(id).select(SupporterColumns::as_select()).get_result(tx).optional()?;
    row.map(SupporterColumns::read).transpose()
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = supporters)]
struct SupporterColumns {
    id: SupporterId,
    nomination: NominationId,
    position: i32,
    generation: i32,
    name: String,
    email: Option<String>,
    phone: Option<String>,
    postal_address: Option<String>,
    relation: String,
    state: LetterState,
    asked_at: Option<Time>,
    letter: Option<String>,
    letter_relation: Option<String>,
    known_since: Option<i32>,
    language: Option<Language>,
    written_at: Option<Time>,
    version: i64,
    former: String,
}

impl SupporterColumns {
    fn read(self) -> Stored<SupporterRow> {
        let letter = match (self.letter, self.letter_relation, self.language, self.written_at) {
            (Some(text), Some(relation), Some(language), Some(written_at)) => {
                Some(Letter { text, relation, known_since: self.known_since, language, written_at })
            }
            _ => None,
        };
        Ok(SupporterRow {
            former: document::<Vec<String>>(&self.former)?,
            id: self.id,
            nomination: self.nomination,
            position: self.position,
            generation: self.generation,
            name: self.name,
            email: self.email.as_deref().and_then(stored_email),
            phone: self.phone,
            postal_address: self.postal_address,
            relation: self.relation,
            state: self.state,
            asked_at: self.asked_at,
            letter,
            version: self.version,
        })
    }
}

/// What the nominee was told, and what they asked in return; `None` where nothing has been sent or recorded yet.
///
/// # Errors
/// The store's.
pub fn notice_of(tx: &mut Conn, nomination: NominationId) -> Stored<Option<Notice>> {
    let row: Option<NoticeColumns> =
        notices::table.find(nomination).select(NoticeColumns::as_select()).get_result(tx).optional()?;
    Ok(row.map(NoticeColumns::read))
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = notices)]
struct NoticeColumns {
    nomination: NominationId,
    how: Option<NoticeHow>,
    given_on: Option<String>,
    reason: Option<String>,
    withhold_name: bool,
    objected_at: Option<Time>,
    objection: Option<String>,
    access_asked_at: Option<Time>,
    version: i64,
    generation: i32,
}

impl NoticeColumns {
    fn read(self) -> Notice {
        Notice {
            nomination: self.nomination,
            how: self.how,
            given_on: self.given_on,
            reason: self.reason,
            withhold_name: self.withhold_name,
            objected_at: self.objected_at,
            objection: self.objection,
            access_asked_at: self.access_asked_at,
            version: self.version,
            generation: self.generation,
        }
    }
}

/// A nomination that comes in: its documents are written already, outside the transaction.
#[derive(Clone, Insertable)]
#[diesel(table_name = nominations)]
#[diesel(treat_none_as_default_value = false)]
pub(super) struct NewRow {
    pub(super) id: NominationId,
    pub(super) edition: EditionId,
    pub(super) reference: Reference,
    pub(super) category: String,
    pub(super) kind: NomineeKind,
    pub(super) language: Language,
    pub(super) status: Status,
    pub(super) source: Source,
    pub(super) name: String,
    pub(super) name_key: String,
    pub(super) search_key: String,
    pub(super) city_key: String,
    pub(super) headline: String,
    pub(super) facts: String,
    pub(super) story: String,
    pub(super) links: String,
    pub(super) contacts: String,
    pub(super) nominator: String,
    pub(super) nominator_email: Option<String>,
    pub(super) supporters: String,
    pub(super) tell_me_next_time: bool,
    pub(super) received_at: Time,
    pub(super) confirmed_at: Option<Time>,
    pub(super) typed_by: Option<AccountId>,
    pub(super) version: i64,
    pub(super) changed_at: Time,
}

/// Takes a nomination in. A unique violation where its reference is taken: [`is_taken`].
pub(super) fn insert(tx: &mut Conn, row: &NewRow) -> Stored<()> {
    on_each!(tx, conn => diesel::insert_into(nominations::table).values(row).execute(conn))?;
    Ok(())
}

/// Whether a write failed because a name that must be unique, such as a reference, is taken.
pub(super) fn is_taken(error: &StoreError) -> bool {
    matches!(error, StoreError::Query(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _)))
}

/// The same nominator's other confirmed nomination of the same nominee in the same category, unless withdrawn.
pub(super) fn confirmed_before(tx: &mut Conn, nomination: &Nomination, email: &Email) -> Stored<Option<Reference>> {
    nominations::table
        .filter(nominations::nominator_email.eq(email.normal()))
        .filter(nominations::edition.eq(nomination.edition))
        .filter(nominations::category.eq(&nomination.category))
        .filter(nominations::name_key.eq(&nomination.name_key))
        .filter(nominations::confirmed_at.is_not_null())
        .filter(nominations::status.ne(Status::Withdrawn))
        .filter(nominations::id.ne(nomination.id))
        .order(nominations::id)
        .select(nominations::reference)
        .first(tx)
        .optional()
}

/// Whether a nomination from paper without an email, which nobody has confirmed yet, may be one that was confirmed before:
/// of the same nominee in the same category, by somebody of the same name. Told to the second organiser, never refused.
pub(super) fn paper_nominated_before(tx: &mut Conn, nomination: &Nomination) -> Stored<bool> {
    let waits = nomination.source == Source::Paper && nomination.status == Status::Unconfirmed;
    if !waits || nomination.nominator.email.is_some() {
        return Ok(false);
    }
    let nominators: Vec<String> = nominations::table
        .filter(nominations::edition.eq(nomination.edition))
        .filter(nominations::category.eq(&nomination.category))
        .filter(nominations::name_key.eq(&nomination.name_key))
        .filter(nominations::confirmed_at.is_not_null())
        .filter(nominations::status.ne(Status::Withdrawn))
        .select(nominations::nominator)
        .load(tx)?;
    let key = |nominator: &Nominator| name_key(nominator.name.as_str(), NameOf::Person);
    let own = key(&nomination.nominator);
    let others = nominators.iter().map(|text| document::<Nominator>(text)).collect::<Stored<Vec<_>>>()?;
    Ok(others.iter().any(|nominator| key(nominator) == own))
}

/// Saves what can change of a nomination once it is in: how it stands and what organisers say of it, one version on.
pub(super) fn save(tx: &mut Conn, nomination: &Nomination) -> Stored<()> {
    diesel::update(nominations::table.find(nomination.id))
        .set((
            nominations::status.eq(nomination.status),
            nominations::confirmed_at.eq(nomination.confirmed_at),
            nominations::screened_at.eq(nomination.screened_at),
            nominations::reason.eq(&nomination.reason),
            nominations::note.eq(&nomination.note),
            nominations::letters_waived.eq(&nomination.letters_waived),
            nominations::merged_into.eq(nomination.merged_into),
            nominations::version.eq(nomination.version),
            nominations::changed_at.eq(nomination.changed_at),
            nominations::retold.eq(nomination.retold.as_ref().map(written)),
        ))
        .execute(tx)?;
    Ok(())
}

/// Saves what a nominator wrote anew, one version on; where it stands is not touched.
pub(super) fn rewrite(tx: &mut Conn, nomination: &Nomination) -> Stored<()> {
    let facts = &nomination.facts;
    let other = facts.name_other_script.as_ref().map_or("", |name| name.as_str());
    diesel::update(nominations::table.find(nomination.id))
        .set((
            nominations::language.eq(nomination.language),
            nominations::name.eq(&nomination.name),
            nominations::name_key.eq(&nomination.name_key),
            nominations::search_key.eq(search_key(&format!("{} {other}", nomination.name))),
            nominations::city_key.eq(city_key(facts.home_city.as_str())),
            nominations::headline.eq(&nomination.headline),
            nominations::facts.eq(written(facts)),
            nominations::story.eq(written(&nomination.story)),
            nominations::links.eq(written(&nomination.links)),
            nominations::contacts.eq(written(&nomination.contacts)),
            nominations::nominator.eq(written(&nomination.nominator)),
            nominations::tell_me_next_time.eq(nomination.tell_me_next_time),
            nominations::version.eq(nomination.version),
            nominations::changed_at.eq(nomination.changed_at),
            nominations::retold.eq(nomination.retold.as_ref().map(written)),
        ))
        .execute(tx)?;
    Ok(())
}

/// The supporters as typed are rows of their own now.
pub(super) fn clear_typed_supporters(tx: &mut Conn, nomination: NominationId) -> Stored<()> {
    diesel::update(nominations::table.find(nomination)).set(nominations::supporters.eq("[]")).execute(tx)?;
    Ok(())
}

/// Puts a supporter in.
pub(super) fn insert_supporter(tx: &mut Conn, supporter: &SupporterRow) -> Stored<()> {
    diesel::insert_into(supporters::table)
        .values((
            supporters::id.eq(supporter.id),
            supporters::nomination.eq(supporter.nomination),
            supporters::position.eq(supporter.position),
            supporters::generation.eq(supporter.generation),
            supporters::name.eq(&supporter.name),
            supporters::email.eq(supporter.email.as_ref().map(Email::as_str)),
            supporters::phone.eq(&supporter.phone),
            supporters::postal_address.eq(&supporter.postal_address),
            supporters::relation.eq(&supporter.relation),
            supporters::state.eq(supporter.state),
            supporters::asked_at.eq(supporter.asked_at),
            supporters::version.eq(supporter.version),
        ))
        .execute(tx)?;
    Ok(())
}

/// Saves who a supporter is, how far they are, and their letter.
pub(super) fn save_supporter(tx: &mut Conn, supporter: &SupporterRow) -> Stored<()> {
    let letter = supporter.letter.as_ref();
    diesel::update(supporters::table.find(supporter.id))
        .set((
            supporters::generation.eq(supporter.generation),
            supporters::name.eq(&supporter.name),
            supporters::email.eq(supporter.email.as_ref().map(Email::as_str)),
            supporters::phone.eq(&supporter.phone),
            supporters::postal_address.eq(&supporter.postal_address),
            supporters::relation.eq(&supporter.relation),
            supporters::asked_at.eq(supporter.asked_at),
            supporters::former.eq(written(&supporter.former)),
            supporters::state.eq(supporter.state),
            supporters::letter.eq(letter.map(|letter| letter.text.as_str())),
            supporters::letter_relation.eq(letter.map(|letter| letter.relation.as_str())),
            supporters::known_since.eq(letter.and_then(|letter| letter.known_since)),
            supporters::language.eq(letter.map(|letter| letter.language)),
            supporters::written_at.eq(letter.map(|letter| letter.written_at)),
            supporters::version.eq(supporter.version),
        ))
        .execute(tx)?;
    Ok(())
}

/// Saves a notice, which may be its first.
pub(super) fn save_notice(tx: &mut Conn, notice: &Notice) -> Stored<()> {
    let values = (
        notices::nomination.eq(notice.nomination),
        notices::how.eq(notice.how),
        notices::given_on.eq(&notice.given_on),
        notices::reason.eq(&notice.reason),
        notices::withhold_name.eq(notice.withhold_name),
        notices::objected_at.eq(notice.objected_at),
        notices::objection.eq(&notice.objection),
        notices::access_asked_at.eq(notice.access_asked_at),
        notices::version.eq(notice.version),
        notices::generation.eq(notice.generation),
    );
    on_each!(tx, conn => diesel::insert_into(notices::table)
        .values(values)
        .on_conflict(notices::nomination)
        .do_update()
        .set(values)
        .execute(conn))?;
    Ok(())
}

/// What organisers look for.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// How it stands; else all but drafts.
    pub status: Option<Status>,
    /// The category's code.
    pub category: Option<String>,
    /// The spellings of a town, each in one spelling; empty for any town.
    pub cities: Vec<String>,
    /// What the reference is, or parts of the name in the spelling of `search_key`; all must be found.
    pub words: Vec<String>,
    /// The reference that was typed instead of a name.
    pub reference: Option<Reference>,
    /// Whether something was typed that no name holds, such as a row of signs.
    pub finds_nothing: bool,
}

/// A nomination as a list shows it.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = nominations)]
#[allow(missing_docs, reason = "the columns' names say it")]
pub struct Line {
    pub id: NominationId,
    pub reference: Reference,
    pub status: Status,
    pub source: Source,
    pub category: String,
    pub kind: NomineeKind,
    pub language: Language,
    pub name: String,
    pub headline: String,
    pub facts: String,
    pub received_at: Time,
    pub letters_waived: Option<String>,
    pub screened_at: Option<Time>,
    pub retold: Option<String>,
}

/// The nominations of an edition that fit, oldest first, after `after`.
///
/// # Errors
/// The store's.
pub fn list(tx: &mut Conn, edition: EditionId, filter: &Filter, after: Option<&str>, limit: i64) -> Stored<Vec<Line>> {
    if filter.finds_nothing {
        return Ok(Vec::new());
    }
    let mut query = nominations::table
        .filter(nominations::edition.eq(edition))
        .order(nominations::id)
        .limit(limit)
        .select(Line::as_select())
        .into_boxed();
    query = match filter.status {
        Some(status) => query.filter(nominations::status.eq(status)),
        None => query.filter(nominations::status.ne(Status::Draft)),
    };
    if let Some(category) = &filter.category {
        query = query.filter(nominations::category.eq(category.clone()));
    }
    if !filter.cities.is_empty() {
        query = query.filter(nominations::city_key.eq_any(filter.cities.clone()));
    }
    if let Some(reference) = &filter.reference {
        query = query.filter(nominations::reference.eq(reference.clone()));
    }
    for word in &filter.words {
        query = query.filter(nominations::search_key.like(format!("%{word}%"))); // letters and digits: nothing to escape
    }
    if let Some(after) = after {
        query = query.filter(nominations::id.gt(after.to_owned()));
    }
    query.load(tx)
}

/// How many letters are in, for each of these nominations that has any.
///
/// # Errors
/// The store's.
pub fn letters_in(tx: &mut Conn, ids: &[NominationId]) -> Stored<HashMap<NominationId, i64>> {
    let counts: Vec<(NominationId, i64)> = supporters::table
        .filter(supporters::nomination.eq_any(ids))
        .filter(supporters::state.eq(LetterState::Written))
        .group_by(supporters::nomination)
        .select((supporters::nomination, diesel::dsl::count_star()))
        .load(tx)?;
    Ok(counts.into_iter().collect())
}
