//! Editions: the templates hold what was decided, a document is whole or every fault of it is told, phases turn on the
//! instant.

use std::sync::Arc;

use reqwest::Method;
use serde_json::{Value as Json, json};
use twin_cities_awards::audit::Deed;
use twin_cities_awards::clock::{Span, Time};
use twin_cities_awards::editions::{
    Edition, EditionFile, EditionSlug, FileError, Phase, Phases, Template, Timetable, create_from_template, made_up,
    missing, store,
};
use twin_cities_awards::http::door::Refusal;
use twin_cities_awards::http::problem::Problem;
use twin_cities_awards::ids::EditionId;
use twin_cities_awards::store::StoreError;
use twin_cities_awards::text::Language;

use crate::app::{TestApp, stories};

/// The table of the calendar: the instant in both years, and the clock of both cities.
const TABLE: &[(&str, &str, &str, [&str; 2])] = &[
    ("nominations_open_at", "2021-04-23T13:00:00Z", "2027-04-23T13:00:00Z", ["Fri 14:00", "16:00"]),
    ("nominations_close_at", "2021-06-30T16:00:00Z", "2027-06-30T16:00:00Z", ["Wed 17:00", "19:00"]),
    ("screening_open_at", "2021-07-01T08:00:00Z", "2027-07-01T08:00:00Z", ["Thu 09:00", "11:00"]),
    ("confirm_until", "2021-07-03T16:00:00Z", "2027-07-03T16:00:00Z", ["Sat 17:00", "19:00"]),
    ("letters_reminder_at", "2021-07-07T09:00:00Z", "2027-07-07T09:00:00Z", ["Wed 10:00", "12:00"]),
    ("letters_due_at", "2021-07-14T16:00:00Z", "2027-07-14T16:00:00Z", ["Wed 17:00", "19:00"]),
    ("screening_close_at", "2021-07-23T16:00:00Z", "2027-07-23T16:00:00Z", ["Fri 17:00", "19:00"]),
    ("judging_open_at", "2021-07-26T08:00:00Z", "2027-07-26T08:00:00Z", ["Mon 09:00", "11:00"]),
    ("judging_close_at", "2021-08-27T16:00:00Z", "2027-08-27T16:00:00Z", ["Fri 17:00", "19:00"]),
    ("decision_lock_at", "2021-09-06T16:00:00Z", "2027-09-06T16:00:00Z", ["Mon 17:00", "19:00"]),
    ("notify_at", "2021-09-13T09:00:00Z", "2027-09-13T09:00:00Z", ["Mon 10:00", "12:00"]),
    ("chaser_at/0", "2021-09-17T09:00:00Z", "2027-09-17T09:00:00Z", ["Fri 10:00", "12:00"]),
    ("chaser_at/1", "2021-09-20T09:00:00Z", "2027-09-20T09:00:00Z", ["Mon 10:00", "12:00"]),
    ("reply_due_at", "2021-09-20T16:00:00Z", "2027-09-20T16:00:00Z", ["Mon 17:00", "19:00"]),
    ("phone_list_at", "2021-09-21T08:00:00Z", "2027-09-21T08:00:00Z", ["Tue 09:00", "11:00"]),
    ("announce_at", "2021-10-06T19:00:00Z", "2027-10-06T19:00:00Z", ["Wed 20:00", "22:00"]),
    ("outcome_mail_at", "2021-10-07T07:00:00Z", "2027-10-07T07:00:00Z", ["Thu 08:00", "10:00"]),
    ("reception_at", "2021-10-30T15:00:00Z", "2027-10-30T15:00:00Z", ["Sat 16:00", "18:00"]),
    ("live_event_at", "2022-04-24T13:00:00Z", "2028-04-30T13:00:00Z", ["Sun 14:00", "16:00"]),
    ("purge_needs_at", "2021-11-06T00:00:00Z", "2027-11-06T00:00:00Z", ["", ""]),
    ("purge_contacts_at", "2022-01-06T00:00:00Z", "2028-01-06T00:00:00Z", ["", ""]),
    ("purge_winner_contacts_at", "2022-05-24T00:00:00Z", "2028-05-30T00:00:00Z", ["", ""]),
    ("purge_texts_at", "2022-10-06T00:00:00Z", "2028-10-06T00:00:00Z", ["", ""]),
    ("purge_audit_at", "2027-10-06T00:00:00Z", "2033-10-06T00:00:00Z", ["", ""]),
];

