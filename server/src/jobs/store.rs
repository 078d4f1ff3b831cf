//! SQL of the job queue.

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

/// Claims due jobs until `lease`, oldest first.
pub(super) async fn claim(
    db: &Db,
    now: Timestamp,
    lease: Timestamp,
    limit: i64,
) -> Result<Vec<Claimed>, Error> {
    Ok(db
        .write(sql!(
            sqlite: "UPDATE jobs SET locked_until = $2, attempts = attempts + 1 WHERE id IN
                       (SELECT id FROM jobs WHERE done_at IS NULL AND dead_at IS NULL AND run_at <= $1 AND locked_until <= $1
                         ORDER BY run_at LIMIT $3)
                     RETURNING id, kind, payload, attempts",
            postgres: "UPDATE jobs SET locked_until = $2, attempts = attempts + 1 WHERE id IN
                       (SELECT id FROM jobs WHERE done_at IS NULL AND dead_at IS NULL AND run_at <= $1 AND locked_until <= $1
                         ORDER BY run_at LIMIT $3 FOR UPDATE SKIP LOCKED)
                     RETURNING id, kind, payload, attempts",
        ))
        .bind(now)
        .bind(lease)
        .bind(limit)
        .all()
        .await?)
}

/// Lets go of every job in hand.
pub(super) async fn release(db: &Db) -> Result<u64, Error> {
    Ok(db
        .write(sql!("UPDATE jobs SET locked_until = 0 WHERE done_at IS NULL AND locked_until > 0"))
        .exec()
        .await?)
}

/// Records success.
pub(super) async fn finish(db: &Db, id: Uuid, now: Timestamp) -> Result<(), Error> {
    db.write(sql!(
        "UPDATE jobs SET done_at = $2, locked_until = 0, last_error = NULL WHERE id = $1"
    ))
    .bind(id)
    .bind(now)
    .exec()
    .await?;
    Ok(())
}

/// Puts a failed job back, or gives it up when `dead_at` is set.
pub(super) async fn put_back(
    db: &Db,
    id: Uuid,
    run_at: Timestamp,
    error: String,
    dead_at: Option<Timestamp>,
) -> Result<(), Error> {
    db.write(sql!(
        "UPDATE jobs SET run_at = $2, locked_until = 0, last_error = $3, dead_at = $4 WHERE id = $1"
    ))
    .bind(id)
    .bind(run_at)
    .bind(error)
    .bind(dead_at)
    .exec()
    .await?;
    Ok(())
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
