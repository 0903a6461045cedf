//! Whom a seal owes a letter: winners in confidence, then nominators, told nominees, winners' supporters, judges.
//!
//! Found anew whenever the guards compare it with the letters that there are (G6).

use std::collections::{BTreeMap, BTreeSet};

use super::daytime::Zones;
use super::messages::{Found, Tongue, Winner};
use super::model::{Leaves, Owed, Reader};
use super::sealed::Outcome;
use crate::accounts::{self, Role};
use crate::editions::Edition;
use crate::fields::{Country, Email};
use crate::ids::{AccountId, NominationId};
use crate::judging;
use crate::nominations::{self, LetterState, SupporterRow, ToTell};
use crate::outbox::Kind;
use crate::results::Award;
use crate::store::{Conn, Stored};
use crate::text::Language;

/// All who may be owed a letter, as the store knows them.
pub(super) struct People {
    told: BTreeMap<NominationId, ToTell>,
    supporters: Vec<SupporterRow>,
    workers: Vec<Worker>,
    sheets: usize,
}

/// Judge, chair or translator.
struct Worker {
    account: AccountId,
    email: Email,
    language: Language,
    zones: Zones,
}

/// Somebody who is owed a letter.
pub(super) struct Recipient<'a> {
    /// To whom, about what.
    pub owed: Owed,
    /// Their address.
    pub to: &'a Email,
    /// In which language.
    pub tongue: Tongue,
    /// Where it must be day.
    pub zones: Zones,
    /// What the letter tells.
    pub tale: Tale<'a>,
}

