//! Deciding: organisers see the ranking once judging has closed, decide, and a person of each city signs the same digest.

use reqwest::{Method, StatusCode};
use serde_json::{Value as Json, json};
use twin_cities_awards::editions::{self, EditionSlug};
use twin_cities_awards::results::bundle::Bundle;
use twin_cities_awards::results::clockwork::Clockwork;
use twin_cities_awards::results::tally::answer::Answer;
use twin_cities_awards::results::tally::tally;
use twin_cities_awards::store::{Conn, StoreError};

use crate::app::{Seen, TestApp, stories};
use crate::people::{Committee, Person, maria};

stories![
    the_ranking_is_seen_once_judging_has_closed_and_by_the_office_alone,
    a_decision_as_proposed_needs_citations_and_no_reason,
    a_decision_that_departs_owes_a_reason_and_every_fault_is_told,
    nothing_is_signed_before_everything_is_settled,
    a_change_takes_the_signatures_their_weight,
    the_last_citys_signature_seals_and_nothing_moves_any_more,
    a_quorum_is_waived_by_a_ruling_with_its_reason,
    decisions_are_frozen_at_the_lock_and_signing_is_not,
    a_judge_who_steps_aside_neither_learns_of_the_seal_nor_moves_it,
    nobody_seals_once_the_announcement_is_due,
    the_list_of_winners_is_exported_for_the_office_alone,
    an_edition_of_one_panel_needs_two_of_its_approvers,
    a_nomination_with_its_quorum_counts_as_judged_once_judging_has_closed,
];

const ORGANISE: &str = "/organise/editions/2021";
const AFTER: &str = "2021-08-28T10:00:00Z";

/// Three nominations of one category, scored by three judges a panel: the first is best, the last is worst.
struct Room {
    app: TestApp,
    committee: Committee,
    nominations: [String; 3],
}

impl Room {
    async fn after_judging(app: TestApp) -> Self {
        Self::judged_by(app, 3).await
    }

    /// Judging is over, and so many judges of each panel have scored.
    async fn judged_by(app: TestApp, judges: usize) -> Self {
        app.edition_2021().await;
        let committee = app.committee().await;
        let nominations = [
            app.nominate(&nomination("Мария Иванова", "Maria Ivanova", "ann")).await,
            app.nominate(&nomination("Ольга Безродная", "Olga Bezrodnaya", "bea")).await,
            app.nominate(&nomination("Пётр Образцов", "Pyotr Obraztsov", "cid")).await,
        ];
        let mut room = Self { app, committee, nominations };
        room.at("2021-07-05T10:00:00Z").await;
        room.screen_and_plan().await;
        room.at("2021-08-02T10:00:00Z").await;
        for place in (0..judges).chain(4..4 + judges) {
            room.judge(place).await;
        }
        room.at(AFTER).await;
        room
    }

    async fn screen_and_plan(&self) {
        for nomination in &self.nominations {
            let eligible = json!({"status": "eligible", "waive_letters": "The story speaks for itself."});
            self.app.screen(self.olive(), nomination, eligible).await;
            let path = format!("{ORGANISE}/nominations/{nomination}/notice");
            let posted = json!({"how": "post", "on": "2021-07-05"});
            self.app.put(&path, &self.olive().token, posted).await.expect(StatusCode::OK);
        }
        let plan = self.post("assignments/plan", json!({"per_panel": 4})).await.expect(StatusCode::CREATED).str("/id");
        self.post("assignments/apply", json!({"plan_id": plan})).await.expect(StatusCode::OK);
    }

    /// One judge signs in, declares and scores all three.
    async fn judge(&mut self, place: usize) {
        self.app.sign_in(&mut self.committee.judges[place]).await;
        let judge = &self.committee.judges[place];
        let promise = json!({"confidential": true});
        self.app.put("/judge/declarations/2021", &judge.token, promise).await.expect(StatusCode::OK);
        let queue = self.app.get("/judge/assignments?edition=2021", &judge.token).await.expect(StatusCode::OK).json();
        for item in queue["items"].as_array().expect("a list") {
            let rest = match item["nominee"].as_str().expect("a name") {
                "Мария Иванова" => 9,
                "Ольга Безродная" => 7,
                _ => 5,
            };
            self.app.score(judge, item["id"].as_str().expect("an id"), 6, rest).await;
        }
    }

