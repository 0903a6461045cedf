//! The OpenAPI document and the server say the same: every call in it is taken, every example in it is read.

use reqwest::Method;
use serde_json::Value as Json;

use crate::app::{TestApp, stories};

stories![every_call_of_the_document_is_taken_and_every_example_read, the_document_is_served_as_it_is_generated];

/// Method, path and example body of every call in the document.
pub fn calls() -> Vec<(Method, String, Option<Json>)> {
    let document = serde_json::to_value(twin_cities_awards::server::document()).expect("it is JSON");
    let mut calls = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, call) in item.as_object().expect("methods") {
            let Ok(method) = Method::from_bytes(method.to_uppercase().as_bytes()) else { continue };
            if ![Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE].contains(&method) {
                continue;
            }
            let content = &call["requestBody"]["content"];
            let body = content.get("application/json").unwrap_or(&content["text/csv"]);
            let examples =
                body["examples"].as_object().map(|all| all.values().map(|one| one["value"].clone()).collect());
            let mut examples: Vec<Json> = examples.unwrap_or_default();
            examples.extend(body.get("example").cloned());
            if !call["requestBody"].is_null() {
                assert!(!examples.is_empty(), "{method} {path} takes a body and shows no example");
            }
            if examples.is_empty() {
                calls.push((method, path.clone(), None));
            } else {
                calls.extend(examples.into_iter().map(|example| (method.clone(), path.clone(), Some(example))));
            }
        }
    }
    calls
}

async fn every_call_of_the_document_is_taken_and_every_example_read(app: TestApp) {
    app.edition_2021().await;
    let committee = app.committee().await;
    for (method, path, example) in calls() {
        let address = path
            .replace("{slug}", "2021")
            .replace("{category}", "I1")
            .replace("{n}", "1")
            .replace("{other}", "01890000-0000-7000-8000-000000000001")
            .replace("{language}", "en")
            .replace("{text}", "01890000-0000-7000-8000-000000000000.story.en")
            .replace("{id}", "01890000-0000-7000-8000-000000000000")
            .replace("{nomination}", "01890000-0000-7000-8000-000000000000");
        assert!(!address.contains('{'), "{path} has a part that this test does not know");
        let token = if path.contains("/judge/") {
            &committee.judges[0].token
        } else if path.contains("/link") || path.contains("logout") || path.contains("totp") {
            "" // a link's token, or one that this call would end
        } else if path.ends_with("/sign-off") || path.ends_with("/clock") {
            &committee.approvers[0].token
        } else {
            &committee.organisers[0].token
        };
        let mut call = app.raw(method.clone(), &address).bearer(token).header("if-match", "*");
        if let Some(example) = &example {
            call = call.example(example);
        }
        let seen = call.send().await;
        let said = format!("{method} {path}: {}", seen.line());
        assert_ne!(seen.status.as_u16(), 405, "{said}");
        assert!(seen.status.as_u16() < 500, "{said}");
        if example.is_some() {
            assert!(![400, 413, 415].contains(&seen.status.as_u16()), "{said}");
            let of_the_body = seen.status.as_u16() == 422
                && seen.json()["errors"].as_array().is_some_and(|errors| {
                    errors.iter().any(|error| {
                        ["wrong_type", "required", "unknown_field"].iter().any(|code| error["code"] == **code)
                    })
                });
            assert!(!of_the_body, "{said}");
        }
    }
}

async fn the_document_is_served_as_it_is_generated(app: TestApp) {
    let served = app.raw(Method::GET, "/api/v1/openapi.json").send().await.expect_status(200).json();
    assert_eq!(served["openapi"], "3.1.0");
    assert_eq!(served["paths"], serde_json::to_value(&twin_cities_awards::server::document().paths).expect("JSON"));
}
