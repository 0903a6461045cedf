//! The audit's chain: every act is in it, numbered without a gap; a second program comes to the same hashes; the database
//! itself refuses to change it; nothing that a person typed is in it.

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use reqwest::Method;
use serde_json::{Value as Json, json};
use twin_cities_awards::app::App;
use twin_cities_awards::audit::canonical::{NotCanonical, canonical};
use twin_cities_awards::audit::event::EventRow;
use twin_cities_awards::audit::{self, Act, Deed, seal};
use twin_cities_awards::store::schema::{audit_events, audit_notes};
use twin_cities_awards::store::{Conn, DatabaseUrl, Store, StoreError};

use crate::app::{TestApp, stories};
use crate::people::maria;

stories![
    a_second_program_comes_to_the_same_hashes,
    the_database_refuses_to_change_what_happened,
    an_event_that_commits_late_is_sealed_late_and_no_number_is_left_out,
    what_people_type_stands_beside_the_chain_and_can_be_erased,
    what_is_no_string_and_no_whole_number_is_refused_where_it_is_recorded,
];

/// Seals what waits; then the whole chain.
async fn chain(app: &TestApp) -> Vec<EventRow> {
    seal::seal(&app.app).await.expect("it is sealed");
    let rows = app.app.store.read(|tx| {
        let sealed = audit_events::table.filter(audit_events::number.is_not_null()).order(audit_events::number);
        Ok::<_, StoreError>(sealed.select(EventRow::as_select()).load(tx)?)
    });
    rows.await.expect("it can be read")
}

/// What has happened, oldest first: act, subject, edition.
pub async fn acts(app: &App) -> Vec<(String, String, Option<String>)> {
    let rows = app.store.read(|tx| {
        let columns = (audit_events::act, audit_events::subject, audit_events::edition);
        Ok::<_, StoreError>(audit_events::table.order(audit_events::id).select(columns).load(tx)?)
    });
    rows.await.expect("it can be read")
}

/// A connection as whoever holds the database has one.
fn by_hand(app: &TestApp) -> Conn {
    match &app.app.config.database {
        DatabaseUrl::Sqlite(file) => {
            let mut conn = SqliteConnection::establish(&file.display().to_string()).expect("the file opens");
            conn.batch_execute("PRAGMA busy_timeout = 10000").expect("it waits for the service");
            Conn::Sqlite(conn)
        }
        DatabaseUrl::Postgres(url) => Conn::Postgres(PgConnection::establish(url).expect("the server answers")),
    }
}

/// The rule of docs/decisions/0014, written anew: nothing of the program's own reckoning is used.
mod second_program {
    use std::fmt::Write as _;

    use sha2::{Digest as _, Sha256};

    use super::{EventRow, Json};

    fn sha256(text: &str) -> String {
        Sha256::digest(text).iter().fold(String::new(), |mut hex, byte| {
            write!(hex, "{byte:02x}").expect("a string takes it");
            hex
        })
    }

    fn quoted(text: &str) -> String {
        let mut out = String::from("\"");
        for sign in text.chars() {
            match sign {
                '"' => out.push_str("\\\""),
                '\\' => out.push_str("\\\\"),
                '\u{8}' => out.push_str("\\b"),
                '\u{c}' => out.push_str("\\f"),
                '\n' => out.push_str("\\n"),
                '\r' => out.push_str("\\r"),
                '\t' => out.push_str("\\t"),
                '\0'..='\u{1f}' => write!(out, "\\u{:04x}", sign as u32).expect("a string takes it"),
                _ => out.push(sign),
            }
        }
        out + "\""
    }

    fn spelled(value: &Json) -> String {
        match value {
            Json::String(text) => quoted(text),
            Json::Number(number) => number.as_i64().expect("a whole number").to_string(),
            Json::Array(items) => format!("[{}]", items.iter().map(spelled).collect::<Vec<_>>().join(",")),
            Json::Object(fields) => {
                let mut keys: Vec<&String> = fields.keys().collect();
                keys.sort();
                let fields = keys.into_iter().map(|key| format!("{}:{}", quoted(key), spelled(&fields[key])));
                format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
            }
            other => panic!("{other} is in the chain"),
        }
    }

