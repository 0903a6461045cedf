//! The cookie by which a browser holds the draft that is written in it: draft, by which link it was opened, since when,
//! and an HMAC over these. It lasts 24 hours from the last page that was saved.

use actix_web::HttpRequest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;

use crate::app::App;
use crate::clock::Time;
use crate::http::cookies;
use crate::ids::DraftId;
use crate::keys::Purpose;
use crate::nominations::drafts::Holder;
use crate::nominations::drafts::model::IN_BROWSER;

/// The cookie's word.
const WORD: &str = "form";
/// What stands for "opened by no link": no draft is mailed to so many addresses.
const NO_LINK: u16 = u16::MAX;

/// Lets the browser hold a draft from now on.
pub(super) fn hand_out(app: &App, request: &HttpRequest, holder: Holder, now: Time) {
    let held = fields(holder, now);
    let mac = app.keys.digest(Purpose::Forms, &[&held]);
    let value = BASE64.encode([&held[..], &mac].concat());
    cookies::send_with_answer(request, cookies::kept(app, WORD, value, IN_BROWSER));
}

/// The draft that the browser holds.
pub(super) fn carried(app: &App, request: &HttpRequest, now: Time) -> Option<Holder> {
    let bytes = BASE64.decode(cookies::carried(request, WORD)?).ok().filter(|bytes| bytes.len() == 58)?;
    let (held, mac) = bytes.split_at(26);
    if !app.keys.vouches(Purpose::Forms, &[held], mac) {
        return None;
    }
    let draft = DraftId::from_uuid(uuid::Uuid::from_slice(&held[..16]).ok()?);
    let link = u16::from_be_bytes([held[16], held[17]]);
    let since = Time::from_micros(i64::from_be_bytes(held[18..].try_into().ok()?));
    (now < since + IN_BROWSER).then(|| Holder { draft, proven: (link != NO_LINK).then_some(link) })
}

fn fields(holder: Holder, now: Time) -> [u8; 26] {
    let mut held = [0; 26];
    held[..16].copy_from_slice(holder.draft.uuid().as_bytes());
    held[16..18].copy_from_slice(&holder.proven.unwrap_or(NO_LINK).to_be_bytes());
    held[18..].copy_from_slice(&now.micros().to_be_bytes());
    held
}
