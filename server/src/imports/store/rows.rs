//! SQL of the rows of a plan.

use std::collections::{HashMap, HashSet};

use api::import::{Import, ImportRow, PlannedAction, PlannedRow, RowError};
use api::listing::Listing;
use api::{Id, Timestamp};
use serde::Serialize;
use sqlx::types::Json;

use crate::db::{Db, Sql, Tx};
use crate::error::Error;
use crate::imports::difference::Tally;
use crate::listings::hex;
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
    /// The row with what its file was silent about: what the next file is compared with.
    pub(in crate::imports) said: ImportRow,
    pub(in crate::imports) before: Option<Listing>,
    pub(in crate::imports) variants: Tally,
}

impl NewRow {
    /// A row with its plan.
    pub(in crate::imports) fn new(
        row: ImportRow,
        listing: Option<Id<Listing>>,
        plan: &PlannedRow,
    ) -> Self {
        Self {
            line: row.line,
            key: row.key.clone(),
            action: plan.action,
            payload: row,
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

/// Which of these listings rows of this import mean already, each with the key of such a row.
pub(in crate::imports) async fn meant(
    db: &Db,
    id: Id<Import>,
    listings: &[Id<Listing>],
) -> Result<Vec<(Id<Listing>, String)>, Error> {
    if listings.is_empty() {
        return Ok(Vec::new());
    }
    Ok(db
        .read(sql!(
            // The plus keeps SQLite from walking through the whole import.
            sqlite: "SELECT listing_id, import_key FROM import_rows
                      WHERE +import_id = $1 AND listing_id IN (SELECT unhex(value) FROM json_each($2))",
            postgres: "SELECT listing_id, import_key FROM import_rows
                        WHERE import_id = $1
                          AND listing_id IN (SELECT CAST(value AS UUID) FROM jsonb_array_elements_text($2))",
        ))
        .bind(id)
        .bind(Json(hex(listings)))
        .all()
        .await?)
}

/// The row that last spoke of a listing.
#[derive(sqlx::FromRow)]
struct Said {
    listing_id: Id<Listing>,
    payload: Json<ImportRow>,
}

const LAST_SAID: Sql = sql!(
    sqlite: "SELECT r.listing_id, r.payload FROM import_rows r
               JOIN (SELECT listing_id, MAX(turn) AS turn FROM import_rows
                      WHERE listing_id IN (SELECT unhex(value) FROM json_each($1)) AND turn IS NOT NULL
                      GROUP BY listing_id) l ON l.listing_id = r.listing_id AND l.turn = r.turn",
    postgres: "SELECT r.listing_id, r.payload FROM import_rows r
               JOIN (SELECT listing_id, MAX(turn) AS turn FROM import_rows
                      WHERE listing_id IN (SELECT CAST(value AS UUID) FROM jsonb_array_elements_text($1))
                        AND turn IS NOT NULL
                      GROUP BY listing_id) l ON l.listing_id = r.listing_id AND l.turn = r.turn",
);

fn by_listing(rows: Vec<Said>) -> HashMap<Id<Listing>, ImportRow> {
    rows.into_iter().map(|Said { listing_id, payload }| (listing_id, payload.0)).collect()
}

/// What a file last said about listings.
pub(in crate::imports) async fn last_said(
    db: &Db,
    listings: &[Id<Listing>],
) -> Result<HashMap<Id<Listing>, ImportRow>, Error> {
    if listings.is_empty() {
        return Ok(HashMap::new());
    }
    Ok(by_listing(db.read(LAST_SAID).bind(Json(hex(listings))).all().await?))
}

/// The same inside a transaction.
pub(in crate::imports) async fn last_said_before(
    tx: &mut Tx,
    listings: &[Id<Listing>],
) -> Result<HashMap<Id<Listing>, ImportRow>, Error> {
    if listings.is_empty() {
        return Ok(HashMap::new());
    }
    Ok(by_listing(tx.query(LAST_SAID).bind(Json(hex(listings))).all().await?))
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

/// The positions of those rows that this transaction is the one to apply.
pub(in crate::imports) async fn claim(
    tx: &mut Tx,
    id: Id<Import>,
    rows: &[OpenRow],
    now: Timestamp,
) -> Result<HashSet<i64>, Error> {
    let positions: Vec<_> = rows.iter().map(|row| row.position).collect();
    let claimed: Vec<(i64,)> = tx
        .query(sql!(
            sqlite: "UPDATE import_rows SET applied_at = $3
                      WHERE import_id = $1 AND position IN (SELECT value FROM json_each($2))
                        AND applied_at IS NULL RETURNING position",
            postgres: "UPDATE import_rows SET applied_at = $3
                        WHERE import_id = $1
                          AND position IN (SELECT CAST(value AS BIGINT) FROM jsonb_array_elements_text($2))
                          AND applied_at IS NULL RETURNING position",
        ))
        .bind(id)
        .bind(Json(positions))
        .bind(now)
        .all()
        .await?;
    Ok(claimed.into_iter().map(|(position,)| position).collect())
}

#[derive(Serialize)]
struct DoneRow {
    position: i64,
    action: PlannedAction,
    listing: String,
    payload: ImportRow,
    before: Option<Listing>,
    created: u32,
    changed: u32,
    unchanged: u32,
}

/// Notes what claimed rows did, and listings that changed as they were before.
pub(in crate::imports) async fn note_done(
    tx: &mut Tx,
    id: Id<Import>,
    done: Vec<(i64, Done)>,
) -> Result<(), Error> {
    let rows = done.into_iter().map(|(position, done)| DoneRow {
        position,
        action: done.action,
        listing: done.listing.uuid().simple().to_string(),
        payload: done.said,
        before: done.before.filter(|_| done.action == PlannedAction::Change),
        created: done.variants.created,
        changed: done.variants.changed,
        unchanged: done.variants.unchanged,
    });
    let rows: Vec<_> = rows.collect();
    if rows.is_empty() {
        return Ok(());
    }
    tx.query(sql!(
        // Spelled out before, so that SQLite looks each row up instead of walking through the import.
        sqlite: "WITH d AS MATERIALIZED (
                   SELECT CAST(value->>'position' AS INTEGER) AS at, value FROM json_each($2))
                 UPDATE import_rows SET action = d.value->>'action', listing_id = unhex(d.value->>'listing'),
                   payload = d.value->>'payload', before_image = d.value->>'before',
                   variants_created = d.value->>'created', variants_changed = d.value->>'changed', variants_unchanged = d.value->>'unchanged',
                   turn = (SELECT COALESCE(MAX(o.turn), 0) + 1 FROM import_rows o
                            WHERE o.listing_id = unhex(d.value->>'listing'))
                   FROM d WHERE import_id = $1 AND position = d.at",
        postgres: "UPDATE import_rows r SET action = d.action, listing_id = d.listing, payload = d.payload,
                   before_image = d.before, variants_created = d.created, variants_changed = d.changed,
                   variants_unchanged = d.unchanged,
                   turn = (SELECT COALESCE(MAX(o.turn), 0) + 1 FROM import_rows o
                            WHERE o.listing_id = d.listing)
                   FROM jsonb_to_recordset($2) AS d (position BIGINT, action TEXT, listing UUID, payload JSONB,
                     before JSONB,
                     created BIGINT, changed BIGINT, unchanged BIGINT)
                  WHERE r.import_id = $1 AND r.position = d.position",
    ))
    .bind(id)
    .bind(Json(serde_json::to_value(rows)?))
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
