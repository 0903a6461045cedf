//! What a request says of itself: its id, its language, where it came from, who it claims to be.

use std::future::{Ready, ready};
use std::net::IpAddr;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};

use super::problem::Problem;
use crate::app::App;
use crate::audit::{Actor, Deed};
use crate::text::Language;

/// A request's id: the caller's `X-Request-Id` where it is a plain word, else a fresh one. On every answer and log line.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

/// The service's parts, in a handler.
pub fn app(request: &HttpRequest) -> App {
    let data: Option<&web::Data<App>> = request.app_data();
    data.expect("the server registers the parts with every route").get_ref().clone()
}

/// The token in `Authorization: Bearer …`.
pub fn bearer(request: &HttpRequest) -> Option<&str> {
    let value = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim()).filter(|token| !token.is_empty())
}

/// The language that the caller likes best.
pub fn language(request: &HttpRequest) -> Language {
    let accept = request.headers().get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    Language::negotiate(accept)
}

/// Whose request it is, as the socket and trusted proxies tell it (S-HTTP-5): `X-Forwarded-For` is believed only from a
/// peer that the settings name, from the right, up to the first address that they do not.
pub fn client(request: &HttpRequest) -> Option<IpAddr> {
    let proxies = &app(request).config.trusted_proxies;
    let trusted = |address: IpAddr| proxies.iter().any(|network| network.contains(address));
    let peer = request.peer_addr()?.ip().to_canonical();
    if !trusted(peer) {
        return Some(peer);
    }
    let chain: Vec<&str> = request
        .headers()
        .get_all("x-forwarded-for")
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .collect();
    let mut last = peer;
    for text in chain.into_iter().rev() {
        let Ok(address) = text.parse::<IpAddr>() else { break };
        last = address.to_canonical();
        if !trusted(last) {
            break;
        }
    }
    Some(last)
}

/// Whether the caller is this very machine: no proxy stood between us.
pub fn is_loopback(request: &HttpRequest) -> bool {
    let forwarded =
        ["x-forwarded-for", "forwarded", "x-real-ip"].iter().any(|name| request.headers().contains_key(*name));
    !forwarded && client(request).is_some_and(|address| address.is_loopback())
}

/// What a handler without a signed-in caller knows of its request.
#[derive(Clone, Debug)]
pub struct Visit {
    /// The request's id.
    pub id: String,
    /// The language of the answer.
    pub language: Language,
}

impl Visit {
    /// What this request does, done now by `actor`. Call it when the body is complete: its instant decides the phase.
    pub fn deed(&self, app: &App, actor: Actor) -> Deed {
        Deed { at: app.clock.now(), actor, request: Some(self.id.clone()) }
    }
}

impl FromRequest for Visit {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let id = request.extensions().get::<RequestId>().map_or_else(String::new, |id| id.0.clone());
        ready(Ok(Self { id, language: language(request) }))
    }
}
