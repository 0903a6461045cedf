//! Puts the bundle together: what editions, people, nominations and judging say at one moment of the store, under
//! pseudonyms.
//!
//! What is counted is what was written: the document is read back by the same reader that `verify` uses.

use std::collections::{BTreeMap, BTreeSet};

use super::bundle::document::{
    Category, Closed, Criterion, Document, Edition as Rules, Judge, Nomination, Panel, Recusal, Removed, Ruling, Sheet,
};
use super::bundle::{Bundle, FORMAT};
use super::error::ResultsError;
use super::model::{Stands, StoredRuling};
use super::store;
use super::tally::{Tally, tally};
use crate::accounts::{self, JudgeOf, Sheets};
use crate::app::App;
use crate::clock::Time;
use crate::editions::{Edition, PanelKey};
use crate::ids::{AccountId, EditionId, NominationId};
use crate::judging::{self, SheetForTally, SheetState};
use crate::keys::{Purpose, hex};
use crate::nominations::{self, Screened, Status};
use crate::store::{Conn, Stored};

/// All that an edition's results rest on.
pub struct Gathered {
    /// The bundle's text, sealed or not.
    pub text: String,
    /// The document behind it, as long as it is not sealed.
    pub document: Option<Document>,
    /// The bundle, read.
    pub bundle: Bundle,
    /// The nominations in it, with their names, by id.
    pub screened: BTreeMap<NominationId, Screened>,
}

impl Gathered {
    /// Counts.
    pub fn tally(&self) -> Tally<'_> {
        tally(&self.bundle)
    }
}

/// What an edition's results rest on: the sealed bundle where there is one, else what stands now.
///
/// # Errors
/// The store's; [`ResultsError::Inconsistent`].
pub fn gather(tx: &mut Conn, app: &App, edition: &Edition) -> Result<Gathered, ResultsError> {
    let screened = screened(tx, edition.id)?;
    let sealed = if edition.sealed_at.is_some() { store::sealed_bundle(tx, edition.id)? } else { None };
    let (text, document) = match sealed {
        Some(text) => (text, None),
        None => {
            let document = document(tx, app, edition, &screened)?;
            (document.text()?, Some(document))
        }
    };
    let bundle = Bundle::parse(&text).map_err(ResultsError::Inconsistent)?;
    Ok(Gathered { text, document, bundle, screened })
}

fn screened(tx: &mut Conn, edition: EditionId) -> Stored<BTreeMap<NominationId, Screened>> {
    Ok(nominations::in_bundle(tx, edition)?.into_iter().map(|screened| (screened.id, screened)).collect())
}

/// Those who judge, once a panel: somebody who changed panels is two judges to the tally.
pub struct Bench {
    /// By pseudonym.
    pub judges: BTreeMap<String, (AccountId, PanelKey)>,
    pseudonyms: BTreeMap<(AccountId, PanelKey), String>,
}

impl Bench {
    fn new(app: &App, edition: EditionId, seats: BTreeSet<(AccountId, PanelKey)>) -> Self {
        let pseudonym = |(account, panel): &(AccountId, PanelKey)| {
            let parts = [edition.as_str().as_bytes(), account.as_str().as_bytes(), panel.as_str().as_bytes()];
            hex(&app.keys.digest(Purpose::Pseudonyms, &parts)[..8])
        };
        let pseudonyms: BTreeMap<_, _> = seats.iter().map(|seat| (seat.clone(), pseudonym(seat))).collect();
        let judges = pseudonyms.iter().map(|(seat, pseudonym)| (pseudonym.clone(), seat.clone())).collect();
        Self { judges, pseudonyms }
    }

    /// The pseudonym of a judge.
    pub fn pseudonym(&self, judge: AccountId, panel: &PanelKey) -> Option<&String> {
        self.pseudonyms.get(&(judge, panel.clone()))
    }

