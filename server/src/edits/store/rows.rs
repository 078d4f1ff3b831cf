//! SQL of the rows of a plan.

use api::bulk_edit::{BulkEdit, BulkError, BulkRow};
use api::import::{FieldChange, PlannedAction};
use api::listing::Listing;
use api::{Id, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};
use sqlx::types::Json;

use crate::db::{Db, Tx};
use crate::error::Error;
use crate::listings::hex_one;
use crate::sql;

/// Errors that are told of one edit.
const MOST_ERRORS: i64 = 200;

/// A row of the plan on its way into the database.
#[derive(Debug, Serialize)]
pub(in crate::edits) struct NewRow {
    listing: String,
    title: String,
    action: PlannedAction,
    changes: Vec<FieldChange>,
    error: Option<String>,
}

/// A row of the plan that waits to be applied.
#[derive(Debug, sqlx::FromRow)]
pub(in crate::edits) struct OpenRow {
    pub(in crate::edits) position: i64,
    pub(in crate::edits) listing_id: Id<Listing>,
    pub(in crate::edits) changes: Json<Vec<FieldChange>>,
}

/// What applying a row wrote.
#[derive(Debug)]
pub(in crate::edits) struct Done {
    pub(in crate::edits) position: i64,
    pub(in crate::edits) version: i64,
    /// When the listing had come onto the shelf before.
    pub(in crate::edits) published: Option<Timestamp>,
}

/// A row that was applied and not taken back.
#[derive(Debug, sqlx::FromRow)]
pub(in crate::edits) struct DoneRow {
    pub(in crate::edits) position: i64,
    pub(in crate::edits) listing_id: Id<Listing>,
    pub(in crate::edits) version: i64,
    pub(in crate::edits) published_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct RowRecord {
    position: i64,
    listing_id: Id<Listing>,
    title: String,
    action: PlannedAction,
    changes: Json<Vec<FieldChange>>,
    error: Option<String>,
    applied_at: Option<Timestamp>,
    undone_at: Option<Timestamp>,
    skipped: Option<String>,
}

impl From<RowRecord> for BulkRow {
    fn from(row: RowRecord) -> Self {
        Self {
            position: row.position,
            listing: row.listing_id,
            title: row.title,
            action: row.action,
            changes: row.changes.0,
            error: row.error,
            applied_at: row.applied_at,
            undone_at: row.undone_at,
            skipped: row.skipped,
        }
    }
}

impl NewRow {
    /// What would change of a listing, or why it cannot.
    pub(in crate::edits) fn new(
        listing: &Listing,
        outcome: Result<Vec<FieldChange>, String>,
    ) -> Self {
        let (action, changes, error) = match outcome {
            Ok(changes) => (PlannedAction::Change, changes, None),
            Err(words) => (PlannedAction::Fail, Vec::new(), Some(words)),
        };
        let (id, title) = (hex_one(listing.id), listing.title.clone());
        Self { listing: id, title, action, changes, error }
    }
}

/// Writes rows of the plan behind the last place that is taken.
pub(in crate::edits) async fn insert_rows(
    tx: &mut Tx,
    id: Id<BulkEdit>,
    last: i64,
    rows: &[NewRow],
) -> Result<(), Error> {
    if rows.is_empty() {
        return Ok(());
    }
    let mut numbered = Vec::with_capacity(rows.len());
    for (position, row) in (last + 1..).zip(rows) {
        let mut value = serde_json::to_value(row)?;
        value["position"] = json!(position);
        numbered.push(value);
    }
    tx.query(sql!(
        sqlite: "INSERT INTO bulk_edit_rows (edit_id, position, listing_id, title, action, changes, error)
                 SELECT $1, value->>'position', unhex(value->>'listing'), value->>'title', value->>'action',
                        value->>'changes', value->>'error'
                   FROM json_each($2)",
        postgres: "INSERT INTO bulk_edit_rows (edit_id, position, listing_id, title, action, changes, error)
                 SELECT $1, r.position, CAST(r.listing AS UUID), r.title, r.action, r.changes, r.error
                   FROM jsonb_to_recordset($2) AS r (position BIGINT, listing TEXT, title TEXT, action TEXT,
                     changes JSONB, error TEXT)",
    ))
    .bind(id)
    .bind(Json(Value::from(numbered)))
    .exec()
    .await?;
    Ok(())
}

/// Why listings cannot be changed or were not taken back, in the order of the plan.
pub(in crate::edits) async fn errors(db: &Db, id: Id<BulkEdit>) -> Result<Vec<BulkError>, Error> {
    let rows: Vec<(Id<Listing>, String, String)> = db
        .read(sql!(
            "SELECT listing_id, title, COALESCE(error, skipped) AS words FROM bulk_edit_rows
              WHERE edit_id = $1 AND (error IS NOT NULL OR skipped IS NOT NULL) ORDER BY position LIMIT $2"
        ))
        .bind(id)
        .bind(MOST_ERRORS)
        .all()
        .await?;
    let error = |(listing, title, message)| BulkError { listing, title, message };
    Ok(rows.into_iter().map(error).collect())
}

/// Rows of the plan behind a place, in its order.
pub(in crate::edits) async fn page(
    db: &Db,
    id: Id<BulkEdit>,
    after: i64,
    action: Option<PlannedAction>,
    limit: i64,
) -> Result<Vec<BulkRow>, Error> {
    let rows: Vec<RowRecord> = db
        .read(sql!(
            "SELECT position, listing_id, title, action, changes, error, applied_at, undone_at, skipped
               FROM bulk_edit_rows
              WHERE edit_id = $1 AND position > $2 AND ($3 IS NULL OR action = $3)
              ORDER BY position LIMIT $4"
        ))
        .bind(id)
        .bind(after)
        .bind(action)
        .bind(limit)
        .all()
        .await?;
    Ok(rows.into_iter().map(BulkRow::from).collect())
}

/// Takes what cannot be applied.
pub(in crate::edits) async fn take_failed(
    tx: &mut Tx,
    id: Id<BulkEdit>,
    now: Timestamp,
) -> Result<(), Error> {
    tx.query(sql!(
        "UPDATE bulk_edit_rows SET applied_at = $2
          WHERE edit_id = $1 AND applied_at IS NULL AND action = 'fail'"
    ))
    .bind(id)
    .bind(now)
    .exec()
    .await?;
    Ok(())
}

/// Rows that wait, in the order of the plan, which is that of the listings' ids.
pub(in crate::edits) async fn open_rows(
    tx: &mut Tx,
    id: Id<BulkEdit>,
    limit: i64,
) -> Result<Vec<OpenRow>, Error> {
    Ok(tx
        .query(sql!(
            "SELECT position, listing_id, changes FROM bulk_edit_rows
              WHERE edit_id = $1 AND applied_at IS NULL ORDER BY position LIMIT $2"
        ))
        .bind(id)
        .bind(limit)
        .all()
        .await?)
}

/// Notes what rows wrote.
pub(in crate::edits) async fn note_done(
    tx: &mut Tx,
    id: Id<BulkEdit>,
    done: &[Done],
    now: Timestamp,
) -> Result<(), Error> {
    let row = |it: &Done| {
        let published = it.published.map(Timestamp::micros);
        json!({ "position": it.position, "version": it.version, "published": published })
    };
    tx.query(sql!(
        // Spelled out before, so that SQLite looks each row up instead of walking through the edit.
        sqlite: "WITH c AS MATERIALIZED (
                   SELECT CAST(value->>'position' AS INTEGER) AS at, value FROM json_each($3))
                 UPDATE bulk_edit_rows SET applied_at = $2, version = c.value->>'version',
                   published_at = c.value->>'published'
                   FROM c WHERE edit_id = $1 AND position = c.at AND applied_at IS NULL",
        postgres: "UPDATE bulk_edit_rows SET applied_at = $2, version = c.version, published_at = c.published
                   FROM jsonb_to_recordset($3) AS c (position BIGINT, version BIGINT, published BIGINT)
                  WHERE edit_id = $1 AND bulk_edit_rows.position = c.position AND applied_at IS NULL",
    ))
    .bind(id)
    .bind(now)
    .bind(Json(done.iter().map(row).collect::<Value>()))
    .exec()
    .await?;
    Ok(())
}

