//! The SQL of nominations, supporters and notices.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use diesel::prelude::*;
use serde::de::DeserializeOwned;

use super::form::{Contacts, Facts, Link, Nominator, Source, Story, Supporter};
use super::model::{
    ForJudges, Letter, LetterForJudges, LetterState, MergedStory, Nomination, Notice, NoticeHow, Screened,
    SupporterRow, ToAssign,
};
use super::reference::Reference;
use super::status::Status;
use crate::clock::Time;
use crate::fields::{Email, NomineeKind};
use crate::ids::{AccountId, EditionId, NominationId, SupporterId};
use crate::store::schema::{nominations, notices, supporters};
use crate::store::{Conn, Stored};
use crate::text::Language;

/// Letters that judges read of a nomination at most, those of merged ones among them.
const LETTERS_READ: usize = 4;
/// Rows that one statement names by their ids at most: databases bound the number of parameters.
const NAMED: usize = 500;

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
fn document<T: DeserializeOwned>(text: &str) -> Stored<T> {
    serde_json::from_str(text).map_err(|error| diesel::result::Error::DeserializationError(Box::new(error)))
}

/// A nomination of any edition.
///
/// # Errors
/// The store's.
pub fn by_id(tx: &mut Conn, id: NominationId) -> Stored<Option<Nomination>> {
    nominations::table.find(id).select(Row::as_select()).first(tx).optional()?.map(Row::read).transpose()
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
    Ok(rows.into_iter().map(SupporterColumns::read).collect())
}

/// A supporter.
///
/// # Errors
/// The store's.
pub fn supporter(tx: &mut Conn, id: SupporterId) -> Stored<Option<SupporterRow>> {
    let row: Option<SupporterColumns> =
        supporters::table.find(id).select(SupporterColumns::as_select()).first(tx).optional()?;
    Ok(row.map(SupporterColumns::read))
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
}

impl SupporterColumns {
    fn read(self) -> SupporterRow {
        let letter = match (self.letter, self.letter_relation, self.language, self.written_at) {
            (Some(text), Some(relation), Some(language), Some(written_at)) => {
                Some(Letter { text, relation, known_since: self.known_since, language, written_at })
            }
            _ => None,
        };
        SupporterRow {
            id: self.id,
            nomination: self.nomination,
            position: self.position,
            generation: self.generation,
            name: self.name,
            email: self.email,
            phone: self.phone,
            postal_address: self.postal_address,
            relation: self.relation,
            state: self.state,
            asked_at: self.asked_at,
            letter,
            version: self.version,
        }
    }
}

/// What the nominee was told, and what they asked in return; `None` where nothing has been sent or recorded yet.
///
/// # Errors
/// The store's.
pub fn notice_of(tx: &mut Conn, nomination: NominationId) -> Stored<Option<Notice>> {
    let row: Option<NoticeColumns> =
        notices::table.find(nomination).select(NoticeColumns::as_select()).first(tx).optional()?;
    Ok(row.map(NoticeColumns::read))
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = notices)]
struct NoticeColumns {
    nomination: NominationId,
    how: NoticeHow,
    given_on: Option<String>,
    reason: Option<String>,
    withhold_name: bool,
    objected_at: Option<Time>,
    objection: Option<String>,
    access_asked_at: Option<Time>,
    version: i64,
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
        }
    }
}

/// What judges may read of a nomination, from columns that hold nothing else (S-HTTP-8).
///
/// # Errors
/// The store's.
pub fn for_judges(tx: &mut Conn, id: NominationId) -> Stored<Option<ForJudges>> {
    type Columns = (Reference, String, Language, NomineeKind, String, String, String, String);
    let row: Option<Columns> = nominations::table
        .find(id)
        .select((
            nominations::reference,
            nominations::category,
            nominations::language,
            nominations::kind,
            nominations::facts,
            nominations::headline,
            nominations::story,
            nominations::links,
        ))
        .first(tx)
        .optional()?;
    let Some((reference, category, language, kind, facts, headline, story, links)) = row else { return Ok(None) };
    let joined = merged_into(tx, id)?;
    Ok(Some(ForJudges {
        reference,
        category,
        language,
        kind,
        facts: document(&facts)?,
        headline,
        story: document(&story)?,
        links: document(&links)?,
        letters: letters_of(tx, id, &joined)?,
        merged: stories_of(tx, &joined)?,
    }))
}

