//! This room's calls over HTTP: parse, call, answer.

use actix_web::http::header;
use actix_web::{HttpResponse, get, post, put, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::preview::{self, Preview, Read};
use super::replies::{self, CallView, NamedCaller, ReplyPage, WinnerView};
use super::reply::{RecordedReply, Reply};
use super::schedule::{self, Resumption, TrialWish};
use super::view::{self, AnnouncementView};
use super::winners::{self, Published, Winners};
use crate::accounts::{Approver, Office};
use crate::app::App;
use crate::audit::Actor;
use crate::editions::EditionSlug;
use crate::http::answer::{Accepted, Private, Versioned, attachment};
use crate::http::body::{Parsed, Perhaps};
use crate::http::csv::{FileWish, MEDIA};
use crate::http::door::Nothing;
use crate::http::etag::IfMatch;
use crate::http::links::{Bearer, LinkKind};
use crate::http::paging::{Listing, Paging};
use crate::http::problem::{Answer, Code, Problem};
use crate::http::request::Visit;
use crate::ids::NominationId;

/// The calls of this room.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list_winners)
        .service(list_winners_as_csv)
        .service(read_reply)
        .service(give_reply)
        .service(read_announcement)
        .service(preview_letters)
        .service(say_read)
        .service(send_trial)
        .service(schedule_letters)
        .service(stop_sending)
        .service(resume_sending)
        .service(list_replies)
        .service(record_reply)
        .service(name_caller);
    super::messages_api::routes(config);
    super::exports_api::routes(config);
}

/// Who is honoured, since the embargo has lifted; before it there is nothing here.
#[utoipa::path(
    tag = "public",
    params(("slug" = EditionSlug, Path, description = "The edition", example = "2021")),
    responses(
        (status = 200, description = "The list, by category, then by name", body = Winners),
        (status = 404, description = "`not_found`: not announced, or no such edition"),
    )
)]
#[get("/editions/{slug}/winners")]
async fn list_winners(app: web::Data<App>, slug: web::Path<String>) -> Answer<HttpResponse> {
    let published = published(&app, &slug).await?;
    Ok(kept(&app, &published).json(&published.winners))
}

/// The same list as a file.
#[utoipa::path(
    tag = "public",
    params(("slug" = EditionSlug, Path, description = "The edition", example = "2021"), FileWish),
    responses(
        (status = 200, description = "The list, RFC 4180 with a header row", body = String, content_type = "text/csv"),
        (status = 404, description = "`not_found`: not announced, or no such edition"),
    )
)]
#[get("/editions/{slug}/winners.csv")]
async fn list_winners_as_csv(
    app: web::Data<App>,
    slug: web::Path<String>,
    wish: web::Query<FileWish>,
) -> Answer<HttpResponse> {
    let published = published(&app, &slug).await?;
    Ok(kept(&app, &published)
        .insert_header((header::CONTENT_TYPE, MEDIA))
        .insert_header(attachment(&format!("winners-{}.csv", slug.as_str())))
        .body(published.winners.csv(wish.mark())))
}

async fn published(app: &App, slug: &str) -> Answer<Published> {
    let nothing = || Problem::new(Code::NotFound);
    let slug = EditionSlug::parse(slug).ok_or_else(nothing)?;
    winners::published(app, slug, app.clock.now()).await?.ok_or_else(nothing)
}

fn kept(app: &App, published: &Published) -> actix_web::HttpResponseBuilder {
    let may = published.may_be_kept(app.clock.now());
    let mut answer = HttpResponse::Ok();
    answer.insert_header((header::CACHE_CONTROL, if may { "public, max-age=300" } else { "no-store" }));
    answer
}

/// What a winner is told, in confidence, and what they have answered.
#[utoipa::path(
    tag = "links",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The award and the reply", body = ReplyPage, headers(("etag" = String))),
        (status = 401, description = "`not_signed_in`: no token"),
        (status = 404, description = "`link_not_valid`"),
    )
)]
#[get("/link/reply")]
async fn read_reply(app: web::Data<App>, bearer: Bearer) -> Answer<Versioned<ReplyPage>> {
    let (version, body) = replies::read_by_link(&app, bearer.of(LinkKind::Reply)?, app.clock.now()).await?;
    Ok(Versioned { version, body })
}

