//! Accounts over HTTP: sign-in, one's own account, invitations, an edition's people.

use actix_web::body::BoxBody;
use actix_web::{HttpRequest, HttpResponse, Responder, delete, get, patch, post, web};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::code::FactorCode;
use super::devices::Whence;
use super::guards::{Caller, Office};
use super::invitations::{self, AcceptInvitation, InvitePerson};
use super::model::{Person, Role, Sheets, Standing};
use super::password::Attempt;
use super::people::{self, Removal};
use super::profile::{self, ProfileChange};
use super::sign_in::{self, Entry, SignedIn};
use super::{factor_api, store, tokens};
use crate::app::App;
use crate::audit::Actor;
use crate::clock::Time;
use crate::editions::{EditionSlug, PanelKey};
use crate::fields::{Email, Flaw, PersonName, ShortText};
use crate::http::answer::{Created, Private, Versioned};
use crate::http::body::Parsed;
use crate::http::door::{Door, FromBody};
use crate::http::etag::IfMatch;
use crate::http::idempotency::{IdempotencyKey, Outcome};
use crate::http::paging::{Listing, Paging};
use crate::http::problem::{Answer, Code, Problem};
use crate::http::request::Visit;
use crate::ids::{AccountId, RoleId};
use crate::store::StoreError;
use crate::text::Language;

/// The calls of this room.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(login)
        .service(refresh)
        .service(logout)
        .service(accept)
        .configure(super::reset_api::routes)
        .configure(super::own_api::routes)
        .service(me)
        .service(change_me)
        .service(invite)
        .service(list)
        .service(remove)
        .service(invite_again)
        .service(withdraw)
        .configure(factor_api::routes);
}

// ——— Sign-in ———

/// The tokens of somebody who is signed in.
#[derive(Serialize, ToSchema)]
pub struct TokensView {
    /// A JWT for `Authorization: Bearer …`.
    pub access_token: String,
    /// Always `Bearer`.
    #[schema(example = "Bearer")]
    pub token_type: &'static str,
    /// Seconds that the access token lives.
    #[schema(example = 900)]
    pub expires_in: i64,
    /// Good once, for the next pair.
    pub refresh_token: String,
}

impl From<SignedIn> for TokensView {
    fn from(signed_in: SignedIn) -> Self {
        let SignedIn { access_token, refresh_token } = signed_in;
        let expires_in = tokens::ACCESS_LIVES.whole_seconds();
        Self { access_token, token_type: "Bearer", expires_in, refresh_token }
    }
}

/// Tokens, and to a browser the cookie by which it is known again.
struct Entered(Entry);

impl Responder for Entered {
    type Body = BoxBody;
    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let Entry { tokens, device } = self.0;
        device.be_known(request);
        Private(TokensView::from(tokens)).respond_to(request)
    }
}

/// Address and password.
#[derive(ToSchema)]
pub struct LoginBody {
    /// The address to which the invitation came.
    pub email: Email,
    /// The password.
    #[schema(value_type = String, format = Password)]
    pub password: Attempt,
    /// The code of the second factor, or a recovery code, where the account has one.
    #[schema(value_type = Option<String>)]
    pub totp: Option<FactorCode>,
}

impl FromBody for LoginBody {
    fn read(door: &mut Door<'_>) -> Option<Self> {
        let email = door.required("email", |raw| Email::parse_with(raw, true));
        let password = door.required("password", |raw| Ok(Attempt::typed(raw)));
        let totp = door.optional("totp", |raw| FactorCode::typed(raw).ok_or(Flaw::Empty));
        Some(Self { email: email?, password: password?, totp: totp? })
    }
}

