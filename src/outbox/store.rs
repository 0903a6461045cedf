//! The outbox's SQL.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::answer::{Answer, Reason};
use super::kinds::{Kind, PRIORITIES};
use super::message::Message;
use super::state::{Move, State};
use crate::clock::Time;
use crate::ids::{EditionId, MessageId};
use crate::on_each;
use crate::store::schema::{messages, suppressions};
use crate::store::{Conn, Stored};
use crate::text::{Language, say};

pub(super) mod counts;

/// What a worker gets to send, and what a guard sees.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = messages)]
pub struct Claimed {
    /// Its id.
    pub id: MessageId,
    /// The edition that it belongs to.
    pub edition: Option<EditionId>,
    /// Its kind.
    pub kind: Kind,
    /// The id of the row that it is about.
    pub about: String,
    /// The keyed digest of the address that it goes to.
    pub recipient_digest: String,
    /// The domain of that address.
    pub domain: String,
    /// When it was queued.
    pub queued_at: Time,
    /// When it was to leave.
    pub due_at: Time,
    /// How often it was tried, this time included.
    pub attempts: i32,
    pub(super) give_up_at: Option<Time>,
    pub(super) envelope: String,
    pub(super) bytes: Option<String>,
}

/// How a message stands, without what it says.
#[derive(Clone, Debug, Queryable, Selectable, serde::Serialize, utoipa::ToSchema)]
#[diesel(table_name = messages)]
pub struct Overview {
    /// Its id.
    pub id: MessageId,
    /// Its kind.
    pub kind: Kind,
    /// The id of what it is about: a nomination, a supporter, a person.
    pub about: String,
    /// How far it has come.
    pub state: State,
    /// When it was queued.
    pub queued_at: Time,
    /// When it was to leave.
    pub due_at: Time,
    /// When it is tried next, while it is queued.
    pub next_attempt_at: Time,
    /// How often it was tried.
    pub attempts: i32,
    /// What the mail server answered last, in its own words, or why nothing was sent, in the reader's language.
    pub last_answer: Option<String>,
    /// What that means; `server` where the words are the mail server's.
    #[diesel(column_name = answer_code)]
    pub last_answer_code: Option<Reason>,
    #[serde(skip)]
    answer_ru: Option<String>,
    /// When it was sent or given up.
    pub ended_at: Option<Time>,
    /// Bytes.
    pub size: i64,
}

impl Overview {
    /// With the last answer in this language.
    pub fn told(mut self, language: Language) -> Self {
        if language == Language::Ru && self.answer_ru.is_some() {
            self.last_answer = self.answer_ru.clone();
        }
        self
    }
}

/// What changes with a message's state; what is `None` stays.
#[derive(AsChangeset, Clone, Default)]
#[diesel(table_name = messages)]
pub(super) struct Change {
    pub(super) state: Option<State>,
    pub(super) next_attempt_at: Option<Time>,
    pub(super) attempts: Option<i32>,
    pub(super) lease_owner: Option<Option<String>>,
    pub(super) lease_until: Option<Option<Time>>,
    pub(super) last_answer: Option<String>,
    pub(super) answer_code: Option<Reason>,
    pub(super) answer_ru: Option<String>,
    pub(super) ended_at: Option<Option<Time>>,
    pub(super) may_have_left: Option<bool>,
    pub(super) once_key: Option<Option<String>>,
}

impl Change {
    /// With what was said of the message.
    pub(super) fn saying(self, answer: &Answer) -> Self {
        Self {
            last_answer: Some(answer.words.en.clone()),
            answer_code: Some(answer.reason),
            answer_ru: Some(answer.words.ru.clone()),
            ..self
        }
    }
}

/// A message as its row.
#[derive(Insertable)]
#[diesel(table_name = messages)]
struct Row<'a> {
    id: MessageId,
    edition: Option<EditionId>,
    kind: Kind,
    about: &'a str,
    once_key: Option<&'a str>,
    priority: i32,
    state: State,
    recipient_digest: &'a str,
    domain: &'a str,
    envelope: &'a str,
    message_id: &'a str,
    bytes: &'a str,
    size: i64,
    queued_at: Time,
    due_at: Time,
    next_attempt_at: Time,
    attempts: i32,
    give_up_at: Option<Time>,
}

