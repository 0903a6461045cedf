//! Accounts: passwords, tokens, invitations, sign-in, and who is let in where.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use futures_util::future::join_all;
use hmac::{Hmac, KeyInit as _, Mac as _};
use proptest::prelude::*;
use reqwest::{Method, StatusCode};
use serde_json::{Value as Json, json};
use sha2::Sha256;
use twin_cities_awards::accounts::{
    Attempt, InvitePerson, OwnWords, Password, Removal, Role, Session, is_same_account, tokens,
};
use twin_cities_awards::app::App;
use twin_cities_awards::audit::Deed;
use twin_cities_awards::clock::{Span, Time};
use twin_cities_awards::fields::{Email, Flaw};
use twin_cities_awards::ids::{AccountId, SessionId};
use twin_cities_awards::keys::{Keys, Purpose};
use twin_cities_awards::text::{Language, say};

use crate::app::{Folder, MAY, TestApp, parts_on_sqlite, stories};

stories![
    an_invitation_is_accepted_once_and_signs_in,
    a_new_invitation_kills_the_link_before_it,
    an_account_that_exists_is_opened_by_its_own_password_alone,
    the_unknown_the_invited_and_the_removed_are_refused_alike,
    a_refresh_token_is_good_once_and_a_second_time_ends_the_session,
    a_token_that_was_replaced_long_ago_still_ends_the_session,
    an_answer_that_was_lost_is_given_again_for_ten_seconds,
    requests_that_meet_are_each_answered_once,
    signing_out_ends_the_session_at_once,
    sessions_end_by_idleness_and_by_age,
    an_eleventh_session_ends_the_oldest,
    who_is_removed_is_gone_from_the_next_request_on,
    who_signs_does_not_judge,
    who_has_judged_does_not_sign_and_who_has_signed_signs_for_no_other_city,
    the_office_is_made_by_the_operator_alone_and_told_of_it,
    organisers_invite_list_and_remove,
    a_profile_is_changed_in_the_version_that_was_read,
    faults_of_an_invitation_are_all_told_at_once,
    refusals_in_both_languages,
];

const PASSWORD: &str = "a song for two rivers";

// ——— Passwords ———

fn judged(password: &str) -> Result<(), Flaw> {
    let cities = ["Coventry", "Ковентри", "Volgograd", "Волгоград", "Премия городов-побратимов"];
    let own = OwnWords::of("Вера Оценкина", "vera@jury.example.org").and(cities);
    Password::judge(Attempt::for_new(password)?, &own).map(|_| ())
}

#[test]
fn a_password_is_long_and_not_the_first_that_others_would_try() {
    let good = [
        PASSWORD,
        "трактор плывёт к луне",
        "пол реки в чайнике 7",
        "kettle-half-a-river-7",
        "Кофе без сахара, пожалуйста",
        "🦊🐢🦉🐝 quietly under the stairs",
        "Tea-for-two-in-Coventry-1941",
    ];
    for password in good {
        assert_eq!(judged(password), Ok(()), "{password}");
    }
    let weak = [
        "passwordpassword",
        "qwertyuiop[]asdf",
        "1234567890123456",
        "aaaaaaaaaaaaaaaa",
        "correct horse battery staple",
        "парольпароль123",
        "йцукенгшщзхъфыва",
        "ялюблютебя12345",
        "gfhjkmgfhjkm123",      // парольпароль, with the wrong layout on
        "zk.,k.nt,zzk.,k.nt,z", // ялюблютебяялюблютебя, likewise
        "privetprivet2027",
        "vera@jury.example.org",
        "ВераОценкина2027",
        "Dthf Jwtyrbyf 2027", // Вера Оценкина
        "Otsenkina Vera 1941",
        "Volgograd2027Coventry",
        "ВолгоградКовентри",
        "премиягородовпобратимов",
    ];
    for password in weak {
        assert_eq!(judged(password), Err(Flaw::WeakPassword), "{password}");
    }
}

#[test]
fn a_password_has_fifteen_to_128_signs_counted_in_one_spelling() {
    assert_eq!(judged("fourteen signs"), Err(Flaw::TooShort(15)));
    let longest: String = "a song for two rivers, ".chars().cycle().take(128).collect();
    assert_eq!(judged(&longest), Ok(()));
    assert_eq!(judged(&format!("{longest}.")), Err(Flaw::TooLong(128, 129)));
    assert_eq!(judged("a song for two\0rivers"), Err(Flaw::BadCharacters("U+0000".to_owned())));
    let (composed, decomposed) = ("майский чай и йод", "маи\u{306}скии\u{306} чаи\u{306} и и\u{306}од");
    assert_ne!(composed, decomposed);
    assert_eq!(Attempt::typed(composed).into_text(), Attempt::typed(decomposed).into_text());
    assert!(Attempt::for_new("ии\u{306}ии\u{306}ии\u{306}ии\u{306}ии\u{306}").is_err(), "ten letters in fifteen signs");
}

#[test]
fn an_account_is_found_whatever_the_case_of_its_address() {
    let email = |text| Email::parse(text).expect("an address");
    assert!(is_same_account(&email("Carol@Jury.Example.org"), &email("carol@jury.example.org")));
    assert!(is_same_account(&email("carol@пример.рф"), &email("carol@xn--e1afmkfd.xn--p1ai")));
    assert!(!is_same_account(&email("carol+1@example.org"), &email("carol@example.org")));
}

// ——— Access tokens ———

