//! The page that an invitation's link opens. Whoever accepts is signed in.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::account::Done;
use super::sign_in::welcome;
use crate::accounts::code::FactorCode;
use crate::accounts::invitations::{self, AcceptError, AcceptInvitation, Invitation};
use crate::accounts::password::Attempt;
use crate::accounts::store;
use crate::accounts::{Caller, SignInError, Whence};
use crate::app::App;
use crate::audit::Actor;
use crate::editions::{self, Edition};
use crate::fields::{Flaw, PersonName};
use crate::http::door::open;
use crate::http::form::Form;
use crate::http::link_pages::{arrival, carried, pattern, token};
use crate::http::links::{Link, LinkKind};
use crate::http::pages::{Faults, Frame, private_page, refused_page};
use crate::http::problem::{Answer, Code, Problem};
use crate::http::request::Visit;
use crate::store::StoreError;
use crate::text::{Value, isolate};

/// Registers the page.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route(&pattern(LinkKind::Invitation), web::get().to(show))
        .route(&pattern(LinkKind::Invitation), web::post().to(accept));
    arrival(config, LinkKind::Invitation);
}

#[derive(Template)]
#[template(path = "accounts/pages/invitation.html", config = "src/askama.toml")]
struct InvitationPage<'a> {
    frame: &'a Frame,
    faults: Faults,
    part: String,
    city: Option<String>,
    work: String,
    judging: Option<String>,
    until: String,
    email: String,
    has_password: bool,
    has_factor: bool,
    typed_name: String,
}

/// An invitation with what its page tells of it.
struct Opened {
    invitation: Invitation,
    edition: Edition,
    has_password: bool,
    has_factor: bool,
}

async fn opened(app: &App, link: Link) -> Result<Opened, Problem> {
    let now = app.clock.now();
    let read = app.store.read(move |tx| {
        let Some(invitation) = invitations::invitation_behind(tx, &link, now)? else { return Ok(None) };
        let account = store::account(tx, invitation.person.account)?;
        let has_password = account.is_some_and(|account| account.password.is_some());
        let has_factor = store::factors::has_factor(tx, invitation.person.account)?;
        let edition = editions::store::by_id(tx, invitation.edition)?;
        Ok::<_, StoreError>(edition.map(|edition| Opened { invitation, edition, has_password, has_factor }))
    });
    read.await?.ok_or_else(|| Problem::new(Code::LinkNotValid))
}

impl Opened {
    fn page<'a>(&self, frame: &'a Frame, name: Option<String>, faults: Faults) -> InvitationPage<'a> {
        let (edition, person) = (&self.edition, &self.invitation.person);
        let cities = edition.cities();
        let moment = |time| Value::from(frame.moment(&cities, &time));
        let table = &edition.timetable;
        let panel = person.panel.as_ref().and_then(|panel| edition.panel(panel));
        let judging = || {
            let args = [("from", moment(table.judging_open_at)), ("to", moment(table.judging_close_at))];
            frame.with("accounts-invitation-when", &args)
        };
        let role = Value::from(person.role.as_str());
        InvitationPage {
            part: frame.with("accounts-invitation-part", &[("role", role), ("year", Value::Year(edition.year))]),
            city: panel.map(|panel| {
                frame.with("accounts-invitation-city", &[("city", isolate(frame.pick(&panel.city)).into())])
            }),
            work: frame.with("accounts-invitation-work", &[("role", person.role.as_str().into())]),
            judging: person.role.judges().then(judging),
            until: frame.with("accounts-invitation-until", &[("until", moment(self.invitation.expires_at))]),
            email: person.email.as_str().to_owned(),
            has_password: self.has_password,
            has_factor: self.has_factor,
            typed_name: name.unwrap_or_else(|| person.name.clone()),
            faults,
            frame,
        }
    }
}

async fn show(app: web::Data<App>, frame: Frame, request: HttpRequest) -> Answer<HttpResponse> {
    let opened = opened(&app, carried(&request, LinkKind::Invitation)?).await?;
    private_page(&frame, &opened.page(&frame, None, Faults::default()))
}

async fn accept(
    app: web::Data<App>,
    frame: Frame,
    visit: Visit,
    from: Whence,
    request: HttpRequest,
    before: Option<Caller>,
    form: Form,
) -> Answer<HttpResponse> {
    let link = carried(&request, LinkKind::Invitation)?;
    let opened = opened(&app, link).await?;
    let again = |problem: Problem| {
        let faults = Faults::of(&problem, frame.language());
        refused_page(&frame, &opened.page(&frame, Some(form.get("name").to_owned()), faults), &problem)
    };
    let read = open(&form.json(&[], &[]), |door| {
        let name = door.optional("name", PersonName::parse);
        let password = door.required("password", Attempt::for_new);
        let code = door.optional("code", |raw| FactorCode::typed(raw).ok_or(Flaw::Empty));
        Some((name?, password?, code?))
    });
    let (name, password, code) = match read {
        Ok(read) => read,
        Err(refusal) => return again(refusal.into()),
    };
    let token = token(&request, LinkKind::Invitation)?;
    let deed = visit.deed(&app, Actor::Link);
    match invitations::accept(&app, deed, AcceptInvitation { token, password, name, code }, from).await {
        Ok(entry) => {
            welcome(&app, &request, before, entry).await?;
            Ok(Done::Accepted.seen(&frame))
        }
        Err(AcceptError::InvalidCredentials) => again(Problem::fault("/password", "wrong_password")),
        Err(AcceptError::NotTried(SignInError::TotpRequired)) => again(Problem::fault("/code", "required")),
        Err(AcceptError::NotTried(SignInError::WrongCode)) => again(Problem::fault("/code", "wrong_code")),
        Err(error) => match Problem::from(error) {
            problem if problem.code() == Code::InvalidInput => again(problem),
            problem => Err(problem),
        },
    }
}
