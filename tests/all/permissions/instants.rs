//! S-JUD-4: one instant a request, taken when its body is complete, decides the phase; the commit may follow.

use reqwest::{Method, StatusCode};
use serde_json::{Value as Json, json};
use twin_cities_awards::audit::{Actor, Deed};
use twin_cities_awards::clock::Time;
use twin_cities_awards::editions::{self, EditionSlug};
use twin_cities_awards::http::etag::IfMatch;
use twin_cities_awards::http::idempotency::IdempotencyKey;
use twin_cities_awards::http::links::LinkKind;
use twin_cities_awards::ids::{AccountId, AssignmentId};
use twin_cities_awards::judging::model::Seat;
use twin_cities_awards::judging::sheets;
use twin_cities_awards::nominations::shelf::Shelf;
use twin_cities_awards::nominations::submit;
use twin_cities_awards::store::StoreError;

use super::room::{Room, YEAR, organise};
use crate::app::{TestApp, stories};
use crate::people::maria;
use crate::wire::{Wire, statuses};

stories![
    a_body_that_is_complete_too_late_is_late_and_one_that_is_complete_in_time_is_in_time,
    what_was_complete_in_time_is_taken_though_it_is_committed_later,
];

/// A call of which the head comes at one instant, and the end of the body at another.
struct Slow<'a> {
    app: &'a TestApp,
    method: Method,
    path: String,
    token: String,
    tag: String,
    body: Json,
}

impl Slow<'_> {
    /// The status.
    async fn sent(&self, head: &str, end: &str) -> u16 {
        let Self { app, method, path, token, tag, body } = self;
        let (body, host) = (body.to_string(), app.app.config.public_url.host());
        app.at(head);
        let mut wire = Wire::to(&app.base).await;
        let bearer = if token.is_empty() { String::new() } else { format!("Authorization: Bearer {token}\r\n") };
        let tag = if tag.is_empty() { String::new() } else { format!("If-Match: {tag}\r\n") };
        wire.say(format!(
            "{method} /api/v1{path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n{bearer}{tag}\
             Content-Length: {}\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n",
            body.len()
        ))
        .await;
        wire.hear_until("100 Continue\r\n\r\n").await;
        let (begin, rest) = body.split_at(body.len() / 2);
        wire.say(begin).await;
        // The server has one thread: what is answered now was asked after the head was read and its caller let in.
        for _turn in 0..5 {
            app.get("/me", token).await;
        }
        app.at(end);
        wire.say(rest).await;
        let heard = wire.hear_out().await;
        *statuses(&heard).first().unwrap_or_else(|| panic!("no answer: {heard}"))
    }
}

fn nominates(app: &TestApp) -> Slow<'_> {
    let (path, token, tag) = ("/editions/2021/nominations".to_owned(), String::new(), String::new());
    Slow { app, method: Method::POST, path, token, tag, body: maria() }
}

