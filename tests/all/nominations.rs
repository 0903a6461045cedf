//! Nominations, as the people around them live them: nominators, supporters, nominees, organisers.

use reqwest::{Method, StatusCode};
use serde_json::{Value as Json, json};
use twin_cities_awards::clock::{Span, Time};
use twin_cities_awards::editions::{EditionSlug, store as editions};
use twin_cities_awards::ids::NominationId;
use twin_cities_awards::nominations::{self, Status};
use twin_cities_awards::store::StoreError;

use crate::app::{Seen, TestApp, stories};
use crate::people::{Person, bridge_club, maria};

stories![
    a_nomination_waits_until_its_address_is_proven,
    a_request_that_is_sent_again_makes_one_nomination,
    fifty_equal_requests_at_once_make_one_nomination,
    fifty_confirmations_at_once_ask_each_supporter_once,
    who_nominates_the_same_person_again_is_told_the_first_reference,
    nominations_close_on_the_instant,
    a_changed_edition_holds_for_the_next_nomination,
    a_link_opens_its_own_row_and_nothing_else,
    a_supporter_writes_and_writes_again,
    a_supporter_declines,
    who_never_wants_to_hear_from_us_again_does_not,
    a_nomination_is_let_in_with_its_letters_or_a_reason,
    a_refusal_is_told_a_day_later_and_one_undone_never,
    a_nominee_is_told_by_day_what_is_held_and_why,
    a_nominee_who_objects_is_left_out_at_once,
    a_minors_guardian_is_told_and_nobody_else,
    a_withdrawn_nomination_is_told_to_those_who_were_asked,
    organisers_find_nominations_in_any_alphabet,
    other_rooms_see_what_they_may,
    whoever_stands_behind_a_merged_nomination_bars_a_judge_too,
    a_letters_language_is_asked_for_in_the_writers_own,
];

const NOMINATIONS: &str = "/organise/editions/2021/nominations";

async fn organiser(app: &TestApp) -> Person {
    app.edition_2021().await;
    app.operator_invites("organiser", None, "olive@example.org").await
}

fn changed(mut body: Json, edits: &[(&str, Json)]) -> Json {
    for (pointer, value) in edits {
        *body.pointer_mut(pointer).unwrap_or_else(|| panic!("no {pointer}")) = value.clone();
    }
    body
}

async fn seen(app: &TestApp, olive: &Person, id: &str) -> Json {
    app.get(&format!("{NOMINATIONS}/{id}"), &olive.token).await.expect(StatusCode::OK).json()
}

async fn patch(app: &TestApp, olive: &Person, id: &str, body: Json) -> Seen {
    let path = format!("{NOMINATIONS}/{id}");
    app.change(Method::PATCH, &path, &path, &olive.token, body).await
}

async fn both_write(app: &TestApp) {
    app.supporter_writes("jan@example.org", "en").await;
    app.supporter_writes("olga@example.org", "ru").await;
}

async fn a_nomination_waits_until_its_address_is_proven(app: TestApp) {
    let olive = organiser(&app).await;
    let sent = app.post("/editions/2021/nominations", "", maria()).await.expect(StatusCode::CREATED);
    let id = sent.str("/id");
    assert_eq!(sent.header("location"), format!("/api/v1{NOMINATIONS}/{id}"));
    assert_eq!((sent.str("/status"), sent.str("/received_at")), ("unconfirmed".into(), "2021-05-10T10:00:00Z".into()));
    assert!(sent.str("/reference").starts_with("TCA21-"));

    let asked = app.mail().next_to("ann@example.org").await;
    assert_eq!(asked.subject(), "Confirm your nomination");
    assert!(asked.text().contains("3 July 2021, 17:00 in Coventry, 19:00 in Volgograd"), "{}", asked.text());
    for typed in ["Мария", "Maria", "Ann", "Pen friends", "Jan", "orchestra", &sent.str("/reference")] {
        assert!(!asked.raw.contains(typed) && !asked.text().contains(typed), "M1 holds what its sender typed: {typed}");
    }

    let token = json!({"token": asked.token("confirm")});
    let confirmed = app.post("/confirmations", "", token.clone()).await.expect(StatusCode::OK);
    assert_eq!(confirmed.str("/status"), "submitted");
    assert_eq!(confirmed.str("/reference"), sent.str("/reference"));
    let again = app.post("/confirmations", "", token.clone()).await.expect(StatusCode::OK);
    assert_eq!(again.text, confirmed.text);

    let receipt = app.mail().next_to("ann@example.org").await;
    assert_eq!(receipt.subject(), format!("Nomination {} received", sent.str("/reference")));
    assert!(receipt.text().contains("\u{2068}Мария Иванова\u{2069}") && receipt.text().contains("Young Friend"));
    assert!(receipt.link("nomination").starts_with(&app.base));
    let request = app.mail().next_to("olga@example.org").await;
    assert_eq!(request.subject(), "Просим написать письмо поддержки / Please write a letter of support");
    assert!(
        request.text().contains("\u{2068}Ann Example\u{2069}")
            && request.text().contains("\u{2068}Мария Иванова\u{2069}")
    );
    assert!(
        !request.text().contains("teenagers") && !request.text().contains("Pen friends"),
        "a request tells no story"
    );
    app.mail().next_to("jan@example.org").await;
    assert_eq!(
        app.mail().all().iter().filter(|mail| mail.to != "olive@example.org").count(),
        4,
        "one M1, one M2, two M4"
    );

    // Once letters are due to be confirmed no more, the link is as dead as any other.
    app.at("2021-07-03T16:00:00Z");
    let late = app.post("/confirmations", "", token).await.expect(StatusCode::NOT_FOUND);
    assert_eq!(late.str("/code"), "link_not_valid");
    assert_eq!(olive.email, "olive@example.org");
}

