//! The guards G1 to G13: what must hold before a word of the outcome leaves (S-OUT-1).
//!
//! One pure function over gathered facts, asked when winners' letters are scheduled and, for the guards that hold at
//! each claim, again before each message goes out. No setting, role or flag turns one off.

use std::collections::BTreeSet;

use crate::clock::Time;
use crate::http::problem::{Code, Problem, Trouble};
use crate::ids::{AccountId, NominationId};
use crate::outbox::Kind;
use crate::text::{Bilingual, Cities, Language, Value, say};

use super::daytime::Zones;
use super::model::{Lack, Owed, Reader};

crate::word_enum! {
    /// A guard, by what it refuses.
    pub enum Guard {
        /// G1: the results are not sealed by every city.
        NotSealed = "not_sealed",
        /// G2: a winner has neither a deliverable address nor a person, a number and a caller.
        WinnerUnreachable = "winner_unreachable",
        /// G3: fewer than two people have read these very letters.
        PreviewNotRead = "preview_not_read",
        /// G4: an outcome would go out before the embargo lifts.
        Embargo = "embargo",
        /// G5: the winner was, or may have been, written to already.
        AlreadySent = "already_sent",
        /// G6: letters and calls are not exactly one for each whom they are owed to.
        CountMismatch = "count_mismatch",
        /// G7: somebody has pressed Stop.
        Stopped = "stopped",
        /// G8: a trial letter to somebody outside the trial.
        OutsideRehearsal = "outside_rehearsal",
        /// G9: a bounce, a complaint or an objection stands against the address.
        AddressSuppressed = "address_suppressed",
        /// G10: something that a letter should name is empty or made up.
        MergeFieldEmpty = "merge_field_empty",
        /// G11: a text does not exist in the reader's language.
        LanguageMissing = "language_missing",
        /// G12: it is night where the reader lives.
        OutsideDaytime = "outside_daytime",
        /// G13: the clock cannot be trusted.
        ClockSuspect = "clock_suspect",
    }
}

impl Guard {
    /// Its name in the committee's papers: `G1` to `G13`.
    pub fn number(self) -> String {
        let at = Self::ALL.iter().position(|guard| *guard == self).unwrap_or_default();
        format!("G{}", at + 1)
    }

    /// Whether it is asked again before each message goes out.
    pub const fn holds_at_each_claim(self) -> bool {
        !matches!(
            self,
            Self::WinnerUnreachable
                | Self::PreviewNotRead
                | Self::CountMismatch
                | Self::MergeFieldEmpty
                | Self::LanguageMissing
        )
    }
}

/// How a guard stands.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct GuardState {
    /// `G1` to `G13`.
    #[schema(example = "G1")]
    pub guard: String,
    /// What it refuses.
    pub code: Guard,
    /// Whether it lets pass.
    pub passed: bool,
    /// Why it does not: a sentence for each thing that stands in the way.
    pub why: Vec<Bilingual>,
}

/// What the guards look at. Gathered in the transaction that acts on their answer.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The seal's digest; none where the results are not sealed.
    pub seal: Option<String>,
    /// Whether the letters were prepared by this very seal.
    pub letters_are_of_this_seal: bool,
    /// Cities that must have signed, by their panels' keys.
    pub panels: Vec<String>,
    /// Signatures that stand: for which panel, by whom, under which digest.
    pub signatures: Vec<(String, AccountId, String)>,
    /// The sealed winners.
    pub winners: Vec<WinnerFacts>,
    /// The digest of all prepared letters.
    pub digest: String,
    /// Who has read which digest.
    pub readings: Vec<(AccountId, String)>,
    /// What the seal owes to whom, found anew.
    pub owed: Vec<Owed>,
    /// The letters that there are.
    pub letters: Vec<LetterFacts>,
    /// When the embargo lifts, or has lifted: at a claim the recorded release alone counts.
    pub embargo_ends_at: Option<Time>,
    /// Until when winners may reply.
    pub reply_due_at: Time,
    /// Whether somebody has pressed Stop.
    pub stopped: bool,
    /// The domains that mail may go to where the edition is a rehearsal.
    pub rehearsal: Option<Vec<String>>,
    /// The edition's name in addresses, which stands for it in a refusal.
    pub edition: String,
    /// Fields of the edition that stand as a template made them up; none in a trial.
    pub made_up: Vec<&'static str>,
    /// What is known of the clock.
    pub clock: ClockState,
    /// In whose time instants are told.
    pub cities: Cities,
}

