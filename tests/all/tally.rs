//! The official tally says what the worked cases say, whatever the order of its input, and reads no bundle wrong.

use std::collections::BTreeSet;
use std::path::PathBuf;

use num_rational::Ratio;
use proptest::prelude::*;
use serde_json::{Value, json};
use twin_cities_awards::results::run_tally;

/// The worked cases of the official tally, by their names.
fn cases() -> Vec<(String, Value)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut cases = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("it can be read").path();
        let name = path.file_stem().expect("a file has a name").to_string_lossy().into_owned();
        if (name.starts_with("tally-") || name.starts_with("published-")) && path.extension() == Some("json".as_ref()) {
            let text = std::fs::read_to_string(&path).expect("it can be read");
            cases.push((name, serde_json::from_str(&text).expect("it is JSON")));
        }
    }
    cases.sort_by(|a, b| a.0.cmp(&b.0));
    cases
}

fn tally(bundle: &Value) -> Result<String, String> {
    run_tally(bundle.to_string().as_bytes())
}

fn answer(bundle: &Value) -> Value {
    serde_json::from_str(&tally(bundle).expect("the bundle has no fault")).expect("the answer is JSON")
}

/// The pairs of pointer and code that a bundle is refused with.
fn faults(bundle: &Value) -> BTreeSet<(String, String)> {
    errors(&tally(bundle).expect_err("the bundle has faults"))
}

fn errors(text: &str) -> BTreeSet<(String, String)> {
    let refusal: Value = serde_json::from_str(text).expect("the refusal is JSON");
    let errors = refusal["errors"].as_array().expect("it lists errors");
    errors.iter().map(pair).collect()
}

fn pair(error: &Value) -> (String, String) {
    let text = |name: &str| error[name].as_str().expect("it is a text").to_owned();
    (text("pointer"), text("code"))
}

/// Asserts that the answer holds all that is expected; keys that the expectation does not name are free.
fn assert_holds(expected: &Value, answer: &Value, at: &str) {
    match (expected, answer) {
        (Value::Object(expected), Value::Object(answer)) => {
            for (key, value) in expected {
                let found = answer.get(key).unwrap_or_else(|| panic!("{at}/{key}: missing"));
                assert_holds(value, found, &format!("{at}/{key}"));
            }
        }
        (Value::Array(expected), Value::Array(answer)) => {
            assert_eq!(expected.len(), answer.len(), "{at}: {answer:?}");
            for (number, (expected, answer)) in expected.iter().zip(answer).enumerate() {
                assert_holds(expected, answer, &format!("{at}/{number}"));
            }
        }
        _ => assert_eq!(expected, answer, "{at}"),
    }
}

/// The bundle with the lists whose order means nothing in another one.
fn shuffled(bundle: &Value, mut seed: u64) -> Value {
    let mut bundle = bundle.clone();
    for list in ["judges", "nominations", "sheets", "recusals", "rulings"] {
        let items = bundle[list].as_array_mut().expect("it is a list");
        for last in (1..items.len()).rev() {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            items.swap(last, (seed >> 33) as usize % (last + 1));
        }
    }
    bundle
}

#[test]
fn every_worked_case_comes_out_in_whatever_order_it_is_given() {
    let cases = cases();
    assert!(cases.len() >= 13, "the cases are there");
    for (name, case) in cases {
        let bundle = &case["input"];
        if let Some(expected) = case.get("expected_errors") {
            let expected: BTreeSet<_> = expected.as_array().expect("it is a list").iter().map(pair).collect();
            assert_eq!(faults(bundle), expected, "{name}");
            continue;
        }
        let mut expected = case["expected"].clone();
        for other in ["advisory", "agreement"] {
            expected.as_object_mut().expect("it is an object").remove(other);
        }
        assert_holds(&expected, &answer(bundle), &name);
        for seed in 0..5 {
            assert_eq!(tally(&shuffled(bundle, seed)), tally(bundle), "{name}, seed {seed}");
        }
    }
}

