//! One's account on pages: the second step of signing in, a lost password, the password, the second factor, the sessions.

use reqwest::Method;
use serde_json::json;

use crate::app::{Seen, TestApp, stories, stories_in_earnest};
use crate::people::{PASSWORD, Person};
use crate::second_factor::{Device, Owner};
use crate::visitor::Visitor;

stories![
    whoever_has_a_second_factor_shows_its_code_on_a_page_of_its_own,
    a_first_step_is_over_when_the_password_is_another,
    a_second_factor_is_set_up_and_removed_on_pages,
    a_lost_password_is_set_anew_on_pages,
    one_changes_ones_password_on_a_page,
    one_sees_and_ends_ones_sign_ins_on_a_page,
    whoever_signs_in_once_more_comes_back_to_where_they_were,
    who_has_tried_too_often_is_told_how_long_to_wait,
];

stories_in_earnest![an_organiser_without_a_second_factor_is_led_to_its_set_up];

const NEW: &str = "kettle-half-a-river-7";
const SESSION: &str = "tca-session";

async fn carol(app: &TestApp) -> Person {
    app.edition_2021().await;
    app.operator_invites("judge", Some("coventry"), "carol@example.org").await
}

/// Fills in address and password.
async fn shows_password(visitor: &mut Visitor<'_>, page: &str, email: &str, password: &str) -> Seen {
    visitor.send(page, &[("email", email), ("password", password)]).await
}

async fn whoever_has_a_second_factor_shows_its_code_on_a_page_of_its_own(app: TestApp) {
    let owner = Owner::of(&app, carol(&app).await).await;
    app.at("2021-05-10T10:01:00Z"); // the code that confirmed it is used up
    let mut visitor = Visitor::new(&app);
    let none = visitor.look("/en/sign-in/code").await.expect_status(303);
    assert_eq!(none.header("location"), "/en/sign-in", "without the first step there is no second");

    let page = "/en/sign-in?next=account%2Fdetails";
    let first = shows_password(&mut visitor, page, "carol@example.org", PASSWORD).await.expect_status(303);
    assert_eq!(first.header("location"), "/en/sign-in/code?next=account%2Fdetails");
    assert_eq!(visitor.cookie(SESSION), None, "the password alone opens nothing");
    let code_page = "/en/sign-in/code?next=account%2Fdetails";
    let shown = visitor.look(code_page).await.expect_status(200);
    assert!(shown.text.contains("<h1>Your code</h1>") && !shown.text.contains(PASSWORD));
    assert_eq!(shown.header("cache-control"), "no-store");

    let wrong = visitor.send(code_page, &[("code", &owner.device.wrong(&app))]).await.expect_status(401);
    assert!(wrong.text.contains("Error: Your code") && wrong.text.contains("href=\"#code\""), "{}", wrong.text);
    visitor.send(code_page, &[("code", " ")]).await.expect_status(422);
    let entered = visitor.send(code_page, &[("code", &owner.device.code(&app))]).await.expect_status(303);
    assert_eq!(entered.header("location"), "/en/account/details");
    assert!(visitor.see("/en/account").await.contains("set up"));
    assert_eq!(visitor.cookie("tca-first-step"), None, "it is used up");

    // A recovery code stands in; the ticket itself is not good for ever.
    let mut phone = Visitor::new(&app);
    shows_password(&mut phone, "/ru/sign-in", "carol@example.org", PASSWORD).await.expect_status(303);
    let late = phone.clone();
    phone.send("/ru/sign-in/code", &[("code", &owner.recovery[0])]).await.expect_status(303);
    app.at("2021-05-10T10:11:00Z");
    let mut late = late;
    let over = late.send("/ru/sign-in/code", &[("code", &owner.device.code(&app))]).await.expect_status(303);
    assert_eq!((over.header("location").as_str(), late.cookie(SESSION)), ("/ru/sign-in", None));
}

