//! CSV as spreadsheets read it: RFC 4180, UTF-8, and no cell that is taken for a formula (S-RES-5).

use std::borrow::Cow;

/// What such a file is called on its way.
pub const MEDIA: &str = "text/csv; charset=utf-8";

use csv::{Terminator, WriterBuilder};
use serde::Deserialize;
use utoipa::IntoParams;

use super::cell::Cell;

/// Begins a file for programs that would else take UTF-8 for something older.
const MARK: &[u8] = b"\xEF\xBB\xBF";
/// Signs that begin a formula, and their wide look-alikes.
const FORMULA: [char; 11] = ['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r', '\n'];

/// Whether a file begins with a byte order mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteOrderMark {
    /// For pages' downloads.
    With,
    /// For programs.
    Without,
}

/// How a file is asked for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FileWish {
    /// `1`: with a byte order mark, for programs that would else misread it.
    bom: Option<String>,
}

impl FileWish {
    /// Whether the file begins with one.
    pub fn mark(&self) -> ByteOrderMark {
        if self.bom.as_deref() == Some("1") { ByteOrderMark::With } else { ByteOrderMark::Without }
    }
}

/// A header row and rows, with commas and CRLF.
pub fn csv<'a>(header: &[&str], rows: impl IntoIterator<Item = Vec<Cow<'a, str>>>, mark: ByteOrderMark) -> Vec<u8> {
    let mut out = if mark == ByteOrderMark::With { MARK.to_vec() } else { Vec::new() };
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(&mut out);
    // Writing into memory cannot fail, and each row has as many cells as the header.
    let _infallible = writer.write_record(header);
    for row in rows {
        let _infallible = writer.write_record(row.iter().map(|cell| cell.as_bytes()));
    }
    let _infallible = writer.flush();
    drop(writer);
    out
}

/// A part of a file: rows after those that were written before, with commas and CRLF.
pub fn part<'a>(rows: impl IntoIterator<Item = Vec<Cell<'a>>>) -> Vec<u8> {
    let mut out = Vec::new();
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).flexible(true).from_writer(&mut out);
    for row in rows {
        // Writing into memory cannot fail.
        let _infallible = writer.write_record(row.iter().map(|cell| told(cell).into_owned().into_bytes()));
    }
    let _infallible = writer.flush();
    drop(writer);
    out
}

/// What a cell is in a file of text.
fn told<'a>(from: &'a Cell<'_>) -> Cow<'a, str> {
    match from {
        Cell::Empty => "".into(),
        Cell::Text(text) => cell(text),
        Cell::Number(number) => number.to_string().into(),
        Cell::Flag(flag) => if *flag { "true" } else { "false" }.into(),
        Cell::Moment(time) => time.to_string().into(),
        Cell::Day(day) => day.as_ref().into(),
    }
}

/// A text as a cell: with a leading `'` where a spreadsheet would read a formula; and where it begins with such a `'` of
/// its own, so that [`uncell`] gives back each text as it was.
pub fn cell(text: &str) -> Cow<'_, str> {
    if is_formula(text.trim_start_matches('\'')) { format!("'{text}").into() } else { text.into() }
}

/// The text of a cell: without the `'` that [`cell`] puts before it.
pub fn uncell(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(text) if is_formula(text.trim_start_matches('\'')) => text,
        _ => cell,
    }
}

/// Whether a spreadsheet would read a formula: by the first sign that it does not pass over.
fn is_formula(text: &str) -> bool {
    let first = text.chars().find(|sign| FORMULA.contains(sign) || !(sign.is_whitespace() || is_invisible(*sign)));
    first.is_some_and(|sign| FORMULA.contains(&sign))
}

fn is_invisible(sign: char) -> bool {
    sign.is_control()
        || matches!(sign, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Whatever stands in a text, a cell gives it back, and no spreadsheet takes it for a formula.
        #[test]
        fn a_cell_gives_back_its_text(text in "['=+@＝\t\r\n a-cА-В-]{0,6}|\\PC{0,12}") {
            let made = cell(&text);
            prop_assert_eq!(uncell(&made), text.as_str());
            prop_assert!(!is_formula(&made), "{}", made);
        }
    }
}
