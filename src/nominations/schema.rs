//! The body of a nomination as the OpenAPI document shows it. Read by [`NominationForm`](super::form::NominationForm),
//! whose rules across fields no schema can say.

use serde_json::Value as Json;
use utoipa::ToSchema;

use super::form::{AgeBand, Guardian, Link, Organisation, Story};
use super::redaction::Span;
use crate::fields::{Country, Email, Headline, Lines, NomineeKind, PersonName, Phone, ShortText, Words};
use crate::ids::{NominationId, QuestionId};
use crate::text::Language;

/// What somebody sends to nominate.
#[derive(ToSchema)]
pub struct NominationBody {
    /// Code of the category.
    pub category: String,
    /// Language of the story.
    pub language: Language,
    /// Who is nominated.
    pub nominee: NomineeBody,
    /// In one line, what have they done?
    #[schema(inline)]
    pub headline: Headline,
    /// The story: 50 to 600 words in all.
    pub story: Story,
    /// Pages elsewhere, each address once.
    #[schema(max_items = 5)]
    pub links: Option<Vec<Link>>,
    /// Two people who will write in support.
    #[schema(min_items = 2, max_items = 2)]
    pub supporters: Vec<SupporterBody>,
    /// Who nominates.
    pub nominator: NominatorBody,
    /// What the nominator declares: each must be true.
    pub declarations: DeclarationsBody,
    /// Write to me when nominations next open.
    pub tell_me_next_time: Option<bool>,
}

/// Who is nominated. One of email, phone and postal address must be given; for a minor none, but the guardian.
#[derive(ToSchema)]
pub struct NomineeBody {
    /// Person or organisation.
    pub kind: NomineeKind,
    /// Full name.
    #[schema(inline)]
    pub name: PersonName,
    /// Name in the other alphabet.
    #[schema(inline)]
    pub name_other_script: Option<PersonName>,
    /// Titles and honours.
    #[schema(inline)]
    pub honours: Option<ShortText<1, 80>>,
    /// Town or city.
    #[schema(inline)]
    pub home_city: ShortText<1, 80>,
    /// Country.
    #[schema(inline)]
    pub country: Country,
    /// Keys of cities that the friendship links, or `other`; each once.
    #[schema(min_items = 1, max_items = 6)]
    pub linked_cities: Vec<String>,
    /// Which other city, where `other` is among them.
    #[schema(inline)]
    pub other_city: Option<ShortText<1, 80>>,
    /// Email.
    #[schema(inline)]
    pub email: Option<Email>,
    /// Phone, with its country code.
    #[schema(inline)]
    pub phone: Option<Phone>,
    /// Postal address, line by line.
    #[schema(inline)]
    pub postal_address: Option<Lines<400>>,
    /// Age on the day when nominations close: owed for an individual.
    pub age_band: Option<AgeBand>,
    /// Parent or guardian: owed for a minor.
    pub guardian: Option<Guardian>,
    /// What an organisation adds: owed for one.
    pub organisation: Option<Organisation>,
}

/// Somebody who will write in support.
#[derive(ToSchema)]
pub struct SupporterBody {
    /// Name.
    #[schema(inline)]
    pub name: PersonName,
    /// Email.
    #[schema(inline)]
    pub email: Email,
    /// How they know the nominee.
    #[schema(inline)]
    pub relation: ShortText<1, 80>,
}

/// Who nominates.
#[derive(ToSchema)]
pub struct NominatorBody {
    /// Your name.
    #[schema(inline)]
    pub name: PersonName,
    /// Your email.
    #[schema(inline)]
    pub email: Email,
    /// Your phone, with its country code.
    #[schema(inline)]
    pub phone: Option<Phone>,
    /// How you know the nominee.
    #[schema(inline)]
    pub relation: ShortText<1, 80>,
    /// Your country.
    #[schema(inline)]
    pub country: Country,
}

