//! The root secret: its ids are told, it can be changed while people go on signing in, and processes that share a
//! database share it too.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Output, Stdio};

use proptest::prelude::*;
use twin_cities_awards::keys::{Keys, Purpose};

use crate::app::Folder;

const OLD: &str = "the root secret of a story that all may know";
const NEW: &str = "another secret of a story that is newer still";

fn keys(secrets: &str) -> Keys {
    Keys::from_text(&secrets.to_owned().into(), "the test").expect("long enough")
}

fn id(secret: &str) -> String {
    keys(secret).current().to_owned()
}

/// The program on this database with these secrets.
fn program(folder: &Folder, database: &str, secrets: &str, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_twin-cities-awards"));
    command.args(words).args(["--database", database, "--listen", "127.0.0.1:0"]).env("RUST_LOG", "error");
    if !secrets.is_empty() {
        command.env("TCA_SECRET", secrets);
    }
    command.current_dir(&folder.0);
    command
}

fn run(folder: &Folder, database: &str, secrets: &str, words: &[&str]) -> (Option<i32>, String) {
    let Output { status, stdout, stderr } =
        program(folder, database, secrets, words).output().expect("the program runs");
    (status.code(), String::from_utf8_lossy(&[stdout, stderr].concat()).into_owned())
}

struct Server(Child);

impl Server {
    fn start(folder: &Folder, database: &str, secrets: &str) -> Self {
        let mut process = program(folder, database, secrets, &["serve", "--adopt-secret"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut line = String::new();
        BufReader::new(process.stdout.take().expect("it is piped")).read_line(&mut line).expect("it says a line");
        assert!(line.starts_with("listening on "), "{line}");
        Self(process)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _gone = self.0.kill();
        let _reaped = self.0.wait();
    }
}

#[test]
fn config_tells_the_ids_of_the_secrets_and_no_secret() {
    let folder = Folder::new();
    let said = |secrets: &str| {
        let (code, said) = run(&folder, "sqlite://data/awards.db", secrets, &["config"]);
        assert_eq!(code, Some(0), "{said}");
        assert!(!said.contains("story"), "a secret is shown: {said}");
        said
    };
    assert!(said("").contains("newest first: none yet"));
    assert!(!folder.0.join("data").exists(), "looking makes no secret");
    assert!(said(&format!("{NEW},{OLD}")).contains(&format!("newest first: {}, {}", id(NEW), id(OLD))));
    let made = run(&folder, "sqlite://data/awards.db", "", &["edition", "list"]);
    assert_eq!(made.0, Some(0), "{}", made.1);
    let secret = std::fs::read_to_string(folder.0.join("data/secret")).expect("it was made");
    assert!(said("").contains(&format!("newest first: {}\n", id(secret.trim()))));
}

#[test]
fn processes_that_share_a_database_share_the_secret_in_use_s_tok_9() {
    let Some(database) = crate::postgres::database() else { return };
    let folder = Folder::new();
    let starts = |secrets: &str| run(&folder, &database, secrets, &["edition", "list"]);
    assert_eq!(starts(OLD), (Some(0), String::new()), "the first secret is the one in use");
    let (code, said) = starts(NEW);
    assert_eq!(code, Some(1));
    assert!(said.contains(&id(OLD)) && said.contains(&id(NEW)) && said.contains("--adopt-secret"), "{said}");
    assert_eq!(starts(&format!("{NEW},{OLD}")).0, Some(0), "who holds both may start, and changes nothing");
    assert_eq!(starts(OLD).0, Some(0));

    drop(Server::start(&folder, &database, &format!("{NEW},{OLD}")));
    assert_eq!(starts(OLD).0, Some(1), "the newest is in use now");
    assert_eq!(starts(NEW).0, Some(0));
    assert_eq!(starts(&format!("{OLD},{NEW}")).0, Some(0));
}

#[test]
fn the_secret_in_use_makes_and_the_others_read_s_tok_9() {
    let both = || keys(&format!("{NEW},{OLD}"));
    assert_eq!(both().current(), id(NEW));
    let early = both().making_with(&id(OLD)).expect("it is held");
    assert_eq!(early.ids().collect::<Vec<_>>(), [id(OLD), id(NEW)]);
    assert_eq!(early.key(Purpose::Access), keys(OLD).key(Purpose::Access));
    assert_eq!(early.key_of(&id(NEW), Purpose::Access), Some(keys(NEW).key(Purpose::Access)));
    let three = keys(&format!("{NEW},a third secret of a story for good measure,{OLD}"));
    let order: Vec<String> = three.ids().map(str::to_owned).collect();
    let moved = three.making_with(&order[1]).expect("it is held");
    assert_eq!(moved.ids().collect::<Vec<_>>(), [order[1].as_str(), &order[0], &order[2]]);
    assert!(both().making_with("00000000").is_err());
}

#[test]
fn every_purpose_has_a_key_of_its_own_s_tok_1() {
    use std::collections::BTreeSet;
    let purposes = [
        Purpose::Access,
        Purpose::Refresh,
        Purpose::Link,
        Purpose::Cursor,
        Purpose::Messages,
        Purpose::Addresses,
        Purpose::Pseudonyms,
        Purpose::Signature,
        Purpose::Passwords,
        Purpose::SignIns,
        Purpose::Devices,
        Purpose::Resets,
    ];
    let keys: BTreeSet<[u8; 32]> =
        [OLD, NEW].iter().flat_map(|secret| purposes.map(|purpose| keys(secret).key(purpose))).collect();
    assert_eq!(keys.len(), 2 * purposes.len());
}

proptest! {
    #[test]
    fn a_list_of_secrets_is_read_whole_or_not_at_all_s_tok_1(lines in prop::collection::vec("[ -+.-~]{0,70}", 0..5)) {
        let text = lines.join(",");
        let secrets: Vec<&str> = lines.iter().map(|line| line.trim()).filter(|line| !line.is_empty()).collect();
        let good = !secrets.is_empty() && secrets.iter().all(|secret| secret.len() >= 32);
        match Keys::from_text(&text.into(), "the test") {
            Ok(keys) => prop_assert!(good && keys.ids().count() == secrets.len()),
            Err(_) => prop_assert!(!good),
        }
    }
}
