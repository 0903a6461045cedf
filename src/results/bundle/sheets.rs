//! The bundle's sheets. They are nearly all of a large document, so each is read as it passes and kept small.

use std::collections::HashMap;

use serde::de::{DeserializeSeed, Deserializer, SeqAccess};

use super::edition::Keys;
use super::*;

/// A score that is a number, but none that any criterion could have.
const NO_SCORE: i16 = -1;

/// A sheet before its ids are known.
struct RawSheet<'a> {
    at: usize,
    judge: Option<Cow<'a, str>>,
    nomination: Option<Cow<'a, str>>,
    is_submitted: bool,
    submitted_at: Option<Time>,
    /// Where its scores end among all; `None` where they could not be read.
    scores: Option<usize>,
}

/// All sheets, before their ids are known.
#[derive(Default)]
pub(super) struct RawSheets<'a> {
    sheets: Vec<RawSheet<'a>>,
    /// Key (by its place among the keys) and score.
    scores: Vec<(u32, i16)>,
    keys: Vec<Cow<'a, str>>,
    key_places: HashMap<Cow<'a, str>, u32>,
    /// Many sheets bear the same instant: a bundle of the service floors it to the day.
    last_time: Option<(Cow<'a, str>, Time)>,
}

/// Reads the list of sheets.
pub(super) struct Reader<'f> {
    faults: &'f mut Faults,
}

impl<'f> Reader<'f> {
    pub(super) fn new(faults: &'f mut Faults) -> Self {
        Self { faults }
    }

    fn no_list<'a>(self) -> RawSheets<'a> {
        self.faults.at(Place::TOP.field("sheets"), "wrong_type");
        RawSheets::default()
    }
}

impl<'de> DeserializeSeed<'de> for Reader<'_> {
    type Value = RawSheets<'de>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader<'_> {
    type Value = RawSheets<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of sheets")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut raw = RawSheets::default();
        let place = Place::TOP.field("sheets");
        for at in 0.. {
            let Some(node) = list.next_element()? else { break };
            raw.read(node, at, place.item(at), self.faults);
        }
        Ok(raw)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        self.faults.at(Place::TOP.field("sheets"), "required");
        Ok(RawSheets::default())
    }
    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(self.no_list())
    }
    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(self.no_list())
    }
    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(self.no_list())
    }
    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(self.no_list())
    }
    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(self.no_list())
    }
    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(self.no_list())
    }
}

impl<'a> RawSheets<'a> {
    fn read(&mut self, node: Node<'a>, at: usize, place: Place<'_>, faults: &mut Faults) {
        let Some(mut fields) = Fields::open(node, &place, faults) else { return };
        let judge = fields.id("judge");
        let nomination = fields.id("nomination");
        let is_submitted = fields.word("state", |word| match word {
            "draft" => Some(false),
            "submitted" => Some(true),
            _ => None,
        });
        let time = fields.take("submitted_at");
        let submitted_at = self.time(time, &mut fields);
        if is_submitted == Some(true) && submitted_at == Some(None) {
            fields.fault("submitted_at", "missing_time");
        }
        let scores = fields.take("scores");
        let scores = self.scores(scores, &mut fields);
        fields.close();
        self.sheets.push(RawSheet {
            at,
            judge,
            nomination,
            is_submitted: is_submitted.unwrap_or(false),
            submitted_at: submitted_at.flatten(),
            scores,
        });
    }

    /// `Some(None)` is absent, `None` a fault.
    fn time(&mut self, node: Node<'a>, fields: &mut Fields<'_, '_>) -> Option<Option<Time>> {
        let text = match node {
            Node::Null => return Some(None),
            Node::Text(text) => text,
            _ => {
                fields.fault("submitted_at", "wrong_type");
                return None;
            }
        };
        if let Some((_, time)) = self.last_time.as_ref().filter(|(last, _)| *last == text) {
            return Some(Some(*time));
        }
        let Some(time) = Time::parse(&text) else {
            fields.fault("submitted_at", "bad_time");
            return None;
        };
        self.last_time = Some((text, time));
        Some(Some(time))
    }

