//! A page that asks: shown with what stands in the draft, saved whatever it says, and left only when its own fields are
//! right.

use std::borrow::Cow;

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde_json::Value as Json;

use super::pass;
use super::visit::{AtForm, address, closed_page, heading, title};
use super::way::{Step, belonging, first_open, pages_of};
use crate::app::App;
use crate::audit::Actor;
use crate::http::assets;
use crate::http::faults::Fault;
use crate::http::form::Form;
use crate::http::limits;
use crate::http::pages::{Faults, Frame, private_page, refused_page, see};
use crate::http::problem::{Answer, Code, Problem};
use crate::http::request::{Client, Visit};
use crate::limits::Purpose;
use crate::nominations::drafts::{self, Draft, DraftError, Holder};
use crate::nominations::letters::WORDS;
use crate::nominations::sheet::{Field, Kind, Shown};

#[derive(Template)]
#[template(path = "nominations/pages/step.html", config = "src/askama.toml")]
struct StepPage<'a> {
    frame: &'a Frame,
    faults: Faults,
    title: Cow<'static, str>,
    heading: Option<Cow<'static, str>>,
    intro: Option<String>,
    fields: Vec<Asked>,
    back: String,
    script: &'static str,
    /// Words that a script prints anew, with `{n}` for their number.
    left: String,
    over: String,
    shows_privacy: bool,
    close: String,
}

/// A field as this form asks for it.
struct Asked {
    field: Field,
    /// Whether its label is the page's heading.
    is_heading: bool,
    hint: Cow<'static, str>,
    /// How many words are left.
    count: Option<String>,
    complete: &'static str,
}

impl Asked {
    /// What else is read aloud with the field: the ids of hint, fault and count.
    fn described(&self, faults: &Faults) -> String {
        let name = self.field.name.as_str();
        let parts =
            [("hint", !self.hint.is_empty()), ("fault", faults.at(name).is_some()), ("left", self.count.is_some())];
        let ids: Vec<String> = parts.iter().filter(|(_, is)| *is).map(|(part, _)| format!("{name}-{part}")).collect();
        ids.join(" ")
    }
}

/// Where a page's address says that one comes from the answers, to go straight back there.
const FROM_CHECK: &str = "?from=check";

/// The page of a step, with what is wrong on it.
fn page(frame: &Frame, form: &AtForm, step: Step, typed: &Json, problem: Option<&Problem>) -> Answer<HttpResponse> {
    let edition = &form.edition;
    let shown = Shown { frame, edition, body: typed };
    let heading = heading(frame, step, typed);
    let fields = step.fields(edition, typed).into_iter().enumerate().map(|(at, (place, shape))| {
        let field = shown.field(&place, shape);
        Asked {
            is_heading: at == 0 && heading.is_none(),
            hint: hint(frame, &place),
            count: field.most.map(|most| count(frame, most, &field.value)),
            complete: complete(&place),
            field,
        }
    });
    let n = |id: &str| frame.with(id, &[("n", "{n}".into())]);
    let template = StepPage {
        faults: problem.map(|problem| Faults::of(problem, frame.language())).unwrap_or_default(),
        title: title(frame, edition, step, typed),
        intro: intro(frame, form, step),
        fields: fields.collect(),
        back: back(frame, step, typed),
        script: assets::address(assets::FORM_SCRIPT),
        left: n("links-words-left"),
        over: n("form-words-over"),
        shows_privacy: step == Step::Declarations,
        close: form.close(frame),
        heading,
        frame,
    };
    match problem {
        Some(problem) => refused_page(frame, &template, problem),
        None => private_page(frame, &template),
    }
}

fn count(frame: &Frame, most: usize, value: &str) -> String {
    let words = crate::fields::count_words(value);
    match most.checked_sub(words) {
        Some(left) => frame.with("links-words-left", &[("n", left.into())]),
        None => frame.with("form-words-over", &[("n", (words - most).into())]),
    }
}

fn back(frame: &Frame, step: Step, typed: &Json) -> String {
    if frame.query() == FROM_CHECK {
        return address(frame, "check");
    }
    let pages = pages_of(typed);
    let before = pages.iter().position(|page| *page == step).and_then(|at| pages.get(at.checked_sub(1)?));
    address(frame, before.map_or("start", |page| page.as_str()))
}

/// What a page says before it asks.
fn intro(frame: &Frame, form: &AtForm, step: Step) -> Option<String> {
    Some(match step {
        Step::Age => frame.say("form-intro-age").into_owned(),
        Step::Guardian => frame.say("form-intro-guardian").into_owned(),
        Step::Contact => frame.say("form-intro-contact").into_owned(),
        Step::Evidence => frame.say("form-intro-evidence").into_owned(),
        Step::Supporter1 => {
            let due = frame.moment(&form.edition.cities(), &form.edition.timetable.letters_due_at);
            let args = [("min", WORDS.0.into()), ("max", WORDS.1.into()), ("when", due.into())];
            frame.with("form-intro-supporters", &args)
        }
        Step::You => frame.say("form-intro-you").into_owned(),
        Step::Declarations => frame.say("form-intro-declarations").into_owned(),
        _ => return None,
    })
}

/// What helps with a field.
fn hint(frame: &Frame, place: &str) -> Cow<'static, str> {
    match place {
        "/nominee/name" => frame.say("form-hint-name"),
        "/nominee/name_other_script" => frame.say("form-hint-other-script"),
        "/nominee/linked_cities" => frame.say("form-hint-cities"),
        "/nominee/other_city" => frame.say("form-hint-other-city"),
        "/headline" => frame.say("form-hint-headline"),
        "/story/impact" | "/story/friendship" | "/story/commitment" => frame.say("form-hint-story"),
        "/story/since_year" => frame.say("form-hint-since"),
        "/nominee/phone" => frame.say("form-hint-phone"),
        "/nominator/phone" => frame.say("form-hint-own-phone"),
        "/nominator/email" => frame.say("form-hint-own-email"),
        "/nominee/honours" | "/nominee/organisation/website" | "/story/others" => frame.say("links-optional"),
        _ => Cow::Borrowed(""),
    }
}

