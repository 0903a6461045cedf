//! Links in mails: each opens its own row and nothing else, says what it is, and tells outsiders what they may know.

use reqwest::{Method, StatusCode};
use serde_json::{Value as Json, json};
use twin_cities_awards::clock::Time;
use twin_cities_awards::http::links::{Link, LinkKind};
use twin_cities_awards::ids::NominationId;
use twin_cities_awards::nominations::{self, schema};
use twin_cities_awards::store::StoreError;

use crate::app::{Seen, TestApp, stories, stories_in_earnest};
use crate::people::{Person, maria};

stories![
    a_link_says_what_it_opens_and_opens_nothing_else,
    no_kind_of_link_opens_what_another_does,
    a_nominator_reads_what_they_wrote_and_nothing_that_others_say_of_it,
    a_nominator_learns_nothing_of_the_judging,
    a_nominator_withdraws_until_nominations_close,
    a_nominator_changes_any_part_and_is_told_which,
    what_must_stay_is_told_with_all_other_faults,
    another_supporter_is_asked_and_the_former_link_dies,
    who_was_replaced_can_still_ask_to_hear_no_more,
    a_supporter_whose_letter_is_in_stays,
    a_minors_nomination_stays_whole_when_it_is_changed,
    a_change_needs_its_version_and_ends_with_nominations,
    a_change_after_screening_is_shown_to_organisers_and_told_to_the_nominee,
    nobody_nominates_the_same_person_twice_by_a_change,
    what_has_changed_since_screening_is_screened_again,
];
stories_in_earnest![no_more_than_two_supporters_are_replaced];

const OWN: &str = "/link/nomination";

async fn a_link_says_what_it_opens_and_opens_nothing_else(app: TestApp) {
    app.edition_2021().await;
    app.operator_invites("organiser", None, "olive@example.org").await;
    let used_up = app.mail().next_to("olive@example.org").await.token("invitation");
    app.nominate(&maria()).await;
    let letter = app.mail().next_to("jan@example.org").await.token("letter");

    let told = app.get("/link", &letter).await.expect(StatusCode::OK).json();
    assert_eq!(told["kind"], "letter");
    assert_eq!(told["edition"], "2021");
    assert_eq!(told["expires_at"], "2021-07-14T16:00:00Z");

    for (token, path) in [(&letter, "/link/notice"), (&letter, "/link/reply"), (&used_up, "/link")] {
        let seen = app.call(Method::GET, path).bearer(token).send().await;
        assert_eq!(seen.expect(StatusCode::NOT_FOUND).str("/code"), "link_not_valid", "{path}");
    }
    let mut forged = letter.clone();
    let last = forged.pop().expect("a token is not empty");
    forged.push(if last == 'A' { 'B' } else { 'A' });
    app.get("/link", &forged).await.expect(StatusCode::NOT_FOUND);
    app.get("/link", "").await.expect(StatusCode::UNAUTHORIZED);

    app.at("2021-07-14T16:00:00Z");
    app.get("/link", &letter).await.expect(StatusCode::NOT_FOUND);
}

/// A call, the kind of link that it takes, and a body that it reads.
fn calls() -> Vec<(Method, &'static str, LinkKind, Option<Json>)> {
    let reply = json!({"answer": "decline"});
    vec![
        (Method::GET, OWN, LinkKind::Nomination, None),
        (Method::PATCH, OWN, LinkKind::Nomination, Some(json!({"headline": "Another line altogether"}))),
        (Method::DELETE, OWN, LinkKind::Nomination, None),
        (Method::GET, "/link/letter", LinkKind::Letter, None),
        (Method::PUT, "/link/letter", LinkKind::Letter, Some(schema::letter())),
        (Method::POST, "/link/letter/decline", LinkKind::Letter, None),
        (Method::GET, "/link/notice", LinkKind::Notice, None),
        (Method::PUT, "/link/notice", LinkKind::Notice, Some(json!({"withhold_name": true}))),
        (Method::POST, "/link/notice/objection", LinkKind::Notice, None),
        (Method::POST, "/link/notice/access", LinkKind::Notice, None),
        (Method::GET, "/link/reply", LinkKind::Reply, None),
        (Method::PUT, "/link/reply", LinkKind::Reply, Some(reply)),
        (Method::POST, "/link/unsubscribe", LinkKind::Unsubscribe, None),
    ]
}