    /// Moves the clock; the office signs in again, since a sign-in lasts 15 minutes.
    async fn at(&mut self, time: &str) {
        self.app.at(time);
        let office = self.committee.organisers.iter_mut().chain(&mut self.committee.approvers);
        for person in office {
            self.app.sign_in(person).await;
        }
    }

    fn olive(&self) -> &Person {
        &self.committee.organisers[0]
    }

    async fn get(&self, path: &str) -> Seen {
        self.app.get(&format!("{ORGANISE}/{path}"), &self.olive().token).await
    }

    async fn post(&self, path: &str, body: Json) -> Seen {
        self.app.post(&format!("{ORGANISE}/{path}"), &self.olive().token, body).await
    }

    async fn put(&self, path: &str, body: Json) -> Seen {
        self.app.put(&format!("{ORGANISE}/{path}"), &self.olive().token, body).await
    }

    async fn decides(&self, body: Json) -> Seen {
        self.put("decisions/I2", body).await
    }

    /// As the ranking proposes, with a citation each.
    fn as_proposed(&self) -> Json {
        let [first, second, third] = &self.nominations;
        json!({"winners": [first], "commended": [second, third],
            "citations": {first: citation(), second: citation(), third: citation()}})
    }

    async fn digest(&self) -> String {
        self.get("results/digest").await.expect(StatusCode::OK).str("/digest")
    }

    async fn signs(&self, approver: usize, digest: &str) -> Seen {
        let approver = &self.committee.approvers[approver];
        self.app.post(&format!("{ORGANISE}/sign-off"), &approver.token, json!({"digest": digest})).await
    }

    async fn acts(&self) -> Vec<String> {
        use diesel::prelude::*;
        use twin_cities_awards::store::schema::audit_events;
        let read = self.app.app.store.read(|tx| {
            let acts: Vec<String> = audit_events::table.order(audit_events::id).select(audit_events::act).load(tx)?;
            Ok::<_, StoreError>(acts)
        });
        read.await.expect("the events can be read")
    }
}

fn nomination(name: &str, other: &str, nominator: &str) -> Json {
    let mut body = maria();
    body["nominee"]["name"] = name.into();
    body["nominee"]["name_other_script"] = other.into();
    body["nominee"]["email"] = format!("nominee-of-{nominator}@example.org").into();
    body["nominator"]["email"] = format!("{nominator}@example.org").into();
    body
}

fn citation() -> Json {
    json!({"en": "For bringing young people of two cities together year after year, and for showing that friendship is a \
        craft that can be taught and learned.",
     "ru": "За то, что год за годом сближает молодых людей двух городов и показывает на деле, что дружбе можно учиться и \
        учить других, пока хватает терпения и добра."})
}

fn codes(seen: &Seen) -> Vec<(String, String)> {
    let errors = seen.json()["errors"].as_array().expect("it lists errors").clone();
    let text = |error: &Json, name: &str| error[name].as_str().expect("a text").to_owned();
    errors.iter().map(|error| (text(error, "pointer"), text(error, "code"))).collect()
}

fn at(pointer: impl Into<String>, code: &str) -> (String, String) {
    (pointer.into(), code.to_owned())
}

