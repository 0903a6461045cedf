//! Who reads what, for organisers: every assignment with how far it is, and why a judge stepped aside. Never a score.

use std::collections::HashMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::error::JudgingError;
use super::model::AssignmentState;
use super::recusal::RecusalView;
use super::store;
use crate::accounts;
use crate::app::App;
use crate::clock::Time;
use crate::editions::{Edition, PanelKey};
use crate::http::paging::{Listing, Stretch};
use crate::ids::{AccountId, AssignmentId, NominationId, RoleId};

/// An assignment, as organisers see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AssignmentItem {
    /// The assignment.
    pub id: AssignmentId,
    /// The nomination.
    pub nomination: NominationId,
    /// Its reference.
    pub reference: String,
    /// Code of its category.
    pub category: String,
    /// The nominee's name.
    pub nominee: String,
    /// Who reads it, as in `people`.
    pub judge: Option<RoleId>,
    /// The judge's name.
    pub judge_name: String,
    /// For which panel.
    pub panel: PanelKey,
    /// How far it is.
    pub state: AssignmentState,
    /// Since when it stands.
    pub assigned_at: Time,
    /// Why the judge stepped aside, if they did.
    pub recusal: Option<RecusalView>,
}

/// A stretch of an edition's assignments, in the order in which they were made.
///
/// # Errors
/// The store's.
pub async fn list(app: &App, edition: Edition, stretch: Stretch) -> Result<Listing<AssignmentItem>, JudgingError> {
    let parts = app.clone();
    app.store
        .read(move |tx| {
            let after = stretch.after.as_deref().and_then(AssignmentId::parse);
            let lines = store::lines(tx, edition.id, after, stretch.fetch())?;
            let ids: Vec<AssignmentId> = lines.iter().map(|line| line.id).collect();
            let mut recusals = store::recusals_of(tx, &ids)?;
            let judges: HashMap<AccountId, (RoleId, String)> = accounts::judges(tx, edition.id)?
                .into_iter()
                .map(|judge| (judge.account, (judge.role_id, judge.name)))
                .collect();
            let items = lines.into_iter().map(|line| {
                let judge = judges.get(&line.judge);
                AssignmentItem {
                    judge: judge.map(|(id, _)| *id),
                    judge_name: judge.map_or_else(String::new, |(_, name)| name.clone()),
                    recusal: recusals.remove(&line.id),
                    id: line.id,
                    nomination: line.nomination,
                    reference: line.reference,
                    category: line.category,
                    nominee: line.nominee,
                    panel: line.panel,
                    state: line.state,
                    assigned_at: line.assigned_at,
                }
            });
            Ok(stretch.list(&parts.keys, items.collect(), |item: &AssignmentItem| item.id.to_string()))
        })
        .await
}
