//! The organisers' desk for an edition's messages over HTTP: parse, call the outbox, answer.

use actix_web::{get, post, web};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::accounts::Office;
use crate::app::App;
use crate::editions::EditionSlug;
use crate::http::answer::Private;
use crate::http::body::{Parsed, Perhaps};
use crate::http::door::{Door, FromBody, Nothing};
use crate::http::paging::{Listing, Paging};
use crate::http::problem::{Answer, Code, Problem};
use crate::http::request::Visit;
use crate::ids::MessageId;
use crate::outbox::desk::{self, Settlement, Whole};
use crate::outbox::{Overview, State};

/// The calls of the desk.
pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list_messages)
        .service(read_message)
        .service(retry_message)
        .service(cancel_message)
        .service(settle_message);
}

/// Which messages are meant.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Search {
    /// Only those in this state.
    #[param(value_type = Option<State>)]
    state: Option<String>,
    /// How many at most: 1 to 200, 50 where nothing is said.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<String>,
    /// Where the last answer ended: its `next_cursor`.
    cursor: Option<String>,
}

/// An edition's messages, newest first, without what they say. A look at letters of the announcement is audited.
#[utoipa::path(
    tag = "messages",
    security(("bearer" = [])),
    params(("slug" = EditionSlug, Path, description = "The edition", example = "2021"), Search),
    responses(
        (status = 200, description = "Messages", body = Listing<Overview>),
        (status = 400, description = "`cursor_not_valid`"),
        (status = 401, description = "`not_signed_in`"),
        (status = 403, description = "`not_allowed`"),
        (status = 404, description = "`not_found`"),
        (status = 422, description = "`invalid_input`: the state or the limit"),
    )
)]
#[get("/organise/editions/{slug}/messages")]
async fn list_messages(
    app: web::Data<App>,
    office: Office,
    visit: Visit,
    search: web::Query<Search>,
) -> Answer<Private<Listing<Overview>>> {
    let Search { state, limit, cursor } = search.into_inner();
    let bad_state = || Problem::fault("/query/state", "bad_choice");
    let state = state.map(|word| State::parse(&word).ok_or_else(bad_state)).transpose()?;
    let scope = format!("messages:{}:{}", office.edition.id, state.map_or("", State::as_str));
    let stretch = Paging { limit, cursor }.stretch(&app.keys, &scope)?;
    let deed = office.caller.deed(&app);
    let found = desk::list(&app, deed, office.edition.id, state, stretch.after.clone(), stretch.fetch()).await?;
    let told = found.into_iter().map(|message| message.told(visit.language)).collect();
    Ok(Private(stretch.list(&app.keys, told, |message| message.id.to_string())))
}

/// One message, with what it says and what the mail server answered. A look at a letter of the announcement is audited.
#[utoipa::path(
    tag = "messages",
    security(("bearer" = [])),
    params(
        ("slug" = EditionSlug, Path, description = "The edition", example = "2021"),
        ("id" = MessageId, Path, description = "The message"),
    ),
    responses(
        (status = 200, description = "The message", body = Whole),
        (status = 401, description = "`not_signed_in`"),
        (status = 403, description = "`not_allowed`"),
        (status = 404, description = "`not_found`"),
    )
)]
#[get("/organise/editions/{slug}/messages/{id}")]
async fn read_message(
    app: web::Data<App>,
    office: Office,
    visit: Visit,
    path: web::Path<(String, String)>,
) -> Answer<Private<Whole>> {
    let deed = office.caller.deed(&app);
    Ok(Private(desk::one(&app, deed, office.edition.id, message(&path.1)?).await?.told(visit.language)))
}

