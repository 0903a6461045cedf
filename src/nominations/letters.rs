//! Letters of support: each supporter writes or declines one, by the link in their mail, until letters are due.
//!
//! A supporter sees the nominee's name, category and headline, and nothing else of the nomination.

use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::form::FIRST_YEAR;
use super::life;
use super::messages::Desk;
use super::model::{Letter, LetterState, Nomination, SupporterRow};
use super::store;
use crate::app::App;
use crate::audit::{self, Act, Deed};
use crate::clock::Time;
use crate::editions::Edition;
use crate::fields::{Flaw, ShortText, Words};
use crate::from_query;
use crate::http::answer::Versioned;
use crate::http::door::Door;
use crate::http::etag::IfMatch;
use crate::http::faults::Fault;
use crate::http::links::Link;
use crate::http::problem::{Code, Problem};
use crate::outbox::{self, Refusal};
use crate::store::{Conn, StoreError, Stored};
use crate::text::{Bilingual, Language};

/// Words of a letter: at least, at most.
pub const WORDS: (usize, usize) = (50, 400);
/// Characters of a letter at most.
const SIGNS: usize = 5_000;

/// A letter as it comes in.
#[derive(Clone, Debug, PartialEq)]
pub struct LetterForm {
    text: Words<{ WORDS.0 }, { WORDS.1 }, SIGNS>,
    relation: ShortText<1, 80>,
    known_since: Option<i32>,
    language: Language,
}

impl LetterForm {
    /// Reads a letter; `last` is the latest year that it may name.
    pub fn read(door: &mut Door<'_>, last: i16) -> Option<Self> {
        let text = door.required("letter", Words::parse);
        let relation = door.required("relation", ShortText::parse);
        let known_since = known_since(door, last);
        let language = door.word("language", Language::parse);
        door.call("language", "links-letter-language");
        let declared = door.tick("declaration");
        declared?;
        Some(Self { text: text?, relation: relation?, known_since: known_since?, language: language? })
    }

    /// The letter, written at this instant.
    pub(super) fn written(&self, at: Time) -> Letter {
        Letter {
            text: Words::<{ WORDS.0 }, { WORDS.1 }, SIGNS>::as_str(&self.text).to_owned(),
            relation: self.relation.as_str().to_owned(),
            known_since: self.known_since,
            language: self.language,
            written_at: at,
        }
    }
}

fn known_since(door: &mut Door<'_>, last: i16) -> Option<Option<i32>> {
    let Some(year) = door.integer("known_since")? else { return Some(None) };
    if !(FIRST_YEAR..=i64::from(last)).contains(&year) {
        let pointer = door.at("known_since");
        door.note(Fault::of(pointer, Flaw::BadYear(last.into())));
        return None;
    }
    i32::try_from(year).ok().map(Some)
}

/// What a supporter sees: what they are asked for, and what they have written.
#[derive(Debug, Serialize, ToSchema)]
pub struct LetterView {
    /// The nominee's name.
    pub nominee: String,
    /// Code of the category.
    pub category: String,
    /// The category's name.
    pub category_name: Bilingual,
    /// In one line, what the nominee has done.
    pub headline: String,
    /// Until when the letter can be written, replaced or declined.
    pub due_at: Time,
    /// How far it is.
    pub state: LetterState,
    /// The letter.
    pub letter: Option<String>,
    /// How the writer knows the nominee.
    pub relation: Option<String>,
    /// Since which year.
    pub known_since: Option<i32>,
    /// In which language it is written.
    pub language: Option<Language>,
    /// When it came in.
    pub written_at: Option<Time>,
}

/// What stands after somebody asked for no more mail.
#[derive(Debug, Serialize, ToSchema)]
pub struct Unsubscribed {
    /// Always true.
    pub unsubscribed: bool,
}

