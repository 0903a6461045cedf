//! A lost password: asked for alike by everybody, set by a mailed link, once.

use diesel::prelude::*;
use reqwest::Method;
use serde_json::json;
use twin_cities_awards::accounts::{self, clockwork};
use twin_cities_awards::audit::Deed;
use twin_cities_awards::clock::Time;
use twin_cities_awards::fields::Email;
use twin_cities_awards::store::StoreError;
use twin_cities_awards::store::schema::{messages, password_resets};

use crate::app::{Folder, Seen, TestApp, parts_on_sqlite, stories, stories_in_earnest};
use crate::people::PASSWORD;

stories![
    a_new_password_is_set_by_a_mailed_link_once_and_ends_every_session,
    a_link_lives_half_an_hour_and_opens_nothing_else,
    a_letter_that_is_written_late_opens_for_its_whole_half_hour,
    only_who_may_sign_in_is_written_to,
    a_trial_sends_as_many_letters_as_are_asked_for,
];
stories_in_earnest![
    an_address_gets_three_letters_an_hour_and_the_answer_stays_the_same,
    whoever_asks_for_everybody_uses_nobodys_letters_up,
];

const ALICE: &str = "alice@jury.example.org";
const NEW: &str = "kettle-half-a-river-7";

async fn asks(app: &TestApp, email: &str) -> Seen {
    app.post("/auth/password-reset", "", json!({"email": email})).await.expect_status(202)
}

async fn confirms(app: &TestApp, token: &str, password: &str) -> Seen {
    app.post("/auth/password-reset/confirm", "", json!({"token": token, "password": password})).await
}

async fn signs_in(app: &TestApp, password: &str) -> Seen {
    app.post("/auth/login", "", json!({"email": ALICE, "password": password})).await
}

/// The letters of A1 that were queued.
async fn letters(app: &TestApp) -> i64 {
    clockwork::tick(&app.app).await.expect("it ticks");
    let count = app.app.store.read(|tx| {
        Ok::<_, StoreError>(messages::table.filter(messages::kind.eq("password_reset")).count().get_result(tx)?)
    });
    count.await.expect("it can be read")
}

async fn a_new_password_is_set_by_a_mailed_link_once_and_ends_every_session(app: TestApp) {
    app.edition_2021().await;
    let alice = app.operator_invites("judge", Some("coventry"), ALICE).await;
    let refresh = signs_in(&app, PASSWORD).await.str("/refresh_token");
    let elsewhere = app.program(Method::POST, "/auth/login").header("sec-fetch-site", "same-origin");
    let elsewhere = elsewhere.json(&json!({"email": ALICE, "password": PASSWORD})).send().await.expect_status(200);
    let elsewhere = elsewhere.device_cookie().expect("a browser is given its cookie");
    let told = app.mail().next_to_about(ALICE, "A change to your account").await;
    assert!(told.text().contains("had not signed in"), "{}", told.text());
    asks(&app, "Alice@jury.example.org").await;
    asks(&app, ALICE).await;
    let [first, second] = [
        app.mail().next_to_about(ALICE, "Reset your password").await,
        app.mail().next_to_about(ALICE, "Reset your password").await,
    ];
    let (token, other) = (first.token("reset"), second.token("reset"));
    assert!(first.link("reset").starts_with(&format!("{}/en/reset/", app.base)), "{}", first.text());
    let link = app.get("/link", &token).await.expect_status(200).json();
    assert_eq!(link, json!({"kind": "reset", "edition": null, "expires_at": "2021-05-10T10:30:00Z"}));

    let weak = confirms(&app, &token, "Coventry 2021 Volgograd").await.expect_status(422).json();
    assert_eq!(
        (&weak["errors"][0]["pointer"], &weak["errors"][0]["code"]),
        (&json!("/password"), &json!("weak_password"))
    );
    app.get("/me", &alice.token).await.expect_status(200); // nothing has happened yet

    let done = confirms(&app, &token, NEW).await.expect_status(200);
    assert_eq!(done.json(), json!({"ended_sessions": 3}));
    assert_eq!(app.get("/me", &alice.token).await.expect_status(401).str("/code"), "session_ended", "S-ACC-10");
    app.post("/auth/refresh", "", json!({"refresh_token": refresh})).await.expect_status(401);
    signs_in(&app, PASSWORD).await.expect_status(401);
    for used in [&token, &other] {
        assert_eq!(confirms(&app, used, NEW).await.expect_status(404).str("/code"), "link_not_valid");
        app.get("/link", used).await.expect_status(404);
    }
    let told = app.mail().next_to_about(ALICE, "A change to your account").await;
    assert!(told.text().contains("A new password was set") && !told.text().contains("http"), "{}", told.text());
    signs_in(&app, NEW).await.expect_status(200); // in the browser in which it was set: nobody is told
    let known = app.program(Method::POST, "/auth/login").header("sec-fetch-site", "same-origin");
    let known = known.header("cookie", &elsewhere).json(&json!({"email": ALICE, "password": NEW})).send().await;
    known.expect_status(200);
    let told = app.mail().next_to_about(ALICE, "A change to your account").await;
    assert!(told.text().contains("had not signed in"), "every other browser is forgotten: {}", told.text());
    assert_eq!(changes(&app).await, 3, "of the browser elsewhere, twice, and of the password");
}

