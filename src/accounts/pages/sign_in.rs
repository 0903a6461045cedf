//! Signing in and out in a browser: the session goes into its cookie. Whoever has a second factor shows its code on a
//! page of its own, which [`code`](super::code) is.

use std::borrow::Cow;

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::code;
use crate::accounts::password::Attempt;
use crate::accounts::sign_in::{self, Entry, SignInError, Step};
use crate::accounts::{Caller, Whence, cookie};
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
        .route("/{lang:en|ru}/sign-in/again", web::get().to(show_again))
        .route("/{lang:en|ru}/sign-in/again", web::post().to(send_again))
        .route("/{lang:en|ru}/sign-out", web::post().to(sign_out));
}

#[derive(Template)]
#[template(path = "accounts/pages/sign_in.html", config = "src/askama.toml")]
struct SignInPage<'a> {
    frame: &'a Frame,
    faults: Faults,
    email: &'a str,
    /// Whether somebody who is signed in is asked for the password once more.
    is_again: bool,
    lead: Cow<'static, str>,
    /// What was done just now.
    done: Option<Cow<'static, str>>,
}

crate::word_enum! {
    /// What was done just before somebody came to sign in, as the page's query says it.
    pub enum Before {
        /// They have signed out.
        SignedOut = "signed-out",
        /// They have set a new password.
        NewPassword = "new-password",
    }
}

impl Before {
    /// The page, which says what was done.
    pub(super) fn seen(self, frame: &Frame) -> HttpResponse {
        see(&format!("/{}/sign-in?{self}", frame.language()))
    }
}

/// The page as it is before anything is typed.
fn page<'a>(frame: &'a Frame, request: &HttpRequest) -> SignInPage<'a> {
    let done = Before::parse(request.query_string()).map(|done| match done {
        Before::SignedOut => frame.say("sign-in-is-out"),
        Before::NewPassword => frame.say("sign-in-new-password"),
    });
    let lead = match WayBack::of(request) {
        Some(_) => frame.say("sign-in-to-go-on"),
        None => frame.say("sign-in-for-whom"),
    };
    SignInPage { frame, faults: Faults::default(), email: "", is_again: false, lead, done }
}

/// The page for somebody who is signed in and wants to do what cannot be taken back (S-ACC-8).
fn page_again<'a>(frame: &'a Frame, caller: &'a Caller) -> SignInPage<'a> {
    let (email, lead) = (caller.email.as_str(), frame.say("sign-in-again-why"));
    SignInPage { frame, faults: Faults::default(), email, is_again: true, lead, done: None }
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
    private_page(&frame, &page(&frame, &request))
}

async fn show_again(frame: Frame, request: HttpRequest, caller: Option<Caller>) -> Answer<HttpResponse> {
    let Some(caller) = caller else { return Ok(code::from_the_start(&request, &frame)) };
    let frame = frame.signed_in_as(&caller.name);
    private_page(&frame, &page_again(&frame, &caller))
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
    let read = open(&form.json(&[], &[]), |door| {
        let email = door.required("email", |raw| Email::parse_with(raw, true));
        let password = door.required("password", |raw| Ok(Attempt::typed(raw)));
        Some((email?, password?))
    });
    let again = SignInPage { email: form.get("email"), done: None, ..page(&frame, &request) };
    match read.map_err(Problem::from) {
        Ok((email, password)) => try_to_enter(&app, &request, visit, from, caller, again, email, password).await,
        Err(problem) => refused(again, problem),
    }
}

async fn send_again(
    app: web::Data<App>,
    frame: Frame,
    visit: Visit,
    from: Whence,
    request: HttpRequest,
    caller: Caller,
    form: Form,
) -> Answer<HttpResponse> {
    let frame = frame.signed_in_as(&caller.name);
    let password = open(&form.json(&[], &[]), |door| door.required("password", |raw| Ok(Attempt::typed(raw))));
    let (again, email) = (page_again(&frame, &caller), caller.email.clone());
    match password.map_err(Problem::from) {
        Ok(password) => try_to_enter(&app, &request, visit, from, Some(caller.clone()), again, email, password).await,
        Err(problem) => refused(again, problem),
    }
}

#[expect(clippy::too_many_arguments, reason = "what two handlers have in common, and what each has read")]
async fn try_to_enter(
    app: &App,
    request: &HttpRequest,
    visit: Visit,
    from: Whence,
    before: Option<Caller>,
    again: SignInPage<'_>,
    email: Email,
    password: Attempt,
) -> Answer<HttpResponse> {
    match sign_in::take_step(app, visit.deed(app, Actor::Public), email, password, None, from).await {
        Ok(Step::In(entry)) => {
            welcome(app, request, before, entry).await?;
            Ok(onwards(request, again.frame))
        }
        Ok(Step::CodeWanted(step)) => Ok(code::ask(app, request, again.frame, &step)),
        Err(error) => refused(again, error.into()),
    }
}

/// The form once more, with what was wrong: about a field, or about both together.
fn refused(page: SignInPage<'_>, problem: Problem) -> Answer<HttpResponse> {
    let field = if page.is_again { "password" } else { "email" };
    match Faults::of_try(&problem, field, page.frame.language()) {
        Some(faults) => refused_page(page.frame, &SignInPage { faults, ..page }, &problem),
        None => Err(problem),
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

async fn sign_out(
    app: web::Data<App>,
    frame: Frame,
    request: HttpRequest,
    caller: Result<Caller, Problem>,
    _form: Form,
) -> Answer<HttpResponse> {
    match caller {
        Ok(caller) => sign_in::sign_out(&app, &caller).await?,
        Err(problem) if problem.asks_to_sign_in() => {} // they are out already
        Err(problem) => return Err(problem),            // and whoever is still in must not be told that they are out
    }
    cookie::take(&request, &app);
    Ok(Before::SignedOut.seen(&frame))
}
