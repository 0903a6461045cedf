//! An object of the document while it is read: every fault is kept with the pointer to the value at fault, and a field
//! that nobody asked for is one.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use super::node::Node;
use crate::clock::Time;
use crate::http::faults::Fault;

/// Where in the document we are. A chain on the stack: most values have no fault, so most pointers are never written.
#[derive(Clone, Copy)]
pub struct Place<'p> {
    above: Option<&'p Place<'p>>,
    step: Step<'p>,
}

#[derive(Clone, Copy)]
enum Step<'p> {
    Top,
    Name(&'p str),
    Item(usize),
}

impl<'p> Place<'p> {
    /// The document itself.
    pub const TOP: Place<'static> = Place { above: None, step: Step::Top };

    /// A field of the object here.
    pub fn field(&'p self, name: &'p str) -> Self {
        Self { above: Some(self), step: Step::Name(name) }
    }

    /// An item of the list here.
    pub fn item(&'p self, at: usize) -> Self {
        Self { above: Some(self), step: Step::Item(at) }
    }

    /// As RFC 6901 writes it.
    pub fn pointer(&self) -> String {
        let mut pointer = self.above.map_or_else(String::new, Place::pointer);
        match self.step {
            Step::Top => {}
            Step::Name(name) => {
                pointer.push('/');
                pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
            }
            Step::Item(at) => {
                pointer.push('/');
                pointer.push_str(&at.to_string());
            }
        }
        pointer
    }
}

/// The faults found so far.
#[derive(Default)]
pub struct Faults(pub Vec<Fault>);

impl Faults {
    /// Notes a fault of the value at `place`.
    pub fn at(&mut self, place: Place<'_>, code: &'static str) {
        self.0.push(Fault::new(place.pointer(), code));
    }

    /// Notes a number that must lie in `range`.
    pub fn range(&mut self, place: Place<'_>, code: &'static str, range: &RangeInclusive<i64>) {
        self.0.push(Fault::new(place.pointer(), code).with("min", range.start()).with("max", range.end()));
    }
}

/// The fields of one object that are not yet read.
pub struct Fields<'f, 'a> {
    /// Where the object stands.
    pub place: &'f Place<'f>,
    /// Where its faults are kept.
    pub faults: &'f mut Faults,
    rest: Vec<(Cow<'a, str>, Node<'a>)>,
}

impl<'f, 'a> Fields<'f, 'a> {
    /// Opens the object that must be at `place`.
    pub fn open(node: Node<'a>, place: &'f Place<'f>, faults: &'f mut Faults) -> Option<Self> {
        match node {
            Node::Object(rest) => Some(Self { place, faults, rest }),
            other => {
                faults.at(*place, missing_or_wrong(&other));
                None
            }
        }
    }

    /// The value of a field; an absent one reads as `null`.
    pub fn take(&mut self, name: &str) -> Node<'a> {
        match self.rest.iter().position(|(key, _)| key == name) {
            Some(at) => self.rest.swap_remove(at).1,
            None => Node::Null,
        }
    }

    /// Notes a fault at a field.
    pub fn fault(&mut self, name: &str, code: &'static str) {
        self.faults.at(self.place.field(name), code);
    }

    /// A text that must be there.
    pub fn text(&mut self, name: &str) -> Option<Cow<'a, str>> {
        match self.take(name) {
            Node::Text(text) => Some(text),
            other => {
                self.fault(name, missing_or_wrong(&other));
                None
            }
        }
    }

    /// An id or a key.
    pub fn id(&mut self, name: &str) -> Option<Cow<'a, str>> {
        let node = self.take(name);
        id(node, self.place.field(name), self.faults)
    }

    /// An id that may be absent. `Some(None)` is absent, `None` a fault.
    pub fn optional_id(&mut self, name: &str) -> Option<Option<Cow<'a, str>>> {
        match self.take(name) {
            Node::Null => Some(None),
            node => id(node, self.place.field(name), self.faults).map(Some),
        }
    }

    /// A whole number within `range`; an absent one is `default`, or a fault where there is none.
    pub fn whole(&mut self, name: &str, range: RangeInclusive<i64>, default: Option<i64>) -> Option<i64> {
        match self.take(name) {
            Node::Null if default.is_some() => default,
            Node::Whole(value) if range.contains(&value) => Some(value),
            Node::Whole(_) | Node::Number => {
                self.faults.range(self.place.field(name), "out_of_range", &range);
                None
            }
            other => {
                self.fault(name, missing_or_wrong(&other));
                None
            }
        }
    }

    /// One of some words.
    pub fn word<T>(&mut self, name: &str, parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let text = self.text(name)?;
        let word = parse(&text);
        if word.is_none() {
            self.fault(name, "bad_choice");
        }
        word
    }

    /// An instant that may be absent. `Some(None)` is absent, `None` a fault.
    pub fn time(&mut self, name: &str) -> Option<Option<Time>> {
        let time = match self.take(name) {
            Node::Null => return Some(None),
            Node::Text(text) => Time::parse(&text),
            _ => {
                self.fault(name, "wrong_type");
                return None;
            }
        };
        if time.is_none() {
            self.fault(name, "bad_time");
        }
        time.map(Some)
    }

    /// A reason, which must say something.
    pub fn reason(&mut self, name: &str) {
        match self.take(name) {
            Node::Text(text) if !text.trim().is_empty() => {}
            Node::Text(_) | Node::Null => self.fault(name, "reason_required"),
            _ => self.fault(name, "wrong_type"),
        }
    }

    /// A list; an absent one is empty where `absent` says so.
    pub fn list(&mut self, name: &str, absent: Absent) -> Vec<Node<'a>> {
        match (self.take(name), absent) {
            (Node::List(items), _) => items,
            (Node::Null, Absent::Empty) => Vec::new(),
            (other, _) => {
                self.fault(name, missing_or_wrong(&other));
                Vec::new()
            }
        }
    }

    /// Ends the object: whatever is left is unknown.
    pub fn close(self) {
        for (name, _) in &self.rest {
            self.faults.at(self.place.field(name), "unknown_field");
        }
    }
}

/// What an absent list is.
#[derive(Clone, Copy)]
pub enum Absent {
    /// An empty one.
    Empty,
    /// A fault.
    Fault,
}

/// An id or a key: `[A-Za-z0-9._:-]{1,64}`.
pub fn id<'a>(node: Node<'a>, place: Place<'_>, faults: &mut Faults) -> Option<Cow<'a, str>> {
    match node {
        Node::Text(text) if is_id(&text) => Some(text),
        Node::Text(_) => {
            faults.at(place, "bad_id");
            None
        }
        other => {
            faults.at(place, missing_or_wrong(&other));
            None
        }
    }
}

fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b':' | b'-'))
}

fn missing_or_wrong(node: &Node<'_>) -> &'static str {
    if matches!(node, Node::Null) { "required" } else { "wrong_type" }
}
