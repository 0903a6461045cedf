//! What an edition's judges cannot all read yet: texts without a translation that holds, for the organisers to give out.

use std::collections::{BTreeSet, HashMap};

use serde::Serialize;
use utoipa::ToSchema;

use super::kinds::{Part, State, TextId};
use super::store::{self, Source, Translation};
use super::view::version;
use crate::accounts::{self, Person, Role};
use crate::app::App;
use crate::clock::Time;
use crate::editions::Edition;
use crate::http::paging::{Listing, Stretch};
use crate::ids::{AccountId, NominationId, RoleId};
use crate::nominations::reference::Reference;
use crate::store::{Conn, StoreError, Stored};
use crate::text::Language;

/// Nominations that are looked at together.
const TOGETHER: i64 = 200;

/// A text that judges of some panel cannot read in its language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct UntranslatedText {
    /// Which text.
    pub text: TextId,
    /// The nomination.
    pub nomination: NominationId,
    /// Its reference.
    pub reference: Reference,
    /// Code of the category.
    pub category: String,
    /// The nominee's name.
    pub name: String,
    /// Which part of the nomination.
    pub part: Part,
    /// The original's language.
    pub from: Language,
    /// The language of a panel, into which it is to be translated.
    pub into: Language,
    /// How many words the original has.
    pub words: usize,
    /// What there is already.
    pub state: State,
    /// Whether an organiser must first look again at words that were blacked out.
    pub blocked: bool,
    /// Who is to translate it.
    pub translator: Option<NamedTranslator>,
    /// Since when they have it.
    pub given_at: Option<Time>,
    /// Its version: its `ETag`.
    #[serde(skip)]
    pub version: i64,
}

/// A translator of the edition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct NamedTranslator {
    /// As the list of the edition's people names them.
    pub person: RoleId,
    /// Their name.
    pub name: String,
}

impl NamedTranslator {
    /// The translators of an edition who have not left, with their accounts.
    pub fn of(tx: &mut Conn, edition: &Edition) -> Stored<Vec<(AccountId, Self)>> {
        let people = accounts::people(tx, edition.id)?.into_iter();
        let there = people.filter(|person| person.role == Role::Translator && person.removed_at.is_none());
        Ok(there.map(|Person { account, id, name, .. }| (account, Self { person: id, name })).collect())
    }
}

/// A stretch of them, by nomination, part and language. Looked at is what judges read: eligible nominations and what was
/// merged; and into the languages of the panels.
///
/// # Errors
/// The store's.
pub(super) async fn list(
    app: &App,
    edition: Edition,
    stretch: Stretch,
) -> Result<Listing<UntranslatedText>, StoreError> {
    let keys = app.clone();
    app.store
        .read(move |tx| {
            let after = stretch.after.as_deref().and_then(TextId::parse);
            let items = next(tx, &edition, after, stretch.limit + 1)?;
            Ok::<_, StoreError>(stretch.list(&keys.keys, items, |item| item.text.to_string()))
        })
        .await
}

fn next(tx: &mut Conn, edition: &Edition, after: Option<TextId>, wanted: usize) -> Stored<Vec<UntranslatedText>> {
    let (panels, translators) = (panels_languages(edition), NamedTranslator::of(tx, edition)?);
    let mut found: Vec<UntranslatedText> = Vec::new();
    let mut last = None;
    // The nomination at which the stretch before ended may have more texts.
    let mut ids: Vec<NominationId> = after.iter().map(|text| text.nomination).collect();
    while found.len() < wanted {
        if ids.is_empty() {
            ids = store::read_by_judges(tx, edition.id, last, TOGETHER)?;
        }
        let Some(end) = ids.last() else { break };
        last = Some(*end);
        let (sources, mut translations) = (store::sources(tx, &ids)?, store::of(tx, &ids)?);
        for id in std::mem::take(&mut ids) {
            let Some(source) = sources.get(&id).filter(|source| source.edition == edition.id) else { continue };
            let texts = texts(source, &panels, translations.remove(&id).unwrap_or_default(), &translators);
            found.extend(texts.into_iter().filter(|item| after.is_none_or(|after| item.text > after)));
        }
    }
    found.truncate(wanted);
    Ok(found)
}

/// The languages of the panels that score.
fn panels_languages(edition: &Edition) -> BTreeSet<Language> {
    edition.panels.iter().filter(|panel| panel.closed.is_none()).map(|panel| panel.language).collect()
}

/// A nomination's texts without a translation that holds.
fn texts(
    source: &Source,
    panels: &BTreeSet<Language>,
    translations: Vec<Translation>,
    translators: &[(AccountId, NamedTranslator)],
) -> Vec<UntranslatedText> {
    let mut made: HashMap<TextId, Translation> = translations.into_iter().map(|one| (one.text, one)).collect();
    let mut found = Vec::new();
    for (part, original) in source.originals() {
        for into in panels.iter().copied().filter(|into| *into != original.language) {
            let text = TextId { nomination: source.id, part, into };
            let translation = made.remove(&text).unwrap_or_else(|| Translation::blank(text));
            let state = original.state(translation.bound());
            if state == State::Current {
                continue;
            }
            let named = translation.given.and_then(|(account, at)| {
                let (_, named) = translators.iter().find(|(translator, _)| *translator == account)?;
                Some((named.clone(), at))
            });
            found.push(UntranslatedText {
                text,
                nomination: source.id,
                reference: source.reference.clone(),
                category: source.category.clone(),
                name: source.name.clone(),
                part,
                from: original.language,
                into,
                words: original.words.count(),
                state,
                blocked: !original.is_open,
                version: version(&original, &translation),
                given_at: named.as_ref().map(|(_, at)| *at),
                translator: named.map(|(named, _)| named),
            });
        }
    }
    found.sort_by_key(|item| item.text);
    found
}
