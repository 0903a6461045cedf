//! The plan: an organiser has one made, sees its load and what falls short, and makes it real.
//!
//! A plan is a proposal: applying it asks the rules again about each pair, since judges step aside and nominations are
//! taken back meanwhile (S-JUD-5).

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::conflicts::{self, Bar, Read, Reader};
use super::deal::{self, Deal, Dealt, Input, Standing};
use super::error::JudgingError;
use super::model::{Assignment, AssignmentState};
use super::store::PlanRow;
use super::{messages, store};
use crate::accounts::{self, JudgeOf, Sheets};
use crate::app::App;
use crate::audit::{self, Act, Deed};
use crate::clock::Time;
use crate::editions::{self, Edition, PanelKey, Phase};
use crate::fields::Flaw;
use crate::http::door::{Door, FromBody};
use crate::http::faults::Fault;
use crate::http::idempotency::{Once, Outcome};
use crate::ids::{AccountId, AssignmentId, EditionId, NominationId, PlanId, RoleId};
use crate::nominations::{self, ToAssign};
use crate::outbox;
use crate::store::{Conn, Stored};

/// Sheets of a panel on a nomination at most: what the tally takes.
const PER_PANEL_AT_MOST: i64 = 1_000;

/// What a plan is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlanForm {
    /// How many sheets each nomination needs of each panel.
    pub per_panel: u32,
}

impl FromBody for PlanForm {
    fn read(door: &mut Door<'_>) -> Option<Self> {
        let Some(asked) = door.integer("per_panel")? else {
            door.fault("per_panel", "required");
            return None;
        };
        if !(1..=PER_PANEL_AT_MOST).contains(&asked) {
            let pointer = door.at("per_panel");
            door.note(Fault::of(pointer, Flaw::OutOfRange(1, PER_PANEL_AT_MOST)));
        }
        Some(Self { per_panel: u32::try_from(asked).ok()? })
    }
}

/// Which plan is to be made real.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ApplyForm {
    /// The plan.
    pub plan: PlanId,
}

impl FromBody for ApplyForm {
    fn read(door: &mut Door<'_>) -> Option<Self> {
        let plan = door.word("plan_id", PlanId::parse);
        Some(Self { plan: plan? })
    }
}

crate::word_enum! {
    /// Why a nomination is left out of a plan.
    pub enum LeftOutFor {
        /// The nominee has not had the privacy notice: its reading would be unlawful.
        NoticeNotGiven = "notice_not_given",
    }
}

/// A nomination that no judge may read yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// Which.
    pub nomination: NominationId,
    /// Why.
    pub reason: LeftOutFor,
}

/// A plan as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanDocument {
    /// Who reads what, and what falls short.
    pub deal: Deal,
    /// The panels that it deals for, in the edition's order.
    pub panels: Vec<PanelKey>,
    /// How many nominations it deals.
    pub nominations: u32,
    /// The nominations that it leaves out.
    pub left_out: Vec<LeftOut>,
}

/// What making a plan real has changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Applied {
    /// The plan.
    pub plan_id: PlanId,
    /// When.
    pub applied_at: Time,
    /// Assignments made.
    pub made: u32,
    /// Assignments that stood and stay.
    pub kept: u32,
    /// Assignments taken away; nobody had worked on them.
    pub dropped: u32,
    /// Pairs of the plan that were not made, since the rules have come to bar them meanwhile.
    pub passed_over: u32,
}

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

