//! The SQL of translations, and of the originals that they are read beside.

use std::collections::HashMap;

use diesel::prelude::*;

use super::kinds::{Part, TextId};
use super::original::{Bound, Original};
use super::words::Words;
use crate::clock::Time;
use crate::ids::{AccountId, EditionId, NominationId};
use crate::nominations::form::Story;
use crate::nominations::model::LetterState;
use crate::nominations::redaction::{Redaction, Text};
use crate::nominations::reference::Reference;
use crate::nominations::status::Status;
use crate::nominations::store::{NAMED, document, safeguards, written};
use crate::on_each;
use crate::store::schema::{nominations, supporters, translations};
use crate::store::{Conn, Stored};
use crate::text::Language;

/// A text's translation, and who has the text.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::nominations) struct Translation {
    pub text: TextId,
    /// To whom it was given, and when.
    pub given: Option<(AccountId, Time)>,
    /// What was made of it.
    pub made: Option<Made>,
    /// Counts up whenever its words change.
    pub version: i64,
}

/// A translation that somebody has saved.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::nominations) struct Made {
    pub words: Words,
    pub bound: Bound,
    pub by: AccountId,
    pub at: Time,
}

impl Translation {
    /// Of a text with which nobody has done anything.
    pub fn blank(text: TextId) -> Self {
        Self { text, given: None, made: None, version: 0 }
    }

    /// What it was made of.
    pub fn bound(&self) -> Option<&Bound> {
        self.made.as_ref().map(|made| &made.bound)
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = translations)]
struct Row {
    nomination: NominationId,
    part: Part,
    language: Language,
    translator: Option<AccountId>,
    given_at: Option<Time>,
    words: Option<String>,
    original: Option<String>,
    marks: Option<String>,
    made_by: Option<AccountId>,
    made_at: Option<Time>,
    version: i64,
}

impl Row {
    fn read(self) -> Stored<Translation> {
        let made = match (self.words, self.original, self.marks, self.made_by, self.made_at) {
            (Some(words), Some(original), Some(marks), Some(by), Some(at)) => {
                Some(Made { words: document(&words)?, bound: Bound { original, marks }, by, at })
            }
            _ => None,
        };
        Ok(Translation {
            text: TextId { nomination: self.nomination, part: self.part, into: self.language },
            given: self.translator.zip(self.given_at),
            made,
            version: self.version,
        })
    }
}

/// The translations of these nominations' texts, whatever their state.
pub(super) fn of(tx: &mut Conn, ids: &[NominationId]) -> Stored<HashMap<NominationId, Vec<Translation>>> {
    let mut found: HashMap<NominationId, Vec<Translation>> = HashMap::new();
    for some in ids.chunks(NAMED) {
        let rows: Vec<Row> = translations::table
            .filter(translations::nomination.eq_any(some))
            .order((translations::nomination, translations::part, translations::language))
            .select(Row::as_select())
            .load(tx)?;
        for row in rows {
            let translation = row.read()?;
            found.entry(translation.text.nomination).or_default().push(translation);
        }
    }
    Ok(found)
}

/// One text's; blank where nobody has done anything with it.
pub(super) fn of_text(tx: &mut Conn, text: TextId) -> Stored<Translation> {
    let row: Option<Row> = translations::table
        .find((text.nomination, text.part, text.into))
        .select(Row::as_select())
        .get_result(tx)
        .optional()?;
    Ok(row.map(Row::read).transpose()?.unwrap_or_else(|| Translation::blank(text)))
}

/// The texts that were given to somebody, the longest given first.
pub(super) fn given_to(tx: &mut Conn, translator: AccountId) -> Stored<Vec<Translation>> {
    let rows: Vec<Row> = translations::table
        .filter(translations::translator.eq(translator))
        .order((translations::given_at, translations::nomination, translations::part, translations::language))
        .select(Row::as_select())
        .load(tx)?;
    rows.into_iter().map(Row::read).collect()
}

/// Saves a text's translation and who has it.
pub(super) fn save(tx: &mut Conn, translation: &Translation) -> Stored<()> {
    let (text, made) = (translation.text, translation.made.as_ref());
    let words = made.map(|made| written(&made.words));
    let values = (
        translations::nomination.eq(text.nomination),
        translations::part.eq(text.part),
        translations::language.eq(text.into),
        translations::translator.eq(translation.given.map(|(translator, _)| translator)),
        translations::given_at.eq(translation.given.map(|(_, at)| at)),
        translations::words.eq(&words),
        translations::original.eq(made.map(|made| &made.bound.original)),
        translations::marks.eq(made.map(|made| &made.bound.marks)),
        translations::made_by.eq(made.map(|made| made.by)),
        translations::made_at.eq(made.map(|made| made.at)),
        translations::version.eq(translation.version),
    );
    on_each!(tx, conn => diesel::insert_into(translations::table)
        .values(values)
        .on_conflict((translations::nomination, translations::part, translations::language))
        .do_update()
        .set(values)
        .execute(conn))?;
    Ok(())
}

/// Ends the translations of these nominations' texts, in every language, of every part: for the purge and for erasure. Who
/// has the texts stays. Answers how many there were.
///
/// # Errors
/// The store's.
pub fn forget(tx: &mut Conn, ids: &[NominationId]) -> Stored<usize> {
    forget_parts(tx, ids, Part::ALL)
}

