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
use crate::shops::slug::short;
use crate::sql;
use crate::state::AppState;

/// What the lists show of the variants: lowest price and pieces of all.
fn sums(listing: &Listing) -> (i64, i64) {
    let variants = &listing.variants;
    let lowest = variants.iter().map(|variant| variant.price.minor()).min();
    (lowest.unwrap_or_default(), variants.iter().map(|variant| variant.available).sum())
}

/// Writes the listings that are new.
pub(super) async fn insert(
    tx: &mut Tx,
    shop: Id<Shop>,
    changes: &[&Change<'_>],
) -> Result<(), Error> {
    let new = changes.iter().filter(|change| change.before.is_none());
    let rows: Vec<Value> = new.map(|change| head(change)).collect();
    if rows.is_empty() {
        return Ok(());
    }
    tx.query(sql!(
        sqlite: "INSERT INTO listings (id, shop_id, short, slug, status, title, description, category,
                   materials, tags, attributes, options, questions, making_from, making_to, making_weekly, price_minor, currency, available, published_at, created_at,
                   updated_at, version)
                 SELECT unhex(value->>'id'), $1, value->>'short', value->>'slug', value->>'status',
                   value->>'title', value->>'description', value->>'category', value->>'materials',
                   value->>'tags', value->>'attributes', value->>'options', value->>'questions',
                   value->>'making_from', value->>'making_to', value->>'making_weekly', value->>'price', value->>'currency',
                   value->>'available', value->>'published', value->>'created', value->>'at',
                   value->>'version'
                   FROM json_each($2)",
        postgres: "INSERT INTO listings (id, shop_id, short, slug, status, title, description, category,
                   materials, tags, attributes, options, questions, making_from, making_to, making_weekly, price_minor, currency, available, published_at, created_at,
                   updated_at, version)
                 SELECT CAST(c.id AS UUID), $1, c.short, c.slug, c.status, c.title, c.description, c.category,
                   c.materials, c.tags, c.attributes, c.options, c.questions,
                   c.making_from, c.making_to, c.making_weekly, c.price, c.currency, c.available, c.published, c.created,
                   c.at, c.version
                   FROM jsonb_to_recordset($2) AS c (id TEXT, short TEXT, slug TEXT, status TEXT, title TEXT,
                     description TEXT, category TEXT, materials JSONB, tags JSONB, attributes JSONB, options JSONB,
                     questions JSONB, making_from BIGINT, making_to BIGINT, making_weekly BIGINT, price BIGINT, currency TEXT, available BIGINT, published BIGINT, created BIGINT,
                     at BIGINT, version BIGINT)",
    ))
    .bind(shop)
    .bind(Json(Value::from(rows)))
    .exec()
    .await?;
    Ok(())
}

