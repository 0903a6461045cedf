//! The log: JSON lines on standard error, and what a panic leaves in it.

use tracing_subscriber::EnvFilter;

/// Logs from now on; `RUST_LOG` chooses what, `otherwise` where it says nothing.
///
/// What the web server has to say of each broken request is left out: whoever watches for errors shall not be kept busy by
/// strangers.
pub(super) fn start(otherwise: &str) {
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new(format!("{otherwise},actix_http=off,actix_server=warn")));
    let _already_set = tracing_subscriber::fmt().json().with_env_filter(filter).with_writer(std::io::stderr).try_init();
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a panic"); // not its message, which may hold what somebody wrote (S-DEP-3)
    }));
}
