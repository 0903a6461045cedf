//! A disk that fails (F2): nothing is acknowledged that is not kept, and the process ends, so that a fresh one recovers.
//!
//! The failure is real: the system lets no file grow over a limit, SQLite's write comes back with EFBIG, and SQLite calls
//! that an I/O error.

#![cfg(unix)]

use std::collections::BTreeSet;
use std::process::{Command, Stdio};
use std::time::Duration;

use diesel::prelude::*;
use reqwest::Method;
use serde_json::Value as Json;
use twin_cities_awards::config::RawConfig;
use twin_cities_awards::store::DatabaseUrl;

use crate::app::{Folder, MAY};
use crate::people::maria;
use crate::program::{Server, program, said, with_settings};

/// What a file may grow to, in blocks of 512 bytes: enough to open, to migrate and to take some nominations.
const BLOCKS: u32 = 12_000;

#[test]
fn after_a_failed_write_nothing_is_acknowledged_and_the_process_ends_s_sto_2() {
    let folder = Folder::new();
    let database = format!("sqlite://{}", folder.0.join("awards.db").display());
    said(program(&database, &folder, MAY, &["edition", "create", "--template", "tca-2021"]));

    let mut limited = Command::new("sh");
    // Without the trap the system would kill whoever writes too much.
    let script = format!("trap '' XFSZ; ulimit -f {BLOCKS}; exec \"$0\" serve --no-worker");
    limited.args(["-c", &script, env!("CARGO_BIN_EXE_twin-cities-awards")]).stderr(Stdio::piped());
    with_settings(&mut limited, &database, &folder, MAY);
    let mut server = Server::start(limited);

    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let acknowledged = runtime.block_on(nominate_until_it_fails(&server));
    assert!(acknowledged.len() > 20, "it worked before it failed: {}", acknowledged.len());
    let code = runtime.block_on(end_of(&mut server));
    assert_eq!(code, Some(1), "whoever watches over it starts it anew");

    let there = stands(&database);
    let lost: Vec<&String> = acknowledged.difference(&there).collect();
    assert!(lost.is_empty(), "acknowledged and gone: {lost:?}");
    let fresh = Server::start(program(&database, &folder, MAY, &["serve", "--no-worker"]));
    let (status, _) = runtime.block_on(nominate(&fresh)).expect("it answers");
    assert_eq!(status, 201, "a fresh process takes writes");
}

/// Answers whose nominations got a 201; the first other answer must be a 503 that says when to come again.
async fn nominate_until_it_fails(server: &Server) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for _ in 0..5_000 {
        match nominate(server).await {
            Some((201, receipt)) => _ = ids.insert(receipt["id"].as_str().expect("an id").to_owned()),
            Some((status, problem)) => {
                assert_eq!(status, 503, "{problem}");
                assert!(!problem.to_string().contains("disk"), "the cause is the log's: {problem}");
                return ids;
            }
            None => panic!("it hung up instead of answering"),
        }
    }
    panic!("the disk never failed");
}

async fn nominate(server: &Server) -> Option<(u16, Json)> {
    let sent = server.call(Method::POST, "/api/v1/editions/2021/nominations").json(&maria()).send().await.ok()?;
    Some((sent.status().as_u16(), sent.json().await.ok()?))
}

/// The exit code, which comes by itself.
async fn end_of(server: &mut Server) -> Option<i32> {
    for _ in 0..4_000 {
        if let Some(status) = server.process.try_wait().expect("it is ours") {
            return status.code();
        }
        tokio::time::sleep(Duration::from_millis(10)).await; // a process's end rings no bell here
    }
    panic!("it goes on without a disk");
}

#[derive(QueryableByName)]
struct Id {
    #[diesel(sql_type = diesel::sql_types::Text)]
    id: String,
}

fn stands(database: &str) -> BTreeSet<String> {
    let file = database.strip_prefix("sqlite://").expect("a file");
    let mut conn = SqliteConnection::establish(file).expect("it opens");
    let sound: Vec<Id> = diesel::sql_query("SELECT integrity_check AS id FROM pragma_integrity_check")
        .load(&mut conn)
        .expect("it answers");
    assert_eq!(sound.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), ["ok"]);
    let rows: Vec<Id> = diesel::sql_query("SELECT id FROM nominations").load(&mut conn).expect("it answers");
    rows.into_iter().map(|row| row.id).collect()
}

#[test]
fn a_database_across_a_network_is_taken_with_checked_tls_alone_s_sto_4() {
    for (address, guarded) in [
        ("sqlite://data/awards.db", true),
        ("postgres://awards:word@127.0.0.1/awards", true),
        ("postgres://awards@127.9.9.9:5433/awards", true),
        ("postgres://awards@localhost/awards", true),
        ("postgres://awards@[::1]/awards", true),
        ("postgres:///awards?host=/run/postgresql", true),
        ("postgres://%2Frun%2Fpostgresql/awards", true),
        ("postgres://db.example.org/awards?sslmode=verify-full&sslrootcert=ca.pem", true),
        ("postgres://db.example.org/awards", false),
        ("postgres://10.0.0.7/awards", false),
        ("postgres://db/awards?sslmode=prefer", false),
        ("postgres://db/awards?sslmode=require", false),
        ("postgres://db/awards?sslmode=verify-ca", false),
        ("postgres://db/awards?sslmode=verify-full&sslmode=disable", false),
        ("postgres://localhost/awards?host=db.example.org", false),
        ("postgres://localhost/awards?hostaddr=192.0.2.7", false),
        ("postgres://localhost,db.example.org/awards", false),
        ("postgres://localhost/awards?host=localhost,db.example.org", false),
    ] {
        let database = DatabaseUrl::parse(address).expect("an address");
        assert_eq!(database.is_guarded(), guarded, "{address}");
        let checked = RawConfig { database: Some(address.to_owned()), ..RawConfig::default() }.check();
        let names: Vec<_> = checked.err().into_iter().flatten().map(|fault| fault.name).collect();
        assert_eq!(names.is_empty(), guarded, "{address}: {names:?}");
    }
}
