//! The second factor: codes, recovery codes, what is closed without one, and what needs a sign-in of just now.

use std::collections::BTreeSet;

use diesel::prelude::*;
use futures_util::future::join_all;
use proptest::prelude::*;
use reqwest::{Method, StatusCode};
use serde_json::{Value as Json, json};
use totp_rs::{Builder, Secret, Totp};
use twin_cities_awards::accounts::factor::{self, FactorError};
use twin_cities_awards::accounts::{self, Attempt, CodeRefused, FactorCode, SignInError};
use twin_cities_awards::audit::{Actor, Deed};
use twin_cities_awards::clock::{Span, Time};
use twin_cities_awards::fields::Email;
use twin_cities_awards::ids::{AccountId, SessionId};
use twin_cities_awards::store::schema::{audit_events, editions, second_factors};
use twin_cities_awards::store::{Conn, DatabaseUrl, StoreError};

use crate::app::{MAY, Seen, TestApp, parts, stories, stories_in_earnest};
use crate::people::{PASSWORD, Person, nowhere};
use crate::visitor::Visitor;

stories![
    a_second_factor_is_set_up_in_two_steps_and_then_asked_for,
    a_code_is_good_once_and_only_later_ones_pass,
    a_code_is_taken_a_step_early_or_late_and_no_further,
    of_many_at_once_in_two_processes_one_passes,
    a_recovery_code_stands_in_once_and_its_use_is_told,
    a_second_factor_is_removed_by_password_and_code_together,
    setting_one_up_ends_whatever_a_password_alone_has_begun,
    whoever_sits_at_an_open_browser_keeps_its_owner_out_once,
    five_wrong_codes_of_either_kind_close_the_door_for_a_quarter_of_an_hour,
    an_invitation_to_an_account_with_a_second_factor_asks_for_its_code,
    the_operator_removes_a_second_factor_and_the_organisers_are_told,
    a_new_password_by_mail_leaves_the_second_factor,
    neither_seed_nor_recovery_code_stands_in_the_database,
    under_a_new_secret_a_seed_is_sealed_anew_where_it_is_used,
    in_a_trial_nobody_owes_a_code_but_one_that_is_sent_is_looked_at,
    refusals_of_codes_in_both_languages,
];

stories_in_earnest![
    who_has_no_second_factor_is_asked_for_no_code,
    without_a_second_factor_the_office_reaches_only_its_enrolment,
    a_signature_takes_its_code,
    what_cannot_be_taken_back_needs_a_sign_in_of_the_last_quarter_of_an_hour,
    setting_one_up_needs_a_sign_in_of_the_last_quarter_of_an_hour,
];

const AFTER_JUDGING: &str = "2021-08-28T10:00:00Z";

// ——— Codes ———

/// What the owner's telephone does: made of the seed that it was shown.
pub struct Device(Totp);

impl Device {
    /// The device that was shown this secret.
    pub fn of(secret: &str) -> Self {
        let secret = Secret::try_from_base32(secret).expect("base32");
        Self(Builder::new().with_secret(secret).build().expect("160 bits"))
    }

    /// The code that it shows at this time.
    fn code_at(&self, time: Time) -> String {
        self.0.generate(u64::try_from(time.unix_seconds()).expect("after 1970")).to_string()
    }

    /// The code that it shows now.
    pub fn code(&self, app: &TestApp) -> String {
        self.code_at(app.app.clock.now())
    }

    /// Six digits that it shows neither now nor a step either side.
    pub fn wrong(&self, app: &TestApp) -> String {
        let now = app.app.clock.now();
        let right = [-1, 0, 1].map(|step| self.code_at(now + Span::seconds(30 * step)));
        ["000000", "000001", "000002", "000003"]
            .into_iter()
            .find(|code| !right.iter().any(|right| right == code))
            .expect("one of four")
            .to_owned()
    }
}

