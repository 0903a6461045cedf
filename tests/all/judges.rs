//! What judges meet: a desk of their own, sheets that keep what they were sent, a way to step aside; and nothing that is
//! not theirs to see.

use reqwest::{Method, StatusCode};
use serde_json::{Value as Json, json};
use twin_cities_awards::editions::{self, EditionSlug};
use twin_cities_awards::ids::EditionId;
use twin_cities_awards::judging;
use twin_cities_awards::store::StoreError;

use crate::app::{Seen, TestApp, stories};
use crate::people::{Committee, Person, bridge_club, maria};

stories![
    a_judge_must_declare_before_anything_else,
    a_judge_sees_only_what_was_given_to_them,
    a_judge_never_meets_a_contact_a_nominator_or_a_supporters_name,
    a_draft_grows_into_a_sheet_that_may_change_until_judging_closes,
    a_sheet_that_is_not_right_is_told_every_fault_and_changes_nothing,
    a_sheet_outside_judging_is_refused,
    of_two_submissions_that_race_one_is_told_so,
    a_judge_who_steps_aside_never_sees_the_page_again_and_their_sheet_counts_no_more,
    a_judge_who_comes_later_takes_over_where_one_stepped_aside,
    a_plan_is_made_real_once_and_each_judge_hears_of_it_once,
    a_plan_leaves_out_whom_the_rules_bar_and_says_why,
    a_nomination_that_is_withdrawn_leaves_the_judges_desks,
    progress_counts_sheets_for_each_audience_and_shows_no_score,
];

const ORGANISE: &str = "/organise/editions/2021";
const SCREENING: &str = "2021-07-05T10:00:00Z";
const JUDGING: &str = "2021-08-02T10:00:00Z";
const AFTER: &str = "2021-08-27T16:00:00Z";

/// An edition whose two nominations are let in, with the whole committee.
struct Room<'a> {
    app: &'a TestApp,
    committee: Committee,
    orchestra: String,
    club: String,
}

impl<'a> Room<'a> {
    /// In screening, with nothing planned.
    async fn in_screening(app: &'a TestApp) -> Self {
        Self::of(app, &maria(), &bridge_club()).await
    }

    async fn of(app: &'a TestApp, maria: &Json, bridge_club: &Json) -> Self {
        app.edition_2021().await;
        let committee = app.committee().await;
        let orchestra = app.nominate(maria).await;
        let club = app.nominate(bridge_club).await;
        let mut room = Self { app, committee, orchestra, club };
        room.at(SCREENING).await;
        for nomination in [room.orchestra.clone(), room.club.clone()] {
            room.let_in(&nomination).await;
            let path = format!("{ORGANISE}/nominations/{nomination}/notice");
            let posted = json!({"how": "post", "on": "2021-07-05"});
            room.app.put(&path, &room.olive().token, posted).await.expect(StatusCode::OK);
        }
        room
    }

    /// In judging, everything dealt, Carol and Vera declared.
    async fn in_judging(app: &'a TestApp) -> Self {
        let mut room = Self::in_screening(app).await;
        room.open().await;
        room
    }

    async fn open(&mut self) {
        let plan = self.plan(4).await.expect(StatusCode::CREATED).str("/id");
        self.apply(&plan).await.expect(StatusCode::OK);
        self.at(JUDGING).await;
        for judge in [self.carol(), self.vera()] {
            let promise = json!({"confidential": true});
            self.app.put("/judge/declarations/2021", &judge.token, promise).await.expect(StatusCode::OK);
        }
    }

    async fn let_in(&self, nomination: &str) {
        let eligible = json!({"status": "eligible", "waive_letters": "The story speaks for itself."});
        self.app.screen(self.olive(), nomination, eligible).await;
    }

    /// Moves the clock, and signs in again whoever acts in these stories: a sign-in lasts 15 minutes.
    async fn at(&mut self, time: &str) {
        self.app.at(time);
        let [carol, _, _, _, vera, ..] = self.committee.judges.as_mut_slice() else { panic!("eight judges") };
        for person in [&mut self.committee.organisers[0], carol, vera] {
            self.app.sign_in(person).await;
        }
    }

    fn olive(&self) -> &Person {
        &self.committee.organisers[0]
    }

    /// A judge of Coventry.
    fn carol(&self) -> &Person {
        &self.committee.judges[0]
    }

    /// A judge of Volgograd.
    fn vera(&self) -> &Person {
        &self.committee.judges[4]
    }

    async fn plan(&self, per_panel: u32) -> Seen {
        let path = format!("{ORGANISE}/assignments/plan");
        self.app.post(&path, &self.olive().token, json!({"per_panel": per_panel})).await
    }

    async fn apply(&self, plan: &str) -> Seen {
        let path = format!("{ORGANISE}/assignments/apply");
        self.app.post(&path, &self.olive().token, json!({"plan_id": plan})).await
    }

