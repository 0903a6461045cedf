//! Pages: in both languages, without a script, with nothing from elsewhere, and with a page's own way to say no.

use reqwest::Method;
use twin_cities_awards::audit::Deed;
use twin_cities_awards::editions::{self, EditionSlug, PanelKey, create_from_template};
use twin_cities_awards::fields::Country;
use twin_cities_awards::store::{Conn, StoreError};
use twin_cities_awards::text::Bilingual;

use crate::app::{TestApp, stories};

stories![
    the_home_page_tells_the_phase_and_both_cities_times,
    the_privacy_page_says_who_reads_what_and_until_when,
    the_front_door_leads_to_the_callers_language,
    every_problem_has_its_page_in_both_languages,
    what_is_no_page_says_so_in_the_language_of_its_address,
    the_style_sheet_is_kept_for_good_under_its_hash,
    the_reference_shows_every_call_of_the_document,
];

async fn page(app: &TestApp, path: &str) -> String {
    let seen = app.raw(Method::GET, path).send().await.expect_status(200);
    assert_eq!(seen.header("content-type"), "text/html; charset=utf-8", "{path}");
    seen.text
}

async fn the_home_page_tells_the_phase_and_both_cities_times(app: TestApp) {
    assert!(page(&app, "/ru/").await.contains("Сезона премии пока нет."));
    let deed = Deed::of_operator(&app.app);
    create_from_template(&app.app, deed, "tca-2021", None).await.expect("the template is whole");
    let english = page(&app, "/en/").await;
    for words in [
        "<html lang=\"en\">",
        "Twin Cities Awards 2021",
        "Nominations are open until 30 June 2021, 17:00 in Coventry, 19:00 in Volgograd.",
        "Lifetime of Friendship",
        "<a href=\"/ru/\" hreflang=\"ru\" lang=\"ru\"",
        "This is a trial: no mail leaves this machine. Its clock was set and shows 10 May 2021, 10:00 UTC.",
    ] {
        assert!(english.contains(words), "{words} in {english}");
    }
    for never in ["<script", "<style", " style=", "http://", "https://", "Women of 1941"] {
        assert!(!english.contains(never), "{never}");
    }
    app.at("2021-07-01T00:00:00Z");
    let russian = page(&app, "/ru/?x=1").await;
    for words in [
        "<html lang=\"ru\">",
        "Приём заявок завершён, заявки проверяются. Оценка заявок начнётся 26 июля 2021 года, 09:00 (Ковентри), 11:00 (Волгоград).",
        "<a href=\"/en/?x=1\" hreflang=\"en\" lang=\"en\"",
        "24 апреля 2022 года, 14:00 (Ковентри), 16:00 (Волгоград)",
    ] {
        assert!(russian.contains(words), "{words} in {russian}");
    }
    assert!(russian.len() < 60_000);
}

async fn the_privacy_page_says_who_reads_what_and_until_when(app: TestApp) {
    app.raw(Method::GET, "/en/privacy").send().await.expect_status(404);
    app.edition_2021().await;
    let english = page(&app, "/en/privacy").await;
    for words in [
        "Coventry, Volgograd",
        "outside the United Kingdom: Volgograd.",
        "until 6 January 2022",
        "organisers@example.org",
    ] {
        assert!(english.contains(words), "{words} in {english}");
    }
    assert!(page(&app, "/ru/privacy").await.contains("до 6 января 2022 года"));

    // A city in a country whose protection is adequate is no transfer, and a panel that is closed reads nothing.
    let other = |tx: &mut Conn| {
        let edition = editions::store::by_slug(tx, &EditionSlug::parse("2021").expect("a slug"))?.expect("it is there");
        let mut doc = (*edition.doc).clone();
        let mut ostrava = doc.panels[0].clone();
        ostrava.key = PanelKey::parse("ostrava").expect("a key");
        ostrava.city = Bilingual::new("Ostrava".to_owned(), "Острава".to_owned());
        ostrava.country = Country::parse("CZ").expect("a country");
        doc.panels[1].closed = Some("The city withdrew.".to_owned());
        doc.panels.push(ostrava);
        Ok::<_, StoreError>(editions::store::update(tx, &edition, &doc)?)
    };
    assert!(app.app.store.write(other).await.expect("it can be written"));
    let english = page(&app, "/en/privacy").await;
    assert!(english.contains("Coventry, Ostrava") && !english.contains("Volgograd"), "{english}");
    assert!(!english.contains("is a transfer outside"), "{english}");
}

