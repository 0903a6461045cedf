//! A document at the door: read from JSON or TOML in one pass, with every fault.

use std::collections::{BTreeMap, BTreeSet};

use super::calendar::{ORDERS, Timetable};
use super::document::{
    Anchor, AwardContact, Category, Criterion, DataContact, EditionDoc, Panel, Places, Signatory, TransferBasis,
    TwinCity,
};
use super::keys::{PanelKey, is_key};
use crate::clock::Time;
use crate::fields::{Country, Email, Flaw, NomineeKind, Phone, clean_line, clean_lines};
use crate::http::door::{Door, FromBody};
use crate::http::faults::Fault;
use crate::text::{Bilingual, Language, Zone};

/// The longest name, one line, text of several lines.
const NAME: usize = 160;
const LINE: usize = 300;
const TEXT: usize = 1_000;

/// What the common multiple of all highest scores may be, so that every score is exact in whole numbers.
const MULTIPLE: u64 = 1_000_000;

impl FromBody for EditionDoc {
    fn read(door: &mut Door<'_>) -> Option<Self> {
        let title = bilingual(door, "title", NAME);
        let year = number(door, "year", 2000..=2999, None).and_then(|year| i16::try_from(year).ok());
        let time_zone = zone(door, "time_zone");
        let mail_from = door.optional("mail_from", Email::parse);
        let reply_to = door.required("reply_to", Email::parse);
        let award_contact = door.object("award_contact", award_contact);
        let controller = bilingual(door, "controller", LINE);
        let data_contact = if_there(door, "data_contact", data_contact);
        let adequate_countries = door.texts("adequate_countries", Country::parse);
        let transfer_basis = if_there(door, "transfer_basis", transfer_basis);
        let public_domains = door.texts("public_domains", domain);
        let reception_place = bilingual(door, "reception_place", LINE);
        let live_event_place = bilingual(door, "live_event_place", LINE);
        let rehearsal = door.flag("rehearsal").map(|flag| flag.unwrap_or(false));
        let rehearsal_domains = rehearsal_domains(door, rehearsal);
        let quorum = number(door, "quorum", 1..=1_000, Some(3));
        let guidance = lines(door, "guidance");
        let signatories = by_panel(door, "signatories", signatory);
        let mailboxes = mailboxes(door);
        let timetable = door.object("timetable", timetable);
        let panels = whole(door, "panels", 1..=4, "key", panel, |panel| panel.key.as_str());
        let categories = whole(door, "categories", 1..=40, "code", category, |category| &category.code);
        let criteria = whole(door, "criteria", 1..=20, "key", criterion, |criterion| &criterion.key);
        let tie_break = door.texts("tie_break", line(16));
        let twin_cities = whole(door, "twin_cities", 0..=200, "key", twin_city, |city| &city.key);

        if let Some(panels) = &panels {
            check_panels(door, panels);
            let signing = signatories.iter().flatten().map(|(key, _)| ("signatories", key));
            let receiving = mailboxes.iter().flatten().map(|(key, _)| ("mailboxes", key));
            for (map, key) in signing.chain(receiving).filter(|(_, key)| !panels.iter().any(|panel| panel.key == **key))
            {
                let pointer = door.at(&format!("{map}/{key}"));
                door.note(Fault::new(pointer, "unknown_panel"));
            }
        }
        let tie_break = match (&criteria, tie_break) {
            (Some(criteria), Some(tie_break)) => Some(check_criteria(door, criteria, tie_break)),
            _ => None,
        };
        Some(Self {
            title: title?,
            year: year?,
            time_zone: time_zone?,
            mail_from: mail_from?,
            reply_to: reply_to?,
            award_contact: award_contact?,
            controller: controller?,
            data_contact: data_contact?,
            adequate_countries: adequate_countries?,
            transfer_basis: transfer_basis?,
            public_domains: public_domains?,
            reception_place: reception_place?,
            live_event_place: live_event_place?,
            rehearsal: rehearsal?,
            rehearsal_domains: rehearsal_domains?,
            quorum: quorum?,
            tie_break: tie_break?,
            guidance: guidance?,
            signatories: signatories?,
            mailboxes: mailboxes?,
            timetable: timetable?,
            panels: panels?,
            categories: categories?,
            criteria: criteria?,
            twin_cities: twin_cities?,
        })
    }
}

