//! Others' work that we build on (S-DEP-4): where it comes from, under which licences, and what may never come in.
//!
//! What `cargo deny check bans licenses sources` would say, said by `Cargo.lock` and by what each crate says of itself, so that
//! it holds wherever the tests run. Advisories need a list that changes each day: see `.ci/run`.

use std::process::Command;

use serde_json::Value as Json;

/// Crates that must not come in, with the reason. A name alone bans every version.
const BANNED: &[(&str, &str)] = &[
    ("actix-governor", "GPL-3.0"),
    ("aws-lc-rs", "a second provider beside ring: rustls panics at the first handshake"),
    ("h2 0.3", "RUSTSEC-2026-0258: actix-web stays without `http2`"),
    ("openssl", "TLS is rustls's, in mail alone"),
    ("native-tls", "TLS is rustls's, in mail alone"),
    ("rsa", "RUSTSEC-2023-0071, without a fix: keep jsonwebtoken's and lettre's features off"),
    ("rustls-pemfile", "RUSTSEC-2025-0134, unmaintained"),
    ("ttf-parser", "RUSTSEC-2026-0192, unmaintained"),
    ("rustybuzz", "RUSTSEC-2026-0206, unmaintained"),
];

/// Licences that ask for no more than their words. A crate may offer others beside one of these.
const LICENCES: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0", // Mozilla's roots, as data
    "ISC",
    "MIT",
    "MIT-0",
    "PostgreSQL", // libpq
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Crates of another licence, by name, with the reason.
const EXCEPTIONS: &[(&str, &str)] = &[("webdriver", "MPL-2.0, unchanged, in tests alone: it drives the browser")];

fn root() -> &'static str {
    env!("CARGO_MANIFEST_DIR")
}

fn lock() -> Vec<toml::Table> {
    let text = std::fs::read_to_string(format!("{}/Cargo.lock", root())).expect("it is there");
    let lock: toml::Table = toml::from_str(&text).expect("it is TOML");
    let packages = lock["package"].as_array().expect("a list").iter();
    packages.map(|package| package.as_table().expect("a table").clone()).collect()
}

fn word<'a>(package: &'a toml::Table, key: &str) -> &'a str {
    package.get(key).and_then(toml::Value::as_str).unwrap_or_default()
}

#[test]
fn every_crate_comes_from_crates_io_with_its_checksum_s_dep_4() {
    let others: Vec<_> = lock()
        .into_iter()
        .filter(|package| word(package, "name") != "twin-cities-awards")
        .filter(|package| {
            word(package, "source") != "registry+https://github.com/rust-lang/crates.io-index"
                || word(package, "checksum").len() != 64
        })
        .collect();
    assert_eq!(others, []);
}

#[test]
fn no_banned_crate_comes_in_s_dep_4() {
    for package in lock() {
        let (name, version) = (word(&package, "name"), word(&package, "version"));
        let banned = BANNED.iter().find(|(banned, _)| match banned.split_once(' ') {
            Some((banned, versions)) => name == banned && version.starts_with(&format!("{versions}.")),
            None => name == *banned,
        });
        assert_eq!(banned, None, "{name} {version}: see `cargo tree -i {name}`");
    }
}

#[test]
fn every_licence_asks_for_no_more_than_its_words_s_dep_4() {
    let cargo = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--offline", "--filter-platform", &platform()])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(cargo.status.success(), "{}", String::from_utf8_lossy(&cargo.stderr));
    let told: Json = serde_json::from_slice(&cargo.stdout).expect("JSON");
    let used: Vec<&str> =
        told["resolve"]["nodes"].as_array().expect("a list").iter().filter_map(|node| node["id"].as_str()).collect();
    assert!(used.len() > 100, "it sees them all: {}", used.len());
    for package in told["packages"].as_array().expect("a list") {
        if package["id"].as_str().is_some_and(|id| used.contains(&id)) {
            let (name, licence) = (&package["name"], package["license"].as_str().unwrap_or_default());
            let excepted = EXCEPTIONS.iter().any(|(excepted, _)| name == excepted);
            assert!(excepted || is_allowed(licence), "{name}: {licence:?}");
        }
    }
}

/// Where this runs, as the compiler names it.
fn platform() -> String {
    let rustc = Command::new("rustc").arg("-vV").output().expect("rustc runs");
    let said = String::from_utf8_lossy(&rustc.stdout).into_owned();
    said.lines().find_map(|line| line.strip_prefix("host: ")).expect("a host").to_owned()
}

/// An SPDX expression of `AND`, `OR` and parentheses; `/` is what `OR` used to be.
fn is_allowed(expression: &str) -> bool {
    let expression = expression.trim();
    for (word, all) in [(" AND ", true), (" OR ", false), ("/", false)] {
        let parts = outside_parentheses(expression, word);
        if parts.len() > 1 {
            return if all { parts.into_iter().all(is_allowed) } else { parts.into_iter().any(is_allowed) };
        }
    }
    match expression.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')) {
        Some(inner) => is_allowed(inner),
        None => LICENCES.contains(&expression),
    }
}

fn outside_parentheses<'a>(text: &'a str, word: &str) -> Vec<&'a str> {
    let (mut parts, mut begun, mut depth) = (Vec::new(), 0, 0);
    for (at, sign) in text.char_indices() {
        match sign {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ if depth == 0 && at >= begun && text[at..].starts_with(word) => {
                parts.push(&text[begun..at]);
                begun = at + word.len();
            }
            _ => {}
        }
    }
    parts.push(&text[begun..]);
    parts
}

#[test]
fn a_licence_is_read_as_spdx_means_it() {
    for (expression, allowed) in [
        ("MIT", true),
        ("GPL-3.0", false),
        ("", false),
        ("Apache-2.0 OR GPL-2.0-only", true),
        ("MIT AND GPL-3.0", false),
        ("(MIT OR Apache-2.0) AND Unicode-3.0", true),
        ("(GPL-3.0 OR AGPL-3.0) AND MIT", false),
        ("MIT/Apache-2.0", true),
        ("Apache-2.0 WITH LLVM-exception OR Apache-2.0 OR MIT", true),
    ] {
        assert_eq!(is_allowed(expression), allowed, "{expression:?}");
    }
}
