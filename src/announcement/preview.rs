//! The preview: each letter as it will be, and the digest of all of them. Two people say that they have read it (G3).

use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::error::AnnouncementError;
use super::model::{Leaves, OutcomeLetter, Reader, Reading};
use super::store;
use super::view::{self, AnnouncementView};
use crate::accounts::Action;
use crate::app::App;
use crate::audit::{self, Act, Deed};
use crate::clock::Time;
use crate::editions::{self, Edition};
use crate::fields::ShortText;
use crate::http::door::{Door, FromBody};
use crate::http::paging::{Listing, Stretch};
use crate::ids::{AccountId, EditionId, MessageId, NominationId};
use crate::nominations::{self, Reference};
use crate::outbox::{self, Kind};
use crate::store::{Conn, Stored};

/// A letter as it will be.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PreviewItem {
    /// The message.
    pub id: MessageId,
    /// What kind of letter.
    pub kind: Kind,
    /// As what its reader is written to.
    pub reader: Reader,
    /// The nomination that it is about.
    pub nomination: Option<NominationId>,
    /// What people call it by.
    pub reference: Option<Reference>,
    /// On what it depends that it leaves.
    pub leaves: Leaves,
    /// When it is to leave.
    pub due_at: Time,
    /// The languages that it is written in.
    pub languages: Vec<String>,
    /// The address that it goes to.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// What it says, as plain text.
    pub text: String,
}

/// Some letters, and the digest of all.
#[derive(Debug, Serialize, ToSchema)]
pub struct Preview {
    /// The digest of all letters: what `read` takes.
    pub digest: String,
    /// The letters, in the order in which they would leave.
    pub items: Vec<PreviewItem>,
    /// What to send as `cursor` for the next ones; `null` at the end.
    pub next_cursor: Option<String>,
}

/// Shows so many letters. A look is an event (S-RES-4).
///
/// # Errors
/// [`AnnouncementError`].
pub async fn look(app: &App, deed: Deed, edition: EditionId, stretch: Stretch) -> Result<Preview, AnnouncementError> {
    let parts = app.clone();
    app.store
        .write(move |tx| {
            let (edition, announcement) = open(tx, edition, deed.at)?;
            let after = stretch.after.as_deref().and_then(MessageId::parse);
            let letters = store::letters_after(tx, edition.id, announcement.sealed_at, after, stretch.fetch())?;
            let mut items = Vec::with_capacity(letters.len());
            for letter in letters {
                items.extend(item(tx, &parts, &edition, letter)?);
            }
            let detail = json!({ "digest": announcement.digest });
            audit::record(tx, &parts, &deed, Act::PreviewSeen, Some(edition.id), edition.id, detail)?;
            let Listing { items, next_cursor } = stretch.list(&parts.keys, items, |item| item.id.to_string());
            Ok(Preview { digest: announcement.digest, items, next_cursor })
        })
        .await
}

fn open(
    tx: &mut Conn,
    edition: EditionId,
    now: Time,
) -> Result<(Edition, super::model::Announcement), AnnouncementError> {
    let edition = editions::store::by_id(tx, edition)?.ok_or(AnnouncementError::NotFound)?;
    Action::ReadLetters.require_office(&edition, now)?;
    let announcement = store::announcement(tx, edition.id)?.ok_or(AnnouncementError::NotFound)?;
    Ok((edition, announcement))
}

fn item(tx: &mut Conn, app: &App, edition: &Edition, letter: OutcomeLetter) -> Stored<Option<PreviewItem>> {
    let Some(whole) = outbox::desk::look(tx, app, edition.id, letter.message)? else { return Ok(None) };
    let nomination = letter.owed.nomination.map(|id| nominations::store::by_id(tx, id)).transpose()?.flatten();
    let opened = whole.letter;
    Ok(Some(PreviewItem {
        id: letter.message,
        kind: letter.owed.kind,
        reader: letter.owed.reader,
        nomination: letter.owed.nomination,
        reference: nomination.map(|nomination| nomination.reference),
        leaves: letter.owed.leaves,
        due_at: whole.overview.due_at,
        languages: letter.languages.split(' ').map(str::to_owned).collect(),
        to: opened.as_ref().map_or_else(String::new, |opened| opened.to.clone()),
        subject: opened.as_ref().map_or_else(String::new, |opened| opened.subject.clone()),
        text: opened.map_or_else(String::new, |opened| opened.text),
    }))
}

/// What somebody says that they have read.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Read {
    /// The digest of the letters.
    #[schema(value_type = String)]
    pub digest: ShortText<1, 80>,
}

impl FromBody for Read {
    fn read(door: &mut Door<'_>) -> Option<Self> {
        Some(Self { digest: door.required("digest", ShortText::parse)? })
    }
}

/// Somebody says that they have read all letters.
///
/// # Errors
/// [`AnnouncementError::StaleDigest`] where the letters are others now; [`AnnouncementError`].
pub async fn read(
    app: &App,
    deed: Deed,
    by: AccountId,
    edition: EditionId,
    read: Read,
) -> Result<AnnouncementView, AnnouncementError> {
    let (parts, at) = (app.clone(), deed.at);
    app.store
        .write(move |tx| {
            let (edition, announcement) = open(tx, edition, deed.at)?;
            if announcement.digest != read.digest.as_str() {
                return Err(AnnouncementError::StaleDigest);
            }
            let reading = Reading { account: by, digest: announcement.digest.clone(), read_at: deed.at };
            store::insert_reading(tx, edition.id, &reading)?;
            let detail = json!({ "digest": announcement.digest });
            Ok(audit::record(tx, &parts, &deed, Act::PreviewRead, Some(edition.id), edition.id, detail)?)
        })
        .await?;
    view::read(app, edition, at).await
}
