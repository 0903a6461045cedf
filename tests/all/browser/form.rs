//! The form in a real browser: a person in English, an organisation in Russian, on a telephone, from the first page to the
//! reference.

use super::chrome::Window;
use super::sound::is_sound;
use crate::app::TestApp;

/// Looks at a page, then fills in its lines and makes its choices.
async fn answer(window: &Window, name: &str, lines: &[(&str, &str)], choices: &[&str]) {
    is_sound(window, name).await;
    for (id, text) in lines {
        window.fill(id, text).await;
    }
    for css in choices {
        window.choose(css).await;
    }
}

async fn until_place(window: &Window, place: &str) {
    for _ in 0..250 {
        if window.place().await == place {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await; // a key was pressed: no driver waits for what follows
    }
    panic!("{} and not {place}", window.place().await);
}

const ENTER: &str = "\u{E007}";
const TICKS: [&str; 6] = [
    "#declarations-true_account",
    "#declarations-not_self",
    "#declarations-nominee_will_be_told",
    "#declarations-judges_will_read",
    "#declarations-no_special_category_data",
    "#declarations-privacy_notice_read",
];

pub async fn somebody_nominates_a_person(app: TestApp, window: Window) {
    nominates_a_person(&app, &window).await;
}

/// From the first page to the reference.
pub async fn nominates_a_person(app: &TestApp, window: &Window) {
    app.edition_2021().await;
    window.open(&format!("{}/en/", app.base)).await;
    window.press("Nominate somebody").await;
    is_sound(window, "form-start-en").await;
    window.press("Start now").await;
    window.press("Continue").await;
    assert!(window.title().await.starts_with("Error: Category"), "{}", window.title().await);
    assert_eq!(window.focused().await, "errors", "who cannot see it hears it first");
    is_sound(window, "form-errors-en").await;
    window.choose("input[value=I2]").await;
    window.press("Continue").await;

    // The Enter key goes on, though the switch to the other language stands before it.
    let names = [("nominee-name", "Мария Иванова"), ("nominee-name_other_script", "Maria Ivanova")];
    answer(window, "form-name-en", &names, &[]).await;
    window.fill("nominee-honours", ENTER).await;
    until_place(window, "/en/nominate/place").await;
    window.fill("nominee-home_city", "Volgograd").await;
    window.choose("#nominee-country option[value=RU]").await;
    window.press("Русский").await;
    assert_eq!(window.place().await, "/ru/nominate/place", "the switch keeps the place");
    assert_eq!(window.property("#nominee-home_city", "value").await, "Volgograd", "and what was typed");
    window.press("English").await;
    window.press("Continue").await;
    answer(window, "form-cities-en", &[], &["input[value=volgograd]", "input[value=ostrava]"]).await;
    window.press("Continue").await;
    answer(window, "form-age-en", &[], &["input[value='18_25']"]).await;
    window.press("Continue").await;
    answer(window, "form-contact-en", &[("nominee-email", "maria@example.org")], &[]).await;
    window.press("Continue").await;
    let headline = [("headline", "Pen friends from two cities became a yearly youth orchestra")];
    answer(window, "form-headline-en", &headline, &["input[value=en]"]).await;
    window.press("Continue").await;
    story(window).await;
    let link = [("links-0-title", "Concert report"), ("links-0-url", "https://example.org/concert")];
    answer(window, "form-evidence-en", &link, &[]).await;
    window.press("Continue").await;
    let jan = [
        ("supporters-0-name", "Jan Příklad"),
        ("supporters-0-email", "jan@example.org"),
        ("supporters-0-relation", "conductor"),
    ];
    answer(window, "form-supporter-en", &jan, &[]).await;
    window.press("Continue").await;
    let olga = [
        ("supporters-1-name", "Ольга Примерова"),
        ("supporters-1-email", "olga@example.org"),
        ("supporters-1-relation", "head"),
    ];
    answer(window, "form-supporter-2-en", &olga, &[]).await;
    window.press("Continue").await;
    let ann = [("nominator-name", "Ann Example"), ("nominator-email", "ann@example.org")];
    answer(window, "form-you-en", &ann, &["#nominator-country option[value=GB]"]).await;
    window.press("Continue").await;
    answer(window, "form-relation-en", &[("nominator-relation", "host parent")], &[]).await;
    window.press("Continue").await;
    answer(window, "form-declarations-en", &[], &TICKS).await;
    window.press("Continue").await;
    assert_eq!(window.place().await, "/en/nominate/check");
    assert_eq!(window.words("h1").await, "Check your answers");
    is_sound(window, "form-check-en").await;
    window.choose("a[href='/en/nominate/headline?from=check']").await;
    until_place(window, "/en/nominate/headline?from=check").await;
    window.fill("headline", "Twelve letters became a youth orchestra").await;
    window.press("Continue").await;
    assert_eq!(window.place().await, "/en/nominate/check", "and straight back");
    window.press("Send nomination").await;
    assert_eq!(window.words("h1").await, "Nomination sent");
    assert!(window.words(".big").await.starts_with("TCA21-"), "{}", window.words(".big").await);
    is_sound(window, "form-sent-en").await;
    app.mail().next_to("ann@example.org").await.token("confirm");
}

/// The four answers of the story, the first of them too long before it is right.
async fn story(window: &Window) {
    is_sound(window, "form-impact-en").await;
    assert_eq!(window.words("#story-impact-left").await, "You have 250 words left");
    let long = "one ".repeat(253);
    window.fill("story-impact", &long).await;
    if window.runs_scripts() {
        for _ in 0..250 {
            if window.words("#story-impact-left").await == "3 words too many" {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await; // the page counts a moment after the last key
        }
        assert_eq!(window.words("#story-impact-left").await, "3 words too many");
        window.ask("document.getElementById('story-impact').value = 'word '.repeat(250000)").await;
        window.press("Continue").await;
        assert!(window.words(".errors").await.contains("This was too much to be kept"), "a paste of a megabyte");
        window.fill("story-impact", &long).await;
    }
    window.press("Continue").await;
    assert!(window.words(".errors").await.contains("250 words at most, now 253"));
    assert_eq!(window.words("#story-impact-left").await, "3 words too many");
    window
        .fill(
            "story-impact",
            "Over one hundred teenagers who had never met a foreigner now play together every summer, and \
        their families host each other at home in both cities.",
        )
        .await;
    window.press("Continue").await;
    window
        .fill(
            "story-friendship",
            "She began with twelve letters between two music schools and answered every one herself \
        until friendships grew.",
        )
        .await;
    window.press("Continue").await;
    let lines = [
        ("story-commitment", "Six years without a break, even online through the hardest winter."),
        ("story-since_year", "2015"),
    ];
    answer(window, "form-commitment-en", &lines, &["input[name=story-ongoing][value=yes]"]).await;
    window.press("Continue").await;
    window.press("Continue").await; // nobody else took part
}

pub async fn somebody_nominates_an_organisation_in_russian(app: TestApp, window: Window) {
    app.edition_2021().await;
    window.open(&format!("{}/ru/nominate/start", app.base)).await;
    is_sound(&window, "form-start-ru").await;
    window.press("Начать").await;
    answer(&window, "form-category-ru", &[], &["input[value=O1]"]).await;
    window.press("Продолжить").await;
    let names = [("nominee-name", "Клуб друзей «Мост»")];
    answer(&window, "form-name-ru", &names, &[]).await;
    window.press("Сохранить и вернуться позже").await;
    is_sound(&window, "form-save-ru").await;
    window.fill("email", "ivan@example.org").await;
    window.press("Прислать ссылку").await;
    assert_eq!(window.words("h1").await, "Черновик сохранён");
    is_sound(&window, "form-saved-ru").await;
    let link = app.mail().next_to("ivan@example.org").await.link("draft");

    window.forget().await; // another browser
    window.open(&link).await;
    assert!(window.place().await.starts_with("/ru/draft?of="), "the token has left the address");
    is_sound(&window, "form-draft-ru").await;
    window.press("Продолжить заявку").await;
    assert_eq!(window.place().await, "/ru/nominate/place");
    let place = [("nominee-home_city", "Волгоград")];
    answer(&window, "form-place-ru", &place, &["#nominee-country option[value=RU]"]).await;
    window.press("Продолжить").await;
    let cities = ["input[value=kiel]", "input[value=other]"];
    answer(&window, "form-cities-ru", &[("nominee-other_city", "Кёльн")], &cities).await;
    window.press("Продолжить").await;
    let contact =
        [("nominee-organisation-contact_name", "Пётр Образцов"), ("nominee-organisation-contact_role", "председатель")];
    answer(&window, "form-organisation-ru", &contact, &["input[value=charity]"]).await;
    window.press("Продолжить").await;
    answer(&window, "form-contact-ru", &[("nominee-postal_address", "ул. Примерная, 1\nВолгоград")], &[]).await;
    window.press("Назад").await;
    assert_eq!(window.property("#nominee-organisation-contact_role", "value").await, "председатель");
    window.open(&format!("{}/ru/nominate/check", app.base)).await;
    is_sound(&window, "form-check-ru").await;
    window.press("Отправить заявку").await;
    assert!(window.title().await.starts_with("Ошибка: Проверьте ответы"), "{}", window.title().await);
    assert_eq!(window.focused().await, "errors");
    is_sound(&window, "form-check-errors-ru").await;
    // Open over the close: a mailed draft is deleted then (`content/nomination.md` § 6), so what can still be shown is what
    // stood on the page itself.
    window.open(&format!("{}/ru/nominate/headline", app.base)).await;
    window.fill("headline", "Сорок лет писем, встреч и общих садов").await;
    app.at("2021-06-30T16:00:00Z");
    window.press("Продолжить").await;
    assert_eq!(window.words("h1").await, "Заявки сейчас не принимаются");
    assert!(window.words("main").await.contains("Сорок лет писем, встреч и общих садов"), "the text is still there");
    is_sound(&window, "form-closed-ru").await;
}