fn at(text: &str) -> Time {
    Time::parse(text).expect("a time")
}

fn edition(template: Template) -> Edition {
    let file = template.edition();
    Edition {
        id: EditionId::from_uuid(uuid::Uuid::nil()),
        slug: file.slug,
        version: 1,
        doc: Arc::new(file.doc),
        frozen_at: None,
        sealed_at: None,
        released_at: None,
    }
}

#[test]
fn both_templates_hold_every_instant_of_the_table() {
    let [first, second] = [Template::Tca2021, Template::Tca2027].map(|template| template.edition().doc.timetable);
    assert_eq!(TABLE.len(), Timetable::NAMES.len() + 2);
    for (name, in_2021, in_2027, _) in TABLE {
        assert_eq!(first.get(name), Some(at(in_2021)), "{name} in 2021");
        assert_eq!(second.get(name), Some(at(in_2027)), "{name} in 2027");
    }
}

#[test]
fn the_hours_are_those_of_both_cities() {
    for template in [Template::Tca2021, Template::Tca2027] {
        let edition = edition(template);
        let [london, volgograd] = [0, 1].map(|panel| edition.panels[panel].zone());
        for (name, .., [here, there]) in TABLE.iter().filter(|(.., hours)| !hours[0].is_empty()) {
            let time = edition.timetable.get(name).expect("it is in the table");
            assert_eq!(london.local(time).strftime("%a %H:%M").to_string(), *here, "{name} in London");
            assert_eq!(volgograd.local(time).strftime("%H:%M").to_string(), *there, "{name} in Volgograd");
        }
    }
    let closing = edition(Template::Tca2027).timetable.nominations_close_at;
    assert_eq!(
        edition(Template::Tca2027).cities().moment(Language::Ru, closing),
        "30 июня 2027 года, 17:00 (Ковентри), 19:00 (Волгоград)"
    );
}

#[test]
fn the_templates_hold_the_categories_criteria_and_cities_that_were_decided() {
    for (template, slug, year) in [(Template::Tca2021, "2021", 2021), (Template::Tca2027, "2027", 2027)] {
        let EditionFile { slug: own, doc } = template.edition();
        assert_eq!((own.as_str(), doc.year), (slug, year));
        let codes: Vec<_> = doc.categories.iter().map(|category| (category.code.as_str(), category.open)).collect();
        let open = [("I1", true), ("I2", true), ("I3", true), ("O1", true), ("O2", true), ("O3", true), ("S1", false)];
        assert_eq!(codes, open);
        assert!(doc.categories.iter().all(|category| (category.places.winners, category.places.commended) == (1, 3)));
        let weights: Vec<_> = doc.criteria.iter().map(|criterion| (criterion.key.as_str(), criterion.weight)).collect();
        assert_eq!(weights, [("C1", 30), ("C2", 25), ("C3", 20), ("C4", 15), ("C5", 10)]);
        for criterion in &doc.criteria {
            let scores: Vec<_> = criterion.anchors.iter().map(|anchor| anchor.score).collect();
            assert_eq!((scores, criterion.max_score), (vec![0, 3, 5, 8, 10], 10));
        }
        assert_eq!((doc.quorum, doc.tie_break), (3, vec!["C1".to_owned(), "C2".to_owned()]));
        assert_eq!(doc.twin_cities.len(), 26);
        assert!(!doc.twin_cities.iter().any(|city| city.key == "coventry"));
        assert!(doc.mail_from.is_none() && doc.data_contact.is_none() && doc.mailboxes.is_empty());
    }
}

#[test]
fn what_the_templates_made_up_and_left_out_is_told() {
    let mut doc = Template::Tca2021.edition().doc;
    let all = ["reply_to", "award_contact", "controller", "reception_place", "live_event_place", "signatories"];
    assert_eq!(made_up(&doc), all);
    assert_eq!(missing(&doc), ["data_contact", "transfer_basis"]);
    doc.panels.retain(|panel| panel.country.as_str() == "GB");
    doc.signatories.clear();
    assert_eq!(missing(&doc), ["data_contact"]);
    assert_eq!(made_up(&doc), all[..5]);
}

