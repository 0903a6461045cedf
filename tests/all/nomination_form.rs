//! The form of a nomination: every rule of its table, alone and together, each fault at its own place.

use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Value as Json, json};
use twin_cities_awards::chance::Chance;
use twin_cities_awards::editions::{Edition, Template};
use twin_cities_awards::fields::name_key::{NameOf, name_key, search_words};
use twin_cities_awards::fields::{
    Email, Flaw, PersonName, ShortText, WebAddress, clean_line, clean_lines, count_words,
};
use twin_cities_awards::http::door::{BodyError, Refusal, parse_with};
use twin_cities_awards::http::faults::{Fault, fault_text};
use twin_cities_awards::ids::EditionId;
use twin_cities_awards::nominations::Reference;
use twin_cities_awards::nominations::form::{FormRules, NominationForm, Sender};
use twin_cities_awards::nominations::schema::{individual, organisation};
use twin_cities_awards::text::Language;

/// Makes a valid body.
type Body = fn() -> Json;
/// Places with the codes that are told.
type Told = &'static [(&'static str, &'static str)];

/// A body, what is put into it, what is told.
type Case = (Body, Vec<(&'static str, Json)>, Told);

pub fn edition() -> Edition {
    let file = Template::Tca2027.edition();
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

fn read_as(sender: Sender, body: &Json) -> Result<NominationForm, BodyError> {
    let edition = edition();
    let rules = FormRules { edition: &edition, smtputf8: false, sender };
    parse_with(body.to_string().as_bytes(), |door| NominationForm::read(door, &rules))
}

fn read(body: &Json) -> Result<NominationForm, BodyError> {
    read_as(Sender::Public, body)
}

fn faults_as(sender: Sender, body: &Json) -> Vec<Fault> {
    match read_as(sender, body) {
        Ok(_) => Vec::new(),
        Err(BodyError::Refused(Refusal::Invalid(faults) | Refusal::UnknownField(faults))) => faults,
        Err(BodyError::Malformed(_)) => panic!("the body is JSON"),
    }
}

/// Place and code of every fault of a public body, in the order told.
fn faults(body: &Json) -> Vec<(String, &'static str)> {
    faults_as(Sender::Public, body).into_iter().map(|fault| (fault.pointer, fault.code)).collect()
}

/// The body with values at these places; `null` takes a field away.
fn with(mut body: Json, edits: &[(&str, Json)]) -> Json {
    for (pointer, value) in edits {
        let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
        let parent = match body.pointer_mut(parent) {
            Some(parent) => parent,
            None => panic!("{parent} is not there"),
        };
        match parent {
            Json::Array(items) => {
                let at: usize = name.parse().expect("a number");
                if at < items.len() { items[at] = value.clone() } else { items.push(value.clone()) }
            }
            Json::Object(object) => drop(object.insert(name.to_owned(), value.clone())),
            other => panic!("{pointer} lies in {other}"),
        }
    }
    body
}

#[track_caller]
fn expect(body: Json, edits: &[(&str, Json)], expected: &[(&str, &str)]) {
    let found = faults(&with(body, edits));
    let found: Vec<(&str, &str)> = found.iter().map(|(pointer, code)| (pointer.as_str(), *code)).collect();
    assert_eq!(found, expected, "{edits:?}");
}

/// A minor, nominated as a minor must be.
fn minor() -> Json {
    with(
        individual(),
        &[
            ("/nominee/age_band", json!("under_18")),
            ("/nominee/email", json!(null)),
            ("/nominee/guardian", json!({"name": "Вера Иванова", "email": "vera@example.org"})),
            ("/declarations/guardian_agrees", json!(true)),
        ],
    )
}

fn words(count: usize) -> String {
    "слово ".repeat(count)
}

#[test]
fn the_examples_and_a_minor_are_taken() {
    for body in [individual(), organisation(), minor()] {
        expect(body, &[], &[]);
    }
    let form = read(&organisation()).expect("it is valid");
    assert_eq!(form.facts.other_city.map(|city| city.as_str().to_owned()).as_deref(), Some("Кёльн"));
    assert_eq!(form.contacts.postal_address.expect("it is given").as_str(), "ул. Примерная, 1\nВолгоград");
    assert!(!form.facts.under_26);
    assert!(read(&minor()).expect("it is valid").facts.under_26);
}

/// Texts of one line or more: where, the most characters, whether owed, whether lines may break, which example.
const TEXTS: &[(&str, usize, bool, bool, Body)] = &[
    ("/nominee/name", 160, true, false, individual),
    ("/nominee/name_other_script", 160, false, false, organisation),
    ("/nominee/honours", 80, false, false, individual),
    ("/nominee/home_city", 80, true, false, individual),
    ("/nominee/other_city", 80, false, false, organisation),
    ("/nominee/postal_address", 400, false, true, organisation),
    ("/nominee/guardian/name", 160, true, false, minor),
    ("/nominee/organisation/contact_name", 160, true, false, organisation),
    ("/nominee/organisation/contact_role", 80, true, false, organisation),
    ("/headline", 120, true, false, individual),
    ("/story/impact", 3000, true, true, individual),
    ("/story/friendship", 2400, true, true, individual),
    ("/story/commitment", 2400, true, true, individual),
    ("/story/others", 1800, false, true, individual),
    ("/links/0/title", 120, true, false, individual),
    ("/supporters/0/name", 160, true, false, individual),
    ("/supporters/1/relation", 80, true, false, individual),
    ("/nominator/name", 160, true, false, individual),
    ("/nominator/relation", 80, true, false, individual),
];

#[test]
fn every_text_answers_for_its_kind_its_length_and_its_characters() {
    for (pointer, most, owed, lines, body) in TEXTS {
        let told = |value: Json| {
            let mut found = faults(&with(body(), &[(pointer, value)]));
            found.retain(|(place, _)| place != "/story"); // one long word is no story
            found
        };
        let only = |code: &'static str| vec![((*pointer).to_owned(), code)];
        let sign = if *pointer == "/nominee/name_other_script" { "q" } else { "Щ" };
        assert_eq!(told(json!(sign.repeat(*most))), [], "{pointer}");
        assert_eq!(told(json!(sign.repeat(*most + 1))), only("too_long"));
        assert_eq!(told(json!(["a list"])), only("wrong_type"));
        for bad in ["a\u{202E}b", "a\u{2066}b", "a\u{7}b", "a\u{FFFE}b", "a\u{FDD0}b", "a\u{0}b"] {
            assert_eq!(told(json!(bad)), only("bad_characters"));
        }
        let over_two_lines = told(json!("Annnn\nqnnnn"));
        assert_eq!(over_two_lines.iter().any(|(_, code)| *code == "bad_characters"), !lines, "{pointer}");
        if *owed {
            for nothing in [json!(null), json!(""), json!("   "), json!("\u{200B}")] {
                assert_eq!(told(nothing), only("required"));
            }
        }
    }
}

#[test]
fn every_choice_is_one_of_those_offered() {
    let cases: &[(&str, Body)] = &[
        ("/category", individual),
        ("/language", individual),
        ("/nominee/kind", individual),
        ("/nominee/age_band", individual),
        ("/nominee/organisation/type", organisation),
    ];
    for (pointer, body) in cases {
        let told = |value: Json| faults(&with(body(), &[(pointer, value)]))[0].clone();
        assert_eq!(told(json!("nonsense")), ((*pointer).to_owned(), "bad_choice"));
        assert_eq!(told(json!(7)), ((*pointer).to_owned(), "wrong_type"));
        assert_eq!(told(json!(null)), ((*pointer).to_owned(), "required"));
    }
}

#[test]
fn each_field_answers_with_its_own_code() {
    let one: &[(Body, &str, Json, Told)] = &[
        (individual, "/category", json!("S1"), &[("/category", "category_not_open")]),
        (individual, "/nominee/name", json!("..."), &[("/nominee/name", "bad_name")]),
        (individual, "/nominee/name", json!("4711"), &[("/nominee/name", "bad_name")]),
        (
            individual,
            "/nominee/name_other_script",
            json!("М. Иванова"),
            &[("/nominee/name_other_script", "same_script")],
        ),
        (individual, "/nominee/country", json!("XX"), &[("/nominee/country", "bad_country")]),
        (individual, "/nominee/country", json!("gb"), &[("/nominee/country", "bad_country")]),
        (individual, "/nominee/linked_cities", json!([]), &[("/nominee/linked_cities", "required")]),
        (individual, "/nominee/linked_cities", json!("kiel"), &[("/nominee/linked_cities", "wrong_type")]),
        (
            individual,
            "/nominee/linked_cities",
            json!(["kiel", "atlantis"]),
            &[("/nominee/linked_cities/1", "bad_choice")],
        ),
        (individual, "/nominee/linked_cities", json!(["kiel", 7]), &[("/nominee/linked_cities/1", "wrong_type")]),
        (
            individual,
            "/nominee/linked_cities",
            json!(["kiel", "cork", "kiel"]),
            &[("/nominee/linked_cities/2", "repeated")],
        ),
        (
            individual,
            "/nominee/linked_cities",
            json!(["kiel", "cork", "graz", "caen", "coventry", "lidice", "kiel"]),
            &[("/nominee/linked_cities", "too_many_items"), ("/nominee/linked_cities/6", "repeated")],
        ),
        (individual, "/nominee/other_city", json!("Köln"), &[("/nominee/other_city", "not_expected")]),
        (organisation, "/nominee/other_city", json!(null), &[("/nominee/other_city", "other_city_required")]),
        (individual, "/nominee/email", json!("a@b"), &[("/nominee/email", "bad_email")]),
        (
            individual,
            "/nominee/email",
            json!(format!("{}@example.org", "a".repeat(243))),
            &[("/nominee/email", "too_long")],
        ),
        (individual, "/nominee/phone", json!("12345"), &[("/nominee/phone", "bad_phone")]),
        (individual, "/nominee/phone", json!("+44 24 CALL 0000"), &[("/nominee/phone", "bad_phone")]),
        (individual, "/nominee/phone", json!("44+24760000000"), &[("/nominee/phone", "bad_phone")]),
        (individual, "/nominee/phone", json!("+1 2345678901234567"), &[("/nominee/phone", "bad_phone")]),
        (organisation, "/nominee/age_band", json!("26_plus"), &[("/nominee/age_band", "not_expected")]),
        (
            individual,
            "/nominee/guardian",
            json!({"name": "Вера", "email": "vera@example.org"}),
            &[("/nominee/guardian/name", "not_expected")],
        ),
        (
            individual,
            "/nominee/organisation",
            json!({"type": "charity", "contact_name": "X"}),
            &[("/nominee/organisation/type", "not_expected")],
        ),
        (minor, "/nominee/guardian/email", json!("vera@"), &[("/nominee/guardian/email", "bad_email")]),
        (minor, "/nominee/guardian/email", json!(null), &[("/nominee/guardian/email", "required")]),
        (minor, "/nominee/guardian/name", json!("…"), &[("/nominee/guardian/name", "bad_name")]),
        (minor, "/nominee/guardian", json!("my mother"), &[("/nominee/guardian", "wrong_type")]),
        (
            organisation,
            "/nominee/organisation/website",
            json!("ftp://example.org"),
            &[("/nominee/organisation/website", "bad_url")],
        ),
        (individual, "/headline", json!("Abcd"), &[("/headline", "too_short")]),
        (individual, "/story/impact", json!("..."), &[("/story/impact", "required")]),
        (individual, "/story/since_year", json!(1940), &[("/story/since_year", "bad_year")]),
        (individual, "/story/since_year", json!(2028), &[("/story/since_year", "bad_year")]),
        (individual, "/story/since_year", json!("2015"), &[("/story/since_year", "wrong_type")]),
        (individual, "/story/since_year", json!(2015.5), &[("/story/since_year", "wrong_type")]),
        (individual, "/story/since_year", json!(null), &[("/story/since_year", "required")]),
        (individual, "/story/ongoing", json!("yes"), &[("/story/ongoing", "wrong_type")]),
        (individual, "/story/ongoing", json!(null), &[("/story/ongoing", "required")]),
        (individual, "/links", json!({}), &[("/links", "wrong_type")]),
        (individual, "/links/0", json!("https://example.org"), &[("/links/0", "wrong_type")]),
        (individual, "/links/0/url", json!("example.org"), &[("/links/0/url", "bad_url")]),
        (individual, "/links/0/url", json!("https://user:word@example.org"), &[("/links/0/url", "bad_url")]),
        (individual, "/links/0/url", json!("javascript:alert(1)"), &[("/links/0/url", "bad_url")]),
        (individual, "/links/0/url", json!(null), &[("/links/0/url", "required")]),
        (individual, "/supporters", json!(null), &[("/supporters", "required")]),
        (individual, "/supporters", json!([]), &[("/supporters", "wrong_count")]),
        (individual, "/supporters", json!("two friends"), &[("/supporters", "wrong_type")]),
        (individual, "/supporters/1", json!("a friend"), &[("/supporters/1", "wrong_type")]),
        (individual, "/supporters/1/email", json!("olga@"), &[("/supporters/1/email", "bad_email")]),
        (individual, "/supporters/1/email", json!(null), &[("/supporters/1/email", "required")]),
        (individual, "/supporters/0/name", json!("123"), &[("/supporters/0/name", "bad_name")]),
        (individual, "/nominator/email", json!("имя@example.org"), &[("/nominator/email", "bad_email")]),
        (individual, "/nominator/email", json!(null), &[("/nominator/email", "required")]),
        (individual, "/nominator/name", json!("!"), &[("/nominator/name", "bad_name")]),
        (individual, "/nominator/phone", json!("0"), &[("/nominator/phone", "bad_phone")]),
        (individual, "/nominator/country", json!("UK"), &[("/nominator/country", "bad_country")]),
        (individual, "/nominator/country", json!(null), &[("/nominator/country", "required")]),
        (individual, "/declarations/not_self", json!(false), &[("/declarations/not_self", "must_be_true")]),
        (individual, "/declarations/not_self", json!(null), &[("/declarations/not_self", "required")]),
        (individual, "/declarations/not_self", json!("true"), &[("/declarations/not_self", "wrong_type")]),
        (
            individual,
            "/declarations/guardian_agrees",
            json!(true),
            &[("/declarations/guardian_agrees", "not_expected")],
        ),
        (minor, "/declarations/guardian_agrees", json!(false), &[("/declarations/guardian_agrees", "must_be_true")]),
        (minor, "/declarations/guardian_agrees", json!(null), &[("/declarations/guardian_agrees", "required")]),
        (individual, "/tell_me_next_time", json!("yes"), &[("/tell_me_next_time", "wrong_type")]),
    ];
    for (body, pointer, value, expected) in one {
        expect(body(), &[(pointer, value.clone())], expected);
    }
}

#[test]
fn words_are_counted_in_each_answer() {
    expect(individual(), &[("/story/impact", json!(words(250)))], &[]);
    expect(individual(), &[("/story/impact", json!(words(251)))], &[("/story/impact", "too_many_words")]);
    expect(individual(), &[("/story/friendship", json!(words(201)))], &[("/story/friendship", "too_many_words")]);
    expect(individual(), &[("/story/commitment", json!(words(201)))], &[("/story/commitment", "too_many_words")]);
    expect(individual(), &[("/story/others", json!(words(151)))], &[("/story/others", "too_many_words")]);
    expect(individual(), &[("/story/others", json!("— … —"))], &[]);
    assert_eq!(count_words("One — two, don't 3 … № 4 \n five"), 6);
}

#[test]
fn lists_tell_every_item_that_stands_twice_or_is_too_many() {
    let link = |at: usize| json!({"title": "A page", "url": format!("https://example.org/{at}")});
    let six: Vec<Json> = (0..6).map(link).collect();
    expect(individual(), &[("/links", json!(six[..5]))], &[]);
    expect(individual(), &[("/links", json!(six))], &[("/links", "too_many_items")]);
    expect(
        individual(),
        &[("/links", json!([link(1), link(1), {"title": "", "url": "no"}, link(1)]))],
        &[
            ("/links/1/url", "repeated"),
            ("/links/2/title", "required"),
            ("/links/2/url", "bad_url"),
            ("/links/3/url", "repeated"),
        ],
    );
    let three = json!([
        {"name": "A", "email": "a@example.org", "relation": "x"},
        {"name": "B", "email": "no", "relation": "x"},
        {"name": "C", "email": "c@example.org"},
    ]);
    expect(
        individual(),
        &[("/supporters", three)],
        &[("/supporters", "wrong_count"), ("/supporters/1/email", "bad_email"), ("/supporters/2/relation", "required")],
    );
}

#[test]
fn each_rule_across_fields_is_told_at_its_place() {
    let cases: Vec<Case> = vec![
        (individual, vec![("/category", json!("O1"))], &[("/nominee/kind", "kind_mismatch")]),
        (organisation, vec![("/category", json!("I1"))], &[("/nominee/kind", "kind_mismatch")]),
        (
            organisation,
            vec![("/category", json!("O2"))],
            &[("/nominee/organisation/type", "organisation_type_mismatch")],
        ),
        (
            organisation,
            vec![("/category", json!("O3"))],
            &[("/nominee/organisation/type", "organisation_type_mismatch")],
        ),
        (
            organisation,
            vec![("/nominee/organisation/type", json!("college"))],
            &[("/nominee/organisation/type", "organisation_type_mismatch")],
        ),
        (individual, vec![("/nominee/age_band", json!("26_plus"))], &[("/nominee/age_band", "age_band_for_young")]),
        (individual, vec![("/nominee/age_band", json!("not_known"))], &[("/nominee/age_band", "age_band_for_young")]),
        (minor, vec![("/nominee/guardian", json!(null))], &[("/nominee/guardian", "guardian_required")]),
        (minor, vec![("/nominee/guardian", json!({}))], &[("/nominee/guardian", "guardian_required")]),
        (
            minor,
            vec![
                ("/nominee/email", json!("m@example.org")),
                ("/nominee/phone", json!("+7 8442 000000")),
                ("/nominee/postal_address", json!("ул. Примерная, 1")),
            ],
            &[
                ("/nominee/email", "minor_contact"),
                ("/nominee/phone", "minor_contact"),
                ("/nominee/postal_address", "minor_contact"),
            ],
        ),
        (individual, vec![("/nominee/email", json!(null))], &[("/nominee/email", "contact_required")]),
        (individual, vec![("/nominee/email", json!("  "))], &[("/nominee/email", "contact_required")]),
        (
            individual,
            vec![
                ("/supporters/1/email", json!("j.a.n+x@googlemail.com")),
                ("/supporters/0/email", json!("jan@GMAIL.com")),
            ],
            &[("/supporters/1/email", "supporters_same")],
        ),
        (
            individual,
            vec![("/supporters/1/name", json!("příklad, JAN"))],
            &[("/supporters/1/email", "supporters_same")],
        ),
        (
            individual,
            vec![("/supporters/0/email", json!("Ann+me@example.org"))],
            &[("/supporters/0/email", "supporter_is_nominator")],
        ),
        (
            individual,
            vec![("/supporters/1/email", json!("MARIA@example.org"))],
            &[("/supporters/1/email", "supporter_is_nominee")],
        ),
        (
            minor,
            vec![("/supporters/1/email", json!("vera@example.org"))],
            &[("/supporters/1/email", "supporter_is_nominee")],
        ),
        (
            individual,
            vec![("/nominator/email", json!("maria@example.org"))],
            &[("/nominator/email", "self_nomination")],
        ),
        (
            individual,
            vec![("/nominator/name", json!("Иванова Мария")), ("/nominator/country", json!("RU"))],
            &[("/nominator/email", "self_nomination")],
        ),
        (individual, vec![("/nominator/name", json!("Иванова Мария"))], &[]),
        (
            individual,
            vec![
                ("/story/impact", json!("Ten words.")),
                ("/story/friendship", json!("Few.")),
                ("/story/commitment", json!("Few.")),
            ],
            &[("/story", "story_too_short")],
        ),
        (
            individual,
            vec![
                ("/story/impact", json!(words(250))),
                ("/story/friendship", json!(words(200))),
                ("/story/commitment", json!(words(150))),
                ("/story/others", json!("one")),
            ],
            &[("/story", "story_too_long")],
        ),
        (
            individual,
            vec![
                ("/story/impact", json!(words(250))),
                ("/story/friendship", json!(words(200))),
                ("/story/commitment", json!(words(149))),
                ("/story/others", json!("one")),
            ],
            &[],
        ),
    ];
    for (body, edits, expected) in cases {
        expect(body(), &edits, expected);
    }
}

#[test]
fn all_faults_come_together_in_the_forms_order() {
    expect(
        individual(),
        &[
            ("/tell_me_next_time", json!(1)),
            ("/declarations/true_account", json!(false)),
            ("/nominator/email", json!("maria@example.org")),
            ("/supporters/1/email", json!("jan@example.org")),
            ("/supporters/0/relation", json!(null)),
            ("/links/0/url", json!("x")),
            ("/story/impact", json!(words(251))),
            ("/story/others", json!(words(350))),
            ("/headline", json!("Hm")),
            ("/nominee/age_band", json!("26_plus")),
            ("/nominee/linked_cities", json!(["kiel", "other"])),
            ("/nominee/name", json!(7)),
            ("/language", json!("de")),
            ("/category", json!("I2")),
        ],
        &[
            ("/language", "bad_choice"),
            ("/nominee/name", "wrong_type"),
            ("/nominee/other_city", "other_city_required"),
            ("/nominee/age_band", "age_band_for_young"),
            ("/headline", "too_short"),
            ("/story", "story_too_long"),
            ("/story/impact", "too_many_words"),
            ("/story/others", "too_many_words"),
            ("/links/0/url", "bad_url"),
            ("/supporters/0/relation", "required"),
            ("/supporters/1/email", "supporters_same"),
            ("/nominator/email", "self_nomination"),
            ("/declarations/true_account", "must_be_true"),
            ("/tell_me_next_time", "wrong_type"),
        ],
    );
}

#[test]
fn an_empty_body_owes_every_field() {
    let owed = [
        "/category",
        "/language",
        "/nominee/kind",
        "/nominee/name",
        "/nominee/home_city",
        "/nominee/country",
        "/nominee/linked_cities",
        "/nominee/email",
        "/headline",
        "/story/impact",
        "/story/friendship",
        "/story/commitment",
        "/story/since_year",
        "/story/ongoing",
        "/supporters",
        "/nominator/name",
        "/nominator/email",
        "/nominator/relation",
        "/nominator/country",
        "/declarations/true_account",
        "/declarations/not_self",
        "/declarations/nominee_will_be_told",
        "/declarations/judges_will_read",
        "/declarations/no_special_category_data",
        "/declarations/privacy_notice_read",
    ];
    let expected: Vec<(&str, &str)> = owed
        .into_iter()
        .map(|pointer| (pointer, if pointer == "/nominee/email" { "contact_required" } else { "required" }))
        .collect();
    expect(json!({}), &[], &expected);
    expect(
        with(organisation(), &[("/nominee/organisation", json!(null))]),
        &[],
        &[
            ("/nominee/organisation/type", "required"),
            ("/nominee/organisation/contact_name", "required"),
            ("/nominee/organisation/contact_role", "required"),
        ],
    );
    expect(individual(), &[("/nominee", json!([]))], &[("/nominee", "wrong_type")]);
    assert_eq!(
        faults(&json!([])),
        [(String::new(), "wrong_type")].into_iter().chain(faults(&json!({}))).collect::<Vec<_>>()
    );
}

#[test]
fn fields_that_do_not_exist_outweigh_all_else() {
    let mut body = with(
        individual(),
        &[
            ("/source", json!("paper")),
            ("/category", json!("nonsense")),
            ("/supporters/0/phone", json!("+44 24 7600 0000")),
            ("/nominator/postal_address", json!("1 Sample Street")),
        ],
    );
    body["nominee"]["shoe~size/"] = json!(7);
    let mut found = faults(&body);
    found.sort();
    let expected = ["/nominator/postal_address", "/nominee/shoe~0size~1", "/source", "/supporters/0/phone"];
    assert_eq!(found, expected.map(|pointer| (pointer.to_owned(), "unknown_field")));
}

#[test]
fn on_paper_a_phone_or_an_address_takes_the_emails_place() {
    let body = with(
        organisation(),
        &[
            ("/source", json!("paper")),
            ("/nominator/email", json!(null)),
            ("/nominator/postal_address", json!("1 Sample Street\nCoventry")),
            ("/supporters/0", json!({"name": "Heike Muster", "phone": "+49 431 000000", "relation": "Freundin"})),
        ],
    );
    assert_eq!(faults_as(Sender::Paper, &body), []);
    let bare = with(body.clone(), &[("/nominator/postal_address", json!(null)), ("/supporters/0/phone", json!(null))]);
    let found: Vec<_> = faults_as(Sender::Paper, &bare).into_iter().map(|fault| (fault.pointer, fault.code)).collect();
    assert_eq!(found, [("/supporters/0/email".to_owned(), "required"), ("/nominator/email".to_owned(), "required")]);
    let found = faults_as(Sender::Paper, &with(body, &[("/source", json!(null))]));
    assert_eq!((found[0].pointer.as_str(), found[0].code), ("/source", "required"));
}

#[test]
fn faults_speak_both_languages() {
    let say = |body: Json, edits: &[(&str, Json)]| {
        let faults = faults_as(Sender::Public, &with(body, edits));
        [Language::En, Language::Ru].map(|language| fault_text(language, &faults[0]))
    };
    let long = say(individual(), &[("/headline", json!("я".repeat(121)))]);
    assert_eq!(long[0], "In one line, what have they done?: 120 characters at most, now 121");
    assert_eq!(long[1], "«Как одной строкой описать сделанное?»: не более 120 знаков, сейчас 121");
    let kind = say(individual(), &[("/category", json!("O1"))]);
    assert_eq!(kind, ["This category is for organisations", "Эта номинация — для организаций"]);
    let year = say(individual(), &[("/story/since_year", json!(1))]);
    assert_eq!(year, ["Enter a year from 1941 to 2027", "Укажите год от 1941 до 2027"]);
    let signs = say(individual(), &[("/nominee/name", json!("\u{202E}gro.elpmaxe"))]);
    assert_eq!(signs[0], "This holds characters that cannot be used: U+202E");
}

#[test]
fn the_edge_rows_of_the_samples_come_out_as_they_must() {
    let name = |raw: &str| PersonName::parse(raw).map(|name| name.as_str().to_owned());
    for same in [
        "محمد المثال",
        "שם Example (ב)",
        "D’Arcy O'Neill-Smith",
        "Anna 😀",
        "=cmd|' /C calc'!A0",
        "@SUM(1)",
        "+Friends",
        "-5 Club",
        "Mария",
        "Сlub of Friends",
        "Sukarno",
        "李",
        "Иванова Мария Петровна",
        "<b>A</b> & \"B\"",
    ] {
        assert_eq!(name(same), Ok(same.to_owned()));
    }
    assert_eq!(name(&"Ж".repeat(160)), Ok("Ж".repeat(160)));
    assert_eq!(name(&"Ж".repeat(161)), Err(Flaw::TooLong(160, 161)));
    assert_eq!(name("Jose\u{301}"), Ok("José".to_owned()));
    assert_eq!(name("Z\u{301}\u{302}\u{303}\u{304}\u{305}"), Err(Flaw::BadName));
    assert_eq!(name("Ma\u{200B}ria"), Ok("Maria".to_owned()));
    assert_eq!(name("\u{202E}gro.elpmaxe"), Err(Flaw::BadCharacters("U+202E".to_owned())));
    assert_eq!(name("Ann\r\nBcc: x@example.org"), Err(Flaw::BadCharacters("U+000D, U+000A".to_owned())));
    assert_eq!(name("..."), Err(Flaw::BadName));
    assert_eq!(name("   "), Err(Flaw::Empty));
    assert!(ShortText::<1, 80>::parse("＝1").is_ok());
    assert_eq!(name_key("Mария", NameOf::Person), name_key("Мария", NameOf::Person));
    assert_ne!(name_key("Сlub of Friends", NameOf::Organisation), name_key("Club of Friends", NameOf::Organisation));

    let email = |raw: &str| Email::parse(raw);
    let typed = email("A.B+x@Example.ORG").expect("it is an address");
    assert_eq!(typed.as_str(), "A.B+x@Example.ORG");
    assert_eq!(typed.normal(), email("a.b@example.org").expect("it is an address").normal());
    assert_eq!(email("name@пример.рф").expect("it is an address").for_mail(), "name@xn--e1afmkfd.xn--p1ai");
    for bad in
        ["имя@example.org", "a@b", "a@@example.org", "a b@example.org", "\"a\"@example.org", "a@[127.0.0.1]", "@"]
    {
        assert_eq!(email(bad).err(), Some(Flaw::BadEmail), "{bad}");
    }
    assert!(Email::parse_with("имя@example.org", true).is_ok());
    assert_eq!(email("a@yandex.com").expect("").normal(), email("A+1@ya.ru").expect("").normal());
}

#[test]
fn texts_are_cleaned_once_and_for_all() {
    assert_eq!(clean_line(" a \t\u{a0}\u{2003} b \n"), Ok("a b".to_owned()));
    assert_eq!(clean_line("e\u{200B}\u{301}"), Ok("é".to_owned()), "what is dropped stands between letter and mark");
    assert_eq!(clean_line("soft\u{AD}hyphen"), Ok("softhyphen".to_owned()));
    assert_eq!(clean_line("a\u{200D}b"), Ok("a\u{200D}b".to_owned()));
    assert_eq!(clean_lines("\r\n one \r\n\r\ntwo  three\rfour\n"), Ok("one\n\ntwo three\nfour".to_owned()));
    assert_eq!(clean_lines("\u{200B}\n\t"), Err(Flaw::Empty));
}

#[test]
fn a_search_finds_latin_and_cyrillic_alike() {
    for (latin, cyrillic) in [
        ("Maria Ivanova", "Мария Иванова"),
        ("Natalia Belova", "Наталья Белова"),
        ("Schukin", "Щукин"),
        ("Yulia", "Юлия"),
        ("Julia", "Юлия"),
        ("Mikhail Khrushchev", "Михаил Хрущев"),
        ("Wolgograd", "Волгоград"),
        ("Alexander", "Александер"),
    ] {
        assert_eq!(search_words(latin), search_words(cyrillic), "{latin} and {cyrillic}");
    }
    assert_eq!(search_words("Dr Olga"), search_words("Ольга"));
}

#[test]
fn references_read_as_people_read_them_out() {
    for valid in ["TCA27-7KQ2M9", "TCA27-K2M4Q6", "TCA21-7KQ2M0", "TCA21-4D9XTR", "TCA21-B7W2CA"] {
        assert_eq!(Reference::parse(valid).expect("it is valid").as_str(), valid);
    }
    for same in ["tca 27 7kq2m9", "TCA27-7KQ2-M9", "ТСА27-7КQ2М9", " tca27–7kq2m9".trim_matches('–')] {
        let read = Reference::parse(&same.replace('–', "-"));
        assert_eq!(read.expect("it is read").as_str(), "TCA27-7KQ2M9", "{same}");
    }
    assert_eq!(Reference::parse("TCA21-7KQ2MO").expect("O is 0").as_str(), "TCA21-7KQ2M0");
    for wrong in ["TCA27-7KQ2M8", "TCA26-7KQ2M9", "TCA27-7KQ2M", "TCB27-7KQ2M9", "TCA+7-7KQ2M9", "", "TCA27-7KQ2MU"] {
        assert_eq!(Reference::parse(wrong), None, "{wrong}");
    }
}

#[test]
fn a_web_address_is_http_without_a_user() {
    for good in ["https://example.org", "http://пример.рф/путь?x=1#y", "https://example.org:8443/a_b"] {
        assert!(WebAddress::parse(good).is_ok(), "{good}");
    }
    for bad in [
        "https://",
        "https://a@example.org",
        "https://example.org\\@evil.example",
        "//example.org",
        "https://exa mple.org",
    ] {
        assert_eq!(WebAddress::parse(bad).err(), Some(Flaw::BadUrl), "{bad}");
    }
}

/// Any JSON, up to a few levels.
fn any_json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<f64>().prop_map(Json::from),
        any::<String>().prop_map(Json::from),
        Just(json!("under_18")),
        Just(json!("organisation")),
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Json::from),
            prop::collection::hash_map("[a-z_]{1,8}", inner, 0..6).prop_map(|map| json!(map)),
        ]
    })
}