#[test]
fn codes_are_those_of_rfc_6238() {
    // Appendix B, of whose eight digits these are the last six.
    let device = Device(Builder::new().with_secret(Secret::from(*b"12345678901234567890")).build().expect("160 bits"));
    let vectors = [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")];
    for (seconds, code) in vectors {
        assert_eq!(device.code_at(Time::from_micros(seconds * 1_000_000)), code);
    }
}

proptest! {
    #[test]
    fn whatever_is_typed_is_a_code_or_nothing(text in "\\PC{0,60}|[-0-9A-Za-z \u{2010}-\u{2015}]{0,40}") {
        let nothing = text.chars().all(|sign| sign.is_whitespace() || "-‐‑‒–—―".contains(sign));
        prop_assert_eq!(FactorCode::typed(&text).is_none(), nothing);
    }

    #[test]
    fn however_a_code_is_spelled_it_is_the_same(
        code in "[0-9]{6}|[0-9A-HJKMNP-TV-Z]{24}", other in "[0-9]{6}|[0-9A-HJKMNP-TV-Z]{24}",
        gaps in prop::collection::vec("|-| |\u{2013}", 24),
    ) {
        let typed = |text: &str| FactorCode::typed(text);
        let mut spelled = String::new();
        for (at, sign) in code.chars().enumerate() {
            spelled.push(match sign { '0' if at % 2 == 1 && code.len() > 6 => 'o', '1' if code.len() > 6 => 'l', sign => sign.to_ascii_lowercase() });
            spelled.push_str(&gaps[at]);
        }
        prop_assert!(typed(&code) == typed(&spelled), "{} {}", code, spelled);
        prop_assert!(typed(&code) != typed("no code"));
        prop_assert!(code == other || typed(&code) != typed(&other));
        prop_assert!(typed(&code[1..]) == typed("no code"));
    }
}

// ——— People ———

/// Somebody with a second factor.
pub struct Owner {
    /// Signed in.
    pub person: Person,
    /// What shows the codes.
    pub device: Device,
    /// The recovery codes.
    pub recovery: Vec<String>,
}

impl Owner {
    /// Sets it up, for somebody who is signed in.
    pub async fn of(app: &TestApp, person: Person) -> Self {
        let begun = app.post("/auth/totp/enrol", &person.token, json!({})).await.expect(StatusCode::OK);
        let device = Device::of(&begun.str("/secret"));
        let code = json!({"code": device.code(app)});
        let confirmed = app.post("/auth/totp/confirm", &person.token, code).await.expect(StatusCode::OK).json();
        let recovery = confirmed["recovery_codes"].as_array().expect("a list");
        let recovery = recovery.iter().map(|code| code.as_str().expect("a text").to_owned()).collect();
        Self { person, device, recovery }
    }

    async fn signs_in(&self, app: &TestApp, code: &str) -> Seen {
        app.post("/auth/login", "", json!({"email": self.person.email, "password": PASSWORD, "totp": code})).await
    }

    /// Signs in by the code of now, which must not have been used.
    async fn signs_in_now(&mut self, app: &TestApp) -> Seen {
        let seen = self.signs_in(app, &self.device.code(app)).await.expect(StatusCode::OK);
        self.person.token = seen.str("/access_token");
        seen
    }

    async fn removes(&self, app: &TestApp, password: &str, code: &str) -> Seen {
        app.post("/auth/totp/remove", &self.person.token, json!({"password": password, "code": code})).await
    }
}

/// A judge with a second factor.
async fn vera(app: &TestApp) -> Owner {
    app.edition_2021().await;
    let vera = app.operator_invites("judge", Some("volgograd"), "vera@jury.example.org").await;
    Owner::of(app, vera).await
}

/// The subjects and texts of the security notices to an address, the oldest first.
fn notices(app: &TestApp, address: &str) -> Vec<String> {
    let mails =
        app.mail().all().into_iter().filter(|mail| mail.to == address && mail.subject() == "A change to your account");
    mails.map(|mail| mail.text()).collect()
}

/// Waits for a notice that says this.
async fn told(app: &TestApp, address: &str, what: &str) -> String {
    loop {
        let mail = app.mail().next_to(address).await;
        if mail.text().contains(what) {
            return mail.text();
        }
    }
}

/// What the audit says of second factors, in alphabetical order.
async fn acts(app: &TestApp) -> Vec<String> {
    let read = app.app.store.read(|tx| {
        let acts = audit_events::table.select(audit_events::act);
        Ok::<_, StoreError>(acts.load::<String>(tx)?)
    });
    let mut acts = read.await.expect("it can be read");
    acts.retain(|act| act.contains("factor") || act.contains("recovery"));
    acts.sort();
    acts
}

fn refused(seen: Seen, status: StatusCode, code: &str) -> Seen {
    let seen = seen.expect(status);
    assert_eq!(seen.str("/code"), code);
    seen
}

// ——— Stories ———

async fn a_second_factor_is_set_up_in_two_steps_and_then_asked_for(app: TestApp) {
    app.edition_2021().await;
    let vera = app.operator_invites("judge", Some("volgograd"), "vera@jury.example.org").await;
    let confirm = |code: String| app.post("/auth/totp/confirm", &vera.token, json!({"code": code}));
    refused(confirm("123456".to_owned()).await, StatusCode::CONFLICT, "second_factor_absent");

    let first = app.post("/auth/totp/enrol", &vera.token, json!({})).await.expect(StatusCode::OK);
    let begun = app.post("/auth/totp/enrol", &vera.token, json!({})).await.expect(StatusCode::OK);
    let secret = begun.str("/secret");
    assert_eq!(begun.header("cache-control"), "no-store");
    assert_eq!((secret.len(), secret == first.str("/secret")), (32, false), "160 bits, another seed each time");
    assert_eq!(
        begun.str("/uri"),
        format!(
            "otpauth://totp/Twin%20Cities%20Awards:vera%40jury.example.org?secret={secret}&issuer=Twin%20Cities%20Awards"
        )
    );
    let picture = begun.str("/qr_svg");
    assert!(picture.starts_with("<svg ") && picture.ends_with("</svg>"), "{picture}");
    assert!(!picture.contains("style") && !picture.contains("script"), "a page's policy would not show it");

    // Nothing is asked for yet.
    assert_eq!(app.get("/me", &vera.token).await.json()["totp"], false);
    app.sign_in(&mut vera.clone()).await;
    let device = Device::of(&secret);
    let wrong = refused(confirm(device.wrong(&app)).await, StatusCode::UNPROCESSABLE_ENTITY, "invalid_input").json();
    assert_eq!((&wrong["errors"][0]["pointer"], &wrong["errors"][0]["code"]), (&json!("/code"), &json!("wrong_code")));
    let of_the_first = confirm(Device::of(&first.str("/secret")).code(&app)).await;
    refused(of_the_first, StatusCode::UNPROCESSABLE_ENTITY, "invalid_input");
    app.sign_in(&mut vera.clone()).await;

    let confirmed = confirm(device.code(&app)).await.expect(StatusCode::OK).json();
    let codes: BTreeSet<&str> =
        confirmed["recovery_codes"].as_array().expect("a list").iter().filter_map(Json::as_str).collect();
    assert_eq!(codes.len(), 10);
    assert!(codes.iter().all(|code| code.len() == 29 && code.split('-').count() == 6), "{codes:?}");
    assert_eq!(app.get("/me", &vera.token).await.json()["totp"], true);
    told(&app, &vera.email, "A second factor was set up for your account on 10 May 2021").await;

    refused(confirm(device.code(&app)).await, StatusCode::CONFLICT, "second_factor_present");
    let again = app.post("/auth/totp/enrol", &vera.token, json!({})).await;
    refused(again, StatusCode::CONFLICT, "second_factor_present");

    // A wrong password is told apart by nothing, whatever comes with it (S-ACC-3).
    app.at("2021-05-10T10:01:00Z");
    let login = |password: &'static str, totp: Json| {
        app.post("/auth/login", "", json!({"email": "vera@jury.example.org", "password": password, "totp": totp}))
    };
    // To be asked is no failure: more often than one may fail.
    for totp in [json!(null), json!(""), json!(" - "), json!(null), json!(null), json!(null)] {
        refused(login(PASSWORD, totp).await, StatusCode::UNAUTHORIZED, "totp_required");
    }
    for totp in [json!(null), json!(device.code(&app)), json!("000000")] {
        refused(
            login("eight bridges over the Sherbourne", totp).await,
            StatusCode::UNAUTHORIZED,
            "invalid_credentials",
        );
    }
    login(PASSWORD, json!(device.code(&app))).await.expect(StatusCode::OK);
    assert_eq!(acts(&app).await, ["second_factor_begun", "second_factor_begun", "second_factor_confirmed"]);
}

