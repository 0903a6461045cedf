//! The cookie that carries a session in a browser, and where a browser's requests may come from.

use diesel::connection::SimpleConnection as _;
use proptest::prelude::*;
use reqwest::Method;
use serde_json::json;
use twin_cities_awards::config::PublicUrl;
use twin_cities_awards::http::cookies;
use twin_cities_awards::http::origin::may_come;
use twin_cities_awards::http::way_back::WayBack;
use twin_cities_awards::server;
use twin_cities_awards::store::StoreError;
use twin_cities_awards::text::Language;

use crate::app::{Database, MAY, Service, TestApp, parts, stories, tell};
use crate::people::PASSWORD;
use crate::visitor::{FORM, Visitor, form};

stories![
    somebody_signs_in_on_the_page_and_out_again,
    a_page_that_is_looked_at_renews_the_cookie_and_two_tabs_are_no_theft,
    a_cookie_that_was_replaced_ends_the_session_and_its_owner_is_told,
    a_form_that_another_tabs_renewal_overtook_is_not_done_and_no_theft,
    a_bearer_token_means_that_the_cookie_is_not_looked_at,
    a_cookie_opens_the_api_and_no_other_sites_request_does,
    two_browsers_keys_are_two_keys,
    nobody_is_told_that_they_are_out_who_is_not,
];

const COOKIE: &str = "tca-session";

async fn people(app: &TestApp) {
    app.edition_2021().await;
    app.operator_invites("organiser", None, "olive@example.org").await;
    app.operator_invites("judge", Some("coventry"), "carol@example.org").await;
}

async fn somebody_signs_in_on_the_page_and_out_again(app: TestApp) {
    people(&app).await;
    let mut carol = Visitor::new(&app);
    let sent_on = carol.look("/ru/account/details?x=1").await.expect_status(303);
    assert_eq!(sent_on.header("location"), "/ru/sign-in?next=account%2Fdetails%3Fx%3D1");

    let page = carol.see("/ru/sign-in?next=account%2Fdetails").await;
    for words in ["<h1>Вход</h1>", "Чтобы продолжить, войдите.", "href=\"/en/sign-in?next=account%2Fdetails\""]
    {
        assert!(page.contains(words), "{words} in {page}");
    }
    let wrong = [("email", "Carol@example.org"), ("password", "a <b>wrong</b> password")];
    let refused = carol.send("/en/sign-in?next=account%2Fdetails", &wrong).await.expect_status(401);
    for words in ["<title>Error: Sign in", "<a href=\"#email\">", "value=\"Carol@example.org\""] {
        assert!(refused.text.contains(words), "{words} in {}", refused.text);
    }
    assert!(!refused.text.contains("wrong</b>") && !refused.text.contains("&lt;b") && !refused.text.contains("&#60;b"));
    assert_eq!((refused.header("set-cookie").as_str(), refused.header("cache-control").as_str()), ("", "no-store"));
    let none = carol.send("/ru/sign-in", &[]).await.expect_status(422).text;
    assert!(none.contains("<a href=\"#email\">") && none.contains("<a href=\"#password\">"), "{none}");

    let right = [("email", "Carol@example.org"), ("password", PASSWORD)];
    let sent = carol.send("/en/sign-in?next=account%2Fdetails", &right).await.expect_status(303);
    assert_eq!(sent.header("location"), "/en/account/details");
    let cookie = sent.header("set-cookie");
    let (value, flags) = cookie.split_once("; ").expect("a value and more");
    assert!(value.starts_with("tca-session="), "no prefix on a plain address of this machine: {cookie}");
    let mut flags: Vec<&str> = flags.split("; ").collect();
    flags.sort_unstable();
    assert_eq!(flags, ["HttpOnly", "Max-Age=604800", "Path=/", "SameSite=Lax"]);

    let seen = carol.look("/en/account").await.expect_status(200);
    for words in
        ["<h1>Your account</h1>", "Signed in as", "Olive Organiser", "Twin Cities Awards 2021: judge, Coventry"]
    {
        assert!(seen.text.contains(words), "{words} in {}", seen.text);
    }
    let kept = (seen.header("cache-control"), seen.header("x-robots-tag"));
    assert_eq!((kept.0.as_str(), kept.1.as_str()), ("no-store", "noindex"));
    let home = carol.look("/en/").await.expect_status(200);
    assert_eq!(
        home.header("cache-control"),
        "no-store",
        "whoever carries a cookie may be shown something of their own"
    );
    assert_eq!(carol.look("/en/sign-in").await.expect_status(303).header("location"), "/en/account");

    let details = [("name", "Carol <Panel>"), ("language", "ru")];
    let saved = carol.send("/en/account/details", &details).await.expect_status(303);
    assert_eq!(saved.header("location"), "/en/account?done=details");
    let page = carol.see("/en/account?done=details").await;
    assert!(page.contains("Your details are saved.") && page.contains("Carol &#60;Panel&#62;"), "{page}");
    let faulty = carol.send("/en/account/details", &[("name", ""), ("language", "de")]).await.expect_status(422).text;
    assert!(faulty.contains("<a href=\"#name\">") && faulty.contains("<a href=\"#language\">"), "{faulty}");

    let stolen = carol.clone();
    let out = carol.send("/en/sign-out", &[]).await.expect_status(303);
    assert_eq!((out.header("location").as_str(), carol.cookie(COOKIE)), ("/en/sign-in?signed-out", None));
    assert!(carol.see("/en/sign-in?signed-out").await.contains("You have signed out."));
    let mut thief = stolen;
    assert_eq!(thief.look("/en/account").await.expect_status(303).header("location"), "/en/sign-in?next=account");
    assert_eq!(thief.cookie(COOKIE), None, "a dead cookie is taken away");
}