/// A nomination that came by post or telephone.
#[derive(ToSchema)]
pub struct PaperBody {
    /// `paper`.
    #[schema(example = "paper")]
    pub source: String,
    /// Code of the category.
    pub category: String,
    /// Language of the story.
    pub language: Language,
    /// Who is nominated.
    pub nominee: NomineeBody,
    /// In one line, what have they done?
    #[schema(inline)]
    pub headline: Headline,
    /// The story: 50 to 600 words in all.
    pub story: Story,
    /// Pages elsewhere, each address once.
    #[schema(max_items = 5)]
    pub links: Option<Vec<Link>>,
    /// Two people who will write in support.
    #[schema(min_items = 2, max_items = 2)]
    pub supporters: Vec<PaperSupporterBody>,
    /// Who nominates.
    pub nominator: PaperNominatorBody,
    /// What the nominator declares: each must be true.
    pub declarations: DeclarationsBody,
    /// Write to me when nominations next open.
    pub tell_me_next_time: Option<bool>,
}

/// Somebody who will write in support, named on paper: one of email, phone and postal address must be given.
#[derive(ToSchema)]
pub struct PaperSupporterBody {
    /// Name.
    #[schema(inline)]
    pub name: PersonName,
    /// Email.
    #[schema(inline)]
    pub email: Option<Email>,
    /// Phone, with its country code.
    #[schema(inline)]
    pub phone: Option<Phone>,
    /// Postal address, line by line.
    #[schema(inline)]
    pub postal_address: Option<Lines<400>>,
    /// How they know the nominee.
    #[schema(inline)]
    pub relation: ShortText<1, 80>,
}

/// Who nominates on paper: one of email, phone and postal address must be given.
#[derive(ToSchema)]
pub struct PaperNominatorBody {
    /// Name.
    #[schema(inline)]
    pub name: PersonName,
    /// Email.
    #[schema(inline)]
    pub email: Option<Email>,
    /// Phone, with its country code.
    #[schema(inline)]
    pub phone: Option<Phone>,
    /// Postal address, line by line.
    #[schema(inline)]
    pub postal_address: Option<Lines<400>>,
    /// How they know the nominee.
    #[schema(inline)]
    pub relation: ShortText<1, 80>,
    /// Country.
    #[schema(inline)]
    pub country: Country,
}

/// What a nominator declares.
#[derive(ToSchema)]
pub struct DeclarationsBody {
    /// What I have written is true.
    pub true_account: bool,
    /// I am not nominating myself.
    pub not_self: bool,
    /// I know the nominee will be told.
    pub nominee_will_be_told: bool,
    /// Judges in every panel city may read it.
    pub judges_will_read: bool,
    /// I left out health, religious, political and similar private facts that are not needed.
    pub no_special_category_data: bool,
    /// I have read the privacy notice.
    pub privacy_notice_read: bool,
    /// The parent or guardian agrees: for a minor, and only then.
    pub guardian_agrees: Option<bool>,
}

/// Any part of a nomination's body, laid over what stands as RFC 7396 says: objects are merged, lists replaced, `null`
/// takes away. The whole is then checked as if it were sent anew; what was declared need not be declared again.
#[derive(ToSchema)]
pub struct ChangeBody {
    /// Language of the story.
    pub language: Option<Language>,
    /// Any fields of the nominee but `kind`.
    pub nominee: Option<NomineeChange>,
    /// In one line, what have they done?
    #[schema(inline)]
    pub headline: Option<Headline>,
    /// Any fields of the story.
    pub story: Option<StoryChange>,
    /// Pages elsewhere: all of them.
    #[schema(max_items = 5)]
    pub links: Option<Vec<Link>>,
    /// Both supporters. Somebody new is asked for a letter, and the former link dies; not once a letter is in.
    #[schema(min_items = 2, max_items = 2)]
    pub supporters: Option<Vec<SupporterBody>>,
    /// Any fields of the nominator but `email`.
    pub nominator: Option<NominatorChange>,
    /// What was declared stays declared; only a minor's guardian may have to agree now.
    pub declarations: Option<DeclarationsChange>,
    /// Write to me when nominations next open.
    pub tell_me_next_time: Option<bool>,
}

