//! The rules across a form's fields (`content/nomination.md` § 4), all reported together in the table's order.

use super::form::{AgeBand, Draft, NomineeKind, OrganisationType};
use crate::fields::Email;
use crate::fields::name_key::{NameOf, name_key};
use crate::http::door::Door;
use crate::http::faults::Fault;

/// Words of the whole story: at least, at most.
const STORY: (usize, usize) = (50, 600);

pub(super) fn check(door: &mut Door<'_>, draft: &Draft) {
    category(door, draft);
    minors(door, draft);
    people(door, draft);
    if let Some(words) = draft.story_words {
        if words < STORY.0 {
            door.note(Fault::new("/story", "story_too_short").with("min", STORY.0));
        } else if words > STORY.1 {
            door.note(Fault::new("/story", "story_too_long").with("max", STORY.1));
        }
    }
    if let Some(cities) = &draft.linked_cities {
        let chosen = cities.iter().any(|city| city == "other");
        let pointer = "/nominee/other_city";
        if chosen && draft.other_city.is_none() && !door.is_faulty(pointer) {
            door.note(Fault::new(pointer, "other_city_required"));
        } else if !chosen && draft.other_city.is_some() {
            door.note(Fault::new(pointer, "not_expected"));
        }
    }
}

fn category(door: &mut Door<'_>, draft: &Draft) {
    use OrganisationType as T;
    let Some(category) = draft.category.as_deref() else { return };
    let wants = if category.starts_with('I') { NomineeKind::Individual } else { NomineeKind::Organisation };
    if draft.kind.is_some_and(|kind| kind != wants) {
        let kinds = if wants == NomineeKind::Individual { "individuals" } else { "organisations" };
        door.note(Fault::new("/nominee/kind", "kind_mismatch").with("kinds", kinds));
    }
    let fits = |kind: T| match category {
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
    let reachable = ["email", "phone", "postal_address"];
    if draft.age_band == Some(AgeBand::Under18) {
        if !draft.has_guardian {
            door.note(Fault::new("/nominee/guardian", "guardian_required"));
        }
        for (name, _) in reachable.iter().zip(draft.reachable).filter(|(_, given)| *given) {
            door.note(Fault::new(format!("/nominee/{name}"), "minor_contact"));
        }
    } else if draft.reachable == [false; 3] {
        door.note(Fault::new("/nominee/email", "contact_required"));
    }
}

fn people(door: &mut Door<'_>, draft: &Draft) {
    let same = |a: &Option<Email>, b: &Option<Email>| match (a, b) {
        (Some(a), Some(b)) => a.normal() == b.normal(),
        _ => false,
    };
    let key = |name: &str| name_key(name, NameOf::Person);
    let (nominator_name, nominator_email, nominator_country) = &draft.nominator;
    if let [(name_a, email_a), (name_b, email_b)] = draft.supporters.as_slice() {
        let alike = matches!((name_a, name_b), (Some(a), Some(b)) if key(a.as_str()) == key(b.as_str()));
        if same(email_a, email_b) || alike {
            door.note(Fault::new("/supporters/1/email", "supporters_same"));
        }
    }
    for (at, (_, email)) in draft.supporters.iter().enumerate() {
        if same(email, nominator_email) {
            door.note(Fault::new(format!("/supporters/{at}/email"), "supporter_is_nominator"));
        }
    }
    for (at, (_, email)) in draft.supporters.iter().enumerate() {
        if same(email, &draft.email) || same(email, &draft.guardian_email) {
            door.note(Fault::new(format!("/supporters/{at}/email"), "supporter_is_nominee"));
        }
    }
    let names_self = draft.kind == Some(NomineeKind::Individual)
        && draft.country.is_some()
        && draft.country == *nominator_country
        && matches!((nominator_name, &draft.name), (Some(a), Some(b)) if key(a.as_str()) == key(b.as_str()));
    if same(nominator_email, &draft.email) || names_self {
        door.note(Fault::new("/nominator/email", "self_nomination"));
    }
}

/// Whether two names are written in the same alphabet, judged by the first letter of each.
pub(super) fn same_script(name: &str, other: &str) -> bool {
    let script = |text: &str| text.chars().find(|sign| sign.is_alphabetic()).map(alphabet);
    script(name) == script(other)
}

/// A coarse alphabet: enough to tell "the other one".
fn alphabet(sign: char) -> u8 {
    match u32::from(sign) {
        0x0041..=0x024F | 0x1E00..=0x1EFF => 1,                   // Latin
        0x0370..=0x03FF | 0x1F00..=0x1FFF => 2,                   // Greek
        0x0400..=0x052F => 3,                                     // Cyrillic
        0x0530..=0x058F => 4,                                     // Armenian
        0x0590..=0x05FF => 5,                                     // Hebrew
        0x0600..=0x077F | 0x08A0..=0x08FF => 6,                   // Arabic
        0x10A0..=0x10FF => 7,                                     // Georgian
        0x3040..=0x30FF | 0x3400..=0x9FFF | 0xF900..=0xFAFF => 8, // Japanese, Chinese
        0xAC00..=0xD7AF | 0x1100..=0x11FF => 9,                   // Korean
        0x0900..=0x0DFF => 10,                                    // Indic
        _ => 11,
    }
}
