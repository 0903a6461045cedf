//! Counts of what came in: by status, category, city, language, source, day. Once a status tells an outcome, the
//! table of rights leaves them to the office alone.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::form::Source;
use super::places;
use super::status::Status;
use super::store::statistics;
use crate::app::App;
use crate::editions::Edition;
use crate::store::StoreError;
use crate::text::{Bilingual, Language};

/// What came in, counted. Drafts are not in.
#[derive(Debug, Serialize, ToSchema)]
pub struct Statistics {
    /// Nominations in all.
    pub total: i64,
    /// By how they stand.
    pub by_status: Vec<OfStatus>,
    /// By category, all open ones among them.
    pub by_category: Vec<OfCategory>,
    /// By the nominee's home city, the most first.
    pub by_city: Vec<OfCity>,
    /// By the language of the story.
    pub by_language: Vec<OfLanguage>,
    /// By how they reached us.
    pub by_source: Vec<OfSource>,
    /// By the day on which they came, in UTC; days without any are left out.
    pub by_day: Vec<OfDay>,
}

/// How many stand so.
#[derive(Debug, Serialize, ToSchema)]
pub struct OfStatus {
    /// How.
    pub status: Status,
    /// How many.
    pub count: i64,
}

/// How many are of a category.
#[derive(Debug, Serialize, ToSchema)]
pub struct OfCategory {
    /// Its code.
    pub category: String,
    /// Its name.
    pub name: Bilingual,
    /// How many.
    pub count: i64,
}

/// How many nominees live in a city.
#[derive(Debug, Serialize, ToSchema)]
pub struct OfCity {
    /// The edition's key of it, if it is one of its cities.
    pub key: Option<String>,
    /// Its name; of a city that is not the edition's, as its spellings are folded.
    pub name: Bilingual,
    /// How many.
    pub count: i64,
}

/// How many stories are told in a language.
#[derive(Debug, Serialize, ToSchema)]
pub struct OfLanguage {
    /// Which.
    pub language: Language,
    /// How many.
    pub count: i64,
}

/// How many reached us so.
#[derive(Debug, Serialize, ToSchema)]
pub struct OfSource {
    /// How.
    pub source: Source,
    /// How many.
    pub count: i64,
}

/// How many came on a day.
#[derive(Debug, Serialize, ToSchema)]
pub struct OfDay {
    /// The day, `2027-06-15`.
    pub day: String,
    /// How many.
    pub count: i64,
}

/// Counts an edition's nominations.
///
/// # Errors
/// The store's.
pub async fn count(app: &App, edition: Edition) -> Result<Statistics, StoreError> {
    app.store
        .read(move |tx| {
            let statuses: BTreeMap<Status, i64> = statistics::by_status(tx, edition.id)?.into_iter().collect();
            let categories: BTreeMap<String, i64> = statistics::by_category(tx, edition.id)?.into_iter().collect();
            Ok(Statistics {
                total: statuses.values().sum(),
                by_status: statuses.into_iter().map(|(status, count)| OfStatus { status, count }).collect(),
                by_category: of_categories(&edition, &categories),
                by_city: of_cities(&edition, statistics::by_city(tx, edition.id)?),
                by_language: statistics::by_language(tx, edition.id)?
                    .into_iter()
                    .map(|(language, count)| OfLanguage { language, count })
                    .collect(),
                by_source: statistics::by_source(tx, edition.id)?
                    .into_iter()
                    .map(|(source, count)| OfSource { source, count })
                    .collect(),
                by_day: statistics::by_day(tx, edition.id)?
                    .into_iter()
                    .map(|(day, count)| OfDay { day, count })
                    .collect(),
            })
        })
        .await
}

fn of_categories(edition: &Edition, counts: &BTreeMap<String, i64>) -> Vec<OfCategory> {
    let shown = edition.categories.iter().filter(|category| category.open || counts.contains_key(&category.code));
    shown
        .map(|category| OfCategory {
            category: category.code.clone(),
            name: category.name.clone(),
            count: counts.get(&category.code).copied().unwrap_or(0),
        })
        .collect()
}

/// Cities of the edition under one name, whatever they were spelled.
fn of_cities(edition: &Edition, counts: Vec<(String, i64)>) -> Vec<OfCity> {
    let mut cities: BTreeMap<(Option<String>, String), OfCity> = BTreeMap::new();
    for (folded, count) in counts {
        let known = places::cities(edition)
            .find(|(_, name)| places::city_key(&name.en) == folded || places::city_key(&name.ru) == folded);
        let key = known.map(|(key, _)| key.to_owned());
        let name = known.map_or_else(|| Bilingual { en: folded.clone(), ru: folded.clone() }, |(_, name)| name.clone());
        let place = (key.clone(), if key.is_some() { String::new() } else { folded });
        cities.entry(place).or_insert(OfCity { key, name, count: 0 }).count += count;
    }
    let mut cities: Vec<OfCity> = cities.into_values().collect();
    cities.sort_by(|one, other| other.count.cmp(&one.count).then_with(|| one.name.en.cmp(&other.name.en)));
    cities
}
