//! The winner's page, in confidence, and the page of the winners, for everyone once they are announced.
//!
//! Title and address of a winner's page say nothing of what it holds: others look over shoulders and into histories
//! (`content/announcement.md` § 9).

use std::borrow::Cow;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde_json::Value as Json;

use super::messages::answers;
use super::replies::{self, ReplyPage};
use super::reply::Reply;
use super::winners::{self, Honoured, Published};
use crate::app::App;
use crate::audit::Actor;
use crate::clock::Time;
use crate::editions::{self, Edition, EditionSlug, Phase};
use crate::http::door::{FromBody as _, open};
use crate::http::etag::IfMatch;
use crate::http::form::Form;
use crate::http::link_pages::{arrival, carried, pattern, shown_again};
use crate::http::links::{Link, LinkKind};
use crate::http::pages::{Faults, Frame, page, private_page, refused_page};
use crate::http::problem::{Answer, Code, Problem};
use crate::http::request::Visit;
use crate::results::Award;
use crate::store::StoreError;
use crate::text::Language;

/// Registers the pages.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route(&pattern(LinkKind::Reply), web::get().to(show_reply))
        .route(&pattern(LinkKind::Reply), web::post().to(give_reply))
        .route("/{lang:en|ru}/winners", web::get().to(show_current))
        .route("/{lang:en|ru}/winners/{slug}", web::get().to(show_winners));
    arrival(config, LinkKind::Reply);
}