/// Fields of the nominee; what is left out stays.
#[derive(ToSchema)]
pub struct NomineeChange {
    /// Full name.
    #[schema(inline)]
    pub name: Option<PersonName>,
    /// Name in the other alphabet.
    #[schema(inline)]
    pub name_other_script: Option<PersonName>,
    /// Titles and honours.
    #[schema(inline)]
    pub honours: Option<ShortText<1, 80>>,
    /// Town or city.
    #[schema(inline)]
    pub home_city: Option<ShortText<1, 80>>,
    /// Country.
    #[schema(inline)]
    pub country: Option<Country>,
    /// Keys of cities that the friendship links, or `other`; each once.
    #[schema(min_items = 1, max_items = 6)]
    pub linked_cities: Option<Vec<String>>,
    /// Which other city, where `other` is among them.
    #[schema(inline)]
    pub other_city: Option<ShortText<1, 80>>,
    /// Email. After the notice went to another, it goes to this one.
    #[schema(inline)]
    pub email: Option<Email>,
    /// Phone, with its country code.
    #[schema(inline)]
    pub phone: Option<Phone>,
    /// Postal address, line by line.
    #[schema(inline)]
    pub postal_address: Option<Lines<400>>,
    /// Age on the day when nominations close.
    pub age_band: Option<AgeBand>,
    /// Parent or guardian.
    pub guardian: Option<Guardian>,
    /// What an organisation adds.
    pub organisation: Option<Organisation>,
}

/// Fields of the story; what is left out stays.
#[derive(ToSchema)]
pub struct StoryChange {
    /// What changed because of them?
    #[schema(inline)]
    pub impact: Option<Words<1, 250, 3000>>,
    /// How did they bring peoples closer?
    #[schema(inline)]
    pub friendship: Option<Words<1, 200, 2400>>,
    /// How long and how steadily?
    #[schema(inline)]
    pub commitment: Option<Words<1, 200, 2400>>,
    /// Who else took part?
    #[schema(inline)]
    pub others: Option<Words<0, 150, 1800>>,
    /// Since which year?
    #[schema(minimum = 1941)]
    pub since_year: Option<i64>,
    /// Is it still going on?
    pub ongoing: Option<bool>,
}

/// Fields of the nominator; what is left out stays.
#[derive(ToSchema)]
pub struct NominatorChange {
    /// Your name.
    #[schema(inline)]
    pub name: Option<PersonName>,
    /// Your phone, with its country code.
    #[schema(inline)]
    pub phone: Option<Phone>,
    /// How you know the nominee.
    #[schema(inline)]
    pub relation: Option<ShortText<1, 80>>,
    /// Your country.
    #[schema(inline)]
    pub country: Option<Country>,
}

/// What a nominator declares anew.
#[derive(ToSchema)]
pub struct DeclarationsChange {
    /// The parent or guardian agrees: where the nominee turns out to be a minor.
    pub guardian_agrees: Option<bool>,
}

/// The token of a mailed link.
#[derive(ToSchema)]
pub struct ConfirmationBody {
    /// The last part of the link.
    pub token: String,
}

/// A supporter's letter.
#[derive(ToSchema)]
pub struct LetterBody {
    /// The letter: 50 to 400 words.
    #[schema(max_length = 5000)]
    pub letter: String,
    /// How you know the nominee.
    #[schema(inline)]
    pub relation: ShortText<1, 80>,
    /// Since which year.
    #[schema(minimum = 1941)]
    pub known_since: Option<i32>,
    /// The language that you have written in.
    pub language: Language,
    /// This is my own true account; judges may read it; I have read the privacy notice.
    pub declaration: bool,
}