async fn a_first_step_is_over_when_the_password_is_another(app: TestApp) {
    let owner = Owner::of(&app, carol(&app).await).await;
    app.at("2021-05-10T10:01:00Z");
    let mut thief = Visitor::new(&app);
    shows_password(&mut thief, "/en/sign-in", "carol@example.org", PASSWORD).await.expect_status(303);
    let body = json!({"old": PASSWORD, "new": NEW});
    app.call(Method::PUT, "/me/password").bearer(&owner.person.token).json(&body).send().await.expect_status(200);
    let refused = thief.send("/en/sign-in/code", &[("code", &owner.device.code(&app))]).await.expect_status(303);
    assert_eq!((refused.header("location").as_str(), thief.cookie(SESSION)), ("/en/sign-in", None));
    thief.put("tca-first-step", "AAAA");
    thief.look("/en/sign-in/code").await.expect_status(303);
}

/// The secret as the page shows it, to be typed.
fn secret(page: &str) -> String {
    let (_, rest) = page.split_once("id=\"secret\">").expect("it is shown");
    rest.split('<').next().expect("it ends").replace(' ', "")
}

async fn a_second_factor_is_set_up_and_removed_on_pages(app: TestApp) {
    carol(&app).await;
    let mut visitor = Visitor::signed_in(&app, "carol@example.org").await;
    assert!(visitor.see("/en/account").await.contains("not set up"));
    let early = visitor.look("/en/account/second-factor/set-up").await.expect_status(303);
    assert_eq!(early.header("location"), "/en/account/second-factor", "nothing is begun");
    let begun = visitor.send("/en/account/second-factor", &[]).await.expect_status(303);
    assert_eq!(begun.header("location"), "/en/account/second-factor/set-up");
    let page = visitor.see("/en/account/second-factor/set-up").await;
    assert!(page.contains("<svg") && !page.contains("&lt;svg") && page.contains("role=\"img\""));
    let device = Device::of(&secret(&page));
    assert_eq!(
        secret(&visitor.see("/ru/account/second-factor/set-up").await),
        secret(&page),
        "a reload shows the same"
    );

    let confirm = "/en/account/second-factor/set-up";
    let wrong = visitor.send(confirm, &[("code", &device.wrong(&app))]).await.expect_status(422);
    assert!(wrong.text.contains("Error: ") && secret(&wrong.text) == secret(&page), "it can be scanned again");
    let done = visitor.send(confirm, &[("code", &device.code(&app))]).await.expect_status(200);
    assert_eq!(done.text.matches("<li>").count(), 10, "ten recovery codes, shown once");
    assert_eq!(done.header("cache-control"), "no-store");
    let again = visitor.send(confirm, &[("code", &device.code(&app))]).await.expect_status(303);
    assert_eq!(again.header("location"), "/en/account/second-factor", "a reload shows none");
    assert!(visitor.see("/en/account").await.contains(">set up<"));

    let remove = "/en/account/second-factor/remove";
    app.at("2021-05-10T10:01:00Z");
    let none = visitor.send(remove, &[]).await.expect_status(422).text;
    assert!(none.contains("href=\"#password\"") && none.contains("href=\"#code\""), "{none}");
    let wrong = visitor.send(remove, &[("password", PASSWORD), ("code", &device.wrong(&app))]).await.expect_status(401);
    assert!(wrong.text.contains("href=\"#code\""), "{}", wrong.text);
    let removed =
        visitor.send(remove, &[("password", PASSWORD), ("code", &device.code(&app))]).await.expect_status(303);
    assert_eq!(removed.header("location"), "/en/account?done=factor-removed");
    assert!(visitor.see("/en/account?done=factor-removed").await.contains("Your second factor is removed."));
    visitor.look(remove).await.expect_status(303);
}

