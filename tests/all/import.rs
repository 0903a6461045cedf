//! Nominations from a file: all or none, every fault at once, twice without doubles, and out again as they came in.

use std::process::{Command, Output};

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use reqwest::Method;
use serde_json::{Value as Json, json};
use twin_cities_awards::chance::Chance;
use twin_cities_awards::http::csv::cell;
use twin_cities_awards::nominations::Reference;
use twin_cities_awards::nominations::columns::COLUMNS;
use twin_cities_awards::nominations::schema;
use twin_cities_awards::store::DatabaseUrl;

use crate::app::{Call, Seen, TestApp, stories, stories_on_sqlite};
use crate::exports::{File, exported};
use crate::people::{Person, bridge_club, maria};
use crate::visitor::Visitor;

stories![
    a_file_comes_in_and_its_people_are_written_to,
    the_same_file_again_makes_no_doubles,
    a_reference_of_the_edition_stays_and_anothers_does_not,
    what_was_exported_comes_in_again_and_out_as_it_was,
    all_comes_in_or_nothing,
    a_dry_run_and_a_repeated_key_change_nothing,
    a_file_is_taken_while_nominations_are_screened_and_not_later,
    an_organiser_takes_a_file_in_on_a_page,
    the_program_takes_a_file_in_by_itself,
];

stories_on_sqlite![every_fault_of_a_file_is_told_at_its_place, spreadsheets_write_csv_in_many_ways];

const IMPORT: &str = "/organise/editions/2021/nominations/import";

async fn olive(app: &TestApp) -> Person {
    app.edition_2021().await;
    app.operator_invites("organiser", None, "olive@example.org").await
}

/// The example of the document: one nomination.
pub fn example() -> String {
    schema::file().as_str().expect("a text").to_owned()
}

/// The example as head and row.
fn sample() -> File {
    File::of(&example())
}

fn text_of(file: &File, delimiter: u8) -> String {
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).flexible(true).from_writer(Vec::new());
    writer.write_record(&file.head).expect("memory takes it");
    file.rows.iter().for_each(|row| writer.write_record(row).expect("memory takes it"));
    String::from_utf8(writer.into_inner().expect("memory takes it")).expect("texts")
}

/// The example with other values in some columns; a column that it lacks is added.
fn with(changes: &[(&str, &str)]) -> File {
    let mut file = sample();
    for (name, value) in changes {
        match file.head.iter().position(|head| head == name) {
            Some(at) => file.rows[0][at] = (*value).to_owned(),
            None => {
                file.head.push((*name).to_owned());
                file.rows[0].push((*value).to_owned());
            }
        }
    }
    file
}

fn call(app: &TestApp, person: &Person, query: &str, file: impl Into<reqwest::Body>) -> Call {
    app.call(Method::POST, &format!("{IMPORT}{query}")).bearer(&person.token).body("text/csv", file)
}

async fn import(app: &TestApp, person: &Person, query: &str, file: impl Into<reqwest::Body>) -> Seen {
    call(app, person, query, file).send().await
}

/// How many came in and how many were here, of how many.
fn counts(seen: &Seen) -> [u64; 3] {
    let json = seen.json();
    ["rows", "taken", "passed_over"].map(|name| json[name].as_u64().expect("a number"))
}

async fn listed(app: &TestApp, person: &Person) -> Vec<Json> {
    let seen = app.get("/organise/editions/2021/nominations?limit=200", &person.token).await.expect_status(200);
    seen.json()["items"].as_array().expect("a list").clone()
}

