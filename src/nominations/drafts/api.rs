//! Drafts over HTTP: parse, call, answer.

use actix_web::{get, patch, post, web};
use serde_json::{Value as Json, json};
use sha2::{Digest as _, Sha256};
use utoipa_actix_web::service_config::ServiceConfig;

use super::model::Draft;
use super::schema::{DraftBody, DraftView};
use super::send::FromWhere;
use super::{keep, send, write};
use crate::app::App;
use crate::audit::Actor;
use crate::editions::{Edition, EditionSlug};
use crate::http::answer::{AcceptedOnce, Versioned};
use crate::http::body::JsonBytes;
use crate::http::etag::IfMatch;
use crate::http::idempotency::{IdempotencyKey, Outcome};
use crate::http::json;
use crate::http::limits;
use crate::http::links::{Bearer, LinkKind};
use crate::http::problem::{Answer, Code, Problem};
use crate::http::request::{Client, Visit};
use crate::nominations::submit::Receipt;

/// The calls.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(begin).service(read).service(change).service(submit);
}

/// Begin a nomination: any part of it, `nominator.email` at least.
///
/// Only the kinds of values are checked. The link by which to go on comes by mail, and this answer is the same whether or
/// not there are other drafts of the address. Sent by that link, the nomination needs no other confirmation.
#[utoipa::path(
    tag = "nominations",
    params(
        ("slug" = EditionSlug, Path, description = "The edition", example = "2027"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to send twice"),
    ),
    request_body(content = DraftBody, example = json!({"category": "I2", "nominee": {"name": "Maria Ivanova"},
        "nominator": {"email": "ann@example.org"}})),
    responses(
        (status = 202, description = "It is kept; the link comes by mail"),
        (status = 400, description = "`malformed_json`, `unknown_field`"),
        (status = 404, description = "There is no such edition"),
        (status = 409, description = "`wrong_phase`: nominations are not open"),
        (status = 413, description = "`too_large`: over 64 KiB"),
        (status = 415, description = "`unsupported_media_type`"),
        (status = 422, description = "`invalid_input`: no address, or values of the wrong kind; `idempotency_key_reused`"),
        (status = 429, description = "`too_many_requests`: so many came from this address; try again after `Retry-After`"),
        (status = 503, description = "`unavailable`: try again after `Retry-After`"),
    )
)]
#[post("/editions/{slug}/drafts")]
async fn begin(
    app: web::Data<App>,
    visit: Visit,
    client: Client,
    slug: web::Path<String>,
    key: IdempotencyKey,
    JsonBytes(body): JsonBytes,
) -> Answer<AcceptedOnce<()>> {
    let deed = visit.deed(&app, Actor::Public);
    let slug = EditionSlug::parse(&slug).ok_or_else(|| Problem::new(Code::NotFound))?;
    let kept = keep::begin(&app, deed, slug, &body, &key);
    Ok(AcceptedOnce(limits::submission(&app, &client, kept).await?))
}

/// The draft behind a link.
#[utoipa::path(
    tag = "links",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The draft", body = DraftView, headers(("etag" = String))),
        (status = 401, description = "`not_signed_in`: no token"),
        (status = 404, description = "`link_not_valid`: also once it was sent, and once nominations have closed"),
    )
)]
#[get("/link/draft")]
async fn read(app: web::Data<App>, bearer: Bearer) -> Answer<Versioned<Json>> {
    let (edition, draft) = write::read(&app, bearer.of(LinkKind::Draft)?, app.clock.now()).await?;
    Ok(view(&edition, draft))
}

/// Go on with a draft: any part of a nomination is laid over what stands (RFC 7396, as `application/json`).
///
/// Only the kinds of values are checked. The link then lives for another 30 days, but not beyond the close.
#[utoipa::path(
    tag = "links",
    security(("bearer" = [])),
    params(("If-Match" = String, Header, description = "The draft's `ETag`")),
    request_body(content = DraftBody, example = json!({"headline": "Pen friends who became an orchestra"})),
    responses(
        (status = 200, description = "As it now stands", body = DraftView, headers(("etag" = String))),
        (status = 400, description = "`malformed_json`, `unknown_field`"),
        (status = 401, description = "`not_signed_in`: no token"),
        (status = 404, description = "`link_not_valid`"),
        (status = 412, description = "`stale`"),
        (status = 413, description = "`too_large`: over 64 KiB, this or the whole draft"),
        (status = 415, description = "`unsupported_media_type`"),
        (status = 422, description = "`invalid_input`: values of the wrong kind"),
        (status = 428, description = "`precondition_required`"),
        (status = 503, description = "`unavailable`: try again after `Retry-After`"),
    )
)]
#[patch("/link/draft")]
async fn change(
    app: web::Data<App>,
    visit: Visit,
    bearer: Bearer,
    seen: IfMatch,
    JsonBytes(body): JsonBytes,
) -> Answer<Versioned<Json>> {
    let deed = visit.deed(&app, Actor::Link);
    let part = json::read(&body).map_err(|_| Problem::new(Code::MalformedJson))?;
    let (edition, draft) = write::change(&app, deed, bearer.of(LinkKind::Draft)?, seen, part).await?;
    Ok(view(&edition, draft))
}

/// Send a draft: it becomes a nomination, confirmed by the link, which has proven the address.
///
/// Where `nominator.email` is another address than the link's, it is `unconfirmed`, and that address is asked by mail.
/// Every fault is told in one answer. The link is dead then.
#[utoipa::path(
    tag = "links",
    security(("bearer" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to send twice")),
    responses(
        (status = 200, description = "It is in", body = Receipt),
        (status = 401, description = "`not_signed_in`: no token"),
        (status = 404, description = "`link_not_valid`"),
        (status = 409, description = "`already_nominated`, with the reference; `lost_race`"),
        (status = 422, description = "`invalid_input`, with every fault"),
        (status = 503, description = "`unavailable`: try again after `Retry-After`"),
    )
)]
#[post("/link/draft/submit")]
async fn submit(app: web::Data<App>, visit: Visit, bearer: Bearer, key: IdempotencyKey) -> Answer<Outcome<Receipt>> {
    let deed = visit.deed(&app, Actor::Link);
    let link = bearer.of(LinkKind::Draft)?;
    Ok(send::send(&app, deed, FromWhere::Link(link), key.with(&Sha256::digest(b"").into())).await?)
}

fn view(edition: &Edition, draft: Draft) -> Versioned<Json> {
    let expires_at = draft.ends_at(edition);
    let mut body = draft.body;
    body["edition"] = json!(edition.slug);
    body["status"] = json!("draft");
    body["changed_at"] = json!(draft.changed_at);
    body["expires_at"] = json!(expires_at);
    Versioned { version: draft.version, body }
}