/// Whoever starts a real edition copies it from there.
#[test]
fn the_file_that_the_documentation_shows_lacks_nothing() {
    let page = include_str!("../../docs/operations.md");
    let (_, rest) = page.split_once("Write `edition.toml`:").expect("it is shown");
    let (_, rest) = rest.split_once("```toml\n").expect("as TOML");
    let (shown, _) = rest.split_once("```").expect("that ends");
    let file = EditionFile::from_text(shown).unwrap_or_else(|refused| panic!("{refused}"));
    assert_eq!((made_up(&file.doc), missing(&file.doc)), (vec![], vec![]));
}

#[test]
fn an_edition_goes_from_toml_to_json_and_back_unchanged() {
    let file = Template::Tca2027.edition();
    let toml = file.to_toml().expect("it can be written");
    let read = EditionFile::from_text(&toml).expect("it can be read");
    let json = serde_json::to_string(&read).expect("it can be written");
    let again = EditionFile::from_text(&json).expect("it can be read");
    assert_eq!(again, file);
    assert_eq!(again.to_toml().expect("it can be written"), toml);
    let stored: EditionFile = serde_json::from_str(&json).expect("the store reads it");
    assert_eq!(stored, file);
    assert!(json.len() < 64 * 1024, "it fits into a request: {}", json.len());
}

#[test]
fn a_file_may_hold_only_what_differs_from_a_template() {
    let text = r#"
        template = "tca-2027"
        slug = "2028"
        year = 2028
        title = { en = "Twin Cities Awards 2028" }
        [timetable]
        live_event_at = 2028-05-01T13:00:00Z
    "#;
    let EditionFile { slug, doc } = EditionFile::from_text(text).expect("it can be read");
    assert_eq!((slug.as_str(), doc.year, doc.title.en.as_str()), ("2028", 2028, "Twin Cities Awards 2028"));
    assert_eq!(doc.title.ru, "Премия городов-побратимов 2027 года");
    assert_eq!(doc.timetable.live_event_at, at("2028-05-01T13:00:00Z"), "TOML's own instants are read too");
    assert_eq!(doc.timetable.announce_at, at("2027-10-06T19:00:00Z"));
}

/// The faults of 2027's template with these changes.
fn faults(changes: Json) -> Vec<String> {
    let mut changes = changes;
    changes["template"] = json!("tca-2027");
    let (kind, faults) = match EditionFile::from_json(changes) {
        Ok(_) => return vec![],
        Err(Refusal::Invalid(faults)) => ("", faults),
        Err(Refusal::UnknownField(faults)) => ("! ", faults),
    };
    faults.into_iter().map(|fault| format!("{kind}{} {}", fault.pointer, fault.code)).collect()
}

#[test]
fn every_fault_of_a_document_is_told_at_once() {
    let panel = |key: &str, zone: &str| json!({"key": key, "city": {"en": "A", "ru": "А"}, "country": "GB", "time_zone": zone, "language": "en"});
    let criterion = |key: &str, weight: Json| {
        json!({"key": key, "name": {"en": "A", "ru": "А"}, "guidance": {"en": "A?", "ru": "А?"}, "weight": weight,
               "anchors": [{"score": 5, "text": {"en": "A", "ru": "А"}}, {"score": 5, "text": {"en": "A", "ru": "А"}}]})
    };
    let found = faults(json!({
        "slug": "Twenty Seven",
        "title": {"ru": ""},
        "year": 27,
        "time_zone": "Europe/Coventry",
        "reply_to": "nobody",
        "quorum": 0,
        "signatories": {"atlantis": {"name": {"en": "A", "ru": "А"}, "office": {"en": "A", "ru": "А"}}},
        "timetable": {"announce_at": "2027-09-01T00:00:00Z", "live_event_at": "tomorrow", "chaser_at": ["2027-09-17T09:00:00Z"]},
        "panels": [panel("coventry", "Europe/London"), panel("coventry", "Mars/Olympus"), panel("volgograd", "Europe/Volgograd"),
                   panel("a", "UTC"), panel("b", "UTC")],
        "criteria": [criterion("C1", json!(50)), criterion("C1", json!(49)), criterion("C-3", json!("much"))],
        "twin_cities": [{"key": "other", "name": {"en": "A", "ru": "А"}, "country": "XX", "time_zone": "UTC"}],
        "categories": [],
    }));
    let expected = [
        "/slug bad_key",
        "/title/ru required",
        "/year out_of_range",
        "/time_zone bad_zone",
        "/reply_to bad_email",
        "/quorum out_of_range",
        "/timetable/live_event_at bad_time",
        "/timetable/chaser_at out_of_range",
        "/timetable/announce_at bad_order",
        "/panels/1/time_zone bad_zone",
        "/panels out_of_range",
        "/categories out_of_range",
        "/criteria/0/anchors/1/score bad_order",
        "/criteria/1/anchors/1/score bad_order",
        "/criteria/2/key bad_code",
        "/criteria/2/weight wrong_type",
        "/criteria/2/anchors/1/score bad_order",
        "/criteria/1/key repeated",
        "/twin_cities/0/key bad_key",
        "/twin_cities/0/country bad_country",
    ];
    assert_eq!(found, expected);
}

