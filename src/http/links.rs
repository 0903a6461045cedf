//! Links in mails: `{public_url}/{en|ru}/{page}/{token}`. A token opens one row of one kind and nothing else (S-TOK-6).
//!
//! It is an HMAC over kind, row and generation, so that a reminder repeats the living link and a replaced person's dies
//! with its generation. Until when it lives, and whether it is used up, is told by the row's own room.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;

use super::pages::split_language;
use super::problem::{Code, Problem};
use crate::app::App;
use crate::keys::{Keys, Purpose};
use crate::text::Language;

crate::word_enum! {
    /// What a link opens.
    pub enum LinkKind {
        /// Proves the nominator's address. Row: the nomination.
        Confirm = "confirm",
        /// A nomination not yet sent. Row: the draft.
        Draft = "draft",
        /// The nominator's own nomination. Row: the nomination.
        Nomination = "nomination",
        /// A supporter's letter. Row: the supporter.
        Letter = "letter",
        /// What a nominee is told. Row: the nomination.
        Notice = "notice",
        /// A winner's reply. Row: the nomination.
        Reply = "reply",
        /// An invitation to a part in an edition. Row: the role.
        Invitation = "invitation",
        /// A new password. Row: the reset.
        Reset = "reset",
        /// No more mail of a kind. Row: whom it was sent about.
        Unsubscribe = "unsubscribe",
    }
}

impl LinkKind {
    /// The page's path under the language: one for all winners and losers alike.
    pub const fn page(self) -> &'static str {
        match self {
            Self::Reply => "r",
            other => other.as_str(),
        }
    }
}

/// A link whose token is ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// What it opens.
    pub kind: LinkKind,
    /// Which row.
    pub row: uuid::Uuid,
    /// Which of the row's links: an older one is dead.
    pub generation: u16,
}

impl Link {
    /// A link to a row's first generation.
    pub fn to(kind: LinkKind, row: uuid::Uuid) -> Self {
        Self { kind, row, generation: 0 }
    }

    /// The token: row, generation and HMAC-SHA-256, without padding.
    pub fn token(&self, keys: &Keys) -> String {
        let generation = self.generation.to_be_bytes();
        let mac = keys.digest(Purpose::Link, &[self.kind.as_str().as_bytes(), self.row.as_bytes(), &generation]);
        BASE64.encode([&self.row.as_bytes()[..], &generation, &mac].concat())
    }

    /// The whole address, for a mail in `language`.
    pub fn url(&self, app: &App, language: Language) -> String {
        self.url_on(app, language, self.kind.page())
    }

    /// The same on another page that links of this kind open.
    pub fn url_on(&self, app: &App, language: Language, page: &str) -> String {
        format!("{}/{language}/{page}/{}", app.config.public_url.as_str(), self.token(&app.keys))
    }

    /// Opens a token of any kind; `None` where none of our keys made it.
    pub fn open(keys: &Keys, token: &str) -> Option<Self> {
        let bytes = BASE64.decode(token).ok().filter(|bytes| bytes.len() == 50)?;
        let row = uuid::Uuid::from_slice(&bytes[..16]).ok()?;
        let (generation, mac) = (&bytes[16..18], &bytes[18..]);
        let vouched = |kind: &&LinkKind| {
            keys.vouches(Purpose::Link, &[kind.as_str().as_bytes(), row.as_bytes(), generation], mac)
        };
        let kind = *LinkKind::ALL.iter().find(vouched)?;
        Some(Self { kind, row, generation: u16::from_be_bytes([generation[0], generation[1]]) })
    }

    /// Opens a token of this kind alone.
    ///
    /// # Errors
    /// The one 404 for unknown, foreign and expired links.
    pub fn open_as(keys: &Keys, token: &str, kind: LinkKind) -> Result<Self, Problem> {
        Self::open(keys, token).filter(|link| link.kind == kind).ok_or_else(|| Problem::new(Code::LinkNotValid))
    }
}

/// Whether whoever calls this address shows the token of a link: guesses at it are counted (security.md, "Limits").
pub fn takes_a_token(path: &str) -> bool {
    const CALLS: [&str; 3] = ["/confirmations", "/auth/invitations/accept", "/auth/password-reset/confirm"];
    if let Some(call) = path.strip_prefix("/api/v1") {
        return CALLS.contains(&call) || call == "/link" || call.starts_with("/link/");
    }
    let Some((_, page)) = split_language(path) else { return false };
    let page = page.split('/').next().unwrap_or_default();
    page == "question" || LinkKind::ALL.iter().any(|kind| kind.page() == page)
}

/// Whoever bears a link: its token in `Authorization`, as the pages and the API send it.
pub struct Bearer(pub Link);

impl Bearer {
    /// The row behind a link of this kind.
    ///
    /// # Errors
    /// 404 `link_not_valid`.
    pub fn of(&self, kind: LinkKind) -> Result<Link, Problem> {
        if self.0.kind == kind { Ok(self.0) } else { Err(Problem::new(Code::LinkNotValid)) }
    }
}

impl FromRequest for Bearer {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let Some(token) = super::request::bearer(request) else { return ready(Err(Problem::new(Code::NotSignedIn))) };
        let link = Link::open(&super::request::app(request).keys, token);
        ready(link.map(Self).ok_or_else(|| Problem::new(Code::LinkNotValid)))
    }
}
