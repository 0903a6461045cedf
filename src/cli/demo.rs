//! `demo`: the whole service on a throw-away database, with sample people and nominations.

use clap::Args;

use super::{Failure, Outcome, block_on, log, open, say, serve};
use crate::app::App;
use crate::clock::{Clock, Time};
use crate::config::{Config, RawConfig};
use crate::demo::{Moment, SignIn, tell};

/// Shows the service with sample people and nominations.
#[derive(Args)]
pub(super) struct Demo {
    /// Where the story stands: nominations, judging, deliberation or announced
    #[arg(long, value_name = "MOMENT", default_value = "nominations", value_parser = moment)]
    at: Moment,
}

fn moment(word: &str) -> Result<Moment, String> {
    Moment::parse(word).ok_or_else(|| "one of: nominations, judging, deliberation, announced".to_owned())
}

/// A folder that goes when the demo ends.
struct ThrowAway(std::path::PathBuf);

impl Drop for ThrowAway {
    fn drop(&mut self) {
        let _gone = std::fs::remove_dir_all(&self.0);
    }
}

impl Demo {
    pub(super) fn run(self, raw: RawConfig) -> Outcome {
        log::start("warn");
        let name = format!("twin-cities-awards-demo-{}", crate::chance::Chance::System.uuid_without_time());
        let folder = ThrowAway(std::env::temp_dir().join(name));
        let config = settings(raw, &folder)?;
        block_on(async {
            let start = Time::parse(self.at.starts_at()).expect("the moments are well formed");
            let telling = open::open_at(config.clone(), Clock::standing_at(start))?;
            let people = tell(&telling, self.at).await?;
            drop(telling);
            let app = open::open_at(config, Clock::starting_at(start))?;
            introduce(&app, self.at, &people);
            serve::serve(app, true).await
        })
    }
}

/// The demo's own database, mail folder and secret; the address may be chosen.
fn settings(raw: RawConfig, folder: &ThrowAway) -> Result<Config, Failure> {
    let own = RawConfig {
        database: Some(format!("sqlite://{}", folder.0.join("awards.db").display())),
        listen: raw.listen,
        public_url: raw.public_url,
        mail_dir: Some(folder.0.join("mail").display().to_string()),
        mail_from: Some("awards@example.org".to_owned()),
        ..RawConfig::default()
    };
    let mut config =
        own.check().map_err(|faults| Failure::Settings(faults.iter().map(ToString::to_string).collect()))?;
    config.demo = true;
    Ok(config)
}

fn introduce(app: &App, at: Moment, people: &[SignIn]) {
    let url = app.config.public_url.as_str();
    say(&format!(
        "Twin Cities Awards, a demo: edition 2027 on {}; all of it goes when you stop it (Ctrl-C).",
        app.clock.now()
    ));
    say("");
    say(&format!("  the service    {url}/"));
    say(&format!("  its API        {url}/api"));
    say(&format!("  its mail       {url}/demo/mail"));
    say("");
    say("Sign in as (POST /api/v1/auth/login):");
    for person in people {
        let role = person.panel.map_or_else(|| person.role.to_owned(), |panel| format!("{}, {panel}", person.role));
        say(&format!("  {role:<22} {:<28} {}  {}", person.email, person.password, person.name));
    }
    say("");
    if at == Moment::Nominations {
        say("Nominate somebody:");
        say(&format!(
            "  curl {url}/api/v1/editions/2027/nominations -H 'content-type: application/json' -d '{}'",
            example()
        ));
        say("");
    }
    say("Other moments of the story:");
    for other in Moment::ALL.iter().filter(|other| **other != at) {
        say(&format!("  cargo run --release -- demo --at {other}"));
    }
    say("");
}

/// A nomination on one line, without a sign that a shell would read.
fn example() -> String {
    crate::demo::example().to_string().replace('\'', "’")
}
