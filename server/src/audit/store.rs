//! SQL of the audit log.

use api::account::Account;
use api::audit::{AuditEntry, Means, Role, Verb};
use api::{Id, Timestamp};
use uuid::Uuid;

use crate::cursor::Cursor;
use crate::db::{Db, Tx};
use crate::error::Error;
use crate::sql;

#[derive(sqlx::FromRow)]
struct Row {
    id: Id<AuditEntry>,
    at: Timestamp,
    role: Role,
    means: Means,
    verb: Verb,
    object: String,
}

impl From<Row> for AuditEntry {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            at: row.at,
            role: row.role,
            means: row.means,
            verb: row.verb,
            object: row.object,
        }
    }
}

/// What the log calls an account; `fresh` when it has no name there yet.
pub(super) async fn whom(tx: &mut Tx, fresh: Uuid, account: Id<Account>) -> Result<Uuid, Error> {
    tx.query(sql!(
        "INSERT INTO audit_actors (id, account_id) VALUES ($1, $2) ON CONFLICT (account_id) DO NOTHING"
    ))
    .bind(fresh)
    .bind(account)
    .exec()
    .await?;
    let (id,): (Uuid,) = tx
        .query(sql!("SELECT id FROM audit_actors WHERE account_id = $1"))
        .bind(account)
        .one()
        .await?;
    Ok(id)
}

pub(super) async fn insert(
    tx: &mut Tx,
    whom: Option<Uuid>,
    entry: &AuditEntry,
) -> Result<(), Error> {
    tx.query(sql!(
        "INSERT INTO audit_entries (id, actor_id, role, means, verb, object, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)"
    ))
    .bind(entry.id)
    .bind(whom)
    .bind(entry.role)
    .bind(entry.means)
    .bind(entry.verb)
    .bind(entry.object.clone())
    .bind(entry.at)
    .exec()
    .await?;
    Ok(())
}

pub(super) async fn list(
    db: &Db,
    account: Id<Account>,
    after: &Cursor<AuditEntry>,
    limit: i64,
) -> Result<Vec<AuditEntry>, Error> {
    let rows: Vec<Row> = db
        .read(sql!(
            "SELECT id, at, role, means, verb, object FROM audit_entries
              WHERE actor_id = (SELECT id FROM audit_actors WHERE account_id = $1)
                AND (at, id) < ($2, $3)
              ORDER BY at DESC, id DESC LIMIT $4"
        ))
        .bind(account)
        .bind(after.at)
        .bind(after.id)
        .bind(limit)
        .all()
        .await?;
    Ok(rows.into_iter().map(AuditEntry::from).collect())
}

pub(super) async fn of_object(db: &Db, object: &str, limit: i64) -> Result<Vec<AuditEntry>, Error> {
    let rows: Vec<Row> = db
        .read(sql!(
            "SELECT id, at, role, means, verb, object FROM audit_entries
              WHERE object = $1 AND object <> '' ORDER BY at DESC, id DESC LIMIT $2"
        ))
        .bind(object.to_owned())
        .bind(limit)
        .all()
        .await?;
    Ok(rows.into_iter().map(AuditEntry::from).collect())
}
