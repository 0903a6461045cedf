//! The announcement's SQL.

use std::collections::BTreeSet;

use diesel::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::daytime::Zones;
use super::model::{Announcement, CallRow, Leaves, OutcomeLetter, Owed, Reader, Reading, ReplyRow};
use crate::clock::Time;
use crate::ids::{AccountId, EditionId, MessageId, NominationId};
use crate::outbox::{Kind, State};
use crate::store::schema::{announcements, callers, messages, outcome_letters, preview_reads, replies};
use crate::store::{Conn, Stored};

/// How far an edition's announcement has come; none before the first seal.
pub(super) fn announcement(tx: &mut Conn, edition: EditionId) -> Stored<Option<Announcement>> {
    let row: Option<AnnouncementColumns> =
        announcements::table.find(edition).select(AnnouncementColumns::as_select()).first(tx).optional()?;
    Ok(row.map(AnnouncementColumns::read))
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = announcements)]
struct AnnouncementColumns {
    edition: EditionId,
    seal: String,
    sealed_at: Time,
    digest: String,
    scheduled_at: Option<Time>,
    scheduled_by: Option<String>,
    stopped_at: Option<Time>,
    stopped_by: Option<String>,
    resumed_reason: Option<String>,
    chased: i32,
}

impl AnnouncementColumns {
    fn read(self) -> Announcement {
        let account = |text: Option<String>| text.as_deref().and_then(AccountId::parse);
        Announcement {
            edition: self.edition,
            seal: self.seal,
            sealed_at: self.sealed_at,
            digest: self.digest,
            scheduled_at: self.scheduled_at,
            scheduled_by: account(self.scheduled_by),
            stopped_at: self.stopped_at,
            stopped_by: account(self.stopped_by),
            resumed_reason: self.resumed_reason,
            chased: self.chased,
        }
    }
}

/// Begins the announcement of a seal; that of an earlier one is forgotten, a Stop is not.
pub(super) fn begin(tx: &mut Conn, begun: &Announcement) -> Stored<()> {
    diesel::delete(announcements::table.find(begun.edition)).execute(tx)?;
    diesel::insert_into(announcements::table)
        .values(AnnouncementColumns {
            edition: begun.edition,
            seal: begun.seal.clone(),
            sealed_at: begun.sealed_at,
            digest: begun.digest.clone(),
            scheduled_at: begun.scheduled_at,
            scheduled_by: begun.scheduled_by.map(|by| by.to_string()),
            stopped_at: begun.stopped_at,
            stopped_by: begun.stopped_by.map(|by| by.to_string()),
            resumed_reason: begun.resumed_reason.clone(),
            chased: begun.chased,
        })
        .execute(tx)?;
    Ok(())
}

/// Notes that winners' letters are queued.
pub(super) fn mark_scheduled(tx: &mut Conn, edition: EditionId, by: AccountId, at: Time) -> Stored<()> {
    diesel::update(announcements::table.find(edition))
        .set((announcements::scheduled_at.eq(at), announcements::scheduled_by.eq(by.to_string())))
        .execute(tx)?;
    Ok(())
}

/// Notes who pressed Stop, and when.
pub(super) fn mark_stopped(tx: &mut Conn, edition: EditionId, by: AccountId, at: Time) -> Stored<()> {
    diesel::update(announcements::table.find(edition))
        .set((announcements::stopped_at.eq(at), announcements::stopped_by.eq(by.to_string())))
        .execute(tx)?;
    Ok(())
}

/// Notes that everything goes on, and why.
pub(super) fn mark_resumed(tx: &mut Conn, edition: EditionId, reason: &str) -> Stored<()> {
    diesel::update(announcements::table.find(edition))
        .set((
            announcements::stopped_at.eq(None::<Time>),
            announcements::stopped_by.eq(None::<String>),
            announcements::resumed_reason.eq(reason),
        ))
        .execute(tx)?;
    Ok(())
}

/// Notes that so many rounds of reminders are done; whether this one was still to do.
pub(super) fn mark_chased(tx: &mut Conn, edition: EditionId, rounds: i32) -> Stored<bool> {
    let row = announcements::table.find(edition).filter(announcements::chased.lt(rounds));
    Ok(diesel::update(row).set(announcements::chased.eq(rounds)).execute(tx)? > 0)
}

/// The letters of a seal that somebody has cancelled: they never leave.
pub(super) fn cancelled(tx: &mut Conn, edition: EditionId, sealed_at: Time) -> Stored<BTreeSet<MessageId>> {
    let cancelled: Vec<MessageId> = outcome_letters::table
        .inner_join(messages::table)
        .filter(outcome_letters::edition.eq(edition))
        .filter(outcome_letters::sealed_at.eq(sealed_at))
        .filter(messages::state.eq(State::Cancelled))
        .select(outcome_letters::message)
        .load(tx)?;
    Ok(cancelled.into_iter().collect())
}

