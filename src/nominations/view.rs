//! A nomination as organisers see it, whole and in a list. Nobody else gets these types (S-HTTP-8).

use serde::Serialize;
use utoipa::ToSchema;

use super::form::{AgeBand, Facts, Guardian, Link, Nominator, Organisation, Source, Story, Supporter};
use super::messages::notice_once;
use super::model::{LetterState, Nomination, Notice, NoticeHow, Retold, SupporterRow};
use super::names;
use super::redaction::Redaction;
use super::reference::Reference;
use super::safeguards::{self, RedactionView, Safeguards};
use super::status::Status;
use super::store::{self, Line};
use crate::clock::Time;
use crate::editions::Edition;
use crate::fields::{Country, Email, NomineeKind, Phone};
use crate::ids::{AccountId, NominationId, SupporterId};
use crate::outbox;
use crate::store::{Conn, Stored};
use crate::text::Language;

/// Letters that make a nomination complete.
pub const LETTERS: usize = 2;
/// Years of service that the lifetime category speaks of.
const LIFETIME: i64 = 20;

/// A nomination in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListedNomination {
    /// Id.
    pub id: NominationId,
    /// What people call it by.
    pub reference: Reference,
    /// How it stands.
    pub status: Status,
    /// How it reached us.
    pub source: Source,
    /// Code of the category.
    pub category: String,
    /// Person or organisation.
    pub kind: NomineeKind,
    /// Language of the story.
    pub language: Language,
    /// The nominee's name.
    pub name: String,
    /// In one line, what they have done.
    pub headline: String,
    /// Town or city.
    pub home_city: String,
    /// Country.
    pub country: Country,
    /// When it came in.
    pub received_at: Time,
    /// How many letters are in.
    pub letters: i64,
    /// Whether both are, or an organiser does without.
    pub complete: bool,
    /// What organisers should look at.
    pub flags: Vec<Flag>,
}

crate::word_enum! {
    /// What organisers should look at; refuses nothing.
    pub enum Flag {
        /// A name holds letters of several alphabets inside one word.
        MixedAlphabets = "mixed_alphabets",
        /// It is from paper, and somebody of the nominator's name has nominated the nominee in this category before.
        NominatedBefore = "nominated_before",
        /// A text of which words were blacked out has changed since: judges see nothing of it until somebody looks again.
        RedactionStale = "redaction_stale",
        /// Fewer than twenty years, in the category for a lifetime.
        UnderTwentyYears = "under_twenty_years",
        /// It is let in, and the nominator has changed it since an organiser last looked. Any change of an organiser's
        /// takes this away, a note too, or letting it in once more.
        ChangedSinceScreening = "changed_since_screening",
    }
}

/// A nomination, whole.
#[derive(Debug, Serialize, ToSchema)]
pub struct NominationView {
    /// Id.
    pub id: NominationId,
    /// What people call it by.
    pub reference: Reference,
    /// How it stands.
    pub status: Status,
    /// How it reached us.
    pub source: Source,
    /// Who typed it from paper: another organiser confirms it.
    pub typed_by: Option<AccountId>,
    /// When it came in.
    pub received_at: Time,
    /// When the nominator's address was proven.
    pub confirmed_at: Option<Time>,
    /// When an organiser first let it in or kept it out.
    pub screened_at: Option<Time>,
    /// When the nominator last changed what they wrote.
    pub retold_at: Option<Time>,
    /// When it last changed.
    pub updated_at: Time,
    /// Why it is ineligible, withdrawn or open again.
    pub reason: Option<String>,
    /// The organisers' words beside it.
    pub note: Option<String>,
    /// Why it does without its letters.
    pub waive_letters: Option<String>,
    /// Whether both letters are in, or an organiser does without.
    pub complete: bool,
    /// The nomination that it is read with.
    pub merged_into: Option<NominationId>,
    /// What organisers should look at.
    pub flags: Vec<Flag>,
    /// Code of the category.
    pub category: String,
    /// Language of the story.
    pub language: Language,
    /// Who is nominated.
    pub nominee: NomineeView,
    /// In one line, what they have done.
    pub headline: String,
    /// What the nominator tells.
    pub story: Story,
    /// Pages elsewhere.
    pub links: Vec<Link>,
    /// Who writes in support.
    pub supporters: Vec<SupporterView>,
    /// Who nominates.
    pub nominator: Nominator,
    /// Whether the nominator wants to hear of the next edition.
    pub tell_me_next_time: bool,
    /// Whether a public tie may put somebody at risk.
    pub sensitive: SensitiveView,
    /// What judges do not see.
    pub redactions: Vec<RedactionView>,
    /// What the nominee was told, and what they asked in return.
    pub notice: NoticeView,
}

