//! "Save and return later": the draft of a browser is mailed, and its link opens the form again, anywhere.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::pass;
use super::visit::{AtForm, address, closed_page};
use super::way::first_open;
use crate::app::App;
use crate::audit::Actor;
use crate::fields::Email;
use crate::http::faults::Fault;
use crate::http::form::Form;
use crate::http::limits;
use crate::http::link_pages::carried;
use crate::http::links::LinkKind;
use crate::http::pages::{Faults, Frame, private_page, refused_page, see};
use crate::http::problem::{Answer, Problem};
use crate::http::request::{Client, Visit};
use crate::limits::Purpose;
use crate::nominations::drafts::{self, Holder, body};

#[derive(Template)]
#[template(path = "nominations/pages/save.html", config = "src/askama.toml")]
struct SavePage<'a> {
    frame: &'a Frame,
    faults: Faults,
    email: &'a str,
    back: String,
    close: String,
}

fn page(app: &App, frame: &Frame, form: &AtForm, email: &str, problem: Option<&Problem>) -> Answer<HttpResponse> {
    let typed = form.body();
    let open = first_open(&form.edition, &typed, &form.faults(app, &typed));
    let template = SavePage {
        faults: problem.map(|problem| Faults::of(problem, frame.language())).unwrap_or_default(),
        email,
        back: address(frame, open.map_or("check", |step| step.as_str())),
        close: form.close(frame),
        frame,
    };
    match problem {
        Some(problem) => refused_page(frame, &template, problem),
        None => private_page(frame, &template),
    }
}

pub(super) async fn show(app: web::Data<App>, frame: Frame, request: HttpRequest) -> Answer<HttpResponse> {
    let now = app.clock.now();
    let form = AtForm::of(&app, &request, now).await?;
    let typed = form.body();
    if let Err(problem) = form.require_open(now) {
        return closed_page(&frame, &form.edition, &typed, &problem);
    }
    let Some(draft) = form.unsent() else { return Ok(see(&address(&frame, "start"))) };
    let mailed = draft.email.as_ref().map(Email::as_str);
    let email = mailed.or_else(|| typed.pointer("/nominator/email")?.as_str()).unwrap_or_default();
    page(&app, &frame, &form, email, None)
}

pub(super) async fn save(
    app: web::Data<App>,
    frame: Frame,
    visit: Visit,
    client: Client,
    request: HttpRequest,
    sent: Form,
) -> Answer<HttpResponse> {
    let deed = visit.deed(&app, Actor::Public);
    let form = AtForm::of(&app, &request, deed.at).await?;
    let typed = form.body();
    if let Err(problem) = form.require_open(deed.at) {
        return closed_page(&frame, &form.edition, &typed, &problem);
    }
    let (Some(holder), Some(_)) = (form.holder, form.unsent()) else { return Ok(see(&address(&frame, "start"))) };
    let email = match Email::parse_with(sent.get("email"), app.config.mail_smtputf8) {
        Ok(email) => email,
        Err(flaw) => {
            let problem = Problem::invalid(vec![Fault::of("/email", flaw)]);
            return page(&app, &frame, &form, sent.get("email"), Some(&problem));
        }
    };
    limits::check(&app, Purpose::Submissions, &client)?; // each is a mail to whom a stranger names
    drafts::keep(&app, deed, holder, email, frame.language()).await?;
    Ok(see(&address(&frame, "saved")))
}

#[derive(Template)]
#[template(path = "nominations/pages/saved.html", config = "src/askama.toml")]
struct SavedPage<'a> {
    frame: &'a Frame,
    until: String,
    go_on: String,
}

pub(super) async fn saved(app: web::Data<App>, frame: Frame, request: HttpRequest) -> Answer<HttpResponse> {
    let form = AtForm::of(&app, &request, app.clock.now()).await?;
    let Some(draft) = form.unsent().filter(|draft| draft.email.is_some()) else {
        return Ok(see(&address(&frame, "start")));
    };
    let open = first_open(&form.edition, &draft.body, &form.faults(&app, &draft.body));
    let template = SavedPage {
        until: frame.moment(&form.edition.cities(), &draft.ends_at(&form.edition)),
        go_on: address(&frame, open.map_or("check", |step| step.as_str())),
        frame: &frame,
    };
    private_page(&frame, &template)
}

#[derive(Template)]
#[template(path = "nominations/pages/draft.html", config = "src/askama.toml")]
struct DraftPage<'a> {
    frame: &'a Frame,
    until: String,
}

/// What the mailed link opens. It says nothing that was typed, and opens nothing yet (S-TOK-7).
pub(super) async fn open(app: web::Data<App>, frame: Frame, request: HttpRequest) -> Answer<HttpResponse> {
    let link = carried(&request, LinkKind::Draft)?;
    let (edition, draft) = drafts::read(&app, link, app.clock.now()).await?;
    let until = frame.moment(&edition.cities(), &draft.ends_at(&edition));
    private_page(&frame, &DraftPage { frame: &frame, until })
}

/// The button: from now on this browser holds the draft, with the proof that its address is theirs who opened it.
pub(super) async fn go_on(
    app: web::Data<App>,
    frame: Frame,
    request: HttpRequest,
    _form: Form,
) -> Answer<HttpResponse> {
    let link = carried(&request, LinkKind::Draft)?;
    let now = app.clock.now();
    let (edition, draft) = drafts::read(&app, link, now).await?;
    pass::hand_out(&app, &request, Holder { draft: draft.id, proven: Some(link.generation) }, now);
    let open = first_open(&edition, &draft.body, &body::faults(&app, &edition, &draft.body));
    Ok(see(&address(&frame, open.map_or("check", |step| step.as_str()))))
}
