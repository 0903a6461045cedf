//! The nominator changes what they wrote, until nominations close: any part of the form is laid over what stands
//! (RFC 7396), and the whole is read again with every fault (`content/nomination.md` § 4).
//!
//! Some things stay, `not_changeable`: category, the nominee's kind and the nominator's email, for which one withdraws
//! and sends anew; and a supporter whose letter is in. Where the nominee's address changes after the notice went there, the
//! notice goes to the new one, and the link in the former dies: it would go on showing what is held to whoever reads there.

use serde_json::{Map, Value as Json, json};

use super::asking;
use super::confirm::nominated_before;
use super::form::{DECLARATIONS, FormRules, NominationForm, Sender, Source, Supporter};
use super::messages::{Desk, changes_once, notice_address, notice_once};
use super::model::{LetterState, Nomination, Notice, Retold, SupporterRow};
use super::order;
use super::own::{Own, OwnError, OwnNomination};
use super::status::Status;
use super::store;
use super::submit::name_of;
use crate::accounts::Action;
use crate::app::App;
use crate::audit::{self, Act, Deed};
use crate::clock::Time;
use crate::fields::name_key::{NameOf, name_key};
use crate::fields::{Email, PersonName};
use crate::http::answer::Versioned;
use crate::http::door::{Refusal, open};
use crate::http::etag::IfMatch;
use crate::http::faults::Fault;
use crate::http::links::Link;
use crate::http::problem::{Code, Problem};
use crate::outbox::{self, Kind, Refusal as NeverAgain};
use crate::store::{Conn, Stored};

/// What a change leaves as it is.
const FIXED: [&str; 3] = ["/category", "/nominee/kind", "/nominator/email"];
/// Supporters of one nomination that may be replaced, and moves of its notice: each time somebody is written to who has
/// not asked for it (`docs/` on limits).
const REPLACED: i32 = 2;

/// Lays `patch` over what the nominator wrote. A new supporter is asked (M4), the nominator hears which fields have
/// changed (M7), and a notice that has not left yet (M6) is written anew. What changes nothing leaves no trace.
///
/// # Errors
/// [`OwnError`].
pub async fn change(
    app: &App,
    deed: Deed,
    link: Link,
    seen: IfMatch,
    patch: Json,
) -> Result<Versioned<OwnNomination>, OwnError> {
    let shared = app.clone();
    let view = app
        .store
        .write(move |tx| {
            let own = Own::open(tx, &link, deed.at)?;
            let id = own.nomination.id;
            let notice = store::notice_of(tx, id)?.unwrap_or_else(|| Notice::blank(id));
            let told = outbox::store::is_sent(tx, &notice_once(id, notice.generation))?;
            let change = Change { app: &shared, deed: &deed, notice, told };
            let read = change.read(&own, &patch);
            if let Err(refusal @ Refusal::UnknownField(_)) = read {
                return Err(OwnError::Body(refusal)); // whatever else is wrong
            }
            Action::ChangeOwnNomination.require_public(&own.edition, deed.at)?;
            own.nomination.status.rewrite()?;
            seen.require(own.view().version).map_err(OwnError::Version)?;
            change.apply(tx, own, read.map_err(OwnError::Body)?)
        })
        .await?;
    app.outbox_bell.notify_one();
    Ok(view)
}

/// A change that is being made.
struct Change<'a> {
    app: &'a App,
    deed: &'a Deed,
    /// The nominee's notice, and whether it has left, or may have.
    notice: Notice,
    told: bool,
}

/// The form as it would then be, its supporters in the order of the rows that they belong to, and where they stand in it.
struct Rewritten {
    form: NominationForm,
    supporters: [Supporter; 2],
    places: [usize; 2],
}

