//! Where somebody goes on once they have signed in: a page of ours, and no other place.

use actix_web::HttpRequest;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::pages::split_language;
use crate::text::Language;

/// The longest that is taken.
const LONGEST: usize = 512;

/// A page's path below its language, with its query: whoever changes the language while signing in stays in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WayBack(String);

impl WayBack {
    /// Reads a path, with its language or without. `None` for whatever could lead elsewhere or break a header, and for
    /// the pages that sign in and out.
    pub fn parse(text: &str) -> Option<Self> {
        let rest = split_language(text).map_or(text, |(_, rest)| rest);
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte);
        let fits = rest.len() <= LONGEST
            && path.bytes().all(plain) // no `%`, behind which dots could hide
            && query.bytes().all(|byte| plain(byte) || b"=&%".contains(&byte))
            && !path.starts_with('/')
            && !path.contains("//")
            && !path.contains("..")
            && !path.starts_with("sign-");
        fits.then(|| Self(rest.to_owned()))
    }

    /// The page that a request looks at.
    pub fn to(request: &HttpRequest) -> Option<Self> {
        let (_, rest) = split_language(request.path()).filter(|_| request.method().is_safe())?;
        let query = request.query_string();
        Self::parse(&if query.is_empty() { rest.to_owned() } else { format!("{rest}?{query}") })
    }

    /// The one that a request names in its query.
    pub fn of(request: &HttpRequest) -> Option<Self> {
        let value = request.query_string().split('&').find_map(|pair| pair.strip_prefix("next="))?;
        Self::parse(&percent_decode_str(value).decode_utf8().ok()?)
    }

    /// The page in this language.
    pub fn page(&self, language: Language) -> String {
        format!("/{language}/{}", self.0)
    }

    /// The query by which a page that leads back here names it.
    pub fn query(&self) -> String {
        format!("?next={}", utf8_percent_encode(&self.0, NON_ALPHANUMERIC))
    }
}
