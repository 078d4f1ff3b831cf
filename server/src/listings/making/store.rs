//! SQL of pieces that are made to order.

use api::listing::{Listing, Variant};
use api::making::{Making, Promise, ToOrder};
use api::order::{Order, Purchase};
use api::{Id, Timestamp};
use serde_json::json;
use sqlx::types::Json;

use crate::db::{Db, Tx};
use crate::error::Error;
use crate::listings::store::{MakingColumns, hex};
use crate::sql;

/// A line whose listing is made to order.
#[derive(sqlx::FromRow)]
pub(super) struct Line {
    order_id: Id<Order>,
    position: i64,
    pub(super) listing: Id<Listing>,
    pub(super) variant: Id<Variant>,
    pub(super) title: String,
    pub(super) quantity: i64,
    #[sqlx(flatten)]
    making: MakingColumns,
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
            sqlite: "SELECT w.listing_id, w.week, CAST(SUM(w.pieces) AS BIGINT)
                       FROM making_weeks w JOIN orders o ON o.id = w.order_id
                      WHERE w.listing_id IN (SELECT unhex(value) FROM json_each($1)) AND w.week > $2
                        AND o.status NOT IN ('cancelled', 'refunded')
                      GROUP BY w.listing_id, w.week",
            postgres: "SELECT w.listing_id, w.week, CAST(SUM(w.pieces) AS BIGINT)
                       FROM making_weeks w JOIN orders o ON o.id = w.order_id
                      WHERE w.listing_id IN (SELECT CAST(value AS UUID) FROM jsonb_array_elements_text($1))
                        AND w.week > $2 AND o.status NOT IN ('cancelled', 'refunded')
                      GROUP BY w.listing_id, w.week",
        ))
        .bind(Json(hex(listings)))
        .bind(since)
        .all()
        .await?)
}

/// The same of some purchases, whatever the week.
pub(super) async fn begun_for(
    db: &Db,
    purchases: &[Id<Purchase>],
) -> Result<Vec<(Id<Listing>, Timestamp, i64)>, Error> {
    Ok(db
        .read(sql!(
            sqlite: "SELECT w.listing_id, w.week, w.pieces FROM making_weeks w JOIN orders o ON o.id = w.order_id
                      WHERE o.purchase_id IN (SELECT unhex(value) FROM json_each($1))",
            postgres: "SELECT w.listing_id, w.week, w.pieces FROM making_weeks w JOIN orders o ON o.id = w.order_id
                      WHERE o.purchase_id IN (SELECT CAST(value AS UUID) FROM jsonb_array_elements_text($1))",
        ))
        .bind(Json(hex(purchases)))
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
            "SELECT w.week, CAST(SUM(w.pieces) AS BIGINT)
               FROM making_weeks w JOIN orders o ON o.id = w.order_id
              WHERE w.listing_id = $1 AND w.week > $2 AND o.status NOT IN ('cancelled', 'refunded')
              GROUP BY w.week"
        ))
        .bind(listing)
        .bind(since)
        .all()
        .await?)
}

pub(super) async fn forget(tx: &mut Tx, purchase: Id<Purchase>) -> Result<(), Error> {
    tx.query(sql!(
        "DELETE FROM making_weeks WHERE order_id IN (SELECT id FROM orders WHERE purchase_id = $1)"
    ))
    .bind(purchase)
    .exec()
    .await?;
    tx.query(sql!(
        "UPDATE order_lines SET ready_by = NULL
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
            "SELECT l.order_id, l.position, l.listing_id AS listing, l.variant_id AS variant, l.title, l.quantity,
                    i.making_from, i.making_to, i.making_weekly
               FROM orders o JOIN order_lines l ON l.order_id = o.id JOIN listings i ON i.id = l.listing_id
              WHERE o.purchase_id = $1 AND i.making_to IS NOT NULL ORDER BY o.number, l.position"
        ))
        .bind(purchase)
        .all()
        .await?)
}

pub(super) async fn set(tx: &mut Tx, line: &Line, promise: &Promise) -> Result<(), Error> {
    tx.query(sql!("UPDATE order_lines SET ready_by = $3 WHERE order_id = $1 AND position = $2"))
        .bind(line.order_id)
        .bind(line.position)
        .bind(promise.ready_by)
        .exec()
        .await?;
    let week =
        |(week, pieces): &(Timestamp, i64)| json!({ "week": week.micros(), "pieces": pieces });
    let weeks: Vec<_> = promise.weeks.iter().map(week).collect();
    tx.query(sql!(
        sqlite: "INSERT INTO making_weeks (order_id, position, week, listing_id, pieces)
                 SELECT $1, $2, value->>'week', $3, value->>'pieces' FROM json_each($4)",
        postgres: "INSERT INTO making_weeks (order_id, position, week, listing_id, pieces)
                   SELECT $1, $2, w.week, $3, w.pieces FROM jsonb_to_recordset($4) AS w (week BIGINT, pieces BIGINT)",
    ))
    .bind(line.order_id)
    .bind(line.position)
    .bind(line.listing)
    .bind(Json(weeks))
    .exec()
    .await?;
    Ok(())
}
