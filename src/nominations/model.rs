//! A nomination as it stands, its supporters and their letters, its notice; and the views that other rooms may have.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::form::{AgeBand, Contacts, Facts, Link, Nominator, Source, Story, Supporter};
use super::reference::Reference;
use super::status::Status;
use super::translations::{TranslatedLetter, TranslatedStory};
use crate::clock::Time;
use crate::fields::{Email, NomineeKind};
use crate::ids::{AccountId, EditionId, NominationId, SupporterId};
use crate::text::Language;

/// A nomination, whole: for organisers and for this room. Others get [`ForJudges`], [`ToAssign`], [`Screened`].
#[derive(Clone, Debug, PartialEq)]
pub struct Nomination {
    /// Id.
    pub id: NominationId,
    /// Edition.
    pub edition: EditionId,
    /// What people call it by.
    pub reference: Reference,
    /// Code of the category.
    pub category: String,
    /// Person or organisation.
    pub kind: NomineeKind,
    /// Language of the story.
    pub language: Language,
    /// How it stands.
    pub status: Status,
    /// How it reached us.
    pub source: Source,
    /// The nominee's name, as typed.
    pub name: String,
    /// The name in the one spelling that finds it in any alphabet.
    pub name_key: String,
    /// In one line, what they have done.
    pub headline: String,
    /// What judges may know of the nominee.
    pub facts: Facts,
    /// What they read.
    pub story: Story,
    /// Pages elsewhere.
    pub links: Vec<Link>,
    /// How the nominee is reached.
    pub contacts: Contacts,
    /// Who nominates.
    pub nominator: Nominator,
    /// Who will support it, as typed; empty once the confirmation has made [`SupporterRow`]s of them.
    pub supporters: Vec<Supporter>,
    /// Whether the nominator wants to hear of the next edition.
    pub tell_me_next_time: bool,
    /// When its body was complete.
    pub received_at: Time,
    /// When the nominator's address was proven.
    pub confirmed_at: Option<Time>,
    /// When an organiser first let it in or kept it out.
    pub screened_at: Option<Time>,
    /// Who typed it from paper.
    pub typed_by: Option<AccountId>,
    /// Why it is ineligible, withdrawn or open again.
    pub reason: Option<String>,
    /// The organisers' words beside it.
    pub note: Option<String>,
    /// Why it does without its letters.
    pub letters_waived: Option<String>,
    /// The nomination that it is read with.
    pub merged_into: Option<NominationId>,
    /// Which version of the row this is.
    pub version: i64,
    /// When it last changed.
    pub changed_at: Time,
    /// What the nominator has changed of it, if ever anything.
    pub retold: Option<Retold>,
}

/// What a nominator has changed and is told of in one letter (M7), which waits for more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retold {
    /// When the first of these changes was made.
    pub since: Time,
    /// When the last was.
    pub last: Time,
    /// The places of the form, in its order.
    pub fields: Vec<String>,
    /// When an organiser last looked at it since: screened it, noted something. None: nobody has.
    #[serde(default)]
    pub looked_at: Option<Time>,
}

crate::word_enum! {
    /// How far a supporter is.
    pub enum LetterState {
        /// Asked to write.
        Asked = "asked",
        /// The letter is in.
        Written = "written",
        /// Will not write.
        Declined = "declined",
    }
}

/// A supporter, and their letter once it is in.
#[derive(Clone, Debug, PartialEq)]
pub struct SupporterRow {
    /// Id.
    pub id: SupporterId,
    /// The nomination.
    pub nomination: NominationId,
    /// 0 or 1: the order of the form.
    pub position: i32,
    /// Raised when the person is replaced, so that the former one's link dies.
    pub generation: i32,
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
    /// How far they are.
    pub state: LetterState,
    /// When they were asked.
    pub asked_at: Option<Time>,
    /// The letter.
    pub letter: Option<Letter>,
    /// Which version of the row this is.
    pub version: i64,
    /// For each earlier generation the digest by which that person refuses our mail; empty where there was no address.
    pub former: Vec<String>,
}

/// A supporter's letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
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

crate::word_enum! {
    /// How a nominee was told, where an organiser recorded it.
    pub enum NoticeHow {
        /// By post.
        Post = "post",
        /// By telephone.
        Telephone = "telephone",
        /// It cannot be given, for a reason: Art 14(5)(b).
        Impossible = "impossible",
    }
}

/// What was recorded of a nominee's notice, and what they asked in return. That our letter (M6) has left is the
/// outbox's to tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The nomination.
    pub nomination: NominationId,
    /// How an organiser says that they were told.
    pub how: Option<NoticeHow>,
    /// On which day: `2027-07-02`.
    pub given_on: Option<String>,
    /// Why it cannot be given.
    pub reason: Option<String>,
    /// Whether the name stays unpublished.
    pub withhold_name: bool,
    /// When they asked to be left out.
    pub objected_at: Option<Time>,
    /// Why, if they say so.
    pub objection: Option<String>,
    /// When they asked for a copy of what is held.
    pub access_asked_at: Option<Time>,
    /// Which version of the row this is.
    pub version: i64,
    /// Raised when it goes to another address, so that the link in the former one dies.
    pub generation: i32,
}

