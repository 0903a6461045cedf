//! What was written, as pages show it: every place of the form that holds something, under the form's label and in the
//! form's order, in the reader's language.

use serde_json::Value as Json;

use super::{order, places};
use crate::editions::Edition;
use crate::fields::Country;
use crate::http::faults::label;
use crate::http::pages::Frame;
use crate::text::Language;

/// A label, and what stands under it.
pub(super) type Line = (String, String);

/// A body of the form, or a part of it, that is shown.
pub(super) struct Shown<'a> {
    frame: &'a Frame,
    edition: &'a Edition,
    body: &'a Json,
}

impl<'a> Shown<'a> {
    pub fn new(frame: &'a Frame, edition: &'a Edition, body: &'a Json) -> Self {
        Self { frame, edition, body }
    }

    /// The lines of the places that begin so.
    pub fn under(&self, start: &str) -> Vec<Line> {
        let mut leaves = Vec::new();
        leaves_of(String::new(), self.body, &mut leaves);
        leaves.retain(|(place, _)| place.starts_with(start));
        leaves.sort_by_cached_key(|(place, _)| order::place(place));
        let lines =
            leaves.into_iter().map(|(place, value)| (label(self.frame.language(), &place), self.say(&place, value)));
        lines.filter(|(_, said)| !said.is_empty()).collect()
    }

    /// A value in words.
    fn say(&self, place: &str, value: &Json) -> String {
        let language = self.frame.language();
        let choice =
            |of: &str, word: &str| self.frame.say(&format!("choice-{of}-{}", word.replace('_', "-"))).into_owned();
        match (place, value) {
            ("/nominee/linked_cities", Json::Array(keys)) => {
                let keys = keys.iter().filter_map(Json::as_str);
                keys.map(|key| self.city(key)).collect::<Vec<_>>().join(", ")
            }
            ("/nominee/kind", Json::String(word)) => choice("kind", word),
            ("/nominee/age_band", Json::String(word)) => choice("age-band", word),
            ("/nominee/organisation/type", Json::String(word)) => choice("organisation-type", word),
            ("/nominee/country" | "/nominator/country", Json::String(code)) => {
                Country::parse(code).map_or_else(|_| code.clone(), |country| country.name(language).to_owned())
            }
            ("/language", Json::String(code)) => Language::ALL
                .iter()
                .find(|language| language.as_str() == code)
                .map_or_else(|| code.clone(), |language| language.own_name().to_owned()),
            (_, Json::Bool(true)) => self.frame.say("links-yes").into_owned(),
            (_, Json::Bool(false)) => self.frame.say("links-no").into_owned(),
            (_, Json::Number(number)) => number.to_string(),
            (_, Json::String(text)) => text.clone(),
            _ => String::new(),
        }
    }

    fn city(&self, key: &str) -> String {
        let named = places::cities(self.edition).find(|(known, _)| *known == key);
        match named {
            Some((_, name)) => self.frame.pick(name).to_owned(),
            None => self.frame.say("choice-city-other").into_owned(),
        }
    }
}

/// Whatever holds a value; a list of words is one.
fn leaves_of<'a>(place: String, value: &'a Json, leaves: &mut Vec<(String, &'a Json)>) {
    match value {
        Json::Object(fields) => {
            fields.iter().for_each(|(name, value)| leaves_of(format!("{place}/{name}"), value, leaves));
        }
        Json::Array(items) if items.iter().all(Json::is_object) => {
            items.iter().enumerate().for_each(|(at, item)| leaves_of(format!("{place}/{at}"), item, leaves));
        }
        _ => leaves.push((place, value)),
    }
}
