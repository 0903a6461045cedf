//! Who may what, when: the table, the router, the document and the printed page agree, and the service does as they say.

mod instants;
mod keys;
mod paths;
mod rights;
pub mod room;
mod walk;

use std::collections::BTreeSet;

use twin_cities_awards::accounts::access::{Audience, page};
use twin_cities_awards::accounts::{Action, Role};
use twin_cities_awards::server::document;

/// Method and pattern of every call of the document.
fn calls_of_the_document() -> BTreeSet<(String, String)> {
    let document = serde_json::to_value(document()).expect("it is JSON");
    let methods = ["get", "post", "put", "patch", "delete"];
    let paths = document["paths"].as_object().expect("paths").iter();
    let calls = paths.flat_map(|(path, item)| {
        let there = methods.iter().filter(|method| !item[**method].is_null());
        there.map(|method| (method.to_uppercase(), path.clone())).collect::<Vec<_>>()
    });
    calls.collect()
}

#[test]
fn every_call_of_the_document_has_one_row_and_every_row_its_calls() {
    let mut rows = BTreeSet::new();
    for action in Action::ALL {
        for (method, pattern) in action.routes() {
            let call = (method.to_owned(), pattern);
            assert!(rows.insert(call.clone()), "{call:?} stands in two rows");
        }
    }
    let of_the_api: BTreeSet<_> = rows.into_iter().filter(|(_, pattern)| pattern.starts_with("/api/")).collect();
    let document = calls_of_the_document();
    let missing: Vec<_> = document.difference(&of_the_api).collect();
    assert!(missing.is_empty(), "without a row in src/accounts/access/table.rs: {missing:?}");
    let unknown: Vec<_> = of_the_api.difference(&document).collect();
    assert!(unknown.is_empty(), "rows without a call in the document: {unknown:?}");
}

/// A route without a line here, and a line without a route, are found before anybody walks.
#[test]
fn every_call_of_the_document_has_been_decided() {
    let document = calls_of_the_document().into_iter();
    let document: BTreeSet<String> =
        document.map(|(method, path)| format!("{method} {}", path.trim_start_matches("/api/v1"))).collect();
    let decided: BTreeSet<String> = rights::all().keys().map(|call| (*call).to_owned()).collect();
    let missing: Vec<_> = document.difference(&decided).collect();
    assert!(missing.is_empty(), "nobody has decided who may: {missing:?}; see tests/all/permissions/rights.rs");
    let unknown: Vec<_> = decided.difference(&document).collect();
    assert!(unknown.is_empty(), "decided, and not in the document: {unknown:?}");
}

#[test]
fn the_table_is_what_was_decided() {
    for action in Action::ALL {
        let rule = action.rule();
        for (method, pattern) in action.routes().filter(|(_, pattern)| pattern.starts_with("/api/")) {
            let right = rights::right(method, &pattern);
            for audience in Audience::ALL {
                let decided = match audience {
                    Audience::Public => right.public(),
                    Audience::Has(role) => right.of(role),
                };
                assert_eq!(rule.phases(audience).to_string(), decided, "{method} {pattern}, {}", audience.as_str());
            }
        }
    }
}

/// Use cases ask for the office as one: where the phases of its two roles differ, organisers have none at all.
#[test]
fn approvers_may_what_organisers_may() {
    for action in Action::ALL {
        let phases = |role| action.rule().phases(Audience::Has(role));
        let (organiser, approver) = (phases(Role::Organiser), phases(Role::Approver));
        assert!(organiser == approver || organiser.is_empty(), "{action:?}");
    }
}

/// The page with `table` between the pair of marks of this name.
fn with(page: &str, name: &str, table: &str) -> String {
    let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- end of {name} -->"));
    let (before, rest) = page.split_once(&begin).unwrap_or_else(|| panic!("docs/security.md has no `{begin}`"));
    let (_, after) = rest.split_once(&end).unwrap_or_else(|| panic!("docs/security.md has no `{end}`"));
    format!("{before}{begin}{table}{end}{after}")
}

#[test]
fn the_page_on_security_prints_the_table() {
    let stands = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/security.md")).expect("a page");
    let right = with(&with(&stands, "calls", &page::calls()), "links", &page::links());
    let kept = concat!(env!("CARGO_TARGET_TMPDIR"), "/security.md");
    std::fs::write(kept, &right).expect("it can be written");
    assert!(stands == right, "docs/security.md is not as the table says: copy {kept} over it");
}
