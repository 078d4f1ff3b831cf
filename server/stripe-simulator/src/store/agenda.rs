//! What must happen when the clock reaches a moment.

use super::Tx;
use crate::error::Result;

/// Kinds of things that come due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// A charge gets its balance transaction.
    SettleCharge,
    /// An open checkout session can no longer be paid.
    ExpireSession,
    /// The daily round of automatic payouts.
    PayOut,
    /// A payout reaches the bank.
    PayoutArrives,
    /// Stripe has worked out what an automatic payout was made of.
    PayoutReconciled,
}

impl Action {
    const ALL: [Self; 5] = [
        Self::SettleCharge,
        Self::ExpireSession,
        Self::PayOut,
        Self::PayoutArrives,
        Self::PayoutReconciled,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::SettleCharge => "settle_charge",
            Self::ExpireSession => "expire_session",
            Self::PayOut => "pay_out",
            Self::PayoutArrives => "payout_arrives",
            Self::PayoutReconciled => "payout_reconciled",
        }
    }
}

/// One thing that came due.
#[derive(Debug)]
pub(crate) struct Due {
    pub(crate) at: i64,
    pub(crate) action: Action,
    pub(crate) subject: String,
}

impl Tx {
    /// Enters something in the agenda; an earlier entry for the same is moved.
    pub(crate) async fn schedule(&mut self, at: i64, action: Action, subject: &str) -> Result<()> {
        sqlx::query(
            "INSERT INTO agenda (at, action, subject) VALUES (?1, ?2, ?3)
             ON CONFLICT (action, subject) DO UPDATE SET at = excluded.at",
        )
        .bind(at)
        .bind(action.name())
        .bind(subject)
        .execute(&mut *self.sql)
        .await?;
        Ok(())
    }

    pub(crate) async fn unschedule(&mut self, action: Action, subject: &str) -> Result<()> {
        sqlx::query("DELETE FROM agenda WHERE action = ?1 AND subject = ?2")
            .bind(action.name())
            .bind(subject)
            .execute(&mut *self.sql)
            .await?;
        Ok(())
    }

    pub(crate) async fn is_scheduled(&mut self, action: Action) -> Result<bool> {
        Ok(sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM agenda WHERE action = ?1)")
            .bind(action.name())
            .fetch_one(&mut *self.sql)
            .await?)
    }

    /// Takes the earliest thing that is due at `now` out of the agenda.
    pub(crate) async fn take_due(&mut self) -> Result<Option<Due>> {
        let row: Option<(i64, String, String)> = sqlx::query_as(
            "DELETE FROM agenda WHERE seq =
                (SELECT seq FROM agenda WHERE at <= ?1 ORDER BY at, seq LIMIT 1)
             RETURNING at, action, subject",
        )
        .bind(self.now)
        .fetch_optional(&mut *self.sql)
        .await?;
        Ok(row.and_then(|(at, name, subject)| {
            let action = Action::ALL.into_iter().find(|action| action.name() == name)?;
            Some(Due { at, action, subject })
        }))
    }

    /// When the next thing is due, of the agenda and of the deliveries, in microseconds.
    pub(crate) async fn next_due(&mut self) -> Result<Option<i64>> {
        Ok(sqlx::query_scalar(
            "SELECT MIN(at) FROM (SELECT MIN(at) AS at FROM agenda
                UNION ALL SELECT MIN(at) FROM deliveries WHERE at IS NOT NULL)",
        )
        .fetch_one(&mut *self.sql)
        .await?)
    }

    /// Remembers how far the simulated clock is ahead of the real one, in microseconds.
    pub(crate) async fn remember_offset(&mut self, offset: i64) -> Result<()> {
        sqlx::query(
            "INSERT INTO meta (name, value) VALUES ('clock_offset', ?1)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        )
        .bind(offset.to_string())
        .execute(&mut *self.sql)
        .await?;
        Ok(())
    }
}