/// Two panels of two judges, two criteria of 60 and 40 points, three nominations in one category.
fn small() -> Value {
    let sheet = |judge: &str, nomination: &str, idea: u32, care: u32| {
        json!({"judge": judge, "nomination": nomination, "state": "submitted",
               "submitted_at": "2027-09-01T12:00:00Z", "scores": {"idea": idea, "care": care}})
    };
    let mut sheets = Vec::new();
    for (nomination, marks) in [("n1", [7, 8]), ("n2", [8, 6]), ("n3", [2, 3])] {
        for judge in ["c1", "c2", "v1", "v2"] {
            sheets.push(sheet(judge, nomination, marks[0], marks[1]));
        }
    }
    json!({
        "format": "tca-bundle/1",
        "edition": {
            "slug": "2027", "quorum": 2, "judging_close_at": "2027-09-10T22:59:59Z",
            "criteria": [{"key": "idea", "weight": 60, "max_score": 10}, {"key": "care", "weight": 40, "max_score": 10}],
            "panels": [{"key": "coventry"}, {"key": "volgograd"}],
            "categories": [{"key": "schools", "winners": 1, "commended": 1}],
        },
        "judges": [
            {"id": "c1", "panel": "coventry", "removed": null}, {"id": "c2", "panel": "coventry"},
            {"id": "v1", "panel": "volgograd", "removed": null}, {"id": "v2", "panel": "volgograd"},
        ],
        "nominations": [
            {"id": "n1", "category": "schools", "status": "eligible", "merged_into": null},
            {"id": "n2", "category": "schools", "status": "eligible"},
            {"id": "n3", "category": "schools", "status": "eligible"},
        ],
        "recusals": [],
        "sheets": sheets,
        "rulings": [],
    })
}

/// The small bundle with values put at pointers; a pointer to the end of a list appends.
fn small_with(changes: &[(&str, Value)]) -> Value {
    let mut bundle = small();
    for (pointer, value) in changes {
        let (parent, key) = pointer.rsplit_once('/').expect("a pointer begins with a slash");
        match bundle.pointer_mut(parent).expect("the parent is there") {
            Value::Array(items) => match key.parse::<usize>() {
                Ok(at) if at < items.len() => items[at] = value.clone(),
                _ => items.push(value.clone()),
            },
            parent => parent[key] = value.clone(),
        }
    }
    bundle
}

#[track_caller]
fn assert_faults(changes: &[(&str, Value)], expected: &[(&str, &str)]) {
    let expected = expected.iter().map(|(pointer, code)| ((*pointer).to_owned(), (*code).to_owned())).collect();
    assert_eq!(faults(&small_with(changes)), expected);
}

