//! Complaints: anybody sends one, the committee reads and acknowledges it, no mail answers by itself.

use reqwest::Method;
use serde_json::json;

use crate::app::{TestApp, stories, stories_in_earnest};
use crate::visitor::Visitor;

stories![a_complaint_is_read_and_acknowledged_by_the_committee, the_page_takes_a_complaint_and_keeps_what_was_typed,];

stories_in_earnest![sixty_complaints_at_once_are_enough];

const COMPLAINTS: &str = "/organise/editions/2021/complaints";

async fn a_complaint_is_read_and_acknowledged_by_the_committee(app: TestApp) {
    let body = json!({"email": "ann@example.org", "text": "My name stands on a page.\nI never agreed."});
    app.post("/complaints", "", body.clone()).await.expect_status(404); // there is no committee yet
    app.edition_2021().await;
    let organiser = app.operator_invites("organiser", None, "olive@example.org").await;
    for _ in 0..2 {
        let taken = app.call(Method::POST, "/complaints").language("ru").json(&body).send().await.expect_status(202);
        assert_eq!(taken.text, "");
    }
    let read = app.get(COMPLAINTS, &organiser.token).await.expect_status(200).json();
    assert_eq!(read["items"].as_array().map(Vec::len), Some(1), "a double click is one: {read}");
    let one = &read["items"][0];
    assert_eq!((&one["email"], &one["text"], &one["language"]), (&body["email"], &body["text"], &json!("ru")));
    assert_eq!((&one["came_at"], &one["acknowledged_at"]), (&json!("2021-05-10T10:00:00Z"), &json!(null)));

    let mark = format!("{COMPLAINTS}/{}/acknowledge", one["id"].as_str().expect("an id"));
    app.at("2021-05-10T10:05:00Z");
    app.call(Method::POST, &mark).bearer(&organiser.token).send().await.expect_status(200);
    app.at("2021-05-10T10:10:00Z");
    let again = app.call(Method::POST, &mark).bearer(&organiser.token).send().await.expect_status(200);
    assert_eq!(again.str("/acknowledged_at"), "2021-05-10T10:05:00Z", "the first time counts");
    twin_cities_awards::audit::seal::seal(&app.app).await.expect("the audit is sealed");
    let events = app.get("/organise/editions/2021/audit?limit=200", &organiser.token).await.expect_status(200).text;
    assert!(events.contains("complaint_made") && events.contains("complaint_acknowledged"), "{events}");
    assert!(!events.contains("ann@example.org") && !events.contains("never agreed"), "{events}");
    assert_eq!(app.mail().all().iter().filter(|one| one.header("To").contains("ann@")).count(), 0, "no mail answers");

    let faults = app.post("/complaints", "", json!({"email": "ann", "text": " "})).await.expect_status(422).json();
    assert_eq!((&faults["errors"][0]["pointer"], &faults["errors"][1]["pointer"]), (&json!("/text"), &json!("/email")));
}

async fn the_page_takes_a_complaint_and_keeps_what_was_typed(app: TestApp) {
    app.edition_2021().await;
    let organiser = app.operator_invites("organiser", None, "olive@example.org").await;
    let mut visitor = Visitor::new(&app);
    assert!(visitor.see("/en/privacy").await.contains("href=\"/en/complaints\""));
    let long = "x".repeat(2_001);
    let refused = visitor.send("/ru/complaints", &[("email", "ann"), ("text", &long)]).await.expect_status(422);
    for kept in [long.as_str(), "value=\"ann\"", "<a href=\"#text\">", "<a href=\"#email\">", "<title>Ошибка: "] {
        assert!(refused.text.contains(kept), "{kept}");
    }
    let whole = [("email", "ann@example.org"), ("text", "Жалуюсь на форму.")];
    let sent = visitor.send("/ru/complaints", &whole).await.expect_status(303);
    assert_eq!(sent.header("location"), "/ru/complaints?sent");
    assert!(visitor.see("/ru/complaints?sent").await.contains("Ваша жалоба у оргкомитета."));
    let read = app.get(COMPLAINTS, &organiser.token).await.expect_status(200).json();
    assert_eq!(read["items"][0]["text"], "Жалуюсь на форму.");
}

async fn sixty_complaints_at_once_are_enough(app: TestApp) {
    app.edition_2021().await;
    let complain = |number: usize| {
        let body = json!({"email": format!("ann{number}@example.org"), "text": "Again."});
        app.call(Method::POST, "/complaints").from("203.0.113.7").json(&body).send()
    };
    for number in 0..60 {
        complain(number).await.expect_status(202);
    }
    assert_eq!(complain(60).await.expect_status(429).header("retry-after"), "30");
}
