//! `tally`: the engine alone. A bundle in, the ranking out; it opens no database.

use std::path::PathBuf;

use clap::Args;

use super::{Failure, Outcome, say};

/// Ranks the sheets of a bundle.
#[derive(Args)]
pub(super) struct Tally {
    /// The bundle's file; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    bundle: PathBuf,
}

impl Tally {
    pub(super) fn run(self) -> Outcome {
        let text = read(&self.bundle)?;
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

fn read(file: &std::path::Path) -> Result<Vec<u8>, Failure> {
    let named = |error: std::io::Error| Failure::Line(format!("{}: {error}", file.display()));
    if file.as_os_str() == "-" {
        let mut text = Vec::new();
        std::io::Read::read_to_end(&mut std::io::stdin().lock(), &mut text).map_err(named)?;
        return Ok(text);
    }
    std::fs::read(file).map_err(named)
}
