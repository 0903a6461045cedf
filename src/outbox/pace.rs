//! How fast mail may leave: so many a second in all, and five a second to one domain, so that no mail server takes us
//! for a flood. Counted by the machine's own clock, whatever the story's says, and for this process alone.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Mails a second to one domain.
const PER_DOMAIN: u32 = 5;
/// Domains remembered before those that are free again are forgotten.
const REMEMBERED: usize = 1_000;

/// A queue of slots an equal time apart: the whole second's worth may be taken at once, then one a slot.
struct Slots {
    apart: Duration,
    /// When all slots taken so far will have been.
    filled_until: Instant,
}

impl Slots {
    fn new(per_second: u32, now: Instant) -> Self {
        Self { apart: Duration::from_secs(1) / per_second.max(1), filled_until: now }
    }

    /// Takes the next slot and answers how long to wait for it.
    fn take(&mut self, now: Instant) -> Duration {
        self.filled_until = self.filled_until.max(now) + self.apart;
        self.filled_until.saturating_duration_since(now + Duration::from_secs(1))
    }
}

/// Both limits.
pub(super) struct Pace(Mutex<Inner>);

struct Inner {
    all: Slots,
    /// `None` where only the limit in all holds (a trial).
    domains: Option<HashMap<String, Slots>>,
}

impl Pace {
    pub(super) fn new(per_second: u32, limits_domains: LimitsDomains) -> Self {
        let domains = match limits_domains {
            LimitsDomains::Yes => Some(HashMap::new()),
            LimitsDomains::No => None,
        };
        Self(Mutex::new(Inner { all: Slots::new(per_second, Instant::now()), domains }))
    }

    /// Waits until a mail to this domain may leave.
    pub(super) async fn wait(&self, domain: &str) {
        let wait = self.0.lock().unwrap_or_else(PoisonError::into_inner).take(domain, Instant::now());
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
    }
}

/// Whether one domain has a limit of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LimitsDomains {
    /// Mail reaches the world.
    Yes,
    /// Mail reaches this machine only.
    No,
}

impl Inner {
    fn take(&mut self, domain: &str, now: Instant) -> Duration {
        let all = self.all.take(now);
        let Some(domains) = &mut self.domains else { return all };
        if domains.len() >= REMEMBERED {
            domains.retain(|_, slots| slots.filled_until > now);
        }
        let slots = domains.entry(domain.to_owned()).or_insert_with(|| Slots::new(PER_DOMAIN, now));
        all.max(slots.take(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_gets_five_at_once_and_then_one_each_fifth_of_a_second() {
        let now = Instant::now();
        let mut pace = Inner { all: Slots::new(100, now), domains: Some(HashMap::new()) };
        let waits: Vec<u128> = (0..7).map(|_| pace.take("example.org", now).as_millis()).collect();
        assert_eq!(waits, [0, 0, 0, 0, 0, 200, 400]);
        assert_eq!(pace.take("example.com", now), Duration::ZERO);
    }

    #[test]
    fn all_together_keep_to_the_setting() {
        let now = Instant::now();
        let mut pace = Inner { all: Slots::new(2, now), domains: None };
        let waits: Vec<u128> = (0..4).map(|_| pace.take("example.org", now).as_millis()).collect();
        assert_eq!(waits, [0, 0, 500, 1000]);
        assert_eq!(pace.take("example.org", now + Duration::from_secs(60)), Duration::ZERO);
    }
}
