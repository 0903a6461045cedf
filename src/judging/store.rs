//! Judging's SQL.
//!
//! A judge's queue reads the columns of a nomination that a judge may see, and no others (S-HTTP-8).

use std::collections::BTreeMap;

use diesel::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::conflicts::Recused;
use super::deal::Standing;
use super::model::{Assignment, AssignmentState, Declaration, RecusalReason, Scores, Sheet, SheetState};
use super::plan::{Applied, PlanDocument};
use super::queue::QueueItem;
use super::recusal::RecusalView;
use crate::clock::Time;
use crate::editions::{Edition, PanelKey};
use crate::ids::{AccountId, AssignmentId, EditionId, NominationId, PlanId};
use crate::nominations::Status;
use crate::on_each;
use crate::store::schema::{assignments, declarations, nominations, plans, recusals, sheet_versions, sheets};
use crate::store::{Conn, Stored};
use crate::text::Language;

/// The statuses of a nomination that judges read: let in, and whatever follows from it. What was taken back, kept out or
/// merged away since is gone from their desks.
const JUDGED: [Status; 6] =
    [Status::Eligible, Status::Judged, Status::Shortlisted, Status::Winner, Status::Commended, Status::NotSelected];

/// Rows in one statement at most: SQLite takes 32,766 variables.
const BATCH: usize = 1_000;

// Declarations

/// What a judge has declared for an edition.
///
/// # Errors
/// The store's.
pub fn declaration(tx: &mut Conn, edition: EditionId, judge: AccountId) -> Stored<Option<Declaration>> {
    let row: Option<(Option<String>, Time, i64)> = declarations::table
        .find((edition, judge))
        .select((declarations::interests, declarations::declared_at, declarations::version))
        .first(tx)
        .optional()?;
    Ok(row.map(|(interests, declared_at, version)| Declaration { interests, declared_at, version }))
}

/// The editions for which a judge has declared, the oldest first.
///
/// # Errors
/// The store's.
pub fn declared_editions(tx: &mut Conn, judge: AccountId) -> Stored<Vec<EditionId>> {
    declarations::table
        .filter(declarations::account.eq(judge))
        .order(declarations::edition)
        .select(declarations::edition)
        .load(tx)
}

/// What each judge has declared for an edition.
///
/// # Errors
/// The store's.
pub fn declarations_of(tx: &mut Conn, edition: EditionId) -> Stored<BTreeMap<AccountId, Declaration>> {
    let rows: Vec<(AccountId, Option<String>, Time, i64)> = declarations::table
        .filter(declarations::edition.eq(edition))
        .select((declarations::account, declarations::interests, declarations::declared_at, declarations::version))
        .load(tx)?;
    let rows = rows.into_iter();
    Ok(rows
        .map(|(account, interests, declared_at, version)| (account, Declaration { interests, declared_at, version }))
        .collect())
}

/// Puts a declaration in the place of the one before, if any.
///
/// # Errors
/// The store's.
pub fn put_declaration(tx: &mut Conn, edition: EditionId, judge: AccountId, new: &Declaration) -> Stored<()> {
    let values = (
        declarations::interests.eq(&new.interests),
        declarations::declared_at.eq(new.declared_at),
        declarations::version.eq(new.version),
    );
    if diesel::update(declarations::table.find((edition, judge))).set(values).execute(tx)? == 0 {
        diesel::insert_into(declarations::table)
            .values((declarations::edition.eq(edition), declarations::account.eq(judge), values))
            .execute(tx)?;
    }
    Ok(())
}

// Assignments

/// An assignment, if it is this judge's.
///
/// # Errors
/// The store's.
pub fn of_judge(tx: &mut Conn, id: AssignmentId, judge: AccountId) -> Stored<Option<Assignment>> {
    assignments::table.find(id).filter(assignments::judge.eq(judge)).first(tx).optional()
}

/// What stands in an edition, of nominations that are still judged, in the order in which it was given.
///
/// # Errors
/// The store's.
pub fn standing(tx: &mut Conn, edition: EditionId) -> Stored<Vec<Standing>> {
    let rows: Vec<(NominationId, AccountId, PanelKey, AssignmentState)> = assignments::table
        .inner_join(nominations::table.on(nominations::id.eq(assignments::nomination)))
        .filter(assignments::edition.eq(edition))
        .filter(nominations::status.eq_any(JUDGED))
        .order(assignments::id)
        .select((assignments::nomination, assignments::judge, assignments::panel, assignments::state))
        .load(tx)?;
    let rows = rows.into_iter();
    Ok(rows.map(|(nomination, judge, panel, state)| Standing { nomination, judge, panel, state }).collect())
}