    /// An event's digest.
    pub fn digest(row: &EventRow) -> String {
        let detail: Json = serde_json::from_str(&row.detail).expect("it is JSON");
        let mut fields = vec![
            format!("\"act\":{}", quoted(&row.act)),
            format!("\"actor\":{}", quoted(&row.actor)),
            format!("\"at\":{}", quoted(&row.at.to_string())),
            format!("\"detail\":{}", spelled(&detail)),
        ];
        fields.extend(row.edition.as_ref().map(|edition| format!("\"edition\":{}", quoted(edition))));
        fields.push(format!("\"id\":{}", quoted(&row.id)));
        fields.push(format!("\"nonce\":{}", quoted(&row.nonce)));
        fields.extend(row.request.as_ref().map(|request| format!("\"request\":{}", quoted(request))));
        fields.push(format!("\"subject\":{}", quoted(&row.subject)));
        sha256(&format!("tca-event/1\n{{{}}}\n", fields.join(",")))
    }

    /// The chain's hash.
    pub fn link(previous: &str, number: i64, digest: &str) -> String {
        sha256(&format!("tca-audit/1\n{previous}\n{{\"digest\":\"{digest}\",\"number\":{number}}}\n"))
    }

    /// The digest of words beside an event.
    pub fn note(nonce: &str, words: &str) -> String {
        sha256(&format!("tca-note/1\n{nonce}\n{words}\n"))
    }
}

/// S-AUD-1, S-AUD-2.
async fn a_second_program_comes_to_the_same_hashes(app: TestApp) {
    app.edition_2021().await;
    app.operator_invites("organiser", None, "olive@example.org").await;
    app.nominate(&maria()).await;

    let events = chain(&app).await;

    let acts: Vec<&str> = events.iter().map(|event| event.act.as_str()).collect();
    for act in ["edition_created", "person_invited", "person_accepted", "nomination_received", "nomination_confirmed"] {
        assert!(acts.contains(&act), "{act} is not among {acts:?}");
    }
    let numbers: Vec<i64> = events.iter().filter_map(|event| event.number).collect();
    assert_eq!(numbers, (1..=i64::try_from(events.len()).expect("few")).collect::<Vec<_>>());
    let mut previous = String::new();
    for event in &events {
        let digest = second_program::digest(event);
        previous = second_program::link(&previous, event.number.expect("it is sealed"), &digest);
        assert_eq!((event.digest.as_deref(), event.hash.as_deref()), (Some(&*digest), Some(&*previous)), "{event:?}");
        assert_eq!(event.nonce.len(), 64, "256 bits: {event:?}");
    }
    let mut nonces: Vec<&str> = events.iter().map(|event| event.nonce.as_str()).collect();
    nonces.sort_unstable();
    nonces.dedup();
    assert_eq!(nonces.len(), events.len(), "each has its own");
    let personal = format!("{events:?}");
    assert!(!personal.contains("example.org") && !personal.contains("Мария"), "the audit holds personal data");
    let head = app.app.store.read(|tx| Ok::<_, StoreError>(audit::head(tx)?)).await.expect("it is read");
    assert_eq!((head.number, head.hash), (numbers.len().try_into().expect("few"), previous));
}

