//! `people`: who takes part in an edition. Organisers and approvers are made here and nowhere else (S-ACC-11).

use clap::{Args, Subcommand};

use super::{Failure, Outcome, block_on, open, say};
use crate::accounts::{self, InviteError, InvitePerson, Person, Removal, Role, Sheets};
use crate::app::App;
use crate::audit::Deed;
use crate::config::Config;
use crate::editions::{self, Edition, EditionSlug, PanelKey};
use crate::fields::{Email, PersonName, ShortText};
use crate::http::faults::fault_text;
use crate::store::StoreError;
use crate::text::Language;

/// People of an edition.
#[derive(Subcommand)]
pub(super) enum People {
    /// Invites somebody: the letter is queued, and its link is the last line printed
    Invite(Invite),
    /// Lists everybody who was ever invited
    List {
        /// The edition
        #[arg(long, value_name = "SLUG", value_parser = open::slug)]
        edition: EditionSlug,
    },
    /// Removes somebody: from their next request on they are gone
    Remove(Remove),
    /// Removes the second factor and the recovery codes of somebody who has lost both; they and their organisers are told
    ResetTotp {
        /// Their address
        #[arg(long, value_name = "ADDRESS", value_parser = email)]
        email: Email,
    },
}

/// Invites somebody. Who was invited before and has not accepted gets a new link; the earlier one dies.
#[derive(Args)]
pub(super) struct Invite {
    /// The edition
    #[arg(long, value_name = "SLUG", value_parser = open::slug)]
    edition: EditionSlug,
    /// organiser, approver, judge, chair, translator or auditor
    #[arg(long, value_parser = role)]
    role: Role,
    /// The panel: approvers, judges and chairs have one
    #[arg(long, value_parser = panel)]
    panel: Option<PanelKey>,
    /// Where the invitation goes
    #[arg(long, value_name = "ADDRESS", value_parser = email)]
    email: Email,
    /// Their name
    #[arg(long, value_parser = name)]
    name: PersonName,
    /// The language of the invitation, en or ru [default: the panel's, else en]
    #[arg(long, value_parser = language)]
    language: Option<Language>,
    /// A judge's languages besides that of their letters, by commas: en, ru
    #[arg(long, value_name = "LANGUAGES", value_delimiter = ',', value_parser = language)]
    reads: Vec<Language>,
    /// Nominations that a judge reads at most
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    capacity: Option<u32>,
}

/// Removes somebody from an edition.
#[derive(Args)]
pub(super) struct Remove {
    /// The edition
    #[arg(long, value_name = "SLUG", value_parser = open::slug)]
    edition: EditionSlug,
    /// Their address
    #[arg(long, value_name = "ADDRESS", value_parser = email)]
    email: Email,
    /// Which of their roles, where they have several
    #[arg(long, value_parser = role)]
    role: Option<Role>,
    /// What becomes of a judge's sheets: stand, or void until judging closes [default: stand]
    #[arg(long, value_parser = sheets, requires_if("void", "reason"))]
    sheets: Option<Sheets>,
    /// Why
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    reason: Option<ShortText<1, 500>>,
}

fn panel(text: &str) -> Result<PanelKey, String> {
    PanelKey::parse(text).ok_or_else(|| "a panel's key, such as its city's name in small letters".to_owned())
}

fn role(text: &str) -> Result<Role, String> {
    Role::parse(text).ok_or_else(|| one_of(Role::ALL.iter().map(|role| role.as_str())))
}

fn language(text: &str) -> Result<Language, String> {
    Language::parse(text).ok_or_else(|| one_of(Language::ALL.iter().map(|language| language.as_str())))
}

fn sheets(text: &str) -> Result<Sheets, String> {
    Sheets::parse(text).ok_or_else(|| one_of(Sheets::ALL.iter().map(|sheets| sheets.as_str())))
}

fn one_of<'a>(words: impl Iterator<Item = &'a str>) -> String {
    format!("one of {}", words.collect::<Vec<_>>().join(", "))
}

fn email(text: &str) -> Result<Email, String> {
    Email::parse(text).map_err(|_| "an email address like name@example.org".to_owned())
}

fn name(text: &str) -> Result<PersonName, String> {
    PersonName::parse(text).map_err(|_| "a name with at least one letter, 160 characters at most".to_owned())
}

fn reason(text: &str) -> Result<ShortText<1, 500>, String> {
    ShortText::parse(text).map_err(|_| "1 to 500 characters on one line".to_owned())
}

impl People {
    pub(super) fn run(self, config: Config) -> Outcome {
        let app = open::open(config)?;
        block_on(async {
            match self {
                Self::Invite(invite) => invite.run(app).await,
                Self::List { edition } => list(app, edition).await,
                Self::Remove(remove) => remove.run(app).await,
                Self::ResetTotp { email } => reset_totp(app, email).await,
            }
        })
    }
}

impl Invite {
    async fn run(self, app: App) -> Outcome {
        let Self { edition, role, panel, email, name, language, reads, capacity } = self;
        let person = InvitePerson { edition, role, panel, email, name, language, capacity, reads, organisation: None };
        let invited = accounts::invite(&app, Deed::of_operator(&app), person).await.map_err(|error| match error {
            InviteError::Fault(fault) => {
                Failure::Line(format!("{}: {}", fault.pointer.trim_matches('/'), fault_text(Language::En, &fault)))
            }
            error => error.into(),
        })?;
        say(&format!("invited: {}", invited.id));
        say(&invited.link);
        Ok(())
    }
}

async fn list(app: App, slug: EditionSlug) -> Outcome {
    let (_, people) = people_of(&app, slug).await?;
    for person in people {
        let panel = person.panel.as_ref().map_or("", |panel| panel.as_str());
        let Person { id, role, name, email, .. } = &person;
        say(&format!("{id}\t{role}\t{panel}\t{}\t{}\t{name}", person.standing(), email.as_str()));
    }
    Ok(())
}

impl Remove {
    async fn run(self, app: App) -> Outcome {
        let (edition, mut people) = people_of(&app, self.edition.clone()).await?;
        people.retain(|person| {
            person.removed_at.is_none()
                && accounts::is_same_account(&person.email, &self.email)
                && self.role.is_none_or(|role| role == person.role)
        });
        let person = match people.as_slice() {
            [person] => person,
            [] => return Err(Failure::Line("the edition has no such person".to_owned())),
            _ => return Err(Failure::Line("they have several roles: name one by --role".to_owned())),
        };
        let removal = Removal { sheets: self.sheets, reason: self.reason };
        accounts::remove(&app, Deed::of_operator(&app), edition.id, person.id, removal).await?;
        say(&format!("removed: {}", person.id));
        Ok(())
    }
}

async fn reset_totp(app: App, email: Email) -> Outcome {
    accounts::factor::reset(&app, Deed::of_operator(&app), email).await?;
    say("the second factor is removed; the letters to them and to their organisers are queued");
    Ok(())
}

async fn people_of(app: &App, slug: EditionSlug) -> Result<(Edition, Vec<Person>), Failure> {
    let name = slug.clone();
    let read = app.store.read(move |tx| {
        let Some(edition) = editions::store::by_slug(tx, &slug)? else { return Ok::<_, StoreError>(None) };
        let people = accounts::people(tx, edition.id)?;
        Ok(Some((edition, people)))
    });
    read.await?.ok_or_else(|| Failure::Line(format!("there is no edition {name}")))
}
