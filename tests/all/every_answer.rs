//! What holds for every answer: the headers that guard a browser (S-HTTP-6), no leave for other sites (S-HTTP-3), the same
//! words for what is not there and what one may not know of (S-HTTP-9), cursors that nobody else can make (S-HTTP-13).

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use proptest::prelude::*;
use reqwest::Method;
use serde_json::json;
use twin_cities_awards::config::PublicUrl;
use twin_cities_awards::http::paging::Paging;
use twin_cities_awards::http::problem::Code;
use twin_cities_awards::keys::Keys;

use crate::app::{Call, Seen, TestApp, stories};
use crate::contract::calls;
use crate::people::{bridge_club, maria};

stories![every_answer_bears_the_headers_that_guard_a_browser, what_is_another_editions_is_as_if_it_were_not_there,];

const GUARDS: [(&str, &str); 6] = [
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", ""),
];

/// Addresses that stand in no document: pages, and what is none.
const PAGES: [&str; 16] = [
    "/",
    "/en/",
    "/ru/privacy",
    "/en/sign-in",
    "/en/confirm",
    "/ru/confirm/a-guess",
    "/en/letter",
    "/en/r",
    "/en/invitation",
    "/en/winners",
    "/api",
    "/problems/not-found",
    "/nowhere",
    "/en/nowhere",
    "/assets/none.css",
    "/healthz",
];

fn guarded(seen: &Seen, what: &str) {
    for (name, value) in GUARDS {
        assert!(seen.headers.contains_key(name), "{what} has no {name}");
        assert_eq!(seen.header(name), value, "{what}: {name}");
    }
    assert!(!seen.header("x-request-id").is_empty(), "{what}");
    assert!(!seen.header("cache-control").is_empty(), "{what}");
    let names: Vec<&str> = seen.headers.keys().map(reqwest::header::HeaderName::as_str).collect();
    let leave = |name: &&str| name.starts_with("access-control-") || ["server", "x-powered-by"].contains(name);
    assert!(!names.iter().any(leave), "{what}: {names:?}");
    assert_eq!(seen.header("x-robots-tag") == "noindex", seen.header("cache-control") == "no-store", "{what}");
}

async fn every_answer_bears_the_headers_that_guard_a_browser(app: TestApp) {
    app.edition_2021().await;
    let committee = app.committee().await;
    let from_elsewhere = |call: Call| call.header("origin", "https://elsewhere.example");
    for (method, path, example) in calls() {
        let address = path.replace("{slug}", "2021").replace("{category}", "I1").replace("{id}", NOBODY);
        for token in ["", &committee.organisers[0].token, &committee.judges[0].token] {
            if address.contains("logout") {
                continue;
            }
            let mut call = from_elsewhere(app.raw(method.clone(), &address).bearer(token));
            call = example.iter().fold(call, Call::example);
            let seen = call.send().await;
            let what = format!("{method} {address}: {}", seen.status);
            guarded(&seen, &what);
            if !token.is_empty() && seen.status.is_success() && !is_public(&address) {
                assert_eq!(seen.header("cache-control"), "no-store", "{what}");
            }
        }
        let asks = app.raw(Method::OPTIONS, &address).header("access-control-request-method", method.as_str());
        guarded(&from_elsewhere(asks).send().await, &address);
    }
    for path in PAGES {
        guarded(&app.raw(Method::GET, path).send().await, path);
        guarded(&from_elsewhere(app.raw(Method::POST, path)).send().await, path);
    }
    let editions = || app.raw(Method::GET, "/api/v1/editions");
    guarded(&editions().header("host", "evil.example").send().await.expect_status(421), "another host");
    let long = format!("/api/v1/editions?x={}", "y".repeat(5_000));
    guarded(&app.raw(Method::GET, &long).send().await.expect_status(414), "a long address");
    assert!(!editions().send().await.headers.contains_key("strict-transport-security"), "in the clear");

    let secure = app.beside(|config| config.public_url = PublicUrl::parse("https://awards.example").expect("one"));
    let seen = secure.get("/api/v1/editions").header("host", "awards.example").send().await.expect_status(200);
    guarded(&seen, "over TLS");
    assert_eq!(seen.header("strict-transport-security"), "max-age=63072000");
}