async fn a_code_is_good_once_and_only_later_ones_pass(app: TestApp) {
    let vera = vera(&app).await;
    let at_first = vera.device.code(&app);
    refused(vera.signs_in(&app, &at_first).await, StatusCode::UNAUTHORIZED, "totp_required");
    app.at("2021-05-10T10:01:00Z");
    let (code, earlier) = (vera.device.code(&app), vera.device.code_at(app.app.clock.now() - Span::seconds(30)));
    vera.signs_in(&app, &code).await.expect(StatusCode::OK);
    for used in [&code, &earlier] {
        let again = refused(vera.signs_in(&app, used).await, StatusCode::UNAUTHORIZED, "totp_required");
        assert!(again.str("/detail").contains("used already"), "{}", again.text);
    }
    app.at("2021-05-10T10:01:30Z");
    refused(vera.signs_in(&app, &code).await, StatusCode::UNAUTHORIZED, "totp_required");
    vera.signs_in(&app, &vera.device.code(&app)).await.expect(StatusCode::OK);
}

async fn a_code_is_taken_a_step_early_or_late_and_no_further(app: TestApp) {
    let vera = vera(&app).await;
    let code = vera.device.code_at(Time::parse("2021-05-10T12:00:00Z").expect("a time"));
    for (time, passes) in [
        ("2021-05-10T11:59:29.999999Z", false), // two steps early
        ("2021-05-10T12:01:00Z", false),        // two steps late
        ("2021-05-10T11:59:30Z", true),
    ] {
        app.at(time);
        assert_eq!(vera.signs_in(&app, &code).await.status == StatusCode::OK, passes, "{time}");
    }
    let late = vera.device.code_at(Time::parse("2021-05-10T13:00:00Z").expect("a time"));
    app.at("2021-05-10T13:00:59.999999Z");
    vera.signs_in(&app, &late).await.expect(StatusCode::OK);
}

async fn of_many_at_once_in_two_processes_one_passes(app: TestApp) {
    let vera = vera(&app).await;
    let other = parts(app.app.config.clone(), MAY); // a store of its own, as a second process has one
    for (time, recovery) in [("2021-05-10T10:01:00Z", None), ("2021-05-10T10:16:00Z", Some(&vera.recovery[0]))] {
        app.at(time); // the second once the wrong ones of the first count no more
        other.clock.set(app.app.clock.now());
        let code = recovery.cloned().unwrap_or_else(|| vera.device.code(&app));
        let tries = (0..8).map(|turn| {
            let app = if turn % 2 == 0 { app.app.clone() } else { other.clone() };
            let deed = Deed { at: app.clock.now(), actor: Actor::Public, request: None };
            let email = Email::parse(&vera.person.email).expect("an address");
            let (password, code) = (Attempt::typed(PASSWORD), FactorCode::typed(&code));
            async move { accounts::sign_in(&app, deed, email, password, code, nowhere()).await }
        });
        let ends = join_all(tries).await;
        let passed = ends.iter().filter(|end| end.is_ok()).count();
        let refusals = ends.iter().filter_map(|end| end.as_ref().err());
        let others: Vec<&SignInError> =
            refusals.filter(|error| !matches!(error, SignInError::WrongCode | SignInError::TooMany { .. })).collect();
        assert_eq!((passed, others.len()), (1, 0), "{others:?}");
    }
}

async fn a_recovery_code_stands_in_once_and_its_use_is_told(app: TestApp) {
    let vera = vera(&app).await;
    let gleb = app.operator_invites("judge", Some("volgograd"), "gleb@jury.example.org").await;
    let gleb = Owner::of(&app, gleb).await;

    let spelled = vera.recovery[0].replace('-', " ").replace('0', "o").to_lowercase();
    vera.signs_in(&app, &spelled).await.expect(StatusCode::OK);
    let text = told(&app, &vera.person.email, "A recovery code was used for your account").await;
    assert!(text.contains("9 codes are left"), "{text}");
    refused(vera.signs_in(&app, &vera.recovery[0]).await, StatusCode::UNAUTHORIZED, "totp_required");
    refused(vera.signs_in(&app, &gleb.recovery[1]).await, StatusCode::UNAUTHORIZED, "totp_required");
    gleb.signs_in(&app, &gleb.recovery[1]).await.expect(StatusCode::OK);

    for code in &vera.recovery[1..] {
        vera.signs_in(&app, code).await.expect(StatusCode::OK);
    }
    assert!(told(&app, &vera.person.email, "None is left").await.contains("set it up again"));
    let used = acts(&app).await.into_iter().filter(|act| act == "recovery_code_used").count();
    assert_eq!(used, 11);
}

