//! Conflicts: which judge may never be given which nomination (`docs/judging.md`, Never; S-JUD-5).
//!
//! Every road to an assignment asks [`bar`]: the plan, its application, the judge who takes over from one that stepped
//! aside.

use std::collections::{BTreeSet, HashSet};

use crate::ids::{AccountId, NominationId};

crate::word_enum! {
    /// Why a judge may not be given a nomination. The first that holds is told.
    pub enum Bar {
        /// They have stepped aside from it.
        Recused = "recused",
        /// Their mail comes from where the nominee's, the nominator's or a supporter's does.
        Domain = "domain",
        /// They belong to an organisation that the nomination is about.
        Organisation = "organisation",
        /// They read neither its language nor that of a translation.
        Language = "language",
    }
}

/// What the rules ask of a judge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reader {
    /// Who.
    pub account: AccountId,
    /// The domain of their address, as an A-label in lower case; `None` where it says nothing of who belongs together.
    pub domain: Option<String>,
    /// Their organisations, in one spelling.
    pub organisations: BTreeSet<String>,
    /// The languages that they read: primary subtags.
    pub languages: BTreeSet<String>,
}

/// What the rules ask of a nomination.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// Which.
    pub id: NominationId,
    /// Its category.
    pub category: String,
    /// The language in which it was written: a primary subtag.
    pub language: String,
    /// The mail domains around it, as A-labels in lower case.
    pub domains: BTreeSet<String>,
    /// The organisations around it, in one spelling.
    pub organisations: BTreeSet<String>,
    /// The languages in which it can be read: primary subtags.
    pub languages: BTreeSet<String>,
}

/// Pairs that a judge has stepped aside from.
pub type Recused = HashSet<(AccountId, NominationId)>;

/// Why this judge may not be given this nomination; `None` where they may.
pub fn bar(judge: &Reader, nomination: &Read, recused: &Recused) -> Option<Bar> {
    if recused.contains(&(judge.account, nomination.id)) {
        Some(Bar::Recused)
    } else if judge.domain.as_ref().is_some_and(|domain| nomination.domains.contains(domain)) {
        Some(Bar::Domain)
    } else if !judge.organisations.is_disjoint(&nomination.organisations) {
        Some(Bar::Organisation)
    } else if judge.languages.is_disjoint(&nomination.languages) {
        Some(Bar::Language)
    } else {
        None
    }
}

/// An organisation's name in the spelling that is compared: lower case, white space squeezed.
pub fn organisation_key(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// A language's primary subtag: `en` of `en-GB`.
pub fn primary_subtag(tag: &str) -> String {
    tag.split('-').next().unwrap_or_default().to_lowercase()
}

/// A mail domain as the rules compare it: none where it is public.
pub fn telling_domain(domain: &str, public: &[String]) -> Option<String> {
    let domain = domain.to_lowercase();
    let says_nothing = public.iter().any(|public| public.eq_ignore_ascii_case(&domain));
    (!says_nothing && !domain.is_empty()).then_some(domain)
}
