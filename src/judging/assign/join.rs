//! Joins the parts of a plan: judges and nominations that nothing connects cannot be compared (`docs/judging.md`, 3).
//!
//! Two judges of a panel exchange two nominations of one category: no load, no gap, no category's share moves. Where one
//! of the two pairs is spare (its part hangs together without it), the exchange makes one part of two.

use std::collections::BTreeMap;

/// A nomination, and which of its seats.
type Seat = (usize, usize);

use super::chance::Draws;
use super::problem::{Problem, Table};
use super::seats::Seats;

/// Exchanges looked at, at most, for each part of a plan.
const LOOKS: usize = 200_000;

/// Parts of a plan while it is changed: a forest of judges, then nominations.
struct Parts(Vec<u32>);

impl Parts {
    fn of(nodes: usize) -> Self {
        Self((0..nodes as u32).collect())
    }

    fn part(&mut self, node: usize) -> u32 {
        let mut node = node as u32;
        while self.0[node as usize] != node {
            let above = self.0[node as usize];
            self.0[node as usize] = self.0[above as usize];
            node = self.0[node as usize];
        }
        node
    }

    /// Whether they were apart.
    fn join(&mut self, a: usize, b: usize) -> bool {
        let (a, b) = (self.part(a), self.part(b));
        self.0[a.max(b) as usize] = a.min(b);
        a != b
    }
}

/// A pair that may be exchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Pair {
    panel: usize,
    place: u32,
    judge: u32,
}

/// How many parts a plan has; who has nothing and what nobody has is no part.
pub fn parts(problem: &Problem, plan: &[Seats]) -> usize {
    let judges = problem.asked.judges.len();
    let mut parts = Parts::of(judges + problem.asked.nominations.len());
    let (mut met, mut joins) = (vec![false; parts.0.len()], 0);
    for (table, seats) in problem.tables.iter().zip(plan) {
        for (at, (place, seats)) in table.places.iter().zip(seats).enumerate() {
            for judge in place.begun.iter().chain(seats) {
                let (a, b) = (table.judges[*judge as usize] as usize, judges + at);
                met[a] = true;
                met[b] = true;
                joins += usize::from(parts.join(a, b));
            }
        }
    }
    met.iter().filter(|met| **met).count() - joins
}

/// Joins parts as far as exchanges of two pairs reach.
pub fn join(problem: &Problem, plan: &mut [Seats], draws: &mut Draws) {
    let mut fruitless = 0;
    while fruitless < 4 && parts(problem, plan) > 1 {
        // Which pairs are spare depends on the order in which they are looked at: so more than one is tried.
        let merged = Pass::of(problem, plan, draws).run(problem, plan);
        fruitless = if merged { 0 } else { fruitless + 1 };
    }
}

/// One look over the plan: a forest that holds its parts together, and what is spare beside it.
struct Pass {
    parts: Parts,
    /// By panel and category: pairs that may be exchanged, each with whether it is spare.
    pairs: BTreeMap<(usize, usize), Vec<(Pair, bool)>>,
    judges: usize,
}

impl Pass {
    fn of(problem: &Problem, plan: &[Seats], draws: &mut Draws) -> Self {
        let judges = problem.asked.judges.len();
        let mut parts = Parts::of(judges + problem.asked.nominations.len());
        let mut movable = Vec::new();
        for (panel, (table, seats)) in problem.tables.iter().zip(plan).enumerate() {
            for (at, (place, seats)) in table.places.iter().zip(seats).enumerate() {
                for judge in &place.begun {
                    parts.join(table.judges[*judge as usize] as usize, judges + at);
                }
                movable.extend(seats.iter().map(|judge| Pair { panel, place: at as u32, judge: *judge }));
            }
        }
        draws.shuffle(&mut movable);
        let mut pass = Self { parts, pairs: BTreeMap::new(), judges };
        for pair in movable {
            let table = &problem.tables[pair.panel];
            let spare = !pass.parts.join(table.judges[pair.judge as usize] as usize, judges + pair.place as usize);
            let group = (pair.panel, table.category(pair.place as usize));
            pass.pairs.entry(group).or_default().push((pair, spare));
        }
        pass
    }

