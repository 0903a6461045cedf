//! Progress: how many sheets are due, begun and submitted, by panel and judge. Never a score (S-JUD-1).
//!
//! Organisers and approvers see all, a chair the own panel, an auditor the panels' counts.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::error::JudgingError;
use super::model::{AssignmentState, Declaration};
use super::store;
use crate::accounts::{self, Action, JudgeOf, Role, Sheets, Standing};
use crate::app::App;
use crate::clock::Time;
use crate::editions::{Edition, PanelKey};
use crate::ids::{AccountId, NominationId, RoleId};
use crate::store::{Conn, Stored};

/// How far sheets are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Sheaf {
    /// Sheets that are owed: all but those of judges who stepped aside.
    pub due: i64,
    /// Of these, begun.
    pub drafted: i64,
    /// Of these, submitted.
    pub submitted: i64,
    /// Judges who stepped aside.
    pub recused: i64,
}

impl Sheaf {
    fn add(&mut self, state: AssignmentState, count: i64) {
        match state {
            AssignmentState::Recused => self.recused += count,
            AssignmentState::Assigned => self.due += count,
            AssignmentState::Draft => {
                self.due += count;
                self.drafted += count;
            }
            AssignmentState::Submitted => {
                self.due += count;
                self.submitted += count;
            }
        }
    }
}

/// A panel's progress.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PanelProgress {
    /// The panel.
    pub panel: PanelKey,
    /// Its sheets.
    #[serde(flatten)]
    pub sheets: Sheaf,
}

/// A judge's progress.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct JudgeProgress {
    /// As in `people`.
    pub id: RoleId,
    /// Name.
    pub name: String,
    /// Panel.
    pub panel: PanelKey,
    /// Whether they lead it.
    pub chair: bool,
    /// Whether they have accepted, or were removed.
    pub standing: Standing,
    /// When they declared confidence and interests.
    pub declared_at: Option<Time>,
    /// Their sheets.
    #[serde(flatten)]
    pub sheets: Sheaf,
}

/// A judge's progress, with what organisers alone may know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct JudgeWork {
    /// How far they are.
    #[serde(flatten)]
    pub progress: JudgeProgress,
    /// What they declared to have an interest in.
    pub interests: Option<String>,
}

/// A nomination that has fewer readers in a panel than the plan in force foresees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Gap {
    /// The nomination.
    pub nomination: NominationId,
    /// Its reference.
    pub reference: String,
    /// The panel.
    pub panel: PanelKey,
    /// How many read it.
    pub judges: u32,
    /// How many should.
    pub wanted: u32,
}

/// Progress as organisers and approvers see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct OfficeProgress {
    /// By panel, in the edition's order.
    pub panels: Vec<PanelProgress>,
    /// By judge.
    pub judges: Vec<JudgeWork>,
    /// What lacks readers, by panel, then nomination.
    pub gaps: Vec<Gap>,
}

/// Progress as a chair sees it: the own panel's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ChairProgress {
    /// The panel.
    pub panels: Vec<PanelProgress>,
    /// Its judges.
    pub judges: Vec<JudgeProgress>,
}

/// Progress as an auditor sees it: counts alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AuditProgress {
    /// By panel, in the edition's order.
    pub panels: Vec<PanelProgress>,
}

/// For whom progress is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Organisers and approvers.
    Office,
    /// The chair of this panel.
    Chair(PanelKey),
    /// Auditors.
    Auditor,
}

/// Progress, each audience's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(untagged)]
pub enum Progress {
    /// For organisers and approvers.
    Office(OfficeProgress),
    /// For a chair.
    Chair(ChairProgress),
    /// For an auditor.
    Auditor(AuditProgress),
}

/// How far judging is.
///
/// # Errors
/// [`JudgingError::Phase`] where the audience is not told now.
pub async fn read(app: &App, edition: Edition, audience: Audience, now: Time) -> Result<Progress, JudgingError> {
    match audience {
        Audience::Office => Action::SeeProgress.require_office(&edition, now)?,
        Audience::Chair(_) => Action::SeeProgress.require(Role::Chair, &edition, now)?,
        Audience::Auditor => Action::SeeProgress.require(Role::Auditor, &edition, now)?,
    }
    app.store
        .read(move |tx| {
            let counts = store::counts_by_judge(tx, edition.id)?;
            let judges = accounts::judges(tx, edition.id)?;
            let panels = panels(&edition, &judges, &counts);
            Ok(match audience {
                Audience::Auditor => Progress::Auditor(AuditProgress { panels }),
                Audience::Chair(own) => Progress::Chair(ChairProgress {
                    panels: panels.into_iter().filter(|panel| panel.panel == own).collect(),
                    judges: works(tx, &edition, judges, &counts)?
                        .into_iter()
                        .map(|work| work.progress)
                        .filter(|judge| judge.panel == own)
                        .collect(),
                }),
                Audience::Office => Progress::Office(OfficeProgress {
                    panels,
                    gaps: gaps(tx, &edition, &judges)?,
                    judges: works(tx, &edition, judges, &counts)?,
                }),
            })
        })
        .await
}