/// Accept or decline the award, or change the answer, until the organisers begin to telephone.
#[utoipa::path(
    tag = "links",
    security(("bearer" = [])),
    params(("If-Match" = Option<String>, Header, description = "The reply's `ETag`, where there is one already")),
    request_body(content = Reply, examples(
        ("accept" = (summary = "Accept", value = json!({"answer": "accept", "public_name": "Мария Иванова",
            "public_name_other_script": "Maria Ivanova", "pronunciation": "Ma-REE-ya Eeva-NO-va",
            "attendance": "in_person", "guests": 1, "dietary": "no nuts", "needs_consent": true,
            "photo_consent": true, "press_contact_ok": false, "keep_confidence": true, "language": "ru"}))),
        ("decline" = (summary = "Decline", value = json!({"answer": "decline"})))
    )),
    responses(
        (status = 200, description = "The award and the reply as it stands", body = ReplyPage, headers(("etag" = String))),
        (status = 400, description = "`malformed_json`, `unknown_field`"),
        (status = 401, description = "`not_signed_in`: no token"),
        (status = 404, description = "`link_not_valid`"),
        (status = 409, description = "`wrong_phase`: the organisers record later changes; `lost_race`"),
        (status = 412, description = "`stale`"),
        (status = 422, description = "`invalid_input`, with every fault"),
        (status = 428, description = "`precondition_required`"),
    )
)]
#[put("/link/reply")]
async fn give_reply(
    app: web::Data<App>,
    visit: Visit,
    bearer: Bearer,
    seen: IfMatch,
    body: Parsed<Reply>,
) -> Answer<Versioned<ReplyPage>> {
    let link = bearer.of(LinkKind::Reply)?;
    let (version, body) = replies::give_by_link(&app, visit.deed(&app, Actor::Link), link, seen, body.value).await?;
    Ok(Versioned { version, body })
}

/// How the announcement stands: every guard with pass or fail and why, who has read what, how many of what. Looking is
/// audited.
#[utoipa::path(
    tag = "announcement",
    security(("bearer" = [])),
    params(("slug" = EditionSlug, Path, description = "The edition", example = "2021")),
    responses(
        (status = 200, description = "The announcement", body = AnnouncementView),
        (status = 401, description = "`not_signed_in`"),
        (status = 403, description = "`not_allowed`"),
        (status = 404, description = "`not_found`"),
        (status = 409, description = "`wrong_phase`"),
    )
)]
#[get("/organise/editions/{slug}/announcement")]
async fn read_announcement(app: web::Data<App>, office: Office) -> Answer<Private<AnnouncementView>> {
    Ok(Private(view::look(&app, office.caller.deed(&app), office.edition.id).await?))
}

/// Each letter as it will be, with the digest of all. A look is an event.
#[utoipa::path(
    tag = "announcement",
    security(("bearer" = [])),
    params(("slug" = EditionSlug, Path, description = "The edition", example = "2021"), Paging),
    responses(
        (status = 200, description = "Letters, in the order in which they would leave", body = Preview),
        (status = 400, description = "`cursor_not_valid`"),
        (status = 401, description = "`not_signed_in`"),
        (status = 403, description = "`not_allowed`"),
        (status = 404, description = "`not_found`"),
        (status = 409, description = "`wrong_phase`"),
        (status = 422, description = "`invalid_input`: the limit"),
    )
)]
#[get("/organise/editions/{slug}/announcement/preview")]
async fn preview_letters(app: web::Data<App>, office: Office, paging: web::Query<Paging>) -> Answer<Private<Preview>> {
    let stretch = paging.stretch(&app.keys, &format!("preview:{}", office.edition.id))?;
    Ok(Private(preview::look(&app, office.caller.deed(&app), office.edition.id, stretch).await?))
}

/// Say that one has read all letters, as they are under this digest.
#[utoipa::path(
    tag = "announcement",
    security(("bearer" = [])),
    params(("slug" = EditionSlug, Path, description = "The edition", example = "2021")),
    request_body(content = Read,
        example = json!({"digest": "6b7eb5c0a01c03547713769e2fb86f9e337471a550cd66a271f5cbc161ad6204"})),
    responses(
        (status = 200, description = "The announcement", body = AnnouncementView),
        (status = 400, description = "`malformed_json`, `unknown_field`"),
        (status = 401, description = "`not_signed_in`"),
        (status = 403, description = "`not_allowed`"),
        (status = 404, description = "`not_found`"),
        (status = 409, description = "`stale_digest`: the letters are others now; `wrong_phase`"),
        (status = 422, description = "`invalid_input`"),
    )
)]
#[post("/organise/editions/{slug}/announcement/read")]
async fn say_read(app: web::Data<App>, office: Office, body: Parsed<Read>) -> Answer<Private<AnnouncementView>> {
    let (deed, by) = (office.caller.deed(&app), office.caller.account);
    Ok(Private(preview::read(&app, deed, by, office.edition.id, body.value).await?))
}

