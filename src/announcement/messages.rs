//! What this room writes to people: M15 to M20 of `content/mail.md`.
//!
//! Subjects, senders and sizes of what goes out in confidence tell no outcome (§ 9 of the announcement): the subject
//! names a day, the first line is a greeting with it, the award stands in the body alone.

use super::calendar;
use super::model::{Lack, ReplyRow};
use super::reply::{Attendance, Reply};
use crate::app::App;
use crate::editions::Edition;
use crate::http::links::{Link, LinkKind};
use crate::ids::NominationId;
use crate::nominations::{ToTell, names};
use crate::outbox::Letter;
use crate::text::{Bilingual, Language, Value, isolate, say};

/// In which language somebody is written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tongue {
    /// In one that we know to be theirs.
    Known(Language),
    /// In both, because we do not know theirs: this one first.
    Both(Language),
}

impl Tongue {
    /// For a nominee whose language nobody told us: Russian first for Russia and Cyrillic towns.
    pub fn of_nominee(nominee: &ToTell) -> Self {
        let city = nominee.facts.home_city.as_str();
        let cyrillic = city.chars().any(|sign| matches!(sign, '\u{400}'..='\u{52F}'));
        let russian = nominee.facts.country.as_str() == "RU" || cyrillic;
        Self::Both(if russian { Language::Ru } else { Language::En })
    }

    /// The languages, the first one first.
    pub fn languages(self) -> Vec<Language> {
        match self {
            Self::Known(language) => vec![language],
            Self::Both(first) => vec![first, first.other()],
        }
    }

    /// As it stands in the store: `en`, or `ru en`.
    pub fn words(self) -> String {
        self.languages().iter().map(|language| language.as_str()).collect::<Vec<_>>().join(" ")
    }

    fn letter(self, page: impl Fn(Language) -> Letter) -> Letter {
        match self {
            Self::Known(language) => page(language),
            Self::Both(first) => Letter::both(page(first), page(first.other())),
        }
    }
}

/// What a nomination was found to be, as far as M18 tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// Commended.
    Commended,
    /// Not chosen.
    NotChosen,
}

/// How a reply can still be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Changeable {
    /// By its link.
    Here,
    /// By writing to or calling the organisers.
    ByTheOrganisers,
}

/// A winner, as M15 speaks of one.
pub(super) struct Winner<'a> {
    /// The nomination.
    pub id: NominationId,
    /// What people call it by.
    pub reference: &'a str,
    /// Whom it honours.
    pub nominee: &'a str,
    /// Whether the letter goes to a guardian.
    pub is_minor: bool,
    /// Code of the category.
    pub category: &'a str,
    /// The committee's words.
    pub citation: &'a Bilingual,
}

/// Writes on behalf of an edition.
#[derive(Clone, Copy)]
pub(super) struct Desk<'a> {
    /// The service's parts.
    pub app: &'a App,
    /// The edition.
    pub edition: &'a Edition,
    /// Whether it is a trial: every subject then says so.
    pub trial: bool,
}

