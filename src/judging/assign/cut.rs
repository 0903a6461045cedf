//! The proof of what a plan lacks: why no other fills more seats.

use super::problem::{JudgeAt, NominationAt, Table};
use super::seats::Seats;

/// The certificate of a shortfall: the fewest nominations and judges that show that no plan fills more seats. What is
/// missing is `demand` less `capacity` less `pairs`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// Nominations that compete for too few judges.
    pub nominations: Vec<NominationAt>,
    /// Judges whom they compete for, all full.
    pub judges: Vec<JudgeAt>,
    /// Seats that these nominations need.
    pub demand: u64,
    /// Seats that these judges can take.
    pub capacity: u64,
    /// Permitted pairs of these nominations with other judges: all are in the plan.
    pub pairs: u64,
}

/// From the nominations with a gap to permitted judges who are not there, from these to what they have, and so on: whom
/// this walk meets cannot be relieved by anybody else.
pub fn cut(table: &Table, seats: &Seats) -> Cut {
    let mut has = vec![Vec::new(); table.judges.len()];
    for (at, judges) in seats.iter().enumerate() {
        judges.iter().for_each(|judge| has[*judge as usize].push(at));
    }
    let short = |at: &usize| seats[*at].len() < table.places[*at].demand as usize;
    let mut met = vec![false; table.places.len()];
    let mut walk: Vec<usize> = (0..table.places.len()).filter(short).collect();
    walk.iter().for_each(|at| met[*at] = true);
    let mut outside: Vec<u32> = (0..table.judges.len() as u32).collect();
    let mut inside: Vec<u32> = Vec::new();
    while let Some(at) = walk.pop() {
        let reached = |judge: &u32| table.liking(at, *judge).is_some() && seats[at].binary_search(judge).is_err();
        let (new, rest): (Vec<u32>, Vec<u32>) = outside.iter().partition(|judge| reached(judge));
        outside = rest;
        for place in new.iter().flat_map(|judge| &has[*judge as usize]) {
            if !std::mem::replace(&mut met[*place], true) {
                walk.push(*place);
            }
        }
        inside.extend(new);
    }
    inside.sort_unstable();
    let nominations: Vec<usize> = (0..met.len()).filter(|at| met[*at]).collect();
    let pairs = |at: &usize| outside.iter().filter(|judge| table.liking(*at, **judge).is_some()).count() as u64;
    Cut {
        demand: nominations.iter().map(|at| u64::from(table.places[*at].demand)).sum(),
        capacity: inside.iter().map(|judge| u64::from(table.room[*judge as usize])).sum(),
        pairs: nominations.iter().map(pairs).sum(),
        judges: inside.iter().map(|judge| table.judges[*judge as usize]).collect(),
        nominations: nominations.into_iter().map(|at| at as NominationAt).collect(),
    }
}
