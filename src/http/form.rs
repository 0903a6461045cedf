//! A form that a browser sends: of the right size, read by the same doors as JSON. That it comes from a page of ours is
//! asked before any route is ([`origin`](super::origin)).

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;
use serde_json::{Map, Value as Json};

use super::body::collect;
use super::problem::{Code, Problem};
use super::request;

/// The fields of a form, as they were typed.
#[derive(Clone, Debug, Default)]
pub struct Form(Vec<(String, String)>);

impl Form {
    /// What was typed into a field; empty where there is none of it.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value.as_str())
    }

    /// All that was chosen in a field of several.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// The form as the JSON that the API takes: `numbers` are read where they are any, `ticks` are true where they are
    /// set; all else is text.
    pub fn json(&self, numbers: &[&str], ticks: &[&str]) -> Json {
        let mut object = Map::new();
        for (name, value) in &self.0 {
            let value = match value.trim().parse::<i64>() {
                _ if ticks.contains(&name.as_str()) => Json::Bool(true),
                Ok(number) if numbers.contains(&name.as_str()) => Json::from(number),
                _ => Json::String(value.clone()),
            };
            object.insert(name.clone(), value);
        }
        Json::Object(object)
    }
}

impl FromRequest for Form {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let refused = is_a_form(request);
        let (payload, time) = (payload.take(), request::app(request).config.patience.body);
        Box::pin(async move {
            refused?;
            let bytes = collect(payload, time).await?;
            serde_html_form::from_bytes(&bytes).map(Self).map_err(|_| Problem::new(Code::MalformedJson))
        })
    }
}

fn is_a_form(request: &HttpRequest) -> Result<(), Problem> {
    let media = request.headers().get(header::CONTENT_TYPE).and_then(|media| media.to_str().ok()).unwrap_or_default();
    let essence = media.split(';').next().unwrap_or_default().trim();
    let is_form = essence.eq_ignore_ascii_case("application/x-www-form-urlencoded");
    if is_form { Ok(()) } else { Err(Problem::new(Code::UnsupportedMediaType)) }
}
