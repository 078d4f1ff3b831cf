//! Refunds to the payer's card.

use serde_json::{Value, json};

use crate::api::{filters, list_of};
use crate::books::{self, Movement};
use crate::error::{ApiError, Result};
use crate::events::emit;
use crate::fields::{Fields as _, metadata};
use crate::form::Form;
use crate::ids;
use crate::store::Tx;

pub(crate) async fn list(tx: &mut Tx, form: &mut Form) -> Result {
    let filter = filters(form, &["charge", "payment_intent"])?;
    list_of(tx, form, "refund", "/v1/refunds", &filter).await
}

/// `POST /v1/refunds`; Stripe keeps the fee of the original payment.
pub(crate) async fn create(tx: &mut Tx, form: &mut Form) -> Result {
    let mut charge = charge_of(tx, form).await?;
    let reason = form.word("reason", &["duplicate", "fraudulent", "requested_by_customer"])?;
    let left = charge.int("amount") - charge.int("amount_refunded");
    let amount = form.amount("amount")?;
    if left == 0 {
        let message = format!("Charge {} has already been refunded.", charge.text("id"));
        return Err(ApiError::invalid("charge_already_refunded", message));
    }
    let amount = amount.unwrap_or(left);
    if amount > left {
        let message = format!(
            "Refund amount ({amount}) is greater than unrefunded amount on charge ({left})"
        );
        return Err(ApiError::invalid("amount_too_large", message).param("amount"));
    }
    let mut refund = shape(tx, &ids::new("re"), &charge, amount);
    refund.set("reason", reason);
    refund.set("metadata", metadata(form.metadata()?));
    let currency = charge.text("currency").to_owned();
    let movement = Movement {
        kind: "refund",
        amount: -amount,
        fee: 0,
        currency: &currency,
        available_at: tx.now,
        source: refund.text("id"),
        description: None,
        payout: None,
    };
    let transaction = books::post(tx, &movement).await?;
    refund.set("balance_transaction", transaction.text("id"));
    tx.insert(&refund).await?;
    emit(tx, "refund.created", &refund).await?;
    note(tx, &mut charge, amount).await?;
    Ok(refund)
}

/// Adds a refund to what a charge knows of itself.
pub(crate) async fn note(tx: &mut Tx, charge: &mut Value, amount: i64) -> Result<()> {
    let refunded = charge.int("amount_refunded") + amount;
    charge.set("amount_refunded", refunded);
    charge.set("refunded", refunded == charge.int("amount"));
    tx.save(charge).await?;
    emit(tx, "charge.refunded", charge).await
}

async fn charge_of(tx: &mut Tx, form: &mut Form) -> Result {
    let charge = form.text("charge")?;
    let intent = form.text("payment_intent")?;
    let id = match (charge, intent) {
        (Some(charge), _) => charge,
        (None, Some(intent)) => {
            let intent = tx.find("payment_intent", &intent).await?;
            intent.text("latest_charge").to_owned()
        }
        (None, None) => return Err(ApiError::missing_param("charge")),
    };
    let charge = tx.find("charge", &id).await?;
    if charge.is("paid") {
        return Ok(charge);
    }
    let message = format!("This PaymentIntent does not have a successful charge to refund: {id}");
    Err(ApiError::invalid("charge_not_refundable", message))
}

pub(crate) fn shape(tx: &Tx, id: &str, charge: &Value, amount: i64) -> Value {
    json!({
        "id": id,
        "object": "refund",
        "amount": amount,
        "balance_transaction": null,
        "charge": charge.text("id"),
        "created": tx.seconds(),
        "currency": charge.text("currency"),
        "customer": null,
        "customer_account": null,
        "destination_details": { "card": { "type": "refund" }, "type": "card" },
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "payment_method": null,
        "reason": null,
        "receipt_number": null,
        "source_transfer_reversal": null,
        "status": "succeeded",
        "transfer_reversal": null,
    })
}
