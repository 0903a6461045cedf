//! What is wrong with a file, in words: rows are counted as a spreadsheet counts them, whose first row is the head.

use crate::http::faults::{Fault, fault_text};
use crate::text::{Language, say};

/// A fault with its place.
pub fn told(language: Language, fault: &Fault) -> String {
    let words = fault_text(language, fault);
    let mut parts = fault.pointer.split('/').skip(1);
    let place = (parts.next(), parts.next().and_then(|number| number.parse::<i64>().ok()), parts.next());
    let text = |id, row: Option<i64>, column: &str| {
        let mut args = vec![("words", words.as_str().into()), ("column", column.into())];
        args.extend(row.map(|row| ("row", row.to_string().into())));
        say(language, id, &args)
    };
    match place {
        (Some("rows"), Some(row), Some(column)) => text("import-fault-place", Some(row + 2), column),
        (Some("rows"), Some(row), None) => text("import-fault-row", Some(row + 2), ""),
        (Some("columns"), Some(at), None) => text("import-fault-column", None, &(at + 1).to_string()),
        _ => words,
    }
}

/// A row's number as a spreadsheet shows it.
pub fn shown(row: usize) -> usize {
    row + 2
}
