//! One's own account: its sessions, its password, and what its owner is told.

use diesel::prelude::*;
use reqwest::Method;
use serde_json::json;
use twin_cities_awards::accounts::{InvitePerson, invite};
use twin_cities_awards::audit::Deed;
use twin_cities_awards::store::StoreError;
use twin_cities_awards::store::schema::{devices, messages};

use crate::app::{Seen, TestApp, stories};
use crate::people::PASSWORD;

stories![
    who_is_signed_in_sees_their_sessions_and_ends_them,
    a_password_is_changed_by_who_shows_the_old_one,
    a_password_is_the_same_in_either_spelling_of_its_letters,
    a_password_that_cannot_be_is_refused_wherever_one_is_set,
    a_sign_in_in_a_new_browser_is_told_of_and_one_in_a_known_browser_is_not,
    a_browser_that_has_not_been_seen_for_half_a_year_is_forgotten,
];

const ALICE: &str = "alice@jury.example.org";
const NEW: &str = "kettle-half-a-river-7";

async fn signs_in(app: &TestApp, password: &str) -> Seen {
    app.post("/auth/login", "", json!({"email": ALICE, "password": password})).await
}

async fn ends(app: &TestApp, token: &str, session: &str) -> Seen {
    app.call(Method::DELETE, &format!("/me/sessions/{session}")).bearer(token).send().await
}

/// How many notices (A2) were queued.
async fn notices(app: &TestApp) -> i64 {
    let count = app.app.store.read(|tx| {
        Ok::<_, StoreError>(messages::table.filter(messages::kind.eq("security_notice")).count().get_result(tx)?)
    });
    count.await.expect("it can be read")
}

async fn who_is_signed_in_sees_their_sessions_and_ends_them(app: TestApp) {
    app.edition_2021().await;
    let ben = app.operator_invites("judge", Some("coventry"), "ben@jury.example.org").await;
    let here = app.operator_invites("judge", Some("coventry"), ALICE).await.token;
    app.at("2021-05-10T11:00:00Z");
    let there = signs_in(&app, PASSWORD).await.str("/access_token");
    app.at("2021-05-10T11:10:00Z");
    let mut seen = app.get("/me/sessions", &there).await.expect_status(200).json();
    let ids = [0, 1].map(|at| seen["items"][at]["id"].take().as_str().expect("an id").to_owned());
    assert_eq!(
        seen,
        json!({"next_cursor": null, "items": [
            {"id": null, "created_at": "2021-05-10T11:00:00Z", "used_at": "2021-05-10T11:00:00Z",
                "ends_at": "2021-05-17T11:00:00Z", "current": true},
            {"id": null, "created_at": "2021-05-10T10:00:00Z", "used_at": "2021-05-10T10:00:00Z",
                "ends_at": "2021-05-17T10:00:00Z", "current": false},
        ]})
    );
    let bens = app.get("/me/sessions", &ben.token).await;
    // An access token lives for a quarter of an hour, and this one is older.
    bens.expect_status(401);
    app.at("2021-05-10T10:00:00Z");
    let bens = app.get("/me/sessions", &ben.token).await.expect_status(200).str("/items/0/id");
    for foreign in [bens.as_str(), "nonsense", "01890000-0000-7000-8000-000000000000"] {
        assert_eq!(ends(&app, &here, foreign).await.expect_status(404).str("/code"), "not_found");
    }
    app.get("/me", &ben.token).await.expect_status(200);

    ends(&app, &here, &ids[0]).await.expect_status(204);
    app.at("2021-05-10T11:00:00Z");
    assert_eq!(app.get("/me", &there).await.expect_status(401).str("/code"), "session_ended", "S-ACC-10");
    app.at("2021-05-10T10:00:00Z");
    ends(&app, &here, &ids[0]).await.expect_status(404);
    let left = app.get("/me/sessions", &here).await.json();
    assert_eq!(left["items"].as_array().map(Vec::len), Some(1));
    ends(&app, &here, &ids[1]).await.expect_status(204); // also the one that asks
    app.get("/me/sessions", &here).await.expect_status(401);

    // One that nobody used for a week is over, and not shown.
    signs_in(&app, PASSWORD).await.expect_status(200);
    app.at("2021-05-17T10:00:00Z");
    let now = signs_in(&app, PASSWORD).await.str("/access_token");
    let living = app.get("/me/sessions", &now).await.json();
    assert_eq!(living["items"].as_array().map(Vec::len), Some(1), "{living:#}");
}

