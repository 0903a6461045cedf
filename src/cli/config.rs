//! `config`: the settings in force, as a TOML file would hold them, secrets masked; and the ids of the secrets given.

use super::{Outcome, open, say};
use crate::config::Config;

pub(super) fn run(config: &Config) -> Outcome {
    for (name, value) in config.show() {
        say(&format!("{name} = {}", toml::Value::from(value)));
    }
    let ids = open::key_ids(config)?;
    let told = if ids.is_empty() { "none yet: a secret is made on first use".to_owned() } else { ids.join(", ") };
    say(&format!("# key ids of the secrets, newest first: {told}"));
    Ok(())
}
