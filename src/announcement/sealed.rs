//! What was sealed, as this room reads it: the awards by nomination, and the signatures under them.

use std::collections::BTreeMap;

use crate::clock::Time;
use crate::editions::Edition;
use crate::ids::{AccountId, EditionId, NominationId};
use crate::results::{self, Award, Awarded};
use crate::store::{Conn, Stored};

/// The outcome of an edition, as every city has signed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Outcome {
    /// The seal's digest.
    pub seal: String,
    /// When the last city signed.
    pub sealed_at: Time,
    /// SHA-256 of the sealed bundle.
    pub bundle_digest: String,
    /// The key that checks the installation's signature.
    pub public_key: String,
    /// The awards, by nomination.
    pub awards: BTreeMap<NominationId, Awarded>,
    /// Signatures that stand: for which panel, by whom, under which digest.
    pub signatures: Vec<(String, AccountId, String)>,
}

/// The seal alone, without what it says: for what is asked at each message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seal {
    /// Its digest.
    pub digest: String,
    /// When the last city signed.
    pub sealed_at: Time,
    /// Signatures that stand.
    pub signatures: Vec<(String, AccountId, String)>,
}

/// What was sealed; none while the edition is not.
pub(super) fn outcome(tx: &mut Conn, edition: &Edition) -> Stored<Option<Outcome>> {
    if edition.sealed_at.is_none() {
        return Ok(None);
    }
    let Some(seal) = results::store::seal(tx, edition.id)? else { return Ok(None) };
    let awards = results::awards(tx, edition)?; // which nobody can change while the seal is whole
    Ok(Some(Outcome {
        signatures: signatures(tx, edition.id)?,
        seal: seal.digest,
        sealed_at: seal.sealed_at,
        bundle_digest: seal.bundle_digest,
        public_key: seal.public_key,
        awards: awards.into_iter().map(|awarded| (awarded.nomination, awarded)).collect(),
    }))
}

/// The seal of an edition; none while it is not sealed.
pub(super) fn seal(tx: &mut Conn, edition: &Edition) -> Stored<Option<Seal>> {
    if edition.sealed_at.is_none() {
        return Ok(None);
    }
    let Some(seal) = results::store::seal(tx, edition.id)? else { return Ok(None) };
    let signatures = signatures(tx, edition.id)?;
    Ok(Some(Seal { digest: seal.digest, sealed_at: seal.sealed_at, signatures }))
}

fn signatures(tx: &mut Conn, edition: EditionId) -> Stored<Vec<(String, AccountId, String)>> {
    let standing = results::store::signatures(tx, edition)?.into_iter().filter(|one| one.voided_at.is_none());
    Ok(standing.map(|one| (one.panel.as_str().to_owned(), one.account, one.digest)).collect())
}

impl Outcome {
    /// The winners, by nomination.
    pub fn winners(&self) -> impl Iterator<Item = &Awarded> {
        self.awards.values().filter(|awarded| awarded.award == Award::Winner)
    }

    /// What a nomination was given.
    pub fn award_of(&self, nomination: NominationId) -> Option<Award> {
        self.awards.get(&nomination).map(|awarded| awarded.award)
    }

    /// Whether it won.
    pub fn is_winner(&self, nomination: NominationId) -> bool {
        self.award_of(nomination) == Some(Award::Winner)
    }
}