/// Notes why rows were not applied.
pub(in crate::edits) async fn note_failed(
    tx: &mut Tx,
    id: Id<BulkEdit>,
    failed: &[(i64, String)],
    now: Timestamp,
) -> Result<(), Error> {
    let row = |(position, words): &(i64, String)| json!({ "position": position, "words": words });
    tx.query(sql!(
        sqlite: "WITH c AS MATERIALIZED (
                   SELECT CAST(value->>'position' AS INTEGER) AS at, value FROM json_each($3))
                 UPDATE bulk_edit_rows SET action = 'fail', error = c.value->>'words', applied_at = $2
                   FROM c WHERE edit_id = $1 AND position = c.at",
        postgres: "UPDATE bulk_edit_rows SET action = 'fail', error = c.words, applied_at = $2
                   FROM jsonb_to_recordset($3) AS c (position BIGINT, words TEXT)
                  WHERE edit_id = $1 AND bulk_edit_rows.position = c.position",
    ))
    .bind(id)
    .bind(now)
    .bind(Json(failed.iter().map(row).collect::<Value>()))
    .exec()
    .await?;
    Ok(())
}

/// Rows that were applied and not taken back, in the order of the plan.
pub(in crate::edits) async fn done_rows(
    tx: &mut Tx,
    id: Id<BulkEdit>,
    limit: i64,
) -> Result<Vec<DoneRow>, Error> {
    Ok(tx
        .query(sql!(
            "SELECT position, listing_id, version, published_at FROM bulk_edit_rows
              WHERE edit_id = $1 AND version IS NOT NULL AND undone_at IS NULL ORDER BY position LIMIT $2"
        ))
        .bind(id)
        .bind(limit)
        .all()
        .await?)
}

/// Notes that rows were taken back, or why they were not.
pub(in crate::edits) async fn note_undone(
    tx: &mut Tx,
    id: Id<BulkEdit>,
    outcomes: &[(i64, Option<String>)],
    now: Timestamp,
) -> Result<(), Error> {
    let row = |(position, skipped): &(i64, Option<String>)| json!({ "position": position, "skipped": skipped });
    tx.query(sql!(
        sqlite: "WITH c AS MATERIALIZED (
                   SELECT CAST(value->>'position' AS INTEGER) AS at, value FROM json_each($3))
                 UPDATE bulk_edit_rows SET undone_at = $2, skipped = c.value->>'skipped'
                   FROM c WHERE edit_id = $1 AND position = c.at",
        postgres: "UPDATE bulk_edit_rows SET undone_at = $2, skipped = c.skipped
                   FROM jsonb_to_recordset($3) AS c (position BIGINT, skipped TEXT)
                  WHERE edit_id = $1 AND bulk_edit_rows.position = c.position",
    ))
    .bind(id)
    .bind(now)
    .bind(Json(outcomes.iter().map(row).collect::<Value>()))
    .exec()
    .await?;
    Ok(())
}
