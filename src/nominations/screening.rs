//! Screening: organisers look for nominations, read them, let them in or keep them out.

use serde_json::{Value as Json, json};

use super::messages::Desk;
use super::model::Nomination;
use super::places;
use super::reasons::Reason;
use super::reference::Reference;
use super::status::{IllegalMove, Status};
use super::store::{self, Filter};
use super::view::{ListedNomination, NominationView, Whole};
use super::withdrawal::{self, WithdrawError};
use crate::accounts::Action;
use crate::app::App;
use crate::audit::{self, Act, Deed};
use crate::editions::{Edition, Phases, WrongPhase};
use crate::fields::name_key::search_words;
use crate::fields::{Flaw, Lines};
use crate::from_query;
use crate::http::answer::Versioned;
use crate::http::door::{Door, FromBody};
use crate::http::etag::IfMatch;
use crate::http::faults::Fault;
use crate::http::paging::{Listing, Stretch};
use crate::http::problem::{Code, Problem};
use crate::ids::NominationId;
use crate::outbox::{self, Kind};
use crate::store::{Conn, StoreError};

/// Signs of a search at most (S-STO-3).
const LONGEST_SEARCH: usize = 100;
/// Letting in, and opening again, ends with judging.
const LETTING_IN: Phases = Phases::of("NSJ");

/// What organisers look for, as they type it.
#[derive(Debug, Default, serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Search {
    /// How it stands; without it, all but drafts.
    #[param(value_type = Option<Status>)]
    pub status: Option<String>,
    /// The category's code.
    pub category: Option<String>,
    /// The nominee's town: a key of the edition's cities, or a name in any alphabet.
    pub city: Option<String>,
    /// A reference, or parts of the nominee's name in any alphabet.
    pub q: Option<String>,
}

impl Search {
    /// The filter that is meant.
    ///
    /// # Errors
    /// 422 where a value is none of those there are.
    pub fn filter(&self, edition: &Edition) -> Result<Filter, Problem> {
        let given =
            |text: &Option<String>| text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
        let status = match given(&self.status) {
            Some(word) => Some(Status::parse(&word).ok_or_else(|| Problem::fault("/query/status", "bad_choice"))?),
            None => None,
        };
        let category = given(&self.category);
        if category.as_deref().is_some_and(|code| edition.category(code).is_none()) {
            return Err(Problem::fault("/query/category", "bad_choice"));
        }
        let city = given(&self.city);
        let q = given(&self.q);
        for (pointer, text) in [("/query/city", &city), ("/query/q", &q)] {
            let length = text.as_ref().map_or(0, |text| text.chars().count());
            if length > LONGEST_SEARCH {
                let fault = Fault::of(pointer, Flaw::TooLong(LONGEST_SEARCH, length));
                return Err(Problem::invalid(vec![fault]));
            }
        }
        let reference = q.as_deref().and_then(Reference::parse);
        let words = match (&reference, &q) {
            (None, Some(q)) => search_words(q),
            _ => Vec::new(),
        };
        let finds_nothing = q.is_some() && reference.is_none() && words.is_empty();
        let cities = city.map_or_else(Vec::new, |city| places::spellings(edition, &city));
        Ok(Filter { status, category, cities, words, reference, finds_nothing })
    }

    /// What a cursor of this search is bound to.
    pub fn scope(&self, edition: &Edition) -> String {
        format!("nominations\n{}\n{self:?}", edition.id)
    }
}

/// The change that an organiser asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Screening {
    /// How it shall stand.
    pub status: Option<Target>,
    /// Another note, or none any more.
    pub note: Option<Option<String>>,
    /// The reason for doing without a letter, or none any more.
    pub waive_letters: Option<Option<String>>,
}

/// How an organiser wants a nomination to stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Let in.
    Eligible(Option<String>),
    /// Kept out.
    Ineligible(Reason),
    /// Taken back.
    Withdrawn(String),
    /// Open again.
    Submitted(String),
    /// Read together with another.
    Merged(NominationId),
    /// Read by itself again, and why.
    Apart(String),
}

impl Screening {
    /// The row of the table of rights that it is.
    fn action(&self) -> Action {
        match self.status {
            Some(Target::Merged(_) | Target::Apart(_)) => Action::Merge,
            _ => Action::Screen,
        }
    }

