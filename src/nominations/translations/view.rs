//! A text as whoever works on it sees it: the original and its translation. Nobody else gets these types (S-HTTP-8).

use serde::Serialize;
use utoipa::ToSchema;

use super::kinds::{Part, State, TextId};
use super::original::{Bound, Original};
use super::store::{Source, Translation};
use super::words::Words;
use crate::clock::Time;
use crate::editions::{Edition, EditionSlug};
use crate::http::answer::Versioned;
use crate::http::etag::version_of;
use crate::ids::AccountId;
use crate::nominations::reference::Reference;
use crate::text::Language;

/// A text, its original and its translation.
#[derive(Debug, Serialize, ToSchema)]
pub struct TextView {
    /// Which text: nomination, part, language.
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
    /// The translation's.
    pub into: Language,
    /// The original as judges read it: words that are blacked out are not in it.
    pub original: Words,
    /// How the translation stands to it.
    pub state: State,
    /// The translation. Where words were blacked out after it was made, only whoever made it and the organisers still
    /// see it.
    pub translation: Option<Words>,
    /// When it was made.
    pub made_at: Option<Time>,
    /// Whether it can be translated now: not while an organiser must look again at what is blacked out.
    pub is_open: bool,
    /// For organisers: who has the text, and who made the translation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub office: Option<OfficeNotes>,
}

/// What organisers see beside a text.
#[derive(Debug, Serialize, ToSchema)]
pub struct OfficeNotes {
    /// The account of whoever is to translate it.
    pub translator: Option<AccountId>,
    /// Since when they have it.
    pub given_at: Option<Time>,
    /// The account of whoever made the translation.
    pub made_by: Option<AccountId>,
}

/// For whom a text is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum For {
    Office,
    Translator(AccountId),
}

/// The version of all that is shown of a text: it moves when the original does, so that nobody saves a translation of words
/// that they have not read.
pub(super) fn version(original: &Original, translation: &Translation) -> i64 {
    #[derive(Serialize)]
    struct Told<'a>(&'a Bound, i64, Option<String>);
    let translator = translation.given.map(|(translator, _)| translator.to_string());
    version_of(&Told(&original.bound, translation.version, translator))
}

/// A text, for one of these.
pub(super) fn view(
    edition: &Edition,
    source: &Source,
    original: Original,
    translation: Translation,
    whom: For,
) -> Versioned<TextView> {
    let version = version(&original, &translation);
    let state = original.state(translation.bound());
    let Translation { text, given, made, .. } = translation;
    let office = (whom == For::Office).then(|| OfficeNotes {
        translator: given.map(|(translator, _)| translator),
        given_at: given.map(|(_, at)| at),
        made_by: made.as_ref().map(|made| made.by),
    });
    let made_at = made.as_ref().map(|made| made.at);
    let may_see = |by| state != State::Hidden || whom == For::Office || whom == For::Translator(by);
    let body = TextView {
        text,
        edition: edition.slug.clone(),
        reference: source.reference.clone(),
        category: source.category.clone(),
        part: text.part,
        from: original.language,
        into: text.into,
        is_open: original.is_open,
        original: original.words,
        state,
        translation: made.filter(|made| may_see(made.by)).map(|made| made.words),
        made_at,
        office,
    };
    Versioned { version, body }
}
