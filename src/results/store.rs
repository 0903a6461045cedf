//! The SQL of decisions, rulings, signatures and seals. Decisions stand apart from nominations, whose rows do not move
//! before the release (`content/announcement.md` § 9.1).

use std::collections::BTreeMap;

use diesel::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::model::{Decision, Signature, Stands, StoredRuling};
use crate::clock::Time;
use crate::editions::PanelKey;
use crate::ids::{AccountId, EditionId};
use crate::store::schema::{decisions, rulings, seals, signatures};
use crate::store::{Conn, Stored};

/// The decisions of an edition by category.
///
/// # Errors
/// The store's.
pub fn decisions(tx: &mut Conn, edition: EditionId) -> Stored<BTreeMap<String, Stands<Decision>>> {
    let rows: Vec<(String, String, i64, Time)> = decisions::table
        .filter(decisions::edition.eq(edition))
        .select((decisions::category, decisions::document, decisions::version, decisions::decided_at))
        .load(tx)?;
    rows.into_iter().map(|(category, text, version, at)| Ok((category, standing(&text, version, at)?))).collect()
}

/// Puts a category's decision in the place of the version before, if any.
///
/// # Errors
/// The store's.
pub fn put_decision(
    tx: &mut Conn,
    edition: EditionId,
    category: &str,
    decision: &Stands<Decision>,
    at: Time,
    by: &str,
) -> Stored<()> {
    let values = (
        decisions::edition.eq(edition),
        decisions::category.eq(category),
        decisions::document.eq(write(&decision.value)?),
        decisions::version.eq(decision.version),
        decisions::decided_at.eq(at),
        decisions::decided_by.eq(by),
    );
    diesel::delete(decisions::table.find((edition, category))).execute(tx)?;
    diesel::insert_into(decisions::table).values(values).execute(tx)?;
    Ok(())
}

/// The rulings of an edition by category.
///
/// # Errors
/// The store's.
pub fn rulings(tx: &mut Conn, edition: EditionId) -> Stored<BTreeMap<String, Stands<Vec<StoredRuling>>>> {
    let rows: Vec<(String, String, i64, Time)> = rulings::table
        .filter(rulings::edition.eq(edition))
        .select((rulings::category, rulings::document, rulings::version, rulings::ruled_at))
        .load(tx)?;
    rows.into_iter().map(|(category, text, version, at)| Ok((category, standing(&text, version, at)?))).collect()
}

/// Puts a category's rulings in the place of the version before, if any.
///
/// # Errors
/// The store's.
pub fn put_rulings(
    tx: &mut Conn,
    edition: EditionId,
    category: &str,
    ruled: &Stands<Vec<StoredRuling>>,
    at: Time,
    by: &str,
) -> Stored<()> {
    let values = (
        rulings::edition.eq(edition),
        rulings::category.eq(category),
        rulings::document.eq(write(&ruled.value)?),
        rulings::version.eq(ruled.version),
        rulings::ruled_at.eq(at),
        rulings::ruled_by.eq(by),
    );
    diesel::delete(rulings::table.find((edition, category))).execute(tx)?;
    diesel::insert_into(rulings::table).values(values).execute(tx)?;
    Ok(())
}

/// Every signature that was ever given, the earliest first.
///
/// # Errors
/// The store's.
pub fn signatures(tx: &mut Conn, edition: EditionId) -> Stored<Vec<Signature>> {
    let rows: Vec<(AccountId, PanelKey, String, Time, Option<Time>)> = signatures::table
        .filter(signatures::edition.eq(edition))
        .order((signatures::signed_at, signatures::account))
        .select((
            signatures::account,
            signatures::panel,
            signatures::digest,
            signatures::signed_at,
            signatures::voided_at,
        ))
        .load(tx)?;
    let read =
        |(account, panel, digest, signed_at, voided_at)| Signature { account, panel, digest, signed_at, voided_at };
    Ok(rows.into_iter().map(read).collect())
}

/// Keeps a signature. One that follows another of the same person at the same instant counts as a moment later.
///
/// # Errors
/// The store's.
pub fn insert_signature(tx: &mut Conn, edition: EditionId, signature: &Signature) -> Stored<()> {
    let last: Option<Time> = signatures::table
        .filter(signatures::edition.eq(edition))
        .filter(signatures::account.eq(signature.account))
        .select(diesel::dsl::max(signatures::signed_at))
        .first(tx)?;
    let next = last.map_or(signature.signed_at, |last| signature.signed_at.max(Time::from_micros(last.micros() + 1)));
    diesel::insert_into(signatures::table)
        .values((
            signatures::edition.eq(edition),
            signatures::account.eq(signature.account),
            signatures::panel.eq(&signature.panel),
            signatures::digest.eq(&signature.digest),
            signatures::signed_at.eq(next),
        ))
        .execute(tx)?;
    Ok(())
}

/// Ends the weight of the signatures that stand, but for those under `kept`. Answers how many that were.
///
/// # Errors
/// The store's.
pub fn void_signatures(
    tx: &mut Conn,
    edition: EditionId,
    kept: Option<&str>,
    reason: Option<&str>,
    at: Time,
) -> Stored<usize> {
    let set = (signatures::voided_at.eq(at), signatures::voided_reason.eq(reason));
    diesel::update(signatures::table)
        .filter(signatures::edition.eq(edition))
        .filter(signatures::voided_at.is_null())
        .filter(signatures::digest.ne(kept.unwrap_or_default()))
        .set(set)
        .execute(tx)
}

/// A seal without its bundle.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = seals)]
#[allow(missing_docs, reason = "the columns' names say it")]
pub struct Seal {
    pub digest: String,
    pub bundle_digest: String,
    pub public_key: String,
    pub sealed_at: Time,
}

/// The seal of an edition.
///
/// # Errors
/// The store's.
pub fn seal(tx: &mut Conn, edition: EditionId) -> Stored<Option<Seal>> {
    seals::table.find(edition).select(Seal::as_select()).first(tx).optional()
}

/// The sealed bundle of an edition, to the byte.
///
/// # Errors
/// The store's.
pub fn sealed_bundle(tx: &mut Conn, edition: EditionId) -> Stored<Option<String>> {
    seals::table.find(edition).select(seals::bundle).first(tx).optional()
}

/// Keeps the seal and its bundle.
///
/// # Errors
/// The store's.
pub fn insert_seal(tx: &mut Conn, edition: EditionId, seal: &Seal, bundle: &str) -> Stored<()> {
    diesel::insert_into(seals::table)
        .values((
            seals::edition.eq(edition),
            seals::digest.eq(&seal.digest),
            seals::bundle.eq(bundle),
            seals::bundle_digest.eq(&seal.bundle_digest),
            seals::public_key.eq(&seal.public_key),
            seals::sealed_at.eq(seal.sealed_at),
        ))
        .execute(tx)?;
    Ok(())
}

fn standing<T: DeserializeOwned>(text: &str, version: i64, at: Time) -> Stored<Stands<T>> {
    let value =
        serde_json::from_str(text).map_err(|error| diesel::result::Error::DeserializationError(error.into()))?;
    Ok(Stands { value, version, at: Some(at) })
}

fn write(value: &impl Serialize) -> Stored<String> {
    serde_json::to_string(value).map_err(|error| diesel::result::Error::SerializationError(error.into()))
}