async fn no_kind_of_link_opens_what_another_does(app: TestApp) {
    let (id, own) = nominated(&app).await;
    let letter = app.mail().next_to("jan@example.org").await;
    let supporter = Link::open(&app.app.keys, &letter.token("letter")).expect("ours").row;
    let before = app.get(OWN, &own).await.expect(StatusCode::OK).text;

    // Links of every kind to the very rows that the calls are about: only the kind is wrong.
    for kind in LinkKind::ALL {
        for row in [id.uuid(), supporter] {
            let token = Link::to(*kind, row).token(&app.app.keys);
            for (method, path, _, body) in calls().into_iter().filter(|(_, _, takes, _)| takes != kind) {
                let mut call = app.call(method.clone(), path).bearer(&token).header("if-match", "*");
                if let Some(body) = &body {
                    call = call.json(body);
                }
                let seen = call.send().await.expect(StatusCode::NOT_FOUND);
                assert_eq!(seen.str("/code"), "link_not_valid", "{method} {path} by a link of kind {kind}");
            }
            for (path, takes) in
                [("/confirmations", LinkKind::Confirm), ("/auth/invitations/accept", LinkKind::Invitation)]
            {
                let body = match takes {
                    LinkKind::Confirm => json!({"token": token}),
                    _ => json!({"token": token, "password": crate::people::PASSWORD}),
                };
                if takes != *kind {
                    let seen = app.post(path, "", body).await.expect(StatusCode::NOT_FOUND);
                    assert_eq!(seen.str("/code"), "link_not_valid", "{path} by a link of kind {kind}");
                }
            }
        }
    }
    assert_eq!(app.get(OWN, &own).await.text, before, "nothing has changed");

    app.at("2022-04-06T10:00:00Z");
    let late = app.get(OWN, &own).await;
    let forged = app.get(OWN, "AAAA").await;
    assert_eq!(without_instance(&late), without_instance(&forged), "a dead link is like one that never was");
    dead_links_read_no_body(&app, id, supporter).await;
}

/// S-HTTP-9: whatever comes with it, a dead link answers like one that never was.
async fn dead_links_read_no_body(app: &TestApp, id: NominationId, supporter: uuid::Uuid) {
    for (method, path, kind, _) in calls() {
        // An unsubscribe link lives for ever: that of a row which is no supporter's is dead.
        let dead = Link::to(kind, if kind == LinkKind::Letter { supporter } else { id.uuid() });
        for (media, body) in [("application/json", "{"), ("application/json", "{\"no\": 1}"), ("text/plain", "no")] {
            let send = async |token: &str| {
                let call = app.call(method.clone(), path).bearer(token).body(media, body);
                without_instance(&call.send().await)
            };
            let (seen, forged) = (send(&dead.token(&app.app.keys)).await, send("AAAA").await);
            assert_eq!(seen, forged, "{method} {path} with {body}");
            assert_eq!(seen.0, StatusCode::NOT_FOUND, "{method} {path} with {body}");
        }
    }
}

fn without_instance(seen: &Seen) -> (StatusCode, Json) {
    let mut body = seen.json();
    body.as_object_mut().expect("a problem").remove("instance");
    (seen.status, body)
}

/// A confirmed nomination, and the token of its nominator's link.
async fn nominated(app: &TestApp) -> (NominationId, String) {
    app.edition_2021().await;
    let id = app.nominate(&maria()).await;
    let token = app.mail().next_to("ann@example.org").await.token("nomination");
    (NominationId::parse(&id).expect("an id"), token)
}

async fn organiser(app: &TestApp) -> Person {
    app.operator_invites("organiser", None, "olive@example.org").await
}

