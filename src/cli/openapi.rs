//! `openapi`: the document of the API, generated from the handlers.

use super::{Outcome, say};

pub(super) fn run() -> Outcome {
    say(&serde_json::to_string_pretty(&crate::server::document())?);
    Ok(())
}
