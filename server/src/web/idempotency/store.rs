//! SQL of idempotency keys. A row with status 0 is being worked on.

use std::time::Duration;

use api::Timestamp;

use super::{Hold, Slot};
use crate::db::{Db, Tx};
use crate::error::Error;
use crate::sql;

#[derive(sqlx::FromRow)]
pub(super) struct Kept {
    pub(super) request_hash: Vec<u8>,
    pub(super) status: i64,
    pub(super) body: Vec<u8>,
}

/// Takes the request in hand when its key is free, or when whoever worked on it has not said a word
/// for a while; how often it was taken in hand by now.
pub(super) async fn claim(
    db: &Db,
    slot: &Slot,
    now: Timestamp,
    lease: Duration,
) -> Result<Option<i64>, Error> {
    let claimed: Option<(i64,)> = db
        .write(sql!(
            sqlite: "INSERT INTO idempotency_keys (account_id, key, request_hash, status, body, created_at, locked_until)
                     VALUES ($1, $2, $3, 0, $4, $5, CAST(unixepoch('subsec') * 1000000 AS INTEGER) + $6)
                     ON CONFLICT (account_id, key) DO UPDATE
                       SET locked_until = excluded.locked_until, turn = idempotency_keys.turn + 1
                       WHERE idempotency_keys.status = 0 AND idempotency_keys.request_hash = $3
                         AND idempotency_keys.locked_until <= excluded.locked_until - $6
                     RETURNING turn",
            postgres: "INSERT INTO idempotency_keys (account_id, key, request_hash, status, body, created_at, locked_until)
                     VALUES ($1, $2, $3, 0, $4, $5, CAST(EXTRACT(EPOCH FROM now()) * 1000000 AS BIGINT) + $6)
                     ON CONFLICT (account_id, key) DO UPDATE
                       SET locked_until = excluded.locked_until, turn = idempotency_keys.turn + 1
                       WHERE idempotency_keys.status = 0 AND idempotency_keys.request_hash = $3
                         AND idempotency_keys.locked_until <= excluded.locked_until - $6
                     RETURNING turn",
        ))
        .bind(slot.account)
        .bind(slot.key.clone())
        .bind(slot.request_hash.clone())
        .bind(Vec::<u8>::new())
        .bind(now)
        .bind(micros(lease))
        .optional()
        .await?;
    Ok(claimed.map(|(turn,)| turn))
}

/// Says that the request is still being worked on; whether it is still this server's.
pub(super) async fn renew(db: &Db, hold: &Hold, lease: Duration) -> Result<bool, Error> {
    let rows = db
        .write(sql!(
            sqlite: "UPDATE idempotency_keys SET locked_until = CAST(unixepoch('subsec') * 1000000 AS INTEGER) + $4
                      WHERE account_id = $1 AND key = $2 AND turn = $3",
            postgres: "UPDATE idempotency_keys SET locked_until = CAST(EXTRACT(EPOCH FROM now()) * 1000000 AS BIGINT) + $4
                      WHERE account_id = $1 AND key = $2 AND turn = $3",
        ))
        .bind(hold.slot.account)
        .bind(hold.slot.key.clone())
        .bind(hold.turn)
        .bind(micros(lease))
        .exec()
        .await?;
    Ok(rows == 1)
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

/// Keeps the answer; whether the request was still this server's and had none.
pub(super) async fn keep(
    tx: &mut Tx,
    hold: &Hold,
    status: i64,
    body: Vec<u8>,
) -> Result<bool, Error> {
    let rows = tx
        .query(sql!(
            "UPDATE idempotency_keys SET status = $4, body = $5
              WHERE account_id = $1 AND key = $2 AND turn = $3 AND status = 0"
        ))
        .bind(hold.slot.account)
        .bind(hold.slot.key.clone())
        .bind(hold.turn)
        .bind(status)
        .bind(body)
        .exec()
        .await?;
    Ok(rows == 1)
}

/// Frees the key, unless there is an answer or it is another server's by now.
pub(super) async fn release(db: &Db, hold: &Hold) -> Result<(), Error> {
    db.write(sql!(
        "DELETE FROM idempotency_keys
          WHERE account_id = $1 AND key = $2 AND turn = $3 AND status = 0"
    ))
    .bind(hold.slot.account)
    .bind(hold.slot.key.clone())
    .bind(hold.turn)
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
