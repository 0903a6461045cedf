//! `assign`: the engine alone. A problem in, a plan out; it opens no database.

use std::path::PathBuf;

use clap::Args;

use super::{Failure, Outcome, read_document, say};

/// Plans who is to read what.
#[derive(Args)]
pub(super) struct Assign {
    /// The problem's file; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    problem: PathBuf,
}

impl Assign {
    pub(super) fn run(self) -> Outcome {
        match crate::judging::assign::run_assign(&read_document(&self.problem)?) {
            Ok(plan) => {
                say(&plan);
                Ok(())
            }
            Err(errors) => {
                say(&errors);
                Err(Failure::BadData)
            }
        }
    }
}