/// What an organiser changes. What is left out stays.
#[derive(ToSchema)]
pub struct ScreeningBody {
    /// `eligible`, `ineligible`, `withdrawn`, or back to `submitted`.
    #[schema(example = "eligible")]
    pub status: Option<String>,
    /// For `ineligible` a code of the list; for `withdrawn` and `submitted` the reason in words.
    pub reason: Option<String>,
    /// Words beside it; owed where the reason is `other`. `null` takes them away.
    pub note: Option<String>,
    /// The reason for doing without a missing letter. `null` takes it away.
    pub waive_letters: Option<String>,
}

/// What says that two nominations are not of one nominee.
#[derive(ToSchema)]
pub struct VerdictBody {
    /// `different`.
    #[schema(example = "different")]
    pub verdict: String,
}

/// Into which nomination another goes.
#[derive(ToSchema)]
pub struct MergeBody {
    /// The id of the nomination that it will be read with.
    pub into: NominationId,
}

/// Why a merger is undone.
#[derive(ToSchema)]
pub struct UnmergeBody {
    /// In words.
    pub reason: String,
}

/// A person at risk.
#[derive(ToSchema)]
pub struct SensitiveBody {
    /// Whether the mark shall stand.
    pub flag: bool,
    /// Why, or why no longer.
    #[schema(max_length = 1000)]
    pub reason: String,
}

/// What judges shall not see.
#[derive(ToSchema)]
pub struct RedactionsBody {
    /// All spans, instead of those before; none takes them all away.
    #[schema(max_items = 100)]
    pub spans: Vec<Span>,
    /// Whether the words go from the nomination itself, for good.
    pub erase: Option<bool>,
}

/// A question to the nominator.
#[derive(ToSchema)]
pub struct QuestionBody {
    /// The question.
    #[schema(max_length = 2000)]
    pub text: String,
}

/// An answer to a question.
#[derive(ToSchema)]
pub struct AnswerBody {
    /// The answer.
    #[schema(max_length = 2000)]
    pub text: String,
    /// Which question: the oldest open one where none is named.
    pub question: Option<QuestionId>,
}

/// How a notice was given.
#[derive(ToSchema)]
pub struct GivenBody {
    /// By which way, or that there is none.
    pub how: super::model::NoticeHow,
    /// On which day.
    #[schema(format = "date")]
    pub on: String,
    /// Why it cannot be given: owed for `impossible`.
    pub reason: Option<String>,
    /// Whether the nominee asked that the name stay unpublished.
    pub withhold_name: Option<bool>,
}

/// A nominee's wish.
#[derive(ToSchema)]
pub struct WishBody {
    /// Whether the name stays unpublished.
    pub withhold_name: bool,
}

/// A nominee's objection.
#[derive(ToSchema)]
pub struct ObjectionBody {
    /// Why, if they want to say.
    pub reason: Option<String>,
}

/// A nomination of a person.
pub fn individual() -> Json {
    read(include_str!("examples/individual.json"))
}

/// A nomination of an organisation.
pub fn organisation() -> Json {
    read(include_str!("examples/organisation.json"))
}

/// A nomination from paper: the organisation's, whose nominator has no email.
pub fn paper() -> Json {
    let mut body = organisation();
    body["source"] = Json::from("paper");
    body["nominator"]["email"] = Json::Null;
    body["nominator"]["postal_address"] = Json::from("ул. Примерная, 2\nВолгоград");
    body
}

/// A letter of support.
pub fn letter() -> Json {
    read(include_str!("examples/letter.json"))
}

/// A file of one nomination, with the columns that a nominator can fill and no others.
pub fn file() -> Json {
    Json::from(include_str!("examples/nominations.csv"))
}

fn read(text: &str) -> Json {
    serde_json::from_str(text).expect("the examples are JSON, which a test sends")
}