#[test]
fn rules_of_the_whole_are_told_once_its_parts_are_whole() {
    let mut criteria = serde_json::to_value(Template::Tca2027.edition().doc.criteria).expect("it can be written");
    criteria[4]["weight"] = json!(11);
    criteria[1]["key"] = json!("C1");
    let panel = json!({"key": "a", "city": {"en": "A", "ru": "А"}, "country": "GB", "time_zone": "UTC", "language": "en", "closed": "ill"});
    let changes =
        json!({"criteria": criteria, "tie_break": ["C3", "C9", "C3"], "panels": [panel], "signatories": null});
    let expected = [
        "/criteria/1/key repeated",
        "/panels no_open_panel",
        "/criteria weights_sum",
        "/tie_break/1 unknown_criterion",
        "/tie_break/2 repeated",
    ];
    // The two signatories of the template are laid away with their panels.
    assert_eq!(faults(changes), expected);
    let maxima = [97, 89, 83, 79, 73].into_iter().enumerate();
    for (at, max) in maxima {
        criteria[at] = serde_json::to_value(&Template::Tca2027.edition().doc.criteria[at]).expect("it can be written");
        criteria[at]["max_score"] = json!(max);
    }
    assert_eq!(faults(json!({"criteria": criteria})), ["/criteria maxima_multiple"]);
}

#[test]
fn an_unknown_field_outweighs_all_other_faults() {
    let found = faults(json!({"colour": "green", "year": "now", "timetable": {"tea_at": "2027-06-01T15:00:00Z"}}));
    assert_eq!(found, ["! /timetable/tea_at unknown_field", "! /colour unknown_field"]);
}

#[test]
fn the_instants_keep_the_tables_order() {
    let out_of_order = |changes: Json| faults(json!({"timetable": changes}));
    assert_eq!(
        out_of_order(json!({"screening_open_at": "2027-06-30T16:00:00Z"})),
        ["/timetable/screening_open_at bad_order"]
    );
    assert_eq!(out_of_order(json!({"live_event_at": "2027-10-30T15:00:00Z"})), ["/timetable/live_event_at bad_order"]);
    // The purges before it do not bind the live event, which is a matter of the next spring.
    assert_eq!(out_of_order(json!({"live_event_at": "2027-11-05T15:00:00Z"})), Vec::<String>::new());
    assert_eq!(
        out_of_order(json!({"live_event_at": "2028-06-30T15:00:00Z"})),
        ["/timetable/purge_winner_contacts_at bad_order"]
    );
}

