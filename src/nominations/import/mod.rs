//! Import: nominations that organisers have in a file come in together, or none of them does.
//!
//! A row is read by the rules of the form, and all that is wrong with the file is told at once. A row that is here already is
//! passed over and counted, so that the same file can be sent again. What came in is `submitted`: an organiser answers for
//! it. It is one transaction, made short: all that needs no other row is done before it, and the letters, which are most of
//! the work, are owed by it and follow in slices ([`mail`]).

pub mod api;
pub mod file;
pub mod mail;
pub mod page;
pub mod row;
pub mod told;
pub mod waiting;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use self::file::FileFault;
use self::row::Entry;
use super::confirm::supporters;
use super::form::{FormRules, NominationForm, Sender};
use super::likeness::Features;
use super::model::SupporterRow;
use super::reference::Reference;
use super::status::IllegalMove;
use super::store::imported::{self as store, KnownBy};
use super::store::{NAMED, NewRow};
use super::{shelf, submit};
use crate::accounts::Action;
use crate::app::App;
use crate::audit::{self, Act, Deed};
use crate::clock::Time;
use crate::editions::{self, Edition, WrongPhase};
use crate::fields::name_key::{NameOf, name_key};
use crate::from_query;
use crate::http::faults::Fault;
use crate::http::idempotency::{KeyReused, Once, Outcome};
use crate::http::problem::{Code, Problem};
use crate::ids::NominationId;
use crate::store::{Conn, StoreError, Stored};

/// Rows of a file at most.
pub const ROWS: usize = 10_000;

/// How often references that are taken are drawn again.
const DRAWS: usize = 16;

/// Whether those who stand in a file are written to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mail {
    /// As after a confirmation: nominators get a receipt (M2), supporters are asked (M4).
    #[default]
    Send,
    /// Nobody is.
    None,
}

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Imported {
    /// Whether it was only looked at.
    pub dry_run: bool,
    /// Rows that hold anything.
    pub rows: usize,
    /// Rows that came in, or would.
    pub taken: usize,
    /// Rows that are here already: by their reference, or by nominator, category and the nominee's name.
    pub passed_over: usize,
    /// Which these are.
    pub already: Vec<Already>,
}

/// A row that is here already.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Already {
    /// Its place among the rows: the first below the head is 0.
    pub row: usize,
    /// The nomination that it is.
    pub reference: Reference,
}

/// Why a file is not taken in.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The edition has gone.
    #[error("there is no such edition")]
    NoEdition,
    /// The edition was changed since the file was read by it.
    #[error("the edition has changed")]
    Changed,
    /// It has columns that do not exist.
    #[error("the file has unknown columns")]
    UnknownColumns(Vec<Fault>),
    /// It, or its rows, are not as they should be.
    #[error("the file holds faults")]
    Faulty(Vec<Fault>),
    /// The edition's calendar does not allow it.
    #[error(transparent)]
    Phase(#[from] WrongPhase),
    /// The idempotency key came with another file.
    #[error(transparent)]
    Reused(#[from] KeyReused),
    /// The store's.
    #[error("the store failed")]
    Store(#[from] StoreError),
}

from_query!(ImportError);

impl From<FileFault> for ImportError {
    fn from(fault: FileFault) -> Self {
        match fault {
            FileFault::UnknownColumns(faults) => Self::UnknownColumns(faults),
            FileFault::Unreadable(faults) => Self::Faulty(faults),
        }
    }
}

impl From<ImportError> for Problem {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::NoEdition => Self::new(Code::NotFound),
            ImportError::Changed => Self::new(Code::LostRace),
            ImportError::UnknownColumns(faults) => Self::unknown(faults),
            ImportError::Faulty(faults) => Self::invalid(faults),
            ImportError::Phase(wrong) => wrong.into(),
            ImportError::Reused(reused) => reused.into(),
            ImportError::Store(error) => error.into(),
        }
    }
}

/// Looks at a file without taking anything in.
///
/// # Errors
/// [`ImportError`], with every fault.
pub async fn look(app: &App, deed: &Deed, edition: &Edition, file: Vec<u8>) -> Result<Imported, ImportError> {
    Action::Import.require_office(edition, deed.at)?;
    let batch = prepared(app, edition, file, Mail::None, deed.at).await?;
    let edition = edition.clone();
    app.store.read(move |tx| Ok(Imported { dry_run: true, ..batch.sorted(tx, &edition)?.told(&batch) })).await
}