/// S-AUD-3, on both databases, by SQL.
async fn the_database_refuses_to_change_what_happened(app: TestApp) {
    app.edition_2021().await;
    app.nominate(&maria()).await;
    let before = chain(&app).await;
    app.edition_with_slug("another").await; // an event that may not be sealed yet
    let mut conn = by_hand(&app);
    let mut statements = vec![
        "UPDATE audit_events SET actor = 'somebody' WHERE number = 1",
        "UPDATE audit_events SET number = 1000 WHERE number = 2",
        "UPDATE audit_events SET number = NULL, hash = NULL, digest = NULL WHERE number = 2",
        "UPDATE audit_events SET hash = 'ab' WHERE number = 2",
        "UPDATE audit_events SET detail = '{}' WHERE act = 'edition_created'", // whether sealed or not
        "UPDATE audit_events SET number = 999, digest = 'a', hash = 'b', subject = 'x' WHERE act = 'edition_created'",
        "DELETE FROM audit_events WHERE number = 1",
        "DELETE FROM audit_events",
        "INSERT INTO audit_events (id, at, actor, act, subject, detail, nonce, number, digest, hash)
         VALUES ('x', 1, 'service', 'signed_in', 's', '{}', '', 77, 'a', 'b')",
    ];
    statements.push(match conn {
        Conn::Sqlite(_) => {
            "INSERT OR REPLACE INTO audit_events (id, at, actor, act, subject, detail, nonce)
             SELECT id, at, 'somebody', act, subject, detail, nonce FROM audit_events WHERE number = 1"
        }
        Conn::Postgres(_) => "TRUNCATE audit_events",
    });
    if matches!(conn, Conn::Sqlite(_)) {
        // An event that takes another's number or place would drive it out unheard.
        statements.push(
            "UPDATE OR REPLACE audit_events SET number = 2, digest = 'a', hash = 'b'
             WHERE id = (SELECT max(id) FROM audit_events)",
        );
        statements.push(
            "UPDATE OR REPLACE audit_events SET rowid = 2, number = 999, digest = 'a', hash = 'b'
             WHERE id = (SELECT max(id) FROM audit_events)",
        );
        statements.push(
            "INSERT OR REPLACE INTO audit_events (rowid, id, at, actor, act, subject, detail, nonce)
             VALUES (2, 'x', 1, 'service', 'signed_in', 's', '{}', '')",
        );
    }
    for statement in statements {
        let refused = conn.batch_execute(statement).expect_err(statement).to_string();
        assert!(refused.contains("the audit keeps what happened"), "{statement}: {refused}");
    }
    let after = chain(&app).await;
    assert_eq!(format!("{:?}", &after[..before.len()]), format!("{before:?}"));
    assert_eq!(after.len(), before.len() + 1, "the sealer still seals");

    let drop = match conn {
        Conn::Sqlite(_) => "DROP TRIGGER audit_events_delete_1",
        Conn::Postgres(_) => "DROP TRIGGER audit_events_delete_1 ON audit_events",
    };
    conn.batch_execute(drop).expect("the database's owner may do that");
    Store::open(&app.app.config.database).expect("it starts again");
    conn.batch_execute("DELETE FROM audit_events WHERE number = 1").expect_err("the trigger was put back");
}

/// S-AUD-3.
async fn an_event_that_commits_late_is_sealed_late_and_no_number_is_left_out(app: TestApp) {
    app.edition_2021().await;
    let first = chain(&app).await.len();
    let mut late = by_hand(&app);
    if let Conn::Postgres(conn) = &mut late {
        let insert = "BEGIN; INSERT INTO audit_events (id, at, actor, act, subject, detail, nonce)
            VALUES ('00000000-late', 1, 'service', 'signed_in', 'late', '{}', '')";
        conn.batch_execute(insert).expect("it is written, not committed");
    }
    app.nominate(&maria()).await;
    let second = chain(&app).await;
    assert!(second.len() > first);

    if let Conn::Postgres(conn) = &mut late {
        conn.batch_execute("COMMIT").expect("it is committed");
        let third = chain(&app).await;
        assert_eq!(third.last().map(|event| event.subject.as_str()), Some("late"), "last, though its id is the least");
        assert_eq!(third.len(), second.len() + 1);
    }
    // Two sealers at once: no number twice, none left out.
    for turn in 0..20 {
        app.edition_with_slug(&format!("more-{turn}")).await;
    }
    let (one, other) = tokio::join!(seal::seal(&app.app), seal::seal(&app.app));
    one.and(other).expect("both end well");
    let numbers: Vec<i64> = chain(&app).await.iter().filter_map(|event| event.number).collect();
    assert_eq!(numbers, (1..=i64::try_from(numbers.len()).expect("few")).collect::<Vec<_>>());
}

