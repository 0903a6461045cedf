//! The table as `docs/security.md` prints it; a test compares the two.

use std::fmt::Write as _;

use super::links::{Until, term};
use super::{Action, Asks, Audience, Recent};
use crate::editions::Phases;
use crate::http::links::LinkKind;
use crate::http::problem::Code;

/// Who may what, when: every call but those that a link opens.
pub fn calls() -> String {
    let mut page = String::from("| what | calls |");
    for audience in Audience::ALL {
        let _infallible = write!(page, " {} |", audience.as_str());
    }
    page.push_str(" else |\n|---|---|");
    page.push_str(&"---|".repeat(Audience::ALL.len() + 1));
    page.push('\n');
    for action in Action::ALL.iter().filter(|action| !is_by_link(**action)) {
        let _infallible = write!(page, "| {} | {} |", action.sentence().trim(), listed(*action));
        for audience in Audience::ALL {
            let _infallible = write!(page, " {} |", action.rule().phases(audience));
        }
        let _infallible = writeln!(page, " {} |", refusals(*action));
    }
    page
}

/// What a link opens, how long it lives, and what may be done by it.
pub fn links() -> String {
    let mut page = String::from("| link | lives | calls |\n|---|---|---|\n");
    for kind in LinkKind::ALL {
        let term = term(*kind);
        let until = match term.until {
            Until::Instant(name, _) => format!("to `{name}`"),
            Until::Once(span) => format!("{} after it was sent, and once", words(span.whole_seconds())),
            Until::Idle(span) => format!("{} after the last change", words(span.whole_seconds())),
            Until::Always => "always".to_owned(),
        };
        let phases = if term.phases == Phases::ALL { String::new() } else { format!("{}, ", term.phases) };
        let acts = Action::ALL.iter().filter(|action| action.rule().asks == Asks::Link(*kind));
        let acts: Vec<String> = acts
            .map(|action| {
                let when = action.rule().phases(Audience::Public);
                let when = if when == term.phases { String::new() } else { format!("{when}: ") };
                format!("{when}{}", listed(*action))
            })
            .collect();
        let _infallible = writeln!(page, "| {kind} | {phases}{until} | {} |", acts.join("; "));
    }
    page
}

fn is_by_link(action: Action) -> bool {
    matches!(action.rule().asks, Asks::Link(_) | Asks::AnyLink)
}

fn listed(action: Action) -> String {
    let calls: Vec<String> = action.calls().iter().map(|call| format!("`{call}`")).collect();
    calls.join(", ").replace("/organise/editions/{slug}/", "…/")
}

fn refusals(action: Action) -> String {
    let rule = action.rule();
    let by_role = rule.refusal().map(|code| code.status().as_u16().to_string());
    let by_phase = (rule.outside != Code::WrongPhase).then(|| rule.outside.status().as_u16().to_string());
    let by_age = match rule.recent {
        Recent::No => None,
        Recent::UntilRelease => Some("401 ¹".to_owned()),
        Recent::Always => Some("401 ²".to_owned()),
    };
    by_role.into_iter().chain(by_phase).chain(by_age).collect::<Vec<_>>().join(", ")
}

fn words(seconds: i64) -> String {
    match (seconds / 86_400, seconds / 60) {
        (0, minutes) => format!("{minutes} minutes"),
        (days, _) => format!("{days} days"),
    }
}
