//! `worker`: only what the service does by itself: the outbox, the release, the sealing.

use tokio::sync::watch;

use super::{Outcome, block_on, open, serve};
use crate::config::Config;
use crate::server;

pub(super) fn run(config: Config) -> Outcome {
    serve::start_log("info");
    let app = open::open(config)?;
    let _alone = open::alone(&app.config)?;
    block_on(async move {
        let (stop, stopped) = watch::channel(false);
        let worker = tokio::task::spawn_local(server::work(app, stopped));
        serve::wait_for_a_signal().await?;
        let _worker_gone = stop.send(true);
        let _ended = worker.await;
        Ok(())
    })
}
