//! Merging: two nominations of one nominee in one category are read as one. The judges read all stories and at most four
//! letters; every nominator stays one (`content/nomination.md` § 6).

use serde_json::json;

use super::messages::Desk;
use super::model::Nomination;
use super::screening::{ScreenError, Screener};
use super::status::Status;
use super::store;
use crate::audit::Act;
use crate::fields::Flaw;
use crate::http::door::{Door, FromBody};
use crate::http::faults::Fault;
use crate::ids::NominationId;
use crate::outbox::{self, Kind};
use crate::store::Conn;

/// Into which nomination another shall go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Into(pub NominationId);

impl FromBody for Into {
    fn read(door: &mut Door<'_>) -> Option<Self> {
        door.required("into", |text| NominationId::parse(text.trim()).ok_or(Flaw::BadChoice)).map(Self)
    }
}

/// Why a merged nomination shall be read by itself again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Apart(pub String);

impl FromBody for Apart {
    fn read(door: &mut Door<'_>) -> Option<Self> {
        door.required("reason", super::screening::words).map(Self)
    }
}

impl Screener<'_> {
    /// Joins a nomination with another, and tells its nominator (M10) a day later, unless it is undone by then. What
    /// waits for the nominee is taken back: they hear of the nomination that theirs is read with.
    pub(super) fn merge(&self, tx: &mut Conn, mut merged: Nomination, into: NominationId) -> Result<(), ScreenError> {
        merged.status = merged.status.merge()?;
        let target = self.target(tx, &merged, into)?;
        merged.merged_into = Some(target.id);
        merged.reason = None;
        merged.screened_at = Some(self.deed.at);
        self.save(tx, &mut merged)?;
        let about = merged.id.to_string();
        outbox::store::take_back(tx, &about, &[Kind::NomineeNotice, Kind::Ineligible], self.deed.at)?;
        let desk = Desk { app: self.app, edition: self.edition, at: self.deed.at };
        if let Some(message) = desk.merged(&merged) {
            outbox::enqueue(tx, &message)?;
        }
        self.record(tx, &merged, Act::NominationMerged, json!({"into": target.id}))
    }

    /// The nomination that another is to be read with: alive, of the same category and kind, and no part of the other.
    fn target(&self, tx: &mut Conn, merged: &Nomination, into: NominationId) -> Result<Nomination, ScreenError> {
        let fault = |code| ScreenError::Faults(vec![Fault::new("/into", code)]);
        let target = store::of_edition(tx, self.edition.id, into)?.ok_or_else(|| fault("bad_choice"))?;
        if target.id == merged.id {
            return Err(fault("merge_itself"));
        }
        if target.category != merged.category || target.kind != merged.kind {
            return Err(fault("merge_category"));
        }
        // What is merged itself cannot take another in, so no circle can close.
        if !matches!(target.status, Status::Submitted | Status::Eligible) {
            return Err(fault("merge_target"));
        }
        Ok(target)
    }

    /// Reads a merged nomination by itself again; it waits to be screened anew.
    pub(super) fn part(&self, tx: &mut Conn, merged: Nomination, reason: &str) -> Result<(), ScreenError> {
        merged.status.part()?;
        self.reopen(tx, merged, reason)
    }
}
