//! One text of SQL on two engines.
//!
//! `Db` and `Tx` pick the engine at run time, `Query` fills its native argument buffer and decodes
//! its native rows through `#[derive(sqlx::FromRow)]`. Only `store.rs` files call this.
//!
//! Rules that keep one text valid on both: `$1` placeholders, `RETURNING`, row values,
//! `ON CONFLICT`, `CAST(COALESCE(SUM(x), 0) AS BIGINT)`; result columns are only BIGINT, TEXT,
//! BOOLEAN, BYTEA, UUID and JSONB. A unique violation that people can cause is written as
//! `ON CONFLICT … DO NOTHING` and read from the number of rows, so no engine's message is parsed.

mod bells;

use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgArguments, PgConnectOptions, PgPoolOptions, PgRow};
use sqlx::sqlite::{
    SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow,
    SqliteSynchronous,
};
use sqlx::{Arguments as _, Encode, FromRow, PgPool, Postgres, Sqlite, SqlitePool, Type};
use tokio_util::sync::CancellationToken;

use bells::Bells;
pub(crate) use bells::{Bell, Topic};

/// How long a request waits for a connection before it is told to come back.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// How long SQLite waits for a lock that another process holds, such as a backup.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
const READERS: u32 = 4;
const POSTGRES_CONNECTIONS: u32 = 16;

static SQLITE: sqlx::migrate::Migrator = sqlx::migrate!("../migrations/sqlite");
static POSTGRES: sqlx::migrate::Migrator = sqlx::migrate!("../migrations/postgres");

/// A statement, in the words of each engine.
#[derive(Clone, Copy, Debug)]
pub struct Sql {
    /// For SQLite.
    pub sqlite: &'static str,
    /// For PostgreSQL.
    pub postgres: &'static str,
}

/// A statement: one text for both engines, or `sqlite:` and `postgres:` side by side.
#[macro_export]
macro_rules! sql {
    (sqlite: $sqlite:literal, postgres: $postgres:literal $(,)?) => {
        $crate::db::Sql { sqlite: $sqlite, postgres: $postgres }
    };
    ($text:literal $(,)?) => {
        $crate::db::Sql { sqlite: $text, postgres: $text }
    };
}

/// The database, on the engine that the URL names.
#[derive(Clone, Debug)]
pub struct Db {
    engine: Engine,
    bells: Bells,
}

#[derive(Clone, Debug)]
enum Engine {
    /// Embedded: many readers, one writer, so nobody ever sees "database is locked".
    Sqlite {
        /// Read-only connections.
        read: SqlitePool,
        /// The one writer.
        write: SqlitePool,
    },
    /// For several servers.
    Postgres(PgPool),
}

/// A business transaction; dropped without `commit`, it leaves no trace.
#[derive(Debug)]
pub struct Tx {
    begun: Begun,
    /// To be rung at the end.
    rings: Vec<Topic>,
    bells: Bells,
}