    async fn queue(&self, judge: &Person) -> Vec<Json> {
        let answer = self.app.get("/judge/assignments?edition=2021", &judge.token).await.expect(StatusCode::OK);
        answer.json()["items"].as_array().expect("a list").clone()
    }

    /// The judge's assignment in this category.
    async fn assignment(&self, judge: &Person, category: &str) -> String {
        let queue = self.queue(judge).await;
        let item = queue.iter().find(|item| item["category"] == category).expect("it was given to them");
        item["id"].as_str().expect("an id").to_owned()
    }

    async fn save(&self, judge: &Person, assignment: &str, seen: &str, body: Json) -> Seen {
        let path = format!("/judge/assignments/{assignment}/sheet");
        let call = self.app.call(Method::PUT, &path).bearer(&judge.token);
        let call = if seen.is_empty() { call } else { call.header("if-match", seen) };
        call.json(&body).send().await
    }

    async fn steps_aside(&self, judge: &Person, assignment: &str, body: Json) -> Seen {
        self.app.post(&format!("/judge/assignments/{assignment}/recusal"), &judge.token, body).await
    }

    /// What the tally is given.
    async fn counting(&self) -> (Vec<judging::SheetForTally>, Vec<judging::RecusalForTally>) {
        let read = self.app.app.store.read(|tx| {
            let slug = EditionSlug::parse("2021").expect("a slug");
            let edition: EditionId = editions::store::by_slug(tx, &slug)?.expect("it is there").id;
            Ok::<_, StoreError>((judging::counting(tx, edition)?, judging::recusals(tx, edition)?))
        });
        read.await.expect("the store answers")
    }
}

fn full(first: i64, submit: bool) -> Json {
    json!({"scores": {"C1": first, "C2": 7, "C3": 6, "C4": 7, "C5": 5}, "submit": submit})
}

/// Status, code, and each fault's pointer and code.
fn told(answer: &Seen) -> (u16, String, Vec<(String, String)>) {
    let json = answer.json();
    let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
    let errors = json["errors"].as_array().cloned().unwrap_or_default();
    let errors = errors.iter().map(|error| (text(&error["pointer"]), text(&error["code"]))).collect();
    (answer.status.as_u16(), text(&json["code"]), errors)
}

/// An answer without what names the request.
fn bare(answer: &Seen) -> (u16, Json, Vec<String>) {
    let mut json = answer.json();
    json["instance"] = Json::Null;
    let mut headers: Vec<String> = answer.headers.keys().map(|name| name.as_str().to_owned()).collect();
    headers.sort();
    (answer.status.as_u16(), json, headers)
}

async fn a_judge_must_declare_before_anything_else(app: TestApp) {
    let mut room = Room::in_screening(&app).await;
    let plan = room.plan(4).await.expect(StatusCode::CREATED).str("/id");
    room.apply(&plan).await.expect(StatusCode::OK);
    room.at(JUDGING).await;
    let (carol, nobody) = (room.carol().clone(), "0198f000-0000-7000-8000-000000000000");
    let paths = ["/judge/assignments", "/judge/assignments?edition=2021", &format!("/judge/assignments/{nobody}")];
    for path in paths {
        let refused = app.get(path, &carol.token).await;
        assert_eq!(told(&refused), (403, "declaration_required".to_owned(), vec![]), "{path}");
    }
    let aside = room.steps_aside(&carol, nobody, json!({"reason": "other"})).await;
    assert_eq!(told(&aside).1, "declaration_required");

    let path = "/judge/declarations/2021";
    let before = app.get(path, &carol.token).await.expect(StatusCode::OK);
    assert_eq!(before.json(), json!({"confidential": false, "interests": null, "declared_at": null}));
    let refused = app.put(path, &carol.token, json!({"confidential": false, "oath": 1})).await;
    assert_eq!(told(&refused).0, 400);
    let refused = app.put(path, &carol.token, json!({"confidential": false})).await;
    assert_eq!(told(&refused).2, [("/confidential".to_owned(), "must_be_true".to_owned())]);

    let declared = json!({"confidential": true, "interests": "I sing at St Mark's."});
    let stands = app.put(path, &carol.token, declared).await.expect(StatusCode::OK);
    assert_eq!(
        (stands.str("/interests"), stands.header("etag")),
        ("I sing at St Mark's.".to_owned(), "\"1\"".to_owned())
    );
    assert_eq!(room.queue(&carol).await.len(), 2);
    let again = app.put(path, &carol.token, json!({"confidential": true})).await;
    assert_eq!(told(&again).0, 428);
    let changed = app.change(Method::PUT, path, path, &carol.token, json!({"confidential": true})).await;
    assert_eq!(changed.expect(StatusCode::OK).json()["interests"], Json::Null);

    app.get(path, &room.olive().token).await.expect(StatusCode::FORBIDDEN);
    app.get("/judge/declarations/1999", &carol.token).await.expect(StatusCode::NOT_FOUND);
}

