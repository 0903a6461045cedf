//! `verify`: checks what the service handed out, on a machine that need not know it. It opens no database.
//!
//! So far it reads an audit. A sealed bundle (`--bundle`) will stand beside it: then one of the two is owed.

use std::io::BufReader;
use std::path::PathBuf;

use clap::Args;

use super::{Failure, Outcome, say};
use crate::audit::check::{Anchor, Report, check};

/// Checks an audit: that nothing in it was changed, dropped, put in, put in another order or appended.
#[derive(Args)]
pub(super) struct Verify {
    /// The audit as `GET …/audit` gave it, its pages or their items one after another; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    audit: PathBuf,
    /// A number and its hash that somebody kept, from a digest mail or from `GET …/audit/head`; as often as you like
    #[arg(long, value_name = "NUMBER:HASH", value_parser = anchor)]
    anchor: Vec<Anchor>,
    /// The same where it was the newest event when the file was made: the file must end with it
    #[arg(long, value_name = "NUMBER:HASH", value_parser = anchor)]
    head: Option<Anchor>,
}

fn anchor(text: &str) -> Result<Anchor, String> {
    Anchor::parse(text).ok_or_else(|| "a number, a colon and 64 hex digits".to_owned())
}

impl Verify {
    pub(super) fn run(self) -> Outcome {
        let named = |error: std::io::Error| Failure::Line(format!("{}: {error}", self.audit.display()));
        let checked = if self.audit.as_os_str() == "-" {
            check(std::io::stdin().lock(), &self.anchor, self.head.as_ref())
        } else {
            let file = std::fs::File::open(&self.audit).map_err(named)?;
            check(BufReader::new(file), &self.anchor, self.head.as_ref())
        };
        match checked {
            Ok(report) => tell(&report),
            Err(unreadable) => {
                let error = serde_json::json!({
                    "pointer": "", "code": "not_an_audit", "message": unreadable.to_string(),
                });
                say(&serde_json::json!({"errors": [error]}).to_string());
                Err(Failure::BadData)
            }
        }
    }
}

fn tell(report: &Report) -> Outcome {
    if let Some((first, last)) = report.first_and_last {
        say(&format!(
            "events {first} to {last}: {} read whole, {} by their digests alone; the last is {last}:{}",
            report.whole, report.hidden, report.hash
        ));
    }
    for number in &report.anchored {
        say(&format!("the anchor {number} agrees"));
    }
    report.findings.iter().for_each(|finding| say(&finding.to_string()));
    if report.findings.is_empty() {
        say("the chain holds");
        return Ok(());
    }
    Err(Failure::Line("the audit does not hold".to_owned()))
}
