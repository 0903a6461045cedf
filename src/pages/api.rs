//! The API's reference, drawn from the OpenAPI document as plain pages are: no script, no other host.

use actix_web::{HttpResponse, web};
use askama::Template;
use serde_json::Value as Json;
use utoipa::openapi::OpenApi;

use crate::http::pages::{Frame, page};
use crate::http::problem::{Answer, Code};

/// Registers the page; the server gives the [`Reference`].
pub fn routes(config: &mut web::ServiceConfig) {
    config.route("/api", web::get().to(show)).route("/{lang:en|ru}/api", web::get().to(show));
}

/// The document, as the page shows it.
#[derive(Debug)]
pub struct Reference {
    description: String,
    groups: Vec<Group>,
    schemas: Vec<Schema>,
}

/// The calls of one tag.
#[derive(Debug)]
struct Group {
    tag: String,
    calls: Vec<Call>,
}

#[derive(Debug)]
struct Call {
    anchor: String,
    method: String,
    path: String,
    summary: String,
    paragraphs: Vec<String>,
    signed_in: bool,
    parameters: Vec<Field>,
    body: Option<Kind>,
    example: Option<String>,
    answers: Vec<CallAnswer>,
}

#[derive(Debug)]
struct CallAnswer {
    status: String,
    description: String,
    kind: Option<Kind>,
}

/// A schema of the document.
#[derive(Debug)]
struct Schema {
    name: String,
    description: String,
    kind: Kind,
    fields: Vec<Field>,
}

/// A parameter or a property.
#[derive(Debug)]
struct Field {
    name: String,
    kind: Kind,
    required: bool,
    description: String,
}

/// What a value is, in words; each part may lead to a schema.
#[derive(Debug, Default)]
struct Kind(Vec<(String, Option<String>)>);

impl Kind {
    fn word(text: impl Into<String>) -> Self {
        Self(vec![(text.into(), None)])
    }

    fn then(mut self, text: &str, other: Self) -> Self {
        self.0.push((text.to_owned(), None));
        self.0.extend(other.0);
        self
    }

    /// Of a schema, which may point to another.
    fn of(schema: &Json) -> Self {
        if let Some(name) = schema["$ref"].as_str().and_then(|target| target.rsplit('/').next()) {
            return Self(vec![(name.to_owned(), Some(format!("#{name}")))]);
        }
        for any in ["oneOf", "anyOf", "allOf"] {
            if let Some(kinds) = schema[any].as_array() {
                let joint = if any == "allOf" { " and " } else { " or " };
                let kinds = kinds.iter().map(Self::of).filter(|kind| !kind.0.is_empty());
                return kinds.reduce(|all, next| all.then(joint, next)).unwrap_or_default();
            }
        }
        if let Some(values) = schema["enum"].as_array() {
            let values: Vec<&str> = values.iter().filter_map(Json::as_str).collect();
            return Self::word(values.join(" | "));
        }
        let names: Vec<&str> = match &schema["type"] {
            Json::String(name) => vec![name.as_str()],
            Json::Array(names) => names.iter().filter_map(Json::as_str).collect(),
            _ => Vec::new(),
        };
        let or_null = names.contains(&"null");
        let name = names.into_iter().find(|name| *name != "null").unwrap_or("null");
        let kind = match name {
            "array" => Self::word("list of ").then("", Self::of(&schema["items"])),
            "object" if schema["additionalProperties"].is_object() => {
                Self::word("object of ").then("", Self::of(&schema["additionalProperties"]))
            }
            name => {
                Self::word(schema["format"].as_str().map_or(name.to_owned(), |format| format!("{name} ({format})")))
            }
        };
        if or_null && name != "null" { kind.then(" or ", Self::word("null")) } else { kind }
    }
}