async fn a_judge_sees_only_what_was_given_to_them(app: TestApp) {
    let room = Room::in_judging(&app).await;
    let (carol, vera) = (room.carol(), room.vera());
    let orchestra = room.assignment(vera, "I2").await;
    let page = app.get(&format!("/judge/assignments/{orchestra}"), &vera.token).await.expect(StatusCode::OK);
    assert_eq!(page.header("etag"), "\"0\"");
    let json = page.json();
    let mut keys: Vec<&str> = json.as_object().expect("an object").keys().map(String::as_str).collect();
    keys.sort_unstable();
    let seen = [
        "category",
        "criteria",
        "due_at",
        "edition",
        "facts",
        "guidance",
        "headline",
        "id",
        "kind",
        "language",
        "letters",
        "links",
        "merged",
        "reference",
        "sheet",
        "state",
        "story",
        "translations",
    ];
    assert_eq!(keys, seen);
    assert_eq!(json["facts"]["name"], "Мария Иванова");
    assert_eq!((json["criteria"][0]["key"].clone(), json["sheet"].clone()), (json!("C1"), Json::Null));

    // Another's is like none, to the header.
    let nobody = "0198f000-0000-7000-8000-000000000000";
    for path in ["", "/recusal"] {
        let others = app.get(&format!("/judge/assignments/{orchestra}{path}"), &carol.token).await;
        let none = app.get(&format!("/judge/assignments/{nobody}{path}"), &carol.token).await;
        assert_eq!(bare(&others), bare(&none));
        assert_eq!(others.status, StatusCode::NOT_FOUND);
    }
    let others = room.save(carol, &orchestra, "", full(8, true)).await;
    assert_eq!(bare(&others), bare(&room.save(carol, nobody, "", full(8, true)).await));
    let others = room.steps_aside(carol, &orchestra, json!({"reason": "nominee"})).await;
    assert_eq!(bare(&others), bare(&room.steps_aside(carol, nobody, json!({"reason": "nominee"})).await));
    assert_eq!(app.get(&format!("/judge/assignments/{orchestra}"), &vera.token).await.json(), json);

    for (token, status) in [(&room.olive().token, StatusCode::FORBIDDEN), (&String::new(), StatusCode::UNAUTHORIZED)] {
        for path in ["/judge/assignments".to_owned(), format!("/judge/assignments/{orchestra}")] {
            app.get(&path, token).await.expect(status);
        }
    }
    for path in ["assignments", "progress", "nominations", "people"] {
        app.get(&format!("{ORGANISE}/{path}"), &vera.token).await.expect(StatusCode::FORBIDDEN);
    }

    let first = app.get("/judge/assignments?limit=1", &vera.token).await.expect(StatusCode::OK).json();
    let cursor = first["next_cursor"].as_str().expect("there is more");
    let rest = app.get(&format!("/judge/assignments?limit=1&cursor={cursor}"), &vera.token).await.json();
    assert_eq!((rest["items"].as_array().map(Vec::len), &rest["next_cursor"]), (Some(1), &Json::Null));
    assert_ne!(first["items"][0]["id"], rest["items"][0]["id"]);
    let stolen = app.get(&format!("/judge/assignments?limit=1&cursor={cursor}"), &carol.token).await;
    assert_eq!(told(&stolen), (400, "cursor_not_valid".to_owned(), vec![]));
    let none = app.get("/judge/assignments?state=submitted", &vera.token).await.expect(StatusCode::OK);
    assert_eq!(none.json()["items"], json!([]));
    assert_eq!(told(&app.get("/judge/assignments?state=lost", &vera.token).await).0, 422);
    app.get("/judge/assignments?edition=1999", &vera.token).await.expect(StatusCode::NOT_FOUND);
}

async fn a_judge_never_meets_a_contact_a_nominator_or_a_supporters_name(app: TestApp) {
    let mut maria = maria();
    maria["nominee"]["email"] = json!("markerone@example.org");
    maria["nominee"]["phone"] = json!("+44 1632 960111");
    maria["nominee"]["postal_address"] = json!("1 Markertwo Lane");
    maria["nominator"] = json!({"name": "Markerthree Person", "email": "markerfour@example.org",
        "phone": "+44 1632 960222", "relation": "markerfive", "country": "GB"});
    maria["supporters"] = json!([
        {"name": "Markersix Person", "email": "markerseven@example.org", "relation": "markereight"},
        {"name": "Markernine Person", "email": "markerten@example.org", "relation": "markereleven"}]);
    let mut room = Room::of(&app, &maria, &bridge_club()).await;
    room.open().await;
    let markers = ["marker", "960111", "960222"];
    let office = app.get(&format!("{ORGANISE}/nominations/{}", room.orchestra), &room.olive().token).await;
    let office = office.expect(StatusCode::OK).text.to_lowercase();
    assert!(markers.iter().all(|marker| office.contains(marker)), "organisers do see them: {office}");

    let vera = room.vera();
    let mut seen = vec![
        app.get("/judge/assignments", &vera.token).await,
        app.get("/judge/declarations/2021", &vera.token).await,
        app.get("/me", &vera.token).await,
        app.get("/editions/2021", &vera.token).await,
    ];
    for item in room.queue(vera).await {
        let id = item["id"].as_str().expect("an id");
        seen.push(app.get(&format!("/judge/assignments/{id}"), &vera.token).await);
        seen.push(room.save(vera, id, "", full(8, true)).await);
        seen.push(room.save(vera, id, "", full(11, true)).await);
        seen.push(room.steps_aside(vera, id, json!({"reason": "other"})).await);
        seen.push(app.get(&format!("/judge/assignments/{id}/recusal"), &vera.token).await);
    }
    for answer in seen {
        let all = format!("{:?} {}", answer.headers, answer.text).to_lowercase();
        assert!(!markers.iter().any(|marker| all.contains(marker)), "{all}");
    }
}

