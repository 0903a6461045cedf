//! The seed of a second factor: what the owner's device and we share, and the codes that follow from it (RFC 6238).
//!
//! SHA-1, six digits, a step of 30 seconds, one step either side: what every authenticator knows; some take other
//! parameters and silently count with these.

use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use totp_rs::{Builder, Secret, Totp};

use crate::app::App;
use crate::chance::Chance;
use crate::clock::Time;
use crate::ids::AccountId;
use crate::keys::{Keys, Purpose};

/// 160 random bits. Neither printed nor stored but sealed (S-TOK-8).
pub(super) struct Seed([u8; 20]);

impl Seed {
    /// A new one.
    pub(super) fn draw(chance: &Chance) -> Self {
        Self(chance.bytes())
    }

    /// As it is kept: sealed together with its account's id, so that nobody who can write into the database makes the
    /// seed of one account another's.
    pub(super) fn seal(&self, app: &App, account: AccountId) -> String {
        let plain = [account.uuid().as_bytes().as_slice(), &self.0].concat();
        app.keys.seal(Purpose::SecondFactors, &app.chance, &plain)
    }

    /// Opens what [`Seed::seal`] made for this account.
    pub(super) fn unseal(keys: &Keys, account: AccountId, sealed: &str) -> Option<Self> {
        let plain = keys.unseal(Purpose::SecondFactors, sealed)?;
        let (owner, seed) = plain.split_at_checked(16)?;
        (owner == account.uuid().as_bytes()).then_some(Self(seed.try_into().ok()?))
    }

    /// The time step whose code these six digits are: the current one, or one either side.
    pub(super) fn step_of(&self, digits: &str, at: Time) -> Option<i64> {
        let now = u64::try_from(at.unix_seconds()).ok()?;
        i64::try_from(self.totp("", "").check(digits, now)?).ok()
    }

    /// As its owner types it where no picture can be taken.
    pub(super) fn text(&self) -> String {
        Secret::from(self.0).to_base32()
    }

    /// As an authenticator reads it: under whose name, for which address.
    pub(super) fn uri(&self, issuer: &str, address: &str) -> String {
        self.totp(issuer, address).to_url().expect("the address is there, and there is no colon")
    }

    fn totp(&self, issuer: &str, address: &str) -> Totp {
        // A colon stands between the two in the URI.
        let (issuer, address) = (issuer.replace(':', " "), address.replace(':', " "));
        let builder = Builder::new().with_secret(Secret::from(self.0)).with_issuer(Some(issuer));
        builder.with_account_name(address).build().expect("160 bits, six digits, and no colon")
    }
}

/// A QR code: an SVG document of its own that can also stand inside a page. Made here alone and of nothing that somebody
/// typed but what the code says, so a page need not escape it (S-HTTP-7).
#[derive(Clone)]
pub struct Picture(String);

impl Picture {
    /// The document.
    pub fn into_text(self) -> String {
        self.0
    }
}

impl std::fmt::Display for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl askama::filters::HtmlSafe for Picture {}

/// A text as a QR code.
pub(super) fn picture(text: &str) -> Picture {
    let code =
        QrCode::with_error_correction_level(text, EcLevel::L).expect("an address makes far less than 2,953 bytes");
    let svg = code.render::<svg::Color<'_>>().module_dimensions(4, 4).build();
    Picture(svg.split_once("?>").map_or_else(|| svg.clone(), |(_xml, svg)| svg.to_owned()))
}
