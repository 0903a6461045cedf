//! What waits for the organisers among an edition's nominations, counted: for their digest.

use diesel::dsl::exists;
use diesel::prelude::*;

use super::views::notices_given;
use crate::clock::{Span, Time};
use crate::ids::{EditionId, NominationId};
use crate::nominations::model::LetterState;
use crate::nominations::status::Status;
use crate::store::schema::{nominations, supporters};
use crate::store::{Conn, Stored};

/// After how long a nomination that nobody has looked at is asked for (`content/mail.md`, M6).
const LONG: Span = Span::days(14);

/// How many nominations wait for what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// For an organiser's look.
    pub to_screen: i64,
    /// Of these, for two weeks or longer.
    pub to_screen_for_long: i64,
    /// Of all that are to be screened, for a letter of support that nobody has waived.
    pub for_letters: i64,
    /// Let in, while the nominee has not been told.
    pub for_notice: i64,
}

/// Counts what waits.
///
/// # Errors
/// The store's.
pub fn waiting(tx: &mut Conn, edition: EditionId, now: Time) -> Stored<Waiting> {
    macro_rules! submitted {
        () => {
            nominations::table
                .filter(nominations::edition.eq(edition))
                .filter(nominations::status.eq(Status::Submitted))
        };
    }
    let to_screen = submitted!().count().get_result(tx)?;
    let to_screen_for_long = submitted!().filter(nominations::confirmed_at.le(now - LONG)).count().get_result(tx)?;
    let unwritten = supporters::table
        .filter(supporters::nomination.eq(nominations::id))
        .filter(supporters::state.ne(LetterState::Written));
    let for_letters =
        submitted!().filter(nominations::letters_waived.is_null()).filter(exists(unwritten)).count().get_result(tx)?;
    let let_in: Vec<NominationId> = nominations::table
        .filter(nominations::edition.eq(edition))
        .filter(nominations::status.eq_any(Status::IN_JUDGING))
        .select(nominations::id)
        .load(tx)?;
    let given = notices_given(tx, edition)?;
    let untold = let_in.iter().filter(|id| !given.contains(*id)).count();
    Ok(Waiting { to_screen, to_screen_for_long, for_letters, for_notice: i64::try_from(untold).unwrap_or(i64::MAX) })
}
