//! Rulings: a quorum waived, a late sheet admitted, a tie broken where the chairs met in person; each with its reason.

use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::bundle::document::Ruling;
use super::error::ResultsError;
use super::gather::{Bench, bench, gather, rulings_told};
use super::model::{Reason, Stands, StoredRuling};
use super::{again, ruling_time, sign, store};
use crate::accounts::Action;
use crate::app::App;
use crate::audit::{self, Act, Deed};
use crate::clock::Time;
use crate::editions::Edition;
use crate::fields::Flaw;
use crate::http::answer::Versioned;
use crate::http::door::{Door, FromBody};
use crate::http::etag::IfMatch;
use crate::http::faults::Fault;
use crate::http::problem::Problem;
use crate::ids::NominationId;
use crate::nominations::{self, Screened, Status};

/// Rulings as they were sent; whether they fit the category is asked of the bundle.
#[derive(Clone, Debug)]
pub struct RulingsForm(Vec<RulingForm>);

#[derive(Clone, Debug)]
enum RulingForm {
    QuorumWaiver { nomination: String, reason: Reason },
    LateAdmitted { judge: String, nomination: String, reason: Reason },
    JointVote { category: Option<String>, order: Vec<Vec<String>>, reason: Reason },
}

crate::word_enum! {
    /// What is ruled.
    pub enum RulingKind {
        /// A nomination is ranked without a quorum.
        QuorumWaiver = "quorum_waiver",
        /// A late sheet counts.
        LateAdmitted = "late_admitted",
        /// The chairs' common order.
        JointVote = "joint_vote",
    }
}

impl FromBody for RulingsForm {
    fn read(door: &mut Door<'_>) -> Option<Self> {
        let rulings = door.objects("rulings", ruling)?;
        rulings.into_iter().collect::<Option<Vec<_>>>().map(Self)
    }
}

fn ruling(door: &mut Door<'_>) -> Option<RulingForm> {
    let text = |text: &str| Ok::<_, Flaw>(text.to_owned());
    let kind = door.word("kind", RulingKind::parse);
    if kind.is_none() {
        door.let_pass(&["judge", "nomination", "category", "order", "reason"]);
        return None;
    }
    let reason = door.optional("reason", Reason::parse);
    if reason == Some(None) {
        door.fault("reason", "reason_required");
    }
    match kind? {
        RulingKind::QuorumWaiver => {
            let nomination = door.required("nomination", text);
            Some(RulingForm::QuorumWaiver { nomination: nomination?, reason: reason?? })
        }
        RulingKind::LateAdmitted => {
            let (judge, nomination) = (door.required("judge", text), door.required("nomination", text));
            Some(RulingForm::LateAdmitted { judge: judge?, nomination: nomination?, reason: reason?? })
        }
        RulingKind::JointVote => {
            let category = door.optional("category", text);
            let order = door.text_lists("order", text);
            if order.as_ref().is_some_and(Vec::is_empty) {
                door.fault("order", "required");
            }
            Some(RulingForm::JointVote { category: category?, order: order?, reason: reason?? })
        }
    }
}

/// What was ruled in a category.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RulingsView {
    /// The category's code.
    pub category: String,
    /// The rulings, as in the bundle.
    pub rulings: Vec<Ruling>,
    /// When it was ruled; `null` before.
    pub ruled_at: Option<Time>,
}

/// What rulings of one category may speak of.
struct Scope<'a> {
    category: &'a str,
    nominations: Vec<Screened>,
    bench: Bench,
}

impl Scope<'_> {
    fn nomination(&self, id: &str) -> Option<NominationId> {
        let id = NominationId::parse(id)?;
        let competes = |one: &Screened| {
            one.id == id
                && one.category == self.category
                && !matches!(one.status, Status::Merged | Status::Ineligible | Status::Withdrawn)
        };
        self.nominations.iter().any(competes).then_some(id)
    }

    fn stored(&self, at: usize, form: &RulingForm, faults: &mut Vec<Fault>) -> Option<StoredRuling> {
        let mut nomination = |id: &str, pointer: String| {
            let found = self.nomination(id);
            if found.is_none() {
                faults.push(Fault::new(pointer, "unknown_nomination"));
            }
            found
        };
        match form {
            RulingForm::QuorumWaiver { nomination: id, reason } => {
                let nomination = nomination(id, format!("/rulings/{at}/nomination"))?;
                Some(StoredRuling::QuorumWaiver { nomination, reason: reason.as_str().to_owned() })
            }
            RulingForm::LateAdmitted { judge, nomination: id, reason } => {
                let nomination = nomination(id, format!("/rulings/{at}/nomination"));
                let Some((judge, panel)) = self.bench.judges.get(judge).cloned() else {
                    faults.push(Fault::new(format!("/rulings/{at}/judge"), "unknown_judge"));
                    return None;
                };
                let reason = reason.as_str().to_owned();
                Some(StoredRuling::LateAdmitted { judge, panel, nomination: nomination?, reason })
            }
            RulingForm::JointVote { category, order, reason } => {
                let mut groups = Vec::new();
                for (group, ids) in order.iter().enumerate() {
                    let pointer = |place: usize| format!("/rulings/{at}/order/{group}/{place}");
                    groups.push(
                        ids.iter().enumerate().filter_map(|(place, id)| nomination(id, pointer(place))).collect(),
                    );
                }
                if category.as_deref().is_some_and(|category| category != self.category) {
                    faults.push(Fault::new(format!("/rulings/{at}/category"), "unknown_category"));
                }
                let mut members: Vec<NominationId> = groups.iter().flatten().copied().collect();
                let count = members.len();
                members.sort_unstable();
                members.dedup();
                if members.len() < count {
                    faults.push(Fault::new(format!("/rulings/{at}/order"), "duplicate_id"));
                }
                Some(StoredRuling::JointVote { order: groups, reason: reason.as_str().to_owned() })
            }
        }
    }
}