/// Makes a plan for an edition and keeps it; nothing is assigned yet.
///
/// # Errors
/// [`JudgingError`]: the wrong phase, a key that came with another body.
pub async fn make(
    app: &App,
    deed: Deed,
    edition: EditionId,
    form: PlanForm,
    once: Once,
) -> Result<Outcome<PlanView>, JudgingError> {
    // The deal is made on a reader's thread: it may take long, and other writes must not wait for it.
    let document = app.store.read(move |tx| {
        let edition = plannable(tx, edition, deed.at)?;
        draw(tx, &edition, form.per_panel)
    });
    let document = document.await?;
    let parts = app.clone();
    app.store
        .write(move |tx| {
            once.run(tx, deed.at, |tx| {
                let edition = plannable(tx, edition, deed.at)?;
                let id = PlanId::from_uuid(parts.chance.uuid(deed.at));
                let plan = PlanRow {
                    id,
                    per_panel: form.per_panel,
                    document: document.clone(),
                    made_at: deed.at,
                    applied_at: None,
                    applied: None,
                };
                store::insert_plan(tx, edition.id, &plan)?;
                let detail = json!({"per_panel": form.per_panel, "pairs": plan.document.deal.pairs.len()});
                audit::record(tx, &parts, &deed, Act::PlanMade, Some(edition.id), id, detail)?;
                Ok(view(tx, &edition, plan)?)
            })
        })
        .await
}

/// A plan of the edition.
///
/// # Errors
/// [`JudgingError::NotFound`].
pub async fn read(app: &App, edition: Edition, id: PlanId) -> Result<PlanView, JudgingError> {
    app.store
        .read(move |tx| {
            let plan = store::plan(tx, edition.id, id)?.ok_or(JudgingError::NotFound)?;
            Ok(view(tx, &edition, plan)?)
        })
        .await
}

/// Makes a plan real: assigns, takes away what it no longer foresees, tells each judge who has something new (M12). The
/// second time it answers what the first did.
///
/// # Errors
/// [`JudgingError`]: no such plan, the wrong phase, another plan applied since this one was made.
pub async fn apply(app: &App, deed: Deed, edition: EditionId, form: ApplyForm) -> Result<Applied, JudgingError> {
    let parts = app.clone();
    let applied = app.store.write(move |tx| {
        let edition = editions::store::by_id(tx, edition)?.ok_or(JudgingError::NotFound)?;
        let plan = store::plan(tx, edition.id, form.plan)?.ok_or(JudgingError::NotFound)?;
        if let Some(applied) = plan.applied {
            return Ok(applied);
        }
        edition.require(&[Phase::Screening, Phase::Judging], deed.at)?;
        if store::applied_since(tx, edition.id, plan.made_at)? {
            return Err(JudgingError::PlanOvertaken);
        }
        let (assignments, applied) = settle(tx, &parts, &deed, &edition, &plan)?;
        store::mark_applied(tx, plan.id, &applied)?;
        let detail = json!({"made": applied.made, "dropped": applied.dropped, "passed_over": applied.passed_over});
        audit::record(tx, &parts, &deed, Act::PlanApplied, Some(edition.id), plan.id, detail)?;
        tell(tx, &parts, &deed, &edition, &assignments, &plan.id.to_string())?;
        Ok(applied)
    });
    let applied = applied.await?;
    app.outbox_bell.notify_one();
    Ok(applied)
}

/// A panel's judge who may take over takes over, where a nomination now has fewer readers than the plan in force
/// foresaw: the one with the least in hand, once judging still lasts.
///
/// # Errors
/// Those of the store.
pub(super) fn replace(
    tx: &mut Conn,
    app: &App,
    deed: &Deed,
    edition: &Edition,
    left: &Assignment,
) -> Result<(), JudgingError> {
    let Some(per_panel) = store::per_panel_in_force(tx, edition.id)? else { return Ok(()) };
    let there = store::readers(tx, left.nomination, &left.panel)?;
    let enough = there.len() >= usize::try_from(per_panel).unwrap_or(usize::MAX);
    // Once judging is over no sheet can be written any more: the quorum is the organisers' to settle.
    if enough || edition.phase(deed.at) == Phase::Deliberation {
        return Ok(());
    }
    let nomination = nominations::to_assign(tx, edition.id)?.into_iter().find(|one| one.id == left.nomination);
    let Some(nomination) = nomination.filter(|nomination| nomination.notice_given) else { return Ok(()) };
    let input = input(tx, edition, per_panel, vec![read_of(&nomination)])?;
    let Some(next) = next_in_line(&input, &left.panel, &there) else { return Ok(()) };
    let new = Assignment {
        id: AssignmentId::from_uuid(app.chance.uuid(deed.at)),
        edition: edition.id,
        nomination: left.nomination,
        judge: next,
        panel: left.panel.clone(),
        state: AssignmentState::Assigned,
        assigned_at: deed.at,
    };
    store::insert(tx, std::slice::from_ref(&new))?;
    let cause = new.id.to_string();
    tell(tx, app, deed, edition, &[new], &cause)
}

