//! SQL of parcels.

use api::order::{Carrier, Fulfillment, Order};
use api::{Id, Timestamp};

use crate::db::Tx;
use crate::error::Error;
use crate::sql;

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