/// The mark of a person at risk: their name is published nowhere.
#[derive(Debug, Serialize, ToSchema)]
pub struct SensitiveView {
    /// Whether it stands.
    pub flag: bool,
    /// Why, or why no longer.
    pub reason: Option<String>,
}

/// Who is nominated, with all that the form asks.
#[derive(Debug, Serialize, ToSchema)]
#[allow(missing_docs, reason = "the form's fields, by their names")]
pub struct NomineeView {
    pub kind: NomineeKind,
    #[serde(flatten)]
    pub facts: NomineeFacts,
    pub email: Option<Email>,
    pub phone: Option<Phone>,
    pub postal_address: Option<String>,
    pub age_band: Option<AgeBand>,
    pub guardian: Option<Guardian>,
    pub organisation: Option<Organisation>,
}

/// The nominee's facts as the form asks them.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[allow(missing_docs, reason = "the form's fields, by their names")]
pub struct NomineeFacts {
    pub name: String,
    pub name_other_script: Option<String>,
    pub honours: Option<String>,
    pub home_city: String,
    pub country: Country,
    pub linked_cities: Vec<String>,
    pub other_city: Option<String>,
}

/// A supporter with their letter.
#[derive(Debug, Serialize, ToSchema)]
pub struct SupporterView {
    /// Id, from the confirmation on.
    pub id: Option<SupporterId>,
    /// Name.
    pub name: String,
    /// Email.
    pub email: Option<Email>,
    /// Phone, from paper.
    pub phone: Option<String>,
    /// Postal address, from paper.
    pub postal_address: Option<String>,
    /// How they know the nominee, as the nominator says.
    pub relation: String,
    /// How far they are; absent until they are asked.
    pub state: Option<LetterState>,
    /// When they were asked.
    pub asked_at: Option<Time>,
    /// Their letter.
    pub letter: Option<LetterText>,
}

/// A letter.
#[derive(Debug, Serialize, ToSchema)]
pub struct LetterText {
    /// Its words.
    pub text: String,
    /// How the writer knows the nominee, in their own words.
    pub relation: String,
    /// Since which year.
    pub known_since: Option<i32>,
    /// In which language it is written.
    pub language: Language,
    /// When it came in.
    pub written_at: Time,
}

/// What the nominee was told, and what they asked in return.
#[derive(Debug, Serialize, ToSchema)]
pub struct NoticeView {
    /// Whether it counts as given: without it no judge may be given the nomination.
    pub given: bool,
    /// When our letter left.
    pub sent_at: Option<Time>,
    /// How an organiser says that it was given.
    pub how: Option<NoticeHow>,
    /// On which day.
    pub on: Option<String>,
    /// Why it cannot be given.
    pub reason: Option<String>,
    /// Whether the name stays unpublished.
    pub withhold_name: bool,
    /// When the nominee asked to be left out.
    pub objected_at: Option<Time>,
    /// Why, if they say so.
    pub objection: Option<String>,
    /// When they asked for a copy.
    pub access_asked_at: Option<Time>,
}

/// A nomination with all that stands around it.
pub(super) struct Whole {
    pub nomination: Nomination,
    pub supporters: Vec<SupporterRow>,
    pub notice: Notice,
    pub sent_at: Option<Time>,
    pub safeguards: Safeguards,
    /// From paper, and perhaps nominated before.
    nominated_before: bool,
}

