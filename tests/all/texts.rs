//! The words: both languages say the same, nothing is missing, nothing is left over, and times read as people say them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use fluent_syntax::ast::{CallArguments, Entry, Expression, InlineExpression, Pattern, PatternElement};
use twin_cities_awards::clock::Time;
use twin_cities_awards::text::{Bilingual, Cities, City, Language, Texts, Zone, features, isolate, say};

/// Ids that code puts together at run time begin with one of these.
const FAMILIES: &[&str] = &["problem-", "fault-", "label-", "phase-", "guard-", "answer-", "choice-"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn source(language: Language, feature: &str) -> String {
    std::fs::read_to_string(root().join(format!("src/text/{language}/{feature}.ftl"))).expect("the file is there")
}

/// Each id of a language with the variables that its text takes.
fn entries(language: Language) -> BTreeMap<String, BTreeSet<String>> {
    let mut found = BTreeMap::new();
    for feature in features() {
        let text = source(language, feature);
        let resource = fluent_syntax::parser::parse(text.as_str())
            .unwrap_or_else(|(_, errors)| panic!("{language}/{feature}.ftl: {errors:?}"));
        for entry in resource.body {
            let Entry::Message(message) = entry else { continue };
            let mut variables = BTreeSet::new();
            let value = message.value.unwrap_or_else(|| panic!("{}: no text", message.id.name));
            pattern(&value, &mut variables);
            let before = found.insert(message.id.name.to_owned(), variables);
            assert_eq!(before, None, "{language}: {} stands twice", message.id.name);
        }
    }
    found
}

fn pattern(pattern: &Pattern<&str>, variables: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            self::expression(expression, variables);
        }
    }
}

fn expression(expression: &Expression<&str>, variables: &mut BTreeSet<String>) {
    match expression {
        Expression::Inline(inline) => self::inline(inline, variables),
        Expression::Select { selector, variants } => {
            inline(selector, variables);
            for variant in variants {
                pattern(&variant.value, variables);
            }
        }
    }
}

fn inline(inline: &InlineExpression<&str>, variables: &mut BTreeSet<String>) {
    match inline {
        InlineExpression::VariableReference { id } => {
            variables.insert(id.name.to_owned());
        }
        InlineExpression::FunctionReference { arguments: CallArguments { positional, .. }, .. } => {
            positional.iter().for_each(|argument| self::inline(argument, variables));
        }
        InlineExpression::Placeable { expression } => self::expression(expression, variables),
        _ => {}
    }
}

/// Every Rust file and template of the program with its text.
fn sources() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    walk(&root().join("src"), &mut found);
    found
}

fn walk(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
    for entry in std::fs::read_dir(folder).expect("src can be read") {
        let path = entry.expect("src can be read").path();
        if path.is_dir() {
            walk(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs" || end == "html") {
            let text = std::fs::read_to_string(&path).expect("sources are UTF-8");
            found.push((path, text));
        }
    }
}

/// The ids that stand as literals in calls of `say(…)` and `t.with(…)`.
fn said(text: &str) -> Vec<&str> {
    let mut ids = Vec::new();
    for call in ["say(", "t.with("] {
        for (at, _) in text.match_indices(call) {
            let call: &str = &text[at..];
            let call = &call[..call.find(';').unwrap_or(call.len())];
            let Some(start) = call.find('"') else { continue };
            let Some(length) = call[start + 1..].find('"') else { continue };
            let before = &call[..start];
            let id = &call[start + 1..start + 1 + length];
            let looks_like_an_id =
                id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
            if before.len() < 60 && !before.contains(['\n', '{', '&', '~']) && looks_like_an_id && !id.is_empty() {
                ids.push(id);
            }
        }
    }
    ids
}

#[test]
fn both_languages_hold_the_same_texts_with_the_same_variables() {
    let english = entries(Language::En);
    let russian = entries(Language::Ru);
    assert!(!english.is_empty());
    for (id, variables) in &english {
        assert_eq!(Some(variables), russian.get(id), "`{id}` in Russian");
    }
    for id in russian.keys() {
        assert!(english.contains_key(id), "`{id}` is missing in English");
    }
}

#[test]
fn every_text_file_is_in_the_binary() {
    for language in ["en", "ru"] {
        let mut files: Vec<_> = std::fs::read_dir(root().join("src/text").join(language))
            .expect("the folder is there")
            .map(|entry| {
                entry.expect("it can be read").path().file_stem().expect("a name").to_string_lossy().into_owned()
            })
            .collect();
        files.sort();
        let mut listed: Vec<_> = features().iter().map(|feature| (*feature).to_owned()).collect();
        listed.sort();
        assert_eq!(files, listed, "{language}");
    }
}

#[test]
fn every_text_is_said_somewhere() {
    let sources = sources();
    let unsaid: Vec<_> = entries(Language::En)
        .into_keys()
        .filter(|id| !FAMILIES.iter().any(|family| id.starts_with(family)))
        .filter(|id| !sources.iter().any(|(_, text)| text.contains(&format!("\"{id}\""))))
        .collect();
    assert_eq!(unsaid, Vec::<String>::new());
}

#[test]
fn every_text_that_is_said_exists() {
    let known = entries(Language::En);
    for (path, text) in sources() {
        for id in said(&text) {
            assert!(known.contains_key(id), "{} says `{id}`", path.display());
        }
    }
}

#[test]
fn russian_is_set_as_russian_is_set() {
    // Words that are misspelt without ё: as they begin, and as they stand.
    let begins = [
        "еще",
        "прием",
        "зачет",
        "отчет",
        "учет",
        "объем",
        "пришлет",
        "дает",
        "ждет",
        "придет",
        "пойдет",
        "счет",
        "причем",
        "партнер",
        "найдет",
        "идет",
        "ведет",
        "начнет",
    ];
    let stands = ["твое", "свое", "мое", "чье", "ее", "нее", "все-таки", "моем", "твоем", "своем"];
    for feature in features() {
        let text = source(Language::Ru, feature);
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.starts_with('#')) {
            let at = format!("ru/{feature}.ftl:{}: {line}", number + 1);
            assert!(!line.contains(" г.") && !line.contains("гг."), "«года» in full: {at}");
            let outside = line.split(['{', '}']).step_by(2).collect::<String>();
            assert!(!outside.contains(['"', '“', '”', '„']), "quotes are «ёлочки»: {at}");
            let lower = outside.to_lowercase();
            let mut words = lower.split(|sign: char| !sign.is_alphabetic() && sign != '-');
            let misspelt = |word: &str| begins.iter().any(|begin| word.starts_with(begin)) || stands.contains(&word);
            assert_eq!(words.find(|word| misspelt(word)), None, "ё is printed: {at}");
            assert!(!outside.contains(" - ") && !outside.contains('\''), "a dash is «—»: {at}");
            assert_eq!(outside.matches('«').count(), outside.matches('»').count(), "{at}");
        }
    }
}

