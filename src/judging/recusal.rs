//! Stepping aside: a judge who is bound up with a nomination leaves it; what they had written stays on record and counts
//! for nothing.

use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::error::JudgingError;
use super::model::{RecusalDetail, RecusalReason, Seat};
use super::{plan, queue, store};
use crate::accounts::{Action, Role};
use crate::app::App;
use crate::audit::{self, Act, Deed};
use crate::clock::Time;
use crate::http::door::{Door, FromBody};
use crate::http::idempotency::{Once, Outcome};
use crate::ids::AssignmentId;

/// What a judge who steps aside says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecusalForm {
    /// With whom they are bound up.
    pub reason: RecusalReason,
    /// More, if they want to say it: for organisers only.
    pub detail: Option<RecusalDetail>,
}

impl FromBody for RecusalForm {
    fn read(door: &mut Door<'_>) -> Option<Self> {
        let reason = door.word("reason", RecusalReason::parse);
        let detail = door.optional("detail", RecusalDetail::parse);
        Some(Self { reason: reason?, detail: detail? })
    }
}

/// That a judge has stepped aside, as they and the organisers see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RecusalView {
    /// With whom the judge is bound up.
    pub reason: RecusalReason,
    /// What they added.
    pub detail: Option<String>,
    /// When they stepped aside.
    pub recused_at: Time,
}

/// How the judge has stepped aside from what was theirs.
///
/// # Errors
/// [`JudgingError::NotFound`] where they have not, or it is another's.
pub async fn read(app: &App, seat: Seat, id: AssignmentId) -> Result<RecusalView, JudgingError> {
    app.store
        .read(move |tx| {
            let (assignment, _) = queue::own(tx, &seat, id)?;
            store::recusals_of(tx, &[assignment.id])?.remove(&id).ok_or(JudgingError::NotFound)
        })
        .await
}

/// The judge steps aside; the sheet counts no more, and another judge of the panel takes over where one may.
///
/// Until the decision lock, whether the results are sealed meanwhile or not: the answer must not tell. What is sealed
/// stands, and the organisers' digest says that somebody has stepped aside since. The second time is an error of [`AssignmentState::step_aside`].
///
/// [`AssignmentState::step_aside`]: super::model::AssignmentState::step_aside
///
/// # Errors
/// [`JudgingError`]: another's assignment, no declaration yet, the wrong phase, a judge who has stepped aside already.
pub async fn step_aside(
    app: &App,
    deed: Deed,
    seat: Seat,
    id: AssignmentId,
    form: RecusalForm,
    once: Once,
) -> Result<Outcome<RecusalView>, JudgingError> {
    let parts = app.clone();
    let answer = app.store.write(move |tx| {
        once.run(tx, deed.at, |tx| {
            let (assignment, edition) = queue::own(tx, &seat, id)?;
            // As judges are told it: the answer must not change with the seal (content § 9).
            Action::StepAside.require(Role::Judge, &edition, deed.at)?;
            let state = assignment.state.step_aside()?;
            let recusal = RecusalView {
                reason: form.reason,
                detail: form.detail.as_ref().map(|detail| detail.as_str().to_owned()),
                recused_at: deed.at,
            };
            store::set_state(tx, id, state)?;
            store::insert_recusal(tx, id, &recusal)?;
            let next = plan::replace(tx, &parts, &deed, &edition, &assignment)?; // else the gap shows in the progress
            // The reason is the organisers' alone (S-JUD-5), and auditors read the chain.
            let detail = next.map_or_else(|| json!({}), |next| json!({"next": next}));
            audit::record(tx, &parts, &deed, Act::JudgeRecused, Some(edition.id), id, detail)?;
            Ok::<_, JudgingError>(recusal)
        })
    });
    let answer = answer.await?;
    app.outbox_bell.notify_one();
    Ok(answer)
}
