//! The audit is read by organisers, approvers and auditors, each as far as they may; everyone can check it, and whatever was
//! touched is found and named.

use std::collections::BTreeSet;
use std::process::{Command, Output};

use reqwest::StatusCode;
use serde_json::{Value as Json, json};
use twin_cities_awards::audit::check::{Anchor, Finding, Report, check};
use twin_cities_awards::audit::{self, Act, Deed, Sight, event, seal};
use twin_cities_awards::ids::EditionId;
use twin_cities_awards::store::{DatabaseUrl, StoreError};

use crate::app::{TestApp, stories};
use crate::people::{Person, maria};

stories![
    organisers_read_their_edition_whole_and_others_by_their_digests,
    an_auditor_reads_a_digest_and_a_day_of_what_tells_of_the_outcome,
    whoever_it_concerns_reads_the_audit_and_beginning_to_read_is_an_event,
    every_reader_can_check_the_chain_and_what_was_touched_is_named,
    the_program_checks_an_export_by_itself,
];

const AUDIT: &str = "/organise/editions/2021/audit";

/// Edition 2021 with an organiser, an auditor and a nomination, and another edition, of which nobody here is.
async fn room(app: &TestApp) -> (Person, Person) {
    app.edition_2021().await;
    app.edition_with_slug("another").await;
    let olive = app.operator_invites("organiser", None, "olive@example.org").await;
    let ada = app.operator_invites("auditor", None, "ada@example.org").await;
    app.nominate(&maria()).await;
    (olive, ada)
}

/// Puts an event of each act there is into an edition, about a subject that can be found again.
async fn everything_happens(app: &TestApp, olive: &Person) -> String {
    let id = app.get("/organise/editions/2021", &olive.token).await.expect_status(200).str("/id");
    let edition = EditionId::parse(&id).expect("an id");
    let parts = app.app.clone();
    let written = app.app.store.write(move |tx| {
        let deed = Deed::of_service(&parts);
        for act in Act::ALL {
            let subject = format!("the subject of {act}");
            audit::record(tx, &parts, &deed, *act, Some(edition), subject, json!({}))?;
        }
        Ok::<_, StoreError>(())
    });
    written.await.expect("they are written");
    id
}

/// The whole chain as this person reads it, page after page: the pages' text, and the rows.
async fn walk(app: &TestApp, who: &Person) -> (String, Vec<Json>) {
    seal::seal(&app.app).await.expect("it is sealed");
    let (mut pages, mut rows, mut cursor) = (String::new(), Vec::new(), String::new());
    loop {
        let page = app.get(&format!("{AUDIT}?limit=7{cursor}"), &who.token).await.expect(StatusCode::OK);
        pages.push_str(&page.text);
        let page = page.json();
        rows.extend(page["items"].as_array().expect("rows").clone());
        let Some(next) = page["next_cursor"].as_str() else { return (pages, rows) };
        cursor = format!("&cursor={next}");
    }
}

fn keys(row: &Json) -> BTreeSet<&str> {
    row.as_object().expect("a row").keys().map(String::as_str).collect()
}

async fn organisers_read_their_edition_whole_and_others_by_their_digests(app: TestApp) {
    let (olive, _) = room(&app).await;
    let id = everything_happens(&app, &olive).await;
    let moved = json!({"timetable": {"letters_reminder_at": "2021-07-08T09:00:00Z"}, "reason": "Мария asked for it"});
    let path = "/organise/editions/2021";
    app.change(reqwest::Method::PATCH, path, path, &olive.token, moved).await.expect(StatusCode::OK);

    let (pages, rows) = walk(&app, &olive).await;

    for act in Act::ALL {
        assert!(pages.contains(&format!("the subject of {act}")), "{act} is not told");
    }
    let shown: BTreeSet<&str> = rows.iter().flat_map(keys).collect();
    assert_eq!(shown, BTreeSet::from(["digest", "event", "hash", "note", "number", "who"]));
    let hidden: Vec<&Json> = rows.iter().filter(|row| row["event"].is_null()).collect();
    assert_eq!(hidden.len(), 1, "the other edition's making: {hidden:#?}");
    let of_none: Vec<&str> = rows
        .iter()
        .filter(|row| !row["event"].is_null() && row["event"].get("edition").is_none())
        .filter_map(|row| row["event"]["act"].as_str())
        .collect();
    assert!(of_none.contains(&"signed_in"), "what concerns no edition is told: {of_none:?}");
    let others = rows.iter().filter_map(|row| row["event"]["edition"].as_str()).filter(|edition| *edition != id);
    assert_eq!(others.count(), 0);
    let changed = rows.iter().find(|row| row["event"]["detail"]["note"].is_string()).expect("it is told");
    assert_eq!((&changed["note"]["text"], &changed["who"]), (&json!("Мария asked for it"), &json!("Olive Organiser")));
}

