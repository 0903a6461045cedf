//! Names in mails: cut, and never a link (S-NOM-5). A stranger's form must not carry advertising to our readers.

use crate::text::{Language, isolate, say};

/// Signs of a name that a mail shows.
const LONGEST: usize = 80;

/// The nominee's name as a mail shows it, in isolates; "the nominee" where it looks like a link.
pub fn nominee(name: &str, language: Language) -> String {
    shown(name).unwrap_or_else(|| say(language, "nominations-the-nominee", &[]))
}

/// The nominator's.
pub(super) fn nominator(name: &str, language: Language) -> String {
    shown(name).unwrap_or_else(|| say(language, "nominations-the-nominator", &[]))
}

fn shown(name: &str) -> Option<String> {
    if looks_like_a_link(name) {
        return None;
    }
    let cut: String = name.chars().take(LONGEST).collect();
    Some(isolate(if cut.len() < name.len() { cut.trim_end() } else { &cut }))
}

/// Whether a mail program might make a link of some word of it, or somebody might type it into a browser.
pub(super) fn looks_like_a_link(text: &str) -> bool {
    text.contains("://")
        || text.contains('@')
        || text.split(|sign: char| sign.is_whitespace() || ",;()[]<>«»\"“”".contains(sign)).any(is_host)
}

/// `www.anything`, or labels between dots of which the last two have two letters or more: `example.org`, not `e.V.`.
fn is_host(word: &str) -> bool {
    let host = word.split(['/', '?', '#', ':']).next().unwrap_or_default();
    // Look-alikes of the dot that browsers take for one.
    let labels: Vec<&str> =
        host.split(['.', '\u{3002}', '\u{FF0E}', '\u{FF61}']).filter(|label| !label.is_empty()).collect();
    let long = |label: &&str| label.chars().count() >= 2;
    let plain = |label: &&str| label.chars().all(|sign| sign.is_alphanumeric() || sign == '-');
    let [.., domain, top] = labels.as_slice() else { return false };
    host.to_lowercase().starts_with("www.")
        || (labels.iter().all(plain) && long(domain) && long(top) && top.chars().all(char::is_alphabetic))
}

/// Whether letters of different alphabets stand inside one word (S-NOM-1): told to organisers, never refused.
pub(super) fn mixes_alphabets(name: &str) -> bool {
    name.split(|sign: char| !sign.is_alphanumeric()).any(|word| {
        let latin = word.chars().any(|sign| matches!(sign, 'a'..='z' | 'A'..='Z' | '\u{C0}'..='\u{24F}'));
        let cyrillic = word.chars().any(|sign| matches!(sign, '\u{400}'..='\u{52F}'));
        let greek = word.chars().any(|sign| matches!(sign, '\u{370}'..='\u{3FF}'));
        [latin, cyrillic, greek].iter().filter(|found| **found).count() > 1
    })
}