async fn the_front_door_leads_to_the_callers_language(app: TestApp) {
    for (language, home) in [("ru-RU, en;q=0.5", "/ru/"), ("en", "/en/"), ("fr", "/en/")] {
        let seen = app.raw(Method::GET, "/").language(language).send().await.expect_status(302);
        assert_eq!((seen.header("location").as_str(), seen.header("vary").as_str()), (home, "Accept-Language"));
    }
    assert_eq!(app.raw(Method::GET, "/ru").send().await.expect_status(308).header("location"), "/ru/");
}

async fn every_problem_has_its_page_in_both_languages(app: TestApp) {
    for code in twin_cities_awards::http::problem::Code::ALL {
        for language in twin_cities_awards::text::Language::ALL {
            let title = format!("<h1>{}</h1>", code.title(*language));
            let text = page(&app, &format!("/{language}/problems/{}", code.slug())).await;
            assert!(text.contains(&title), "{title}");
        }
    }
    let seen = app.raw(Method::GET, "/problems/wrong-phase").language("ru").send().await.expect_status(200);
    assert_eq!(seen.header("content-language"), "ru");
    assert!(seen.header("vary").to_lowercase().contains("accept-language"));
    assert!(seen.text.contains("href=\"/en/problems/wrong-phase\""));
}

async fn what_is_no_page_says_so_in_the_language_of_its_address(app: TestApp) {
    let seen = app.raw(Method::GET, "/ru/nirgends").language("en").send().await.expect_status(404);
    assert_eq!(seen.header("content-type"), "text/html; charset=utf-8");
    assert_eq!((seen.header("cache-control").as_str(), seen.header("x-robots-tag").as_str()), ("no-store", "noindex"));
    assert!(seen.text.contains("<h1>Не найдено</h1>"), "{}", seen.text);
    app.raw(Method::GET, "/de/").send().await.expect_status(404);
    let hostile = app.raw(Method::GET, "/en/%3Cscript%3E?%22%3E%3Cscript%3E").send().await.expect_status(404);
    assert!(!hostile.text.contains("<script"), "{}", hostile.text);
}

async fn the_style_sheet_is_kept_for_good_under_its_hash(app: TestApp) {
    let home = page(&app, "/en/").await;
    let link = home.split("rel=\"stylesheet\" href=\"").nth(1).and_then(|rest| rest.split('"').next());
    let link = link.expect("the page has a style sheet");
    let sheet = app.raw(Method::GET, link).send().await.expect_status(200);
    assert_eq!(sheet.header("content-type"), "text/css; charset=utf-8");
    assert_eq!(sheet.header("cache-control"), "public, max-age=31536000, immutable");
    assert!(sheet.text.len() < 12_000, "{}", sheet.text.len());
    assert!(!sheet.text.contains("url(") && !sheet.text.contains("@import"), "nothing from elsewhere");
    app.raw(Method::GET, "/assets/style.css").send().await.expect_status(404);
}

async fn the_reference_shows_every_call_of_the_document(app: TestApp) {
    let text = page(&app, "/api").await;
    let document = app.get("/openapi.json", "").await.expect_status(200).json();
    for path in document["paths"].as_object().expect("an object").keys() {
        assert!(text.contains(path), "{path}");
    }
    for schema in document["components"]["schemas"].as_object().expect("an object").keys() {
        assert!(text.contains(&format!("id=\"{schema}\"")), "{schema}");
    }
    assert!(!text.contains("<script"));
}
