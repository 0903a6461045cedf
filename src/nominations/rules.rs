//! The rules across a form's fields (`content/nomination.md` § 4), all reported together in the table's order.

use super::form::{AgeBand, Draft, NomineeKind, OrganisationType};
use crate::fields::name_key::{NameOf, name_key};
use crate::fields::{Email, PersonName};
use crate::http::door::Door;
use crate::http::faults::Fault;

/// Words of the whole story: at least, at most.
const STORY: (usize, usize) = (50, 600);

pub(super) fn check(door: &mut Door<'_>, draft: &Draft) {
    category(door, draft);
    minors(door, draft);
    people(door, draft);
    let words: usize = draft.story.iter().flatten().sum();
    // A text that is owed and missing says so itself.
    let complete = draft.story[..3].iter().all(Option::is_some);
    if complete && words < STORY.0 {
        door.note(Fault::new("/story", "story_too_short").with("min", STORY.0));
    } else if words > STORY.1 {
        door.note(Fault::new("/story", "story_too_long").with("max", STORY.1));
    }
    match draft.other_chosen {
        Some(true) if !draft.other_city_given => door.note(Fault::new("/nominee/other_city", "other_city_required")),
        Some(false) if draft.other_city_given => door.note(Fault::new("/nominee/other_city", "not_expected")),
        _ => {}
    }
}

fn category(door: &mut Door<'_>, draft: &Draft) {
    use OrganisationType as T;
    let Some((category, wants)) = &draft.category else { return };
    if let (Some(wants), Some(kind)) = (wants, draft.kind)
        && *wants != kind
    {
        let kinds = match wants {
            NomineeKind::Individual => "individuals",
            NomineeKind::Organisation => "organisations",
        };
        door.note(Fault::new("/nominee/kind", "kind_mismatch").with("kinds", kinds));
    }
    let fits = |kind: T| match category.as_str() {
        "O1" => matches!(kind, T::FriendshipAssociation | T::CommunityGroup | T::Charity | T::Sport | T::Other),
        "O2" => matches!(kind, T::School | T::College | T::University),
        "O3" => matches!(kind, T::Arts | T::Media | T::Faith | T::Business | T::PublicBody | T::Other),
        _ => true,
    };
    if draft.organisation_type.is_some_and(|kind| !fits(kind)) {
        door.note(Fault::new("/nominee/organisation/type", "organisation_type_mismatch"));
    }
    let young = matches!(draft.age_band, Some(AgeBand::Under18 | AgeBand::From18To25));
    if category == "I2" && draft.age_band.is_some() && !young {
        door.note(Fault::new("/nominee/age_band", "age_band_for_young"));
    }
}

fn minors(door: &mut Door<'_>, draft: &Draft) {
    let Some(reachable) = draft.reachable else { return };
    if draft.age_band == Some(AgeBand::Under18) {
        if !draft.guardian_given {
            door.note(Fault::new("/nominee/guardian", "guardian_required"));
        }
        for (name, _) in ["email", "phone", "postal_address"].iter().zip(reachable).filter(|(_, given)| *given) {
            door.note(Fault::new(format!("/nominee/{name}"), "minor_contact"));
        }
    } else if reachable == [false; 3] {
        door.note(Fault::new("/nominee/email", "contact_required"));
    }
}

/// A person of the form as the rules compare them: by their normal address and their name's key.
struct Known {
    email: Option<String>,
    key: Option<String>,
}

impl Known {
    fn of(name: Option<&PersonName>, email: Option<&Email>) -> Self {
        let key = name.map(|name| name_key(name.as_str(), NameOf::Person)).filter(|key| !key.is_empty());
        Self { email: email.map(Email::normal), key }
    }

    fn shares_email(&self, other: &Self) -> bool {
        self.email.is_some() && self.email == other.email
    }

    fn shares_name(&self, other: &Self) -> bool {
        self.key.is_some() && self.key == other.key
    }
}

fn people(door: &mut Door<'_>, draft: &Draft) {
    let (nominator_name, nominator_email, nominator_country) = &draft.nominator;
    let nominator = Known::of(nominator_name.as_ref(), nominator_email.as_ref());
    let nominee = Known::of(draft.name.as_ref(), draft.email.as_ref());
    let guardian = Known::of(None, draft.guardian_email.as_ref());
    let supporters: Vec<Known> =
        draft.supporters.iter().map(|(name, email)| Known::of(name.as_ref(), email.as_ref())).collect();
    if let [first, second] = supporters.as_slice()
        && (first.shares_email(second) || first.shares_name(second))
    {
        door.note(Fault::new("/supporters/1/email", "supporters_same"));
    }
    for (at, supporter) in supporters.iter().enumerate() {
        if supporter.shares_email(&nominator) {
            door.note(Fault::new(format!("/supporters/{at}/email"), "supporter_is_nominator"));
        }
        if supporter.shares_email(&nominee) || supporter.shares_email(&guardian) {
            door.note(Fault::new(format!("/supporters/{at}/email"), "supporter_is_nominee"));
        }
    }
    let names_self = draft.kind == Some(NomineeKind::Individual)
        && draft.country.is_some()
        && draft.country == *nominator_country
        && nominator.shares_name(&nominee);
    if nominator.shares_email(&nominee) || names_self {
        door.note(Fault::new("/nominator/email", "self_nomination"));
    }
}

/// Whether two names are written in the same alphabet: that of most letters of each, so that one look-alike letter
/// inside a word does not decide. Letters of no alphabet that we tell apart are never the same.
pub(super) fn same_script(name: &str, other: &str) -> bool {
    match (script(name), script(other)) {
        (Some(a), Some(b)) => a == b,
        _ => false,
    }
}

fn script(text: &str) -> Option<u32> {
    let mut counts: Vec<(u32, usize)> = Vec::new();
    for found in text.chars().filter(|sign| sign.is_alphabetic()).filter_map(alphabet) {
        match counts.iter_mut().find(|(alphabet, _)| *alphabet == found) {
            Some((_, count)) => *count += 1,
            None => counts.push((found, 1)),
        }
    }
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map(|(alphabet, _)| alphabet)
}

/// A coarse alphabet: enough to tell "the other one".
fn alphabet(sign: char) -> Option<u32> {
    match u32::from(sign) {
        0x0041..=0x024F | 0x1E00..=0x1EFF | 0xFF21..=0xFF5A => Some(1), // Latin
        0x0370..=0x03FF | 0x1F00..=0x1FFF => Some(2),                   // Greek
        0x0400..=0x052F => Some(3),                                     // Cyrillic
        0x0530..=0x058F => Some(4),                                     // Armenian
        0x0590..=0x05FF => Some(5),                                     // Hebrew
        0x0600..=0x077F | 0x08A0..=0x08FF => Some(6),                   // Arabic
        0x10A0..=0x10FF => Some(7),                                     // Georgian
        0x3040..=0x30FF | 0x3400..=0x9FFF | 0xF900..=0xFAFF => Some(8), // Japanese, Chinese
        0xAC00..=0xD7AF | 0x1100..=0x11FF => Some(9),                   // Korean
        code @ 0x0900..=0x0DFF => Some(16 + (code - 0x0900) / 0x80),    // Indic: a block an alphabet
        _ => None,
    }
}