async fn the_ranking_is_seen_once_judging_has_closed_and_by_the_office_alone(app: TestApp) {
    let mut room = Room::after_judging(app).await;
    room.at("2021-08-27T15:59:59Z").await;
    for path in ["results", "results/digest", "bundle", "decisions/I2", "rulings/I2"] {
        assert_eq!(room.get(path).await.expect(StatusCode::CONFLICT).str("/code"), "wrong_phase", "{path}");
    }
    room.at(AFTER).await;
    let seen = room.get("results").await.expect(StatusCode::OK);
    assert_eq!(seen.header("cache-control"), "no-store");
    let results = seen.json();
    let young = results["official"]["categories"].as_array().expect("a list");
    let young = young.iter().find(|category| category["category"] == "I2").expect("it is there");
    let ranked: Vec<&str> =
        young["entries"].as_array().expect("a list").iter().filter_map(|entry| entry["nomination"].as_str()).collect();
    assert_eq!(ranked, room.nominations);
    assert_eq!(young["entries"][0]["display"], "81.00");
    let names: Vec<&str> =
        results["nominations"].as_array().expect("a list").iter().filter_map(|one| one["name"].as_str()).collect();
    assert_eq!(names, ["Ольга Безродная", "Мария Иванова", "Пётр Образцов"]); // by name key, never by rank
    assert_eq!(results["nominations"][0]["sheets"].as_array().map(Vec::len), Some(6));
    for secret in ["carol", "jury.example.org", "2021-08-02"] {
        assert!(!seen.text.contains(secret), "a judge could be told by {secret}: {}", seen.text);
    }
    room.app.sign_in(&mut room.committee.judges[0]).await;
    let judge = room.committee.judges[0].clone();
    for path in ["results", "results/digest", "bundle", "decisions/I2", "rulings/I2"] {
        room.app.get(&format!("{ORGANISE}/{path}"), &judge.token).await.expect(StatusCode::FORBIDDEN);
        room.app.get(&format!("{ORGANISE}/{path}"), "").await.expect(StatusCode::UNAUTHORIZED);
    }

    // The bundle says the same to whoever counts again.
    let text = room.get("bundle").await.expect(StatusCode::OK).text;
    let bundle = Bundle::parse(&text).expect("it has no fault");
    let counted = serde_json::to_value(Answer::of(&tally(&bundle))).expect("JSON");
    assert_eq!(counted, results["official"]);
    assert!(!text.contains("carol") && !text.contains("Мария"), "{text}");
    let acts = room.acts().await;
    assert!(acts.contains(&"results_read".to_owned()) && acts.contains(&"bundle_read".to_owned()), "{acts:?}");
}

async fn a_decision_as_proposed_needs_citations_and_no_reason(app: TestApp) {
    let room = Room::after_judging(app).await;
    let [first, second, third] = room.nominations.clone();
    let before = room.get("decisions/I2").await.expect(StatusCode::OK);
    assert_eq!(before.header("etag"), "\"0\"");
    assert_eq!(before.json()["winners"], json!([]));
    let proposed = json!({"winners": [first], "tied_winners": [], "commended": [second, third], "tied_commended": []});
    assert_eq!(before.json()["proposed"], proposed);

    let mut uncited = room.as_proposed();
    uncited["citations"].as_object_mut().expect("an object").remove(&second);
    let refused = room.decides(uncited).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(codes(&refused), [at(format!("/citations/{second}"), "citation_missing")]);

    let decided = room.decides(room.as_proposed()).await.expect(StatusCode::OK);
    assert_eq!(decided.header("etag"), "\"1\"");
    let again = room.decides(room.as_proposed()).await.expect(StatusCode::PRECONDITION_REQUIRED);
    assert_eq!(again.str("/code"), "precondition_required");
    let path = format!("{ORGANISE}/decisions/I2");
    let changed = room.app.change(Method::PUT, &path, &path, &room.olive().token, room.as_proposed()).await;
    assert_eq!(changed.expect(StatusCode::OK).header("etag"), "\"2\"");
}

async fn a_decision_that_departs_owes_a_reason_and_every_fault_is_told(app: TestApp) {
    let room = Room::after_judging(app).await;
    let [first, second, third] = room.nominations.clone();
    let mut other = room.as_proposed();
    other["winners"] = json!([second]);
    other["commended"] = json!([first, third]);
    let refused = room.decides(other.clone()).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(codes(&refused), [at("/reason", "reason_required")]);
    other["reason"] = "Both panels met and preferred it.".into();
    room.decides(other).await.expect(StatusCode::OK);

    let nobody = "01890000-0000-7000-8000-000000000000";
    let wrong = json!({"winners": [first, nobody], "commended": [first, "x"],
        "citations": {first.clone(): citation(), nobody: citation()}, "reason": "r"});
    let path = format!("{ORGANISE}/decisions/I2");
    let refused = room.app.change(Method::PUT, &path, &path, &room.olive().token, wrong).await;
    assert_eq!(
        codes(&refused.expect(StatusCode::UNPROCESSABLE_ENTITY)),
        [
            at("/winners/1", "unknown_nomination"),
            at("/commended/0", "repeated"),
            at("/commended/1", "unknown_nomination"),
            at("/winners", "too_many_places"),
            at(format!("/citations/{nobody}"), "unknown_nomination"),
        ]
    );
    let short = json!({"winners": [first], "citations": {first.clone(): {"en": "Well done.", "de": "Gut."}}});
    let refused = room.decides(short).await.expect(StatusCode::BAD_REQUEST);
    assert_eq!(codes(&refused), [at(format!("/citations/{first}/de"), "unknown_field")]);
    let short = json!({"winners": [first], "citations": {first.clone(): {"en": "Well done."}}});
    let refused = room.decides(short).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        codes(&refused),
        [at(format!("/citations/{first}/en"), "too_few_words"), at(format!("/citations/{first}/ru"), "required")]
    );
    room.put("decisions/S1", json!({"winners": []})).await.expect(StatusCode::NOT_FOUND);
    room.put("decisions/X9", json!({"winners": []})).await.expect(StatusCode::NOT_FOUND);
}

