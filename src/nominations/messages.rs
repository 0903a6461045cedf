//! What this room writes to people: M1, M2, M4, M6, M7 to M10, M21 of `content/mail.md`.
//!
//! An address that is not confirmed yet gets M1 alone, which holds nothing that its sender typed. Later mails carry
//! names, cut and never link-like, and no story (S-NOM-5). The link that a mail is about stands first in it.

use super::model::{Nomination, SupporterRow};
use super::places;
use super::questions::Question;
use super::reasons::Reason;
use super::{letters, names};
use crate::app::App;
use crate::clock::{Span, Time};
use crate::editions::{Category, Edition};
use crate::fields::Email;
use crate::http::faults::label;
use crate::http::links::{Link, LinkKind};
use crate::ids::NominationId;
use crate::outbox::{self, Kind, Letter, Message, Post};
use crate::text::{Language, Value, say};

/// How long M9 and M10 wait, so that a mark made by mistake can be undone unseen.
const SECOND_THOUGHTS: Span = Span::hours(24);
/// How long M7 waits, so that several changes are one mail.
const CHANGES_GATHER: Span = Span::minutes(10);
/// How long withdrawn and ineligible nominations are kept.
const KEPT: Span = Span::days(90);

/// Writes on behalf of an edition, at one instant.
#[derive(Clone, Copy)]
pub(super) struct Desk<'a> {
    pub app: &'a App,
    pub edition: &'a Edition,
    pub at: Time,
}

