//! Who is calling: one extractor an audience, each read from session and roles at this very request (S-ACC-10).
//!
//! Nobody signed in is 401, the wrong person 403, an edition that does not exist 404. A handler that takes none of these
//! is open to the public.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;

use super::model::{Role, RoleIn};
use super::{store, tokens};
use crate::app::App;
use crate::audit::{Actor, Deed};
use crate::editions::{self, Edition, EditionSlug, PanelKey};
use crate::fields::Email;
use crate::from_query;
use crate::http::limits;
use crate::http::problem::{Code, Problem};
use crate::http::request::{Visit, app, bearer};
use crate::ids::{AccountId, EditionId, SessionId};
use crate::store::{Conn, StoreError};
use crate::text::Language;

/// Somebody who is signed in.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Their account.
    pub account: AccountId,
    /// Their session.
    pub session: SessionId,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: Email,
    /// The language in which they are written to.
    pub language: Language,
    /// The account's version.
    pub version: i64,
    /// What they do, in every edition.
    pub roles: Vec<RoleIn>,
    visit: Visit,
}

impl Caller {
    /// What this request does, done now by this caller. Call it when the body is complete: its instant decides the phase.
    pub fn deed(&self, app: &App) -> Deed {
        self.visit.deed(app, Actor::Account(self.account))
    }

    /// The request, as it speaks of itself.
    pub fn visit(&self) -> &Visit {
        &self.visit
    }

    /// Whether they have this role in this edition.
    pub fn has(&self, role: Role, edition: EditionId) -> bool {
        self.part(edition, |part| part.role == role).is_some()
    }

    /// Whether they organise this edition.
    pub fn is_office(&self, edition: EditionId) -> bool {
        self.part(edition, |part| part.role.is_office()).is_some()
    }

    /// The panel for which they have this role in this edition.
    pub fn panel_as(&self, role: Role, edition: EditionId) -> Option<&PanelKey> {
        self.part(edition, |part| part.role == role)?.panel.as_ref()
    }

    fn part(&self, edition: EditionId, fits: impl Fn(&RoleIn) -> bool) -> Option<&RoleIn> {
        self.roles.iter().find(|part| part.edition == edition && fits(part))
    }
}

/// Judge or chair of some edition.
#[derive(Clone, Debug)]
pub struct Judge {
    /// Who.
    pub caller: Caller,
}

/// Translator of some edition.
#[derive(Clone, Debug)]
pub struct Translator {
    /// Who.
    pub caller: Caller,
}

/// Organiser or approver of some edition.
#[derive(Clone, Debug)]
pub struct OfficeAnywhere {
    /// Who.
    pub caller: Caller,
}

/// Organiser or approver of the edition in the path.
#[derive(Clone, Debug)]
pub struct Office {
    /// Who.
    pub caller: Caller,
    /// The edition.
    pub edition: Edition,
}

/// Approver of the edition in the path.
#[derive(Clone, Debug)]
pub struct Approver {
    /// Who.
    pub caller: Caller,
    /// The edition.
    pub edition: Edition,
    /// The panel for which they sign.
    pub panel: PanelKey,
}

/// Organiser, approver or auditor of the edition in the path: who may look on.
#[derive(Clone, Debug)]
pub struct Overseer {
    /// Who.
    pub caller: Caller,
    /// The edition.
    pub edition: Edition,
    /// As what: [`Role::Auditor`] alone sees redacted answers and fewer phases.
    pub role: Role,
}

/// Anybody who has a part in the edition of the path; the room asks further.
#[derive(Clone, Debug)]
pub struct InEdition {
    /// Who.
    pub caller: Caller,
    /// The edition.
    pub edition: Edition,
}

