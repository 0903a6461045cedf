//! Where a message stands, and the only moves there are.

crate::word_enum! {
    /// How far a message has come.
    pub enum State {
        /// Its bytes are fixed; it leaves when the results are announced.
        Prepared = "prepared",
        /// It leaves when it is due.
        Queued = "queued",
        /// A worker has it.
        Sending = "sending",
        /// The mail server took it, or it lies in the mail folder.
        Sent = "sent",
        /// The mail server will not take it, or three days of trying are over.
        Failed = "failed",
        /// It may have left: the connection was lost between its first byte and the server's answer.
        Unknown = "unknown",
        /// It waits for a person: something stands against it that no machine can settle.
        Held = "held",
        /// It never leaves.
        Cancelled = "cancelled",
    }
}

/// What can happen to a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// A prepared one is let go.
    Release,
    /// A worker takes it.
    Claim,
    /// The mail server took it.
    Deliver,
    /// It is to be tried again later.
    PutBack,
    /// It is given up.
    GiveUp,
    /// Nobody knows whether it left.
    LoseSight,
    /// It waits for a person.
    Hold,
    /// It shall not leave.
    Cancel,
    /// A person sends it again, or lets it go.
    Retry,
    /// A person found out that it arrived.
    SettleArrived,
    /// A person found out that it did not arrive.
    SettleLost,
}

/// The message's state does not allow this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a message that is {from} cannot do this: {wanted:?}")]
pub struct IllegalMove {
    /// Where it stands.
    pub from: State,
    /// What was asked of it.
    pub wanted: Move,
}

impl Move {
    /// Where this move leads from a state that allows it: for constants, where a mistake does not compile.
    pub const fn from(self, from: State) -> State {
        match from.after(self) {
            Ok(to) => to,
            Err(_) => panic!("no such move"),
        }
    }
}

impl State {
    /// Where a move leads.
    ///
    /// # Errors
    /// [`IllegalMove`].
    pub const fn after(self, step: Move) -> Result<Self, IllegalMove> {
        Ok(match (self, step) {
            (Self::Prepared, Move::Release) => Self::Queued,
            (Self::Queued, Move::Claim) => Self::Sending,
            (Self::Sending, Move::Deliver) => Self::Sent,
            (Self::Sending, Move::PutBack) => Self::Queued,
            (Self::Queued | Self::Sending, Move::GiveUp) => Self::Failed,
            (Self::Sending, Move::LoseSight) => Self::Unknown,
            (Self::Prepared | Self::Queued, Move::Hold) => Self::Held,
            (Self::Prepared | Self::Queued | Self::Held | Self::Failed, Move::Cancel) => Self::Cancelled,
            (Self::Failed | Self::Held, Move::Retry) => Self::Queued,
            (Self::Unknown, Move::SettleArrived) => Self::Sent,
            (Self::Unknown, Move::SettleLost) => Self::Failed,
            (from, wanted) => return Err(IllegalMove { from, wanted }),
        })
    }

    /// Whether nothing more happens to it by itself.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Sent | Self::Failed | Self::Cancelled)
    }
}
