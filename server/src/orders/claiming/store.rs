//! SQL of what guests bought.

use api::Id;
use api::account::Account;
use api::order::Purchase;

use crate::db::{Db, Tx};
use crate::error::Error;
use crate::sql;

/// A purchase that no account has.
#[derive(sqlx::FromRow)]
pub(super) struct Guest {
    pub(super) id: Id<Purchase>,
    pub(super) email: String,
}

/// What was bought with an address in lower case.
pub(super) async fn of_guests(db: &Db, email: String) -> Result<Vec<Guest>, Error> {
    Ok(db
        .read(sql!(
            "SELECT id, email FROM purchases WHERE account_id IS NULL AND lower(email) = $1"
        ))
        .bind(email)
        .all()
        .await?)
}

pub(super) async fn of_guest(db: &Db, purchase: Id<Purchase>) -> Result<Option<Guest>, Error> {
    Ok(db
        .read(sql!("SELECT id, email FROM purchases WHERE id = $1 AND account_id IS NULL"))
        .bind(purchase)
        .optional()
        .await?)
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