/// Why somebody is not let in.
#[derive(Debug, thiserror::Error)]
enum GuardError {
    #[error("the session has ended")]
    Ended,
    #[error("there is no such edition")]
    NoEdition,
    #[error("the store failed")]
    Store(#[from] StoreError),
}

from_query!(GuardError);

impl From<GuardError> for Problem {
    fn from(error: GuardError) -> Self {
        match error {
            GuardError::Ended => Self::new(Code::SessionEnded),
            GuardError::NoEdition => Self::new(Code::NotFound),
            GuardError::Store(error) => error.into(),
        }
    }
}

/// The caller behind a request's credentials; one read, of the session with its person and of the roles.
async fn caller(request: &HttpRequest) -> Result<Caller, Problem> {
    Ok(caller_with(request, |_| Ok(())).await?.0)
}

/// The caller, and the edition that the path names, from the same read.
async fn caller_in_edition(request: &HttpRequest) -> Result<(Caller, Edition), Problem> {
    let slug = request.match_info().get("slug").and_then(EditionSlug::parse);
    caller_with(request, move |tx| {
        let edition = slug.map(|slug| editions::store::by_slug(tx, &slug)).transpose()?;
        edition.flatten().ok_or(GuardError::NoEdition)
    })
    .await
}

async fn caller_with<T: Send + 'static>(
    request: &HttpRequest,
    and: impl FnOnce(&mut Conn) -> Result<T, GuardError> + Send + 'static,
) -> Result<(Caller, T), Problem> {
    let app = app(request);
    let visit = Visit::extract(request).await?;
    let now = app.clock.now();
    let token = bearer(request).ok_or_else(|| Problem::new(Code::NotSignedIn))?;
    let bearer = tokens::read_access_token(&app.keys, token, now).map_err(|_| Problem::new(Code::NotSignedIn))?;
    limits::check_call(&app, bearer.account, request.path())?;
    let read = app.store.read(move |tx| {
        let (session, account) = store::live_session(tx, bearer.session)?.ok_or(GuardError::Ended)?;
        let roles = store::roles_of(tx, account.id)?;
        let is_office = roles.iter().any(|part| part.role.is_office());
        if session.account != bearer.account || session.is_over(is_office, now) {
            return Err(GuardError::Ended);
        }
        let email = account.address()?;
        let store::Account { id, name, language, version, .. } = account;
        let caller = Caller { account: id, session: session.id, name, email, language, version, roles, visit };
        Ok((caller, and(tx)?))
    });
    Ok(read.await?)
}

fn allowed<T>(guard: Option<T>) -> Result<T, Problem> {
    guard.ok_or_else(|| Problem::new(Code::NotAllowed))
}

async fn someone(request: &HttpRequest, fits: impl Fn(Role) -> bool) -> Result<Caller, Problem> {
    let caller = caller(request).await?;
    allowed(caller.roles.iter().any(|part| fits(part.role)).then_some(caller))
}

async fn judge(request: HttpRequest) -> Result<Judge, Problem> {
    Ok(Judge { caller: someone(&request, Role::judges).await? })
}

async fn translator(request: HttpRequest) -> Result<Translator, Problem> {
    Ok(Translator { caller: someone(&request, |role| role == Role::Translator).await? })
}

async fn office_anywhere(request: HttpRequest) -> Result<OfficeAnywhere, Problem> {
    Ok(OfficeAnywhere { caller: someone(&request, Role::is_office).await? })
}

async fn office(request: HttpRequest) -> Result<Office, Problem> {
    let (caller, edition) = caller_in_edition(&request).await?;
    allowed(caller.is_office(edition.id).then_some(Office { caller, edition }))
}

async fn approver(request: HttpRequest) -> Result<Approver, Problem> {
    let (caller, edition) = caller_in_edition(&request).await?;
    let panel = allowed(caller.panel_as(Role::Approver, edition.id).cloned())?;
    Ok(Approver { caller, edition, panel })
}

async fn overseer(request: HttpRequest) -> Result<Overseer, Problem> {
    let (caller, edition) = caller_in_edition(&request).await?;
    // Somebody may be both: the role that sees more is the one that counts.
    let fits = [Role::Approver, Role::Organiser, Role::Auditor].into_iter().find(|role| caller.has(*role, edition.id));
    let role = allowed(fits)?;
    Ok(Overseer { caller, edition, role })
}

async fn in_edition(request: HttpRequest) -> Result<InEdition, Problem> {
    let (caller, edition) = caller_in_edition(&request).await?;
    allowed(caller.part(edition.id, |_| true).is_some().then_some(InEdition { caller, edition }))
}

/// Makes a handler's argument of each guard.
macro_rules! extractors {
    ($($guard:ty: $ask:expr;)+) => {$(
        impl FromRequest for $guard {
            type Error = Problem;
            type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

            fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
                Box::pin($ask(request.clone()))
            }
        }
    )+};
}

extractors! {
    Caller: async |request: HttpRequest| caller(&request).await;
    Judge: judge;
    Translator: translator;
    OfficeAnywhere: office_anywhere;
    Office: office;
    Approver: approver;
    Overseer: overseer;
    InEdition: in_edition;
}