/// Every place of a body.
fn places(body: &Json, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match body {
        Json::Object(object) => object.iter().for_each(|(name, inner)| places(inner, &format!("{at}/{name}"), found)),
        Json::Array(items) => {
            items.iter().enumerate().for_each(|(number, inner)| places(inner, &format!("{at}/{number}"), found));
        }
        _ => {}
    }
}

proptest! {
    #[test]
    fn the_door_never_panics_and_always_says_why(
        which in 0_usize..3,
        edits in prop::collection::vec((any::<prop::sample::Index>(), any_json()), 1..6),
    ) {
        let mut body = [individual(), organisation(), minor()][which].clone();
        for (index, value) in edits {
            let mut all = Vec::new();
            places(&body, "", &mut all);
            let place = index.get(&all).clone();
            *body.pointer_mut(&place).expect("it is a place") = value;
        }
        match read(&body) {
            Ok(form) => {
                // What was taken in says the same when it is written and sent again.
                prop_assert!(serde_json::to_string(&form.story).is_ok());
            }
            Err(BodyError::Refused(Refusal::Invalid(faults) | Refusal::UnknownField(faults))) => {
                prop_assert!(!faults.is_empty());
                for fault in &faults {
                    let words = fault_text(Language::Ru, fault);
                    prop_assert!(!words.is_empty() && !words.starts_with("fault-"), "{:?}", fault);
                }
            }
            Err(BodyError::Malformed(_)) => {} // a key twice, too deep, a number that JSON does not know
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let edition = edition();
        let rules = FormRules { edition: &edition, smtputf8: false, sender: Sender::Public };
        let _refused = parse_with(&bytes, |door| NominationForm::read(door, &rules));
    }

    #[test]
    fn cleaning_twice_is_cleaning_once(raw in any::<String>()) {
        if let Ok(once) = clean_line(&raw) {
            prop_assert_eq!(clean_line(&once), Ok(once.clone()));
            prop_assert!(ShortText::<1, 100_000>::parse(&once).is_ok());
        }
        if let Ok(once) = clean_lines(&raw) {
            prop_assert_eq!(clean_lines(&once), Ok(once.clone()));
        }
    }

    #[test]
    fn every_drawn_reference_reads_back(seed: u64, year in 2000_i16..2100) {
        let drawn = Reference::draw(year, &Chance::seeded(seed));
        prop_assert_eq!(Reference::parse(drawn.as_str()), Some(drawn));
    }

    #[test]
    fn every_single_slip_of_a_reference_is_caught(seed: u64, at in 0_usize..8, slip in 0_usize..32) {
        const SIGNS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        let drawn = Reference::draw(2027, &Chance::seeded(seed)).as_str().to_owned();
        let at = if at < 2 { 3 + at } else { 4 + at }; // the edition's digits, then payload and check
        let mut wrong = drawn.clone().into_bytes();
        if wrong[at] != SIGNS[slip] && (at > 4 || slip < 10) {
            wrong[at] = SIGNS[slip];
            prop_assert_eq!(Reference::parse(std::str::from_utf8(&wrong).expect("ASCII")), None);
        }
    }

    #[test]
    fn every_swap_of_neighbours_in_a_reference_is_caught(seed: u64, at in 0_usize..6) {
        let drawn = Reference::draw(2027, &Chance::seeded(seed)).as_str().to_owned();
        let mut swapped = drawn.clone().into_bytes();
        let (left, right) = [(3, 4), (6, 7), (7, 8), (8, 9), (9, 10), (10, 11)][at];
        swapped.swap(left, right);
        let swapped = String::from_utf8(swapped).expect("ASCII");
        if swapped != drawn {
            prop_assert_eq!(Reference::parse(&swapped), None);
        }
    }
}
