//! From shares of classes to judges on nominations, and the ways to a plan when some judges are to be kept.

use std::collections::BTreeSet;

use super::chance::Draws;
use super::classes::{self, Class, Grain};
use super::flow::{Flow, Level, flow};
use super::problem::Table;

/// For each nomination the judges who fill its seats, beside those who have begun; ascending.
pub type Seats = Vec<Vec<u32>>;

/// From which size on shortcuts are tried. Whatever they find is proved to be as good, so tests may set them as they like.
#[derive(Clone, Copy, Debug)]
pub struct Shortcuts {
    /// Arcs from classes to judges at most where nominations are told apart by single bars.
    pub exact_arcs: usize,
    /// Seats a judge from which on loads are taken to come out level.
    pub level_from: u32,
}

impl Default for Shortcuts {
    fn default() -> Self {
        Self { exact_arcs: 500_000, level_from: 8 }
    }
}

/// Fills a panel's seats at least cost.
pub fn seat(table: &Table, draws: &mut Draws, shortcuts: Shortcuts) -> Seats {
    if table.places.iter().all(|place| place.kept.is_empty()) {
        return fill(table, draws, shortcuts);
    }
    // Keeping everybody is best if it leaves no more gaps than keeping nobody would: then nothing need be moved for the
    // levels above, and all plans that move nothing are among those that were searched.
    if let Some(firm) = table.firm() {
        let seats = fill(&firm, draws, shortcuts);
        let gaps = gaps(&firm, &seats);
        if gaps.0 == 0 || gaps == least_gaps(&table.free(), shortcuts) {
            let with_kept = seats.into_iter().zip(&table.places).map(|(mut judges, place)| {
                judges.extend(&place.kept);
                judges.sort_unstable();
                judges
            });
            return with_kept.collect();
        }
    }
    fill(table, draws, shortcuts)
}

/// Missing seats and the sum of their squares.
fn gaps(table: &Table, seats: &Seats) -> (u64, u64) {
    let missing = table.places.iter().zip(seats).map(|(place, judges)| u64::from(place.demand) - judges.len() as u64);
    missing.fold((0, 0), |(sum, squares), missing| (sum + missing, squares + missing * missing))
}

/// A bound under the gaps of any plan.
fn least_gaps(table: &Table, shortcuts: Shortcuts) -> (u64, u64) {
    let own = BTreeSet::new();
    let classes = classes::classes(table, grain(table, shortcuts, &own));
    let order: Vec<u32> = (0..table.judges.len() as u32).collect();
    let flow = flow(table, &classes, &order, level(table, shortcuts).as_ref());
    classes.iter().zip(flow.missing).fold((0, 0), |(sum, squares), (class, missing)| {
        let (missing, size) = (u64::from(missing), class.members.len() as u64);
        let (each, rest) = (missing / size, missing % size);
        (sum + missing, squares + (size - rest) * each * each + rest * (each + 1) * (each + 1))
    })
}

fn grain<'a>(table: &Table, shortcuts: Shortcuts, own: &'a BTreeSet<u32>) -> Grain<'a> {
    let arcs = classes::count(table) * table.judges.len();
    if arcs <= shortcuts.exact_arcs { Grain::Exact } else { Grain::Loose(own) }
}

/// Finds a flow and deals it. What cannot be dealt is told apart more finely, and all is done again.
fn fill(table: &Table, draws: &mut Draws, shortcuts: Shortcuts) -> Seats {
    let mut order: Vec<u32> = (0..table.judges.len() as u32).collect();
    draws.shuffle(&mut order);
    let mut own = BTreeSet::new();
    loop {
        let classes = classes::classes(table, grain(table, shortcuts, &own));
        let flow = least(table, &classes, &order, shortcuts);
        let mut hand = Hand { table, draws, seats: vec![Vec::new(); table.places.len()], clashing: Vec::new() };
        for (class, shares) in classes.iter().zip(&flow.shares) {
            hand.deal(class, shares, &order);
        }
        if hand.clashing.is_empty() {
            let mut seats = hand.seats;
            seats.iter_mut().for_each(|judges| judges.sort_unstable());
            return seats;
        }
        own.extend(hand.clashing);
    }
}

/// The least flow. Where loads come out level it is found faster by letting the first units cost nothing.
///
/// That such a flow is least: with every seat filled, sums of loads are given, in all and in each category. Squares of
/// numbers with a given sum are least where no two differ by more than one. If the flow found is such, so is every least
/// flow; on those the units that were free cost all of them the same.
fn least(table: &Table, classes: &[Class], order: &[u32], shortcuts: Shortcuts) -> Flow {
    if let Some(level) = level(table, shortcuts) {
        let flow = flow(table, classes, order, Some(&level));
        if flow.missing.iter().all(|missing| *missing == 0) && is_level(table, classes, &flow, &level) {
            return flow;
        }
    }
    flow(table, classes, order, None)
}

