//! A lost password over HTTP.

use actix_web::body::BoxBody;
use actix_web::{HttpRequest, HttpResponse, Responder, post, web};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::devices::Whence;
use super::password::Attempt;
use super::resets::{self, Renewed};
use crate::app::App;
use crate::audit::Actor;
use crate::fields::Email;
use crate::http::answer::{Accepted, Private};
use crate::http::body::Parsed;
use crate::http::door::{Door, FromBody};
use crate::http::problem::Answer;
use crate::http::request::{Client, Visit};

/// The calls of a lost password.
pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(ask).service(confirm);
}

/// Who asks for a new password.
#[derive(ToSchema)]
pub struct ResetBody {
    /// The account's address.
    pub email: Email,
}

impl FromBody for ResetBody {
    fn read(door: &mut Door<'_>) -> Option<Self> {
        Some(Self { email: door.required("email", |raw| Email::parse_with(raw, true))? })
    }
}

/// Asks for a new password: if the address has an account, a link comes by mail.
///
/// The answer is the same whether it has one. An address gets three such letters an hour at most.
#[utoipa::path(
    tag = "sign-in",
    request_body(content = ResetBody, example = json!({"email": "carol@jury.example.org"})),
    responses(
        (status = 202, description = "Taken, whether or not there is an account"),
        (status = 400, description = "`malformed_json`, `unknown_field`"),
        (status = 422, description = "`invalid_input`: this is no address"),
        (status = 503, description = "`unavailable`"),
    )
)]
#[post("/auth/password-reset")]
async fn ask(app: web::Data<App>, visit: Visit, client: Client, body: Parsed<ResetBody>) -> Answer<Accepted> {
    resets::ask(&app, visit.deed(&app, Actor::Public), body.value.email, &client).await?;
    Ok(Accepted)
}

/// A new password, by the link in the mail.
#[derive(ToSchema)]
pub struct ConfirmResetBody {
    /// The last segment of the link in the mail.
    pub token: String,
    /// The new password, of 15 to 128 characters.
    #[schema(value_type = String, format = Password, min_length = 15, max_length = 128)]
    pub password: Attempt,
}

impl FromBody for ConfirmResetBody {
    fn read(door: &mut Door<'_>) -> Option<Self> {
        let token = door.required("token", |raw| Ok(raw.trim().to_owned()));
        let password = door.required("password", Attempt::for_new);
        Some(Self { token: token?, password: password? })
    }
}

/// A new password stands.
#[derive(Serialize, ToSchema)]
pub struct ResetView {
    /// How many sign-ins it has ended.
    #[schema(example = 2)]
    pub ended_sessions: usize,
}

/// The answer, and to a browser the cookie by which it is known again.
struct Set(Renewed);

impl Responder for Set {
    type Body = BoxBody;
    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let Renewed { ended_sessions, device } = self.0;
        device.be_known(request);
        Private(ResetView { ended_sessions }).respond_to(request)
    }
}

/// Sets a new password, once and within half an hour of asking. Every session of the account ends.
///
/// It does not sign in: sign in with the new password, and the second factor where the account has one.
#[utoipa::path(
    tag = "sign-in",
    request_body(content = ConfirmResetBody, example = json!({
        "token": "AZrX…", "password": "a song for two rivers"
    })),
    responses(
        (status = 200, description = "The new password stands", body = ResetView),
        (status = 400, description = "`malformed_json`, `unknown_field`"),
        (status = 404, description = "`link_not_valid`: unknown, used or older than half an hour"),
        (status = 422, description = "`invalid_input`: among others a password that is too short or easily guessed"),
        (status = 503, description = "`unavailable`"),
    )
)]
#[post("/auth/password-reset/confirm")]
async fn confirm(app: web::Data<App>, visit: Visit, from: Whence, body: Parsed<ConfirmResetBody>) -> Answer<Set> {
    let ConfirmResetBody { token, password } = body.value;
    Ok(Set(resets::confirm(&app, visit.deed(&app, Actor::Link), from, &token, password).await?))
}
