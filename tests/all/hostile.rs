//! A hostile edition (S-HTTP-7): markup, script, templates, formulas, directions and look-alikes in every field that takes free
//! text, by API and by form. All comes out as it went in, escaped where it is a page, and does nothing.

use reqwest::{Method, StatusCode};
use serde_json::{Value as Json, json};

use crate::app::{TestApp, stories};
use crate::form::fill_in;
use crate::people::{bridge_club, maria};
use crate::visitor::Visitor;
use crate::whole_way::up_to_the_letter_of;

stories![
    a_hostile_edition_does_nothing_on_any_road,
    a_hostile_form_does_nothing_on_its_pages,
    what_would_steer_a_line_is_refused_in_every_field,
];

/// Would run, if anybody let it.
pub const SCRIPT: &str = "<script>window.hacked=1</script>";
/// The same without the word.
pub const PICTURE: &str = "\"'><img src=x onerror=window.hacked=1>";
/// Closes what it may stand in, and would be filled in by templates and by formats.
pub const TEMPLATE: &str = "</textarea></title>{{7*7}}${7*7}<%=7*7%>%s%n{ $name }";
/// A spreadsheet would run it.
pub const FORMULA: &str = "=cmd|' /C calc'!A0";
/// Right to left, among others; letters that look like others; an address that is none.
pub const TURNED: &str = "שם محمد Сosta javascript:alert(1)";

/// What must stand on no page as it is.
const RAW: [&str; 5] = ["<script>window", "<img src=x", "</textarea></title>", "<%=7*7", "<svg onload"];

fn story(words: &str) -> String {
    format!("{words} {SCRIPT} {PICTURE} {TEMPLATE} {TURNED}\r\nBcc: x <svg onload=window.hacked=1>\n.\n{FORMULA}")
}

/// Maria's nomination, and in each free text something that somebody could wish to run.
pub fn hostile_person() -> Json {
    let mut body = maria();
    body["nominee"]["name"] = json!(format!("{FORMULA} {SCRIPT} Мария"));
    // In the other alphabet, as the form asks: no Latin letters outweigh it.
    body["nominee"]["name_other_script"] = json!("\"'><б>{{7*7}} & -Мария Иванова</б>");
    body["nominee"]["honours"] = json!("@SUM(1)<b>");
    body["nominee"]["home_city"] = json!(format!("-2+3{SCRIPT}"));
    body["headline"] = json!(format!("{TEMPLATE} {TURNED}"));
    for part in ["impact", "friendship", "commitment", "others"] {
        let words = body["story"][part].as_str().expect("a text").to_owned();
        body["story"][part] = json!(story(&words));
    }
    body["links"] = json!([{"title": PICTURE, "url": "https://example.org/?q=%3Cscript%3E&x='%22"}]);
    body["supporters"][0]["name"] = json!(format!("Jan {SCRIPT}"));
    body["supporters"][0]["relation"] = json!(TEMPLATE);
    body["nominator"]["name"] = json!(format!("+Ann {PICTURE}"));
    body["nominator"]["relation"] = json!(FORMULA);
    body
}

/// The club's likewise.
fn hostile_club() -> Json {
    let mut body = bridge_club();
    body["nominee"]["name"] = json!(format!("{TURNED} {PICTURE}"));
    body["nominee"]["name_other_script"] = json!("@Клуб друзей «Мост» & <и>");
    body["nominee"]["other_city"] = json!(SCRIPT);
    body["nominee"]["postal_address"] = json!(format!("{SCRIPT}\n{FORMULA}"));
    body["nominee"]["organisation"]["contact_name"] = json!(format!("Пётр {SCRIPT}"));
    body["nominee"]["organisation"]["contact_role"] = json!(PICTURE);
    body["headline"] = json!(format!("{SCRIPT} {FORMULA}"));
    body
}

/// The edition's own texts, as an operator writes them.
pub async fn hostile_edition(app: &TestApp) {
    app.edition_2021().await;
    let olive = app.operator_invites("organiser", None, "olga.first@example.org").await;
    let path = "/organise/editions/2021";
    let title = json!({"title": {"en": format!("{SCRIPT} Awards"), "ru": format!("{PICTURE} Премия")}});
    app.change(Method::PATCH, path, path, &olive.token, title).await.expect(StatusCode::OK);
}