/// Takes a file in: all of its rows, or none.
///
/// # Errors
/// [`ImportError`], with every fault.
pub async fn import(
    app: &App,
    deed: Deed,
    edition: &Edition,
    file: Vec<u8>,
    mail: Mail,
    once: Once,
) -> Result<Outcome<Imported>, ImportError> {
    Action::Import.require_office(edition, deed.at)?;
    let batch = prepared(app, edition, file, mail, deed.at).await?;
    let (shared, seen) = (app.clone(), edition.clone());
    app.store.write(move |tx| once.run(tx, deed.at, |tx| batch.write(tx, &shared, &deed, &seen))).await
}

/// Reads a file and finishes what the transaction will write; both take a processor for a while, so on another thread.
async fn prepared(
    app: &App,
    edition: &Edition,
    file: Vec<u8>,
    mail: Mail,
    at: Time,
) -> Result<Arc<Batch>, ImportError> {
    let (app, edition) = (app.clone(), edition.clone());
    let read = tokio::task::spawn_blocking(move || {
        let rules = FormRules { edition: &edition, smtputf8: app.config.mail_smtputf8, sender: Sender::Import };
        let entries = entries(&file, &rules)?;
        let finish = |entry| Ready::of(&app, &edition, entry, mail, at);
        let ready = entries.into_iter().map(finish).collect::<Result<_, IllegalMove>>();
        Ok::<_, ImportError>(Arc::new(Batch { ready: ready.map_err(|_| StoreError::Panicked)?, mail }))
    });
    read.await.map_err(|_| StoreError::Panicked)?
}

/// The nominations of a file's rows, or every fault of every row, in their order.
fn entries(file: &[u8], rules: &FormRules<'_>) -> Result<Vec<Entry>, ImportError> {
    let table = file::read(file)?;
    let (mut entries, mut faults) = (Vec::with_capacity(table.rows.len()), table.faults);
    for one in &table.rows {
        match row::read(one, rules) {
            Ok(entry) => entries.push(entry),
            Err(found) => faults.extend(found),
        }
    }
    if faults.is_empty() {
        return Ok(entries);
    }
    faults.sort_by_key(|fault| row_of(&fault.pointer)); // those of one row stay in the form's order
    Err(ImportError::Faulty(faults))
}

/// The row that a pointer is into.
pub fn row_of(pointer: &str) -> Option<usize> {
    pointer.strip_prefix("/rows/")?.split('/').next()?.parse().ok()
}

/// By what a nomination is known again: who nominates whom for what.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Known {
    pub by: KnownBy,
    pub category: String,
    pub name_key: String,
}

/// A row with all that it will write.
struct Ready {
    number: usize,
    /// The reference that stands in the file, where it may be one of this edition.
    wished: Option<Reference>,
    known: Known,
    row: NewRow,
    supporters: Vec<SupporterRow>,
    blocks: Vec<String>,
}

impl Ready {
    fn of(app: &App, edition: &Edition, entry: Entry, mail: Mail, at: Time) -> Result<Self, IllegalMove> {
        let Entry { number, reference, form } = entry;
        let id = NominationId::from_uuid(app.chance.uuid(at));
        let mut supporters = supporters(app, id, &form.supporters, at);
        if mail == Mail::None {
            supporters.iter_mut().for_each(|supporter| supporter.asked_at = None);
        }
        let blocks = Features::of_parts(form.kind, &form.facts, &form.contacts).blocks().into_iter().collect();
        let by = known_by(&form);
        let mut row = submit::new_row(app, edition, id, form, submit::Entry::Import, at);
        row.status = row.status.confirm()?;
        row.confirmed_at = Some(at);
        row.supporters = "[]".to_owned(); // rows of their own from the beginning
        let known = Known { by, category: row.category.clone(), name_key: row.name_key.clone() };
        let wished = reference.filter(|reference| reference.is_of(edition.year));
        Ok(Self { number, wished, known, row, supporters, blocks })
    }
}

fn known_by(form: &NominationForm) -> KnownBy {
    let name = || KnownBy::Name(name_key(form.nominator.name.as_str(), NameOf::Person));
    form.nominator.email.as_ref().map_or_else(name, |email| KnownBy::Email(email.normal()))
}

/// A file that is ready to be written.
struct Batch {
    ready: Vec<Ready>,
    mail: Mail,
}

/// Which rows of a batch are new, with their references, and which are here already.
struct Sorted {
    /// Places in the batch.
    new: Vec<(usize, Reference)>,
    already: Vec<Already>,
}