async fn nobody_is_told_that_they_are_out_who_is_not(app: TestApp) {
    people(&app).await;
    let mut carol = Visitor::signed_in(&app, "carol@example.org").await;
    let alter = |statement: &'static str| {
        let altered = app.app.store.write(move |tx| Ok::<_, StoreError>(tx.batch_execute(statement)?));
        async { altered.await.expect("it is altered") }
    };
    alter("ALTER TABLE sessions RENAME TO sessions_away").await;
    let failed = carol.send("/en/sign-out", &[]).await;
    alter("ALTER TABLE sessions_away RENAME TO sessions").await;
    assert!(failed.status.is_server_error(), "{}", failed.status);
    assert!(!failed.text.contains("signed out") && carol.cookie(COOKIE).is_some());
    carol.look("/en/account").await.expect_status(200);
    carol.send("/en/sign-out", &[]).await.expect_status(303);
}

/// S-TOK-5. An organiser's idle hour is renewed by quarters, a judge's week likewise.
async fn a_page_that_is_looked_at_renews_the_cookie_and_two_tabs_are_no_theft(app: TestApp) {
    people(&app).await;
    let mut olive = Visitor::signed_in(&app, "olive@example.org").await;
    let mut carol = Visitor::signed_in(&app, "carol@example.org").await;
    app.at("2021-05-10T10:14:59Z");
    assert_eq!(olive.look("/en/account").await.expect_status(200).header("set-cookie"), "");
    app.at("2021-05-10T10:15:00Z");
    let first = olive.clone();
    let me = olive.call(Method::GET, "/api/v1/me").send().await.expect_status(200);
    assert_eq!(me.header("set-cookie"), "", "a call renews nothing");
    let sent = olive.send("/en/account/details", &[("name", "Olive"), ("language", "en")]).await.expect_status(303);
    assert_eq!(sent.header("set-cookie"), "", "nor does a form: its answer may be lost");

    let tabs = [olive.look("/en/account").await, first.clone().look("/ru/account").await];
    let cookies: Vec<bool> = tabs.iter().map(|seen| !seen.header("set-cookie").is_empty()).collect();
    assert_eq!((tabs[0].status, tabs[1].status), (reqwest::StatusCode::OK, reqwest::StatusCode::OK));
    assert_eq!(cookies, [true, false], "the other tab is served and gets no cookie");
    assert_ne!(olive.cookie(COOKIE), first.cookie(COOKIE));
    app.at("2021-05-10T10:15:09Z");
    assert_eq!(first.clone().look("/en/account").await.expect_status(200).header("set-cookie"), "");
    first.call(Method::GET, "/api/v1/me").send().await.expect_status(200);
    olive.see("/en/account").await;
    app.at("2021-05-10T11:14:59Z");
    assert!(
        !olive.look("/en/account").await.expect_status(200).header("set-cookie").is_empty(),
        "idle for an hour less a second"
    );

    app.at("2021-05-12T03:59:59Z");
    assert_eq!(carol.look("/en/account").await.expect_status(200).header("set-cookie"), "");
    app.at("2021-05-12T04:00:00Z");
    assert!(!carol.look("/en/account").await.expect_status(200).header("set-cookie").is_empty());
    olive.look("/en/account").await.expect_status(303);
}

