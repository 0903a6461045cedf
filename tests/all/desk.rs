//! The desk: organisers make and change an edition, and what must stay stays.

use reqwest::Method;
use serde_json::{Value as Json, json};
use twin_cities_awards::editions::{EditionSlug, store};
use twin_cities_awards::store::StoreError;

use crate::app::{Seen, TestApp, stories};
use crate::people::Person;

stories![
    an_organiser_makes_an_edition_once,
    an_organiser_changes_an_edition_that_nobody_changed_meanwhile,
    an_instant_moves_ahead_only_and_with_a_reason,
    criteria_and_panels_stay_once_a_sheet_is_submitted,
    what_nominations_name_stays_once_they_are_open,
    what_stands_in_sealed_letters_does_not_change_under_them,
    an_auditor_looks_on_and_is_told_what_the_public_is_told,
];

const DESK: &str = "/organise/editions/2021";

async fn organiser(app: &TestApp) -> Person {
    app.edition_2021().await;
    app.operator_invites("organiser", None, "olive@example.org").await
}

async fn change(app: &TestApp, who: &Person, changes: Json) -> Seen {
    app.change(Method::PATCH, DESK, DESK, &who.token, changes).await
}

/// Changes the row as other rooms do.
async fn mark(app: &TestApp, sealed: Option<&'static str>, frozen: Option<&'static str>) {
    let marked = app.app.store.write(move |tx| {
        let time = |text| twin_cities_awards::clock::Time::parse(text).expect("a time");
        let slug = EditionSlug::parse("2021").expect("a slug");
        let edition = store::by_slug(tx, &slug)?.expect("it is there");
        store::mark_sealed(tx, edition.id, sealed.map(time))?;
        if let Some(at) = frozen {
            store::freeze(tx, edition.id, time(at))?;
        }
        Ok::<_, StoreError>(())
    });
    marked.await.expect("the store writes");
}

async fn an_organiser_makes_an_edition_once(app: TestApp) {
    let olive = organiser(&app).await;
    let body = json!({"template": "tca-2027", "slug": "2028", "year": 2028});
    let make = |body: Json| {
        let call = app.call(Method::POST, "/organise/editions").bearer(&olive.token);
        call.header("idempotency-key", "one").json(&body).send()
    };
    let made = make(body.clone()).await.expect_status(201);
    assert_eq!(made.header("location"), "/api/v1/organise/editions/2028");
    assert_eq!(
        (made.str("/slug"), made.str("/phase"), &made.json()["year"]),
        ("2028".into(), "upcoming".into(), &json!(2028))
    );
    assert_eq!(made.json()["missing"], json!(["data_contact", "transfer_basis"]));
    let again = make(body.clone()).await.expect_status(201);
    assert_eq!((again.header("idempotent-replayed").as_str(), again.json()), ("true", made.json()));
    let mut renewed = Person { email: olive.email.clone(), token: String::new() };
    app.sign_in(&mut renewed).await;
    let call = app.call(Method::POST, "/organise/editions").bearer(&renewed.token).header("idempotency-key", "one");
    let again = call.json(&body).send().await.expect_status(201);
    assert_eq!(
        again.header("idempotent-replayed"),
        "true",
        "a key is its caller's, not a quarter of an hour's token's"
    );
    assert_eq!(
        make(json!({"template": "tca-2021", "slug": "x"})).await.expect_status(422).str("/code"),
        "idempotency_key_reused"
    );

    let post = |body: Json| app.post("/organise/editions", &olive.token, body);
    assert_eq!(post(body).await.expect_status(422).str("/errors/0/code"), "slug_taken");
    assert_eq!(post(json!({"template": "tca-1941"})).await.expect_status(422).str("/errors/0/pointer"), "/template");
    let unknown = post(json!({"template": "tca-2027", "slug": "x", "colour": "green"})).await;
    assert_eq!(unknown.expect_status(400).str("/errors/0/pointer"), "/colour");
    assert!(post(json!({})).await.expect_status(422).json()["errors"].as_array().map(Vec::len) > Some(30));
    app.post("/organise/editions", "", json!({})).await.expect_status(401);
    app.get("/organise/editions/2028", &olive.token).await.expect_status(403); // made, but not a part of it
    let judge = app.operator_invites("judge", Some("coventry"), "carol@jury.example.org").await;
    app.post("/organise/editions", &judge.token, json!({})).await.expect_status(403);
    app.get(DESK, &judge.token).await.expect_status(403);
}

async fn an_organiser_changes_an_edition_that_nobody_changed_meanwhile(app: TestApp) {
    let olive = organiser(&app).await;
    let patch = |tag: &'static str| {
        let call = app.call(Method::PATCH, DESK).bearer(&olive.token);
        let call = if tag.is_empty() { call } else { call.header("if-match", tag) };
        call.json(&json!({"reply_to": "office@example.org", "data_contact": {"name": {"en": "A", "ru": "А"}, "email": "dpo@example.org"}}))
            .send()
    };
    patch("").await.expect_status(428);
    let changed = patch("\"1\"").await.expect_status(200);
    assert_eq!((changed.header("etag").as_str(), changed.str("/reply_to").as_str()), ("\"2\"", "office@example.org"));
    assert_eq!(changed.json()["missing"], json!(["transfer_basis"]));
    patch("\"1\"").await.expect_status(412);
    let seen = app.get(DESK, &olive.token).await.expect_status(200);
    assert_eq!(seen.json(), changed.json());
    let gone = change(&app, &olive, json!({"data_contact": null, "title": {"en": ""}})).await.expect_status(422);
    assert_eq!((gone.str("/errors/0/pointer"), gone.str("/errors/0/code")), ("/title/en".into(), "required".into()));
    assert_eq!(
        change(&app, &olive, json!({"timetable": {"tea_at": 1}})).await.expect_status(400).str("/errors/0/pointer"),
        "/timetable/tea_at"
    );
    assert_eq!(change(&app, &olive, json!([1])).await.expect_status(422).str("/errors/0/code"), "wrong_type");
    assert_eq!(
        change(&app, &olive, json!({"data_contact": null})).await.expect_status(200).json()["data_contact"],
        Json::Null
    );
}

