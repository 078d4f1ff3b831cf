//! SQL of what shoppers see. The view `listing_cards` joins shop and cover; `shelf_cards` are
//! those of them that are for sale in an open shop.

mod offers;

use api::listing::{Category, GalleryImage, Listing};
use api::making::Making;
use api::shop::{OnboardingStatus, Shop};
use api::shop_profile::Holiday;
use api::{Currency, Id, Money, Timestamp};
use sqlx::types::Json;

use super::{Card, PublicListing};
use crate::cursor::Cursor;
use crate::db::Db;
use crate::error::Error;
use crate::listings::prices::store::{ReducedVariant, ReductionColumns, reductions};
use crate::listings::store::{Head, MakingColumns, Reader, complete, hex};
use crate::sql;

pub(super) use offers::offers;

#[derive(sqlx::FromRow)]
struct Cover {
    #[sqlx(rename = "cover_hash")]
    hash: Option<String>,
    #[sqlx(rename = "cover_alt")]
    alt: Option<String>,
    #[sqlx(rename = "cover_width")]
    width: Option<i64>,
    #[sqlx(rename = "cover_height")]
    height: Option<i64>,
    #[sqlx(rename = "cover_tint")]
    tint: Option<i64>,
}

impl Cover {
    fn image(self) -> Option<GalleryImage> {
        Some(GalleryImage {
            hash: self.hash?,
            alt: self.alt?,
            width: self.width?.try_into().ok()?,
            height: self.height?.try_into().ok()?,
            tint: self.tint?.try_into().ok()?,
        })
    }
}

#[derive(sqlx::FromRow)]
struct Away {
    away_from: Option<Timestamp>,
    away_until: Option<Timestamp>,
}

impl Away {
    /// Past, present or yet to come.
    fn holiday(&self) -> Option<Holiday> {
        self.away_from.map(|from| Holiday { from, until: self.away_until })
    }
}

#[derive(sqlx::FromRow)]
struct CardRow {
    id: Id<Listing>,
    slug: String,
    title: String,
    shop_name: String,
    shop_slug: String,
    price_minor: i64,
    currency: Currency,
    #[sqlx(flatten)]
    reduced: ReductionColumns,
    more_prices: bool,
    available: i64,
    onboarding: OnboardingStatus,
    #[sqlx(flatten)]
    making: MakingColumns,
    ready_in: Option<i64>,
    published_at: Timestamp,
    #[sqlx(flatten)]
    away: Away,
    #[sqlx(flatten)]
    cover: Cover,
}

impl From<CardRow> for Card {
    fn from(row: CardRow) -> Self {
        Self {
            id: row.id,
            slug: row.slug,
            title: row.title,
            shop_name: row.shop_name,
            shop_slug: row.shop_slug,
            price: Money::new(row.price_minor, row.currency),
            reduction: row.reduced.reduction(row.currency),
            more_prices: row.more_prices,
            available: row.available,
            to_order: Making::from(&row.making).to_order(),
            ready_in: row.ready_in,
            cover: row.cover.image(),
            holiday: row.away.holiday(),
            shop_may_sell: row.onboarding.may_sell(),
            published_at: row.published_at,
        }
    }
}

fn into_cards(rows: Vec<CardRow>) -> Vec<Card> {
    rows.into_iter().map(Card::from).collect()
}

pub(super) async fn newest(
    db: &Db,
    before: &Cursor<Listing>,
    limit: i64,
) -> Result<Vec<Card>, Error> {
    let rows = db
        .read(sql!(
            "SELECT * FROM shelf_cards WHERE (published_at, id) < ($1, $2)
              ORDER BY published_at DESC, id DESC LIMIT $3"
        ))
        .bind(before.at)
        .bind(before.id)
        .bind(limit)
        .all()
        .await?;
    Ok(into_cards(rows))
}

