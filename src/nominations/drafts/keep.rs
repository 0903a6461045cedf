//! A draft is kept for an address, which is mailed the link to it: one that comes by the API, or one from a browser.

use serde_json::{Value as Json, json};
use sha2::{Digest as _, Sha256};

use super::body::{of_right_kinds, tidy, within_limit};
use super::error::DraftError;
use super::letter::tell;
use super::model::{Draft, Holder};
use super::{store, write};
use crate::accounts::Action;
use crate::app::App;
use crate::audit::{self, Act, Deed};
use crate::editions::{self, Edition, EditionSlug};
use crate::fields::Email;
use crate::http::door::{BodyError, Refusal};
use crate::http::idempotency::{IdempotencyKey, Outcome};
use crate::http::json;
use crate::ids::DraftId;
use crate::store::{Conn, StoreError};
use crate::text::Language;

/// Begins a draft of any part of a nomination, for the address of its nominator. Nobody is told whether there are others.
///
/// # Errors
/// [`DraftError`].
pub async fn begin(
    app: &App,
    deed: Deed,
    slug: EditionSlug,
    bytes: &[u8],
    key: &IdempotencyKey,
) -> Result<Outcome<()>, DraftError> {
    let once = key.with(&Sha256::digest(bytes).into());
    let mut body = json::read(bytes).map_err(|error| DraftError::Body(BodyError::Malformed(error)))?;
    let found = app.store.read(move |tx| Ok::<_, StoreError>(editions::store::by_slug(tx, &slug)?)).await?;
    let edition = found.ok_or(DraftError::NoEdition)?;
    let checked = of_right_kinds(app, &edition, &body, Some(ADDRESS));
    if let Err(refusal @ Refusal::UnknownField(_)) = checked {
        return Err(refusal.into()); // whatever else is wrong
    }
    Action::BeginDraft.require_public(&edition, deed.at)?;
    checked?;
    let email = address(app, &body).ok_or(DraftError::NotValid)?;
    tidy(&mut body);
    within_limit(&body)?;
    let mut draft = Draft::new(DraftId::from_uuid(app.chance.uuid(deed.at)), edition.id, deed.at);
    draft.language = body.pointer("/language").and_then(Json::as_str).and_then(|word| Language::parse(word.trim()));
    draft.body = body;
    draft.email = Some(email);
    let shared = app.clone();
    let written = app.store.write(move |tx| {
        once.run(tx, deed.at, |tx| {
            let edition = editions::store::by_id(tx, edition.id)?.ok_or(DraftError::NoEdition)?;
            Action::BeginDraft.require_public(&edition, deed.at)?;
            let mut draft = draft.clone();
            told(tx, &shared, &deed, &edition, &mut draft)?;
            store::insert(tx, &draft)?;
            Ok::<_, DraftError>(())
        })
    });
    let outcome = written.await?;
    app.outbox_bell.notify_one();
    Ok(outcome)
}

/// Where the address stands that a draft is mailed to.
const ADDRESS: &str = "/nominator/email";

/// The nominator's address in a body, where it is one.
fn address(app: &App, body: &Json) -> Option<Email> {
    Email::parse_with(body.pointer(ADDRESS)?.as_str()?, app.config.mail_smtputf8).ok()
}

/// Keeps the draft that a browser holds for this address, which is the nominator's where none was typed yet. Links that
/// went to another address are dead.
///
/// # Errors
/// [`DraftError`].
pub async fn keep(app: &App, deed: Deed, holder: Holder, email: Email, language: Language) -> Result<(), DraftError> {
    let shared = app.clone();
    let written = app.store.write(move |tx| {
        let found = write::held(tx, holder)?.filter(|(_, draft)| draft.sent.is_none());
        let (edition, mut draft) = found.ok_or(DraftError::NotValid)?;
        Action::BeginDraft.require_public(&edition, deed.at)?;
        if draft.email.as_ref().is_some_and(|before| before.normal() != email.normal()) {
            draft.generation += 1;
            (draft.told_at, draft.told_about) = (None, None);
        }
        draft.email = Some(email.clone());
        draft.language = Some(language);
        if draft.body.pointer(ADDRESS).and_then(Json::as_str).is_none_or(|typed| typed.trim().is_empty()) {
            crate::nominations::sheet::put(&mut draft.body, ADDRESS, json!(email.as_str()));
        }
        draft.touch(deed.at);
        told(tx, &shared, &deed, &edition, &mut draft)?;
        store::save(tx, &draft)?;
        Ok::<_, DraftError>(())
    });
    written.await?;
    app.outbox_bell.notify_one();
    Ok(())
}

fn told(tx: &mut Conn, app: &App, deed: &Deed, edition: &Edition, draft: &mut Draft) -> Result<(), DraftError> {
    tell(tx, app, edition, draft, deed.at)?;
    audit::record(tx, app, deed, Act::DraftKept, Some(edition.id), draft.id, json!({}))?;
    Ok(())
}
