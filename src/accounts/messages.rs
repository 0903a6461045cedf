//! What the accounts write to people: the invitation (M11) and the notice that something has changed (A2).

use super::model::{Officer, Person};
use super::store::Account;
use crate::app::App;
use crate::clock::{Span, Time};
use crate::editions::Edition;
use crate::fields::Email;
use crate::http::links::{Link, LinkKind};
use crate::ids::{ResetId, SessionId};
use crate::outbox::{Kind, Letter, Message, Post, Sender, finish};
use crate::store::Stored;
use crate::text::{Language, Value, isolate, say};

/// The living link of somebody's invitation.
pub(super) fn invitation_link(app: &App, person: &Person) -> String {
    link(person).url(app, person.language)
}

fn link(person: &Person) -> Link {
    Link { kind: LinkKind::Invitation, row: person.id.uuid(), generation: person.invitation }
}

/// After how long an invitation that nobody accepted is sent a second time.
const AGAIN_AFTER: Span = Span::days(7);

/// M11: what part, in which city, what work, and the link; then, unless it is taken back, the same again a week later.
/// Never a nomination.
pub(super) fn invitation(app: &App, edition: &Edition, person: &Person, now: Time) -> [Message; 2] {
    let first = invitation_letter(app, edition, person);
    let since = [("when", Value::from(edition.cities().day(person.language, now)))];
    let again = first.clone().para(say(person.language, "accounts-invitation-again", &since));
    let sender = edition.sender();
    let post = |turn, due_at| Post {
        kind: Kind::Invitation,
        edition: Some(edition.id),
        about: person.id.to_string(),
        once: Some(format!("invitation:{}:{}:{turn}", person.id, person.invitation)),
        to: &person.email,
        sender: &sender,
        due_at,
        pad: false,
    };
    [finish(app, now, post("first", now), first), finish(app, now, post("again", now + AGAIN_AFTER), again)]
}

fn invitation_letter(app: &App, edition: &Edition, person: &Person) -> Letter {
    let language = person.language;
    let cities = edition.cities();
    let moment = |time| Value::from(cities.moment(language, time));
    let role = ("role", Value::from(person.role.as_str()));
    let year = ("year", Value::Year(edition.year));
    let table = &edition.timetable;

    let subject = say(language, "accounts-invitation-subject", std::slice::from_ref(&year));
    let mut letter = Letter::new(language, subject)
        .link(say(language, "accounts-invitation-link", &[]), invitation_link(app, person))
        .para(say(language, "accounts-invitation-part", &[role.clone(), year]));
    if let Some(panel) = person.panel.as_ref().and_then(|panel| edition.panel(panel)) {
        let city = isolate(panel.city.get(language));
        letter = letter.para(say(language, "accounts-invitation-city", &[("city", city.into())]));
    }
    letter = letter.para(say(language, "accounts-invitation-work", &[role]));
    if person.role.judges() {
        let args = [("from", moment(table.judging_open_at)), ("to", moment(table.judging_close_at))];
        letter = letter.para(say(language, "accounts-invitation-when", &args));
    }
    let until = [("until", moment(person.invitation_ends_at()))];
    letter.para(say(language, "accounts-invitation-until", &until)).para(say(
        language,
        "accounts-invitation-mistake",
        &[],
    ))
}

/// A2, to each of an edition's office: an organiser or approver was made (S-ACC-11).
pub(super) fn officer_made(app: &App, edition: &Edition, made: &Person, to: &Officer, now: Time) -> Message {
    let language = to.language;
    let args = [
        ("role", Value::from(made.role.as_str())),
        ("name", isolate(&cut(&made.name)).into()),
        ("edition", edition.title.get(language).into()),
        ("when", edition.cities().moment(language, now).into()),
    ];
    let letter = changed(language).para(say(language, "accounts-changed-officer", &args)).para(say(
        language,
        "accounts-changed-officer-help",
        &[],
    ));
    let post = Post {
        kind: Kind::SecurityNotice,
        edition: Some(edition.id),
        about: made.id.to_string(),
        once: None,
        to: &to.email,
        sender: &edition.sender(),
        due_at: now,
        pad: false,
    };
    finish(app, now, post, letter)
}

/// A2, to its owner: a session was ended because one of its tokens came a second time (S-ACC-9).
pub(super) fn family_ended(app: &App, owner: &Account, session: SessionId, now: Time) -> Stored<Message> {
    let language = owner.language;
    let letter = changed(language).para(say(language, "accounts-changed-session", &[("when", now.into())])).para(say(
        language,
        "accounts-changed-session-help",
        &[],
    ));
    Ok(to_owner(app, &owner.address()?, session.to_string(), letter, now))
}