    fn part(&mut self, pair: Pair) -> u32 {
        self.parts.part(self.judges + pair.place as usize)
    }

    /// Exchanges what it can; whether that was anything.
    fn run(mut self, problem: &Problem, plan: &mut [Seats]) -> bool {
        let mut by_part: BTreeMap<u32, Vec<(Seat, usize)>> = BTreeMap::new();
        let all: Vec<_> =
            self.pairs.iter().flat_map(|(group, pairs)| (0..pairs.len()).map(|at| (*group, at))).collect();
        for (group, at) in all {
            let part = self.part(self.pairs[&group][at].0);
            by_part.entry(part).or_default().push((group, at));
        }
        let mut merged = false;
        for (part, members) in by_part {
            let Some((group, spare, other)) = self.best(problem, part, &members) else { continue };
            let pairs = self.pairs.get_mut(&group).map(Vec::as_mut_slice).unwrap_or_default();
            let (a, b) = (pairs[spare].0, pairs[other].0);
            exchange(plan, a, b);
            // Both new pairs hold the parts together: none is spare.
            pairs[spare] = (Pair { judge: b.judge, ..a }, false);
            pairs[other] = (Pair { judge: a.judge, ..b }, false);
            self.parts.join(self.judges + a.place as usize, self.judges + b.place as usize);
            merged = true;
        }
        merged
    }

    /// The exchange of one of a part's pairs for a spare one of another part that costs the least liking.
    fn best(
        &mut self,
        problem: &Problem,
        part: u32,
        members: &[((usize, usize), usize)],
    ) -> Option<((usize, usize), usize, usize)> {
        let mut looks = 0;
        let mut best: Option<(i32, (Seat, usize, usize))> = None;
        let part = self.parts.part(part as usize);
        for (group, at) in members {
            let table = &problem.tables[group.0];
            let pairs = &self.pairs[group];
            let (mine, _) = pairs[*at];
            for (spare, (other, is_spare)) in pairs.iter().enumerate() {
                if !*is_spare || self.parts.part(self.judges + other.place as usize) == part {
                    continue;
                }
                looks += 1;
                let Some(cost) = cost(table, mine, *other) else { continue };
                if best.is_none_or(|(least, _)| cost < least) {
                    best = Some((cost, (*group, spare, *at)));
                }
                if looks > LOOKS {
                    return best.map(|(_, found)| found);
                }
            }
        }
        best.map(|(_, found)| found)
    }
}

/// How much liking an exchange costs; `None` where it is not permitted or keeps fewer.
fn cost(table: &Table, a: Pair, b: Pair) -> Option<i32> {
    let liking = |place: u32, judge: u32| table.liking(place as usize, judge).map(i32::from);
    let kept = |place: u32, judge: u32| table.places[place as usize].kept.binary_search(&judge).is_ok();
    let after = liking(a.place, b.judge)? + liking(b.place, a.judge)?;
    let before = liking(a.place, a.judge)? + liking(b.place, b.judge)?;
    let keeps = |x: bool, y: bool| u8::from(x) + u8::from(y);
    let moves =
        keeps(kept(a.place, b.judge), kept(b.place, a.judge)) < keeps(kept(a.place, a.judge), kept(b.place, b.judge));
    (!moves).then_some(after - before)
}

fn exchange(plan: &mut [Seats], a: Pair, b: Pair) {
    for (pair, judge) in [(a, b.judge), (b, a.judge)] {
        let seats = &mut plan[pair.panel][pair.place as usize];
        if let Some(seat) = seats.iter_mut().find(|seat| **seat == pair.judge) {
            *seat = judge;
        }
        seats.sort_unstable();
    }
}
