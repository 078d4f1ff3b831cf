//! SQL of stock.

use api::listing::{Listing, ListingStatus, Variant};
use api::order::Order;
use api::shop::Shop;
use api::{Id, Timestamp};
use sqlx::types::Json;

use crate::db::Tx;
use crate::error::Error;
use crate::sql;
use crate::state::AppState;

/// A variant whose listing is locked until the transaction ends.
#[derive(Debug, sqlx::FromRow)]
pub(super) struct Locked {
    pub(super) variant: Id<Variant>,
    pub(super) available: i64,
    pub(super) listing: Id<Listing>,
    pub(super) shop: Id<Shop>,
    pub(super) title: String,
    /// On the shelf, in an open shop.
    pub(super) for_sale: bool,
    /// Made when it is ordered, so that its stock does not matter.
    pub(super) made: bool,
    /// Not offered any more.
    pub(super) withdrawn: bool,
}

/// Locks the listings of variants, in the order of the listings' ids, then reads them. The lock
/// leaves the key alone: order lines that name a listing hold on to its key, and two shoppers who
/// had written theirs would wait for each other.
pub(super) async fn lock(tx: &mut Tx, variants: &[Id<Variant>]) -> Result<Vec<Locked>, Error> {
    let ids = Json(super::super::store::hex(variants));
    let _locked: Vec<(Id<Listing>,)> = tx
        .query(sql!(
            sqlite: "SELECT id FROM listings WHERE id IN (SELECT listing_id FROM variants
                       WHERE id IN (SELECT unhex(value) FROM json_each($1)))",
            postgres: "SELECT id FROM listings WHERE id IN (SELECT listing_id FROM variants
                       WHERE id IN (SELECT CAST(value AS UUID) FROM jsonb_array_elements_text($1)))
                       ORDER BY id FOR NO KEY UPDATE",
        ))
        .bind(ids.clone())
        .all()
        .await?;
    // A statement of its own: on PostgreSQL only this one sees what was committed while we waited.
    Ok(tx
        .query(sql!(
            sqlite: "SELECT v.id AS variant, v.available, l.id AS listing, l.shop_id AS shop, l.title,
                            (l.status = 'active' AND o.id IS NOT NULL) AS for_sale,
                            l.making_to IS NOT NULL AS made, v.retired_at IS NOT NULL AS withdrawn
                       FROM variants v JOIN listings l ON l.id = v.listing_id
                       LEFT JOIN open_shops o ON o.id = l.shop_id
                      WHERE v.id IN (SELECT unhex(value) FROM json_each($1)) ORDER BY l.id",
            postgres: "SELECT v.id AS variant, v.available, l.id AS listing, l.shop_id AS shop, l.title,
                            (l.status = 'active' AND o.id IS NOT NULL) AS for_sale,
                            l.making_to IS NOT NULL AS made, v.retired_at IS NOT NULL AS withdrawn
                       FROM variants v JOIN listings l ON l.id = v.listing_id
                       LEFT JOIN open_shops o ON o.id = l.shop_id
                      WHERE v.id IN (SELECT CAST(value AS UUID) FROM jsonb_array_elements_text($1)) ORDER BY l.id",
        ))
        .bind(ids)
        .all()
        .await?)
}

/// Whether so many pieces could be taken.
pub(super) async fn take(tx: &mut Tx, id: Id<Variant>, quantity: i64) -> Result<bool, Error> {
    let rows = tx
        .query(sql!(
            "UPDATE variants SET available = available - $2
              WHERE id = $1 AND available >= $2 AND $2 > 0 AND retired_at IS NULL"
        ))
        .bind(id)
        .bind(quantity)
        .exec()
        .await?;
    Ok(rows == 1)
}

/// Whether the pieces were put back; not into a variant that was withdrawn.
pub(super) async fn put_back(tx: &mut Tx, id: Id<Variant>, quantity: i64) -> Result<bool, Error> {
    let rows = tx
        .query(sql!(
            "UPDATE variants SET available = available + $2
              WHERE id = $1 AND $2 > 0 AND retired_at IS NULL"
        ))
        .bind(id)
        .bind(quantity)
        .exec()
        .await?;
    Ok(rows == 1)
}

/// Writes down why a stock changed.
pub(super) async fn insert_movement(
    state: &AppState,
    tx: &mut Tx,
    variant: Id<Variant>,
    change: i64,
    reason: &str,
    order: Id<Order>,
) -> Result<(), Error> {
    let now = state.clock.now();
    tx.query(sql!(
        "INSERT INTO stock_movements (id, variant_id, change, reason, order_id, at)
         VALUES ($1, $2, $3, $4, $5, $6)"
    ))
    .bind(state.entropy.uuid(now))
    .bind(variant)
    .bind(change)
    .bind(reason.to_owned())
    .bind(order)
    .bind(now)
    .exec()
    .await?;
    Ok(())
}

/// Sums the variants up on their locked listing and lets its state follow; returns the sum.
pub(super) async fn recount(tx: &mut Tx, id: Id<Listing>, now: Timestamp) -> Result<i64, Error> {
    let (left, status, made): (i64, ListingStatus, bool) = tx
        .query(sql!(
            "UPDATE listings SET available =
               (SELECT CAST(COALESCE(SUM(v.available), 0) AS BIGINT) FROM variants v
                 WHERE v.listing_id = listings.id AND v.retired_at IS NULL),
               updated_at = $2, version = version + 1 WHERE id = $1
               RETURNING available, status, making_to IS NOT NULL"
        ))
        .bind(id)
        .bind(now)
        .one()
        .await?;
    let next = status.with_stock(left > 0 || made);
    if next != status {
        tx.query(sql!("UPDATE listings SET status = $2 WHERE id = $1"))
            .bind(id)
            .bind(next)
            .exec()
            .await?;
    }
    Ok(left)
}
