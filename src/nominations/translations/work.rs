//! Reading a text and saving its translation: by an organiser any of the edition's, by a translator what was given to them.

use serde_json::json;

use super::error::TranslationError;
use super::kinds::TextId;
use super::original::Original;
use super::store::{self, Made, Source, Translation};
use super::view::{For, TextView, version, view};
use super::words::Words;
use crate::accounts::{Action, Role};
use crate::app::App;
use crate::audit::{self, Act, Deed};
use crate::clock::Time;
use crate::editions::{self, Edition};
use crate::http::answer::Versioned;
use crate::http::etag::IfMatch;
use crate::ids::{AccountId, EditionId};
use crate::nominations::status::Status;
use crate::store::Conn;

/// Who works on a text.
#[derive(Clone, Debug)]
pub(super) enum Worker {
    /// Somebody of this edition's office.
    Office(AccountId, EditionId),
    /// A translator, of these editions.
    Translator(AccountId, Vec<EditionId>),
}

impl Worker {
    fn account(&self) -> AccountId {
        match self {
            Self::Office(account, _) | Self::Translator(account, _) => *account,
        }
    }

    pub fn whom(&self) -> For {
        match self {
            Self::Office(..) => For::Office,
            Self::Translator(account, _) => For::Translator(*account),
        }
    }

    /// Whether this text is theirs to read.
    fn may_open(&self, source: &Source, translation: &Translation) -> bool {
        match self {
            Self::Office(_, edition) => source.edition == *edition,
            Self::Translator(account, editions) => {
                translation.given.is_some_and(|(translator, _)| translator == *account)
                    && editions.contains(&source.edition)
            }
        }
    }
}

/// A text that is open before whoever may work on it.
pub(super) struct Open {
    pub edition: Edition,
    pub source: Source,
    pub original: Original,
    pub translation: Translation,
}

impl Open {
    /// The text, if it is there and theirs.
    pub fn of(tx: &mut Conn, worker: &Worker, text: TextId) -> Result<Self, TranslationError> {
        let source = store::sources(tx, &[text.nomination])?.remove(&text.nomination);
        let source = source.ok_or(TranslationError::NotFound)?;
        let translation = store::of_text(tx, text)?;
        if !worker.may_open(&source, &translation) {
            return Err(TranslationError::NotFound);
        }
        let original = source.original(text.part).filter(|original| original.language != text.into);
        let original = original.ok_or(TranslationError::NotFound)?;
        let edition = editions::store::by_id(tx, source.edition)?.ok_or(TranslationError::NotFound)?;
        Ok(Self { edition, source, original, translation })
    }

    /// Lets a translator read only what judges read or will read: what was withdrawn or kept out is nobody's work.
    fn require_read(&self, worker: &Worker, action: Action, at: Time) -> Result<(), TranslationError> {
        match worker {
            Worker::Office(..) => Ok(action.require_office(&self.edition, at)?),
            Worker::Translator(..) => {
                action.require(Role::Translator, &self.edition, at)?;
                if is_to_be_read(self.source.status) { Ok(()) } else { Err(TranslationError::NotFound) }
            }
        }
    }

    /// Lets work on it pass.
    pub fn require_work(&self) -> Result<(), TranslationError> {
        let may = is_to_be_read(self.source.status) && self.original.is_open;
        if may { Ok(()) } else { Err(TranslationError::NotNow) }
    }

    pub fn version(&self) -> i64 {
        version(&self.original, &self.translation)
    }

    pub fn view(self, whom: For) -> Versioned<TextView> {
        view(&self.edition, &self.source, self.original, self.translation, whom)
    }
}

/// Whether judges read it or may come to read it.
pub(super) fn is_to_be_read(status: Status) -> bool {
    status.is_in_judging() || matches!(status, Status::Submitted | Status::Merged)
}

/// A text with its translation.
///
/// # Errors
/// [`TranslationError`].
pub(super) async fn read(
    app: &App,
    worker: Worker,
    action: Action,
    text: TextId,
    at: Time,
) -> Result<Versioned<TextView>, TranslationError> {
    app.store
        .read(move |tx| {
            let open = Open::of(tx, &worker, text)?;
            open.require_read(&worker, action, at)?;
            Ok(open.view(worker.whom()))
        })
        .await
}

/// Saves a text's translation in the place of what was there.
///
/// # Errors
/// [`TranslationError`].
pub(super) async fn save(
    app: &App,
    deed: Deed,
    worker: Worker,
    action: Action,
    text: TextId,
    seen: IfMatch,
    words: Words,
) -> Result<Versioned<TextView>, TranslationError> {
    let shared = app.clone();
    app.store
        .write(move |tx| {
            let mut open = Open::of(tx, &worker, text)?;
            open.require_read(&worker, action, deed.at)?;
            let there = open.translation.made.is_some();
            seen.require_where(there, open.version()).map_err(TranslationError::Version)?;
            open.require_work()?;
            let faults = words.faults_against(&open.original.words);
            if !faults.is_empty() {
                return Err(TranslationError::Faults(faults));
            }
            open.translation.made = Some(Made {
                words: words.clone(),
                bound: open.original.bound.clone(),
                by: worker.account(),
                at: deed.at,
            });
            open.translation.version += 1;
            store::save(tx, &open.translation)?;
            let detail = json!({"part": text.part, "language": text.into});
            audit::record(tx, &shared, &deed, Act::TextTranslated, Some(open.edition.id), text.nomination, detail)?;
            Ok(open.view(worker.whom()))
        })
        .await
}