async fn a_second_factor_is_removed_by_password_and_code_together(app: TestApp) {
    let mut vera = vera(&app).await;
    app.at("2021-05-10T10:01:00Z");
    let (code, another) = (vera.device.code(&app), "eight bridges over the Sherbourne");
    for missing in [json!({"password": PASSWORD}), json!({"code": code}), json!({"password": PASSWORD, "code": " "})] {
        let missing = app.post("/auth/totp/remove", &vera.person.token, missing).await;
        refused(missing, StatusCode::UNPROCESSABLE_ENTITY, "invalid_input");
    }
    let wrong = vera.device.wrong(&app);
    refused(vera.removes(&app, PASSWORD, &wrong).await, StatusCode::UNAUTHORIZED, "totp_required");
    refused(vera.removes(&app, another, &wrong).await, StatusCode::UNAUTHORIZED, "totp_required");
    let guess = refused(vera.removes(&app, another, &code).await, StatusCode::UNPROCESSABLE_ENTITY, "invalid_input");
    assert_eq!(guess.json()["errors"][0]["code"], "wrong_password");
    // One guess at the password a code: it is used up.
    refused(vera.removes(&app, PASSWORD, &code).await, StatusCode::UNAUTHORIZED, "totp_required");
    assert_eq!(app.get("/me", &vera.person.token).await.json()["totp"], true);

    app.at("2021-05-10T10:02:00Z");
    let code = vera.device.code(&app);
    vera.removes(&app, PASSWORD, &code).await.expect(StatusCode::NO_CONTENT);
    told(&app, &vera.person.email, "The second factor of your account was removed on 10 May 2021").await;
    assert_eq!(app.get("/me", &vera.person.token).await.json()["totp"], false);
    app.sign_in(&mut vera.person).await;
    refused(vera.removes(&app, PASSWORD, &code).await, StatusCode::CONFLICT, "second_factor_absent");

    // A new one knows nothing of the old codes, and a recovery code removes it as well.
    let (old, old_device) = (vera.recovery, vera.device);
    let vera = Owner::of(&app, vera.person).await;
    app.at("2021-05-10T10:03:00Z");
    refused(vera.signs_in(&app, &old[3]).await, StatusCode::UNAUTHORIZED, "totp_required");
    refused(vera.signs_in(&app, &old_device.code(&app)).await, StatusCode::UNAUTHORIZED, "totp_required");
    vera.removes(&app, PASSWORD, &vera.recovery[0]).await.expect(StatusCode::NO_CONTENT);
}

async fn setting_one_up_ends_whatever_a_password_alone_has_begun(app: TestApp) {
    app.edition_2021().await;
    let thief = app.operator_invites("judge", Some("volgograd"), "vera@jury.example.org").await;
    let mut vera = thief.clone();
    app.sign_in(&mut vera).await;
    app.get("/me", &thief.token).await.expect(StatusCode::OK);
    let vera = Owner::of(&app, vera).await;
    refused(app.get("/me", &thief.token).await, StatusCode::UNAUTHORIZED, "session_ended");
    app.get("/me", &vera.person.token).await.expect(StatusCode::OK);
}

async fn whoever_sits_at_an_open_browser_keeps_its_owner_out_once(app: TestApp) {
    let mut vera = vera(&app).await;
    let thief = vera.person.token.clone();
    app.at("2021-05-10T10:01:00Z");
    vera.signs_in_now(&app).await;
    let guesses = async || {
        let guess = json!({"password": PASSWORD, "code": vera.device.wrong(&app)});
        app.post("/auth/totp/remove", &thief, guess).await
    };
    for _ in 0..4 {
        refused(guesses().await, StatusCode::UNAUTHORIZED, "totp_required");
        app.get("/me", &thief).await.expect(StatusCode::OK);
    }
    refused(guesses().await, StatusCode::UNAUTHORIZED, "totp_required");
    refused(guesses().await, StatusCode::UNAUTHORIZED, "session_ended");
    app.get("/me", &vera.person.token).await.expect(StatusCode::OK);
}

async fn five_wrong_codes_of_either_kind_close_the_door_for_a_quarter_of_an_hour(app: TestApp) {
    let mut vera = vera(&app).await;
    app.at("2021-05-10T11:59:00Z");
    vera.signs_in_now(&app).await;
    app.at("2021-05-10T12:00:00Z");
    let wrong = [vera.device.wrong(&app), "AAAA-BBBB-CCCC-DDDD-EEEE-FFFF".to_owned(), "what is this".to_owned()];
    let fails = |turn: usize| vera.signs_in(&app, &wrong[turn % 3]);

    // Four, and then the right one: counted anew.
    for turn in 0..4 {
        refused(fails(turn).await, StatusCode::UNAUTHORIZED, "totp_required");
    }
    vera.signs_in(&app, &vera.device.code(&app)).await.expect(StatusCode::OK);

    for turn in 0..5 {
        app.at(&format!("2021-05-10T12:{:02}:00Z", 1 + turn));
        refused(fails(turn).await, StatusCode::UNAUTHORIZED, "totp_required");
    }
    app.at("2021-05-10T12:06:00Z");
    let right = vera.device.code(&app);
    let closed = refused(vera.signs_in(&app, &right).await, StatusCode::TOO_MANY_REQUESTS, "too_many_requests");
    assert_eq!(closed.header("retry-after"), "840", "until a quarter of an hour after the fifth");
    for code in [&right, &vera.recovery[0]] {
        refused(vera.signs_in(&app, code).await, StatusCode::TOO_MANY_REQUESTS, "too_many_requests");
    }
    let removal = vera.removes(&app, PASSWORD, &right).await;
    refused(removal, StatusCode::TOO_MANY_REQUESTS, "too_many_requests");
    // Whoever does not know the password learns nothing of it.
    let body = json!({"email": vera.person.email, "password": "eight bridges over the Sherbourne", "totp": right});
    refused(app.post("/auth/login", "", body).await, StatusCode::UNAUTHORIZED, "invalid_credentials");

    app.at("2021-05-10T12:19:59.999999Z");
    refused(vera.signs_in(&app, &vera.recovery[0]).await, StatusCode::TOO_MANY_REQUESTS, "too_many_requests");
    app.at("2021-05-10T12:20:00Z");
    refused(fails(0).await, StatusCode::UNAUTHORIZED, "totp_required");
    vera.signs_in(&app, &vera.device.code(&app)).await.expect(StatusCode::OK);
    assert!(acts(&app).await.contains(&"second_factor_blocked".to_owned()));
}