impl Change<'_> {
    fn read(&self, own: &Own, patch: &Json) -> Result<Rewritten, Refusal> {
        if !patch.is_object() {
            return Err(Refusal::Invalid(vec![Fault::new("", "wrong_type")]));
        }
        let before = sent(own);
        let mut whole = before.clone();
        lay_over(&mut whole, patch);
        agree_again(&before, &mut whole, patch);
        let places = places(&own.supporters, &whole);
        let mut faults = restore(&before, &mut whole);
        faults.extend(replaced_too_late(&own.supporters, &whole, places));
        let paper = own.nomination.source == Source::Paper;
        let rules = FormRules {
            edition: &own.edition,
            smtputf8: self.app.config.mail_smtputf8,
            sender: if paper { Sender::Paper } else { Sender::Public },
        };
        let form = open(&whole, |door| {
            faults.into_iter().for_each(|fault| door.note(fault));
            NominationForm::read(door, &rules)
        })?;
        let supporters = places.map(|place| form.supporters[place].clone());
        Ok(Rewritten { form, supporters, places })
    }

    /// Beyond a trial, no more strangers are written to than the limit allows (`docs/` on limits): with supporters replaced
    /// so often, and the notice moved so often.
    fn require_few(&self, before: &Own, after: &Own, places: [usize; 2], moved: bool) -> Result<(), OwnError> {
        if !self.app.config.limits_mail() {
            return Ok(());
        }
        let replaced: i32 = after.supporters.iter().map(|row| row.generation).sum();
        let mut pointers = Vec::new();
        for ((row, former), place) in after.supporters.iter().zip(&before.supporters).zip(places) {
            if row.generation > former.generation && replaced > REPLACED {
                let same = same_mailbox(row.email.as_ref(), former.email.as_ref());
                pointers.push(format!("/supporters/{place}/{}", if same { "name" } else { "email" }));
            }
        }
        if moved && self.told && self.notice.generation >= REPLACED {
            let guardian = after.nomination.contacts.guardian.is_some();
            pointers.insert(0, if guardian { "/nominee/guardian/email" } else { "/nominee/email" }.to_owned());
        }
        match pointers.is_empty() {
            true => Ok(()),
            false => Err(OwnError::Limit(too_many(after, pointers, self.deed.at))),
        }
    }

    fn apply(&self, tx: &mut Conn, own: Own, new: Rewritten) -> Result<Versioned<OwnNomination>, OwnError> {
        let before = sent(&own);
        let mut after = Own {
            edition: own.edition.clone(),
            nomination: rewritten(&own.nomination, new.form),
            supporters: own.supporters.clone(),
        };
        let mut asked = Vec::new();
        for (row, supporter) in after.supporters.iter_mut().zip(&new.supporters) {
            if self.name_supporter(row, supporter) {
                asked.push(row.clone());
            }
        }
        let fields = differences(&before, &sent(&after));
        if fields.is_empty() {
            return Ok(own.view());
        }
        let moved = !same_mailbox(notice_address(&own.nomination), notice_address(&after.nomination));
        self.require_few(&own, &after, new.places, moved)?;
        if after.nomination.name_key != own.nomination.name_key
            && let Some(reference) = nominated_before(tx, &after.nomination)?
        {
            return Err(OwnError::AlreadyNominated(reference));
        }
        after.nomination.version += 1;
        after.nomination.changed_at = self.deed.at;
        after.nomination.retold = Some(self.retold(tx, &own.nomination, &fields)?);
        store::rewrite(tx, &after.nomination)?;
        store::duplicates::index(tx, &after.nomination)?;
        for (row, former) in after.supporters.iter().zip(&own.supporters).filter(|(row, former)| row != former) {
            debug_assert_eq!(row.id, former.id);
            store::save_supporter(tx, row)?;
        }
        self.write_to_people(tx, &after, &asked, moved)?;
        let detail = json!({"fields": fields.join(" ")}); // places of the form, never what stands there (S-AUD-2)
        let (edition, subject) = (Some(after.edition.id), after.nomination.id);
        audit::record(tx, self.app, self.deed, Act::NominationChanged, edition, subject, detail)?;
        Ok(after.view())
    }

    /// Names a supporter as the form now does; whether that is somebody else, who is to be asked.
    fn name_supporter(&self, row: &mut SupporterRow, supporter: &Supporter) -> bool {
        let replaced = !is_same_person(row, &supporter.name, supporter.email.as_ref());
        if replaced {
            let digest = |email| outbox::refusal_digest(self.app, email, NeverAgain::Supporter);
            row.former.push(row.email.as_ref().map_or_else(String::new, digest));
            row.generation += 1;
            row.state = LetterState::Asked;
            row.asked_at = Some(self.deed.at);
            row.letter = None;
        }
        let before = row.clone();
        row.name = supporter.name.as_str().to_owned();
        row.email.clone_from(&supporter.email);
        row.phone = supporter.phone.as_ref().map(|phone| phone.as_str().to_owned());
        row.postal_address = supporter.postal_address.as_ref().map(|lines| lines.as_str().to_owned());
        row.relation = supporter.relation.as_str().to_owned();
        if replaced || *row != before {
            row.version += 1;
        }
        replaced
    }

    /// The letter that waits (M7), if one does, is taken back: its fields go into the new one, which leaves as soon.
    fn retold(&self, tx: &mut Conn, nomination: &Nomination, fields: &[String]) -> Stored<Retold> {
        let mut retold = Retold { since: self.deed.at, last: self.deed.at, fields: fields.to_vec(), looked_at: None };
        if let Some(before) = &nomination.retold
            && outbox::store::take_back_one(tx, &changes_once(nomination.id, before.since), self.deed.at)?
        {
            retold.since = before.since;
            retold.fields.extend(before.fields.iter().cloned());
            retold.fields.sort_by_cached_key(|field| order::place(field));
            retold.fields.dedup();
        }
        Ok(retold)
    }

    fn write_to_people(&self, tx: &mut Conn, own: &Own, asked: &[SupporterRow], moved: bool) -> Stored<()> {
        let nomination = &own.nomination;
        let desk = Desk { app: self.app, edition: &own.edition, at: self.deed.at };
        for supporter in asked {
            let requests = [Kind::SupporterRequest, Kind::SupporterReminder];
            outbox::store::take_back(tx, supporter.id.as_str(), &requests, self.deed.at)?;
            asking::ask(tx, &desk, nomination, supporter, None)?;
        }
        let mut messages: Vec<_> = desk.changed(nomination).into_iter().collect();
        let mut notice = self.notice.clone();
        if self.told && moved {
            notice.generation += 1;
            notice.version += 1;
            store::save_notice(tx, &notice)?;
        }
        if nomination.status == Status::Eligible && (moved || !self.told) {
            outbox::store::take_back(tx, nomination.id.as_str(), &[Kind::NomineeNotice], self.deed.at)?;
            let by_hand = notice.how.is_some();
            messages.extend(desk.nominee_notice(nomination, notice.generation).filter(|_| !by_hand));
        }
        messages.iter().try_for_each(|message| outbox::enqueue(tx, message))
    }
}