/// The nominations merged into this one, over any steps, each once.
fn merged_into(tx: &mut Conn, id: NominationId) -> Stored<Vec<NominationId>> {
    let mut found = Vec::new();
    let mut next = vec![id];
    while !next.is_empty() {
        let merged: Vec<NominationId> = nominations::table
            .filter(nominations::merged_into.eq_any(next))
            .filter(nominations::status.eq(Status::Merged))
            .order(nominations::id)
            .select(nominations::id)
            .load(tx)?;
        next = merged.into_iter().filter(|one| *one != id && !found.contains(one)).collect();
        found.extend(&next);
    }
    Ok(found)
}

fn letters_of(tx: &mut Conn, id: NominationId, joined: &[NominationId]) -> Stored<Vec<LetterForJudges>> {
    let all: Vec<NominationId> = std::iter::once(id).chain(joined.iter().copied()).collect();
    let rows: Vec<(Option<String>, Option<i32>, Option<Language>, Option<String>)> = supporters::table
        .filter(supporters::nomination.eq_any(all))
        .filter(supporters::state.eq(LetterState::Written))
        .order((supporters::written_at, supporters::id))
        .limit(i64::try_from(LETTERS_READ).unwrap_or(i64::MAX))
        .select((supporters::letter_relation, supporters::known_since, supporters::language, supporters::letter))
        .load(tx)?;
    Ok(rows
        .into_iter()
        .filter_map(|(relation, known_since, language, letter)| {
            Some(LetterForJudges { relation: relation?, known_since, language: language?, letter: letter? })
        })
        .collect())
}

fn stories_of(tx: &mut Conn, joined: &[NominationId]) -> Stored<Vec<MergedStory>> {
    if joined.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(Language, String, String)> = nominations::table
        .filter(nominations::id.eq_any(joined))
        .order(nominations::id)
        .select((nominations::language, nominations::headline, nominations::story))
        .load(tx)?;
    rows.into_iter()
        .map(|(language, headline, story)| Ok(MergedStory { language, headline, story: document(&story)? }))
        .collect()
}

/// The eligible nominations of an edition, in the order of their ids, as the plan of assignments needs them.
///
/// # Errors
/// The store's.
pub fn to_assign(tx: &mut Conn, edition: EditionId) -> Stored<Vec<ToAssign>> {
    type Columns = (NominationId, Reference, String, String, String, Language, NomineeKind, String, String);
    let rows: Vec<Columns> = nominations::table
        .filter(nominations::edition.eq(edition))
        .filter(nominations::status.eq(Status::Eligible))
        .order(nominations::id)
        .select((
            nominations::id,
            nominations::reference,
            nominations::category,
            nominations::name,
            nominations::headline,
            nominations::language,
            nominations::kind,
            nominations::contacts,
            nominations::nominator,
        ))
        .load(tx)?;
    let supporters = supporters_domains(tx, edition)?;
    let given = notices_given(tx, edition)?;
    rows.into_iter()
        .map(|(id, reference, category, name, headline, language, kind, contacts, nominator)| {
            let contacts: Contacts = document(&contacts)?;
            let nominator: Nominator = document(&nominator)?;
            let guardian = contacts.guardian.map(|guardian| guardian.email);
            let mut domains: BTreeSet<String> =
                [contacts.email, guardian, nominator.email].iter().flatten().map(Email::domain).collect();
            domains.extend(supporters.get(&id).into_iter().flatten().cloned());
            let organisations = match kind {
                NomineeKind::Organisation => vec![name.clone()],
                NomineeKind::Individual => Vec::new(),
            };
            Ok(ToAssign {
                id,
                reference,
                category,
                name,
                headline,
                language,
                domains: domains.into_iter().collect(),
                organisations,
                notice_given: given.contains(&id),
            })
        })
        .collect()
}

