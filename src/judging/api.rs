//! Judging over HTTP: the judges' own calls, and the organisers'.

use actix_web::{get, post, put, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::assignments::{self, AssignmentItem};
use super::declarations::{self, DeclarationForm, DeclarationView};
use super::model::{AssignmentState, RecusalReason, Scores, Seat};
use super::plan::{self, Applied, ApplyForm, PlanForm};
use super::plan_view::PlanView;
use super::progress::{self, Audience, Progress};
use super::queue::{self, AssignmentView, QueueFilter, QueueItem};
use super::recusal::{self, RecusalForm, RecusalView};
use super::sheets::{self, SheetView};
use crate::accounts::{Judge, Office, Overseer, Role};
use crate::app::App;
use crate::editions::EditionSlug;
use crate::http::answer::{Created, Private, Versioned};
use crate::http::body::{JsonBytes, Parsed};
use crate::http::etag::IfMatch;
use crate::http::idempotency::IdempotencyKey;
use crate::http::json;
use crate::http::paging::{Listing, Paging};
use crate::http::problem::{Answer, Code, Problem};
use crate::ids::{AssignmentId, EditionId, PlanId};

/// The calls of this room.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(declaration)
        .service(declare)
        .service(own_queue)
        .service(own_assignment)
        .service(save_sheet)
        .service(step_aside)
        .service(own_recusal)
        .service(make_plan)
        .service(apply_plan)
        .service(read_plan)
        .service(list_assignments)
        .service(read_progress);
}

impl From<&Judge> for Seat {
    fn from(judge: &Judge) -> Self {
        let parts = judge.caller.roles.iter().filter(|part| part.role.judges());
        let editions: Vec<EditionId> = parts.map(|part| part.edition).collect();
        Self { account: judge.caller.account, editions }
    }
}

fn slug(text: &str) -> Answer<EditionSlug> {
    EditionSlug::parse(text).ok_or_else(|| Problem::new(Code::NotFound))
}

fn assignment(text: &str) -> Answer<AssignmentId> {
    AssignmentId::parse(text).ok_or_else(|| Problem::new(Code::NotFound))
}

/// What a judge declares once an edition.
#[derive(Deserialize, ToSchema)]
#[allow(dead_code, reason = "the schema of a body that the door reads")]
struct DeclarationBody {
    /// The promise of confidence: `true`.
    confidential: bool,
    /// What the judge has an interest in.
    #[schema(max_length = 2000)]
    interests: Option<String>,
}

/// A score sheet.
#[derive(Deserialize, ToSchema)]
#[allow(dead_code, reason = "the schema of a body that the door reads")]
struct SheetBody {
    /// Whole numbers from 0 to the criterion's highest; a draft may leave criteria out.
    scores: Scores,
    /// Words for the committee, in either language.
    #[schema(max_length = 2000)]
    comment: Option<String>,
    /// Whether the sheet is submitted, or a draft.
    submit: bool,
}

/// Why a judge steps aside.
#[derive(Deserialize, ToSchema)]
#[allow(dead_code, reason = "the schema of a body that the door reads")]
struct RecusalBody {
    /// With whom the judge is bound up.
    reason: RecusalReason,
    /// More, for organisers only.
    #[schema(max_length = 1000)]
    detail: Option<String>,
}

/// What a plan is asked for.
#[derive(Deserialize, ToSchema)]
#[allow(dead_code, reason = "the schema of a body that the door reads")]
struct PlanBody {
    /// How many sheets each nomination needs of each panel.
    #[schema(minimum = 1, maximum = 1000)]
    per_panel: u32,
}

/// Which plan is to be made real.
#[derive(Deserialize, ToSchema)]
#[allow(dead_code, reason = "the schema of a body that the door reads")]
struct ApplyBody {
    /// The plan.
    plan_id: PlanId,
}

