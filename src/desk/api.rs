//! An organiser's calls on an edition as a whole.

use actix_web::{get, patch, post, web};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::accounts::{Office, OfficeAnywhere, Overseer, Role};
use crate::app::App;
use crate::clock::Time;
use crate::editions::{self, Edition, EditionDoc, EditionFile, EditionSlug, Phase, made_up, missing};
use crate::http::answer::{Created, Versioned};
use crate::http::body::JsonBytes;
use crate::http::etag::IfMatch;
use crate::http::idempotency::IdempotencyKey;
use crate::http::json;
use crate::http::problem::{Answer, Code, Problem};
use crate::ids::EditionId;

/// The calls of this room.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .configure(super::audit_api::routes)
        .configure(super::clock_api::routes)
        .configure(super::complaints_api::routes)
        .configure(super::exports_api::routes)
        .service(create)
        .service(show)
        .service(change);
}

/// An edition, as its organisers and its auditor see it: the document, and what stands beside it.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct OfficeEdition {
    /// Its id.
    pub id: EditionId,
    /// Its name in addresses.
    pub slug: EditionSlug,
    /// Where it stands. An auditor is told what the public is told.
    pub phase: Phase,
    /// Since when criteria, weights and panels stay: a sheet was submitted.
    pub frozen_at: Option<Time>,
    /// Fields in which a value of the templates' own still stands: nothing that a real winner may be told.
    pub made_up: Vec<String>,
    /// Fields that an edition should have before it opens to the public.
    pub missing: Vec<String>,
    /// The document.
    #[serde(flatten)]
    pub document: EditionDoc,
}

impl OfficeEdition {
    fn of(edition: &Edition, phase: Phase) -> Self {
        let owned = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect();
        Self {
            id: edition.id,
            slug: edition.slug.clone(),
            phase,
            frozen_at: edition.frozen_at,
            made_up: owned(made_up(edition)),
            missing: owned(missing(edition)),
            document: (*edition.doc).clone(),
        }
    }
}

/// Makes an edition: a document in full, or a `template` with only what differs from it. Its organisers and approvers
/// are invited by whoever runs the program.
#[utoipa::path(
    tag = "organise",
    security(("bearer" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to send twice")),
    request_body(content = EditionFile, example = json!({"template": "tca-2027", "slug": "2027-trial"})),
    responses(
        (status = 201, description = "Made", body = OfficeEdition, headers(("location" = String))),
        (status = 400, description = "`malformed_json`, `unknown_field`"),
        (status = 401, description = "`not_signed_in`"),
        (status = 403, description = "`not_allowed`"),
        (status = 413, description = "`too_large`"),
        (status = 415, description = "`unsupported_media_type`"),
        (status = 422, description = "Faults, each with its pointer; `idempotency_key_reused`"),
    )
)]
#[post("/organise/editions")]
async fn create(
    app: web::Data<App>,
    office: OfficeAnywhere,
    key: IdempotencyKey,
    body: JsonBytes,
) -> Answer<Created<OfficeEdition>> {
    let file = EditionFile::from_json(read(&body)?).map_err(editions::EditionError::Refused)?;
    let deed = office.caller.deed(&app);
    let once = key.with(&Sha256::digest(&body.0).into());
    let location = format!("/api/v1/organise/editions/{}", file.slug);
    let view = move |edition: &Edition| OfficeEdition::of(edition, edition.phase(deed.at));
    let outcome = editions::create_once(&app, office.caller.deed(&app), file, once, view).await?;
    Ok(Created { location, outcome })
}

/// An edition with everything that organisers may know of it.
#[utoipa::path(
    tag = "organise",
    security(("bearer" = [])),
    params(("slug" = EditionSlug, Path, description = "The edition", example = "2027")),
    responses(
        (status = 200, description = "The edition", body = OfficeEdition, headers(("etag" = String))),
        (status = 401, description = "`not_signed_in`"),
        (status = 403, description = "`not_allowed`"),
        (status = 404, description = "There is no such edition"),
    )
)]
#[get("/organise/editions/{slug}")]
async fn show(app: web::Data<App>, overseer: Overseer) -> Answer<Versioned<OfficeEdition>> {
    let (edition, now) = (&overseer.edition, app.clock.now());
    let phase = match overseer.role {
        Role::Auditor => edition.phase_told(now),
        _ => edition.phase(now),
    };
    Ok(Versioned { version: edition.version, body: OfficeEdition::of(edition, phase) })
}

/// Changes an edition: what is sent is laid over the document as RFC 7396 says, and the whole is checked.
///
/// Moving an instant, which must lie ahead, owes a `reason`. Criteria, weights and panels are `frozen` once a sheet is
/// submitted; all but contacts, places, senders and instants still to come once the results are sealed.
#[utoipa::path(
    tag = "organise",
    security(("bearer" = [])),
    params(
        ("slug" = EditionSlug, Path, description = "The edition", example = "2027"),
        ("if-match" = String, Header, description = "The version that was read"),
    ),
    request_body(
        content = EditionDoc,
        description = "Any part of the document, and `reason` beside it",
        example = json!({"reply_to": "office@example.org"})
    ),
    responses(
        (status = 200, description = "As it now stands", body = OfficeEdition, headers(("etag" = String))),
        (status = 400, description = "`malformed_json`, `unknown_field`"),
        (status = 401, description = "`not_signed_in`"),
        (status = 403, description = "`not_allowed`"),
        (status = 404, description = "There is no such edition"),
        (status = 409, description = "`frozen`"),
        (status = 412, description = "`stale`"),
        (status = 413, description = "`too_large`"),
        (status = 415, description = "`unsupported_media_type`"),
        (status = 422, description = "Faults, each with its pointer"),
        (status = 428, description = "`precondition_required`"),
    )
)]
#[patch("/organise/editions/{slug}")]
async fn change(
    app: web::Data<App>,
    office: Office,
    seen: IfMatch,
    body: JsonBytes,
) -> Answer<Versioned<OfficeEdition>> {
    let changes = read(&body)?;
    let deed = office.caller.deed(&app);
    let now = deed.at;
    let edition = editions::change(&app, deed, office.edition.slug, seen, changes).await?;
    Ok(Versioned { version: edition.version, body: OfficeEdition::of(&edition, edition.phase(now)) })
}

fn read(body: &JsonBytes) -> Result<serde_json::Value, Problem> {
    json::read(&body.0).map_err(|_| Problem::new(Code::MalformedJson))
}
