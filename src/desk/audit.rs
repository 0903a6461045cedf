//! The audit as an edition's organisers and its auditor read it: the whole chain, number after number, each row as far as
//! its reader may see it. What they may not see they get as its digest, so that everyone can check the chain.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::{Value as Json, json};
use utoipa::ToSchema;

use crate::accounts;
use crate::app::App;
use crate::audit::store::{self, Outline};
use crate::audit::{self, Act, Deed, Sight};
use crate::editions::Edition;
use crate::http::paging::{Listing, Stretch};
use crate::ids::EditionId;
use crate::store::{Conn, StoreError, Stored};
use crate::text::Zone;

/// An event, as it is hashed into its digest.
#[derive(ToSchema)]
#[allow(dead_code, reason = "the schema of what is shown as it was hashed")]
pub struct AuditEvent {
    /// What was done.
    act: Act,
    /// Who did it: `public`, `link`, `account:ID`, `operator` or `service`.
    #[schema(example = "operator")]
    actor: String,
    /// When.
    at: crate::clock::Time,
    /// More: strings and whole numbers. `note` is the digest of words that stand beside the chain.
    detail: serde_json::Map<String, Json>,
    /// In which edition; absent where it concerns none.
    edition: Option<String>,
    /// Its id.
    id: String,
    /// Makes its digest unguessable.
    nonce: String,
    /// In which request; absent where there was none.
    request: Option<String>,
    /// What it is about: an id or a key.
    subject: String,
}

/// Words that somebody gave as a reason. They can be erased; the chain stays whole.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AuditNote {
    /// Makes their digest unguessable.
    pub nonce: String,
    /// The words.
    pub text: String,
}

/// A row of the chain, for organisers and approvers.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OfficeRow {
    /// Its place in the chain.
    pub number: i64,
    /// SHA-256 over the event.
    pub digest: String,
    /// SHA-256 over the hash before, digest and number.
    pub hash: String,
    /// The event; `null` where it is another edition's.
    #[schema(value_type = Option<AuditEvent>)]
    pub event: Option<Json>,
    /// The words whose digest is the event's `note`, while they are kept.
    pub note: Option<AuditNote>,
    /// Whoever acted, by their name of today: no part of the chain.
    pub who: Option<String>,
}

/// A row of the chain, for an auditor.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AuditorRow {
    /// Its place in the chain.
    pub number: i64,
    /// SHA-256 over the event.
    pub digest: String,
    /// SHA-256 over the hash before, digest and number.
    pub hash: String,
    /// The event; `null` where it is not of this edition, or would tell of its outcome.
    #[schema(value_type = Option<AuditEvent>)]
    pub event: Option<Json>,
    /// The day (UTC) of an event of this edition that is not shown.
    #[schema(example = "2027-08-25")]
    pub day: Option<String>,
}

/// The chain's next stretch, as its reader may see it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum AuditList {
    /// For organisers and approvers.
    Office(Listing<OfficeRow>),
    /// For an auditor.
    Auditor(Listing<AuditorRow>),
}

/// Who reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// Organisers and approvers.
    Office,
    /// The edition's auditor.
    Auditor,
}

impl Reader {
    fn sees(self, row: &Outline, edition: EditionId) -> bool {
        let own = row.edition.as_deref() == Some(edition.as_str());
        match self {
            Self::Office => own || row.edition.is_none(),
            Self::Auditor => own && Act::parse(&row.act).is_some_and(|act| act.sight() == Sight::Whole),
        }
    }
}

/// So many rows of the chain. Whoever begins to read leaves an event (S-RES-4): replies and letters show in it.
///
/// # Errors
/// The store's.
pub async fn list(
    app: &App,
    deed: Deed,
    edition: &Edition,
    reader: Reader,
    (stretch, after): (Stretch, i64),
) -> Result<AuditList, StoreError> {
    let (parts, id) = (app.clone(), edition.id);
    if stretch.after.is_none() {
        let noted = app.store.write(move |tx| {
            let detail = json!({"after": after});
            Ok::<_, StoreError>(audit::record(tx, &parts, &deed, Act::AuditRead, Some(id), id, detail)?)
        });
        noted.await?;
    }
    let limit = stretch.fetch();
    match reader {
        Reader::Office => {
            let rows = app.store.read(move |tx| Ok::<_, StoreError>(for_office(tx, id, after, limit)?)).await?;
            Ok(AuditList::Office(stretch.list(&app.keys, rows, |row| row.number.to_string())))
        }
        Reader::Auditor => {
            let rows = app.store.read(move |tx| Ok::<_, StoreError>(for_auditor(tx, id, after, limit)?)).await?;
            Ok(AuditList::Auditor(stretch.list(&app.keys, rows, |row| row.number.to_string())))
        }
    }
}

