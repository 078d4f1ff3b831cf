//! SQL of prices over time.

use api::listing::Variant;
use api::{Currency, Id, Money, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};
use sqlx::types::Json;
use uuid::Uuid;

use super::{Reduction, Reductions};
use crate::db::Tx;
use crate::error::Error;
use crate::listings::store::hex_one;
use crate::sql;

/// Notes the prices that differ from the last ones noted.
pub(super) async fn note(tx: &mut Tx, offered: &Json<Value>, now: Timestamp) -> Result<(), Error> {
    tx.query(sql!(
        sqlite: "INSERT INTO offered_prices (variant_id, since, price_minor)
                 SELECT unhex(c.value->>'id'), $2, c.value->>'price' FROM json_each($1) c
                  WHERE (SELECT p.price_minor FROM offered_prices p WHERE p.variant_id = unhex(c.value->>'id')
                          ORDER BY p.since DESC LIMIT 1) IS DISTINCT FROM c.value->>'price'
                 ON CONFLICT (variant_id, since) DO UPDATE SET price_minor = excluded.price_minor",
        postgres: "INSERT INTO offered_prices (variant_id, since, price_minor)
                 SELECT CAST(c.id AS UUID), $2, c.price FROM jsonb_to_recordset($1) AS c (id TEXT, price BIGINT)
                  WHERE (SELECT p.price_minor FROM offered_prices p WHERE p.variant_id = CAST(c.id AS UUID)
                          ORDER BY p.since DESC LIMIT 1) IS DISTINCT FROM c.price
                 ON CONFLICT (variant_id, since) DO UPDATE SET price_minor = excluded.price_minor",
    ))
    .bind(offered.clone())
    .bind(now)
    .exec()
    .await?;
    Ok(())
}

/// Keeps with the variants whose price was lowered just now the lowest price since `month_ago`. The
/// price that stood at that moment counts; without one nobody can say what the price was for so long.
pub(super) async fn reduce(
    tx: &mut Tx,
    offered: &Json<Value>,
    now: Timestamp,
    month_ago: Timestamp,
) -> Result<(), Error> {
    tx.query(sql!(
        sqlite: "UPDATE variants SET reduced_from = w.was, reduced_at = $2
                   FROM (SELECT n.variant_id, MIN(p.price_minor) AS was
                           FROM offered_prices n
                           JOIN offered_prices p ON p.variant_id = n.variant_id AND p.since < n.since
                            AND p.since >= (SELECT MAX(b.since) FROM offered_prices b
                                             WHERE b.variant_id = n.variant_id AND b.since <= $3)
                          WHERE n.since = $2
                            AND n.variant_id IN (SELECT unhex(c.value->>'id') FROM json_each($1) c)
                          GROUP BY n.variant_id) w
                  WHERE variants.id = w.variant_id AND variants.price_minor < w.was",
        postgres: "UPDATE variants SET reduced_from = w.was, reduced_at = $2
                   FROM (SELECT n.variant_id, MIN(p.price_minor) AS was
                           FROM offered_prices n
                           JOIN offered_prices p ON p.variant_id = n.variant_id AND p.since < n.since
                            AND p.since >= (SELECT MAX(b.since) FROM offered_prices b
                                             WHERE b.variant_id = n.variant_id AND b.since <= $3)
                          WHERE n.since = $2
                            AND n.variant_id IN (SELECT CAST(c.id AS UUID) FROM jsonb_to_recordset($1) AS c (id TEXT))
                          GROUP BY n.variant_id) w
                  WHERE variants.id = w.variant_id AND variants.price_minor < w.was",
    ))
    .bind(offered.clone())
    .bind(now)
    .bind(month_ago)
    .exec()
    .await?;
    Ok(())
}

/// Variants and prices as the parameter of both.
pub(super) fn offered(variants: &[&Variant]) -> Json<Value> {
    let row =
        |variant: &&Variant| json!({ "id": hex_one(variant.id), "price": variant.price.minor() });
    Json(variants.iter().map(row).collect())
}

/// The columns of a reduction; both are there or neither.
#[derive(sqlx::FromRow)]
pub(in crate::listings) struct ReductionColumns {
    reduced_from: Option<i64>,
    reduced_at: Option<Timestamp>,
}

impl ReductionColumns {
    /// The reduction, of whatever time.
    pub(in crate::listings) fn reduction(&self, currency: Currency) -> Option<Reduction> {
        let was = Money::new(self.reduced_from?, currency);
        Some(Reduction { was, at: self.reduced_at? })
    }
}

/// A reduced variant as a listing's statement lists it.
#[derive(Deserialize)]
pub(in crate::listings) struct ReducedVariant {
    variant: Uuid,
    was: i64,
    at: i64,
}

/// The reductions of a listing's variants, of whatever time.
pub(in crate::listings) fn reductions(rows: Vec<ReducedVariant>, currency: Currency) -> Reductions {
    let read = |row: ReducedVariant| {
        let at = Timestamp::from_micros(row.at);
        (Id::from_uuid(row.variant), Reduction { was: Money::new(row.was, currency), at })
    };
    rows.into_iter().map(read).collect()
}
