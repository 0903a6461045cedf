//! Nominations that came by post or telephone: one organiser types, another confirms (`security.md`, Nobody alone).

use reqwest::Method;
use serde_json::{Value as Json, json};

use crate::app::{Seen, TestApp, stories};
use crate::people::{Person, bridge_club, maria};

stories![
    what_one_organiser_types_another_confirms,
    letters_that_came_on_paper_count_like_others,
    only_organisers_type_and_only_while_they_screen,
    who_was_nominated_before_is_told_to_the_second,
    what_is_typed_twice_with_one_key_is_in_once,
];

const NOMINATIONS: &str = "/organise/editions/2021/nominations";

async fn organisers(app: &TestApp) -> [Person; 2] {
    app.edition_2021().await;
    let olive = app.operator_invites("organiser", None, "olive@example.org").await;
    [olive, app.operator_invites("organiser", None, "oleg@example.org").await]
}

/// A club whose nominator and second supporter have no email.
fn on_paper() -> Json {
    let mut body = bridge_club();
    body["source"] = json!("paper");
    body["nominator"] = json!({"name": "Иван Пробный", "relation": "сосед", "country": "RU",
        "postal_address": "ул. Примерная, 2\nВолгоград"});
    body["supporters"][1]["email"] = Json::Null;
    body["supporters"][1]["phone"] = json!("+7 8442 00-00-01");
    body
}

async fn typed(app: &TestApp, by: &Person, body: &Json) -> String {
    let typed = app.post(NOMINATIONS, &by.token, body.clone()).await.expect_status(201);
    assert_eq!(typed.header("location"), format!("/api/v1{NOMINATIONS}/{}", typed.str("/id")));
    assert_eq!(typed.str("/status"), "unconfirmed");
    typed.str("/id")
}

async fn confirm(app: &TestApp, by: &Person, id: &str) -> Seen {
    app.call(Method::POST, &format!("{NOMINATIONS}/{id}/confirm")).bearer(&by.token).send().await
}

fn letter() -> Json {
    let words = "Я знаю этот клуб много лет и видел всё, что он делает для наших городов. ".repeat(5);
    json!({"letter": words, "relation": "библиотекарь", "language": "ru", "declaration": true})
}

async fn what_one_organiser_types_another_confirms(app: TestApp) {
    let [olive, oleg] = organisers(&app).await;
    let id = typed(&app, &olive, &on_paper()).await;
    let read = format!("{NOMINATIONS}/{id}");
    let seen = app.get(&read, &oleg.token).await.expect_status(200);
    assert_eq!((seen.str("/source").as_str(), seen.str("/status").as_str()), ("paper", "unconfirmed"));
    let me = app.get("/me", &olive.token).await.str("/id");
    assert_eq!(seen.str("/typed_by"), me, "the second knows who has typed it");
    assert_eq!(seen.str("/nominator/postal_address"), "ул. Примерная, 2\nВолгоград");

    confirm(&app, &olive, &id).await.expect_status(403);
    let stale = app.call(Method::POST, &format!("{read}/confirm")).bearer(&oleg.token).header("if-match", "\"7\"");
    stale.send().await.expect_status(412);
    assert_eq!(app.get(&read, &oleg.token).await.str("/status"), "unconfirmed");
    assert!(
        app.mail().unread().iter().all(|mail| mail.to.starts_with('o')),
        "nobody outside the office was written to"
    );

    let confirmed = confirm(&app, &oleg, &id).await.expect_status(200);
    assert_eq!((confirmed.str("/status"), confirmed.str("/id")), ("submitted".into(), id.clone()));
    assert_eq!(confirm(&app, &oleg, &id).await.expect_status(200).json(), confirmed.json());
    confirm(&app, &olive, &id).await.expect_status(403);
    let asked = app.mail().next_to("heike@example.org").await; // M4
    assert!(asked.text().contains("Клуб друзей"));
    let supporters = app.get(&read, &oleg.token).await.json()["supporters"].clone();
    assert_eq!((&supporters[1]["state"], &supporters[1]["phone"]), (&json!("asked"), &json!("+7 8442 00-00-01")));
    let nobody = "01900000-0000-7000-8000-000000000000";
    confirm(&app, &oleg, nobody).await.expect_status(404);
}

