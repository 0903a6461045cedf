//! A trial on the command line: what `people invite` promises, it promises by the trial's clock.

use crate::app::Folder;
use crate::program::{Server, program, said};

#[test]
fn an_invitation_lives_for_14_days_of_the_trials_clock_on_sqlite() {
    let folder = Folder::new();
    let database = format!("sqlite://{}", folder.0.join("awards.db").display());
    an_invitation_lives_for_14_days(&database, &folder);
}

#[test]
fn an_invitation_lives_for_14_days_of_the_trials_clock_on_postgres() {
    let Some(database) = crate::postgres::database() else { return };
    an_invitation_lives_for_14_days(&database, &Folder::new());
}

/// The years are long past by the system's clock, and to come by none: only the trial's can make these answers.
fn an_invitation_lives_for_14_days(database: &str, folder: &Folder) {
    let at = |clock: &str, words: &[&str]| said(program(database, folder, clock, words));
    at("2021-05-10T09:00:00Z", &["edition", "create", "--template", "tca-2021"]);
    let invite = ["people", "invite", "--edition", "2021", "--role", "organiser", "--email", "olive@example.org"];
    let printed = at("2021-05-10T10:00:00Z", &[&invite[..], &["--name", "Olive Organiser"]].concat());
    let link = printed.lines().last().expect("the link is the last line");
    assert!(link.starts_with("http://awards.example.org/en/invitation/"), "{link}");
    let token = link.rsplit('/').next().expect("a token");

    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let look = |clock: &str| {
        let server = Server::start(program(database, folder, clock, &["serve", "--no-worker"]));
        runtime.block_on(server.get("/api/v1/link", token))
    };
    // The clocks run: a story's minute is a minute.
    let (status, link) = look("2021-05-24T09:50:00Z");
    assert_eq!((status, link["kind"].as_str()), (200, Some("invitation")), "{link}");
    let expires = link["expires_at"].as_str().expect("an instant");
    assert!(expires.starts_with("2021-05-24T10:0"), "{expires}");
    let (status, dead) = look("2021-05-24T10:10:00Z");
    assert_eq!((status, dead["code"].as_str()), (404, Some("link_not_valid")), "{dead}");
}
