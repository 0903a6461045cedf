//! `export`: an edition's exports, the same as the API's.

use std::io::Write as _;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Failure, Outcome, block_on, open};
use crate::announcement::exports::{export_winners_csv, export_winners_json};
use crate::audit::Deed;
use crate::config::Config;
use crate::editions::EditionSlug;

/// Writes an export of an edition.
#[derive(Args)]
pub(super) struct Export {
    /// The edition
    #[arg(long, value_name = "SLUG", value_parser = slug)]
    edition: EditionSlug,
    /// What to export
    #[arg(value_enum)]
    what: What,
    /// In which format
    #[arg(long, value_enum)]
    format: Format,
    /// The file to write; standard output without it
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum What {
    /// Who is honoured, with replies and contacts
    Winners,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Csv,
    Json,
}

fn slug(text: &str) -> Result<EditionSlug, String> {
    EditionSlug::parse(text).ok_or_else(|| "no name of an edition".to_owned())
}

impl Export {
    pub(super) fn run(self, config: Config) -> Outcome {
        let app = open::open(config)?;
        let deed = Deed::of_operator(&app);
        let bytes = block_on(async {
            match (self.what, self.format) {
                (What::Winners, Format::Csv) => export_winners_csv(&app, deed, self.edition).await,
                (What::Winners, Format::Json) => export_winners_json(&app, deed, self.edition).await,
            }
        })?;
        match self.out {
            Some(file) => {
                std::fs::write(&file, &bytes).map_err(|error| Failure::Line(format!("{}: {error}", file.display())))
            }
            None => Ok(std::io::stdout().lock().write_all(&bytes)?),
        }
    }
}
