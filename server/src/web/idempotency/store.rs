//! SQL of idempotency keys. A row with status 0 is being worked on.

use api::Timestamp;

use super::Slot;
use crate::db::Db;
use crate::error::Error;
use crate::sql;

#[derive(sqlx::FromRow)]
pub(super) struct Kept {
    pub(super) request_hash: Vec<u8>,
    pub(super) status: i64,
    pub(super) body: Vec<u8>,
}

/// Whether the key was free, or its request was given up without an answer.
pub(super) async fn claim(
    db: &Db,
    slot: &Slot,
    now: Timestamp,
    given_up: Timestamp,
) -> Result<bool, Error> {
    let rows = db
        .write(sql!(
            "INSERT INTO idempotency_keys (account_id, key, request_hash, status, body, created_at)
             VALUES ($1, $2, $3, 0, $4, $5)
             ON CONFLICT (account_id, key) DO UPDATE SET created_at = $5
               WHERE idempotency_keys.status = 0 AND idempotency_keys.created_at <= $6
                 AND idempotency_keys.request_hash = $3"
        ))
        .bind(slot.account)
        .bind(slot.key.clone())
        .bind(slot.request_hash.clone())
        .bind(Vec::<u8>::new())
        .bind(now)
        .bind(given_up)
        .exec()
        .await?;
    Ok(rows > 0)
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

pub(super) async fn keep(db: &Db, slot: &Slot, status: i64, body: Vec<u8>) -> Result<(), Error> {
    db.write(sql!(
        "UPDATE idempotency_keys SET status = $3, body = $4 WHERE account_id = $1 AND key = $2"
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
