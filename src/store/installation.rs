//! What an installation knows of itself: which secret its rows are made with (S-TOK-9).

use diesel::prelude::*;

use super::schema::installation;
use super::{Conn, Stored};
use crate::on_each;

/// The row that names the secret in use by its key id.
const SECRET: &str = "secret";

/// The key id of the secret in use, noted as `id` where none was yet: of several processes that start at once, the
/// first one's stands.
///
/// # Errors
/// The store's.
pub fn secret_in_use(tx: &mut Conn, id: &str) -> Stored<String> {
    let row = (installation::name.eq(SECRET), installation::value.eq(id));
    on_each!(tx, conn => diesel::insert_into(installation::table).values(row).on_conflict_do_nothing().execute(conn))?;
    installation::table.find(SECRET).select(installation::value).get_result(tx)
}

/// Notes another secret as the one in use.
///
/// # Errors
/// The store's.
pub fn adopt_secret(tx: &mut Conn, id: &str) -> Stored<()> {
    secret_in_use(tx, id)?;
    diesel::update(installation::table.find(SECRET)).set(installation::value.eq(id)).execute(tx)?;
    Ok(())
}