    fn of(&self, judge: AccountId) -> impl Iterator<Item = &String> {
        self.pseudonyms.iter().filter(move |((account, _), _)| *account == judge).map(|(_, pseudonym)| pseudonym)
    }
}

/// The judges of an edition who accepted or have begun a sheet.
///
/// # Errors
/// The store's.
pub fn bench(tx: &mut Conn, app: &App, edition: EditionId) -> Stored<Bench> {
    let (people, sheets) = (accounts::judges(tx, edition)?, judging::counting(tx, edition)?);
    Ok(bench_of(app, edition, &people, &sheets))
}

fn bench_of(app: &App, edition: EditionId, people: &[JudgeOf], sheets: &[SheetForTally]) -> Bench {
    let accepted = people.iter().filter(|judge| judge.accepted_at.is_some());
    let mut seats: BTreeSet<_> = accepted.map(|judge| (judge.account, judge.panel.clone())).collect();
    seats.extend(sheets.iter().map(|sheet| (sheet.judge, sheet.panel.clone())));
    Bench::new(app, edition, seats)
}

impl Document {
    /// Its JSON.
    pub(super) fn text(&self) -> Stored<String> {
        serde_json::to_string(self).map_err(|error| diesel::result::Error::SerializationError(error.into()))
    }
}

fn document(
    tx: &mut Conn,
    app: &App,
    edition: &Edition,
    screened: &BTreeMap<NominationId, Screened>,
) -> Stored<Document> {
    let people = accounts::judges(tx, edition.id)?;
    let counting = judging::counting(tx, edition.id)?;
    let recusals = judging::recusals(tx, edition.id)?;
    let rulings = store::rulings(tx, edition.id)?;
    let bench = bench_of(app, edition.id, &people, &counting);
    let judged: BTreeSet<&str> = screened.values().map(|one| one.category.as_str()).collect();
    Ok(Document {
        format: FORMAT,
        edition: rules(edition, &judged),
        judges: bench.judges.iter().map(|(pseudonym, seat)| judge(pseudonym, seat, &people)).collect(),
        nominations: screened.values().map(|one| nomination(one, screened)).collect(),
        recusals: recusals
            .iter()
            .filter(|recusal| screened.contains_key(&recusal.nomination))
            .flat_map(|recusal| bench.of(recusal.judge).map(|judge| (judge, recusal.nomination)))
            .map(|(judge, nomination)| Recusal { judge: judge.clone(), nomination: nomination.to_string() })
            .collect(),
        sheets: counting
            .into_iter()
            .filter(|sheet| screened.contains_key(&sheet.nomination))
            .filter_map(|one| sheet(one, &bench, edition.timetable.judging_close_at))
            .collect(),
        rulings: rulings
            .iter()
            .flat_map(|(category, ruled)| ruled.value.iter().filter_map(|one| ruling(category, one, &bench, screened)))
            .collect(),
        sealed: None,
    })
}

/// Categories that take no nominations stand in it only where something was nominated in them after all.
fn rules(edition: &Edition, judged: &BTreeSet<&str>) -> Rules {
    let category = |category: &crate::editions::Category| Category {
        key: category.code.clone(),
        winners: category.places.winners,
        commended: category.places.commended,
    };
    Rules {
        slug: edition.slug.to_string(),
        quorum: edition.quorum,
        judging_close_at: edition.timetable.judging_close_at,
        tie_break: edition.tie_break.clone(),
        criteria: edition
            .criteria
            .iter()
            .map(|criterion| Criterion {
                key: criterion.key.clone(),
                weight: criterion.weight,
                max_score: criterion.max_score,
            })
            .collect(),
        panels: edition
            .panels
            .iter()
            .map(|panel| Panel {
                key: panel.key.to_string(),
                closed: panel.closed.clone().map(|reason| Closed { reason }),
            })
            .collect(),
        categories: edition
            .categories
            .iter()
            .filter(|category| category.open || judged.contains(category.code.as_str()))
            .map(category)
            .collect(),
    }
}