/// How somebody came by another password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PasswordChange {
    /// Signed in, with the old one.
    ByOwner,
    /// By a link in a mail.
    ByMail,
}

/// A2, to its owner: there is a new password (S-ACC-9).
pub(super) fn password_changed(app: &App, owner: &Account, change: PasswordChange, now: Time) -> Stored<Message> {
    let (language, when) = (owner.language, [("when", Value::from(now))]);
    let what = match change {
        PasswordChange::ByOwner => say(language, "accounts-changed-password", &when),
        PasswordChange::ByMail => say(language, "accounts-changed-password-by-mail", &when),
    };
    let letter = changed(language).para(what).para(say(language, "accounts-changed-password-help", &[]));
    Ok(to_owner(app, &owner.address()?, owner.id.to_string(), letter, now))
}

/// A2, to its owner: somebody has signed in where nobody had before (S-ACC-9). From where is not said: an address would
/// tell an owner little, and a reader of the mail too much.
pub(super) fn device_noted(app: &App, owner: &Account, now: Time) -> Stored<Message> {
    let language = owner.language;
    let letter = changed(language).para(say(language, "accounts-changed-device", &[("when", now.into())])).para(say(
        language,
        "accounts-changed-device-help",
        &[],
    ));
    Ok(to_owner(app, &owner.address()?, owner.id.to_string(), letter, now))
}

/// A1: the link to a new password.
pub(super) fn password_reset(
    app: &App,
    owner: &Account,
    id: ResetId,
    link: &str,
    until: Time,
    now: Time,
) -> Stored<Message> {
    let language = owner.language;
    let letter = Letter::new(language, say(language, "accounts-reset-subject", &[]))
        .link(say(language, "accounts-reset-link", &[]), link)
        .para(say(language, "accounts-reset-until", &[("until", until.into())]))
        .para(say(language, "accounts-reset-mistake", &[]));
    let post = Post {
        kind: Kind::PasswordReset,
        edition: None,
        about: id.to_string(),
        once: Some(format!("reset:{id}")),
        to: &owner.address()?,
        sender: &Sender::of_service(),
        due_at: now,
        pad: false,
    };
    Ok(finish(app, now, post, letter))
}

/// What became of somebody's second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FactorChange {
    /// It was set up.
    Set,
    /// Its owner removed it.
    Removed,
    /// The operator removed it.
    Reset,
    /// A recovery code stood in for it; so many are left.
    RecoveryCodeUsed { left: i64 },
}

/// A2, to its owner: the second factor was set up, removed, or stood in for (S-ACC-9).
pub(super) fn factor_changed(app: &App, owner: &Account, change: FactorChange, now: Time) -> Stored<Message> {
    let language = owner.language;
    let when = ("when", Value::from(now));
    let (what, help) = match change {
        FactorChange::Set => (say(language, "factor-changed-set", &[when]), "factor-changed-help"),
        FactorChange::Removed => (say(language, "factor-changed-removed", &[when]), "factor-changed-help"),
        FactorChange::Reset => (say(language, "factor-changed-reset", &[when]), "factor-changed-reset-help"),
        FactorChange::RecoveryCodeUsed { left } => {
            (say(language, "factor-changed-recovery", &[when, ("left", left.into())]), "factor-changed-help")
        }
    };
    let letter = changed(language).para(what).para(say(language, help, &[]));
    Ok(to_owner(app, &owner.address()?, owner.id.to_string(), letter, now))
}

/// A2, to an organiser of an edition in which somebody has a part: the operator removed their second factor (S-ACC-6).
pub(super) fn factor_reset_of(app: &App, owner: &Account, to: &Officer, now: Time) -> Message {
    let language = to.language;
    let args = [("name", isolate(&cut(&owner.name)).into()), ("when", Value::from(now))];
    let letter = changed(language).para(say(language, "factor-reset-of", &args)).para(say(
        language,
        "factor-reset-of-help",
        &[],
    ));
    to_owner(app, &to.email, owner.id.to_string(), letter, now)
}

fn to_owner(app: &App, to: &Email, about: String, letter: Letter, now: Time) -> Message {
    let sender = Sender::of_service();
    let kind = Kind::SecurityNotice;
    finish(
        app,
        now,
        Post { kind, edition: None, about, once: None, to, sender: &sender, due_at: now, pad: false },
        letter,
    )
}

fn changed(language: Language) -> Letter {
    Letter::new(language, say(language, "accounts-changed-subject", &[]))
}

/// A name as a mail may hold it: 80 signs at most, and nothing that a mail program makes a link of (S-NOM-5).
fn cut(name: &str) -> String {
    let short: String = name.chars().take(80).collect();
    if short.contains("//") || short.contains("www.") || short.contains('@') { "…".to_owned() } else { short }
}
