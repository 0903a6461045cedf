//! Daytime: nobody is written to about an outcome between 20:00 and 08:00 where they live (G12).

use crate::clock::{Span, Time};
use crate::editions::Edition;
use crate::fields::Country;
use crate::nominations::places;
use crate::text::Zone;

/// The hours of a day in which a letter may arrive: from the first, before the second.
const HOURS: (i8, i8) = (8, 20);
/// Every zone's clock shows a full hour at some quarter of UTC's.
const STEP: Span = Span::minutes(15);
/// The same in microseconds.
const QUARTER: i64 = 15 * 60 * 1_000_000;
/// Beyond this the zones have no hour of daytime in common.
const STEPS: usize = 2 * 24 * 4;

/// The zones in which somebody may live: it must be day in all of them at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zones(Vec<Zone>);

impl Zones {
    /// Where somebody of this town and country lives.
    pub fn of_place(edition: &Edition, town: &str, country: Country) -> Self {
        Self(places::zones(edition, town, country))
    }

    /// The zones of a country's panels, else those of all panels.
    pub fn of_country(edition: &Edition, country: Option<Country>) -> Self {
        let of = |wanted: &dyn Fn(Country) -> bool| {
            let mut zones: Vec<Zone> = Vec::new();
            for panel in edition.panels.iter().filter(|panel| wanted(panel.country)) {
                let zone = panel.zone();
                if !zones.contains(&zone) {
                    zones.push(zone);
                }
            }
            zones
        };
        let of_country = of(&|panel| Some(panel) == country);
        Self(if of_country.is_empty() { of(&|_| true) } else { of_country })
    }

    /// One zone.
    pub fn of_zone(zone: Zone) -> Self {
        Self(vec![zone])
    }

    /// Everywhere at every hour: for what somebody has just asked for.
    pub const fn anywhere() -> Self {
        Self(Vec::new())
    }

    /// Reads what [`Zones::names`] wrote; a zone that is gone from the database of zones counts no more.
    pub fn parse(names: &str) -> Self {
        Self(names.split(' ').filter_map(Zone::parse).collect())
    }

    /// The zones' names with spaces between them.
    pub fn names(&self) -> String {
        self.0.iter().map(Zone::name).collect::<Vec<_>>().join(" ")
    }

    /// Whether it is day in all of them.
    pub fn is_day(&self, time: Time) -> bool {
        self.0.iter().all(|zone| (HOURS.0..HOURS.1).contains(&zone.local(time).hour()))
    }

    /// The first instant from `time` on at which it is day in all of them; where it never is, in the first of them.
    pub fn next_day(&self, time: Time) -> Time {
        if self.is_day(time) {
            return time;
        }
        let quarter = Time::from_micros(time.micros() - time.micros().rem_euclid(QUARTER));
        let mut candidates = std::iter::successors(Some(quarter + STEP), |time| Some(*time + STEP)).take(STEPS);
        if let Some(day) = candidates.find(|time| self.is_day(*time)) {
            return day;
        }
        match self.0.split_first() {
            Some((first, [_, ..])) => Self(vec![first.clone()]).next_day(time),
            _ => time,
        }
    }
}