/// Who reads a nomination for a panel and has not stepped aside.
///
/// # Errors
/// The store's.
pub fn readers(tx: &mut Conn, nomination: NominationId, panel: &PanelKey) -> Stored<Vec<AccountId>> {
    assignments::table
        .filter(assignments::nomination.eq(nomination))
        .filter(assignments::panel.eq(panel))
        .filter(assignments::state.ne(AssignmentState::Recused))
        .order(assignments::judge)
        .select(assignments::judge)
        .load(tx)
}

/// A line of a judge's queue, as it stands in the store.
#[derive(Queryable)]
pub struct QueueLine {
    id: AssignmentId,
    /// The edition.
    pub edition: EditionId,
    reference: String,
    category: String,
    nominee: String,
    headline: String,
    language: Language,
    state: AssignmentState,
}

impl QueueLine {
    /// As the judge is told.
    pub fn item(self, edition: &Edition) -> QueueItem {
        QueueItem {
            id: self.id,
            edition: edition.slug.clone(),
            reference: self.reference,
            category: self.category,
            nominee: self.nominee,
            headline: self.headline,
            language: self.language,
            state: self.state,
            due_at: edition.timetable.judging_close_at,
        }
    }
}

/// A judge's queue in these editions, in the order of the ids.
///
/// # Errors
/// The store's.
pub fn queue(
    tx: &mut Conn,
    judge: AccountId,
    editions: &[EditionId],
    state: Option<AssignmentState>,
    after: Option<AssignmentId>,
    limit: i64,
) -> Stored<Vec<QueueLine>> {
    let mut query = assignments::table
        .inner_join(nominations::table.on(nominations::id.eq(assignments::nomination)))
        .filter(assignments::edition.eq_any(editions))
        .filter(assignments::judge.eq(judge))
        .filter(nominations::status.eq_any(JUDGED))
        .order(assignments::id)
        .limit(limit)
        .select((
            assignments::id,
            assignments::edition,
            nominations::reference,
            nominations::category,
            nominations::name,
            nominations::headline,
            nominations::language,
            assignments::state,
        ))
        .into_boxed();
    if let Some(state) = state {
        query = query.filter(assignments::state.eq(state));
    }
    if let Some(after) = after {
        query = query.filter(assignments::id.gt(after));
    }
    query.load(tx)
}

/// Whether a nomination is still judged.
///
/// # Errors
/// The store's.
pub fn is_judged(tx: &mut Conn, nomination: NominationId) -> Stored<bool> {
    let status: Option<Status> =
        nominations::table.find(nomination).select(nominations::status).first(tx).optional()?;
    Ok(status.is_some_and(|status| JUDGED.contains(&status)))
}

/// An assignment as organisers list it.
#[derive(Clone, Debug, Queryable)]
pub struct AssignmentLine {
    /// Id.
    pub id: AssignmentId,
    /// What is to be read.
    pub nomination: NominationId,
    /// Its reference.
    pub reference: String,
    /// Code of its category.
    pub category: String,
    /// The nominee's name.
    pub nominee: String,
    /// Who reads it.
    pub judge: AccountId,
    /// For which panel.
    pub panel: PanelKey,
    /// How far it is.
    pub state: AssignmentState,
    /// Since when it stands.
    pub assigned_at: Time,
}

/// An edition's assignments of nominations that are still judged, in the order of the ids.
///
/// # Errors
/// The store's.
pub fn lines(
    tx: &mut Conn,
    edition: EditionId,
    after: Option<AssignmentId>,
    limit: i64,
) -> Stored<Vec<AssignmentLine>> {
    let mut query = assignments::table
        .inner_join(nominations::table.on(nominations::id.eq(assignments::nomination)))
        .filter(assignments::edition.eq(edition))
        .filter(nominations::status.eq_any(JUDGED))
        .order(assignments::id)
        .limit(limit)
        .select((
            assignments::id,
            assignments::nomination,
            nominations::reference,
            nominations::category,
            nominations::name,
            assignments::judge,
            assignments::panel,
            assignments::state,
            assignments::assigned_at,
        ))
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(assignments::id.gt(after));
    }
    query.load(tx)
}

