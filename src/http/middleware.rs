//! Around every handler: the host is ours, the answer bears its id and the headers that guard a browser, and a problem
//! becomes words in the caller's language.

use std::time::Duration;

use actix_web::HttpMessage;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::middleware::Next;

use tracing::Instrument as _;

use super::pages;
use super::problem::{Code, Problem};
use super::request::{self, RequestId};
use crate::app::App;

/// How long a handler may take (S-HTTP-2). A write that is still waiting then may yet be done: the answer says nothing
/// of it, and a repeated request with the same key finds out.
const HANDLER_TIME: Duration = Duration::from_secs(15);
/// The longest address (S-HTTP-1).
const URI_LIMIT: usize = 4 * 1024;

/// What a browser may load, and from where (S-HTTP-6).
const CONTENT_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The middleware. Goes around all routes.
///
/// # Errors
/// None of its own: whatever a handler refuses becomes an answer here.
pub async fn around(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let app = request::app(request.request());
    let id = request_id(&app, &request);
    request.extensions_mut().insert(RequestId(id.clone()));
    let instance = request.path().to_owned();
    let language = request::language(request.request());
    let span = tracing::info_span!("request", id, method = %request.method());
    let answer = match refuse(&app, &request) {
        Some(problem) => request.error_response(problem).map_into_boxed_body(),
        None => match tokio::time::timeout(HANDLER_TIME, next.call(request).instrument(span.clone())).await {
            Ok(Ok(answer)) => answer.map_into_boxed_body(),
            // The request went in and does not come back: these two answer in English, without its address.
            Ok(Err(error)) => return Err(error),
            Err(_) => return Err(Problem::new(Code::Unavailable).retry_after(5).into()),
        },
    };
    span.in_scope(|| note(&answer));
    let mut answer = match problem_of(&answer) {
        Some(problem) => {
            let mut words = match pages::split_language(&instance) {
                Some((language, rest)) => pages::problem_page(&app, language, rest, problem),
                None => problem.answer(language, &instance),
            };
            if let Some(methods) = answer.headers().get(header::ALLOW) {
                words.headers_mut().insert(header::ALLOW, methods.clone());
            }
            answer.into_response(words)
        }
        None => answer,
    };
    guard(&app, &mut answer, &id);
    Ok(answer)
}

/// A line for whoever runs the service: the route's pattern, never the path, which may carry a link's token (S-DEP-3).
fn note(answer: &ServiceResponse<BoxBody>) {
    let route = answer.request().match_pattern().unwrap_or_default();
    let status = answer.status().as_u16();
    let code = problem_of(answer).map(|problem| problem.code().slug());
    match status {
        500.. => tracing::error!(route, status, code, "failed"),
        400.. => tracing::info!(route, status, code, "refused"),
        _ => tracing::debug!(route, status, "answered"),
    }
}

fn problem_of(answer: &ServiceResponse<BoxBody>) -> Option<&Problem> {
    answer.response().error().and_then(|error| error.as_error::<Problem>())
}

fn request_id(app: &App, request: &ServiceRequest) -> String {
    let given = request.headers().get("x-request-id").and_then(|value| value.to_str().ok()).filter(|id| {
        (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    });
    given.map_or_else(|| app.chance.uuid_without_time().to_string(), str::to_owned)
}

/// What no route needs to look at (S-HTTP-1, S-HTTP-4).
fn refuse(app: &App, request: &ServiceRequest) -> Option<Problem> {
    if request.uri().to_string().len() > URI_LIMIT {
        return Some(Problem::new(Code::UriTooLong));
    }
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let ours = host.eq_ignore_ascii_case(app.config.public_url.host());
    let for_machines = matches!(request.path(), "/healthz" | "/readyz" | "/metrics");
    let listened_on = for_machines && request.app_config().local_addr().to_string() == host;
    if !ours && !listened_on {
        return Some(Problem::new(Code::MisdirectedRequest));
    }
    None
}

fn guard(app: &App, answer: &mut ServiceResponse<BoxBody>, id: &str) {
    let is_head = answer.request().method() == Method::HEAD;
    let headers = answer.headers_mut();
    let mut set = |name: &'static str, value: &'static str| {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    };
    set("content-security-policy", CONTENT_POLICY);
    set("x-content-type-options", "nosniff");
    set("referrer-policy", "same-origin");
    set("cross-origin-opener-policy", "same-origin");
    set("cross-origin-resource-policy", "same-origin");
    set("permissions-policy", "");
    if app.config.public_url.is_https() {
        set("strict-transport-security", "max-age=63072000");
    }
    if !is_head && !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(HeaderName::from_static("x-request-id"), id);
    }
}
