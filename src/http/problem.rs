//! Problems: the one table of what can go wrong for a caller, and the one place that turns it into an answer.
//!
//! A handler answers `Err(Problem)`; the [`door`](super::middleware) then writes it as RFC 9457 `problem+json` in the
//! caller's language, or as a page for a browser.

use actix_web::body::BoxBody;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use serde_json::{Value as Json, json};

use super::faults::{Fault, fault_text};
use super::way_back::WayBack;
use crate::store::StoreError;
use crate::text::{Bilingual, Language, Value, say};

/// What a handler answers.
pub type Answer<T> = Result<T, Problem>;

/// Makes [`Code`] and its table: `Variant = "slug", STATUS`.
macro_rules! problems {
    ($($(#[$meta:meta])* $variant:ident = $slug:literal, $status:ident;)+) => {
        /// A kind of problem.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code { $($(#[$meta])* $variant),+ }

        impl Code {
            /// All of them, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Its name in URLs, with hyphens.
            pub const fn slug(self) -> &'static str {
                match self { $(Self::$variant => $slug),+ }
            }

            /// The HTTP status it answers with.
            pub const fn status(self) -> StatusCode {
                match self { $(Self::$variant => StatusCode::$status),+ }
            }

            /// What it is called.
            pub fn title(self, language: Language) -> String {
                say(language, &format!("problem-{}", self.slug()), &[])
            }

            /// The code of a slug.
            pub fn of_slug(slug: &str) -> Option<Self> {
                match slug { $($slug => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

problems! {
    /// The request is not put together as HTTP asks.
    BadRequest = "bad-request", BAD_REQUEST;
    /// The body is no JSON that we read.
    MalformedJson = "malformed-json", BAD_REQUEST;
    /// The body names a field that does not exist.
    UnknownField = "unknown-field", BAD_REQUEST;
    /// A cursor was not made by us, for this list and this caller.
    CursorNotValid = "cursor-not-valid", BAD_REQUEST;
    /// The body is well-formed but holds faults.
    InvalidInput = "invalid-input", UNPROCESSABLE_ENTITY;
    /// Nobody is signed in.
    NotSignedIn = "not-signed-in", UNAUTHORIZED;
    /// Address or password is wrong.
    InvalidCredentials = "invalid-credentials", UNAUTHORIZED;
    /// The session has ended.
    SessionEnded = "session-ended", UNAUTHORIZED;
    /// The second factor is missing or wrong.
    TotpRequired = "totp-required", UNAUTHORIZED;
    /// The sign-in is older than this act allows.
    ReauthenticationRequired = "reauthentication-required", UNAUTHORIZED;
    /// The caller may not do this.
    NotAllowed = "not-allowed", FORBIDDEN;
    /// An organiser or approver has no second factor yet.
    SecondFactorRequired = "second-factor-required", FORBIDDEN;
    /// A judge has not yet declared confidentiality and interests.
    DeclarationRequired = "declaration-required", FORBIDDEN;
    /// A browser's request came from another site.
    CrossOrigin = "cross-origin", FORBIDDEN;
    /// There is nothing here that the caller may know of.
    NotFound = "not-found", NOT_FOUND;
    /// A link is used up, expired or unknown.
    LinkNotValid = "link-not-valid", NOT_FOUND;
    /// The address does not take this method.
    MethodNotAllowed = "method-not-allowed", METHOD_NOT_ALLOWED;
    /// The edition's calendar does not allow this now.
    WrongPhase = "wrong-phase", CONFLICT;
    /// Two changes met; this one lost.
    LostRace = "lost-race", CONFLICT;
    /// What is asked to change is frozen.
    Frozen = "frozen", CONFLICT;
    /// The same nominator has nominated the same person already.
    AlreadyNominated = "already-nominated", CONFLICT;
    /// Supporters' letters are missing.
    LettersMissing = "letters-missing", CONFLICT;
    /// The status cannot move this way.
    IllegalMove = "illegal-move", CONFLICT;
    /// A message's bytes are no longer kept, so it cannot be sent again.
    MessageDropped = "message-dropped", CONFLICT;
    /// A decided nomination has no citation.
    CitationMissing = "citation-missing", CONFLICT;
    /// Something must be settled before this.
    Unsettled = "unsettled", CONFLICT;
    /// The digest is not that of what now stands.
    StaleDigest = "stale-digest", CONFLICT;
    /// A guard of the announcement refuses.
    AnnouncementRefused = "announcement-refused", CONFLICT;
    /// The account has a second factor already.
    SecondFactorPresent = "second-factor-present", CONFLICT;
    /// The account has no second factor to confirm or to remove.
    SecondFactorAbsent = "second-factor-absent", CONFLICT;
    /// Somebody else has changed it since it was read.
    Stale = "stale", PRECONDITION_FAILED;
    /// A change must say which version it changes.
    PreconditionRequired = "precondition-required", PRECONDITION_REQUIRED;
    /// The body is too large.
    TooLarge = "too-large", PAYLOAD_TOO_LARGE;
    /// The address is too long.
    UriTooLong = "uri-too-long", URI_TOO_LONG;
    /// The body is not of the type that this call takes.
    UnsupportedMediaType = "unsupported-media-type", UNSUPPORTED_MEDIA_TYPE;
    /// The host is not ours.
    MisdirectedRequest = "misdirected-request", MISDIRECTED_REQUEST;
    /// The key was used with another body.
    IdempotencyKeyReused = "idempotency-key-reused", UNPROCESSABLE_ENTITY;
    /// Too many requests.
    TooManyRequests = "too-many-requests", TOO_MANY_REQUESTS;
    /// The request took too long to arrive.
    Timeout = "timeout", REQUEST_TIMEOUT;
    /// A fault of ours.
    Internal = "internal", INTERNAL_SERVER_ERROR;
    /// We cannot take this now.
    Unavailable = "unavailable", SERVICE_UNAVAILABLE;
}

/// A fault with its words, beside the place in the body that it is about.
#[derive(Clone, Debug, PartialEq)]
pub struct Trouble {
    /// JSON pointer.
    pub pointer: String,
    /// The code, with underscores.
    pub code: String,
    /// The words in both languages.
    pub message: [String; 2],
}

/// What went wrong, for the caller.
#[derive(Debug)]
pub struct Problem(Box<Inner>);

#[derive(Debug)]
struct Inner {
    code: Code,
    faults: Vec<Fault>,
    troubles: Vec<Trouble>,
    detail: Option<Detail>,
    retry: Option<Retry>,
}

/// When it is worth another try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Retry {
    /// After so many seconds.
    After(u32),
    /// In a few seconds, each caller at another time, so that they do not all come back at once (S-HTTP-12).
    Soon,
}

/// A sentence of a problem's own.
#[derive(Debug)]
enum Detail {
    /// A text's id and its variables, which read the same in every language.
    Text(&'static str, Vec<(&'static str, String)>),
    /// Ready in both languages.
    Words(Bilingual),
}

impl Problem {
    /// A problem of this kind, with nothing more to say.
    pub fn new(code: Code) -> Self {
        Self(Box::new(Inner { code, faults: vec![], troubles: vec![], detail: None, retry: None }))
    }

    /// A body's faults.
    pub fn invalid(faults: Vec<Fault>) -> Self {
        let mut problem = Self::new(Code::InvalidInput);
        problem.0.faults = faults;
        problem
    }

    /// One fault in a body.
    pub fn fault(pointer: impl Into<String>, code: &'static str) -> Self {
        Self::invalid(vec![Fault::new(pointer, code)])
    }

    /// Fields that do not exist.
    pub fn unknown(faults: Vec<Fault>) -> Self {
        let mut problem = Self::new(Code::UnknownField);
        problem.0.faults = faults;
        problem
    }

    /// With the places of the body that it is about.
    pub fn with_faults(mut self, faults: Vec<Fault>) -> Self {
        self.0.faults = faults;
        self
    }

    /// With faults whose words are ready.
    pub fn with_troubles(mut self, troubles: Vec<Trouble>) -> Self {
        self.0.troubles = troubles;
        self
    }

    /// With a detail of its own: a text's id and its variables.
    pub fn with_detail(mut self, id: &'static str, args: Vec<(&'static str, String)>) -> Self {
        self.0.detail = Some(Detail::Text(id, args));
        self
    }

    /// With a detail whose words are ready, such as a time in both cities.
    pub fn with_words(mut self, words: Bilingual) -> Self {
        self.0.detail = Some(Detail::Words(words));
        self
    }

    /// With the seconds after which it is worth another try.
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.0.retry = Some(Retry::After(seconds));
        self
    }

    /// Worth another try in a few seconds.
    pub fn retry_soon(mut self) -> Self {
        self.0.retry = Some(Retry::Soon);
        self
    }

    /// The seconds of `Retry-After`; `draw` gives a random byte where they are drawn.
    pub fn wait(&self, draw: impl FnOnce() -> u8) -> Option<u32> {
        Some(match self.0.retry? {
            Retry::After(seconds) => seconds,
            Retry::Soon => 1 + u32::from(draw()) % 5,
        })
    }

    /// What kind it is.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// Whether signing in is what helps.
    pub fn asks_to_sign_in(&self) -> bool {
        matches!(self.code(), Code::NotSignedIn | Code::SessionEnded)
    }

    /// The page that helps whoever meets this problem on the page `back`, where there is one: it then leads back.
    pub fn page_that_helps(&self, back: &WayBack, language: Language) -> Option<String> {
        let page = match self.code() {
            Code::NotSignedIn | Code::SessionEnded => "sign-in",
            Code::ReauthenticationRequired => "sign-in/again",
            Code::SecondFactorRequired => "account/second-factor",
            _ => return None,
        };
        Some(format!("/{language}/{page}{}", back.query()))
    }

    /// The faults in the caller's words, for a page: pointer and message.
    pub fn told(&self, language: Language) -> Vec<(String, String)> {
        let faults = self.0.faults.iter().map(|fault| (fault.pointer.clone(), fault_text(language, fault)));
        let at = usize::from(language == Language::Ru);
        let troubles = self.0.troubles.iter().map(|trouble| (trouble.pointer.clone(), trouble.message[at].clone()));
        faults.chain(troubles).collect()
    }

    /// The sentence that says what happened, in the caller's language.
    pub fn detail(&self, language: Language) -> String {
        match &self.0.detail {
            Some(Detail::Words(words)) => words.get(language).to_owned(),
            Some(Detail::Text(id, args)) => {
                let args: Vec<(&str, Value<'_>)> =
                    args.iter().map(|(name, value)| (*name, Value::from(value.as_str()))).collect();
                say(language, id, &args)
            }
            None => say(language, &format!("problem-{}-detail", self.0.code.slug()), &[]),
        }
    }

    /// The document of RFC 9457.
    pub fn document(&self, language: Language, instance: &str) -> Json {
        let code = self.0.code;
        let mut document = json!({
            "type": format!("/problems/{}", code.slug()),
            "title": code.title(language),
            "status": code.status().as_u16(),
            "detail": self.detail(language),
            "instance": instance,
            "code": code.slug().replace('-', "_"),
        });
        let mut errors: Vec<Json> = Vec::new();
        for fault in &self.0.faults {
            errors.push(json!({"pointer": fault.pointer, "code": fault.code, "message": fault_text(language, fault)}));
        }
        for trouble in &self.0.troubles {
            let message = &trouble.message[usize::from(language == Language::Ru)];
            errors.push(json!({"pointer": trouble.pointer, "code": trouble.code, "message": message}));
        }
        if !errors.is_empty() {
            document["errors"] = Json::Array(errors);
        }
        document
    }

    /// The whole answer in a language, for the address `instance`.
    pub fn answer(&self, language: Language, instance: &str) -> HttpResponse {
        let mut answer = HttpResponse::build(self.0.code.status());
        answer
            .insert_header((header::CONTENT_TYPE, "application/problem+json"))
            .insert_header((header::CONTENT_LANGUAGE, language.as_str()))
            .insert_header((header::CACHE_CONTROL, "no-store"));
        if self.0.code.status() == StatusCode::UNAUTHORIZED {
            answer.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
        }
        answer.body(self.document(language, instance).to_string())
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.code.slug())
    }
}

impl std::error::Error for Problem {}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.0.code.status()
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        self.answer(Language::En, "") // the middleware writes it again, in the caller's language
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match &error {
            StoreError::Busy => Self::new(Code::Unavailable).retry_soon(),
            StoreError::Unavailable(_) => {
                tracing::error!(error = %error, "the store does not take this");
                Self::new(Code::Unavailable).retry_after(5)
            }
            StoreError::InHand => Self::new(Code::LostRace).with_detail("problem-lost-race-in-hand", vec![]),
            StoreError::Panicked => {
                tracing::error!("a use case panicked inside its transaction");
                Self::new(Code::Internal)
            }
            StoreError::Query(query) => {
                tracing::error!(error = %query, "the store failed");
                Self::new(if error.is_abort() { Code::Unavailable } else { Code::Internal })
            }
        }
    }
}
