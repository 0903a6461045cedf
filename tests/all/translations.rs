//! Translations: who is given what, what judges then read, and what becomes of a translation when its original changes.

use reqwest::Method;
use serde_json::{Value as Json, json};
use twin_cities_awards::audit::seal::seal;
use twin_cities_awards::ids::NominationId;
use twin_cities_awards::nominations;
use twin_cities_awards::store::StoreError;

use crate::app::{Seen, TestApp, stories};
use crate::people::{Person, bridge_club, maria};

stories![
    a_text_is_given_out_translated_and_read_by_judges,
    a_letter_is_translated_beside_its_own_original,
    a_translation_makes_a_nomination_readable_and_the_plan_counts_it,
    a_changed_original_makes_its_translation_stale,
    words_blacked_out_afterwards_hide_the_translation_until_it_is_saved_anew,
    words_that_privacy_takes_are_gone_from_the_translation_too,
    a_translation_that_is_forgotten_leaves_its_words_nowhere,
    a_translator_meets_no_contact_and_nothing_that_was_not_given_to_them,
    a_text_is_given_to_translators_of_the_edition_alone,
    what_is_wrong_with_a_translation_is_told_in_both_languages,
    a_queue_is_told_in_stretches_the_longest_given_first,
    what_was_merged_is_translated_by_itself,
];

const NOMINATIONS: &str = "/organise/editions/2021/nominations";
const TEXTS: &str = "/organise/editions/2021/translations";
const PEOPLE: &str = "/organise/editions/2021/people";

/// The edition with an organiser and a translator.
pub struct Room<'a> {
    pub app: &'a TestApp,
    pub olive: Person,
    pub tara: Person,
}

impl<'a> Room<'a> {
    pub async fn new(app: &'a TestApp) -> Self {
        app.edition_2021().await;
        let olive = app.operator_invites("organiser", None, "olive@example.org").await;
        let tara = json!({"email": "tara@example.org", "name": "Tara Tongues", "role": "translator", "language": "en"});
        let tara = app.organiser_invites(&olive, tara).await;
        Self { app, olive, tara }
    }

    /// A nomination that is let in without its letters.
    pub async fn nominated(&self, body: &Json) -> String {
        let id = self.app.nominate(body).await;
        let eligible = json!({"status": "eligible", "waive_letters": "The story speaks for itself."});
        self.app.screen(&self.olive, &id, eligible).await;
        id
    }

    /// As the list of people names somebody.
    pub async fn person(&self, email: &str) -> String {
        let people = self.app.get(&format!("{PEOPLE}?limit=200"), &self.olive.token).await.expect_status(200).json();
        let found = people["items"].as_array().expect("a list").iter().find(|one| one["email"] == email).cloned();
        found.expect("they were invited")["id"].as_str().expect("an id").to_owned()
    }

    /// Gives a text to somebody.
    pub async fn give(&self, text: &str, email: &str) -> Seen {
        let gift = json!({"person": self.person(email).await});
        self.app.put(&format!("{TEXTS}/{text}/translator"), &self.olive.token, gift).await
    }

    /// What waits for a translator.
    async fn queue(&self, translator: &Person) -> Vec<Json> {
        let queue = self.app.get("/translate/queue", &translator.token).await.expect_status(200).json();
        queue["items"].as_array().expect("a list").clone()
    }

    /// A translator saves what they have read just now.
    pub async fn translate(&self, translator: &Person, text: &str, words: Json) -> Seen {
        let path = format!("/translate/{text}");
        self.app.change(Method::PUT, &path, &path, &translator.token, words).await
    }

    async fn blacks_out(&self, id: &str, body: Json) -> Seen {
        let read = format!("{NOMINATIONS}/{id}");
        self.app.change(Method::PUT, &format!("{read}/redactions"), &read, &self.olive.token, body).await
    }

    async fn for_judges(&self, id: &str) -> nominations::ForJudges {
        let id = NominationId::parse(id).expect("an id");
        let read = self.app.app.store.read(move |tx| Ok::<_, StoreError>(nominations::for_judges(tx, id)?));
        read.await.expect("the store reads").expect("it is there")
    }

