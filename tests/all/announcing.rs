//! Announcing: winners learn in confidence and answer, nobody else can tell before the embargo lifts, and everything waits
//! for whoever presses Stop.

use reqwest::{Method, StatusCode};
use serde_json::{Value as Json, json};
use twin_cities_awards::announcement::clockwork;
use twin_cities_awards::audit::seal;
use twin_cities_awards::desk::digest;
use twin_cities_awards::http::links::{Link, LinkKind};
use twin_cities_awards::ids::{MessageId, NominationId};
use twin_cities_awards::nominations::Status;
use twin_cities_awards::store::StoreError;

use crate::app::{Seen, TestApp, stories};
use crate::people::{Committee, Person, bridge_club, maria};
use crate::smtp_server::{Act, Received};

stories![
    before_the_release_there_is_nothing_to_see,
    a_schedule_that_a_guard_refuses_sends_nothing,
    letters_are_read_by_two_before_they_leave,
    a_winner_answers_by_the_link_until_the_organisers_telephone,
    a_declined_award_is_never_shown_and_its_nominator_hears_what_others_hear,
    a_minors_surname_is_an_initial_on_every_road,
    who_asks_to_be_left_out_after_the_seal_is_not_shown,
    a_winner_who_asks_to_be_left_out_is_not_written_to,
    a_commended_nominee_who_asks_to_be_left_out_is_told_of_to_nobody,
    who_is_left_out_by_a_merged_nominations_link_is_left_out,
    a_letter_that_somebody_cancelled_is_missed,
    a_winners_letter_that_cannot_leave_is_given_up_while_somebody_can_still_call,
    stop_holds_everything_until_an_approver_resumes,
    who_does_not_answer_is_reminded_by_day,
    a_letter_to_oneself_names_nobody,
    an_organiser_looks_after_the_messages,
    only_the_office_announces,
    every_look_at_what_is_sealed_is_an_event,
    signatures_and_the_seal_are_told_with_a_hash_that_covers_them,
    whoever_steps_aside_after_the_seal_is_told_to_the_office,
];

const ORGANISE: &str = "/organise/editions/2021";
const SCREENING: &str = "2021-07-05T10:00:00Z";
const JUDGING: &str = "2021-08-02T10:00:00Z";
const DECIDING: &str = "2021-08-28T10:00:00Z";
const EMBARGO: &str = "2021-09-07T10:00:00Z";
const NOTIFIED: &str = "2021-09-13T09:00:00Z";
const RELEASED: &str = "2021-10-06T19:00:00Z";
const OUTCOME_MAIL: &str = "2021-10-07T07:00:00Z";

/// An edition that every city has signed: Maria has won I2, the Bridge Club O1, Olga was not chosen or was commended. Cleo
/// had nominated Maria as well, which was merged.
struct Sealed {
    app: TestApp,
    committee: Committee,
    orchestra: String,
    club: String,
    olga: String,
    merged: String,
}

/// What Olga was given.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Olga {
    Commended,
    NotChosen,
}

impl Sealed {
    async fn new(app: TestApp) -> Self {
        Self::with(app, Olga::NotChosen).await
    }

    async fn with(app: TestApp, found: Olga) -> Self {
        app.edition_2021().await;
        let committee = app.committee().await;
        let orchestra = app.nominate(&maria()).await;
        let club = app.nominate(&bridge_club()).await;
        let olga = app.nominate(&olga()).await;
        let merged = app.nominate(&cleos()).await;
        merge(&app, &merged, &orchestra).await;
        let mut room = Self { app, committee, orchestra, club, olga: olga.clone(), merged };
        room.at(SCREENING).await;
        for nomination in [&room.orchestra, &room.club, &olga] {
            let eligible = json!({"status": "eligible", "waive_letters": "The story speaks for itself."});
            room.app.screen(room.olive(), nomination, eligible).await;
        }
        for nominee in ["maria@example.org", "bezrodnaya@example.org"] {
            room.app.mail().next_to(nominee).await;
        }
        let posted = json!({"how": "post", "on": "2021-07-05"});
        room.put(&format!("nominations/{}/notice", room.club), posted).await.expect(StatusCode::OK);
        let plan = room.post("assignments/plan", json!({"per_panel": 4})).await.expect(StatusCode::CREATED).str("/id");
        room.post("assignments/apply", json!({"plan_id": plan})).await.expect(StatusCode::OK);
        room.at(JUDGING).await;
        for place in [0, 1, 2, 4, 5, 6] {
            room.judge(place).await;
        }
        room.at(DECIDING).await;
        for (category, winner, other) in [("I2", &room.orchestra, Some(&olga)), ("O1", &room.club, None)] {
            let cited = std::iter::once(winner).chain(other);
            let citations: Json = cited.map(|id| (id.clone(), citation())).collect::<serde_json::Map<_, _>>().into();
            let commended: Vec<&String> = other.into_iter().filter(|_| found == Olga::Commended).collect();
            let body = json!({"winners": [winner], "commended": commended, "citations": citations,
                "reason": "One of them stood out."});
            room.put(&format!("decisions/{category}"), body).await.expect(StatusCode::OK);
        }
        let digest = room.get("results/digest").await.expect(StatusCode::OK).str("/digest");
        for approver in &room.committee.approvers {
            let path = format!("{ORGANISE}/sign-off");
            room.app.post(&path, &approver.token, json!({"digest": digest})).await.expect(StatusCode::OK);
        }
        room.at(EMBARGO).await;
        room
    }

    async fn scheduled(app: TestApp) -> Self {
        let room = Self::new(app).await;
        room.is_scheduled().await;
        room
    }

    async fn is_scheduled(&self) {
        self.names_a_caller().await;
        self.is_read_by_two().await;
        self.post("announcement/schedule", json!({})).await.expect(StatusCode::OK);
    }

    /// The nominee asks to be left out, by the link of this nomination's notice.
    async fn objects(&self, nomination: &str) {
        let row = uuid::Uuid::parse_str(nomination).expect("an id");
        let notice = Link::to(LinkKind::Notice, row).token(&self.app.app.keys);
        self.app.post("/link/notice/objection", &notice, json!({})).await.expect(StatusCode::OK);
    }

