//! Drafts over the API: begun by mail, gone on with by the link, sent without another confirmation.

use std::sync::Arc;

use proptest::prelude::*;
use reqwest::Method;
use serde_json::{Value as Json, json};
use twin_cities_awards::http::links::{Link, LinkKind};
use twin_cities_awards::store::StoreError;

use crate::app::{Seen, TestApp, stories, stories_in_earnest};
use crate::people::{bridge_club, maria};

stories![
    a_draft_is_begun_by_mail_gone_on_with_and_sent,
    a_draft_that_names_another_address_is_confirmed_there,
    only_kinds_are_checked_until_it_is_sent,
    a_draft_ends_after_thirty_days_or_at_the_close,
    drafts_of_ten_minutes_are_one_letter,
    a_draft_is_sent_once,
    refusals_of_drafts,
];

stories_in_earnest![a_school_class_begins_sixty_drafts_at_once];

const DRAFTS: &str = "/editions/2021/drafts";

fn begun(email: &str) -> Json {
    json!({"category": "I2", "language": "en", "nominator": {"email": email}})
}

async fn token_for(app: &TestApp, email: &str) -> String {
    app.mail().next_to(email).await.token("draft")
}

/// Goes on with the draft as it was read just now.
async fn go_on(app: &TestApp, token: &str, part: Json) -> Seen {
    app.change(Method::PATCH, "/link/draft", "/link/draft", token, part).await
}

async fn count_of_drafts(app: &TestApp) -> i64 {
    use diesel::prelude::*;
    use twin_cities_awards::store::schema::drafts;
    let count = app.app.store.read(|tx| Ok::<_, StoreError>(drafts::table.count().get_result::<i64>(tx)?));
    count.await.expect("the store reads")
}