async fn letters_that_came_on_paper_count_like_others(app: TestApp) {
    let [olive, oleg] = organisers(&app).await;
    let id = typed(&app, &olive, &on_paper()).await;
    let read = format!("{NOMINATIONS}/{id}");
    let put = async |number: &str, body: Json| app.put(&format!("{read}/letters/{number}"), &olive.token, body).await;
    assert_eq!(put("1", letter()).await.expect_status(409).str("/code"), "illegal_move"); // nobody has confirmed it
    confirm(&app, &oleg, &id).await.expect_status(200);
    let first = put("1", letter()).await.expect_status(200);
    assert_eq!((first.str("/state"), first.str("/letter/language")), ("written".into(), "ru".into()));
    assert_eq!(first.header("etag"), app.get(&read, &olive.token).await.header("etag"));
    for number in ["0", "3", "x"] {
        put(number, letter()).await.expect_status(404);
    }
    let mut short = letter();
    short["letter"] = json!("Хороший клуб.");
    short["declaration"] = json!(false);
    let faults = put("2", short).await.expect_status(422);
    assert_eq!(
        (faults.str("/errors/0/code"), faults.str("/errors/1/code")),
        ("too_few_words".into(), "must_be_true".into())
    );
    let let_in = json!({"status": "eligible"});
    let change = async |body: Json| app.change(Method::PATCH, &read, &read, &olive.token, body).await;
    assert_eq!(change(let_in.clone()).await.expect_status(409).str("/code"), "letters_missing");
    put("2", letter()).await.expect_status(200);
    assert_eq!(change(let_in).await.expect_status(200).str("/status"), "eligible");

    let mut other = letter();
    other["relation"] = json!("сосед");
    put("2", other.clone()).await.expect_status(428); // another in its place
    let path = format!("{read}/letters/2");
    let replaced = app.change(Method::PUT, &path, &read, &olive.token, other).await.expect_status(200);
    assert_eq!(replaced.str("/letter/relation"), "сосед");
}

async fn only_organisers_type_and_only_while_they_screen(app: TestApp) {
    let [mut olive, mut oleg] = organisers(&app).await;
    let judge = app.operator_invites("judge", Some("coventry"), "carol@jury.example.org").await;
    let late = typed(&app, &olive, &on_paper()).await;
    app.post(NOMINATIONS, &judge.token, on_paper()).await.expect_status(403);
    app.post(NOMINATIONS, "", on_paper()).await.expect_status(401);
    let public = app.post("/editions/2021/nominations", "", on_paper()).await.expect_status(400);
    assert_eq!(public.str("/code"), "unknown_field");

    let mut unreached = on_paper();
    unreached["source"] = json!("online");
    unreached["nominator"]["postal_address"] = Json::Null;
    unreached["supporters"][1]["phone"] = json!("12");
    let faults = app.post(NOMINATIONS, &olive.token, unreached).await.expect_status(422).json();
    let faults: Vec<_> = faults["errors"].as_array().expect("a list").iter().collect();
    let told: Vec<_> = faults.iter().map(|fault| (fault["pointer"].as_str(), fault["code"].as_str())).collect();
    let expected = [("/source", "bad_choice"), ("/supporters/1/phone", "bad_phone"), ("/nominator/email", "required")];
    assert_eq!(told, expected.map(|(pointer, code)| (Some(pointer), Some(code))));

    let online = app.nominate(&maria()).await;
    assert_eq!(confirm(&app, &oleg, &online).await.expect_status(409).str("/code"), "illegal_move");
    app.at("2021-07-26T10:00:00Z"); // judging
    for person in [&mut olive, &mut oleg] {
        app.sign_in(person).await;
    }
    assert_eq!(app.post(NOMINATIONS, &olive.token, on_paper()).await.expect_status(409).str("/code"), "wrong_phase");
    assert_eq!(confirm(&app, &oleg, &late).await.expect_status(409).str("/code"), "wrong_phase");
    let path = format!("{NOMINATIONS}/{online}/letters/1");
    assert_eq!(app.put(&path, &olive.token, letter()).await.expect_status(409).str("/code"), "wrong_phase");
}

async fn who_was_nominated_before_is_told_to_the_second(app: TestApp) {
    let [olive, oleg] = organisers(&app).await;
    let flags = async |id: &str| app.get(&format!("{NOMINATIONS}/{id}"), &oleg.token).await.json()["flags"].clone();
    let first = typed(&app, &olive, &on_paper()).await;
    assert_eq!(flags(&first).await, json!([]));
    confirm(&app, &oleg, &first).await.expect_status(200);
    let second = typed(&app, &olive, &on_paper()).await;
    assert_eq!(flags(&second).await, json!(["nominated_before"]));
    confirm(&app, &oleg, &second).await.expect_status(200); // shown, not refused
    let mut another = on_paper();
    another["nominator"]["name"] = json!("Пётр Иной");
    assert_eq!(flags(&typed(&app, &olive, &another).await).await, json!([]));

    // With an address it is the address that tells, and then it is refused as online.
    let with_address = |mut body: Json| {
        body["nominator"]["email"] = json!("ivan@example.org");
        body
    };
    let third = typed(&app, &olive, &with_address(on_paper())).await;
    confirm(&app, &oleg, &third).await.expect_status(200);
    let fourth = typed(&app, &olive, &with_address(on_paper())).await;
    assert_eq!(confirm(&app, &oleg, &fourth).await.expect_status(409).str("/code"), "already_nominated");
}

async fn what_is_typed_twice_with_one_key_is_in_once(app: TestApp) {
    let [olive, _] = organisers(&app).await;
    let send = || {
        let call = app.call(Method::POST, NOMINATIONS).bearer(&olive.token).header("idempotency-key", "envelope 7");
        call.json(&on_paper()).send()
    };
    let (first, again) = (send().await.expect_status(201), send().await.expect_status(201));
    assert_eq!((again.header("idempotent-replayed").as_str(), again.json()), ("true", first.json()));
    let listed = app.get(NOMINATIONS, &olive.token).await.expect_status(200).json();
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(1));
}
