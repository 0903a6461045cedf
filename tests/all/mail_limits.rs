//! How often a mailbox is written to about what somebody typed (security.md, "Limits", those kept in the database).

use std::collections::BTreeSet;

use diesel::prelude::*;
use futures_util::future::join_all;
use serde_json::{Value as Json, json};
use twin_cities_awards::clock::Time;
use twin_cities_awards::fields::Email;
use twin_cities_awards::http::links::{Link, LinkKind};
use twin_cities_awards::ids::NominationId;
use twin_cities_awards::nominations::{clockwork, drafts};
use twin_cities_awards::outbox::{Kind, recipient_digest};
use twin_cities_awards::store::StoreError;
use twin_cities_awards::store::schema::{mail_counts, mail_waiting, messages};

use crate::app::{MAY, TestApp, stories, stories_in_earnest};
use crate::people::maria;

stories![a_trial_writes_as_often_as_it_is_asked_to];

stories_in_earnest![
    a_mailbox_gets_five_links_a_day_and_then_one_letter_an_hour_that_joins_the_rest,
    a_mailbox_gets_five_links_to_drafts_a_day_and_then_one_letter_an_hour_that_joins_the_rest,
    fifty_at_once_are_five_letters_and_one_more,
    a_supporter_is_asked_three_times_a_day_and_the_others_wait_their_turn,
    a_nominator_has_ten_people_asked_a_day,
    nobody_is_asked_when_letters_are_due_already,
];

const ANN: &str = "ann@example.org";
const JAN: &str = "jan@example.org";

/// A nomination of somebody else each time.
fn nomination(number: usize, nominator: &str) -> Json {
    let mut body = maria();
    let letters: String = number.to_string().bytes().map(|digit| char::from(digit - b'0' + b'a')).collect();
    body["nominee"]["name"] = json!(format!("Maria {}", letters.repeat(4)));
    body["nominee"]["name_other_script"] = json!("");
    body["nominator"]["email"] = json!(nominator);
    body
}

async fn sends(app: &TestApp, body: &Json) -> NominationId {
    let receipt = app.post("/editions/2021/nominations", "", body.clone()).await.expect_status(201);
    NominationId::parse(&receipt.str("/id")).expect("an id")
}

/// By the link, whether it was sent or waits.
async fn confirms(app: &TestApp, id: NominationId) {
    let token = Link::to(LinkKind::Confirm, id.uuid()).token(&app.app.keys);
    app.post("/confirmations", "", json!({"token": token})).await.expect_status(200);
}

/// When the letters of a kind leave that were queued to an address.
async fn leave(app: &TestApp, kind: Kind, to: &str) -> Vec<String> {
    let digest = recipient_digest(&app.app, &Email::parse(to).expect("an address"));
    let read = app.app.store.read(move |tx| {
        let theirs = messages::table.filter(messages::kind.eq(kind)).filter(messages::recipient_digest.eq(digest));
        Ok::<_, StoreError>(theirs.order(messages::due_at).select(messages::due_at).load::<Time>(tx)?)
    });
    read.await.expect("it can be read").iter().map(ToString::to_string).collect()
}

async fn tick_at(app: &TestApp, time: &str) {
    app.at(time);
    clockwork::tick(&app.app).await.expect("it ticks");
}

