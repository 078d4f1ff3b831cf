//! SQL of the live feed.

use api::event::{Event, EventKind};
use api::shop::Shop;
use api::{Id, Timestamp};

use crate::db::Db;
use crate::error::Error;
use crate::sql;

#[derive(sqlx::FromRow)]
struct EventRow {
    seq: i64,
    kind: EventKind,
    object: String,
    text: String,
    at: Timestamp,
}

impl From<EventRow> for Event {
    fn from(row: EventRow) -> Self {
        Self { seq: row.seq, kind: row.kind, at: row.at, object: row.object, text: row.text }
    }
}

/// A shop's events after one, in order. What is not committed yet may have a lower number than
/// what is, so nothing is read that was written beside a transaction that is still open: whoever
/// goes on from the last event misses none.
pub(super) async fn after(
    db: &Db,
    shop: Id<Shop>,
    seq: i64,
    limit: i64,
) -> Result<Vec<Event>, Error> {
    let rows: Vec<EventRow> = db
        .read(sql!(
            sqlite: "SELECT seq, kind, object, text, at FROM shop_events
                      WHERE shop_id = $1 AND seq > $2 ORDER BY seq LIMIT $3",
            postgres: "SELECT seq, kind, object, text, at FROM shop_events
                      WHERE shop_id = $1 AND seq > $2
                        AND tx < CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS TEXT) AS BIGINT)
                      ORDER BY seq LIMIT $3",
        ))
        .bind(shop)
        .bind(seq)
        .bind(limit)
        .all()
        .await?;
    Ok(rows.into_iter().map(Event::from).collect())
}

pub(super) async fn latest(db: &Db, shop: Id<Shop>, limit: i64) -> Result<Vec<Event>, Error> {
    let rows: Vec<EventRow> = db
        .read(sql!(
            "SELECT seq, kind, object, text, at FROM shop_events WHERE shop_id = $1 ORDER BY seq DESC LIMIT $2"
        ))
        .bind(shop)
        .bind(limit)
        .all()
        .await?;
    Ok(rows.into_iter().map(Event::from).collect())
}

/// The newest event of the market that can be read.
pub(super) async fn newest(db: &Db) -> Result<i64, Error> {
    let newest: Option<(i64,)> = db
        .read(sql!(
            sqlite: "SELECT seq FROM shop_events ORDER BY seq DESC LIMIT 1",
            postgres: "SELECT seq FROM shop_events
                      WHERE tx < CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS TEXT) AS BIGINT)
                      ORDER BY seq DESC LIMIT 1",
        ))
        .optional()
        .await?;
    Ok(newest.map_or(0, |(seq,)| seq))
}

/// Whether an event that a terminal saw last is still there, so that nothing after it is gone.
pub(super) async fn is_kept(db: &Db, shop: Id<Shop>, seq: i64) -> Result<bool, Error> {
    if seq == 0 {
        return Ok(true);
    }
    let found: Option<(i64,)> = db
        .read(sql!(
            "SELECT seq FROM shop_events WHERE seq <= $2 AND shop_id = $1 ORDER BY seq DESC LIMIT 1"
        ))
        .bind(shop)
        .bind(seq)
        .optional()
        .await?;
    Ok(found.is_some())
}

pub(super) async fn purge(db: &Db, before: Timestamp) -> Result<u64, Error> {
    Ok(db.write(sql!("DELETE FROM shop_events WHERE at < $1")).bind(before).exec().await?)
}