    /// This status and nothing else.
    pub fn to(target: Target) -> Self {
        Self { status: Some(target), note: None, waive_letters: None }
    }
}

impl FromBody for Screening {
    fn read(door: &mut Door<'_>) -> Option<Self> {
        let wanted = door.optional_word("status", |word| {
            Status::parse(word).filter(|status| {
                matches!(status, Status::Eligible | Status::Ineligible | Status::Withdrawn | Status::Submitted)
            })
        });
        let note = changed(door, "note");
        let status = target(door, wanted, note.as_ref());
        let waive_letters = changed(door, "waive_letters");
        Some(Self { status: status?, note: note?, waive_letters: waive_letters? })
    }
}

/// Words of an organiser: a reason, a note.
pub(super) fn words(text: &str) -> Result<String, Flaw> {
    Lines::<1000>::parse(text).map(|lines| lines.as_str().to_owned())
}

/// A text that a partial change may name, take away or leave alone.
#[expect(clippy::option_option, reason = "named, taken away, left alone are three things")]
fn changed(door: &mut Door<'_>, name: &'static str) -> Option<Option<Option<String>>> {
    let named = door.names(name);
    let text = door.optional(name, words)?;
    Some(named.then_some(text))
}

fn target(
    door: &mut Door<'_>,
    wanted: Option<Option<Status>>,
    note: Option<&Option<Option<String>>>,
) -> Option<Option<Target>> {
    match wanted {
        None => {
            door.let_pass(&["reason"]);
            None
        }
        Some(None) => {
            door.let_pass(&["reason"]);
            if door.has("reason") {
                door.fault("reason", "not_expected");
                return None;
            }
            Some(None)
        }
        Some(Some(Status::Ineligible)) => {
            let reason = door.word("reason", Reason::parse)?;
            let has_note = matches!(note, Some(Some(Some(_))));
            if reason == Reason::Other && !has_note && note.is_some() {
                door.fault("note", "required");
                return None;
            }
            Some(Some(Target::Ineligible(reason)))
        }
        Some(Some(Status::Eligible)) => Some(Some(Target::Eligible(door.optional("reason", words)?))),
        Some(Some(Status::Withdrawn)) => Some(Some(Target::Withdrawn(door.required("reason", words)?))),
        Some(Some(_)) => Some(Some(Target::Submitted(door.required("reason", words)?))),
    }
}

