//! About the awards, and how far these pages are for everybody: what the public reads before it nominates or complains.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::document::{Category, Criterion};
use super::model::Edition;
use super::store;
use crate::app::App;
use crate::clock::Time;
use crate::http::pages::{Frame, page};
use crate::http::problem::{Answer, Code, Problem};
use crate::store::StoreError;

/// Registers the pages.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/{lang:en|ru}/about", web::get().to(about))
        .route("/{lang:en|ru}/accessibility", web::get().to(accessibility));
}

#[derive(Template)]
#[template(path = "editions/pages/about.html", config = "src/askama.toml")]
struct AboutPage<'a> {
    frame: &'a Frame,
    edition: &'a Edition,
    controller: String,
    categories: Vec<&'a Category>,
    criteria: &'a [Criterion],
    letters_due: String,
    announced: String,
}

#[derive(Template)]
#[template(path = "editions/pages/accessibility.html", config = "src/askama.toml")]
struct AccessibilityPage<'a> {
    frame: &'a Frame,
    contact: &'a str,
}

/// The edition that the public means; 404 while there is none.
async fn current(app: &App, now: Time) -> Result<Edition, Problem> {
    let found = app.store.read(move |tx| Ok::<_, StoreError>(store::current(tx, now)?)).await?;
    found.ok_or_else(|| Problem::new(Code::NotFound))
}

async fn about(app: web::Data<App>, frame: Frame) -> Answer<HttpResponse> {
    let now = app.clock.now();
    let edition = current(&app, now).await?;
    let (table, cities) = (&edition.timetable, edition.cities());
    let template = AboutPage {
        controller: frame.with("about-who", &[("controller", frame.pick(&edition.controller).into())]),
        // What takes no nominations is told once it is given: that it stands there would be a hint before.
        categories: edition.categories_told(now).collect(),
        criteria: &edition.criteria,
        letters_due: frame.moment(&cities, &table.letters_due_at),
        announced: frame.moment(&cities, &table.announce_at),
        edition: &edition,
        frame: &frame,
    };
    page(&frame, &template)
}

async fn accessibility(app: web::Data<App>, frame: Frame) -> Answer<HttpResponse> {
    let edition = current(&app, app.clock.now()).await?;
    page(&frame, &AccessibilityPage { frame: &frame, contact: edition.reply_to.as_str() })
}