impl Desk<'_> {
    /// M15: you have won; please keep it to yourself, and reply.
    pub fn winner_notice(&self, winner: &Winner<'_>, tongue: Tongue) -> Letter {
        let table = &self.edition.timetable;
        tongue.letter(|language| {
            let award = [
                ("category", self.category(winner.category, language)),
                ("embargo", self.moment(language, table.announce_at)),
            ];
            let nominee = names::nominee(winner.nominee, language);
            let about = [("reference", winner.reference.into()), ("nominee", nominee.as_str().into())];
            let until = [
                ("due", self.moment(language, table.reply_due_at)),
                ("until", self.moment(language, table.phone_list_at)),
            ];
            let letter = self
                .in_confidence(language, "announcement-m15-subject", "announcement-m15-greeting", table.reply_due_at)
                .link(say(language, "announcement-m15-label", &[]), self.reply_url(winner.id, language))
                .para(say(language, "announcement-m15-chosen", &award))
                .para(say(language, "announcement-m15-nominee", &about));
            let letter = if winner.is_minor {
                letter.para(say(language, "announcement-m15-guardian", &[("nominee", nominee.as_str().into())]))
            } else {
                letter
            };
            let letter = letter
                .para(say(language, "announcement-m15-citation", &[]))
                .quote(winner.citation.get(language))
                .para(say(language, "announcement-m15-until", &until))
                .para(say(language, "announcement-m15-dates", &[]))
                .list(self.dates(language));
            letter.para(self.contact(language))
        })
    }

    /// M16: we have no reply yet. Not a word of what M15 told.
    pub fn reply_reminder(&self, nomination: NominationId, tongue: Tongue) -> Letter {
        let due = self.edition.timetable.reply_due_at;
        tongue.letter(|language| {
            self.in_confidence(language, "announcement-m16-subject", "announcement-m15-greeting", due)
                .link(say(language, "announcement-m15-label", &[]), self.reply_url(nomination, language))
                .para(say(language, "announcement-m16-again", &[]))
                .para(say(language, "announcement-m16-due", &[("due", self.moment(language, due))]))
                .para(self.contact(language))
        })
    }

    /// M17: what you answered, and how to change it; on acceptance the calendar of both evenings.
    pub fn winner_confirmation(&self, row: &ReplyRow, changeable: Changeable, tongue: Tongue) -> Letter {
        let table = &self.edition.timetable;
        let letter = tongue.letter(|language| {
            let subject = self.marked(language, say(language, "announcement-m17-subject", &[]));
            let letter = Letter::new(language, subject);
            let letter = match changeable {
                Changeable::Here => {
                    let date = self.edition.cities().day(language, table.phone_list_at);
                    letter.greeting(say(language, "announcement-m17-greeting", &[("date", date.into())]))
                }
                Changeable::ByTheOrganisers => letter,
            };
            let letter = letter
                .link(say(language, "announcement-m15-label", &[]), self.reply_url(row.nomination, language))
                .para(say(language, "announcement-m17-answers", &[]))
                .list(answers(&row.reply, language));
            let until = self.moment(language, table.phone_list_at);
            let embargo = self.moment(language, table.announce_at);
            let letter = match changeable {
                Changeable::Here => letter
                    .para(say(language, "announcement-m17-change", &[("until", until)]))
                    .para(say(language, "announcement-m17-confidence", &[("embargo", embargo)])),
                Changeable::ByTheOrganisers => letter.para(say(language, "announcement-m17-change-later", &[])),
            };
            let letter = match row.reply.acceptance() {
                Some(_) => letter.para(say(language, "announcement-m17-calendar", &[])),
                None => letter,
            };
            letter.para(self.contact(language))
        });
        let first = tongue.languages().first().copied().unwrap_or(Language::En);
        match row.reply.acceptance() {
            Some(_) => {
                letter.calendar(calendar::invite(self.edition, row.nomination, first, row.version, row.replied_at))
            }
            None => letter,
        }
    }

    /// M18 to a nominator: how it ended, and thanks.
    pub fn outcome(&self, nomination: &ToTell, found: Found, tongue: Tongue) -> Letter {
        tongue.letter(|language| {
            let nominee = names::nominee(&nomination.name, language);
            let told = match found {
                Found::Commended => {
                    let args =
                        [("nominee", nominee.into()), ("category", self.category(&nomination.category, language))];
                    say(language, "announcement-m18-commended", &args)
                }
                Found::NotChosen => say(language, "announcement-m18-not-chosen", &[("nominee", nominee.into())]),
            };
            self.ended(nomination, language, told, None)
        })
    }

    /// M18 to the nominee.
    pub fn outcome_for_nominee(&self, nomination: &ToTell, found: Found, tongue: Tongue) -> Letter {
        tongue.letter(|language| {
            let nominee = names::nominee(&nomination.name, language);
            let told = match found {
                Found::Commended => {
                    let args =
                        [("nominee", nominee.into()), ("category", self.category(&nomination.category, language))];
                    say(language, "announcement-m18-nominee-commended", &args)
                }
                Found::NotChosen => {
                    say(language, "announcement-m18-nominee-not-chosen", &[("nominee", nominee.into())])
                }
            };
            self.ended(nomination, language, told, None)
        })
    }

    /// M19 to a winner's nominator, or (`supporter`) to somebody who wrote in support.
    pub fn winner_nominator(&self, nomination: &ToTell, supporter: bool, tongue: Tongue) -> Letter {
        tongue.letter(|language| {
            let nominee = names::nominee(&nomination.name, language);
            let args = [("nominee", nominee.into()), ("category", self.category(&nomination.category, language))];
            let told = say(language, "announcement-m19-won", &args);
            let thanks = if supporter {
                say(language, "announcement-m19-thanks-supporter", &[])
            } else {
                say(language, "announcement-m19-thanks-nominator", &[])
            };
            self.ended(nomination, language, told, Some(thanks))
        })
    }

    /// M20: thanks to whoever judged or translated.
    pub fn judges_thanks(&self, sheets: usize, language: Language) -> Letter {
        let year = self.edition.year;
        let when = self.moment(language, self.edition.timetable.announce_at);
        let subject = say(language, "announcement-m20-subject", &[("year", Value::Year(year))]);
        Letter::new(language, self.marked(language, subject))
            .link(say(language, "announcement-winners-label", &[]), self.winners_url(language))
            .para(say(language, "announcement-m20-announced", &[("when", when)]))
            .para(say(language, "announcement-m20-sheets", &[("sheets", sheets.into())]))
    }

    fn ended(&self, nomination: &ToTell, language: Language, told: String, thanks: Option<String>) -> Letter {
        let table = &self.edition.timetable;
        let cities = self.edition.cities();
        let reference = [("reference", nomination.reference.as_str().into())];
        let kept = [
            ("contacts", cities.day(language, table.purge_contacts_at).into()),
            ("texts", cities.day(language, table.purge_texts_at).into()),
        ];
        let subject = say(language, "announcement-m18-subject", &reference);
        let letter = Letter::new(language, self.marked(language, subject)).para(told);
        let letter = match thanks {
            Some(thanks) => letter.para(thanks),
            None => letter,
        };
        letter.link(say(language, "announcement-winners-label", &[]), self.winners_url(language)).para(say(
            language,
            "announcement-kept",
            &kept,
        ))
    }

    /// Begins a letter whose subject and first line hold a day and nothing else.
    fn in_confidence(&self, language: Language, subject: &str, greeting: &str, day: crate::clock::Time) -> Letter {
        let date = self.edition.cities().day(language, day);
        let subject = say(language, subject, &[("date", date.as_str().into())]);
        Letter::new(language, self.marked(language, subject)).greeting(say(
            language,
            greeting,
            &[("date", date.as_str().into())],
        ))
    }

    fn marked(&self, language: Language, subject: String) -> String {
        if self.trial { format!("{} {subject}", say(language, "announcement-trial", &[])) } else { subject }
    }

    fn dates(&self, language: Language) -> Vec<String> {
        let table = &self.edition.timetable;
        let place = |place: &Bilingual| place.get(language).to_owned();
        vec![
            say(language, "announcement-m15-announced", &[("when", self.moment(language, table.announce_at))]),
            say(
                language,
                "announcement-m15-reception",
                &[
                    ("when", self.moment(language, table.reception_at)),
                    ("place", place(&self.edition.reception_place).into()),
                ],
            ),
            say(
                language,
                "announcement-m15-live-event",
                &[
                    ("when", self.moment(language, table.live_event_at)),
                    ("place", place(&self.edition.live_event_place).into()),
                ],
            ),
        ]
    }

    fn contact(&self, language: Language) -> String {
        let contact = &self.edition.award_contact;
        let args = [("name", isolate(contact.name.get(language)).into()), ("phone", contact.phone.as_str().into())];
        say(language, "announcement-m15-contact", &args)
    }

    fn moment(&self, language: Language, time: crate::clock::Time) -> Value<'static> {
        self.edition.cities().moment(language, time).into()
    }

    fn category<'v>(&'v self, code: &'v str, language: Language) -> Value<'v> {
        self.edition.category(code).map_or(code, |category| category.name.get(language)).into()
    }

    fn reply_url(&self, nomination: NominationId, language: Language) -> String {
        Link::to(LinkKind::Reply, nomination.uuid()).url(self.app, language)
    }

    fn winners_url(&self, language: Language) -> String {
        format!("{}/{language}/winners/{}", self.app.config.public_url.as_str(), self.edition.slug)
    }
}