    /// The one message of this kind to this address; the newest, where there are several.
    async fn message_to(&self, kind: &str, address: &str) -> String {
        let list = self.get("messages?limit=200").await.expect(StatusCode::OK).json();
        for item in list["items"].as_array().expect("messages").iter().filter(|item| item["kind"] == kind) {
            let id = item["id"].as_str().expect("an id");
            if self.get(&format!("messages/{id}")).await.str("/letter/to") == address {
                return id.to_owned();
            }
        }
        panic!("no {kind} to {address}")
    }

    async fn judge(&mut self, place: usize) {
        self.app.sign_in(&mut self.committee.judges[place]).await;
        let judge = &self.committee.judges[place];
        self.app.put("/judge/declarations/2021", &judge.token, json!({"confidential": true})).await;
        let queue = self.app.get("/judge/assignments?edition=2021", &judge.token).await.json();
        for item in queue["items"].as_array().expect("a list") {
            let rest = if item["nominee"] == "Ольга Безродная" { 5 } else { 8 };
            self.app.score(judge, item["id"].as_str().expect("an id"), 7, rest).await;
        }
    }

    /// Moves the clock; the office signs in again.
    async fn at(&mut self, time: &str) {
        self.app.at(time);
        for person in self.committee.organisers.iter_mut().chain(&mut self.committee.approvers) {
            self.app.sign_in(person).await;
        }
    }

    fn olive(&self) -> &Person {
        &self.committee.organisers[0]
    }

    async fn get(&self, path: &str) -> Seen {
        self.app.get(&format!("{ORGANISE}/{path}"), &self.olive().token).await
    }

    async fn post(&self, path: &str, body: Json) -> Seen {
        self.app.post(&format!("{ORGANISE}/{path}"), &self.olive().token, body).await
    }

    async fn put(&self, path: &str, body: Json) -> Seen {
        self.app.put(&format!("{ORGANISE}/{path}"), &self.olive().token, body).await
    }

    async fn names_a_caller(&self) {
        let caller = json!({"person": "Пётр Образцов", "phone": "+7 8442 00-00-00", "caller": "Oleg"});
        self.put(&format!("callers/{}", self.club), caller).await.expect(StatusCode::OK);
    }

    async fn is_read_by_two(&self) {
        let digest = json!({"digest": self.get("announcement/preview").await.expect(StatusCode::OK).str("/digest")});
        for reader in &self.committee.organisers {
            let path = format!("{ORGANISE}/announcement/read");
            self.app.post(&path, &reader.token, digest.clone()).await.expect(StatusCode::OK);
        }
    }

    /// Guards that refuse now.
    async fn refusing(&self) -> Vec<String> {
        let view = self.get("announcement").await.expect(StatusCode::OK).json();
        let guards = view["guards"].as_array().expect("guards").clone();
        assert_eq!(guards.len(), 13);
        let refusing = guards.iter().filter(|guard| guard["passed"] == false);
        refusing.map(|guard| guard["guard"].as_str().expect("a number").to_owned()).collect()
    }

    /// How often the audit has an act.
    async fn count_of(&self, act: &str) -> usize {
        crate::audit::acts(&self.app.app).await.iter().filter(|(done, ..)| done == act).count()
    }

    /// The winner's letter, and the token of its link.
    async fn letter(&self) -> (Received, String) {
        let mail = self.app.mail().next_to("maria@example.org").await;
        let token = mail.token("r");
        (mail, token)
    }

    /// The names of I2 as the organisers' export prints them, winner first.
    async fn printed(&self) -> Vec<Json> {
        let list = self.get("exports/winners.json").await.expect(StatusCode::OK).json();
        let rows = list.as_array().or(list["items"].as_array()).expect("a list");
        let given =
            |award: &'static str| rows.iter().filter(move |row| row["category"] == "I2" && row["award"] == award);
        given("winner").chain(given("commended")).map(|row| json!([row["name"], row["name_other_script"]])).collect()
    }

    async fn changes(&self, token: &str, reply: Json) -> Seen {
        self.app.change(Method::PUT, "/link/reply", "/link/reply", token, reply).await
    }

    /// Waits until whatever is due now has been done and sent: a letter of the lowest priority, asked for last, is here.
    async fn all_is_sent(&mut self) {
        clockwork::tick(&self.app.app).await.expect("the store answers");
        self.app.sign_in(&mut self.committee.organisers[0]).await;
        self.post("announcement/test-send", json!({"kind": "judges_thanks"})).await.expect(StatusCode::ACCEPTED);
        while self.app.mail().next_to("olive@example.org").await.subject()
            != "[TEST] Thank you: Twin Cities Awards 2021"
        {}
    }

    /// The next mail to this address that came since the embargo.
    async fn next_to(&self, address: &str) -> Received {
        loop {
            let mail = self.app.mail().next_to(address).await;
            if !is_earlier(&mail.subject()) {
                return mail;
            }
        }
    }

    /// What has been sent to this address, by subject, but for what came before the embargo.
    fn subjects(&self, address: &str) -> Vec<String> {
        let sent = self.app.mail().all();
        let subjects = sent.iter().filter(|mail| mail.to == address).map(Received::subject);
        subjects.filter(|subject| !is_earlier(subject)).collect()
    }
}

fn olga() -> Json {
    let mut body = maria();
    body["nominee"]["name"] = json!("Ольга Безродная");
    body["nominee"]["name_other_script"] = json!("Olga Bezrodnaya");
    body["nominee"]["email"] = json!("bezrodnaya@example.org");
    body["nominator"]["name"] = json!("Bea Example");
    body["nominator"]["email"] = json!("bea@example.org");
    body["supporters"][0]["email"] = json!("kate@example.org");
    body["supporters"][1]["email"] = json!("lena@example.org");
    body
}

