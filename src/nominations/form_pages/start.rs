//! The form's first page: what it needs, how long it takes, until when it is open.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::visit::{AtForm, address, closed_page};
use super::way::first_open;
use crate::app::App;
use crate::http::pages::{Frame, private_page, see};
use crate::http::problem::Answer;

#[derive(Template)]
#[template(path = "nominations/pages/start.html", config = "src/askama.toml")]
struct StartPage<'a> {
    frame: &'a Frame,
    edition: &'a str,
    close: String,
    letters_due: String,
    start: String,
    /// Where somebody goes on who has begun.
    go_on: Option<String>,
}

/// `/nominate` leads to the first page.
pub(super) async fn lead_in(frame: Frame) -> HttpResponse {
    see(&address(&frame, "start"))
}

pub(super) async fn show(app: web::Data<App>, frame: Frame, request: HttpRequest) -> Answer<HttpResponse> {
    let now = app.clock.now();
    let form = AtForm::of(&app, &request, now).await?;
    let typed = form.body();
    if let Err(problem) = form.require_open(now) {
        return closed_page(&frame, &form.edition, &typed, &problem);
    }
    let go_on = form.unsent().map(|_| {
        let open = first_open(&form.edition, &typed, &form.faults(&app, &typed));
        address(&frame, open.map_or("check", |step| step.as_str()))
    });
    let template = StartPage {
        edition: frame.pick(&form.edition.title),
        close: form.close(&frame),
        letters_due: frame.moment(&form.edition.cities(), &form.edition.timetable.letters_due_at),
        start: address(&frame, "category"),
        go_on,
        frame: &frame,
    };
    private_page(&frame, &template)
}
