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
use crate::editions::EditionSlug;
use crate::http::csv::ByteOrderMark;

/// Writes an export of an edition.
#[derive(Args)]
pub(super) struct Export {
    /// The edition
    #[arg(long, value_name = "SLUG", value_parser = open::slug)]
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

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Csv,
    Json,
    Xlsx,
}

/// What is exported how: all that there is.
enum Job {
    WinnersAsCsv,
    WinnersAsJson,
    NominationsAsCsv,
    NominationsAsXlsx,
    Audit,
}

impl Job {
    fn of(what: What, format: Format) -> Result<Self, Failure> {
        let unknown = |words: &str| Err(Failure::Settings(vec![words.to_owned()]));
        match (what, format) {
            (What::Winners, Format::Csv) => Ok(Self::WinnersAsCsv),
            (What::Winners, Format::Json) => Ok(Self::WinnersAsJson),
            (What::Winners, Format::Xlsx) => unknown("winners are exported as csv or json"),
            (What::Nominations, Format::Csv) => Ok(Self::NominationsAsCsv),
            (What::Nominations, Format::Xlsx) => Ok(Self::NominationsAsXlsx),
            (What::Nominations, Format::Json) => unknown("nominations are exported as csv or xlsx"),
            (What::Audit, Format::Json) => Ok(Self::Audit),
            (What::Audit, Format::Csv | Format::Xlsx) => unknown("the audit is exported as json"),
        }
    }
}

impl Export {
    pub(super) fn run(self, config: Config) -> Outcome {
        let job = Job::of(self.what, self.format)?;
        let app = open::open(config)?;
        block_on(self.write(&app, job))
    }

    /// Writes it; the file is made once there is something to write.
    async fn write(&self, app: &App, job: Job) -> Outcome {
        let edition = open::edition(app, &self.edition).await?;
        let deed = Deed::of_operator(app);
        let mut out = match job {
            Job::WinnersAsCsv => self.out_with(&export_winners_csv(app, deed, edition.slug).await?)?,
            Job::WinnersAsJson => self.out_with(&export_winners_json(app, deed, edition.slug).await?)?,
            Job::NominationsAsCsv => {
                let mut parts = exports::nominations_csv(app, deed, edition, ByteOrderMark::Without).await?;
                let mut out = self.out()?;
                while let Some(part) = parts.next().await? {
                    out.write_all(&part)?;
                }
                out
            }
            Job::NominationsAsXlsx => {
                let mut file = exports::nominations_xlsx(app, deed, edition).await?;
                let mut out = self.out()?;
                io::copy(&mut file, &mut out)?;
                out
            }
            Job::Audit => {
                let mut out = self.out()?;
                let line = |line: &str| Ok::<_, Failure>(writeln!(out, "{line}")?);
                audit::export(app, deed, edition.id, line).await?;
                out
            }
        };
        Ok(out.flush()?)
    }

    fn out_with(&self, bytes: &[u8]) -> Result<Box<dyn Write>, Failure> {
        let mut out = self.out()?;
        out.write_all(bytes)?;
        Ok(out)
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