async fn a_draft_grows_into_a_sheet_that_may_change_until_judging_closes(app: TestApp) {
    let room = Room::in_judging(&app).await;
    let vera = room.vera();
    let id = room.assignment(vera, "I2").await;

    let draft = room.save(vera, &id, "", json!({"scores": {"C1": 8}, "submit": false})).await.expect(StatusCode::OK);
    assert_eq!(
        (draft.str("/state"), draft.str("/total"), draft.header("etag")),
        ("draft".into(), "24.00".into(), "\"1\"".into())
    );
    assert_eq!(draft.json()["submitted_at"], Json::Null);
    assert_eq!(told(&room.save(vera, &id, "", full(8, true)).await).1, "precondition_required");
    assert_eq!(told(&room.save(vera, &id, "\"0\"", full(8, true)).await).1, "stale");

    let mut body = full(8, true);
    body["comment"] = json!("Письма и рассказ согласуются.\r\n\r\nСпасибо.");
    let sheet = room.save(vera, &id, "\"1\"", body).await.expect(StatusCode::OK);
    assert_eq!(
        (sheet.str("/state"), sheet.str("/total"), sheet.header("etag")),
        ("submitted".into(), "69.00".into(), "\"2\"".into())
    );
    assert_eq!(sheet.str("/comment"), "Письма и рассказ согласуются.\n\nСпасибо.");
    let page = app.get(&format!("/judge/assignments/{id}"), &vera.token).await.expect(StatusCode::OK);
    assert_eq!((page.json()["sheet"].clone(), page.header("etag")), (sheet.json(), "\"2\"".to_owned()));

    let changed = room.save(vera, &id, "\"2\"", full(9, true)).await.expect(StatusCode::OK);
    assert_eq!((changed.str("/total"), changed.json()["comment"].clone()), ("72.00".to_owned(), Json::Null));
    let (sheets, _) = room.counting().await;
    assert_eq!(sheets.iter().map(|sheet| sheet.scores["C1"]).collect::<Vec<_>>(), [9]);

    // Taken back: a draft again, which counts for nothing.
    room.save(vera, &id, "\"3\"", full(9, false)).await.expect(StatusCode::OK);
    let (sheets, _) = room.counting().await;
    let [draft] = sheets.as_slice() else { panic!("{sheets:?}") };
    assert_eq!((draft.state, draft.scores.len(), draft.submitted_at), (judging::SheetState::Draft, 0, None));
    let edition = app.get(ORGANISE, &room.olive().token).await.expect(StatusCode::OK);
    assert!(edition.json()["frozen_at"].is_string(), "the first submitted sheet freezes the criteria");
}

async fn a_sheet_that_is_not_right_is_told_every_fault_and_changes_nothing(app: TestApp) {
    let room = Room::in_judging(&app).await;
    let vera = room.vera();
    let id = room.assignment(vera, "I2").await;
    let path = format!("/judge/assignments/{id}/sheet");
    for (language, title, detail, message) in [
        ("en", "There is a problem", "Some answers need another look.", "A whole number from 0 to 10"),
        ("ru", "Есть ошибки", "Проверьте отмеченные ответы.", "Целое число от 0 до 10"),
    ] {
        let call = app.call(Method::PUT, &path).bearer(&vera.token).language(language).json(&full(11, true));
        let eleven = call.send().await.expect(StatusCode::UNPROCESSABLE_ENTITY).json();
        let fault = json!({"pointer": "/scores/C1", "code": "score_range", "message": message});
        let problem = json!({"type": "/problems/invalid-input", "title": title, "status": 422, "detail": detail,
            "instance": format!("/api/v1{path}"), "code": "invalid_input", "errors": [fault]});
        assert_eq!(eleven, problem);
    }
    let wrong = json!({"scores": {"C1": "8", "C2": 7.5, "C3": -1, "C4": null, "C9": 1}, "submit": true});
    let pairs = |pairs: &[(&str, &str)]| pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
    assert_eq!(
        told(&room.save(vera, &id, "", wrong).await).2,
        pairs(&[
            ("/scores/C1", "wrong_type"),
            ("/scores/C2", "wrong_type"),
            ("/scores/C3", "score_range"),
            ("/scores/C9", "unknown_criterion"),
            ("/scores/C4", "missing_criterion"),
            ("/scores/C5", "missing_criterion"),
        ]) as Vec<(String, String)>
    );
    let unknown = json!({"scores": {"C1": 11}, "submit": true, "total": "100.00"});
    assert_eq!(
        told(&room.save(vera, &id, "", unknown).await),
        (400, "unknown_field".to_owned(), pairs(&[("/total", "unknown_field")]))
    );
    let broken =
        app.call(Method::PUT, &path).bearer(&vera.token).body("application/json", "{\"scores\": {").send().await;
    assert_eq!(told(&broken).1, "malformed_json");

    let page = app.get(&format!("/judge/assignments/{id}"), &vera.token).await.expect(StatusCode::OK);
    assert_eq!(
        (page.json()["sheet"].clone(), page.str("/state"), page.header("etag")),
        (Json::Null, "assigned".into(), "\"0\"".into())
    );
    assert_eq!(room.counting().await.0, []);
}

