//! Nominations as files, over HTTP.

use std::fs::File;
use std::io::Read as _;

use actix_web::body::SizedStream;
use actix_web::http::header;
use actix_web::web::Bytes;
use actix_web::{HttpResponse, HttpResponseBuilder, get, web};
use futures_util::stream::unfold;
use utoipa_actix_web::service_config::ServiceConfig;

use super::exports::{self, CsvParts};
use crate::accounts::Office;
use crate::app::App;
use crate::editions::EditionSlug;
use crate::http::answer::download;
use crate::http::csv::{FileWish, MEDIA};
use crate::http::problem::{Answer, Code, Problem};
use crate::http::xlsx;

/// These calls.
pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(nominations_as_csv).service(nominations_as_xlsx);
}

/// A spreadsheet's bytes that are read at once.
const PIECE: usize = 64 * 1024;

/// All nominations but drafts, with contacts, as CSV: by category, name, reference. Each download is audited.
///
/// The columns are those that `POST …/nominations/import` reads. A text that a spreadsheet would take for a formula begins with
/// `'`. `status` and `decision_note` tell outcomes as they stand.
#[utoipa::path(
    tag = "screening",
    security(("bearer" = [])),
    params(("slug" = EditionSlug, Path, description = "The edition", example = "2027"), FileWish),
    responses(
        (status = 200, description = "RFC 4180 with a header row", body = String, content_type = "text/csv"),
        (status = 401, description = "`not_signed_in`, `session_ended`; before the release `reauthentication_required`: the \
            last sign-in is over 15 minutes ago"),
        (status = 403, description = "`not_allowed`"),
        (status = 404, description = "There is no such edition"),
        (status = 429, description = "`too_many_requests`: 30 exports at once, then one each two minutes"),
    )
)]
#[get("/organise/editions/{slug}/exports/nominations.csv")]
async fn nominations_as_csv(app: web::Data<App>, office: Office, wish: web::Query<FileWish>) -> Answer<HttpResponse> {
    let mut answer = file(MEDIA, &format!("nominations-{}.csv", office.edition.slug));
    let parts = exports::nominations_csv(&app, office.caller.deed(&app), office.edition, wish.mark()).await?;
    let parts = unfold(parts, |mut parts: CsvParts| async move {
        let part = parts.next().await.map_err(Problem::from).transpose()?;
        Some((part.map(Bytes::from), parts))
    });
    Ok(answer.streaming(parts))
}

/// The same as a spreadsheet: texts as texts, whole numbers, truth values, dates in UTC. Each download is audited.
#[utoipa::path(
    tag = "screening",
    security(("bearer" = [])),
    params(("slug" = EditionSlug, Path, description = "The edition", example = "2027")),
    responses(
        (status = 200, description = "Office Open XML, one sheet with a frozen header row", body = Vec<u8>,
            content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (status = 401, description = "`not_signed_in`, `session_ended`; before the release `reauthentication_required`: the \
            last sign-in is over 15 minutes ago"),
        (status = 403, description = "`not_allowed`"),
        (status = 404, description = "There is no such edition"),
        (status = 429, description = "`too_many_requests`: 30 exports at once, then one each two minutes"),
    )
)]
#[get("/organise/editions/{slug}/exports/nominations.xlsx")]
async fn nominations_as_xlsx(app: web::Data<App>, office: Office) -> Answer<HttpResponse> {
    let mut answer = file(xlsx::MEDIA, &format!("nominations-{}.xlsx", office.edition.slug));
    let made = exports::nominations_xlsx(&app, office.caller.deed(&app), office.edition).await?;
    let length = made.metadata().map_err(|error| {
        tracing::error!(%error, "a spreadsheet cannot be read");
        Problem::new(Code::Unavailable)
    })?;
    Ok(answer.body(SizedStream::new(length.len(), unfold(made, piece))))
}

/// The next piece of a file, and the file; `None` at its end.
async fn piece(mut file: File) -> Option<(std::io::Result<Bytes>, File)> {
    let read = tokio::task::spawn_blocking(move || {
        let mut piece = vec![0; PIECE];
        let read = file.read(&mut piece).map(|length| {
            piece.truncate(length);
            Bytes::from(piece)
        });
        (read, file)
    });
    let (read, file) = read.await.ok()?;
    if read.as_ref().is_ok_and(Bytes::is_empty) { None } else { Some((read, file)) }
}

/// A download that is not compressed on its way: a part that is ready leaves, and does not wait for others.
fn file(media: &'static str, name: &str) -> HttpResponseBuilder {
    let mut answer = download(media, name);
    answer.insert_header((header::CONTENT_ENCODING, "identity"));
    answer
}
