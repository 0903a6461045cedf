//! `edition`: editions as data, from a template or a file.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{ArgGroup, Args, Subcommand};

use super::{Failure, Outcome, block_on, open, say};
use crate::app::App;
use crate::audit::Deed;
use crate::config::Config;
use crate::editions::{self, EditionFile, EditionSlug, Template};
use crate::store::StoreError;

/// Editions as data.
#[derive(Subcommand)]
pub(super) enum Edition {
    /// Makes an edition from a template or a file
    Create(Create),
    /// Prints an edition as the TOML that `create --file` reads
    Show {
        /// The edition
        #[arg(value_name = "SLUG", value_parser = open::slug)]
        slug: EditionSlug,
    },
    /// Lists the editions
    List,
}

/// Makes an edition from a template or a file.
#[derive(Args)]
#[command(group(ArgGroup::new("source").required(true).args(["template", "file"])))]
pub(super) struct Create {
    /// The template
    #[arg(long, value_parser = templates())]
    template: Option<String>,
    /// The edition's name in addresses [default: the template's year]
    #[arg(long, value_name = "SLUG", value_parser = open::slug, conflicts_with = "file")]
    slug: Option<EditionSlug>,
    /// A document in TOML or JSON
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
}

fn templates() -> PossibleValuesParser {
    Template::ALL.iter().map(|template| template.as_str()).collect::<Vec<_>>().into()
}

impl Edition {
    pub(super) fn run(self, config: Config) -> Outcome {
        match self {
            Self::Create(create) => create.run(config),
            Self::Show { slug } => block_on(show(open::open(config)?, slug)),
            Self::List => block_on(list(open::open(config)?)),
        }
    }
}

impl Create {
    fn run(self, config: Config) -> Outcome {
        let file = match &self.file {
            Some(path) => Some(read(path)?), // before the database is opened: a wrong file leaves nothing behind
            None => None,
        };
        let app = open::open(config)?;
        let deed = Deed::of_operator(&app);
        let edition = block_on(async {
            match (file, &self.template) {
                (Some(file), _) => editions::create(&app, deed, file).await,
                (None, template) => {
                    let template = template.as_deref().unwrap_or_default();
                    editions::create_from_template(&app, deed, template, self.slug.clone()).await
                }
            }
        })?;
        say(&format!("edition {} created", edition.slug));
        Ok(())
    }
}

fn read(path: &std::path::Path) -> Result<EditionFile, Failure> {
    let fault = |why: String| Failure::Line(format!("{}: {why}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| fault(error.to_string()))?;
    EditionFile::from_text(&text).map_err(|error| fault(error.to_string()))
}

async fn show(app: App, slug: EditionSlug) -> Outcome {
    let now = app.clock.now();
    let edition = open::edition(&app, &slug).await?;
    say(&format!("# {}, version {}", edition.phase(now), edition.version));
    let file = EditionFile { slug: edition.slug.clone(), doc: (*edition.doc).clone() };
    say(file.to_toml()?.trim_end());
    Ok(())
}

async fn list(app: App) -> Outcome {
    let now = app.clock.now();
    for edition in app.store.read(|tx| Ok::<_, StoreError>(editions::store::all(tx)?)).await? {
        let rehearsal = if edition.rehearsal { " (rehearsal)" } else { "" };
        say(&format!("{}\t{}\t{}{rehearsal}", edition.slug, edition.phase(now), edition.title.en));
    }
    Ok(())
}