async fn a_sheet_outside_judging_is_refused(app: TestApp) {
    let mut room = Room::in_screening(&app).await;
    let plan = room.plan(4).await.expect(StatusCode::CREATED).str("/id");
    room.apply(&plan).await.expect(StatusCode::OK);
    let vera = room.vera().clone();
    app.put("/judge/declarations/2021", &vera.token, json!({"confidential": true})).await.expect(StatusCode::OK);
    let id = room.assignment(&vera, "I2").await;
    let early = room.save(&vera, &id, "", full(8, true)).await;
    assert_eq!(told(&early).1, "wrong_phase");

    room.at(JUDGING).await;
    let vera = room.vera().clone();
    room.save(&vera, &id, "", full(8, true)).await.expect(StatusCode::OK);
    room.at("2021-08-27T15:59:59.999999Z").await; // the last instant that counts
    let vera = room.vera().clone();
    room.save(&vera, &id, "\"1\"", full(9, true)).await.expect(StatusCode::OK);
    room.at(AFTER).await;
    let vera = room.vera().clone();
    let late = room.save(&vera, &id, "\"2\"", full(10, true)).await;
    assert_eq!(told(&late).1, "wrong_phase");
    assert_eq!(room.counting().await.0[0].scores["C1"], 9);
    let page = app.get(&format!("/judge/assignments/{id}"), &vera.token).await.expect(StatusCode::OK);
    assert_eq!(page.str("/sheet/total"), "72.00");
}

async fn of_two_submissions_that_race_one_is_told_so(app: TestApp) {
    let room = Room::in_judging(&app).await;
    let vera = room.vera();
    let id = room.assignment(vera, "I2").await;
    for seen in ["\"0\"", "\"1\""] {
        let (one, other) = futures_util::future::join(
            room.save(vera, &id, seen, full(8, true)),
            room.save(vera, &id, seen, full(9, true)),
        )
        .await;
        let mut statuses = [one.status.as_u16(), other.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 412], "{} {}", one.text, other.text);
        let won = if one.status == StatusCode::OK { 8 } else { 9 };
        assert_eq!(room.counting().await.0[0].scores["C1"], won);
    }
}

