//! Decisions: organisers say who wins and who is commended, with a citation each, and why where they depart from what
//! the ranking proposes.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::error::ResultsError;
use super::gather::{Gathered, gather};
use super::model::{CitationText, Decision, Reason, Stands};
use super::tally::awards::Proposed;
use super::tally::{CategoryTally, Tally};
use super::{ruling_time, sign, store};
use crate::accounts::Action;
use crate::app::App;
use crate::audit::{self, Act, Deed};
use crate::clock::Time;
use crate::editions::Edition;
use crate::fields::Flaw;
use crate::http::answer::Versioned;
use crate::http::door::{Door, FromBody};
use crate::http::etag::IfMatch;
use crate::http::faults::Fault;
use crate::http::problem::Problem;
use crate::ids::NominationId;
use crate::text::Bilingual;

/// A decision as it was sent: what no body can be without. Whether it fits the category is asked of the ranking.
#[derive(Clone, Debug)]
pub struct DecisionForm {
    /// As they were sent; `None` is no id.
    winners: Vec<Option<NominationId>>,
    commended: Vec<Option<NominationId>>,
    citations: Vec<(String, Bilingual)>,
    reason: Option<Reason>,
}

impl FromBody for DecisionForm {
    fn read(door: &mut Door<'_>) -> Option<Self> {
        let id = |text: &str| Ok::<_, Flaw>(NominationId::parse(text));
        let winners = door.texts("winners", id);
        let commended = door.texts("commended", id);
        let citations = door.map("citations", |door| {
            let [en, ru] = ["en", "ru"].map(|language| door.required(language, CitationText::parse));
            Some(Bilingual::new(en?.as_str(), ru?.as_str()))
        });
        let reason = door.optional("reason", Reason::parse);
        Some(Self { winners: winners?, commended: commended?, citations: citations?, reason: reason? })
    }
}

/// A category's decision, as organisers see it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct DecisionView {
    /// The category's code.
    pub category: String,
    /// Who wins.
    pub winners: BTreeSet<NominationId>,
    /// Who is commended.
    pub commended: BTreeSet<NominationId>,
    /// Citations by nomination.
    #[schema(value_type = BTreeMap<String, Bilingual>)]
    pub citations: BTreeMap<NominationId, Bilingual>,
    /// Why it departs from the ranking.
    pub reason: Option<String>,
    /// When it was decided; `null` before.
    pub decided_at: Option<Time>,
    /// What the ranking proposes.
    pub proposed: ProposedView,
}

/// What the ranking proposes for a category.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProposedView {
    /// Winners.
    pub winners: Vec<NominationId>,
    /// Those whom the winners' line cuts: organisers choose, with a reason.
    pub tied_winners: Vec<NominationId>,
    /// Commended.
    pub commended: Vec<NominationId>,
    /// Those whom the line of the commended cuts.
    pub tied_commended: Vec<NominationId>,
}

/// A category with its ranking, for what is decided in it.
pub(super) struct Judged<'t> {
    tally: &'t Tally<'t>,
    number: usize,
    result: &'t CategoryTally,
}

impl<'t> Judged<'t> {
    /// The category of this code, if the bundle has it.
    pub(super) fn of(tally: &'t Tally<'t>, code: &str) -> Option<Self> {
        let number = tally.bundle.edition.categories.iter().position(|category| category.key == code)?;
        Some(Self { tally, number, result: &tally.categories[number] })
    }

    /// How many are ranked.
    pub(super) fn ranked(&self) -> usize {
        self.result.proposed.len()
    }

    /// The eligible nominations that lack a quorum, as ids.
    pub(super) fn unranked(&self) -> impl Iterator<Item = &'t str> {
        self.result.unranked.iter().map(|place| self.tally.bundle.nominations[*place as usize].id.as_str())
    }

    /// Whether a nomination competes in the category.
    pub(super) fn has(&self, id: NominationId) -> bool {
        use super::bundle::Standing;
        let nominations = &self.tally.bundle.nominations;
        let found = nominations.binary_search_by(|one| one.id.as_str().cmp(id.as_str()));
        found.is_ok_and(|at| nominations[at].category == self.number && nominations[at].standing == Standing::Eligible)
    }

    fn proposed(&self, wanted: Proposed) -> Vec<NominationId> {
        let candidates = self.result.ranking.candidates.iter().zip(&self.result.proposed);
        let ids = candidates.filter(|(_, proposed)| **proposed == wanted).filter_map(|(candidate, _)| {
            NominationId::parse(&self.tally.bundle.nominations[candidate.nomination as usize].id)
        });
        ids.collect()
    }

    /// What the ranking proposes.
    pub(super) fn proposal(&self) -> ProposedView {
        ProposedView {
            winners: self.proposed(Proposed::Winner),
            tied_winners: self.proposed(Proposed::TieWinner),
            commended: self.proposed(Proposed::Commended),
            tied_commended: self.proposed(Proposed::TieCommended),
        }
    }

    /// Whether a decision owes a reason: it is not what the ranking proposes, or the ranking leaves a tie to it.
    pub(super) fn owes_a_reason(&self, decision: &Decision) -> bool {
        let proposal = self.proposal();
        let is = |decided: &BTreeSet<NominationId>, proposed: &[NominationId]| decided.iter().eq(&sorted(proposed));
        let tied = !proposal.tied_winners.is_empty() || !proposal.tied_commended.is_empty();
        tied || !is(&decision.winners, &proposal.winners) || !is(&decision.commended, &proposal.commended)
    }
}