/// Whether two votes are about the same nominations.
fn members(ruling: &StoredRuling) -> Option<Vec<NominationId>> {
    let StoredRuling::JointVote { order, .. } = ruling else { return None };
    let mut members: Vec<NominationId> = order.iter().flatten().copied().collect();
    members.sort_unstable();
    Some(members)
}

impl RulingsForm {
    fn rule(&self, scope: &Scope<'_>) -> Result<Vec<StoredRuling>, Vec<Fault>> {
        let mut faults = Vec::new();
        let mut rulings: Vec<StoredRuling> = Vec::new();
        for (at, form) in self.0.iter().enumerate() {
            let Some(ruling) = scope.stored(at, form, &mut faults) else { continue };
            if members(&ruling).is_some_and(|own| rulings.iter().any(|other| members(other).as_ref() == Some(&own))) {
                faults.push(Fault::new(format!("/rulings/{at}"), "duplicate_vote"));
            }
            rulings.push(ruling);
        }
        if faults.is_empty() { Ok(rulings) } else { Err(faults) }
    }
}

/// What was ruled in a category. Looking is an act of its own (S-RES-4).
///
/// # Errors
/// [`ResultsError`]: the wrong phase, no such category.
pub async fn read(
    app: &App,
    deed: Deed,
    edition: Edition,
    category: String,
) -> Result<Versioned<RulingsView>, ResultsError> {
    Action::SeeResults.require_office(&edition, deed.at)?;
    edition.category(&category).ok_or(ResultsError::NotFound)?;
    let parts = app.clone();
    app.store
        .write(move |tx| {
            let ruled = store::rulings(tx, edition.id)?.remove(&category).unwrap_or_default();
            let rulings = rulings_told(tx, &parts, &edition, &category, &ruled)?;
            audit::record(tx, &parts, &deed, Act::ResultsRead, Some(edition.id), &category, json!({}))?;
            let body = RulingsView { category: category.clone(), rulings, ruled_at: ruled.at };
            Ok(Versioned { version: ruled.version, body })
        })
        .await
}

/// Rules in a category: the list replaces the one before. Signatures under what stood before lose their weight.
///
/// # Errors
/// [`ResultsError`]: the wrong phase, frozen, no such category, faults, a version that does not stand.
pub async fn rule(
    app: &App,
    deed: Deed,
    edition: Edition,
    category: String,
    form: RulingsForm,
    seen: IfMatch,
) -> Result<Versioned<RulingsView>, ResultsError> {
    let parts = app.clone();
    app.store
        .write(move |tx| {
            let edition = again(tx, &edition)?;
            Action::Decide.require_office(&edition, deed.at)?;
            ruling_time(&edition, deed.at)?;
            edition.category(&category).ok_or(ResultsError::NotFound)?;
            let before = store::rulings(tx, edition.id)?.remove(&category);
            seen.require_if_there(before.as_ref().map(|before| before.version))?;
            let scope = Scope {
                category: &category,
                nominations: nominations::in_bundle(tx, edition.id)?,
                bench: bench(tx, &parts, edition.id)?,
            };
            let rulings = form.rule(&scope).map_err(Problem::invalid)?;
            let version = before.map_or(1, |before| before.version + 1);
            let ruled = Stands { value: rulings, version, at: Some(deed.at) };
            store::put_rulings(tx, edition.id, &category, &ruled, deed.at, &deed.actor.to_string())?;
            let gathered = gather(tx, &parts, &edition)?;
            sign::void_stale(tx, &edition, &gathered.tally(), deed.at)?;
            let detail = json!({"version": version, "rulings": ruled.value.len()});
            audit::record(tx, &parts, &deed, Act::RulingMade, Some(edition.id), &category, detail)?;
            let rulings = rulings_told(tx, &parts, &edition, &category, &ruled)?;
            let body = RulingsView { category: category.clone(), rulings, ruled_at: ruled.at };
            Ok(Versioned { version, body })
        })
        .await
}
