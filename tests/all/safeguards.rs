//! Safeguards, questions and counts: the organisers' smaller acts on a nomination.

use reqwest::Method;
use serde_json::{Value as Json, json};
use twin_cities_awards::editions::{EditionSlug, store as editions};
use twin_cities_awards::ids::NominationId;
use twin_cities_awards::nominations;
use twin_cities_awards::store::StoreError;

use crate::app::{Seen, TestApp, stories};
use crate::people::{Person, bridge_club, maria};
use crate::visitor::Visitor;

stories![
    words_that_are_blacked_out_reach_no_judge,
    words_that_privacy_takes_are_gone,
    what_is_blacked_out_must_lie_in_a_text,
    a_person_at_risk_is_named_nowhere,
    a_nominator_answers_a_question_and_learns_not_who_asks,
    a_nominator_answers_on_a_page,
    what_came_in_is_counted,
];

const NOMINATIONS: &str = "/organise/editions/2021/nominations";

async fn organiser(app: &TestApp) -> Person {
    app.edition_2021().await;
    app.operator_invites("organiser", None, "olive@example.org").await
}

async fn put(app: &TestApp, olive: &Person, id: &str, what: &str, body: Json) -> Seen {
    let read = format!("{NOMINATIONS}/{id}");
    app.change(Method::PUT, &format!("{read}/{what}"), &read, &olive.token, body).await
}

async fn for_judges(app: &TestApp, id: &str) -> nominations::ForJudges {
    let id = NominationId::parse(id).expect("an id");
    let read = app.app.store.read(move |tx| Ok::<_, StoreError>(nominations::for_judges(tx, id)?));
    read.await.expect("the store reads").expect("it is there")
}

/// Where a word stands in a text, in characters.
fn place(text: &str, word: &str) -> (usize, usize) {
    let start = text[..text.find(word).expect("it is in the text")].chars().count();
    (start, start + word.chars().count())
}

fn span(body: &Json, field: &str, word: &str) -> Json {
    let (start, end) = place(body.pointer(field).and_then(Json::as_str).expect("a text"), word);
    json!({"field": field, "start": start, "end": end})
}

async fn words_that_are_blacked_out_reach_no_judge(app: TestApp) {
    let olive = organiser(&app).await;
    let body = bridge_club();
    let id = app.nominate(&body).await;
    let letter = "Анна Петрова знает этот клуб много лет и видела всё, что он делает. ".repeat(6);
    let token = app.mail().next_to("heike@example.org").await.token("letter");
    let written = json!({"letter": letter, "relation": "сосед", "language": "en", "declaration": true});
    app.put("/link/letter", &token, written.clone()).await.expect_status(200);
    let (start, end) = place(&letter, "Анна Петрова");
    let spans = json!([
        span(&body, "/story/impact", "ветераны"),
        span(&body, "/headline", "садов"),
        {"field": "/letters/1", "start": start, "end": end},
    ]);
    let done = put(&app, &olive, &id, "redactions", json!({"spans": spans})).await.expect_status(200);
    assert_eq!(
        done.json()["redactions"][0],
        json!({"field": "/story/impact", "start": spans[0]["start"],
        "end": spans[0]["end"], "stale": false})
    );
    assert!(done.str("/story/impact").contains("ветераны"), "the original stays beside it");
    let seen = for_judges(&app, &id).await;
    assert!(seen.story.impact.as_str().contains("дети, [удалено] и садоводы"), "{:?}", seen.story.impact);
    assert_eq!(seen.headline, "Сорок лет писем, встреч и общих [удалено]");
    assert!(seen.letters[0].letter.starts_with("[removed] знает этот клуб"), "in the letter's own language");
    assert!(seen.story.commitment.as_str().contains("С 1981 года"));

    // A text that changes afterwards shows nothing until somebody has looked again.
    let mut anew = written;
    anew["letter"] = json!(format!("Сегодня {letter}"));
    app.change(Method::PUT, "/link/letter", "/link/letter", &token, anew).await.expect_status(200);
    assert_eq!(for_judges(&app, &id).await.letters[0].letter, "[removed]");
    let read = app.get(&format!("{NOMINATIONS}/{id}"), &olive.token).await.json();
    assert_eq!((&read["flags"], &read["redactions"][2]["stale"]), (&json!(["redaction_stale"]), &json!(true)));

    let none = put(&app, &olive, &id, "redactions", json!({"spans": []})).await.expect_status(200).json();
    assert_eq!((&none["flags"], &none["redactions"]), (&json!([]), &json!([])));
    assert!(for_judges(&app, &id).await.story.impact.as_str().contains("ветераны"));
}

