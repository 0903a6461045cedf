//! The edition as a page: where it stands, its dates in every panel city's time, its categories.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::calendar::Phase;
use super::document::{Category, Criterion};
use super::model::Edition;
use super::{about_pages, privacy_page, store};
use crate::app::App;
use crate::clock::Time;
use crate::fields::NomineeKind;
use crate::http::pages::{Frame, page};
use crate::http::problem::Answer;
use crate::http::request;
use crate::store::StoreError;
use crate::text::date;

/// Registers the pages.
pub fn routes(config: &mut web::ServiceConfig) {
    config.route("/", web::get().to(door)).route("/{lang:en|ru}/", web::get().to(home));
    config.route("/{lang:en|ru}", web::get().to(slash)).configure(privacy_page::routes);
    config.configure(about_pages::routes);
}

/// Sends to the home page in the caller's language.
async fn door(request: HttpRequest) -> HttpResponse {
    let language = request::language(&request);
    HttpResponse::Found()
        .insert_header((header::LOCATION, format!("/{language}/")))
        .insert_header((header::VARY, "Accept-Language"))
        .finish()
}

/// The same address with its slash.
async fn slash(language: web::Path<String>) -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((header::LOCATION, format!("/{language}/"))).finish()
}

#[derive(Template)]
#[template(path = "editions/pages/home.html", config = "src/askama.toml")]
struct HomePage<'a> {
    frame: &'a Frame,
    home: Option<Home<'a>>,
}

/// What the home page says of the edition that the public means.
struct Home<'a> {
    title: &'a str,
    standing: String,
    /// Where one nominates, while that is open.
    nominate: Option<String>,
    /// Where the winners stand, once they are announced.
    winners: Option<String>,
    now: Time,
    cities: Vec<CityNow<'a>>,
    dates: Vec<Date>,
    groups: Vec<Group<'a>>,
    criteria: &'a [Criterion],
}

/// A panel city and its time.
struct CityNow<'a> {
    name: &'a str,
    time: String,
    day: String,
}

/// A line of the calendar.
struct Date {
    label: String,
    at: Time,
    told: String,
    class: &'static str,
}

/// Categories for whom they honour.
struct Group<'a> {
    title: String,
    categories: Vec<&'a Category>,
}

async fn home(app: web::Data<App>, frame: Frame) -> Answer<HttpResponse> {
    let now = app.clock.now();
    let edition = app.store.read(move |tx| Ok::<_, StoreError>(store::current(tx, now)?)).await?;
    let home = edition.as_ref().map(|edition| Home::of(edition, &frame, now));
    page(&frame, &HomePage { frame: &frame, home })
}

impl<'a> Home<'a> {
    fn of(edition: &'a Edition, frame: &Frame, now: Time) -> Self {
        Self {
            title: frame.pick(&edition.title),
            standing: standing(edition, frame, now),
            nominate: (edition.phase_told(now) == Phase::Nominations)
                .then(|| format!("/{}/nominate/start", frame.language())),
            winners: (edition.phase_told(now) == Phase::Announced)
                .then(|| format!("/{}/winners/{}", frame.language(), edition.slug)),
            now,
            cities: edition
                .panels
                .iter()
                .map(|panel| {
                    let local = panel.zone().local(now);
                    CityNow {
                        name: frame.pick(&panel.city),
                        time: local.strftime("%H:%M").to_string(),
                        day: date(frame.language(), local.date()),
                    }
                })
                .collect(),
            dates: dates(edition, frame, now),
            groups: groups(edition, frame, now),
            criteria: &edition.criteria,
        }
    }
}

/// Where the edition stands, and what comes next, in a sentence.
fn standing(edition: &Edition, frame: &Frame, now: Time) -> String {
    let table = &edition.timetable;
    let phase = edition.phase_told(now);
    let at = match phase {
        Phase::Upcoming => table.nominations_open_at,
        Phase::Nominations => table.nominations_close_at,
        Phase::Screening => table.judging_open_at,
        Phase::Judging => table.judging_close_at,
        Phase::Deliberation | Phase::Embargo | Phase::Announced => table.announce_at,
    };
    frame.with(&format!("phase-told-{phase}"), &[("when", frame.moment(&edition.cities(), &at).into())])
}

/// The instants that everyone may know, with the next one marked.
fn dates(edition: &Edition, frame: &Frame, now: Time) -> Vec<Date> {
    let table = &edition.timetable;
    let lines = [
        (frame.say("home-date-nominations-open"), table.nominations_open_at),
        (frame.say("home-date-nominations-close"), table.nominations_close_at),
        (frame.say("home-date-letters-due"), table.letters_due_at),
        (frame.say("home-date-judging-opens"), table.judging_open_at),
        (frame.say("home-date-judging-closes"), table.judging_close_at),
        (frame.say("home-date-announcement"), table.announce_at),
        (frame.say("home-date-reception"), table.reception_at),
        (frame.say("home-date-live-event"), table.live_event_at),
    ];
    let next = lines.iter().map(|(_, at)| *at).filter(|at| *at > now).min();
    let cities = edition.cities();
    let line = |(label, at): (std::borrow::Cow<'static, str>, Time)| Date {
        label: label.into_owned(),
        told: frame.moment(&cities, &at),
        class: if Some(at) == next {
            "next"
        } else if at <= now {
            "past"
        } else {
            ""
        },
        at,
    };
    lines.into_iter().map(line).collect()
}

fn groups<'a>(edition: &'a Edition, frame: &Frame, now: Time) -> Vec<Group<'a>> {
    let told: Vec<&Category> = edition.categories_told(now).collect();
    let of = |kind: Option<NomineeKind>| told.iter().copied().filter(|category| category.kind == kind).collect();
    let groups = [
        Group { title: frame.say("home-people").into_owned(), categories: of(Some(NomineeKind::Individual)) },
        Group { title: frame.say("home-organisations").into_owned(), categories: of(Some(NomineeKind::Organisation)) },
        Group { title: frame.say("home-either").into_owned(), categories: of(None) },
    ];
    groups.into_iter().filter(|group| !group.categories.is_empty()).collect()
}
