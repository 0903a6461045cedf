//! A fault: what is wrong at which place of a body, and its words.

use crate::fields::Flaw;
use crate::text::{Language, Value, say};

/// What is wrong at one place of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// RFC 6901 pointer.
    pub pointer: String,
    /// The code, with underscores.
    pub code: &'static str,
    /// The variables of its words.
    pub params: Vec<(&'static str, String)>,
    /// The text that names the field, where its pointer does not: several forms have a field of this name.
    pub label: Option<&'static str>,
}

impl Fault {
    /// A fault without variables.
    pub fn new(pointer: impl Into<String>, code: &'static str) -> Self {
        Self { pointer: pointer.into(), code, params: Vec::new(), label: None }
    }

    /// With a variable.
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.params.push((name, value.to_string()));
        self
    }

    /// What a field's type says of a value.
    pub fn of(pointer: impl Into<String>, flaw: Flaw) -> Self {
        Self { pointer: pointer.into(), code: flaw.code(), params: flaw.params(), label: None }
    }
}

/// The fault in words.
pub fn fault_text(language: Language, fault: &Fault) -> String {
    let own = fault.label.map(|id| say(language, id, &[]));
    let label = own.unwrap_or_else(|| label(language, &fault.pointer));
    let mut args: Vec<(&str, Value<'_>)> = vec![("label", Value::from(label.as_str()))];
    args.extend(fault.params.iter().map(|(name, value)| (*name, Value::from(value.as_str()))));
    say(language, &format!("fault-{}", fault.code.replace('_', "-")), &args)
}

/// The label of a field, which is its pointer without the numbers of lists; the pointer's last word where the texts
/// know none.
pub fn label(language: Language, pointer: &str) -> String {
    let id = label_id(pointer);
    if crate::text::knows(&id) {
        say(language, &id, &[])
    } else {
        words(pointer).last().map_or_else(String::new, |word| word.replace('_', " "))
    }
}

/// The text that labels a field.
pub(crate) fn label_id(pointer: &str) -> String {
    format!("label-{}", words(pointer).collect::<Vec<_>>().join("-").replace('_', "-"))
}

fn words(pointer: &str) -> impl Iterator<Item = &str> {
    pointer.split('/').filter(|word| !word.is_empty() && !word.bytes().all(|byte| byte.is_ascii_digit()))
}
