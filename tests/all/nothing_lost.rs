//! Nothing lost (F1): the program is killed under load, at instants that a seed chooses, and each nomination that got a
//! 201 is there afterwards with its message and its audit event, and no half of one that did not.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use diesel::prelude::*;
use diesel::sql_types::Text;
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use serde_json::Value as Json;

use crate::app::Folder;
use crate::people::maria;

/// Kills on each database.
const KILLS: usize = 30;
/// Clients that nominate at once.
const CLIENTS: usize = 24;

/// The program's own binary, with a database and a standing trial clock.
fn program(database: &str, folder: &Folder, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_twin-cities-awards"));
    command
        .args(words)
        .args(["--database", database, "--clock", "2021-05-10T10:00:00Z", "--listen", "127.0.0.1:0"])
        .args(["--public-url", "http://awards.example.org"])
        .env("TCA_SECRET", "the root secret of a story that all may know")
        .env("TCA_MAIL_DIR", folder.0.join("mail"))
        .env("RUST_LOG", "error")
        .current_dir(&folder.0);
    command
}

struct Server {
    process: Child,
    address: String,
}

impl Server {
    fn start(database: &str, folder: &Folder) -> Self {
        let mut process = program(database, folder, &["serve", "--no-worker"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut line = String::new();
        BufReader::new(process.stdout.take().expect("it is piped")).read_line(&mut line).expect("it says a line");
        let address = line.trim().strip_prefix("listening on ").expect("its address").to_owned();
        Self { process, address }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _gone = self.process.kill(); // SIGKILL
        let _reaped = self.process.wait();
    }
}

#[test]
fn a_killed_server_keeps_what_it_acknowledged_on_sqlite() {
    let folder = Folder::new();
    let database = format!("sqlite://{}", folder.0.join("awards.db").display());
    kill_again_and_again(&database, &folder);
}

#[test]
fn a_killed_server_keeps_what_it_acknowledged_on_postgres() {
    let Some(database) = crate::postgres::database() else { return };
    kill_again_and_again(&database, &Folder::new());
}

/// A second one would take over the mail that the first is sending (S-STO-4).
#[test]
fn one_server_runs_on_a_sqlite_file_and_other_commands_beside_it() {
    let folder = Folder::new();
    let database = format!("sqlite://{}", folder.0.join("awards.db").display());
    let _running = Server::start(&database, &folder);
    let second = program(&database, &folder, &["serve"]).output().expect("it runs");
    assert_eq!(second.status.code(), Some(1), "{}", String::from_utf8_lossy(&second.stderr));
    assert!(String::from_utf8_lossy(&second.stderr).contains("another `serve` or `worker`"));
    assert!(program(&database, &folder, &["edition", "list"]).output().expect("it runs").status.success());
}

fn kill_again_and_again(database: &str, folder: &Folder) {
    let made = program(database, folder, &["edition", "create", "--template", "tca-2021"]).output().expect("it runs");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let mut chance = StdRng::seed_from_u64(1941);
    let mut acknowledged = BTreeSet::new();
    for _ in 0..KILLS {
        let server = Server::start(database, folder);
        let enough = chance.random_range(1..120);
        let answers = runtime.block_on(load_until_killed(server, enough));
        assert!(answers.len() >= enough, "{} of {enough} were answered", answers.len());
        acknowledged.extend(answers);
    }
    let stands = Stands::read(database);
    let lost: Vec<_> = acknowledged.difference(&stands.nominations).collect();
    assert!(lost.is_empty(), "acknowledged and gone: {lost:?}");
    assert_eq!(stands.nominations, stands.messages, "a nomination without its message, or the reverse");
    assert_eq!(stands.nominations, stands.events, "a nomination without its event, or the reverse");
}

/// Nominates with many clients until `enough` were answered with 201, then kills the server under them.
async fn load_until_killed(server: Server, enough: usize) -> Vec<String> {
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let count = Arc::new(AtomicUsize::new(0));
    let (reached, mut is_reached) = tokio::sync::mpsc::channel::<()>(1);
    let url = format!("{}/api/v1/editions/2021/nominations", server.address);
    let clients: Vec<_> = (0..CLIENTS)
        .map(|_| {
            let (client, url, count, reached) = (client.clone(), url.clone(), Arc::clone(&count), reached.clone());
            tokio::spawn(async move {
                let mut ids = Vec::new();
                let send = || client.post(&url).header("host", "awards.example.org").json(&maria()).send();
                while let Ok(answer) = send().await {
                    let created = answer.status().as_u16() == 201;
                    let Ok(receipt) = answer.json::<Json>().await else { break };
                    assert!(created, "{receipt}");
                    ids.push(receipt["id"].as_str().expect("an id").to_owned());
                    if count.fetch_add(1, Ordering::SeqCst) + 1 == enough {
                        let _killed_already = reached.try_send(());
                    }
                }
                ids
            })
        })
        .collect();
    is_reached.recv().await.expect("the clients run");
    drop(server);
    let mut ids = Vec::new();
    for client in clients {
        ids.extend(client.await.expect("a client ends by itself"));
    }
    ids
}

#[derive(QueryableByName)]
struct Id {
    #[diesel(sql_type = Text)]
    id: String,
}

/// What the database holds: nominations, and those that have a message and an event.
struct Stands {
    nominations: BTreeSet<String>,
    messages: BTreeSet<String>,
    events: BTreeSet<String>,
}

impl Stands {
    fn read(database: &str) -> Self {
        match database.strip_prefix("sqlite://") {
            Some(file) => {
                let mut conn = SqliteConnection::establish(file).expect("the file opens");
                Self::ask(&mut |sql| diesel::sql_query(sql).load::<Id>(&mut conn).expect("it answers"))
            }
            None => {
                let mut conn = PgConnection::establish(database).expect("the server answers");
                Self::ask(&mut |sql| diesel::sql_query(sql).load::<Id>(&mut conn).expect("it answers"))
            }
        }
    }

    fn ask(query: &mut dyn FnMut(&str) -> Vec<Id>) -> Self {
        let mut ids = |sql| query(sql).into_iter().map(|row| row.id).collect();
        Self {
            nominations: ids("SELECT id FROM nominations"),
            messages: ids("SELECT about AS id FROM messages WHERE kind = 'confirm_address'"),
            events: ids("SELECT subject AS id FROM audit_events WHERE act = 'nomination_received'"),
        }
    }
}
