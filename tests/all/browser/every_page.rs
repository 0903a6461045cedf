//! Every page that the service serves, in both languages, also with the faults that a form is told: none of them escapes
//! what `sound` asks. Which there are is read from where the rooms register them.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::json;
use twin_cities_awards::http::links::{Link, LinkKind};
use twin_cities_awards::nominations::form_pages::Step;
use twin_cities_awards::text::Language;
use uuid::Uuid;

use super::chrome::Window;
use super::form::nominates_a_person;
use super::sound::is_sound;
use crate::app::TestApp;
use crate::demo::Demo;
use crate::import::{example, upload};
use crate::people::{PASSWORD, bridge_club, maria};
use crate::translations::{Room, in_english};
use crate::visitor::Visitor;

const LANGUAGES: [&str; 2] = ["en", "ru"];

/// Looks at a page in both languages.
async fn both(base: &str, window: &Window, path: &str) {
    for language in LANGUAGES {
        window.open(&format!("{base}/{language}/{path}")).await;
        is_sound(window, &named(path, language)).await;
    }
}

fn named(path: &str, language: &str) -> String {
    let path = path.split('?').next().unwrap_or_default();
    let name = if path.is_empty() { "home".to_owned() } else { path.replace('/', "-") };
    format!("{name}-{language}")
}

pub async fn the_public_pages(app: TestApp, window: Window) {
    both(&app.base, &window, "").await;
    app.edition_2021().await;
    for path in PUBLIC {
        both(&app.base, &window, path).await;
    }
    for path in WITH_FORMS {
        both(&app.base, &window, path).await;
    }
    for (path, language) in WITH_FORMS.iter().flat_map(|path| LANGUAGES.map(|language| (path, language))) {
        window.open(&format!("{}/{language}/{path}", app.base)).await;
        window.send_form().await;
        assert!(window.title().await.starts_with(error(language)), "{path}: {}", window.title().await);
        is_sound(&window, &named(&format!("{path}-errors"), language)).await;
    }
}

const PUBLIC: [&str; 9] = [
    "",
    "about",
    "accessibility",
    "privacy",
    "complaints?sent",
    "links?asked",
    "problems/wrong-phase",
    "api",
    "winners/1999",
];
const WITH_FORMS: [&str; 2] = ["complaints", "links"];

fn error(language: &str) -> &'static str {
    if language == "ru" { "Ошибка: " } else { "Error: " }
}

/// Each page of the form, as it is come to and with its faults: for a person, for a child, for an organisation.
pub async fn the_form(app: TestApp, window: Window) {
    app.edition_2021().await;
    both(&app.base, &window, "nominate/start").await;
    step(&app, &window, "category").await;
    for (category, age, own) in [
        ("I2", Some("18_25"), Step::ALL),
        ("I2", Some("under_18"), &[Step::Age, Step::Guardian]),
        ("O1", None, &[Step::Organisation, Step::Place]),
    ] {
        window.open(&format!("{}/en/nominate/category", app.base)).await;
        window.choose(&format!("input[value={category}]")).await;
        window.send_form().await;
        if let Some(age) = age {
            window.open(&format!("{}/en/nominate/age", app.base)).await;
            window.choose(&format!("input[value='{age}']")).await;
            window.send_form().await;
        }
        for page in own.iter().filter(|page| own.len() < 3 || !matches!(page, Step::Guardian | Step::Organisation)) {
            step(&app, &window, page.as_str()).await;
        }
    }
    both(&app.base, &window, "nominate/save").await;
    both(&app.base, &window, "nominate/check").await;
    for language in LANGUAGES {
        for page in ["save", "check"] {
            window.open(&format!("{}/{language}/nominate/{page}", app.base)).await;
            window.send_form().await;
            assert!(window.title().await.starts_with(error(language)), "{page}: {}", window.title().await);
            is_sound(&window, &named(&format!("nominate/{page}-errors"), language)).await;
        }
    }
    window.open(&format!("{}/en/nominate/save", app.base)).await;
    window.fill("email", "ann@example.org").await;
    window.send_form().await;
    assert_eq!(window.place().await, "/en/nominate/saved");
    both(&app.base, &window, "nominate/saved").await;
}

pub async fn the_form_that_is_sent(app: TestApp, window: Window) {
    nominates_a_person(&app, &window).await;
    both(&app.base, &window, "nominate/sent").await;
}

async fn step(app: &TestApp, window: &Window, page: &str) {
    for language in LANGUAGES {
        let place = format!("/{language}/nominate/{page}");
        window.open(&format!("{}{place}", app.base)).await;
        assert_eq!(window.place().await, place, "the page is on the way");
        is_sound(window, &named(&format!("nominate/{page}"), language)).await;
        window.send_form().await;
        if window.title().await.starts_with(error(language)) {
            is_sound(window, &named(&format!("nominate/{page}-errors"), language)).await;
        }
    }
}

