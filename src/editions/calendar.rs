//! The calendar: the instants of an edition, and the phases between them.

use serde::{Deserialize, Serialize};

use crate::clock::Time;

crate::word_enum! {
    /// Where an edition stands. In the order of the story; each begins where the one before ends, exclusively.
    pub enum Phase {
        /// Nominations have not opened yet.
        Upcoming = "upcoming",
        /// The public nominates.
        Nominations = "nominations",
        /// Letters come in, organisers screen.
        Screening = "screening",
        /// Judges score.
        Judging = "judging",
        /// Organisers decide; lasts until every city has signed.
        Deliberation = "deliberation",
        /// Sealed; winners know in confidence.
        Embargo = "embargo",
        /// Released to everyone.
        Announced = "announced",
    }
}

/// Makes the timetable and the walk over its instants.
macro_rules! timetable {
    ($($(#[$meta:meta])* $name:ident),+ $(,)?) => {
        /// Every instant of an edition, as it was written: none is derived from another.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
        #[serde(deny_unknown_fields)]
        pub struct Timetable {
            $($(#[$meta])* pub $name: Time,)+
            /// Winners who have not replied are written to again, twice.
            pub chaser_at: [Time; 2],
        }

        impl Timetable {
            /// The names of the instants but `chaser_at`, in the table's order.
            pub const NAMES: &'static [&'static str] = &[$(stringify!($name)),+];

            /// From a function that gives each instant by its name, and the two of `chaser_at`.
            pub(super) fn build(
                mut instant: impl FnMut(&'static str) -> Option<Time>,
                chaser_at: Option<[Time; 2]>,
            ) -> Option<Self> {
                // Every one is asked for before the first that is missing ends it: each has its own fault.
                $(let $name = instant(stringify!($name));)+
                Some(Self { $($name: $name?,)+ chaser_at: chaser_at? })
            }

            /// The instant of this name.
            pub fn get(&self, name: &str) -> Option<Time> {
                match name {
                    $(stringify!($name) => Some(self.$name),)+
                    "chaser_at/0" => Some(self.chaser_at[0]),
                    "chaser_at/1" => Some(self.chaser_at[1]),
                    _ => None,
                }
            }
        }
    };
}

timetable! {
    /// Nominations open.
    nominations_open_at,
    /// Nominations close.
    nominations_close_at,
    /// Organisers begin to screen.
    screening_open_at,
    /// Until then an address may still be confirmed.
    confirm_until,
    /// Supporters whose letter is missing are written to again.
    letters_reminder_at,
    /// Letters are due.
    letters_due_at,
    /// Screening ends.
    screening_close_at,
    /// Judges begin to score.
    judging_open_at,
    /// Judges' sheets close.
    judging_close_at,
    /// Decisions are frozen.
    decision_lock_at,
    /// Winners are told in confidence.
    notify_at,
    /// Winners' replies are due.
    reply_due_at,
    /// Whoever has not replied is telephoned.
    phone_list_at,
    /// The embargo lifts.
    announce_at,
    /// Everyone else is written to.
    outcome_mail_at,
    /// The reception.
    reception_at,
    /// The live event.
    live_event_at,
    /// Dietary and access needs are deleted.
    purge_needs_at,
    /// Contacts but the winners' are deleted.
    purge_contacts_at,
    /// Winners' contacts are deleted.
    purge_winner_contacts_at,
    /// Stories and letters are deleted.
    purge_texts_at,
    /// The audit chain closes.
    purge_audit_at,
}

/// The orders that an edition's instants keep: in each line, every instant lies after the one before. The live event
/// is a matter of the next spring: some data is deleted before it, the winners' contacts are not.
pub(super) const ORDERS: &[&[&str]] = &[
    &[
        "nominations_open_at",
        "nominations_close_at",
        "screening_open_at",
        "confirm_until",
        "letters_reminder_at",
        "letters_due_at",
        "screening_close_at",
        "judging_open_at",
        "judging_close_at",
        "decision_lock_at",
        "notify_at",
        "chaser_at/0",
        "chaser_at/1",
        "reply_due_at",
        "phone_list_at",
        "announce_at",
        "outcome_mail_at",
        "reception_at",
        "purge_needs_at",
        "purge_contacts_at",
        "purge_winner_contacts_at",
        "purge_texts_at",
        "purge_audit_at",
    ],
    &["reception_at", "live_event_at", "purge_winner_contacts_at"],
];
