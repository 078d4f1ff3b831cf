//! SQL of accounts and of the links in letters.

use api::account::Account;
use api::{Id, Timestamp};

use crate::db::{Db, Tx};
use crate::error::Error;
use crate::sql;

#[derive(sqlx::FromRow)]
struct AccountRow {
    id: Id<Account>,
    email: String,
    email_verified: bool,
    name: String,
    created_at: Timestamp,
}

impl From<AccountRow> for Account {
    fn from(row: AccountRow) -> Self {
        Self {
            id: row.id,
            email: row.email,
            email_verified: row.email_verified,
            name: row.name,
            created_at: row.created_at,
        }
    }
}

/// An account and what its password is compared with.
#[derive(sqlx::FromRow)]
pub(super) struct Credentials {
    #[sqlx(flatten)]
    account: AccountRow,
    pub(super) password_hash: String,
}

impl From<Credentials> for Account {
    fn from(credentials: Credentials) -> Self {
        credentials.account.into()
    }
}

/// Whether the account is new; an address that has one is left alone.
pub(super) async fn insert(
    tx: &mut Tx,
    account: &Account,
    email_key: String,
    password_hash: String,
) -> Result<bool, Error> {
    let rows = tx
        .query(sql!(
            "INSERT INTO accounts (id, email, email_key, email_verified, name, password_hash, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (email_key) DO NOTHING"
        ))
        .bind(account.id)
        .bind(account.email.clone())
        .bind(email_key)
        .bind(account.email_verified)
        .bind(account.name.clone())
        .bind(password_hash)
        .bind(account.created_at)
        .exec()
        .await?;
    Ok(rows > 0)
}

pub(super) async fn find_by_email(db: &Db, email_key: String) -> Result<Option<Account>, Error> {
    let row: Option<AccountRow> = db
        .read(sql!(
            "SELECT id, email, email_verified, name, created_at FROM accounts WHERE email_key = $1"
        ))
        .bind(email_key)
        .optional()
        .await?;
    Ok(row.map(Account::from))
}

pub(super) async fn find(db: &Db, id: Id<Account>) -> Result<Option<Account>, Error> {
    let row: Option<AccountRow> = db
        .read(sql!(
            "SELECT id, email, email_verified, name, created_at FROM accounts WHERE id = $1"
        ))
        .bind(id)
        .optional()
        .await?;
    Ok(row.map(Account::from))
}

/// Locks an account until the transaction ends.
pub(super) async fn lock(tx: &mut Tx, id: Id<Account>) -> Result<(), Error> {
    let _row: Option<(Id<Account>,)> = tx
        .query(sql!(
            sqlite: "SELECT id FROM accounts WHERE id = $1",
            postgres: "SELECT id FROM accounts WHERE id = $1 FOR NO KEY UPDATE",
        ))
        .bind(id)
        .optional()
        .await?;
    Ok(())
}

pub(super) async fn find_credentials(
    db: &Db,
    email_key: String,
) -> Result<Option<Credentials>, Error> {
    Ok(db
        .read(sql!(
            "SELECT id, email, email_verified, name, created_at, password_hash
               FROM accounts WHERE email_key = $1"
        ))
        .bind(email_key)
        .optional()
        .await?)
}

pub(super) async fn mark_verified(tx: &mut Tx, id: Id<Account>) -> Result<(), Error> {
    tx.query(sql!("UPDATE accounts SET email_verified = TRUE WHERE id = $1"))
        .bind(id)
        .exec()
        .await?;
    Ok(())
}

/// Whose address it is, if anybody's.
pub(super) async fn mark_verified_by_email(
    tx: &mut Tx,
    email_key: String,
) -> Result<Option<Id<Account>>, Error> {
    let row: Option<(Id<Account>,)> = tx
        .query(sql!("UPDATE accounts SET email_verified = TRUE WHERE email_key = $1 RETURNING id"))
        .bind(email_key)
        .optional()
        .await?;
    Ok(row.map(|(account,)| account))
}

pub(super) async fn insert_link(
    tx: &mut Tx,
    token_hash: Vec<u8>,
    account: Id<Account>,
    ends: Timestamp,
) -> Result<(), Error> {
    tx.query(sql!(
        "INSERT INTO mail_tokens (token_hash, account_id, purpose, expires_at)
         VALUES ($1, $2, 'verify_email', $3)"
    ))
    .bind(token_hash)
    .bind(account)
    .bind(ends)
    .exec()
    .await?;
    Ok(())
}

/// Takes a link out of the table; whose it was, if it was there and still worked.
pub(super) async fn spend_link(
    tx: &mut Tx,
    token_hash: Vec<u8>,
    now: Timestamp,
) -> Result<Option<Id<Account>>, Error> {
    let row: Option<(Id<Account>,)> = tx
        .query(sql!(
            "DELETE FROM mail_tokens WHERE token_hash = $1 AND purpose = 'verify_email'
                AND expires_at > $2 RETURNING account_id"
        ))
        .bind(token_hash)
        .bind(now)
        .optional()
        .await?;
    Ok(row.map(|(account,)| account))
}

pub(super) async fn purge_links(db: &Db, now: Timestamp) -> Result<(), Error> {
    db.write(sql!("DELETE FROM mail_tokens WHERE expires_at <= $1")).bind(now).exec().await?;
    Ok(())
}
