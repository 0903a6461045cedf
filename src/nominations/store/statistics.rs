//! The SQL of counts.

use diesel::dsl::{count_star, sql};
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use crate::clock::Time;
use crate::ids::EditionId;
use crate::nominations::form::Source;
use crate::nominations::status::Status;
use crate::store::schema::nominations;
use crate::store::{Conn, Stored};
use crate::text::Language;

/// Makes a function that counts by a column, in its order.
macro_rules! by {
    ($(#[$doc:meta])* $name:ident: $column:ident as $type:ty) => {
        $(#[$doc])*
        pub(in crate::nominations) fn $name(tx: &mut Conn, edition: EditionId) -> Stored<Vec<($type, i64)>> {
            nominations::table
                .filter(nominations::edition.eq(edition))
                .filter(nominations::status.ne(Status::Draft))
                .group_by(nominations::$column)
                .order(nominations::$column)
                .select((nominations::$column, count_star()))
                .load(tx)
        }
    };
}

by!(
    /// By how they stand.
    by_status: status as Status
);
by!(
    /// By category.
    by_category: category as String
);
by!(
    /// By the nominee's home city in one spelling.
    by_city: city_key as String
);
by!(
    /// By the language of the story.
    by_language: language as Language
);
by!(
    /// By how they reached us.
    by_source: source as Source
);

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// By the day on which they came, in UTC, the first first.
pub(in crate::nominations) fn by_day(tx: &mut Conn, edition: EditionId) -> Stored<Vec<(String, i64)>> {
    let day = || sql::<BigInt>("received_at / 86400000000"); // both databases cut whole numbers off
    let rows: Vec<(i64, i64)> = nominations::table
        .filter(nominations::edition.eq(edition))
        .filter(nominations::status.ne(Status::Draft))
        .group_by(day())
        .order(day())
        .select((day(), count_star()))
        .load(tx)?;
    let name = |day: i64| Time::from_micros(day * DAY).to_string().chars().take(10).collect();
    Ok(rows.into_iter().map(|(day, count)| (name(day), count)).collect())
}
