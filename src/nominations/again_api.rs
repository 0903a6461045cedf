//! Links again, over HTTP and on a page.

use actix_web::{HttpRequest, HttpResponse, post, web};
use askama::Template;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::again::{self, Lost};
use crate::app::App;
use crate::audit::Actor;
use crate::editions;
use crate::fields::Email;
use crate::http::answer::AcceptedOnce;
use crate::http::body::Parsed;
use crate::http::door::open;
use crate::http::form::Form;
use crate::http::idempotency::{IdempotencyKey, Once};
use crate::http::pages::{Faults, Frame, private_page, refused_page, see};
use crate::http::problem::{Answer, Code, Problem};
use crate::http::request::Visit;
use crate::store::StoreError;

/// The call.
pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(send_again);
}

/// The page.
pub(super) fn page(config: &mut web::ServiceConfig) {
    config.route("/{lang:en|ru}/links", web::get().to(show)).route("/{lang:en|ru}/links", web::post().to(send));
}

/// Whose links were lost.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes the body that the door reads")]
pub struct LostBody {
    /// The address that they were sent to.
    email: String,
    /// The edition's name in addresses.
    edition: String,
}

/// Have one's links sent again: to confirm, to one's own nomination, to a draft, to write a letter, to a notice.
///
/// Sent are those that still live, to the address that they went to before. The answer is the same whether there are any,
/// or such an edition. A mailbox gets five such answers a day at once, and then one an hour.
#[utoipa::path(
    tag = "links",
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to send twice")),
    request_body(content = LostBody, example = json!({"email": "ann@example.org", "edition": "2027"})),
    responses(
        (status = 202, description = "Taken, whether or not there are any links"),
        (status = 400, description = "`malformed_json`, `unknown_field`"),
        (status = 415, description = "`unsupported_media_type`"),
        (status = 422, description = "`invalid_input`: no address; `idempotency_key_reused`"),
        (status = 503, description = "`unavailable`: try again after `Retry-After`"),
    )
)]
#[post("/links")]
async fn send_again(
    app: web::Data<App>,
    visit: Visit,
    key: IdempotencyKey,
    body: Parsed<Lost>,
) -> Answer<AcceptedOnce<()>> {
    let deed = visit.deed(&app, Actor::Public);
    Ok(AcceptedOnce(again::ask(&app, deed, body.value, key.with(&body.digest)).await?))
}

#[derive(Template)]
#[template(path = "nominations/pages/again.html", config = "src/askama.toml")]
struct AgainPage<'a> {
    frame: &'a Frame,
    faults: Faults,
    email: &'a str,
    is_asked: bool,
}

/// The query of the page once the links were asked for.
const ASKED: &str = "asked";

async fn show(frame: Frame, request: HttpRequest) -> Answer<HttpResponse> {
    let is_asked = request.query_string() == ASKED;
    private_page(&frame, &AgainPage { frame: &frame, faults: Faults::default(), email: "", is_asked })
}

async fn send(app: web::Data<App>, frame: Frame, visit: Visit, form: Form) -> Answer<HttpResponse> {
    let email = open(&form.json(&[], &[]), |door| door.required("email", |raw| Email::parse_with(raw, true)));
    match email.map_err(Problem::from) {
        Ok(email) => {
            let deed = visit.deed(&app, Actor::Public);
            let at = deed.at;
            let found = app.store.read(move |tx| Ok::<_, StoreError>(editions::store::current(tx, at)?));
            let edition = found.await?.ok_or_else(|| Problem::new(Code::NotFound))?;
            again::ask(&app, deed, Lost::new(email, edition.slug.clone()), Once::default()).await?;
            Ok(see(&format!("/{}/links?{ASKED}", frame.language())))
        }
        Err(problem) => {
            let faults = Faults::of(&problem, frame.language());
            let page = AgainPage { frame: &frame, faults, email: form.get("email"), is_asked: false };
            refused_page(&frame, &page, &problem)
        }
    }
}
