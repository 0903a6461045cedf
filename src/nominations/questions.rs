//! Questions to a nominator: an organiser asks by mail (M21), on a judge's behalf too; the nominator answers on a page, so
//! that neither learns the other's address.

use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::life;
use super::messages::Desk;
use super::status::{IllegalMove, Status};
use super::store::{self, questions};
use crate::accounts::Action;
use crate::app::App;
use crate::audit::{self, Act, Actor, Deed};
use crate::clock::Time;
use crate::editions::{self, Edition, WrongPhase};
use crate::fields::Lines;
use crate::from_query;
use crate::http::door::{Door, FromBody};
use crate::http::idempotency::{KeyReused, Once, Outcome};
use crate::http::links::Link;
use crate::http::problem::{Code, Problem};
use crate::ids::{AccountId, NominationId, QuestionId};
use crate::outbox;
use crate::store::StoreError;

/// Characters of a question, or of an answer, at most.
const LONGEST: usize = 2_000;

/// What somebody asks or answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    text: Lines<LONGEST>,
    /// Which question is answered; the oldest open one where none is named.
    question: Option<QuestionId>,
}

impl Said {
    /// Reads a question.
    pub fn read_question(door: &mut Door<'_>) -> Option<Self> {
        door.required("text", Lines::parse).map(|text| Self { text, question: None })
    }
}

impl FromBody for Said {
    fn read(door: &mut Door<'_>) -> Option<Self> {
        let text = door.required("text", Lines::parse);
        let question = door.optional("question", |text| QuestionId::parse(text).ok_or(crate::fields::Flaw::BadChoice));
        Some(Self { text: text?, question: question? })
    }
}

/// A question as its row.
#[derive(Clone, Debug)]
pub struct Question {
    /// Id.
    pub id: QuestionId,
    /// About which nomination.
    pub nomination: NominationId,
    /// What is asked.
    pub text: String,
    /// By which organiser.
    pub asked_by: AccountId,
    /// When.
    pub asked_at: Time,
    /// What the nominator says.
    pub answer: Option<String>,
    /// When.
    pub answered_at: Option<Time>,
}

/// A question as organisers see it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct QuestionView {
    /// Id.
    pub id: QuestionId,
    /// What is asked.
    pub text: String,
    /// By which organiser.
    pub asked_by: AccountId,
    /// When.
    pub asked_at: Time,
    /// What the nominator says.
    pub answer: Option<String>,
    /// When.
    pub answered_at: Option<Time>,
}

/// The questions about a nomination, the oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct Questions {
    /// All of them.
    pub items: Vec<QuestionView>,
}

/// The same as the nominator sees them: not who asks.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnQuestions {
    /// All of them, the oldest first.
    pub items: Vec<OwnQuestion>,
}

/// A question as the nominator sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnQuestion {
    /// Id.
    pub id: QuestionId,
    /// What is asked.
    pub text: String,
    /// When.
    pub asked_at: Time,
    /// What you have said.
    pub answer: Option<String>,
    /// When.
    pub answered_at: Option<Time>,
}

impl From<Question> for QuestionView {
    fn from(question: Question) -> Self {
        let Question { id, text, asked_by, asked_at, answer, answered_at, .. } = question;
        Self { id, text, asked_by, asked_at, answer, answered_at }
    }
}

impl From<Question> for OwnQuestion {
    fn from(question: Question) -> Self {
        let Question { id, text, asked_at, answer, answered_at, .. } = question;
        Self { id, text, asked_at, answer, answered_at }
    }
}

