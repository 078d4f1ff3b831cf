//! SQL that writes listings.

use api::listing::{Listing, Variant};
use api::shop::Shop;
use api::{Id, Timestamp};
use serde_json::{Value, json};
use sqlx::types::Json;

use super::{Change, Movement};
use crate::db::Tx;
use crate::error::Error;
use crate::listings::change::is_published_by;
use crate::listings::store::{hex, hex_one};
use crate::sql;
use crate::state::AppState;

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
    let published = new.status.is_on_shelf().then_some(new.updated_at);
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

/// Writes locked listings that were there before; those that come newly onto the shelf with when.
pub(super) async fn update(tx: &mut Tx, changes: &[&Change<'_>]) -> Result<(), Error> {
    let rows: Vec<Value> = changes.iter().filter_map(|change| head(change)).collect();
    if rows.is_empty() {
        return Ok(());
    }
    tx.query(sql!(
        sqlite: "UPDATE listings SET slug = c.value->>'slug', status = c.value->>'status',
                   title = c.value->>'title', description = c.value->>'description',
                   category = c.value->>'category', materials = c.value->>'materials',
                   tags = c.value->>'tags', options = c.value->>'options',
                   price_minor = c.value->>'price', available = c.value->>'available',
                   published_at = COALESCE(c.value->>'published', published_at),
                   updated_at = c.value->>'at', version = c.value->>'version'
                   FROM json_each($1) c WHERE listings.id = unhex(c.value->>'id')",
        postgres: "UPDATE listings SET slug = c.slug, status = c.status, title = c.title,
                   description = c.description, category = c.category, materials = c.materials,
                   tags = c.tags, options = c.options, price_minor = c.price, available = c.available,
                   published_at = COALESCE(c.published, published_at), updated_at = c.at, version = c.version
                   FROM jsonb_to_recordset($1) AS c (id TEXT, slug TEXT, status TEXT, title TEXT,
                     description TEXT, category TEXT, materials JSONB, tags JSONB, options JSONB, price BIGINT,
                     available BIGINT, published BIGINT, at BIGINT, version BIGINT)
                  WHERE listings.id = CAST(c.id AS UUID)",
    ))
    .bind(Json(Value::from(rows)))
    .exec()
    .await?;
    Ok(())
}

/// What stands on the listing itself, if it was there before.
fn head(change: &Change<'_>) -> Option<Value> {
    let (before, after) = (change.before?, &change.after);
    let (price, available) = sums(after);
    let published = is_published_by(before, after).then_some(after.updated_at.micros());
    Some(json!({
        "id": hex_one(after.id), "slug": after.slug, "status": after.status, "title": after.title,
        "description": after.description, "category": after.category,
        "materials": after.materials, "tags": after.tags, "options": after.options,
        "price": price, "available": available, "published": published,
        "at": after.updated_at.micros(), "version": after.version,
    }))
}

/// Writes variants at their places, new or known; one that was retired comes back.
pub(super) async fn put_variants(
    tx: &mut Tx,
    variants: &[(Id<Listing>, usize, &Variant)],
) -> Result<(), Error> {
    if variants.is_empty() {
        return Ok(());
    }
    let row = |(listing, place, variant): &(Id<Listing>, usize, &Variant)| {
        json!({
            "id": hex_one(variant.id), "listing": hex_one(*listing), "position": place, "sku": variant.sku,
            "option_values": variant.values, "price": variant.price.minor(),
            "currency": variant.price.currency(), "available": variant.available,
        })
    };
    tx.query(sql!(
        sqlite: "INSERT INTO variants (id, listing_id, position, sku, option_values, price_minor, currency, available)
         SELECT unhex(value->>'id'), unhex(value->>'listing'), value->>'position', value->>'sku',
                value->>'option_values', value->>'price', value->>'currency', value->>'available'
           FROM json_each($1) WHERE TRUE
         ON CONFLICT (id) DO UPDATE SET position = excluded.position, sku = excluded.sku,
           option_values = excluded.option_values, price_minor = excluded.price_minor,
           available = excluded.available, retired_at = NULL",
        postgres: "INSERT INTO variants (id, listing_id, position, sku, option_values, price_minor, currency, available)
         SELECT CAST(v.id AS UUID), CAST(v.listing AS UUID), v.position, v.sku, v.option_values, v.price,
                v.currency, v.available
           FROM jsonb_to_recordset($1) AS v (id TEXT, listing TEXT, position BIGINT, sku TEXT,
                option_values JSONB, price BIGINT, currency TEXT, available BIGINT)
         ON CONFLICT (id) DO UPDATE SET position = excluded.position, sku = excluded.sku,
           option_values = excluded.option_values, price_minor = excluded.price_minor,
           available = excluded.available, retired_at = NULL",
    ))
    .bind(Json(variants.iter().map(row).collect::<Value>()))
    .exec()
    .await?;
    Ok(())
}

/// Withdraws variants; orders still name them.
pub(super) async fn retire_variants(
    tx: &mut Tx,
    ids: &[Id<Variant>],
    now: Timestamp,
) -> Result<(), Error> {
    if ids.is_empty() {
        return Ok(());
    }
    tx.query(sql!(
        sqlite: "UPDATE variants SET retired_at = $2, available = 0
                  WHERE id IN (SELECT unhex(value) FROM json_each($1))",
        postgres: "UPDATE variants SET retired_at = $2, available = 0
                  WHERE id IN (SELECT CAST(value AS UUID) FROM jsonb_array_elements_text($1))",
    ))
    .bind(Json(hex(ids)))
    .bind(now)
    .exec()
    .await?;
    Ok(())
}

/// Writes down why stocks changed.
pub(super) async fn insert_movements(
    state: &AppState,
    tx: &mut Tx,
    movements: &[Movement],
    reason: &str,
) -> Result<(), Error> {
    if movements.is_empty() {
        return Ok(());
    }
    let now = state.clock.now();
    let row = |movement: &Movement| {
        let id = state.entropy.uuid(now).simple().to_string();
        json!({ "id": id, "variant": hex_one(movement.variant), "change": movement.pieces })
    };
    tx.query(sql!(
        sqlite: "INSERT INTO stock_movements (id, variant_id, change, reason, at)
                 SELECT unhex(value->>'id'), unhex(value->>'variant'), value->>'change', $2, $3
                   FROM json_each($1)",
        postgres: "INSERT INTO stock_movements (id, variant_id, change, reason, at)
                 SELECT CAST(m.id AS UUID), CAST(m.variant AS UUID), m.change, $2, $3
                   FROM jsonb_to_recordset($1) AS m (id TEXT, variant TEXT, change BIGINT)",
    ))
    .bind(Json(movements.iter().map(row).collect::<Value>()))
    .bind(reason.to_owned())
    .bind(now)
    .exec()
    .await?;
    Ok(())
}

/// Writes whole galleries.
pub(super) async fn replace_galleries(tx: &mut Tx, listings: &[&Listing]) -> Result<(), Error> {
    if listings.is_empty() {
        return Ok(());
    }
    let ids: Vec<Id<Listing>> = listings.iter().map(|listing| listing.id).collect();
    tx.query(sql!(
        sqlite: "DELETE FROM listing_images WHERE listing_id IN (SELECT unhex(value) FROM json_each($1))",
        postgres: "DELETE FROM listing_images
                    WHERE listing_id IN (SELECT CAST(value AS UUID) FROM jsonb_array_elements_text($1))",
    ))
    .bind(Json(hex(&ids)))
    .exec()
    .await?;
    let rows = listings.iter().flat_map(|listing| {
        listing.images.iter().enumerate().map(|(position, image)| {
            json!({ "listing": hex_one(listing.id), "position": position, "hash": image.hash, "alt": image.alt })
        })
    });
    tx.query(sql!(
        sqlite: "INSERT INTO listing_images (listing_id, position, hash, alt)
                 SELECT unhex(value->>'listing'), value->>'position', value->>'hash', value->>'alt'
                   FROM json_each($1)",
        postgres: "INSERT INTO listing_images (listing_id, position, hash, alt)
                 SELECT CAST(i.listing AS UUID), i.position, i.hash, i.alt
                   FROM jsonb_to_recordset($1) AS i (listing TEXT, position BIGINT, hash TEXT, alt TEXT)",
    ))
    .bind(Json(rows.collect::<Value>()))
    .exec()
    .await?;
    Ok(())
}

/// Sets when listings came onto the shelf, exactly as it was: for an undo.
pub(crate) async fn set_published(
    tx: &mut Tx,
    moments: &[(Id<Listing>, Option<Timestamp>)],
) -> Result<(), Error> {
    let row = |(id, at): &(Id<Listing>, Option<Timestamp>)| json!({ "id": hex_one(*id), "at": at.map(Timestamp::micros) });
    tx.query(sql!(
        sqlite: "UPDATE listings SET published_at = c.value->>'at'
                   FROM json_each($1) c WHERE listings.id = unhex(c.value->>'id')",
        postgres: "UPDATE listings SET published_at = c.at
                   FROM jsonb_to_recordset($1) AS c (id TEXT, at BIGINT) WHERE listings.id = CAST(c.id AS UUID)",
    ))
    .bind(Json(moments.iter().map(row).collect::<Value>()))
    .exec()
    .await?;
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