#[test]
fn one_to_four_panels_and_the_first_two_criteria_break_ties() {
    let text = |document: &Json| EditionFile::from_text(&document.to_string());
    let mut document = Template::Tca2021.document();
    document["panels"].as_array_mut().expect("a list").truncate(1);
    document["signatories"].as_object_mut().expect("an object").remove("volgograd");
    document.as_object_mut().expect("an object").remove("tie_break");
    let doc = text(&document).expect("one panel is enough").doc;
    assert_eq!((doc.panels.len(), doc.tie_break), (1, vec!["C1".to_owned(), "C2".to_owned()]));
    document["tie_break"] = json!([]);
    assert_eq!(text(&document).expect("there may be none").doc.tie_break, Vec::<String>::new());
    document["panels"] = json!([]);
    document["signatories"] = json!({});
    assert_eq!(text(&document).expect_err("none is too few").to_string(), "/panels: panels: from 1 to 4");
    assert!(matches!(EditionFile::from_text("= 1"), Err(FileError::Unreadable(_))));
    assert!(matches!(EditionFile::from_text("{\"a\": 1, \"a\": 2}"), Err(FileError::Unreadable(_))));
}

#[test]
fn keys_are_small_letters_digits_and_hyphens() {
    for good in ["2027", "a", "test-2", "coventry-ct"] {
        assert!(EditionSlug::parse(good).is_some(), "{good}");
    }
    let long = "a".repeat(33);
    for bad in ["", "current", "A", "a b", "-a", "a-", "a--b", "а", "a/b", long.as_str()] {
        assert!(EditionSlug::parse(bad).is_none(), "{bad}");
    }
}

#[test]
fn phases_turn_on_the_instant_and_their_ends_are_exclusive() {
    let edition = edition(Template::Tca2021);
    let turns = [
        ("nominations_open_at", Phase::Upcoming, Phase::Nominations),
        ("nominations_close_at", Phase::Nominations, Phase::Screening),
        ("judging_open_at", Phase::Screening, Phase::Judging),
        ("judging_close_at", Phase::Judging, Phase::Deliberation),
    ];
    for (name, before, after) in turns {
        let turn = edition.timetable.get(name).expect("it is in the table");
        let last = Time::from_micros(turn.micros() - 1);
        assert_eq!([edition.phase(last), edition.phase(turn)], [before, after], "{name}");
        assert_eq!([edition.phase_told(last), edition.phase_told(turn)], [before, after], "{name}");
    }
}

#[test]
fn without_a_seal_it_stays_in_deliberation_and_without_a_release_in_the_embargo() {
    let mut edition = edition(Template::Tca2021);
    let (lock, announce) = (edition.timetable.decision_lock_at, edition.timetable.announce_at);
    let second = Span::seconds(1);
    let late = announce + Span::days(30);
    assert_eq!([edition.phase(lock - second), edition.phase(late)], [Phase::Deliberation; 2]);
    // Nobody outside sees whether, or when, it was sealed.
    for sealed_at in [None, Some(lock - Span::days(1)), Some(lock + Span::days(1))] {
        edition.sealed_at = sealed_at;
        assert_eq!(edition.phase_told(lock - second), Phase::Deliberation);
        assert_eq!(edition.phase_told(lock), Phase::Embargo);
        assert_eq!(edition.phase_told(late), Phase::Embargo);
    }
    assert_eq!([edition.phase(lock - second), edition.phase(late)], [Phase::Embargo; 2]);
    edition.released_at = Some(announce);
    assert_eq!([edition.phase(announce), edition.phase_told(announce)], [Phase::Announced; 2]);
}

