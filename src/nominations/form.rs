//! The form: the body of a nomination, read once with every fault (`content/nomination.md` § 4).
//!
//! What it holds stands in documents split by who may read them: judges get facts, story and links, never contacts,
//! nominator or supporters (S-HTTP-8).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{order, rules};
use crate::editions::Edition;
use crate::fields::{
    Country, Email, Flaw, Headline, Lines, PersonName, Phone, ShortText, WebAddress, Words, count_words,
};
use crate::http::door::Door;
use crate::http::faults::Fault;
use crate::text::Language;

pub use crate::fields::NomineeKind;

crate::word_enum! {
    /// Age on the day when nominations close.
    pub enum AgeBand {
        /// A minor: everything goes through a guardian.
        Under18 = "under_18",
        /// 18 to 25.
        From18To25 = "18_25",
        /// 26 or more.
        From26 = "26_plus",
        /// The nominator does not know.
        NotKnown = "not_known",
    }
}

crate::word_enum! {
    /// Kinds of organisations.
    #[allow(missing_docs, reason = "each variant says its word")]
    pub enum OrganisationType {
        FriendshipAssociation = "friendship_association",
        CommunityGroup = "community_group",
        Charity = "charity",
        Sport = "sport",
        School = "school",
        College = "college",
        University = "university",
        Arts = "arts",
        Media = "media",
        Faith = "faith",
        Business = "business",
        PublicBody = "public_body",
        Other = "other",
    }
}

crate::word_enum! {
    /// How a nomination reached us.
    pub enum Source {
        /// By the form or the API.
        Online = "online",
        /// By post or telephone, typed by an organiser.
        Paper = "paper",
        /// From a file.
        Import = "import",
    }
}

/// What decides what a form may say.
#[derive(Clone, Copy)]
pub struct FormRules<'a> {
    /// The edition: its year, categories and cities.
    pub edition: &'a Edition,
    /// Whether the mail server takes non-ASCII local parts.
    pub smtputf8: bool,
    /// Who sends the form.
    pub sender: Sender,
}

/// Who sends a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    /// Anyone.
    Public,
    /// An organiser who types from paper: people without an email are reached by phone or post.
    Paper,
    /// An organiser who has a file: as from paper, and the file says of no row how it came.
    Import,
}

impl FormRules<'_> {
    fn email(&self) -> impl Fn(&str) -> Result<Email, Flaw> + use<> {
        let utf8 = self.smtputf8;
        move |text| Email::parse_with(text, utf8)
    }

    fn knows_city(&self, key: &str) -> bool {
        self.edition.twin_cities.iter().any(|city| city.key == key)
            || self.edition.panels.iter().any(|panel| panel.key.as_str() == key)
    }

    /// Whether people may be reached by phone or post alone.
    fn is_office(&self) -> bool {
        matches!(self.sender, Sender::Paper | Sender::Import)
    }
}

/// What judges may know of the nominee.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Facts {
    /// Name as typed.
    pub name: PersonName,
    /// Name in the other alphabet.
    pub name_other_script: Option<PersonName>,
    /// Titles and honours.
    pub honours: Option<ShortText<1, 80>>,
    /// Town or city.
    pub home_city: ShortText<1, 80>,
    /// Country.
    pub country: Country,
    /// Keys of the cities that the friendship links.
    pub linked_cities: Vec<String>,
    /// A city that is not on the list.
    pub other_city: Option<ShortText<1, 80>>,
    /// Whether the nominee is under 26: all that judges learn of age.
    pub under_26: bool,
}

/// What the nominator tells.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Story {
    /// What changed because of them.
    pub impact: Words<1, 250, 3000>,
    /// How they brought peoples closer.
    pub friendship: Words<1, 200, 2400>,
    /// How long and how steadily.
    pub commitment: Words<1, 200, 2400>,
    /// Who else took part.
    pub others: Option<Words<0, 150, 1800>>,
    /// Since which year.
    pub since_year: i64,
    /// Whether it goes on.
    pub ongoing: bool,
}

/// A page elsewhere that shows what they do. It is never fetched.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Link {
    /// What it is.
    pub title: ShortText<1, 120>,
    /// Where it is.
    pub url: WebAddress,
}

/// Somebody who answers for a minor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Guardian {
    /// Name.
    pub name: PersonName,
    /// Email.
    pub email: Email,
}

