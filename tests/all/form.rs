//! The form as pages: whoever fills them in, one after the other, sends the nomination that the API takes at once.

use reqwest::Method;
use serde_json::{Value as Json, json};
use twin_cities_awards::config::PublicUrl;
use twin_cities_awards::store::StoreError;

use crate::app::{Seen, TestApp, stories, stories_in_earnest};
use crate::people::{bridge_club, maria};
use crate::visitor::{FORM, Visitor, form};

stories![
    a_person_is_nominated_page_by_page,
    an_organisation_is_nominated_page_by_page_in_russian,
    a_minor_is_nominated_through_a_guardian,
    pages_in_any_order_make_the_same_nomination,
    a_page_shows_its_own_faults_and_keeps_what_was_typed,
    answers_are_changed_from_the_list_and_straight_back,
    whoever_chooses_otherwise_leaves_nothing_behind,
    the_switch_saves_the_page_first,
    a_double_click_and_the_back_button_make_one_nomination,
    a_draft_is_mailed_and_gone_on_with_elsewhere,
    who_holds_the_cookie_has_not_proven_the_address,
    a_form_left_open_over_the_close_keeps_the_text,
    a_paste_of_a_megabyte_is_answered_kindly,
    a_cookie_of_somebody_else_opens_nothing,
    every_edge_row_goes_in_and_comes_out_unharmed,
];

stories_in_earnest![whoever_mails_drafts_is_limited];

/// What the page at this address asks: the names of its fields.
fn asked(page: &str) -> Vec<String> {
    let main = page.split("<main").nth(1).expect("a page has a main part");
    let mut names: Vec<String> = main
        .split(" name=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter(|name| *name != "act")
        .map(str::to_owned)
        .collect();
    names.dedup();
    names
}

/// What somebody types into these fields who means this nomination.
fn typed(names: &[String], body: &Json) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    for name in names {
        match body.pointer(&format!("/{}", name.replace('-', "/"))) {
            Some(Json::Array(items)) => {
                fields.extend(items.iter().map(|item| (name.clone(), item.as_str().expect("a text").to_owned())));
            }
            Some(Json::Bool(true)) => fields.push((name.clone(), "yes".to_owned())),
            Some(Json::Bool(false)) if name == "story-ongoing" => fields.push((name.clone(), "no".to_owned())),
            Some(Json::Number(number)) => fields.push((name.clone(), number.to_string())),
            Some(Json::String(text)) => fields.push((name.clone(), text.clone())),
            _ => {}
        }
    }
    fields
}

async fn send(visitor: &mut Visitor<'_>, page: &str, fields: &[(String, String)]) -> Seen {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    visitor.send(page, &fields).await
}

/// Fills in the pages from this one on, until something else comes; answers the pages that were passed, and where one is.
pub async fn fill_in(visitor: &mut Visitor<'_>, from: &str, body: &Json) -> (Vec<String>, String) {
    let (mut page, mut passed) = (from.to_owned(), Vec::new());
    while !["/check", "/save", "/sent"].iter().any(|end| page.ends_with(end)) {
        let shown = visitor.see(&page).await;
        assert!(shown.len() < 60_000, "{page} weighs {}", shown.len());
        let fields = typed(&asked(&shown), body);
        let sent = send(visitor, &page, &fields).await;
        assert_eq!(sent.status, 303, "{page}: {}", sent.text);
        passed.push(page.rsplit('/').next().expect("a name").to_owned());
        page = sent.header("location");
        assert!(passed.len() < 30, "round and round: {passed:?}");
    }
    (passed, page)
}

/// The nomination as its nominator reads it, but for what is new each time.
async fn own(app: &TestApp, token: &str) -> Json {
    let mut own = app.get("/link/nomination", token).await.expect_status(200).json();
    for name in ["id", "reference", "received_at"] {
        own.as_object_mut().expect("an object").remove(name);
    }
    own
}

async fn confirm(app: &TestApp, email: &str) -> String {
    let token = app.mail().next_to(email).await.token("confirm");
    app.post("/confirmations", "", json!({"token": token})).await.expect_status(200);
    app.mail().next_to(email).await.token("nomination")
}

