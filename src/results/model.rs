//! What organisers and chairs made of the scores, and what stands once every city has signed.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::clock::Time;
use crate::editions::PanelKey;
use crate::fields::{Lines, Words};
use crate::ids::{AccountId, NominationId};
use crate::text::Bilingual;

/// A citation: 20 to 60 words in the organisers' own.
pub type CitationText = Words<20, 60, 1000>;

/// Why organisers departed from the ranking, ruled, reopened.
pub type Reason = Lines<1000>;

crate::word_enum! {
    /// What somebody is honoured with.
    pub enum Award {
        /// Wins the category.
        Winner = "winner",
        /// Is commended.
        Commended = "commended",
    }
}

/// A category's decision, as it stands in the store.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Who wins.
    pub winners: BTreeSet<NominationId>,
    /// Who is commended.
    pub commended: BTreeSet<NominationId>,
    /// Why each is honoured. Others have one too, so that having one tells nothing (`content/announcement.md` § 9.7).
    pub citations: BTreeMap<NominationId, Bilingual>,
    /// Why it departs from the ranking or breaks a tie.
    pub reason: Option<String>,
}

impl Decision {
    /// The award of a nomination, if it has one.
    pub fn award(&self, nomination: NominationId) -> Option<Award> {
        if self.winners.contains(&nomination) {
            Some(Award::Winner)
        } else {
            self.commended.contains(&nomination).then_some(Award::Commended)
        }
    }

    /// All who are honoured, winners first.
    pub fn awards(&self) -> impl Iterator<Item = (NominationId, Award)> {
        let winners = self.winners.iter().map(|id| (*id, Award::Winner));
        winners.chain(self.commended.iter().map(|id| (*id, Award::Commended)))
    }
}

/// A ruling, as it stands in the store: with the judge's account, since pseudonyms turn with the root secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum StoredRuling {
    /// The nomination is ranked without a quorum.
    QuorumWaiver {
        /// Which.
        nomination: NominationId,
        /// Why.
        reason: String,
    },
    /// The late sheet counts.
    LateAdmitted {
        /// Whose.
        judge: AccountId,
        /// As a judge of which panel.
        panel: PanelKey,
        /// Of what.
        nomination: NominationId,
        /// Why.
        reason: String,
    },
    /// The chairs' common order of nominations that were level.
    JointVote {
        /// Groups, best first.
        order: Vec<Vec<NominationId>>,
        /// Why.
        reason: String,
    },
}

/// A version of something that organisers decide by category.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stands<T> {
    /// What.
    pub value: T,
    /// Its version; 0 where nothing was decided yet.
    pub version: i64,
    /// When it was decided.
    pub at: Option<Time>,
}

/// An approver's signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// Whose.
    pub account: AccountId,
    /// For which city.
    pub panel: PanelKey,
    /// What was signed: the seal.
    pub digest: String,
    /// When.
    pub signed_at: Time,
    /// Since when it no longer counts.
    pub voided_at: Option<Time>,
}

impl Signature {
    /// Whether it stands under this seal.
    pub fn counts_for(&self, digest: &str) -> bool {
        self.voided_at.is_none() && self.digest == digest
    }
}

/// Somebody who is honoured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Awarded {
    /// The nomination.
    pub nomination: NominationId,
    /// The category's code.
    pub category: String,
    /// With what.
    pub award: Award,
    /// Why.
    pub citation: Bilingual,
}
