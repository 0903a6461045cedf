//! The mail folder: where mail lies as `.eml` files while there is no mail server.

use std::io::Write as _;
use std::path::Path;

use super::message::unseal;
use super::read::{Opened, read};
use super::store;
use crate::app::App;
use crate::ids::MessageId;
use crate::store::StoreError;

/// Lays a message into the folder: a file of its own, whole or not there, readable to us alone. It is not synced: the
/// outbox keeps the same bytes, and a sync a mail would make intake wait for the disk.
pub(super) fn put(folder: &Path, id: MessageId, bytes: &[u8]) -> std::io::Result<()> {
    let temporary = folder.join(format!(".{id}.part"));
    let mut file = private(&temporary)?;
    file.write_all(bytes)?;
    std::fs::rename(&temporary, folder.join(format!("{id}.eml")))
}

/// Makes the folder where it is missing, for us alone.
pub(super) fn make(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn private(path: &Path) -> std::io::Result<std::fs::File> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// The newest mails that have left, as their readers see them: what `/demo/mail` shows. Read from the outbox itself,
/// whose rows say the same as the files.
///
/// # Errors
/// The store's.
pub async fn newest(app: &App, limit: usize) -> Result<Vec<(MessageId, Opened)>, StoreError> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let sent = app.store.read(move |tx| store::newest_sent(tx, limit).map_err(StoreError::from)).await?;
    let opened = |row: &store::Claimed| Some((row.id, read(&unseal(app, row.bytes.as_deref()?)?)?));
    Ok(sent.iter().filter_map(opened).collect())
}
