//! SQL that finds, reads and locks many listings of one shop in three statements.

use std::collections::HashMap;

use api::listing::Listing;
use api::shop::Shop;
use api::{Id, Timestamp};
use sqlx::types::Json;

use super::{Head, Reader, complete, hex};
use crate::db::{Db, Sql, Tx};
use crate::error::Error;
use crate::sql;

/// Listings of a shop above an id, in the order of ids.
pub(in crate::listings) async fn above(
    db: &Db,
    shop: Id<Shop>,
    after: Id<Listing>,
    limit: i64,
) -> Result<Vec<Listing>, Error> {
    let heads: Vec<Head> = db
        .read(sql!(
            "SELECT id, slug, status, title, description, category, materials, tags, attributes, options, questions,
                    making_from, making_to, making_weekly,
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

/// What a row of a file may mean a listing by.
#[derive(Clone, Copy, Debug)]
pub(crate) enum By {
    /// The key under which it was imported.
    ImportKey,
    /// The SKU of one of its variants.
    Sku,
    /// Its title, letter by letter.
    Title,
}

/// A listing and what it was found by.
#[derive(sqlx::FromRow)]
struct Match {
    word: String,
    id: Id<Listing>,
}

/// A shop's listings that these words mean; of each word two at most, since two are one too many.
pub(in crate::listings) async fn find_by(
    db: &Db,
    shop: Id<Shop>,
    by: By,
    words: Vec<String>,
) -> Result<HashMap<String, Vec<Listing>>, Error> {
    let matches: Vec<Match> = db.read(by.sql()).bind(shop).bind(Json(words)).all().await?;
    let ids: Vec<_> = matches.iter().map(|row| row.id).collect();
    let listings = find_all(db, shop, &ids).await?;
    let listings: HashMap<_, _> =
        listings.into_iter().map(|listing| (listing.id, listing)).collect();
    let mut found = HashMap::<_, Vec<_>>::new();
    for Match { word, id } in matches {
        found.entry(word).or_default().extend(listings.get(&id).cloned());
    }
    Ok(found)
}

impl By {
    const fn sql(self) -> Sql {
        match self {
            Self::ImportKey => sql!(
                sqlite: "SELECT import_key AS word, id FROM listings
                          WHERE shop_id = $1 AND import_key IN (SELECT value FROM json_each($2))",
                postgres: "SELECT import_key AS word, id FROM listings
                            WHERE shop_id = $1 AND import_key IN (SELECT value FROM jsonb_array_elements_text($2))",
            ),
            Self::Sku => sql!(
                sqlite: "SELECT word, id FROM (
                           SELECT v.sku AS word, l.id, ROW_NUMBER() OVER (PARTITION BY v.sku ORDER BY l.id) AS place
                             FROM (SELECT DISTINCT sku, listing_id FROM variants
                                    WHERE sku IN (SELECT value FROM json_each($2)) AND sku <> ''
                                      AND retired_at IS NULL) v
                             JOIN listings l ON l.id = v.listing_id WHERE l.shop_id = $1) f
                          WHERE place <= 2",
                postgres: "SELECT word, id FROM (
                             SELECT v.sku AS word, l.id, ROW_NUMBER() OVER (PARTITION BY v.sku ORDER BY l.id) AS place
                               FROM (SELECT DISTINCT sku, listing_id FROM variants
                                      WHERE sku IN (SELECT value FROM jsonb_array_elements_text($2)) AND sku <> ''
                                        AND retired_at IS NULL) v
                               JOIN listings l ON l.id = v.listing_id WHERE l.shop_id = $1) f
                            WHERE place <= 2",
            ),
            Self::Title => sql!(
                sqlite: "SELECT word, id FROM (
                           SELECT title AS word, id, ROW_NUMBER() OVER (PARTITION BY title ORDER BY id) AS place
                             FROM listings
                            WHERE shop_id = $1 AND title IN (SELECT value FROM json_each($2))) f
                          WHERE place <= 2",
                postgres: "SELECT word, id FROM (
                             SELECT title AS word, id, ROW_NUMBER() OVER (PARTITION BY title ORDER BY id) AS place
                               FROM listings
                              WHERE shop_id = $1 AND title IN (SELECT value FROM jsonb_array_elements_text($2))) f
                            WHERE place <= 2",
            ),
        }
    }
}

/// Those of a shop's listings that these ids name.
async fn find_all(db: &Db, shop: Id<Shop>, ids: &[Id<Listing>]) -> Result<Vec<Listing>, Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let heads: Vec<Head> = db
        .read(sql!(
            sqlite: "SELECT id, slug, status, title, description, category, materials, tags, attributes, options, questions,
                    making_from, making_to, making_weekly,
                       created_at, updated_at, version FROM listings
                      WHERE shop_id = $1 AND id IN (SELECT unhex(value) FROM json_each($2))",
            postgres: "SELECT id, slug, status, title, description, category, materials, tags, attributes, options, questions,
                    making_from, making_to, making_weekly,
                       created_at, updated_at, version FROM listings
                      WHERE shop_id = $1 AND id IN (SELECT CAST(value AS UUID) FROM jsonb_array_elements_text($2))",
        ))
        .bind(shop)
        .bind(Json(hex(ids)))
        .all()
        .await?;
    complete(Reader::Db(db), heads).await
}

/// Locks listings until the transaction ends, then reads them. Whoever changes a listing, its
/// variants or its gallery holds this lock; all take it in the order of the ids.
pub(crate) async fn lock(
    tx: &mut Tx,
    shop: Id<Shop>,
    ids: &[Id<Listing>],
) -> Result<Vec<Listing>, Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let heads: Vec<Head> = tx
        .query(sql!(
            sqlite: "SELECT id, slug, status, title, description, category, materials, tags, attributes, options, questions,
                    making_from, making_to, making_weekly,
                       created_at, updated_at, version FROM listings
                      WHERE shop_id = $1 AND id IN (SELECT unhex(value) FROM json_each($2))
                      ORDER BY id",
            postgres: "SELECT id, slug, status, title, description, category, materials, tags, attributes, options, questions,
                    making_from, making_to, making_weekly,
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