/// Signs in.
#[utoipa::path(
    tag = "sign-in",
    request_body(content = LoginBody, example = json!({
        "email": "carol@jury.example.org", "password": "a song for two rivers"
    })),
    responses(
        (status = 200, description = "Signed in", body = TokensView),
        (status = 400, description = "`malformed_json`, `unknown_field`"),
        (status = 401, description = "`invalid_credentials`, whether or not the account exists; after the right password \
            `totp_required`, where the code is missing, wrong or used already"),
        (status = 422, description = "`invalid_input`"),
        (status = 429, description = "`too_many_requests`, after repeated failure"),
        (status = 503, description = "`unavailable`"),
    )
)]
#[post("/auth/login")]
async fn login(app: web::Data<App>, visit: Visit, from: Whence, body: Parsed<LoginBody>) -> Answer<Entered> {
    let LoginBody { email, password, totp } = body.value;
    let deed = visit.deed(&app, Actor::Public);
    Ok(Entered(sign_in::sign_in(&app, deed, email, password, totp, from).await?))
}

/// A refresh token.
#[derive(ToSchema)]
pub struct RefreshBody {
    /// The one that came with the last pair.
    pub refresh_token: String,
}

impl FromBody for RefreshBody {
    fn read(door: &mut Door<'_>) -> Option<Self> {
        Some(Self { refresh_token: door.required("refresh_token", |raw| Ok(raw.trim().to_owned()))? })
    }
}

/// Renews the tokens. A refresh token that was used before ends the session.
///
/// With an `Idempotency-Key`, the same request may be sent again within ten seconds by a client that got no answer.
#[utoipa::path(
    tag = "sign-in",
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 128 printable ASCII characters")),
    request_body(content = RefreshBody, example = json!({"refresh_token": "AZrX…"})),
    responses(
        (status = 200, description = "A new pair", body = TokensView),
        (status = 400, description = "`malformed_json`, `unknown_field`"),
        (status = 401, description = "`session_ended`"),
        (status = 422, description = "`invalid_input`"),
        (status = 503, description = "`unavailable`"),
    )
)]
#[post("/auth/refresh")]
async fn refresh(
    app: web::Data<App>,
    visit: Visit,
    key: IdempotencyKey,
    body: Parsed<RefreshBody>,
) -> Answer<Private<TokensView>> {
    let deed = visit.deed(&app, Actor::Public);
    Ok(Private(sign_in::renew(&app, deed, &body.value.refresh_token, key.scope()).await?.into()))
}

/// Signs out: the session ends, with every token of it.
#[utoipa::path(
    tag = "sign-in",
    security(("bearer" = [])),
    responses(
        (status = 204, description = "Signed out"),
        (status = 401, description = "`not_signed_in`, `session_ended`"),
        (status = 503, description = "`unavailable`"),
    )
)]
#[post("/auth/logout")]
async fn logout(app: web::Data<App>, caller: Caller) -> Answer<HttpResponse> {
    sign_in::sign_out(&app, &caller).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// What accepts an invitation.
#[derive(ToSchema)]
pub struct AcceptBody {
    /// The last segment of the link in the invitation.
    pub token: String,
    /// A new password of 15 to 128 characters; the account's own, where the address has an account already.
    #[schema(value_type = String, format = Password, min_length = 15, max_length = 128)]
    pub password: Attempt,
    /// The name as its owner writes it.
    pub name: Option<PersonName>,
    /// The code of the second factor, or a recovery code, where the account has one.
    #[schema(value_type = Option<String>)]
    pub totp: Option<FactorCode>,
}

impl FromBody for AcceptBody {
    fn read(door: &mut Door<'_>) -> Option<Self> {
        let token = door.required("token", |raw| Ok(raw.trim().to_owned()));
        let password = door.required("password", Attempt::for_new);
        let name = door.optional("name", PersonName::parse);
        let totp = door.optional("totp", |raw| FactorCode::typed(raw).ok_or(Flaw::Empty));
        Some(Self { token: token?, password: password?, name: name?, totp: totp? })
    }
}

/// Accepts an invitation and signs in.
#[utoipa::path(
    tag = "sign-in",
    request_body(content = AcceptBody, example = json!({
        "token": "AZrX…", "password": "a song for two rivers", "name": "Carol Panel"
    })),
    responses(
        (status = 200, description = "Accepted and signed in", body = TokensView),
        (status = 400, description = "`malformed_json`, `unknown_field`"),
        (status = 401, description = "`invalid_credentials`: the address has an account, and this is not its password; \
            `totp_required`"),
        (status = 404, description = "`link_not_valid`"),
        (status = 422, description = "`invalid_input`: among others a password that is too short or easily guessed"),
        (status = 429, description = "`too_many_requests`, after repeated failure"),
        (status = 503, description = "`unavailable`"),
    )
)]
#[post("/auth/invitations/accept")]
async fn accept(app: web::Data<App>, visit: Visit, from: Whence, body: Parsed<AcceptBody>) -> Answer<Entered> {
    let AcceptBody { token, password, name, totp: code } = body.value;
    let deed = visit.deed(&app, Actor::Link);
    let accepted = AcceptInvitation { token, password, name, code };
    Ok(Entered(invitations::accept(&app, deed, accepted, from).await?))
}

