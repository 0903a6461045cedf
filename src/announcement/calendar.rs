//! `invite.ics`: the two evenings a winner should keep, and not a word on why (RFC 5545).

use std::fmt::Write as _;

use crate::clock::{Span, Time};
use crate::editions::Edition;
use crate::ids::NominationId;
use crate::text::{Language, say};

/// Bytes of a line at most, its CRLF apart.
const WIDTH: usize = 75;

/// The two events. Their ids are the same in each version, whose number rises with each change of the reply.
pub(super) fn invite(
    edition: &Edition,
    nomination: NominationId,
    language: Language,
    sequence: i64,
    at: Time,
) -> String {
    let mut ics = String::with_capacity(1_024);
    let table = &edition.timetable;
    for text in ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Twin Cities Awards//EN", "METHOD:PUBLISH"] {
        line(&mut ics, text);
    }
    let mut event = |name: &str, begins: Time, length: Span, summary: String, place: Option<&str>| {
        line(&mut ics, "BEGIN:VEVENT");
        line(&mut ics, &format!("UID:{nomination}-{name}@{}", edition.slug));
        line(&mut ics, &format!("SEQUENCE:{sequence}"));
        line(&mut ics, &format!("DTSTAMP:{}", stamp(at)));
        line(&mut ics, &format!("DTSTART:{}", stamp(begins)));
        line(&mut ics, &format!("DTEND:{}", stamp(begins + length)));
        line(&mut ics, &format!("SUMMARY:{}", escaped(&summary)));
        if let Some(place) = place {
            line(&mut ics, &format!("LOCATION:{}", escaped(place)));
        }
        line(&mut ics, "CLASS:PRIVATE");
        line(&mut ics, "END:VEVENT");
    };
    let evening = say(language, "announcement-ics-evening", &[]);
    event("evening", table.announce_at, Span::hours(1), evening, None);
    let reception = say(language, "announcement-ics-reception", &[]);
    let place = edition.reception_place.get(language);
    event("reception", table.reception_at, Span::hours(2), reception, Some(place));
    line(&mut ics, "END:VCALENDAR");
    ics
}

/// An instant in UTC: `20211006T190000Z`.
fn stamp(time: Time) -> String {
    let utc = crate::text::Zone::utc().local(time);
    let mut text = String::with_capacity(16);
    let _infallible = write!(
        text,
        "{:04}{:02}{:02}T{:02}{:02}{:02}Z",
        utc.year(),
        utc.month(),
        utc.day(),
        utc.hour(),
        utc.minute(),
        utc.second()
    );
    text
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,").replace('\r', "").replace('\n', "\\n")
}

/// A line, folded between characters where it is too long.
fn line(ics: &mut String, text: &str) {
    let mut width = 0;
    for sign in text.chars() {
        if width + sign.len_utf8() > WIDTH {
            ics.push_str("\r\n ");
            width = 1;
        }
        ics.push(sign);
        width += sign.len_utf8();
    }
    ics.push_str("\r\n");
}
