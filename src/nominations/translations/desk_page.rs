//! The organisers' page of texts without a translation, from which they give texts to translators.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::give::{self, Gift};
use super::kinds::TextId;
use super::pages::{told_state, way};
use super::untranslated::{self, NamedTranslator, UntranslatedText};
use crate::accounts::Office;
use crate::app::App;
use crate::editions::Edition;
use crate::http::form::Form;
use crate::http::pages::{Faults, Frame, private_page, refused_page, see};
use crate::http::paging::Paging;
use crate::http::problem::{Answer, Code, Problem};
use crate::ids::RoleId;
use crate::store::StoreError;
use crate::text::isolate;

/// Registers the page.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/{lang:en|ru}/organise/{slug}/translations", web::get().to(show))
        .route("/{lang:en|ru}/organise/{slug}/translations", web::post().to(send));
}

#[derive(Template)]
#[template(path = "nominations/translations/pages/untranslated.html", config = "src/askama.toml")]
struct UntranslatedPage<'a> {
    frame: &'a Frame,
    faults: Faults,
    edition: &'a Edition,
    lines: Vec<Line>,
    /// Keys and names of the translators, and the choice of nobody.
    people: Vec<(String, String)>,
    person: String,
    next: Option<String>,
    is_done: bool,
}

/// A text in the list, in words.
struct Line {
    /// The text and the version in which it is shown.
    value: String,
    name: String,
    what: String,
    state: String,
    given: Option<String>,
    is_chosen: bool,
    /// Whether it can be given out.
    is_open: bool,
}

/// The query of the page once something was given out.
const DONE: &str = "done";
/// The choice of nobody.
const NOBODY: &str = "nobody";

async fn show(
    app: web::Data<App>,
    frame: Frame,
    request: HttpRequest,
    office: Office,
    paging: web::Query<Paging>,
) -> Answer<HttpResponse> {
    let frame = frame.signed_in_as(&office.caller.name);
    let is_done = request.query_string() == DONE;
    page(&app, &frame, office.edition, &paging, Told { is_done, ..Told::default() }).await
}

/// What a page says beside its list.
#[derive(Default)]
struct Told<'a> {
    is_done: bool,
    /// What was sent and not taken, and why.
    refused: Option<(&'a Form, Problem, Faults)>,
}

async fn page(app: &App, frame: &Frame, edition: Edition, paging: &Paging, told: Told<'_>) -> Answer<HttpResponse> {
    let stretch = paging.stretch(&app.keys, &format!("translations/{}", edition.id))?;
    let listed = untranslated::list(app, edition.clone(), stretch).await?;
    let of = edition.clone();
    let people = app.store.read(move |tx| Ok::<_, StoreError>(NamedTranslator::of(tx, &of)?));
    let people = people.await?.into_iter().map(|(_, one)| (one.person.to_string(), one.name));
    let mut people: Vec<(String, String)> = people.collect();
    if !people.is_empty() {
        people.push((NOBODY.to_owned(), frame.say("translations-desk-back").into_owned()));
    }
    let Told { is_done, refused } = told;
    let (form, problem, faults) = match refused {
        Some((form, problem, faults)) => (Some(form), Some(problem), faults),
        None => (None, None, Faults::default()),
    };
    let lines = listed.items.iter().map(|item| line(frame, &edition, item, form)).collect();
    let person = form.map(|form| form.get("person").to_owned()).unwrap_or_default();
    let next = listed.next_cursor;
    let template = UntranslatedPage { frame, faults, edition: &edition, lines, people, person, next, is_done };
    match problem {
        Some(problem) => refused_page(frame, &template, &problem),
        None => private_page(frame, &template),
    }
}

fn line(frame: &Frame, edition: &Edition, item: &UntranslatedText, form: Option<&Form>) -> Line {
    let part = frame.with("translations-part", &[("part", item.part.as_str().into())]);
    let words = frame.with("translations-words", &[("n", item.words.into())]);
    let value = format!("{} {}", item.text, item.version);
    let given = item.translator.as_ref().zip(item.given_at).map(|(translator, at)| {
        let when = edition.cities().day(frame.language(), at);
        frame.with("translations-desk-given", &[("name", isolate(&translator.name).into()), ("when", when.into())])
    });
    let state = match item.blocked {
        true => frame.say("translations-desk-blocked").into_owned(),
        false => told_state(frame, item.state),
    };
    Line {
        is_chosen: form.is_some_and(|form| form.all("text").any(|chosen| chosen == value)),
        name: format!("{}, {}", item.reference, isolate(&item.name)),
        what: format!("{part}, {}, {words}", way(frame, item.from, item.into)),
        value,
        state,
        given,
        is_open: !item.blocked,
    }
}

async fn send(
    app: web::Data<App>,
    frame: Frame,
    office: Office,
    paging: web::Query<Paging>,
    form: Form,
) -> Answer<HttpResponse> {
    let frame = frame.signed_in_as(&office.caller.name);
    let deed = office.caller.deed(&app);
    let done = match read(&form) {
        Ok((texts, gift)) => {
            let (by, edition) = (office.caller.account, office.edition.clone());
            give::give_all(&app, deed, by, edition, texts, gift).await.map_err(Problem::from)
        }
        Err(problem) => Err(problem),
    };
    let problem = match done {
        Ok(()) => {
            return Ok(see(&format!("/{}/organise/{}/translations?{DONE}", frame.language(), office.edition.slug)));
        }
        Err(problem) => problem,
    };
    let faults = match problem.code() {
        Code::InvalidInput => Faults::of(&problem, frame.language()),
        Code::Stale | Code::IllegalMove | Code::NotFound => {
            Faults::one("text", frame.say("translations-desk-changed").into_owned())
        }
        _ => return Err(problem),
    };
    let told = Told { is_done: false, refused: Some((&form, problem, faults)) };
    page(&app, &frame, office.edition, &paging, told).await
}

/// The texts that were chosen, each in the version that was shown, and to whom they go.
fn read(form: &Form) -> Result<(Vec<(TextId, i64)>, Gift), Problem> {
    let texts: Vec<(TextId, i64)> = form.all("text").filter_map(chosen).collect();
    let mut faults = Vec::new();
    if texts.is_empty() {
        faults.push(crate::http::faults::Fault::new("/text", "no_choice"));
    }
    let person = match form.get("person") {
        NOBODY => Some(None),
        text => RoleId::parse(text).map(Some),
    };
    match person {
        Some(person) if faults.is_empty() => Ok((texts, Gift { person })),
        Some(_) => Err(Problem::invalid(faults)),
        None => {
            faults.push(crate::http::faults::Fault::new("/person", "unknown_translator"));
            Err(Problem::invalid(faults))
        }
    }
}

fn chosen(value: &str) -> Option<(TextId, i64)> {
    let (text, version) = value.split_once(' ')?;
    Some((TextId::parse(text)?, version.parse().ok()?))
}