fn supporters_domains(tx: &mut Conn, edition: EditionId) -> Stored<HashMap<NominationId, Vec<String>>> {
    let rows: Vec<(NominationId, Option<String>)> = supporters::table
        .inner_join(nominations::table)
        .filter(nominations::edition.eq(edition))
        .filter(nominations::status.eq(Status::Eligible))
        .select((supporters::nomination, supporters::email))
        .load(tx)?;
    let mut found: HashMap<NominationId, Vec<String>> = HashMap::new();
    for (nomination, email) in rows {
        let domain = email.as_deref().and_then(|email| Email::parse_with(email, true).ok()).map(|email| email.domain());
        found.entry(nomination).or_default().extend(domain);
    }
    Ok(found)
}

/// The nominations of an edition whose nominee has had the privacy notice (`content/privacy.md` § 10).
fn notices_given(tx: &mut Conn, edition: EditionId) -> Stored<BTreeSet<NominationId>> {
    let recorded: Vec<NominationId> = notices::table
        .inner_join(nominations::table)
        .filter(nominations::edition.eq(edition))
        .filter(notices::how.ne(NoticeHow::Mail))
        .select(notices::nomination)
        .load(tx)?;
    Ok(recorded.into_iter().collect())
}

/// The nominations of an edition that were ever screened, in the order of their ids: what the bundle speaks of.
///
/// # Errors
/// The store's.
pub fn in_bundle(tx: &mut Conn, edition: EditionId) -> Stored<Vec<Screened>> {
    type Columns = (NominationId, Reference, String, Status, Option<NominationId>, String, String);
    let rows: Vec<Columns> = nominations::table
        .filter(nominations::edition.eq(edition))
        .filter(nominations::screened_at.is_not_null())
        .filter(nominations::status.ne(Status::Submitted)) // a refusal undone: not screened again yet
        .order(nominations::id)
        .select((
            nominations::id,
            nominations::reference,
            nominations::category,
            nominations::status,
            nominations::merged_into,
            nominations::name,
            nominations::name_key,
        ))
        .load(tx)?;
    let read = |(id, reference, category, status, merged_into, name, name_key)| Screened {
        id,
        reference,
        category,
        status,
        merged_into,
        name,
        name_key,
    };
    Ok(rows.into_iter().map(read).collect())
}

/// Judging has closed: these nominations had their quorum. Those that are no longer eligible stay as they are.
///
/// # Errors
/// The store's.
pub fn mark_judged(tx: &mut Conn, ids: &[NominationId], at: Time) -> Stored<()> {
    move_all(tx, ids, &[Status::Eligible], Status::Judged, at)
}

/// Tells what was decided: each nomination takes its outcome, in the release's one transaction. Those that judges do
/// not read (withdrawn since, say) stay as they are.
///
/// # Errors
/// The store's.
pub fn release(tx: &mut Conn, edition: EditionId, outcomes: &[(NominationId, Status)], at: Time) -> Stored<()> {
    let known: BTreeSet<NominationId> = nominations::table
        .filter(nominations::edition.eq(edition))
        .select(nominations::id)
        .load(tx)?
        .into_iter()
        .collect();
    let mut by_outcome: BTreeMap<Status, Vec<NominationId>> = BTreeMap::new();
    for (id, outcome) in outcomes.iter().filter(|(id, _)| known.contains(id)) {
        by_outcome.entry(*outcome).or_default().push(*id);
    }
    for (outcome, ids) in by_outcome {
        let from: Vec<Status> = Status::ALL.iter().copied().filter(|status| status.release(outcome).is_ok()).collect();
        move_all(tx, &ids, &from, outcome, at)?;
    }
    Ok(())
}

fn move_all(tx: &mut Conn, ids: &[NominationId], from: &[Status], to: Status, at: Time) -> Stored<()> {
    for some in ids.chunks(NAMED) {
        diesel::update(nominations::table)
            .filter(nominations::id.eq_any(some))
            .filter(nominations::status.eq_any(from))
            .set((
                nominations::status.eq(to),
                nominations::version.eq(nominations::version + 1),
                nominations::changed_at.eq(at),
            ))
            .execute(tx)?;
    }
    Ok(())
}
