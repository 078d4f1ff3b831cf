//! SQL of imports; that of their plans lies in `rows`.

mod rows;

use api::import::{Counts, Format, Import, ImportStatus, NewImport};
use api::shop::Shop;
use api::{Id, Timestamp};

use crate::cursor::Cursor;
use crate::db::{Db, Tx};
use crate::error::Error;
use crate::sql;

pub(super) use rows::{
    Done, NewRow, OpenRow, claim, errors, last_said, last_said_before, meant, note_done,
    note_failed, open_rows, replace_rows, take_settled,
};

/// An import that is locked until the transaction ends.
#[derive(Debug, sqlx::FromRow)]
pub(super) struct Locked {
    pub(super) status: ImportStatus,
    pub(super) allow_delete: bool,
}

#[derive(sqlx::FromRow)]
struct ImportRecord {
    id: Id<Import>,
    file: String,
    format: Format,
    status: ImportStatus,
    allow_delete: bool,
    kept_out: i64,
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
            allow_delete: row.allow_delete,
            created_at: row.created_at,
            applied_at: row.applied_at,
            planned: row.planned,
            done: row.done,
            listings: Counts {
                created: row.created,
                changed: row.changed,
                unchanged: row.unchanged,
                failed: row.failed + row.kept_out,
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
    tx: &mut Tx,
    shop: Id<Shop>,
    id: Id<Import>,
    new: &NewImport,
    now: Timestamp,
) -> Result<(), Error> {
    tx.query(sql!(
        "INSERT INTO imports (id, shop_id, file, format, status, allow_delete, kept_out, created_at)
         VALUES ($1, $2, $3, $4, 'planning', $5, $6, $7)"
    ))
    .bind(id)
    .bind(shop)
    .bind(new.file.clone())
    .bind(new.format)
    .bind(new.allow_delete)
    .bind(i64::from(new.kept_out))
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
             SELECT i.id, i.file, i.format, i.status, i.allow_delete, i.kept_out, i.created_at,
                    i.applied_at,
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
              GROUP BY i.id, i.file, i.format, i.status, i.allow_delete, i.kept_out, i.created_at, i.applied_at
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

/// Notes that a plan is being applied.
pub(super) async fn begin(tx: &mut Tx, id: Id<Import>, allow_delete: bool) -> Result<(), Error> {
    tx.query(sql!("UPDATE imports SET status = 'applying', allow_delete = $2 WHERE id = $1"))
        .bind(id)
        .bind(allow_delete)
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
