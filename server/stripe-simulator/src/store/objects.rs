//! Stripe's objects as JSON documents.

use serde_json::Value;

use super::Tx;
use crate::error::{ApiError, Result};
use crate::fields::Fields as _;

/// What a list request asks for.
pub(crate) struct Page {
    /// At most this many.
    pub(crate) limit: i64,
    /// Older than this object.
    pub(crate) starting_after: Option<String>,
    /// Newer than this object.
    pub(crate) ending_before: Option<String>,
    /// Earliest and latest creation, Unix seconds, both included.
    pub(crate) created: (i64, i64),
}

impl Page {
    /// Everything, for the simulator's own use.
    pub(crate) const fn all() -> Self {
        Self { limit: i64::MAX, starting_after: None, ending_before: None, created: (0, i64::MAX) }
    }
}

impl Tx {
    /// Stores a new object of the account in whose name this unit of work runs.
    pub(crate) async fn insert(&mut self, body: &Value) -> Result<()> {
        let account = self.account.clone();
        self.insert_for(&account, body).await
    }

    pub(crate) async fn insert_for(&mut self, account: &str, body: &Value) -> Result<()> {
        sqlx::query(
            "INSERT INTO objects (id, kind, account, created, body) VALUES (?1, ?2, ?3, ?4, ?5)",
        )
        .bind(body.text("id"))
        .bind(body.text("object"))
        .bind(account)
        .bind(self.seconds())
        .bind(body.to_string())
        .execute(&mut *self.sql)
        .await?;
        Ok(())
    }

    /// Replaces the document with the same id.
    pub(crate) async fn save(&mut self, body: &Value) -> Result<()> {
        sqlx::query("UPDATE objects SET body = ?2 WHERE id = ?1")
            .bind(body.text("id"))
            .bind(body.to_string())
            .execute(&mut *self.sql)
            .await?;
        Ok(())
    }

    /// The object of this kind that belongs to the current account.
    ///
    /// # Errors
    /// `resource_missing` when there is none, also when it belongs to somebody else.
    pub(crate) async fn find(&mut self, kind: &str, id: &str) -> Result<Value> {
        let body: Option<String> = sqlx::query_scalar(
            "SELECT body FROM objects WHERE id = ?1 AND kind = ?2 AND account = ?3",
        )
        .bind(id)
        .bind(kind)
        .bind(&self.account)
        .fetch_optional(&mut *self.sql)
        .await?;
        match body {
            Some(body) => Ok(serde_json::from_str(&body)?),
            None => Err(ApiError::missing(kind, id)),
        }
    }

    /// An object by its id alone, with the account it belongs to.
    pub(crate) async fn find_anywhere(&mut self, id: &str) -> Result<Option<(String, Value)>> {
        let row: Option<(String, String)> =
            sqlx::query_as("SELECT account, body FROM objects WHERE id = ?1")
                .bind(id)
                .fetch_optional(&mut *self.sql)
                .await?;
        match row {
            Some((account, body)) => Ok(Some((account, serde_json::from_str(&body)?))),
            None => Ok(None),
        }
    }

    /// One page, newest first, and whether there is more in the direction of travel.
    /// `filter` maps JSON paths to the value they must have, or to a list of allowed values.
    pub(crate) async fn list(
        &mut self,
        kind: &str,
        filter: &Value,
        page: &Page,
    ) -> Result<(Vec<Value>, bool)> {
        for id in [&page.starting_after, &page.ending_before].into_iter().flatten() {
            self.find(kind, id).await?;
        }
        let limit = usize::try_from(page.limit)?;
        let mut rows = self.rows(kind, filter, page).await?;
        let more = rows.len() > limit;
        rows.truncate(limit);
        if page.ending_before.is_some() {
            rows.reverse();
        }
        let objects =
            rows.iter().map(|body| serde_json::from_str(body)).collect::<Result<_, _>>()?;
        Ok((objects, more))
    }

    async fn rows(&mut self, kind: &str, filter: &Value, page: &Page) -> Result<Vec<String>> {
        let (text, cursor) = match &page.ending_before {
            Some(id) => (NEWER, Some(id)),
            None => (OLDER, page.starting_after.as_ref()),
        };
        Ok(sqlx::query_scalar(text)
            .bind(&self.account)
            .bind(kind)
            .bind(cursor)
            .bind(page.created.0)
            .bind(page.created.1)
            .bind(filter.to_string())
            .bind(page.limit.saturating_add(1))
            .fetch_all(&mut *self.sql)
            .await?)
    }

    /// What was already sent out of a charge by transfers, less what came back, in minor units.
    pub(crate) async fn transferred(&mut self, charge: &str) -> Result<i64> {
        Ok(sqlx::query_scalar(
            "SELECT CAST(COALESCE(SUM(json_extract(body, '$.amount') -
                    json_extract(body, '$.amount_reversed')), 0) AS INTEGER)
             FROM objects WHERE kind = 'transfer' AND json_extract(body, '$.source_transaction') = ?1",
        )
        .bind(charge)
        .fetch_one(&mut *self.sql)
        .await?)
    }
}

const OLDER: &str = "SELECT body FROM objects o
    WHERE account = ?1 AND kind = ?2
      AND (?3 IS NULL OR seq < (SELECT seq FROM objects WHERE id = ?3))
      AND created BETWEEN ?4 AND ?5
      AND NOT EXISTS (SELECT 1 FROM json_each(?6) f WHERE CASE f.type
            WHEN 'array' THEN json_extract(o.body, '$.' || f.key) NOT IN (SELECT value FROM json_each(f.value))
            ELSE json_extract(o.body, '$.' || f.key) IS NOT f.value END)
    ORDER BY seq DESC LIMIT ?7";

const NEWER: &str = "SELECT body FROM objects o
    WHERE account = ?1 AND kind = ?2
      AND seq > (SELECT seq FROM objects WHERE id = ?3)
      AND created BETWEEN ?4 AND ?5
      AND NOT EXISTS (SELECT 1 FROM json_each(?6) f WHERE CASE f.type
            WHEN 'array' THEN json_extract(o.body, '$.' || f.key) NOT IN (SELECT value FROM json_each(f.value))
            ELSE json_extract(o.body, '$.' || f.key) IS NOT f.value END)
    ORDER BY seq ASC LIMIT ?7";
