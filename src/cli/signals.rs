//! How somebody asks the program to end.

use super::{Failure, Outcome};

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// A service manager, by SIGTERM: others may still be sending requests here.
    Manager,
    /// A person at the terminal.
    Person,
}

/// Why a service ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Somebody asked.
    Asked(Stop),
    /// Nothing more can be kept (S-STO-2): whoever watches over the process starts a fresh one, which recovers.
    DiskFailed,
}

impl End {
    /// What the process says with its exit code.
    pub(super) fn outcome(self) -> Outcome {
        match self {
            Self::Asked(_) => Ok(()),
            Self::DiskFailed => Err(Failure::Line("the disk failed under the database: start again".to_owned())),
        }
    }
}

/// Listens from the moment it is made.
pub(super) struct Signals {
    #[cfg(unix)]
    term: tokio::signal::unix::Signal,
}

impl Signals {
    pub(super) fn listen() -> std::io::Result<Self> {
        Ok(Self {
            #[cfg(unix)]
            term: tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?,
        })
    }

    /// Waits until somebody asks.
    pub(super) async fn asked(&mut self) -> std::io::Result<Stop> {
        #[cfg(unix)]
        tokio::select! {
            _ = self.term.recv() => return Ok(Stop::Manager),
            pressed = tokio::signal::ctrl_c() => pressed?,
        }
        #[cfg(not(unix))]
        tokio::signal::ctrl_c().await?;
        Ok(Stop::Person)
    }
}