/// What the API makes of this body, from another nominator.
async fn at_once(app: &TestApp, body: &Json) -> Json {
    app.post("/editions/2021/nominations", "", body.clone()).await.expect_status(201);
    let email = body["nominator"]["email"].as_str().expect("an address");
    let token = confirm(app, email).await;
    own(app, &token).await
}

async fn nominations(app: &TestApp) -> i64 {
    use diesel::prelude::*;
    use twin_cities_awards::store::schema::nominations;
    let count = app.app.store.read(|tx| Ok::<_, StoreError>(nominations::table.count().get_result::<i64>(tx)?));
    count.await.expect("the store reads")
}

async fn a_person_is_nominated_page_by_page(app: TestApp) {
    app.edition_2021().await;
    let mut visitor = Visitor::new(&app);
    let begin = visitor.look("/en/nominate").await.expect_status(303);
    assert_eq!(begin.header("location"), "/en/nominate/start");
    let start = visitor.see("/en/nominate/start").await;
    for words in ["15 minutes", "30 June 2021, 17:00 in Coventry, 19:00 in Volgograd", "href=\"/en/nominate/category\""]
    {
        assert!(start.contains(words), "{words} in {start}");
    }
    let (passed, page) = fill_in(&mut visitor, "/en/nominate/category", &maria()).await;
    let way = "category name place links-between age contact headline impact friendship commitment others evidence \
        supporter-1 supporter-2 you relation declarations";
    assert_eq!((passed.join(" ").as_str(), page.as_str()), (way, "/en/nominate/check"));
    let check = visitor.see(&page).await;
    for words in ["Мария Иванова", "Maria Ivanova", "Ostrava, Volgograd", "18 to 25", "https://example.org/concert"]
    {
        assert!(check.contains(words), "{words} in {check}");
    }
    assert_eq!(app.mail().unread().len(), 0, "nobody is written to before it is sent");
    let sent = visitor.send(&page, &[]).await.expect_status(303);
    assert_eq!(sent.header("location"), "/en/nominate/sent");
    let receipt = visitor.see("/en/nominate/sent").await;
    assert!(receipt.contains("<p class=\"big\">TCA21-"), "{receipt}");
    assert!(receipt.contains("Check your email to confirm"), "{receipt}");
    let token = confirm(&app, "ann@example.org").await;
    let by_pages = own(&app, &token).await;
    app.at("2021-05-10T10:00:01Z");
    let mut other = maria();
    other["nominator"]["email"] = json!("ann.other@example.org");
    let mut by_api = at_once(&app, &other).await;
    by_api["nominator"]["email"] = json!("ann@example.org");
    assert_eq!(by_pages, by_api);
}

async fn an_organisation_is_nominated_page_by_page_in_russian(app: TestApp) {
    app.edition_2021().await;
    let mut visitor = Visitor::new(&app);
    let (passed, page) = fill_in(&mut visitor, "/ru/nominate/category", &bridge_club()).await;
    assert_eq!(passed[4..6], ["organisation", "contact"]);
    let check = visitor.see(&page).await;
    for words in ["Проверьте ответы", "Клуб друзей «Мост»", "Общество дружбы", "Кёльн"]
    {
        assert!(check.contains(words), "{words} in {check}");
    }
    visitor.send(&page, &[]).await.expect_status(303);
    let token = confirm(&app, "ivan@example.org").await;
    let by_pages = own(&app, &token).await;
    let mut other = bridge_club();
    other["nominator"]["email"] = json!("ivan.other@example.org");
    let mut by_api = at_once(&app, &other).await;
    by_api["nominator"]["email"] = json!("ivan@example.org");
    assert_eq!(by_pages, by_api);
}

fn minor() -> Json {
    let mut body = maria();
    body["nominee"]["age_band"] = json!("under_18");
    body["nominee"]["email"] = json!(null);
    body["nominee"]["guardian"] = json!({"name": "Вера Иванова", "email": "vera.guardian@example.org"});
    body["declarations"]["guardian_agrees"] = json!(true);
    body
}

async fn a_minor_is_nominated_through_a_guardian(app: TestApp) {
    app.edition_2021().await;
    let mut visitor = Visitor::new(&app);
    let (passed, page) = fill_in(&mut visitor, "/en/nominate/category", &minor()).await;
    assert_eq!(passed[4..7], ["age", "guardian", "headline"], "nobody is asked for a child's address");
    visitor.send(&page, &[]).await.expect_status(303);
    let token = confirm(&app, "ann@example.org").await;
    let own = own(&app, &token).await;
    assert_eq!(own["nominee"]["guardian"]["email"], "vera.guardian@example.org");
}