/// The letters of A2 that were queued.
async fn changes(app: &TestApp) -> i64 {
    let count = app.app.store.read(|tx| {
        Ok::<_, StoreError>(messages::table.filter(messages::kind.eq("security_notice")).count().get_result(tx)?)
    });
    count.await.expect("it can be read")
}

async fn a_link_lives_half_an_hour_and_opens_nothing_else(app: TestApp) {
    app.edition_2021().await;
    app.operator_invites("judge", Some("coventry"), ALICE).await;
    let invitation = app.mail().next_to(ALICE).await.token("invitation");
    asks(&app, ALICE).await;
    let token = app.mail().next_to(ALICE).await.token("reset");
    for foreign in [invitation.as_str(), "", "x", &token[1..]] {
        assert!([404, 422].contains(&confirms(&app, foreign, NEW).await.status.as_u16()), "{foreign}");
    }
    let body = json!({"token": token, "password": NEW});
    app.post("/auth/invitations/accept", "", body).await.expect_status(404);
    app.post("/confirmations", "", json!({"token": token})).await.expect_status(404);
    app.get("/link/letter", &token).await.expect_status(404);
    app.get("/me", &token).await.expect_status(401);
    app.at("2021-05-10T10:30:00Z");
    confirms(&app, &token, NEW).await.expect_status(404);
    app.at("2021-05-10T10:29:59Z");
    confirms(&app, &token, NEW).await.expect_status(200);
    // A change by its owner ends what was asked for before.
    asks(&app, ALICE).await;
    let token = app.mail().next_to_about(ALICE, "Reset your password").await.token("reset");
    let session = signs_in(&app, NEW).await.str("/access_token");
    app.put("/me/password", &session, json!({"old": NEW, "new": PASSWORD})).await.expect_status(200);
    confirms(&app, &token, NEW).await.expect_status(404);
}

async fn a_letter_that_is_written_late_opens_for_its_whole_half_hour(mut app: TestApp) {
    app.edition_2021().await;
    app.operator_invites("judge", Some("coventry"), ALICE).await;
    app.rest().await;
    asks(&app, ALICE).await;
    app.at("2021-05-10T11:10:00Z"); // long after anybody would have looked
    assert_eq!(letters(&app).await, 1);
    let ends_at = app.app.store.read(|tx| {
        Ok::<_, StoreError>(password_resets::table.select(password_resets::expires_at).get_result::<Option<i64>>(tx)?)
    });
    let ends_at = ends_at.await.expect("it can be read").expect("it is known whose it is");
    assert_eq!(Time::from_micros(ends_at).to_string(), "2021-05-10T11:40:00Z");
    app.at("2021-05-10T11:40:00.000001Z");
    clockwork::tick(&app.app).await.expect("it ticks");
    let left = app.app.store.read(|tx| Ok::<_, StoreError>(password_resets::table.count().get_result::<i64>(tx)?));
    assert_eq!(left.await.expect("it can be read"), 0, "and is forgotten then");
}

async fn whoever_asks_for_everybody_uses_nobodys_letters_up(app: TestApp) {
    app.edition_2021().await;
    app.operator_invites("judge", Some("coventry"), ALICE).await;
    // Another spelling of her mailbox is nobody's account.
    for _ in 0..3 {
        asks(&app, "alice+x@jury.example.org").await;
    }
    asks(&app, ALICE).await;
    assert_eq!(letters(&app).await, 1);
    // An address asks thirty times, for whomever; the answer stays the same, and nothing is written down.
    let from = |address: &'static str, email: String| {
        app.call(Method::POST, "/auth/password-reset").from(address).json(&json!({"email": email})).send()
    };
    for turn in 0..30 {
        from("203.0.113.9", format!("nobody{turn}@example.org")).await.expect_status(202);
    }
    from("203.0.113.9", ALICE.to_owned()).await.expect_status(202);
    assert_eq!(letters(&app).await, 1);
    from("203.0.113.10", ALICE.to_owned()).await.expect_status(202);
    assert_eq!(letters(&app).await, 2);
}