struct Bench {
    app: App,
    session: Session,
    now: Time,
    _folder: Folder,
}

impl Bench {
    fn new() -> Self {
        let folder = Folder::new();
        let app = parts_on_sqlite(&folder);
        let now = Time::parse(MAY).expect("a time");
        let id = SessionId::from_uuid(app.chance.uuid(now));
        let account = AccountId::from_uuid(app.chance.uuid(now));
        Self { app, session: Session { id, account, created_at: now, used_at: now }, now, _folder: folder }
    }

    fn token(&self) -> String {
        tokens::access_token(&self.app, &self.session, self.now)
    }

    fn reads(&self, token: &str) -> bool {
        self.reads_at(token, self.now)
    }

    fn reads_at(&self, token: &str, now: Time) -> bool {
        tokens::read_access_token(&self.app.keys, token, now).is_ok()
    }

    fn claims(&self) -> Json {
        part(&self.token(), 1)
    }

    /// A token as somebody would make it who holds `key`.
    fn forged(&self, header: &Json, claims: &Json, key: &[u8]) -> String {
        let signed = format!("{}.{}", BASE64.encode(header.to_string()), BASE64.encode(claims.to_string()));
        let mac = Hmac::<Sha256>::new_from_slice(key).expect("any length").chain_update(&signed).finalize();
        format!("{signed}.{}", BASE64.encode(mac.into_bytes()))
    }

    fn forged_with(&self, change: impl Fn(&mut Json, &mut Json)) -> String {
        let (mut header, mut claims) = (part(&self.token(), 0), self.claims());
        change(&mut header, &mut claims);
        self.forged(&header, &claims, &self.app.keys.key(Purpose::Access))
    }
}

fn part(token: &str, at: usize) -> Json {
    let text = BASE64.decode(token.split('.').nth(at).expect("three parts")).expect("base64");
    serde_json::from_slice(&text).expect("JSON")
}

#[test]
fn an_access_token_names_account_and_session_and_nothing_else() {
    let bench = Bench::new();
    let token = bench.token();
    let mut claims = bench.claims();
    claims["jti"] = json!("");
    let (iat, kid) = (bench.now.unix_seconds(), bench.app.keys.current());
    assert_eq!(part(&token, 0), json!({"typ": "at+jwt", "alg": "HS256", "kid": kid}));
    assert_eq!(
        claims,
        json!({"iss": "twin-cities-awards", "aud": "twin-cities-awards/api", "sub": bench.session.account,
            "sid": bench.session.id, "iat": iat, "exp": iat + 900, "jti": ""})
    );
    let read = tokens::read_access_token(&bench.app.keys, &token, bench.now).expect("it is ours");
    assert_eq!((read.account, read.session), (bench.session.account, bench.session.id));
    assert_ne!(token, bench.token(), "no two are alike");
}

#[test]
fn a_token_lives_for_a_quarter_of_an_hour_by_our_clock_give_or_take_half_a_minute() {
    let bench = Bench::new();
    let token = bench.token();
    assert!(bench.reads_at(&token, bench.now + Span::seconds(929)));
    assert!(!bench.reads_at(&token, bench.now + Span::seconds(930)));
    assert!(bench.reads_at(&token, bench.now - Span::seconds(30)));
    assert!(!bench.reads_at(&token, bench.now - Span::seconds(31)));
}

#[test]
fn what_rfc_8725_warns_of_is_refused() {
    let bench = Bench::new();
    assert!(bench.reads(&bench.forged_with(|_, _| {})), "the forger can make a good one");
    let refused = [
        ("no algorithm", bench.forged_with(|header, _| header["alg"] = json!("none"))),
        ("another algorithm", bench.forged_with(|header, _| header["alg"] = json!("HS512"))),
        ("a public key's algorithm", bench.forged_with(|header, _| header["alg"] = json!("RS256"))),
        ("another type", bench.forged_with(|header, _| header["typ"] = json!("JWT"))),
        ("no type", bench.forged_with(|header, _| drop(header.as_object_mut().map(|all| all.remove("typ"))))),
        ("no key id", bench.forged_with(|header, _| drop(header.as_object_mut().map(|all| all.remove("kid"))))),
        ("an unknown key id", bench.forged_with(|header, _| header["kid"] = json!("00000000"))),
        ("a key of its own", bench.forged_with(|header, _| header["jwk"] = json!({"kty": "oct", "k": "AA"}))),
        ("a key from elsewhere", bench.forged_with(|header, _| header["jku"] = json!("https://example.org/"))),
        ("critical extensions", bench.forged_with(|header, _| header["crit"] = json!(["exp"]))),
        ("another issuer", bench.forged_with(|_, claims| claims["iss"] = json!("somebody"))),
        ("another audience", bench.forged_with(|_, claims| claims["aud"] = json!("somebody"))),
        ("a longer life", bench.forged_with(|_, claims| claims["exp"] = json!(bench.now.unix_seconds() + 3_600))),
        ("no life", bench.forged_with(|_, claims| claims["exp"] = claims["iat"].clone())),
        ("a life too long to count", bench.forged_with(|_, claims| claims["iat"] = json!(i64::MIN))),
        (
            "the future",
            bench.forged_with(|_, claims| {
                claims["iat"] = json!(bench.now.unix_seconds() + 60);
                claims["exp"] = json!(bench.now.unix_seconds() + 120);
            }),
        ),
        ("one claim more", bench.forged_with(|_, claims| claims["role"] = json!("organiser"))),
        ("too much", bench.forged_with(|_, claims| claims["jti"] = json!("x".repeat(2_048)))),
    ];
    for (what, token) in refused {
        assert!(!bench.reads(&token), "{what}");
    }
    for claim in ["iss", "aud", "sub", "sid", "iat", "exp", "jti"] {
        let without = bench.forged_with(|_, claims| drop(claims.as_object_mut().map(|all| all.remove(claim))));
        assert!(!bench.reads(&without), "without {claim}");
    }
    let header = part(&bench.token(), 0);
    for purpose in [Purpose::Refresh, Purpose::Link, Purpose::Cursor, Purpose::Signature] {
        let token = bench.forged(&header, &bench.claims(), &bench.app.keys.key(purpose));
        assert!(!bench.reads(&token), "a key of another purpose: {purpose:?}");
    }
    let unsigned = bench.token().rsplit_once('.').expect("three parts").0.to_owned();
    assert!(!bench.reads(&format!("{unsigned}.")) && !bench.reads(&unsigned));
}

