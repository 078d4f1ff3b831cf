//! A copy of everything that is kept about somebody: JSON for programs, a page for people, and
//! the pictures. What goes in follows from the map.

mod archive;
mod pages;
mod value;
mod words;

use std::collections::BTreeSet;

use api::account::Account;
use futures_util::TryStreamExt as _;

use super::map::{Column, Table, map};
use super::store::{self, Reader, Row};
use crate::error::Error;
use crate::state::AppState;
pub(super) use archive::Archive;

/// Rows of one table that the page for people shows; the rest is in its file.
const SHOWN: usize = 200;

/// A table of which there is something.
struct Section {
    table: &'static Table,
    /// How many rows there are.
    rows: usize,
    /// What the page for people shows: columns that hold something in one of its rows.
    columns: Vec<&'static Column>,
    /// What stands above them.
    headings: Vec<String>,
}

/// Puts everything in, then finishes the archive.
pub(super) async fn fill(
    state: &AppState,
    account: &Account,
    archive: Archive,
) -> Result<(), Error> {
    let mut sections = Vec::new();
    for table in map().exported() {
        let section = json_file(state, account, table, &archive).await?;
        sections.extend(Some(section).filter(|section| section.rows > 0));
    }
    let hashes = store::own_pictures(&state.db, account.id).await?;
    page(state, account, &sections, hashes.len(), &archive).await?;
    pictures(state, &hashes, &archive).await?;
    archive.finish().await
}

fn file_of(table: &Table) -> String {
    format!("data/{}.json", table.name)
}

/// A list of objects, written as it is read; no rows leave an empty list.
async fn json_file(
    state: &AppState,
    account: &Account,
    table: &'static Table,
    archive: &Archive,
) -> Result<Section, Error> {
    archive.text(&file_of(table)).await?;
    let mut reader = Reader::new(&state.db, account.id, table)?;
    let (mut count, mut filled) = (0, BTreeSet::new());
    loop {
        let rows = reader.next().await?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            let before = if count == 0 { "[\n" } else { ",\n" };
            let object = serde_json::to_string_pretty(&value::object(table, &row))?;
            archive.write(format!("{before}{object}")).await?;
            if count < SHOWN {
                filled.extend(told_by(table, &row));
            }
            count += 1;
        }
    }
    archive.write(if count == 0 { "[]\n" } else { "\n]\n" }).await?;
    let columns: Vec<&Column> =
        filled.into_iter().filter_map(|place| table.columns.get(place)).collect();
    let headings = columns.iter().map(|column| column.heading()).collect();
    Ok(Section { table, rows: count, columns, headings })
}

/// Places of the columns in which people see something of a row.
fn told_by(table: &Table, row: &Row) -> impl Iterator<Item = usize> {
    let columns = table.columns.iter().enumerate();
    columns
        .filter(|(_, column)| column.is_for_people() && words::shown(column, row).is_some())
        .map(|(place, _)| place)
}

/// The page for people, which leads to everything else.
async fn page(
    state: &AppState,
    account: &Account,
    sections: &[Section],
    pictures: usize,
    archive: &Archive,
) -> Result<(), Error> {
    archive.text("index.html").await?;
    let head = pages::Head {
        market: &state.config.market_name,
        name: &account.name,
        email: &account.email,
        at: state.clock.now(),
        sections,
        pictures,
    };
    write(&head, archive).await?;
    for section in sections {
        rows(state, account, section, archive).await?;
    }
    let kinds: BTreeSet<&str> =
        sections.iter().filter_map(|section| section.table.data.as_deref()).collect();
    let kinds = map().data.iter().filter(|kind| kinds.contains(kind.name.as_str())).collect();
    write(&pages::Foot { kinds }, archive).await
}

/// One table of the page for people.
async fn rows(
    state: &AppState,
    account: &Account,
    section: &Section,
    archive: &Archive,
) -> Result<(), Error> {
    write(&pages::Opening { section, shown: SHOWN }, archive).await?;
    let mut reader = Reader::new(&state.db, account.id, section.table)?;
    let mut left = SHOWN;
    while left > 0 {
        let rows = reader.next().await?;
        if rows.is_empty() {
            break;
        }
        for row in rows.iter().take(left) {
            let cells = section.columns.iter().map(|column| words::shown(column, row)).collect();
            write(&pages::Row { section, cells }, archive).await?;
        }
        left = left.saturating_sub(rows.len());
    }
    write(&pages::Ending { section }, archive).await
}

async fn write(part: &impl pages::Template, archive: &Archive) -> Result<(), Error> {
    archive.write(part.render().map_err(Error::internal)?).await
}

/// Each picture once, as large as it is kept.
async fn pictures(state: &AppState, hashes: &[String], archive: &Archive) -> Result<(), Error> {
    for hash in hashes {
        let found = match state.blobs.get(&format!("{hash}-master.jpg")).await {
            Ok(found) => found,
            Err(Error::NotFound) => {
                tracing::warn!(hash, "a picture is missing from the store");
                continue;
            }
            Err(error) => return Err(error),
        };
        archive.picture(&value::picture_file(hash)).await?;
        let mut bytes = found.into_stream();
        while let Some(chunk) = bytes.try_next().await.map_err(Error::internal)? {
            archive.write(chunk).await?;
        }
    }
    Ok(())
}