/// S-AUD-2.
async fn what_people_type_stands_beside_the_chain_and_can_be_erased(app: TestApp) {
    app.edition_2021().await;
    let olive = app.operator_invites("organiser", None, "olive@example.org").await;
    let path = "/organise/editions/2021";
    let reason = "Мария Иванова asked for a week more";
    let tag = app.get(path, &olive.token).await.header("etag");
    let moved = json!({"timetable": {"letters_reminder_at": "2021-07-08T09:00:00Z"}, "reason": reason});
    let call = app.call(Method::PATCH, path).bearer(&olive.token).header("if-match", &tag);
    let seen = call.header("x-request-id", "Maria-Ivanova").json(&moved).send().await.expect_status(200);
    assert_eq!(seen.header("x-request-id"), "Maria-Ivanova", "the caller finds it again");

    let events = chain(&app).await;

    let whole = format!("{events:?}");
    assert!(!whole.contains("Иванова") && !whole.contains("Ivanova"), "{whole}");
    let changed = events.iter().find(|event| event.act == "edition_changed").expect("it is an event");
    assert!(changed.request.as_ref().is_some_and(|id| uuid::Uuid::try_parse(id).is_ok()), "an id of ours: {changed:?}");
    let detail: Json = serde_json::from_str(&changed.detail).expect("it is JSON");
    let (digest, nonce, text): (String, String, String) = app
        .app
        .store
        .read(|tx| Ok::<_, StoreError>(audit_notes::table.first(tx)?))
        .await
        .expect("the note stands beside the chain");
    assert_eq!((text.as_str(), nonce.len()), (reason, 64));
    assert_eq!(second_program::note(&nonce, &text), digest);
    assert_eq!(detail["note"], Json::from(digest));

    by_hand(&app).batch_execute("DELETE FROM audit_notes").expect("it can be erased");
    assert_eq!(format!("{:?}", chain(&app).await), whole, "and the chain stays whole");
}

async fn what_is_no_string_and_no_whole_number_is_refused_where_it_is_recorded(app: TestApp) {
    let before = chain(&app).await.len();
    let refused = [
        (json!({"score": 7.5}), NotCanonical::Number),
        (json!({"all": [1, {"one": 9_007_199_254_740_992_i64}]}), NotCanonical::Number),
        (json!({"yes": true}), NotCanonical::Word),
        (json!({"nobody": null}), NotCanonical::Word),
        (json!({"имя": "x"}), NotCanonical::Key),
    ];
    for (detail, why) in refused {
        assert_eq!(canonical(&detail), Err(why), "{detail}");
        let parts = app.app.clone();
        let written = app.app.store.write(move |tx| {
            let deed = Deed::of_service(&parts);
            Ok::<_, StoreError>(audit::record(tx, &parts, &deed, Act::SignedIn, None, "x", detail.clone())?)
        });
        written.await.expect_err("it is refused");
    }
    assert_eq!(chain(&app).await.len(), before);
}

#[test]
fn a_value_has_one_spelling() {
    let value = json!({
        "string": "\u{20ac}$\u{f}\nA'B\"\\\\\"/", // that of RFC 8785, 3.2.2.2
        "numbers": [-0, 9_007_199_254_740_991_i64, -1],
        "Upper": {},
    });
    let spelled = r#"{"Upper":{},"numbers":[0,9007199254740991,-1],"string":"€$\u000f\nA'B\"\\\\\"/"}"#;
    assert_eq!(canonical(&value), Ok(spelled.to_owned()));
}

/// The example that docs/decisions/0014 gives to whoever writes a second program.
#[test]
fn the_example_in_the_papers_is_right() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/decisions/0014-the-chain-binds-digests.md");
    let page = std::fs::read_to_string(page).expect("it is there");
    let event = page.split("```json\n").nth(1).and_then(|rest| rest.lines().next()).expect("an event stands there");
    let event: Json = serde_json::from_str(event).expect("it is JSON");
    let digest = audit::event::digest(&event).expect("it is canonical");
    assert!(page.contains(&format!("the digest `{digest}`")), "{digest}");
    let hash = audit::event::link("", 1, &digest);
    assert!(page.contains(&format!("the hash `{hash}`")), "{hash}");
}