// ——— One's own account ———

/// A part in an edition.
#[derive(Serialize, ToSchema)]
pub struct PartView {
    /// What they do.
    pub role: Role,
    /// The edition.
    pub edition: EditionSlug,
    /// The panel: approvers, judges and chairs have one.
    pub panel: Option<PanelKey>,
}

/// The caller.
#[derive(Serialize, ToSchema)]
pub struct MeView {
    /// The account.
    pub id: AccountId,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: Email,
    /// The language in which they are written to.
    pub language: Language,
    /// What they do, in every edition.
    pub roles: Vec<PartView>,
    /// Whether the account has a second factor.
    pub totp: bool,
}

impl From<Caller> for MeView {
    fn from(caller: Caller) -> Self {
        let parts = caller.roles.into_iter();
        let roles = parts.map(|part| PartView { role: part.role, edition: part.slug, panel: part.panel }).collect();
        let Caller { account: id, name, email, language, has_factor: totp, .. } = caller;
        Self { id, name, email, language, roles, totp }
    }
}

/// Who one is, and what one does.
#[utoipa::path(
    tag = "me",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The caller", body = MeView, headers(("ETag" = String))),
        (status = 401, description = "`not_signed_in`, `session_ended`"),
    )
)]
#[get("/me")]
async fn me(caller: Caller) -> Versioned<MeView> {
    Versioned { version: caller.version, body: caller.into() }
}

/// What changes of one's own account.
#[derive(ToSchema)]
pub struct ProfileBody {
    /// The name.
    pub name: Option<PersonName>,
    /// The language in which one is written to.
    pub language: Option<Language>,
}

impl FromBody for ProfileBody {
    fn read(door: &mut Door<'_>) -> Option<Self> {
        let name = door.optional("name", PersonName::parse);
        if door.has("email") {
            door.fault("email", "not_changeable");
        }
        door.let_pass(&["email"]);
        let language = door.optional_word("language", Language::parse);
        Some(Self { name: name?, language: language? })
    }
}

/// Changes one's own name or language.
#[utoipa::path(
    tag = "me",
    security(("bearer" = [])),
    params(("If-Match" = String, Header, description = "The `ETag` of what was read")),
    request_body(content = ProfileBody, example = json!({"language": "ru"})),
    responses(
        (status = 200, description = "The caller as they now stand", body = MeView, headers(("ETag" = String))),
        (status = 400, description = "`malformed_json`, `unknown_field`"),
        (status = 401, description = "`not_signed_in`, `session_ended`"),
        (status = 412, description = "`stale`"),
        (status = 422, description = "`invalid_input`"),
        (status = 428, description = "`precondition_required`"),
        (status = 503, description = "`unavailable`"),
    )
)]
#[patch("/me")]
async fn change_me(
    app: web::Data<App>,
    caller: Caller,
    seen: IfMatch,
    body: Parsed<ProfileBody>,
) -> Answer<Versioned<MeView>> {
    seen.require(caller.version)?;
    let ProfileBody { name, language } = body.value;
    let caller = profile::change_profile(&app, caller, ProfileChange { name, language }).await?;
    Ok(Versioned { version: caller.version, body: caller.into() })
}

