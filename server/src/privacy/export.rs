//! A copy of everything that is kept about somebody: JSON for programs, a page for people, and
//! the pictures. What goes in follows from the map.

use std::collections::BTreeSet;

use api::account::Account;
use futures_util::TryStreamExt as _;
use html_escape::encode_text;
use serde_json::Value;

use super::archive::Archive;
use super::map::{Table, map};
use super::store::{self, Reader};
use super::value;
use crate::error::Error;
use crate::state::AppState;

/// Rows of one table that the page for people shows; the rest is in its file.
const SHOWN: usize = 200;
/// Characters of one value that the page for people shows.
const LONGEST: usize = 300;

/// Puts everything in, then finishes the archive.
pub(super) async fn fill(
    state: &AppState,
    account: &Account,
    archive: Archive,
) -> Result<(), Error> {
    let mut filled = Vec::new();
    for table in map().exported() {
        let rows = json_file(state, account, table, &archive).await?;
        if rows > 0 {
            filled.push((table, rows));
        }
    }
    index(state, account, &filled, &archive).await?;
    pictures(state, account, &archive).await?;
    archive.finish().await
}

fn file_of(table: &Table) -> String {
    format!("data/{}.json", table.name)
}

/// A list of objects, written as it is read. How many there were; none leaves an empty list.
async fn json_file(
    state: &AppState,
    account: &Account,
    table: &'static Table,
    archive: &Archive,
) -> Result<usize, Error> {
    archive.text(&file_of(table)).await?;
    let mut reader = Reader::new(&state.db, account.id, table)?;
    let mut count = 0;
    loop {
        let rows = reader.next().await?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            let object = Value::Object(value::fields(table, &row).into_iter().collect());
            let before = if count == 0 { "[\n" } else { ",\n" };
            archive.write(format!("{before}{}", serde_json::to_string_pretty(&object)?)).await?;
            count += 1;
        }
    }
    archive.write(if count == 0 { "[]\n" } else { "\n]\n" }).await?;
    Ok(count)
}

const HEAD: &str = "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
    <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>Your data</title>\
    <style>:root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}\
    div{overflow-x:auto}table{border-collapse:collapse;font-size:.875rem}\
    th,td{text-align:left;vertical-align:top;padding:.3rem .8rem .3rem 0;border-bottom:1px solid #8886;overflow-wrap:anywhere;min-width:5rem}\
    h2{margin-top:2.5rem}dt{font-weight:600}dd{margin:0 0 .6rem}</style></head><body>\n";

/// The page for people, which leads to everything else.
async fn index(
    state: &AppState,
    account: &Account,
    filled: &[(&'static Table, usize)],
    archive: &Archive,
) -> Result<(), Error> {
    archive.text("index.html").await?;
    let market = encode_text(&state.config.market_name);
    let (name, email) = (encode_text(&account.name), encode_text(&account.email));
    let now = state.clock.now();
    archive
        .write(format!(
            "{HEAD}<h1>Your data at {market}</h1>\n<p>{name}, {email}; taken on \
             <time datetime=\"{now}\">{}</time> UTC. What is shown here lies in the folder <code>data</code> as \
             JSON, too; your pictures lie in <code>pictures</code>.</p>\n",
            now.minute()
        ))
        .await?;
    for (table, rows) in filled {
        section(state, account, table, *rows, archive).await?;
    }
    archive.write("<h2>What it is kept for</h2>\n<dl>\n").await?;
    let kinds: BTreeSet<&str> =
        filled.iter().filter_map(|(table, _)| table.data.as_deref()).collect();
    for kind in map().data.iter().filter(|kind| kinds.contains(kind.name.as_str())) {
        archive
            .write(format!(
                "<dt>{}</dt><dd>{}. {}. Kept: {}.</dd>\n",
                encode_text(&kind.title),
                encode_text(&kind.what),
                encode_text(&kind.purpose),
                encode_text(&kind.kept)
            ))
            .await?;
    }
    archive.write("</dl>\n</body></html>\n").await
}

/// One table of the page for people.
async fn section(
    state: &AppState,
    account: &Account,
    table: &'static Table,
    rows: usize,
    archive: &Archive,
) -> Result<(), Error> {
    let title = encode_text(table.title.as_deref().unwrap_or(&table.name));
    let file = file_of(table);
    let heads = value::headings(table);
    let heads: Vec<String> =
        heads.iter().map(|head| format!("<th>{}</th>", encode_text(head))).collect();
    let heads = heads.concat();
    let part = if rows > SHOWN { format!(", the first {SHOWN} here") } else { String::new() };
    archive
        .write(format!(
            "<h2>{title}</h2>\n<p>{rows} in <a href=\"{file}\">{file}</a>{part}</p>\n\
             <div><table><thead><tr>{heads}</tr></thead><tbody>\n"
        ))
        .await?;
    let mut reader = Reader::new(&state.db, account.id, table)?;
    let mut left = SHOWN;
    while left > 0 {
        let rows = reader.next().await?;
        if rows.is_empty() {
            break;
        }
        for row in rows.iter().take(left) {
            let cells: String = value::fields(table, row).iter().map(cell).collect();
            archive.write(format!("<tr>{cells}</tr>\n")).await?;
        }
        left = left.saturating_sub(rows.len());
    }
    archive.write("</tbody></table></div>\n").await
}

fn cell((name, value): &(String, Value)) -> String {
    let words = value::words(value);
    let mut short: String = words.chars().take(LONGEST).collect();
    if short.len() < words.len() {
        short.push('…');
    }
    let short = encode_text(&short);
    if name == "picture" && !words.is_empty() {
        return format!("<td><a href=\"{short}\">{short}</a></td>");
    }
    format!("<td>{short}</td>")
}

/// Each picture once, as large as it is kept.
async fn pictures(state: &AppState, account: &Account, archive: &Archive) -> Result<(), Error> {
    for hash in store::own_pictures(&state.db, account.id).await? {
        let found = match state.blobs.get(&format!("{hash}-master.jpg")).await {
            Ok(found) => found,
            Err(Error::NotFound) => {
                tracing::warn!(hash, "a picture is missing from the store");
                continue;
            }
            Err(error) => return Err(error),
        };
        archive.picture(&value::picture_file(&hash)).await?;
        let mut bytes = found.into_stream();
        while let Some(chunk) = bytes.try_next().await.map_err(Error::internal)? {
            archive.write(chunk).await?;
        }
    }
    Ok(())
}