async fn a_judge_who_steps_aside_never_sees_the_page_again_and_their_sheet_counts_no_more(app: TestApp) {
    let mut room = Room::in_judging(&app).await;
    let vera = room.vera().clone();
    let id = room.assignment(&vera, "I2").await;
    room.save(&vera, &id, "", full(8, true)).await.expect(StatusCode::OK);
    let wrong = room.steps_aside(&vera, &id, json!({"detail": "x"})).await;
    assert_eq!(told(&wrong).2, [("/reason".to_owned(), "required".to_owned())]);

    let body = json!({"reason": "supporter", "detail": "Мы вместе работаем."});
    let path = format!("/judge/assignments/{id}/recusal");
    let call = || app.call(Method::POST, &path).bearer(&vera.token).header("idempotency-key", "aside").json(&body);
    let aside = call().send().await.expect(StatusCode::CREATED);
    assert_eq!((aside.str("/reason"), aside.header("location")), ("supporter".to_owned(), format!("/api/v1{path}")));
    let replayed = call().send().await.expect(StatusCode::CREATED);
    assert_eq!((replayed.json(), replayed.header("idempotent-replayed")), (aside.json(), "true".to_owned()));
    assert_eq!(app.get(&path, &vera.token).await.expect(StatusCode::OK).json(), aside.json());

    assert_eq!(told(&room.steps_aside(&vera, &id, body.clone()).await).1, "illegal_move");
    assert_eq!(told(&room.save(&vera, &id, "\"1\"", full(9, true)).await).1, "illegal_move");
    app.get(&format!("/judge/assignments/{id}"), &vera.token).await.expect(StatusCode::NOT_FOUND);
    let states: Vec<Json> = room.queue(&vera).await.iter().map(|item| item["state"].clone()).collect();
    assert!(states.contains(&json!("recused")) && states.contains(&json!("assigned")), "{states:?}");

    let (sheets, recusals) = room.counting().await;
    assert_eq!(recusals.len(), 1);
    assert_eq!((sheets[0].judge, sheets[0].nomination), (recusals[0].judge, recusals[0].nomination));
    let list =
        app.get(&format!("{ORGANISE}/assignments?limit=200"), &room.olive().token).await.expect(StatusCode::OK).json();
    let items = list["items"].as_array().expect("a list");
    let recused: Vec<&Json> = items.iter().filter(|item| item["state"] == "recused").collect();
    assert_eq!((items.len(), recused.len()), (16, 1));
    assert_eq!(recused[0]["recusal"]["detail"], "Мы вместе работаем.");

    // A new plan never gives it back to them.
    let plan = room.plan(4).await.expect(StatusCode::CREATED).json();
    assert_eq!((plan["assignments"].as_array().map(Vec::len), plan["dropped"].clone()), (Some(15), json!([])));
    assert_eq!(plan["shortfalls"][0]["barred"], json!({"recused": 1}));
    room.apply(plan["id"].as_str().expect("an id")).await.expect(StatusCode::OK);
    assert_eq!(room.queue(&vera).await.len(), 2);

    room.at("2021-09-01T10:00:00Z").await;
    let carol = room.carol().clone();
    let id = room.assignment(&carol, "O1").await;
    room.steps_aside(&carol, &id, json!({"reason": "nominee"})).await.expect(StatusCode::CREATED); // in deliberation too
}

async fn a_judge_who_comes_later_takes_over_where_one_stepped_aside(app: TestApp) {
    let room = Room::in_judging(&app).await;
    let olga = json!({"email": "pyotr@jury.example.org", "name": "Judge Pyotr", "role": "judge", "panel": "volgograd",
        "language": "ru", "reads": ["en", "ru"]});
    let pyotr = app.organiser_invites(room.olive(), olga).await;
    app.put("/judge/declarations/2021", &pyotr.token, json!({"confidential": true})).await.expect(StatusCode::OK);
    assert_eq!(room.queue(&pyotr).await, Vec::<Json>::new());

    let vera = room.vera();
    let id = room.assignment(vera, "O1").await;
    room.steps_aside(vera, &id, json!({"reason": "organisation"})).await.expect(StatusCode::CREATED);
    let queue = room.queue(&pyotr).await;
    assert_eq!(queue.iter().map(|item| item["category"].clone()).collect::<Vec<_>>(), [json!("O1")]);
    let mail = app.mail().next_to(&pyotr.email).await;
    assert_eq!(mail.subject(), "Заявки, которые вам предстоит оценить");
    assert!(!mail.text().contains("Мост"), "it names nobody: {}", mail.text());
}

async fn a_plan_is_made_real_once_and_each_judge_hears_of_it_once(app: TestApp) {
    let room = Room::in_screening(&app).await;
    let path = format!("{ORGANISE}/assignments/plan");
    for (body, fault) in [
        (json!({}), "required"),
        (json!({"per_panel": 0}), "out_of_range"),
        (json!({"per_panel": 1001}), "out_of_range"),
        (json!({"per_panel": "3"}), "wrong_type"),
    ] {
        let refused = app.post(&path, &room.olive().token, body).await;
        assert_eq!(told(&refused).2, [("/per_panel".to_owned(), fault.to_owned())]);
    }
    app.post(&path, &room.carol().token, json!({"per_panel": 3})).await.expect(StatusCode::FORBIDDEN);

    let old = room.plan(3).await.expect(StatusCode::CREATED);
    let plan = room.plan(4).await.expect(StatusCode::CREATED);
    let location = plan.header("location");
    let again = app.get(location.strip_prefix("/api/v1").expect("ours"), &room.olive().token).await;
    assert_eq!(again.expect(StatusCode::OK).json(), plan.json());
    assert_eq!(
        plan.json()["panels"][0],
        json!({"panel": "coventry", "seats": 8, "filled": 8, "shortfall": 0, "load_min": 2, "load_max": 2})
    );
    assert_eq!((plan.json()["shortfalls"].clone(), plan.json()["left_out"].clone()), (json!([]), json!([])));
    assert_eq!(app.get(&format!("{ORGANISE}/assignments"), &room.olive().token).await.json()["items"], json!([]));

    app.at("2021-07-05T10:00:01Z");
    let applied = room.apply(&plan.str("/id")).await.expect(StatusCode::OK);
    assert_eq!((applied.json()["made"].clone(), applied.json()["kept"].clone()), (json!(16), json!(0)));
    assert_eq!(room.apply(&plan.str("/id")).await.expect(StatusCode::OK).json(), applied.json());
    assert_eq!(told(&room.apply(&old.str("/id")).await).1, "lost_race");
    assert_eq!(told(&room.apply("nonsense").await).0, 422);
    room.apply("0198f000-0000-7000-8000-000000000000").await.expect(StatusCode::NOT_FOUND);

    for judge in &room.committee.judges {
        let mail = app.mail().next_to(&judge.email).await;
        let russian = mail.subject() == "Заявки, которые вам предстоит оценить";
        assert!(russian || mail.subject() == "Nominations for you to score", "{}", mail.subject());
        let text = mail.text();
        assert!(text.contains(if russian { "ждут 2 новые заявки" } else { "2 new nominations" }), "{text}");
        assert!(
            text.contains("19:00")
                && text.contains(&format!("{}/{}/judge", app.base, if russian { "ru" } else { "en" })),
            "{text}"
        );
        assert!(!text.contains("Мария") && !text.contains("Мост"), "{text}");
    }
    let twice = room.plan(4).await.expect(StatusCode::CREATED).str("/id");
    assert_eq!(room.apply(&twice).await.expect(StatusCode::OK).json()["made"], json!(0));
    assert!(app.mail().unread().iter().all(|mail| !mail.subject().contains("Nominations for you")), "one letter each");
}