// ——— An edition's people ———

/// An invitation.
#[derive(ToSchema)]
pub struct InviteBody {
    /// Where it goes.
    pub email: Email,
    /// Whose it is.
    pub name: PersonName,
    /// To what: `judge`, `chair`, `translator` or `auditor`. Organisers and approvers are invited by the operator.
    pub role: Role,
    /// For which panel; judges and chairs have one.
    pub panel: Option<PanelKey>,
    /// The language of the invitation; the panel's where none is said.
    pub language: Option<Language>,
    /// How many nominations a judge can take.
    #[schema(minimum = 1, maximum = 10000)]
    pub capacity: Option<u32>,
    /// The languages that a judge reads.
    pub reads: Vec<Language>,
    /// Where they work or belong: it may bar a judge from a nomination.
    pub organisation: Option<ShortText<1, 160>>,
}

impl FromBody for InviteBody {
    fn read(door: &mut Door<'_>) -> Option<Self> {
        let email = door.required("email", Email::parse);
        let name = door.required("name", PersonName::parse);
        let role = door.word("role", |word| Role::parse(word).filter(|role| !role.is_office()));
        let panel = door.optional_word("panel", PanelKey::parse);
        let language = door.optional_word("language", Language::parse);
        let capacity = door.integer("capacity");
        let reads = door.texts("reads", |word| Language::parse(word).ok_or(Flaw::BadChoice));
        let organisation = door.optional("organisation", ShortText::parse);
        let capacity = match capacity? {
            None => Some(None),
            Some(count @ 1..=10_000) => Some(u32::try_from(count).ok()),
            Some(_) => {
                let fault = Flaw::OutOfRange(1, 10_000);
                door.note(crate::http::faults::Fault::of(door.at("capacity"), fault));
                None
            }
        };
        Some(Self {
            email: email?,
            name: name?,
            role: role?,
            panel: panel?,
            language: language?,
            capacity: capacity?,
            reads: reads?,
            organisation: organisation?,
        })
    }
}

/// Somebody was invited.
#[derive(Serialize, ToSchema)]
pub struct InvitedView {
    /// Their part, and so their invitation.
    pub id: RoleId,
}

/// Invites a judge, a chair, a translator or an auditor.
///
/// Who was invited to the same role before and has not accepted gets a new link; the earlier one dies.
#[utoipa::path(
    tag = "people",
    security(("bearer" = [])),
    params(
        ("slug" = EditionSlug, Path, description = "The edition"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 128 printable ASCII characters"),
    ),
    request_body(content = InviteBody, example = json!({
        "email": "alice@jury.example.org", "name": "Alice Assessor", "role": "judge", "panel": "coventry",
        "language": "en", "capacity": 40, "reads": ["en"]
    })),
    responses(
        (status = 201, description = "Invited; the letter is on its way", body = InvitedView,
            headers(("Location" = String))),
        (status = 400, description = "`malformed_json`, `unknown_field`"),
        (status = 401, description = "`not_signed_in`, `session_ended`"),
        (status = 403, description = "`not_allowed`"),
        (status = 404, description = "`not_found`"),
        (status = 409, description = "`wrong_phase`"),
        (status = 422, description = "`invalid_input`, `idempotency_key_reused`"),
        (status = 503, description = "`unavailable`"),
    )
)]
#[post("/organise/editions/{slug}/people")]
async fn invite(
    app: web::Data<App>,
    office: Office,
    key: IdempotencyKey,
    body: Parsed<InviteBody>,
) -> Answer<Created<InvitedView>> {
    let InviteBody { email, name, role, panel, language, capacity, reads, organisation } = body.value;
    let edition = office.edition.slug.clone();
    let person = InvitePerson { edition, role, panel, email, name, language, capacity, reads, organisation };
    let deed = office.caller.deed(&app);
    let Outcome { answer: id, replayed } =
        invitations::invite_for_office(&app, deed, person, key.with(&body.digest)).await?;
    let location = format!("/api/v1/organise/editions/{}/people/{id}", office.edition.slug);
    Ok(Created { location, outcome: Outcome { answer: InvitedView { id }, replayed } })
}

