//! The solver: a flow of least cost from classes of nominations over categories of judges to judges.
//!
//! ```text
//! class --(most; kept?, liking)--> judge in category --(spread)--> judge --(load)--> sink
//!   \------------------------------(missing)------------------------------------------^
//! ```
//! Each seat is a unit; what finds no judge goes over `missing`. Arcs for missing, spread and load cost more with each unit
//! (2x+1, the steps of a square), so a least flow is one of least squares. The levels of the objective are powers of one
//! cost: a level outweighs whatever a cycle through the net can gain below it, and a flow with no gainful cycle is optimal.
//!
//! Primal-dual: Dijkstra on reduced costs finds how much dearer the next seat must be, then as many paths as can be found
//! over arcs that cost nothing more are filled at once.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::Range;

use super::classes::Class;
use super::problem::{Kind, Table};

/// A cost: the levels of the objective, each far above the next.
type Cost = i128;

const FAR: Cost = Cost::MAX / 4;

/// What a unit costs at each level.
#[derive(Clone, Copy, Debug)]
struct Weights {
    spread: Cost,
    load: Cost,
    moved: Cost,
    gaps: Cost,
    gap: Cost,
}

impl Weights {
    /// Each level is worth more than a simple cycle can gain on all below it: it meets each class and each judge in a
    /// category once, and the sink once.
    fn of(net: &Net, demand_most: u32) -> Self {
        let whole = |number: usize| number as Cost;
        let moves = 2 * whole(net.classes.len().min(net.seats.len())) + 1;
        let seats = net.supply.iter().map(|seats| Cost::from(*seats)).sum::<Cost>();
        let begun = net.judges.iter().map(|judge| Cost::from(judge.now)).max().unwrap_or(0);
        let step = 2 * (seats + begun) + 2;
        let spread = moves * Kind::LIKINGS as Cost + 1;
        let load = (2 * whole(net.judges.len()) + 1) * step * spread + spread;
        let moved = 2 * step * load + load;
        let gaps = moves * moved + moved;
        let gap = 2 * (2 * Cost::from(demand_most) + 2) * gaps + gaps;
        Self { spread, load, moved, gaps, gap }
    }
}

/// An arc whose next unit costs more than its last.
#[derive(Clone, Copy, Debug)]
struct Convex {
    /// Units on it that the flow may not take away.
    base: u32,
    /// Units on it.
    now: u32,
    /// Units it can bear.
    most: u32,
    /// The first units that cost nothing.
    free: u32,
}

impl Convex {
    /// What unit number `x` (from 0) costs.
    fn step(&self, x: u32) -> Cost {
        if x < self.free { 0 } else { 2 * Cost::from(x) + 1 }
    }

    fn next(&self) -> Option<Cost> {
        (self.now < self.most).then(|| self.step(self.now))
    }

    fn last(&self) -> Option<Cost> {
        (self.now > self.base).then(|| self.step(self.now - 1))
    }

    /// How many units the next one's cost holds for.
    fn at_this_cost(&self) -> u32 {
        if self.now < self.free { self.free.min(self.most) - self.now } else { 1 }
    }

    /// How many can be taken back at the last one's cost.
    fn back_at_this_cost(&self) -> u32 {
        if self.now <= self.free { self.now - self.base } else { 1 }
    }
}

/// A class's arc to a judge in its category.
#[derive(Clone, Copy, Debug)]
struct Link {
    class: u32,
    seat: u32,
    most: u32,
    now: u32,
    /// Index into the costs of links.
    cost: u8,
}

/// The first units of each convex arc that cost nothing: a shortcut where loads come out level anyway.
#[derive(Clone, Debug)]
pub struct Level {
    /// Of each judge.
    pub load: u32,
    /// Of each judge in a category.
    pub spread: Vec<u32>,
}

