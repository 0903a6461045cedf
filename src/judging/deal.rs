//! The deal: the service's people and nominations as a problem of [`assign`], and its plan as the service keeps it, with
//! why something falls short. Same input, same deal.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::assign::problem::{Judge, JudgeAt, Nomination, NominationAt, Standing as Stands, State};
use super::assign::{self, Asked, Plan, Problem};
use super::conflicts::{Bar, Read, Reader, Recused, bar};
use super::model::AssignmentState;
use crate::editions::PanelKey;
use crate::ids::{AccountId, NominationId};

/// What is to be dealt.
#[derive(Clone, Debug)]
pub struct Input {
    /// What the rules leave open is drawn from it.
    pub seed: u64,
    /// How many sheets each nomination needs of each panel.
    pub per_panel: u32,
    /// The panels that count, in the edition's order.
    pub panels: Vec<PanelKey>,
    /// The judges who are there.
    pub judges: Vec<Dealt>,
    /// The nominations that may be read.
    pub nominations: Vec<Read>,
    /// Who has stepped aside from what.
    pub recused: Recused,
    /// What stands already, whoever the judge is.
    pub current: Vec<Standing>,
}

/// A judge to whom nominations are dealt.
#[derive(Clone, Debug)]
pub struct Dealt {
    /// What the rules ask of them.
    pub reader: Reader,
    /// Their panel.
    pub panel: PanelKey,
    /// How many nominations they can take; `None`: any number.
    pub capacity: Option<u32>,
}

/// An assignment that stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// What is read.
    pub nomination: NominationId,
    /// By whom.
    pub judge: AccountId,
    /// For which panel.
    pub panel: PanelKey,
    /// How far it is.
    pub state: AssignmentState,
}

/// A nomination in a judge's hands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pair {
    /// What is read.
    pub nomination: NominationId,
    /// For which panel.
    pub panel: PanelKey,
    /// By whom.
    pub judge: AccountId,
    /// Whether it stands already.
    pub kept: bool,
}

/// A panel that cannot give a nomination all the sheets it needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shortfall {
    /// The nomination.
    pub nomination: NominationId,
    /// The panel.
    pub panel: PanelKey,
    /// How many sheets are missing.
    pub missing: u32,
    /// How many judges of the panel the rules permit.
    pub allowed_judges: u32,
    /// How many of those are at their capacity.
    pub full: u32,
    /// How many the rules bar, by the first rule that does.
    pub barred: BTreeMap<Bar, u32>,
    /// The languages in which the nomination can be read.
    #[serde(default)]
    pub languages: BTreeSet<String>,
}

/// Why a panel falls short: these nominations compete for these judges, who are full, and no other plan fills more.
/// What is missing is `demand` less `capacity` less `pairs`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shortage {
    /// The panel.
    pub panel: PanelKey,
    /// The nominations.
    pub nominations: Vec<NominationId>,
    /// The judges.
    pub judges: Vec<AccountId>,
    /// Seats that these nominations need.
    pub demand: u64,
    /// Seats that these judges can take.
    pub capacity: u64,
    /// Seats that other judges fill, all that the rules permit.
    pub pairs: u64,
}

/// The outcome.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deal {
    /// By nomination, panel, judge.
    pub pairs: Vec<Pair>,
    /// What stands and is to go: nobody has worked on it, and the rules no longer permit it or the judge has left.
    pub dropped: Vec<(NominationId, AccountId)>,
    /// By nomination, then panel.
    pub shortfalls: Vec<Shortfall>,
    /// One for each panel that falls short.
    #[serde(default)]
    pub shortages: Vec<Shortage>,
}

/// Deals.
pub fn deal(input: &Input) -> Deal {
    let table = Table::of(input);
    let problem = Problem::of(table.asked());
    let plan = assign::plan(&problem);
    table.deal(&problem, &plan)
}

/// A judge at a panel's table. Who has left or changed panels keeps a seat for what they have begun there.
type Seat<'a> = (AccountId, &'a PanelKey);

