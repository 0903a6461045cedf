//! The pages in a real browser, with scripts and without: what a judge or an organiser does on a telephone.
//!
//! One browser tells all stories of its half, each against a service of its own.

mod chrome;
mod every_page;
mod form;
mod sound;

use actix_web::rt::System;
use chrome::{Chrome, Scripts, Window};
use every_page::{
    every_page_was_looked_at, the_demo_and_its_mail, the_files, the_form, the_form_that_is_sent, the_links,
    the_public_pages, the_translations, the_winner,
};
use form::{somebody_nominates_a_person, somebody_nominates_an_organisation_in_russian};
use serde_json::json;
use sound::{is_sound, is_sound_in_both};

use crate::app::{Folder, Service, TestApp};
use crate::hostile;
use crate::people::PASSWORD;
use crate::second_factor::Device;

#[test]
fn the_pages_work_in_a_browser_that_runs_scripts() {
    in_a_browser(Scripts::On);
}

#[test]
fn the_pages_work_in_a_browser_that_runs_none() {
    in_a_browser(Scripts::Off);
}

/// Tells stories of the walk over every page in one window, which it answers.
macro_rules! walk {
    ($chrome:expr, $($story:ident),+) => {{
        let window = $chrome.window(Scripts::On).await;
        $(
            let app = service().await;
            window.open(&app.base).await;
            window.forget().await;
            $story(app, window.clone()).await;
        )+
        window
    }};
}

#[test]
fn every_page_is_for_everybody() {
    let Some(chrome) = Chrome::start() else { return };
    System::new().block_on(async {
        let window = walk![
            chrome,
            the_public_pages,
            the_form,
            the_form_that_is_sent,
            the_links,
            the_winner,
            the_files,
            the_translations,
            the_demo_and_its_mail
        ];
        every_page_was_looked_at(&window);
        window.close().await;
    });
}

fn in_a_browser(scripts: Scripts) {
    let Some(chrome) = Chrome::start() else { return };
    macro_rules! tell_all {
        ($window:expr, $($story:ident),+ $(,)?) => {$(
            let app = service().await;
            $window.open(&app.base).await;
            $window.forget().await;
            let (told, window) = (stringify!($story), $window.clone());
            if let Err(failed) = actix_web::rt::spawn(async move { $story(app, window).await }).await {
                eprintln!("told was {told}, scripts {scripts:?}");
                $window.close().await;
                std::panic::resume_unwind(failed.into_panic());
            }
        )+};
    }
    System::new().block_on(async {
        let window = chrome.window(scripts).await;
        tell_all![
            window,
            scripts_run_or_they_do_not,
            an_invitation_makes_an_account,
            somebody_signs_in_and_out,
            a_second_factor_is_set_up_and_asked_for,
            a_lost_password_is_set_anew,
            a_sign_in_elsewhere_is_ended,
            somebody_nominates_a_person,
            somebody_nominates_an_organisation_in_russian,
            a_hostile_edition_runs_nothing,
        ];
        window.close().await;
    });
}

/// A service of its own for a story.
async fn service() -> TestApp {
    let folder = Folder::new();
    let url = format!("sqlite://{}", folder.0.join("awards.db").display());
    TestApp::start(&url, folder, Service::Trial).await
}

/// S-HTTP-7: whatever people have typed, the browser runs none of it, and no policy had to stop it.
async fn a_hostile_edition_runs_nothing(app: TestApp, window: Window) {
    hostile::hostile_edition(&app).await;
    let body = hostile::hostile_person();
    for language in ["en", "ru"] {
        window.open(&format!("{}/{language}/", app.base)).await;
        ran_nothing(&window).await;
    }
    // The form, as it shows what was typed: first with faults, then in its fields again.
    window.open(&format!("{}/en/nominate/category", app.base)).await;
    window.choose("input[value=I2]").await;
    window.press("Continue").await;
    let text = |pointer| body.pointer(pointer).and_then(serde_json::Value::as_str).expect("a text").to_owned();
    window.fill("nominee-name", &text("/nominee/name")).await;
    window.fill("nominee-name_other_script", &text("/nominee/name_other_script")).await;
    window.press("Continue").await;
    for page in ["name", "check", "save"] {
        for language in ["en", "ru"] {
            window.open(&format!("{}/{language}/nominate/{page}", app.base)).await;
            ran_nothing(&window).await;
        }
    }
    let link = app.nominate(&body).await;
    assert!(!link.is_empty());
    let own = app.mail().next_to("ann@example.org").await.link("nomination");
    for language in ["/en/", "/ru/"] {
        window.open(&own.replace("/en/", language)).await;
        ran_nothing(&window).await;
    }
}