/// S-TOK-4, for a cookie.
async fn a_cookie_that_was_replaced_ends_the_session_and_its_owner_is_told(app: TestApp) {
    people(&app).await;
    let mut olive = Visitor::signed_in(&app, "olive@example.org").await;
    let mut thief = olive.clone();
    app.at("2021-05-10T10:20:00Z");
    olive.see("/en/account").await;
    app.at("2021-05-10T10:20:10Z");
    thief.look("/en/account").await.expect_status(303);
    olive.look("/en/account").await.expect_status(303);
    assert_eq!((olive.cookie(COOKIE), thief.cookie(COOKIE)), (None, None));
    let mut mail = app.mail().next_to("olive@example.org").await;
    while mail.subject() != "A change to your account" || !mail.text().contains("a second time") {
        mail = app.mail().next_to("olive@example.org").await;
    }
}

async fn a_form_that_another_tabs_renewal_overtook_is_not_done_and_no_theft(app: TestApp) {
    people(&app).await;
    let mut olive = Visitor::signed_in(&app, "olive@example.org").await;
    let mut other = olive.clone();
    app.at("2021-05-10T10:20:00Z");
    olive.see("/en/account").await;
    let late = other.send("/en/account/details", &[("name", "Other"), ("language", "en")]).await.expect_status(409);
    assert!(late.text.contains("lost-race"), "{}", late.text);
    assert!(!olive.see("/en/account").await.contains("Other"));
}

async fn a_bearer_token_means_that_the_cookie_is_not_looked_at(app: TestApp) {
    people(&app).await;
    let carol = Visitor::signed_in(&app, "carol@example.org").await;
    let olive = app.post("/auth/login", "", json!({"email": "olive@example.org", "password": PASSWORD})).await;
    let olive = olive.expect_status(200).str("/access_token");
    let me = carol.call(Method::GET, "/api/v1/me").bearer(&olive).send().await.expect_status(200);
    assert_eq!(me.str("/email"), "olive@example.org");
    carol.call(Method::GET, "/api/v1/me").bearer("a.b.c").send().await.expect_status(401);
    let basic = carol.call(Method::GET, "/api/v1/me").header("authorization", "Basic YTpi").send().await;
    assert_eq!(basic.expect_status(200).str("/email"), "carol@example.org", "no token, so the cookie counts");
    let out = carol.call(Method::POST, "/api/v1/auth/logout").header("sec-fetch-site", "cross-site").bearer(&olive);
    assert_eq!(out.send().await.expect_status(204).header("set-cookie"), "");
    carol.call(Method::GET, "/api/v1/me").send().await.expect_status(200);
}

async fn a_cookie_opens_the_api_and_no_other_sites_request_does(app: TestApp) {
    people(&app).await;
    let carol = Visitor::signed_in(&app, "carol@example.org").await;
    let out = || carol.call(Method::POST, "/api/v1/auth/logout");
    assert_eq!(out().send().await.expect_status(403).str("/code"), "cross_origin");
    out().header("sec-fetch-site", "same-site").header("origin", &app.base).send().await.expect_status(403);
    out().header("origin", "https://example.org").send().await.expect_status(403);
    out().header("origin", &app.base).header("origin", &app.base).send().await.expect_status(403);
    out().header("authorization", "Basic YTpi").send().await.expect_status(403);
    carol.call(Method::GET, "/api/v1/me").send().await.expect_status(200);
    out().header("origin", &app.base).send().await.expect_status(204);
    carol.call(Method::GET, "/api/v1/me").send().await.expect_status(401);
}

/// S-HTTP-11: a key is its caller's, also where a cookie says who that is.
async fn two_browsers_keys_are_two_keys(app: TestApp) {
    people(&app).await;
    app.operator_invites("organiser", None, "oleg@example.org").await;
    let body = |email: &str| json!({"email": email, "name": "Ben Judge", "role": "judge", "panel": "coventry"});
    for (organiser, judge) in [("olive@example.org", "ben@example.org"), ("oleg@example.org", "dan@example.org")] {
        let mut office = Visitor::signed_in(&app, organiser).await;
        for _twice in 0..2 {
            let call = office.call(Method::POST, "/api/v1/organise/editions/2021/people").json(&body(judge));
            let call = call.header("sec-fetch-site", "same-origin").header("idempotency-key", "the same word");
            call.send().await.expect_status(201);
            app.at("2021-05-10T10:15:00Z");
            office.see("/en/account").await; // which renews the cookie: the key stays this session's
        }
        app.at(MAY);
    }
}