/// What an organisation adds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Organisation {
    /// Its kind.
    #[serde(rename = "type")]
    pub kind: OrganisationType,
    /// Whom to speak to.
    pub contact_name: PersonName,
    /// Their role.
    pub contact_role: ShortText<1, 80>,
    /// Its website.
    pub website: Option<WebAddress>,
}

/// How the nominee is reached: for organisers only.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Contacts {
    /// Email.
    pub email: Option<Email>,
    /// Phone.
    pub phone: Option<Phone>,
    /// Postal address.
    pub postal_address: Option<Lines<400>>,
    /// Age band, individuals only.
    pub age_band: Option<AgeBand>,
    /// Guardian, minors only.
    pub guardian: Option<Guardian>,
    /// Organisations only.
    pub organisation: Option<Organisation>,
}

/// Who nominates.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Nominator {
    /// Name.
    pub name: PersonName,
    /// Email; on paper it may be absent where phone or address stands.
    pub email: Option<Email>,
    /// Phone.
    pub phone: Option<Phone>,
    /// Postal address, on paper only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postal_address: Option<Lines<400>>,
    /// How they know the nominee.
    pub relation: ShortText<1, 80>,
    /// Country.
    pub country: Country,
}

/// Who will write in support.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Supporter {
    /// Name.
    pub name: PersonName,
    /// Email; on paper it may be absent where phone or address stands.
    pub email: Option<Email>,
    /// Phone, on paper only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Phone>,
    /// Postal address, on paper only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postal_address: Option<Lines<400>>,
    /// How they know the nominee.
    pub relation: ShortText<1, 80>,
}

/// A nomination as it came in.
#[derive(Clone, Debug, PartialEq)]
pub struct NominationForm {
    /// Code of the category.
    pub category: String,
    /// Language of the story.
    pub language: Language,
    /// Person or organisation.
    pub kind: NomineeKind,
    /// In one line.
    pub headline: Headline,
    /// What judges may know.
    pub facts: Facts,
    /// What they will read.
    pub story: Story,
    /// Pages elsewhere.
    pub links: Vec<Link>,
    /// How the nominee is reached.
    pub contacts: Contacts,
    /// Who nominates.
    pub nominator: Nominator,
    /// Who supports.
    pub supporters: [Supporter; 2],
    /// Whether to write when nominations next open.
    pub tell_me_next_time: bool,
}

/// The form while it is read: what could be parsed, and what was given at all, for the rules across fields.
#[derive(Default)]
pub(super) struct Draft {
    /// The category, with the kind that it honours, where it takes nominations.
    pub category: Option<(String, Option<NomineeKind>)>,
    pub kind: Option<NomineeKind>,
    pub name: Option<PersonName>,
    pub country: Option<Country>,
    /// Whether `other` is among the cities; `None` where no list was given.
    pub other_chosen: Option<bool>,
    pub other_city_given: bool,
    pub email: Option<Email>,
    /// Whether email, phone, postal address were given, rightly or not; `None` where the nominee is no object.
    pub reachable: Option<[bool; 3]>,
    pub age_band: Option<AgeBand>,
    pub guardian_given: bool,
    pub guardian_email: Option<Email>,
    pub organisation_type: Option<OrganisationType>,
    /// The words of the four texts, in the form's order; `None` where one is not given.
    pub story: [Option<usize>; 4],
    pub supporters: Vec<(Option<PersonName>, Option<Email>)>,
    pub nominator: (Option<PersonName>, Option<Email>, Option<Country>),
}

impl Draft {
    /// Whether the nominee is under 18; `None` where that is not known yet.
    fn minor(&self) -> Option<bool> {
        match (self.age_band, self.kind) {
            (Some(band), _) => Some(band == AgeBand::Under18),
            (None, Some(NomineeKind::Organisation)) => Some(false),
            (None, _) => None,
        }
    }
}

impl NominationForm {
    /// Reads the form. `None` where a fault was noted; all are, in the form's order.
    pub fn read(door: &mut Door<'_>, rules: &FormRules<'_>) -> Option<Self> {
        let mut draft = Draft::default();
        let source = match rules.sender {
            Sender::Paper => door.word("source", |word| (word == "paper").then_some(())),
            Sender::Public | Sender::Import => Some(()),
        };
        let category = category(door, rules, &mut draft);
        let language = door.word("language", Language::parse);
        let nominee = door.object("nominee", |door| nominee(door, rules, &mut draft));
        if door.is_faulty("/nominee") {
            draft.reachable = None;
        }
        let headline = door.required("headline", Headline::parse);
        let story = door.object("story", |door| story(door, rules, &mut draft));
        let links = links(door);
        let supporters = supporters(door, rules, &mut draft);
        let nominator = door.object("nominator", |door| nominator(door, rules, &mut draft));
        let declared = door.object("declarations", |door| declarations(door, draft.minor()));
        let tell = door.flag("tell_me_next_time");
        rules::check(door, &draft);
        order::sort(door.faults());
        let (facts, contacts) = nominee?;
        source.and(declared)?;
        Some(Self {
            category: category?,
            language: language?,
            kind: draft.kind?,
            headline: headline?,
            facts,
            story: story?,
            links: links?,
            contacts,
            nominator: nominator?,
            supporters: supporters?,
            tell_me_next_time: tell?.unwrap_or(false),
        })
    }
}

