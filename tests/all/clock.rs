//! A clock that jumps lets nobody out early (S-STO-6): it is held against the machine's own, and an approver's word ends
//! the doubt.

use std::sync::atomic::AtomicBool;

use serde_json::json;
use tokio::sync::Notify;
use twin_cities_awards::announcement::clockwork;
use twin_cities_awards::app::{App, Parts};
use twin_cities_awards::chance::Chance;
use twin_cities_awards::clock::{Clock, Span, Time};
use twin_cities_awards::hashing::Hasher;
use twin_cities_awards::heartbeat::{self, Doubt, Heart, Sight, Why, doubt_of};
use twin_cities_awards::keys::Keys;
use twin_cities_awards::limits::Limits;
use twin_cities_awards::store::StoreError;
use twin_cities_awards::store::clock::Beat;

use crate::app::{TestApp, stories};

stories![
    the_clock_is_held_against_the_machine_s_own,
    nobody_is_released_while_the_clock_is_in_doubt,
    an_approver_sees_the_doubt_and_ends_it,
];

const CLOCK: &str = "/organise/editions/2021/clock";

fn at(time: &str) -> Time {
    Time::parse(time).expect("a time")
}

/// A machine that was started at eight and looked at a minute before ten.
fn beats() -> Vec<Beat> {
    let (started_at, last_at) = (at("2027-06-01T08:00:00Z"), at("2027-06-01T09:59:00Z"));
    vec![Beat { machine: "one".to_owned(), started_at, last_at }]
}

fn sight(machine: &str, wall: &str, up: Span) -> Sight {
    Sight { machine: machine.to_owned(), wall: at(wall), up }
}

#[test]
fn a_clock_that_is_set_while_the_machine_runs_has_jumped() {
    let two_hours = Span::hours(2);
    for (wall, seconds) in [
        ("2027-06-01T10:01:00Z", None), // a minute is nothing
        ("2027-06-01T09:59:00Z", None),
        ("2027-06-01T10:01:00.000001Z", Some(60)),
        ("2027-06-01T09:58:59.999999Z", Some(-61)),
        ("2027-06-02T10:00:00Z", Some(86_400)),
        ("2028-06-01T10:00:00Z", Some(366 * 86_400)),
        ("2027-06-01T09:00:00Z", Some(-3_600)),
    ] {
        for begins in [false, true] {
            let doubt = doubt_of(&beats(), &sight("one", wall, two_hours), begins);
            let expected = seconds.map(|seconds| Doubt { since: at(wall), why: Why::Jumped, seconds });
            assert_eq!(doubt, expected, "{wall}");
        }
    }
}

#[test]
fn a_service_that_was_away_for_long_or_comes_back_before_it_left_cannot_tell() {
    let up = Span::seconds(5);
    for (wall, why) in [
        ("2027-06-02T21:59:00Z", None), // 36 hours
        ("2027-06-02T21:59:00.000001Z", Some((Why::Away, 129_600))),
        ("2027-06-01T09:58:00Z", None),
        ("2027-06-01T09:57:59Z", Some((Why::RanBack, -61))),
    ] {
        let seen = sight("another start", wall, up);
        assert_eq!(
            doubt_of(&beats(), &seen, false),
            None,
            "only the first look of a process asks how long it was away"
        );
        let doubt = doubt_of(&beats(), &seen, true).map(|doubt| (doubt.why, doubt.seconds));
        assert_eq!(doubt, why, "{wall}");
    }
    assert_eq!(doubt_of(&[], &sight("one", "2027-06-01T10:00:00Z", up), true), None, "the very first look");
}

async fn looks(app: &TestApp, machine: &str, wall: &str, up: Span, begins: bool) -> bool {
    let (parts, seen) = (app.app.clone(), sight(machine, wall, up));
    let doubted = app.app.store.write(move |tx| Ok::<_, StoreError>(heartbeat::beat(tx, &parts, &seen, begins)?));
    doubted.await.expect("it is noted")
}

async fn noted(app: &TestApp) -> Option<Doubt> {
    app.app.store.read(|tx| Ok::<_, StoreError>(heartbeat::noted(tx)?)).await.expect("it can be read")
}

