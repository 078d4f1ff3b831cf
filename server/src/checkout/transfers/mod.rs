//! Transfers: each artisan's share of a payment, passed on once.

mod store;

use api::order::Order;
use api::{Id, Money};
use serde::{Deserialize, Serialize};

use crate::db::Tx;
use crate::error::Error;
use crate::jobs::{self, Job};
use crate::ledger::{self, Share, posting};
use crate::state::AppState;
use crate::stripe::NewTransfer;

/// Notes what a shop is due and has it passed on, in the caller's transaction.
pub(super) async fn owe(
    state: &AppState,
    tx: &mut Tx,
    share: &Share,
    net: Money,
) -> Result<(), Error> {
    store::insert(tx, share, net, state.clock.now()).await?;
    jobs::enqueue(state, tx, &PassShareOn { order: share.order }).await?;
    Ok(())
}

/// Passes an artisan's share on.
#[derive(Serialize, Deserialize)]
pub(crate) struct PassShareOn {
    order: Id<Order>,
}

impl Job for PassShareOn {
    const KIND: &'static str = "pass_share_on";

    fn key(&self) -> Option<String> {
        Some(self.order.to_string())
    }

    async fn run(self, state: &AppState) -> Result<(), Error> {
        let due = store::find(&state.db, self.order).await?;
        let share = due.share(self.order);
        let amount = share.net()?;
        // A commission of the whole leaves nothing to pass on.
        if due.is_made() || amount.minor() == 0 {
            return Ok(());
        }
        let (charge, account) = due.ends()?;
        let made = state
            .stripe
            .transfer(NewTransfer {
                order: self.order.to_string(),
                purchase: due.purchase.to_string(),
                account,
                charge,
                amount,
            })
            .await?;
        let entry = posting::share_transferred(due.purchase, &made.id, &share)?;
        let mut tx = state.db.begin().await?;
        store::mark_made(&mut tx, self.order, &made.id, made.payment, state.clock.now()).await?;
        ledger::book(state, &mut tx, &entry).await?;
        Ok(tx.commit().await?)
    }
}
