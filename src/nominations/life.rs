//! Whether this room's links live: how long is said by the table of links (`accounts/access/links.rs`), the rest by the
//! row. Unknown, dead and foreign ones are alike.

use super::drafts;
use super::model::{Nomination, SupporterRow};
use super::status::Status;
use super::store;
use crate::accounts::access::links;
use crate::clock::Time;
use crate::editions::{self, Edition};
use crate::http::links::{Link, LinkKind};
use crate::ids::{NominationId, SupporterId};
use crate::store::{Conn, Stored};

/// A link of this room that lives.
pub struct Life {
    /// The edition it belongs to.
    pub edition: Edition,
    /// Until when it lives, exclusively; for ever where there is none.
    pub expires_at: Option<Time>,
}

/// Whether a link of this room lives: what `GET /link` tells of it.
///
/// # Errors
/// The store's.
pub fn life(tx: &mut Conn, link: &Link, now: Time) -> Stored<Option<Life>> {
    if link.kind == LinkKind::Draft {
        let draft = drafts::behind(tx, link, now)?;
        return Ok(draft.map(|(edition, draft)| Life { expires_at: Some(draft.ends_at(&edition)), edition }));
    }
    Ok(match link.kind {
        LinkKind::Confirm => to_confirm(tx, link, now)?.map(|(edition, _)| edition),
        LinkKind::Letter => to_letter(tx, link, now)?.map(|(edition, _, _)| edition),
        LinkKind::Notice => to_notice(tx, link, now)?.map(|(edition, _)| edition),
        LinkKind::Nomination => to_nomination(tx, link, now)?.map(|(edition, _)| edition),
        LinkKind::Unsubscribe => to_unsubscribe(tx, link)?.map(|(edition, _)| edition),
        LinkKind::Draft | LinkKind::Reply | LinkKind::Invitation | LinkKind::Reset => None,
    }
    .map(|edition| Life { expires_at: links::term(link.kind).ends_at(&edition), edition }))
}

/// The nomination behind a confirm link, until `confirm_until`; the same again once it is confirmed.
pub(super) fn to_confirm(tx: &mut Conn, link: &Link, now: Time) -> Stored<Option<(Edition, Nomination)>> {
    let found = row(tx, link, LinkKind::Confirm)?;
    Ok(found.filter(|(edition, nomination)| {
        nomination.status != Status::Draft
            && nomination.status != Status::Withdrawn
            && links::term(link.kind).runs(edition, now)
    }))
}

/// The nominator's own nomination, until contacts are purged.
pub(super) fn to_nomination(tx: &mut Conn, link: &Link, now: Time) -> Stored<Option<(Edition, Nomination)>> {
    let found = row(tx, link, LinkKind::Nomination)?;
    Ok(found
        .filter(|(edition, nomination)| nomination.confirmed_at.is_some() && links::term(link.kind).runs(edition, now)))
}

/// The nominee's notice, until contacts are purged; dead where it has gone to another address since.
pub(super) fn to_notice(tx: &mut Conn, link: &Link, now: Time) -> Stored<Option<(Edition, Nomination)>> {
    let found = row_of_any_generation(tx, link, LinkKind::Notice)?;
    let found = found
        .filter(|(edition, nomination)| nomination.confirmed_at.is_some() && links::term(link.kind).runs(edition, now));
    let Some((edition, nomination)) = found else { return Ok(None) };
    let generation = store::notice_of(tx, nomination.id)?.map_or(0, |notice| notice.generation);
    Ok((i32::from(link.generation) == generation).then_some((edition, nomination)))
}

/// The letter that a supporter is asked for, until letters are due; dead where the nomination is withdrawn or the
/// supporter replaced.
pub(super) fn to_letter(tx: &mut Conn, link: &Link, now: Time) -> Stored<Option<(Edition, Nomination, SupporterRow)>> {
    if link.kind != LinkKind::Letter {
        return Ok(None);
    }
    let Some((edition, nomination, supporter)) = supporter_of(tx, link)? else { return Ok(None) };
    let lives = nomination.status != Status::Withdrawn
        && i32::from(link.generation) == supporter.generation
        && links::term(link.kind).runs(&edition, now);
    Ok(lives.then_some((edition, nomination, supporter)))
}

/// A supporter who wants to hear no more: always, also of a letter that was due long ago.
pub(super) fn to_unsubscribe(tx: &mut Conn, link: &Link) -> Stored<Option<(Edition, SupporterRow)>> {
    if link.kind != LinkKind::Unsubscribe {
        return Ok(None);
    }
    Ok(supporter_of(tx, link)?.map(|(edition, _, supporter)| (edition, supporter)))
}

fn row(tx: &mut Conn, link: &Link, kind: LinkKind) -> Stored<Option<(Edition, Nomination)>> {
    if link.generation == 0 { row_of_any_generation(tx, link, kind) } else { Ok(None) }
}

fn row_of_any_generation(tx: &mut Conn, link: &Link, kind: LinkKind) -> Stored<Option<(Edition, Nomination)>> {
    if link.kind != kind {
        return Ok(None);
    }
    let Some(nomination) = store::by_id(tx, NominationId::from_uuid(link.row))? else { return Ok(None) };
    Ok(editions::store::by_id(tx, nomination.edition)?.map(|edition| (edition, nomination)))
}

fn supporter_of(tx: &mut Conn, link: &Link) -> Stored<Option<(Edition, Nomination, SupporterRow)>> {
    let Some(supporter) = store::supporter(tx, SupporterId::from_uuid(link.row))? else { return Ok(None) };
    let Some(nomination) = store::by_id(tx, supporter.nomination)? else { return Ok(None) };
    let edition = editions::store::by_id(tx, nomination.edition)?;
    Ok(edition.map(|edition| (edition, nomination, supporter)))
}