struct Net {
    /// For each class its links.
    classes: Vec<Range<usize>>,
    links: Vec<Link>,
    /// Seats of each class that the flow has still to place.
    supply: Vec<u32>,
    /// Members of each class.
    sizes: Vec<u32>,
    /// Missing seats of each class so far, and how many there can be.
    missing: Vec<(u32, u32)>,
    /// A judge in a category: whose, and the arc to the judge.
    seats: Vec<(u32, Convex)>,
    /// Links into each seat.
    into: Vec<Vec<u32>>,
    /// The judges' arcs to the sink.
    judges: Vec<Convex>,
    /// Seats of each judge.
    of_judge: Vec<Vec<u32>>,
    potential: Vec<Cost>,
    /// Potential of the source, which is in no other list.
    source: Cost,
    weights: Weights,
    link_costs: [Cost; 2 * Kind::LIKINGS],
}

/// What the flow found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flow {
    /// For each class, how many of its nominations each judge has; those who have none are left out.
    pub shares: Vec<Vec<(u32, u32)>>,
    /// For each class, how many seats are missing.
    pub missing: Vec<u32>,
    /// How often Dijkstra ran.
    pub rounds: usize,
}

/// Finds a flow of least cost. `order` is the order in which judges are tried where all else is level.
pub fn flow(table: &Table, classes: &[Class], order: &[u32], level: Option<&Level>) -> Flow {
    let mut net = Net::of(table, classes, order, level);
    let mut rounds = 0;
    let mut search = Search::of(&net);
    while search.distances(&mut net) {
        search.fill(&mut net);
        rounds += 1;
    }
    debug_assert!(net.is_tight());
    let share = |range: &Range<usize>| {
        let links = net.links[range.clone()].iter().filter(|link| link.now > 0);
        links.map(|link| (net.seats[link.seat as usize].0, link.now)).collect()
    };
    Flow {
        shares: net.classes.iter().map(share).collect(),
        missing: net.missing.iter().map(|(now, _)| *now).collect(),
        rounds,
    }
}

impl Net {
    fn of(table: &Table, classes: &[Class], order: &[u32], level: Option<&Level>) -> Self {
        let mut seat_at = vec![u32::MAX; table.judges.len() * table.categories];
        let mut rank = vec![0; order.len()];
        order.iter().enumerate().for_each(|(number, judge)| rank[*judge as usize] = number);
        let judges = (0..table.judges.len()).map(|judge| Convex {
            base: table.loads[judge],
            now: table.loads[judge],
            most: table.loads[judge].saturating_add(table.room[judge]),
            free: level.map_or(0, |level| level.load),
        });
        let mut net = Self {
            classes: Vec::new(),
            links: Vec::new(),
            supply: classes.iter().map(|class| class.demand * class.members.len() as u32).collect(),
            sizes: classes.iter().map(|class| class.members.len() as u32).collect(),
            missing: classes.iter().map(|class| (0, class.demand * class.members.len() as u32)).collect(),
            seats: Vec::new(),
            into: Vec::new(),
            judges: judges.collect(),
            of_judge: vec![Vec::new(); table.judges.len()],
            potential: Vec::new(),
            source: 0,
            weights: Weights { spread: 0, load: 0, moved: 0, gaps: 0, gap: 0 },
            link_costs: [0; 2 * Kind::LIKINGS],
        };
        for (number, class) in classes.iter().enumerate() {
            let first = net.links.len();
            let mut arcs = class.arcs.clone();
            arcs.sort_unstable_by_key(|arc| rank[arc.judge as usize]);
            for arc in arcs {
                let at = arc.judge as usize * table.categories + class.category as usize;
                if seat_at[at] == u32::MAX {
                    seat_at[at] = net.seats.len() as u32;
                    let base = table.spread[at];
                    let free = level.map_or(0, |level| level.spread[class.category as usize]);
                    net.seats.push((arc.judge, Convex { base, now: base, most: u32::MAX, free }));
                    net.into.push(Vec::new());
                    net.of_judge[arc.judge as usize].push(seat_at[at]);
                }
                net.into[seat_at[at] as usize].push(net.links.len() as u32);
                let cost = arc.liking + if arc.kept { 0 } else { Kind::LIKINGS as u8 };
                net.links.push(Link { class: number as u32, seat: seat_at[at], most: arc.most, now: 0, cost });
            }
            net.classes.push(first..net.links.len());
        }
        net.weights = Weights::of(&net, classes.iter().map(|class| class.demand).max().unwrap_or(0));
        for (number, cost) in net.link_costs.iter_mut().enumerate() {
            let moved = if number >= Kind::LIKINGS { net.weights.moved } else { 0 };
            *cost = moved + (number % Kind::LIKINGS) as Cost;
        }
        net.potential = vec![0; net.nodes()];
        net
    }

