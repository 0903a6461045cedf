//! Who translates a text: an organiser gives it to a translator of the edition, to another, or takes it back.

use serde_json::json;

use super::error::TranslationError;
use super::kinds::TextId;
use super::store;
use super::view::{For, TextView};
use super::work::{Open, Worker, is_to_be_read};
use crate::accounts::{self, Action, Role};
use crate::app::App;
use crate::audit::{self, Act, Deed};
use crate::editions::Edition;
use crate::fields::Flaw;
use crate::http::answer::Versioned;
use crate::http::door::{Door, FromBody};
use crate::http::etag::IfMatch;
use crate::http::faults::Fault;
use crate::ids::{AccountId, RoleId};
use crate::store::Conn;

/// To whom a text is given: a person of the edition, or nobody any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gift {
    /// The person, as the list of the edition's people names them.
    pub person: Option<RoleId>,
}

impl FromBody for Gift {
    fn read(door: &mut Door<'_>) -> Option<Self> {
        let person = door.optional("person", |text| RoleId::parse(text).ok_or(Flaw::BadChoice))?;
        Some(Self { person })
    }
}

/// Gives a text to a translator, or takes it back. They need not have accepted their invitation yet: the text waits.
///
/// # Errors
/// [`TranslationError`].
pub(super) async fn give(
    app: &App,
    deed: Deed,
    by: AccountId,
    edition: Edition,
    text: TextId,
    seen: IfMatch,
    gift: Gift,
) -> Result<Versioned<TextView>, TranslationError> {
    let shared = app.clone();
    app.store
        .write(move |tx| {
            let desk = Desk { app: &shared, deed: &deed, by, edition: &edition };
            Ok(desk.give(tx, text, &seen, gift)?.view(For::Office))
        })
        .await
}

/// The same of several texts at once: all of them, or none.
///
/// # Errors
/// [`TranslationError`].
pub(super) async fn give_all(
    app: &App,
    deed: Deed,
    by: AccountId,
    edition: Edition,
    texts: Vec<(TextId, i64)>,
    gift: Gift,
) -> Result<(), TranslationError> {
    let shared = app.clone();
    app.store
        .write(move |tx| {
            let desk = Desk { app: &shared, deed: &deed, by, edition: &edition };
            texts.iter().try_for_each(|(text, seen)| desk.give(tx, *text, &IfMatch::seen(*seen), gift).map(drop))
        })
        .await
}

/// An organiser at work.
struct Desk<'a> {
    app: &'a App,
    deed: &'a Deed,
    by: AccountId,
    edition: &'a Edition,
}

impl Desk<'_> {
    fn give(&self, tx: &mut Conn, text: TextId, seen: &IfMatch, gift: Gift) -> Result<Open, TranslationError> {
        let mut open = Open::of(tx, &Worker::Office(self.by, self.edition.id), text)?;
        Action::NameTranslator.require_office(&open.edition, self.deed.at)?;
        let there = open.translation.given.is_some();
        seen.require_where(there, open.version()).map_err(TranslationError::Version)?;
        let translator = gift.person.map(|person| self.translator(tx, person)).transpose()?;
        if translator.is_some() && !is_to_be_read(open.source.status) {
            return Err(TranslationError::NotNow);
        }
        if translator == open.translation.given.map(|(translator, _)| translator) {
            return Ok(open); // they have it: it waits since it was first given to them
        }
        open.translation.given = translator.map(|translator| (translator, self.deed.at));
        store::save(tx, &open.translation)?;
        let named = translator.map(|translator| translator.to_string()).unwrap_or_default();
        let detail = json!({"part": text.part, "language": text.into, "translator": named});
        let edition = Some(open.edition.id);
        audit::record(tx, self.app, self.deed, Act::TranslatorNamed, edition, text.nomination, detail)?;
        Ok(open)
    }

    /// The account of a translator of this edition who has not left.
    fn translator(&self, tx: &mut Conn, person: RoleId) -> Result<AccountId, TranslationError> {
        let found = accounts::store::person(tx, person)?.filter(|person| {
            person.edition == self.edition.id && person.role == Role::Translator && person.removed_at.is_none()
        });
        let unknown = || TranslationError::Faults(vec![Fault::new("/person", "unknown_translator")]);
        found.map(|person| person.account).ok_or_else(unknown)
    }
}
