//! Transfer reversals: money that comes back from a connected account.

use serde_json::{Value, json};

use crate::accounts::in_account;
use crate::api::list_of;
use crate::books::{self, Movement};
use crate::error::{ApiError, Result};
use crate::events::emit;
use crate::fields::{Fields as _, metadata};
use crate::form::Form;
use crate::store::Tx;
use crate::{charges, ids, refunds};

pub(crate) async fn list(tx: &mut Tx, transfer: &str, form: &mut Form) -> Result {
    tx.find("transfer", transfer).await?;
    let url = format!("/v1/transfers/{transfer}/reversals");
    list_of(tx, form, "transfer_reversal", &url, &json!({ "transfer": transfer })).await
}

pub(crate) async fn retrieve(tx: &mut Tx, transfer: &str, id: &str) -> Result {
    let reversal = tx.find("transfer_reversal", id).await?;
    if reversal.text("transfer") == transfer {
        Ok(reversal)
    } else {
        Err(ApiError::missing("transfer_reversal", id))
    }
}

/// `POST /v1/transfers/{id}/reversals`; refused when the connected account cannot cover it.
pub(crate) async fn create(tx: &mut Tx, transfer: &str, form: &mut Form) -> Result {
    let mut transfer = tx.find("transfer", transfer).await?;
    let left = transfer.int("amount") - transfer.int("amount_reversed");
    let amount = form.amount("amount")?.unwrap_or(left);
    form.text("description")?;
    if amount > left || left == 0 {
        let message = format!("Reversal amount ({amount}) is greater than what is left ({left}).");
        return Err(ApiError::invalid("parameter_invalid_integer", message).param("amount"));
    }
    let id = ids::new("trr");
    let destination = transfer.text("destination").to_owned();
    let refund =
        in_account(tx, &destination, async |tx| take_back(tx, &transfer, amount, &id).await)
            .await?;
    let available_at = refund.kept("available_at").as_i64().unwrap_or(tx.now);
    let movement = Movement {
        kind: "transfer_refund",
        amount,
        fee: 0,
        currency: transfer.text("currency"),
        available_at,
        source: &id,
        description: None,
        payout: None,
    };
    let transaction = books::post(tx, &movement).await?;
    let reversal = json!({
        "id": id,
        "object": "transfer_reversal",
        "amount": amount,
        "balance_transaction": transaction.text("id"),
        "created": tx.seconds(),
        "currency": transfer.text("currency"),
        "destination_payment_refund": refund.text("id"),
        "metadata": metadata(form.metadata()?),
        "source_refund": null,
        "transfer": transfer.text("id"),
    });
    tx.insert(&reversal).await?;
    note(tx, &mut transfer, &reversal).await?;
    Ok(reversal)
}

async fn note(tx: &mut Tx, transfer: &mut Value, reversal: &Value) -> Result<()> {
    let reversed = transfer.int("amount_reversed") + reversal.int("amount");
    transfer.set("amount_reversed", reversed);
    transfer.set("reversed", reversed == transfer.int("amount"));
    if let Some(reversals) = transfer["reversals"]["data"].as_array_mut() {
        reversals.insert(0, reversal.clone());
    }
    tx.save(transfer).await?;
    emit(tx, "transfer.reversed", transfer).await
}

/// Refunds the payment by which the transfer arrived. Money that is still pending is taken back
/// pending, other money must be available.
async fn take_back(tx: &mut Tx, transfer: &Value, amount: i64, reversal: &str) -> Result {
    let mut payment = tx.find("charge", transfer.text("destination_payment")).await?;
    let available_at = charges::settles_at(&payment).max(tx.now);
    if available_at == tx.now {
        books::require_available(tx, transfer.text("currency"), amount).await?;
    }
    let mut refund = refunds::shape(tx, &ids::new("pyr"), &payment, amount);
    refund.set("source_transfer_reversal", reversal);
    refund.keep("available_at", available_at);
    let movement = Movement {
        kind: "payment_refund",
        amount: -amount,
        fee: 0,
        currency: transfer.text("currency"),
        available_at,
        source: refund.text("id"),
        description: None,
        payout: None,
    };
    let transaction = books::post(tx, &movement).await?;
    refund.set("balance_transaction", transaction.text("id"));
    tx.insert(&refund).await?;
    refunds::note(tx, &mut payment, amount).await?;
    Ok(refund)
}
