//! SQL of purchases that were paid or called off.

use api::order::{Order, OrderStatus, Purchase};
use api::shop::Shop;
use api::{Currency, Id, Money, Timestamp};

use super::super::store::note_event;
use super::Payment;
use crate::db::Tx;
use crate::error::Error;
use crate::ledger::Share;
use crate::sql;
use crate::state::AppState;

/// Marks a purchase paid; false when it does not stand as `was`, or has a charge already.
pub(super) async fn mark_paid(
    tx: &mut Tx,
    id: Id<Purchase>,
    was: OrderStatus,
    payment: &Payment,
    now: Timestamp,
) -> Result<bool, Error> {
    let moved = tx
        .query(sql!(
            "UPDATE purchases SET status = 'paid', payment_intent = $2, charge = $3, paid_at = $4
              WHERE id = $1 AND status = $5 AND charge IS NULL"
        ))
        .bind(id)
        .bind(payment.intent.clone())
        .bind(payment.charge.clone())
        .bind(now)
        .bind(was)
        .exec()
        .await?;
    Ok(moved == 1)
}

/// Marks a purchase called off; false when it was not waiting, or has another page than this one.
pub(super) async fn mark_cancelled(
    tx: &mut Tx,
    id: Id<Purchase>,
    session: Option<String>,
) -> Result<bool, Error> {
    let moved = tx
        .query(sql!(
            "UPDATE purchases SET status = 'cancelled'
              WHERE id = $1 AND status = 'pending' AND session IS NOT DISTINCT FROM $2"
        ))
        .bind(id)
        .bind(session)
        .exec()
        .await?;
    Ok(moved == 1)
}

#[derive(sqlx::FromRow)]
struct ShareRow {
    id: Id<Order>,
    shop_id: Id<Shop>,
    total_minor: i64,
    commission_minor: i64,
    currency: Currency,
}

impl ShareRow {
    const fn share(&self) -> Share {
        Share {
            order: self.id,
            shop: self.shop_id,
            total: Money::new(self.total_minor, self.currency),
            commission: Money::new(self.commission_minor, self.currency),
        }
    }
}

/// Marks every order of a purchase paid that stands as `was`, notes `text` in its timeline, and
/// says what each shop is due.
pub(super) async fn mark_orders_paid(
    state: &AppState,
    tx: &mut Tx,
    purchase: Id<Purchase>,
    was: OrderStatus,
    text: &str,
) -> Result<Vec<Share>, Error> {
    let rows: Vec<ShareRow> = tx
        .query(sql!(
            "UPDATE orders SET status = 'paid', paid_at = $2, version = version + 1
              WHERE purchase_id = $1 AND status = $3
              RETURNING id, shop_id, total_minor, commission_minor, currency"
        ))
        .bind(purchase)
        .bind(state.clock.now())
        .bind(was)
        .all()
        .await?;
    for row in &rows {
        note_event(state, tx, row.id, OrderStatus::Paid, text).await?;
    }
    Ok(rows.iter().map(ShareRow::share).collect())
}

/// Marks every order of a purchase called off.
pub(super) async fn mark_orders_cancelled(
    state: &AppState,
    tx: &mut Tx,
    purchase: Id<Purchase>,
    why: &str,
) -> Result<(), Error> {
    let rows: Vec<(Id<Order>,)> = tx
        .query(sql!(
            "UPDATE orders SET status = 'cancelled', version = version + 1
              WHERE purchase_id = $1 AND status = 'pending' RETURNING id"
        ))
        .bind(purchase)
        .all()
        .await?;
    for (order,) in rows {
        note_event(state, tx, order, OrderStatus::Cancelled, why).await?;
    }
    Ok(())
}

/// What people see of an order.
pub(super) async fn order_number(tx: &mut Tx, order: Id<Order>) -> Result<String, Error> {
    let (number,): (String,) =
        tx.query(sql!("SELECT number FROM orders WHERE id = $1")).bind(order).one().await?;
    Ok(number)
}

/// Whether a shopper answered questions about pieces of an order.
pub(super) async fn has_answers(tx: &mut Tx, order: Id<Order>) -> Result<bool, Error> {
    let found: Option<(i64,)> = tx
        .query(sql!(
            "SELECT position FROM order_lines WHERE order_id = $1 AND answers <> '[]' LIMIT 1"
        ))
        .bind(order)
        .optional()
        .await?;
    Ok(found.is_some())
}