async fn nothing_is_signed_before_everything_is_settled(app: TestApp) {
    let room = Room::after_judging(app).await;
    let [first, second, third] = room.nominations.clone();
    let refused = room.signs(0, &room.digest().await).await.expect(StatusCode::CONFLICT);
    assert_eq!(refused.str("/code"), "unsettled");
    assert_eq!(codes(&refused), [at("/categories/I2", "not_decided")]);

    // Only the winner has a citation: that alone would tell who it is.
    let alone =
        json!({"winners": [first], "commended": [], "citations": {first.clone(): citation()}, "reason": "One."});
    room.decides(alone).await.expect(StatusCode::OK);
    let refused = room.signs(0, &room.digest().await).await.expect(StatusCode::CONFLICT);
    assert_eq!(refused.str("/code"), "citation_missing");
    assert_eq!(codes(&refused), [at("/categories/I2/citations", "too_few_citations")]);
    let told = room.get("results/digest").await.expect(StatusCode::OK).json();
    assert_eq!(told["unsettled"][0]["code"], "too_few_citations");

    let path = format!("{ORGANISE}/decisions/I2");
    let whole = json!({"winners": [first], "commended": [], "reason": "One.",
        "citations": {first.clone(): citation(), second: citation(), third.clone(): citation()}});
    room.app.change(Method::PUT, &path, &path, &room.olive().token, whole).await.expect(StatusCode::OK);
    let stale = room.signs(0, "sha256:0000").await.expect(StatusCode::CONFLICT);
    assert_eq!(stale.str("/code"), "stale_digest");
    room.post("sign-off", json!({"digest": room.digest().await})).await.expect(StatusCode::FORBIDDEN);
    room.signs(0, &room.digest().await).await.expect(StatusCode::OK);
}

async fn a_change_takes_the_signatures_their_weight(app: TestApp) {
    let room = Room::after_judging(app).await;
    room.decides(room.as_proposed()).await.expect(StatusCode::OK);
    let first = room.digest().await;
    let signed = room.signs(0, &first).await.expect(StatusCode::OK).json();
    assert_eq!(signed["missing"], json!(["volgograd"]));
    assert_eq!(signed["signatures"][0]["stands"], true);
    room.signs(0, &first).await.expect(StatusCode::OK); // twice is once
    assert_eq!(room.acts().await.iter().filter(|act| *act == "results_signed").count(), 1);

    let mut other = room.as_proposed();
    other["citations"][&room.nominations[2]]["en"] =
        format!("{} Truly.", citation()["en"].as_str().expect("a text")).into();
    let path = format!("{ORGANISE}/decisions/I2");
    room.app.change(Method::PUT, &path, &path, &room.olive().token, other).await.expect(StatusCode::OK);
    let second = room.digest().await;
    assert_ne!(first, second);
    let told = room.get("results/digest").await.expect(StatusCode::OK).json();
    assert_eq!(told["signatures"][0]["stands"], false);
    assert_eq!(told["missing"], json!(["coventry", "volgograd"]));
    assert_eq!(room.signs(1, &first).await.expect(StatusCode::CONFLICT).str("/code"), "stale_digest");

    // A change back does not bring a signature back: it was given to a moment that has passed.
    room.app.change(Method::PUT, &path, &path, &room.olive().token, room.as_proposed()).await.expect(StatusCode::OK);
    assert_eq!(room.digest().await, first);
    assert_eq!(room.signs(1, &first).await.expect(StatusCode::OK).json()["missing"], json!(["coventry"]));

    let reopened = room.post("reopen", json!({"reason": "A name was misspelt."})).await.expect(StatusCode::OK);
    assert_eq!(reopened.json()["missing"], json!(["coventry", "volgograd"]));
    assert_eq!(room.app.get("/editions/2021", "").await.str("/phase"), "deliberation");
}