    /// The texts of a nomination in the organisers' list: each with its state.
    async fn untranslated(&self) -> Vec<(String, String)> {
        let list = self.app.get(TEXTS, &self.olive.token).await.expect_status(200).json();
        let text = |item: &Json, name: &str| item[name].as_str().expect("a text").to_owned();
        list["items"].as_array().expect("a list").iter().map(|item| (text(item, "text"), text(item, "state"))).collect()
    }
}

/// The bridge club's story in English.
pub fn in_english() -> Json {
    json!({
        "headline": "Forty years of letters, meetings and gardens",
        "story": {
            "impact": "The club gathered thousands of letters, and children, veterans and gardeners now plant gardens.",
            "friendship": "Each family takes guests into its own home.",
            "commitment": "Not one year without a meeting since 1981.",
        },
    })
}

fn text(id: &str, part: &str, into: &str) -> String {
    format!("{id}.{part}.{into}")
}

async fn a_text_is_given_out_translated_and_read_by_judges(app: TestApp) {
    let room = Room::new(&app).await;
    let club = room.nominated(&bridge_club()).await;
    let story = text(&club, "story", "en");
    assert_eq!(room.untranslated().await, [(story.clone(), "missing".to_owned())]);
    assert_eq!(room.queue(&room.tara).await, Vec::<Json>::new());

    let given = room.give(&story, "tara@example.org").await.expect_status(200);
    assert_eq!((given.str("/state"), given.str("/office/given_at")), ("missing".into(), "2021-05-10T10:00:00Z".into()));
    let listed = app.get(TEXTS, &room.olive.token).await.json();
    assert_eq!(listed["items"][0]["translator"]["name"], "Tara Tongues");
    let queue = room.queue(&room.tara).await;
    let mut first = queue[0].clone();
    first["reference"] = Json::Null;
    assert_eq!(
        first,
        json!({"text": story, "edition": "2021", "reference": null, "category": "O1", "part": "story", "from": "ru",
            "into": "en", "words": 61, "state": "missing", "given_at": "2021-05-10T10:00:00Z"})
    );

    let read = app.get(&format!("/translate/{story}"), &room.tara.token).await.expect_status(200);
    assert_eq!(read.str("/original/headline"), "Сорок лет писем, встреч и общих садов");
    assert_eq!(read.json()["translation"], Json::Null);
    app.at("2021-05-10T10:05:00Z");
    let saved = room.translate(&room.tara, &story, in_english()).await.expect_status(200);
    assert_eq!((saved.str("/state"), saved.str("/made_at")), ("current".into(), "2021-05-10T10:05:00Z".into()));
    assert_eq!(saved.str("/translation/story/friendship"), "Each family takes guests into its own home.");
    assert_eq!(room.queue(&room.tara).await, Vec::<Json>::new());
    assert_eq!(room.untranslated().await, []);

    let seen = serde_json::to_value(room.for_judges(&club).await).expect("JSON");
    let mut shown = in_english();
    shown["language"] = json!("en");
    shown["story"]["others"] = Json::Null;
    shown["made_at"] = json!("2021-05-10T10:05:00Z");
    shown["stale"] = json!(false);
    assert_eq!(seen["translations"], json!([shown]), "who made it is not told");

    // An organiser improves it: by the version that they have read, never over another's work.
    let path = format!("{NOMINATIONS}/{club}/translations/en");
    app.put(&path, &room.olive.token, in_english()).await.expect_status(428);
    let mut better = in_english();
    better["headline"] = json!("Forty years of letters, meetings and shared gardens");
    let stale = app.call(Method::PUT, &path).bearer(&room.olive.token).header("if-match", &read.header("etag"));
    stale.json(&better).send().await.expect_status(412);
    let improved = app.change(Method::PUT, &path, &path, &room.olive.token, better).await.expect_status(200);
    assert_ne!(improved.str("/office/made_by"), improved.str("/office/translator"));
    assert_eq!(
        room.for_judges(&club).await.translations[0].headline,
        "Forty years of letters, meetings and shared gardens"
    );

    seal(&app.app).await.expect("the audit is sealed");
    let events = app.get("/organise/editions/2021/audit?limit=200", &room.olive.token).await.expect_status(200).text;
    assert!(events.contains("translator_named") && events.contains("text_translated"), "{events}");
    assert!(!events.contains("gardens"), "{events}");
}

