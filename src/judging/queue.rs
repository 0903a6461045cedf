//! A judge's queue: what was given to them, and each nomination as a judge may see it (S-HTTP-8, S-JUD-1).

use serde::Serialize;
use utoipa::ToSchema;

use super::error::JudgingError;
use super::model::{Assignment, AssignmentState, Seat};
use super::sheets::SheetView;
use super::{declarations, store};
use crate::app::App;
use crate::clock::Time;
use crate::editions::{self, Criterion, Edition, EditionSlug};
use crate::http::answer::Versioned;
use crate::http::paging::{Listing, Stretch};
use crate::ids::{AssignmentId, EditionId};
use crate::nominations::{self, ForJudges};
use crate::store::Conn;
use crate::text::{Bilingual, Language};

/// A line of a judge's queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct QueueItem {
    /// The assignment.
    pub id: AssignmentId,
    /// The edition.
    pub edition: EditionSlug,
    /// The nomination's reference.
    pub reference: String,
    /// Code of the category.
    pub category: String,
    /// The nominee's name.
    pub nominee: String,
    /// In one line, what they have done.
    pub headline: String,
    /// Language of the story.
    pub language: Language,
    /// How far it is.
    pub state: AssignmentState,
    /// When judging closes.
    pub due_at: Time,
}

/// What a judge reads and scores.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct AssignmentView {
    /// The assignment.
    pub id: AssignmentId,
    /// The edition.
    pub edition: EditionSlug,
    /// How far it is.
    pub state: AssignmentState,
    /// When judging closes.
    pub due_at: Time,
    /// The nomination, as judges may see it.
    #[serde(flatten)]
    pub nomination: ForJudges,
    /// What is scored, with what some scores mean.
    pub criteria: Vec<Criterion>,
    /// What stands under the criteria.
    pub guidance: Bilingual,
    /// The judge's own sheet; none before the first save.
    pub sheet: Option<SheetView>,
}

/// What of the queue is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueueFilter {
    /// One edition's alone.
    pub edition: Option<EditionSlug>,
    /// What is this far alone.
    pub state: Option<AssignmentState>,
}

/// A stretch of the judge's own queue, in the order in which it was given.
///
/// # Errors
/// [`JudgingError`]: an edition that they do not judge, no declaration yet.
pub async fn list(
    app: &App,
    seat: Seat,
    filter: QueueFilter,
    stretch: Stretch,
) -> Result<Listing<QueueItem>, JudgingError> {
    let parts = app.clone();
    app.store
        .read(move |tx| {
            let editions = declared(tx, &seat, filter.edition.as_ref())?;
            let ids: Vec<EditionId> = editions.iter().map(|edition| edition.id).collect();
            let after = stretch.after.as_deref().and_then(AssignmentId::parse);
            let lines = store::queue(tx, seat.account, &ids, filter.state, after, stretch.fetch())?;
            let items = lines.into_iter().filter_map(|line| {
                let edition = editions.iter().find(|edition| edition.id == line.edition)?;
                Some(line.item(edition))
            });
            Ok(stretch.list(&parts.keys, items.collect(), |item: &QueueItem| item.id.to_string()))
        })
        .await
}

/// The editions whose queue the judge may see: the one asked for, or every one they have declared for.
fn declared(tx: &mut Conn, seat: &Seat, asked: Option<&EditionSlug>) -> Result<Vec<Edition>, JudgingError> {
    if let Some(slug) = asked {
        let edition = declarations::seated(tx, seat, slug)?;
        declarations::require(tx, edition.id, seat.account)?;
        return Ok(vec![edition]);
    }
    let ids = store::declared_editions(tx, seat.account)?;
    let mut editions = Vec::new();
    for id in ids.into_iter().filter(|id| seat.editions.contains(id)) {
        editions.extend(editions::store::by_id(tx, id)?);
    }
    if editions.is_empty() { Err(JudgingError::DeclarationRequired) } else { Ok(editions) }
}

/// One assignment of the judge's own, with the version of its sheet: 0 before the first save.
///
/// # Errors
/// [`JudgingError::NotFound`] also where the judge has stepped aside (they never see the page again) and where the
/// nomination is no longer judged.
pub async fn read(app: &App, seat: Seat, id: AssignmentId) -> Result<Versioned<AssignmentView>, JudgingError> {
    app.store
        .read(move |tx| {
            let (assignment, edition) = own(tx, &seat, id)?;
            if assignment.state == AssignmentState::Recused || !store::is_judged(tx, assignment.nomination)? {
                return Err(JudgingError::NotFound);
            }
            let nomination = nominations::for_judges(tx, assignment.nomination)?.ok_or(JudgingError::NotFound)?;
            let sheet = store::sheet(tx, id)?;
            let version = sheet.as_ref().map_or(0, |sheet| sheet.version);
            let view = AssignmentView {
                id,
                edition: edition.slug.clone(),
                state: assignment.state,
                due_at: edition.timetable.judging_close_at,
                nomination,
                criteria: edition.criteria.clone(),
                guidance: edition.guidance.clone(),
                sheet: sheet.map(|sheet| SheetView::of(sheet, &edition.criteria)),
            };
            Ok(Versioned { version, body: view })
        })
        .await
}

/// The judge's own assignment and its edition, if they have a seat in it still and have declared. To a judge who has
/// declared nowhere, an assignment that does not exist is refused like their own.
pub(super) fn own(tx: &mut Conn, seat: &Seat, id: AssignmentId) -> Result<(Assignment, Edition), JudgingError> {
    let assignment = store::of_judge(tx, id, seat.account)?;
    let Some(assignment) = assignment.filter(|assignment| seat.editions.contains(&assignment.edition)) else {
        declared(tx, seat, None)?;
        return Err(JudgingError::NotFound);
    };
    declarations::require(tx, assignment.edition, seat.account)?;
    let edition = editions::store::by_id(tx, assignment.edition)?.ok_or(JudgingError::NotFound)?;
    Ok((assignment, edition))
}
