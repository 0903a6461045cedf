//! Which sheets count, and why the others do not.

use std::collections::BTreeMap;

use crate::results::bundle::{Bundle, Pair, PanelStanding, Sheet, SheetsOf, Standing};

/// Why a sheet does not count. Where several reasons hold, the first of these is the one reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exclusion {
    /// The nomination was merged into another.
    NominationMerged,
    /// The nomination does not compete.
    NominationNotEligible,
    /// The judge's panel was closed.
    PanelClosed,
    /// The judge's sheets were struck.
    JudgeStruck,
    /// The judge stepped aside, before or after scoring.
    Recused,
    /// It is a draft.
    NotSubmitted,
    /// It was submitted after judging closed, and not admitted.
    Late,
}

impl Exclusion {
    /// As the answer spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NominationMerged => "nomination_merged",
            Self::NominationNotEligible => "nomination_not_eligible",
            Self::PanelClosed => "panel_closed",
            Self::JudgeStruck => "judge_struck",
            Self::Recused => "recused",
            Self::NotSubmitted => "not_submitted",
            Self::Late => "late",
        }
    }
}

/// A sheet that does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Excluded {
    /// Whose, of what.
    pub pair: Pair,
    /// Why.
    pub reason: Exclusion,
}

/// The sheets, sorted out.
#[derive(Debug, Default)]
pub struct Sorted {
    /// The places of those that count, by nomination and judge.
    pub valid: Vec<usize>,
    /// Where the valid sheets of each nomination begin, and at last where all end.
    starts: Vec<usize>,
    /// By nomination and judge.
    pub excluded: Vec<Excluded>,
    /// Late sheets whose admission changed nothing.
    pub unused_admissions: Vec<Pair>,
}

impl Sorted {
    /// The valid sheets of a nomination.
    pub fn of(&self, nomination: u32) -> &[usize] {
        let place = nomination as usize;
        &self.valid[self.starts[place]..self.starts[place + 1]]
    }

    /// How many do not count, by reason.
    pub fn excluded_counts(&self) -> BTreeMap<&'static str, usize> {
        let mut counts = BTreeMap::new();
        for excluded in &self.excluded {
            *counts.entry(excluded.reason.as_str()).or_default() += 1;
        }
        counts
    }
}

/// Sorts the sheets out.
pub fn sort(bundle: &Bundle) -> Sorted {
    let mut sorted = Sorted { valid: Vec::with_capacity(bundle.sheets.len()), ..Sorted::default() };
    let mut used = vec![false; bundle.rulings.admitted.len()];
    for (place, sheet) in bundle.sheets.iter().enumerate() {
        match exclusion(bundle, sheet, &mut used) {
            None => sorted.valid.push(place),
            Some(reason) => sorted.excluded.push(Excluded { pair: sheet.pair, reason }),
        }
    }
    let mut end = 0;
    for nomination in 0..=bundle.nominations.len() {
        sorted.starts.push(end);
        let own = |sheet: &&usize| bundle.sheets[**sheet].pair.nomination as usize == nomination;
        end += sorted.valid[end..].iter().take_while(own).count();
    }
    let admissions = bundle.rulings.admitted.iter().zip(used);
    sorted.unused_admissions = admissions.filter(|(_, used)| !used).map(|(pair, _)| *pair).collect();
    sorted
}

fn exclusion(bundle: &Bundle, sheet: &Sheet, used: &mut [bool]) -> Option<Exclusion> {
    let judge = &bundle.judges[sheet.pair.judge as usize];
    match bundle.nominations[sheet.pair.nomination as usize].standing {
        Standing::Merged(_) => return Some(Exclusion::NominationMerged),
        Standing::Ineligible | Standing::Withdrawn => return Some(Exclusion::NominationNotEligible),
        Standing::Eligible => {}
    }
    if bundle.edition.panels[judge.panel].standing == PanelStanding::Closed {
        return Some(Exclusion::PanelClosed);
    }
    if judge.sheets == SheetsOf::Void {
        return Some(Exclusion::JudgeStruck);
    }
    if bundle.recusals.binary_search(&sheet.pair).is_ok() {
        return Some(Exclusion::Recused);
    }
    let Some(submitted_at) = sheet.submitted_at else { return Some(Exclusion::NotSubmitted) };
    // The closing instant itself is in time: the door shuts on it, and what the door let in counts.
    if submitted_at > bundle.edition.judging_close_at {
        match bundle.rulings.admitted.binary_search(&sheet.pair) {
            Ok(ruling) => used[ruling] = true,
            Err(_) => return Some(Exclusion::Late),
        }
    }
    None
}
