//! The audit's chain: every act is in it, numbered without a gap, and a second reckoning comes to the same hashes.

use diesel::prelude::*;
use serde_json::Value as Json;
use sha2::{Digest as _, Sha256};
use twin_cities_awards::audit::seal::{self, EventRow};
use twin_cities_awards::store::StoreError;
use twin_cities_awards::store::schema::audit_events;

use crate::app::{TestApp, stories};
use crate::people::maria;

stories![the_chain_holds_every_act_and_shows_a_change];

async fn chain(app: &TestApp) -> Vec<EventRow> {
    let rows = app.app.store.read(|tx| {
        let sealed = audit_events::table.filter(audit_events::number.is_not_null()).order(audit_events::number);
        Ok::<_, StoreError>(sealed.select(EventRow::as_select()).load(tx)?)
    });
    rows.await.expect("it can be read")
}

/// SHA-256 over label, previous hash and the event's JSON with sorted keys, a line each: written anew from the rule.
fn reckon(event: &EventRow, previous: &str) -> String {
    let text = |text: &str| Json::from(text).to_string();
    let maybe = |value: &Option<String>| value.as_deref().map_or("null".to_owned(), text);
    let json = format!(
        r#"{{"act":{},"actor":{},"at":{},"detail":{},"edition":{},"id":{},"number":{},"request":{},"subject":{}}}"#,
        text(&event.act),
        text(&event.actor),
        text(&event.at.to_string()),
        event.detail,
        maybe(&event.edition),
        text(&event.id),
        event.number.expect("it is sealed"),
        maybe(&event.request),
        text(&event.subject),
    );
    let digest = Sha256::digest(format!("tca-audit/1\n{previous}\n{json}\n"));
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn the_chain_holds_every_act_and_shows_a_change(app: TestApp) {
    app.edition_2021().await;
    app.operator_invites("organiser", None, "olive@example.org").await;
    app.nominate(&maria()).await;
    loop {
        let sealed = app.app.store.write(|tx| Ok::<_, StoreError>(seal::seal_some(tx)?)).await.expect("it is sealed");
        if sealed == 0 {
            break;
        }
    }

    let events = chain(&app).await;
    let acts: Vec<&str> = events.iter().map(|event| event.act.as_str()).collect();
    for act in ["edition_created", "person_invited", "person_accepted", "nomination_received", "nomination_confirmed"] {
        assert!(acts.contains(&act), "{act} is not among {acts:?}");
    }
    let numbers: Vec<i64> = events.iter().filter_map(|event| event.number).collect();
    assert_eq!(numbers, (1..=i64::try_from(events.len()).expect("few")).collect::<Vec<_>>());
    let mut previous = String::new();
    for event in &events {
        previous = reckon(event, &previous);
        assert_eq!(event.hash.as_deref(), Some(previous.as_str()), "{event:?}");
    }
    let personal = format!("{events:?}");
    assert!(!personal.contains("example.org") && !personal.contains("Мария"), "the audit holds personal data");

    let mut changed = events[1].clone();
    changed.actor = "account:somebody-else".to_owned();
    assert_ne!(Some(reckon(&changed, events[0].hash.as_deref().expect("sealed"))), changed.hash);
}