/// The input by places: those of the problem.
struct Table<'a> {
    input: &'a Input,
    seats: Vec<Seat<'a>>,
    dealt: HashMap<Seat<'a>, &'a Dealt>,
    seat_at: HashMap<Seat<'a>, JudgeAt>,
    nominations: Vec<&'a Read>,
    nomination_at: HashMap<NominationId, NominationAt>,
    /// What stands, but for what was stepped aside from.
    current: Vec<&'a Standing>,
    /// The same by judge.
    of_judge: HashMap<AccountId, Vec<&'a Standing>>,
}

impl<'a> Table<'a> {
    fn of(input: &'a Input) -> Self {
        let here = input.judges.iter().filter(|judge| input.panels.contains(&judge.panel));
        let dealt: HashMap<Seat<'_>, &Dealt> =
            here.map(|judge| ((judge.reader.account, &judge.panel), judge)).collect();
        let mut nominations: Vec<&Read> = input.nominations.iter().collect();
        nominations.sort_unstable_by_key(|nomination| nomination.id);
        let nomination_at: HashMap<NominationId, NominationAt> =
            (0..).zip(&nominations).map(|(at, nomination)| (nomination.id, at)).collect();
        let current = input.current.iter().filter(|one| one.state != AssignmentState::Recused);
        let current: Vec<&Standing> = current.filter(|one| input.panels.contains(&one.panel)).collect();
        let begun = current.iter().filter(|one| !one.state.may_move() && nomination_at.contains_key(&one.nomination));
        let seats: BTreeSet<Seat<'_>> = dealt.keys().copied().chain(begun.map(|one| (one.judge, &one.panel))).collect();
        let seats: Vec<Seat<'_>> = seats.into_iter().collect();
        let seat_at = (0..).zip(&seats).map(|(at, seat)| (*seat, at)).collect();
        let mut of_judge: HashMap<AccountId, Vec<&Standing>> = HashMap::new();
        current.iter().for_each(|one| of_judge.entry(one.judge).or_default().push(one));
        Self { input, seats, dealt, seat_at, nominations, nomination_at, current, of_judge }
    }

