//! Likely duplicates over HTTP: read them, tell two apart, merge, part again.

use actix_web::{get, post, put, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::duplicates::{self, Suggestions, Verdict};
use super::merge::{Apart, Into};
use super::schema::{MergeBody, UnmergeBody, VerdictBody};
use super::screening::{self, Screening, Target};
use super::view::NominationView;
use crate::accounts::Office;
use crate::app::App;
use crate::editions::EditionSlug;
use crate::http::answer::{Private, Versioned};
use crate::http::body::Parsed;
use crate::http::etag::IfMatch;
use crate::http::problem::{Answer, Code, Problem};
use crate::ids::NominationId;

/// These calls.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(read_duplicates).service(tell_apart).service(merge).service(unmerge);
}

/// Nominations that may be of the same nominee, the surest first, each with the why.
///
/// `same`: the address or the website is equal; `likely`: the names match and so does the home city; `possible`: the names
/// match. Compared are all confirmed nominations of the edition with the same kind of nominee that are not withdrawn.
#[utoipa::path(
    tag = "screening",
    security(("bearer" = [])),
    params(
        ("slug" = EditionSlug, Path, description = "The edition", example = "2027"),
        ("id" = NominationId, Path, description = "The nomination"),
    ),
    responses(
        (status = 200, description = "At most 50", body = Suggestions),
        (status = 401, description = "`not_signed_in`, `session_ended`"),
        (status = 403, description = "`not_allowed`"),
        (status = 404, description = "There is none of this id in the edition"),
    )
)]
#[get("/organise/editions/{slug}/nominations/{id}/duplicates")]
async fn read_duplicates(
    app: web::Data<App>,
    office: Office,
    path: web::Path<(String, String)>,
) -> Answer<Private<Suggestions>> {
    Ok(Private(duplicates::suggest(&app, office.edition, id(&path.1)?).await?))
}

/// Say that two nominations are not of one nominee: neither is suggested for the other again.
#[utoipa::path(
    tag = "screening",
    security(("bearer" = [])),
    params(
        ("slug" = EditionSlug, Path, description = "The edition", example = "2027"),
        ("id" = NominationId, Path, description = "The nomination"),
        ("other" = NominationId, Path, description = "The other"),
    ),
    request_body(content = VerdictBody, example = json!({"verdict": "different"})),
    responses(
        (status = 200, description = "What is said of them", body = Verdict),
        (status = 400, description = "`malformed_json`, `unknown_field`"),
        (status = 401, description = "`not_signed_in`, `session_ended`"),
        (status = 403, description = "`not_allowed`"),
        (status = 404, description = "One of them is not in the edition"),
        (status = 409, description = "`wrong_phase`"),
        (status = 422, description = "`invalid_input`: another verdict; a nomination beside itself"),
    )
)]
#[put("/organise/editions/{slug}/nominations/{id}/duplicates/{other}")]
async fn tell_apart(
    app: web::Data<App>,
    office: Office,
    path: web::Path<(String, String, String)>,
    body: Parsed<Verdict>,
) -> Answer<Private<Verdict>> {
    let two = [id(&path.1)?, id(&path.2)?];
    let deed = office.caller.deed(&app);
    Ok(Private(duplicates::tell_apart(&app, deed, office.edition, two, body.value).await?))
}

/// Merge a nomination into another of the same nominee and category.
///
/// Judges read all stories and at most four letters, the earliest. The nominator hears of it a day later, unless it is
/// undone by then, and never whose the other nomination is.
#[utoipa::path(
    tag = "screening",
    security(("bearer" = [])),
    params(
        ("slug" = EditionSlug, Path, description = "The edition", example = "2027"),
        ("id" = NominationId, Path, description = "The nomination that goes into another"),
        ("If-Match" = Option<String>, Header, description = "Its `ETag`, to move only what was read"),
    ),
    request_body(content = MergeBody, example = json!({"into": "01993f6c-2d00-7f0a-9c3e-8b1f2a6d4e90"})),
    responses(
        (status = 200, description = "As it stands", body = NominationView, headers(("etag" = String))),
        (status = 400, description = "`malformed_json`, `unknown_field`"),
        (status = 401, description = "`not_signed_in`, `session_ended`"),
        (status = 403, description = "`not_allowed`"),
        (status = 404, description = "There is none of this id in the edition"),
        (status = 409, description = "`wrong_phase`; `illegal_move`: only what is submitted or eligible can be merged"),
        (status = 412, description = "`stale`"),
        (status = 422, description = "`invalid_input`: it cannot be read with that one"),
    )
)]
#[post("/organise/editions/{slug}/nominations/{id}/merge")]
async fn merge(
    app: web::Data<App>,
    office: Office,
    path: web::Path<(String, String)>,
    seen: IfMatch,
    body: Parsed<Into>,
) -> Answer<Versioned<NominationView>> {
    let deed = office.caller.deed(&app);
    let change = Screening::to(Target::Merged(body.value.0));
    Ok(screening::change(&app, deed, office.edition, id(&path.1)?, seen.or_any(), change).await?)
}

/// Read a merged nomination by itself again. It waits to be screened anew.
#[utoipa::path(
    tag = "screening",
    security(("bearer" = [])),
    params(
        ("slug" = EditionSlug, Path, description = "The edition", example = "2027"),
        ("id" = NominationId, Path, description = "The merged nomination"),
        ("If-Match" = Option<String>, Header, description = "Its `ETag`, to move only what was read"),
    ),
    request_body(content = UnmergeBody, example = json!({"reason": "Two sisters of one name."})),
    responses(
        (status = 200, description = "As it stands", body = NominationView, headers(("etag" = String))),
        (status = 400, description = "`malformed_json`, `unknown_field`"),
        (status = 401, description = "`not_signed_in`, `session_ended`"),
        (status = 403, description = "`not_allowed`"),
        (status = 404, description = "There is none of this id in the edition"),
        (status = 409, description = "`wrong_phase`; `illegal_move`: it is not merged"),
        (status = 412, description = "`stale`"),
        (status = 422, description = "`invalid_input`, with every fault"),
    )
)]
#[post("/organise/editions/{slug}/nominations/{id}/unmerge")]
async fn unmerge(
    app: web::Data<App>,
    office: Office,
    path: web::Path<(String, String)>,
    seen: IfMatch,
    body: Parsed<Apart>,
) -> Answer<Versioned<NominationView>> {
    let deed = office.caller.deed(&app);
    let change = Screening::to(Target::Apart(body.value.0));
    Ok(screening::change(&app, deed, office.edition, id(&path.1)?, seen.or_any(), change).await?)
}

fn id(text: &str) -> Result<NominationId, Problem> {
    NominationId::parse(text).ok_or_else(|| Problem::new(Code::NotFound))
}
