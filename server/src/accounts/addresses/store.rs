//! SQL of address books.

use api::account::Account;
use api::address::{AddressFields, SavedAddress};
use api::{Id, Timestamp};

use crate::db::{Db, Query, Sql, Tx};
use crate::error::Error;
use crate::sql;

#[derive(sqlx::FromRow)]
struct Row {
    id: Id<SavedAddress>,
    name: String,
    line1: String,
    line2: String,
    postal_code: String,
    city: String,
    region: String,
    country: String,
    is_default: bool,
    version: i64,
}

impl From<Row> for SavedAddress {
    fn from(row: Row) -> Self {
        let Row { id, name, line1, line2, postal_code, city, region, country, .. } = row;
        let fields = AddressFields { name, line1, line2, postal_code, city, region, country };
        Self { id, fields, is_default: row.is_default, version: row.version }
    }
}

const LIST: Sql = sql!(
    "SELECT id, name, line1, line2, postal_code, city, region, country, is_default, version
       FROM addresses WHERE account_id = $1 ORDER BY is_default DESC, created_at, id"
);

const FIND: Sql = sql!(
    "SELECT id, name, line1, line2, postal_code, city, region, country, is_default, version
       FROM addresses WHERE id = $1 AND account_id = $2"
);

pub(super) async fn list(db: &Db, account: Id<Account>) -> Result<Vec<SavedAddress>, Error> {
    all(db.read(LIST), account).await
}

/// The same, in a transaction.
pub(super) async fn list_in(tx: &mut Tx, account: Id<Account>) -> Result<Vec<SavedAddress>, Error> {
    all(tx.query(LIST), account).await
}

async fn all(list: Query<'_>, account: Id<Account>) -> Result<Vec<SavedAddress>, Error> {
    let rows: Vec<Row> = list.bind(account).all().await?;
    Ok(rows.into_iter().map(SavedAddress::from).collect())
}

pub(super) async fn find(
    db: &Db,
    account: Id<Account>,
    id: Id<SavedAddress>,
) -> Result<Option<SavedAddress>, Error> {
    one(db.read(FIND), account, id).await
}

/// The same, in a transaction.
pub(super) async fn find_in(
    tx: &mut Tx,
    account: Id<Account>,
    id: Id<SavedAddress>,
) -> Result<Option<SavedAddress>, Error> {
    one(tx.query(FIND), account, id).await
}

async fn one(
    find: Query<'_>,
    account: Id<Account>,
    id: Id<SavedAddress>,
) -> Result<Option<SavedAddress>, Error> {
    let row: Option<Row> = find.bind(id).bind(account).optional().await?;
    Ok(row.map(SavedAddress::from))
}

pub(super) async fn insert(
    tx: &mut Tx,
    account: Id<Account>,
    address: &SavedAddress,
    now: Timestamp,
) -> Result<(), Error> {
    let fields = address.fields.clone();
    tx.query(sql!(
        "INSERT INTO addresses (id, account_id, name, line1, line2, postal_code, city, region, country, is_default,
                version, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
    ))
    .bind(address.id)
    .bind(account)
    .bind(fields.name)
    .bind(fields.line1)
    .bind(fields.line2)
    .bind(fields.postal_code)
    .bind(fields.city)
    .bind(fields.region)
    .bind(fields.country)
    .bind(address.is_default)
    .bind(address.version)
    .bind(now)
    .exec()
    .await?;
    Ok(())
}

pub(super) async fn update(
    tx: &mut Tx,
    account: Id<Account>,
    address: &SavedAddress,
) -> Result<(), Error> {
    let fields = address.fields.clone();
    tx.query(sql!(
        "UPDATE addresses SET name = $3, line1 = $4, line2 = $5, postal_code = $6, city = $7, region = $8,
                country = $9, version = $10
          WHERE id = $1 AND account_id = $2"
    ))
    .bind(address.id)
    .bind(account)
    .bind(fields.name)
    .bind(fields.line1)
    .bind(fields.line2)
    .bind(fields.postal_code)
    .bind(fields.city)
    .bind(fields.region)
    .bind(fields.country)
    .bind(address.version)
    .exec()
    .await?;
    Ok(())
}

/// Two statements, since at no moment may two be the default.
pub(super) async fn set_default(
    tx: &mut Tx,
    account: Id<Account>,
    id: Id<SavedAddress>,
) -> Result<(), Error> {
    tx.query(sql!("UPDATE addresses SET is_default = FALSE WHERE account_id = $1 AND is_default"))
        .bind(account)
        .exec()
        .await?;
    tx.query(sql!("UPDATE addresses SET is_default = TRUE WHERE id = $1 AND account_id = $2"))
        .bind(id)
        .bind(account)
        .exec()
        .await?;
    Ok(())
}

pub(super) async fn delete(
    tx: &mut Tx,
    account: Id<Account>,
    id: Id<SavedAddress>,
) -> Result<(), Error> {
    tx.query(sql!("DELETE FROM addresses WHERE id = $1 AND account_id = $2"))
        .bind(id)
        .bind(account)
        .exec()
        .await?;
    Ok(())
}
