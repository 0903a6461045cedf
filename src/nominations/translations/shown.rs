//! Translations as judges read them beside the originals, and which languages the plan of assignments may count.
//!
//! A judge learns in which language, when it was made, and whether the original has changed since; not who made it:
//! judges get no person's name but the nominee's (`content/privacy.md` § 10).

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::kinds::{Part, State};
use super::original::Original;
use super::store::{self, Made, Translation};
use super::words::{StoryTexts, Words};
use crate::clock::Time;
use crate::ids::{EditionId, NominationId};
use crate::store::{Conn, Stored};
use crate::text::Language;

/// A story in another language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TranslatedStory {
    /// The language of the translation.
    pub language: Language,
    /// In one line, what they have done.
    pub headline: String,
    /// The story.
    pub story: StoryTexts,
    /// When it was made.
    pub made_at: Time,
    /// Whether the original has changed since.
    pub stale: bool,
}

/// A letter in another language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TranslatedLetter {
    /// The language of the translation.
    pub language: Language,
    /// Its words.
    pub letter: String,
    /// When it was made.
    pub made_at: Time,
    /// Whether the original has changed since.
    pub stale: bool,
}

/// The translations of some nominations, to be shown beside their originals.
pub(in crate::nominations) struct Beside(HashMap<NominationId, Vec<Translation>>);

impl Beside {
    /// Those of these nominations.
    pub fn of(tx: &mut Conn, ids: &[NominationId]) -> Stored<Self> {
        Ok(Self(store::of(tx, ids)?))
    }

    /// What judges read beside this original.
    fn read(&self, id: NominationId, part: Part, original: &Original) -> Vec<(Language, Made, bool)> {
        let all = self.0.get(&id).into_iter().flatten().filter(|one| one.text.part == part);
        let read = all.filter_map(|one| {
            let state = original.state(one.bound());
            let shown = state.is_read() && one.text.into != original.language;
            one.made.clone().filter(|_| shown).map(|made| (one.text.into, made, state == State::Stale))
        });
        read.collect()
    }

    /// Beside this story.
    pub fn story(&self, id: NominationId, original: &Original) -> Vec<TranslatedStory> {
        let all = self.read(id, Part::Story, original).into_iter();
        let shown = all.filter_map(|(language, Made { words, at: made_at, .. }, stale)| match words {
            Words::Story(words) => {
                Some(TranslatedStory { language, headline: words.headline, story: words.story, made_at, stale })
            }
            Words::Letter(_) => None,
        });
        shown.collect()
    }

    /// Beside this letter.
    pub fn letter(&self, id: NominationId, part: Part, original: &Original) -> Vec<TranslatedLetter> {
        let all = self.read(id, part, original).into_iter();
        let shown = all.filter_map(|(language, Made { words, at: made_at, .. }, stale)| match words {
            Words::Letter(words) => Some(TranslatedLetter { language, letter: words.letter, made_at, stale }),
            Words::Story(_) => None,
        });
        shown.collect()
    }
}

/// Into which languages the stories of an edition's eligible nominations are translated so that judges may read them: what
/// is hidden from judges helps none of them to read it.
///
/// # Errors
/// The store's.
pub fn readable(tx: &mut Conn, edition: EditionId) -> Stored<HashMap<NominationId, Vec<Language>>> {
    let ids = store::translated(tx, edition)?;
    let beside = Beside::of(tx, &ids)?;
    let sources = store::sources(tx, &ids)?;
    let read = ids.into_iter().filter_map(|id| {
        let original = sources.get(&id)?.original(Part::Story)?;
        Some((id, beside.read(id, Part::Story, &original).into_iter().map(|(language, ..)| language).collect()))
    });
    Ok(read.collect())
}
