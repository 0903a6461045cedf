//! Rules of the bundle that reach over many of its parts.

use super::*;

/// Sheets of one panel on one nomination at most, so that every sum fits its type.
const MOST_SHEETS: i64 = 1_000;

/// The places that lie on a circle of merges, each once.
pub(super) fn on_a_circle(targets: &[Option<u32>]) -> Vec<usize> {
    // Each walk marks its steps with its own number; meeting it again closes a circle.
    let mut walk_of = vec![usize::MAX; targets.len()];
    let mut found = Vec::new();
    for start in 0..targets.len() {
        let mut at = Some(start);
        while let Some(here) = at.filter(|here| walk_of[*here] == usize::MAX) {
            walk_of[here] = start;
            at = targets[here].map(|target| target as usize);
        }
        let Some(entry) = at.filter(|here| walk_of[*here] == start) else { continue };
        let mut member = entry;
        loop {
            found.push(member);
            match targets[member].map(|target| target as usize) {
                Some(next) if next != entry => member = next,
                _ => break,
            }
        }
    }
    found
}

/// No panel has more sheets on a nomination than the sums are sized for.
pub(super) fn panels_are_not_overfull(bundle: &Bundle, faults: &mut Faults) {
    if bundle.sheets.len() <= 1_000 {
        return;
    }
    for sheets in bundle.sheets.chunk_by(|a, b| a.pair.nomination == b.pair.nomination) {
        let mut counts = vec![0; bundle.edition.panels.len()];
        for sheet in sheets {
            let panel = bundle.judges[sheet.pair.judge as usize].panel;
            if let Some(count) = counts.get_mut(panel) {
                *count += 1;
            }
        }
        if counts.iter().any(|count| *count > MOST_SHEETS) {
            faults.range(Place::TOP.field("sheets"), "out_of_range", &(0..=MOST_SHEETS));
            return;
        }
    }
}
