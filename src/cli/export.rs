//! `export`: an edition's exports, the same as the API's.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::{Failure, Outcome, block_on, open};
use crate::announcement::exports::{export_winners_csv, export_winners_json};
use crate::app::App;
use crate::audit::Deed;
use crate::config::Config;
use crate::desk::{audit, exports};
use crate::editions::{self, EditionSlug};
use crate::http::csv::ByteOrderMark;
use crate::store::StoreError;

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
    /// Who is honoured, with replies and contacts: csv, json
    Winners,
    /// All nominations with contacts: csv, xlsx
    Nominations,
    /// The audit as the edition's organisers see it: JSON, a line an event, as `verify --audit` reads it
    Audit,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Csv,
    Json,
    Xlsx,
}

fn slug(text: &str) -> Result<EditionSlug, String> {
    EditionSlug::parse(text).ok_or_else(|| "no name of an edition".to_owned())
}

impl Export {
    pub(super) fn run(self, config: Config) -> Outcome {
        let known = match self.what {
            What::Winners if self.format == Format::Xlsx => "winners are exported as csv or json",
            What::Nominations if self.format == Format::Json => "nominations are exported as csv or xlsx",
            What::Audit if self.format != Format::Json => "the audit is exported as json",
            _ => "",
        };
        if !known.is_empty() {
            return Err(Failure::Settings(vec![known.to_owned()]));
        }
        let app = open::open(config)?;
        block_on(async {
            match self.what {
                What::Winners => self.winners(&app).await,
                What::Nominations => self.nominations(&app).await,
                What::Audit => self.audit(&app).await,
            }
        })
    }

    async fn winners(&self, app: &App) -> Outcome {
        let (deed, edition) = (Deed::of_operator(app), self.edition.clone());
        let bytes = match self.format {
            Format::Csv => export_winners_csv(app, deed, edition).await?,
            Format::Json | Format::Xlsx => export_winners_json(app, deed, edition).await?,
        };
        let mut out = self.out()?;
        out.write_all(&bytes)?;
        Ok(out.flush()?)
    }

    async fn nominations(&self, app: &App) -> Outcome {
        let edition = exports::edition_of(app, self.edition.clone()).await?;
        let deed = Deed::of_operator(app);
        let mut out = self.out()?;
        if self.format == Format::Xlsx {
            let mut file = exports::nominations_xlsx(app, deed, edition).await?;
            std::io::copy(&mut file, &mut out)?;
        } else {
            let mut parts = exports::nominations_csv(app, deed, edition, ByteOrderMark::Without).await?;
            while let Some(part) = parts.next().await? {
                out.write_all(&part)?;
            }
        }
        Ok(out.flush()?)
    }

    async fn audit(&self, app: &App) -> Outcome {
        let slug = self.edition.clone();
        let found = app.store.read(move |tx| Ok::<_, StoreError>(editions::store::by_slug(tx, &slug)?)).await?;
        let edition = found.ok_or_else(|| Failure::Line(format!("there is no edition {}", self.edition)))?;
        let mut out = self.out()?;
        let line = |line: &str| Ok::<_, Failure>(writeln!(out, "{line}")?);
        audit::export(app, Deed::of_operator(app), edition.id, line).await?;
        Ok(out.flush()?)
    }

    fn out(&self) -> Result<Box<dyn Write>, Failure> {
        match &self.out {
            Some(file) => match private(file) {
                Ok(made) => Ok(Box::new(BufWriter::new(made))),
                Err(error) => Err(Failure::Line(format!("{}: {error}", file.display()))),
            },
            None => Ok(Box::new(std::io::stdout().lock())),
        }
    }
}

/// Makes a file that its owner alone may read: what is exported names people, and winners before anybody may know them.
fn private(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?; // one that was there keeps its mode else
    Ok(file)
}
