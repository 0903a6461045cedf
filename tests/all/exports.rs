//! Nominations as files (§ 11 of `content/announcement.md`): the columns, what a cell says, and that nothing in a file is taken for a
//! formula, by a spreadsheet's own rules: XLSX is read back by a reader that is not ours.

use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};
use reqwest::Method;
use serde_json::{Value as Json, json};
use twin_cities_awards::nominations::columns::COLUMNS;

use crate::app::{TestApp, stories};
use crate::people::{Person, bridge_club, maria};

stories![
    the_nominations_are_exported_in_the_columns_of_the_list_and_no_others,
    a_spreadsheet_holds_texts_numbers_truth_and_dates,
    whatever_somebody_is_called_comes_out_unharmed,
    a_nominee_who_was_told_and_letters_that_came_show_when,
];

/// § 11's list, written down here on its own.
const LIST: &str = "reference, status, source, received_at, confirmed_at, language, category, kind, name, name_other_script, \
    honours, home_city, country, linked_cities, other_city, age_band, organisation_type, contact_name, contact_role, website, \
    email, phone, postal_address, guardian_name, guardian_email, headline, impact, friendship, commitment, others, since_year, \
    ongoing, links, supporter_1_name, supporter_1_email, supporter_1_phone, supporter_1_postal_address, supporter_1_relation, \
    letter_1_at, supporter_2_name, supporter_2_email, supporter_2_phone, supporter_2_postal_address, supporter_2_relation, \
    letter_2_at, nominator_name, nominator_email, nominator_phone, nominator_postal_address, nominator_relation, \
    nominator_country, merged_into, notice_given_at, decision_note";

/// A file as its reader sees it: the head, and each row by the names of the columns.
pub struct File {
    pub head: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

impl File {
    /// Reads CSV.
    pub fn of(text: &str) -> Self {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
        let mut rows = reader.records().map(|row| row.expect("each row is as long as the head"));
        let cells = |row: csv::StringRecord| row.iter().map(str::to_owned).collect();
        let head = cells(rows.next().expect("a head"));
        Self { head, rows: rows.map(cells).collect() }
    }

    /// What stands in a row below a name.
    pub fn cell(&self, row: usize, name: &str) -> &str {
        let at = self.head.iter().position(|head| head == name).unwrap_or_else(|| panic!("no column {name}"));
        &self.rows[row][at]
    }

