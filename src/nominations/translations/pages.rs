//! A translator's pages: the queue, and a text beside its translation.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde_json::{Map, Value as Json};

use super::api::{editions, own};
use super::kinds::{State, TextId};
use super::queue::{self, QueuedText};
use super::view::TextView;
use super::words::Words;
use super::work;
use crate::accounts::{Action, Translator};
use crate::app::App;
use crate::editions::{self, Edition};
use crate::http::answer::Versioned;
use crate::http::door::open;
use crate::http::etag::IfMatch;
use crate::http::faults::label;
use crate::http::form::Form;
use crate::http::pages::{Faults, Frame, private_page, refused_page, see};
use crate::http::paging::{Listing, Paging};
use crate::http::problem::{Answer, Code, Problem};
use crate::nominations::sheet::put;
use crate::store::StoreError;
use crate::text::{Language, say};

/// Registers the pages.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/{lang:en|ru}/translate", web::get().to(show_queue))
        .route("/{lang:en|ru}/translate/{text}", web::get().to(show_text))
        .route("/{lang:en|ru}/translate/{text}", web::post().to(save_text));
}

#[derive(Template)]
#[template(path = "nominations/translations/pages/queue.html", config = "src/askama.toml")]
struct QueuePage<'a> {
    frame: &'a Frame,
    lines: Vec<Line>,
    next: Option<String>,
    is_saved: bool,
    /// Whether none of the translator's editions is translated now.
    is_closed: bool,
}

/// A text in the queue, in words.
struct Line {
    text: TextId,
    title: String,
    state: String,
    given: String,
}

/// The query of the queue's page once a translation is saved.
const SAVED: &str = "saved";

async fn show_queue(
    app: web::Data<App>,
    frame: Frame,
    request: HttpRequest,
    translator: Translator,
    paging: web::Query<Paging>,
) -> Answer<HttpResponse> {
    let caller = translator.caller;
    let frame = frame.signed_in_as(&caller.name);
    let stretch = paging.stretch(&app.keys, &format!("translate/{}", caller.account))?;
    let is_saved = request.query_string() == SAVED;
    let listed = queue::list(&app, caller.account, editions(&caller), stretch, app.clock.now()).await;
    let (listed, is_closed) = match listed.map_err(Problem::from) {
        Ok(listed) => (listed, false),
        Err(problem) if problem.code() == Code::WrongPhase => (Listing { items: Vec::new(), next_cursor: None }, true),
        Err(problem) => return Err(problem),
    };
    let ids = editions(&caller);
    let editions = app.store.read(move |tx| {
        let read: Result<Vec<_>, _> = ids.into_iter().map(|id| editions::store::by_id(tx, id)).collect();
        Ok::<_, StoreError>(read?.into_iter().flatten().collect::<Vec<Edition>>())
    });
    let editions = editions.await?;
    let lines = listed.items.iter().map(|item| line(&frame, &editions, item)).collect();
    private_page(&frame, &QueuePage { frame: &frame, lines, next: listed.next_cursor, is_saved, is_closed })
}

fn line(frame: &Frame, editions: &[Edition], item: &QueuedText) -> Line {
    let edition = editions.iter().find(|edition| edition.slug == item.edition);
    let when = edition.map(|edition| edition.cities().day(frame.language(), item.given_at)).unwrap_or_default();
    let words = frame.with("translations-words", &[("n", item.words.into())]);
    let part = frame.with("translations-part", &[("part", item.part.as_str().into())]);
    Line {
        text: item.text,
        title: format!("{part}, {}", item.reference),
        state: format!("{}, {words}; {}", way(frame, item.from, item.into), told_state(frame, item.state)),
        given: frame.with("translations-given", &[("when", when.into())]),
    }
}

/// "from Russian into English".
pub(super) fn way(frame: &Frame, from: Language, into: Language) -> String {
    frame.with("translations-way", &[("from", from.as_str().into()), ("into", into.as_str().into())])
}

/// What there is of a translation that does not hold.
pub(super) fn told_state(frame: &Frame, state: State) -> String {
    let told = match state {
        State::Missing | State::Current => frame.say("translations-state-missing"),
        State::Stale => frame.say("translations-state-stale"),
        State::Hidden => frame.say("translations-state-hidden"),
    };
    told.into_owned()
}

#[derive(Template)]
#[template(path = "nominations/translations/pages/text.html", config = "src/askama.toml")]
struct TextPage<'a> {
    frame: &'a Frame,
    faults: Faults,
    title: String,
    way: String,
    from: Language,
    into: Language,
    /// What stands above the fields.
    notice: Option<String>,
    how: String,
    pairs: Vec<Pair>,
    version: i64,
    /// Whether it can be translated now.
    is_open: bool,
}

