//! The gate: goes before every handler and lets in whom the [table](super::access) lets in, before anything of the
//! request but its head is read. So whoever may not do a thing does not learn how it is asked for (S-HTTP-9, S-HTTP-10).
//!
//! The phase is not the gate's to judge: it is decided by the instant at which the body is complete (S-JUD-4), in the
//! use case, which asks the same row.

use actix_web::HttpMessage as _;
use actix_web::HttpRequest;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;

use super::access::{Action, Asks};
use super::guards::{Caller, caller, caller_in_edition};
use super::model::Role;
use crate::editions::{Edition, EditionSlug};
use crate::http::links::Link;
use crate::http::problem::{Code, Problem};
use crate::http::request::{app, bearer};

/// Whom the gate has let in, and as what; handlers' arguments are made of it.
#[derive(Clone, Debug)]
pub(super) struct Pass {
    /// Who.
    pub caller: Caller,
    /// The edition that the path names, and as what they were let in; none where being signed in is enough.
    pub role: Option<(Role, Option<Edition>)>,
}

/// The middleware. Goes around all routes, inside [`around`](crate::http::middleware::around).
///
/// # Errors
/// None of its own: a refusal is an answer.
pub async fn gate(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    match admit(request.request()).await {
        Ok(()) => Ok(next.call(request).await?.map_into_boxed_body()),
        Err(problem) => Ok(request.error_response(problem).map_into_boxed_body()),
    }
}

async fn admit(request: &HttpRequest) -> Result<(), Problem> {
    if request.path().contains('%') {
        // No address of ours needs it, and the router would read it another way than the table.
        return Err(Problem::new(Code::NotFound));
    }
    let Some(pattern) = request.match_pattern() else { return Ok(()) };
    // A route without a row, such as a public page, takes nobody's rights: extractors find no pass and refuse.
    let Some(action) = Action::of(request.method(), &pattern) else { return Ok(()) };
    let rule = action.rule();
    let pass = match rule.asks {
        Asks::Nothing => return Ok(()),
        Asks::Link(kind) => return link(request)?.filter(|link| link.kind == kind).map(|_| ()).ok_or_else(not_valid),
        Asks::AnyLink => return link(request)?.map(|_| ()).ok_or_else(not_valid),
        Asks::SignIn => {
            let caller = caller(request).await?;
            caller.require_recent_sign_in(&app(request), rule.recent, None)?;
            Pass { caller, role: None }
        }
        Asks::Role => {
            let (caller, edition) = match segment(&pattern, request.path(), "{slug}") {
                Some(slug) => {
                    let (caller, edition) = caller_in_edition(request, EditionSlug::parse(slug)).await?;
                    (caller, Some(edition))
                }
                None => (caller(request).await?, None),
            };
            let role = rule.role(&caller.roles, edition.as_ref().map(|edition| edition.id));
            let role = role.ok_or_else(|| Problem::new(Code::NotAllowed))?;
            caller.require_second_factor(&app(request))?;
            caller.require_recent_sign_in(&app(request), rule.recent, edition.as_ref())?;
            Pass { caller, role: Some((role, edition)) }
        }
    };
    request.extensions_mut().insert(pass);
    Ok(())
}

/// The link whose token the request bears.
fn link(request: &HttpRequest) -> Result<Option<Link>, Problem> {
    let token = bearer(request).ok_or_else(|| Problem::new(Code::NotSignedIn))?;
    Ok(Link::open(&app(request).keys, token))
}

fn not_valid() -> Problem {
    Problem::new(Code::LinkNotValid)
}

/// The part of a path that stands where its pattern has `name`: the router has not come to it yet.
fn segment<'a>(pattern: &str, path: &'a str, name: &str) -> Option<&'a str> {
    pattern.split('/').zip(path.split('/')).find(|(part, _)| *part == name).map(|(_, segment)| segment)
}
