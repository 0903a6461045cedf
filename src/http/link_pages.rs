//! The page that a mailed link opens (S-TOK-7). Opening never acts: mail scanners open links. The token moves from the
//! address into a cookie of 30 minutes, so that no history, referrer or log keeps it; a button on the page acts.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};

use super::cookies;
use super::links::{Link, LinkKind};
use super::pages::{see, split_language};
use super::problem::{Answer, Code, Problem};
use super::request;
use crate::clock::Span;

/// How long the page may be used without the mail.
const LIVES: Span = Span::minutes(30);

/// Registers the address of a kind's links: it only moves the token and sends on to the page without it.
pub fn arrival(config: &mut web::ServiceConfig, kind: LinkKind) {
    let path = format!("/{{lang:en|ru}}/{}/{{token}}", kind.page());
    config.route(&path, web::get().to(move |request: HttpRequest| async move { arrive(&request, kind) }));
}

/// The pattern of a kind's page.
pub fn pattern(kind: LinkKind) -> String {
    format!("/{{lang:en|ru}}/{}", kind.page())
}

fn arrive(request: &HttpRequest, kind: LinkKind) -> Answer<HttpResponse> {
    let app = request::app(request);
    let token = request.match_info().get("token").unwrap_or_default();
    let _ours = Link::open_as(&app.keys, token, kind)?;
    let language = split_language(request.path()).map_or_else(|| request::language(request), |(language, _)| language);
    let cookie = cookies::kept(&app, kind.page(), token.to_owned(), LIVES);
    Ok(HttpResponse::SeeOther()
        .cookie(cookie)
        .insert_header((header::LOCATION, format!("/{language}/{}", kind.page())))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .finish())
}

/// The link that was opened here last.
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
    cookies::carried(request, kind.page()).ok_or_else(|| Problem::new(Code::LinkNotValid))
}

/// What a button has done: the page is shown again, so that a reload does not act again.
pub fn shown_again(request: &HttpRequest) -> HttpResponse {
    see(request.path())
}
