//! Whether the machine's clock can be trusted (S-STO-6). Phases, the release and reminders go by it, and a clock that
//! jumps would let the winners out early.
//!
//! Two clocks are held against each other: the wall's, which anybody may set, and the one that runs from when the machine
//! was started, which nobody can. Their difference is when the machine was started by its own wall clock: an instant that
//! must not move. It is noted once a machine in the database, with when somebody last looked (the heartbeat). Where it
//! has moved by more than a minute, where the service was away for more than 36 hours, or where time has run back
//! meanwhile, the clock is in doubt: what must not come early waits until an approver says that it is right
//! (`docs/decisions/0020-a-clock-in-doubt.md`). A set clock (`--clock`) is a trial's, and is not looked at.

use std::sync::LazyLock;

use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::app::App;
use crate::audit::{self, Act, Deed};
use crate::clock::{Span, Time};
use crate::store::clock::{self as store, Beat, DoubtRow};
use crate::store::{Conn, StoreError, Stored};

/// How far the two clocks may be apart.
const APART: Span = Span::seconds(60);
/// How long the service may have been away.
const AWAY: Span = Span::hours(36);
/// Between two heartbeats.
const EACH: Span = Span::minutes(1);
/// A machine that has not been seen for so long is forgotten.
const REMEMBERED: Span = Span::days(40);

/// What a machine's two clocks show at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sight {
    /// Which start of which machine this is.
    pub machine: String,
    /// The wall clock.
    pub wall: Time,
    /// For how long the machine has run, asleep or awake.
    pub up: Span,
}

impl Sight {
    /// Of this machine, now.
    pub fn of_this_machine() -> Self {
        Self { machine: MACHINE.clone(), wall: Time::on_the_wall(), up: Span::since_the_start() }
    }

    /// When the machine was started, by its wall clock.
    fn started_at(&self) -> Time {
        self.wall - self.up
    }
}

/// The kernel's name for this run of it; where there is none, a name of this process.
static MACHINE: LazyLock<String> = LazyLock::new(|| {
    let kernel = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok();
    let name = kernel.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    name.unwrap_or_else(|| format!("process-{}-{}", std::process::id(), Time::on_the_wall().micros()))
});

crate::word_enum! {
    /// Why a clock is in doubt.
    pub enum Why {
        /// It was set while the machine ran.
        Jumped = "jumped",
        /// The service was away for so long that nobody can tell.
        Away = "away",
        /// It shows a time before the last at which somebody looked.
        RanBack = "ran_back",
    }
}

/// A clock that is in doubt, since when and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Doubt {
    /// When it was seen, by that clock.
    pub since: Time,
    /// Why.
    #[schema(value_type = String)]
    pub why: Why,
    /// By how many seconds it is astray (set back: negative), or was away.
    pub seconds: i64,
}

/// What a look at the clock says against what is known of it. `begins` is the first look of a process.
pub fn doubt_of(beats: &[Beat], sight: &Sight, begins: bool) -> Option<Doubt> {
    let doubt = |why, by: Span| Some(Doubt { since: sight.wall, why, seconds: by.whole_seconds() });
    let own = beats.iter().find(|beat| beat.machine == sight.machine);
    let astray = own.map(|own| sight.started_at().since(own.started_at));
    if let Some(astray) = astray.filter(|astray| *astray > APART || *astray < APART.back()) {
        return doubt(Why::Jumped, astray);
    }
    let last = beats.iter().map(|beat| beat.last_at).max().filter(|_| begins)?;
    let away = sight.wall.since(last);
    if away > AWAY {
        doubt(Why::Away, away)
    } else if away < APART.back() {
        doubt(Why::RanBack, away)
    } else {
        None
    }
}

/// The doubt that stands, or that a look of now raises; none in a trial.
///
/// # Errors
/// The store's.
pub fn doubt(tx: &mut Conn, app: &App) -> Stored<Option<Doubt>> {
    if app.clock.is_set() {
        return Ok(None);
    }
    match noted(tx)? {
        Some(doubt) => Ok(Some(doubt)),
        None => Ok(doubt_of(&store::all(tx)?, &Sight::of_this_machine(), false)),
    }
}