async fn pages_in_any_order_make_the_same_nomination(app: TestApp) {
    app.edition_2021().await;
    let mut all = Vec::new();
    for (number, body) in [maria(), maria(), minor(), bridge_club(), bridge_club()].into_iter().enumerate() {
        let mut body = body;
        let email = format!("order{number}@example.org");
        body["nominator"]["email"] = json!(email);
        let mut visitor = Visitor::new(&app);
        let (mut pages, check) = fill_in(&mut visitor, "/en/nominate/category", &body).await;
        let mut fresh = Visitor::new(&app);
        let first = typed(&["category".to_owned()], &body);
        send(&mut fresh, "/en/nominate/category", &first).await.expect_status(303);
        pages.remove(0);
        let by = 3 * number + 1; // each in another order
        let turns = by % pages.len();
        pages.rotate_left(turns);
        pages.sort_by_key(|page| page.len() * by % 7);
        for page in pages.iter().map(|page| format!("/en/nominate/{page}")) {
            let fields = typed(&asked(&visitor.see(&page).await), &body);
            let sent = send(&mut fresh, &page, &fields).await; // whether or not that is right already
            assert!([303, 422].contains(&sent.status.as_u16()), "{page}: {}", sent.text);
        }
        let shown = |page: String| page.split("<main").nth(1).map(str::to_owned);
        assert_eq!(shown(fresh.see(&check).await), shown(visitor.see(&check).await), "{pages:?}");
        fresh.send(&check, &[]).await.expect_status(303);
        let token = confirm(&app, &email).await;
        all.push(own(&app, &token).await["status"].clone());
    }
    assert_eq!(all, vec![json!("submitted"); 5]);
}

async fn a_page_shows_its_own_faults_and_keeps_what_was_typed(app: TestApp) {
    app.edition_2021().await;
    let mut visitor = Visitor::new(&app);
    let none = visitor.send("/en/nominate/category", &[]).await.expect_status(422);
    for words in [
        "<title>Error: Category",
        "<h2>There is a problem</h2>",
        "<a href=\"#category\">Enter: Category</a>",
        "id=\"category-fault\">Enter: Category</span>",
    ] {
        assert!(none.text.contains(words), "{words} in {}", none.text);
    }
    visitor.send("/en/nominate/category", &[("category", "I2")]).await.expect_status(303);
    let name =
        [("nominee-name", "..."), ("nominee-name_other_script", "<b>Maria</b> & \"co\""), ("nominee-honours", "")];
    let wrong = visitor.send("/en/nominate/name", &name).await.expect_status(422);
    assert!(
        wrong.text.contains("<a href=\"#nominee-name\">Enter a name with at least one letter</a>"),
        "{}",
        wrong.text
    );
    assert!(wrong.text.contains("value=\"&#60;b&#62;Maria&#60;/b&#62; &#38; &#34;co&#34;\""), "{}", wrong.text);
    assert!(!wrong.text.contains("Town or city"), "what belongs to other pages is not told here");
    let again = visitor.see("/en/nominate/name").await;
    assert!(
        again.contains("value=\"...\"") && !again.contains("There is a problem"),
        "kept, though it is wrong: {again}"
    );

    let old = visitor.send("/en/nominate/age", &[("nominee-age_band", "26_plus")]).await.expect_status(422);
    assert!(old.text.contains("This category is for people under 26"), "{}", old.text);
    visitor.send("/en/nominate/age", &[("nominee-age_band", "18_25")]).await.expect_status(303);
    let nothing = visitor.send("/en/nominate/contact", &[]).await.expect_status(422);
    assert!(nothing.text.contains("<a href=\"#nominee-email\">Give an email, a phone or an address</a>"));
    let cities = [("nominee-linked_cities", "kiel"), ("nominee-linked_cities", "other")];
    let other = visitor.send("/en/nominate/links-between", &cities).await.expect_status(422);
    assert!(other.text.contains("<a href=\"#nominee-other_city\">Name the other city</a>"), "{}", other.text);

    let long = "word ".repeat(260);
    let story = visitor.send("/en/nominate/impact", &[("story-impact", &long)]).await.expect_status(422);
    assert!(story.text.contains("250 words at most, now 260"), "{}", story.text);
    assert!(story.text.contains("aria-live=\"polite\">10 words too many</span>"), "{}", story.text);
    visitor.send("/en/nominate/impact", &[("story-impact", "Three short words")]).await.expect_status(303);
    assert!(visitor.see("/en/nominate/impact").await.contains("You have 247 words left"));
    for (page, field) in [("friendship", "story-friendship"), ("commitment", "story-commitment")] {
        let more = [(field, "Two words"), ("story-since_year", "2015"), ("story-ongoing", "no")];
        visitor.send(&format!("/en/nominate/{page}"), &more).await.expect_status(303);
    }
    let short = visitor.send("/en/nominate/others", &[]).await.expect_status(422);
    assert!(short.text.contains("<a href=\"#story-others\">Write at least 50 words in all</a>"), "{}", short.text);

    let all = visitor.send("/ru/nominate/check", &[]).await.expect_status(422);
    assert!(all.text.contains("<a href=\"/ru/nominate/name?from=check#nominee-name\">"), "{}", all.text);
    assert!(all.text.contains("<a href=\"/ru/nominate/supporter-2?from=check#supporters-1-name\">"), "{}", all.text);
    assert_eq!(nominations(&app).await, 0);
}