/// Content § 9, 11: whatever happens in an edition, its auditor reads nothing that tells of the outcome.
async fn an_auditor_reads_a_digest_and_a_day_of_what_tells_of_the_outcome(app: TestApp) {
    let (olive, ada) = room(&app).await;
    everything_happens(&app, &olive).await;

    let (pages, rows) = walk(&app, &ada).await;

    for act in Act::ALL {
        let told = pages.contains(&format!("the subject of {act}"));
        assert_eq!(told, act.sight() == Sight::Whole, "{act}");
    }
    for act in ["decision_made", "results_signed", "edition_sealed", "reply_given", "caller_named", "message_settled"] {
        assert!(!pages.contains(act), "{act} is told");
    }
    assert!(!pages.contains("Olive"), "no name");
    let of_none = rows.iter().filter(|row| !row["event"].is_null() && row["event"].get("edition").is_none());
    assert_eq!(of_none.count(), 0, "who signs in concerns no auditor");
    let shown: BTreeSet<&str> = rows.iter().flat_map(keys).collect();
    assert_eq!(shown, BTreeSet::from(["day", "digest", "event", "hash", "number"]));
    let days: BTreeSet<String> =
        rows.iter().filter(|row| row["event"].is_null()).map(|row| row["day"].to_string()).collect();
    // Of what is not of the edition not even the day.
    assert_eq!(days, BTreeSet::from(["\"2021-05-10\"".to_owned(), "null".to_owned()]));
    let hidden = Act::ALL.iter().filter(|act| act.sight() == Sight::Digest).count();
    assert_eq!(rows.iter().filter(|row| !row["day"].is_null()).count(), hidden);
}

async fn whoever_it_concerns_reads_the_audit_and_beginning_to_read_is_an_event(app: TestApp) {
    let (olive, ada) = room(&app).await;
    let judge = json!({"email": "carol@jury.example.org", "name": "Carol Judge", "role": "judge", "panel": "coventry",
        "language": "en", "reads": ["en"]});
    let carol = app.organiser_invites(&olive, judge).await;
    for path in [AUDIT.to_owned(), format!("{AUDIT}/head")] {
        app.get(&path, "").await.expect(StatusCode::UNAUTHORIZED);
        app.get(&path, &carol.token).await.expect(StatusCode::FORBIDDEN);
    }
    let (_, rows) = walk(&app, &olive).await;
    let (_, again) = walk(&app, &olive).await;
    let begun = |rows: &[Json]| rows.iter().filter(|row| row["event"]["act"] == "audit_read").count();
    assert_eq!((begun(&rows), begun(&again)), (0, 1), "one a walk, whatever it has of pages");

    let page = app.get(&format!("{AUDIT}?limit=2&from=3"), &olive.token).await.expect(StatusCode::OK);
    assert_eq!((&page.json()["items"][0], page.json()["items"].as_array().map(Vec::len)), (&rows[2], Some(2)));
    let foreign = format!("{AUDIT}?cursor={}", page.str("/next_cursor"));
    assert_eq!(app.get(&foreign, &ada.token).await.expect(StatusCode::BAD_REQUEST).str("/code"), "cursor_not_valid");
    for wrong in ["from=0", "from=x", "limit=0"] {
        app.get(&format!("{AUDIT}?{wrong}"), &olive.token).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    }

    let (_, rows) = walk(&app, &olive).await;
    let head = app.get(&format!("{AUDIT}/head?"), &ada.token).await.expect(StatusCode::OK).json();
    let last = rows.last().expect("there are some");
    let there = rows.iter().find(|row| row["number"] == head["number"]).unwrap_or(last);
    assert_eq!(there["hash"], head["hash"], "the head is the chain's: {head} {last}");
}

fn anchor(row: &Json) -> Anchor {
    let text = format!("{}:{}", row["number"], row["hash"].as_str().expect("a hash"));
    Anchor::parse(&text).expect("an anchor")
}

/// What a check says of rows, a JSON line each.
fn checked(rows: &[Json], anchors: &[Anchor], head: Option<&Anchor>) -> Report {
    let lines: String = rows.iter().map(|row| format!("{row}\n")).collect();
    check(lines.as_bytes(), anchors, head).expect("it is an audit")
}

