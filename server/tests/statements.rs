//! Every `sql!` of the server is prepared on both engines: it must be valid on each, mean the same
//! columns and parameters, and give back only types that both engines decode alike.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::path::{Path, PathBuf};

use server::db::Db;
use sqlx::{
    AssertSqlSafe, Column as _, Connection as _, Either, Executor as _, PgConnection,
    SqlSafeStr as _, SqliteConnection, Statement as _, TypeInfo as _,
};

#[path = "it/postgres.rs"]
mod postgres;

/// PostgreSQL's result types that SQLite has a twin of.
const PORTABLE: [&str; 6] = ["INT8", "TEXT", "BOOL", "BYTEA", "UUID", "JSONB"];
/// Fewer statements than this were found only if the search for them is broken.
const AT_LEAST: usize = 30;

/// A statement and where it stands.
struct Found {
    place: String,
    sqlite: String,
    postgres: String,
}

/// What an engine says about a statement.
#[derive(Debug)]
struct Shape {
    columns: Vec<String>,
    parameters: usize,
}

impl Shape {
    /// Whether both mean the same. A column without a name of its own is read by its place, and
    /// each engine calls it differently.
    fn is_like(&self, other: &Self) -> bool {
        self.parameters == other.parameters
            && self.columns.len() == other.columns.len()
            && self
                .columns
                .iter()
                .zip(&other.columns)
                .all(|(sqlite, postgres)| sqlite == postgres || sqlite.contains(['(', ' ']))
    }
}

#[tokio::test]
async fn every_statement_means_the_same_on_both_engines() {
    let statements = statements();
    assert!(statements.len() >= AT_LEAST, "only {} statements found", statements.len());
    let folder = tempfile::TempDir::new().unwrap();
    let sqlite_url = format!("sqlite://{}", folder.path().join("empty.db").display());
    let db = Db::connect(&sqlite_url).await.unwrap();
    db.migrate().await.unwrap();
    let mut sqlite = SqliteConnection::connect(&sqlite_url).await.unwrap();
    let mut postgres = PgConnection::connect(&postgres::new_database().await).await.unwrap();

    let mut complaints = Vec::new();
    for found in statements {
        let on_sqlite = of_sqlite(&mut sqlite, &found.sqlite).await;
        let on_postgres = of_postgres(&mut postgres, &found.postgres).await;
        match (on_sqlite, on_postgres) {
            (Ok(left), Ok(right)) if left.is_like(&right) => {}
            (left, right) => complaints
                .push(format!("{}\n  SQLite:     {left:?}\n  PostgreSQL: {right:?}", found.place)),
        }
    }
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

async fn of_sqlite(connection: &mut SqliteConnection, sql: &str) -> Result<Shape, String> {
    let sql = AssertSqlSafe(sql.to_owned()).into_sql_str();
    let statement = connection.prepare(sql).await.map_err(|error| error.to_string())?;
    let columns = statement.columns().iter().map(|column| column.name().to_owned()).collect();
    Ok(Shape { columns, parameters: count(statement.parameters()) })
}

async fn of_postgres(connection: &mut PgConnection, sql: &str) -> Result<Shape, String> {
    let mut sql = sql.to_owned();
    let statement = loop {
        let text = AssertSqlSafe(sql.clone()).into_sql_str();
        match connection.prepare(text).await {
            Ok(statement) => break statement,
            Err(error) => sql = with_type(connection, &sql, &error.to_string()).await?,
        }
    };
    let odd: Vec<String> = statement
        .columns()
        .iter()
        .filter(|column| !PORTABLE.contains(&column.type_info().name()))
        .map(|column| format!("{} is {}", column.name(), column.type_info().name()))
        .collect();
    if !odd.is_empty() {
        return Err(format!("types that SQLite has no twin of: {}", odd.join(", ")));
    }
    let columns = statement.columns().iter().map(|column| column.name().to_owned()).collect();
    Ok(Shape { columns, parameters: count(statement.parameters()) })
}

/// `$4 IS NULL` alone does not tell the type of `$4`; the server binds it with one. Finds one that
/// gets further than before.
async fn with_type(
    connection: &mut PgConnection,
    sql: &str,
    complaint: &str,
) -> Result<String, String> {
    let (_, after) = complaint.split_once("data type of parameter ").ok_or(complaint)?;
    let name = after.split_whitespace().next().ok_or(complaint)?;
    for kind in ["BIGINT", "TEXT", "UUID", "BOOLEAN", "BYTEA", "JSONB"] {
        let typed = sql.replace(&format!("{name} "), &format!("CAST({name} AS {kind}) "));
        let text = AssertSqlSafe(typed.clone()).into_sql_str();
        let further = match connection.prepare(text).await {
            Ok(_) => true,
            Err(error) => {
                let error = error.to_string();
                error.contains("data type of parameter") && !error.contains(&format!("{name} "))
            }
        };
        if further {
            return Ok(typed);
        }
    }
    Err(complaint.to_owned())
}

fn count<T>(parameters: Option<Either<&[T], usize>>) -> usize {
    match parameters {
        Some(Either::Left(types)) => types.len(),
        Some(Either::Right(count)) => count,
        None => 0,
    }
}

/// Every `sql!(…)` below `src`.
fn statements() -> Vec<Found> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    for file in files(&source) {
        let text = std::fs::read_to_string(&file).unwrap();
        let name = file.strip_prefix(&source).unwrap().display().to_string();
        for (at, _) in text.match_indices("sql!(") {
            let line = text[..at].lines().count();
            let in_comment = text[..at].lines().next_back().unwrap_or("").trim_start();
            if in_comment.starts_with("//") {
                continue;
            }
            let literals = literals(&text[at + "sql!(".len()..]);
            let (sqlite, postgres) = match literals.as_slice() {
                [both] => (both.clone(), both.clone()),
                [sqlite, postgres] => (sqlite.clone(), postgres.clone()),
                other => panic!("{name}:{line}: {} literals in one sql!", other.len()),
            };
            found.push(Found { place: format!("{name}:{line}"), sqlite, postgres });
        }
    }
    found
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in folder.read_dir().unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(files(&path));
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            all.push(path);
        }
    }
    all.sort();
    all
}