/// What a browser may fill in by itself: what is about whoever sits before it.
fn complete(place: &str) -> &'static str {
    match place {
        "/nominator/name" => "name",
        "/nominator/email" => "email",
        "/nominator/phone" => "tel",
        "/nominator/country" => "country",
        _ => "off",
    }
}

fn step_of(request: &HttpRequest) -> Answer<Step> {
    let word = request.match_info().get("step").unwrap_or_default();
    Step::parse(word).ok_or_else(|| Problem::new(Code::NotFound))
}

pub(super) async fn show(app: web::Data<App>, frame: Frame, request: HttpRequest) -> Answer<HttpResponse> {
    let step = step_of(&request)?;
    let now = app.clock.now();
    let form = AtForm::of(&app, &request, now).await?;
    let typed = form.body();
    if let Err(problem) = form.require_open(now) {
        return closed_page(&frame, &form.edition, &typed, &problem);
    }
    if form.unsent().is_none() && step != Step::Category {
        let there = if form.draft.is_some() { "sent" } else { "start" };
        return Ok(see(&address(&frame, there)));
    }
    if !pages_of(&typed).contains(&step) {
        return Ok(see(&next(&app, &frame, &form, step, &typed)));
    }
    page(&frame, &form, step, &typed, None)
}

/// Where one goes on from a page: to the next, or from the answers back to these, unless something came up that is not
/// answered yet.
fn next(app: &App, frame: &Frame, form: &AtForm, step: Step, typed: &Json) -> String {
    let pages = pages_of(typed);
    let after = pages.iter().position(|page| *page == step).and_then(|at| pages.get(at + 1));
    match after {
        Some(page) if frame.query() != FROM_CHECK => address(frame, page.as_str()),
        _ => match first_open(&form.edition, typed, &form.faults(app, typed)) {
            Some(page) => address(frame, &format!("{page}{FROM_CHECK}")),
            None => address(frame, "check"),
        },
    }
}

pub(super) async fn save(
    app: web::Data<App>,
    frame: Frame,
    visit: Visit,
    client: Client,
    request: HttpRequest,
    sent: Result<Form, Problem>,
) -> Answer<HttpResponse> {
    let step = step_of(&request)?;
    let now = app.clock.now();
    let form = AtForm::of(&app, &request, now).await?;
    let mut typed = form.body();
    let sent = match sent {
        Ok(sent) => sent,
        Err(problem) if problem.code() == Code::TooLarge => return too_large(&frame, &form, step, &typed),
        Err(problem) => return Err(problem),
    };
    step.take(&form.edition, &sent, &mut typed);
    if let Err(problem) = form.require_open(now) {
        return closed_page(&frame, &form.edition, &typed, &problem);
    }
    if form.unsent().is_none() && step != Step::Category {
        return Ok(see(&address(&frame, if form.draft.is_some() { "sent" } else { "start" })));
    }
    let draft = match keep(&app, &visit, &client, &form, step, &sent).await {
        Ok(draft) => draft,
        Err(problem) if problem.code() == Code::TooLarge => return too_large(&frame, &form, step, &form.body()),
        Err(problem) => return Err(problem),
    };
    let proven = form.holder.filter(|holder| holder.draft == draft.id).and_then(|holder| holder.proven);
    pass::hand_out(&app, &request, Holder { draft: draft.id, proven }, now);
    match sent.get("act") {
        "switch" => return Ok(see(&frame.switch())),
        "later" => return Ok(see(&address(&frame, "save"))),
        _ => {}
    }
    let own = belonging(step, &form.edition, &draft.body, &form.faults(&app, &draft.body));
    if own.is_empty() {
        Ok(see(&next(&app, &frame, &form, step, &draft.body)))
    } else {
        page(&frame, &form, step, &draft.body, Some(&Problem::invalid(own)))
    }
}

/// Saves the page; begins a draft where the browser holds none, which counts as something that came in.
async fn keep(
    app: &App,
    visit: &Visit,
    client: &Client,
    form: &AtForm,
    step: Step,
    sent: &Form,
) -> Result<Draft, Problem> {
    let begins = form.unsent().is_none();
    if begins {
        limits::check(app, Purpose::Submissions, client)?;
    }
    let deed = visit.deed(app, Actor::Public);
    let (edition, sent) = (form.edition.clone(), sent.clone());
    let edit = move |body: &mut Json| step.take(&edition, &sent, body);
    let filled: Result<_, DraftError> = drafts::fill(app, deed, form.edition.id, form.holder, edit).await;
    if begins && filled.is_err() {
        limits::give_back(app, Purpose::Submissions, client);
    }
    Ok(filled?.1)
}

/// Too much was pasted to be kept: the page as it stood before, with the reason.
fn too_large(frame: &Frame, form: &AtForm, step: Step, typed: &Json) -> Answer<HttpResponse> {
    let fields = step.fields(&form.edition, typed);
    let place = fields.first().map(|(place, _)| place.clone()).unwrap_or_default();
    let answer = page(frame, form, step, typed, Some(&Problem::invalid(vec![Fault::new(place, "too_large")])))?;
    let mut answer = answer;
    *answer.status_mut() = Code::TooLarge.status();
    Ok(answer)
}
