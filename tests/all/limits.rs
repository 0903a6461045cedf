//! Limits on how often somebody may ask (security.md, "Limits"), and whose budget a request spends (S-HTTP-5).

use std::future::poll_fn;
use std::net::IpAddr;
use std::task::Poll;

use proptest::prelude::*;
use reqwest::Method;
use serde_json::{Value as Json, json};
use twin_cities_awards::clock::{Clock, Time};
use twin_cities_awards::config::Network;
use twin_cities_awards::http::request::sender;
use twin_cities_awards::limits::{Limits, Purpose, Who};

use crate::app::{MAY, Seen, TestApp, stories, stories_in_earnest};
use crate::people::{PASSWORD, Person, maria};
use crate::second_factor::Owner;

stories![a_trial_limits_nobody];

stories_in_earnest![
    a_school_class_nominates_at_once_and_then_one_each_half_minute,
    a_form_with_faults_and_an_answer_given_again_cost_nothing,
    whoever_guesses_at_links_opens_none_for_a_while,
    an_address_fails_to_sign_in_thirty_times_and_our_own_trouble_is_no_failure,
    an_account_calls_six_hundred_times_at_once_and_exports_thirty_times,
];

const CLASS: &str = "203.0.113.7";

/// A nomination of its own nominator, as a proxy hands it on from this address.
async fn nominates(app: &TestApp, number: usize, address: &str) -> Seen {
    let call = app.call(Method::POST, "/editions/2021/nominations").json(&pupils(number));
    call.from(address).send().await
}

fn pupils(number: usize) -> Json {
    let mut nomination = maria();
    nomination["nominator"]["email"] = json!(format!("pupil{number}@school.example.org"));
    nomination
}

/// What a refusal says, but for its own id.
fn told(seen: &Seen) -> (u16, String, String) {
    (seen.status.as_u16(), seen.header("retry-after"), seen.str("/code"))
}

fn wait(seconds: &str) -> (u16, String, String) {
    (429, seconds.to_owned(), "too_many_requests".to_owned())
}

async fn a_school_class_nominates_at_once_and_then_one_each_half_minute(app: TestApp) {
    app.edition_2021().await;
    for number in 0..60 {
        nominates(&app, number, CLASS).await.expect_status(201);
    }
    assert_eq!(told(&nominates(&app, 60, CLASS).await), wait("30"));
    let in_russian = app.call(Method::POST, "/editions/2021/nominations").json(&pupils(60)).language("ru");
    assert_eq!(told(&in_russian.from(CLASS).send().await), wait("30"));
    let forged = format!("198.51.100.1, {CLASS}"); // what a caller writes stands left of what the proxy adds
    assert_eq!(told(&nominates(&app, 60, &forged).await), wait("30"));

    nominates(&app, 60, "203.0.113.8").await.expect_status(201); // the neighbours
    app.call(Method::POST, "/editions/2021/nominations").json(&pupils(61)).send().await.expect_status(201); // this machine

    app.at("2021-05-10T10:00:29Z");
    assert_eq!(told(&nominates(&app, 62, CLASS).await), wait("1"));
    app.at("2021-05-10T10:00:30Z");
    nominates(&app, 62, CLASS).await.expect_status(201);
    assert_eq!(told(&nominates(&app, 63, CLASS).await), wait("30"));
}

async fn a_form_with_faults_and_an_answer_given_again_cost_nothing(app: TestApp) {
    app.edition_2021().await;
    let send = |number: usize, key: &str| {
        let call = app.call(Method::POST, "/editions/2021/nominations").header("idempotency-key", key);
        call.json(&pupils(number)).from(CLASS)
    };
    send(0, "first").send().await.expect_status(201);
    for _turn in 0..60 {
        let again = send(0, "first").send().await.expect_status(201);
        assert_eq!(again.header("idempotent-replayed"), "true");
        let empty = app.call(Method::POST, "/editions/2021/nominations").json(&json!({})).from(CLASS);
        empty.send().await.expect_status(422);
    }
    for number in 1..60 {
        nominates(&app, number, CLASS).await.expect_status(201);
    }
    assert_eq!(told(&nominates(&app, 60, CLASS).await), wait("30"));
}