async fn the_last_citys_signature_seals_and_nothing_moves_any_more(app: TestApp) {
    let mut room = Room::after_judging(app).await;
    room.decides(room.as_proposed()).await.expect(StatusCode::OK);
    let digest = room.digest().await;
    room.signs(0, &digest).await.expect(StatusCode::OK);
    let sealed = room.signs(1, &digest).await.expect(StatusCode::OK).json();
    assert_eq!(sealed["missing"], json!([]));
    assert_eq!(sealed["sealed_at"], "2021-08-28T10:00:00Z");
    assert_eq!(room.app.get(ORGANISE, &room.olive().token).await.expect(StatusCode::OK).str("/phase"), "embargo");
    assert_eq!(room.app.get("/editions/2021", "").await.str("/phase"), "deliberation", "nobody else is told");

    let text = room.get("bundle").await.expect(StatusCode::OK).text;
    let bundle: Json = serde_json::from_str(&text).expect("JSON");
    let part = &bundle["sealed"];
    assert_eq!(part["decisions"][1]["winners"], json!([room.nominations[0]]));
    assert_eq!(part["signatures"].as_array().map(Vec::len), Some(2));
    assert!(!text.contains("craft"), "a citation stands there as its digest: {text}");
    use ed25519_dalek::{Signature, Verifier as _, VerifyingKey};
    let bytes = |text: &Json| -> Vec<u8> {
        let text = text.as_str().expect("hex");
        (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).expect("hex")).collect()
    };
    let key = VerifyingKey::from_bytes(&bytes(&part["public_key"]).try_into().expect("32 bytes")).expect("a key");
    let signature = Signature::from_slice(&bytes(&part["signature"])).expect("a signature");
    let seal = bytes(&json!(digest.trim_start_matches("sha256:")));
    assert!(key.verify(&seal, &signature).is_ok(), "the installation has signed the seal");

    assert_eq!(room.signs(0, &digest).await.expect(StatusCode::CONFLICT).str("/code"), "wrong_phase");
    room.decides(room.as_proposed()).await.expect(StatusCode::CONFLICT);
    room.put("rulings/I2", json!({"rulings": []})).await.expect(StatusCode::CONFLICT);
    room.post("reopen", json!({"reason": "Too late."})).await.expect(StatusCode::CONFLICT);
    room.at("2021-09-07T10:00:00Z").await;
    assert_eq!(room.get("results/digest").await.expect(StatusCode::OK).str("/digest"), digest);
    assert_eq!(room.get("bundle").await.expect(StatusCode::OK).text, text);
    room.get("results").await.expect(StatusCode::OK);
}

async fn a_quorum_is_waived_by_a_ruling_with_its_reason(app: TestApp) {
    let room = Room::judged_by(app, 2).await;
    let [first, second, third] = room.nominations.clone();
    let results = room.get("results").await.expect(StatusCode::OK).json();
    assert_eq!(results["official"]["categories"][1]["flags"], json!(["fewer_than_places", "quorum_faults"]));
    let refused = room.signs(0, &room.digest().await).await.expect(StatusCode::CONFLICT);
    let mut faults = [&first, &second, &third].map(|id| at(format!("/categories/I2/nominations/{id}"), "quorum_fault"));
    faults.sort();
    assert_eq!(codes(&refused), faults);

    let silent = json!({"rulings": [{"kind": "quorum_waiver", "nomination": first}]});
    let refused = room.put("rulings/I2", silent).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(codes(&refused), [at("/rulings/0/reason", "reason_required")]);
    let odd = json!({"rulings": [
        {"kind": "quorum_waiver", "nomination": "n1", "reason": "Ill."},
        {"kind": "late_admitted", "judge": "carol", "nomination": first, "reason": "Ill."},
        {"kind": "joint_vote", "category": "I1", "order": [[first], [first]], "reason": "Met."},
        {"kind": "lottery", "reason": "Fun."},
    ]});
    let refused = room.put("rulings/I2", odd).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(codes(&refused), [at("/rulings/3/kind", "bad_choice")]);
    let odd = json!({"rulings": [
        {"kind": "quorum_waiver", "nomination": "n1", "reason": "Ill."},
        {"kind": "late_admitted", "judge": "carol", "nomination": first, "reason": "Ill."},
        {"kind": "joint_vote", "category": "I1", "order": [[first], [first]], "reason": "Met."},
    ]});
    let refused = room.put("rulings/I2", odd).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        codes(&refused),
        [
            at("/rulings/0/nomination", "unknown_nomination"),
            at("/rulings/1/judge", "unknown_judge"),
            at("/rulings/2/category", "unknown_category"),
            at("/rulings/2/order", "duplicate_id"),
        ]
    );

    let waiver = |id: &str| json!({"kind": "quorum_waiver", "nomination": id, "reason": "Two judges fell ill."});
    let waivers = json!({"rulings": [waiver(&first), waiver(&second), waiver(&third)]});
    let ruled = room.put("rulings/I2", waivers.clone()).await.expect(StatusCode::OK).json();
    assert_eq!(ruled["rulings"], waivers["rulings"]);
    let results = room.get("results").await.expect(StatusCode::OK).json();
    assert_eq!(results["official"]["categories"][1]["entries"][0]["flags"], json!(["quorum_waived"]));
    room.decides(room.as_proposed()).await.expect(StatusCode::OK);
    room.signs(0, &room.digest().await).await.expect(StatusCode::OK);
}

