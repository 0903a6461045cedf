//! The way through the form: which pages there are for whom, what each asks, and which faults are its own.

use serde_json::{Value as Json, json};

use crate::editions::Edition;
use crate::fields::NomineeKind;
use crate::http::faults::Fault;
use crate::http::form::Form;
use crate::nominations::form::{AgeBand, DECLARATIONS};
use crate::nominations::sheet::{Shape, drop_blank_links, name_of, put, typed};

use crate::nominations::drafts::body::tidy;

crate::word_enum! {
    /// A page that asks something.
    #[allow(missing_docs, reason = "each variant says its word")]
    pub enum Step {
        Category = "category",
        Name = "name",
        Place = "place",
        LinksBetween = "links-between",
        Age = "age",
        Guardian = "guardian",
        Organisation = "organisation",
        Contact = "contact",
        Headline = "headline",
        Impact = "impact",
        Friendship = "friendship",
        Commitment = "commitment",
        Others = "others",
        Evidence = "evidence",
        Supporter1 = "supporter-1",
        Supporter2 = "supporter-2",
        You = "you",
        Relation = "relation",
        Declarations = "declarations",
    }
}

/// Links that there is room for.
const LINKS: usize = 5;

/// Whether a person is nominated or an organisation, as far as it is known: an organisation only where it is said.
fn is_organisation(body: &Json) -> bool {
    body.pointer("/nominee/kind").and_then(Json::as_str) == Some(NomineeKind::Organisation.as_str())
}

fn is_minor(body: &Json) -> bool {
    !is_organisation(body)
        && body.pointer("/nominee/age_band").and_then(Json::as_str) == Some(AgeBand::Under18.as_str())
}

/// The pages that this draft has to pass, in order.
pub fn pages_of(body: &Json) -> Vec<Step> {
    let fits = |step: &Step| match step {
        Step::Age => !is_organisation(body),
        Step::Guardian => is_minor(body),
        Step::Organisation => is_organisation(body),
        Step::Contact => !is_minor(body),
        _ => true,
    };
    Step::ALL.iter().copied().filter(fits).collect()
}

impl Step {
    /// What the page asks: places of the body. Where the category says whom it honours, nobody is asked again.
    pub(super) fn fields(self, edition: &Edition, body: &Json) -> Vec<(String, Shape)> {
        let text = Shape::Line("text");
        let email = Shape::Line("email");
        let under = |base: &str, fields: &[(&str, Shape)]| -> Vec<(String, Shape)> {
            fields.iter().map(|(name, shape)| (format!("{base}/{name}"), *shape)).collect()
        };
        let person = [("name", text), ("email", email), ("relation", text)];
        match self {
            Self::Category => under("", &[("category", Shape::Category)]),
            Self::Name => {
                let kind = honours(edition, body).is_none().then(|| ("/nominee/kind".to_owned(), Shape::NomineeKind));
                let names = [("name", text), ("name_other_script", text), ("honours", text)];
                kind.into_iter().chain(under("/nominee", &names)).collect()
            }
            Self::Place => under("/nominee", &[("home_city", text), ("country", Shape::Country)]),
            Self::LinksBetween => under("/nominee", &[("linked_cities", Shape::Cities), ("other_city", text)]),
            Self::Age => under("/nominee", &[("age_band", Shape::AgeBand)]),
            Self::Guardian => {
                let mut fields = under("/nominee/guardian", &[("name", text), ("email", email)]);
                fields.push(("/declarations/guardian_agrees".to_owned(), Shape::Tick));
                fields
            }
            Self::Organisation => {
                let website = Shape::Line("url");
                let fields = [("type", Shape::Organisation), ("contact_name", text), ("contact_role", text)];
                let fields = under("/nominee/organisation", &fields).into_iter();
                fields.chain(under("/nominee/organisation", &[("website", website)])).collect()
            }
            Self::Contact => {
                let fields = [("email", email), ("phone", Shape::Line("tel")), ("postal_address", Shape::Lines)];
                under("/nominee", &fields)
            }
            Self::Headline => under("", &[("headline", text), ("language", Shape::Language)]),
            Self::Impact => under("/story", &[("impact", Shape::Words(250))]),
            Self::Friendship => under("/story", &[("friendship", Shape::Words(200))]),
            Self::Commitment => {
                let more = [("since_year", Shape::Year), ("ongoing", Shape::YesOrNo)];
                let fields = under("/story", &[("commitment", Shape::Words(200))]).into_iter();
                fields.chain(under("/story", &more)).collect()
            }
            Self::Others => under("/story", &[("others", Shape::Words(150))]),
            Self::Evidence => {
                let link = [("title", text), ("url", Shape::Line("url"))];
                (0..LINKS).flat_map(|at| under(&format!("/links/{at}"), &link)).collect()
            }
            Self::Supporter1 => under("/supporters/0", &person),
            Self::Supporter2 => under("/supporters/1", &person),
            Self::You => {
                let own =
                    [("name", text), ("email", email), ("phone", Shape::Line("tel")), ("country", Shape::Country)];
                under("/nominator", &own)
            }
            Self::Relation => {
                let mut fields = under("/nominator", &[("relation", text)]);
                fields.push(("/tell_me_next_time".to_owned(), Shape::Tick));
                fields
            }
            Self::Declarations => {
                DECLARATIONS.iter().map(|name| (format!("/declarations/{name}"), Shape::Tick)).collect()
            }
        }
    }

