//! One's own password, changed by who knows the old one.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::account::Done;
use crate::accounts::own_password;
use crate::accounts::password::Attempt;
use crate::accounts::{Caller, Whence};
use crate::app::App;
use crate::http::door::open;
use crate::http::form::Form;
use crate::http::pages::{Faults, Frame, private_page, refused_page};
use crate::http::problem::{Answer, Problem};

/// Registers the page.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/{lang:en|ru}/account/password", web::get().to(show))
        .route("/{lang:en|ru}/account/password", web::post().to(send));
}

#[derive(Template)]
#[template(path = "accounts/pages/password.html", config = "src/askama.toml")]
struct PasswordPage<'a> {
    frame: &'a Frame,
    faults: Faults,
    email: &'a str,
}

async fn show(frame: Frame, caller: Caller) -> Answer<HttpResponse> {
    let frame = frame.signed_in_as(&caller.name);
    let page = PasswordPage { frame: &frame, faults: Faults::default(), email: caller.email.as_str() };
    private_page(&frame, &page)
}

async fn send(app: web::Data<App>, frame: Frame, caller: Caller, from: Whence, form: Form) -> Answer<HttpResponse> {
    let frame = frame.signed_in_as(&caller.name);
    let read = open(&form.json(&[], &[]), |door| {
        let old = door.required("old", |raw| Ok(Attempt::typed(raw)));
        let new = door.required("new", Attempt::for_new);
        Some((old?, new?))
    });
    let changed = match read.map_err(Problem::from) {
        Ok((old, new)) => own_password::change_password(&app, &caller, from, old, new).await.map_err(Problem::from),
        Err(problem) => Err(problem),
    };
    let Err(problem) = changed else { return Ok(Done::Password.seen(&frame)) };
    match Faults::of_try(&problem, "old", frame.language()) {
        Some(faults) => {
            let page = PasswordPage { frame: &frame, faults, email: caller.email.as_str() };
            refused_page(&frame, &page, &problem)
        }
        None => Err(problem),
    }
}