async fn decisions_are_frozen_at_the_lock_and_signing_is_not(app: TestApp) {
    let mut room = Room::after_judging(app).await;
    room.decides(room.as_proposed()).await.expect(StatusCode::OK);
    room.at("2021-09-06T16:00:00Z").await;
    let path = format!("{ORGANISE}/decisions/I2");
    let late = room.app.change(Method::PUT, &path, &path, &room.olive().token, room.as_proposed()).await;
    assert_eq!(late.expect(StatusCode::CONFLICT).str("/code"), "frozen");
    let late = room.put("rulings/I2", json!({"rulings": []})).await.expect(StatusCode::CONFLICT);
    assert_eq!(late.str("/code"), "frozen");
    let late = room.post("reopen", json!({"reason": "Too late."})).await.expect(StatusCode::CONFLICT);
    assert_eq!(late.str("/code"), "frozen");
    let digest = room.digest().await;
    room.signs(0, &digest).await.expect(StatusCode::OK);
    room.signs(1, &digest).await.expect(StatusCode::OK);
}

async fn a_judge_who_steps_aside_neither_learns_of_the_seal_nor_moves_it(app: TestApp) {
    let mut room = Room::after_judging(app).await;
    room.decides(room.as_proposed()).await.expect(StatusCode::OK);
    let digest = room.digest().await;
    let mut answers = Vec::new();
    for place in [0, 1] {
        if place == 1 {
            for approver in [0, 1] {
                room.signs(approver, &digest).await.expect(StatusCode::OK);
            }
        } else {
            room.app.sign_in(&mut room.committee.judges[3]).await; // has scored nothing: stepping aside changes no digest
            let promise = json!({"confidential": true});
            let unread = &room.committee.judges[3];
            room.app.put("/judge/declarations/2021", &unread.token, promise).await.expect(StatusCode::OK);
        }
        let judge = if place == 0 { 3 } else { 0 };
        room.app.sign_in(&mut room.committee.judges[judge]).await;
        let judge = &room.committee.judges[judge];
        let queue = room.app.get("/judge/assignments?edition=2021", &judge.token).await.expect(StatusCode::OK);
        let path = format!("/judge/assignments/{}/recusal", queue.str("/items/0/id"));
        answers.push(room.app.post(&path, &judge.token, json!({"reason": "nominee"})).await.status);
    }
    assert_eq!(answers, [StatusCode::CREATED; 2], "before the seal and after it");
    assert_eq!(room.get("results/digest").await.expect(StatusCode::OK).str("/digest"), digest);
    let bundle = room.get("bundle").await.expect(StatusCode::OK).json();
    assert_eq!(bundle["sheets"].as_array().map(Vec::len), Some(18), "what was sealed stands");
}

async fn nobody_seals_once_the_announcement_is_due(app: TestApp) {
    let mut room = Room::after_judging(app).await;
    room.decides(room.as_proposed()).await.expect(StatusCode::OK);
    let digest = room.digest().await;
    room.signs(0, &digest).await.expect(StatusCode::OK);
    room.at("2021-10-06T19:00:00Z").await;
    assert_eq!(room.signs(1, &digest).await.expect(StatusCode::CONFLICT).str("/code"), "frozen");
    room.app.get("/editions/2021/winners", "").await.expect(StatusCode::NOT_FOUND);
}

