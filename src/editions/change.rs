//! An edition is changed: what may change when, and what a change owes.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::calendar::{ORDERS, Phase};
use super::create::EditionError;
use super::document::{EditionDoc, Panel};
use super::file::merge;
use super::keys::EditionSlug;
use super::model::Edition;
use super::store;
use crate::app::App;
use crate::audit::{self, Act, Deed};
use crate::clock::Time;
use crate::fields::clean_line;
use crate::http::door::FromBody as _;
use crate::http::door::{Refusal, open};
use crate::http::etag::IfMatch;
use crate::http::faults::Fault;
use crate::http::problem::Problem;

/// Why a change is refused at its version.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// The version that the caller has seen is missing or old.
    #[error("not the version that was read")]
    Version(#[source] Problem),
    /// All else.
    #[error(transparent)]
    Edition(#[from] EditionError),
}

impl From<crate::store::StoreError> for ChangeError {
    fn from(error: crate::store::StoreError) -> Self {
        Self::Edition(error.into())
    }
}
crate::from_query!(ChangeError);

impl From<ChangeError> for Problem {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::Version(problem) => problem,
            ChangeError::Edition(error) => error.into(),
        }
    }
}

/// Lays `changes` (RFC 7396) over the edition's document. Moving an instant owes a `reason` beside them.
///
/// # Errors
/// [`ChangeError`]: faults of the document as it would then be; what is frozen; a stale version.
pub async fn change(
    app: &App,
    deed: Deed,
    slug: EditionSlug,
    seen: IfMatch,
    changes: Json,
) -> Result<Edition, ChangeError> {
    let (app, made) = (app.clone(), app.clone());
    made.store
        .write(move |tx| {
            let edition = store::by_slug(tx, &slug)?.ok_or(EditionError::NotFound)?;
            seen.require(edition.version).map_err(ChangeError::Version)?;
            let (doc, reason) = apply(&edition, changes.clone()).map_err(EditionError::Refused)?;
            let moved = moved(&edition.doc, &doc);
            check(&edition, &doc, &moved, reason.is_some(), deed.at)?;
            if doc == *edition.doc {
                return Ok(edition);
            }
            if !store::update(tx, &edition, &doc)? {
                return Err(EditionError::Stale.into());
            }
            let mut detail = detail(&edition.doc, &doc, &moved);
            if let Some(reason) = &reason {
                detail["note"] = audit::note(tx, &app, reason)?.into(); // free text may name people (S-AUD-2)
            }
            audit::record(tx, &app, &deed, Act::EditionChanged, Some(edition.id), edition.id, detail)?;
            Ok(Edition { version: edition.version + 1, doc: doc.into(), ..edition })
        })
        .await
}

/// The document as it would be, and the reason given.
fn apply(edition: &Edition, mut changes: Json) -> Result<(EditionDoc, Option<String>), Refusal> {
    let wrong = |pointer: &str, code| Refusal::Invalid(vec![Fault::new(pointer, code)]);
    let object = changes.as_object_mut().ok_or_else(|| wrong("", "wrong_type"))?;
    let reason = match object.remove("reason") {
        None | Some(Json::Null) => None,
        Some(Json::String(text)) => clean_line(&text).ok(),
        Some(_) => return Err(wrong("/reason", "wrong_type")),
    };
    if let Some(reason) = reason.as_deref().filter(|reason| reason.chars().count() > 1_000) {
        let flaw = crate::fields::Flaw::TooLong(1_000, reason.chars().count());
        return Err(Refusal::Invalid(vec![Fault::of("/reason", flaw)]));
    }
    let mut whole = serde_json::to_value(&*edition.doc).unwrap_or_default();
    merge(&mut whole, changes);
    Ok((open(&whole, EditionDoc::read)?, reason))
}

/// The instants that differ: name, before, after.
fn moved(before: &EditionDoc, after: &EditionDoc) -> Vec<(&'static str, Time, Time)> {
    let names: BTreeSet<&'static str> = ORDERS.iter().flat_map(|order| order.iter().copied()).collect();
    let both = |name| Some((name, before.timetable.get(name)?, after.timetable.get(name)?));
    names.into_iter().filter_map(both).filter(|(_, before, after)| before != after).collect()
}