/// The body that would make this nomination: what was written, and that all was declared.
fn sent(own: &Own) -> Json {
    let mut body = serde_json::to_value(own.written()).unwrap_or_default();
    let declared: Map<String, Json> = DECLARATIONS.iter().map(|name| ((*name).to_owned(), Json::Bool(true))).collect();
    body["declarations"] = Json::Object(declared);
    if own.nomination.source == Source::Paper {
        body["source"] = json!("paper");
    }
    body
}

/// RFC 7396, but that what is taken away stays as `null`: the door reads both alike, and so sees a name that does not
/// exist even where it is to be taken away.
pub(super) fn lay_over(target: &mut Json, patch: &Json) {
    let Json::Object(changes) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Json::Object(Map::new());
    }
    for (name, value) in changes {
        lay_over(&mut target[name.as_str()], value);
    }
}

/// That a minor's guardian agrees was declared, and holds while the nominee remains a minor.
fn agree_again(before: &Json, whole: &mut Json, patch: &Json) {
    let minor = |body: &Json| body.pointer("/nominee/age_band").and_then(Json::as_str) == Some("under_18");
    let named = patch.pointer("/declarations/guardian_agrees").is_some();
    if minor(before)
        && minor(whole)
        && !named
        && let Some(Json::Object(declared)) = whole.get_mut("declarations")
    {
        declared.insert("guardian_agrees".to_owned(), Json::Bool(true));
    }
}

/// Puts back what stays, and notes where it was to change.
fn restore(before: &Json, whole: &mut Json) -> Vec<Fault> {
    let mut faults = Vec::new();
    for pointer in FIXED {
        let (Some(stands), Some(wanted)) = (before.pointer(pointer), whole.pointer_mut(pointer)) else { continue };
        if text(Some(wanted)) != text(Some(stands)) || wanted.is_string() != stands.is_string() {
            *wanted = stands.clone();
            faults.push(Fault::new(pointer, "not_changeable"));
        }
    }
    faults
}