async fn a_nominator_reads_what_they_wrote_and_nothing_that_others_say_of_it(app: TestApp) {
    let (id, own) = nominated(&app).await;
    let olive = organiser(&app).await;
    app.supporter_writes("jan@example.org", "en").await;
    app.screen(&olive, id.as_str(), json!({"note": "Ask Boris about her.", "waive_letters": "Olga is ill."})).await;
    app.screen(&olive, id.as_str(), json!({"status": "eligible", "reason": "A fine one."})).await;
    app.mail().next_to("maria@example.org").await;

    let seen = app.get(OWN, &own).await.expect(StatusCode::OK);
    for words in ["Boris", "Olga is ill", "A fine one", "eligible", "screened", "I have known them"] {
        assert!(!seen.text.contains(words), "{words} in {}", seen.text);
    }
    let mut told = seen.json();
    assert!(told["reference"].as_str().expect("it has one").starts_with("TCA21-"));
    let rest = told.as_object_mut().expect("an object");
    rest.remove("id");
    rest.remove("reference");
    let sent = maria();
    let mut wanted = json!({
        "status": "under_consideration", "received_at": "2021-05-10T10:00:00Z",
        "changeable_until": "2021-06-30T16:00:00Z",
        "category": "I2", "language": "en", "headline": sent["headline"], "story": sent["story"], "links": sent["links"],
        "supporters": sent["supporters"], "nominator": sent["nominator"], "tell_me_next_time": true,
        "nominee": sent["nominee"],
    });
    wanted["letters"] = json!(["written", "asked"]);
    for absent in ["honours", "other_city", "phone", "postal_address", "guardian", "organisation"] {
        wanted["nominee"][absent] = Json::Null;
    }
    assert_eq!(told, wanted);

    // What was written can be sent back as it was read, and changes nothing.
    let rest = told.as_object_mut().expect("an object");
    for ours in ["status", "received_at", "changeable_until", "letters"] {
        rest.remove(ours);
    }
    let same = change(&app, &own, told).await.expect(StatusCode::OK);
    assert_eq!(same.text, seen.text);
}

async fn a_nominator_learns_nothing_of_the_judging(app: TestApp) {
    let (id, own) = nominated(&app).await;
    let olive = organiser(&app).await;
    assert_eq!(app.get(OWN, &own).await.str("/status"), "submitted");
    app.screen(&olive, id.as_str(), json!({"status": "eligible", "waive_letters": "They are late."})).await;
    app.mail().next_to("maria@example.org").await;

    let before = app.get(OWN, &own).await.expect(StatusCode::OK);
    assert_eq!(before.str("/status"), "under_consideration");
    let closed = Time::parse("2021-08-27T16:00:00Z").expect("a time");
    app.at("2021-08-27T16:00:01Z");
    let judged = move |tx: &mut _| Ok::<_, StoreError>(nominations::mark_judged(tx, &[id], closed)?);
    app.app.store.write(judged).await.expect("it is stored");
    let status = app.app.store.read(move |tx| Ok::<_, StoreError>(nominations::store::by_id(tx, id)?)).await;
    assert_eq!(status.expect("it reads").expect("it is there").status, nominations::Status::Judged);

    let after = app.get(OWN, &own).await.expect(StatusCode::OK);
    assert_eq!((after.text.as_str(), after.header("etag")), (before.text.as_str(), before.header("etag")));
}

async fn withdraw(app: &TestApp, token: &str, tag: &str) -> Seen {
    let call = app.call(Method::DELETE, OWN).bearer(token);
    if tag.is_empty() { call.send().await } else { call.header("if-match", tag).send().await }
}

async fn a_nominator_withdraws_until_nominations_close(app: TestApp) {
    let (id, own) = nominated(&app).await;
    app.mail().next_to("jan@example.org").await;
    let olga = app.mail().next_to("olga@example.org").await.token("letter");
    let blind = withdraw(&app, &own, "").await.expect(StatusCode::PRECONDITION_REQUIRED);
    assert_eq!(blind.str("/code"), "precondition_required");
    assert_eq!(withdraw(&app, &own, "\"1\"").await.expect(StatusCode::PRECONDITION_FAILED).str("/code"), "stale");
    assert_eq!(app.get(OWN, &own).await.str("/status"), "submitted");

    app.at("2021-06-30T15:59:59Z");
    let tag = app.get(OWN, &own).await.expect(StatusCode::OK).header("etag");
    assert_eq!(withdraw(&app, &own, &tag).await.expect(StatusCode::NO_CONTENT).text, "");
    let told = app.get(OWN, &own).await.expect(StatusCode::OK);
    assert_eq!((told.str("/status"), told.json()["changeable_until"].clone()), ("withdrawn".to_owned(), Json::Null));
    for email in ["ann@example.org", "jan@example.org", "olga@example.org"] {
        assert!(app.mail().next_to(email).await.subject().contains("TCA21-"), "M8 to {email}");
    }
    app.get("/link/letter", &olga).await.expect(StatusCode::NOT_FOUND);

    withdraw(&app, &own, "").await.expect(StatusCode::NO_CONTENT); // a double click
    let olive = organiser(&app).await;
    app.mail().next_to("olive@example.org").await;
    let path = format!("/organise/editions/2021/nominations/{id}");
    let seen = app.get(&path, &olive.token).await.expect(StatusCode::OK);
    assert_eq!((seen.str("/status"), seen.str("/reason")), ("withdrawn".into(), "withdrawn_by_nominator".into()));
    let withdrawn = app.mail().all().iter().filter(|mail| mail.subject().contains("withdrawn")).count();
    assert_eq!(withdrawn, 3, "each is told once");

    app.at("2021-06-30T16:00:00Z");
    let late = withdraw(&app, &own, "").await.expect(StatusCode::CONFLICT);
    assert_eq!(late.str("/code"), "wrong_phase");
}

