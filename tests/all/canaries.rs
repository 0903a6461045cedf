//! Canaries (S-DEP-3): whatever a story logs, at the level of whoever looks for a fault, holds no word of a person and no
//! secret. Every story is such a test: its people all have addresses at `example.org`, and names and passwords of ours.

use std::io::Write;
use std::sync::{Mutex, Once, PoisonError};

use tracing_subscriber::EnvFilter;

/// Words that stand in what people write, in their passwords, and at the beginning of tokens.
const WORDS: &[&str] = &[
    "@example.org",
    "school.example",
    "jury.example",
    "Мария",
    "Maria Ivanova",
    "Příklad",
    "Olive",
    "+44",
    "pen friends",
    "Сорок лет",
    "Forty years",
    "Tara",
    "Pen friends",
    "seven bridges",
    "eyJ",
    "root secret",
    // The mail server's password, as it is and as `AUTH PLAIN` and `AUTH LOGIN` spell it.
    "relay-canary",
    "cmVsYXktY2FuYXJ5",
    "AGF3YXJkc0ByZWxheS5leGFtcGxlA",
    "203.0.113",
];

/// Lines with such a word.
static FOUND: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Looks at each line as it is logged.
struct Watch;

impl Write for Watch {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        if WORDS.iter().any(|word| text.contains(word)) {
            FOUND.lock().unwrap_or_else(PoisonError::into_inner).push(text.into_owned());
        }
        Ok(line.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Looks at all that is logged from now on.
pub fn watch() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let filter = EnvFilter::new("info,twin_cities_awards=debug,actix_http=info");
        tracing_subscriber::fmt().json().with_env_filter(filter).with_writer(|| Watch).init();
    });
}

/// Fails where a canary was seen, in this story or in one beside it.
pub fn assert_none_was_seen() {
    let found = FOUND.lock().unwrap_or_else(PoisonError::into_inner);
    assert!(found.is_empty(), "in the log: {found:#?}");
}