/// A text of the original beside the field for its translation.
struct Pair {
    name: String,
    label: String,
    original: String,
    typed: String,
    is_line: bool,
}

async fn show_text(
    app: web::Data<App>,
    frame: Frame,
    translator: Translator,
    path: web::Path<(String, String)>,
) -> Answer<HttpResponse> {
    let frame = frame.signed_in_as(&translator.caller.name);
    let shown = read(&app, &translator, parse(&path.1)?).await?;
    private_page(&frame, &text_page(&frame, shown, None, Faults::default()))
}

async fn read(app: &App, translator: &Translator, text: TextId) -> Answer<Versioned<TextView>> {
    Ok(work::read(app, own(&translator.caller), Action::OwnTexts, text, app.clock.now()).await?)
}

fn parse(text: &str) -> Answer<TextId> {
    TextId::parse(text).ok_or_else(|| Problem::new(Code::NotFound))
}

async fn save_text(
    app: web::Data<App>,
    frame: Frame,
    translator: Translator,
    path: web::Path<(String, String)>,
    form: Form,
) -> Answer<HttpResponse> {
    let frame = frame.signed_in_as(&translator.caller.name);
    let caller = &translator.caller;
    let (deed, text) = (caller.deed(&app), parse(&path.1)?);
    let shown = read(&app, &translator, text).await?;
    let seen = form.get("version").parse().map_or(IfMatch::seen(0), IfMatch::seen);
    let saved = match open(&body(&shown.body.original, &form), |door| Words::read(door, text.part)) {
        Ok(words) => {
            let saved = work::save(&app, deed, own(caller), Action::OwnTexts, text, seen, words).await;
            saved.map(drop).map_err(Problem::from)
        }
        Err(refusal) => Err(refusal.into()),
    };
    let problem = match saved {
        Ok(()) => return Ok(see(&format!("/{}/translate?{SAVED}", frame.language()))),
        Err(problem) => problem,
    };
    let faults = match problem.code() {
        Code::InvalidInput => Faults::of(&problem, frame.language()),
        // Nothing that was typed is lost: it stands beside the original as that reads now.
        Code::Stale | Code::IllegalMove => Faults::one("version", frame.say("translations-changed").into_owned()),
        _ => return Err(problem),
    };
    let shown = read(&app, &translator, text).await?;
    refused_page(&frame, &text_page(&frame, shown, Some(&form), faults), &problem)
}

/// A field's name: its place in the body, as faults name it.
fn name_of(place: &str) -> String {
    place.trim_start_matches('/').replace('/', "-")
}

/// The body that the form means.
fn body(original: &Words, form: &Form) -> Json {
    let mut body = Json::Object(Map::new());
    for (place, _) in original.places() {
        put(&mut body, place, Json::from(form.get(&name_of(place))));
    }
    body
}

fn text_page<'a>(frame: &'a Frame, shown: Versioned<TextView>, form: Option<&Form>, faults: Faults) -> TextPage<'a> {
    let Versioned { version, body: view } = shown;
    let made = view.translation.as_ref().map(Words::places).unwrap_or_default();
    let stands = |place: &str| made.iter().find(|(one, _)| *one == place).map_or("", |(_, text)| *text);
    let pairs = view.original.places().into_iter().map(|(place, original)| {
        let name = name_of(place);
        let typed = form.map_or_else(|| stands(place), |form| form.get(&name)).to_owned();
        let label = match place {
            "/letter" => frame.say("translations-letter").into_owned(),
            _ => label(frame.language(), place),
        };
        Pair { name, label, original: original.to_owned(), typed, is_line: place == "/headline" }
    });
    let notice = match view.state {
        State::Missing => None,
        State::Current => Some(frame.say("translations-is-saved")),
        State::Stale => Some(frame.say("translations-is-stale")),
        State::Hidden => Some(frame.say("translations-is-hidden")),
    };
    let blocked = (!view.is_open).then(|| frame.say("translations-is-blocked"));
    let args = [("part", view.part.as_str().into()), ("ref", view.reference.to_string().into())];
    let mark = say(view.into, "nominations-removed", &[]);
    TextPage {
        frame,
        faults,
        title: frame.with("translations-text-title", &args),
        way: way(frame, view.from, view.into),
        from: view.from,
        into: view.into,
        notice: blocked.or(notice).map(std::borrow::Cow::into_owned),
        how: frame.with("translations-how", &[("mark", mark.into())]),
        pairs: pairs.collect(),
        version,
        is_open: view.is_open,
    }
}