#[test]
fn each_fault_of_a_bundle_is_named_where_it_stands() {
    assert_faults(&[("/format", json!("tca-bundle/2"))], &[("/format", "bad_choice")]);
    assert_faults(&[("/edition/criteria/0/weight", json!(61))], &[("/edition/criteria", "weights_sum")]);
    assert_faults(
        &[("/edition/criteria/0/weight", json!(0)), ("/edition/criteria/1/weight", json!(100))],
        &[("/edition/criteria/0/weight", "out_of_range")],
    );
    assert_faults(
        &[("/edition/criteria/0/max_score", json!(101))],
        &[("/edition/criteria/0/max_score", "out_of_range")],
    );
    assert_faults(&[("/edition/quorum", json!(0))], &[("/edition/quorum", "out_of_range")]);
    assert_faults(&[("/edition/tie_break", json!(["care", "wit"]))], &[("/edition/tie_break/1", "unknown_criterion")]);
    assert_faults(
        &[("/edition/panels/1/closed", json!({"reason": " "}))],
        &[("/edition/panels/1/closed/reason", "reason_required")],
    );
    assert_faults(&[("/edition/colour", json!("red"))], &[("/edition/colour", "unknown_field")]);
    assert_faults(&[("/comment", json!(""))], &[("/comment", "unknown_field")]);
    assert_faults(
        &[("/judges/1/id", json!("c1")), ("/judges/1/panel", json!("dresden"))],
        &[
            ("/judges/1/id", "duplicate_id"),
            ("/judges/1/panel", "unknown_panel"),
            ("/sheets/1/judge", "unknown_judge"),
            ("/sheets/5/judge", "unknown_judge"),
            ("/sheets/9/judge", "unknown_judge"),
        ],
    );
    assert_faults(
        &[("/judges/0/removed", json!({"sheets": "void"}))],
        &[("/judges/0/removed/reason", "reason_required")],
    );
    assert_faults(&[("/nominations/1/category", json!("choirs"))], &[("/nominations/1/category", "unknown_category")]);
    assert_faults(
        &[("/nominations/1/id", json!("n 2"))],
        &[
            ("/nominations/1/id", "bad_id"),
            ("/sheets/4/nomination", "unknown_nomination"),
            ("/sheets/5/nomination", "unknown_nomination"),
            ("/sheets/6/nomination", "unknown_nomination"),
            ("/sheets/7/nomination", "unknown_nomination"),
        ],
    );
    assert_faults(
        &[("/recusals/-", json!({"judge": "x", "nomination": "y"}))],
        &[("/recusals/0/judge", "unknown_judge"), ("/recusals/0/nomination", "unknown_nomination")],
    );
    assert_faults(&[("/sheets/-", small()["sheets"][3].clone())], &[("/sheets/12", "duplicate_sheet")]);
    assert_faults(
        &[("/sheets/0/state", json!("draft")), ("/sheets/0/scores", json!({"idea": -1}))],
        &[("/sheets/0/scores/idea", "score_range")],
    );
    assert_faults(
        &[("/sheets/0/scores", json!({"idea": 7.5, "care": "7", "wit/1": 3}))],
        &[
            ("/sheets/0/scores/idea", "score_range"),
            ("/sheets/0/scores/care", "wrong_type"),
            ("/sheets/0/scores/wit~11", "unknown_criterion"),
        ],
    );
    assert_faults(&[("/sheets/0/submitted_at", json!(null))], &[("/sheets/0/submitted_at", "missing_time")]);
    assert_faults(&[("/sheets/0/submitted_at", json!("noon"))], &[("/sheets/0/submitted_at", "bad_time")]);
    assert_faults(
        &[
            ("/rulings/-", json!({"kind": "quorum_waiver", "nomination": "n9", "reason": ""})),
            (
                "/rulings/-",
                json!({"kind": "joint_vote", "category": "schools", "order": [["n1"], ["n9"]], "reason": "x"}),
            ),
            ("/rulings/-", json!({"kind": "lottery", "winner": "n1"})),
        ],
        &[
            ("/rulings/0/nomination", "unknown_nomination"),
            ("/rulings/0/reason", "reason_required"),
            ("/rulings/1/order/1/0", "unknown_nomination"),
            ("/rulings/2/kind", "bad_choice"),
        ],
    );
    assert_faults(&[("/sheets", json!({}))], &[("/sheets", "wrong_type")]);
}

#[test]
fn a_merge_leads_somewhere_in_its_own_category() {
    let merged = |into: Value| json!({"id": "n1", "category": "schools", "status": "merged", "merged_into": into});
    let at = "/nominations/0/merged_into";
    assert_faults(&[("/nominations/0", merged(json!(null)))], &[(at, "merge_status")]);
    assert_faults(&[(at, json!("n2"))], &[(at, "merge_status")]);
    assert_faults(&[("/nominations/0", merged(json!("n1")))], &[(at, "merge_cycle")]);
    assert_faults(
        &[
            ("/nominations/0", merged(json!("n2"))),
            ("/nominations/1", json!({"id": "n2", "category": "schools", "status": "merged", "merged_into": "n3"})),
            ("/nominations/2", json!({"id": "n3", "category": "schools", "status": "merged", "merged_into": "n2"})),
        ],
        &[("/nominations/1/merged_into", "merge_cycle"), ("/nominations/2/merged_into", "merge_cycle")],
    );
    assert_faults(
        &[
            ("/edition/categories/-", json!({"key": "choirs", "winners": 1, "commended": 0})),
            ("/nominations/-", json!({"id": "n4", "category": "choirs", "status": "merged", "merged_into": "n1"})),
        ],
        &[("/nominations/3/merged_into", "merge_category")],
    );
}

