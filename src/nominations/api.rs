//! This room's calls over HTTP: parse, call, answer.

use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, put, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::change;
use super::confirm::{self, Token};
use super::letters::{self, LetterForm, LetterView, Unsubscribed};
use super::notice::{self, Given, NoticePage, Objection, Wish};
use super::own::{self, OwnNomination};
use super::schema::{
    self, ChangeBody, ConfirmationBody, GivenBody, LetterBody, NominationBody, ObjectionBody, ScreeningBody, WishBody,
};
use super::screening::{self, Screening, Search};
use super::shelf::Shelf;
use super::submit::{self, Receipt};
use super::view::{ListedNomination, NominationView, NoticeView};
use crate::accounts::Office;
use crate::app::App;
use crate::audit::Actor;
use crate::editions::EditionSlug;
use crate::http::answer::{Accepted, Created, Private, Versioned};
use crate::http::body::{JsonBytes, Parsed};
use crate::http::door::{parse_body, parse_with};
use crate::http::etag::IfMatch;
use crate::http::idempotency::IdempotencyKey;
use crate::http::json;
use crate::http::limits;
use crate::http::links::{Bearer, Link, LinkKind};
use crate::http::paging::{Listing, Paging};
use crate::http::problem::{Answer, Code, Problem};
use crate::http::request::{Client, Visit};
use crate::ids::NominationId;

/// The calls of this room.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .app_data(web::Data::new(Shelf::default()))
        .service(nominate)
        .service(confirm_nomination)
        .service(read_own)
        .service(change_own)
        .service(withdraw_own)
        .service(read_letter)
        .service(write_letter)
        .service(decline_letter)
        .service(read_notice)
        .service(wish_notice)
        .service(object_notice)
        .configure(super::again_api::routes)
        .service(ask_for_copy)
        .service(unsubscribe)
        .configure(super::import::api::routes) // before `{id}`, which its last word would be
        .service(list_nominations)
        .service(read_nomination)
        .service(screen_nomination)
        .service(record_notice)
        .configure(super::desk_api::routes)
        .configure(super::duplicates_api::routes)
        .configure(super::paper_api::routes)
        .configure(super::translations::api::routes);
}

/// Nominate somebody.
///
/// Every fault of the body is told in one answer. The nomination waits, `unconfirmed`, until its nominator opens the
/// link that is mailed in the same transaction and presses the button.
#[utoipa::path(
    tag = "nominations",
    params(
        ("slug" = EditionSlug, Path, description = "The edition", example = "2027"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to send twice"),
    ),
    request_body(content = NominationBody, examples(
        ("individual" = (summary = "A person", value = json!(schema::individual()))),
        ("organisation" = (summary = "An organisation", value = json!(schema::organisation())))
    )),
    responses(
        (status = 201, description = "It is in", body = Receipt, headers(("location" = String))),
        (status = 400, description = "`malformed_json`, `unknown_field`"),
        (status = 404, description = "There is no such edition"),
        (status = 409, description = "`wrong_phase`: nominations are not open"),
        (status = 413, description = "`too_large`: over 64 KiB"),
        (status = 415, description = "`unsupported_media_type`"),
        (status = 422, description = "`invalid_input`, with every fault; `idempotency_key_reused`"),
        (status = 429, description = "`too_many_requests`: so many came from this address; try again after `Retry-After`"),
        (status = 503, description = "`unavailable`: try again after `Retry-After`"),
    )
)]
#[post("/editions/{slug}/nominations")]
async fn nominate(
    app: web::Data<App>,
    shelf: web::Data<Shelf>,
    visit: Visit,
    client: Client,
    slug: web::Path<String>,
    key: IdempotencyKey,
    JsonBytes(body): JsonBytes,
) -> Answer<Created<Receipt>> {
    let deed = visit.deed(&app, Actor::Public); // the body is complete: this instant decides the phase (S-JUD-4)
    let slug = EditionSlug::parse(&slug).ok_or_else(|| Problem::new(Code::NotFound))?;
    let received = submit::receive(&app, &shelf, deed, slug.clone(), &body, &key);
    let outcome = limits::submission(&app, &client, received).await?;
    let location = format!("/api/v1/organise/editions/{slug}/nominations/{}", outcome.answer.id);
    Ok(Created { location, outcome })
}