fn judge(pseudonym: &str, (account, panel): &(AccountId, PanelKey), people: &[JudgeOf]) -> Judge {
    let seats = people.iter().filter(|judge| judge.account == *account && judge.panel == *panel);
    // Whoever was removed and invited again is there; a removal counts where nothing follows it.
    let removed = match seats.clone().any(|judge| judge.removed_at.is_none()) {
        true => None,
        false => seats.max_by_key(|judge| judge.removed_at).map(|judge| match judge.removed_sheets {
            // Struck sheets owe a reason: the room of the accounts asks for it.
            Some(Sheets::Void) => {
                Removed { sheets: "void", reason: Some(judge.removed_reason.clone().unwrap_or_else(|| "?".to_owned())) }
            }
            _ => Removed { sheets: "stand", reason: judge.removed_reason.clone() },
        }),
    };
    Judge { id: pseudonym.to_owned(), panel: panel.to_string(), removed }
}

fn nomination(one: &Screened, all: &BTreeMap<NominationId, Screened>) -> Nomination {
    // What was merged into something that is not screened competes nowhere.
    let merged_into = one.merged_into.filter(|into| all.get(into).is_some_and(|into| into.category == one.category));
    let (status, merged_into) = match (one.status, merged_into) {
        (Status::Merged, Some(into)) => ("merged", Some(into.to_string())),
        (Status::Merged | Status::Ineligible, _) => ("ineligible", None),
        (Status::Withdrawn, _) => ("withdrawn", None),
        _ => ("eligible", None),
    };
    Nomination { id: one.id.to_string(), category: one.category.clone(), status, merged_into }
}

/// Times are cut to the day, but for late ones: by its minute a sheet could be told from others (S-RES-2).
fn sheet(one: SheetForTally, bench: &Bench, close: Time) -> Option<Sheet> {
    let day = |time: Time| Time::from_micros(time.micros() - time.micros().rem_euclid(86_400_000_000));
    let told = |time: Time| if time > close { time } else { day(time) };
    Some(Sheet {
        judge: bench.pseudonym(one.judge, &one.panel)?.clone(),
        nomination: one.nomination.to_string(),
        state: match one.state {
            SheetState::Draft => "draft",
            SheetState::Submitted => "submitted",
        },
        submitted_at: one.submitted_at.map(told),
        scores: one.scores,
    })
}

/// A ruling under pseudonyms; `None` where what it is about is gone.
pub fn ruling(
    category: &str,
    one: &StoredRuling,
    bench: &Bench,
    screened: &BTreeMap<NominationId, Screened>,
) -> Option<Ruling> {
    let known = |id: &NominationId| screened.contains_key(id).then(|| id.to_string());
    match one {
        StoredRuling::QuorumWaiver { nomination, reason } => {
            Some(Ruling::QuorumWaiver { nomination: known(nomination)?, reason: reason.clone() })
        }
        StoredRuling::LateAdmitted { judge, panel, nomination, reason } => Some(Ruling::LateAdmitted {
            judge: bench.pseudonym(*judge, panel)?.clone(),
            nomination: known(nomination)?,
            reason: reason.clone(),
        }),
        StoredRuling::JointVote { order, reason } => Some(Ruling::JointVote {
            category: category.to_owned(),
            order: order.iter().map(|group| group.iter().map(known).collect()).collect::<Option<_>>()?,
            reason: reason.clone(),
        }),
    }
}

/// What was ruled in a category, under pseudonyms.
///
/// # Errors
/// The store's.
pub fn rulings_told(
    tx: &mut Conn,
    app: &App,
    edition: &Edition,
    category: &str,
    ruled: &Stands<Vec<StoredRuling>>,
) -> Stored<Vec<Ruling>> {
    let bench = bench(tx, app, edition.id)?;
    let screened = screened(tx, edition.id)?;
    Ok(ruled.value.iter().filter_map(|one| ruling(category, one, &bench, &screened)).collect())
}
