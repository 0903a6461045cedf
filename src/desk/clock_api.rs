//! The machine's clock over HTTP: parse, call, answer.

use actix_web::{get, post, web};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::clock::{self, ClockView, Trust};
use crate::accounts::Approver;
use crate::app::App;
use crate::editions::EditionSlug;
use crate::http::answer::Private;
use crate::http::body::Parsed;
use crate::http::problem::Answer;

/// The calls.
pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(show).service(trust);
}

/// What the server's clock shows, and whether it can be trusted.
///
/// It is in doubt where it was set while the machine ran, where the service was away for more than 36 hours, or where it
/// shows less than before. Then the release, what tells of the outcome and all reminders wait.
#[utoipa::path(
    tag = "organise",
    security(("bearer" = [])),
    params(("slug" = EditionSlug, Path, description = "The edition", example = "2027")),
    responses(
        (status = 200, description = "The clock", body = ClockView),
        (status = 401, description = "`not_signed_in`, `session_ended`"),
        (status = 403, description = "`not_allowed`: approvers only"),
        (status = 404, description = "There is no such edition"),
    )
)]
#[get("/organise/editions/{slug}/clock")]
async fn show(app: web::Data<App>, approver: Approver) -> Answer<Private<ClockView>> {
    let at = approver.caller.deed(&app).at;
    Ok(Private(clock::show(&app, at).await?))
}

/// An approver's word that the clock is right.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes the body that the door reads")]
pub struct TrustBody {
    /// Against what it was held, in 1,000 characters at most. It is kept beside the audit.
    reason: String,
}

/// Say that the clock is right: what waited goes on. Where it is not in doubt, nothing changes.
#[utoipa::path(
    tag = "organise",
    security(("bearer" = [])),
    params(("slug" = EditionSlug, Path, description = "The edition", example = "2027")),
    request_body(content = TrustBody, example = json!({"reason": "Held against the speaking clock by telephone"})),
    responses(
        (status = 200, description = "As it stands", body = ClockView),
        (status = 400, description = "`malformed_json`, `unknown_field`"),
        (status = 401, description = "`not_signed_in`, `session_ended`"),
        (status = 403, description = "`not_allowed`: approvers only"),
        (status = 404, description = "There is no such edition"),
        (status = 415, description = "`unsupported_media_type`"),
        (status = 422, description = "`invalid_input`"),
    )
)]
#[post("/organise/editions/{slug}/clock")]
async fn trust(app: web::Data<App>, approver: Approver, body: Parsed<Trust>) -> Answer<Private<ClockView>> {
    let deed = approver.caller.deed(&app);
    Ok(Private(clock::trust(&app, deed, approver.edition, body.value).await?))
}
