//! The ranking as organisers read it: what `tally` prints, and beside it the names and each panel's sheets.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::error::ResultsError;
use super::gather::{Gathered, gather};
use super::tally::Tally;
use super::tally::answer::Answer;
use crate::accounts::{Action, Role};
use crate::app::App;
use crate::audit::{self, Act, Deed};
use crate::editions::Edition;
use crate::ids::NominationId;
use crate::nominations::Reference;

/// The results of an edition, once judging has closed.
#[derive(Serialize, ToSchema)]
pub struct ResultsView<'t> {
    /// The official ranking, as the command `tally` prints it.
    pub official: Answer<'t>,
    /// The nominations that it speaks of, by category, then by name.
    pub nominations: Vec<Ranked<'t>>,
}

/// A nomination of the ranking, with its name and its sheets.
#[derive(Serialize, ToSchema)]
pub struct Ranked<'t> {
    /// Its id.
    pub id: NominationId,
    /// What people call it by.
    pub reference: &'t Reference,
    /// Code of the category.
    pub category: &'t str,
    /// The nominee's name.
    pub name: &'t str,
    /// The sheets that count, by panel in the edition's order, then by pseudonym.
    pub sheets: Vec<SheetTotal<'t>>,
}

/// A sheet that counts: under a pseudonym, without its time (S-JUD-3).
#[derive(Serialize, ToSchema)]
pub struct SheetTotal<'t> {
    /// The judge's panel.
    pub panel: &'t str,
    /// The judge's pseudonym.
    pub judge: &'t str,
    /// The sheet's total.
    #[schema(example = "76.50")]
    pub total: String,
}

impl<'t> ResultsView<'t> {
    fn of(edition: &Edition, gathered: &'t Gathered, tally: &'t Tally<'t>) -> Self {
        let place: BTreeMap<&str, usize> =
            edition.categories.iter().enumerate().map(|(place, category)| (category.code.as_str(), place)).collect();
        let mut nominations = Vec::new();
        for (at, nomination) in (0..).zip(&tally.bundle.nominations) {
            let screened = NominationId::parse(&nomination.id).and_then(|id| gathered.screened.get(&id));
            let Some(screened) = screened else { continue };
            nominations.push((
                (place.get(screened.category.as_str()), &screened.name_key, screened.reference.to_string()),
                Ranked {
                    id: screened.id,
                    reference: &screened.reference,
                    category: &screened.category,
                    name: &screened.name,
                    sheets: sheets(tally, at),
                },
            ));
        }
        nominations.sort_by(|(one, _), (other, _)| one.cmp(other));
        Self { official: Answer::of(tally), nominations: nominations.into_iter().map(|(_, one)| one).collect() }
    }
}

fn sheets<'t>(tally: &'t Tally<'t>, nomination: u32) -> Vec<SheetTotal<'t>> {
    let bundle = tally.bundle;
    let mut sheets: Vec<(usize, SheetTotal<'t>)> = tally
        .sorted
        .of(nomination)
        .iter()
        .map(|sheet| {
            let judge = &bundle.judges[bundle.sheets[*sheet].pair.judge as usize];
            let total = tally.sums.sheet_total(bundle.scores_of(*sheet)).hundredths().to_string();
            (judge.panel, SheetTotal { panel: &bundle.edition.panels[judge.panel].key, judge: &judge.id, total })
        })
        .collect();
    sheets.sort_by_key(|(panel, _)| *panel); // stable: within a panel they stand by pseudonym
    sheets.into_iter().map(|(_, sheet)| sheet).collect()
}

/// The results as JSON. Looking is an act of its own (S-RES-4).
///
/// # Errors
/// [`ResultsError`]: the wrong phase.
pub async fn results(app: &App, deed: Deed, edition: Edition) -> Result<String, ResultsError> {
    Action::SeeResults.require_office(&edition, deed.at)?;
    looked(app, deed, &edition, Act::ResultsRead, "results").await?;
    let parts = app.clone();
    app.store
        .read(move |tx| {
            let gathered = gather(tx, &parts, &edition)?;
            let tally = gathered.tally();
            let view = ResultsView::of(&edition, &gathered, &tally);
            let text = serde_json::to_string(&view);
            Ok(text.map_err(|error| diesel::result::Error::SerializationError(error.into()))?)
        })
        .await
}

/// The bundle: sealed to the byte, else as things stand; an auditor's once it is announced. Looking is an act of its own.
///
/// # Errors
/// [`ResultsError`]: the wrong phase.
pub async fn bundle(app: &App, deed: Deed, edition: Edition, reader: Role) -> Result<String, ResultsError> {
    Action::SeeBundle.require(reader, &edition, deed.at)?;
    looked(app, deed, &edition, Act::BundleRead, "bundle").await?;
    let parts = app.clone();
    app.store.read(move |tx| Ok(gather(tx, &parts, &edition)?.text)).await
}

/// Notes the look before anything is shown.
pub(super) async fn looked(
    app: &App,
    deed: Deed,
    edition: &Edition,
    act: Act,
    at: &'static str,
) -> Result<(), ResultsError> {
    let (parts, edition) = (app.clone(), edition.id);
    app.store.write(move |tx| Ok(audit::record(tx, &parts, &deed, act, Some(edition), at, json!({}))?)).await
}
