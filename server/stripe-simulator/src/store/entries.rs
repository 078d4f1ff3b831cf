//! The rows that balances and payouts are computed from.

use super::Tx;
use crate::error::Result;

/// One line in the books of an account.
pub(crate) struct NewEntry<'a> {
    pub(crate) id: &'a str,
    pub(crate) account: &'a str,
    pub(crate) currency: &'a str,
    pub(crate) kind: &'a str,
    pub(crate) net: i64,
    pub(crate) available_at: i64,
    pub(crate) payout: Option<&'a str>,
}

/// What an account has available that no payout carried away yet.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Unpaid {
    pub(crate) account: String,
    pub(crate) currency: String,
    pub(crate) net: i64,
}

impl Tx {
    pub(crate) async fn insert_entry(&mut self, entry: &NewEntry<'_>) -> Result<()> {
        sqlx::query(
            "INSERT INTO entries (id, account, currency, type, net, available_at, payout)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )
        .bind(entry.id)
        .bind(entry.account)
        .bind(entry.currency)
        .bind(entry.kind)
        .bind(entry.net)
        .bind(entry.available_at)
        .bind(entry.payout)
        .execute(&mut *self.sql)
        .await?;
        Ok(())
    }

    /// Available and pending money of an account by currency, in minor units.
    pub(crate) async fn balances(&mut self, account: &str) -> Result<Vec<(String, i64, i64)>> {
        Ok(sqlx::query_as(
            "SELECT currency,
                    CAST(COALESCE(SUM(net) FILTER (WHERE available_at <= ?2), 0) AS INTEGER),
                    CAST(COALESCE(SUM(net) FILTER (WHERE available_at > ?2), 0) AS INTEGER)
             FROM entries WHERE account = ?1 GROUP BY currency ORDER BY currency",
        )
        .bind(account)
        .bind(self.now)
        .fetch_all(&mut *self.sql)
        .await?)
    }

    /// What each connected account could be paid out now, where that is more than nothing.
    pub(crate) async fn unpaid(&mut self) -> Result<Vec<Unpaid>> {
        Ok(sqlx::query_as(
            "SELECT account, currency, CAST(SUM(net) AS INTEGER) AS net FROM entries
             WHERE payout IS NULL AND available_at <= ?1 AND account <> ?2
             GROUP BY account, currency HAVING SUM(net) > 0 ORDER BY account, currency",
        )
        .bind(self.now)
        .bind(&self.terms.platform)
        .fetch_all(&mut *self.sql)
        .await?)
    }

    /// Puts everything available and unpaid of the current account into a payout.
    pub(crate) async fn claim_unpaid(&mut self, currency: &str, payout: &str) -> Result<()> {
        sqlx::query(
            "UPDATE entries SET payout = ?4 WHERE account = ?1 AND currency = ?2
                AND payout IS NULL AND available_at <= ?3",
        )
        .bind(&self.account)
        .bind(currency)
        .bind(self.now)
        .bind(payout)
        .execute(&mut *self.sql)
        .await?;
        sqlx::query(
            "UPDATE objects SET body = json_set(body, '$._sim.payout', ?1)
             WHERE id IN (SELECT id FROM entries WHERE account = ?2 AND payout = ?1)",
        )
        .bind(payout)
        .bind(&self.account)
        .execute(&mut *self.sql)
        .await?;
        Ok(())
    }
}