/// What a change may touch now.
fn check(
    edition: &Edition,
    doc: &EditionDoc,
    moved: &[(&str, Time, Time)],
    has_reason: bool,
    now: Time,
) -> Result<(), EditionError> {
    let phase = edition.phase(now);
    let mut faults: Vec<Fault> = moved
        .iter()
        .filter(|(_, before, after)| *before <= now || *after <= now) // what has been cannot be moved, nor into the past
        .map(|(name, ..)| Fault::new(format!("/timetable/{name}"), "not_changeable"))
        .collect();
    if !moved.is_empty() && !has_reason {
        faults.push(Fault::new("/reason", "reason_required"));
    }
    if !faults.is_empty() {
        return Err(EditionError::Refused(Refusal::Invalid(faults)));
    }
    // After the seal, only a correction of both cities moves the announcement; and until the release the letters stand
    // written as they were sealed, so what stands in one cannot change under them.
    let names = |listed: &[&str]| moved.iter().any(|(name, ..)| listed.contains(name));
    let announcement = phase >= Phase::Embargo && names(&["announce_at"]);
    let letters = phase == Phase::Embargo && (names(IN_LETTERS) || !leaves_the_letters_alone(&edition.doc, doc));
    let sealed = phase >= Phase::Embargo && !differs_in_contacts_alone(&edition.doc, doc);
    let scored = edition.frozen_at.is_some() && !scoring_is_the_same(&edition.doc, doc);
    let lost = phase >= Phase::Nominations && loses_what_nominations_name(&edition.doc, doc);
    let panels = phase >= Phase::Judging && loses_a_panel(&edition.doc, doc);
    if announcement || letters || sealed || scored || lost || panels { Err(EditionError::Frozen) } else { Ok(()) }
}

/// Instants that the letters to winners and all others name, or by which they leave.
const IN_LETTERS: &[&str] = &[
    "notify_at",
    "reply_due_at",
    "announce_at",
    "outcome_mail_at",
    "reception_at",
    "live_event_at",
    "purge_contacts_at",
];

/// Whether sender, contact and places are those that the sealed letters name.
fn leaves_the_letters_alone(before: &EditionDoc, after: &EditionDoc) -> bool {
    before.mail_from == after.mail_from
        && before.reply_to == after.reply_to
        && before.award_contact == after.award_contact
        && before.reception_place == after.reception_place
        && before.live_event_place == after.live_event_place
}

/// Contacts, places, senders and instants may change until the end; nothing else once the results are sealed.
fn differs_in_contacts_alone(before: &EditionDoc, after: &EditionDoc) -> bool {
    let rest = EditionDoc {
        mail_from: before.mail_from.clone(),
        reply_to: before.reply_to.clone(),
        award_contact: before.award_contact.clone(),
        data_contact: before.data_contact.clone(),
        transfer_basis: before.transfer_basis.clone(),
        reception_place: before.reception_place.clone(),
        live_event_place: before.live_event_place.clone(),
        mailboxes: before.mailboxes.clone(),
        timetable: before.timetable.clone(),
        ..after.clone()
    };
    rest == *before
}

/// Criteria, weights, panels, and the rules by which sheets become a ranking. A panel may still be closed, with its
/// reason.
fn scoring_is_the_same(before: &EditionDoc, after: &EditionDoc) -> bool {
    let open = |panels: &[Panel]| -> Vec<Panel> {
        panels.iter().map(|panel| Panel { closed: None, ..panel.clone() }).collect()
    };
    before.criteria == after.criteria
        && before.tie_break == after.tie_break
        && before.quorum == after.quorum
        && open(&before.panels) == open(&after.panels)
}

/// References bear the year; nominations name categories and cities.
fn loses_what_nominations_name(before: &EditionDoc, after: &EditionDoc) -> bool {
    let category = |code: &str, kind| after.categories.iter().any(|other| other.code == code && other.kind == kind);
    before.year != after.year
        || before.categories.iter().any(|old| !category(&old.code, old.kind))
        || before.twin_cities.iter().any(|old| !after.twin_cities.iter().any(|city| city.key == old.key))
}

fn loses_a_panel(before: &EditionDoc, after: &EditionDoc) -> bool {
    before.panels.iter().any(|old| !after.panels.iter().any(|panel| panel.key == old.key))
}

/// Which fields, which instants from when to when.
fn detail(before: &EditionDoc, after: &EditionDoc, moved: &[(&str, Time, Time)]) -> Json {
    let [before, after] = [before, after].map(|doc| serde_json::to_value(doc).unwrap_or_default());
    let names: BTreeSet<&String> =
        [&before, &after].iter().filter_map(|doc| doc.as_object()).flat_map(|doc| doc.keys()).collect();
    let fields: Vec<&String> =
        names.into_iter().filter(|name| before.get(name.as_str()) != after.get(name.as_str())).collect();
    let moved: Vec<Json> =
        moved.iter().map(|(name, from, to)| json!({"instant": name, "from": from, "to": to})).collect();
    json!({"fields": fields, "moved": moved})
}