async fn a_request_that_is_sent_again_makes_one_nomination(app: TestApp) {
    app.edition_2021().await;
    app.at("2021-06-29T15:59:00Z");
    let send = async |body: &Json| {
        let call = app.call(Method::POST, "/editions/2021/nominations").header("idempotency-key", "form 1");
        call.json(body).send().await
    };
    let first = send(&maria()).await.expect(StatusCode::CREATED);
    assert_eq!(first.header("idempotent-replayed"), "");
    let again = send(&maria()).await.expect(StatusCode::CREATED);
    assert_eq!((again.header("idempotent-replayed"), &again.text), ("true".to_owned(), &first.text));
    let other = send(&bridge_club()).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(other.str("/code"), "idempotency_key_reused");
    app.mail().next_to("ann@example.org").await;

    // A day later the key is free again.
    app.at("2021-06-30T15:59:30Z");
    let second = send(&bridge_club()).await.expect(StatusCode::CREATED);
    assert_ne!(second.str("/id"), first.str("/id"));
    app.mail().next_to("ivan@example.org").await;
    // Even when nominations have closed meanwhile, the first answer stands.
    app.at("2021-06-30T16:00:00Z");
    assert_eq!(send(&bridge_club()).await.expect(StatusCode::CREATED).text, second.text);
    send(&maria()).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(app.mail().all().len(), 2);
}

