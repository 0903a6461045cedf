//! Judging: sheets that a judge fills in, submits and changes; who may never read what; how nominations are dealt.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::{Value as Json, json};
use twin_cities_awards::editions::{Criterion, PanelKey};
use twin_cities_awards::http::door::{self, Refusal};
use twin_cities_awards::ids::{AccountId, NominationId};
use twin_cities_awards::judging::conflicts::{
    Bar, Read, Reader, Recused, bar, organisation_key, primary_subtag, telling_domain,
};
use twin_cities_awards::judging::deal::{Deal, Dealt, Input, Pair, Standing, deal};
use twin_cities_awards::judging::model::SteppedAside;
use twin_cities_awards::judging::sheets::{SheetForm, digest};
use twin_cities_awards::judging::{AssignmentState, Scores, SheetState, total};
use twin_cities_awards::text::Bilingual;

// ——— A sheet ———

fn criteria(weights_and_maxima: &[(u32, u32)]) -> Vec<Criterion> {
    let one = |(at, (weight, max_score)): (usize, &(u32, u32))| Criterion {
        key: format!("C{}", at + 1),
        name: Bilingual::default(),
        guidance: Bilingual::default(),
        anchors: Vec::new(),
        weight: *weight,
        max_score: *max_score,
    };
    weights_and_maxima.iter().enumerate().map(one).collect()
}

fn five() -> Vec<Criterion> {
    criteria(&[(30, 10), (25, 10), (20, 10), (15, 10), (10, 10)])
}

fn sheet(body: &Json) -> Result<SheetForm, Refusal> {
    door::open(body, |door| SheetForm::read(door, &five()))
}

/// Pointer and code of each fault.
fn faults(body: &Json) -> Vec<(String, &'static str)> {
    match sheet(body) {
        Err(Refusal::Invalid(faults) | Refusal::UnknownField(faults)) => {
            faults.into_iter().map(|fault| (fault.pointer, fault.code)).collect()
        }
        Ok(sheet) => panic!("it was let in: {sheet:?}"),
    }
}

fn at(pointer: &str, code: &'static str) -> (String, &'static str) {
    (pointer.to_owned(), code)
}

fn scores<const N: usize>(pairs: [(&str, i64); N]) -> Scores {
    Scores(pairs.into_iter().map(|(key, score)| (key.to_owned(), score)).collect())
}

#[test]
fn a_draft_may_be_partial_and_a_submitted_sheet_owes_every_criterion() {
    let draft = sheet(&json!({"scores": {"C1": 7, "C3": null}, "submit": false})).expect("a draft");
    assert_eq!((draft.scores, draft.comment, draft.state), (scores([("C1", 7)]), None, SheetState::Draft));
    assert_eq!(sheet(&json!({"submit": false})).expect("an empty draft").scores, Scores::default());
    assert_eq!(
        faults(&json!({"scores": {"C1": 7, "C3": null, "C4": 0}, "submit": true})),
        [
            at("/scores/C2", "missing_criterion"),
            at("/scores/C3", "missing_criterion"),
            at("/scores/C5", "missing_criterion")
        ]
    );
}

#[test]
fn every_fault_of_a_sheet_is_told_at_once() {
    let long = "я".repeat(2_001);
    let body = json!({"comment": long, "scores": {"C1": 11, "C2": -1, "C3": 7.5, "C4": "8", "C9": 5, "a/b~c": 1}});
    assert_eq!(
        faults(&body),
        [
            at("/scores/C1", "score_range"),
            at("/scores/C2", "score_range"),
            at("/scores/C3", "wrong_type"),
            at("/scores/C4", "wrong_type"),
            at("/scores/C9", "unknown_criterion"),
            at("/scores/a~1b~0c", "unknown_criterion"),
            at("/comment", "too_long"),
            at("/submit", "required"),
        ]
    );
    let odd = json!({"scores": {"C1": 18_446_744_073_709_551_615_u64, "C2": 1e300, "C3": true, "C4": [5], "C5": {}}, "submit": false});
    assert_eq!(
        faults(&odd),
        [
            at("/scores/C1", "score_range"),
            at("/scores/C2", "wrong_type"),
            at("/scores/C3", "wrong_type"),
            at("/scores/C4", "wrong_type"),
            at("/scores/C5", "wrong_type"),
        ]
    );
    assert_eq!(
        faults(&json!({"scores": [7], "submit": "yes"})),
        [at("/scores", "wrong_type"), at("/submit", "wrong_type")]
    );
    assert_eq!(faults(&json!({"scores": {"C1": 11}, "submit": false, "total": 100})), [at("/total", "unknown_field")]);
}

