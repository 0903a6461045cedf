//! Translations on pages: an organiser gives texts out, a translator works on one; nothing that was typed is lost.

use reqwest::Method;
use serde_json::json;

use crate::app::{TestApp, stories};
use crate::people::{bridge_club, maria};
use crate::translations::{Room, in_english};
use crate::visitor::Visitor;

stories![
    texts_are_given_out_on_a_page,
    a_text_is_translated_on_a_page,
    what_was_typed_is_kept_where_the_original_changes
];

const DESK: &str = "/en/organise/2021/translations";

/// The values of the ticks on the organisers' page.
fn ticks(page: &str) -> Vec<String> {
    let all = page.split("type=\"checkbox\" name=\"text\" value=\"").skip(1);
    all.map(|rest| rest.split('"').next().expect("a value").to_owned()).collect()
}

async fn texts_are_given_out_on_a_page(app: TestApp) {
    let room = Room::new(&app).await;
    let club = room.nominated(&bridge_club()).await;
    room.nominated(&maria()).await;
    let mut olive = Visitor::signed_in(&app, "olive@example.org").await;
    let account = olive.see("/en/account").await;
    for page in [DESK, "/en/organise/2021/import", "/en/organise/2021/exports"] {
        assert!(account.contains(&format!("href=\"{page}\"")), "{page}: {account}");
    }
    let page = olive.see(DESK).await;
    assert!(page.contains("Story, from Russian into English, 61 words"), "{page}");
    assert!(page.contains("not translated yet"), "{page}");
    let texts = ticks(&page);
    assert_eq!(texts.len(), 2);

    let nothing = olive.send(DESK, &[("person", "")]).await.expect_status(422);
    for told in
        ["<title>Error: ", "Choose at least one text", "Choose a translator of this edition", "href=\"#person\""]
    {
        assert!(nothing.text.contains(told), "{told}: {}", nothing.text);
    }
    let tara = room.person("tara@example.org").await;
    let kept = olive.send(DESK, &[("text", &texts[0]), ("person", "somebody")]).await.expect_status(422);
    assert!(kept.text.contains(&format!("value=\"{}\" checked", texts[0])), "{}", kept.text);
    let both = [("text", texts[0].as_str()), ("text", &texts[1]), ("person", &tara)];
    let given = olive.send(DESK, &both).await.expect_status(303);
    assert_eq!(given.header("location"), format!("{DESK}?done"));
    let page = olive.see(&format!("{DESK}?done")).await;
    assert_eq!(page.matches("given to \u{2068}Tara Tongues\u{2069} on 10 May 2021").count(), 2, "{page}");
    let russian = olive.see(&format!("{}?done", DESK.replace("/en/", "/ru/"))).await;
    assert!(russian.contains("Рассказ, с русского на английский, 61 слово"), "{russian}");

    // Chosen as they were shown before: somebody has given them out since.
    let late = olive.send(DESK, &both).await.expect_status(412);
    assert!(late.text.contains("Nothing was done"), "{}", late.text);
    let text = ticks(&page).into_iter().find(|text| text.starts_with(&club)).expect("it is listed");
    olive.send(DESK, &[("text", &text), ("person", "nobody")]).await.expect_status(303);
    let queue = app.get("/translate/queue", &room.tara.token).await.json();
    assert_eq!(queue["items"].as_array().map(Vec::len), Some(1));

    let mut tara = Visitor::signed_in(&app, "tara@example.org").await;
    tara.look(DESK).await.expect_status(403);
    let mut nobody = Visitor::new(&app);
    let led = nobody.look(DESK).await.expect_status(303);
    assert!(led.header("location").starts_with("/en/sign-in?next="));
}

