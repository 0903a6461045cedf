//! Going on with a draft: by its mailed link, or in the browser in which it was begun.

use serde_json::Value as Json;

use super::body::{merge, within_limit};
use super::error::DraftError;
use super::model::{Draft, Holder};
use super::{behind, store};
use crate::accounts::Action;
use crate::app::App;
use crate::audit::Deed;
use crate::clock::Time;
use crate::editions::{self, Edition};
use crate::http::etag::IfMatch;
use crate::http::links::Link;
use crate::ids::{DraftId, EditionId};
use crate::store::{Conn, Stored};

/// The draft behind a link.
///
/// # Errors
/// [`DraftError`].
pub async fn read(app: &App, link: Link, now: Time) -> Result<(Edition, Draft), DraftError> {
    app.store.read(move |tx| behind(tx, &link, now)?.ok_or(DraftError::NotValid)).await
}

/// Lays a part of a nomination over the draft behind a link (RFC 7396).
///
/// # Errors
/// [`DraftError`].
pub async fn change(
    app: &App,
    deed: Deed,
    link: Link,
    seen: IfMatch,
    part: Json,
) -> Result<(Edition, Draft), DraftError> {
    let shared = app.clone();
    let write = app.store.write(move |tx| {
        let (edition, mut draft) = behind(tx, &link, deed.at)?.ok_or(DraftError::NotValid)?;
        let merged = merge(&shared, &edition, &draft.body, &part)?;
        seen.require(draft.version).map_err(DraftError::Version)?;
        draft.body = merged;
        draft.touch(deed.at);
        store::save(tx, &draft)?;
        Ok((edition, draft))
    });
    write.await
}

/// The draft that a browser holds, also once it was sent.
///
/// # Errors
/// The store's.
pub fn held(tx: &mut Conn, holder: Holder) -> Stored<Option<(Edition, Draft)>> {
    let Some(draft) = store::by_id(tx, holder.draft)? else { return Ok(None) };
    Ok(editions::store::by_id(tx, draft.edition)?.map(|edition| (edition, draft)))
}

/// Saves a page of the form into the draft that the browser holds, or into a new one of this edition. `edit` puts what
/// was typed into the body; it may be run twice.
///
/// # Errors
/// [`DraftError`].
pub async fn fill(
    app: &App,
    deed: Deed,
    edition: EditionId,
    holder: Option<Holder>,
    edit: impl Fn(&mut Json) + Send + 'static,
) -> Result<(Edition, Draft), DraftError> {
    let id = DraftId::from_uuid(app.chance.uuid(deed.at));
    let write = app.store.write(move |tx| {
        let there = holder.map(|holder| held(tx, holder)).transpose()?.flatten();
        let there = there.filter(|(_, draft)| draft.sent.is_none());
        let is_new = there.is_none();
        let (edition, mut draft) = match there {
            Some(found) => found,
            None => {
                let edition = editions::store::by_id(tx, edition)?.ok_or(DraftError::NoEdition)?;
                let draft = Draft::new(id, edition.id, deed.at);
                (edition, draft)
            }
        };
        Action::Nominate.require_public(&edition, deed.at)?;
        edit(&mut draft.body);
        within_limit(&draft.body)?;
        if is_new {
            store::insert(tx, &draft)?;
        } else {
            draft.touch(deed.at);
            store::save(tx, &draft)?;
        }
        Ok::<_, DraftError>((edition, draft))
    });
    write.await
}
