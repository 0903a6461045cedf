//! How long the service waits for callers and for itself (S-HTTP-2). Numbers of the program, not of the operator.

use std::time::Duration;

/// How long what may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// A request's head, from its first byte.
    pub head: Duration,
    /// A whole body.
    pub body: Duration,
    /// A handler, with the body that it reads.
    pub handler: Duration,
    /// A file of 8 MiB, over a slow line.
    pub upload: Duration,
    /// A handler that takes in such a file, with the file.
    pub import: Duration,
    /// A caller who reads nothing of the answer.
    pub unread: Duration,
    /// Between a signal to stop and the end of new connections, so that a proxy sees that we are not ready.
    pub farewell: Duration,
    /// Work that had begun by then.
    pub stop: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(5),
            body: Duration::from_secs(10),
            handler: Duration::from_secs(15),
            upload: Duration::from_secs(60),
            import: Duration::from_secs(120),
            unread: Duration::from_secs(30),
            farewell: Duration::from_secs(2),
            stop: Duration::from_secs(30),
        }
    }
}