/// Rows that an export reads at once.
const EXPORTED_AT_ONCE: i64 = 500;

/// The whole chain as organisers see it, a JSON line a row, for the operator's command line.
///
/// # Errors
/// The store's; whatever `line` cannot do.
pub async fn export<E: From<StoreError>>(
    app: &App,
    deed: Deed,
    edition: EditionId,
    mut line: impl FnMut(&str) -> Result<(), E>,
) -> Result<(), E> {
    let parts = app.clone();
    let noted = app.store.write(move |tx| {
        Ok::<_, StoreError>(audit::record(tx, &parts, &deed, Act::ExportMade, Some(edition), "audit", json!({}))?)
    });
    noted.await?;
    let mut after = 0;
    loop {
        let read = app.store.read(move |tx| Ok::<_, StoreError>(for_office(tx, edition, after, EXPORTED_AT_ONCE)?));
        let rows = read.await?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = last.number;
        for row in &rows {
            line(&json!(row).to_string())?;
        }
    }
}

/// The rows after a number as organisers see them.
fn for_office(tx: &mut Conn, edition: EditionId, after: i64, limit: i64) -> Stored<Vec<OfficeRow>> {
    let (outlines, mut events) = read(tx, Reader::Office, edition, after, limit)?;
    let names = names(tx, edition)?;
    let note_of = |event: &Json| event["detail"]["note"].as_str().map(str::to_owned);
    let digests: Vec<String> = events.values().filter_map(note_of).collect();
    let notes = store::notes(tx, &digests)?;
    let rows = outlines.into_iter().map(|Outline { number, digest, hash, .. }| {
        let event = events.remove(&number);
        let note = event.as_ref().and_then(note_of).and_then(|digest| notes.get(&digest));
        let note = note.map(|(nonce, text)| AuditNote { nonce: nonce.clone(), text: text.clone() });
        let who = event.as_ref().and_then(|event| names.get(event["actor"].as_str()?)).cloned();
        OfficeRow { number, digest, hash, event, note, who }
    });
    Ok(rows.collect())
}

/// The rows after a number as an auditor sees them.
fn for_auditor(tx: &mut Conn, edition: EditionId, after: i64, limit: i64) -> Stored<Vec<AuditorRow>> {
    let (outlines, mut events) = read(tx, Reader::Auditor, edition, after, limit)?;
    let rows = outlines.into_iter().map(|row| {
        let event = events.remove(&row.number);
        let hidden = event.is_none() && row.edition.as_deref() == Some(edition.as_str());
        let day = hidden.then(|| Zone::utc().local(row.at).date().to_string());
        AuditorRow { number: row.number, digest: row.digest, hash: row.hash, event, day }
    });
    Ok(rows.collect())
}

/// The rows in outline, and of those that this reader sees the events: no others leave the database (S-HTTP-8).
fn read(
    tx: &mut Conn,
    reader: Reader,
    edition: EditionId,
    after: i64,
    limit: i64,
) -> Stored<(Vec<Outline>, HashMap<i64, Json>)> {
    let outlines = store::outline(tx, after, limit)?;
    let seen: Vec<i64> = outlines.iter().filter(|row| reader.sees(row, edition)).map(|row| row.number).collect();
    let events = store::whole(tx, &seen)?.into_iter().map(|(number, row)| (number, row.document())).collect();
    Ok((outlines, events))
}

/// The names of everybody who has or had a part in the edition, by the actor that the chain knows them as.
fn names(tx: &mut Conn, edition: EditionId) -> Stored<HashMap<String, String>> {
    let people = accounts::people(tx, edition)?.into_iter();
    Ok(people.map(|person| (audit::Actor::Account(person.account).to_string(), person.name)).collect())
}
