//! The page on which a nominator answers what organisers ask, by the link in the mail (M21).

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::life;
use super::pages::behind;
use super::questions::{self, OwnQuestion, Said};
use crate::app::App;
use crate::audit::Actor;
use crate::http::door::{FromBody as _, open};
use crate::http::form::Form;
use crate::http::link_pages::{arrival_on, carried, shown_again};
use crate::http::links::{Link, LinkKind};
use crate::http::pages::{Faults, Frame, private_page, refused_page};
use crate::http::problem::{Answer, Problem};
use crate::http::request::Visit;

/// Registers the page.
pub fn routes(config: &mut web::ServiceConfig) {
    config.route("/{lang:en|ru}/question", web::get().to(show)).route("/{lang:en|ru}/question", web::post().to(send));
    arrival_on(config, LinkKind::Nomination, "question");
}

#[derive(Template)]
#[template(path = "nominations/pages/question.html", config = "src/askama.toml")]
struct QuestionPage<'a> {
    frame: &'a Frame,
    faults: Faults,
    reference: &'a str,
    answered: Vec<(&'a OwnQuestion, String)>,
    open: Vec<(&'a OwnQuestion, String)>,
}

async fn show(app: web::Data<App>, frame: Frame, request: HttpRequest) -> Answer<HttpResponse> {
    page(&app, &frame, carried(&request, LinkKind::Nomination)?, None).await
}

/// `refused`: what was typed into which question's field, and why it was not taken.
async fn page(
    app: &App,
    frame: &Frame,
    link: Link,
    refused: Option<(String, String, Problem)>,
) -> Answer<HttpResponse> {
    let own = questions::own(app, link, app.clock.now()).await?;
    let (edition, nomination) = behind(app, move |tx, now| life::to_nomination(tx, &link, now)).await?;
    let cities = edition.cities();
    let typed = |question: &OwnQuestion| match &refused {
        Some((id, text, _)) if *id == question.id.to_string() => text.clone(),
        _ => String::new(),
    };
    let (open, answered): (Vec<&OwnQuestion>, Vec<_>) =
        own.items.iter().partition(|question| question.answer.is_none());
    let template = QuestionPage {
        faults: refused.as_ref().map(|(.., problem)| Faults::of(problem, frame.language())).unwrap_or_default(),
        reference: nomination.reference.as_str(),
        open: open.into_iter().map(|question| (question, typed(question))).collect(),
        answered: answered
            .into_iter()
            .map(|question| {
                let when = question.answered_at.map(|at| frame.moment(&cities, &at)).unwrap_or_default();
                (question, when)
            })
            .collect(),
        frame,
    };
    match refused {
        Some((.., problem)) => refused_page(frame, &template, &problem),
        None => private_page(frame, &template),
    }
}

async fn send(
    app: web::Data<App>,
    frame: Frame,
    visit: Visit,
    request: HttpRequest,
    form: Form,
) -> Answer<HttpResponse> {
    let deed = visit.deed(&app, Actor::Link);
    let link = carried(&request, LinkKind::Nomination)?;
    let sent = match open(&form.json(&[], &[]), Said::read) {
        Ok(said) => questions::answer(&app, deed, link, said).await.map(drop).map_err(Problem::from),
        Err(refusal) => Err(refusal.into()),
    };
    match sent {
        Ok(()) => Ok(shown_again(&request)),
        Err(problem) => {
            let typed = (form.get("question").to_owned(), form.get("text").to_owned(), problem);
            page(&app, &frame, link, Some(typed)).await
        }
    }
}
