//! SQL of what guests bought.

use api::Id;
use api::account::Account;
use api::order::Purchase;

use crate::db::{Db, Tx};
use crate::error::Error;
use crate::sql;

/// What was bought with an address, by its key, and no account has.
pub(super) async fn of_guests(db: &Db, email_key: String) -> Result<Vec<Id<Purchase>>, Error> {
    let rows: Vec<(Id<Purchase>,)> = db
        .read(sql!("SELECT id FROM purchases WHERE account_id IS NULL AND lower(email) = $1"))
        .bind(email_key)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(purchase,)| purchase).collect())
}

/// The address with which somebody bought what no account has.
pub(super) async fn guest(db: &Db, purchase: Id<Purchase>) -> Result<Option<String>, Error> {
    let row: Option<(String,)> = db
        .read(sql!("SELECT email FROM purchases WHERE id = $1 AND account_id IS NULL"))
        .bind(purchase)
        .optional()
        .await?;
    Ok(row.map(|(email,)| email))
}

/// Gives a purchase that nobody has; its number if that was so.
pub(super) async fn give(
    tx: &mut Tx,
    purchase: Id<Purchase>,
    account: Id<Account>,
) -> Result<Option<String>, Error> {
    let given: Option<(String,)> = tx
        .query(sql!(
            "UPDATE purchases SET account_id = $2 WHERE id = $1 AND account_id IS NULL
             RETURNING number"
        ))
        .bind(purchase)
        .bind(account)
        .optional()
        .await?;
    Ok(given.map(|(number,)| number))
}