/// Send a failed message again, or let a held one go.
#[utoipa::path(
    tag = "messages",
    security(("bearer" = [])),
    params(
        ("slug" = EditionSlug, Path, description = "The edition", example = "2021"),
        ("id" = MessageId, Path, description = "The message"),
    ),
    request_body(content = Nothing, example = json!({})),
    responses(
        (status = 200, description = "The message", body = Overview),
        (status = 400, description = "`malformed_json`, `unknown_field`"),
        (status = 401, description = "`not_signed_in`"),
        (status = 403, description = "`not_allowed`"),
        (status = 404, description = "`not_found`"),
        (status = 409, description = "`illegal_move`, `lost_race`; `message_dropped`: its text is no longer kept, 30 days after it ended"),
    )
)]
#[post("/organise/editions/{slug}/messages/{id}/retry")]
async fn retry_message(
    app: web::Data<App>,
    office: Office,
    visit: Visit,
    path: web::Path<(String, String)>,
    Perhaps(Nothing {}): Perhaps<Nothing>,
) -> Answer<Private<Overview>> {
    let deed = office.caller.deed(&app);
    Ok(Private(desk::retry(&app, deed, office.edition.id, message(&path.1)?).await?.told(visit.language)))
}

/// Cancel a message that has not left, or one that has failed and shall not be sent again.
#[utoipa::path(
    tag = "messages",
    security(("bearer" = [])),
    params(
        ("slug" = EditionSlug, Path, description = "The edition", example = "2021"),
        ("id" = MessageId, Path, description = "The message"),
    ),
    request_body(content = Nothing, example = json!({})),
    responses(
        (status = 200, description = "The message", body = Overview),
        (status = 400, description = "`malformed_json`, `unknown_field`"),
        (status = 401, description = "`not_signed_in`"),
        (status = 403, description = "`not_allowed`"),
        (status = 404, description = "`not_found`"),
        (status = 409, description = "`illegal_move`, `lost_race`"),
    )
)]
#[post("/organise/editions/{slug}/messages/{id}/cancel")]
async fn cancel_message(
    app: web::Data<App>,
    office: Office,
    visit: Visit,
    path: web::Path<(String, String)>,
    Perhaps(Nothing {}): Perhaps<Nothing>,
) -> Answer<Private<Overview>> {
    let deed = office.caller.deed(&app);
    Ok(Private(desk::cancel(&app, deed, office.edition.id, message(&path.1)?).await?.told(visit.language)))
}

/// What somebody found out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ToSchema)]
struct Found {
    /// Whether it arrived.
    fate: Settlement,
}

impl FromBody for Found {
    fn read(door: &mut Door<'_>) -> Option<Self> {
        Some(Self { fate: door.word("fate", Settlement::parse)? })
    }
}

/// Say what became of a message of which nobody knew whether it had left.
#[utoipa::path(
    tag = "messages",
    security(("bearer" = [])),
    params(
        ("slug" = EditionSlug, Path, description = "The edition", example = "2021"),
        ("id" = MessageId, Path, description = "The message"),
    ),
    request_body(content = Found, example = json!({"fate": "arrived"})),
    responses(
        (status = 200, description = "The message", body = Overview),
        (status = 400, description = "`malformed_json`, `unknown_field`"),
        (status = 401, description = "`not_signed_in`; `reauthentication_required`: the last sign-in is over 15 minutes ago"),
        (status = 403, description = "`not_allowed`"),
        (status = 404, description = "`not_found`"),
        (status = 409, description = "`illegal_move`, `lost_race`"),
        (status = 422, description = "`invalid_input`"),
    )
)]
#[post("/organise/editions/{slug}/messages/{id}/settle")]
async fn settle_message(
    app: web::Data<App>,
    office: Office,
    visit: Visit,
    path: web::Path<(String, String)>,
    body: Parsed<Found>,
) -> Answer<Private<Overview>> {
    let deed = office.caller.deed(&app);
    let settled = desk::settle(&app, deed, office.edition.id, message(&path.1)?, body.value.fate).await?;
    Ok(Private(settled.told(visit.language)))
}

fn message(text: &str) -> Answer<MessageId> {
    MessageId::parse(text).ok_or_else(|| Problem::new(Code::NotFound))
}