#[derive(Template)]
#[template(path = "announcement/pages/reply.html", config = "src/askama.toml")]
struct ReplyTemplate<'a> {
    frame: &'a Frame,
    faults: Faults,
    page: &'a ReplyPage,
    version: i64,
    is_winner: bool,
    /// How a minor's name is given.
    name_hint: Cow<'static, str>,
    category: &'a str,
    citation: &'a str,
    reception_place: &'a str,
    live_event_place: &'a str,
    contact: &'a str,
    announced: String,
    due: String,
    until: String,
    reception: String,
    live_event: String,
    is_open: bool,
    answered: Vec<String>,
    attendances: Vec<(&'static str, String)>,
    guests: [(&'static str, &'static str); 3],
    yes_no: [(&'static str, String); 2],
    languages: [(&'static str, &'static str); 2],
    typed: Typed,
}

/// What stands in the fields.
#[derive(Default)]
struct Typed {
    public_name: String,
    public_name_other_script: String,
    pronunciation: String,
    attendance: String,
    guests: String,
    dietary: String,
    access: String,
    needs_consent: bool,
    photo_consent: String,
    press_contact_ok: String,
    withhold_name: bool,
    keep_confidence: bool,
    language: String,
}

/// Ticks of the form.
const TICKS: [&str; 3] = ["needs_consent", "withhold_name", "keep_confidence"];
/// Questions that owe a yes or a no.
const YES_NO: [&str; 2] = ["photo_consent", "press_contact_ok"];

impl Typed {
    /// What was answered, else what the nomination says.
    fn of(page: &ReplyPage) -> Self {
        let yes = |flag: bool| if flag { "yes" } else { "no" }.to_owned();
        match page.reply.as_ref().and_then(Reply::acceptance) {
            None => Self {
                public_name: page.public_name.clone(),
                public_name_other_script: page.public_name_other_script.clone().unwrap_or_default(),
                guests: "0".to_owned(),
                ..Self::default()
            },
            Some(reply) => Self {
                public_name: reply.public_name.as_str().to_owned(),
                public_name_other_script: text(reply.public_name_other_script.as_ref().map(|name| name.as_str())),
                pronunciation: text(reply.pronunciation.as_ref().map(|text| text.as_str())),
                attendance: reply.attendance.to_string(),
                guests: reply.guests.to_string(),
                dietary: text(reply.dietary.as_ref().map(|lines| lines.as_str())),
                access: text(reply.access.as_ref().map(|lines| lines.as_str())),
                needs_consent: reply.needs_consent,
                photo_consent: yes(reply.photo_consent),
                press_contact_ok: yes(reply.press_contact_ok),
                withhold_name: reply.withhold_name,
                keep_confidence: false,
                language: reply.language.to_string(),
            },
        }
    }

    fn from(form: &Form) -> Self {
        let text = |name| form.get(name).to_owned();
        let tick = |name| !form.get(name).is_empty();
        Self {
            public_name: text("public_name"),
            public_name_other_script: text("public_name_other_script"),
            pronunciation: text("pronunciation"),
            attendance: text("attendance"),
            guests: text("guests"),
            dietary: text("dietary"),
            access: text("access"),
            needs_consent: tick("needs_consent"),
            photo_consent: text("photo_consent"),
            press_contact_ok: text("press_contact_ok"),
            withhold_name: tick("withhold_name"),
            keep_confidence: tick("keep_confidence"),
            language: text("language"),
        }
    }
}

fn text(value: Option<&str>) -> String {
    value.unwrap_or_default().to_owned()
}

async fn show_reply(app: web::Data<App>, frame: Frame, request: HttpRequest) -> Answer<HttpResponse> {
    reply_page(&app, &frame, carried(&request, LinkKind::Reply)?, None).await
}

async fn reply_page(app: &App, frame: &Frame, link: Link, refused: Option<(Typed, Problem)>) -> Answer<HttpResponse> {
    let now = app.clock.now();
    let (version, page) = replies::read_by_link(app, link, now).await?;
    let edition = edition(app, page.edition.clone()).await?;
    let (typed, problem) = match refused {
        Some((typed, problem)) => (typed, Some(problem)),
        None => (Typed::of(&page), None),
    };
    let cities = edition.cities();
    let moment = |time: Time| frame.moment(&cities, &time);
    let template = ReplyTemplate {
        faults: problem.as_ref().map(|problem| Faults::of(problem, frame.language())).unwrap_or_default(),
        version,
        is_winner: page.award == Award::Winner,
        name_hint: if page.for_guardian { frame.say("links-reply-name-of-a-minor") } else { Cow::default() },
        category: frame.pick(&page.category_name),
        citation: frame.pick(&page.citation),
        reception_place: frame.pick(&page.reception_place),
        live_event_place: frame.pick(&page.live_event_place),
        contact: frame.pick(&page.contact.name),
        announced: moment(page.announce_at),
        due: moment(page.reply_due_at),
        until: moment(page.changeable_until),
        reception: moment(page.reception_at),
        live_event: moment(page.live_event_at),
        is_open: edition.phase(now) == Phase::Embargo && now < page.changeable_until,
        answered: page.reply.as_ref().map(|reply| answers(reply, frame.language())).unwrap_or_default(),
        attendances: vec![
            ("in_person", frame.say("links-attend-in-person").into_owned()),
            ("online", frame.say("links-attend-online").into_owned()),
            ("no", frame.say("links-attend-no").into_owned()),
        ],
        guests: [("0", "0"), ("1", "1"), ("2", "2")],
        yes_no: [("yes", frame.say("links-yes").into_owned()), ("no", frame.say("links-no").into_owned())],
        languages: [(Language::En.as_str(), Language::En.own_name()), (Language::Ru.as_str(), Language::Ru.own_name())],
        typed,
        page: &page,
        frame,
    };
    match problem {
        Some(problem) => refused_page(frame, &template, &problem),
        None => private_page(frame, &template),
    }
}

async fn edition(app: &App, slug: EditionSlug) -> Result<Edition, Problem> {
    let edition = app.store.read(move |tx| Ok::<_, StoreError>(editions::store::by_slug(tx, &slug)?)).await?;
    edition.ok_or_else(|| Problem::new(Code::NotFound))
}

async fn give_reply(
    app: web::Data<App>,
    frame: Frame,
    visit: Visit,
    request: HttpRequest,
    form: Form,
) -> Answer<HttpResponse> {
    let deed = visit.deed(&app, Actor::Link);
    let link = carried(&request, LinkKind::Reply)?;
    let mut body = form.json(&["guests"], &TICKS);
    let version = form.get("version").parse().unwrap_or(0);
    if let Some(object) = body.as_object_mut() {
        object.remove("version");
        for name in YES_NO {
            let flag = match form.get(name) {
                "yes" => Json::Bool(true),
                "no" => Json::Bool(false),
                _ => continue,
            };
            object.insert(name.to_owned(), flag);
        }
    }
    let reply = match open(&body, Reply::read) {
        Ok(reply) => reply,
        Err(refusal) => return reply_page(&app, &frame, link, Some((Typed::from(&form), refusal.into()))).await,
    };
    replies::give_by_link(&app, deed, link, IfMatch::seen(version), reply).await?;
    Ok(shown_again(&request))
}

#[derive(Template)]
#[template(path = "announcement/pages/winners.html", config = "src/askama.toml")]
struct WinnersPage<'a> {
    frame: &'a Frame,
    title: &'a str,
    slug: &'a str,
    published: &'a Published,
    groups: Vec<Group<'a>>,
}

/// Who is honoured in one category.
struct Group<'a> {
    category: &'a str,
    rows: Vec<Row<'a>>,
}

