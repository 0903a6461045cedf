//! The winners, as everyone may read them since the release; before it, nothing at all (§ 9 of the announcement).

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::release;
use super::reply::{Acceptance, Answer};
use super::sealed::{self, Outcome};
use super::store;
use crate::app::App;
use crate::clock::{Span, Time};
use crate::editions::{self, Edition, EditionSlug};
use crate::fields::Country;
use crate::http::csv::{ByteOrderMark, cell, csv};
use crate::ids::NominationId;
use crate::nominations::{self, Status, ToTell};
use crate::results::{Award, Awarded};
use crate::store::{Conn, StoreError, Stored};
use crate::text::{Language, say};

/// For how long after the release no cache may keep it (§ 9.12).
const FRESH: Span = Span::hours(1);

/// The public list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Winners {
    /// Who is honoured: by category, then by name.
    pub items: Vec<Honoured>,
    /// SHA-256 of the sealed bundle, from which anybody who has it can recompute the results.
    pub bundle_digest: String,
    /// The installation's public key, which checks the signature under it.
    pub public_key: String,
}

/// Somebody who is honoured, as the press may print it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Honoured {
    /// The edition.
    pub edition: EditionSlug,
    /// Code of the category.
    pub category: String,
    /// Its name in English.
    pub category_en: String,
    /// Its name in Russian.
    pub category_ru: String,
    /// What they are honoured with.
    pub award: Award,
    /// The name as they want it published; "name withheld" where they do not.
    pub name: String,
    /// The same in the other alphabet.
    pub name_other_script: Option<String>,
    /// Town or city.
    pub home_city: String,
    /// Country.
    pub country: Country,
    /// Keys of the cities that the friendship links; a city that is on no list by its name.
    pub linked_cities: Vec<String>,
    /// The committee's words in English.
    pub citation_en: String,
    /// The committee's words in Russian.
    pub citation_ru: String,
}

/// The list, and when it was released: since then anybody may read it.
pub struct Published {
    /// The list.
    pub winners: Winners,
    /// Since when.
    pub released_at: Time,
}

impl Published {
    /// Whether caches may keep it by now.
    pub fn may_be_kept(&self, now: Time) -> bool {
        now >= self.released_at + FRESH
    }
}

/// The list of an edition whose results are released, by whoever first asks if need be; else none, whatever the reason.
///
/// # Errors
/// The store's.
pub async fn published(app: &App, slug: EditionSlug, now: Time) -> Result<Option<Published>, StoreError> {
    let wanted = slug.clone();
    let edition = app.store.read(move |tx| Ok::<_, StoreError>(editions::store::by_slug(tx, &wanted)?)).await?;
    let Some(edition) = edition else { return Ok(None) };
    if edition.released_at.is_none() {
        if !release::is_due(&edition, now) {
            return Ok(None);
        }
        release::release_if_due(app, edition.id, now).await?;
    }
    app.store
        .read(move |tx| {
            let edition = editions::store::by_slug(tx, &slug)?.filter(|edition| edition.released_at.is_some());
            let Some(edition) = edition else { return Ok(None) };
            Ok::<_, StoreError>(list(tx, &edition)?)
        })
        .await
}

fn list(tx: &mut Conn, edition: &Edition) -> Stored<Option<Published>> {
    let (Some(outcome), Some(released_at)) = (sealed::outcome(tx, edition)?, edition.released_at) else {
        return Ok(None);
    };
    let items = honoured(tx, edition, &outcome)?;
    let winners = Winners { items, bundle_digest: outcome.bundle_digest, public_key: outcome.public_key };
    Ok(Some(Published { winners, released_at }))
}

/// Whoever is shown: commended, or a winner who took the award. A declined one never is (§ 9.18), nor anybody who has
/// asked to be left out.
fn honoured(tx: &mut Conn, edition: &Edition, outcome: &Outcome) -> Stored<Vec<Honoured>> {
    let ids: Vec<NominationId> = outcome.awards.keys().copied().collect();
    let told: BTreeMap<NominationId, ToTell> =
        nominations::to_tell(tx, edition.id, Some(&ids))?.into_iter().map(|one| (one.id, one)).collect();
    let replies: BTreeMap<NominationId, _> =
        store::replies(tx, edition.id)?.into_iter().map(|row| (row.nomination, row.reply)).collect();
    let mut rows = Vec::new();
    for awarded in outcome.awards.values() {
        let Some(nominee) = told.get(&awarded.nomination) else { continue };
        let reply = replies.get(&awarded.nomination);
        let is_shown = match (awarded.award, nominee.status) {
            (Award::Commended, Status::Commended) => true,
            (Award::Winner, Status::Winner) => reply.is_some_and(|reply| reply.answer() == Answer::Accept),
            _ => false,
        };
        if is_shown && !nominee.objected {
            let place = edition.categories.iter().position(|category| category.code == awarded.category);
            let row = row(edition, awarded, nominee, reply.and_then(|reply| reply.acceptance()));
            rows.push(((place, nominee.name_key.clone(), nominee.reference.to_string()), row));
        }
    }
    rows.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(rows.into_iter().map(|(_, row)| row).collect())
}