async fn answers_are_changed_from_the_list_and_straight_back(app: TestApp) {
    app.edition_2021().await;
    let mut visitor = Visitor::new(&app);
    let (_, page) = fill_in(&mut visitor, "/en/nominate/category", &maria()).await;
    let check = visitor.see(&page).await;
    assert!(check.contains("href=\"/en/nominate/headline?from=check\""), "{check}");
    let shown = visitor.see("/en/nominate/headline?from=check").await;
    assert!(shown.contains("<a href=\"/en/nominate/check\">Back</a>"), "{shown}");
    let change = [("headline", "Another line altogether"), ("language", "en")];
    let wrong = visitor.send("/en/nominate/headline?from=check", &[("headline", "abc"), ("language", "en")]).await;
    wrong.expect_status(422);
    let back = visitor.send("/en/nominate/headline?from=check", &change).await.expect_status(303);
    assert_eq!(back.header("location"), "/en/nominate/check");
    assert!(visitor.see("/en/nominate/check").await.contains("Another line altogether"));
    // What comes up by a change is asked before one is back.
    let minor =
        visitor.send("/en/nominate/age?from=check", &[("nominee-age_band", "under_18")]).await.expect_status(303);
    assert_eq!(minor.header("location"), "/en/nominate/guardian?from=check");
}

async fn whoever_chooses_otherwise_leaves_nothing_behind(app: TestApp) {
    app.edition_2021().await;
    let mut visitor = Visitor::new(&app);
    fill_in(&mut visitor, "/en/nominate/category", &minor()).await;
    // The same as an organisation: the child's guardian and age are on no page any more, nor in what is sent.
    let club = bridge_club();
    let (_, page) = fill_in(&mut visitor, "/en/nominate/category", &club).await;
    visitor.send(&page, &[]).await.expect_status(303);
    let token = confirm(&app, "ivan@example.org").await;
    let own = own(&app, &token).await;
    assert_eq!((&own["nominee"]["guardian"], &own["nominee"]["age_band"]), (&json!(null), &json!(null)), "{own}");
    let gone = visitor.look("/en/nominate/guardian").await.expect_status(303);
    assert_eq!(gone.header("location"), "/en/nominate/sent");
}

async fn the_switch_saves_the_page_first(app: TestApp) {
    app.edition_2021().await;
    let mut visitor = Visitor::new(&app);
    visitor.send("/en/nominate/category", &[("category", "O1")]).await.expect_status(303);
    let switched = [("nominee-name", "Coventry Friends"), ("act", "switch")];
    let switch = visitor.send("/en/nominate/name?from=check", &switched).await.expect_status(303);
    assert_eq!(switch.header("location"), "/ru/nominate/name?from=check", "the switch keeps the place");
    let page = visitor.see("/ru/nominate/name").await;
    assert!(page.contains("Кого вы выдвигаете?") && page.contains("value=\"Coventry Friends\""), "{page}");
}

