//! The accounts' SQL: people, their parts in editions, their sessions.

pub mod devices;
pub mod factors;
pub mod failures;
pub mod resets;

use diesel::prelude::*;

use super::model::{JudgeOf, Officer, Person, Role, RoleIn, Session, Sheets};
use crate::clock::Time;
use crate::editions::{EditionSlug, PanelKey};
use crate::fields::Email;
use crate::ids::{AccountId, EditionId, RoleId, SessionId};
use crate::store::schema::{accounts, editions, roles, second_factors, sessions};
use crate::store::{Conn, Stored};
use crate::text::Language;

/// An account.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = accounts)]
#[allow(missing_docs, reason = "the columns' names say it")]
pub struct Account {
    pub id: AccountId,
    pub email: String,
    pub name: String,
    pub language: Language,
    pub password: Option<String>,
    pub version: i64,
}

impl Account {
    /// The address.
    ///
    /// # Errors
    /// Where the column holds no address.
    pub fn address(&self) -> Stored<Email> {
        address(&self.email)
    }
}

/// The spelling of an address by which an account is found: letter case and the domain's script make no other person.
pub fn email_key(email: &Email) -> String {
    email.for_mail().to_lowercase()
}

/// Whether two spellings of an address name one account.
pub fn is_same_account(one: &Email, other: &Email) -> bool {
    email_key(one) == email_key(other)
}

/// An address that was parsed when it came in.
fn address(text: &str) -> Stored<Email> {
    Email::parse_with(text, true)
        .map_err(|flaw| diesel::result::Error::DeserializationError(format!("an account's address: {flaw:?}").into()))
}

/// The account of an address.
///
/// # Errors
/// The store's.
pub fn account_of(tx: &mut Conn, email: &Email) -> Stored<Option<Account>> {
    accounts::table
        .filter(accounts::email_key.eq(email_key(email)))
        .select(Account::as_select())
        .get_result(tx)
        .optional()
}

/// An account.
///
/// # Errors
/// The store's.
pub fn account(tx: &mut Conn, id: AccountId) -> Stored<Option<Account>> {
    accounts::table.find(id).select(Account::as_select()).get_result(tx).optional()
}

/// Puts a new account in, without a password.
///
/// # Errors
/// The store's; a unique violation where the address has one.
pub fn insert_account(
    tx: &mut Conn,
    id: AccountId,
    email: &Email,
    name: &str,
    language: Language,
    now: Time,
) -> Stored<()> {
    diesel::insert_into(accounts::table)
        .values((
            accounts::id.eq(id),
            accounts::email.eq(email.as_str()),
            accounts::email_key.eq(email_key(email)),
            accounts::name.eq(name),
            accounts::language.eq(language),
            accounts::version.eq(1),
            accounts::created_at.eq(now),
        ))
        .execute(tx)?;
    Ok(())
}

/// Gives an account its first password. Answers whether it had none.
///
/// # Errors
/// The store's.
pub fn set_first_password(tx: &mut Conn, id: AccountId, hash: &str) -> Stored<bool> {
    let set = diesel::update(accounts::table.find(id).filter(accounts::password.is_null()))
        .set(accounts::password.eq(hash))
        .execute(tx)?;
    Ok(set == 1)
}

/// Gives an account another password.
///
/// # Errors
/// The store's.
pub fn set_password(tx: &mut Conn, id: AccountId, hash: &str) -> Stored<()> {
    diesel::update(accounts::table.find(id)).set(accounts::password.eq(hash)).execute(tx)?;
    Ok(())
}

/// Puts another hash in the place of a password's. Answers whether that one was still there.
///
/// # Errors
/// The store's.
pub fn replace_password(tx: &mut Conn, id: AccountId, old: &str, new: &str) -> Stored<bool> {
    let set = diesel::update(accounts::table.find(id).filter(accounts::password.eq(old)))
        .set(accounts::password.eq(new))
        .execute(tx)?;
    Ok(set == 1)
}

