//! Sending late money back, outside of any transaction.

use api::Id;
use api::order::Purchase;
use serde::{Deserialize, Serialize};

use super::super::{letters, store as purchases};
use super::{Reason, store};
use crate::error::Error;
use crate::jobs::Job;
use crate::ledger::{self, posting};
use crate::state::AppState;
use crate::stripe::NewRefund;

/// Sends money back that came after its purchase was called off.
#[derive(Serialize, Deserialize)]
pub(crate) struct SendLateMoneyBack {
    pub(super) purchase: Id<Purchase>,
}

impl Job for SendLateMoneyBack {
    const KIND: &'static str = "send_late_money_back";

    fn key(&self) -> Option<String> {
        Some(self.purchase.to_string())
    }

    async fn run(self, state: &AppState) -> Result<(), Error> {
        let due = store::find(&state.db, self.purchase).await?.ok_or(Error::NotFound)?;
        if due.refunded_at.is_some() {
            return Ok(());
        }
        let purchase = purchases::find(&state.db, self.purchase).await?;
        let missing = || Error::internal("late money without a charge");
        let refund = state
            .stripe
            .refund(NewRefund {
                purchase: purchase.id.to_string(),
                charge: purchase.charge.clone().ok_or_else(missing)?,
                amount: due.amount(),
            })
            .await?;
        let entry = posting::late_charge_refunded(purchase.id, &refund, due.amount())?;
        let mut tx = state.db.begin().await?;
        if store::mark_refunded(&mut tx, purchase.id, &refund, state.clock.now()).await? {
            ledger::book(state, &mut tx, &entry).await?;
            letters::tell_of_refund(state, &mut tx, &purchase, Reason::read(&due.reason)).await?;
        }
        Ok(tx.commit().await?)
    }
}
