//! Guessing takes time: failed sign-ins are counted, and whoever failed too often waits (the limits of S-ACC-3's answers;
//! they hold in a trial too).
//!
//! | counted by | then |
//! |---|---|
//! | the typed address, from one network | after 5 a pause of 15 minutes |
//! | the typed address | after 20 in an hour a try every 30 seconds; after 100 in a row a new password by mail |
//! | the typed address, in a browser that signed in before | instead of these its own 5, then 15 minutes; its own 100 |
//!
//! So nobody who guesses keeps the owner out: not from the browser that they use, and by mail from nowhere. An address
//! without an account is counted like any other, under a keyed digest, and answered alike.
//!
//! A use case asks [`Gate::closed`] twice: before it hashes, to spare the work, and in the transaction that tells the
//! outcome. Of a hundred guesses sent at once, only as many are answered as would have been one after another.

use super::devices::Whence;
use super::store::email_key;
use super::store::failures::{self as store, FailuresRow};
use crate::app::App;
use crate::clock::{Span, Time};
use crate::fields::Email;
use crate::keys::{Purpose, hex};
use crate::store::{Conn, Stored};

/// Failures from one network, or in one known browser, before the pause.
const FEW: i32 = 5;
const PAUSE: Span = Span::minutes(15);
/// Failures in an hour, from wherever, before tries are spaced out.
const MANY: i32 = 20;
const STRETCH: Span = Span::hours(1);
const STEP: Span = Span::seconds(30);
/// Failures in a row after which only a new password helps.
const IN_A_ROW: i32 = 100;
/// Failures in a row are remembered for a day each, and never longer than this.
const MEMORY_DAYS: i32 = 30;

/// What failures are counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    /// The typed address from one network.
    Network,
    /// The typed address.
    Address,
    /// The typed address in a browser in which its owner has signed in.
    Browser,
}

/// Why a password is not looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Closed {
    /// For so long.
    Wait(Span),
    /// Until a new password is set by mail, or for so long.
    ResetNeeded(Span),
}

/// The counts that one try concerns.
#[derive(Clone, Debug)]
pub(super) struct Gate {
    address_key: String,
    counts: Vec<(By, String)>,
}

impl Gate {
    /// The gate before a typed address. `is_known` says that its owner has signed in in this browser before.
    pub(super) fn of(app: &App, email: &Email, from: &Whence, is_known: bool) -> Self {
        let typed = email_key(email);
        let key = |parts: &[&[u8]]| {
            let parts: Vec<&[u8]> = std::iter::once(typed.as_bytes()).chain(parts.iter().copied()).collect();
            hex(&app.keys.digest(Purpose::SignIns, &parts))
        };
        let address_key = key(&[]);
        let counts = match from.device.filter(|_| is_known) {
            Some(device) => vec![(By::Browser, key(&[b"browser", device.id().as_str().as_bytes()]))],
            None => {
                let network = from.client.network().map_or_else(String::new, |network| network.to_string());
                vec![(By::Network, key(&[b"network", network.as_bytes()])), (By::Address, address_key.clone())]
            }
        };
        Self { address_key, counts }
    }

    /// Whether, and for how long, nothing is looked at here.
    pub(super) fn closed(&self, tx: &mut Conn, now: Time) -> Stored<Option<Closed>> {
        let closed = self.rows(tx, now)?.into_iter().filter_map(|(by, row)| by.closed(&row?, now));
        Ok(closed.max_by_key(|closed| match closed {
            Closed::Wait(span) => (false, *span),
            Closed::ResetNeeded(span) => (true, *span),
        }))
    }

    /// Counts a failure.
    pub(super) fn failed(&self, tx: &mut Conn, now: Time) -> Stored<()> {
        for ((by, row), (_, key)) in self.rows(tx, now)?.into_iter().zip(&self.counts) {
            store::put(tx, &by.after(row, key, &self.address_key, now))?;
        }
        Ok(())
    }

    /// Ends the row of failures, and the pause of this network or browser. What others did elsewhere within the hour stays.
    pub(super) fn passed(&self, tx: &mut Conn, now: Time) -> Stored<()> {
        for ((by, row), (_, key)) in self.rows(tx, now)?.into_iter().zip(&self.counts) {
            match (by, row) {
                (_, None) => {}
                (By::Network | By::Browser, Some(_)) => store::forget(tx, key)?,
                (By::Address, Some(row)) => {
                    store::put(tx, &FailuresRow { in_a_row: 0, forget_at: row.recent_since + STRETCH, ..row })?;
                }
            }
        }
        Ok(())
    }

    /// What is counted, in the order of `counts`.
    fn rows(&self, tx: &mut Conn, now: Time) -> Stored<Vec<(By, Option<FailuresRow>)>> {
        let keys: Vec<&str> = self.counts.iter().map(|(_, key)| key.as_str()).collect();
        let mut rows = store::of(tx, &keys, now)?;
        let mut take = |key: &str| rows.iter().position(|row| row.key == key).map(|at| rows.swap_remove(at));
        Ok(self.counts.iter().map(|(by, key)| (*by, take(key))).collect())
    }
}

impl By {
    fn closed(self, row: &FailuresRow, now: Time) -> Option<Closed> {
        if row.in_a_row >= IN_A_ROW {
            return Some(Closed::ResetNeeded(row.forget_at.since(now)));
        }
        let (most, pause) = if self == By::Address { (MANY, STEP) } else { (FEW, PAUSE) };
        let until = row.last_at + pause;
        (row.recent >= most && !self.begins_anew(row, now) && now < until).then(|| Closed::Wait(until.since(now)))
    }

    /// Whether a stretch is over, so that the next failure is the first of another.
    fn begins_anew(self, row: &FailuresRow, now: Time) -> bool {
        match self {
            By::Network | By::Browser => now >= row.last_at + PAUSE,
            By::Address => now >= row.recent_since + STRETCH,
        }
    }

    /// The row after one more failure.
    fn after(self, row: Option<FailuresRow>, key: &str, address_key: &str, now: Time) -> FailuresRow {
        let in_a_row = row.as_ref().map_or(0, |row| row.in_a_row).saturating_add(1);
        let (recent, recent_since) = match row.filter(|row| !self.begins_anew(row, now)) {
            Some(row) => (row.recent.saturating_add(1), row.recent_since),
            None => (1, now),
        };
        let kept = match self {
            By::Network => PAUSE,
            By::Address | By::Browser => Span::days(i64::from(in_a_row.min(MEMORY_DAYS))),
        };
        FailuresRow {
            key: key.to_owned(),
            address_key: address_key.to_owned(),
            in_a_row,
            recent,
            recent_since,
            last_at: now,
            forget_at: now + kept,
        }
    }
}

/// What an address is counted by, as its account's owner and whoever guesses type it.
pub(super) fn address_key(app: &App, email: &Email) -> String {
    hex(&app.keys.digest(Purpose::SignIns, &[email_key(email).as_bytes()]))
}

/// Forgets all failures of an address: its owner has shown by mail that they read it.
pub(super) fn forget(tx: &mut Conn, app: &App, email: &Email) -> Stored<()> {
    for digest in app.keys.digests(Purpose::SignIns, &[email_key(email).as_bytes()]) {
        store::forget_address(tx, &hex(&digest))?;
    }
    Ok(())
}
