//! `Idempotency-Key` (S-HTTP-11): what is sent again is answered again and done once, also where all come at once.

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use futures_util::future::join_all;
use reqwest::{Method, StatusCode};
use serde_json::{Value as Json, json};
use twin_cities_awards::http::idempotency;
use twin_cities_awards::store::schema::{audit_events, idempotency as kept, messages};
use twin_cities_awards::store::{DatabaseUrl, StoreError};

use crate::app::{Database, Seen, Service, TestApp, stories, tell};
use crate::people::{bridge_club, maria};
use crate::permissions::room::{Room, YEAR, organise};

stories![
    of_fifty_at_once_each_deed_is_done_once_and_answered_fifty_times,
    a_key_belongs_to_a_route_a_caller_and_a_body_for_a_day,
];

/// One more event and so many more letters, whatever else there is.
async fn traces(app: &TestApp) -> (i64, i64) {
    let read = app.app.store.read(|tx| {
        let events = audit_events::table.count().get_result(tx)?;
        Ok::<_, StoreError>((events, messages::table.count().get_result(tx)?))
    });
    read.await.expect("it can be read")
}

async fn send(app: &TestApp, path: &str, token: &str, key: &str, body: &Json) -> Seen {
    app.call(Method::POST, path).bearer(token).header("idempotency-key", key).json(body).send().await
}

/// Sends the same fifty times at once; answers how many events and letters came of it.
async fn fifty(room: &Room, path: &str, who: &str, body: Json) -> (i64, i64) {
    let (app, token, before) = (&room.app, room.token(who), traces(&room.app).await);
    let answers = join_all((0..50).map(|_| send(app, path, token, "at once", &body))).await;
    let first = answers[0].text.clone();
    for seen in &answers {
        assert_eq!((seen.status.as_u16(), &seen.text), (201, &first), "{path}");
        assert_eq!(seen.header("location"), answers[0].header("location"), "{path}");
    }
    let replayed = answers.iter().filter(|seen| seen.header("idempotent-replayed") == "true").count();
    assert_eq!(replayed, 49, "{path}");
    let after = traces(app).await;
    (after.0 - before.0, after.1 - before.1)
}

async fn of_fifty_at_once_each_deed_is_done_once_and_answered_fifty_times(app: TestApp) {
    let mut room = Room::new(app).await;
    room.go_on(&YEAR[0]).await;
    let edition = json!({"template": "tca-2027", "slug": "2027-trial"});
    assert_eq!(fifty(&room, "/organise/editions", "organiser", edition).await, (1, 0));
    let guest = json!({"email": "gwen@example.org", "name": "Gwen Guest", "role": "translator"});
    assert_eq!(fifty(&room, &organise("/people"), "organiser", guest).await, (1, 2), "now, and again after a week");
    room.go_on(&YEAR[1]).await;
    assert_eq!(fifty(&room, "/editions/2021/nominations", "nobody", bridge_club()).await, (1, 1));
    room.go_on(&YEAR[2]).await;
    assert_eq!(fifty(&room, &organise("/assignments/plan"), "organiser", json!({"per_panel": 2})).await, (1, 0));
    let aside = room.addresses("POST", "/judge/assignments/{id}/recusal", "judge").own;
    assert_eq!(fifty(&room, &aside, "judge", json!({"reason": "other"})).await, (1, 0));
}

async fn a_key_belongs_to_a_route_a_caller_and_a_body_for_a_day(app: TestApp) {
    let mut room = Room::new(app).await;
    room.go_on(&YEAR[0]).await;
    room.go_on(&YEAR[1]).await;
    let (app, people) = (&room.app, organise("/people"));
    let guest = |name: &str| json!({"email": format!("{name}@example.org"), "name": "A Guest", "role": "translator"});
    let (organiser, approver) = (room.token("organiser"), room.token("approver"));
    let first = send(app, &people, organiser, "key", &guest("gwen")).await.expect(StatusCode::CREATED);
    let again = send(app, &people, organiser, "key", &guest("gwen")).await.expect(StatusCode::CREATED);
    assert_eq!((first.text.as_str(), again.header("idempotent-replayed").as_str()), (again.text.as_str(), "true"));
    let reused = send(app, &people, organiser, "key", &guest("gus")).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(reused.str("/code"), "idempotency_key_reused");
    let other = send(app, &people, approver, "key", &guest("gus")).await.expect(StatusCode::CREATED);
    assert_eq!(other.header("idempotent-replayed"), "");
    let route = send(app, "/editions/2021/nominations", organiser, "key", &maria()).await.expect(StatusCode::CREATED);
    assert_eq!(route.header("idempotent-replayed"), "");
    // Whoever may no longer do it is not answered from memory.
    send(app, &people, "", "key", &guest("gwen")).await.expect(StatusCode::UNAUTHORIZED);
    send(app, &people, room.token("judge"), "key", &guest("gwen")).await.expect(StatusCode::FORBIDDEN);

    // What was refused is not kept: the same key may try again.
    let refused = send(app, &people, organiser, "second", &guest("gwen@")).await;
    refused.expect(StatusCode::UNPROCESSABLE_ENTITY);
    send(app, &people, organiser, "second", &guest("greta")).await.expect(StatusCode::CREATED);

    let count = async || {
        idempotency::tick(&app.app).await.expect("it ticks");
        let count = app.app.store.read(|tx| Ok::<_, StoreError>(kept::table.count().get_result::<i64>(tx)?));
        count.await.expect("it can be read")
    };
    app.at("2021-05-11T09:59:59Z");
    assert_eq!(count().await, 4);
    app.at("2021-05-11T10:00:00Z");
    assert_eq!(count().await, 0);
}

/// Another process is at the same thing, and hangs: nothing is done twice, and nobody waits longer than five seconds.
#[test]
fn whoever_waits_for_another_too_long_is_told_on_postgres() {
    tell(Database::Postgres, Service::Trial, |app| async move {
        app.edition_2021().await;
        let body = maria();
        let nominate = || send(&app, "/editions/2021/nominations", "", "key", &body);
        let first = nominate().await.expect(StatusCode::CREATED);
        app.at("2021-05-11T10:00:01Z"); // the key is free again
        let DatabaseUrl::Postgres(url) = &app.app.config.database else { panic!("this is PostgreSQL") };
        let mut other = PgConnection::establish(url).expect("the server answers");
        other.batch_execute("BEGIN; UPDATE idempotency SET answer = ''").expect("the key is taken");
        let before = traces(&app).await;
        let told = nominate().await.expect(StatusCode::CONFLICT);
        assert_eq!(told.str("/code"), "lost_race");
        assert!(told.str("/detail").starts_with("The same request is being worked on."), "{}", told.text);
        assert_eq!(traces(&app).await, before);
        other.batch_execute("ROLLBACK").expect("it is given up");
        let second = nominate().await.expect(StatusCode::CREATED);
        assert_ne!(second.str("/id"), first.str("/id"));
    });
}
