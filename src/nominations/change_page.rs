//! The page on which a nominator changes their nomination: every part that can be changed, in one plain form, over the
//! same use case as the API's. It works without JavaScript; what is wrong stands in a summary and beside its field.

use std::borrow::Cow;

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde_json::{Value as Json, json};

use super::change::{self, lay_over};
use super::form::{AgeBand, NomineeKind};
use super::life;
use super::own::{self, OwnError, OwnNomination, Written};
use super::pages::behind;
use super::sheet::{Field, Kind, Shape, Shown, drop_blank_links, name_of, put, typed};
use crate::app::App;
use crate::audit::Actor;
use crate::http::etag::IfMatch;
use crate::http::form::Form;
use crate::http::link_pages::{carried, page_again};
use crate::http::links::{Link, LinkKind};
use crate::http::pages::{Faults, Frame, private_page, refused_page};
use crate::http::problem::{Answer, Problem};
use crate::http::request::Visit;

/// Links that the form has room for, and supporters.
const LINKS: usize = 5;
const SUPPORTERS: usize = 2;
const MINOR: &str = AgeBand::Under18.as_str();

#[derive(Template)]
#[template(path = "nominations/pages/change.html", config = "src/askama.toml")]
struct ChangePage<'a> {
    frame: &'a Frame,
    faults: Faults,
    reference: &'a str,
    until: String,
    version: i64,
    parts: Vec<Part>,
}

/// Fields under one heading. Its name is the place of the body that a fault of the whole part names.
struct Part {
    name: &'static str,
    title: Cow<'static, str>,
    fields: Vec<Field>,
}

/// A heading, and where its fields stand in the body.
type Places = (&'static str, &'static str, Vec<(String, Shape)>);

/// The parts of the form that can be changed, in its order.
fn form_of(kind: NomineeKind) -> Vec<Places> {
    let under = |base: &str, fields: &[(&str, Shape)]| -> Vec<(String, Shape)> {
        fields.iter().map(|(name, shape)| (format!("{base}/{name}"), *shape)).collect()
    };
    let text = Shape::Line("text");
    let nominee = [
        ("name", text),
        ("name_other_script", text),
        ("honours", text),
        ("home_city", text),
        ("country", Shape::Country),
        ("linked_cities", Shape::Cities),
        ("other_city", text),
        ("email", Shape::Line("email")),
        ("phone", Shape::Line("tel")),
        ("postal_address", Shape::Lines),
    ];
    let mut nominee = under("/nominee", &nominee);
    let of_kind: Places = match kind {
        NomineeKind::Individual => {
            nominee.push(("/nominee/age_band".to_owned(), Shape::AgeBand));
            let mut guardian = under("/nominee/guardian", &[("name", text), ("email", Shape::Line("email"))]);
            guardian.push(("/declarations/guardian_agrees".to_owned(), Shape::Tick));
            ("nominee-guardian", "links-own-edit-guardian", guardian)
        }
        NomineeKind::Organisation => {
            let fields = [
                ("type", Shape::Organisation),
                ("contact_name", text),
                ("contact_role", text),
                ("website", Shape::Line("url")),
            ];
            ("nominee-organisation", "links-own-edit-organisation", under("/nominee/organisation", &fields))
        }
    };
    let mut story = vec![("/headline".to_owned(), text), ("/language".to_owned(), Shape::Language)];
    let texts = [
        ("impact", Shape::Words(250)),
        ("friendship", Shape::Words(200)),
        ("commitment", Shape::Words(200)),
        ("others", Shape::Words(150)),
        ("since_year", Shape::Year),
        ("ongoing", Shape::YesOrNo),
    ];
    story.extend(under("/story", &texts));
    let link = [("title", text), ("url", Shape::Line("url"))];
    let links = (0..LINKS).flat_map(|at| under(&format!("/links/{at}"), &link)).collect();
    let person = [("name", text), ("email", Shape::Line("email")), ("relation", text)];
    let own = [("name", text), ("phone", Shape::Line("tel")), ("relation", text), ("country", Shape::Country)];
    let mut nominator = under("/nominator", &own);
    nominator.push(("/tell_me_next_time".to_owned(), Shape::Tick));
    vec![
        ("nominee", "links-own-edit-nominee", nominee),
        of_kind,
        ("story", "links-own-edit-story", story),
        ("links", "links-own-edit-links", links),
        ("supporters-0", "links-own-edit-first-supporter", under("/supporters/0", &person)),
        ("supporters-1", "links-own-edit-second-supporter", under("/supporters/1", &person)),
        ("nominator", "links-own-edit-nominator", nominator),
    ]
}

/// A nomination as the form shows it.
struct Sheet<'a> {
    shown: Shown<'a>,
    /// Whether the nominee was a minor before: the guardian's consent is declared then.
    was_minor: bool,
}