fn sorted(ids: &[NominationId]) -> Vec<NominationId> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids
}

impl DecisionForm {
    /// The decision, if it fits the category.
    fn decide(&self, judged: &Judged<'_>, places: crate::editions::Places) -> Result<Decision, Vec<Fault>> {
        let mut faults = Vec::new();
        let mut seen = BTreeSet::new();
        let winners = named(&self.winners, "/winners", judged, &mut seen, &mut faults);
        let commended = named(&self.commended, "/commended", judged, &mut seen, &mut faults);
        for (pointer, named, places) in
            [("/winners", &self.winners, places.winners), ("/commended", &self.commended, places.commended)]
        {
            if named.len() > places as usize {
                faults.push(Fault::new(pointer, "too_many_places").with("max", places));
            }
        }
        let mut citations = BTreeMap::new();
        for (id, citation) in &self.citations {
            match NominationId::parse(id).filter(|id| judged.has(*id)) {
                Some(id) => {
                    citations.insert(id, citation.clone());
                }
                None => {
                    let pointer = format!("/citations/{}", id.replace('~', "~0").replace('/', "~1"));
                    faults.push(Fault::new(pointer, "unknown_nomination"));
                }
            }
        }
        for id in winners.iter().chain(&commended).filter(|id| !citations.contains_key(id)) {
            faults.push(Fault::new(format!("/citations/{id}"), "citation_missing"));
        }
        let reason = self.reason.as_ref().map(|reason| reason.as_str().to_owned());
        let decision = Decision { winners, commended, citations, reason };
        if faults.is_empty() && decision.reason.is_none() && judged.owes_a_reason(&decision) {
            faults.push(Fault::new("/reason", "reason_required"));
        }
        if faults.is_empty() { Ok(decision) } else { Err(faults) }
    }
}

fn named(
    ids: &[Option<NominationId>],
    list: &str,
    judged: &Judged<'_>,
    seen: &mut BTreeSet<NominationId>,
    faults: &mut Vec<Fault>,
) -> BTreeSet<NominationId> {
    let mut named = BTreeSet::new();
    for (at, id) in ids.iter().enumerate() {
        match id.filter(|id| judged.has(*id)) {
            None => faults.push(Fault::new(format!("{list}/{at}"), "unknown_nomination")),
            Some(id) if !seen.insert(id) => faults.push(Fault::new(format!("{list}/{at}"), "repeated")),
            Some(id) => {
                named.insert(id);
            }
        }
    }
    named
}

impl DecisionView {
    fn of(category: &str, stands: Stands<Decision>, judged: &Judged<'_>) -> Versioned<Self> {
        let Decision { winners, commended, citations, reason } = stands.value;
        let view = Self {
            category: category.to_owned(),
            winners,
            commended,
            citations,
            reason,
            decided_at: stands.at,
            proposed: judged.proposal(),
        };
        Versioned { version: stands.version, body: view }
    }
}

/// A category's decision, and what the ranking proposes. Looking is an act of its own (S-RES-4).
///
/// # Errors
/// [`ResultsError`]: the wrong phase, no such category.
pub async fn read(
    app: &App,
    deed: Deed,
    edition: Edition,
    category: String,
) -> Result<Versioned<DecisionView>, ResultsError> {
    Action::SeeResults.require_office(&edition, deed.at)?;
    let parts = app.clone();
    app.store
        .write(move |tx| {
            let gathered = gather(tx, &parts, &edition)?;
            let tally = gathered.tally();
            let judged = Judged::of(&tally, &category).ok_or(ResultsError::NotFound)?;
            let stands = store::decisions(tx, edition.id)?.remove(&category).unwrap_or_default();
            audit::record(tx, &parts, &deed, Act::ResultsRead, Some(edition.id), &category, json!({}))?;
            Ok(DecisionView::of(&category, stands, &judged))
        })
        .await
}

/// Decides a category. Signatures under what stood before lose their weight.
///
/// # Errors
/// [`ResultsError`]: the wrong phase, frozen, no such category, faults, a version that does not stand.
pub async fn decide(
    app: &App,
    deed: Deed,
    edition: Edition,
    category: String,
    form: DecisionForm,
    seen: IfMatch,
) -> Result<Versioned<DecisionView>, ResultsError> {
    let parts = app.clone();
    app.store
        .write(move |tx| {
            let edition = super::again(tx, &edition)?;
            Action::Decide.require_office(&edition, deed.at)?;
            ruling_time(&edition, deed.at)?;
            let gathered: Gathered = gather(tx, &parts, &edition)?;
            let tally = gathered.tally();
            let judged = Judged::of(&tally, &category).ok_or(ResultsError::NotFound)?;
            let places = edition.category(&category).ok_or(ResultsError::NotFound)?.places;
            let before = store::decisions(tx, edition.id)?.remove(&category);
            seen.require_if_there(before.as_ref().map(|before| before.version))?;
            let decision = form.decide(&judged, places).map_err(Problem::invalid)?;
            let version = before.map_or(1, |before| before.version + 1);
            let stands = Stands { value: decision, version, at: Some(deed.at) };
            store::put_decision(tx, edition.id, &category, &stands, deed.at, &deed.actor.to_string())?;
            sign::void_stale(tx, &edition, &tally, deed.at)?;
            let detail = json!({"version": version}); // who wins could be guessed from a digest (S-AUD-2)
            audit::record(tx, &parts, &deed, Act::DecisionMade, Some(edition.id), &category, detail)?;
            Ok(DecisionView::of(&category, stands, &judged))
        })
        .await
}