#[derive(Debug)]
enum Begun {
    /// Begun with `BEGIN IMMEDIATE`: a reader that turns writer can fail beyond repair.
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    /// Read committed; rows are locked by the conditions of updates and by `FOR UPDATE`.
    Postgres(sqlx::Transaction<'static, Postgres>),
}

/// Anything that both engines can bind.
pub trait Param:
    for<'q> Encode<'q, Sqlite> + Type<Sqlite> + for<'q> Encode<'q, Postgres> + Type<Postgres>
{
}
impl<T> Param for T where
    T: for<'q> Encode<'q, Sqlite> + Type<Sqlite> + for<'q> Encode<'q, Postgres> + Type<Postgres>
{
}

/// Anything that a row of both engines can become.
pub trait Record:
    for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin
{
}
impl<T> Record for T where
    T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin
{
}

enum On<'c> {
    SqlitePool(&'c SqlitePool, SqliteArguments),
    SqliteTx(&'c mut sqlx::SqliteConnection, SqliteArguments),
    PgPool(&'c PgPool, PgArguments),
    PgTx(&'c mut sqlx::PgConnection, PgArguments),
}

/// A statement with its arguments, about to run.
#[must_use = "a query does nothing until it is run"]
pub struct Query<'c> {
    on: On<'c>,
    sql: Sql,
    refused: Option<sqlx::error::BoxDynError>,
}

macro_rules! on_engine {
    ($query:expr, $function:ident $(::<$($generic:tt),*>)?, $call:ident) => {{
        let query = $query;
        if let Some(refused) = query.refused {
            return Err(sqlx::Error::Encode(refused));
        }
        match query.on {
            On::SqlitePool(pool, args) => sqlx::$function$(::<$($generic),*>)?(query.sql.sqlite, args).$call(pool).await,
            On::SqliteTx(tx, args) => sqlx::$function$(::<$($generic),*>)?(query.sql.sqlite, args).$call(tx).await,
            On::PgPool(pool, args) => sqlx::$function$(::<$($generic),*>)?(query.sql.postgres, args).$call(pool).await,
            On::PgTx(tx, args) => sqlx::$function$(::<$($generic),*>)?(query.sql.postgres, args).$call(tx).await,
        }
    }};
}

impl Query<'_> {
    /// Fills the next placeholder.
    pub fn bind<T: Param>(mut self, value: T) -> Self {
        let added = match &mut self.on {
            On::SqlitePool(_, args) | On::SqliteTx(_, args) => args.add(value),
            On::PgPool(_, args) | On::PgTx(_, args) => args.add(value),
        };
        self.refused = self.refused.or(added.err());
        self
    }

    /// Every row.
    pub async fn all<T: Record>(self) -> sqlx::Result<Vec<T>> {
        on_engine!(self, query_as_with::<_, T, _>, fetch_all)
    }

    /// The row, if there is one.
    pub async fn optional<T: Record>(self) -> sqlx::Result<Option<T>> {
        on_engine!(self, query_as_with::<_, T, _>, fetch_optional)
    }

    /// The row that must be there.
    pub async fn one<T: Record>(self) -> sqlx::Result<T> {
        on_engine!(self, query_as_with::<_, T, _>, fetch_one)
    }

    /// Runs it and counts the rows it touched.
    pub async fn exec(self) -> sqlx::Result<u64> {
        if let Some(refused) = self.refused {
            return Err(sqlx::Error::Encode(refused));
        }
        let Sql { sqlite, postgres } = self.sql;
        Ok(match self.on {
            On::SqlitePool(pool, args) => {
                sqlx::query_with(sqlite, args).execute(pool).await?.rows_affected()
            }
            On::SqliteTx(tx, args) => {
                sqlx::query_with(sqlite, args).execute(tx).await?.rows_affected()
            }
            On::PgPool(pool, args) => {
                sqlx::query_with(postgres, args).execute(pool).await?.rows_affected()
            }
            On::PgTx(tx, args) => {
                sqlx::query_with(postgres, args).execute(tx).await?.rows_affected()
            }
        })
    }
}

impl Db {
    /// Opens the database that a `sqlite://` or `postgres://` URL names; SQLite's file is created.
    pub async fn connect(url: &str) -> anyhow::Result<Self> {
        let engine = match url.split_once(':').map(|(scheme, _)| scheme) {
            Some("sqlite") => Self::sqlite(SqliteConnectOptions::from_str(url)?).await,
            Some("postgres" | "postgresql") => {
                Self::postgres(PgConnectOptions::from_str(url)?).await
            }
            scheme => anyhow::bail!(
                "“{}:…” is no database; use sqlite://FILE or postgres://USER@HOST/NAME",
                scheme.unwrap_or_default()
            ),
        };
        // The words of such an error hold those of its causes already.
        let engine = engine.map_err(|error| anyhow::anyhow!("{error}"))?;
        Ok(Self { engine, bells: Bells::default() })
    }

    async fn postgres(options: PgConnectOptions) -> sqlx::Result<Engine> {
        // jit costs more than it gains on the short statements of a shop.
        let pool = PgPoolOptions::new()
            .max_connections(POSTGRES_CONNECTIONS)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .connect_with(options.options([("jit", "off")]))
            .await?;
        Ok(Engine::Postgres(pool))
    }

    async fn sqlite(options: SqliteConnectOptions) -> sqlx::Result<Engine> {
        let options = options
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // Payment facts are acknowledged to Stripe after commit, so a commit must survive a power cut.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT)
            .pragma("cache_size", "-65536")
            .pragma("mmap_size", "268435456")
            .pragma("temp_store", "MEMORY")
            .optimize_on_close(true, None);
        // A file does not hang up, so no connection is asked whether it still lives before each use.
        let pool =
            || SqlitePoolOptions::new().acquire_timeout(ACQUIRE_TIMEOUT).test_before_acquire(false);
        let write = pool().max_connections(1).connect_with(options.clone()).await?;
        let read = pool()
            .max_connections(READERS)
            .connect_with(options.read_only(true).pragma("query_only", "on"))
            .await?;
        Ok(Engine::Sqlite { read, write })
    }

    /// Brings the schema up to date; safe when several servers start together.
    pub async fn migrate(&self) -> Result<(), sqlx::migrate::MigrateError> {
        match &self.engine {
            Engine::Sqlite { write, .. } => SQLITE.run(write).await,
            Engine::Postgres(pool) => POSTGRES.run(pool).await,
        }
    }

    /// The newest migration that this program knows.
    #[must_use]
    pub fn newest_migration() -> i64 {
        SQLITE.iter().map(|migration| migration.version).max().unwrap_or(0)
    }

    /// The newest migration that this database has; an error when it never had one.
    pub async fn applied_migration(&self) -> sqlx::Result<i64> {
        let (version,): (i64,) = self
            .read(sql!(
                "SELECT CAST(COALESCE(MAX(version), 0) AS BIGINT) FROM _sqlx_migrations WHERE success"
            ))
            .one()
            .await?;
        Ok(version)
    }

    /// A single statement that only reads.
    pub fn read(&self, sql: Sql) -> Query<'_> {
        match &self.engine {
            Engine::Sqlite { read, .. } => {
                Query::new(On::SqlitePool(read, SqliteArguments::default()), sql)
            }
            Engine::Postgres(pool) => Query::new(On::PgPool(pool, PgArguments::default()), sql),
        }
    }

    /// A single statement that writes, committed by itself.
    pub fn write(&self, sql: Sql) -> Query<'_> {
        match &self.engine {
            Engine::Sqlite { write, .. } => {
                Query::new(On::SqlitePool(write, SqliteArguments::default()), sql)
            }
            Engine::Postgres(pool) => Query::new(On::PgPool(pool, PgArguments::default()), sql),
        }
    }