/// The panel's judge with the least in hand whom the rules permit to read the one nomination of `input`.
fn next_in_line(input: &Input, panel: &PanelKey, there: &[AccountId]) -> Option<AccountId> {
    let nomination = input.nominations.first()?;
    let mut loads: HashMap<AccountId, u32> = HashMap::new();
    for one in input.current.iter().filter(|one| one.state != AssignmentState::Recused) {
        *loads.entry(one.judge).or_insert(0) += 1;
    }
    let load = |judge: &Dealt| loads.get(&judge.reader.account).copied().unwrap_or(0);
    let free = input.judges.iter().filter(|judge| {
        judge.panel == *panel
            && !there.contains(&judge.reader.account)
            && judge.capacity.is_none_or(|capacity| load(judge) < capacity)
            && conflicts::bar(&judge.reader, nomination, &input.recused).is_none()
    });
    free.min_by_key(|judge| (load(judge), judge.reader.account)).map(|judge| judge.reader.account)
}

fn plannable(tx: &mut Conn, id: EditionId, now: Time) -> Result<Edition, JudgingError> {
    let edition = editions::store::by_id(tx, id)?.ok_or(JudgingError::NotFound)?;
    edition.require(&[Phase::Screening, Phase::Judging], now)?;
    Ok(edition)
}

/// Deals what may be dealt now.
fn draw(tx: &mut Conn, edition: &Edition, per_panel: u32) -> Result<PlanDocument, JudgingError> {
    let (told, untold): (Vec<ToAssign>, Vec<ToAssign>) =
        nominations::to_assign(tx, edition.id)?.into_iter().partition(|nomination| nomination.notice_given);
    let input = input(tx, edition, per_panel, told.iter().map(read_of).collect())?;
    let left_out = untold.iter().map(|one| LeftOut { nomination: one.id, reason: LeftOutFor::NoticeNotGiven });
    Ok(PlanDocument {
        deal: deal::deal(&input),
        nominations: u32::try_from(told.len()).unwrap_or(u32::MAX),
        left_out: left_out.collect(),
        panels: input.panels,
    })
}

/// What the rules and the deal need to know of an edition.
fn input(tx: &mut Conn, edition: &Edition, per_panel: u32, nominations: Vec<Read>) -> Stored<Input> {
    let panels: Vec<PanelKey> =
        edition.panels.iter().filter(|panel| panel.closed.is_none()).map(|panel| panel.key.clone()).collect();
    let people = accounts::judges(tx, edition.id)?;
    let there = people.iter().filter(|judge| is_there(judge) && panels.contains(&judge.panel));
    let judges = there.map(|judge| dealt(judge, edition)).collect();
    let recused = store::recused(tx, edition.id)?;
    let mut current = store::standing(tx, edition.id)?;
    current.retain(|one| !is_void(one, &people));
    Ok(Input { per_panel, panels, judges, nominations, recused, current })
}

/// Whether a judge has accepted and is still there.
fn is_there(judge: &JudgeOf) -> bool {
    judge.accepted_at.is_some() && judge.removed_at.is_none()
}

/// Whether an assignment fills no seat any more, because its judge has left and no sheet of theirs counts.
fn is_void(one: &Standing, people: &[JudgeOf]) -> bool {
    let left = people.iter().find(|judge| judge.account == one.judge && judge.removed_at.is_some());
    left.is_some_and(|judge| match one.state {
        AssignmentState::Draft => true,
        AssignmentState::Submitted => judge.removed_sheets == Some(Sheets::Void),
        AssignmentState::Assigned | AssignmentState::Recused => false, // the one is dropped, the other bars
    })
}