impl Whole {
    /// Everything around this nomination.
    pub fn of(tx: &mut Conn, nomination: Nomination) -> Stored<Self> {
        let supporters = store::supporters_of(tx, nomination.id)?;
        let notice = store::notice_of(tx, nomination.id)?.unwrap_or_else(|| Notice::blank(nomination.id));
        let sent_at = outbox::store::sent_at(tx, &notice_once(nomination.id, notice.generation))?;
        let nominated_before = store::paper_nominated_before(tx, &nomination)?;
        let safeguards = store::safeguards::of(tx, nomination.id)?;
        Ok(Self { nomination, supporters, notice, sent_at, safeguards, nominated_before })
    }

    /// The version of all of it: each part only ever counts up, so their sum names one state.
    pub fn version(&self) -> i64 {
        let letters: i64 = self.supporters.iter().map(|supporter| supporter.version).sum();
        self.nomination.version + self.notice.version + self.safeguards.version + letters
    }

    /// Whether both letters are in, or an organiser gave the reason for doing without.
    pub fn is_complete(&self) -> bool {
        let written = self.supporters.iter().filter(|supporter| supporter.state == LetterState::Written).count();
        written >= LETTERS || self.nomination.letters_waived.is_some()
    }

    /// Whether it is let in and the nominator has changed it since an organiser last looked.
    pub fn has_changed_since_screening(&self) -> bool {
        changed_since(self.nomination.status, self.nomination.retold.as_ref()).is_some()
    }

    /// What judges do not see.
    fn redactions(&self) -> Vec<RedactionView> {
        let is_stale =
            |one: &Redaction| safeguards::text_of(self, one.span.field).is_none_or(|(text, _)| one.is_stale(&text));
        let all = self.safeguards.redactions.iter();
        all.map(|one| RedactionView { span: one.span, stale: is_stale(one) }).collect()
    }

    /// As organisers see it.
    pub fn view(self, edition: &Edition) -> NominationView {
        let complete = self.is_complete();
        let redactions = self.redactions();
        let Self { nomination, supporters, notice, sent_at, safeguards, nominated_before } = self;
        let mut flags = flags(edition, &nomination.category, &nomination.facts, Some(&nomination.story));
        flags.extend(changed_since(nomination.status, nomination.retold.as_ref()));
        let retold_at = nomination.retold.map(|retold| retold.last);
        flags.extend(nominated_before.then_some(Flag::NominatedBefore));
        flags.extend(redactions.iter().any(|redaction| redaction.stale).then_some(Flag::RedactionStale));
        let supporters = if supporters.is_empty() {
            nomination.supporters.into_iter().map(SupporterView::typed).collect()
        } else {
            supporters.into_iter().map(SupporterView::asked).collect()
        };
        let contacts = nomination.contacts;
        NominationView {
            id: nomination.id,
            reference: nomination.reference,
            status: nomination.status,
            source: nomination.source,
            typed_by: nomination.typed_by,
            received_at: nomination.received_at,
            confirmed_at: nomination.confirmed_at,
            screened_at: nomination.screened_at,
            retold_at,
            updated_at: nomination.changed_at,
            reason: nomination.reason,
            note: nomination.note,
            waive_letters: nomination.letters_waived,
            complete,
            merged_into: nomination.merged_into,
            flags,
            category: nomination.category,
            language: nomination.language,
            nominee: NomineeView {
                kind: nomination.kind,
                facts: NomineeFacts::of(nomination.facts),
                email: contacts.email,
                phone: contacts.phone,
                postal_address: contacts.postal_address.map(|address| address.as_str().to_owned()),
                age_band: contacts.age_band,
                guardian: contacts.guardian,
                organisation: contacts.organisation,
            },
            headline: nomination.headline,
            story: nomination.story,
            links: nomination.links,
            supporters,
            nominator: nomination.nominator,
            tell_me_next_time: nomination.tell_me_next_time,
            sensitive: SensitiveView { flag: safeguards.sensitive, reason: safeguards.reason },
            redactions,
            notice: NoticeView {
                given: sent_at.is_some() || notice.how.is_some(),
                sent_at,
                how: notice.how,
                on: notice.given_on,
                reason: notice.reason,
                withhold_name: notice.withhold_name,
                objected_at: notice.objected_at,
                objection: notice.objection,
                access_asked_at: notice.access_asked_at,
            },
        }
    }
}