#[test]
fn an_older_key_still_reads_and_a_retired_one_no_more() {
    let bench = Bench::new();
    let token = bench.token();
    let (old, new) = ("the root secret of a story that all may know", "another secret of a story that is newer still");
    let keys = |text: String| Keys::from_text(&text.into(), "the test").expect("long enough");
    assert!(tokens::read_access_token(&keys(format!("{new},{old}")), &token, bench.now).is_ok());
    assert!(tokens::read_access_token(&keys(new.to_owned()), &token, bench.now).is_err());
}

proptest! {
    #[test]
    fn no_text_is_a_token_and_none_panics(text in "\\PC{0,300}|[A-Za-z0-9_.-]{0,400}") {
        let keys = Keys::from_text(&"the root secret of a story that all may know".to_owned().into(), "the test");
        let keys = keys.expect("long enough");
        prop_assert!(tokens::read_access_token(&keys, &text, Time::from_micros(0)).is_err());
        prop_assert!(tokens::RefreshToken::parse(&keys, &text).is_none());
    }
}

#[test]
fn a_token_that_lost_or_changed_a_sign_is_none() {
    let bench = Bench::new();
    let access = bench.token();
    let refresh = tokens::RefreshToken::draw(&bench.app, bench.session.id).text();
    for at in 0..access.len() {
        assert!(!bench.reads(&access[..at]), "cut at {at}");
        assert!(!bench.reads(&altered(&access, at)), "altered at {at}");
    }
    for at in 0..refresh.len() {
        assert!(tokens::RefreshToken::parse(&bench.app.keys, &refresh[..at]).is_none(), "cut at {at}");
        assert!(tokens::RefreshToken::parse(&bench.app.keys, &altered(&refresh, at)).is_none(), "altered at {at}");
    }
}

/// Another sign in one place, of another value also where a last sign carries only some bits.
fn altered(token: &str, at: usize) -> String {
    let other = if token.as_bytes()[at] == b'A' { "z" } else { "A" };
    format!("{}{other}{}", &token[..at], &token[at + 1..])
}

// ——— Stories ———

fn deed(app: &TestApp) -> Deed {
    Deed::of_operator(&app.app)
}

/// The operator invites; answers the link's token.
async fn invited(app: &TestApp, role: &str, panel: Option<&str>, email: &str) -> String {
    let person = InvitePerson::parse("2021", role, panel, email, "Carol Panel", None).expect("the words are right");
    let invited = twin_cities_awards::accounts::invite(&app.app, deed(app), person).await.expect("invited");
    invited.link.rsplit('/').next().expect("a token").to_owned()
}

async fn accepts(app: &TestApp, token: &str) -> crate::app::Seen {
    let body = json!({"token": token, "password": PASSWORD});
    app.post("/auth/invitations/accept", "", body).await
}

/// Somebody who has accepted: their tokens.
async fn person(app: &TestApp, role: &str, panel: Option<&str>, email: &str) -> Pair {
    let token = invited(app, role, panel, email).await;
    Pair::of(&accepts(app, &token).await.expect(StatusCode::OK))
}

struct Pair {
    access: String,
    refresh: String,
}

impl Pair {
    fn of(answer: &crate::app::Seen) -> Self {
        assert_eq!((answer.str("/token_type"), answer.json()["expires_in"].clone()), ("Bearer".into(), json!(900)));
        assert_eq!(answer.header("cache-control"), "no-store");
        Self { access: answer.str("/access_token"), refresh: answer.str("/refresh_token") }
    }
}

async fn signs_in(app: &TestApp, email: &str) -> crate::app::Seen {
    app.post("/auth/login", "", json!({"email": email, "password": PASSWORD})).await
}

async fn renews(app: &TestApp, refresh: &str) -> crate::app::Seen {
    app.post("/auth/refresh", "", json!({"refresh_token": refresh})).await
}

async fn edition(app: &TestApp) {
    let made =
        twin_cities_awards::editions::create_from_template(&app.app, deed(app), "tca-2021", Some(slug("2021"))).await;
    made.expect("the template is whole");
}

fn slug(text: &str) -> twin_cities_awards::editions::EditionSlug {
    twin_cities_awards::editions::EditionSlug::parse(text).expect("a slug")
}

