//! Limits on how often somebody may ask, as a handler meets them: 429 with `Retry-After` (security.md, "Limits").
//!
//! They hold where strangers can reach the service: not in a trial, and limits on an address not for this very machine.
//! An address is that of [`Client`]; behind a proxy which the settings do not name, all callers would share one.

use super::idempotency::Outcome;
use super::problem::{Answer, Code, Problem};
use super::request::Client;
use crate::app::App;
use crate::ids::AccountId;
use crate::limits::{Purpose, Spent, Who};

/// Counts this request of an address, or refuses it.
///
/// # Errors
/// 429 `too_many_requests`.
pub fn check(app: &App, purpose: Purpose, client: &Client) -> Result<(), Problem> {
    Ok(spend(app, purpose, client)?)
}

/// The same, for a use case that says it in its own words.
///
/// # Errors
/// How long there is to wait.
pub fn spend(app: &App, purpose: Purpose, client: &Client) -> Result<(), Spent> {
    by_address(app, client).map_or(Ok(()), |who| app.limits.spend(purpose, who))
}

/// Gives back what [`check`] has counted in advance: the link was right, the sign-in worked, nothing came in.
pub fn give_back(app: &App, purpose: Purpose, client: &Client) {
    if let Some(who) = by_address(app, client) {
        app.limits.give_back(purpose, who);
    }
}

/// Takes something in from the public ([`Purpose::Submissions`]). Counted is what came in, and once: neither a form with
/// faults nor an answer that is given again.
///
/// # Errors
/// 429 `too_many_requests`; those of `deed`.
pub async fn submission<T, E>(
    app: &App,
    client: &Client,
    deed: impl Future<Output = Result<Outcome<T>, E>>,
) -> Answer<Outcome<T>>
where
    Problem: From<E>,
{
    check(app, Purpose::Submissions, client)?;
    let outcome = deed.await;
    if !matches!(&outcome, Ok(outcome) if !outcome.replayed) {
        give_back(app, Purpose::Submissions, client);
    }
    Ok(outcome?)
}

/// Counts this call of somebody who is signed in, and where it is an export also as one; or refuses it.
///
/// # Errors
/// 429 `too_many_requests`.
pub fn check_call(app: &App, account: AccountId, path: &str) -> Result<(), Problem> {
    if app.config.is_trial() {
        return Ok(());
    }
    let who = Who::Account(account.uuid());
    if path.contains("/exports/") {
        app.limits.spend(Purpose::Exports, who)?;
    }
    Ok(app.limits.spend(Purpose::Calls, who)?)
}

/// Whether a request is for something that takes long: an export, a ranking with all its sheets, a search. Two of them run
/// at once and the rest wait their turn (S-HTTP-12).
pub fn is_slow(path: &str, query: &str) -> bool {
    const ENDS: [&str; 5] = ["/bundle", "/results", "/preview", "/import", ".pdf"];
    path.contains("/organise/")
        && (path.contains("/exports/")
            || ENDS.iter().any(|end| path.ends_with(end))
            || query.split('&').any(|part| part.starts_with("q=")))
}

fn by_address(app: &App, client: &Client) -> Option<Who> {
    let limited = !app.config.is_trial() && !client.is_loopback;
    client.network().filter(|_| limited).map(Who::Address)
}

impl From<Spent> for Problem {
    fn from(spent: Spent) -> Self {
        Self::new(Code::TooManyRequests).retry_after(spent.wait().seconds_until_over().max(1))
    }
}
