//! SQL of stored passwords.

use api::Id;
use api::account::Account;

use crate::db::{Db, Tx};
use crate::error::Error;
use crate::sql;

pub(super) async fn find_hash(db: &Db, account: Id<Account>) -> Result<Option<String>, Error> {
    let row: Option<(String,)> = db
        .read(sql!("SELECT password_hash FROM accounts WHERE id = $1"))
        .bind(account)
        .optional()
        .await?;
    Ok(row.map(|(hash,)| hash))
}

/// Whether it was still the one before.
pub(super) async fn replace_hash(
    tx: &mut Tx,
    account: Id<Account>,
    before: String,
    after: String,
) -> Result<bool, Error> {
    let rows = tx
        .query(sql!("UPDATE accounts SET password_hash = $3 WHERE id = $1 AND password_hash = $2"))
        .bind(account)
        .bind(before)
        .bind(after)
        .exec()
        .await?;
    Ok(rows > 0)
}

pub(super) async fn set_hash(tx: &mut Tx, account: Id<Account>, hash: String) -> Result<(), Error> {
    tx.query(sql!("UPDATE accounts SET password_hash = $2 WHERE id = $1"))
        .bind(account)
        .bind(hash)
        .exec()
        .await?;
    Ok(())
}