/// Maria once more, by another nominator.
fn cleos() -> Json {
    let mut body = maria();
    body["nominee"]["email"] = json!("maria.ivanova@example.org");
    body["nominator"]["name"] = json!("Cleo Example");
    body["nominator"]["email"] = json!("cleo@example.org");
    body["supporters"][0]["email"] = json!("mike@example.org");
    body["supporters"][1]["email"] = json!("nora@example.org");
    body
}

/// As an organiser's merger leaves it.
async fn merge(app: &TestApp, from: &str, into: &str) {
    use diesel::prelude::*;
    use twin_cities_awards::store::schema::nominations as rows;
    let [from, into] = [from, into].map(|id| NominationId::parse(id).expect("an id"));
    let merged = app.app.store.write(move |tx| {
        let moved = (rows::status.eq(Status::Merged), rows::merged_into.eq(into));
        Ok::<_, StoreError>(diesel::update(rows::table.find(from)).set(moved).execute(tx)?)
    });
    assert_eq!(merged.await.expect("it is stored"), 1);
}

/// Makes a minor of a nominee, so called.
async fn is_a_minor(app: &TestApp, id: &str, name: &str, other: Json) {
    use diesel::prelude::*;
    use twin_cities_awards::store::schema::nominations as rows;
    let (id, name) = (NominationId::parse(id).expect("an id"), name.to_owned());
    let changed = app.app.store.write(move |tx| {
        let (facts, contacts): (String, String) =
            rows::table.find(id).select((rows::facts, rows::contacts)).first(tx)?;
        let mut facts: Json = serde_json::from_str(&facts).expect("a document");
        let mut contacts: Json = serde_json::from_str(&contacts).expect("a document");
        facts["name"] = json!(name);
        facts["name_other_script"] = other.clone();
        contacts["age_band"] = json!("under_18");
        contacts["guardian"] = json!({"name": "Вера Образцова", "email": contacts["email"]});
        let set = (rows::name.eq(&name), rows::facts.eq(facts.to_string()), rows::contacts.eq(contacts.to_string()));
        Ok::<_, StoreError>(diesel::update(rows::table.find(id)).set(set).execute(tx)?)
    });
    assert_eq!(changed.await.expect("it is stored"), 1);
}

fn citation() -> Json {
    json!({"en": "For bringing young people of two cities together year after year, for opening homes and hearts, and for \
        showing that friendship is a craft that can be taught.",
     "ru": "За то, что год за годом сближает молодых людей двух городов, открывает дома и сердца и показывает на деле, \
        что дружбе можно учиться и учить других, пока хватает терпения и добра."})
}

fn accepts() -> Json {
    json!({"answer": "accept", "public_name": "Мария Иванова", "public_name_other_script": "Maria Ivanova",
        "attendance": "in_person", "guests": 1, "photo_consent": true, "press_contact_ok": true,
        "keep_confidence": true, "language": "ru"})
}

/// Whether a mail came before the embargo.
fn is_earlier(subject: &str) -> bool {
    let words = [
        "Confirm",
        "Подтвердите",
        "received",
        "получена",
        "nominated",
        "letter of support",
        "Invitation",
        "your account",
    ];
    words.iter().any(|words| subject.contains(words))
}

fn without_its_address(answer: &Seen) -> (u16, Json, Vec<String>) {
    let mut body = answer.json();
    body["instance"] = json!(null);
    let mut headers: Vec<String> = answer.headers.keys().map(|name| name.as_str().to_owned()).collect();
    headers.sort();
    (answer.status.as_u16(), body, headers)
}

async fn before_the_release_there_is_nothing_to_see(app: TestApp) {
    let mut room = Sealed::new(app).await;
    for time in [EMBARGO, "2021-10-06T18:59:59Z"] {
        room.at(time).await;
        for token in ["", room.olive().token.as_str()] {
            for file in ["winners", "winners.csv"] {
                let here = room.app.get(&format!("/editions/2021/{file}"), token).await;
                let nowhere = room.app.get(&format!("/editions/1999/{file}"), token).await;
                assert_eq!(without_its_address(&here), without_its_address(&nowhere));
            }
        }
    }
    assert_eq!(room.app.get("/editions/2021", "").await.str("/phase"), "embargo");

    room.app.at(RELEASED);
    let list = room.app.get("/editions/2021/winners", "").await.expect(StatusCode::OK);
    assert_eq!(list.header("cache-control"), "no-store");
    let list = list.json();
    assert_eq!(list["items"], json!([]), "nobody has answered");
    assert!(list["bundle_digest"].as_str().is_some_and(|digest| digest.starts_with("sha256:")));
    assert_eq!(list["public_key"].as_str().map(str::len), Some(64));
    let file = room.app.get("/editions/2021/winners.csv?bom=1", "").await.expect(StatusCode::OK);
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    assert!(
        file.text.trim_start_matches('\u{FEFF}').starts_with("edition,category,category_en,category_ru,award,name,")
    );
    assert_eq!(room.app.get("/editions/2021", "").await.str("/phase"), "announced");
}

async fn a_schedule_that_a_guard_refuses_sends_nothing(app: TestApp) {
    let mut room = Sealed::new(app).await;
    assert_eq!(room.refusing().await, ["G2", "G3"]);
    let refused = room.post("announcement/schedule", json!({})).await.expect(StatusCode::CONFLICT).json();
    let errors = refused["errors"].as_array().expect("errors").clone();
    let pointers: Vec<&str> = errors.iter().filter_map(|error| error["pointer"].as_str()).collect();
    assert_eq!((refused["code"].as_str(), pointers), (Some("announcement_refused"), vec!["/guards/G2", "/guards/G3"]));
    assert!(errors[0]["message"].as_str().is_some_and(|words| words.ends_with("no way to reach the winner")));

    room.at(NOTIFIED).await;
    room.all_is_sent().await;
    assert_eq!(room.subjects("maria@example.org"), Vec::<String>::new());
    let counts = room.get("announcement").await.json()["counts"].clone();
    assert_eq!((&counts["winners"], &counts["letters"], &counts["queued"]), (&json!(2), &json!(1), &json!(0)));
}

