//! The shapes of a good answer: 200 with an `ETag`, 201 with `Location`, 202, an answer given again.

use actix_web::body::BoxBody;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, Responder};
use serde::Serialize;

use super::etag::etag;
use super::idempotency::Outcome;

/// JSON that is nobody else's: never kept by a cache.
#[derive(Debug)]
pub struct Private<T>(pub T);

/// JSON of something that can be edited, with its version as `ETag`.
#[derive(Debug)]
pub struct Versioned<T> {
    /// The version.
    pub version: i64,
    /// The thing.
    pub body: T,
}

/// A file to be kept under this name, and in no cache.
pub fn download(media: &'static str, name: &str) -> HttpResponseBuilder {
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::CONTENT_TYPE, media))
        .insert_header(attachment(name));
    answer
}

/// That what is sent is to be kept as a file of this name.
pub fn attachment(name: &str) -> (header::HeaderName, String) {
    (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\""))
}

/// 201: something was made, and where it is.
#[derive(Debug)]
pub struct Created<T> {
    /// Its address.
    pub location: String,
    /// The thing, or the earlier answer given again.
    pub outcome: Outcome<T>,
}

/// 202: the work follows.
#[derive(Debug)]
pub struct Accepted;

/// 202 to what may be asked again under the same key.
#[derive(Debug)]
pub struct AcceptedOnce<T>(pub Outcome<T>);

fn json(status: StatusCode, body: &impl Serialize) -> HttpResponse {
    match serde_json::to_vec(body) {
        Ok(text) => HttpResponse::build(status)
            .insert_header((header::CONTENT_TYPE, "application/json"))
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .body(text),
        Err(error) => {
            tracing::error!(%error, "an answer cannot be written");
            HttpResponse::InternalServerError().finish()
        }
    }
}

impl<T: Serialize> Responder for Private<T> {
    type Body = BoxBody;
    fn respond_to(self, _request: &HttpRequest) -> HttpResponse {
        json(StatusCode::OK, &self.0)
    }
}

impl<T: Serialize> Responder for Versioned<T> {
    type Body = BoxBody;
    fn respond_to(self, _request: &HttpRequest) -> HttpResponse {
        let mut answer = json(StatusCode::OK, &self.body);
        if let Ok(tag) = header::HeaderValue::from_str(&etag(self.version)) {
            answer.headers_mut().insert(header::ETAG, tag);
        }
        answer
    }
}

impl<T: Serialize> Responder for Created<T> {
    type Body = BoxBody;
    fn respond_to(self, _request: &HttpRequest) -> HttpResponse {
        let mut answer = json(StatusCode::CREATED, &self.outcome.answer);
        if let Ok(location) = header::HeaderValue::from_str(&self.location) {
            answer.headers_mut().insert(header::LOCATION, location);
        }
        mark(&mut answer, self.outcome.replayed);
        answer
    }
}

impl Responder for Accepted {
    type Body = BoxBody;
    fn respond_to(self, _request: &HttpRequest) -> HttpResponse {
        HttpResponse::Accepted().insert_header((header::CACHE_CONTROL, "no-store")).finish()
    }
}

impl<T> Responder for AcceptedOnce<T> {
    type Body = BoxBody;
    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let mut answer = Accepted.respond_to(request);
        mark(&mut answer, self.0.replayed);
        answer
    }
}

/// 200, or the earlier answer given again.
impl<T: Serialize> Responder for Outcome<T> {
    type Body = BoxBody;
    fn respond_to(self, _request: &HttpRequest) -> HttpResponse {
        let mut answer = json(StatusCode::OK, &self.answer);
        mark(&mut answer, self.replayed);
        answer
    }
}

/// Says of an answer that it was given before.
fn mark(answer: &mut HttpResponse, replayed: bool) {
    if replayed {
        let name = header::HeaderName::from_static("idempotent-replayed");
        answer.headers_mut().insert(name, header::HeaderValue::from_static("true"));
    }
}
