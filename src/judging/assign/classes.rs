//! Nominations that are alike are one node of the flow: so it grows with what differs, not with how much there is.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::problem::{Kind, Liking, Table};

/// Nominations that the flow need not tell apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Class {
    /// Their places, ascending.
    pub members: Vec<u32>,
    /// Their category.
    pub category: u32,
    /// Seats to be filled on each.
    pub demand: u32,
    /// Judges who may have some of them, ascending.
    pub arcs: Vec<Arc>,
}

/// A judge who may have nominations of a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arc {
    /// The judge.
    pub judge: u32,
    /// How many of the class at most.
    pub most: u32,
    /// How much the judge is liked for them.
    pub liking: Liking,
    /// Whether the judge has them already and keeps them if nothing speaks against it.
    pub kept: bool,
}

/// How finely nominations are told apart.
#[derive(Clone, Copy, Debug)]
pub enum Grain<'a> {
    /// By everything: what the flow finds can be dealt.
    Exact,
    /// Not by single bars, which only lower what a judge can have of the class. The flow then finds a bound that the deal
    /// may miss. These nominations, for which it did, are told apart by everything; so is one that has judges to keep.
    Loose(&'a BTreeSet<u32>),
}

/// Sorts the nominations that have seats to be filled into classes, in the order of their first members.
pub fn classes(table: &Table, grain: Grain<'_>) -> Vec<Class> {
    type Alike<'a> = (u32, u32, Option<(&'a [u32], &'a [u32])>);
    let mut at: HashMap<Alike<'_>, usize> = HashMap::new();
    let mut groups: Vec<(Vec<u32>, bool)> = Vec::new();
    for (number, place) in table.places.iter().enumerate().filter(|(_, place)| place.demand > 0) {
        let number = number as u32;
        let loose = matches!(grain, Grain::Loose(own) if place.kept.is_empty() && !own.contains(&number));
        let fine = (!loose).then_some((place.barred.as_slice(), place.kept.as_slice()));
        let group = *at.entry((place.kind, place.demand, fine)).or_insert_with(|| {
            groups.push((Vec::new(), loose));
            groups.len() - 1
        });
        groups[group].0.push(number);
    }
    groups.into_iter().map(|(members, loose)| class(table, members, loose)).collect()
}

/// How many classes there are where nominations are told apart by everything.
pub fn count(table: &Table) -> usize {
    let places = table.places.iter().filter(|place| place.demand > 0);
    places.map(|place| (place.kind, place.demand, &place.barred, &place.kept)).collect::<HashSet<_>>().len()
}

fn class(table: &Table, members: Vec<u32>, loose: bool) -> Class {
    let first = &table.places[members[0] as usize];
    let kind = &table.kinds[first.kind as usize];
    let mut most = vec![members.len() as u32; table.judges.len()];
    let barring = if loose { members.as_slice() } else { &members[..1] };
    for member in barring {
        for judge in &table.places[*member as usize].barred {
            most[*judge as usize] = if loose { most[*judge as usize].saturating_sub(1) } else { 0 };
        }
    }
    let permitted =
        kind.likings.iter().enumerate().filter(|(judge, liking)| **liking != Kind::NEVER && most[*judge] > 0);
    let arcs = permitted.map(|(judge, liking)| Arc {
        judge: judge as u32,
        most: most[judge],
        liking: *liking,
        kept: first.kept.binary_search(&(judge as u32)).is_ok(),
    });
    Class { category: kind.category, demand: first.demand, arcs: arcs.collect(), members }
}