async fn an_invitation_is_accepted_once_and_signs_in(app: TestApp) {
    edition(&app).await;
    let token = invited(&app, "judge", Some("volgograd"), "vera@jury.example.org").await;
    let mail = app.mail().next_to("vera@jury.example.org").await;
    assert_eq!(mail.subject(), "Приглашение: Премия городов-побратимов 2021 года", "in the panel's language");
    assert_eq!(mail.token("invitation"), token);
    assert!(mail.text().contains("Волгоград") && mail.text().contains("24 мая 2021 года"), "{}", mail.text());

    let early = signs_in(&app, "vera@jury.example.org").await;
    assert_eq!(early.expect(StatusCode::UNAUTHORIZED).str("/code"), "invalid_credentials");
    let weak = json!({"token": token, "password": "Volgograd2021Coventry"});
    let weak = app.post("/auth/invitations/accept", "", weak).await.expect(StatusCode::UNPROCESSABLE_ENTITY).json();
    assert_eq!(weak["errors"][0]["code"], "weak_password");

    let body = json!({"token": token, "password": PASSWORD, "name": "Вера Оценкина"});
    let answer = app.post("/auth/invitations/accept", "", body).await.expect(StatusCode::OK);
    let pair = Pair::of(&answer);
    let me = app.get("/me", &pair.access).await.expect(StatusCode::OK);
    let mut me = me.json();
    assert!(AccountId::parse(me["id"].take().as_str().expect("an id")).is_some());
    assert_eq!(
        me,
        json!({"id": null, "name": "Вера Оценкина", "email": "vera@jury.example.org", "language": "ru",
            "roles": [{"role": "judge", "edition": "2021", "panel": "volgograd"}], "totp": false})
    );
    Pair::of(&signs_in(&app, "Vera@Jury.Example.ORG").await.expect(StatusCode::OK));
    for token in [token.as_str(), "", "x", &pair.access] {
        let body = json!({"token": token, "password": PASSWORD});
        let again = app.post("/auth/invitations/accept", "", body).await;
        assert!([404, 422].contains(&again.status.as_u16()), "{}", again.line());
    }
}

async fn a_new_invitation_kills_the_link_before_it(app: TestApp) {
    edition(&app).await;
    let first = invited(&app, "auditor", None, "ada@example.org").await;
    let letter = app.mail().next_to("ada@example.org").await;
    let second = invited(&app, "auditor", None, "ada@example.org").await;
    assert_ne!(first, second);
    assert_eq!(accepts(&app, &first).await.expect(StatusCode::NOT_FOUND).str("/code"), "link_not_valid");
    app.at("2021-05-17T10:00:00Z");
    let letters = [letter, app.mail().next_to("ada@example.org").await, app.mail().next_to("ada@example.org").await];
    assert_eq!(letters.map(|letter| letter.token("invitation")), [first, second.clone(), second.clone()]);
    app.at("2021-05-24T10:00:00Z");
    assert_eq!(accepts(&app, &second).await.expect(StatusCode::NOT_FOUND).str("/code"), "link_not_valid");
    app.at("2021-05-24T09:59:59Z");
    accepts(&app, &second).await.expect(StatusCode::OK);
}

async fn an_account_that_exists_is_opened_by_its_own_password_alone(app: TestApp) {
    edition(&app).await;
    person(&app, "translator", None, "tara@example.org").await;
    let token = invited(&app, "auditor", None, "tara@example.org").await;
    let body = json!({"token": token, "password": "another song for two rivers"});
    let forwarded = app.post("/auth/invitations/accept", "", body).await;
    assert_eq!(forwarded.expect(StatusCode::UNAUTHORIZED).str("/code"), "invalid_credentials");
    let pair = Pair::of(&accepts(&app, &token).await.expect(StatusCode::OK));
    let roles = app.get("/me", &pair.access).await.json()["roles"].clone();
    assert_eq!(roles.as_array().map(Vec::len), Some(2));
    let _read = [app.mail().next_to("tara@example.org").await, app.mail().next_to("tara@example.org").await];
}

async fn the_unknown_the_invited_and_the_removed_are_refused_alike(app: TestApp) {
    edition(&app).await;
    invited(&app, "judge", Some("coventry"), "invited@example.org").await;
    person(&app, "judge", Some("coventry"), "removed@example.org").await;
    person(&app, "judge", Some("coventry"), "real@example.org").await;
    remove(&app, "removed@example.org", Removal::default()).await;

    let mut seen = Vec::new();
    for (email, password) in [
        ("unknown@example.org", PASSWORD),
        ("invited@example.org", PASSWORD),
        ("removed@example.org", PASSWORD),
        ("real@example.org", "a song for three rivers"),
        ("real@example.org", &"long ".repeat(10_000)),
        ("real@example.org", "\u{0}\u{1F98A}"),
    ] {
        let call = app.call(Method::POST, "/auth/login").header("x-request-id", "same");
        let answer = call.json(&json!({"email": email, "password": password})).send().await;
        let mut headers: Vec<String> =
            answer.headers.iter().map(|(name, value)| format!("{name}: {value:?}")).collect();
        headers.retain(|header| !header.starts_with("date"));
        headers.sort();
        seen.push((answer.status, headers, answer.text));
    }
    assert_eq!(seen[0].0, StatusCode::UNAUTHORIZED);
    for other in &seen[1..] {
        assert_eq!(&seen[0], other);
    }
    signs_in(&app, "real@example.org").await.expect(StatusCode::OK);
}

