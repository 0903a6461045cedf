//! A message: a letter's finished bytes, sealed, with all that the worker needs to send them.
//!
//! Bytes, Message-ID and date are fixed here, once; every attempt sends the same (S-OUT-2). Intake makes a message a
//! nomination, so this is written to be cheap: no parsing of what was parsed, one pass a part, no second encoding.

use std::fmt::Write as _;
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lettre::Address;
use lettre::message::header::{
    Date, From as FromHeader, Header, HeaderName, HeaderValue, Headers, MIME_VERSION_1_0, MessageId as MessageIdHeader,
    ReplyTo, Subject, To,
};
use lettre::message::{Mailbox, Mailboxes};

use super::kinds::{Kind, Refusal};
use super::letter::Letter;
use super::state::State;
use crate::app::App;
use crate::clock::Time;
use crate::fields::Email;
use crate::ids::{EditionId, MessageId};
use crate::keys::{Purpose, hex};
use crate::text::{Bilingual, say};

/// The size to which padded messages are rounded up, so that none can be told by its length.
pub const PAD: usize = 2_048;
/// Signs of a subject or a sender's name that are kept.
const LONGEST_LINE: usize = 200;

/// Who writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    /// The address that mail comes from; without one, the service's own.
    pub from: Option<Email>,
    /// Who reads answers.
    pub reply_to: Option<Email>,
    /// The name beside the address and under the letter.
    pub name: Bilingual,
}

impl Sender {
    /// The service itself: for mail that belongs to no edition.
    pub fn of_service() -> Self {
        use crate::text::Language::{En, Ru};
        Self { from: None, reply_to: None, name: Bilingual::new(say(En, "product", &[]), say(Ru, "product", &[])) }
    }
}

/// What a letter needs to become a message.
pub struct Post<'a> {
    /// Its kind. No header names it.
    pub kind: Kind,
    /// The edition that it belongs to.
    pub edition: Option<EditionId>,
    /// The id of the row that it is about.
    pub about: String,
    /// A second message with this key is never queued.
    pub once: Option<String>,
    /// To whom.
    pub to: &'a Email,
    /// From whom.
    pub sender: &'a Sender,
    /// When it leaves: also its date.
    pub due_at: Time,
    /// Whether its size is rounded up to a multiple of [`PAD`].
    pub pad: bool,
}

/// A finished message, ready for [`enqueue`](super::enqueue).
#[derive(Clone)]
pub struct Message {
    pub(super) id: MessageId,
    pub(super) edition: Option<EditionId>,
    pub(super) kind: Kind,
    pub(super) about: String,
    pub(super) once_key: Option<String>,
    pub(super) state: State,
    pub(super) recipient_digest: String,
    pub(super) domain: String,
    pub(super) envelope: String,
    pub(super) message_id: String,
    pub(super) bytes: String,
    pub(super) size: i64,
    pub(super) queued_at: Time,
    pub(super) due_at: Time,
    pub(super) give_up_at: Option<Time>,
}

impl Message {
    /// The same as another message, though one of its `once` key was queued before.
    pub fn again(self) -> Self {
        Self { once_key: None, ..self }
    }

    /// Its id.
    pub fn id(&self) -> MessageId {
        self.id
    }

    /// Its `Message-ID`, without brackets.
    pub fn message_id(&self) -> &str {
        &self.message_id
    }

    /// The same, to be tried again only until this, however often that is; else it is for three days (S-OUT-4).
    pub fn tried_until(self, give_up_at: Time) -> Self {
        Self { give_up_at: Some(give_up_at), ..self }
    }

    /// Its finished bytes.
    pub fn open(&self, app: &App) -> Option<Vec<u8>> {
        unseal(app, &self.bytes)
    }
}

/// Finishes a letter: fixed bytes, fixed date and Message-ID, sealed. Does no I/O, so call it outside the transaction.
pub fn finish(app: &App, at: Time, post: Post<'_>, letter: Letter) -> Message {
    let uuid = app.chance.uuid_without_time();
    let from = from_address(app, post.sender);
    let to = address(&post.to.for_mail());
    let message_id = format!("{}@{}", uuid.hyphenated(), from.domain());
    let domain = to.domain().to_owned();
    let envelope = format!("{}+{}@{}\n{to}", from.user(), uuid.simple(), from.domain());
    let bytes = bytes(uuid, &message_id, from, to, &post, &letter);
    Message {
        id: MessageId::from_uuid(app.chance.uuid(at)),
        edition: post.edition,
        kind: post.kind,
        about: post.about,
        once_key: post.once,
        state: State::Queued,
        recipient_digest: recipient_digest(app, post.to),
        domain,
        envelope: seal(app, envelope.as_bytes()),
        message_id,
        size: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
        bytes: seal(app, &bytes),
        queued_at: at,
        due_at: post.due_at,
        give_up_at: None,
    }
}

