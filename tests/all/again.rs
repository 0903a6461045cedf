//! Links that were lost are sent again: to whom they were sent before, while they live, and nobody learns by asking.

use std::collections::BTreeSet;

use diesel::prelude::*;
use reqwest::Method;
use serde_json::{Value as Json, json};
use twin_cities_awards::nominations::clockwork;
use twin_cities_awards::store::StoreError;
use twin_cities_awards::store::schema::link_requests;

use crate::app::{Seen, TestApp, stories, stories_in_earnest};
use crate::people::maria;
use crate::smtp_server::Received;
use crate::visitor::Visitor;

stories![
    each_link_that_lives_comes_again_to_its_own_mailbox,
    who_is_known_and_who_is_not_are_answered_alike,
    the_page_asks_for_an_address_and_says_the_same_to_all,
];

stories_in_earnest![a_mailbox_gets_its_links_five_times_a_day_and_then_once_an_hour];

async fn asks(app: &TestApp, email: &str) -> Seen {
    app.post("/links", "", json!({"email": email, "edition": "2021"})).await.expect_status(202)
}

async fn looks_up(app: &TestApp) {
    clockwork::tick(&app.app).await.expect("it ticks");
}

async fn sends(app: &TestApp, body: &Json) {
    app.post("/editions/2021/nominations", "", body.clone()).await.expect_status(201);
}

/// What nobody has looked at yet, once so much has come: to whom, with the kinds of links in it.
async fn came(app: &TestApp, before: usize, more: usize) -> BTreeSet<(String, String)> {
    let all = app.mail().wait_for(before + more).await;
    all[before..].iter().map(|letter| (letter.header("To"), page(letter))).collect()
}

fn page(letter: &Received) -> String {
    let text = letter.text();
    let pages = ["/confirm/", "/nomination/", "/draft/", "/letter/", "/notice/"];
    pages.iter().find(|page| text.contains(**page)).map_or_else(String::new, |page| page.trim_matches('/').to_owned())
}

async fn each_link_that_lives_comes_again_to_its_own_mailbox(app: TestApp) {
    app.edition_2021().await;
    sends(&app, &maria()).await;
    let first = app.mail().next_to("ann@example.org").await;
    asks(&app, "ANN@example.org").await; // as it is typed
    looks_up(&app).await;
    let again = app.mail().next_to("ann@example.org").await;
    assert_eq!(again.token("confirm"), first.token("confirm"), "the same link");
    app.post("/confirmations", "", json!({"token": again.token("confirm")})).await.expect_status(200);
    let draft = json!({"nominator": {"email": "ann@example.org"}});
    app.post("/editions/2021/drafts", "", draft).await.expect_status(202);

    // The receipt, two requests to supporters and the draft have come; now again, but not the link that is used up.
    let before = app.mail().wait_for(6).await.len();
    asks(&app, "ann@example.org").await;
    asks(&app, "jan@example.org").await;
    looks_up(&app).await;
    let ann = |page: &str| ("ann@example.org".to_owned(), page.to_owned());
    let jan = ("jan@example.org".to_owned(), "letter".to_owned());
    assert_eq!(came(&app, before, 3).await, BTreeSet::from([ann("nomination"), ann("draft"), jan]));

    // Once letters are due their link is dead, and once nominations are closed the draft is.
    app.at("2021-07-14T16:00:00Z");
    let before = app.mail().all().len();
    asks(&app, "jan@example.org").await;
    asks(&app, "ann@example.org").await;
    looks_up(&app).await;
    assert_eq!(came(&app, before, 1).await, BTreeSet::from([ann("nomination")]));
}

async fn who_is_known_and_who_is_not_are_answered_alike(mut app: TestApp) {
    app.edition_2021().await;
    sends(&app, &maria()).await;
    let before = app.mail().wait_for(1).await.len();
    app.rest().await; // nothing is looked up by itself
    let told = |seen: &Seen| {
        let mut names: Vec<String> = seen.headers.keys().map(|name| name.to_string()).collect();
        names.sort();
        (seen.status, names, seen.text.clone())
    };
    let known = asks(&app, "ann@example.org").await;
    let unknown = asks(&app, "nobody@example.org").await;
    assert_eq!(told(&known), told(&unknown));
    asks(&app, "nobody@example.org").await;
    let elsewhere = json!({"email": "ann@example.org", "edition": "1999"});
    let elsewhere = app.post("/links", "", elsewhere).await.expect_status(202);
    assert_eq!(told(&known), told(&elsewhere));
    let rows = || app.app.store.read(|tx| Ok::<_, StoreError>(link_requests::table.count().get_result::<i64>(tx)?));
    assert_eq!(rows().await.expect("it can be read"), 2, "one a mailbox, whoever it is");
    looks_up(&app).await;
    assert_eq!(rows().await.expect("it can be read"), 0);
    assert_eq!(app.mail().all().len(), before);
    let refused = app.post("/links", "", json!({"email": "ann", "edition": "2021"})).await.expect_status(422);
    assert_eq!(refused.str("/errors/0/pointer"), "/email");
}

async fn the_page_asks_for_an_address_and_says_the_same_to_all(app: TestApp) {
    app.edition_2021().await;
    sends(&app, &maria()).await;
    app.mail().next_to("ann@example.org").await;
    let mut visitor = Visitor::new(&app);
    let home = visitor.see("/ru/").await;
    assert!(home.contains("href=\"/ru/links\""), "the footer leads there");
    let faulty = visitor.send("/en/links", &[("email", "ann")]).await.expect_status(422);
    assert!(faulty.text.contains("<a href=\"#email\">"), "{}", faulty.text);
    for email in ["nobody@example.org", "ann@example.org"] {
        let sent = visitor.send("/en/links", &[("email", email)]).await.expect_status(303);
        assert_eq!(sent.header("location"), "/en/links?asked");
    }
    assert!(visitor.see("/en/links?asked").await.contains("they are on their way"));
    looks_up(&app).await;
    app.mail().next_to("ann@example.org").await.token("confirm");
}

async fn a_mailbox_gets_its_links_five_times_a_day_and_then_once_an_hour(app: TestApp) {
    app.edition_2021().await;
    sends(&app, &maria()).await;
    for time in 1..=5 {
        asks(&app, "ann@example.org").await;
        looks_up(&app).await;
        assert_eq!(app.mail().wait_for(1 + time).await.len(), 1 + time);
    }
    for _ in 0..3 {
        asks(&app, "ann+another@example.org").await; // one mailbox
        looks_up(&app).await;
    }
    app.at("2021-05-10T10:59:59Z");
    looks_up(&app).await;
    let waiting = app.app.store.read(|tx| Ok::<_, StoreError>(link_requests::table.count().get_result::<i64>(tx)?));
    assert_eq!(waiting.await.expect("it can be read"), 1);
    assert_eq!(app.mail().all().len(), 6);
    app.at("2021-05-10T11:00:00Z");
    looks_up(&app).await;
    assert_eq!(app.mail().wait_for(7).await.len(), 7, "one letter for all that was asked meanwhile");
    let call = app.call(Method::POST, "/links").json(&json!({"email": "ann@example.org", "edition": "2021"}));
    call.send().await.expect_status(202);
}
