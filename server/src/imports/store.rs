//! SQL of imports and their plans.

use api::import::{
    Counts, Format, Import, ImportRow, ImportStatus, PlannedAction, PlannedRow, RowError,
};
use api::listing::Listing;
use api::shop::Shop;
use api::{Id, Timestamp};
use serde::Serialize;
use sqlx::types::Json;

use super::difference::Tally;
use crate::cursor::Cursor;
use crate::db::{Db, Tx};
use crate::error::Error;
use crate::sql;

/// Errors that are told of one import.
const MOST_ERRORS: i64 = 200;

/// An import that is locked until the transaction ends.
#[derive(Debug, sqlx::FromRow)]
pub(super) struct Locked {
    pub(super) status: ImportStatus,
    pub(super) allow_delete: bool,
}

/// A row of the plan on its way into the database.
#[derive(Debug, Serialize)]
pub(super) struct NewRow {
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
pub(super) struct OpenRow {
    pub(super) position: i64,
    pub(super) payload: Json<ImportRow>,
    /// What it meant when it was planned.
    pub(super) listing_id: Option<Id<Listing>>,
}

/// What applying a row did.
#[derive(Debug)]
pub(super) struct Done {
    pub(super) action: PlannedAction,
    pub(super) listing: Id<Listing>,
    pub(super) before: Option<Listing>,
    pub(super) variants: Tally,
}

impl NewRow {
    /// A row with its plan.
    pub(super) fn new(row: &ImportRow, listing: Option<Id<Listing>>, plan: &PlannedRow) -> Self {
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

#[derive(sqlx::FromRow)]
struct ImportRecord {
    id: Id<Import>,
    file: String,
    format: Format,
    status: ImportStatus,
    created_at: Timestamp,
    applied_at: Option<Timestamp>,
    planned: i64,
    done: i64,
    created: i64,
    changed: i64,
    unchanged: i64,
    failed: i64,
    variants_created: i64,
    variants_changed: i64,
    variants_unchanged: i64,
    variants_failed: i64,
}

impl From<ImportRecord> for Import {
    fn from(row: ImportRecord) -> Self {
        Self {
            id: row.id,
            file: row.file,
            format: row.format,
            status: row.status,
            created_at: row.created_at,
            applied_at: row.applied_at,
            planned: row.planned,
            done: row.done,
            listings: Counts {
                created: row.created,
                changed: row.changed,
                unchanged: row.unchanged,
                failed: row.failed,
            },
            variants: Counts {
                created: row.variants_created,
                changed: row.variants_changed,
                unchanged: row.variants_unchanged,
                failed: row.variants_failed,
            },
            errors: Vec::new(),
        }
    }
}

pub(super) async fn insert(
    db: &Db,
    shop: Id<Shop>,
    id: Id<Import>,
    file: String,
    format: Format,
    now: Timestamp,
) -> Result<(), Error> {
    db.write(sql!(
        "INSERT INTO imports (id, shop_id, file, format, status, allow_delete, created_at)
         VALUES ($1, $2, $3, $4, 'planning', FALSE, $5)"
    ))
    .bind(id)
    .bind(shop)
    .bind(file)
    .bind(format)
    .bind(now)
    .exec()
    .await?;
    Ok(())
}

/// Imports from a cursor on, newest first, or only one of them, with what was done so far.
pub(super) async fn list(
    db: &Db,
    shop: Id<Shop>,
    after: Cursor<Import>,
    only: Option<Id<Import>>,
    limit: i64,
) -> Result<Vec<Import>, Error> {
    let rows: Vec<ImportRecord> = db
        .read(sql!(
            "WITH i AS (
               SELECT * FROM imports
                WHERE shop_id = $1 AND (created_at, id) < ($2, $3) AND ($4 IS NULL OR id = $4)
                ORDER BY created_at DESC, id DESC LIMIT $5)
             SELECT i.id, i.file, i.format, i.status, i.created_at, i.applied_at,
                    COUNT(r.position) AS planned, COUNT(r.applied_at) AS done,
                    COUNT(CASE WHEN r.applied_at IS NOT NULL AND r.action = 'create' THEN 1 END) AS created,
                    COUNT(CASE WHEN r.applied_at IS NOT NULL AND r.action = 'change' THEN 1 END) AS changed,
                    COUNT(CASE WHEN r.applied_at IS NOT NULL AND r.action = 'keep' THEN 1 END) AS unchanged,
                    COUNT(CASE WHEN r.applied_at IS NOT NULL AND r.action = 'fail' THEN 1 END) AS failed,
                    CAST(COALESCE(SUM(CASE WHEN r.applied_at IS NOT NULL AND r.action <> 'fail'
                      THEN r.variants_created END), 0) AS BIGINT) AS variants_created,
                    CAST(COALESCE(SUM(CASE WHEN r.applied_at IS NOT NULL AND r.action <> 'fail'
                      THEN r.variants_changed END), 0) AS BIGINT) AS variants_changed,
                    CAST(COALESCE(SUM(CASE WHEN r.applied_at IS NOT NULL AND r.action <> 'fail'
                      THEN r.variants_unchanged END), 0) AS BIGINT) AS variants_unchanged,
                    CAST(COALESCE(SUM(CASE WHEN r.applied_at IS NOT NULL AND r.action = 'fail'
                      THEN r.variants_created END), 0) AS BIGINT) AS variants_failed
               FROM i LEFT JOIN import_rows r ON r.import_id = i.id
              GROUP BY i.id, i.file, i.format, i.status, i.created_at, i.applied_at
              ORDER BY i.created_at DESC, i.id DESC"
        ))
        .bind(shop)
        .bind(after.at)
        .bind(after.id)
        .bind(only)
        .bind(limit)
        .all()
        .await?;
    Ok(rows.into_iter().map(Import::from).collect())
}

/// One import with what was done so far.
pub(super) async fn find(db: &Db, shop: Id<Shop>, id: Id<Import>) -> Result<Option<Import>, Error> {
    Ok(list(db, shop, Cursor::newest(), Some(id), 1).await?.pop())
}

/// Why rows failed, by line.
pub(super) async fn errors(db: &Db, id: Id<Import>) -> Result<Vec<RowError>, Error> {
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

/// Locks an import until the transaction ends.
pub(super) async fn lock(
    tx: &mut Tx,
    shop: Id<Shop>,
    id: Id<Import>,
) -> Result<Option<Locked>, Error> {
    Ok(tx
        .query(sql!(
            sqlite: "SELECT status, allow_delete FROM imports WHERE shop_id = $1 AND id = $2",
            postgres: "SELECT status, allow_delete FROM imports WHERE shop_id = $1 AND id = $2 FOR UPDATE",
        ))
        .bind(shop)
        .bind(id)
        .optional()
        .await?)
}

pub(super) async fn delete(tx: &mut Tx, id: Id<Import>) -> Result<(), Error> {
    tx.query(sql!("DELETE FROM imports WHERE id = $1")).bind(id).exec().await?;
    Ok(())
}

/// Whether another row of this import means the listing already.
pub(super) async fn is_target(
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
pub(super) async fn last_said(db: &Db, listing: Id<Listing>) -> Result<Option<ImportRow>, Error> {
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
pub(super) async fn last_said_before(
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
pub(super) async fn replace_rows(
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

/// Notes that a plan is being applied.
pub(super) async fn begin(tx: &mut Tx, id: Id<Import>, allow_delete: bool) -> Result<(), Error> {
    tx.query(sql!("UPDATE imports SET status = 'applying', allow_delete = $2 WHERE id = $1"))
        .bind(id)
        .bind(allow_delete)
        .exec()
        .await?;
    Ok(())
}

/// Takes what cannot be applied and, if `kept_too`, what has nothing to change and is known by its
/// key already.
pub(super) async fn take_settled(
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
pub(super) async fn open_rows(db: &Db, id: Id<Import>, limit: i64) -> Result<Vec<OpenRow>, Error> {
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
pub(super) async fn claim(
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
pub(super) async fn note_done(
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
pub(super) async fn note_failed(
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

/// Ends an import that has no open rows; the name of its file if this call ended it.
pub(super) async fn finish(
    tx: &mut Tx,
    id: Id<Import>,
    now: Timestamp,
) -> Result<Option<String>, Error> {
    let ended: Option<(String,)> = tx
        .query(sql!(
            "UPDATE imports SET status = 'applied', applied_at = $2
              WHERE id = $1 AND status = 'applying'
                AND NOT EXISTS (SELECT 1 FROM import_rows WHERE import_id = $1 AND applied_at IS NULL)
             RETURNING file"
        ))
        .bind(id)
        .bind(now)
        .optional()
        .await?;
    Ok(ended.map(|(file,)| file))
}