/// What is known of the clock (S-STO-6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockState {
    /// It runs as it should.
    Sound,
    /// Somebody has set it, and mail goes no further than this machine.
    SetNearby,
    /// Somebody has set it, and mail would leave this machine.
    SetAbroad,
    /// It jumped, or the service slept for long.
    Suspect,
}

/// A sealed winner, as the guards see one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WinnerFacts {
    /// The nomination.
    pub nomination: NominationId,
    /// What people call it by.
    pub reference: String,
    /// Whether this seal owes them a letter: there is an address, and it is not reached otherwise because it takes no mail.
    pub gets_letter: bool,
    /// Whether a letter reaches them, or has, or else person, number and caller are named, or they have answered.
    pub is_reachable: bool,
}

/// A letter, as the guards see one.
#[derive(Clone, Debug)]
pub struct LetterFacts {
    /// To whom, about what.
    pub owed: Owed,
    /// What people call the nomination by, where it is about one.
    pub reference: Option<String>,
    /// Whether it is about to leave: queued by this act, or claimed by a worker.
    pub goes_now: bool,
    /// When it would leave.
    pub leaves_at: Time,
    /// The zones in which it must be day then.
    pub zones: Zones,
    /// The domain that it goes to.
    pub domain: String,
    /// Whether its subject says that it is a trial.
    pub is_marked: bool,
    /// Whether it is a letter to oneself, about a made-up winner.
    pub trial_of: Option<TrialOf>,
    /// Whether one of the same kind about this winner was sent, or may have been.
    pub may_have_left: bool,
    /// Why its address must not be written to.
    pub suppressed: Option<String>,
    /// What it lacks.
    pub lacks: Vec<Lack>,
}

/// To whom a trial letter goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrialOf {
    /// The person who asked for it.
    Oneself,
    /// Somebody else.
    SomebodyElse,
}

/// How every guard stands, G1 first.
pub fn check(facts: &Facts) -> Vec<GuardState> {
    let state = |guard: &Guard| {
        let why = refusals(*guard, facts);
        GuardState { guard: guard.number(), code: *guard, passed: why.is_empty(), why }
    };
    Guard::ALL.iter().map(state).collect()
}

/// Lets pass what every guard lets pass.
///
/// # Errors
/// [`Refused`], with all that stands in the way.
pub fn require(states: &[GuardState]) -> Result<(), Refused> {
    let refusing: Vec<GuardState> = states.iter().filter(|state| !state.passed).cloned().collect();
    if refusing.is_empty() { Ok(()) } else { Err(Refused(refusing)) }
}

/// Guards refuse.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the guards refuse")]
pub struct Refused(pub Vec<GuardState>);

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        let trouble = |state: &GuardState, why: &Bilingual| Trouble {
            pointer: format!("/guards/{}", state.guard),
            code: state.code.as_str().to_owned(),
            message: [why.en.clone(), why.ru.clone()],
        };
        let troubles = refused.0.iter().flat_map(|state| state.why.iter().map(move |why| trouble(state, why)));
        Self::new(Code::AnnouncementRefused).with_troubles(troubles.collect())
    }
}