/// The doubt that was noted, also by another process.
///
/// # Errors
/// The store's.
pub fn noted(tx: &mut Conn) -> Stored<Option<Doubt>> {
    let row = store::doubt(tx)?;
    Ok(row.map(|row| Doubt {
        since: row.since,
        why: Why::parse(&row.why).unwrap_or(Why::Jumped),
        seconds: row.seconds,
    }))
}

/// Looks at the clock and notes what it sees. One a process.
#[derive(Debug, Default)]
pub struct Heart {
    /// For how long the machine had run at the last heartbeat.
    last: Option<Span>,
    /// When the machine was started, as it was then.
    started_at: Option<Time>,
    doubted: bool,
}

impl Heart {
    /// Looks once a minute, and at once where the clock has jumped; whether it can be trusted.
    ///
    /// # Errors
    /// The store's.
    pub async fn tick(&mut self, app: &App) -> Result<bool, StoreError> {
        if app.clock.is_set() {
            return Ok(true);
        }
        let sight = Sight::of_this_machine();
        let is_due = self.last.is_none_or(|last| sight.up >= last.plus(EACH));
        let moved = self.started_at.map_or(Span::seconds(0), |before| sight.started_at().since(before));
        if !is_due && moved <= APART && moved >= APART.back() {
            return if self.doubted { self.still_doubted(app).await.map(|doubted| !doubted) } else { Ok(true) };
        }
        let (parts, seen, begins) = (app.clone(), sight.clone(), self.last.is_none());
        let doubted = app.store.write(move |tx| Ok::<_, StoreError>(beat(tx, &parts, &seen, begins)?)).await?;
        self.note(app, doubted);
        (self.last, self.started_at) = (Some(sight.up), Some(sight.started_at()));
        Ok(!doubted)
    }

    /// Looks whether somebody has said that it is right, without writing.
    async fn still_doubted(&mut self, app: &App) -> Result<bool, StoreError> {
        let doubted = app.store.read(|tx| Ok::<_, StoreError>(store::doubt(tx)?.is_some())).await?;
        self.note(app, doubted);
        Ok(doubted)
    }

    fn note(&mut self, app: &App, doubted: bool) {
        if self.doubted && !doubted {
            app.clock.start_anew(); // somebody has said that it is right
        }
        self.doubted = doubted;
    }
}

/// One heartbeat; whether the clock is in doubt.
///
/// # Errors
/// The store's.
pub fn beat(tx: &mut Conn, app: &App, sight: &Sight, begins: bool) -> Stored<bool> {
    let beats = store::all(tx)?;
    let mut doubted = store::doubt(tx)?.is_some();
    if let (false, Some(doubt)) = (doubted, doubt_of(&beats, sight, begins)) {
        tracing::error!(why = %doubt.why, seconds = doubt.seconds, "the clock is in doubt: release and reminders wait");
        let Doubt { since, why, seconds } = doubt;
        store::note_doubt(tx, &DoubtRow { since, why: why.as_str().to_owned(), seconds })?;
        doubted = true;
        let detail = json!({"why": doubt.why.as_str(), "seconds": doubt.seconds});
        audit::record(tx, app, &Deed::of_service(app), Act::ClockDoubted, None, "clock", detail)?;
    }
    if !doubted {
        store::forget(tx, sight.wall - REMEMBERED)?;
    }
    let own = beats.into_iter().find(|beat| beat.machine == sight.machine);
    let started_at = own.map_or(sight.started_at(), |own| own.started_at);
    store::note(tx, &Beat { machine: sight.machine.clone(), started_at, last_at: sight.wall })?;
    Ok(doubted)
}

/// A person has said that the clock is right: from now on it is held against what it shows now. Whether there was a doubt.
///
/// # Errors
/// The store's.
pub fn settle(tx: &mut Conn, app: &App) -> Stored<bool> {
    let there_was = store::settle(tx)?;
    if there_was && !app.clock.is_set() {
        app.clock.start_anew();
        let sight = Sight::of_this_machine();
        let beat = Beat { started_at: sight.started_at(), last_at: sight.wall, machine: sight.machine };
        store::note(tx, &beat)?;
    }
    Ok(there_was)
}
