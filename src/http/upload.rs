//! Files that come in: the body of a call that takes CSV, and what a browser uploads from a form. Larger than other bodies, and
//! given more time (S-HTTP-1, S-HTTP-2).

use actix_multipart::Multipart;
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::StreamExt as _;
use futures_util::future::LocalBoxFuture;

use super::body::collect_within;
use super::problem::{Code, Problem};
use super::request;

/// The largest file (S-HTTP-1).
pub const FILE_LIMIT: usize = 8 * 1024 * 1024;
/// What a browser puts around a file.
const WRAPPING: usize = 16 * 1024;

/// Whether a request brings a file, and may take longer.
pub fn is_one(path: &str) -> bool {
    path.contains("/organise/") && (path.ends_with("/import") || path.ends_with("/import/all"))
}

/// A body of CSV.
pub struct CsvBytes(pub web::Bytes);

impl FromRequest for CsvBytes {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let refused = refuse_by_head(request, "text/csv", FILE_LIMIT);
        let (payload, time) = (payload.take(), request::app(request).config.patience.upload);
        Box::pin(async move {
            refused?;
            Ok(Self(collect_within(payload, time, FILE_LIMIT).await?))
        })
    }
}

/// The file that a form brings, in its field `file`; nothing where none was chosen.
pub struct Upload(pub Vec<u8>);

impl FromRequest for Upload {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let refused = refuse_by_head(request, "multipart/form-data", FILE_LIMIT + WRAPPING);
        let time = request::app(request).config.patience.upload;
        let parts = Multipart::new(request.headers(), payload.take());
        Box::pin(async move {
            refused?;
            let read = tokio::time::timeout(time, file(parts)).await;
            read.unwrap_or_else(|_| Err(Problem::new(Code::Timeout))).map(Self)
        })
    }
}

/// Reads all parts, so that the browser sees the answer, and keeps the file. What is too large is let fall.
async fn file(mut parts: Multipart) -> Result<Vec<u8>, Problem> {
    let (mut file, mut size) = (Vec::new(), 0);
    let broken = |_| Problem::new(Code::BadRequest);
    while let Some(part) = parts.next().await {
        let mut part = part.map_err(broken)?;
        let is_file = part.name() == Some("file");
        while let Some(chunk) = part.next().await {
            let chunk = chunk.map_err(broken)?;
            size += chunk.len();
            if size > 2 * FILE_LIMIT {
                return Err(Problem::new(Code::TooLarge));
            }
            if is_file && size <= FILE_LIMIT {
                file.extend_from_slice(&chunk);
            }
        }
    }
    if size > FILE_LIMIT { Err(Problem::new(Code::TooLarge)) } else { Ok(file) }
}

fn refuse_by_head(request: &HttpRequest, media: &str, limit: usize) -> Result<(), Problem> {
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    let essence = header(header::CONTENT_TYPE).unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case(media) {
        return Err(Problem::new(Code::UnsupportedMediaType));
    }
    if header(header::CONTENT_ENCODING).is_some_and(|coding| !coding.eq_ignore_ascii_case("identity")) {
        return Err(Problem::new(Code::UnsupportedMediaType));
    }
    let length = header(header::CONTENT_LENGTH).and_then(|length| length.parse::<usize>().ok());
    if length.is_some_and(|length| length > limit) {
        return Err(Problem::new(Code::TooLarge));
    }
    Ok(())
}