pub(super) async fn newest_of_category(
    db: &Db,
    category: Category,
    before: &Cursor<Listing>,
    limit: i64,
) -> Result<Vec<Card>, Error> {
    let rows = db
        .read(sql!(
            "SELECT * FROM shelf_cards
              WHERE category = $1 AND (published_at, id) < ($2, $3)
              ORDER BY published_at DESC, id DESC LIMIT $4"
        ))
        .bind(category)
        .bind(before.at)
        .bind(before.id)
        .bind(limit)
        .all()
        .await?;
    Ok(into_cards(rows))
}

pub(super) async fn newest_of_shop(
    db: &Db,
    shop: Id<Shop>,
    before: &Cursor<Listing>,
    limit: i64,
) -> Result<Vec<Card>, Error> {
    let rows = db
        .read(sql!(
            "SELECT * FROM shelf_cards
              WHERE shop_id = $1 AND (published_at, id) < ($2, $3)
              ORDER BY published_at DESC, id DESC LIMIT $4"
        ))
        .bind(shop)
        .bind(before.at)
        .bind(before.id)
        .bind(limit)
        .all()
        .await?;
    Ok(into_cards(rows))
}

pub(super) async fn by_price(
    db: &Db,
    above: &Cursor<Listing>,
    limit: i64,
) -> Result<Vec<Card>, Error> {
    let rows = db
        .read(sql!(
            "SELECT * FROM shelf_cards WHERE (price_minor, id) > ($1, $2)
              ORDER BY price_minor, id LIMIT $3"
        ))
        .bind(above.at)
        .bind(above.id)
        .bind(limit)
        .all()
        .await?;
    Ok(into_cards(rows))
}

pub(super) async fn by_price_of_category(
    db: &Db,
    category: Category,
    above: &Cursor<Listing>,
    limit: i64,
) -> Result<Vec<Card>, Error> {
    let rows = db
        .read(sql!(
            "SELECT * FROM shelf_cards
              WHERE category = $1 AND (price_minor, id) > ($2, $3)
              ORDER BY price_minor, id LIMIT $4"
        ))
        .bind(category)
        .bind(above.at)
        .bind(above.id)
        .bind(limit)
        .all()
        .await?;
    Ok(into_cards(rows))
}

pub(super) async fn by_price_down(
    db: &Db,
    below: &Cursor<Listing>,
    limit: i64,
) -> Result<Vec<Card>, Error> {
    let rows = db
        .read(sql!(
            "SELECT * FROM shelf_cards WHERE (price_minor, id) < ($1, $2)
              ORDER BY price_minor DESC, id DESC LIMIT $3"
        ))
        .bind(below.at)
        .bind(below.id)
        .bind(limit)
        .all()
        .await?;
    Ok(into_cards(rows))
}

pub(super) async fn by_price_down_of_category(
    db: &Db,
    category: Category,
    below: &Cursor<Listing>,
    limit: i64,
) -> Result<Vec<Card>, Error> {
    let rows = db
        .read(sql!(
            "SELECT * FROM shelf_cards
              WHERE category = $1 AND (price_minor, id) < ($2, $3)
              ORDER BY price_minor DESC, id DESC LIMIT $4"
        ))
        .bind(category)
        .bind(below.at)
        .bind(below.id)
        .bind(limit)
        .all()
        .await?;
    Ok(into_cards(rows))
}

pub(super) async fn cards(db: &Db, ids: &[Id<Listing>]) -> Result<Vec<Card>, Error> {
    let rows = db
        .read(sql!(
            sqlite: "SELECT * FROM listing_cards
                      WHERE status IN ('active', 'sold_out') AND shop_open
                        AND id IN (SELECT unhex(value) FROM json_each($1))",
            postgres: "SELECT * FROM listing_cards
                      WHERE status IN ('active', 'sold_out') AND shop_open
                        AND id IN (SELECT CAST(value AS UUID) FROM jsonb_array_elements_text($1))",
        ))
        .bind(Json(hex(ids)))
        .all()
        .await?;
    Ok(into_cards(rows))
}