/// Some passwords' hashes that do not begin with `form`: those not made as today, of anybody.
///
/// # Errors
/// The store's.
pub fn hashes_unlike(tx: &mut Conn, form: &str) -> Stored<Vec<String>> {
    const ENOUGH: i64 = 16;
    let unlike = accounts::table.filter(accounts::password.not_like(format!("{form}%"))).limit(ENOUGH);
    Ok(unlike.select(accounts::password).load::<Option<String>>(tx)?.into_iter().flatten().collect())
}

/// Saves name and language as the account's next version. Answers whether the version was still the one that was read.
///
/// # Errors
/// The store's.
pub fn set_profile(tx: &mut Conn, id: AccountId, version: i64, name: &str, language: Language) -> Stored<bool> {
    let set = diesel::update(accounts::table.find(id).filter(accounts::version.eq(version)))
        .set((accounts::name.eq(name), accounts::language.eq(language), accounts::version.eq(version + 1)))
        .execute(tx)?;
    Ok(set == 1)
}

/// Notes where somebody works or belongs. What a person who has signed in before had is kept: it bars them from
/// nominations in other editions too, and is not another office's to take away.
///
/// # Errors
/// The store's.
pub fn set_organisation(tx: &mut Conn, id: AccountId, organisation: &str) -> Stored<()> {
    let open = accounts::organisation.is_null().or(accounts::password.is_null());
    let account = accounts::table.filter(accounts::id.eq(id)).filter(open);
    diesel::update(account).set(accounts::organisation.eq(organisation)).execute(tx)?;
    Ok(())
}

/// What an account does now: roles that it accepted and that were not taken away, oldest first.
///
/// # Errors
/// The store's.
pub fn roles_of(tx: &mut Conn, account: AccountId) -> Stored<Vec<RoleIn>> {
    let rows: Vec<(Role, EditionId, EditionSlug, Option<PanelKey>)> = roles::table
        .inner_join(editions::table.on(editions::id.eq(roles::edition)))
        .filter(roles::account.eq(account))
        .filter(roles::accepted_at.is_not_null())
        .filter(roles::removed_at.is_null())
        .order(roles::id)
        .select((roles::role, roles::edition, editions::slug, roles::panel))
        .load(tx)?;
    Ok(rows.into_iter().map(|(role, edition, slug, panel)| RoleIn { role, edition, slug, panel }).collect())
}

// ——— People of an edition ———

#[derive(Queryable)]
struct PersonRow {
    id: RoleId,
    account: AccountId,
    edition: EditionId,
    role: Role,
    panel: Option<PanelKey>,
    name: String,
    email: String,
    language: Language,
    organisation: Option<String>,
    capacity: Option<i32>,
    reads: String,
    invitation: i32,
    invited_at: Time,
    accepted_at: Option<Time>,
    removed_at: Option<Time>,
    removed_sheets: Option<Sheets>,
    removed_reason: Option<String>,
}

/// The columns of a [`PersonRow`].
macro_rules! person {
    () => {
        (
            roles::id,
            roles::account,
            roles::edition,
            roles::role,
            roles::panel,
            accounts::name,
            accounts::email,
            accounts::language,
            accounts::organisation,
            roles::capacity,
            roles::reads,
            roles::invitation,
            roles::invited_at,
            roles::accepted_at,
            roles::removed_at,
            roles::removed_sheets,
            roles::removed_reason,
        )
    };
}

impl PersonRow {
    fn person(self) -> Stored<Person> {
        Ok(Person {
            id: self.id,
            account: self.account,
            edition: self.edition,
            role: self.role,
            panel: self.panel,
            name: self.name,
            email: address(&self.email)?,
            language: self.language,
            organisation: self.organisation,
            capacity: self.capacity.and_then(|capacity| u32::try_from(capacity).ok()),
            reads: self.reads.split(' ').filter_map(Language::parse).collect(),
            invitation: u16::try_from(self.invitation).unwrap_or(u16::MAX),
            invited_at: self.invited_at,
            accepted_at: self.accepted_at,
            removed_at: self.removed_at,
            removed_sheets: self.removed_sheets,
            removed_reason: self.removed_reason,
        })
    }
}