/// What mailed links open, before and after their buttons.
pub async fn the_links(app: TestApp, window: Window) {
    app.edition_2021().await;
    let receipt = app.post("/editions/2021/nominations", "", maria()).await.expect_status(201);
    let nomination = Uuid::parse_str(&receipt.str("/id")).expect("an id");
    is_opened(&app, &window, LinkKind::Confirm, nomination, None).await;
    window.send_form().await;
    is_sound(&window, "confirmed-ru").await;
    let asked = app.mail().next_to("jan@example.org").await;
    let supporter = Link::open(&app.app.keys, &asked.token("letter")).expect("ours").row;
    is_opened(&app, &window, LinkKind::Letter, supporter, None).await;
    window.send_form().await;
    assert!(window.title().await.starts_with(error("ru")), "{}", window.title().await);
    is_sound(&window, "letter-errors-ru").await;
    for (kind, row) in [(LinkKind::Unsubscribe, supporter), (LinkKind::Notice, nomination)] {
        is_opened(&app, &window, kind, row, None).await;
    }
    is_opened(&app, &window, LinkKind::Nomination, nomination, None).await;
    for language in LANGUAGES {
        let mark = window.place().await.split_once('?').expect("the page says whose it is").1.to_owned();
        window.open(&format!("{}/{language}/nomination/change?{mark}", app.base)).await;
        is_sound(&window, &named("change", language)).await;
        window.fill("headline", " ").await;
        window.send_form().await;
        assert!(window.title().await.starts_with(error(language)), "{}", window.title().await);
        is_sound(&window, &named("change-errors", language)).await;
    }
    let organiser = app.operator_invites("organiser", None, "olive@example.org").await;
    let ask = format!("/organise/editions/2021/nominations/{nomination}/questions");
    app.post(&ask, &organiser.token, json!({"text": "In which year did it begin?"})).await.expect_status(201);
    is_opened(&app, &window, LinkKind::Nomination, nomination, Some("question")).await;
    window.send_form().await;
    is_sound(&window, "question-errors-ru").await;
    let draft = json!({"language": "en", "nominator": {"email": "ann@example.org"}});
    app.post("/editions/2021/drafts", "", draft).await.expect_status(202);
    let asked = app.mail().next_to_about("ann@example.org", "Your draft nomination").await;
    let row = Link::open(&app.app.keys, &asked.token("draft")).expect("ours").row;
    is_opened(&app, &window, LinkKind::Draft, row, None).await;
}

async fn is_opened(app: &TestApp, window: &Window, kind: LinkKind, row: Uuid, page: Option<&str>) {
    for language in Language::ALL {
        let link = Link::to(kind, row);
        let address = page.map_or_else(|| link.url(&app.app, *language), |page| link.url_on(&app.app, *language, page));
        window.open(&address).await;
        assert!(window.place().await.contains("?of="), "{kind} opens: {}", window.place().await);
        is_sound(window, &named(page.unwrap_or(kind.as_str()), language.as_str())).await;
    }
}

pub async fn the_winner(app: TestApp, window: Window) {
    let _told = crate::whole_way::up_to_the_winners_letter(&app).await;
    let letter = app.mail().next_to("maria@example.org").await;
    for language in LANGUAGES {
        window.open(&format!("{}/{language}/r/{}", app.base, letter.token("r"))).await;
        is_sound(&window, &named("reply", language)).await;
        window.send_form().await;
        assert!(window.title().await.starts_with(error(language)), "{}", window.title().await);
        is_sound(&window, &named("reply-errors", language)).await;
    }
}

/// An organiser's files: nothing chosen, a file that can be taken in, one that cannot, what can be downloaded.
pub async fn the_files(app: TestApp, window: Window) {
    app.edition_2021().await;
    app.operator_invites("organiser", None, "olive@example.org").await;
    window.open(&format!("{}/en/sign-in", app.base)).await;
    window.fill("email", "olive@example.org").await;
    window.fill("password", PASSWORD).await;
    window.send_form().await;
    both(&app.base, &window, "organise/2021/exports").await;
    both(&app.base, &window, "organise/2021/import").await;
    for language in LANGUAGES {
        window.open(&format!("{}/{language}/organise/2021/import", app.base)).await;
        window.press(if language == "ru" { "Проверить файл" } else { "Check the file" }).await;
        assert!(window.title().await.starts_with(error(language)), "{}", window.title().await);
        is_sound(&window, &named("organise/2021/import-errors", language)).await;
    }
    let visitor = Visitor::signed_in(&app, "olive@example.org").await;
    for (name, file) in [("sound", example()), ("faulty", example().replace("GB", "XX"))] {
        upload(&visitor, "/en/organise/2021/import", &file).await.expect_status(303);
        for language in LANGUAGES {
            window.open(&format!("{}/{language}/organise/2021/import", app.base)).await;
            is_sound(&window, &named(&format!("organise/2021/import-{name}"), language)).await;
        }
    }
}