#[test]
fn what_is_no_json_is_one_fault() {
    let expected = |code: &str| BTreeSet::from([(String::new(), code.to_owned())]);
    assert_eq!(errors(&run_tally(b"{\"format\": ").expect_err("cut off")), expected("malformed_json"));
    assert_eq!(errors(&run_tally(b"[]").expect_err("no object")), expected("malformed_json"));
    assert_eq!(errors(&run_tally(b"{\"format\": \"\xff\"}").expect_err("no UTF-8")), expected("malformed_utf8"));
    assert_eq!(errors(&run_tally(&[b'['; 10_000]).expect_err("too deep")), expected("malformed_json"));
    let twice = small().to_string().replacen("\"format\"", "\"format\":\"x\",\"format\"", 1);
    assert_eq!(errors(&run_tally(twice.as_bytes()).expect_err("a key twice")), expected("malformed_json"));
}

#[test]
fn a_tie_at_the_line_goes_to_a_vote_of_exactly_those_who_are_level() {
    let level = |nomination: usize| {
        (0..4).map(move |judge| (format!("/sheets/{}/scores", nomination * 4 + judge), json!({"idea": 7, "care": 8})))
    };
    let changes: Vec<(String, Value)> = level(1).collect();
    let tied: Vec<(&str, Value)> = changes.iter().map(|(pointer, value)| (pointer.as_str(), value.clone())).collect();
    let untouched = answer(&small_with(&tied));
    assert_eq!(untouched["categories"][0]["flags"], json!(["tie_at_winner_line"]));
    assert_eq!(untouched["categories"][0]["entries"][1]["proposed"], "tie_winner");

    let vote =
        |order: Value| json!({"kind": "joint_vote", "category": "schools", "order": order, "reason": "They met."});
    let with = |order| [tied.clone(), vec![("/rulings/-", vote(order))]].concat();
    let broken = answer(&small_with(&with(json!([["n2"], ["n1"]]))));
    let entries = &broken["categories"][0]["entries"];
    assert_eq!((&entries[0]["nomination"], &entries[0]["proposed"]), (&json!("n2"), &json!("winner")));
    assert_eq!(entries[0]["tie"], json!({"with": ["n1"], "resolved_by": "joint_vote"}));
    assert_eq!(broken["warnings"], json!([]));

    let stale = answer(&small_with(&with(json!([["n2"], ["n1"], ["n3"]]))));
    assert_eq!(stale["categories"], untouched["categories"]);
    assert_eq!(stale["warnings"][0]["code"], "stale_joint_vote");
}