/// A page or the HTML half of a mail: nothing of it is markup of theirs.
#[track_caller]
fn is_tame(what: &str, html: &str) {
    for raw in RAW {
        assert!(!html.contains(raw), "{what} lets {raw} through: {html}");
    }
    assert!(!html.contains("href=\"javascript:"), "{what}");
}

/// An answer: its headers are ours alone.
#[track_caller]
fn has_no_header_of_theirs(what: &str, headers: &reqwest::header::HeaderMap) {
    for (name, value) in headers {
        let value = String::from_utf8_lossy(value.as_bytes());
        assert!(name != "bcc" && !value.contains("hacked") && !value.contains("7*7"), "{what}: {name}: {value}");
    }
}

async fn a_hostile_edition_does_nothing_on_any_road(app: TestApp) {
    hostile_edition(&app).await;
    let (person, club) = (hostile_person(), hostile_club());
    let (mut committee, club_id) = up_to_the_letter_of(&app, &person, &club).await;
    let letter = app.mail().next_to("maria@example.org").await;
    let public = format!("{FORMULA} {SCRIPT}");
    let reply = json!({"answer": "accept", "public_name": public, "public_name_other_script": "<б>Мария</б>",
        "attendance": "in_person", "guests": 1, "photo_consent": true, "press_contact_ok": true,
        "keep_confidence": true, "language": "ru", "pronunciation": TEMPLATE});
    app.put("/link/reply", &letter.token("r"), reply).await.expect(StatusCode::OK);
    app.sign_in(&mut committee.organisers[0]).await;
    let told = json!({"answer": "accept", "public_name": club["nominee"]["name"], "attendance": "no", "photo_consent": false,
        "press_contact_ok": false, "keep_confidence": true, "language": "ru", "note": format!("By telephone {SCRIPT}")});
    let organiser = committee.organisers[0].token.clone();
    app.put(&format!("/organise/editions/2021/replies/{club_id}"), &organiser, told).await.expect(StatusCode::OK);
    app.at("2021-10-06T19:00:00Z");
    app.sign_in(&mut committee.organisers[0]).await;
    let organiser = committee.organisers[0].token.clone();

    // As JSON it is what it was.
    let list = app.get("/editions/2021/winners", "").await.expect(StatusCode::OK);
    has_no_header_of_theirs("winners", &list.headers);
    let names: Vec<Json> = list.json()["items"].as_array().expect("a list").iter().map(|w| w["name"].clone()).collect();
    assert_eq!(names, [json!(public), club["nominee"]["name"].clone()]);
    assert_eq!(app.get("/editions/2021", "").await.str("/title/en"), format!("{SCRIPT} Awards"));

    for page in ["", "winners", "winners/2021", "privacy"] {
        for language in ["en", "ru"] {
            let seen = app.raw(Method::GET, &format!("/{language}/{page}")).send().await.expect(StatusCode::OK);
            is_tame(&format!("/{language}/{page}"), &seen.text);
            has_no_header_of_theirs(page, &seen.headers);
        }
    }
    let winners = app.raw(Method::GET, "/en/winners/2021").send().await.text;
    assert!(winners.contains("window.hacked=1"), "it is shown, and only shown: {winners}");

    let file = "exports/winners.csv";
    let seen = app.get(&format!("/organise/editions/2021/{file}"), &organiser).await.expect(StatusCode::OK);
    has_no_header_of_theirs(file, &seen.headers);
    no_cell_is_a_formula(file, &seen.text);
    no_cell_is_a_formula("winners.csv", &app.get("/editions/2021/winners.csv", "").await.expect(StatusCode::OK).text);
    for mail in app.mail().all() {
        is_a_tame_mail(&mail.raw);
    }
}

#[track_caller]
fn no_cell_is_a_formula(file: &str, text: &str) {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let cells = reader.records().flat_map(|row| row.expect("a row").iter().map(str::to_owned).collect::<Vec<_>>());
    let cells: Vec<String> = cells.collect();
    assert!(cells.iter().any(|cell| cell.contains("hacked")), "{file} holds what was written: {text}");
    let formula = cells.iter().find(|cell| cell.trim_start().starts_with(['=', '+', '-', '@']));
    assert_eq!(formula, None, "{file}");
}

