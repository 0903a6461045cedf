//! What a link opens: the one call that tells it for every kind, and the look whether it lives, which goes before all calls
//! that a link may make. Each room knows how long its own links live.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{HttpRequest, get, web};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::accounts::access::Asks;
use crate::accounts::{self, Action};
use crate::announcement;
use crate::app::App;
use crate::clock::Time;
use crate::editions::{self, EditionSlug};
use crate::http::answer::Private;
use crate::http::links::{Bearer, Link, LinkKind};
use crate::http::problem::{Answer, Code, Problem};
use crate::http::request::{app, bearer};
use crate::nominations;
use crate::store::{Conn, StoreError, Stored};

/// What a link opens, and until when.
#[derive(Debug, Serialize, ToSchema)]
pub struct LinkView {
    /// Which of the calls under `/link` it opens.
    pub kind: LinkKind,
    /// The edition that it belongs to; `null` for a new password, which belongs to none.
    pub edition: Option<EditionSlug>,
    /// From when on it opens nothing; `null`: never.
    pub expires_at: Option<Time>,
}

/// Registers the call.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(read_link);
}

/// Lets a call of a link pass while the link lives: looked at before the body is read, so that a dead link answers alike
/// whatever comes with it (S-HTTP-9). Goes inside the [gate](accounts::gate), which has looked at the link's kind. The use
/// case looks again, at the instant that decides.
///
/// # Errors
/// None of its own: a refusal is an answer.
pub async fn alive(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    match require_alive(request.request()).await {
        Ok(()) => Ok(next.call(request).await?.map_into_boxed_body()),
        Err(problem) => Ok(request.error_response(problem).map_into_boxed_body()),
    }
}

/// A draft is gone once it is sent, and whoever sends it again under its key is answered again: only its use case can tell.
const ANSWERS_AGAIN: &str = "/api/v1/link/draft/submit";

async fn require_alive(request: &HttpRequest) -> Result<(), Problem> {
    if !request.path().starts_with("/api/v1/link/") || request.path() == ANSWERS_AGAIN {
        return Ok(());
    }
    let action = request.match_pattern().and_then(|pattern| Action::of(request.method(), &pattern));
    if !action.is_some_and(|action| matches!(action.rule().asks, Asks::Link(_))) {
        return Ok(());
    }
    let app = app(request);
    let link = bearer(request).and_then(|token| Link::open(&app.keys, token));
    let link = link.ok_or_else(|| Problem::new(Code::LinkNotValid))?;
    let now = app.clock.now();
    let found = app.store.read(move |tx| Ok::<_, StoreError>(life(tx, &link, now)?)).await?;
    found.map(|_| ()).ok_or_else(|| Problem::new(Code::LinkNotValid))
}

/// What a link opens. Opening it changes nothing.
#[utoipa::path(
    tag = "links",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "What it opens", body = LinkView),
        (status = 401, description = "`not_signed_in`: no token at all"),
        (status = 404, description = "`link_not_valid`: unknown, used up or expired"),
    )
)]
#[get("/link")]
async fn read_link(app: web::Data<App>, bearer: Bearer) -> Answer<Private<LinkView>> {
    let (link, now) = (bearer.0, app.clock.now());
    let life = app.store.read(move |tx| Ok::<_, StoreError>(life(tx, &link, now)?)).await?;
    let (edition, expires_at) = life.ok_or_else(|| Problem::new(Code::LinkNotValid))?;
    Ok(Private(LinkView { kind: link.kind, edition, expires_at }))
}

/// The edition of a link that lives, and until when it does.
fn life(tx: &mut Conn, link: &Link, now: Time) -> Stored<Option<(Option<EditionSlug>, Option<Time>)>> {
    let life = match link.kind {
        LinkKind::Reset => {
            return Ok(accounts::reset_behind(tx, link, now)?.map(|reset| (None, Some(reset.expires_at))));
        }
        LinkKind::Reply => announcement::replies::life(tx, link, now)?,
        LinkKind::Invitation => {
            let Some(invitation) = accounts::invitation_behind(tx, link, now)? else { return Ok(None) };
            let edition = editions::store::by_id(tx, invitation.edition)?;
            return Ok(edition.map(|edition| (Some(edition.slug.clone()), Some(invitation.expires_at))));
        }
        _ => nominations::life::life(tx, link, now)?,
    };
    Ok(life.map(|life| (Some(life.edition.slug.clone()), life.expires_at)))
}