async fn the_list_of_winners_is_exported_for_the_office_alone(app: TestApp) {
    let mut room = Room::after_judging(app).await;
    room.decides(room.as_proposed()).await.expect(StatusCode::OK);
    let csv = room.get("exports/winners.csv").await.expect(StatusCode::OK);
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(csv.header("cache-control"), "no-store");
    let lines: Vec<&str> = csv.text.split("\r\n").collect();
    assert_eq!(
        lines[0],
        "edition,category,category_en,category_ru,award,name,name_other_script,home_city,country,linked_cities,\
         citation_en,citation_ru,reference,reply,contact_name,email,phone,press_contact_ok"
    );
    let names: Vec<&str> = lines[1..4].iter().map(|line| line.split(',').nth(5).expect("a name")).collect();
    assert_eq!(names, ["Ольга Безродная", "Мария Иванова", "Пётр Образцов"]); // by name, whatever the award
    assert!(lines[2].contains(",winner,") && lines[2].contains(",nominee-of-ann@example.org,"), "{}", lines[2]);
    assert!(room.get("exports/winners.csv?bom=1").await.text.starts_with('\u{FEFF}'));
    let json = room.get("exports/winners.json").await.expect(StatusCode::OK).json();
    assert_eq!(json["items"][1]["award"], "winner");
    assert_eq!(json["items"][1]["linked_cities"], json!(["volgograd", "ostrava"]));
    assert_eq!(room.acts().await.iter().filter(|act| *act == "export_made").count(), 3);

    room.app.sign_in(&mut room.committee.judges[0]).await;
    let judge = room.committee.judges[0].token.clone();
    for path in ["exports/winners.csv", "exports/winners.json"] {
        room.app.get(&format!("{ORGANISE}/{path}"), &judge).await.expect(StatusCode::FORBIDDEN);
    }
    room.at("2021-08-02T10:00:00Z").await;
    room.get("exports/winners.csv").await.expect(StatusCode::CONFLICT);
}

async fn an_edition_of_one_panel_needs_two_of_its_approvers(app: TestApp) {
    let room = Room::after_judging(app).await;
    let close = |tx: &mut Conn| {
        let slug = EditionSlug::parse("2021").expect("a slug");
        let edition = editions::store::by_slug(tx, &slug)?.expect("it is there");
        let mut doc = (*edition.doc).clone();
        doc.panels[1].closed = Some("The city withdrew.".to_owned());
        Ok::<_, StoreError>(editions::store::update(tx, &edition, &doc)?)
    };
    assert!(room.app.app.store.write(close).await.expect("it can be written"));
    let other = room.app.operator_invites("approver", Some("coventry"), "abe@example.org").await;
    room.decides(room.as_proposed()).await.expect(StatusCode::OK);
    let digest = room.digest().await;
    let closed = room.signs(1, &digest).await.expect(StatusCode::FORBIDDEN);
    assert_eq!(closed.str("/code"), "not_allowed");
    room.signs(0, &digest).await.expect(StatusCode::OK);
    let alone = room.signs(0, &digest).await.expect(StatusCode::OK).json();
    assert_eq!((&alone["missing"], &alone["sealed_at"]), (&json!(["coventry"]), &json!(null)));
    let sign = room.app.post(&format!("{ORGANISE}/sign-off"), &other.token, json!({"digest": digest})).await;
    assert_eq!(sign.expect(StatusCode::OK).str("/sealed_at"), "2021-08-28T10:00:00Z");
}

async fn a_nomination_with_its_quorum_counts_as_judged_once_judging_has_closed(app: TestApp) {
    let room = Room::after_judging(app).await;
    let mut clockwork = Clockwork::default();
    clockwork.tick(&room.app.app).await.expect("the store answers");
    clockwork.tick(&room.app.app).await.expect("the store answers");
    for nomination in &room.nominations {
        let status = room.get(&format!("nominations/{nomination}")).await.expect(StatusCode::OK).str("/status");
        assert_eq!(status, "judged");
    }
    assert_eq!(room.acts().await.iter().filter(|act| *act == "judging_closed").count(), 1);
    room.decides(room.as_proposed()).await.expect(StatusCode::OK);
    room.signs(0, &room.digest().await).await.expect(StatusCode::OK);
}