async fn words_that_privacy_takes_are_gone(app: TestApp) {
    let olive = organiser(&app).await;
    let body = maria();
    let id = app.nominate(&body).await;
    app.supporter_writes("jan@example.org", "en").await;
    let wanted = json!({"erase": true, "spans": [
        span(&body, "/story/friendship", "She"), span(&body, "/headline", "Pen friends"),
        span(&body, "/story/others", "Teachers"), {"field": "/letters/1", "start": 0, "end": 6}]});
    let done = put(&app, &olive, &id, "redactions", wanted).await.expect_status(200);
    assert!(done.str("/story/friendship").starts_with("[removed] began with twelve letters"));
    assert_eq!(done.str("/story/others"), "[removed], parents and two libraries.");
    assert_eq!(done.json()["redactions"], json!([]));
    let own = app.mail().next_to("ann@example.org").await.token("nomination");
    let seen = app.get("/link/nomination", &own).await.expect_status(200);
    assert!(seen.str("/headline").starts_with("[removed] from two cities"), "nobody sees them again");
    assert!(for_judges(&app, &id).await.letters[0].letter.starts_with("[removed] "));
    let whole = app.get(&format!("{NOMINATIONS}/{id}"), &olive.token).await;
    assert_eq!(whole.header("etag"), done.header("etag"));
    assert!(whole.str("/supporters/0/letter/text").starts_with("[removed] "));
}

async fn what_is_blacked_out_must_lie_in_a_text(app: TestApp) {
    let olive = organiser(&app).await;
    let id = app.nominate(&maria()).await;
    let length = maria()["headline"].as_str().expect("a text").chars().count();
    let spans = json!([
        {"field": "/headline", "start": 0, "end": length},
        {"field": "/headline", "start": 0, "end": length + 1},
        {"field": "/headline", "start": 3, "end": 3},
        {"field": "/letters/2", "start": 0, "end": 1},
    ]);
    let faults = put(&app, &olive, &id, "redactions", json!({"spans": spans})).await.expect_status(422).json();
    let told: Vec<_> = faults["errors"].as_array().expect("a list").iter().map(|fault| &fault["pointer"]).collect();
    assert_eq!(told, ["/spans/1/end", "/spans/2/end", "/spans/3/field"]);
    let faults = json!({"spans": [{"field": "/nominee/name", "start": -1}]});
    let told = put(&app, &olive, &id, "redactions", faults).await.expect_status(422).json()["errors"].clone();
    let told: Vec<_> = told.as_array().expect("a list").iter().map(|fault| fault["code"].clone()).collect();
    assert_eq!(told, ["bad_choice", "outside_text", "required"]);
    let missing = put(&app, &olive, &id, "redactions", json!({})).await.expect_status(422);
    assert_eq!(missing.str("/errors/0/code"), "required");

    let path = format!("{NOMINATIONS}/{id}/redactions");
    let one = json!({"spans": [{"field": "/headline", "start": 0, "end": 1}]});
    app.put(&path, &olive.token, one.clone()).await.expect_status(200); // the first
    app.put(&path, &olive.token, one.clone()).await.expect_status(428);
    let stale = app.call(Method::PUT, &path).bearer(&olive.token).header("if-match", "\"1\"").json(&one);
    stale.send().await.expect_status(412);
}

