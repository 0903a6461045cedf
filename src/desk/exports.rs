//! Nominations as files, CSV and XLSX, for organisers (§ 11 of `content/announcement.md`). The columns are
//! [`columns`](crate::nominations::columns)'s; that a decision stands is known here, above both rooms.
//!
//! A file is made page by page while it is sent, so that its length costs no memory. Each download is an event.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fs::File;

use serde_json::json;

use crate::accounts::Action;
use crate::app::App;
use crate::audit::{self, Act, Deed};
use crate::editions::{Edition, WrongPhase};
use crate::from_query;
use crate::http::cell::Cell;
use crate::http::csv::{self, ByteOrderMark};
use crate::http::problem::{Code, Problem};
use crate::http::xlsx::{About, SheetError, Spreadsheet};
use crate::ids::NominationId;
use crate::nominations::columns::{COLUMNS, Column};
use crate::nominations::exported::{self, Exported, PAGE};
use crate::results::{self, Award};
use crate::store::StoreError;
use crate::text::Language;

/// Why there is no file.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The edition's calendar does not allow it.
    #[error(transparent)]
    Phase(#[from] WrongPhase),
    /// The spreadsheet cannot be written.
    #[error("the spreadsheet cannot be written")]
    Sheet(#[from] SheetError),
    /// The store's.
    #[error("the store failed")]
    Store(#[from] StoreError),
}

from_query!(ExportError);

impl From<ExportError> for Problem {
    fn from(error: ExportError) -> Self {
        match error {
            ExportError::Phase(wrong) => wrong.into(),
            ExportError::Sheet(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "an export cannot be written");
                Self::new(Code::Unavailable)
            }
            ExportError::Store(error) => error.into(),
        }
    }
}

/// In which form somebody has the nominations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Csv,
    Xlsx,
}

impl Form {
    /// What the event says.
    fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }
}

/// An edition's nominations, in the export's order, as far as they were not read yet.
pub struct Nominations {
    app: App,
    edition: Edition,
    left: std::vec::IntoIter<NominationId>,
    awards: HashMap<NominationId, Award>,
}

impl Nominations {
    async fn begin(app: &App, deed: Deed, edition: Edition, form: Form) -> Result<Self, ExportError> {
        Action::ExportNominations.require_office(&edition, deed.at)?;
        let of = edition.clone();
        let order = app.store.read(move |tx| {
            let awards = results::awards(tx, &of)?;
            let awards = awards.into_iter().map(|awarded| (awarded.nomination, awarded.award)).collect();
            Ok::<_, ExportError>((exported::in_order(tx, &of)?, awards))
        });
        let (order, awards) = order.await?;
        let (parts, id) = (app.clone(), edition.id);
        let detail = json!({"format": form.as_str()});
        app.store
            .write(move |tx| {
                let detail = detail.clone();
                Ok::<_, ExportError>(audit::record(
                    tx,
                    &parts,
                    &deed,
                    Act::ExportMade,
                    Some(id),
                    "nominations",
                    detail,
                )?)
            })
            .await?;
        Ok(Self { app: app.clone(), edition, left: order.into_iter(), awards })
    }

    /// The next page; empty at the end.
    async fn page(&mut self) -> Result<Vec<Exported>, StoreError> {
        let ids: Vec<NominationId> = self.left.by_ref().take(PAGE).collect();
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        self.app.store.read(move |tx| Ok(exported::page(tx, &ids)?)).await
    }

    fn cells<'a>(&self, line: &'a Exported) -> Vec<Cell<'a>> {
        let award = self.awards.get(&line.id()).map(|award| award.as_str());
        let mut parts = line.screening_note().chain(award);
        let note = match (parts.next(), parts.next()) {
            (None, _) => Cow::Borrowed(""),
            (Some(only), None) => Cow::Borrowed(only),
            _ => line.screening_note().chain(award).collect::<Vec<_>>().join("; ").into(),
        };
        line.cells(note)
    }
}

/// The nominations as CSV, in parts: the head first.
pub struct CsvParts {
    nominations: Nominations,
    head: Option<Vec<u8>>,
}

impl CsvParts {
    /// The next part; `None` at the end.
    ///
    /// # Errors
    /// The store's.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        if let Some(head) = self.head.take() {
            return Ok(Some(head));
        }
        loop {
            let lines = self.nominations.page().await?;
            if lines.is_empty() && self.nominations.left.as_slice().is_empty() {
                return Ok(None);
            }
            if !lines.is_empty() {
                return Ok(Some(csv::part(lines.iter().map(|line| self.nominations.cells(line)))));
            } // all of a page have gone meanwhile
        }
    }
}

/// The nominations as CSV.
///
/// # Errors
/// [`ExportError`].
pub async fn nominations_csv(
    app: &App,
    deed: Deed,
    edition: Edition,
    mark: ByteOrderMark,
) -> Result<CsvParts, ExportError> {
    let names: Vec<&str> = COLUMNS.iter().map(|column| column.name).collect();
    let head = csv::csv(&names, std::iter::empty(), mark);
    Ok(CsvParts { nominations: Nominations::begin(app, deed, edition, Form::Csv).await?, head: Some(head) })
}

/// The nominations as a spreadsheet: a file that has no name and goes when it is closed.
///
/// # Errors
/// [`ExportError`].
pub async fn nominations_xlsx(app: &App, deed: Deed, edition: Edition) -> Result<File, ExportError> {
    let mut nominations = Nominations::begin(app, deed, edition, Form::Xlsx).await?;
    let folder = app.config.database.folder();
    let heads: Vec<_> = COLUMNS.iter().map(Column::head).collect();
    let about = About {
        title: nominations.edition.title.get(Language::En).to_owned(),
        at: nominations.edition.timetable.nominations_open_at,
    };
    let mut sheet = Spreadsheet::begin(&folder, "nominations", &about, &heads)?;
    loop {
        let lines = nominations.page().await?;
        if lines.is_empty() && nominations.left.as_slice().is_empty() {
            break;
        }
        for line in &lines {
            sheet.push(&nominations.cells(line))?;
        }
        tokio::task::yield_now().await; // others are served between two pages
    }
    let made = tokio::task::spawn_blocking(move || sheet.finish(&folder)).await;
    Ok(made.map_err(|_| StoreError::Panicked)??)
}
