//! Guessing at passwords takes time, and keeps no owner out.

use diesel::prelude::*;
use futures_util::future::join_all;
use proptest::prelude::*;
use reqwest::Method;
use serde_json::json;
use twin_cities_awards::accounts::{Device, clockwork};
use twin_cities_awards::keys::Keys;
use twin_cities_awards::store::StoreError;
use twin_cities_awards::store::schema::sign_in_failures;

use crate::app::{Call, Seen, TestApp, stories};
use crate::people::PASSWORD;

stories![
    five_failures_from_one_network_make_a_pause_alike_for_known_and_unknown,
    twenty_failures_in_an_hour_space_the_tries_out_wherever_they_come_from,
    a_browser_that_signed_in_before_has_its_own_tries,
    a_hundred_failures_in_a_row_need_a_new_password_but_not_in_a_known_browser,
    of_guesses_sent_at_once_no_more_are_answered_than_one_after_another,
    an_invitation_is_no_other_way_to_guess,
    what_is_counted_names_nobody_and_is_forgotten,
];

const ALICE: &str = "alice@jury.example.org";
const NOBODY: &str = "nobody@example.org";

/// A judge with an account, who has signed in in the story's browser.
async fn alice(app: &TestApp) {
    app.edition_2021().await;
    app.operator_invites("judge", Some("coventry"), ALICE).await;
}

/// A try of a program's, from an address.
fn tries(app: &TestApp, address: &str, email: &str, password: &str) -> Call {
    app.program(Method::POST, "/auth/login").from(address).json(&json!({"email": email, "password": password}))
}

async fn fails(app: &TestApp, address: &str, email: &str) {
    tries(app, address, email, "not the password").send().await.expect_status(401);
}

/// A try in the story's browser.
async fn tries_in_browser(app: &TestApp, email: &str, password: &str) -> Seen {
    app.post("/auth/login", "", json!({"email": email, "password": password})).await
}

async fn five_failures_from_one_network_make_a_pause_alike_for_known_and_unknown(app: TestApp) {
    alice(&app).await;
    let mut told = Vec::new();
    for email in [ALICE, NOBODY, "Alice@JURY.example.org"] {
        // The third is Alice's again, and is counted as hers.
        if email != "Alice@JURY.example.org" {
            for host in 1..=5 {
                fails(&app, &format!("2001:db8:1:1::{host}"), email).await;
            }
        }
        for password in ["not the password", PASSWORD] {
            let call = tries(&app, "2001:db8:1:1::9", email, password).header("x-request-id", "same");
            let seen = call.send().await.expect_status(429);
            assert_eq!((seen.str("/code"), seen.header("retry-after")), ("too_many_requests".into(), "900".into()));
            let mut headers: Vec<String> =
                seen.headers.iter().map(|(name, value)| format!("{name}: {value:?}")).collect();
            headers.retain(|header| !header.starts_with("date"));
            headers.sort();
            told.push((headers, seen.text));
        }
    }
    assert!(told.windows(2).all(|pair| pair[0] == pair[1]), "{told:#?}");
    tries(&app, "2001:db8:1:2::1", ALICE, PASSWORD).send().await.expect_status(200); // from another network
    app.at("2021-05-10T10:14:59Z");
    tries(&app, "2001:db8:1:1::1", ALICE, PASSWORD).send().await.expect_status(429);
    app.at("2021-05-10T10:15:00Z");
    fails(&app, "2001:db8:1:1::1", ALICE).await;
    tries(&app, "2001:db8:1:1::1", ALICE, PASSWORD).send().await.expect_status(200);
}

async fn twenty_failures_in_an_hour_space_the_tries_out_wherever_they_come_from(app: TestApp) {
    alice(&app).await;
    for email in [ALICE, NOBODY] {
        app.at("2021-05-10T10:00:00Z");
        for host in 1..=20 {
            fails(&app, &format!("198.51.100.{host}"), email).await;
        }
        let told = tries(&app, "198.51.100.99", email, PASSWORD).send().await.expect_status(429);
        assert_eq!(told.header("retry-after"), "30");
        app.at("2021-05-10T10:00:30Z");
        fails(&app, "198.51.100.98", email).await;
        tries(&app, "198.51.100.97", email, PASSWORD).send().await.expect_status(429);
    }
    app.at("2021-05-10T10:01:00Z");
    tries(&app, "198.51.100.97", ALICE, PASSWORD).send().await.expect_status(200);
    // Her coming in ends the row, and not the hour: others go on waiting.
    fails(&app, "198.51.100.96", ALICE).await;
    tries(&app, "198.51.100.95", ALICE, PASSWORD).send().await.expect_status(429);
    app.at("2021-05-10T11:00:00Z");
    for host in 1..=4 {
        fails(&app, &format!("203.0.113.{host}"), ALICE).await;
    }
}

async fn a_browser_that_signed_in_before_has_its_own_tries(app: TestApp) {
    alice(&app).await;
    app.operator_invites("auditor", None, "ada@example.org").await;
    for host in 1..=20 {
        fails(&app, &format!("198.51.100.{host}"), ALICE).await;
    }
    tries(&app, "203.0.113.1", ALICE, PASSWORD).send().await.expect_status(429);
    tries_in_browser(&app, ALICE, PASSWORD).await.expect_status(200);
    for _ in 0..5 {
        tries_in_browser(&app, ALICE, "not the password").await.expect_status(401);
    }
    let told = tries_in_browser(&app, ALICE, PASSWORD).await.expect_status(429);
    assert_eq!(told.header("retry-after"), "900");
    tries_in_browser(&app, "ada@example.org", PASSWORD).await.expect_status(200); // another's tries
    // Whoever takes the cookie away is a stranger: the five were not theirs, the twenty are everybody's.
    app.at("2021-05-10T10:00:30Z");
    tries(&app, "203.0.113.1", ALICE, PASSWORD).send().await.expect_status(200);
    app.at("2021-05-10T10:15:00Z");
    tries_in_browser(&app, ALICE, PASSWORD).await.expect_status(200);
}