    fn nodes(&self) -> usize {
        self.classes.len() + self.seats.len() + self.judges.len()
    }

    /// What the next missing seat of a class costs, and for how many that holds: one more on each nomination, then a second.
    fn next_missing(&self, class: usize) -> Option<(Cost, u32)> {
        let (now, most) = self.missing[class];
        let size = self.sizes[class];
        (now < most).then(|| (self.cost_of_missing(class, now), size - now % size))
    }

    /// What missing seat number `x` (from 0) of a class costs.
    fn cost_of_missing(&self, class: usize, x: u32) -> Cost {
        self.weights.gap + self.weights.gaps * (2 * Cost::from(x / self.sizes[class]) + 1)
    }

    /// Whether no arc that could be used costs less than nothing, by the potentials, nor any that is used more: the proof
    /// that no cycle gains anything, so that the flow is optimal.
    fn is_tight(&self) -> bool {
        let (seat0, judge0) = (self.classes.len(), self.classes.len() + self.seats.len());
        let holds = |next: Option<Cost>, last: Option<Cost>, gap: Cost| {
            next.is_none_or(|cost| cost + gap >= 0) && last.is_none_or(|cost| cost + gap <= 0)
        };
        let links = self.links.iter().all(|link| {
            let (from, to) = (link.class as usize, seat0 + link.seat as usize);
            let cost = self.link_costs[link.cost as usize];
            let (next, last) = ((link.now < link.most).then_some(cost), (link.now > 0).then_some(cost));
            holds(next, last, self.potential[from] - self.potential[to])
        });
        let seats = self.seats.iter().enumerate().all(|(seat, (judge, arc))| {
            let gap = self.potential[seat0 + seat] - self.potential[judge0 + *judge as usize];
            let cost = |step: Cost| step * self.weights.spread;
            holds(arc.next().map(cost), arc.last().map(cost), gap)
        });
        let judges = self.judges.iter().enumerate().all(|(judge, arc)| {
            let cost = |step: Cost| step * self.weights.load;
            holds(arc.next().map(cost), arc.last().map(cost), self.potential[judge0 + judge])
        });
        let missing = (0..self.classes.len()).all(|class| {
            let next = self.next_missing(class).map(|(cost, _)| cost);
            let last = self.missing[class].0.checked_sub(1).map(|last| self.cost_of_missing(class, last));
            holds(next, last, self.potential[class])
        });
        links && seats && judges && missing
    }
}

/// Where a path goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Missing,
    Link(u32),
    LinkBack(u32),
    Seat(u32),
    SeatBack(u32),
    Load(u32),
}

/// Work space of the searches.
struct Search {
    distance: Vec<Cost>,
    heap: BinaryHeap<(Reverse<Cost>, u32)>,
    /// Where the search for a path goes on at a node.
    next: Vec<u32>,
    on_path: Vec<bool>,
    path: Vec<(usize, Step)>,
}

