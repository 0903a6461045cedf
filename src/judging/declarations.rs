//! Declarations: once an edition, a judge promises confidence and names their interests; before it they see nothing.

use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::error::JudgingError;
use super::model::{Declaration, Interests, Seat};
use super::store;
use crate::app::App;
use crate::audit::{self, Act, Deed};
use crate::clock::Time;
use crate::editions::{self, Edition, EditionSlug};
use crate::http::answer::Versioned;
use crate::http::door::{Door, FromBody};
use crate::http::etag::IfMatch;
use crate::ids::{AccountId, EditionId};
use crate::store::Conn;

/// A judge's own declaration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DeclarationView {
    /// Whether confidence is promised; `false` until the judge has declared.
    pub confidential: bool,
    /// What they have an interest in, in their words.
    pub interests: Option<String>,
    /// When they declared it.
    pub declared_at: Option<Time>,
}

impl From<Option<Declaration>> for DeclarationView {
    fn from(declaration: Option<Declaration>) -> Self {
        Self {
            confidential: declaration.is_some(),
            declared_at: declaration.as_ref().map(|declaration| declaration.declared_at),
            interests: declaration.and_then(|declaration| declaration.interests),
        }
    }
}

/// What a judge declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclarationForm {
    /// What they have an interest in.
    pub interests: Option<Interests>,
}

impl FromBody for DeclarationForm {
    fn read(door: &mut Door<'_>) -> Option<Self> {
        let promised = door.tick("confidential");
        let interests = door.optional("interests", Interests::parse);
        promised?;
        Some(Self { interests: interests? })
    }
}

/// What the judge has declared for this edition; its version is 0 before the first time.
///
/// # Errors
/// [`JudgingError::NotFound`], [`JudgingError::NoSeat`].
pub async fn read(app: &App, seat: Seat, slug: EditionSlug) -> Result<Versioned<DeclarationView>, JudgingError> {
    app.store
        .read(move |tx| {
            let edition = seated(tx, &seat, &slug)?;
            let declaration = store::declaration(tx, edition.id, seat.account)?;
            let version = declaration.as_ref().map_or(0, |declaration| declaration.version);
            Ok(Versioned { version, body: declaration.into() })
        })
        .await
}

/// The judge declares, or changes what was declared.
///
/// # Errors
/// As [`read`]; a version that has passed.
pub async fn declare(
    app: &App,
    deed: Deed,
    seat: Seat,
    slug: EditionSlug,
    form: DeclarationForm,
    seen: IfMatch,
) -> Result<Versioned<DeclarationView>, JudgingError> {
    let parts = app.clone();
    app.store
        .write(move |tx| {
            let edition = seated(tx, &seat, &slug)?;
            let before = store::declaration(tx, edition.id, seat.account)?.map(|declaration| declaration.version);
            seen.require_if_there(before)?;
            let declaration = Declaration {
                interests: form.interests.as_ref().map(|interests| interests.as_str().to_owned()),
                declared_at: deed.at,
                version: before.unwrap_or(0) + 1,
            };
            store::put_declaration(tx, edition.id, seat.account, &declaration)?;
            let detail = json!({"version": declaration.version});
            audit::record(tx, &parts, &deed, Act::JudgeDeclared, Some(edition.id), seat.account, detail)?;
            Ok(Versioned { version: declaration.version, body: Some(declaration).into() })
        })
        .await
}

/// Lets a judge pass who has declared.
///
/// # Errors
/// [`JudgingError::DeclarationRequired`].
pub(super) fn require(tx: &mut Conn, edition: EditionId, judge: AccountId) -> Result<(), JudgingError> {
    match store::declaration(tx, edition, judge)? {
        Some(_) => Ok(()),
        None => Err(JudgingError::DeclarationRequired),
    }
}

/// The edition of this slug, if the judge has a seat in it.
pub(super) fn seated(tx: &mut Conn, seat: &Seat, slug: &EditionSlug) -> Result<Edition, JudgingError> {
    let edition = editions::store::by_slug(tx, slug)?.ok_or(JudgingError::NotFound)?;
    if seat.editions.contains(&edition.id) { Ok(edition) } else { Err(JudgingError::NoSeat) }
}