    fn scores(&mut self, node: Node<'a>, fields: &mut Fields<'_, '_>) -> Option<usize> {
        let scores = match node {
            Node::Object(scores) => scores,
            Node::Null => {
                fields.fault("scores", "required");
                return None;
            }
            _ => {
                fields.fault("scores", "wrong_type");
                return None;
            }
        };
        for (at, (key, node)) in scores.into_iter().enumerate() {
            let score = match node {
                Node::Whole(score) => i16::try_from(score).ok().filter(|score| *score >= 0).unwrap_or(NO_SCORE),
                Node::Number => NO_SCORE,
                _ => {
                    let place = fields.place.field("scores");
                    fields.faults.at(place.field(&key), "wrong_type");
                    0 // stands in, so that the score is not missed as well
                }
            };
            let key = self.key(key, at);
            self.scores.push((key, score));
        }
        Some(self.scores.len())
    }

    /// The place of a key among all that were met. Sheets mostly name the same keys in the same order.
    fn key(&mut self, key: Cow<'a, str>, guess: usize) -> u32 {
        if let (Some(known), Ok(guess)) = (self.keys.get(guess), u32::try_from(guess))
            && *known == key
        {
            return guess;
        }
        if let Some(place) = self.key_places.get(&key) {
            return *place;
        }
        let place = u32::try_from(self.keys.len()).expect("a document holds fewer than 2^32 keys");
        self.keys.push(key.clone());
        self.key_places.insert(key, place);
        place
    }

    /// The sheets by nomination and judge, with their scores in rows.
    pub(super) fn resolve(self, keys: &Keys, names: &Names<'_>, faults: &mut Faults) -> (Vec<Sheet>, Vec<u8>) {
        let list = Place::TOP.field("sheets");
        let criteria: Vec<Option<usize>> =
            self.keys.iter().map(|key| keys.criteria.get(key.as_ref()).copied()).collect();
        let width = keys.edition.criteria.len();
        let mut rows = vec![0; self.sheets.len() * width];
        let mut found: Vec<(Pair, usize)> = Vec::with_capacity(self.sheets.len()); // with the place in the document
        let mut start = 0;
        for (number, raw) in self.sheets.iter().enumerate() {
            let place = list.item(raw.at);
            let pair = names.find(raw.judge.as_deref(), raw.nomination.as_deref(), &place, faults);
            found.extend(pair.map(|pair| (pair, number)));
            let Some(end) = raw.scores else { continue };
            let scores_place = place.field("scores");
            let mut given = 0;
            for (key, score) in &self.scores[start..end] {
                let Some(at) = criteria[*key as usize] else {
                    faults.at(scores_place.field(&self.keys[*key as usize]), "unknown_criterion");
                    continue;
                };
                given += 1;
                let max = keys.edition.criteria[at].max_score;
                match u8::try_from(*score).ok().filter(|score| u32::from(*score) <= max || max == 0) {
                    Some(score) => rows[number * width + at] = score,
                    None => faults.range(
                        scores_place.field(&self.keys[*key as usize]),
                        "score_range",
                        &(0..=i64::from(max)),
                    ),
                }
            }
            start = end;
            if raw.is_submitted && given < width {
                faults.at(scores_place, "missing_criterion");
            }
        }
        self.in_order(found, &rows, width, faults)
    }

    fn in_order(
        &self,
        mut found: Vec<(Pair, usize)>,
        rows: &[u8],
        width: usize,
        faults: &mut Faults,
    ) -> (Vec<Sheet>, Vec<u8>) {
        let list = Place::TOP.field("sheets");
        found.sort_unstable();
        let mut sheets: Vec<Sheet> = Vec::with_capacity(found.len());
        let mut scores = Vec::with_capacity(found.len() * width);
        for (pair, number) in found {
            let raw = &self.sheets[number];
            if sheets.last().is_some_and(|last| last.pair == pair) {
                faults.at(list.item(raw.at), "duplicate_sheet");
                continue;
            }
            sheets.push(Sheet { pair, submitted_at: raw.submitted_at.filter(|_| raw.is_submitted) });
            scores.extend_from_slice(&rows[number * width..(number + 1) * width]);
        }
        (sheets, scores)
    }
}
