//! Between the two steps of signing in on a page: the browser holds a ticket which says whose password was right, and
//! what is missing is the code.
//!
//! The ticket opens nothing by itself. It is bound to the password as it was, so that a change of it ends the ticket too.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;

use super::code::FactorCode;
use super::devices::{self, Whence};
use super::factor;
use super::sign_in::{Arrival, Entry, SignInError, begin, by};
use super::store::{self, Account};
use super::throttle::Gate;
use crate::app::App;
use crate::audit::Deed;
use crate::clock::{Span, Time};
use crate::ids::AccountId;
use crate::keys::{Keys, Purpose};

/// How long somebody may look for their device.
pub const LIVES: Span = Span::minutes(10);

const ACCOUNT: usize = 16;
const UNTIL: usize = 8;
const MAC: usize = 32;

/// Whose password was right, and until when that counts. Neither printed nor stored.
#[derive(Clone)]
pub struct FirstStep([u8; ACCOUNT + UNTIL + MAC]);

impl FirstStep {
    /// For whoever has shown this account's password.
    pub(super) fn of(app: &App, account: &Account, now: Time) -> Self {
        let mut bytes = [0; ACCOUNT + UNTIL + MAC];
        bytes[..ACCOUNT].copy_from_slice(account.id.uuid().as_bytes());
        bytes[ACCOUNT..ACCOUNT + UNTIL].copy_from_slice(&(now + LIVES).micros().to_be_bytes());
        let mac = app.keys.digest(Purpose::FirstSteps, &[&bytes[..ACCOUNT + UNTIL], hash(account)]);
        bytes[ACCOUNT + UNTIL..].copy_from_slice(&mac);
        Self(bytes)
    }

    /// Reads what a browser has kept; whether it is ours is told once its account is known.
    pub fn parse(text: &str) -> Option<Self> {
        BASE64.decode(text).ok()?.try_into().ok().map(Self)
    }

    /// As a browser keeps it.
    pub fn text(&self) -> String {
        BASE64.encode(self.0)
    }

    fn account(&self) -> AccountId {
        let uuid = uuid::Uuid::from_slice(&self.0[..ACCOUNT]).expect("sixteen bytes are a UUID");
        AccountId::from_uuid(uuid)
    }

    /// Whether it still stands for this account.
    fn holds(&self, keys: &Keys, account: &Account, now: Time) -> bool {
        let (said, mac) = self.0.split_at(ACCOUNT + UNTIL);
        let until = Time::from_micros(i64::from_be_bytes(said[ACCOUNT..].try_into().expect("eight bytes")));
        now < until && keys.vouches(Purpose::FirstSteps, &[said, hash(account)], mac)
    }
}

fn hash(account: &Account) -> &[u8] {
    account.password.as_deref().unwrap_or_default().as_bytes()
}

/// The second step: signs somebody in who has shown the password a moment ago, and now shows a code.
///
/// # Errors
/// [`SignInError::SessionEnded`] where the first step must be taken again; [`SignInError::WrongCode`],
/// [`SignInError::TooMany`].
pub async fn finish(
    app: &App,
    deed: Deed,
    step: FirstStep,
    code: FactorCode,
    from: Whence,
) -> Result<Entry, SignInError> {
    let parts = app.clone();
    let entered = app.store.write(move |tx| {
        let account = store::account(tx, step.account())?.filter(|account| step.holds(&parts.keys, account, deed.at));
        let account = account.ok_or(SignInError::SessionEnded)?;
        if store::roles_of(tx, account.id)?.is_empty() {
            return Err(SignInError::SessionEnded);
        }
        let deed = by(&deed, account.id);
        if let Err(refused) = factor::show(tx, &parts, &deed, &account, None, Some(&code))? {
            return Ok(Err(SignInError::from(refused))); // what was counted stays
        }
        let is_known = devices::is_known(tx, &from, account.id, deed.at)?;
        Gate::of(&parts, &account.address()?, &from, is_known).passed(tx, deed.at)?;
        Ok(Ok(begin(tx, &parts, &deed, &account, &from, Arrival::Again)?))
    });
    let entry = entered.await??;
    app.outbox_bell.notify_one(); // a new device is told of, and a recovery code
    Ok(entry)
}
