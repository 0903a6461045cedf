//! Score sheets: a judge saves a draft as they go, submits, and may change what was submitted until judging closes.
//!
//! What stands at the close is what counts. Each submitted version stays on record (S-JUD-2), under a nonce of its own,
//! so that the audit can hold a digest that nobody can guess the scores from (S-AUD-2).

use serde::Serialize;
use serde_json::{Value as Json, json};
use utoipa::ToSchema;

use super::error::JudgingError;
use super::model::{Comment, Scores, Seat, Sheet, SheetState};
use super::{queue, store, total};
use crate::accounts::{Action, Role};
use crate::app::App;
use crate::audit::{self, Act, Deed};
use crate::clock::Time;
use crate::editions::{self, Criterion};
use crate::http::answer::Versioned;
use crate::http::door::{self, Door};
use crate::http::etag::IfMatch;
use crate::http::faults::Fault;
use crate::ids::AssignmentId;
use crate::keys::{hex, sha256};

/// A judge's own sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SheetView {
    /// How far it is.
    pub state: SheetState,
    /// Whole numbers by criterion; in a draft some may be missing.
    pub scores: Scores,
    /// Words for the committee.
    pub comment: Option<String>,
    /// Σ weight · score / max, exact, shown with two decimals; of a draft, as far as it goes.
    #[schema(example = "71.50")]
    pub total: String,
    /// When it was saved.
    pub saved_at: Time,
    /// When what stands was submitted.
    pub submitted_at: Option<Time>,
}

impl SheetView {
    /// The sheet under these criteria. Until a first sheet is submitted they may still change: what a draft says of one
    /// that is gone, or beyond its highest score, is left out.
    pub fn of(mut sheet: Sheet, criteria: &[Criterion]) -> Self {
        let max = |key: &str| criteria.iter().find(|one| one.key == key).map(|one| i64::from(one.max_score));
        sheet.scores.0.retain(|key, score| max(key).is_some_and(|max| *score <= max));
        Self {
            state: sheet.state,
            total: total::display(total::total(criteria, &sheet.scores)),
            scores: sheet.scores,
            comment: sheet.comment,
            saved_at: sheet.saved_at,
            submitted_at: sheet.submitted_at,
        }
    }
}

/// A sheet as it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetForm {
    /// The scores.
    pub scores: Scores,
    /// Words for the committee.
    pub comment: Option<Comment>,
    /// What it is to be.
    pub state: SheetState,
}

impl SheetForm {
    /// Reads a sheet for these criteria: a draft may leave some out, a submitted one owes each. `None` where a fault was
    /// noted; all are.
    pub fn read(door: &mut Door<'_>, criteria: &[Criterion]) -> Option<Self> {
        let scores = scores(door, criteria);
        let comment = door.optional("comment", Comment::parse);
        let state = match door.flag("submit") {
            Some(Some(true)) => Some(SheetState::Submitted),
            Some(Some(false)) => Some(SheetState::Draft),
            Some(None) => {
                door.fault("submit", "required");
                None
            }
            None => None,
        };
        if let (Some((_, named)), Some(SheetState::Submitted)) = (&scores, state) {
            for criterion in criteria.iter().filter(|criterion| !named.contains(&criterion.key)) {
                let pointer = format!("{}/{}", door.at("scores"), criterion.key);
                door.note(Fault::new(pointer, "missing_criterion"));
            }
        }
        Some(Self { scores: scores?.0, comment: comment?, state: state? })
    }
}