/// Why a nomination is not shown or changed.
#[derive(Debug, thiserror::Error)]
pub enum ScreenError {
    /// There is none of this id in the edition.
    #[error("there is no such nomination in this edition")]
    NotFound,
    /// The edition's calendar does not allow it.
    #[error(transparent)]
    Phase(#[from] WrongPhase),
    /// The status does not move this way.
    #[error(transparent)]
    Move(#[from] IllegalMove),
    /// Letters are missing, and nobody gave a reason for doing without.
    #[error("letters are missing")]
    LettersMissing,
    /// What was asked does not fit the nomination.
    #[error("the body does not fit the nomination")]
    Faults(Vec<Fault>),
    /// It is not in the version that was read.
    #[error("another version")]
    Version(Problem),
    /// The store's.
    #[error("the store failed")]
    Store(#[from] StoreError),
}

from_query!(ScreenError);

impl From<WithdrawError> for ScreenError {
    fn from(error: WithdrawError) -> Self {
        match error {
            WithdrawError::Move(error) => Self::Move(error),
            WithdrawError::Store(error) => Self::Store(error),
        }
    }
}

impl From<ScreenError> for Problem {
    fn from(error: ScreenError) -> Self {
        match error {
            ScreenError::NotFound => Self::new(Code::NotFound),
            ScreenError::Phase(wrong) => wrong.into(),
            ScreenError::Move(_) => Self::new(Code::IllegalMove),
            ScreenError::LettersMissing => Self::new(Code::LettersMissing),
            ScreenError::Faults(faults) => Self::invalid(faults),
            ScreenError::Version(problem) => problem,
            ScreenError::Store(error) => error.into(),
        }
    }
}

/// The nominations that fit, oldest first.
///
/// # Errors
/// The store's.
pub async fn list(
    app: &App,
    edition: Edition,
    filter: Filter,
    stretch: Stretch,
) -> Result<Listing<ListedNomination>, StoreError> {
    let (wanted, after) = (stretch.fetch(), stretch.after.clone());
    let items = app
        .store
        .read(move |tx| {
            let lines = store::list(tx, edition.id, &filter, after.as_deref(), wanted)?;
            let ids: Vec<NominationId> = lines.iter().map(|line| line.id).collect();
            let letters = store::letters_in(tx, &ids)?;
            let view = |line: store::Line| {
                let count = letters.get(&line.id).copied().unwrap_or(0);
                ListedNomination::of(&edition, line, count)
            };
            Ok::<_, StoreError>(lines.into_iter().map(view).collect::<Result<Vec<_>, _>>()?)
        })
        .await?;
    Ok(stretch.list(&app.keys, items, |item| item.id.to_string()))
}

/// A nomination, whole.
///
/// # Errors
/// [`ScreenError`].
pub async fn read(app: &App, edition: Edition, id: NominationId) -> Result<Versioned<NominationView>, ScreenError> {
    app.store
        .read(move |tx| {
            let whole = whole(tx, &edition, id)?;
            Ok(Versioned { version: whole.version(), body: whole.view(&edition) })
        })
        .await
}

/// Changes how a nomination stands, or what organisers say of it.
///
/// # Errors
/// [`ScreenError`].
pub async fn change(
    app: &App,
    deed: Deed,
    edition: Edition,
    id: NominationId,
    seen: IfMatch,
    change: Screening,
) -> Result<Versioned<NominationView>, ScreenError> {
    let shared = app.clone();
    let view = app
        .store
        .write(move |tx| {
            let edition = crate::editions::store::by_id(tx, edition.id)?.ok_or(ScreenError::NotFound)?;
            let before = whole(tx, &edition, id)?;
            change.action().require_office(&edition, deed.at)?;
            seen.require(before.version()).map_err(ScreenError::Version)?;
            Screener { app: &shared, deed: &deed, edition: &edition }.apply(tx, before, &change)?;
            let after = whole(tx, &edition, id)?;
            Ok::<_, ScreenError>(Versioned { version: after.version(), body: after.view(&edition) })
        })
        .await?;
    app.outbox_bell.notify_one();
    Ok(view)
}

fn whole(tx: &mut Conn, edition: &Edition, id: NominationId) -> Result<Whole, ScreenError> {
    let nomination = store::of_edition(tx, edition.id, id)?.ok_or(ScreenError::NotFound)?;
    Ok(Whole::of(tx, nomination)?)
}

/// An organiser at work on one nomination.
pub(super) struct Screener<'a> {
    pub(super) app: &'a App,
    pub(super) deed: &'a Deed,
    pub(super) edition: &'a Edition,
}

impl Screener<'_> {
    fn apply(&self, tx: &mut Conn, mut whole: Whole, change: &Screening) -> Result<(), ScreenError> {
        let before = whole.nomination.clone();
        let was_changed = whole.has_changed_since_screening();
        if let Some(note) = &change.note {
            whole.nomination.note.clone_from(note);
        }
        if let Some(waived) = &change.waive_letters {
            whole.nomination.letters_waived.clone_from(waived);
            self.require_letters_if_let_in(&whole)?;
        }
        let looks = was_changed && (change.note.is_some() || change.waive_letters.is_some());
        if whole.nomination != before || looks {
            self.save(tx, &mut whole.nomination)?;
            let act = if change.waive_letters.is_some() { Act::LettersWaived } else { Act::NominationChanged };
            self.record(tx, &whole.nomination, act, json!({}))?;
        }
        match &change.status {
            None => Ok(()),
            Some(Target::Eligible(reason)) => self.admit(tx, whole, was_changed, reason.clone()),
            Some(Target::Ineligible(reason)) => self.refuse(tx, whole.nomination, *reason),
            Some(Target::Withdrawn(reason)) => {
                withdrawal::withdraw(tx, self.app, self.deed, self.edition, whole.nomination, reason)?;
                Ok(())
            }
            Some(Target::Submitted(reason)) => self.reopen(tx, whole.nomination, reason),
            Some(Target::Merged(into)) => self.merge(tx, whole.nomination, *into),
            Some(Target::Apart(reason)) => self.part(tx, whole.nomination, reason),
        }
    }

    fn require_letters_if_let_in(&self, whole: &Whole) -> Result<(), ScreenError> {
        let let_in = whole.nomination.status.is_in_judging();
        if let_in && !whole.is_complete() { Err(ScreenError::LettersMissing) } else { Ok(()) }
    }

    /// Lets it in, and tells the nominee (M6) in their daytime, once. What its nominator has changed since may be let in
    /// again: then it stays where it is, and counts as looked at.
    fn admit(&self, tx: &mut Conn, mut whole: Whole, again: bool, reason: Option<String>) -> Result<(), ScreenError> {
        self.edition.require(LETTING_IN, self.deed.at)?;
        let status = whole.nomination.status;
        whole.nomination.status = if again { status.look_again()? } else { status.admit()? };
        self.require_no_objection(tx, &whole.nomination, Status::Eligible)?;
        if !whole.is_complete() {
            return Err(ScreenError::LettersMissing);
        }
        if !again || reason.is_some() {
            whole.nomination.reason = reason;
        }
        self.screened(tx, &mut whole.nomination)?;
        let desk = Desk { app: self.app, edition: self.edition, at: self.deed.at };
        let notice = desk.nominee_notice(&whole.nomination, whole.notice.generation);
        if let Some(message) = notice.filter(|_| whole.notice.how.is_none()) {
            outbox::enqueue(tx, &message)?;
        }
        Ok(())
    }

    /// Nobody brings back a nomination whose nominee has asked to be left out.
    fn require_no_objection(&self, tx: &mut Conn, nomination: &Nomination, to: Status) -> Result<(), ScreenError> {
        match store::is_left_out(tx, nomination)? {
            true => Err(IllegalMove { from: nomination.status, to }.into()),
            false => Ok(()),
        }
    }

    /// Keeps it out; the nominator hears of it a day later (M9), unless it is undone by then.
    fn refuse(&self, tx: &mut Conn, mut nomination: Nomination, reason: Reason) -> Result<(), ScreenError> {
        nomination.status = nomination.status.refuse()?;
        nomination.reason = Some(reason.as_str().to_owned());
        self.screened(tx, &mut nomination)?;
        outbox::store::take_back(tx, nomination.id.as_str(), &[Kind::NomineeNotice], self.deed.at)?;
        let desk = Desk { app: self.app, edition: self.edition, at: self.deed.at };
        if let Some(message) = desk.ineligible(&nomination, reason) {
            outbox::enqueue(tx, &message)?;
        }
        Ok(())
    }

    /// Opens it again; a letter on the refusal that has not left yet never does.
    pub(super) fn reopen(&self, tx: &mut Conn, mut nomination: Nomination, reason: &str) -> Result<(), ScreenError> {
        self.edition.require(LETTING_IN, self.deed.at)?;
        self.require_no_objection(tx, &nomination, Status::Submitted)?;
        nomination.status = nomination.status.reopen()?;
        nomination.reason = Some(reason.to_owned());
        nomination.merged_into = None;
        self.screened(tx, &mut nomination)?;
        outbox::store::take_back(tx, nomination.id.as_str(), &[Kind::Ineligible, Kind::Merged], self.deed.at)?;
        Ok(())
    }

    fn screened(&self, tx: &mut Conn, nomination: &mut Nomination) -> Result<(), ScreenError> {
        nomination.screened_at = nomination.screened_at.or(Some(self.deed.at));
        self.save(tx, nomination)?;
        // Free text may name people, and the chain keeps no names (S-AUD-2): only a reason of the list goes in.
        let listed = nomination.reason.as_deref().and_then(Reason::parse).map_or("", Reason::as_str);
        self.record(tx, nomination, Act::NominationScreened, json!({"status": nomination.status, "reason": listed}))
    }

    pub(super) fn save(&self, tx: &mut Conn, nomination: &mut Nomination) -> Result<(), ScreenError> {
        nomination.version += 1;
        nomination.changed_at = self.deed.at;
        if let Some(retold) = &mut nomination.retold {
            retold.looked_at = Some(self.deed.at);
        }
        Ok(store::save(tx, nomination)?)
    }

    pub(super) fn record(
        &self,
        tx: &mut Conn,
        nomination: &Nomination,
        act: Act,
        detail: Json,
    ) -> Result<(), ScreenError> {
        Ok(audit::record(tx, self.app, self.deed, act, Some(self.edition.id), nomination.id, detail)?)
    }
}
