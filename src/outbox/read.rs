//! Reads our own finished bytes back: for the preview, the organisers' desk and the demo's mailbox.
//!
//! It knows what [`message`](super::message) writes and no other mail.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// A message as its reader sees it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct Opened {
    /// The address that it goes to.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// The `Date` header.
    pub date: String,
    /// The plain part.
    pub text: String,
    /// The HTML part.
    pub html: String,
}

/// Reads a finished message; `None` where it is not one of ours.
pub fn read(bytes: &[u8]) -> Option<Opened> {
    let mail = std::str::from_utf8(bytes).ok()?;
    let (head, body) = mail.split_once("\r\n\r\n")?;
    Some(Opened {
        to: header(head, "To")?,
        subject: header(head, "Subject")?,
        date: header(head, "Date")?,
        text: part(body, "text/plain")?,
        html: part(body, "text/html")?,
    })
}

/// A header, unfolded and decoded.
pub(super) fn header(head: &str, name: &str) -> Option<String> {
    let unfolded = head.replace("\r\n ", " ");
    let line = unfolded.split("\r\n").find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))?;
    Some(decoded(line))
}

/// The encoded words of RFC 2047 in the one form that lettre writes (`=?utf-8?b?…?=`); the space between two of them
/// is no part of the text.
fn decoded(line: &str) -> String {
    let mut text = String::new();
    let mut bytes = Vec::new(); // one character may begin in one word and end in the next
    let mut gap = "";
    for word in line.split_inclusive(' ') {
        let bare = word.trim_end_matches(' ');
        let inner = bare.strip_prefix("=?utf-8?b?").and_then(|rest| rest.strip_suffix("?="));
        match inner.and_then(|inner| STANDARD.decode(inner).ok()) {
            Some(more) => bytes.extend(more),
            None => {
                text.push_str(&String::from_utf8_lossy(&bytes));
                text.push_str(gap);
                bytes.clear();
                text.push_str(bare);
                text.push_str(&word[bare.len()..]);
                gap = "";
                continue;
            }
        }
        gap = &word[bare.len()..];
    }
    text.push_str(&String::from_utf8_lossy(&bytes));
    text
}

/// The first part of this type, decoded.
fn part(body: &str, kind: &str) -> Option<String> {
    let start = body.find(&format!("Content-Type: {kind}"))?;
    let (head, rest) = body[start..].split_once("\r\n\r\n")?;
    let content = &rest[..rest.find("\r\n--=_")?];
    if header(head, "Content-Transfer-Encoding")? == "7bit" {
        return Some(content.to_owned());
    }
    let joined: String = content.split("\r\n").collect();
    String::from_utf8(STANDARD.decode(joined).ok()?).ok()
}
