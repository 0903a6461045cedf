//! The page from which organisers download what can be exported. Whoever opens it has signed in just now, so that the
//! downloads ask for nothing more.

use actix_web::{HttpResponse, web};
use askama::Template;

use crate::accounts::{Action, Office};
use crate::app::App;
use crate::http::pages::{Frame, private_page};
use crate::http::problem::Answer;

/// Registers the page.
pub fn routes(config: &mut web::ServiceConfig) {
    config.route("/{lang:en|ru}/organise/{slug}/exports", web::get().to(show));
}

#[derive(Template)]
#[template(path = "desk/pages/exports.html", config = "src/askama.toml")]
struct ExportsPage<'a> {
    frame: &'a Frame,
    slug: String,
    /// Whether winners can be exported by now.
    has_winners: bool,
}

async fn show(app: web::Data<App>, frame: Frame, office: Office) -> Answer<HttpResponse> {
    let frame = frame.signed_in_as(&office.caller.name);
    let has_winners = Action::ExportWinners.require_office(&office.edition, app.clock.now()).is_ok();
    private_page(&frame, &ExportsPage { frame: &frame, slug: office.edition.slug.to_string(), has_winners })
}
