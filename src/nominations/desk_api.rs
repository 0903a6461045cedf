//! Organisers' smaller acts on a nomination over HTTP: safeguards, questions, counts; and the nominator's answers.

use actix_web::{get, post, put, web};
use sha2::{Digest as _, Sha256};
use utoipa_actix_web::service_config::ServiceConfig;

use super::questions::{self, OwnQuestions, QuestionView, Questions, Said};
use super::safeguards::{self, Redactions, Sensitive};
use super::schema::{AnswerBody, QuestionBody, RedactionsBody, SensitiveBody};
use super::statistics::{self, Statistics};
use super::view::NominationView;
use crate::accounts::{Office, Overseer};
use crate::app::App;
use crate::audit::Actor;
use crate::editions::EditionSlug;
use crate::http::answer::{Created, Private, Versioned};
use crate::http::body::{JsonBytes, Parsed};
use crate::http::door::parse_with;
use crate::http::etag::IfMatch;
use crate::http::idempotency::IdempotencyKey;
use crate::http::links::{Bearer, LinkKind};
use crate::http::problem::{Answer, Code, Problem};
use crate::http::request::Visit;
use crate::ids::NominationId;

/// These calls.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(mark_sensitive)
        .service(black_out)
        .service(ask_nominator)
        .service(read_questions)
        .service(read_own_questions)
        .service(answer_question)
        .service(read_statistics);
}

/// Mark a person at risk, or take the mark away: while it stands, the name is published nowhere, whatever is decided.
#[utoipa::path(
    tag = "screening",
    security(("bearer" = [])),
    params(
        ("slug" = EditionSlug, Path, description = "The edition", example = "2027"),
        ("id" = NominationId, Path, description = "The nomination"),
        ("If-Match" = Option<String>, Header, description = "The nomination's `ETag`, where it was marked before"),
    ),
    request_body(content = SensitiveBody, example = json!({"flag": true, "reason": "Their employer must not know."})),
    responses(
        (status = 200, description = "As it stands", body = NominationView, headers(("etag" = String))),
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
#[put("/organise/editions/{slug}/nominations/{id}/sensitive")]
async fn mark_sensitive(
    app: web::Data<App>,
    office: Office,
    path: web::Path<(String, String)>,
    seen: IfMatch,
    body: Parsed<Sensitive>,
) -> Answer<Versioned<NominationView>> {
    let deed = office.caller.deed(&app);
    Ok(safeguards::mark(&app, deed, office.edition, id(&path.1)?, seen, body.value).await?)
}

/// Black out words for judges: all spans that they shall not see, in characters, instead of those said before.
///
/// Judges read `[removed]` in the text's language. The original stays beside it for organisers; with `erase` it goes from
/// the nomination, for good. Of a text that changes afterwards judges see nothing until an organiser has looked again.
#[utoipa::path(
    tag = "screening",
    security(("bearer" = [])),
    params(
        ("slug" = EditionSlug, Path, description = "The edition", example = "2027"),
        ("id" = NominationId, Path, description = "The nomination"),
        ("If-Match" = Option<String>, Header, description = "The nomination's `ETag`, where words were blacked out before"),
    ),
    request_body(content = RedactionsBody, example = json!({"spans": [{"field": "/story/impact", "start": 4, "end": 11}]})),
    responses(
        (status = 200, description = "As it stands", body = NominationView, headers(("etag" = String))),
        (status = 400, description = "`malformed_json`, `unknown_field`"),
        (status = 401, description = "`not_signed_in`, `session_ended`"),
        (status = 403, description = "`not_allowed`"),
        (status = 404, description = "There is none of this id in the edition"),
        (status = 409, description = "`wrong_phase`"),
        (status = 412, description = "`stale`"),
        (status = 422, description = "`invalid_input`, with every fault: `no_text`, `outside_text`"),
        (status = 428, description = "`precondition_required`"),
    )
)]
#[put("/organise/editions/{slug}/nominations/{id}/redactions")]
async fn black_out(
    app: web::Data<App>,
    office: Office,
    path: web::Path<(String, String)>,
    seen: IfMatch,
    body: Parsed<Redactions>,
) -> Answer<Versioned<NominationView>> {
    let deed = office.caller.deed(&app);
    Ok(safeguards::black_out_words(&app, deed, office.edition, id(&path.1)?, seen, body.value).await?)
}

