//! What is to be dealt, resolved: judges and nominations stand by their ids and are named by their places; whom the rules
//! permit is worked out once.

use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The place of a judge in [`Asked::judges`].
pub type JudgeAt = u32;
/// The place of a nomination in [`Asked::nominations`].
pub type NominationAt = u32;

/// A problem, before the rules have been asked about anybody.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Whatever the rules leave open is drawn from it.
    pub seed: u64,
    /// How many sheets each nomination needs of each panel.
    pub per_panel: u32,
    /// The panels' keys, in the edition's order.
    pub panels: Vec<String>,
    /// By id.
    pub judges: Vec<Judge>,
    /// By id.
    pub nominations: Vec<Nomination>,
    /// Pairs that are barred by name: declared interests, and judges who stepped aside.
    pub conflicts: Vec<(JudgeAt, NominationAt)>,
    /// What stands already; a pair once at most.
    pub current: Vec<Standing>,
}

/// A judge, as the rules see them. Every text is in the spelling that is compared.
#[derive(Clone, Debug, Default)]
pub struct Judge {
    /// The id.
    pub id: String,
    /// The place of their panel.
    pub panel: usize,
    /// How many nominations they can take; `None`: any number.
    pub capacity: Option<u32>,
    /// Primary subtags of the languages that they read.
    pub languages: BTreeSet<String>,
    /// Categories that they know best; none means all alike.
    pub expertise: BTreeSet<String>,
    /// The domain of their address, where it says who belongs together.
    pub domain: Option<String>,
    /// Organisations that they belong to.
    pub organisations: BTreeSet<String>,
    /// Nominations that they have and that are not dealt here: they count against the capacity.
    pub elsewhere: u32,
}

/// A nomination, as the rules see it. Every text is in the spelling that is compared.
#[derive(Clone, Debug, Default)]
pub struct Nomination {
    /// The id.
    pub id: String,
    /// Its category.
    pub category: String,
    /// Primary subtag of the language in which it was written.
    pub language: String,
    /// Primary subtags of its translations.
    pub translations: BTreeSet<String>,
    /// Mail domains of the nominee, the nominator, the supporters.
    pub domains: BTreeSet<String>,
    /// Organisations that it is about.
    pub organisations: BTreeSet<String>,
}

/// A nomination in a judge's hands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Whose.
    pub judge: JudgeAt,
    /// Which.
    pub nomination: NominationAt,
    /// How far it is.
    pub state: State,
}

/// How far an assignment is, as far as the deal asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nobody has worked on it: it may move.
    Assigned,
    /// There is a sheet: it stays.
    Begun,
}

/// How much a permitted judge is to be preferred for a nomination: 0 is best. [`Kind::NEVER`] is no permission.
pub type Liking = u8;

/// Nominations that the panel's judges like alike, but for those who are barred one by one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kind {
    /// The category's place.
    pub category: u32,
    /// A liking for each judge of the panel.
    pub likings: Vec<Liking>,
}

impl Kind {
    /// Whoever has no language in common.
    pub const NEVER: Liking = u8::MAX;
    /// Likings there are: a translation is 2, another field than one's own 1.
    pub const LIKINGS: usize = 4;
}

/// One panel's part of the problem. Judges are named by their place among the panel's, which are in order of id.
#[derive(Clone, Debug)]
pub struct Table {
    /// The panel's judges.
    pub judges: Vec<JudgeAt>,
    /// How many categories there are.
    pub categories: usize,
    /// What each judge has begun, here or elsewhere.
    pub loads: Vec<u32>,
    /// What each judge has begun in each category: a row a judge.
    pub spread: Vec<u32>,
    /// How many more each judge can take.
    pub room: Vec<u32>,
    /// Kinds of nominations.
    pub kinds: Vec<Kind>,
    /// The nominations, by id.
    pub places: Vec<Place>,
}

/// A nomination at a panel's table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its kind's place.
    pub kind: u32,
    /// How many seats are to be filled beside what is begun.
    pub demand: u32,
    /// Judges whom the kind permits and who are barred here, or sit here already; ascending.
    pub barred: Vec<u32>,
    /// Judges who are to be kept if nothing speaks against it; ascending.
    pub kept: Vec<u32>,
    /// Judges who have begun; ascending.
    pub begun: Vec<u32>,
}