#[test]
fn a_sheet_moves_as_it_is_sent_until_the_judge_steps_aside() {
    use AssignmentState::{Assigned, Draft, Recused, Submitted};
    for state in [Assigned, Draft, Submitted] {
        assert_eq!(state.save(SheetState::Draft), Ok(Draft));
        assert_eq!(state.save(SheetState::Submitted), Ok(Submitted));
        assert_eq!(state.step_aside(), Ok(Recused));
    }
    assert_eq!(Recused.save(SheetState::Draft), Err(SteppedAside));
    assert_eq!(Recused.save(SheetState::Submitted), Err(SteppedAside));
    assert_eq!(Recused.step_aside(), Err(SteppedAside));
    let may_move: Vec<_> = AssignmentState::ALL.iter().filter(|state| state.may_move()).collect();
    assert_eq!(may_move, [&Assigned]);
}

#[test]
fn a_total_is_exact_and_shown_half_up() {
    let shown = |criteria: &[Criterion], scores: &Scores| total::display(total::total(criteria, scores));
    assert_eq!(shown(&five(), &scores([("C1", 8), ("C2", 7), ("C3", 6), ("C4", 7), ("C5", 5)])), "69.00");
    assert_eq!(shown(&five(), &scores([("C1", 7), ("C2", 7), ("C3", 7), ("C4", 7), ("C5", 9)])), "72.00");
    assert_eq!(shown(&five(), &scores([("C1", 10), ("C2", 10), ("C3", 10), ("C4", 10), ("C5", 10)])), "100.00");
    assert_eq!(shown(&five(), &Scores::default()), "0.00");
    assert_eq!(shown(&five(), &scores([("C2", 5)])), "12.50"); // a draft's total grows with it
    // 1/8 = 0.125 and 1/3 = 0.333…: half goes up, less than half goes down.
    assert_eq!(shown(&criteria(&[(1, 8)]), &scores([("C1", 1)])), "0.13");
    assert_eq!(shown(&criteria(&[(1, 3)]), &scores([("C1", 1)])), "0.33");
    assert_eq!(shown(&criteria(&[(2, 3)]), &scores([("C1", 1)])), "0.67");
}

proptest! {
    /// Against whole numbers over one denominator, rounded by comparing remainders: no fraction type, no division of
    /// the same kind.
    #[test]
    fn a_total_agrees_with_exact_arithmetic(sheet in prop::collection::vec((1_u32..=100, 1_u32..=100, 0_u32..=100), 1..6)) {
        let criteria = criteria(&sheet.iter().map(|(weight, max, _)| (*weight, *max)).collect::<Vec<_>>());
        let given: Vec<u32> = sheet.iter().map(|(_, max, score)| score % (max + 1)).collect();
        let scores = Scores(given.iter().enumerate().map(|(at, score)| (format!("C{}", at + 1), i64::from(*score))).collect());
        let all: u128 = sheet.iter().map(|(_, max, _)| u128::from(*max)).product();
        let sum: u128 = sheet
            .iter()
            .zip(&given)
            .map(|((weight, max, _), score)| u128::from(*weight) * u128::from(*score) * (all / u128::from(*max)))
            .sum();
        let exact = total::total(&criteria, &scores);
        let (numerator, denominator) = (exact.numer().unsigned_abs(), exact.denom().unsigned_abs());
        prop_assert_eq!(numerator * all, sum * denominator);
        let (whole, rest) = (sum * 100 / all, sum * 100 % all);
        let hundredths = if rest * 2 >= all { whole + 1 } else { whole };
        prop_assert_eq!(total::display(exact), format!("{}.{:02}", hundredths / 100, hundredths % 100));
    }

    #[test]
    fn no_body_makes_a_sheet_of_scores_out_of_range(value in any::<i64>(), key in "C[1-7]") {
        let read = sheet(&json!({"scores": {key.clone(): value}, "submit": false}));
        let known = ["C1", "C2", "C3", "C4", "C5"].contains(&key.as_str());
        prop_assert_eq!(read.is_ok(), known && (0..=10).contains(&value));
    }
}