fn refusals(guard: Guard, facts: &Facts) -> Vec<Bilingual> {
    let going = || facts.letters.iter().filter(|letter| letter.goes_now);
    let unless = |holds: bool| if holds { Vec::new() } else { vec![words(guard, &[])] };
    match guard {
        Guard::NotSealed => unless(is_sealed(facts)),
        Guard::WinnerUnreachable => {
            let lost = facts.winners.iter().filter(|winner| !winner.is_reachable);
            lost.map(|winner| words(guard, &[("reference", winner.reference.as_str().into())])).collect()
        }
        Guard::PreviewNotRead => unless(was_read_by_two(facts)),
        Guard::Embargo => unless(going().all(|letter| keeps_the_embargo(facts, letter))),
        Guard::AlreadySent => unless(!going().any(|letter| letter.may_have_left)),
        Guard::CountMismatch => counts(facts),
        Guard::Stopped => unless(!facts.stopped),
        Guard::OutsideRehearsal => unless(facts.letters.iter().all(|letter| stays_in_rehearsal(facts, letter))),
        Guard::AddressSuppressed => going().filter_map(|letter| letter.suppressed.as_deref()).map(blocked).collect(),
        Guard::MergeFieldEmpty => empty_fields(facts),
        Guard::LanguageMissing => missing_languages(facts),
        Guard::OutsideDaytime => going().filter_map(|letter| night(facts, letter)).collect(),
        Guard::ClockSuspect => unless(matches!(facts.clock, ClockState::Sound | ClockState::SetNearby)),
    }
}

