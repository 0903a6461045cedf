//! M14: each morning, and at each phase, the office and the cities' mailboxes hear what waits, and the audit's newest hash.

use reqwest::{Method, StatusCode};
use serde_json::json;
use twin_cities_awards::audit::check::Anchor;
use twin_cities_awards::audit::seal;
use twin_cities_awards::desk::digest;
use twin_cities_awards::store::StoreError;

use crate::app::{TestApp, stories};
use crate::people::{Person, maria};
use crate::smtp_server::Received;

stories![
    each_morning_the_office_and_the_cities_hear_what_waits_and_the_newest_hash,
    a_new_phase_is_told_once_by_however_many_processes,
    a_morning_that_was_missed_is_told_late_and_only_the_last,
];

/// Edition 2021 with an organiser and the cities' mailboxes; nobody has been told of anything yet.
async fn room(app: &TestApp) -> Person {
    app.edition_2021().await;
    let olive = app.operator_invites("organiser", None, "olive@example.org").await;
    let path = "/organise/editions/2021";
    let boxes = json!({"mailboxes": {
        "coventry": "archive@coventry.example.org", "volgograd": "archive@volgograd.example.org"}});
    app.change(Method::PATCH, path, path, &olive.token, boxes).await.expect(StatusCode::OK);
    tick(app).await;
    olive
}

async fn tick(app: &TestApp) {
    seal::seal(&app.app).await.expect("it is sealed");
    digest::tick(&app.app).await.expect("the store answers");
}

/// How many digests were ever queued.
async fn queued(app: &TestApp) -> i64 {
    use diesel::prelude::*;
    use twin_cities_awards::store::schema::messages;
    let count = app.app.store.read(|tx| {
        let digests = messages::table.filter(messages::kind.eq("organiser_digest"));
        Ok::<_, StoreError>(digests.count().get_result(tx)?)
    });
    count.await.expect("they can be counted")
}

/// The line with number and hash.
fn anchor(digest: &Received) -> String {
    let text = digest.text();
    let line = text.lines().filter_map(|line| line.strip_prefix("- ")).find(|line| Anchor::parse(line).is_some());
    line.unwrap_or_else(|| panic!("no anchor in: {text}")).to_owned()
}

/// S-AUD-4.
async fn each_morning_the_office_and_the_cities_hear_what_waits_and_the_newest_hash(app: TestApp) {
    let mut olive = room(&app).await;
    app.nominate(&maria()).await;
    app.at("2021-05-11T05:59:00Z"); // a minute to seven in Coventry
    tick(&app).await;
    assert_eq!(queued(&app).await, 0);

    app.at("2021-05-11T06:00:00Z");
    tick(&app).await;
    tick(&app).await;
    assert_eq!(queued(&app).await, 3, "one for each reader");

    let [to_olive, to_coventry, to_volgograd] =
        ["olive@example.org", "archive@coventry.example.org", "archive@volgograd.example.org"];
    let letter = app.mail().next_digest_to(to_olive).await;
    assert_eq!(letter.subject(), "Organisers' digest, 11 May 2021");
    let says = letter.text();
    for line in
        ["Where it stands: Nominations are open.", "1 nomination to screen", "without all letters of support: 1"]
    {
        assert!(says.contains(line), "`{line}` is not in: {says}");
    }
    assert!(!says.contains("Мария") && !says.contains("Maria"), "{says}");
    assert_eq!(anchor(&app.mail().next_digest_to(to_coventry).await), anchor(&letter));
    let russian = app.mail().next_digest_to(to_volgograd).await;
    assert_eq!(russian.subject(), "Сводка для организаторов, 11 мая 2021 года");
    assert!(russian.text().contains("1 заявку нужно проверить"), "{}", russian.text());
    assert_eq!(anchor(&russian), anchor(&letter));

    // Whoever kept the mail can hold it against what the service tells.
    app.sign_in(&mut olive).await;
    let kept = anchor(&letter);
    let (number, hash) = kept.split_once(':').expect("a number and a hash");
    let row = format!("/organise/editions/2021/audit?from={number}&limit=1");
    assert_eq!(app.get(&row, &olive.token).await.expect(StatusCode::OK).str("/items/0/hash"), hash);
}

async fn a_new_phase_is_told_once_by_however_many_processes(app: TestApp) {
    room(&app).await;
    app.at("2021-06-30T05:30:00Z"); // half past six: the day before's digest is owed
    let (one, other) = tokio::join!(digest::tick(&app.app), digest::tick(&app.app));
    one.and(other).expect("both end well");
    assert_eq!(queued(&app).await, 3);
    app.mail().next_digest_to("olive@example.org").await;

    app.at("2021-06-30T16:00:00Z"); // nominations close; it is also another morning's digest
    let (one, other) = tokio::join!(digest::tick(&app.app), digest::tick(&app.app));
    one.and(other).expect("both end well");
    assert_eq!(queued(&app).await, 6);
    let says = app.mail().next_digest_to("olive@example.org").await.text();
    assert!(says.contains("A new phase of") && says.contains("Nominations are being checked"), "{says}");
    assert!(says.contains("This is the day's digest"), "{says}");
}

async fn a_morning_that_was_missed_is_told_late_and_only_the_last(app: TestApp) {
    room(&app).await;
    app.at("2021-05-14T18:00:00Z");
    tick(&app).await;
    assert_eq!(queued(&app).await, 3);
    assert_eq!(app.mail().next_digest_to("olive@example.org").await.subject(), "Organisers' digest, 14 May 2021");
    app.at("2022-01-07T09:00:00Z"); // contacts are deleted: there is nobody left to write to
    tick(&app).await;
    assert_eq!(queued(&app).await, 3);
}