/// What of the queue is wanted.
#[derive(Debug, Default, Deserialize, Serialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct QueueQuery {
    /// One edition's alone.
    edition: Option<String>,
    /// What is this far alone: `assigned`, `draft`, `submitted`, `recused`.
    state: Option<String>,
}

impl QueueQuery {
    fn filter(&self) -> Answer<QueueFilter> {
        let edition = self.edition.as_deref().map(slug).transpose()?;
        let state = match self.state.as_deref() {
            None | Some("") => None,
            Some(word) => {
                let state = AssignmentState::parse(word);
                Some(state.ok_or_else(|| Problem::fault("/query/state", "bad_choice"))?)
            }
        };
        Ok(QueueFilter { edition, state })
    }
}

/// What the judge has declared for the edition; `confidential` is `false` before the first time.
#[utoipa::path(
    tag = "judging",
    security(("bearer" = [])),
    params(("slug" = EditionSlug, Path, description = "The edition", example = "2027")),
    responses(
        (status = 200, description = "The declaration", body = DeclarationView, headers(("etag" = String))),
        (status = 401, description = "`not_signed_in`, `session_ended`"),
        (status = 403, description = "No judge of this edition"),
        (status = 404, description = "There is no such edition"),
    )
)]
#[get("/judge/declarations/{slug}")]
async fn declaration(app: web::Data<App>, judge: Judge, path: web::Path<String>) -> Answer<Versioned<DeclarationView>> {
    Ok(declarations::read(&app, Seat::from(&judge), slug(&path)?).await?)
}

/// The judge promises confidence and names their interests. Before this all else under `/judge` is 403
/// `declaration_required`. A change needs `If-Match`.
#[utoipa::path(
    tag = "judging",
    security(("bearer" = [])),
    params(("slug" = EditionSlug, Path, description = "The edition", example = "2027")),
    request_body(content = DeclarationBody, example = json!({"confidential": true,
        "interests": "I sing in the choir of St Mark's."})),
    responses(
        (status = 200, description = "What now stands", body = DeclarationView, headers(("etag" = String))),
        (status = 400, description = "`malformed_json`, `unknown_field`"),
        (status = 401, description = "`not_signed_in`, `session_ended`"),
        (status = 403, description = "No judge of this edition"),
        (status = 404, description = "There is no such edition"),
        (status = 412, description = "It was changed since it was read"),
        (status = 422, description = "Every fault of the body"),
        (status = 428, description = "It stands already: `If-Match` is missing"),
    )
)]
#[put("/judge/declarations/{slug}")]
async fn declare(
    app: web::Data<App>,
    judge: Judge,
    path: web::Path<String>,
    seen: IfMatch,
    body: Parsed<DeclarationForm>,
) -> Answer<Versioned<DeclarationView>> {
    let deed = judge.caller.deed(&app);
    Ok(declarations::declare(&app, deed, Seat::from(&judge), slug(&path)?, body.value, seen).await?)
}

/// The judge's own queue, in the order in which it was given. Without `edition=`: of every edition that the judge has
/// declared for.
#[utoipa::path(
    tag = "judging",
    security(("bearer" = [])),
    params(QueueQuery, Paging),
    responses(
        (status = 200, description = "A stretch of the queue", body = Listing<QueueItem>),
        (status = 400, description = "`cursor_not_valid`"),
        (status = 401, description = "`not_signed_in`, `session_ended`"),
        (status = 403, description = "No judge; `declaration_required`"),
        (status = 404, description = "There is no such edition"),
        (status = 422, description = "`state` or `limit` is none of those offered"),
    )
)]
#[get("/judge/assignments")]
async fn own_queue(
    app: web::Data<App>,
    judge: Judge,
    query: web::Query<QueueQuery>,
    paging: web::Query<Paging>,
) -> Answer<Private<Listing<QueueItem>>> {
    let filter = query.filter()?;
    let scope = format!("judge-queue:{}:{:?}", judge.caller.account, filter);
    let stretch = paging.stretch(&app.keys, &scope)?;
    Ok(Private(queue::list(&app, Seat::from(&judge), filter, stretch).await?))
}