fn dealt(judge: &JudgeOf, edition: &Edition) -> Dealt {
    let mut languages: BTreeSet<String> =
        judge.reads.iter().map(|language| conflicts::primary_subtag(language.as_str())).collect();
    if languages.is_empty() {
        languages.insert(conflicts::primary_subtag(judge.language.as_str()));
    }
    Dealt {
        reader: Reader {
            account: judge.account,
            domain: conflicts::telling_domain(&judge.email.domain(), &edition.public_domains),
            organisations: judge.organisation.iter().map(|name| conflicts::organisation_key(name)).collect(),
            languages,
        },
        panel: judge.panel.clone(),
        capacity: judge.capacity,
    }
}

fn read_of(nomination: &ToAssign) -> Read {
    Read {
        id: nomination.id,
        domains: nomination.domains.iter().map(|domain| domain.to_lowercase()).collect(),
        organisations: nomination.organisations.iter().map(|name| conflicts::organisation_key(name)).collect(),
        languages: BTreeSet::from([conflicts::primary_subtag(nomination.language.as_str())]),
    }
}

/// Makes the plan's pairs real, as far as the rules permit them now.
fn settle(
    tx: &mut Conn,
    app: &App,
    deed: &Deed,
    edition: &Edition,
    plan: &PlanRow,
) -> Result<(Vec<Assignment>, Applied), JudgingError> {
    let told = nominations::to_assign(tx, edition.id)?.into_iter().filter(|one| one.notice_given);
    let now = input(tx, edition, plan.per_panel, told.map(|one| read_of(&one)).collect())?;
    let judges: HashMap<AccountId, &Dealt> = now.judges.iter().map(|judge| (judge.reader.account, judge)).collect();
    let reads: HashMap<NominationId, &Read> = now.nominations.iter().map(|read| (read.id, read)).collect();
    let standing: HashSet<(NominationId, AccountId)> =
        now.current.iter().map(|one| (one.nomination, one.judge)).collect();
    let (mut new, mut kept, mut passed_over) = (Vec::new(), 0, 0);
    for pair in &plan.document.deal.pairs {
        if standing.contains(&(pair.nomination, pair.judge)) {
            kept += 1;
            continue;
        }
        let permitted = match (judges.get(&pair.judge), reads.get(&pair.nomination)) {
            (Some(judge), Some(read)) => {
                judge.panel == pair.panel && conflicts::bar(&judge.reader, read, &now.recused).is_none()
            }
            _ => false,
        };
        if !permitted {
            passed_over += 1;
            continue;
        }
        new.push(Assignment {
            id: AssignmentId::from_uuid(app.chance.uuid(deed.at)),
            edition: edition.id,
            nomination: pair.nomination,
            judge: pair.judge,
            panel: pair.panel.clone(),
            state: AssignmentState::Assigned,
            assigned_at: deed.at,
        });
    }
    let dropped = store::drop_untouched(tx, &plan.document.deal.dropped)?;
    store::insert(tx, &new)?;
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let made = count(new.len());
    let applied = Applied { plan_id: plan.id, applied_at: deed.at, made, kept, dropped: count(dropped), passed_over };
    Ok((new, applied))
}

/// Writes to each judge who has something new to score; once for the same cause.
fn tell(
    tx: &mut Conn,
    app: &App,
    deed: &Deed,
    edition: &Edition,
    new: &[Assignment],
    cause: &str,
) -> Result<(), JudgingError> {
    let mut counts: BTreeMap<AccountId, usize> = BTreeMap::new();
    for assignment in new {
        *counts.entry(assignment.judge).or_insert(0) += 1;
    }
    for judge in accounts::judges(tx, edition.id)? {
        if let Some(count) = counts.get(&judge.account).filter(|_| is_there(&judge)) {
            outbox::enqueue(tx, &messages::nominations_to_score(app, deed.at, edition, &judge, *count, cause))?;
        }
    }
    Ok(())
}

/// The plan with the names that organisers know people and nominations by.
fn view(tx: &mut Conn, edition: &Edition, plan: PlanRow) -> Stored<PlanView> {
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