/// 429, with the places that go too far. After nominations close there is nothing more to change.
fn too_many(own: &Own, pointers: Vec<String>, now: Time) -> Problem {
    let wait = ((own.edition.timetable.nominations_close_at.micros() - now.micros()) / 1_000_000).max(1);
    Problem::new(Code::TooManyRequests)
        .with_detail("problem-too-many-asked", vec![("email", own.edition.reply_to.as_str().to_owned())])
        .with_faults(pointers.into_iter().map(|pointer| Fault::new(pointer, "not_changeable")).collect())
        .retry_after(u32::try_from(wait).unwrap_or(u32::MAX))
}

/// Nobody is put in the place of who has written.
fn replaced_too_late(rows: &[SupporterRow], whole: &Json, places: [usize; 2]) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (row, place) in rows.iter().zip(places).filter(|(row, _)| row.state == LetterState::Written) {
        let Some(item) = whole.pointer(&format!("/supporters/{place}")) else { continue };
        let (same_name, same_email) = likeness(row, item);
        if !(same_name && same_email) {
            let field = if same_email { "name" } else { "email" };
            faults.push(Fault::new(format!("/supporters/{place}/{field}"), "not_changeable"));
        }
    }
    faults
}

fn text(value: Option<&Json>) -> Option<&str> {
    value?.as_str().map(str::trim).filter(|text| !text.is_empty())
}

/// For each supporter that we have, which of those in the body is meant: who only changed places is not replaced.
fn places(rows: &[SupporterRow], whole: &Json) -> [usize; 2] {
    let alike = |row: usize, place: usize| {
        let item = whole.pointer(&format!("/supporters/{place}"));
        let (name, email) = rows.get(row).zip(item).map_or((false, false), |(row, item)| likeness(row, item));
        usize::from(name && email)
    };
    if alike(0, 1) + alike(1, 0) > alike(0, 0) + alike(1, 1) { [1, 0] } else { [0, 1] }
}

/// Whether name and email are still those of this supporter.
fn likeness(row: &SupporterRow, item: &Json) -> (bool, bool) {
    let name = text(item.get("name")).is_some_and(|name| key(name) == key(&row.name));
    let email = match text(item.get("email")) {
        Some(email) => Email::parse_with(email, true).is_ok_and(|email| same_mailbox(Some(&email), row.email.as_ref())),
        None => row.email.is_none(),
    };
    (name, email)
}

/// Another spelling of the name is no other person; another mailbox is, since whoever reads there was never asked.
fn is_same_person(row: &SupporterRow, name: &PersonName, email: Option<&Email>) -> bool {
    key(name.as_str()) == key(&row.name) && same_mailbox(email, row.email.as_ref())
}

/// Whether two addresses are one mailbox, however they are spelt; or there is none in both places.
fn same_mailbox(one: Option<&Email>, other: Option<&Email>) -> bool {
    one.map(Email::normal) == other.map(Email::normal)
}

fn key(name: &str) -> String {
    name_key(name, NameOf::Person)
}

/// The nomination with another form in it; where it stands is not touched.
fn rewritten(nomination: &Nomination, form: NominationForm) -> Nomination {
    let name = form.facts.name.as_str().to_owned();
    Nomination {
        language: form.language,
        name_key: name_key(&name, name_of(nomination.kind)),
        name,
        headline: form.headline.as_str().to_owned(),
        facts: form.facts,
        story: form.story,
        links: form.links,
        contacts: form.contacts,
        nominator: form.nominator,
        tell_me_next_time: form.tell_me_next_time,
        ..nomination.clone()
    }
}

/// The places of the form at which two bodies differ, in the form's order; a list is one place.
fn differences(before: &Json, after: &Json) -> Vec<String> {
    let mut places = Vec::new();
    differ(String::new(), before, after, &mut places);
    places.sort_by_cached_key(|place| order::place(place));
    places
}

fn differ(pointer: String, before: &Json, after: &Json, places: &mut Vec<String>) {
    match (before, after) {
        (Json::Object(_), Json::Object(_) | Json::Null) | (Json::Null, Json::Object(_)) => {
            let names = |side: &Json| side.as_object().map(|side| side.keys().cloned().collect()).unwrap_or_default();
            let mut all: Vec<String> = names(before);
            all.extend(names(after));
            all.sort();
            all.dedup();
            for name in all {
                let of = |side: &Json| side.get(&name).cloned().unwrap_or_default();
                differ(format!("{pointer}/{name}"), &of(before), &of(after), places);
            }
        }
        _ if before == after => {}
        _ => places.push(pointer),
    }
}