impl<'a> From<&'a Message> for Row<'a> {
    fn from(message: &'a Message) -> Self {
        Self {
            id: message.id,
            edition: message.edition,
            kind: message.kind,
            about: &message.about,
            once_key: message.once_key.as_deref(),
            priority: message.kind.priority(),
            state: message.state,
            recipient_digest: &message.recipient_digest,
            domain: &message.domain,
            envelope: &message.envelope,
            message_id: &message.message_id,
            bytes: &message.bytes,
            size: message.size,
            queued_at: message.queued_at,
            due_at: message.due_at,
            next_attempt_at: message.due_at.max(message.queued_at),
            attempts: 0,
            give_up_at: message.give_up_at,
        }
    }
}

/// Puts a message in; one whose `once` key stands there already is left out.
pub(super) fn insert(tx: &mut Conn, message: &Message) -> Stored<()> {
    let row = Row::from(message);
    if row.once_key.is_none() {
        on_each!(tx, conn => diesel::insert_into(messages::table).values(&row).execute(conn))?;
        return Ok(());
    }
    on_each!(tx, conn => diesel::insert_into(messages::table)
        .values(&row)
        .on_conflict(messages::once_key)
        .do_nothing()
        .execute(conn))?;
    Ok(())
}

/// What was queued for whoever has one of these digests, of these kinds: the newest first.
pub(super) fn queued_for(
    tx: &mut Conn,
    edition: EditionId,
    digests: &[String],
    kinds: &[Kind],
) -> Stored<Vec<(Kind, String)>> {
    messages::table
        .filter(messages::recipient_digest.eq_any(digests))
        .filter(messages::edition.eq(edition))
        .filter(messages::kind.eq_any(kinds))
        .order(messages::id.desc())
        .limit(200)
        .select((messages::kind, messages::about))
        .load(tx)
}

/// Lets prepared messages of these kinds go, due at `due_at`; answers how many.
pub(super) fn release(tx: &mut Conn, edition: EditionId, kinds: &[Kind], due_at: Time, now: Time) -> Stored<usize> {
    const RELEASED: State = Move::Release.from(State::Prepared);
    diesel::update(
        messages::table
            .filter(messages::edition.eq(edition))
            .filter(messages::state.eq(State::Prepared))
            .filter(messages::kind.eq_any(kinds)),
    )
    .set((
        messages::state.eq(RELEASED),
        messages::queued_at.eq(now),
        messages::due_at.eq(due_at),
        messages::next_attempt_at.eq(due_at.max(now)),
    ))
    .execute(tx)
}

/// Lets one prepared message go; whether it was still prepared.
pub(super) fn release_one(tx: &mut Conn, id: MessageId, due_at: Time, now: Time) -> Stored<bool> {
    const RELEASED: State = Move::Release.from(State::Prepared);
    let row = messages::table.find(id).filter(messages::state.eq(State::Prepared));
    let changed = diesel::update(row)
        .set((
            messages::state.eq(RELEASED),
            messages::queued_at.eq(now),
            messages::due_at.eq(due_at),
            messages::next_attempt_at.eq(due_at.max(now)),
        ))
        .execute(tx)?;
    Ok(changed > 0)
}

/// Cancels a message that has not left; whether there was still time.
pub(super) fn withdraw(tx: &mut Conn, id: MessageId, why: Reason, now: Time) -> Stored<bool> {
    const CANCELLED: State = Move::Cancel.from(State::Queued);
    let row = messages::table
        .find(id)
        .filter(messages::state.eq_any(State::ALL.iter().filter(|state| state.after(Move::Cancel).is_ok())));
    let changed = diesel::update(row)
        .set(&Change { state: Some(CANCELLED), ended_at: Some(Some(now)), ..Change::default() }.saying(&why.into()))
        .execute(tx)?;
    Ok(changed > 0)
}

/// The condition of the index over what is due. Said in the statement itself: with a bound value neither database
/// would use that index, and a look into a large outbox would read all of it.
const QUEUED: &str = "state = 'queued'";
/// As [`QUEUED`], for the index over leases.
const SENDING: &str = "state = 'sending'";

/// When the next queued message may leave.
pub(super) fn next_due(tx: &mut Conn) -> Stored<Option<Time>> {
    let mut next: Option<Time> = None;
    for priority in PRIORITIES {
        let first: Option<Time> = messages::table
            .filter(sql::<Bool>(QUEUED))
            .filter(messages::priority.eq(priority))
            .order(messages::next_attempt_at)
            .select(messages::next_attempt_at)
            .first(tx)
            .optional()?;
        next = first.into_iter().chain(next).min();
    }
    Ok(next)
}

