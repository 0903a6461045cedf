//! SQLite: many readers, one writer thread with group commit.
//!
//! The writer drains whatever writes wait, runs each in a savepoint of one IMMEDIATE transaction, commits once and
//! only then answers all. So a durable write costs a share of a sync, not a sync of its own, and nobody waits for a
//! lock. A panic or an error in one write touches no other.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::r2d2::{ManageConnection, Pool};
use diesel::{Connection, SqliteConnection};
use tokio::sync::{mpsc, oneshot, watch};

use super::error::store_error;
use super::{Conn, Failure, QUEUE, StoreError, migrate};

/// Writes that share a commit at most, so that the first of them does not wait for ever.
const BATCH: usize = 256;
/// Writes after which the log is copied into the database, besides the writer.
const CHECKPOINT_EACH: usize = 500;
/// Readers at once. A read is short; more would only fight for the two cores.
const READERS: u32 = 4;

#[derive(Clone)]
pub(super) struct Sqlite {
    readers: Pool<Readers>,
    writer: mpsc::Sender<Box<dyn Write>>,
    disk_failed: watch::Receiver<bool>,
    _thread: Arc<WriterThread>,
}

/// A write that waits: run inside its savepoint, then told how the commit went.
trait Write: Send {
    fn run(&mut self, conn: &mut Conn) -> Fate;
    fn answer(self: Box<Self>, committed: Result<(), StoreError>);
}

#[derive(PartialEq, Eq)]
enum Fate {
    Done,
    Undone,
    /// The transaction around it is no longer whole: nothing of the batch may be committed.
    Broken,
    /// The same, and the disk is why.
    DiskFailed,
}

struct Waiting<T, E, W> {
    work: W,
    outcome: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<T, E, W> Write for Waiting<T, E, W>
where
    T: Send,
    E: Failure,
    W: Fn(&mut Conn) -> Result<T, E> + Send,
{
    fn run(&mut self, conn: &mut Conn) -> Fate {
        let work = &self.work;
        let outcome = conn.transaction(|tx| {
            catch_unwind(AssertUnwindSafe(|| work(tx))).unwrap_or_else(|_| Err(StoreError::Panicked.into()))
        });
        let fate = match &outcome {
            Ok(_) => Fate::Done,
            Err(error) => match store_error(error) {
                Some(error) if error.is_disk_failure() => Fate::DiskFailed,
                Some(StoreError::Query(
                    diesel::result::Error::BrokenTransactionManager
                    | diesel::result::Error::RollbackErrorOnCommit { .. },
                )) => Fate::Broken,
                _ => Fate::Undone,
            },
        };
        self.outcome = Some(outcome);
        fate
    }

    fn answer(self: Box<Self>, committed: Result<(), StoreError>) {
        let outcome = match (self.outcome, committed) {
            (Some(Err(error)), _) => Err(error), // undone in its savepoint, whatever became of the others
            (Some(outcome), Ok(())) => outcome,
            (None, Ok(())) => Err(StoreError::Busy.into()),
            (_, Err(error)) => Err(error.into()),
        };
        let _gone = self.reply.send(outcome); // the caller may have hung up
    }
}

impl Sqlite {
    pub(super) fn open(file: &Path) -> Result<Self, StoreError> {
        let mut writer = connect(file)?;
        migrate::run(&mut writer)?;
        let (sender, queue) = mpsc::channel(QUEUE);
        let (failing, disk_failed) = watch::channel(false);
        let failing = Arc::new(failing);
        let checkpointer = Checkpointer::start(file, Arc::clone(&failing))?;
        let handle = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || write_until_closed(writer, queue, checkpointer, &failing))
            .map_err(|error| StoreError::Unavailable(error.to_string()))?;
        let readers = Pool::builder()
            .max_size(READERS)
            .min_idle(Some(1))
            .connection_timeout(Duration::from_secs(5))
            .test_on_check_out(false)
            .build(Readers { file: file.to_owned() })
            .map_err(|error| StoreError::Unavailable(error.to_string()))?;
        Ok(Self { readers, writer: sender, disk_failed, _thread: Arc::new(WriterThread { _handle: handle }) })
    }