/// What a reply says, an item a line.
pub(super) fn answers(reply: &Reply, language: Language) -> Vec<String> {
    let Some(reply) = reply.acceptance() else { return vec![say(language, "announcement-answer-decline", &[])] };
    let mut items = vec![say(language, "announcement-answer-accept", &[])];
    let name = isolate(reply.public_name.as_str());
    items.push(say(language, "announcement-answer-name", &[("name", name.into())]));
    if let Some(other) = &reply.public_name_other_script {
        items.push(say(language, "announcement-answer-name-other", &[("name", isolate(other.as_str()).into())]));
    }
    if reply.withhold_name {
        items.push(say(language, "announcement-answer-withheld", &[]));
    }
    if let Some(text) = &reply.pronunciation {
        items.push(say(language, "announcement-answer-pronunciation", &[("text", isolate(text.as_str()).into())]));
    }
    items.push(match reply.attendance {
        Attendance::InPerson => say(language, "announcement-answer-in-person", &[]),
        Attendance::Online => say(language, "announcement-answer-online", &[]),
        Attendance::No => say(language, "announcement-answer-no", &[]),
    });
    if reply.guests > 0 {
        items.push(say(language, "announcement-answer-guests", &[("guests", i64::from(reply.guests).into())]));
    }
    if let Some(text) = &reply.dietary {
        items.push(say(language, "announcement-answer-dietary", &[("text", isolate(text.as_str()).into())]));
    }
    if let Some(text) = &reply.access {
        items.push(say(language, "announcement-answer-access", &[("text", isolate(text.as_str()).into())]));
    }
    items.push(if reply.photo_consent {
        say(language, "announcement-answer-photo-yes", &[])
    } else {
        say(language, "announcement-answer-photo-no", &[])
    });
    items.push(if reply.press_contact_ok {
        say(language, "announcement-answer-press-yes", &[])
    } else {
        say(language, "announcement-answer-press-no", &[])
    });
    items
}