async fn a_file_comes_in_and_its_people_are_written_to(app: TestApp) {
    let organiser = olive(&app).await;
    let seen = import(&app, &organiser, "", example()).await.expect_status(200);
    assert_eq!(counts(&seen), [1, 1, 0]);
    let items = listed(&app, &organiser).await;
    assert_eq!((&items[0]["status"], &items[0]["name"]), (&json!("submitted"), &json!("Ann Sample")));
    let id = items[0]["id"].as_str().expect("an id");
    let whole = app.get(&format!("/organise/editions/2021/nominations/{id}"), &organiser.token).await.json();
    assert_eq!(whole["source"], "import");
    assert_eq!(whole["nominee"]["phone"], "+44 24 7600 0001", "the ' is taken off");
    assert_eq!(whole["supporters"][1]["state"], "asked");

    let receipt = app.mail().next_to("jo@example.org").await; // M2
    assert!(receipt.text().contains("Ann Sample"));
    app.supporter_writes("tom@example.org", "en").await; // by the link of M4
    app.mail().next_to("vera.obraztsova@example.org").await;

    let quiet = with(&[("name", "Bo Sample"), ("nominator_email", "bo@example.org")]);
    let seen = import(&app, &organiser, "?mail=none", text_of(&quiet, b',')).await.expect_status(200);
    assert_eq!(counts(&seen), [1, 1, 0]);
    let loud = with(&[("name", "Cy Sample"), ("nominator_email", "cy@example.org")]);
    import(&app, &organiser, "", text_of(&loud, b',')).await.expect_status(200);
    app.mail().next_to("cy@example.org").await; // queued with or after what Bo's people would be sent
    let seen = app.get("/organise/editions/2021/messages?limit=200", &organiser.token).await.expect_status(200).json();
    let receipts = seen["items"].as_array().expect("a list").iter().filter(|message| message["kind"] == "receipt");
    assert_eq!(receipts.count(), 2, "Ann's and Cy's nominators: nobody wrote to Bo's");
    let wrong = import(&app, &organiser, "?mail=perhaps", example()).await.expect_status(422);
    assert_eq!(wrong.str("/errors/0/pointer"), "/query/mail");
}

async fn the_same_file_again_makes_no_doubles(app: TestApp) {
    let organiser = olive(&app).await;
    let mut twice = sample();
    twice.rows.push(twice.rows[0].clone()); // the same nominator, category and nominee
    let text = text_of(&twice, b',');
    let first = import(&app, &organiser, "?mail=none", text.clone()).await.expect_status(200);
    assert_eq!(counts(&first), [2, 1, 1]);
    let again = import(&app, &organiser, "?mail=none", text).await.expect_status(200);
    assert_eq!(counts(&again), [2, 0, 2]);
    let reference = listed(&app, &organiser).await[0]["reference"].clone();
    assert_eq!(
        again.json()["already"],
        json!([{"row": 0, "reference": reference}, {"row": 1, "reference": reference}])
    );
    assert_eq!(listed(&app, &organiser).await.len(), 1);

    // The mailbox and the name count, not how they are spelled; another category is another nomination.
    let spelled = with(&[
        ("nominator_email", "JO+awards@Example.org"),
        ("name", "Энн Семпл"),
        ("name_other_script", "Ann Sample"),
    ]);
    assert_eq!(counts(&import(&app, &organiser, "?mail=none", text_of(&spelled, b',')).await), [1, 1, 0]);
    let spelled = with(&[("nominator_email", "JO+awards@Example.org"), ("name", "Mrs ANN SAMPLE")]);
    assert_eq!(counts(&import(&app, &organiser, "?mail=none", text_of(&spelled, b',')).await), [1, 0, 1]);
    let other = with(&[("category", "I3")]);
    assert_eq!(counts(&import(&app, &organiser, "?mail=none", text_of(&other, b',')).await), [1, 1, 0]);

    // Who has no mailbox is known by name.
    let by_post = with(&[("nominator_email", ""), ("nominator_postal_address", "1 Example Street\nCoventry")]);
    assert_eq!(counts(&import(&app, &organiser, "?mail=none", text_of(&by_post, b',')).await), [1, 1, 0]);
    assert_eq!(counts(&import(&app, &organiser, "?mail=none", text_of(&by_post, b',')).await), [1, 0, 1]);
}

