//! Every plan of a small problem, tried one after the other.

use serde_json::Value;

use super::checker::{liking, list, standing};

fn root(above: &mut [usize], node: usize) -> usize {
    if above[node] == node { node } else { root(above, above[node]) }
}

/// What the best plan is worth, each level before all after it.
pub fn best(p: &Value) -> [u64; 7] {
    let (begun, kept) = standing(p);
    let js = list(&p["judges"]);
    let ns = list(&p["nominations"]);
    let panels = list(&p["panels"]);
    let (nj, nn) = (js.len(), ns.len());
    let per = p["per_panel"].as_u64().expect("it is there") as i64;
    let id = |v: &Value| v["id"].as_str().expect("it is there").to_owned();
    let mut free = vec![];
    let mut base = vec![vec![false; nj]; nn];
    for (n, nom) in ns.iter().enumerate() {
        for (j, ju) in js.iter().enumerate() {
            let pair = (id(nom), id(ju));
            if begun.contains(&pair) {
                base[n][j] = true;
            } else if let Some(l) = liking(p, nom, ju) {
                free.push((n, j, l, kept.contains(&pair)));
            }
        }
    }
    let pan: Vec<usize> =
        js.iter().map(|j| panels.iter().position(|x| x == &j["panel"]).expect("it is there")).collect();
    let cat: Vec<usize> = ns.iter().map(|n| if n["category"] == "a" { 0 } else { 1 }).collect();
    let cap: Vec<u64> = js.iter().map(|j| j["capacity"].as_u64().unwrap_or(99)).collect();
    let mut begun_at = vec![vec![0i64; panels.len()]; nn];
    let mut load0 = vec![0u64; nj];
    let mut sp0 = vec![[0u64; 2]; nj];
    for n in 0..nn {
        for j in 0..nj {
            if base[n][j] {
                begun_at[n][pan[j]] += 1;
                load0[j] += 1;
                sp0[j][cat[n]] += 1;
            }
        }
    }
    let mut best = [u64::MAX; 7];
    'plans: for mask in 0u32..1 << free.len() {
        let mut load = load0.clone();
        let mut sp = sp0.clone();
        let mut have = begun_at.clone();
        let (mut pref, mut dropped) = (0, 0);
        let mut dsu: Vec<usize> = (0..nj + nn).collect();
        for (k, &(n, j, l, kp)) in free.iter().enumerate() {
            if mask >> k & 1 == 1 {
                load[j] += 1;
                if load[j] > cap[j] {
                    continue 'plans;
                }
                sp[j][cat[n]] += 1;
                have[n][pan[j]] += 1;
                if have[n][pan[j]] > per {
                    continue 'plans;
                }
                pref += l;
            } else if kp {
                dropped += 1;
            }
        }
        let (mut s, mut q) = (0u64, 0u64);
        for had in have.iter().flatten() {
            let m = (per - had).max(0) as u64;
            s += m;
            q += m * m;
        }
        let head = [s, q, dropped, load.iter().map(|l| l * l).sum(), sp.iter().flatten().map(|l| l * l).sum()];
        if head > best[..5].try_into().expect("it is there") {
            continue;
        }
        let mut met = vec![false; nj + nn];
        let mut c = 0i64;
        let mut edges: Vec<(usize, usize)> =
            free.iter().enumerate().filter(|(k, _)| mask >> k & 1 == 1).map(|(_, f)| (f.0, f.1)).collect();
        for (n, row) in base.iter().enumerate() {
            edges.extend((0..nj).filter(|j| row[*j]).map(|j| (n, j)));
        }
        for (n, j) in edges {
            for v in [j, nj + n] {
                if !met[v] {
                    met[v] = true;
                    c += 1;
                }
            }
            let (a, b) = (root(&mut dsu, j), root(&mut dsu, nj + n));
            if a != b {
                dsu[a] = b;
                c -= 1;
            }
        }
        let v = [head[0], head[1], head[2], head[3], head[4], c as u64, pref];
        if v < best {
            best = v;
        }
    }
    best
}
