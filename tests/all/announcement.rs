//! The announcement: each guard alone refuses, by night nobody is written to, a reply tells every fault at once.

use twin_cities_awards::announcement::daytime::Zones;
use twin_cities_awards::announcement::guards::{
    ClockState, Facts, Guard, GuardState, LetterFacts, TrialOf, WinnerFacts, check, require,
};
use twin_cities_awards::announcement::model::{Lack, Leaves, Owed, Reader};
use twin_cities_awards::announcement::reply::{Attendance, RecordedReply, Reply};
use twin_cities_awards::chance::Chance;
use twin_cities_awards::clock::Time;
use twin_cities_awards::editions::{Edition, Template};
use twin_cities_awards::fields::Country;
use twin_cities_awards::http::csv::{ByteOrderMark, cell, csv};
use twin_cities_awards::http::door::{BodyError, Refusal, parse_body};
use twin_cities_awards::http::problem::Problem;
use twin_cities_awards::ids::{AccountId, EditionId, NominationId};
use twin_cities_awards::outbox::Kind;
use twin_cities_awards::text::{Bilingual, Language, Zone};

fn at(text: &str) -> Time {
    Time::parse(text).expect("a time")
}

fn edition() -> Edition {
    let file = Template::Tca2021.edition();
    let id = EditionId::from_uuid(Chance::seeded(1).uuid(at("2021-01-01T00:00:00Z")));
    let doc = std::sync::Arc::new(file.doc);
    Edition { id, slug: file.slug, version: 1, doc, frozen_at: None, sealed_at: None, released_at: None }
}

fn uuid(number: u64) -> uuid::Uuid {
    Chance::seeded(number).uuid(at("2021-06-01T00:00:00Z"))
}

fn account(number: u64) -> AccountId {
    AccountId::from_uuid(uuid(number))
}

fn nomination(number: u64) -> NominationId {
    NominationId::from_uuid(uuid(number))
}

fn letter(kind: Kind, reader: Reader, about: u64, leaves: Leaves) -> LetterFacts {
    let goes_now = kind == Kind::WinnerNotice;
    let nomination = nomination(about);
    LetterFacts {
        owed: Owed { kind, nomination: Some(nomination), reader, about: nomination.to_string(), leaves },
        reference: Some("TCA21-7KQ2M0".to_owned()),
        goes_now,
        leaves_at: if goes_now { at("2021-09-13T09:00:00Z") } else { at("2021-10-07T07:00:00Z") },
        zones: Zones::of_zone(Zone::parse("Europe/Volgograd").expect("a zone")),
        domain: "example.org".to_owned(),
        is_marked: false,
        trial_of: None,
        may_have_left: false,
        suppressed: None,
        lacks: Vec::new(),
    }
}

/// An announcement that nothing stands against: one winner by letter, one by telephone, two losers.
fn ready() -> Facts {
    let letters = vec![
        letter(Kind::WinnerNotice, Reader::Winner, 1, Leaves::Always),
        letter(Kind::WinnerNominator, Reader::Nominator, 1, Leaves::IfAccepted),
        letter(Kind::Outcome, Reader::Nominator, 1, Leaves::IfNot),
        letter(Kind::WinnerNominator, Reader::Nominator, 2, Leaves::IfAccepted),
        letter(Kind::Outcome, Reader::Nominator, 2, Leaves::IfNot),
        letter(Kind::Outcome, Reader::Nominator, 3, Leaves::Always),
        letter(Kind::Outcome, Reader::Nominee, 3, Leaves::Always),
        letter(Kind::Outcome, Reader::Nominator, 4, Leaves::Always),
    ];
    let winner = |number, gets_letter| WinnerFacts {
        nomination: nomination(number),
        reference: format!("TCA21-00000{number}"),
        gets_letter,
        is_reachable: true,
    };
    Facts {
        seal: Some("seal".to_owned()),
        letters_are_of_this_seal: true,
        panels: vec!["coventry".to_owned(), "volgograd".to_owned()],
        signatures: vec![
            ("coventry".to_owned(), account(1), "seal".to_owned()),
            ("volgograd".to_owned(), account(2), "seal".to_owned()),
        ],
        winners: vec![winner(1, true), winner(2, false)],
        digest: "letters".to_owned(),
        readings: vec![(account(3), "letters".to_owned()), (account(4), "letters".to_owned())],
        owed: letters.iter().map(|letter| letter.owed.clone()).collect(),
        letters,
        embargo_ends_at: Some(at("2021-10-06T19:00:00Z")),
        reply_due_at: at("2021-09-20T16:00:00Z"),
        stopped: false,
        rehearsal: None,
        edition: "2021".to_owned(),
        made_up: Vec::new(),
        clock: ClockState::Sound,
        cities: edition().cities(),
    }
}