async fn a_double_click_and_the_back_button_make_one_nomination(app: TestApp) {
    app.edition_2021().await;
    let mut visitor = Visitor::new(&app);
    let (_, page) = fill_in(&mut visitor, "/en/nominate/category", &maria()).await;
    let clicks = (0..12).map(|_| {
        let call = visitor.call(Method::POST, &page).header("sec-fetch-site", "same-origin");
        call.body(FORM, form(&[])).send()
    });
    for seen in futures_util::future::join_all(clicks).await {
        assert_eq!(seen.expect_status(303).header("location"), "/en/nominate/sent");
    }
    assert_eq!(nominations(&app).await, 1);
    app.mail().next_to("ann@example.org").await;
    for page in ["/en/nominate/check", "/en/nominate/you"] {
        assert_eq!(visitor.look(page).await.expect_status(303).header("location"), "/en/nominate/sent");
        assert_eq!(visitor.send(page, &[]).await.expect_status(303).header("location"), "/en/nominate/sent");
    }
    assert_eq!((nominations(&app).await, app.mail().unread().len()), (1, 0));
    // Somebody else is nominated from an empty page on.
    assert!(!visitor.see("/en/nominate/category").await.contains(" checked"));
}

async fn a_draft_is_mailed_and_gone_on_with_elsewhere(app: TestApp) {
    app.edition_2021().await;
    let mut visitor = Visitor::new(&app);
    visitor.send("/ru/nominate/category", &[("category", "I2")]).await.expect_status(303);
    let later = [("nominee-name", "Мария Иванова"), ("act", "later")];
    let later = visitor.send("/ru/nominate/name", &later).await.expect_status(303);
    assert_eq!(later.header("location"), "/ru/nominate/save");
    visitor.see("/ru/nominate/save").await;
    let wrong = visitor.send("/ru/nominate/save", &[("email", "a@b")]).await.expect_status(422);
    assert!(wrong.text.contains("<title>Ошибка: Сохранить"), "{}", wrong.text);
    let saved = visitor.send("/ru/nominate/save", &[("email", "ann@example.org")]).await.expect_status(303);
    assert!(visitor.see(&saved.header("location")).await.contains("9 июня 2021 года"));
    let mail = app.mail().next_to("ann@example.org").await;
    assert_eq!(mail.subject(), "Черновик вашей заявки");
    assert!(!mail.text().contains("Мария"), "nothing that was typed: {}", mail.text());

    let link = mail.link("draft");
    let path = link.strip_prefix(&app.base).expect("ours");
    let mut elsewhere = Visitor::new(&app);
    let opened = elsewhere.look(path).await.expect_status(303);
    let page = opened.header("location");
    let shown = elsewhere.see(&page).await;
    assert!(!shown.contains("Мария") && shown.contains("<button>Продолжить заявку</button>"), "{shown}");
    let start = elsewhere.look("/ru/nominate/name").await.expect_status(303);
    assert_eq!(start.header("location"), "/ru/nominate/start", "opening a link opens nothing yet");
    let go_on = elsewhere.send(&page, &[]).await.expect_status(303);
    assert_eq!(go_on.header("location"), "/ru/nominate/place", "to the first page that is not answered");
    let (_, page) = fill_in(&mut elsewhere, "/ru/nominate/name", &maria()).await;
    elsewhere.send(&page, &[]).await.expect_status(303);
    let sent = elsewhere.see("/ru/nominate/sent").await;
    assert!(!sent.contains("Подтвердите заявку"), "the link has proven the address: {sent}");
    assert!(app.mail().next_to("ann@example.org").await.subject().contains("received"));
    app.mail().next_to("jan@example.org").await;
    app.mail().next_to("olga@example.org").await;
    elsewhere.look(path).await.expect_status(303);
    elsewhere.look("/ru/draft").await.expect_status(404);
}