impl NomineeFacts {
    pub(super) fn of(facts: Facts) -> Self {
        Self {
            name: facts.name.as_str().to_owned(),
            name_other_script: facts.name_other_script.map(|name| name.as_str().to_owned()),
            honours: facts.honours.map(|honours| honours.as_str().to_owned()),
            home_city: facts.home_city.as_str().to_owned(),
            country: facts.country,
            linked_cities: facts.linked_cities,
            other_city: facts.other_city.map(|city| city.as_str().to_owned()),
        }
    }
}

impl SupporterView {
    fn typed(supporter: Supporter) -> Self {
        Self {
            id: None,
            name: supporter.name.as_str().to_owned(),
            email: supporter.email,
            phone: supporter.phone.map(|phone| phone.as_str().to_owned()),
            postal_address: supporter.postal_address.map(|address| address.as_str().to_owned()),
            relation: supporter.relation.as_str().to_owned(),
            state: None,
            asked_at: None,
            letter: None,
        }
    }

    pub(super) fn asked(supporter: SupporterRow) -> Self {
        let letter = supporter.letter.map(|letter| LetterText {
            text: letter.text,
            relation: letter.relation,
            known_since: letter.known_since,
            language: letter.language,
            written_at: letter.written_at,
        });
        Self {
            id: Some(supporter.id),
            name: supporter.name,
            email: supporter.email,
            phone: supporter.phone,
            postal_address: supporter.postal_address,
            relation: supporter.relation,
            state: Some(supporter.state),
            asked_at: supporter.asked_at,
            letter,
        }
    }
}

impl ListedNomination {
    pub(super) fn of(edition: &Edition, line: Line, letters: i64) -> Stored<Self> {
        let facts: Facts = store::document(&line.facts)?;
        let retold = line.retold.as_deref().map(store::document::<Retold>).transpose()?;
        let mut flags = flags(edition, &line.category, &facts, None);
        flags.extend(changed_since(line.status, retold.as_ref()));
        Ok(Self {
            id: line.id,
            reference: line.reference,
            status: line.status,
            source: line.source,
            flags,
            category: line.category,
            kind: line.kind,
            language: line.language,
            name: line.name,
            headline: line.headline,
            home_city: facts.home_city.as_str().to_owned(),
            country: facts.country,
            received_at: line.received_at,
            letters,
            complete: line.letters_waived.is_some() || usize::try_from(letters).is_ok_and(|count| count >= LETTERS),
        })
    }
}

/// What was let in is not what stands there now: nobody but organisers would notice.
fn changed_since(status: Status, retold: Option<&Retold>) -> Option<Flag> {
    let unseen = retold.is_some_and(|retold| retold.looked_at.is_none());
    (status == Status::Eligible && unseen).then_some(Flag::ChangedSinceScreening)
}

/// What organisers should look at; without the story, what the facts alone show.
fn flags(edition: &Edition, category: &str, facts: &Facts, story: Option<&Story>) -> Vec<Flag> {
    let mut flags = Vec::new();
    let other = facts.name_other_script.as_ref().map_or("", |name| name.as_str());
    if names::mixes_alphabets(facts.name.as_str()) || names::mixes_alphabets(other) {
        flags.push(Flag::MixedAlphabets);
    }
    let short = story.is_some_and(|story| i64::from(edition.year) - story.since_year < LIFETIME);
    if category == "I3" && short {
        flags.push(Flag::UnderTwentyYears);
    }
    flags
}