/// Confirm a nomination by the token of the mailed link.
///
/// The supporters are then asked. A token that was used before answers the same again.
#[utoipa::path(
    tag = "nominations",
    request_body(content = ConfirmationBody, example = json!({"token": "AZEq…"})),
    responses(
        (status = 200, description = "It is confirmed", body = Receipt),
        (status = 400, description = "`malformed_json`, `unknown_field`"),
        (status = 404, description = "`link_not_valid`"),
        (status = 409, description = "`already_nominated`, with the reference; `lost_race`"),
        (status = 422, description = "`invalid_input`"),
    )
)]
#[post("/confirmations")]
async fn confirm_nomination(app: web::Data<App>, visit: Visit, body: Parsed<Token>) -> Answer<Private<Receipt>> {
    let link = Link::open_as(&app.keys, &body.value.0, LinkKind::Confirm)?;
    Ok(Private(confirm::confirm(&app, visit.deed(&app, Actor::Link), link).await?))
}

/// One's own nomination: what was written, whose letters are in, and how it stands as outsiders are told.
#[utoipa::path(
    tag = "links",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The nomination", body = OwnNomination, headers(("etag" = String))),
        (status = 401, description = "`not_signed_in`: no token"),
        (status = 404, description = "`link_not_valid`"),
    )
)]
#[get("/link/nomination")]
async fn read_own(app: web::Data<App>, bearer: Bearer) -> Answer<Versioned<OwnNomination>> {
    Ok(own::read(&app, bearer.of(LinkKind::Nomination)?, app.clock.now()).await?)
}

/// Change one's own nomination, until nominations close: any part of it (RFC 7396, as `application/json`).
///
/// Category, the nominee's kind and the nominator's email stay (`not_changeable`): withdraw and send anew. So does a
/// supporter whose letter is in. A new supporter is asked at once; the nominee's notice follows another address, and the link
/// in the former one dies; the nominator is told by mail which fields have changed.
#[utoipa::path(
    tag = "links",
    security(("bearer" = [])),
    params(("If-Match" = String, Header, description = "The nomination's `ETag`")),
    request_body(content = ChangeBody, examples(
        ("text" = (summary = "Another text", value = json!({"headline": "Pen friends who became an orchestra",
            "story": {"ongoing": false}, "nominee": {"phone": null}}))),
        ("supporter" = (summary = "Another supporter", value = json!({"supporters": [
            {"name": "Jan Příklad", "email": "jan@example.org", "relation": "conductor"},
            {"name": "Eva Vzorová", "email": "eva@example.org", "relation": "first violin"}]})))
    )),
    responses(
        (status = 200, description = "As it now stands", body = OwnNomination, headers(("etag" = String))),
        (status = 400, description = "`malformed_json`, `unknown_field`"),
        (status = 401, description = "`not_signed_in`: no token"),
        (status = 404, description = "`link_not_valid`"),
        (status = 409, description = "`wrong_phase`: nominations have closed; `illegal_move`: withdrawn, merged or ineligible; `already_nominated`: you have nominated whom it would now name"),
        (status = 412, description = "`stale`"),
        (status = 413, description = "`too_large`: over 64 KiB"),
        (status = 415, description = "`unsupported_media_type`"),
        (status = 422, description = "`invalid_input`, with every fault; `not_changeable` among them"),
        (status = 428, description = "`precondition_required`"),
        (status = 429, description = "`too_many_requests`: outside a trial two supporters are replaced and the notice moves twice at most; `errors` names the place"),
        (status = 503, description = "`unavailable`: try again after `Retry-After`"),
    )
)]
#[patch("/link/nomination")]
async fn change_own(
    app: web::Data<App>,
    visit: Visit,
    bearer: Bearer,
    seen: IfMatch,
    JsonBytes(body): JsonBytes,
) -> Answer<Versioned<OwnNomination>> {
    let deed = visit.deed(&app, Actor::Link);
    let patch = json::read(&body).map_err(|_| Problem::new(Code::MalformedJson))?;
    Ok(change::change(&app, deed, bearer.of(LinkKind::Nomination)?, seen, patch).await?)
}