#[test]
fn margins_of_nominations_with_very_many_sheets_stay_exact() {
    // Eight panels whose sizes have no common divisor: the difference of two scores has a denominator of 50 digits.
    let sizes = [997, 991, 983, 977, 971, 967, 953, 947];
    let mut bundle = small();
    let panels: Vec<String> = (0..8).map(|panel| format!("p{panel}")).collect();
    bundle["edition"]["panels"] = panels.iter().map(|key| json!({"key": key})).collect();
    bundle["edition"]["criteria"] = json!([{"key": "idea", "weight": 100, "max_score": 97}]);
    bundle["nominations"].as_array_mut().expect("a list").pop();
    let (mut judges, mut sheets) = (Vec::new(), Vec::new());
    for (panel, size) in panels.iter().zip(sizes) {
        for number in 0..size {
            let judge = format!("{panel}-{number}");
            judges.push(json!({"id": judge, "panel": panel}));
            for (nomination, fewer, mark) in [("n1", 0, number % 89), ("n2", 10, number % 83)] {
                if number + fewer < size {
                    sheets.push(json!({"judge": judge, "nomination": nomination, "state": "submitted",
                        "submitted_at": "2027-09-01T12:00:00Z", "scores": {"idea": mark}}));
                }
            }
        }
    }
    bundle["judges"] = judges.into();
    bundle["sheets"] = sheets.into();
    let entries = answer(&bundle)["categories"][0]["entries"].clone();
    let exact = entries[0]["margin_below"]["exact"].as_str().expect("a fraction").to_owned();
    let (num, den) = exact.split_once('/').expect("a fraction");
    assert!(den.len() > 39, "{exact}: this needs more than 128 bits");
    let [num, den] = [num, den].map(|digits| digits.parse::<f64>().expect("digits"));
    let [first, second] = [0, 1].map(|at| {
        let (num, den) = entries[at]["score"].as_str().and_then(|score| score.split_once('/')).expect("a fraction");
        num.parse::<f64>().expect("digits") / den.parse::<f64>().expect("digits")
    });
    assert!((num / den - (first - second)).abs() < 1e-9, "{exact} is {first} - {second}");
}

/// A bundle of a few judges and nominations with any scores, drafts, recusals, waivers and odd weights.
fn bundles() -> impl Strategy<Value = Value> {
    let sheet = (0..6_usize, 0..5_usize, prop::collection::vec(0..=5_u32, 3), 0..8_u8);
    (
        prop::collection::vec(sheet, 0..40),
        prop::collection::vec((0..6_usize, 0..5_usize), 0..3),
        prop::collection::vec(0..5_usize, 0..3),
        (1..3_u32, 0..3_u32, 1..4_u32),
    )
        .prop_map(|(sheets, recusals, waivers, (winners, commended, quorum))| {
            let mut seen = BTreeSet::new();
            let mut bundle = small();
            bundle["edition"]["quorum"] = quorum.into();
            bundle["edition"]["criteria"] = json!([{"key": "idea", "weight": 50, "max_score": 5},
                {"key": "care", "weight": 33, "max_score": 6}, {"key": "text", "weight": 17, "max_score": 7}]);
            bundle["edition"]["categories"] = json!([{"key": "schools", "winners": winners, "commended": commended},
                {"key": "choirs", "winners": 1, "commended": 1}]);
            let panel = |judge: usize| ["coventry", "volgograd"][judge % 2];
            bundle["judges"] = (0..6).map(|at| json!({"id": format!("j{at}"), "panel": panel(at)})).collect();
            let category = |at: usize| if at == 4 { "choirs" } else { "schools" };
            bundle["nominations"] = (0..5)
                .map(|at| json!({"id": format!("n{at}"), "category": category(at), "status": "eligible"}))
                .collect();
            bundle["sheets"] = sheets
                .into_iter()
                .filter(|(judge, nomination, ..)| seen.insert((*judge, *nomination)))
                .map(|(judge, nomination, scores, draft)| {
                    json!({"judge": format!("j{judge}"), "nomination": format!("n{nomination}"),
                        "state": if draft == 0 { "draft" } else { "submitted" },
                        "submitted_at": "2027-09-01T12:00:00Z",
                        "scores": {"idea": scores[0], "care": scores[1], "text": scores[2]}})
                })
                .collect();
            bundle["recusals"] = recusals
                .iter()
                .map(
                    |(judge, nomination)| json!({"judge": format!("j{judge}"), "nomination": format!("n{nomination}")}),
                )
                .collect();
            bundle["rulings"] = waivers
                .iter()
                .map(|at| json!({"kind": "quorum_waiver", "nomination": format!("n{at}"), "reason": "Ill."}))
                .collect();
            bundle
        })
}