/// A nomination as a judge may see it, what is scored, and the judge's own sheet, whose `ETag` the answer bears: `"0"`
/// before the first save. Another's assignment is 404, and so is one that the judge has stepped aside from.
#[utoipa::path(
    tag = "judging",
    security(("bearer" = [])),
    params(("id" = AssignmentId, Path, description = "The assignment")),
    responses(
        (status = 200, description = "What is to be read and scored", body = AssignmentView, headers(("etag" = String))),
        (status = 401, description = "`not_signed_in`, `session_ended`"),
        (status = 403, description = "No judge; `declaration_required`"),
        (status = 404, description = "Another's, or there is none"),
    )
)]
#[get("/judge/assignments/{id}")]
async fn own_assignment(
    app: web::Data<App>,
    judge: Judge,
    path: web::Path<String>,
) -> Answer<Versioned<AssignmentView>> {
    Ok(queue::read(&app, Seat::from(&judge), assignment(&path)?).await?)
}

/// Saves the judge's own sheet while judging is open. Whatever stood before, it is then what was sent: a submitted sheet
/// that is saved with `submit: false` is a draft again, and counts for nothing until it is submitted anew. The first
/// save needs no `If-Match`.
#[utoipa::path(
    tag = "judging",
    security(("bearer" = [])),
    params(("id" = AssignmentId, Path, description = "The assignment")),
    request_body(content = SheetBody, example = json!({"scores": {"C1": 8, "C2": 7, "C3": 6, "C4": 7, "C5": 5},
        "comment": "Letters and story agree.", "submit": true})),
    responses(
        (status = 200, description = "What now stands", body = SheetView, headers(("etag" = String)), example = json!({
            "state": "submitted", "scores": {"C1": 8, "C2": 7, "C3": 6, "C4": 7, "C5": 5},
            "comment": "Letters and story agree.", "total": "69.00", "saved_at": "2027-08-02T09:00:00Z",
            "submitted_at": "2027-08-02T09:00:00Z"})),
        (status = 400, description = "`malformed_json`, `unknown_field`"),
        (status = 401, description = "`not_signed_in`, `session_ended`"),
        (status = 403, description = "No judge; `declaration_required`"),
        (status = 404, description = "Another's, or there is none"),
        (status = 409, description = "`wrong_phase`; `illegal_move`: the judge has stepped aside, or the nomination is no \
            longer judged"),
        (status = 412, description = "It was saved since it was read"),
        (status = 422, description = "Every fault: `unknown_criterion`, `score_range`, `wrong_type`, \
            `missing_criterion`, …"),
        (status = 428, description = "It stands already: `If-Match` is missing"),
    )
)]
#[put("/judge/assignments/{id}/sheet")]
async fn save_sheet(
    app: web::Data<App>,
    judge: Judge,
    path: web::Path<String>,
    seen: IfMatch,
    body: JsonBytes,
) -> Answer<Versioned<SheetView>> {
    let deed = judge.caller.deed(&app);
    let body = json::read(&body.0).map_err(|_| Problem::new(Code::MalformedJson))?;
    Ok(sheets::save(&app, deed, Seat::from(&judge), assignment(&path)?, body, seen).await?)
}

