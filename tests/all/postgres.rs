//! A PostgreSQL server of the tests' own: made in a private folder, on a free port, stopped when the tests end.
//!
//! PostgreSQL's programs are looked for on the `PATH` and where Debian keeps them. Where there are none, the stories
//! that want it are left out with one line, unless `TCA_TEST_REQUIRE` names `postgres`.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// Whether `TCA_TEST_REQUIRE` names this helper program.
#[expect(clippy::disallowed_methods, reason = "tests ask the environment what they may leave out")]
pub fn required(what: &str) -> bool {
    std::env::var("TCA_TEST_REQUIRE").is_ok_and(|list| list.split(',').any(|name| name.trim() == what))
}

/// A fresh, empty database; `None` where PostgreSQL is not installed.
pub fn database() -> Option<String> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let port = server()?;
    let name = format!("story_{}", COUNT.fetch_add(1, Ordering::SeqCst));
    let admin = format!("postgres://tester@127.0.0.1:{port}/postgres");
    let mut conn = <diesel::PgConnection as diesel::Connection>::establish(&admin).expect("the server answers");
    diesel::connection::SimpleConnection::batch_execute(&mut conn, &format!("CREATE DATABASE {name}"))
        .expect("a database can be made");
    Some(format!("postgres://tester@127.0.0.1:{port}/{name}"))
}

/// The port of the one server of this test run.
fn server() -> Option<u16> {
    static SERVER: OnceLock<Option<u16>> = OnceLock::new();
    *SERVER.get_or_init(|| {
        let Some(bin) = programs() else {
            assert!(!required("postgres"), "PostgreSQL is required, but `initdb` is not to be found");
            eprintln!("left out: stories on PostgreSQL, since `initdb` is not to be found");
            return None;
        };
        Some(start(&bin))
    })
}

#[expect(clippy::disallowed_methods, reason = "tests look for programs where the shell would")]
fn programs() -> Option<PathBuf> {
    let path = std::env::var("PATH").unwrap_or_default();
    let debian = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = debian.map(|version| version.path().join("bin")).collect();
    folders.extend(std::env::split_paths(&path));
    folders.into_iter().find(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file())
}

/// PostgreSQL refuses to run as root: then it runs as `postgres` or `nobody`.
fn as_whom() -> Option<&'static str> {
    let root = Command::new("id").arg("-u").output().is_ok_and(|out| out.stdout.trim_ascii() == b"0");
    let known = |user: &&&str| Command::new("id").arg(user).output().is_ok_and(|out| out.status.success());
    root.then(|| *["postgres", "nobody"].iter().find(known).expect("a user that is not root"))
}

fn start(bin: &Path) -> u16 {
    let folder = std::env::temp_dir().join(format!("tca-postgres-{}", std::process::id()));
    let _none_yet = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder can be made");
    let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port").port();
    // The server ends with our end of the pipe, however the tests end. Its files lie in the folder alone.
    let script = format!(
        "set -e; cd {folder}
         {bin}/initdb -D {folder}/data -U tester -A trust -E UTF8 --locale=C.UTF-8 --no-sync >{folder}/log 2>&1
         {bin}/postgres -D {folder}/data -p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} \
           -c max_connections=300 -c shared_buffers=64MB >>{folder}/log 2>&1 &
         server=$!; cat >/dev/null || true; kill -INT $server; wait $server || true; cd /; rm -rf {folder}",
        folder = folder.display(),
        bin = bin.display(),
    );
    let mut command = match as_whom() {
        Some(user) => {
            let owned = Command::new("chown").arg(user).arg(&folder).status().expect("chown runs");
            assert!(owned.success());
            let mut command = Command::new("setpriv");
            command.args(["--reuid", user, "--clear-groups", "--", "sh", "-c", &script]);
            command
        }
        None => {
            let mut command = Command::new("sh");
            command.args(["-c", &script]);
            command
        }
    };
    let child = command.stdin(Stdio::piped()).spawn().expect("PostgreSQL starts");
    std::mem::forget(child); // keeps the pipe open until this process ends
    wait_until_ready(port, &folder);
    port
}

fn wait_until_ready(port: u16, folder: &Path) {
    let address = format!("postgres://tester@127.0.0.1:{port}/postgres");
    for _ in 0..600 {
        if <diesel::PgConnection as diesel::Connection>::establish(&address).is_ok() {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(50)); // there is nothing to wait on but its answer
    }
    let log = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
    panic!("PostgreSQL did not start: {log}");
}
