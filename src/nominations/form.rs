//! The form: the body of a nomination, read once with every fault (`content/nomination.md` § 4).
//!
//! What it holds stands in documents split by who may read them: judges get facts, story and links, never contacts,
//! nominator or supporters (S-HTTP-8).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::rules;
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

/// What the edition allows a form to say.
pub struct FormRules<'a> {
    /// The edition's year: the last that `since_year` may name.
    pub year: i64,
    /// Category codes with their kind, those that take nominations, and those that do not (`None`).
    pub categories: &'a [(String, Option<NomineeKind>)],
    /// Keys of cities that may be linked.
    pub cities: &'a [String],
    /// Whether the mail server takes non-ASCII local parts.
    pub smtputf8: bool,
    /// Whether an organiser types from paper.
    pub paper: bool,
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
    pub others: Option<Words<1, 150, 1800>>,
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

/// The form while it is read: what could be parsed, for the rules across fields.
#[derive(Default)]
pub(super) struct Draft {
    pub category: Option<String>,
    pub kind: Option<NomineeKind>,
    pub name: Option<PersonName>,
    pub name_other_script: Option<PersonName>,
    pub country: Option<Country>,
    pub linked_cities: Option<Vec<String>>,
    pub other_city: Option<ShortText<1, 80>>,
    pub email: Option<Email>,
    pub reachable: [bool; 3],
    pub age_band: Option<AgeBand>,
    pub has_guardian: bool,
    pub guardian_email: Option<Email>,
    pub organisation_type: Option<OrganisationType>,
    pub story_words: Option<usize>,
    pub supporters: Vec<(Option<PersonName>, Option<Email>)>,
    pub nominator: (Option<PersonName>, Option<Email>, Option<Country>),
}