/// How many letters of a seal stand where in the outbox.
pub(super) fn letter_counts(tx: &mut Conn, edition: EditionId, sealed_at: Time) -> Stored<Vec<(State, i64)>> {
    outcome_letters::table
        .inner_join(messages::table)
        .filter(outcome_letters::edition.eq(edition))
        .filter(outcome_letters::sealed_at.eq(sealed_at))
        .group_by(messages::state)
        .order(messages::state)
        .select((messages::state, diesel::dsl::count_star()))
        .load(tx)
}

/// A letter's columns.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = outcome_letters)]
struct LetterColumns {
    message: MessageId,
    edition: EditionId,
    sealed_at: Time,
    kind: Kind,
    nomination: Option<NominationId>,
    reader: Reader,
    about: String,
    leaves: Leaves,
    recipient_digest: String,
    domain: String,
    languages: String,
    zones: String,
    bytes_digest: String,
    lacks: String,
}

impl LetterColumns {
    fn read(self) -> Stored<OutcomeLetter> {
        Ok(OutcomeLetter {
            message: self.message,
            owed: Owed {
                kind: self.kind,
                nomination: self.nomination,
                reader: self.reader,
                about: self.about,
                leaves: self.leaves,
            },
            recipient_digest: self.recipient_digest,
            domain: self.domain,
            languages: self.languages,
            zones: Zones::parse(&self.zones),
            bytes_digest: self.bytes_digest,
            lacks: document(&self.lacks)?,
        })
    }
}

/// Notes a letter that a seal has prepared; its message stands in the outbox.
pub(super) fn insert_letter(tx: &mut Conn, edition: EditionId, sealed_at: Time, letter: &OutcomeLetter) -> Stored<()> {
    diesel::insert_into(outcome_letters::table)
        .values(LetterColumns {
            message: letter.message,
            edition,
            sealed_at,
            kind: letter.owed.kind,
            nomination: letter.owed.nomination,
            reader: letter.owed.reader,
            about: letter.owed.about.clone(),
            leaves: letter.owed.leaves,
            recipient_digest: letter.recipient_digest.clone(),
            domain: letter.domain.clone(),
            languages: letter.languages.clone(),
            zones: letter.zones.names(),
            bytes_digest: letter.bytes_digest.clone(),
            lacks: text(&letter.lacks)?,
        })
        .execute(tx)?;
    Ok(())
}

/// The letters of a seal, by their messages' ids.
pub(super) fn letters(tx: &mut Conn, edition: EditionId, sealed_at: Time) -> Stored<Vec<OutcomeLetter>> {
    let rows: Vec<LetterColumns> = outcome_letters::table
        .filter(outcome_letters::edition.eq(edition))
        .filter(outcome_letters::sealed_at.eq(sealed_at))
        .order(outcome_letters::message)
        .select(LetterColumns::as_select())
        .load(tx)?;
    rows.into_iter().map(LetterColumns::read).collect()
}

/// So many letters of a seal after this one, by their messages' ids.
pub(super) fn letters_after(
    tx: &mut Conn,
    edition: EditionId,
    sealed_at: Time,
    after: Option<MessageId>,
    limit: i64,
) -> Stored<Vec<OutcomeLetter>> {
    let mut query = outcome_letters::table
        .filter(outcome_letters::edition.eq(edition))
        .filter(outcome_letters::sealed_at.eq(sealed_at))
        .order(outcome_letters::message)
        .limit(limit)
        .select(LetterColumns::as_select())
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(outcome_letters::message.gt(after));
    }
    query.load::<LetterColumns>(tx)?.into_iter().map(LetterColumns::read).collect()
}

/// A message's letter with the instant of the seal that prepared it; none where no seal did.
pub(super) fn letter(tx: &mut Conn, message: MessageId) -> Stored<Option<(Time, OutcomeLetter)>> {
    let row: Option<LetterColumns> =
        outcome_letters::table.find(message).select(LetterColumns::as_select()).first(tx).optional()?;
    row.map(|row| Ok((row.sealed_at, row.read()?))).transpose()
}

/// The winners' letters about a nomination, whichever seal prepared them.
pub(super) fn notices_about(tx: &mut Conn, nomination: NominationId) -> Stored<Vec<MessageId>> {
    outcome_letters::table
        .filter(outcome_letters::nomination.eq(nomination))
        .filter(outcome_letters::kind.eq(Kind::WinnerNotice))
        .order(outcome_letters::message)
        .select(outcome_letters::message)
        .load(tx)
}

/// Notes that somebody has read these letters; a second time changes nothing.
pub(super) fn insert_reading(tx: &mut Conn, edition: EditionId, reading: &Reading) -> Stored<()> {
    crate::on_each!(tx, conn => diesel::insert_into(preview_reads::table)
        .values((
            preview_reads::edition.eq(edition),
            preview_reads::account.eq(reading.account),
            preview_reads::digest.eq(&reading.digest),
            preview_reads::read_at.eq(reading.read_at),
        ))
        .on_conflict_do_nothing()
        .execute(conn))?;
    Ok(())
}