impl Desk<'_> {
    /// M1, to the nominator: is this address yours? Says nothing of the nomination.
    pub fn confirm_address(&self, id: NominationId, to: &Email, language: Language) -> Message {
        let until = self.when(language, self.edition.timetable.confirm_until);
        let letter = Letter::new(language, say(language, "nominations-m1-subject", &[]))
            .para(say(language, "nominations-m1-why", &[("award", self.award(language))]))
            .link(say(language, "nominations-m1-label", &[]), self.url(LinkKind::Confirm, id.uuid(), 0, language))
            .para(say(language, "nominations-m1-until", &[("when", until)]))
            .para(say(language, "nominations-m1-not-you", &[]));
        self.post(Kind::ConfirmAddress, id, None, to, self.at, letter)
    }

    /// M1 for several nominations at once, where more were sent with one address than it is written to. Their references,
    /// which nobody typed, tell them apart.
    pub fn confirm_several(&self, nominations: &[Nomination]) -> Option<Message> {
        let [first, rest @ ..] = nominations else { return None };
        let (to, language) = (first.nominator.email.as_ref()?, first.language);
        if rest.is_empty() {
            return Some(self.confirm_address(first.id, to, language));
        }
        let until = self.when(language, self.edition.timetable.confirm_until);
        let mut letter = Letter::new(language, say(language, "nominations-m1-subject", &[])).para(say(
            language,
            "nominations-m1-several",
            &[("award", self.award(language))],
        ));
        for nomination in nominations {
            let label = say(language, "nominations-m1-several-label", &[("ref", reference(nomination))]);
            letter = letter.link(label, self.url(LinkKind::Confirm, nomination.id.uuid(), 0, language));
        }
        let letter = letter.para(say(language, "nominations-m1-several-until", &[("when", until)])).para(say(
            language,
            "nominations-m1-not-you",
            &[],
        ));
        Some(self.post(Kind::ConfirmAddress, first.id, None, to, self.at, letter))
    }

    /// M2, to the nominator: it is in, and what comes next. Promises nothing.
    pub fn receipt(&self, nomination: &Nomination) -> Option<Message> {
        let to = nomination.nominator.email.as_ref()?;
        let language = nomination.language;
        let table = &self.edition.timetable;
        let next = [
            say(language, "nominations-m2-letters", &[("when", self.when(language, table.letters_due_at))]),
            say(language, "nominations-m2-notice", &[]),
            say(language, "nominations-m2-judging", &[("when", self.when(language, table.judging_close_at))]),
            say(language, "nominations-m2-announce", &[("when", self.when(language, table.announce_at))]),
        ];
        let args = [
            ("award", self.award(language)),
            ("nominee", names::nominee(&nomination.name, language).into()),
            ("category", self.category(&nomination.category, language)),
        ];
        let close = self.when(language, table.nominations_close_at);
        let letter = self
            .about(nomination, "nominations-m2-subject")
            .para(say(language, "nominations-m2-in", &args))
            .link(say(language, "nominations-own-label", &[]), self.own(nomination))
            .para(say(language, "nominations-m2-change", &[("when", close)]))
            .para(say(language, "nominations-m2-reference", &[("ref", reference(nomination))]))
            .para(say(language, "nominations-m2-next", &[]))
            .list(next)
            .link(say(language, "nominations-privacy-label", &[]), self.privacy(language));
        Some(self.post(Kind::Receipt, nomination.id, Some("receipt"), to, self.at, letter))
    }

    /// M4, to a supporter: please write. Their language is not known, so both are used.
    pub fn supporter_request(
        &self,
        nomination: &Nomination,
        supporter: &SupporterRow,
        due_at: Time,
    ) -> Option<Message> {
        let to = supporter.email.as_ref()?;
        let generation = u16::try_from(supporter.generation).unwrap_or(u16::MAX);
        let in_language = |language: Language| {
            let letter_url = self.url(LinkKind::Letter, supporter.id.uuid(), generation, language);
            let who = [
                ("nominator", names::nominator(nomination.nominator.name.as_str(), language).into()),
                ("nominee", names::nominee(&nomination.name, language).into()),
                ("award", self.award(language)),
                ("category", self.category(&nomination.category, language)),
            ];
            let how = [
                ("min", letters::WORDS.0.into()),
                ("max", letters::WORDS.1.into()),
                ("when", self.when(language, self.edition.timetable.letters_due_at)),
            ];
            Letter::new(language, say(language, "nominations-m4-subject", &[]))
                .para(say(language, "nominations-m4-who", &who))
                .link(say(language, "nominations-m4-label", &[]), letter_url.clone())
                .para(say(language, "nominations-m4-how", &how))
                .para(say(language, "nominations-m4-decline", &[]))
                .link(say(language, "nominations-m4-decline-label", &[]), letter_url)
                .para(say(language, "nominations-m4-source", &[]))
                .link(
                    say(language, "nominations-m4-never-label", &[]),
                    self.url(LinkKind::Unsubscribe, supporter.id.uuid(), generation, language),
                )
        };
        let once = Some(request(supporter));
        let letter = both(nomination, in_language);
        Some(self.post_about(Kind::SupporterRequest, supporter.id.to_string(), once, to, due_at, letter))
    }

    /// M6, to the nominee, the organisation's contact or the guardian: Article 14's points (`content/privacy.md` § 10), in
    /// the recipient's daytime. `None` where there is no address: then a letter goes by post. `generation` is the notice's:
    /// whoever had an earlier one reads elsewhere.
    pub fn nominee_notice(&self, nomination: &Nomination, generation: i32) -> Option<Message> {
        let to = notice_address(nomination)?;
        let facts = &nomination.facts;
        let due = places::daytime(self.edition, facts.home_city.as_str(), facts.country, self.at);
        let letter = both(nomination, |language| self.notice_letter(nomination, generation, language));
        let (about, once) = (nomination.id.to_string(), Some(notice(nomination.id, generation)));
        Some(self.post_about(Kind::NomineeNotice, about, once, to, due, letter))
    }

    fn notice_letter(&self, nomination: &Nomination, generation: i32, language: Language) -> Letter {
        let generation = u16::try_from(generation).unwrap_or(u16::MAX);
        let mut letter = Letter::new(language, say(language, "nominations-m6-subject", &[]));
        let mut points = self.notice_points(nomination, language).into_iter();
        letter = letter.para(points.next().unwrap_or_default()).link(
            say(language, "nominations-m6-label", &[]),
            self.url(LinkKind::Notice, nomination.id.uuid(), generation, language),
        );
        letter = letter.para(points.next().unwrap_or_default());
        if !names::looks_like_a_link(&nomination.headline) {
            letter = letter.quote(crate::text::isolate(&nomination.headline));
        }
        for point in points {
            letter = letter.para(point);
        }
        letter.link(say(language, "nominations-privacy-label", &[]), self.privacy(language))
    }

    /// Article 14's points in words: for the letter, and for the page behind its link.
    pub fn notice_points(&self, nomination: &Nomination, language: Language) -> Vec<String> {
        let edition = self.edition;
        let name = || -> Value<'_> { names::nominee(&nomination.name, language).into() };
        let award = [("award", self.award(language)), ("category", self.category(&nomination.category, language))];
        let award = if names::looks_like_a_link(&nomination.headline) {
            say(language, "nominations-m6-award-bare", &award)
        } else {
            say(language, "nominations-m6-award", &award)
        };
        let readers: Vec<&str> = edition.open_panels().map(|panel| panel.city.get(language)).collect();
        let abroad: Vec<&str> = edition.panels_abroad().map(|panel| panel.city.get(language)).collect();
        let table = &edition.timetable;
        let cities = edition.cities();
        let day = |time| -> Value<'_> { cities.day(language, time).into() };
        let kept = [
            ("contacts", day(table.purge_contacts_at)),
            ("winners", day(table.purge_winner_contacts_at)),
            ("texts", day(table.purge_texts_at)),
        ];
        let contact = match &edition.data_contact {
            Some(contact) => format!("{}, {}", contact.name.get(language), contact.email.as_str()),
            None => edition.reply_to.as_str().to_owned(),
        };
        let controller =
            [("controller", edition.controller.get(language).into()), ("contact", contact.as_str().into())];
        let mut points = vec![
            say(language, "nominations-m6-first", &[("nominee", name())]),
            award,
            say(language, "nominations-m6-held", &[("kind", nomination.kind.as_str().into())]),
            say(language, "nominations-m6-why", &[]),
            say(language, "nominations-m6-readers", &[("cities", readers.join(", ").into())]),
        ];
        if !abroad.is_empty() {
            points.push(say(language, "nominations-m6-transfer", &[("cities", abroad.join(", ").into())]));
        }
        points.extend([
            say(language, "nominations-m6-kept", &kept),
            say(language, "nominations-m6-public", &[("nominee", name())]),
            say(language, "nominations-m6-rights", &[]),
            say(language, "nominations-m6-complain", &[]),
            say(language, "nominations-m6-controller", &controller),
        ]);
        points
    }

    /// M7, to the nominator: a supporter will not write. Says which, by the form's order, never their words.
    pub fn supporter_declined(&self, nomination: &Nomination, supporter: &SupporterRow) -> Option<Message> {
        let to = nomination.nominator.email.as_ref()?;
        let language = nomination.language;
        let position = i64::from(supporter.position) + 1;
        let close = self.edition.timetable.nominations_close_at;
        let mut letter = self
            .about(nomination, "nominations-m7-subject")
            .para(say(language, "nominations-m7-declined", &[("position", position.into())]))
            .link(say(language, "nominations-own-label", &[]), self.own(nomination));
        if self.at < close {
            letter = letter.para(say(language, "nominations-m7-replace", &[("when", self.when(language, close))]));
        }
        let once = format!("{}:{}:declined", supporter.id, supporter.generation);
        let due = self.at + CHANGES_GATHER;
        Some(self.post_about(Kind::ChangeReceived, nomination.id.to_string(), Some(once), to, due, letter))
    }

    /// M7, to the nominator: which fields they have changed, never to what.
    pub fn changed(&self, nomination: &Nomination) -> Option<Message> {
        let (to, retold) = nomination.nominator.email.as_ref().zip(nomination.retold.as_ref())?;
        let language = nomination.language;
        let close = self.when(language, self.edition.timetable.nominations_close_at);
        let letter = self
            .about(nomination, "nominations-m7-subject")
            .para(say(language, "nominations-m7-changed", &[]))
            .list(retold.fields.iter().map(|field| label(language, field)))
            .link(say(language, "nominations-own-label", &[]), self.own(nomination))
            .para(say(language, "nominations-m2-change", &[("when", close)]))
            .para(say(language, "nominations-m7-not-you", &[]));
        let about = nomination.id.to_string();
        let due = (retold.since + CHANGES_GATHER).max(self.at);
        let once = Some(changes(nomination.id, retold.since));
        Some(self.post_about(Kind::ChangeReceived, about, once, to, due, letter))
    }

    /// M8, to the nominator, to the supporters who were asked, and to a nominee who was told. Never says why.
    pub fn withdrawn(&self, nomination: &Nomination, asked: &[SupporterRow], nominee_told: bool) -> Vec<Message> {
        let mut messages = Vec::new();
        let mut send = |about: String, to: &Email, letter: Letter| {
            let once = format!("{about}:{}", nomination.version);
            messages.push(self.post_about(Kind::Withdrawn, about, Some(once), to, self.at, letter));
        };
        if let (Some(to), Some(_)) = (&nomination.nominator.email, nomination.confirmed_at) {
            send(nomination.id.to_string(), to, self.withdrawn_letter(nomination, nomination.language));
        }
        for supporter in asked {
            if let Some(to) = &supporter.email {
                let letter = both(nomination, |language| self.withdrawn_letter(nomination, language));
                send(supporter.id.to_string(), to, letter);
            }
        }
        if let Some(to) = notice_address(nomination).filter(|_| nominee_told) {
            let letter = both(nomination, |language| self.withdrawn_letter(nomination, language));
            send(format!("{}:nominee", nomination.id), to, letter);
        }
        messages
    }

    fn withdrawn_letter(&self, nomination: &Nomination, language: Language) -> Letter {
        let since = [
            ("ref", reference(nomination)),
            ("nominee", names::nominee(&nomination.name, language).into()),
            ("when", self.when(language, self.at)),
        ];
        let day = self.edition.cities().day(language, self.at + KEPT);
        let subject = say(language, "nominations-m8-subject", &[("ref", reference(nomination))]);
        Letter::new(language, subject).para(say(language, "nominations-m8-since", &since)).para(say(
            language,
            "nominations-m8-deleted",
            &[("day", day.into())],
        ))
    }

    /// M9, to the nominator, a day after the mark: why it cannot go forward, and until when to ask again.
    pub fn ineligible(&self, nomination: &Nomination, reason: Reason) -> Option<Message> {
        let to = nomination.nominator.email.as_ref()?;
        let language = nomination.language;
        let due = self.at + SECOND_THOUGHTS;
        let table = &self.edition.timetable;
        // Opened again it can be until judging closes; after that the sentence would promise what nobody may do.
        let until = [table.screening_close_at, table.judging_close_at].into_iter().find(|until| due < *until);
        let cannot = [("ref", reference(nomination)), ("nominee", names::nominee(&nomination.name, language).into())];
        let mut letter = self
            .about(nomination, "nominations-m9-subject")
            .para(say(language, "nominations-m9-cannot", &cannot))
            .list([reason.words(language)]);
        if let Some(note) = nomination.note.as_ref().filter(|_| reason == Reason::Other) {
            letter = letter.quote(note.clone());
        }
        if let Some(until) = until {
            letter = letter.para(say(language, "nominations-m9-again", &[("when", self.when(language, until))]));
        }
        Some(self.post(Kind::Ineligible, nomination.id, None, to, due, letter))
    }

    /// M10, to the nominator, a day after: it is read with another. Never whose that is, or how many there are.
    pub fn merged(&self, nomination: &Nomination) -> Option<Message> {
        let to = nomination.nominator.email.as_ref()?;
        let language = nomination.language;
        let joined = [("ref", reference(nomination)), ("nominee", names::nominee(&nomination.name, language).into())];
        let letter = self
            .about(nomination, "nominations-m10-subject")
            .para(say(language, "nominations-m10-joined", &joined))
            .para(say(language, "nominations-m10-words", &[]))
            .link(say(language, "nominations-own-label", &[]), self.own(nomination));
        Some(self.post(Kind::Merged, nomination.id, None, to, self.at + SECOND_THOUGHTS, letter))
    }

    /// M21, to the nominator: a question. Never who wants to know, or how the nomination stands.
    pub fn question(&self, nomination: &Nomination, question: &Question) -> Option<Message> {
        let to = nomination.nominator.email.as_ref()?;
        let language = nomination.language;
        let about = [("ref", reference(nomination)), ("nominee", names::nominee(&nomination.name, language).into())];
        let link = Link { kind: LinkKind::Nomination, row: nomination.id.uuid(), generation: 0 };
        let mut letter = self
            .about(nomination, "nominations-m21-subject")
            .para(say(language, "nominations-m21-asks", &about))
            .link(say(language, "nominations-m21-label", &[]), link.url_on(self.app, language, "question"));
        for line in question.text.lines().filter(|line| !line.is_empty()) {
            letter = letter.quote(crate::text::isolate(line));
        }
        let letter = letter.para(say(language, "nominations-m21-how", &[]));
        let once = Some(question.id.to_string());
        Some(self.post_about(Kind::Question, nomination.id.to_string(), once, to, self.at, letter))
    }

    /// Begins a letter to the nominator, in their language, with the reference in its subject.
    fn about(&self, nomination: &Nomination, subject: &str) -> Letter {
        let language = nomination.language;
        Letter::new(language, say(language, subject, &[("ref", reference(nomination))]))
    }

    fn post(
        &self,
        kind: Kind,
        about: NominationId,
        once: Option<&str>,
        to: &Email,
        due_at: Time,
        letter: Letter,
    ) -> Message {
        self.post_about(kind, about.to_string(), once.map(|_| about.to_string()), to, due_at, letter)
    }

    fn post_about(
        &self,
        kind: Kind,
        about: String,
        once: Option<String>,
        to: &Email,
        due_at: Time,
        letter: Letter,
    ) -> Message {
        let sender = self.edition.sender();
        let once = once.map(|key| once_key(kind, &key));
        let post = Post { kind, edition: Some(self.edition.id), about, once, to, sender: &sender, due_at, pad: false };
        outbox::finish(self.app, self.at, post, letter)
    }

    fn url(&self, kind: LinkKind, row: uuid::Uuid, generation: u16, language: Language) -> String {
        Link { kind, row, generation }.url(self.app, language)
    }

    fn own(&self, nomination: &Nomination) -> String {
        self.url(LinkKind::Nomination, nomination.id.uuid(), 0, nomination.language)
    }

    fn privacy(&self, language: Language) -> String {
        format!("{}/{language}/privacy", self.app.config.public_url.as_str())
    }

    fn award(&self, language: Language) -> Value<'_> {
        self.edition.title.get(language).into()
    }

    fn category(&self, code: &str, language: Language) -> Value<'_> {
        let name = |category: &Category| category.name.get(language).to_owned();
        self.edition.category(code).map_or_else(|| code.to_owned(), name).into()
    }

    fn when(&self, language: Language, time: Time) -> Value<'static> {
        self.edition.cities().moment(language, time).into()
    }
}

