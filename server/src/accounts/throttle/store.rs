//! SQL of throttles. `started_at` is when the last attempt was counted.

use api::Timestamp;

use super::Policy;
use crate::db::Db;
use crate::error::Error;
use crate::sql;

#[derive(sqlx::FromRow)]
pub(super) struct Counter {
    pub(super) count: i64,
    pub(super) started_at: Timestamp,
}

/// Counts an attempt unless it has to wait; in one statement, so that many at once get no more
/// than one after the other. The wait is `wait_seconds` of the counter, in microseconds.
pub(super) async fn count(
    db: &Db,
    key: &str,
    policy: Policy,
    longest_wait: i64,
    now: Timestamp,
) -> Result<bool, Error> {
    let rows = db
        .write(sql!(
            "INSERT INTO throttles (key, count, started_at) VALUES ($1, 1, $2)
             ON CONFLICT (key) DO UPDATE SET
               count = CASE WHEN throttles.started_at <= $3 THEN 1 ELSE throttles.count + 1 END,
               started_at = $2
             WHERE throttles.started_at <= $3 OR throttles.started_at + 1000000 *
               CASE WHEN throttles.count < $4 THEN 0
                    WHEN (throttles.count - $4 + 1) * (throttles.count - $4 + 1) > $5 THEN $5
                    ELSE (throttles.count - $4 + 1) * (throttles.count - $4 + 1) END <= $2"
        ))
        .bind(key.to_owned())
        .bind(now)
        .bind(now.plus_seconds(-policy.forget_seconds))
        .bind(policy.free)
        .bind(longest_wait)
        .exec()
        .await?;
    Ok(rows > 0)
}

pub(super) async fn find(db: &Db, key: &str) -> Result<Option<Counter>, Error> {
    Ok(db
        .read(sql!("SELECT count, started_at FROM throttles WHERE key = $1"))
        .bind(key.to_owned())
        .optional()
        .await?)
}

pub(super) async fn delete(db: &Db, key: String) -> Result<(), Error> {
    db.write(sql!("DELETE FROM throttles WHERE key = $1")).bind(key).exec().await?;
    Ok(())
}

pub(super) async fn give_back(db: &Db, key: String) -> Result<(), Error> {
    db.write(sql!("UPDATE throttles SET count = count - 1 WHERE key = $1 AND count > 0"))
        .bind(key)
        .exec()
        .await?;
    Ok(())
}

pub(super) async fn purge(db: &Db, before: Timestamp) -> Result<u64, Error> {
    Ok(db.write(sql!("DELETE FROM throttles WHERE started_at < $1")).bind(before).exec().await?)
}
