//! The winner's reply: accept or decline, in confidence (`content/nomination.md` § 5).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::fields::{Lines, PersonName, ShortText};
use crate::http::door::{Door, FromBody};
use crate::http::faults::Fault;
use crate::text::Language;

/// Guests that a winner may bring.
const GUESTS: i64 = 2;

crate::word_enum! {
    /// Whether a winner takes the award.
    pub enum Answer {
        /// Yes.
        Accept = "accept",
        /// No.
        Decline = "decline",
    }
}

crate::word_enum! {
    /// How a winner comes to the reception.
    pub enum Attendance {
        /// In person.
        InPerson = "in_person",
        /// By video.
        Online = "online",
        /// Not at all.
        No = "no",
    }
}

/// What a winner answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum Reply {
    /// The award is accepted.
    Accept(Acceptance),
    /// The award is declined. It is never shown.
    Decline(Refusal),
}

/// What goes with an accepted award.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Acceptance {
    /// The name as it is published.
    pub public_name: PersonName,
    /// The same in the other alphabet.
    pub public_name_other_script: Option<PersonName>,
    /// How it is spoken.
    pub pronunciation: Option<ShortText<1, 120>>,
    /// How they come to the reception.
    pub attendance: Attendance,
    /// How many come with them.
    pub guests: u8,
    /// What they do not eat. Special-category data: with consent only.
    pub dietary: Option<Lines<300>>,
    /// What they need to take part. Special-category data: with consent only.
    pub access: Option<Lines<300>>,
    /// Whether they agree that the two are kept until the reception is over.
    pub needs_consent: bool,
    /// Whether photographs taken at events may stand on the website.
    pub photo_consent: bool,
    /// Whether the press may be given their contact.
    pub press_contact_ok: bool,
    /// Whether the name stays unpublished.
    pub withhold_name: bool,
    /// That they keep it to themselves until the embargo lifts.
    pub keep_confidence: bool,
    /// In which language they are written to.
    pub language: Language,
}

/// What goes with a declined award.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Refusal {
    /// In which language they are written to.
    pub language: Option<Language>,
}

impl Reply {
    /// What goes with it, if the award is accepted.
    pub const fn acceptance(&self) -> Option<&Acceptance> {
        match self {
            Self::Accept(acceptance) => Some(acceptance),
            Self::Decline(_) => None,
        }
    }

    /// Whether the award is taken.
    pub const fn answer(&self) -> Answer {
        match self {
            Self::Accept(_) => Answer::Accept,
            Self::Decline(_) => Answer::Decline,
        }
    }

    /// In which language they want to be written to.
    pub const fn language(&self) -> Option<Language> {
        match self {
            Self::Accept(acceptance) => Some(acceptance.language),
            Self::Decline(refusal) => refusal.language,
        }
    }
}

impl FromBody for Reply {
    fn read(door: &mut Door<'_>) -> Option<Self> {
        match door.word("answer", Answer::parse) {
            Some(Answer::Accept) => acceptance(door).map(Self::Accept),
            Some(Answer::Decline) => refusal(door).map(Self::Decline),
            None => {
                door.let_pass(ON_ACCEPT);
                door.let_pass(&["keep_confidence", "language"]);
                None
            }
        }
    }
}

/// The fields that only an accepted award has.
const ON_ACCEPT: &[&str] = &[
    "public_name",
    "public_name_other_script",
    "pronunciation",
    "attendance",
    "guests",
    "dietary",
    "access",
    "needs_consent",
    "photo_consent",
    "press_contact_ok",
    "withhold_name",
];

fn acceptance(door: &mut Door<'_>) -> Option<Acceptance> {
    let public_name = door.required("public_name", PersonName::parse);
    let other_script = door.optional("public_name_other_script", PersonName::parse);
    let pronunciation = door.optional("pronunciation", ShortText::parse);
    let attendance = door.word("attendance", Attendance::parse);
    let guests = guests(door);
    let dietary = door.optional("dietary", Lines::parse);
    let access = door.optional("access", Lines::parse);
    let needs_consent = door.flag("needs_consent").map(|flag| flag.unwrap_or(false));
    if needs_consent == Some(false) && (door.has("dietary") || door.has("access")) {
        door.fault("needs_consent", "needs_consent");
    }
    let photo_consent = yes_or_no(door, "photo_consent");
    let press_contact_ok = yes_or_no(door, "press_contact_ok");
    let withhold_name = door.flag("withhold_name").map(|flag| flag.unwrap_or(false));
    let keep_confidence = door.tick("keep_confidence");
    let language = door.word("language", Language::parse);
    door.call("language", "links-reply-language");
    keep_confidence?;
    Some(Acceptance {
        public_name: public_name?,
        public_name_other_script: other_script?,
        pronunciation: pronunciation?,
        attendance: attendance?,
        guests: guests?,
        dietary: dietary?,
        access: access?,
        needs_consent: needs_consent?,
        photo_consent: photo_consent?,
        press_contact_ok: press_contact_ok?,
        withhold_name: withhold_name?,
        keep_confidence: true,
        language: language?,
    })
}

/// An answer that must be given, whichever it is.
fn yes_or_no(door: &mut Door<'_>, name: &'static str) -> Option<bool> {
    let flag = door.flag(name)?;
    if flag.is_none() {
        door.fault(name, "required");
    }
    flag
}

fn guests(door: &mut Door<'_>) -> Option<u8> {
    let guests = door.integer("guests")?.unwrap_or(0);
    match u8::try_from(guests) {
        Ok(guests) if i64::from(guests) <= GUESTS => Some(guests),
        _ => {
            let pointer = door.at("guests");
            door.note(Fault::new(pointer, "out_of_range").with("min", 0).with("max", GUESTS));
            None
        }
    }
}

fn refusal(door: &mut Door<'_>) -> Option<Refusal> {
    door.let_pass(&["keep_confidence"]);
    for name in ON_ACCEPT {
        door.let_pass(&[name]);
        if door.has(name) {
            door.fault(name, "not_expected");
        }
    }
    let language = door.optional_word("language", Language::parse);
    Some(Refusal { language: language? })
}

/// A reply that an organiser records, taken by telephone, say.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RecordedReply {
    /// What the winner answered.
    #[serde(flatten)]
    pub reply: Reply,
    /// How and when it reached the organisers.
    #[schema(value_type = String)]
    pub note: Lines<1000>,
}

impl FromBody for RecordedReply {
    fn read(door: &mut Door<'_>) -> Option<Self> {
        let reply = Reply::read(door);
        let note = door.required("note", Lines::parse);
        Some(Self { reply: reply?, note: note? })
    }
}