async fn change(app: &TestApp, token: &str, body: Json) -> Seen {
    app.change(Method::PATCH, OWN, OWN, token, body).await
}

/// The faults of an answer: pointer and code of each.
fn faults(seen: &Seen) -> Vec<(String, String)> {
    let body = seen.json();
    let text = |fault: &Json, name: &str| fault[name].as_str().expect("a text").to_owned();
    let all = body["errors"].as_array().expect("faults").iter();
    all.map(|fault| (text(fault, "pointer"), text(fault, "code"))).collect()
}

fn fault(pointer: &str, code: &str) -> (String, String) {
    (pointer.to_owned(), code.to_owned())
}

/// Both supporters of the sample, the second in another way.
fn with_second(supporter: Json) -> Json {
    json!({"supporters": [maria()["supporters"][0], supporter]})
}

/// How far the letters are.
fn letters(own: &Json) -> [String; 2] {
    [0, 1].map(|at| own["letters"][at].as_str().expect("a word").to_owned())
}

fn eva() -> Json {
    json!({"name": "Eva Vzorová", "email": "eva@example.org", "relation": "first violin"})
}

async fn a_nominator_changes_any_part_and_is_told_which(app: TestApp) {
    let (id, own) = nominated(&app).await;
    let before = app.get(OWN, &own).await.expect(StatusCode::OK);
    let patch = json!({"headline": " Pen friends who became an orchestra ", "story": {"ongoing": false, "others": null},
        "nominee": {"name": "Мария Петровна Иванова", "phone": "+7 8442 00 00 00"}, "links": []});
    let seen = change(&app, &own, patch).await.expect(StatusCode::OK);
    let mut wanted = before.json();
    wanted["headline"] = json!("Pen friends who became an orchestra");
    wanted["story"]["ongoing"] = json!(false);
    wanted["story"]["others"] = Json::Null;
    wanted["nominee"]["name"] = json!("Мария Петровна Иванова");
    wanted["nominee"]["phone"] = seen.json()["nominee"]["phone"].clone();
    assert!(wanted["nominee"]["phone"].is_string());
    wanted["links"] = json!([]);
    assert_eq!(seen.json(), wanted);
    assert_eq!(app.get(OWN, &own).await.text, seen.text);
    assert_ne!(seen.header("etag"), before.header("etag"));

    // What changes nothing leaves no trace: no letter, no event, the same version.
    let again = change(&app, &own, json!({"headline": "Pen friends who became an orchestra"})).await;
    assert_eq!(again.expect(StatusCode::OK).header("etag"), seen.header("etag"));

    // A second change within ten minutes joins the letter that waits.
    app.at("2021-05-10T10:09:59Z");
    change(&app, &own, json!({"tell_me_next_time": false, "links": maria()["links"]})).await.expect(StatusCode::OK);
    app.at("2021-05-10T10:10:00Z");
    let letter = app.mail().next_to("ann@example.org").await;
    assert!(letter.subject().ends_with(": change saved"), "{}", letter.subject());
    let text = letter.text();
    let labels = ["Full name", "Phone", "In one line", "Who else took part", "going on?", "Links", "Write to me when"];
    let mut from = 0;
    for label in labels {
        let at = text[from..].find(label).unwrap_or_else(|| panic!("{label} in its place in {text}"));
        from += at;
    }
    assert!(!text.contains("orchestra") && !text.contains("8442") && !text.contains("What changed"), "{text}");

    app.at("2021-05-10T10:30:00Z");
    change(&app, &own, json!({"headline": "Pen friends who made an orchestra"})).await.expect(StatusCode::OK);
    app.at("2021-05-10T10:40:00Z");
    let letter = app.mail().next_to("ann@example.org").await.text();
    assert!(letter.contains("In one line") && !letter.contains("Full name"), "{letter}");

    let olive = organiser(&app).await;
    let found = app.get("/organise/editions/2021/nominations?q=petrovna", &olive.token).await.json();
    assert_eq!(found["items"][0]["id"], json!(id.as_str()), "it is found by its new name");
    let audit = app.app.store.read(move |tx| {
        use diesel::prelude::*;
        use twin_cities_awards::store::schema::audit_events as events;
        let changed = events::table.filter(events::act.eq("nomination_changed")).order(events::id);
        Ok::<_, StoreError>(changed.select(events::detail).load::<String>(tx)?)
    });
    let told = audit.await.expect("it reads");
    assert_eq!(told.len(), 3);
    assert_eq!(told[0], r#"{"fields":"/nominee/name /nominee/phone /headline /story/others /story/ongoing /links"}"#);
}

async fn what_must_stay_is_told_with_all_other_faults(app: TestApp) {
    let (_, own) = nominated(&app).await;
    let before = app.get(OWN, &own).await.expect(StatusCode::OK).text;
    let patch = json!({"category": "I1", "headline": "Oh", "nominee": {"kind": "organisation", "name": null},
        "nominator": {"email": "somebody@example.org", "country": "Mars"}, "story": {"impact": ""},
        "declarations": {"true_account": false}});
    let seen = change(&app, &own, patch).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        faults(&seen),
        [
            fault("/category", "not_changeable"),
            fault("/nominee/kind", "not_changeable"),
            fault("/nominee/name", "required"),
            fault("/headline", "too_short"),
            fault("/story/impact", "required"),
            fault("/nominator/email", "not_changeable"),
            fault("/nominator/country", "bad_country"),
            fault("/declarations/true_account", "must_be_true"),
        ]
    );
    assert_eq!(seen.json()["errors"][0]["message"], "This can no longer be changed");
    for (patch, pointer, code) in [
        (json!([]), "", "wrong_type"),
        (json!({"nominee": 7}), "/nominee", "wrong_type"),
        (json!({"supporters": null}), "/supporters", "required"),
        (json!({"nominator": {"email": null}}), "/nominator/email", "not_changeable"),
        (json!({"nominee": {"email": null}}), "/nominee/email", "contact_required"),
        (
            json!({"story": {"impact": "Much.", "friendship": "All.", "commitment": "Long."}}),
            "/story",
            "story_too_short",
        ),
    ] {
        let seen = change(&app, &own, patch.clone()).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert!(faults(&seen).contains(&fault(pointer, code)), "{patch}: {}", seen.text);
    }
    // What stands may be said again; what does not exist cannot even be taken away.
    let same =
        json!({"category": " I2 ", "nominee": {"kind": "individual"}, "nominator": {"email": "ann@example.org"}});
    change(&app, &own, same).await.expect(StatusCode::OK);
    for patch in [json!({"reason": null}), json!({"source": "paper"}), json!({"story": {"ending": "happy"}})] {
        let seen = change(&app, &own, patch).await.expect(StatusCode::BAD_REQUEST);
        assert_eq!(seen.str("/code"), "unknown_field");
    }
    let call = || app.call(Method::PATCH, OWN).bearer(&own).header("if-match", "*");
    let broken = call().body("application/json", "{").send().await.expect(StatusCode::BAD_REQUEST);
    assert_eq!(broken.str("/code"), "malformed_json");
    call().body("application/merge-patch+json", "{}").send().await.expect(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(app.get(OWN, &own).await.text, before);
}

async fn another_supporter_is_asked_and_the_former_link_dies(app: TestApp) {
    let (_, own) = nominated(&app).await;
    let jan = app.mail().next_to("jan@example.org").await.token("letter");
    let olga = app.mail().next_to("olga@example.org").await.token("letter");
    app.post("/link/letter/decline", &olga, json!({})).await.expect(StatusCode::OK);
    assert_eq!(app.get(OWN, &own).await.json()["letters"][1], "declined");

    let seen = change(&app, &own, with_second(eva())).await.expect(StatusCode::OK).json();
    assert_eq!(seen["supporters"][1]["name"], "Eva Vzorová");
    assert_eq!(letters(&seen), ["asked", "asked"]);
    app.get("/link/letter", &olga).await.expect(StatusCode::NOT_FOUND);
    let eva = app.mail().next_to("eva@example.org").await;
    assert!(eva.subject().contains("Please write a letter of support"), "{}", eva.subject());
    assert_eq!(app.get("/link/letter", &eva.token("letter")).await.expect(StatusCode::OK).str("/state"), "asked");

    // Another spelling, another relation, another order: the same people, who are not asked again.
    let same = json!({"supporters": [
        {"name": "Eva Vzorova", "email": "eva@example.org", "relation": "first violin, now leader"},
        maria()["supporters"][0]]});
    let seen = change(&app, &own, same).await.expect(StatusCode::OK).json();
    assert_eq!(seen["supporters"][1]["name"], "Eva Vzorova");
    for token in [&jan, &eva.token("letter")] {
        app.get("/link/letter", token).await.expect(StatusCode::OK);
    }
    app.at("2021-05-10T11:00:00Z");
    let told = [app.mail().next_to("ann@example.org").await.text(), app.mail().next_to("ann@example.org").await.text()];
    assert!(told.iter().any(|text| text.contains("Two people who will write in support")), "{told:?}");
    let asked = |email: &str| app.mail().all().iter().filter(|mail| mail.to == email).count();
    assert_eq!(["jan@example.org", "eva@example.org", "olga@example.org"].map(asked), [1, 1, 1]);
}

async fn who_was_replaced_can_still_ask_to_hear_no_more(app: TestApp) {
    let (_, own) = nominated(&app).await;
    let olga = app.mail().next_to("olga@example.org").await.token("unsubscribe");
    change(&app, &own, with_second(eva())).await.expect(StatusCode::OK);
    let eva = app.mail().next_to("eva@example.org").await.token("letter");
    app.post("/link/unsubscribe", &olga, json!({})).await.expect(StatusCode::OK);
    assert_eq!(app.get("/link/letter", &eva).await.expect(StatusCode::OK).str("/state"), "asked", "Eva has not spoken");

    // Named again, Olga is not written to; a withdrawal is not told to her either, who has had nothing of this link.
    change(&app, &own, with_second(maria()["supporters"][1].clone())).await.expect(StatusCode::OK);
    app.at("2021-05-10T10:20:00Z");
    app.mail().next_to("ann@example.org").await;
    withdraw(&app, &own, "*").await.expect(StatusCode::NO_CONTENT);
    app.mail().next_to("ann@example.org").await;
    app.mail().next_to("jan@example.org").await;
    let of_olga = app.mail().all().iter().filter(|mail| mail.to == "olga@example.org").count();
    assert_eq!(of_olga, 1, "the first request alone");
}

async fn a_supporter_whose_letter_is_in_stays(app: TestApp) {
    let (_, own) = nominated(&app).await;
    app.supporter_writes("olga@example.org", "ru").await;
    let before = app.get(OWN, &own).await.text;
    let seen = change(&app, &own, with_second(eva())).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(faults(&seen), [fault("/supporters/1/email", "not_changeable")]);
    let mut other = maria()["supporters"][1].clone();
    other["name"] = json!("Somebody Else");
    let seen = change(&app, &own, json!({"supporters": [other, maria()["supporters"][0]]})).await;
    assert!(faults(&seen).iter().any(|(_, code)| code == "not_changeable"), "{}", seen.text);
    assert_eq!(app.get(OWN, &own).await.text, before);

    let seen = change(&app, &own, json!({"supporters": [eva(), maria()["supporters"][1]]})).await;
    assert_eq!(letters(&seen.expect(StatusCode::OK).json()), ["asked", "written"]);
    app.mail().next_to("eva@example.org").await;
}

async fn a_minors_nomination_stays_whole_when_it_is_changed(app: TestApp) {
    let (_, own) = nominated(&app).await;
    let guardian = json!({"name": "Пётр Иванов", "email": "petr@example.org"});
    let minor = json!({"nominee": {"age_band": "under_18", "email": null, "guardian": guardian}});
    let seen = change(&app, &own, minor.clone()).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(faults(&seen), [fault("/declarations/guardian_agrees", "required")]);
    let mut agreed = minor;
    agreed["declarations"] = json!({"guardian_agrees": true});
    change(&app, &own, agreed).await.expect(StatusCode::OK);
    // Declared once, it holds.
    let seen = change(&app, &own, json!({"headline": "Still very young, and an orchestra"})).await;
    assert_eq!(seen.expect(StatusCode::OK).json()["nominee"]["guardian"], guardian);
    let grown = json!({"nominee": {"age_band": "18_25", "email": "maria@example.org", "guardian": null}});
    let seen = change(&app, &own, grown).await.expect(StatusCode::OK).json();
    assert_eq!((&seen["nominee"]["guardian"], &seen["nominee"]["age_band"]), (&Json::Null, &json!("18_25")));
}

async fn a_change_needs_its_version_and_ends_with_nominations(app: TestApp) {
    let (id, own) = nominated(&app).await;
    let patch = json!({"headline": "An orchestra of pen friends"});
    let call = || app.call(Method::PATCH, OWN).bearer(&own).json(&patch);
    assert_eq!(call().send().await.expect_status(428).str("/code"), "precondition_required");
    assert_eq!(call().header("if-match", "\"1\"").send().await.expect_status(412).str("/code"), "stale");
    let tag = app.get(OWN, &own).await.header("etag");
    call().header("if-match", &tag).send().await.expect_status(200);
    assert_eq!(call().header("if-match", &tag).send().await.expect_status(412).str("/code"), "stale");

    let olive = organiser(&app).await;
    app.screen(&olive, id.as_str(), json!({"status": "ineligible", "reason": "not_friendship"})).await;
    let out = change(&app, &own, json!({"headline": "Hello again"})).await.expect(StatusCode::CONFLICT);
    assert_eq!(out.str("/code"), "illegal_move");
    assert_eq!(withdraw(&app, &own, "*").await.expect(StatusCode::CONFLICT).str("/code"), "illegal_move");
    app.screen(&olive, id.as_str(), json!({"status": "submitted", "reason": "It is, after all."})).await;

    app.at("2021-06-30T15:59:59Z");
    change(&app, &own, json!({"headline": "In the last second"})).await.expect(StatusCode::OK);
    app.at("2021-06-30T16:00:00Z");
    let late = change(&app, &own, json!({"headline": "One second later"})).await.expect(StatusCode::CONFLICT);
    assert_eq!(late.str("/code"), "wrong_phase");
    let unknown = change(&app, &own, json!({"headlines": "One second later"})).await.expect(StatusCode::BAD_REQUEST);
    assert_eq!(unknown.str("/code"), "unknown_field");
    assert_eq!(app.get(OWN, &own).await.str("/headline"), "In the last second");
}

async fn a_change_after_screening_is_shown_to_organisers_and_told_to_the_nominee(app: TestApp) {
    let (id, own) = nominated(&app).await;
    app.at("2021-05-10T20:00:00Z"); // 23:00 in Volgograd: the notice waits for the morning
    let olive = organiser(&app).await;
    app.screen(&olive, id.as_str(), json!({"status": "eligible", "waive_letters": "They are late."})).await;
    app.at("2021-05-10T20:05:00Z");
    let patch = json!({"headline": "Now something else entirely", "nominee": {"email": "masha@example.org"}});
    assert_eq!(change(&app, &own, patch).await.expect(StatusCode::OK).str("/status"), "under_consideration");

    let path = "/organise/editions/2021/nominations";
    let list = app.get(path, &olive.token).await.expect(StatusCode::OK).json();
    assert_eq!(list["items"][0]["flags"], json!(["changed_since_screening"]));
    let seen = app.get(&format!("{path}/{id}"), &olive.token).await.expect(StatusCode::OK).json();
    assert_eq!((&seen["flags"], &seen["status"]), (&json!(["changed_since_screening"]), &json!("eligible")));
    assert_eq!(seen["retold_at"], "2021-05-10T20:05:00Z");

    app.at("2021-05-11T09:00:00Z");
    let notice = app.mail().next_to("masha@example.org").await;
    assert!(notice.text().contains("Now something else entirely"), "{}", notice.text());
    assert!(app.mail().all().iter().all(|mail| mail.to != "maria@example.org"), "the first notice never leaves");
}

async fn nobody_nominates_the_same_person_twice_by_a_change(app: TestApp) {
    let (_, first) = nominated(&app).await;
    let reference = app.get(OWN, &first).await.str("/reference");
    let mut other = maria();
    other["nominee"]["name"] = json!("Анна Петрова");
    other["nominee"]["name_other_script"] = json!("Anna Petrova");
    app.nominate(&other).await;
    let second = app.mail().next_to("ann@example.org").await.token("nomination");
    let patch = json!({"nominee": {"name": "Мария Иванова", "name_other_script": null}});
    let seen = change(&app, &second, patch).await.expect(StatusCode::CONFLICT);
    assert_eq!(seen.str("/code"), "already_nominated");
    assert_eq!(seen.str("/errors/0/message"), format!("You have already nominated them: {reference}"));
    assert_eq!(app.get(OWN, &second).await.json()["nominee"]["name"], "Анна Петрова");
}

async fn what_has_changed_since_screening_is_screened_again(app: TestApp) {
    let (id, own) = nominated(&app).await;
    let olive = organiser(&app).await;
    let path = format!("/organise/editions/2021/nominations/{id}");
    let flags = async || app.get(&path, &olive.token).await.expect(StatusCode::OK).json()["flags"].clone();
    let screen = async |body: Json| app.change(Method::PATCH, &path, &path, &olive.token, body).await;
    let eligible = json!({"status": "eligible"});
    let waived = json!({"status": "eligible", "waive_letters": "They are late.", "reason": "A fine one."});
    screen(waived).await.expect(StatusCode::OK);
    assert_eq!(screen(eligible.clone()).await.expect(StatusCode::CONFLICT).str("/code"), "illegal_move");

    app.at("2021-05-10T10:05:00Z");
    change(&app, &own, json!({"headline": "Now something else entirely"})).await.expect(StatusCode::OK);
    assert_eq!(flags().await, json!(["changed_since_screening"]));
    let looked = screen(eligible.clone()).await.expect(StatusCode::OK).json();
    assert_eq!((&looked["flags"], &looked["status"]), (&json!([]), &json!("eligible")));
    assert_eq!((&looked["screened_at"], &looked["reason"]), (&json!("2021-05-10T10:00:00Z"), &json!("A fine one.")));
    assert_eq!(screen(eligible.clone()).await.expect(StatusCode::CONFLICT).str("/code"), "illegal_move");

    // A note says that somebody has looked, also the second time in the same words.
    for line in ["Something else entirely", "Something else, and more"] {
        change(&app, &own, json!({"headline": line})).await.expect(StatusCode::OK);
        assert_eq!(flags().await, json!(["changed_since_screening"]));
        screen(json!({"note": "Looked at."})).await.expect(StatusCode::OK);
        assert_eq!(flags().await, json!([]), "a note is a look");
    }
    assert_eq!(screen(eligible).await.expect(StatusCode::CONFLICT).str("/code"), "illegal_move");

    app.at("2021-05-10T10:10:00Z");
    change(&app, &own, json!({"headline": "And something else again"})).await.expect(StatusCode::OK);
    assert_eq!(flags().await, json!(["changed_since_screening"]), "it may change again");
    let out = screen(json!({"status": "ineligible", "reason": "not_friendship"})).await.expect(StatusCode::OK).json();
    assert_eq!(out["flags"], json!([]));
    screen(json!({"status": "submitted", "reason": "It is, after all."})).await.expect(StatusCode::OK);
    change(&app, &own, json!({"headline": "And before it is let in"})).await.expect(StatusCode::OK);
    assert_eq!(flags().await, json!([]), "what is not let in is looked at anyway");
    let notices = app.mail().all().iter().filter(|mail| mail.to == "maria@example.org").count();
    assert!(notices <= 1, "a second look tells the nominee nothing");
}

/// The table of limits in `docs/` on security: at most two supporters of a nomination are replaced. A trial has no such
/// limit.
async fn no_more_than_two_supporters_are_replaced(app: TestApp) {
    let (_, own) = nominated(&app).await;
    let third = |number: usize| {
        let mut eva = eva();
        eva["name"] = json!(format!("Eva Vzorová {}", ["the First", "the Second", "the Third"][number]));
        eva["email"] = json!(format!("eva{number}@example.org"));
        with_second(eva)
    };
    for number in 0..2 {
        change(&app, &own, third(number)).await.expect(StatusCode::OK);
    }
    let before = app.get(OWN, &own).await.json()["supporters"].clone();
    let seen = change(&app, &own, third(2)).await.expect(StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(faults(&seen), [fault("/supporters/1/email", "not_changeable")]);
    assert_eq!(seen.header("retry-after"), "4428000", "until nominations close");
    insta::assert_snapshot!("too_many_asked", seen.line());
    change(&app, &own, json!({"headline": "The rest may change as before"})).await.expect(StatusCode::OK);
    assert_eq!(app.get(OWN, &own).await.json()["supporters"], before);
    app.mail().next_to("eva1@example.org").await;
    let asked = app.mail().all().iter().filter(|mail| mail.to == "eva2@example.org").count();
    assert_eq!(asked, 0, "nobody is asked beyond the limit");
}
