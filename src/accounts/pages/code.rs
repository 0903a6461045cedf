//! The second step of signing in: the code of the second factor.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::sign_in::{onwards, welcome};
use crate::accounts::code::FactorCode;
use crate::accounts::first_step::{self, FirstStep, LIVES};
use crate::accounts::sign_in::SignInError;
use crate::accounts::{Caller, Whence};
use crate::app::App;
use crate::audit::Actor;
use crate::http::cookies;
use crate::http::form::Form;
use crate::http::pages::{Faults, Frame, private_page, refused_page, see};
use crate::http::problem::{Answer, Problem};
use crate::http::request::Visit;
use crate::http::way_back::WayBack;

/// The cookie that holds the first step.
const COOKIE: &str = "first-step";

/// Registers the page.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/{lang:en|ru}/sign-in/code", web::get().to(show))
        .route("/{lang:en|ru}/sign-in/code", web::post().to(send));
}

#[derive(Template)]
#[template(path = "accounts/pages/code.html", config = "src/askama.toml")]
struct CodePage<'a> {
    frame: &'a Frame,
    faults: Faults,
}

/// Sends somebody whose password was right on to this page.
pub(super) fn ask(app: &App, request: &HttpRequest, frame: &Frame, step: &FirstStep) -> HttpResponse {
    cookies::send_with_answer(request, cookies::kept(app, COOKIE, step.text(), LIVES));
    see(&with_way_back(request, format!("/{}/sign-in/code", frame.language())))
}

/// Back to the password.
pub(super) fn from_the_start(request: &HttpRequest, frame: &Frame) -> HttpResponse {
    see(&with_way_back(request, format!("/{}/sign-in", frame.language())))
}

fn with_way_back(request: &HttpRequest, page: String) -> String {
    WayBack::of(request).map_or(page.clone(), |back| page + &back.query())
}

fn carried(request: &HttpRequest) -> Option<FirstStep> {
    FirstStep::parse(&cookies::carried(request, COOKIE)?)
}

async fn show(frame: Frame, request: HttpRequest) -> Answer<HttpResponse> {
    match carried(&request) {
        Some(_) => private_page(&frame, &CodePage { frame: &frame, faults: Faults::default() }),
        None => Ok(from_the_start(&request, &frame)),
    }
}

async fn send(
    app: web::Data<App>,
    frame: Frame,
    visit: Visit,
    from: Whence,
    request: HttpRequest,
    before: Option<Caller>,
    form: Form,
) -> Answer<HttpResponse> {
    let Some(step) = carried(&request) else { return Ok(from_the_start(&request, &frame)) };
    let Some(code) = FactorCode::typed(form.get("code")) else {
        let problem = Problem::fault("/code", "required");
        let faults = Faults::of(&problem, frame.language());
        return refused_page(&frame, &CodePage { frame: &frame, faults }, &problem);
    };
    match first_step::finish(&app, visit.deed(&app, Actor::Public), step, code, from).await {
        Ok(entry) => {
            welcome(&app, &request, before, entry).await?;
            cookies::send_with_answer(&request, cookies::forgotten(&app, COOKIE));
            Ok(onwards(&request, &frame))
        }
        Err(SignInError::SessionEnded) => Ok(from_the_start(&request, &frame)),
        Err(error) => {
            let problem = Problem::from(error);
            let Some(faults) = Faults::of_try(&problem, "code", frame.language()) else { return Err(problem) };
            refused_page(&frame, &CodePage { frame: &frame, faults }, &problem)
        }
    }
}
