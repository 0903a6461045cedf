//! The columns that other rooms may read: judges, the plan of assignments, the bundle; and what the clock and the release
//! move.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use diesel::prelude::*;

use super::{NAMED, document, safeguards, stored_email};
use crate::clock::Time;
use crate::fields::{Email, NomineeKind};
use crate::ids::{EditionId, NominationId};
use crate::nominations::form::{Contacts, Nominator, Story};
use crate::nominations::messages::notice_once;
use crate::nominations::model::{
    ForJudges, LetterForJudges, LetterState, MergedStory, Nomination, NoticeHow, Screened, ToAssign, ToTell,
};
use crate::nominations::redaction::{Redaction, Text, redacted, redacted_story};
use crate::nominations::reference::Reference;
use crate::nominations::status::Status;
use crate::nominations::translations::shown::{Beside, readable};
use crate::nominations::translations::{Original, Part};
use crate::outbox::{self, Kind};
use crate::store::schema::{nominations, notices, safeguards as safeguards_table, supporters};
use crate::store::{Conn, Stored};
use crate::text::Language;

/// Letters that judges read of a nomination at most, those of merged ones among them.
const LETTERS_READ: usize = 4;
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
        .get_result(tx)
        .optional()?;
    let Some((reference, category, language, kind, facts, headline, story, links)) = row else { return Ok(None) };
    let joined = merged_into(tx, id)?;
    let around = Around::of(tx, id, &joined)?;
    let story: Story = document(&story)?;
    let original = Original::of_story(&headline, &story, language, around.hidden(id));
    Ok(Some(ForJudges {
        reference,
        category,
        language,
        kind,
        facts: document(&facts)?,
        headline: redacted(&headline, Text::Headline, around.hidden(id), language),
        story: redacted_story(story, around.hidden(id), language),
        links: document(&links)?,
        letters: letters_of(tx, id, &joined, &around)?,
        merged: stories_of(tx, &joined, &around)?,
        translations: around.translations.story(id, &original),
    }))
}

/// What judges do not see of a nomination and of those merged into it, and what they read beside.
struct Around {
    hidden: HashMap<NominationId, Vec<Redaction>>,
    translations: Beside,
}

impl Around {
    fn of(tx: &mut Conn, id: NominationId, joined: &[NominationId]) -> Stored<Self> {
        let all: Vec<NominationId> = std::iter::once(id).chain(joined.iter().copied()).collect();
        Ok(Self { hidden: safeguards::redactions_of(tx, &all)?, translations: Beside::of(tx, &all)? })
    }

    fn hidden(&self, id: NominationId) -> &[Redaction] {
        self.hidden.get(&id).map(Vec::as_slice).unwrap_or_default()
    }
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

fn letters_of(
    tx: &mut Conn,
    id: NominationId,
    joined: &[NominationId],
    around: &Around,
) -> Stored<Vec<LetterForJudges>> {
    let all: Vec<NominationId> = std::iter::once(id).chain(joined.iter().copied()).collect();
    type Columns = (NominationId, i32, Option<String>, Option<i32>, Option<Language>, Option<String>);
    let rows: Vec<Columns> = supporters::table
        .filter(supporters::nomination.eq_any(all))
        .filter(supporters::state.eq(LetterState::Written))
        .order((supporters::written_at, supporters::id))
        .limit(i64::try_from(LETTERS_READ).unwrap_or(i64::MAX))
        .select((
            supporters::nomination,
            supporters::position,
            supporters::letter_relation,
            supporters::known_since,
            supporters::language,
            supporters::letter,
        ))
        .load(tx)?;
    Ok(rows
        .into_iter()
        .filter_map(|(nomination, position, relation, known_since, language, letter)| {
            let (language, letter) = (language?, letter?);
            let relation = relation?;
            let Some(field) = Text::of_letter(position) else {
                return Some(LetterForJudges { relation, known_since, language, letter, translations: Vec::new() });
            };
            let hidden = around.hidden(nomination);
            let original = Original::of_letter(&letter, field, language, hidden);
            let translations = around.translations.letter(nomination, Part::holding(field), &original);
            let letter = redacted(&letter, field, hidden, language);
            Some(LetterForJudges { relation, known_since, language, letter, translations })
        })
        .collect())
}

fn stories_of(tx: &mut Conn, joined: &[NominationId], around: &Around) -> Stored<Vec<MergedStory>> {
    if joined.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(NominationId, Language, String, String)> = nominations::table
        .filter(nominations::id.eq_any(joined))
        .order(nominations::id)
        .select((nominations::id, nominations::language, nominations::headline, nominations::story))
        .load(tx)?;
    rows.into_iter()
        .map(|(id, language, headline, story)| {
            let (hidden, story) = (around.hidden(id), document(&story)?);
            let original = Original::of_story(&headline, &story, language, hidden);
            Ok(MergedStory {
                headline: redacted(&headline, Text::Headline, hidden, language),
                story: redacted_story(story, hidden, language),
                translations: around.translations.story(id, &original),
                language,
            })
        })
        .collect()
}

/// The eligible nominations of an edition, in the order of their ids, as the plan of assignments needs them. A judge
/// reads what was merged into one as well, so whoever stands behind that counts too.
///
/// # Errors
/// The store's.
pub fn to_assign(tx: &mut Conn, edition: EditionId) -> Stored<Vec<ToAssign>> {
    type Columns = (NominationId, Reference, String, String, String, Language);
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
        ))
        .load(tx)?;
    let mut behind = people_behind(tx, edition)?;
    let given = notices_given(tx, edition)?;
    let mut readable = readable(tx, edition)?;
    let read = |(id, reference, category, name, headline, language)| {
        let Behind { domains, organisations } = behind.remove(&id).unwrap_or_default();
        ToAssign {
            id,
            reference,
            category,
            name,
            headline,
            language,
            translations: readable.remove(&id).unwrap_or_default(),
            domains: domains.into_iter().collect(),
            organisations: organisations.into_iter().collect(),
            notice_given: given.contains(&id),
        }
    };
    Ok(rows.into_iter().map(read).collect())
}

