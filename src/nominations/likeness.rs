//! Likeness: whether two nominations may be of one nominee (`content/nomination.md` § 14). It suggests; a person decides.
//!
//! Names are compared token by token, so that order, titles, initials, patronymics and alphabets do not part them. A name
//! that was translated instead of spelled in other letters is found by address, website or the name in the other script.

use std::collections::BTreeSet;

use serde::Serialize;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use super::form::{Contacts, Facts};
use super::model::Nomination;
use super::places::city_key;
use crate::fields::name_key::{NameOf, tokens};
use crate::fields::{NomineeKind, WebAddress};

/// From here on two tokens are spellings of one.
const ALIKE: f64 = 0.93;
/// From here on two names without their spaces are one, where either is a single token.
const JOINED_ALIKE: f64 = 0.97;
/// Tokens of so many letters are equal or nothing: Ann and Anna are two.
const SHORT: usize = 3;
/// Spellings of one city that no rule of letters joins; the first stands for all.
const CITY_ALIASES: [&[&str]; 1] = [&["volgograd", "wolgograd", "stalingrad", "g volgograd"]];

crate::word_enum! {
    /// How sure it is that two nominations are of one nominee.
    pub enum Level {
        /// Their address or website is the same.
        Same = "same",
        /// Names match and so does the home city.
        Likely = "likely",
        /// Names match.
        Possible = "possible",
    }
}

/// What two nominations have in common.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Likeness {
    /// How sure it is.
    pub level: Level,
    /// Whether their email addresses are the same mailbox.
    pub same_email: bool,
    /// Whether their websites are the same page.
    pub same_website: bool,
    /// Whether their home cities are the same.
    pub same_city: bool,
    /// The words of the names that were found alike; none where the names do not match.
    pub words: Vec<Pair>,
}

/// Two words of two names, each in Latin letters.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Pair {
    /// Of the nomination that was asked about.
    pub one: String,
    /// Of the other.
    pub other: String,
    /// How alike: 1 equal, 0.93 an initial; else Jaro and Winkler's measure.
    pub likeness: f64,
}

/// What is compared of a nominee.
#[derive(Clone, Debug)]
pub(super) struct Features {
    kind: NomineeKind,
    /// The tokens of the name, and of the name in the other script.
    names: Vec<Vec<String>>,
    city: String,
    email: Option<String>,
    website: Option<String>,
}

impl Features {
    /// Those of a nomination.
    pub fn of(nomination: &Nomination) -> Self {
        Self::of_parts(nomination.kind, &nomination.facts, &nomination.contacts)
    }

    /// The same of the parts of a form that has not become a nomination yet.
    pub fn of_parts(kind: NomineeKind, facts: &Facts, contacts: &Contacts) -> Self {
        let of = match kind {
            NomineeKind::Individual => NameOf::Person,
            NomineeKind::Organisation => NameOf::Organisation,
        };
        let other = facts.name_other_script.as_ref().map(|name| name.as_str());
        let names = std::iter::once(facts.name.as_str()).chain(other).map(|name| tokens(name, of)).collect();
        let website = contacts.organisation.as_ref().and_then(|group| group.website.as_ref());
        Self {
            kind,
            names,
            city: city(facts.home_city.as_str()),
            email: contacts.email.as_ref().map(|email| email.normal()),
            website: website.and_then(page),
        }
    }

    /// Keys of which two nominations that are alike share one: the first two letters of each token, the address, the
    /// website. The last two as digests, so that no address stands in yet another place.
    pub fn blocks(&self) -> BTreeSet<String> {
        let letters = self.names.iter().flatten().map(|token| token.chars().take(2).collect());
        let email = self.email.iter().map(|email| digest("email", email));
        letters.chain(email).chain(self.website.iter().map(|page| digest("website", page))).collect()
    }

