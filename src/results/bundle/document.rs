//! The bundle as the service writes it: the same format that [`Bundle::parse`](super::Bundle::parse) reads.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::clock::Time;

/// The whole document.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Bundle)]
pub struct Document {
    /// [`FORMAT`](super::FORMAT).
    pub format: &'static str,
    /// The rules.
    pub edition: Edition,
    /// Under pseudonyms.
    pub judges: Vec<Judge>,
    /// All that were screened.
    pub nominations: Vec<Nomination>,
    /// Who stepped aside from what.
    pub recusals: Vec<Recusal>,
    /// Drafts too.
    pub sheets: Vec<Sheet>,
    /// With their reasons.
    pub rulings: Vec<Ruling>,
    /// What was decided and signed, once it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sealed: Option<Sealed>,
}

/// The edition's rules.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = BundleEdition)]
pub struct Edition {
    /// Its slug.
    pub slug: String,
    /// Valid sheets owed by each panel.
    pub quorum: u32,
    /// Later sheets are late.
    pub judging_close_at: Time,
    /// Criteria that break ties.
    pub tie_break: Vec<String>,
    /// In their order.
    pub criteria: Vec<Criterion>,
    /// In their order.
    pub panels: Vec<Panel>,
    /// In their order.
    pub categories: Vec<Category>,
}

/// A criterion.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = BundleCriterion)]
pub struct Criterion {
    /// Its key.
    pub key: String,
    /// Its part of 100.
    pub weight: u32,
    /// The best score.
    pub max_score: u32,
}

/// A panel.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = BundlePanel)]
pub struct Panel {
    /// Its key.
    pub key: String,
    /// Why it no longer counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed: Option<Closed>,
}

/// Why a panel was closed.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = BundleClosed)]
pub struct Closed {
    /// In words.
    pub reason: String,
}

/// A category.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = BundleCategory)]
pub struct Category {
    /// Its key.
    pub key: String,
    /// Places for winners.
    pub winners: u32,
    /// Places for commended ones.
    pub commended: u32,
}

/// A judge.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = BundleJudge)]
pub struct Judge {
    /// The pseudonym.
    pub id: String,
    /// The panel's key.
    pub panel: String,
    /// Whether the judge has left, and what became of the sheets.
    pub removed: Option<Removed>,
}

/// A judge's leaving.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = BundleRemoved)]
pub struct Removed {
    /// `stand` or `void`.
    pub sheets: &'static str,
    /// Owed where they were struck.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A nomination.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = BundleNomination)]
pub struct Nomination {
    /// Its id.
    pub id: String,
    /// The category's key.
    pub category: String,
    /// `eligible`, `ineligible`, `withdrawn` or `merged`.
    pub status: &'static str,
    /// Where it went.
    pub merged_into: Option<String>,
}

/// A judge stepped aside.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = BundleRecusal)]
pub struct Recusal {
    /// The pseudonym.
    pub judge: String,
    /// The nomination's id.
    pub nomination: String,
}

/// A sheet.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = BundleSheet)]
pub struct Sheet {
    /// The pseudonym.
    pub judge: String,
    /// The nomination's id.
    pub nomination: String,
    /// `draft` or `submitted`.
    pub state: &'static str,
    /// To the day, but for late ones (S-RES-2).
    pub submitted_at: Option<Time>,
    /// By the criterion's key.
    pub scores: BTreeMap<String, i64>,
}

/// A ruling.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, serde::Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Ruling {
    /// The nomination is ranked without a quorum.
    QuorumWaiver {
        /// The nomination's id.
        nomination: String,
        /// Why.
        reason: String,
    },
    /// The late sheet counts.
    LateAdmitted {
        /// The judge.
        judge: String,
        /// The nomination's id.
        nomination: String,
        /// Why.
        reason: String,
    },
    /// The chairs' common order of nominations that were level.
    JointVote {
        /// The category's key.
        category: String,
        /// Groups, best first.
        order: Vec<Vec<String>>,
        /// Why.
        reason: String,
    },
}

/// What was decided and signed.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = BundleSealed)]
pub struct Sealed {
    /// Of the ranking.
    pub official_digest: String,
    /// When the results are announced: a part of what was signed.
    pub announce_at: Time,
    /// By category, in the edition's order.
    pub decisions: Vec<Decided>,
    /// The committee's own awards, by id.
    pub special_recipients: Vec<Special>,
    /// Of the decisions.
    pub decisions_digest: String,
    /// Who signed, for which city.
    pub signatures: Vec<Signature>,
    /// Ed25519 over the seal's 32 bytes, as hex.
    pub signature: String,
    /// The installation's key, as hex.
    pub public_key: String,
}

/// A category's decision; texts as SHA-256 (S-RES-2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = BundleDecided)]
pub struct Decided {
    /// The category's key.
    pub category: String,
    /// Nominations, by id.
    pub winners: Vec<String>,
    /// Nominations, by id.
    pub commended: Vec<String>,
    /// By nomination, then language.
    pub citations: BTreeMap<String, BTreeMap<String, String>>,
    /// Of the reason, where one was given.
    pub reason: Option<String>,
}

/// An award of the committee's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = BundleSpecial)]
pub struct Special {
    /// Its id.
    pub id: String,
    /// SHA-256 of the reason.
    pub reason: String,
}

/// A city's signature.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = BundleSignature)]
pub struct Signature {
    /// For this panel.
    pub panel: String,
    /// What was signed: the seal.
    pub digest: String,
    /// When.
    pub signed_at: Time,
}
