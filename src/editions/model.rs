//! An edition as use cases hold it: the document, and where it stands.

use std::sync::Arc;

use super::calendar::Phase;
use super::document::{Category, EditionDoc, Panel};
use super::keys::{EditionSlug, PanelKey};
use super::phases::Phases;
use crate::clock::Time;
use crate::http::problem::{Code, Problem};
use crate::ids::EditionId;
use crate::outbox::Sender;
use crate::text::{Bilingual, Cities, City, Language, Zone, say};

/// An edition.
#[derive(Clone, Debug)]
pub struct Edition {
    /// Its id.
    pub id: EditionId,
    /// Its name in addresses.
    pub slug: EditionSlug,
    /// How often it was saved.
    pub version: i64,
    /// What it is. Shared: the same document serves many requests.
    pub doc: Arc<EditionDoc>,
    /// Since when criteria, weights and panels stay: a sheet was submitted.
    pub frozen_at: Option<Time>,
    /// Since when every city has signed.
    pub sealed_at: Option<Time>,
    /// Since when everyone may know.
    pub released_at: Option<Time>,
}

impl std::ops::Deref for Edition {
    type Target = EditionDoc;
    fn deref(&self) -> &EditionDoc {
        &self.doc
    }
}

impl Edition {
    /// Where it stands. Without a seal it stays in deliberation, and without a recorded release in the embargo, whatever
    /// the clock says.
    pub fn phase(&self, now: Time) -> Phase {
        let table = &self.timetable;
        if self.released_at.is_some() {
            Phase::Announced
        } else if self.sealed_at.is_some() {
            Phase::Embargo
        } else if now < table.nominations_open_at {
            Phase::Upcoming
        } else if now < table.nominations_close_at {
            Phase::Nominations
        } else if now < table.judging_open_at {
            Phase::Screening
        } else if now < table.judging_close_at {
            Phase::Judging
        } else {
            Phase::Deliberation
        }
    }

    /// What all but its organisers and approvers are told: sealed or not, deliberation turns embargo at the decision
    /// lock, so that nobody outside sees when the cities signed.
    pub fn phase_told(&self, now: Time) -> Phase {
        match self.phase(now) {
            Phase::Deliberation | Phase::Embargo if now < self.timetable.decision_lock_at => Phase::Deliberation,
            Phase::Deliberation | Phase::Embargo => Phase::Embargo,
            phase => phase,
        }
    }

    /// Lets an act pass that these phases allow.
    ///
    /// # Errors
    /// [`WrongPhase`], which tells when it was or will be allowed.
    pub fn require(&self, allowed: Phases, now: Time) -> Result<(), WrongPhase> {
        let phase = self.phase(now);
        if allowed.has(phase) { Ok(()) } else { Err(WrongPhase::new(self, allowed, phase)) }
    }

    /// The same for whoever must not see when the cities signed: by the phase that they are told.
    ///
    /// # Errors
    /// [`WrongPhase`].
    pub fn require_told(&self, allowed: Phases, now: Time) -> Result<(), WrongPhase> {
        let phase = self.phase_told(now);
        if allowed.has(phase) { Ok(()) } else { Err(WrongPhase::new(self, allowed, phase)) }
    }

    /// The panels' cities, in whose time everything is told.
    pub fn cities(&self) -> Cities {
        let panels = self.panels.iter().map(|panel| City { name: panel.city.clone(), zone: panel.zone() });
        Cities::new(panels.collect(), Zone::parse(&self.time_zone).unwrap_or_else(Zone::utc))
    }

    /// Who its mail comes from, and who reads the answers.
    pub fn sender(&self) -> Sender {
        Sender { from: self.mail_from.clone(), reply_to: Some(self.reply_to.clone()), name: self.title.clone() }
    }

    /// The category of this code.
    pub fn category(&self, code: &str) -> Option<&Category> {
        self.categories.iter().find(|category| category.code == code)
    }

    /// The categories that the public is told of: what the committee gives by itself shows once it is announced.
    pub fn categories_told(&self, now: Time) -> impl Iterator<Item = &Category> {
        let announced = self.phase(now) == Phase::Announced;
        self.doc.categories.iter().filter(move |category| category.open || announced)
    }

    /// The panel of this key.
    pub fn panel(&self, key: &PanelKey) -> Option<&Panel> {
        self.panels.iter().find(|panel| panel.key == *key)
    }
}

impl Panel {
    /// The city's time zone.
    pub fn zone(&self) -> Zone {
        Zone::parse(&self.time_zone).unwrap_or_else(Zone::utc) // a document with an unknown zone is not let in
    }
}

/// The edition's calendar does not allow this now.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not in phase {phase}")]
pub struct WrongPhase {
    /// Where the edition stands.
    pub phase: Phase,
    words: Box<Bilingual>,
}

impl WrongPhase {
    /// Tells when the act will be allowed, else since when it no longer is.
    fn new(edition: &Edition, allowed: Phases, phase: Phase) -> Self {
        let next = allowed.iter().find(|allowed| *allowed > phase);
        let (id, at) = match (next, allowed.iter().next_back()) {
            (Some(next), _) => (format!("phase-not-yet-{next}"), edition.begins(next)),
            (None, last) => {
                let last = last.unwrap_or(Phase::Announced);
                (format!("phase-over-{last}"), edition.ends(last))
            }
        };
        let cities = edition.cities();
        let words = |language| say(language, &id, &[("when", cities.moment(language, at).into())]);
        Self { phase, words: Box::new(Bilingual::new(words(Language::En), words(Language::Ru))) }
    }
}

impl Edition {
    /// When a phase begins by the calendar, as far as the public may know: the decision lock for the embargo.
    fn begins(&self, phase: Phase) -> Time {
        let table = &self.timetable;
        match phase {
            Phase::Upcoming | Phase::Nominations => table.nominations_open_at,
            Phase::Screening => table.nominations_close_at,
            Phase::Judging => table.judging_open_at,
            Phase::Deliberation => table.judging_close_at,
            Phase::Embargo => table.decision_lock_at,
            Phase::Announced => table.announce_at,
        }
    }

    fn ends(&self, phase: Phase) -> Time {
        let next = Phase::ALL.iter().copied().find(|next| *next > phase);
        self.begins(next.unwrap_or(Phase::Announced))
    }
}

impl From<WrongPhase> for Problem {
    fn from(wrong: WrongPhase) -> Self {
        Self::new(Code::WrongPhase).with_words(*wrong.words)
    }
}
