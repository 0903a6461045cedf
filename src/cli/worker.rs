//! `worker`: only what the service does by itself: the outbox, the release, the sealing.

use tokio::sync::watch;

use super::signals::{End, Signals};
use super::{Outcome, block_on, log, open};
use crate::config::Config;
use crate::server;

pub(super) fn run(config: Config) -> Outcome {
    log::start("info");
    let app = open::open(config)?;
    let _alone = open::alone(&app.config)?;
    block_on(async move {
        let mut signals = Signals::listen()?;
        let (stop, stopped) = watch::channel(false);
        let patience = app.config.patience;
        let worker = tokio::task::spawn_local(server::work(app.clone(), stopped));
        let end = tokio::select! {
            asked = signals.asked() => End::Asked(asked?),
            () = app.store.disk_failed() => End::DiskFailed,
        };
        let _worker_gone = stop.send(true);
        let _ended_or_late = tokio::time::timeout(patience.stop, worker).await;
        end.outcome()
    })
}
