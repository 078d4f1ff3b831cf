//! SQL of suspensions.

use api::shop::Shop;
use api::staff::Suspension;
use api::{Id, Timestamp};

use crate::db::{Db, Tx};
use crate::error::Error;
use crate::sql;

#[derive(sqlx::FromRow)]
struct Row {
    id: Id<Suspension>,
    reason: String,
    suspended_at: Timestamp,
    lifted_at: Option<Timestamp>,
}

impl From<Row> for Suspension {
    fn from(row: Row) -> Self {
        let Row { id, reason, suspended_at, lifted_at } = row;
        Self { id, reason, suspended_at, lifted_at }
    }
}

pub(super) async fn in_force(db: &Db, shop: Id<Shop>) -> Result<Option<Suspension>, Error> {
    let row: Option<Row> = db
        .read(sql!(
            "SELECT id, reason, suspended_at, lifted_at FROM suspensions
              WHERE shop_id = $1 AND lifted_at IS NULL"
        ))
        .bind(shop)
        .optional()
        .await?;
    Ok(row.map(Suspension::from))
}

/// The hundred newest; nobody reads more.
pub(super) async fn list(db: &Db, shop: Id<Shop>) -> Result<Vec<Suspension>, Error> {
    let rows: Vec<Row> = db
        .read(sql!(
            "SELECT id, reason, suspended_at, lifted_at FROM suspensions
              WHERE shop_id = $1 ORDER BY suspended_at DESC, id DESC LIMIT 100"
        ))
        .bind(shop)
        .all()
        .await?;
    Ok(rows.into_iter().map(Suspension::from).collect())
}

/// Whether a locked shop was given up.
pub(super) async fn is_closed(tx: &mut Tx, shop: Id<Shop>) -> Result<bool, Error> {
    let (closed,): (bool,) = tx
        .query(sql!("SELECT EXISTS (SELECT 1 FROM shops WHERE id = $1 AND closed_at IS NOT NULL)"))
        .bind(shop)
        .one()
        .await?;
    Ok(closed)
}

/// Whether it holds from now on; not when another one does.
pub(super) async fn insert(tx: &mut Tx, shop: Id<Shop>, new: &Suspension) -> Result<bool, Error> {
    let rows = tx
        .query(sql!(
            "INSERT INTO suspensions (id, shop_id, reason, suspended_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (shop_id) WHERE lifted_at IS NULL DO NOTHING"
        ))
        .bind(new.id)
        .bind(shop)
        .bind(new.reason.clone())
        .bind(new.suspended_at)
        .exec()
        .await?;
    Ok(rows == 1)
}

/// Whether one was in force.
pub(super) async fn lift(tx: &mut Tx, shop: Id<Shop>, now: Timestamp) -> Result<bool, Error> {
    let rows = tx
        .query(sql!(
            "UPDATE suspensions SET lifted_at = $2 WHERE shop_id = $1 AND lifted_at IS NULL"
        ))
        .bind(shop)
        .bind(now)
        .exec()
        .await?;
    Ok(rows == 1)
}