/// Due messages of one priority, longest waiting first; on PostgreSQL locked, passing over what others have locked.
pub(super) fn due(tx: &mut Conn, priority: i32, now: Time, limit: i64) -> Stored<Vec<Claimed>> {
    macro_rules! query {
        () => {
            messages::table
                .filter(sql::<Bool>(QUEUED))
                .filter(messages::priority.eq(priority))
                .filter(messages::next_attempt_at.le(now))
                .order(messages::next_attempt_at)
                .limit(limit)
                .select(Claimed::as_select())
        };
    }
    match tx {
        Conn::Sqlite(conn) => query!().load(conn),
        Conn::Postgres(conn) => query!().for_update().skip_locked().load(conn),
    }
}

/// Changes a message that stands in `from`; whether it did.
pub(super) fn change(tx: &mut Conn, id: MessageId, from: State, change: &Change) -> Stored<bool> {
    let row = messages::table.find(id).filter(messages::state.eq(from));
    Ok(diesel::update(row).set(change).execute(tx)? > 0)
}

/// Changes a message that this owner is sending; whether it still was (S-OUT-5: each later write names the owner).
pub(super) fn change_owned(tx: &mut Conn, id: MessageId, owner: &str, change: &Change) -> Stored<bool> {
    let row =
        messages::table.find(id).filter(messages::state.eq(State::Sending)).filter(messages::lease_owner.eq(owner));
    Ok(diesel::update(row).set(change).execute(tx)? > 0)
}

/// Prolongs all that this owner is sending.
pub(super) fn renew(tx: &mut Conn, owner: &str, until: Time) -> Stored<usize> {
    diesel::update(messages::table.filter(sql::<Bool>(SENDING)).filter(messages::lease_owner.eq(owner)))
        .set(messages::lease_until.eq(until))
        .execute(tx)
}

/// What is being sent under a lease that has ended before `now`; without `now`, under any.
pub(super) fn abandoned(tx: &mut Conn, now: Option<Time>) -> Stored<Vec<(MessageId, Kind, Option<String>)>> {
    let last = now.unwrap_or(Time::from_micros(i64::MAX));
    messages::table
        .filter(sql::<Bool>(SENDING))
        .filter(messages::lease_until.le(last))
        .select((messages::id, messages::kind, messages::lease_owner))
        .load(tx)
}

/// Why an address must not be written to, if any of its digests says so.
pub(super) fn suppressed(tx: &mut Conn, digests: &[String]) -> Stored<Option<Why>> {
    suppressions::table
        .filter(suppressions::recipient_digest.eq_any(digests))
        .select(suppressions::why)
        .first(tx)
        .optional()
}

crate::word_enum! {
    /// Why an address, or a kind of mail to it, is blocked.
    pub enum Why {
        /// A mail server refused it for good.
        Bounce = "bounce",
        /// Its owner called our mail unwanted.
        Complaint = "complaint",
        /// Its owner asked for no more of this kind.
        Refusal = "refusal",
        /// A nominee objected: that stands at the nomination and bars its letters, not all mail to the address.
        Objection = "objection",
    }
}

impl Why {
    /// What is said of a message that was not sent for this reason.
    pub(super) fn answer(self) -> Answer {
        let id = format!("guard-why-{self}");
        Answer::told(Reason::AddressBlocked, |language| say(language, &id, &[]))
    }
}

/// Blocks the address behind this digest; the first reason stays. Answers whether nothing had blocked it.
///
/// # Errors
/// The store's.
pub fn suppress(tx: &mut Conn, digest: &str, why: Why, at: Time) -> Stored<bool> {
    let blocked = on_each!(tx, conn => diesel::insert_into(suppressions::table)
        .values((
            suppressions::recipient_digest.eq(digest),
            suppressions::why.eq(why),
            suppressions::at.eq(at),
        ))
        .on_conflict(suppressions::recipient_digest)
        .do_nothing()
        .execute(conn))?;
    Ok(blocked > 0)
}

/// Takes back what a mail server's refusal brought about, and nothing else.
pub(super) fn forget_bounce(tx: &mut Conn, digest: &str) -> Stored<usize> {
    diesel::delete(suppressions::table.find(digest).filter(suppressions::why.eq(Why::Bounce))).execute(tx)
}

/// One message of an edition with its address's digest, envelope and bytes.
pub(super) fn one(tx: &mut Conn, edition: EditionId, id: MessageId) -> Stored<Option<(Overview, Claimed)>> {
    messages::table
        .find(id)
        .filter(messages::edition.eq(edition))
        .select((Overview::as_select(), Claimed::as_select()))
        .first(tx)
        .optional()
}

