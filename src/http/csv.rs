//! CSV as spreadsheets read it: RFC 4180, UTF-8, and no cell that is taken for a formula (S-RES-5).

use csv::{Terminator, WriterBuilder};

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

/// A header row and rows, with commas and CRLF.
pub fn csv<'a>(
    header: &[&str],
    rows: impl IntoIterator<Item = Vec<std::borrow::Cow<'a, str>>>,
    mark: ByteOrderMark,
) -> Vec<u8> {
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

/// A text as a cell: with a leading `'` where a spreadsheet would read a formula.
pub fn cell(text: &str) -> std::borrow::Cow<'_, str> {
    let first = text.chars().find(|sign| FORMULA.contains(sign) || !(sign.is_whitespace() || is_invisible(*sign)));
    if first.is_some_and(|sign| FORMULA.contains(&sign)) { format!("'{text}").into() } else { text.into() }
}

fn is_invisible(sign: char) -> bool {
    sign.is_control()
        || matches!(sign, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}
