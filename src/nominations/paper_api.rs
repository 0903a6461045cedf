//! What came on paper, over HTTP: organisers type a nomination, confirm another's, type a letter.

use actix_web::{post, put, web};
use sha2::{Digest as _, Sha256};
use utoipa_actix_web::service_config::ServiceConfig;

use super::paper;
use super::schema::{self, LetterBody, PaperBody};
use super::submit::Receipt;
use super::view::SupporterView;
use crate::accounts::Office;
use crate::app::App;
use crate::editions::EditionSlug;
use crate::http::answer::{Created, Private, Versioned};
use crate::http::body::JsonBytes;
use crate::http::etag::IfMatch;
use crate::http::idempotency::IdempotencyKey;
use crate::http::problem::{Answer, Code, Problem};
use crate::ids::NominationId;

/// These calls.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(enter_paper).service(confirm_paper).service(write_paper_letter);
}

/// Type a nomination that came by post or telephone. No mail leaves: another organiser confirms it.
///
/// The body is a nomination's with `"source": "paper"`; an email of nominator and supporters is owed only where neither
/// phone nor postal address stands.
#[utoipa::path(
    tag = "screening",
    security(("bearer" = [])),
    params(
        ("slug" = EditionSlug, Path, description = "The edition", example = "2027"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to send twice"),
    ),
    request_body(content = PaperBody, example = json!(schema::paper())),
    responses(
        (status = 201, description = "Typed; it waits for another organiser", body = Receipt, headers(("location" = String))),
        (status = 400, description = "`malformed_json`, `unknown_field`"),
        (status = 401, description = "`not_signed_in`, `session_ended`"),
        (status = 403, description = "`not_allowed`"),
        (status = 404, description = "There is no such edition"),
        (status = 409, description = "`wrong_phase`"),
        (status = 413, description = "`too_large`: over 64 KiB"),
        (status = 415, description = "`unsupported_media_type`"),
        (status = 422, description = "`invalid_input`, with every fault; `idempotency_key_reused`"),
    )
)]
#[post("/organise/editions/{slug}/nominations")]
async fn enter_paper(
    app: web::Data<App>,
    office: Office,
    key: IdempotencyKey,
    JsonBytes(body): JsonBytes,
) -> Answer<Created<Receipt>> {
    let (deed, by) = (office.caller.deed(&app), office.caller.account);
    let once = key.with(&Sha256::digest(&body).into());
    let outcome = paper::enter(&app, deed, &office.edition, by, &body, once).await?;
    let location = format!("/api/v1/organise/editions/{}/nominations/{}", office.edition.slug, outcome.answer.id);
    Ok(Created { location, outcome })
}

/// Confirm what another organiser typed from paper.
///
/// Its nominator and supporters are now written to, where they have an address. Whoever typed it gets 403.
#[utoipa::path(
    tag = "screening",
    security(("bearer" = [])),
    params(
        ("slug" = EditionSlug, Path, description = "The edition", example = "2027"),
        ("id" = NominationId, Path, description = "The nomination"),
        ("If-Match" = Option<String>, Header, description = "Its `ETag`, to confirm only what was read"),
    ),
    responses(
        (status = 200, description = "It is confirmed; again: the same answer", body = Receipt),
        (status = 401, description = "`not_signed_in`, `session_ended`"),
        (status = 403, description = "`not_allowed`: also to whoever typed it"),
        (status = 404, description = "There is none of this id in the edition"),
        (status = 409, description = "`wrong_phase`; `illegal_move`: it is not from paper; `already_nominated`; `lost_race`"),
        (status = 412, description = "`stale`"),
    )
)]
#[post("/organise/editions/{slug}/nominations/{id}/confirm")]
async fn confirm_paper(
    app: web::Data<App>,
    office: Office,
    path: web::Path<(String, String)>,
    seen: IfMatch,
) -> Answer<Private<Receipt>> {
    let deed = office.caller.deed(&app);
    Ok(Private(paper::confirm(&app, deed, office.edition, id(&path.1)?, seen).await?))
}

/// Write down a letter of support that came on paper: `n` is 1 or 2, by the form's order.
#[utoipa::path(
    tag = "screening",
    security(("bearer" = [])),
    params(
        ("slug" = EditionSlug, Path, description = "The edition", example = "2027"),
        ("id" = NominationId, Path, description = "The nomination"),
        ("n" = u8, Path, description = "Which supporter's: 1 or 2"),
        ("If-Match" = Option<String>, Header, description = "The nomination's `ETag`, where a letter is there already"),
    ),
    request_body(content = LetterBody, example = json!(schema::letter())),
    responses(
        (status = 200, description = "The supporter with the letter", body = SupporterView, headers(("etag" = String))),
        (status = 400, description = "`malformed_json`, `unknown_field`"),
        (status = 401, description = "`not_signed_in`, `session_ended`"),
        (status = 403, description = "`not_allowed`"),
        (status = 404, description = "There is none of this id in the edition, or no such supporter"),
        (status = 409, description = "`wrong_phase`; `illegal_move`: it is not confirmed, or no longer screened"),
        (status = 412, description = "`stale`"),
        (status = 422, description = "`invalid_input`, with every fault"),
        (status = 428, description = "`precondition_required`"),
    )
)]
#[put("/organise/editions/{slug}/nominations/{id}/letters/{n}")]
async fn write_paper_letter(
    app: web::Data<App>,
    office: Office,
    path: web::Path<(String, String, String)>,
    seen: IfMatch,
    JsonBytes(body): JsonBytes,
) -> Answer<Versioned<SupporterView>> {
    let deed = office.caller.deed(&app);
    let number = path.2.parse().map_err(|_| Problem::new(Code::NotFound))?;
    let which = (id(&path.1)?, number);
    let form = paper::read_letter(&office.edition, &body)?;
    Ok(paper::letter(&app, deed, office.edition, which, seen, form).await?)
}

fn id(text: &str) -> Result<NominationId, Problem> {
    NominationId::parse(text).ok_or_else(|| Problem::new(Code::NotFound))
}
