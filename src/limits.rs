//! How often somebody may ask: a budget for each purpose, kept in this process's memory.
//!
//! A budget is so many at once, and then one more each so often (GCRA, by crate `governor`). Time comes from
//! [`Clock::steady`], so that a corrected clock opens and closes nothing. What must outlive a restart, or hold across
//! processes, stands in the database instead: failed sign-ins by account, codes, mail.

use std::collections::HashMap;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::StateStore;
use governor::{Quota, RateLimiter};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::clock::{Clock, Span};

/// For so many callers a purpose remembers how much they have asked; see [`Seen::make_room`].
const REMEMBERED: usize = 100_000;

/// Searches, exports and the like that run at once (S-HTTP-12): whatever they take, nominations and sheets come through.
const SLOW_AT_ONCE: usize = 2;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Nominations, drafts and complaints, by an address: a school class at once.
    Submissions,
    /// Links that are none of ours, by an address.
    WrongLinks,
    /// Sign-ins that failed, by an address.
    FailedSignIns,
    /// New passwords asked for, by an address.
    ResetRequests,
    /// All calls of an account.
    Calls,
    /// An account's exports.
    Exports,
}

impl Purpose {
    const ALL: [Self; 6] =
        [Self::Submissions, Self::WrongLinks, Self::FailedSignIns, Self::ResetRequests, Self::Calls, Self::Exports];

    /// How many at once, and after how long one more.
    pub const fn budget(self) -> (u32, Duration) {
        match self {
            Self::Submissions => (60, Duration::from_secs(30)),
            Self::WrongLinks | Self::FailedSignIns | Self::ResetRequests => (30, Duration::from_secs(20)),
            Self::Calls => (600, Duration::from_millis(100)),
            Self::Exports => (30, Duration::from_secs(120)),
        }
    }
}

/// Whose budget it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Who {
    /// An address, or for IPv6 its network.
    Address(IpAddr),
    /// An account.
    Account(uuid::Uuid),
}

/// The budget is spent; so long until there is one more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spent {
    /// How long.
    pub wait: Duration,
}

impl Spent {
    /// How long, as the service counts time.
    pub fn wait(&self) -> Span {
        Span::from_std(self.wait)
    }
}

/// What everybody has spent, and who is at the slow works. Cheap to clone.
#[derive(Clone)]
pub struct Limits {
    budgets: Arc<[Limit; Purpose::ALL.len()]>,
    slow: Arc<Semaphore>,
}

struct Limit {
    limiter: RateLimiter<Who, Counting, Steady, NoOpMiddleware<Duration>>,
    seen: Arc<Seen>,
    one_more: Nanos,
}

impl Limits {
    /// Nobody has asked for anything yet.
    pub fn new(clock: &Clock) -> Self {
        let budgets = Purpose::ALL.map(|purpose| Limit::new(purpose, clock));
        Self { budgets: Arc::new(budgets), slow: Arc::new(Semaphore::new(SLOW_AT_ONCE)) }
    }

    /// Spends one of the budget.
    ///
    /// # Errors
    /// [`Spent`] where there is none left; that counts nothing.
    pub fn spend(&self, purpose: Purpose, who: Who) -> Result<(), Spent> {
        let limiter = &self.of(purpose).limiter;
        limiter
            .check_key(&who)
            .map_err(|no| Spent { wait: no.wait_time_from(governor::clock::Clock::now(limiter.clock())) })
    }

    /// Gives one back that was spent in advance on what then was not such a thing: a link that was right after all. So the
    /// budget holds also for many at once.
    pub fn give_back(&self, purpose: Purpose, who: Who) {
        let limit = self.of(purpose);
        limit.seen.give_back(&who, limit.one_more);
    }

    /// Waits for one's turn at a slow work, and has it until the answer is dropped.
    pub async fn slow_turn(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.slow).acquire_owned().await.ok() // nobody closes it
    }

    /// Of how many callers something is remembered.
    pub fn remembered(&self, purpose: Purpose) -> usize {
        self.of(purpose).seen.spent().len()
    }

    fn of(&self, purpose: Purpose) -> &Limit {
        &self.budgets[purpose as usize]
    }
}

impl Limit {
    fn new(purpose: Purpose, clock: &Clock) -> Self {
        let (at_once, one_more) = purpose.budget();
        let quota = Quota::with_period(one_more).expect("no budget above grows without end");
        let quota = quota.allow_burst(NonZeroU32::new(at_once).expect("no budget above is empty"));
        let seen = Arc::new(Seen::default());
        let limiter = RateLimiter::new(quota, Counting(Arc::clone(&seen)), Steady(clock.clone()));
        Self { limiter, seen, one_more: one_more.into() }
    }
}

/// The service's clock, as the limiter reads it.
struct Steady(Clock);

impl governor::clock::Clock for Steady {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.steady()
    }
}

/// When each caller's budget is whole again, in time since the limiter was made.
#[derive(Default)]
struct Seen(Mutex<HashMap<Who, Nanos>>);

impl Seen {
    fn spent(&self) -> std::sync::MutexGuard<'_, HashMap<Who, Nanos>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn give_back(&self, who: &Who, one: Nanos) {
        if let Some(whole) = self.spent().get_mut(who) {
            *whole = whole.saturating_sub(one);
        }
    }

    /// Memory is bounded, also where a flood comes from more addresses than anybody has: forgotten is first whoever has
    /// asked but once or not lately, and if that is not enough, all. Whoever commands so many addresses is not held by a
    /// limit on each; everyone else must still get in.
    fn make_room(spent: &mut HashMap<Who, Nanos>, whole_after_one: Nanos) {
        spent.retain(|_, whole| *whole > whole_after_one);
        if spent.len() >= REMEMBERED {
            spent.clear();
        }
    }
}

/// How the limiter reads and writes what was spent.
struct Counting(Arc<Seen>);

impl StateStore for Counting {
    type Key = Who;

    fn measure_and_replace<T, F, E>(&self, who: &Who, decide: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let mut spent = self.0.spent();
        let before = spent.get(who).copied();
        let (answer, whole) = decide(before)?;
        if before.is_none() && spent.len() >= REMEMBERED {
            Seen::make_room(&mut spent, whole);
        }
        spent.insert(*who, whole);
        Ok(answer)
    }
}
