//! Results over HTTP: organisers see, rule, decide; approvers sign.

use actix_web::http::header;
use actix_web::{HttpResponse, get, post, put, web};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::Above;
use super::bundle::document::{Document, Ruling};
use super::decisions::{self, DecisionForm, DecisionView};
use super::rulings::{self, RulingsForm, RulingsView};
use super::sign::{self, DigestView, ReopenForm, SignForm};
use super::view::{self, ResultsView};
use crate::accounts::{Approver, Office, Overseer};
use crate::app::App;
use crate::editions::EditionSlug;
use crate::http::answer::{Private, Versioned};
use crate::http::body::Parsed;
use crate::http::etag::IfMatch;
use crate::http::problem::Answer;
use crate::ids::NominationId;
use crate::text::Bilingual;

/// The calls of this room.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(digest) // before the results, of which it is a part
        .service(results)
        .service(read_rulings)
        .service(rule)
        .service(read_decision)
        .service(decide)
        .service(sign_off)
        .service(reopen)
        .service(bundle);
}

/// Rulings of a category.
#[derive(Deserialize, ToSchema)]
#[allow(dead_code, reason = "the schema of a body that the door reads")]
struct RulingsBody {
    /// As in the bundle (`docs/judging.md`); the list replaces the one before. A vote's `category` may be left out.
    rulings: Vec<Ruling>,
}

/// A category's decision.
#[derive(Deserialize, ToSchema)]
#[allow(dead_code, reason = "the schema of a body that the door reads")]
struct DecisionBody {
    /// Who wins: no more than the category has places.
    winners: Vec<NominationId>,
    /// Who is commended.
    commended: Vec<NominationId>,
    /// A citation of 20 to 60 words in each language, by nomination. Everyone who is honoured needs one, and before the
    /// results are signed so many of a category have one that it tells nothing: three, or all that are ranked.
    #[schema(value_type = std::collections::BTreeMap<String, Bilingual>)]
    citations: std::collections::BTreeMap<NominationId, Bilingual>,
    /// Owed where the decision is not what the ranking proposes, or breaks a tie.
    #[schema(max_length = 1000)]
    reason: Option<String>,
}

/// A signature.
#[derive(Deserialize, ToSchema)]
#[allow(dead_code, reason = "the schema of a body that the door reads")]
struct SignBody {
    /// The digest that was read.
    digest: String,
    /// The second factor's code: owed but in a trial.
    code: Option<String>,
}

/// Why results are opened again.
#[derive(Deserialize, ToSchema)]
#[allow(dead_code, reason = "the schema of a body that the door reads")]
struct ReopenBody {
    /// The reason.
    #[schema(min_length = 1, max_length = 1000)]
    reason: String,
}

/// JSON that is written already.
fn written(json: String) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "application/json"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(json)
}

/// The official ranking of each category as the command `tally` prints it, with the nominations' names and each panel's
/// sheets. From the moment judging has closed; looking is audited.
#[utoipa::path(
    tag = "results",
    security(("bearer" = [])),
    params(("slug" = EditionSlug, Path, description = "The edition", example = "2027")),
    responses(
        (status = 200, description = "The results", body = ResultsView),
        (status = 401, description = "`not_signed_in`, `session_ended`"),
        (status = 403, description = "`not_allowed`"),
        (status = 404, description = "There is no such edition"),
        (status = 409, description = "`wrong_phase`: judging has not closed"),
    )
)]
#[get("/organise/editions/{slug}/results")]
async fn results(app: web::Data<App>, office: Office) -> Answer<HttpResponse> {
    let deed = office.caller.deed(&app);
    Ok(written(view::results(&app, deed, office.edition).await?))
}

/// What was ruled in a category. Looking is audited.
#[utoipa::path(
    tag = "results",
    security(("bearer" = [])),
    params(
        ("slug" = EditionSlug, Path, description = "The edition", example = "2027"),
        ("category" = String, Path, description = "The category", example = "I1"),
    ),
    responses(
        (status = 200, description = "The rulings", body = RulingsView, headers(("etag" = String))),
        (status = 401, description = "`not_signed_in`, `session_ended`"),
        (status = 403, description = "`not_allowed`"),
        (status = 404, description = "There is no such edition or category"),
        (status = 409, description = "`wrong_phase`: judging has not closed"),
    )
)]
#[get("/organise/editions/{slug}/rulings/{category}")]
async fn read_rulings(
    app: web::Data<App>,
    office: Office,
    path: web::Path<(String, String)>,
) -> Answer<Versioned<RulingsView>> {
    let deed = office.caller.deed(&app);
    Ok(rulings::read(&app, deed, office.edition, path.into_inner().1).await?)
}

