//! A nomination as the organisers' export shows it: all that was sent, and how it stands. Read page by page, in the order of
//! the export, so that a file of any length needs the memory of one page.

use std::borrow::Cow;
use std::collections::HashMap;

use super::form::Link;
use super::model::{Nomination, SupporterRow};
use super::reference::Reference;
use super::store::{self, exported};
use crate::clock::Time;
use crate::editions::Edition;
use crate::http::cell::Cell;
use crate::ids::NominationId;
use crate::store::{Conn, Stored};

/// Nominations that are read at once.
pub const PAGE: usize = 500;

/// When the nominee's notice was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NoticeGiven {
    /// Our letter has left.
    At(Time),
    /// An organiser says on which day.
    On(String),
}

/// A nomination with what stands beside it.
#[derive(Clone, Debug)]
pub struct Exported {
    pub(super) nomination: Nomination,
    /// In the form's order; none before the confirmation, which makes them.
    pub(super) supporters: Vec<SupporterRow>,
    pub(super) merged_into: Option<Reference>,
    pub(super) notice_given: Option<NoticeGiven>,
}

/// The nominations of an edition in the order of exports: by category, name key, reference. Drafts are not sent yet.
///
/// # Errors
/// The store's.
pub fn in_order(tx: &mut Conn, edition: &Edition) -> Stored<Vec<NominationId>> {
    let mut keys = exported::keys(tx, edition.id)?;
    let places: HashMap<&str, usize> =
        edition.categories.iter().enumerate().map(|(at, category)| (category.code.as_str(), at)).collect();
    let place = |category: &str| places.get(category).copied().unwrap_or(usize::MAX);
    keys.sort_by(|one, other| {
        let order = place(&one.category).cmp(&place(&other.category));
        let order = order.then_with(|| one.name_key.cmp(&other.name_key));
        order.then_with(|| one.reference.as_str().cmp(other.reference.as_str()))
    });
    Ok(keys.into_iter().map(|key| key.id).collect())
}

/// These nominations, in this order; one that has gone meanwhile is left out.
///
/// # Errors
/// The store's.
pub fn page(tx: &mut Conn, ids: &[NominationId]) -> Stored<Vec<Exported>> {
    let mut found: HashMap<NominationId, Nomination> =
        store::by_ids(tx, ids)?.into_iter().map(|nomination| (nomination.id, nomination)).collect();
    let mut supporters: HashMap<NominationId, Vec<SupporterRow>> = HashMap::new();
    for supporter in exported::supporters_of_all(tx, ids)? {
        supporters.entry(supporter.nomination).or_default().push(supporter);
    }
    let merged: Vec<NominationId> = found.values().filter_map(|nomination| nomination.merged_into).collect();
    let references = exported::references(tx, &merged)?;
    let mut given = exported::notices(tx, ids)?;
    let whole = |id: &NominationId| {
        let nomination = found.remove(id)?;
        Some(Exported {
            supporters: supporters.remove(id).unwrap_or_default(),
            merged_into: nomination.merged_into.and_then(|into| references.get(&into).cloned()),
            notice_given: given.remove(id),
            nomination,
        })
    };
    Ok(ids.iter().filter_map(whole).collect())
}

/// A supporter, asked already or only typed.
#[derive(Default)]
struct Supporter<'a> {
    name: Option<&'a str>,
    email: Option<&'a str>,
    phone: Option<&'a str>,
    postal_address: Option<&'a str>,
    relation: Option<&'a str>,
    letter_at: Option<Time>,
}

impl Exported {
    /// Which nomination.
    pub fn id(&self) -> NominationId {
        self.nomination.id
    }

    /// Why it is ineligible, withdrawn or open again: the reason and what organisers noted beside it.
    pub fn screening_note(&self) -> impl Iterator<Item = &str> {
        [&self.nomination.reason, &self.nomination.note].into_iter().flatten().map(String::as_str)
    }