async fn a_reference_of_the_edition_stays_and_anothers_does_not(app: TestApp) {
    let organiser = olive(&app).await;
    app.edition_with_slug("second").await;
    let second = app.operator_invites_to("second", "organiser", None, "oleg@example.org").await;
    let reference = import_one(&app, &organiser, &[]).await;
    assert!(reference.starts_with("TCA21-"));

    // Its own: the row is that nomination, whatever else stands in it.
    let own = with(&[("reference", &reference), ("name", "Somebody Else"), ("nominator_email", "else@example.org")]);
    assert_eq!(counts(&import(&app, &organiser, "?mail=none", text_of(&own, b',')).await), [1, 0, 1]);
    // One of this edition that nobody has: it stays, however it is spelled.
    let drawn = |year: i16| Reference::draw(year, &Chance::seeded(7)).to_string();
    let spelled = drawn(2021).to_lowercase().replace('-', " ");
    let free = import_one(&app, &organiser, &[("reference", &spelled), ("name", "Ed Sample")]).await;
    assert_eq!(free, drawn(2021));
    // Of another year: passed over.
    let other = import_one(&app, &organiser, &[("reference", &drawn(2027)), ("name", "Flo Sample")]).await;
    assert!(other.starts_with("TCA21-"));
    // Of the same year, but taken by another edition: another is drawn.
    let path = "/organise/editions/second/nominations/import?mail=none";
    let text = text_of(&with(&[("reference", &reference)]), b',');
    let seen =
        app.call(Method::POST, path).bearer(&second.token).body("text/csv", text).send().await.expect_status(200);
    assert_eq!(counts(&seen), [1, 1, 0]);
    let file = exported(&app, "second", &second).await;
    assert_ne!(file.cell(0, "reference"), reference);
}

async fn import_one(app: &TestApp, organiser: &Person, changes: &[(&str, &str)]) -> String {
    let file = with(changes);
    let seen = import(app, organiser, "?mail=none", text_of(&file, b',')).await.expect_status(200);
    assert_eq!(counts(&seen), [1, 1, 0]);
    let name = file.cell(0, "name").to_owned();
    let file = exported(app, "2021", organiser).await;
    file.cell(file.row_of(&name), "reference").to_owned()
}

/// A text that is clean already, hostile, in some alphabet, at most so long.
fn hostile(longest: usize) -> impl Strategy<Value = String> {
    let begins = prop_oneof![
        Just(""),
        Just("="),
        Just("+"),
        Just("-"),
        Just("@"),
        Just("'"),
        Just("'="),
        Just("''@"),
        Just("＝"),
        Just("\""),
        Just(";"),
        Just(","),
        Just("<b>"),
        Just("😀 "),
        Just("«"),
        Just("אב "),
        Just("محمد ")
    ];
    (begins, "[a-zA-Zа-яА-ЯёЁ=,;\"'<>&|\u{301}😀é李-]{1,12}( [a-zа-я0-9=+'\",;@#]{1,9}){0,4}").prop_map(
        move |(begin, rest)| {
            use unicode_normalization::UnicodeNormalization as _;
            let text: String = format!("{begin}a{rest}").nfc().collect();
            text.chars().take(longest).collect::<String>().trim().to_owned()
        },
    )
}

/// Words enough for a story, over several lines.
fn story() -> impl Strategy<Value = String> {
    prop::collection::vec(hostile(60), 2..5)
        .prop_map(|lines| format!("{}\nand so on, year after year", lines.join("\n")))
}

/// A file of so many nominations with hostile texts, each of another nominator.
fn generated(count: usize) -> File {
    let mut runner = TestRunner::deterministic();
    let mut draw = |strategy: &BoxedStrategy<String>| strategy.new_tree(&mut runner).expect("a text").current();
    let (name, short, text) = (hostile(150).boxed(), hostile(70).boxed(), story().boxed());
    let head: Vec<String> = COLUMNS.iter().map(|column| column.name.to_owned()).collect();
    let mut rows = Vec::new();
    for at in 0..count {
        let organisation = at % 3 == 0;
        let minor = at % 3 == 1 && at % 2 == 0;
        let row = head.iter().map(|column| match column.as_str() {
            "language" => if at % 2 == 0 { "ru" } else { "en" }.to_owned(),
            "category" => if organisation { "O1" } else { "I2" }.to_owned(),
            "kind" => if organisation { "organisation" } else { "individual" }.to_owned(),
            "age_band" if organisation => String::new(),
            "age_band" => if minor { "under_18" } else { "18_25" }.to_owned(),
            "guardian_name" if minor => draw(&name),
            "guardian_email" if minor => format!("guardian{at}@example.org"),
            "country" | "nominator_country" => "RU".to_owned(),
            "linked_cities" => "volgograd; other; kiel".to_owned(),
            "other_city" => draw(&short),
            "organisation_type" if organisation => "charity".to_owned(),
            "contact_name" | "contact_role" if organisation => draw(&short),
            "website" if organisation => format!("https://example.org/{at}?a=b,c;d"),
            "email" if !minor => format!("nominee{at}@example.org"),
            "phone" if !minor => "+44 24 7600 0000".to_owned(),
            "postal_address" if !minor => draw(&text).chars().take(390).collect::<String>().trim().to_owned(),
            "since_year" => (1950 + at % 70).to_string(),
            "ongoing" => (at % 2 == 0).to_string(),
            "links" if at % 2 == 0 => {
                format!("{} https://example.org/1\n{} https://example.org/2", draw(&short), draw(&short))
            }
            "supporter_1_email" | "supporter_2_email" | "nominator_email" => format!("{column}{at}@example.org"),
            "supporter_1_phone" => "+7 8442 00-00-00".to_owned(),
            "supporter_2_postal_address" | "nominator_postal_address" => {
                draw(&text).chars().take(300).collect::<String>().trim().to_owned()
            }
            "name" | "nominator_name" | "supporter_1_name" | "supporter_2_name" => {
                format!("{} {column} {at}", draw(&name)).chars().take(160).collect()
            }
            "headline" => format!("{} headline", draw(&short)),
            "home_city" | "honours" | "supporter_1_relation" | "supporter_2_relation" | "nominator_relation" => {
                draw(&short)
            }
            "impact" => format!("{}\n{}", draw(&text), "word ".repeat(50).trim()),
            "friendship" | "commitment" | "others" => draw(&text),
            _ => String::new(),
        });
        rows.push(row.map(|value| cell(&value).into_owned()).collect());
    }
    File { head, rows }
}

