//! SQL of bulk edits; that of their plans lies in `rows`.

mod rows;

use api::bulk_edit::{BulkChange, BulkEdit, BulkEditStatus, BulkFilter};
use api::listing::Listing;
use api::shop::Shop;
use api::{Id, Timestamp};
use sqlx::types::Json;

use crate::cursor::Cursor;
use crate::db::{Db, Tx};
use crate::error::Error;
use crate::sql;

pub(super) use rows::{
    Done, DoneRow, NewRow, OpenRow, done_rows, errors, insert_rows, note_done, note_failed,
    note_undone, open_rows, page, take_failed,
};

/// Where an edit stands.
#[derive(Debug, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Position {
    pub(super) status: BulkEditStatus,
    /// The last listing that was looked at.
    pub(super) planned_to: Option<Id<Listing>>,
    /// The last place of the plan that is taken.
    pub(super) last: i64,
}

/// How far planning has come.
#[derive(Debug)]
pub(super) struct Reached {
    /// The last listing that was looked at just now, if there was one.
    pub(super) planned_to: Option<Id<Listing>>,
    /// How many of them stay as they are.
    pub(super) unchanged: i64,
    /// Whether there are no more.
    pub(super) is_last: bool,
}

#[derive(sqlx::FromRow)]
struct EditRecord {
    id: Id<BulkEdit>,
    filter: Json<BulkFilter>,
    change: Json<BulkChange>,
    status: BulkEditStatus,
    created_at: Timestamp,
    applied_at: Option<Timestamp>,
    undone_at: Option<Timestamp>,
    planned: i64,
    unchanged: i64,
    failed: i64,
    done: i64,
    undone: i64,
    skipped: i64,
}

impl From<EditRecord> for BulkEdit {
    fn from(row: EditRecord) -> Self {
        Self {
            id: row.id,
            filter: row.filter.0,
            change: row.change.0,
            status: row.status,
            created_at: row.created_at,
            applied_at: row.applied_at,
            undone_at: row.undone_at,
            planned: row.planned,
            unchanged: row.unchanged,
            failed: row.failed,
            done: row.done,
            undone: row.undone,
            skipped: row.skipped,
            errors: Vec::new(),
        }
    }
}

pub(super) async fn insert(tx: &mut Tx, shop: Id<Shop>, edit: &BulkEdit) -> Result<(), Error> {
    tx.query(sql!(
        "INSERT INTO bulk_edits (id, shop_id, filter, change, status, unchanged, created_at)
         VALUES ($1, $2, $3, $4, $5, 0, $6)"
    ))
    .bind(edit.id)
    .bind(shop)
    .bind(Json(edit.filter.clone()))
    .bind(Json(edit.change.clone()))
    .bind(edit.status)
    .bind(edit.created_at)
    .exec()
    .await?;
    Ok(())
}

/// Edits from a cursor on, newest first, or only one of them, with what was done so far.
pub(super) async fn list(
    db: &Db,
    shop: Id<Shop>,
    after: Cursor<BulkEdit>,
    only: Option<Id<BulkEdit>>,
    limit: i64,
) -> Result<Vec<BulkEdit>, Error> {
    let rows: Vec<EditRecord> = db
        .read(sql!(
            "WITH e AS (
               SELECT * FROM bulk_edits
                WHERE shop_id = $1 AND (created_at, id) < ($2, $3) AND ($4 IS NULL OR id = $4)
                ORDER BY created_at DESC, id DESC LIMIT $5)
             SELECT e.id, e.filter, e.change, e.status, e.created_at, e.applied_at, e.undone_at, e.unchanged,
                    COUNT(CASE WHEN r.action = 'change' THEN 1 END) AS planned,
                    COUNT(CASE WHEN r.action = 'fail' THEN 1 END) AS failed,
                    COUNT(r.version) AS done,
                    COUNT(CASE WHEN r.skipped IS NULL THEN r.undone_at END) AS undone,
                    COUNT(r.skipped) AS skipped
               FROM e LEFT JOIN bulk_edit_rows r ON r.edit_id = e.id
              GROUP BY e.id, e.filter, e.change, e.status, e.created_at, e.applied_at, e.undone_at, e.unchanged
              ORDER BY e.created_at DESC, e.id DESC"
        ))
        .bind(shop)
        .bind(after.at)
        .bind(after.id)
        .bind(only)
        .bind(limit)
        .all()
        .await?;
    Ok(rows.into_iter().map(BulkEdit::from).collect())
}