async fn an_invitation_to_an_account_with_a_second_factor_asks_for_its_code(app: TestApp) {
    let vera = vera(&app).await;
    let person = |role| {
        let email = vera.person.email.as_str();
        accounts::InvitePerson::parse("2021", role, None, email, "Vera", Some("en")).expect("the words are right")
    };
    let mut tokens = Vec::new();
    for role in ["translator", "auditor"] {
        let deed = Deed::of_operator(&app.app);
        let invited = accounts::invite(&app.app, deed, person(role)).await.expect("they are invited");
        tokens.push(invited.link.rsplit('/').next().expect("a token").to_owned());
    }
    app.at("2021-05-10T10:01:00Z");
    let accepts = |body: Json| app.post("/auth/invitations/accept", "", body);
    let alone = accepts(json!({"token": tokens[0], "password": PASSWORD})).await;
    refused(alone, StatusCode::UNAUTHORIZED, "totp_required");
    let wrong = accepts(json!({"token": tokens[0], "password": PASSWORD, "totp": vera.device.wrong(&app)})).await;
    refused(wrong, StatusCode::UNAUTHORIZED, "totp_required");
    let right = json!({"token": tokens[0], "password": PASSWORD, "totp": vera.device.code(&app)});
    accepts(right).await.expect(StatusCode::OK);

    // The page asks as well.
    let path = format!("/en/invitation/{}", tokens[1]);
    let opened = app.raw(Method::GET, &path).send().await;
    let cookie = opened.header("set-cookie").split(';').next().expect("a cookie").to_owned();
    let page = opened.header("location");
    let shown = app.raw(Method::GET, &page).header("cookie", &cookie).send().await.expect(StatusCode::OK);
    assert!(shown.text.contains("one-time-code"), "{}", shown.text);
    let posts = |body: String| {
        let call = app.raw(Method::POST, &page).header("cookie", &cookie).header("origin", &app.base);
        call.body("application/x-www-form-urlencoded", body).send()
    };
    let password = PASSWORD.replace(' ', "+");
    let again = posts(format!("password={password}")).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.text.contains("#code"), "{}", again.text);
    posts(format!("password={password}&code={}", vera.recovery[0])).await.expect(StatusCode::SEE_OTHER);
}

async fn the_operator_removes_a_second_factor_and_the_organisers_are_told(app: TestApp) {
    app.edition_2021().await;
    let olive = app.operator_invites("organiser", None, "olive@example.org").await;
    let oleg = app.operator_invites("organiser", None, "oleg@example.org").await;
    let olive = Owner::of(&app, olive).await;
    let reset = |email: &str| {
        let email = Email::parse(email).expect("an address");
        factor::reset(&app.app, Deed::of_operator(&app.app), email)
    };
    assert!(matches!(reset("nobody@example.org").await, Err(FactorError::NoAccount)));
    assert!(matches!(reset(&oleg.email).await, Err(FactorError::Absent)));
    reset("Olive@Example.org").await.expect("it is removed");

    let own = told(&app, "olive@example.org", "by whoever runs the service").await;
    assert!(own.contains("The second factor of your account was removed"), "{own}");
    let others = told(&app, "oleg@example.org", "by whoever runs the service").await;
    assert!(others.contains("\u{2068}Olive Organiser\u{2069} was removed"), "{others}");
    let about = |address: &str| notices(&app, address).iter().filter(|text| text.contains("by whoever runs")).count();
    assert_eq!((about("olive@example.org"), about("oleg@example.org")), (1, 1), "one letter each");

    // Whoever has the lost device may have been signed in on it.
    refused(app.get("/me", &olive.person.token).await, StatusCode::UNAUTHORIZED, "session_ended");
    let mut person = olive.person.clone();
    app.sign_in(&mut person).await;
    assert_eq!(app.get("/me", &person.token).await.expect(StatusCode::OK).json()["totp"], false);
    assert_eq!(acts(&app).await, ["second_factor_begun", "second_factor_confirmed", "second_factor_reset"]);
    assert!(matches!(reset("olive@example.org").await, Err(FactorError::Absent)));
}

async fn a_new_password_by_mail_leaves_the_second_factor(app: TestApp) {
    let vera = vera(&app).await;
    app.post("/auth/password-reset", "", json!({"email": vera.person.email})).await.expect(StatusCode::ACCEPTED);
    let token = app.mail().next_to_about(&vera.person.email, "Reset your password").await.token("reset");
    let password = "eight bridges over the Sherbourne";
    let body = json!({"token": token, "password": password});
    app.post("/auth/password-reset/confirm", "", body).await.expect(StatusCode::OK);
    app.at("2021-05-10T10:01:00Z");
    let login = |totp: Json| {
        app.post("/auth/login", "", json!({"email": vera.person.email, "password": password, "totp": totp}))
    };
    refused(login(json!(null)).await, StatusCode::UNAUTHORIZED, "totp_required");
    let token = login(json!(vera.device.code(&app))).await.expect(StatusCode::OK).str("/access_token");
    assert_eq!(app.get("/me", &token).await.json()["totp"], true);
    login(json!(vera.recovery[0])).await.expect(StatusCode::OK);
}

/// Everything that the database holds, as bytes.
async fn everything(app: &TestApp) -> Vec<u8> {
    match &app.app.config.database {
        DatabaseUrl::Sqlite(file) => {
            let beside = ["", "-wal"].map(|end| format!("{}{end}", file.display()));
            beside.into_iter().flat_map(|file| std::fs::read(file).unwrap_or_default()).collect()
        }
        DatabaseUrl::Postgres(_) => {
            app.app.store.read(|tx| Ok::<_, StoreError>(rows(tx)?)).await.expect("it can be read")
        }
    }
}

