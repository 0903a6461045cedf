//! Signing in and out in a browser: the session goes into its cookie.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use crate::accounts::cookie;
use crate::accounts::password::Attempt;
use crate::accounts::sign_in::{self, Entry, SignInError};
use crate::accounts::{Caller, Whence};
use crate::app::App;
use crate::audit::Actor;
use crate::fields::Email;
use crate::http::door::open;
use crate::http::form::Form;
use crate::http::pages::{Faults, Frame, private_page, refused_page, see};
use crate::http::problem::{Answer, Problem};
use crate::http::request::Visit;
use crate::http::way_back::WayBack;

/// Registers the pages.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/{lang:en|ru}/sign-in", web::get().to(show))
        .route("/{lang:en|ru}/sign-in", web::post().to(send))
        .route("/{lang:en|ru}/sign-out", web::post().to(sign_out));
}

#[derive(Template)]
#[template(path = "accounts/pages/sign_in.html", config = "src/askama.toml")]
struct SignInPage<'a> {
    frame: &'a Frame,
    faults: Faults,
    email: &'a str,
    /// Whether a page was asked for that only somebody signed in may see.
    to_go_on: bool,
    /// Whether they have just signed out.
    is_out: bool,
}

/// Where somebody who has signed in goes on.
pub(super) fn onwards(request: &HttpRequest, frame: &Frame) -> HttpResponse {
    let back = WayBack::of(request).map(|back| back.page(frame.language()));
    see(&back.unwrap_or_else(|| format!("/{}/account", frame.language())))
}

async fn show(frame: Frame, request: HttpRequest, caller: Option<Caller>) -> Answer<HttpResponse> {
    if caller.is_some() {
        return Ok(onwards(&request, &frame));
    }
    let to_go_on = WayBack::of(&request).is_some();
    let is_out = request.query_string() == OUT;
    let page = SignInPage { frame: &frame, faults: Faults::default(), email: "", to_go_on, is_out };
    private_page(&frame, &page)
}

async fn send(
    app: web::Data<App>,
    frame: Frame,
    visit: Visit,
    from: Whence,
    request: HttpRequest,
    caller: Option<Caller>,
    form: Form,
) -> Answer<HttpResponse> {
    let again = |problem: &Problem, faults: Faults| {
        let to_go_on = WayBack::of(&request).is_some();
        let page = SignInPage { frame: &frame, faults, email: form.get("email"), to_go_on, is_out: false };
        refused_page(&frame, &page, problem)
    };
    let read = open(&form.json(&[], &[]), |door| {
        let email = door.required("email", |raw| Email::parse_with(raw, true));
        let password = door.required("password", |raw| Ok(Attempt::typed(raw)));
        Some((email?, password?))
    });
    let (email, password) = match read.map_err(Problem::from) {
        Ok(read) => read,
        Err(problem) => return again(&problem, Faults::of(&problem, frame.language())),
    };
    match sign_in::sign_in(&app, visit.deed(&app, Actor::Public), email, password, None, from).await {
        Ok(entry) => {
            welcome(&app, &request, caller, entry).await?;
            Ok(onwards(&request, &frame))
        }
        Err(error @ SignInError::InvalidCredentials) => {
            let problem = Problem::from(error);
            let words = problem.detail(frame.language());
            again(&problem, Faults::one("email", words))
        }
        Err(error) => Err(error.into()),
    }
}

/// Gives the browser its cookie; the session that it had before ends.
pub(super) async fn welcome(
    app: &App,
    request: &HttpRequest,
    before: Option<Caller>,
    entry: Entry,
) -> Result<(), SignInError> {
    if let Some(before) = before {
        sign_in::sign_out(app, &before).await?;
    }
    cookie::give(request, app, entry.tokens.refresh_token);
    entry.device.be_known(request);
    Ok(())
}

/// The query of the sign-in page after signing out.
const OUT: &str = "signed-out";

async fn sign_out(
    app: web::Data<App>,
    frame: Frame,
    request: HttpRequest,
    caller: Option<Caller>,
    _form: Form,
) -> Answer<HttpResponse> {
    if let Some(caller) = caller {
        sign_in::sign_out(&app, &caller).await?;
    }
    cookie::take(&request, &app);
    Ok(see(&format!("/{}/sign-in?{OUT}", frame.language())))
}