impl Notice {
    /// A notice of which nothing is recorded yet.
    pub fn blank(nomination: NominationId) -> Self {
        Self {
            nomination,
            how: None,
            given_on: None,
            reason: None,
            withhold_name: false,
            objected_at: None,
            objection: None,
            access_asked_at: None,
            version: 0,
            generation: 0,
        }
    }
}

/// What judges may read of a nomination: never contacts, age, nominator, supporters' names (`content/privacy.md` § 10).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ForJudges {
    /// What people call it by.
    pub reference: Reference,
    /// Code of the category.
    pub category: String,
    /// Language of the story.
    pub language: Language,
    /// Person or organisation.
    pub kind: NomineeKind,
    /// The nominee's public facts.
    pub facts: Facts,
    /// In one line, what they have done.
    pub headline: String,
    /// The story.
    pub story: Story,
    /// Pages elsewhere.
    pub links: Vec<Link>,
    /// Letters of support, the earliest first; of merged nominations too, four at most.
    pub letters: Vec<LetterForJudges>,
    /// The stories of nominations merged into this one.
    pub merged: Vec<MergedStory>,
    /// The story in other languages.
    pub translations: Vec<TranslatedStory>,
}

/// A letter of support without its writer's name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LetterForJudges {
    /// How the writer knows the nominee.
    pub relation: String,
    /// Since which year.
    pub known_since: Option<i32>,
    /// In which language it is written.
    pub language: Language,
    /// Its words.
    pub letter: String,
    /// The letter in other languages.
    pub translations: Vec<TranslatedLetter>,
}

/// What another nominator told of the same nominee.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MergedStory {
    /// Language of the story.
    pub language: Language,
    /// In one line, what they have done.
    pub headline: String,
    /// The story.
    pub story: Story,
    /// The story in other languages.
    pub translations: Vec<TranslatedStory>,
}

/// What the plan of assignments needs to know of an eligible nomination.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToAssign {
    /// Id.
    pub id: NominationId,
    /// What people call it by.
    pub reference: Reference,
    /// Code of the category.
    pub category: String,
    /// The nominee's name.
    pub name: String,
    /// In one line, what they have done.
    pub headline: String,
    /// Language of the story.
    pub language: Language,
    /// Languages in which judges can read a translation of it.
    pub translations: Vec<Language>,
    /// Mail domains of nominee, guardian, nominator and supporters, as A-labels in lower case, each once, sorted; those
    /// of nominations merged into this one among them.
    pub domains: Vec<String>,
    /// The organisation that is nominated, if it is one; under each name that it was nominated by.
    pub organisations: Vec<String>,
    /// Whether the nominee has had the privacy notice: without it no judge may be given the nomination.
    pub notice_given: bool,
}

/// Whom the announcement tells how a nomination ended, and what it publishes of one that is honoured.
#[derive(Clone, Debug, PartialEq)]
pub struct ToTell {
    /// Id.
    pub id: NominationId,
    /// What people call it by.
    pub reference: Reference,
    /// Code of the category.
    pub category: String,
    /// How it stands.
    pub status: Status,
    /// The nomination that it is read with.
    pub merged_into: Option<NominationId>,
    /// Language of the nominator.
    pub language: Language,
    /// The nominee's name.
    pub name: String,
    /// The name in one spelling.
    pub name_key: String,
    /// The nominee's public facts.
    pub facts: Facts,
    /// How the nominee is reached.
    pub contacts: Contacts,
    /// Who nominates.
    pub nominator: Nominator,
    /// Whether the nominee knows of the nomination.
    pub told: bool,
    /// Whether the name stays unpublished: the nominee asked for it, or organisers marked a person at risk, by this
    /// nomination or by one merged into it.
    pub withhold_name: bool,
    /// Whether the nominee asked to be left out, by either. While the results are sealed that is a declined award.
    pub objected: bool,
}

impl ToTell {
    /// Where the nominee is written to: their own or the organisation's address, for a minor the guardian's alone.
    pub fn address(&self) -> Option<&Email> {
        let guardian = self.contacts.guardian.as_ref().map(|guardian| &guardian.email);
        guardian.or(self.contacts.email.as_ref())
    }

    /// Whether everything goes through a guardian.
    pub fn is_minor(&self) -> bool {
        self.contacts.age_band == Some(AgeBand::Under18)
    }
}

/// What the bundle says of a nomination, and what orders lists of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Screened {
    /// Id.
    pub id: NominationId,
    /// What people call it by.
    pub reference: Reference,
    /// Code of the category.
    pub category: String,
    /// How it stands.
    pub status: Status,
    /// The nomination that it is read with.
    pub merged_into: Option<NominationId>,
    /// The nominee's name.
    pub name: String,
    /// The name in one spelling.
    pub name_key: String,
}
