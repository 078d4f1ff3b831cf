//! Cursors of listing lists: the sort key and the id of the last row.

use api::listing::Listing;
use api::{Id, Page};
use uuid::Uuid;

use crate::error::Error;

/// The last row of a page: what it was sorted by, and its id.
pub(super) type Cursor = (i64, Id<Listing>);

/// Where a list that falls goes on; from the top without a cursor.
pub(super) fn newest_first(after: Option<&str>) -> Result<Cursor, Error> {
    after.map_or(Ok((i64::MAX, Id::from_uuid(Uuid::max()))), parse)
}

/// Where a list that rises goes on; from the bottom without a cursor.
pub(super) fn lowest_first(after: Option<&str>) -> Result<Cursor, Error> {
    after.map_or(Ok((i64::MIN, Id::from_uuid(Uuid::nil()))), parse)
}

fn parse(text: &str) -> Result<Cursor, Error> {
    text.split_once('~')
        .and_then(|(key, id)| Some((key.parse().ok()?, id.parse().ok()?)))
        .ok_or_else(|| {
            Error::invalid("after", "this page mark is not ours; begin at the first page")
        })
}

/// A page out of one row more than it holds.
pub(super) fn page<T>(mut rows: Vec<T>, limit: u32, cursor: impl Fn(&T) -> Cursor) -> Page<T> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > limit;
    rows.truncate(limit);
    let last = rows.last().filter(|_| more).map(cursor);
    Page { items: rows, next: last.map(|(key, id)| format!("{key}~{id}")) }
}
