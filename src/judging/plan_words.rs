//! What a plan lacks, in words: which judges are needed, and why no other plan does better.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::deal::Shortage;
use super::plan::PlanDocument;
use crate::accounts::JudgeOf;
use crate::editions::{Edition, PanelKey};
use crate::ids::{AccountId, NominationId};
use crate::text::{Bilingual, Language, Value, say};

/// More references or names than this no sentence lists.
const LISTED: usize = 12;

/// Judges whom a panel needs for nominations of one category that can be read in the same languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Need {
    /// The panel.
    pub panel: PanelKey,
    /// Code of the category.
    pub category: String,
    /// Primary subtags of the languages, one of which each must read.
    pub languages: BTreeSet<String>,
    /// How many more judges are needed at least.
    pub judges: u32,
    /// How many nominations fall short.
    pub nominations: u32,
    /// The same as a sentence.
    pub words: Bilingual,
}

/// Why a panel falls short: what is missing is `demand` less `capacity` less `pairs`, whatever the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ShortageView {
    /// The panel.
    pub panel: PanelKey,
    /// References of the nominations that compete for too few judges.
    pub nominations: Vec<String>,
    /// Names of the judges for whom they compete, all full.
    pub judges: Vec<String>,
    /// Sheets that these nominations need, beside those that are begun.
    pub demand: u64,
    /// Sheets that these judges can still take.
    pub capacity: u64,
    /// Sheets that other judges give, all that the rules permit.
    pub pairs: u64,
    /// The same as a sentence.
    pub words: Bilingual,
}

/// References and categories of nominations.
type Names = BTreeMap<NominationId, (String, String)>;

/// Whom the panels need, by panel, category, languages.
pub(super) fn needs(edition: &Edition, document: &PlanDocument, names: &Names) -> Vec<Need> {
    let mut groups: BTreeMap<(usize, &str, &BTreeSet<String>), (u32, u32)> = BTreeMap::new();
    for short in &document.deal.shortfalls {
        let Some(panel) = document.panels.iter().position(|panel| *panel == short.panel) else { continue };
        let category = names.get(&short.nomination).map_or("", |(_, category)| category.as_str());
        let (judges, nominations) = groups.entry((panel, category, &short.languages)).or_default();
        // A judge who comes can read all of them: so the worst of them says how many must come.
        *judges = (*judges).max(short.missing);
        *nominations += 1;
    }
    let need =
        |((panel, category, languages), (judges, nominations)): ((usize, &str, &BTreeSet<String>), (u32, u32))| {
            let panel = document.panels[panel].clone();
            let words = |language| {
                let args = [
                    ("panel", Value::from(city(edition, &panel, language))),
                    ("category", Value::from(category)),
                    ("judges", Value::from(judges)),
                    ("nominations", Value::from(nominations)),
                    ("languages", Value::from(read_in(languages, language))),
                ];
                say(language, "plan-need", &args)
            };
            let words = in_both(words);
            Need { panel, category: category.to_owned(), languages: languages.clone(), judges, nominations, words }
        };
    groups.into_iter().map(need).collect()
}

/// Why the panels fall short, in their order.
pub(super) fn shortages(
    edition: &Edition,
    document: &PlanDocument,
    names: &Names,
    people: &HashMap<AccountId, &JudgeOf>,
) -> Vec<ShortageView> {
    let view = |shortage: &Shortage| {
        let reference = |id: &NominationId| names.get(id).map_or_else(String::new, |(reference, _)| reference.clone());
        let mut nominations: Vec<String> = shortage.nominations.iter().map(reference).collect();
        nominations.sort_unstable();
        let judges: Vec<String> =
            shortage.judges.iter().filter_map(|judge| people.get(judge)).map(|judge| judge.name.clone()).collect();
        let missing = shortage.demand.saturating_sub(shortage.capacity).saturating_sub(shortage.pairs);
        let words = |language| {
            let args = [
                ("panel", Value::from(city(edition, &shortage.panel, language))),
                ("count", Value::from(nominations.len())),
                ("nominations", Value::from(listed(&nominations))),
                ("demand", number(shortage.demand)),
                ("judges", Value::from(listed(&judges))),
                ("capacity", number(shortage.capacity)),
                ("pairs", number(shortage.pairs)),
                ("missing", number(missing)),
            ];
            if judges.is_empty() {
                say(language, "plan-shortage-barred", &args)
            } else {
                say(language, "plan-shortage-full", &args)
            }
        };
        ShortageView {
            panel: shortage.panel.clone(),
            words: in_both(words),
            demand: shortage.demand,
            capacity: shortage.capacity,
            pairs: shortage.pairs,
            nominations,
            judges,
        }
    };
    document.deal.shortages.iter().map(view).collect()
}

fn number(seats: u64) -> Value<'static> {
    Value::from(i64::try_from(seats).unwrap_or(i64::MAX))
}

fn in_both(words: impl Fn(Language) -> String) -> Bilingual {
    Bilingual::new(words(Language::En), words(Language::Ru))
}

/// The panel's city, or its key where the edition knows it no more.
fn city(edition: &Edition, panel: &PanelKey, language: Language) -> String {
    let found = edition.panels.iter().find(|one| one.key == *panel);
    found.map_or_else(|| panel.as_str().to_owned(), |panel| panel.city.get(language).to_owned())
}

/// The languages as a judge reads them: "English or Russian", «по-английски или по-русски».
fn read_in(languages: &BTreeSet<String>, language: Language) -> String {
    let word = |tag: &String| match tag.as_str() {
        "en" => say(language, "plan-read-en", &[]),
        "ru" => say(language, "plan-read-ru", &[]),
        other => other.to_owned(),
    };
    languages.iter().map(word).collect::<Vec<_>>().join(&say(language, "plan-read-or", &[]))
}

fn listed(words: &[String]) -> String {
    let more = if words.len() > LISTED { ", …" } else { "" };
    format!("{}{more}", words[..words.len().min(LISTED)].join(", "))
}
