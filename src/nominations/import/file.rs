//! A file of nominations: bytes become rows of cells by the names of their columns, with every fault at its place.
//!
//! Spreadsheets write CSV in many ways: with a byte order mark, with semicolons or tabs, with empty rows at the end. All of
//! these are read. What cannot be read is told in words that help: a file in an older encoding, a column that nobody knows.

use std::collections::HashSet;

use csv::{ByteRecord, ReaderBuilder};

use super::ROWS;
use crate::http::faults::Fault;
use crate::nominations::columns::{COLUMNS, Column};

/// What spreadsheets put between two cells.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// Why a file has no rows that could be read.
#[derive(Debug, PartialEq, Eq)]
pub enum FileFault {
    /// It has columns that do not exist: told before all else, as an unknown field of a body is.
    UnknownColumns(Vec<Fault>),
    /// It cannot be read as it stands.
    Unreadable(Vec<Fault>),
}

/// A row, with its place among the rows: the first below the head is 0.
#[derive(Debug, PartialEq, Eq)]
pub struct Row {
    /// Its place.
    pub number: usize,
    /// What its columns hold, as it stands in the file. Empty cells are left out.
    pub cells: Vec<(&'static Column, String)>,
}

/// What could be read of a file.
#[derive(Debug, Default)]
pub struct Table {
    /// Rows that hold anything.
    pub rows: Vec<Row>,
    /// What is wrong with others.
    pub faults: Vec<Fault>,
}

/// Reads a file.
///
/// # Errors
/// [`FileFault`]: its columns are not to be made out.
pub fn read(bytes: &[u8]) -> Result<Table, FileFault> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut reader =
        ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter(bytes)).from_reader(bytes);
    let mut records = reader.byte_records().filter_map(Result::ok); // reading memory does not fail
    let nothing = || FileFault::Unreadable(vec![Fault::new("/rows", "no_rows")]);
    let columns = columns(&records.next().ok_or_else(nothing)?)?;
    let mut table = Table::default();
    let mut count = 0;
    for (number, record) in records.enumerate() {
        if record.iter().all(|cell| cell.trim_ascii().is_empty()) {
            continue; // spreadsheets leave such behind
        }
        count += 1;
        if count > ROWS {
            return Err(FileFault::Unreadable(vec![Fault::new("/rows", "too_many_items").with("max", ROWS)]));
        }
        match row(number, &columns, &record) {
            Ok(row) => table.rows.push(row),
            Err(faults) => table.faults.extend(faults),
        }
    }
    if count == 0 { Err(nothing()) } else { Ok(table) }
}

/// The sign that parts the head best: none of our columns' names holds any of them.
fn delimiter(bytes: &[u8]) -> u8 {
    let head = bytes.split(|byte| matches!(byte, b'\r' | b'\n')).find(|line| !line.is_empty()).unwrap_or_default();
    let count = |sign: &u8| head.iter().filter(|byte| *byte == sign).count();
    DELIMITERS.into_iter().rev().max_by_key(count).unwrap_or(b',') // of none of them the comma
}

/// The columns by their place; `None` where nothing stands over one.
fn columns(head: &ByteRecord) -> Result<Vec<Option<&'static Column>>, FileFault> {
    let Some(names) = head.iter().map(|name| std::str::from_utf8(name).ok()).collect::<Option<Vec<_>>>() else {
        return Err(FileFault::Unreadable(vec![Fault::new("/columns", "not_utf8")]));
    };
    let (mut unknown, mut wrong, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
    let mut columns = Vec::with_capacity(names.len());
    for (at, name) in names.iter().enumerate() {
        let column = Column::named(name);
        let place = format!("/columns/{at}");
        match column {
            None if name.trim().is_empty() => {}
            None => unknown.push(Fault::new(place, "unknown_column").with("name", shown(name))),
            Some(column) if !seen.insert(column.name) => {
                wrong.push(Fault::new(place, "repeated_column").with("name", column.name));
            }
            Some(_) => {}
        }
        columns.push(column);
    }
    if !unknown.is_empty() {
        return Err(FileFault::UnknownColumns(unknown));
    }
    let is_missing = |column: &&Column| column.field.is_some_and(|field| field.is_owed) && !seen.contains(column.name);
    let missing = COLUMNS.iter().filter(is_missing);
    wrong.extend(missing.map(|column| Fault::new("/columns", "missing_column").with("name", column.name)));
    if wrong.is_empty() { Ok(columns) } else { Err(FileFault::Unreadable(wrong)) }
}

/// A name as it can be told: not the whole of a file that has no head.
fn shown(name: &str) -> String {
    name.trim().chars().filter(|sign| !sign.is_control()).take(40).collect()
}

/// A row by the columns' names. Cells beyond the last column are wrong where anything stands in them, and so are fewer cells
/// than columns: something is missing or has slipped.
fn row(number: usize, columns: &[Option<&'static Column>], record: &ByteRecord) -> Result<Row, Vec<Fault>> {
    let place = format!("/rows/{number}");
    let filled = record.iter().rposition(|cell| !cell.trim_ascii().is_empty()).map_or(0, |at| at + 1);
    if filled > columns.len() || record.len() < columns.len() {
        let fault = Fault::new(place, "ragged_row").with("expected", columns.len()).with("found", record.len());
        return Err(vec![fault]);
    }
    let (mut cells, mut faults) = (Vec::new(), Vec::new());
    for (at, cell) in record.iter().enumerate().take(filled) {
        let name = columns.get(at).copied().flatten();
        let pointer = || name.map_or_else(|| place.clone(), |column| format!("{place}/{}", column.name));
        match (std::str::from_utf8(cell), name) {
            (Err(_), _) => faults.push(Fault::new(pointer(), "not_utf8")),
            (Ok(text), Some(column)) if !text.is_empty() => cells.push((column, text.to_owned())),
            (Ok(text), None) if !text.trim().is_empty() => faults.push(Fault::new(pointer(), "unnamed_column")),
            _ => {}
        }
    }
    if faults.is_empty() { Ok(Row { number, cells }) } else { Err(faults) }
}
