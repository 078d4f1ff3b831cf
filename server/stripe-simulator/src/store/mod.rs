//! Every SQL statement of the simulator.
//!
//! One writer with `BEGIN IMMEDIATE`, several readers. A [`Tx`] is one unit of work: an API call,
//! a payer's click or one thing that came due. What it changes, the events it emits and the answer
//! remembered for its idempotency key are committed together or not at all.

mod agenda;
mod deliveries;
mod entries;
mod objects;
mod replies;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Sqlite, SqlitePool, Transaction};

pub(crate) use agenda::{Action, Due};
pub(crate) use deliveries::{Delivery, Endpoint};
pub(crate) use entries::{NewEntry, Unpaid};
pub(crate) use objects::Page;
pub(crate) use replies::Reply;

use crate::Terms;
use crate::error::Result;

/// The database file.
pub(crate) struct Store {
    write: SqlitePool,
    read: SqlitePool,
}

/// Who or what caused a change; events carry it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cause {
    pub(crate) request: Option<String>,
    pub(crate) idempotency_key: Option<String>,
}

/// One unit of work at one moment, on behalf of one Stripe account.
pub(crate) struct Tx {
    sql: Transaction<'static, Sqlite>,
    /// The moment at which everything in this unit of work happens, in microseconds.
    pub(crate) now: i64,
    /// The account that owns what is made and sees what is found.
    pub(crate) account: String,
    pub(crate) terms: Arc<Terms>,
    pub(crate) cause: Cause,
}

impl Store {
    pub(crate) async fn open(file: &Path) -> anyhow::Result<Self> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(10));
        let write =
            SqlitePoolOptions::new().max_connections(1).connect_with(options.clone()).await?;
        sqlx::raw_sql(include_str!("schema.sql")).execute(&write).await?;
        let read = SqlitePoolOptions::new()
            .max_connections(4)
            .connect_with(options.read_only(true))
            .await?;
        Ok(Self { write, read })
    }

    /// A unit of work that may write; there is one at a time.
    pub(crate) async fn write(&self, now: i64, terms: &Arc<Terms>) -> Result<Tx> {
        let sql = self.write.begin_with("BEGIN IMMEDIATE").await?;
        Ok(Tx::new(sql, now, terms))
    }

    /// A unit of work that sees one moment of the database and changes nothing.
    pub(crate) async fn read(&self, now: i64, terms: &Arc<Terms>) -> Result<Tx> {
        let sql = self.read.begin().await?;
        Ok(Tx::new(sql, now, terms))
    }

    pub(crate) async fn meta(&self, name: &str) -> sqlx::Result<Option<String>> {
        sqlx::query_scalar("SELECT value FROM meta WHERE name = ?1")
            .bind(name)
            .fetch_optional(&self.write)
            .await
    }

    pub(crate) async fn set_meta(&self, name: &str, value: &str) -> sqlx::Result<()> {
        sqlx::query(
            "INSERT INTO meta (name, value) VALUES (?1, ?2)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        )
        .bind(name)
        .bind(value)
        .execute(&self.write)
        .await?;
        Ok(())
    }

    pub(crate) async fn close(&self) {
        self.read.close().await;
        self.write.close().await;
    }
}

impl Tx {
    fn new(sql: Transaction<'static, Sqlite>, now: i64, terms: &Arc<Terms>) -> Self {
        Self {
            sql,
            now,
            account: terms.platform.clone(),
            terms: Arc::clone(terms),
            cause: Cause::default(),
        }
    }

    /// The moment of this unit of work in Unix seconds, as Stripe stamps its objects.
    pub(crate) fn seconds(&self) -> i64 {
        crate::clock::seconds(self.now)
    }

    pub(crate) async fn commit(self) -> Result<()> {
        Ok(self.sql.commit().await?)
    }
}
