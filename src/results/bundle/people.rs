//! The bundle's judges, nominations and recusals, resolved and by id.

use std::collections::HashMap;

use super::edition::Keys;
use super::*;
use crate::http::document::{Listed, by_id, find, items, key};

/// The places of judges and nominations, once they stand by id.
pub(super) struct Names<'a> {
    pub(super) judges: HashMap<Cow<'a, str>, u32>,
    pub(super) nominations: HashMap<Cow<'a, str>, u32>,
}

impl Names<'_> {
    /// The judge and nomination that an object names.
    pub(super) fn pair(&self, fields: &mut Fields<'_, '_>) -> Option<Pair> {
        let judge = fields.id("judge");
        let nomination = fields.id("nomination");
        self.find(judge.as_deref(), nomination.as_deref(), fields.place, fields.faults)
    }

    /// The pair of two ids that stand in the object at `place`.
    pub(super) fn find(
        &self,
        judge: Option<&str>,
        nomination: Option<&str>,
        place: &Place<'_>,
        faults: &mut Faults,
    ) -> Option<Pair> {
        let judge = find(&self.judges, judge, place.field("judge"), "unknown_judge", faults);
        let nomination = find(&self.nominations, nomination, place.field("nomination"), "unknown_nomination", faults);
        Some(Pair { nomination: nomination?, judge: judge? })
    }

    /// The nomination that a field names.
    pub(super) fn nomination(&self, fields: &mut Fields<'_, '_>, name: &str) -> Option<u32> {
        let id = fields.id(name);
        find(&self.nominations, id.as_deref(), fields.place.field(name), "unknown_nomination", fields.faults)
    }
}

pub(super) fn judges<'a>(node: Node<'a>, keys: &Keys, faults: &mut Faults) -> (Vec<Judge>, HashMap<Cow<'a, str>, u32>) {
    let place = Place::TOP.field("judges");
    let mut listed = Vec::new();
    for (at, node) in items(node, place, Absent::Fault, faults).into_iter().enumerate() {
        let place = place.item(at);
        let Some(mut item) = Fields::open(node, &place, faults) else { continue };
        let id = item.id("id");
        let panel = item.id("panel");
        let panel = key(&keys.panels, panel, &mut item, "panel", "unknown_panel");
        let sheets = removed(&mut item);
        item.close();
        listed.extend(id.map(|id| Listed { id, at, item: (panel, sheets) }));
    }
    let (listed, names) = by_id(listed, place, faults);
    let judge = |Listed { id, item: (panel, sheets), .. }| Judge { id: String::from(id), panel, sheets };
    (listed.into_iter().map(judge).collect(), names)
}

fn removed(judge: &mut Fields<'_, '_>) -> SheetsOf {
    let place = judge.place.field("removed");
    let node = match judge.take("removed") {
        Node::Null => return SheetsOf::Stand,
        node => node,
    };
    let Some(mut removed) = Fields::open(node, &place, judge.faults) else { return SheetsOf::Stand };
    let sheets = removed.word("sheets", |word| match word {
        "stand" => Some(SheetsOf::Stand),
        "void" => Some(SheetsOf::Void),
        _ => None,
    });
    match sheets {
        Some(SheetsOf::Void) => removed.reason("reason"),
        _ => {
            if !matches!(removed.take("reason"), Node::Null | Node::Text(_)) {
                removed.fault("reason", "wrong_type");
            }
        }
    }
    removed.close();
    sheets.unwrap_or(SheetsOf::Stand)
}

/// A nomination before its merge is known to lead somewhere.
struct Unmerged<'a> {
    category: usize,
    status: Option<Status>,
    merged_into: Option<Cow<'a, str>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Status {
    Eligible,
    Ineligible,
    Withdrawn,
    Merged,
}

pub(super) fn nominations<'a>(
    node: Node<'a>,
    keys: &Keys,
    faults: &mut Faults,
) -> (Vec<Nomination>, HashMap<Cow<'a, str>, u32>) {
    let place = Place::TOP.field("nominations");
    let mut listed = Vec::new();
    for (at, node) in items(node, place, Absent::Fault, faults).into_iter().enumerate() {
        let place = place.item(at);
        let Some(mut item) = Fields::open(node, &place, faults) else { continue };
        let id = item.id("id");
        let category = item.id("category");
        let category = key(&keys.categories, category, &mut item, "category", "unknown_category");
        let status = item.word("status", |word| match word {
            "eligible" => Some(Status::Eligible),
            "ineligible" => Some(Status::Ineligible),
            "withdrawn" => Some(Status::Withdrawn),
            "merged" => Some(Status::Merged),
            _ => None,
        });
        let merged_into = item.optional_id("merged_into");
        let is_merged = merged_into.as_ref().map(Option::is_some);
        if status.zip(is_merged).is_some_and(|(status, is_merged)| (status == Status::Merged) != is_merged) {
            item.fault("merged_into", "merge_status");
        }
        item.close();
        let merged_into = merged_into.flatten();
        listed.extend(id.map(|id| Listed { id, at, item: Unmerged { category, status, merged_into } }));
    }
    let (listed, names) = by_id(listed, place, faults);
    let targets = merges(&listed, &names, place, faults);
    let nomination = |(Listed { id, item, .. }, target): (Listed<'a, Unmerged<'a>>, Option<u32>)| Nomination {
        id: id.into_owned(),
        category: item.category,
        standing: match (item.status, target) {
            (Some(Status::Merged), Some(target)) => Standing::Merged(target),
            (Some(Status::Ineligible), _) => Standing::Ineligible,
            (Some(Status::Withdrawn), _) => Standing::Withdrawn,
            _ => Standing::Eligible,
        },
    };
    (listed.into_iter().zip(targets).map(nomination).collect(), names)
}

/// Where each nomination was merged into: there, in the same category, and not in a circle.
fn merges(
    listed: &[Listed<'_, Unmerged<'_>>],
    names: &HashMap<Cow<'_, str>, u32>,
    place: Place<'_>,
    faults: &mut Faults,
) -> Vec<Option<u32>> {
    let mut targets = Vec::with_capacity(listed.len());
    for nomination in listed {
        let item = place.item(nomination.at);
        let place = item.field("merged_into");
        let target = find(names, nomination.item.merged_into.as_deref(), place, "unknown_nomination", faults);
        if target.is_some_and(|target| listed[target as usize].item.category != nomination.item.category) {
            faults.at(place, "merge_category");
        }
        targets.push(target);
    }
    for at in check::on_a_circle(&targets) {
        faults.at(place.item(listed[at].at).field("merged_into"), "merge_cycle");
    }
    targets
}

pub(super) fn recusals(node: Node<'_>, names: &Names<'_>, faults: &mut Faults) -> Vec<Pair> {
    let place = Place::TOP.field("recusals");
    let mut pairs = Vec::new();
    for (at, node) in items(node, place, Absent::Empty, faults).into_iter().enumerate() {
        let place = place.item(at);
        let Some(mut item) = Fields::open(node, &place, faults) else { continue };
        pairs.extend(names.pair(&mut item));
        item.close();
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}