async fn a_plan_leaves_out_whom_the_rules_bar_and_says_why(app: TestApp) {
    let room = Room::in_screening(&app).await;
    // A judge whose mail comes from where the club's supporters' does, one who reads no Russian, one with a full desk.
    for (name, panel, domain, reads, capacity) in [
        ("irma", "coventry", "example.org", json!(["en", "ru"]), json!(null)),
        ("tom", "coventry", "jury.example.org", json!(["en"]), json!(null)),
        ("zoya", "volgograd", "jury.example.org", json!(["ru", "en"]), json!(1)),
    ] {
        let mut body = json!({"email": format!("{name}@{domain}"), "name": format!("Judge {name}"), "role": "judge",
            "panel": panel, "language": "en", "reads": reads});
        if !capacity.is_null() {
            body["capacity"] = capacity;
        }
        app.organiser_invites(room.olive(), body).await;
    }
    let mut third = maria();
    third["nominee"]["name"] = json!("Пётр Третий");
    third["nominee"]["name_other_script"] = json!("Pyotr Tretiy");
    third["nominee"]["email"] = json!("");
    third["nominee"]["phone"] = json!("+7 8442 11-11-11");
    third["nominator"]["email"] = json!("nora@example.org");
    app.at("2021-06-20T10:00:00Z");
    let untold = app.nominate(&third).await;
    app.at(SCREENING);
    room.let_in(&untold).await;

    let plan = room.plan(6).await.expect(StatusCode::CREATED).json();
    assert_eq!(plan["left_out"][0]["reason"], "notice_not_given");
    assert_eq!(plan["left_out"][0]["nomination"], json!(untold));
    let short = |nomination: &str, panel: &str| {
        let list = plan["shortfalls"].as_array().expect("a list");
        let found =
            list.iter().find(|short| short["nomination"] == json!(nomination) && short["panel"] == json!(panel));
        let found = found.expect("it is short");
        (found["missing"].clone(), found["allowed_judges"].clone(), found["full"].clone(), found["barred"].clone())
    };
    assert_eq!(short(&room.orchestra, "coventry"), (json!(1), json!(5), json!(0), json!({"domain": 1})));
    assert_eq!(short(&room.club, "coventry"), (json!(2), json!(4), json!(0), json!({"domain": 1, "language": 1})));
    // Zoya can take one; whichever of the two it is, the other finds her full.
    let mut volgograd = [&room.orchestra, &room.club].map(|nomination| short(nomination, "volgograd"));
    volgograd.sort_by_key(|(missing, ..)| missing.as_u64());
    assert_eq!(volgograd[0], (json!(1), json!(5), json!(0), json!({})));
    assert_eq!(volgograd[1], (json!(2), json!(5), json!(1), json!({})));

    // And says it in words: whom to look for, and that no other plan does better.
    let words = |item: &Json, language: &str| {
        item["words"][language].as_str().expect("a text").replace(['\u{2068}', '\u{2069}'], "")
    };
    let needs = plan["needs"].as_array().expect("a list");
    let need = needs.iter().find(|need| need["panel"] == "coventry" && need["category"] == "O1").expect("it is needed");
    assert_eq!((&need["judges"], &need["nominations"], &need["languages"]), (&json!(2), &json!(1), &json!(["ru"])));
    assert_eq!(
        words(need, "en"),
        "Coventry, category O1: 2 more judges who read Russian are needed; one nomination falls short."
    );
    assert_eq!(
        words(need, "ru"),
        "Ковентри, номинация O1: нужны ещё 2 члена жюри, которые читают по-русски; не хватает листов 1 заявке."
    );
    let shortages = plan["shortages"].as_array().expect("a list");
    let missing = |shortage: &Json| {
        let number = |name: &str| shortage[name].as_i64().expect("a number");
        number("demand") - number("capacity") - number("pairs")
    };
    assert_eq!(shortages.iter().map(missing).collect::<Vec<_>>(), [3, 3]);
    assert!(words(&shortages[0], "en").contains("Short: 3. Invite a judge"), "{}", shortages[0]);
    assert!(
        words(&shortages[1], "en").contains("Judges who are full then: Judge zoya; they can take 1."),
        "{}",
        shortages[1]
    );
}

