//! SQL of device logins.

use api::account::Account;
use api::{Id, Timestamp};
use uuid::Uuid;

use super::super::sessions::Session;
use super::super::tokens::Grant;
use super::Waiting;
use crate::db::{Db, Tx};
use crate::error::Error;
use crate::sql;

#[derive(sqlx::FromRow)]
pub(super) struct Polled {
    pub(super) id: Uuid,
    pub(super) status: String,
    pub(super) name: String,
    pub(super) scopes: String,
}

#[derive(sqlx::FromRow)]
struct WaitingRow {
    id: Uuid,
    user_code: String,
    name: String,
    scopes: String,
    created_at: Timestamp,
}

/// Whether the code was free.
pub(super) async fn insert(
    db: &Db,
    waiting: &Waiting,
    device_hash: Vec<u8>,
    ends: Timestamp,
) -> Result<bool, Error> {
    let rows = db
        .write(sql!(
            "INSERT INTO device_logins
               (id, device_hash, user_code, name, scopes, status, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, 'pending', $6, $7) ON CONFLICT (user_code) DO NOTHING"
        ))
        .bind(waiting.id)
        .bind(device_hash)
        .bind(waiting.user_code.clone())
        .bind(waiting.name.clone())
        .bind(waiting.grant.text())
        .bind(waiting.created_at)
        .bind(ends)
        .exec()
        .await?;
    Ok(rows > 0)
}

pub(super) async fn find_by_secret(
    db: &Db,
    device_hash: Vec<u8>,
    now: Timestamp,
) -> Result<Option<Polled>, Error> {
    Ok(db
        .read(sql!(
            "SELECT id, status, name, scopes FROM device_logins
              WHERE device_hash = $1 AND expires_at > $2"
        ))
        .bind(device_hash)
        .bind(now)
        .optional()
        .await?)
}

pub(super) async fn find_by_code(
    db: &Db,
    user_code: String,
    now: Timestamp,
) -> Result<Option<Waiting>, Error> {
    let row: Option<WaitingRow> = db
        .read(sql!(
            "SELECT id, user_code, name, scopes, created_at FROM device_logins
              WHERE user_code = $1 AND status = 'pending' AND expires_at > $2"
        ))
        .bind(user_code)
        .bind(now)
        .optional()
        .await?;
    Ok(row.map(|row| Waiting {
        id: row.id,
        user_code: row.user_code,
        name: row.name,
        grant: Grant::stored(&row.scopes),
        created_at: row.created_at,
    }))
}

/// Whether it was still pending.
pub(super) async fn decide(
    tx: &mut Tx,
    id: Uuid,
    decider: &Session,
    status: &'static str,
) -> Result<bool, Error> {
    let rows = tx
        .query(sql!(
            "UPDATE device_logins SET status = $4, account_id = $2, epoch = $3
              WHERE id = $1 AND status = 'pending'"
        ))
        .bind(id)
        .bind(decider.account.id)
        .bind(decider.epoch)
        .bind(status.to_owned())
        .exec()
        .await?;
    Ok(rows > 0)
}

/// Takes back what this account approved and no terminal has fetched yet; how the login with this
/// code stands afterwards, if this account decided about one.
pub(super) async fn take_back(
    tx: &mut Tx,
    user_code: String,
    account: Id<Account>,
    now: Timestamp,
) -> Result<Option<String>, Error> {
    let row: Option<(String,)> = tx
        .query(sql!(
            "UPDATE device_logins
                SET status = CASE status WHEN 'approved' THEN 'denied' ELSE status END
              WHERE user_code = $1 AND account_id = $2 AND expires_at > $3
              RETURNING status"
        ))
        .bind(user_code)
        .bind(account)
        .bind(now)
        .optional()
        .await?;
    Ok(row.map(|(status,)| status))
}

/// Takes an approval once; who gave it, in which epoch. One of an earlier epoch is none any more.
pub(super) async fn spend(db: &Db, id: Uuid) -> Result<Option<(Id<Account>, i64)>, Error> {
    Ok(db
        .write(sql!(
            "UPDATE device_logins SET status = 'spent' WHERE id = $1 AND status = 'approved'
                AND epoch = (SELECT a.epoch FROM accounts a WHERE a.id = device_logins.account_id)
             RETURNING account_id, epoch"
        ))
        .bind(id)
        .optional()
        .await?)
}

pub(super) async fn purge(db: &Db, now: Timestamp) -> Result<u64, Error> {
    Ok(db.write(sql!("DELETE FROM device_logins WHERE expires_at <= $1")).bind(now).exec().await?)
}
