//! Complaints over HTTP: parse, call, answer.

use actix_web::{HttpRequest, get, post, web};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::complaints::{self, Complaint, ComplaintView, Complaints};
use crate::accounts::Office;
use crate::app::App;
use crate::audit::Actor;
use crate::editions::EditionSlug;
use crate::http::answer::{AcceptedOnce, Private};
use crate::http::body::Parsed;
use crate::http::idempotency::IdempotencyKey;
use crate::http::limits;
use crate::http::problem::{Answer, Code, Problem};
use crate::http::request::{self, Client, Visit};
use crate::ids::ComplaintId;

/// The calls.
pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(complain).service(list).service(acknowledge);
}

/// What somebody complains of.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes the body that the door reads")]
pub struct ComplaintBody {
    /// Where the committee answers.
    email: String,
    /// What happened, in 2,000 characters at most.
    text: String,
}

/// Complain to the committee.
///
/// It is acknowledged within 30 days, by a person; no mail follows at once.
#[utoipa::path(
    tag = "public",
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to send twice")),
    request_body(content = ComplaintBody, example = json!({"email": "ann@example.org",
        "text": "My name stands on a page and I never agreed."})),
    responses(
        (status = 202, description = "It is with the committee"),
        (status = 400, description = "`malformed_json`, `unknown_field`"),
        (status = 404, description = "There is no edition yet"),
        (status = 415, description = "`unsupported_media_type`"),
        (status = 422, description = "`invalid_input`, with every fault; `idempotency_key_reused`"),
        (status = 429, description = "`too_many_requests`: so many came from this address; try again after `Retry-After`"),
        (status = 503, description = "`unavailable`: try again after `Retry-After`"),
    )
)]
#[post("/complaints")]
async fn complain(
    app: web::Data<App>,
    visit: Visit,
    client: Client,
    request: HttpRequest,
    key: IdempotencyKey,
    body: Parsed<Complaint>,
) -> Answer<AcceptedOnce<()>> {
    let deed = visit.deed(&app, Actor::Public);
    let taken = complaints::complain(&app, deed, body.value, request::language(&request), key.with(&body.digest));
    Ok(AcceptedOnce(limits::submission(&app, &client, taken).await?))
}

/// What was complained of: what waits to be acknowledged first.
#[utoipa::path(
    tag = "organise",
    security(("bearer" = [])),
    params(("slug" = EditionSlug, Path, description = "The edition", example = "2027")),
    responses(
        (status = 200, description = "The complaints, 200 at most", body = Complaints),
        (status = 401, description = "`not_signed_in`, `session_ended`"),
        (status = 403, description = "`not_allowed`"),
        (status = 404, description = "There is no such edition"),
    )
)]
#[get("/organise/editions/{slug}/complaints")]
async fn list(app: web::Data<App>, office: Office) -> Answer<Private<Complaints>> {
    Ok(Private(complaints::list(&app, office.edition).await?))
}

/// Say that a complaint is acknowledged. The service writes to nobody: you have.
#[utoipa::path(
    tag = "organise",
    security(("bearer" = [])),
    params(
        ("slug" = EditionSlug, Path, description = "The edition", example = "2027"),
        ("id" = ComplaintId, Path, description = "The complaint"),
    ),
    responses(
        (status = 200, description = "As it stands", body = ComplaintView),
        (status = 401, description = "`not_signed_in`, `session_ended`"),
        (status = 403, description = "`not_allowed`"),
        (status = 404, description = "There is none of this id in the edition"),
    )
)]
#[post("/organise/editions/{slug}/complaints/{id}/acknowledge")]
async fn acknowledge(
    app: web::Data<App>,
    office: Office,
    path: web::Path<(String, String)>,
) -> Answer<Private<ComplaintView>> {
    let deed = office.caller.deed(&app);
    let id = ComplaintId::parse(&path.1).ok_or_else(|| Problem::new(Code::NotFound))?;
    Ok(Private(complaints::acknowledge(&app, deed, office.edition, id).await?))
}
