//! M14, the organisers' digest: when it is due and who gets it.
//!
//! Each morning at 7 in the committee's own zone, at each new phase, at each signature and at the seal, every organiser,
//! every approver and each city's own mailbox are told what waits, and the audit's newest number and hash (S-AUD-4).
//! Signatures and the seal are read from the sealed chain, so the hash that is told covers them.

use std::collections::BTreeMap;

use super::digest_letter::Digest;
use super::store::{self, Mark};
use crate::accounts;
use crate::app::App;
use crate::audit::{self, Act};
use crate::clock::{Span, Time};
use crate::editions::{self, Edition, Phase};
use crate::fields::Email;
use crate::heartbeat;
use crate::judging;
use crate::nominations;
use crate::outbox::{self, Kind, Message, Post};
use crate::store::{Conn, StoreError, Stored};
use crate::text::{Language, Zone};

/// The hour of the day's digest.
const HOUR: i8 = 7;

/// Why a digest is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Occasion {
    /// A new phase has begun. (The embargo begins with the seal, which says more.)
    Phase,
    /// A city has signed.
    Signature,
    /// Every city has.
    Seal,
    /// It is morning.
    Day,
}

/// Sends what is due. Call it each second; any number of processes may.
///
/// # Errors
/// The store's.
pub async fn tick(app: &App) -> Result<(), StoreError> {
    let now = app.clock.now();
    for due in app.store.read(move |tx| Ok::<_, StoreError>(due(tx, now)?)).await? {
        tell(app, due, now).await?;
    }
    Ok(())
}

/// An edition whose organisers are to be told something, or whose mark is to be moved silently.
struct Due {
    edition: Edition,
    before: Option<Mark>,
    after: Mark,
    occasions: Vec<Occasion>,
}

fn due(tx: &mut Conn, now: Time) -> Stored<Vec<Due>> {
    let marks = store::marks(tx)?;
    let mut found = Vec::new();
    for edition in editions::store::all(tx)? {
        if now >= edition.timetable.purge_contacts_at {
            continue; // there is nobody left to write to about it
        }
        let before = marks.get(&edition.id).cloned();
        let (day, told) = before.as_ref().map_or_else(Default::default, |mark| (mark.day.clone(), mark.told));
        let signing = audit::store::signing_after(tx, edition.id, told)?;
        let after = Mark {
            phase: edition.phase(now),
            day: day.max(morning(&edition, now).0),
            told: signing.last().map_or(told, |(number, _)| *number),
        };
        if before.as_ref() != Some(&after) {
            let occasions = before.as_ref().map_or_else(Vec::new, |before| occasions(before, &after, &signing));
            found.push(Due { edition, before, after, occasions });
        }
    }
    Ok(found)
}

/// What has happened between two marks. The first mark is set silently: nobody has waited for a digest yet.
fn occasions(before: &Mark, after: &Mark, signing: &[(i64, String)]) -> Vec<Occasion> {
    let is = |wanted: Act| signing.iter().any(|(_, act)| act == wanted.as_str());
    let all = [
        (Occasion::Phase, after.phase != before.phase && after.phase != Phase::Embargo),
        (Occasion::Signature, is(Act::ResultsSigned)),
        (Occasion::Seal, is(Act::EditionSealed)),
        (Occasion::Day, after.day > before.day),
    ];
    all.into_iter().filter(|(_, holds)| *holds).map(|(occasion, _)| occasion).collect()
}

/// The last morning's day in the committee's zone, and the morning before it, as an instant. (An hour early where the clocks
/// were changed in between: rather count something twice than not at all.)
fn morning(edition: &Edition, now: Time) -> (String, Time) {
    let local = Zone::parse(&edition.time_zone).unwrap_or_else(Zone::utc).local(now);
    let day = if local.hour() >= HOUR { local.date() } else { local.date().yesterday().unwrap_or(local.date()) };
    let since_seven = (i64::from(local.hour()) - i64::from(HOUR)).rem_euclid(24) * 60 + i64::from(local.minute());
    (day.to_string(), now - Span::minutes(since_seven) - Span::hours(25))
}

