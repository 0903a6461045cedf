//! The letters that an import owes, slice by slice: a receipt to the nominator (M2) and the requests to the supporters (M4), as
//! after a confirmation. That they are owed was written with the nominations; a slice takes that away in the transaction
//! that queues the letters, so each leaves once.

use super::store;
use crate::app::App;
use crate::clock::Time;
use crate::editions;
use crate::ids::NominationId;
use crate::nominations::asking;
use crate::nominations::messages::Desk;
use crate::nominations::model::{LetterState, Nomination, SupporterRow};
use crate::nominations::status::Status;
use crate::nominations::store as nominations;
use crate::outbox::{self, Message};
use crate::store::{Conn, StoreError, Stored};

/// Nominations of a slice. Between two of them others write.
const SLICE: i64 = 100;

/// Queues the letters of the next slice.
///
/// # Errors
/// The store's.
pub async fn tick(app: &App) -> Result<(), StoreError> {
    let now = app.clock.now();
    let parts = app.clone();
    let read = app.store.read(move |tx| {
        let ids = store::owed(tx, SLICE)?;
        Ok::<_, StoreError>(ids.into_iter().map(|id| Letters::of(tx, &parts, id, now)).collect::<Stored<Vec<_>>>()?)
    });
    let slice = read.await?;
    if slice.is_empty() {
        return Ok(());
    }
    let parts = app.clone();
    let written = app.store.write(move |tx| {
        for letters in &slice {
            letters.queue(tx, &parts, now)?;
        }
        Ok::<_, StoreError>(())
    });
    written.await?;
    app.outbox_bell.notify_one();
    Ok(())
}

/// The letters of a nomination, finished before the transaction.
struct Letters {
    id: NominationId,
    /// `None` where nobody is to be written to any more.
    to: Option<To>,
}

struct To {
    edition: editions::Edition,
    nomination: Nomination,
    receipt: Option<Message>,
    requests: Vec<(SupporterRow, Option<Message>)>,
}

impl Letters {
    fn of(tx: &mut Conn, app: &App, id: NominationId, now: Time) -> Stored<Self> {
        let none = Ok(Self { id, to: None });
        let Some(nomination) = nominations::by_id(tx, id)?.filter(is_alive) else { return none };
        let Some(edition) = editions::store::by_id(tx, nomination.edition)? else { return none };
        let desk = Desk { app, edition: &edition, at: now };
        let receipt = desk.receipt(&nomination);
        let asked = |supporter: &SupporterRow| supporter.state == LetterState::Asked;
        let supporters = nominations::supporters_of(tx, id)?.into_iter().filter(asked);
        let requests = supporters.map(|supporter| {
            let request = desk.supporter_request(&nomination, &supporter, now);
            (supporter, request)
        });
        let requests = if now < edition.timetable.letters_due_at { requests.collect() } else { Vec::new() };
        Ok(Self { id, to: Some(To { receipt, requests, nomination, edition }) })
    }

    fn queue(&self, tx: &mut Conn, app: &App, now: Time) -> Stored<()> {
        if !store::owed_no_longer(tx, self.id)? {
            return Ok(()); // another process has done it
        }
        let Some(to) = &self.to else { return Ok(()) };
        if nominations::by_id(tx, self.id)?.is_none_or(|now| !is_alive(&now)) {
            return Ok(()); // withdrawn while the letters were written
        }
        let desk = Desk { app, edition: &to.edition, at: now };
        if let Some(receipt) = &to.receipt {
            outbox::enqueue(tx, receipt)?;
        }
        for (supporter, request) in &to.requests {
            asking::ask(tx, &desk, &to.nomination, supporter, request.as_ref())?;
        }
        Ok(())
    }
}

/// Whether its people still hear of it.
fn is_alive(nomination: &Nomination) -> bool {
    matches!(nomination.status, Status::Submitted | Status::Eligible)
}