async fn a_refresh_token_is_good_once_and_a_second_time_ends_the_session(app: TestApp) {
    edition(&app).await;
    let first = person(&app, "judge", Some("coventry"), "carol@example.org").await;
    let second = Pair::of(&renews(&app, &first.refresh).await.expect(StatusCode::OK));
    app.get("/me", &second.access).await.expect(StatusCode::OK);

    let stolen = renews(&app, &first.refresh).await.expect(StatusCode::UNAUTHORIZED);
    assert_eq!(stolen.str("/code"), "session_ended");
    for refresh in [&first.refresh, &second.refresh] {
        assert_eq!(renews(&app, refresh).await.expect(StatusCode::UNAUTHORIZED).str("/code"), "session_ended");
    }
    assert_eq!(app.get("/me", &second.access).await.expect(StatusCode::UNAUTHORIZED).str("/code"), "session_ended");
    let _invitation = app.mail().next_to("carol@example.org").await;
    assert_eq!(app.mail().next_to("carol@example.org").await.subject(), "A change to your account");
    signs_in(&app, "carol@example.org").await.expect(StatusCode::OK);
}

async fn a_token_that_was_replaced_long_ago_still_ends_the_session(app: TestApp) {
    edition(&app).await;
    let first = person(&app, "judge", Some("coventry"), "carol@example.org").await;
    let mut last = renews(&app, &first.refresh).await.str("/refresh_token");
    for _ in 0..3 {
        last = renews(&app, &last).await.expect(StatusCode::OK).str("/refresh_token");
    }
    renews(&app, &first.refresh).await.expect(StatusCode::UNAUTHORIZED);
    renews(&app, &last).await.expect(StatusCode::UNAUTHORIZED);
}

async fn an_answer_that_was_lost_is_given_again_for_ten_seconds(app: TestApp) {
    edition(&app).await;
    let first = person(&app, "judge", Some("coventry"), "carol@example.org").await;
    let renews_as = |refresh: String, key: &'static str| {
        let call = app.call(Method::POST, "/auth/refresh").header("idempotency-key", key);
        async move { call.json(&json!({"refresh_token": refresh})).send().await }
    };
    let lost = renews_as(first.refresh.clone(), "k1").await.expect(StatusCode::OK);
    app.at("2021-05-10T10:00:09Z");
    let again = renews_as(first.refresh.clone(), "k1").await.expect(StatusCode::OK);
    assert_eq!(lost.text, again.text);

    let second = Pair::of(&renews_as(again.str("/refresh_token"), "k2").await.expect(StatusCode::OK));
    let late = renews_as(again.str("/refresh_token"), "another").await;
    late.expect(StatusCode::UNAUTHORIZED);
    renews(&app, &second.refresh).await.expect(StatusCode::UNAUTHORIZED);

    let fresh = Pair::of(&signs_in(&app, "carol@example.org").await.expect(StatusCode::OK));
    renews_as(fresh.refresh.clone(), "k3").await.expect(StatusCode::OK);
    app.at("2021-05-10T10:00:19Z");
    renews_as(fresh.refresh, "k3").await.expect(StatusCode::UNAUTHORIZED);
}

async fn requests_that_meet_are_each_answered_once(app: TestApp) {
    edition(&app).await;
    let token = invited(&app, "judge", Some("coventry"), "carol@example.org").await;
    let accepted = join_all((0..8).map(|_| accepts(&app, &token))).await;
    let (good, late): (Vec<_>, Vec<_>) = accepted.into_iter().partition(|answer| answer.status == StatusCode::OK);
    assert_eq!(good.len(), 1);
    assert!(late.iter().all(|answer| answer.status == StatusCode::NOT_FOUND), "{late:?}");

    let refresh = good[0].str("/refresh_token");
    let again = join_all((0..8).map(|_| {
        let call = app.call(Method::POST, "/auth/refresh").header("idempotency-key", "a tab");
        call.json(&json!({"refresh_token": refresh})).send()
    }));
    let texts: std::collections::BTreeSet<String> =
        again.await.into_iter().map(|answer| answer.expect(StatusCode::OK).text).collect();
    assert_eq!(texts.len(), 1, "one pair of tokens, eight times");

    let next = Pair::of(&signs_in(&app, "carol@example.org").await);
    let raced = join_all((0..8).map(|_| renews(&app, &next.refresh))).await;
    assert_eq!(raced.iter().filter(|answer| answer.status == StatusCode::OK).count(), 1);
    app.get("/me", &next.access).await.expect(StatusCode::UNAUTHORIZED);
}

async fn signing_out_ends_the_session_at_once(app: TestApp) {
    edition(&app).await;
    let here = person(&app, "judge", Some("coventry"), "carol@example.org").await;
    let elsewhere = Pair::of(&signs_in(&app, "carol@example.org").await);
    app.post("/auth/logout", &here.access, json!({})).await.expect(StatusCode::NO_CONTENT);
    assert_eq!(app.get("/me", &here.access).await.expect(StatusCode::UNAUTHORIZED).str("/code"), "session_ended");
    renews(&app, &here.refresh).await.expect(StatusCode::UNAUTHORIZED);
    app.get("/me", &elsewhere.access).await.expect(StatusCode::OK);
}

