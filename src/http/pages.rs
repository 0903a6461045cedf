//! What every page stands in: its language, the switch to the other one, the note that a trial bears.
//!
//! Paths are `/{en|ru}/…`. A template extends `http/pages/layout.html` and takes its words from the [`Frame`].

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, HttpResponse, HttpResponseBuilder, web};
use askama::Template;

use super::assets;
use super::problem::{Answer, Code, Problem};
use super::request;
use crate::app::App;
use crate::text::{Language, Texts, moment_utc};

/// What stands around a page. Says its texts: `{{ frame.say("product") }}`.
#[derive(Clone, Debug)]
pub struct Frame {
    texts: Texts,
    /// The path below the language, with its query.
    rest: String,
    /// Whether the address names no language, so that the answer follows the caller's.
    negotiated: bool,
    /// What a trial says of itself.
    trial: Option<String>,
    /// Who is signed in, on a page that is theirs.
    signed_in: Option<String>,
}

impl std::ops::Deref for Frame {
    type Target = Texts;
    fn deref(&self) -> &Texts {
        &self.texts
    }
}

impl Frame {
    /// The frame of a page in this language; `rest` is its path below the language.
    pub fn new(app: &App, language: Language, rest: String) -> Self {
        let texts = Texts::of(language);
        let trial = app.config.is_trial().then(|| {
            let mut note = texts.say("layout-trial").into_owned();
            if app.clock.is_set() {
                let now = moment_utc(language, app.clock.now());
                note = format!("{note} {}", texts.with("layout-clock", &[("now", now.into())]));
            }
            note
        });
        Self { texts, rest, negotiated: false, trial, signed_in: None }
    }

    /// The frame of a page that is this person's.
    pub fn signed_in_as(mut self, name: &str) -> Self {
        self.signed_in = Some(name.to_owned());
        self
    }

    /// Who is signed in, where the page is theirs.
    pub fn signed_in(&self) -> Option<&str> {
        self.signed_in.as_deref()
    }

    /// The language's own home page.
    pub fn home(&self) -> String {
        format!("/{}/", self.language())
    }

    /// The query of the page's address, with its mark: for the address of a button on a page that its query names.
    pub fn query(&self) -> &str {
        self.rest.find('?').map_or("", |at| &self.rest[at..])
    }

    /// The same page in the other language.
    pub fn switch(&self) -> String {
        format!("/{}/{}", self.language().other(), self.rest)
    }

    /// What a trial says of itself: that no mail leaves, and what its clock shows.
    pub fn trial(&self) -> Option<&str> {
        self.trial.as_deref()
    }

    /// Where the style sheet is.
    pub fn style(&self) -> &'static str {
        assets::address(assets::STYLE)
    }

    /// Where the tab's picture is.
    pub fn icon(&self) -> &'static str {
        assets::address(assets::ICON)
    }
}

/// The language that a path begins with, and what follows it.
pub fn split_language(path: &str) -> Option<(Language, &str)> {
    let (language, rest) = path.strip_prefix('/')?.split_once('/')?;
    Some((Language::parse(language)?, rest))
}

impl FromRequest for Frame {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    /// From the path's language, else from what the caller likes best.
    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let app = request::app(request);
        let (language, rest) = split_language(request.path()).map_or_else(
            || (request::language(request), request.path().trim_start_matches('/').to_owned()),
            |(language, rest)| (language, rest.to_owned()),
        );
        let query = request.query_string();
        let rest = if query.is_empty() { rest } else { format!("{rest}?{query}") };
        let negotiated = split_language(request.path()).is_none();
        ready(Ok(Self { negotiated, ..Self::new(&app, language, rest) }))
    }
}

/// What is wrong with a form, beside each field.
#[derive(Debug, Default)]
pub struct Faults(Vec<(String, String)>);

impl Faults {
    /// A problem's faults, in the page's language.
    pub fn of(problem: &Problem, language: Language) -> Self {
        let told = problem.told(language).into_iter();
        Self(told.map(|(pointer, words)| (pointer.trim_start_matches('/').replace('/', "-"), words)).collect())
    }

