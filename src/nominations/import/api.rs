//! Import over HTTP.

use actix_web::{post, web};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::{Imported, Mail};
use crate::accounts::Office;
use crate::app::App;
use crate::editions::EditionSlug;
use crate::http::idempotency::{IdempotencyKey, Outcome};
use crate::http::problem::{Answer, Problem};
use crate::http::upload::CsvBytes;

/// This call.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(import_nominations);
}

/// How a file is to be taken in.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Wish {
    /// `true`: nothing is taken in; the answer says what would be.
    dry_run: Option<String>,
    /// `none`: nobody is written to. `send`, as without it: nominators and supporters are, as after a confirmation.
    mail: Option<String>,
}

impl Wish {
    fn is_dry(&self) -> Result<bool, Problem> {
        match self.dry_run.as_deref() {
            None | Some("false" | "0") => Ok(false),
            Some("true" | "1" | "") => Ok(true),
            Some(_) => Err(Problem::fault("/query/dry_run", "bad_choice")),
        }
    }

    fn mail(&self) -> Result<Mail, Problem> {
        match self.mail.as_deref() {
            None | Some("send" | "") => Ok(Mail::Send),
            Some("none") => Ok(Mail::None),
            Some(_) => Err(Problem::fault("/query/mail", "bad_choice")),
        }
    }
}

/// Take in nominations from a CSV file: all of its rows, or none.
///
/// A row is a nomination, under the names of the columns of `GET …/exports/nominations.csv`, in any order. What only the service
/// writes may be absent and is passed over; but a `reference` of this edition stays. A `'` before what looks like a formula
/// is taken off, and the declarations count as made. As on paper, an email of nominator and supporters is owed only where
/// neither phone nor postal address stands. Comma, semicolon or tab part the cells; a byte order mark may stand first.
///
/// What came in is `submitted`. A row whose reference is here, or whose nominator, category and nominee are, is passed over and
/// counted, so the same file can be sent again. Every fault is told at once: at `/rows/{n}/{column}`, where the first row
/// below the head is 0, or at `/columns/{n}` where a column is wrong; its code is the form's own, or `not_utf8`, `no_rows`,
/// `ragged_row`, `unknown_column`, `repeated_column`, `missing_column`, `unnamed_column`, `too_many_items` (10,000 rows).
#[utoipa::path(
    tag = "screening",
    security(("bearer" = [])),
    params(
        ("slug" = EditionSlug, Path, description = "The edition", example = "2027"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to send twice"),
        Wish,
    ),
    request_body(content = String, content_type = "text/csv", description = "At most 8 MiB, 10,000 rows, in UTF-8",
        example = json!(crate::nominations::schema::file())),
    responses(
        (status = 200, description = "It is in, or would be", body = Imported),
        (status = 400, description = "`unknown_field`, whatever else is wrong: it has columns that do not exist"),
        (status = 401, description = "`not_signed_in`, `session_ended`"),
        (status = 403, description = "`not_allowed`"),
        (status = 404, description = "There is no such edition"),
        (status = 409, description = "`wrong_phase`; `lost_race`: the edition was changed meanwhile"),
        (status = 413, description = "`too_large`: over 8 MiB"),
        (status = 415, description = "`unsupported_media_type`"),
        (status = 422, description = "`invalid_input`, with every fault; `idempotency_key_reused`"),
        (status = 503, description = "`unavailable`: try again after `Retry-After`"),
    )
)]
#[post("/organise/editions/{slug}/nominations/import")]
async fn import_nominations(
    app: web::Data<App>,
    office: Office,
    key: IdempotencyKey,
    wish: web::Query<Wish>,
    CsvBytes(file): CsvBytes,
) -> Answer<Outcome<Imported>> {
    let deed = office.caller.deed(&app);
    let (is_dry, mail) = (wish.is_dry()?, wish.mail()?);
    if is_dry {
        let answer = super::look(&app, &deed, &office.edition, file.into()).await?;
        return Ok(Outcome { answer, replayed: false });
    }
    let asked = Sha256::new().chain_update([u8::from(mail == Mail::None)]).chain_update(&file);
    let once = key.with(&asked.finalize().into());
    Ok(super::import(&app, deed, &office.edition, file.into(), mail, once).await?)
}