#[test]
fn whoever_comes_at_the_wrong_time_is_told_the_right_one_in_both_cities() {
    let edition = edition(Template::Tca2021);
    let told = |allowed: &str, now: &str| {
        let problem: Problem = edition.require(Phases::of(allowed), at(now)).expect_err("it is the wrong time").into();
        [Language::En, Language::Ru].map(|language| problem.detail(language))
    };
    assert!(edition.require(Phases::of("N"), at("2021-06-30T15:59:59.999Z")).is_ok());
    let cases: [(&str, &str, &str, &str); 7] = [
        (
            "N",
            "2021-06-30T16:00:00Z",
            "Nominations closed on 30 June 2021, 17:00 in Coventry, 19:00 in Volgograd",
            "Приём заявок завершён 30 июня 2021 года, 17:00 (Ковентри), 19:00 (Волгоград)",
        ),
        (
            "N",
            "2021-01-01T00:00:00Z",
            "Nominations open on 23 April 2021, 14:00 in Coventry, 16:00 in Volgograd",
            "Приём заявок откроется 23 апреля 2021 года, 14:00 (Ковентри), 16:00 (Волгоград)",
        ),
        (
            "J",
            "2021-07-26T07:59:59Z",
            "Judging opens on 26 July 2021, 09:00 in Coventry, 11:00 in Volgograd",
            "Оценка заявок начнётся 26 июля 2021 года, 09:00 (Ковентри), 11:00 (Волгоград)",
        ),
        (
            "J",
            "2021-08-27T16:00:00Z",
            "Judging closed on 27 August 2021, 17:00 in Coventry, 19:00 in Volgograd",
            "Оценка заявок завершена 27 августа 2021 года, 17:00 (Ковентри), 19:00 (Волгоград)",
        ),
        (
            "NS",
            "2021-08-01T00:00:00Z",
            "Judging opened on 26 July 2021, 09:00 in Coventry, 11:00 in Volgograd; this was possible until then",
            "Оценка заявок началась 26 июля 2021 года, 09:00 (Ковентри), 11:00 (Волгоград); это было возможно до этого",
        ),
        (
            "D",
            "2021-08-01T00:00:00Z",
            "Judging closes on 27 August 2021, 17:00 in Coventry, 19:00 in Volgograd; this is possible from then on",
            "Оценка заявок завершится 27 августа 2021 года, 17:00 (Ковентри), 19:00 (Волгоград); это будет возможно \
             после этого",
        ),
        (
            "EA",
            "2021-08-01T00:00:00Z",
            "The results are not sealed yet; decisions close on 6 September 2021, 17:00 in Coventry, 19:00 in Volgograd",
            "Итоги ещё не опечатаны; решения принимаются до 6 сентября 2021 года, 17:00 (Ковентри), 19:00 (Волгоград)",
        ),
    ];
    for (allowed, now, en, ru) in cases {
        assert_eq!(told(allowed, now), [en, ru]);
    }
}

#[test]
fn phases_are_written_by_their_first_letters() {
    for letters in ["*", "-", "N", "NSJD", "DEA"] {
        assert_eq!(Phases::of(letters).to_string(), letters);
    }
    assert_eq!(Phases::of("UNSJDEA"), Phases::ALL);
    assert_eq!(Phases::of("EA").iter().collect::<Vec<_>>(), [Phase::Embargo, Phase::Announced]);
    assert_eq!(Phases::of("D").and(Phases::of("E")), Phases::of("DE"));
}

stories![
    everyone_sees_an_edition_but_nothing_of_it_that_is_the_organisers,
    the_tag_of_an_edition_turns_with_its_phase,
    the_current_edition_is_the_one_that_people_mean,
    a_document_that_another_process_saved_is_seen_at_once,
];

async fn put_in(app: &TestApp, template: &str, slug: &str) -> Edition {
    let deed = Deed::of_operator(&app.app);
    create_from_template(&app.app, deed, template, EditionSlug::parse(slug)).await.expect("the template is whole")
}

