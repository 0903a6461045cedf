//! The machine's clock, as an approver sees it: what it shows, whether it is in doubt (S-STO-6), and the approver's word
//! that it is right.

use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::app::App;
use crate::audit::{self, Act, Deed};
use crate::clock::Time;
use crate::editions::Edition;
use crate::fields::Lines;
use crate::heartbeat::{self, Doubt};
use crate::http::door::{Door, FromBody};
use crate::store::{Conn, StoreError, Stored};

/// Why an approver trusts the clock: against what it was held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trust {
    reason: Lines<1000>,
}

impl FromBody for Trust {
    fn read(door: &mut Door<'_>) -> Option<Self> {
        Some(Self { reason: door.required("reason", Lines::parse)? })
    }
}

/// What is known of the clock.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClockView {
    /// What it shows.
    pub now: Time,
    /// Whether it was set by `--clock` or `demo`: a trial's clock is never in doubt.
    pub is_set: bool,
    /// Whether the release and reminders wait.
    pub waits: bool,
    /// Why it is in doubt.
    #[schema(nullable)]
    pub doubt: Option<Doubt>,
}

fn view(tx: &mut Conn, app: &App, now: Time) -> Stored<ClockView> {
    let is_set = app.clock.is_set();
    let doubt = if is_set { heartbeat::noted(tx)? } else { heartbeat::doubt(tx, app)? };
    Ok(ClockView { now, is_set, waits: doubt.is_some() && !is_set, doubt })
}

/// What is known of it.
///
/// # Errors
/// The store's.
pub async fn show(app: &App, at: Time) -> Result<ClockView, StoreError> {
    let parts = app.clone();
    app.store.read(move |tx| Ok(view(tx, &parts, at)?)).await
}

/// An approver says that the clock is right: what waited goes on. Where there is no doubt, nothing changes.
///
/// # Errors
/// The store's.
pub async fn trust(app: &App, deed: Deed, edition: Edition, trust: Trust) -> Result<ClockView, StoreError> {
    let parts = app.clone();
    let settled = app.store.write(move |tx| {
        if heartbeat::settle(tx, &parts)? {
            let note = audit::note(tx, &parts, trust.reason.as_str())?;
            audit::record(tx, &parts, &deed, Act::ClockSettled, Some(edition.id), "clock", json!({ "note": note }))?;
        }
        Ok::<_, StoreError>(view(tx, &parts, deed.at)?)
    });
    let settled = settled.await?;
    app.outbox_bell.notify_one();
    Ok(settled)
}
