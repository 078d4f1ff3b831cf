//! First answers, remembered by idempotency key.

use super::Tx;
use crate::clock::DAY;
use crate::error::Result;

/// How long a key is remembered.
const REMEMBERED: i64 = DAY;

/// The answer that was given to a request.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Reply {
    pub(crate) fingerprint: String,
    pub(crate) status: u16,
    pub(crate) body: String,
    pub(crate) request: String,
}

impl Tx {
    /// The answer given under this key within the last day.
    pub(crate) async fn reply(&mut self, key: &str) -> Result<Option<Reply>> {
        Ok(sqlx::query_as(
            "SELECT fingerprint, status, body, request FROM replies
             WHERE account = ?1 AND key = ?2 AND at > ?3",
        )
        .bind(&self.account)
        .bind(key)
        .bind(self.now - REMEMBERED)
        .fetch_optional(&mut *self.sql)
        .await?)
    }

    /// Remembers an answer and forgets the old ones.
    pub(crate) async fn remember(&mut self, key: &str, reply: &Reply) -> Result<()> {
        sqlx::query("DELETE FROM replies WHERE at <= ?1")
            .bind(self.now - REMEMBERED)
            .execute(&mut *self.sql)
            .await?;
        sqlx::query(
            "INSERT INTO replies (account, key, fingerprint, status, body, request, at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )
        .bind(&self.account)
        .bind(key)
        .bind(&reply.fingerprint)
        .bind(reply.status)
        .bind(&reply.body)
        .bind(&reply.request)
        .bind(self.now)
        .execute(&mut *self.sql)
        .await?;
        Ok(())
    }
}
