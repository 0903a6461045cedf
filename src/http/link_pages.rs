//! The page that a mailed link opens (S-TOK-7). Opening never acts: mail scanners open links. The token moves from the
//! address into a cookie of 30 minutes, so that no history, referrer or log keeps it; a button on the page acts.

use actix_web::{HttpRequest, HttpResponse, web};

use super::cookies;
use super::links::{Link, LinkKind};
use super::pages::{Frame, see, split_language};
use super::problem::{Answer, Code, Problem};
use super::request;
use crate::clock::Span;
use crate::keys::sha256;

/// How long the page may be used without the mail.
const LIVES: Span = Span::minutes(30);

/// Registers the address of a kind's links: it only moves the token and sends on to the page without it.
pub fn arrival(config: &mut web::ServiceConfig, kind: LinkKind) {
    arrival_on(config, kind, kind.page());
}

/// The same for another page that a kind's links open.
pub fn arrival_on(config: &mut web::ServiceConfig, kind: LinkKind, page: &'static str) {
    let path = format!("/{{lang:en|ru}}/{page}/{{token}}");
    config.route(&path, web::get().to(move |request: HttpRequest| async move { arrive(&request, kind, page) }));
}

/// The pattern of a kind's page.
pub fn pattern(kind: LinkKind) -> String {
    format!("/{{lang:en|ru}}/{}", kind.page())
}

fn arrive(request: &HttpRequest, kind: LinkKind, page: &str) -> Answer<HttpResponse> {
    let app = request::app(request);
    let token = request.match_info().get("token").unwrap_or_default();
    let _ours = Link::open_as(&app.keys, token, kind)?;
    let language = split_language(request.path()).map_or_else(|| request::language(request), |(language, _)| language);
    let mark = mark_of(token);
    cookies::send_with_answer(request, cookies::kept(&app, &word(kind, &mark), token.to_owned(), LIVES));
    Ok(see(&format!("/{language}/{page}?of={mark}")))
}

/// Tells one link from another in the page's address, where the token must not stand: two letters opened side by side
/// are two pages, and what is sent from one does not land in the other.
fn mark_of(token: &str) -> String {
    sha256(token.as_bytes()).chars().take(16).collect()
}

/// The cookie of a link.
fn word(kind: LinkKind, mark: &str) -> String {
    format!("{}-{mark}", kind.page())
}

/// The link that the page stands for.
///
/// # Errors
/// 404 `link_not_valid` where there is none, or none of ours.
pub fn carried(request: &HttpRequest, kind: LinkKind) -> Result<Link, Problem> {
    Link::open_as(&request::app(request).keys, &token(request, kind)?, kind)
}

/// Its token.
///
/// # Errors
/// As [`carried`].
pub fn token(request: &HttpRequest, kind: LinkKind) -> Result<String, Problem> {
    let mark = request.query_string().strip_prefix("of=").unwrap_or_default();
    let token = cookies::carried(request, &word(kind, mark)).filter(|token| mark_of(token) == mark);
    token.ok_or_else(|| Problem::new(Code::LinkNotValid).with_detail("problem-link-not-valid-here", vec![]))
}

/// What a button has done: the page is shown again, so that a reload does not act again.
pub fn shown_again(request: &HttpRequest) -> HttpResponse {
    let page = request.uri().path_and_query().map_or(request.path(), |page| page.as_str());
    see(page)
}

/// Back from a button's own address to the page of the link that it stands on.
pub fn page_again(frame: &Frame, kind: LinkKind) -> HttpResponse {
    see(&format!("/{}/{}{}", frame.language(), kind.page(), frame.query()))
}
