//! PostgreSQL for tests: the server that `STALL_TEST_POSTGRES` names, or a throwaway one that
//! lives as long as this process. A missing PostgreSQL is an error, never a skip.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use server::db::Db;
use sqlx::{Connection as _, Executor as _, PgConnection};
use tokio::sync::OnceCell;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../scripts/with-postgres");
const MIGRATIONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../migrations/postgres");
/// Any number: the lock that processes take while one of them makes the template.
const TEMPLATE_LOCK: i64 = 7_391_246;

/// A new database with the current schema; its URL.
pub(crate) async fn new_database() -> String {
    static COUNTER: AtomicU32 = AtomicU32::new(0);
    let template = template().await;
    let counter = COUNTER.fetch_add(1, Ordering::Relaxed);
    let name = format!("market_{}_{counter}", std::process::id());
    let mut admin = PgConnection::connect(server_url()).await.expect("PostgreSQL answers");
    let drop = format!("DROP DATABASE IF EXISTS {name}");
    let create = format!("CREATE DATABASE {name} TEMPLATE {template} STRATEGY wal_log");
    for statement in [drop, create] {
        admin.execute(sqlx::AssertSqlSafe(statement)).await.expect("a database of its own");
    }
    url_of(&name)
}

/// The migrated database that all others are copies of; made once by whichever process is first.
async fn template() -> &'static str {
    static TEMPLATE: OnceCell<String> = OnceCell::const_new();
    TEMPLATE
        .get_or_init(|| async {
            let name = format!("template_{:016x}", migrations_hash());
            let mut admin = PgConnection::connect(server_url()).await.expect("PostgreSQL answers");
            sqlx::query("SELECT pg_advisory_lock($1)")
                .bind(TEMPLATE_LOCK)
                .execute(&mut admin)
                .await
                .expect("the lock");
            let there = sqlx::query("SELECT 1 FROM pg_database WHERE datname = $1")
                .bind(&name)
                .fetch_optional(&mut admin)
                .await
                .expect("the list of databases");
            if there.is_none() {
                make_template(&mut admin, &name).await;
            }
            name
        })
        .await
}

async fn make_template(admin: &mut PgConnection, name: &str) {
    let unfinished = format!("{name}_unfinished");
    for statement in
        [format!("DROP DATABASE IF EXISTS {unfinished}"), format!("CREATE DATABASE {unfinished}")]
    {
        admin.execute(sqlx::AssertSqlSafe(statement)).await.expect("an empty database");
    }
    let db = Db::connect(&url_of(&unfinished)).await.expect("the new database");
    db.migrate().await.expect("the migrations");
    db.close().await;
    let rename = format!("ALTER DATABASE {unfinished} RENAME TO {name}");
    admin.execute(sqlx::AssertSqlSafe(rename)).await.expect("the template's name");
}

fn url_of(database: &str) -> String {
    let mut url = url::Url::parse(server_url()).expect("STALL_TEST_POSTGRES is a URL");
    url.set_path(database);
    url.into()
}

fn migrations_hash() -> u64 {
    let mut files: Vec<_> = Path::new(MIGRATIONS)
        .read_dir()
        .expect("the folder of migrations")
        .map(|entry| entry.expect("a migration").path())
        .collect();
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        std::fs::read(file).expect("a migration").hash(&mut hasher);
    }
    hasher.finish()
}

fn server_url() -> &'static str {
    static SERVER: OnceLock<(String, Option<Throwaway>)> = OnceLock::new();
    let (url, _) = SERVER.get_or_init(|| {
        if let Ok(url) = std::env::var("STALL_TEST_POSTGRES") {
            return (url, None);
        }
        let (url, server) = Throwaway::start();
        (url, Some(server))
    });
    url
}

/// Ends when its input closes, which the operating system does when this process ends.
struct Throwaway {
    _child: Child,
    _input: ChildStdin,
}

impl Throwaway {
    fn start() -> (String, Self) {
        let mut child = Command::new(SCRIPT)
            .args(["sh", "-c", "echo \"$STALL_TEST_POSTGRES\"; exec cat >/dev/null"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("scripts/with-postgres runs");
        let input = child.stdin.take().expect("its input");
        let mut url = String::new();
        let output = child.stdout.take().expect("its output");
        BufReader::new(output).read_line(&mut url).expect("its first line");
        let url = url.trim().to_owned();
        assert!(
            url.starts_with("postgres://"),
            "PostgreSQL did not start; see above for the remedy"
        );
        (url, Self { _child: child, _input: input })
    }
}
