//! A mail that came back: the report names our Message-ID, or was sent to the address whose token is one.

use serde_json::json;

use super::store::{self, Why};
use crate::app::App;
use crate::audit::{self, Act, Deed};
use crate::ids::MessageId;
use crate::store::StoreError;

/// Blocks the address that a returned mail had gone to; answers which message it was, if it was one of ours.
///
/// `report` is the whole returned mail as it arrived.
///
/// # Errors
/// The store's.
pub async fn take(app: &App, deed: Deed, report: &str) -> Result<Option<MessageId>, StoreError> {
    let candidates = message_ids(report);
    let parts = app.clone();
    app.store
        .write(move |tx| {
            for candidate in &candidates {
                if let Some((id, edition, digest)) = store::by_message_id(tx, candidate)? {
                    store::suppress(tx, &digest, Why::Bounce, deed.at)?;
                    audit::record(tx, &parts, &deed, Act::MessageBounced, edition, id, json!({}))?;
                    return Ok(Some(id));
                }
            }
            Ok(None)
        })
        .await
}

/// Whatever in a report may be a Message-ID of ours: `UUID@domain`, also as `…+UUID without hyphens@domain`.
fn message_ids(report: &str) -> Vec<String> {
    const MOST: usize = 20; // a report quotes a few addresses; more is somebody who tries
    let ends_address = |sign: char| sign.is_whitespace() || "<>;,:()[]\"".contains(sign);
    let mut found = Vec::new();
    for word in report.split(ends_address) {
        let Some((local, domain)) = word.split_once('@') else { continue };
        let token = local.rsplit('+').next().unwrap_or_default();
        if let Ok(uuid) = uuid::Uuid::try_parse(token) {
            let id = format!("{}@{}", uuid.hyphenated(), domain.trim_end_matches('.'));
            if !found.contains(&id) && found.len() < MOST {
                found.push(id);
            }
        }
    }
    found
}