/// As if so many had failed in a row where one has, without hashing a password for each.
async fn failed_in_a_row(app: &TestApp, times: i32) {
    let set = app.app.store.write(move |tx| {
        let once = sign_in_failures::table.filter(sign_in_failures::in_a_row.eq(1));
        diesel::update(once).set(sign_in_failures::in_a_row.eq(times)).execute(tx)?;
        Ok::<_, StoreError>(())
    });
    set.await.expect("it is written");
}

async fn a_hundred_failures_in_a_row_need_a_new_password_but_not_in_a_known_browser(app: TestApp) {
    alice(&app).await;
    let mut told = Vec::new();
    for email in [ALICE, NOBODY] {
        fails(&app, "198.51.100.1", email).await;
        failed_in_a_row(&app, 98).await;
        fails(&app, "198.51.100.2", email).await;
        app.at("2021-05-10T11:00:00Z");
        fails(&app, "198.51.100.3", email).await; // the hundredth
        let seen = tries(&app, "203.0.113.1", email, PASSWORD).header("x-request-id", "same").send().await;
        told.push((seen.header("retry-after"), seen.expect_status(429).text));
        app.at("2021-05-10T10:00:00Z");
    }
    assert_eq!(told[0], told[1]);
    assert!(told[0].1.contains("new password by mail"), "{}", told[0].1);
    tries_in_browser(&app, ALICE, PASSWORD).await.expect_status(200);
    app.at("2021-05-20T10:00:00Z");
    tries(&app, "203.0.113.1", ALICE, PASSWORD).send().await.expect_status(429);

    app.post("/auth/password-reset", "", json!({"email": ALICE})).await.expect_status(202);
    let token = app.mail().next_to_about(ALICE, "Reset your password").await.token("reset");
    let body = json!({"token": token, "password": "kettle-half-a-river-7"});
    app.post("/auth/password-reset/confirm", "", body).await.expect_status(200);
    tries(&app, "203.0.113.1", ALICE, "kettle-half-a-river-7").send().await.expect_status(200);
}

async fn of_guesses_sent_at_once_no_more_are_answered_than_one_after_another(app: TestApp) {
    alice(&app).await;
    let guesses = (0..16).map(|_| tries(&app, "198.51.100.1", ALICE, "not the password").send());
    let mut answered: Vec<u16> = join_all(guesses).await.iter().map(|seen| seen.status.as_u16()).collect();
    answered.sort_unstable();
    assert_eq!(answered, [[401; 5].as_slice(), &[429; 11]].concat());
    // Nor is the right one, sent among them.
    tries(&app, "198.51.100.1", ALICE, PASSWORD).send().await.expect_status(429);
}

async fn an_invitation_is_no_other_way_to_guess(app: TestApp) {
    alice(&app).await;
    let person = twin_cities_awards::accounts::InvitePerson::parse("2021", "auditor", None, ALICE, "Alice", None);
    let deed = twin_cities_awards::audit::Deed::of_operator(&app.app);
    let invited = twin_cities_awards::accounts::invite(&app.app, deed, person.expect("words")).await.expect("invited");
    let token = invited.link.rsplit('/').next().expect("a token").to_owned();
    let accepts = |password: &str| {
        let body = json!({"token": token, "password": password});
        app.program(Method::POST, "/auth/invitations/accept").from("198.51.100.1").json(&body).send()
    };
    for _ in 0..5 {
        accepts("certainly not her password").await.expect_status(401);
    }
    accepts(PASSWORD).await.expect_status(429);
    tries(&app, "198.51.100.1", ALICE, PASSWORD).send().await.expect_status(429);
    app.at("2021-05-10T10:15:00Z");
    accepts(PASSWORD).await.expect_status(200);
}

async fn what_is_counted_names_nobody_and_is_forgotten(app: TestApp) {
    alice(&app).await;
    fails(&app, "198.51.100.1", ALICE).await;
    fails(&app, "198.51.100.1", NOBODY).await;
    let rows = || {
        let read = app.app.store.read(|tx| {
            let keys: Vec<(String, String)> =
                sign_in_failures::table.select((sign_in_failures::key, sign_in_failures::address_key)).load(tx)?;
            Ok::<_, StoreError>(keys)
        });
        async { read.await.expect("it can be read") }
    };
    let kept = rows().await;
    assert_eq!(kept.len(), 4, "a network's and an address's count for each");
    let plain = |text: &String| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    assert!(kept.iter().all(|(key, address)| plain(key) && plain(address)), "{kept:?}");
    app.at("2021-05-10T10:15:00Z");
    clockwork::tick(&app.app).await.expect("it ticks");
    assert_eq!(rows().await.len(), 2, "a network's count ends with its pause");
    app.at("2021-05-11T10:00:00Z");
    clockwork::tick(&app.app).await.expect("it ticks");
    assert_eq!(rows().await, []);
}

proptest! {
    #[test]
    fn no_text_is_a_device_and_none_panics(text in "\\PC{0,200}|[A-Za-z0-9_-]{0,90}") {
        let keys = Keys::from_text(&"the root secret of a story that all may know".to_owned().into(), "the test");
        prop_assert_eq!(Device::parse(&keys.expect("long enough"), &text), None);
    }
}
