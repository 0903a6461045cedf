//! All answers in order, before they are sent; the button that sends them; and the reference that is given for them.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde_json::Value as Json;

use super::visit::{AtForm, Told, address, closed_page, told};
use super::way::page_of;
use crate::app::App;
use crate::audit::Actor;
use crate::http::door::{BodyError, Refusal};
use crate::http::faults::{Fault, fault_text};
use crate::http::form::Form;
use crate::http::idempotency::Once;
use crate::http::pages::{Frame, private_page, refused_page, see};
use crate::http::problem::{Answer, Problem};
use crate::http::request::Visit;
use crate::nominations::drafts::{self, DraftError, FromWhere};
use crate::nominations::status::Status;

#[derive(Template)]
#[template(path = "nominations/pages/check.html", config = "src/askama.toml")]
struct CheckPage<'a> {
    frame: &'a Frame,
    /// What is wrong, each with the page on which it is mended.
    faults: Vec<(String, String)>,
    told: Vec<Told>,
    back: String,
    close: String,
}

fn page(
    frame: &Frame,
    form: &AtForm,
    typed: &Json,
    faults: Vec<(String, String)>,
    problem: Option<&Problem>,
) -> Answer<HttpResponse> {
    let template = CheckPage {
        faults,
        told: told(frame, &form.edition, typed),
        back: address(frame, "declarations"),
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
    if form.unsent().is_none() {
        return Ok(elsewhere(&frame, &form));
    }
    page(&frame, &form, &typed, Vec::new(), None)
}

/// There is nothing to be checked: it was sent, or never begun.
fn elsewhere(frame: &Frame, form: &AtForm) -> HttpResponse {
    see(&address(frame, if form.draft.is_some() { "sent" } else { "start" }))
}

pub(super) async fn send(
    app: web::Data<App>,
    frame: Frame,
    visit: Visit,
    request: HttpRequest,
    _form: Form,
) -> Answer<HttpResponse> {
    let deed = visit.deed(&app, Actor::Public);
    let form = AtForm::of(&app, &request, deed.at).await?;
    let (Some(holder), Some(_)) = (form.holder, form.unsent()) else { return Ok(elsewhere(&frame, &form)) };
    let typed = form.body();
    match drafts::send(&app, deed, FromWhere::Browser(holder), Once::default()).await {
        Ok(_) => Ok(see(&address(&frame, "sent"))),
        Err(DraftError::Phase(wrong)) => closed_page(&frame, &form.edition, &typed, &wrong.into()),
        Err(DraftError::Body(BodyError::Refused(Refusal::Invalid(faults)))) => {
            let told = faults
                .iter()
                .map(|fault| (mended_at(&frame, &form, &typed, fault), fault_text(frame.language(), fault)));
            let told = told.collect();
            page(&frame, &form, &typed, told, Some(&Problem::invalid(faults)))
        }
        Err(error @ DraftError::Confirm(_)) => {
            let problem = Problem::from(error);
            let at = |pointer: String| mended_at(&frame, &form, &typed, &Fault::new(pointer, ""));
            let told: Vec<_> =
                problem.told(frame.language()).into_iter().map(|(place, words)| (at(place), words)).collect();
            if told.is_empty() { Err(problem) } else { page(&frame, &form, &typed, told, Some(&problem)) }
        }
        Err(error) => Err(error.into()),
    }
}

/// The address at which a fault is mended.
fn mended_at(frame: &Frame, form: &AtForm, typed: &Json, fault: &Fault) -> String {
    match page_of(&form.edition, typed, fault) {
        Some((step, field)) => address(frame, &format!("{step}?from=check#{field}")),
        None => address(frame, "category?from=check"),
    }
}

#[derive(Template)]
#[template(path = "nominations/pages/sent.html", config = "src/askama.toml")]
struct SentPage<'a> {
    frame: &'a Frame,
    reference: &'a str,
    is_confirmed: bool,
    until: String,
    letters_due: String,
    another: String,
}

pub(super) async fn sent(app: web::Data<App>, frame: Frame, request: HttpRequest) -> Answer<HttpResponse> {
    let form = AtForm::of(&app, &request, app.clock.now()).await?;
    let Some(receipt) = form.draft.as_ref().and_then(|draft| draft.sent.as_ref()) else {
        return Ok(see(&address(&frame, "start")));
    };
    let (cities, table) = (form.edition.cities(), &form.edition.timetable);
    let template = SentPage {
        reference: receipt.reference.as_str(),
        is_confirmed: receipt.status != Status::Unconfirmed,
        until: frame.moment(&cities, &table.confirm_until),
        letters_due: frame.moment(&cities, &table.letters_due_at),
        another: address(&frame, "category"),
        frame: &frame,
    };
    private_page(&frame, &template)
}