async fn who_holds_the_cookie_has_not_proven_the_address(app: TestApp) {
    app.edition_2021().await;
    let mut visitor = Visitor::new(&app);
    let (_, page) = fill_in(&mut visitor, "/en/nominate/category", &maria()).await;
    visitor.send("/en/nominate/save", &[("email", "eve@example.org")]).await.expect_status(303);
    let eve = app.mail().next_to("eve@example.org").await.token("draft");
    visitor.send("/en/nominate/save", &[("email", "ann@example.org")]).await.expect_status(303);
    let ann = app.mail().next_to("ann@example.org").await.token("draft");
    app.get("/link/draft", &eve).await.expect_status(404); // it proves another address
    app.get("/link/draft", &ann).await.expect_status(200);
    visitor.send(&page, &[]).await.expect_status(303);
    assert!(visitor.see("/en/nominate/sent").await.contains("Check your email to confirm"));
    app.mail().next_to("ann@example.org").await.token("confirm");
}

async fn a_form_left_open_over_the_close_keeps_the_text(app: TestApp) {
    app.edition_2021().await;
    app.at("2021-06-30T15:30:00Z");
    let mut visitor = Visitor::new(&app);
    let (_, page) = fill_in(&mut visitor, "/en/nominate/category", &maria()).await;
    app.at("2021-06-30T16:00:00Z");
    let typed = [("story-impact", "What I have just written, and would not like to lose")];
    let late = visitor.send("/en/nominate/impact", &typed).await.expect_status(409);
    for words in [
        "<h1>Nominations are not open</h1>",
        "Nominations closed on 30 June 2021, 17:00 in Coventry, 19:00 in Volgograd.",
        "What I have just written, and would not like to lose",
        "Pen friends from two cities became a yearly youth orchestra",
    ] {
        assert!(late.text.contains(words), "{words} in {}", late.text);
    }
    let unsent = visitor.send(&page, &[]).await.expect_status(409);
    assert!(unsent.text.contains("She began with twelve letters"), "{}", unsent.text);
    visitor.look("/ru/nominate/start").await.expect_status(409);
    assert_eq!(nominations(&app).await, 0);
    app.at("2021-04-01T00:00:00Z");
    let early = Visitor::new(&app).look("/en/nominate/start").await.expect_status(409);
    assert!(early.text.contains("Nominations open on 23 April 2021, 14:00 in Coventry"), "{}", early.text);
}

async fn a_paste_of_a_megabyte_is_answered_kindly(app: TestApp) {
    app.edition_2021().await;
    let mut visitor = Visitor::new(&app);
    fill_in(&mut visitor, "/en/nominate/category", &maria()).await;
    let paste = "word ".repeat(200_000);
    let large = visitor.send("/en/nominate/impact", &[("story-impact", &paste)]).await.expect_status(413);
    assert!(large.text.contains("This was too much to be kept"), "{}", large.text);
    assert!(large.text.contains("Over one hundred teenagers"), "what stood there still does");
    assert!(large.text.len() < 60_000);
}

async fn a_cookie_of_somebody_else_opens_nothing(app: TestApp) {
    app.edition_2021().await;
    let mut visitor = Visitor::new(&app);
    let first = visitor.send("/en/nominate/category", &[("category", "I2")]).await.expect_status(303);
    let cookie = first.header("set-cookie");
    for flag in ["tca-form=", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=86400"] {
        assert!(cookie.contains(flag), "{flag} in {cookie}");
    }
    let value = visitor.cookie("tca-form").expect("a cookie").to_owned();
    let flipped: String = value
        .chars()
        .enumerate()
        .map(|(at, sign)| if at == 3 { if sign == 'A' { 'B' } else { 'A' } } else { sign })
        .collect();
    let mut other = Visitor::new(&app);
    for wrong in [flipped.as_str(), "A", &value[..70]] {
        other.put("tca-form", wrong);
        assert_eq!(other.look("/en/nominate/name").await.expect_status(303).header("location"), "/en/nominate/start");
    }
    other.put("tca-form", &value);
    other.look("/en/nominate/name").await.expect_status(200);
    let elsewhere = visitor.call(Method::POST, "/en/nominate/name").header("sec-fetch-site", "cross-site");
    elsewhere.body(FORM, form(&[])).send().await.expect_status(403);
    app.at("2021-05-11T10:00:00Z");
    assert_eq!(
        other.look("/en/nominate/name").await.expect_status(303).header("location"),
        "/en/nominate/start",
        "24 h"
    );
    let secure = app.beside(|config| config.public_url = PublicUrl::parse("https://awards.example").expect("one"));
    let page = secure.get("/en/nominate/start").header("host", "awards.example").send().await.expect_status(200);
    assert_eq!((page.header("cache-control").as_str(), page.header("x-robots-tag").as_str()), ("no-store", "noindex"));
}

