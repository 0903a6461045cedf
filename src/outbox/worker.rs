//! The worker: sends what is due, looks after leases, seals the audit. Any number may run beside each other on
//! PostgreSQL; on SQLite there is one.
//!
//! A lane claims a few messages, sends them one after another and writes down each one's fate. Mail goes over at most
//! two connections, so there are two lanes; without a mail server one lane fills the mail folder.

use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;

use super::answer::{Answer, Reason};
use super::claim::{self, ClaimGuard, Fate, LEASE};
use super::folder;
use super::message::{open_envelope, unseal};
use super::pace::{LimitsDomains, Pace};
use super::smtp::{Line, Patience};
use super::store::{self, Claimed};
use crate::app::App;
use crate::audit::seal;
use crate::clock::{Clock, Span, Time};
use crate::config::SmtpSettings;
use crate::keys::hex;
use crate::store::{Conn, DatabaseUrl, StoreError, Stored};

/// Between two looks into the outbox while nothing is due.
const LOOK: Duration = Duration::from_secs(1);
/// The same by a clock that stands and may be moved at any moment (tests), and after a look that others were faster at.
const SHORT_LOOK: Duration = Duration::from_millis(200);
/// Messages that one lane takes over SMTP at once, at most; fewer where few may leave a second, so that an urgent one
/// never waits behind many.
const BATCH: u32 = 16;
/// Messages that are laid into the folder at once, and the rest after as many: intake needs the same two cores.
const FOLDER_BATCH: usize = 50;
const FOLDER_REST: Duration = Duration::from_millis(100);
/// Between two renewals of the leases (S-OUT-5).
const RENEWAL: Duration = Duration::from_secs(60);
/// Between two seals of the audit (S-AUD-3).
const SEAL: Duration = Duration::from_secs(5);
/// How long a message that is on its way may still take when the service stops.
const GRACE: Duration = Duration::from_secs(20);
/// Rests after a mail server could not be reached: the first, and the longest.
const REST: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));
/// Bytes are kept for so long after a message was sent.
const KEPT: Span = Span::days(30);

/// Sends mail and seals the audit until it is told to stop; then ends between two messages.
pub async fn run(app: App, guard: ClaimGuard, stopped: watch::Receiver<bool>) {
    run_with(app, guard, stopped, Patience::default()).await;
}

/// The same, waiting otherwise for the mail server (tests).
pub async fn run_with(app: App, guard: ClaimGuard, stopped: watch::Receiver<bool>, patience: Patience) {
    let settings = app.config.smtp.clone();
    if app.clock.is_set() && settings.as_ref().is_some_and(|smtp| !smtp.is_loopback()) {
        tracing::error!("the clock is set and the mail server is not this machine: no mail is sent");
        return keep_house(&app, &[], &stopped).await;
    }
    let limits_domains =
        if app.config.is_trial() || app.clock.is_set() { LimitsDomains::No } else { LimitsDomains::Yes };
    let pace = Pace::new(app.config.mail_rate, limits_domains);
    let owners: [String; 2] = [hex(&app.chance.bytes::<8>()), hex(&app.chance.bytes::<8>())];
    take_up_at_start(&app).await;
    let lane = |owner| Lane { app: &app, guard: &guard, owner, stopped: stopped.clone() };
    let [first, second] = &owners;
    match settings {
        Some(settings) => {
            let by_smtp = |owner| lane(owner).by_smtp(settings.clone(), patience, &pace);
            tokio::join!(by_smtp(first), by_smtp(second), keep_house(&app, &owners, &stopped));
        }
        None => {
            tokio::join!(lane(first).into_folder(), keep_house(&app, &owners, &stopped));
        }
    }
}

/// Lays all that is due by now into the mail folder, then comes back: for a story whose clock jumps.
///
/// # Errors
/// The store's.
pub async fn drain(app: &App, guard: &ClaimGuard) -> Result<(), StoreError> {
    let owner = hex(&app.chance.bytes::<8>());
    let (_running, stopped) = watch::channel(false);
    let lane = Lane { app, guard, owner: &owner, stopped };
    loop {
        let batch = lane.claim(FOLDER_BATCH, app.clock.now()).await?;
        if batch.is_empty() {
            return Ok(());
        }
        lane.lay(batch).await;
    }
}

