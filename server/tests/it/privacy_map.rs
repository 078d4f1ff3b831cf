//! The map of personal data names every column of the schema and nothing else, on both engines.

use std::collections::{BTreeMap, BTreeSet};

use server::db::{Db, Sql};
use server::privacy::map::map;

use crate::market::{Market, on_both_engines};

on_both_engines![the_map_names_every_column_of_the_schema];

const COLUMNS: Sql = Sql {
    sqlite: "SELECT t.name, c.name FROM sqlite_master t JOIN pragma_table_info(t.name) c
              WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name NOT LIKE '\\_sqlx%' ESCAPE '\\'",
    postgres: "SELECT table_name::text, column_name::text
                 FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
                WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name NOT LIKE '\\_sqlx%'",
};

/// Every table with its columns.
pub(crate) async fn schema(db: &Db) -> BTreeMap<String, BTreeSet<String>> {
    let columns: Vec<(String, String)> = db.read(COLUMNS).all().await.unwrap();
    let mut tables: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (table, column) in columns {
        tables.entry(table).or_default().insert(column);
    }
    tables
}

async fn the_map_names_every_column_of_the_schema(market: Market) {
    let (schema, mut complaints) = (schema(&market.state.db).await, Vec::new());
    assert!(schema.len() > 25, "only {} tables", schema.len());
    for (name, columns) in &schema {
        let Some(table) = map().table(name) else {
            let list: Vec<String> = columns.iter().map(|column| format!("\"{column}\"")).collect();
            complaints.push(format!(
                "the table {name} is new. Add a block to server/privacy.toml, where its rows can be erased:\n\n  \
                 [[table]]\n  name = \"{name}\"\n  plain = [{}]\n\n  \
                 and move what is about a person from `plain` to `columns` (exported) or `hidden`, with `data`, \
                 `rows` and `erase`; the head of the file explains them.",
                list.join(", ")
            ));
            continue;
        };
        let named = table.named();
        for column in columns.iter().filter(|column| !named.contains(column.as_str())) {
            complaints.push(format!(
                "{name}.{column} is new. In server/privacy.toml, under name = \"{name}\", add it to `plain` if it holds \
                 nothing about a person; else to `columns` ({{ name = \"{column}\", as = \"text\" }}) or `hidden`, and \
                 say in `erase` what becomes of it."
            ));
        }
        for column in named.iter().filter(|column| !columns.contains(**column)) {
            complaints.push(format!(
                "{name}.{column} is in server/privacy.toml, but not in the schema: take it out."
            ));
        }
    }
    for table in map().tables.iter().filter(|table| !schema.contains_key(&table.name)) {
        complaints.push(format!(
            "{} is in server/privacy.toml, but not in the schema: take its block out.",
            table.name
        ));
    }
    complaints.extend(map().faults());
    assert!(complaints.is_empty(), "\n\n{}\n", complaints.join("\n\n"));
}
