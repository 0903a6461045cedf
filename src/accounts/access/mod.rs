//! Who may what, when: every call of the API is a row of one `table`, and nobody is let in by anything else.
//!
//! A row names its calls, who may make them, and in which phases. From the rows come the gate that stands before every
//! handler ([`gate`](super::gate)), the phase that a use case asks for ([`Action::require`]), the printed table in
//! `docs/security.md` ([`page`]) and the permission test. Where a row depends on more than role and phase (a panel's
//! own chair, a reason that is owed), its sentence says so and the use case sees to it.

pub mod links;
pub mod page;
mod table;

use std::collections::HashMap;
use std::sync::LazyLock;

use actix_web::http::Method;

pub use table::Action;

use super::model::{Role, RoleIn};
use crate::clock::Time;
use crate::editions::{Edition, Phases, WrongPhase};
use crate::http::links::LinkKind;
use crate::http::problem::Code;
use crate::ids::EditionId;

/// Whom the table knows, in the order of its columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Audience {
    /// Everybody, signed in or not.
    Public,
    /// Whoever is signed in and has this role in the edition.
    Has(Role),
}

impl Audience {
    /// The columns.
    pub const ALL: [Self; 7] = [
        Self::Public,
        Self::Has(Role::Judge),
        Self::Has(Role::Chair),
        Self::Has(Role::Translator),
        Self::Has(Role::Organiser),
        Self::Has(Role::Approver),
        Self::Has(Role::Auditor),
    ];

    /// Its column's head.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Has(role) => role.as_str(),
        }
    }

    const fn column(self) -> usize {
        match self {
            Self::Public => 0,
            Self::Has(Role::Judge) => 1,
            Self::Has(Role::Chair) => 2,
            Self::Has(Role::Translator) => 3,
            Self::Has(Role::Organiser) => 4,
            Self::Has(Role::Approver) => 5,
            Self::Has(Role::Auditor) => 6,
        }
    }
}

/// What a call asks of whoever makes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asks {
    /// Nothing: a token that comes along is not looked at.
    Nothing,
    /// That they are signed in, whatever they do.
    SignIn,
    /// A role, in the edition that the path names, else in any.
    Role,
    /// The token of a link of this kind.
    Link(LinkKind),
    /// The token of any link.
    AnyLink,
}

/// Whether a row asks for a sign-in of just now, outside a trial (S-ACC-8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recent {
    /// No: a session that lives is enough.
    No,
    /// As long as outcomes are secret.
    UntilRelease,
    /// Always: it cannot be taken back.
    Always,
}

/// A row, without its calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Of whom.
    pub asks: Asks,
    /// What is answered outside the phases.
    pub outside: Code,
    /// By a sign-in of just now.
    pub recent: Recent,
    phases: [Phases; 7],
}

/// Open to all in these phases.
const fn everyone(phases: &str) -> Rule {
    Rule { asks: Asks::Nothing, outside: Code::WrongPhase, recent: Recent::No, phases: [Phases::of(phases); 7] }
}

/// Open to whoever is signed in, always.
const fn signed_in() -> Rule {
    Rule { asks: Asks::SignIn, ..everyone("*") }.with(Audience::Public, "-")
}

/// Open to those only who are named next.
const fn only() -> Rule {
    Rule { asks: Asks::Role, ..everyone("-") }
}

/// Open to whoever bears a link of this kind, in these phases, as long as the link lives ([`links`]).
const fn link(kind: LinkKind, phases: &str) -> Rule {
    Rule { asks: Asks::Link(kind), ..everyone("-") }.with(Audience::Public, phases)
}

/// Open to whoever bears a link that lives.
const fn any_link() -> Rule {
    Rule { asks: Asks::AnyLink, ..everyone("-") }.with(Audience::Public, "*")
}

impl Rule {
    const fn with(mut self, audience: Audience, phases: &str) -> Self {
        self.phases[audience.column()] = Phases::of(phases);
        self
    }

    const fn judges(self, phases: &str) -> Self {
        self.with(Audience::Has(Role::Judge), phases).chairs(phases)
    }

    const fn chairs(self, phases: &str) -> Self {
        self.with(Audience::Has(Role::Chair), phases)
    }

    const fn translators(self, phases: &str) -> Self {
        self.with(Audience::Has(Role::Translator), phases)
    }

    const fn office(self, phases: &str) -> Self {
        self.with(Audience::Has(Role::Organiser), phases).approvers(phases)
    }

