//! Links in mails: each opens its own row and nothing else, says what it is, and tells outsiders what they may know.

use reqwest::{Method, StatusCode};
use serde_json::{Value as Json, json};
use twin_cities_awards::clock::Time;
use twin_cities_awards::http::links::{Link, LinkKind};
use twin_cities_awards::ids::NominationId;
use twin_cities_awards::nominations::{self, schema};
use twin_cities_awards::store::StoreError;

use crate::app::{Seen, TestApp, stories};
use crate::people::{Person, maria};

stories![
    a_link_says_what_it_opens_and_opens_nothing_else,
    no_kind_of_link_opens_what_another_does,
    a_nominator_reads_what_they_wrote_and_nothing_that_others_say_of_it,
    a_nominator_learns_nothing_of_the_judging,
    a_nominator_withdraws_until_nominations_close,
];

const OWN: &str = "/link/nomination";

async fn a_link_says_what_it_opens_and_opens_nothing_else(app: TestApp) {
    app.edition_2021().await;
    app.operator_invites("organiser", None, "olive@example.org").await;
    let used_up = app.mail().next_to("olive@example.org").await.token("invitation");
    app.nominate(&maria()).await;
    let letter = app.mail().next_to("jan@example.org").await.token("letter");

    let told = app.get("/link", &letter).await.expect(StatusCode::OK).json();
    assert_eq!(told["kind"], "letter");
    assert_eq!(told["edition"], "2021");
    assert_eq!(told["expires_at"], "2021-07-14T16:00:00Z");

    for (token, path) in [(&letter, "/link/notice"), (&letter, "/link/reply"), (&used_up, "/link")] {
        let seen = app.call(Method::GET, path).bearer(token).send().await;
        assert_eq!(seen.expect(StatusCode::NOT_FOUND).str("/code"), "link_not_valid", "{path}");
    }
    let mut forged = letter.clone();
    let last = forged.pop().expect("a token is not empty");
    forged.push(if last == 'A' { 'B' } else { 'A' });
    app.get("/link", &forged).await.expect(StatusCode::NOT_FOUND);
    app.get("/link", "").await.expect(StatusCode::UNAUTHORIZED);

    app.at("2021-07-14T16:00:00Z");
    app.get("/link", &letter).await.expect(StatusCode::NOT_FOUND);
}

/// A call, the kind of link that it takes, and a body that it reads.
fn calls() -> Vec<(Method, &'static str, LinkKind, Option<Json>)> {
    let reply = json!({"answer": "decline"});
    vec![
        (Method::GET, OWN, LinkKind::Nomination, None),
        (Method::DELETE, OWN, LinkKind::Nomination, None),
        (Method::GET, "/link/letter", LinkKind::Letter, None),
        (Method::PUT, "/link/letter", LinkKind::Letter, Some(schema::letter())),
        (Method::POST, "/link/letter/decline", LinkKind::Letter, None),
        (Method::GET, "/link/notice", LinkKind::Notice, None),
        (Method::PUT, "/link/notice", LinkKind::Notice, Some(json!({"withhold_name": true}))),
        (Method::POST, "/link/notice/objection", LinkKind::Notice, None),
        (Method::POST, "/link/notice/access", LinkKind::Notice, None),
        (Method::GET, "/link/reply", LinkKind::Reply, None),
        (Method::PUT, "/link/reply", LinkKind::Reply, Some(reply)),
        (Method::POST, "/link/unsubscribe", LinkKind::Unsubscribe, None),
    ]
}

async fn no_kind_of_link_opens_what_another_does(app: TestApp) {
    let (id, own) = nominated(&app).await;
    let letter = app.mail().next_to("jan@example.org").await;
    let supporter = Link::open(&app.app.keys, &letter.token("letter")).expect("ours").row;
    let before = app.get(OWN, &own).await.expect(StatusCode::OK).text;

    // Links of every kind to the very rows that the calls are about: only the kind is wrong.
    for kind in LinkKind::ALL {
        for row in [id.uuid(), supporter] {
            let token = Link::to(*kind, row).token(&app.app.keys);
            for (method, path, _, body) in calls().into_iter().filter(|(_, _, takes, _)| takes != kind) {
                let mut call = app.call(method.clone(), path).bearer(&token).header("if-match", "*");
                if let Some(body) = &body {
                    call = call.json(body);
                }
                let seen = call.send().await.expect(StatusCode::NOT_FOUND);
                assert_eq!(seen.str("/code"), "link_not_valid", "{method} {path} by a link of kind {kind}");
            }
            for (path, takes) in
                [("/confirmations", LinkKind::Confirm), ("/auth/invitations/accept", LinkKind::Invitation)]
            {
                let body = match takes {
                    LinkKind::Confirm => json!({"token": token}),
                    _ => json!({"token": token, "password": crate::people::PASSWORD}),
                };
                if takes != *kind {
                    let seen = app.post(path, "", body).await.expect(StatusCode::NOT_FOUND);
                    assert_eq!(seen.str("/code"), "link_not_valid", "{path} by a link of kind {kind}");
                }
            }
        }
    }
    assert_eq!(app.get(OWN, &own).await.text, before, "nothing has changed");

    app.at("2022-04-06T10:00:00Z");
    let late = app.get(OWN, &own).await;
    let forged = app.get(OWN, "AAAA").await;
    assert_eq!(without_instance(&late), without_instance(&forged), "a dead link is like one that never was");
}

fn without_instance(seen: &Seen) -> (StatusCode, Json) {
    let mut body = seen.json();
    body.as_object_mut().expect("a problem").remove("instance");
    (seen.status, body)
}

