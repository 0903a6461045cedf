//! Around every handler: the host is ours, the answer bears its id and the headers that guard a browser, and a problem
//! becomes words in the caller's language.

use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::Poll;
use std::time::Duration;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::http::{ConnectionType, Method};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{HttpMessage, HttpResponse};
use tracing::Instrument as _;

use super::connection::Requests;
use super::problem::{Code, Problem};
use super::request::{self, Client, RequestId};
use super::way_back::WayBack;
use super::{assets, cookies, limits, links, origin, pages, upload};
use crate::app::App;
use crate::limits::Purpose;
use crate::text::Language;

/// The longest address (S-HTTP-1).
const URI_LIMIT: usize = 4 * 1024;

/// Where the server listens: what machines on this one call it by.
pub struct Listening(pub SocketAddr);

/// What a browser may load, and from where (S-HTTP-6).
const CONTENT_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The middleware. Goes around all routes.
///
/// # Errors
/// Where a handler took too long or panicked. Its request is lost with it, so the answer, whole like any other, comes as
/// an error.
pub async fn around(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let app = request::app(request.request());
    let _open = request.request().conn_data::<Requests>().map(Requests::begin);
    let asked = Asked::of(&app, &request);
    request.extensions_mut().insert(asked.id.clone());
    let own = (asked.id.own != asked.id.shown).then_some(asked.id.own.as_str());
    let span = tracing::error_span!("request", id = asked.id.shown, own, method = %request.method());
    if request.method() == Method::HEAD {
        request.head_mut().method = Method::GET; // answered like it; the server beneath us leaves the body out
    }
    let answer = match refuse(&app, &request).and_then(|()| asked.count_a_link(&app)) {
        Err(problem) => Ok(request.error_response(problem).map_into_boxed_body()),
        Ok(counted) => {
            let slow = limits::is_slow(request.path(), request.query_string());
            let time =
                if upload::is_one(request.path()) { app.config.patience.import } else { app.config.patience.handler };
            let handler = async {
                let _turn = if slow { app.limits.slow_turn().await } else { None };
                next.call(request).await
            };
            let answer = finish(handler, time).instrument(span.clone()).await;
            if counted && code_of(&answer) != Some(Code::LinkNotValid) {
                limits::give_back(&app, Purpose::WrongLinks, &asked.client);
            }
            answer
        }
    };
    match answer {
        Ok(mut answer) => {
            span.in_scope(|| note(&answer));
            if let Some(problem) = problem_of(&answer) {
                let mut words = asked.tell(&app, problem);
                if let Some(methods) = answer.headers().get(header::ALLOW) {
                    words.headers_mut().insert(header::ALLOW, methods.clone());
                }
                answer = answer.into_response(words);
            }
            let request = answer.request().clone();
            cookies::put_waiting(&request, answer.response_mut());
            asked.guard(&app, answer.response_mut());
            Ok(answer)
        }
        Err(problem) => {
            span.in_scope(|| tracing::error!(status = problem.code().status().as_u16(), %problem, "failed"));
            let mut words = asked.tell(&app, &problem);
            asked.guard(&app, &mut words);
            Err(InternalError::from_response(problem, words).into())
        }
    }
}

/// What a handler answers; a problem where it takes too long or panics. A panic ends this request and nothing else
/// (S-HTTP-14). A write that still waits when the time is over may yet be done: a repeated request with the same key finds
/// out.
async fn finish<B: MessageBody + 'static>(
    handler: impl Future<Output = Result<ServiceResponse<B>, actix_web::Error>>,
    time: Duration,
) -> Result<ServiceResponse<BoxBody>, Problem> {
    let mut handler = std::pin::pin!(handler);
    let caught = std::future::poll_fn(|context| {
        let polled = catch_unwind(AssertUnwindSafe(|| handler.as_mut().poll(context)));
        polled.map_or_else(|_| Poll::Ready(Err(())), |polled| polled.map(Ok))
    });
    match tokio::time::timeout(time, caught).await {
        Ok(Ok(Ok(answer))) => Ok(answer.map_into_boxed_body()),
        Ok(Ok(Err(error))) => {
            tracing::error!(%error, "a request was not answered");
            Err(Problem::new(Code::Internal))
        }
        Ok(Err(())) => Err(Problem::new(Code::Internal)), // the panic's hook has logged it
        Err(_) => Err(Problem::new(Code::Unavailable).with_detail("problem-unavailable-late", vec![]).retry_after(5)),
    }
}

