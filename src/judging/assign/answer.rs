//! A plan as the command `assign` prints it: the format `tca-plan/1`.

use serde::Serialize;

use super::cut::Cut;
use super::plan::{Objective, Plan};
use super::problem::{JudgeAt, NominationAt, Problem};

/// The answer.
#[derive(Serialize)]
pub struct Answer<'a> {
    format: &'static str,
    seed: u64,
    assignments: Vec<Assigned<'a>>,
    dropped: Vec<Dropped<'a>>,
    objective: Objective,
    panels: Vec<Panel<'a>>,
    shortfalls: Vec<Short<'a>>,
}

#[derive(Serialize)]
struct Assigned<'a> {
    nomination: &'a str,
    panel: &'a str,
    judge: &'a str,
    kept: bool,
}

#[derive(Serialize)]
struct Dropped<'a> {
    nomination: &'a str,
    judge: &'a str,
}

#[derive(Serialize)]
struct Panel<'a> {
    panel: &'a str,
    seats: u64,
    filled: u64,
    shortfall: u64,
    load_min: u32,
    load_max: u32,
    cut: Option<Proof<'a>>,
}

#[derive(Serialize)]
struct Proof<'a> {
    nominations: Vec<&'a str>,
    judges: Vec<&'a str>,
    demand: u64,
    capacity: u64,
    pairs: u64,
}

#[derive(Serialize)]
struct Short<'a> {
    nomination: &'a str,
    panel: &'a str,
    missing: u32,
    allowed_judges: u32,
}

impl<'a> Answer<'a> {
    /// Of a plan: ids instead of places.
    pub fn of(problem: &'a Problem, plan: &Plan) -> Self {
        let asked = &problem.asked;
        let nomination = |at: NominationAt| asked.nominations[at as usize].id.as_str();
        let judge = |at: JudgeAt| asked.judges[at as usize].id.as_str();
        let panel = |at: usize| asked.panels[at].as_str();
        let proof = |cut: &Cut| Proof {
            nominations: cut.nominations.iter().map(|at| nomination(*at)).collect(),
            judges: cut.judges.iter().map(|at| judge(*at)).collect(),
            demand: cut.demand,
            capacity: cut.capacity,
            pairs: cut.pairs,
        };
        let assignments = plan.assignments.iter().map(|one| Assigned {
            nomination: nomination(one.nomination),
            panel: panel(one.panel),
            judge: judge(one.judge),
            kept: one.kept,
        });
        let panels = plan.panels.iter().enumerate().map(|(at, report)| Panel {
            panel: panel(at),
            seats: report.seats,
            filled: report.seats - report.shortfall,
            shortfall: report.shortfall,
            load_min: report.load_min,
            load_max: report.load_max,
            cut: report.cut.as_ref().map(proof),
        });
        let shortfalls = plan.shortfalls.iter().map(|short| Short {
            nomination: nomination(short.nomination),
            panel: panel(short.panel),
            missing: short.missing,
            allowed_judges: short.allowed_judges,
        });
        let gone = plan.dropped.iter().map(|(at, by)| Dropped { nomination: nomination(*at), judge: judge(*by) });
        Self {
            format: "tca-plan/1",
            seed: asked.seed,
            assignments: assignments.collect(),
            dropped: gone.collect(),
            objective: plan.objective,
            panels: panels.collect(),
            shortfalls: shortfalls.collect(),
        }
    }
}