async fn letters_are_read_by_two_before_they_leave(app: TestApp) {
    let mut room = Sealed::new(app).await;
    room.names_a_caller().await;
    let preview = room.get("announcement/preview?limit=200").await.expect(StatusCode::OK).json();
    let items = preview["items"].as_array().expect("letters").clone();
    let told = |kind: &str, reader: &str, leaves: &str| {
        let fits = |item: &&Json| item["kind"] == kind && item["reader"] == reader && item["leaves"] == leaves;
        items.iter().filter(fits).count()
    };
    assert_eq!(told("winner_notice", "winner", "always"), 1, "the club has no address");
    assert_eq!(told("winner_nominator", "nominator", "if_accepted"), 3, "the merged nomination's too");
    assert_eq!(told("outcome", "nominator", "if_not"), 3);
    assert_eq!(told("winner_nominator", "supporter", "if_accepted"), 6);
    assert_eq!((told("outcome", "nominator", "always"), told("outcome", "nominee", "always")), (1, 1));
    assert_eq!(told("judges_thanks", "judge", "always"), 8);
    let notice = items.iter().find(|item| item["kind"] == "winner_notice").expect("it is there");
    assert_eq!((&notice["to"], &notice["languages"]), (&json!("maria@example.org"), &json!(["ru", "en"])));
    let subject = notice["subject"].as_str().expect("a subject");
    assert_eq!(
        subject,
        "От оргкомитета: просим ответить не позднее 20 сентября 2021 года / From the committee: please reply by 20 \
         September 2021"
    );
    let text = notice["text"].as_str().expect("a text");
    assert!(text.starts_with("Здравствуйте! Просим ответить не позднее 20 сентября 2021 года."), "{text}");
    assert!(text.contains("The committee has chosen you for Young Friend (under 26)."), "{text}");

    let path = format!("{ORGANISE}/announcement/read");
    let digest = json!({"digest": preview["digest"]});
    let [olive, oleg] = &room.committee.organisers;
    room.app.post(&path, &olive.token, digest.clone()).await.expect(StatusCode::OK);
    room.app.post(&path, &olive.token, digest.clone()).await.expect(StatusCode::OK);
    assert_eq!(room.refusing().await, ["G3"], "the same person twice is one reader");
    let stale = room.app.post(&path, &oleg.token, json!({"digest": "another"})).await;
    assert_eq!(stale.expect(StatusCode::CONFLICT).str("/code"), "stale_digest");
    room.app.post(&path, &oleg.token, digest).await.expect(StatusCode::OK);
    assert_eq!(room.refusing().await, Vec::<String>::new());
    let view = room.post("announcement/schedule", json!({})).await.expect(StatusCode::OK).json();
    assert_eq!((&view["counts"]["queued"], &view["counts"]["calls"]), (&json!(1), &json!(1)));

    room.app.at("2021-09-13T08:59:59Z");
    room.all_is_sent().await;
    assert_eq!(room.subjects("maria@example.org"), Vec::<String>::new());
    room.app.at(NOTIFIED);
    let (mail, _) = room.letter().await;
    assert_eq!(mail.subject(), subject);
    assert_eq!(mail.raw.len() % 2_048, 0, "its size tells nothing");
}

async fn a_winner_answers_by_the_link_until_the_organisers_telephone(app: TestApp) {
    let mut room = Sealed::scheduled(app).await;
    room.app.at(NOTIFIED);
    let (_, token) = room.letter().await;
    let page = room.app.get("/link/reply", &token).await.expect(StatusCode::OK);
    assert_eq!((page.str("/award"), page.str("/public_name")), ("winner".to_owned(), "Мария Иванова".to_owned()));
    assert_eq!((page.json()["reply"].clone(), page.header("etag")), (json!(null), "\"0\"".to_owned()));

    let wrong = room.app.put("/link/reply", &token, json!({"answer": "accept", "dietary": "no nuts"})).await;
    let wrong = wrong.expect(StatusCode::UNPROCESSABLE_ENTITY).json();
    assert_eq!(wrong["errors"].as_array().map(Vec::len), Some(7), "{wrong:#}");
    room.app.put("/link/reply", &token, accepts()).await.expect(StatusCode::OK);
    let thanks = room.app.mail().next_to("maria@example.org").await;
    assert_eq!(thanks.subject(), "Спасибо за ваш ответ");
    assert!(thanks.raw.contains("invite.ics") && thanks.text().contains("Вы принимаете награду."));

    let unseen = room.app.put("/link/reply", &token, accepts()).await;
    assert_eq!(unseen.expect(StatusCode::PRECONDITION_REQUIRED).str("/code"), "precondition_required");
    room.changes(&token, json!({"answer": "decline"})).await.expect(StatusCode::OK);
    room.app.mail().next_to("maria@example.org").await;
    assert_eq!(room.app.get("/link/reply", &token).await.str("/reply/answer"), "decline");
    let alone = room.app.get("/link/notice", &token).await;
    assert_eq!(alone.expect(StatusCode::NOT_FOUND).str("/code"), "link_not_valid");

    room.at("2021-09-21T08:00:00Z").await;
    let late = room.changes(&token, accepts()).await.expect(StatusCode::CONFLICT);
    assert_eq!(late.str("/code"), "wrong_phase");
    let mut recorded = accepts();
    recorded["note"] = json!("She called on the 21st and changed her mind.");
    let path = format!("{ORGANISE}/replies/{}", room.orchestra);
    let unseen = room.app.put(&path, &room.olive().token, recorded.clone()).await;
    assert_eq!(unseen.expect(StatusCode::PRECONDITION_REQUIRED).str("/code"), "precondition_required");
    let call = room.app.call(Method::PUT, &path).bearer(&room.olive().token).header("if-match", "\"2\"");
    call.json(&recorded).send().await.expect(StatusCode::OK);
    let winners = room.get("replies").await.expect(StatusCode::OK).json();
    let told: Vec<_> =
        winners["items"].as_array().expect("winners").iter().map(|one| one["reply"]["answer"].clone()).collect();
    assert_eq!(told, [json!("accept"), json!(null)]);
    assert_eq!(winners["items"][1]["caller"]["caller"], "Oleg");
}