async fn a_mailbox_gets_five_links_a_day_and_then_one_letter_an_hour_that_joins_the_rest(app: TestApp) {
    app.edition_2021().await;
    for number in 0..7 {
        sends(&app, &nomination(number, ["Ann@example.org", "ann+two@example.org"][number % 2])).await; // one mailbox
    }
    sends(&app, &nomination(7, "somebody.else@example.org")).await;
    assert_eq!(leave(&app, Kind::ConfirmAddress, ANN).await, [MAY; 5]);
    assert_eq!(leave(&app, Kind::ConfirmAddress, "somebody.else@example.org").await, [MAY]);
    tick_at(&app, "2021-05-10T10:59:59Z").await;
    sends(&app, &nomination(8, ANN)).await;
    assert_eq!(leave(&app, Kind::ConfirmAddress, ANN).await.len(), 5);

    tick_at(&app, "2021-05-10T11:00:00Z").await;
    assert_eq!(leave(&app, Kind::ConfirmAddress, ANN).await[5..], ["2021-05-10T11:00:00Z"]);
    let joined = app.mail().wait_for(7).await.pop().expect("the last");
    let text = joined.text();
    assert!(text.contains("Several nominations were sent to us with this address"), "{text}");
    assert!(!text.contains("Maria"), "nothing that was typed: {text}");
    let links: BTreeSet<&str> = text.split_whitespace().filter(|word| word.contains("/confirm/")).collect();
    assert_eq!((links.len(), text.matches("TCA21-").count()), (3, 3), "{text}");
    for link in links {
        let token = link.rsplit('/').next().expect("a token");
        app.post("/confirmations", "", json!({"token": token})).await.expect_status(200);
    }

    // From then on one an hour; where one waits alone it is a letter like any other.
    app.at("2021-05-10T11:00:01Z");
    sends(&app, &nomination(9, ANN)).await;
    tick_at(&app, "2021-05-10T11:59:59Z").await;
    assert_eq!(leave(&app, Kind::ConfirmAddress, ANN).await.len(), 6);
    tick_at(&app, "2021-05-10T12:00:00Z").await;
    assert_eq!(leave(&app, Kind::ConfirmAddress, ANN).await[6..], ["2021-05-10T12:00:00Z"]);
    // One that was confirmed meanwhile needs no letter.
    let id = sends(&app, &nomination(10, ANN)).await;
    confirms(&app, id).await;
    tick_at(&app, "2021-05-10T13:00:00Z").await;
    assert_eq!(leave(&app, Kind::ConfirmAddress, ANN).await.len(), 7);

    // A day after the first there are five again, and what was counted is forgotten a while after.
    app.at("2021-05-11T10:00:00Z");
    for number in 11..17 {
        sends(&app, &nomination(number, ANN)).await;
    }
    assert_eq!(leave(&app, Kind::ConfirmAddress, ANN).await[7..], ["2021-05-11T10:00:00Z"; 5]);
    tick_at(&app, "2021-05-20T10:00:00Z").await;
    assert_eq!(leave(&app, Kind::ConfirmAddress, ANN).await.len(), 13);
    tick_at(&app, "2021-05-20T11:00:00Z").await;
    let rows = app.app.store.read(|tx| {
        let links = mail_counts::table.filter(mail_counts::key.like("confirm_address:%")).count();
        Ok::<_, StoreError>((links.get_result::<i64>(tx)?, mail_waiting::table.count().get_result::<i64>(tx)?))
    });
    assert_eq!(rows.await.expect("they can be read"), (0, 0));
}

async fn saves_a_draft(app: &TestApp, email: &str) {
    let draft = json!({"language": "en", "nominator": {"email": email}});
    app.post("/editions/2021/drafts", "", draft).await.expect_status(202);
}

async fn a_mailbox_gets_five_links_to_drafts_a_day_and_then_one_letter_an_hour_that_joins_the_rest(app: TestApp) {
    app.edition_2021().await;
    for minute in (0..50).step_by(10) {
        app.at(&format!("2021-05-10T10:{minute:02}:00Z"));
        saves_a_draft(&app, ANN).await;
    }
    assert_eq!(leave(&app, Kind::DraftLink, ANN).await.last().map(String::as_str), Some("2021-05-10T10:40:00Z"));
    for minute in [50, 55, 59] {
        app.at(&format!("2021-05-10T10:{minute:02}:00Z"));
        saves_a_draft(&app, ANN).await; // the last two would have joined the first
    }
    saves_a_draft(&app, "somebody.else@example.org").await;
    assert_eq!(leave(&app, Kind::DraftLink, ANN).await.len(), 5);
    assert_eq!(leave(&app, Kind::DraftLink, "somebody.else@example.org").await.len(), 1);
    app.at("2021-05-10T11:39:59Z");
    drafts::clockwork::tick(&app.app).await.expect("it ticks");
    assert_eq!(leave(&app, Kind::DraftLink, ANN).await.len(), 5);
    app.at("2021-05-10T11:40:00Z");
    drafts::clockwork::tick(&app.app).await.expect("it ticks");
    assert_eq!(leave(&app, Kind::DraftLink, ANN).await[5..], ["2021-05-10T11:40:00Z"]);
    let text = app.mail().wait_for(7).await.pop().expect("the last").text();
    let links: BTreeSet<&str> = text.split_whitespace().filter(|word| word.contains("/draft/")).collect();
    assert_eq!(links.len(), 3, "{text}");
    for link in links {
        app.get("/link/draft", link.rsplit('/').next().expect("a token")).await.expect_status(200);
    }
    // A draft that is saved again within ten minutes of it is told of when they are over.
    app.at("2021-05-10T11:41:00Z");
    saves_a_draft(&app, ANN).await;
    app.at("2021-05-10T12:40:00Z");
    drafts::clockwork::tick(&app.app).await.expect("it ticks");
    assert_eq!(leave(&app, Kind::DraftLink, ANN).await[6..], ["2021-05-10T12:40:00Z"]);
}

