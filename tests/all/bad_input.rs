//! Bad input: one clear answer for each, in both languages, and nothing changed.

use reqwest::Method;
use serde_json::{Value as Json, json};

use crate::app::{Call, TestApp, stories};
use crate::people::maria;

stories![every_kind_of_refusal_in_both_languages, a_refused_nomination_leaves_nothing_behind];

const NOMINATIONS: &str = "/editions/2021/nominations";

/// What changes from run to run, as patterns, and what stands for it in a snapshot.
const CHANGING: [(&str, &str); 2] =
    [("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}", "ID"), ("TCA21-[0-9A-Z]{6}", "REF")];

/// Sends the same call in both languages.
async fn both(name: &str, lines: &mut String, call: impl Fn() -> Call) {
    for language in ["en", "ru"] {
        let seen = call().language(language).send().await;
        lines.push_str(&format!("{name} ({language}): {}\n", seen.line()));
    }
}

async fn every_kind_of_refusal_in_both_languages(app: TestApp) {
    app.edition_2021().await;
    let committee = app.committee().await;
    let judge = committee.judges[0].token.clone();
    let olive = committee.organisers[0].token.clone();
    let mut lines = String::new();
    let post = |path: &str| app.call(Method::POST, path);
    let nominate = |body: Json| post(NOMINATIONS).json(&body);
    let bytes = |body: Vec<u8>| post(NOMINATIONS).body("application/json", body);

    // The body
    both("broken", &mut lines, || bytes(b"{\"category\":".to_vec())).await;
    both("not utf-8", &mut lines, || bytes(b"{\"category\":\"\xff\"}".to_vec())).await;
    both("10,000 deep", &mut lines, || bytes([vec![b'['; 10_000], vec![b']'; 10_000]].concat())).await;
    both("a key twice", &mut lines, || bytes(b"{\"category\":\"I1\",\"category\":\"I2\"}".to_vec())).await;
    both("64 KiB and one", &mut lines, || bytes(vec![b' '; 64 * 1024 + 1])).await;
    both("not json", &mut lines, || post(NOMINATIONS).body("text/plain", "hello")).await;
    both("unknown field", &mut lines, || nominate(json!({"category": "I1", "colour": "blue", "a/b": 1}))).await;
    both("nothing in it", &mut lines, || nominate(json!({}))).await;
    let mut wrong = maria();
    wrong["nominee"]["kind"] = json!("organisation");
    wrong["story"]["since_year"] = json!(1900);
    wrong["supporters"][1]["email"] = json!("JAN+letters@example.org");
    wrong["nominator"]["email"] = json!("a@b");
    both("several faults", &mut lines, || nominate(wrong.clone())).await;

    // The address and the caller
    both("nowhere", &mut lines, || app.call(Method::GET, "/nowhere")).await;
    both("no such edition", &mut lines, || app.call(Method::GET, "/editions/1999")).await;
    both("wrong method", &mut lines, || app.call(Method::DELETE, NOMINATIONS)).await;
    both("a long address", &mut lines, || app.call(Method::GET, &format!("/editions?x={}", "y".repeat(5_000)))).await;
    both("another host", &mut lines, || app.call(Method::GET, "/editions").header("host", "evil.example")).await;
    both("nobody", &mut lines, || app.call(Method::GET, "/me")).await;
    both("no token of ours", &mut lines, || app.call(Method::GET, "/me").bearer("a.b.c")).await;
    let stranger = json!({"email": "nobody@example.org", "password": "no password of anybody"});
    both("a stranger signs in", &mut lines, || post("/auth/login").json(&stranger)).await;
    both("a judge at the desk", &mut lines, || {
        app.call(Method::GET, "/organise/editions/2021/nominations").bearer(&judge)
    })
    .await;
    both("undeclared", &mut lines, || app.call(Method::GET, "/judge/assignments").bearer(&judge)).await;
    both("a foreign cursor", &mut lines, || {
        app.call(Method::GET, "/organise/editions/2021/nominations?cursor=AAAA").bearer(&olive)
    })
    .await;
    both("a link that is none", &mut lines, || post("/confirmations").json(&json!({"token": "abc"}))).await;

    // What stands
    let sent = post(NOMINATIONS).header("idempotency-key", "k-1").json(&maria()).send().await.expect_status(201);
    let again = post(NOMINATIONS).header("idempotency-key", "k-1").json(&maria()).send().await.expect_status(201);
    assert_eq!((sent.text.as_str(), again.header("idempotent-replayed").as_str()), (again.text.as_str(), "true"));
    let mut other = maria();
    other["headline"] = json!("Another line altogether");
    both("a key reused", &mut lines, || nominate(other.clone()).header("idempotency-key", "k-1")).await;
    let confirm = app.mail().next_to("ann@example.org").await.token("confirm");
    for _twice in 0..2 {
        post("/confirmations").json(&json!({"token": confirm})).send().await.expect_status(200);
    }
    nominate(maria()).send().await.expect_status(201);
    let second = loop {
        let mail = app.mail().next_to("ann@example.org").await;
        if mail.text().contains("/confirm/") {
            break mail.token("confirm");
        }
    };
    both("already nominated", &mut lines, || post("/confirmations").json(&json!({"token": second}))).await;
    let one = format!("/organise/editions/2021/nominations/{}", sent.str("/id"));
    let eligible = json!({"status": "eligible"});
    both("no version", &mut lines, || app.call(Method::PATCH, &one).bearer(&olive).json(&eligible)).await;
    both("an old version", &mut lines, || {
        app.call(Method::PATCH, &one).bearer(&olive).header("if-match", "\"0\"").json(&eligible)
    })
    .await;
    both("letters missing", &mut lines, || {
        app.call(Method::PATCH, &one).bearer(&olive).header("if-match", "*").json(&eligible)
    })
    .await;
    both("an illegal move", &mut lines, || {
        app.call(Method::PATCH, &one).bearer(&olive).header("if-match", "*").json(&json!({"status": "winner"}))
    })
    .await;

    // The calendar
    both("too early to score", &mut lines, || app.call(Method::GET, "/organise/editions/2021/results").bearer(&olive))
        .await;
    app.at("2021-06-30T16:00:00Z");
    both("too late to nominate", &mut lines, || nominate(maria())).await;
    insta::with_settings!({filters => CHANGING.to_vec()}, {
        insta::assert_snapshot!("every_kind_of_refusal", lines);
    });
}

async fn a_refused_nomination_leaves_nothing_behind(app: TestApp) {
    app.edition_2021().await;
    let mut wrong = maria();
    wrong["headline"] = json!("Hey");
    app.post(NOMINATIONS, "", wrong).await.expect_status(422);
    app.at("2021-07-01T10:00:00Z");
    app.post(NOMINATIONS, "", maria()).await.expect_status(409);
    let events = app
        .app
        .store
        .read(|tx| {
            use diesel::prelude::*;
            use twin_cities_awards::store::StoreError;
            use twin_cities_awards::store::schema::{audit_events, messages, nominations};
            let events: i64 =
                audit_events::table.filter(audit_events::act.ne("edition_created")).count().get_result(tx)?;
            let messages: i64 = messages::table.count().get_result(tx)?;
            let nominations: i64 = nominations::table.count().get_result(tx)?;
            Ok::<_, StoreError>((events, messages, nominations))
        })
        .await
        .expect("it can be read");
    assert_eq!(events, (0, 0, 0));
}
