//! How long links live: a link opens its own row and nothing else, in these phases and until this instant (S-TOK-6).
//!
//! What may be done by a link, and when, stands in the [`table`](super::Action) with all other calls.

use crate::clock::{Span, Time};
use crate::editions::{Edition, Phases, Timetable};
use crate::http::links::LinkKind;

/// How long a kind's links live.
#[derive(Clone, Copy, Debug)]
pub struct Term {
    /// In which phases.
    pub phases: Phases,
    /// Until when.
    pub until: Until,
}

/// Until when a link lives.
#[derive(Clone, Copy, Debug)]
pub enum Until {
    /// An instant of the edition, by its name.
    Instant(&'static str, fn(&Timetable) -> Time),
    /// So long after it was sent, and once.
    Once(Span),
    /// So long after the row last changed.
    Idle(Span),
    /// For ever.
    Always,
}

/// Makes an instant of its name.
macro_rules! until {
    ($name:ident) => {
        Until::Instant(stringify!($name), |timetable| timetable.$name)
    };
}

/// How long links of this kind live.
pub const fn term(kind: LinkKind) -> Term {
    let (phases, until) = match kind {
        LinkKind::Confirm => ("NS", until!(confirm_until)),
        LinkKind::Draft => ("N", Until::Idle(Span::days(30))),
        LinkKind::Nomination | LinkKind::Notice => ("*", until!(purge_contacts_at)),
        LinkKind::Letter => ("NS", until!(letters_due_at)),
        LinkKind::Reply => ("EA", until!(purge_winner_contacts_at)),
        LinkKind::Invitation => ("*", Until::Once(Span::days(14))),
        LinkKind::Reset => ("*", Until::Once(Span::minutes(30))),
        LinkKind::Unsubscribe => ("*", Until::Always),
    };
    Term { phases: Phases::of(phases), until }
}

impl Term {
    /// Whether the edition's calendar lets such a link open anything at `now`.
    pub fn runs(&self, edition: &Edition, now: Time) -> bool {
        self.phases.has(edition.phase(now)) && self.ends_at(edition).is_none_or(|end| now < end)
    }

    /// The instant of the edition's calendar at which it ends, if it has one.
    pub fn ends_at(&self, edition: &Edition) -> Option<Time> {
        match self.until {
            Until::Instant(_, instant) => Some(instant(&edition.timetable)),
            Until::Once(_) | Until::Idle(_) | Until::Always => None,
        }
    }
}
