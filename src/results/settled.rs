//! What must be settled before the cities can sign: every category decided, each quorum fault and tie answered, each
//! decision still standing on a ranking that bears it, enough citations.

use std::collections::BTreeMap;

use super::decisions::Judged;
use super::model::{Decision, Stands};
use super::tally::Tally;
use crate::http::faults::Fault;

/// Nominations of a category that have a citation at least, or all that are ranked: so that having one tells nothing
/// (`content/announcement.md` § 9.7).
const CITED: usize = 3;

/// What is not settled yet, category by category.
pub fn unsettled(tally: &Tally<'_>, decisions: &BTreeMap<String, Stands<Decision>>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for category in &tally.bundle.edition.categories {
        let Some(judged) = Judged::of(tally, &category.key) else { continue };
        let decision = decisions.get(&category.key).map(|stands| &stands.value);
        let pointer = format!("/categories/{}", category.key);
        let has_reason = decision.is_some_and(|decision| decision.reason.is_some());
        for id in judged.unranked().filter(|_| !has_reason) {
            faults.push(Fault::new(format!("{pointer}/nominations/{id}"), "quorum_fault"));
        }
        match decision {
            None if judged.ranked() > 0 => faults.push(Fault::new(pointer, "not_decided")),
            None => {}
            Some(decision) => {
                for (id, _) in decision.awards().filter(|(id, _)| !judged.has(*id)) {
                    faults.push(Fault::new(format!("{pointer}/nominations/{id}"), "competes_no_more"));
                }
                if !has_reason && judged.owes_a_reason(decision) {
                    faults.push(Fault::new(format!("{pointer}/reason"), "reason_required"));
                }
            }
        }
    }
    faults
}

/// Which citations are missing, category by category.
pub fn uncited(tally: &Tally<'_>, decisions: &BTreeMap<String, Stands<Decision>>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for category in &tally.bundle.edition.categories {
        let Some(judged) = Judged::of(tally, &category.key) else { continue };
        let pointer = format!("/categories/{}/citations", category.key);
        let decision = decisions.get(&category.key).map(|stands| &stands.value);
        let cited = |decision: &Decision| decision.citations.keys().filter(|id| judged.has(**id)).count();
        let needed = judged.ranked().min(CITED);
        let found = decision.map_or(0, cited);
        if found < needed {
            faults.push(Fault::new(pointer, "too_few_citations").with("needed", needed).with("found", found));
        }
        let uncited = decision.into_iter().flat_map(|decision| {
            decision.awards().filter(|(id, _)| !decision.citations.contains_key(id)).map(|(id, _)| id)
        });
        for id in uncited {
            faults.push(Fault::new(format!("/categories/{}/citations/{id}", category.key), "citation_missing"));
        }
    }
    faults
}
