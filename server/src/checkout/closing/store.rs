//! SQL of open purchases that are given up.

use api::Id;
use api::account::Account;
use api::order::Purchase;

use crate::carts::Cart;
use crate::db::{Db, Tx};
use crate::error::Error;
use crate::sql;

/// Notes why an open purchase is given up, unless it was noted before: the first reason stays.
/// The number of the purchase if this is the first.
pub(super) async fn note(
    tx: &mut Tx,
    id: Id<Purchase>,
    reason: &str,
) -> Result<Option<String>, Error> {
    let noted: Option<(String,)> = tx
        .query(sql!(
            "UPDATE purchases SET given_up = $2
              WHERE id = $1 AND status = 'pending' AND given_up IS NULL
            RETURNING number"
        ))
        .bind(id)
        .bind(reason.to_owned())
        .optional()
        .await?;
    Ok(noted.map(|(number,)| number))
}

pub(super) async fn in_the_way(
    db: &Db,
    cart: Id<Cart>,
    account: Option<Id<Account>>,
    key: &str,
) -> Result<Vec<Id<Purchase>>, Error> {
    let rows: Vec<(Id<Purchase>,)> = db
        .read(sql!(
            "SELECT p.id FROM purchases p
              WHERE p.status = 'pending' AND p.attempt_key <> $3
                AND (p.cart_id = $1 OR p.account_id = $2 AND EXISTS
                      (SELECT 1 FROM orders o JOIN order_lines l ON l.order_id = o.id
                         JOIN cart_lines c ON c.variant_id = l.variant_id
                        WHERE o.purchase_id = p.id AND c.cart_id = $1))
              ORDER BY p.id"
        ))
        .bind(cart)
        .bind(account)
        .bind(key.to_owned())
        .all()
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
