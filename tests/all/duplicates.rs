//! Likely duplicates and mergers, as organisers meet them (`content/nomination.md` § 6, § 14).

use reqwest::Method;
use serde_json::{Value as Json, json};
use twin_cities_awards::audit::seal;

use crate::app::{Seen, TestApp, stories};
use crate::people::{Person, bridge_club, maria};

stories![
    the_worked_pairs_are_judged_as_the_committee_wrote,
    a_nomination_is_found_by_what_its_nominator_wrote_last,
    two_that_an_organiser_told_apart_are_not_suggested_again,
    nominations_of_one_nominee_are_read_as_one,
    what_cannot_be_merged_is_refused_in_words,
];

const NOMINATIONS: &str = "/organise/editions/2021/nominations";

async fn organiser(app: &TestApp) -> Person {
    app.edition_2021().await;
    app.operator_invites("organiser", None, "olive@example.org").await
}

/// Somebody of this name, by a nominator of their own.
fn person(number: usize, name: &str) -> Json {
    let mut body = maria();
    body["nominee"]["name"] = json!(name);
    body["nominee"]["name_other_script"] = Json::Null;
    body["nominee"]["email"] = json!(format!("nominee{number}@example.org"));
    by_nominator(body, number)
}

fn club(number: usize, name: &str, city: &str) -> Json {
    let mut body = bridge_club();
    body["nominee"]["name"] = json!(name);
    body["nominee"]["name_other_script"] = Json::Null;
    body["nominee"]["home_city"] = json!(city);
    body["nominee"]["organisation"]["website"] = Json::Null;
    by_nominator(body, number)
}

fn by_nominator(mut body: Json, number: usize) -> Json {
    body["nominator"]["email"] = json!(format!("nominator{number}@example.org"));
    for place in 0..2 {
        body["supporters"][place]["email"] = json!(format!("supporter{number}.{place}@example.org"));
    }
    body
}

async fn suggested(app: &TestApp, olive: &Person, id: &str) -> Json {
    app.get(&format!("{NOMINATIONS}/{id}/duplicates"), &olive.token).await.expect_status(200).json()["items"].clone()
}

/// Ids and levels.
fn levels(items: &Json) -> Vec<(String, String)> {
    let word = |item: &Json, name: &str| item[name].as_str().expect("a word").to_owned();
    items.as_array().expect("a list").iter().map(|item| (word(item, "id"), word(item, "level"))).collect()
}

async fn act(app: &TestApp, olive: &Person, id: &str, deed: &str, body: Json) -> Seen {
    let read = format!("{NOMINATIONS}/{id}");
    app.change(Method::POST, &format!("{read}/{deed}"), &read, &olive.token, body).await
}

async fn the_worked_pairs_are_judged_as_the_committee_wrote(app: TestApp) {
    let olive = organiser(&app).await;
    // What the pair's second is to the first; the numbers of the table that it gives.
    let pairs: [(Json, Json, Option<&str>, &[f64]); 12] = [
        (person(1, "Мария Иванова"), person(2, "Maria Ivanova"), Some("likely"), &[0.967, 1.0]),
        (person(3, "Мария Петровна Иванова"), person(4, "Иванова М. П."), Some("likely"), &[0.93, 0.93, 1.0]),
        (person(5, "проф. Ольга Безродная"), person(6, "Dr Olga Bezrodnaya"), Some("likely"), &[1.0, 1.0]),
        (person(7, "Наталья Юрьевна Белова"), person(8, "Natalia Belova"), Some("likely"), &[0.943, 1.0]),
        (person(9, "Евгений Щукин"), person(10, "Yevgeny Schukin"), Some("same"), &[]),
        (person(11, "Александр Соколов"), person(12, "Александра Соколова"), Some("likely"), &[0.975, 0.980]),
        (person(13, "Seán O’Neill"), person(14, "Sean ONeill"), Some("likely"), &[1.0, 1.0]),
        (person(15, "Ann Lee"), person(16, "Anna Lee"), None, &[]),
        (person(17, "王小明"), person(18, "Wang Xiaoming"), Some("likely"), &[1.0]),
        (
            club(19, "Волгоградский клуб дружбы", "Волгоград"),
            club(20, "Volgogradsky Klub Druzhby", "г. Wolgograd"),
            Some("likely"),
            &[0.985, 1.0, 1.0],
        ),
        (
            club(21, "Coventry Friends of Kiel Ltd", "Coventry"),
            club(22, "The Coventry Friends of Kiel", "Kenilworth"),
            Some("possible"),
            &[1.0, 1.0, 1.0],
        ),
        (club(23, "МБОУ СШ № 99 г. Волгограда", "Волгоград"), club(24, "СШ № 98 Волгограда", "Волгоград"), None, &[]),
    ];
    for (mut one, mut other, level, numbers) in pairs {
        if level == Some("same") {
            for body in [&mut one, &mut other] {
                body["nominee"]["email"] = json!("yevgeny@example.org"); // no match by name, but by address
            }
        }
        let (first, second) = (app.nominate(&one).await, app.nominate(&other).await);
        for (asked, expected) in [(&first, &second), (&second, &first)] {
            let items = suggested(&app, &olive, asked).await;
            // Other Ivanovas of the table may be among them.
            let item = items.as_array().expect("a list").iter().find(|item| item["id"] == json!(expected));
            let found = item.and_then(|item| item["level"].as_str());
            assert_eq!(found, level, "{} and {}", one["nominee"]["name"], other["nominee"]["name"]);
            let words = item.and_then(|item| item["words"].as_array()).cloned().unwrap_or_default();
            let mut found: Vec<f64> = words.iter().map(|pair| pair["likeness"].as_f64().expect("a number")).collect();
            found.sort_by(f64::total_cmp);
            let near = found.len() == numbers.len() && found.iter().zip(numbers).all(|(a, b)| (a - b).abs() < 0.000_5);
            assert!(near, "{}: {found:?}, not {numbers:?}", one["nominee"]["name"]);
        }
    }
}