/// The same of these parts alone.
pub(in crate::nominations) fn forget_parts(tx: &mut Conn, ids: &[NominationId], parts: &[Part]) -> Stored<usize> {
    let mut forgotten = 0;
    for some in ids.chunks(NAMED) {
        forgotten += diesel::update(translations::table)
            .filter(translations::nomination.eq_any(some))
            .filter(translations::part.eq_any(parts))
            .filter(translations::words.is_not_null())
            .set((
                translations::words.eq(None::<String>),
                translations::original.eq(None::<String>),
                translations::marks.eq(None::<String>),
                translations::made_by.eq(None::<AccountId>),
                translations::made_at.eq(None::<Time>),
                translations::version.eq(translations::version + 1),
            ))
            .execute(tx)?;
    }
    Ok(forgotten)
}

/// Letters by their place in the form.
type Letters = Vec<(i32, Language, String)>;

/// A nomination as far as translations go: what is read of it, and where it stands. No contact, no nominator, no
/// supporter's name (S-HTTP-8).
#[derive(Clone, Debug)]
pub(in crate::nominations) struct Source {
    pub id: NominationId,
    pub edition: EditionId,
    pub reference: Reference,
    pub category: String,
    pub status: Status,
    /// The nominee's name: for organisers.
    pub name: String,
    pub language: Language,
    headline: String,
    story: Story,
    /// Letters that have been written, by their place in the form.
    letters: Letters,
    redactions: Vec<Redaction>,
}

impl Source {
    /// Each of its texts that is there.
    pub fn originals(&self) -> Vec<(Part, Original)> {
        let story = Original::of_story(&self.headline, &self.story, self.language, &self.redactions);
        let letters = self.letters.iter().filter_map(|(position, language, letter)| {
            let field = Text::of_letter(*position)?;
            Some((Part::holding(field), Original::of_letter(letter, field, *language, &self.redactions)))
        });
        std::iter::once((Part::Story, story)).chain(letters).collect()
    }

    /// One of them.
    pub fn original(&self, part: Part) -> Option<Original> {
        self.originals().into_iter().find(|(one, _)| *one == part).map(|(_, original)| original)
    }
}

/// The nominations of these ids, as far as translations go.
pub(super) fn sources(tx: &mut Conn, ids: &[NominationId]) -> Stored<HashMap<NominationId, Source>> {
    let mut found = HashMap::new();
    for some in ids.chunks(NAMED) {
        for source in some_sources(tx, some)? {
            found.insert(source.id, source);
        }
    }
    Ok(found)
}

fn some_sources(tx: &mut Conn, ids: &[NominationId]) -> Stored<Vec<Source>> {
    type Columns = (NominationId, EditionId, Reference, String, Status, String, Language, String, String);
    let rows: Vec<Columns> = nominations::table
        .filter(nominations::id.eq_any(ids))
        .select((
            nominations::id,
            nominations::edition,
            nominations::reference,
            nominations::category,
            nominations::status,
            nominations::name,
            nominations::language,
            nominations::headline,
            nominations::story,
        ))
        .load(tx)?;
    let mut letters = letters(tx, ids)?;
    let mut redactions = safeguards::redactions_of(tx, ids)?;
    rows.into_iter()
        .map(|(id, edition, reference, category, status, name, language, headline, story)| {
            let (letters, redactions) =
                (letters.remove(&id).unwrap_or_default(), redactions.remove(&id).unwrap_or_default());
            let story = document(&story)?;
            Ok(Source {
                id,
                edition,
                reference,
                category,
                status,
                name,
                language,
                headline,
                story,
                letters,
                redactions,
            })
        })
        .collect()
}

fn letters(tx: &mut Conn, ids: &[NominationId]) -> Stored<HashMap<NominationId, Letters>> {
    let rows: Vec<(NominationId, i32, Option<Language>, Option<String>)> = supporters::table
        .filter(supporters::nomination.eq_any(ids))
        .filter(supporters::state.eq(LetterState::Written))
        .order((supporters::nomination, supporters::position))
        .select((supporters::nomination, supporters::position, supporters::language, supporters::letter))
        .load(tx)?;
    let mut found: HashMap<NominationId, Letters> = HashMap::new();
    for (nomination, position, language, letter) in rows {
        found.entry(nomination).or_default().extend(language.zip(letter).map(|(l, text)| (position, l, text)));
    }
    Ok(found)
}

/// The next nominations of an edition that judges read, by themselves or with another, in the order of their ids.
pub(super) fn read_by_judges(
    tx: &mut Conn,
    edition: EditionId,
    after: Option<NominationId>,
    limit: i64,
) -> Stored<Vec<NominationId>> {
    let mut statuses = Status::IN_JUDGING.to_vec();
    statuses.push(Status::Merged);
    let mut query = nominations::table
        .filter(nominations::edition.eq(edition))
        .filter(nominations::status.eq_any(statuses))
        .order(nominations::id)
        .limit(limit)
        .select(nominations::id)
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(nominations::id.gt(after));
    }
    query.load(tx)
}

/// The nominations of an edition that wait for judges and whose story somebody has translated.
pub(super) fn translated(tx: &mut Conn, edition: EditionId) -> Stored<Vec<NominationId>> {
    translations::table
        .inner_join(nominations::table)
        .filter(nominations::edition.eq(edition))
        .filter(nominations::status.eq(Status::Eligible))
        .filter(translations::part.eq(Part::Story))
        .filter(translations::words.is_not_null())
        .select(translations::nomination)
        .distinct()
        .load(tx)
}
