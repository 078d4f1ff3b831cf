//! SQL of second factors, recovery codes and logins that wait for a code.

use api::account::Account;
use api::{Id, Timestamp};

use crate::db::{Db, Tx};
use crate::error::Error;
use crate::sql;

/// A login whose password was right.
#[derive(sqlx::FromRow)]
pub(super) struct Waiting {
    pub(super) account_id: Id<Account>,
    pub(super) epoch: i64,
}

/// The secret of a factor that is in use.
pub(super) async fn find(db: &Db, account: Id<Account>) -> Result<Option<Vec<u8>>, Error> {
    let row: Option<(Vec<u8>,)> = db
        .read(sql!(
            "SELECT secret FROM second_factors
              WHERE account_id = $1 AND confirmed_at IS NOT NULL"
        ))
        .bind(account)
        .optional()
        .await?;
    Ok(row.map(|(secret,)| secret))
}

/// Since when a factor is in use, if one is.
pub(super) async fn on_since(db: &Db, account: Id<Account>) -> Result<Option<Timestamp>, Error> {
    let row: Option<(Timestamp,)> = db
        .read(sql!(
            "SELECT confirmed_at FROM second_factors
              WHERE account_id = $1 AND confirmed_at IS NOT NULL"
        ))
        .bind(account)
        .optional()
        .await?;
    Ok(row.map(|(since,)| since))
}

/// The secret of a factor that is being set up.
pub(super) async fn find_unconfirmed(
    db: &Db,
    account: Id<Account>,
) -> Result<Option<Vec<u8>>, Error> {
    let row: Option<(Vec<u8>,)> = db
        .read(sql!(
            "SELECT secret FROM second_factors WHERE account_id = $1 AND confirmed_at IS NULL"
        ))
        .bind(account)
        .optional()
        .await?;
    Ok(row.map(|(secret,)| secret))
}

/// Keeps a secret that waits for its first code, in place of one that waited before; whether there
/// is none in use.
pub(super) async fn insert(db: &Db, account: Id<Account>, secret: Vec<u8>) -> Result<bool, Error> {
    let rows = db
        .write(sql!(
            "INSERT INTO second_factors (account_id, secret, last_step) VALUES ($1, $2, 0)
             ON CONFLICT (account_id) DO UPDATE SET secret = excluded.secret
              WHERE second_factors.confirmed_at IS NULL"
        ))
        .bind(account)
        .bind(secret)
        .exec()
        .await?;
    Ok(rows > 0)
}

/// Takes a factor into use with the step of its first code; whether it was waiting for that.
pub(super) async fn confirm(
    tx: &mut Tx,
    account: Id<Account>,
    step: i64,
    now: Timestamp,
) -> Result<bool, Error> {
    let rows = tx
        .query(sql!(
            "UPDATE second_factors SET confirmed_at = $3, last_step = $2
              WHERE account_id = $1 AND confirmed_at IS NULL"
        ))
        .bind(account)
        .bind(step)
        .bind(now)
        .exec()
        .await?;
    Ok(rows > 0)
}

/// Uses a step up: of many who bring the same code one gets it, and no earlier code works any more.
pub(super) async fn spend_step(
    tx: &mut Tx,
    account: Id<Account>,
    step: i64,
) -> Result<bool, Error> {
    let rows = tx
        .query(sql!(
            "UPDATE second_factors SET last_step = $2
              WHERE account_id = $1 AND last_step < $2 AND confirmed_at IS NOT NULL"
        ))
        .bind(account)
        .bind(step)
        .exec()
        .await?;
    Ok(rows > 0)
}

pub(super) async fn delete(tx: &mut Tx, account: Id<Account>) -> Result<bool, Error> {
    let rows = tx
        .query(sql!("DELETE FROM second_factors WHERE account_id = $1"))
        .bind(account)
        .exec()
        .await?;
    Ok(rows > 0)
}

pub(super) async fn insert_code(
    tx: &mut Tx,
    account: Id<Account>,
    code_hash: Vec<u8>,
) -> Result<(), Error> {
    tx.query(sql!("INSERT INTO recovery_codes (code_hash, account_id) VALUES ($1, $2)"))
        .bind(code_hash)
        .bind(account)
        .exec()
        .await?;
    Ok(())
}

/// Uses a recovery code up; whether it was one of the account's.
pub(super) async fn spend_code(
    tx: &mut Tx,
    account: Id<Account>,
    code_hash: Vec<u8>,
) -> Result<bool, Error> {
    let rows = tx
        .query(sql!("DELETE FROM recovery_codes WHERE account_id = $1 AND code_hash = $2"))
        .bind(account)
        .bind(code_hash)
        .exec()
        .await?;
    Ok(rows > 0)
}

pub(super) async fn delete_codes(tx: &mut Tx, account: Id<Account>) -> Result<(), Error> {
    tx.query(sql!("DELETE FROM recovery_codes WHERE account_id = $1")).bind(account).exec().await?;
    Ok(())
}

pub(super) async fn count_codes(db: &Db, account: Id<Account>) -> Result<i64, Error> {
    let (count,): (i64,) = db
        .read(sql!("SELECT COUNT(*) FROM recovery_codes WHERE account_id = $1"))
        .bind(account)
        .one()
        .await?;
    Ok(count)
}

pub(super) async fn insert_waiting(
    db: &Db,
    token_hash: Vec<u8>,
    waiting: &Waiting,
    ends: Timestamp,
) -> Result<(), Error> {
    db.write(sql!(
        "INSERT INTO login_steps (token_hash, account_id, epoch, expires_at)
         VALUES ($1, $2, $3, $4)"
    ))
    .bind(token_hash)
    .bind(waiting.account_id)
    .bind(waiting.epoch)
    .bind(ends)
    .exec()
    .await?;
    Ok(())
}

pub(super) async fn find_waiting(
    db: &Db,
    token_hash: Vec<u8>,
    now: Timestamp,
) -> Result<Option<Waiting>, Error> {
    Ok(db
        .read(sql!(
            "SELECT s.account_id, s.epoch
               FROM login_steps s JOIN accounts a ON a.id = s.account_id AND a.epoch = s.epoch
              WHERE s.token_hash = $1 AND s.expires_at > $2"
        ))
        .bind(token_hash)
        .bind(now)
        .optional()
        .await?)
}

/// Whether it was still waiting.
pub(super) async fn delete_waiting(tx: &mut Tx, token_hash: Vec<u8>) -> Result<bool, Error> {
    let rows = tx
        .query(sql!("DELETE FROM login_steps WHERE token_hash = $1"))
        .bind(token_hash)
        .exec()
        .await?;
    Ok(rows > 0)
}

pub(super) async fn purge(db: &Db, now: Timestamp) -> Result<(), Error> {
    db.write(sql!("DELETE FROM login_steps WHERE expires_at <= $1")).bind(now).exec().await?;
    Ok(())
}
