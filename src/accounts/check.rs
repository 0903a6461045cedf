//! A password is tried: read, hashed, and judged in the transaction of whatever it is for.
//!
//! Three things ask for one: signing in, accepting an invitation to an account that exists, and changing the password.
//! For each the gate of `throttle.rs` stands before, and the work is the same whoever is asked for (S-ACC-3).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::devices::{self, Whence};
use super::password::Attempt;
use super::sign_in::SignInError;
use super::store::{self, Account};
use super::throttle::Gate;
use crate::app::App;
use crate::clock::Time;
use crate::fields::Email;
use crate::http::limits;
use crate::http::request::Client;
use crate::ids::AccountId;
use crate::limits::Purpose;
use crate::store::{Conn, Stored};

/// What a try costs an address's budget of failed sign-ins. It is paid in advance, so that the budget also holds for many
/// tries at once, and comes back unless the try failed: our own trouble is nobody's failure.
///
/// Whoever tries holds it until the answer is known; [`Tried`] travels into the transaction and says there what it is worth.
pub(super) struct Stake {
    app: App,
    client: Client,
    is_lost: Arc<AtomicBool>,
}

impl Stake {
    fn put(app: &App, client: Client) -> Result<Self, SignInError> {
        limits::spend(app, Purpose::FailedSignIns, &client)?;
        Ok(Self { app: app.clone(), client, is_lost: Arc::default() })
    }
}

impl Drop for Stake {
    fn drop(&mut self) {
        if !self.is_lost.load(Ordering::Relaxed) {
            limits::give_back(&self.app, Purpose::FailedSignIns, &self.client);
        }
    }
}

/// A password that was tried, and of which nothing is told yet.
#[derive(Clone)]
pub(super) struct Tried {
    is_failure: Arc<AtomicBool>,
    gate: Gate,
    /// The account and its hash, where the password is the one behind it.
    right: Option<(AccountId, String)>,
    /// The hash as it is made today, where it was made otherwise.
    fresh: Option<String>,
}

/// Tries a password for the account of an address, if there is one.
///
/// # Errors
/// [`SignInError::TooMany`] and [`SignInError::ResetNeeded`] where it is not looked at; where it could not be checked.
pub(super) async fn try_password(
    app: &App,
    at: Time,
    email: Email,
    password: Attempt,
    from: Whence,
) -> Result<(Tried, Stake), SignInError> {
    let stake = Stake::put(app, from.client)?;
    let (parts, form) = (app.clone(), app.hasher.form());
    let read = app.store.read(move |tx| {
        let account = store::account_of(tx, &email)?;
        let is_known = match &account {
            Some(account) => devices::is_known(tx, &from, account.id, at)?,
            None => false,
        };
        let gate = Gate::of(&parts, &email, &from, is_known);
        if let Some(closed) = gate.closed(tx, at)? {
            return Ok(Err(closed.into()));
        }
        let hash = account.and_then(|account| Some((account.id, account.password?)));
        Ok::<_, SignInError>(Ok((gate, hash, store::hashes_unlike(tx, &form)?)))
    });
    let (gate, known, others) =
        read.await?.inspect_err(|_: &SignInError| stake.is_lost.store(true, Ordering::Relaxed))?;
    let hash = known.as_ref().map(|(_, hash)| hash.clone());
    let is_right = app.hasher.verify(password.clone().into_text(), hash, others).await?;
    let right = known.filter(|_| is_right);
    let fresh = match &right {
        // A pool that is too busy for it leaves it to the next sign-in.
        Some((_, hash)) if app.hasher.is_outdated(hash) => app.hasher.hash(password.into_text()).await.ok(),
        _ => None,
    };
    Ok((Tried { is_failure: Arc::clone(&stake.is_lost), gate, right, fresh }, stake))
}

impl Tried {
    /// Whose password it is, if it still is, and `admits` lets them in. A failure is counted, so the transaction must be
    /// committed whatever the answer.
    ///
    /// # Errors
    /// The store's. Inside: [`SignInError::InvalidCredentials`] and those of the gate, which others may have closed
    /// while the password was being hashed.
    pub(super) fn settle(
        &self,
        tx: &mut Conn,
        at: Time,
        admits: impl FnOnce(&mut Conn, &Account) -> Stored<bool>,
    ) -> Stored<Result<Account, SignInError>> {
        let settled = self.judge(tx, at, admits)?;
        self.is_failure.store(settled.is_err(), Ordering::Relaxed); // a transaction that is run again says it again
        Ok(settled)
    }

    fn judge(
        &self,
        tx: &mut Conn,
        at: Time,
        admits: impl FnOnce(&mut Conn, &Account) -> Stored<bool>,
    ) -> Stored<Result<Account, SignInError>> {
        if let Some(closed) = self.gate.closed(tx, at)? {
            return Ok(Err(closed.into()));
        }
        if let Some((id, hash)) = &self.right {
            let account = store::account(tx, *id)?.filter(|account| account.password.as_ref() == Some(hash));
            if let Some(account) = account
                && admits(tx, &account)?
            {
                return Ok(Ok(account));
            }
        }
        self.gate.failed(tx, at)?;
        Ok(Err(SignInError::InvalidCredentials))
    }

    /// Counts the try as failed all the same, for what else was shown: a wrong code.
    pub(super) fn failed_by_code(&self) {
        self.is_failure.store(true, Ordering::Relaxed);
    }

    /// What follows once nothing else is missing: failures in a row are over, and an outdated hash is made anew (S-ACC-1).
    pub(super) fn passed(&self, tx: &mut Conn, at: Time) -> Stored<()> {
        self.gate.passed(tx, at)?;
        self.renew_hash(tx)
    }

    /// An outdated hash of a right password is made anew, also where something else is still missing (S-ACC-1).
    pub(super) fn renew_hash(&self, tx: &mut Conn) -> Stored<()> {
        if let (Some((id, hash)), Some(fresh)) = (&self.right, &self.fresh) {
            store::replace_password(tx, *id, hash, fresh)?;
        }
        Ok(())
    }
}
