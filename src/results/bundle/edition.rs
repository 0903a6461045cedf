//! The bundle's edition: its criteria, panels and categories, whose keys everything else names.

use std::collections::HashMap;

use super::*;

/// Criteria's maxima have a least common multiple of this at most, so that every sum fits its type.
const MOST_STEPS: i64 = 1_000_000;
/// Panels at most.
const MOST_PANELS: i64 = 8;
/// More places than this nobody gives.
const MOST_PLACES: i64 = 1_000_000;

/// The edition and the places of its keys.
pub(super) struct Keys {
    pub(super) edition: Edition,
    pub(super) criteria: HashMap<String, usize>,
    pub(super) panels: HashMap<String, usize>,
    pub(super) categories: HashMap<String, usize>,
}

pub(super) fn read(node: Node<'_>, faults: &mut Faults) -> Keys {
    let place = Place::TOP.field("edition");
    let mut keys = Keys {
        edition: Edition {
            slug: String::new(),
            quorum: 0,
            judging_close_at: Time::from_micros(0),
            tie_break: Vec::new(),
            criteria: Vec::new(),
            panels: Vec::new(),
            categories: Vec::new(),
        },
        criteria: HashMap::new(),
        panels: HashMap::new(),
        categories: HashMap::new(),
    };
    let Some(mut fields) = Fields::open(node, &place, faults) else { return keys };
    if let Some(slug) = fields.id("slug") {
        keys.edition.slug = slug.into_owned();
    }
    keys.edition.quorum = narrow(fields.whole("quorum", 1..=i64::from(u32::MAX), Some(3)));
    match fields.time("judging_close_at") {
        Some(Some(time)) => keys.edition.judging_close_at = time,
        Some(None) => fields.fault("judging_close_at", "required"),
        None => {}
    }
    criteria(&mut fields, &mut keys);
    panels(&mut fields, &mut keys);
    categories(&mut fields, &mut keys);
    tie_break(&mut fields, &mut keys);
    fields.close();
    keys
}

fn criteria(fields: &mut Fields<'_, '_>, keys: &mut Keys) {
    let place = fields.place.field("criteria");
    let mut sum = Some(0);
    for (at, node) in fields.list("criteria", Absent::Fault).into_iter().enumerate() {
        let place = place.item(at);
        let Some(mut item) = Fields::open(node, &place, fields.faults) else { continue };
        let key = item.id("key");
        let weight = match item.take("weight") {
            Node::Whole(weight) => Some(weight),
            Node::Number => {
                item.faults.range(place.field("weight"), "out_of_range", &(1..=100));
                None
            }
            Node::Null => {
                item.fault("weight", "required");
                None
            }
            _ => {
                item.fault("weight", "wrong_type");
                None
            }
        };
        if weight.is_some_and(|weight| !(1..=100).contains(&weight)) {
            item.faults.range(place.field("weight"), "out_of_range", &(1..=100));
        }
        // A sum of what could not be read would be a second fault for one cause.
        sum = sum.zip(weight).map(|(sum, weight): (i64, i64)| sum.saturating_add(weight));
        let max_score = narrow(item.whole("max_score", 1..=100, None));
        item.close();
        if let Some(key) = key {
            let criterion = Criterion { key: key.clone().into_owned(), weight: narrow(weight), max_score };
            add(&mut keys.criteria, &mut keys.edition.criteria, &key, criterion, place, fields.faults);
        }
    }
    if let Some(sum) = sum.filter(|sum| *sum != 100) {
        fields.faults.0.push(Fault::new(place.pointer(), "weights_sum").with("n", sum));
    }
    if steps(keys.edition.criteria.iter().map(|criterion| i64::from(criterion.max_score))).is_none() {
        fields.faults.range(place, "out_of_range", &(1..=MOST_STEPS));
    }
}

/// The least common multiple of the maxima, if it is small enough.
fn steps(maxima: impl Iterator<Item = i64>) -> Option<i64> {
    maxima.filter(|max| *max > 0).try_fold(1, |multiple, max| {
        let multiple = multiple / gcd(multiple, max) * max;
        (multiple <= MOST_STEPS).then_some(multiple)
    })
}

fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

fn panels(fields: &mut Fields<'_, '_>, keys: &mut Keys) {
    let place = fields.place.field("panels");
    let nodes = fields.list("panels", Absent::Fault);
    let count = nodes.len();
    let mut open = 0;
    for (at, node) in nodes.into_iter().enumerate() {
        let place = place.item(at);
        let Some(mut item) = Fields::open(node, &place, fields.faults) else { continue };
        let key = item.id("key");
        let standing = match item.take("closed") {
            Node::Null => PanelStanding::Open,
            closed => {
                let place = place.field("closed");
                if let Some(mut closed) = Fields::open(closed, &place, item.faults) {
                    closed.reason("reason");
                    closed.close();
                }
                PanelStanding::Closed
            }
        };
        item.close();
        open += usize::from(standing == PanelStanding::Open);
        if let Some(key) = key {
            let panel = Panel { key: key.clone().into_owned(), standing };
            add(&mut keys.panels, &mut keys.edition.panels, &key, panel, place, fields.faults);
        }
    }
    if count > 8 || (count > 0 && open == 0) {
        fields.faults.range(place, "out_of_range", &(1..=MOST_PANELS));
    }
}

fn categories(fields: &mut Fields<'_, '_>, keys: &mut Keys) {
    let place = fields.place.field("categories");
    for (at, node) in fields.list("categories", Absent::Fault).into_iter().enumerate() {
        let place = place.item(at);
        let Some(mut item) = Fields::open(node, &place, fields.faults) else { continue };
        let key = item.id("key");
        let winners = item.whole("winners", 0..=MOST_PLACES, None).unwrap_or_default();
        let commended = item.whole("commended", 0..=MOST_PLACES, None).unwrap_or_default();
        item.close();
        if let Some(key) = key {
            let [winners, commended] = [winners, commended].map(|places| usize::try_from(places).unwrap_or_default());
            let category = Category { key: key.clone().into_owned(), winners, commended };
            add(&mut keys.categories, &mut keys.edition.categories, &key, category, place, fields.faults);
        }
    }
}

/// By default the first two criteria.
fn tie_break(fields: &mut Fields<'_, '_>, keys: &mut Keys) {
    let place = fields.place.field("tie_break");
    let node = fields.take("tie_break");
    keys.edition.tie_break = match node {
        Node::Null => (0..keys.edition.criteria.len().min(2)).collect(),
        Node::List(items) => {
            let mut levels: Vec<usize> = Vec::new();
            for (at, node) in items.into_iter().enumerate() {
                let place = place.item(at);
                let Some(key) = reading::id(node, place, fields.faults) else { continue };
                match keys.criteria.get(key.as_ref()) {
                    None => fields.faults.at(place, "unknown_criterion"),
                    Some(level) if levels.contains(level) => fields.faults.at(place, "duplicate_id"),
                    Some(level) => levels.push(*level),
                }
            }
            levels
        }
        _ => {
            fields.faults.at(place, "wrong_type");
            Vec::new()
        }
    };
}

fn add<T>(
    places: &mut HashMap<String, usize>,
    items: &mut Vec<T>,
    key: &str,
    item: T,
    place: Place<'_>,
    faults: &mut Faults,
) {
    if places.contains_key(key) {
        faults.at(place.field("key"), "duplicate_id");
    } else {
        places.insert(key.to_owned(), items.len());
        items.push(item);
    }
}

fn narrow(number: Option<i64>) -> u32 {
    number.and_then(|number| u32::try_from(number).ok()).unwrap_or_default()
}