async fn ran_nothing(window: &Window) {
    let place = window.place().await;
    if window.runs_scripts() {
        assert_eq!(window.ask("return window.hacked === undefined").await, json!(true), "{place}");
        assert_eq!(window.ask("return document.querySelectorAll('img[src=x], svg[onload]').length").await, json!(0));
    }
    assert_eq!(window.complaints().await, [""; 0], "{place}");
}

/// The harness itself: that scripts are off where they are, and that a complaint would be heard.
async fn scripts_run_or_they_do_not(app: TestApp, window: Window) {
    window.open("data:text/html,<title>off</title><script>document.title='on'</script>").await;
    assert_eq!(window.title().await, if window.runs_scripts() { "on" } else { "off" });
    window.open(&format!("{}/en/", app.base)).await;
    assert_eq!(window.complaints().await, [""; 0]);
    if window.runs_scripts() {
        window.ask("document.body.setAttribute('style', 'color: red')").await;
        let complaints = window.complaints().await.join("");
        assert!(complaints.contains("Content Security Policy"), "{complaints}");
    }
}

async fn an_invitation_makes_an_account(app: TestApp, window: Window) {
    app.edition_2021().await;
    let link = app.invitation_link("judge", Some("volgograd"), "vera@example.org").await;
    window.open(&link.replace("/en/", "/ru/")).await;
    assert!(window.place().await.starts_with("/ru/invitation?of="), "the token has left the address");
    assert_eq!(window.words("h1").await, "Хотите участвовать?");
    is_sound(&window, "invitation-ru").await;
    window.press("English").await;
    assert_eq!(window.words("h1").await, "Would you like to take part?");
    is_sound(&window, "invitation-en").await;

    window.fill("password", "short").await;
    window.press("Accept invitation").await;
    assert!(window.title().await.starts_with("Error: "), "{}", window.title().await);
    assert_eq!(window.focused().await, "errors", "who cannot see it hears it first");
    assert_eq!(window.property("#password", "value").await, "", "a password is not sent back");
    is_sound(&window, "invitation-errors-en").await;

    window.fill("name", "Вера Оценкина").await;
    window.fill("password", PASSWORD).await;
    window.press("Accept invitation").await;
    assert_eq!(window.place().await, "/en/account?done=accepted");
    assert_eq!(window.words("h1").await, "Your account");
    assert!(window.words(".who").await.contains("Вера Оценкина"));
    is_sound(&window, "account-en").await;
    window.press("Русский").await;
    assert_eq!(window.place().await, "/ru/account?done=accepted", "the switch keeps the place");
    is_sound(&window, "account-ru").await;
    window.open(&link).await;
    assert_eq!(window.words("h1").await, "This link is not valid");
}

async fn somebody_signs_in_and_out(app: TestApp, window: Window) {
    app.edition_2021().await;
    app.operator_invites("judge", Some("coventry"), "carol@example.org").await;
    window.open(&format!("{}/ru/account/details", app.base)).await;
    assert_eq!(window.words("h1").await, "Вход");
    is_sound(&window, "sign-in-ru").await;
    window.press("English").await;
    is_sound(&window, "sign-in-en").await;

    window.fill("email", "carol@example.org").await;
    window.fill("password", "this is not her password").await;
    window.press("Sign in").await;
    assert!(window.title().await.starts_with("Error: Sign in"), "{}", window.title().await);
    assert_eq!(window.property("#email", "value").await, "carol@example.org");
    is_sound(&window, "sign-in-errors-en").await;

    window.fill("password", PASSWORD).await;
    window.press("Sign in").await;
    assert_eq!(window.place().await, "/en/account/details", "to where she was going");
    is_sound(&window, "details-en").await;
    window.fill("name", "Carol Panel").await;
    window.choose("input[value=ru]").await;
    window.press("Save").await;
    assert_eq!(window.words(".done").await, "Your details are saved.");
    window.open(&format!("{}/ru/account/details", app.base)).await;
    is_sound(&window, "details-ru").await;
    window.press("Выйти").await;
    assert_eq!(window.words(".done").await, "Вы вышли.");
    is_sound(&window, "signed-out-ru").await;
    window.open(&format!("{}/ru/account", app.base)).await;
    assert_eq!(window.words("h1").await, "Вход");
}

/// Signs in on the page, in English.
async fn sign_in(app: &TestApp, window: &Window, page: &str) {
    window.open(&format!("{}{page}", app.base)).await;
    window.fill("email", "carol@example.org").await;
    window.fill("password", PASSWORD).await;
    window.press("Sign in").await;
}

