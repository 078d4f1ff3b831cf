//! SQL of the history.

use std::collections::BTreeSet;

use api::account::Account;
use api::audit::Means;
use api::history::Cause;
use api::listing::Listing;
use api::{Id, Timestamp};
use serde_json::{Value, json};
use sqlx::types::Json;

use super::Fields;
use crate::db::{Db, Tx};
use crate::error::Error;
use crate::listings::store::{Reader, hex, hex_one};
use crate::sql;

/// A save on its way into the history.
#[derive(Debug)]
pub(super) struct Saved {
    pub(super) listing: Id<Listing>,
    pub(super) version: i64,
    pub(super) was: Fields,
    pub(super) became: Fields,
}

/// Where saves come from.
#[derive(Debug)]
pub(super) struct Origin {
    pub(super) account: Option<Id<Account>>,
    pub(super) means: Means,
    pub(super) cause: Cause,
    pub(super) at: Timestamp,
}

/// A save as it was kept.
#[derive(Debug, sqlx::FromRow)]
pub(super) struct Row {
    pub(super) version: i64,
    pub(super) at: Timestamp,
    /// Name of the account.
    pub(super) by: Option<String>,
    pub(super) means: Means,
    pub(super) cause: Cause,
    pub(super) was: Json<Fields>,
    pub(super) became: Json<Fields>,
}

/// Keeps saves, and which pictures they took out of galleries.
pub(super) async fn insert(tx: &mut Tx, saved: &[Saved], origin: &Origin) -> Result<(), Error> {
    let row = |it: &Saved| json!({ "id": hex_one(it.listing), "version": it.version, "was": it.was, "became": it.became });
    tx.query(sql!(
        sqlite: "INSERT INTO listing_versions (listing_id, version, at, account_id, means, cause, was, became)
                 SELECT unhex(value->>'id'), value->>'version', $2, $3, $4, $5, value->>'was', value->>'became'
                   FROM json_each($1)",
        postgres: "INSERT INTO listing_versions (listing_id, version, at, account_id, means, cause, was, became)
                 SELECT CAST(v.id AS UUID), v.version, $2, $3, $4, $5, v.was, v.became
                   FROM jsonb_to_recordset($1) AS v (id TEXT, version BIGINT, was JSONB, became JSONB)",
    ))
    .bind(Json(saved.iter().map(row).collect::<Value>()))
    .bind(origin.at)
    .bind(origin.account)
    .bind(origin.means)
    .bind(origin.cause)
    .exec()
    .await?;
    insert_pictures(tx, saved).await
}

async fn insert_pictures(tx: &mut Tx, saved: &[Saved]) -> Result<(), Error> {
    let mut rows = Vec::new();
    for it in saved {
        let kept: BTreeSet<&str> = it.became.pictures().collect();
        let gone: BTreeSet<&str> = it.was.pictures().filter(|hash| !kept.contains(hash)).collect();
        rows.extend(
            gone.into_iter().map(
                |hash| json!({ "id": hex_one(it.listing), "version": it.version, "hash": hash }),
            ),
        );
    }
    if rows.is_empty() {
        return Ok(());
    }
    tx.query(sql!(
        sqlite: "INSERT INTO listing_version_images (listing_id, version, hash)
                 SELECT unhex(value->>'id'), value->>'version', value->>'hash' FROM json_each($1)",
        postgres: "INSERT INTO listing_version_images (listing_id, version, hash)
                 SELECT CAST(i.id AS UUID), i.version, i.hash
                   FROM jsonb_to_recordset($1) AS i (id TEXT, version BIGINT, hash TEXT)",
    ))
    .bind(Json(Value::from(rows)))
    .exec()
    .await?;
    Ok(())
}

/// Forgets all but the newest hundred versions of each.
pub(super) async fn forget(tx: &mut Tx, listings: &[Id<Listing>]) -> Result<(), Error> {
    if listings.is_empty() {
        return Ok(());
    }
    tx.query(sql!(
        sqlite: "DELETE FROM listing_versions
                  WHERE listing_id IN (SELECT unhex(value) FROM json_each($1))
                    AND version <= (SELECT v.version FROM listing_versions v
                         WHERE v.listing_id = listing_versions.listing_id
                         ORDER BY v.version DESC LIMIT 1 OFFSET $2)",
        postgres: "DELETE FROM listing_versions
                  WHERE listing_id IN (SELECT CAST(value AS UUID) FROM jsonb_array_elements_text($1))
                    AND version <= (SELECT v.version FROM listing_versions v
                         WHERE v.listing_id = listing_versions.listing_id
                         ORDER BY v.version DESC LIMIT 1 OFFSET $2)",
    ))
    .bind(Json(hex(listings)))
    .bind(super::VERSIONS)
    .exec()
    .await?;
    Ok(())
}

/// Saves of a listing below a version, newest first.
pub(super) async fn page(
    db: &Db,
    listing: Id<Listing>,
    before: i64,
    limit: i64,
) -> Result<Vec<Row>, Error> {
    Ok(db
        .read(sql!(
            "SELECT v.version, v.at, a.name AS by, v.means, v.cause, v.was, v.became
               FROM listing_versions v LEFT JOIN accounts a ON a.id = v.account_id
              WHERE v.listing_id = $1 AND v.version < $2 ORDER BY v.version DESC LIMIT $3"
        ))
        .bind(listing)
        .bind(before)
        .bind(limit)
        .all()
        .await?)
}

/// Saves of a listing from a version on, newest first.
pub(super) async fn since(
    mut reader: Reader<'_>,
    listing: Id<Listing>,
    version: i64,
) -> Result<Vec<Row>, Error> {
    Ok(reader
        .query(sql!(
            "SELECT v.version, v.at, a.name AS by, v.means, v.cause, v.was, v.became
               FROM listing_versions v LEFT JOIN accounts a ON a.id = v.account_id
              WHERE v.listing_id = $1 AND v.version >= $2 ORDER BY v.version DESC"
        ))
        .bind(listing)
        .bind(version)
        .all()
        .await?)
}

/// What the saves of these listings replaced, from a version of each on, newest first.
pub(super) async fn was_since(
    tx: &mut Tx,
    versions: &[(Id<Listing>, i64)],
) -> Result<Vec<(Id<Listing>, i64, Fields)>, Error> {
    let row =
        |(id, version): &(Id<Listing>, i64)| json!({ "id": hex_one(*id), "version": version });
    let rows: Vec<(Id<Listing>, i64, Json<Fields>)> = tx
        .query(sql!(
            sqlite: "SELECT v.listing_id, v.version, v.was FROM json_each($1) c JOIN listing_versions v
                         ON v.listing_id = unhex(c.value->>'id') AND v.version >= c.value->>'version'
                      ORDER BY v.version DESC",
            postgres: "SELECT v.listing_id, v.version, v.was
                         FROM jsonb_to_recordset($1) AS c (id TEXT, version BIGINT) JOIN listing_versions v
                         ON v.listing_id = CAST(c.id AS UUID) AND v.version >= c.version
                      ORDER BY v.version DESC",
        ))
        .bind(Json(versions.iter().map(row).collect::<Value>()))
        .all()
        .await?;
    Ok(rows.into_iter().map(|(id, version, Json(was))| (id, version, was)).collect())
}
