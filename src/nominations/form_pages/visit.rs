//! Somebody at the form: the edition, the draft that their browser holds, and whether nominations are open.

use std::borrow::Cow;

use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::Value as Json;

use super::pass;
use super::way::{Step, pages_of};
use crate::accounts::Action;
use crate::app::App;
use crate::clock::Time;
use crate::editions::{self, Edition};
use crate::http::faults::{Fault, label};
use crate::http::pages::{Frame, refused_page};
use crate::http::problem::{Answer, Code, Problem};
use crate::nominations::drafts::{Draft, Holder, body, held};
use crate::nominations::sheet::{Field, Kind, Shown};
use crate::store::StoreError;

/// See the file's head.
pub(super) struct AtForm {
    pub edition: Edition,
    pub holder: Option<Holder>,
    /// What the browser holds; also where it was sent.
    pub draft: Option<Draft>,
}

impl AtForm {
    /// Whoever comes with this request.
    pub async fn of(app: &App, request: &HttpRequest, now: Time) -> Answer<Self> {
        let holder = pass::carried(app, request, now);
        let found = app.store.read(move |tx| {
            let held = holder.map(|holder| held(tx, holder)).transpose()?.flatten();
            Ok::<_, StoreError>(match held {
                Some((edition, draft)) => Some((edition, Some(draft))),
                None => editions::store::current(tx, now)?.map(|edition| (edition, None)),
            })
        });
        let (edition, draft) = found.await?.ok_or_else(|| Problem::new(Code::NotFound))?;
        let holder = holder.filter(|_| draft.is_some());
        Ok(Self { edition, holder, draft })
    }

    /// The draft that is not sent yet.
    pub fn unsent(&self) -> Option<&Draft> {
        self.draft.as_ref().filter(|draft| draft.sent.is_none())
    }

    /// What was typed so far.
    pub fn body(&self) -> Json {
        self.unsent().map_or_else(|| Json::Object(serde_json::Map::new()), |draft| draft.body.clone())
    }

    /// Lets a nomination in now.
    pub fn require_open(&self, now: Time) -> Result<(), Problem> {
        Ok(Action::Nominate.require_public(&self.edition, now)?)
    }

    /// All that is still wrong.
    pub fn faults(&self, app: &App, typed: &Json) -> Vec<Fault> {
        body::faults(app, &self.edition, typed)
    }

    /// When nominations close, in both cities.
    pub fn close(&self, frame: &Frame) -> String {
        frame.moment(&self.edition.cities(), &self.edition.timetable.nominations_close_at)
    }
}

/// The address of a page of the form.
pub(super) fn address(frame: &Frame, page: &str) -> String {
    format!("/{}/nominate/{page}", frame.language())
}

/// What a page is called: its question.
pub(super) fn title(frame: &Frame, edition: &Edition, step: Step, typed: &Json) -> Cow<'static, str> {
    match heading(frame, step, typed) {
        Some(heading) => heading,
        None => {
            let first = step.fields(edition, typed).into_iter().next();
            Cow::Owned(first.map(|(place, _)| label(frame.language(), &place)).unwrap_or_default())
        }
    }
}

/// The heading of a page that asks for several things; else the one field's label is it.
pub(super) fn heading(frame: &Frame, step: Step, typed: &Json) -> Option<Cow<'static, str>> {
    Some(match step {
        Step::Name => frame.say("label-nominee-kind"),
        Step::Place if pages_of(typed).contains(&Step::Organisation) => frame.say("form-heading-place-organisation"),
        Step::Place => frame.say("form-heading-place"),
        Step::Guardian => frame.say("form-heading-guardian"),
        Step::Organisation => frame.say("form-heading-organisation"),
        Step::Contact => frame.say("form-heading-contact"),
        Step::Evidence => frame.say("form-heading-evidence"),
        Step::Supporter1 => frame.say("form-heading-supporter-1"),
        Step::Supporter2 => frame.say("form-heading-supporter-2"),
        Step::You => frame.say("form-heading-you"),
        Step::Declarations => frame.say("form-heading-declarations"),
        _ => return None,
    })
}

/// A page's answers as they are read: its question, then each thing that was said.
pub(super) struct Told {
    pub step: Step,
    pub title: Cow<'static, str>,
    pub answers: Vec<(String, String)>,
}

/// All answers in the form's order; what was left out is left out.
pub(super) fn told(frame: &Frame, edition: &Edition, typed: &Json) -> Vec<Told> {
    let shown = Shown { frame, edition, body: typed };
    let told = |step: Step| {
        let fields = step.fields(edition, typed);
        let answers = fields.iter().filter_map(|(place, shape)| {
            let field = shown.field(place, *shape);
            let value = value(frame, &field)?;
            Some((field.label, value))
        });
        Told { step, title: title(frame, edition, step, typed), answers: answers.collect() }
    };
    pages_of(typed).into_iter().map(told).collect()
}

/// What a field holds, in words; `None` where it holds nothing.
fn value(frame: &Frame, field: &Field) -> Option<String> {
    let of = |options: &[(String, String)]| {
        let chosen = options.iter().find(|(key, _)| *key == field.value);
        chosen.map_or_else(|| field.value.clone(), |(_, words)| words.clone())
    };
    let text = match &field.kind {
        Kind::Line(_) | Kind::Lines => field.value.trim().to_owned(),
        Kind::One(options) | Kind::OneOfMany(options) => of(options),
        Kind::Some(options) => {
            let chosen: Vec<&str> =
                options.iter().filter(|(.., chosen)| *chosen).map(|(_, words, _)| words.as_str()).collect();
            chosen.join(", ")
        }
        Kind::Tick(true) => frame.say("links-yes").into_owned(),
        Kind::Tick(false) => String::new(),
    };
    (!text.is_empty()).then_some(text)
}

#[derive(Template)]
#[template(path = "nominations/pages/closed.html", config = "src/askama.toml")]
struct ClosedPage<'a> {
    frame: &'a Frame,
    why: String,
    told: Vec<Told>,
}

/// Nominations are not open: says so kindly, with what was written still there to be copied.
pub(super) fn closed_page(frame: &Frame, edition: &Edition, typed: &Json, problem: &Problem) -> Answer<HttpResponse> {
    let mut told = told(frame, edition, typed);
    told.retain(|page| !page.answers.is_empty());
    let template = ClosedPage { frame, why: problem.detail(frame.language()), told };
    refused_page(frame, &template, problem)
}