/// Take back one's own nomination, until nominations close.
///
/// Whoever was written to about it is told. It cannot be undone; a second time changes nothing.
#[utoipa::path(
    tag = "links",
    security(("bearer" = [])),
    params(("If-Match" = String, Header, description = "The nomination's `ETag`; not needed a second time")),
    responses(
        (status = 204, description = "Withdrawn"),
        (status = 401, description = "`not_signed_in`: no token"),
        (status = 404, description = "`link_not_valid`"),
        (status = 409, description = "`wrong_phase`: nominations have closed; `illegal_move`: it cannot go forward, or is read together with another"),
        (status = 412, description = "`stale`"),
        (status = 428, description = "`precondition_required`"),
        (status = 503, description = "`unavailable`: try again after `Retry-After`"),
    )
)]
#[delete("/link/nomination")]
async fn withdraw_own(app: web::Data<App>, visit: Visit, bearer: Bearer, seen: IfMatch) -> Answer<HttpResponse> {
    own::withdraw(&app, visit.deed(&app, Actor::Link), bearer.of(LinkKind::Nomination)?, seen).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// What a supporter is asked for, and what they have written.
#[utoipa::path(
    tag = "links",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The letter", body = LetterView, headers(("etag" = String))),
        (status = 401, description = "`not_signed_in`: no token"),
        (status = 404, description = "`link_not_valid`"),
    )
)]
#[get("/link/letter")]
async fn read_letter(app: web::Data<App>, bearer: Bearer) -> Answer<Versioned<LetterView>> {
    Ok(letters::read(&app, bearer.of(LinkKind::Letter)?, app.clock.now()).await?)
}

/// Write a letter of support, or another in its place, until letters are due.
#[utoipa::path(
    tag = "links",
    security(("bearer" = [])),
    params(("If-Match" = Option<String>, Header, description = "The letter's `ETag`, where there is one already")),
    request_body(content = LetterBody, example = json!(schema::letter())),
    responses(
        (status = 200, description = "The letter as it stands", body = LetterView, headers(("etag" = String))),
        (status = 400, description = "`malformed_json`, `unknown_field`"),
        (status = 401, description = "`not_signed_in`: no token"),
        (status = 404, description = "`link_not_valid`"),
        (status = 412, description = "`stale`"),
        (status = 422, description = "`invalid_input`, with every fault"),
        (status = 428, description = "`precondition_required`"),
    )
)]
#[put("/link/letter")]
async fn write_letter(
    app: web::Data<App>,
    visit: Visit,
    bearer: Bearer,
    seen: IfMatch,
    JsonBytes(body): JsonBytes,
) -> Answer<Versioned<LetterView>> {
    let deed = visit.deed(&app, Actor::Link);
    let link = bearer.of(LinkKind::Letter)?;
    let last = letters::last_year(&app, link, deed.at).await?;
    let form = parse_with(&body, |door| LetterForm::read(door, last))?;
    Ok(letters::write(&app, deed, link, seen, form).await?)
}

/// Decline to write. Nobody asks again; the nominator is told.
#[utoipa::path(
    tag = "links",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "Declined", body = LetterView, headers(("etag" = String))),
        (status = 401, description = "`not_signed_in`: no token"),
        (status = 404, description = "`link_not_valid`"),
        (status = 409, description = "`illegal_move`: the letter has come already"),
    )
)]
#[post("/link/letter/decline")]
async fn decline_letter(app: web::Data<App>, visit: Visit, bearer: Bearer) -> Answer<Versioned<LetterView>> {
    Ok(letters::decline(&app, visit.deed(&app, Actor::Link), bearer.of(LinkKind::Letter)?).await?)
}

/// What is held on a nominee, and why.
#[utoipa::path(
    tag = "links",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The notice", body = NoticePage, headers(("etag" = String))),
        (status = 401, description = "`not_signed_in`: no token"),
        (status = 404, description = "`link_not_valid`"),
    )
)]
#[get("/link/notice")]
async fn read_notice(app: web::Data<App>, visit: Visit, bearer: Bearer) -> Answer<Versioned<NoticePage>> {
    Ok(notice::read(&app, bearer.of(LinkKind::Notice)?, app.clock.now(), visit.language).await?)
}

/// Ask that the name stay unpublished, or take that back.
#[utoipa::path(
    tag = "links",
    security(("bearer" = [])),
    params(("If-Match" = Option<String>, Header, description = "The notice's `ETag`, where something was saved already")),
    request_body(content = WishBody, example = json!({"withhold_name": true})),
    responses(
        (status = 200, description = "The notice as it stands", body = NoticePage, headers(("etag" = String))),
        (status = 400, description = "`malformed_json`, `unknown_field`"),
        (status = 401, description = "`not_signed_in`: no token"),
        (status = 404, description = "`link_not_valid`"),
        (status = 412, description = "`stale`"),
        (status = 422, description = "`invalid_input`"),
        (status = 428, description = "`precondition_required`"),
    )
)]
#[put("/link/notice")]
async fn wish_notice(
    app: web::Data<App>,
    visit: Visit,
    bearer: Bearer,
    seen: IfMatch,
    body: Parsed<Wish>,
) -> Answer<Versioned<NoticePage>> {
    let link = bearer.of(LinkKind::Notice)?;
    Ok(notice::wish(&app, visit.deed(&app, Actor::Link), link, seen, body.value, visit.language).await?)
}

