//! The plan, and what it is worth.

use serde::Serialize;

use super::chance::Draws;
use super::cut::{Cut, cut};
use super::join;
use super::problem::{JudgeAt, NominationAt, Problem, Table};
use super::seats::{self, Seats, Shortcuts};

/// Who reads what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// By nomination, panel, judge.
    pub assignments: Vec<Assignment>,
    /// Permitted assignments that nobody has worked on and that are not in the plan; by nomination, judge.
    pub dropped: Vec<(NominationAt, JudgeAt)>,
    /// What it is worth.
    pub objective: Objective,
    /// A report a panel, in the problem's order.
    pub panels: Vec<PanelReport>,
    /// By nomination, panel.
    pub shortfalls: Vec<Shortfall>,
}

/// A nomination in a judge's hands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// The nomination.
    pub nomination: NominationAt,
    /// For which panel.
    pub panel: usize,
    /// The judge.
    pub judge: JudgeAt,
    /// Whether it stands already.
    pub kept: bool,
}

/// What a plan is worth: each level counts before all after it, and less is better.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Objective {
    /// Seats that nobody fills.
    pub shortfall: u64,
    /// The sum of the squares of each nomination's and panel's.
    pub shortfall_squares: u64,
    /// Assignments that move.
    pub dropped: u64,
    /// The sum of the squares of the judges' loads.
    pub load_squares: u64,
    /// The sum of the squares of their loads in each category.
    pub spread_squares: u64,
    /// Parts that nothing connects.
    pub components: u64,
    /// Likings of judges for what they are given.
    pub preference: u64,
}

/// A panel in a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PanelReport {
    /// Seats to be filled beside those that are begun.
    pub seats: u64,
    /// Seats that nobody fills.
    pub shortfall: u64,
    /// The least that a judge has.
    pub load_min: u32,
    /// The most.
    pub load_max: u32,
    /// Why seats are missing, where they are.
    pub cut: Option<Cut>,
}

/// A nomination for which a panel lacks judges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shortfall {
    /// The nomination.
    pub nomination: NominationAt,
    /// The panel.
    pub panel: usize,
    /// How many seats nobody fills.
    pub missing: u32,
    /// How many judges of the panel the rules permit.
    pub allowed_judges: u32,
}

/// Makes the plan of a problem. The same problem, the same plan.
pub fn plan(problem: &Problem) -> Plan {
    plan_with(problem, Shortcuts::default())
}

/// The same, with shortcuts taken from another size on.
pub fn plan_with(problem: &Problem, shortcuts: Shortcuts) -> Plan {
    let stream = |number: usize| Draws::of(problem.asked.seed, number as u64);
    let tables = problem.tables.iter().enumerate();
    let mut seats: Vec<Seats> =
        tables.map(|(number, table)| seats::seat(table, &mut stream(number + 1), shortcuts)).collect();
    join::join(problem, &mut seats, &mut stream(0));
    Plan {
        objective: objective(problem, &seats),
        assignments: assignments(problem, &seats),
        dropped: dropped(problem, &seats),
        panels: problem.tables.iter().zip(&seats).map(|(table, seats)| report(table, seats)).collect(),
        shortfalls: shortfalls(problem, &seats),
    }
}

fn assignments(problem: &Problem, plan: &[Seats]) -> Vec<Assignment> {
    let mut all = Vec::new();
    for nomination in 0..problem.asked.nominations.len() {
        for (panel, (table, seats)) in problem.tables.iter().zip(plan).enumerate() {
            let place = &table.places[nomination];
            let mut here: Vec<(u32, bool)> = place.begun.iter().map(|judge| (*judge, true)).collect();
            here.extend(seats[nomination].iter().map(|judge| (*judge, place.kept.binary_search(judge).is_ok())));
            here.sort_unstable();
            all.extend(here.into_iter().map(|(judge, kept)| Assignment {
                nomination: nomination as NominationAt,
                panel,
                judge: table.judges[judge as usize],
                kept,
            }));
        }
    }
    all
}

fn dropped(problem: &Problem, plan: &[Seats]) -> Vec<(NominationAt, JudgeAt)> {
    let mut dropped = Vec::new();
    for (table, seats) in problem.tables.iter().zip(plan) {
        for (at, (place, seats)) in table.places.iter().zip(seats).enumerate() {
            let gone = place.kept.iter().filter(|judge| seats.binary_search(judge).is_err());
            dropped.extend(gone.map(|judge| (at as NominationAt, table.judges[*judge as usize])));
        }
    }
    dropped.sort_unstable();
    dropped
}

/// What a panel's judges have, in all and in each category.
fn loads(table: &Table, seats: &Seats) -> (Vec<u32>, Vec<u32>) {
    let (mut loads, mut spread) = (table.loads.clone(), table.spread.clone());
    for (at, judges) in seats.iter().enumerate() {
        let category = table.category(at);
        for judge in judges {
            loads[*judge as usize] += 1;
            spread[*judge as usize * table.categories + category] += 1;
        }
    }
    (loads, spread)
}

fn objective(problem: &Problem, plan: &[Seats]) -> Objective {
    let squares = |loads: &[u32]| loads.iter().map(|load| u64::from(*load) * u64::from(*load)).sum::<u64>();
    let mut objective = Objective { components: join::parts(problem, plan) as u64, ..Objective::default() };
    for (table, seats) in problem.tables.iter().zip(plan) {
        let (loads, spread) = loads(table, seats);
        objective.load_squares += squares(&loads);
        objective.spread_squares += squares(&spread);
        for (at, (place, judges)) in table.places.iter().zip(seats).enumerate() {
            let missing = u64::from(place.demand) - judges.len() as u64;
            objective.shortfall += missing;
            objective.shortfall_squares += missing * missing;
            objective.preference +=
                judges.iter().filter_map(|judge| table.liking(at, *judge)).map(u64::from).sum::<u64>();
        }
    }
    objective.dropped = dropped(problem, plan).len() as u64;
    objective
}

fn report(table: &Table, seats: &Seats) -> PanelReport {
    let (loads, _) = loads(table, seats);
    let demand: u64 = table.places.iter().map(|place| u64::from(place.demand)).sum();
    let shortfall = demand - seats.iter().map(|judges| judges.len() as u64).sum::<u64>();
    PanelReport {
        seats: demand,
        shortfall,
        load_min: loads.iter().copied().min().unwrap_or(0),
        load_max: loads.iter().copied().max().unwrap_or(0),
        cut: (shortfall > 0).then(|| cut(table, seats)),
    }
}

fn shortfalls(problem: &Problem, plan: &[Seats]) -> Vec<Shortfall> {
    let mut all = Vec::new();
    for nomination in 0..problem.asked.nominations.len() {
        for (panel, (table, seats)) in problem.tables.iter().zip(plan).enumerate() {
            let place = &table.places[nomination];
            let missing = place.demand - seats[nomination].len() as u32;
            if missing > 0 {
                let judges = 0..table.judges.len() as u32;
                let free = judges.filter(|judge| table.liking(nomination, *judge).is_some()).count();
                let allowed_judges = (free + place.begun.len()) as u32;
                all.push(Shortfall { nomination: nomination as NominationAt, panel, missing, allowed_judges });
            }
        }
    }
    all
}