async fn everyone_sees_an_edition_but_nothing_of_it_that_is_the_organisers(app: TestApp) {
    put_in(&app, "tca-2021", "2021").await;
    let seen = app.get("/editions/2021", "").await.expect_status(200).json();
    let keys = |value: &Json| value.as_object().expect("an object").keys().cloned().collect::<Vec<_>>();
    let all = ["categories", "criteria", "panels", "phase", "slug", "timetable", "title", "twin_cities"];
    assert_eq!(keys(&seen), all);
    let instants = [
        "announce_at",
        "judging_close_at",
        "judging_open_at",
        "letters_due_at",
        "live_event_at",
        "nominations_close_at",
        "nominations_open_at",
        "reception_at",
    ];
    assert_eq!(keys(&seen["timetable"]), instants);
    assert_eq!(seen["timetable"]["nominations_close_at"], "2021-06-30T16:00:00Z");
    assert_eq!(keys(&seen["panels"][0]), ["city", "country", "key", "language", "time_zone"]);
    assert_eq!(keys(&seen["categories"][0]), ["code", "description", "kind", "name", "places"]);
    assert_eq!(keys(&seen["criteria"][0]), ["anchors", "guidance", "key", "max_score", "name", "weight"]);
    assert_eq!(keys(&seen["twin_cities"][0]), ["country", "key", "name"]);
    assert_eq!(seen["phase"], "nominations");
    let codes = |seen: &Json| -> Vec<String> {
        let categories = seen["categories"].as_array().expect("a list").iter();
        categories.map(|category| category["code"].as_str().expect("a text").to_owned()).collect()
    };
    assert_eq!(codes(&seen), ["I1", "I2", "I3", "O1", "O2", "O3"], "the committee's own award is not told of yet");
    let listed = app.get("/editions", "").await.expect_status(200).json();
    assert_eq!(listed, json!({"items": [seen], "next_cursor": null}));

    let announced = app.app.store.write(|tx| {
        let edition = store::by_slug(tx, &EditionSlug::parse("2021").expect("a slug"))?.expect("it is there");
        store::mark_sealed(tx, edition.id, Some(at("2021-09-01T00:00:00Z")))?;
        store::mark_released(tx, edition.id, at("2021-10-06T19:00:00Z"))?;
        Ok::<_, StoreError>(())
    });
    announced.await.expect("the store writes");
    app.at("2021-10-06T19:00:00Z");
    let seen = app.get("/editions/2021", "").await.json();
    assert_eq!((codes(&seen).last().map(String::as_str), &seen["phase"]), (Some("S1"), &json!("announced")));

    app.get("/editions/2022", "").await.expect_status(404);
    app.get("/editions/Ä", "").await.expect_status(404);
}

async fn the_tag_of_an_edition_turns_with_its_phase(app: TestApp) {
    put_in(&app, "tca-2021", "2021").await;
    let tag = app.get("/editions/current", "").await.expect_status(200).header("etag");
    let again = || app.call(Method::GET, "/editions/2021").header("if-none-match", &tag).send();
    assert_eq!(again().await.expect_status(304).text, "");
    app.at("2021-06-30T16:00:00Z");
    assert_eq!(again().await.expect_status(200).str("/phase"), "screening");
}

async fn the_current_edition_is_the_one_that_people_mean(app: TestApp) {
    app.get("/editions/current", "").await.expect_status(404);
    put_in(&app, "tca-2027", "2027").await;
    put_in(&app, "tca-2021", "2021").await;
    for (now, slug) in [
        ("2020-01-01T00:00:00Z", "2021"), // none has opened: the next
        ("2021-04-23T13:00:00Z", "2021"),
        ("2021-10-30T15:00:00Z", "2021"),
        ("2021-10-30T15:00:00.000001Z", "2027"), // its reception is past: the next
        ("2027-05-01T00:00:00Z", "2027"),
        ("2029-01-01T00:00:00Z", "2027"), // all are past: the last
    ] {
        app.at(now);
        assert_eq!(app.get("/editions/current", "").await.str("/slug"), slug, "{now}");
    }
    let page = app.get("/editions?limit=1", "").await.json();
    assert_eq!(page["items"][0]["slug"], "2027");
    let cursor = page["next_cursor"].as_str().expect("there is more");
    let rest = app.get(&format!("/editions?limit=1&cursor={cursor}"), "").await.json();
    assert_eq!((&rest["items"][0]["slug"], &rest["next_cursor"]), (&json!("2021"), &Json::Null));
    app.get("/editions?cursor=forged", "").await.expect_status(400);
    app.get("/editions?limit=0", "").await.expect_status(422);
}

async fn a_document_that_another_process_saved_is_seen_at_once(app: TestApp) {
    let edition = put_in(&app, "tca-2021", "2021").await;
    let saved = app.app.store.write(move |tx| {
        let mut doc = (*edition.doc).clone();
        doc.title.en = "Another title".to_owned();
        assert!(store::update(tx, &edition, &doc)?);
        assert!(!store::update(tx, &edition, &doc)?, "the version that was read has gone");
        Ok::<_, StoreError>(())
    });
    saved.await.expect("the store writes");
    let seen = app.get("/editions/2021", "").await.expect_status(200);
    assert_eq!(
        (seen.str("/title/en"), seen.header("etag")),
        ("Another title".to_owned(), "\"2-nominations\"".to_owned())
    );
}
