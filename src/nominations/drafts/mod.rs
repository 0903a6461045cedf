//! Drafts: nominations that are not sent yet. Any part of the form, as typed; only the kinds of its values are checked.
//!
//! A draft is mailed (a link opens it, for 30 days from the last change or to the close, whichever is first) or only
//! known to the browser in which it is written (24 hours). Whoever sends a draft by its link has proven the address that
//! the link went to, so that sending is also the confirmation. What is wrong in a form is said by the form's one reader,
//! [`NominationForm`](super::form::NominationForm), here as everywhere.

pub mod api;
pub mod body;
pub mod clockwork;
mod error;
mod keep;
mod letter;
pub mod model;
pub mod schema;
mod send;
pub(super) mod store;
mod write;

pub use error::DraftError;
pub use keep::{begin, keep};
pub(in crate::nominations) use letter::again as letter_again;
pub use model::{Draft, Holder};
pub use send::{FromWhere, send};
pub use write::{change, fill, held, read};

use model::is_alive;

use crate::clock::Time;
use crate::editions::{self, Edition};
use crate::http::links::{Link, LinkKind};
use crate::ids::DraftId;
use crate::store::{Conn, Stored};

/// The draft behind a mailed link that lives.
///
/// # Errors
/// The store's.
pub fn behind(tx: &mut Conn, link: &Link, now: Time) -> Stored<Option<(Edition, Draft)>> {
    if link.kind != LinkKind::Draft {
        return Ok(None);
    }
    let Some(draft) = store::by_id(tx, DraftId::from_uuid(link.row))? else { return Ok(None) };
    let Some(edition) = editions::store::by_id(tx, draft.edition)? else { return Ok(None) };
    let lives = is_alive(&draft, &edition, now) && draft.generation == i32::from(link.generation);
    Ok(lives.then_some((edition, draft)))
}
