//! A plan as organisers see it: load, shortfalls and why, by the names that they know people and nominations by.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::conflicts::Bar;
use super::gather::is_there;
use super::plan::{LeftOutFor, PlanDocument};
use super::plan_words::{self, Need, ShortageView};
use super::store::{self, PlanRow};
use crate::accounts::{self, JudgeOf};
use crate::clock::Time;
use crate::editions::{Edition, PanelKey};
use crate::ids::{AccountId, NominationId, PlanId, RoleId};
use crate::store::{Conn, Stored};

/// A plan, as organisers see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PlanView {
    /// The plan.
    pub id: PlanId,
    /// The same, by the name under which `apply` asks for it.
    pub plan_id: PlanId,
    /// How many sheets each nomination needs of each panel.
    pub per_panel: u32,
    /// When it was made.
    pub made_at: Time,
    /// When it was made real.
    pub applied_at: Option<Time>,
    /// Each panel's seats and load, in the edition's order.
    pub panels: Vec<PanelLoad>,
    /// Each judge's load, by panel.
    pub judges: Vec<JudgeLoad>,
    /// Who would read what, by nomination, panel, judge.
    pub assignments: Vec<PlannedPair>,
    /// What stands and would go.
    pub dropped: Vec<DroppedPair>,
    /// What falls short, and why.
    pub shortfalls: Vec<ShortfallView>,
    /// Judges who are needed, by panel, category and language.
    pub needs: Vec<Need>,
    /// One for each panel that falls short: why no other plan fills more.
    pub shortages: Vec<ShortageView>,
    /// Nominations that no judge may read yet, and why.
    pub left_out: Vec<LeftOutView>,
    /// Judges who have not accepted their invitation: they are dealt nothing.
    pub not_accepted: Vec<JudgeName>,
}

/// A panel in a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PanelLoad {
    /// Its key.
    pub panel: PanelKey,
    /// How many sheets are needed: `per_panel` for each nomination.
    pub seats: u32,
    /// How many of these are provided for.
    pub filled: u32,
    /// How many are not.
    pub shortfall: u32,
    /// The smallest load of a judge.
    pub load_min: u32,
    /// The largest.
    pub load_max: u32,
}

/// A judge by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct JudgeName {
    /// As in `people`.
    pub id: RoleId,
    /// Name.
    pub name: String,
    /// Panel.
    pub panel: PanelKey,
}

/// A judge in a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct JudgeLoad {
    /// Who, as in `people`.
    pub id: RoleId,
    /// Name.
    pub name: String,
    /// Panel.
    pub panel: PanelKey,
    /// How many nominations they would have.
    pub load: u32,
    /// How many of these are new to them.
    pub new: u32,
    /// How many they can take.
    pub capacity: Option<u32>,
}

/// A nomination in a judge's hands, in a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PlannedPair {
    /// What is read.
    pub nomination: NominationId,
    /// Its reference.
    pub reference: String,
    /// For which panel.
    pub panel: PanelKey,
    /// By whom, as in `people`.
    pub judge: RoleId,
    /// Whether it stands already.
    pub kept: bool,
}

/// An assignment that a plan takes away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DroppedPair {
    /// What was to be read.
    pub nomination: NominationId,
    /// Its reference.
    pub reference: String,
    /// By whom, as in `people`.
    pub judge: RoleId,
}

/// What falls short for a nomination in a panel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ShortfallView {
    /// The nomination.
    pub nomination: NominationId,
    /// Its reference.
    pub reference: String,
    /// Code of its category.
    pub category: String,
    /// The panel.
    pub panel: PanelKey,
    /// How many sheets are missing.
    pub missing: u32,
    /// How many judges of the panel the rules permit.
    pub allowed_judges: u32,
    /// How many of those are at their capacity.
    pub full: u32,
    /// How many judges each rule bars.
    pub barred: BTreeMap<Bar, u32>,
}

/// A nomination that a plan leaves out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LeftOutView {
    /// The nomination.
    pub nomination: NominationId,
    /// Its reference.
    pub reference: String,
    /// Why.
    pub reason: LeftOutFor,
}

