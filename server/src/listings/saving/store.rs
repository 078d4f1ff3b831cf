//! SQL that writes listings. Every statement takes any number of them as one JSON parameter.

use api::listing::{Category, Listing, ListingStatus, Variant};
use api::shop::Shop;
use api::{Currency, Id, Timestamp};
use serde::Serialize;
use sqlx::types::Json;
use uuid::Uuid;

use super::Change;
use crate::db::Tx;
use crate::error::Error;
use crate::sql;

/// What stands on the listing itself. Ids are hexadecimal, moments are microseconds.
#[derive(Serialize)]
struct Head<'a> {
    id: String,
    short: String,
    slug: &'a str,
    status: ListingStatus,
    title: &'a str,
    description: &'a str,
    category: Category,
    materials: &'a [String],
    tags: &'a [String],
    options: &'a [String],
    /// What the lists show of the variants: lowest price and pieces of all.
    price: i64,
    currency: Option<Currency>,
    available: i64,
    /// When it came newly onto the shelf, if it just did.
    published: Option<i64>,
    created: i64,
    updated: i64,
    version: i64,
}

impl<'a> Head<'a> {
    fn new(change: &'a Change) -> Self {
        let after = &change.after;
        let cheapest =
            after.variants.iter().map(|variant| variant.price).min_by_key(|price| price.minor());
        Self {
            id: hex(after.id.uuid()),
            short: crate::shops::slug::short(after.id),
            slug: &after.slug,
            status: after.status,
            title: &after.title,
            description: &after.description,
            category: after.category,
            materials: &after.materials,
            tags: &after.tags,
            options: &after.options,
            price: cheapest.map_or(0, api::Money::minor),
            currency: cheapest.map(api::Money::currency),
            available: after.variants.iter().map(|variant| variant.available).sum(),
            published: change.is_published().then_some(after.updated_at.micros()),
            created: after.created_at.micros(),
            updated: after.updated_at.micros(),
            version: after.version,
        }
    }
}

fn hex(id: Uuid) -> String {
    id.simple().to_string()
}

type Rows = Json<serde_json::Value>;

/// The rows as the one parameter; none if there are none.
fn rows(rows: Vec<impl Serialize>) -> Result<Option<Rows>, Error> {
    Ok(if rows.is_empty() { None } else { Some(Json(serde_json::to_value(rows)?)) })
}

/// Writes the listings that are new.
pub(super) async fn insert(tx: &mut Tx, shop: Id<Shop>, changes: &[&Change]) -> Result<(), Error> {
    let new = changes.iter().filter(|change| change.before.is_none());
    let Some(rows) = rows(new.map(|change| Head::new(change)).collect())? else { return Ok(()) };
    tx.query(sql!(
        sqlite: "INSERT INTO listings (id, shop_id, short, slug, status, title, description, category,
                   materials, tags, options, price_minor, currency, available, published_at, created_at,
                   updated_at, version)
                 SELECT unhex(value->>'id'), $1, value->>'short', value->>'slug', value->>'status',
                   value->>'title', value->>'description', value->>'category', value->>'materials',
                   value->>'tags', value->>'options', value->>'price', value->>'currency',
                   value->>'available', value->>'published', value->>'created', value->>'updated',
                   value->>'version'
                   FROM json_each($2)",
        postgres: "INSERT INTO listings (id, shop_id, short, slug, status, title, description, category,
                   materials, tags, options, price_minor, currency, available, published_at, created_at,
                   updated_at, version)
                 SELECT id, $1, short, slug, status, title, description, category, materials, tags, options,
                   price, currency, available, published, created, updated, version
                   FROM jsonb_to_recordset($2) AS r (id UUID, short TEXT, slug TEXT, status TEXT, title TEXT,
                     description TEXT, category TEXT, materials JSONB, tags JSONB, options JSONB,
                     price BIGINT, currency TEXT, available BIGINT, published BIGINT, created BIGINT,
                     updated BIGINT, version BIGINT)",
    ))
    .bind(shop)
    .bind(rows)
    .exec()
    .await?;
    Ok(())
}