    pub(super) fn read<T, E: Failure>(&self, work: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E> {
        let mut conn = self.readers.get().map_err(|_| StoreError::Busy)?;
        conn.transaction(|tx| {
            catch_unwind(AssertUnwindSafe(|| work(tx))).unwrap_or_else(|_| Err(StoreError::Panicked.into()))
        })
    }

    /// Comes back when the disk has failed, else never.
    pub(super) async fn disk_failed(&self) {
        let mut failed = self.disk_failed.clone();
        if failed.wait_for(|failed| *failed).await.is_err() {
            std::future::pending().await // the writer and the checkpointer ended well
        }
    }

    /// Whether writes are taken.
    pub(super) fn takes_writes(&self) -> bool {
        !*self.disk_failed.borrow()
    }

    pub(super) async fn write<T, E>(&self, work: impl Fn(&mut Conn) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: Failure,
    {
        let (reply, answer) = oneshot::channel();
        let waiting = Waiting { work, outcome: None, reply };
        self.writer.try_send(Box::new(waiting)).map_err(|refused| match refused {
            mpsc::error::TrySendError::Full(_) => StoreError::Busy,
            mpsc::error::TrySendError::Closed(_) => StoreError::Unavailable("the writer has stopped".to_owned()),
        })?;
        answer.await.unwrap_or_else(|_| Err(StoreError::Unavailable("the writer has stopped".to_owned()).into()))
    }
}

/// Kept so that the thread's end can be told from its panic in a debugger; it ends when the last sender is gone.
struct WriterThread {
    _handle: std::thread::JoinHandle<()>,
}

/// Ends early where the disk has failed: a sync that failed is never tried again, since the system may have dropped what
/// it did not write and then say that all is well (S-STO-2). Whoever waits is told that the writer has stopped.
fn write_until_closed(
    mut conn: Conn,
    mut queue: mpsc::Receiver<Box<dyn Write>>,
    mut checkpointer: Checkpointer,
    failing: &watch::Sender<bool>,
) {
    while let Some(first) = queue.blocking_recv() {
        if *failing.borrow() {
            return;
        }
        match write_batch(&mut conn, first, &mut queue) {
            Ok(written) => checkpointer.count(written),
            Err(DiskFailed) => {
                failing.send_replace(true);
                return;
            }
        }
    }
}

/// See [`StoreError::is_disk_failure`].
struct DiskFailed;

/// Copies what the log holds into the database while the writer writes on: done in the writer's own commit it takes a
/// seventh of its time, and everyone who waits then waits for a second sync. What it has not come to yet the writer
/// copies by itself, once the log is long (`wal_autocheckpoint`), and then begins the log anew.
struct Checkpointer {
    wake: std::sync::mpsc::SyncSender<()>,
    written: usize,
}

impl Checkpointer {
    /// Starts the thread; it ends with the writer.
    fn start(file: &Path, failing: Arc<watch::Sender<bool>>) -> Result<Self, StoreError> {
        let mut conn = connect(file)?;
        let (wake, woken) = std::sync::mpsc::sync_channel(1);
        std::thread::Builder::new()
            .name("store-checkpoint".to_owned())
            .spawn(move || {
                while woken.recv().is_ok() {
                    let Err(error) = conn.batch_execute("PRAGMA wal_checkpoint(PASSIVE)").map_err(StoreError::from)
                    else {
                        continue;
                    };
                    if error.is_disk_failure() {
                        tracing::error!("the disk failed at a checkpoint");
                        failing.send_replace(true);
                        return;
                    }
                    tracing::debug!(%error, "a checkpoint was put off");
                }
            })
            .map_err(|error| StoreError::Unavailable(error.to_string()))?;
        Ok(Self { wake, written: 0 })
    }

    /// So many writes were committed.
    fn count(&mut self, written: usize) {
        self.written += written;
        if self.written >= CHECKPOINT_EACH && self.wake.try_send(()).is_ok() {
            self.written = 0;
        }
    }
}

/// One commit: the first write and all that wait by the time it is done, up to [`BATCH`]. Answers how many there were.
fn write_batch(
    conn: &mut Conn,
    first: Box<dyn Write>,
    queue: &mut mpsc::Receiver<Box<dyn Write>>,
) -> Result<usize, DiskFailed> {
    let mut ran = Vec::with_capacity(BATCH);
    let mut disk_failed = false;
    let committed = match begin(conn) {
        Ok(()) => {
            let mut next = Some(first);
            let mut broken = false;
            while let Some(mut write) = next.take() {
                let fate = write.run(conn);
                disk_failed = fate == Fate::DiskFailed;
                broken = disk_failed || fate == Fate::Broken;
                ran.push(write);
                if !broken && ran.len() < BATCH {
                    next = queue.try_recv().ok();
                }
            }
            if broken { Err(diesel::result::Error::BrokenTransactionManager) } else { commit(conn) }
        }
        Err(error) => {
            ran.push(first);
            Err(error)
        }
    };
    let failure = committed.err().map(StoreError::from).map(|error| {
        roll_back(conn);
        disk_failed |= error.is_disk_failure();
        tracing::error!(%error, disk_failed, writes = ran.len(), "a commit failed; its writes are undone");
        error.to_string()
    });
    let written = ran.len();
    for write in ran {
        write.answer(failure.clone().map_or(Ok(()), |why| Err(StoreError::Unavailable(why))));
    }
    if disk_failed { Err(DiskFailed) } else { Ok(written) }
}

fn inner(conn: &mut Conn) -> &mut SqliteConnection {
    match conn {
        Conn::Sqlite(inner) => inner,
        Conn::Postgres(_) => unreachable!("this file opens SQLite connections only"),
    }
}

fn begin(conn: &mut Conn) -> diesel::QueryResult<()> {
    AnsiTransactionManager::begin_transaction_sql(inner(conn), "BEGIN IMMEDIATE")
}

fn commit(conn: &mut Conn) -> diesel::QueryResult<()> {
    AnsiTransactionManager::commit_transaction(inner(conn))
}

/// Back to no transaction at all, whether or not the database has already rolled back by itself (disk full).
fn roll_back(conn: &mut Conn) {
    let inner = inner(conn);
    let _already_gone = AnsiTransactionManager::rollback_transaction(inner);
    let _already_gone = inner.batch_execute("ROLLBACK");
    *AnsiTransactionManager::transaction_manager_status_mut(inner) = Default::default();
}

/// Opens the file with what S-STO-1 asks of every connection.
///
/// What each write's savepoint keeps for its undoing stays in memory: as a file it cost a quarter of an intake's time.
fn connect(file: &Path) -> Result<Conn, StoreError> {
    let unavailable = |why: String| StoreError::Unavailable(format!("{}: {why}", file.display()));
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(|error| unavailable(error.to_string()))?;
    }
    let path = file.to_str().ok_or_else(|| unavailable("the path is no UTF-8".to_owned()))?;
    keep_private(file).map_err(|error| unavailable(error.to_string()))?;
    let mut conn = SqliteConnection::establish(path).map_err(|error| unavailable(error.to_string()))?;
    conn.batch_execute(
        "PRAGMA busy_timeout = 10000;
         PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA foreign_keys = ON;
         PRAGMA trusted_schema = OFF;
         PRAGMA secure_delete = ON;
         PRAGMA temp_store = MEMORY;
         PRAGMA wal_autocheckpoint = 16000;
         PRAGMA cache_size = -16000;",
    )
    .map_err(|error| unavailable(error.to_string()))?;
    Ok(Conn::Sqlite(conn))
}

/// The database and what SQLite lays beside it take the mode of the file: made 0600 before SQLite makes it (S-STO-4).
#[cfg(unix)]
fn keep_private(file: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
    let opened = std::fs::OpenOptions::new().create(true).append(true).mode(0o600).open(file)?;
    opened.set_permissions(std::fs::Permissions::from_mode(0o600))
}

#[cfg(not(unix))]
fn keep_private(_file: &Path) -> std::io::Result<()> {
    Ok(())
}

/// Makes the readers' connections.
#[derive(Debug)]
struct Readers {
    file: std::path::PathBuf,
}

impl ManageConnection for Readers {
    type Connection = Conn;
    type Error = StoreError;

    fn connect(&self) -> Result<Conn, StoreError> {
        let mut conn = connect(&self.file)?;
        conn.batch_execute("PRAGMA query_only = ON;")?;
        Ok(conn)
    }

    fn is_valid(&self, _conn: &mut Conn) -> Result<(), StoreError> {
        Ok(())
    }

    fn has_broken(&self, conn: &mut Conn) -> bool {
        std::thread::panicking() || AnsiTransactionManager::is_broken_transaction_manager(inner(conn))
    }
}
