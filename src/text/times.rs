//! Dates and times as people read them: "30 June 2021, 17:00 in Coventry, 19:00 in Volgograd".
//!
//! Months and word order are CLDR's for `en-GB` and `ru`, but «года» in full. The zones' rules come with the binary.

use std::sync::LazyLock;

use jiff::civil;
use jiff::tz::{TimeZone, TimeZoneDatabase};

use super::{Bilingual, Language};
use crate::clock::Time;

static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// A time zone of the IANA database, such as `Europe/Volgograd`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone(TimeZone);

impl Zone {
    /// Reads a zone's name; `None` where the binary's database holds no such zone.
    pub fn parse(name: &str) -> Option<Self> {
        ZONES.get(name).ok().map(Self)
    }

    /// UTC.
    pub const fn utc() -> Self {
        Self(TimeZone::UTC)
    }

    /// The zone's name.
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// What clocks and calendars in the zone show at `time`.
    pub fn local(&self, time: Time) -> civil::DateTime {
        time.timestamp().to_zoned_datetime(self.0.clone()).datetime()
    }
}

/// A city whose time is told.
#[derive(Clone, Debug, PartialEq)]
pub struct City {
    /// Its name.
    pub name: Bilingual,
    /// Its time zone.
    pub zone: Zone,
}

/// The cities in whose time an edition speaks: its panels', in their order, and the edition's own zone.
#[derive(Clone, Debug, PartialEq)]
pub struct Cities {
    panels: Vec<City>,
    home: Zone,
}

impl Cities {
    /// The panels' cities in their order, and the edition's zone.
    pub fn new(panels: Vec<City>, home: Zone) -> Self {
        Self { panels, home }
    }

    /// The panels' cities.
    pub fn panels(&self) -> &[City] {
        &self.panels
    }

    /// An instant in each panel city's time, then in the edition's zone where that is none of theirs: "30 June 2021,
    /// 17:00 in Coventry, 19:00 in Volgograd". The date stands again only where it is another one.
    pub fn moment(&self, language: Language, time: Time) -> String {
        let mut text = String::new();
        let mut last = None;
        for city in &self.panels {
            let name = city.name.get(language);
            let place = match language {
                Language::En => format!("in {name}"),
                Language::Ru => format!("({name})"),
            };
            append(&mut text, language, city.zone.local(time), &mut last, &place);
        }
        if self.panels.iter().all(|city| city.zone != self.home) {
            let name = self.home.name();
            let place = match language {
                Language::En => format!("{name} time"),
                Language::Ru => format!("({name})"),
            };
            append(&mut text, language, self.home.local(time), &mut last, &place);
        }
        text
    }

    /// The day of an instant in the edition's zone: "30 June 2021".
    pub fn day(&self, language: Language, time: Time) -> String {
        date(language, self.home.local(time).date())
    }
}

fn append(text: &mut String, language: Language, local: civil::DateTime, last: &mut Option<civil::Date>, place: &str) {
    let day = local.date();
    if !text.is_empty() {
        text.push_str(", ");
    }
    if *last != Some(day) {
        text.push_str(&date(language, day));
        text.push_str(", ");
        *last = Some(day);
    }
    text.push_str(&format!("{:02}:{:02} {place}", local.hour(), local.minute()));
}

/// An instant in UTC: for what belongs to no edition, such as a change to an account.
pub fn moment_utc(language: Language, time: Time) -> String {
    let place = match language {
        Language::En => "UTC",
        Language::Ru => "(UTC)",
    };
    let mut text = String::new();
    append(&mut text, language, Zone::utc().local(time), &mut None, place);
    text
}

/// A day: "30 June 2021" / «30 июня 2021 года».
pub fn date(language: Language, day: civil::Date) -> String {
    let month = usize::try_from(day.month() - 1).unwrap_or(0);
    match language {
        Language::En => format!("{} {} {}", day.day(), ENGLISH_MONTHS[month], day.year()),
        Language::Ru => format!("{} {} {} года", day.day(), RUSSIAN_MONTHS[month], day.year()),
    }
}

const ENGLISH_MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// In the genitive, as after a day's number.
const RUSSIAN_MONTHS: [&str; 12] = [
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
];