/// Ask the nominator a question, on a judge's behalf too: by mail, and answered by the nomination's link.
#[utoipa::path(
    tag = "screening",
    security(("bearer" = [])),
    params(
        ("slug" = EditionSlug, Path, description = "The edition", example = "2027"),
        ("id" = NominationId, Path, description = "The nomination"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to send twice"),
    ),
    request_body(content = QuestionBody, example = json!({"text": "In which year did the choir first travel?"})),
    responses(
        (status = 201, description = "It is asked", body = QuestionView, headers(("location" = String))),
        (status = 400, description = "`malformed_json`, `unknown_field`"),
        (status = 401, description = "`not_signed_in`, `session_ended`"),
        (status = 403, description = "`not_allowed`"),
        (status = 404, description = "There is none of this id in the edition"),
        (status = 409, description = "`wrong_phase`; `illegal_move`: it is not confirmed, or withdrawn, or its nominator has no email"),
        (status = 422, description = "`invalid_input`; `idempotency_key_reused`"),
    )
)]
#[post("/organise/editions/{slug}/nominations/{id}/questions")]
async fn ask_nominator(
    app: web::Data<App>,
    office: Office,
    path: web::Path<(String, String)>,
    key: IdempotencyKey,
    JsonBytes(body): JsonBytes,
) -> Answer<Created<QuestionView>> {
    let deed = office.caller.deed(&app);
    let nomination = id(&path.1)?;
    let said = parse_with(&body, Said::read_question)?;
    let once = key.with(&Sha256::digest(&body).into());
    let location = format!("/api/v1/organise/editions/{}/nominations/{nomination}/questions", office.edition.slug);
    let outcome = questions::ask(&app, deed, office.edition, nomination, said, once).await?;
    Ok(Created { location, outcome })
}

/// What the nominator was asked, and what they say.
#[utoipa::path(
    tag = "screening",
    security(("bearer" = [])),
    params(
        ("slug" = EditionSlug, Path, description = "The edition", example = "2027"),
        ("id" = NominationId, Path, description = "The nomination"),
    ),
    responses(
        (status = 200, description = "All of them", body = Questions),
        (status = 401, description = "`not_signed_in`, `session_ended`"),
        (status = 403, description = "`not_allowed`"),
        (status = 404, description = "There is none of this id in the edition"),
    )
)]
#[get("/organise/editions/{slug}/nominations/{id}/questions")]
async fn read_questions(
    app: web::Data<App>,
    office: Office,
    path: web::Path<(String, String)>,
) -> Answer<Private<Questions>> {
    Ok(Private(questions::list(&app, office.edition, id(&path.1)?).await?))
}

/// What one is asked about one's own nomination.
#[utoipa::path(
    tag = "links",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "All questions, the oldest first", body = OwnQuestions),
        (status = 401, description = "`not_signed_in`: no token"),
        (status = 404, description = "`link_not_valid`"),
    )
)]
#[get("/link/question")]
async fn read_own_questions(app: web::Data<App>, bearer: Bearer) -> Answer<Private<OwnQuestions>> {
    Ok(Private(questions::own(&app, bearer.of(LinkKind::Nomination)?, app.clock.now()).await?))
}

/// Answer a question about one's own nomination: the oldest open one where none is named.
#[utoipa::path(
    tag = "links",
    security(("bearer" = [])),
    request_body(content = AnswerBody, example = json!({"text": "In 1987, to Kiel."})),
    responses(
        (status = 200, description = "All questions as they stand", body = OwnQuestions),
        (status = 400, description = "`malformed_json`, `unknown_field`"),
        (status = 401, description = "`not_signed_in`: no token"),
        (status = 404, description = "`link_not_valid`"),
        (status = 409, description = "`wrong_phase`; `illegal_move`: nothing is asked, or it is answered already"),
        (status = 422, description = "`invalid_input`"),
    )
)]
#[post("/link/question")]
async fn answer_question(
    app: web::Data<App>,
    visit: Visit,
    bearer: Bearer,
    JsonBytes(body): JsonBytes,
) -> Answer<Private<OwnQuestions>> {
    let deed = visit.deed(&app, Actor::Link);
    let link = bearer.of(LinkKind::Nomination)?;
    questions::own(&app, link, deed.at).await?; // a dead link is told before a fault of the body
    let said = crate::http::door::parse_body(&body)?;
    Ok(Private(questions::answer(&app, deed, link, said).await?))
}

/// Counts by status, category, city, language, source and day; an auditor sees them up to judging.
#[utoipa::path(
    tag = "screening",
    security(("bearer" = [])),
    params(("slug" = EditionSlug, Path, description = "The edition", example = "2027")),
    responses(
        (status = 200, description = "The counts", body = Statistics),
        (status = 401, description = "`not_signed_in`, `session_ended`"),
        (status = 403, description = "`not_allowed`"),
        (status = 404, description = "There is no such edition"),
        (status = 409, description = "`wrong_phase`: to an auditor after judging"),
    )
)]
#[get("/organise/editions/{slug}/statistics")]
async fn read_statistics(app: web::Data<App>, overseer: Overseer) -> Answer<Private<Statistics>> {
    let now = app.clock.now();
    crate::accounts::Action::SeeStatistics.require(overseer.role, &overseer.edition, now)?;
    Ok(Private(statistics::count(&app, overseer.edition).await?))
}

fn id(text: &str) -> Result<NominationId, Problem> {
    NominationId::parse(text).ok_or_else(|| Problem::new(Code::NotFound))
}
