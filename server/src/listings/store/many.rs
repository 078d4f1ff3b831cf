//! SQL that reads and locks many listings of one shop in three statements.

use std::collections::HashMap;

use api::listing::{GalleryImage, Listing, Variant};
use api::shop::Shop;
use api::{Id, Timestamp};
use sqlx::types::Json;

use super::{Head, ImageRow, Reader, VariantRow, hex, listing};
use crate::db::{Db, Tx};
use crate::error::Error;
use crate::sql;

#[derive(sqlx::FromRow)]
struct VariantOf {
    listing_id: Id<Listing>,
    #[sqlx(flatten)]
    variant: VariantRow,
}

#[derive(sqlx::FromRow)]
struct ImageOf {
    listing_id: Id<Listing>,
    #[sqlx(flatten)]
    image: ImageRow,
}

/// Listings of a shop above an id, in the order of ids.
pub(in crate::listings) async fn above(
    db: &Db,
    shop: Id<Shop>,
    after: Id<Listing>,
    limit: i64,
) -> Result<Vec<Listing>, Error> {
    let heads: Vec<Head> = db
        .read(sql!(
            "SELECT id, slug, status, title, description, category, materials, tags, options,
                    created_at, updated_at, version
               FROM listings WHERE shop_id = $1 AND id > $2 ORDER BY id LIMIT $3"
        ))
        .bind(shop)
        .bind(after)
        .bind(limit)
        .all()
        .await?;
    complete(Reader::Db(db), heads).await
}

/// Locks those of these listings that are the shop's, in the order of ids, then reads them.
pub(crate) async fn lock_all(
    tx: &mut Tx,
    shop: Id<Shop>,
    ids: &[Id<Listing>],
) -> Result<Vec<Listing>, Error> {
    let heads: Vec<Head> = tx
        .query(sql!(
            sqlite: "SELECT id, slug, status, title, description, category, materials, tags, options,
                       created_at, updated_at, version FROM listings
                      WHERE shop_id = $1 AND id IN (SELECT unhex(value) FROM json_each($2)) ORDER BY id",
            postgres: "SELECT id, slug, status, title, description, category, materials, tags, options,
                       created_at, updated_at, version FROM listings
                      WHERE shop_id = $1 AND id IN (SELECT CAST(value AS UUID) FROM jsonb_array_elements_text($2))
                      ORDER BY id FOR NO KEY UPDATE",
        ))
        .bind(shop)
        .bind(Json(hex(ids)))
        .all()
        .await?;
    complete(Reader::Tx(tx), heads).await
}

/// When each of these listings came onto the shelf last.
pub(crate) async fn published(
    tx: &mut Tx,
    ids: &[Id<Listing>],
) -> Result<Vec<(Id<Listing>, Option<Timestamp>)>, Error> {
    Ok(tx
        .query(sql!(
            sqlite: "SELECT id, published_at FROM listings
                      WHERE id IN (SELECT unhex(value) FROM json_each($1))",
            postgres: "SELECT id, published_at FROM listings
                      WHERE id IN (SELECT CAST(value AS UUID) FROM jsonb_array_elements_text($1))",
        ))
        .bind(Json(hex(ids)))
        .all()
        .await?)
}

/// Listings with their variants and galleries.
async fn complete(mut reader: Reader<'_>, heads: Vec<Head>) -> Result<Vec<Listing>, Error> {
    let ids: Vec<Id<Listing>> = heads.iter().map(|head| head.id).collect();
    let variants: Vec<VariantOf> = reader
        .query(sql!(
            sqlite: "SELECT listing_id, id, sku, option_values, price_minor, currency, available FROM variants
                      WHERE listing_id IN (SELECT unhex(value) FROM json_each($1)) AND retired_at IS NULL
                      ORDER BY listing_id, position",
            postgres: "SELECT listing_id, id, sku, option_values, price_minor, currency, available FROM variants
                      WHERE listing_id IN (SELECT CAST(value AS UUID) FROM jsonb_array_elements_text($1))
                        AND retired_at IS NULL ORDER BY listing_id, position",
        ))
        .bind(Json(hex(&ids)))
        .all()
        .await?;
    let images: Vec<ImageOf> = reader
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
        .bind(Json(hex(&ids)))
        .all()
        .await?;
    let mut variants_of: HashMap<Id<Listing>, Vec<Variant>> = HashMap::new();
    for row in variants {
        variants_of.entry(row.listing_id).or_default().push(row.variant.into());
    }
    let mut images_of: HashMap<Id<Listing>, Vec<GalleryImage>> = HashMap::new();
    for row in images {
        images_of.entry(row.listing_id).or_default().push(row.image.into());
    }
    let whole = |head: Head| {
        let variants = variants_of.remove(&head.id).unwrap_or_default();
        let images = images_of.remove(&head.id).unwrap_or_default();
        listing(head, variants, images)
    };
    Ok(heads.into_iter().map(whole).collect())
}
