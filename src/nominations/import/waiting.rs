//! A file that an organiser has uploaded in a browser and looks at before taking it in. It waits in the store, sealed, one a
//! person and edition, for an hour; so it is uploaded once and not carried through a page.

use super::store;
use crate::app::App;
use crate::clock::{Span, Time};
use crate::ids::{AccountId, EditionId};
use crate::keys::Purpose;
use crate::store::{StoreError, Stored};

/// How long one waits.
const KEPT: Span = Span::hours(1);

/// Whose file it is, and for which edition.
pub type Whose = (EditionId, AccountId);

/// Keeps a file, instead of an earlier one.
///
/// # Errors
/// The store's.
pub async fn keep(app: &App, of: Whose, file: Vec<u8>, at: Time) -> Result<(), StoreError> {
    let parts = app.clone();
    let sealed = tokio::task::spawn_blocking(move || parts.keys.seal(Purpose::Imports, &parts.chance, &file));
    let sealed = sealed.await.map_err(|_| StoreError::Panicked)?;
    app.store.write(move |tx| Ok(store::keep_file(tx, of, &sealed, at)?)).await
}

/// The file that waits; `None` where there is none, or its hour is over.
///
/// # Errors
/// The store's.
pub async fn kept(app: &App, of: Whose, now: Time) -> Result<Option<Vec<u8>>, StoreError> {
    let sealed: Option<String> =
        app.store.read(move |tx| Ok::<_, StoreError>(store::kept_file(tx, of, now - KEPT)?)).await?;
    let Some(sealed) = sealed else { return Ok(None) };
    let parts = app.clone();
    let opened = tokio::task::spawn_blocking(move || parts.keys.unseal(Purpose::Imports, &sealed));
    opened.await.map_err(|_| StoreError::Panicked)
}

/// Forgets the file.
///
/// # Errors
/// The store's.
pub async fn forget(app: &App, of: Whose) -> Result<(), StoreError> {
    app.store.write(move |tx| Ok(store::forget_file(tx, of)?)).await
}

/// Forgets the files whose hour is over.
///
/// # Errors
/// The store's.
pub async fn tick(app: &App) -> Result<(), StoreError> {
    let until = app.clock.now() - KEPT;
    if app.store.read(move |tx| Ok::<_, StoreError>(store::has_old_files(tx, until)?)).await? {
        let forget = move |tx: &mut _| -> Stored<()> { store::forget_old_files(tx, until) };
        app.store.write(move |tx| Ok::<_, StoreError>(forget(tx)?)).await?;
    }
    Ok(())
}