/// A guard's sentence in both languages.
fn words(guard: Guard, args: &[(&str, Value<'_>)]) -> Bilingual {
    let id = format!("guard-{}", guard.as_str().replace('_', "-"));
    Bilingual::new(say(Language::En, &id, args), say(Language::Ru, &id, args))
}

/// A guard's sentence whose variables are words themselves.
fn words_with(guard: Guard, args: impl Fn(Language) -> Vec<(&'static str, String)>) -> Bilingual {
    let id = format!("guard-{}", guard.as_str().replace('_', "-"));
    let in_language = |language| {
        let args = args(language);
        let args: Vec<(&str, Value<'_>)> = args.iter().map(|(name, value)| (*name, value.into())).collect();
        say(language, &id, &args)
    };
    Bilingual::new(in_language(Language::En), in_language(Language::Ru))
}

/// G1: one digest, signed for every city by different people; a lone city signs twice.
fn is_sealed(facts: &Facts) -> bool {
    let Some(seal) = &facts.seal else { return false };
    let valid: Vec<_> = facts.signatures.iter().filter(|(_, _, digest)| digest == seal).collect();
    let people: BTreeSet<AccountId> = valid.iter().map(|(_, account, _)| *account).collect();
    let every_city = facts.panels.iter().all(|panel| valid.iter().any(|(signed, ..)| signed == panel));
    facts.letters_are_of_this_seal && every_city && people.len() >= facts.panels.len().max(2)
}

/// G3.
fn was_read_by_two(facts: &Facts) -> bool {
    let readers: BTreeSet<AccountId> =
        facts.readings.iter().filter(|(_, digest)| *digest == facts.digest).map(|(account, _)| *account).collect();
    !facts.digest.is_empty() && readers.len() >= 2
}

/// G4: before the embargo lifts only letters in confidence go, and only to sealed winners.
fn keeps_the_embargo(facts: &Facts, letter: &LetterFacts) -> bool {
    if letter.trial_of.is_some() {
        return true; // its winner is made up
    }
    let is_a_winners = letter.owed.reader == Reader::Winner
        && facts.winners.iter().any(|winner| Some(winner.nomination) == letter.owed.nomination);
    (letter.owed.kind.is_in_confidence() && is_a_winners)
        || facts.embargo_ends_at.is_some_and(|end| letter.leaves_at >= end)
}

/// G6.
fn counts(facts: &Facts) -> Vec<Bilingual> {
    let winners = sorted(facts.winners.iter().filter(|winner| winner.gets_letter).map(|winner| winner.nomination));
    let notices = facts.letters.iter().filter(|letter| letter.owed.kind == Kind::WinnerNotice);
    let notices = sorted(notices.filter_map(|letter| letter.owed.nomination));
    let tells = |owed: &&Owed| matches!(owed.kind, Kind::Outcome | Kind::WinnerNominator);
    let owed = sorted(facts.owed.iter().filter(tells));
    let found = sorted(facts.letters.iter().map(|letter| &letter.owed).filter(tells));
    let mut why = Vec::new();
    let mut compare = |same: bool, expected: usize, found: usize| {
        if !same {
            why.push(words(Guard::CountMismatch, &[("expected", expected.into()), ("found", found.into())]));
        }
    };
    compare(winners == notices, winners.len(), notices.len());
    compare(owed == found, owed.len(), found.len());
    why
}

fn sorted<T: Ord>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut items: Vec<T> = items.collect();
    items.sort_unstable();
    items
}

/// G8.
fn stays_in_rehearsal(facts: &Facts, letter: &LetterFacts) -> bool {
    let to_oneself = letter.trial_of != Some(TrialOf::SomebodyElse);
    let inside = facts.rehearsal.as_ref().is_none_or(|domains| domains.contains(&letter.domain));
    let is_trial = letter.trial_of.is_some() || facts.rehearsal.is_some();
    to_oneself && inside && (letter.is_marked || !is_trial)
}

/// G9.
fn blocked(why: &str) -> Bilingual {
    words_with(Guard::AddressSuppressed, |language| {
        let id = format!("guard-why-{}", why.replace('_', "-"));
        let words = if crate::text::knows(&id) { say(language, &id, &[]) } else { why.to_owned() };
        vec![("why", words)]
    })
}

/// G10: what letters lack, and what a template has made up.
fn empty_fields(facts: &Facts) -> Vec<Bilingual> {
    let sentence = |reference: &str, field: &str| {
        words_with(Guard::MergeFieldEmpty, |language| {
            let id = format!("guard-field-{}", field.replace('_', "-"));
            vec![("reference", reference.to_owned()), ("field", say(language, &id, &[]))]
        })
    };
    let of_letters = facts.letters.iter().flat_map(|letter| letter.lacks.iter().map(move |lack| (letter, lack)));
    let of_letters = of_letters.filter_map(|(letter, lack)| match lack {
        Lack::Field(field) => Some((letter.reference.as_deref().unwrap_or(&facts.edition), field.as_str())),
        Lack::Language(_) => None,
    });
    let of_edition = facts.made_up.iter().map(|field| (facts.edition.as_str(), *field));
    let all: BTreeSet<(&str, &str)> = of_letters.chain(of_edition).collect();
    all.into_iter().map(|(reference, field)| sentence(reference, field)).collect()
}

/// G11.
fn missing_languages(facts: &Facts) -> Vec<Bilingual> {
    let missing = facts.letters.iter().flat_map(|letter| letter.lacks.iter().map(move |lack| (letter, lack)));
    let missing: BTreeSet<(&str, Language)> = missing
        .filter_map(|(letter, lack)| match lack {
            Lack::Language(language) => Some((letter.reference.as_deref().unwrap_or(&facts.edition), *language)),
            Lack::Field(_) => None,
        })
        .collect();
    let sentence = |(reference, missing): (&str, Language)| {
        words_with(Guard::LanguageMissing, |language| {
            let name = say(language, &format!("guard-language-{missing}"), &[]);
            vec![("reference", reference.to_owned()), ("language", name)]
        })
    };
    missing.into_iter().map(sentence).collect()
}

/// G12: by night it waits; a winner's letter that would wait beyond the day on which replies are due is refused.
fn night(facts: &Facts, letter: &LetterFacts) -> Option<Bilingual> {
    let at = letter.zones.next_day(letter.leaves_at);
    let too_late = letter.owed.kind == Kind::WinnerNotice && letter.trial_of.is_none() && at >= facts.reply_due_at;
    let sentence = || words_with(Guard::OutsideDaytime, |language| vec![("time", facts.cities.moment(language, at))]);
    if letter.zones.is_day(letter.leaves_at) && !too_late { None } else { Some(sentence()) }
}