async fn sessions_end_by_idleness_and_by_age(app: TestApp) {
    edition(&app).await;
    let judge = person(&app, "judge", Some("coventry"), "carol@example.org").await;
    let organiser = person(&app, "organiser", None, "olive@example.org").await;
    app.at("2021-05-10T11:00:00Z");
    renews(&app, &organiser.refresh).await.expect(StatusCode::UNAUTHORIZED);
    app.at("2021-05-17T09:59:59Z");
    let judge = renews(&app, &judge.refresh).await.expect(StatusCode::OK).str("/refresh_token");
    app.at("2021-05-24T09:59:59Z");
    renews(&app, &judge).await.expect(StatusCode::UNAUTHORIZED);

    let mut organiser = signs_in(&app, "olive@example.org").await.expect(StatusCode::OK).str("/refresh_token");
    for half_hour in 1..48 {
        let time = Time::parse("2021-05-24T09:59:59Z").expect("a time") + Span::minutes(30 * half_hour);
        app.at(&time.to_string());
        organiser = renews(&app, &organiser).await.expect(StatusCode::OK).str("/refresh_token");
    }
    app.at("2021-05-25T09:59:59Z");
    renews(&app, &organiser).await.expect(StatusCode::UNAUTHORIZED);
}

async fn an_eleventh_session_ends_the_oldest(app: TestApp) {
    edition(&app).await;
    let mut sessions = vec![person(&app, "judge", Some("coventry"), "carol@example.org").await];
    for second in 1..=10 {
        app.at(&format!("2021-05-10T10:00:{second:02}Z"));
        sessions.push(Pair::of(&signs_in(&app, "carol@example.org").await));
    }
    app.get("/me", &sessions[0].access).await.expect(StatusCode::UNAUTHORIZED);
    for session in &sessions[1..] {
        app.get("/me", &session.access).await.expect(StatusCode::OK);
    }
}

async fn remove(app: &TestApp, email: &str, removal: Removal) {
    let email = Email::parse(email).expect("an address");
    let people = app.app.store.read(|tx| {
        let edition = twin_cities_awards::editions::store::by_slug(tx, &slug("2021"))?.expect("it is there");
        Ok::<_, twin_cities_awards::store::StoreError>(twin_cities_awards::accounts::people(tx, edition.id)?)
    });
    let people = people.await.expect("the store reads");
    let person = people.into_iter().find(|person| person.email == email).expect("they are there");
    let removed = twin_cities_awards::accounts::remove(&app.app, deed(app), person.edition, person.id, removal).await;
    removed.expect("they are removed");
}

async fn who_is_removed_is_gone_from_the_next_request_on(app: TestApp) {
    edition(&app).await;
    let organiser = person(&app, "organiser", None, "olive@example.org").await;
    app.at("2021-05-10T10:00:01Z");
    person(&app, "auditor", None, "olive@example.org").await;
    let path = "/organise/editions/2021/people";
    app.get(path, &organiser.access).await.expect(StatusCode::OK);
    remove(&app, "olive@example.org", Removal::default()).await; // as organiser: the older of both parts
    assert_eq!(app.get(path, &organiser.access).await.expect(StatusCode::FORBIDDEN).str("/code"), "not_allowed");
    assert_eq!(app.get("/me", &organiser.access).await.json()["roles"][0]["role"], "auditor");
}

async fn who_signs_does_not_judge(app: TestApp) {
    edition(&app).await;
    person(&app, "approver", Some("coventry"), "amy@example.org").await;
    for (role, panel, pointer) in [
        ("judge", Some("coventry"), "/role"),
        ("chair", Some("volgograd"), "/role"),
        ("translator", None, "/role"),
        ("approver", Some("volgograd"), "/email"),
    ] {
        for email in ["amy@example.org", "Amy+second@example.org"] {
            let person = InvitePerson::parse("2021", role, panel, email, "Amy Approver", None).expect("words");
            let refused = twin_cities_awards::accounts::invite(&app.app, deed(&app), person).await;
            let refused = refused.expect_err("one person signs for one city").to_string();
            assert!(refused.starts_with(pointer), "{role}: {refused}");
        }
    }
    assert!(Role::Organiser.goes_with(Role::Approver));
}

/// S-ACC-11: whoever had a part keeps what it bars after it has ended; an invitation that nobody accepted bars nothing.
async fn who_has_judged_does_not_sign_and_who_has_signed_signs_for_no_other_city(app: TestApp) {
    edition(&app).await;
    let try_to_invite = async |role: &str, panel: Option<&str>, email: &str| {
        let person = InvitePerson::parse("2021", role, panel, email, "Somebody", None).expect("words");
        let outcome = twin_cities_awards::accounts::invite(&app.app, deed(&app), person).await;
        outcome.map(|invited| invited.link.rsplit('/').next().expect("a token").to_owned())
    };
    let refused = async |role: &str, panel: Option<&str>, email: &str| {
        try_to_invite(role, panel, email).await.expect_err("what they had bars it").to_string()
    };
    for (role, panel) in [("judge", Some("coventry")), ("chair", Some("coventry")), ("translator", None)] {
        let email = format!("{role}@example.org");
        person(&app, role, panel, &email).await;
        remove(&app, &email, Removal::default()).await;
        for address in [email.clone(), format!("{role}+2@example.org")] {
            assert_eq!(refused("approver", Some("volgograd"), &address).await, "/role: conflicting_role");
        }
        // To be invited anew, and to decline, takes nothing of it away.
        try_to_invite(role, panel, &email).await.expect("the same again");
        remove(&app, &email, Removal::default()).await;
        assert_eq!(refused("approver", Some("volgograd"), &email).await, "/role: conflicting_role");
        try_to_invite("organiser", None, &email).await.expect("an organiser may have judged");
    }
    person(&app, "approver", Some("coventry"), "amy@example.org").await;
    remove(&app, "amy@example.org", Removal::default()).await;
    for address in ["amy@example.org", "amy+2@example.org"] {
        assert_eq!(refused("approver", Some("volgograd"), address).await, "/panel: conflicting_role");
        assert_eq!(refused("judge", Some("coventry"), address).await, "/role: conflicting_role");
    }
    try_to_invite("approver", Some("coventry"), "amy@example.org").await.expect("her own city again");
    assert_eq!(refused("approver", Some("volgograd"), "amy@example.org").await, "/panel: conflicting_role");

    // By mistake, and taken back before anybody accepted.
    try_to_invite("judge", Some("coventry"), "abe@example.org").await.expect("invited");
    remove(&app, "abe@example.org", Removal::default()).await;
    try_to_invite("approver", Some("coventry"), "abe@example.org").await.expect("he never judged");
    try_to_invite("approver", Some("volgograd"), "abe@example.org").await.expect("he never signed");

    // A judge may become a chair.
    person(&app, "judge", Some("coventry"), "carol@example.org").await;
    remove(&app, "carol@example.org", Removal::default()).await;
    try_to_invite("chair", Some("coventry"), "carol@example.org").await.expect("she leads the panel now");
}

