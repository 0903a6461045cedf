//! Nothing that anybody sends is a fault of ours (S-HTTP-1): every call of the document, with its examples bent, broken and
//! filled with what databases and parsers choke on, is answered by something below 500.
//!
//! `PROPTEST_CASES=5000 cargo test --test all fuzz::` sends twenty times as much.

use rand::seq::IndexedRandom as _;
use rand::{Rng, RngExt as _, SeedableRng as _, rngs::StdRng};
use reqwest::Method;
use serde_json::{Value as Json, json};

use twin_cities_awards::http::links::{Link, LinkKind};

use crate::app::{TestApp, stories};
use crate::people::{Committee, maria};

stories![no_call_fails_whatever_it_is_sent];

/// Texts that somebody's parser chokes on.
const NASTY: &[&str] = &[
    "",
    " ",
    "\u{0}",
    "a\u{0}b",
    "%",
    "%00",
    "'; DROP TABLE nominations; --",
    "\\",
    "\"",
    "\u{202e}\u{2066}",
    "\u{feff}",
    "\u{1f468}\u{200d}\u{1f469}",
    "й",
    "\u{fdfa}",
    "-1",
    "0",
    "9223372036854775808",
    "1e999",
    "NaN",
    "2021-02-30T25:61:61Z",
    "9999-12-31T23:59:59.999999999Z",
    "+275760-09-13T00:00:00Z",
    "-0001-01-01T00:00:00Z",
    "00000000-0000-0000-0000-000000000000",
    "a@b.c",
    "\"a b\"@[127.0.0.1]",
    "{{7*7}}",
    "<script>alert(1)</script>",
    "=1+1",
    "\r\nX-Forged: yes",
    "*",
    "..",
    "true",
];

fn text(chance: &mut StdRng) -> String {
    match chance.random_range(0..4) {
        0 => "x".repeat(*[1, 63, 64, 255, 5_000, 60_000].choose(chance).expect("some")),
        1 => {
            (0..chance.random_range(0..40)).filter_map(|_| char::from_u32(chance.random_range(0..0x11_0000))).collect()
        }
        _ => (*NASTY.choose(chance).expect("some")).to_owned(),
    }
}

fn value(chance: &mut StdRng) -> Json {
    match chance.random_range(0..10) {
        0 => Json::Null,
        1 => json!(true),
        2 => json!(chance.random_range(i64::MIN..i64::MAX)),
        3 => json!(*[-1.5, 0.1, 1e308, 11.0].choose(chance).expect("some")),
        4 => json!([]),
        5 => json!({}),
        6 => json!(vec![text(chance); chance.random_range(1..300)]),
        7 => json!({"a": {"b": [[[text(chance)]]]}}),
        _ => json!(text(chance)),
    }
}

/// One thing in it becomes another, is gone, or stands twice as long.
fn bend(body: &mut Json, chance: &mut StdRng) {
    match body {
        Json::Object(fields) if !fields.is_empty() && chance.random_range(0..8) > 0 => {
            let keys: Vec<String> = fields.keys().cloned().collect();
            let key = keys.choose(chance).expect("not empty");
            if chance.random_range(0..12) == 0 {
                let gone = fields.remove(key);
                fields.insert(text(chance), gone.unwrap_or_default());
            } else if let Some(field) = fields.get_mut(key) {
                bend(field, chance);
            }
        }
        Json::Array(items) if !items.is_empty() && chance.random_range(0..6) > 0 => {
            let at = chance.random_range(0..items.len());
            if chance.random_range(0..5) == 0 {
                let again = items[at].clone();
                items.extend(std::iter::repeat_n(again, chance.random_range(1..120)));
            } else {
                bend(&mut items[at], chance);
            }
        }
        other => *other = value(chance),
    }
}

/// A call of the document with what it may be sent.
struct Known {
    method: Method,
    path: String,
    query: Vec<String>,
    examples: Vec<Json>,
}

fn document() -> Vec<Known> {
    let document = serde_json::to_value(twin_cities_awards::server::document()).expect("it is JSON");
    let mut calls = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, call) in item.as_object().expect("methods") {
            let Ok(method) = Method::from_bytes(method.to_uppercase().as_bytes()) else { continue };
            let body = &call["requestBody"]["content"]["application/json"];
            let named = body["examples"].as_object().into_iter().flat_map(|all| all.values().map(|one| &one["value"]));
            let examples = named.chain(body.get("example")).cloned().collect();
            let parameters = call["parameters"].as_array().into_iter().flatten();
            let query = parameters.filter(|parameter| parameter["in"] == "query");
            let query = query.filter_map(|parameter| parameter["name"].as_str()).map(str::to_owned).collect();
            calls.push(Known { method, path: path.clone(), query, examples });
        }
    }
    calls.sort_by_key(|call| call.method == Method::DELETE); // whoever is removed can no longer call
    calls
}

/// A path with its holes filled, mostly by what is there.
fn filled(path: &str, there: &[String], chance: &mut StdRng) -> String {
    let parts = path.split('/').map(|part| match part {
        _ if !part.starts_with('{') => part.to_owned(),
        _ if chance.random_range(0..6) == 0 => percent(&text(chance).chars().take(200).collect::<String>()),
        "{slug}" => "2021".to_owned(),
        "{category}" => "I2".to_owned(),
        "{language}" => "en".to_owned(),
        "{n}" => "1".to_owned(),
        _ => there.choose(chance).expect("some").clone(),
    });
    parts.collect::<Vec<_>>().join("/")
}