async fn whoever_guesses_at_links_opens_none_for_a_while(app: TestApp) {
    app.edition_2021().await;
    nominates(&app, 1, CLASS).await.expect_status(201);
    let token = app.mail().next_to("pupil1@school.example.org").await.token("confirm");
    let opens =
        |token: String, address: &'static str| app.call(Method::GET, "/link").bearer(&token).from(address).send();
    let of_one_household = ["2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff"];
    for turn in 0..10 {
        opens(token.clone(), of_one_household[0]).await.expect_status(200); // costs nothing
        opens("a guess".to_owned(), of_one_household[turn % 2]).await.expect_status(404);
        let page = app.raw(Method::GET, "/en/letter/a-guess").from(of_one_household[turn % 2]);
        page.send().await.expect_status(404);
        let body = json!({"token": "a guess"});
        let call = app.call(Method::POST, "/confirmations").json(&body).from(of_one_household[turn % 2]);
        call.send().await.expect_status(404);
    }
    assert_eq!(told(&opens("a guess".to_owned(), of_one_household[0]).await), wait("20"));
    assert_eq!(told(&opens(token.clone(), of_one_household[1]).await), wait("20"), "nor is it told which is right");
    for language in ["en", "ru"] {
        let page = app.raw(Method::GET, &format!("/{language}/letter/a-guess")).from(of_one_household[0]).send().await;
        assert_eq!((page.status.as_u16(), page.header("retry-after").as_str()), (429, "20"));
        assert!(page.text.contains("<html"), "a page for a person: {}", page.text);
    }
    opens(token.clone(), "2001:db8:1:3::1").await.expect_status(200);
    let other_host = app.call(Method::GET, "/link").bearer(&token).header("host", "evil.example");
    other_host.from(of_one_household[0]).send().await.expect_status(421); // pays nothing back
    assert_eq!(told(&opens(token.clone(), of_one_household[0]).await), wait("20"));
    app.at("2021-05-10T10:00:20Z");
    opens(token, of_one_household[0]).await.expect_status(200);
}

async fn an_address_fails_to_sign_in_thirty_times_and_our_own_trouble_is_no_failure(app: TestApp) {
    app.edition_2021().await;
    let alice = app.operator_invites("judge", Some("coventry"), "alice@jury.example.org").await;
    let tries = |email: &str, password: &str| {
        let body = json!({"email": email, "password": password});
        app.program(Method::POST, "/auth/login").from(CLASS).json(&body).send()
    };
    // So many find the hashing threads busy that it would be one too many, if that were a failure.
    let mut busy = 0;
    let mut waiting = Vec::new();
    while busy < 31 {
        loop {
            let mut hash = Box::pin(app.app.hasher.hash(PASSWORD.to_owned()));
            if poll_fn(|task| Poll::Ready(hash.as_mut().poll(task).is_ready())).await {
                break; // there is no room for another
            }
            waiting.push(hash);
        }
        let seen = tries(&alice.email, PASSWORD).await;
        assert!([200, 503].contains(&seen.status.as_u16()), "{}", seen.status);
        busy += u16::from(seen.status == 503);
    }
    futures_util::future::join_all(waiting).await;
    for turn in 0..30 {
        tries(&format!("nobody{turn}@example.org"), "not the password").await.expect_status(401);
    }
    assert_eq!(told(&tries(&alice.email, PASSWORD).await), wait("20"));
    app.at("2021-05-10T10:00:20Z");
    tries(&alice.email, PASSWORD).await.expect_status(200);
    tries(&alice.email, PASSWORD).await.expect_status(200);
}

async fn an_account_calls_six_hundred_times_at_once_and_exports_thirty_times(app: TestApp) {
    app.edition_2021().await;
    let olive = app.operator_invites("organiser", None, "olive@example.org").await;
    let oleg = app.operator_invites("organiser", None, "oleg@example.org").await;
    let (olive, oleg) = (Owner::of(&app, olive).await.person, Owner::of(&app, oleg).await.person); // two calls each
    let export = |who: &Person| app.call(Method::GET, EXPORT).bearer(&who.token).send();
    for _turn in 0..30 {
        export(&olive).await.expect_status(409); // judging has not closed; what is asked too often is asked at any time
    }
    assert_eq!(told(&export(&olive).await), wait("120"));
    export(&oleg).await.expect_status(409);

    let me = |who: &Person| app.call(Method::GET, "/me").bearer(&who.token).send();
    for _turn in 0..568 {
        me(&olive).await.expect_status(200);
    }
    assert_eq!(told(&me(&olive).await), wait("1"));
    me(&oleg).await.expect_status(200);
    app.at("2021-05-10T10:00:01Z");
    me(&olive).await.expect_status(200);
}

