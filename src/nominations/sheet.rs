//! The fields of the form as a page shows them and as a browser sends them back: labels, kinds, choices.
//!
//! Each field is named by its place in the body, so that the faults that the one reader notes at a place find their field.

use std::borrow::Cow;

use serde_json::{Map, Value as Json, json};

use super::form::{AgeBand, NomineeKind, OrganisationType};
use super::places;
use crate::editions::{Category, Edition};
use crate::fields::{Country, count_words};
use crate::http::faults::label;
use crate::http::form::Form;
use crate::http::pages::Frame;
use crate::text::Language;

/// A field of the form.
pub(super) struct Field {
    pub name: String,
    pub label: String,
    pub hint: String,
    pub value: String,
    /// Words that it may have at most, where these are counted.
    pub most: Option<usize>,
    pub kind: Kind,
}

/// How a field looks.
pub(super) enum Kind {
    /// A line, of this type of input.
    Line(&'static str),
    /// Several lines.
    Lines,
    /// One of a few.
    One(Vec<(String, String)>),
    /// One of a long list.
    OneOfMany(Vec<(String, String)>),
    /// Some of these.
    Some(Vec<(String, String, bool)>),
    /// Yes, where it is set.
    Tick(bool),
}

/// What a field holds.
#[derive(Clone, Copy)]
pub(super) enum Shape {
    Line(&'static str),
    Lines,
    /// A text of so many words at most.
    Words(usize),
    Year,
    YesOrNo,
    Language,
    Country,
    AgeBand,
    Organisation,
    Cities,
    Tick,
    /// Of these categories.
    Category,
    /// A person or an organisation.
    NomineeKind,
}

/// A place of the body as the name of its field: the same by which faults name it.
pub(super) fn name_of(pointer: &str) -> String {
    pointer.trim_start_matches('/').replace('/', "-")
}

/// A form's body as its fields show it.
#[derive(Clone, Copy)]
pub(super) struct Shown<'a> {
    pub frame: &'a Frame,
    pub edition: &'a Edition,
    /// What stands in the fields.
    pub body: &'a Json,
}

impl Shown<'_> {
    /// What stands at a place, as it is typed.
    pub fn text(&self, place: &str) -> String {
        match self.body.pointer(place) {
            Some(Json::String(text)) => text.clone(),
            Some(Json::Number(number)) => number.to_string(),
            Some(Json::Bool(flag)) => (if *flag { "yes" } else { "no" }).to_owned(),
            _ => String::new(),
        }
    }

    /// The field of a place.
    pub fn field(&self, place: &str, shape: Shape) -> Field {
        let language = self.frame.language();
        let value = self.text(place);
        let mut label = label(language, place);
        if let Some(number) =
            place.strip_prefix("/links/").and_then(|rest| rest.split('/').next()?.parse::<usize>().ok())
        {
            label = format!("{label} {}", number + 1);
        }
        let hint = match shape {
            Shape::Words(most) => {
                let left = most.saturating_sub(count_words(&value));
                self.frame.with("links-words-left", &[("n", left.into())])
            }
            _ => String::new(),
        };
        let kind = match shape {
            Shape::Line(kind) => Kind::Line(kind),
            Shape::Year => Kind::Line("text"),
            Shape::Lines | Shape::Words(_) => Kind::Lines,
            Shape::YesOrNo => Kind::One(vec![
                ("yes".to_owned(), self.frame.say("links-yes").into_owned()),
                ("no".to_owned(), self.frame.say("links-no").into_owned()),
            ]),
            Shape::Language => {
                Kind::One(Language::ALL.iter().map(|one| (one.to_string(), one.own_name().to_owned())).collect())
            }
            Shape::Country => Kind::OneOfMany(countries(language)),
            Shape::AgeBand => Kind::One(self.choices("age-band", AgeBand::ALL.iter().map(|band| band.as_str()))),
            Shape::Organisation => {
                Kind::One(self.choices("organisation-type", OrganisationType::ALL.iter().map(|kind| kind.as_str())))
            }
            Shape::Category => Kind::One(self.categories()),
            Shape::NomineeKind => {
                Kind::One(self.choices("nominee-kind", NomineeKind::ALL.iter().map(|kind| kind.as_str())))
            }
            Shape::Cities => Kind::Some(self.cities(place)),
            Shape::Tick => Kind::Tick(value == "yes"),
        };
        let most = match shape {
            Shape::Words(most) => Some(most),
            _ => None,
        };
        Field { name: name_of(place), label, hint, value, most, kind }
    }

