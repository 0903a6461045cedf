//! Checks a chain as it was read from `GET …/audit`, on a machine that need not know the service: `verify --audit`.
//!
//! It reckons every digest, note and hash anew, looks for numbers that are missing, stand twice or in another order, and
//! compares with anchors that somebody kept. What does not agree is named, in words. Rows of which the reader may see the
//! digest alone are checked as links of the chain.

use std::collections::BTreeSet;
use std::fmt;
use std::io::Read;

use serde::Deserialize;
use serde_json::Value as Json;

use super::event;

/// A number and the hash that stood there when somebody kept it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Anchor {
    number: i64,
    hash: String,
}

impl Anchor {
    /// Reads `NUMBER:HASH`.
    pub fn parse(text: &str) -> Option<Self> {
        let (number, hash) = text.trim().split_once(':')?;
        let number: i64 = number.trim().parse().ok().filter(|number| *number > 0)?;
        let hash = hash.trim().to_ascii_lowercase();
        let is_hash = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_hash.then_some(Self { number, hash })
    }
}

/// A row as the list tells it; what else stands in it is no part of the chain.
#[derive(Deserialize)]
struct Row {
    number: i64,
    digest: String,
    hash: String,
    event: Option<Json>,
    note: Option<Note>,
}

#[derive(Deserialize)]
struct Note {
    nonce: String,
    text: String,
}

/// What of a row the chain binds.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Link {
    number: i64,
    digest: String,
    hash: String,
}

/// Why a file cannot be read as an audit.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// It is no JSON, or cannot be read at all.
    #[error("after {after} events: {why}")]
    NotJson {
        /// How many were read before.
        after: usize,
        /// What is wrong.
        #[source]
        why: serde_json::Error,
    },
    /// A value is no row and no page of them.
    #[error("after {after} events: what follows is no row of an audit: {why}")]
    NoRow {
        /// How many were read before.
        after: usize,
        /// What is wrong.
        #[source]
        why: serde_json::Error,
    },
}

/// Something that does not agree.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the words that each is told in say it")]
pub enum Finding {
    Nothing,
    BeginsLate { first: i64 },
    Changed { number: i64 },
    NumberOutside { number: i64 },
    NoteChanged { number: i64 },
    Missing { from: i64, to: i64 },
    Twice { number: i64 },
    OutOfOrder { number: i64, after: i64 },
    Unlinked { from: i64, to: i64, begins: bool },
    NotAnchored { number: i64, since: i64 },
    AnchorOutside { number: i64, first: i64 },
    BeforeAnchor { last: i64, number: i64 },
    AfterHead { from: i64, to: i64 },
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("the file holds no event"),
            Self::BeginsLate { first } => {
                write!(f, "the file begins with event {first}, and no anchor {} was given to begin from", first - 1)
            }
            Self::Changed { number } => write!(f, "event {number} was changed: what it says does not give its digest"),
            Self::NumberOutside { number } => {
                write!(f, "event {number} was changed: it holds what the audit never holds")
            }
            Self::NoteChanged { number } => {
                write!(f, "the note beside event {number} was changed: its words do not give the digest in the event")
            }
            Self::Missing { from, to } if from == to => write!(f, "event {from} is missing"),
            Self::Missing { from, to } => write!(f, "events {from} to {to} are missing"),
            Self::Twice { number } => write!(f, "number {number} stands more than once: an event was put in"),
            Self::OutOfOrder { number, after } => {
                write!(f, "event {number} stands after event {after}: the order was changed")
            }
            Self::Unlinked { from, to, begins } => {
                if from == to {
                    write!(f, "event {from} is not what was sealed there: its hash does not follow")?;
                } else {
                    write!(f, "events {from} to {to} are not what was sealed there: their hashes do not follow")?;
                }
                if *begins { f.write_str(" from its digest") } else { write!(f, " from event {}", from - 1) }
            }
            Self::NotAnchored { number, since: 0 } => {
                write!(f, "event {number} is not the one of the anchor: events up to {number} were rewritten")
            }
            Self::NotAnchored { number, since } => write!(
                f,
                "event {number} is not the one of the anchor: events after {since} and up to {number} were rewritten"
            ),
            Self::AnchorOutside { number, first } => {
                write!(f, "the anchor {number} says nothing of this file, which begins with event {first}")
            }
            Self::BeforeAnchor { last, number } => write!(
                f,
                "the file ends with event {last}, before the anchor {number}: events {} to {number} are missing",
                last + 1
            ),
            Self::AfterHead { from, to } if from == to => {
                write!(f, "event {from} was appended: it stands after the head that was given")
            }
            Self::AfterHead { from, to } => {
                write!(f, "events {from} to {to} were appended: they stand after the head that was given")
            }
        }
    }
}

/// What a check has found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Events that could be read whole.
    pub whole: usize,
    /// Events of which the digest alone was shown.
    pub hidden: usize,
    /// The first number and the last.
    pub first_and_last: Option<(i64, i64)>,
    /// The last event's hash.
    pub hash: String,
    /// Numbers of the anchors that agree.
    pub anchored: Vec<i64>,
    /// What does not agree, in the order of the file, then of the numbers.
    pub findings: Vec<Finding>,
}

