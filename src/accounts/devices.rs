//! Where a sign-in comes from: from which network, and in which browser.
//!
//! A browser in which somebody has signed in keeps its id in a signed cookie. It gives no access to anything. By it the
//! owner is spared the notice of a new device (S-ACC-9), and lets nobody who guesses at their password elsewhere keep
//! them out (see `throttle.rs`). A program has none, and is a new device each time.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;

use super::store::devices as store;
use crate::app::App;
use crate::clock::{Span, Time};
use crate::http::cookies;
use crate::http::problem::Problem;
use crate::http::request::{self, Client};
use crate::ids::{AccountId, DeviceId};
use crate::keys::{Keys, Purpose};
use crate::store::{Conn, Stored};

/// How long a browser is known after the last sign-in in it.
pub(super) const KNOWN_FOR: Span = Span::days(180);

const ID: usize = 16;
const MAC: usize = 32;

/// A browser that has our cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Device(DeviceId);

impl Device {
    fn draw(app: &App) -> Self {
        Self(DeviceId::from_uuid(app.chance.uuid_without_time()))
    }

    /// Reads a cookie's value that a key of ours vouches for.
    pub fn parse(keys: &Keys, text: &str) -> Option<Self> {
        let bytes: [u8; ID + MAC] = BASE64.decode(text).ok()?.try_into().ok()?;
        let (id, mac) = bytes.split_at(ID);
        let ours = keys.vouches(Purpose::Devices, &[id], mac);
        ours.then(|| uuid::Uuid::from_slice(id).ok()).flatten().map(|uuid| Self(DeviceId::from_uuid(uuid)))
    }

    /// As the cookie holds it.
    pub fn text(self, keys: &Keys) -> String {
        let uuid = self.0.uuid();
        let mac = keys.digest(Purpose::Devices, &[uuid.as_bytes()]);
        BASE64.encode([uuid.as_bytes().as_slice(), &mac].concat())
    }

    /// Lets a browser know itself again: its cookie goes with the answer, anew at each sign-in.
    ///
    /// A program gets none. It would carry the cookie on without knowing, and then be asked, as a browser is, from which
    /// page its requests come (S-HTTP-3).
    pub fn be_known(self, request: &HttpRequest) {
        let says_its_page = [header::HeaderName::from_static("sec-fetch-site"), header::ORIGIN];
        if says_its_page.iter().any(|name| request.headers().contains_key(name)) {
            let app = request::app(request);
            cookies::send_with_answer(request, cookies::kept(&app, cookies::DEVICE, self.text(&app.keys), KNOWN_FOR));
        }
    }

    pub(super) fn id(self) -> DeviceId {
        self.0
    }
}

/// Where a request comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Whence {
    /// The client.
    pub client: Client,
    /// The browser, if it has our cookie.
    pub device: Option<Device>,
}

impl FromRequest for Whence {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let cookie = cookies::carried(request, cookies::DEVICE);
        let device = cookie.and_then(|text| Device::parse(&request::app(request).keys, &text));
        ready(Ok(Self { client: Client::of(request), device }))
    }
}

/// Whether this account has signed in in this browser before.
pub(super) fn is_known(tx: &mut Conn, from: &Whence, account: AccountId, now: Time) -> Stored<bool> {
    match from.device {
        Some(device) => store::is_known(tx, device.id(), account, now - KNOWN_FOR),
        None => Ok(false),
    }
}

/// Lets a browser know itself again, after a sign-in in it: the one that came, or a new one.
pub(super) fn note(tx: &mut Conn, app: &App, from: &Whence, account: AccountId, now: Time) -> Stored<Device> {
    let device = from.device.unwrap_or_else(|| Device::draw(app));
    store::note(tx, device.id(), account, now)?;
    Ok(device)
}
