//! Who is calling, read from session and roles at this very request (S-ACC-10), and one handler's argument an audience.
//!
//! Nobody signed in is 401, the wrong person 403, an edition that does not exist 404. Who is let in says the
//! [table](super::access); these arguments only hand over what the [`gate`](super::gate) has found, and refuse where it
//! has let nobody in.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};
use futures_util::future::LocalBoxFuture;

use super::cookie::{self, Shown};
use super::gate::Pass;
use super::model::{Role, RoleIn};
use super::store;
use crate::app::App;
use crate::audit::{Actor, Deed};
use crate::clock::Time;
use crate::editions::{self, Edition, EditionSlug, PanelKey};
use crate::fields::Email;
use crate::from_query;
use crate::http::limits;
use crate::http::problem::{Code, Problem};
use crate::http::request::{Visit, app};
use crate::ids::{AccountId, EditionId, SessionId};
use crate::store::{Conn, StoreError};
use crate::text::Language;

/// Somebody who is signed in; alone, as a handler's argument, also an organiser who has yet to set up a second factor.
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
    /// Whether they have a second factor.
    pub has_factor: bool,
    /// When they showed their password, and the second factor where they have one: the session's beginning, which no
    /// renewal moves.
    pub signed_in_at: Time,
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

    /// Whether they organise any edition.
    pub fn is_office_anywhere(&self) -> bool {
        self.roles.iter().any(|part| part.role.is_office())
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

/// Organiser, approver or translator of the edition in the path.
#[derive(Clone, Debug)]
pub struct OfficeOrTranslator {
    /// Who.
    pub caller: Caller,
    /// The edition.
    pub edition: Edition,
    /// As what: a translator gets what was given to them.
    pub role: Role,
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

/// Whoever may look on at the edition in the path: its office, and others with fewer rights.
#[derive(Clone, Debug)]
pub struct Overseer {
    /// Who.
    pub caller: Caller,
    /// The edition.
    pub edition: Edition,
    /// As what: all but the office see less, and in fewer phases.
    pub role: Role,
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
pub(super) async fn caller(request: &HttpRequest) -> Result<Caller, Problem> {
    Ok(caller_with(request, |_| Ok(())).await?.0)
}

/// The caller, and the edition of this name, from the same read.
pub(super) async fn caller_in_edition(
    request: &HttpRequest,
    slug: Option<EditionSlug>,
) -> Result<(Caller, Edition), Problem> {
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
    let shown = Shown::by(request, &app, now)?;
    let deed = visit.deed(&app, Actor::Public);
    let read = app.store.read(move |tx| {
        let (row, account, factor) = store::live_session(tx, shown.session())?.ok_or(GuardError::Ended)?;
        let session = row.session().ok_or(GuardError::Ended)?;
        let roles = store::roles_of(tx, account.id)?;
        let is_office = roles.iter().any(|part| part.role.is_office());
        if !shown.is_of(&session) || session.is_over(is_office, now) {
            return Err(GuardError::Ended);
        }
        let worth = shown.worth(&row, &session, is_office, now);
        let email = account.address()?;
        let store::Account { id, name, language, version, .. } = account;
        let (has_factor, signed_in_at, session) = (factor.is_some(), session.created_at, session.id);
        let caller =
            Caller { account: id, session, name, email, language, version, roles, has_factor, signed_in_at, visit };
        Ok::<_, GuardError>((shown, worth, caller, and(tx)))
    });
    let read = read.await;
    if matches!(read, Err(GuardError::Ended)) {
        cookie::take(request, &app);
    }
    let (shown, worth, caller, asked) = read?;
    limits::check_call(&app, caller.account, request.path())?;
    cookie::settle(request, &app, deed, shown, worth).await?;
    Ok((caller, asked?))
}

/// Whom the gate has let in as something. Nobody, where the route has no row in the table.
fn pass(request: &HttpRequest) -> Result<(Caller, Role, Option<Edition>), Problem> {
    let pass = request.extensions().get::<Pass>().cloned();
    let Some(Pass { caller, role: Some((role, edition)) }) = pass else {
        tracing::error!(route = request.match_pattern(), "this route has no row in accounts/access/table.rs");
        return Err(Problem::new(Code::NotFound));
    };
    Ok((caller, role, edition))
}

/// The same, in the edition of the path, where the argument is meant for this role.
fn pass_in_edition(request: &HttpRequest, fits: impl Fn(Role) -> bool) -> Result<(Caller, Role, Edition), Problem> {
    match pass(request)? {
        (caller, role, Some(edition)) if fits(role) => Ok((caller, role, edition)),
        _ => Err(Problem::new(Code::NotAllowed)), // the table lets in somebody for whom the handler was not written
    }
}

fn pass_anywhere(request: &HttpRequest, fits: impl Fn(Role) -> bool) -> Result<Caller, Problem> {
    let (caller, role, _) = pass(request)?;
    if fits(role) { Ok(caller) } else { Err(Problem::new(Code::NotAllowed)) }
}

impl FromRequest for Caller {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    /// Also where the route has no row: a page for everybody may greet whoever is signed in.
    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let known = request.extensions().get::<Pass>().map(|pass| pass.caller.clone());
        let request = request.clone();
        Box::pin(async move {
            match known {
                Some(caller) => Ok(caller),
                None => caller(&request).await,
            }
        })
    }
}

/// Makes a handler's argument of what the gate has found.
macro_rules! extractors {
    ($($guard:ty: $make:expr;)+) => {$(
        impl FromRequest for $guard {
            type Error = Problem;
            type Future = Ready<Result<Self, Problem>>;

            fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
                let make: fn(&HttpRequest) -> Result<Self, Problem> = $make;
                ready(make(request))
            }
        }
    )+};
}

extractors! {
    Judge: |request| Ok(Self { caller: pass_anywhere(request, Role::judges)? });
    Translator: |request| Ok(Self { caller: pass_anywhere(request, |role| role == Role::Translator)? });
    OfficeOrTranslator: |request| {
        let fits = |role: Role| role.is_office() || role == Role::Translator;
        let (caller, role, edition) = pass_in_edition(request, fits)?;
        Ok(Self { caller, edition, role })
    };
    OfficeAnywhere: |request| Ok(Self { caller: pass_anywhere(request, Role::is_office)? });
    Office: |request| {
        let (caller, _, edition) = pass_in_edition(request, Role::is_office)?;
        Ok(Self { caller, edition })
    };
    Approver: |request| {
        let (caller, role, edition) = pass_in_edition(request, |role| role == Role::Approver)?;
        let panel = caller.panel_as(role, edition.id).cloned().ok_or_else(|| Problem::new(Code::NotAllowed))?;
        Ok(Self { caller, edition, panel })
    };
    Overseer: |request| {
        let (caller, role, edition) = pass_in_edition(request, |_| true)?;
        Ok(Self { caller, edition, role })
    };
}