async fn a_password_is_changed_by_who_shows_the_old_one(app: TestApp) {
    app.edition_2021().await;
    let here = app.operator_invites("judge", Some("coventry"), ALICE).await.token;
    let _invitation = app.mail().next_to(ALICE).await;
    let there = signs_in(&app, PASSWORD).await.expect_status(200);
    let change = |old: &str, new: &str| app.put("/me/password", &here, json!({"old": old, "new": new}));
    let fault = |seen: Seen| {
        let faults = seen.expect_status(422).json();
        (faults["errors"][0]["pointer"].clone(), faults["errors"][0]["code"].clone())
    };
    app.put("/me/password", "", json!({"old": PASSWORD, "new": NEW})).await.expect_status(401);
    assert_eq!(fault(change("not the old one", NEW).await), (json!("/old"), json!("wrong_password")));
    assert_eq!(fault(change(PASSWORD, "short").await), (json!("/new"), json!("too_short")));
    assert_eq!(fault(change(PASSWORD, "Coventry 2021 Volgograd").await), (json!("/new"), json!("weak_password")));
    signs_in(&app, PASSWORD).await.expect_status(200);
    assert_eq!(notices(&app).await, 0);

    let me = change(PASSWORD, NEW).await.expect_status(200);
    assert_eq!((me.str("/email"), me.header("etag")), (ALICE.to_owned(), "\"1\"".to_owned()));
    app.get("/me", &here).await.expect_status(200);
    assert_eq!(app.get("/me", &there.str("/access_token")).await.expect_status(401).str("/code"), "session_ended");
    let told = app.mail().next_to(ALICE).await;
    assert_eq!(told.subject(), "A change to your account");
    assert!(
        told.text().contains("Your password was changed") && !told.text().contains("http"),
        "S-ACC-9: {}",
        told.text()
    );
    signs_in(&app, PASSWORD).await.expect_status(401);
    signs_in(&app, NEW).await.expect_status(200);

    for _ in 0..5 {
        assert_eq!(fault(change("not the old one", PASSWORD).await).1, json!("wrong_password"));
    }
    let told = change(NEW, PASSWORD).await.expect_status(429);
    assert_eq!((told.str("/code"), told.header("retry-after")), ("too_many_requests".into(), "900".into()));
}

async fn a_password_is_the_same_in_either_spelling_of_its_letters(app: TestApp) {
    app.edition_2021().await;
    let here = app.operator_invites("judge", Some("coventry"), ALICE).await.token;
    let (composed, decomposed) = ("майский чай и йод", "маи\u{306}скии\u{306} чаи\u{306} и и\u{306}од");
    app.put("/me/password", &here, json!({"old": PASSWORD, "new": decomposed})).await.expect_status(200);
    for password in [composed, decomposed] {
        signs_in(&app, password).await.expect_status(200);
    }
    signs_in(&app, "маискии чаи и иод").await.expect_status(401);
    let emoji = "🦊🐢🦉🐝 quietly under the stairs";
    let here = signs_in(&app, composed).await.str("/access_token");
    app.put("/me/password", &here, json!({"old": composed, "new": emoji})).await.expect_status(200);
    signs_in(&app, emoji).await.expect_status(200);
    signs_in(&app, &emoji[4..]).await.expect_status(401);
}

