//! Versions of what can be edited: `ETag` on each answer, `If-Match` required to change it.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::problem::{Code, Problem};

/// The version that a caller has seen, or that none was named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IfMatch(Option<String>);

/// The version of a thing that is named by what is told of it: it moves when that does, and tells nothing else.
pub fn version_of(told: &impl Serialize) -> i64 {
    let text = serde_json::to_vec(told).unwrap_or_default(); // it is about to be sent as JSON, or fails there
    let digest = Sha256::digest(&text);
    let (first, _) = digest.split_at(8);
    first.iter().fold(0, |version, byte| (version << 8) | i64::from(*byte)) & i64::MAX
}

/// The `ETag` of a version.
pub fn etag(version: i64) -> String {
    format!("\"{version}\"")
}

impl IfMatch {
    /// The version that a page has shown.
    pub fn seen(version: i64) -> Self {
        Self(Some(etag(version)))
    }

    /// Lets a change of `version` pass.
    ///
    /// # Errors
    /// 428 where the caller named no version, 412 where it is not this one.
    pub fn require(&self, version: i64) -> Result<(), Problem> {
        match &self.0 {
            None => Err(Problem::new(Code::PreconditionRequired)),
            Some(_) if self.allows(version) => Ok(()),
            Some(_) => Err(Problem::new(Code::Stale)),
        }
    }

    /// Lets a first `PUT` pass without a version; with one only where the thing is there in it.
    ///
    /// # Errors
    /// As [`IfMatch::require`].
    pub fn require_if_there(&self, version: Option<i64>) -> Result<(), Problem> {
        match (version, &self.0) {
            (Some(version), _) => self.require(version),
            (None, None) => Ok(()),
            (None, Some(tags)) if tags.trim() == etag(0) => Ok(()), // read before its first save
            (None, Some(_)) => Err(Problem::new(Code::Stale)),
        }
    }

    /// Lets a change of `version` pass; where the thing itself is not `there` yet, also without a version.
    ///
    /// # Errors
    /// As [`IfMatch::require`].
    pub fn require_where(&self, there: bool, version: i64) -> Result<(), Problem> {
        if self.0.is_none() && !there { Ok(()) } else { self.require(version) }
    }

    fn allows(&self, version: i64) -> bool {
        let wanted = etag(version);
        self.0.as_deref().is_some_and(|tags| tags.split(',').any(|tag| tag.trim() == wanted || tag.trim() == "*"))
    }
}

impl FromRequest for IfMatch {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let value = request.headers().get(header::IF_MATCH).and_then(|value| value.to_str().ok());
        ready(Ok(Self(value.map(str::to_owned))))
    }
}