/// What anybody may see, signed in or not, and a cache may keep for a moment.
fn is_public(address: &str) -> bool {
    address.starts_with("/api/v1/editions") || address.ends_with("openapi.json")
}

const NOBODY: &str = "01890000-0000-7000-8000-000000000000";

/// An answer, but for what it repeats of its request.
fn bare(seen: &Seen, id: &str) -> (u16, BTreeMap<String, String>, String) {
    let of_the_request = ["x-request-id", "date"];
    let headers = seen.headers.iter().map(|(name, value)| (name.to_string(), format!("{value:?}")));
    let headers = headers.filter(|(name, _)| !of_the_request.contains(&name.as_str())).collect();
    (seen.status.as_u16(), headers, seen.text.replace(id, "ID"))
}

async fn what_is_another_editions_is_as_if_it_were_not_there(app: TestApp) {
    app.edition_2021().await;
    app.other_edition("2022").await;
    let mut olive = app.operator_invites("organiser", None, "olive@example.org").await;
    let mut amy = app.operator_invites("approver", Some("coventry"), "amy@example.org").await;
    let theirs = app.of_another_edition("2022").await;
    assert!(compare(&app, [&olive.token, &amy.token], &theirs).await >= 2 * 4 * 12);
    app.at("2021-09-01T10:00:00Z"); // after judging other calls come that far
    for person in [&mut olive, &mut amy] {
        app.sign_in(person).await;
    }
    compare(&app, [&olive.token, &amy.token], &theirs).await;
}

/// Asks for each of their ids and for one that nobody has, and compares the answers to the header; says how often.
async fn compare(app: &TestApp, tokens: [&str; 2], theirs: &[String]) -> usize {
    let mut compared = 0;
    for (method, path, example) in calls().into_iter().filter(|(_, path, _)| path.starts_with("/api/v1/organise")) {
        let Some(hole) = ["{id}", "{nomination}"].into_iter().find(|hole| path.contains(hole)) else { continue };
        for (token, id) in tokens.iter().flat_map(|token| theirs.iter().map(move |id| (token, id))) {
            let ask = |id: &str| {
                let address = path.replace("{slug}", "2021").replace("{category}", "I2").replace(hole, id);
                let call = app.raw(method.clone(), &address).bearer(token).header("if-match", "*");
                example.iter().fold(call, Call::json).send()
            };
            let (another, none) = (ask(id).await, ask(NOBODY).await);
            assert_eq!(bare(&another, id), bare(&none, NOBODY), "{method} {path} {id}");
            assert!(!another.status.is_success(), "{method} {path} {id}: {}", another.line());
            compared += 1;
        }
    }
    compared
}

impl TestApp {
    /// An edition like 2021 by another name.
    async fn other_edition(&self, slug: &str) {
        let deed = twin_cities_awards::audit::Deed::of_operator(&self.app);
        let slug = twin_cities_awards::editions::EditionSlug::parse(slug);
        let made = twin_cities_awards::editions::create_from_template(&self.app, deed, "tca-2021", slug).await;
        made.expect("the template is whole");
    }

    /// Ids of what stands in that edition: two nominations, its people, its messages.
    async fn of_another_edition(&self, slug: &str) -> Vec<String> {
        let deed = twin_cities_awards::audit::Deed::of_operator(&self.app);
        let oscar = "oscar@example.org";
        let person = twin_cities_awards::accounts::InvitePerson::parse(slug, "organiser", None, oscar, "Oscar", None);
        let person = person.expect("the words are right");
        let invited = twin_cities_awards::accounts::invite(&self.app, deed, person).await.expect("he is invited");
        let token = invited.link.rsplit('/').next().expect("a token").to_owned();
        let body = json!({"token": token, "password": crate::people::PASSWORD});
        let oscar = self.post("/auth/invitations/accept", "", body).await.expect_status(200).str("/access_token");
        for body in [maria(), bridge_club()] {
            self.post(&format!("/editions/{slug}/nominations"), "", body).await.expect_status(201);
        }
        let mut ids = Vec::new();
        for list in ["nominations", "people", "messages"] {
            let listed = self.get(&format!("/organise/editions/{slug}/{list}"), &oscar).await.expect_status(200).json();
            let items = listed["items"].as_array().expect("a list").iter();
            ids.extend(items.filter_map(|item| item["id"].as_str()).map(str::to_owned));
        }
        assert!(ids.len() >= 4, "{ids:?}");
        ids
    }
}