    fn asked(&self) -> Asked {
        let panel_at = |key: &PanelKey| self.input.panels.iter().position(|one| one == key).unwrap_or_default();
        let judge = |seat: &Seat<'_>| {
            let id = seat.0.to_string();
            let panel = panel_at(seat.1);
            // Nobody gives more to who has left.
            let Some(judge) = self.dealt.get(seat) else {
                return Judge { id, panel, capacity: Some(0), ..Judge::default() };
            };
            Judge {
                id,
                panel,
                capacity: judge.capacity,
                languages: judge.reader.languages.clone(),
                expertise: BTreeSet::new(),
                domain: judge.reader.domain.clone(),
                organisations: judge.reader.organisations.clone(),
                elsewhere: self.elsewhere(seat),
            }
        };
        let nomination = |read: &&Read| Nomination {
            id: read.id.to_string(),
            category: read.category.clone(),
            language: read.language.clone(),
            translations: read.languages.clone(),
            domains: read.domains.clone(),
            organisations: read.organisations.clone(),
        };
        Asked {
            seed: self.input.seed,
            per_panel: self.input.per_panel,
            panels: self.input.panels.iter().map(|panel| panel.as_str().to_owned()).collect(),
            judges: self.seats.iter().map(judge).collect(),
            nominations: self.nominations.iter().map(nomination).collect(),
            conflicts: self.conflicts(),
            current: self.standing(),
        }
    }

    fn standing_of(&self, judge: AccountId) -> &[&'a Standing] {
        self.of_judge.get(&judge).map(Vec::as_slice).unwrap_or_default()
    }

    /// How much a judge has that is not dealt now: it counts against their capacity.
    fn elsewhere(&self, seat: &Seat<'_>) -> u32 {
        let theirs = self.standing_of(seat.0).iter().filter(|one| one.panel == *seat.1);
        let elsewhere = theirs.filter(|one| !self.nomination_at.contains_key(&one.nomination));
        u32::try_from(elsewhere.count()).unwrap_or(u32::MAX)
    }

    fn conflicts(&self) -> Vec<(JudgeAt, NominationAt)> {
        let mut recused: HashMap<AccountId, Vec<NominationId>> = HashMap::new();
        self.input.recused.iter().for_each(|(judge, reads)| recused.entry(*judge).or_default().push(*reads));
        let mut pairs = Vec::new();
        for (at, seat) in (0..).zip(&self.seats) {
            let theirs = recused.get(&seat.0).into_iter().flatten();
            pairs.extend(theirs.filter_map(|reads| Some((at, *self.nomination_at.get(reads)?))));
            // Whoever has changed panels does not read again for the new one what they have begun for the old.
            let theirs = self.standing_of(seat.0).iter();
            let begun = theirs.filter(|one| one.panel != *seat.1 && !one.state.may_move());
            pairs.extend(begun.filter_map(|one| Some((at, *self.nomination_at.get(&one.nomination)?))));
        }
        pairs.sort_unstable();
        pairs.dedup();
        pairs
    }

    fn standing(&self) -> Vec<Stands> {
        let standing = self.current.iter().filter_map(|one| {
            let judge = *self.seat_at.get(&(one.judge, &one.panel))?;
            let nomination = *self.nomination_at.get(&one.nomination)?;
            let state = if one.state.may_move() { State::Assigned } else { State::Begun };
            Some(Stands { judge, nomination, state })
        });
        standing.collect()
    }

    /// The plan by the service's own ids.
    fn deal(&self, problem: &Problem, plan: &Plan) -> Deal {
        let pair = |one: &assign::plan::Assignment| Pair {
            nomination: self.nominations[one.nomination as usize].id,
            panel: self.input.panels[one.panel].clone(),
            judge: self.seats[one.judge as usize].0,
            kept: one.kept,
        };
        let pairs: Vec<Pair> = plan.assignments.iter().map(pair).collect();
        let gone = plan.dropped.iter().chain(&problem.void);
        let mut dropped: Vec<(NominationId, AccountId)> =
            gone.map(|(at, judge)| (self.nominations[*at as usize].id, self.seats[*judge as usize].0)).collect();
        let left = self.current.iter().filter(|one| {
            self.nomination_at.contains_key(&one.nomination) && !self.seat_at.contains_key(&(one.judge, &one.panel))
        });
        dropped.extend(left.map(|one| (one.nomination, one.judge)));
        dropped.sort_unstable();
        Deal { shortfalls: self.shortfalls(plan, &pairs), shortages: self.shortages(plan), pairs, dropped }
    }

    fn shortfalls(&self, plan: &Plan, pairs: &[Pair]) -> Vec<Shortfall> {
        let there: HashSet<(NominationId, AccountId)> =
            pairs.iter().map(|pair| (pair.nomination, pair.judge)).collect();
        let mut loads: HashMap<AccountId, u32> = HashMap::new();
        pairs.iter().for_each(|pair| *loads.entry(pair.judge).or_insert(0) += 1);
        let short = plan.shortfalls.iter().map(|short| {
            let read = self.nominations[short.nomination as usize];
            let panel = &self.input.panels[short.panel];
            let (mut allowed, mut full, mut barred) = (0, 0, BTreeMap::new());
            for judge in self.input.judges.iter().filter(|judge| judge.panel == *panel) {
                let account = judge.reader.account;
                if there.contains(&(read.id, account)) {
                    allowed += 1;
                } else if let Some(why) = bar(&judge.reader, read, &self.input.recused) {
                    *barred.entry(why).or_insert(0) += 1;
                } else {
                    let load = loads.get(&account).copied().unwrap_or(0) + self.elsewhere(&(account, panel));
                    allowed += 1;
                    full += u32::from(judge.capacity.is_some_and(|capacity| load >= capacity));
                }
            }
            let (nomination, panel, languages) = (read.id, panel.clone(), read.languages.clone());
            Shortfall { nomination, panel, missing: short.missing, allowed_judges: allowed, full, barred, languages }
        });
        short.collect()
    }

    fn shortages(&self, plan: &Plan) -> Vec<Shortage> {
        let panels = self.input.panels.iter().zip(&plan.panels);
        let shortages = panels.filter_map(|(panel, report)| {
            let cut = report.cut.as_ref()?;
            Some(Shortage {
                panel: panel.clone(),
                nominations: cut.nominations.iter().map(|at| self.nominations[*at as usize].id).collect(),
                judges: cut.judges.iter().map(|at| self.seats[*at as usize].0).collect(),
                demand: cut.demand,
                capacity: cut.capacity,
                pairs: cut.pairs,
            })
        });
        shortages.collect()
    }
}
