//! SQL of sessions. A session of an earlier epoch than its account's is never found.

use api::account::Account;
use api::sign_in::{Session as Listed, SessionKind};
use api::{Id, Timestamp};
use uuid::Uuid;

use super::super::tokens::Grant;
use super::{Authenticated, Session};
use crate::db::{Db, Tx};
use crate::error::Error;
use crate::sql;

/// What somebody is besides a shopper: it decides how long a browser stays signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct Duties {
    /// Has a shop.
    pub(crate) sells: bool,
    /// Is staff of the market.
    pub(crate) staff: bool,
}

#[derive(sqlx::FromRow)]
pub(super) struct Found {
    pub(super) session_id: Uuid,
    kind: SessionKind,
    epoch: i64,
    pub(super) begun_at: Timestamp,
    pub(super) seen_at: Timestamp,
    proved_at: Timestamp,
    scopes: String,
    #[sqlx(flatten)]
    pub(super) duties: Duties,
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
            kind: found.kind,
            epoch: found.epoch,
            proved_at: found.proved_at,
            duties: found.duties,
            grant: Grant::stored(&found.scopes),
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

/// A line of the list of devices.
#[derive(sqlx::FromRow)]
pub(super) struct Line {
    id: Uuid,
    pub(super) kind: SessionKind,
    name: String,
    scopes: String,
    pub(super) created_at: Timestamp,
    pub(super) seen_at: Timestamp,
    #[sqlx(flatten)]
    pub(super) duties: Duties,
}

impl Line {
    pub(super) fn listed(self, ends: Timestamp, current: Uuid) -> Listed {
        Listed {
            id: Id::from_uuid(self.id),
            kind: self.kind,
            name: self.name,
            created_at: self.created_at,
            used_at: self.seen_at,
            expires_at: ends,
            current: self.id == current,
            scopes: Grant::stored(&self.scopes).listed(),
        }
    }
}

pub(super) async fn insert(
    tx: &mut Tx,
    who: &Authenticated,
    session: &Listed,
    token_hash: Vec<u8>,
    scopes: String,
) -> Result<(), Error> {
    tx.query(sql!(
        "INSERT INTO sessions
           (id, token_hash, account_id, epoch, kind, name, scopes, created_at, seen_at, proved_at,
            expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $8, $9)"
    ))
    .bind(session.id)
    .bind(token_hash)
    .bind(who.account.id)
    .bind(who.epoch)
    .bind(session.kind)
    .bind(session.name.clone())
    .bind(scopes)
    .bind(session.created_at)
    .bind(session.expires_at)
    .exec()
    .await?;
    Ok(())
}

pub(super) async fn find(
    db: &Db,
    token_hash: Vec<u8>,
    kind: SessionKind,
    now: Timestamp,
) -> Result<Option<Found>, Error> {
    Ok(db
        .read(sql!(
            "SELECT s.id AS session_id, s.kind, s.epoch, s.created_at AS begun_at, s.seen_at,
                    s.proved_at, s.scopes,
                    EXISTS (SELECT 1 FROM shop_members m WHERE m.account_id = a.id) AS sells,
                    EXISTS (SELECT 1 FROM staff f WHERE f.account_id = a.id) AS staff,
                    a.id, a.email, a.email_verified, a.name, a.created_at
               FROM sessions s JOIN accounts a ON a.id = s.account_id AND a.epoch = s.epoch
              WHERE s.token_hash = $1 AND s.kind = $2 AND s.expires_at > $3"
        ))
        .bind(token_hash)
        .bind(kind)
        .bind(now)
        .optional()
        .await?)
}

/// The hundred last used; nobody reads more.
pub(super) async fn list(
    db: &Db,
    account: Id<Account>,
    now: Timestamp,
) -> Result<Vec<Line>, Error> {
    Ok(db
        .read(sql!(
            "SELECT s.id, s.kind, s.name, s.scopes, s.created_at, s.seen_at,
                    EXISTS (SELECT 1 FROM shop_members m WHERE m.account_id = a.id) AS sells,
                    EXISTS (SELECT 1 FROM staff f WHERE f.account_id = a.id) AS staff
               FROM sessions s JOIN accounts a ON a.id = s.account_id AND a.epoch = s.epoch
              WHERE s.account_id = $1 AND s.expires_at > $2
              ORDER BY s.seen_at DESC, s.id DESC LIMIT 100"
        ))
        .bind(account)
        .bind(now)
        .all()
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

pub(super) async fn renew(
    tx: &mut Tx,
    id: Uuid,
    token_hash: Vec<u8>,
    now: Timestamp,
) -> Result<(), Error> {
    tx.query(sql!("UPDATE sessions SET token_hash = $2, proved_at = $3 WHERE id = $1"))
        .bind(id)
        .bind(token_hash)
        .bind(now)
        .exec()
        .await?;
    Ok(())
}

/// Whether the account had it.
pub(super) async fn delete(tx: &mut Tx, account: Id<Account>, id: Uuid) -> Result<bool, Error> {
    let rows = tx
        .query(sql!("DELETE FROM sessions WHERE id = $1 AND account_id = $2"))
        .bind(id)
        .bind(account)
        .exec()
        .await?;
    Ok(rows > 0)
}

pub(super) async fn next_epoch(tx: &mut Tx, account: Id<Account>) -> Result<i64, Error> {
    let row: Option<(i64,)> = tx
        .query(sql!("UPDATE accounts SET epoch = epoch + 1 WHERE id = $1 RETURNING epoch"))
        .bind(account)
        .optional()
        .await?;
    row.map(|(epoch,)| epoch).ok_or(Error::NotFound)
}

pub(super) async fn keep(
    tx: &mut Tx,
    account: Id<Account>,
    id: Uuid,
    epoch: i64,
) -> Result<(), Error> {
    tx.query(sql!("UPDATE sessions SET epoch = $3 WHERE id = $1 AND account_id = $2"))
        .bind(id)
        .bind(account)
        .bind(epoch)
        .exec()
        .await?;
    Ok(())
}

pub(super) async fn delete_before(
    tx: &mut Tx,
    account: Id<Account>,
    epoch: i64,
) -> Result<u64, Error> {
    Ok(tx
        .query(sql!("DELETE FROM sessions WHERE account_id = $1 AND epoch < $2"))
        .bind(account)
        .bind(epoch)
        .exec()
        .await?)
}

pub(super) async fn purge(db: &Db, now: Timestamp) -> Result<u64, Error> {
    Ok(db.write(sql!("DELETE FROM sessions WHERE expires_at <= $1")).bind(now).exec().await?)
}
