//! SQL of pieces that are made to order.

use api::listing::Listing;
use api::making::{Making, Promise, ToOrder};
use api::order::{Order, Purchase};
use api::{Id, Timestamp};
use sqlx::types::Json;

use crate::db::{Db, Tx};
use crate::error::Error;
use crate::listings::store::{MakingRow, hex};
use crate::sql;

/// A line whose listing is made to order.
#[derive(sqlx::FromRow)]
pub(super) struct Line {
    order_id: Id<Order>,
    position: i64,
    pub(super) listing: Id<Listing>,
    pub(super) quantity: i64,
    #[sqlx(flatten)]
    making: MakingRow,
}

impl Line {
    /// How it is made.
    pub(super) fn terms(&self) -> Option<ToOrder> {
        Making::from(&self.making).to_order()
    }
}

pub(super) async fn begun(
    db: &Db,
    listings: &[Id<Listing>],
    since: Timestamp,
) -> Result<Vec<(Id<Listing>, Timestamp, i64)>, Error> {
    Ok(db
        .read(sql!(
            sqlite: "SELECT l.listing_id, l.making_week, CAST(SUM(l.quantity) AS BIGINT)
                       FROM order_lines l JOIN orders o ON o.id = l.order_id
                      WHERE l.listing_id IN (SELECT unhex(value) FROM json_each($1)) AND l.making_week > $2
                        AND o.status NOT IN ('cancelled', 'refunded')
                      GROUP BY l.listing_id, l.making_week",
            postgres: "SELECT l.listing_id, l.making_week, CAST(SUM(l.quantity) AS BIGINT)
                       FROM order_lines l JOIN orders o ON o.id = l.order_id
                      WHERE l.listing_id IN (SELECT CAST(value AS UUID) FROM jsonb_array_elements_text($1))
                        AND l.making_week > $2 AND o.status NOT IN ('cancelled', 'refunded')
                      GROUP BY l.listing_id, l.making_week",
        ))
        .bind(Json(hex(listings)))
        .bind(since)
        .all()
        .await?)
}

/// The same of one listing, as the transaction sees it.
pub(super) async fn begun_of(
    tx: &mut Tx,
    listing: Id<Listing>,
    since: Timestamp,
) -> Result<Vec<(Timestamp, i64)>, Error> {
    Ok(tx
        .query(sql!(
            "SELECT l.making_week, CAST(SUM(l.quantity) AS BIGINT)
               FROM order_lines l JOIN orders o ON o.id = l.order_id
              WHERE l.listing_id = $1 AND l.making_week > $2 AND o.status NOT IN ('cancelled', 'refunded')
              GROUP BY l.making_week"
        ))
        .bind(listing)
        .bind(since)
        .all()
        .await?)
}

pub(super) async fn forget(tx: &mut Tx, purchase: Id<Purchase>) -> Result<(), Error> {
    tx.query(sql!(
        "UPDATE order_lines SET making_week = NULL, ready_by = NULL
          WHERE ready_by IS NOT NULL AND order_id IN (SELECT id FROM orders WHERE purchase_id = $1)"
    ))
    .bind(purchase)
    .exec()
    .await?;
    Ok(())
}

/// The lines of a purchase whose listings are made to order now.
pub(super) async fn lines(tx: &mut Tx, purchase: Id<Purchase>) -> Result<Vec<Line>, Error> {
    Ok(tx
        .query(sql!(
            "SELECT l.order_id, l.position, l.listing_id AS listing, l.quantity,
                    i.making_from, i.making_to, i.making_weekly
               FROM orders o JOIN order_lines l ON l.order_id = o.id JOIN listings i ON i.id = l.listing_id
              WHERE o.purchase_id = $1 AND i.making_to IS NOT NULL ORDER BY o.number, l.position"
        ))
        .bind(purchase)
        .all()
        .await?)
}

pub(super) async fn set(tx: &mut Tx, line: &Line, promise: Promise) -> Result<(), Error> {
    tx.query(sql!(
        "UPDATE order_lines SET making_week = $3, ready_by = $4 WHERE order_id = $1 AND position = $2"
    ))
    .bind(line.order_id)
    .bind(line.position)
    .bind(promise.week)
    .bind(promise.ready_by)
    .exec()
    .await?;
    Ok(())
}
