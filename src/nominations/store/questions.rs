//! The SQL of questions to nominators.

use diesel::prelude::*;

use crate::clock::Time;
use crate::ids::{AccountId, NominationId, QuestionId};
use crate::nominations::questions::Question;
use crate::store::schema::questions;
use crate::store::{Conn, Stored};

type Columns = (QuestionId, NominationId, String, AccountId, Time, Option<String>, Option<Time>);

/// Those about a nomination, the oldest first.
pub(in crate::nominations) fn of(tx: &mut Conn, nomination: NominationId) -> Stored<Vec<Question>> {
    let rows: Vec<Columns> = questions::table
        .filter(questions::nomination.eq(nomination))
        .order(questions::id)
        .select((
            questions::id,
            questions::nomination,
            questions::text,
            questions::asked_by,
            questions::asked_at,
            questions::answer,
            questions::answered_at,
        ))
        .load(tx)?;
    let read = |(id, nomination, text, asked_by, asked_at, answer, answered_at)| Question {
        id,
        nomination,
        text,
        asked_by,
        asked_at,
        answer,
        answered_at,
    };
    Ok(rows.into_iter().map(read).collect())
}

/// Puts a question in.
pub(in crate::nominations) fn insert(tx: &mut Conn, question: &Question) -> Stored<()> {
    diesel::insert_into(questions::table)
        .values((
            questions::id.eq(question.id),
            questions::nomination.eq(question.nomination),
            questions::text.eq(&question.text),
            questions::asked_by.eq(question.asked_by),
            questions::asked_at.eq(question.asked_at),
        ))
        .execute(tx)?;
    Ok(())
}

/// Saves the answer to a question.
pub(in crate::nominations) fn answer(tx: &mut Conn, id: QuestionId, text: &str, at: Time) -> Stored<()> {
    diesel::update(questions::table.find(id))
        .set((questions::answer.eq(text), questions::answered_at.eq(at)))
        .execute(tx)?;
    Ok(())
}
