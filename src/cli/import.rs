//! `import`: nominations from a file, all or none, as by the API.

use std::io::Read as _;
use std::path::PathBuf;

use clap::Args;

use super::{Failure, Outcome, block_on, open, say};
use crate::audit::Deed;
use crate::config::Config;
use crate::editions::EditionSlug;
use crate::http::idempotency::Once;
use crate::nominations::import::told::told;
use crate::nominations::import::{self, ImportError, Mail};
use crate::text::{Language, say as words};

/// Takes in nominations from a CSV file: all of its rows, or none. What is here already is passed over.
#[derive(Args)]
pub(super) struct Import {
    /// The edition
    #[arg(long, value_name = "SLUG", value_parser = open::slug)]
    edition: EditionSlug,
    /// The file; `-` reads standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Takes nothing in, and says what would be
    #[arg(long)]
    dry_run: bool,
    /// Writes to nobody: else nominators get a receipt and supporters a request, as after a confirmation
    #[arg(long)]
    no_mail: bool,
}

impl Import {
    pub(super) fn run(self, config: Config) -> Outcome {
        let file = self.read()?; // before the database is opened: a wrong file leaves nothing behind
        let app = open::open(config)?;
        let mail = if self.no_mail { Mail::None } else { Mail::Send };
        let done = block_on(async {
            let edition = open::edition(&app, &self.edition).await?;
            let deed = Deed::of_operator(&app);
            let imported = if self.dry_run {
                import::look(&app, &deed, &edition, file).await
            } else {
                let taken = import::import(&app, deed, &edition, file, mail, Once::default()).await;
                taken.map(|outcome| outcome.answer)
            };
            Ok::<_, Failure>(imported)
        })?;
        match done {
            Ok(done) => {
                let id = if done.dry_run { "import-cli-would" } else { "import-cli-taken" };
                let counts =
                    [("taken", done.taken.to_string().into()), ("passed", done.passed_over.to_string().into())];
                say(&words(Language::En, id, &counts));
                Ok(())
            }
            Err(ImportError::UnknownColumns(faults) | ImportError::Faulty(faults)) => {
                faults.iter().for_each(|fault| say(&told(Language::En, fault)));
                Err(Failure::BadData)
            }
            Err(error) => Err(error.into()),
        }
    }

    fn read(&self) -> Result<Vec<u8>, Failure> {
        let mut bytes = Vec::new();
        let read = if self.file.as_os_str() == "-" {
            std::io::stdin().lock().read_to_end(&mut bytes).map(drop)
        } else {
            std::fs::read(&self.file).map(|read| bytes = read)
        };
        read.map_err(|error| Failure::Line(format!("{}: {error}", self.file.display())))?;
        Ok(bytes)
    }
}
