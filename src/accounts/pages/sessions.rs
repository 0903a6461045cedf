//! Where one is signed in: each sign-in that lives can be ended, and all others at once.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::account::Done;
use crate::accounts::Caller;
use crate::accounts::own_sessions::{self, OwnSession};
use crate::app::App;
use crate::http::form::Form;
use crate::http::pages::{Frame, private_page};
use crate::http::problem::{Answer, Code, Problem};
use crate::ids::SessionId;
use crate::text::moment_utc;

/// Registers the page.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/{lang:en|ru}/account/sessions", web::get().to(show))
        .route("/{lang:en|ru}/account/sessions/end", web::post().to(end))
        .route("/{lang:en|ru}/account/sessions/end-others", web::post().to(end_others));
}

#[derive(Template)]
#[template(path = "accounts/pages/sessions.html", config = "src/askama.toml")]
struct SessionsPage<'a> {
    frame: &'a Frame,
    sessions: Vec<Line>,
}

/// A sign-in, in words.
struct Line {
    id: SessionId,
    is_current: bool,
    began: String,
    used: String,
    ends: String,
}

async fn show(app: web::Data<App>, frame: Frame, caller: Caller) -> Answer<HttpResponse> {
    let frame = frame.signed_in_as(&caller.name);
    let words = |time| moment_utc(frame.language(), time);
    let line = |own: OwnSession| Line {
        id: own.session.id,
        is_current: own.is_current,
        began: words(own.session.created_at),
        used: words(own.session.used_at),
        ends: words(own.ends_at),
    };
    let sessions = own_sessions::own_sessions(&app, &caller).await?.into_iter().map(line).collect();
    private_page(&frame, &SessionsPage { frame: &frame, sessions })
}

async fn end(app: web::Data<App>, frame: Frame, caller: Caller, form: Form) -> Answer<HttpResponse> {
    let id = SessionId::parse(form.get("session")).ok_or_else(|| Problem::new(Code::NotFound))?;
    own_sessions::end_session(&app, &caller, id).await?;
    Ok(Done::Session.seen(&frame))
}

async fn end_others(app: web::Data<App>, frame: Frame, caller: Caller, _form: Form) -> Answer<HttpResponse> {
    own_sessions::end_others(&app, &caller).await?;
    Ok(Done::Session.seen(&frame))
}