async fn a_password_that_cannot_be_is_refused_wherever_one_is_set(app: TestApp) {
    app.edition_2021().await;
    let here = app.operator_invites("judge", Some("coventry"), ALICE).await.token;
    let person = InvitePerson::parse("2021", "auditor", None, "ada@example.org", "Ada Auditor", None).expect("words");
    let invited = invite(&app.app, Deed::of_operator(&app.app), person).await.expect("invited");
    let invitation = invited.link.rsplit('/').next().expect("a token").to_owned();
    app.post("/auth/password-reset", "", json!({"email": ALICE})).await.expect_status(202);
    let reset = app.mail().next_to_about(ALICE, "Reset your password").await.token("reset");
    let long = "a song for two rivers ".repeat(10_000);
    for (password, code) in [
        ("a song for two\0rivers", "bad_characters"),
        (&long[..129], "too_long"),
        (&long[..50_000], "too_long"),
        ("fourteen signs", "too_short"),
        ("ghtvbzujhjljdgj,hfnbvjd", "weak_password"), // премиягородовпобратимов on Latin keys
        ("Volgograd Coventry", "weak_password"),
        ("passwordpassword", "weak_password"),
        ("парольпароль123", "weak_password"),
    ] {
        for (method, path, token, body) in [
            (Method::POST, "/auth/invitations/accept", "", json!({"token": invitation, "password": password})),
            (Method::POST, "/auth/password-reset/confirm", "", json!({"token": reset, "password": password})),
            (Method::PUT, "/me/password", here.as_str(), json!({"old": PASSWORD, "new": password})),
        ] {
            let seen = app.call(method, path).bearer(token).json(&body).send().await.expect_status(422).json();
            assert_eq!(seen["errors"][0]["code"], code, "{path} {}", &password[..password.len().min(40)]);
        }
    }
    for body in [json!({"token": invitation, "password": &long[..100_000]}), json!({"token": reset, "password": long})]
    {
        app.post("/auth/invitations/accept", "", body).await.expect_status(413);
    }
    signs_in(&app, &long[..60_000]).await.expect_status(401);
    signs_in(&app, "\0").await.expect_status(401);
    signs_in(&app, PASSWORD).await.expect_status(200);
}

async fn a_sign_in_in_a_new_browser_is_told_of_and_one_in_a_known_browser_is_not(app: TestApp) {
    app.edition_2021().await;
    let here = app.operator_invites("judge", Some("coventry"), ALICE).await.token; // in the story's browser
    let _invitation = app.mail().next_to(ALICE).await;
    let body = json!({"email": ALICE, "password": PASSWORD});
    signs_in(&app, PASSWORD).await.expect_status(200);
    assert_eq!(notices(&app).await, 0, "the browser is known");

    let other = app.program(Method::POST, "/auth/login").header("sec-fetch-site", "same-origin");
    let other = other.json(&body).send().await.expect_status(200);
    let cookie = other.device_cookie().expect("a browser is given its cookie");
    let set = other.header("set-cookie");
    for word in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=15552000"] {
        assert!(set.contains(word), "{set}");
    }
    let told = app.mail().next_to(ALICE).await;
    assert_eq!(told.subject(), "A change to your account");
    assert!(told.text().contains("had not signed in to it before"), "S-ACC-9: {}", told.text());
    assert!(!told.text().contains("127.0.0.1") && !told.text().contains("http"), "{}", told.text());
    let again = app.program(Method::POST, "/auth/login").header("sec-fetch-site", "same-origin");
    let again = again.header("cookie", &cookie).json(&body).send().await.expect_status(200);
    assert_eq!(again.device_cookie().as_ref(), Some(&cookie), "its life begins anew");
    assert_eq!(notices(&app).await, 1);

    let program = app.program(Method::POST, "/auth/login").json(&body).send().await.expect_status(200);
    assert_eq!(program.device_cookie(), None, "a program keeps none");
    let forged = app.program(Method::POST, "/auth/login").header("cookie", &cookie.replace('A', "B"));
    forged.header("sec-fetch-site", "same-origin").json(&body).send().await.expect_status(200);
    assert_eq!(notices(&app).await, 3);

    // A new password forgets every browser but the one in which it is set.
    app.put("/me/password", &here, json!({"old": PASSWORD, "new": NEW})).await.expect_status(200);
    signs_in(&app, NEW).await.expect_status(200);
    assert_eq!(notices(&app).await, 5, "of the password, and of a browser that was forgotten");
}

async fn a_browser_that_has_not_been_seen_for_half_a_year_is_forgotten(app: TestApp) {
    app.edition_2021().await;
    app.operator_invites("judge", Some("coventry"), ALICE).await;
    app.at("2021-11-06T09:59:59Z");
    signs_in(&app, PASSWORD).await.expect_status(200);
    assert_eq!(notices(&app).await, 0);
    app.at("2022-05-06T10:00:00Z");
    twin_cities_awards::accounts::clockwork::tick(&app.app).await.expect("it ticks");
    let known = app.app.store.read(|tx| Ok::<_, StoreError>(devices::table.count().get_result::<i64>(tx)?));
    assert_eq!(known.await.expect("it can be read"), 0);
    signs_in(&app, PASSWORD).await.expect_status(200);
    assert_eq!(notices(&app).await, 1);
}