/// The bundle with a vote on each group that shares a rank: the last by id goes first.
fn with_votes(mut bundle: Value) -> Value {
    let counted = answer(&bundle);
    for category in counted["categories"].as_array().expect("it is a list") {
        let entries = category["entries"].as_array().expect("it is a list");
        for level in entries.chunk_by(|a, b| a["rank"] == b["rank"]).filter(|level| level.len() > 1) {
            let order: Vec<Value> = level.iter().rev().map(|entry| json!([entry["nomination"]])).collect();
            let vote =
                json!({"kind": "joint_vote", "category": category["category"], "order": order, "reason": "Met."});
            bundle["rulings"].as_array_mut().expect("it is a list").push(vote);
        }
    }
    bundle
}

/// The formula, word for word: a sheet's total is the weighted sum of its scores' parts of their maxima, a panel's mean
/// is over its valid sheets, the score is the mean of the panels' means.
fn plain_score(bundle: &Value, nomination: &str, without: Option<&str>) -> Option<Ratio<i128>> {
    let text = |value: &Value, name: &str| value[name].as_str().expect("it is a text").to_owned();
    let number = |value: &Value| i128::from(value.as_i64().expect("it is a number"));
    let list = |name: &str| bundle[name].as_array().expect("it is a list").clone();
    let mut sum = Ratio::from_integer(0);
    for panel in ["coventry", "volgograd"] {
        let mut totals = Vec::new();
        for sheet in list("sheets") {
            let judge = text(&sheet, "judge");
            let of_panel =
                list("judges").iter().any(|other| text(other, "id") == judge && text(other, "panel") == panel);
            let recused = list("recusals")
                .iter()
                .any(|recusal| text(recusal, "judge") == judge && text(recusal, "nomination") == nomination);
            let counts = text(&sheet, "nomination") == nomination && sheet["state"] == "submitted" && !recused;
            if !of_panel || !counts || without == Some(judge.as_str()) {
                continue;
            }
            let mut total = Ratio::from_integer(0);
            for criterion in bundle["edition"]["criteria"].as_array().expect("it is a list") {
                let score = number(&sheet["scores"][text(criterion, "key")]);
                total += Ratio::new(number(&criterion["weight"]) * score, number(&criterion["max_score"]));
            }
            totals.push(total);
        }
        if totals.is_empty() {
            return None;
        }
        sum += totals.iter().sum::<Ratio<i128>>() / Ratio::from_integer(totals.len() as i128);
    }
    Some(sum / Ratio::from_integer(2))
}

