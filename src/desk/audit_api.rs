//! The audit over HTTP: parse, call the desk, answer.

use actix_web::{get, web};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::audit::{self, AuditList, Reader};
use crate::accounts::{Overseer, Role};
use crate::app::App;
use crate::audit::{Head, head};
use crate::editions::EditionSlug;
use crate::http::answer::Private;
use crate::http::paging::Paging;
use crate::http::problem::{Answer, Problem};
use crate::store::StoreError;

/// The calls of the audit.
pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(read_head).service(list);
}

/// Which stretch of the chain is meant.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Search {
    /// The number to begin with; 1 where nothing is said. A `cursor` wins over it.
    #[param(value_type = Option<i64>, minimum = 1)]
    from: Option<String>,
    /// How many at most: 1 to 200, 50 where nothing is said.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<String>,
    /// Where the last answer ended: its `next_cursor`.
    cursor: Option<String>,
}

/// The installation's audit, number after number, as far as it is sealed.
///
/// Organisers and approvers see the events of their edition and those of none (sign-ins); an auditor sees the edition's,
/// but for those that tell of its outcome. Of every other row they get the digest, so that everybody can check the whole
/// chain. Beginning to read is audited.
#[utoipa::path(
    tag = "audit",
    security(("bearer" = [])),
    params(("slug" = EditionSlug, Path, description = "The edition", example = "2021"), Search),
    responses(
        (status = 200, description = "The chain", body = AuditList),
        (status = 400, description = "`cursor_not_valid`"),
        (status = 401, description = "`not_signed_in`"),
        (status = 403, description = "`not_allowed`"),
        (status = 404, description = "`not_found`"),
        (status = 422, description = "`invalid_input`: `from` or the limit"),
    )
)]
#[get("/organise/editions/{slug}/audit")]
async fn list(app: web::Data<App>, overseer: Overseer, search: web::Query<Search>) -> Answer<Private<AuditList>> {
    let Search { from, limit, cursor } = search.into_inner();
    let (reader, word) = match overseer.role {
        Role::Auditor => (Reader::Auditor, "auditor"),
        _ => (Reader::Office, "office"),
    };
    let stretch = Paging { limit, cursor }.stretch(&app.keys, &format!("audit:{word}:{}", overseer.edition.id))?;
    let bad_from = || Problem::fault("/query/from", "bad_choice");
    let from = match from {
        None => 1,
        Some(text) => text.parse().ok().filter(|from| *from >= 1).ok_or_else(bad_from)?,
    };
    let after = stretch.after.as_deref().and_then(|number| number.parse().ok()).unwrap_or(from - 1);
    let deed = overseer.caller.deed(&app);
    Ok(Private(audit::list(&app, deed, &overseer.edition, reader, (stretch, after)).await?))
}

/// Number and hash of the newest sealed event: to be kept elsewhere. What is kept shows later whether anything up to it was
/// rewritten.
#[utoipa::path(
    tag = "audit",
    security(("bearer" = [])),
    params(("slug" = EditionSlug, Path, description = "The edition", example = "2021")),
    responses(
        (status = 200, description = "The head", body = Head),
        (status = 401, description = "`not_signed_in`"),
        (status = 403, description = "`not_allowed`"),
        (status = 404, description = "`not_found`"),
    )
)]
#[get("/organise/editions/{slug}/audit/head")]
async fn read_head(app: web::Data<App>, _overseer: Overseer) -> Answer<Private<Head>> {
    Ok(Private(app.store.read(|tx| Ok::<_, StoreError>(head(tx)?)).await?))
}
