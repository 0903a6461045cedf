//! Assignment: plans are as good as the best there is, keep every rule, and prove what they lack.

mod brute;
mod checker;
mod second_opinion;

use std::collections::BTreeSet;
use std::path::PathBuf;

use checker::{liking, list, pairs_of, standing, vector, worth};
use proptest::prelude::*;
use serde_json::{Value, json};
use twin_cities_awards::judging::assign::answer::Answer;
use twin_cities_awards::judging::assign::plan::plan_with;
use twin_cities_awards::judging::assign::seats::Shortcuts;
use twin_cities_awards::judging::assign::{Problem, read, run_assign};

/// Every shortcut that is there, whatever the size.
const ALL_SHORTCUTS: Shortcuts = Shortcuts { exact_arcs: 0, level_from: 0 };
/// None of them.
const NO_SHORTCUTS: Shortcuts = Shortcuts { exact_arcs: usize::MAX, level_from: u32::MAX };

fn assign(problem: &Value) -> String {
    run_assign(problem.to_string().as_bytes()).expect("the problem has no fault")
}

fn answer(problem: &Value) -> Value {
    serde_json::from_str(&assign(problem)).expect("the answer is JSON")
}

fn answer_with(problem: &Value, shortcuts: Shortcuts) -> Value {
    let problem = Problem::of(read::read(problem.to_string().as_bytes()).expect("the problem has no fault"));
    serde_json::to_value(Answer::of(&problem, &plan_with(&problem, shortcuts))).expect("it is JSON")
}

/// Splitmix64: what the problems below are drawn from.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % end
    }

    fn some(&mut self, words: &[&str], one_in: u64) -> Vec<String> {
        words.iter().filter(|_| self.below(one_in) == 0).map(|word| (*word).to_owned()).collect()
    }
}

/// How large a problem is drawn.
struct Size {
    panels: &'static [&'static str],
    judges: u64,
    nominations: u64,
}

/// A problem with a bit of everything.
fn drawn(dice: &mut Dice, size: &Size) -> Value {
    let (rich, categories) = (dice.below(2) == 0, 1 + dice.below(2));
    let mut judges = Vec::new();
    for panel in size.panels {
        for number in 0..size.judges {
            let reads =
                [vec!["en"], vec!["ru"], vec!["en", "ru"]][if rich { dice.below(3) as usize } else { 2 }].clone();
            let capacity = if dice.below(3) == 0 { json!(dice.below(size.nominations)) } else { json!(null) };
            let expertise = if rich { dice.some(&["a", "b"], 3) } else { Vec::new() };
            judges.push(
                json!({"id": format!("{panel}{number}"), "panel": panel, "capacity": capacity, "languages": reads,
                "expertise": expertise}),
            );
        }
    }
    let nominations = (0..size.nominations).map(|number| {
        let language = ["en", "ru"][dice.below(2) as usize];
        let category = ["a", "b"][dice.below(categories) as usize];
        json!({"id": format!("n{number}"), "category": category, "language": language,
            "translations": dice.some(&["en", "ru"], 2)})
    });
    let nominations: Vec<Value> = nominations.collect();
    let (often_barred, often_standing) = (dice.below(3), dice.below(4));
    let (mut conflicts, mut current) = (Vec::new(), Vec::new());
    for judge in &judges {
        for nomination in &nominations {
            if dice.below(6) < often_barred {
                conflicts.push(json!({"judge": judge["id"], "nomination": nomination["id"]}));
            }
            if often_standing > 0 && dice.below(3) == 0 {
                let states = ["assigned", "assigned", "assigned", "draft", "submitted"];
                let state = states[dice.below(if often_standing == 1 { 3 } else { 5 }) as usize];
                current.push(json!({"judge": judge["id"], "nomination": nomination["id"], "state": state}));
            }
        }
    }
    json!({"format": "tca-assignment/1", "seed": dice.below(1_000), "per_panel": 1 + dice.below(3), "panels": size.panels,
        "judges": judges, "nominations": nominations, "conflicts": conflicts, "current": current})
}

