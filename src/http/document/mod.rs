//! A document that a command reads (a bundle, a problem of assignment): strictly, in one pass, with every fault named by
//! the pointer to the value at fault. What a caller of the API sends is read at the [`super::door`] instead.

mod fields;
mod list;
mod node;

use serde::Serialize;

pub use fields::{Absent, Faults, Fields, Place, id};
pub use list::{Listed, by_id, find, items, key};
pub use node::{Node, Text};

use super::faults::{Fault, fault_text};
use crate::text::Language;

/// What a command answers to a document with faults: `{"errors": [{"pointer", "code", "message"}]}`.
pub fn refusal(faults: &[Fault]) -> String {
    #[derive(Serialize)]
    struct Errors<'f> {
        errors: Vec<Error<'f>>,
    }
    #[derive(Serialize)]
    struct Error<'f> {
        pointer: &'f str,
        code: &'f str,
        message: String,
    }
    let error = |fault| -> Error<'_> {
        let fault: &Fault = fault;
        Error { pointer: &fault.pointer, code: fault.code, message: fault_text(Language::En, fault) }
    };
    json(&Errors { errors: faults.iter().map(error).collect() })
}

/// A command's answer.
pub fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("its maps have texts as keys, and its parts cannot fail")
}

/// The fault of a text that is no JSON, or not the JSON that was expected.
pub fn malformed(error: &serde_json::Error) -> Fault {
    Fault::new("", "malformed_json").with("line", error.line()).with("column", error.column())
}
