//! The bundle: all that is needed to count an edition's scores again, without a name or an address in it.
//!
//! [`Bundle::parse`] reads the format `tca-bundle/1` (`docs/judging.md`, section 1) and keeps every fault; what it
//! hands out is resolved and in order, so that the tally neither looks up an id nor meets a wrong one: judges and
//! nominations stand by id, sheets by nomination and judge. [`document`] is the same format as the service writes it.

mod check;
pub mod document;
mod edition;
mod people;
mod rulings;
mod sheets;

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer as _, IgnoredAny, MapAccess, Visitor};

use crate::clock::Time;
use crate::http::document::{self as reading, Absent, Faults, Fields, Node, Place, Text};
use crate::http::faults::Fault;
use people::Names;
use sheets::RawSheets;

/// The only format there is.
pub const FORMAT: &str = "tca-bundle/1";

/// What was judged, by whom, with which scores.
#[derive(Clone, Debug)]
pub struct Bundle {
    /// The rules of the edition.
    pub edition: Edition,
    /// By id.
    pub judges: Vec<Judge>,
    /// By id.
    pub nominations: Vec<Nomination>,
    /// By nomination, then judge.
    pub recusals: Vec<Pair>,
    /// By nomination, then judge.
    pub sheets: Vec<Sheet>,
    /// The sheets' scores, a row a sheet, a column a criterion.
    pub scores: Vec<u8>,
    /// What organisers and chairs ruled.
    pub rulings: Rulings,
}

/// The rules of an edition, as far as they bear on the tally.
#[derive(Clone, Debug)]
pub struct Edition {
    /// Its slug.
    pub slug: String,
    /// Valid sheets that each panel owes a nomination.
    pub quorum: u32,
    /// Sheets submitted after it are late.
    pub judging_close_at: Time,
    /// Criteria that break ties, by their place in `criteria`.
    pub tie_break: Vec<usize>,
    /// In the edition's order.
    pub criteria: Vec<Criterion>,
    /// In the edition's order.
    pub panels: Vec<Panel>,
    /// In the edition's order.
    pub categories: Vec<Category>,
}

/// A question that judges score.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Criterion {
    /// Its key.
    pub key: String,
    /// Its part of 100.
    pub weight: u32,
    /// The best score.
    pub max_score: u32,
}

/// The judges of one city.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Panel {
    /// Its key.
    pub key: String,
    /// Whether its sheets count.
    pub standing: PanelStanding,
}

/// Whether a panel's sheets count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PanelStanding {
    /// They count.
    Open,
    /// The panel was closed: they count no more.
    Closed,
}

/// What nominations compete in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Category {
    /// Its key.
    pub key: String,
    /// Places for winners.
    pub winners: usize,
    /// Places for commended ones.
    pub commended: usize,
}

/// Somebody who scored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judge {
    /// The pseudonym.
    pub id: String,
    /// The place of the panel in the edition.
    pub panel: usize,
    /// What becomes of the sheets.
    pub sheets: SheetsOf,
}

/// What becomes of a judge's sheets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SheetsOf {
    /// They stand, also where the judge has left.
    Stand,
    /// They were struck.
    Void,
}

/// What was nominated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nomination {
    /// Its id.
    pub id: String,
    /// The place of the category in the edition.
    pub category: usize,
    /// Whether it competes.
    pub standing: Standing,
}

/// Whether a nomination competes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It competes.
    Eligible,
    /// It was found not to be eligible.
    Ineligible,
    /// It was taken back.
    Withdrawn,
    /// It was merged into another, by its place among the nominations.
    Merged(u32),
}

/// A judge and a nomination, by their places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pair {
    /// The nomination's place.
    pub nomination: u32,
    /// The judge's place.
    pub judge: u32,
}

/// One judge's scores of one nomination.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// Whose, of what.
    pub pair: Pair,
    /// When it was submitted; a draft was not.
    pub submitted_at: Option<Time>,
}

/// What organisers and chairs ruled, in an order that does not depend on the document's.
#[derive(Clone, Debug, Default)]
pub struct Rulings {
    /// Nominations that are ranked without a quorum.
    pub waivers: Vec<u32>,
    /// Late sheets that count.
    pub admitted: Vec<Pair>,
    /// How chairs broke ties.
    pub votes: Vec<Vote>,
}

