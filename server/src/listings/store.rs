//! SQL that reads and locks listings of one shop.

mod many;

use std::collections::HashMap;

use api::attribute::Attributes;
use api::listing::{Category, GalleryImage, Listing, ListingStatus, ListingSummary, Variant};
use api::making::{Making, ToOrder};
use api::question::Question;
use api::shop::Shop;
use api::{Currency, Id, Money, Timestamp};
use sqlx::types::Json;

use crate::cursor::Cursor;
use crate::db::{Db, Query, Sql, Tx};
use crate::error::Error;
use crate::sql;

pub(crate) use many::{By, lock, published};
pub(super) use many::{above, find_by};

/// Reads inside a transaction or outside of one.
pub(super) enum Reader<'a> {
    Db(&'a Db),
    Tx(&'a mut Tx),
}

impl Reader<'_> {
    pub(super) fn query(&mut self, sql: Sql) -> Query<'_> {
        match self {
            Self::Db(db) => db.read(sql),
            Self::Tx(tx) => tx.query(sql),
        }
    }
}

/// Ids as the one JSON parameter in which both engines take lists.
pub(crate) fn hex<T>(ids: &[Id<T>]) -> Vec<String> {
    ids.iter().map(|id| hex_one(*id)).collect()
}

/// One id as a field of such a parameter.
pub(crate) fn hex_one<T>(id: Id<T>) -> String {
    id.uuid().simple().to_string()
}

/// What stands on the listing itself.
#[derive(sqlx::FromRow)]
pub(super) struct Head {
    id: Id<Listing>,
    slug: String,
    status: ListingStatus,
    title: String,
    description: String,
    category: Category,
    materials: Json<Vec<String>>,
    tags: Json<Vec<String>>,
    attributes: Json<Attributes>,
    options: Json<Vec<String>>,
    questions: Json<Vec<Question>>,
    #[sqlx(flatten)]
    making: MakingColumns,
    created_at: Timestamp,
    updated_at: Timestamp,
    version: i64,
}

impl From<Head> for Listing {
    /// Without variants and pictures.
    fn from(head: Head) -> Self {
        Self {
            id: head.id,
            slug: head.slug,
            status: head.status,
            title: head.title,
            description: head.description,
            category: head.category,
            materials: head.materials.0,
            tags: head.tags.0,
            attributes: head.attributes.0,
            options: head.options.0,
            variants: Vec::new(),
            questions: head.questions.0,
            making: (&head.making).into(),
            images: Vec::new(),
            created_at: head.created_at,
            updated_at: head.updated_at,
            version: head.version,
        }
    }
}

/// How pieces are made; no days where they come from stock.
#[derive(sqlx::FromRow)]
pub(super) struct MakingColumns {
    #[sqlx(rename = "making_from")]
    from: Option<i64>,
    #[sqlx(rename = "making_to")]
    to: Option<i64>,
    #[sqlx(rename = "making_weekly")]
    weekly: Option<i64>,
}

impl From<&MakingColumns> for Making {
    fn from(row: &MakingColumns) -> Self {
        let number = |days: Option<i64>| days.and_then(|days| u32::try_from(days).ok());
        match (number(row.from), number(row.to)) {
            (Some(from), Some(to)) => {
                Self::ToOrder(ToOrder { from, to, weekly: number(row.weekly) })
            }
            _ => Self::default(),
        }
    }
}

#[derive(sqlx::FromRow)]
struct VariantRow {
    listing_id: Id<Listing>,
    id: Id<Variant>,
    sku: String,
    option_values: Json<Vec<String>>,
    price_minor: i64,
    currency: Currency,
    available: i64,
}

impl From<VariantRow> for Variant {
    fn from(row: VariantRow) -> Self {
        Self {
            id: row.id,
            sku: row.sku,
            values: row.option_values.0,
            price: Money::new(row.price_minor, row.currency),
            available: row.available,
        }
    }
}

#[derive(sqlx::FromRow)]
struct ImageRow {
    listing_id: Id<Listing>,
    hash: String,
    alt: String,
    #[sqlx(try_from = "i64")]
    width: u32,
    #[sqlx(try_from = "i64")]
    height: u32,
    #[sqlx(try_from = "i64")]
    tint: u8,
}

impl From<ImageRow> for GalleryImage {
    fn from(row: ImageRow) -> Self {
        let ImageRow { hash, alt, width, height, tint, .. } = row;
        Self { hash, alt, width, height, tint }
    }
}

