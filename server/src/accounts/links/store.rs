//! SQL of links in letters.

use api::account::Account;
use api::{Id, Timestamp};

use super::Followed;
use crate::db::{Db, Tx};
use crate::error::Error;
use crate::sql;

#[derive(sqlx::FromRow)]
struct Row {
    account_id: Id<Account>,
    email: Option<String>,
}

impl From<Row> for Followed {
    fn from(row: Row) -> Self {
        Self { account: row.account_id, email: row.email }
    }
}

pub(super) async fn insert(
    tx: &mut Tx,
    token_hash: Vec<u8>,
    account: Id<Account>,
    purpose: &'static str,
    email: Option<String>,
    ends: Timestamp,
) -> Result<(), Error> {
    tx.query(sql!(
        "INSERT INTO mail_tokens (token_hash, account_id, purpose, email, expires_at)
         VALUES ($1, $2, $3, $4, $5)"
    ))
    .bind(token_hash)
    .bind(account)
    .bind(purpose.to_owned())
    .bind(email)
    .bind(ends)
    .exec()
    .await?;
    Ok(())
}

pub(super) async fn find(
    db: &Db,
    token_hash: Vec<u8>,
    purpose: &'static str,
    now: Timestamp,
) -> Result<Option<Followed>, Error> {
    let row: Option<Row> = db
        .read(sql!(
            "SELECT account_id, email FROM mail_tokens
              WHERE token_hash = $1 AND purpose = $2 AND expires_at > $3"
        ))
        .bind(token_hash)
        .bind(purpose.to_owned())
        .bind(now)
        .optional()
        .await?;
    Ok(row.map(Followed::from))
}

/// Takes a link out of the table; what it was about, if it was there and still worked.
pub(super) async fn spend(
    tx: &mut Tx,
    token_hash: Vec<u8>,
    purpose: &'static str,
    now: Timestamp,
) -> Result<Option<Followed>, Error> {
    let row: Option<Row> = tx
        .query(sql!(
            "DELETE FROM mail_tokens WHERE token_hash = $1 AND purpose = $2 AND expires_at > $3
             RETURNING account_id, email"
        ))
        .bind(token_hash)
        .bind(purpose.to_owned())
        .bind(now)
        .optional()
        .await?;
    Ok(row.map(Followed::from))
}

pub(super) async fn pending_change(
    db: &Db,
    account: Id<Account>,
    now: Timestamp,
) -> Result<Option<String>, Error> {
    let row: Option<(Option<String>,)> = db
        .read(sql!(
            "SELECT email FROM mail_tokens
              WHERE account_id = $1 AND purpose = 'change_email' AND expires_at > $2"
        ))
        .bind(account)
        .bind(now)
        .optional()
        .await?;
    Ok(row.and_then(|(email,)| email))
}

/// Whether there was anything to delete.
pub(super) async fn delete(
    tx: &mut Tx,
    account: Id<Account>,
    purpose: &'static str,
) -> Result<bool, Error> {
    let rows = tx
        .query(sql!("DELETE FROM mail_tokens WHERE account_id = $1 AND purpose = $2"))
        .bind(account)
        .bind(purpose.to_owned())
        .exec()
        .await?;
    Ok(rows > 0)
}

pub(super) async fn delete_all(tx: &mut Tx, account: Id<Account>) -> Result<(), Error> {
    tx.query(sql!("DELETE FROM mail_tokens WHERE account_id = $1")).bind(account).exec().await?;
    Ok(())
}

pub(super) async fn purge(db: &Db, now: Timestamp) -> Result<(), Error> {
    db.write(sql!("DELETE FROM mail_tokens WHERE expires_at <= $1")).bind(now).exec().await?;
    Ok(())
}