/// Every row of every table as PostgreSQL prints it.
fn rows(tx: &mut Conn) -> diesel::QueryResult<Vec<u8>> {
    #[derive(QueryableByName)]
    struct Text {
        #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Text>)]
        text: Option<String>,
    }
    let names =
        "SELECT string_agg(table_name, ',') AS text FROM information_schema.tables WHERE table_schema = 'public'";
    let names: Text = diesel::sql_query(names).get_result(tx)?;
    let mut all = Vec::new();
    for name in names.text.unwrap_or_default().split(',') {
        let row: Text =
            diesel::sql_query(format!("SELECT string_agg(t::text, '') AS text FROM \"{name}\" t")).get_result(tx)?;
        all.extend(row.text.unwrap_or_default().into_bytes());
    }
    Ok(all)
}

async fn neither_seed_nor_recovery_code_stands_in_the_database(app: TestApp) {
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
    app.edition_2021().await;
    let vera = app.operator_invites("judge", Some("volgograd"), "vera@jury.example.org").await;
    let begun = app.post("/auth/totp/enrol", &vera.token, json!({})).await.expect(StatusCode::OK);
    let secret = begun.str("/secret");
    let seed = Secret::try_from_base32(&secret).expect("base32");
    let code = json!({"code": Device::of(&secret).code(&app)});
    let confirmed = app.post("/auth/totp/confirm", &vera.token, code).await.expect(StatusCode::OK).json();
    let recovery = confirmed["recovery_codes"][0].as_str().expect("a code").to_owned();

    let held = everything(&app).await;
    let holds = |canary: &[u8]| held.windows(canary.len()).any(|window| window == canary);
    assert!(holds(b"vera@jury.example.org") && holds(b"second_factor_confirmed"), "what is there is found");
    let hex: String = seed.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    let canaries = [
        secret.clone().into_bytes(),
        secret.to_lowercase().into_bytes(),
        seed.as_bytes().to_vec(),
        hex.into_bytes(),
        STANDARD_NO_PAD.encode(seed.as_bytes()).into_bytes(),
        URL_SAFE_NO_PAD.encode(seed.as_bytes()).into_bytes(),
        recovery.replace('-', "").into_bytes(),
        recovery.into_bytes(),
    ];
    for canary in canaries {
        assert!(!holds(&canary), "{:?}", String::from_utf8_lossy(&canary));
    }
}

/// Asks for a code as a signature does, in a service of these settings.
async fn asks(app: &twin_cities_awards::app::App, account: AccountId, code: &str) -> Result<(), CodeRefused> {
    let (parts, code, deed) = (app.clone(), FactorCode::typed(code), Deed::of_operator(app));
    let signer = (account, SessionId::from_uuid(app.chance.uuid_without_time()));
    let asked = app.store.write(move |tx| Ok::<_, StoreError>(factor::ask(tx, &parts, &deed, signer, code.as_ref())?));
    asked.await.expect("the store answers")
}

async fn under_a_new_secret_a_seed_is_sealed_anew_where_it_is_used(app: TestApp) {
    let vera = vera(&app).await;
    let account = AccountId::parse(&app.get("/me", &vera.person.token).await.str("/id")).expect("an id");
    let with = |secrets: &str| {
        let mut config = app.app.config.clone();
        config.secret = Some(secrets.to_owned().into());
        parts(config, "2021-05-10T10:01:00Z")
    };
    let (old, new) = ("the root secret of a story that all may know", "another secret of a story that is newer still");
    let at = |time: &str| vera.device.code_at(Time::parse(time).expect("a time"));

    let retired = with(new);
    assert_eq!(asks(&retired, account, &at("2021-05-10T10:01:00Z")).await, Err(CodeRefused::Wrong));
    let rotated = with(&format!("{new},{old}"));
    assert_eq!(asks(&rotated, account, &at("2021-05-10T10:01:00Z")).await, Ok(()));
    retired.clock.set(Time::parse("2021-05-10T10:02:00Z").expect("a time"));
    assert_eq!(asks(&retired, account, &at("2021-05-10T10:02:00Z")).await, Ok(()));

    // And a seed is its own account's only.
    let gleb = app.operator_invites("judge", Some("volgograd"), "gleb@jury.example.org").await;
    let gleb = Owner::of(&app, gleb).await;
    let other = AccountId::parse(&app.get("/me", &gleb.person.token).await.str("/id")).expect("an id");
    let swapped = retired.store.write(move |tx| {
        let seed: String = second_factors::table.find(account).select(second_factors::seed).get_result(tx)?;
        diesel::update(second_factors::table.find(other)).set(second_factors::seed.eq(seed)).execute(tx)?;
        Ok::<_, StoreError>(())
    });
    swapped.await.expect("it is written");
    retired.clock.set(Time::parse("2021-05-10T10:03:00Z").expect("a time"));
    assert_eq!(asks(&retired, other, &at("2021-05-10T10:03:00Z")).await, Err(CodeRefused::Wrong));
}

async fn refusals_of_codes_in_both_languages(app: TestApp) {
    let vera = vera(&app).await;
    let mut lines = String::new();
    let mut tell = async |name: &str, path: &str, body: Json| {
        for language in ["en", "ru"] {
            let call = app.call(Method::POST, path).language(language).bearer(&vera.person.token).json(&body);
            lines.push_str(&format!("{name} ({language}): {}\n", call.send().await.line()));
        }
    };
    let login = |totp: &str| json!({"email": vera.person.email, "password": PASSWORD, "totp": totp});
    tell("no code", "/auth/login", login("")).await;
    tell("a wrong code", "/auth/login", login("wrong")).await;
    tell("a wrong first code", "/auth/totp/confirm", json!({"code": ""})).await;
    tell("once more", "/auth/totp/enrol", json!({})).await;
    for _ in 0..5 {
        vera.signs_in(&app, "wrong").await;
    }
    tell("too many", "/auth/login", login("wrong")).await;
    insta::assert_snapshot!("refusals_of_codes", lines);
}

// ——— In earnest ———