fn refusing(facts: &Facts) -> Vec<Guard> {
    check(facts).into_iter().filter(|state| !state.passed).map(|state| state.code).collect()
}

/// The one guard that refuses after `spoil`, with its sentences.
#[track_caller]
fn alone(spoil: impl FnOnce(&mut Facts)) -> GuardState {
    let mut facts = ready();
    spoil(&mut facts);
    let mut refusing: Vec<GuardState> = check(&facts).into_iter().filter(|state| !state.passed).collect();
    assert_eq!(refusing.len(), 1, "{refusing:#?}");
    refusing.remove(0)
}

#[track_caller]
fn refuses(guard: Guard, en: &str, ru: &str, spoil: impl FnOnce(&mut Facts)) {
    let state = alone(spoil);
    assert_eq!((state.code, state.why), (guard, vec![Bilingual::new(en, ru)]));
}

#[test]
fn nothing_stands_against_an_announcement_that_is_ready() {
    let states = check(&ready());
    assert_eq!(refusing(&ready()), []);
    let numbers: Vec<&str> = states.iter().map(|state| state.guard.as_str()).collect();
    assert_eq!(numbers, ["G1", "G2", "G3", "G4", "G5", "G6", "G7", "G8", "G9", "G10", "G11", "G12", "G13"]);
    assert!(require(&states).is_ok());
}