/// The columns that a nominator fills, of each row, in the file's order.
fn filled(file: &File) -> Vec<Vec<(&str, &str)>> {
    let filled: Vec<&str> = COLUMNS.iter().filter(|column| column.is_filled()).map(|column| column.name).collect();
    (0..file.rows.len()).map(|row| filled.iter().map(|name| (*name, file.cell(row, name))).collect()).collect()
}

async fn what_was_exported_comes_in_again_and_out_as_it_was(app: TestApp) {
    let made = generated(60); // before anything is asked: it takes longer than a connection is kept for nothing
    let organiser = olive(&app).await;
    app.edition_with_slug("second").await;
    let second = app.operator_invites_to("second", "organiser", None, "oleg@example.org").await;
    let seen = import(&app, &organiser, "?mail=none", text_of(&made, b',')).await.expect_status(200);
    assert_eq!(counts(&seen), [60, 60, 0]);
    app.post("/editions/2021/nominations", "", maria()).await.expect_status(201);
    app.post("/editions/2021/nominations", "", bridge_club()).await.expect_status(201);

    let path = "/organise/editions/2021/exports/nominations.csv?bom=1";
    let text = app.get(path, &organiser.token).await.expect_status(200).text;
    let first = File::of(text.trim_start_matches('\u{FEFF}'));
    let mut ours: Vec<_> = filled(&made);
    let out: Vec<_> = filled(&first);
    ours.retain(|row| !out.contains(row));
    assert_eq!(ours.first(), None, "each came out as it went in");

    let path = "/organise/editions/second/nominations/import?mail=none";
    let seen =
        app.call(Method::POST, path).bearer(&second.token).body("text/csv", text).send().await.expect_status(200);
    assert_eq!(counts(&seen), [62, 62, 0]);
    let again = exported(&app, "second", &second).await;
    let back = filled(&again);
    for row in filled(&first) {
        assert!(back.contains(&row), "{row:#?}");
    }
    assert_eq!(first.rows.len(), again.rows.len());
}

async fn all_comes_in_or_nothing(app: TestApp) {
    let organiser = olive(&app).await;
    let mut file = sample();
    file.rows.push(with(&[("name", "Gil Sample"), ("country", "XX")]).rows[0].clone());
    let seen = import(&app, &organiser, "", text_of(&file, b',')).await.expect_status(422);
    assert_eq!(seen.str("/errors/0/pointer"), "/rows/1/country");
    assert_eq!(seen.str("/errors/0/code"), "bad_country");
    assert_eq!(listed(&app, &organiser).await, Vec::<Json>::new());
}