    /// What a form is told whose password or code was not taken: each fault at its field, and at `field` what is no
    /// field's value. `None` where the problem is none of the form's.
    pub fn of_try(problem: &Problem, field: &str, language: Language) -> Option<Self> {
        match problem.code() {
            Code::InvalidInput => Some(Self::of(problem, language)),
            Code::InvalidCredentials | Code::TotpRequired | Code::TooManyRequests => {
                Some(Self::one(field, problem.detail(language)))
            }
            _ => None,
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them, each with its field.
    pub fn all(&self) -> &[(String, String)] {
        &self.0
    }

    /// What is wrong with this field.
    pub fn at(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(field, _)| field == name).map(|(_, words)| words.as_str())
    }

    /// One fault that is no field's value: it stands at this field.
    pub fn one(field: &str, words: String) -> Self {
        Self(vec![(field.to_owned(), words)])
    }
}

/// A page that everyone may see.
///
/// # Errors
/// Where the template cannot be written, which is a fault of ours.
pub fn page(frame: &Frame, template: &impl Template) -> Answer<HttpResponse> {
    let text = write(template)?;
    Ok(begin(frame).insert_header((header::CACHE_CONTROL, "no-cache")).body(text))
}

/// A page that is somebody's own: no cache keeps it, no search engine lists it (S-HTTP-6).
///
/// # Errors
/// As [`page`].
pub fn private_page(frame: &Frame, template: &impl Template) -> Answer<HttpResponse> {
    let text = write(template)?;
    let robots = header::HeaderName::from_static("x-robots-tag");
    let mut answer = begin(frame);
    Ok(answer.insert_header((header::CACHE_CONTROL, "no-store")).insert_header((robots, "noindex")).body(text))
}

/// A form's page again, with what was wrong.
///
/// # Errors
/// As [`page`].
pub fn refused_page(frame: &Frame, template: &impl Template, problem: &Problem) -> Answer<HttpResponse> {
    let mut answer = private_page(frame, template)?;
    *answer.status_mut() = problem.code().status();
    if let Some(seconds) = problem.wait(|| 0) {
        answer.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    Ok(answer)
}

fn begin(frame: &Frame) -> HttpResponseBuilder {
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((header::CONTENT_LANGUAGE, frame.language().as_str()));
    if frame.negotiated {
        answer.insert_header((header::VARY, "Accept-Language"));
    }
    answer
}

fn write(template: &impl Template) -> Answer<String> {
    template.render().map_err(|error| {
        tracing::error!(%error, "a page cannot be written");
        Problem::new(Code::Internal)
    })
}

/// A problem as a page: what happened to the caller, or what its address `/problems/{slug}` explains.
#[derive(Template)]
#[template(path = "http/pages/problem.html", config = "src/askama.toml")]
struct ProblemPage<'a> {
    frame: &'a Frame,
    title: String,
    detail: String,
    faults: Vec<String>,
    code: Code,
    /// Whether signing in is what helps.
    must_sign_in: bool,
}

impl<'a> ProblemPage<'a> {
    fn of(frame: &'a Frame, problem: &Problem) -> Self {
        let language = frame.language();
        let faults = problem.told(language).into_iter().map(|(_, words)| words).collect();
        let code = problem.code();
        let must_sign_in = problem.asks_to_sign_in();
        Self { frame, title: code.title(language), detail: problem.detail(language), faults, code, must_sign_in }
    }
}

/// A problem's answer for an address that is a page's.
pub fn problem_page(app: &App, language: Language, rest: &str, problem: &Problem) -> HttpResponse {
    let frame = Frame::new(app, language, rest.to_owned());
    match private_page(&frame, &ProblemPage::of(&frame, problem)) {
        Ok(mut answer) => {
            *answer.status_mut() = problem.code().status();
            answer
        }
        Err(_) => problem.answer(language, rest),
    }
}

/// Sends a browser on to another page, by `GET`.
pub fn see(page: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, page))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .finish()
}

/// Registers the pages that explain the problems.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/problems/{slug}", web::get().to(explain))
        .route("/{lang:en|ru}/problems/{slug}", web::get().to(explain));
}

async fn explain(request: HttpRequest, frame: Frame) -> Answer<HttpResponse> {
    let code = request.match_info().get("slug").and_then(Code::of_slug).ok_or_else(|| Problem::new(Code::NotFound))?;
    page(&frame, &ProblemPage::of(&frame, &Problem::new(code)))
}