/// The judge steps aside: the sheet counts no more, and another judge of the panel takes over where one may. It cannot be
/// undone.
#[utoipa::path(
    tag = "judging",
    security(("bearer" = [])),
    params(
        ("id" = AssignmentId, Path, description = "The assignment"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to send twice"),
    ),
    request_body(content = RecusalBody, example = json!({"reason": "organisation",
        "detail": "I was its treasurer until 2019."})),
    responses(
        (status = 201, description = "The judge has stepped aside", body = RecusalView, headers(("location" = String))),
        (status = 400, description = "`malformed_json`, `unknown_field`"),
        (status = 401, description = "`not_signed_in`, `session_ended`"),
        (status = 403, description = "No judge; `declaration_required`"),
        (status = 404, description = "Another's, or there is none"),
        (status = 409, description = "`wrong_phase`; `illegal_move`: the judge has stepped aside already"),
        (status = 422, description = "Every fault of the body; `idempotency_key_reused`"),
    )
)]
#[post("/judge/assignments/{id}/recusal")]
async fn step_aside(
    app: web::Data<App>,
    judge: Judge,
    path: web::Path<String>,
    key: IdempotencyKey,
    body: Parsed<RecusalForm>,
) -> Answer<Created<RecusalView>> {
    let deed = judge.caller.deed(&app);
    let (id, once) = (assignment(&path)?, key.with(&body.digest));
    let outcome = recusal::step_aside(&app, deed, Seat::from(&judge), id, body.value, once).await?;
    Ok(Created { location: format!("/api/v1/judge/assignments/{id}/recusal"), outcome })
}

/// How the judge has stepped aside.
#[utoipa::path(
    tag = "judging",
    security(("bearer" = [])),
    params(("id" = AssignmentId, Path, description = "The assignment")),
    responses(
        (status = 200, description = "The judge has stepped aside", body = RecusalView),
        (status = 401, description = "`not_signed_in`, `session_ended`"),
        (status = 403, description = "No judge; `declaration_required`"),
        (status = 404, description = "Another's, or the judge has not stepped aside"),
    )
)]
#[get("/judge/assignments/{id}/recusal")]
async fn own_recusal(app: web::Data<App>, judge: Judge, path: web::Path<String>) -> Answer<Private<RecusalView>> {
    Ok(Private(recusal::read(&app, Seat::from(&judge), assignment(&path)?).await?))
}

/// Makes a plan: who would read what, each judge's load, what falls short and why. Nothing is assigned yet. Nominations
/// whose nominee has not had the privacy notice are left out.
#[utoipa::path(
    tag = "judging",
    security(("bearer" = [])),
    params(
        ("slug" = EditionSlug, Path, description = "The edition", example = "2027"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to send twice"),
    ),
    request_body(content = PlanBody, example = json!({"per_panel": 3})),
    responses(
        (status = 201, description = "The plan", body = PlanView, headers(("location" = String))),
        (status = 400, description = "`malformed_json`, `unknown_field`"),
        (status = 401, description = "`not_signed_in`, `session_ended`"),
        (status = 403, description = "No organiser of this edition"),
        (status = 404, description = "There is no such edition"),
        (status = 409, description = "`wrong_phase`"),
        (status = 422, description = "Every fault of the body; `idempotency_key_reused`"),
    )
)]
#[post("/organise/editions/{slug}/assignments/plan")]
async fn make_plan(
    app: web::Data<App>,
    office: Office,
    key: IdempotencyKey,
    body: Parsed<PlanForm>,
) -> Answer<Created<PlanView>> {
    let deed = office.caller.deed(&app);
    let once = key.with(&body.digest);
    let outcome = plan::make(&app, deed, office.edition.id, body.value, once).await?;
    let location = format!("/api/v1/organise/editions/{}/assignments/plan/{}", office.edition.slug, outcome.answer.id);
    Ok(Created { location, outcome })
}

/// Makes a plan real and writes to each judge who has something new to score. The second time it answers what the first
/// did.
#[utoipa::path(
    tag = "judging",
    security(("bearer" = [])),
    params(("slug" = EditionSlug, Path, description = "The edition", example = "2027")),
    request_body(content = ApplyBody, example = json!({"plan_id": "01980000-0000-7000-8000-000000000000"})),
    responses(
        (status = 200, description = "What it has changed", body = Applied),
        (status = 400, description = "`malformed_json`, `unknown_field`"),
        (status = 401, description = "`not_signed_in`, `session_ended`"),
        (status = 403, description = "No organiser of this edition"),
        (status = 404, description = "There is no such edition, or no such plan of it"),
        (status = 409, description = "`wrong_phase`; `lost_race`: another plan was applied since this one was made"),
        (status = 422, description = "Every fault of the body"),
    )
)]
#[post("/organise/editions/{slug}/assignments/apply")]
async fn apply_plan(app: web::Data<App>, office: Office, body: Parsed<ApplyForm>) -> Answer<Private<Applied>> {
    let deed = office.caller.deed(&app);
    Ok(Private(plan::apply(&app, deed, office.edition.id, body.value).await?))
}

