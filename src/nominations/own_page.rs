//! The page of a nominator's own nomination: how it stands, and every field as it was written.

use std::borrow::Cow;

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::form::Story;
use super::life;
use super::model::LetterState;
use super::own::{self, OwnNomination};
use super::pages::{behind, category};
use super::shown::{Line, Shown};
use super::status::Told;
use crate::app::App;
use crate::audit::Actor;
use crate::http::etag::IfMatch;
use crate::http::form::Form;
use crate::http::link_pages::{carried, page_again};
use crate::http::links::LinkKind;
use crate::http::pages::{Frame, private_page};
use crate::http::problem::Answer;
use crate::http::request::Visit;

#[derive(Template)]
#[template(path = "nominations/pages/nomination.html", config = "src/askama.toml")]
struct NominationPage<'a> {
    frame: &'a Frame,
    own: &'a OwnNomination,
    version: i64,
    standing: Cow<'static, str>,
    category: String,
    received: String,
    /// Whose letters are asked for, and how far they are.
    letters: Vec<(&'a str, Cow<'static, str>)>,
    letters_due: String,
    announced: String,
    nominee: Vec<Line>,
    texts: Vec<(Cow<'static, str>, &'a str)>,
    story: Vec<Line>,
    /// Links, supporters, the nominator: each part under its heading.
    parts: Vec<(Cow<'static, str>, Vec<Line>)>,
    reply_to: &'a str,
    /// Until when it can be withdrawn, while it can.
    until: Option<String>,
}

/// The nominator's own nomination. Alike for every outcome until the release (S-NOM-7).
pub(super) async fn show(app: web::Data<App>, frame: Frame, request: HttpRequest) -> Answer<HttpResponse> {
    let link = carried(&request, LinkKind::Nomination)?;
    let now = app.clock.now();
    let read = own::read(&app, link, now).await?;
    let (edition, _) = behind(&app, move |tx, now| life::to_nomination(tx, &link, now)).await?;
    let cities = edition.cities();
    let own = &read.body;
    let body = serde_json::to_value(&own.written).unwrap_or_default();
    let shown = Shown::new(&frame, &edition, &body);
    let names = own.written.supporters.iter().map(|one| one.name.as_str());
    let mut of_the_nominator = shown.under("/nominator/");
    of_the_nominator.extend(shown.under("/tell_me_next_time"));
    let template = NominationPage {
        version: read.version,
        standing: told(&frame, own.status),
        category: category(&edition, &own.written.category, frame.language()),
        received: frame.moment(&cities, &own.received_at),
        letters: names.zip(own.letters.iter().map(|state| letter(&frame, *state))).collect(),
        letters_due: frame.moment(&cities, &edition.timetable.letters_due_at),
        announced: frame.moment(&cities, &edition.timetable.announce_at),
        nominee: shown.under("/nominee/"),
        texts: texts(&frame, &own.written.story),
        story: [shown.under("/story/since_year"), shown.under("/story/ongoing"), shown.under("/language")].concat(),
        parts: [
            ("links-own-edit-links", shown.under("/links/")),
            ("links-own-edit-first-supporter", shown.under("/supporters/0/")),
            ("links-own-edit-second-supporter", shown.under("/supporters/1/")),
            ("links-own-edit-nominator", of_the_nominator),
        ]
        .into_iter()
        .filter(|(_, lines)| !lines.is_empty())
        .map(|(title, lines)| (frame.say(title), lines))
        .collect(),
        reply_to: edition.reply_to.as_str(),
        until: own.changeable_until.filter(|until| now < *until).map(|until| frame.moment(&cities, &until)),
        own,
        frame: &frame,
    };
    private_page(&frame, &template)
}

/// How far a letter of support is.
fn letter(frame: &Frame, state: LetterState) -> Cow<'static, str> {
    match state {
        LetterState::Asked => frame.say("links-letter-is-asked"),
        LetterState::Written => frame.say("links-letter-is-written"),
        LetterState::Declined => frame.say("links-letter-is-declined"),
    }
}

/// What the nominator tells, each text under its question.
fn texts<'a>(frame: &Frame, story: &'a Story) -> Vec<(Cow<'static, str>, &'a str)> {
    let others = story.others.as_ref().map(|others| (frame.say("label-story-others"), others.as_str()));
    let texts = [
        (frame.say("label-story-impact"), story.impact.as_str()),
        (frame.say("label-story-friendship"), story.friendship.as_str()),
        (frame.say("label-story-commitment"), story.commitment.as_str()),
    ];
    texts.into_iter().chain(others).collect()
}

/// How it stands, as outsiders are told.
fn told(frame: &Frame, told: Told) -> Cow<'static, str> {
    match told {
        Told::Draft | Told::Unconfirmed | Told::Submitted => frame.say("links-told-submitted"),
        Told::UnderConsideration => frame.say("links-told-under-consideration"),
        Told::Ineligible => frame.say("links-told-ineligible"),
        Told::Withdrawn => frame.say("links-told-withdrawn"),
        Told::Merged => frame.say("links-told-merged"),
        Told::Winner => frame.say("links-told-winner"),
        Told::Commended => frame.say("links-told-commended"),
        Told::NotSelected => frame.say("links-told-not-selected"),
    }
}

/// The nominator takes it back.
pub(super) async fn withdraw(
    app: web::Data<App>,
    frame: Frame,
    visit: Visit,
    request: HttpRequest,
    form: Form,
) -> Answer<HttpResponse> {
    let link = carried(&request, LinkKind::Nomination)?;
    let seen = IfMatch::seen(form.get("version").parse().unwrap_or(0));
    own::withdraw(&app, visit.deed(&app, Actor::Link), link, seen).await?;
    Ok(page_again(&frame, LinkKind::Nomination))
}