// ——— Where a browser's request may come from ———

/// Every page that takes a form.
const FORMS: &[&str] = &[
    "/en/sign-in",
    "/en/sign-out",
    "/en/account/details",
    "/en/invitation",
    "/en/confirm",
    "/en/letter",
    "/en/letter/decline",
    "/en/notice/wish",
    "/en/notice/object",
    "/en/notice/copy",
    "/en/nomination/withdraw",
    "/en/unsubscribe",
    "/en/r",
];

/// S-HTTP-3: every call and every form × what both headers may say × whether a cookie of ours comes along.
#[test]
fn only_a_page_of_ours_makes_a_browser_change_something() {
    tell(Database::Sqlite, Service::Trial, async |app| {
        let document = serde_json::to_value(server::document()).expect("it is JSON");
        let mut routes: Vec<(Method, String)> = FORMS.iter().map(|path| (Method::POST, (*path).to_owned())).collect();
        for (path, item) in document["paths"].as_object().expect("paths") {
            for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
                if item[method.as_str().to_lowercase()].is_object() {
                    routes.push((method, path.replace(['{', '}'], "x")));
                }
            }
        }
        assert!(routes.len() > 50);
        let (base, other) = (app.base.clone(), "https://example.org");
        let sites = [None, Some("same-origin"), Some("cross-site"), Some("same-site"), Some("none")];
        let origins = [None, Some(base.as_str()), Some(other), Some("null")];
        let cookies = [None, Some("tca-session=x"), Some("a=b; __Host-tca-letter="), Some("a=b")];
        for (method, path) in &routes {
            // The rare values are tried on forms alone: the question is asked once, before any route is.
            let few = if FORMS.contains(&path.as_str()) { 5 } else { 3 };
            let pairs =
                sites.iter().take(few).flat_map(|site| origins.iter().take(few).map(move |origin| (site, origin)));
            for (site, origin) in pairs {
                for cookie in cookies.into_iter().take(few - 1) {
                    let mut call = app.raw(method.clone(), path);
                    let told = [("sec-fetch-site", *site), ("origin", *origin), ("cookie", cookie)];
                    for (name, value) in told.iter().filter_map(|(name, value)| Some((name, (*value)?))) {
                        call = call.header(name, value);
                    }
                    let ours = cookie.is_some_and(|cookie| cookie.contains("tca-"));
                    let passes = match (ours, *site, *origin) {
                        (true, Some(site), _) => site == "same-origin",
                        (true, None, origin) => origin == Some(base.as_str()),
                        (false, site, origin) => {
                            site.is_none_or(|site| site == "same-origin")
                                && origin.is_none_or(|origin| origin == base.as_str())
                        }
                    };
                    let seen = call.send().await;
                    let refused = seen.status == 403 && seen.text.contains("cross");
                    assert_eq!(refused, !passes, "{method} {path} {told:?}: {}", seen.line());
                    let cors = seen.headers.keys().any(|name| name.as_str().starts_with("access-control"));
                    assert!(!cors, "no CORS header, ever");
                }
            }
        }
    });
}

/// Over TLS the cookie bears the prefix that keeps it to this very host, and no other name is looked at.
#[test]
fn over_tls_the_cookie_is_the_hosts_own_and_never_leaves_it_in_the_clear() {
    tell(Database::Sqlite, Service::Trial, async |plain| {
        people(&plain).await;
        let mut settings = plain.app.config.clone();
        settings.public_url = PublicUrl::parse("https://awards.example.org").expect("an address");
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let base = format!("http://{}", listener.local_addr().expect("it is bound"));
        let running = server::start(parts(settings, MAY), listener, 1).expect("it starts");
        let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build();
        let client = client.expect("a client");
        let at =
            |method, path: &str| client.request(method, format!("{base}{path}")).header("host", "awards.example.org");

        let body = form(&[("email", "carol@example.org"), ("password", PASSWORD)]);
        let sent = at(Method::POST, "/en/sign-in").header("origin", "https://awards.example.org");
        let sent = sent.header("content-type", FORM).body(body).send().await.expect("an answer");
        let cookie = sent.headers()["set-cookie"].to_str().expect("text").to_owned();
        for flag in ["__Host-tca-session=", "HttpOnly", "Secure", "SameSite=Lax", "Path=/"] {
            assert!(cookie.contains(flag), "{flag} in {cookie}");
        }
        assert!(!cookie.contains("Domain"), "{cookie}");
        let pair = cookie.split(';').next().expect("a pair").to_owned();
        for (cookies, status) in [
            (pair.clone(), 200),
            (format!("broken; =; {pair}; also=broken=; \"q\""), 200),
            (pair.replace("__Host-", ""), 401),
            (format!("{pair}; {pair}"), 401),
            (format!("{pair}x"), 401),
        ] {
            let me = at(Method::GET, "/api/v1/me").header("cookie", &cookies).send().await.expect("an answer");
            assert_eq!(me.status().as_u16(), status, "{cookies}");
        }
        drop(running.handle.stop(false));
    });
}