async fn a_second_factor_is_set_up_and_asked_for(app: TestApp, window: Window) {
    app.edition_2021().await;
    app.operator_invites("judge", Some("coventry"), "carol@example.org").await;
    sign_in(&app, &window, "/en/sign-in").await;
    window.press("Second factor").await;
    is_sound_in_both(&window, "second-factor").await;
    window.press("Set up the second factor").await;
    assert_eq!(window.words("h1").await, "Set up your second factor");
    is_sound_in_both(&window, "second-factor-set-up").await;
    let device = Device::of(&window.words("#secret").await.replace(' ', ""));
    window.fill("code", &device.wrong(&app)).await;
    window.press("Continue").await;
    assert!(window.title().await.starts_with("Error: "), "{}", window.title().await);
    is_sound(&window, "second-factor-errors-en").await;
    window.fill("code", &device.code(&app)).await;
    window.press("Continue").await;
    assert_eq!(window.words("h1").await, "Your recovery codes");
    is_sound(&window, "recovery-codes-en").await;
    window.press("I have kept them").await;
    assert_eq!(window.place().await, "/en/account");
    window.press("Sign out").await;

    app.at("2021-05-10T10:02:00Z"); // the code that confirmed it is used up
    sign_in(&app, &window, "/en/sign-in?next=account%2Fsecond-factor").await;
    assert_eq!(window.words("h1").await, "Your code");
    is_sound_in_both(&window, "code").await;
    window.fill("code", &device.wrong(&app)).await;
    window.press("Sign in").await;
    assert!(window.title().await.starts_with("Error: Your code"), "{}", window.title().await);
    window.fill("code", &device.code(&app)).await;
    window.press("Sign in").await;
    assert_eq!(window.place().await, "/en/account/second-factor", "to where she was going");
    window.press("Remove the second factor").await;
    is_sound_in_both(&window, "second-factor-remove").await;
    app.at("2021-05-10T10:03:00Z");
    window.fill("password", PASSWORD).await;
    window.fill("code", &device.code(&app)).await;
    window.press("Remove the second factor").await;
    assert_eq!(
        window.words(".done").await,
        "Your second factor is removed. From now on your password alone is enough to sign in."
    );
}

async fn a_lost_password_is_set_anew(app: TestApp, window: Window) {
    app.edition_2021().await;
    app.operator_invites("judge", Some("coventry"), "carol@example.org").await;
    window.open(&format!("{}/en/sign-in", app.base)).await;
    window.press("I do not know my password").await;
    is_sound_in_both(&window, "forgotten").await;
    window.fill("email", "carol@example.org").await;
    window.press("Send me a link").await;
    is_sound_in_both(&window, "forgotten-asked").await;
    let letter = app.mail().next_to_about("carol@example.org", "Reset your password").await;
    window.open(&letter.link("reset")).await;
    assert!(window.place().await.starts_with("/en/reset?of="), "the token has left the address");
    is_sound_in_both(&window, "reset").await;
    window.fill("password", "short").await;
    window.press("Set password").await;
    assert!(window.title().await.starts_with("Error: "), "{}", window.title().await);
    window.fill("password", "kettle-half-a-river-7").await;
    window.press("Set password").await;
    assert!(window.words(".done").await.starts_with("Your new password is set."));
    is_sound_in_both(&window, "sign-in-new-password").await;
    window.fill("email", "carol@example.org").await;
    window.fill("password", "kettle-half-a-river-7").await;
    window.press("Sign in").await;
    assert_eq!(window.place().await, "/en/account");
    window.press("Change password").await;
    is_sound_in_both(&window, "password").await;
    window.fill("old", "kettle-half-a-river-7").await;
    window.fill("new", PASSWORD).await;
    window.press("Change password").await;
    assert_eq!(window.place().await, "/en/account?done=password");
}

async fn a_sign_in_elsewhere_is_ended(app: TestApp, window: Window) {
    app.edition_2021().await;
    let carol = app.operator_invites("judge", Some("coventry"), "carol@example.org").await;
    sign_in(&app, &window, "/en/sign-in").await;
    window.press("Where you are signed in").await;
    is_sound_in_both(&window, "sessions").await;
    window.press("End it").await;
    assert_eq!(window.words(".done").await, "It has ended.");
    app.get("/me", &carol.token).await.expect_status(401);
    window.open(&format!("{}/en/sign-in/again?next=account%2Fsessions", app.base)).await;
    is_sound_in_both(&window, "sign-in-again").await;
    window.fill("password", PASSWORD).await;
    window.press("Sign in").await;
    assert_eq!(window.place().await, "/en/account/sessions", "to where she was");
}