/// Send oneself a letter about a made-up winner, marked as a trial.
#[utoipa::path(
    tag = "announcement",
    security(("bearer" = [])),
    params(("slug" = EditionSlug, Path, description = "The edition", example = "2021")),
    request_body(content = TrialWish, example = json!({"kind": "winner_notice", "language": "ru"})),
    responses(
        (status = 202, description = "It is on its way"),
        (status = 400, description = "`malformed_json`, `unknown_field`"),
        (status = 401, description = "`not_signed_in`"),
        (status = 403, description = "`not_allowed`"),
        (status = 404, description = "`not_found`"),
        (status = 409, description = "`announcement_refused`: G8, G13; `wrong_phase`"),
        (status = 422, description = "`invalid_input`"),
    )
)]
#[post("/organise/editions/{slug}/announcement/test-send")]
async fn send_trial(app: web::Data<App>, office: Office, body: Perhaps<TrialWish>) -> Answer<Accepted> {
    let deed = office.caller.deed(&app);
    schedule::send_to_oneself(&app, deed, &office.caller, office.edition, body.0).await?;
    Ok(Accepted)
}

/// Queue the winners' letters for the day that the timetable names, each by day where its reader lives.
///
/// Every guard must let it pass; a refusal names each that does not.
#[utoipa::path(
    tag = "announcement",
    security(("bearer" = [])),
    params(("slug" = EditionSlug, Path, description = "The edition", example = "2021")),
    request_body(content = Nothing, example = json!({})),
    responses(
        (status = 200, description = "The announcement", body = AnnouncementView),
        (status = 400, description = "`malformed_json`, `unknown_field`"),
        (status = 401, description = "`not_signed_in`; `reauthentication_required`: the last sign-in is over 15 minutes ago"),
        (status = 403, description = "`not_allowed`"),
        (status = 404, description = "`not_found`"),
        (status = 409, description = "`announcement_refused`, with `/guards/G…` as pointers; `wrong_phase`"),
    )
)]
#[post("/organise/editions/{slug}/announcement/schedule")]
async fn schedule_letters(
    app: web::Data<App>,
    office: Office,
    Perhaps(Nothing {}): Perhaps<Nothing>,
) -> Answer<Private<AnnouncementView>> {
    let (deed, by) = (office.caller.deed(&app), office.caller.account);
    Ok(Private(schedule::schedule(&app, deed, by, office.edition.id).await?))
}

/// Stop whatever about the outcome has not left. Anyone of the office may.
#[utoipa::path(
    tag = "announcement",
    security(("bearer" = [])),
    params(("slug" = EditionSlug, Path, description = "The edition", example = "2021")),
    request_body(content = Nothing, example = json!({})),
    responses(
        (status = 200, description = "The announcement", body = AnnouncementView),
        (status = 400, description = "`malformed_json`, `unknown_field`"),
        (status = 401, description = "`not_signed_in`"),
        (status = 403, description = "`not_allowed`"),
        (status = 404, description = "`not_found`"),
        (status = 409, description = "`wrong_phase`"),
    )
)]
#[post("/organise/editions/{slug}/announcement/stop")]
async fn stop_sending(
    app: web::Data<App>,
    office: Office,
    Perhaps(Nothing {}): Perhaps<Nothing>,
) -> Answer<Private<AnnouncementView>> {
    let (deed, by) = (office.caller.deed(&app), office.caller.account);
    Ok(Private(schedule::stop(&app, deed, by, office.edition.id).await?))
}

/// Let everything go on, with a reason. Only an approver may.
#[utoipa::path(
    tag = "announcement",
    security(("bearer" = [])),
    params(("slug" = EditionSlug, Path, description = "The edition", example = "2021")),
    request_body(content = Resumption, example = json!({"reason": "The address was checked by telephone."})),
    responses(
        (status = 200, description = "The announcement", body = AnnouncementView),
        (status = 400, description = "`malformed_json`, `unknown_field`"),
        (status = 401, description = "`not_signed_in`; `reauthentication_required`: the last sign-in is over 15 minutes ago"),
        (status = 403, description = "`not_allowed`"),
        (status = 404, description = "`not_found`"),
        (status = 409, description = "`wrong_phase`"),
        (status = 422, description = "`invalid_input`"),
    )
)]
#[post("/organise/editions/{slug}/announcement/resume")]
async fn resume_sending(
    app: web::Data<App>,
    approver: Approver,
    body: Parsed<Resumption>,
) -> Answer<Private<AnnouncementView>> {
    let deed = approver.caller.deed(&app);
    Ok(Private(schedule::resume(&app, deed, approver.edition.id, body.value).await?))
}

