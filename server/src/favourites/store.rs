//! SQL of favourites.

use api::account::Account;
use api::listing::Listing;
use api::{Id, Timestamp};

use super::Favourite;
use crate::cursor::Cursor;
use crate::db::{Db, Tx};
use crate::error::Error;
use crate::sql;

pub(super) async fn is_seen(tx: &mut Tx, listing: Id<Listing>) -> Result<bool, Error> {
    let (seen,): (bool,) = tx
        .query(sql!(
            "SELECT EXISTS (SELECT 1 FROM listings l JOIN open_shops s ON s.id = l.shop_id
                             WHERE l.id = $1 AND l.status IN ('active', 'sold_out'))"
        ))
        .bind(listing)
        .one()
        .await?;
    Ok(seen)
}

pub(super) async fn count(tx: &mut Tx, account: Id<Account>) -> Result<i64, Error> {
    let (count,): (i64,) = tx
        .query(sql!("SELECT COUNT(*) FROM favourites WHERE account_id = $1"))
        .bind(account)
        .one()
        .await?;
    Ok(count)
}

pub(super) async fn insert(
    tx: &mut Tx,
    account: Id<Account>,
    listing: Id<Listing>,
    now: Timestamp,
) -> Result<(), Error> {
    tx.query(sql!(
        "INSERT INTO favourites (account_id, listing_id, added_at) VALUES ($1, $2, $3)
         ON CONFLICT (account_id, listing_id) DO NOTHING"
    ))
    .bind(account)
    .bind(listing)
    .bind(now)
    .exec()
    .await?;
    Ok(())
}

pub(super) async fn delete(
    db: &Db,
    account: Id<Account>,
    listing: Id<Listing>,
) -> Result<(), Error> {
    db.write(sql!("DELETE FROM favourites WHERE account_id = $1 AND listing_id = $2"))
        .bind(account)
        .bind(listing)
        .exec()
        .await?;
    Ok(())
}

pub(super) async fn is_one(
    db: &Db,
    account: Id<Account>,
    listing: Id<Listing>,
) -> Result<bool, Error> {
    let (one,): (bool,) = db
        .read(sql!(
            "SELECT EXISTS (SELECT 1 FROM favourites WHERE account_id = $1 AND listing_id = $2)"
        ))
        .bind(account)
        .bind(listing)
        .one()
        .await?;
    Ok(one)
}

#[derive(sqlx::FromRow)]
struct Row {
    listing_id: Id<Listing>,
    added_at: Timestamp,
}

pub(super) async fn list(
    db: &Db,
    account: Id<Account>,
    before: &Cursor<Listing>,
    limit: i64,
) -> Result<Vec<Favourite>, Error> {
    let rows: Vec<Row> = db
        .read(sql!(
            "SELECT listing_id, added_at FROM favourites
              WHERE account_id = $1 AND (added_at, listing_id) < ($2, $3)
              ORDER BY added_at DESC, listing_id DESC LIMIT $4"
        ))
        .bind(account)
        .bind(before.at)
        .bind(before.id)
        .bind(limit)
        .all()
        .await?;
    let favourite = |row: Row| Favourite { listing: row.listing_id, added_at: row.added_at };
    Ok(rows.into_iter().map(favourite).collect())
}