/// What M15 lacks in the languages of its reader (G10, G11).
pub(super) fn lacks_of_notice(edition: &Edition, winner: &Winner<'_>, tongue: Tongue) -> Vec<Lack> {
    let mut lacks = lacks_of_outcome(edition, winner.nominee, winner.category, tongue);
    let contact = &edition.award_contact;
    for language in tongue.languages() {
        let mut field = |text: &str, name: &str| {
            if text.trim().is_empty() {
                lacks.push(Lack::Field(name.to_owned()));
            }
        };
        field(edition.reception_place.get(language), "place");
        field(edition.live_event_place.get(language), "place");
        field(contact.name.get(language), "contact");
        field(contact.phone.as_str(), "contact");
        let (citation, other) = (winner.citation.get(language).trim(), winner.citation.get(language.other()).trim());
        match (citation.is_empty(), other.is_empty()) {
            (true, true) => field(citation, "citation"),
            (true, false) => lacks.push(Lack::Language(language)),
            (false, _) => {}
        }
    }
    lacks
}

/// What M18 and M19 lack.
pub(super) fn lacks_of_outcome(edition: &Edition, nominee: &str, category: &str, tongue: Tongue) -> Vec<Lack> {
    let mut lacks = Vec::new();
    if nominee.trim().is_empty() {
        lacks.push(Lack::Field("name".to_owned()));
    }
    for language in tongue.languages() {
        match edition.category(category).map(|category| &category.name) {
            Some(name) if !name.get(language).trim().is_empty() => {}
            Some(name) if !name.get(language.other()).trim().is_empty() => lacks.push(Lack::Language(language)),
            _ => lacks.push(Lack::Field("category".to_owned())),
        }
    }
    lacks
}
