//! `config`: the settings in force, as a TOML file would hold them, secrets masked.

use super::{Outcome, say};
use crate::config::Config;

pub(super) fn run(config: &Config) -> Outcome {
    for (name, value) in config.show() {
        say(&format!("{name} = {}", toml::Value::from(value)));
    }
    Ok(())
}