async fn a_person_at_risk_is_named_nowhere(app: TestApp) {
    let olive = organiser(&app).await;
    let id = app.nominate(&maria()).await;
    let withheld = async || {
        let only = [NominationId::parse(&id).expect("an id")];
        let told = app.app.store.read(move |tx| {
            let slug = EditionSlug::parse("2021").expect("a slug");
            let edition = editions::by_slug(tx, &slug)?.expect("it is there");
            Ok::<_, StoreError>(nominations::to_tell(tx, edition.id, Some(&only))?)
        });
        told.await.expect("the store reads")[0].withhold_name
    };
    assert!(!withheld().await);
    let mark = |flag: bool| json!({"flag": flag, "reason": "Their employer must not know."});
    let marked = put(&app, &olive, &id, "sensitive", mark(true)).await.expect_status(200).json();
    assert_eq!(marked["sensitive"], mark(true));
    assert!(withheld().await);
    put(&app, &olive, &id, "sensitive", mark(false)).await.expect_status(200);
    assert!(!withheld().await);
    let faults = put(&app, &olive, &id, "sensitive", json!({})).await.expect_status(422).json();
    assert_eq!(faults["errors"].as_array().map(Vec::len), Some(2));
    let path = format!("{NOMINATIONS}/{id}/sensitive");
    app.put(&path, &olive.token, mark(true)).await.expect_status(428);
}

async fn a_nominator_answers_a_question_and_learns_not_who_asks(app: TestApp) {
    let olive = organiser(&app).await;
    let id = app.nominate(&maria()).await;
    app.mail().next_to("ann@example.org").await; // M2
    let path = format!("{NOMINATIONS}/{id}/questions");
    let ask = |key: &'static str, text: &'static str| {
        let call = app.call(Method::POST, &path).bearer(&olive.token).header("idempotency-key", key);
        call.json(&json!({"text": text})).send()
    };
    let asked = ask("1", "In which year did the choir first travel?\nAnd where to?").await.expect_status(201);
    assert_eq!(asked.header("location"), format!("/api/v1{path}"));
    assert_eq!(
        ask("1", "In which year did the choir first travel?\nAnd where to?").await.header("idempotent-replayed"),
        "true"
    );

    let mail = app.mail().next_to("ann@example.org").await; // M21
    assert!(mail.subject().starts_with("A question about nomination TCA21-"));
    assert!(mail.text().contains("first travel?") && mail.text().contains("And where to?"));
    assert!(!mail.raw.contains("olive") && !mail.text().contains("Olive"), "who wants to know is not told");
    let token = mail.token("question");
    let own = app.get("/link/question", &token).await.expect_status(200).json();
    assert_eq!(own["items"][0].as_object().map(|one| one.contains_key("asked_by")), Some(false));
    let answer = |text: &str| app.post("/link/question", &token, json!({"text": text}));
    assert_eq!(answer("").await.expect_status(422).str("/errors/0/pointer"), "/text");
    let done = answer("In 1987, to Kiel.").await.expect_status(200);
    assert_eq!(
        (done.str("/items/0/answer"), done.str("/items/0/answered_at")),
        ("In 1987, to Kiel.".into(), "2021-05-10T10:00:00Z".into())
    );
    answer("In 1987, to Kiel.").await.expect_status(200); // a double click
    assert_eq!(answer("In 1988.").await.expect_status(409).str("/code"), "illegal_move");
    let seen = app.get(&path, &olive.token).await.expect_status(200).json();
    assert_eq!(
        (seen["items"].as_array().map(Vec::len), &seen["items"][0]["answer"]),
        (Some(1), &json!("In 1987, to Kiel."))
    );
    app.get("/link/question", "nonsense").await.expect_status(404);
    app.post("/link/question", "nonsense", json!({"colour": 1})).await.expect_status(404);

    // From the decision lock on, sealed or not: no refusal tells whether the cities have signed.
    app.at("2021-09-08T10:00:00Z");
    assert_eq!(answer("Late.").await.expect_status(409).str("/code"), "wrong_phase");
}

