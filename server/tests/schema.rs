//! Both engines have the same schema: migrations of the same names, and after them the same
//! tables, columns, nullability, indexes and named constraints.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use server::db::Db;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};

#[path = "it/postgres.rs"]
mod postgres;

/// SQLite's storage class and PostgreSQL's types that go with it.
const TWINS: [(&str, &[&str]); 3] = [
    ("BLOB", &["uuid", "bytea"]),
    ("INTEGER", &["bigint", "boolean"]),
    ("TEXT", &["text", "jsonb"]),
];

const SQLITE_COLUMNS: &str =
    "SELECT t.name, c.name, c.type, c.\"notnull\" <> 0 OR (c.pk = 1 AND c.type = 'INTEGER')
    FROM sqlite_master t JOIN pragma_table_info(t.name) c
   WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name NOT LIKE '\\_sqlx%' ESCAPE '\\'
   ORDER BY t.name, c.cid";
const POSTGRES_COLUMNS: &str =
    "SELECT table_name::text, column_name::text, data_type::text, is_nullable = 'NO'
    FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
   WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name NOT LIKE '\\_sqlx%'
   ORDER BY table_name COLLATE \"C\", ordinal_position";
const SQLITE_INDEXES: &str = "SELECT i.name, i.\"unique\" <> 0
    FROM sqlite_master t JOIN pragma_index_list(t.name) i
   WHERE t.type = 'table' AND i.origin = 'c' ORDER BY i.name";
const POSTGRES_INDEXES: &str = "SELECT c.relname::text, i.indisunique
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname = 'public' AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u'))
   ORDER BY c.relname COLLATE \"C\"";

const SQLITE_VIEWS: &str =
    "SELECT t.name, c.name FROM sqlite_master t JOIN pragma_table_info(t.name) c
   WHERE t.type = 'view'";
const POSTGRES_VIEWS: &str = "SELECT table_name::text, column_name::text
    FROM information_schema.columns JOIN information_schema.views USING (table_schema, table_name)
   WHERE table_schema = 'public'";

type Column = (String, String, String, bool);
type Index = (String, bool);

#[test]
fn both_folders_hold_the_same_migrations() {
    let (sqlite, postgres) = (files("sqlite"), files("postgres"));
    let names = |files: &[PathBuf]| -> Vec<String> {
        files.iter().map(|file| file.file_name().unwrap().to_string_lossy().into_owned()).collect()
    };
    assert!(!sqlite.is_empty());
    assert_eq!(names(&sqlite), names(&postgres));
    for (left, right) in sqlite.iter().zip(&postgres) {
        assert_eq!(constraints(left), constraints(right), "{}", left.display());
    }
}

#[tokio::test]
async fn both_engines_end_with_the_same_schema() {
    let folder = tempfile::TempDir::new().unwrap();
    let url = format!("sqlite://{}", folder.path().join("schema.db").display());
    Db::connect(&url).await.unwrap().migrate().await.unwrap();
    let mut sqlite = SqliteConnection::connect(&url).await.unwrap();
    let mut postgres = PgConnection::connect(&postgres::new_database().await).await.unwrap();

    let left: Vec<Column> =
        sqlx::query_as(AssertSqlSafe(SQLITE_COLUMNS)).fetch_all(&mut sqlite).await.unwrap();
    let right: Vec<Column> =
        sqlx::query_as(AssertSqlSafe(POSTGRES_COLUMNS)).fetch_all(&mut postgres).await.unwrap();
    assert!(left.len() > 50, "only {} columns", left.len());
    let left: BTreeSet<String> = left.iter().map(|column| line(column, twins(&column.2))).collect();
    let right = right.iter().map(|column| line(column, class(&column.2))).collect();
    assert_same(&left, &right);

    let left: Vec<Index> =
        sqlx::query_as(AssertSqlSafe(SQLITE_INDEXES)).fetch_all(&mut sqlite).await.unwrap();
    let right: Vec<Index> =
        sqlx::query_as(AssertSqlSafe(POSTGRES_INDEXES)).fetch_all(&mut postgres).await.unwrap();
    assert!(left.len() > 10, "only {} indexes", left.len());
    let lines = |indexes: Vec<Index>| -> BTreeSet<String> {
        indexes.into_iter().map(|(name, unique)| format!("{name} unique={unique}")).collect()
    };
    assert_same(&lines(left), &lines(right));

    let left: Vec<(String, String)> =
        sqlx::query_as(AssertSqlSafe(SQLITE_VIEWS)).fetch_all(&mut sqlite).await.unwrap();
    let right: Vec<(String, String)> =
        sqlx::query_as(AssertSqlSafe(POSTGRES_VIEWS)).fetch_all(&mut postgres).await.unwrap();
    let lines = |columns: Vec<(String, String)>| -> BTreeSet<String> {
        columns.into_iter().map(|(view, column)| format!("{view}.{column}")).collect()
    };
    assert_same(&lines(left), &lines(right));
}

/// `orders.number TEXT NOT NULL`, with SQLite's word for the type.
fn line((table, column, _, required): &Column, kind: &str) -> String {
    format!("{table}.{column} {kind}{}", if *required { " NOT NULL" } else { "" })
}

/// SQLite's storage class, if it is one that PostgreSQL has twins of.
fn twins(stored: &str) -> &str {
    assert!(TWINS.iter().any(|(class, _)| *class == stored), "{stored}");
    stored
}

/// The storage class that goes with PostgreSQL's type.
fn class(kind: &str) -> &str {
    TWINS.iter().find(|(_, kinds)| kinds.contains(&kind)).map_or(kind, |(class, _)| class)
}

fn assert_same(sqlite: &BTreeSet<String>, postgres: &BTreeSet<String>) {
    let only_sqlite: Vec<_> = sqlite.difference(postgres).collect();
    let only_postgres: Vec<_> = postgres.difference(sqlite).collect();
    assert!(
        only_sqlite.is_empty() && only_postgres.is_empty(),
        "only SQLite: {only_sqlite:#?}\nonly PostgreSQL: {only_postgres:#?}"
    );
}

fn files(engine: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations").join(engine);
    let mut files: Vec<PathBuf> =
        folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// Names of constraints: they are the link from a violation to its message.
fn constraints(file: &Path) -> BTreeSet<String> {
    let text = std::fs::read_to_string(file).unwrap();
    text.split("CONSTRAINT ")
        .skip(1)
        .filter_map(|after| after.split_whitespace().next())
        // A constraint trigger is PostgreSQL's own way; SQLite has a plain one.
        .filter(|name| *name != "TRIGGER")
        .map(str::to_owned)
        .collect()
}