    fn supporter(&self, at: usize) -> Supporter<'_> {
        if let Some(row) = self.supporters.get(at) {
            return Supporter {
                name: Some(&row.name),
                email: row.email.as_ref().map(|email| email.as_str()),
                phone: row.phone.as_deref(),
                postal_address: row.postal_address.as_deref(),
                relation: Some(&row.relation),
                letter_at: row.letter.as_ref().map(|letter| letter.written_at),
            };
        }
        let typed = self.nomination.supporters.get(at);
        typed.map_or_else(Supporter::default, |typed| Supporter {
            name: Some(typed.name.as_str()),
            email: typed.email.as_ref().map(|email| email.as_str()),
            phone: typed.phone.as_ref().map(|phone| phone.as_str()),
            postal_address: typed.postal_address.as_ref().map(|address| address.as_str()),
            relation: Some(typed.relation.as_str()),
            letter_at: None,
        })
    }

    /// Its cells in the order of [`COLUMNS`](super::columns::COLUMNS); the last is the caller's.
    pub fn cells<'a>(&'a self, decision_note: Cow<'a, str>) -> Vec<Cell<'a>> {
        let mut cells = self.standing();
        cells.extend(self.nominee());
        cells.extend(self.contacts());
        cells.extend(self.story());
        for at in 0..2 {
            let supporter = self.supporter(at);
            cells.extend([
                Cell::perhaps(supporter.name),
                Cell::perhaps(supporter.email),
                Cell::perhaps(supporter.phone),
                Cell::perhaps(supporter.postal_address),
                Cell::perhaps(supporter.relation),
                Cell::moment(supporter.letter_at),
            ]);
        }
        cells.extend(self.nominator());
        cells.push(Cell::perhaps(self.merged_into.as_ref().map(Reference::as_str)));
        cells.push(match &self.notice_given {
            None => Cell::Empty,
            Some(NoticeGiven::At(time)) => Cell::Moment(*time),
            Some(NoticeGiven::On(day)) => Cell::Day(day.as_str().into()),
        });
        cells.push(if decision_note.is_empty() { Cell::Empty } else { Cell::Text(decision_note) });
        cells
    }

    fn standing(&self) -> Vec<Cell<'_>> {
        let nomination = &self.nomination;
        vec![
            nomination.reference.as_str().into(),
            nomination.status.as_str().into(),
            nomination.source.as_str().into(),
            Cell::Moment(nomination.received_at),
            Cell::moment(nomination.confirmed_at),
            nomination.language.as_str().into(),
            nomination.category.as_str().into(),
        ]
    }

    fn nominee(&self) -> [Cell<'_>; 8] {
        let facts = &self.nomination.facts;
        [
            self.nomination.kind.as_str().into(),
            facts.name.as_str().into(),
            Cell::perhaps(facts.name_other_script.as_ref().map(|name| name.as_str())),
            Cell::perhaps(facts.honours.as_ref().map(|honours| honours.as_str())),
            facts.home_city.as_str().into(),
            facts.country.as_str().into(),
            facts.linked_cities.join("; ").into(),
            Cell::perhaps(facts.other_city.as_ref().map(|city| city.as_str())),
        ]
    }

    fn contacts(&self) -> [Cell<'_>; 10] {
        let contacts = &self.nomination.contacts;
        let organisation = contacts.organisation.as_ref();
        let guardian = contacts.guardian.as_ref();
        let website = organisation.and_then(|organisation| organisation.website.as_ref());
        [
            Cell::perhaps(contacts.age_band.map(|band| band.as_str())),
            Cell::perhaps(organisation.map(|organisation| organisation.kind.as_str())),
            Cell::perhaps(organisation.map(|organisation| organisation.contact_name.as_str())),
            Cell::perhaps(organisation.map(|organisation| organisation.contact_role.as_str())),
            Cell::perhaps(website.map(|website| website.as_str())),
            Cell::perhaps(contacts.email.as_ref().map(|email| email.as_str())),
            Cell::perhaps(contacts.phone.as_ref().map(|phone| phone.as_str())),
            Cell::perhaps(contacts.postal_address.as_ref().map(|address| address.as_str())),
            Cell::perhaps(guardian.map(|guardian| guardian.name.as_str())),
            Cell::perhaps(guardian.map(|guardian| guardian.email.as_str())),
        ]
    }

    fn story(&self) -> [Cell<'_>; 8] {
        let story = &self.nomination.story;
        let link = |link: &Link| format!("{} {}", link.title.as_str(), link.url.as_str());
        let links: Vec<String> = self.nomination.links.iter().map(link).collect();
        [
            self.nomination.headline.as_str().into(),
            story.impact.as_str().into(),
            story.friendship.as_str().into(),
            story.commitment.as_str().into(),
            Cell::perhaps(story.others.as_ref().map(|others| others.as_str())),
            Cell::Number(story.since_year),
            Cell::Flag(story.ongoing),
            if links.is_empty() { Cell::Empty } else { links.join("\n").into() },
        ]
    }

    fn nominator(&self) -> [Cell<'_>; 6] {
        let nominator = &self.nomination.nominator;
        [
            nominator.name.as_str().into(),
            Cell::perhaps(nominator.email.as_ref().map(|email| email.as_str())),
            Cell::perhaps(nominator.phone.as_ref().map(|phone| phone.as_str())),
            Cell::perhaps(nominator.postal_address.as_ref().map(|address| address.as_str())),
            nominator.relation.as_str().into(),
            nominator.country.as_str().into(),
        ]
    }
}
