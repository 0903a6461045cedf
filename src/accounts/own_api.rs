//! One's own sessions and password over HTTP.

use actix_web::{HttpResponse, delete, get, put, web};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::api::MeView;
use super::devices::Whence;
use super::guards::Caller;
use super::own_sessions::OwnSession;
use super::password::Attempt;
use super::{own_password, own_sessions};
use crate::app::App;
use crate::clock::Time;
use crate::http::answer::{Private, Versioned};
use crate::http::body::Parsed;
use crate::http::door::{Door, FromBody};
use crate::http::paging::Listing;
use crate::http::problem::{Answer, Code, Problem};
use crate::ids::SessionId;

/// The calls of one's own account.
pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(sessions).service(end_session).service(change_password);
}

/// A sign-in of one's own that lives.
#[derive(Serialize, ToSchema)]
pub struct SessionView {
    /// The session.
    pub id: SessionId,
    /// When somebody signed in.
    pub created_at: Time,
    /// When it was last renewed.
    pub used_at: Time,
    /// When it ends if nobody uses it.
    pub ends_at: Time,
    /// Whether it is the one that asks.
    pub current: bool,
}

impl From<OwnSession> for SessionView {
    fn from(own: OwnSession) -> Self {
        let OwnSession { session, ends_at, is_current: current } = own;
        Self { id: session.id, created_at: session.created_at, used_at: session.used_at, ends_at, current }
    }
}

/// One's own sign-ins that live, the one used last first; ten at most, so always one page.
#[utoipa::path(
    tag = "me",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The caller's sessions", body = Listing<SessionView>),
        (status = 401, description = "`not_signed_in`, `session_ended`"),
    )
)]
#[get("/me/sessions")]
async fn sessions(app: web::Data<App>, caller: Caller) -> Answer<Private<Listing<SessionView>>> {
    let items = own_sessions::own_sessions(&app, &caller).await?.into_iter().map(SessionView::from).collect();
    Ok(Private(Listing { items, next_cursor: None }))
}

/// Ends one of one's own sign-ins, also the one that asks.
#[utoipa::path(
    tag = "me",
    security(("bearer" = [])),
    params(("id" = SessionId, Path, description = "The session")),
    responses(
        (status = 204, description = "Ended"),
        (status = 401, description = "`not_signed_in`, `session_ended`"),
        (status = 404, description = "`not_found`: not one's own, or ended already"),
        (status = 503, description = "`unavailable`"),
    )
)]
#[delete("/me/sessions/{id}")]
async fn end_session(app: web::Data<App>, caller: Caller, id: web::Path<String>) -> Answer<HttpResponse> {
    let id = SessionId::parse(&id).ok_or_else(|| Problem::new(Code::NotFound))?;
    own_sessions::end_session(&app, &caller, id).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// One's old password and the one in its place.
#[derive(ToSchema)]
pub struct PasswordBody {
    /// The password so far.
    #[schema(value_type = String, format = Password)]
    pub old: Attempt,
    /// The new one, of 15 to 128 characters.
    #[schema(value_type = String, format = Password, min_length = 15, max_length = 128)]
    pub new: Attempt,
}

impl FromBody for PasswordBody {
    fn read(door: &mut Door<'_>) -> Option<Self> {
        let old = door.required("old", |raw| Ok(Attempt::typed(raw)));
        let new = door.required("new", Attempt::for_new);
        Some(Self { old: old?, new: new? })
    }
}

/// Changes one's own password. Other sign-ins end; this one goes on.
#[utoipa::path(
    tag = "me",
    security(("bearer" = [])),
    request_body(content = PasswordBody, example = json!({
        "old": "a song for two rivers", "new": "kettle-half-a-river-7"
    })),
    responses(
        (status = 200, description = "The caller", body = MeView, headers(("ETag" = String))),
        (status = 400, description = "`malformed_json`, `unknown_field`"),
        (status = 401, description = "`not_signed_in`, `session_ended`"),
        (status = 422, description = "`invalid_input`: a wrong old password, or a new one that is too short or easily guessed"),
        (status = 429, description = "`too_many_requests`, after repeated failure"),
        (status = 503, description = "`unavailable`"),
    )
)]
#[put("/me/password")]
async fn change_password(
    app: web::Data<App>,
    caller: Caller,
    from: Whence,
    body: Parsed<PasswordBody>,
) -> Answer<Versioned<MeView>> {
    let PasswordBody { old, new } = body.value;
    own_password::change_password(&app, &caller, from, old, new).await?;
    Ok(Versioned { version: caller.version, body: caller.into() })
}