proptest! {
    #[test]
    fn the_order_of_a_bundle_never_matters(bundle in bundles(), seed: u64) {
        prop_assert_eq!(tally(&shuffled(&bundle, seed)), tally(&bundle));
    }

    #[test]
    fn a_score_is_what_the_formula_says(bundle in bundles()) {
        for category in answer(&bundle)["categories"].as_array().expect("it is a list") {
            for entry in category["entries"].as_array().expect("it is a list") {
                let nomination = entry["nomination"].as_str().expect("it is a text");
                let score = plain_score(&bundle, nomination, None).expect("what is ranked has a score");
                prop_assert_eq!(&entry["score"], &json!(format!("{}/{}", score.numer(), score.denom())));
            }
        }
    }

    #[test]
    fn leaving_a_judge_out_is_counting_again_without_the_judge(bundle in bundles(), voted: bool) {
        let bundle = if voted { with_votes(bundle) } else { bundle };
        let base = answer(&bundle);
        for (at, category) in base["categories"].as_array().expect("it is a list").iter().enumerate() {
            let entries = category["entries"].as_array().expect("it is a list");
            let ranked: Vec<&str> = entries.iter().filter_map(|entry| entry["nomination"].as_str()).collect();
            let mut expected = Vec::new();
            for judge in 0..6 {
                // The same bundle without the judge, where a single sheet a panel is enough for those that were ranked.
                let judge = format!("j{judge}");
                let mut without = bundle.clone();
                without["edition"]["quorum"] = 1.into();
                without["nominations"].as_array_mut().expect("a list").retain(|other| {
                    ranked.iter().any(|id| other["id"] == *id)
                });
                let kept: BTreeSet<String> = ranked.iter().map(|id| (*id).to_owned()).collect();
                let keep = |part: &Value| {
                    part["category"] == category["category"] || kept.contains(part["nomination"].as_str().unwrap_or_default())
                };
                for list in ["sheets", "recusals", "rulings"] {
                    without[list].as_array_mut().expect("a list").retain(&keep);
                }
                without["sheets"].as_array_mut().expect("a list").retain(|sheet| sheet["judge"] != judge.as_str());
                let of = |answer: &Value, proposed: &str| -> Vec<String> {
                    let entries = answer["categories"][at]["entries"].as_array().expect("a list").clone();
                    let mut ids: Vec<String> = entries.iter().filter(|entry| entry["proposed"] == proposed)
                        .map(|entry| entry["nomination"].as_str().expect("a text").to_owned()).collect();
                    ids.sort();
                    ids
                };
                let again = answer(&without);
                let line = (of(&again, "winner"), of(&again, "tie_winner"));
                if line != (of(&base, "winner"), of(&base, "tie_winner")) {
                    expected.push(json!({"judge": judge, "winners": line.0, "tied_at_line": line.1}));
                }
            }
            prop_assert_eq!(&category["sensitivity"], &json!({"robust": expected.is_empty(), "judges": expected}));
        }
    }

    #[test]
    fn scores_in_larger_numbers_with_larger_maxima_change_nothing(bundle in bundles(), factor in 2..12_i64) {
        let mut larger = bundle.clone();
        larger["edition"]["criteria"][1]["max_score"] = (6 * factor).into();
        for sheet in larger["sheets"].as_array_mut().expect("a list") {
            let score = sheet["scores"]["care"].as_i64().expect("a number");
            sheet["scores"]["care"] = (score * factor).into();
        }
        let [before, after] = [answer(&bundle), answer(&larger)].map(|answer| {
            let category = &answer["categories"][0];
            let entries = category["entries"].as_array().expect("a list").clone();
            let told: Vec<Value> = entries.iter()
                .map(|entry| json!([entry["nomination"], entry["rank"], entry["score"], entry["proposed"], entry["tie"]]))
                .collect();
            json!([told, category["sensitivity"], category["unranked"]])
        });
        prop_assert_eq!(before, after);
    }

    #[test]
    fn no_damage_to_a_bundle_stops_the_reader(at in 0..4_000_usize, bytes in prop::collection::vec(any::<u8>(), 1..6)) {
        let mut text = small().to_string().into_bytes();
        let start = at % text.len();
        let end = (start + bytes.len() / 2).min(text.len());
        text.splice(start..end, bytes);
        if let Err(refusal) = run_tally(&text) {
            prop_assert!(!errors(&refusal).is_empty());
        }
    }

    #[test]
    fn no_value_in_the_wrong_place_stops_the_reader(bundle in bundles(), at in 0..200_usize, what in 0..6_usize) {
        let mut bundle = bundle;
        let mut pointers = Vec::new();
        every_pointer(&bundle, "", &mut pointers);
        let odd = [json!(null), json!(-1), json!("n1"), json!([[]]), json!({"": 1}), json!(1e300)];
        let pointer = &pointers[at % pointers.len()];
        *bundle.pointer_mut(pointer).expect("it is there") = odd[what].clone();
        if let Err(refusal) = tally(&bundle) {
            prop_assert!(!errors(&refusal).is_empty());
        }
    }
}

fn every_pointer(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(key, value)| every_pointer(value, &format!("{at}/{key}"), found));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(number, value)| every_pointer(value, &format!("{at}/{number}"), found));
        }
        _ => {}
    }
}
