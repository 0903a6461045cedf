//! Bodies at the door: how large, how soon, of which type, then parsed once with every fault kept.

use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::StreamExt as _;
use futures_util::future::LocalBoxFuture;
use sha2::{Digest as _, Sha256};

use super::door::{BodyError, FromBody, Refusal, parse_body};
use super::problem::{Code, Problem};
use super::request;

/// The largest body but for imports (S-HTTP-1).
pub const BODY_LIMIT: usize = 64 * 1024;

/// What is too large is read out up to here, and let fall: a browser that is still sending would not see the answer.
const READ_OUT: usize = 4 * 1024 * 1024;

/// The bytes of a JSON body: of the right type, not compressed, not too large, in time.
pub struct JsonBytes(pub web::Bytes);

impl FromRequest for JsonBytes {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let refused = refuse_by_head(request);
        let (payload, time) = (payload.take(), request::app(request).config.patience.body);
        Box::pin(async move {
            refused?;
            Ok(Self(collect(payload, time).await?))
        })
    }
}

fn refuse_by_head(request: &HttpRequest) -> Result<(), Problem> {
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    let media = header(header::CONTENT_TYPE).unwrap_or_default();
    let essence = media.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/json") {
        return Err(Problem::new(Code::UnsupportedMediaType));
    }
    if header(header::CONTENT_ENCODING).is_some_and(|coding| !coding.eq_ignore_ascii_case("identity")) {
        return Err(Problem::new(Code::UnsupportedMediaType));
    }
    let length = header(header::CONTENT_LENGTH).and_then(|length| length.parse::<usize>().ok());
    if length.is_some_and(|length| length > BODY_LIMIT) {
        return Err(Problem::new(Code::TooLarge));
    }
    Ok(())
}

/// The whole body, if it is not too large and comes in time (S-HTTP-2).
pub(super) async fn collect(payload: Payload, time: Duration) -> Result<web::Bytes, Problem> {
    collect_within(payload, time, BODY_LIMIT).await
}

/// The same of a body that may be as large as `limit`.
pub(super) async fn collect_within(mut payload: Payload, time: Duration, limit: usize) -> Result<web::Bytes, Problem> {
    let whole = async move {
        let mut body = web::BytesMut::new();
        let mut size = 0;
        while let Some(chunk) = payload.next().await {
            let chunk = chunk.map_err(|_| Problem::new(Code::BadRequest))?;
            size += chunk.len();
            if size > READ_OUT.max(2 * limit) {
                return Err(Problem::new(Code::TooLarge));
            }
            if size <= limit {
                body.extend_from_slice(&chunk);
            }
        }
        if size > limit { Err(Problem::new(Code::TooLarge)) } else { Ok(body.freeze()) }
    };
    tokio::time::timeout(time, whole).await.unwrap_or_else(|_| Err(Problem::new(Code::Timeout)))
}

/// A JSON body, parsed.
pub struct Parsed<T> {
    /// What it says.
    pub value: T,
    /// SHA-256 of its bytes: whether a repeated request is the same.
    pub digest: [u8; 32],
}

impl<T: FromBody + 'static> FromRequest for Parsed<T> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let bytes = JsonBytes::from_request(request, payload);
        Box::pin(async move {
            let JsonBytes(bytes) = bytes.await?;
            Ok(Self { value: parse_body(&bytes)?, digest: Sha256::digest(&bytes).into() })
        })
    }
}

/// A JSON body that may be left out altogether, which then reads as an empty object.
pub struct Perhaps<T>(pub T);

impl<T: FromBody + 'static> FromRequest for Perhaps<T> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        if request.headers().contains_key(header::CONTENT_TYPE) {
            let parsed = Parsed::<T>::from_request(request, payload);
            return Box::pin(async move { Ok(Self(parsed.await?.value)) });
        }
        Box::pin(async move { Ok(Self(parse_body(b"{}")?)) })
    }
}

impl From<BodyError> for Problem {
    fn from(error: BodyError) -> Self {
        match error {
            BodyError::Malformed(_) => Self::new(Code::MalformedJson),
            BodyError::Refused(refusal) => refusal.into(),
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::UnknownField(faults) => Self::unknown(faults),
            Refusal::Invalid(faults) => Self::invalid(faults),
        }
    }
}