async fn fifty_equal_requests_at_once_make_one_nomination(app: TestApp) {
    let olive = organiser(&app).await;
    let send = async || {
        let call = app.call(Method::POST, "/editions/2021/nominations").header("idempotency-key", "a double click");
        call.json(&maria()).send().await.expect(StatusCode::CREATED).text
    };
    let answers = futures_util::future::join_all((0..50).map(|_| send())).await;
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    app.mail().next_to("ann@example.org").await;
    let list = app.get(NOMINATIONS, &olive.token).await.json();
    assert_eq!(list["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(app.mail().all().iter().filter(|mail| mail.to == "ann@example.org").count(), 1);
}

async fn fifty_confirmations_at_once_ask_each_supporter_once(app: TestApp) {
    app.edition_2021().await;
    app.post("/editions/2021/nominations", "", maria()).await.expect(StatusCode::CREATED);
    let token = app.mail().next_to("ann@example.org").await.token("confirm");
    let send = async || app.post("/confirmations", "", json!({"token": token})).await.expect(StatusCode::OK).text;
    let answers = futures_util::future::join_all((0..50).map(|_| send())).await;
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    for address in ["ann@example.org", "jan@example.org", "olga@example.org"] {
        app.mail().next_to(address).await;
    }
    assert_eq!(app.mail().all().len(), 4);
}

async fn who_nominates_the_same_person_again_is_told_the_first_reference(app: TestApp) {
    organiser(&app).await;
    let id = app.nominate(&maria()).await;
    app.mail().next_to("ann@example.org").await;
    let spelled = [("/nominee/name", json!("Dr ИВАНОВА, Мария")), ("/nominator/email", json!("Ann+2@Example.org"))];
    let second = app.post("/editions/2021/nominations", "", changed(maria(), &spelled)).await;
    second.expect(StatusCode::CREATED);
    let mail = app.mail().next_to("Ann+2@example.org").await;
    let refused = app.call(Method::POST, "/confirmations").language("ru");
    let refused = refused.json(&json!({"token": mail.token("confirm")})).send().await.expect(StatusCode::CONFLICT);
    assert_eq!(refused.str("/code"), "already_nominated");
    assert_eq!(refused.str("/errors/0/pointer"), "/nominee/name");
    assert!(refused.str("/errors/0/message").starts_with("Вы уже подали заявку на этого номинанта: TCA21-"));

    // In another category, or by somebody else, it is another nomination.
    let other = [("/category", json!("I1")), ("/nominee/age_band", json!("26_plus"))];
    assert_ne!(app.nominate(&changed(maria(), &other)).await, id);
    app.nominate(&changed(maria(), &[("/nominator/email", json!("else@example.org"))])).await;
}

async fn nominations_close_on_the_instant(app: TestApp) {
    organiser(&app).await;
    app.at("2021-06-30T15:59:59.999999Z");
    app.post("/editions/2021/nominations", "", maria()).await.expect(StatusCode::CREATED);
    let mail = app.mail().next_to("ann@example.org").await;
    app.at("2021-06-30T16:00:00Z");
    for body in [maria(), json!({"category": "nonsense"})] {
        let late = app.call(Method::POST, "/editions/2021/nominations").language("ru").json(&body).send().await;
        let late = late.expect(StatusCode::CONFLICT);
        assert_eq!(late.str("/code"), "wrong_phase");
        assert!(
            late.str("/detail").contains("30 июня 2021 года, 17:00 (Ковентри), 19:00 (Волгоград)"),
            "{}",
            late.text
        );
    }
    let unknown = app.post("/editions/2021/nominations", "", json!({"nonsense": 1})).await;
    assert_eq!(unknown.expect(StatusCode::BAD_REQUEST).str("/code"), "unknown_field");
    app.post("/editions/1999/nominations", "", maria()).await.expect(StatusCode::NOT_FOUND);
    // What came in time can still be confirmed.
    app.at("2021-07-03T15:59:59Z");
    let confirmed = app.post("/confirmations", "", json!({"token": mail.token("confirm")})).await;
    assert_eq!(confirmed.expect(StatusCode::OK).str("/status"), "submitted");
    for address in ["ann@example.org", "jan@example.org", "olga@example.org"] {
        app.mail().next_to(address).await;
    }
}

async fn a_changed_edition_holds_for_the_next_nomination(app: TestApp) {
    let olive = organiser(&app).await;
    app.post("/editions/2021/nominations", "", maria()).await.expect(StatusCode::CREATED);
    app.mail().next_to("ann@example.org").await;
    let path = "/organise/editions/2021";
    let sooner = json!({"timetable": {"nominations_close_at": "2021-05-10T10:30:00Z"}, "reason": "Enough."});
    app.change(Method::PATCH, path, path, &olive.token, sooner).await.expect(StatusCode::OK);
    app.at("2021-05-10T10:30:00Z");
    for body in [maria(), json!({})] {
        let refused = app.post("/editions/2021/nominations", "", body).await.expect(StatusCode::CONFLICT);
        assert_eq!(refused.str("/code"), "wrong_phase");
        assert!(refused.str("/detail").contains("11:30 in Coventry"), "{}", refused.text);
    }
    app.at("2021-05-10T10:29:59Z");
    app.post("/editions/2021/nominations", "", maria()).await.expect(StatusCode::CREATED);
    app.mail().next_to("ann@example.org").await;
}

async fn a_link_opens_its_own_row_and_nothing_else(app: TestApp) {
    let olive = organiser(&app).await;
    let sent = app.post("/editions/2021/nominations", "", maria()).await.expect(StatusCode::CREATED);
    let confirm = app.mail().next_to("ann@example.org").await.token("confirm");
    app.post("/confirmations", "", json!({"token": confirm})).await.expect(StatusCode::OK);
    let own = app.mail().next_to("ann@example.org").await.token("nomination");
    let request = app.mail().next_to("jan@example.org").await;
    let [letter, never] = ["letter", "unsubscribe"].map(|page| request.token(page));
    app.mail().next_to("olga@example.org").await;
    let broken = format!("{}A", &letter[..letter.len() - 1]);

    let dead = app.get("/link/letter", "nonsense").await.expect(StatusCode::NOT_FOUND);
    for token in [&confirm, &own, &never, &broken, &olive.token] {
        let refused = app.get("/link/letter", token).await.expect(StatusCode::NOT_FOUND);
        assert_eq!(refused.text, dead.text, "every dead link is told alike");
        app.get("/link/notice", token).await.expect(StatusCode::NOT_FOUND);
    }
    for token in [&letter, &own, &never, "nonsense"] {
        let refused = app.post("/confirmations", "", json!({"token": token})).await.expect(StatusCode::NOT_FOUND);
        assert_eq!(refused.str("/code"), "link_not_valid");
        app.get(&format!("{NOMINATIONS}/{}", sent.str("/id")), token).await.expect(StatusCode::UNAUTHORIZED);
    }
    app.get("/link/letter", "").await.expect(StatusCode::UNAUTHORIZED);
}

async fn a_supporter_writes_and_writes_again(app: TestApp) {
    let olive = organiser(&app).await;
    let id = app.nominate(&maria()).await;
    let token = app.mail().next_to("jan@example.org").await.token("letter");
    let page = app.get("/link/letter", &token).await.expect(StatusCode::OK);
    let mut keys: Vec<String> = page.json().as_object().expect("an object").keys().cloned().collect();
    keys.sort();
    assert_eq!(
        keys,
        [
            "category",
            "category_name",
            "due_at",
            "headline",
            "known_since",
            "language",
            "letter",
            "nominee",
            "relation",
            "state",
            "written_at"
        ],
        "a supporter sees name, category and headline, and nothing else"
    );
    assert_eq!((page.str("/nominee"), page.str("/state")), ("Мария Иванова".into(), "asked".into()));

    let bad =
        json!({"letter": "Too short.", "relation": "", "known_since": 2022, "language": "de", "declaration": false});
    let refused = app.put("/link/letter", &token, bad).await.expect(StatusCode::UNPROCESSABLE_ENTITY).json();
    let faults: Vec<(&str, &str)> = refused["errors"]
        .as_array()
        .expect("faults")
        .iter()
        .map(|fault| (fault["pointer"].as_str().expect(""), fault["code"].as_str().expect("")))
        .collect();
    let expected = [
        ("/letter", "too_few_words"),
        ("/relation", "required"),
        ("/known_since", "bad_year"),
        ("/language", "bad_choice"),
        ("/declaration", "must_be_true"),
    ];
    assert_eq!(faults, expected);

    let letter = |word: &str| {
        let text = format!("{word} ").repeat(50);
        json!({"letter": text, "relation": "conductor", "language": "en", "declaration": true})
    };
    let first = app.put("/link/letter", &token, letter("first")).await.expect(StatusCode::OK);
    assert_eq!(first.str("/state"), "written");
    let blind = app.put("/link/letter", &token, letter("second")).await.expect(StatusCode::PRECONDITION_REQUIRED);
    assert_eq!(blind.str("/code"), "precondition_required");
    let put = async |tag: &str, body: &Json| {
        app.call(Method::PUT, "/link/letter").bearer(&token).header("if-match", tag).json(body).send().await
    };
    put("\"0\"", &letter("second")).await.expect(StatusCode::PRECONDITION_FAILED);
    let second = put(&first.header("etag"), &letter("second")).await.expect(StatusCode::OK);
    assert!(second.str("/letter").starts_with("second"));
    assert_ne!(second.header("etag"), first.header("etag"));
    let late = app.post("/link/letter/decline", &token, json!({})).await.expect(StatusCode::CONFLICT);
    assert_eq!(late.str("/code"), "illegal_move");

    let whole = seen(&app, &olive, &id).await;
    assert!(whole["supporters"][0]["letter"]["text"].as_str().expect("a letter").starts_with("second"));
    assert_eq!((&whole["supporters"][1]["letter"], &whole["complete"]), (&Json::Null, &json!(false)));

    app.at("2021-07-14T15:59:59Z");
    app.get("/link/letter", &token).await.expect(StatusCode::OK);
    app.at("2021-07-14T16:00:00Z");
    app.get("/link/letter", &token).await.expect(StatusCode::NOT_FOUND);
    put(&second.header("etag"), &letter("third")).await.expect(StatusCode::NOT_FOUND);
}

async fn a_supporter_declines(app: TestApp) {
    organiser(&app).await;
    app.nominate(&maria()).await;
    app.mail().next_to("ann@example.org").await;
    let token = app.mail().next_to("olga@example.org").await.token("letter");
    for _ in 0..2 {
        let declined = app.post("/link/letter/decline", &token, json!({})).await.expect(StatusCode::OK);
        assert_eq!(declined.str("/state"), "declined");
    }
    app.at("2021-05-10T10:10:00Z");
    let told = app.mail().next_to("ann@example.org").await;
    assert!(told.subject().ends_with(": change saved"));
    assert!(told.text().contains("Supporter 2") && !told.text().contains("Ольга"), "{}", told.text());
    // Who changes their mind may still write.
    let page = app.get("/link/letter", &token).await.expect(StatusCode::OK);
    assert_eq!(page.header("etag"), "\"1\"");
    let letter = "I have known her since she was small. ".repeat(8);
    let body = json!({"letter": letter, "relation": "teacher", "language": "ru", "declaration": true});
    assert_eq!(app.put("/link/letter", &token, body).await.expect(StatusCode::OK).str("/state"), "written");
}

async fn who_never_wants_to_hear_from_us_again_does_not(app: TestApp) {
    organiser(&app).await;
    app.nominate(&maria()).await;
    let token = app.mail().next_to("jan@example.org").await.token("unsubscribe");
    for _ in 0..2 {
        app.post("/link/unsubscribe", &token, json!({})).await.expect(StatusCode::OK);
    }
    let refused = crate::audit::acts(&app.app).await.into_iter().filter(|(act, ..)| act == "mail_refused");
    assert_eq!(refused.count(), 1, "it leaves an event, once");
    let elsewhere = [("/nominator/email", json!("else@example.org"))];
    app.nominate(&changed(maria(), &elsewhere)).await;
    app.mail().next_to("olga@example.org").await;
    app.mail().next_to("olga@example.org").await;
    let to_jan = app.mail().all().iter().filter(|mail| mail.to == "jan@example.org").count();
    assert_eq!(to_jan, 1, "asked once, and never again");
}

async fn a_nomination_is_let_in_with_its_letters_or_a_reason(app: TestApp) {
    let olive = organiser(&app).await;
    let id = app.nominate(&maria()).await;
    let path = format!("{NOMINATIONS}/{id}");
    let refused = patch(&app, &olive, &id, json!({"status": "eligible"})).await.expect(StatusCode::CONFLICT);
    assert_eq!(refused.str("/code"), "letters_missing");
    assert_eq!(seen(&app, &olive, &id).await["status"], "submitted");

    let bare = app.call(Method::PATCH, &path).bearer(&olive.token).json(&json!({"note": "x"})).send().await;
    bare.expect(StatusCode::PRECONDITION_REQUIRED);
    let tag = app.get(&path, &olive.token).await.header("etag");
    app.supporter_writes("jan@example.org", "en").await;
    let stale = app.call(Method::PATCH, &path).bearer(&olive.token).header("if-match", &tag);
    stale.json(&json!({"note": "x"})).send().await.expect(StatusCode::PRECONDITION_FAILED);

    let waived = patch(&app, &olive, &id, json!({"waive_letters": "Olga is ill.", "note": "A fine one."})).await;
    let waived = waived.expect(StatusCode::OK);
    assert_eq!((waived.str("/note"), waived.json()["complete"].clone()), ("A fine one.".into(), json!(true)));
    let let_in = patch(&app, &olive, &id, json!({"status": "eligible"})).await.expect(StatusCode::OK);
    assert_eq!(let_in.str("/status"), "eligible");
    let early = patch(&app, &olive, &id, json!({"waive_letters": null})).await.expect(StatusCode::CONFLICT);
    assert_eq!(early.str("/code"), "letters_missing");
    for (body, code) in [
        (json!({"status": "eligible"}), "illegal_move"),
        (json!({"status": "submitted", "reason": "by mistake"}), "illegal_move"),
    ] {
        assert_eq!(patch(&app, &olive, &id, body).await.expect(StatusCode::CONFLICT).str("/code"), code);
    }

    for (body, pointer, code) in [
        (json!({"status": "winner"}), "/status", "bad_choice"),
        (json!({"status": "ineligible"}), "/reason", "required"),
        (json!({"status": "ineligible", "reason": "dull"}), "/reason", "bad_choice"),
        (json!({"status": "ineligible", "reason": "other"}), "/note", "required"),
        (json!({"status": "withdrawn"}), "/reason", "required"),
        (json!({"status": "submitted"}), "/reason", "required"),
        (json!({"reason": "spam"}), "/reason", "not_expected"),
        (json!({"note": 7}), "/note", "wrong_type"),
    ] {
        let refused = patch(&app, &olive, &id, body).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(
            (refused.str("/errors/0/pointer").as_str(), refused.str("/errors/0/code").as_str()),
            (pointer, code)
        );
    }
    let unknown = patch(&app, &olive, &id, json!({"reference": "TCA21-7KQ2M0"})).await;
    unknown.expect(StatusCode::BAD_REQUEST);
}

async fn a_refusal_is_told_a_day_later_and_one_undone_never(app: TestApp) {
    let mut olive = organiser(&app).await;
    let [first, second] = [
        app.nominate(&maria()).await,
        app.nominate(&changed(maria(), &[("/nominator/email", json!("else@example.org"))])).await,
    ];
    app.mail().next_to("ann@example.org").await;
    app.mail().next_to("else@example.org").await;
    patch(&app, &olive, &first, json!({"status": "ineligible", "reason": "not_friendship"}))
        .await
        .expect(StatusCode::OK);
    let other = json!({"status": "ineligible", "reason": "other", "note": "It is a poem."});
    let other = patch(&app, &olive, &second, other).await.expect(StatusCode::OK);
    assert_eq!((other.str("/reason"), other.str("/note")), ("other".into(), "It is a poem.".into()));

    app.at("2021-05-11T09:00:00Z");
    app.sign_in(&mut olive).await;
    let undone = json!({"status": "submitted", "reason": "Read again."});
    assert_eq!(patch(&app, &olive, &first, undone).await.expect(StatusCode::OK).str("/status"), "submitted");

    app.at("2021-05-11T10:00:00Z");
    let told = app.mail().next_to("else@example.org").await;
    assert!(told.subject().ends_with("cannot go forward"));
    assert!(told.text().contains("It is a poem."), "{}", told.text());
    app.at("2021-05-13T10:00:00Z");
    let to_ann: Vec<String> =
        app.mail().all().iter().filter(|mail| mail.to == "ann@example.org").map(|mail| mail.subject()).collect();
    assert_eq!(to_ann.len(), 2, "a mark that was undone is never told: {to_ann:?}");
}

async fn a_nominee_is_told_by_day_what_is_held_and_why(app: TestApp) {
    let mut olive = organiser(&app).await;
    let id = app.nominate(&maria()).await;
    both_write(&app).await;
    app.at("2021-05-10T18:00:00Z"); // 21:00 in Volgograd
    app.sign_in(&mut olive).await;
    let let_in = patch(&app, &olive, &id, json!({"status": "eligible"})).await.expect(StatusCode::OK);
    assert_eq!(let_in.json()["notice"]["given"], false);
    assert!(app.mail().all().iter().all(|mail| mail.to != "maria@example.org"), "nobody is written to at night");

    app.at("2021-05-11T05:00:00Z"); // 08:00 there
    let notice = app.mail().next_to("maria@example.org").await;
    assert_eq!(
        notice.subject(),
        "Вас выдвинули на премию: как мы используем ваши данные / You have been nominated: how we use your information"
    );
    let text = notice.text();
    for point in [
        "\u{2068}Мария Иванова\u{2069} has been nominated for an award. You need do nothing.",
        "Young Friend",
        "Pen friends from two cities",
        "nominator and two supporters",
        "Article 6(1)(f)",
        "Coventry, Volgograd",
        "outside the United Kingdom: Volgograd",
        "6 January 2022",
        "6 October 2022",
        "withheld",
        "erasure",
        "object",
        "Information Commissioner",
        "No decision is made by a machine",
        "Вы можете возразить",
    ] {
        assert!(text.contains(point), "M6 says `{point}`: {text}");
    }
    for never in ["Ann Example", "ann@example.org", "Jan Příklad", "neighbour", "teenagers"] {
        assert!(!text.contains(never), "M6 never says `{never}`");
    }

    let token = notice.token("notice");
    let page = app.get("/link/notice", &token).await.expect(StatusCode::OK);
    assert_eq!(page.str("/held/facts/home_city"), "Volgograd");
    assert_eq!(page.str("/held/contacts/email"), "maria@example.org");
    assert!(!page.text.contains("Ann Example") && !page.text.contains("teenagers"), "{}", page.text);
    let russian = app.call(Method::GET, "/link/notice").bearer(&token).language("ru").send().await;
    assert!(russian.str("/points/0").ends_with("выдвигается на премию. От вас ничего не требуется."));

    let withheld = app.put("/link/notice", &token, json!({"withhold_name": true})).await.expect(StatusCode::OK);
    assert_eq!(withheld.json()["withhold_name"], true);
    app.put("/link/notice", &token, json!({"withhold_name": false})).await.expect(StatusCode::PRECONDITION_REQUIRED);
    app.put("/link/notice", &token, json!({})).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    app.post("/link/notice/access", &token, json!({})).await.expect(StatusCode::ACCEPTED);
    app.sign_in(&mut olive).await;
    let whole = seen(&app, &olive, &id).await;
    assert_eq!(whole["notice"]["given"], true);
    assert_eq!(whole["notice"]["sent_at"], "2021-05-11T05:00:00Z");
    assert_eq!(whole["notice"]["withhold_name"], true);
    assert_eq!(whole["notice"]["access_asked_at"], "2021-05-11T05:00:00Z");
}

async fn a_nominee_who_objects_is_left_out_at_once(app: TestApp) {
    let olive = organiser(&app).await;
    let id = app.nominate(&maria()).await;
    both_write(&app).await;
    app.mail().next_to("ann@example.org").await;
    patch(&app, &olive, &id, json!({"status": "eligible"})).await.expect(StatusCode::OK);
    let token = app.mail().next_to("maria@example.org").await.token("notice");

    let body = json!({"reason": "Not while my mother is ill."});
    let first = app.post("/link/notice/objection", &token, body.clone()).await.expect(StatusCode::OK);
    assert_eq!(first.str("/objected_at"), "2021-05-10T10:00:00Z");
    let again = app.call(Method::POST, "/link/notice/objection").bearer(&token).send().await.expect(StatusCode::OK);
    assert_eq!(again.text, first.text, "a button alone does, and a second press changes nothing");

    let whole = seen(&app, &olive, &id).await;
    assert_eq!((&whole["status"], &whole["reason"]), (&json!("withdrawn"), &json!("objected")));
    assert_eq!(whole["notice"]["objection"], "Not while my mother is ill.");
    for address in ["ann@example.org", "jan@example.org", "olga@example.org", "maria@example.org"] {
        let told = app.mail().next_to(address).await;
        assert!(told.subject().contains("withdrawn") && told.text().contains("8 August 2021"), "{}", told.text());
        assert!(!told.text().contains("mother") && !told.text().contains("object"), "never why: {}", told.text());
    }
}

async fn a_minors_guardian_is_told_and_nobody_else(app: TestApp) {
    let olive = organiser(&app).await;
    let mut body = maria();
    body["nominee"]["age_band"] = json!("under_18");
    body["nominee"]["email"] = json!(null);
    body["nominee"]["guardian"] = json!({"name": "Вера Иванова", "email": "vera@example.org"});
    body["declarations"]["guardian_agrees"] = json!(true);
    let id = app.nominate(&body).await;
    both_write(&app).await;
    patch(&app, &olive, &id, json!({"status": "eligible"})).await.expect(StatusCode::OK);
    app.mail().next_to("vera@example.org").await;
    let id = NominationId::parse(&id).expect("an id");
    let judges = app.app.store.read(move |tx| Ok::<_, StoreError>(nominations::for_judges(tx, id)?)).await;
    let judges = serde_json::to_string(&judges.expect("it is read")).expect("it is JSON");
    assert!(
        judges.contains("\"under_26\":true") && !judges.contains("under_18") && !judges.contains("Вера"),
        "{judges}"
    );
}

async fn a_withdrawn_nomination_is_told_to_those_who_were_asked(app: TestApp) {
    let mut olive = organiser(&app).await;
    let id = app.nominate(&maria()).await;
    app.mail().next_to("ann@example.org").await;
    let letter = app.mail().next_to("jan@example.org").await.token("letter");
    let declined = app.mail().next_to("olga@example.org").await.token("letter");
    app.post("/link/letter/decline", &declined, json!({})).await.expect(StatusCode::OK);
    let body = json!({"status": "withdrawn", "reason": "The nominator telephoned."});
    patch(&app, &olive, &id, body).await.expect(StatusCode::OK);
    for address in ["ann@example.org", "jan@example.org"] {
        assert!(app.mail().next_to(address).await.subject().contains("withdrawn"));
    }
    app.get("/link/letter", &letter).await.expect(StatusCode::NOT_FOUND);

    // One that nobody has confirmed is withdrawn in silence: its address is not proven.
    let sent = app.post("/editions/2021/nominations", "", bridge_club()).await.expect(StatusCode::CREATED);
    app.mail().next_to("ivan@example.org").await;
    app.sign_in(&mut olive).await;
    let body = json!({"status": "withdrawn", "reason": "A test."});
    patch(&app, &olive, &sent.str("/id"), body).await.expect(StatusCode::OK);
    app.at("2021-05-11T10:00:00Z");
    assert_eq!(app.mail().all().iter().filter(|mail| mail.to == "ivan@example.org").count(), 1);
    // The supporter who had declined hears no more either, and the change that waited to be told no longer is.
    assert_eq!(app.mail().all().iter().filter(|mail| mail.to == "olga@example.org").count(), 1);
}

async fn organisers_find_nominations_in_any_alphabet(app: TestApp) {
    let olive = organiser(&app).await;
    let maria = app.nominate(&maria()).await;
    app.at("2021-05-10T10:00:01Z"); // ids are in the order of time
    let club = app.nominate(&bridge_club()).await;
    let found = async |query: &str| -> Vec<String> {
        let list = app.get(&format!("{NOMINATIONS}?{query}"), &olive.token).await.expect(StatusCode::OK).json();
        let items = list["items"].as_array().expect("a list").clone();
        items.iter().map(|item| item["id"].as_str().expect("an id").to_owned()).collect()
    };
    let reference = seen(&app, &olive, &club).await["reference"].as_str().expect("it has one").to_lowercase();
    for (query, expected) in [
        ("", vec![&maria, &club]),
        ("q=Maria", vec![&maria]),
        ("q=%D0%9C%D0%B0%D1%80%D0%B8%D1%8F", vec![&maria]), // Мария
        ("q=ivanova+maria", vec![&maria]),
        ("q=most", vec![&club]),
        ("q=%25", vec![]), // a sign, no word
        ("q=!!!", vec![]),
        ("q=", vec![&maria, &club]),
        ("q=nobody", vec![]),
        ("status=submitted", vec![&maria, &club]),
        ("status=eligible", vec![]),
        ("category=O1", vec![&club]),
        ("city=volgograd", vec![&maria, &club]),
        ("city=%D0%92%D0%BE%D0%BB%D0%B3%D0%BE%D0%B3%D1%80%D0%B0%D0%B4", vec![&maria, &club]), // Волгоград
        ("city=coventry", vec![]),
        (&format!("q={}", reference.replace('-', "+")), vec![&club]),
    ] {
        assert_eq!(found(query).await, expected.into_iter().cloned().collect::<Vec<_>>(), "{query}");
    }
    for query in ["status=sent", "category=X9", "limit=0", &format!("q={}", "a".repeat(101))] {
        let refused = app.get(&format!("{NOMINATIONS}?{query}"), &olive.token).await;
        assert_eq!(refused.expect(StatusCode::UNPROCESSABLE_ENTITY).str("/code"), "invalid_input");
    }
    let first = app.get(&format!("{NOMINATIONS}?limit=1"), &olive.token).await.json();
    let cursor = first["next_cursor"].as_str().expect("there is more");
    assert_eq!(found(&format!("limit=1&cursor={cursor}")).await, std::slice::from_ref(&club));
    let foreign = app.get(&format!("{NOMINATIONS}?status=submitted&cursor={cursor}"), &olive.token).await;
    assert_eq!(foreign.expect(StatusCode::BAD_REQUEST).str("/code"), "cursor_not_valid");

    let nowhere = app.get(&format!("{NOMINATIONS}/nonsense"), &olive.token).await.expect(StatusCode::NOT_FOUND);
    assert_eq!(nowhere.str("/code"), "not_found");
    app.get(NOMINATIONS, "").await.expect(StatusCode::UNAUTHORIZED);
}

async fn other_rooms_see_what_they_may(app: TestApp) {
    let olive = organiser(&app).await;
    let maria = app.nominate(&maria()).await;
    app.at("2021-05-10T10:00:01Z"); // ids are in the order of time
    let club = app.nominate(&bridge_club()).await;
    both_write(&app).await;
    patch(&app, &olive, &maria, json!({"status": "eligible"})).await.expect(StatusCode::OK);
    app.mail().next_to("maria@example.org").await;
    let path = format!("{NOMINATIONS}/{club}/notice");
    for (body, pointer, code) in [
        (json!({"how": "pigeon", "on": "2021-05-10"}), "/how", "bad_choice"),
        (json!({"how": "post", "on": "10 May"}), "/on", "bad_day"),
        (json!({"how": "impossible", "on": "2021-05-10"}), "/reason", "required"),
    ] {
        let refused = app.put(&path, &olive.token, body).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(
            (refused.str("/errors/0/pointer").as_str(), refused.str("/errors/0/code").as_str()),
            (pointer, code)
        );
    }
    let waived = json!({"status": "eligible", "waive_letters": "No letters came."});
    patch(&app, &olive, &club, waived).await.expect(StatusCode::OK);
    let ids = [&maria, &club].map(|id| NominationId::parse(id).expect("an id"));

    let plan = async |app: &TestApp| {
        app.app
            .store
            .read(move |tx| {
                let slug = EditionSlug::parse("2021").expect("a slug");
                let edition = editions::by_slug(tx, &slug)?.expect("it is there");
                Ok::<_, StoreError>((nominations::to_assign(tx, edition.id)?, nominations::in_bundle(tx, edition.id)?))
            })
            .await
            .expect("it is read")
    };
    let (to_assign, bundle) = plan(&app).await;
    assert_eq!(
        to_assign.iter().map(|one| (one.id, one.notice_given)).collect::<Vec<_>>(),
        [(ids[0], true), (ids[1], false)]
    );
    assert_eq!(to_assign[0].domains, ["example.org"]);
    assert_eq!(
        (to_assign[0].organisations.len(), to_assign[1].organisations.clone()),
        (0, vec!["Клуб друзей «Мост»".to_owned()])
    );
    assert_eq!(bundle.iter().map(|one| (one.id, one.status)).collect::<Vec<_>>(), ids.map(|id| (id, Status::Eligible)));

    app.put(&path, &olive.token, json!({"how": "post", "on": "2021-05-10"})).await.expect(StatusCode::OK);
    assert!(plan(&app).await.0.iter().all(|one| one.notice_given));

    let seen = app.app.store.read(move |tx| Ok::<_, StoreError>(nominations::for_judges(tx, ids[0])?)).await;
    let seen = serde_json::to_string(&seen.expect("it is read").expect("it is there")).expect("it is JSON");
    assert!(seen.contains("teenagers") && seen.contains("neighbour") && seen.contains("Concert report"));
    for never in ["maria@example.org", "jan@", "Jan Příklad", "Ann Example", "ann@", "18_25", "7600"] {
        assert!(!seen.contains(never), "judges never see {never}");
    }

    let now = Time::parse("2021-10-06T19:00:00Z").expect("a time");
    let released = app.app.store.write(move |tx| {
        let edition = nominations::store::by_id(tx, ids[0])?.expect("it is there").edition;
        nominations::mark_judged(tx, &ids, now - Span::days(30))?;
        nominations::release(tx, edition, &[(ids[0], Status::Winner), (ids[1], Status::NotSelected)], now)?;
        Ok::<_, StoreError>(nominations::in_bundle(tx, edition)?.iter().map(|one| one.status).collect::<Vec<_>>())
    });
    assert_eq!(released.await.expect("it is written"), [Status::Winner, Status::NotSelected]);
}

async fn whoever_stands_behind_a_merged_nomination_bars_a_judge_too(app: TestApp) {
    let olive = organiser(&app).await;
    let behind = |number: usize, name: &str, other: &str| {
        let house = format!("house{number}.example");
        let mut club = bridge_club();
        club["nominee"]["email"] = json!(format!("club@nominee.{house}"));
        changed(
            club,
            &[
                ("/nominee/name", json!(name)),
                ("/nominee/name_other_script", json!(other)),
                ("/nominator/email", json!(format!("nominator@{house}"))),
                ("/supporters/0/email", json!(format!("first@supporter.{house}"))),
                ("/supporters/1/email", json!("second@example.org")),
            ],
        )
    };
    let mut ids = Vec::new();
    for (number, name, other) in [
        (1, "Клуб друзей «Мост»", "Most Friends' Club"),
        (2, "Клуб «Мост»", "Most Club"),
        (3, "Мост, общество дружбы", "Most, a society"),
    ] {
        let id = app.nominate(&behind(number, name, other)).await;
        ids.push(NominationId::parse(&id).expect("an id"));
    }
    let waived = json!({"status": "eligible", "waive_letters": "No letters came."});
    patch(&app, &olive, ids[0].as_str(), waived).await.expect(StatusCode::OK);

    // As a merger leaves them: the third was merged into the second before the second was into the first.
    let [first, second, third] = ids.as_slice() else { unreachable!("there are three") };
    let merges = [(*third, *second), (*second, *first)];
    let merged = app.app.store.write(move |tx| {
        use diesel::prelude::*;
        use twin_cities_awards::store::schema::nominations as rows;
        for (from, into) in merges {
            let moved = (rows::status.eq(Status::Merged), rows::merged_into.eq(into));
            diesel::update(rows::table.find(from)).set(moved).execute(tx)?;
        }
        let edition = nominations::store::by_id(tx, merges[0].0)?.expect("it is there").edition;
        Ok::<_, StoreError>(nominations::to_assign(tx, edition)?)
    });
    let to_assign = merged.await.expect("it is stored");
    assert_eq!(to_assign.iter().map(|one| one.id).collect::<Vec<_>>(), [*first]);
    let mut domains = vec!["example.org".to_owned()];
    for number in 1..=3 {
        let house = format!("house{number}.example");
        domains.extend([house.clone(), format!("nominee.{house}"), format!("supporter.{house}")]);
    }
    domains.sort();
    assert_eq!(to_assign[0].domains, domains);
    assert_eq!(to_assign[0].organisations, ["Клуб «Мост»", "Клуб друзей «Мост»", "Мост, общество дружбы"]);
}

async fn a_letters_language_is_asked_for_in_the_writers_own(app: TestApp) {
    organiser(&app).await;
    app.nominate(&maria()).await;
    let token = app.mail().next_to("olga@example.org").await.token("letter");
    let mut letter = nominations::schema::letter();
    letter["language"] = Json::Null;
    for (language, words) in [("en", "Enter: The language that you write in"), ("ru", "Заполните поле «Язык письма»")]
    {
        let call = app.call(Method::PUT, "/link/letter").bearer(&token).language(language).json(&letter);
        let refused = call.send().await.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(
            (refused.str("/errors/0/pointer"), refused.str("/errors/0/message")),
            ("/language".into(), words.into())
        );
    }
}
