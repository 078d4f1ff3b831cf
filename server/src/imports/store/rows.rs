//! SQL of the rows of a plan.

use api::import::{Import, ImportRow, PlannedAction, PlannedRow, RowError};
use api::listing::Listing;
use api::{Id, Timestamp};
use serde::Serialize;
use sqlx::types::Json;

use crate::db::{Db, Tx};
use crate::error::Error;
use crate::imports::difference::Tally;
use crate::sql;

/// Errors that are told of one import.
const MOST_ERRORS: i64 = 200;

/// A row of the plan on its way into the database.
#[derive(Debug, Serialize)]
pub(in crate::imports) struct NewRow {
    line: u64,
    key: String,
    action: PlannedAction,
    payload: ImportRow,
    listing: Option<String>,
    error: Option<RowError>,
    created: u32,
    changed: u32,
    unchanged: u32,
}

/// A row of the plan that waits to be applied.
#[derive(Debug, sqlx::FromRow)]
pub(in crate::imports) struct OpenRow {
    pub(in crate::imports) position: i64,
    pub(in crate::imports) payload: Json<ImportRow>,
    /// What it meant when it was planned.
    pub(in crate::imports) listing_id: Option<Id<Listing>>,
}

/// What applying a row did.
#[derive(Debug)]
pub(in crate::imports) struct Done {
    pub(in crate::imports) action: PlannedAction,
    pub(in crate::imports) listing: Id<Listing>,
    pub(in crate::imports) before: Option<Listing>,
    pub(in crate::imports) variants: Tally,
}

impl NewRow {
    /// A row with its plan.
    pub(in crate::imports) fn new(
        row: &ImportRow,
        listing: Option<Id<Listing>>,
        plan: &PlannedRow,
    ) -> Self {
        Self {
            line: row.line,
            key: row.key.clone(),
            action: plan.action,
            payload: row.clone(),
            listing: listing.map(|id| id.uuid().simple().to_string()),
            error: plan.error.clone(),
            created: plan.variants_created,
            changed: plan.variants_changed,
            unchanged: plan.variants_unchanged,
        }
    }
}

/// Why rows failed, by line.
pub(in crate::imports) async fn errors(db: &Db, id: Id<Import>) -> Result<Vec<RowError>, Error> {
    let rows: Vec<(Json<RowError>,)> = db
        .read(sql!(
            "SELECT error FROM import_rows WHERE import_id = $1 AND error IS NOT NULL
              ORDER BY position LIMIT $2"
        ))
        .bind(id)
        .bind(MOST_ERRORS)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(Json(error),)| error).collect())
}

/// Whether another row of this import means the listing already.
pub(in crate::imports) async fn is_target(
    db: &Db,
    id: Id<Import>,
    listing: Id<Listing>,
    key: &str,
) -> Result<bool, Error> {
    let found: Option<(i64,)> = db
        .read(sql!(
            "SELECT position FROM import_rows
              WHERE listing_id = $1 AND import_id = $2 AND import_key <> $3 LIMIT 1"
        ))
        .bind(listing)
        .bind(id)
        .bind(key.to_owned())
        .optional()
        .await?;
    Ok(found.is_some())
}

/// What a file last said about a listing.
pub(in crate::imports) async fn last_said(
    db: &Db,
    listing: Id<Listing>,
) -> Result<Option<ImportRow>, Error> {
    let row: Option<(Json<ImportRow>,)> = db
        .read(sql!(
            "SELECT payload FROM import_rows
              WHERE listing_id = $1 AND turn IS NOT NULL ORDER BY turn DESC LIMIT 1"
        ))
        .bind(listing)
        .optional()
        .await?;
    Ok(row.map(|(Json(row),)| row))
}

/// The same inside a transaction.
pub(in crate::imports) async fn last_said_before(
    tx: &mut Tx,
    listing: Id<Listing>,
) -> Result<Option<ImportRow>, Error> {
    let row: Option<(Json<ImportRow>,)> = tx
        .query(sql!(
            "SELECT payload FROM import_rows
              WHERE listing_id = $1 AND turn IS NOT NULL ORDER BY turn DESC LIMIT 1"
        ))
        .bind(listing)
        .optional()
        .await?;
    Ok(row.map(|(Json(row),)| row))
}