/// Object: the nomination is withdrawn at once. A body is not needed.
#[utoipa::path(
    tag = "links",
    security(("bearer" = [])),
    request_body(content = ObjectionBody, example = json!({"reason": "I would rather not."})),
    responses(
        (status = 200, description = "The notice as it stands", body = NoticePage, headers(("etag" = String))),
        (status = 400, description = "`malformed_json`, `unknown_field`"),
        (status = 401, description = "`not_signed_in`: no token"),
        (status = 404, description = "`link_not_valid`"),
        (status = 422, description = "`invalid_input`"),
    )
)]
#[post("/link/notice/objection")]
async fn object_notice(
    app: web::Data<App>,
    visit: Visit,
    bearer: Bearer,
    request: HttpRequest,
    body: Result<JsonBytes, Problem>,
) -> Answer<Versioned<NoticePage>> {
    let link = bearer.of(LinkKind::Notice)?;
    let objection = if request.headers().contains_key("content-type") {
        parse_body(&body?.0)?
    } else {
        Objection::default() // a button alone
    };
    Ok(notice::object(&app, visit.deed(&app, Actor::Link), link, objection, visit.language).await?)
}

/// Ask for a copy of what is held. The organisers see to it.
#[utoipa::path(
    tag = "links",
    security(("bearer" = [])),
    responses(
        (status = 202, description = "The organisers are told"),
        (status = 401, description = "`not_signed_in`: no token"),
        (status = 404, description = "`link_not_valid`"),
    )
)]
#[post("/link/notice/access")]
async fn ask_for_copy(app: web::Data<App>, visit: Visit, bearer: Bearer) -> Answer<Accepted> {
    notice::ask_for_copy(&app, visit.deed(&app, Actor::Link), bearer.of(LinkKind::Notice)?).await?;
    Ok(Accepted)
}

/// No more mail of this kind to this address. Also a mail program's one click (RFC 8058), whatever its body.
#[utoipa::path(
    tag = "links",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "Nothing more is sent", body = Unsubscribed),
        (status = 401, description = "`not_signed_in`: no token"),
        (status = 404, description = "`link_not_valid`"),
    )
)]
#[post("/link/unsubscribe")]
async fn unsubscribe(app: web::Data<App>, visit: Visit, bearer: Bearer) -> Answer<Private<Unsubscribed>> {
    letters::unsubscribe(&app, visit.deed(&app, Actor::Link), bearer.of(LinkKind::Unsubscribe)?).await?;
    Ok(Private(Unsubscribed { unsubscribed: true }))
}

/// Nominations, oldest first.
#[utoipa::path(
    tag = "screening",
    security(("bearer" = [])),
    params(("slug" = EditionSlug, Path, description = "The edition", example = "2027"), Search, Paging),
    responses(
        (status = 200, description = "A stretch of the list", body = Listing<ListedNomination>),
        (status = 400, description = "`cursor_not_valid`"),
        (status = 401, description = "`not_signed_in`, `session_ended`"),
        (status = 403, description = "`not_allowed`"),
        (status = 404, description = "There is no such edition"),
        (status = 422, description = "`invalid_input`: a filter or the limit"),
    )
)]
#[get("/organise/editions/{slug}/nominations")]
async fn list_nominations(
    app: web::Data<App>,
    office: Office,
    search: web::Query<Search>,
    paging: web::Query<Paging>,
) -> Answer<Private<Listing<ListedNomination>>> {
    let filter = search.filter(&office.edition)?;
    let stretch = paging.stretch(&app.keys, &search.scope(&office.edition))?;
    Ok(Private(screening::list(&app, office.edition, filter, stretch).await?))
}