async fn a_dry_run_and_a_repeated_key_change_nothing(app: TestApp) {
    let organiser = olive(&app).await;
    let seen = import(&app, &organiser, "?dry_run=true", example()).await.expect_status(200);
    assert_eq!((counts(&seen), &seen.json()["dry_run"]), ([1, 1, 0], &json!(true)));
    assert_eq!(listed(&app, &organiser).await, Vec::<Json>::new());
    let with_key = |query: &str| call(&app, &organiser, query, example()).header("idempotency-key", "once");
    let first = with_key("?mail=none").send().await.expect_status(200);
    let again = with_key("?mail=none").send().await.expect_status(200);
    assert_eq!((again.text.as_str(), again.header("idempotent-replayed").as_str()), (first.text.as_str(), "true"));
    assert_eq!(with_key("").send().await.expect_status(422).str("/code"), "idempotency_key_reused");
    assert_eq!(listed(&app, &organiser).await.len(), 1);
}

async fn a_file_is_taken_while_nominations_are_screened_and_not_later(app: TestApp) {
    let mut organiser = olive(&app).await;
    let judge = app.operator_invites("judge", Some("coventry"), "carol@jury.example.org").await;
    import(&app, &judge, "", example()).await.expect_status(403);
    app.call(Method::POST, IMPORT).body("text/csv", example()).send().await.expect_status(401);
    let json = app.call(Method::POST, IMPORT).bearer(&organiser.token).json(&json!({})).send().await;
    assert_eq!(json.expect_status(415).str("/code"), "unsupported_media_type");
    let large = vec![b' '; 8 * 1024 * 1024 + 1];
    assert_eq!(import(&app, &organiser, "", large).await.expect_status(413).str("/code"), "too_large");
    for (moment, status) in
        [("2021-04-01T10:00:00Z", 409), ("2021-07-05T10:00:00Z", 200), ("2021-07-26T10:00:00Z", 409)]
    {
        app.at(moment);
        app.sign_in(&mut organiser).await;
        let seen = import(&app, &organiser, "?mail=none", example()).await.expect_status(status);
        assert!(status == 200 || seen.str("/code") == "wrong_phase", "{}", seen.text);
    }
}

fn pairs(seen: &Seen) -> Vec<(String, String)> {
    let json = seen.json();
    let text = |fault: &Json, name: &str| fault[name].as_str().expect("a text").to_owned();
    json["errors"]
        .as_array()
        .expect("faults")
        .iter()
        .map(|fault| (text(fault, "pointer"), text(fault, "code")))
        .collect()
}

async fn every_fault_of_a_file_is_told_at_its_place(app: TestApp) {
    let organiser = olive(&app).await;
    let mut file = with(&[
        ("email", "a@b"),
        ("since_year", "long ago"),
        ("linked_cities", "volgograd; volgograd; atlantis"),
        ("links", "A page without an address\nOne https://example.org/1\nTwo https://example.org/1"),
        ("supporter_2_email", "tom@example.org"),
        ("ongoing", "perhaps"),
    ]);
    let short =
        with(&[("email", ""), ("phone", ""), ("impact", "Short."), ("friendship", "Brief."), ("commitment", "Yes.")]);
    file.rows.push(short.rows[0].clone());
    file.rows.push(vec!["only one cell".to_owned()]);
    file.rows.push(vec![String::new(); file.head.len()]); // left behind by a spreadsheet
    file.rows.push(with(&[("name", "\u{202E}gro"), ("language", "de"), ("nominator_name", "...")]).rows[0].clone());
    for row in &mut file.rows[1..] {
        if row.len() > 1 {
            row.resize(file.head.len(), String::new());
        }
    }
    let text = text_of(&file, b',');
    let ask = async |language: &str| {
        let seen = call(&app, &organiser, "", text.clone()).language(language).send().await.expect_status(422);
        serde_json::to_string_pretty(&seen.json()["errors"]).expect("JSON")
    };
    insta::assert_snapshot!("faults_of_a_file_en", ask("en").await);
    insta::assert_snapshot!("faults_of_a_file_ru", ask("ru").await);
    assert_eq!(listed(&app, &organiser).await, Vec::<Json>::new());
}