async fn a_lost_password_is_set_anew_on_pages(app: TestApp) {
    carol(&app).await;
    let mut visitor = Visitor::signed_in(&app, "carol@example.org").await;
    let ask = "/en/sign-in/forgotten";
    let mut answers = Vec::new();
    for email in ["nobody@example.org", "carol@example.org"] {
        let asked = Visitor::new(&app).send(ask, &[("email", email)]).await.expect_status(303);
        answers.push((asked.header("location"), asked.text));
    }
    assert_eq!(answers[0], answers[1], "nobody learns who has an account (S-ACC-3)");
    assert!(visitor.see(&answers[0].0).await.contains("a letter with a link is on its way"));
    visitor.send(ask, &[("email", "carol")]).await.expect_status(422);

    let link = app.mail().next_to_about("carol@example.org", "Reset your password").await.link("reset");
    let mut phone = Visitor::new(&app);
    let arrived = phone.look(link.strip_prefix(&app.base).expect("ours")).await.expect_status(303);
    let page = arrived.header("location");
    let shown = phone.see(&page).await;
    assert!(shown.contains("<h1>Set a new password</h1>") && shown.contains("value=\"carol@example.org\""), "{shown}");
    visitor.see("/en/account").await; // opening the link has ended nothing (S-TOK-7)
    let short = phone.send(&page, &[("password", "short")]).await.expect_status(422);
    assert!(short.text.contains("Error: ") && !short.text.contains("value=\"short\""), "{}", short.text);
    let set = phone.send(&page, &[("password", NEW)]).await.expect_status(303);
    assert_eq!(set.header("location"), "/en/sign-in?new-password");
    assert!(phone.see("/en/sign-in?new-password").await.contains("Your new password is set."));
    assert_eq!(phone.cookie(SESSION), None, "it does not sign in");
    visitor.look("/en/account").await.expect_status(303); // every sign-in has ended
    shows_password(&mut phone, "/en/sign-in", "carol@example.org", NEW).await.expect_status(303);
    phone.send(&page, &[("password", NEW)]).await.expect_status(404); // once
}

async fn one_changes_ones_password_on_a_page(app: TestApp) {
    carol(&app).await;
    let mut visitor = Visitor::signed_in(&app, "carol@example.org").await;
    let mut elsewhere = Visitor::signed_in(&app, "carol@example.org").await;
    let page = "/ru/account/password";
    assert!(visitor.see(page).await.contains("autocomplete=\"new-password\""));
    let none = visitor.send(page, &[]).await.expect_status(422).text;
    assert!(none.contains("href=\"#old\"") && none.contains("href=\"#new\""), "{none}");
    let wrong = visitor.send(page, &[("old", "not her old password"), ("new", NEW)]).await.expect_status(422);
    assert!(wrong.text.contains("href=\"#old\"") && !wrong.text.contains(NEW), "{}", wrong.text);
    let weak = visitor.send(page, &[("old", PASSWORD), ("new", "carol@example.org")]).await.expect_status(422);
    assert!(weak.text.contains("href=\"#new\""), "{}", weak.text);
    let done = visitor.send(page, &[("old", PASSWORD), ("new", NEW)]).await.expect_status(303);
    assert_eq!(done.header("location"), "/ru/account?done=password");
    assert!(visitor.see("/ru/account?done=password").await.contains("Пароль изменён."));
    elsewhere.look("/ru/account").await.expect_status(303);
    Visitor::new(&app).look(page).await.expect_status(303);
}

async fn one_sees_and_ends_ones_sign_ins_on_a_page(app: TestApp) {
    carol(&app).await;
    app.operator_invites("judge", Some("coventry"), "alice@example.org").await;
    let mut visitor = Visitor::signed_in(&app, "carol@example.org").await;
    let mut others =
        [Visitor::signed_in(&app, "carol@example.org").await, Visitor::signed_in(&app, "carol@example.org").await];
    let page = visitor.see("/en/account/sessions").await;
    assert_eq!(page.matches("name=\"session\"").count(), 3, "the invitation's and two more: {page}");
    assert!(page.contains("Here, now"));
    let value = |page: &str| {
        let (_, rest) = page.split_once("name=\"session\" value=\"").expect("one");
        rest.split('"').next().expect("it ends").to_owned()
    };
    let id = value(&page);
    let mut alice = Visitor::signed_in(&app, "alice@example.org").await;
    alice.send("/en/account/sessions/end", &[("session", &id)]).await.expect_status(404); // another's
    let ended = visitor.send("/en/account/sessions/end", &[("session", &id)]).await.expect_status(303);
    assert_eq!(ended.header("location"), "/en/account?done=session");
    assert_eq!(visitor.see("/en/account/sessions").await.matches("name=\"session\"").count(), 2);
    visitor.send("/en/account/sessions/end-others", &[]).await.expect_status(303);
    let left = visitor.see("/en/account/sessions").await;
    assert!(!left.contains("name=\"session\"") && !left.contains("end-others"), "{left}");
    for other in &mut others {
        other.look("/en/account").await.expect_status(303);
    }
    alice.see("/en/account").await;
}