/// Puts assignments in.
///
/// # Errors
/// The store's; a unique violation where a judge has the nomination already.
pub fn insert(tx: &mut Conn, new: &[Assignment]) -> Stored<()> {
    for batch in new.chunks(BATCH) {
        let rows: Vec<_> = batch
            .iter()
            .map(|one| {
                (
                    assignments::id.eq(one.id),
                    assignments::edition.eq(one.edition),
                    assignments::nomination.eq(one.nomination),
                    assignments::judge.eq(one.judge),
                    assignments::panel.eq(&one.panel),
                    assignments::state.eq(one.state),
                    assignments::assigned_at.eq(one.assigned_at),
                )
            })
            .collect();
        on_each!(&mut *tx, conn => diesel::insert_into(assignments::table).values(&rows).execute(conn))?;
    }
    Ok(())
}

/// Takes assignments away on which nobody has worked; leaves the others. Answers how many went.
///
/// # Errors
/// The store's.
pub fn drop_untouched(tx: &mut Conn, pairs: &[(NominationId, AccountId)]) -> Stored<usize> {
    let mut gone = 0;
    for (nomination, judge) in pairs {
        let pair = assignments::table
            .filter(assignments::nomination.eq(nomination))
            .filter(assignments::judge.eq(judge))
            .filter(assignments::state.eq(AssignmentState::Assigned));
        gone += diesel::delete(pair).execute(tx)?;
    }
    Ok(gone)
}

/// Notes how far an assignment is.
///
/// # Errors
/// The store's.
pub fn set_state(tx: &mut Conn, id: AssignmentId, state: AssignmentState) -> Stored<()> {
    diesel::update(assignments::table.find(id)).set(assignments::state.eq(state)).execute(tx)?;
    Ok(())
}

/// How many assignments of each judge and panel are this far, in nominations that are still judged.
///
/// # Errors
/// The store's.
pub fn counts_by_judge(tx: &mut Conn, edition: EditionId) -> Stored<Vec<(AccountId, PanelKey, AssignmentState, i64)>> {
    assignments::table
        .inner_join(nominations::table.on(nominations::id.eq(assignments::nomination)))
        .filter(assignments::edition.eq(edition))
        .filter(nominations::status.eq_any(JUDGED))
        .group_by((assignments::judge, assignments::panel, assignments::state))
        .select((assignments::judge, assignments::panel, assignments::state, diesel::dsl::count_star()))
        .load(tx)
}

/// Reference and category of each nomination of an edition that is judged.
///
/// # Errors
/// The store's.
pub fn references(tx: &mut Conn, edition: EditionId) -> Stored<BTreeMap<NominationId, (String, String)>> {
    let rows: Vec<(NominationId, String, String)> = nominations::table
        .filter(nominations::edition.eq(edition))
        .filter(nominations::status.eq_any(JUDGED))
        .select((nominations::id, nominations::reference, nominations::category))
        .load(tx)?;
    Ok(rows.into_iter().map(|(id, reference, category)| (id, (reference, category))).collect())
}

// Recusals

/// Notes that a judge has stepped aside.
///
/// # Errors
/// The store's.
pub fn insert_recusal(tx: &mut Conn, id: AssignmentId, recusal: &RecusalView) -> Stored<()> {
    diesel::insert_into(recusals::table)
        .values((
            recusals::assignment.eq(id),
            recusals::reason.eq(recusal.reason),
            recusals::detail.eq(&recusal.detail),
            recusals::at.eq(recusal.recused_at),
        ))
        .execute(tx)?;
    Ok(())
}

/// How many judges have stepped aside in an edition since then.
///
/// # Errors
/// The store's.
pub fn recused_since(tx: &mut Conn, edition: EditionId, since: Time) -> Stored<i64> {
    recusals::table
        .inner_join(assignments::table.on(assignments::id.eq(recusals::assignment)))
        .filter(assignments::edition.eq(edition))
        .filter(recusals::at.ge(since))
        .count()
        .get_result(tx)
}

