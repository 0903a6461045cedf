//! M3: the link to a draft, to the address that was given. It holds nothing that its sender typed (S-NOM-5), and comes at
//! most once in ten minutes: drafts that are saved meanwhile stand in one letter.

use super::model::{Draft, is_alive};
use super::store;
use crate::app::App;
use crate::clock::{Span, Time};
use crate::editions::{self, Edition};
use crate::fields::Email;
use crate::http::links::{Link, LinkKind};
use crate::ids::DraftId;
use crate::outbox::limits::{self, Joined};
use crate::outbox::{self, Kind, Letter, Message, Post};
use crate::store::{Conn, Stored};
use crate::text::{Language, say};

/// Between two letters to one address.
const APART: Span = Span::minutes(10);

/// Tells the link of a draft that was just saved for this address, and notes on each draft which letter told it last.
/// The caller saves the draft itself.
pub(super) fn tell(tx: &mut Conn, app: &App, edition: &Edition, draft: &mut Draft, at: Time) -> Stored<()> {
    let Some(to) = draft.email.clone() else { return Ok(()) };
    let mut others = store::at_address(tx, edition.id, &to)?;
    others.retain(|other| other.id != draft.id);
    let known = others.iter().chain(std::iter::once(&*draft));
    let last = known.filter_map(|one| Some((one.told_at?, one.told_about?))).max_by_key(|(told, _)| *told);
    let mut replaces = false;
    let (due, joined) = match last {
        Some((told, about)) if told > at => {
            // One waits already: it is taken back, and this one holds its links too.
            replaces = outbox::store::take_back(tx, about.as_str(), &[Kind::DraftLink], at)? > 0;
            others.retain(|other| other.told_about == Some(about));
            (told, others)
        }
        Some((told, _)) => ((told + APART).max(at), Vec::new()),
        None => (at, Vec::new()),
    };
    for mut other in joined.iter().cloned() {
        other.told_at = Some(due);
        other.told_about = Some(draft.id);
        store::save(tx, &other)?;
    }
    draft.told_at = Some(due);
    draft.told_about = Some(draft.id);
    let drafts: Vec<&Draft> = joined.iter().chain(std::iter::once(&*draft)).collect();
    let letter = message(app, edition, &to, &drafts, (at, due));
    if replaces {
        return outbox::enqueue(tx, &letter); // in the place of one that was counted
    }
    limits::enqueue_link(tx, app, &letter, at)
}

/// M3 for all drafts that wait for it, of the edition and the address of the first, since their mailbox was written to so
/// often; and which of them wait no longer.
pub(super) fn waited(tx: &mut Conn, app: &App, abouts: &[String], at: Time) -> Stored<Joined> {
    let mut letter_of: Option<(Edition, Email)> = None;
    let mut drafts: Vec<Draft> = Vec::new();
    let mut done = Vec::new();
    for about in abouts {
        if let Some((edition, to, draft)) = alive(tx, about, at)? {
            let (first, theirs) = letter_of.get_or_insert_with(|| (edition.clone(), to.clone()));
            if (first.id, &*theirs) != (edition.id, &to) {
                continue; // in another letter, an hour later
            }
            drafts.push(Draft { told_at: Some(at), ..draft });
        }
        done.push(about.clone());
    }
    let newest = drafts.last().map(|draft| draft.id);
    for draft in &mut drafts {
        draft.told_about = newest;
        store::save(tx, draft)?;
    }
    let known: Vec<&Draft> = drafts.iter().collect();
    let letter = letter_of.map(|(edition, to)| message(app, &edition, &to, &known, (at, at)));
    Ok((done, letter))
}

/// A draft that can be opened by its link, with its edition and its address.
fn alive(tx: &mut Conn, about: &str, at: Time) -> Stored<Option<(Edition, Email, Draft)>> {
    let Some(draft) = DraftId::parse(about).map(|id| store::by_id(tx, id)).transpose()?.flatten() else {
        return Ok(None);
    };
    let edition = editions::store::by_id(tx, draft.edition)?.filter(|edition| is_alive(&draft, edition, at));
    Ok(edition.zip(draft.email.clone()).map(|(edition, to)| (edition, to, draft)))
}

/// M3 once more, with all drafts of this address that live.
pub(in crate::nominations) fn again(
    tx: &mut Conn,
    app: &App,
    edition: &Edition,
    to: &Email,
    at: Time,
) -> Stored<Option<Message>> {
    let mut drafts = store::at_address(tx, edition.id, to)?;
    drafts.retain(|draft| is_alive(draft, edition, at));
    let known: Vec<&Draft> = drafts.iter().collect();
    Ok((!known.is_empty()).then(|| message(app, edition, to, &known, (at, at))))
}

/// M3 with the links of these drafts of one address; the last is the one that it is about.
pub(super) fn message(app: &App, edition: &Edition, to: &Email, drafts: &[&Draft], when: (Time, Time)) -> Message {
    let (at, due_at) = when;
    let newest = drafts.last();
    let letter = match newest.and_then(|draft| draft.language) {
        Some(language) => words(app, edition, drafts, language),
        None => Letter::both(words(app, edition, drafts, Language::En), words(app, edition, drafts, Language::Ru)),
    };
    let sender = edition.sender();
    let about = newest.map(|draft| draft.id.to_string()).unwrap_or_default();
    let kind = Kind::DraftLink;
    let post = Post { kind, edition: Some(edition.id), about, once: None, to, sender: &sender, due_at, pad: false };
    outbox::finish(app, at, post, letter)
}

fn words(app: &App, edition: &Edition, drafts: &[&Draft], language: Language) -> Letter {
    let award = edition.title.get(language);
    let mut letter = Letter::new(language, say(language, "drafts-m3-subject", &[])).para(say(
        language,
        "drafts-m3-why",
        &[("award", award.into())],
    ));
    for draft in drafts {
        let generation = u16::try_from(draft.generation).unwrap_or(u16::MAX);
        let link = Link { kind: LinkKind::Draft, row: draft.id.uuid(), generation };
        let ends = edition.cities().moment(language, draft.ends_at(edition));
        letter = letter.link(say(language, "drafts-m3-label", &[]), link.url(app, language)).para(say(
            language,
            "drafts-m3-until",
            &[("when", ends.into())],
        ));
    }
    letter.para(say(language, "drafts-m3-not-you", &[]))
}