/// The problem with its lists in another order.
fn shuffled(problem: &Value, seed: u64) -> Value {
    let (mut problem, mut dice) = (problem.clone(), Dice(seed));
    for list in ["judges", "nominations", "conflicts", "current", "public_domains"] {
        let Some(items) = problem[list].as_array_mut() else { continue };
        for last in (1..items.len()).rev() {
            items.swap(last, dice.below(last as u64 + 1) as usize);
        }
    }
    problem
}

/// The answer says of itself what the checker finds, and each shortage is proved by its cut.
#[track_caller]
fn assert_honest(problem: &Value, answer: &Value) {
    assert_eq!(worth(problem, &pairs_of(answer)), vector(answer), "{problem}\n{answer}");
    for panel in list(&answer["panels"]) {
        let number = |pointer: &str| panel.pointer(pointer).and_then(Value::as_i64).unwrap_or(0);
        let proved = number("/cut/demand") - number("/cut/capacity") - number("/cut/pairs");
        assert_eq!(proved, number("/shortfall"), "{problem}\n{answer}");
    }
}

// ——— As good as the best ———

/// All that is expected stands in the answer; keys that the expectation does not name are free.
fn assert_holds(expected: &Value, answer: &Value, at: &str) {
    match (expected, answer) {
        (Value::Object(expected), Value::Object(answer)) => {
            for (key, value) in expected {
                assert_holds(value, answer.get(key).unwrap_or(&Value::Null), &format!("{at}/{key}"));
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

#[test]
fn every_worked_case_comes_out_in_whatever_order_it_is_given() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut met = 0;
    for entry in std::fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("it can be read").path();
        let name = path.file_stem().expect("a file has a name").to_string_lossy().into_owned();
        if !name.starts_with("assign-") {
            continue;
        }
        met += 1;
        let text = std::fs::read_to_string(&path).expect("it can be read");
        let case: Value = serde_json::from_str(&text).expect("it is JSON");
        let (problem, plan) = (&case["input"], assign(&case["input"]));
        let answer: Value = serde_json::from_str(&plan).expect("the answer is JSON");
        assert_honest(problem, &answer);
        assert_holds(&case["expected"], &answer, &name);
        assert_holds(&case["best"], &answer["objective"], &name);
        for seed in 0..5 {
            assert_eq!(assign(&shuffled(problem, seed)), plan, "{name}, seed {seed}");
        }
    }
    assert!(met >= 8, "the cases are there");
}

/// How many small problems are drawn; more by `TCA_TEST_PROBLEMS=12000 cargo test --release assign::small`.
#[expect(clippy::disallowed_methods, reason = "tests ask the environment how much they are to do")]
fn problems() -> u64 {
    std::env::var("TCA_TEST_PROBLEMS").ok().and_then(|number| number.parse().ok()).unwrap_or(400)
}

#[test]
fn small_plans_are_as_good_as_the_best_of_all_plans() {
    let sizes = [
        Size { panels: &["p"], judges: 4, nominations: 4 },
        Size { panels: &["p", "q"], judges: 2, nominations: 3 },
        Size { panels: &["p", "q"], judges: 2, nominations: 4 },
        Size { panels: &["p"], judges: 3, nominations: 4 },
    ];
    let rounds = problems();
    let (mut joined, mut liked) = (0, 0);
    for round in 0..rounds {
        let problem = drawn(&mut Dice(round), &sizes[round as usize % sizes.len()]);
        let best = brute::best(&problem);
        for shortcuts in [NO_SHORTCUTS, ALL_SHORTCUTS] {
            let answer = answer_with(&problem, shortcuts);
            assert_honest(&problem, &answer);
            let found = vector(&answer);
            assert_eq!(found[..5], best[..5], "{problem}\n{answer}");
            joined += u64::from(found[5] == best[5]);
            liked += u64::from(found[5..] == best[5..]);
        }
    }
    // The last two levels are as good as exchanges of two pairs make them: nearly always the best.
    assert!(joined * 100 >= 97 * 2 * rounds, "{joined} of {}", 2 * rounds);
    assert!(liked * 100 >= 96 * 2 * rounds, "{liked} of {}", 2 * rounds);
}

#[test]
fn another_solver_finds_nothing_better() {
    let size = Size { panels: &["p", "q"], judges: 5, nominations: 12 };
    let (rounds, mut equal) = (60, 0);
    for round in 0..rounds {
        let problem = drawn(&mut Dice(round), &size);
        let least = second_opinion::least(&problem);
        for shortcuts in [NO_SHORTCUTS, ALL_SHORTCUTS] {
            let answer = answer_with(&problem, shortcuts);
            assert_honest(&problem, &answer);
            let filled = pairs_of(&answer).len() - standing(&problem).0.len();
            let cost = second_opinion::cost(&problem, vector(&answer), filled as u64);
            // Joining parts may cost liking, the lowest level; without it all are the same.
            assert_eq!(cost >> 8, least >> 8, "{problem}\n{answer}");
            assert!(cost >= least, "{problem}\n{answer}");
            equal += u64::from(cost == least);
        }
    }
    assert!(equal * 10 >= 9 * 2 * rounds, "{equal} of {}", 2 * rounds);
}

#[test]
fn shortcuts_change_nothing_that_counts() {
    let size = Size { panels: &["p", "q"], judges: 12, nominations: 200 };
    for round in 0..8 {
        let problem = drawn(&mut Dice(round), &size);
        let (with, without) = (answer_with(&problem, ALL_SHORTCUTS), answer_with(&problem, NO_SHORTCUTS));
        assert_honest(&problem, &with);
        assert_eq!(vector(&with)[..5], vector(&without)[..5], "round {round}");
        assert_eq!(with["panels"], without["panels"], "the smallest cut is one and the same");
    }
}

#[test]
fn judges_who_cannot_come_level_with_the_rest_are_level_among_themselves() {
    let judge = |id: &str, reads: &str| json!({"id": id, "panel": "p", "languages": [reads]});
    let nomination = |number: usize| json!({"id": format!("n{number:02}"), "category": "a", "language": if number < 30 { "en" } else { "ru" }});
    let problem = json!({"format": "tca-assignment/1", "seed": 1, "per_panel": 1, "panels": ["p"],
        "judges": [judge("e", "en"), judge("r", "ru"), judge("s", "ru"), judge("t", "ru")],
        "nominations": (0..33).map(nomination).collect::<Vec<_>>()});
    for shortcuts in [NO_SHORTCUTS, ALL_SHORTCUTS] {
        assert_eq!(vector(&answer_with(&problem, shortcuts))[3], 30 * 30 + 3);
    }
}

#[test]
fn parts_that_an_exchange_can_join_are_joined_whatever_the_draw() {
    let judge = |number: usize| json!({"id": format!("j{number}"), "panel": "p", "languages": ["en"]});
    let nomination = |number: usize| json!({"id": format!("n{number}"), "category": "a", "language": "en"});
    let mut problem = json!({"format": "tca-assignment/1", "seed": 0, "per_panel": 2, "panels": ["p"],
        "judges": (0..4).map(judge).collect::<Vec<_>>(), "nominations": (0..4).map(nomination).collect::<Vec<_>>()});
    for seed in 0..50 {
        problem["seed"] = json!(seed);
        assert_eq!(vector(&answer(&problem)), [0, 0, 0, 16, 16, 1, 0], "seed {seed}");
    }
}

// ——— A plan that stands ———

/// 30 nominations, two panels of six judges, three sheets of each, and a plan for them.
fn planned() -> (Value, Value) {
    let judges: Vec<Value> = ["coventry", "volgograd"]
        .iter()
        .flat_map(|panel| {
            (0..6).map(move |number| json!({"id": format!("{panel}{number}"), "panel": panel, "languages": ["en"]}))
        })
        .collect();
    let nomination = |number: usize| {
        let category = ["a", "b", "c"][number % 3];
        json!({"id": format!("n{number:02}"), "category": category, "language": "en"})
    };
    let nominations: Vec<Value> = (0..30).map(nomination).collect();
    let mut problem = json!({"format": "tca-assignment/1", "seed": 7, "per_panel": 3, "panels": ["coventry", "volgograd"],
        "judges": judges, "nominations": nominations, "conflicts": [], "current": []});
    let plan = answer(&problem);
    let standing = list(&plan["assignments"]).iter();
    let standing =
        standing.map(|one| json!({"judge": one["judge"], "nomination": one["nomination"], "state": "assigned"}));
    problem["current"] = standing.collect();
    (problem, plan)
}

#[test]
fn an_even_plan_is_joined_and_has_no_gap() {
    let (_, plan) = planned();
    assert_eq!(vector(&plan), [0, 0, 0, 12 * 15 * 15, 12 * 3 * 25, 1, 0]);
    assert_eq!(plan["panels"][0]["cut"], json!(null));
    assert_eq!((plan["panels"][1]["load_min"].clone(), plan["panels"][1]["load_max"].clone()), (json!(15), json!(15)));
    assert!(list(&plan["assignments"]).iter().all(|one| one["kept"] == false));
}

#[test]
fn planning_again_moves_nothing() {
    let (problem, plan) = planned();
    let again = answer(&problem);
    assert_eq!(pairs_of(&again), pairs_of(&plan));
    assert!(list(&again["assignments"]).iter().all(|one| one["kept"] == true));
}

#[test]
fn after_a_judge_stepped_aside_one_seat_is_filled_and_nothing_else_moves() {
    let (mut problem, plan) = planned();
    let left = plan["assignments"][4].clone();
    problem["conflicts"] = json!([{"judge": left["judge"], "nomination": left["nomination"]}]);
    let again = answer(&problem);
    assert_honest(&problem, &again);
    assert_eq!(again["dropped"], json!([]));
    let (before, after) = (pairs_of(&plan), pairs_of(&again));
    let new: Vec<_> = after.difference(&before).collect();
    assert_eq!((new.len(), before.difference(&after).count()), (1, 1));
    assert_eq!(json!(new[0].0), left["nomination"]);
}

#[test]
fn a_judge_who_can_take_fewer_gives_up_no_more_than_that() {
    let (mut problem, _) = planned();
    problem["judges"][0]["capacity"] = json!(13);
    let again = answer(&problem);
    assert_honest(&problem, &again);
    assert_eq!((vector(&again)[0], list(&again["dropped"]).len()), (0, 2));
}

// ——— Reading ———

fn small() -> Value {
    json!({"format": "tca-assignment/1", "seed": 1, "per_panel": 1, "panels": ["p", "q"],
        "judges": [{"id": "a", "panel": "p", "capacity": 2, "languages": ["en"], "expertise": [], "email_domain": "x.example",
            "organisations": []}, {"id": "b", "panel": "q", "capacity": null}],
        "nominations": [{"id": "n", "category": "c", "language": "en", "translations": ["ru"], "domains": [],
            "organisations": []}],
        "conflicts": [{"judge": "b", "nomination": "n"}], "public_domains": ["gmail.com"],
        "current": [{"judge": "a", "nomination": "n", "state": "draft"}]})
}

#[track_caller]
fn assert_faults(changes: &[(&str, Value)], expected: &[(&str, &str)]) {
    let mut problem = small();
    for (pointer, value) in changes {
        let (parent, key) = pointer.rsplit_once('/').expect("a pointer begins with a slash");
        match problem.pointer_mut(parent).expect("the parent is there") {
            Value::Array(items) => items.push(value.clone()),
            parent => parent[key] = value.clone(),
        }
    }
    let refusal = run_assign(problem.to_string().as_bytes()).expect_err("it has faults");
    let refusal: Value = serde_json::from_str(&refusal).expect("the refusal is JSON");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let found: BTreeSet<_> =
        list(&refusal["errors"]).iter().map(|error| (text(&error["pointer"]), text(&error["code"]))).collect();
    let expected = expected.iter().map(|(pointer, code)| ((*pointer).to_owned(), (*code).to_owned())).collect();
    assert_eq!(found, expected);
    assert!(list(&refusal["errors"]).iter().all(|error| !text(&error["message"]).starts_with("fault-")));
}

#[test]
fn each_fault_of_a_problem_is_named_where_it_stands() {
    assert!(run_assign(small().to_string().as_bytes()).is_ok());
    assert_faults(&[("/format", json!("tca-bundle/1"))], &[("/format", "bad_choice")]);
    assert_faults(&[("/seed", json!(-1))], &[("/seed", "out_of_range")]);
    assert_faults(
        &[("/seed", json!(1.5)), ("/per_panel", json!(0))],
        &[("/per_panel", "out_of_range"), ("/seed", "out_of_range")],
    );
    assert_faults(&[("/panels/-", json!("p"))], &[("/panels/2", "duplicate_id")]);
    assert_faults(
        &[("/colour", json!(1)), ("/judges/0/age", json!(1))],
        &[("/colour", "unknown_field"), ("/judges/0/age", "unknown_field")],
    );
    assert_faults(&[("/judges/0/panel", json!("r"))], &[("/judges/0/panel", "unknown_panel")]);
    assert_faults(&[("/judges/0/capacity", json!(-1))], &[("/judges/0/capacity", "out_of_range")]);
    assert_faults(&[("/judges/1/capacity", json!("many"))], &[("/judges/1/capacity", "wrong_type")]);
    assert_faults(&[("/judges/0/languages", json!(["en", 7]))], &[("/judges/0/languages/1", "wrong_type")]);
    assert_faults(&[("/judges/-", json!({"id": "a", "panel": "p"}))], &[("/judges/2/id", "duplicate_id")]);
    assert_faults(&[("/nominations/0/language", json!(null))], &[("/nominations/0/language", "required")]);
    assert_faults(
        &[("/nominations/-", json!({"id": "n", "category": "c", "language": "en"}))],
        &[("/nominations/1/id", "duplicate_id")],
    );
    assert_faults(
        &[("/conflicts/-", json!({"judge": "z", "nomination": "z"}))],
        &[("/conflicts/1/judge", "unknown_judge"), ("/conflicts/1/nomination", "unknown_nomination")],
    );
    assert_faults(
        &[("/current/-", json!({"judge": "a", "nomination": "n", "state": "lost"}))],
        &[("/current/1", "duplicate_pair"), ("/current/1/state", "bad_choice")],
    );
    assert_faults(
        &[("/nominations", json!({}))],
        &[
            ("/conflicts/0/nomination", "unknown_nomination"),
            ("/current/0/nomination", "unknown_nomination"),
            ("/nominations", "wrong_type"),
        ],
    );
}

#[test]
fn what_is_no_json_is_one_fault() {
    for text in [b"{".as_slice(), b"[\xff]", b"{\"seed\": 1, \"seed\": 1}"] {
        let refusal: Value =
            serde_json::from_str(&run_assign(text).expect_err("it is none")).expect("the refusal is JSON");
        assert_eq!(list(&refusal["errors"]).len(), 1);
    }
}

#[test]
fn lists_and_capacity_may_be_absent_and_tags_and_names_are_compared_in_one_spelling() {
    let mut problem = json!({"format": "tca-assignment/1", "seed": 1, "per_panel": 1, "panels": ["p"],
        "judges": [{"id": "a", "panel": "p", "languages": ["en-GB"], "email_domain": "Example.ORG"}],
        "nominations": [{"id": "n", "category": "c", "language": "EN", "domains": ["example.org"]}]});
    assert_eq!(vector(&answer(&problem))[0], 1);
    problem["public_domains"] = json!(["EXAMPLE.org"]);
    assert_eq!(vector(&answer(&problem))[0], 0);
    problem["judges"][0]["organisations"] = json!(["Клуб  Друзей"]);
    problem["nominations"][0]["organisations"] = json!(["клуб друзей "]);
    assert_eq!(
        answer(&problem)["shortfalls"],
        json!([{"nomination": "n", "panel": "p", "missing": 1, "allowed_judges": 0}])
    );
}

proptest! {
    /// No rule is broken, whatever the problem, and its order never matters.
    #[test]
    fn no_plan_breaks_a_rule(seed: u64, judges in 1_u64..7, nominations in 1_u64..20) {
        let problem = drawn(&mut Dice(seed), &Size { panels: &["p", "q"], judges, nominations });
        let plan = assign(&problem);
        let answer: Value = serde_json::from_str(&plan).expect("the answer is JSON");
        assert_honest(&problem, &answer); // panics where a rule is broken
        for one in list(&answer["dropped"]) {
            let find = |list_of: &str, id: &Value| list(&problem[list_of]).iter().find(|item| item["id"] == *id).cloned();
            let (nomination, judge) = (find("nominations", &one["nomination"]), find("judges", &one["judge"]));
            prop_assert!(liking(&problem, &nomination.expect("there"), &judge.expect("there")).is_some());
        }
        prop_assert_eq!(assign(&shuffled(&problem, seed)), plan);
    }
}