#[test]
fn a_text_that_is_missing_gives_its_id_and_a_missing_variable_its_name() {
    assert_eq!(say(Language::Ru, "no-such-text", &[]), "no-such-text");
    assert_eq!(Texts::of(Language::En).say("no-such-text"), "no-such-text");
}

#[test]
fn a_plain_text_is_said_in_the_callers_language() {
    assert_eq!(say(Language::En, "product", &[]), "Twin Cities Awards");
    assert_eq!(Texts::of(Language::Ru).say("product"), "Премия городов-побратимов");
}

#[test]
fn the_language_is_the_one_that_the_caller_likes_best() {
    let cases = [
        (None, Language::En),
        (Some(""), Language::En),
        (Some("ru"), Language::Ru),
        (Some("RU-ru"), Language::Ru),
        (Some("en;q=0.5, ru;q=0.9"), Language::Ru),
        (Some("ru;q=0.5, en-GB"), Language::En),
        (Some("de, ru;q=0.8, en;q=0.7"), Language::Ru),
        (Some("ru;q=0"), Language::En),
        (Some("ru;q=nonsense"), Language::Ru),
        (Some("fr, *;q=0.1"), Language::En),
        (Some(",;,;q=;"), Language::En),
    ];
    for (header, language) in cases {
        assert_eq!(Language::negotiate(header), language, "{header:?}");
    }
}

fn two_cities() -> Cities {
    let city = |en, ru, zone| City { name: Bilingual::new(en, ru), zone: Zone::parse(zone).expect("the zone exists") };
    Cities::new(
        vec![city("Coventry", "Ковентри", "Europe/London"), city("Volgograd", "Волгоград", "Europe/Volgograd")],
        Zone::parse("Europe/London").expect("the zone exists"),
    )
}

fn at(text: &str) -> Time {
    Time::parse(text).expect("a time")
}

#[test]
fn a_time_is_told_for_both_cities() {
    let closing = at("2021-06-30T16:00:00Z");
    assert_eq!(two_cities().moment(Language::En, closing), "30 June 2021, 17:00 in Coventry, 19:00 in Volgograd");
    assert_eq!(two_cities().moment(Language::Ru, closing), "30 июня 2021 года, 17:00 (Ковентри), 19:00 (Волгоград)");
    assert_eq!(two_cities().day(Language::Ru, closing), "30 июня 2021 года");
}

#[test]
fn a_second_date_stands_where_the_days_differ() {
    let late = at("2021-06-30T21:30:00Z");
    assert_eq!(
        two_cities().moment(Language::En, late),
        "30 June 2021, 22:30 in Coventry, 1 July 2021, 00:30 in Volgograd"
    );
    assert_eq!(
        two_cities().moment(Language::Ru, late),
        "30 июня 2021 года, 22:30 (Ковентри), 1 июля 2021 года, 00:30 (Волгоград)"
    );
}

#[test]
fn an_edition_in_a_third_zone_tells_that_time_too() {
    let cities = Cities::new(two_cities().panels().to_vec(), Zone::parse("Europe/Warsaw").expect("the zone exists"));
    assert_eq!(
        cities.moment(Language::En, at("2021-06-30T16:00:00Z")),
        "30 June 2021, 17:00 in Coventry, 19:00 in Volgograd, 18:00 Europe/Warsaw time"
    );
}

#[test]
fn volgograd_kept_an_hour_more_until_the_end_of_2020() {
    let hour = |time| Zone::parse("Europe/Volgograd").expect("the zone exists").local(at(time)).hour();
    assert_eq!([hour("2020-12-26T12:00:00Z"), hour("2021-06-30T16:00:00Z")], [16, 19]);
    assert_eq!(Zone::parse("Europe/Stalingrad"), None);
}

#[test]
fn a_name_in_isolates_leaves_the_sentence_in_order() {
    assert_eq!(isolate("محمد المثال"), "\u{2068}محمد المثال\u{2069}");
}