/// A nomination, whole: with contacts, supporters, letters and notice. Its `ETag` names the state of all of it.
#[utoipa::path(
    tag = "screening",
    security(("bearer" = [])),
    params(
        ("slug" = EditionSlug, Path, description = "The edition", example = "2027"),
        ("id" = NominationId, Path, description = "The nomination"),
    ),
    responses(
        (status = 200, description = "The nomination", body = NominationView, headers(("etag" = String))),
        (status = 401, description = "`not_signed_in`, `session_ended`"),
        (status = 403, description = "`not_allowed`"),
        (status = 404, description = "There is none of this id in the edition"),
    )
)]
#[get("/organise/editions/{slug}/nominations/{id}")]
async fn read_nomination(
    app: web::Data<App>,
    office: Office,
    path: web::Path<(String, String)>,
) -> Answer<Versioned<NominationView>> {
    Ok(screening::read(&app, office.edition, nomination(&path)?).await?)
}

/// Screen a nomination: let it in, keep it out with a reason, take it back, open it again; note something; do without a
/// letter.
///
/// Whatever is changed here, the flag `changed_since_screening` goes: it says that the nominator has changed something in
/// what is let in, and that no organiser has looked since. So note something, or let in again (`"status": "eligible"`) what
/// is let in already and bears the flag; without the flag that is `illegal_move`. So is bringing back a nomination whose
/// nominee has asked to be left out.
#[utoipa::path(
    tag = "screening",
    security(("bearer" = [])),
    params(
        ("slug" = EditionSlug, Path, description = "The edition", example = "2027"),
        ("id" = NominationId, Path, description = "The nomination"),
        ("If-Match" = String, Header, description = "The nomination's `ETag`"),
    ),
    request_body(content = ScreeningBody, examples(
        ("eligible" = (summary = "Let in", value = json!({"status": "eligible"}))),
        ("ineligible" = (summary = "Keep out", value = json!({"status": "ineligible", "reason": "wrong_category"}))),
        ("waive" = (summary = "Do without a letter", value = json!({"waive_letters": "The supporter is ill."})))
    )),
    responses(
        (status = 200, description = "As it stands", body = NominationView, headers(("etag" = String))),
        (status = 400, description = "`malformed_json`, `unknown_field`"),
        (status = 401, description = "`not_signed_in`, `session_ended`"),
        (status = 403, description = "`not_allowed`"),
        (status = 404, description = "There is none of this id in the edition"),
        (status = 409, description = "`wrong_phase`, `illegal_move`, `letters_missing`"),
        (status = 412, description = "`stale`"),
        (status = 422, description = "`invalid_input`, with every fault"),
        (status = 428, description = "`precondition_required`"),
    )
)]
#[patch("/organise/editions/{slug}/nominations/{id}")]
async fn screen_nomination(
    app: web::Data<App>,
    office: Office,
    path: web::Path<(String, String)>,
    seen: IfMatch,
    body: Parsed<Screening>,
) -> Answer<Versioned<NominationView>> {
    let deed = office.caller.deed(&app);
    Ok(screening::change(&app, deed, office.edition, nomination(&path)?, seen, body.value).await?)
}

/// Record that the nominee was told by post or telephone, or why that is impossible, and what they then asked.
#[utoipa::path(
    tag = "screening",
    security(("bearer" = [])),
    params(
        ("slug" = EditionSlug, Path, description = "The edition", example = "2027"),
        ("id" = NominationId, Path, description = "The nomination"),
        ("If-Match" = Option<String>, Header, description = "The nomination's `ETag`, where something was recorded already"),
    ),
    request_body(content = GivenBody, example = json!({"how": "post", "on": "2027-07-02"})),
    responses(
        (status = 200, description = "As it stands", body = NoticeView, headers(("etag" = String))),
        (status = 400, description = "`malformed_json`, `unknown_field`"),
        (status = 401, description = "`not_signed_in`, `session_ended`"),
        (status = 403, description = "`not_allowed`"),
        (status = 404, description = "There is none of this id in the edition"),
        (status = 409, description = "`wrong_phase`"),
        (status = 412, description = "`stale`"),
        (status = 422, description = "`invalid_input`, with every fault"),
        (status = 428, description = "`precondition_required`"),
    )
)]
#[put("/organise/editions/{slug}/nominations/{id}/notice")]
async fn record_notice(
    app: web::Data<App>,
    office: Office,
    path: web::Path<(String, String)>,
    seen: IfMatch,
    body: Parsed<Given>,
) -> Answer<Versioned<NoticeView>> {
    let deed = office.caller.deed(&app);
    Ok(notice::record(&app, deed, office.edition, nomination(&path)?, seen, body.value).await?)
}

fn nomination(path: &web::Path<(String, String)>) -> Result<NominationId, Problem> {
    NominationId::parse(&path.1).ok_or_else(|| Problem::new(Code::NotFound))
}