type Counts = [(AccountId, PanelKey, AssignmentState, i64)];

/// The panels' counts.
fn panels(edition: &Edition, judges: &[JudgeOf], counts: &Counts) -> Vec<PanelProgress> {
    let mut sheaves: BTreeMap<&PanelKey, Sheaf> = BTreeMap::new();
    for (account, panel, state, count) in counts {
        if weighs(judges, *account, *state) {
            sheaves.entry(panel).or_default().add(*state, *count);
        }
    }
    let panels = edition.panels.iter();
    panels
        .map(|panel| PanelProgress {
            panel: panel.key.clone(),
            sheets: sheaves.get(&panel.key).copied().unwrap_or_default(),
        })
        .collect()
}

/// Whether an assignment still weighs in a panel: of a judge who was removed only what they submitted does, unless it
/// was struck.
fn weighs(judges: &[JudgeOf], account: AccountId, state: AssignmentState) -> bool {
    let left = judges.iter().find(|judge| judge.account == account && judge.removed_at.is_some());
    left.is_none_or(|judge| state == AssignmentState::Submitted && judge.removed_sheets != Some(Sheets::Void))
}

fn works(tx: &mut Conn, edition: &Edition, judges: Vec<JudgeOf>, counts: &Counts) -> Stored<Vec<JudgeWork>> {
    let mut declarations = store::declarations_of(tx, edition.id)?;
    let mut sheaves: BTreeMap<AccountId, Sheaf> = BTreeMap::new();
    for (account, _, state, count) in counts {
        sheaves.entry(*account).or_default().add(*state, *count);
    }
    let work = |judge: JudgeOf| {
        let declaration: Option<Declaration> = declarations.remove(&judge.account);
        JudgeWork {
            progress: JudgeProgress {
                id: judge.role_id,
                standing: standing(&judge),
                name: judge.name,
                panel: judge.panel,
                chair: judge.chair,
                declared_at: declaration.as_ref().map(|declaration| declaration.declared_at),
                sheets: sheaves.get(&judge.account).copied().unwrap_or_default(),
            },
            interests: declaration.and_then(|declaration| declaration.interests),
        }
    };
    let mut works: Vec<JudgeWork> = judges.into_iter().map(work).collect();
    let order = |panel: &PanelKey| edition.panels.iter().position(|one| one.key == *panel);
    works.sort_by_key(|work| (order(&work.progress.panel), work.progress.id));
    Ok(works)
}

fn standing(judge: &JudgeOf) -> Standing {
    match (judge.removed_at, judge.accepted_at) {
        (Some(_), _) => Standing::Removed,
        (None, Some(_)) => Standing::Accepted,
        (None, None) => Standing::Invited,
    }
}

/// What lacks readers under the plan in force; nothing before a plan was made real.
fn gaps(tx: &mut Conn, edition: &Edition, judges: &[JudgeOf]) -> Stored<Vec<Gap>> {
    let Some(wanted) = store::per_panel_in_force(tx, edition.id)? else { return Ok(Vec::new()) };
    let mut readers: BTreeMap<(NominationId, PanelKey), u32> = BTreeMap::new();
    for one in store::standing(tx, edition.id)? {
        if one.state != AssignmentState::Recused && weighs(judges, one.judge, one.state) {
            *readers.entry((one.nomination, one.panel)).or_insert(0) += 1;
        }
    }
    let nominations = store::references(tx, edition.id)?;
    let mut gaps = Vec::new();
    for panel in edition.panels.iter().filter(|panel| panel.closed.is_none()) {
        for (nomination, (reference, _)) in &nominations {
            let judges = readers.get(&(*nomination, panel.key.clone())).copied().unwrap_or(0);
            if judges < wanted {
                let (reference, panel) = (reference.clone(), panel.key.clone());
                gaps.push(Gap { nomination: *nomination, reference, panel, judges, wanted });
            }
        }
    }
    Ok(gaps)
}