async fn the_clock_is_held_against_the_machine_s_own(app: TestApp) {
    assert!(!looks(&app, "one", "2021-05-10T10:00:00Z", Span::hours(2), true).await);
    assert!(!looks(&app, "one", "2021-05-10T10:01:00Z", Span::hours(2).plus(Span::minutes(1)), false).await);
    assert!(!looks(&app, "two", "2021-05-10T10:01:00Z", Span::hours(90), true).await, "each machine for itself");
    // Hours of small steps add up: what counts is when the machine was started.
    assert!(!looks(&app, "one", "2021-05-10T11:00:40Z", Span::hours(3), false).await);
    assert!(looks(&app, "one", "2021-05-10T12:01:20Z", Span::hours(4), false).await);
    let doubt = noted(&app).await.expect("it is noted");
    assert_eq!((doubt.why, doubt.seconds), (Why::Jumped, 80));
    // It does not go away by itself, whoever looks, and the first reason stands.
    assert!(looks(&app, "one", "2021-05-10T12:00:00Z", Span::hours(4), false).await);
    assert!(looks(&app, "two", "2021-05-15T12:00:00Z", Span::hours(92), true).await);
    assert_eq!(noted(&app).await, Some(doubt));
    let parts = app.app.clone();
    let settled = app.app.store.write(move |tx| {
        let first = heartbeat::settle(tx, &parts)?;
        Ok::<_, StoreError>((first, heartbeat::settle(tx, &parts)?))
    });
    assert_eq!(settled.await.expect("it is settled"), (true, false));
    assert!(!looks(&app, "one", "2021-05-10T12:01:20Z", Span::hours(4), false).await, "held against what it shows now");
    assert!(!looks(&app, "one", "2021-05-10T12:02:00Z", Span::hours(4), false).await);
}

/// The same service by the machine's own clock, which shows a year long after the release.
fn by_the_system_s_clock(app: &TestApp) -> App {
    let clock = Clock::System;
    let keys = Keys::from_text(app.app.config.secret.as_ref().expect("the stories' own"), "the test").expect("long");
    App::new(Parts {
        chance: Chance::seeded(80),
        config: app.app.config.clone(),
        hasher: Hasher::start(&keys, app.app.config.password_hashing),
        keys,
        store: app.app.store.clone(),
        limits: Limits::new(&clock),
        clock,
        outbox_bell: Notify::new(),
        stopping: AtomicBool::default(),
    })
}

async fn is_released(app: &TestApp) -> bool {
    app.get("/editions/2021/winners", "").await.status == 200
}

async fn nobody_is_released_while_the_clock_is_in_doubt(app: TestApp) {
    let _told = crate::whole_way::up_to_the_winners_letter(&app).await;
    let later = by_the_system_s_clock(&app);
    let sight = Sight::of_this_machine();
    // The machine's clock was right when somebody looked, and has been set on by a day since.
    let before = Sight { wall: sight.wall - Span::days(1), ..sight.clone() };
    let parts = later.clone();
    let first = later.store.write(move |tx| Ok::<_, StoreError>(heartbeat::beat(tx, &parts, &before, true)?));
    assert!(!first.await.expect("it is noted"));
    clockwork::tick(&later).await.expect("it ticks");
    assert!(!is_released(&app).await, "nobody has looked at the clock since, and yet it waits");
    assert!(!Heart::default().tick(&later).await.expect("it looks"));
    let doubt = noted(&app).await.expect("it is noted");
    assert_eq!(doubt.why, Why::Jumped);
    assert!((86_399..=86_401).contains(&doubt.seconds), "two clocks are read one after the other: {doubt:?}");
    clockwork::tick(&later).await.expect("it ticks");
    assert!(!is_released(&app).await);
    let parts = later.clone();
    later.store.write(move |tx| Ok::<_, StoreError>(heartbeat::settle(tx, &parts)?)).await.expect("it is settled");
    assert!(Heart::default().tick(&later).await.expect("it looks"));
    clockwork::tick(&later).await.expect("it ticks");
    assert!(is_released(&app).await, "what waited goes on");
}

async fn an_approver_sees_the_doubt_and_ends_it(app: TestApp) {
    app.edition_2021().await;
    let amy = app.operator_invites("approver", Some("coventry"), "amy@example.org").await;
    let sound = app.get(CLOCK, &amy.token).await.expect_status(200).json();
    assert_eq!(sound, json!({"now": "2021-05-10T10:00:00Z", "is_set": true, "waits": false, "doubt": null}));
    assert!(!looks(&app, "one", "2021-05-10T10:00:00Z", Span::hours(2), true).await);
    assert!(looks(&app, "one", "2021-05-11T10:00:00Z", Span::hours(2), false).await);
    let seen = app.get(CLOCK, &amy.token).await.expect_status(200).json();
    assert_eq!(seen["doubt"], json!({"since": "2021-05-11T10:00:00Z", "why": "jumped", "seconds": 86_400}));
    assert_eq!(seen["waits"], json!(false), "a trial's clock is set, and waits for nobody");

    app.post(CLOCK, &amy.token, json!({"reason": " "})).await.expect_status(422);
    let reason = json!({"reason": "Held against the speaking clock"});
    let settled = app.post(CLOCK, &amy.token, reason.clone()).await.expect_status(200).json();
    assert_eq!(settled["doubt"], json!(null));
    app.post(CLOCK, &amy.token, reason).await.expect_status(200); // a second time changes nothing
    twin_cities_awards::audit::seal::seal(&app.app).await.expect("the audit is sealed");
    let events = app.get("/organise/editions/2021/audit?limit=200", &amy.token).await.expect_status(200).text;
    assert_eq!(events.matches("\"clock_settled\"").count(), 1, "{events}");
}