/// What a letter tells.
pub(super) enum Tale<'a> {
    /// M15.
    Notice(Winner<'a>),
    /// M18 to a nominator.
    Ended(&'a ToTell, Found),
    /// M18 to a nominee.
    EndedForNominee(&'a ToTell, Found),
    /// M19 to a nominator.
    Won(&'a ToTell),
    /// M19 to a supporter.
    WonForSupporter(&'a ToTell),
    /// M20, with the number of sheets in all.
    Thanks(usize),
}

impl People {
    /// Gathers them in the caller's transaction.
    pub fn gather(tx: &mut Conn, edition: &Edition, outcome: &Outcome) -> Stored<Self> {
        let told: BTreeMap<NominationId, ToTell> =
            nominations::to_tell(tx, edition.id, None)?.into_iter().map(|one| (one.id, one)).collect();
        let mut supporters = Vec::new();
        for nomination in told.values() {
            if root(&told, nomination).is_some_and(|root| outcome.is_winner(root.id)) {
                supporters.extend(nominations::store::supporters_of(tx, nomination.id)?);
            }
        }
        let workers = workers(tx, edition)?;
        let sheets = judging::counting(tx, edition.id)?.iter().filter(|sheet| sheet.submitted_at.is_some()).count();
        Ok(Self { told, supporters, workers, sheets })
    }

    /// A nomination among them.
    pub fn nomination(&self, id: NominationId) -> Option<&ToTell> {
        self.told.get(&id)
    }

    /// Everyone who is owed a letter. A winner to whom an earlier seal's letter has gone is owed no second one.
    pub fn recipients<'a>(
        &'a self,
        edition: &Edition,
        outcome: &'a Outcome,
        written_to: &BTreeSet<NominationId>,
    ) -> Vec<Recipient<'a>> {
        let mut found = Vec::new();
        for nomination in self.told.values() {
            let Some(root) = root(&self.told, nomination) else { continue };
            let award = outcome.award_of(root.id);
            if !root.status.is_in_judging() && award.is_none() {
                continue;
            }
            self.nominator(edition, nomination, root, award, &mut found);
            if nomination.id == root.id {
                self.nominee(edition, root, outcome, written_to, &mut found);
            }
        }
        for supporter in &self.supporters {
            self.supporter(edition, supporter, &mut found);
        }
        found.extend(self.workers.iter().map(|worker| Recipient {
            owed: Owed {
                kind: Kind::JudgesThanks,
                nomination: None,
                reader: Reader::Judge,
                about: worker.account.to_string(),
                leaves: Leaves::Always,
            },
            to: &worker.email,
            tongue: Tongue::Known(worker.language),
            zones: worker.zones.clone(),
            tale: Tale::Thanks(self.sheets),
        }));
        found
    }

    fn nominator<'a>(
        &'a self,
        edition: &Edition,
        nomination: &'a ToTell,
        root: &ToTell,
        award: Option<Award>,
        found: &mut Vec<Recipient<'a>>,
    ) {
        let Some(to) = &nomination.nominator.email else { return };
        let mut push = |kind, leaves, tale| {
            found.push(Recipient {
                owed: Owed {
                    kind,
                    nomination: Some(root.id),
                    reader: Reader::Nominator,
                    about: nomination.id.to_string(),
                    leaves,
                },
                to,
                tongue: Tongue::Known(nomination.language),
                zones: Zones::of_country(edition, Some(nomination.nominator.country)),
                tale,
            });
        };
        match award {
            Some(Award::Winner) => {
                push(Kind::WinnerNominator, Leaves::IfAccepted, Tale::Won(nomination));
                push(Kind::Outcome, Leaves::IfNot, Tale::Ended(nomination, Found::NotChosen));
            }
            Some(Award::Commended) => {
                push(Kind::Outcome, Leaves::UnlessDeclined, Tale::Ended(nomination, Found::Commended));
                push(Kind::Outcome, Leaves::IfDeclined, Tale::Ended(nomination, Found::NotChosen));
            }
            None => push(Kind::Outcome, Leaves::Always, Tale::Ended(nomination, Found::NotChosen)),
        }
    }

    fn nominee<'a>(
        &'a self,
        edition: &Edition,
        nominee: &'a ToTell,
        outcome: &'a Outcome,
        written_to: &BTreeSet<NominationId>,
        found: &mut Vec<Recipient<'a>>,
    ) {
        let Some(to) = nominee.address() else { return };
        let awarded = outcome.awards.get(&nominee.id);
        let (kind, reader, tale) = match awarded {
            Some(awarded) if awarded.award == Award::Winner => {
                if written_to.contains(&nominee.id) {
                    return;
                }
                let winner = Winner {
                    id: nominee.id,
                    reference: nominee.reference.as_str(),
                    nominee: &nominee.name,
                    is_minor: nominee.is_minor(),
                    category: &awarded.category,
                    citation: &awarded.citation,
                };
                (Kind::WinnerNotice, Reader::Winner, Tale::Notice(winner))
            }
            _ if !nominee.told => return,
            Some(_) => (Kind::Outcome, Reader::Nominee, Tale::EndedForNominee(nominee, Found::Commended)),
            None => (Kind::Outcome, Reader::Nominee, Tale::EndedForNominee(nominee, Found::NotChosen)),
        };
        found.push(Recipient {
            owed: Owed {
                kind,
                nomination: Some(nominee.id),
                reader,
                about: nominee.id.to_string(),
                leaves: Leaves::Always,
            },
            to,
            tongue: Tongue::of_nominee(nominee),
            zones: zones_of_nominee(edition, nominee),
            tale,
        });
    }

    fn supporter<'a>(&'a self, edition: &Edition, supporter: &'a SupporterRow, found: &mut Vec<Recipient<'a>>) {
        let (Some(to), Some(nomination)) = (&supporter.email, self.told.get(&supporter.nomination)) else { return };
        let Some(root) = root(&self.told, nomination) else { return };
        if supporter.state == LetterState::Declined {
            return;
        }
        let known = supporter.letter.as_ref().map(|letter| Tongue::Known(letter.language));
        found.push(Recipient {
            owed: Owed {
                kind: Kind::WinnerNominator,
                nomination: Some(root.id),
                reader: Reader::Supporter,
                about: supporter.id.to_string(),
                leaves: Leaves::IfAccepted,
            },
            to,
            tongue: known.unwrap_or_else(|| Tongue::of_nominee(nomination)),
            zones: Zones::of_country(edition, None::<Country>),
            tale: Tale::WonForSupporter(nomination),
        });
    }
}

/// Where a nominee lives: by home city, else by country.
pub(super) fn zones_of_nominee(edition: &Edition, nominee: &ToTell) -> Zones {
    let facts = &nominee.facts;
    Zones::of_place(edition, facts.home_city.as_str(), facts.country)
}

/// The nomination that this one is read with in the end; itself where it is merged into none.
fn root<'a>(all: &'a BTreeMap<NominationId, ToTell>, nomination: &'a ToTell) -> Option<&'a ToTell> {
    let mut at = nomination;
    for _ in 0..all.len() {
        match at.merged_into {
            Some(next) => at = all.get(&next)?,
            None => return Some(at),
        }
    }
    None // a ring, which the door lets nobody make
}

fn workers(tx: &mut Conn, edition: &Edition) -> Stored<Vec<Worker>> {
    let mut found: BTreeMap<AccountId, Worker> = BTreeMap::new();
    for person in accounts::store::people(tx, edition.id)? {
        let worked = person.role.judges() || person.role == Role::Translator;
        if !worked || !person.is_in() {
            continue;
        }
        let panel = person.panel.as_ref().and_then(|key| edition.panel(key));
        let zones = panel.map_or_else(|| Zones::of_country(edition, None), |panel| Zones::of_zone(panel.zone()));
        let worker = Worker { account: person.account, email: person.email, language: person.language, zones };
        found.entry(worker.account).or_insert(worker);
    }
    Ok(found.into_values().collect())
}