/// Everybody who was ever invited to an edition, oldest first.
///
/// # Errors
/// The store's.
pub fn people(tx: &mut Conn, edition: EditionId) -> Stored<Vec<Person>> {
    let rows: Vec<PersonRow> = roles::table
        .inner_join(accounts::table.on(accounts::id.eq(roles::account)))
        .filter(roles::edition.eq(edition))
        .order(roles::id)
        .select(person!())
        .load(tx)?;
    rows.into_iter().map(PersonRow::person).collect()
}

/// Some of them: at most `limit`, in the same order, after the part of this id.
///
/// # Errors
/// The store's.
pub fn people_after(tx: &mut Conn, edition: EditionId, after: Option<RoleId>, limit: i64) -> Stored<Vec<Person>> {
    let mut query = roles::table
        .inner_join(accounts::table.on(accounts::id.eq(roles::account)))
        .filter(roles::edition.eq(edition))
        .order(roles::id)
        .limit(limit)
        .select(person!())
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(roles::id.gt(after));
    }
    query.load::<PersonRow>(tx)?.into_iter().map(PersonRow::person).collect()
}

/// Somebody's part, by its id.
///
/// # Errors
/// The store's.
pub fn person(tx: &mut Conn, id: RoleId) -> Stored<Option<Person>> {
    let row: Option<PersonRow> = roles::table
        .inner_join(accounts::table.on(accounts::id.eq(roles::account)))
        .filter(roles::id.eq(id))
        .select(person!())
        .first(tx)
        .optional()?;
    row.map(PersonRow::person).transpose()
}

/// The judges and chairs of an edition, whatever has become of them, oldest first.
///
/// # Errors
/// The store's.
pub fn judges(tx: &mut Conn, edition: EditionId) -> Stored<Vec<JudgeOf>> {
    let judges = people(tx, edition)?.into_iter().filter(|person| person.role.judges());
    Ok(judges
        .filter_map(|person| {
            Some(JudgeOf {
                account: person.account,
                role_id: person.id,
                name: person.name,
                email: person.email,
                language: person.language,
                panel: person.panel?,
                chair: person.role == Role::Chair,
                capacity: person.capacity,
                reads: person.reads,
                organisation: person.organisation,
                accepted_at: person.accepted_at,
                removed_at: person.removed_at,
                removed_sheets: person.removed_sheets,
                removed_reason: person.removed_reason,
            })
        })
        .collect())
}

/// The organisers and approvers of an edition who accepted and are still there, oldest first.
///
/// # Errors
/// The store's.
pub fn office(tx: &mut Conn, edition: EditionId) -> Stored<Vec<Officer>> {
    let officers = people(tx, edition)?.into_iter().filter(|person| person.role.is_office() && person.is_in());
    Ok(officers
        .map(|person| Officer {
            account: person.account,
            role: person.role,
            panel: person.panel,
            name: person.name,
            email: person.email,
            language: person.language,
        })
        .collect())
}

/// What an invitation says of somebody's part.
#[derive(AsChangeset)]
#[diesel(table_name = roles, treat_none_as_null = true)]
#[allow(missing_docs, reason = "the columns' names say it")]
pub struct PartRow {
    pub panel: Option<PanelKey>,
    pub capacity: Option<i32>,
    pub reads: String,
    pub invitation: i32,
    pub invited_at: Time,
    pub accepted_at: Option<Time>,
    pub removed_at: Option<Time>,
    pub removed_sheets: Option<Sheets>,
    pub removed_reason: Option<String>,
}