    /// The row of a nominee.
    pub fn row_of(&self, name: &str) -> usize {
        let at = self.head.iter().position(|head| head == "name").expect("it is there");
        self.rows.iter().position(|row| row[at] == name).unwrap_or_else(|| panic!("nobody is called {name}"))
    }
}

/// The nominations of an edition as CSV.
pub async fn exported(app: &TestApp, edition: &str, organiser: &Person) -> File {
    let path = format!("/organise/editions/{edition}/exports/nominations.csv");
    File::of(&app.get(&path, &organiser.token).await.expect_status(200).text)
}

/// The same as a spreadsheet: its cells by rows, the head first.
async fn spreadsheet(app: &TestApp, organiser: &Person) -> Vec<Vec<Data>> {
    let path = "/organise/editions/2021/exports/nominations.xlsx";
    let bytes = app.call(Method::GET, path).bearer(&organiser.token).bytes().await;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("a spreadsheet");
    assert_eq!(book.sheet_names(), ["nominations"]);
    let formulas = book.worksheet_formula("nominations").expect("they can be asked for");
    assert!(formulas.used_cells().next().is_none(), "no cell is a formula");
    let range = book.worksheet_range("nominations").expect("a sheet");
    range.rows().map(<[Data]>::to_vec).collect()
}

async fn olive(app: &TestApp) -> Person {
    app.edition_2021().await;
    app.operator_invites("organiser", None, "olive@example.org").await
}

async fn the_nominations_are_exported_in_the_columns_of_the_list_and_no_others(app: TestApp) {
    let organiser = olive(&app).await;
    app.nominate(&maria()).await;
    app.post("/editions/2021/nominations", "", bridge_club()).await.expect_status(201); // not confirmed
    let path = "/organise/editions/2021/exports/nominations.csv";
    let seen = app.get(path, &organiser.token).await.expect_status(200);
    assert_eq!(seen.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(seen.header("content-disposition"), "attachment; filename=\"nominations-2021.csv\"");
    assert_eq!(seen.header("cache-control"), "no-store");
    let list: Vec<&str> = LIST.split(", ").collect();
    assert_eq!(seen.text.split("\r\n").next(), Some(list.join(",").as_str()));
    assert_eq!(COLUMNS.iter().map(|column| column.name).collect::<Vec<_>>(), list);
    let file = File::of(&seen.text);
    let names: Vec<&str> = (0..file.rows.len()).map(|row| file.cell(row, "name")).collect();
    assert_eq!(names, ["Мария Иванова", "Клуб друзей «Мост»"]); // by category
    let told = |row, names: &[&str]| names.iter().map(|name| file.cell(row, name).to_owned()).collect::<Vec<_>>();
    assert_eq!(
        told(
            0,
            &["status", "source", "received_at", "confirmed_at", "linked_cities", "age_band", "since_year", "ongoing"]
        ),
        [
            "submitted",
            "online",
            "2021-05-10T10:00:00Z",
            "2021-05-10T10:00:00Z",
            "volgograd; ostrava",
            "18_25",
            "2015",
            "true"
        ]
    );
    assert_eq!(
        told(0, &["links", "supporter_1_email", "letter_1_at", "nominator_phone", "decision_note"]),
        ["Concert report https://example.org/concert", "jan@example.org", "", "'+44 24 7600 0000", ""]
    );
    assert_eq!(
        told(1, &["status", "confirmed_at", "postal_address", "contact_role", "supporter_2_name", "phone"]),
        [
            "unconfirmed",
            "",
            "ул. Примерная, 1\nВолгоград",
            "председатель",
            "Анна Образцова-Тестова",
            "'+7 8442 00-00-00"
        ]
    );
    assert!(app.get(&format!("{path}?bom=1"), &organiser.token).await.text.starts_with('\u{FEFF}'));

    let judge = app.operator_invites("judge", Some("coventry"), "carol@jury.example.org").await;
    app.get(path, &judge.token).await.expect_status(403);
    let audit = app.get("/organise/editions/2021/audit?limit=200", &organiser.token).await.json();
    assert!(audit.is_object());
}

async fn a_spreadsheet_holds_texts_numbers_truth_and_dates(app: TestApp) {
    let organiser = olive(&app).await;
    app.nominate(&maria()).await;
    let rows = spreadsheet(&app, &organiser).await;
    let at = |name: &str| rows[0].iter().position(|head| *head == Data::String(name.to_owned())).expect("a head");
    let cell = |name: &str| &rows[1][at(name)];
    assert_eq!(cell("name"), &Data::String("Мария Иванова".into()));
    assert_eq!(cell("nominator_phone"), &Data::String("+44 24 7600 0000".into()), "a text, and no ' before it");
    assert_eq!(cell("since_year"), &Data::Float(2015.0));
    assert_eq!(cell("ongoing"), &Data::Bool(true));
    let received = cell("received_at (UTC)");
    let Data::DateTime(received) = received else { panic!("no date: {received:?}") };
    assert!((received.as_f64() - (44326.0 + 10.0 / 24.0)).abs() < 1e-6, "10 May 2021, ten o'clock: {received:?}");
    assert_eq!(cell("letter_1_at (UTC)"), &Data::Empty);
    let heads: Vec<String> = rows[0].iter().map(|head| head.to_string().replace(" (UTC)", "")).collect();
    assert_eq!(heads, LIST.split(", ").collect::<Vec<_>>());
}

/// The edge rows of `content/samples.md` that are accepted.
const NAMES: [&str; 14] = [
    "محمد المثال",
    "שם Example (ב)",
    "D’Arcy O'Neill-Smith",
    "José",
    "Anna 😀",
    "=cmd|' /C calc'!A0",
    "@SUM(1) Club",
    "+Friends",
    "-5 Club",
    "＝1 Club",
    "Mария",
    "李",
    "Иванова Мария Петровна",
    "<b>A</b> & \"B\"",
];

async fn whatever_somebody_is_called_comes_out_unharmed(app: TestApp) {
    let organiser = olive(&app).await;
    for (at, name) in NAMES.iter().enumerate() {
        let mut body = maria();
        body["nominee"]["name"] = json!(name);
        body["nominee"]["name_other_script"] = Json::Null;
        body["nominee"]["postal_address"] = json!(format!("{name}\n=1+1\nВолгоград"));
        body["nominator"]["email"] = json!(format!("m{at}@example.org"));
        app.post("/editions/2021/nominations", "", body).await.expect_status(201);
    }
    let file = exported(&app, "2021", &organiser).await;
    let rows = spreadsheet(&app, &organiser).await;
    let at = |name: &str| rows[0].iter().position(|head| *head == Data::String(name.to_owned())).expect("a head");
    for name in NAMES {
        let looks_like_a_formula = name.starts_with(['=', '+', '-', '@', '＝']);
        let shown = if looks_like_a_formula { format!("'{name}") } else { name.to_owned() };
        let row = file.row_of(&shown);
        let quote = if looks_like_a_formula { "'" } else { "" };
        assert_eq!(file.cell(row, "postal_address"), format!("{quote}{name}\n=1+1\nВолгоград"));
        let row = rows
            .iter()
            .find(|row| row[at("name")] == Data::String(name.to_owned()))
            .unwrap_or_else(|| panic!("{name}"));
        assert_eq!(row[at("postal_address")], Data::String(format!("{name}\n=1+1\nВолгоград")));
    }
}

async fn a_nominee_who_was_told_and_letters_that_came_show_when(app: TestApp) {
    let organiser = olive(&app).await;
    let id = app.nominate(&maria()).await;
    app.supporter_writes("jan@example.org", "en").await;
    let posted = json!({"how": "post", "on": "2021-05-09"});
    let path = format!("/organise/editions/2021/nominations/{id}/notice");
    app.put(&path, &organiser.token, posted).await.expect_status(200);
    app.screen(&organiser, &id, json!({"status": "ineligible", "reason": "other", "note": "Not of our cities."})).await;
    let file = exported(&app, "2021", &organiser).await;
    assert_eq!(file.cell(0, "letter_1_at"), "2021-05-10T10:00:00Z");
    assert_eq!((file.cell(0, "letter_2_at"), file.cell(0, "notice_given_at")), ("", "2021-05-09"));
    assert_eq!((file.cell(0, "status"), file.cell(0, "decision_note")), ("ineligible", "other; Not of our cities."));
    let rows = spreadsheet(&app, &organiser).await;
    let at = rows[0].iter().position(|head| *head == Data::String("notice_given_at (UTC)".to_owned())).expect("a head");
    assert!(matches!(rows[1][at], Data::DateTime(_)), "a real date: {:?}", rows[1][at]);
}