const EXPORT: &str = "/organise/editions/2021/exports/winners.csv";

async fn a_trial_limits_nobody(app: TestApp) {
    app.edition_2021().await;
    for number in 0..61 {
        nominates(&app, number, CLASS).await.expect_status(201);
        let guess = app.call(Method::GET, "/link").bearer("a guess").from(CLASS);
        guess.send().await.expect_status(404);
    }
}

#[test]
fn a_flood_of_addresses_fills_no_memory() {
    let clock = Clock::standing_at(Time::parse(MAY).expect("a time"));
    let limits = Limits::new(&clock);
    let spend = |number: u32| limits.spend(Purpose::Submissions, Who::Address(IpAddr::from(number.to_be_bytes())));
    for _turn in 0..60 {
        spend(1).expect("a class");
    }
    for number in 2..250_000 {
        spend(number).expect("they have not asked before");
    }
    assert!(limits.remembered(Purpose::Submissions) <= 100_000);
    spend(1).expect_err("a flood of others, who ask but once, does not make us forget who asks often");
    for number in 2..250_000 {
        let _spent = (spend(number), spend(number), spend(number));
    }
    assert!(limits.remembered(Purpose::Submissions) <= 100_000, "also where each asks three times");
}

fn address(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

fn proxies(list: &[&str]) -> Vec<Network> {
    list.iter().map(|text| Network::parse(text).expect("a network")).collect()
}

#[test]
fn a_chain_is_believed_from_the_right_up_to_the_first_stranger() {
    let ours = proxies(&["127.0.0.1", "10.0.0.0/8", "2001:db8:ffff::/48"]);
    let told = |peer: &str, chain: &str| {
        let chain: Vec<&[u8]> = chain.as_bytes().split(|byte| *byte == b',').collect();
        sender(address(peer), &chain, &ours).to_string()
    };
    assert_eq!(told("198.51.100.1", "203.0.113.7"), "198.51.100.1", "a stranger's header is a stranger's word");
    assert_eq!(told("127.0.0.1", "203.0.113.7"), "203.0.113.7");
    assert_eq!(told("127.0.0.1", "1.1.1.1, 203.0.113.7 , 10.2.3.4"), "203.0.113.7");
    assert_eq!(told("127.0.0.1", "203.0.113.7:4711"), "203.0.113.7");
    assert_eq!(told("127.0.0.1", "[2001:db8::7]:4711"), "2001:db8::7");
    assert_eq!(told("::ffff:127.0.0.1", "::ffff:203.0.113.7"), "203.0.113.7");
    assert_eq!(told("127.0.0.1", "203.0.113.7, unknown, 10.0.0.1"), "10.0.0.1", "no further than it can be read");
    assert_eq!(told("127.0.0.1", ""), "127.0.0.1");
    assert_eq!(told("127.0.0.1", "10.0.0.1, 10.0.0.2"), "10.0.0.1");
}

proptest! {
    /// S-HTTP-5: whatever a caller writes into the header, the address that our own proxy adds is the one that counts.
    #[test]
    fn no_forged_chain_speaks_for_another_address(
        forged in proptest::collection::vec(prop_oneof![
            any::<IpAddr>().prop_map(|address| address.to_string().into_bytes()),
            proptest::collection::vec(any::<u8>().prop_filter("commas part entries", |byte| *byte != b','), 0..20),
        ], 0..8),
        client in any::<IpAddr>(),
        inner in proptest::collection::vec(any::<[u8; 3]>(), 0..3),
    ) {
        let ours = proxies(&["10.0.0.0/8"]);
        prop_assume!(!ours[0].contains(client.to_canonical()));
        let mut chain = forged;
        chain.push(client.to_string().into_bytes());
        chain.extend(inner.iter().map(|[a, b, c]| format!("10.{a}.{b}.{c}").into_bytes()));
        let chain: Vec<&[u8]> = chain.iter().map(Vec::as_slice).collect();
        prop_assert_eq!(sender(address("10.0.0.1"), &chain, &ours), client.to_canonical());
        prop_assert_eq!(sender(client, &chain, &ours), client.to_canonical(), "and a stranger is who the socket says");
    }
}