/// Puts a new part in.
///
/// # Errors
/// The store's.
pub fn insert_part(
    tx: &mut Conn,
    id: RoleId,
    account: AccountId,
    edition: EditionId,
    role: Role,
    part: &PartRow,
) -> Stored<()> {
    let who = (roles::id.eq(id), roles::account.eq(account), roles::edition.eq(edition), roles::role.eq(role));
    diesel::insert_into(roles::table)
        .values((
            who,
            roles::panel.eq(&part.panel),
            roles::capacity.eq(part.capacity),
            roles::reads.eq(&part.reads),
            roles::invitation.eq(part.invitation),
            roles::invited_at.eq(part.invited_at),
        ))
        .execute(tx)?;
    Ok(())
}

/// Begins a part anew: invited again.
///
/// # Errors
/// The store's.
pub fn renew_part(tx: &mut Conn, id: RoleId, part: &PartRow) -> Stored<()> {
    diesel::update(roles::table.find(id)).set(part).execute(tx)?;
    Ok(())
}

/// Gives an open invitation a new link.
///
/// # Errors
/// The store's.
pub fn renew_invitation(tx: &mut Conn, id: RoleId, invitation: i32, now: Time) -> Stored<()> {
    diesel::update(roles::table.find(id))
        .set((roles::invitation.eq(invitation), roles::invited_at.eq(now)))
        .execute(tx)?;
    Ok(())
}

/// Notes that somebody accepted the invitation of this generation. Answers whether it was still open.
///
/// # Errors
/// The store's.
pub fn mark_accepted(tx: &mut Conn, id: RoleId, invitation: u16, now: Time) -> Stored<bool> {
    let open = roles::table
        .find(id)
        .filter(roles::invitation.eq(i32::from(invitation)))
        .filter(roles::accepted_at.is_null())
        .filter(roles::removed_at.is_null());
    Ok(diesel::update(open).set(roles::accepted_at.eq(now)).execute(tx)? == 1)
}

/// Notes that somebody's part has ended. Answers whether it had not before.
///
/// # Errors
/// The store's.
pub fn mark_removed(
    tx: &mut Conn,
    id: RoleId,
    sheets: Option<Sheets>,
    reason: Option<&str>,
    now: Time,
) -> Stored<bool> {
    let there = roles::table.find(id).filter(roles::removed_at.is_null());
    let removed = diesel::update(there)
        .set((roles::removed_at.eq(now), roles::removed_sheets.eq(sheets), roles::removed_reason.eq(reason)))
        .execute(tx)?;
    Ok(removed == 1)
}

// ——— Sessions ———

/// A session with the digests that renew it.
#[derive(Queryable, Selectable)]
#[diesel(table_name = sessions)]
#[allow(missing_docs, reason = "the columns' names say it")]
pub struct SessionRow {
    pub id: SessionId,
    pub account: AccountId,
    pub created_at: Time,
    pub used_at: Time,
    pub refresh_digest: String,
    pub spent_digest: Option<String>,
    pub repeat_key: Option<String>,
    pub repeat_answer: Option<String>,
    pub ended_at: Option<Time>,
}

impl SessionRow {
    /// The session, unless it was ended.
    pub fn session(&self) -> Option<Session> {
        let Self { id, account, created_at, used_at, ended_at, .. } = *self;
        ended_at.is_none().then_some(Session { id, account, created_at, used_at })
    }
}

/// A session with its account's person and when their second factor was confirmed, unless it was ended: what each
/// request asks first.
///
/// # Errors
/// The store's.
pub fn live_session(tx: &mut Conn, id: SessionId) -> Stored<Option<(SessionRow, Account, Option<Time>)>> {
    sessions::table
        .inner_join(accounts::table.on(accounts::id.eq(sessions::account)))
        .left_join(second_factors::table.on(second_factors::account.eq(sessions::account)))
        .filter(sessions::id.eq(id))
        .filter(sessions::ended_at.is_null())
        .select((SessionRow::as_select(), Account::as_select(), second_factors::confirmed_at.nullable()))
        .get_result(tx)
        .optional()
}

/// A session, also an ended one.
///
/// # Errors
/// The store's.
pub fn session(tx: &mut Conn, id: SessionId) -> Stored<Option<SessionRow>> {
    sessions::table.find(id).select(SessionRow::as_select()).get_result(tx).optional()
}