fn category(door: &mut Door<'_>, rules: &FormRules<'_>, draft: &mut Draft) -> Option<String> {
    let known = |text: &str| rules.edition.category(text.trim()).ok_or(Flaw::BadChoice);
    let category = door.required("category", known)?;
    if !category.open {
        door.fault("category", "category_not_open");
        return None;
    }
    draft.category = Some((category.code.clone(), category.kind));
    Some(category.code.clone())
}

fn nominee(door: &mut Door<'_>, rules: &FormRules<'_>, draft: &mut Draft) -> Option<(Facts, Contacts)> {
    draft.kind = door.word("kind", NomineeKind::parse);
    draft.name = door.required("name", PersonName::parse);
    let other_script = door.optional("name_other_script", PersonName::parse);
    if let (Some(name), Some(Some(other))) = (&draft.name, &other_script)
        && rules::same_script(name.as_str(), other.as_str())
    {
        door.fault("name_other_script", "same_script");
    }
    let honours = door.optional("honours", ShortText::parse);
    let home_city = door.required("home_city", ShortText::parse);
    draft.country = door.required("country", Country::parse);
    let linked_cities = linked_cities(door, rules, draft);
    draft.other_city_given = door.has("other_city");
    let other_city = door.optional("other_city", ShortText::parse);
    draft.reachable = Some(["email", "phone", "postal_address"].map(|name| door.has(name)));
    let email = door.optional("email", rules.email());
    draft.email = email.clone().flatten();
    let phone = door.optional("phone", Phone::parse);
    let postal_address = door.optional("postal_address", Lines::parse);
    let age_band = age_band(door, draft);
    let guardian = guardian(door, rules, draft);
    let organisation = organisation(door, draft);
    let under_26 = matches!(draft.age_band, Some(AgeBand::Under18 | AgeBand::From18To25));
    Some((
        Facts {
            name: draft.name.clone()?,
            name_other_script: other_script?,
            honours: honours?,
            home_city: home_city?,
            country: draft.country?,
            linked_cities: linked_cities?,
            other_city: other_city?,
            under_26,
        },
        Contacts {
            email: email?,
            phone: phone?,
            postal_address: postal_address?,
            age_band: age_band?,
            guardian: guardian?,
            organisation: organisation?,
        },
    ))
}

/// Cities that a nomination may link at most.
const CITIES: usize = 6;

fn linked_cities(door: &mut Door<'_>, rules: &FormRules<'_>, draft: &mut Draft) -> Option<Vec<String>> {
    if !door.has("linked_cities") {
        door.let_pass(&["linked_cities"]);
        door.fault("linked_cities", "required");
        return None;
    }
    let mut named = Vec::new();
    let cities = door.texts("linked_cities", |text| {
        let key = text.trim().to_owned();
        named.push(key.clone());
        if key == "other" || rules.knows_city(&key) { Ok(key) } else { Err(Flaw::BadChoice) }
    });
    draft.other_chosen = Some(named.iter().any(|key| key == "other"));
    let cities = cities?;
    let base = door.at("linked_cities");
    let mut good = true;
    if cities.is_empty() {
        door.fault("linked_cities", "required");
        good = false;
    }
    if cities.len() > CITIES {
        door.note(Fault::new(&base, "too_many_items").with("max", CITIES));
        good = false;
    }
    for (at, _) in cities.iter().enumerate().filter(|(at, city)| cities[..*at].contains(city)) {
        door.note(Fault::new(format!("{base}/{at}"), "repeated"));
        good = false;
    }
    good.then_some(cities)
}