/// A plan that was made.
#[utoipa::path(
    tag = "judging",
    security(("bearer" = [])),
    params(
        ("slug" = EditionSlug, Path, description = "The edition", example = "2027"),
        ("id" = PlanId, Path, description = "The plan"),
    ),
    responses(
        (status = 200, description = "The plan", body = PlanView),
        (status = 401, description = "`not_signed_in`, `session_ended`"),
        (status = 403, description = "No organiser of this edition"),
        (status = 404, description = "There is no such edition, or no such plan of it"),
    )
)]
#[get("/organise/editions/{slug}/assignments/plan/{id}")]
async fn read_plan(
    app: web::Data<App>,
    office: Office,
    path: web::Path<(String, String)>,
) -> Answer<Private<PlanView>> {
    let id = PlanId::parse(&path.1).ok_or_else(|| Problem::new(Code::NotFound))?;
    Ok(Private(plan::read(&app, office.edition, id).await?))
}

/// Who reads what, and how far each is; never a score.
#[utoipa::path(
    tag = "judging",
    security(("bearer" = [])),
    params(("slug" = EditionSlug, Path, description = "The edition", example = "2027"), Paging),
    responses(
        (status = 200, description = "A stretch of the assignments", body = Listing<AssignmentItem>),
        (status = 400, description = "`cursor_not_valid`"),
        (status = 401, description = "`not_signed_in`, `session_ended`"),
        (status = 403, description = "No organiser of this edition"),
        (status = 404, description = "There is no such edition"),
        (status = 422, description = "`limit` is out of range"),
    )
)]
#[get("/organise/editions/{slug}/assignments")]
async fn list_assignments(
    app: web::Data<App>,
    office: Office,
    paging: web::Query<Paging>,
) -> Answer<Private<Listing<AssignmentItem>>> {
    let scope = format!("assignments:{}:{}", office.edition.id, office.caller.account);
    let stretch = paging.stretch(&app.keys, &scope)?;
    Ok(Private(assignments::list(&app, office.edition, stretch).await?))
}

/// How many sheets are due, begun and submitted, by panel and judge; never a score. Organisers and approvers see all, a
/// chair the own panel while judging and deliberation last, an auditor the panels' counts up to judging.
#[utoipa::path(
    tag = "judging",
    security(("bearer" = [])),
    params(("slug" = EditionSlug, Path, description = "The edition", example = "2027")),
    responses(
        (status = 200, description = "The progress, as far as the caller may see it", body = Progress),
        (status = 401, description = "`not_signed_in`, `session_ended`"),
        (status = 403, description = "Neither organiser nor chair nor auditor of this edition"),
        (status = 404, description = "There is no such edition"),
        (status = 409, description = "`wrong_phase`"),
    )
)]
#[get("/organise/editions/{slug}/progress")]
async fn read_progress(app: web::Data<App>, overseer: Overseer) -> Answer<Private<Progress>> {
    let now = app.clock.now();
    let audience = audience(&overseer).ok_or_else(|| Problem::new(Code::NotAllowed))?;
    Ok(Private(progress::read(&app, overseer.edition, audience, now).await?))
}

fn audience(overseer: &Overseer) -> Option<Audience> {
    match overseer.role {
        Role::Organiser | Role::Approver => Some(Audience::Office),
        Role::Chair => overseer.caller.panel_as(Role::Chair, overseer.edition.id).cloned().map(Audience::Chair),
        Role::Auditor => Some(Audience::Auditor),
        Role::Judge | Role::Translator => None,
    }
}