/// The recusals of these assignments.
///
/// # Errors
/// The store's.
pub fn recusals_of(tx: &mut Conn, ids: &[AssignmentId]) -> Stored<BTreeMap<AssignmentId, RecusalView>> {
    let rows: Vec<(AssignmentId, RecusalReason, Option<String>, Time)> = recusals::table
        .filter(recusals::assignment.eq_any(ids))
        .select((recusals::assignment, recusals::reason, recusals::detail, recusals::at))
        .load(tx)?;
    let rows = rows.into_iter();
    Ok(rows.map(|(id, reason, detail, recused_at)| (id, RecusalView { reason, detail, recused_at })).collect())
}

/// Who has stepped aside from what, in an edition.
///
/// # Errors
/// The store's.
pub fn recused(tx: &mut Conn, edition: EditionId) -> Stored<Recused> {
    let rows: Vec<(AccountId, NominationId)> = assignments::table
        .filter(assignments::edition.eq(edition))
        .filter(assignments::state.eq(AssignmentState::Recused))
        .select((assignments::judge, assignments::nomination))
        .load(tx)?;
    Ok(rows.into_iter().collect())
}

// Sheets

/// The sheet of an assignment.
///
/// # Errors
/// The store's.
pub fn sheet(tx: &mut Conn, id: AssignmentId) -> Stored<Option<Sheet>> {
    type Row = (SheetState, String, Option<String>, i64, Time, Option<Time>);
    let row: Option<Row> = sheets::table
        .find(id)
        .select((
            sheets::state,
            sheets::scores,
            sheets::comment,
            sheets::version,
            sheets::saved_at,
            sheets::submitted_at,
        ))
        .first(tx)
        .optional()?;
    let Some((state, scores, comment, version, saved_at, submitted_at)) = row else { return Ok(None) };
    Ok(Some(Sheet { state, scores: read_scores(&scores)?, comment, version, saved_at, submitted_at }))
}

/// Puts a sheet in the place of the version before, if any.
///
/// # Errors
/// The store's.
pub fn put_sheet(tx: &mut Conn, id: AssignmentId, sheet: &Sheet) -> Stored<()> {
    let values = (
        sheets::state.eq(sheet.state),
        sheets::scores.eq(sheet.scores.to_text()),
        sheets::comment.eq(sheet.comment.clone()),
        sheets::version.eq(sheet.version),
        sheets::saved_at.eq(sheet.saved_at),
        sheets::submitted_at.eq(sheet.submitted_at),
    );
    if sheet.version > 1 {
        diesel::update(sheets::table.find(id)).set(values).execute(tx)?;
    } else {
        diesel::insert_into(sheets::table).values((sheets::assignment.eq(id), values)).execute(tx)?;
    }
    Ok(())
}

/// Keeps a submitted version with its nonce.
///
/// # Errors
/// The store's.
pub fn keep_version(tx: &mut Conn, id: AssignmentId, sheet: &Sheet, nonce: &str) -> Stored<()> {
    diesel::insert_into(sheet_versions::table)
        .values((
            sheet_versions::assignment.eq(id),
            sheet_versions::version.eq(sheet.version),
            sheet_versions::scores.eq(sheet.scores.to_text()),
            sheet_versions::comment.eq(&sheet.comment),
            sheet_versions::nonce.eq(nonce),
            sheet_versions::submitted_at.eq(sheet.saved_at),
        ))
        .execute(tx)?;
    Ok(())
}

/// A sheet with whose it is.
pub struct SheetRow {
    /// The judge.
    pub judge: AccountId,
    /// The panel for which they judge.
    pub panel: PanelKey,
    /// The nomination.
    pub nomination: NominationId,
    /// How far the sheet is.
    pub state: SheetState,
    /// Its scores.
    pub scores: Scores,
    /// When it was submitted.
    pub submitted_at: Option<Time>,
}

/// Every sheet of an edition, by nomination, then judge.
///
/// # Errors
/// The store's.
pub fn sheets_of(tx: &mut Conn, edition: EditionId) -> Stored<Vec<SheetRow>> {
    type Row = (AccountId, PanelKey, NominationId, SheetState, String, Option<Time>);
    let rows: Vec<Row> = sheets::table
        .inner_join(assignments::table.on(assignments::id.eq(sheets::assignment)))
        .filter(assignments::edition.eq(edition))
        .order((assignments::nomination, assignments::judge))
        .select((
            assignments::judge,
            assignments::panel,
            assignments::nomination,
            sheets::state,
            sheets::scores,
            sheets::submitted_at,
        ))
        .load(tx)?;
    rows.into_iter()
        .map(|(judge, panel, nomination, state, scores, submitted_at)| {
            Ok(SheetRow { judge, panel, nomination, state, scores: read_scores(&scores)?, submitted_at })
        })
        .collect()
}

