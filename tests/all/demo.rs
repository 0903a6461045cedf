//! The demo, as whoever has just fetched the program starts it: what it prints works.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

use actix_web::rt::System;
use reqwest::StatusCode;
use serde_json::{Value as Json, json};

/// Looks at the mailbox until a mail is there.
const LOOKS: usize = 5_000;

/// The demo, running.
pub struct Demo {
    process: Child,
    /// What it printed before it listened.
    said: Vec<String>,
    /// `http://127.0.0.1:port`.
    pub address: String,
}

impl Demo {
    /// Starts it at this moment.
    pub fn start(moment: &str) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
        let mut process = Command::new(env!("CARGO_BIN_EXE_twin-cities-awards"))
            .args(["demo", "--at", moment, "--listen", &format!("127.0.0.1:{port}")])
            .env("RUST_LOG", "error")
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let out = BufReader::new(process.stdout.take().expect("it is piped"));
        let mut said = Vec::new();
        for line in out.lines() {
            let line = line.expect("it says words");
            if line.starts_with("listening on ") {
                return Self { process, said, address: format!("http://127.0.0.1:{port}") };
            }
            said.push(line);
        }
        let end = process.wait();
        panic!("the demo ended ({end:?}): {said:?}")
    }

    async fn get(&self, path: &str) -> (StatusCode, String) {
        let answer = reqwest::get(format!("{}{path}", self.address)).await.expect("it answers");
        (answer.status(), answer.text().await.expect("words"))
    }

    async fn post(&self, path: &str, body: &Json) -> (StatusCode, Json) {
        let answer = reqwest::Client::new().post(format!("{}{path}", self.address)).json(body).send().await;
        let answer = answer.expect("it answers");
        (answer.status(), answer.json().await.expect("JSON"))
    }

    /// The token behind the first line of the newest mails that links to this page.
    async fn mailed_token(&self, page: &str) -> String {
        for _ in 0..LOOKS {
            let (_, list) = self.get("/en/demo/mail").await;
            for mail in list.split("href=\"").filter_map(|rest| rest.split('"').next()) {
                if mail.contains("/demo/mail/") {
                    let (_, mail) = self.get(mail).await;
                    if let Some((_, rest)) = mail.split_once(&format!("/en/{page}/")) {
                        return rest
                            .chars()
                            .take_while(|sign| sign.is_ascii_alphanumeric() || "-_".contains(*sign))
                            .collect();
                    }
                    break; // only the newest may be it
                }
            }
        }
        panic!("no mail with /{page}/")
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _gone = self.process.kill();
        let _reaped = self.process.wait();
    }
}

#[test]
fn the_printed_call_nominates_and_the_mailed_link_confirms() {
    System::new().block_on(async {
        let demo = Demo::start("nominations");
        let call = demo.said.iter().find(|line| line.trim_start().starts_with("curl ")).expect("a ready call");
        let (_, body) = call.split_once("-d '").expect("with its body");
        let body: Json = serde_json::from_str(body.trim_end_matches('\'')).expect("that is JSON");

        let (status, receipt) = demo.post("/api/v1/editions/2027/nominations", &body).await;
        assert_eq!((status, &receipt["status"]), (StatusCode::CREATED, &json!("unconfirmed")), "{receipt}");
        let token = demo.mailed_token("confirm").await;
        let (status, receipt) = demo.post("/api/v1/confirmations", &json!({"token": token})).await;
        assert_eq!((status, &receipt["status"]), (StatusCode::OK, &json!("submitted")), "{receipt}");
    });
}

#[test]
fn whoever_is_printed_signs_in_at_each_moment() {
    System::new().block_on(async {
        for (moment, winners) in
            [("judging", StatusCode::NOT_FOUND), ("deliberation", StatusCode::NOT_FOUND), ("announced", StatusCode::OK)]
        {
            let demo = Demo::start(moment);
            let (_, edition) = demo.get("/api/v1/editions/current").await;
            assert!(edition.contains(&format!("\"phase\":\"{moment}\"")), "{edition}");
            assert_eq!(demo.get("/api/v1/editions/2027/winners").await.0, winners);
            assert_eq!(demo.get("/api/v1/editions/2021/winners").await.0, StatusCode::OK);
            assert!(!demo.said.iter().any(|line| line.trim_start().starts_with("curl ")), "nominations are closed");

            let mut people = 0;
            for line in &demo.said {
                let words: Vec<&str> = line.split_whitespace().collect();
                let Some(at) = words.iter().position(|word| word.contains("@")) else { continue };
                let body = json!({"email": words[at], "password": words[at + 1]});
                let (status, answer) = demo.post("/api/v1/auth/login", &body).await;
                assert_eq!(status, StatusCode::OK, "{line}: {answer}");
                people += 1;
            }
            assert_eq!(people, 14);
        }
    });
}