pub(super) async fn count_by_category(db: &Db) -> Result<Vec<(Category, i64)>, Error> {
    Ok(db
        .read(sql!(
            "SELECT l.category, COUNT(*) FROM listings l JOIN open_shops s ON s.id = l.shop_id
              WHERE l.status = 'active' GROUP BY l.category ORDER BY l.category"
        ))
        .all()
        .await?)
}

#[derive(sqlx::FromRow)]
struct PublicRow {
    #[sqlx(flatten)]
    head: Head,
    shop_id: Id<Shop>,
    shop_slug: String,
    shop_name: String,
    shop_place: String,
    shop_story: String,
    shop_currency: Currency,
    #[sqlx(try_from = "i64")]
    shop_commission_bps: u32,
    shop_onboarding: OnboardingStatus,
    shop_created_at: Timestamp,
    reductions: Json<Vec<ReducedVariant>>,
}

/// A listing on the shelf with its shop; three statements.
pub(super) async fn public_listing(db: &Db, short: String) -> Result<Option<PublicListing>, Error> {
    let row: Option<PublicRow> = db
        .read(sql!(
            sqlite: "SELECT l.id, l.slug, l.status, l.title, l.description, l.category, l.materials, l.tags,
                    l.attributes, l.options, l.questions, l.making_from, l.making_to, l.making_weekly, l.created_at, l.updated_at, l.version,
                    s.id AS shop_id, s.slug AS shop_slug, s.name AS shop_name, s.place AS shop_place,
                    s.story AS shop_story, s.currency AS shop_currency,
                    s.commission_bps AS shop_commission_bps, s.onboarding AS shop_onboarding,
                    s.created_at AS shop_created_at,
                    (SELECT json_group_array(json_object('variant', hex(v.id), 'was', v.reduced_from, 'at', v.reduced_at))
                       FROM variants v
                      WHERE v.listing_id = l.id AND v.reduced_at IS NOT NULL AND v.retired_at IS NULL) AS reductions
               FROM listings l JOIN open_shops s ON s.id = l.shop_id
              WHERE l.short = $1 AND l.status IN ('active', 'sold_out')",
            postgres: "SELECT l.id, l.slug, l.status, l.title, l.description, l.category, l.materials, l.tags,
                    l.attributes, l.options, l.questions, l.making_from, l.making_to, l.making_weekly, l.created_at, l.updated_at, l.version,
                    s.id AS shop_id, s.slug AS shop_slug, s.name AS shop_name, s.place AS shop_place,
                    s.story AS shop_story, s.currency AS shop_currency,
                    s.commission_bps AS shop_commission_bps, s.onboarding AS shop_onboarding,
                    s.created_at AS shop_created_at,
                    (SELECT COALESCE(jsonb_agg(jsonb_build_object('variant', v.id, 'was', v.reduced_from, 'at', v.reduced_at)), '[]')
                       FROM variants v
                      WHERE v.listing_id = l.id AND v.reduced_at IS NOT NULL AND v.retired_at IS NULL) AS reductions
               FROM listings l JOIN open_shops s ON s.id = l.shop_id
              WHERE l.short = $1 AND l.status IN ('active', 'sold_out')",
        ))
        .bind(short)
        .optional()
        .await?;
    let Some(row) = row else { return Ok(None) };
    let shop = Shop {
        id: row.shop_id,
        slug: row.shop_slug,
        name: row.shop_name,
        place: row.shop_place,
        story: row.shop_story,
        currency: row.shop_currency,
        commission_bps: row.shop_commission_bps,
        onboarding: row.shop_onboarding,
        created_at: row.shop_created_at,
    };
    let reductions = reductions(row.reductions.0, shop.currency);
    let listing = complete(Reader::Db(db), vec![row.head]).await?.pop();
    Ok(listing.map(|listing| PublicListing { listing, shop, reductions }))
}