fn line(max: usize) -> impl Fn(&str) -> Result<String, Flaw> {
    move |raw| bounded(clean_line(raw)?, max)
}

fn bounded(text: String, max: usize) -> Result<String, Flaw> {
    let now = text.chars().count();
    if now > max { Err(Flaw::TooLong(max, now)) } else { Ok(text) }
}

fn bilingual(door: &mut Door<'_>, name: &'static str, max: usize) -> Option<Bilingual> {
    door.object(name, |door| {
        let (en, ru) = (door.required("en", line(max)), door.required("ru", line(max)));
        Some(Bilingual::new(en?, ru?))
    })
}

fn lines(door: &mut Door<'_>, name: &'static str) -> Option<Bilingual> {
    door.object(name, |door| {
        let text = |raw: &str| bounded(clean_lines(raw)?, TEXT);
        let (en, ru) = (door.required("en", text), door.required("ru", text));
        Some(Bilingual::new(en?, ru?))
    })
}

fn number(
    door: &mut Door<'_>,
    name: &'static str,
    range: std::ops::RangeInclusive<u32>,
    default: Option<u32>,
) -> Option<u32> {
    let pointer = door.at(name);
    let Some(number) = door.integer(name)? else {
        if default.is_none() {
            door.fault(name, "required");
        }
        return default;
    };
    let found = u32::try_from(number).ok().filter(|number| range.contains(number));
    if found.is_none() {
        door.note(Fault::of(pointer, Flaw::OutOfRange((*range.start()).into(), (*range.end()).into())));
    }
    found
}

fn zone(door: &mut Door<'_>, name: &'static str) -> Option<String> {
    door.required(name, |raw| {
        let text = clean_line(raw)?;
        Zone::parse(&text).map(|_| text).ok_or(Flaw::BadZone)
    })
}

fn instant(raw: &str) -> Result<Time, Flaw> {
    Time::parse(raw).ok_or(Flaw::BadTime)
}

/// A domain in lower-case ASCII, as [`Email::domain`] gives it.
fn domain(raw: &str) -> Result<String, Flaw> {
    let address = format!("x@{}", raw.trim().trim_start_matches('@'));
    Email::parse(&address).map(|email| email.domain()).map_err(|_| Flaw::BadDomain)
}

/// A code of a category or a criterion: 1 to 16 ASCII letters and digits.
fn code(door: &mut Door<'_>, name: &'static str) -> Option<String> {
    let code = door.required(name, line(64))?;
    let good = code.len() <= 16 && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !good {
        door.fault(name, "bad_code");
    }
    good.then_some(code)
}