pub(super) fn row(edition: &Edition, awarded: &Awarded, nominee: &ToTell, reply: Option<&Acceptance>) -> Honoured {
    let category = edition.category(&awarded.category).map(|category| category.name.clone()).unwrap_or_default();
    let facts = &nominee.facts;
    let (name, name_other_script) = names(nominee, reply);
    Honoured {
        edition: edition.slug.clone(),
        category: awarded.category.clone(),
        category_en: category.en,
        category_ru: category.ru,
        award: awarded.award,
        name,
        name_other_script,
        home_city: facts.home_city.as_str().to_owned(),
        country: facts.country,
        linked_cities: facts
            .linked_cities
            .iter()
            .map(|key| match &facts.other_city {
                Some(city) if key == "other" => city.as_str().to_owned(),
                _ => key.clone(),
            })
            .collect(),
        citation_en: awarded.citation.en.clone(),
        citation_ru: awarded.citation.ru.clone(),
    }
}

/// The name as it may be published, and in the other alphabet (S-NOM-8).
fn names(nominee: &ToTell, reply: Option<&Acceptance>) -> (String, Option<String>) {
    if nominee.withhold_name || reply.is_some_and(|reply| reply.withhold_name) {
        let withheld = |language| say(language, "announcement-withheld", &[]);
        return (withheld(Language::En), Some(withheld(Language::Ru)));
    }
    let (name, other) = match reply {
        Some(reply) => (reply.public_name.as_str(), reply.public_name_other_script.as_ref()),
        None => (nominee.name.as_str(), nominee.facts.name_other_script.as_ref()),
    };
    let other = other.map(|other| other.as_str());
    match (nominee.is_minor(), reply) {
        (false, _) => (name.to_owned(), other.map(str::to_owned)),
        (true, Some(_)) => (of_a_minor(name), other.map(of_a_minor)),
        (true, None) => (initials(name), other.map(initials)),
    }
}

/// A minor's name as the guardian gives it, with the surname's initial alone: no program can tell which word of a name is
/// the surname. Where all of it stands there, its initials are printed.
fn of_a_minor(name: &str) -> String {
    let is_initial = |word: &str| word.trim_end_matches('.').chars().count() == 1;
    if name.split_whitespace().any(is_initial) { name.to_owned() } else { initials(name) }
}

/// The initial of each word, as a minor's name is printed while no guardian has said how.
pub(super) fn initials(name: &str) -> String {
    let initial = |word: &str| word.chars().find(|sign| sign.is_alphabetic()).map(|sign| format!("{sign}."));
    name.split_whitespace().filter_map(initial).collect::<Vec<_>>().join(" ")
}

/// The columns of the press's list, in their order.
pub(super) const COLUMNS: [&str; 12] = [
    "edition",
    "category",
    "category_en",
    "category_ru",
    "award",
    "name",
    "name_other_script",
    "home_city",
    "country",
    "linked_cities",
    "citation_en",
    "citation_ru",
];

impl Winners {
    /// The list as CSV.
    pub fn csv(&self, mark: ByteOrderMark) -> Vec<u8> {
        csv(&COLUMNS, self.items.iter().map(Honoured::cells), mark)
    }
}

impl Honoured {
    pub(super) fn cells(&self) -> Vec<Cow<'_, str>> {
        vec![
            cell(self.edition.as_str()),
            cell(&self.category),
            cell(&self.category_en),
            cell(&self.category_ru),
            self.award.as_str().into(),
            cell(&self.name),
            cell(self.name_other_script.as_deref().unwrap_or_default()),
            cell(&self.home_city),
            Cow::Owned(self.country.as_str().to_owned()),
            self.linked_cities.join("; ").into(),
            cell(&self.citation_en),
            cell(&self.citation_ru),
        ]
    }
}
