//! Events on their way to the webhook endpoints.

use super::Tx;
use crate::error::Result;

/// The two endpoints the platform listens on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    /// Events of the platform's own account.
    Account,
    /// Events of connected accounts.
    Connect,
}

impl Endpoint {
    const fn name(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Connect => "connect",
        }
    }
}

/// One attempt that is due.
#[derive(Debug)]
pub(crate) struct Delivery {
    pub(crate) seq: i64,
    pub(crate) event: String,
    pub(crate) endpoint: Endpoint,
    /// Attempts made before this one.
    pub(crate) attempt: i64,
}

impl Tx {
    pub(crate) async fn post_delivery(&mut self, event: &str, endpoint: Endpoint) -> Result<()> {
        sqlx::query("INSERT INTO deliveries (event, endpoint, at) VALUES (?1, ?2, ?3)")
            .bind(event)
            .bind(endpoint.name())
            .bind(self.now)
            .execute(&mut *self.sql)
            .await?;
        Ok(())
    }

    /// The attempts due at `now`, oldest first.
    pub(crate) async fn due_deliveries(&mut self) -> Result<Vec<Delivery>> {
        let rows: Vec<(i64, String, String, i64)> = sqlx::query_as(
            "SELECT seq, event, endpoint, attempt FROM deliveries
             WHERE at <= ?1 ORDER BY at, seq LIMIT 100",
        )
        .bind(self.now)
        .fetch_all(&mut *self.sql)
        .await?;
        let endpoint =
            |name: &str| if name == "account" { Endpoint::Account } else { Endpoint::Connect };
        let delivery = |(seq, event, name, attempt): (i64, String, String, i64)| Delivery {
            seq,
            event,
            endpoint: endpoint(&name),
            attempt,
        };
        Ok(rows.into_iter().map(delivery).collect())
    }

    /// Notes one attempt; `next` is when to try again, `None` when there is nothing more to do.
    pub(crate) async fn note_attempt(&mut self, seq: i64, next: Option<i64>) -> Result<()> {
        sqlx::query("UPDATE deliveries SET attempt = attempt + 1, at = ?2 WHERE seq = ?1")
            .bind(seq)
            .bind(next)
            .execute(&mut *self.sql)
            .await?;
        Ok(())
    }

    /// Puts off a delivery without counting an attempt.
    pub(crate) async fn postpone_delivery(&mut self, seq: i64, at: Option<i64>) -> Result<()> {
        sqlx::query("UPDATE deliveries SET at = ?2 WHERE seq = ?1")
            .bind(seq)
            .bind(at)
            .execute(&mut *self.sql)
            .await?;
        Ok(())
    }
}