/// Waits until the clock has deleted all but so many drafts.
async fn until_drafts(app: &TestApp, left: i64) {
    for _ in 0..500 {
        if count_of_drafts(app).await == left {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await; // the clockwork is another task: it tells nobody
    }
    panic!("there are {} drafts, not {left}", count_of_drafts(app).await);
}

async fn a_draft_is_begun_by_mail_gone_on_with_and_sent(app: TestApp) {
    app.edition_2021().await;
    let begun = app.post(DRAFTS, "", begun("ann@example.org")).await.expect_status(202);
    assert_eq!(begun.text, "");
    let mail = app.mail().next_to("ann@example.org").await;
    assert_eq!(mail.subject(), "Your draft nomination");
    assert!(mail.text().contains("9 June 2021, 11:00 in Coventry, 13:00 in Volgograd"), "{}", mail.text());
    let token = mail.token("draft");
    assert_eq!(app.get("/link", &token).await.expect_status(200).str("/expires_at"), "2021-06-09T10:00:00Z");
    let read = app.get("/link/draft", &token).await.expect_status(200).json();
    assert_eq!((&read["category"], &read["status"]), (&json!("I2"), &json!("draft")));

    app.at("2021-05-20T10:00:00Z");
    let rest = maria();
    for (name, part) in rest.as_object().expect("an object") {
        go_on(&app, &token, json!({name: part})).await.expect_status(200);
    }
    assert_eq!(
        app.get("/link", &token).await.str("/expires_at"),
        "2021-06-19T10:00:00Z",
        "30 days from the last change"
    );
    let read = app.get("/link/draft", &token).await.expect_status(200).json();
    for (name, part) in rest.as_object().expect("an object") {
        assert_eq!(&read[name], part, "{name}");
    }
    let receipt = app.post("/link/draft/submit", &token, json!({})).await.expect_status(200);
    assert_eq!(receipt.str("/status"), "submitted", "the link has proven the address");
    assert_eq!(
        app.mail().next_to("ann@example.org").await.subject(),
        format!("Nomination {} received", receipt.str("/reference"))
    );
    app.mail().next_to("jan@example.org").await.token("letter");
    app.mail().next_to("olga@example.org").await.token("letter");
    let again = app.post("/link/draft/submit", &token, json!({})).await.expect_status(404);
    assert_eq!(again.str("/code"), "link_not_valid");
    app.get("/link/draft", &token).await.expect_status(404);
    app.at("2021-05-21T10:00:00Z");
    until_drafts(&app, 0).await;
}

async fn a_draft_that_names_another_address_is_confirmed_there(app: TestApp) {
    app.edition_2021().await;
    app.post(DRAFTS, "", begun("ann@example.org")).await.expect_status(202);
    let token = token_for(&app, "ann@example.org").await;
    let mut other = maria();
    other["nominator"]["email"] = json!("ann.elsewhere@example.org");
    go_on(&app, &token, other).await.expect_status(200);
    let receipt = app.post("/link/draft/submit", &token, json!({})).await.expect_status(200);
    assert_eq!(receipt.str("/status"), "unconfirmed");
    let confirm = app.mail().next_to("ann.elsewhere@example.org").await.token("confirm");
    app.post("/confirmations", "", json!({"token": confirm})).await.expect_status(200);
}

async fn only_kinds_are_checked_until_it_is_sent(app: TestApp) {
    app.edition_2021().await;
    let odd = json!({"category": "X9", "nominee": {"kind": "organisation", "name": "...", "age_band": "under_18"},
        "story": {"impact": "Too short"}, "supporters": [{"email": "nobody"}], "links": [],
        "nominator": {"email": "ann@example.org", "phone": "12"}});
    app.post(DRAFTS, "", odd).await.expect_status(202);
    let token = token_for(&app, "ann@example.org").await;
    let wrong = go_on(&app, &token, json!({"story": {"ongoing": "yes"}, "headline": 7, "supporters": {}})).await;
    let told: Vec<(String, String)> = wrong.expect_status(422).json()["errors"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|error| (error["pointer"].to_string(), error["code"].to_string()))
        .collect();
    let wrong_type = |place: &str| (format!("\"{place}\""), "\"wrong_type\"".to_owned());
    assert_eq!(told, ["/headline", "/story/ongoing", "/supporters"].map(wrong_type));
    go_on(&app, &token, json!({"nominee": {"colour": null}})).await.expect_status(400);
    go_on(&app, &token, json!({"nominee": null, "links": null})).await.expect_status(200);
    let read = app.get("/link/draft", &token).await.expect_status(200).json();
    assert!(read.get("nominee").is_none() && read.get("links").is_none(), "what is taken away is gone: {read}");

    let refused = app.post("/link/draft/submit", &token, json!({})).await.expect_status(422).json();
    let codes = refused["errors"].as_array().expect("a list").len();
    assert!(codes > 20, "all that is missing is told at once: {refused}");
    app.get("/link/draft", &token).await.expect_status(200); // and nothing is lost
}

async fn a_draft_ends_after_thirty_days_or_at_the_close(app: TestApp) {
    app.edition_2021().await;
    app.post(DRAFTS, "", begun("ann@example.org")).await.expect_status(202);
    let ann = token_for(&app, "ann@example.org").await;
    app.at("2021-06-09T09:59:59Z");
    app.get("/link/draft", &ann).await.expect_status(200);
    app.post(DRAFTS, "", begun("bob@example.org")).await.expect_status(202);
    let bob = token_for(&app, "bob@example.org").await;
    assert_eq!(
        app.get("/link", &bob).await.str("/expires_at"),
        "2021-06-30T16:00:00Z",
        "the close, where that is first"
    );
    app.at("2021-06-09T10:00:00Z");
    app.get("/link/draft", &ann).await.expect_status(404);
    until_drafts(&app, 1).await;
    app.at("2021-06-30T15:59:59Z");
    app.get("/link/draft", &bob).await.expect_status(200);
    app.at("2021-06-30T16:00:00Z");
    app.get("/link/draft", &bob).await.expect_status(404);
    app.post("/link/draft/submit", &bob, json!({})).await.expect_status(404);
    app.post(DRAFTS, "", begun("ann@example.org")).await.expect_status(409);
    until_drafts(&app, 0).await;
}

async fn drafts_of_ten_minutes_are_one_letter(app: TestApp) {
    app.edition_2021().await;
    let mut texts = Vec::new();
    for _ in 0..4 {
        app.post(DRAFTS, "", begun("ann@example.org")).await.expect_status(202);
    }
    app.post(DRAFTS, "", begun("bob@example.org")).await.expect_status(202);
    texts.push(app.mail().next_to("ann@example.org").await.text());
    app.mail().next_to("bob@example.org").await;
    app.at("2021-05-10T10:09:59Z");
    app.post(DRAFTS, "", begun("bob@example.org")).await.expect_status(202);
    assert_eq!(app.mail().unread().len(), 0, "nothing more within ten minutes");
    app.at("2021-05-10T10:10:00Z");
    texts.push(app.mail().next_to("ann@example.org").await.text());
    let links = |text: &str| text.matches("/draft/").count();
    assert_eq!(texts.iter().map(|text| links(text)).collect::<Vec<_>>(), [1, 3]);
    assert_eq!(links(&app.mail().next_to("bob@example.org").await.text()), 1);
}

async fn a_draft_is_sent_once(app: TestApp) {
    app.edition_2021().await;
    app.post(DRAFTS, "", maria()).await.expect_status(202);
    let token = Arc::new(token_for(&app, "ann@example.org").await);
    let calls = (0..20).map(|_| {
        let call = app.call(Method::POST, "/link/draft/submit").bearer(&token).header("idempotency-key", "one");
        call.send()
    });
    let seen = futures_util::future::join_all(calls).await;
    let first = seen.iter().find(|seen| seen.status == 200).expect("one of them").text.clone();
    for one in &seen {
        assert_eq!((one.status.as_u16(), &one.text), (200, &first));
    }
    assert_eq!(seen.iter().filter(|seen| !seen.headers.contains_key("idempotent-replayed")).count(), 1);
    let key = |body: Json| app.call(Method::POST, DRAFTS).header("idempotency-key", "two").json(&body).send();
    key(begun("bob@example.org")).await.expect_status(202);
    assert_eq!(key(begun("bob@example.org")).await.expect_status(202).header("idempotent-replayed"), "true");
    key(begun("eve@example.org")).await.expect_status(422);
    assert_eq!(count_of_drafts(&app).await, 2);
}

async fn refusals_of_drafts(app: TestApp) {
    app.edition_2021().await;
    app.post(DRAFTS, "", begun("ann@example.org")).await.expect_status(202);
    let token = token_for(&app, "ann@example.org").await;
    let post = |body: Json| app.post(DRAFTS, "", body);
    let patch = |tag: &str| {
        let call = app.call(Method::PATCH, "/link/draft").bearer(&token).json(&json!({"headline": "x"}));
        if tag.is_empty() { call } else { call.header("if-match", tag) }
    };
    let other = Link::to(LinkKind::Confirm, uuid::Uuid::nil()).token(&app.app.keys);
    let large = json!({"headline": "x".repeat(40_000)});
    let mut lines = String::new();
    for (name, seen) in [
        ("no address", post(json!({"category": "I1"})).await),
        ("no address of ours", post(json!({"nominator": {"email": "a@b"}})).await),
        ("a kind", post(json!({"nominator": {"email": "ann@example.org"}, "story": []})).await),
        ("a field", post(json!({"nominator": {"email": "a@b"}, "colour": 1})).await),
        ("an edition", app.post("/editions/1999/drafts", "", begun("ann@example.org")).await),
        ("no version", patch("").send().await),
        ("an old version", patch("\"0\"").send().await),
        ("another link", app.get("/link/draft", &other).await),
        ("no link", app.get("/link/draft", "").await),
    ] {
        lines.push_str(&format!("{name}: {}\n", seen.line()));
    }
    go_on(&app, &token, large.clone()).await.expect_status(200);
    let more = go_on(&app, &token, json!({"story": {"impact": "x".repeat(40_000)}})).await;
    lines.push_str(&format!("too much in all: {}\n", more.line()));
    app.at("2021-06-30T16:00:00Z");
    lines.push_str(&format!("too late: {}\n", post(begun("ann@example.org")).await.line()));
    insta::assert_snapshot!("refusals_of_drafts", lines);
}

async fn a_school_class_begins_sixty_drafts_at_once(app: TestApp) {
    app.edition_2021().await;
    for number in 0..60 {
        let body = begun(&format!("pupil{number}@school.example.org"));
        app.call(Method::POST, DRAFTS).json(&body).from("203.0.113.7").send().await.expect_status(202);
    }
    let one_more = app.call(Method::POST, DRAFTS).json(&begun("late@school.example.org")).from("203.0.113.7");
    assert_eq!(one_more.send().await.expect_status(429).header("retry-after"), "30");
}

/// A body in parts, each a change of its own: the places of its fields, in any order.
fn parts(body: &Json) -> Vec<Json> {
    let mut parts = Vec::new();
    for (name, value) in body.as_object().expect("an object") {
        match value {
            Json::Object(fields) => parts.extend(fields.iter().map(|(field, value)| json!({name: {field: value}}))),
            _ => parts.push(json!({name: value})),
        }
    }
    parts
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Parts in any order make the draft that is sent at once.
    #[test]
    fn no_order_of_changes_makes_another_draft(seed in any::<u64>(), club in any::<bool>()) {
        let folder = crate::app::Folder::new();
        let app = crate::app::parts_on_sqlite(&folder);
        let edition = crate::nomination_form::edition();
        let whole = if club { bridge_club() } else { maria() };
        let mut parts = parts(&whole);
        let mut state = seed | 1;
        for at in (1..parts.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            parts.swap(at, usize::try_from(state >> 33).expect("31 bits") % (at + 1));
        }
        let merge = |body: &Json, part: &Json| {
            twin_cities_awards::nominations::drafts::body::merge(&app, &edition, body, part).expect("kinds are right")
        };
        let merged = parts.iter().fold(json!({}), |body, part| merge(&body, part));
        prop_assert_eq!(merged, merge(&json!({}), &whole));
    }
}