/// An edition's messages in one state or in all, newest first, older than `after`.
pub(super) fn list(
    tx: &mut Conn,
    edition: EditionId,
    state: Option<State>,
    after: Option<&str>,
    limit: i64,
) -> Stored<Vec<Overview>> {
    let mut query = messages::table
        .filter(messages::edition.eq(edition))
        .order(messages::id.desc())
        .limit(limit)
        .select(Overview::as_select())
        .into_boxed();
    if let Some(state) = state {
        query = query.filter(messages::state.eq(state));
    }
    if let Some(after) = after {
        query = query.filter(messages::id.lt(after.to_owned()));
    }
    query.load(tx)
}

/// An edition's messages of these kinds that are not over, oldest first: to show, digest, hold or replace them.
///
/// # Errors
/// The store's.
pub fn waiting(tx: &mut Conn, edition: EditionId, kinds: &[Kind]) -> Stored<Vec<(Overview, Claimed)>> {
    messages::table
        .filter(messages::edition.eq(edition))
        .filter(messages::kind.eq_any(kinds))
        .filter(messages::state.eq_any([State::Prepared, State::Queued, State::Held, State::Sending, State::Unknown]))
        .order(messages::id)
        .select((Overview::as_select(), Claimed::as_select()))
        .load(tx)
}

/// A message that was sent, or may have been: also one that goes again since nobody knows whether it arrived.
macro_rules! gone {
    () => {
        messages::state.eq_any([State::Sending, State::Sent, State::Unknown]).or(messages::may_have_left)
    };
}

/// What was sent, or may have been, about this row in this kind (G5).
///
/// # Errors
/// The store's.
pub fn any_sent(tx: &mut Conn, about: &str, kind: Kind) -> Stored<bool> {
    diesel::select(diesel::dsl::exists(
        messages::table.filter(messages::about.eq(about)).filter(messages::kind.eq(kind)).filter(gone!()),
    ))
    .get_result(tx)
}

/// Whether the message with this key was sent, or may have been.
///
/// # Errors
/// The store's.
pub fn is_sent(tx: &mut Conn, once_key: &str) -> Stored<bool> {
    let row = messages::table.filter(messages::once_key.eq(once_key)).filter(gone!());
    diesel::select(diesel::dsl::exists(row)).get_result(tx)
}

/// How many messages of an edition stand where.
///
/// # Errors
/// The store's.
pub fn counts(tx: &mut Conn, edition: EditionId) -> Stored<Vec<(State, i64)>> {
    messages::table
        .filter(messages::edition.eq(edition))
        .group_by(messages::state)
        .select((messages::state, diesel::dsl::count_star()))
        .order(messages::state)
        .load(tx)
}

/// An edition's messages that go no further without a person (failed, held, of unknown fate): how many of each priority.
///
/// # Errors
/// The store's.
pub fn waiting_for_a_person(tx: &mut Conn, edition: EditionId) -> Stored<Vec<(i32, i64)>> {
    messages::table
        .filter(messages::edition.eq(edition))
        .filter(messages::state.eq_any([State::Failed, State::Held, State::Unknown]))
        .group_by(messages::priority)
        .order(messages::priority)
        .select((messages::priority, diesel::dsl::count_star()))
        .load(tx)
}

/// Messages that were sent, newest first: for the demo's mailbox.
pub(super) fn newest_sent(tx: &mut Conn, limit: i64) -> Stored<Vec<Claimed>> {
    messages::table
        .filter(messages::ended_at.is_not_null().and(messages::bytes.is_not_null()))
        .filter(messages::state.eq(State::Sent))
        .order(messages::ended_at.desc())
        .limit(limit)
        .select(Claimed::as_select())
        .load(tx)
}

/// Drops the bytes of what ended before `before` (30 days after sending), a thousand at most: kind, Message-ID, day and
/// result stay. Answers how many.
///
/// # Errors
/// The store's.
pub fn drop_bytes(tx: &mut Conn, before: Time) -> Stored<usize> {
    let old: Vec<MessageId> = messages::table
        .filter(messages::ended_at.is_not_null().and(messages::bytes.is_not_null()))
        .filter(messages::ended_at.le(before))
        .order(messages::ended_at)
        .limit(1_000)
        .select(messages::id)
        .load(tx)?;
    diesel::update(messages::table.filter(messages::id.eq_any(&old)))
        .set((messages::bytes.eq(None::<String>), messages::envelope.eq("")))
        .execute(tx)
}

