//! Balance transactions as a resource.

use serde_json::json;

use crate::api::{filters, list_of};
use crate::error::Result;
use crate::fields::Fields as _;
use crate::form::Form;
use crate::store::Tx;

/// Lines of the current account; with `payout`, exactly those the payout carried and its own.
pub(crate) async fn list(tx: &mut Tx, form: &mut Form) -> Result {
    let mut filter = filters(form, &["type", "source", "currency"])?;
    if let Some(id) = form.text("payout")? {
        let payout = tx.find("payout", &id).await?;
        // Stripe does not know what a manual payout was made of.
        filter["_sim.payout"] = if payout.is("automatic") { json!(id) } else { json!("") };
    }
    list_of(tx, form, "balance_transaction", "/v1/balance_transactions", &filter).await
}
