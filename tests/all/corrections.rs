//! What is put right after letters have left, or failed to leave: another address, another supporter, a nominee who asks to
//! be left out.

use reqwest::{Method, StatusCode};
use serde_json::{Value as Json, json};
use twin_cities_awards::ids::NominationId;
use twin_cities_awards::nominations::Status;
use twin_cities_awards::store::StoreError;

use crate::app::{Seen, TestApp, stories, stories_in_earnest};
use crate::people::{Person, maria};

stories![
    a_notice_follows_its_address_and_the_former_link_dies,
    a_child_turns_out_to_be_one_after_the_notice_has_left,
    a_notice_that_failed_goes_to_the_corrected_address,
    a_request_that_failed_is_sent_to_nobody_whom_it_no_longer_concerns,
    an_objection_cannot_be_undone,
    an_objection_holds_for_what_was_merged,
    another_spelling_of_a_mailbox_is_the_same_supporter,
    who_wants_no_more_mail_declines_and_the_nominator_hears_of_it,
];
stories_in_earnest![a_notice_moves_twice_at_most];

const OWN: &str = "/link/nomination";
const NOMINATIONS: &str = "/organise/editions/2021/nominations";
const MESSAGES: &str = "/organise/editions/2021/messages";

/// A confirmed nomination, its nominator's token, and an organiser.
async fn nominated(app: &TestApp) -> (String, String, Person) {
    app.edition_2021().await;
    let olive = app.operator_invites("organiser", None, "olive@example.org").await;
    let id = app.nominate(&maria()).await;
    let own = app.mail().next_to("ann@example.org").await.token("nomination");
    (id, own, olive)
}

/// The same, let in: the nominee's notice is on its way.
async fn let_in(app: &TestApp) -> (String, String, Person) {
    let (id, own, olive) = nominated(app).await;
    app.screen(&olive, &id, json!({"status": "eligible", "waive_letters": "They are late."})).await;
    (id, own, olive)
}

async fn change(app: &TestApp, token: &str, body: Json) -> Seen {
    app.change(Method::PATCH, OWN, OWN, token, body).await
}

async fn screen(app: &TestApp, olive: &Person, id: &str, body: Json) -> Seen {
    let path = format!("{NOMINATIONS}/{id}");
    app.change(Method::PATCH, &path, &path, &olive.token, body).await
}

fn at(email: &str) -> Json {
    json!({"nominee": {"email": email}})
}

/// How many mails an address has had.
fn count(app: &TestApp, email: &str) -> usize {
    app.mail().all().iter().filter(|mail| mail.to == email).count()
}

async fn a_notice_follows_its_address_and_the_former_link_dies(app: TestApp) {
    let (id, own, olive) = let_in(&app).await;
    let former = app.mail().next_to("maria@example.org").await.token("notice");
    change(&app, &own, at("masha@example.org")).await.expect(StatusCode::OK);
    let now = app.mail().next_to("masha@example.org").await.token("notice");
    for path in ["/link", "/link/notice"] {
        assert_eq!(app.get(path, &former).await.expect(StatusCode::NOT_FOUND).str("/code"), "link_not_valid");
        app.get(path, &now).await.expect(StatusCode::OK);
    }
    app.post("/link/notice/objection", &former, json!({})).await.expect(StatusCode::NOT_FOUND);
    let seen = app.get(&format!("{NOMINATIONS}/{id}"), &olive.token).await.expect(StatusCode::OK).json();
    assert_eq!(seen["notice"]["given"], true);

    // The same mailbox in another spelling: nobody is written to again, and the link lives.
    change(&app, &own, at("Masha+award@EXAMPLE.org")).await.expect(StatusCode::OK);
    app.get("/link/notice", &now).await.expect(StatusCode::OK);
    assert_eq!(app.get(OWN, &own).await.json()["nominee"]["email"], "Masha+award@EXAMPLE.org");

    // Without an address the notice is not given any more: a letter goes by post.
    let by_phone = json!({"nominee": {"email": null, "phone": "+7 8442 00 00 00"}});
    change(&app, &own, by_phone).await.expect(StatusCode::OK);
    app.get("/link/notice", &now).await.expect(StatusCode::NOT_FOUND);
    let seen = app.get(&format!("{NOMINATIONS}/{id}"), &olive.token).await.expect(StatusCode::OK).json();
    assert_eq!((&seen["notice"]["given"], &seen["notice"]["sent_at"]), (&json!(false), &Json::Null));
    let list = app.get(MESSAGES, &olive.token).await.expect(StatusCode::OK).json();
    let of_notice = list["items"].as_array().expect("a list").iter().filter(|one| one["kind"] == "nominee_notice");
    assert_eq!(of_notice.count(), 2, "one to each mailbox");
}