/// The plan with the names that organisers know people and nominations by.
pub(super) fn view(tx: &mut Conn, edition: &Edition, plan: PlanRow) -> Stored<PlanView> {
    let names = store::references(tx, edition.id)?;
    let judges = accounts::judges(tx, edition.id)?;
    let people: HashMap<AccountId, &JudgeOf> = judges.iter().map(|judge| (judge.account, judge)).collect();
    let reference = |id: &NominationId| names.get(id).map_or_else(String::new, |(reference, _)| reference.clone());
    let document = plan.document;
    let role = |account: &AccountId| people.get(account).map(|judge| judge.role_id);
    Ok(PlanView {
        id: plan.id,
        plan_id: plan.id,
        per_panel: plan.per_panel,
        made_at: plan.made_at,
        applied_at: plan.applied_at,
        judges: judge_loads(&judges, &document),
        panels: panel_loads(&judges, &document, plan.per_panel),
        assignments: document
            .deal
            .pairs
            .iter()
            .filter_map(|pair| {
                Some(PlannedPair {
                    nomination: pair.nomination,
                    reference: reference(&pair.nomination),
                    panel: pair.panel.clone(),
                    judge: role(&pair.judge)?,
                    kept: pair.kept,
                })
            })
            .collect(),
        dropped: document
            .deal
            .dropped
            .iter()
            .filter_map(|(nomination, judge)| {
                let reference = reference(nomination);
                Some(DroppedPair { nomination: *nomination, reference, judge: role(judge)? })
            })
            .collect(),
        shortfalls: document
            .deal
            .shortfalls
            .iter()
            .map(|short| ShortfallView {
                nomination: short.nomination,
                reference: reference(&short.nomination),
                category: names.get(&short.nomination).map_or_else(String::new, |(_, category)| category.clone()),
                panel: short.panel.clone(),
                missing: short.missing,
                allowed_judges: short.allowed_judges,
                full: short.full,
                barred: short.barred.clone(),
            })
            .collect(),
        needs: plan_words::needs(edition, &document, &names),
        shortages: plan_words::shortages(edition, &document, &names, &people),
        left_out: document
            .left_out
            .iter()
            .map(|one| LeftOutView {
                nomination: one.nomination,
                reference: reference(&one.nomination),
                reason: one.reason,
            })
            .collect(),
        not_accepted: judges
            .iter()
            .filter(|judge| judge.accepted_at.is_none() && judge.removed_at.is_none())
            .map(|judge| JudgeName { id: judge.role_id, name: judge.name.clone(), panel: judge.panel.clone() })
            .collect(),
    })
}

fn judge_loads(judges: &[JudgeOf], document: &PlanDocument) -> Vec<JudgeLoad> {
    let mut loads: HashMap<AccountId, (u32, u32)> = HashMap::new();
    for pair in &document.deal.pairs {
        let (load, new) = loads.entry(pair.judge).or_default();
        *load += 1;
        *new += u32::from(!pair.kept);
    }
    let mut loads: Vec<JudgeLoad> = judges
        .iter()
        .filter(|judge| is_there(judge) || loads.contains_key(&judge.account))
        .map(|judge| {
            let (load, new) = loads.get(&judge.account).copied().unwrap_or_default();
            let (id, name, panel) = (judge.role_id, judge.name.clone(), judge.panel.clone());
            JudgeLoad { id, name, panel, load, new, capacity: judge.capacity }
        })
        .collect();
    let order = |panel: &PanelKey| document.panels.iter().position(|one| one == panel);
    loads.sort_by_key(|judge| (order(&judge.panel), judge.id));
    loads
}

fn panel_loads(judges: &[JudgeOf], document: &PlanDocument, per_panel: u32) -> Vec<PanelLoad> {
    let loads = judge_loads(judges, document);
    let panels = document.panels.iter();
    panels
        .map(|panel| {
            let loads = loads.iter().filter(|judge| judge.panel == *panel).map(|judge| judge.load);
            let seats = per_panel.saturating_mul(document.nominations);
            let short = document.deal.shortfalls.iter().filter(|short| short.panel == *panel);
            let shortfall = short.map(|short| short.missing).sum();
            PanelLoad {
                panel: panel.clone(),
                seats,
                filled: seats.saturating_sub(shortfall),
                shortfall,
                load_min: loads.clone().min().unwrap_or(0),
                load_max: loads.max().unwrap_or(0),
            }
        })
        .collect()
}