/// A confirmed nomination, and the token of its nominator's link.
async fn nominated(app: &TestApp) -> (NominationId, String) {
    app.edition_2021().await;
    let id = app.nominate(&maria()).await;
    let token = app.mail().next_to("ann@example.org").await.token("nomination");
    (NominationId::parse(&id).expect("an id"), token)
}

async fn organiser(app: &TestApp) -> Person {
    app.operator_invites("organiser", None, "olive@example.org").await
}

async fn a_nominator_reads_what_they_wrote_and_nothing_that_others_say_of_it(app: TestApp) {
    let (id, own) = nominated(&app).await;
    let olive = organiser(&app).await;
    app.supporter_writes("jan@example.org", "en").await;
    app.screen(&olive, id.as_str(), json!({"note": "Ask Boris about her.", "waive_letters": "Olga is ill."})).await;
    app.screen(&olive, id.as_str(), json!({"status": "eligible", "reason": "A fine one."})).await;
    app.mail().next_to("maria@example.org").await;

    let seen = app.get(OWN, &own).await.expect(StatusCode::OK);
    for words in ["Boris", "Olga is ill", "A fine one", "eligible", "screened", "I have known them"] {
        assert!(!seen.text.contains(words), "{words} in {}", seen.text);
    }
    let mut told = seen.json();
    assert!(told["reference"].as_str().expect("it has one").starts_with("TCA21-"));
    let rest = told.as_object_mut().expect("an object");
    rest.remove("id");
    rest.remove("reference");
    let sent = maria();
    let mut wanted = json!({
        "status": "under_consideration", "received_at": "2021-05-10T10:00:00Z",
        "changeable_until": "2021-06-30T16:00:00Z",
        "category": "I2", "language": "en", "headline": sent["headline"], "story": sent["story"], "links": sent["links"],
        "supporters": sent["supporters"], "nominator": sent["nominator"], "tell_me_next_time": true,
        "nominee": sent["nominee"],
    });
    wanted["supporters"][0]["letter"] = json!("written");
    wanted["supporters"][1]["letter"] = json!("asked");
    for absent in ["honours", "other_city", "phone", "postal_address", "guardian", "organisation"] {
        wanted["nominee"][absent] = Json::Null;
    }
    assert_eq!(told, wanted);
}

async fn a_nominator_learns_nothing_of_the_judging(app: TestApp) {
    let (id, own) = nominated(&app).await;
    let olive = organiser(&app).await;
    assert_eq!(app.get(OWN, &own).await.str("/status"), "submitted");
    app.screen(&olive, id.as_str(), json!({"status": "eligible", "waive_letters": "They are late."})).await;
    app.mail().next_to("maria@example.org").await;

    let before = app.get(OWN, &own).await.expect(StatusCode::OK);
    assert_eq!(before.str("/status"), "under_consideration");
    let closed = Time::parse("2021-08-27T16:00:00Z").expect("a time");
    app.at("2021-08-27T16:00:01Z");
    let judged = move |tx: &mut _| Ok::<_, StoreError>(nominations::mark_judged(tx, &[id], closed)?);
    app.app.store.write(judged).await.expect("it is stored");
    let status = app.app.store.read(move |tx| Ok::<_, StoreError>(nominations::store::by_id(tx, id)?)).await;
    assert_eq!(status.expect("it reads").expect("it is there").status, nominations::Status::Judged);

    let after = app.get(OWN, &own).await.expect(StatusCode::OK);
    assert_eq!((after.text.as_str(), after.header("etag")), (before.text.as_str(), before.header("etag")));
}

async fn withdraw(app: &TestApp, token: &str, tag: &str) -> Seen {
    let call = app.call(Method::DELETE, OWN).bearer(token);
    if tag.is_empty() { call.send().await } else { call.header("if-match", tag).send().await }
}

async fn a_nominator_withdraws_until_nominations_close(app: TestApp) {
    let (id, own) = nominated(&app).await;
    app.mail().next_to("jan@example.org").await;
    let olga = app.mail().next_to("olga@example.org").await.token("letter");
    assert_eq!(withdraw(&app, &own, "\"1\"").await.expect(StatusCode::PRECONDITION_FAILED).str("/code"), "stale");
    assert_eq!(app.get(OWN, &own).await.str("/status"), "submitted");

    app.at("2021-06-30T15:59:59Z");
    let tag = app.get(OWN, &own).await.expect(StatusCode::OK).header("etag");
    assert_eq!(withdraw(&app, &own, &tag).await.expect(StatusCode::NO_CONTENT).text, "");
    let told = app.get(OWN, &own).await.expect(StatusCode::OK);
    assert_eq!((told.str("/status"), told.json()["changeable_until"].clone()), ("withdrawn".to_owned(), Json::Null));
    for email in ["ann@example.org", "jan@example.org", "olga@example.org"] {
        assert!(app.mail().next_to(email).await.subject().contains("TCA21-"), "M8 to {email}");
    }
    app.get("/link/letter", &olga).await.expect(StatusCode::NOT_FOUND);

    withdraw(&app, &own, "").await.expect(StatusCode::NO_CONTENT); // a double click
    let olive = organiser(&app).await;
    app.mail().next_to("olive@example.org").await;
    let path = format!("/organise/editions/2021/nominations/{id}");
    let seen = app.get(&path, &olive.token).await.expect(StatusCode::OK);
    assert_eq!((seen.str("/status"), seen.str("/reason")), ("withdrawn".into(), "withdrawn_by_nominator".into()));
    let withdrawn = app.mail().all().iter().filter(|mail| mail.subject().contains("withdrawn")).count();
    assert_eq!(withdrawn, 3, "each is told once");

    app.at("2021-06-30T16:00:00Z");
    let late = withdraw(&app, &own, "").await.expect(StatusCode::CONFLICT);
    assert_eq!(late.str("/code"), "wrong_phase");
}