    const fn approvers(self, phases: &str) -> Self {
        self.with(Audience::Has(Role::Approver), phases)
    }

    const fn auditors(self, phases: &str) -> Self {
        self.with(Audience::Has(Role::Auditor), phases)
    }

    /// Outside its phases there is nothing to be seen: 404.
    const fn hidden(mut self) -> Self {
        self.outside = Code::NotFound;
        self
    }

    /// By a sign-in of just now only.
    const fn recent(mut self, recent: Recent) -> Self {
        self.recent = recent;
        self
    }

    /// The phases in which it is open to an audience.
    pub const fn phases(&self, audience: Audience) -> Phases {
        self.phases[audience.column()]
    }

    /// What is answered to whoever may never do it.
    pub const fn refusal(&self) -> Option<Code> {
        match self.asks {
            Asks::Nothing => None,
            Asks::SignIn => Some(Code::NotSignedIn),
            Asks::Role => Some(Code::NotAllowed),
            Asks::Link(_) | Asks::AnyLink => Some(Code::LinkNotValid),
        }
    }

    /// As whom somebody with these parts is let in: the role that may most, where they have several.
    pub fn role(&self, parts: &[RoleIn], edition: Option<EditionId>) -> Option<Role> {
        const MOST_FIRST: [Role; 6] =
            [Role::Approver, Role::Organiser, Role::Chair, Role::Judge, Role::Translator, Role::Auditor];
        let has = |role: &Role| {
            parts.iter().any(|part| part.role == *role && edition.is_none_or(|edition| part.edition == edition))
        };
        let mut fitting = MOST_FIRST.into_iter().filter(|role| !self.phases(Audience::Has(*role)).is_empty());
        fitting.find(has)
    }
}

impl Action {
    /// The row of a call, by its method and the pattern of the route that takes it.
    pub fn of(method: &Method, pattern: &str) -> Option<Self> {
        static CALLS: LazyLock<HashMap<(&str, String), Action>> = LazyLock::new(|| {
            let calls = Action::ALL.iter().flat_map(|action| action.routes().map(|route| (route, *action)));
            calls.collect()
        });
        CALLS.get(&(method.as_str(), pattern.to_owned())).copied()
    }

    /// Method and pattern of each of its calls.
    pub fn routes(self) -> impl Iterator<Item = (&'static str, String)> {
        self.calls().iter().map(|call| {
            let (method, path) = call.split_once(' ').unwrap_or(("", call));
            (method, if path.starts_with("/{lang") { path.to_owned() } else { format!("/api/v1{path}") })
        })
    }

    /// Lets somebody pass who was let in as `role`, where the table opens the act in the phase in which the edition
    /// stands at `at`. All but the office go by the phase that outsiders are told, so that no refusal tells when the
    /// cities signed.
    ///
    /// # Errors
    /// [`WrongPhase`], which tells when it was or will be open.
    pub fn require(self, role: Role, edition: &Edition, at: Time) -> Result<(), WrongPhase> {
        if role.is_office() {
            return self.require_office(edition, at);
        }
        edition.require_told(self.rule().phases(Audience::Has(role)), at)
    }

    /// The same for organisers and approvers, of whom the gate has let in those who may.
    ///
    /// # Errors
    /// [`WrongPhase`].
    pub fn require_office(self, edition: &Edition, at: Time) -> Result<(), WrongPhase> {
        edition.require(self.office(), at)
    }

    /// Whether it is open to organisers and approvers, where a use case of others asks.
    pub fn is_open_to_office(self, edition: &Edition, at: Time) -> bool {
        self.office().has(edition.phase(at))
    }

    /// The same for the public, and for whoever bears a link where the phases end before deliberation.
    ///
    /// # Errors
    /// [`WrongPhase`].
    pub fn require_public(self, edition: &Edition, at: Time) -> Result<(), WrongPhase> {
        edition.require(self.rule().phases(Audience::Public), at)
    }

    /// The same for whoever bears a link, by the phase that outsiders are told.
    ///
    /// # Errors
    /// [`WrongPhase`].
    pub fn require_link(self, edition: &Edition, at: Time) -> Result<(), WrongPhase> {
        edition.require_told(self.rule().phases(Audience::Public), at)
    }

    /// Organisers and approvers have the same phases, or organisers have none.
    fn office(self) -> Phases {
        let phases = |role| self.rule().phases(Audience::Has(role));
        phases(Role::Organiser).and(phases(Role::Approver))
    }
}
