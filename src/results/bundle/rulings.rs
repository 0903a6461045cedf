//! The bundle's rulings: quorums waived, late sheets admitted, ties broken by the chairs.

use super::edition::Keys;
use super::people::Names;
use super::*;

pub(super) fn read(node: Node<'_>, keys: &Keys, names: &Names<'_>, faults: &mut Faults) -> Rulings {
    let place = Place::TOP.field("rulings");
    let mut rulings = Rulings::default();
    let mut votes: Vec<(Vote, usize)> = Vec::new();
    for (at, node) in reading::items(node, place, Absent::Empty, faults).into_iter().enumerate() {
        let place = place.item(at);
        let Some(mut item) = Fields::open(node, &place, faults) else { continue };
        match item.text("kind").as_deref() {
            Some("quorum_waiver") => rulings.waivers.extend(names.nomination(&mut item, "nomination")),
            Some("late_admitted") => rulings.admitted.extend(names.pair(&mut item)),
            Some("joint_vote") => votes.extend(vote(&mut item, keys, names).map(|vote| (vote, at))),
            Some(_) => {
                item.fault("kind", "bad_choice"); // which fields it may have cannot be known
                continue;
            }
            None => continue,
        }
        item.reason("reason");
        item.close();
    }
    votes.sort();
    for pair in votes.windows(2) {
        let [(first, _), (later, at)] = pair else { continue };
        if (first.category, &first.members) == (later.category, &later.members) {
            faults.at(place.item(*at), "duplicate_vote");
        }
    }
    rulings.votes = votes.into_iter().map(|(vote, _)| vote).collect();
    rulings.waivers.sort_unstable();
    rulings.waivers.dedup();
    rulings.admitted.sort_unstable();
    rulings.admitted.dedup();
    rulings
}

fn vote(item: &mut Fields<'_, '_>, keys: &Keys, names: &Names<'_>) -> Option<Vote> {
    let category = item.id("category");
    let category = reading::key(&keys.categories, category, item, "category", "unknown_category");
    let place = item.place.field("order");
    let mut ranked: Vec<(u32, u32)> = Vec::new();
    for ((at, group), number) in item.list("order", Absent::Fault).into_iter().enumerate().zip(0..) {
        let place = place.item(at);
        for (at, node) in reading::items(group, place, Absent::Fault, item.faults).into_iter().enumerate() {
            let place = place.item(at);
            let Some(id) = reading::id(node, place, item.faults) else { continue };
            match names.nominations.get(id.as_ref()) {
                None => item.faults.at(place, "unknown_nomination"),
                Some(nomination) => ranked.push((*nomination, number)),
            }
        }
    }
    ranked.sort_unstable();
    if ranked.windows(2).any(|pair| pair[0].0 == pair[1].0) {
        item.faults.at(place, "duplicate_id");
    }
    let (members, groups) = ranked.into_iter().unzip();
    Some(Vote { category, members, groups })
}
