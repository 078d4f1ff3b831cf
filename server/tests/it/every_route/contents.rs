//! What the database holds, to see whether a request changed anything.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};

use crate::market::Market;

/// A hash of the rows of every table.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Contents(BTreeMap<String, String>);

const SQLITE_TABLES: &str =
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
const POSTGRES_TABLES: &str = "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'";

impl Contents {
    /// Looks at every table.
    pub(crate) async fn of(market: &Market) -> Self {
        let url = market.state.config.database_url();
        let mut tables = BTreeMap::new();
        if url.starts_with("sqlite") {
            let mut db = SqliteConnection::connect(&url).await.unwrap();
            let names: Vec<String> =
                sqlx::query_scalar(SQLITE_TABLES).fetch_all(&mut db).await.unwrap();
            for name in names {
                let rows = of_sqlite(&mut db, &name).await;
                tables.insert(name, digest(&rows));
            }
        } else {
            let mut db = PgConnection::connect(&url).await.unwrap();
            let names: Vec<String> =
                sqlx::query_scalar(POSTGRES_TABLES).fetch_all(&mut db).await.unwrap();
            for name in names {
                let rows = of_postgres(&mut db, &name).await;
                tables.insert(name, digest(&rows));
            }
        }
        assert!(tables.len() > 20, "only {} tables found", tables.len());
        Self(tables)
    }

    /// Tables that hold something else than before.
    pub(crate) fn changed_since(&self, before: &Self) -> Vec<&str> {
        let differs = |name: &&String| self.0.get(*name) != before.0.get(*name);
        self.0.keys().filter(differs).map(String::as_str).collect()
    }
}

async fn of_sqlite(db: &mut SqliteConnection, table: &str) -> Vec<String> {
    let columns: Vec<String> = sqlx::query_scalar("SELECT name FROM pragma_table_info($1)")
        .bind(table)
        .fetch_all(&mut *db)
        .await
        .unwrap();
    let quoted: Vec<String> = columns.iter().map(|name| format!("quote({name})")).collect();
    let sql = format!("SELECT {} AS line FROM {table} ORDER BY line", quoted.join(" || ',' || "));
    sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(db).await.unwrap()
}

async fn of_postgres(db: &mut PgConnection, table: &str) -> Vec<String> {
    let sql = format!("SELECT t::text FROM {table} t ORDER BY 1");
    sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(db).await.unwrap()
}

fn digest(rows: &[String]) -> String {
    let mut hasher = Sha256::new();
    for row in rows {
        hasher.update(row);
        hasher.update("\n");
    }
    format!("{} rows, {}", rows.len(), hex::encode(hasher.finalize()))
}
