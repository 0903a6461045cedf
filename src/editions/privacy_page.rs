//! How the edition uses personal information (`content/privacy.md`), as a page: the mails lead here.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::document::Panel;
use super::model::Edition;
use super::store;
use crate::app::App;
use crate::http::pages::{Frame, page};
use crate::http::problem::{Answer, Code, Problem};
use crate::store::StoreError;

/// Registers the page.
pub fn routes(config: &mut web::ServiceConfig) {
    config.route("/{lang:en|ru}/privacy", web::get().to(show));
}

#[derive(Template)]
#[template(path = "editions/pages/privacy.html", config = "src/askama.toml")]
struct PrivacyPage<'a> {
    frame: &'a Frame,
    controller: String,
    contact: String,
    cities: String,
    away: Option<String>,
    kept: Vec<(String, String)>,
}

async fn show(app: web::Data<App>, frame: Frame) -> Answer<HttpResponse> {
    let now = app.clock.now();
    let edition = app.store.read(move |tx| Ok::<_, StoreError>(store::current(tx, now)?)).await?;
    let edition = edition.ok_or_else(|| Problem::new(Code::NotFound))?;
    let contact = match &edition.data_contact {
        Some(contact) => format!("{}, {}", frame.pick(&contact.name), contact.email.as_str()),
        None => edition.reply_to.as_str().to_owned(),
    };
    let template = PrivacyPage {
        controller: frame.with("privacy-controller", &[("controller", frame.pick(&edition.controller).into())]),
        contact: frame.with("privacy-contact", &[("contact", contact.into())]),
        cities: cities(edition.open_panels(), &frame).unwrap_or_default(),
        away: cities(edition.panels_abroad(), &frame),
        kept: kept(&edition, &frame),
        frame: &frame,
    };
    page(&frame, &template)
}

/// The cities of these panels, in the reader's language; none where there are no panels.
fn cities<'a>(panels: impl Iterator<Item = &'a Panel>, frame: &Frame) -> Option<String> {
    let cities: Vec<&str> = panels.map(|panel| frame.pick(&panel.city)).collect();
    (!cities.is_empty()).then(|| cities.join(", "))
}

/// What is kept until when: the nightly purge goes by the same instants.
fn kept(edition: &Edition, frame: &Frame) -> Vec<(String, String)> {
    let (table, cities) = (&edition.timetable, edition.cities());
    let until = |time| frame.with("privacy-until", &[("day", cities.day(frame.language(), time).into())]);
    let lines = [
        (frame.say("privacy-kept-withdrawn"), frame.say("privacy-kept-withdrawn-until").into_owned()),
        (frame.say("privacy-kept-needs"), until(table.purge_needs_at)),
        (frame.say("privacy-kept-contacts"), until(table.purge_contacts_at)),
        (frame.say("privacy-kept-winners"), until(table.purge_winner_contacts_at)),
        (frame.say("privacy-kept-texts"), until(table.purge_texts_at)),
        (frame.say("privacy-kept-mail"), frame.say("privacy-kept-mail-until").into_owned()),
        (frame.say("privacy-kept-scores"), frame.say("privacy-kept-scores-until").into_owned()),
        (frame.say("privacy-kept-published"), frame.say("privacy-kept-published-until").into_owned()),
        (frame.say("privacy-kept-audit"), until(table.purge_audit_at)),
    ];
    lines.into_iter().map(|(what, until)| (what.into_owned(), until)).collect()
}