/// The keyed digest of an address under the newest secret: by this alone a row of ours knows its reader.
pub fn recipient_digest(app: &App, email: &Email) -> String {
    hex(&app.keys.digest(Purpose::Addresses, &[email.normal().as_bytes()]))
}

/// The digest under which an address refuses some kinds of mail and no others.
pub fn refusal_digest(app: &App, email: &Email, refusal: Refusal) -> String {
    hex(&app.keys.digest(Purpose::Addresses, &[email.normal().as_bytes(), refusal.as_str().as_bytes()]))
}

/// The digests of an address under every secret still held: what an older one blocked stays blocked.
pub(super) fn address_digests(app: &App, email: &Email, refusal: Option<Refusal>) -> Vec<String> {
    let normal = email.normal();
    let word = refusal.map(Refusal::as_str);
    let parts: Vec<&[u8]> = std::iter::once(normal.as_bytes()).chain(word.map(str::as_bytes)).collect();
    app.keys.digests(Purpose::Addresses, &parts).iter().map(|digest| hex(digest)).collect()
}

/// Who a message comes from and goes to, as mail servers are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Envelope {
    /// Where a bounce goes; its token is the Message-ID's.
    pub(super) from: Address,
    /// The one recipient.
    pub(super) to: Address,
}

impl Envelope {
    /// The recipient as a field of ours.
    pub(super) fn recipient(&self) -> Option<Email> {
        Email::parse_with(self.to.as_ref(), true).ok()
    }
}

pub(super) fn open_envelope(app: &App, sealed: &str) -> Option<Envelope> {
    let text = String::from_utf8(unseal(app, sealed)?).ok()?;
    let (from, to) = text.split_once('\n')?;
    Some(Envelope { from: address(from), to: address(to) })
}

pub(super) fn seal(app: &App, plain: &[u8]) -> String {
    app.keys.seal(Purpose::Messages, &app.chance, plain)
}

pub(super) fn unseal(app: &App, sealed: &str) -> Option<Vec<u8>> {
    app.keys.unseal(Purpose::Messages, sealed)
}

/// The edition's address, the service's, or, where nobody set one (mail then stays in the folder), one that is nobody's.
fn from_address(app: &App, sender: &Sender) -> Address {
    match (&sender.from, &app.config.mail_from) {
        (Some(email), _) => address(&email.for_mail()),
        (None, Some(text)) => address(text),
        (None, None) => Address::new_dangerous("awards", "localhost"),
    }
}

/// An [`Email`] was checked when it was typed, more strictly than lettre does.
fn address(email: &str) -> Address {
    let (local, domain) = email.rsplit_once('@').unwrap_or((email, "localhost"));
    Address::new_dangerous(local, domain)
}

/// One header of ours that lettre has no type for.
macro_rules! plain_header {
    ($type:ident, $name:literal) => {
        #[derive(Clone)]
        struct $type(String);
        impl Header for $type {
            fn name() -> HeaderName {
                HeaderName::new_from_ascii_str($name)
            }
            fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
                Ok(Self(text.to_owned()))
            }
            fn display(&self) -> HeaderValue {
                HeaderValue::new(Self::name(), self.0.clone())
            }
        }
    };
}
plain_header!(AutoSubmitted, "Auto-Submitted");
plain_header!(ContentLanguage, "Content-Language");
plain_header!(ContentTypeHeader, "Content-Type");
plain_header!(ListUnsubscribe, "List-Unsubscribe");
plain_header!(ListUnsubscribePost, "List-Unsubscribe-Post");

