//! Spreadsheets: text that is never a formula, real numbers, truth values and dates, and nothing about whoever made them
//! (S-RES-5). Rows flow through a file that has no name any more, in the service's own folder (S-DEP-3), so that a large
//! one takes no more memory than a small one.

use std::fs::File;
use std::io::{BufWriter, Seek, SeekFrom};
use std::path::Path;

/// What such a file is called on its way.
pub const MEDIA: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use super::cell::{Cell, Head};
use crate::clock::Time;

/// What the file says of itself: the edition's, never a person's.
#[derive(Clone, Debug)]
pub struct About {
    /// Its title; its author too.
    pub title: String,
    /// Its time.
    pub at: Time,
}

/// Why a spreadsheet cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum SheetError {
    /// The writer's.
    #[error("the spreadsheet cannot be written")]
    Writer(#[from] XlsxError),
    /// The disk's.
    #[error("the spreadsheet's file cannot be written")]
    File(#[from] std::io::Error),
}

/// A spreadsheet of one sheet that is being written, row after row.
pub struct Spreadsheet {
    book: Workbook,
    formats: Formats,
    next: u32,
}

struct Formats {
    moment: Format,
    day: Format,
}

impl Spreadsheet {
    /// Begins one with its frozen head; what it needs besides memory lies in `folder`.
    ///
    /// # Errors
    /// [`SheetError`].
    pub fn begin(folder: &Path, name: &str, about: &About, heads: &[Head]) -> Result<Self, SheetError> {
        std::fs::create_dir_all(folder)?;
        let mut book = Workbook::new();
        book.set_tempdir(folder)?;
        let made = ExcelDateTime::from_timestamp(about.at.unix_seconds())?;
        let properties =
            DocProperties::new().set_title(&about.title).set_author(&about.title).set_creation_datetime(&made);
        book.set_properties(&properties);
        let sheet = book.add_worksheet_with_constant_memory()?;
        sheet.set_name(name)?;
        sheet.set_freeze_panes(1, 0)?;
        for (column, head) in (0_u16..).zip(heads) {
            sheet.set_column_width(column, head.width)?;
        }
        let bold = Format::new().set_bold();
        for (column, head) in (0_u16..).zip(heads) {
            let zone = if head.holds_moments { " (UTC)" } else { "" };
            sheet.write_string_with_format(0, column, format!("{}{zone}", head.name), &bold)?;
        }
        let formats = Formats {
            moment: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"),
            day: Format::new().set_num_format("yyyy-mm-dd"),
        };
        Ok(Self { book, formats, next: 1 })
    }

    /// Writes a row.
    ///
    /// # Errors
    /// [`SheetError`]; there are 1,048,575 rows at most.
    pub fn push(&mut self, row: &[Cell<'_>]) -> Result<(), SheetError> {
        let sheet = self.book.worksheet_from_index(0)?;
        for (column, cell) in (0_u16..).zip(row) {
            write(sheet, &self.formats, (self.next, column), cell)?;
        }
        self.next += 1;
        Ok(())
    }

    /// The whole file, from its beginning; it goes when it is closed.
    ///
    /// # Errors
    /// [`SheetError`].
    pub fn finish(mut self, folder: &Path) -> Result<File, SheetError> {
        let mut out = BufWriter::new(tempfile::tempfile_in(folder)?);
        self.book.save_to_writer(&mut out)?;
        let mut file = out.into_inner().map_err(std::io::IntoInnerError::into_error)?;
        file.seek(SeekFrom::Start(0))?;
        Ok(file)
    }
}

#[expect(clippy::cast_precision_loss, reason = "years, counts and seconds are far below 2^53")]
fn write(
    sheet: &mut Worksheet,
    formats: &Formats,
    (row, column): (u32, u16),
    cell: &Cell<'_>,
) -> Result<(), XlsxError> {
    match cell {
        Cell::Empty => {}
        Cell::Text(text) => _ = sheet.write_string(row, column, text.as_ref())?,
        Cell::Number(number) => _ = sheet.write_number(row, column, *number as f64)?,
        Cell::Flag(flag) => _ = sheet.write_boolean(row, column, *flag)?,
        Cell::Moment(time) => {
            let moment = ExcelDateTime::from_timestamp(time.unix_seconds())?;
            sheet.write_datetime_with_format(row, column, &moment, &formats.moment)?;
        }
        Cell::Day(day) => match ExcelDateTime::parse_from_str(day) {
            Ok(day) => _ = sheet.write_datetime_with_format(row, column, &day, &formats.day)?,
            Err(_) => _ = sheet.write_string(row, column, day.as_ref())?, // not written by us: as it stands
        },
    }
    Ok(())
}
