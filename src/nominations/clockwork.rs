//! What the clock does for nominations: links that waited, since their mailbox was written to so often, leave together;
//! links that were lost are sent again.

use super::again;
use super::import;
use super::life;
use super::messages::Desk;
use super::model::Nomination;
use crate::app::App;
use crate::clock::Time;
use crate::http::links::{Link, LinkKind};
use crate::ids::NominationId;
use crate::outbox::Kind;
use crate::outbox::limits::{self, Joined};
use crate::store::{Conn, StoreError, Stored};

/// Does what is due.
///
/// # Errors
/// The store's.
pub async fn tick(app: &App) -> Result<(), StoreError> {
    import::mail::tick(app).await?;
    import::waiting::tick(app).await?;
    let now = app.clock.now();
    let due = app
        .store
        .read(move |tx| Ok::<_, StoreError>(limits::is_due(tx, Kind::ConfirmAddress, now)? || again::is_due(tx, now)?));
    if !due.await? {
        return Ok(());
    }
    let parts = app.clone();
    let written = app.store.write(move |tx| {
        limits::send_due(tx, Kind::ConfirmAddress, now, |tx, abouts| joined(tx, &parts, abouts, now))?;
        again::look_up(tx, &parts, now)?;
        Ok::<_, StoreError>(())
    });
    written.await?;
    app.outbox_bell.notify_one();
    Ok(())
}

/// M1 for all nominations that wait and can still be confirmed, of the edition of the first; and which of them wait no
/// longer.
fn joined(tx: &mut Conn, app: &App, abouts: &[String], now: Time) -> Stored<Joined> {
    let mut edition = None;
    let mut nominations: Vec<Nomination> = Vec::new();
    let mut done = Vec::new();
    for about in abouts {
        let id = NominationId::parse(about);
        let link = id.map(|id| Link::to(LinkKind::Confirm, id.uuid()));
        let found = link.map(|link| life::to_confirm(tx, &link, now)).transpose()?.flatten();
        let living = found.filter(|(_, nomination)| nomination.confirmed_at.is_none());
        if let Some((theirs, nomination)) = living {
            if edition.get_or_insert_with(|| theirs.clone()).id != theirs.id {
                continue; // in another letter, an hour later
            }
            nominations.push(nomination);
        }
        done.push(about.clone());
    }
    let letter = edition.and_then(|edition| Desk { app, edition: &edition, at: now }.confirm_several(&nominations));
    Ok((done, letter))
}