/// The organisers' list of texts, a translator's queue, a text: each with something in it and with its faults, and empty.
pub async fn the_translations(app: TestApp, window: Window) {
    let room = Room::new(&app).await;
    let club = room.nominated(&bridge_club()).await;
    enter(&app, &window, "olive@example.org").await;
    let desk = "organise/2021/translations";
    both(&app.base, &window, desk).await;
    errors(&app, &window, desk).await;
    both(&app.base, &window, &format!("{desk}?done")).await;

    enter(&app, &window, "tara@example.org").await;
    both(&app.base, &window, "translate").await;
    let text = format!("{club}.story.en");
    room.give(&text, "tara@example.org").await.expect_status(200);
    both(&app.base, &window, "translate?saved").await;
    both(&app.base, &window, &format!("translate/{text}")).await;
    errors(&app, &window, &format!("translate/{text}")).await;
    room.translate(&room.tara, &text, in_english()).await.expect_status(200);
    both(&app.base, &window, &format!("translate/{text}")).await;
}

/// Sends a page's form as it stands, in both languages, and looks at what it is told.
async fn errors(app: &TestApp, window: &Window, path: &str) {
    for language in LANGUAGES {
        window.open(&format!("{}/{language}/{path}", app.base)).await;
        window
            .press(
                if path.starts_with("organise") {
                    ["Assign", "Назначить"]
                } else {
                    ["Save translation", "Сохранить перевод"]
                }[usize::from(language == "ru")],
            )
            .await;
        assert!(window.title().await.starts_with(error(language)), "{path}: {}", window.title().await);
        is_sound(window, &named(&format!("{path}-errors"), language)).await;
    }
}

/// Signs in on the page, instead of whoever was there.
async fn enter(app: &TestApp, window: &Window, email: &str) {
    window.forget().await;
    window.open(&format!("{}/en/sign-in", app.base)).await;
    window.fill("email", email).await;
    window.fill("password", PASSWORD).await;
    window.press("Sign in").await;
    assert_eq!(window.place().await, "/en/account");
}

pub async fn the_demo_and_its_mail(_app: TestApp, window: Window) {
    let demo = Demo::start("announced");
    for path in ["", "winners", "winners/2021", "demo/mail"] {
        both(&demo.address, &window, path).await;
    }
    let mail = window.ask("return document.querySelector('main a').pathname.split('/').pop()").await;
    both(&demo.address, &window, &format!("demo/mail/{}", mail.as_str().expect("an id"))).await;
}

/// No page was left out, in either language.
pub fn every_page_was_looked_at(window: &Window) {
    let seen = window.looked_at();
    let pages = pages();
    assert!(pages.len() > 20, "they are not found where they are registered: {pages:?}");
    for page in pages {
        for language in LANGUAGES {
            let fits = |path: &&String| {
                let (path, page): (Vec<_>, Vec<_>) = (path.split('/').collect(), page.split('/').collect());
                path.len() == page.len()
                    && path.iter().zip(page).all(|(one, other)| other.starts_with('{') || *one == other)
            };
            let looked = seen.iter().filter(fits).any(|path| path.starts_with(&format!("/{language}/")));
            assert!(looked, "{page} was not looked at in {language}: add it to a story of a browser");
        }
    }
}

/// Pages of accounts, which the stories of accounts look at in both languages.
const ELSEWHERE: [&str; 4] = ["/{lang}/account", "/{lang}/sign-in", "/{lang}/invitation", "/{lang}/reset"];

/// What only sends on to a page.
const LEADS_ON: [&str; 1] = ["/{lang}/nominate"];

/// The patterns of all pages, as the rooms register them.
fn pages() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    let elsewhere = |page: &String| ELSEWHERE.iter().any(|begin| page.starts_with(begin));
    found.retain(|page| page.starts_with("/{lang}/") && !LEADS_ON.contains(&page.as_str()) && !elsewhere(page));
    found
}

fn walk(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).expect("src can be read") {
        let path = entry.expect("src can be read").path();
        if path.is_dir() {
            walk(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            let text = std::fs::read_to_string(&path).expect("sources are UTF-8");
            let routes = text.split(".route(").skip(1).filter_map(|rest| rest.split_once(", web::get()"));
            let routes = routes.filter(|(pattern, _)| !pattern.contains("web::"));
            found.extend(routes.filter_map(|(pattern, _)| written(pattern)));
        }
    }
}

/// The pattern that an expression of a registration writes.
fn written(expression: &str) -> Option<String> {
    let text = |from: &str| from.split('"').nth(1).unwrap_or_default().to_owned();
    let kind = || {
        let name = expression.split("LinkKind::").nth(1).and_then(|rest| rest.split(')').next());
        let kind = LinkKind::ALL.iter().find(|kind| Some(format!("{kind:?}").as_str()) == name);
        kind.map_or_else(|| panic!("of which kind of link is {expression}?"), |kind| kind.page())
    };
    let pattern = match expression {
        "&path" => return None, // a link's arrival, which sends on to its page
        it if it.starts_with('"') => text(it),
        it if it.starts_with("&page(") => format!("/{{lang}}/nominate{}", text(it)),
        it if it.starts_with("&pattern(") => format!("/{{lang}}/{}", kind()),
        it if it.starts_with("&acts(") => format!("/{{lang}}/{}/{}", kind(), text(it)),
        it => panic!("a page is registered as {it}: say here which it is"),
    };
    Some(pattern.replace("{lang:en|ru}", "{lang}"))
}