async fn an_instant_moves_ahead_only_and_with_a_reason(app: TestApp) {
    let olive = organiser(&app).await;
    let moved = |at: &str| json!({"timetable": {"letters_due_at": at}});
    let later = moved("2021-07-15T16:00:00Z");
    assert_eq!(change(&app, &olive, later.clone()).await.expect_status(422).str("/errors/0/pointer"), "/reason");
    let with_reason = |mut changes: Json| {
        changes["reason"] = json!("The post is late.");
        changes
    };
    let done = change(&app, &olive, with_reason(later)).await.expect_status(200);
    assert_eq!(done.str("/timetable/letters_due_at"), "2021-07-15T16:00:00Z");
    assert_eq!(app.get("/editions/2021", "").await.str("/timetable/letters_due_at"), "2021-07-15T16:00:00Z");
    for (changes, pointer, code) in [
        (
            json!({"timetable": {"nominations_open_at": "2021-04-20T13:00:00Z"}}),
            "/timetable/nominations_open_at",
            "not_changeable",
        ),
        (
            json!({"timetable": {"nominations_close_at": "2021-05-01T13:00:00Z"}}),
            "/timetable/nominations_close_at",
            "not_changeable",
        ),
        (moved("2021-07-24T16:00:00Z"), "/timetable/screening_close_at", "bad_order"),
    ] {
        let refused = change(&app, &olive, with_reason(changes)).await.expect_status(422);
        assert_eq!(
            (refused.str("/errors/0/pointer").as_str(), refused.str("/errors/0/code").as_str()),
            (pointer, code)
        );
    }
}

async fn criteria_and_panels_stay_once_a_sheet_is_submitted(app: TestApp) {
    let olive = organiser(&app).await;
    let seen = app.get(DESK, &olive.token).await.json();
    let mut criteria = seen["criteria"].clone();
    criteria[0]["weight"] = json!(25);
    criteria[1]["weight"] = json!(30);
    change(&app, &olive, json!({"criteria": criteria})).await.expect_status(200);
    mark(&app, None, Some("2021-05-10T10:00:00Z")).await;
    assert_eq!(
        change(&app, &olive, json!({"criteria": seen["criteria"]})).await.expect_status(409).str("/code"),
        "frozen"
    );
    assert_eq!(change(&app, &olive, json!({"quorum": 1})).await.expect_status(409).str("/code"), "frozen");
    let mut panels = seen["panels"].clone();
    panels[1]["closed"] = json!("The judges have all fallen ill.");
    change(&app, &olive, json!({"panels": panels})).await.expect_status(200); // a panel can still be closed
    let one = json!({"panels": [panels[0]], "signatories": {"volgograd": null}});
    assert_eq!(change(&app, &olive, one).await.expect_status(409).str("/code"), "frozen");
}

async fn what_nominations_name_stays_once_they_are_open(app: TestApp) {
    let olive = organiser(&app).await;
    let seen = app.get(DESK, &olive.token).await.json();
    let without_last = |name: &str| {
        let mut list = seen[name].as_array().expect("a list").clone();
        list.pop();
        json!({name: list})
    };
    for changes in [without_last("categories"), without_last("twin_cities"), json!({"year": 2022})] {
        assert_eq!(change(&app, &olive, changes).await.expect_status(409).str("/code"), "frozen");
    }
}

async fn what_stands_in_sealed_letters_does_not_change_under_them(app: TestApp) {
    let mut olive = organiser(&app).await;
    mark(&app, Some("2021-08-30T10:00:00Z"), None).await;
    app.at("2021-09-08T10:00:00Z");
    app.sign_in(&mut olive).await;
    assert_eq!(app.get(DESK, &olive.token).await.str("/phase"), "embargo");
    let list = json!({"timetable": {"phone_list_at": "2021-09-21T09:00:00Z"}, "reason": "Oleg is away until ten."});
    change(&app, &olive, list).await.expect_status(200);
    let contact = json!({"award_contact": {"phone": "+44 1632 960001"}});
    let reception = json!({"timetable": {"reception_at": "2021-10-31T15:00:00Z"}, "reason": "The hall is taken."});
    for changes in [contact, reception] {
        assert_eq!(change(&app, &olive, changes).await.expect_status(409).str("/code"), "frozen");
    }
    assert_eq!(change(&app, &olive, json!({"title": {"en": "Other"}})).await.expect_status(409).str("/code"), "frozen");
    let announcement = json!({"timetable": {"announce_at": "2021-10-06T20:00:00Z"}, "reason": "Traffic."});
    assert_eq!(change(&app, &olive, announcement).await.expect_status(409).str("/code"), "frozen");
}

async fn an_auditor_looks_on_and_is_told_what_the_public_is_told(app: TestApp) {
    app.edition_2021().await;
    let mut auditor = app.operator_invites("auditor", None, "audit@example.org").await;
    app.at("2021-08-30T10:00:00Z");
    app.sign_in(&mut auditor).await;
    mark(&app, Some("2021-08-30T10:00:00Z"), None).await;
    assert_eq!(app.get(DESK, &auditor.token).await.expect_status(200).str("/phase"), "deliberation");
    let refused = app.call(Method::PATCH, DESK).bearer(&auditor.token).header("if-match", "\"1\"").json(&json!({}));
    refused.send().await.expect_status(403);
}