/// The scores that are right, and the criteria that were named, rightly or not.
fn scores(door: &mut Door<'_>, criteria: &[Criterion]) -> Option<(Scores, Vec<String>)> {
    let base = door.at("scores");
    let mut scores = Scores::default();
    let mut named = Vec::new();
    for (key, value) in door.entries("scores")? {
        let pointer = format!("{base}/{}", key.replace('~', "~0").replace('/', "~1"));
        let Some(criterion) = criteria.iter().find(|criterion| criterion.key == key) else {
            door.note(Fault::new(pointer, "unknown_criterion"));
            continue;
        };
        if value.is_null() || value.as_str() == Some("") {
            continue; // absent, as everywhere at the door
        }
        let max = i64::from(criterion.max_score);
        match &value {
            Json::Number(number) if number.is_i64() || number.is_u64() => {
                match number.as_i64().filter(|score| (0..=max).contains(score)) {
                    Some(score) => {
                        scores.0.insert(key.clone(), score);
                    }
                    None => door.note(Fault::new(pointer, "score_range").with("max", max)),
                }
            }
            _ => door.note(Fault::new(pointer, "wrong_type")),
        }
        named.push(key);
    }
    Some((scores, named))
}

/// Saves the judge's own sheet, as a draft or submitted, while judging is open.
///
/// # Errors
/// [`JudgingError`]: another's assignment, no declaration yet, faults in the body, the wrong phase, a judge who has
/// stepped aside, a nomination that is no longer judged, a sheet that was saved since it was read.
pub async fn save(
    app: &App,
    deed: Deed,
    seat: Seat,
    id: AssignmentId,
    body: Json,
    seen: IfMatch,
) -> Result<Versioned<SheetView>, JudgingError> {
    let parts = app.clone();
    app.store
        .write(move |tx| {
            let (mut assignment, edition) = queue::own(tx, &seat, id)?;
            let form = door::open(&body, |door| SheetForm::read(door, &edition.criteria))?;
            Action::Score.require(Role::Judge, &edition, deed.at)?;
            assignment.state = assignment.state.save(form.state)?;
            if !store::is_judged(tx, assignment.nomination)? {
                return Err(JudgingError::NoLongerJudged);
            }
            let before = store::sheet(tx, id)?.map(|sheet| sheet.version);
            seen.require_if_there(before)?;
            let sheet = form.stands(before, deed.at);
            store::put_sheet(tx, id, &sheet)?;
            store::set_state(tx, id, assignment.state)?;
            let (act, detail) = match sheet.state {
                SheetState::Draft => (Act::SheetSaved, json!({"version": sheet.version})),
                SheetState::Submitted => {
                    if edition.frozen_at.is_none() {
                        editions::store::freeze(tx, edition.id, deed.at)?; // criteria, weights, panels stay from now on
                    }
                    let nonce = hex(&parts.chance.bytes::<32>());
                    store::keep_version(tx, id, &sheet, &nonce)?;
                    let digest = digest(&nonce, &sheet.scores, sheet.comment.as_deref());
                    (Act::SheetSubmitted, json!({"version": sheet.version, "digest": digest}))
                }
            };
            audit::record(tx, &parts, &deed, act, Some(edition.id), id, detail)?;
            Ok(Versioned { version: sheet.version, body: SheetView::of(sheet, &edition.criteria) })
        })
        .await
}

impl SheetForm {
    /// The sheet that stands once this is saved over version `before`.
    fn stands(self, before: Option<i64>, now: Time) -> Sheet {
        Sheet {
            state: self.state,
            scores: self.scores,
            comment: self.comment.map(|comment| comment.as_str().to_owned()),
            version: before.unwrap_or(0) + 1,
            saved_at: now,
            submitted_at: (self.state == SheetState::Submitted).then_some(now),
        }
    }
}

/// What the audit holds of a submitted version: SHA-256 of the lines `tca-sheet/1`, nonce, scores as JSON with their
/// keys in order, SHA-256 of the comment or `-`, each ended by LF. Without the nonce, which is erased with the sheet, it
/// tells nothing: five marks of 0 to 10 are but 161,051 sheets (S-AUD-2).
pub fn digest(nonce: &str, scores: &Scores, comment: Option<&str>) -> String {
    let comment = comment.map_or_else(|| "-".to_owned(), |comment| sha256(comment.as_bytes()));
    sha256(format!("tca-sheet/1\n{nonce}\n{}\n{comment}\n", scores.to_text()).as_bytes())
}
