//! Time: an instant as we store it, and the clock that every use case asks.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql};
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::BigInt;

/// An instant: whole microseconds since 1970-01-01T00:00:00Z, leap seconds left out. RFC 3339 in UTC as text.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, diesel::expression::AsExpression, diesel::deserialize::FromSqlRow,
)]
#[diesel(sql_type = BigInt)]
pub struct Time(i64);

/// A length of time in microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span(i64);

impl Span {
    /// This many seconds.
    pub const fn seconds(seconds: i64) -> Self {
        Self(seconds * 1_000_000)
    }

    /// This many minutes.
    pub const fn minutes(minutes: i64) -> Self {
        Self::seconds(minutes * 60)
    }

    /// This many hours.
    pub const fn hours(hours: i64) -> Self {
        Self::minutes(hours * 60)
    }

    /// This many days of 24 hours.
    pub const fn days(days: i64) -> Self {
        Self::hours(days * 24)
    }

    /// A fourth of it.
    pub const fn quarter(self) -> Self {
        Self(self.0 / 4)
    }

    /// It and another.
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// As long, into the past.
    pub const fn back(self) -> Self {
        Self(self.0.saturating_neg())
    }

    /// For how long the machine has run, asleep or awake: nobody sets this clock.
    pub fn since_the_start() -> Self {
        #[cfg(target_os = "linux")]
        const ALWAYS: rustix::time::ClockId = rustix::time::ClockId::Boottime;
        #[cfg(not(target_os = "linux"))]
        const ALWAYS: rustix::time::ClockId = rustix::time::ClockId::Monotonic; // stands while the machine sleeps
        let up = rustix::time::clock_gettime(ALWAYS);
        Self(up.tv_sec.saturating_mul(1_000_000).saturating_add(up.tv_nsec / 1_000))
    }

    /// The whole seconds in it, rounded down.
    pub const fn whole_seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// The seconds after which it is over: rounded up; of a negative span none.
    pub fn seconds_until_over(self) -> u32 {
        let seconds = self.0.max(0).saturating_add(999_999) / 1_000_000;
        u32::try_from(seconds).unwrap_or(u32::MAX)
    }

    /// As the standard library counts it, rounded up to the microsecond.
    pub fn from_std(duration: std::time::Duration) -> Self {
        Self(i64::try_from(duration.as_nanos().div_ceil(1_000)).unwrap_or(i64::MAX))
    }

    /// As the standard library counts it; a negative span is none.
    pub fn to_std(self) -> std::time::Duration {
        std::time::Duration::from_micros(u64::try_from(self.0).unwrap_or(0))
    }
}

impl Time {
    /// What the machine's clock shows, right or wrong: for what another device's clock is held against. Stories ask a
    /// [`Clock`].
    pub fn on_the_wall() -> Self {
        system_now()
    }

    /// From microseconds since 1970.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since 1970.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970, rounded down: what a token's claims count in.
    pub const fn unix_seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// Reads RFC 3339, also without seconds (`2027-06-30T16:00Z`), in any offset; years 1 to 9999.
    pub fn parse(text: &str) -> Option<Self> {
        let timestamp: jiff::Timestamp = text.trim().parse().ok()?;
        Some(Self(timestamp.as_microsecond()))
    }

    /// As the time library counts it.
    pub fn timestamp(self) -> jiff::Timestamp {
        jiff::Timestamp::from_microsecond(self.0).unwrap_or(if self.0 < 0 {
            jiff::Timestamp::MIN
        } else {
            jiff::Timestamp::MAX
        })
    }

    /// How long from `earlier` to this.
    pub fn since(self, earlier: Time) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}

impl std::ops::Add<Span> for Time {
    type Output = Time;
    fn add(self, span: Span) -> Time {
        Time(self.0.saturating_add(span.0))
    }
}

impl std::ops::Sub<Span> for Time {
    type Output = Time;
    fn sub(self, span: Span) -> Time {
        Time(self.0.saturating_sub(span.0))
    }
}

impl std::fmt::Display for Time {
    /// RFC 3339 in UTC, fractions only where there are any.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.timestamp().fmt(f)
    }
}

impl std::fmt::Debug for Time {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Time({self})")
    }
}

impl serde::Serialize for Time {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Time {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not an RFC 3339 time"))
    }
}

impl utoipa::PartialSchema for Time {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .format(Some(utoipa::openapi::SchemaFormat::KnownFormat(utoipa::openapi::KnownFormat::DateTime)))
            .into()
    }
}

impl utoipa::ToSchema for Time {}

impl<DB> ToSql<BigInt, DB> for Time
where
    DB: Backend,
    i64: ToSql<BigInt, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.to_sql(out)
    }
}

impl<DB> FromSql<BigInt, DB> for Time
where
    DB: Backend,
    i64: FromSql<BigInt, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(i64::from_sql(bytes)?))
    }
}

/// Where use cases get the time from.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The system's clock.
    System,
    /// Runs at the system's pace, from another instant (`--clock`).
    Shifted {
        /// What is added to the system's time.
        by: Span,
    },
    /// Stands until it is moved (tests).
    Standing(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that shows `start` now and runs on.
    pub fn starting_at(start: Time) -> Self {
        Self::Shifted { by: start.since(system_now()) }
    }

    /// A clock that stands at `time`; clones of it move together.
    pub fn standing_at(time: Time) -> Self {
        Self::Standing(Arc::new(AtomicI64::new(time.0)))
    }

    /// The time now.
    pub fn now(&self) -> Time {
        match self {
            Self::System => {
                let now = system_now();
                now.max(Time(LATEST.fetch_max(now.0, Ordering::SeqCst)))
            }
            Self::Shifted { by } => system_now() + *by,
            Self::Standing(micros) => Time(micros.load(Ordering::SeqCst)),
        }
    }

    /// The time since some fixed moment, for limits and not for stories: nobody's correction of the system's clock moves
    /// it.
    pub fn steady(&self) -> std::time::Duration {
        static STARTED: std::sync::LazyLock<std::time::Instant> = std::sync::LazyLock::new(std::time::Instant::now);
        match self {
            Self::System | Self::Shifted { .. } => STARTED.elapsed(),
            Self::Standing(micros) => Span(micros.load(Ordering::SeqCst)).to_std(),
        }
    }

    /// What a telephone shows at `now`: where our own time waits for the system's clock to catch up, it goes by that clock.
    pub fn beside_a_phone(&self, now: Time) -> Time {
        if let Self::System = self { system_now() } else { now }
    }

    /// Lets the system's clock show less than it has shown: a person has said that it is right now.
    pub fn start_anew(&self) {
        if let Self::System = self {
            LATEST.store(i64::MIN, Ordering::SeqCst);
        }
    }

    /// Moves a standing clock; any other keeps its own time.
    pub fn set(&self, time: Time) {
        if let Self::Standing(micros) = self {
            micros.store(time.0, Ordering::SeqCst);
        }
    }

    /// Whether somebody has set it: pages and logs then say so, and mail may go no further than this machine.
    pub fn is_set(&self) -> bool {
        !matches!(self, Self::System)
    }
}

/// The latest that the system's clock has shown to this process: no event's time falls where it is set back (S-STO-6).
static LATEST: AtomicI64 = AtomicI64::new(i64::MIN);

#[expect(clippy::disallowed_methods, reason = "this file is where the system's clock is read")]
fn system_now() -> Time {
    Time(jiff::Timestamp::now().as_microsecond())
}
