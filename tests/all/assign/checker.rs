//! The checker: works out what a plan is worth, and whether it breaks a rule, from the problem's document alone. It shares
//! no line with the solver.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// A nomination and its judge.
pub type Pair = (String, String);

pub fn texts(value: &Value) -> Vec<String> {
    let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
    items.iter().map(|item| item.as_str().expect("a text").to_owned()).collect()
}
pub fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}
pub fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}
fn squeezed(name: &str) -> String {
    name.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}
fn subtag(tag: &str) -> String {
    tag.to_lowercase().split('-').next().unwrap_or_default().to_owned()
}

/// How much a judge is liked for a nomination, 0 to 3; none where a rule bars them. What is begun is not looked at.
pub fn liking(problem: &Value, nomination: &Value, judge: &Value) -> Option<u64> {
    let named = list(&problem["conflicts"])
        .iter()
        .any(|pair| pair["judge"] == judge["id"] && pair["nomination"] == nomination["id"]);
    let public: Vec<String> = texts(&problem["public_domains"]).iter().map(|d| d.to_lowercase()).collect();
    let domain = judge["email_domain"].as_str().map(str::to_lowercase);
    let same_domain = domain
        .is_some_and(|d| !public.contains(&d) && texts(&nomination["domains"]).iter().any(|o| o.to_lowercase() == d));
    let theirs: Vec<String> = texts(&judge["organisations"]).iter().map(|n| squeezed(n)).collect();
    let same_org = texts(&nomination["organisations"]).iter().any(|n| theirs.contains(&squeezed(n)));
    let reads: Vec<String> = texts(&judge["languages"]).iter().map(|t| subtag(t)).collect();
    let original = reads.contains(&subtag(nomination["language"].as_str().expect("it is there")));
    let translated = texts(&nomination["translations"]).iter().any(|t| reads.contains(&subtag(t)));
    if named || same_domain || same_org || !(original || translated) {
        return None;
    }
    let expertise = texts(&judge["expertise"]);
    let foreign = !expertise.is_empty() && !expertise.contains(&text(&nomination["category"]));
    Some(if original { 0 } else { 2 } + u64::from(foreign))
}

/// What is begun, and what is assigned, permitted and may move.
pub fn standing(problem: &Value) -> (BTreeSet<Pair>, BTreeSet<Pair>) {
    let (mut begun, mut kept) = (BTreeSet::new(), BTreeSet::new());
    for one in list(&problem["current"]) {
        let pair = (text(&one["nomination"]), text(&one["judge"]));
        let named = list(&problem["conflicts"])
            .iter()
            .any(|c| c["judge"] == one["judge"] && c["nomination"] == one["nomination"]);
        if named {
            continue;
        }
        if one["state"] != "assigned" {
            begun.insert(pair);
            continue;
        }
        let n = list(&problem["nominations"]).iter().find(|n| n["id"] == one["nomination"]).expect("it is there");
        let j = list(&problem["judges"]).iter().find(|j| j["id"] == one["judge"]).expect("it is there");
        if liking(problem, n, j).is_some() {
            kept.insert(pair);
        }
    }
    (begun, kept)
}

/// The objective vector of a set of pairs (with those begun among them); panics where a rule is broken.
pub fn worth(problem: &Value, pairs: &BTreeSet<Pair>) -> [u64; 7] {
    let (begun, kept) = standing(problem);
    assert!(begun.is_subset(pairs), "what is begun stays");
    let judges: BTreeMap<String, &Value> = list(&problem["judges"]).iter().map(|j| (text(&j["id"]), j)).collect();
    let nominations: BTreeMap<String, &Value> =
        list(&problem["nominations"]).iter().map(|n| (text(&n["id"]), n)).collect();
    let per_panel = problem["per_panel"].as_u64().expect("it is there");
    let (mut loads, mut spread) = (BTreeMap::<&str, u64>::new(), BTreeMap::<(&str, String), u64>::new());
    let mut new_loads = BTreeMap::<&str, u64>::new();
    let mut filled = BTreeMap::<(&str, String), u64>::new();
    let mut begun_at = BTreeMap::<(&str, String), u64>::new();
    let mut preference = 0;
    for (n, j) in pairs {
        let (nom, judge) = (nominations[n], judges[j]);
        *loads.entry(j).or_default() += 1;
        *spread.entry((j, text(&nom["category"]))).or_default() += 1;
        *filled.entry((n, text(&judge["panel"]))).or_default() += 1;
        if begun.contains(&(n.clone(), j.clone())) {
            *begun_at.entry((n, text(&judge["panel"]))).or_default() += 1;
        } else {
            preference += liking(problem, nom, judge).unwrap_or_else(|| panic!("{j} may not have {n}"));
            *new_loads.entry(j).or_default() += 1;
        }
    }
    for (j, judge) in &judges {
        if let (Some(c), Some(_)) = (judge["capacity"].as_u64(), new_loads.get(j.as_str())) {
            assert!(loads[j.as_str()] <= c, "{j} above capacity");
        }
    }
    let (mut short, mut squares) = (0, 0);
    for n in nominations.keys() {
        for panel in list(&problem["panels"]) {
            let key = (n.as_str(), text(panel));
            let have = filled.get(&key).copied().unwrap_or(0);
            let b = begun_at.get(&key).copied().unwrap_or(0);
            assert!(have <= per_panel.max(b), "too many on {n}");
            let missing = per_panel.saturating_sub(have);
            short += missing;
            squares += missing * missing;
        }
    }
    // Parts: from each pair to whatever shares its nomination or its judge.
    let mut left: BTreeSet<&Pair> = pairs.iter().collect();
    let mut components = 0;
    while let Some(start) = left.pop_first() {
        components += 1;
        let mut front = vec![start];
        while let Some((n, j)) = front.pop() {
            let next: Vec<&Pair> = left.iter().copied().filter(|(a, b)| a == n || b == j).collect();
            for p in next {
                left.remove(p);
                front.push(p);
            }
        }
    }
    [
        short,
        squares,
        kept.difference(pairs).count() as u64,
        loads.values().map(|l| l * l).sum(),
        spread.values().map(|l| l * l).sum(),
        components,
        preference,
    ]
}

pub fn vector(answer: &Value) -> [u64; 7] {
    ["shortfall", "shortfall_squares", "dropped", "load_squares", "spread_squares", "components", "preference"]
        .map(|k| answer["objective"][k].as_u64().expect("it is there"))
}
pub fn pairs_of(answer: &Value) -> BTreeSet<Pair> {
    let all: Vec<Pair> =
        list(&answer["assignments"]).iter().map(|a| (text(&a["nomination"]), text(&a["judge"]))).collect();
    let set: BTreeSet<Pair> = all.iter().cloned().collect();
    assert_eq!(all.len(), set.len(), "a pair twice");
    set
}