async fn who_has_no_second_factor_is_asked_for_no_code(app: TestApp) {
    app.edition_2021().await;
    let vera = app.operator_invites("judge", Some("volgograd"), "vera@jury.example.org").await;
    for totp in [json!(null), json!("123456")] {
        let body = json!({"email": vera.email, "password": PASSWORD, "totp": totp});
        app.post("/auth/login", "", body).await.expect(StatusCode::OK);
    }
}

async fn without_a_second_factor_the_office_reaches_only_its_enrolment(app: TestApp) {
    assert!(!app.app.config.is_trial());
    app.edition_2021().await;
    let olive = app.operator_invites("organiser", None, "olive@example.org").await;
    let amy = app.operator_invites("approver", Some("coventry"), "amy@example.org").await;
    let vera = app.operator_invites("judge", Some("volgograd"), "vera@jury.example.org").await;
    app.put("/judge/declarations/2021", &vera.token, json!({"confidential": true})).await.expect(StatusCode::OK);

    let closed = [
        "/organise/editions/2021",
        "/organise/editions/2021/people",
        "/organise/editions/2021/nominations",
        "/organise/editions/2021/results",
        "/organise/editions/2021/announcement",
        "/organise/editions/2021/bundle",
        "/organise/editions/2021/progress",
    ];
    for (person, path) in closed.iter().flat_map(|path| [(&olive, path), (&amy, path)]) {
        refused(app.get(path, &person.token).await, StatusCode::FORBIDDEN, "second_factor_required");
    }
    let made = app.post("/organise/editions", &olive.token, json!({"template": "tca-2027"})).await;
    refused(made, StatusCode::FORBIDDEN, "second_factor_required");
    app.get("/me", &olive.token).await.expect(StatusCode::OK);

    let mut olive = Owner::of(&app, olive).await;
    app.get("/organise/editions/2021", &olive.person.token).await.expect(StatusCode::OK);
    app.at("2021-05-10T10:01:00Z");
    olive.signs_in_now(&app).await;
    app.get("/organise/editions/2021/people", &olive.person.token).await.expect(StatusCode::OK);
    olive.removes(&app, PASSWORD, &olive.recovery[0]).await.expect(StatusCode::NO_CONTENT);
    let path = "/organise/editions/2021/people";
    refused(app.get(path, &olive.person.token).await, StatusCode::FORBIDDEN, "second_factor_required");
    app.post("/auth/logout", &olive.person.token, json!({})).await.expect(StatusCode::NO_CONTENT);
}

/// An approver of each city with a second factor, in deliberation on an edition that nobody was nominated for.
async fn approvers(app: &TestApp) -> [Owner; 2] {
    app.edition_2021().await;
    let amy = app.operator_invites("approver", Some("coventry"), "amy@example.org").await;
    let alla = app.operator_invites("approver", Some("volgograd"), "alla@example.org").await;
    let mut owners = [Owner::of(app, amy).await, Owner::of(app, alla).await];
    app.at(AFTER_JUDGING);
    for owner in &mut owners {
        owner.signs_in_now(app).await;
    }
    owners
}

async fn signs(app: &TestApp, owner: &Owner, digest: &str, code: Json) -> Seen {
    let body = json!({"digest": digest, "code": code});
    app.post("/organise/editions/2021/sign-off", &owner.person.token, body).await
}

async fn a_signature_takes_its_code(app: TestApp) {
    let [amy, alla] = approvers(&app).await;
    let digest = app.get("/organise/editions/2021/results/digest", &amy.person.token).await.expect(StatusCode::OK);
    let digest = digest.str("/digest");
    for code in [json!(null), json!("")] {
        refused(signs(&app, &amy, &digest, code).await, StatusCode::UNAUTHORIZED, "totp_required");
    }
    let used = amy.device.code(&app); // at the sign-in
    for code in [&used, &amy.device.wrong(&app), &alla.recovery[0]] {
        refused(signs(&app, &amy, &digest, json!(code)).await, StatusCode::UNAUTHORIZED, "totp_required");
    }
    app.at("2021-08-28T10:01:00Z");
    let code = json!(amy.device.code(&app));
    refused(signs(&app, &amy, "sha256:00", code.clone()).await, StatusCode::CONFLICT, "stale_digest");
    let signed = signs(&app, &amy, &digest, code.clone()).await.expect(StatusCode::OK).json();
    assert_eq!(signed["missing"], json!(["volgograd"]), "a signature that was refused has not used the code up");
    refused(signs(&app, &amy, &digest, code).await, StatusCode::UNAUTHORIZED, "totp_required");

    for turn in 0..5 {
        let seen = signs(&app, &alla, &digest, json!(format!("wrong {turn}"))).await;
        refused(seen, StatusCode::UNAUTHORIZED, "totp_required");
    }
    let right = json!(alla.device.code(&app));
    refused(signs(&app, &alla, &digest, right.clone()).await, StatusCode::UNAUTHORIZED, "session_ended");
    let closed = alla.signs_in(&app, right.as_str().expect("a code")).await;
    let closed = refused(closed, StatusCode::TOO_MANY_REQUESTS, "too_many_requests");
    assert_eq!(closed.header("retry-after"), "900");
    app.at("2021-08-28T10:16:00Z");
    let alla = Owner { person: signed_in(&app, &alla).await, ..alla };
    let sealed = signs(&app, &alla, &digest, json!(alla.recovery[0])).await.expect(StatusCode::OK).json();
    assert_eq!((&sealed["missing"], sealed["sealed_at"].is_string()), (&json!([]), true));
    told(&app, "alla@example.org", "A recovery code was used").await;
}

/// The same person, signed in by the code of now.
async fn signed_in(app: &TestApp, owner: &Owner) -> Person {
    let token = owner.signs_in(app, &owner.device.code(app)).await.expect(StatusCode::OK).str("/access_token");
    Person { token, ..owner.person.clone() }
}

