//! The page on which organisers take a file in: it is uploaded, looked at with every fault in words, and taken in by a button.
//! The same use cases as the API's. Between the two the file waits in the store ([`waiting`]).

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::told::{shown, told};
use super::waiting::{self, Whose};
use super::{ImportError, Imported, Mail};
use crate::accounts::{Action, Office};
use crate::app::App;
use crate::http::faults::Fault;
use crate::http::form::Form;
use crate::http::idempotency::Once;
use crate::http::pages::{Faults, Frame, private_page, refused_page, see};
use crate::http::problem::{Answer, Problem};
use crate::http::upload::Upload;

/// Faults and passed-over rows that the page shows at most: who has more corrects these and checks again.
const SHOWN: usize = 100;

/// Registers the page.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/{lang:en|ru}/organise/{slug}/import", web::get().to(show))
        .route("/{lang:en|ru}/organise/{slug}/import", web::post().to(upload))
        .route("/{lang:en|ru}/organise/{slug}/import/all", web::post().to(take_in))
        .route("/{lang:en|ru}/organise/{slug}/import/leave", web::post().to(leave));
}

#[derive(Template)]
#[template(path = "nominations/pages/import.html", config = "src/askama.toml")]
struct ImportPage<'a> {
    frame: &'a Frame,
    slug: String,
    /// Why nothing can be taken in now.
    closed: Option<String>,
    faults: Faults,
    stands: Stands,
}

/// What the page shows.
enum Stands {
    /// The form for a file.
    Empty,
    /// What was done just now.
    Done(Vec<String>),
    /// The file has no faults.
    Sound { counts: Vec<String>, already: Vec<String>, more: Option<String>, is_new: bool },
    /// It has some.
    Faulty { faults: Vec<String>, more: Option<String> },
}

/// What the page's address says was done.
#[derive(Deserialize)]
struct Done {
    taken: Option<u32>,
    passed: Option<u32>,
    mail: Option<u32>,
}

fn whose(office: &Office) -> Whose {
    (office.edition.id, office.caller.account)
}

fn address(frame: &Frame, office: &Office) -> String {
    format!("/{}/organise/{}/import", frame.language(), office.edition.slug)
}

fn page<'a>(app: &App, frame: &'a Frame, office: &Office, stands: Stands) -> ImportPage<'a> {
    let wrong = Action::Import.require_office(&office.edition, app.clock.now()).err();
    let closed = wrong.map(|wrong| Problem::from(wrong).detail(frame.language()));
    ImportPage { frame, slug: office.edition.slug.to_string(), closed, faults: Faults::default(), stands }
}

async fn show(app: web::Data<App>, frame: Frame, request: HttpRequest, office: Office) -> Answer<HttpResponse> {
    let frame = frame.signed_in_as(&office.caller.name);
    let done = web::Query::<Done>::from_query(request.query_string()).ok().and_then(|done| said(&frame, &done));
    let stands = match done {
        Some(said) => Stands::Done(said),
        None => match waiting::kept(&app, whose(&office), app.clock.now()).await? {
            Some(file) => looked_at(&app, &frame, &office, file).await?,
            None => Stands::Empty,
        },
    };
    private_page(&frame, &page(&app, &frame, &office, stands))
}

fn said(frame: &Frame, done: &Done) -> Option<Vec<String>> {
    let mut said = vec![frame.with("import-done", &[("taken", i64::from(done.taken?).into())])];
    if let Some(passed) = done.passed.filter(|passed| *passed > 0) {
        said.push(frame.with("import-done-passed", &[("n", i64::from(passed).into())]));
    }
    said.extend(done.mail.map(|_| frame.say("import-done-mail").into_owned()));
    Some(said)
}

async fn looked_at(app: &App, frame: &Frame, office: &Office, file: Vec<u8>) -> Answer<Stands> {
    match super::look(app, &office.caller.deed(app), &office.edition, file).await {
        Ok(seen) => Ok(sound(frame, &seen)),
        Err(ImportError::UnknownColumns(faults) | ImportError::Faulty(faults)) => Ok(faulty(frame, &faults)),
        Err(ImportError::Phase(_)) => Ok(Stands::Empty), // the page says so
        Err(error) => Err(error.into()),
    }
}

fn counted(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn more(frame: &Frame, count: usize) -> Option<String> {
    let left = count.checked_sub(SHOWN).filter(|left| *left > 0)?;
    Some(frame.with("import-faults-more", &[("n", counted(left).into())]))
}

fn sound(frame: &Frame, seen: &Imported) -> Stands {
    let count = |id: &str, n: usize| frame.with(id, &[("n", counted(n).into())]);
    let mut counts = vec![count("import-rows", seen.rows), count("import-new", seen.taken)];
    if seen.passed_over > 0 {
        counts.push(count("import-passed", seen.passed_over));
    }
    let row = |one: &super::Already| {
        let args = [("row", shown(one.row).to_string().into()), ("reference", one.reference.as_str().into())];
        frame.with("import-already-row", &args)
    };
    let already = seen.already.iter().take(SHOWN).map(row).collect();
    Stands::Sound { counts, already, more: more(frame, seen.already.len()), is_new: seen.taken > 0 }
}

fn faulty(frame: &Frame, faults: &[Fault]) -> Stands {
    let words = faults.iter().take(SHOWN).map(|fault| told(frame.language(), fault)).collect();
    Stands::Faulty { faults: words, more: more(frame, faults.len()) }
}

async fn upload(app: web::Data<App>, frame: Frame, office: Office, Upload(file): Upload) -> Answer<HttpResponse> {
    let frame = frame.signed_in_as(&office.caller.name);
    let at = app.clock.now();
    Action::Import.require_office(&office.edition, at).map_err(Problem::from)?;
    if file.is_empty() {
        let words = frame.say("import-no-file").into_owned();
        let page = ImportPage { faults: Faults::one("file", words), ..page(&app, &frame, &office, Stands::Empty) };
        return refused_page(&frame, &page, &Problem::fault("/file", "required"));
    }
    waiting::keep(&app, whose(&office), file, at).await?;
    Ok(see(&address(&frame, &office)))
}

async fn take_in(app: web::Data<App>, frame: Frame, office: Office, form: Form) -> Answer<HttpResponse> {
    let frame = frame.signed_in_as(&office.caller.name);
    let (deed, of) = (office.caller.deed(&app), whose(&office));
    let Some(file) = waiting::kept(&app, of, deed.at).await? else {
        let words = frame.say("import-gone").into_owned();
        let page = ImportPage { faults: Faults::one("file", words), ..page(&app, &frame, &office, Stands::Empty) };
        return refused_page(&frame, &page, &Problem::fault("/file", "required"));
    };
    let mail = if form.get("mail").is_empty() { Mail::None } else { Mail::Send };
    let back = address(&frame, &office);
    match super::import(&app, deed, &office.edition, file, mail, Once::default()).await {
        Ok(outcome) => {
            waiting::forget(&app, of).await?;
            let Imported { taken, passed_over, .. } = outcome.answer;
            let letters = if mail == Mail::Send && taken > 0 { "&mail=1" } else { "" };
            Ok(see(&format!("{back}?taken={taken}&passed={passed_over}{letters}")))
        }
        Err(ImportError::UnknownColumns(_) | ImportError::Faulty(_)) => Ok(see(&back)), // the edition's cities have changed since
        Err(error) => Err(error.into()),
    }
}

async fn leave(app: web::Data<App>, frame: Frame, office: Office) -> Answer<HttpResponse> {
    waiting::forget(&app, whose(&office)).await?;
    Ok(see(&address(&frame, &office)))
}
