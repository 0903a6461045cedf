//! One's own second factor: set up with a picture for the telephone or a secret to type, and removed.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::account::Done;
use crate::accounts::code::FactorCode;
use crate::accounts::factor::{self, Enrolment};
use crate::accounts::password::Attempt;
use crate::accounts::seed::Picture;
use crate::accounts::{Caller, Whence};
use crate::app::App;
use crate::fields::Flaw;
use crate::http::door::open;
use crate::http::form::Form;
use crate::http::pages::{Faults, Frame, private_page, refused_page, see};
use crate::http::problem::{Answer, Code, Problem};
use crate::http::way_back::WayBack;

/// Registers the pages.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/{lang:en|ru}/account/second-factor", web::get().to(show))
        .route("/{lang:en|ru}/account/second-factor", web::post().to(begin))
        .route("/{lang:en|ru}/account/second-factor/set-up", web::get().to(show_set_up))
        .route("/{lang:en|ru}/account/second-factor/set-up", web::post().to(confirm))
        .route("/{lang:en|ru}/account/second-factor/remove", web::get().to(show_remove))
        .route("/{lang:en|ru}/account/second-factor/remove", web::post().to(remove));
}

/// The page that begins it all, with where it leads back to.
fn the_page(frame: &Frame, request: &HttpRequest, rest: &str) -> String {
    let query = WayBack::of(request).map(|back| back.query()).unwrap_or_default();
    format!("/{}/account/second-factor{rest}{query}", frame.language())
}

#[derive(Template)]
#[template(path = "accounts/pages/second_factor.html", config = "src/askama.toml")]
struct FactorPage<'a> {
    frame: &'a Frame,
    has_factor: bool,
    /// Whether they can do nothing else without.
    is_owed: bool,
}

async fn show(app: web::Data<App>, frame: Frame, caller: Caller) -> Answer<HttpResponse> {
    let frame = frame.signed_in_as(&caller.name);
    let (has_factor, is_owed) = (caller.has_factor, caller.owes_factor(&app));
    private_page(&frame, &FactorPage { frame: &frame, has_factor, is_owed })
}

async fn begin(
    app: web::Data<App>,
    frame: Frame,
    request: HttpRequest,
    caller: Caller,
    _form: Form,
) -> Answer<HttpResponse> {
    factor::enrol(&app, &caller).await?;
    Ok(see(&the_page(&frame, &request, "/set-up")))
}

#[derive(Template)]
#[template(path = "accounts/pages/set_up.html", config = "src/askama.toml")]
struct SetUpPage<'a> {
    frame: &'a Frame,
    faults: Faults,
    secret: String,
    picture: Picture,
}

impl<'a> SetUpPage<'a> {
    fn of(frame: &'a Frame, begun: Enrolment, faults: Faults) -> Self {
        // In groups, as people type it.
        let signs: Vec<char> = begun.secret.chars().collect();
        let secret = signs.chunks(4).map(String::from_iter).collect::<Vec<_>>().join(" ");
        Self { frame, faults, secret, picture: begun.picture }
    }
}

async fn show_set_up(app: web::Data<App>, frame: Frame, request: HttpRequest, caller: Caller) -> Answer<HttpResponse> {
    let frame = frame.signed_in_as(&caller.name);
    match factor::begun(&app, &caller).await? {
        Some(begun) => private_page(&frame, &SetUpPage::of(&frame, begun, Faults::default())),
        None => Ok(see(&the_page(&frame, &request, ""))),
    }
}

#[derive(Template)]
#[template(path = "accounts/pages/recovery_codes.html", config = "src/askama.toml")]
struct RecoveryPage<'a> {
    frame: &'a Frame,
    codes: Vec<String>,
    onwards: String,
}

async fn confirm(
    app: web::Data<App>,
    frame: Frame,
    request: HttpRequest,
    caller: Caller,
    form: Form,
) -> Answer<HttpResponse> {
    let frame = frame.signed_in_as(&caller.name);
    let confirmed = match FactorCode::typed(form.get("code")) {
        Some(code) => factor::confirm(&app, &caller, code).await.map_err(Problem::from),
        None => Err(Problem::fault("/code", "required")),
    };
    match confirmed {
        Ok(codes) => {
            let back = WayBack::of(&request).map(|back| back.page(frame.language()));
            let onwards = back.unwrap_or_else(|| format!("/{}/account", frame.language()));
            private_page(&frame, &RecoveryPage { frame: &frame, codes: codes.0, onwards })
        }
        Err(problem) if problem.code() == Code::InvalidInput => {
            let Some(begun) = factor::begun(&app, &caller).await? else {
                return Ok(see(&the_page(&frame, &request, "")));
            };
            let faults = Faults::of(&problem, frame.language());
            refused_page(&frame, &SetUpPage::of(&frame, begun, faults), &problem)
        }
        // A reload after it was set up, or another tab's: the page says how it stands.
        Err(problem) if matches!(problem.code(), Code::SecondFactorPresent | Code::SecondFactorAbsent) => {
            Ok(see(&the_page(&frame, &request, "")))
        }
        Err(problem) => Err(problem),
    }
}

#[derive(Template)]
#[template(path = "accounts/pages/remove_factor.html", config = "src/askama.toml")]
struct RemovePage<'a> {
    frame: &'a Frame,
    faults: Faults,
    email: &'a str,
}

async fn show_remove(frame: Frame, request: HttpRequest, caller: Caller) -> Answer<HttpResponse> {
    if !caller.has_factor {
        return Ok(see(&the_page(&frame, &request, "")));
    }
    let frame = frame.signed_in_as(&caller.name);
    private_page(&frame, &RemovePage { frame: &frame, faults: Faults::default(), email: caller.email.as_str() })
}

async fn remove(app: web::Data<App>, frame: Frame, caller: Caller, from: Whence, form: Form) -> Answer<HttpResponse> {
    let frame = frame.signed_in_as(&caller.name);
    let read = open(&form.json(&[], &[]), |door| {
        let password = door.required("password", |raw| Ok(Attempt::typed(raw)));
        let code = door.required("code", |raw| FactorCode::typed(raw).ok_or(Flaw::Empty));
        Some((password?, code?))
    });
    let removed = match read.map_err(Problem::from) {
        Ok((password, code)) => factor::remove(&app, &caller, from, password, code).await.map_err(Problem::from),
        Err(problem) => Err(problem),
    };
    let Err(problem) = removed else { return Ok(Done::FactorRemoved.seen(&frame)) };
    match Faults::of_try(&problem, "code", frame.language()) {
        Some(faults) => {
            let page = RemovePage { frame: &frame, faults, email: caller.email.as_str() };
            refused_page(&frame, &page, &problem)
        }
        None => Err(problem),
    }
}