async fn a_letter_is_translated_beside_its_own_original(app: TestApp) {
    let room = Room::new(&app).await;
    let orchestra = room.nominated(&maria()).await;
    app.supporter_writes("olga@example.org", "ru").await;
    app.at("2021-05-10T10:01:00Z");
    app.supporter_writes("jan@example.org", "en").await;
    let missing = room.untranslated().await;
    let expected = [("story", "ru"), ("letter-1", "ru"), ("letter-2", "en")];
    let expected = expected.map(|(part, into)| (text(&orchestra, part, into), "missing".to_owned()));
    assert_eq!(missing, expected, "each into the language that it is not written in");

    let path = |number: u8, into: &str| format!("{NOMINATIONS}/{orchestra}/letters/{number}/translation/{into}");
    let words = json!({"letter": "Я знаю их много лет."});
    for (number, into) in [(1, "en"), (2, "ru"), (3, "ru"), (0, "ru"), (1, "de")] {
        app.put(&path(number, into), &room.olive.token, words.clone()).await.expect_status(404);
    }
    let saved = app.put(&path(1, "ru"), &room.olive.token, words.clone()).await.expect_status(200);
    assert_eq!((saved.str("/part"), saved.str("/from")), ("letter-1".to_owned(), "en".to_owned()));
    app.put(&path(2, "en"), &room.olive.token, json!({"letter": "I know them well."})).await.expect_status(200);
    let seen = room.for_judges(&orchestra).await;
    let beside: Vec<_> = seen
        .letters
        .iter()
        .map(|letter| (letter.language.as_str(), letter.translations[0].letter.as_str(), letter.translations.len()))
        .collect();
    assert_eq!(beside, [("ru", "I know them well.", 1), ("en", "Я знаю их много лет.", 1)], "the earliest first");
    assert!(seen.translations.is_empty());
    app.put(&path(1, "ru"), &room.olive.token, in_english()).await.expect_status(400);
}

