//! The winners' list for the office: what the press gets, and beside it how each is reached and what they answered.
//!
//! Its columns are an allow-list (§ 11 of the announcement). It shows decisions as they stand, signed or not, and a
//! declined award too: the office alone sees it, and each look is audited (S-RES-4).

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::error::AnnouncementError;
use super::reply::Answer;
use super::store;
use super::winners::{self, Honoured};
use crate::accounts::Action;
use crate::app::App;
use crate::audit::{self, Act, Deed};
use crate::editions::{self, Edition, EditionSlug};
use crate::http::csv::{ByteOrderMark, cell, csv};
use crate::ids::NominationId;
use crate::nominations::{self, Reference, ToTell};
use crate::results::{self, Awarded};
use crate::store::{Conn, Stored};

/// The list, for programs.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WinnersExport {
    /// Who is honoured: by category, then by name.
    pub items: Vec<Line>,
}

/// Somebody who is honoured, with what the office alone may know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = WinnersExportLine)]
pub struct Line {
    /// What the press gets.
    #[serde(flatten)]
    pub press: Honoured,
    /// What people call the nomination by.
    pub reference: Reference,
    /// What the winner answered; `null` where nothing was asked or answered. Who has asked to be left out has declined.
    pub reply: Option<Answer>,
    /// Whom to speak to: an organisation's contact, a minor's guardian.
    pub contact_name: Option<String>,
    /// Where they are written to.
    pub email: Option<String>,
    /// Their phone.
    pub phone: Option<String>,
    /// Whether the press may be given their contact.
    pub press_contact_ok: Option<bool>,
}

/// The columns after those of the press, in their order.
const COLUMNS: [&str; 6] = ["reference", "reply", "contact_name", "email", "phone", "press_contact_ok"];

/// The list as it stands.
///
/// # Errors
/// [`AnnouncementError`]: the wrong phase.
pub async fn winners(app: &App, deed: Deed, edition: Edition) -> Result<WinnersExport, AnnouncementError> {
    Action::ExportWinners.require_office(&edition, deed.at)?;
    let parts = app.clone();
    app.store
        .write(move |tx| {
            audit::record(tx, &parts, &deed, Act::ExportMade, Some(edition.id), "winners", json!({}))?;
            Ok(WinnersExport { items: lines(tx, &edition)? })
        })
        .await
}

/// The list as CSV, for the operator's command line.
///
/// # Errors
/// [`AnnouncementError`]: no such edition, the wrong phase.
pub async fn export_winners_csv(app: &App, deed: Deed, slug: EditionSlug) -> Result<Vec<u8>, AnnouncementError> {
    Ok(winners(app, deed, of_slug(app, slug).await?).await?.csv(ByteOrderMark::Without))
}

/// The list as JSON, for the operator's command line.
///
/// # Errors
/// [`AnnouncementError`]: no such edition, the wrong phase.
pub async fn export_winners_json(app: &App, deed: Deed, slug: EditionSlug) -> Result<Vec<u8>, AnnouncementError> {
    let list = winners(app, deed, of_slug(app, slug).await?).await?;
    let text = serde_json::to_vec(&list).map_err(|error| diesel::result::Error::SerializationError(error.into()))?;
    Ok(text)
}

async fn of_slug(app: &App, slug: EditionSlug) -> Result<Edition, AnnouncementError> {
    let found = app.store.read(move |tx| Ok::<_, AnnouncementError>(editions::store::by_slug(tx, &slug)?)).await?;
    found.ok_or(AnnouncementError::NotFound)
}

fn lines(tx: &mut Conn, edition: &Edition) -> Stored<Vec<Line>> {
    let awards = results::awards(tx, edition)?;
    let ids: Vec<NominationId> = awards.iter().map(|awarded| awarded.nomination).collect();
    let told: BTreeMap<NominationId, ToTell> =
        nominations::to_tell(tx, edition.id, Some(&ids))?.into_iter().map(|one| (one.id, one)).collect();
    let replies: BTreeMap<NominationId, _> =
        store::replies(tx, edition.id)?.into_iter().map(|row| (row.nomination, row.reply)).collect();
    let mut lines = Vec::new();
    for (at, awarded) in awards.iter().enumerate() {
        let Some(nominee) = told.get(&awarded.nomination) else { continue };
        // They come in the edition's order of categories.
        let category = awards.iter().position(|other| other.category == awarded.category).unwrap_or(at);
        let line = line(edition, awarded, nominee, replies.get(&awarded.nomination));
        lines.push(((category, nominee.name_key.clone(), nominee.reference.to_string()), line));
    }
    lines.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(lines.into_iter().map(|(_, line)| line).collect())
}

fn line(edition: &Edition, awarded: &Awarded, nominee: &ToTell, reply: Option<&super::reply::Reply>) -> Line {
    let acceptance = reply.and_then(|reply| reply.acceptance());
    let contacts = &nominee.contacts;
    let organisation = contacts.organisation.as_ref().map(|organisation| &organisation.contact_name);
    let guardian = contacts.guardian.as_ref().map(|guardian| &guardian.name);
    Line {
        press: winners::row(edition, awarded, nominee, acceptance),
        reference: nominee.reference.clone(),
        reply: if nominee.objected { Some(Answer::Decline) } else { reply.map(|reply| reply.answer()) },
        contact_name: organisation.or(guardian).map(|name| name.as_str().to_owned()),
        email: nominee.address().map(|email| email.as_str().to_owned()),
        phone: contacts.phone.as_ref().map(|phone| phone.as_str().to_owned()),
        press_contact_ok: acceptance.map(|acceptance| acceptance.press_contact_ok),
    }
}

impl WinnersExport {
    /// The list as CSV.
    pub fn csv(&self, mark: ByteOrderMark) -> Vec<u8> {
        let header: Vec<&str> = winners::COLUMNS.iter().chain(&COLUMNS).copied().collect();
        csv(&header, self.items.iter().map(Line::cells), mark)
    }
}

impl Line {
    fn cells(&self) -> Vec<Cow<'_, str>> {
        let text = |value: &Option<String>| cell(value.as_deref().unwrap_or_default()).into_owned();
        let mut cells = self.press.cells();
        cells.extend([
            Cow::Owned(self.reference.to_string()),
            self.reply.map(Answer::as_str).unwrap_or_default().into(),
            text(&self.contact_name).into(),
            text(&self.email).into(),
            text(&self.phone).into(),
            self.press_contact_ok.map(|ok| if ok { "true" } else { "false" }).unwrap_or_default().into(),
        ]);
        cells
    }
}
