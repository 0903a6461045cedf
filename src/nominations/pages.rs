//! The pages that this room's links open: confirm, read one's nomination, write a letter, read one's notice, hear no more.
//! The same use cases as the API's.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde_json::{Value as Json, json};

use super::change::lay_over;
use super::letters::{self, LetterForm, LetterView};
use super::life;
use super::model::LetterState;
use super::notice::{self, NoticePage, Objection, Wish};
use super::shown::Shown;
use super::{change_page, confirm, own_page};
use crate::app::App;
use crate::audit::Actor;
use crate::clock::Time;
use crate::editions::Edition;
use crate::fields::count_words;
use crate::http::door::{FromBody as _, open};
use crate::http::etag::IfMatch;
use crate::http::form::Form;
use crate::http::link_pages::{arrival, carried, page_again, pattern, shown_again};
use crate::http::links::{Link, LinkKind};
use crate::http::pages::{Faults, Frame, private_page, refused_page};
use crate::http::problem::{Answer, Code, Problem};
use crate::http::request::Visit;
use crate::store::{Conn, StoreError, Stored};
use crate::text::Language;

/// Registers the pages.
pub fn routes(config: &mut web::ServiceConfig) {
    let acts = |act: &str, kind| format!("{}/{act}", pattern(kind));
    config
        .route(&pattern(LinkKind::Confirm), web::get().to(show_confirm))
        .route(&pattern(LinkKind::Confirm), web::post().to(press_confirm))
        .route(&pattern(LinkKind::Letter), web::get().to(show_letter))
        .route(&pattern(LinkKind::Letter), web::post().to(send_letter))
        .route(&acts("decline", LinkKind::Letter), web::post().to(decline_letter))
        .route(&pattern(LinkKind::Notice), web::get().to(show_notice))
        .route(&acts("wish", LinkKind::Notice), web::post().to(wish_notice))
        .route(&acts("object", LinkKind::Notice), web::post().to(object_notice))
        .route(&acts("copy", LinkKind::Notice), web::post().to(copy_notice))
        .route(&pattern(LinkKind::Nomination), web::get().to(own_page::show))
        .route(&acts("change", LinkKind::Nomination), web::get().to(change_page::show))
        .route(&acts("change", LinkKind::Nomination), web::post().to(change_page::send))
        .route(&acts("withdraw", LinkKind::Nomination), web::post().to(own_page::withdraw))
        .configure(super::question_page::routes)
        .configure(super::again_api::page)
        .route(&pattern(LinkKind::Unsubscribe), web::get().to(show_unsubscribe))
        .route(&pattern(LinkKind::Unsubscribe), web::post().to(press_unsubscribe));
    for kind in [LinkKind::Confirm, LinkKind::Nomination, LinkKind::Letter, LinkKind::Notice, LinkKind::Unsubscribe] {
        arrival(config, kind);
    }
}

/// What a living link opens; the one 404 where it is dead.
pub(super) async fn behind<T: Send + 'static>(
    app: &App,
    look: impl FnOnce(&mut Conn, Time) -> Stored<Option<T>> + Send + 'static,
) -> Result<T, Problem> {
    let now = app.clock.now();
    let found = app.store.read(move |tx| Ok::<_, StoreError>(look(tx, now)?)).await?;
    found.ok_or_else(|| Problem::new(Code::LinkNotValid))
}

pub(super) fn category(edition: &Edition, code: &str, language: Language) -> String {
    edition.category(code).map_or_else(|| code.to_owned(), |category| category.name.get(language).to_owned())
}

#[derive(Template)]
#[template(path = "nominations/pages/confirm.html", config = "src/askama.toml")]
struct ConfirmPage<'a> {
    frame: &'a Frame,
    edition: &'a str,
    reference: &'a str,
    category: String,
    received: String,
    until: String,
    letters_due: String,
    is_confirmed: bool,
}

/// Says nothing that the form's sender typed: whoever reads this may be somebody else (S-NOM-5).
async fn show_confirm(app: web::Data<App>, frame: Frame, request: HttpRequest) -> Answer<HttpResponse> {
    let link = carried(&request, LinkKind::Confirm)?;
    let (edition, nomination) = behind(&app, move |tx, now| life::to_confirm(tx, &link, now)).await?;
    let cities = edition.cities();
    let template = ConfirmPage {
        edition: frame.pick(&edition.title),
        reference: nomination.reference.as_str(),
        category: category(&edition, &nomination.category, frame.language()),
        received: frame.moment(&cities, &nomination.received_at),
        until: frame.moment(&cities, &edition.timetable.confirm_until),
        letters_due: frame.moment(&cities, &edition.timetable.letters_due_at),
        is_confirmed: nomination.confirmed_at.is_some(),
        frame: &frame,
    };
    private_page(&frame, &template)
}