    fn choices<'w>(&self, of: &str, words: impl Iterator<Item = &'w str>) -> Vec<(String, String)> {
        let say = |word: &str| self.frame.say(&format!("choice-{of}-{}", word.replace('_', "-"))).into_owned();
        words.map(|word| (word.to_owned(), say(word))).collect()
    }

    /// Each with its one line.
    fn categories(&self) -> Vec<(String, String)> {
        let open = self.edition.categories.iter().filter(|category| category.open);
        let words = |one: &Category| format!("{}: {}", self.frame.pick(&one.name), self.frame.pick(&one.description));
        open.map(|category| (category.code.clone(), words(category))).collect()
    }

    fn cities(&self, place: &str) -> Vec<(String, String, bool)> {
        let language = self.frame.language();
        let chosen = self.body.pointer(place).and_then(Json::as_array).cloned().unwrap_or_default();
        let is_chosen = |key: &str| chosen.iter().any(|one| one == key);
        let mut cities: Vec<(String, String, bool)> = Vec::new();
        let other = ("other", self.frame.say("choice-city-other"));
        let named = places::cities(self.edition).map(|(key, name)| (key, Cow::Borrowed(name.get(language))));
        for (key, name) in named.chain(std::iter::once(other)) {
            if cities.iter().all(|(known, ..)| known != key) {
                cities.push((key.to_owned(), name.into_owned(), is_chosen(key)));
            }
        }
        cities
    }
}

fn countries(language: Language) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> =
        Country::all().iter().map(|(code, name)| ((*code).to_owned(), name.get(language).to_owned())).collect();
    all.sort_by(|(_, one), (_, other)| one.cmp(other));
    all
}

/// What a browser sent for a field; cities that stood there keep their order.
pub(super) fn typed(form: &Form, place: &str, shape: Shape, stood: &[String]) -> Json {
    let name = name_of(place);
    let typed = form.get(&name);
    match shape {
        Shape::Year => typed.trim().parse::<i64>().map_or_else(|_| Json::from(typed), Json::from),
        Shape::YesOrNo => match typed {
            "yes" => Json::Bool(true),
            "no" => Json::Bool(false),
            _ => Json::Null,
        },
        Shape::Tick => Json::Bool(!typed.is_empty()),
        Shape::Cities => {
            let mut cities: Vec<&str> = form.all(&name).collect(); // those that stay keep their order
            cities.sort_by_key(|key| stood.iter().position(|one| one == key).unwrap_or(stood.len()));
            Json::from(cities)
        }
        _ => Json::from(typed),
    }
}

/// Lets rows of links fall out that are blank.
pub(super) fn drop_blank_links(body: &mut Json) {
    let is_blank =
        |row: &Json| ["title", "url"].iter().all(|name| row[name].as_str().is_none_or(|text| text.trim().is_empty()));
    if let Some(rows) = body["links"].as_array_mut() {
        rows.retain(|row| !is_blank(row));
    }
}

/// Puts a value into a body, making the objects and lists on its way.
pub(super) fn put(body: &mut Json, place: &str, value: Json) {
    let mut at = body;
    for word in place.split('/').skip(1) {
        at = match word.parse::<usize>() {
            Ok(number) => {
                if !at.is_array() {
                    *at = json!([]);
                }
                let Json::Array(items) = at else { return };
                items.resize(items.len().max(number + 1), Json::Null);
                &mut items[number]
            }
            Err(_) => {
                if !at.is_object() {
                    *at = Json::Object(Map::new());
                }
                &mut at[word]
            }
        };
    }
    *at = value;
}
