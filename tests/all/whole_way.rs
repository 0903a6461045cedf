//! One nomination's whole way: from the public's form to the winner's letter and the list that everyone may read.

use reqwest::{Method, StatusCode};
use serde_json::{Value as Json, json};

use crate::app::{Folder, TestApp, stories};
use crate::people::{Committee, Person, bridge_club, maria};
use crate::reading_the_audit::program;

stories![a_nomination_goes_its_whole_way];

const ORGANISE: &str = "/organise/editions/2021";

async fn a_nomination_goes_its_whole_way(app: TestApp) {
    let (mut committee, club) = up_to_the_winners_letter(&app).await;
    winning(&app, &mut committee, &club).await;

    app.at("2021-10-06T18:59:59Z");
    app.get("/editions/2021/winners", "").await.expect(StatusCode::NOT_FOUND);
    app.at("2021-10-06T19:00:00Z");
    let list = app.get("/editions/2021/winners", "").await.expect(StatusCode::OK).json();
    let names: Vec<&str> =
        list["items"].as_array().expect("a list").iter().filter_map(|w| w["name"].as_str()).collect();
    assert_eq!(names, ["Мария Иванова", "Клуб друзей «Мост»"]);

    app.sign_in(&mut committee.organisers[0]).await;
    let path = format!("{ORGANISE}/exports/winners.csv");
    let csv = app.get(&path, &committee.organisers[0].token).await.expect(StatusCode::OK).text;
    assert!(names.iter().all(|name| csv.contains(name)), "{csv}");
    the_command_names_the_same(&app, &csv);
}

fn the_command_names_the_same(app: &TestApp, csv: &str) {
    let folder = Folder::new();
    let file = folder.0.join("winners.csv");
    let out = file.display().to_string();
    std::fs::write(&file, "").expect("it can be written");
    let export = ["export", "--edition", "2021", "winners", "--format", "csv", "--out", &out];
    let (code, said) = program(app, &export);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(std::fs::read_to_string(&file).expect("it was written"), csv);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(&file).expect("it is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "nobody else may read who has won");
    }
}

/// A person and a club are nominated, scored, chosen, signed and scheduled; answers who did it, and the club's id.
pub async fn up_to_the_winners_letter(app: &TestApp) -> (Committee, String) {
    app.edition_2021().await;
    up_to_the_letter_of(app, &maria(), &bridge_club()).await
}

/// The same of these two, in an edition that is there.
pub async fn up_to_the_letter_of(app: &TestApp, orchestra: &Json, club: &Json) -> (Committee, String) {
    let mut committee = app.committee().await;

    let orchestra = app.nominate(orchestra).await;
    let club = app.nominate(club).await;
    for (email, language) in [("jan@example.org", "en"), ("olga@example.org", "ru"), ("heike@example.org", "en")] {
        app.supporter_writes(email, language).await;
    }

    app.at("2021-07-05T10:00:00Z");
    sign_in(app, &mut committee).await;
    let olive = committee.organisers[0].clone();
    screening(app, &olive, &orchestra, &club).await;
    planning(app, &olive).await;

    app.at("2021-08-02T10:00:00Z");
    sign_in(app, &mut committee).await;
    judging(app, &committee).await;

    app.at("2021-08-28T10:00:00Z");
    sign_in(app, &mut committee).await;
    deciding(app, &committee, &orchestra, &club).await;
    sealing(app, &committee).await;

    app.at("2021-09-07T10:00:00Z");
    sign_in(app, &mut committee).await;
    announcing(app, &committee, &club).await;
    app.at("2021-09-13T09:00:00Z");
    (committee, club)
}

async fn sign_in(app: &TestApp, committee: &mut Committee) {
    let people = committee.organisers.iter_mut().chain(&mut committee.approvers).chain(&mut committee.judges);
    for person in people {
        app.sign_in(person).await;
    }
}

async fn screening(app: &TestApp, olive: &Person, orchestra: &str, club: &str) {
    let list = app.get(&format!("{ORGANISE}/nominations?status=submitted"), &olive.token).await.json();
    assert_eq!(list["items"].as_array().map(Vec::len), Some(2));

    app.screen(olive, orchestra, json!({"status": "eligible"})).await;
    let notice = app.mail().next_to("maria@example.org").await;
    let told = app.get("/link/notice", &notice.token("notice")).await.expect(StatusCode::OK).text;
    assert!(!told.contains("Ann Example"), "a notice does not name the nominator: {told}");

    let path = format!("{ORGANISE}/nominations/{club}");
    let refused = app.change(Method::PATCH, &path, &path, &olive.token, json!({"status": "eligible"})).await;
    assert_eq!(refused.expect(StatusCode::CONFLICT).str("/code"), "letters_missing");
    let waived = json!({"status": "eligible", "waive_letters": "The second supporter is in hospital."});
    app.screen(olive, club, waived).await;
    let posted = json!({"how": "post", "on": "2021-07-05"});
    app.put(&format!("{path}/notice"), &olive.token, posted).await.expect(StatusCode::OK);
}

async fn planning(app: &TestApp, olive: &Person) {
    let plan = app.post(&format!("{ORGANISE}/assignments/plan"), &olive.token, json!({"per_panel": 4})).await;
    let plan = plan.expect(StatusCode::CREATED).str("/id");
    let applied = app.post(&format!("{ORGANISE}/assignments/apply"), &olive.token, json!({"plan_id": plan})).await;
    applied.expect(StatusCode::OK);
}