async fn a_text_is_translated_on_a_page(app: TestApp) {
    let room = Room::new(&app).await;
    let mut club = bridge_club();
    club["story"]["friendship"] = json!(
        "Каждая семья <b>принимает</b> гостей у себя дома и всегда рада новым друзьям.\nИ учит их языку, чтобы дружили люди."
    );
    let club = room.nominated(&club).await;
    let mut tara = Visitor::signed_in(&app, "tara@example.org").await;
    assert!(tara.see("/en/account").await.contains("href=\"/en/translate\""));
    assert!(tara.see("/en/translate").await.contains("No text waits for you."));
    let text = format!("{club}.story.en");
    tara.look(&format!("/en/translate/{text}")).await.expect_status(404);
    room.give(&text, "tara@example.org").await.expect_status(200);
    let queue = tara.see("/ru/translate").await;
    assert!(queue.contains(&format!("href=\"/ru/translate/{text}\"")), "{queue}");
    let page = format!("/en/translate/{text}");
    let shown = tara.see(&page).await;
    for told in [
        "<div lang=\"ru\">",
        "&#60;b&#62;принимает&#60;/b&#62;",
        "<p>И учит их языку, чтобы дружили люди.</p>",
        "name=\"story-friendship\" rows=\"12\" lang=\"en\"",
        "How did they bring peoples closer?",
    ] {
        assert!(shown.contains(told), "{told}: {shown}");
    }
    assert!(!shown.contains("story-others"), "the original says nothing of others");
    let version = shown.split("name=\"version\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    let version = version.expect("the page says what it shows").to_owned();
    let mut fields = vec![
        ("version", version.as_str()),
        ("headline", "Forty years of letters"),
        ("story-impact", "Gardens."),
        ("story-friendship", "Guests at home.\nAnd their language."),
        ("story-commitment", ""),
    ];
    let refused = tara.send(&page, &fields).await.expect_status(422);
    for told in
        ["<title>Error: ", "href=\"#story-commitment\"", "value=\"Forty years of letters\"", "Guests at home.\n"]
    {
        assert!(refused.text.contains(told), "{told}: {}", refused.text);
    }
    fields[4].1 = "Since 1981.";
    let saved = tara.send(&page, &fields).await.expect_status(303);
    assert_eq!(saved.header("location"), "/en/translate?saved");
    let queue = tara.see("/en/translate?saved").await;
    assert!(queue.contains("The translation is saved.") && queue.contains("No text waits"), "{queue}");
    assert!(tara.see(&page).await.contains("Judges read this translation."));
    let read = app.get(&format!("/translate/{text}"), &room.tara.token).await.expect_status(200);
    assert_eq!(read.str("/translation/story/friendship"), "Guests at home.\nAnd their language.");

    app.at("2021-10-06T19:00:00Z");
    let mut tara = Visitor::signed_in(&app, "tara@example.org").await;
    assert!(tara.see("/en/translate").await.contains("Nothing is translated now."));
}

async fn what_was_typed_is_kept_where_the_original_changes(app: TestApp) {
    let room = Room::new(&app).await;
    let club = room.nominated(&bridge_club()).await;
    let text = format!("{club}.story.en");
    room.give(&text, "tara@example.org").await.expect_status(200);
    let mut tara = Visitor::signed_in(&app, "tara@example.org").await;
    let page = format!("/en/translate/{text}");
    let fields = |shown: &str| {
        let version = shown.split("name=\"version\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        let english = in_english();
        let of = |place: &str| english.pointer(place).and_then(|text| text.as_str()).expect("a text").to_owned();
        vec![
            ("version", version.expect("it is there").to_owned()),
            ("headline", of("/headline")),
            ("story-impact", of("/story/impact")),
            ("story-friendship", of("/story/friendship")),
            ("story-commitment", of("/story/commitment")),
        ]
    };
    let typed = fields(&tara.see(&page).await);
    let own = app.mail().next_to("ivan@example.org").await.token("nomination");
    let patch = json!({"headline": "Сорок один год писем и встреч"});
    app.change(Method::PATCH, "/link/nomination", "/link/nomination", &own, patch).await.expect_status(200);
    let borrowed: Vec<(&str, &str)> = typed.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let late = tara.send(&page, &borrowed).await.expect_status(412);
    for told in ["This text has changed while you were writing", "Сорок один год", "Each family takes guests"]
    {
        assert!(late.text.contains(told), "{told}: {}", late.text);
    }
    let again = fields(&late.text);
    let borrowed: Vec<(&str, &str)> = again.iter().map(|(name, value)| (*name, value.as_str())).collect();
    tara.send(&page, &borrowed).await.expect_status(303);
}