impl Sorted {
    fn told(self, batch: &Batch) -> Imported {
        Imported {
            dry_run: false,
            rows: batch.ready.len(),
            taken: self.new.len(),
            passed_over: self.already.len(),
            already: self.already,
        }
    }
}

impl Batch {
    /// Finds out which rows are here already, in the edition or above in the file itself.
    fn sorted(&self, tx: &mut Conn, edition: &Edition) -> Stored<Sorted> {
        let wished: Vec<&Reference> = self.ready.iter().filter_map(|ready| ready.wished.as_ref()).collect();
        let taken = store::taken(tx, &wished)?;
        let mut known: HashMap<Known, Reference> =
            store::known(tx, edition.id, self.ready.iter().map(|ready| &ready.known))?;
        let mut ours: HashSet<Reference> = HashSet::new();
        let mut sorted = Sorted { new: Vec::new(), already: Vec::new() };
        for (at, ready) in self.ready.iter().enumerate() {
            let wished = ready.wished.as_ref();
            let theirs = wished.and_then(|reference| taken.get(reference).map(|of| (reference, *of == edition.id)));
            let here = match theirs {
                Some((reference, true)) => Some(reference.clone()),
                _ => wished.filter(|reference| ours.contains(reference)).cloned(),
            };
            if let Some(reference) = here.or_else(|| known.get(&ready.known).cloned()) {
                sorted.already.push(Already { row: ready.number, reference });
                continue;
            }
            // Another edition's nomination may bear it: a year can have two.
            let free = wished.filter(|_| theirs.is_none());
            let reference = free.unwrap_or(&ready.row.reference).clone();
            ours.insert(reference.clone());
            known.insert(ready.known.clone(), reference.clone());
            sorted.new.push((at, reference));
        }
        Ok(sorted)
    }

    fn write(&self, tx: &mut Conn, app: &App, deed: &Deed, seen: &Edition) -> Result<Imported, ImportError> {
        let edition = editions::store::by_id(tx, seen.id)?.ok_or(ImportError::NoEdition)?;
        if !shelf::is_same(&edition, seen) {
            return Err(ImportError::Changed);
        }
        Action::Import.require_office(&edition, deed.at)?;
        let mut sorted = self.sorted(tx, &edition)?;
        self.draw_again(tx, app, &edition, &mut sorted)?;
        for some in sorted.new.chunks(NAMED) {
            let rows: Vec<NewRow> = some.iter().map(|(at, reference)| self.row(*at, reference)).collect();
            store::insert(tx, &rows)?;
        }
        let new = || sorted.new.iter().map(|(at, _)| &self.ready[*at]);
        let supporters: Vec<&SupporterRow> = new().flat_map(|ready| &ready.supporters).collect();
        store::insert_supporters(tx, &supporters)?;
        let blocks = new().flat_map(|ready| ready.blocks.iter().map(|block| (ready.row.id, block.as_str())));
        store::insert_blocks(tx, edition.id, &blocks.collect::<Vec<_>>())?;
        if self.mail == Mail::Send {
            let ids: Vec<NominationId> = new().map(|ready| ready.row.id).collect();
            store::owe_mail(tx, &ids, deed.at)?;
        }
        for row in new().map(|ready| &ready.row) {
            let detail = json!({"category": row.category, "source": row.source});
            audit::record(tx, app, deed, Act::NominationReceived, Some(edition.id), row.id, detail)?;
        }
        let detail = json!({"taken": sorted.new.len(), "passed_over": sorted.already.len()});
        audit::record(tx, app, deed, Act::NominationsImported, Some(edition.id), edition.id, detail)?;
        Ok(sorted.told(self))
    }

    fn row(&self, at: usize, reference: &Reference) -> NewRow {
        NewRow { reference: reference.clone(), ..self.ready[at].row.clone() }
    }

    /// Draws other references where somebody has the drawn ones.
    fn draw_again(&self, tx: &mut Conn, app: &App, edition: &Edition, sorted: &mut Sorted) -> Stored<()> {
        for _ in 0..DRAWS {
            let references: Vec<&Reference> = sorted.new.iter().map(|(_, reference)| reference).collect();
            let taken = store::taken(tx, &references)?;
            let mut seen = HashSet::new();
            let mut again = Vec::new();
            for (at, (_, reference)) in sorted.new.iter().enumerate() {
                if taken.contains_key(reference) || !seen.insert(reference) {
                    again.push(at);
                }
            }
            if again.is_empty() {
                break;
            }
            for at in again {
                sorted.new[at].1 = Reference::draw(edition.year, &app.chance);
            }
        }
        Ok(())
    }
}