impl Search {
    fn of(net: &Net) -> Self {
        let nodes = net.nodes();
        Self {
            distance: vec![FAR; nodes],
            heap: BinaryHeap::new(),
            next: vec![0; nodes],
            on_path: vec![false; nodes],
            path: Vec::new(),
        }
    }

    /// Moves the potentials so that the cheapest ways to the sink cost nothing more; false when every seat is placed.
    fn distances(&mut self, net: &mut Net) -> bool {
        let (seat0, judge0) = (net.classes.len(), net.classes.len() + net.seats.len());
        self.distance.fill(FAR);
        self.heap.clear();
        let mut sink = FAR;
        for class in 0..net.classes.len() {
            if net.supply[class] > 0 {
                self.reach(class, net.source - net.potential[class]);
            }
        }
        if self.heap.is_empty() {
            return false;
        }
        let mut settled = Vec::new();
        while let Some((Reverse(distance), node)) = self.heap.pop() {
            let node = node as usize;
            if distance >= sink {
                break;
            }
            if distance > self.distance[node] {
                continue;
            }
            settled.push(node);
            let here = distance + net.potential[node];
            if node < seat0 {
                if let Some((cost, _)) = net.next_missing(node) {
                    sink = sink.min(here + cost);
                }
                for link in &net.links[net.classes[node].clone()] {
                    if link.now < link.most {
                        let to = seat0 + link.seat as usize;
                        self.reach(to, here + net.link_costs[link.cost as usize] - net.potential[to]);
                    }
                }
            } else if node < judge0 {
                let (judge, arc) = net.seats[node - seat0];
                let to = judge0 + judge as usize;
                if let Some(step) = arc.next() {
                    self.reach(to, here + step * net.weights.spread - net.potential[to]);
                }
                for link in &net.into[node - seat0] {
                    let link = net.links[*link as usize];
                    if link.now > 0 {
                        let to = link.class as usize;
                        self.reach(to, here - net.link_costs[link.cost as usize] - net.potential[to]);
                    }
                }
            } else {
                let judge = node - judge0;
                if let Some(step) = net.judges[judge].next() {
                    sink = sink.min(here + step * net.weights.load);
                }
                for seat in &net.of_judge[judge] {
                    if let Some(step) = net.seats[*seat as usize].1.last() {
                        let to = seat0 + *seat as usize;
                        self.reach(to, here - step * net.weights.spread - net.potential[to]);
                    }
                }
            }
        }
        // The sink's potential stands at 0: those nearer than it move up to it.
        debug_assert!(sink < FAR, "what finds no judge is missing");
        for node in settled {
            net.potential[node] += self.distance[node] - sink;
        }
        net.source -= sink;
        true
    }

    fn reach(&mut self, node: usize, distance: Cost) {
        debug_assert!(distance >= 0);
        if distance < self.distance[node] {
            self.distance[node] = distance;
            self.heap.push((Reverse(distance), node as u32));
        }
    }

    /// Fills paths that cost nothing more.
    fn fill(&mut self, net: &mut Net) {
        self.next.fill(0);
        for class in 0..net.classes.len() {
            while net.supply[class] > 0 && net.source == net.potential[class] && self.path_from(class, net) {
                self.push(class, net);
            }
        }
    }

    /// Looks for a path over arcs that cost nothing more. A node that was left without one is not entered again.
    fn path_from(&mut self, class: usize, net: &Net) -> bool {
        self.path.clear();
        let mut node = class;
        self.on_path[node] = true;
        loop {
            match self.step(node, net) {
                Some((step, Some(to))) => {
                    self.path.push((node, step));
                    self.on_path[to] = true;
                    node = to;
                }
                Some((step, None)) => {
                    self.path.push((node, step));
                    self.path.iter().for_each(|(node, _)| self.on_path[*node] = false);
                    return true;
                }
                None => {
                    self.on_path[node] = false;
                    let Some((above, _)) = self.path.pop() else { return false };
                    self.next[above] += 1; // it led nowhere
                    node = above;
                }
            }
        }
    }