/// Somebody's part in an edition.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs, reason = "the fields' names say it")]
pub struct PersonView {
    pub id: RoleId,
    pub role: Role,
    pub panel: Option<PanelKey>,
    pub name: String,
    pub email: Email,
    pub language: Language,
    pub organisation: Option<String>,
    pub capacity: Option<u32>,
    pub reads: Vec<Language>,
    /// How far their part has come.
    pub state: Standing,
    pub invited_at: Time,
    /// When the invitation's link runs out, while it is open.
    pub invitation_ends_at: Option<Time>,
    pub accepted_at: Option<Time>,
    pub removed_at: Option<Time>,
    /// What became of a removed judge's sheets.
    pub removed_sheets: Option<Sheets>,
    pub removed_reason: Option<String>,
}

impl From<Person> for PersonView {
    fn from(person: Person) -> Self {
        let state = person.standing();
        let invitation_ends_at = (state == Standing::Invited).then(|| person.invitation_ends_at());
        Self {
            id: person.id,
            role: person.role,
            panel: person.panel,
            name: person.name,
            email: person.email,
            language: person.language,
            organisation: person.organisation,
            capacity: person.capacity,
            reads: person.reads,
            state,
            invited_at: person.invited_at,
            invitation_ends_at,
            accepted_at: person.accepted_at,
            removed_at: person.removed_at,
            removed_sheets: person.removed_sheets,
            removed_reason: person.removed_reason,
        }
    }
}

/// Everybody who was ever invited, in the order in which they first were.
#[utoipa::path(
    tag = "people",
    security(("bearer" = [])),
    params(("slug" = EditionSlug, Path, description = "The edition"), Paging),
    responses(
        (status = 200, description = "The edition's people", body = Listing<PersonView>),
        (status = 400, description = "`cursor_not_valid`"),
        (status = 401, description = "`not_signed_in`, `session_ended`"),
        (status = 403, description = "`not_allowed`"),
        (status = 404, description = "`not_found`"),
        (status = 422, description = "`invalid_input`"),
    )
)]
#[get("/organise/editions/{slug}/people")]
async fn list(app: web::Data<App>, office: Office, paging: web::Query<Paging>) -> Answer<Private<Listing<PersonView>>> {
    let edition = office.edition.id;
    let stretch = paging.stretch(&app.keys, &format!("people/{edition}"))?;
    let (after, limit) = (stretch.after.as_deref().and_then(RoleId::parse), stretch.fetch());
    let people = app.store.read(move |tx| store::people_after(tx, edition, after, limit).map_err(StoreError::from));
    let people: Vec<PersonView> = people.await?.into_iter().map(PersonView::from).collect();
    Ok(Private(stretch.list(&app.keys, people, |person| person.id.to_string())))
}

/// How somebody is removed.
#[derive(serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct RemovalQuery {
    /// `void` strikes a judge's sheets, until judging closes and with a reason; else these stand.
    #[param(value_type = Option<Sheets>)]
    sheets: Option<String>,
    /// Why.
    #[param(max_length = 500)]
    reason: Option<String>,
}

