//! A translator's own queue: what was given to them and waits, the longest given first.

use serde::Serialize;
use utoipa::ToSchema;

use super::error::TranslationError;
use super::kinds::{Part, State, TextId};
use super::store;
use super::work::is_to_be_read;
use crate::accounts::{Action, Role};
use crate::app::App;
use crate::clock::Time;
use crate::editions::{self, Edition, EditionSlug};
use crate::http::paging::{Listing, Stretch};
use crate::ids::{AccountId, EditionId, NominationId};
use crate::nominations::reference::Reference;
use crate::store::Conn;
use crate::text::Language;

/// A text that waits for its translator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct QueuedText {
    /// Which text.
    pub text: TextId,
    /// The edition.
    pub edition: EditionSlug,
    /// The nomination's reference.
    pub reference: Reference,
    /// Code of the category.
    pub category: String,
    /// Which part of the nomination.
    pub part: Part,
    /// The original's language.
    pub from: Language,
    /// The language that is wanted.
    pub into: Language,
    /// How many words the original has.
    pub words: usize,
    /// What there is already: none, one of words that have changed since, or one made before words were blacked out.
    pub state: State,
    /// Since when they have it.
    pub given_at: Time,
}

impl QueuedText {
    /// Where it stands in the queue.
    fn place(&self) -> String {
        place(self.given_at, self.text)
    }
}

/// Digits of one length, so that texts sort as instants do.
fn place(given_at: Time, text: TextId) -> String {
    format!("{:020} {text}", given_at.micros())
}

/// A stretch of the queue.
///
/// What waits is found by comparing each text with its translation: all that somebody has is looked at, which is no more
/// than one person can translate.
///
/// # Errors
/// [`TranslationError::Phase`] where none of their editions is translated now.
pub(super) async fn list(
    app: &App,
    account: AccountId,
    editions: Vec<EditionId>,
    stretch: Stretch,
    at: Time,
) -> Result<Listing<QueuedText>, TranslationError> {
    let keys = app.clone();
    app.store
        .read(move |tx| {
            let editions = open(tx, editions, at)?;
            let mut waiting = waiting(tx, account, &editions)?;
            if let Some(after) = &stretch.after {
                waiting.retain(|item| item.place() > *after);
            }
            waiting.truncate(stretch.limit + 1);
            Ok(stretch.list(&keys.keys, waiting, QueuedText::place))
        })
        .await
}

/// The editions that are translated now; the refusal of the first where none is.
fn open(tx: &mut Conn, ids: Vec<EditionId>, at: Time) -> Result<Vec<Edition>, TranslationError> {
    let (mut open, mut closed) = (Vec::new(), None);
    for id in ids {
        let edition = editions::store::by_id(tx, id)?.ok_or(TranslationError::NotFound)?;
        match Action::OwnTexts.require(Role::Translator, &edition, at) {
            Ok(()) => open.push(edition),
            Err(wrong) => closed = closed.or(Some(wrong)),
        }
    }
    match closed {
        Some(wrong) if open.is_empty() => Err(wrong.into()),
        _ => Ok(open),
    }
}

fn waiting(tx: &mut Conn, account: AccountId, editions: &[Edition]) -> Result<Vec<QueuedText>, TranslationError> {
    let given = store::given_to(tx, account)?;
    let ids: Vec<NominationId> = given.iter().map(|one| one.text.nomination).collect();
    let sources = store::sources(tx, &ids)?;
    let mut waiting: Vec<QueuedText> = given
        .into_iter()
        .filter_map(|one| {
            let source = sources.get(&one.text.nomination).filter(|source| is_to_be_read(source.status))?;
            let edition = editions.iter().find(|edition| edition.id == source.edition)?;
            let original = source.original(one.text.part)?;
            let state = original.state(one.bound());
            if !original.waits(state) || original.language == one.text.into {
                return None;
            }
            Some(QueuedText {
                text: one.text,
                edition: edition.slug.clone(),
                reference: source.reference.clone(),
                category: source.category.clone(),
                part: one.text.part,
                from: original.language,
                into: one.text.into,
                words: original.words.count(),
                state,
                given_at: one.given?.1,
            })
        })
        .collect();
    waiting.sort_by_key(QueuedText::place);
    Ok(waiting)
}
