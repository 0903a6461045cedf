//! The door: a body becomes a typed value in one pass that keeps every fault.
//!
//! Only the door knows JSON pointers. `""` and `null` count as absent, an absent object as an empty one; a field that
//! nobody asked for is an unknown field, which outweighs all other faults.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::faults::Fault;
use super::json::{self, Malformed};
use crate::fields::{Flaw, is_blank};

/// A value that a body can be read as.
pub trait FromBody: Sized {
    /// Reads it; `None` where a fault was noted.
    fn read(door: &mut Door<'_>) -> Option<Self>;
}

/// A body without a field: for what needs no words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, utoipa::ToSchema)]
pub struct Nothing {}

impl FromBody for Nothing {
    fn read(_door: &mut Door<'_>) -> Option<Self> {
        Some(Self {})
    }
}

/// Why a body is not let in.
#[derive(Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It names fields that do not exist.
    UnknownField(Vec<Fault>),
    /// It holds faults.
    Invalid(Vec<Fault>),
}

/// Why bytes are no body.
#[derive(Debug)]
pub enum BodyError {
    /// Not JSON that we read.
    Malformed(Malformed),
    /// JSON, but not what is asked for.
    Refused(Refusal),
}

/// Reads bytes as a body.
///
/// # Errors
/// [`BodyError`], with every fault.
pub fn parse_body<T: FromBody>(bytes: &[u8]) -> Result<T, BodyError> {
    let value = json::read(bytes).map_err(BodyError::Malformed)?;
    open(&value, T::read).map_err(BodyError::Refused)
}

