//! The store: a write is whole or not there, durable when answered, and no other's trouble.

use diesel::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use twin_cities_awards::store::schema::installation;
use twin_cities_awards::store::{Conn, DatabaseUrl, Store, StoreError};

use crate::app::{Folder, TestApp, stories};

stories![
    an_error_or_a_panic_in_one_write_touches_no_other,
    a_read_changes_nothing,
    two_writers_of_one_row_both_count,
    what_is_answered_can_be_read,
];

fn put(tx: &mut Conn, name: &str, value: &str) -> Result<(), StoreError> {
    diesel::insert_into(installation::table)
        .values((installation::name.eq(name), installation::value.eq(value)))
        .execute(tx)?;
    Ok(())
}

async fn names(store: &Store) -> Vec<String> {
    let read = store.read(|tx| {
        let mine = installation::table.filter(installation::name.like("t%")).order(installation::name);
        Ok::<_, StoreError>(mine.select(installation::name).load(tx)?)
    });
    read.await.expect("it can be read")
}

async fn an_error_or_a_panic_in_one_write_touches_no_other(app: TestApp) {
    let store = &app.app.store;
    let writes = (0..30).map(|at| {
        store.write(move |tx| {
            put(tx, &format!("t{at:02}"), "x")?;
            match at % 3 {
                0 => Ok(()),
                1 => Err(StoreError::Busy),
                _ => panic!("a fault of ours"),
            }
        })
    });
    let outcomes = futures_util::future::join_all(writes).await;
    let well: Vec<bool> = outcomes.iter().map(Result::is_ok).collect();
    assert_eq!(well, (0..30).map(|at| at % 3 == 0).collect::<Vec<_>>());
    let written: Vec<String> = (0..30).filter(|at| at % 3 == 0).map(|at| format!("t{at:02}")).collect();
    assert_eq!(names(store).await, written);
    assert!(matches!(outcomes[2], Err(StoreError::Panicked)));
}

async fn a_read_changes_nothing(app: TestApp) {
    let store = &app.app.store;
    let tried = store.read(|tx| put(tx, "t", "x")).await;
    assert!(tried.is_err(), "a read could write");
    assert_eq!(names(store).await, Vec::<String>::new());
}

/// On PostgreSQL the database aborts one of two that read the same row before either writes; it is run again.
async fn two_writers_of_one_row_both_count(app: TestApp) {
    let store = &app.app.store;
    store.write(|tx| put(tx, "t", "0")).await.expect("it is written");
    let runs = Arc::new(AtomicUsize::new(0));
    let add = || {
        let runs = Arc::clone(&runs);
        store.write(move |tx| {
            runs.fetch_add(1, Ordering::SeqCst);
            let row = installation::table.find("t");
            let value: String = row.select(installation::value).first(tx)?;
            let more = value.parse::<u32>().expect("a number") + 1;
            diesel::update(row).set(installation::value.eq(more.to_string())).execute(tx)?;
            Ok::<_, StoreError>(())
        })
    };
    let (first, second, third) = tokio::join!(add(), add(), add());
    first.and(second).and(third).expect("all three are written");
    let value = store
        .read(|tx| Ok::<_, StoreError>(installation::table.find("t").select(installation::value).first::<String>(tx)?));
    assert_eq!(value.await.expect("it can be read"), "3");
    assert!(runs.load(Ordering::SeqCst) >= 3);
}

async fn what_is_answered_can_be_read(app: TestApp) {
    let store = &app.app.store;
    for at in 0..20 {
        let name = format!("t{at:02}");
        store.write(move |tx| put(tx, &name, "x")).await.expect("it is written");
        assert_eq!(names(store).await.len(), at + 1);
    }
}

/// The queue is bounded: what does not fit is told so at once, and what fits is done.
#[tokio::test]
async fn a_full_queue_is_told_at_once() {
    let folder = Folder::new();
    let url = DatabaseUrl::parse(&format!("sqlite://{}", folder.0.join("awards.db").display())).expect("an address");
    let store = Store::open(&url).expect("it opens");
    let (go, gate) = std::sync::mpsc::channel::<()>();
    let (tell, begun) = std::sync::mpsc::channel::<()>();
    let gate = Mutex::new(gate);
    let held = store.write(move |_| {
        let _heard = tell.send(());
        let _opened = gate.lock().expect("nobody panicked").recv();
        Ok::<_, StoreError>(())
    });
    let writes = (0..2_100).map(|at| store.write(move |tx| put(tx, &format!("t{at:04}"), "x")));
    let mut all = std::pin::pin!(async { tokio::join!(held, futures_util::future::join_all(writes)) });
    tokio::select! {
        biased;
        _ = &mut all => panic!("the first write waits for the gate"),
        () = std::future::ready(()) => {} // each was asked once by now
    }
    begun.recv().expect("the writer has begun with the first");
    go.send(()).expect("it waits");
    let (held, outcomes) = all.await;
    held.expect("it is written");
    let done = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    let refused = outcomes.iter().filter(|outcome| matches!(outcome, Err(StoreError::Busy))).count();
    assert_eq!(done + refused, outcomes.len());
    assert_eq!(done, names(&store).await.len());
    assert!(refused >= 90, "{refused} were told that the store is busy, {done} were done");
}

#[test]
fn a_database_that_is_newer_is_refused() {
    let folder = Folder::new();
    let file = folder.0.join("awards.db");
    let url = DatabaseUrl::parse(&format!("sqlite://{}", file.display())).expect("an address");
    drop(Store::open(&url).expect("it opens"));
    let mut conn = SqliteConnection::establish(file.to_str().expect("UTF-8")).expect("it opens");
    diesel::connection::SimpleConnection::batch_execute(
        &mut conn,
        "PRAGMA busy_timeout = 5000; INSERT INTO __diesel_schema_migrations (version) VALUES ('99990101000000')",
    )
    .expect("it is written");
    let why = Store::open(&url).err().expect("it is refused").to_string();
    assert!(why.contains("99990101000000"), "{why}");
}