/// The chairs' common order of nominations that were level.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Vote {
    /// The category's place.
    pub category: usize,
    /// The nominations, ascending.
    pub members: Vec<u32>,
    /// For each of them its group; the best is 0, and those of one group stay level.
    pub groups: Vec<u32>,
}

impl Bundle {
    /// Reads a bundle. The `sealed` part is passed over: `verify` reads it.
    ///
    /// # Errors
    /// Every fault, each with the pointer to the value at fault.
    pub fn parse(text: &str) -> Result<Self, Vec<Fault>> {
        let mut faults = Faults::default();
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let read = deserializer.deserialize_any(Document { faults: &mut faults });
        let draft = match read.and_then(|draft| deserializer.end().map(|()| draft)) {
            Ok(draft) => draft,
            Err(error) => return Err(vec![reading::malformed(&error)]),
        };
        let bundle = draft.and_then(|draft| draft.resolve(&mut faults));
        bundle.filter(|_| faults.0.is_empty()).ok_or(faults.0)
    }

    /// A sheet's scores, in the order of the criteria. Those that a draft lacks read as 0: drafts never count.
    pub fn scores_of(&self, sheet: usize) -> &[u8] {
        let width = self.edition.criteria.len();
        &self.scores[sheet * width..(sheet + 1) * width]
    }
}

/// The document's parts, the sheets already without their names of fields: they are the bulk of it.
#[derive(Default)]
struct Draft<'a> {
    format: Node<'a>,
    edition: Node<'a>,
    judges: Node<'a>,
    nominations: Node<'a>,
    recusals: Node<'a>,
    rulings: Node<'a>,
    sheets: Option<RawSheets<'a>>,
}

impl Draft<'_> {
    fn resolve(self, faults: &mut Faults) -> Option<Bundle> {
        let top = Place::TOP;
        match self.format {
            Node::Text(format) if format == FORMAT => {}
            Node::Text(_) => faults.at(top.field("format"), "bad_choice"),
            Node::Null => faults.at(top.field("format"), "required"),
            _ => faults.at(top.field("format"), "wrong_type"),
        }
        let keys = edition::read(self.edition, faults);
        let (judges, judge_names) = people::judges(self.judges, &keys, faults);
        let (nominations, nomination_names) = people::nominations(self.nominations, &keys, faults);
        let names = Names { judges: judge_names, nominations: nomination_names };
        let recusals = people::recusals(self.recusals, &names, faults);
        let rulings = rulings::read(self.rulings, &keys, &names, faults);
        let Some(raw) = self.sheets else {
            faults.at(top.field("sheets"), "required");
            return None;
        };
        let (sheets, scores) = raw.resolve(&keys, &names, faults);
        let bundle = Bundle { edition: keys.edition, judges, nominations, recusals, sheets, scores, rulings };
        check::panels_are_not_overfull(&bundle, faults);
        Some(bundle)
    }
}

struct Document<'f> {
    faults: &'f mut Faults,
}

impl<'de> Visitor<'de> for Document<'_> {
    type Value = Option<Draft<'de>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a bundle")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        let mut draft = Draft::default();
        let mut seen: Vec<Cow<'de, str>> = Vec::new();
        while let Some(Text(name)) = object.next_key()? {
            if seen.contains(&name) {
                return Err(serde::de::Error::custom("an object has a key twice"));
            }
            match name.as_ref() {
                "format" => draft.format = object.next_value()?,
                "edition" => draft.edition = object.next_value()?,
                "judges" => draft.judges = object.next_value()?,
                "nominations" => draft.nominations = object.next_value()?,
                "recusals" => draft.recusals = object.next_value()?,
                "rulings" => draft.rulings = object.next_value()?,
                "sheets" => draft.sheets = Some(object.next_value_seed(sheets::Reader::new(self.faults))?),
                "sealed" => {
                    object.next_value::<IgnoredAny>()?;
                }
                unknown => {
                    object.next_value::<IgnoredAny>()?;
                    self.faults.at(Place::TOP.field(unknown), "unknown_field");
                }
            }
            seen.push(name);
            if seen.len() > 64 {
                return Err(serde::de::Error::custom("far too many fields"));
            }
        }
        Ok(Some(draft))
    }
}