async fn in_a_trial_nobody_owes_a_code_but_one_that_is_sent_is_looked_at(app: TestApp) {
    assert!(app.app.config.is_trial());
    let [amy, alla] = approvers(&app).await;
    let digest = app.get("/organise/editions/2021/results/digest", &amy.person.token).await.expect(StatusCode::OK);
    let digest = digest.str("/digest");
    refused(signs(&app, &amy, &digest, json!("wrong")).await, StatusCode::UNAUTHORIZED, "totp_required");
    signs(&app, &amy, &digest, json!(null)).await.expect(StatusCode::OK);
    // No second factor, no code of it; and no sign-in of just now.
    alla.removes(&app, PASSWORD, &alla.recovery[0]).await.expect(StatusCode::NO_CONTENT);
    let sealed = signs(&app, &alla, &digest, json!("123456")).await.expect(StatusCode::OK).json();
    assert!(sealed["sealed_at"].is_string(), "{sealed}");
    let fresh = app.post("/auth/login", "", json!({"email": "alla@example.org", "password": PASSWORD})).await;
    app.at("2021-08-28T10:14:00Z");
    let renewed = app.post("/auth/refresh", "", json!({"refresh_token": fresh.str("/refresh_token")})).await;
    app.at("2021-08-28T10:20:00Z");
    let token = renewed.expect(StatusCode::OK).str("/access_token");
    app.get("/organise/editions/2021/exports/winners.csv", &token).await.expect(StatusCode::OK);
}

async fn what_cannot_be_taken_back_needs_a_sign_in_of_the_last_quarter_of_an_hour(app: TestApp) {
    let [mut amy, _alla] = approvers(&app).await;
    let message = "/organise/editions/2021/messages/01890000-0000-7000-8000-000000000000/settle";
    let calls = [
        (Method::POST, "/organise/editions/2021/announcement/schedule", json!({})),
        (Method::POST, "/organise/editions/2021/announcement/resume", json!({"reason": "All is well."})),
        (Method::POST, message, json!({"fate": "arrived"})),
        (Method::GET, "/organise/editions/2021/exports/winners.csv", json!({})),
        (Method::GET, "/organise/editions/2021/exports/winners.json", json!({})),
        (Method::GET, "/organise/editions/2021/bundle", json!({})),
    ];
    let asks = async |token: &str| {
        let mut seen = Vec::new();
        for (method, path, body) in &calls {
            let call = app.call(method.clone(), path).bearer(token);
            let call = if *method == Method::POST { call.json(body) } else { call };
            let answer = call.send().await;
            let old = answer.status == StatusCode::UNAUTHORIZED && answer.str("/code") == "reauthentication_required";
            seen.push(old);
        }
        seen
    };
    app.at("2021-08-28T11:00:00Z");
    let signed_in = amy.signs_in_now(&app).await;
    assert_eq!(asks(&amy.person.token).await, [false; 6]);
    app.at("2021-08-28T11:10:00Z");
    let renew = |token: String| app.post("/auth/refresh", "", json!({"refresh_token": token}));
    let renewed = renew(signed_in.str("/refresh_token")).await.expect(StatusCode::OK);
    app.at("2021-08-28T11:15:00Z");
    assert_eq!(asks(&renewed.str("/access_token")).await, [false; 6], "a quarter of an hour, and no more");
    app.at("2021-08-28T11:15:00.000001Z");
    assert_eq!(asks(&renewed.str("/access_token")).await, [true; 6], "renewing shows no password");
    app.get("/organise/editions/2021/results", &renewed.str("/access_token")).await.expect(StatusCode::OK);
    app.at("2021-08-28T11:16:00Z");
    let signed_in = amy.signs_in_now(&app).await;
    assert_eq!(asks(&amy.person.token).await, [false; 6]);

    // Once all is public, files are no secret any more.
    let released = app.app.store.write(|tx| {
        let at = Time::parse("2021-08-28T11:20:00Z");
        diesel::update(editions::table).set(editions::released_at.eq(at)).execute(tx)?;
        Ok::<_, StoreError>(())
    });
    released.await.expect("it is written");
    app.at("2021-08-28T11:30:00Z");
    let renewed = renew(signed_in.str("/refresh_token")).await.expect(StatusCode::OK);
    app.at("2021-08-28T11:40:00Z");
    assert_eq!(asks(&renewed.str("/access_token")).await, [true, true, true, false, false, false]);
}

async fn setting_one_up_needs_a_sign_in_of_the_last_quarter_of_an_hour(app: TestApp) {
    app.edition_2021().await;
    app.operator_invites("judge", Some("volgograd"), "vera@jury.example.org").await;
    let body = json!({"email": "vera@jury.example.org", "password": PASSWORD});
    let signed_in = app.post("/auth/login", "", body).await.expect(StatusCode::OK);
    let mut browser = Visitor::signed_in(&app, "vera@jury.example.org").await;
    app.at("2021-05-10T10:14:00Z");
    let begun = app.post("/auth/totp/enrol", &signed_in.str("/access_token"), json!({})).await.expect(StatusCode::OK);
    let renew = json!({"refresh_token": signed_in.str("/refresh_token")});
    let token = app.post("/auth/refresh", "", renew).await.expect(StatusCode::OK).str("/access_token");

    app.at("2021-05-10T10:16:00Z");
    let code = json!({"code": Device::of(&begun.str("/secret")).code(&app)});
    for (path, body) in [("/auth/totp/enrol", json!({})), ("/auth/totp/confirm", code)] {
        refused(app.post(path, &token, body).await, StatusCode::UNAUTHORIZED, "reauthentication_required");
    }
    // The page that would show the seed asks for the password as well, and so does the button that draws one.
    let page = browser.look("/en/account/second-factor/set-up").await.expect(StatusCode::SEE_OTHER);
    assert_eq!(page.header("location"), "/en/sign-in/again?next=account%2Fsecond%2Dfactor%2Fset%2Dup");
    let pressed = browser.send("/en/account/second-factor", &[]).await.expect(StatusCode::UNAUTHORIZED);
    assert!(!pressed.text.contains("otpauth"), "{}", pressed.text);
    assert_eq!(app.get("/me", &token).await.json()["totp"], false);
}