/// Why a letter is not read or taken.
#[derive(Debug, thiserror::Error)]
pub enum LetterError {
    /// The link is unknown, dead or another's.
    #[error("the link is not valid")]
    NotValid,
    /// The letter has come already: it can be replaced, no longer declined.
    #[error("the letter has come already")]
    Written,
    /// The letter is not in the version that was read.
    #[error("another version")]
    Version(Problem),
    /// The store's.
    #[error("the store failed")]
    Store(#[from] StoreError),
}

from_query!(LetterError);

impl From<LetterError> for Problem {
    fn from(error: LetterError) -> Self {
        match error {
            LetterError::NotValid => Self::new(Code::LinkNotValid),
            LetterError::Written => Self::new(Code::IllegalMove),
            LetterError::Version(problem) => problem,
            LetterError::Store(error) => error.into(),
        }
    }
}

/// What the supporter behind a link sees.
///
/// # Errors
/// [`LetterError`].
pub async fn read(app: &App, link: Link, now: Time) -> Result<Versioned<LetterView>, LetterError> {
    app.store.read(move |tx| open(tx, &link, now).map(|open| open.view())).await
}

/// The last year that a letter may name: the edition's.
///
/// # Errors
/// [`LetterError`].
pub async fn last_year(app: &App, link: Link, now: Time) -> Result<i16, LetterError> {
    app.store.read(move |tx| open(tx, &link, now).map(|open| open.edition.year)).await
}

/// Takes a letter in, or another in its place.
///
/// # Errors
/// [`LetterError`].
pub async fn write(
    app: &App,
    deed: Deed,
    link: Link,
    seen: IfMatch,
    form: LetterForm,
) -> Result<Versioned<LetterView>, LetterError> {
    let shared = app.clone();
    app.store
        .write(move |tx| {
            let mut open = open(tx, &link, deed.at)?;
            let there = open.supporter.state == LetterState::Written;
            seen.require_where(there, open.supporter.version).map_err(LetterError::Version)?;
            open.supporter.letter = Some(form.written(deed.at));
            open.move_to(tx, LetterState::Written)?;
            let edition = Some(open.edition.id);
            audit::record(tx, &shared, &deed, Act::LetterWritten, edition, open.supporter.id, json!({}))?;
            Ok(open.view())
        })
        .await
}

/// The supporter will not write. Ends the asking and tells the nominator (M7); a second time changes nothing.
///
/// # Errors
/// [`LetterError`].
pub async fn decline(app: &App, deed: Deed, link: Link) -> Result<Versioned<LetterView>, LetterError> {
    let shared = app.clone();
    let view = app
        .store
        .write(move |tx| {
            let mut open = open(tx, &link, deed.at)?;
            match open.supporter.state {
                LetterState::Declined => return Ok(open.view()),
                LetterState::Written => return Err(LetterError::Written),
                LetterState::Asked => {}
            }
            open.move_to(tx, LetterState::Declined)?;
            let desk = Desk { app: &shared, edition: &open.edition, at: deed.at };
            if let Some(message) = desk.supporter_declined(&open.nomination, &open.supporter) {
                outbox::enqueue(tx, &message)?;
            }
            let edition = Some(open.edition.id);
            audit::record(tx, &shared, &deed, Act::LetterDeclined, edition, open.supporter.id, json!({}))?;
            Ok(open.view())
        })
        .await?;
    app.outbox_bell.notify_one();
    Ok(view)
}

/// Never again: no request and no reminder to this supporter's address, in any edition (S-NOM-6). Who was still asked has
/// declined by that, and the nominator hears of it (M7).
///
/// # Errors
/// [`LetterError`].
pub async fn unsubscribe(app: &App, deed: Deed, link: Link) -> Result<(), LetterError> {
    let shared = app.clone();
    app.store
        .write(move |tx| {
            let found = life::to_unsubscribe(tx, &link)?;
            let (edition, mut supporter) = found.ok_or(LetterError::NotValid)?;
            // Somebody else may have been named since: then it is the former person who speaks, and nobody declines.
            let former = supporter.former.get(usize::from(link.generation));
            let own = supporter.email.as_ref().map(|email| outbox::refusal_digest(&shared, email, Refusal::Supporter));
            let digest = former.cloned().or(own);
            if let Some(digest) = digest.filter(|digest| !digest.is_empty())
                && outbox::store::suppress(tx, &digest, outbox::store::Why::Refusal, deed.at)?
            {
                audit::record(tx, &shared, &deed, Act::MailRefused, Some(edition.id), supporter.id, json!({}))?;
            }
            // Once letters are due nobody is asked any more, and who is owed what by the seal must not change (G6).
            let due = deed.at >= edition.timetable.letters_due_at;
            let is_asked = supporter.state == LetterState::Asked && former.is_none() && !due;
            if is_asked {
                supporter.state = LetterState::Declined;
                supporter.version += 1;
                store::save_supporter(tx, &supporter)?;
                let nomination = store::by_id(tx, supporter.nomination)?.ok_or(LetterError::NotValid)?;
                let desk = Desk { app: &shared, edition: &edition, at: deed.at };
                if let Some(message) = desk.supporter_declined(&nomination, &supporter) {
                    outbox::enqueue(tx, &message)?;
                }
                audit::record(tx, &shared, &deed, Act::LetterDeclined, Some(edition.id), supporter.id, json!({}))?;
            }
            Ok::<_, LetterError>(())
        })
        .await?;
    app.outbox_bell.notify_one();
    Ok(())
}

/// A letter's link, opened.
struct Open {
    edition: Edition,
    nomination: Nomination,
    supporter: SupporterRow,
}

fn open(tx: &mut Conn, link: &Link, now: Time) -> Result<Open, LetterError> {
    let found = life::to_letter(tx, link, now)?;
    let (edition, nomination, supporter) = found.ok_or(LetterError::NotValid)?;
    Ok(Open { edition, nomination, supporter })
}

impl Open {
    fn move_to(&mut self, tx: &mut Conn, state: LetterState) -> Stored<()> {
        self.supporter.state = state;
        self.supporter.version += 1;
        store::save_supporter(tx, &self.supporter)
    }

    fn view(&self) -> Versioned<LetterView> {
        let category = &self.nomination.category;
        let name = self.edition.category(category).map(|category| category.name.clone());
        let letter = self.supporter.letter.as_ref();
        let body = LetterView {
            nominee: self.nomination.name.clone(),
            category: category.clone(),
            category_name: name.unwrap_or_default(),
            headline: self.nomination.headline.clone(),
            due_at: self.edition.timetable.letters_due_at,
            state: self.supporter.state,
            letter: letter.map(|letter| letter.text.clone()),
            relation: letter.map(|letter| letter.relation.clone()),
            known_since: letter.and_then(|letter| letter.known_since),
            language: letter.map(|letter| letter.language),
            written_at: letter.map(|letter| letter.written_at),
        };
        Versioned { version: self.supporter.version, body }
    }
}
