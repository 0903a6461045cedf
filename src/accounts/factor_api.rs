//! The second factor over HTTP: set up in two steps, and removed.

use actix_web::{HttpResponse, post, web};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::code::FactorCode;
use super::devices::Whence;
use super::factor::{self, Enrolment, RecoveryCodes};
use super::guards::Caller;
use super::password::Attempt;
use crate::app::App;
use crate::fields::Flaw;
use crate::http::answer::Private;
use crate::http::body::Parsed;
use crate::http::door::{Door, FromBody};
use crate::http::problem::Answer;

/// The second factor's calls.
pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(enrol).service(confirm).service(remove);
}

/// A second factor that waits for its first code.
#[derive(Serialize, ToSchema)]
pub struct EnrolmentView {
    /// The seed in base32, to be typed where no picture can be taken.
    #[schema(example = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")]
    pub secret: String,
    /// The same for an authenticator: `otpauth://totp/…`.
    pub uri: String,
    /// The URI as a QR code: an SVG document.
    pub qr_svg: String,
}

impl From<Enrolment> for EnrolmentView {
    fn from(enrolment: Enrolment) -> Self {
        let Enrolment { secret, uri, picture } = enrolment;
        Self { secret, uri, qr_svg: picture.into_text() }
    }
}

/// What stands in for the device when it is lost.
#[derive(Serialize, ToSchema)]
pub struct RecoveryCodesView {
    /// Ten codes, each good once in place of a code. They are shown here and never again.
    #[schema(example = json!(["7KQ2-M9XA-3B5C-0D1E-F2G3-H4J5"]))]
    pub recovery_codes: Vec<String>,
}

impl From<RecoveryCodes> for RecoveryCodesView {
    fn from(codes: RecoveryCodes) -> Self {
        Self { recovery_codes: codes.0 }
    }
}

/// Begins to set up a second factor: nothing asks for it before it is confirmed. Again: another seed instead.
#[utoipa::path(
    tag = "sign-in",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The seed, shown this once", body = EnrolmentView),
        (status = 401, description = "`not_signed_in`, `session_ended`"),
        (status = 409, description = "`second_factor_present`: remove it first"),
        (status = 503, description = "`unavailable`"),
    )
)]
#[post("/auth/totp/enrol")]
async fn enrol(app: web::Data<App>, caller: Caller) -> Answer<Private<EnrolmentView>> {
    Ok(Private(factor::enrol(&app, &caller).await?.into()))
}

/// The first code.
#[derive(ToSchema)]
pub struct ConfirmBody {
    /// Six digits, as the device shows them now.
    #[schema(value_type = String)]
    pub code: FactorCode,
}

impl FromBody for ConfirmBody {
    fn read(door: &mut Door<'_>) -> Option<Self> {
        Some(Self { code: door.required("code", code)? })
    }
}

fn code(raw: &str) -> Result<FactorCode, Flaw> {
    FactorCode::typed(raw).ok_or(Flaw::Empty)
}

/// Confirms the second factor by a first code: from now on it is asked for. Answers the recovery codes.
#[utoipa::path(
    tag = "sign-in",
    security(("bearer" = [])),
    request_body(content = ConfirmBody, example = json!({"code": "492039"})),
    responses(
        (status = 200, description = "Set up; these codes are shown this once", body = RecoveryCodesView),
        (status = 400, description = "`malformed_json`, `unknown_field`"),
        (status = 401, description = "`not_signed_in`, `session_ended`"),
        (status = 409, description = "`second_factor_absent`: none was begun; `second_factor_present`: it is confirmed"),
        (status = 422, description = "`invalid_input`: among others `wrong_code`"),
        (status = 503, description = "`unavailable`"),
    )
)]
#[post("/auth/totp/confirm")]
async fn confirm(app: web::Data<App>, caller: Caller, body: Parsed<ConfirmBody>) -> Answer<Private<RecoveryCodesView>> {
    Ok(Private(factor::confirm(&app, &caller, body.value.code).await?.into()))
}

/// What removes a second factor.
#[derive(ToSchema)]
pub struct RemoveBody {
    /// The account's password.
    #[schema(value_type = String, format = Password)]
    pub password: Attempt,
    /// A code, or a recovery code.
    #[schema(value_type = String)]
    pub code: FactorCode,
}

impl FromBody for RemoveBody {
    fn read(door: &mut Door<'_>) -> Option<Self> {
        let password = door.required("password", |raw| Ok(Attempt::typed(raw)));
        let code = door.required("code", code);
        Some(Self { password: password?, code: code? })
    }
}

/// Removes the second factor with its recovery codes. The code is used up even where the password is wrong.
#[utoipa::path(
    tag = "sign-in",
    security(("bearer" = [])),
    request_body(content = RemoveBody, example = json!({"password": "a song for two rivers", "code": "492039"})),
    responses(
        (status = 204, description = "Removed"),
        (status = 400, description = "`malformed_json`, `unknown_field`"),
        (status = 401, description = "`not_signed_in`, `session_ended`; `totp_required`: the code is wrong or used \
            already"),
        (status = 409, description = "`second_factor_absent`"),
        (status = 422, description = "`invalid_input`: among others `wrong_password`"),
        (status = 429, description = "`too_many_requests`, after repeated failure"),
        (status = 503, description = "`unavailable`"),
    )
)]
#[post("/auth/totp/remove")]
async fn remove(app: web::Data<App>, caller: Caller, from: Whence, body: Parsed<RemoveBody>) -> Answer<HttpResponse> {
    let RemoveBody { password, code } = body.value;
    factor::remove(&app, &caller, from, password, code).await?;
    Ok(HttpResponse::NoContent().finish())
}