/// Listings with their variants and galleries, in the order of their heads.
pub(super) async fn complete(
    mut reader: Reader<'_>,
    heads: Vec<Head>,
) -> Result<Vec<Listing>, Error> {
    if heads.is_empty() {
        return Ok(Vec::new());
    }
    let ids = Json(hex(&heads.iter().map(|head| head.id).collect::<Vec<_>>()));
    let variants: Vec<VariantRow> = reader
        .query(sql!(
            sqlite: "SELECT listing_id, id, sku, option_values, price_minor, currency, available FROM variants
                      WHERE listing_id IN (SELECT unhex(value) FROM json_each($1)) AND retired_at IS NULL
                      ORDER BY listing_id, position",
            postgres: "SELECT listing_id, id, sku, option_values, price_minor, currency, available FROM variants
                        WHERE listing_id IN (SELECT CAST(value AS UUID) FROM jsonb_array_elements_text($1))
                          AND retired_at IS NULL
                        ORDER BY listing_id, position",
        ))
        .bind(ids.clone())
        .all()
        .await?;
    let images: Vec<ImageRow> = reader
        .query(sql!(
            sqlite: "SELECT g.listing_id, g.hash, g.alt, i.width, i.height, i.tint
                       FROM listing_images g JOIN images i ON i.hash = g.hash
                      WHERE g.listing_id IN (SELECT unhex(value) FROM json_each($1))
                      ORDER BY g.listing_id, g.position",
            postgres: "SELECT g.listing_id, g.hash, g.alt, i.width, i.height, i.tint
                         FROM listing_images g JOIN images i ON i.hash = g.hash
                        WHERE g.listing_id IN (SELECT CAST(value AS UUID) FROM jsonb_array_elements_text($1))
                        ORDER BY g.listing_id, g.position",
        ))
        .bind(ids)
        .all()
        .await?;
    let mut listings: Vec<Listing> = heads.into_iter().map(Listing::from).collect();
    let places: HashMap<_, _> = (0..).zip(&listings).map(|(place, it)| (it.id, place)).collect();
    let at = |id: &Id<Listing>| places.get(id).copied().unwrap_or(usize::MAX);
    for row in variants {
        if let Some(listing) = listings.get_mut(at(&row.listing_id)) {
            listing.variants.push(row.into());
        }
    }
    for row in images {
        if let Some(listing) = listings.get_mut(at(&row.listing_id)) {
            listing.images.push(row.into());
        }
    }
    Ok(listings)
}

pub(super) async fn find(
    db: &Db,
    shop: Id<Shop>,
    id: Id<Listing>,
) -> Result<Option<Listing>, Error> {
    let head: Vec<Head> = db
        .read(sql!(
            "SELECT id, slug, status, title, description, category, materials, tags, attributes, options, questions,
                    making_from, making_to, making_weekly,
                    created_at, updated_at, version
               FROM listings WHERE id = $1 AND shop_id = $2"
        ))
        .bind(id)
        .bind(shop)
        .all()
        .await?;
    Ok(complete(Reader::Db(db), head).await?.pop())
}

#[derive(sqlx::FromRow)]
struct SummaryRow {
    id: Id<Listing>,
    slug: String,
    status: ListingStatus,
    title: String,
    category: Category,
    sku: String,
    price_minor: i64,
    highest_minor: i64,
    currency: Currency,
    available: i64,
    made_to_order: bool,
    variants: i64,
    images: i64,
    cover: Option<String>,
    updated_at: Timestamp,
}

impl From<SummaryRow> for ListingSummary {
    fn from(row: SummaryRow) -> Self {
        Self {
            id: row.id,
            slug: row.slug,
            status: row.status,
            title: row.title,
            category: row.category,
            sku: row.sku,
            price: Money::new(row.price_minor, row.currency),
            highest: Money::new(row.highest_minor, row.currency),
            available: row.available,
            made_to_order: row.made_to_order,
            variants: row.variants,
            images: row.images,
            cover: row.cover,
            updated_at: row.updated_at,
        }
    }
}

/// Puts everything of a shop away.
pub(super) async fn withdraw(tx: &mut Tx, shop: Id<Shop>, now: Timestamp) -> Result<(), Error> {
    tx.query(sql!(
        "UPDATE listings SET status = 'archived', updated_at = $2, version = version + 1
          WHERE shop_id = $1 AND status <> 'archived'"
    ))
    .bind(shop)
    .bind(now)
    .exec()
    .await?;
    Ok(())
}

/// Listings of a shop from a cursor on, newest change first.
pub(super) async fn list(
    db: &Db,
    shop: Id<Shop>,
    status: Option<ListingStatus>,
    before: &Cursor<Listing>,
    limit: i64,
) -> Result<Vec<ListingSummary>, Error> {
    let rows: Vec<SummaryRow> = db
        .read(sql!(
            "SELECT l.id, l.slug, l.status, l.title, l.category, l.price_minor, l.currency, l.available, l.updated_at,
                    l.making_to IS NOT NULL AS made_to_order,
                    COALESCE((SELECT v.sku FROM variants v WHERE v.listing_id = l.id AND v.retired_at IS NULL
                               ORDER BY v.price_minor, v.position LIMIT 1), '') AS sku,
                    COALESCE((SELECT MAX(v.price_minor) FROM variants v
                               WHERE v.listing_id = l.id AND v.retired_at IS NULL), l.price_minor) AS highest_minor,
                    (SELECT COUNT(*) FROM variants v WHERE v.listing_id = l.id AND v.retired_at IS NULL) AS variants,
                    (SELECT COUNT(*) FROM listing_images g WHERE g.listing_id = l.id) AS images,
                    (SELECT g.hash FROM listing_images g WHERE g.listing_id = l.id AND g.position = 0) AS cover
               FROM listings l
              WHERE l.shop_id = $1 AND (l.updated_at, l.id) < ($2, $3) AND ($4 IS NULL OR l.status = $4)
              ORDER BY l.updated_at DESC, l.id DESC LIMIT $5"
        ))
        .bind(shop)
        .bind(before.at)
        .bind(before.id)
        .bind(status)
        .bind(limit)
        .all()
        .await?;
    Ok(rows.into_iter().map(ListingSummary::from).collect())
}