/// Reads bytes as a body by a function that knows more than the type.
///
/// # Errors
/// [`BodyError`], with every fault.
pub fn parse_with<T>(bytes: &[u8], read: impl FnOnce(&mut Door<'_>) -> Option<T>) -> Result<T, BodyError> {
    let value = json::read(bytes).map_err(BodyError::Malformed)?;
    open(&value, read).map_err(BodyError::Refused)
}

/// Reads a tree with `read`.
///
/// # Errors
/// [`Refusal`], with every fault.
pub fn open<T>(value: &Value, read: impl FnOnce(&mut Door<'_>) -> Option<T>) -> Result<T, Refusal> {
    let empty = Map::new();
    let mut ledger = Ledger::default();
    let object = match value {
        Value::Object(object) => object,
        _ => {
            ledger.faults.push(Fault::new("", "wrong_type"));
            &empty
        }
    };
    let mut door = Door { object, pointer: String::new(), asked: BTreeSet::new(), ledger: &mut ledger };
    let read = read(&mut door);
    door.close();
    if !ledger.unknown.is_empty() {
        return Err(Refusal::UnknownField(ledger.unknown));
    }
    match read {
        Some(value) if ledger.faults.is_empty() => Ok(value),
        _ => Err(Refusal::Invalid(ledger.faults)),
    }
}

#[derive(Default)]
struct Ledger {
    faults: Vec<Fault>,
    unknown: Vec<Fault>,
}

/// An object of the body, while it is read.
pub struct Door<'a> {
    object: &'a Map<String, Value>,
    pointer: String,
    asked: BTreeSet<&'static str>,
    ledger: &'a mut Ledger,
}

impl Door<'_> {
    /// The pointer of a field here.
    pub fn at(&self, name: &str) -> String {
        format!("{}/{name}", self.pointer)
    }

    /// Notes a fault at a field here.
    pub fn fault(&mut self, name: &str, code: &'static str) {
        let pointer = self.at(name);
        self.note(Fault::new(pointer, code));
    }

    /// Notes a fault.
    pub fn note(&mut self, fault: Fault) {
        self.ledger.faults.push(fault);
    }

    /// Names the field by this text in the faults that were noted at it.
    pub fn call(&mut self, name: &str, label: &'static str) {
        let pointer = self.at(name);
        self.ledger
            .faults
            .iter_mut()
            .filter(|fault| fault.pointer == pointer)
            .for_each(|fault| fault.label = Some(label));
    }

    /// Whether a fault was noted at this very pointer.
    pub fn is_faulty(&self, pointer: &str) -> bool {
        self.ledger.faults.iter().any(|fault| fault.pointer == pointer)
    }

    /// The faults so far, which a rule across fields may put in order.
    pub fn faults(&mut self) -> &mut Vec<Fault> {
        &mut self.ledger.faults
    }

    /// Whether the field is there with a value.
    pub fn has(&self, name: &str) -> bool {
        present(self.object.get(name)).is_some()
    }

    /// Looks into an object inside without reading it; `None` where it is none.
    pub fn peek<T>(&mut self, name: &str, look: impl FnOnce(&Door<'_>) -> T) -> Option<T> {
        let Value::Object(object) = self.object.get(name)? else { return None };
        Some(look(&Door { object, pointer: self.at(name), asked: BTreeSet::new(), ledger: self.ledger }))
    }

    /// Whether the body names the field at all, also as `null`: a partial change takes it away then.
    pub fn names(&self, name: &str) -> bool {
        self.object.contains_key(name)
    }

    fn take(&mut self, name: &'static str) -> Option<&Value> {
        self.asked.insert(name);
        present(self.object.get(name))
    }

    /// A text that may be absent. `Some(None)` is absent, `None` a fault.
    pub fn optional<T>(
        &mut self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Result<T, Flaw>,
    ) -> Option<Option<T>> {
        let parsed = match self.take(name) {
            None => return Some(None),
            Some(Value::String(text)) => parse(text),
            Some(_) => Err(Flaw::WrongType),
        };
        match parsed {
            Ok(value) => Some(Some(value)),
            Err(Flaw::Empty) => Some(None), // nothing is left of it after cleaning
            Err(flaw) => {
                let pointer = self.at(name);
                self.note(Fault::of(pointer, flaw));
                None
            }
        }
    }

    /// A text that must be there.
    pub fn required<T>(&mut self, name: &'static str, parse: impl FnOnce(&str) -> Result<T, Flaw>) -> Option<T> {
        match self.optional(name, parse)? {
            Some(value) => Some(value),
            None => {
                self.fault(name, "required");
                None
            }
        }
    }

    /// One of an enum's words, by its `parse`.
    pub fn word<T>(&mut self, name: &'static str, parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        self.required(name, |text| parse(text.trim()).ok_or(Flaw::BadChoice))
    }

    /// One of an enum's words, or nothing.
    pub fn optional_word<T>(&mut self, name: &'static str, parse: impl FnOnce(&str) -> Option<T>) -> Option<Option<T>> {
        self.optional(name, |text| parse(text.trim()).ok_or(Flaw::BadChoice))
    }

    /// A truth value that may be absent.
    pub fn flag(&mut self, name: &'static str) -> Option<Option<bool>> {
        match self.take(name) {
            None => Some(None),
            Some(Value::Bool(flag)) => Some(Some(*flag)),
            Some(_) => {
                self.fault(name, "wrong_type");
                None
            }
        }
    }

    /// A tick that must be there, and set.
    pub fn tick(&mut self, name: &'static str) -> Option<()> {
        match self.flag(name)? {
            Some(true) => Some(()),
            Some(false) => {
                self.fault(name, "must_be_true");
                None
            }
            None => {
                self.fault(name, "required");
                None
            }
        }
    }

    /// A whole number that may be absent; `1.0` is none.
    pub fn integer(&mut self, name: &'static str) -> Option<Option<i64>> {
        match self.take(name) {
            None => Some(None),
            Some(Value::Number(number)) if number.is_i64() => Some(number.as_i64()),
            Some(_) => {
                self.fault(name, "wrong_type");
                None
            }
        }
    }

    /// An object inside; an absent one is read as an empty one.
    pub fn object<T>(&mut self, name: &'static str, read: impl FnOnce(&mut Door<'_>) -> T) -> T {
        let empty = Map::new();
        self.asked.insert(name);
        let pointer = self.at(name);
        let object = match present(self.object.get(name)) {
            None => &empty,
            Some(Value::Object(object)) => object,
            Some(_) => {
                self.fault(name, "wrong_type");
                // Its fields cannot be missed one by one where the whole is of the wrong kind.
                let mut nobody = Ledger::default();
                let mut door = Door { object: &empty, pointer, asked: BTreeSet::new(), ledger: &mut nobody };
                return read(&mut door);
            }
        };
        let mut door = Door { object, pointer, asked: BTreeSet::new(), ledger: self.ledger };
        let value = read(&mut door);
        door.close();
        value
    }

    /// An object whose keys are data: each key with its value.
    pub fn entries(&mut self, name: &'static str) -> Option<Vec<(String, Value)>> {
        match self.take(name) {
            None => Some(Vec::new()),
            Some(Value::Object(object)) => {
                Some(object.iter().map(|(key, value)| (key.clone(), value.clone())).collect())
            }
            Some(_) => {
                self.fault(name, "wrong_type");
                None
            }
        }
    }

    /// An object whose keys are data and whose values are objects, each read; an absent one is empty. `None` where it is
    /// no object.
    pub fn keyed<T>(
        &mut self,
        name: &'static str,
        mut read: impl FnMut(&mut Door<'_>) -> Option<T>,
    ) -> Option<Vec<(String, Option<T>)>> {
        self.asked.insert(name);
        let entries = match present(self.object.get(name)) {
            None => return Some(Vec::new()),
            Some(Value::Object(entries)) => entries,
            Some(_) => {
                self.fault(name, "wrong_type");
                return None;
            }
        };
        let base = self.at(name);
        let mut values = Vec::with_capacity(entries.len());
        for (key, item) in entries {
            let pointer = format!("{base}/{}", escaped(key));
            let value = match item {
                Value::Object(object) => {
                    let mut door = Door { object, pointer, asked: BTreeSet::new(), ledger: self.ledger };
                    let value = read(&mut door);
                    door.close();
                    value
                }
                _ => {
                    self.note(Fault::new(pointer, "wrong_type"));
                    None
                }
            };
            values.push((key.clone(), value));
        }
        Some(values)
    }

    /// A list of texts, each parsed; an absent one is empty.
    pub fn texts<T>(&mut self, name: &'static str, mut parse: impl FnMut(&str) -> Result<T, Flaw>) -> Option<Vec<T>> {
        let items: Vec<Result<T, Flaw>> = match self.take(name) {
            None => return Some(Vec::new()),
            Some(Value::Array(items)) => {
                items.iter().map(|item| item.as_str().map_or(Err(Flaw::WrongType), &mut parse)).collect()
            }
            Some(_) => {
                self.fault(name, "wrong_type");
                return None;
            }
        };
        let base = self.at(name);
        let count = items.len();
        let mut good = Vec::with_capacity(count);
        for (at, item) in items.into_iter().enumerate() {
            match item {
                Ok(value) => good.push(value),
                Err(flaw) => self.note(Fault::of(format!("{base}/{at}"), flaw)),
            }
        }
        (good.len() == count).then_some(good)
    }

    /// A list of lists of texts, each parsed; an absent one is empty.
    pub fn text_lists<T>(
        &mut self,
        name: &'static str,
        mut parse: impl FnMut(&str) -> Result<T, Flaw>,
    ) -> Option<Vec<Vec<T>>> {
        let lists: Vec<Value> = match self.take(name) {
            None => return Some(Vec::new()),
            Some(Value::Array(lists)) => lists.clone(),
            Some(_) => {
                self.fault(name, "wrong_type");
                return None;
            }
        };
        let base = self.at(name);
        let before = self.ledger.faults.len();
        let mut good = Vec::with_capacity(lists.len());
        for (at, list) in lists.iter().enumerate() {
            let Value::Array(items) = list else {
                self.note(Fault::new(format!("{base}/{at}"), "wrong_type"));
                continue;
            };
            let mut texts = Vec::with_capacity(items.len());
            for (place, item) in items.iter().enumerate() {
                match item.as_str().map_or(Err(Flaw::WrongType), &mut parse) {
                    Ok(value) => texts.push(value),
                    Err(flaw) => self.note(Fault::of(format!("{base}/{at}/{place}"), flaw)),
                }
            }
            good.push(texts);
        }
        (self.ledger.faults.len() == before).then_some(good)
    }

    /// An object whose keys are data and whose values are objects, each read; an absent one is empty.
    pub fn map<T>(
        &mut self,
        name: &'static str,
        mut read: impl FnMut(&mut Door<'_>) -> Option<T>,
    ) -> Option<Vec<(String, T)>> {
        self.asked.insert(name);
        let entries = match present(self.object.get(name)) {
            None => return Some(Vec::new()),
            Some(Value::Object(entries)) => entries,
            Some(_) => {
                self.fault(name, "wrong_type");
                return None;
            }
        };
        let base = self.at(name);
        let mut values = Vec::with_capacity(entries.len());
        for (key, value) in entries {
            let pointer = format!("{base}/{}", key.replace('~', "~0").replace('/', "~1"));
            let Value::Object(object) = value else {
                self.note(Fault::new(pointer, "wrong_type"));
                continue;
            };
            let mut door = Door { object, pointer, asked: BTreeSet::new(), ledger: self.ledger };
            let read = read(&mut door);
            door.close();
            values.extend(read.map(|value| (key.clone(), value)));
        }
        (values.len() == entries.len()).then_some(values)
    }

    /// A list of objects, each read; an absent one is empty. `None` where it is no list.
    pub fn objects<T>(
        &mut self,
        name: &'static str,
        mut read: impl FnMut(&mut Door<'_>) -> Option<T>,
    ) -> Option<Vec<Option<T>>> {
        self.asked.insert(name);
        let items = match present(self.object.get(name)) {
            None => return Some(Vec::new()),
            Some(Value::Array(items)) => items,
            Some(_) => {
                self.fault(name, "wrong_type");
                return None;
            }
        };
        let base = self.at(name);
        let mut values = Vec::with_capacity(items.len());
        for (at, item) in items.iter().enumerate() {
            let pointer = format!("{base}/{at}");
            match item {
                Value::Object(object) => {
                    let mut door = Door { object, pointer, asked: BTreeSet::new(), ledger: self.ledger };
                    values.push(read(&mut door));
                    door.close();
                }
                _ => {
                    self.note(Fault::new(pointer, "wrong_type"));
                    values.push(None);
                }
            }
        }
        Some(values)
    }

    /// Lets pass any field that the object holds: it is read elsewhere.
    pub fn let_pass(&mut self, names: &[&'static str]) {
        self.asked.extend(names);
    }

    fn close(self) {
        for name in self.object.keys().filter(|name| !self.asked.contains(name.as_str())) {
            self.ledger.unknown.push(Fault::new(format!("{}/{}", self.pointer, escaped(name)), "unknown_field"));
        }
    }
}

/// A key as RFC 6901 writes it.
fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// A value that says something: neither `null` nor a text of which cleaning leaves nothing.
fn present(value: Option<&Value>) -> Option<&Value> {
    value.filter(|value| match value {
        Value::Null => false,
        Value::String(text) => !is_blank(text),
        _ => true,
    })
}
