//! `serve`: the API, the pages, and the worker unless told not to.

use std::net::TcpListener;

use clap::Args;
use tokio::sync::watch;

use super::signals::{End, Signals, Stop};
use super::{Failure, Outcome, block_on, log, open, say};
use crate::app::App;
use crate::config::Config;
use crate::server;

/// Serves the API and the pages.
#[derive(Args)]
pub(super) struct Serve {
    /// Leaves mail, reminders, release and sealing to `worker` processes
    #[arg(long)]
    no_worker: bool,
    /// On PostgreSQL: makes the newest of the secrets given the one in use, for every process that starts from now on
    #[arg(long)]
    adopt_secret: bool,
}

impl Serve {
    pub(super) fn run(self, config: Config) -> Outcome {
        log::start("info");
        let secret = if self.adopt_secret { open::Secret::Newest } else { open::Secret::AsNoted };
        let app = open::open_with(config, secret)?;
        let _alone = open::alone(&app.config)?;
        if app.clock.is_set() {
            tracing::warn!(now = %app.clock.now(), "the clock is set: this is a trial");
        }
        block_on(serve(app, !self.no_worker))
    }
}

/// Serves until SIGTERM or SIGINT, then finishes what has begun (S-DEP-1).
///
/// A proxy is told at once that we are not ready, and has a moment to send its requests elsewhere; then no connection is
/// taken any more, and what has begun has half a minute.
pub(super) async fn serve(app: App, with_worker: bool) -> Outcome {
    let mut signals = Signals::listen()?;
    let listener = TcpListener::bind(app.config.listen)
        .map_err(|error| Failure::Line(format!("{}: {error}", app.config.listen)))?;
    let address = listener.local_addr()?;
    let threads = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let running = server::start(app.clone(), listener, threads)?;
    say(&format!("listening on http://{address}"));
    let (stop, stopped) = watch::channel(false);
    let worker = with_worker.then(|| tokio::task::spawn_local(server::work(app.clone(), stopped)));
    let end = tokio::select! {
        asked = signals.asked() => End::Asked(asked?),
        () = app.store.disk_failed() => End::DiskFailed,
    };
    app.stop();
    let patience = app.config.patience;
    if end == End::Asked(Stop::Manager) {
        tokio::time::sleep(patience.farewell).await;
    }
    let _worker_gone = stop.send(true);
    running.handle.stop(true).await;
    if let Some(worker) = worker {
        let _ended_or_late = tokio::time::timeout(patience.stop, worker).await; // a message under way is anybody's later
    }
    let _ended = running.done.await;
    end.outcome()
}
