//! A nomination that came by post or telephone: one organiser types it, another confirms it, and letters of support that
//! came the same way are typed beside it. Nobody is written to before the second has looked (`security.md`, Nobody alone).

use serde_json::json;

use super::confirm::{ConfirmError, Confirmed};
use super::form::{FormRules, NominationForm, Sender, Source};
use super::letters::LetterForm;
use super::model::LetterState;
use super::status::{IllegalMove, Status};
use super::store;
use super::submit::{self, Entry, Receipt, SubmitError};
use super::view::{SupporterView, Whole};
use crate::accounts::Action;
use crate::app::App;
use crate::audit::{self, Act, Actor, Deed};
use crate::editions::{self, Edition, WrongPhase};
use crate::from_query;
use crate::http::answer::Versioned;
use crate::http::door::parse_with;
use crate::http::etag::IfMatch;
use crate::http::idempotency::{Once, Outcome};
use crate::http::problem::{Code, Problem};
use crate::ids::{AccountId, NominationId};
use crate::store::StoreError;

/// Why something from paper is not taken.
#[derive(Debug, thiserror::Error)]
pub enum PaperError {
    /// There is none of this id in the edition, or no such supporter.
    #[error("there is no such nomination in this edition")]
    NotFound,
    /// Whoever typed it is not the second who looks.
    #[error("it is for another organiser to confirm")]
    TypedBySelf,
    /// The edition's calendar does not allow it.
    #[error(transparent)]
    Phase(#[from] WrongPhase),
    /// It does not stand where this can be done.
    #[error(transparent)]
    Move(#[from] IllegalMove),
    /// It is not confirmed.
    #[error(transparent)]
    Confirm(#[from] ConfirmError),
    /// It is not in the version that was read.
    #[error("another version")]
    Version(Problem),
    /// The store's.
    #[error("the store failed")]
    Store(#[from] StoreError),
}

from_query!(PaperError);

impl From<PaperError> for Problem {
    fn from(error: PaperError) -> Self {
        match error {
            PaperError::NotFound => Self::new(Code::NotFound),
            PaperError::TypedBySelf => Self::new(Code::NotAllowed),
            PaperError::Phase(wrong) => wrong.into(),
            PaperError::Move(_) => Self::new(Code::IllegalMove),
            PaperError::Confirm(error) => error.into(),
            PaperError::Version(problem) => problem,
            PaperError::Store(error) => error.into(),
        }
    }
}

/// Takes in what an organiser types: people without an email are reached by telephone or post.
///
/// # Errors
/// [`SubmitError`].
pub async fn enter(
    app: &App,
    deed: Deed,
    edition: &Edition,
    by: AccountId,
    body: &[u8],
    once: Once,
) -> Result<Outcome<Receipt>, SubmitError> {
    Action::EnterPaper.require_office(edition, deed.at)?;
    let rules = FormRules { edition, smtputf8: app.config.mail_smtputf8, sender: Sender::Paper };
    let form = parse_with(body, |door| NominationForm::read(door, &rules)).map_err(SubmitError::Body)?;
    submit::submit(app, deed, edition, form, Entry::Paper(by), once).await
}

/// A second organiser has looked: from here on it is a nomination like any other. A second time changes nothing.
///
/// # Errors
/// [`PaperError`].
pub async fn confirm(
    app: &App,
    deed: Deed,
    edition: Edition,
    id: NominationId,
    seen: IfMatch,
) -> Result<Receipt, PaperError> {
    let at = deed.at;
    Action::EnterPaper.require_office(&edition, at)?;
    let read = edition.clone();
    let typed = app.store.read(move |tx| {
        let nomination = store::of_edition(tx, read.id, id)?.ok_or(PaperError::NotFound)?;
        Ok::<_, PaperError>(Whole::of(tx, nomination)?)
    });
    let typed = typed.await?;
    seen.require_if_named(typed.version()).map_err(PaperError::Version)?;
    let nomination = typed.nomination;
    if nomination.source != Source::Paper {
        return Err(IllegalMove { from: nomination.status, to: Status::Submitted }.into());
    }
    if deed.actor == nomination.typed_by.map_or(Actor::Operator, Actor::Account) {
        return Err(PaperError::TypedBySelf);
    }
    if nomination.confirmed_at.is_some() {
        return Ok(Receipt::of(&nomination));
    }
    let confirmed = Confirmed::prepare(app, &edition, nomination, at)?;
    let shared = app.clone();
    let receipt = app.store.write(move |tx| {
        let edition = editions::store::by_id(tx, edition.id)?.ok_or(PaperError::NotFound)?;
        Action::EnterPaper.require_office(&edition, deed.at)?;
        let now = store::of_edition(tx, edition.id, id)?.ok_or(PaperError::NotFound)?;
        Ok::<_, PaperError>(confirmed.write(tx, &shared, &deed, &edition, &now)?)
    });
    let receipt = receipt.await?;
    app.outbox_bell.notify_one();
    Ok(receipt)
}

/// The last year that a letter may name, and nothing else, has to be known before its body is read.
pub fn read_letter(edition: &Edition, body: &[u8]) -> Result<LetterForm, Problem> {
    Ok(parse_with(body, |door| LetterForm::read(door, edition.year))?)
}

/// Writes down a supporter's letter that came on paper: `number` 1 or 2, by the form's order. Another in its place needs
/// the nomination's version.
///
/// # Errors
/// [`PaperError`].
pub async fn letter(
    app: &App,
    deed: Deed,
    edition: Edition,
    (id, number): (NominationId, usize),
    seen: IfMatch,
    form: LetterForm,
) -> Result<Versioned<SupporterView>, PaperError> {
    let shared = app.clone();
    app.store
        .write(move |tx| {
            let edition = editions::store::by_id(tx, edition.id)?.ok_or(PaperError::NotFound)?;
            let nomination = store::of_edition(tx, edition.id, id)?.ok_or(PaperError::NotFound)?;
            let at = number.checked_sub(1).filter(|at| *at < super::view::LETTERS).ok_or(PaperError::NotFound)?;
            Action::EnterPaper.require_office(&edition, deed.at)?;
            let mut whole = Whole::of(tx, nomination)?;
            let status = whole.nomination.status.rewrite()?; // alive, and screening is not over with it
            let version = whole.version();
            let Some(supporter) = whole.supporters.get_mut(at) else {
                return Err(IllegalMove { from: status, to: status }.into()); // nobody has confirmed it yet
            };
            let there = supporter.state == LetterState::Written;
            seen.require_where(there, version).map_err(PaperError::Version)?;
            supporter.letter = Some(form.written(deed.at));
            supporter.state = LetterState::Written;
            supporter.version += 1;
            store::save_supporter(tx, supporter)?;
            let subject = supporter.id;
            audit::record(
                tx,
                &shared,
                &deed,
                Act::LetterWritten,
                Some(edition.id),
                subject,
                json!({"source": "paper"}),
            )?;
            let body = SupporterView::asked(supporter.clone());
            Ok(Versioned { version: whole.version(), body })
        })
        .await
}