async fn tell(app: &App, due: Due, now: Time) -> Result<(), StoreError> {
    let Due { edition, before, after, occasions } = due;
    let messages = if occasions.is_empty() {
        Vec::new()
    } else {
        let (parts, edition, key) = (app.clone(), edition.clone(), key(&occasions, &after));
        let written =
            app.store.read(move |tx| Ok::<_, StoreError>(write(tx, &parts, &edition, &occasions, &key, now)?));
        written.await?
    };
    let sent = app.store.write(move |tx| {
        let first = match &before {
            None => store::begin(tx, edition.id, &after)?,
            Some(before) => store::move_on(tx, edition.id, before, &after)?,
        };
        for message in messages.iter().filter(|_| first) {
            outbox::enqueue(tx, message)?;
        }
        Ok::<_, StoreError>(first && !messages.is_empty())
    });
    if sent.await? {
        app.outbox_bell.notify_one();
    }
    Ok(())
}

/// What makes a digest the same as another, but for its reader.
fn key(occasions: &[Occasion], after: &Mark) -> String {
    let words = occasions.iter().map(|occasion| match occasion {
        Occasion::Day => format!("day-{}", after.day),
        Occasion::Phase => format!("phase-{}", after.phase),
        Occasion::Signature | Occasion::Seal => format!("told-{}", after.told),
    });
    words.collect::<Vec<_>>().join("+")
}

/// The digest for each of its readers.
fn write(
    tx: &mut Conn,
    app: &App,
    edition: &Edition,
    occasions: &[Occasion],
    key: &str,
    now: Time,
) -> Stored<Vec<Message>> {
    let digest = gather(tx, app, edition, occasions, now)?;
    let sender = edition.sender();
    let mut messages = Vec::new();
    for (to, language) in readers(tx, edition)?.into_values() {
        let post = Post {
            kind: Kind::OrganiserDigest,
            edition: Some(edition.id),
            about: edition.id.to_string(),
            once: Some(format!("digest:{}:{key}:{}", edition.id, outbox::recipient_digest(app, &to))),
            to: &to,
            sender: &sender,
            due_at: now,
            pad: false,
        };
        messages.push(outbox::finish(app, now, post, digest.letter(language)));
    }
    Ok(messages)
}

/// Who gets it, each address once: organisers and approvers in their own language, a city's mailbox in its panel's.
fn readers(tx: &mut Conn, edition: &Edition) -> Stored<BTreeMap<String, (Email, Language)>> {
    let office = accounts::office(tx, edition.id)?.into_iter().map(|officer| (officer.email, officer.language));
    let cities = edition.mailboxes.iter().map(|(panel, email)| {
        let language = edition.panel(panel).map_or(Language::En, |panel| panel.language);
        (email.clone(), language)
    });
    let mut readers = BTreeMap::new();
    for (email, language) in office.chain(cities) {
        readers.entry(email.normal()).or_insert((email, language));
    }
    Ok(readers)
}

fn gather<'e>(
    tx: &mut Conn,
    app: &App,
    edition: &'e Edition,
    occasions: &'e [Occasion],
    now: Time,
) -> Stored<Digest<'e>> {
    let phase = edition.phase(now);
    let waiting = if phase <= Phase::Deliberation {
        nominations::waiting(tx, edition.id, now)?
    } else {
        nominations::Waiting::default() // what was left undone by the seal stays undone
    };
    let trouble = audit::store::mail_trouble_since(tx, edition.id, morning(edition, now).1)?;
    let count = |acts: &[Act]| {
        let of = |(act, count): &(String, i64)| acts.iter().any(|wanted| act == wanted.as_str()).then_some(*count);
        trouble.iter().filter_map(of).sum()
    };
    let recused_since_the_seal = match edition.sealed_at {
        Some(sealed_at) => judging::store::recused_since(tx, edition.id, sealed_at)?,
        None => 0,
    };
    Ok(Digest {
        edition,
        recused_since_the_seal,
        occasions,
        phase,
        now,
        waiting,
        clock_in_doubt: heartbeat::doubt(tx, app)?.is_some(),
        complaints: store::complaints::waiting(tx, edition.id)?,
        mails: outbox::store::waiting_for_a_person(tx, edition.id)?,
        blocked: count(&[Act::MessageBounced, Act::AddressBlocked]),
        dropped: count(&[Act::ReminderDropped]),
        head: audit::head(tx)?,
    })
}
