//! Payouts and their reconciliation.

use super::{Client, ClientError};
use crate::Page;
use crate::page::PageRequest;
use crate::payout::{Payout, PayoutDetail, ReconcileRequest, Reconciliation};

impl Client {
    /// The shop's payouts, newest first: `GET /payouts`.
    pub async fn payouts(&self, page: &PageRequest) -> Result<Page<Payout>, ClientError> {
        let request = self.get(&["payouts"]).query("limit", page.limit);
        request.query("after", page.after.as_deref()).answer().await
    }

    /// One payout with its lines, by our id or Stripe's: `GET /payouts/{id}`.
    pub async fn payout(&self, id: &str) -> Result<PayoutDetail, ClientError> {
        self.get(&["payouts", id]).answer().await
    }

    /// Compares payouts with the books, asking Stripe anew: `POST /payouts/reconcile`.
    pub async fn reconcile(
        &self,
        request: &ReconcileRequest,
    ) -> Result<Reconciliation, ClientError> {
        self.post(&["payouts", "reconcile"]).json(request).answer().await
    }
}