async fn fifty_at_once_are_five_letters_and_one_more(app: TestApp) {
    app.edition_2021().await;
    let bodies: Vec<Json> = (0..50).map(|number| nomination(number, ANN)).collect();
    let sent = join_all(bodies.iter().map(|body| app.post("/editions/2021/nominations", "", body.clone()))).await;
    for seen in &sent {
        assert_eq!(seen.status.as_u16(), 201, "{}", seen.line());
    }
    assert_eq!(leave(&app, Kind::ConfirmAddress, ANN).await.len(), 5);
    tick_at(&app, "2021-05-10T11:00:00Z").await;
    let text = app.mail().wait_for(6).await.pop().expect("the last").text();
    let links: BTreeSet<&str> = text.split_whitespace().filter(|word| word.contains("/confirm/")).collect();
    assert_eq!(links.len(), 45, "{text}");
}

async fn a_supporter_is_asked_three_times_a_day_and_the_others_wait_their_turn(app: TestApp) {
    app.edition_2021().await;
    for number in 0..7 {
        let id = sends(&app, &nomination(number, &format!("nominator{number}@example.org"))).await;
        confirms(&app, id).await;
    }
    let days = |counts: [usize; 3]| -> Vec<String> {
        let days = ["2021-05-10T10:00:00Z", "2021-05-11T10:00:00Z", "2021-05-12T10:00:00Z"];
        days.iter().zip(counts).flat_map(|(day, count)| std::iter::repeat_n((*day).to_owned(), count)).collect()
    };
    assert_eq!(leave(&app, Kind::SupporterRequest, JAN).await, days([3, 3, 1]));
    // Somebody new on the second day takes the place that is left after it, not one before those who wait.
    app.at("2021-05-11T12:00:00Z");
    let id = sends(&app, &nomination(8, "late@example.org")).await;
    confirms(&app, id).await;
    assert_eq!(leave(&app, Kind::SupporterRequest, JAN).await, days([3, 3, 2]));
    // Once the turns are over, it begins anew.
    app.at("2021-05-13T10:00:00Z");
    for number in 9..13 {
        let id = sends(&app, &nomination(number, &format!("nominator{number}@example.org"))).await;
        confirms(&app, id).await;
    }
    let (thursday, friday) = ("2021-05-13T10:00:00Z", "2021-05-14T10:00:00Z");
    assert_eq!(leave(&app, Kind::SupporterRequest, JAN).await[8..], [thursday, thursday, thursday, friday]);
}

async fn a_nominator_has_ten_people_asked_a_day(app: TestApp) {
    app.edition_2021().await;
    let mut leaves = Vec::new();
    for number in 0..6 {
        let mut body = nomination(number, ANN);
        let addresses = [0, 1].map(|place| format!("supporter{number}.{place}@example.org"));
        for (place, address) in addresses.iter().enumerate() {
            body["supporters"][place]["email"] = json!(address);
        }
        let id = sends(&app, &body).await;
        confirms(&app, id).await;
        for address in &addresses {
            leaves.extend(leave(&app, Kind::SupporterRequest, address).await);
        }
    }
    let tuesday = "2021-05-11T10:00:00Z";
    assert_eq!((leaves.len(), &leaves[9..]), (12, &[MAY, tuesday, tuesday].map(str::to_owned)[..]));
    app.at(tuesday);
    let asked = app.mail().next_to("supporter5.1@example.org").await;
    assert!(asked.header("date").starts_with("Tue, 11 May 2021"), "{}", asked.header("date"));
}

async fn nobody_is_asked_when_letters_are_due_already(app: TestApp) {
    app.edition_2021().await;
    app.at("2021-06-30T15:00:00Z");
    let mut ids = Vec::new();
    for number in 0..37 {
        ids.push(sends(&app, &nomination(number, &format!("nominator{number}@example.org"))).await);
    }
    app.at("2021-07-03T15:00:00Z"); // letters are due on the 14th, at 16:00
    for id in ids {
        confirms(&app, id).await;
    }
    let leaves = leave(&app, Kind::SupporterRequest, JAN).await;
    assert_eq!((leaves.len(), leaves.last().map(String::as_str)), (36, Some("2021-07-14T15:00:00Z")));
}

async fn a_trial_writes_as_often_as_it_is_asked_to(app: TestApp) {
    app.edition_2021().await;
    for number in 0..7 {
        let id = sends(&app, &nomination(number, ANN)).await;
        confirms(&app, id).await;
    }
    assert_eq!(leave(&app, Kind::ConfirmAddress, ANN).await, [MAY; 7]);
    assert_eq!(leave(&app, Kind::SupporterRequest, JAN).await, [MAY; 7]);
}
