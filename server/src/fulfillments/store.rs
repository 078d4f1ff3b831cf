//! SQL of parcels.

use api::order::{Carrier, Fulfillment, Order};
use api::{Id, Timestamp};

use crate::db::Tx;
use crate::error::Error;
use crate::sql;

/// Whether an order has this very parcel.
pub(super) async fn is_recorded(
    tx: &mut Tx,
    order: Id<Order>,
    carrier: Carrier,
    tracking: &str,
) -> Result<bool, Error> {
    let found: Option<(i64,)> = tx
        .query(sql!(
            "SELECT shipped_at FROM fulfillments WHERE order_id = $1 AND carrier = $2 AND tracking = $3"
        ))
        .bind(order)
        .bind(carrier)
        .bind(tracking.to_owned())
        .optional()
        .await?;
    Ok(found.is_some())
}

/// Adds a parcel.
pub(super) async fn insert(
    tx: &mut Tx,
    id: Id<Fulfillment>,
    order: Id<Order>,
    carrier: Carrier,
    tracking: &str,
    now: Timestamp,
) -> Result<(), Error> {
    tx.query(sql!(
        "INSERT INTO fulfillments (id, order_id, carrier, tracking, shipped_at) VALUES ($1, $2, $3, $4, $5)"
    ))
    .bind(id)
    .bind(order)
    .bind(carrier)
    .bind(tracking.to_owned())
    .bind(now)
    .exec()
    .await?;
    Ok(())
}
