//! The house keeps itself: rooms use only rooms on floors below, each file has a header, references are whole.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Rooms from the top floor down; a room may use only rooms on later lines, or on its own line one way.
const FLOORS: &[&[&str]] = &[
    &["main", "cli", "server", "demo", "pages", "desk", "links"],
    &["announcement"],
    &["results"],
    &["judging"],
    &["nominations"],
    &["editions", "accounts"],
    &["outbox", "audit", "http", "heartbeat"],
    &["app"],
    &["config"],
    &["store"],
    &["chance", "clock", "fields", "hashing", "ids", "keys", "limits", "text"],
];

fn floor(room: &str) -> usize {
    let found = FLOORS.iter().position(|rooms| rooms.contains(&room));
    found.unwrap_or_else(|| panic!("`{room}` stands on no floor: write it into FLOORS and docs/architecture.md"))
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust file under `src` with its room and its text.
fn files() -> Vec<(PathBuf, String, String)> {
    let mut found = Vec::new();
    walk(&root().join("src"), &mut found);
    found
}

fn walk(folder: &Path, found: &mut Vec<(PathBuf, String, String)>) {
    for entry in std::fs::read_dir(folder).expect("src can be read") {
        let path = entry.expect("src can be read").path();
        if path.is_dir() {
            walk(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            let inside = path.strip_prefix(root().join("src")).expect("it lies there");
            let first = inside.components().next().expect("a name").as_os_str().to_string_lossy().into_owned();
            let room = first.strip_suffix(".rs").unwrap_or(&first).to_owned();
            let text = std::fs::read_to_string(&path).expect("sources are UTF-8");
            found.push((path, room, text));
        }
    }
}

/// The rooms that a text uses by `crate::room`; macros that the crate's root hands out are no room.
fn used(text: &str) -> BTreeSet<String> {
    let mut rooms = BTreeSet::new();
    for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
        for (at, _) in line.match_indices("crate::") {
            let rest = &line[at + "crate::".len()..];
            let name: String = rest.chars().take_while(|sign| sign.is_ascii_lowercase() || *sign == '_').collect();
            if rest[name.len()..].starts_with("::") {
                rooms.insert(name);
            }
            assert!(!rest.starts_with('{'), "`use crate::{{…}}` hides its rooms: a line each");
        }
    }
    rooms
}

#[test]
fn a_room_uses_only_rooms_below() {
    let mut level = BTreeSet::new();
    for (path, room, text) in files() {
        if room == "lib" {
            continue;
        }
        for target in used(&text).into_iter().filter(|target| *target != room) {
            assert!(floor(&target) >= floor(&room), "{} looks up: `{room}` uses `{target}`", path.display());
            if floor(&target) == floor(&room) {
                level.insert((room.clone(), target));
            }
        }
    }
    for (from, to) in &level {
        assert!(!level.contains(&(to.clone(), from.clone())), "`{from}` and `{to}` use each other");
    }
}

#[test]
fn every_file_says_what_it_is() {
    for (path, _, text) in files() {
        assert!(text.starts_with("//! "), "{} has no header", path.display());
    }
}

#[test]
fn sql_stands_in_stores_alone() {
    let rooms =
        ["editions", "accounts", "nominations", "judging", "results", "announcement", "outbox", "server", "cli"];
    for (path, room, text) in files() {
        let store = path.components().any(|part| part.as_os_str() == "store" || part.as_os_str() == "store.rs");
        if store || !rooms.contains(&room.as_str()) {
            continue;
        }
        for word in ["diesel::insert_into", "diesel::update", "diesel::delete", "sql_query", "store::schema"] {
            assert!(!text.contains(word), "{} holds SQL: `{word}`", path.display());
        }
    }
}

/// Every command with its words: `edition create`.
fn commands(command: &clap::Command, before: &str, found: &mut Vec<(String, clap::Command)>) {
    for inner in command.get_subcommands().filter(|inner| inner.get_name() != "help") {
        let words = format!("{before} {}", inner.get_name()).trim().to_owned();
        found.push((words.clone(), inner.clone()));
        commands(inner, &words, found);
    }
}

#[test]
fn the_operators_page_names_every_command_flag_and_setting() {
    let page = std::fs::read_to_string(root().join("docs/operations.md")).expect("it is there");
    let (page, _not_built) = page.split_once("## What is not built yet").expect("what is missing stands last");
    let cli = <twin_cities_awards::cli::Cli as clap::CommandFactory>::command();
    let mut all = vec![(String::new(), cli.clone())];
    commands(&cli, "", &mut all);
    let mut missing = BTreeSet::new();
    for (words, command) in all {
        if !command.has_subcommands() && !page.contains(&words) {
            missing.insert(words.clone());
        }
        for flag in command.get_arguments() {
            let long = flag.get_long().map(|long| format!("--{long}")).filter(|long| !page.contains(long.as_str()));
            let env = flag.get_env().map(|env| env.to_string_lossy().into_owned()).filter(|env| !page.contains(env));
            missing.extend(long.into_iter().chain(env).filter(|word| word != "--help" && word != "--version"));
        }
    }
    for secret in ["TCA_SMTP", "TCA_SECRET", "TCA_ADMIN_TOKEN"] {
        assert!(page.contains(secret), "{secret}");
    }
    assert_eq!(missing, BTreeSet::new(), "docs/operations.md does not name these");
}

#[test]
fn every_dependency_has_its_reason() {
    let text = std::fs::read_to_string(root().join("Cargo.toml")).expect("it is there");
    let mut inside = false;
    let mut reason = false;
    for line in text.lines() {
        if line.starts_with('[') {
            inside = line.contains("dependencies");
            continue;
        }
        if inside && !line.is_empty() && !line.starts_with('#') {
            assert!(reason, "no comment above `{line}`");
        }
        // One comment may stand above a few lines that belong together.
        reason = line.starts_with('#') || (reason && !line.is_empty());
    }
}
