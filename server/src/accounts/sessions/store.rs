//! SQL of sessions.

use api::account::Account;
use api::{Id, Timestamp};
use uuid::Uuid;

use super::Session;
use crate::db::{Db, Tx};
use crate::error::Error;
use crate::sql;

#[derive(sqlx::FromRow)]
pub(super) struct Found {
    pub(super) session_id: Uuid,
    pub(super) begun_at: Timestamp,
    pub(super) seen_at: Timestamp,
    id: Id<Account>,
    email: String,
    email_verified: bool,
    name: String,
    created_at: Timestamp,
}

impl From<Found> for Session {
    fn from(found: Found) -> Self {
        Self {
            id: found.session_id,
            account: Account {
                id: found.id,
                email: found.email,
                email_verified: found.email_verified,
                name: found.name,
                created_at: found.created_at,
            },
        }
    }
}

#[expect(clippy::too_many_arguments, reason = "one per column")]
pub(super) async fn insert(
    tx: &mut Tx,
    id: Uuid,
    token_hash: Vec<u8>,
    account: Id<Account>,
    kind: &'static str,
    name: &str,
    now: Timestamp,
    ends: Timestamp,
) -> Result<(), Error> {
    tx.query(sql!(
        "INSERT INTO sessions (id, token_hash, account_id, kind, name, created_at, seen_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $6, $7)"
    ))
    .bind(id)
    .bind(token_hash)
    .bind(account)
    .bind(kind.to_owned())
    .bind(name.to_owned())
    .bind(now)
    .bind(ends)
    .exec()
    .await?;
    Ok(())
}

pub(super) async fn find(
    db: &Db,
    token_hash: Vec<u8>,
    kind: &'static str,
    now: Timestamp,
) -> Result<Option<Found>, Error> {
    Ok(db
        .read(sql!(
            "SELECT s.id AS session_id, s.created_at AS begun_at, s.seen_at,
                    a.id, a.email, a.email_verified, a.name, a.created_at
               FROM sessions s JOIN accounts a ON a.id = s.account_id
              WHERE s.token_hash = $1 AND s.kind = $2 AND s.expires_at > $3"
        ))
        .bind(token_hash)
        .bind(kind.to_owned())
        .bind(now)
        .optional()
        .await?)
}

pub(super) async fn note_use(
    db: &Db,
    id: Uuid,
    now: Timestamp,
    ends: Timestamp,
) -> Result<(), Error> {
    db.write(sql!("UPDATE sessions SET seen_at = $2, expires_at = $3 WHERE id = $1"))
        .bind(id)
        .bind(now)
        .bind(ends)
        .exec()
        .await?;
    Ok(())
}

pub(super) async fn delete(tx: &mut Tx, id: Uuid) -> Result<(), Error> {
    tx.query(sql!("DELETE FROM sessions WHERE id = $1")).bind(id).exec().await?;
    Ok(())
}

pub(super) async fn purge(db: &Db, now: Timestamp) -> Result<u64, Error> {
    Ok(db.write(sql!("DELETE FROM sessions WHERE expires_at <= $1")).bind(now).exec().await?)
}
