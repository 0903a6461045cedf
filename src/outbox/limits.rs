//! How often a mailbox is written to about what a stranger typed: else anybody could have us flood one (the limits on mail
//! of `docs/operations.md`). Counted in the database, so that it holds across processes and restarts.
//!
//! | letter | by | then |
//! |---|---|---|
//! | a link that somebody asked for (M1, M3) | recipient, each kind | after 5 in a day one an hour, which holds all that wait |
//! | links sent again | recipient | after 5 answers in a day one an hour |
//! | a request to a supporter (M4) | recipient | 3 a day; what is more leaves on the days after |
//! | the same | nominator | 10 a day; likewise |
//!
//! Nothing is lost by them, and nobody is told: an answer that said so would tell strangers who else was written to. A
//! trial writes to nobody outside, and is not limited; nor is a service without a mail server.

use super::kinds::Kind;
use super::message::{Message, recipient_digest};
use super::store::counts::{self as store, CountRow};
use super::store::insert;
use crate::app::App;
use crate::clock::{Span, Time};
use crate::fields::Email;
use crate::store::{Conn, Stored};

const DAY: Span = Span::days(1);
const HOUR: Span = Span::hours(1);
/// Links of a kind to a mailbox in a day that leave at once.
const LINKS: i64 = 5;
/// Requests to a mailbox in a day.
const REQUESTS_TO: i64 = 3;
/// Requests in a day that a nominator causes.
const REQUESTS_FROM: i64 = 10;
/// Links that one letter holds at most.
const LINKS_A_LETTER: i64 = 100;
/// Mailboxes that are looked after at once.
const AT_ONCE: i64 = 50;

/// Queues a letter with a link that somebody asked for by typing an address; or lets the link wait for the letter that
/// joins all that wait ([`send_due`]).
///
/// # Errors
/// The store's.
pub fn enqueue_link(tx: &mut Conn, app: &App, message: &Message, now: Time) -> Stored<()> {
    if !app.config.limits_mail() {
        return insert(tx, message);
    }
    let key = format!("{}:{}", message.kind, message.recipient_digest);
    let mut row = store::take(tx, &blank(key, now))?;
    if now >= row.since + DAY {
        row = CountRow { counted: 0, since: now, ..row };
    }
    row.counted += 1;
    if row.counted > LINKS {
        store::put(tx, &row)?;
        return store::keep_waiting(tx, message.kind, &message.about, &row.key);
    }
    row.last_at = now;
    row.forget_at = row.since + DAY + HOUR;
    store::put(tx, &row)?;
    insert(tx, message)
}

/// Counts that a mailbox's links are sent again now; or answers when they may be, where that is later.
///
/// # Errors
/// The store's.
pub fn sent_again(tx: &mut Conn, app: &App, recipient: &str, now: Time) -> Stored<Option<Time>> {
    if !app.config.limits_mail() {
        return Ok(None);
    }
    let mut row = store::take(tx, &blank(format!("links_again:{recipient}"), now))?;
    if now >= row.since + DAY {
        row = CountRow { counted: 0, since: now, ..row };
    }
    if row.counted >= LINKS && now < row.last_at + HOUR {
        return Ok(Some(row.last_at + HOUR));
    }
    row.counted += 1;
    row.last_at = now;
    row.forget_at = row.since + DAY + HOUR;
    store::put(tx, &row)?;
    Ok(None)
}

/// Whether any link of a kind waits whose letter is due, or anything is there to be forgotten.
///
/// # Errors
/// The store's.
pub fn is_due(tx: &mut Conn, kind: Kind, now: Time) -> Stored<bool> {
    Ok(!store::due(tx, kind, now - HOUR, 1)?.is_empty() || store::has_old(tx, now)?)
}

/// A letter with links that have waited for each other; none where nothing of what they are about lives any more. And what
/// waits no longer: what could not stand in this letter goes on waiting.
pub type Joined = (Vec<String>, Option<Message>);

/// Queues the letters of a kind that are due now that their mailboxes' last ones left an hour ago. `write` makes one of
/// what the links are about, oldest first. Forgets what was counted long ago.
///
/// # Errors
/// The store's.
pub fn send_due(
    tx: &mut Conn,
    kind: Kind,
    now: Time,
    write: impl Fn(&mut Conn, &[String]) -> Stored<Joined>,
) -> Stored<()> {
    for row in store::due(tx, kind, now - HOUR, AT_ONCE)? {
        let abouts = store::waiting(tx, kind, &row.key, LINKS_A_LETTER)?;
        let (done, letter) = write(tx, &abouts)?;
        store::wait_no_longer(tx, kind, &done)?;
        if let Some(letter) = letter {
            store::put(tx, &CountRow { last_at: now, forget_at: row.forget_at.max(now + HOUR), ..row })?;
            insert(tx, &letter)?;
        }
    }
    store::forget_old(tx, now)?;
    Ok(())
}

/// When a request to a supporter may leave, which is counted by this: now, or on one of the days after.
///
/// # Errors
/// The store's.
pub fn request_leaves_at(tx: &mut Conn, app: &App, to: &Email, from: Option<&Email>, now: Time) -> Stored<Time> {
    if !app.config.limits_mail() {
        return Ok(now);
    }
    let mut leaves = in_turn(tx, &format!("request_to:{}", recipient_digest(app, to)), REQUESTS_TO, now)?;
    if let Some(from) = from {
        let key = format!("requests_from:{}", recipient_digest(app, from));
        leaves = leaves.max(in_turn(tx, &key, REQUESTS_FROM, now)?);
    }
    Ok(leaves)
}

/// So many a day, in the order in which they came: the first of a row sets its days.
fn in_turn(tx: &mut Conn, key: &str, a_day: i64, now: Time) -> Stored<Time> {
    let mut row = store::take(tx, &blank(key.to_owned(), now))?;
    if now >= row.forget_at {
        row = CountRow { counted: 0, since: now, ..row };
    }
    let leaves = (row.since + days(row.counted / a_day)).max(now);
    row.counted += 1;
    row.last_at = row.last_at.max(leaves);
    row.forget_at = row.since + days(row.counted.saturating_add(a_day - 1) / a_day);
    store::put(tx, &row)?;
    Ok(leaves)
}

fn days(count: i64) -> Span {
    Span::days(count.clamp(0, 1_000)) // whoever has us write for longer than three years
}

/// Nothing was counted yet.
fn blank(key: String, now: Time) -> CountRow {
    CountRow { key, counted: 0, since: now, last_at: now, forget_at: now + DAY }
}