async fn the_office_is_made_by_the_operator_alone_and_told_of_it(app: TestApp) {
    edition(&app).await;
    let olive = person(&app, "organiser", None, "olive@example.org").await;
    for role in ["organiser", "approver"] {
        let body = json!({"email": "amy@example.org", "name": "Amy", "role": role, "panel": "coventry"});
        let refused = app.post("/organise/editions/2021/people", &olive.access, body).await;
        let refused = refused.expect(StatusCode::UNPROCESSABLE_ENTITY).json();
        assert_eq!(refused["errors"][0]["pointer"], "/role");
    }
    invited(&app, "approver", Some("coventry"), "amy@example.org").await;
    let _invitation = app.mail().next_to("olive@example.org").await;
    let told = app.mail().next_to("olive@example.org").await;
    assert_eq!(told.subject(), "A change to your account");
    assert!(told.text().contains("approver") && told.text().contains("Carol Panel"), "{}", told.text());
}

async fn organisers_invite_list_and_remove(app: TestApp) {
    edition(&app).await;
    let olive = person(&app, "organiser", None, "olive@example.org").await;
    app.at("2021-05-10T10:00:01Z");
    let judge = person(&app, "judge", Some("coventry"), "carol@example.org").await;
    app.at("2021-05-10T10:00:02Z");
    let path = "/organise/editions/2021/people";
    let body = json!({"email": "alice@jury.example.org", "name": "Alice Assessor", "role": "judge", "panel": "coventry",
        "language": "en", "capacity": 40, "reads": ["en", "ru"], "organisation": "Friends of Kiel"});
    let invites = |key: &'static str| {
        let call = app.call(Method::POST, path).bearer(&olive.access).header("idempotency-key", key).json(&body);
        call.send()
    };
    let made = invites("once").await.expect(StatusCode::CREATED);
    let id = made.str("/id");
    assert_eq!(made.header("location"), format!("/api/v1{path}/{id}"));
    let again = invites("once").await.expect(StatusCode::CREATED);
    assert_eq!((again.str("/id"), again.header("idempotent-replayed")), (id.clone(), "true".to_owned()));

    let first = app.get(&format!("{path}?limit=2"), &olive.access).await.expect(StatusCode::OK).json();
    let cursor = first["next_cursor"].as_str().expect("there is more");
    let rest = app.get(&format!("{path}?limit=2&cursor={cursor}"), &olive.access).await.expect(StatusCode::OK).json();
    let alice = &rest["items"][0];
    assert_eq!(rest["next_cursor"], Json::Null);
    let mail = app.mail().next_to("alice@jury.example.org").await;
    assert_eq!(
        *alice,
        json!({"id": id, "role": "judge", "panel": "coventry", "name": "Alice Assessor",
            "email": "alice@jury.example.org", "language": "en", "organisation": "Friends of Kiel", "capacity": 40,
            "reads": ["en", "ru"], "state": "invited", "invited_at": "2021-05-10T10:00:02Z", "invitation_ends_at": "2021-05-24T10:00:02Z",
            "accepted_at": null, "removed_at": null, "removed_sheets": null, "removed_reason": null})
    );
    let twice = app.get(&format!("{path}?limit=1&limit=2"), &olive.access).await;
    assert_eq!(twice.expect(StatusCode::UNPROCESSABLE_ENTITY).str("/code"), "invalid_input");
    app.get(path, &judge.access).await.expect(StatusCode::FORBIDDEN);
    app.get(path, "").await.expect(StatusCode::UNAUTHORIZED);
    app.get("/organise/editions/2099/people", &olive.access).await.expect(StatusCode::NOT_FOUND);

    let invitation = format!("{path}/{id}/invitation");
    app.post(&invitation, &olive.access, json!({})).await.expect(StatusCode::ACCEPTED);
    let second = app.mail().next_to("alice@jury.example.org").await.token("invitation");
    assert_ne!(mail.token("invitation"), second);
    let delete = |path: String| app.call(Method::DELETE, &path).bearer(&olive.access).send();
    delete(invitation.clone()).await.expect(StatusCode::NO_CONTENT);
    accepts(&app, &second).await.expect(StatusCode::NOT_FOUND);
    let settled = delete(invitation).await.expect(StatusCode::CONFLICT);
    assert_eq!(settled.str("/code"), "illegal_move");
    assert_eq!(settled.str("/detail"), "This invitation has been accepted or withdrawn already.");

    let people = app.get(path, &olive.access).await.json();
    let of = |role: &str| {
        let items = people["items"].as_array().expect("a list");
        let found = items.iter().find(|item| item["role"] == role && item["state"] == "accepted");
        found.expect("they are there")["id"].as_str().expect("an id").to_owned()
    };
    let (carol, olive_part) = (of("judge"), of("organiser"));
    delete(format!("{path}/{olive_part}")).await.expect(StatusCode::FORBIDDEN);
    delete(format!("{path}/{carol}?sheets=void")).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    delete(format!("{path}/{carol}?sheets=burn")).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    delete(format!("{path}/{carol}?sheets=void&reason=Told%20others")).await.expect(StatusCode::NO_CONTENT);
    app.get("/me", &judge.access).await.expect(StatusCode::UNAUTHORIZED);
    delete(format!("{path}/{carol}")).await.expect(StatusCode::NOT_FOUND);
    delete(format!("{path}/nonsense")).await.expect(StatusCode::NOT_FOUND);
}