async fn a_declined_award_is_never_shown_and_its_nominator_hears_what_others_hear(app: TestApp) {
    let mut room = Sealed::scheduled(app).await;
    room.app.at(NOTIFIED);
    let (_, token) = room.letter().await;
    room.app.put("/link/reply", &token, json!({"answer": "decline"})).await.expect(StatusCode::OK);
    room.app.mail().next_to("maria@example.org").await;
    room.at(NOTIFIED).await;
    let told = json!({"answer": "accept", "public_name": "Клуб друзей «Мост»", "attendance": "no", "photo_consent": false,
        "press_contact_ok": false, "keep_confidence": true, "language": "ru", "note": "By telephone."});
    room.put(&format!("replies/{}", room.club), told).await.expect(StatusCode::OK);

    room.app.at(RELEASED);
    let list = room.app.get("/editions/2021/winners", "").await.expect(StatusCode::OK).json();
    let names: Vec<&Json> = list["items"].as_array().expect("a list").iter().map(|one| &one["name"]).collect();
    assert_eq!(names, [&json!("Клуб друзей «Мост»")]);
    room.all_is_sent().await;
    assert_eq!(room.subjects("ann@example.org"), Vec::<String>::new());

    room.app.at(OUTCOME_MAIL);
    for nominator in ["ann@example.org", "bea@example.org"] {
        let mail = room.next_to(nominator).await;
        assert!(mail.subject().starts_with("The outcome of nomination TCA21-"), "{}", mail.subject());
        assert!(mail.text().contains("was not chosen this time"), "{}", mail.text());
    }
    let won = room.next_to("ivan@example.org").await;
    assert!(won.text().contains("В числе лауреатов"), "{}", won.text());
    let work = room.next_to("carol@jury.example.org").await;
    let thanks = room.next_to("carol@jury.example.org").await;
    assert_eq!(
        (work.subject().as_str(), thanks.subject().as_str()),
        ("Nominations for you to score", "Thank you: Twin Cities Awards 2021")
    );
    room.all_is_sent().await;
    assert_eq!(room.subjects("jan@example.org"), Vec::<String>::new());
    assert_eq!(room.subjects("maria@example.org").len(), 2, "M15 and M17, and no word on how it ended");
}

/// S-NOM-8: a program cannot tell which word of a name is the surname, so a guardian says what is printed; until then
/// initials are.
async fn a_minors_surname_is_an_initial_on_every_road(app: TestApp) {
    let mut room = Sealed::with(app, Olga::Commended).await;
    for (id, name, other) in [
        (&room.orchestra, "Иванова Мария", json!("Ivanova Maria")),
        (&room.olga, "Безродная Ольга Петровна", Json::Null),
    ] {
        is_a_minor(&room.app, id, name, other).await;
    }
    room.is_scheduled().await;
    room.at(NOTIFIED).await;
    let (_, token) = room.letter().await;
    let asked = room.app.get("/link/reply", &token).await.expect(StatusCode::OK).json();
    assert_eq!(
        (&asked["for_guardian"], &asked["public_name"], &asked["public_name_other_script"]),
        (&json!(true), &json!("И. М."), &json!("I. M."))
    );
    let mut reply = accepts(); // the whole name
    room.app.put("/link/reply", &token, reply.clone()).await.expect(StatusCode::OK);
    assert_eq!(room.printed().await, [json!(["М. И.", "M. I."]), json!(["Б. О. П.", null])]);
    reply["public_name"] = json!("Мария И.");
    reply["public_name_other_script"] = json!("Maria I.");
    room.changes(&token, reply).await.expect(StatusCode::OK);
    assert_eq!(room.printed().await, [json!(["Мария И.", "Maria I."]), json!(["Б. О. П.", null])]);
    room.app.at(RELEASED);
    let list = room.app.get("/editions/2021/winners", "").await.expect(StatusCode::OK).text;
    assert!(list.contains("Мария И.") && list.contains("Б. О. П."), "{list}");
    assert!(!list.contains("Иванова") && !list.contains("Ivanova") && !list.contains("Безродная"), "{list}");
}

async fn who_asks_to_be_left_out_after_the_seal_is_not_shown(app: TestApp) {
    let room = Sealed::scheduled(app).await;
    room.app.at(NOTIFIED);
    let (_, token) = room.letter().await;
    room.app.put("/link/reply", &token, accepts()).await.expect(StatusCode::OK);
    room.objects(&room.orchestra).await;
    room.app.at(RELEASED);
    let list = room.app.get("/editions/2021/winners", "").await.expect(StatusCode::OK).json();
    assert_eq!(list["items"], json!([]), "an objection after the seal is a declined award");
}

