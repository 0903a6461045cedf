//! The page on which anybody complains to the committee.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::complaints::{self, Complaint};
use crate::app::App;
use crate::audit::Actor;
use crate::http::door::{FromBody as _, open};
use crate::http::form::Form;
use crate::http::idempotency::Once;
use crate::http::limits;
use crate::http::pages::{Faults, Frame, private_page, refused_page, see};
use crate::http::problem::{Answer, Code, Problem};
use crate::http::request::{Client, Visit};

/// Registers the page.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/{lang:en|ru}/complaints", web::get().to(show))
        .route("/{lang:en|ru}/complaints", web::post().to(send));
}

#[derive(Template)]
#[template(path = "desk/pages/complaint.html", config = "src/askama.toml")]
struct ComplaintPage<'a> {
    frame: &'a Frame,
    faults: Faults,
    email: &'a str,
    text: &'a str,
    is_sent: bool,
}

/// The query of the page once a complaint is in.
const SENT: &str = "sent";

async fn show(frame: Frame, request: HttpRequest) -> Answer<HttpResponse> {
    let is_sent = request.query_string() == SENT;
    private_page(&frame, &ComplaintPage { frame: &frame, faults: Faults::default(), email: "", text: "", is_sent })
}

async fn send(app: web::Data<App>, frame: Frame, visit: Visit, client: Client, form: Form) -> Answer<HttpResponse> {
    let sent = match open(&form.json(&[], &[]), Complaint::read) {
        Ok(said) => {
            let deed = visit.deed(&app, Actor::Public);
            let taken = complaints::complain(&app, deed, said, frame.language(), Once::default());
            limits::submission(&app, &client, taken).await.map(drop)
        }
        Err(refusal) => Err(Problem::from(refusal)),
    };
    match sent {
        Ok(()) => Ok(see(&format!("/{}/complaints?{SENT}", frame.language()))),
        Err(problem) if problem.code() == Code::InvalidInput => {
            let faults = Faults::of(&problem, frame.language());
            let (email, text) = (form.get("email"), form.get("text"));
            refused_page(&frame, &ComplaintPage { frame: &frame, faults, email, text, is_sent: false }, &problem)
        }
        Err(problem) => Err(problem),
    }
}
