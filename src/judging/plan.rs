//! The plan: an organiser has one made, sees its load and what falls short, and makes it real.
//!
//! A plan is a proposal: applying it asks the rules again about each pair, since judges step aside and nominations are
//! taken back meanwhile (S-JUD-5).

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::conflicts::{self, Read};
use super::deal::{self, Deal, Dealt, Input};
use super::error::JudgingError;
use super::gather::{input, is_there, read_of};
use super::model::{Assignment, AssignmentState};
use super::plan_view::{PlanView, view};
use super::store::PlanRow;
use super::{messages, store};
use crate::accounts::{self, Action};
use crate::app::App;
use crate::audit::{self, Act, Deed};
use crate::clock::Time;
use crate::editions::{self, Edition, PanelKey, Phase};
use crate::fields::Flaw;
use crate::http::door::{Door, FromBody};
use crate::http::faults::Fault;
use crate::http::idempotency::{Once, Outcome};
use crate::ids::{AccountId, AssignmentId, EditionId, NominationId, PlanId};
use crate::nominations::{self, ToAssign};
use crate::outbox;
use crate::store::Conn;

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

/// Makes a plan for an edition and keeps it; nothing is assigned yet. Notices that wait for their readers' daytime leave
/// at once: without one a nomination is left out.
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
    let made = app.store.write(move |tx| {
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
            nominations::send_waiting_notices(tx, edition.id, deed.at)?; // the next plan need not leave them out
            let detail = json!({"per_panel": form.per_panel, "pairs": plan.document.deal.pairs.len()});
            audit::record(tx, &parts, &deed, Act::PlanMade, Some(edition.id), id, detail)?;
            Ok::<_, JudgingError>(view(tx, &edition, plan)?)
        })
    });
    let made = made.await?;
    app.outbox_bell.notify_one();
    Ok(made)
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
        Action::Plan.require_office(&edition, deed.at)?;
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
/// foresaw: the one with the least in hand, while judging is not over. Answers the new assignment, if there is one.
///
/// # Errors
/// Those of the store.
pub(super) fn replace(
    tx: &mut Conn,
    app: &App,
    deed: &Deed,
    edition: &Edition,
    left: &Assignment,
) -> Result<Option<AssignmentId>, JudgingError> {
    let Some(per_panel) = store::per_panel_in_force(tx, edition.id)? else { return Ok(None) };
    let there = store::readers(tx, left.nomination, &left.panel)?;
    let enough = there.len() >= usize::try_from(per_panel).unwrap_or(usize::MAX);
    // Once judging is over no sheet can be written any more: the quorum is the organisers' to settle.
    if enough || edition.phase(deed.at) >= Phase::Deliberation {
        return Ok(None);
    }
    let nomination = nominations::to_assign(tx, edition.id)?.into_iter().find(|one| one.id == left.nomination);
    let Some(nomination) = nomination.filter(|nomination| nomination.notice_given) else { return Ok(None) };
    let input = input(tx, edition, per_panel, vec![read_of(&nomination)])?;
    let Some(next) = next_in_line(&input, &left.panel, &there) else { return Ok(None) };
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
    let id = new.id;
    tell(tx, app, deed, edition, &[new], &id.to_string())?;
    Ok(Some(id))
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
    Action::Plan.require_office(&edition, now)?;
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
