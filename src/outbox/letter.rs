//! A letter: what a mail says, block by block, told twice with the same words: as plain text and as HTML.
//!
//! The HTML holds no picture, no script, no style and nothing from elsewhere, and escapes whatever people typed
//! (S-HTTP-7). Names come in isolates from whoever writes the letter (`text::isolate`).

use std::borrow::Cow;
use std::fmt::Write as _;

use super::message::Sender;
use crate::text::{Language, say};

/// One mail's words, in one language or in both.
#[derive(Clone)]
pub struct Letter {
    pages: Vec<Page>,
    calendar: Option<String>,
    unsubscribe: Option<String>,
}

/// A letter in one language.
#[derive(Clone)]
struct Page {
    language: Language,
    subject: String,
    greeting: Option<String>,
    blocks: Vec<Block>,
}

#[derive(Clone)]
enum Block {
    Para(String),
    Link { label: String, url: String },
    List(Vec<String>),
    Quote(String),
}

impl Letter {
    /// Begins a letter. Greeting and closing words come by themselves.
    pub fn new(language: Language, subject: impl Into<String>) -> Self {
        let page = Page { language, subject: subject.into(), greeting: None, blocks: Vec::with_capacity(8) };
        Self { pages: vec![page], calendar: None, unsubscribe: None }
    }

    /// Two letters in one mail, for somebody whose language we do not know.
    #[must_use]
    pub fn both(mut first: Self, second: Self) -> Self {
        first.pages.extend(second.pages);
        first.calendar = first.calendar.or(second.calendar);
        first.unsubscribe = first.unsubscribe.or(second.unsubscribe);
        first
    }

    /// Another first line than the usual "Hello,".
    #[must_use]
    pub fn greeting(mut self, text: impl Into<String>) -> Self {
        self.page().greeting = Some(text.into());
        self
    }

    /// A paragraph; a line break in it stays one.
    #[must_use]
    pub fn para(self, text: impl Into<String>) -> Self {
        self.block(Block::Para(text.into()))
    }

    /// A link under its label. The address is one of ours: it is shown whole, and never rewritten.
    #[must_use]
    pub fn link(self, label: impl Into<String>, url: impl Into<String>) -> Self {
        self.block(Block::Link { label: label.into(), url: url.into() })
    }

    /// A list, a line an item.
    #[must_use]
    pub fn list<T: Into<String>>(self, items: impl IntoIterator<Item = T>) -> Self {
        let items: Vec<String> = items.into_iter().map(Into::into).collect();
        if items.is_empty() { self } else { self.block(Block::List(items)) }
    }

    /// Somebody's words, set off from ours.
    #[must_use]
    pub fn quote(self, text: impl Into<String>) -> Self {
        self.block(Block::Quote(text.into()))
    }

    /// Attaches a calendar (RFC 5545, `METHOD:PUBLISH`) as `invite.ics`.
    #[must_use]
    pub fn calendar(mut self, ics: impl Into<String>) -> Self {
        self.calendar = Some(ics.into());
        self
    }

    /// Where one click ends mail of this kind (RFC 8058): N1 only.
    #[must_use]
    pub fn unsubscribe(mut self, url: impl Into<String>) -> Self {
        self.unsubscribe = Some(url.into());
        self
    }

    fn page(&mut self) -> &mut Page {
        self.pages.last_mut().expect("a letter begins with a page")
    }

    fn block(mut self, block: Block) -> Self {
        self.page().blocks.push(block);
        self
    }

    /// The subject: of two languages both, joined by a stroke.
    pub fn subject(&self) -> Cow<'_, str> {
        match self.pages.as_slice() {
            [page] => Cow::Borrowed(&page.subject),
            pages => Cow::Owned(pages.iter().map(|page| page.subject.as_str()).collect::<Vec<_>>().join(" / ")),
        }
    }

    /// The language that stands first.
    pub fn language(&self) -> Language {
        self.pages.first().map_or(Language::En, |page| page.language)
    }

    /// What `Content-Language` says.
    pub(super) fn languages(&self) -> String {
        self.pages.iter().map(|page| page.language.as_str()).collect::<Vec<_>>().join(", ")
    }

    pub(super) fn calendar_text(&self) -> Option<&str> {
        self.calendar.as_deref()
    }

    pub(super) fn unsubscribe_url(&self) -> Option<&str> {
        self.unsubscribe.as_deref()
    }

    /// The letter as plain text and as HTML, lines ending in CRLF.
    pub(super) fn render(&self, sender: &Sender) -> Rendered {
        let words: usize = self.pages.iter().map(Page::size).sum();
        let mut text = Text(String::with_capacity(words + words / 8 + 512));
        let mut html = Html(String::with_capacity(words + words / 2 + 1024));
        html.begin(self.language(), &self.subject());
        for (index, page) in self.pages.iter().enumerate() {
            if index > 0 {
                text.rule();
                html.rule();
            }
            html.0.push_str("<div lang=\"");
            html.0.push_str(page.language.as_str());
            html.0.push_str("\">\r\n");
            page.tell(sender, &mut text, &mut html);
            html.0.push_str("</div>\r\n");
        }
        html.0.push_str("</body>\r\n</html>\r\n");
        Rendered { text: text.0, html: html.0 }
    }
}

/// A letter as both of its parts.
pub(super) struct Rendered {
    pub(super) text: String,
    pub(super) html: String,
}