/// Reckons everything from `from` on anew, as whoever holds the database could.
fn rewritten(mut rows: Vec<Json>, from: usize) -> Vec<Json> {
    let mut previous = from.checked_sub(1).map_or_else(String::new, |at| hash(&rows[at]));
    for (at, row) in rows.iter_mut().enumerate().skip(from) {
        row["number"] = json!(at + 1);
        if !row["event"].is_null() {
            row["digest"] = event::digest(&row["event"]).expect("it is canonical").into();
        }
        let number = i64::try_from(at + 1).expect("few");
        previous = event::link(&previous, number, row["digest"].as_str().expect("a digest"));
        row["hash"] = previous.clone().into();
    }
    rows
}

fn hash(row: &Json) -> String {
    row["hash"].as_str().expect("a hash").to_owned()
}

/// S-AUD-4: change, drop, swap, put in or append any row: found.
async fn every_reader_can_check_the_chain_and_what_was_touched_is_named(app: TestApp) {
    let (olive, ada) = room(&app).await;
    everything_happens(&app, &olive).await;
    let moved = json!({"timetable": {"letters_reminder_at": "2021-07-08T09:00:00Z"}, "reason": "Illness"});
    let path = "/organise/editions/2021";
    app.change(reqwest::Method::PATCH, path, path, &olive.token, moved).await.expect(StatusCode::OK);
    for who in [&olive, &ada] {
        let (pages, rows) = walk(&app, who).await;
        let (first, last) = (anchor(&rows[4]), anchor(rows.last().expect("some")));
        let whole = check(pages.as_bytes(), &[first.clone(), last.clone()], Some(&last)).expect("pages are read too");
        assert_eq!(whole, checked(&rows, &[first.clone(), last.clone()], Some(&last)));
        assert_eq!(whole.findings, []);
        assert_eq!(whole.anchored, [5, i64::try_from(rows.len()).expect("few")]);
        assert_eq!(whole.whole + whole.hidden, rows.len());
        assert!(whole.hidden > 0 && whole.whole > 0);
        for at in 0..rows.len() {
            is_found_at(&rows, at, &last);
        }
    }
}

/// Every way to touch row `at`.
fn is_found_at(rows: &[Json], at: usize, last: &Anchor) {
    let number = i64::try_from(at + 1).expect("few");
    let end = i64::try_from(rows.len()).expect("few");
    let found = |rows: &[Json]| checked(rows, std::slice::from_ref(last), Some(last)).findings;
    let unlinked = |from, to| Finding::Unlinked { from, to, begins: from == 1 };

    let mut changed = rows.to_vec();
    if changed[at]["event"].is_null() {
        changed[at]["digest"] = json!("0".repeat(64));
        assert_eq!(found(&changed), [unlinked(number, number)]);
    } else {
        changed[at]["event"]["actor"] = json!("service, or so it says");
        assert_eq!(found(&changed), [Finding::Changed { number }]);
        changed[at]["digest"] = event::digest(&changed[at]["event"]).expect("canonical").into();
        assert_eq!(found(&changed), [unlinked(number, number)]);
        let mut outside = changed.clone();
        outside[at]["event"]["detail"]["score"] = json!(7.5);
        assert!(found(&outside).contains(&Finding::NumberOutside { number }));
    }
    assert_eq!(
        found(&rewritten(changed, at)),
        [Finding::NotAnchored { number: end, since: 0 }],
        "whoever reckons the rest anew is found by the anchor"
    );

    let mut noted = rows.to_vec();
    if noted[at]["note"].is_object() {
        noted[at]["note"]["text"] = json!("Whim");
        assert_eq!(found(&noted), [Finding::NoteChanged { number }]);
        noted[at]["note"] = Json::Null;
        assert_eq!(found(&noted), [], "erased words leave the chain whole");
    }

    let mut dropped = rows.to_vec();
    dropped.remove(at);
    let expected = match at {
        0 => Finding::BeginsLate { first: 2 },
        _ if number == end => Finding::BeforeAnchor { last: end - 1, number: end },
        _ => Finding::Missing { from: number, to: number },
    };
    assert_eq!(found(&dropped), [expected]);

    let mut twice = rows.to_vec();
    twice.insert(at, rows[at].clone());
    assert_eq!(found(&twice), [Finding::Twice { number }]);

    let mut put_in = rows.to_vec();
    put_in.insert(at, rows[at].clone());
    let mut expected =
        vec![Finding::NotAnchored { number: end, since: 0 }, Finding::AfterHead { from: end + 1, to: end + 1 }];
    if number == end {
        expected.remove(0); // a copy of the last row moves no other: the anchor still stands at its number
    }
    assert_eq!(found(&rewritten(put_in, at)), expected);

    if at + 1 < rows.len() {
        let mut swapped = rows.to_vec();
        swapped.swap(at, at + 1);
        assert_eq!(found(&swapped), [Finding::OutOfOrder { number, after: number + 1 }]);
        let (one, other) = (swapped[at]["number"].clone(), swapped[at + 1]["number"].clone());
        (swapped[at]["number"], swapped[at + 1]["number"]) = (other, one);
        let told = found(&swapped);
        assert!(matches!(told[..], [Finding::Unlinked { from, .. }, ..] if from == number), "{told:?}");
    }

    let mut appended = rows.to_vec();
    appended.push(rows[at].clone());
    let appended = rewritten(appended, rows.len());
    assert_eq!(found(&appended), [Finding::AfterHead { from: end + 1, to: end + 1 }]);
    assert_eq!(checked(&appended, std::slice::from_ref(last), None).findings, [], "a chain may go on after an anchor");
}

