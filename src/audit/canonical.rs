//! RFC 8785: a JSON value has one spelling, so whoever reckons a hash anew comes to the same bytes (S-AUD-1).
//!
//! Values are strings and whole numbers, and lists and objects of these. For them the rule is short: no white space, an
//! object's keys in the order of their signs, a string as JSON writes it shortest. Numbers with a fraction, whose spelling is
//! the long part of the RFC, stay out.

use serde_json::Value as Json;

/// The largest whole number that every reader of JSON holds exactly.
const LARGEST: i64 = (1 << 53) - 1;

/// A value that has no place in the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotCanonical {
    /// A fraction, or a whole number beyond 2⁵³.
    #[error("the audit holds whole numbers up to 2^53 and no others")]
    Number,
    /// `true`, `false` or `null`.
    #[error("the audit holds strings and whole numbers, no true, false or null")]
    Word,
    /// An object's key beyond ASCII, where two orders of signs would differ.
    #[error("the audit's keys are ASCII")]
    Key,
}

/// The one spelling of a value.
///
/// # Errors
/// [`NotCanonical`].
pub fn canonical(value: &Json) -> Result<String, NotCanonical> {
    let mut out = String::new();
    write(&mut out, value)?;
    Ok(out)
}

fn write(out: &mut String, value: &Json) -> Result<(), NotCanonical> {
    match value {
        Json::String(text) => string(out, text),
        Json::Number(number) => {
            let whole = number.as_i64().filter(|number| (-LARGEST..=LARGEST).contains(number));
            out.push_str(&whole.ok_or(NotCanonical::Number)?.to_string());
        }
        Json::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                separate(out, at);
                write(out, item)?;
            }
            out.push(']');
        }
        Json::Object(fields) => {
            let mut fields: Vec<(&String, &Json)> = fields.iter().collect();
            fields.sort_by_key(|(key, _)| *key);
            out.push('{');
            for (at, (key, item)) in fields.into_iter().enumerate() {
                if !key.is_ascii() {
                    return Err(NotCanonical::Key);
                }
                separate(out, at);
                string(out, key);
                out.push(':');
                write(out, item)?;
            }
            out.push('}');
        }
        Json::Bool(_) | Json::Null => return Err(NotCanonical::Word),
    }
    Ok(())
}

fn separate(out: &mut String, at: usize) {
    if at > 0 {
        out.push(',');
    }
}

/// As serde_json writes it: `\"`, `\\`, the five short escapes, `\u00xx` for other control signs, all else as it is. That is
/// RFC 8785's rule, too.
fn string(out: &mut String, text: &str) {
    out.push_str(&Json::from(text).to_string());
}
