//! A draft as it stands, how long it lives, and who holds it.

use serde_json::Value as Json;

use crate::accounts::access::links;
use crate::clock::{Span, Time};
use crate::editions::Edition;
use crate::fields::Email;
use crate::http::links::LinkKind;
use crate::ids::{DraftId, EditionId};
use crate::nominations::submit::Receipt;
use crate::text::Language;

/// How long a mailed draft lives after its last change.
pub const MAILED: Span = Span::days(30);
/// How long one lives that only a browser knows; also how long what was sent is remembered for that browser.
pub const IN_BROWSER: Span = Span::hours(24);

/// A nomination that is not sent yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// Id.
    pub id: DraftId,
    /// Edition.
    pub edition: EditionId,
    /// Any part of a nomination's body, as typed.
    pub body: Json,
    /// The language in which its writer is written to; both where it is not known.
    pub language: Option<Language>,
    /// The address that its link was mailed to; none while only a browser knows it.
    pub email: Option<Email>,
    /// Counted up when it is mailed to another address: links of before are dead.
    pub generation: i32,
    /// When the last letter with its link leaves or left.
    pub told_at: Option<Time>,
    /// The draft that this letter is about: it may hold links to several.
    pub told_about: Option<DraftId>,
    /// What became of it.
    pub sent: Option<Receipt>,
    /// How often it was saved.
    pub version: i64,
    /// When it was saved last.
    pub changed_at: Time,
}

impl Draft {
    /// Begins an empty one.
    pub fn new(id: DraftId, edition: EditionId, at: Time) -> Self {
        Self {
            id,
            edition,
            body: Json::Object(serde_json::Map::new()),
            language: None,
            email: None,
            generation: 0,
            told_at: None,
            told_about: None,
            sent: None,
            version: 1,
            changed_at: at,
        }
    }

    /// Until when its mailed link lives, exclusively.
    pub fn ends_at(&self, edition: &Edition) -> Time {
        (self.changed_at + MAILED).min(edition.timetable.nominations_close_at)
    }

    /// Saved with something new, one version on.
    pub(super) fn touch(&mut self, at: Time) {
        self.version += 1;
        self.changed_at = at;
    }
}

/// Whether a mailed draft can be opened by a link.
pub(super) fn is_alive(draft: &Draft, edition: &Edition, now: Time) -> bool {
    let runs = links::term(LinkKind::Draft).runs(edition, now) && now < draft.ends_at(edition);
    runs && draft.email.is_some() && draft.sent.is_none()
}

/// How a browser holds a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Which draft.
    pub draft: DraftId,
    /// The generation of the mailed link by which it was opened there: the address is proven, while it is this one.
    pub proven: Option<u16>,
}

impl Holder {
    /// Whether it has proven the address that the draft was mailed to.
    pub(super) fn has_proven(self, draft: &Draft) -> bool {
        draft.email.is_some() && self.proven.is_some_and(|generation| i32::from(generation) == draft.generation)
    }
}
