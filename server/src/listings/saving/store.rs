//! SQL that writes listings.

use api::listing::{Listing, Variant};
use api::shop::Shop;
use api::{Id, Timestamp};
use sqlx::types::Json;
use uuid::Uuid;

use crate::db::Tx;
use crate::error::Error;
use crate::sql;

/// What the lists show of the variants: lowest price and pieces of all.
fn sums(listing: &Listing) -> (i64, i64) {
    let variants = &listing.variants;
    let lowest = variants.iter().map(|variant| variant.price.minor()).min();
    (lowest.unwrap_or_default(), variants.iter().map(|variant| variant.available).sum())
}

fn currency(listing: &Listing) -> Result<api::Currency, Error> {
    let first = listing.variants.first();
    first.map(|variant| variant.price.currency()).ok_or_else(|| Error::internal("no variant"))
}

pub(super) async fn insert(tx: &mut Tx, shop: Id<Shop>, new: &Listing) -> Result<(), Error> {
    let (price, available) = sums(new);
    let published = super::change::is_on_shelf(new.status).then_some(new.updated_at);
    tx.query(sql!(
        "INSERT INTO listings (id, shop_id, short, slug, status, title, description, category,
           materials, tags, options, price_minor, currency, available, published_at, created_at,
           updated_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)"
    ))
    .bind(new.id)
    .bind(shop)
    .bind(crate::shops::slug::short(new.id))
    .bind(new.slug.clone())
    .bind(new.status)
    .bind(new.title.clone())
    .bind(new.description.clone())
    .bind(new.category)
    .bind(Json(new.materials.clone()))
    .bind(Json(new.tags.clone()))
    .bind(Json(new.options.clone()))
    .bind(price)
    .bind(currency(new)?)
    .bind(available)
    .bind(published)
    .bind(new.created_at)
    .bind(new.updated_at)
    .bind(new.version)
    .exec()
    .await?;
    Ok(())
}

/// Writes a locked listing; `published` is when it came newly onto the shelf, if it just did.
pub(super) async fn update(
    tx: &mut Tx,
    listing: &Listing,
    published: Option<Timestamp>,
) -> Result<(), Error> {
    let (price, available) = sums(listing);
    tx.query(sql!(
        "UPDATE listings SET slug = $2, status = $3, title = $4, description = $5, category = $6,
           materials = $7, tags = $8, options = $9, price_minor = $10, available = $11,
           published_at = COALESCE($12, published_at), updated_at = $13, version = $14
          WHERE id = $1"
    ))
    .bind(listing.id)
    .bind(listing.slug.clone())
    .bind(listing.status)
    .bind(listing.title.clone())
    .bind(listing.description.clone())
    .bind(listing.category)
    .bind(Json(listing.materials.clone()))
    .bind(Json(listing.tags.clone()))
    .bind(Json(listing.options.clone()))
    .bind(price)
    .bind(available)
    .bind(published)
    .bind(listing.updated_at)
    .bind(listing.version)
    .exec()
    .await?;
    Ok(())
}

/// Writes a variant, new or known; one that was retired comes back.
pub(super) async fn put_variant(
    tx: &mut Tx,
    listing: Id<Listing>,
    position: i64,
    variant: &Variant,
) -> Result<(), Error> {
    tx.query(sql!(
        "INSERT INTO variants (id, listing_id, position, sku, option_values, price_minor, currency, available)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (id) DO UPDATE SET position = excluded.position, sku = excluded.sku,
           option_values = excluded.option_values, price_minor = excluded.price_minor,
           available = excluded.available, retired_at = NULL"
    ))
    .bind(variant.id)
    .bind(listing)
    .bind(position)
    .bind(variant.sku.clone())
    .bind(Json(variant.values.clone()))
    .bind(variant.price.minor())
    .bind(variant.price.currency())
    .bind(variant.available)
    .exec()
    .await?;
    Ok(())
}

/// Withdraws a variant; orders still name it.
pub(super) async fn retire_variant(
    tx: &mut Tx,
    id: Id<Variant>,
    now: Timestamp,
) -> Result<(), Error> {
    tx.query(sql!("UPDATE variants SET retired_at = $2, available = 0 WHERE id = $1"))
        .bind(id)
        .bind(now)
        .exec()
        .await?;
    Ok(())
}

/// Writes down why a stock changed.
pub(super) async fn insert_movement(
    tx: &mut Tx,
    id: Uuid,
    variant: Id<Variant>,
    change: i64,
    reason: &str,
    now: Timestamp,
) -> Result<(), Error> {
    tx.query(sql!(
        "INSERT INTO stock_movements (id, variant_id, change, reason, at) VALUES ($1, $2, $3, $4, $5)"
    ))
    .bind(id)
    .bind(variant)
    .bind(change)
    .bind(reason.to_owned())
    .bind(now)
    .exec()
    .await?;
    Ok(())
}

/// Writes the whole gallery.
pub(super) async fn replace_gallery(tx: &mut Tx, listing: &Listing) -> Result<(), Error> {
    tx.query(sql!("DELETE FROM listing_images WHERE listing_id = $1"))
        .bind(listing.id)
        .exec()
        .await?;
    for (position, image) in (0_i64..).zip(&listing.images) {
        tx.query(sql!(
            "INSERT INTO listing_images (listing_id, position, hash, alt) VALUES ($1, $2, $3, $4)"
        ))
        .bind(listing.id)
        .bind(position)
        .bind(image.hash.clone())
        .bind(image.alt.clone())
        .exec()
        .await?;
    }
    Ok(())
}

/// Remembers under which key an import knows a listing.
pub(in crate::listings) async fn set_import_key(
    tx: &mut Tx,
    id: Id<Listing>,
    key: &str,
) -> Result<(), Error> {
    tx.query(sql!(
        "UPDATE listings SET import_key = $2
          WHERE id = $1 AND (import_key IS NULL OR import_key <> $2)"
    ))
    .bind(id)
    .bind(key.to_owned())
    .exec()
    .await?;
    Ok(())
}