/// Rules in a category: a quorum waived, a late sheet admitted, the chairs' common order of nominations that are level;
/// each with its reason. Until the decision lock. Signatures under what stood before lose their weight.
#[utoipa::path(
    tag = "results",
    security(("bearer" = [])),
    params(
        ("slug" = EditionSlug, Path, description = "The edition", example = "2027"),
        ("category" = String, Path, description = "The category", example = "I1"),
    ),
    request_body(content = RulingsBody, example = json!({"rulings": [
        {"kind": "quorum_waiver", "nomination": "01890000-0000-7000-8000-000000000001", "reason": "A judge fell ill."},
        {"kind": "late_admitted", "judge": "9f2c1a7b64d05e38", "nomination": "01890000-0000-7000-8000-000000000001",
         "reason": "The service was down for an hour."},
        {"kind": "joint_vote", "order": [["01890000-0000-7000-8000-000000000002"],
         ["01890000-0000-7000-8000-000000000003"]], "reason": "Both panels met and preferred it for its reach."}]})),
    responses(
        (status = 200, description = "What now stands", body = RulingsView, headers(("etag" = String))),
        (status = 400, description = "`malformed_json`, `unknown_field`"),
        (status = 401, description = "`not_signed_in`, `session_ended`"),
        (status = 403, description = "`not_allowed`"),
        (status = 404, description = "There is no such edition or category"),
        (status = 409, description = "`wrong_phase`; `frozen` since the decision lock"),
        (status = 412, description = "It was changed since it was read"),
        (status = 422, description = "Every fault of the body"),
        (status = 428, description = "It stands already: `If-Match` is missing"),
    )
)]
#[put("/organise/editions/{slug}/rulings/{category}")]
async fn rule(
    app: web::Data<App>,
    office: Office,
    path: web::Path<(String, String)>,
    seen: IfMatch,
    body: Parsed<RulingsForm>,
) -> Answer<Versioned<RulingsView>> {
    let deed = office.caller.deed(&app);
    Ok(rulings::rule(&app, deed, office.edition, path.into_inner().1, body.value, seen).await?)
}

/// A category's decision, and what the ranking proposes. Looking is audited.
#[utoipa::path(
    tag = "results",
    security(("bearer" = [])),
    params(
        ("slug" = EditionSlug, Path, description = "The edition", example = "2027"),
        ("category" = String, Path, description = "The category", example = "I1"),
    ),
    responses(
        (status = 200, description = "The decision", body = DecisionView, headers(("etag" = String))),
        (status = 401, description = "`not_signed_in`, `session_ended`"),
        (status = 403, description = "`not_allowed`"),
        (status = 404, description = "There is no such edition, or no such category to decide"),
        (status = 409, description = "`wrong_phase`: judging has not closed"),
    )
)]
#[get("/organise/editions/{slug}/decisions/{category}")]
async fn read_decision(
    app: web::Data<App>,
    office: Office,
    path: web::Path<(String, String)>,
) -> Answer<Versioned<DecisionView>> {
    let deed = office.caller.deed(&app);
    Ok(decisions::read(&app, deed, office.edition, path.into_inner().1).await?)
}

/// Decides a category, until the decision lock. Signatures under what stood before lose their weight.
#[utoipa::path(
    tag = "results",
    security(("bearer" = [])),
    params(
        ("slug" = EditionSlug, Path, description = "The edition", example = "2027"),
        ("category" = String, Path, description = "The category", example = "I1"),
    ),
    request_body(content = DecisionBody, example = json!({
        "winners": ["01890000-0000-7000-8000-000000000001"], "commended": [],
        "citations": {"01890000-0000-7000-8000-000000000001": {
            "en": "For forty years of letters, visits and shared gardens, and for teaching two generations that a \
                neighbour may live three thousand kilometres away.",
            "ru": "За сорок лет писем, поездок и общих садов и за то, что два поколения узнали: соседи могут жить и за \
                три тысячи километров, а дружить по-настоящему."}},
        "reason": "The panels met and agreed that nobody else should be commended this year."})),
    responses(
        (status = 200, description = "What now stands", body = DecisionView, headers(("etag" = String))),
        (status = 400, description = "`malformed_json`, `unknown_field`"),
        (status = 401, description = "`not_signed_in`, `session_ended`"),
        (status = 403, description = "`not_allowed`"),
        (status = 404, description = "There is no such edition, or no such category to decide"),
        (status = 409, description = "`wrong_phase`; `frozen` since the decision lock"),
        (status = 412, description = "It was changed since it was read"),
        (status = 422, description = "Every fault of the body, `reason_required` and `citation_missing` among them"),
        (status = 428, description = "It stands already: `If-Match` is missing"),
    )
)]
#[put("/organise/editions/{slug}/decisions/{category}")]
async fn decide(
    app: web::Data<App>,
    office: Office,
    path: web::Path<(String, String)>,
    seen: IfMatch,
    body: Parsed<DecisionForm>,
) -> Answer<Versioned<DecisionView>> {
    let deed = office.caller.deed(&app);
    Ok(decisions::decide(&app, deed, office.edition, path.into_inner().1, body.value, seen).await?)
}