/// One edit with what was done so far.
pub(super) async fn find(
    db: &Db,
    shop: Id<Shop>,
    id: Id<BulkEdit>,
) -> Result<Option<BulkEdit>, Error> {
    Ok(list(db, shop, Cursor::newest(), Some(id), 1).await?.pop())
}

/// Where an edit stands just now.
pub(super) async fn position(
    db: &Db,
    shop: Id<Shop>,
    id: Id<BulkEdit>,
) -> Result<Option<Position>, Error> {
    Ok(db
        .read(sql!(
            "SELECT e.status, e.planned_to, COALESCE((SELECT MAX(r.position) FROM bulk_edit_rows r
                       WHERE r.edit_id = e.id), 0) AS last
               FROM bulk_edits e WHERE e.shop_id = $1 AND e.id = $2"
        ))
        .bind(shop)
        .bind(id)
        .optional()
        .await?)
}

/// Locks an edit until the transaction ends: whoever plans, applies or undoes a part holds this.
pub(super) async fn lock(
    tx: &mut Tx,
    shop: Id<Shop>,
    id: Id<BulkEdit>,
) -> Result<Option<Position>, Error> {
    let found: Option<(Id<BulkEdit>,)> = tx
        .query(sql!(
            sqlite: "SELECT id FROM bulk_edits WHERE shop_id = $1 AND id = $2",
            postgres: "SELECT id FROM bulk_edits WHERE shop_id = $1 AND id = $2 FOR NO KEY UPDATE",
        ))
        .bind(shop)
        .bind(id)
        .optional()
        .await?;
    if found.is_none() {
        return Ok(None);
    }
    // A statement of its own: on PostgreSQL only this one sees what was committed while we waited.
    Ok(tx
        .query(sql!(
            "SELECT e.status, e.planned_to, COALESCE((SELECT MAX(r.position) FROM bulk_edit_rows r
                       WHERE r.edit_id = e.id), 0) AS last
               FROM bulk_edits e WHERE e.id = $1"
        ))
        .bind(id)
        .optional()
        .await?)
}

pub(super) async fn delete(tx: &mut Tx, id: Id<BulkEdit>) -> Result<(), Error> {
    tx.query(sql!("DELETE FROM bulk_edits WHERE id = $1")).bind(id).exec().await?;
    Ok(())
}

/// Notes how far planning has come.
pub(super) async fn go_on(tx: &mut Tx, id: Id<BulkEdit>, reached: &Reached) -> Result<(), Error> {
    tx.query(sql!(
        "UPDATE bulk_edits SET planned_to = COALESCE($2, planned_to), unchanged = unchanged + $3,
           status = CASE WHEN $4 THEN 'planned' ELSE status END WHERE id = $1"
    ))
    .bind(id)
    .bind(reached.planned_to)
    .bind(reached.unchanged)
    .bind(reached.is_last)
    .exec()
    .await?;
    Ok(())
}

pub(super) async fn set_status(
    tx: &mut Tx,
    id: Id<BulkEdit>,
    status: BulkEditStatus,
) -> Result<(), Error> {
    tx.query(sql!("UPDATE bulk_edits SET status = $2 WHERE id = $1"))
        .bind(id)
        .bind(status)
        .exec()
        .await?;
    Ok(())
}

/// Ends the applying; how many listings were changed.
pub(super) async fn applied(tx: &mut Tx, id: Id<BulkEdit>, now: Timestamp) -> Result<i64, Error> {
    let (count,): (i64,) = tx
        .query(sql!(
            "UPDATE bulk_edits SET status = 'applied', applied_at = $2 WHERE id = $1
             RETURNING (SELECT COUNT(r.version) FROM bulk_edit_rows r WHERE r.edit_id = $1)"
        ))
        .bind(id)
        .bind(now)
        .one()
        .await?;
    Ok(count)
}

/// Ends the undoing; how many listings are as before.
pub(super) async fn undone(tx: &mut Tx, id: Id<BulkEdit>, now: Timestamp) -> Result<i64, Error> {
    let (count,): (i64,) = tx
        .query(sql!(
            "UPDATE bulk_edits SET status = 'undone', undone_at = $2 WHERE id = $1
             RETURNING (SELECT COUNT(CASE WHEN r.skipped IS NULL THEN r.undone_at END)
                          FROM bulk_edit_rows r WHERE r.edit_id = $1)"
        ))
        .bind(id)
        .bind(now)
        .one()
        .await?;
    Ok(count)
}
