//! `serve`: the API, the pages, and the worker unless told not to.

use std::net::TcpListener;

use clap::Args;
use tokio::sync::watch;

use super::{Failure, Outcome, block_on, open, say};
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
        start_log("info");
        let secret = if self.adopt_secret { open::Secret::Newest } else { open::Secret::AsNoted };
        let app = open::open_with(config, secret)?;
        let _alone = open::alone(&app.config)?;
        if app.clock.is_set() {
            tracing::warn!(now = %app.clock.now(), "the clock is set: this is a trial");
        }
        block_on(serve(app, !self.no_worker))
    }
}

/// Serves until SIGTERM or SIGINT, then finishes what has begun.
pub(super) async fn serve(app: App, with_worker: bool) -> Outcome {
    let listener = TcpListener::bind(app.config.listen)
        .map_err(|error| Failure::Line(format!("{}: {error}", app.config.listen)))?;
    let address = listener.local_addr()?;
    let threads = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let running = server::start(app.clone(), listener, threads)?;
    say(&format!("listening on http://{address}"));
    let (stop, stopped) = watch::channel(false);
    let worker = with_worker.then(|| tokio::task::spawn_local(server::work(app, stopped)));
    wait_for_a_signal().await?;
    let _worker_gone = stop.send(true);
    running.handle.stop(true).await;
    if let Some(worker) = worker {
        let _ended = worker.await;
    }
    let _ended = running.done.await;
    Ok(())
}

/// Waits until somebody asks the program to end.
pub(super) async fn wait_for_a_signal() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut term = signal(SignalKind::terminate())?;
        tokio::select! {
            _ = term.recv() => Ok(()),
            pressed = tokio::signal::ctrl_c() => pressed,
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}

/// Logs as JSON lines on standard error; `RUST_LOG` chooses what, `otherwise` where it says nothing.
pub(super) fn start_log(otherwise: &str) {
    use tracing_subscriber::EnvFilter;
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(otherwise));
    let _already_set = tracing_subscriber::fmt().json().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}
