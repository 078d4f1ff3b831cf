//! SQL of the search feed, and of what the index reads.

use api::attribute::{Attributes, found_by};
use api::listing::{Category, Listing};
use api::shop::{OnboardingStatus, Shop};
use api::shop_profile::Holiday;
use api::{Id, Timestamp};
use sqlx::types::Json;
use uuid::Uuid;

use super::shape::Entry;
use crate::db::{Db, Tx};
use crate::error::Error;
use crate::listings::hex;
use crate::sql;

pub(super) async fn touch(
    tx: &mut Tx,
    listings: &[Id<Listing>],
    now: Timestamp,
) -> Result<(), Error> {
    tx.query(sql!(
        sqlite: "INSERT INTO search_feed (listing_id, at) SELECT unhex(value), $2 FROM json_each($1)",
        postgres: "INSERT INTO search_feed (listing_id, at)
                   SELECT CAST(value AS UUID), $2 FROM jsonb_array_elements_text($1)",
    ))
    .bind(Json(hex(listings)))
    .bind(now)
    .exec()
    .await?;
    Ok(())
}

pub(super) async fn touch_shop(tx: &mut Tx, shop: Id<Shop>, now: Timestamp) -> Result<(), Error> {
    tx.query(sql!(
        "INSERT INTO search_feed (listing_id, at)
         SELECT id, $2 FROM listings WHERE shop_id = $1 AND status IN ('active', 'sold_out')"
    ))
    .bind(shop)
    .bind(now)
    .exec()
    .await?;
    Ok(())
}

/// A row of the feed.
#[derive(sqlx::FromRow)]
pub(super) struct Row {
    pub(super) seq: i64,
    pub(super) listing_id: Id<Listing>,
}

/// Rows of the feed from a moment on, or above a number.
pub(super) async fn since(db: &Db, at: Timestamp, seq: i64) -> Result<Vec<Row>, Error> {
    Ok(db
        .read(sql!("SELECT seq, listing_id FROM search_feed WHERE at >= $1 OR seq > $2"))
        .bind(at)
        .bind(seq)
        .all()
        .await?)
}

/// The highest number of the feed.
pub(super) async fn newest(db: &Db) -> Result<i64, Error> {
    let (seq,): (i64,) =
        db.read(sql!("SELECT COALESCE(MAX(seq), 0) FROM search_feed")).one().await?;
    Ok(seq)
}

/// Forgets old rows, but never the newest: its number tells which database an index is of.
pub(super) async fn purge(db: &Db, before: Timestamp) -> Result<u64, Error> {
    Ok(db
        .write(sql!(
            "DELETE FROM search_feed WHERE at < $1 AND seq < (SELECT MAX(seq) FROM search_feed)"
        ))
        .bind(before)
        .exec()
        .await?)
}

#[derive(sqlx::FromRow)]
struct EntryRow {
    id: Id<Listing>,
    title: String,
    description: String,
    category: Category,
    materials: Json<Vec<String>>,
    tags: Json<Vec<String>>,
    attributes: Json<Attributes>,
    options: Json<Vec<String>>,
    option_values: Json<Vec<Vec<String>>>,
    price_minor: i64,
    published_at: i64,
    sold_out: bool,
    shop_name: String,
    shop_slug: String,
    onboarding: OnboardingStatus,
    away_from: Option<Timestamp>,
    away_until: Option<Timestamp>,
    ready_in: Option<i64>,
}

impl From<EntryRow> for Entry {
    fn from(row: EntryRow) -> Self {
        // As long as money cannot reach its maker, nothing of a shop is ready to leave it.
        let not_yet = Holiday { from: Timestamp::from_seconds(0), until: None };
        let values = row.option_values.iter().map(Vec::as_slice);
        let attributes = found_by(row.category, &row.attributes, &row.options, values);
        let holiday = row.away_from.map(|from| Holiday { from, until: row.away_until });
        Self {
            id: row.id,
            title: row.title,
            description: row.description,
            category: row.category,
            materials: row.materials.0,
            tags: row.tags.0,
            attributes,
            price_minor: row.price_minor,
            published_at: row.published_at,
            sold_out: row.sold_out,
            shop_name: row.shop_name,
            shop_slug: row.shop_slug,
            ready_in: row.ready_in,
            holiday: if row.onboarding.may_sell() { holiday } else { Some(not_yet) },
        }
    }
}

/// Those of these listings that shoppers may see: for sale or sold out, in open shops.
pub(super) async fn entries(db: &Db, ids: &[Id<Listing>]) -> Result<Vec<Entry>, Error> {
    let rows: Vec<EntryRow> = db
        .read(sql!(
            sqlite: "SELECT l.id, l.title, l.description, l.category, l.materials, l.tags,
                            l.attributes, l.options,
                            CASE WHEN l.options = '[]' THEN '[]' ELSE
                              (SELECT json_group_array(json(v.option_values)) FROM variants v
                                WHERE v.listing_id = l.id AND v.retired_at IS NULL) END AS option_values,
                            l.price_minor,
                            l.published_at, l.status = 'sold_out' AS sold_out, s.name AS shop_name,
                            s.slug AS shop_slug, s.onboarding, h.away_from, h.away_until,
                            COALESCE(l.making_to, h.lead_to) AS ready_in
                       FROM listings l JOIN open_shops s ON s.id = l.shop_id
                       JOIN shop_profiles h ON h.shop_id = l.shop_id
                      WHERE l.status IN ('active', 'sold_out')
                        AND l.id IN (SELECT unhex(value) FROM json_each($1))",
            postgres: "SELECT l.id, l.title, l.description, l.category, l.materials, l.tags,
                            l.attributes, l.options,
                            CASE WHEN l.options = '[]' THEN '[]' ELSE
                              (SELECT COALESCE(jsonb_agg(v.option_values), '[]') FROM variants v
                                WHERE v.listing_id = l.id AND v.retired_at IS NULL) END AS option_values,
                            l.price_minor,
                            l.published_at, l.status = 'sold_out' AS sold_out, s.name AS shop_name,
                            s.slug AS shop_slug, s.onboarding, h.away_from, h.away_until,
                            COALESCE(l.making_to, h.lead_to) AS ready_in
                       FROM listings l JOIN open_shops s ON s.id = l.shop_id
                       JOIN shop_profiles h ON h.shop_id = l.shop_id
                      WHERE l.status IN ('active', 'sold_out') AND l.id IN
                        (SELECT CAST(value AS UUID) FROM jsonb_array_elements_text($1))",
        ))
        .bind(Json(hex(ids)))
        .all()
        .await?;
    Ok(rows.into_iter().map(Entry::from).collect())
}

/// Listings that are for sale or sold out, in whatever shops, behind an id and in the order of ids.
pub(super) async fn ids_after(
    db: &Db,
    id: Option<Id<Listing>>,
    limit: usize,
) -> Result<Vec<Id<Listing>>, Error> {
    let rows: Vec<(Id<Listing>,)> = db
        .read(sql!(
            "SELECT id FROM listings
              WHERE status IN ('active', 'sold_out') AND id > $1 ORDER BY id LIMIT $2"
        ))
        .bind(id.unwrap_or(Id::from_uuid(Uuid::nil())))
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .all()
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