fn if_there<T>(
    door: &mut Door<'_>,
    name: &'static str,
    read: impl FnOnce(&mut Door<'_>) -> Option<T>,
) -> Option<Option<T>> {
    if door.has(name) {
        door.object(name, read).map(Some)
    } else {
        door.let_pass(&[name]);
        Some(None)
    }
}

fn all_of<T>(items: Option<Vec<Option<T>>>) -> Option<Vec<T>> {
    items?.into_iter().collect()
}

fn award_contact(door: &mut Door<'_>) -> Option<AwardContact> {
    let name = bilingual(door, "name", NAME);
    let (phone, email) = (door.required("phone", Phone::parse), door.required("email", Email::parse));
    Some(AwardContact { name: name?, phone: phone?, email: email? })
}

fn data_contact(door: &mut Door<'_>) -> Option<DataContact> {
    let (name, email) = (bilingual(door, "name", NAME), door.required("email", Email::parse));
    Some(DataContact { name: name?, email: email? })
}

fn transfer_basis(door: &mut Door<'_>) -> Option<TransferBasis> {
    let kind = door.required("kind", line(LINE));
    let date = door.required("date", |raw| match raw.trim().parse::<jiff::civil::Date>() {
        Ok(day) if day.to_string() == raw.trim() => Ok(day.to_string()),
        _ => Err(Flaw::BadDay),
    });
    let reference = door.required("reference", line(LINE));
    Some(TransferBasis { kind: kind?, date: date?, reference: reference? })
}

fn signatory(door: &mut Door<'_>) -> Option<Signatory> {
    let (name, office) = (bilingual(door, "name", NAME), bilingual(door, "office", NAME));
    Some(Signatory { name: name?, office: office? })
}

fn by_panel<T>(
    door: &mut Door<'_>,
    name: &'static str,
    read: impl FnMut(&mut Door<'_>) -> Option<T>,
) -> Option<BTreeMap<PanelKey, T>> {
    let entries = door.keyed(name, read)?;
    entries.into_iter().map(|(key, value)| Some((panel_key(door, name, &key)?, value?))).collect()
}

fn panel_key(door: &mut Door<'_>, map: &str, key: &str) -> Option<PanelKey> {
    let parsed = PanelKey::parse(key);
    if parsed.is_none() {
        door.fault(map, "bad_key");
    }
    parsed
}

fn mailboxes(door: &mut Door<'_>) -> Option<BTreeMap<PanelKey, Email>> {
    let mut found = Some(BTreeMap::new());
    for (key, value) in door.entries("mailboxes")? {
        let pointer = door.at(&format!("mailboxes/{key}"));
        let email = value.as_str().map_or(Err(Flaw::WrongType), Email::parse);
        let email = email.map_err(|flaw| door.note(Fault::of(pointer, flaw))).ok();
        match (panel_key(door, "mailboxes", &key), email, &mut found) {
            (Some(key), Some(email), Some(found)) => {
                found.insert(key, email);
            }
            _ => found = None,
        }
    }
    found
}

fn rehearsal_domains(door: &mut Door<'_>, rehearsal: Option<bool>) -> Option<Vec<String>> {
    if !door.has("rehearsal_domains") {
        door.let_pass(&["rehearsal_domains"]);
        return Some(vec!["example.org".to_owned()]);
    }
    let domains = door.texts("rehearsal_domains", domain)?;
    if rehearsal == Some(true) && domains.is_empty() {
        door.fault("rehearsal_domains", "required"); // a rehearsal that may write to nobody rehearses nothing
    }
    Some(domains)
}

fn timetable(door: &mut Door<'_>) -> Option<Timetable> {
    let mut found: BTreeMap<&'static str, Time> = BTreeMap::new();
    for name in Timetable::NAMES {
        if let Some(time) = door.required(name, instant) {
            found.insert(name, time);
        }
    }
    let chasers = door.texts("chaser_at", instant);
    let chaser_at: Option<[Time; 2]> = chasers.and_then(|chasers| {
        let two = chasers.try_into().ok();
        if two.is_none() {
            let pointer = door.at("chaser_at");
            door.note(Fault::of(pointer, Flaw::OutOfRange(2, 2)));
        }
        two
    });
    if let Some([first, second]) = chaser_at {
        found.extend([("chaser_at/0", first), ("chaser_at/1", second)]);
    }
    let mut wrong = BTreeSet::new();
    for order in ORDERS {
        let known: Vec<_> = order.iter().filter_map(|name| Some((*name, *found.get(name)?))).collect();
        wrong.extend(known.windows(2).filter(|pair| pair[1].1 <= pair[0].1).map(|pair| pair[1].0));
    }
    for name in ORDERS[0].iter().chain(&["live_event_at"]).filter(|name| wrong.contains(*name)) {
        door.fault(name, "bad_order");
    }
    Timetable::build(|name| found.get(name).copied(), chaser_at)
}

fn panel(door: &mut Door<'_>) -> Option<Panel> {
    let key = door.required("key", |raw| PanelKey::parse(raw.trim()).ok_or(Flaw::BadKey));
    let city = bilingual(door, "city", NAME);
    let country = door.required("country", Country::parse);
    let time_zone = zone(door, "time_zone");
    let language = door.word("language", Language::parse);
    let closed = door.optional("closed", line(TEXT));
    Some(Panel {
        key: key?,
        city: city?,
        country: country?,
        time_zone: time_zone?,
        language: language?,
        closed: closed?,
    })
}

fn category(door: &mut Door<'_>) -> Option<Category> {
    let code = code(door, "code");
    let kind = door.optional_word("kind", NomineeKind::parse);
    let name = bilingual(door, "name", NAME);
    let description = bilingual(door, "description", LINE);
    let places = door.object("places", |door| {
        let (winners, commended) =
            (number(door, "winners", 1..=100, Some(1)), number(door, "commended", 0..=100, Some(3)));
        Some(Places { winners: winners?, commended: commended? })
    });
    let open = door.flag("open").map(|flag| flag.unwrap_or(true));
    Some(Category { code: code?, kind: kind?, name: name?, description: description?, places: places?, open: open? })
}

fn criterion(door: &mut Door<'_>) -> Option<Criterion> {
    let key = code(door, "key");
    let name = bilingual(door, "name", NAME);
    let guidance = bilingual(door, "guidance", LINE);
    let weight = number(door, "weight", 1..=100, None);
    let max_score = number(door, "max_score", 1..=100, Some(10));
    let anchors = all_of(door.objects("anchors", |door| {
        let (score, text) = (number(door, "score", 0..=max_score.unwrap_or(100), None), bilingual(door, "text", LINE));
        Some(Anchor { score: score?, text: text? })
    }));
    if let Some(anchors) = &anchors {
        for (at, _) in anchors.windows(2).enumerate().filter(|(_, pair)| pair[1].score <= pair[0].score) {
            door.fault(&format!("anchors/{}/score", at + 1), "bad_order");
        }
    }
    Some(Criterion {
        key: key?,
        name: name?,
        guidance: guidance?,
        anchors: anchors?,
        weight: weight?,
        max_score: max_score?,
    })
}

fn twin_city(door: &mut Door<'_>) -> Option<TwinCity> {
    // `other` is what a nomination says of a city that is not on the list.
    let key = door.required("key", |raw| {
        let key = raw.trim();
        if is_key(key) && key != "other" { Ok(key.to_owned()) } else { Err(Flaw::BadKey) }
    });
    let (name, country) = (bilingual(door, "name", NAME), door.required("country", Country::parse));
    let time_zone = zone(door, "time_zone");
    Some(TwinCity { key: key?, name: name?, country: country?, time_zone: time_zone? })
}

/// A list of so many objects, none of which names the same key as another. `None` where any is at fault.
fn whole<T>(
    door: &mut Door<'_>,
    name: &'static str,
    count: std::ops::RangeInclusive<usize>,
    key: &str,
    read: impl FnMut(&mut Door<'_>) -> Option<T>,
    key_of: impl Fn(&T) -> &str,
) -> Option<Vec<T>> {
    let items = door.objects(name, read)?;
    if !count.contains(&items.len()) {
        let pointer = door.at(name);
        let [least, most] = [*count.start(), *count.end()].map(|bound| i64::try_from(bound).unwrap_or(i64::MAX));
        door.note(Fault::of(pointer, Flaw::OutOfRange(least, most)));
    }
    let mut seen = BTreeSet::new();
    for (at, item) in items.iter().enumerate() {
        if item.as_ref().is_some_and(|item| !seen.insert(key_of(item))) {
            door.fault(&format!("{name}/{at}/{key}"), "repeated");
        }
    }
    items.into_iter().collect()
}

fn check_panels(door: &mut Door<'_>, panels: &[Panel]) {
    if !panels.is_empty() && panels.iter().all(|panel| panel.closed.is_some()) {
        door.fault("panels", "no_open_panel");
    }
}

/// Answers the tie-break: as it was given, else by the first two criteria.
fn check_criteria(door: &mut Door<'_>, criteria: &[Criterion], tie_break: Vec<String>) -> Vec<String> {
    let sum: u32 = criteria.iter().map(|criterion| criterion.weight).sum();
    if !criteria.is_empty() && sum != 100 {
        let pointer = door.at("criteria");
        door.note(Fault::new(pointer, "weights_sum").with("n", sum));
    }
    let multiple = criteria.iter().try_fold(1_u64, |multiple, criterion| {
        let max = u64::from(criterion.max_score);
        let (mut a, mut b) = (multiple, max);
        while b > 0 {
            (a, b) = (b, a % b);
        }
        Some(multiple / a * max).filter(|multiple| *multiple <= MULTIPLE)
    });
    if multiple.is_none() {
        door.fault("criteria", "maxima_multiple");
    }
    if !door.names("tie_break") {
        return criteria.iter().take(2).map(|criterion| criterion.key.clone()).collect();
    }
    for (at, key) in tie_break.iter().enumerate() {
        if !criteria.iter().any(|criterion| criterion.key == *key) {
            door.fault(&format!("tie_break/{at}"), "unknown_criterion");
        }
    }
    let mut seen = BTreeSet::new();
    for (at, _) in tie_break.iter().enumerate().filter(|(_, key)| !seen.insert(key.as_str())) {
        door.fault(&format!("tie_break/{at}"), "repeated");
    }
    tie_break
}