/// Where the people behind a nomination have their mail, and the organisations that it honours.
#[derive(Default)]
struct Behind {
    domains: BTreeSet<String>,
    organisations: BTreeSet<String>,
}

/// The same for each nomination of an edition that judges read, with all that were merged into it.
fn people_behind(tx: &mut Conn, edition: EditionId) -> Stored<HashMap<NominationId, Behind>> {
    let merges = merges(tx, edition)?;
    let read = [Status::Eligible, Status::Merged];
    let rows: Vec<(NominationId, String, NomineeKind, String, String)> = nominations::table
        .filter(nominations::edition.eq(edition))
        .filter(nominations::status.eq_any(read))
        .select((nominations::id, nominations::name, nominations::kind, nominations::contacts, nominations::nominator))
        .load(tx)?;
    let supporters: Vec<(NominationId, Option<String>)> = supporters::table
        .inner_join(nominations::table)
        .filter(nominations::edition.eq(edition))
        .filter(nominations::status.eq_any(read))
        .select((supporters::nomination, supporters::email))
        .load(tx)?;
    let mut found: HashMap<NominationId, Behind> = HashMap::new();
    for (id, name, kind, contacts, nominator) in rows {
        let contacts: Contacts = document(&contacts)?;
        let nominator: Nominator = document(&nominator)?;
        let guardian = contacts.guardian.map(|guardian| guardian.email);
        let behind = found.entry(root(&merges, id)).or_default();
        behind.domains.extend([contacts.email, guardian, nominator.email].iter().flatten().map(Email::domain));
        if kind == NomineeKind::Organisation {
            behind.organisations.insert(name);
        }
    }
    for (id, email) in supporters {
        let domain = email.as_deref().and_then(stored_email).map(|email| email.domain());
        found.entry(root(&merges, id)).or_default().domains.extend(domain);
    }
    Ok(found)
}

/// Which nomination of an edition was merged into which.
fn merges(tx: &mut Conn, edition: EditionId) -> Stored<HashMap<NominationId, NominationId>> {
    let merged: Vec<(NominationId, Option<NominationId>)> = nominations::table
        .filter(nominations::edition.eq(edition))
        .filter(nominations::status.eq(Status::Merged))
        .select((nominations::id, nominations::merged_into))
        .load(tx)?;
    Ok(merged.into_iter().filter_map(|(id, into)| Some((id, into?))).collect())
}

/// The nomination that this one is read with in the end; itself where it is merged into none.
fn root(merges: &HashMap<NominationId, NominationId>, id: NominationId) -> NominationId {
    let mut at = id;
    for _ in 0..merges.len() {
        match merges.get(&at) {
            Some(next) => at = *next,
            None => break,
        }
    }
    at
}

/// The nominations of an edition whose nominee has had the privacy notice (`content/privacy.md` § 10): our letter has
/// left, to the address that stands now, or an organiser recorded how else it was given, or why it cannot be.
pub(super) fn notices_given(tx: &mut Conn, edition: EditionId) -> Stored<BTreeSet<NominationId>> {
    let recorded: Vec<NominationId> = notices::table
        .inner_join(nominations::table)
        .filter(nominations::edition.eq(edition))
        .filter(notices::how.is_not_null())
        .select(notices::nomination)
        .load(tx)?;
    let renewed: Vec<(NominationId, i32)> = notices::table
        .inner_join(nominations::table)
        .filter(nominations::edition.eq(edition))
        .filter(notices::generation.gt(0))
        .select((notices::nomination, notices::generation))
        .load(tx)?;
    let sent = outbox::store::sent_about(tx, edition, Kind::NomineeNotice)?;
    let mut given: BTreeSet<NominationId> = sent.iter().filter_map(|about| NominationId::parse(about)).collect();
    for (id, generation) in renewed {
        if outbox::store::sent_at(tx, &notice_once(id, generation))?.is_none() {
            given.remove(&id);
        }
    }
    given.extend(recorded);
    Ok(given)
}

