//! SQL of the job queue.

use std::time::Duration;

use api::Timestamp;
use sqlx::types::Json;
use uuid::Uuid;

use crate::db::{Db, Tx};
use crate::error::Error;
use crate::sql;

/// A job that this server has claimed.
#[derive(Debug, sqlx::FromRow)]
pub(super) struct Claimed {
    pub(super) id: Uuid,
    pub(super) kind: String,
    pub(super) payload: Json<serde_json::Value>,
    pub(super) attempts: i64,
}

/// The right to say how an attempt at a job ended. Whoever claims the job next begins another
/// attempt, and with it an older hold is void.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hold {
    id: Uuid,
    pub(super) attempt: i64,
}

impl Claimed {
    /// The hold that came with the claim.
    pub(super) const fn hold(&self) -> Hold {
        Hold { id: self.id, attempt: self.attempts }
    }
}

/// Enqueues; a key that was enqueued before, done or not, is left alone.
pub(super) async fn insert(
    tx: &mut Tx,
    id: Uuid,
    kind: &str,
    key: Option<String>,
    payload: serde_json::Value,
    run_at: Timestamp,
) -> Result<(), Error> {
    tx.query(sql!(
        "INSERT INTO jobs (id, kind, key, payload, run_at, locked_until, attempts)
         VALUES ($1, $2, $3, $4, $5, 0, 0)
         ON CONFLICT (kind, key) WHERE key IS NOT NULL DO NOTHING"
    ))
    .bind(id)
    .bind(kind.to_owned())
    .bind(key)
    .bind(Json(payload))
    .bind(run_at)
    .exec()
    .await?;
    Ok(())
}

/// Claims due jobs, oldest first. A lease is counted by the database's own clock, the only one
/// that all servers share: the market's can be moved, and those of machines differ.
pub(super) async fn claim(
    db: &Db,
    now: Timestamp,
    lease: Duration,
    limit: i64,
) -> Result<Vec<Claimed>, Error> {
    Ok(db
        .write(sql!(
            sqlite: "UPDATE jobs SET attempts = attempts + 1,
                       locked_until = CAST(unixepoch('subsec') * 1000000 AS INTEGER) + $2
                      WHERE id IN (SELECT id FROM jobs
                        WHERE done_at IS NULL AND dead_at IS NULL AND run_at <= $1
                          AND locked_until <= CAST(unixepoch('subsec') * 1000000 AS INTEGER)
                        ORDER BY run_at LIMIT $3)
                     RETURNING id, kind, payload, attempts",
            postgres: "UPDATE jobs SET attempts = attempts + 1,
                       locked_until = CAST(EXTRACT(EPOCH FROM now()) * 1000000 AS BIGINT) + $2
                      WHERE id IN (SELECT id FROM jobs
                        WHERE done_at IS NULL AND dead_at IS NULL AND run_at <= $1
                          AND locked_until <= CAST(EXTRACT(EPOCH FROM now()) * 1000000 AS BIGINT)
                        ORDER BY run_at LIMIT $3 FOR UPDATE SKIP LOCKED)
                     RETURNING id, kind, payload, attempts",
        ))
        .bind(now)
        .bind(micros(lease))
        .bind(limit)
        .all()
        .await?)
}

/// Renews a lease from now on; whether the job is still held.
pub(super) async fn renew(db: &Db, hold: Hold, lease: Duration) -> Result<bool, Error> {
    let rows = db
        .write(sql!(
            sqlite: "UPDATE jobs SET locked_until = CAST(unixepoch('subsec') * 1000000 AS INTEGER) + $3
                      WHERE id = $1 AND attempts = $2",
            postgres: "UPDATE jobs SET locked_until = CAST(EXTRACT(EPOCH FROM now()) * 1000000 AS BIGINT) + $3
                      WHERE id = $1 AND attempts = $2",
        ))
        .bind(hold.id)
        .bind(hold.attempt)
        .bind(micros(lease))
        .exec()
        .await?;
    Ok(rows == 1)
}

fn micros(lease: Duration) -> i64 {
    i64::try_from(lease.as_micros()).unwrap_or(i64::MAX)
}

/// Lets go of every job in hand.
pub(super) async fn release(db: &Db) -> Result<u64, Error> {
    Ok(db
        .write(sql!("UPDATE jobs SET locked_until = 0 WHERE done_at IS NULL AND locked_until > 0"))
        .exec()
        .await?)
}

/// Records success; whether the job was still held.
pub(super) async fn finish(db: &Db, hold: Hold, now: Timestamp) -> Result<bool, Error> {
    let rows = db
        .write(sql!(
            "UPDATE jobs SET done_at = $3, locked_until = 0, last_error = NULL
              WHERE id = $1 AND attempts = $2"
        ))
        .bind(hold.id)
        .bind(hold.attempt)
        .bind(now)
        .exec()
        .await?;
    Ok(rows == 1)
}

/// Puts a failed job back, or gives it up when `dead_at` is set; whether it was still held.
pub(super) async fn put_back(
    db: &Db,
    hold: Hold,
    run_at: Timestamp,
    error: String,
    dead_at: Option<Timestamp>,
) -> Result<bool, Error> {
    let rows = db
        .write(sql!(
            "UPDATE jobs SET run_at = $3, locked_until = 0, last_error = $4, dead_at = $5
              WHERE id = $1 AND attempts = $2"
        ))
        .bind(hold.id)
        .bind(hold.attempt)
        .bind(run_at)
        .bind(error)
        .bind(dead_at)
        .exec()
        .await?;
    Ok(rows == 1)
}

/// Jobs that are due or running.
pub(super) async fn open(db: &Db, now: Timestamp) -> Result<i64, Error> {
    let (count,): (i64,) = db
        .read(sql!(
            "SELECT COUNT(*) FROM jobs WHERE done_at IS NULL AND dead_at IS NULL AND run_at <= $1"
        ))
        .bind(now)
        .one()
        .await?;
    Ok(count)
}

/// Forgets jobs done before a moment, a batch at a time.
pub(super) async fn purge(db: &Db, before: Timestamp) -> Result<u64, Error> {
    Ok(db
        .write(sql!(
            "DELETE FROM jobs WHERE id IN (SELECT id FROM jobs WHERE done_at IS NOT NULL AND done_at < $1 LIMIT 1000)"
        ))
        .bind(before)
        .exec()
        .await?)
}