/// The message with this Message-ID, its edition, and the digest of the address that it went to: for a bounce.
///
/// # Errors
/// The store's.
pub fn by_message_id(tx: &mut Conn, message_id: &str) -> Stored<Option<(MessageId, Option<EditionId>, String)>> {
    messages::table
        .filter(messages::message_id.eq(message_id))
        .select((messages::id, messages::edition, messages::recipient_digest))
        .first(tx)
        .optional()
}

/// The rows about which a message of this kind was sent, in one edition.
///
/// # Errors
/// The store's.
pub fn sent_about(tx: &mut Conn, edition: EditionId, kind: Kind) -> Stored<Vec<String>> {
    messages::table
        .filter(messages::edition.eq(edition))
        .filter(messages::state.eq(State::Sent))
        .filter(messages::kind.eq(kind))
        .select(messages::about)
        .load(tx)
}

/// When the message with this key was sent, if it was.
///
/// # Errors
/// The store's.
pub fn sent_at(tx: &mut Conn, once_key: &str) -> Stored<Option<Time>> {
    let ended: Option<Option<Time>> = messages::table
        .filter(messages::once_key.eq(once_key))
        .filter(messages::state.eq(State::Sent))
        .select(messages::ended_at)
        .first(tx)
        .optional()?;
    Ok(ended.flatten())
}

/// When each of the messages with these keys was sent, of those that were.
///
/// # Errors
/// The store's.
pub fn sent_at_each(tx: &mut Conn, once_keys: &[&str]) -> Stored<Vec<(String, Time)>> {
    let ended: Vec<(Option<String>, Option<Time>)> = messages::table
        .filter(messages::once_key.eq_any(once_keys))
        .filter(messages::state.eq(State::Sent))
        .select((messages::once_key, messages::ended_at))
        .load(tx)?;
    Ok(ended.into_iter().filter_map(|(key, at)| Some((key?, at?))).collect())
}

/// Takes back what waits or has failed about this row in these kinds: its cause no longer stands, and nobody shall send
/// it again. Answers how many.
///
/// # Errors
/// The store's.
pub fn take_back(tx: &mut Conn, about: &str, kinds: &[Kind], now: Time) -> Stored<usize> {
    take_back_after(tx, about, kinds, Time::from_micros(i64::MIN), now)
}

/// The same for what is due later than `due`: a reminder, while the letter itself may still be on its way.
///
/// # Errors
/// The store's.
pub fn take_back_after(tx: &mut Conn, about: &str, kinds: &[Kind], due: Time, now: Time) -> Stored<usize> {
    let mut taken = 0;
    for from in [State::Prepared, State::Queued, State::Held, State::Failed] {
        let Ok(to) = from.after(Move::Cancel) else { continue };
        taken += diesel::update(
            messages::table
                .filter(messages::about.eq(about))
                .filter(messages::kind.eq_any(kinds))
                .filter(messages::due_at.gt(due))
                .filter(messages::state.eq(from)),
        )
        // A cancelled message's key is free again: the cause may come back.
        .set((messages::state.eq(to), messages::ended_at.eq(now), messages::once_key.eq(None::<String>)))
        .execute(tx)?;
    }
    Ok(taken)
}

/// Takes back the message with this key, if it waits or has failed; whether it did.
///
/// # Errors
/// The store's.
pub fn take_back_one(tx: &mut Conn, once_key: &str, now: Time) -> Stored<bool> {
    const CANCELLED: State = Move::Cancel.from(State::Queued);
    let row = messages::table
        .filter(messages::once_key.eq(once_key))
        .filter(messages::state.eq_any(State::ALL.iter().filter(|state| state.after(Move::Cancel).is_ok())));
    let taken = diesel::update(row)
        .set((messages::state.eq(CANCELLED), messages::ended_at.eq(now), messages::once_key.eq(None::<String>)))
        .execute(tx)?;
    Ok(taken > 0)
}

/// Lets what waits in these kinds go at once, whatever hour it waited for; answers how many.
///
/// # Errors
/// The store's.
pub fn due_at_once(tx: &mut Conn, edition: EditionId, kinds: &[Kind], now: Time) -> Stored<usize> {
    diesel::update(
        messages::table
            .filter(messages::edition.eq(edition))
            .filter(messages::state.eq(State::Queued))
            .filter(messages::kind.eq_any(kinds))
            .filter(messages::attempts.eq(0))
            .filter(messages::next_attempt_at.gt(now)),
    )
    .set(messages::next_attempt_at.eq(now))
    .execute(tx)
}
