//! SQL of the search feed.

use api::listing::Listing;
use api::shop::Shop;
use api::{Id, Timestamp};

use crate::db::Tx;
use crate::error::Error;
use crate::sql;

pub(super) async fn touch(tx: &mut Tx, listing: Id<Listing>, now: Timestamp) -> Result<(), Error> {
    tx.query(sql!("INSERT INTO search_feed (listing_id, at) VALUES ($1, $2)"))
        .bind(listing)
        .bind(now)
        .exec()
        .await?;
    Ok(())
}

pub(super) async fn touch_shop(tx: &mut Tx, shop: Id<Shop>, now: Timestamp) -> Result<(), Error> {
    tx.query(sql!(
        "INSERT INTO search_feed (listing_id, at)
         SELECT id, $2 FROM listings WHERE shop_id = $1 AND status = 'active'"
    ))
    .bind(shop)
    .bind(now)
    .exec()
    .await?;
    Ok(())
}
