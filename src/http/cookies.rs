//! Cookies of ours: what a browser carries where a program sends a bearer token.
//!
//! Over TLS each bears `__Host-`, so that no other host can have set it; a browser takes that prefix over TLS only, so
//! on a plain address the name goes without. A request with a bearer token is a program's: its cookies are not looked
//! at (S-HTTP-3). Why, and what the session's cookie holds: `docs/decisions/0012-the-cookie-holds-the-refresh-token.md`.

use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpMessage, HttpRequest, HttpResponse};

use super::request;
use crate::app::App;
use crate::clock::Span;

/// The cookie of somebody's session.
pub const SESSION: &str = "session";
/// The cookie by which a browser is known in which somebody has signed in.
pub const DEVICE: &str = "device";
/// Every cookie of ours begins so, after the prefix.
const OURS: &str = "tca-";
/// A browser that knows it keeps the cookie to this very host.
const HOST_ONLY: &str = "__Host-";
/// The longest value that is one of ours.
const LONGEST: usize = 1_024;

/// A cookie to be kept by the browser.
pub fn kept(app: &App, word: &str, value: String, lives: Span) -> Cookie<'static> {
    Cookie::build(name(app, word), value)
        .path("/")
        .http_only(true)
        .secure(app.config.public_url.is_https())
        .same_site(SameSite::Lax)
        .max_age(Duration::seconds(lives.whole_seconds()))
        .finish()
}

/// A cookie to be forgotten by the browser.
pub fn forgotten(app: &App, word: &str) -> Cookie<'static> {
    kept(app, word, String::new(), Span::seconds(0))
}

/// What the browser carries under this word, unless a program is asking.
pub fn carried(request: &HttpRequest, word: &str) -> Option<String> {
    if request::bearer(request).is_some() {
        return None;
    }
    only(headers(request), &name(&request::app(request), word)).map(str::to_owned)
}

/// Whether the browser carries any cookie of ours, whatever it holds.
pub fn carries_ours(request: &HttpRequest) -> bool {
    let ours = |name: &str| name.strip_prefix(HOST_ONLY).unwrap_or(name).starts_with(OURS);
    headers(request).flat_map(pairs).any(|(name, _)| ours(name))
}

fn name(app: &App, word: &str) -> String {
    let prefix = if app.config.public_url.is_https() { HOST_ONLY } else { "" };
    format!("{prefix}{OURS}{word}")
}

fn headers(request: &HttpRequest) -> impl Iterator<Item = &[u8]> {
    request.headers().get_all(header::COOKIE).map(HeaderValue::as_bytes)
}

/// The value of the one cookie of this name. None where two claim the name, and none that is no plain word: ours all are.
pub fn only<'a>(headers: impl Iterator<Item = &'a [u8]>, name: &str) -> Option<&'a str> {
    let mut found = headers.flat_map(pairs).filter(|(other, _)| *other == name).map(|(_, value)| value);
    let (value, another) = (found.next()?, found.next());
    let plain = value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    (another.is_none() && plain && (1..=LONGEST).contains(&value.len())).then_some(value)
}

/// Name and value of each cookie in a header. What is none is passed over: another service on this host may have set it,
/// and must not take ours along.
fn pairs(header: &[u8]) -> impl Iterator<Item = (&str, &str)> {
    let texts = header.split(|byte| *byte == b';').filter_map(|text| std::str::from_utf8(text).ok());
    texts.filter_map(|text| text.trim_matches([' ', '\t']).split_once('='))
}

/// Cookies that were decided on before there was an answer to put them on.
#[derive(Default)]
struct Waiting(Vec<Cookie<'static>>);

/// Sends a cookie with this request's answer, whichever that will be.
pub fn send_with_answer(request: &HttpRequest, cookie: Cookie<'static>) {
    let mut extensions = request.extensions_mut();
    if extensions.get::<Waiting>().is_none() {
        extensions.insert(Waiting::default());
    }
    if let Some(waiting) = extensions.get_mut::<Waiting>() {
        waiting.0.push(cookie);
    }
}

/// Puts the cookies that wait onto the answer. One that the answer sets itself wins.
pub(super) fn put_waiting(request: &HttpRequest, answer: &mut HttpResponse<impl Sized>) {
    let Some(Waiting(waiting)) = request.extensions_mut().remove::<Waiting>() else { return };
    for cookie in waiting {
        let is_set = answer.cookies().any(|set| set.name() == cookie.name());
        if !is_set && answer.add_cookie(&cookie).is_err() {
            tracing::error!("a cookie of ours is no header");
        }
    }
}