fn percent(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

async fn no_call_fails_whatever_it_is_sent(app: TestApp) {
    app.edition_2021().await;
    let mut committee = app.committee().await;
    let nomination = app.nominate(&maria()).await;
    let letter = app.mail().next_to("jan@example.org").await.token("letter");
    let row = uuid::Uuid::parse_str(&nomination).expect("an id");
    let mut links: Vec<String> = LinkKind::ALL.iter().map(|kind| Link::to(*kind, row).token(&app.app.keys)).collect();
    links.push(letter);
    let mut there = vec![nomination, "01890000-0000-7000-8000-000000000000".to_owned()];
    let people = app.get("/organise/editions/2021/people", &committee.organisers[0].token).await.json();
    there.extend(
        people["items"].as_array().into_iter().flatten().filter_map(|one| one["id"].as_str()).map(str::to_owned),
    );

    let rounds = proptest::test_runner::Config::default().cases / 64;
    let mut chance = StdRng::seed_from_u64(1941);
    for moment in ["2021-05-10T10:10:00Z", "2021-07-20T10:00:00Z", "2021-09-01T10:00:00Z"] {
        app.at(moment);
        sign_in_all(&app, &mut committee).await;
        for call in document() {
            if call.path.ends_with("/auth/logout") {
                continue;
            }
            for _round in 0..rounds.max(1) {
                send(&app, &call, &committee, &links, &there, &mut chance).await;
            }
        }
        for _round in 0..rounds.max(1) * 10 {
            visit(&app, &links, &mut chance).await;
        }
    }
}

async fn sign_in_all(app: &TestApp, committee: &mut Committee) {
    let people = committee.organisers.iter_mut().chain(&mut committee.approvers).chain(&mut committee.judges[..1]);
    for person in people {
        let body = json!({"email": person.email, "password": crate::people::PASSWORD});
        let answer = app.post("/auth/login", "", body).await;
        if answer.status.is_success() {
            person.token = answer.str("/access_token"); // else somebody has removed them, which is what we asked for
        }
    }
}

async fn send(
    app: &TestApp,
    call: &Known,
    people: &Committee,
    links: &[String],
    there: &[String],
    chance: &mut StdRng,
) {
    let mut path = filled(&call.path, there, chance);
    for name in &call.query {
        if chance.random_range(0..3) == 0 {
            let wish = percent(&text(chance).chars().take(300).collect::<String>());
            path = format!("{path}{}{name}={wish}", if path.contains('?') { "&" } else { "?" });
        }
    }
    let callers = [&people.organisers[0], &people.approvers[0], &people.judges[0]].map(|person| person.token.clone());
    let tokens = if path.contains("/link") { links } else { &callers };
    let token = tokens.choose(chance).expect("some").as_str();
    let mut request = app.raw(call.method.clone(), &path).bearer(token).header("if-match", "*");
    let mut sent = String::new();
    if let Some(example) = call.examples.choose(chance) {
        let mut body = example.clone();
        for _turn in 0..chance.random_range(0..4) {
            bend(&mut body, chance);
        }
        sent = body.to_string();
        let mut bytes = sent.clone().into_bytes();
        if chance.random_range(0..8) == 0 {
            let at = chance.random_range(0..bytes.len());
            chance.fill_bytes(&mut bytes[at..]);
        }
        request = request.body("application/json", bytes);
    }
    let seen = request.send().await;
    assert!(seen.status.as_u16() < 500, "{} {path} {sent}: {}", call.method, seen.line());
}

/// A page: its address, its cookies and the form that comes back, bent.
async fn visit(app: &TestApp, links: &[String], chance: &mut StdRng) {
    let kind = *LinkKind::ALL.choose(chance).expect("some");
    let token = links.choose(chance).expect("some");
    let wild = percent(&text(chance).chars().take(200).collect::<String>());
    let path = match chance.random_range(0..5) {
        0 => format!("/{wild}"),
        1 => format!("/en/{wild}"),
        2 => format!("/ru/{}/{wild}", kind.page()),
        3 => format!("/en/{}/{}", kind.page(), ["decline", "wish", "object", "withdraw"].choose(chance).expect("some")),
        _ => format!("/en/{}", kind.page()),
    };
    let method = [Method::GET, Method::POST, Method::PUT].choose(chance).expect("some").clone();
    let fields = ["letter", "relation", "known_since", "reason", "version", "password", "name", "act", "note"];
    let form: Vec<String> = fields.iter().map(|field| format!("{field}={}", percent(&text(chance)))).collect();
    let mut bytes = form.join("&").into_bytes();
    bytes.truncate(chance.random_range(0..100_000));
    let call = app.raw(method.clone(), &path).header("cookie", &format!("tca-{}={token}", kind.page()));
    let call = call.header("origin", &app.base).body("application/x-www-form-urlencoded", bytes);
    let seen = call.send().await;
    assert!(seen.status.as_u16() < 500, "{method} {path}: {}", seen.line());
}
