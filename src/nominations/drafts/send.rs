//! A draft is sent: it becomes a nomination. By the mailed link that is also the confirmation, since the link has proven
//! the address; unless the form names another one, which is then asked by mail as always (M1).

use super::body::whole;
use super::error::DraftError;
use super::model::{Draft, Holder};
use super::{behind, store, write};
use crate::accounts::Action;
use crate::app::App;
use crate::audit::Deed;
use crate::editions::Edition;
use crate::fields::Email;
use crate::http::idempotency::{Once, Outcome};
use crate::http::links::Link;
use crate::nominations::confirm::Confirmed;
use crate::nominations::form::NominationForm;
use crate::nominations::store as nominations;
use crate::nominations::submit::{self, DRAWS, Entry, Incoming, Receipt};
use crate::store::Conn;

/// By what somebody sends a draft.
#[derive(Clone, Copy, Debug)]
pub enum FromWhere {
    /// By its mailed link: once it is sent, the link is dead.
    Link(Link),
    /// In a browser: sent again, by a double click, it answers the same.
    Browser(Holder),
}

impl FromWhere {
    /// The draft, and whether its address is proven. A sent one is there for its browser alone.
    fn open(self, tx: &mut Conn, deed: &Deed) -> Result<(Edition, Draft, bool), DraftError> {
        let found = match self {
            Self::Link(link) => behind(tx, &link, deed.at)?.map(|(edition, draft)| (edition, draft, true)),
            Self::Browser(holder) => write::held(tx, holder)?.map(|(edition, draft)| {
                let proven = holder.has_proven(&draft);
                (edition, draft, proven)
            }),
        };
        found.ok_or(DraftError::NotValid)
    }
}

/// Sends a draft. All that is wrong with it is told at once.
///
/// # Errors
/// [`DraftError`].
pub async fn send(app: &App, deed: Deed, from: FromWhere, once: Once) -> Result<Outcome<Receipt>, DraftError> {
    let looked = {
        let deed = deed.clone();
        app.store.read(move |tx| from.open(tx, &deed)).await
    };
    let ready = match looked {
        Ok((edition, draft, proven)) if draft.sent.is_none() => Some(Ready::of(app, &deed, edition, draft, proven)),
        Ok(_) | Err(DraftError::NotValid) => None, // or it was sent before, under this very key
        Err(error) => return Err(error),
    };
    let (mut ready, refused) = match ready {
        Some(Ok(ready)) => (Some(ready), None),
        Some(Err(error)) => (None, Some(error)),
        None => (None, None),
    };
    if let Some(error) = refused {
        return Err(error);
    }
    for draw in 1.. {
        let (shared, deed, once, attempt) = (app.clone(), deed.clone(), once.clone(), ready.clone());
        let written = app.store.write(move |tx| {
            once.run(tx, deed.at, |tx| match &attempt {
                Some(ready) => ready.write(tx, &shared, &deed, from),
                None => from.open(tx, &deed)?.1.sent.ok_or(DraftError::NotValid),
            })
        });
        match (written.await, &mut ready) {
            (Err(DraftError::Store(error)), Some(ready)) if nominations::is_taken(&error) && draw < DRAWS => {
                ready.incoming.redraw(app, &ready.edition);
            }
            (outcome, _) => {
                app.outbox_bell.notify_one();
                return outcome;
            }
        }
    }
    Err(DraftError::LostRace)
}

/// A draft that is whole, with the nomination that it becomes.
#[derive(Clone)]
struct Ready {
    edition: Edition,
    version: i64,
    incoming: Incoming,
    /// Whether sending it confirms it.
    confirms: bool,
}

impl Ready {
    fn of(app: &App, deed: &Deed, edition: Edition, draft: Draft, proven: bool) -> Result<Self, DraftError> {
        Action::Nominate.require_public(&edition, deed.at)?;
        let form = whole(app, &edition, &draft.body)?;
        let confirms = proven && is_to(&draft, &form);
        let entry = if confirms { Entry::Proven } else { Entry::Online };
        let incoming = Incoming::prepare(app, &edition, form, entry, deed.at);
        Ok(Self { edition, version: draft.version, incoming, confirms })
    }

    fn write(&self, tx: &mut Conn, app: &App, deed: &Deed, from: FromWhere) -> Result<Receipt, DraftError> {
        let (_, mut draft, _) = from.open(tx, deed)?;
        if let Some(receipt) = draft.sent {
            return Ok(receipt); // a double click
        }
        if draft.version != self.version {
            return Err(DraftError::LostRace);
        }
        let mut receipt = submit::write(tx, app, deed, &self.edition, &self.incoming)?;
        if self.confirms {
            let nomination = nominations::by_id(tx, receipt.id)?.ok_or(DraftError::LostRace)?;
            let confirmed = Confirmed::prepare(app, &self.edition, nomination.clone(), deed.at)?;
            receipt = confirmed.write(tx, app, deed, &self.edition, &nomination)?;
        }
        draft.body = serde_json::json!({});
        draft.sent = Some(receipt.clone());
        draft.touch(deed.at);
        store::save(tx, &draft)?;
        Ok(receipt)
    }
}

/// Whether the form names the address that the draft was mailed to.
fn is_to(draft: &Draft, form: &NominationForm) -> bool {
    let normal = |email: &Email| email.normal();
    draft.email.as_ref().map(normal).is_some_and(|mailed| form.nominator.email.as_ref().map(normal) == Some(mailed))
}