impl Table {
    /// How much a judge is liked for a nomination; `None` where the rules bar them, or they sit there already.
    pub fn liking(&self, place: usize, judge: u32) -> Option<Liking> {
        let one = &self.places[place];
        let liking = self.kinds[one.kind as usize].likings[judge as usize];
        (liking != Kind::NEVER && one.barred.binary_search(&judge).is_err()).then_some(liking)
    }

    /// Category of a nomination.
    pub fn category(&self, place: usize) -> usize {
        self.kinds[self.places[place].kind as usize].category as usize
    }

    /// The same table where all that is kept is as firm as what is begun; `None` where there is not room for it.
    pub fn firm(&self) -> Option<Table> {
        let mut table = self.clone();
        for at in 0..table.places.len() {
            let category = table.category(at);
            let place = &mut table.places[at];
            let kept = std::mem::take(&mut place.kept);
            place.demand = place.demand.checked_sub(u32::try_from(kept.len()).ok()?)?;
            for judge in kept {
                let row = judge as usize;
                table.loads[row] += 1;
                table.spread[row * table.categories + category] += 1;
                if table.room[row] != u32::MAX {
                    table.room[row] = table.room[row].checked_sub(1)?;
                }
                let slot = place.barred.binary_search(&judge).unwrap_or_else(|slot| slot);
                place.barred.insert(slot, judge);
                place.begun.push(judge);
            }
            place.begun.sort_unstable();
        }
        Some(table)
    }

    /// The same table where nothing is kept.
    pub fn free(&self) -> Table {
        let mut table = self.clone();
        table.places.iter_mut().for_each(|place| place.kept.clear());
        table
    }
}

/// A problem with the rules worked out.
#[derive(Clone, Debug)]
pub struct Problem {
    /// What was asked.
    pub asked: Asked,
    /// A table a panel.
    pub tables: Vec<Table>,
    /// Assignments that the rules do not permit (any more) and nobody has worked on: they go, and are no move.
    pub void: Vec<(NominationAt, JudgeAt)>,
}

impl Problem {
    /// Asks the rules.
    pub fn of(asked: Asked) -> Self {
        let bars = Bars::of(&asked);
        let mut local = vec![0; asked.judges.len()];
        let mut of_panel: Vec<Vec<JudgeAt>> = vec![Vec::new(); asked.panels.len()];
        for (at, judge) in asked.judges.iter().enumerate() {
            local[at] = of_panel[judge.panel].len() as u32;
            of_panel[judge.panel].push(at as JudgeAt);
        }
        let mut standing: Vec<Vec<Standing>> = vec![Vec::new(); asked.nominations.len()];
        for one in &asked.current {
            standing[one.nomination as usize].push(*one);
        }
        let categories: BTreeSet<&str> = asked.nominations.iter().map(|one| one.category.as_str()).collect();
        let categories: BTreeMap<&str, u32> = categories.into_iter().zip(0..).collect();
        let mut void = Vec::new();
        let tables = of_panel.into_iter().enumerate().map(|(panel, judges)| {
            let filler = Filler { asked: &asked, bars: &bars, local: &local, standing: &standing, panel };
            filler.table(judges, &categories, &mut void)
        });
        let tables = tables.collect();
        void.sort_unstable();
        Self { asked, tables, void }
    }
}

/// Which judges are barred by name, address or organisation: few of each nomination.
struct Bars {
    by_name: Vec<Vec<JudgeAt>>,
    domains: HashMap<String, Vec<JudgeAt>>,
    organisations: HashMap<String, Vec<JudgeAt>>,
}

impl Bars {
    fn of(asked: &Asked) -> Self {
        let mut by_name = vec![Vec::new(); asked.nominations.len()];
        for (judge, nomination) in &asked.conflicts {
            by_name[*nomination as usize].push(*judge);
        }
        by_name.iter_mut().for_each(|judges: &mut Vec<JudgeAt>| judges.sort_unstable());
        let mut domains: HashMap<String, Vec<JudgeAt>> = HashMap::new();
        let mut organisations: HashMap<String, Vec<JudgeAt>> = HashMap::new();
        for (at, judge) in asked.judges.iter().enumerate() {
            if let Some(domain) = &judge.domain {
                domains.entry(domain.clone()).or_default().push(at as JudgeAt);
            }
            for name in &judge.organisations {
                organisations.entry(name.clone()).or_default().push(at as JudgeAt);
            }
        }
        Self { by_name, domains, organisations }
    }