async fn whoever_signs_in_once_more_comes_back_to_where_they_were(app: TestApp) {
    carol(&app).await;
    let mut visitor = Visitor::signed_in(&app, "carol@example.org").await;
    let page = "/en/sign-in/again?next=account%2Fsessions";
    let shown = visitor.see(page).await;
    assert!(shown.contains("<h1>Sign in once more</h1>") && shown.contains("carol@example.org"), "{shown}");
    let wrong = visitor.send(page, &[("password", "not her password at all")]).await.expect_status(401);
    assert!(wrong.text.contains("href=\"#password\""), "{}", wrong.text);
    let before = visitor.clone();
    app.at("2021-05-10T10:14:00Z");
    let done = visitor.send(page, &[("password", PASSWORD)]).await.expect_status(303);
    assert_eq!(done.header("location"), "/en/account/sessions");
    let mut before = before;
    before.look("/en/account").await.expect_status(303); // one session takes the other's place
    visitor.see("/en/account").await;
    for elsewhere in ["//evil.example", "https%3A%2F%2Fevil.example", "..%2F..%2Fevil"] {
        let sent = visitor.send(&format!("/en/sign-in/again?next={elsewhere}"), &[("password", PASSWORD)]).await;
        assert_eq!(sent.expect_status(303).header("location"), "/en/account");
    }
    let nobody = Visitor::new(&app).look(page).await.expect_status(303);
    assert_eq!(nobody.header("location"), "/en/sign-in?next=account%2Fsessions");
}

async fn who_has_tried_too_often_is_told_how_long_to_wait(app: TestApp) {
    carol(&app).await;
    let mut visitor = Visitor::new(&app);
    for _ in 0..5 {
        shows_password(&mut visitor, "/en/sign-in", "carol@example.org", "not her password").await.expect_status(401);
    }
    let closed = shows_password(&mut visitor, "/en/sign-in", "carol@example.org", PASSWORD).await.expect_status(429);
    assert!(closed.text.contains("Try again in 15 min") && closed.text.contains("<h1>Sign in</h1>"), "{}", closed.text);
    assert!(!closed.header("retry-after").is_empty());
    let closed = shows_password(&mut visitor, "/ru/sign-in", "carol@example.org", PASSWORD).await.expect_status(429);
    assert!(closed.text.contains("через 15 мин"), "{}", closed.text);
}

async fn an_organiser_without_a_second_factor_is_led_to_its_set_up(app: TestApp) {
    app.edition_2021().await;
    app.operator_invites("organiser", None, "olive@example.org").await;
    let mut olive = Visitor::signed_in(&app, "olive@example.org").await;
    let page = olive.see("/en/account").await;
    assert!(page.contains("need a second factor") && page.contains("/en/account/second-factor"), "{page}");
    olive.call(Method::GET, "/api/v1/organise/editions/2021").send().await.expect_status(403);
    olive.send("/en/account/second-factor?next=account%2Fdetails", &[]).await.expect_status(303);
    let page = olive.see("/en/account/second-factor/set-up?next=account%2Fdetails").await;
    let code = Device::of(&secret(&page)).code(&app);
    let done = olive.send("/en/account/second-factor/set-up?next=account%2Fdetails", &[("code", &code)]).await;
    assert!(
        done.expect_status(200).text.contains("href=\"/en/account/details\""),
        "and then on to where she was going"
    );
    olive.call(Method::GET, "/api/v1/organise/editions/2021").send().await.expect_status(200);
    assert!(!olive.see("/en/account").await.contains("need a second factor"));
}