impl RemovalQuery {
    fn removal(&self) -> Result<Removal, Problem> {
        let sheets = self.sheets.as_deref().map(|word| Sheets::parse(word).ok_or(()));
        let sheets = sheets.transpose().map_err(|()| Problem::fault("/query/sheets", "bad_choice"))?;
        let reason = self.reason.as_deref().filter(|reason| !reason.trim().is_empty()).map(ShortText::parse);
        let reason = reason.transpose();
        let reason =
            reason.map_err(|flaw| Problem::invalid(vec![crate::http::faults::Fault::of("/query/reason", flaw)]))?;
        Ok(Removal { sheets, reason })
    }
}

/// Removes somebody: from the next request on they are gone.
#[utoipa::path(
    tag = "people",
    security(("bearer" = [])),
    params(
        ("slug" = EditionSlug, Path, description = "The edition"),
        ("id" = RoleId, Path, description = "The person's part"),
        RemovalQuery,
    ),
    responses(
        (status = 204, description = "Removed"),
        (status = 401, description = "`not_signed_in`, `session_ended`"),
        (status = 403, description = "`not_allowed`: also for organisers and approvers, whom the operator removes"),
        (status = 404, description = "`not_found`"),
        (status = 409, description = "`wrong_phase`: sheets are struck no more"),
        (status = 422, description = "`invalid_input`"),
        (status = 503, description = "`unavailable`"),
    )
)]
#[delete("/organise/editions/{slug}/people/{id}")]
async fn remove(
    app: web::Data<App>,
    office: Office,
    path: web::Path<(String, String)>,
    query: web::Query<RemovalQuery>,
) -> Answer<HttpResponse> {
    let id = part(&path)?;
    people::remove(&app, office.caller.deed(&app), office.edition.id, id, query.removal()?).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Sends an open invitation again, with a new link.
#[utoipa::path(
    tag = "people",
    security(("bearer" = [])),
    params(
        ("slug" = EditionSlug, Path, description = "The edition"),
        ("id" = RoleId, Path, description = "The person's part"),
    ),
    responses(
        (status = 202, description = "The letter is on its way"),
        (status = 401, description = "`not_signed_in`, `session_ended`"),
        (status = 403, description = "`not_allowed`"),
        (status = 404, description = "`not_found`"),
        (status = 409, description = "`wrong_phase`; `illegal_move`: accepted or withdrawn already"),
        (status = 503, description = "`unavailable`"),
    )
)]
#[post("/organise/editions/{slug}/people/{id}/invitation")]
async fn invite_again(
    app: web::Data<App>,
    office: Office,
    path: web::Path<(String, String)>,
) -> Answer<crate::http::answer::Accepted> {
    invitations::invite_again(&app, office.caller.deed(&app), &office.edition, part(&path)?).await?;
    Ok(crate::http::answer::Accepted)
}

/// Withdraws an open invitation: its link dies.
#[utoipa::path(
    tag = "people",
    security(("bearer" = [])),
    params(
        ("slug" = EditionSlug, Path, description = "The edition"),
        ("id" = RoleId, Path, description = "The person's part"),
    ),
    responses(
        (status = 204, description = "Withdrawn"),
        (status = 401, description = "`not_signed_in`, `session_ended`"),
        (status = 403, description = "`not_allowed`"),
        (status = 404, description = "`not_found`"),
        (status = 409, description = "`wrong_phase`; `illegal_move`: accepted or withdrawn already"),
        (status = 503, description = "`unavailable`"),
    )
)]
#[delete("/organise/editions/{slug}/people/{id}/invitation")]
async fn withdraw(app: web::Data<App>, office: Office, path: web::Path<(String, String)>) -> Answer<HttpResponse> {
    invitations::withdraw(&app, office.caller.deed(&app), &office.edition, part(&path)?).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The part that a path names.
fn part(path: &(String, String)) -> Result<RoleId, Problem> {
    RoleId::parse(&path.1).ok_or_else(|| Problem::new(Code::NotFound))
}