#[test]
fn a_refusal_names_every_guard_in_both_languages() {
    let mut facts = ready();
    facts.stopped = true;
    facts.winners[1].is_reachable = false;
    let refused = require(&check(&facts)).expect_err("two guards refuse");
    let problem = Problem::from(refused);
    let document = problem.document(Language::Ru, "/x");
    insta::assert_snapshot!(document["errors"], @r#"[{"code":"winner_unreachable","message":"TCA21-000002: нет способа связаться с лауреатом","pointer":"/guards/G2"},{"code":"stopped","message":"Отправка остановлена","pointer":"/guards/G7"}]"#);
    assert_eq!((document["status"].as_u64(), document["code"].as_str()), (Some(409), Some("announcement_refused")));
}

#[test]
fn g1_refuses_what_is_not_sealed_by_every_city() {
    let (en, ru) = ("The results are not signed by every city", "Итоги утверждены не всеми городами");
    refuses(Guard::NotSealed, en, ru, |facts| facts.seal = None);
    refuses(Guard::NotSealed, en, ru, |facts| facts.signatures[1].2 = "another".to_owned());
    refuses(Guard::NotSealed, en, ru, |facts| facts.signatures[1].1 = account(1));
    refuses(Guard::NotSealed, en, ru, |facts| facts.signatures[1].0 = "coventry".to_owned());
    refuses(Guard::NotSealed, en, ru, |facts| facts.letters_are_of_this_seal = false);
    refuses(Guard::NotSealed, en, ru, |facts| {
        facts.panels.truncate(1);
        facts.signatures.truncate(1);
    });
    let mut lone_city = ready();
    lone_city.panels.truncate(1);
    lone_city.signatures[1].0 = "coventry".to_owned();
    assert_eq!(refusing(&lone_city), [], "a lone city's two approvers");
}

#[test]
fn g2_refuses_a_winner_whom_nobody_reaches() {
    let ru = "TCA21-000002: нет способа связаться с лауреатом";
    refuses(Guard::WinnerUnreachable, "TCA21-000002: no way to reach the winner", ru, |facts| {
        facts.winners[1].is_reachable = false;
    });
}

#[test]
fn g3_refuses_what_two_people_have_not_read() {
    let (en, ru) = ("The messages have not been read by two people", "Письма должны прочитать два человека");
    refuses(Guard::PreviewNotRead, en, ru, |facts| facts.readings.truncate(1));
    refuses(Guard::PreviewNotRead, en, ru, |facts| facts.readings[1].0 = account(3));
    refuses(Guard::PreviewNotRead, en, ru, |facts| facts.readings[1].1 = "earlier letters".to_owned());
    refuses(Guard::PreviewNotRead, en, ru, |facts| facts.digest = "other letters".to_owned());
}

#[test]
fn g4_refuses_an_outcome_before_the_embargo_lifts() {
    let (en, ru) = ("This message would break the embargo", "Письмо нарушит эмбарго");
    refuses(Guard::Embargo, en, ru, |facts| {
        facts.letters[5].goes_now = true;
        facts.letters[5].leaves_at = at("2021-10-06T10:00:00Z");
    });
    refuses(Guard::Embargo, en, ru, |facts| {
        facts.letters[6].goes_now = true;
        facts.embargo_ends_at = None; // it is late, but nobody has released the results
    });
    let mut to_nobody = ready();
    to_nobody.winners.remove(0);
    assert!(refusing(&to_nobody).contains(&Guard::Embargo), "the letter's reader is no sealed winner");
}

#[test]
fn g5_refuses_what_may_have_been_sent() {
    let (en, ru) = ("This may already have been sent", "Возможно, это письмо уже отправлено");
    refuses(Guard::AlreadySent, en, ru, |facts| facts.letters[0].may_have_left = true);
}

#[test]
fn g6_refuses_a_letter_too_many_or_too_few() {
    let count = |expected: u32, found: u32| {
        let en = format!("{expected} messages expected, {found} found");
        (en, format!("Ожидалось писем: {expected}, найдено: {found}"))
    };
    let ((en, ru), spoilt) = (count(1, 0), alone(|facts| drop(facts.letters.remove(0))));
    assert_eq!((spoilt.code, spoilt.why), (Guard::CountMismatch, vec![Bilingual::new(en, ru)]));
    let ((en, ru), spoilt) = (count(7, 6), alone(|facts| drop(facts.letters.pop())));
    assert_eq!(spoilt.why, [Bilingual::new(en, ru)]);
    let ((en, ru), spoilt) = (count(7, 8), alone(|facts| facts.letters.push(facts.letters[7].clone())));
    assert_eq!(spoilt.why, [Bilingual::new(en, ru)]);
    // The same number, but one nominator twice and another not at all.
    let spoilt = alone(|facts| facts.letters[7].owed = facts.letters[5].owed.clone());
    assert_eq!(spoilt.code, Guard::CountMismatch);
}

#[test]
fn g7_refuses_once_somebody_has_pressed_stop() {
    refuses(Guard::Stopped, "Sending is stopped", "Отправка остановлена", |facts| {
        facts.stopped = true
    });
}

#[test]
fn g8_keeps_trials_with_oneself_and_rehearsals_in_their_domains() {
    let (en, ru) = ("This address is outside the rehearsal", "Адрес не входит в список для пробной отправки");
    refuses(Guard::OutsideRehearsal, en, ru, |facts| {
        facts.rehearsal = Some(vec!["example.org".to_owned()]);
        facts.letters.iter_mut().for_each(|letter| letter.is_marked = true);
        facts.letters[5].domain = "example.com".to_owned();
    });
    refuses(Guard::OutsideRehearsal, en, ru, |facts| facts.rehearsal = Some(vec!["example.org".to_owned()]));
    let trial = |to, is_marked| LetterFacts {
        owed: Owed { nomination: None, ..letter(Kind::ReplyReminder, Reader::Winner, 9, Leaves::Always).owed },
        trial_of: Some(to),
        is_marked,
        ..letter(Kind::ReplyReminder, Reader::Winner, 9, Leaves::Always)
    };
    refuses(Guard::OutsideRehearsal, en, ru, |facts| facts.letters.push(trial(TrialOf::SomebodyElse, true)));
    refuses(Guard::OutsideRehearsal, en, ru, |facts| facts.letters.push(trial(TrialOf::Oneself, false)));
    let mut fine = ready();
    fine.letters.push(trial(TrialOf::Oneself, true));
    assert_eq!(refusing(&fine), []);
}

#[test]
fn g9_refuses_a_blocked_address() {
    let en = "Mail to this address is blocked: a mail server refused it";
    let ru = "Отправка на этот адрес запрещена: почтовый сервер отказался его принимать";
    refuses(Guard::AddressSuppressed, en, ru, |facts| facts.letters[0].suppressed = Some("bounce".to_owned()));
}

#[test]
fn g10_refuses_an_empty_field_and_a_made_up_one() {
    let (en, ru) = ("TCA21-7KQ2M0: \"citation\" is empty", "TCA21-7KQ2M0: не заполнено поле «формулировка решения»");
    refuses(Guard::MergeFieldEmpty, en, ru, |facts| {
        facts.letters[0].lacks = vec![Lack::Field("citation".to_owned())];
    });
    let (en, ru) = ("2021: \"contact person\" is empty", "2021: не заполнено поле «контактное лицо»");
    refuses(Guard::MergeFieldEmpty, en, ru, |facts| facts.made_up = vec!["award_contact"]);
}

#[test]
fn g11_refuses_a_text_that_its_reader_cannot_read() {
    let (en, ru) = ("TCA21-7KQ2M0: no text in Russian", "TCA21-7KQ2M0: нет текста на языке «русский»");
    refuses(Guard::LanguageMissing, en, ru, |facts| {
        facts.letters[0].lacks = vec![Lack::Language(Language::Ru)];
    });
}

#[test]
fn g12_refuses_a_letter_by_night_and_one_that_would_come_too_late() {
    let en = "It is night for the recipient; sends at 14 September 2021, 06:00 in Coventry, 08:00 in Volgograd";
    let ru = "У получателя ночь, отправка в 14 сентября 2021 года, 06:00 (Ковентри), 08:00 (Волгоград)";
    refuses(Guard::OutsideDaytime, en, ru, |facts| facts.letters[0].leaves_at = at("2021-09-13T20:00:00Z"));
    let late = alone(|facts| facts.letters[0].leaves_at = at("2021-09-20T16:30:00Z"));
    assert_eq!(late.code, Guard::OutsideDaytime);
}

#[test]
fn g13_refuses_a_clock_that_nobody_trusts() {
    let (en, ru) = ("The server's clock cannot be trusted", "Часам сервера нельзя доверять");
    refuses(Guard::ClockSuspect, en, ru, |facts| facts.clock = ClockState::Suspect);
    refuses(Guard::ClockSuspect, en, ru, |facts| facts.clock = ClockState::SetAbroad);
    let mut trial = ready();
    trial.clock = ClockState::SetNearby;
    assert_eq!(refusing(&trial), []);
}

#[test]
fn these_guards_hold_again_at_each_claim() {
    let again: Vec<String> =
        Guard::ALL.iter().filter(|guard| guard.holds_at_each_claim()).map(|guard| guard.number()).collect();
    assert_eq!(again, ["G1", "G4", "G5", "G7", "G8", "G9", "G12", "G13"]);
}

#[test]
fn somebody_is_written_to_by_day_where_they_live() {
    let edition = edition();
    let country = |code: &str| Country::parse(code).expect("a country");
    let zones = |city: &str, code: &str| Zones::of_place(&edition, city, country(code)).names();
    assert_eq!(zones("Kiel", "DE"), "Europe/Berlin");
    assert_eq!(zones("Волгоград", "RU"), "Europe/Volgograd");
    assert_eq!(zones("Leeds", "GB"), "Europe/London");
    assert_eq!(zones("Nairobi", "KE"), "Europe/London Europe/Volgograd");

    let far = Zones::of_place(&edition, "Nairobi", country("KE"));
    let next = |zones: &Zones, time: &str| zones.next_day(at(time)).to_string();
    assert_eq!(next(&far, "2021-09-13T07:00:00Z"), "2021-09-13T07:00:00Z", "08:00 in London, 10:00 in Volgograd");
    assert_eq!(next(&far, "2021-09-13T06:59:59Z"), "2021-09-13T07:00:00Z");
    assert_eq!(next(&far, "2021-09-13T17:00:00Z"), "2021-09-14T07:00:00Z", "20:00 in Volgograd is night");
    let never = Zones::parse("Australia/Sydney America/Jamaica");
    assert_eq!(next(&never, "2021-09-13T12:00:00Z"), "2021-09-13T22:00:00Z", "08:00 in Sydney at least");
    assert!(Zones::anywhere().is_day(at("2021-09-13T23:00:00Z")));
}

fn faults(body: &str) -> Vec<(String, &'static str)> {
    match parse_body::<Reply>(body.as_bytes()) {
        Err(BodyError::Refused(Refusal::Invalid(faults) | Refusal::UnknownField(faults))) => {
            faults.into_iter().map(|fault| (fault.pointer, fault.code)).collect()
        }
        Err(BodyError::Malformed(_)) => vec![(String::new(), "malformed_json")],
        Ok(_) => Vec::new(),
    }
}

#[test]
fn a_reply_tells_every_fault_at_once() {
    let wrong = r#"{"answer": "accept", "public_name": "...", "attendance": "by_ship", "guests": 3, "dietary": "no nuts",
        "press_contact_ok": "yes", "keep_confidence": false, "language": "de"}"#;
    let expected = [
        ("/public_name", "bad_name"),
        ("/attendance", "bad_choice"),
        ("/guests", "out_of_range"),
        ("/needs_consent", "needs_consent"),
        ("/photo_consent", "required"),
        ("/press_contact_ok", "wrong_type"),
        ("/keep_confidence", "must_be_true"),
        ("/language", "bad_choice"),
    ];
    assert_eq!(faults(wrong), expected.map(|(pointer, code)| (pointer.to_owned(), code)));
    assert_eq!(faults("{}"), [("/answer".to_owned(), "required")]);
    assert_eq!(faults(r#"{"answer": "accept", "score": 9}"#), [("/score".to_owned(), "unknown_field")]);
    assert_eq!(faults(r#"{"answer": "decline", "guests": 1}"#), [("/guests".to_owned(), "not_expected")]);
}

#[test]
fn a_reply_that_is_whole_is_taken_as_it_was_given() {
    let body = r#"{"answer": "accept", "public_name": "Мария Иванова", "attendance": "online", "photo_consent": false,
        "press_contact_ok": true, "keep_confidence": true, "language": "ru"}"#;
    let reply: Reply = parse_body(body.as_bytes()).expect("it is whole");
    let accepted = reply.acceptance().expect("it is accepted");
    assert_eq!((accepted.attendance, accepted.guests, accepted.withhold_name), (Attendance::Online, 0, false));
    let stored = serde_json::to_string(&reply).expect("it can be written");
    assert_eq!(serde_json::from_str::<Reply>(&stored).expect("it can be read"), reply);
    assert_eq!(
        serde_json::json!(parse_body::<Reply>(br#"{"answer": "decline"}"#).expect("whole"))["answer"],
        "decline"
    );

    let note = parse_body::<RecordedReply>(br#"{"answer": "decline"}"#);
    assert!(note.is_err(), "an organiser says how it was given");
}

#[test]
fn no_cell_of_a_file_is_a_formula() {
    let names = ["Anna", "=cmd|' /C calc'!A0", " +44 1632", "@SUM(1)", "＝1", "\u{200B}-5 Club", "a, \"b\"", "-"];
    let rows = names.map(|name| vec![cell(name)]);
    let file = String::from_utf8(csv(&["name"], rows, ByteOrderMark::Without)).expect("UTF-8");
    let expected = "name\r\nAnna\r\n'=cmd|' /C calc'!A0\r\n' +44 1632\r\n'@SUM(1)\r\n'＝1\r\n'\u{200B}-5 Club\r\n\
                    \"a, \"\"b\"\"\"\r\n'-\r\n";
    assert_eq!(file, expected);
    let marked = csv(&["name"], [], ByteOrderMark::With);
    assert_eq!(marked, b"\xEF\xBB\xBFname\r\n");
}
