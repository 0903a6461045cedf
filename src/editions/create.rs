//! A new edition, from a template or in full.

use serde_json::json;

use super::file::EditionFile;
use super::keys::EditionSlug;
use super::model::Edition;
use super::store;
use crate::app::App;
use crate::audit::{self, Act, Deed};
use crate::http::door::Refusal;
use crate::http::idempotency::{KeyReused, Once, Outcome};
use crate::http::problem::{Code, Problem};
use crate::ids::EditionId;
use crate::store::{Conn, StoreError};

/// Why an edition is not made or not changed.
#[derive(Debug, thiserror::Error)]
pub enum EditionError {
    /// There is no such edition.
    #[error("there is no such edition")]
    NotFound,
    /// Another edition has this slug.
    #[error("there is an edition of this name already")]
    SlugTaken,
    /// Somebody else has changed it since it was read.
    #[error("the edition was changed since it was read")]
    Stale,
    /// What is asked to change stays as it is now.
    #[error("this part of the edition is frozen")]
    Frozen,
    /// The document holds faults.
    #[error("the document holds faults")]
    Refused(Refusal),
    /// The request's key came with another body.
    #[error(transparent)]
    Reused(#[from] KeyReused),
    /// The store's.
    #[error("the store failed")]
    Store(#[from] StoreError),
}
crate::from_query!(EditionError);

impl From<EditionError> for Problem {
    fn from(error: EditionError) -> Self {
        match error {
            EditionError::NotFound => Self::new(Code::NotFound),
            EditionError::SlugTaken => Self::fault("/slug", "slug_taken"),
            EditionError::Stale => Self::new(Code::Stale),
            EditionError::Frozen => Self::new(Code::Frozen),
            EditionError::Refused(refusal) => refusal.into(),
            EditionError::Reused(reused) => reused.into(),
            EditionError::Store(error) => error.into(),
        }
    }
}

/// Makes an edition; nobody has a part in it yet.
///
/// # Errors
/// [`EditionError::SlugTaken`], the store's.
pub async fn create(app: &App, deed: Deed, file: EditionFile) -> Result<Edition, EditionError> {
    let (app, made) = (app.clone(), app.clone());
    made.store.write(move |tx| put_in(tx, &app, &deed, &file)).await
}

/// Makes an edition from a template, under the template's own slug or another.
///
/// # Errors
/// As [`create`]; [`EditionError::Refused`] where there is no such template.
pub async fn create_from_template(
    app: &App,
    deed: Deed,
    template: &str,
    slug: Option<EditionSlug>,
) -> Result<Edition, EditionError> {
    let mut changes = json!({"template": template});
    if let Some(slug) = slug {
        changes["slug"] = json!(slug);
    }
    create(app, deed, EditionFile::from_json(changes).map_err(EditionError::Refused)?).await
}

/// [`create`] for a caller who may send the request again; `view` is what is kept as its answer.
///
/// # Errors
/// As [`create`], and [`EditionError::Reused`].
pub async fn create_once<T>(
    app: &App,
    deed: Deed,
    file: EditionFile,
    once: Once,
    view: impl Fn(&Edition) -> T + Send + 'static,
) -> Result<Outcome<T>, EditionError>
where
    T: serde::Serialize + serde::de::DeserializeOwned + Send + 'static,
{
    let (app, made) = (app.clone(), app.clone());
    made.store
        .write(move |tx| once.run(tx, deed.at, |tx| put_in(tx, &app, &deed, &file).map(|edition| view(&edition))))
        .await
}

fn put_in(tx: &mut Conn, app: &App, deed: &Deed, file: &EditionFile) -> Result<Edition, EditionError> {
    if store::by_slug(tx, &file.slug)?.is_some() {
        return Err(EditionError::SlugTaken);
    }
    let edition = Edition {
        id: EditionId::from_uuid(app.chance.uuid(deed.at)),
        slug: file.slug.clone(),
        version: 1,
        doc: std::sync::Arc::new(file.doc.clone()),
        frozen_at: None,
        sealed_at: None,
        released_at: None,
    };
    store::insert(tx, &edition, deed.at)?;
    audit::record(tx, app, deed, Act::EditionCreated, Some(edition.id), edition.id, json!({"slug": file.slug}))?;
    Ok(edition)
}
