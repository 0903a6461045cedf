//! Another solver's word on the levels that a flow can say: the same problem as a plain net, a node a nomination, handed to
//! a library.

use std::collections::BTreeMap;

use ac_library::MinCostFlowGraph;
use serde_json::Value;

use super::checker::{Pair, liking, list, standing, text};

/// What a unit costs at each level. Sums of a small problem stay below the next level's unit.
const LIKING: i64 = 1;
const SPREAD: i64 = 1 << 8;
const LOAD: i64 = SPREAD << 12;
const MOVED: i64 = LOAD << 12;
const GAPS: i64 = MOVED << 7;
const GAP: i64 = GAPS << 9;

/// The least cost, by the library.
pub fn least(problem: &Value) -> i64 {
    let (begun, kept) = standing(problem);
    let per_panel = problem["per_panel"].as_i64().expect("a number");
    let (judges, nominations, panels) =
        (list(&problem["judges"]), list(&problem["nominations"]), list(&problem["panels"]));
    let mut nodes: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut node = |kind: &str, name: String| {
        let next = nodes.len() + 2;
        *nodes.entry((kind.to_owned(), name)).or_insert(next)
    };
    let (source, sink) = (0, 1);
    let mut edges = Vec::new();
    let mut seats = 0;
    for nomination in nominations {
        for panel in panels {
            let of_panel = |pair: &&Pair| {
                pair.0 == text(&nomination["id"])
                    && judges.iter().any(|judge| text(&judge["id"]) == pair.1 && judge["panel"] == *panel)
            };
            let demand = (per_panel - begun.iter().filter(of_panel).count() as i64).max(0);
            let at = node("place", format!("{} {}", text(&nomination["id"]), text(panel)));
            seats += demand;
            edges.push((source, at, demand, 0));
            edges.extend((0..demand).map(|x| (at, sink, 1, GAP + GAPS * (2 * x + 1))));
        }
    }
    for judge in judges {
        let id = text(&judge["id"]);
        let theirs = || begun.iter().filter(|pair| pair.1 == id);
        let load = theirs().count() as i64;
        let room = judge["capacity"].as_i64().map_or(nominations.len() as i64, |all| (all - load).max(0));
        let at = node("judge", id.clone());
        edges.extend((load..load + room).map(|x| (at, sink, 1, LOAD * (2 * x + 1))));
        for nomination in nominations {
            let pair = (text(&nomination["id"]), id.clone());
            let Some(liking) = liking(problem, nomination, judge).filter(|_| !begun.contains(&pair)) else { continue };
            let place = node("place", format!("{} {}", pair.0, text(&judge["panel"])));
            let seat = node("seat", format!("{id} {}", text(&nomination["category"])));
            let moved = if kept.contains(&pair) { 0 } else { MOVED };
            edges.push((place, seat, 1, moved + LIKING * liking as i64));
        }
        let categories: std::collections::BTreeSet<String> =
            nominations.iter().map(|one| text(&one["category"])).collect();
        for category in categories {
            let of =
                |id: &str| nominations.iter().any(|one| text(&one["id"]) == id && text(&one["category"]) == category);
            let load = theirs().filter(|pair| of(&pair.0)).count() as i64;
            let seat = node("seat", format!("{id} {category}"));
            edges.extend((load..load + nominations.len() as i64).map(|x| (seat, at, 1, SPREAD * (2 * x + 1))));
        }
    }
    let mut graph = MinCostFlowGraph::new(nodes.len() + 2);
    for (from, to, most, cost) in edges {
        graph.add_edge(from, to, most, cost);
    }
    let (flow, cost) = graph.flow(source, sink, seats);
    assert_eq!(flow, seats, "what finds no judge is missing");
    cost
}

/// What a plan of this worth costs in the same net.
pub fn cost(problem: &Value, worth: [u64; 7], filled: u64) -> i64 {
    let (begun, kept) = standing(problem);
    let squares = |key: &dyn Fn(&Pair) -> String| {
        let mut counts: BTreeMap<String, i64> = BTreeMap::new();
        begun.iter().for_each(|pair| *counts.entry(key(pair)).or_default() += 1);
        counts.values().map(|count| count * count).sum::<i64>()
    };
    let category = |id: &str| {
        let found = list(&problem["nominations"]).iter().find(|one| text(&one["id"]) == id);
        text(&found.expect("it is there")["category"])
    };
    let loads = squares(&|pair| pair.1.clone());
    let spread = squares(&|pair| format!("{} {}", pair.1, category(&pair.0)));
    let [gap, gaps, dropped, load_squares, spread_squares, _, liking] = worth.map(|level| level as i64);
    let moved = filled as i64 - (kept.len() as i64 - dropped);
    GAP * gap
        + GAPS * gaps
        + MOVED * moved
        + LOAD * (load_squares - loads)
        + SPREAD * (spread_squares - spread)
        + LIKING * liking
}