fn read_scores(text: &str) -> Stored<Scores> {
    Scores::parse(text).ok_or_else(|| diesel::result::Error::DeserializationError("a sheet's scores".into()))
}

// Plans

/// A plan as it stands in the store.
#[derive(Clone, Debug)]
pub struct PlanRow {
    /// Id.
    pub id: PlanId,
    /// How many sheets each nomination needs of each panel.
    pub per_panel: u32,
    /// What it says.
    pub document: PlanDocument,
    /// When it was made.
    pub made_at: Time,
    /// When it was made real.
    pub applied_at: Option<Time>,
    /// What that changed.
    pub applied: Option<Applied>,
}

/// A plan of an edition.
///
/// # Errors
/// The store's.
pub fn plan(tx: &mut Conn, edition: EditionId, id: PlanId) -> Stored<Option<PlanRow>> {
    type Row = (i32, String, Time, Option<Time>, Option<String>);
    let row: Option<Row> = plans::table
        .find(id)
        .filter(plans::edition.eq(edition))
        .select((plans::per_panel, plans::document, plans::made_at, plans::applied_at, plans::applied))
        .first(tx)
        .optional()?;
    let Some((per_panel, document, made_at, applied_at, applied)) = row else { return Ok(None) };
    let applied = applied.map(|text| read_json(&text)).transpose()?;
    let document = read_json(&document)?;
    Ok(Some(PlanRow { id, per_panel: count(per_panel), document, made_at, applied_at, applied }))
}

/// How many sheets of a panel the plan foresees that was made real last.
///
/// # Errors
/// The store's.
pub fn per_panel_in_force(tx: &mut Conn, edition: EditionId) -> Stored<Option<u32>> {
    let per_panel: Option<i32> = plans::table
        .filter(plans::edition.eq(edition))
        .filter(plans::applied_at.is_not_null())
        .order((plans::applied_at.desc(), plans::id.desc()))
        .select(plans::per_panel)
        .first(tx)
        .optional()?;
    Ok(per_panel.map(count))
}

/// Whether a plan was made real since this instant.
///
/// # Errors
/// The store's.
pub fn applied_since(tx: &mut Conn, edition: EditionId, since: Time) -> Stored<bool> {
    let newer = plans::table.filter(plans::edition.eq(edition)).filter(plans::applied_at.gt(since));
    let newer: i64 = newer.count().get_result(tx)?;
    Ok(newer > 0)
}

/// Puts a plan in.
///
/// # Errors
/// The store's.
pub fn insert_plan(tx: &mut Conn, edition: EditionId, plan: &PlanRow) -> Stored<()> {
    diesel::insert_into(plans::table)
        .values((
            plans::id.eq(plan.id),
            plans::edition.eq(edition),
            plans::per_panel.eq(i32::try_from(plan.per_panel).unwrap_or(i32::MAX)),
            plans::document.eq(write_json(&plan.document)?),
            plans::made_at.eq(plan.made_at),
        ))
        .execute(tx)?;
    Ok(())
}

/// Notes that a plan was made real, and what that changed.
///
/// # Errors
/// The store's.
pub fn mark_applied(tx: &mut Conn, id: PlanId, applied: &Applied) -> Stored<()> {
    diesel::update(plans::table.find(id))
        .set((plans::applied_at.eq(applied.applied_at), plans::applied.eq(write_json(applied)?)))
        .execute(tx)?;
    Ok(())
}

fn count(stored: i32) -> u32 {
    u32::try_from(stored).unwrap_or(0)
}

fn read_json<T: DeserializeOwned>(text: &str) -> Stored<T> {
    serde_json::from_str(text).map_err(|error| diesel::result::Error::DeserializationError(error.into()))
}

fn write_json(value: &impl Serialize) -> Stored<String> {
    serde_json::to_string(value).map_err(|error| diesel::result::Error::SerializationError(error.into()))
}