    /// The next arc out of a node that costs nothing more: the step, and the node it leads to (none: the sink).
    fn step(&mut self, node: usize, net: &Net) -> Option<(Step, Option<usize>)> {
        let (seat0, judge0) = (net.classes.len(), net.classes.len() + net.seats.len());
        let here = net.potential[node];
        loop {
            let number = self.next[node] as usize;
            let found = if node < seat0 {
                let range = &net.classes[node];
                if number > range.len() {
                    return None;
                }
                if number == 0 {
                    net.next_missing(node).filter(|(cost, _)| cost + here == 0).map(|_| (Step::Missing, None))
                } else {
                    let at = range.start + number - 1;
                    let (link, to) = (net.links[at], seat0 + net.links[at].seat as usize);
                    let tight = link.now < link.most
                        && !self.on_path[to]
                        && net.link_costs[link.cost as usize] + here == net.potential[to];
                    tight.then_some((Step::Link(at as u32), Some(to)))
                }
            } else if node < judge0 {
                let seat = node - seat0;
                if number > net.into[seat].len() {
                    return None;
                }
                if number == 0 {
                    let (judge, arc) = net.seats[seat];
                    let to = judge0 + judge as usize;
                    let tight = !self.on_path[to]
                        && arc.next().is_some_and(|step| step * net.weights.spread + here == net.potential[to]);
                    tight.then_some((Step::Seat(seat as u32), Some(to)))
                } else {
                    let at = net.into[seat][number - 1];
                    let (link, to) = (net.links[at as usize], net.links[at as usize].class as usize);
                    let tight = link.now > 0
                        && !self.on_path[to]
                        && here == net.potential[to] + net.link_costs[link.cost as usize];
                    tight.then_some((Step::LinkBack(at), Some(to)))
                }
            } else {
                let judge = node - judge0;
                if number > net.of_judge[judge].len() {
                    return None;
                }
                if number == 0 {
                    let next = net.judges[judge].next();
                    let tight = next.is_some_and(|step| step * net.weights.load + here == 0);
                    tight.then_some((Step::Load(judge as u32), None))
                } else {
                    let seat = net.of_judge[judge][number - 1];
                    let (arc, to) = (net.seats[seat as usize].1, seat0 + seat as usize);
                    let tight = !self.on_path[to]
                        && arc.last().is_some_and(|step| here == net.potential[to] + step * net.weights.spread);
                    tight.then_some((Step::SeatBack(seat), Some(to)))
                }
            };
            if found.is_some() {
                return found;
            }
            self.next[node] += 1;
        }
    }

    /// Sends as much as it bears over the path that was found.
    fn push(&mut self, class: usize, net: &mut Net) {
        let bears = self.path.iter().map(|(node, step)| match *step {
            Step::Missing => net.next_missing(*node).map_or(0, |(_, units)| units),
            Step::Link(link) => net.links[link as usize].most - net.links[link as usize].now,
            Step::LinkBack(link) => net.links[link as usize].now,
            Step::Seat(seat) => net.seats[seat as usize].1.at_this_cost(),
            Step::SeatBack(seat) => net.seats[seat as usize].1.back_at_this_cost(),
            Step::Load(judge) => net.judges[judge as usize].at_this_cost(),
        });
        let units = bears.min().unwrap_or(0).min(net.supply[class]);
        debug_assert!(units > 0);
        net.supply[class] -= units;
        for (node, step) in &self.path {
            match *step {
                Step::Missing => net.missing[*node].0 += units,
                Step::Link(link) => net.links[link as usize].now += units,
                Step::LinkBack(link) => net.links[link as usize].now -= units,
                Step::Seat(seat) => net.seats[seat as usize].1.now += units,
                Step::SeatBack(seat) => net.seats[seat as usize].1.now -= units,
                Step::Load(judge) => net.judges[judge as usize].now += units,
            }
        }
    }
}