/// `content/samples.md`, edge rows: what is typed as the nominee's name, and what becomes of it.
const NAMES: &[(&str, Result<&str, &str>)] = &[
    ("محمد المثال", Ok("محمد المثال")),
    ("שם Example (ב)", Ok("שם Example (ב)")),
    ("D’Arcy O'Neill-Smith", Ok("D’Arcy O'Neill-Smith")),
    ("Jose\u{301}", Ok("José")),
    ("Z\u{301}\u{301}\u{301}\u{301}\u{301}", Err("Enter a name with at least one letter")),
    ("Anna 😀", Ok("Anna 😀")),
    ("=cmd|' /C calc'!A0", Ok("=cmd|' /C calc'!A0")),
    ("@SUM(1) a", Ok("@SUM(1) a")),
    ("+Friends", Ok("+Friends")),
    ("-5 Club", Ok("-5 Club")),
    ("Ma\u{200B}ria", Ok("Maria")),
    ("\u{202E}gro.elpmaxe", Err("This holds characters that cannot be used")),
    ("Mария", Ok("Mария")),
    ("Сlub of Friends", Ok("Сlub of Friends")),
    ("Sukarno", Ok("Sukarno")),
    ("李", Ok("李")),
    ("Иванова Мария Петровна", Ok("Иванова Мария Петровна")),
    ("<b>A</b> & \"B\"", Ok("<b>A</b> & \"B\"")),
    ("Ann\r\nBcc: x@example.org", Err("This holds characters that cannot be used")),
    ("...", Err("Enter a name with at least one letter")),
    ("   ", Err("Enter: Full name")),
];

async fn every_edge_row_goes_in_and_comes_out_unharmed(app: TestApp) {
    app.edition_2021().await;
    let most = "Ж".repeat(160);
    let over = "Ж".repeat(161);
    let long = [(most.as_str(), Ok(most.as_str())), (over.as_str(), Err("Full name: 160 characters at most, now 161"))];
    for (at, (name, outcome)) in NAMES.iter().chain(&long).enumerate() {
        let mut visitor = Visitor::new(&app);
        let mut body = maria();
        body["nominee"]["name_other_script"] = json!(null);
        body["nominator"]["email"] = json!(format!("edge{at}@example.org"));
        let (_, page) = fill_in(&mut visitor, "/en/nominate/category", &body).await;
        let name = [("nominee-name", *name), ("nominee-name_other_script", ""), ("nominee-honours", "")];
        let sent = visitor.send("/en/nominate/name?from=check", &name).await;
        match outcome {
            Err(words) => assert!(sent.expect_status(422).text.contains(words), "{name:?}"),
            Ok(stored) => {
                sent.expect_status(303);
                visitor.send(&page, &[]).await.expect_status(303);
                let token = confirm(&app, &format!("edge{at}@example.org")).await;
                assert_eq!(own(&app, &token).await["nominee"]["name"], *stored, "{name:?}");
            }
        }
    }
    for (typed, outcome) in [
        ("A.B+x@Example.ORG", 303),
        ("name@пример.рф", 303),
        ("имя@example.org", 422),
        ("a@b", 422),
        ("a@@example.org", 422),
    ] {
        let mut visitor = Visitor::new(&app);
        visitor.send("/en/nominate/category", &[("category", "I1")]).await.expect_status(303);
        let you = [("nominator-name", "Ann"), ("nominator-email", typed), ("nominator-country", "GB")];
        visitor.send("/en/nominate/you", &you).await.expect_status(outcome);
    }
}

async fn whoever_mails_drafts_is_limited(app: TestApp) {
    app.edition_2021().await;
    let mut visitor = Visitor::new(&app);
    visitor.send("/en/nominate/category", &[("category", "I1")]).await.expect_status(303);
    let mail = |number: usize| {
        let call = visitor.call(Method::POST, "/en/nominate/save").header("sec-fetch-site", "same-origin");
        let email = format!("victim{number}@example.org");
        call.from("203.0.113.7").body(FORM, form(&[("email", &email)])).send()
    };
    for number in 0..60 {
        mail(number).await.expect_status(303);
    }
    mail(60).await.expect_status(429);
}
