//! `tally`: the engine alone. A bundle in, the ranking out; it opens no database.

use std::path::PathBuf;

use clap::Args;

use super::{Failure, Outcome, read_document, say};

/// Ranks the sheets of a bundle.
#[derive(Args)]
pub(super) struct Tally {
    /// The bundle's file; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    bundle: PathBuf,
}

impl Tally {
    pub(super) fn run(self) -> Outcome {
        let text = read_document(&self.bundle)?;
        match crate::results::run_tally(&text) {
            Ok(answer) => {
                say(&answer);
                Ok(())
            }
            Err(errors) => {
                say(&errors);
                Err(Failure::BadData)
            }
        }
    }
}
