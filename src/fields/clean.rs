//! How text is cleaned at the door (`content/nomination.md` § 4, S-NOM-1): once, and the same for every field.

use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::Flaw;

/// A text of one line: NFC, trimmed, inner runs of spaces made one.
///
/// # Errors
/// [`Flaw::Empty`], [`Flaw::BadCharacters`].
pub fn clean_line(raw: &str) -> Result<String, Flaw> {
    clean(raw, false)
}

/// A text that may break lines; CR LF and CR become LF, each line is cleaned as one.
///
/// # Errors
/// [`Flaw::Empty`], [`Flaw::BadCharacters`].
pub fn clean_lines(raw: &str) -> Result<String, Flaw> {
    clean(raw, true)
}

/// Whether cleaning leaves nothing of a text.
pub fn is_blank(raw: &str) -> bool {
    raw.chars().all(|sign| sign.is_whitespace() && !sign.is_control() || is_edge(sign) || is_dropped(sign))
}

fn clean(raw: &str, lines: bool) -> Result<String, Flaw> {
    // Most text is ASCII and clean already; it need not be walked through normalisation. What is dropped goes first:
    // it may stand between a letter and its mark.
    let normal;
    let raw = if raw.is_ascii() || (is_nfc(raw) && !raw.contains(is_dropped)) {
        raw
    } else {
        normal = raw.chars().filter(|sign| !is_dropped(*sign)).nfc().collect::<String>();
        &normal
    };
    let mut text = String::with_capacity(raw.len());
    let mut bad = Vec::new();
    let mut signs = raw.trim_matches(is_edge).chars().peekable();
    let mut space = false;
    while let Some(mut sign) = signs.next() {
        if sign == '\r' && lines {
            if signs.peek() == Some(&'\n') {
                continue;
            }
            sign = '\n';
        }
        match sign {
            '\n' if lines => {
                space = false;
                text.push('\n');
            }
            '\t' => space = true,
            _ if forbidden(sign) => {
                if !bad.contains(&sign) {
                    bad.push(sign);
                }
            }
            _ if sign.is_whitespace() => space = true,
            _ => {
                if space && !text.is_empty() && !text.ends_with('\n') {
                    text.push(' ');
                }
                space = false;
                text.push(sign);
            }
        }
    }
    if !bad.is_empty() {
        let which: Vec<String> = bad.iter().take(5).map(|sign| format!("U+{:04X}", u32::from(*sign))).collect();
        return Err(Flaw::BadCharacters(which.join(", ")));
    }
    let trimmed = text.trim_matches('\n');
    match trimmed.len() {
        0 => Err(Flaw::Empty),
        length if length == text.len() => Ok(text),
        _ => Ok(trimmed.to_owned()),
    }
}

/// Invisible and without meaning: dropped silently.
fn is_dropped(sign: char) -> bool {
    matches!(sign, '\u{AD}' | '\u{200B}' | '\u{2060}' | '\u{FEFF}')
}

/// What a paste leaves around a text.
fn is_edge(sign: char) -> bool {
    matches!(sign, ' ' | '\t' | '\n' | '\r')
}

/// Control characters, bidi overrides and isolates, noncharacters.
fn forbidden(sign: char) -> bool {
    let code = u32::from(sign);
    sign.is_control()
        || matches!(sign, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FDD0}'..='\u{FDEF}')
        || code & 0xFFFE == 0xFFFE
}

/// Words: runs without white space that hold a letter or digit.
pub fn count_words(text: &str) -> usize {
    text.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).count()
}
