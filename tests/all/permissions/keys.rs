//! S-HTTP-8: what each caller's answers hold, by the names of their fields, collected while everybody walks. A field that
//! comes to an answer comes to this page, and whoever looks at the change asks whether that caller should have it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::Value as Json;

use crate::app::Seen;

/// Call → caller → names of fields, as pointers in which `*` is any item and `{id}` any id.
#[derive(Default)]
pub struct Keys(BTreeMap<String, BTreeMap<String, BTreeSet<String>>>);

impl Keys {
    /// Notes an answer that was not refused.
    pub fn note(&mut self, call: &str, caller: &str, seen: &Seen) {
        let is_json = seen.header("content-type").starts_with("application/json");
        if !seen.status.is_success() || !is_json {
            return;
        }
        let answer: Json = serde_json::from_str(&seen.text).expect("it says that it is JSON");
        let names = self.0.entry(call.to_owned()).or_default().entry(caller.to_owned()).or_default();
        gather(&answer, "", names);
    }

    /// The page: a call, and under it who gets which fields; callers who get the same stand together.
    pub fn page(&self) -> String {
        let mut page = String::new();
        for (call, callers) in &self.0 {
            let mut alike: BTreeMap<&BTreeSet<String>, Vec<&str>> = BTreeMap::new();
            for (caller, names) in callers {
                alike.entry(names).or_default().push(caller);
            }
            let _infallible = writeln!(page, "{call}");
            for (names, callers) in alike {
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                let _infallible = writeln!(page, "  {}:\n    {}", callers.join(", "), names.join("\n    "));
            }
        }
        page
    }
}

fn gather(value: &Json, pointer: &str, names: &mut BTreeSet<String>) {
    match value {
        Json::Object(fields) => {
            for (name, value) in fields {
                let name = if uuid::Uuid::parse_str(name).is_ok() { "{id}" } else { name };
                let pointer = format!("{pointer}/{name}");
                names.insert(pointer.clone());
                gather(value, &pointer, names);
            }
        }
        Json::Array(items) => items.iter().for_each(|item| gather(item, &format!("{pointer}/*"), names)),
        _ => {}
    }
}