fn header() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(b"tca-session=abc".to_vec()),
        Just(b"tca-session=".to_vec()),
        Just(b"; ".to_vec()),
        Just(b";".to_vec()),
        Just(b"=".to_vec()),
        prop::collection::vec(any::<u8>(), 0..6),
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_096))]

    /// Whatever a browser or anybody else sends as cookies, ours is read or is not, and nothing falls over.
    #[test]
    fn a_cookie_is_read_where_it_stands_once_and_is_a_plain_word(headers in prop::collection::vec(header(), 0..3)) {
        let texts: Vec<String> = headers.iter().flat_map(|header| {
            header.split(|byte| *byte == b';').filter_map(|text| String::from_utf8(text.to_vec()).ok()).collect::<Vec<_>>()
        }).collect();
        let values: Vec<&str> = texts.iter().filter_map(|text| text.trim_matches([' ', '\t']).strip_prefix("tca-session=")).collect();
        let found = cookies::only(headers.iter().map(Vec::as_slice), "tca-session");
        match values.as_slice() {
            [value] if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)) => {
                prop_assert_eq!(found, Some(*value));
            }
            _ => prop_assert_eq!(found, None),
        }
    }

    /// Only our very origin is ours: nothing that begins, ends or looks like it.
    #[test]
    fn no_other_origin_is_ours(origin in "(https?://)?(awards\\.example\\.org|AWARDS\\.example\\.org|[a-z.]{0,12})(:[0-9]{0,5})?[/?#@a-z.]{0,6}",
        site in proptest::option::of("(same-origin|same-site|none|[a-zA-Z -]{0,12})"), with_cookie: bool) {
        let ours = "https://awards.example.org";
        let passes = may_come(ours, with_cookie, site.as_deref(), Some(&origin));
        let site_is_ours = site.as_deref() == Some("same-origin");
        let expected = match site {
            Some(_) if with_cookie => site_is_ours,
            Some(_) => site_is_ours && origin == ours,
            None => origin == ours,
        };
        prop_assert_eq!(passes, expected);
    }

    /// Wherever somebody asks to be sent after signing in, it is a page of ours.
    #[test]
    fn the_way_back_leads_to_a_page_of_ours(text in "(/?(en|ru)/)?[a-z0-9/\\\\.:?=&%@#~\r\n -]{0,24}", ru: bool) {
        let Some(back) = WayBack::parse(&text) else { return Ok(()) };
        let language = if ru { Language::Ru } else { Language::En };
        let base = url::Url::parse("https://awards.example.org/en/sign-in").expect("an address");
        let page = base.join(&back.page(language)).expect("an address");
        prop_assert_eq!(page.origin(), base.origin());
        prop_assert!(page.path().starts_with(if ru { "/ru/" } else { "/en/" }), "{}", page);
    }
}

#[test]
fn the_way_back_is_refused_where_it_could_lead_away() {
    for text in [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/en//evil.example",
        "/en/../x",
        "/en/%2e%2e/x",
        "/en/a\r\nset-cookie: x=y",
        "/de/account",
        "sign-out",
        "/en/sign-in?next=account",
    ] {
        assert_eq!(WayBack::parse(text), None, "{text:?}");
    }
    let back = WayBack::parse("/ru/organise/2027/announcement?page=2").expect("a page of ours");
    assert_eq!(back.page(Language::En), "/en/organise/2027/announcement?page=2", "in the language of the sign-in page");
}
