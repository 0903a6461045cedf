//! Lists of a document whose items bear ids, and what names them.

use std::borrow::Cow;
use std::collections::HashMap;

use super::fields::{Absent, Faults, Fields, Place};
use super::node::Node;

/// An item of a list with its id and its place in the document.
pub struct Listed<'a, T> {
    /// The id.
    pub id: Cow<'a, str>,
    /// The place in the document's list.
    pub at: usize,
    /// The rest.
    pub item: T,
}

/// Puts a list in the order of its ids, and says where each stands.
pub fn by_id<'a, T>(
    mut list: Vec<Listed<'a, T>>,
    place: Place<'_>,
    faults: &mut Faults,
) -> (Vec<Listed<'a, T>>, HashMap<Cow<'a, str>, u32>) {
    list.sort_by(|a, b| a.id.cmp(&b.id).then(a.at.cmp(&b.at)));
    list.dedup_by(|later, first| {
        let twice = later.id == first.id;
        if twice {
            faults.at(place.item(later.at).field("id"), "duplicate_id");
        }
        twice
    });
    let names = (0..).zip(&list).map(|(at, listed)| (listed.id.clone(), at)).collect();
    (list, names)
}

/// The place of whatever an id names; a fault where it names nothing.
pub fn find(
    places: &HashMap<Cow<'_, str>, u32>,
    id: Option<&str>,
    place: Place<'_>,
    code: &'static str,
    faults: &mut Faults,
) -> Option<u32> {
    let found = places.get(id?).copied();
    if found.is_none() {
        faults.at(place, code);
    }
    found
}

/// The items of a list of the document.
pub fn items<'a>(node: Node<'a>, place: Place<'_>, absent: Absent, faults: &mut Faults) -> Vec<Node<'a>> {
    match (node, absent) {
        (Node::List(items), _) => return items,
        (Node::Null, Absent::Empty) => {}
        (Node::Null, Absent::Fault) => faults.at(place, "required"),
        _ => faults.at(place, "wrong_type"),
    }
    Vec::new()
}

/// The place of the key that a field names; 0 stands in for one that is not there, which is a fault.
pub fn key(
    places: &HashMap<String, usize>,
    key: Option<Cow<'_, str>>,
    fields: &mut Fields<'_, '_>,
    name: &str,
    code: &'static str,
) -> usize {
    let Some(key) = key else { return 0 };
    places.get(key.as_ref()).copied().unwrap_or_else(|| {
        fields.fault(name, code);
        0
    })
}