#[test]
fn what_the_audit_holds_of_a_sheet_depends_on_all_of_it_and_on_its_nonce() {
    let one = scores([("C1", 7), ("C2", 8)]);
    assert_eq!(one.to_text(), r#"{"C1":7,"C2":8}"#);
    assert_eq!(Scores::parse(&one.to_text()), Some(one.clone()));
    let held = digest("aa", &one, Some("good"));
    let others = [
        digest("ab", &one, Some("good")),
        digest("aa", &scores([("C1", 8), ("C2", 7)]), Some("good")),
        digest("aa", &one, Some("Good")),
        digest("aa", &one, None),
    ];
    assert!(!others.contains(&held));
    assert_eq!(held, digest("aa", &one, Some("good")));
}

// ——— Who may never read what ———

fn account(number: u128) -> AccountId {
    AccountId::from_uuid(uuid::Uuid::from_u128(number))
}

fn nomination(number: u128) -> NominationId {
    NominationId::from_uuid(uuid::Uuid::from_u128(number))
}

fn set(words: &[&str]) -> BTreeSet<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn reader(number: u128) -> Reader {
    Reader { account: account(number), domain: None, organisations: set(&[]), languages: set(&["en", "ru"]) }
}

fn read(number: u128) -> Read {
    Read {
        id: nomination(number),
        category: "O2".to_owned(),
        language: "ru".to_owned(),
        domains: set(&[]),
        organisations: set(&[]),
        languages: set(&["ru"]),
    }
}

#[test]
fn a_judge_never_reads_their_own_circle() {
    let nobody = Recused::new();
    assert_eq!(bar(&reader(1), &read(1), &nobody), None);
    assert_eq!(bar(&reader(1), &read(1), &Recused::from([(account(1), nomination(1))])), Some(Bar::Recused));
    assert_eq!(
        bar(&reader(1), &read(1), &Recused::from([(account(1), nomination(2)), (account(2), nomination(1))])),
        None
    );

    let at_home = Reader { domain: Some("example.ru".to_owned()), ..reader(1) };
    let nominated_there = Read { domains: set(&["example.org", "example.ru"]), ..read(1) };
    assert_eq!(bar(&at_home, &nominated_there, &nobody), Some(Bar::Domain));
    assert_eq!(bar(&reader(1), &nominated_there, &nobody), None);

    let member = Reader { organisations: set(&["friends of kiel"]), ..reader(1) };
    let theirs = Read { organisations: set(&["friends of kiel", "bridge"]), ..read(1) };
    assert_eq!(bar(&member, &theirs, &nobody), Some(Bar::Organisation));

    let english = Reader { languages: set(&["en"]), ..reader(1) };
    assert_eq!(bar(&english, &read(1), &nobody), Some(Bar::Language));
    assert_eq!(bar(&english, &Read { languages: set(&["ru", "en"]), ..read(1) }, &nobody), None);
}

#[test]
fn what_the_rules_compare_stands_in_one_spelling() {
    let public = ["gmail.com".to_owned(), "Mail.ru".to_owned()];
    assert_eq!(telling_domain("Example.ORG", &public), Some("example.org".to_owned()));
    assert_eq!(telling_domain("GMAIL.com", &public), None);
    assert_eq!(telling_domain("mail.ru", &public), None);
    assert_eq!(organisation_key("  Клуб   «Мост»\t"), "клуб «мост»");
    assert_eq!([primary_subtag("en-GB"), primary_subtag("RU")], ["en", "ru"]);
}

// ——— The deal ———

fn panel(key: &str) -> PanelKey {
    PanelKey::parse(key).expect("a key")
}

fn judge(number: u128, of: &str) -> Dealt {
    Dealt { reader: reader(number), panel: panel(of), capacity: None }
}

fn input(judges: Vec<Dealt>, nominations: Vec<Read>) -> Input {
    let panels = vec![panel("volgograd"), panel("coventry")];
    Input { seed: 2027, per_panel: 2, panels, judges, nominations, recused: Recused::new(), current: Vec::new() }
}

fn standing(number: u128, of: &str, reads: u128, state: AssignmentState) -> Standing {
    Standing { nomination: nomination(reads), judge: account(number), panel: panel(of), state }
}

fn pairs(deal: &Deal) -> Vec<(NominationId, AccountId, bool)> {
    deal.pairs.iter().map(|pair| (pair.nomination, pair.judge, pair.kept)).collect()
}

#[test]
fn every_judge_reads_every_nomination_that_the_rules_permit() {
    let judges = vec![judge(2, "coventry"), judge(1, "coventry"), judge(3, "volgograd")];
    let dealt = deal(&input(judges, vec![read(8), read(7)]));
    let pair = |reads, of, number| Pair {
        nomination: nomination(reads),
        panel: panel(of),
        judge: account(number),
        kept: false,
    };
    assert_eq!(
        dealt.pairs,
        [
            pair(7, "volgograd", 3),
            pair(7, "coventry", 1),
            pair(7, "coventry", 2),
            pair(8, "volgograd", 3),
            pair(8, "coventry", 1),
            pair(8, "coventry", 2),
        ]
    );
    let short: Vec<_> = dealt.shortfalls.iter().map(|one| (one.nomination, one.panel.as_str(), one.missing)).collect();
    assert_eq!(short, [(nomination(7), "volgograd", 1), (nomination(8), "volgograd", 1)]);
    assert_eq!(dealt.dropped, []);
}

#[test]
fn a_shortfall_says_why() {
    let english = Dealt { reader: Reader { languages: set(&["en"]), ..reader(1) }, ..judge(1, "coventry") };
    let full = Dealt { capacity: Some(0), ..judge(2, "coventry") };
    let mut asked = input(vec![english, full, judge(3, "coventry"), judge(4, "volgograd")], vec![read(7)]);
    asked.recused.insert((account(4), nomination(7)));
    let dealt = deal(&asked);
    assert_eq!(pairs(&dealt), [(nomination(7), account(3), false)]);
    let [volgograd, coventry] = dealt.shortfalls.as_slice() else { panic!("{:?}", dealt.shortfalls) };
    assert_eq!((volgograd.missing, volgograd.allowed_judges, volgograd.full), (2, 0, 0));
    assert_eq!(volgograd.barred, BTreeMap::from([(Bar::Recused, 1)]));
    assert_eq!((coventry.missing, coventry.allowed_judges, coventry.full), (1, 2, 1));
    assert_eq!(coventry.barred, BTreeMap::from([(Bar::Language, 1)]));
}

#[test]
fn no_judges_and_no_nominations_make_an_empty_deal() {
    assert_eq!(deal(&input(vec![], vec![])), Deal::default());
    let alone = deal(&input(vec![], vec![read(7)]));
    assert_eq!((alone.pairs.len(), alone.shortfalls.len()), (0, 2));
    assert_eq!(deal(&input(vec![judge(1, "elsewhere")], vec![read(7)])).pairs, []);
}

#[test]
fn what_was_begun_stays_and_what_nobody_touched_may_go() {
    use AssignmentState::{Assigned, Draft, Recused, Submitted};
    // Judge 1 reads no Russian any more, judge 9 has left, judge 2 can take one nomination only.
    let english = Dealt { reader: Reader { languages: set(&["en"]), ..reader(1) }, ..judge(1, "coventry") };
    let busy = Dealt { capacity: Some(1), ..judge(2, "coventry") };
    let mut asked = input(vec![english, busy, judge(3, "coventry")], vec![read(5), read(6), read(7)]);
    asked.panels = vec![panel("coventry")];
    asked.current = vec![
        standing(1, "coventry", 5, Submitted),
        standing(1, "coventry", 6, Assigned),
        standing(9, "coventry", 5, Assigned),
        standing(9, "coventry", 6, Draft),
        standing(2, "coventry", 7, Assigned),
        standing(3, "coventry", 7, Recused),
    ];
    asked.recused.insert((account(3), nomination(7)));
    let dealt = deal(&asked);
    assert_eq!(
        pairs(&dealt),
        [
            (nomination(5), account(1), true),
            (nomination(5), account(3), false),
            (nomination(6), account(3), false),
            (nomination(6), account(9), true),
            (nomination(7), account(2), true), // not moved to the first nomination, though that came up first
        ]
    );
    assert_eq!(dealt.dropped, [(nomination(5), account(9)), (nomination(6), account(1))]);
}

proptest! {
    /// Whatever the order of the lists: the same deal; no pair that a rule bars, none twice, no judge above capacity.
    #[test]
    fn a_deal_keeps_every_rule_in_any_order(
        capacities in prop::collection::vec(prop::option::of(0_u32..4), 1..6),
        bars in prop::collection::hash_set((0_u128..6, 0_u128..5), 0..10),
        turn in 0_usize..5,
    ) {
        let of = |number: usize| if number.is_multiple_of(2) { "coventry" } else { "volgograd" };
        let judges: Vec<Dealt> = capacities
            .iter()
            .enumerate()
            .map(|(at, capacity)| Dealt { capacity: *capacity, ..judge(at as u128, of(at)) })
            .collect();
        let mut asked = input(judges, (0..5).map(read).collect());
        asked.recused = bars.iter().map(|(judge, reads)| (account(*judge), nomination(*reads))).collect();
        let dealt = deal(&asked);
        let mut other = asked.clone();
        other.judges.reverse();
        other.nominations.rotate_left(turn);
        prop_assert_eq!(&deal(&other), &dealt);
        let unique: BTreeSet<_> = dealt.pairs.iter().map(|pair| (pair.nomination, pair.judge)).collect();
        prop_assert_eq!(unique.len(), dealt.pairs.len());
        prop_assert!(dealt.pairs.iter().all(|pair| !asked.recused.contains(&(pair.judge, pair.nomination))));
        for judge in &asked.judges {
            let load = dealt.pairs.iter().filter(|pair| pair.judge == judge.reader.account).count();
            prop_assert!(judge.capacity.is_none_or(|capacity| load <= capacity as usize));
        }
    }
}
