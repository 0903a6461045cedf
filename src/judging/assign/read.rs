//! Reads a problem: the format `tca-assignment/1`, strictly, with every fault. What comes out is resolved and stands by
//! id, so that nothing after it depends on the order of the document.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};

use super::problem::{Asked, Judge, JudgeAt, Nomination, NominationAt, Standing, State};
use crate::http::document::{Absent, Faults, Fields, Listed, Node, Place, by_id, find, id, items, key, malformed};
use crate::http::faults::Fault;
use crate::judging::conflicts::{organisation_key, primary_subtag, telling_domain};

/// The only format there is.
pub const FORMAT: &str = "tca-assignment/1";

/// Panels at most.
const MOST_PANELS: usize = 8;
/// Sheets of a panel on a nomination at most: what the tally takes.
const MOST_PER_PANEL: i64 = 1_000;
/// Judges at most, and nominations at most: so that every sum fits its type.
const MOST_JUDGES: usize = 20_000;
const MOST_NOMINATIONS: usize = 1_000_000;
/// A judge's capacity at most.
const MOST_CAPACITY: i64 = 1_000_000_000;

/// Reads a problem.
///
/// # Errors
/// Every fault, each with the pointer to the value at fault.
pub fn read(text: &[u8]) -> Result<Asked, Vec<Fault>> {
    let text = std::str::from_utf8(text).map_err(|_| vec![Fault::new("", "malformed_utf8")])?;
    let node: Node<'_> = serde_json::from_str(text).map_err(|error| vec![malformed(&error)])?;
    let mut faults = Faults::default();
    let asked = document(node, &mut faults);
    asked.filter(|_| faults.0.is_empty()).ok_or(faults.0)
}

fn document(node: Node<'_>, faults: &mut Faults) -> Option<Asked> {
    let mut top = Fields::open(node, &Place::TOP, faults)?;
    top.word("format", |format| (format == FORMAT).then_some(()));
    let seed = top.whole("seed", 0..=i64::MAX, None);
    let per_panel = top.whole("per_panel", 1..=MOST_PER_PANEL, None);
    let (panels, panel_at) = panels(top.take("panels"), top.faults);
    let public = words(&mut top, "public_domains", str::to_lowercase).into_iter().collect::<Vec<_>>();
    let (judges, judge_at) = judges(top.take("judges"), &panel_at, &public, top.faults);
    let (nominations, nomination_at) = nominations(top.take("nominations"), top.faults);
    let names = Names { judges: judge_at, nominations: nomination_at };
    let conflicts = conflicts(top.take("conflicts"), &names, top.faults);
    let current = current(top.take("current"), &names, top.faults);
    top.close();
    Some(Asked {
        seed: u64::try_from(seed?).ok()?,
        per_panel: u32::try_from(per_panel?).ok()?,
        panels,
        judges,
        nominations,
        conflicts,
        current,
    })
}

fn panels(node: Node<'_>, faults: &mut Faults) -> (Vec<String>, HashMap<String, usize>) {
    let place = Place::TOP.field("panels");
    let is_list = matches!(node, Node::List(_));
    let nodes = items(node, place, Absent::Fault, faults);
    let (mut panels, mut places) = (Vec::new(), HashMap::new());
    if is_list && !(1..=MOST_PANELS).contains(&nodes.len()) {
        faults.range(place, "out_of_range", &(1..=MOST_PANELS as i64));
    }
    for (at, node) in nodes.into_iter().enumerate() {
        let Some(key) = id(node, place.item(at), faults) else { continue };
        if places.insert(key.clone().into_owned(), panels.len()).is_some() {
            faults.at(place.item(at), "duplicate_id");
        }
        panels.push(key.into_owned());
    }
    (panels, places)
}

type Places<'a> = HashMap<Cow<'a, str>, u32>;

fn judges<'a>(
    node: Node<'a>,
    panels: &HashMap<String, usize>,
    public: &[String],
    faults: &mut Faults,
) -> (Vec<Judge>, Places<'a>) {
    let place = Place::TOP.field("judges");
    let mut listed = Vec::new();
    for (at, node) in items(node, place, Absent::Fault, faults).into_iter().enumerate() {
        let place = place.item(at);
        let Some(mut item) = Fields::open(node, &place, faults) else { continue };
        let id = item.id("id");
        let panel = item.id("panel");
        let judge = Judge {
            id: String::new(),
            panel: key(panels, panel, &mut item, "panel", "unknown_panel"),
            capacity: capacity(&mut item),
            languages: words(&mut item, "languages", primary_subtag),
            expertise: words(&mut item, "expertise", str::to_owned),
            domain: domain(&mut item).and_then(|domain| telling_domain(&domain, public)),
            organisations: words(&mut item, "organisations", organisation_key),
            elsewhere: 0,
        };
        item.close();
        listed.extend(id.map(|id| Listed { id, at, item: judge }));
    }
    few_enough(listed.len(), MOST_JUDGES, place, faults);
    let (listed, places) = by_id(listed, place, faults);
    (listed.into_iter().map(|one| Judge { id: one.id.into_owned(), ..one.item }).collect(), places)
}

