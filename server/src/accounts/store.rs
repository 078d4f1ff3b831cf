//! SQL of accounts and of the links in letters.

use api::account::Account;
use api::{Id, Timestamp};

use super::sessions::Authenticated;
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
    epoch: i64,
}

impl From<Credentials> for Authenticated {
    fn from(credentials: Credentials) -> Self {
        Self { account: credentials.account.into(), epoch: credentials.epoch }
    }
}

pub(super) async fn are_none(db: &Db) -> Result<bool, Error> {
    let (some,): (bool,) = db.read(sql!("SELECT EXISTS (SELECT 1 FROM accounts)")).one().await?;
    Ok(!some)
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

/// Not one that was erased: nobody's account has no address.
pub(super) async fn find(db: &Db, id: Id<Account>) -> Result<Option<Account>, Error> {
    let row: Option<AccountRow> = db
        .read(sql!(
            "SELECT id, email, email_verified, name, created_at FROM accounts
              WHERE id = $1 AND email <> ''"
        ))
        .bind(id)
        .optional()
        .await?;
    Ok(row.map(Account::from))
}

/// Locks an account until the transaction ends; whether it is somebody's still.
pub(super) async fn lock(tx: &mut Tx, id: Id<Account>) -> Result<bool, Error> {
    let row: Option<(Id<Account>,)> = tx
        .query(sql!(
            sqlite: "SELECT id FROM accounts WHERE id = $1 AND email <> ''",
            postgres: "SELECT id FROM accounts WHERE id = $1 AND email <> '' FOR NO KEY UPDATE",
        ))
        .bind(id)
        .optional()
        .await?;
    Ok(row.is_some())
}

pub(super) async fn find_credentials(
    db: &Db,
    email_key: String,
) -> Result<Option<Credentials>, Error> {
    Ok(db
        .read(sql!(
            "SELECT id, email, email_verified, name, created_at, password_hash, epoch
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
