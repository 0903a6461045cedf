//! A lost password: a page asks for the address, and the page behind the mailed link for a new one. Whoever asks is told
//! the same whether the address has an account (S-ACC-3).

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::sign_in::Before;
use crate::accounts::Whence;
use crate::accounts::password::Attempt;
use crate::accounts::resets;
use crate::app::App;
use crate::audit::Actor;
use crate::fields::Email;
use crate::http::door::open;
use crate::http::form::Form;
use crate::http::link_pages::{arrival, carried, pattern, token};
use crate::http::links::{Link, LinkKind};
use crate::http::pages::{Faults, Frame, private_page, refused_page, see};
use crate::http::problem::{Answer, Code, Problem};
use crate::http::request::{Client, Visit};
use crate::store::StoreError;
use crate::text::moment_utc;

/// Registers the pages.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/{lang:en|ru}/sign-in/forgotten", web::get().to(show_ask))
        .route("/{lang:en|ru}/sign-in/forgotten", web::post().to(ask))
        .route(&pattern(LinkKind::Reset), web::get().to(show_set))
        .route(&pattern(LinkKind::Reset), web::post().to(set));
    arrival(config, LinkKind::Reset);
}

#[derive(Template)]
#[template(path = "accounts/pages/forgotten.html", config = "src/askama.toml")]
struct AskPage<'a> {
    frame: &'a Frame,
    faults: Faults,
    email: &'a str,
    is_asked: bool,
}

/// The query of the page once a letter was asked for.
const ASKED: &str = "asked";

async fn show_ask(frame: Frame, request: HttpRequest) -> Answer<HttpResponse> {
    let is_asked = request.query_string() == ASKED;
    private_page(&frame, &AskPage { frame: &frame, faults: Faults::default(), email: "", is_asked })
}

async fn ask(app: web::Data<App>, frame: Frame, visit: Visit, client: Client, form: Form) -> Answer<HttpResponse> {
    let email = open(&form.json(&[], &[]), |door| door.required("email", |raw| Email::parse_with(raw, true)))
        .map_err(Problem::from);
    match email {
        Ok(email) => {
            resets::ask(&app, visit.deed(&app, Actor::Public), email, &client).await?;
            Ok(see(&format!("/{}/sign-in/forgotten?{ASKED}", frame.language())))
        }
        Err(problem) => {
            let faults = Faults::of(&problem, frame.language());
            let page = AskPage { frame: &frame, faults, email: form.get("email"), is_asked: false };
            refused_page(&frame, &page, &problem)
        }
    }
}

#[derive(Template)]
#[template(path = "accounts/pages/reset.html", config = "src/askama.toml")]
struct SetPage<'a> {
    frame: &'a Frame,
    faults: Faults,
    email: &'a str,
    until: String,
}

/// The page of a living link, with what was wrong.
async fn page(app: &App, frame: &Frame, link: Link, refused: Option<Problem>) -> Answer<HttpResponse> {
    let now = app.clock.now();
    let read = app.store.read(move |tx| Ok::<_, StoreError>(resets::reset_behind(tx, &link, now)?));
    let reset = read.await?.ok_or_else(|| Problem::new(Code::LinkNotValid))?;
    let email = reset.account.address().map_err(StoreError::from)?;
    let until = moment_utc(frame.language(), reset.expires_at);
    let faults = refused.as_ref().map(|problem| Faults::of(problem, frame.language())).unwrap_or_default();
    let page = SetPage { frame, faults, email: email.as_str(), until };
    match refused {
        Some(problem) => refused_page(frame, &page, &problem),
        None => private_page(frame, &page),
    }
}

async fn show_set(app: web::Data<App>, frame: Frame, request: HttpRequest) -> Answer<HttpResponse> {
    page(&app, &frame, carried(&request, LinkKind::Reset)?, None).await
}

async fn set(
    app: web::Data<App>,
    frame: Frame,
    visit: Visit,
    from: Whence,
    request: HttpRequest,
    form: Form,
) -> Answer<HttpResponse> {
    let link = carried(&request, LinkKind::Reset)?;
    let token = token(&request, LinkKind::Reset)?;
    let read = open(&form.json(&[], &[]), |door| door.required("password", Attempt::for_new)).map_err(Problem::from);
    let password = match read {
        Ok(password) => password,
        Err(problem) => return page(&app, &frame, link, Some(problem)).await,
    };
    match resets::confirm(&app, visit.deed(&app, Actor::Link), from, &token, password).await.map_err(Problem::from) {
        Ok(renewed) => {
            renewed.device.be_known(&request);
            Ok(Before::NewPassword.seen(&frame))
        }
        Err(problem) if problem.code() == Code::InvalidInput => page(&app, &frame, link, Some(problem)).await,
        Err(problem) => Err(problem),
    }
}