/// The digest that is signed, the signatures given so far, and what must be settled before. Looking is audited.
#[utoipa::path(
    tag = "results",
    security(("bearer" = [])),
    params(("slug" = EditionSlug, Path, description = "The edition", example = "2027")),
    responses(
        (status = 200, description = "Where signing stands", body = DigestView),
        (status = 401, description = "`not_signed_in`, `session_ended`"),
        (status = 403, description = "`not_allowed`"),
        (status = 404, description = "There is no such edition"),
        (status = 409, description = "`wrong_phase`: judging has not closed"),
    )
)]
#[get("/organise/editions/{slug}/results/digest")]
async fn digest(app: web::Data<App>, office: Office) -> Answer<Private<DigestView>> {
    let (deed, language) = (office.caller.deed(&app), office.caller.visit().language);
    Ok(Private(sign::read(&app, deed, office.edition, language).await?))
}

/// An approver signs for their city. When every city has signed the same digest, the results are sealed; an edition of
/// one panel needs two approvers of it. Signing again what one has signed changes nothing.
#[utoipa::path(
    tag = "results",
    security(("bearer" = [])),
    params(("slug" = EditionSlug, Path, description = "The edition", example = "2027")),
    request_body(content = SignBody, example = json!({
        "digest": "sha256:6b7eb5c0a01c03547713769e2fb86f9e337471a550cd66a271f5cbc161ad6204", "code": "492039"})),
    responses(
        (status = 200, description = "Where signing stands", body = DigestView),
        (status = 400, description = "`malformed_json`, `unknown_field`"),
        (status = 401, description = "`not_signed_in`, `session_ended`; `totp_required`: the code is missing, wrong or used \
            already"),
        (status = 403, description = "No approver of this edition, or of a panel that was closed"),
        (status = 404, description = "There is no such edition"),
        (status = 409, description = "`stale_digest`; `unsettled` or `citation_missing`, with all that is; `wrong_phase`"),
        (status = 422, description = "Every fault of the body"),
        (status = 429, description = "`too_many_requests`, after five wrong codes"),
    )
)]
#[post("/organise/editions/{slug}/sign-off")]
async fn sign_off(
    app: web::Data<App>,
    approver: Approver,
    above: Option<web::Data<Above>>,
    body: Parsed<SignForm>,
) -> Answer<Private<DigestView>> {
    let (deed, language) = (approver.caller.deed(&app), approver.caller.visit().language);
    let above = above.map(|above| **above).unwrap_or_default();
    Ok(Private(sign::sign(&app, deed, approver, body.value, above, language).await?))
}

/// Opens the results again, until the decision lock: every signature loses its weight.
#[utoipa::path(
    tag = "results",
    security(("bearer" = [])),
    params(("slug" = EditionSlug, Path, description = "The edition", example = "2027")),
    request_body(content = ReopenBody, example = json!({"reason": "A citation names the wrong year."})),
    responses(
        (status = 200, description = "Where signing stands", body = DigestView),
        (status = 400, description = "`malformed_json`, `unknown_field`"),
        (status = 401, description = "`not_signed_in`, `session_ended`"),
        (status = 403, description = "`not_allowed`"),
        (status = 404, description = "There is no such edition"),
        (status = 409, description = "`wrong_phase`; `frozen` since the decision lock"),
        (status = 422, description = "Every fault of the body"),
    )
)]
#[post("/organise/editions/{slug}/reopen")]
async fn reopen(app: web::Data<App>, office: Office, body: Parsed<ReopenForm>) -> Answer<Private<DigestView>> {
    let (deed, language) = (office.caller.deed(&app), office.caller.visit().language);
    Ok(Private(sign::reopen(&app, deed, office.edition, body.value, language).await?))
}

/// All that is needed to count the scores again, under pseudonyms; once sealed, with decisions, signatures and the
/// installation's own signature, to the byte. Looking is audited. An auditor reads it after the release.
#[utoipa::path(
    tag = "results",
    security(("bearer" = [])),
    params(("slug" = EditionSlug, Path, description = "The edition", example = "2027")),
    responses(
        (status = 200, description = "The bundle: `docs/judging.md`", body = Document),
        (status = 401, description = "`not_signed_in`, `session_ended`; before the release `reauthentication_required`: the \
            last sign-in is over 15 minutes ago"),
        (status = 403, description = "`not_allowed`"),
        (status = 404, description = "There is no such edition"),
        (status = 409, description = "`wrong_phase`: judging has not closed"),
    )
)]
#[get("/organise/editions/{slug}/bundle")]
async fn bundle(app: web::Data<App>, overseer: Overseer) -> Answer<HttpResponse> {
    let deed = overseer.caller.deed(&app);
    Ok(written(view::bundle(&app, deed, overseer.edition, overseer.role).await?))
}
