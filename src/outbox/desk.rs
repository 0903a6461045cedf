//! What organisers do with an edition's messages: look at them, send one again, stop one, say what became of one.

use serde_json::json;

use super::message::{address_digests, open_envelope, unseal};
use super::read::{Opened, read};
use super::state::{IllegalMove, Move, State};
use super::store::{self, Change, Claimed, Overview};
use crate::app::App;
use crate::audit::{self, Act, Deed};
use crate::http::links::Link;
use crate::http::problem::{Code, Problem};
use crate::ids::{EditionId, MessageId};
use crate::keys::Keys;
use crate::store::{Conn, StoreError, Stored};
use crate::text::Language;

/// Why a message was left as it is.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// The edition has no such message.
    #[error("the edition has no such message")]
    NotFound,
    /// Its state does not allow this.
    #[error(transparent)]
    Illegal(#[from] IllegalMove),
    /// It ended long ago, and its bytes are gone.
    #[error("the message's bytes are no longer kept")]
    Dropped,
    /// The worker or somebody else was faster.
    #[error("the message has moved meanwhile")]
    LostRace,
    /// The store failed.
    #[error("the store failed")]
    Store(#[from] StoreError),
}
crate::from_query!(DeskError);

impl From<DeskError> for Problem {
    fn from(error: DeskError) -> Self {
        match error {
            DeskError::NotFound => Self::new(Code::NotFound),
            DeskError::Illegal(_) => Self::new(Code::IllegalMove),
            DeskError::Dropped => Self::new(Code::MessageDropped),
            DeskError::LostRace => Self::new(Code::LostRace),
            DeskError::Store(error) => error.into(),
        }
    }
}

/// A message with what it says, while its bytes are kept.
#[derive(Clone, Debug, serde::Serialize, utoipa::ToSchema)]
pub struct Whole {
    /// How it stands.
    #[serde(flatten)]
    pub overview: Overview,
    /// What its reader sees; nothing 30 days after it was sent.
    pub letter: Option<Opened>,
}

impl Whole {
    /// With the last answer in this language.
    pub fn told(self, language: Language) -> Self {
        Self { overview: self.overview.told(language), ..self }
    }
}

crate::word_enum! {
    /// What became of a message whose fate was unknown, as a person found out.
    pub enum Settlement {
        /// It arrived.
        Arrived = "arrived",
        /// It did not arrive; it may be sent again.
        Lost = "lost",
    }
}

/// An edition's messages in one state or in all, newest first, older than `after`, so many at most. A look at letters of
/// the announcement is an event (S-RES-4).
///
/// # Errors
/// The store's.
pub async fn list(
    app: &App,
    deed: Deed,
    edition: EditionId,
    state: Option<State>,
    after: Option<String>,
    limit: i64,
) -> Result<Vec<Overview>, StoreError> {
    let found =
        app.store.read(move |tx| Ok::<_, StoreError>(store::list(tx, edition, state, after.as_deref(), limit)?));
    let found = found.await?;
    if found.iter().any(|message| message.kind.is_of_the_outcome()) {
        looked(app, deed, edition, "list".to_owned()).await?;
    }
    Ok(found)
}

/// One message with what it says. A look at a letter of the announcement is an event (S-RES-4).
///
/// # Errors
/// [`DeskError::NotFound`], the store's.
pub async fn one(app: &App, deed: Deed, edition: EditionId, id: MessageId) -> Result<Whole, DeskError> {
    let found = app.store.read(move |tx| store::one(tx, edition, id).map_err(DeskError::from)).await?;
    let (overview, claimed) = found.ok_or(DeskError::NotFound)?;
    if overview.kind.is_of_the_outcome() {
        looked(app, deed, edition, id.to_string()).await?;
    }
    Ok(Whole { overview, letter: opened(app, &claimed) })
}

/// Notes a look before anything is shown.
async fn looked(app: &App, deed: Deed, edition: EditionId, at: String) -> Result<(), StoreError> {
    let parts = app.clone();
    app.store
        .write(move |tx| Ok(audit::record(tx, &parts, &deed, Act::MessagesRead, Some(edition), &at, json!({}))?))
        .await
}

/// The same in the caller's transaction; none where the edition has no such message.
///
/// # Errors
/// The store's.
pub fn look(tx: &mut Conn, app: &App, edition: EditionId, id: MessageId) -> Stored<Option<Whole>> {
    let found = store::one(tx, edition, id)?;
    Ok(found.map(|(overview, claimed)| Whole { overview, letter: opened(app, &claimed) }))
}

/// What a stored message says, but for the tokens in its links: they are its reader's alone. Whoever could read the
/// link of an approver's invitation could sign for a city.
fn opened(app: &App, message: &Claimed) -> Option<Opened> {
    let mut opened = read(&bytes(app, message)?)?;
    opened.text = without_tokens(&app.keys, &opened.text);
    opened.html = without_tokens(&app.keys, &opened.html);
    Some(opened)
}

/// A text in which an ellipsis stands for each token of ours.
fn without_tokens(keys: &Keys, text: &str) -> String {
    let of_token = |sign: char| sign.is_ascii_alphanumeric() || sign == '-' || sign == '_';
    let words = text.split_inclusive(|sign| !of_token(sign)).map(|piece| {
        let word = piece.trim_end_matches(|sign| !of_token(sign));
        if Link::open(keys, word).is_some() { format!("…{}", &piece[word.len()..]) } else { piece.to_owned() }
    });
    words.collect()
}

/// A stored message's finished bytes: what a preview's digest is made of.
pub fn bytes(app: &App, message: &Claimed) -> Option<Vec<u8>> {
    unseal(app, message.bytes.as_deref()?)
}

/// Sends a failed message again, or lets a held one go; takes back that its address was blocked by a refusal.
///
/// # Errors
/// [`DeskError`].
pub async fn retry(app: &App, deed: Deed, edition: EditionId, id: MessageId) -> Result<Overview, DeskError> {
    let at = deed.at;
    let change = Change { next_attempt_at: Some(at), attempts: Some(0), ended_at: Some(None), ..Change::default() };
    let moved = act(app, deed, edition, id, Move::Retry, Act::MessageRetried, change).await?;
    app.outbox_bell.notify_one();
    Ok(moved)
}

/// Cancels what has not left, or has failed.
///
/// # Errors
/// [`DeskError`].
pub async fn cancel(app: &App, deed: Deed, edition: EditionId, id: MessageId) -> Result<Overview, DeskError> {
    let change = Change { ended_at: Some(Some(deed.at)), ..Change::default() };
    act(app, deed, edition, id, Move::Cancel, Act::MessageCancelled, change).await
}

/// Says what became of a message whose fate was unknown.
///
/// # Errors
/// [`DeskError`].
pub async fn settle(
    app: &App,
    deed: Deed,
    edition: EditionId,
    id: MessageId,
    settlement: Settlement,
) -> Result<Overview, DeskError> {
    let step = match settlement {
        Settlement::Arrived => Move::SettleArrived,
        Settlement::Lost => Move::SettleLost,
    };
    let change = Change { ended_at: Some(Some(deed.at)), ..Change::default() };
    act(app, deed, edition, id, step, Act::MessageSettled, change).await
}

/// One move, with its event.
async fn act(
    app: &App,
    deed: Deed,
    edition: EditionId,
    id: MessageId,
    step: Move,
    act: Act,
    change: Change,
) -> Result<Overview, DeskError> {
    let parts = app.clone();
    app.store
        .write(move |tx| {
            let (before, message) = store::one(tx, edition, id)?.ok_or(DeskError::NotFound)?;
            let to = before.state.after(step)?;
            if step == Move::Retry && message.bytes.is_none() {
                return Err(DeskError::Dropped);
            }
            // What was cancelled may be written again, should its cause come back; the seal's letters never are.
            let frees_key = step == Move::Cancel && !message.kind.is_of_the_seal();
            let change = Change { once_key: frees_key.then_some(None), ..change.clone() };
            if !store::change(tx, id, before.state, &Change { state: Some(to), ..change })? {
                return Err(DeskError::LostRace);
            }
            if step == Move::Retry {
                unblock(tx, &parts, &message)?;
            }
            // Not its kind: that would tell who reads the chain that somebody won.
            let detail = json!({ "from": before.state, "to": to });
            audit::record(tx, &parts, &deed, act, Some(edition), id, detail)?;
            let (after, _) = store::one(tx, edition, id)?.ok_or(DeskError::NotFound)?;
            Ok(after)
        })
        .await
}

fn unblock(tx: &mut Conn, app: &App, message: &Claimed) -> Stored<()> {
    let Some(email) = open_envelope(app, &message.envelope).and_then(|envelope| envelope.recipient()) else {
        return Ok(());
    };
    for digest in address_digests(app, &email, None) {
        store::forget_bounce(tx, &digest)?;
    }
    Ok(())
}