/// Writes rows of the plan; those with the same line or key go first. Both statements take the
/// batch as one JSON parameter.
pub(in crate::imports) async fn replace_rows(
    tx: &mut Tx,
    id: Id<Import>,
    rows: Vec<NewRow>,
) -> Result<(), Error> {
    let rows = Json(serde_json::to_value(rows)?);
    tx.query(sql!(
        sqlite: "DELETE FROM import_rows WHERE import_id = $1 AND (
                   position IN (SELECT value->>'line' FROM json_each($2))
                   OR import_key IN (SELECT value->>'key' FROM json_each($2)))",
        postgres: "DELETE FROM import_rows WHERE import_id = $1 AND (
                   position IN (SELECT CAST(value->>'line' AS BIGINT) FROM jsonb_array_elements($2))
                   OR import_key IN (SELECT value->>'key' FROM jsonb_array_elements($2)))",
    ))
    .bind(id)
    .bind(rows.clone())
    .exec()
    .await?;
    tx.query(sql!(
        sqlite: "INSERT INTO import_rows (import_id, position, line, import_key, action, payload, listing_id,
                   error, variants_created, variants_changed, variants_unchanged)
                 SELECT $1, value->>'line', value->>'line', value->>'key', value->>'action', value->>'payload',
                   unhex(value->>'listing'), value->>'error', value->>'created', value->>'changed',
                   value->>'unchanged'
                   FROM json_each($2)",
        postgres: "INSERT INTO import_rows (import_id, position, line, import_key, action, payload, listing_id,
                   error, variants_created, variants_changed, variants_unchanged)
                 SELECT $1, r.line, r.line, r.key, r.action, r.payload, CAST(r.listing AS UUID), r.error,
                   r.created, r.changed, r.unchanged
                   FROM jsonb_to_recordset($2) AS r (line BIGINT, key TEXT, action TEXT, payload JSONB,
                     listing TEXT, error JSONB, created BIGINT, changed BIGINT, unchanged BIGINT)",
    ))
    .bind(id)
    .bind(rows)
    .exec()
    .await?;
    Ok(())
}

/// Takes what cannot be applied and, if `kept_too`, what has nothing to change and is known by its
/// key already.
pub(in crate::imports) async fn take_settled(
    tx: &mut Tx,
    id: Id<Import>,
    kept_too: bool,
    now: Timestamp,
) -> Result<(), Error> {
    tx.query(sql!(
        "UPDATE import_rows SET applied_at = $3,
           turn = CASE WHEN action = 'keep' THEN (SELECT COALESCE(MAX(o.turn), 0) + 1
             FROM import_rows o WHERE o.listing_id = import_rows.listing_id) END
          WHERE import_id = $1 AND applied_at IS NULL
            AND (action = 'fail' OR ($2 AND action = 'keep' AND EXISTS (
              SELECT 1 FROM listings l
               WHERE l.id = import_rows.listing_id AND l.import_key = import_rows.import_key)))"
    ))
    .bind(id)
    .bind(kept_too)
    .bind(now)
    .exec()
    .await?;
    Ok(())
}

/// Rows that wait, in the order of the file.
pub(in crate::imports) async fn open_rows(
    db: &Db,
    id: Id<Import>,
    limit: i64,
) -> Result<Vec<OpenRow>, Error> {
    Ok(db
        .read(sql!(
            "SELECT position, payload, listing_id FROM import_rows
              WHERE import_id = $1 AND applied_at IS NULL ORDER BY position LIMIT $2"
        ))
        .bind(id)
        .bind(limit)
        .all()
        .await?)
}

/// Whether this transaction is the one that applies the row.
pub(in crate::imports) async fn claim(
    tx: &mut Tx,
    id: Id<Import>,
    position: i64,
    now: Timestamp,
) -> Result<bool, Error> {
    let rows = tx
        .query(sql!(
            "UPDATE import_rows SET applied_at = $3
              WHERE import_id = $1 AND position = $2 AND applied_at IS NULL"
        ))
        .bind(id)
        .bind(position)
        .bind(now)
        .exec()
        .await?;
    Ok(rows == 1)
}

/// Notes what a claimed row did, and the listing as it was if it changed.
pub(in crate::imports) async fn note_done(
    tx: &mut Tx,
    id: Id<Import>,
    position: i64,
    done: Done,
) -> Result<(), Error> {
    let before = done.before.filter(|_| done.action == PlannedAction::Change);
    tx.query(sql!(
        "UPDATE import_rows SET action = $3, listing_id = $4, before_image = $5, variants_created = $6,
           variants_changed = $7, variants_unchanged = $8,
           turn = (SELECT COALESCE(MAX(o.turn), 0) + 1 FROM import_rows o WHERE o.listing_id = $4)
          WHERE import_id = $1 AND position = $2"
    ))
    .bind(id)
    .bind(position)
    .bind(done.action)
    .bind(done.listing)
    .bind(before.map(Json))
    .bind(i64::from(done.variants.created))
    .bind(i64::from(done.variants.changed))
    .bind(i64::from(done.variants.unchanged))
    .exec()
    .await?;
    Ok(())
}

/// Notes why a claimed row was not applied. Its variants count as failed.
pub(in crate::imports) async fn note_failed(
    tx: &mut Tx,
    id: Id<Import>,
    row: &OpenRow,
    error: &RowError,
) -> Result<(), Error> {
    let variants = i64::try_from(row.payload.draft.variants.len()).unwrap_or(i64::MAX);
    tx.query(sql!(
        "UPDATE import_rows SET action = 'fail', error = $3, variants_created = $4,
           variants_changed = 0, variants_unchanged = 0
          WHERE import_id = $1 AND position = $2"
    ))
    .bind(id)
    .bind(row.position)
    .bind(Json(error.clone()))
    .bind(variants)
    .exec()
    .await?;
    Ok(())
}