/// Writes the listings that were there before.
pub(super) async fn update(tx: &mut Tx, changes: &[&Change]) -> Result<(), Error> {
    let known = changes.iter().filter(|change| change.before.is_some());
    let Some(rows) = rows(known.map(|change| Head::new(change)).collect())? else { return Ok(()) };
    tx.query(sql!(
        sqlite: "UPDATE listings SET slug = value->>'slug', status = value->>'status', title = value->>'title',
                   description = value->>'description', category = value->>'category',
                   materials = value->>'materials', tags = value->>'tags', options = value->>'options',
                   price_minor = value->>'price', available = value->>'available',
                   published_at = COALESCE(value->>'published', published_at),
                   updated_at = value->>'updated', version = value->>'version'
                   FROM json_each($1) WHERE listings.id = unhex(value->>'id')",
        postgres: "UPDATE listings l SET slug = r.slug, status = r.status, title = r.title,
                   description = r.description, category = r.category, materials = r.materials, tags = r.tags,
                   options = r.options, price_minor = r.price, available = r.available,
                   published_at = COALESCE(r.published, l.published_at), updated_at = r.updated,
                   version = r.version
                   FROM jsonb_to_recordset($1) AS r (id UUID, slug TEXT, status TEXT, title TEXT,
                     description TEXT, category TEXT, materials JSONB, tags JSONB, options JSONB,
                     price BIGINT, available BIGINT, published BIGINT, updated BIGINT, version BIGINT)
                  WHERE l.id = r.id",
    ))
    .bind(rows)
    .exec()
    .await?;
    Ok(())
}

#[derive(Serialize)]
struct VariantRow<'a> {
    id: String,
    listing: String,
    place: usize,
    sku: &'a str,
    option_values: &'a [String],
    price: i64,
    currency: Currency,
    available: i64,
}

/// Writes variants, new or known; one that was retired comes back.
pub(super) async fn put_variants(tx: &mut Tx, changes: &[&Change]) -> Result<(), Error> {
    let written = changes.iter().flat_map(|change| {
        change.written_variants().map(|(place, variant)| VariantRow {
            id: hex(variant.id.uuid()),
            listing: hex(change.after.id.uuid()),
            place,
            sku: &variant.sku,
            option_values: &variant.values,
            price: variant.price.minor(),
            currency: variant.price.currency(),
            available: variant.available,
        })
    });
    let Some(rows) = rows(written.collect())? else { return Ok(()) };
    tx.query(sql!(
        sqlite: "INSERT INTO variants (id, listing_id, position, sku, option_values, price_minor, currency, available)
                 SELECT unhex(value->>'id'), unhex(value->>'listing'), value->>'place', value->>'sku',
                   value->>'option_values', value->>'price', value->>'currency', value->>'available'
                   FROM json_each($1) WHERE TRUE
                 ON CONFLICT (id) DO UPDATE SET position = excluded.position, sku = excluded.sku,
                   option_values = excluded.option_values, price_minor = excluded.price_minor,
                   available = excluded.available, retired_at = NULL",
        postgres: "INSERT INTO variants (id, listing_id, position, sku, option_values, price_minor, currency, available)
                 SELECT id, listing, place, sku, option_values, price, currency, available
                   FROM jsonb_to_recordset($1) AS r (id UUID, listing UUID, place BIGINT, sku TEXT,
                     option_values JSONB, price BIGINT, currency TEXT, available BIGINT)
                 ON CONFLICT (id) DO UPDATE SET position = excluded.position, sku = excluded.sku,
                   option_values = excluded.option_values, price_minor = excluded.price_minor,
                   available = excluded.available, retired_at = NULL",
    ))
    .bind(rows)
    .exec()
    .await?;
    Ok(())
}

/// Withdraws the variants that are gone; orders still name them.
pub(super) async fn retire_variants(
    tx: &mut Tx,
    changes: &[&Change],
    now: Timestamp,
) -> Result<(), Error> {
    let gone = changes.iter().flat_map(|change| change.gone_variants());
    let Some(rows) = rows(gone.map(|variant| hex(variant.id.uuid())).collect())? else {
        return Ok(());
    };
    tx.query(sql!(
        sqlite: "UPDATE variants SET retired_at = $2, available = 0
                  WHERE id IN (SELECT unhex(value) FROM json_each($1))",
        postgres: "UPDATE variants SET retired_at = $2, available = 0
                    WHERE id IN (SELECT CAST(value AS UUID) FROM jsonb_array_elements_text($1))",
    ))
    .bind(rows)
    .bind(now)
    .exec()
    .await?;
    Ok(())
}

