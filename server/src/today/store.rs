//! SQL of the bench.

use api::shop::Shop;
use api::today::LowStock;
use api::{Id, Timestamp};
use sqlx::types::Json;

use crate::db::Db;
use crate::error::Error;
use crate::sql;

#[derive(sqlx::FromRow)]
pub(super) struct Counts {
    pub(super) to_pack: i64,
    pub(super) active: i64,
    pub(super) without_pictures: i64,
}

pub(super) async fn counts(db: &Db, shop: Id<Shop>) -> Result<Counts, Error> {
    Ok(db
        .read(sql!(
            "SELECT (SELECT COUNT(*) FROM orders WHERE shop_id = $1 AND status = 'paid') AS to_pack,
                    (SELECT COUNT(*) FROM listings WHERE shop_id = $1 AND status = 'active') AS active,
                    (SELECT COUNT(*) FROM listings l WHERE l.shop_id = $1 AND l.status = 'active'
                        AND NOT EXISTS (SELECT 1 FROM listing_images i WHERE i.listing_id = l.id)) AS without_pictures"
        ))
        .bind(shop)
        .one()
        .await?)
}

/// What shoppers paid on one day; `day` counts days since 1970 in UTC.
#[derive(sqlx::FromRow)]
pub(super) struct DayRow {
    pub(super) day: i64,
    pub(super) total_minor: i64,
    pub(super) orders: i64,
}

pub(super) async fn sales(db: &Db, shop: Id<Shop>, since: Timestamp) -> Result<Vec<DayRow>, Error> {
    Ok(db
        .read(sql!(
            "SELECT paid_at / 86400000000 AS day, CAST(COALESCE(SUM(total_minor), 0) AS BIGINT) AS total_minor,
                    COUNT(*) AS orders
               FROM orders
              WHERE shop_id = $1 AND status IN ('paid', 'shipped') AND placed_at >= $2 - 86400000000 AND paid_at >= $2
              GROUP BY paid_at / 86400000000"
        ))
        .bind(shop)
        .bind(since)
        .all()
        .await?)
}

#[derive(sqlx::FromRow)]
struct LowRow {
    title: String,
    option_values: Json<Vec<String>>,
    sku: String,
    available: i64,
}

/// Active variants with two pieces or fewer.
pub(super) async fn low_stock(db: &Db, shop: Id<Shop>, limit: i64) -> Result<Vec<LowStock>, Error> {
    let rows: Vec<LowRow> = db
        .read(sql!(
            "SELECT l.title, v.option_values, v.sku, v.available FROM variants v JOIN listings l ON l.id = v.listing_id
              WHERE l.shop_id = $1 AND l.status = 'active' AND l.making_to IS NULL AND v.retired_at IS NULL AND v.available <= 2
              ORDER BY v.available, l.title, v.position LIMIT $2"
        ))
        .bind(shop)
        .bind(limit)
        .all()
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| LowStock {
            title: row.title,
            option: row.option_values.join(", "),
            sku: row.sku,
            available: row.available,
        })
        .collect())
}