async fn spreadsheets_write_csv_in_many_ways(app: TestApp) {
    let organiser = olive(&app).await;
    let dry = async |file: Vec<u8>| import(&app, &organiser, "?dry_run=1", file).await;
    let taken = async |file: Vec<u8>| counts(&dry(file).await.expect_status(200));
    let semicolons = text_of(&sample(), b';');
    assert_eq!(taken(format!("\u{FEFF}{semicolons}").into_bytes()).await, [1, 1, 0]);
    assert_eq!(taken(semicolons.replace('\n', "\r\n").into_bytes()).await, [1, 1, 0]);
    assert_eq!(taken(text_of(&sample(), b'\t').into_bytes()).await, [1, 1, 0]);
    let russian = with(&[("ongoing", "ИСТИНА"), ("received_at (UTC)", "44326.4")]);
    assert_eq!(taken(text_of(&russian, b';').into_bytes()).await, [1, 1, 0]);
    let mut wide = sample();
    wide.head.push(String::new());
    wide.rows[0].extend([String::new(), String::new()]);
    assert_eq!(taken(text_of(&wide, b',').into_bytes()).await, [1, 1, 0]);

    let told = async |file: Vec<u8>, status: u16| pairs(&dry(file).await.expect_status(status));
    let one = |pointer: &str, code: &str| vec![(pointer.to_owned(), code.to_owned())];
    assert_eq!(told(Vec::new(), 422).await, one("/rows", "no_rows"));
    assert_eq!(told(example().lines().next().expect("a head").as_bytes().to_vec(), 422).await, one("/rows", "no_rows"));
    let utf16: Vec<u8> = example().encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(told([b"\xFF\xFE".to_vec(), utf16].concat(), 422).await, one("/columns", "not_utf8"));
    let mut cp1251 = example().into_bytes();
    let at = example().find("Вера").expect("it stands there");
    cp1251.splice(at..at + 8, *b"\xC2\xE5\xF0\xE0");
    assert_eq!(told(cp1251, 422).await, one("/rows/0/supporter_2_name", "not_utf8"));

    let unknown = with(&[("colour", "blue"), ("shoe_size", "44")]);
    let width = sample().head.len();
    let seen = dry(text_of(&unknown, b',').into_bytes()).await.expect_status(400);
    assert_eq!(seen.str("/code"), "unknown_field");
    let at = |at: usize| (format!("/columns/{at}"), "unknown_column".to_owned());
    assert_eq!(pairs(&seen), [at(width), at(width + 1)]);
    let mut twice = sample();
    twice.head.push("Name".to_owned());
    twice.rows[0].push("Another".to_owned());
    assert_eq!(
        told(text_of(&twice, b',').into_bytes(), 422).await,
        one(&format!("/columns/{width}"), "repeated_column")
    );
    let mut lacking = sample();
    lacking.head.remove(3);
    lacking.rows[0].remove(3);
    assert_eq!(told(text_of(&lacking, b',').into_bytes(), 422).await, one("/columns", "missing_column"));
    let mut unnamed = sample();
    unnamed.head.push(String::new());
    unnamed.rows[0].push("what is this?".to_owned());
    assert_eq!(told(text_of(&unnamed, b',').into_bytes(), 422).await, one("/rows/0", "unnamed_column"));
    let many = format!("{}{}", example(), "x\r\n".repeat(10_000));
    assert_eq!(told(many.into_bytes(), 422).await, one("/rows", "too_many_items"));
}

/// Sends a file from the form, as a browser does.
pub async fn upload(visitor: &Visitor<'_>, page: &str, file: &str) -> Seen {
    let boundary = "----a-boundary";
    let body = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"n.csv\"\r\nContent-Type: text/csv\r\n\r\n\
         {file}\r\n--{boundary}--\r\n"
    );
    let call = visitor.call(Method::POST, page).header("sec-fetch-site", "same-origin");
    call.body(&format!("multipart/form-data; boundary={boundary}"), body).send().await
}