/// On SQLite nobody else can be at work, so whatever is being sent was left by a process that died.
async fn take_up_at_start(app: &App) {
    let alone = matches!(app.config.database, DatabaseUrl::Sqlite(_));
    take_up(app, if alone { Leases::All } else { Leases::Ended }).await;
}

#[derive(Clone, Copy)]
enum Leases {
    All,
    Ended,
}

async fn take_up(app: &App, leases: Leases) {
    let now = app.clock.now();
    let ended = match leases {
        Leases::All => None,
        Leases::Ended => Some(now),
    };
    match app.store.write(move |tx| claim::recover(tx, ended, now).map_err(StoreError::from)).await {
        Ok(0) => {}
        Ok(messages) => tracing::warn!(messages, "took up messages of a worker that was lost"),
        Err(error) => tracing::error!(%error, "lost messages could not be taken up"),
    }
}

/// Renews leases, takes up abandoned ones, drops old bytes, seals the audit.
async fn keep_house(app: &App, owners: &[String], stopped: &watch::Receiver<bool>) {
    let mut stopped = stopped.clone();
    let mut renewal = tokio::time::interval(RENEWAL);
    let mut sealing = tokio::time::interval(SEAL);
    for timer in [&mut renewal, &mut sealing] {
        timer.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    }
    loop {
        tokio::select! {
            biased;
            () = told(&mut stopped) => return seal_audit(app).await,
            _ = sealing.tick() => seal_audit(app).await,
            _ = renewal.tick() => {
                renew(app, owners).await;
                take_up(app, Leases::Ended).await;
                drop_old_bytes(app).await;
            }
        }
    }
}

async fn renew(app: &App, owners: &[String]) {
    for owner in owners {
        let (owner, until) = (owner.clone(), app.clock.now() + LEASE);
        let renewed = app.store.write(move |tx| store::renew(tx, &owner, until).map_err(StoreError::from)).await;
        if let Err(error) = renewed {
            tracing::error!(%error, "leases could not be renewed");
        }
    }
}

async fn drop_old_bytes(app: &App) {
    let before = app.clock.now() - KEPT;
    let dropped = app.store.write(move |tx| store::drop_bytes(tx, before).map_err(StoreError::from)).await;
    if let Err(error) = dropped {
        tracing::error!(%error, "old messages could not be dropped");
    }
}

async fn seal_audit(app: &App) {
    if let Err(error) = seal::seal(app).await {
        tracing::error!(%error, "the audit could not be sealed");
    }
}

/// Ends once the service stops.
async fn told(stopped: &mut watch::Receiver<bool>) {
    let _sender_gone = stopped.wait_for(|stop| *stop).await; // a sender that is gone means the same
}

/// One line of messages.
struct Lane<'a> {
    app: &'a App,
    guard: &'a ClaimGuard,
    owner: &'a String,
    stopped: watch::Receiver<bool>,
}

