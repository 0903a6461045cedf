//! What judging knows: how far an assignment and its sheet are, what a judge scored, why one steps aside.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::clock::Time;
use crate::editions::PanelKey;
use crate::fields::Lines;
use crate::ids::{AccountId, AssignmentId, EditionId, NominationId};

crate::word_enum! {
    /// How far an assignment is.
    pub enum AssignmentState {
        /// Given to the judge, who has saved nothing yet.
        Assigned = "assigned",
        /// A sheet is begun; it counts for nothing.
        Draft = "draft",
        /// A sheet is submitted; it may still change until judging closes.
        Submitted = "submitted",
        /// The judge has stepped aside; nothing of theirs counts.
        Recused = "recused",
    }
}

crate::word_enum! {
    /// How far a sheet is. Stepping aside leaves it as it was: an auditor must see what stood on it.
    pub enum SheetState {
        /// Begun.
        Draft = "draft",
        /// Submitted.
        Submitted = "submitted",
    }
}

/// The judge has stepped aside: nothing about the assignment moves any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the judge has stepped aside")]
pub struct SteppedAside;

impl AssignmentState {
    /// The judge saves a sheet. Whatever stood on it before, the sheet is then what was sent: one that was submitted and
    /// is saved as a draft is a draft again.
    ///
    /// # Errors
    /// [`SteppedAside`].
    pub fn save(self, sheet: SheetState) -> Result<Self, SteppedAside> {
        match (self, sheet) {
            (Self::Recused, _) => Err(SteppedAside),
            (_, SheetState::Draft) => Ok(Self::Draft),
            (_, SheetState::Submitted) => Ok(Self::Submitted),
        }
    }

    /// The judge steps aside.
    ///
    /// # Errors
    /// [`SteppedAside`] the second time.
    pub fn step_aside(self) -> Result<Self, SteppedAside> {
        match self {
            Self::Recused => Err(SteppedAside),
            Self::Assigned | Self::Draft | Self::Submitted => Ok(Self::Recused),
        }
    }

    /// Whether a plan may take the assignment away again: nobody has worked on it.
    pub const fn may_move(self) -> bool {
        matches!(self, Self::Assigned)
    }
}

crate::word_enum! {
    /// With whom a judge who steps aside is bound up.
    pub enum RecusalReason {
        /// The nominee.
        Nominee = "nominee",
        /// Whoever nominated.
        Nominator = "nominator",
        /// A supporter.
        Supporter = "supporter",
        /// An organisation.
        Organisation = "organisation",
        /// Something else.
        Other = "other",
    }
}

/// A judge's words beside the scores, for the committee.
pub type Comment = Lines<2000>;

/// What a judge writes of their interests.
pub type Interests = Lines<2000>;

/// What a judge adds to the reason for stepping aside.
pub type RecusalDetail = Lines<1000>;

/// Scores by the criteria's keys. In a draft some may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = BTreeMap<String, i64>)]
pub struct Scores(pub BTreeMap<String, i64>);

impl Scores {
    /// The score of a criterion.
    pub fn get(&self, criterion: &str) -> Option<i64> {
        self.0.get(criterion).copied()
    }

    /// As they stand in the store: JSON with its keys in order.
    pub fn to_text(&self) -> String {
        let pairs: Vec<String> =
            self.0.iter().map(|(key, score)| format!("{}:{score}", serde_json::Value::from(key.as_str()))).collect();
        format!("{{{}}}", pairs.join(","))
    }

    /// From the store's text.
    pub fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}

/// A nomination given to a judge.
#[derive(Clone, Debug, PartialEq, Eq, diesel::Queryable)]
pub struct Assignment {
    /// Id.
    pub id: AssignmentId,
    /// Edition.
    pub edition: EditionId,
    /// What is to be read.
    pub nomination: NominationId,
    /// Who reads it.
    pub judge: AccountId,
    /// For which panel.
    pub panel: PanelKey,
    /// How far it is.
    pub state: AssignmentState,
    /// Since when it stands.
    pub assigned_at: Time,
}

/// A sheet as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// How far it is.
    pub state: SheetState,
    /// What is scored so far.
    pub scores: Scores,
    /// The judge's words for the committee.
    pub comment: Option<String>,
    /// Which version of the sheet this is: the first is 1.
    pub version: i64,
    /// When it was saved.
    pub saved_at: Time,
    /// When what stands was submitted.
    pub submitted_at: Option<Time>,
}

/// A judge as this room sees one: who they are, and in which editions they have a seat now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seat {
    /// Who.
    pub account: AccountId,
    /// In which editions.
    pub editions: Vec<EditionId>,
}

/// A judge's promise and interests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// What they have an interest in, in their words.
    pub interests: Option<String>,
    /// When they declared it.
    pub declared_at: Time,
    /// Which version it is.
    pub version: i64,
}
