//! Settings and the command line, as whoever starts the program meets them.

use std::process::{Command, Output};

use twin_cities_awards::http::problem::{Code, Problem};
use twin_cities_awards::text::Language;

use crate::app::Folder;

fn program(folder: &Folder, words: &[&str], settings: &[(&str, &str)]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_twin-cities-awards"))
        .args(words)
        .envs(settings.iter().copied())
        .current_dir(&folder.0)
        .output()
        .expect("the program runs")
}

fn lines(bytes: &[u8]) -> Vec<String> {
    String::from_utf8_lossy(bytes).lines().map(str::to_owned).collect()
}

#[test]
fn every_wrong_setting_is_named_at_once() {
    let folder = Folder::new();
    std::fs::write(folder.0.join("tca.toml"), "mail_rate = \"many\"\n").expect("it is written");
    let settings = [("TCA_LISTEN", "nowhere"), ("TCA_SECRET", "short"), ("TCA_CLOCK", "noon")];
    let out = program(&folder, &["config", "--config", "tca.toml", "--database", "mysql://x"], &settings);
    assert_eq!(out.status.code(), Some(2));
    let names: Vec<String> =
        lines(&out.stderr).iter().map(|line| line.split(' ').next().unwrap_or_default().to_owned()).collect();
    assert_eq!(names, ["database", "listen", "mail_rate", "secret", "clock"]);
}

#[test]
fn a_flag_wins_over_a_variable_and_a_variable_over_the_file() {
    let folder = Folder::new();
    std::fs::write(folder.0.join("tca.toml"), "listen = \"127.0.0.1:1\"\nmail_rate = \"7\"\n").expect("it is written");
    let settings = [("TCA_LISTEN", "127.0.0.1:2"), ("TCA_SECRET", "thirty-two characters are enough.")];
    let out = program(&folder, &["config", "--config", "tca.toml", "--listen", "127.0.0.1:3"], &settings);
    let said = lines(&out.stdout);
    assert!(said.contains(&"listen = \"127.0.0.1:3\"".to_owned()), "{said:?}");
    assert!(said.contains(&"mail_rate = \"7\"".to_owned()), "{said:?}");
    assert!(!said.join("\n").contains("enough"), "the secret is shown: {said:?}");
    let out = program(&folder, &["config", "--config", "tca.toml"], &settings);
    assert!(lines(&out.stdout).contains(&"listen = \"127.0.0.1:2\"".to_owned()));
}

#[test]
fn no_password_of_the_database_is_shown_wherever_it_stands_in_the_address() {
    let folder = Folder::new();
    for (address, shown) in [
        ("postgres://tca:canary@127.0.0.1/awards", "postgres://tca:***@127.0.0.1/awards"),
        ("postgres://127.0.0.1/awards?user=tca&password=canary", "postgres://127.0.0.1/awards?user=tca&password=***"),
        ("postgres://127.0.0.1/awards?%70assword=canary", "postgres://127.0.0.1/awards?%70assword=***"),
        ("postgres://tca:canary@127.0.0.1/a?sslpassword=canary@x", "postgres://tca:***@127.0.0.1/a?sslpassword=***"),
        ("postgres://127.0.0.1/awards?connect_timeout=5", "postgres://127.0.0.1/awards?connect_timeout=5"),
    ] {
        let out = program(&folder, &["config"], &[("TCA_DATABASE", address)]);
        assert!(lines(&out.stdout).contains(&format!("database = \"{shown}\"")), "{address}: {:?}", lines(&out.stdout));
    }
}

#[test]
fn a_setting_that_does_not_exist_is_named() {
    let folder = Folder::new();
    std::fs::write(folder.0.join("tca.toml"), "colour = \"blue\"\n").expect("it is written");
    let out = program(&folder, &["config", "--config", "tca.toml"], &[]);
    assert_eq!(out.status.code(), Some(2));
    assert!(lines(&out.stderr)[0].contains("colour"), "{:?}", lines(&out.stderr));
}

#[test]
fn by_a_set_clock_mail_reaches_this_machine_only() {
    let folder = Folder::new();
    let settings = [("TCA_SMTP", "smtps://user:word@mail.example.org"), ("TCA_MAIL_FROM", "awards@example.org")];
    let out = program(&folder, &["config", "--clock", "2021-06-15T12:00:00Z"], &settings);
    assert_eq!(out.status.code(), Some(2));
    assert!(lines(&out.stderr)[0].starts_with("smtp "), "{:?}", lines(&out.stderr));
    let out = program(&folder, &["config"], &settings);
    assert_eq!(out.status.code(), Some(0));
    assert!(!lines(&out.stdout).join("\n").contains("word@"), "the password is shown");
}

#[test]
fn a_command_that_does_not_exist_is_a_matter_of_usage() {
    assert_eq!(program(&Folder::new(), &["annonce"], &[]).status.code(), Some(2));
}

#[test]
fn a_secret_that_others_may_read_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new();
    let made = program(&folder, &["edition", "list"], &[]);
    assert_eq!(made.status.code(), Some(0), "{:?}", lines(&made.stderr));
    let secret = folder.0.join("data/secret");
    let mode = |file: &std::path::Path| std::fs::metadata(file).expect("it is there").permissions().mode() & 0o777;
    assert_eq!((mode(&secret), mode(&folder.0.join("data/awards.db"))), (0o600, 0o600));
    std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o644)).expect("it is ours");
    let refused = program(&folder, &["edition", "list"], &[]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(lines(&refused.stderr)[0].contains("0600"), "{:?}", lines(&refused.stderr));
}

#[test]
fn every_problem_says_itself_in_both_languages() {
    let mut told = String::new();
    for code in Code::ALL {
        for language in [Language::En, Language::Ru] {
            told.push_str(&format!("{language} {}\n", Problem::new(*code).document(language, "/somewhere")));
        }
    }
    insta::assert_snapshot!("every_problem", told);
}
