//! The map as SQL. Every word of a statement comes from the file that is compiled into the
//! program, none from a request; tests run each of them on both engines.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::db::Sql;
use crate::privacy::map::{Change, Column, Form, Map, Table, map};

/// Rows of an export that are read at once.
pub(super) const ROWS_AT_ONCE: usize = 100;
/// Rows that lapse in one transaction.
const LAPSE_AT_ONCE: usize = 500;

/// What the retention job runs.
pub(super) struct Lapse {
    /// Name of its period.
    pub(super) after: &'static str,
    /// `$1` is the moment before which the period is over; touches at most a batch.
    pub(super) sql: Sql,
}

/// Every statement that follows from the map.
pub(super) struct Statements {
    /// By table: rows of account `$1` behind the key `$2 …`, as one column of JSON text.
    pub(super) export: BTreeMap<&'static str, Sql>,
    /// In their order; `$1` is the account.
    pub(super) erase: Vec<Sql>,
    /// In their order.
    pub(super) lapse: Vec<Lapse>,
    /// Pictures that rows of account `$1` name.
    pub(super) own_pictures: Sql,
    /// A batch of the pictures from before `$1` that nothing names.
    pub(super) unnamed_pictures: Sql,
    /// Forgets those of the pictures `$1`, a JSON list, that nothing names.
    pub(super) drop_pictures: Sql,
}

/// The statements, composed once.
pub(super) fn statements() -> &'static Statements {
    static ALL: LazyLock<Statements> = LazyLock::new(|| of(map()));
    &ALL
}

fn of(map: &'static Map) -> Statements {
    let export = map.exported().into_iter().map(|table| (table.name.as_str(), page(map, table)));
    let erase = map.tables.iter().flat_map(|table| erasures(map, table));
    let lapse = map.tables.iter().flat_map(lapses);
    Statements {
        export: export.collect(),
        erase: erase.collect(),
        lapse: lapse.collect(),
        own_pictures: own_pictures(map),
        unnamed_pictures: unnamed_pictures(map),
        drop_pictures: drop_pictures(map),
    }
}

#[derive(Clone, Copy)]
enum Engine {
    Sqlite,
    Postgres,
}

/// Composed once and used as long as the program runs.
fn both(text: impl Fn(Engine) -> String) -> Sql {
    Sql { sqlite: text(Engine::Sqlite).leak(), postgres: text(Engine::Postgres).leak() }
}

fn page(map: &Map, table: &Table) -> Sql {
    let key = table.key.join(", ");
    let after: Vec<String> = (2..).take(table.key.len()).map(|place| format!("${place}")).collect();
    let rows = map.spelled(table.rows.as_deref().unwrap_or_default());
    both(|engine| {
        let shown = table.columns.iter().map(|column| {
            let value = raw(engine, &value(map, column), column.form);
            format!("'{}', {value}", column.name)
        });
        // What the next part begins behind.
        let place = table.key.iter().filter(|column| table.form(column).is_none());
        let place = place.map(|column| format!("'{column}', {}", bare(engine, column)));
        let fields = shown.chain(place).collect::<Vec<_>>().join(", ");
        let object = match engine {
            Engine::Sqlite => format!("json_object({fields})"),
            Engine::Postgres => format!("CAST(json_build_object({fields}) AS TEXT)"),
        };
        format!(
            "SELECT {object} AS line FROM {} WHERE ({rows}) AND ({key}) > ({}) ORDER BY {key} LIMIT {ROWS_AT_ONCE}",
            table.name,
            after.join(", ")
        )
    })
}

/// Where the value of a column is read, and nothing of rows that it is not exported of.
fn value(map: &Map, column: &Column) -> String {
    let value = column
        .from
        .as_ref()
        .map_or_else(|| column.name.clone(), |query| format!("({})", map.spelled(query)));
    match &column.only {
        Some(rows) => format!("CASE WHEN {} THEN {value} END", map.spelled(rows)),
        None => value,
    }
}

/// A value as JSON can hold it.
fn raw(engine: Engine, value: &str, form: Form) -> String {
    match (form, engine) {
        (Form::Json, Engine::Sqlite) => format!("json({value})"),
        (form, engine) if form.is_id() => bare(engine, value),
        _ => value.to_owned(),
    }
}

/// An id as JSON can hold it.
fn bare(engine: Engine, id: &str) -> String {
    match engine {
        Engine::Sqlite => format!("NULLIF(lower(hex({id})), '')"),
        Engine::Postgres => format!("CAST({id} AS TEXT)"),
    }
}