async fn only_who_may_sign_in_is_written_to(app: TestApp) {
    app.edition_2021().await;
    let olive = app.operator_invites("organiser", None, "olive@example.org").await;
    let body = json!({"email": "invited@example.org", "name": "Ivy Invited", "role": "judge", "panel": "coventry"});
    app.post("/organise/editions/2021/people", &olive.token, body).await.expect_status(201);
    let body = json!({"email": "removed@example.org", "name": "Rory", "role": "judge", "panel": "coventry"});
    app.organiser_invites(&olive, body).await;
    let people = app.get("/organise/editions/2021/people", &olive.token).await.json();
    let removed = people["items"].as_array().expect("a list").iter().find(|item| item["name"] == "Rory");
    let removed = removed.and_then(|item| item["id"].as_str()).expect("an id");
    let path = format!("/organise/editions/2021/people/{removed}");
    app.call(Method::DELETE, &path).bearer(&olive.token).send().await.expect_status(204);

    let mut answers = Vec::new();
    for email in ["nobody@example.org", "invited@example.org", "removed@example.org", "olive@example.org"] {
        let call = app.call(Method::POST, "/auth/password-reset").header("x-request-id", "same");
        let seen = call.json(&json!({"email": email})).send().await.expect_status(202);
        let mut headers: Vec<String> = seen.headers.iter().map(|(name, value)| format!("{name}: {value:?}")).collect();
        headers.retain(|header| !header.starts_with("date"));
        headers.sort();
        answers.push((headers, seen.text));
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:#?}");
    assert_eq!(letters(&app).await, 1);
    app.mail().next_to_about("olive@example.org", "Reset your password").await;
    app.post("/auth/password-reset", "", json!({"email": "no address"})).await.expect_status(422);
}

async fn an_address_gets_three_letters_an_hour_and_the_answer_stays_the_same(app: TestApp) {
    app.edition_2021().await;
    app.operator_invites("judge", Some("coventry"), ALICE).await;
    for minute in 0..5 {
        app.at(&format!("2021-05-10T10:0{minute}:00Z"));
        asks(&app, ALICE).await;
        asks(&app, "nobody@example.org").await;
    }
    assert_eq!(letters(&app).await, 3);
    app.at("2021-05-10T11:00:00Z");
    asks(&app, ALICE).await;
    assert_eq!(letters(&app).await, 4);
    app.at("2021-05-10T12:00:01Z");
    clockwork::tick(&app.app).await.expect("it ticks");
    let left = app.app.store.read(|tx| Ok::<_, StoreError>(password_resets::table.count().get_result::<i64>(tx)?));
    assert_eq!(left.await.expect("it can be read"), 0, "requests are forgotten after an hour");
}

async fn a_trial_sends_as_many_letters_as_are_asked_for(app: TestApp) {
    app.edition_2021().await;
    app.operator_invites("judge", Some("coventry"), ALICE).await;
    for _ in 0..5 {
        asks(&app, ALICE).await;
    }
    assert_eq!(letters(&app).await, 5);
}

type Row = (String, Option<String>, Option<String>, i64, Option<i64>);

/// The same rows, whether or not anybody has the address; whose they are is looked up later (S-ACC-3).
#[test]
fn a_request_leaves_the_same_row_for_every_address_s_acc_3() {
    let folder = Folder::new();
    let app = parts_on_sqlite(&folder);
    actix_web::rt::System::new().block_on(async {
        let edition = accounts_edition(&app).await;
        let person = accounts::InvitePerson::parse(&edition, "organiser", None, "olive@example.org", "Olive", None);
        let deed = || Deed::of_operator(&app);
        let invited = accounts::invite(&app, deed(), person.expect("words")).await.expect("invited");
        let token = invited.link.rsplit('/').next().expect("a token").to_owned();
        let accepted =
            accounts::AcceptInvitation { token, password: accounts::Attempt::typed(PASSWORD), name: None, code: None };
        assert!(accounts::accept(&app, deed(), accepted, crate::people::nowhere()).await.is_ok());

        for email in ["olive@example.org", "nobod@example.org"] {
            let email = Email::parse(email).expect("an address");
            accounts::ask_for_reset(&app, deed(), email, &crate::people::nowhere().client).await.expect("it is taken");
        }
        let rows = || {
            let read = app.store.read(|tx| {
                use password_resets::{account, address, asked_at, recipient, used_at};
                let columns = (recipient, address, account, asked_at, used_at);
                Ok::<_, StoreError>(password_resets::table.order(password_resets::id).select(columns).load::<Row>(tx)?)
            });
            async { read.await.expect("it can be read") }
        };
        let shape = |row: &Row| (row.0.len(), row.1.as_ref().map(String::len), row.2.clone(), row.3, row.4);
        let asked = rows().await;
        assert_eq!(shape(&asked[0]), shape(&asked[1]));
        assert!(asked[0].1.as_ref().is_some_and(|sealed| !sealed.contains("olive")));
        clockwork::tick(&app).await.expect("it ticks");
        let decided = rows().await;
        let whose: Vec<bool> = decided.iter().map(|row| row.2.is_some()).collect();
        assert!(decided.iter().all(|row| row.1.is_none()), "the address is dropped");
        assert_eq!(whose.iter().filter(|mine| **mine).count(), 1);
    });
}

async fn accounts_edition(app: &twin_cities_awards::app::App) -> String {
    let deed = Deed::of_operator(app);
    let made = twin_cities_awards::editions::create_from_template(app, deed, "tca-2021", None).await;
    made.expect("the template is whole");
    "2021".to_owned()
}