/// What an answer needs of its request.
struct Asked {
    id: RequestId,
    path: String,
    language: Language,
    /// The page that is looked at, where it is one, to come back to.
    page: Option<WayBack>,
    /// Whether the answer may show something of the caller's own, on whichever page.
    is_personal: bool,
    client: Client,
}

impl Asked {
    fn of(app: &App, request: &ServiceRequest) -> Self {
        Self {
            id: request_id(app, request),
            path: request.path().to_owned(),
            language: request::language(request.request()),
            page: WayBack::to(request.request()),
            is_personal: cookies::carries_ours(request.request()) && !assets::is_one(request.path()),
            client: Client::of(request.request()),
        }
    }

    /// Counts every look at a link in advance, and says whether it was one.
    fn count_a_link(&self, app: &App) -> Result<bool, Problem> {
        let is_link = links::takes_a_token(&self.path);
        if is_link {
            limits::check(app, Purpose::WrongLinks, &self.client)?;
        }
        Ok(is_link)
    }

    /// A problem in words: a page for an address that is a page's, else the document of RFC 9457.
    fn tell(&self, app: &App, problem: &Problem) -> HttpResponse {
        let mut words = match pages::split_language(&self.path) {
            Some((language, rest)) => {
                let helps = self.page.as_ref().and_then(|page| problem.page_that_helps(page, language));
                helps.map_or_else(|| pages::problem_page(app, language, rest, problem), |page| pages::see(&page))
            }
            None => problem.answer(self.language, &self.path),
        };
        if let Some(seconds) = problem.wait(|| app.chance.bytes::<1>()[0]) {
            words.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        if problem.code() == Code::BadRequest {
            words.head_mut().set_connection_type(ConnectionType::Close);
        }
        words
    }

    /// The headers that every answer bears (S-HTTP-6).
    fn guard(&self, app: &App, answer: &mut HttpResponse<BoxBody>) {
        if app.is_stopping() {
            answer.head_mut().set_connection_type(ConnectionType::Close);
        }
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
        if self.is_personal || !headers.contains_key(header::CACHE_CONTROL) {
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
        if headers.get(header::CACHE_CONTROL).is_some_and(|value| value == "no-store") {
            headers.insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex"));
        }
        if let Ok(id) = HeaderValue::from_str(&self.id.shown) {
            headers.insert(HeaderName::from_static("x-request-id"), id);
        }
    }
}

/// A line for whoever runs the service: the route's pattern, never the path, which may carry a link's token (S-DEP-3).
fn note(answer: &ServiceResponse<BoxBody>) {
    let status = answer.status().as_u16();
    if status < 400 && !tracing::enabled!(tracing::Level::DEBUG) {
        return; // the pattern is found by going through all routes once more
    }
    let route = answer.request().match_pattern().unwrap_or_default();
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

fn code_of(answer: &Result<ServiceResponse<BoxBody>, Problem>) -> Option<Code> {
    let problem = answer.as_ref().map_or_else(Some, problem_of);
    problem.map(Problem::code)
}

fn request_id(app: &App, request: &ServiceRequest) -> RequestId {
    let given = request.headers().get("x-request-id").and_then(|value| value.to_str().ok()).filter(|id| {
        (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    });
    let own = app.chance.uuid_without_time().to_string();
    RequestId { shown: given.map_or_else(|| own.clone(), str::to_owned), own }
}

/// What no route needs to look at (S-HTTP-1, S-HTTP-3, S-HTTP-4).
fn refuse(app: &App, request: &ServiceRequest) -> Result<(), Problem> {
    if request.uri().to_string().len() > URI_LIMIT {
        return Err(Problem::new(Code::UriTooLong));
    }
    let host = request.headers().get(header::HOST).ok_or_else(|| Problem::new(Code::BadRequest))?;
    let host = host.to_str().unwrap_or_default();
    let for_machines = matches!(request.path(), "/healthz" | "/readyz" | "/metrics");
    let listening = request.app_data::<Data<Listening>>().filter(|_| for_machines);
    let ours = |host: &str| {
        let listened_on = listening.is_some_and(|address| address.0.to_string() == host);
        app.config.public_url.is_host(host) || listened_on
    };
    // Whoever writes the whole address into the first line names the host there, too.
    let whole = request.uri().authority().is_none_or(|authority| ours(authority.as_str()));
    if !ours(host) || !whole {
        return Err(Problem::new(Code::MisdirectedRequest));
    }
    origin::require_ours(request.request())
}