/// The winners: how each is reached, and what they answered. Looking is audited.
#[utoipa::path(
    tag = "announcement",
    security(("bearer" = [])),
    params(("slug" = EditionSlug, Path, description = "The edition", example = "2021"), Paging),
    responses(
        (status = 200, description = "Winners, by category, then by name", body = Listing<WinnerView>),
        (status = 400, description = "`cursor_not_valid`"),
        (status = 401, description = "`not_signed_in`"),
        (status = 403, description = "`not_allowed`"),
        (status = 404, description = "`not_found`"),
        (status = 409, description = "`wrong_phase`"),
        (status = 422, description = "`invalid_input`: the limit"),
    )
)]
#[get("/organise/editions/{slug}/replies")]
async fn list_replies(
    app: web::Data<App>,
    office: Office,
    paging: web::Query<Paging>,
) -> Answer<Private<Listing<WinnerView>>> {
    let stretch = paging.stretch(&app.keys, &format!("replies:{}", office.edition.id))?;
    Ok(Private(replies::list(&app, office.caller.deed(&app), office.edition.id, stretch).await?))
}

/// Record a reply that was given by telephone or post. It counts like one by link.
#[utoipa::path(
    tag = "announcement",
    security(("bearer" = [])),
    params(
        ("slug" = EditionSlug, Path, description = "The edition", example = "2021"),
        ("nomination" = NominationId, Path, description = "The winner's nomination"),
        ("If-Match" = Option<String>, Header, description = "The reply's `ETag`, where there is one already"),
    ),
    request_body(content = RecordedReply, example = json!({"answer": "accept", "public_name": "Клуб друзей «Мост»",
        "attendance": "no", "photo_consent": false, "press_contact_ok": false, "keep_confidence": true,
        "language": "ru", "note": "By telephone on 14 September."})),
    responses(
        (status = 200, description = "The winner", body = WinnerView, headers(("etag" = String))),
        (status = 400, description = "`malformed_json`, `unknown_field`"),
        (status = 401, description = "`not_signed_in`"),
        (status = 403, description = "`not_allowed`"),
        (status = 404, description = "`not_found`: no such edition, or no winner of it"),
        (status = 409, description = "`wrong_phase`, `lost_race`"),
        (status = 412, description = "`stale`"),
        (status = 422, description = "`invalid_input`, with every fault"),
        (status = 428, description = "`precondition_required`"),
    )
)]
#[put("/organise/editions/{slug}/replies/{nomination}")]
async fn record_reply(
    app: web::Data<App>,
    office: Office,
    path: web::Path<(String, String)>,
    seen: IfMatch,
    body: Parsed<RecordedReply>,
) -> Answer<Versioned<WinnerView>> {
    let nomination = nomination(&path.1)?;
    let deed = office.caller.deed(&app);
    let (version, body) = replies::record(&app, deed, office.edition.id, nomination, seen, body.value).await?;
    Ok(Versioned { version, body })
}

/// Name who telephones a winner, and under which number.
#[utoipa::path(
    tag = "announcement",
    security(("bearer" = [])),
    params(
        ("slug" = EditionSlug, Path, description = "The edition", example = "2021"),
        ("nomination" = NominationId, Path, description = "The winner's nomination"),
        ("If-Match" = Option<String>, Header, description = "The `ETag`, where a caller is named already"),
    ),
    request_body(content = NamedCaller,
        example = json!({"person": "Пётр Образцов", "phone": "+7 8442 00-00-00", "caller": "Olive Organiser"})),
    responses(
        (status = 200, description = "Who calls whom", body = CallView, headers(("etag" = String))),
        (status = 400, description = "`malformed_json`, `unknown_field`"),
        (status = 401, description = "`not_signed_in`"),
        (status = 403, description = "`not_allowed`"),
        (status = 404, description = "`not_found`: no such edition, or no winner of it"),
        (status = 409, description = "`wrong_phase`, `lost_race`"),
        (status = 412, description = "`stale`"),
        (status = 422, description = "`invalid_input`, with every fault"),
        (status = 428, description = "`precondition_required`"),
    )
)]
#[put("/organise/editions/{slug}/callers/{nomination}")]
async fn name_caller(
    app: web::Data<App>,
    office: Office,
    path: web::Path<(String, String)>,
    seen: IfMatch,
    body: Parsed<NamedCaller>,
) -> Answer<Versioned<CallView>> {
    let nomination = nomination(&path.1)?;
    let deed = office.caller.deed(&app);
    let call = replies::name_caller(&app, deed, office.edition.id, nomination, seen, body.value).await?;
    Ok(Versioned { version: call.version, body: call })
}

fn nomination(text: &str) -> Answer<NominationId> {
    NominationId::parse(text).ok_or_else(|| Problem::new(Code::NotFound))
}