    /// What these two have in common; `None` where they are not alike.
    pub fn likeness(&self, other: &Self) -> Option<Likeness> {
        if self.kind != other.kind {
            return None;
        }
        let same_email = self.email.is_some() && self.email == other.email;
        let same_website = self.website.is_some() && self.website == other.website;
        let same_city = self.city == other.city;
        let words = self.names_match(other);
        let level = match &words {
            _ if same_email || same_website => Level::Same,
            Some(_) if same_city => Level::Likely,
            Some(_) => Level::Possible,
            None => return None,
        };
        Some(Likeness { level, same_email, same_website, same_city, words: words.unwrap_or_default() })
    }

    /// The best match of either's names: the one whose pairs are most alike in all.
    fn names_match(&self, other: &Self) -> Option<Vec<Pair>> {
        let each = self.names.iter().flat_map(|one| other.names.iter().map(move |two| (one, two)));
        let sum = |pairs: &[Pair]| pairs.iter().map(|pair| pair.likeness).sum::<f64>();
        each.filter_map(|(one, two)| match_names(one, two)).max_by(|one, two| sum(one).total_cmp(&sum(two)))
    }
}

/// Whether two names are spellings of one, by their tokens; the pairs that say so.
pub(super) fn match_names(one: &[String], other: &[String]) -> Option<Vec<Pair>> {
    if one.is_empty() || other.is_empty() {
        return None;
    }
    if one.len() == 1 || other.len() == 1 {
        let (one, other) = (one.concat(), other.concat());
        let likeness = if one == other { 1.0 } else { strsim::jaro_winkler(&one, &other) };
        return (likeness >= JOINED_ALIKE).then(|| vec![Pair { one, other, likeness }]);
    }
    let pairs = pair_tokens(one, other);
    let (shorter, longer) = (one.len().min(other.len()), one.len().max(other.len()));
    let all_paired = pairs.len() == shorter && longer - shorter <= 1;
    (all_paired && pairs.iter().any(|pair| pair.likeness > ALIKE)).then_some(pairs)
}

/// Pairs tokens greedily, the most alike first, each once.
fn pair_tokens(one: &[String], other: &[String]) -> Vec<Pair> {
    let mut candidates: Vec<(f64, usize, usize)> = Vec::new();
    for (at, a) in one.iter().enumerate() {
        for (to, b) in other.iter().enumerate() {
            candidates.extend(token_likeness(a, b).map(|likeness| (likeness, at, to)));
        }
    }
    candidates.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let (mut used, mut taken) = (vec![false; one.len()], vec![false; other.len()]);
    let mut pairs = Vec::new();
    for (likeness, at, to) in candidates {
        if !used[at] && !taken[to] {
            (used[at], taken[to]) = (true, true);
            pairs.push(Pair { one: one[at].clone(), other: other[to].clone(), likeness });
        }
    }
    pairs
}

/// How alike two tokens are, where they may be one at all.
fn token_likeness(a: &str, b: &str) -> Option<f64> {
    if a == b {
        return Some(1.0);
    }
    let has_digit = |token: &str| token.bytes().any(|sign| sign.is_ascii_digit());
    if has_digit(a) || has_digit(b) {
        return None; // school 98 is not school 99
    }
    if a.len() == 1 || b.len() == 1 {
        return (a.as_bytes().first() == b.as_bytes().first()).then_some(ALIKE);
    }
    if a.len() <= SHORT || b.len() <= SHORT {
        return None;
    }
    Some(strsim::jaro_winkler(a, b)).filter(|likeness| *likeness >= ALIKE)
}

/// A home city in one spelling.
fn city(name: &str) -> String {
    let key = city_key(name);
    let aliased = CITY_ALIASES.iter().find(|names| names.contains(&key.as_str()));
    aliased.map_or(key, |names| names[0].to_owned())
}

/// A website's host and path, which tell whether two are one: `www.` and a last slash do not part them.
fn page(website: &WebAddress) -> Option<String> {
    let url = url::Url::parse(website.as_str()).ok()?;
    let host = url.host_str()?;
    Some(format!("{}{}", host.strip_prefix("www.").unwrap_or(host), url.path().trim_end_matches('/')))
}

fn digest(what: &str, value: &str) -> String {
    let digest = Sha256::digest(format!("{what}\0{value}"));
    digest.iter().take(12).map(|byte| format!("{byte:02x}")).collect()
}
