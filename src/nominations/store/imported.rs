//! The SQL of an import: what is here already, and many rows by few statements.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;

use super::{NAMED, NewRow, document, written};
use crate::clock::Time;
use crate::fields::Email;
use crate::fields::name_key::{NameOf, name_key};
use crate::ids::{AccountId, EditionId, NominationId, SupporterId};
use crate::nominations::form::Nominator;
use crate::nominations::import::Known;
use crate::nominations::model::{LetterState, SupporterRow};
use crate::nominations::reference::Reference;
use crate::on_each;
use crate::store::schema::{import_files, mail_owed, nomination_blocks, nominations, supporters};
use crate::store::{Conn, Stored};

/// By what a nominator is known again.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::nominations) enum KnownBy {
    /// The mailbox, in one spelling.
    Email(String),
    /// Where there is none, the name's key.
    Name(String),
}

/// Those of these references that are taken, and by which edition.
pub(in crate::nominations) fn taken(tx: &mut Conn, references: &[&Reference]) -> Stored<HashMap<Reference, EditionId>> {
    let mut found = HashMap::new();
    for some in references.chunks(NAMED) {
        let rows: Vec<(Reference, EditionId)> = nominations::table
            .filter(nominations::reference.eq_any(some.iter().copied()))
            .select((nominations::reference, nominations::edition))
            .load(tx)?;
        found.extend(rows);
    }
    Ok(found)
}

/// The confirmed nominations of an edition that are known by what these are, withdrawn ones too.
pub(in crate::nominations) fn known<'a>(
    tx: &mut Conn,
    edition: EditionId,
    those: impl Iterator<Item = &'a Known>,
) -> Stored<HashMap<Known, Reference>> {
    let (mut emails, mut by_name) = (HashSet::new(), false);
    for one in those {
        match &one.by {
            KnownBy::Email(email) => _ = emails.insert(email.as_str()),
            KnownBy::Name(_) => by_name = true,
        }
    }
    let mut found = HashMap::new();
    for some in emails.into_iter().collect::<Vec<_>>().chunks(NAMED) {
        let rows: Vec<(String, String, Option<String>, Reference)> = nominations::table
            .filter(nominations::nominator_email.eq_any(some.iter().copied()))
            .filter(nominations::edition.eq(edition))
            .filter(nominations::confirmed_at.is_not_null())
            .select((
                nominations::category,
                nominations::name_key,
                nominations::nominator_email,
                nominations::reference,
            ))
            .load(tx)?;
        found.extend(rows.into_iter().filter_map(|(category, name_key, email, reference)| {
            Some((Known { by: KnownBy::Email(email?), category, name_key }, reference))
        }));
    }
    if by_name {
        let rows: Vec<(String, String, String, Reference)> = nominations::table
            .filter(nominations::nominator_email.is_null())
            .filter(nominations::edition.eq(edition))
            .filter(nominations::confirmed_at.is_not_null())
            .select((nominations::category, nominations::name_key, nominations::nominator, nominations::reference))
            .load(tx)?;
        for (category, of_nominee, nominator, reference) in rows {
            let nominator: Nominator = document(&nominator)?;
            let by = KnownBy::Name(name_key(nominator.name.as_str(), NameOf::Person));
            found.insert(Known { by, category, name_key: of_nominee }, reference);
        }
    }
    Ok(found)
}

/// Takes these in: at most [`NAMED`].
pub(in crate::nominations) fn insert(tx: &mut Conn, rows: &[NewRow]) -> Stored<()> {
    on_each!(tx, conn => diesel::insert_into(nominations::table).values(rows).execute(conn))?;
    Ok(())
}

#[derive(Insertable)]
#[diesel(table_name = supporters)]
#[diesel(treat_none_as_default_value = false)]
struct NewSupporter<'a> {
    id: SupporterId,
    nomination: NominationId,
    position: i32,
    generation: i32,
    name: &'a str,
    email: Option<&'a str>,
    phone: Option<&'a str>,
    postal_address: Option<&'a str>,
    relation: &'a str,
    state: LetterState,
    asked_at: Option<Time>,
    version: i64,
    former: String,
}