async fn a_nomination_that_is_withdrawn_leaves_the_judges_desks(app: TestApp) {
    let room = Room::in_judging(&app).await;
    let vera = room.vera();
    let id = room.assignment(vera, "I2").await;
    room.save(vera, &id, "", full(8, true)).await.expect(StatusCode::OK);
    let withdrawn = json!({"status": "withdrawn", "reason": "The nominee asked us."});
    app.screen(room.olive(), &room.orchestra, withdrawn).await;

    assert_eq!(room.queue(vera).await.iter().map(|item| item["category"].clone()).collect::<Vec<_>>(), [json!("O1")]);
    app.get(&format!("/judge/assignments/{id}"), &vera.token).await.expect(StatusCode::NOT_FOUND);
    assert_eq!(told(&room.save(vera, &id, "\"1\"", full(9, true)).await).1, "illegal_move");
    assert_eq!(room.counting().await.0[0].scores["C1"], 8); // what stood stays on record; the tally says why it does not count
}

async fn progress_counts_sheets_for_each_audience_and_shows_no_score(app: TestApp) {
    let mut room = Room::in_judging(&app).await;
    let chair = json!({"email": "charles@jury.example.org", "name": "Chair Charles", "role": "chair", "panel": "volgograd",
        "language": "en", "reads": ["en", "ru"]});
    let mut chair = app.organiser_invites(room.olive(), chair).await;
    let auditor = json!({"email": "audrey@example.org", "name": "Audrey Auditor", "role": "auditor", "language": "en"});
    let mut auditor = app.organiser_invites(room.olive(), auditor).await;
    let (vera, carol) = (room.vera(), room.carol());
    let id = room.assignment(vera, "I2").await;
    room.save(vera, &id, "", json!({"scores": {"C1": 10, "C2": 10, "C3": 10, "C4": 10, "C5": 10}, "submit": true}))
        .await;
    let id = room.assignment(vera, "O1").await;
    room.save(vera, &id, "", json!({"scores": {"C1": 10}, "submit": false})).await.expect(StatusCode::OK);
    let id = room.assignment(carol, "O1").await;
    room.steps_aside(carol, &id, json!({"reason": "nominee"})).await.expect(StatusCode::CREATED);

    let path = format!("{ORGANISE}/progress");
    let office = app.get(&path, &room.olive().token).await.expect(StatusCode::OK);
    let coventry = json!({"panel": "coventry", "due": 7, "drafted": 0, "submitted": 0, "recused": 1});
    let volgograd = json!({"panel": "volgograd", "due": 8, "drafted": 1, "submitted": 1, "recused": 0});
    assert_eq!(office.json()["panels"], json!([coventry, volgograd]));
    assert_eq!(office.json()["gaps"][0]["panel"], "coventry");
    assert_eq!(
        (office.json()["gaps"][0]["judges"].clone(), office.json()["gaps"][0]["wanted"].clone()),
        (json!(3), json!(4))
    );
    assert!(
        !office.text.contains("100.00") && !office.text.contains("score") && !office.text.contains("C1"),
        "{}",
        office.text
    );

    let seen = app.get(&path, &chair.token).await.expect(StatusCode::OK).json();
    assert_eq!(seen["panels"], json!([volgograd]));
    assert!(
        seen["judges"]
            .as_array()
            .is_some_and(|judges| judges.len() == 5 && judges.iter().all(|one| one["panel"] == "volgograd"))
    );
    assert_eq!((seen.get("gaps"), seen["judges"][0].get("interests")), (None, None));
    let seen = app.get(&path, &auditor.token).await.expect(StatusCode::OK).json();
    assert_eq!(seen, json!({"panels": [coventry, volgograd]}));
    app.get(&path, &vera.token).await.expect(StatusCode::FORBIDDEN);
    app.get(&path, "").await.expect(StatusCode::UNAUTHORIZED);

    room.at("2021-09-01T10:00:00Z").await;
    app.sign_in(&mut auditor).await;
    app.sign_in(&mut chair).await;
    assert_eq!(told(&app.get(&path, &auditor.token).await).1, "wrong_phase");
    app.get(&path, &chair.token).await.expect(StatusCode::OK);
    app.get(&path, &room.olive().token).await.expect(StatusCode::OK);
}