/// G9: an objection bars the letter, at the schedule and at the claim.
async fn a_winner_who_asks_to_be_left_out_is_not_written_to(app: TestApp) {
    let mut room = Sealed::new(app).await;
    room.names_a_caller().await;
    room.is_read_by_two().await;
    room.objects(&room.orchestra).await;
    assert_eq!(room.refusing().await, ["G2", "G9"], "a person has to look");
    let refused = room.post("announcement/schedule", json!({})).await.expect(StatusCode::CONFLICT).json();
    let errors = refused["errors"].as_array().expect("errors");
    let barred = errors.iter().find(|error| error["code"] == "address_suppressed").expect("G9");
    assert_eq!(barred["message"], "Mail to this address is blocked: the nominee has asked to be left out");
    let replies = room.get("replies").await.expect(StatusCode::OK).json();
    let orchestra =
        replies["items"].as_array().expect("winners").iter().find(|one| one["nomination"] == room.orchestra);
    assert_eq!(orchestra.expect("Maria")["objected"], true);
    let view = room.get("announcement").await.json();
    assert_eq!((&view["counts"]["answered"], &view["counts"]["outstanding"]), (&json!(1), &json!(1)));

    // The organisers write down what that means; the others' letters may go.
    let declined = json!({"answer": "decline", "note": "She asks to be left out."});
    room.put(&format!("replies/{}", room.orchestra), declined).await.expect(StatusCode::OK);
    assert_eq!(room.refusing().await, Vec::<String>::new());
    room.post("announcement/schedule", json!({})).await.expect(StatusCode::OK);
    room.at(NOTIFIED).await;
    room.all_is_sent().await;
    let message = room.message_to("winner_notice", "maria@example.org").await;
    let message = room.get(&format!("messages/{message}")).await.expect(StatusCode::OK);
    assert_eq!(
        (message.str("/state"), message.str("/last_answer_code")),
        ("cancelled".into(), "reached_otherwise".into())
    );

    room.app.at(RELEASED);
    assert_eq!(room.app.get("/editions/2021/winners", "").await.expect(StatusCode::OK).json()["items"], json!([]));
    room.app.at(OUTCOME_MAIL);
    for nominator in ["ann@example.org", "cleo@example.org"] {
        let told = room.next_to(nominator).await;
        assert!(told.text().contains("was not chosen this time"), "{}", told.text());
    }
    room.all_is_sent().await;
    for nobody in ["maria@example.org", "maria.ivanova@example.org", "jan@example.org", "mike@example.org"] {
        assert_eq!(room.subjects(nobody), Vec::<String>::new(), "{nobody}");
    }
}

async fn a_commended_nominee_who_asks_to_be_left_out_is_told_of_to_nobody(app: TestApp) {
    let mut room = Sealed::with(app, Olga::Commended).await;
    room.is_scheduled().await;
    room.objects(&room.orchestra).await; // between the schedule and the hour
    room.at(NOTIFIED).await;
    room.all_is_sent().await;
    let notice = room.message_to("winner_notice", "maria@example.org").await;
    let path = format!("{ORGANISE}/messages/{notice}");
    let held = room.app.call(Method::GET, &path).bearer(&room.olive().token).language("ru").send().await;
    assert_eq!((held.str("/state"), held.str("/last_answer_code")), ("held".into(), "guard_refused".into()));
    let words = "G9: Отправка на этот адрес запрещена: номинант просит его не рассматривать";
    assert_eq!(held.str("/last_answer"), words);
    room.post(&format!("messages/{notice}/retry"), json!({})).await.expect(StatusCode::OK);
    room.all_is_sent().await;
    assert_eq!(room.get(&format!("messages/{notice}")).await.str("/state"), "held", "no button gets round a guard");

    room.objects(&room.olga).await;
    room.app.at(RELEASED);
    assert_eq!(room.app.get("/editions/2021/winners", "").await.expect(StatusCode::OK).json()["items"], json!([]));
    room.app.at(OUTCOME_MAIL);
    let told = room.next_to("bea@example.org").await.text();
    assert!(told.contains("was not chosen this time") && !told.contains("ommended"), "{told}");
    room.at(OUTCOME_MAIL).await;
    room.all_is_sent().await;
    assert_eq!(room.subjects("bea@example.org").len(), 1, "one letter says how it ended");
    for nominee in ["bezrodnaya@example.org", "maria@example.org"] {
        assert_eq!(room.subjects(nominee), Vec::<String>::new(), "{nominee}");
    }
    let outcome = room.message_to("outcome", "bezrodnaya@example.org").await;
    assert_eq!(room.get(&format!("messages/{outcome}")).await.str("/state"), "held");
    let path = format!("nominations/{}", room.olga);
    assert_eq!(room.get(&path).await.str("/status"), "not_selected");
}

async fn who_is_left_out_by_a_merged_nominations_link_is_left_out(app: TestApp) {
    let mut room = Sealed::with(app, Olga::Commended).await;
    room.is_scheduled().await;
    room.app.at(NOTIFIED);
    let (_, token) = room.letter().await;
    room.app.put("/link/reply", &token, accepts()).await.expect(StatusCode::OK);
    room.objects(&room.merged).await;
    room.app.at(RELEASED);
    let list = room.app.get("/editions/2021/winners", "").await.expect(StatusCode::OK).json();
    let names: Vec<&str> =
        list["items"].as_array().expect("a list").iter().filter_map(|one| one["name"].as_str()).collect();
    assert_eq!(names, ["Ольга Безродная"], "Maria is left out, whichever link she used");
    room.app.at(OUTCOME_MAIL);
    for (nominator, words) in [
        ("ann@example.org", "was not chosen this time"),
        ("cleo@example.org", "was not chosen this time"),
        ("bea@example.org", "has been commended"),
    ] {
        let told = room.next_to(nominator).await.text();
        assert!(told.contains(words), "{nominator}: {told}");
    }
    room.all_is_sent().await;
    assert_eq!(room.subjects("bea@example.org").len(), 1, "one letter says how it ended");
}

async fn a_letter_that_somebody_cancelled_is_missed(app: TestApp) {
    let room = Sealed::new(app).await;
    room.names_a_caller().await;
    room.is_read_by_two().await;
    assert_eq!(room.refusing().await, Vec::<String>::new());
    let prepared = room.get("messages?state=prepared&limit=200").await.expect(StatusCode::OK).json();
    let mut items = prepared["items"].as_array().expect("messages").iter();
    let notice = items.find(|item| item["kind"] == "winner_notice").expect("M15")["id"].as_str().expect("an id");
    room.post(&format!("messages/{notice}/cancel"), json!({})).await.expect(StatusCode::OK);
    assert_eq!(room.refusing().await, ["G2", "G6"]);
    room.post("announcement/schedule", json!({})).await.expect(StatusCode::CONFLICT);
}