async fn a_profile_is_changed_in_the_version_that_was_read(app: TestApp) {
    edition(&app).await;
    let carol = person(&app, "judge", Some("coventry"), "carol@example.org").await;
    let change = |tag: &'static str, body: Json| {
        let call = app.call(Method::PATCH, "/me").bearer(&carol.access).json(&body);
        if tag.is_empty() { call } else { call.header("if-match", tag) }.send()
    };
    assert_eq!(app.get("/me", &carol.access).await.header("etag"), "\"1\"");
    change("", json!({"language": "ru"})).await.expect(StatusCode::PRECONDITION_REQUIRED);
    let changed = change("\"1\"", json!({"language": "ru"})).await.expect(StatusCode::OK);
    assert_eq!((changed.str("/language"), changed.str("/name")), ("ru".to_owned(), "Carol Panel".to_owned()));
    assert_eq!(changed.header("etag"), "\"2\"");
    change("\"1\"", json!({"name": "Carol"})).await.expect(StatusCode::PRECONDITION_FAILED);
    let refused = change("\"2\"", json!({"email": "c@example.org", "language": "de"})).await;
    let refused = refused.expect(StatusCode::UNPROCESSABLE_ENTITY).json();
    let codes: Vec<&Json> = refused["errors"].as_array().expect("faults").iter().map(|fault| &fault["code"]).collect();
    assert_eq!(codes, ["not_changeable", "bad_choice"]);
}

async fn faults_of_an_invitation_are_all_told_at_once(app: TestApp) {
    edition(&app).await;
    let olive = person(&app, "organiser", None, "olive@example.org").await;
    let path = "/organise/editions/2021/people";
    let body = json!({"email": "nobody", "name": "7", "role": "king", "panel": "Coventry!", "language": "fr",
        "capacity": 0, "reads": ["en", "de"], "organisation": "x".repeat(161)});
    let faults = app.post(path, &olive.access, body).await.expect(StatusCode::UNPROCESSABLE_ENTITY).json();
    let told: Vec<String> = faults["errors"]
        .as_array()
        .expect("faults")
        .iter()
        .map(|fault| format!("{} {}", fault["pointer"].as_str().unwrap_or(""), fault["code"].as_str().unwrap_or("")))
        .collect();
    assert_eq!(
        told,
        [
            "/email bad_email",
            "/name bad_name",
            "/role bad_choice",
            "/panel bad_choice",
            "/language bad_choice",
            "/reads/1 bad_choice",
            "/organisation too_long",
            "/capacity out_of_range",
        ]
    );
    let body = json!({"email": "ben@example.org", "name": "Ben", "role": "judge"});
    let missing = app.post(path, &olive.access, body).await.expect(StatusCode::UNPROCESSABLE_ENTITY).json();
    assert_eq!(missing["errors"][0]["pointer"], "/panel");
    let body = json!({"email": "ben@example.org", "name": "Ben", "role": "judge", "panel": "paris"});
    app.post(path, &olive.access, body).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    let body = json!({"email": "ben@example.org", "name": "Ben", "role": "judge", "panel": "coventry", "admin": true});
    let unknown = app.post(path, &olive.access, body).await.expect(StatusCode::BAD_REQUEST);
    assert_eq!(unknown.str("/code"), "unknown_field");
}

async fn refusals_in_both_languages(app: TestApp) {
    edition(&app).await;
    for (language, tag) in [(Language::En, "en"), (Language::Ru, "ru")] {
        let login = app.call(Method::POST, "/auth/login").language(tag);
        let refused = login.json(&json!({"email": "a@example.org", "password": "x"})).send().await;
        let refused = refused.expect(StatusCode::UNAUTHORIZED);
        assert_eq!(refused.str("/title"), say(language, "problem-invalid-credentials", &[]));
        assert_eq!(refused.header("www-authenticate"), "Bearer");
        let short = app.call(Method::POST, "/auth/invitations/accept").language(tag);
        let short = short.json(&json!({"token": "x", "password": "short"})).send().await.json();
        assert_eq!(short["errors"][0]["code"], "too_short");
    }
}