async fn judging(app: &TestApp, committee: &Committee) {
    for (at, judge) in committee.judges.iter().enumerate() {
        assert!(app.mail().next_to(&judge.email).await.text().contains('2'), "M12 says how many");
        let early = app.get("/judge/assignments?edition=2021", &judge.token).await;
        assert_eq!(early.expect(StatusCode::FORBIDDEN).str("/code"), "declaration_required");
        let path = "/judge/declarations/2021";
        app.put(path, &judge.token, json!({"confidential": true})).await.expect(StatusCode::OK);
        let queue = app.get("/judge/assignments?edition=2021", &judge.token).await.expect(StatusCode::OK).json();
        let items = queue["items"].as_array().expect("a list").clone();
        assert_eq!(items.len(), 2);
        for item in items {
            let id = item["id"].as_str().expect("an id");
            let page = app.get(&format!("/judge/assignments/{id}"), &judge.token).await.expect(StatusCode::OK).text;
            assert!(!page.contains("ann@example.org") && !page.contains("Příklad"), "{page}");
            if at == 0 && item["category"] == "I2" {
                let aside = json!({"reason": "nominee"});
                let path = format!("/judge/assignments/{id}/recusal");
                app.post(&path, &judge.token, aside).await.expect(StatusCode::CREATED);
            } else {
                app.score(judge, id, 8, 7).await;
            }
        }
    }
}

fn citation() -> Json {
    json!({"en": "For bringing young people of two cities together year after year, for opening homes and hearts, and for \
        showing that friendship is a craft that can be taught.",
     "ru": "За то, что год за годом сближает молодых людей двух городов, открывает дома и сердца и показывает на деле, \
        что дружбе можно учиться и учить других, пока хватает терпения и добра."})
}

async fn deciding(app: &TestApp, committee: &Committee, orchestra: &str, club: &str) {
    let olive = &committee.organisers[0];
    let results = app.get(&format!("{ORGANISE}/results"), &olive.token).await.expect(StatusCode::OK).json();
    let ranked = |code: &str| {
        let categories = results.pointer("/official/categories").and_then(Json::as_array).expect("categories").clone();
        categories.iter().find(|category| category["category"] == code).expect("it is there")["entries"].clone()
    };
    assert_eq!(ranked("I2")[0]["display"], "73.00");
    assert_eq!(ranked("O1")[0]["proposed"], "winner");
    for (category, nomination) in [("I2", orchestra), ("O1", club)] {
        let citations = Json::Object([(nomination.to_owned(), citation())].into_iter().collect());
        let body = json!({"winners": [nomination], "commended": [], "citations": citations});
        app.put(&format!("{ORGANISE}/decisions/{category}"), &olive.token, body).await.expect(StatusCode::OK);
    }
}

async fn sealing(app: &TestApp, committee: &Committee) {
    let [amy, alla] = &committee.approvers;
    let digest = app.get(&format!("{ORGANISE}/results/digest"), &amy.token).await.expect(StatusCode::OK).str("/digest");
    let sign = json!({"digest": digest});
    let path = format!("{ORGANISE}/sign-off");
    let olive = &committee.organisers[0];
    app.post(&path, &olive.token, sign.clone()).await.expect(StatusCode::FORBIDDEN);
    app.post(&path, &amy.token, sign.clone()).await.expect(StatusCode::OK);
    assert_eq!(app.get("/editions/2021", "").await.str("/phase"), "deliberation");
    app.post(&path, &alla.token, sign).await.expect(StatusCode::OK);
    let phase = app.get(ORGANISE, &olive.token).await.expect(StatusCode::OK).str("/phase");
    assert_eq!(phase, "embargo");
}

async fn announcing(app: &TestApp, committee: &Committee, club: &str) {
    let [olive, oleg] = &committee.organisers;
    let schedule = format!("{ORGANISE}/announcement/schedule");
    let refused = app.post(&schedule, &olive.token, json!({})).await.expect(StatusCode::CONFLICT);
    assert_eq!(refused.str("/code"), "announcement_refused");
    let caller = json!({"person": "Пётр Образцов", "phone": "+7 8442 00-00-00", "caller": "Oleg"});
    app.put(&format!("{ORGANISE}/callers/{club}"), &olive.token, caller).await.expect(StatusCode::OK);
    let preview = app.get(&format!("{ORGANISE}/announcement/preview"), &olive.token).await.expect(StatusCode::OK);
    let digest = json!({"digest": preview.str("/digest")});
    for reader in [olive, oleg] {
        let path = format!("{ORGANISE}/announcement/read");
        app.post(&path, &reader.token, digest.clone()).await.expect(StatusCode::OK);
    }
    app.post(&schedule, &olive.token, json!({})).await.expect(StatusCode::OK);
}

async fn winning(app: &TestApp, committee: &mut Committee, club: &str) {
    let letter = app.mail().next_to("maria@example.org").await;
    assert!(letter.subject().starts_with("From the committee") || letter.subject().starts_with("От оргкомитета"));
    let token = letter.token("r");
    let reply = json!({"answer": "accept", "public_name": "Мария Иванова", "public_name_other_script": "Maria Ivanova",
        "attendance": "in_person", "guests": 1, "photo_consent": true, "press_contact_ok": true,
        "keep_confidence": true, "language": "ru"});
    app.put("/link/reply", &token, reply).await.expect(StatusCode::OK);
    app.sign_in(&mut committee.organisers[0]).await;
    let told = json!({"answer": "accept", "public_name": "Клуб друзей «Мост»", "attendance": "no", "photo_consent": false,
        "press_contact_ok": false, "keep_confidence": true, "language": "ru", "note": "By telephone on 14 September."});
    let path = format!("{ORGANISE}/replies/{club}");
    app.put(&path, &committee.organisers[0].token, told).await.expect(StatusCode::OK);
}