impl Lane<'_> {
    /// Sends over SMTP.
    async fn by_smtp(mut self, settings: SmtpSettings, patience: Patience, pace: &Pace) {
        let mut line = Line::new(settings, patience);
        let mut rest = REST.0;
        let limit = (self.app.config.mail_rate / 8).clamp(1, BATCH) as usize;
        while let Some(batch) = self.next_batch(limit).await {
            let mut closing = JoinSet::new();
            let mut messages = batch.into_iter();
            let mut unreachable = false;
            for message in messages.by_ref() {
                let fate = self.send(&mut line, pace, &message).await;
                // Nothing was said of the message since nobody was there: so nobody is for the others.
                unreachable = matches!(fate, Fate::NotSent(_)) && !line.is_open();
                closing.spawn(close(self.app.clone(), message, self.owner.clone(), fate));
                if unreachable || *self.stopped.borrow() {
                    break;
                }
            }
            self.give_back(messages.collect()).await;
            closing.join_all().await;
            if unreachable {
                self.sleep(rest).await;
                rest = (rest * 2).min(REST.1);
            } else {
                rest = REST.0;
            }
        }
        line.close().await;
    }

    /// Sends one message; when the service stops meanwhile, it has a little time left.
    async fn send(&mut self, line: &mut Line, pace: &Pace, message: &Claimed) -> Fate {
        let Some((envelope, bytes)) = self.unsealed(message) else { return unreadable() };
        pace.wait(&message.domain).await;
        let grace = async {
            told(&mut self.stopped).await;
            tokio::time::sleep(GRACE).await;
        };
        let fate = tokio::select! {
            biased;
            fate = line.send(&envelope, &bytes) => Some(fate),
            () = grace => None,
        };
        fate.unwrap_or_else(|| {
            line.hang_up();
            let answer = Answer::from(Reason::Stopped);
            if line.body_begun() { Fate::Unknown(answer) } else { Fate::NotSent(answer) }
        })
    }

    fn unsealed(&self, message: &Claimed) -> Option<(super::message::Envelope, Vec<u8>)> {
        let bytes = unseal(self.app, message.bytes.as_deref()?)?;
        Some((open_envelope(self.app, &message.envelope)?, bytes))
    }

    /// Lays mail into the folder.
    async fn into_folder(mut self) {
        while let Some(batch) = self.next_batch(FOLDER_BATCH).await {
            let full = batch.len() == FOLDER_BATCH;
            self.lay(batch).await;
            if full {
                self.sleep(FOLDER_REST).await;
            }
        }
    }

    /// Lays these into the folder and writes down what became of them.
    async fn lay(&self, batch: Vec<Claimed>) {
        let (app, path) = (self.app.clone(), self.app.config.mail_dir.clone());
        let laid = tokio::task::spawn_blocking(move || {
            let made = folder::make(&path);
            let lay = |message: Claimed| {
                let fate = match message.bytes.as_deref().and_then(|bytes| unseal(&app, bytes)) {
                    None => unreadable(),
                    Some(bytes) => match made
                        .as_ref()
                        .map_err(|error| error.kind().into())
                        .and_then(|()| folder::put(&path, message.id, &bytes))
                    {
                        Ok(()) => Fate::Sent(Reason::InFolder.into()),
                        Err(error) => Fate::NotSent(Answer::because(Reason::FolderFailed, error)),
                    },
                };
                (message, fate)
            };
            batch.into_iter().map(lay).collect::<Vec<_>>()
        });
        match laid.await {
            Ok(fates) => close_all(self.app, fates, self.owner).await,
            Err(error) => tracing::error!(%error, "the mail folder could not be filled"), // the leases end
        }
    }

    /// The next messages, as soon as there are any; `None` once the service stops.
    async fn next_batch(&mut self, limit: usize) -> Option<Vec<Claimed>> {
        let mut beaten = false;
        loop {
            if *self.stopped.borrow() {
                return None;
            }
            let now = self.app.clock.now();
            let next = self.app.store.read(|tx| store::next_due(tx).map_err(StoreError::from)).await;
            let due = match next {
                Ok(next) => next,
                Err(error) => {
                    tracing::error!(%error, "the outbox could not be read");
                    None
                }
            };
            if due.is_some_and(|due| due <= now) && !beaten {
                match self.claim(limit, now).await {
                    Ok(batch) if batch.is_empty() => beaten = true,
                    Ok(batch) => {
                        if batch.len() >= limit {
                            self.app.outbox_bell.notify_one(); // there may be more: the other lane's turn
                        }
                        return Some(batch);
                    }
                    Err(error) => {
                        tracing::error!(%error, "no message could be claimed");
                        beaten = true;
                    }
                }
                continue;
            }
            let wait = self.until(due, now, beaten);
            beaten = false;
            tokio::select! {
                () = self.app.outbox_bell.notified() => {}
                () = tokio::time::sleep(wait) => {}
                () = told(&mut self.stopped) => return None,
            }
        }
    }

    /// How long to wait for the bell.
    fn until(&self, due: Option<Time>, now: Time, beaten: bool) -> Duration {
        if beaten || matches!(self.app.clock, Clock::Standing(_)) {
            return SHORT_LOOK;
        }
        due.map_or(LOOK, |due| due.since(now).to_std().min(LOOK))
    }

    async fn claim(&self, limit: usize, now: Time) -> Result<Vec<Claimed>, StoreError> {
        let (app, guard, owner) = (self.app.clone(), self.guard.clone(), self.owner.clone());
        self.app.store.write(move |tx| Ok(claim::claim(tx, &app, &guard, &owner, limit, now)?)).await
    }

    async fn give_back(&self, messages: Vec<Claimed>) {
        if messages.is_empty() {
            return;
        }
        let (owner, parts) = (self.owner.clone(), self.app.clone());
        let back = write_down(self.app, move |tx| {
            messages.iter().try_for_each(|message| claim::give_back(tx, message, &owner, parts.clock.now()).map(|_| ()))
        });
        back.await;
    }

    async fn sleep(&mut self, time: Duration) {
        tokio::select! {
            () = tokio::time::sleep(time) => {}
            () = told(&mut self.stopped) => {}
        }
    }
}