#[derive(Serialize)]
struct MovementRow {
    id: String,
    variant: String,
    change: i64,
}

/// Writes down why stocks changed.
pub(super) async fn insert_movements(
    tx: &mut Tx,
    movements: Vec<(Uuid, Id<Variant>, i64)>,
    reason: &str,
    now: Timestamp,
) -> Result<(), Error> {
    let movements = movements.into_iter().map(|(id, variant, change)| MovementRow {
        id: hex(id),
        variant: hex(variant.uuid()),
        change,
    });
    let Some(rows) = rows(movements.collect())? else { return Ok(()) };
    tx.query(sql!(
        sqlite: "INSERT INTO stock_movements (id, variant_id, change, reason, at)
                 SELECT unhex(value->>'id'), unhex(value->>'variant'), value->>'change', $2, $3
                   FROM json_each($1)",
        postgres: "INSERT INTO stock_movements (id, variant_id, change, reason, at)
                 SELECT id, variant, change, $2, $3
                   FROM jsonb_to_recordset($1) AS r (id UUID, variant UUID, change BIGINT)",
    ))
    .bind(rows)
    .bind(reason.to_owned())
    .bind(now)
    .exec()
    .await?;
    Ok(())
}

#[derive(Serialize)]
struct PictureRow<'a> {
    listing: String,
    place: usize,
    hash: &'a str,
    alt: &'a str,
}

/// Writes the galleries that differ, whole.
pub(super) async fn replace_galleries(tx: &mut Tx, changes: &[&Change]) -> Result<(), Error> {
    let other: Vec<_> = changes.iter().filter(|change| change.has_other_gallery()).collect();
    let known = other.iter().filter(|change| change.before.is_some());
    if let Some(known) = rows(known.map(|change| hex(change.after.id.uuid())).collect())? {
        tx.query(sql!(
            sqlite: "DELETE FROM listing_images WHERE listing_id IN (SELECT unhex(value) FROM json_each($1))",
            postgres: "DELETE FROM listing_images
                        WHERE listing_id IN (SELECT CAST(value AS UUID) FROM jsonb_array_elements_text($1))",
        ))
        .bind(known)
        .exec()
        .await?;
    }
    let pictures = other.iter().flat_map(|change| {
        change.after.images.iter().enumerate().map(|(place, image)| PictureRow {
            listing: hex(change.after.id.uuid()),
            place,
            hash: &image.hash,
            alt: &image.alt,
        })
    });
    let Some(rows) = rows(pictures.collect())? else { return Ok(()) };
    tx.query(sql!(
        sqlite: "INSERT INTO listing_images (listing_id, position, hash, alt)
                 SELECT unhex(value->>'listing'), value->>'place', value->>'hash', value->>'alt'
                   FROM json_each($1)",
        postgres: "INSERT INTO listing_images (listing_id, position, hash, alt)
                 SELECT listing, place, hash, alt
                   FROM jsonb_to_recordset($1) AS r (listing UUID, place BIGINT, hash TEXT, alt TEXT)",
    ))
    .bind(rows)
    .exec()
    .await?;
    Ok(())
}

#[derive(Serialize)]
struct KeyRow<'a> {
    id: String,
    key: &'a str,
}

/// Remembers under which keys imports know listings.
pub(in crate::listings) async fn set_import_keys(
    tx: &mut Tx,
    keys: &[(Id<Listing>, &str)],
) -> Result<(), Error> {
    let keys = keys.iter().map(|(id, key)| KeyRow { id: hex(id.uuid()), key });
    let Some(rows) = rows(keys.collect())? else { return Ok(()) };
    tx.query(sql!(
        sqlite: "UPDATE listings SET import_key = value->>'key' FROM json_each($1)
                  WHERE listings.id = unhex(value->>'id') AND listings.import_key IS DISTINCT FROM value->>'key'",
        postgres: "UPDATE listings l SET import_key = r.key
                     FROM jsonb_to_recordset($1) AS r (id UUID, key TEXT)
                    WHERE l.id = r.id AND l.import_key IS DISTINCT FROM r.key",
    ))
    .bind(rows)
    .exec()
    .await?;
    Ok(())
}