async fn press_confirm(app: web::Data<App>, visit: Visit, request: HttpRequest, _form: Form) -> Answer<HttpResponse> {
    let link = carried(&request, LinkKind::Confirm)?;
    confirm::confirm(&app, visit.deed(&app, Actor::Link), link).await?;
    Ok(shown_again(&request))
}

#[derive(Template)]
#[template(path = "nominations/pages/letter.html", config = "src/askama.toml")]
struct LetterPage<'a> {
    frame: &'a Frame,
    faults: Faults,
    view: &'a LetterView,
    version: i64,
    category: String,
    due: String,
    written: Option<String>,
    is_declined: bool,
    words: String,
    languages: [(&'static str, &'static str); 2],
    typed: Typed,
}

/// What stands in the fields.
#[derive(Default)]
struct Typed {
    letter: String,
    relation: String,
    known_since: String,
    language: String,
    declaration: bool,
}

impl Typed {
    fn of(view: &LetterView) -> Self {
        Self {
            letter: view.letter.clone().unwrap_or_default(),
            relation: view.relation.clone().unwrap_or_default(),
            known_since: view.known_since.map(|year| year.to_string()).unwrap_or_default(),
            language: view.language.map_or_else(String::new, |language| language.to_string()),
            declaration: false,
        }
    }

    fn from(form: &Form) -> Self {
        Self {
            letter: form.get("letter").to_owned(),
            relation: form.get("relation").to_owned(),
            known_since: form.get("known_since").to_owned(),
            language: form.get("language").to_owned(),
            declaration: !form.get("declaration").is_empty(),
        }
    }
}

async fn show_letter(app: web::Data<App>, frame: Frame, request: HttpRequest) -> Answer<HttpResponse> {
    letter_page(&app, &frame, carried(&request, LinkKind::Letter)?, None).await
}

async fn letter_page(app: &App, frame: &Frame, link: Link, refused: Option<(Typed, Problem)>) -> Answer<HttpResponse> {
    let read = letters::read(app, link, app.clock.now()).await?;
    let (edition, ..) = behind(app, move |tx, now| life::to_letter(tx, &link, now)).await?;
    let cities = edition.cities();
    let view = &read.body;
    let (typed, problem) = match refused {
        Some((typed, problem)) => (typed, Some(problem)),
        None => (Typed::of(view), None),
    };
    let left = letters::WORDS.1.saturating_sub(count_words(&typed.letter));
    let template = LetterPage {
        faults: problem.as_ref().map(|problem| Faults::of(problem, frame.language())).unwrap_or_default(),
        version: read.version,
        category: frame.pick(&view.category_name).to_owned(),
        due: frame.moment(&cities, &view.due_at),
        written: view.written_at.map(|at| frame.moment(&cities, &at)),
        is_declined: view.state == LetterState::Declined,
        words: match typed.letter.is_empty() {
            true => {
                frame.with("links-letter-words", &[("min", letters::WORDS.0.into()), ("max", letters::WORDS.1.into())])
            }
            false => frame.with("links-words-left", &[("n", left.into())]),
        },
        languages: Language::ALL
            .iter()
            .map(|language| (language.as_str(), language.own_name()))
            .collect::<Vec<_>>()
            .try_into()
            .unwrap_or([("en", "English"), ("ru", "Русский")]),
        typed,
        view,
        frame,
    };
    match problem {
        Some(problem) => refused_page(frame, &template, &problem),
        None => private_page(frame, &template),
    }
}

async fn send_letter(
    app: web::Data<App>,
    frame: Frame,
    visit: Visit,
    request: HttpRequest,
    form: Form,
) -> Answer<HttpResponse> {
    let deed = visit.deed(&app, Actor::Link);
    let link = carried(&request, LinkKind::Letter)?;
    let last = letters::last_year(&app, link, deed.at).await?;
    let mut body = form.json(&["known_since"], &["declaration"]);
    let version = taken(&mut body, "version");
    let letter = match open(&body, |door| LetterForm::read(door, last)) {
        Ok(letter) => letter,
        Err(refusal) => return letter_page(&app, &frame, link, Some((Typed::from(&form), refusal.into()))).await,
    };
    letters::write(&app, deed, link, IfMatch::seen(version), letter).await?;
    Ok(shown_again(&request))
}

