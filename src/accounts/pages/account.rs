//! "Your account": who one is here, what one does, where one is signed in.

use std::borrow::Cow;

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use crate::accounts::profile::{self, ProfileChange};
use crate::accounts::{Caller, Role, RoleIn};
use crate::app::App;
use crate::editions::{self, Edition};
use crate::fields::PersonName;
use crate::http::door::open;
use crate::http::form::Form;
use crate::http::pages::{Faults, Frame, private_page, refused_page, see};
use crate::http::problem::{Answer, Problem};
use crate::store::{StoreError, Stored};
use crate::text::Language;

/// Registers the pages.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/{lang:en|ru}/account", web::get().to(show))
        .route("/{lang:en|ru}/account/details", web::get().to(show_details))
        .route("/{lang:en|ru}/account/details", web::post().to(send_details));
}

#[derive(Template)]
#[template(path = "accounts/pages/account.html", config = "src/askama.toml")]
struct AccountPage<'a> {
    frame: &'a Frame,
    caller: &'a Caller,
    parts: Vec<String>,
    /// Pages of their work: address and name.
    work: Vec<(String, String)>,
    /// Whether they can do nothing before they have a second factor.
    owes_factor: bool,
    /// What was done just now.
    done: Option<Cow<'static, str>>,
}

crate::word_enum! {
    /// What was done just now, as the page's query says it.
    pub enum Done {
        /// Name or language was changed.
        Details = "details",
        /// An invitation was accepted.
        Accepted = "accepted",
        /// The password was changed.
        Password = "password",
        /// A sign-in elsewhere was ended.
        Session = "session",
        /// The second factor was removed.
        FactorRemoved = "factor-removed",
    }
}

impl Done {
    fn of(request: &HttpRequest) -> Option<Self> {
        Self::parse(request.query_string().strip_prefix("done=")?)
    }

    fn told(self, frame: &Frame) -> Cow<'static, str> {
        match self {
            Self::Details => frame.say("account-done-details"),
            Self::Accepted => frame.say("account-done-accepted"),
            Self::Password => frame.say("account-done-password"),
            Self::Session => frame.say("account-done-session"),
            Self::FactorRemoved => frame.say("account-done-factor-removed"),
        }
    }

    /// Back to the account's page, which says what was done.
    pub(super) fn seen(self, frame: &Frame) -> HttpResponse {
        see(&format!("/{}/account?done={self}", frame.language()))
    }
}

async fn show(app: web::Data<App>, frame: Frame, request: HttpRequest, caller: Caller) -> Answer<HttpResponse> {
    let frame = frame.signed_in_as(&caller.name);
    let parts = caller.roles.clone();
    let editions = app.store.read(move |tx| {
        let editions: Stored<Vec<_>> = parts.iter().map(|part| editions::store::by_id(tx, part.edition)).collect();
        Ok::<_, StoreError>(editions?)
    });
    let told: Vec<(&RoleIn, Edition)> =
        caller.roles.iter().zip(editions.await?).filter_map(|(part, edition)| Some((part, edition?))).collect();
    let parts = told.iter().map(|(part, edition)| told_part(&frame, part, edition)).collect();
    let work = work(&frame, &told);
    let done = Done::of(&request).map(|done| done.told(&frame));
    let owes_factor = caller.owes_factor(&app);
    private_page(&frame, &AccountPage { frame: &frame, caller: &caller, parts, work, owes_factor, done })
}

/// Where they work.
fn work(frame: &Frame, parts: &[(&RoleIn, Edition)]) -> Vec<(String, String)> {
    let language = frame.language();
    let mut ways = Vec::new();
    if parts.iter().any(|(part, _)| part.role == Role::Translator) {
        ways.push((format!("/{language}/translate"), frame.say("translations-title").into_owned()));
    }
    for (part, edition) in parts.iter().filter(|(part, _)| part.role.is_office()) {
        for (page, text) in [
            ("translations", "account-to-translations"),
            ("import", "account-to-import"),
            ("exports", "account-to-exports"),
        ] {
            let words = frame.with(text, &[("edition", frame.pick(&edition.title).into())]);
            ways.push((format!("/{language}/organise/{}/{page}", part.slug), words));
        }
    }
    ways
}

/// A part in an edition: "Judge, Coventry: Twin Cities Awards 2027".
fn told_part(frame: &Frame, part: &RoleIn, edition: &Edition) -> String {
    let city = part.panel.as_ref().and_then(|key| edition.panel(key)).map(|panel| frame.pick(&panel.city));
    let args = [("role", part.role.as_str().into()), ("edition", frame.pick(&edition.title).into())];
    let part = frame.with("account-part", &args);
    city.map_or_else(|| part.clone(), |city| format!("{part}, {city}"))
}

#[derive(Template)]
#[template(path = "accounts/pages/details.html", config = "src/askama.toml")]
struct DetailsPage<'a> {
    frame: &'a Frame,
    faults: Faults,
    typed_name: &'a str,
    language: String,
    languages: [(&'static str, &'static str); 2],
}

const LANGUAGES: [(&str, &str); 2] =
    [(Language::En.as_str(), Language::En.own_name()), (Language::Ru.as_str(), Language::Ru.own_name())];

async fn show_details(frame: Frame, caller: Caller) -> Answer<HttpResponse> {
    let frame = frame.signed_in_as(&caller.name);
    let (faults, language) = (Faults::default(), caller.language.to_string());
    private_page(
        &frame,
        &DetailsPage { frame: &frame, faults, typed_name: &caller.name, language, languages: LANGUAGES },
    )
}

async fn send_details(app: web::Data<App>, frame: Frame, caller: Caller, form: Form) -> Answer<HttpResponse> {
    let frame = frame.signed_in_as(&caller.name);
    let read = open(&form.json(&[], &[]), |door| {
        let name = door.required("name", PersonName::parse);
        let language = door.word("language", Language::parse);
        Some(ProfileChange { name: Some(name?), language: Some(language?) })
    });
    match read.map_err(Problem::from) {
        Ok(change) => {
            profile::change_profile(&app, caller, change).await?;
            Ok(Done::Details.seen(&frame))
        }
        Err(problem) => {
            let faults = Faults::of(&problem, frame.language());
            let (typed_name, language) = (form.get("name"), form.get("language").to_owned());
            let page = DetailsPage { frame: &frame, faults, typed_name, language, languages: LANGUAGES };
            refused_page(&frame, &page, &problem)
        }
    }
}
