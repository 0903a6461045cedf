//! `/demo/mail`: the mail that a demo would have sent. There only in a demo: anywhere else nothing is here.

use actix_web::{HttpResponse, web};
use askama::Template;

use crate::app::App;
use crate::http::pages::{Frame, private_page};
use crate::http::problem::{Answer, Code, Problem};
use crate::ids::MessageId;
use crate::outbox::{Opened, folder};

/// Mails that the list shows.
const SHOWN: usize = 500;

/// Registers the pages.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/demo/mail", web::get().to(list))
        .route("/{lang:en|ru}/demo/mail", web::get().to(list))
        .route("/demo/mail/{id}", web::get().to(one))
        .route("/{lang:en|ru}/demo/mail/{id}", web::get().to(one));
}

#[derive(Template)]
#[template(path = "pages/pages/mail_list.html", config = "src/askama.toml")]
struct ListPage<'a> {
    frame: &'a Frame,
    mails: &'a [(MessageId, Opened)],
}

#[derive(Template)]
#[template(path = "pages/pages/mail.html", config = "src/askama.toml")]
struct MailPage<'a> {
    frame: &'a Frame,
    mail: &'a Opened,
    /// Words of the plain part, a paragraph a line; addresses of this service can be followed.
    lines: Vec<Line<'a>>,
}

/// A line of a mail.
enum Line<'a> {
    Words(&'a str),
    Link(&'a str),
}

async fn list(app: web::Data<App>, frame: Frame) -> Answer<HttpResponse> {
    let mails = mails(&app).await?;
    private_page(&frame, &ListPage { frame: &frame, mails: &mails })
}

async fn one(app: web::Data<App>, frame: Frame, path: actix_web::HttpRequest) -> Answer<HttpResponse> {
    let id = path.match_info().get("id").and_then(MessageId::parse).ok_or_else(|| Problem::new(Code::NotFound))?;
    let mails = mails(&app).await?;
    let found = mails.iter().find(|(other, _)| *other == id);
    let (_, mail) = found.ok_or_else(|| Problem::new(Code::NotFound))?;
    let own = app.config.public_url.as_str();
    let lines = mail.text.lines().map(|text| if text.starts_with(own) { Line::Link(text) } else { Line::Words(text) });
    private_page(&frame, &MailPage { frame: &frame, mail, lines: lines.collect() })
}

async fn mails(app: &App) -> Answer<Vec<(MessageId, Opened)>> {
    if !app.config.demo {
        return Err(Problem::new(Code::NotFound));
    }
    Ok(folder::newest(app, SHOWN).await?)
}