/// Who has read which digest, the earliest first.
pub(super) fn readings(tx: &mut Conn, edition: EditionId) -> Stored<Vec<Reading>> {
    let rows: Vec<(AccountId, String, Time)> = preview_reads::table
        .filter(preview_reads::edition.eq(edition))
        .order((preview_reads::read_at, preview_reads::account))
        .select((preview_reads::account, preview_reads::digest, preview_reads::read_at))
        .load(tx)?;
    Ok(rows.into_iter().map(|(account, digest, read_at)| Reading { account, digest, read_at }).collect())
}

type ReplyColumns = (NominationId, String, Option<String>, i64, Time);

fn read_reply((nomination, reply, note, version, replied_at): ReplyColumns) -> Stored<ReplyRow> {
    Ok(ReplyRow { nomination, reply: document(&reply)?, note, version, replied_at })
}

/// A winner's reply.
pub(super) fn reply(tx: &mut Conn, nomination: NominationId) -> Stored<Option<ReplyRow>> {
    let row: Option<ReplyColumns> = replies::table
        .find(nomination)
        .select((replies::nomination, replies::document, replies::note, replies::version, replies::replied_at))
        .first(tx)
        .optional()?;
    row.map(read_reply).transpose()
}

/// All replies of an edition, by their nominations' ids.
pub(super) fn replies(tx: &mut Conn, edition: EditionId) -> Stored<Vec<ReplyRow>> {
    let rows: Vec<ReplyColumns> = replies::table
        .filter(replies::edition.eq(edition))
        .order(replies::nomination)
        .select((replies::nomination, replies::document, replies::note, replies::version, replies::replied_at))
        .load(tx)?;
    rows.into_iter().map(read_reply).collect()
}

/// Puts a reply in the place of the one with the version before it, if there is one. Whether that was still there.
pub(super) fn put_reply(tx: &mut Conn, edition: EditionId, row: &ReplyRow) -> Stored<bool> {
    let document = text(&row.reply)?;
    if row.version == 1 {
        let inserted = crate::on_each!(tx, conn => diesel::insert_into(replies::table)
            .values((
                replies::nomination.eq(row.nomination),
                replies::edition.eq(edition),
                replies::document.eq(&document),
                replies::note.eq(&row.note),
                replies::version.eq(row.version),
                replies::replied_at.eq(row.replied_at),
            ))
            .on_conflict_do_nothing()
            .execute(conn))?;
        return Ok(inserted == 1);
    }
    let changed = diesel::update(replies::table.find(row.nomination).filter(replies::version.eq(row.version - 1)))
        .set((
            replies::document.eq(&document),
            replies::note.eq(&row.note),
            replies::version.eq(row.version),
            replies::replied_at.eq(row.replied_at),
        ))
        .execute(tx)?;
    Ok(changed == 1)
}

type CallColumns = (NominationId, String, String, String, i64);

fn read_call((nomination, person, phone, caller, version): CallColumns) -> CallRow {
    CallRow { nomination, person, phone, caller, version }
}

/// Who calls a winner.
pub(super) fn caller(tx: &mut Conn, nomination: NominationId) -> Stored<Option<CallRow>> {
    let row: Option<CallColumns> = callers::table
        .find(nomination)
        .select((callers::nomination, callers::person, callers::phone, callers::caller, callers::version))
        .first(tx)
        .optional()?;
    Ok(row.map(read_call))
}

/// All calls of an edition, by their nominations' ids.
pub(super) fn callers(tx: &mut Conn, edition: EditionId) -> Stored<Vec<CallRow>> {
    let rows: Vec<CallColumns> = callers::table
        .filter(callers::edition.eq(edition))
        .order(callers::nomination)
        .select((callers::nomination, callers::person, callers::phone, callers::caller, callers::version))
        .load(tx)?;
    Ok(rows.into_iter().map(read_call).collect())
}

/// Puts a call in the place of the one with the version before it, if there is one. Whether that was still there.
pub(super) fn put_caller(tx: &mut Conn, edition: EditionId, row: &CallRow) -> Stored<bool> {
    if row.version == 1 {
        let inserted = crate::on_each!(tx, conn => diesel::insert_into(callers::table)
            .values((
                callers::nomination.eq(row.nomination),
                callers::edition.eq(edition),
                callers::person.eq(&row.person),
                callers::phone.eq(&row.phone),
                callers::caller.eq(&row.caller),
                callers::version.eq(row.version),
            ))
            .on_conflict_do_nothing()
            .execute(conn))?;
        return Ok(inserted == 1);
    }
    let changed = diesel::update(callers::table.find(row.nomination).filter(callers::version.eq(row.version - 1)))
        .set((
            callers::person.eq(&row.person),
            callers::phone.eq(&row.phone),
            callers::caller.eq(&row.caller),
            callers::version.eq(row.version),
        ))
        .execute(tx)?;
    Ok(changed == 1)
}

/// Reads a document of ours; one that cannot be read is a fault of the store.
fn document<T: DeserializeOwned>(text: &str) -> Stored<T> {
    serde_json::from_str(text).map_err(|error| diesel::result::Error::DeserializationError(Box::new(error)))
}

fn text<T: Serialize>(value: &T) -> Stored<String> {
    serde_json::to_string(value).map_err(|error| diesel::result::Error::SerializationError(Box::new(error)))
}
