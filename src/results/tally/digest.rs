//! The digests: what was ranked, what was decided, and the seal over both, each the SHA-256 of plain lines that anybody
//! can write down again.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use super::Tally;
use crate::clock::Time;
use crate::keys::hex;
use crate::results::bundle::document::{Decided, Special};

/// A digest as answers and signatures spell it: `sha256:` and 64 hex digits.
fn spelled(lines: &str) -> String {
    format!("sha256:{}", hex(&Sha256::digest(lines)))
}

/// Of the official ranking.
pub fn official(tally: &Tally<'_>) -> String {
    let bundle = tally.bundle;
    let mut lines = String::from("tca-official/1\n");
    line(&mut lines, format_args!("edition {}", bundle.edition.slug));
    for criterion in &bundle.edition.criteria {
        line(&mut lines, format_args!("criterion {} {} {}", criterion.key, criterion.weight, criterion.max_score));
    }
    for (category, result) in bundle.edition.categories.iter().zip(&tally.categories) {
        line(&mut lines, format_args!("category {} {} {}", category.key, category.winners, category.commended));
        let ranked = result.ranking.candidates.iter().zip(&result.ranking.groups).zip(&result.proposed);
        for ((candidate, group), proposed) in ranked {
            let id = &bundle.nominations[candidate.nomination as usize].id;
            let rank = group.start + 1;
            line(&mut lines, format_args!("{rank} {id} {} {}", candidate.score, proposed.as_str()));
        }
        for nomination in &result.unranked {
            line(&mut lines, format_args!("- {} - quorum_fault", bundle.nominations[*nomination as usize].id));
        }
    }
    spelled(&lines)
}

/// Of the decisions, in the edition's order of categories.
pub fn decisions(edition: &str, announce_at: Time, decided: &[Decided], specials: &[Special]) -> String {
    let mut lines = String::from("tca-decisions/1\n");
    line(&mut lines, format_args!("edition {edition}"));
    line(&mut lines, format_args!("announce {announce_at}"));
    for category in decided {
        line(&mut lines, format_args!("category {}", category.category));
        for id in in_order(&category.winners) {
            line(&mut lines, format_args!("winner {id}"));
        }
        for id in in_order(&category.commended) {
            line(&mut lines, format_args!("commended {id}"));
        }
        for (id, languages) in &category.citations {
            for (language, text) in languages {
                line(&mut lines, format_args!("citation {id} {language} {text}"));
            }
        }
        line(&mut lines, format_args!("reason {}", category.reason.as_deref().unwrap_or("-")));
    }
    for special in specials {
        line(&mut lines, format_args!("special {} {}", special.id, special.reason));
    }
    spelled(&lines)
}

/// The seal over both: what approvers sign.
pub fn seal(official: &str, decisions: &str) -> String {
    spelled(&seal_lines(official, decisions))
}

/// The seal's 32 bytes: what the installation signs.
pub fn seal_bytes(official: &str, decisions: &str) -> [u8; 32] {
    Sha256::digest(seal_lines(official, decisions)).into()
}

fn seal_lines(official: &str, decisions: &str) -> String {
    format!("tca-seal/1\n{official}\n{decisions}\n")
}

fn in_order(ids: &[String]) -> Vec<&str> {
    let mut ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    ids.sort_unstable();
    ids
}

fn line(lines: &mut String, text: std::fmt::Arguments<'_>) {
    let _infallible = writeln!(lines, "{text}");
}