/// S-OUT-4: 24 hours before replies are due M15 is given up, and the organisers see it.
async fn a_winners_letter_that_cannot_leave_is_given_up_while_somebody_can_still_call(app: TestApp) {
    let mut room = Sealed::scheduled(app).await;
    let queued = room.get("messages?state=queued").await.expect(StatusCode::OK).json();
    let items = queued["items"].as_array().expect("messages").clone();
    let notice = items.iter().find(|item| item["kind"] == "winner_notice").expect("M15")["id"].clone();
    let notice = MessageId::parse(notice.as_str().expect("an id")).expect("an id");
    for (time, attempts) in [
        (NOTIFIED, 1),
        ("2021-09-19T14:30:00Z", 2), // then after 5 minutes, 15, and an hour, for which there is no time
        ("2021-09-19T14:35:00Z", 3),
        ("2021-09-19T14:50:00Z", 4),
        ("2021-09-19T15:50:00Z", 5),
    ] {
        room.app.mail().on_recipient("maria@example.org", Act::Say("450 4.2.0 come again"));
        room.app.at(time);
        room.app.until_tried(notice, attempts).await;
    }
    room.at("2021-09-19T15:55:00Z").await;
    let failed = room.get("messages?state=failed").await.expect(StatusCode::OK).json();
    let [failed] = failed["items"].as_array().expect("messages").as_slice() else { panic!("one: {failed:#}") };
    assert_eq!((&failed["kind"], &failed["attempts"]), (&json!("winner_notice"), &json!(5)));
    assert_eq!(
        (&failed["last_answer"], &failed["last_answer_code"]),
        (&json!("450 4.2.0 come again"), &json!("server"))
    );
    assert_eq!(room.get("announcement").await.json()["counts"]["failed"], 1);
    assert_eq!(room.subjects("maria@example.org"), Vec::<String>::new());
}

async fn stop_holds_everything_until_an_approver_resumes(app: TestApp) {
    let mut room = Sealed::scheduled(app).await;
    let view = room.post("announcement/stop", json!({})).await.expect(StatusCode::OK).json();
    assert!(view["stopped_at"].is_string());
    room.app.at(NOTIFIED);
    room.all_is_sent().await;
    assert_eq!(room.subjects("maria@example.org"), Vec::<String>::new());
    room.at(NOTIFIED).await;
    assert_eq!(room.refusing().await, ["G7"]);
    let reason = json!({"reason": "The address was checked by telephone."});
    let path = format!("{ORGANISE}/announcement/resume");
    room.app.post(&path, &room.olive().token, reason.clone()).await.expect(StatusCode::FORBIDDEN);
    let amy = room.committee.approvers[0].token.clone();
    room.app.post(&path, &amy, json!({})).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    room.app.post(&path, &amy, reason.clone()).await.expect(StatusCode::OK);
    room.app.at("2021-09-13T09:02:00Z");
    let (_, token) = room.letter().await;
    room.app.put("/link/reply", &token, accepts()).await.expect(StatusCode::OK);

    room.at("2021-10-06T18:00:00Z").await;
    room.post("announcement/stop", json!({})).await.expect(StatusCode::OK);
    room.app.at(RELEASED);
    room.all_is_sent().await;
    room.app.get("/editions/2021/winners", "").await.expect(StatusCode::NOT_FOUND);
    room.at("2021-10-06T19:05:00Z").await;
    let amy = room.committee.approvers[0].token.clone();
    room.app.post(&path, &amy, reason).await.expect(StatusCode::OK);
    let list = room.app.get("/editions/2021/winners", "").await.expect(StatusCode::OK).json();
    assert_eq!(list["items"].as_array().map(Vec::len), Some(1));
}

async fn who_does_not_answer_is_reminded_by_day(app: TestApp) {
    let mut room = Sealed::scheduled(app).await;
    room.app.at(NOTIFIED);
    let (_, token) = room.letter().await;
    room.app.at("2021-09-17T09:00:00Z");
    let (reminder, same) = room.letter().await;
    assert_eq!(same, token, "a reminder repeats the living link");
    assert!(reminder.subject().starts_with("Напоминание: просим ответить"), "{}", reminder.subject());
    let says = reminder.text();
    assert!(!says.contains("наград") && !says.contains("chosen") && !says.contains("award"), "{says}");
    room.app.put("/link/reply", &token, accepts()).await.expect(StatusCode::OK);
    room.app.mail().next_to("maria@example.org").await;
    room.app.at("2021-09-20T09:00:00Z");
    room.all_is_sent().await;
    assert_eq!(room.subjects("maria@example.org").len(), 3, "who has answered is left alone");
    assert_eq!(room.count_of("winners_reminded").await, 2, "each round is an event");
}

/// S-RES-4.
async fn every_look_at_what_is_sealed_is_an_event(app: TestApp) {
    let room = Sealed::new(app).await;
    let messages = room.get("messages?state=prepared").await.expect(StatusCode::OK).json();
    let letter = format!("messages/{}", messages["items"][0]["id"].as_str().expect("a prepared letter"));
    let looks = [
        ("results", "results_read"),
        ("results/digest", "results_read"),
        ("rulings/I2", "results_read"),
        ("decisions/I2", "results_read"),
        ("bundle", "bundle_read"),
        ("exports/winners.csv", "export_made"),
        ("exports/winners.json", "export_made"),
        ("announcement", "announcement_read"),
        ("announcement/preview", "preview_seen"),
        ("replies", "replies_read"),
        ("messages", "messages_read"),
        (&letter, "messages_read"),
        ("audit", "audit_read"),
    ];
    for (path, act) in looks {
        let before = room.count_of(act).await;
        room.get(path).await.expect(StatusCode::OK);
        assert_eq!(room.count_of(act).await, before + 1, "{path} leaves a {act}");
    }
    // What tells nothing of the outcome leaves none.
    let before = room.count_of("messages_read").await;
    room.get("messages?state=sent").await.expect(StatusCode::OK);
    assert_eq!(room.count_of("messages_read").await, before);
}

