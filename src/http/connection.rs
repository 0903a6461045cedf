//! A connection that waits for nobody for ever (S-HTTP-2).
//!
//! The server beneath us times the first head of a connection and its idle time, and nothing else. So between it and the
//! socket stands a [`Connection`], which is told by the middleware when a head is complete ([`Requests`]). It drops whoever
//! lets a later head trickle in, and whoever does not read what is answered. The body and the handler have timers of their
//! own (`body.rs`, `middleware.rs`), which answer in words.

use std::cell::Cell;
use std::future::Future as _;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

use crate::config::Patience;

/// What a connection knows of its requests. The middleware gets it by `conn_data`.
#[derive(Clone, Default)]
pub struct Requests(Rc<Counts>);

#[derive(Default)]
struct Counts {
    /// Heads that were complete.
    begun: Cell<u64>,
    /// Requests that a handler has not answered yet.
    open: Cell<u32>,
}

/// A request that is being answered; dropped when that is done.
pub struct Open(Requests);

impl Requests {
    /// A head is complete.
    pub fn begin(&self) -> Open {
        self.0.begun.set(self.0.begun.get() + 1);
        self.0.open.set(self.0.open.get() + 1);
        Open(self.clone())
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let open = &self.0.0.open;
        open.set(open.get().saturating_sub(1));
    }
}

/// A socket with our timers around it.
pub struct Connection<S> {
    socket: S,
    patience: Patience,
    requests: Requests,
    /// How many requests had begun when the head that now comes in did, and until when it may take.
    head: Option<(u64, Instant)>,
    /// Until when somebody must have read something of what we write.
    unread: Option<Instant>,
    timer: Option<Pin<Box<Sleep>>>,
}

impl<S> Connection<S> {
    /// Puts the timers around a socket.
    pub fn new(socket: S, patience: Patience) -> Self {
        Self { socket, patience, requests: Requests::default(), head: None, unread: None, timer: None }
    }

    /// What the middleware is to be given.
    pub fn requests(&self) -> Requests {
        self.requests.clone()
    }

    /// Until when the head that now comes in may take; `read` says whether some of it came just now. While a request is
    /// answered nothing is timed here: what comes in then is its body, or the next one's head, which is timed later.
    fn head_until(&mut self, read: bool) -> Option<Instant> {
        let counts = &self.requests.0;
        if counts.open.get() > 0 || self.unread.is_some() {
            self.head = None;
            return None;
        }
        let begun = counts.begun.get();
        let going_on = self.head.filter(|(then, _)| *then == begun);
        self.head = going_on.or_else(|| read.then(|| (begun, Instant::now() + self.patience.head)));
        self.head.map(|(_, until)| until)
    }

    /// Wakes this connection's task at `until`; an error once it is past.
    fn time_out(&mut self, until: Instant, context: &mut Context<'_>) -> Poll<io::Error> {
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(until)));
        if timer.deadline() != until {
            timer.as_mut().reset(until);
        }
        timer.as_mut().poll(context).map(|()| io::ErrorKind::TimedOut.into())
    }

    /// What a write has come to, timed where it has to wait.
    fn written(&mut self, written: Poll<io::Result<usize>>, context: &mut Context<'_>) -> Poll<io::Result<usize>> {
        if written.is_ready() {
            self.unread = None;
            return written;
        }
        let until = *self.unread.get_or_insert_with(|| Instant::now() + self.patience.unread);
        self.time_out(until, context).map(Err)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Connection<S> {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = into.filled().len();
        let polled = Pin::new(&mut this.socket).poll_read(context, into);
        let until = this.head_until(into.filled().len() > before);
        match (polled, until) {
            (Poll::Pending, Some(until)) => this.time_out(until, context).map(Err),
            (polled, _) => polled,
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Connection<S> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.socket).poll_write(context, bytes);
        this.written(written, context)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().socket).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().socket).poll_shutdown(context)
    }
}