/// Why nothing is asked or answered.
#[derive(Debug, thiserror::Error)]
pub enum QuestionError {
    /// There is none of this id in the edition.
    #[error("there is no such nomination in this edition")]
    NotFound,
    /// The link is unknown, dead or another's.
    #[error("the link is not valid")]
    NotValid,
    /// The nominator has no address that a mail could reach.
    #[error("the nominator has no email address")]
    NoAddress,
    /// Every question is answered, or this one is not there.
    #[error("there is no such open question")]
    NothingOpen,
    /// The edition's calendar does not allow it.
    #[error(transparent)]
    Phase(#[from] WrongPhase),
    /// Nobody is asked about a nomination that is not confirmed or taken back.
    #[error(transparent)]
    Move(#[from] IllegalMove),
    /// The idempotency key came with another body.
    #[error(transparent)]
    Reused(#[from] KeyReused),
    /// The store's.
    #[error("the store failed")]
    Store(#[from] StoreError),
}

from_query!(QuestionError);

impl From<QuestionError> for Problem {
    fn from(error: QuestionError) -> Self {
        match error {
            QuestionError::NotFound => Self::new(Code::NotFound),
            QuestionError::NotValid => Self::new(Code::LinkNotValid),
            QuestionError::NoAddress => Self::new(Code::IllegalMove).with_detail("problem-question-no-address", vec![]),
            QuestionError::NothingOpen => {
                Self::new(Code::IllegalMove).with_detail("problem-question-nothing-open", vec![])
            }
            QuestionError::Phase(wrong) => wrong.into(),
            QuestionError::Move(_) => Self::new(Code::IllegalMove),
            QuestionError::Reused(reused) => reused.into(),
            QuestionError::Store(error) => error.into(),
        }
    }
}

/// Asks the nominator, by mail (M21).
///
/// # Errors
/// [`QuestionError`].
pub async fn ask(
    app: &App,
    deed: Deed,
    edition: Edition,
    id: NominationId,
    said: Said,
    once: Once,
) -> Result<Outcome<QuestionView>, QuestionError> {
    let shared = app.clone();
    let asked = app.store.write(move |tx| {
        once.run(tx, deed.at, |tx| {
            let edition = editions::store::by_id(tx, edition.id)?.ok_or(QuestionError::NotFound)?;
            let nomination = store::of_edition(tx, edition.id, id)?.ok_or(QuestionError::NotFound)?;
            Action::AskNominator.require_office(&edition, deed.at)?;
            if nomination.confirmed_at.is_none() || nomination.status == Status::Withdrawn {
                return Err(IllegalMove { from: nomination.status, to: nomination.status }.into());
            }
            let Actor::Account(asked_by) = deed.actor else { return Err(QuestionError::NotFound) };
            let question = Question {
                id: QuestionId::from_uuid(shared.chance.uuid(deed.at)),
                nomination: id,
                text: said.text.as_str().to_owned(),
                asked_by,
                asked_at: deed.at,
                answer: None,
                answered_at: None,
            };
            let desk = Desk { app: &shared, edition: &edition, at: deed.at };
            let message = desk.question(&nomination, &question).ok_or(QuestionError::NoAddress)?;
            questions::insert(tx, &question)?;
            outbox::enqueue(tx, &message)?;
            let detail = json!({"question": question.id});
            audit::record(tx, &shared, &deed, Act::QuestionAsked, Some(edition.id), id, detail)?;
            Ok(QuestionView::from(question))
        })
    });
    let asked = asked.await?;
    app.outbox_bell.notify_one();
    Ok(asked)
}

/// What was asked about a nomination, and answered.
///
/// # Errors
/// [`QuestionError`].
pub async fn list(app: &App, edition: Edition, id: NominationId) -> Result<Questions, QuestionError> {
    app.store
        .read(move |tx| {
            store::of_edition(tx, edition.id, id)?.ok_or(QuestionError::NotFound)?;
            let items = questions::of(tx, id)?.into_iter().map(QuestionView::from).collect();
            Ok(Questions { items })
        })
        .await
}

/// What the nominator behind a link is asked.
///
/// # Errors
/// [`QuestionError`].
pub async fn own(app: &App, link: Link, now: Time) -> Result<OwnQuestions, QuestionError> {
    app.store
        .read(move |tx| {
            let (_, nomination) = life::to_nomination(tx, &link, now)?.ok_or(QuestionError::NotValid)?;
            own_of(questions::of(tx, nomination.id)?)
        })
        .await
}

fn own_of(questions: Vec<Question>) -> Result<OwnQuestions, QuestionError> {
    Ok(OwnQuestions { items: questions.into_iter().map(OwnQuestion::from).collect() })
}

/// The nominator answers. The same answer a second time changes nothing.
///
/// # Errors
/// [`QuestionError`].
pub async fn answer(app: &App, deed: Deed, link: Link, said: Said) -> Result<OwnQuestions, QuestionError> {
    let shared = app.clone();
    app.store
        .write(move |tx| {
            let (edition, nomination) = life::to_nomination(tx, &link, deed.at)?.ok_or(QuestionError::NotValid)?;
            Action::AnswerQuestion.require_link(&edition, deed.at)?;
            let all = questions::of(tx, nomination.id)?;
            let text = said.text.as_str();
            let repeated = |one: &&Question| one.answer.as_deref() == Some(text);
            let is_meant = |one: &&Question| said.question.is_none_or(|id| one.id == id);
            match all.iter().filter(is_meant).find(|one| one.answer.is_none()) {
                Some(open) => {
                    questions::answer(tx, open.id, text, deed.at)?;
                    let detail = json!({"question": open.id});
                    let about = nomination.id;
                    audit::record(tx, &shared, &deed, Act::QuestionAnswered, Some(edition.id), about, detail)?;
                }
                None if all.iter().filter(is_meant).any(|one| repeated(&one)) => {} // a double click
                None => return Err(QuestionError::NothingOpen),
            }
            own_of(questions::of(tx, nomination.id)?)
        })
        .await
}