fn erasures(map: &Map, table: &Table) -> Vec<Sql> {
    let steps = table.erase.iter().map(|step| {
        let rows = step.rows.as_ref().or(table.rows.as_ref());
        let rows = map.spelled(rows.map_or("", String::as_str));
        both(|engine| format!("{} WHERE {rows}", action(engine, table, step.delete, &step.set)))
    });
    steps.collect()
}

fn lapses(table: &'static Table) -> Vec<Lapse> {
    let steps = table.lapse.iter().map(|step| {
        let sql = both(|engine| {
            let left: Vec<String> =
                step.set.iter().map(|(column, change)| is_left(engine, column, *change)).collect();
            let still = match &step.still {
                _ if step.delete => String::new(),
                Some(still) => format!(" AND ({still})"),
                None => format!(" AND ({})", left.join(" OR ")),
            };
            let key = table.key.join(", ");
            format!(
                "{} WHERE ({key}) IN (SELECT {key} FROM {} WHERE ({}){still} LIMIT {LAPSE_AT_ONCE})",
                action(engine, table, step.delete, &step.set),
                table.name,
                step.rows
            )
        });
        Lapse { after: &step.after, sql }
    });
    steps.collect()
}

fn action(engine: Engine, table: &Table, delete: bool, set: &BTreeMap<String, Change>) -> String {
    if delete {
        return format!("DELETE FROM {}", table.name);
    }
    let set: Vec<String> = set
        .iter()
        .map(|(column, change)| format!("{column} = {}", becomes(engine, table, *change)))
        .collect();
    format!("UPDATE {} SET {}", table.name, set.join(", "))
}

fn becomes(engine: Engine, table: &Table, change: Change) -> String {
    let id = table.key.first().map_or("id", String::as_str);
    match (change, engine) {
        (Change::Blank, _) | (Change::EmptyBytes, Engine::Postgres) => "''".to_owned(),
        (Change::None, _) => "NULL".to_owned(),
        (Change::EmptyList, _) => "'[]'".to_owned(),
        (Change::EmptyObject, _) => "'{}'".to_owned(),
        (Change::EmptyBytes, Engine::Sqlite) => "x''".to_owned(),
        (Change::Pseudonym, Engine::Sqlite) => format!("'DELETED-' || hex({id})"),
        (Change::Pseudonym, Engine::Postgres) => {
            format!("'DELETED-' || upper(replace(CAST({id} AS TEXT), '-', ''))")
        }
    }
}

/// Whether a column has not become what it is to become.
fn is_left(engine: Engine, column: &str, change: Change) -> String {
    match (change, engine) {
        (Change::Blank, _) | (Change::EmptyBytes, Engine::Postgres) => format!("{column} <> ''"),
        (Change::None, _) => format!("{column} IS NOT NULL"),
        (Change::EmptyList, _) => format!("{column} <> '[]'"),
        (Change::EmptyObject, _) => format!("{column} <> '{{}}'"),
        (Change::EmptyBytes, Engine::Sqlite) => format!("{column} <> x''"),
        (Change::Pseudonym, _) => format!("{column} NOT LIKE 'DELETED-%'"),
    }
}

fn own_pictures(map: &Map) -> Sql {
    let parts: Vec<String> = map
        .tables
        .iter()
        .filter_map(|table| table.rows.as_ref().map(|rows| (table, map.spelled(rows))))
        .flat_map(|(table, rows)| {
            table.columns.iter().filter(|column| column.form == Form::Picture).map(
                move |Column { name, .. }| {
                    format!(
                        "SELECT {name} AS hash FROM {} WHERE ({rows}) AND {name} IS NOT NULL",
                        table.name
                    )
                },
            )
        })
        .collect();
    both(|_| parts.join(" UNION "))
}

/// Whether no row names a picture.
fn unnamed(map: &Map) -> String {
    let conditions: Vec<String> = map
        .tables
        .iter()
        .flat_map(|table| table.naming_pictures().map(move |column| (&table.name, column)))
        .map(|(table, column)| {
            format!("NOT EXISTS (SELECT 1 FROM {table} x WHERE x.{column} = images.hash)")
        })
        .collect();
    conditions.join(" AND ")
}

fn unnamed_pictures(map: &Map) -> Sql {
    let unnamed = unnamed(map);
    both(|_| {
        format!("SELECT hash FROM images WHERE created_at < $1 AND {unnamed} LIMIT {LAPSE_AT_ONCE}")
    })
}

fn drop_pictures(map: &Map) -> Sql {
    let unnamed = unnamed(map);
    both(|engine| {
        let list = match engine {
            Engine::Sqlite => "SELECT value FROM json_each($1)",
            Engine::Postgres => "SELECT jsonb_array_elements_text($1)",
        };
        format!("DELETE FROM images WHERE hash IN ({list}) AND {unnamed} RETURNING hash")
    })
}