async fn a_body_that_is_complete_too_late_is_late_and_one_that_is_complete_in_time_is_in_time(app: TestApp) {
    let mut room = Room::new(app).await;
    room.go_on(&YEAR[0]).await;
    let (before, open) = ("2021-04-23T12:59:59Z", "2021-04-23T13:00:00Z");
    assert_eq!(nominates(&room.app).sent(before, before).await, 409);
    assert_eq!(nominates(&room.app).sent(before, open).await, 201, "complete once they are open");

    room.go_on(&YEAR[1]).await;
    let (before, closed) = ("2021-06-30T15:59:59.999999Z", "2021-06-30T16:00:00Z");
    let own = room.links[&LinkKind::Nomination].clone();
    let change = async |headline: &str| {
        room.app.at(before);
        let tag = room.app.get("/link/nomination", &own).await.expect(StatusCode::OK).header("etag");
        let (path, token) = ("/link/nomination".to_owned(), own.clone());
        Slow { app: &room.app, method: Method::PATCH, path, token, tag, body: json!({"headline": headline}) }
    };
    assert_eq!(nominates(&room.app).sent(before, before).await, 201);
    assert_eq!(nominates(&room.app).sent(before, closed).await, 409);
    assert_eq!(change("Two choirs that became a single one").await.sent(before, before).await, 200);
    assert_eq!(change("Three choirs that became a single one").await.sent(before, closed).await, 409);

    room.go_on(&YEAR[2]).await;
    room.go_on(&YEAR[3]).await;
    let (before, closed) = ("2021-08-27T15:59:59.999999Z", "2021-08-27T16:00:00Z");
    room.app.at(before);
    room.sign_in().await;
    let sheet = async |score: u8| {
        let path = room.addresses("PUT", "/judge/assignments/{id}/sheet", "judge").own;
        let token = room.token("judge").to_owned();
        room.app.at(before);
        let read = path.trim_end_matches("/sheet");
        let tag = room.app.get(read, &token).await.expect(StatusCode::OK).header("etag");
        let scores = json!({"C1": score, "C2": 1, "C3": 1, "C4": 1, "C5": 1});
        let body = json!({"scores": scores, "submit": true});
        Slow { app: &room.app, method: Method::PUT, path, token, tag, body }
    };
    assert_eq!(sheet(3).await.sent(before, before).await, 200);
    assert_eq!(sheet(4).await.sent(before, closed).await, 409);
    let plan = Slow {
        app: &room.app,
        method: Method::POST,
        path: organise("/assignments/plan"),
        token: room.token("organiser").to_owned(),
        tag: String::new(),
        body: json!({"per_panel": 2}),
    };
    assert_eq!(plan.sent(before, before).await, 201);
    assert_eq!(plan.sent(before, closed).await, 409);
}

async fn what_was_complete_in_time_is_taken_though_it_is_committed_later(app: TestApp) {
    let mut room = Room::new(app).await;
    room.go_on(&YEAR[0]).await;
    room.go_on(&YEAR[1]).await;
    let parts = &room.app.app;
    let deed = |at: &str, actor: Actor| Deed { at: Time::parse(at).expect("a time"), actor, request: None };
    let last = "2021-06-30T15:59:59.999999Z";
    room.app.at("2021-06-30T16:00:59Z");
    let slug = EditionSlug::parse("2021").expect("a slug");
    let (shelf, bytes, key) = (Shelf::default(), maria().to_string(), IdempotencyKey::default());
    let taken = submit::receive(parts, &shelf, deed(last, Actor::Public), slug.clone(), bytes.as_bytes(), &key);
    assert_eq!(taken.await.expect("it was in time").answer.received_at.to_string(), last);
    let late = deed("2021-06-30T16:00:00Z", Actor::Public);
    let late = submit::receive(parts, &shelf, late, slug.clone(), bytes.as_bytes(), &key);
    assert!(matches!(late.await, Err(submit::SubmitError::Phase(_))));

    room.go_on(&YEAR[2]).await;
    room.go_on(&YEAR[3]).await;
    let parts = &room.app.app;
    let path = room.addresses("PUT", "/judge/assignments/{id}/sheet", "judge").own;
    let id = path.split('/').rev().nth(1).and_then(AssignmentId::parse).expect("an id");
    let me = room.app.get("/me", room.token("judge")).await.expect(StatusCode::OK).str("/id");
    let read = room.app.get(path.trim_end_matches("/sheet"), room.token("judge")).await.json();
    let version = read["sheet"]["version"].as_i64();
    let edition = parts.store.read(move |tx| Ok::<_, StoreError>(editions::store::by_slug(tx, &slug)?));
    let edition = edition.await.expect("it can be read").expect("it is there").id;
    let account = AccountId::parse(&me).expect("an id");
    let seat = || Seat { account, editions: vec![edition] };
    let body = |score: u8| json!({"scores": {"C1": score, "C2": 1, "C3": 1, "C4": 1, "C5": 1}, "submit": true});
    room.app.at("2021-08-27T16:00:59Z");
    let deed_at = |at: &str| deed(at, Actor::Account(account));
    let seen = || IfMatch::seen(version.unwrap_or(1));
    let late = sheets::save(parts, deed_at("2021-08-27T16:00:00Z"), seat(), id, body(4), seen()).await;
    assert!(late.is_err(), "{late:?}");
    sheets::save(parts, deed_at("2021-08-27T15:59:59.999999Z"), seat(), id, body(3), seen()).await.expect("in time");
}