async fn an_organiser_takes_a_file_in_on_a_page(app: TestApp) {
    let organiser = olive(&app).await;
    let mut visitor = Visitor::signed_in(&app, "olive@example.org").await;
    let page = "/ru/organise/2021/import";
    assert!(visitor.see(page).await.contains("<h1>Загрузка заявок</h1>"));
    let none = upload(&visitor, page, "").await.expect_status(422);
    assert!(none.text.contains("Выберите файл") && none.text.contains("href=\"#file\""), "{}", none.text);

    let faulty = text_of(&with(&[("email", "a@b"), ("country", "XX")]), b';');
    assert_eq!(upload(&visitor, page, &faulty).await.expect_status(303).header("location"), page);
    let shown = visitor.see(page).await;
    assert!(shown.contains("Строка 2, столбец «email»: Укажите адрес электронной почты"), "{shown}");
    assert!(shown.contains("<title>Ошибка: ") && !shown.contains("Загрузить всё"), "{shown}");
    let again = visitor.send(&format!("{page}/all"), &[("mail", "yes")]).await.expect_status(303);
    assert_eq!(again.header("location"), page);
    assert_eq!(listed(&app, &organiser).await, Vec::<Json>::new());

    upload(&visitor, page, &example()).await.expect_status(303);
    let shown = visitor.see(page).await;
    assert!(shown.contains("Будет загружена 1 заявка") && shown.contains("Загрузить всё"), "{shown}");
    let done = visitor.send(&format!("{page}/all"), &[]).await.expect_status(303).header("location");
    assert!(visitor.see(&done).await.contains("Загружена 1 заявка."));
    assert_eq!(listed(&app, &organiser).await.len(), 1);
    let gone = visitor.send(&format!("{page}/all"), &[]).await.expect_status(422).text;
    assert!(gone.contains("Файл хранился один час"), "{gone}");

    upload(&visitor, page, &example()).await.expect_status(303);
    let shown = visitor.see("/en/organise/2021/import").await;
    assert!(shown.contains("1 row is here already") && !shown.contains("Import all"), "{shown}");
    app.at("2021-05-10T10:40:00Z");
    assert!(visitor.see("/en/organise/2021/import").await.contains("1 row is here already"));
    app.at("2021-05-10T11:00:01Z"); // an hour later it is forgotten
    assert!(visitor.see("/en/organise/2021/import").await.contains("type=\"file\""));
    let exports = visitor.see("/en/organise/2021/exports").await;
    assert!(exports.contains("exports/nominations.csv?bom=1") && !exports.contains("winners.csv"), "{exports}");
}

async fn the_program_takes_a_file_in_by_itself(app: TestApp) {
    let organiser = olive(&app).await;
    let folder = crate::app::Folder::new();
    let path = |name: &str| folder.0.join(name).display().to_string();
    std::fs::write(path("in.csv"), example()).expect("it can be written");
    std::fs::write(path("bad.csv"), text_of(&with(&[("country", "XX")]), b',')).expect("it can be written");
    let run = |words: &[&str]| program(&app, words);
    let dry = run(&["import", "--edition", "2021", &path("in.csv"), "--dry-run"]);
    assert_eq!(dry, (Some(0), "1 would be imported, 0 are here already\n".to_owned()));
    let bad = run(&["import", "--edition", "2021", &path("bad.csv")]);
    assert_eq!(bad, (Some(65), "Row 2, column “country”: Choose a country from the list\n".to_owned()));
    let taken = run(&["import", "--edition", "2021", &path("in.csv"), "--no-mail"]);
    assert_eq!(taken, (Some(0), "1 imported, 0 here already\n".to_owned()));
    assert_eq!(run(&["import", "--edition", "1999", &path("in.csv")]).0, Some(1));
    let out = run(&["export", "--edition", "2021", "nominations", "--format", "csv", "--out", &path("out.csv")]);
    assert_eq!(out, (Some(0), String::new()));
    let written = std::fs::read_to_string(path("out.csv")).expect("it was written");
    let api = app.get("/organise/editions/2021/exports/nominations.csv", &organiser.token).await.expect_status(200);
    assert_eq!(written, api.text);
    let xlsx = ["export", "--edition", "2021", "nominations", "--format", "xlsx", "--out", &path("out.xlsx")];
    assert_eq!(run(&xlsx), (Some(0), String::new()));
    assert!(std::fs::read(path("out.xlsx")).expect("it was written").starts_with(b"PK"));
    assert_eq!(run(&["export", "--edition", "2021", "nominations", "--format", "json"]).0, Some(2));
}

/// The program, beside the service.
fn program(app: &TestApp, words: &[&str]) -> (Option<i32>, String) {
    let database = match &app.app.config.database {
        DatabaseUrl::Sqlite(file) => format!("sqlite://{}", file.display()),
        DatabaseUrl::Postgres(address) => address.clone(),
    };
    let mut command = Command::new(env!("CARGO_BIN_EXE_twin-cities-awards"));
    command.args(words).args(["--database", &database, "--clock", crate::app::MAY]);
    command.env("TCA_SECRET", "the root secret of a story that all may know").env("RUST_LOG", "error");
    let Output { status, stdout, stderr } = command.output().expect("the program runs");
    (status.code(), String::from_utf8_lossy(&[stdout, stderr].concat()).into_owned())
}
