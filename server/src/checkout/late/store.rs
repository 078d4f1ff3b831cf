//! SQL of money that came too late.

use api::order::{Order, Purchase};
use api::{Currency, Id, Money, Timestamp};

use super::super::settling::Payment;
use crate::db::{Db, Tx};
use crate::error::Error;
use crate::sql;

/// Money that goes back.
#[derive(sqlx::FromRow)]
pub(super) struct LateRow {
    amount_minor: i64,
    currency: Currency,
    pub(super) reason: String,
    pub(super) refunded_at: Option<Timestamp>,
}

impl LateRow {
    /// All of it.
    pub(super) const fn amount(&self) -> Money {
        Money::new(self.amount_minor, self.currency)
    }
}

pub(super) async fn find(db: &Db, purchase: Id<Purchase>) -> Result<Option<LateRow>, Error> {
    Ok(db
        .read(sql!(
            "SELECT amount_minor, currency, reason, refunded_at FROM late_payments WHERE purchase_id = $1"
        ))
        .bind(purchase)
        .optional()
        .await?)
}

/// Whether a later purchase of the same cart or account, paid or about to be, has a piece of this one.
pub(super) async fn is_bought_otherwise(db: &Db, purchase: Id<Purchase>) -> Result<bool, Error> {
    let found: Option<(Id<Purchase>,)> = db
        .read(sql!(
            "SELECT q.id FROM purchases p
               JOIN purchases q ON q.id <> p.id AND q.placed_at >= p.placed_at AND q.status IN ('pending', 'paid')
                               AND (q.cart_id = p.cart_id OR q.account_id = p.account_id)
              WHERE p.id = $1 AND EXISTS
                    (SELECT 1 FROM orders a JOIN order_lines k ON k.order_id = a.id
                       JOIN order_lines l ON l.variant_id = k.variant_id JOIN orders b ON b.id = l.order_id
                      WHERE a.purchase_id = p.id AND b.purchase_id = q.id)
              LIMIT 1"
        ))
        .bind(purchase)
        .optional()
        .await?;
    Ok(found.is_some())
}

/// Notes the charge on a purchase that stays called off; false when that was done.
pub(super) async fn note_charge(
    tx: &mut Tx,
    purchase: Id<Purchase>,
    payment: &Payment,
) -> Result<bool, Error> {
    let noted = tx
        .query(sql!(
            "UPDATE purchases SET payment_intent = $2, charge = $3
              WHERE id = $1 AND status = 'cancelled' AND charge IS NULL"
        ))
        .bind(purchase)
        .bind(payment.intent.clone())
        .bind(payment.charge.clone())
        .exec()
        .await?;
    Ok(noted == 1)
}

pub(super) async fn insert(
    tx: &mut Tx,
    purchase: Id<Purchase>,
    amount: Money,
    reason: &str,
    now: Timestamp,
) -> Result<(), Error> {
    tx.query(sql!(
        "INSERT INTO late_payments (purchase_id, amount_minor, currency, reason, arrived_at) VALUES ($1, $2, $3, $4, $5)"
    ))
    .bind(purchase)
    .bind(amount.minor())
    .bind(amount.currency())
    .bind(reason.to_owned())
    .bind(now)
    .exec()
    .await?;
    Ok(())
}

/// Notes the refund; false when it was noted before.
pub(super) async fn mark_refunded(
    tx: &mut Tx,
    purchase: Id<Purchase>,
    refund: &str,
    now: Timestamp,
) -> Result<bool, Error> {
    let marked = tx
        .query(sql!(
            "UPDATE late_payments SET stripe_refund = $2, refunded_at = $3
              WHERE purchase_id = $1 AND stripe_refund IS NULL"
        ))
        .bind(purchase)
        .bind(refund.to_owned())
        .bind(now)
        .exec()
        .await?;
    Ok(marked == 1)
}

/// Every order of a purchase.
pub(super) async fn orders(tx: &mut Tx, purchase: Id<Purchase>) -> Result<Vec<Id<Order>>, Error> {
    let rows: Vec<(Id<Order>,)> = tx
        .query(sql!("SELECT id FROM orders WHERE purchase_id = $1 ORDER BY number"))
        .bind(purchase)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