fn keys(secret: &str) -> Keys {
    Keys::from_text(&secret.to_owned().into(), "the test").expect("long enough")
}

proptest! {
    /// S-HTTP-13: a cursor goes on where it was made, in the list, under the filter and for the reader for whom it was made,
    /// and no other text is one.
    #[test]
    fn a_cursor_is_good_where_it_was_made_and_nowhere_else(
        position in ".{1,80}",
        scope in "[a-z/0-9-]{1,60}",
        elsewhere in "[a-z/0-9-]{1,60}",
        flip in 0usize..2_000,
        guess in "\\PC{0,120}",
    ) {
        let (ours, others) = (keys("the root secret of a story that all may know"), keys("the root secret of another installation"));
        let first = Paging { limit: Some("1".to_owned()), cursor: None };
        let first = first.stretch(&ours, &scope).expect("from the start");
        let cursor = first.list(&ours, vec![position.clone(), String::new()], Clone::clone).next_cursor.expect("more");
        let open = |keys: &Keys, scope: &str, cursor: &str| {
            let paging = Paging { limit: None, cursor: Some(cursor.to_owned()) };
            paging.stretch(keys, scope).map(|stretch| stretch.after).map_err(|problem| problem.code())
        };
        prop_assert_eq!(open(&ours, &scope, &cursor), Ok(Some(position)));
        prop_assert_eq!(open(&others, &scope, &cursor), Err(Code::CursorNotValid));
        if elsewhere != scope {
            prop_assert_eq!(open(&ours, &elsewhere, &cursor), Err(Code::CursorNotValid));
        }
        let mut forged = cursor.clone().into_bytes();
        let at = flip % forged.len();
        forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
        // The last sign of base64 may hold bits that mean nothing; then the text is another and no cursor either.
        prop_assert_eq!(open(&ours, &scope, &String::from_utf8(forged).expect("ASCII")), Err(Code::CursorNotValid));
        prop_assert_eq!(open(&ours, &scope, &cursor[..cursor.len() - 1]), Err(Code::CursorNotValid));
        if guess != cursor {
            prop_assert_eq!(open(&ours, &scope, &guess), Err(Code::CursorNotValid));
        }
    }

    /// S-HTTP-4: nothing is our host but our host.
    #[test]
    fn no_host_looks_like_ours(
        host in prop_oneof![
            "\\PC{0,60}",
            "[aA][wW]ards.example.org[.:@/ ]?[0-9]{0,5}",
            "[a-z.@:]{0,10}awards.example.org[a-z.@:]{0,10}",
            "awards.example.org",
        ],
    ) {
        let ours = PublicUrl::parse("https://awards.example.org").expect("one");
        prop_assert_eq!(ours.is_host(&host), host.is_ascii() && host.to_lowercase() == "awards.example.org");
    }
}

#[test]
fn no_list_and_position_read_together_like_another_list_and_position() {
    let keys = keys("the root secret of a story that all may know");
    let first =
        Paging { limit: Some("1".to_owned()), cursor: None }.stretch(&keys, "people/1").expect("from the start");
    let cursor = first.list(&keys, vec!["2x".to_owned(), String::new()], Clone::clone).next_cursor.expect("more");
    let bytes = BASE64.decode(cursor).expect("base64");
    let moved = BASE64.encode([&bytes[..16], b"x"].concat()); // vouched for as "people/1", "2x"
    let paging = Paging { limit: None, cursor: Some(moved) };
    assert_eq!(paging.stretch(&keys, "people/12").map_err(|problem| problem.code()).err(), Some(Code::CursorNotValid));
}
