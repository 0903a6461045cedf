//! `src/store/schema.rs` says what the migrations make, on both databases.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::{Integer, Text};
use diesel_migrations::MigrationHarness as _;
use twin_cities_awards::store::MIGRATIONS;

/// Table → column → type, with `?` where it may be null.
pub type Tables = BTreeMap<String, BTreeMap<String, String>>;

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    tab: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Integer)]
    nullable: i32,
}

fn tables(columns: Vec<Column>) -> Tables {
    let mut tables = Tables::new();
    for column in columns.into_iter().filter(|column| column.tab != "__diesel_schema_migrations") {
        let kind = match column.kind.to_ascii_uppercase().as_str() {
            "TEXT" => "Text",
            "BIGINT" => "BigInt",
            "INTEGER" => "Integer",
            "BOOLEAN" => "Bool",
            "DOUBLE PRECISION" => "Double",
            other => panic!("{}.{}: a column of type {other}", column.tab, column.name),
        };
        let mark = if column.nullable == 1 { "?" } else { "" };
        tables.entry(column.tab).or_default().insert(column.name, format!("{kind}{mark}"));
    }
    tables
}

/// What `schema.rs` says.
pub fn written() -> Tables {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/src/store/schema.rs");
    let text = std::fs::read_to_string(file).expect("it can be read");
    let mut tables = Tables::new();
    for block in text.split("diesel::table! {").skip(1) {
        let mut lines = block.lines().map(str::trim).filter(|line| !line.is_empty());
        let head = lines.next().expect("a name");
        let name = head.split(' ').next().expect("a name").to_owned();
        let columns = tables.entry(name).or_default();
        for line in lines.take_while(|line| *line != "}").filter(|line| line.contains(" -> ")) {
            let (column, kind) = line.trim_end_matches(',').split_once(" -> ").expect("a column");
            let kind = match kind.strip_prefix("Nullable<") {
                Some(inner) => format!("{}?", inner.trim_end_matches('>')),
                None => kind.to_owned(),
            };
            columns.insert(column.to_owned(), kind);
        }
    }
    tables
}

#[test]
fn schema_is_what_migrations_make_on_sqlite() {
    let mut conn = SqliteConnection::establish(":memory:").expect("memory is there");
    conn.run_pending_migrations(MIGRATIONS).expect("they run");
    let columns = diesel::sql_query(
        "SELECT m.name AS tab, c.name AS name, c.type AS kind, (c.\"notnull\" = 0) AS nullable
         FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'",
    );
    assert_eq!(tables(columns.load(&mut conn).expect("it can be asked")), written());
    conn.revert_all_migrations(MIGRATIONS).expect("they go back");
}

#[test]
fn schema_is_what_migrations_make_on_postgres() {
    let Some(url) = crate::postgres::database() else { return };
    let mut conn = PgConnection::establish(&url).expect("the server answers");
    conn.run_pending_migrations(MIGRATIONS).expect("they run");
    let columns = diesel::sql_query(
        "SELECT table_name::text AS tab, column_name::text AS name, data_type::text AS kind,
           (CASE is_nullable WHEN 'YES' THEN 1 ELSE 0 END) AS nullable
         FROM information_schema.columns WHERE table_schema = 'public'",
    );
    assert_eq!(tables(columns.load(&mut conn).expect("it can be asked")), written());
    conn.revert_all_migrations(MIGRATIONS).expect("they go back");
}
