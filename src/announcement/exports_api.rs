//! The exports over HTTP.

use actix_web::{HttpResponse, get, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::exports::{self, WinnersExport};
use crate::accounts::Office;
use crate::app::App;
use crate::editions::EditionSlug;
use crate::http::answer::{Private, download};
use crate::http::csv::{FileWish, MEDIA};
use crate::http::problem::Answer;

/// The exports' calls.
pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(winners_as_csv).service(winners_as_json);
}

/// Who is honoured as things stand, with what the office alone may know, as a file. Each download is audited.
#[utoipa::path(
    tag = "results",
    security(("bearer" = [])),
    params(("slug" = EditionSlug, Path, description = "The edition", example = "2021"), FileWish),
    responses(
        (status = 200, description = "RFC 4180 with a header row", body = String, content_type = "text/csv"),
        (status = 401, description = "`not_signed_in`, `session_ended`; before the release `reauthentication_required`: the \
            last sign-in is over 15 minutes ago"),
        (status = 403, description = "`not_allowed`"),
        (status = 404, description = "There is no such edition"),
        (status = 409, description = "`wrong_phase`: judging has not closed"),
    )
)]
#[get("/organise/editions/{slug}/exports/winners.csv")]
async fn winners_as_csv(app: web::Data<App>, office: Office, wish: web::Query<FileWish>) -> Answer<HttpResponse> {
    let mut answer = download(MEDIA, &format!("winners-{}.csv", office.edition.slug));
    let list = exports::winners(&app, office.caller.deed(&app), office.edition).await?;
    Ok(answer.body(list.csv(wish.mark())))
}

/// The same as JSON. Each download is audited.
#[utoipa::path(
    tag = "results",
    security(("bearer" = [])),
    params(("slug" = EditionSlug, Path, description = "The edition", example = "2021")),
    responses(
        (status = 200, description = "Who is honoured, by category, then by name", body = WinnersExport),
        (status = 401, description = "`not_signed_in`, `session_ended`; before the release `reauthentication_required`: the \
            last sign-in is over 15 minutes ago"),
        (status = 403, description = "`not_allowed`"),
        (status = 404, description = "There is no such edition"),
        (status = 409, description = "`wrong_phase`: judging has not closed"),
    )
)]
#[get("/organise/editions/{slug}/exports/winners.json")]
async fn winners_as_json(app: web::Data<App>, office: Office) -> Answer<Private<WinnersExport>> {
    Ok(Private(exports::winners(&app, office.caller.deed(&app), office.edition).await?))
}