/// S-AUD-4; content § 9, 6: no digest tells of an outcome.
async fn signatures_and_the_seal_are_told_with_a_hash_that_covers_them(app: TestApp) {
    let room = Sealed::new(app).await;
    seal::seal(&room.app.app).await.expect("the audit is sealed");
    digest::tick(&room.app.app).await.expect("the store answers");
    let told = loop {
        let digest = room.app.mail().next_digest_to("amy@example.org").await.text();
        for word in ["Мария", "Maria", "Мост", "Ольга", "I2", "O1", "winner_notice"] {
            assert!(!digest.contains(word), "`{word}` is in {digest}");
        }
        if digest.contains("they are sealed") {
            break digest;
        }
    };
    let number = told.lines().find_map(|line| line.strip_prefix("- ")?.split_once(':')?.0.parse::<i64>().ok());
    let sealed = room.app.app.store.read(|tx| {
        use diesel::prelude::*;
        use twin_cities_awards::store::schema::audit_events;
        let row = audit_events::table.filter(audit_events::act.eq("edition_sealed"));
        Ok::<_, StoreError>(row.select(audit_events::number).get_result::<Option<i64>>(tx)?)
    });
    let sealed = sealed.await.expect("it happened");
    assert!(sealed.is_some() && number >= sealed, "{number:?} covers {sealed:?}: {told}");
}

async fn a_letter_to_oneself_names_nobody(app: TestApp) {
    let room = Sealed::new(app).await;
    room.post("announcement/test-send", json!({"language": "ru"})).await.expect(StatusCode::ACCEPTED);
    let mail = room.next_to("olive@example.org").await;
    assert!(mail.subject().starts_with("[ПРОБА] От оргкомитета"), "{}", mail.subject());
    assert!(mail.text().contains("Пример Примеров") && !mail.text().contains("Мария"), "{}", mail.text());
    let opened = room.app.get("/link/reply", &mail.token("r")).await;
    assert_eq!(opened.expect(StatusCode::NOT_FOUND).str("/code"), "link_not_valid");
    assert_eq!(room.refusing().await, ["G2", "G3"], "a trial counts for nothing");
}

async fn an_organiser_looks_after_the_messages(app: TestApp) {
    let mut room = Sealed::scheduled(app).await;
    let queued = room.get("messages?state=queued").await.expect(StatusCode::OK).json();
    let items = queued["items"].as_array().expect("messages").clone();
    assert_eq!(items.iter().filter(|item| item["kind"] == "winner_notice").count(), 1, "{queued:#}");
    let id = items.iter().find(|item| item["kind"] == "winner_notice").and_then(|item| item["id"].as_str());
    let path = format!("messages/{}", id.expect("an id"));
    let whole = room.get(&path).await.expect(StatusCode::OK);
    assert_eq!((whole.str("/letter/to"), whole.str("/state")), ("maria@example.org".to_owned(), "queued".to_owned()));
    for part in ["/letter/text", "/letter/html"] {
        let says = whole.str(part);
        assert!(says.contains("/r/…"), "the token of a link is its reader's alone: {says}");
    }
    let early = room.post(&format!("{path}/retry"), json!({})).await.expect(StatusCode::CONFLICT);
    assert_eq!(early.str("/code"), "illegal_move");
    let strange = room.post(&format!("{path}/settle"), json!({"fate": "eaten"})).await;
    strange.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(room.post(&format!("{path}/cancel"), json!({})).await.expect(StatusCode::OK).str("/state"), "cancelled");
    room.app.at(NOTIFIED);
    room.all_is_sent().await;
    assert_eq!(room.subjects("maria@example.org"), Vec::<String>::new());
    let nobody = "0198f000-0000-7000-8000-000000000000";
    room.get(&format!("messages/{nobody}")).await.expect(StatusCode::NOT_FOUND);
    let bad = room.get("messages?state=eaten").await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(bad.json()["errors"][0]["pointer"], "/query/state");
}

async fn only_the_office_announces(app: TestApp) {
    let mut room = Sealed::new(app).await;
    room.app.sign_in(&mut room.committee.judges[0]).await;
    let judge = room.committee.judges[0].token.clone();
    for path in ["announcement", "announcement/preview", "replies", "messages", "exports/winners.csv"] {
        let path = format!("{ORGANISE}/{path}");
        room.app.get(&path, "").await.expect(StatusCode::UNAUTHORIZED);
        room.app.get(&path, &judge).await.expect(StatusCode::FORBIDDEN);
        room.app.get(&path, &room.olive().token).await.expect(StatusCode::OK);
    }
    for act in ["read", "test-send", "schedule", "stop", "resume"] {
        let path = format!("{ORGANISE}/announcement/{act}");
        room.app.post(&path, &judge, json!({})).await.expect(StatusCode::FORBIDDEN);
    }
    let olga = room.get("nominations?q=Bezrodnaya").await.json()["items"][0]["id"].as_str().expect("an id").to_owned();
    let caller = json!({"person": "Olga", "phone": "+7 8442 00-00-00", "caller": "Oleg"});
    room.put(&format!("callers/{olga}"), caller).await.expect(StatusCode::NOT_FOUND);
}

/// The answer to the judge must not tell of the seal, and what is sealed stands: so the office hears of it.
async fn whoever_steps_aside_after_the_seal_is_told_to_the_office(app: TestApp) {
    let mut room = Sealed::new(app).await;
    room.at("2021-08-29T10:00:00Z").await;
    room.app.sign_in(&mut room.committee.judges[0]).await;
    let judge = &room.committee.judges[0].token;
    let queue = room.app.get("/judge/assignments?edition=2021", judge).await.expect(StatusCode::OK);
    let path = format!("/judge/assignments/{}/recusal", queue.str("/items/0/id"));
    room.app.post(&path, judge, json!({"reason": "nominee"})).await.expect(StatusCode::CREATED);
    room.at("2021-09-09T07:00:00Z").await;
    digest::tick(&room.app.app).await.expect("the store answers");
    let told = loop {
        let digest = room.app.mail().next_digest_to("olive@example.org").await.text();
        if digest.contains("stepped aside since the results were sealed") {
            break digest;
        }
    };
    assert!(told.contains("whose sheets stand in what was signed: 1"), "{told}");
}
