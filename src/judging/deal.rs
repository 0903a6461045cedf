//! The deal: who reads what. For now each judge of a panel reads each nomination that the rules permit, up to their
//! capacity; what the rules leave short is named with its why. Same input, same deal.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use super::conflicts::{Bar, Read, Reader, Recused, bar};
use super::model::AssignmentState;
use crate::editions::PanelKey;
use crate::ids::{AccountId, NominationId};

/// What is to be dealt.
#[derive(Clone, Debug)]
pub struct Input {
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
}

/// Deals.
pub fn deal(input: &Input) -> Deal {
    let mut table = Table::of(input);
    let mut nominations: Vec<&Read> = input.nominations.iter().collect();
    nominations.sort_unstable_by_key(|nomination| nomination.id);
    let mut deal = Deal::default();
    for nomination in nominations {
        for panel in &input.panels {
            table.seat(nomination, panel, &mut deal);
        }
    }
    let order = |panel: &PanelKey| input.panels.iter().position(|one| one == panel);
    deal.pairs.sort_by_key(|pair| (pair.nomination, order(&pair.panel), pair.judge));
    deal.dropped.sort_unstable();
    deal
}

/// The deal while it is made.
struct Table<'a> {
    input: &'a Input,
    judges: BTreeMap<&'a PanelKey, Vec<&'a Dealt>>,
    standing: HashMap<NominationId, Vec<&'a Standing>>,
    loads: HashMap<AccountId, u32>,
}

impl<'a> Table<'a> {
    fn of(input: &'a Input) -> Self {
        let mut judges: BTreeMap<&PanelKey, Vec<&Dealt>> = BTreeMap::new();
        for judge in &input.judges {
            judges.entry(&judge.panel).or_default().push(judge);
        }
        judges.values_mut().for_each(|judges| judges.sort_unstable_by_key(|judge| judge.reader.account));
        let mut table = Self { input, judges, standing: HashMap::new(), loads: HashMap::new() };
        for one in input.current.iter().filter(|one| one.state != AssignmentState::Recused) {
            table.standing.entry(one.nomination).or_default().push(one);
        }
        // What stands is weighed before anything new is dealt: so nothing moves that need not.
        let reads: HashMap<NominationId, &Read> = input.nominations.iter().map(|read| (read.id, read)).collect();
        for one in input.current.iter().filter(|one| one.state != AssignmentState::Recused) {
            let stays = match (reads.get(&one.nomination), table.judge(one)) {
                _ if !one.state.may_move() => true, // begun: it stays whatever the rules say
                (None, _) => true,                  // on a nomination that is not dealt now
                (Some(read), Some(judge)) => bar(&judge.reader, read, &input.recused).is_none(),
                (Some(_), None) => false,
            };
            *table.loads.entry(one.judge).or_insert(0) += u32::from(stays);
        }
        table
    }

    /// The judge of an assignment, if they are still there.
    fn judge(&self, one: &Standing) -> Option<&'a Dealt> {
        self.judges.get(&one.panel)?.iter().copied().find(|judge| judge.reader.account == one.judge)
    }

    fn seat(&mut self, nomination: &Read, panel: &PanelKey, deal: &mut Deal) {
        let judges = self.judges.get(panel).map(Vec::as_slice).unwrap_or_default();
        let there: Vec<&Standing> = self
            .standing
            .get(&nomination.id)
            .into_iter()
            .flatten()
            .copied()
            .filter(|one| one.panel == *panel)
            .collect();
        let first = deal.pairs.len();
        let pair = |judge, kept| Pair { nomination: nomination.id, panel: panel.clone(), judge, kept };
        deal.pairs.extend(there.iter().filter(|one| !one.state.may_move()).map(|one| pair(one.judge, true)));
        let (mut allowed, mut full, mut barred) = (0, 0, BTreeMap::new());
        for judge in judges {
            let account = judge.reader.account;
            let stands = there.iter().find(|one| one.judge == account);
            if stands.is_some_and(|one| !one.state.may_move()) {
                allowed += 1;
                continue;
            }
            if let Some(why) = bar(&judge.reader, nomination, &self.input.recused) {
                *barred.entry(why).or_insert(0) += 1;
                continue;
            }
            allowed += 1;
            let load = self.loads.entry(account).or_insert(0);
            *load += u32::from(stands.is_none());
            if judge.capacity.is_some_and(|capacity| *load > capacity) {
                *load -= 1;
                full += 1;
                continue;
            }
            deal.pairs.push(pair(account, stands.is_some()));
        }
        let dealt = &deal.pairs[first..];
        let gone = there.iter().filter(|one| !dealt.iter().any(|pair| pair.judge == one.judge));
        deal.dropped.extend(gone.map(|one| (nomination.id, one.judge)));
        let missing = self.input.per_panel.saturating_sub(u32::try_from(dealt.len()).unwrap_or(u32::MAX));
        if missing > 0 {
            let (nomination, panel) = (nomination.id, panel.clone());
            deal.shortfalls.push(Shortfall { nomination, panel, missing, allowed_judges: allowed, full, barred });
        }
    }
}