#[test]
fn findings_are_told_in_words() {
    let told: Vec<String> = [
        Finding::Changed { number: 17 },
        Finding::Missing { from: 17, to: 19 },
        Finding::Twice { number: 17 },
        Finding::OutOfOrder { number: 17, after: 18 },
        Finding::Unlinked { from: 17, to: 17, begins: false },
        Finding::NotAnchored { number: 40, since: 17 },
        Finding::AfterHead { from: 41, to: 41 },
    ]
    .iter()
    .map(ToString::to_string)
    .collect();
    let words = [
        "event 17 was changed: what it says does not give its digest",
        "events 17 to 19 are missing",
        "number 17 stands more than once: an event was put in",
        "event 17 stands after event 18: the order was changed",
        "event 17 is not what was sealed there: its hash does not follow from event 16",
        "event 40 is not the one of the anchor: events after 17 and up to 40 were rewritten",
        "event 41 was appended: it stands after the head that was given",
    ];
    assert_eq!(told, words);
}

/// The program, beside the service.
pub fn program(app: &TestApp, words: &[&str]) -> (Option<i32>, String) {
    let database = match &app.app.config.database {
        DatabaseUrl::Sqlite(file) => format!("sqlite://{}", file.display()),
        DatabaseUrl::Postgres(address) => address.clone(),
    };
    let mut command = Command::new(env!("CARGO_BIN_EXE_twin-cities-awards"));
    command.args(words).args(["--database", &database]);
    command.env("TCA_SECRET", "the root secret of a story that all may know").env("RUST_LOG", "error");
    let Output { status, stdout, stderr } = command.output().expect("the program runs");
    (status.code(), String::from_utf8_lossy(&[stdout, stderr].concat()).into_owned())
}

async fn the_program_checks_an_export_by_itself(app: TestApp) {
    let (olive, _) = room(&app).await;
    let (_, rows) = walk(&app, &olive).await;
    let folder = crate::app::Folder::new();
    let file = folder.0.join("audit.jsonl").display().to_string();
    let export = ["export", "--edition", "2021", "audit", "--format", "json", "--out", &file];
    let (code, said) = program(&app, &export);
    assert_eq!(code, Some(0), "{said}");
    let kept = format!("{}:{}", rows[3]["number"], hash(&rows[3]));
    let (code, said) = program(&app, &["verify", "--audit", &file, "--anchor", &kept]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("the anchor 4 agrees") && said.contains("the chain holds"), "{said}");

    let exported = std::fs::read_to_string(&file).expect("it was written");
    let touched = exported.replacen("edition_created", "edition_changed", 1);
    std::fs::write(&file, touched).expect("it can be written");
    let (code, said) = program(&app, &["verify", "--audit", &file]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("was changed: what it says") && said.contains("the audit does not hold"), "{said}");

    std::fs::write(&file, "{\"number\": 1").expect("it can be written");
    let (code, said) = program(&app, &["verify", "--audit", &file]);
    assert_eq!(code, Some(65), "{said}");
    assert_eq!(serde_json::from_str::<Json>(&said).expect("JSON")["errors"][0]["code"], "not_an_audit");
    assert_eq!(program(&app, &["verify", "--audit", &file, "--anchor", "4:zz"]).0, Some(2));
    assert_eq!(program(&app, &["export", "--edition", "2021", "audit", "--format", "csv"]).0, Some(2));
}