fn once_key(kind: Kind, key: &str) -> String {
    format!("{kind}:{key}")
}

fn request(supporter: &SupporterRow) -> String {
    format!("{}:{}", supporter.id, supporter.generation)
}

/// The key of M4 to this very person: not to whoever was named in the same place before.
pub(super) fn request_once(supporter: &SupporterRow) -> String {
    once_key(Kind::SupporterRequest, &request(supporter))
}

fn notice(nomination: NominationId, generation: i32) -> String {
    if generation == 0 { nomination.to_string() } else { format!("{nomination}:{generation}") }
}

/// The key of M6 to the address that stands now: not to one that stood there before.
pub(super) fn notice_once(nomination: NominationId, generation: i32) -> String {
    once_key(Kind::NomineeNotice, &notice(nomination, generation))
}

fn changes(nomination: NominationId, since: Time) -> String {
    format!("{nomination}:changed:{}", since.micros())
}

/// The key of the M7 that gathers changes since this instant.
pub(super) fn changes_once(nomination: NominationId, since: Time) -> String {
    once_key(Kind::ChangeReceived, &changes(nomination, since))
}

fn reference(nomination: &Nomination) -> Value<'_> {
    nomination.reference.as_str().into()
}

/// Where the nominee's notice goes: to the nominee or the organisation, for a minor to the guardian alone.
pub(super) fn notice_address(nomination: &Nomination) -> Option<&Email> {
    let contacts = &nomination.contacts;
    contacts.guardian.as_ref().map(|guardian| &guardian.email).or(contacts.email.as_ref())
}

/// One mail in both languages, for somebody whose own we do not know; Russian first for Russia and Cyrillic towns.
fn both(nomination: &Nomination, letter: impl Fn(Language) -> Letter) -> Letter {
    let facts = &nomination.facts;
    let cyrillic = facts.home_city.as_str().chars().any(|sign| matches!(sign, '\u{400}'..='\u{52F}'));
    let first = if facts.country.as_str() == "RU" || cyrillic { Language::Ru } else { Language::En };
    Letter::both(letter(first), letter(first.other()))
}