/// Puts all of these in.
pub(in crate::nominations) fn insert_supporters(tx: &mut Conn, rows: &[&SupporterRow]) -> Stored<()> {
    for some in rows.chunks(NAMED) {
        let values: Vec<NewSupporter<'_>> = some
            .iter()
            .map(|row| NewSupporter {
                id: row.id,
                nomination: row.nomination,
                position: row.position,
                generation: row.generation,
                name: &row.name,
                email: row.email.as_ref().map(Email::as_str),
                phone: row.phone.as_deref(),
                postal_address: row.postal_address.as_deref(),
                relation: &row.relation,
                state: row.state,
                asked_at: row.asked_at,
                version: row.version,
                former: written(&row.former),
            })
            .collect();
        on_each!(tx, conn => diesel::insert_into(supporters::table).values(&values).execute(conn))?;
    }
    Ok(())
}

/// Writes down by what nominations are found that were not there before.
pub(in crate::nominations) fn insert_blocks(
    tx: &mut Conn,
    edition: EditionId,
    blocks: &[(NominationId, &str)],
) -> Stored<()> {
    for some in blocks.chunks(4 * NAMED) {
        let values: Vec<_> = some
            .iter()
            .map(|(nomination, block)| {
                (
                    nomination_blocks::edition.eq(edition),
                    nomination_blocks::block.eq(*block),
                    nomination_blocks::nomination.eq(*nomination),
                )
            })
            .collect();
        on_each!(tx, conn => diesel::insert_into(nomination_blocks::table).values(&values).execute(conn))?;
    }
    Ok(())
}

/// Promises letters to those who stand in these nominations.
pub(in crate::nominations) fn owe_mail(tx: &mut Conn, ids: &[NominationId], since: Time) -> Stored<()> {
    for some in ids.chunks(4 * NAMED) {
        let values: Vec<_> =
            some.iter().map(|id| (mail_owed::nomination.eq(*id), mail_owed::since.eq(since))).collect();
        on_each!(tx, conn => diesel::insert_into(mail_owed::table).values(&values).execute(conn))?;
    }
    Ok(())
}

/// Nominations whose letters are owed, the first first.
pub(in crate::nominations) fn owed(tx: &mut Conn, limit: i64) -> Stored<Vec<NominationId>> {
    mail_owed::table.order(mail_owed::nomination).limit(limit).select(mail_owed::nomination).load(tx)
}

/// Letters of this nomination are owed no longer; whether they were.
pub(in crate::nominations) fn owed_no_longer(tx: &mut Conn, id: NominationId) -> Stored<bool> {
    Ok(diesel::delete(mail_owed::table.find(id)).execute(tx)? > 0)
}

/// Keeps a file that somebody looks at, instead of an earlier one of theirs.
pub(in crate::nominations) fn keep_file(
    tx: &mut Conn,
    (edition, account): (EditionId, AccountId),
    sealed: &str,
    at: Time,
) -> Stored<()> {
    let values = (
        import_files::edition.eq(edition),
        import_files::account.eq(account),
        import_files::sealed.eq(sealed),
        import_files::uploaded_at.eq(at),
    );
    on_each!(tx, conn => diesel::insert_into(import_files::table)
        .values(values)
        .on_conflict((import_files::edition, import_files::account))
        .do_update()
        .set((import_files::sealed.eq(sealed), import_files::uploaded_at.eq(at)))
        .execute(conn))?;
    Ok(())
}

/// The file that somebody looks at, where it was uploaded after `since`.
pub(in crate::nominations) fn kept_file(
    tx: &mut Conn,
    of: (EditionId, AccountId),
    since: Time,
) -> Stored<Option<String>> {
    import_files::table
        .find(of)
        .filter(import_files::uploaded_at.gt(since))
        .select(import_files::sealed)
        .get_result(tx)
        .optional()
}

/// Forgets the file that somebody looked at.
pub(in crate::nominations) fn forget_file(tx: &mut Conn, of: (EditionId, AccountId)) -> Stored<()> {
    diesel::delete(import_files::table.find(of)).execute(tx)?;
    Ok(())
}

/// Whether any file was uploaded so long ago.
pub(in crate::nominations) fn has_old_files(tx: &mut Conn, until: Time) -> Stored<bool> {
    diesel::select(diesel::dsl::exists(import_files::table.filter(import_files::uploaded_at.le(until)))).get_result(tx)
}

/// Forgets the files that were uploaded so long ago.
pub(in crate::nominations) fn forget_old_files(tx: &mut Conn, until: Time) -> Stored<()> {
    diesel::delete(import_files::table.filter(import_files::uploaded_at.le(until))).execute(tx)?;
    Ok(())
}
