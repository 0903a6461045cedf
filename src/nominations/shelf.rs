//! The editions that a thread of the server has seen last, so that taking in a nomination reads no edition before its
//! transaction. Inside, the edition is looked at again: one that has changed meanwhile is fetched anew.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::app::App;
use crate::editions::{self, Edition, EditionSlug};
use crate::store::StoreError;

/// See the file's head. One a thread of the server.
#[derive(Default)]
pub struct Shelf(Mutex<HashMap<EditionSlug, Edition>>);

impl Shelf {
    /// The edition as it was seen last, if it was.
    pub(super) fn seen(&self, slug: &EditionSlug) -> Option<Edition> {
        self.lock().get(slug).cloned()
    }

    /// The edition as it is now, seen from now on; `None` where there is none.
    pub(super) async fn fetch(&self, app: &App, slug: &EditionSlug) -> Result<Option<Edition>, StoreError> {
        let wanted = slug.clone();
        let found = app.store.read(move |tx| Ok::<_, StoreError>(editions::store::by_slug(tx, &wanted)?)).await?;
        match &found {
            Some(edition) => self.lock().insert(slug.clone(), edition.clone()),
            None => self.lock().remove(slug),
        };
        Ok(found)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<EditionSlug, Edition>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether two looks at an edition saw the same document: each save counts its version up.
pub(super) fn is_same(one: &Edition, other: &Edition) -> bool {
    one.id == other.id && one.version == other.version
}