async fn a_nomination_is_found_by_what_its_nominator_wrote_last(app: TestApp) {
    let olive = organiser(&app).await;
    let waiting = app.post("/editions/2021/nominations", "", person(1, "Мария Иванова")).await.expect_status(201);
    let first = app.nominate(&person(2, "Maria Ivanova")).await;
    assert_eq!(suggested(&app, &olive, &first).await, json!([]), "what nobody has confirmed is compared with nothing");
    let token = app.mail().next_to("nominator1@example.org").await.token("confirm");
    app.post("/confirmations", "", json!({"token": token})).await.expect_status(200);
    assert_eq!(levels(&suggested(&app, &olive, &first).await), [(waiting.str("/id"), "likely".to_owned())]);

    let own = app.mail().next_to("nominator1@example.org").await.token("nomination");
    let elsewhere = json!({"nominee": {"name": "Пётр Образцов"}});
    app.change(Method::PATCH, "/link/nomination", "/link/nomination", &own, elsewhere).await.expect_status(200);
    assert_eq!(suggested(&app, &olive, &first).await, json!([]), "the name that it had finds it no more");
    let back = json!({"nominee": {"name": "М. Иванова", "home_city": "Камышин"}});
    app.change(Method::PATCH, "/link/nomination", "/link/nomination", &own, back).await.expect_status(200);
    assert_eq!(levels(&suggested(&app, &olive, &first).await), [(waiting.str("/id"), "possible".to_owned())]);

    let withdrawn = json!({"status": "withdrawn", "reason": "It was sent by mistake."});
    app.screen(&olive, &waiting.str("/id"), withdrawn).await;
    assert_eq!(suggested(&app, &olive, &first).await, json!([]));
}

async fn two_that_an_organiser_told_apart_are_not_suggested_again(app: TestApp) {
    let olive = organiser(&app).await;
    let one = app.nominate(&person(1, "Александр Соколов")).await;
    let other = app.nominate(&person(2, "Александра Соколова")).await;
    let path = format!("{NOMINATIONS}/{other}/duplicates/{one}");
    let different = json!({"verdict": "different"});
    let put = async |path: &str, body: &Json| app.put(path, &olive.token, body.clone()).await;
    assert_eq!(put(&path, &different).await.expect_status(200).json(), different);
    put(&path, &different).await.expect_status(200); // a double click
    for id in [&one, &other] {
        assert_eq!(suggested(&app, &olive, id).await, json!([]));
    }
    seal::seal(&app.app).await.expect("it is sealed");
    let audit = app.get("/organise/editions/2021/audit?limit=200", &olive.token).await.expect_status(200).json();
    let acts =
        audit["items"].as_array().expect("a list").iter().filter(|item| item["event"]["act"] == "nominees_told_apart");
    assert_eq!(acts.count(), 1, "a double click is one act");

    let itself = put(&format!("{NOMINATIONS}/{one}/duplicates/{one}"), &different).await.expect_status(422);
    assert_eq!(itself.str("/errors/0/pointer"), "/path/other");
    assert_eq!(put(&path, &json!({"verdict": "same"})).await.expect_status(422).str("/errors/0/code"), "bad_choice");
    let nobody = "01900000-0000-7000-8000-000000000000";
    put(&format!("{NOMINATIONS}/{one}/duplicates/{nobody}"), &different).await.expect_status(404);
    app.get(&format!("{NOMINATIONS}/{nobody}/duplicates"), &olive.token).await.expect_status(404);
}