    fn all(&self, at: usize, nomination: &Nomination) -> Vec<JudgeAt> {
        let domains = nomination.domains.iter().filter_map(|domain| self.domains.get(domain));
        let organisations = nomination.organisations.iter().filter_map(|name| self.organisations.get(name));
        let mut judges = self.by_name[at].clone();
        domains.chain(organisations).for_each(|more| judges.extend(more));
        judges.sort_unstable();
        judges.dedup();
        judges
    }
}

/// Fills one panel's table.
struct Filler<'a> {
    asked: &'a Asked,
    bars: &'a Bars,
    local: &'a [u32],
    standing: &'a [Vec<Standing>],
    panel: usize,
}

impl Filler<'_> {
    fn table(
        &self,
        judges: Vec<JudgeAt>,
        categories: &BTreeMap<&str, u32>,
        void: &mut Vec<(NominationAt, JudgeAt)>,
    ) -> Table {
        let mut table = Table {
            categories: categories.len(),
            loads: judges.iter().map(|judge| self.asked.judges[*judge as usize].elsewhere).collect(),
            spread: vec![0; judges.len() * categories.len()],
            room: Vec::new(),
            kinds: Vec::new(),
            places: Vec::with_capacity(self.asked.nominations.len()),
            judges,
        };
        let mut kinds: HashMap<(u32, &str, &BTreeSet<String>), u32> = HashMap::new();
        let mut alike: HashMap<(u32, Vec<Liking>), u32> = HashMap::new();
        for (at, nomination) in self.asked.nominations.iter().enumerate() {
            let category = categories[nomination.category.as_str()];
            let key = (category, nomination.language.as_str(), &nomination.translations);
            let kind = *kinds.entry(key).or_insert_with(|| {
                let likings: Vec<Liking> = table.judges.iter().map(|judge| self.liking(*judge, nomination)).collect();
                *alike.entry((category, likings.clone())).or_insert_with(|| {
                    table.kinds.push(Kind { category, likings });
                    table.kinds.len() as u32 - 1
                })
            });
            let place = self.place(at, kind, &mut table, void);
            table.places.push(place);
        }
        let capacity = |judge: &JudgeAt| self.asked.judges[*judge as usize].capacity;
        let rooms = table.judges.iter().zip(&table.loads);
        table.room =
            rooms.map(|(judge, load)| capacity(judge).map_or(u32::MAX, |all| all.saturating_sub(*load))).collect();
        table
    }

    fn liking(&self, judge: JudgeAt, nomination: &Nomination) -> Liking {
        let judge = &self.asked.judges[judge as usize];
        let foreign = !judge.expertise.is_empty() && !judge.expertise.contains(&nomination.category);
        if judge.languages.contains(&nomination.language) {
            u8::from(foreign)
        } else if judge.languages.is_disjoint(&nomination.translations) {
            Kind::NEVER
        } else {
            2 + u8::from(foreign)
        }
    }

    /// What stands on a nomination, and who is barred there.
    fn place(&self, at: usize, kind: u32, table: &mut Table, void: &mut Vec<(NominationAt, JudgeAt)>) -> Place {
        let row = &table.kinds[kind as usize];
        let category = row.category as usize;
        let here = |judge: &JudgeAt| self.asked.judges[*judge as usize].panel == self.panel;
        let permitted = |judge: &u32| row.likings[*judge as usize] != Kind::NEVER;
        let barred = self.bars.all(at, &self.asked.nominations[at]);
        let mut barred: Vec<u32> = barred.iter().filter(|one| here(one)).map(|one| self.local[*one as usize]).collect();
        let (mut begun, mut kept) = (Vec::new(), Vec::new());
        for one in self.standing[at].iter().filter(|one| here(&one.judge)) {
            let judge = self.local[one.judge as usize];
            if one.state == State::Begun {
                // A judge who stepped aside has no sheet any more; every other rule comes too late for it.
                if self.bars.by_name[at].binary_search(&one.judge).is_err() {
                    begun.push(judge);
                }
            } else if permitted(&judge) && barred.binary_search(&judge).is_err() {
                kept.push(judge);
            } else {
                void.push((at as NominationAt, one.judge));
            }
        }
        begun.sort_unstable();
        kept.sort_unstable();
        for judge in &begun {
            table.loads[*judge as usize] += 1;
            table.spread[*judge as usize * table.categories + category] += 1;
        }
        barred.extend(&begun);
        barred.retain(permitted);
        barred.sort_unstable();
        barred.dedup();
        let demand = self.asked.per_panel.saturating_sub(begun.len() as u32);
        Place { kind, demand, barred, kept, begun }
    }
}
