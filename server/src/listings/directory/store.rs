//! SQL of the addresses of listings, on the index `listings_on_shelf`.

use api::listing::Listing;
use api::{Id, Timestamp};

use crate::db::Db;
use crate::error::Error;
use crate::sql;

/// Where a listing is.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct Address {
    pub(crate) id: Id<Listing>,
    pub(crate) slug: String,
    /// When it was changed last.
    pub(crate) updated_at: Timestamp,
    /// Hash of its first picture.
    pub(crate) cover: Option<String>,
}

pub(super) async fn addresses(
    db: &Db,
    (after, until): (Id<Listing>, Id<Listing>),
    limit: i64,
) -> Result<Vec<Address>, Error> {
    Ok(db
        .read(sql!(
            "SELECT l.id, l.slug, l.updated_at, g.hash AS cover
               FROM listings l JOIN open_shops s ON s.id = l.shop_id
               LEFT JOIN listing_images g ON g.listing_id = l.id AND g.position = 0
              WHERE l.status = 'active' AND l.id > $1 AND l.id <= $2 ORDER BY l.id LIMIT $3"
        ))
        .bind(after)
        .bind(until)
        .bind(limit)
        .all()
        .await?)
}

pub(super) async fn end(
    db: &Db,
    after: Id<Listing>,
    many: i64,
) -> Result<Option<Id<Listing>>, Error> {
    let row: Option<(Id<Listing>,)> = db
        .read(sql!(
            "SELECT id FROM (SELECT id FROM listings WHERE status = 'active' AND id > $1
                              ORDER BY id LIMIT $2) AS span
              ORDER BY id DESC LIMIT 1"
        ))
        .bind(after)
        .bind(many)
        .optional()
        .await?;
    Ok(row.map(|(id,)| id))
}