impl Page {
    fn size(&self) -> usize {
        let blocks = self.blocks.iter().map(|block| match block {
            Block::Para(text) | Block::Quote(text) => text.len(),
            Block::Link { label, url } => label.len() + 2 * url.len(),
            Block::List(items) => items.iter().map(|item| item.len() + 16).sum(),
        });
        self.subject.len() + blocks.map(|size| size + 16).sum::<usize>()
    }

    fn tell(&self, sender: &Sender, text: &mut Text, html: &mut Html) {
        let greeting = self.greeting.as_ref().map_or_else(|| say(self.language, "outbox-greeting", &[]), Clone::clone);
        let footer = match sender.reply_to {
            Some(_) => say(self.language, "outbox-footer", &[]),
            None => say(self.language, "outbox-footer-no-reply", &[]),
        };
        let mut para = |block: &str| {
            text.para(block);
            html.para(block);
        };
        para(&greeting);
        for block in &self.blocks {
            text.block(block);
            html.block(block);
        }
        let mut para = |block: &str| {
            text.para(block);
            html.para(block);
        };
        para(sender.name.get(self.language));
        para(&footer);
    }
}

/// The plain part.
struct Text(String);

impl Text {
    fn block(&mut self, block: &Block) {
        match block {
            Block::Para(text) => self.para(text),
            Block::Link { label, url } => {
                if !label.is_empty() {
                    self.line("", label);
                }
                self.line("", url);
                self.end();
            }
            Block::List(items) => {
                for item in items {
                    self.line("- ", item);
                }
                self.end();
            }
            Block::Quote(text) => {
                for line in lines(text) {
                    self.line("> ", line);
                }
                self.end();
            }
        }
    }

    fn para(&mut self, text: &str) {
        for line in lines(text) {
            self.line("", line);
        }
        self.end();
    }

    fn line(&mut self, before: &str, text: &str) {
        self.0.push_str(before);
        push_clean(&mut self.0, text, |_| None);
        self.0.push_str("\r\n");
    }

    fn end(&mut self) {
        self.0.push_str("\r\n");
    }

    fn rule(&mut self) {
        self.0.push_str("* * *\r\n\r\n");
    }
}

/// The HTML part.
struct Html(String);

impl Html {
    fn begin(&mut self, language: Language, subject: &str) {
        let _infallible = write!(self.0, "<!doctype html>\r\n<html lang=\"{language}\">\r\n<head>\r\n");
        self.0.push_str("<meta charset=\"utf-8\">\r\n<title>");
        self.escaped(subject);
        self.0.push_str("</title>\r\n</head>\r\n<body>\r\n");
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Para(text) => self.para(text),
            Block::Link { label, url } => {
                self.0.push_str("<p>");
                if !label.is_empty() {
                    self.escaped(label);
                    self.0.push_str("<br>\r\n");
                }
                if url.starts_with("https://") || url.starts_with("http://") {
                    self.0.push_str("<a href=\"");
                    self.escaped(url);
                    self.0.push_str("\">");
                    self.escaped(url);
                    self.0.push_str("</a>");
                } else {
                    self.escaped(url);
                }
                self.0.push_str("</p>\r\n");
            }
            Block::List(items) => {
                self.0.push_str("<ul>\r\n");
                for item in items {
                    self.0.push_str("<li>");
                    self.escaped(item);
                    self.0.push_str("</li>\r\n");
                }
                self.0.push_str("</ul>\r\n");
            }
            Block::Quote(text) => {
                self.0.push_str("<blockquote><p>");
                self.broken(text);
                self.0.push_str("</p></blockquote>\r\n");
            }
        }
    }

    fn para(&mut self, text: &str) {
        self.0.push_str("<p>");
        self.broken(text);
        self.0.push_str("</p>\r\n");
    }

    fn broken(&mut self, text: &str) {
        for (index, line) in lines(text).enumerate() {
            if index > 0 {
                self.0.push_str("<br>\r\n");
            }
            self.escaped(line);
        }
    }

    fn rule(&mut self) {
        self.0.push_str("<hr>\r\n");
    }

    fn escaped(&mut self, text: &str) {
        push_clean(&mut self.0, text, entity);
    }
}

/// The lines of a text, whichever way its line breaks are written.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split('\n').map(|line| line.trim_end_matches('\r'))
}

/// Puts a line into `out`: a control sign, which no mail may hold, as a space, and what `escape` names as what it says.
/// Copies whole stretches, since nearly all of a letter is neither.
fn push_clean(out: &mut String, text: &str, escape: impl Fn(u8) -> Option<&'static str>) {
    let mut rest = text;
    // The signs from U+0080 to U+009F are controls too; in UTF-8 they begin with C2, as do some that are none.
    let odd = |byte: u8| byte < 0x20 || byte == 0x7f || byte == 0xc2 || escape(byte).is_some();
    while let Some(at) = rest.bytes().position(odd) {
        let (plain, from_here) = rest.split_at(at);
        out.push_str(plain);
        let sign = from_here.chars().next().unwrap_or_default();
        match escape(from_here.as_bytes()[0]) {
            Some(escaped) => out.push_str(escaped),
            None if sign.is_control() => out.push(' '),
            None => out.push(sign),
        }
        rest = &from_here[sign.len_utf8()..];
    }
    out.push_str(rest);
}

/// What stands in HTML for a sign that means something there.
const fn entity(sign: u8) -> Option<&'static str> {
    match sign {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        b'"' => Some("&quot;"),
        b'\'' => Some("&#39;"),
        _ => None,
    }
}
