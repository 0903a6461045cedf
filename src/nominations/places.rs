//! Where people are: a town's one spelling, and when it is day there (G12 of `content/announcement.md`).

use crate::clock::{Span, Time};
use crate::editions::Edition;
use crate::fields::Country;
use crate::fields::name_key::{NameOf, tokens};
use crate::text::{Bilingual, Zone};

/// Seconds of the day from which to which people are written to: 08:00 to 20:00.
const DAY: std::ops::Range<i64> = 8 * 3_600..20 * 3_600;

/// A town's name in one spelling, whatever its alphabet: what the list's filter compares.
pub fn city_key(name: &str) -> String {
    tokens(name, NameOf::Organisation).join(" ") // which drops «г.» too
}

/// Every spelling of the town that somebody means by `text`: a key of the edition's cities, or a name.
pub(super) fn spellings(edition: &Edition, text: &str) -> Vec<String> {
    let wanted = city_key(text);
    let mut found = vec![wanted.clone()];
    for (key, names) in cities(edition) {
        let folded = [city_key(&names.en), city_key(&names.ru)];
        if key == text.trim() || folded.contains(&wanted) {
            found.extend(folded);
        }
    }
    found.sort();
    found.dedup();
    found
}

/// The cities that a friendship may link, by key; a panel's city may be among the twins too.
pub(super) fn cities(edition: &Edition) -> impl Iterator<Item = (&str, &Bilingual)> {
    let twins = edition.twin_cities.iter().map(|city| (city.key.as_str(), &city.name));
    twins.chain(edition.panels.iter().map(|panel| (panel.key.as_str(), &panel.city)))
}

/// The first instant from `from` on at which it is daytime for somebody who lives in this town: by the edition's cities,
/// else by the panel of the country, else in all panels' cities at once.
pub fn daytime(edition: &Edition, home_city: &str, country: Country, from: Time) -> Time {
    let zones = zones(edition, home_city, country);
    let mut time = from;
    // Cities far apart may never share a day: after a week's worth of moves the last one stands.
    for _ in 0..16 {
        let waits: Vec<i64> = zones.iter().map(|zone| until_day(zone, time)).filter(|wait| *wait > 0).collect();
        let Some(wait) = waits.into_iter().max() else { break };
        time = time + Span::seconds(wait);
    }
    time
}

/// Seconds until it is day in the zone; 0 where it is.
fn until_day(zone: &Zone, time: Time) -> i64 {
    let local = zone.local(time);
    let now = i64::from(local.hour()) * 3_600 + i64::from(local.minute()) * 60 + i64::from(local.second());
    if now < DAY.start {
        DAY.start - now
    } else if now >= DAY.end {
        24 * 3_600 - now + DAY.start
    } else {
        0
    }
}

/// The zones in which it must be day for somebody who lives in this town.
pub fn zones(edition: &Edition, home_city: &str, country: Country) -> Vec<Zone> {
    let home = city_key(home_city);
    let is_home = |names: &Bilingual| city_key(&names.en) == home || city_key(&names.ru) == home;
    let twin = edition.twin_cities.iter().find(|city| city.country == country && is_home(&city.name));
    if let Some(zone) = twin.and_then(|city| Zone::parse(&city.time_zone)) {
        return vec![zone];
    }
    match edition.panels.iter().find(|panel| panel.country == country) {
        Some(panel) => vec![panel.zone()],
        None => edition.panels.iter().map(|panel| panel.zone()).collect(),
    }
}
