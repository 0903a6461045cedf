//! Results: what the sheets say, what organisers make of it, and the seal that both cities put on it.
//!
//! The official tally ([`tally`]) reads a [`bundle`], ranks, and explains each rank in exact fractions; nothing else
//! ranks. Formulas and worked cases: `docs/judging.md`.

pub mod bundle;
pub mod tally;

use serde::Serialize;

use crate::http::faults::{Fault, fault_text};
use crate::text::Language;
use bundle::Bundle;

/// Counts the bundle in `text` and writes the answer as JSON: the command `tally`.
///
/// # Errors
/// `{"errors": [{"pointer", "code", "message"}]}` as JSON, with every fault of the bundle.
pub fn run_tally(text: &[u8]) -> Result<String, String> {
    let parsed = match std::str::from_utf8(text) {
        Ok(text) => Bundle::parse(text),
        Err(_) => Err(vec![Fault::new("", "malformed_utf8")]),
    };
    let bundle = parsed.map_err(|faults| refusal(&faults))?;
    let tally = tally::tally(&bundle);
    Ok(json(&tally::answer::Answer::of(&tally)))
}

fn refusal(faults: &[Fault]) -> String {
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

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("its maps have texts as keys, and its parts cannot fail")
}
