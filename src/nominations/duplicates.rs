//! Likely duplicates: nominations that may be of one nominee, with the why. An organiser merges them or says that they are
//! not the same; the service never does either.

use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::likeness::{Features, Level, Likeness};
use super::model::Nomination;
use super::reference::Reference;
use super::status::Status;
use super::store::{self, duplicates};
use crate::accounts::Action;
use crate::app::App;
use crate::audit::{self, Act, Actor, Deed};
use crate::clock::Time;
use crate::editions::Edition;
use crate::fields::Country;
use crate::from_query;
use crate::http::door::{Door, FromBody};
use crate::http::problem::{Code, Problem};
use crate::ids::NominationId;
use crate::store::StoreError;

/// Suggestions in one answer at most: nobody reads more, and whoever merges the first is shown the next.
const MOST: usize = 50;

/// The nominations that may be of the same nominee, the surest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct Suggestions {
    /// At most 50.
    pub items: Vec<Suggestion>,
}

/// A nomination that may be of the same nominee.
#[derive(Debug, Serialize, ToSchema)]
pub struct Suggestion {
    /// Id.
    pub id: NominationId,
    /// What people call it by.
    pub reference: Reference,
    /// How it stands.
    pub status: Status,
    /// The nomination that it is read with already.
    pub merged_into: Option<NominationId>,
    /// Code of its category; only nominations of one category can be merged.
    pub category: String,
    /// The nominee's name.
    pub name: String,
    /// The name in the other alphabet.
    pub name_other_script: Option<String>,
    /// Home city.
    pub home_city: String,
    /// Country.
    pub country: Country,
    /// In one line, what they have done.
    pub headline: String,
    /// When it came in.
    pub received_at: Time,
    /// Why it is suggested.
    #[serde(flatten)]
    pub why: Likeness,
}

/// What an organiser says of two: `different` is all that can be said here; that they are one is said by merging them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Verdict {
    /// `different`.
    pub verdict: Said,
}

crate::word_enum! {
    /// What can be said of two nominations.
    pub enum Said {
        /// They are of different nominees: no longer suggested.
        Different = "different",
    }
}

impl FromBody for Verdict {
    fn read(door: &mut Door<'_>) -> Option<Self> {
        door.word("verdict", Said::parse).map(|verdict| Self { verdict })
    }
}

/// Why nothing is suggested or said.
#[derive(Debug, thiserror::Error)]
pub enum DuplicatesError {
    /// One of the two is not in this edition.
    #[error("there is no such nomination in this edition")]
    NotFound,
    /// A nomination is not different from itself.
    #[error("it is the same nomination")]
    Itself,
    /// The edition's calendar does not allow it.
    #[error(transparent)]
    Phase(#[from] crate::editions::WrongPhase),
    /// The store's.
    #[error("the store failed")]
    Store(#[from] StoreError),
}

from_query!(DuplicatesError);

impl From<DuplicatesError> for Problem {
    fn from(error: DuplicatesError) -> Self {
        match error {
            DuplicatesError::NotFound => Self::new(Code::NotFound),
            DuplicatesError::Itself => Self::fault("/path/other", "bad_choice"),
            DuplicatesError::Phase(wrong) => wrong.into(),
            DuplicatesError::Store(error) => error.into(),
        }
    }
}

/// What may be of the same nominee as this nomination, the surest first.
///
/// # Errors
/// [`DuplicatesError`].
pub async fn suggest(app: &App, edition: Edition, id: NominationId) -> Result<Suggestions, DuplicatesError> {
    let (nomination, others, different) = app
        .store
        .read(move |tx| {
            let nomination = store::of_edition(tx, edition.id, id)?.ok_or(DuplicatesError::NotFound)?;
            let others = duplicates::sharing_a_block(tx, &nomination)?;
            let different = duplicates::different_from(tx, id)?;
            Ok::<_, DuplicatesError>((nomination, others, different))
        })
        .await?;
    let features = Features::of(&nomination);
    let open = others.into_iter().filter(|other| !different.contains(&other.id) && !are_merged(&nomination, other));
    let mut items: Vec<Suggestion> =
        open.filter_map(|other| Some(Suggestion::of(features.likeness(&Features::of(&other))?, other))).collect();
    items.sort_by_key(Suggestion::rank);
    items.truncate(MOST);
    Ok(Suggestions { items })
}

/// Whether one is read with the other already, or both with a third.
fn are_merged(one: &Nomination, other: &Nomination) -> bool {
    one.merged_into == Some(other.id)
        || other.merged_into == Some(one.id)
        || (one.merged_into.is_some() && one.merged_into == other.merged_into)
}

impl Suggestion {
    fn of(why: Likeness, other: Nomination) -> Self {
        let facts = other.facts;
        Self {
            why,
            id: other.id,
            reference: other.reference,
            status: other.status,
            merged_into: other.merged_into,
            category: other.category,
            name: other.name,
            name_other_script: facts.name_other_script.map(|name| name.as_str().to_owned()),
            home_city: facts.home_city.as_str().to_owned(),
            country: facts.country,
            headline: other.headline,
            received_at: other.received_at,
        }
    }

    fn rank(&self) -> (Level, NominationId) {
        (self.why.level, self.id)
    }
}

/// Says that two nominations are of different nominees: neither is suggested for the other again.
///
/// # Errors
/// [`DuplicatesError`].
pub async fn tell_apart(
    app: &App,
    deed: Deed,
    edition: Edition,
    two: [NominationId; 2],
    verdict: Verdict,
) -> Result<Verdict, DuplicatesError> {
    let shared = app.clone();
    app.store
        .write(move |tx| {
            let edition = crate::editions::store::by_id(tx, edition.id)?.ok_or(DuplicatesError::NotFound)?;
            store::of_edition(tx, edition.id, two[0])?.ok_or(DuplicatesError::NotFound)?;
            Action::TellApart.require_office(&edition, deed.at)?;
            if two[0] == two[1] {
                return Err(DuplicatesError::Itself);
            }
            store::of_edition(tx, edition.id, two[1])?.ok_or(DuplicatesError::NotFound)?;
            let Actor::Account(by) = deed.actor else { return Err(DuplicatesError::NotFound) };
            if duplicates::say_different(tx, two, by, deed.at)? {
                let detail = json!({"other": two[1]});
                audit::record(tx, &shared, &deed, Act::NomineesToldApart, Some(edition.id), two[0], detail)?;
            }
            Ok(verdict)
        })
        .await
}