/// The nominations of an edition that judges read, that were read with another, or that the release has decided, by
/// their ids; with `only`, those of them alone that it names, whatever their status.
///
/// # Errors
/// The store's.
pub fn to_tell(tx: &mut Conn, edition: EditionId, only: Option<&[NominationId]>) -> Stored<Vec<ToTell>> {
    let mut query = nominations::table
        .filter(nominations::edition.eq(edition))
        .order(nominations::id)
        .select(ToTellRow::as_select())
        .into_boxed();
    let told: &[Status] = &[
        Status::Eligible,
        Status::Judged,
        Status::Shortlisted,
        Status::Merged,
        Status::Winner,
        Status::Commended,
        Status::NotSelected,
    ];
    query = match only {
        Some(ids) => query.filter(nominations::id.eq_any(ids)),
        None => query.filter(nominations::status.eq_any(told)),
    };
    let rows: Vec<ToTellRow> = query.load(tx)?;
    let mut given = match only {
        Some(_) => BTreeSet::new(), // who is asked for by name is honoured, and needs no notice to be shown
        None => notices_given(tx, edition)?,
    };
    let recorded: Vec<(NominationId, Option<NoticeHow>, bool, Option<Time>)> = notices::table
        .inner_join(nominations::table)
        .filter(nominations::edition.eq(edition))
        .select((notices::nomination, notices::how, notices::withhold_name, notices::objected_at))
        .load(tx)?;
    for (id, how, ..) in &recorded {
        if *how == Some(NoticeHow::Impossible) {
            given.remove(id); // that a notice cannot be given settles the law, and tells the nominee nothing
        }
    }
    // A nominee has a link for each nomination of theirs; what they ask by one holds for the whole that it is read with.
    let merges = merges(tx, edition)?;
    let whole = |id| [id, root(&merges, id)];
    let objected: BTreeSet<NominationId> =
        recorded.iter().filter(|(.., objected_at)| objected_at.is_some()).flat_map(|(id, ..)| whole(*id)).collect();
    let at_risk: Vec<NominationId> = safeguards_table::table
        .inner_join(nominations::table)
        .filter(nominations::edition.eq(edition))
        .filter(safeguards_table::sensitive)
        .select(safeguards_table::nomination)
        .load(tx)?;
    let asked = recorded.into_iter().filter(|(_, _, withhold, _)| *withhold).map(|(id, ..)| id);
    let withheld: BTreeSet<NominationId> = asked.chain(at_risk).flat_map(whole).collect();
    rows.into_iter().map(|row| row.read(&given, &withheld, &objected)).collect()
}

/// Whether the nominee has asked to be left out of the whole that this nomination is read with.
pub(in crate::nominations) fn is_left_out(tx: &mut Conn, nomination: &Nomination) -> Stored<bool> {
    let merges = merges(tx, nomination.edition)?;
    has_objected(tx, root(&merges, nomination.id))
}

/// Whether the nominee has asked to be left out, by the link of this nomination or of one that is read with it.
///
/// # Errors
/// The store's.
pub fn has_objected(tx: &mut Conn, id: NominationId) -> Stored<bool> {
    let mut all = merged_into(tx, id)?;
    all.push(id);
    let objections = notices::table.filter(notices::nomination.eq_any(all)).filter(notices::objected_at.is_not_null());
    diesel::select(diesel::dsl::exists(objections)).get_result(tx)
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = nominations)]
struct ToTellRow {
    id: NominationId,
    reference: Reference,
    category: String,
    status: Status,
    merged_into: Option<NominationId>,
    language: Language,
    name: String,
    name_key: String,
    facts: String,
    contacts: String,
    nominator: String,
}

impl ToTellRow {
    fn read(
        self,
        given: &BTreeSet<NominationId>,
        withheld: &BTreeSet<NominationId>,
        objected: &BTreeSet<NominationId>,
    ) -> Stored<ToTell> {
        Ok(ToTell {
            told: given.contains(&self.id),
            withhold_name: withheld.contains(&self.id),
            objected: objected.contains(&self.id),
            facts: document(&self.facts)?,
            contacts: document(&self.contacts)?,
            nominator: document(&self.nominator)?,
            id: self.id,
            reference: self.reference,
            category: self.category,
            status: self.status,
            merged_into: self.merged_into,
            language: self.language,
            name: self.name,
            name_key: self.name_key,
        })
    }
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
