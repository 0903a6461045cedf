//! Where a browser's request comes from (S-HTTP-3): only our own pages may make a browser change something.

use actix_web::HttpRequest;
use actix_web::http::header::HeaderMap;

use super::cookies;
use super::problem::{Code, Problem};
use super::request;

/// Lets pass what may come: whatever changes nothing; a program that bears a token, whose cookies are not looked at; and
/// a browser that says it stands on a page of ours. Asked once, around all routes.
///
/// # Errors
/// 403 `cross_origin`.
pub fn require_ours(request: &HttpRequest) -> Result<(), Problem> {
    if request.method().is_safe() || request::bearer(request).is_some() {
        return Ok(());
    }
    let [site, origin] = ["sec-fetch-site", "origin"].map(|name| only(request.headers(), name));
    let ours = request::app(request).config.public_url.as_str().to_owned();
    let passes = may_come(&ours, cookies::carries_ours(request), site, origin);
    if passes { Ok(()) } else { Err(Problem::new(Code::CrossOrigin)) }
}

/// Whether a request that changes something may come, by what the browser says of the page that sent it.
///
/// One that a cookie of ours vouches for must say that it comes from us: by `Sec-Fetch-Site`, or in a browser without
/// that by `Origin`. One without a cookie, such as a sign-in, need say nothing, but what it says must be right.
pub fn may_come(ours: &str, with_cookie: bool, site: Option<&str>, origin: Option<&str>) -> bool {
    let site = site.map(|site| site == "same-origin");
    let origin = origin.map(|origin| origin == ours);
    if with_cookie { site.or(origin).unwrap_or(false) } else { site.unwrap_or(true) && origin.unwrap_or(true) }
}

/// A header's value; the empty text, which is never right, where it is sent twice or is no text.
fn only<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name);
    let value = values.next()?;
    Some(if values.next().is_some() { "" } else { value.to_str().unwrap_or_default() })
}