fn age_band(door: &mut Door<'_>, draft: &mut Draft) -> Option<Option<AgeBand>> {
    match draft.kind {
        Some(NomineeKind::Individual) => {
            draft.age_band = door.word("age_band", AgeBand::parse);
            draft.age_band.map(Some)
        }
        Some(NomineeKind::Organisation) => {
            door.let_pass(&["age_band"]);
            if door.has("age_band") {
                door.fault("age_band", "not_expected");
                return None;
            }
            Some(None)
        }
        None => {
            draft.age_band = door.optional_word("age_band", AgeBand::parse)?;
            Some(draft.age_band)
        }
    }
}

/// Whether an object was given with anything in it; one of the wrong kind is something too.
fn holds(door: &mut Door<'_>, name: &'static str, fields: &[&'static str]) -> bool {
    door.has(name) && door.peek(name, |door| fields.iter().any(|field| door.has(field))).unwrap_or(true)
}

fn guardian(door: &mut Door<'_>, rules: &FormRules<'_>, draft: &mut Draft) -> Option<Option<Guardian>> {
    const FIELDS: [&str; 2] = ["name", "email"];
    draft.guardian_given = holds(door, "guardian", &FIELDS);
    let minor = draft.minor();
    if minor != Some(true) || !draft.guardian_given {
        door.object("guardian", |door| {
            door.let_pass(&FIELDS);
            if minor == Some(false) && FIELDS.iter().any(|field| door.has(field)) {
                door.fault("name", "not_expected");
            }
        });
        return (!draft.guardian_given).then_some(None); // that a minor owes one is a rule across fields
    }
    let guardian = door.object("guardian", |door| {
        let name = door.required("name", PersonName::parse);
        let email = door.required("email", rules.email());
        Some(Guardian { name: name?, email: email? })
    });
    draft.guardian_email = guardian.as_ref().map(|guardian| guardian.email.clone());
    guardian.map(Some)
}

fn organisation(door: &mut Door<'_>, draft: &mut Draft) -> Option<Option<Organisation>> {
    const FIELDS: [&str; 4] = ["type", "contact_name", "contact_role", "website"];
    if draft.kind != Some(NomineeKind::Organisation) {
        let given = holds(door, "organisation", &FIELDS);
        let person = draft.kind.is_some();
        door.object("organisation", |door| {
            door.let_pass(&FIELDS);
            if person && FIELDS.iter().any(|field| door.has(field)) {
                door.fault("type", "not_expected");
            }
        });
        return (!given).then_some(None);
    }
    door.object("organisation", |door| {
        draft.organisation_type = door.word("type", OrganisationType::parse);
        let contact_name = door.required("contact_name", PersonName::parse);
        let contact_role = door.required("contact_role", ShortText::parse);
        let website = door.optional("website", WebAddress::parse);
        Some(Some(Organisation {
            kind: draft.organisation_type?,
            contact_name: contact_name?,
            contact_role: contact_role?,
            website: website?,
        }))
    })
}

fn story(door: &mut Door<'_>, rules: &FormRules<'_>, draft: &mut Draft) -> Option<Story> {
    let mut words = [None; 4];
    let mut counted = |at: usize, text: &str| words[at] = Some(count_words(text)).filter(|count| *count > 0);
    let impact = door.required("impact", |text| {
        counted(0, text);
        Words::parse(text)
    });
    let friendship = door.required("friendship", |text| {
        counted(1, text);
        Words::parse(text)
    });
    let commitment = door.required("commitment", |text| {
        counted(2, text);
        Words::parse(text)
    });
    let others = door.optional("others", |text| {
        counted(3, text);
        Words::parse(text)
    });
    draft.story = words;
    let since_year = since_year(door, rules);
    let ongoing = door.flag("ongoing");
    if ongoing == Some(None) {
        door.fault("ongoing", "required");
    }
    Some(Story {
        impact: impact?,
        friendship: friendship?,
        commitment: commitment?,
        others: others?,
        since_year: since_year?,
        ongoing: ongoing??,
    })
}

fn since_year(door: &mut Door<'_>, rules: &FormRules<'_>) -> Option<i64> {
    let last = i64::from(rules.edition.year);
    let Some(year) = door.integer("since_year")? else {
        door.fault("since_year", "required");
        return None;
    };
    if !(FIRST_YEAR..=last).contains(&year) {
        let pointer = door.at("since_year");
        door.note(Fault::of(pointer, Flaw::BadYear(last)));
        return None;
    }
    Some(year)
}

/// The year in which the friendship began: nothing that is honoured is older.
pub const FIRST_YEAR: i64 = 1941;

/// Links of a nomination at most.
const LINKS: usize = 5;

fn links(door: &mut Door<'_>) -> Option<Vec<Link>> {
    let links = door.objects("links", |door| {
        let title = door.required("title", ShortText::parse);
        let url = door.required("url", WebAddress::parse);
        Some((title, url))
    })?;
    let mut good = true;
    if links.len() > LINKS {
        door.note(Fault::new("/links", "too_many_items").with("max", LINKS));
        good = false;
    }
    let addresses: Vec<Option<&WebAddress>> =
        links.iter().map(|link| link.as_ref().and_then(|(_, url)| url.as_ref())).collect();
    for (at, _) in addresses.iter().enumerate().filter(|(at, url)| url.is_some() && addresses[..*at].contains(url)) {
        door.note(Fault::new(format!("/links/{at}/url"), "repeated"));
        good = false;
    }
    let links: Option<Vec<Link>> = links
        .into_iter()
        .map(|link| {
            let (title, url) = link?;
            Some(Link { title: title?, url: url? })
        })
        .collect();
    links.filter(|_| good)
}

/// An email is owed, but on paper where the person is reached another way.
fn owed_email(door: &mut Door<'_>, rules: &FormRules<'_>) -> Option<Option<Email>> {
    let email = door.optional("email", rules.email())?;
    let reached = rules.is_office() && (door.has("phone") || door.has("postal_address"));
    if email.is_none() && !reached {
        door.fault("email", "required");
        return None;
    }
    Some(email)
}

/// A postal address, which only paper may give of nominator and supporters.
fn paper_address(door: &mut Door<'_>, rules: &FormRules<'_>) -> Option<Option<Lines<400>>> {
    if rules.is_office() { door.optional("postal_address", Lines::parse) } else { Some(None) }
}

fn supporters(door: &mut Door<'_>, rules: &FormRules<'_>, draft: &mut Draft) -> Option<[Supporter; 2]> {
    if !door.has("supporters") {
        door.let_pass(&["supporters"]);
        door.fault("supporters", "required");
        return None;
    }
    let read = door.objects("supporters", |door| {
        let name = door.required("name", PersonName::parse);
        let email = owed_email(door, rules);
        let phone = if rules.is_office() { door.optional("phone", Phone::parse) } else { Some(None) };
        let postal_address = paper_address(door, rules);
        let relation = door.required("relation", ShortText::parse);
        let known = (name.clone(), email.clone().flatten());
        let whole = || {
            Some(Supporter {
                name: name?,
                email: email?,
                phone: phone?,
                postal_address: postal_address?,
                relation: relation?,
            })
        };
        Some((known, whole()))
    })?;
    if read.len() != 2 {
        door.fault("supporters", "wrong_count");
    }
    let (known, whole): (Vec<_>, Vec<_>) = read.into_iter().map(Option::unwrap_or_default).unzip();
    draft.supporters = known;
    whole.into_iter().collect::<Option<Vec<_>>>()?.try_into().ok()
}

fn nominator(door: &mut Door<'_>, rules: &FormRules<'_>, draft: &mut Draft) -> Option<Nominator> {
    let name = door.required("name", PersonName::parse);
    let email = owed_email(door, rules);
    let phone = door.optional("phone", Phone::parse);
    let postal_address = paper_address(door, rules);
    let relation = door.required("relation", ShortText::parse);
    let country = door.required("country", Country::parse);
    draft.nominator = (name.clone(), email.clone().flatten(), country);
    Some(Nominator {
        name: name?,
        email: email?,
        phone: phone?,
        postal_address: postal_address?,
        relation: relation?,
        country: country?,
    })
}

/// What a nominator declares, in the form's order.
pub const DECLARATIONS: [&str; 6] = [
    "true_account",
    "not_self",
    "nominee_will_be_told",
    "judges_will_read",
    "no_special_category_data",
    "privacy_notice_read",
];

/// All must be ticked, so that a nomination that is in has made them all: they are not stored.
fn declarations(door: &mut Door<'_>, minor: Option<bool>) -> Option<()> {
    let mut all = Some(());
    for name in DECLARATIONS {
        all = door.tick(name).and(all);
    }
    match minor {
        Some(true) => all = door.tick("guardian_agrees").and(all),
        Some(false) if door.has("guardian_agrees") => {
            door.let_pass(&["guardian_agrees"]);
            door.fault("guardian_agrees", "not_expected");
            all = None;
        }
        _ => door.let_pass(&["guardian_agrees"]),
    }
    all
}