impl NominationForm {
    /// Reads the form. `None` where a fault was noted; all are, in the form's order, then the rules across fields.
    pub fn read(door: &mut Door<'_>, rules: &FormRules<'_>) -> Option<Self> {
        let mut draft = Draft::default();
        if rules.paper {
            let _checked = door.word("source", |word| (word == "paper").then_some(()));
        }
        let category = door.required("category", |text| category(text, rules));
        if let Some(category) = &category {
            match rules.categories.iter().find(|(code, _)| code == category) {
                Some((_, None)) => door.fault("category", "category_not_open"),
                _ => draft.category = Some(category.clone()),
            }
        }
        let language = door.word("language", Language::parse);
        let nominee = door.object("nominee", |door| nominee(door, rules, &mut draft));
        let headline = door.required("headline", Headline::parse);
        let story = door.object("story", |door| story(door, rules, &mut draft));
        let links = links(door);
        let supporters = supporters(door, rules, &mut draft);
        let nominator = door.object("nominator", |door| nominator(door, rules, &mut draft));
        let minor = draft.age_band == Some(AgeBand::Under18);
        let declared = door.object("declarations", |door| declarations(door, minor));
        let tell = door.flag("tell_me_next_time");
        rules::check(door, &draft);
        let (facts, contacts) = nominee?;
        declared?;
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

fn category(text: &str, rules: &FormRules<'_>) -> Result<String, Flaw> {
    let code = text.trim();
    if rules.categories.iter().any(|(known, _)| known == code) { Ok(code.to_owned()) } else { Err(Flaw::BadChoice) }
}

fn nominee(door: &mut Door<'_>, rules: &FormRules<'_>, draft: &mut Draft) -> Option<(Facts, Contacts)> {
    draft.kind = door.word("kind", NomineeKind::parse);
    let kind = draft.kind;
    draft.name = door.required("name", PersonName::parse);
    let other_script = door.optional("name_other_script", PersonName::parse);
    draft.name_other_script = other_script.clone().flatten();
    if let (Some(name), Some(other)) = (&draft.name, &draft.name_other_script)
        && rules::same_script(name.as_str(), other.as_str())
    {
        door.fault("name_other_script", "same_script");
    }
    let honours = door.optional("honours", ShortText::parse);
    let home_city = door.required("home_city", ShortText::parse);
    draft.country = door.required("country", Country::parse);
    draft.linked_cities = linked_cities(door, rules);
    let other_city = door.optional("other_city", ShortText::parse);
    draft.other_city = other_city.clone().flatten();
    let email = door.optional("email", |text| Email::parse_with(text, rules.smtputf8));
    draft.email = email.clone().flatten();
    let phone = door.optional("phone", Phone::parse);
    let postal_address = door.optional("postal_address", Lines::parse);
    draft.reachable = [door.has("email"), door.has("phone"), door.has("postal_address")];
    let age_band = age_band(door, kind);
    draft.age_band = age_band.flatten();
    let guardian = guardian(door, rules, draft);
    let organisation = organisation(door, kind, draft);
    let under_26 = matches!(draft.age_band, Some(AgeBand::Under18 | AgeBand::From18To25));
    Some((
        Facts {
            name: draft.name.clone()?,
            name_other_script: other_script?,
            honours: honours?,
            home_city: home_city?,
            country: draft.country?,
            linked_cities: draft.linked_cities.clone()?,
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

fn linked_cities(door: &mut Door<'_>, rules: &FormRules<'_>) -> Option<Vec<String>> {
    let cities = door.texts("linked_cities", |text| {
        let key = text.trim();
        let known = key == "other" || rules.cities.iter().any(|city| city == key);
        if known { Ok(key.to_owned()) } else { Err(Flaw::BadChoice) }
    })?;
    let base = door.at("linked_cities");
    match cities.len() {
        0 => door.fault("linked_cities", "required"),
        7.. => door.note(Fault::new(base, "too_many_items").with("max", 6)),
        _ => {
            for (at, city) in cities.iter().enumerate() {
                if cities[..at].contains(city) {
                    door.note(Fault::new(format!("{base}/{at}"), "repeated"));
                    return None;
                }
            }
            return Some(cities);
        }
    }
    None
}

fn age_band(door: &mut Door<'_>, kind: Option<NomineeKind>) -> Option<Option<AgeBand>> {
    match kind {
        Some(NomineeKind::Individual) => door.word("age_band", AgeBand::parse).map(Some),
        Some(NomineeKind::Organisation) if door.has("age_band") => {
            door.let_pass(&["age_band"]);
            door.fault("age_band", "not_expected");
            None
        }
        _ => door.optional_word("age_band", AgeBand::parse),
    }
}

fn guardian(door: &mut Door<'_>, rules: &FormRules<'_>, draft: &mut Draft) -> Option<Option<Guardian>> {
    draft.has_guardian = door.has("guardian");
    if !draft.has_guardian {
        door.let_pass(&["guardian"]);
        return Some(None); // that a minor owes one is a rule across fields
    }
    if draft.age_band != Some(AgeBand::Under18) {
        door.object("guardian", |door| door.let_pass(&["name", "email"]));
        if draft.age_band.is_some() || draft.kind == Some(NomineeKind::Organisation) {
            door.fault("guardian", "not_expected");
        }
        return None;
    }
    let guardian = door.object("guardian", |door| {
        let name = door.required("name", PersonName::parse);
        let email = door.required("email", |text| Email::parse_with(text, rules.smtputf8));
        Some(Guardian { name: name?, email: email? })
    });
    draft.guardian_email = guardian.as_ref().map(|guardian| guardian.email.clone());
    guardian.map(Some)
}

fn organisation(door: &mut Door<'_>, kind: Option<NomineeKind>, draft: &mut Draft) -> Option<Option<Organisation>> {
    if kind != Some(NomineeKind::Organisation) {
        if door.has("organisation") {
            door.object("organisation", |door| {
                door.let_pass(&["type", "contact_name", "contact_role", "website"]);
            });
            if kind.is_some() {
                door.fault("organisation", "not_expected");
            }
            return None;
        }
        door.let_pass(&["organisation"]);
        return Some(None);
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
    let impact = door.required("impact", Words::parse);
    let friendship = door.required("friendship", Words::parse);
    let commitment = door.required("commitment", Words::parse);
    let others: Option<Option<Words<1, 150, 1800>>> = door.optional("others", Words::parse);
    let since_year = door.integer("since_year");
    let since_year = match since_year {
        Some(Some(year)) if (1941..=rules.year).contains(&year) => Some(year),
        Some(Some(_)) => {
            let pointer = door.at("since_year");
            door.note(Fault::of(pointer, Flaw::BadYear(rules.year)));
            None
        }
        Some(None) => {
            door.fault("since_year", "required");
            None
        }
        None => None,
    };
    let ongoing = door.flag("ongoing");
    if ongoing == Some(None) {
        door.fault("ongoing", "required");
    }
    let (impact, friendship, commitment, others) = (impact?, friendship?, commitment?, others?);
    let texts = [
        Words::<1, 250, 3000>::as_str(&impact),
        Words::<1, 200, 2400>::as_str(&friendship),
        Words::<1, 200, 2400>::as_str(&commitment),
    ];
    let words: usize = texts.iter().map(|text| count_words(text)).sum();
    draft.story_words = Some(words + others.as_ref().map_or(0, Words::count));
    Some(Story { impact, friendship, commitment, others, since_year: since_year?, ongoing: ongoing?? })
}

fn links(door: &mut Door<'_>) -> Option<Vec<Link>> {
    let links = door.objects("links", |door| {
        let title = door.required("title", ShortText::parse);
        let url = door.required("url", WebAddress::parse);
        Some(Link { title: title?, url: url? })
    })?;
    if links.len() > 5 {
        door.note(Fault::new("/links", "too_many_items").with("max", 5));
        return None;
    }
    for (at, link) in links.iter().enumerate() {
        let same = |other: &Option<Link>| matches!((link, other), (Some(a), Some(b)) if a.url == b.url);
        if links[..at].iter().any(same) {
            door.note(Fault::new(format!("/links/{at}/url"), "repeated"));
            return None;
        }
    }
    links.into_iter().collect()
}

/// An email is owed, but on paper where the person is reached another way.
fn owed_email(door: &mut Door<'_>, rules: &FormRules<'_>) -> Option<Option<Email>> {
    let email = door.optional("email", |text| Email::parse_with(text, rules.smtputf8))?;
    let reached = rules.paper && (door.has("phone") || door.has("postal_address"));
    if email.is_none() && !reached {
        door.fault("email", "required");
        return None;
    }
    Some(email)
}

fn supporters(door: &mut Door<'_>, rules: &FormRules<'_>, draft: &mut Draft) -> Option<[Supporter; 2]> {
    if !door.has("supporters") {
        door.let_pass(&["supporters"]);
        door.fault("supporters", "required");
        return None;
    }
    let mut people = Vec::new();
    let read = door.objects("supporters", |door| {
        let name = door.required("name", PersonName::parse);
        let email = owed_email(door, rules);
        people.push((name.clone(), email.clone().flatten()));
        let (phone, postal_address) = if rules.paper {
            (door.optional("phone", Phone::parse)?, door.optional("postal_address", Lines::parse)?)
        } else {
            (None, None)
        };
        let relation = door.required("relation", ShortText::parse);
        Some(Supporter { name: name?, email: email?, phone, postal_address, relation: relation? })
    })?;
    draft.supporters = people;
    if read.len() != 2 {
        door.fault("supporters", "wrong_count");
        return None;
    }
    read.into_iter().collect::<Option<Vec<_>>>()?.try_into().ok()
}

fn nominator(door: &mut Door<'_>, rules: &FormRules<'_>, draft: &mut Draft) -> Option<Nominator> {
    let name = door.required("name", PersonName::parse);
    let email = owed_email(door, rules);
    let phone = door.optional("phone", Phone::parse);
    let postal_address = if rules.paper { door.optional("postal_address", Lines::parse) } else { Some(None) };
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

fn declarations(door: &mut Door<'_>, minor: bool) -> Option<()> {
    let mut all = Some(());
    for name in DECLARATIONS {
        all = door.tick(name).and(all);
    }
    if minor {
        all = door.tick("guardian_agrees").and(all);
    } else if door.has("guardian_agrees") {
        door.let_pass(&["guardian_agrees"]);
        door.fault("guardian_agrees", "not_expected");
        all = None;
    } else {
        door.let_pass(&["guardian_agrees"]);
    }
    all
}
