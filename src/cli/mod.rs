//! The command line: one file a command. Exit codes: 0 done, 1 failed with one clear line, 2 usage or settings, 65 bad
//! data.

mod assign;
mod config;
mod demo;
mod edition;
mod export;
mod import;
mod log;
mod open;
mod openapi;
mod people;
mod serve;
mod signals;
mod tally;
mod verify;
mod worker;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::config::{Config, RawConfig};

/// Nomination and judging for awards that two twinned cities give together.
#[derive(Parser)]
#[command(name = "twin-cities-awards", version, about, max_term_width = 100)]
pub struct Cli {
    #[command(flatten)]
    settings: Settings,
    #[command(subcommand)]
    command: Command,
}

/// The settings that every command knows.
#[derive(Args)]
#[command(next_help_heading = "Settings")]
struct Settings {
    /// Reads settings from this TOML file; flags and TCA_* variables win over it
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(flatten)]
    raw: RawConfig,
}

#[derive(Subcommand)]
enum Command {
    /// Shows the service with a throw-away edition, sample people and nominations
    Demo(demo::Demo),
    /// Serves the API and the pages, and sends mail
    Serve(serve::Serve),
    /// Sends mail and seals the audit, without serving
    Worker,
    /// Editions as data
    #[command(subcommand)]
    Edition(edition::Edition),
    /// People of an edition
    #[command(subcommand)]
    People(people::People),
    /// Writes an export of an edition
    Export(export::Export),
    /// Takes in nominations from a CSV file
    Import(import::Import),
    /// Ranks the sheets of a bundle
    Tally(tally::Tally),
    /// Plans who is to read what
    Assign(assign::Assign),
    /// Checks an audit that was handed out
    Verify(verify::Verify),
    /// Prints the OpenAPI document
    Openapi,
    /// Prints the settings in force, secrets masked
    Config,
}

/// Why a command ends.
pub enum Failure {
    /// One clear line; exit 1.
    Line(String),
    /// Usage or settings: a line a fault; exit 2.
    Settings(Vec<String>),
    /// Bad data, told on standard output; exit 65.
    BadData,
}

impl<E: std::error::Error> From<E> for Failure {
    /// The error and what caused it, on one line.
    fn from(error: E) -> Self {
        let mut line = error.to_string();
        let mut cause = error.source();
        while let Some(error) = cause {
            line = format!("{line}: {error}");
            cause = error.source();
        }
        Self::Line(line)
    }
}

/// What a command answers.
pub type Outcome = Result<(), Failure>;

/// Runs the program with its own arguments.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    match dispatch(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Line(line)) => {
            tell(&line);
            ExitCode::from(1)
        }
        Err(Failure::Settings(lines)) => {
            lines.iter().for_each(|line| tell(line));
            ExitCode::from(2)
        }
        Err(Failure::BadData) => ExitCode::from(65),
    }
}

fn dispatch(cli: Cli) -> Outcome {
    let settings = cli.settings;
    match cli.command {
        Command::Demo(demo) => demo.run(settings.raw),
        Command::Serve(serve) => serve.run(checked(settings)?),
        Command::Worker => worker::run(checked(settings)?),
        Command::Edition(edition) => edition.run(checked(settings)?),
        Command::People(people) => people.run(checked(settings)?),
        Command::Export(export) => export.run(checked(settings)?),
        Command::Import(import) => import.run(checked(settings)?),
        Command::Tally(tally) => tally.run(),
        Command::Assign(assign) => assign.run(),
        Command::Verify(verify) => verify.run(),
        Command::Openapi => openapi::run(),
        Command::Config => config::run(&checked(settings)?),
    }
}

fn checked(settings: Settings) -> Result<Config, Failure> {
    let raw = settings
        .raw
        .complete(settings.config.as_deref())
        .map_err(|fault| Failure::Settings(vec![fault.to_string()]))?;
    raw.check().map_err(|faults| Failure::Settings(faults.iter().map(ToString::to_string).collect()))
}

/// A line for whoever started the program.
#[expect(clippy::print_stderr, reason = "this is the command line")]
fn tell(line: &str) {
    eprintln!("{line}");
}

/// A line of the command's answer.
#[expect(clippy::print_stdout, reason = "this is the command line")]
fn say(line: &str) {
    println!("{line}");
}

/// A document that a command is given; `-` is standard input.
fn read_document(file: &std::path::Path) -> Result<Vec<u8>, Failure> {
    let named = |error: std::io::Error| Failure::Line(format!("{}: {error}", file.display()));
    if file.as_os_str() == "-" {
        let mut text = Vec::new();
        std::io::Read::read_to_end(&mut std::io::stdin().lock(), &mut text).map_err(named)?;
        return Ok(text);
    }
    std::fs::read(file).map_err(named)
}

/// Runs a future to its end on this thread.
fn block_on<T>(work: impl Future<Output = T>) -> T {
    actix_web::rt::System::new().block_on(work)
}