/// Writes locked listings that were there before; those that come newly onto the shelf with when.
pub(super) async fn update(tx: &mut Tx, changes: &[&Change<'_>]) -> Result<(), Error> {
    let known = changes.iter().filter(|change| change.before.is_some());
    let rows: Vec<Value> = known.map(|change| head(change)).collect();
    if rows.is_empty() {
        return Ok(());
    }
    tx.query(sql!(
        sqlite: "UPDATE listings SET slug = c.value->>'slug', status = c.value->>'status',
                   title = c.value->>'title', description = c.value->>'description',
                   category = c.value->>'category', materials = c.value->>'materials',
                   tags = c.value->>'tags', attributes = c.value->>'attributes', options = c.value->>'options',
                   questions = c.value->>'questions', making_from = c.value->>'making_from',
                   making_to = c.value->>'making_to', making_weekly = c.value->>'making_weekly',
                   price_minor = c.value->>'price', available = c.value->>'available',
                   published_at = COALESCE(c.value->>'published', published_at),
                   updated_at = c.value->>'at', version = c.value->>'version'
                   FROM json_each($1) c WHERE listings.id = unhex(c.value->>'id')",
        postgres: "UPDATE listings SET slug = c.slug, status = c.status, title = c.title,
                   description = c.description, category = c.category, materials = c.materials,
                   tags = c.tags, attributes = c.attributes, options = c.options, questions = c.questions,
                   making_from = c.making_from, making_to = c.making_to, making_weekly = c.making_weekly, price_minor = c.price, available = c.available,
                   published_at = COALESCE(c.published, published_at), updated_at = c.at, version = c.version
                   FROM jsonb_to_recordset($1) AS c (id TEXT, slug TEXT, status TEXT, title TEXT,
                     description TEXT, category TEXT, materials JSONB, tags JSONB, attributes JSONB, options JSONB,
                     questions JSONB, making_from BIGINT, making_to BIGINT, making_weekly BIGINT, price BIGINT, available BIGINT, published BIGINT, at BIGINT, version BIGINT)
                  WHERE listings.id = CAST(c.id AS UUID)",
    ))
    .bind(Json(Value::from(rows)))
    .exec()
    .await?;
    Ok(())
}

/// What stands on the listing itself, and when it came newly onto the shelf, if it just did.
fn head(change: &Change<'_>) -> Value {
    let after = &change.after;
    let (price, available) = sums(after);
    let making = after.making.to_order();
    let published = match change.before {
        None => after.status.is_on_shelf(),
        Some(before) => is_published_by(before, after),
    };
    json!({
        "id": hex_one(after.id), "short": short(after.id), "slug": after.slug, "status": after.status,
        "title": after.title, "description": after.description, "category": after.category,
        "materials": after.materials, "tags": after.tags, "attributes": after.attributes,
        "options": after.options,
        "questions": after.questions, "making_from": making.map(|it| it.from),
        "making_to": making.map(|it| it.to), "making_weekly": making.and_then(|it| it.weekly),
        "price": price, "currency": after.variants.first().map(|variant| variant.price.currency()),
        "available": available, "published": published.then_some(after.updated_at.micros()),
        "created": after.created_at.micros(), "at": after.updated_at.micros(), "version": after.version,
    })
}

/// Writes variants at their places, new or known; one that was retired comes back, and a new price
/// ends a reduction.
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
           available = excluded.available, retired_at = NULL,
           reduced_from = CASE WHEN variants.price_minor = excluded.price_minor THEN variants.reduced_from END,
           reduced_at = CASE WHEN variants.price_minor = excluded.price_minor THEN variants.reduced_at END",
        postgres: "INSERT INTO variants (id, listing_id, position, sku, option_values, price_minor, currency, available)
         SELECT CAST(v.id AS UUID), CAST(v.listing AS UUID), v.position, v.sku, v.option_values, v.price,
                v.currency, v.available
           FROM jsonb_to_recordset($1) AS v (id TEXT, listing TEXT, position BIGINT, sku TEXT,
                option_values JSONB, price BIGINT, currency TEXT, available BIGINT)
         ON CONFLICT (id) DO UPDATE SET position = excluded.position, sku = excluded.sku,
           option_values = excluded.option_values, price_minor = excluded.price_minor,
           available = excluded.available, retired_at = NULL,
           reduced_from = CASE WHEN variants.price_minor = excluded.price_minor THEN variants.reduced_from END,
           reduced_at = CASE WHEN variants.price_minor = excluded.price_minor THEN variants.reduced_at END",
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

/// Remembers under which keys imports know listings.
pub(in crate::listings) async fn set_import_keys(
    tx: &mut Tx,
    keys: &[(Id<Listing>, &str)],
) -> Result<(), Error> {
    if keys.is_empty() {
        return Ok(());
    }
    let row = |(id, key): &(Id<Listing>, &str)| json!({ "id": hex_one(*id), "key": key });
    tx.query(sql!(
        sqlite: "UPDATE listings SET import_key = c.value->>'key' FROM json_each($1) c
                  WHERE listings.id = unhex(c.value->>'id')
                    AND listings.import_key IS DISTINCT FROM c.value->>'key'",
        postgres: "UPDATE listings SET import_key = c.key
                     FROM jsonb_to_recordset($1) AS c (id TEXT, key TEXT)
                    WHERE listings.id = CAST(c.id AS UUID) AND listings.import_key IS DISTINCT FROM c.key",
    ))
    .bind(Json(keys.iter().map(row).collect::<Value>()))
    .exec()
    .await?;
    Ok(())
}