async fn a_translation_makes_a_nomination_readable_and_the_plan_counts_it(app: TestApp) {
    let mut room = Room::new(&app).await;
    let club = room.nominated(&bridge_club()).await;
    let judge = json!({"email": "carol@jury.example.org", "name": "Carol", "role": "judge", "panel": "coventry",
        "language": "en", "reads": ["en"]});
    let mut carol = app.organiser_invites(&room.olive, judge).await;
    app.at("2021-07-05T10:00:00Z");
    for person in [&mut room.olive, &mut room.tara, &mut carol] {
        app.sign_in(person).await;
    }
    let posted = json!({"how": "post", "on": "2021-07-05"});
    app.put(&format!("{NOMINATIONS}/{club}/notice"), &room.olive.token, posted).await.expect_status(200);
    let plan = async || {
        let asked = json!({"per_panel": 1});
        let made = app.post("/organise/editions/2021/assignments/plan", &room.olive.token, asked).await;
        made.expect_status(201).json()
    };
    let short = |plan: &Json| {
        let all = plan["shortfalls"].as_array().expect("a list").iter();
        all.filter(|one| one["panel"] == "coventry").map(|one| one["barred"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(short(&plan().await), [json!({"language": 1})], "nobody of Coventry reads Russian");

    let story = text(&club, "story", "en");
    room.give(&story, "tara@example.org").await.expect_status(200);
    room.translate(&room.tara, &story, in_english()).await.expect_status(200);
    assert_eq!(short(&plan().await), Vec::<Json>::new());

    // What judges are not shown helps none of them to read.
    let spans = json!({"spans": [{"field": "/headline", "start": 0, "end": 5}]});
    room.blacks_out(&club, spans).await.expect_status(200);
    assert_eq!(short(&plan().await), [json!({"language": 1})]);
    let mut anew = in_english();
    anew["headline"] = json!("[removed] years of letters, meetings and gardens");
    room.translate(&room.tara, &story, anew).await.expect_status(200);
    let made = plan().await;
    assert_eq!(short(&made), Vec::<Json>::new());

    let applied = json!({"plan_id": made["id"]});
    app.post("/organise/editions/2021/assignments/apply", &room.olive.token, applied).await.expect_status(200);
    app.put("/judge/declarations/2021", &carol.token, json!({"confidential": true})).await.expect_status(200);
    let queue = app.get("/judge/assignments", &carol.token).await.expect_status(200);
    let page = app.get(&format!("/judge/assignments/{}", queue.str("/items/0/id")), &carol.token).await;
    let page = page.expect_status(200);
    assert_eq!(page.str("/translations/0/headline"), "[removed] years of letters, meetings and gardens");
    assert_eq!(page.str("/headline"), "[удалено] лет писем, встреч и общих садов");
    assert!(!page.text.contains("tara"), "{}", page.text);
}

async fn a_changed_original_makes_its_translation_stale(app: TestApp) {
    let room = Room::new(&app).await;
    let club = room.nominated(&bridge_club()).await;
    let story = text(&club, "story", "en");
    let own = app.mail().next_to("ivan@example.org").await.token("nomination");
    let change = async |patch: Json| {
        app.change(Method::PATCH, "/link/nomination", "/link/nomination", &own, patch).await.expect_status(200)
    };
    room.give(&story, "tara@example.org").await.expect_status(200);
    let path = format!("/translate/{story}");
    let read = app.get(&path, &room.tara.token).await.expect_status(200).header("etag");
    change(json!({"headline": "Сорок лет писем, встреч и садов"})).await;
    let late = app.call(Method::PUT, &path).bearer(&room.tara.token).header("if-match", &read).json(&in_english());
    assert_eq!(late.send().await.expect_status(412).str("/code"), "stale", "she has not read these words");
    room.translate(&room.tara, &story, in_english()).await.expect_status(200);

    change(json!({"nominee": {"phone": "+7 8442 11-11-11"}})).await;
    assert!(!room.for_judges(&club).await.translations[0].stale, "what was translated has not changed");
    change(json!({"story": {"commitment": "С 1982 года не было ни одного года без встречи или общего дела."}})).await;
    assert!(room.for_judges(&club).await.translations[0].stale);
    assert_eq!(room.queue(&room.tara).await[0]["state"], "stale");
    assert_eq!(room.untranslated().await, [(story.clone(), "stale".to_owned())]);
    room.translate(&room.tara, &story, in_english()).await.expect_status(200);
    assert!(!room.for_judges(&club).await.translations[0].stale);
    assert_eq!(room.queue(&room.tara).await, Vec::<Json>::new());

    // Written in English now: nobody needs it in English any more.
    change(json!({"language": "en"})).await;
    assert!(room.for_judges(&club).await.translations.is_empty());
    app.get(&path, &room.tara.token).await.expect_status(404);
    assert_eq!(room.queue(&room.tara).await, Vec::<Json>::new());
}

async fn words_blacked_out_afterwards_hide_the_translation_until_it_is_saved_anew(app: TestApp) {
    let room = Room::new(&app).await;
    let tom = app.operator_invites("translator", None, "tom@example.org").await;
    let club = room.nominated(&bridge_club()).await;
    let story = text(&club, "story", "en");
    room.give(&story, "tara@example.org").await.expect_status(200);
    room.translate(&room.tara, &story, in_english()).await.expect_status(200);

    let impact = bridge_club()["story"]["impact"].as_str().expect("a text").to_owned();
    let start = impact[..impact.find("ветераны").expect("they are in it")].chars().count();
    let span = json!({"field": "/story/impact", "start": start, "end": start + "ветераны".chars().count()});
    room.blacks_out(&club, json!({"spans": [span]})).await.expect_status(200);
    assert!(room.for_judges(&club).await.translations.is_empty(), "the veterans stand in it still");
    let queued = &room.queue(&room.tara).await[0];
    assert_eq!(queued["state"], "hidden");
    let path = format!("/translate/{story}");
    let hers = app.get(&path, &room.tara.token).await.expect_status(200);
    assert!(hers.str("/original/story/impact").contains("дети, [удалено] и садоводы"));
    assert!(hers.str("/translation/story/impact").contains("veterans"), "she takes the words out of her own work");

    // Whoever gets the text after her is not shown them.
    let gift = json!({"person": room.person("tom@example.org").await});
    let give = format!("{TEXTS}/{story}/translator");
    let read = format!("{NOMINATIONS}/{club}/translations/en");
    app.change(Method::PUT, &give, &read, &room.olive.token, gift).await.expect_status(200);
    app.get(&path, &room.tara.token).await.expect_status(404);
    let his = app.get(&path, &tom.token).await.expect_status(200);
    assert_eq!((&his.json()["translation"], his.str("/state")), (&Json::Null, "hidden".to_owned()));
    assert!(!his.text.contains("ветераны") && !his.text.contains("veterans"), "{}", his.text);
    let mut anew = in_english();
    anew["story"]["impact"] = json!("Children, [removed] and gardeners plant gardens.");
    room.translate(&tom, &story, anew).await.expect_status(200);
    let seen = room.for_judges(&club).await;
    assert_eq!(seen.translations[0].story.impact, "Children, [removed] and gardeners plant gardens.");

    // The text changes under its marks: nothing of it is shown, and nothing is to be translated, until somebody looks.
    let own = app.mail().next_to("ivan@example.org").await.token("nomination");
    let patch = json!({"story": {"impact": format!("Ветераны и дети. {impact}")}});
    app.change(Method::PATCH, "/link/nomination", "/link/nomination", &own, patch).await.expect_status(200);
    assert!(room.for_judges(&club).await.translations.is_empty());
    assert_eq!(room.queue(&tom).await, Vec::<Json>::new());
    let refused = room.translate(&tom, &story, in_english()).await.expect_status(409);
    assert_eq!(refused.str("/code"), "illegal_move");
    let listed = app.get(TEXTS, &room.olive.token).await.json();
    assert_eq!((&listed["items"][0]["state"], &listed["items"][0]["blocked"]), (&json!("hidden"), &json!(true)));
}

async fn words_that_privacy_takes_are_gone_from_the_translation_too(app: TestApp) {
    let room = Room::new(&app).await;
    let orchestra = room.nominated(&maria()).await;
    app.supporter_writes("jan@example.org", "en").await;
    let story = json!({"headline": "Друзья по переписке", "story": {"impact": "Подростки играют вместе.",
        "friendship": "Двенадцать писем.", "commitment": "Шесть лет.", "others": "Учителя, у одного из них диабет."}});
    let path = format!("{NOMINATIONS}/{orchestra}/translations/ru");
    let letter = format!("{NOMINATIONS}/{orchestra}/letters/1/translation/ru");
    app.put(&path, &room.olive.token, story.clone()).await.expect_status(200);
    app.put(&letter, &room.olive.token, json!({"letter": "Знаю их."})).await.expect_status(200);
    let erase = json!({"erase": true, "spans": [{"field": "/story/others", "start": 0, "end": 8}]});
    room.blacks_out(&orchestra, erase).await.expect_status(200);

    let seen = room.for_judges(&orchestra).await;
    assert!(seen.translations.is_empty());
    assert_eq!(seen.letters[0].translations[0].letter, "Знаю их.", "nothing was taken from the letter");
    let left = app.get(&path, &room.olive.token).await.expect_status(200);
    assert_eq!((&left.json()["translation"], left.str("/state")), (&Json::Null, "missing".to_owned()));
    assert_eq!(left.json()["made_at"], Json::Null);
    app.put(&path, &room.olive.token, story).await.expect_status(200); // a first one again: it overwrites nothing
}

async fn a_translation_that_is_forgotten_leaves_its_words_nowhere(app: TestApp) {
    use diesel::prelude::*;
    use twin_cities_awards::store::schema::translations;

    let room = Room::new(&app).await;
    let club = room.nominated(&bridge_club()).await;
    let story = text(&club, "story", "en");
    room.give(&story, "tara@example.org").await.expect_status(200);
    room.translate(&room.tara, &story, in_english()).await.expect_status(200);
    let id = NominationId::parse(&club).expect("an id");
    let forget = async || {
        let done = app.app.store.write(move |tx| Ok::<_, StoreError>(nominations::forget_translations(tx, &[id])?));
        done.await.expect("the store writes")
    };
    assert_eq!((forget().await, forget().await), (1, 0));
    let left = app.app.store.read(|tx| {
        let columns = (translations::words, translations::original, translations::marks, translations::made_by);
        Ok::<_, StoreError>(translations::table.select(columns).first(tx)?)
    });
    let left: [Option<String>; 4] = {
        let (words, original, marks, by): (Option<String>, Option<String>, Option<String>, Option<String>) =
            left.await.expect("the row stays");
        [words, original, marks, by]
    };
    assert_eq!(left, [None, None, None, None]);
    assert!(room.for_judges(&club).await.translations.is_empty());
    assert_eq!(room.queue(&room.tara).await.len(), 1, "who has the text has it still");
}

async fn a_translator_meets_no_contact_and_nothing_that_was_not_given_to_them(app: TestApp) {
    let room = Room::new(&app).await;
    let mut club = bridge_club();
    club["nominee"]["phone"] = json!("+44 1632 960111");
    club["nominee"]["postal_address"] = json!("1 Markerone Lane");
    club["nominee"]["organisation"]["contact_name"] = json!("Markertwo Person");
    club["nominator"] = json!({"name": "Markerthree Person", "email": "markerfour@example.org",
        "phone": "+44 1632 960222", "relation": "markerfive", "country": "GB"});
    club["supporters"][0] =
        json!({"name": "Markersix Person", "email": "markerseven@example.org", "relation": "markereight"});
    let club = room.nominated(&club).await;
    app.supporter_writes("markerseven@example.org", "ru").await;
    let orchestra = room.nominated(&maria()).await;
    let (story, letter) = (text(&club, "story", "en"), text(&club, "letter-1", "en"));
    for given in [&story, &letter] {
        room.give(given, "tara@example.org").await.expect_status(200);
    }
    let markers = ["marker", "960111", "960222"];
    let office = app.get(&format!("{NOMINATIONS}/{club}"), &room.olive.token).await.text.to_lowercase();
    assert!(markers.iter().all(|marker| office.contains(marker)), "organisers do see them");
    let mut seen = vec![app.get("/translate/queue", &room.tara.token).await.expect_status(200)];
    for path in [
        format!("/translate/{story}"),
        format!("/translate/{letter}"),
        format!("{NOMINATIONS}/{club}/translations/en"),
        format!("{NOMINATIONS}/{club}/letters/1/translation/en"),
    ] {
        seen.push(app.get(&path, &room.tara.token).await.expect_status(200));
        let words = if path.contains("letter") { json!({"letter": "I know them."}) } else { in_english() };
        seen.push(app.change(Method::PUT, &path, &path, &room.tara.token, words).await.expect_status(200));
    }
    for answer in seen {
        let all = format!("{:?} {}", answer.headers, answer.text).to_lowercase();
        assert!(!markers.iter().any(|marker| all.contains(marker)), "{all}");
        assert!(!all.contains("\"office\""), "{all}");
    }

    // What was not given to her is like what does not exist.
    let nobody = "01890000-0000-7000-8000-000000000000";
    let bare = |seen: &Seen, id: &str| (seen.status, seen.text.replace(id, "ID"));
    let asks = [
        (Method::GET, "/translate/{id}.story.ru"),
        (Method::PUT, "/translate/{id}.story.ru"),
        (Method::GET, "/organise/editions/2021/nominations/{id}/translations/ru"),
        (Method::PUT, "/organise/editions/2021/nominations/{id}/translations/ru"),
    ];
    for (method, path) in asks {
        let ask = |id: &str| {
            let call = app.call(method.clone(), &path.replace("{id}", id)).bearer(&room.tara.token);
            if method == Method::PUT { call.json(&in_english()).send() } else { call.send() }
        };
        let (others, none) = (ask(&orchestra).await, ask(nobody).await);
        assert_eq!(bare(&others, &orchestra), bare(&none, nobody), "{method} {path}");
        assert_eq!(others.status.as_u16(), 404, "{method} {path}");
    }
    for path in [NOMINATIONS, TEXTS, PEOPLE, "/organise/editions/2021/progress", "/organise/editions/2021/results"] {
        app.get(path, &room.tara.token).await.expect_status(403);
    }

    // Withdrawn: nobody's work any more.
    app.screen(&room.olive, &club, json!({"status": "withdrawn", "reason": "They have asked us to."})).await;
    app.get(&format!("/translate/{story}"), &room.tara.token).await.expect_status(404);
    assert_eq!(room.queue(&room.tara).await, Vec::<Json>::new());
    let office = format!("{NOMINATIONS}/{club}/translations/en");
    app.change(Method::PUT, &office, &office, &room.olive.token, in_english()).await.expect_status(409);

    // Removed: from the next request on.
    let given = room.give(&text(&orchestra, "story", "ru"), "tara@example.org").await.expect_status(200);
    assert!(given.json()["office"]["translator"].is_string());
    let person = room.person("tara@example.org").await;
    app.call(Method::DELETE, &format!("{PEOPLE}/{person}")).bearer(&room.olive.token).send().await.expect_status(204);
    let tara = room.tara.token.clone();
    app.get("/translate/queue", &tara).await.expect_status(401);
    let listed = app.get(TEXTS, &room.olive.token).await.json();
    assert_eq!(listed["items"][0]["translator"], Json::Null, "nobody has it");
}

async fn a_text_is_given_to_translators_of_the_edition_alone(app: TestApp) {
    let room = Room::new(&app).await;
    app.edition_with_slug("2022").await;
    app.invited("2022", "translator", None, "elsewhere@example.org").await;
    let club = room.nominated(&bridge_club()).await;
    let story = text(&club, "story", "en");
    let path = format!("{TEXTS}/{story}/translator");
    let unknown = json!({"person": "01890000-0000-7000-8000-000000000000"});
    let olive = json!({"person": room.person("olive@example.org").await});
    for (body, code) in
        [(unknown, "unknown_translator"), (olive, "unknown_translator"), (json!({"person": "tara"}), "bad_choice")]
    {
        let refused = app.put(&path, &room.olive.token, body).await.expect_status(422);
        assert_eq!((refused.str("/errors/0/pointer"), refused.str("/errors/0/code")), ("/person".into(), code.into()));
    }
    for none in [text(&club, "letter-1", "en"), text(&club, "story", "ru"), "nonsense".to_owned()] {
        room.give(&none, "tara@example.org").await.expect_status(404);
    }
    let tara = json!({"person": room.person("tara@example.org").await});
    let given = app.put(&path, &room.olive.token, tara.clone()).await.expect_status(200);
    app.put(&path, &room.olive.token, json!({"person": null})).await.expect_status(428);
    app.at("2021-05-10T10:01:00Z");
    let read = format!("{NOMINATIONS}/{club}/translations/en");
    let again = app.change(Method::PUT, &path, &read, &room.olive.token, tara).await.expect_status(200);
    assert_eq!(again.str("/office/given_at"), given.str("/office/given_at"), "she has it since the first time");
    let taken = app.change(Method::PUT, &path, &read, &room.olive.token, json!({"person": null})).await;
    assert_eq!(taken.expect_status(200).json()["office"]["translator"], Json::Null);
    app.get(&format!("/translate/{story}"), &room.tara.token).await.expect_status(404);
}

async fn what_is_wrong_with_a_translation_is_told_in_both_languages(app: TestApp) {
    let room = Room::new(&app).await;
    let club = room.nominated(&bridge_club()).await;
    let orchestra = room.nominated(&maria()).await;
    app.supporter_writes("heike@example.org", "ru").await;
    let story = |id: &str, into: &str| format!("{NOMINATIONS}/{id}/translations/{into}");
    let mut with_others = in_english();
    with_others["story"]["others"] = json!("Two libraries.");
    let long = json!({"headline": "x".repeat(241), "story": {"impact": " ", "friendship": 1, "commitment": "x".repeat(6_001)}});
    let cases = [
        ("nothing", story(&club, "en"), json!({})),
        ("too long", story(&club, "en"), long),
        ("others where there are none", story(&club, "en"), with_others),
        ("no others where there are some", story(&orchestra, "ru"), in_english()),
        ("a letter for a story", story(&club, "en"), json!({"letter": "x"})),
        ("no letter", format!("{NOMINATIONS}/{club}/letters/1/translation/en"), json!({"letter": "\n"})),
        ("an own language", story(&club, "ru"), in_english()),
    ];
    let mut lines = String::new();
    for (name, path, body) in cases {
        for language in ["en", "ru"] {
            let call = app.call(Method::PUT, &path).bearer(&room.olive.token).language(language).json(&body);
            let told = call.send().await.line().replace(&club, "CLUB").replace(&orchestra, "ORCHESTRA");
            lines.push_str(&format!("{name} ({language}): {told}\n"));
        }
    }
    insta::assert_snapshot!("refusals_of_translations", lines);

    let given = text(&club, "story", "en");
    room.give(&given, "tara@example.org").await.expect_status(200);
    app.at("2021-09-08T10:00:00Z"); // from the decision lock on, sealed or not
    let mut tara = room.tara.clone();
    app.sign_in(&mut tara).await;
    for path in [format!("/translate/{given}"), story(&club, "en")] {
        assert_eq!(app.put(&path, &tara.token, in_english()).await.expect_status(409).str("/code"), "wrong_phase");
        assert_eq!(app.get(&path, &tara.token).await.expect_status(409).str("/code"), "wrong_phase");
    }
    assert_eq!(app.get("/translate/queue", &tara.token).await.expect_status(409).str("/code"), "wrong_phase");
}

async fn a_queue_is_told_in_stretches_the_longest_given_first(app: TestApp) {
    let room = Room::new(&app).await;
    let orchestra = room.nominated(&maria()).await;
    app.supporter_writes("jan@example.org", "en").await;
    app.at("2021-05-10T10:00:30Z");
    let club = room.nominated(&bridge_club()).await;
    let order = [text(&club, "story", "en"), text(&orchestra, "story", "ru"), text(&orchestra, "letter-1", "ru")];
    for (minute, given) in order.iter().enumerate() {
        app.at(&format!("2021-05-10T10:0{}:00Z", minute + 1));
        room.give(given, "tara@example.org").await.expect_status(200);
    }
    let queue: Vec<Json> = room.queue(&room.tara).await.iter().map(|item| item["text"].clone()).collect();
    assert_eq!(queue, order.each_ref().map(|text| json!(text)));
    let mut cursor = String::new();
    for text in &order {
        let page =
            app.get(&format!("/translate/queue?limit=1{cursor}"), &room.tara.token).await.expect_status(200).json();
        assert_eq!(page["items"][0]["text"], json!(text));
        cursor = page["next_cursor"].as_str().map(|next| format!("&cursor={next}")).unwrap_or_default();
    }
    assert_eq!(cursor, "");
    let mut listed = Vec::new();
    for _ in 0..3 {
        let page = app.get(&format!("{TEXTS}?limit=1{cursor}"), &room.olive.token).await.expect_status(200).json();
        listed.push(page["items"][0]["text"].as_str().expect("a text").to_owned());
        cursor = page["next_cursor"].as_str().map(|next| format!("&cursor={next}")).unwrap_or_default();
    }
    assert_eq!(cursor, "");
    assert_eq!(listed.iter().collect::<Vec<_>>(), [&order[1], &order[2], &order[0]], "by nomination and part");
    app.get(&format!("{TEXTS}?cursor=nonsense"), &room.olive.token).await.expect_status(400);
}

async fn what_was_merged_is_translated_by_itself(app: TestApp) {
    let room = Room::new(&app).await;
    let club = room.nominated(&bridge_club()).await;
    let mut second = bridge_club();
    second["nominator"]["email"] = json!("petya@example.org");
    second["headline"] = json!("Ещё один рассказ о клубе");
    let second = room.nominated(&second).await;
    let path = format!("{NOMINATIONS}/{second}");
    let merge = json!({"into": club});
    app.change(Method::POST, &format!("{path}/merge"), &path, &room.olive.token, merge).await.expect_status(200);
    let mut words = in_english();
    words["headline"] = json!("One more story of the club");
    app.put(&format!("{path}/translations/en"), &room.olive.token, words).await.expect_status(200);
    let seen = room.for_judges(&club).await;
    assert!(seen.translations.is_empty());
    assert_eq!(seen.merged[0].translations[0].headline, "One more story of the club");
    assert_eq!(room.untranslated().await, [(text(&club, "story", "en"), "missing".to_owned())]);
}