fn nominations<'a>(node: Node<'a>, faults: &mut Faults) -> (Vec<Nomination>, Places<'a>) {
    let place = Place::TOP.field("nominations");
    let mut listed = Vec::new();
    for (at, node) in items(node, place, Absent::Fault, faults).into_iter().enumerate() {
        let place = place.item(at);
        let Some(mut item) = Fields::open(node, &place, faults) else { continue };
        let id = item.id("id");
        let nomination = Nomination {
            id: String::new(),
            category: item.id("category").map_or_else(String::new, Cow::into_owned),
            language: item.text("language").map_or_else(String::new, |tag| primary_subtag(&tag)),
            translations: words(&mut item, "translations", primary_subtag),
            domains: words(&mut item, "domains", str::to_lowercase),
            organisations: words(&mut item, "organisations", organisation_key),
        };
        item.close();
        listed.extend(id.map(|id| Listed { id, at, item: nomination }));
    }
    few_enough(listed.len(), MOST_NOMINATIONS, place, faults);
    let (listed, places) = by_id(listed, place, faults);
    (listed.into_iter().map(|one| Nomination { id: one.id.into_owned(), ..one.item }).collect(), places)
}

fn few_enough(count: usize, most: usize, place: Place<'_>, faults: &mut Faults) {
    if count > most {
        faults.range(place, "out_of_range", &(0..=most as i64));
    }
}

/// How many a judge can take; none named is any number.
fn capacity(item: &mut Fields<'_, '_>) -> Option<u32> {
    match item.take("capacity") {
        Node::Null => None,
        Node::Whole(capacity) if (0..=MOST_CAPACITY).contains(&capacity) => u32::try_from(capacity).ok(),
        Node::Whole(_) | Node::Number => {
            item.faults.range(item.place.field("capacity"), "out_of_range", &(0..=MOST_CAPACITY));
            None
        }
        _ => {
            item.fault("capacity", "wrong_type");
            None
        }
    }
}

fn domain(item: &mut Fields<'_, '_>) -> Option<String> {
    match item.take("email_domain") {
        Node::Null => None,
        Node::Text(text) => Some(text.into_owned()),
        _ => {
            item.fault("email_domain", "wrong_type");
            None
        }
    }
}

/// A list of texts, in the spelling that is compared; an absent one is empty.
fn words(item: &mut Fields<'_, '_>, name: &str, spelling: impl Fn(&str) -> String) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for (at, node) in item.list(name, Absent::Empty).into_iter().enumerate() {
        match node {
            Node::Text(text) => drop(words.insert(spelling(&text))),
            _ => item.faults.at(item.place.field(name).item(at), "wrong_type"),
        }
    }
    words
}

/// The places of judges and nominations.
struct Names<'a> {
    judges: Places<'a>,
    nominations: Places<'a>,
}

impl Names<'_> {
    fn pair(&self, item: &mut Fields<'_, '_>) -> Option<(JudgeAt, NominationAt)> {
        let (judge, nomination) = (item.id("judge"), item.id("nomination"));
        let judge = find(&self.judges, judge.as_deref(), item.place.field("judge"), "unknown_judge", item.faults);
        let place = item.place.field("nomination");
        let nomination = find(&self.nominations, nomination.as_deref(), place, "unknown_nomination", item.faults);
        Some((judge?, nomination?))
    }
}

fn conflicts(node: Node<'_>, names: &Names<'_>, faults: &mut Faults) -> Vec<(JudgeAt, NominationAt)> {
    let place = Place::TOP.field("conflicts");
    let mut pairs = Vec::new();
    for (at, node) in items(node, place, Absent::Empty, faults).into_iter().enumerate() {
        let place = place.item(at);
        let Some(mut item) = Fields::open(node, &place, faults) else { continue };
        pairs.extend(names.pair(&mut item));
        item.close();
    }
    pairs.sort_unstable();
    pairs.dedup(); // declared and stepped aside from: both may be
    pairs
}

fn current(node: Node<'_>, names: &Names<'_>, faults: &mut Faults) -> Vec<Standing> {
    let place = Place::TOP.field("current");
    let (mut standing, mut seen) = (Vec::new(), HashSet::new());
    for (at, node) in items(node, place, Absent::Empty, faults).into_iter().enumerate() {
        let place = place.item(at);
        let Some(mut item) = Fields::open(node, &place, faults) else { continue };
        let pair = names.pair(&mut item);
        let state = item.word("state", |word| match word {
            "assigned" => Some(State::Assigned),
            "draft" | "submitted" => Some(State::Begun),
            _ => None,
        });
        item.close();
        let Some((judge, nomination)) = pair else { continue };
        if !seen.insert((judge, nomination)) {
            faults.at(place, "duplicate_pair");
        }
        standing.extend(state.map(|state| Standing { judge, nomination, state }));
    }
    standing.sort_unstable_by_key(|one| (one.nomination, one.judge));
    standing
}