    /// Begins a business transaction.
    pub async fn begin(&self) -> sqlx::Result<Tx> {
        let begun = match &self.engine {
            Engine::Sqlite { write, .. } => {
                Begun::Sqlite(write.begin_with("BEGIN IMMEDIATE").await?)
            }
            Engine::Postgres(pool) => Begun::Postgres(pool.begin().await?),
        };
        Ok(Tx { begun, rings: Vec::new(), bells: self.bells.clone() })
    }

    /// Hears from now on when rows of a topic are committed, by any server.
    pub(crate) fn bell(&self, topic: Topic) -> Bell {
        self.bells.bell(topic)
    }

    /// Rings a bell of this server, for what no transaction tells: time went on.
    pub(crate) fn ring(&self, topic: Topic) {
        self.bells.ring(topic);
    }

    /// Listens to other servers until told to stop; an embedded database has none.
    pub(crate) async fn listen(&self, stop: CancellationToken) {
        if let Engine::Postgres(pool) = &self.engine {
            tokio::select! { () = stop.cancelled() => {}, () = bells::listen(pool, &self.bells) => {} }
        }
    }

    /// Whether this is the embedded engine.
    #[must_use]
    pub const fn is_embedded(&self) -> bool {
        matches!(self.engine, Engine::Sqlite { .. })
    }

    /// Closes every connection after the work in hand.
    pub async fn close(&self) {
        match &self.engine {
            Engine::Sqlite { read, write } => {
                read.close().await;
                write.close().await;
            }
            Engine::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    /// A statement inside this transaction.
    pub fn query(&mut self, sql: Sql) -> Query<'_> {
        match &mut self.begun {
            Begun::Sqlite(tx) => Query::new(On::SqliteTx(tx, SqliteArguments::default()), sql),
            Begun::Postgres(tx) => Query::new(On::PgTx(tx, PgArguments::default()), sql),
        }
    }

    /// Rings a bell of every server when this is committed.
    pub(crate) fn rings(&mut self, topic: Topic) {
        if !self.rings.contains(&topic) {
            self.rings.push(topic);
        }
    }

    /// Makes everything in it true at once.
    pub async fn commit(self) -> sqlx::Result<()> {
        match self.begun {
            Begun::Sqlite(tx) => {
                tx.commit().await?;
                self.rings.into_iter().for_each(|topic| self.bells.ring(topic));
                Ok(())
            }
            Begun::Postgres(mut tx) => {
                bells::notify(&mut tx, &self.rings).await?;
                tx.commit().await
            }
        }
    }
}

impl<'c> Query<'c> {
    fn new(on: On<'c>, sql: Sql) -> Self {
        Self { on, sql, refused: None }
    }
}