/// No header of theirs, none twice, a subject without markup, and an HTML half that shows markup as text.
#[track_caller]
fn is_a_tame_mail(raw: &str) {
    let mail = mailparse::parse_mail(raw.as_bytes()).expect("it can be read");
    let mut names: Vec<String> = mail.headers.iter().map(|header| header.get_key().to_lowercase()).collect();
    assert!(!names.iter().any(|name| ["bcc", "cc"].contains(&name.as_str())), "{names:?}");
    let count = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), count, "a header stands twice: {raw}");
    for part in &mail.subparts {
        if part.ctype.mimetype == "text/html" {
            is_tame("a mail", &part.get_body().expect("it can be read"));
        }
    }
}

async fn a_hostile_form_does_nothing_on_its_pages(app: TestApp) {
    hostile_edition(&app).await;
    let body = hostile_person();
    let mut visitor = Visitor::new(&app);
    let (passed, check) = fill_in(&mut visitor, "/en/nominate/category", &body).await;
    for language in ["en", "ru"] {
        for page in passed.iter().map(String::as_str).chain(["check", "save"]) {
            let path = format!("/{language}/nominate/{page}");
            let seen = visitor.look(&path).await.expect(StatusCode::OK);
            is_tame(&path, &seen.text);
            has_no_header_of_theirs(&path, &seen.headers);
        }
    }
    assert!(visitor.see(&check).await.contains("window.hacked=1"));
    visitor.send(&check, &[]).await.expect(StatusCode::SEE_OTHER);
    let token = app.mail().next_to("ann@example.org").await.token("confirm");
    for language in ["en", "ru"] {
        let link = format!("/{language}/confirm/{token}");
        let opened = visitor.look(&link).await.expect(StatusCode::SEE_OTHER);
        let page = visitor.look(&opened.header("location")).await.expect(StatusCode::OK);
        is_tame(&link, &page.text);
    }
    app.post("/confirmations", "", json!({"token": token})).await.expect(StatusCode::OK);
    let token = app.mail().next_to("ann@example.org").await.token("nomination");
    let own = app.get("/link/nomination", &token).await.expect(StatusCode::OK).json();
    for pointer in
        ["/nominee/name", "/nominee/name_other_script", "/nominee/honours", "/nominee/home_city", "/headline"]
    {
        assert_eq!(own.pointer(pointer), body.pointer(pointer), "{pointer}");
    }
    let opened = visitor.look(&format!("/en/nomination/{token}")).await.expect(StatusCode::SEE_OTHER);
    let page = visitor.see(&opened.header("location")).await;
    is_tame("the nominator's own page", &page);
    for mail in app.mail().all() {
        is_a_tame_mail(&mail.raw);
    }
}

/// Line breaks where there is one line, NUL, escapes, directions that reach beyond their text: the door refuses them, naming
/// the field, and keeps nothing.
async fn what_would_steer_a_line_is_refused_in_every_field(app: TestApp) {
    app.edition_2021().await;
    let fields = [
        "/nominee/name",
        "/nominee/name_other_script",
        "/nominee/honours",
        "/nominee/home_city",
        "/headline",
        "/links/0/title",
        "/supporters/0/name",
        "/supporters/0/relation",
        "/nominator/name",
        "/nominator/relation",
    ];
    for steering in ["\r\nBcc: x@example.org", "\u{0}", "\u{1B}[2J", "\u{202E}", "\u{2066}", "\u{FFFF}"] {
        for field in fields {
            let mut body = maria();
            let place = body.pointer_mut(field).expect("a field");
            *place = json!(format!("Maria{steering} and others"));
            let refused =
                app.post("/editions/2021/nominations", "", body).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
            has_no_header_of_theirs(field, &refused.headers);
            assert_eq!(refused.str("/errors/0/pointer"), field, "{steering:?}");
        }
    }
    for part in ["/story/impact", "/story/friendship", "/nominator/phone"] {
        for steering in ["\u{0}", "\u{202E}", "\u{2069}"] {
            let mut body = maria();
            let text = body.pointer(part).and_then(Json::as_str).expect("a text").to_owned();
            *body.pointer_mut(part).expect("a field") = json!(format!("{text}{steering}"));
            let refused =
                app.post("/editions/2021/nominations", "", body).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
            assert_eq!(refused.str("/errors/0/pointer"), part, "{steering:?}");
        }
    }
    assert_eq!(app.mail().all(), []);
}
