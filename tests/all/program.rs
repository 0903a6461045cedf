//! The program's own binary, as an operator runs it, in a trial whose clock starts where a story says.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use reqwest::Method;
use serde_json::Value as Json;

use crate::app::Folder;

/// The program on this database, by this clock.
pub fn program(database: &str, folder: &Folder, clock: &str, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_twin-cities-awards"));
    with_settings(command.args(words), database, folder, clock);
    command
}

/// The settings of such a trial.
pub fn with_settings(command: &mut Command, database: &str, folder: &Folder, clock: &str) {
    command
        .env("TCA_DATABASE", database)
        .env("TCA_CLOCK", clock)
        .env("TCA_LISTEN", "127.0.0.1:0")
        .env("TCA_PUBLIC_URL", "http://awards.example.org")
        .env("TCA_SECRET", "the root secret of a story that all may know")
        .env("TCA_MAIL_DIR", folder.0.join("mail"))
        .env("RUST_LOG", "error")
        .current_dir(&folder.0);
}

/// What it prints; it must succeed.
pub fn said(mut command: Command) -> String {
    let out = command.output().expect("it runs");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).expect("it prints text")
}

/// A running `serve`, killed at the end.
pub struct Server {
    /// The process.
    pub process: Child,
    address: String,
}

impl Server {
    /// Starts it, and waits until it listens.
    pub fn start(mut command: Command) -> Self {
        let mut process = command.stdout(Stdio::piped()).spawn().expect("the program starts");
        let mut line = String::new();
        BufReader::new(process.stdout.take().expect("it is piped")).read_line(&mut line).expect("it says a line");
        let address = line.trim().strip_prefix("listening on ").expect("its address").to_owned();
        Self { process, address }
    }

    /// A call anywhere.
    pub fn call(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        client.request(method, format!("{}{path}", self.address)).header("host", "awards.example.org")
    }

    /// Status and body of a `GET` with this token.
    pub async fn get(&self, path: &str, token: &str) -> (u16, Json) {
        let answer = self.call(Method::GET, path).bearer_auth(token).send().await.expect("it answers");
        (answer.status().as_u16(), answer.json().await.expect("JSON"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _gone = self.process.kill();
        let _reaped = self.process.wait();
    }
}