fn bytes(uuid: uuid::Uuid, message_id: &str, from: Address, to: Address, post: &Post<'_>, letter: &Letter) -> Vec<u8> {
    let rendered = letter.render(post.sender);
    let name = line(post.sender.name.get(letter.language()));
    let outer = format!("=_{}", uuid.simple());
    let kind = if letter.calendar_text().is_some() { "mixed" } else { "alternative" };

    let mut headers = Headers::with_capacity(12);
    headers.set(FromHeader::from(Mailboxes::from(Mailbox::new(Some(name), from))));
    if let Some(reply_to) = &post.sender.reply_to {
        headers.set(ReplyTo::from(Mailboxes::from(Mailbox::new(None, address(&reply_to.for_mail())))));
    }
    headers.set(To::from(Mailboxes::from(Mailbox::new(None, to))));
    headers.set(Subject::from(line(&letter.subject())));
    headers.set(Date::new(system_time(post.due_at)));
    headers.set(MessageIdHeader::from(format!("<{message_id}>")));
    headers.set(AutoSubmitted("auto-generated".to_owned()));
    headers.set(ContentLanguage(letter.languages()));
    if let Some(url) = letter.unsubscribe_url() {
        headers.set(ListUnsubscribe(format!("<{}>", line(url))));
        headers.set(ListUnsubscribePost("List-Unsubscribe=One-Click".to_owned()));
    }
    headers.set(MIME_VERSION_1_0);
    headers.set(ContentTypeHeader(format!("multipart/{kind}; boundary=\"{outer}\"")));

    let size = 1_200 + (rendered.text.len() + rendered.html.len()) * 3 / 2;
    let mut out = String::with_capacity(if post.pad { size.next_multiple_of(PAD) + PAD } else { size });
    let _infallible = write!(out, "{headers}\r\n");
    match letter.calendar_text() {
        None => alternatives(&mut out, &outer, &rendered.text, &rendered.html),
        Some(calendar) => {
            let inner = format!("=_i{}", uuid.simple());
            let _infallible =
                write!(out, "--{outer}\r\nContent-Type: multipart/alternative; boundary=\"{inner}\"\r\n\r\n");
            alternatives(&mut out, &inner, &rendered.text, &rendered.html);
            let _infallible = write!(
                out,
                "--{outer}\r\nContent-Type: text/calendar; charset=utf-8; method=PUBLISH\r\n\
                 Content-Disposition: attachment; filename=\"invite.ics\"\r\n"
            );
            encoded(&mut out, &calendar.replace("\r\n", "\n").replace('\n', "\r\n"));
            let _infallible = write!(out, "--{outer}--\r\n");
        }
    }
    if post.pad {
        pad(&mut out);
    }
    out.into_bytes()
}

/// Both parts of a letter, and the boundary that ends them.
fn alternatives(out: &mut String, boundary: &str, text: &str, html: &str) {
    for (kind, part) in [("plain", text), ("html", html)] {
        let _infallible = write!(out, "--{boundary}\r\nContent-Type: text/{kind}; charset=utf-8\r\n");
        encoded(out, part);
    }
    let _infallible = write!(out, "--{boundary}--\r\n");
}

/// A part's text in an encoding that every mail server takes: as it is where it is ASCII in short lines, else base64.
fn encoded(out: &mut String, text: &str) {
    if text.is_ascii() && text.split("\r\n").all(|line| line.len() <= 900) {
        out.push_str("Content-Transfer-Encoding: 7bit\r\n\r\n");
        out.push_str(text);
        out.push_str("\r\n"); // the line break before a boundary is the boundary's
        return;
    }
    out.push_str("Content-Transfer-Encoding: base64\r\n\r\n");
    let whole = STANDARD.encode(text); // at once: line by line it takes three times as long
    let mut rest = whole.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(76)); // signs that a line may have; all are ASCII
        out.push_str(line);
        out.push_str("\r\n");
        rest = after;
    }
}

/// Fills up behind the last boundary, where readers look no more, to a multiple of [`PAD`].
fn pad(out: &mut String) {
    const WIDTH: usize = 64;
    let mut missing = out.len().next_multiple_of(PAD) - out.len();
    while missing > 0 {
        // A line takes at least its CRLF, so what is left must never be a single byte.
        let line = if missing <= WIDTH { missing } else { WIDTH.min(missing - 2) };
        if line < 2 {
            missing += PAD;
            continue;
        }
        out.extend(std::iter::repeat_n(' ', line - 2));
        out.push_str("\r\n");
        missing -= line;
    }
}

/// A text as one line of a header: no control signs, one space where there were several (lettre loses spaces between two
/// encoded words), cut where nobody reads on. lettre encodes and folds it.
fn line(text: &str) -> String {
    let mut line = String::with_capacity(text.len().min(4 * LONGEST_LINE));
    let mut space = false;
    for sign in text.chars().take(LONGEST_LINE) {
        if sign.is_control() || sign.is_whitespace() {
            space = !line.is_empty();
        } else {
            if std::mem::take(&mut space) {
                line.push(' ');
            }
            line.push(sign);
        }
    }
    line
}

fn system_time(time: Time) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(time.unix_seconds()).unwrap_or(0))
}
