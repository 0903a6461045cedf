//! More than can be done: what is one too many is told so at once, and the rest goes on (S-HTTP-12, S-ACC-2).

use std::collections::BTreeSet;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;
use reqwest::Method;
use serde_json::json;
use twin_cities_awards::hashing::{HashingError, Strength};
use twin_cities_awards::store::StoreError;

use crate::app::{Call, TestApp, stories, stories_on_sqlite};
use crate::people::maria;

stories![
    two_thousand_writes_wait_and_one_more_is_told_to_come_again,
    exports_and_searches_wait_for_each_other_and_nobody_else_does,
];

stories_on_sqlite![a_flood_of_sign_ins_is_told_to_come_again_and_holds_nobody_else_up];

/// Holds writes up until it is dropped, also by a story that fails.
#[derive(Default)]
struct Gate(Arc<(Mutex<bool>, Condvar)>);

impl Drop for Gate {
    fn drop(&mut self) {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.0.1.notify_all();
    }
}

async fn two_thousand_writes_wait_and_one_more_is_told_to_come_again(app: TestApp) {
    app.edition_2021().await;
    let gate = Gate::default();
    let wait = gate.0.clone();
    let mut waiting: Vec<LocalBoxFuture<'_, Result<(), StoreError>>> = Vec::new();
    loop {
        let (store, wait) = (app.app.store.clone(), wait.clone());
        let mut write = Box::pin(async move {
            let held = move |_: &mut _| {
                let (opened, bell) = &*wait;
                let open = opened.lock().expect("nobody panicked");
                let _open = bell.wait_while(open, |open| !*open).expect("nobody panicked");
                Ok::<_, StoreError>(())
            };
            store.write(held).await
        });
        match (&mut write).now_or_never() {
            None => waiting.push(write),
            Some(refused) => {
                assert!(matches!(refused, Err(StoreError::Busy)), "{refused:?}");
                break;
            }
        }
    }
    // On SQLite the writer may have taken one from its queue; the clock's own work may have a place or two.
    assert!((1_990..=2_001).contains(&waiting.len()), "{}", waiting.len());

    let nominate = || app.call(Method::POST, "/editions/2021/nominations").json(&maria());
    let mut waits = BTreeSet::new();
    for _turn in 0..30 {
        let seen = nominate().send().await.expect_status(503);
        assert_eq!(seen.str("/code"), "unavailable");
        waits.insert(seen.header("retry-after").parse::<u32>().expect("seconds"));
    }
    assert!(waits.len() > 1 && waits.iter().all(|wait| (1..=5).contains(wait)), "not all at once again: {waits:?}");
    app.call(Method::GET, "/editions/2021").send().await.expect_status(200);

    drop(gate);
    for write in waiting {
        let _done_or_late = write.await;
    }
    nominate().send().await.expect_status(201);
}

async fn exports_and_searches_wait_for_each_other_and_nobody_else_does(app: TestApp) {
    app.edition_2021().await;
    let olive = app.operator_invites("organiser", None, "olive@example.org").await;
    let beside = app.beside(|config| config.patience.handler = Duration::from_secs(2));
    let get = |path: &str| beside.get(&format!("/api/v1{path}")).bearer(&olive.token).send();
    let slow = [
        "/organise/editions/2021/exports/winners.csv",
        "/organise/editions/2021/exports/winners.json",
        "/organise/editions/2021/nominations?q=maria",
        "/organise/editions/2021/nominations?status=submitted&q=maria",
        "/organise/editions/2021/results",
        "/organise/editions/2021/bundle",
        "/organise/editions/2021/announcement/preview",
    ];
    let [first, _second] = [beside.app.limits.slow_turn().await, beside.app.limits.slow_turn().await];
    let answers = futures_util::future::join_all(slow.map(&get)).await;
    for (path, answer) in slow.iter().zip(answers) {
        assert_eq!(answer.status, 503, "{path} waits for its turn, and not for ever");
    }
    get("/organise/editions/2021/nominations").await.expect_status(200);
    get("/me").await.expect_status(200);
    Call::to(&beside, Method::POST, "/editions/2021/nominations").json(&maria()).send().await.expect_status(201);
    drop(first);
    get(slow[2]).await.expect_status(200);
    get(slow[3]).await.expect_status(200);
}

async fn a_flood_of_sign_ins_is_told_to_come_again_and_holds_nobody_else_up(app: TestApp) {
    app.edition_2021().await;
    let beside = app.beside(|config| config.password_hashing = Strength::Strong); // each takes a while
    let hasher = &beside.app.hasher;
    let mut waiting = Vec::new();
    loop {
        let mut hash = Box::pin(hasher.hash("a password of a flood".to_owned()));
        match (&mut hash).now_or_never() {
            None => waiting.push(hash),
            Some(refused) => {
                assert!(matches!(refused, Err(HashingError::Busy)), "{refused:?}");
                break;
            }
        }
    }
    assert!((64..=64 + 32).contains(&waiting.len()), "{} wait or run", waiting.len());
    let stranger = json!({"email": "nobody@example.org", "password": "no password of anybody"});
    let seen = Call::to(&beside, Method::POST, "/auth/login").json(&stranger).send().await;
    // On a fast machine some of the flood is done by now, and there is room again.
    assert!([401, 503].contains(&seen.status.as_u16()), "{}", seen.line());
    Call::to(&beside, Method::POST, "/editions/2021/nominations").json(&maria()).send().await.expect_status(201);
    waiting.clear(); // whoever hangs up is not hashed for
    let seen = Call::to(&beside, Method::POST, "/auth/login").json(&stranger).send().await;
    assert!([401, 503].contains(&seen.status.as_u16()), "{}", seen.line());
}