async fn nominations_of_one_nominee_are_read_as_one(app: TestApp) {
    let olive = organiser(&app).await;
    let first = app.nominate(&person(1, "Мария Иванова")).await;
    let second = app.nominate(&person(2, "Maria Ivanova")).await;
    let merged = act(&app, &olive, &second, "merge", json!({"into": first})).await.expect_status(200);
    assert_eq!((merged.str("/status"), merged.str("/merged_into")), ("merged".into(), first.clone()));
    assert_eq!(suggested(&app, &olive, &first).await, json!([]), "what is merged already is no suggestion");
    assert_eq!(suggested(&app, &olive, &second).await, json!([]));

    // Undone before its day is over, the letter on it never leaves (M10).
    app.mail().next_to("nominator2@example.org").await; // M2
    let reason = json!({"reason": "Two sisters of one name."});
    let parted = act(&app, &olive, &second, "unmerge", reason.clone()).await.expect_status(200);
    assert_eq!((parted.str("/status"), parted.json()["merged_into"].clone()), ("submitted".into(), Json::Null));
    assert_eq!(act(&app, &olive, &second, "unmerge", reason).await.expect_status(409).str("/code"), "illegal_move");

    act(&app, &olive, &second, "merge", json!({"into": first})).await.expect_status(200);
    app.at("2021-05-11T09:59:59Z");
    assert!(app.mail().unread().iter().all(|mail| !mail.subject().contains("joined")));
    app.at("2021-05-11T10:00:00Z");
    let subject = format!("Nomination {} joined with another", merged.str("/reference"));
    let told = app.mail().next_to_about("nominator2@example.org", &subject).await;
    assert!(told.text().contains("Maria Ivanova") && !told.text().contains("Мария"), "the other's words are theirs");
    let own = app.get("/link/nomination", &told.token("nomination")).await.expect_status(200);
    assert_eq!(own.str("/status"), "merged");
    let again = app.mail().unread();
    assert!(again.iter().all(|mail| mail.to != "nominator2@example.org"), "the letter that was undone has left");
}

async fn what_cannot_be_merged_is_refused_in_words(app: TestApp) {
    let olive = organiser(&app).await;
    let person_one = app.nominate(&person(1, "Мария Иванова")).await;
    let person_two = app.nominate(&person(2, "Maria Ivanova")).await;
    let third = app.nominate(&person(3, "M. Ivanova")).await;
    let group = app.nominate(&club(4, "Клуб друзей", "Волгоград")).await;
    let refused = async |into: &str, code: &str| {
        let answer = act(&app, &olive, &person_one, "merge", json!({"into": into})).await.expect_status(422);
        assert_eq!((answer.str("/errors/0/pointer").as_str(), answer.str("/errors/0/code").as_str()), ("/into", code));
    };
    refused(&person_one, "merge_itself").await;
    refused(&group, "merge_category").await;
    refused("01900000-0000-7000-8000-000000000000", "bad_choice").await;
    refused("who", "bad_choice").await;
    act(&app, &olive, &person_two, "merge", json!({"into": third})).await.expect_status(200);
    refused(&person_two, "merge_target").await; // so no circle can close
    act(&app, &olive, &third, "merge", json!({"into": person_one})).await.expect_status(200); // over any steps

    let call = app.call(Method::POST, &format!("{NOMINATIONS}/{person_one}/merge")).bearer(&olive.token);
    call.header("if-match", "\"999\"").json(&json!({"into": group})).send().await.expect_status(412);
    assert_eq!(act(&app, &olive, &third, "merge", json!({"into": group})).await.status.as_u16(), 409);
    app.at("2021-08-28T12:00:00Z"); // deliberation
    let mut olive = olive;
    app.sign_in(&mut olive).await;
    let late = act(&app, &olive, &person_one, "merge", json!({"into": person_two})).await.expect_status(409);
    assert_eq!(late.str("/code"), "wrong_phase");
    assert_eq!(act(&app, &olive, &third, "unmerge", json!({"reason": "x"})).await.status.as_u16(), 409);
    let verdict = json!({"verdict": "different"});
    let path = format!("{NOMINATIONS}/{person_one}/duplicates/{group}");
    app.put(&path, &olive.token, verdict).await.expect_status(200); // until the seal
}
