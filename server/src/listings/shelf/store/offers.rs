//! SQL of what carts and checkout need to know of variants.

use api::listing::{Listing, ListingStatus, Variant};
use api::making::Making;
use api::question::Question;
use api::shop::{OnboardingStatus, Shop};
use api::{Currency, Id, Money};
use sqlx::types::Json;

use super::{Away, Cover};
use crate::db::Db;
use crate::error::Error;
use crate::listings::shelf::Offer;
use crate::listings::store::{MakingColumns, hex};
use crate::sql;

#[derive(sqlx::FromRow)]
struct OfferRow {
    variant: Id<Variant>,
    option_values: Json<Vec<String>>,
    sku: String,
    variant_price: i64,
    left_over: i64,
    questions: Json<Vec<Question>>,
    withdrawn: bool,
    #[sqlx(flatten)]
    making: MakingColumns,
    id: Id<Listing>,
    slug: String,
    title: String,
    status: ListingStatus,
    currency: Currency,
    shop_id: Id<Shop>,
    shop_name: String,
    shop_slug: String,
    #[sqlx(try_from = "i64")]
    commission_bps: u32,
    onboarding: OnboardingStatus,
    shop_open: bool,
    #[sqlx(flatten)]
    away: Away,
    #[sqlx(flatten)]
    cover: Cover,
}

impl From<OfferRow> for Offer {
    fn from(row: OfferRow) -> Self {
        Self {
            variant: row.variant,
            listing: row.id,
            shop: row.shop_id,
            shop_name: row.shop_name,
            shop_slug: row.shop_slug,
            slug: row.slug,
            title: row.title,
            questions: row.questions.0,
            option: row.option_values.0.join(", "),
            sku: row.sku,
            price: Money::new(row.variant_price, row.currency),
            to_order: Making::from(&row.making).to_order().filter(|_| !row.withdrawn),
            begun: Vec::new(),
            available: row.left_over,
            // Whatever the shop itself says: of one that is not open nothing can be bought.
            status: if row.shop_open { row.status } else { ListingStatus::Paused },
            cover: row.cover.image(),
            commission_bps: row.commission_bps,
            shop_may_sell: row.onboarding.may_sell(),
            holiday: row.away.holiday(),
        }
    }
}

pub(in crate::listings::shelf) async fn offers(
    db: &Db,
    variants: &[Id<Variant>],
) -> Result<Vec<Offer>, Error> {
    let rows: Vec<OfferRow> = db
        .read(sql!(
            sqlite: "SELECT v.id AS variant, v.option_values, v.sku, v.price_minor AS variant_price,
                            v.available AS left_over, l.questions,
                            v.retired_at IS NOT NULL AS withdrawn, c.*
                       FROM variants v JOIN listings l ON l.id = v.listing_id JOIN listing_cards c ON c.id = l.id
                      WHERE v.id IN (SELECT unhex(value) FROM json_each($1)) ORDER BY v.id",
            postgres: "SELECT v.id AS variant, v.option_values, v.sku, v.price_minor AS variant_price,
                            v.available AS left_over, l.questions,
                            v.retired_at IS NOT NULL AS withdrawn, c.*
                       FROM variants v JOIN listings l ON l.id = v.listing_id JOIN listing_cards c ON c.id = l.id
                      WHERE v.id IN (SELECT CAST(value AS UUID) FROM jsonb_array_elements_text($1)) ORDER BY v.id",
        ))
        .bind(Json(hex(variants)))
        .all()
        .await?;
    Ok(rows.into_iter().map(Offer::from).collect())
}