/// The string literals up to the bracket that closes the macro.
fn literals(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['"', ')']) {
        if rest[at..].starts_with(')') {
            break;
        }
        let hashes = rest[..at].len() - rest[..at].trim_end_matches('#').len();
        let is_raw = rest[..at - hashes].ends_with('r');
        let body = &rest[at + 1..];
        let (literal, after) = if is_raw { raw(body, hashes) } else { plain(body) };
        found.push(literal);
        rest = after;
    }
    found
}

fn raw(body: &str, hashes: usize) -> (String, &str) {
    let end = format!("\"{}", "#".repeat(hashes));
    let at = body.find(&end).expect("the end of a raw literal");
    (body[..at].to_owned(), &body[at + end.len()..])
}

fn plain(body: &str) -> (String, &str) {
    let mut literal = String::new();
    let mut letters = body.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return (literal, &body[at + 1..]),
            '\\' => match letters.next().expect("a letter after a backslash").1 {
                'n' => literal.push('\n'),
                't' => literal.push('\t'),
                // The rest of the line and the blanks of the next are left out.
                '\n' => {
                    let after = &letters.as_str();
                    let blanks = after.len() - after.trim_start().len();
                    for _ in 0..after[..blanks].chars().count() {
                        letters.next();
                    }
                }
                other => literal.push(other),
            },
            other => literal.push(other),
        }
    }
    panic!("a literal without an end")
}

#[test]
fn literals_are_read_as_rust_reads_them() {
    assert_eq!(literals("\n \"SELECT \\\"a\\\"\", ) \"x\""), ["SELECT \"a\""]);
    assert_eq!(literals("sqlite: \"a (b)\", postgres: r#\"c \"d\"\"#)"), ["a (b)", "c \"d\""]);
    assert_eq!(literals("\"a \\\n     b\")"), ["a b"]);
}