impl Sheet<'_> {
    fn parts(&self, kind: NomineeKind) -> Vec<Part> {
        let part = |(name, title, places): Places| Part {
            name,
            title: self.shown.frame.say(title),
            fields: places
                .iter()
                .filter(|(place, _)| self.has(place))
                .map(|(place, shape)| self.shown.field(place, *shape))
                .collect(),
        };
        form_of(kind).into_iter().map(part).filter(|part| !part.fields.is_empty()).collect()
    }

    /// A guardian is asked for only where there is one or must be one.
    fn has(&self, place: &str) -> bool {
        let is_minor = self.shown.text("/nominee/age_band") == MINOR;
        match place {
            "/declarations/guardian_agrees" => is_minor && !self.was_minor,
            _ if place.starts_with("/nominee/guardian/") => {
                let named = ["/nominee/guardian/name", "/nominee/guardian/email"];
                is_minor || named.iter().any(|place| !self.shown.text(place).is_empty())
            }
            _ => true,
        }
    }
}

/// What the form says, as the change that the API takes. Rows of links that are blank fall out; what the page does not
/// ask of a supporter (a phone, from paper) stays.
fn patch(form: &Form, before: &Written) -> Json {
    let mut body = json!({});
    for (place, shape) in form_of(before.nominee.kind).into_iter().flat_map(|(_, _, places)| places) {
        // A declaration that nobody asks for is not taken back.
        if matches!(shape, Shape::Tick) && place.starts_with("/declarations/") && form.get(&name_of(&place)).is_empty()
        {
            continue;
        }
        let value = typed(form, &place, shape, &before.nominee.facts.linked_cities);
        put(&mut body, &place, value);
    }
    drop_blank_links(&mut body);
    for at in 0..SUPPORTERS {
        let mut whole =
            before.supporters.get(at).map(|one| json!({"phone": one.phone, "postal_address": one.postal_address}));
        if let Some(Json::Object(kept)) = &mut whole {
            kept.retain(|_, value| !value.is_null());
        }
        let mut whole = whole.unwrap_or_else(|| json!({}));
        lay_over(&mut whole, &body["supporters"][at]);
        body["supporters"][at] = whole;
    }
    body
}

/// A change that was not taken: what was typed, over which version, and why.
struct Refused {
    patch: Json,
    version: i64,
    problem: Problem,
}

/// Shows what stands, or what was typed and why it was not taken.
async fn page(app: &App, frame: &Frame, link: Link, refused: Option<Refused>) -> Answer<HttpResponse> {
    let now = app.clock.now();
    let read = own::read(app, link, now).await?;
    let (edition, _) = behind(app, move |tx, now| life::to_nomination(tx, &link, now)).await?;
    let OwnNomination { reference, written, changeable_until, .. } = &read.body;
    let Some(until) = changeable_until.filter(|until| now < *until) else {
        return Ok(page_again(frame, LinkKind::Nomination)); // which says so
    };
    let before = serde_json::to_value(written).unwrap_or_default();
    let mut body = before.clone();
    if let Some(refused) = &refused {
        lay_over(&mut body, &refused.patch);
    }
    let was_minor = before.pointer("/nominee/age_band").and_then(Json::as_str) == Some(MINOR);
    let sheet = Sheet { shown: Shown { frame, edition: &edition, body: &body }, was_minor };
    let problem = refused.as_ref().map(|refused| &refused.problem);
    let template = ChangePage {
        faults: problem.map(|problem| Faults::of(problem, frame.language())).unwrap_or_default(),
        reference: reference.as_str(),
        until: frame.moment(&edition.cities(), &until),
        version: refused.as_ref().map_or(read.version, |refused| refused.version),
        parts: sheet.parts(written.nominee.kind),
        frame,
    };
    match problem {
        Some(problem) => refused_page(frame, &template, problem),
        None => private_page(frame, &template),
    }
}

pub(super) async fn show(app: web::Data<App>, frame: Frame, request: HttpRequest) -> Answer<HttpResponse> {
    page(&app, &frame, carried(&request, LinkKind::Nomination)?, None).await
}

pub(super) async fn send(
    app: web::Data<App>,
    frame: Frame,
    visit: Visit,
    request: HttpRequest,
    form: Form,
) -> Answer<HttpResponse> {
    let link = carried(&request, LinkKind::Nomination)?;
    let deed = visit.deed(&app, Actor::Link);
    let before = own::read(&app, link, deed.at).await?;
    let patch = patch(&form, &before.body.written);
    let version = form.get("version").parse().unwrap_or(0);
    match change::change(&app, deed, link, IfMatch::seen(version), patch.clone()).await {
        Ok(_) => Ok(page_again(&frame, LinkKind::Nomination)),
        Err(error @ (OwnError::Body(_) | OwnError::AlreadyNominated(_) | OwnError::Limit(_))) => {
            page(&app, &frame, link, Some(Refused { patch, version, problem: error.into() })).await
        }
        Err(error) => Err(error.into()),
    }
}