fn level(table: &Table, shortcuts: Shortcuts) -> Option<Level> {
    let judges = u32::try_from(table.judges.len()).ok().filter(|judges| *judges > 0)?;
    let mut sums = vec![0_u32; table.categories];
    for (at, place) in table.places.iter().enumerate() {
        sums[table.category(at)] += place.demand + place.begun.len() as u32;
    }
    let load = sums.iter().sum::<u32>() / judges;
    (load >= shortcuts.level_from).then(|| Level { load, spread: sums.iter().map(|sum| sum / judges).collect() })
}

fn is_level(table: &Table, classes: &[Class], flow: &Flow, level: &Level) -> bool {
    let mut loads = table.loads.clone();
    let mut spread = table.spread.clone();
    for (class, shares) in classes.iter().zip(&flow.shares) {
        for (judge, units) in shares {
            loads[*judge as usize] += units;
            spread[*judge as usize * table.categories + class.category as usize] += units;
        }
    }
    let near = |now: u32, floor: u32| now == floor || now == floor + 1;
    loads.iter().all(|load| near(*load, level.load))
        && spread.iter().enumerate().all(|(at, load)| near(*load, level.spread[at % table.categories]))
}

/// The dealing of classes.
struct Hand<'a> {
    table: &'a Table,
    draws: &'a mut Draws,
    seats: Seats,
    /// Nominations with a judge who is barred there and could not be exchanged.
    clashing: Vec<u32>,
}

impl Hand<'_> {
    /// Deals a class's seats round its nominations, judge after judge: since no judge has more seats than there are
    /// nominations, none sits twice at one; and gaps differ by one at most. Then exchanges make the rounds random.
    fn deal(&mut self, class: &Class, shares: &[(u32, u32)], order: &[u32]) {
        let mut members = class.members.clone();
        self.draws.shuffle(&mut members);
        let mut units = vec![0; order.len()];
        shares.iter().for_each(|(judge, share)| units[*judge as usize] = *share);
        let mut round = members.iter().cycle();
        for judge in order {
            for member in round.by_ref().take(units[*judge as usize] as usize) {
                self.seats[*member as usize].push(*judge);
            }
        }
        self.clear_up(&members);
        self.mix(&members);
    }

    /// The first seat whose judge is barred.
    fn clash(&self, member: u32) -> Option<usize> {
        let barred = &self.table.places[member as usize].barred;
        let seats = &self.seats[member as usize];
        seats.iter().position(|judge| !barred.is_empty() && barred.binary_search(judge).is_ok())
    }

    /// Exchanges barred judges for those of others of the class.
    fn clear_up(&mut self, members: &[u32]) {
        for member in members {
            while let Some(seat) = self.clash(*member) {
                let start = self.draws.below(members.len());
                let others = members[start..].iter().chain(&members[..start]);
                let found = others.filter(|other| *other != member).find_map(|other| {
                    let seats = 0..self.seats[*other as usize].len();
                    seats
                        .into_iter()
                        .find(|theirs| self.may_swap((*member, seat), (*other, *theirs)))
                        .map(|theirs| (*other, theirs))
                });
                match found {
                    Some(theirs) => self.swap((*member, seat), theirs),
                    None => {
                        self.clashing.push(*member);
                        break;
                    }
                }
            }
        }
    }

    /// Exchanges judges at random, as often as there are seats.
    fn mix(&mut self, members: &[u32]) {
        let seats: usize = members.iter().map(|member| self.seats[*member as usize].len()).sum();
        for _ in 0..seats {
            let a = members[self.draws.below(members.len())];
            let b = members[self.draws.below(members.len())];
            let (seats_a, seats_b) = (self.seats[a as usize].len(), self.seats[b as usize].len());
            if a == b || seats_a == 0 || seats_b == 0 {
                continue;
            }
            let (a, b) = ((a, self.draws.below(seats_a)), (b, self.draws.below(seats_b)));
            if self.may_swap(a, b) {
                self.swap(a, b);
            }
        }
    }

    fn may_swap(&self, a: (u32, usize), b: (u32, usize)) -> bool {
        let (judge_a, judge_b) = (self.seats[a.0 as usize][a.1], self.seats[b.0 as usize][b.1]);
        judge_a != judge_b && self.may_sit(judge_a, b.0) && self.may_sit(judge_b, a.0)
    }

    fn may_sit(&self, judge: u32, member: u32) -> bool {
        !self.seats[member as usize].contains(&judge)
            && self.table.places[member as usize].barred.binary_search(&judge).is_err()
    }

    fn swap(&mut self, a: (u32, usize), b: (u32, usize)) {
        let judge = self.seats[a.0 as usize][a.1];
        self.seats[a.0 as usize][a.1] = std::mem::replace(&mut self.seats[b.0 as usize][b.1], judge);
    }
}
