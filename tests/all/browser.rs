//! The pages in a real browser, with scripts and without: what a judge or an organiser does on a telephone.
//!
//! One browser tells all stories of its half, each against a service of its own.

mod chrome;
mod form;

use actix_web::rt::System;
use chrome::{Chrome, Scripts, Window};
use form::{somebody_nominates_a_person, somebody_nominates_an_organisation_in_russian};
use serde_json::json;

use crate::app::{Folder, Service, TestApp};
use crate::people::PASSWORD;

#[test]
fn the_pages_work_in_a_browser_that_runs_scripts() {
    in_a_browser(Scripts::On);
}

#[test]
fn the_pages_work_in_a_browser_that_runs_none() {
    in_a_browser(Scripts::Off);
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
            somebody_nominates_a_person,
            somebody_nominates_an_organisation_in_russian,
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

/// A page as it must be, in the window's width: nothing refused, nothing too small to be touched, nothing cut off.
async fn is_sound(window: &Window, name: &str) {
    for width in [1280, 360, 320] {
        window.be_wide(width).await;
        if width != 320 {
            window.picture(&format!("{name}-{width}")).await;
        }
        if window.runs_scripts() {
            let wide = window.ask("return document.documentElement.scrollWidth").await;
            assert!(wide.as_u64() <= Some(u64::from(width)), "{name} at {width} px needs {wide} px");
            let small = window.ask(SMALL).await;
            assert_eq!(small, json!([]), "{name} at {width} px: these are hard to touch");
        }
    }
    assert_eq!(window.complaints().await, [""; 0], "{name}");
}

/// Fields and buttons lower than 44 px, links of their own line lower than 24 px.
const SMALL: &str = "
    const low = (css, least) => [...document.querySelectorAll(css)]
        .filter(it => it.type !== 'hidden' && it.getClientRects().length && it.getBoundingClientRect().height < least)
        .map(it => it.outerHTML.slice(0, 120) + ' ' + it.getBoundingClientRect().height);
    return [
        ...low('main button, main .button, main .tick, main select, main textarea', 44),
        ...low('main input:not([type=radio]):not([type=checkbox])', 44),
        ...low('.head a, .head button, .foot a, .back a, .tick input', 24),
    ];";

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