impl Reference {
    /// Of the document.
    pub fn of(document: &OpenApi) -> Self {
        let document = serde_json::to_value(document).unwrap_or_default();
        let mut groups: Vec<Group> = Vec::new();
        for (path, item) in document["paths"].as_object().into_iter().flatten() {
            for method in ["get", "post", "put", "patch", "delete"] {
                let Some(operation) = item.get(method) else { continue };
                let tag = text(&operation["tags"][0]);
                let call = Call::of(method, path, operation);
                match groups.iter_mut().find(|group| group.tag == tag) {
                    Some(group) => group.calls.push(call),
                    None => groups.push(Group { tag, calls: vec![call] }),
                }
            }
        }
        let schemas = document["components"]["schemas"].as_object().into_iter().flatten();
        Self {
            description: text(&document["info"]["description"]),
            groups,
            schemas: schemas.map(|(name, schema)| Schema::of(name, schema)).collect(),
        }
    }
}

impl Call {
    fn of(method: &str, path: &str, operation: &Json) -> Self {
        let body = operation["requestBody"]["content"].as_object().and_then(|kinds| kinds.values().next());
        let example = body.and_then(|body| body.get("example")).map(|example| match example {
            Json::String(text) => text.clone(),
            other => serde_json::to_string_pretty(other).unwrap_or_default(),
        });
        let answers = operation["responses"].as_object().into_iter().flatten();
        Self {
            anchor: format!("{method}-{}", path.trim_matches('/').replace(['/', '{', '}', '.'], "-")),
            method: method.to_uppercase(),
            path: path.to_owned(),
            summary: text(&operation["summary"]),
            paragraphs: paragraphs(&operation["description"]),
            signed_in: operation["security"].as_array().is_some_and(|ways| !ways.is_empty()),
            parameters: operation["parameters"].as_array().into_iter().flatten().map(parameter).collect(),
            body: body.map(|body| Kind::of(&body["schema"])).filter(|kind| !kind.0.is_empty()),
            example,
            answers: answers.map(|(status, answer)| CallAnswer::of(status, answer)).collect(),
        }
    }
}

impl CallAnswer {
    fn of(status: &str, answer: &Json) -> Self {
        let content = answer["content"].as_object().and_then(|kinds| kinds.values().next());
        Self {
            status: status.to_owned(),
            description: text(&answer["description"]),
            kind: content.map(|content| Kind::of(&content["schema"])),
        }
    }
}

impl Schema {
    fn of(name: &str, schema: &Json) -> Self {
        // A document inside another stands beside its fields as a second part.
        let parts: Vec<&Json> = match schema["allOf"].as_array() {
            Some(parts) => parts.iter().collect(),
            None => vec![schema],
        };
        let mut fields = Vec::new();
        for part in parts {
            let required: Vec<&str> =
                part["required"].as_array().into_iter().flatten().filter_map(Json::as_str).collect();
            fields.extend(part["properties"].as_object().into_iter().flatten().map(|(name, property)| Field {
                name: name.clone(),
                kind: Kind::of(property),
                required: required.contains(&name.as_str()),
                description: text(&property["description"]),
            }));
        }
        Self { name: name.to_owned(), description: text(&schema["description"]), kind: Kind::of(schema), fields }
    }
}

fn parameter(parameter: &Json) -> Field {
    Field {
        name: format!("{} ({})", text(&parameter["name"]), text(&parameter["in"])),
        kind: Kind::of(&parameter["schema"]),
        required: parameter["required"].as_bool().unwrap_or(false),
        description: text(&parameter["description"]),
    }
}

/// A text as people read it: the marks around code are for the document.
fn text(value: &Json) -> String {
    value.as_str().unwrap_or_default().replace('`', "")
}

/// The lines of a description, joined up to each empty one.
fn paragraphs(value: &Json) -> Vec<String> {
    let text = text(value);
    text.split("\n\n").map(|lines| lines.replace('\n', " ")).filter(|text| !text.is_empty()).collect()
}

#[derive(Template)]
#[template(path = "pages/pages/api.html", config = "src/askama.toml")]
struct ApiPage<'a> {
    frame: &'a Frame,
    reference: &'a Reference,
    problems: &'static [Code],
}

async fn show(frame: Frame, reference: web::Data<Reference>) -> Answer<HttpResponse> {
    page(&frame, &ApiPage { frame: &frame, reference: &reference, problems: Code::ALL })
}