    /// Places that are no field, at which faults of this page are noted.
    fn places(self) -> &'static [&'static str] {
        match self {
            Self::Category => &["/nominee/kind"],
            Self::Guardian => &["/nominee/guardian"],
            Self::Organisation => &["/nominee/organisation"],
            Self::Others => &["/story"],
            Self::Evidence => &["/links"],
            Self::Supporter1 => &["/supporters/0"],
            Self::Supporter2 => &["/supporters", "/supporters/1"],
            Self::Declarations => &["/declarations"],
            _ => &[],
        }
    }

    /// Puts what a browser sent for this page into the body, and takes out what then no page asks for.
    pub(super) fn take(self, edition: &Edition, form: &Form, body: &mut Json) {
        for (place, shape) in self.fields(edition, body) {
            let stood = body.pointer(&place).and_then(Json::as_array).cloned().unwrap_or_default();
            let stood: Vec<String> = stood.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect();
            put(body, &place, typed(form, &place, shape, &stood));
        }
        settle(edition, body);
    }
}

/// Whom the category of this draft honours, where it honours one kind.
fn honours(edition: &Edition, body: &Json) -> Option<NomineeKind> {
    let code = body.pointer("/category").and_then(Json::as_str)?;
    edition.category(code.trim())?.kind
}

/// Whoever goes back and chooses otherwise leaves nothing behind on a page that they do not see any more.
fn settle(edition: &Edition, body: &mut Json) {
    if let Some(kind) = honours(edition, body) {
        put(body, "/nominee/kind", json!(kind.as_str()));
    }
    let gone: &[&str] = if is_organisation(body) {
        &["/nominee/age_band", "/nominee/guardian", "/declarations/guardian_agrees"]
    } else if is_minor(body) {
        &["/nominee/organisation", "/nominee/email", "/nominee/phone", "/nominee/postal_address"]
    } else {
        &["/nominee/organisation", "/nominee/guardian", "/declarations/guardian_agrees"]
    };
    for place in gone {
        if let Some(value) = body.pointer_mut(place) {
            *value = Json::Null;
        }
    }
    if body.get("links").is_some() {
        drop_blank_links(body);
    }
    for supporter in body.get_mut("supporters").and_then(Json::as_array_mut).into_iter().flatten() {
        if supporter.is_null() {
            *supporter = json!({}); // the second was named first
        }
    }
    tidy(body);
}

/// The faults that belong to a page's fields, each at the field at which it shows.
pub fn belonging(step: Step, edition: &Edition, body: &Json, faults: &[Fault]) -> Vec<Fault> {
    let fields = step.fields(edition, body);
    let mut own: Vec<Fault> = Vec::new();
    for fault in faults {
        let Some(place) = place_of(step, &fields, &fault.pointer) else { continue };
        let shown = Fault { pointer: place, ..fault.clone() };
        if !own.contains(&shown) {
            own.push(shown);
        }
    }
    own
}

fn place_of(step: Step, fields: &[(String, Shape)], pointer: &str) -> Option<String> {
    let inside =
        |place: &str| pointer == place || pointer.strip_prefix(place).is_some_and(|rest| rest.starts_with('/'));
    let field = fields.iter().map(|(place, _)| place).find(|place| inside(place));
    let first = || fields.first().map(|(place, _)| place).filter(|_| step.places().contains(&pointer));
    field.or_else(first).cloned()
}

/// The page on which a fault is mended, with the name of its field.
pub(super) fn page_of(edition: &Edition, body: &Json, fault: &Fault) -> Option<(Step, String)> {
    pages_of(body).into_iter().find_map(|step| {
        let place = place_of(step, &step.fields(edition, body), &fault.pointer)?;
        Some((step, name_of(&place)))
    })
}

/// The first page of the way on which something is still wrong.
pub(super) fn first_open(edition: &Edition, body: &Json, faults: &[Fault]) -> Option<Step> {
    pages_of(body).into_iter().find(|step| !belonging(*step, edition, body, faults).is_empty())
}