/// A message that no secret of ours opens: the secret that sealed it is gone.
fn unreadable() -> Fate {
    Fate::Refused { answer: Reason::SecretGone.into(), blocks_address: false }
}

async fn close(app: App, message: Claimed, owner: String, fate: Fate) {
    close_all(&app, vec![(message, fate)], &owner).await;
}

/// Writes down what became of messages.
async fn close_all(app: &App, fates: Vec<(Claimed, Fate)>, owner: &str) {
    let (fates, owner, parts) = (std::sync::Arc::new(fates), owner.to_owned(), app.clone());
    let lost = write_down(app, move |tx| {
        let now = parts.clock.now();
        let mut lost = 0;
        for (message, fate) in fates.iter() {
            lost += usize::from(!claim::close(tx, &parts, message, &owner, fate, now)?);
        }
        Ok(lost)
    });
    match lost.await {
        Some(0) | None => {}
        Some(messages) => tracing::warn!(messages, "messages were no longer ours when they were sent"),
    }
}

/// Writes until the store takes it, since a fate forgotten is a letter sent twice, and a message of which none is known
/// stays claimed for as long as this process lives. Gives up only where the service stops meanwhile: the next process
/// takes the message up.
async fn write_down<T: Send + 'static>(
    app: &App,
    write: impl Fn(&mut Conn) -> Stored<T> + Clone + Send + 'static,
) -> Option<T> {
    let attempt = || {
        let write = write.clone();
        app.store.write(move |tx| Ok::<T, StoreError>(write(tx)?))
    };
    until_taken(attempt, || app.is_stopping(), |turn| Duration::from_millis(50 << turn.min(7))).await
}

/// Tries until it succeeds; the last few times where `stops` says so.
async fn until_taken<T, A: Future<Output = Result<T, StoreError>>>(
    attempt: impl Fn() -> A,
    stops: impl Fn() -> bool,
    wait: impl Fn(u32) -> Duration,
) -> Option<T> {
    /// Tries before a service that stops gives up.
    const TRIES: u32 = 8;
    for turn in 0.. {
        match attempt().await {
            Ok(taken) => return Some(taken),
            Err(error) => tracing::error!(%error, "what became of messages could not be written down yet"),
        }
        if turn + 1 >= TRIES && stops() {
            break;
        }
        tokio::time::sleep(wait(turn)).await;
    }
    None
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    /// How often it is tried where the store refuses so many times, and whether it was taken.
    async fn tries(refusals: u32, stops: bool) -> (u32, bool) {
        let count = Cell::new(0);
        let attempt = || {
            count.set(count.get() + 1);
            std::future::ready(if count.get() > refusals { Ok(()) } else { Err(StoreError::Busy) })
        };
        let taken = until_taken(attempt, || stops, |_| Duration::ZERO).await;
        (count.get(), taken.is_some())
    }

    #[actix_web::test]
    async fn a_fate_is_written_down_however_long_the_store_refuses_it() {
        assert_eq!(tries(0, false).await, (1, true));
        assert_eq!(tries(1_000, false).await, (1_001, true));
        assert_eq!(tries(7, true).await, (8, true));
        assert_eq!(tries(8, true).await, (8, false), "a service that stops does not wait for ever");
    }
}
