//! A supporter is asked for a letter (M4): now, or on a later day where they or the nominator have had many.

use super::messages::Desk;
use super::model::{Nomination, SupporterRow};
use crate::outbox::{self, Message, limits};
use crate::store::{Conn, Stored};

/// Queues the request, which may have been finished beforehand to leave now. Nobody is asked without an address, nor when
/// letters would be due already.
pub(super) fn ask(
    tx: &mut Conn,
    desk: &Desk<'_>,
    nomination: &Nomination,
    supporter: &SupporterRow,
    finished: Option<&Message>,
) -> Stored<()> {
    let Some(to) = &supporter.email else { return Ok(()) };
    let leaves = limits::request_leaves_at(tx, desk.app, to, nomination.nominator.email.as_ref(), desk.at)?;
    if leaves == desk.at
        && let Some(message) = finished
    {
        return outbox::enqueue(tx, message);
    }
    if leaves > desk.at && leaves >= desk.edition.timetable.letters_due_at {
        return Ok(());
    }
    let request = desk.supporter_request(nomination, supporter, leaves);
    request.map_or(Ok(()), |message| outbox::enqueue(tx, &message))
}