/// The version that the page has shown, out of the fields.
fn taken(body: &mut Json, name: &str) -> i64 {
    let value = body.as_object_mut().and_then(|object| object.remove(name));
    value.and_then(|value| value.as_str()?.parse().ok()).unwrap_or(0)
}

async fn decline_letter(
    app: web::Data<App>,
    frame: Frame,
    visit: Visit,
    request: HttpRequest,
    _form: Form,
) -> Answer<HttpResponse> {
    letters::decline(&app, visit.deed(&app, Actor::Link), carried(&request, LinkKind::Letter)?).await?;
    Ok(page_again(&frame, LinkKind::Letter))
}

#[derive(Template)]
#[template(path = "nominations/pages/notice.html", config = "src/askama.toml")]
struct NoticeTemplate<'a> {
    frame: &'a Frame,
    page: &'a NoticePage,
    version: i64,
    category: &'a str,
    held: Vec<(String, String)>,
    objected: Option<String>,
    asked: Option<String>,
}

async fn show_notice(app: web::Data<App>, frame: Frame, request: HttpRequest) -> Answer<HttpResponse> {
    let link = carried(&request, LinkKind::Notice)?;
    let read = notice::read(&app, link, app.clock.now(), frame.language()).await?;
    let (edition, _) = behind(&app, move |tx, now| life::to_notice(tx, &link, now)).await?;
    let cities = edition.cities();
    let page = &read.body;
    let mut held = json!({"nominee": page.held.facts});
    lay_over(&mut held["nominee"], &json!(page.held.contacts));
    let template = NoticeTemplate {
        version: read.version,
        category: frame.pick(&page.category_name),
        held: Shown::new(&frame, &edition, &held).under("/nominee/"),
        objected: page.objected_at.map(|at| frame.moment(&cities, &at)),
        asked: page.access_asked_at.map(|at| frame.moment(&cities, &at)),
        page,
        frame: &frame,
    };
    private_page(&frame, &template)
}

async fn wish_notice(
    app: web::Data<App>,
    frame: Frame,
    visit: Visit,
    request: HttpRequest,
    form: Form,
) -> Answer<HttpResponse> {
    let link = carried(&request, LinkKind::Notice)?;
    let mut body = form.json(&[], &["withhold_name"]);
    let version = taken(&mut body, "version");
    if form.get("withhold_name").is_empty() {
        body["withhold_name"] = Json::Bool(false); // a browser does not send a tick that is not set
    }
    let wish = open(&body, Wish::read).map_err(Problem::from)?;
    let deed = visit.deed(&app, Actor::Link);
    notice::wish(&app, deed, link, IfMatch::seen(version), wish, frame.language()).await?;
    Ok(page_again(&frame, LinkKind::Notice))
}

async fn object_notice(
    app: web::Data<App>,
    frame: Frame,
    visit: Visit,
    request: HttpRequest,
    form: Form,
) -> Answer<HttpResponse> {
    let link = carried(&request, LinkKind::Notice)?;
    let objection = open(&form.json(&[], &[]), Objection::read).map_err(Problem::from)?;
    notice::object(&app, visit.deed(&app, Actor::Link), link, objection, frame.language()).await?;
    Ok(page_again(&frame, LinkKind::Notice))
}

async fn copy_notice(
    app: web::Data<App>,
    frame: Frame,
    visit: Visit,
    request: HttpRequest,
    _form: Form,
) -> Answer<HttpResponse> {
    notice::ask_for_copy(&app, visit.deed(&app, Actor::Link), carried(&request, LinkKind::Notice)?).await?;
    Ok(page_again(&frame, LinkKind::Notice))
}

#[derive(Template)]
#[template(path = "nominations/pages/unsubscribe.html", config = "src/askama.toml")]
struct UnsubscribePage<'a> {
    frame: &'a Frame,
    is_done: bool,
}

async fn show_unsubscribe(app: web::Data<App>, frame: Frame, request: HttpRequest) -> Answer<HttpResponse> {
    let link = carried(&request, LinkKind::Unsubscribe)?;
    let _lives = behind(&app, move |tx, _| life::to_unsubscribe(tx, &link)).await?;
    private_page(&frame, &UnsubscribePage { frame: &frame, is_done: false })
}

async fn press_unsubscribe(
    app: web::Data<App>,
    frame: Frame,
    visit: Visit,
    request: HttpRequest,
    _form: Form,
) -> Answer<HttpResponse> {
    letters::unsubscribe(&app, visit.deed(&app, Actor::Link), carried(&request, LinkKind::Unsubscribe)?).await?;
    private_page(&frame, &UnsubscribePage { frame: &frame, is_done: true }) // pressed again, it does no more
}