/// Begins a session.
///
/// # Errors
/// The store's.
pub fn insert_session(tx: &mut Conn, session: &Session, refresh_digest: &str) -> Stored<()> {
    diesel::insert_into(sessions::table)
        .values((
            sessions::id.eq(session.id),
            sessions::account.eq(session.account),
            sessions::created_at.eq(session.created_at),
            sessions::used_at.eq(session.used_at),
            sessions::refresh_digest.eq(refresh_digest),
        ))
        .execute(tx)?;
    Ok(())
}

/// What a renewal leaves behind.
pub struct Renewal<'a> {
    /// The digest of the token that was shown.
    pub spent: &'a str,
    /// The digest of its successor.
    pub fresh: &'a str,
    /// The client's idempotency key and the sealed answer for it.
    pub repeat: Option<(&'a str, &'a str)>,
}

/// Renews a session. Answers whether the token shown was still the living one.
///
/// # Errors
/// The store's.
pub fn renew_session(tx: &mut Conn, id: SessionId, renewal: &Renewal<'_>, now: Time) -> Stored<bool> {
    let living = sessions::table
        .find(id)
        .filter(sessions::refresh_digest.eq(renewal.spent))
        .filter(sessions::ended_at.is_null());
    let (key, answer) = renewal.repeat.unzip();
    let renewed = diesel::update(living)
        .set((
            sessions::used_at.eq(now),
            sessions::refresh_digest.eq(renewal.fresh),
            sessions::spent_digest.eq(renewal.spent),
            sessions::repeat_key.eq(key),
            sessions::repeat_answer.eq(answer),
        ))
        .execute(tx)?;
    Ok(renewed == 1)
}

/// Ends a session. Answers whether it lived.
///
/// # Errors
/// The store's.
pub fn end_session(tx: &mut Conn, id: SessionId, now: Time) -> Stored<bool> {
    let living = sessions::table.find(id).filter(sessions::ended_at.is_null());
    Ok(diesel::update(living)
        .set((sessions::ended_at.eq(now), sessions::repeat_answer.eq(None::<String>)))
        .execute(tx)?
        == 1)
}

/// Ends all sessions of an account.
///
/// # Errors
/// The store's.
pub fn end_sessions(tx: &mut Conn, account: AccountId, now: Time) -> Stored<usize> {
    let living = sessions::table.filter(sessions::account.eq(account)).filter(sessions::ended_at.is_null());
    diesel::update(living).set((sessions::ended_at.eq(now), sessions::repeat_answer.eq(None::<String>))).execute(tx)
}

/// Ends all sessions of an account but this one.
///
/// # Errors
/// The store's.
pub fn end_other_sessions(tx: &mut Conn, account: AccountId, kept: SessionId, now: Time) -> Stored<usize> {
    let living = sessions::table
        .filter(sessions::account.eq(account))
        .filter(sessions::id.ne(kept))
        .filter(sessions::ended_at.is_null());
    diesel::update(living).set((sessions::ended_at.eq(now), sessions::repeat_answer.eq(None::<String>))).execute(tx)
}

/// The sessions of an account that were not ended, the one used last first.
///
/// # Errors
/// The store's.
pub fn living_sessions(tx: &mut Conn, account: AccountId) -> Stored<Vec<Session>> {
    let rows: Vec<SessionRow> = sessions::table
        .filter(sessions::account.eq(account))
        .filter(sessions::ended_at.is_null())
        .order((sessions::used_at.desc(), sessions::id.desc()))
        .select(SessionRow::as_select())
        .load(tx)?;
    Ok(rows.iter().filter_map(SessionRow::session).collect())
}

/// Deletes the sessions of an account that began before `time`, when none of them can live any more.
///
/// # Errors
/// The store's.
pub fn forget_sessions(tx: &mut Conn, account: AccountId, time: Time) -> Stored<usize> {
    let old = sessions::table.filter(sessions::account.eq(account)).filter(sessions::created_at.lt(time));
    diesel::delete(old).execute(tx)
}
