//! A nomination is taken back: by an organiser, by its nominee's objection, by its nominator.

use serde_json::json;

use super::messages::{Desk, notice_once, request_once};
use super::model::{LetterState, Nomination};
use super::status::IllegalMove;
use super::store;
use crate::app::App;
use crate::audit::{self, Act, Deed};
use crate::editions::Edition;
use crate::outbox::{self, Kind};
use crate::store::{Conn, StoreError};

/// Why a nomination is not withdrawn.
#[derive(Debug, thiserror::Error)]
pub enum WithdrawError {
    /// Its status does not allow it.
    #[error(transparent)]
    Move(#[from] IllegalMove),
    /// The store's.
    #[error("the store failed")]
    Store(#[from] StoreError),
}

crate::from_query!(WithdrawError);

/// Withdraws `nomination` as it stands: what waits to be sent about it is taken back, and whoever was written to is
/// told (M8), never why.
///
/// # Errors
/// [`WithdrawError`].
pub fn withdraw(
    tx: &mut Conn,
    app: &App,
    deed: &Deed,
    edition: &Edition,
    mut nomination: Nomination,
    reason: &str,
) -> Result<Nomination, WithdrawError> {
    nomination.status = nomination.status.withdraw()?;
    nomination.reason = Some(reason.to_owned());
    nomination.version += 1;
    nomination.changed_at = deed.at;
    store::save(tx, &nomination)?;

    let about = nomination.id.to_string();
    let generation = store::notice_of(tx, nomination.id)?.map_or(0, |notice| notice.generation);
    let nominee_told = outbox::store::is_sent(tx, &notice_once(nomination.id, generation))?;
    outbox::store::take_back(tx, &about, &[Kind::NomineeNotice, Kind::Ineligible, Kind::ChangeReceived], deed.at)?;
    let mut asked = Vec::new();
    for supporter in store::supporters_of(tx, nomination.id)? {
        let about = supporter.id.to_string();
        let requests = [Kind::SupporterRequest, Kind::SupporterReminder];
        let written_to = outbox::store::is_sent(tx, &request_once(&supporter))?;
        outbox::store::take_back(tx, &about, &requests, deed.at)?;
        if written_to && supporter.state != LetterState::Declined {
            asked.push(supporter);
        }
    }
    let desk = Desk { app, edition, at: deed.at };
    for message in desk.withdrawn(&nomination, &asked, nominee_told) {
        outbox::enqueue(tx, &message)?;
    }
    audit::record(tx, app, deed, Act::NominationWithdrawn, Some(edition.id), nomination.id, json!({}))?;
    Ok(nomination)
}