async fn a_child_turns_out_to_be_one_after_the_notice_has_left(app: TestApp) {
    let (_, own, _) = let_in(&app).await;
    let child = app.mail().next_to("maria@example.org").await.token("notice");
    let minor = json!({"nominee": {"age_band": "under_18", "email": null,
        "guardian": {"name": "Пётр Иванов", "email": "petr@example.org"}}, "declarations": {"guardian_agrees": true}});
    change(&app, &own, minor).await.expect(StatusCode::OK);
    let guardian = app.mail().next_to("petr@example.org").await.token("notice");
    app.get("/link/notice", &child).await.expect(StatusCode::NOT_FOUND);
    app.post("/link/notice/objection", &guardian, json!({})).await.expect(StatusCode::OK);
    assert!(
        app.mail().next_to("petr@example.org").await.subject().contains("withdrawn"),
        "who was told is told of this"
    );
    app.at("2021-05-10T11:00:00Z");
    app.mail().next_to("ann@example.org").await;
    assert_eq!(count(&app, "maria@example.org"), 1);
}

/// The table of limits in `docs/` on security: each move writes to somebody who has not asked for it.
async fn a_notice_moves_twice_at_most(app: TestApp) {
    app.edition_2021().await;
    let id = app.nominate(&maria()).await;
    let own = app.mail().next_to("ann@example.org").await.token("nomination");
    stands(&app, &id, Status::Eligible, None).await; // organisers have a second factor to set up first
    for number in 0..3 {
        change(&app, &own, at(&format!("masha{number}@example.org"))).await.expect(StatusCode::OK);
        app.mail().next_to(&format!("masha{number}@example.org")).await;
    }
    let seen = change(&app, &own, at("masha3@example.org")).await.expect(StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(seen.str("/errors/0/pointer"), "/nominee/email");
    assert_eq!(app.get(OWN, &own).await.json()["nominee"]["email"], "masha2@example.org");
    assert_eq!(count(&app, "masha3@example.org"), 0);
}

/// As the worker leaves what the mail server will not take.
async fn fail(app: &TestApp, olive: &Person, kind: &str) -> Vec<String> {
    use diesel::prelude::*;
    use twin_cities_awards::outbox::State;
    use twin_cities_awards::store::schema::messages as rows;
    let (wanted, now) = (kind.to_owned(), app.app.clock.now());
    let failed = app.app.store.write(move |tx| {
        let row = rows::table.filter(rows::kind.eq(&wanted));
        let failed = (rows::state.eq(State::Failed), rows::ended_at.eq(now));
        Ok::<_, StoreError>(diesel::update(row).set(failed).execute(tx)?)
    });
    assert!(failed.await.expect("it is stored") > 0, "{kind}");
    let list = app.get(&format!("{MESSAGES}?state=failed"), &olive.token).await.expect(StatusCode::OK).json();
    let items = list["items"].as_array().expect("a list");
    items.iter().map(|one| one["id"].as_str().expect("an id").to_owned()).collect()
}

/// Nobody can send this one again: what it says holds no longer.
async fn is_closed(app: &TestApp, olive: &Person, message: &str) {
    let path = format!("{MESSAGES}/{message}");
    assert_eq!(app.get(&path, &olive.token).await.expect(StatusCode::OK).str("/state"), "cancelled");
    let again = app.post(&format!("{path}/retry"), &olive.token, json!({})).await.expect(StatusCode::CONFLICT);
    assert_eq!(again.str("/code"), "illegal_move");
}

async fn a_notice_that_failed_goes_to_the_corrected_address(app: TestApp) {
    let (id, own, mut olive) = nominated(&app).await;
    app.at("2021-05-10T20:00:00Z"); // 23:00 in Volgograd: the notice waits for the morning
    app.sign_in(&mut olive).await;
    app.screen(&olive, &id, json!({"status": "eligible", "waive_letters": "They are late."})).await;
    let failed = fail(&app, &olive, "nominee_notice").await;
    change(&app, &own, at("masha@example.org")).await.expect(StatusCode::OK);
    for message in &failed {
        is_closed(&app, &olive, message).await;
    }
    app.at("2021-05-11T05:00:00Z");
    let token = app.mail().next_to("masha@example.org").await.token("notice");
    app.get("/link/notice", &token).await.expect(StatusCode::OK);
    assert_eq!(count(&app, "maria@example.org"), 0);
}

async fn a_request_that_failed_is_sent_to_nobody_whom_it_no_longer_concerns(app: TestApp) {
    let (_, own, olive) = nominated(&app).await;
    for email in ["jan@example.org", "olga@example.org"] {
        app.mail().next_to(email).await;
    }
    let failed = fail(&app, &olive, "supporter_request").await;
    assert_eq!(failed.len(), 2);
    let eva = json!({"name": "Eva Vzorová", "email": "eva@example.org", "relation": "first violin"});
    change(&app, &own, json!({"supporters": [maria()["supporters"][0], eva]})).await.expect(StatusCode::OK);
    app.mail().next_to("eva@example.org").await;
    let list = app.get(&format!("{MESSAGES}?state=failed"), &olive.token).await.json();
    assert_eq!(list["items"].as_array().map(Vec::len), Some(1), "Jan may still be asked: {list}");

    let tag = app.get(OWN, &own).await.header("etag");
    let call = app.call(Method::DELETE, OWN).bearer(&own).header("if-match", &tag);
    call.send().await.expect(StatusCode::NO_CONTENT);
    for message in &failed {
        is_closed(&app, &olive, message).await;
    }
    app.mail().next_to("ann@example.org").await;
    app.mail().next_to("eva@example.org").await;
    assert_eq!(["jan@example.org", "olga@example.org"].map(|email| count(&app, email)), [1, 1], "they know of nothing");
}

async fn an_objection_cannot_be_undone(app: TestApp) {
    let (id, _, olive) = let_in(&app).await;
    let notice = app.mail().next_to("maria@example.org").await.token("notice");
    screen(&app, &olive, &id, json!({"status": "ineligible", "reason": "other", "note": "A mistake."})).await;
    app.post("/link/notice/objection", &notice, json!({})).await.expect(StatusCode::OK);
    let body = json!({"status": "submitted", "reason": "It is, after all."});
    let reopened = screen(&app, &olive, &id, body).await.expect(StatusCode::CONFLICT);
    assert_eq!(reopened.str("/code"), "illegal_move");

    // Wherever it stands, she is left out: also where it had come back before anybody looked, and she asks once more.
    stands(&app, &id, Status::Submitted, None).await;
    let admitted = screen(&app, &olive, &id, json!({"status": "eligible"})).await.expect(StatusCode::CONFLICT);
    assert_eq!(admitted.str("/code"), "illegal_move");
    app.post("/link/notice/objection", &notice, json!({})).await.expect(StatusCode::OK);
    let seen = app.get(&format!("{NOMINATIONS}/{id}"), &olive.token).await.json();
    assert_eq!((&seen["status"], &seen["reason"]), (&json!("withdrawn"), &json!("objected")));
    for email in ["ann@example.org", "jan@example.org", "olga@example.org", "maria@example.org"] {
        while !app.mail().next_to(email).await.subject().contains("withdrawn") {}
    }
}

/// Puts a nomination where only an earlier version of the service, or two acts at once, could leave it.
async fn stands(app: &TestApp, id: &str, status: Status, into: Option<&str>) {
    use diesel::prelude::*;
    use twin_cities_awards::store::schema::nominations as rows;
    let [id, into] = [Some(id), into].map(|id| id.and_then(NominationId::parse));
    let moved = app.app.store.write(move |tx| {
        let row = rows::table.filter(rows::id.nullable().eq(id));
        let set = (rows::status.eq(status), rows::merged_into.eq(into));
        Ok::<_, StoreError>(diesel::update(row).set(set).execute(tx)?)
    });
    assert_eq!(moved.await.expect("it is stored"), 1);
}

async fn an_objection_holds_for_what_was_merged(app: TestApp) {
    let (id, _, olive) = let_in(&app).await;
    let notice = app.mail().next_to("maria@example.org").await.token("notice");
    let mut other = maria();
    other["nominator"] =
        json!({"name": "Cleo Example", "email": "cleo@example.org", "relation": "aunt", "country": "GB"});
    other["supporters"][0]["email"] = json!("mike@example.org");
    other["supporters"][1]["email"] = json!("nora@example.org");
    let merged = app.nominate(&other).await;
    stands(&app, &merged, Status::Merged, Some(&id)).await;
    app.post("/link/notice/objection", &notice, json!({})).await.expect(StatusCode::OK);
    let body = json!({"status": "submitted", "reason": "It is another person."});
    let reopened = screen(&app, &olive, &merged, body).await.expect(StatusCode::CONFLICT);
    assert_eq!(reopened.str("/code"), "illegal_move");
    for email in ["ann@example.org", "jan@example.org", "olga@example.org", "maria@example.org"] {
        while !app.mail().next_to(email).await.subject().contains("withdrawn") {}
    }
}

async fn another_spelling_of_a_mailbox_is_the_same_supporter(app: TestApp) {
    let (_, own, _) = nominated(&app).await;
    let olga = app.mail().next_to("olga@example.org").await.token("letter");
    let mut spelt = maria()["supporters"].clone();
    spelt[1]["email"] = json!("Olga+letters@EXAMPLE.org");
    let seen = change(&app, &own, json!({"supporters": spelt})).await.expect(StatusCode::OK).json();
    assert_eq!(seen["supporters"][1]["email"], "Olga+letters@EXAMPLE.org", "the spelling is kept");
    app.get("/link/letter", &olga).await.expect(StatusCode::OK);
    app.at("2021-05-10T11:00:00Z");
    app.mail().next_to("ann@example.org").await;
    assert_eq!(app.mail().all().iter().filter(|mail| mail.to.to_lowercase().contains("olga")).count(), 1);
    app.supporter_writes("jan@example.org", "en").await;
}

async fn who_wants_no_more_mail_declines_and_the_nominator_hears_of_it(app: TestApp) {
    let (_, own, _) = nominated(&app).await;
    let never = app.mail().next_to("olga@example.org").await.token("unsubscribe");
    app.post("/link/unsubscribe", &never, json!({})).await.expect(StatusCode::OK);
    assert_eq!(app.get(OWN, &own).await.json()["letters"], json!(["asked", "declined"]));
    app.at("2021-05-10T10:10:00Z");
    let told = app.mail().next_to("ann@example.org").await;
    assert!(told.subject().ends_with(": change saved"), "{}", told.subject());
    assert!(told.text().contains("second supporter") || told.text().contains("upporter 2"), "{}", told.text());
    app.post("/link/unsubscribe", &never, json!({})).await.expect(StatusCode::OK);
    app.at("2021-05-10T10:30:00Z");
    app.mail().next_to("jan@example.org").await;
    assert_eq!(count(&app, "ann@example.org"), 3, "told once, after the question and the receipt");
}
