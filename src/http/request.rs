//! What a request says of itself: its id, its language, where it came from, who it claims to be.

use std::future::{Ready, ready};
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};

use super::problem::Problem;
use crate::app::App;
use crate::audit::{Actor, Deed};
use crate::config::Network;
use crate::text::Language;

/// A request's ids.
#[derive(Clone, Debug)]
pub struct RequestId {
    /// Ours, freshly drawn: what the audit keeps for good. On every log line.
    pub own: String,
    /// What the answer bears, and every log line too: the caller's `X-Request-Id` where it is a plain word, else ours. A
    /// caller's may be a person's name, so the audit does not take it (S-AUD-2).
    pub shown: String,
}

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

/// Headers by which a proxy says that it stands between.
const FORWARDING: [&str; 6] =
    ["x-forwarded-for", "forwarded", "x-real-ip", "x-forwarded-host", "x-forwarded-proto", "via"];

/// Where a request comes from (S-HTTP-5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Client {
    /// The address; `None` where there was no socket.
    pub address: Option<IpAddr>,
    /// Whether it is this very machine, and no proxy stood between us.
    pub is_loopback: bool,
}

impl Client {
    /// As the socket and trusted proxies tell it.
    pub fn of(request: &HttpRequest) -> Self {
        let Some(peer) = request.peer_addr().map(|peer| peer.ip()) else {
            return Self { address: None, is_loopback: false };
        };
        let headers = request.headers();
        let chain = headers.get_all(FORWARDING[0]).flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
        let chain: Vec<&[u8]> = chain.collect();
        let address = sender(peer, &chain, &app(request).config.trusted_proxies);
        let forwarded = FORWARDING.iter().any(|name| headers.contains_key(*name));
        Self { address: Some(address), is_loopback: address.is_loopback() && !forwarded }
    }

    /// Whose budget it spends: the address, for IPv6 the /64 that one household has whole.
    pub fn network(&self) -> Option<IpAddr> {
        Some(match self.address? {
            IpAddr::V4(address) => address.into(),
            IpAddr::V6(address) => Ipv6Addr::from(u128::from(address) >> 64 << 64).into(),
        })
    }
}

impl FromRequest for Client {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        ready(Ok(Self::of(request)))
    }
}

/// Who sent what `peer` hands us: `chain` is what `X-Forwarded-For` says, and each entry is believed only because the one
/// right of it is a proxy that the settings name. So it is read from the right, up to the first address that is none of
/// them; what a caller wrote himself stands left of that.
pub fn sender(peer: IpAddr, chain: &[&[u8]], proxies: &[Network]) -> IpAddr {
    let trusted = |address: IpAddr| proxies.iter().any(|network| network.contains(address));
    let mut last = peer.to_canonical();
    for entry in chain.iter().rev() {
        if !trusted(last) {
            break;
        }
        match read_address(entry) {
            Some(address) => last = address,
            None => break,
        }
    }
    last
}

/// An address as proxies write it: bare, or with the port from which it spoke.
fn read_address(entry: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(entry).ok()?.trim();
    let bare = text.parse::<IpAddr>().ok();
    let address = bare.or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))?;
    Some(address.to_canonical())
}

/// What a handler without a signed-in caller knows of its request.
#[derive(Clone, Debug)]
pub struct Visit {
    /// The request's id: ours, whatever the caller calls it.
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
        let id = request.extensions().get::<RequestId>().map_or_else(String::new, |id| id.own.clone());
        ready(Ok(Self { id, language: language(request) }))
    }
}