async fn a_nominator_answers_on_a_page(app: TestApp) {
    let olive = organiser(&app).await;
    let id = app.nominate(&maria()).await;
    app.mail().next_to("ann@example.org").await; // M2
    for text in ["First <b>question</b>?", "Second question?"] {
        app.post(&format!("{NOMINATIONS}/{id}/questions"), &olive.token, json!({"text": text}))
            .await
            .expect_status(201);
    }
    let link = app.mail().next_to("ann@example.org").await.link("question");
    let mut ann = Visitor::new(&app);
    let arrived = ann.look(link.strip_prefix(&app.base).expect("ours")).await.expect_status(303);
    let page = arrived.header("location");
    let shown = ann.see(&page).await;
    assert!(shown.contains("First &#60;b&#62;question") && shown.contains("Second question?"), "{shown}");
    let second = app.get(&format!("{NOMINATIONS}/{id}/questions"), &olive.token).await.str("/items/1/id");
    let refused = ann.send(&page, &[("question", &second), ("text", " ")]).await.expect_status(422);
    assert!(refused.text.contains("Error: "), "{}", refused.text);
    ann.send(&page, &[("question", &second), ("text", "The second answer.")]).await.expect_status(303);
    let shown = ann.see(&page).await;
    assert!(shown.contains("The second answer.") && shown.contains("You answered on 10 May 2021"), "{shown}");
    let russian = ann.see(&page.replace("/en/", "/ru/")).await;
    assert!(russian.contains("Вопрос о вашей заявке"), "{russian}");
    let seen = app.get(&format!("{NOMINATIONS}/{id}/questions"), &olive.token).await.json();
    assert_eq!((&seen["items"][0]["answer"], &seen["items"][1]["answer"]), (&Json::Null, &json!("The second answer.")));
}

async fn what_came_in_is_counted(app: TestApp) {
    let olive = organiser(&app).await;
    let auditor = app.operator_invites("auditor", None, "ada@example.org").await;
    app.nominate(&maria()).await;
    app.at("2021-05-11T23:59:59Z");
    app.nominate(&bridge_club()).await;
    app.at("2021-05-12T00:00:00Z");
    let mut away = bridge_club();
    for (pointer, value) in
        [("/nominee/name", "Another club"), ("/nominee/home_city", "Erewhon"), ("/nominator/email", "x@example.org")]
    {
        *away.pointer_mut(pointer).expect("it is there") = json!(value);
    }
    away["nominee"]["name_other_script"] = Json::Null;
    app.post("/editions/2021/nominations", "", away).await.expect_status(201);
    let mut olive = olive;
    app.sign_in(&mut olive).await;
    let seen = app.get("/organise/editions/2021/statistics", &olive.token).await.expect_status(200).json();
    assert_eq!(seen["total"], json!(3));
    assert_eq!(seen["by_status"], json!([{"status": "unconfirmed", "count": 1}, {"status": "submitted", "count": 2}]));
    let count = |code: &str| {
        let all = seen["by_category"].as_array().expect("a list").iter();
        all.filter(|one| one["category"] == code).map(|one| one["count"].clone()).collect::<Vec<_>>()
    };
    assert_eq!((count("I2"), count("O1"), count("I1")), (vec![json!(1)], vec![json!(2)], vec![json!(0)]));
    assert_eq!(
        seen["by_city"][0],
        json!({"key": "volgograd", "name": {"en": "Volgograd", "ru": "Волгоград"}, "count": 2})
    );
    assert_eq!(seen["by_city"][1]["key"], Json::Null);
    assert_eq!(seen["by_language"], json!([{"language": "en", "count": 1}, {"language": "ru", "count": 2}]));
    assert_eq!(seen["by_source"], json!([{"source": "online", "count": 3}]));
    let days = json!([{"day": "2021-05-10", "count": 1}, {"day": "2021-05-11", "count": 1}, {"day": "2021-05-12", "count": 1}]);
    assert_eq!(seen["by_day"], days);
    let mut auditor = auditor;
    app.sign_in(&mut auditor).await;
    app.get("/organise/editions/2021/statistics", &auditor.token).await.expect_status(200);
    app.at("2021-08-28T12:00:00Z");
    app.sign_in(&mut auditor).await;
    let late = app.get("/organise/editions/2021/statistics", &auditor.token).await.expect_status(409);
    assert_eq!(late.str("/code"), "wrong_phase");
}
