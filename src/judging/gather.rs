//! What the rules and the deal need to know of an edition, gathered from the rooms that know it.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use super::conflicts::{self, Read, Reader};
use super::deal::{Dealt, Input, Standing};
use super::model::AssignmentState;
use super::store;
use crate::accounts::{self, JudgeOf, Sheets};
use crate::editions::{Edition, PanelKey};
use crate::nominations::ToAssign;
use crate::store::{Conn, Stored};

/// What the rules and the deal need to know of an edition.
pub(super) fn input(tx: &mut Conn, edition: &Edition, per_panel: u32, nominations: Vec<Read>) -> Stored<Input> {
    let panels: Vec<PanelKey> =
        edition.panels.iter().filter(|panel| panel.closed.is_none()).map(|panel| panel.key.clone()).collect();
    let people = accounts::judges(tx, edition.id)?;
    let there = people.iter().filter(|judge| is_there(judge) && panels.contains(&judge.panel));
    let judges = there.map(|judge| dealt(judge, edition)).collect();
    let recused = store::recused(tx, edition.id)?;
    let mut current = store::standing(tx, edition.id)?;
    current.retain(|one| !is_void(one, &people));
    Ok(Input { seed: seed(edition), per_panel, panels, judges, nominations, recused, current })
}

/// What an edition's plans leave to chance is drawn from its name: so a plan can be made again.
fn seed(edition: &Edition) -> u64 {
    let digest = Sha256::digest(format!("tca-assignment/1\n{}", edition.slug));
    digest.iter().take(8).fold(0, |seed, byte| seed << 8 | u64::from(*byte))
}

/// Whether a judge has accepted and is still there.
pub(super) fn is_there(judge: &JudgeOf) -> bool {
    judge.accepted_at.is_some() && judge.removed_at.is_none()
}

/// Whether an assignment fills no seat any more, because its judge has left and no sheet of theirs counts.
fn is_void(one: &Standing, people: &[JudgeOf]) -> bool {
    let left = people.iter().find(|judge| judge.account == one.judge && judge.removed_at.is_some());
    left.is_some_and(|judge| match one.state {
        AssignmentState::Draft => true,
        AssignmentState::Submitted => judge.removed_sheets == Some(Sheets::Void),
        AssignmentState::Assigned | AssignmentState::Recused => false, // the one is dropped, the other bars
    })
}

fn dealt(judge: &JudgeOf, edition: &Edition) -> Dealt {
    let mut languages: BTreeSet<String> =
        judge.reads.iter().map(|language| conflicts::primary_subtag(language.as_str())).collect();
    if languages.is_empty() {
        languages.insert(conflicts::primary_subtag(judge.language.as_str()));
    }
    Dealt {
        reader: Reader {
            account: judge.account,
            domain: conflicts::telling_domain(&judge.email.domain(), &edition.public_domains),
            organisations: judge.organisation.iter().map(|name| conflicts::organisation_key(name)).collect(),
            languages,
        },
        panel: judge.panel.clone(),
        capacity: judge.capacity,
    }
}

pub(super) fn read_of(nomination: &ToAssign) -> Read {
    Read {
        id: nomination.id,
        category: nomination.category.clone(),
        language: conflicts::primary_subtag(nomination.language.as_str()),
        domains: nomination.domains.iter().map(|domain| domain.to_lowercase()).collect(),
        organisations: nomination.organisations.iter().map(|name| conflicts::organisation_key(name)).collect(),
        languages: std::iter::once(nomination.language)
            .chain(nomination.translations.iter().copied())
            .map(|language| conflicts::primary_subtag(language.as_str()))
            .collect(),
    }
}