/// Checks what `file` holds: rows one after another, or whole pages of the list one after another.
///
/// `head`, where it is given, is an anchor that the file must end with: what stands behind it was appended.
///
/// # Errors
/// [`Unreadable`].
pub fn check(file: impl Read, anchors: &[Anchor], head: Option<&Anchor>) -> Result<Report, Unreadable> {
    let mut report = Report::default();
    let links = read(file, &mut report)?;
    let Some((first, last)) = links.first().zip(links.last()) else {
        report.findings.push(Finding::Nothing);
        return Ok(report);
    };
    report.first_and_last = Some((first.number, last.number));
    report.hash.clone_from(&last.hash);
    let anchors: BTreeSet<&Anchor> = anchors.iter().chain(head).collect();
    follow(&links, &anchors, &mut report);
    compare(&links, &anchors, &mut report);
    if let Some(head) = head.filter(|head| head.number < last.number) {
        report.findings.push(Finding::AfterHead { from: head.number + 1, to: last.number });
    }
    Ok(report)
}

/// Reads the rows and looks at each by itself; answers them in the order of their numbers, each number once.
fn read(file: impl Read, report: &mut Report) -> Result<Vec<Link>, Unreadable> {
    let mut links: Vec<Link> = Vec::new();
    let mut highest = 0;
    let mut seen = BTreeSet::new();
    for value in serde_json::Deserializer::from_reader(file).into_iter::<Json>() {
        let after = links.len();
        let mut value = value.map_err(|why| Unreadable::NotJson { after, why })?;
        let rows = match value.get_mut("items").map(Json::take) {
            Some(Json::Array(items)) => items,
            _ => vec![value],
        };
        for row in rows {
            let row: Row = serde_json::from_value(row).map_err(|why| Unreadable::NoRow { after: links.len(), why })?;
            look_at(&row, report);
            let Row { number, digest, hash, .. } = row;
            if !seen.insert(number) {
                report.findings.push(Finding::Twice { number });
                continue; // the first of them is followed; whichever was put in, the other is found by its hash
            }
            if number < highest {
                report.findings.push(Finding::OutOfOrder { number, after: highest });
            }
            highest = highest.max(number);
            links.push(Link { number, digest, hash });
        }
    }
    links.sort();
    Ok(links)
}

fn look_at(row: &Row, report: &mut Report) {
    let number = row.number;
    let Some(event) = &row.event else {
        report.hidden += 1;
        return;
    };
    report.whole += 1;
    match event::digest(event) {
        Ok(digest) if digest == row.digest => {}
        Ok(_) => report.findings.push(Finding::Changed { number }),
        Err(_) => report.findings.push(Finding::NumberOutside { number }),
    }
    if let Some(note) = &row.note
        && event["detail"]["note"].as_str() != Some(&event::note_digest(&note.nonce, &note.text))
    {
        report.findings.push(Finding::NoteChanged { number });
    }
}

/// Follows the chain from number to number.
fn follow(links: &[Link], anchors: &BTreeSet<&Anchor>, report: &mut Report) {
    let hash_at = |number| anchors.iter().find(|anchor| anchor.number == number).map(|anchor| anchor.hash.as_str());
    let (mut number, mut previous) = (0, Some(""));
    let mut unlinked: Option<(i64, i64)> = None;
    let mut found = Vec::new();
    for link in links {
        if link.number != number + 1 {
            if number == 0 && hash_at(link.number - 1).is_none() {
                found.push(Finding::BeginsLate { first: link.number });
            } else if number > 0 {
                found.push(Finding::Missing { from: number + 1, to: link.number - 1 });
            }
            previous = hash_at(link.number - 1);
        }
        let follows = previous.is_none_or(|previous| event::link(previous, link.number, &link.digest) == link.hash);
        unlinked = match (follows, unlinked) {
            (false, Some((from, to))) if to + 1 == link.number => Some((from, link.number)),
            (false, earlier) => {
                found.extend(earlier.map(told));
                Some((link.number, link.number))
            }
            (true, earlier) => earlier,
        };
        (number, previous) = (link.number, Some(link.hash.as_str()));
    }
    found.extend(unlinked.map(told));
    report.findings.extend(found);
}

fn told((from, to): (i64, i64)) -> Finding {
    Finding::Unlinked { from, to, begins: from == 1 }
}

/// Compares with what somebody kept.
fn compare(links: &[Link], anchors: &BTreeSet<&Anchor>, report: &mut Report) {
    let (first, last) = links.first().zip(links.last()).map_or((1, 0), |(first, last)| (first.number, last.number));
    let begun = !report.findings.iter().any(|found| matches!(found, Finding::Unlinked { from, .. } if *from == first));
    let mut since = 0;
    for anchor in anchors {
        let number = anchor.number;
        let there = links.binary_search_by_key(&number, |link| link.number).ok().and_then(|at| links.get(at));
        match there {
            Some(link) if link.hash == anchor.hash => {
                report.anchored.push(number);
                since = number;
            }
            Some(_) => report.findings.push(Finding::NotAnchored { number, since }),
            None if number > last => report.findings.push(Finding::BeforeAnchor { last, number }),
            None if number + 1 == first && begun => {
                report.anchored.push(number); // the first event follows from it
                since = number;
            }
            None if number + 1 < first => report.findings.push(Finding::AnchorOutside { number, first }),
            None => {} // told already: as missing, or as what the first event does not follow from
        }
    }
}