/// Somebody who is honoured.
struct Row<'a> {
    name: &'a str,
    other: Option<&'a str>,
    award: String,
    is_winner: bool,
    place: String,
    citation: &'a str,
}

/// The winners of the edition that the public means.
async fn show_current(app: web::Data<App>, frame: Frame) -> Answer<HttpResponse> {
    let now = app.clock.now();
    let current = app.store.read(move |tx| Ok::<_, StoreError>(editions::store::current(tx, now)?)).await?;
    let slug = current.ok_or_else(|| Problem::new(Code::NotFound))?.slug.clone();
    winners_page(&app, &frame, slug).await
}

async fn show_winners(app: web::Data<App>, frame: Frame, request: HttpRequest) -> Answer<HttpResponse> {
    let slug = request.match_info().get("slug").and_then(EditionSlug::parse);
    winners_page(&app, &frame, slug.ok_or_else(|| Problem::new(Code::NotFound))?).await
}

/// Before the release there is no such page, whatever the reason (§ 9).
async fn winners_page(app: &App, frame: &Frame, slug: EditionSlug) -> Answer<HttpResponse> {
    let now = app.clock.now();
    let published = winners::published(app, slug.clone(), now).await?.ok_or_else(|| Problem::new(Code::NotFound))?;
    let edition = edition(app, slug).await?;
    let template = WinnersPage {
        title: frame.pick(&edition.title),
        slug: edition.slug.as_str(),
        groups: groups(frame, &published.winners.items),
        published: &published,
        frame,
    };
    let mut answer = page(frame, &template)?;
    if !published.may_be_kept(now) {
        answer.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    }
    Ok(answer)
}

fn groups<'a>(frame: &Frame, honoured: &'a [Honoured]) -> Vec<Group<'a>> {
    let is_english = frame.language() == Language::En;
    let pick = |en: &'a str, ru: &'a str| if is_english { en } else { ru };
    let mut groups: Vec<(&str, Group<'_>)> = Vec::new();
    for one in honoured {
        let is_winner = one.award == Award::Winner;
        let award = if is_winner { frame.say("winners-winner") } else { frame.say("winners-commended") };
        let row = Row {
            name: &one.name,
            other: one.name_other_script.as_deref(),
            award: award.into_owned(),
            is_winner,
            place: format!("{}, {}", one.home_city, one.country.name(frame.language())),
            citation: pick(&one.citation_en, &one.citation_ru),
        };
        match groups.last_mut() {
            Some((code, group)) if *code == one.category => group.rows.push(row),
            _ => {
                let category = pick(&one.category_en, &one.category_ru);
                groups.push((&one.category, Group { category, rows: vec![row] }));
            }
        }
    }
    let mut groups: Vec<Group<'_>> = groups.into_iter().map(|(_, group)| group).collect();
    for group in &mut groups {
        group.rows.sort_by_key(|row| !row.is_winner); // winners first, else as they come: by name
    }
    groups
}
