//! SQL of idempotency keys. A row with status 0 is being worked on.

use std::time::Duration;

use api::Timestamp;

use super::Slot;
use crate::db::{Db, Tx};
use crate::error::Error;
use crate::sql;

#[derive(sqlx::FromRow)]
pub(super) struct Kept {
    pub(super) request_hash: Vec<u8>,
    pub(super) status: i64,
    pub(super) body: Vec<u8>,
}

/// Whether the key was free, or whoever worked on its request has not said a word for a while.
pub(super) async fn claim(
    db: &Db,
    slot: &Slot,
    now: Timestamp,
    lease: Duration,
) -> Result<bool, Error> {
    let rows = db
        .write(sql!(
            sqlite: "INSERT INTO idempotency_keys (account_id, key, request_hash, status, body, created_at, locked_until)
                     VALUES ($1, $2, $3, 0, $4, $5, CAST(unixepoch('subsec') * 1000000 AS INTEGER) + $6)
                     ON CONFLICT (account_id, key) DO UPDATE SET locked_until = excluded.locked_until
                       WHERE idempotency_keys.status = 0 AND idempotency_keys.request_hash = $3
                         AND idempotency_keys.locked_until <= excluded.locked_until - $6",
            postgres: "INSERT INTO idempotency_keys (account_id, key, request_hash, status, body, created_at, locked_until)
                     VALUES ($1, $2, $3, 0, $4, $5, CAST(EXTRACT(EPOCH FROM now()) * 1000000 AS BIGINT) + $6)
                     ON CONFLICT (account_id, key) DO UPDATE SET locked_until = excluded.locked_until
                       WHERE idempotency_keys.status = 0 AND idempotency_keys.request_hash = $3
                         AND idempotency_keys.locked_until <= excluded.locked_until - $6",
        ))
        .bind(slot.account)
        .bind(slot.key.clone())
        .bind(slot.request_hash.clone())
        .bind(Vec::<u8>::new())
        .bind(now)
        .bind(micros(lease))
        .exec()
        .await?;
    Ok(rows > 0)
}

/// Says that the request is still being worked on.
pub(super) async fn renew(db: &Db, slot: &Slot, lease: Duration) -> Result<(), Error> {
    db.write(sql!(
        sqlite: "UPDATE idempotency_keys SET locked_until = CAST(unixepoch('subsec') * 1000000 AS INTEGER) + $3
                  WHERE account_id = $1 AND key = $2 AND status = 0",
        postgres: "UPDATE idempotency_keys SET locked_until = CAST(EXTRACT(EPOCH FROM now()) * 1000000 AS BIGINT) + $3
                  WHERE account_id = $1 AND key = $2 AND status = 0",
    ))
    .bind(slot.account)
    .bind(slot.key.clone())
    .bind(micros(lease))
    .exec()
    .await?;
    Ok(())
}

/// Lets go of every request in hand.
pub(super) async fn let_go(db: &Db) -> Result<(), Error> {
    db.write(sql!("UPDATE idempotency_keys SET locked_until = 0 WHERE status = 0")).exec().await?;
    Ok(())
}

fn micros(lease: Duration) -> i64 {
    i64::try_from(lease.as_micros()).unwrap_or(i64::MAX)
}

pub(super) async fn find(db: &Db, slot: &Slot) -> Result<Option<Kept>, Error> {
    Ok(db
        .read(sql!(
            "SELECT request_hash, status, body FROM idempotency_keys
              WHERE account_id = $1 AND key = $2"
        ))
        .bind(slot.account)
        .bind(slot.key.clone())
        .optional()
        .await?)
}

/// Keeps the answer, if there is none yet.
pub(super) async fn keep(db: &Db, slot: &Slot, status: i64, body: Vec<u8>) -> Result<(), Error> {
    db.write(sql!(
        "UPDATE idempotency_keys SET status = $3, body = $4
          WHERE account_id = $1 AND key = $2 AND status = 0"
    ))
    .bind(slot.account)
    .bind(slot.key.clone())
    .bind(status)
    .bind(body)
    .exec()
    .await?;
    Ok(())
}

/// Keeps the answer together with what it tells of.
pub(super) async fn keep_with(
    tx: &mut Tx,
    slot: &Slot,
    status: i64,
    body: Vec<u8>,
) -> Result<(), Error> {
    tx.query(sql!(
        "UPDATE idempotency_keys SET status = $3, body = $4
          WHERE account_id = $1 AND key = $2 AND status = 0"
    ))
    .bind(slot.account)
    .bind(slot.key.clone())
    .bind(status)
    .bind(body)
    .exec()
    .await?;
    Ok(())
}

pub(super) async fn release(db: &Db, slot: &Slot) -> Result<(), Error> {
    db.write(sql!(
        "DELETE FROM idempotency_keys WHERE account_id = $1 AND key = $2 AND status = 0"
    ))
    .bind(slot.account)
    .bind(slot.key.clone())
    .exec()
    .await?;
    Ok(())
}

pub(super) async fn purge(db: &Db, before: Timestamp) -> Result<(), Error> {
    db.write(sql!("DELETE FROM idempotency_keys WHERE created_at < $1"))
        .bind(before)
        .exec()
        .await?;
    Ok(())
}
