//! Transfers from the platform to connected accounts.

use serde_json::{Value, json};

use crate::accounts::in_account;
use crate::api::{filters, list_of};
use crate::books::{self, Movement};
use crate::error::{ApiError, Result};
use crate::events::emit;
use crate::fields::{self, Fields as _, metadata};
use crate::form::Form;
use crate::store::Tx;
use crate::{charges, ids};

pub(crate) async fn list(tx: &mut Tx, form: &mut Form) -> Result {
    let filter = filters(form, &["destination", "transfer_group"])?;
    list_of(tx, form, "transfer", "/v1/transfers", &filter).await
}

/// `POST /v1/transfers`. With `source_transaction` the money moves when the charge settles, and
/// the transfers of one charge together never exceed it.
pub(crate) async fn create(tx: &mut Tx, form: &mut Form) -> Result {
    let amount = form.amount("amount")?.ok_or_else(|| ApiError::missing_param("amount"))?;
    let currency = form.currency("currency")?.ok_or_else(|| ApiError::missing_param("currency"))?;
    let destination = form.required("destination")?;
    let source = form.text("source_transaction")?;
    form.word("source_type", &["card"])?;
    require_capability(tx, &destination).await?;
    let charge = if let Some(id) = &source {
        Some(source_charge(tx, id, amount, &currency).await?)
    } else {
        books::require_available(tx, &currency, amount).await?;
        None
    };
    let group = form.text("transfer_group")?;
    let inherited = charge.as_ref().and_then(|charge| charge.maybe_text("transfer_group"));
    let group = group.or_else(|| inherited.map(str::to_owned));
    let id = ids::new("tr");
    let mut transfer = json!({
        "id": id,
        "object": "transfer",
        "amount": amount,
        "amount_reversed": 0,
        "balance_transaction": null,
        "created": tx.seconds(),
        "currency": currency,
        "description": form.text("description")?,
        "destination": destination,
        "destination_payment": null,
        "livemode": false,
        "metadata": metadata(form.metadata()?),
        "reversals": fields::list(&format!("/v1/transfers/{id}/reversals"), json!([]), false),
        "reversed": false,
        "source_transaction": source,
        "source_type": "card",
        "transfer_group": group,
    });
    let available_at =
        charge.as_ref().map_or(tx.now, |charge| charges::settles_at(charge).max(tx.now));
    move_money(tx, &mut transfer, available_at).await?;
    tx.insert(&transfer).await?;
    emit(tx, "transfer.created", &transfer).await?;
    Ok(transfer)
}

async fn move_money(tx: &mut Tx, transfer: &mut Value, available_at: i64) -> Result<()> {
    let movement = Movement {
        kind: "transfer",
        amount: -transfer.int("amount"),
        fee: 0,
        currency: transfer.text("currency"),
        available_at,
        source: transfer.text("id"),
        description: transfer.maybe_text("description"),
        payout: None,
    };
    let transaction = books::post(tx, &movement).await?;
    let destination = transfer.text("destination").to_owned();
    let payment =
        in_account(tx, &destination, async |tx| charges::arrive(tx, transfer, available_at).await)
            .await?;
    transfer.set("balance_transaction", transaction.text("id"));
    transfer.set("destination_payment", payment.text("id"));
    Ok(())
}

async fn require_capability(tx: &mut Tx, destination: &str) -> Result<()> {
    let account = match tx.find("account", destination).await {
        Err(error) if error.status == 404 => {
            let message = format!("No such destination: '{destination}'");
            return Err(ApiError::invalid("resource_missing", message).param("destination"));
        }
        found => found?,
    };
    if account["capabilities"].text("transfers") == "active" {
        return Ok(());
    }
    let message = "Your destination account needs to have at least one of the following \
                   capabilities enabled: transfers, crypto_transfers, legacy_payments";
    Err(ApiError::invalid("insufficient_capabilities_for_transfer", message))
}

async fn source_charge(tx: &mut Tx, id: &str, amount: i64, currency: &str) -> Result {
    let refused =
        |code, message: String| Err(ApiError::invalid(code, message).param("source_transaction"));
    let charge = match tx.find("charge", id).await {
        Err(error) if error.status == 404 => {
            return refused("resource_missing", format!("No such charge: '{id}'"));
        }
        found => found?,
    };
    if !charge.is("paid") {
        return refused("charge_not_succeeded", "Only a paid charge can be a source.".to_owned());
    }
    if charge.text("currency") != currency {
        let message = format!(
            "The currency of source_transaction's balance transaction ({}) must be the same as the \
             transfer currency ({currency})",
            charge.text("currency")
        );
        return refused("currency_mismatch", message);
    }
    let left = charge.int("amount") - tx.transferred(id).await?;
    if amount > left {
        let message = format!(
            "Insufficient funds in the source charge: at most {left} minor units can still be \
             transferred."
        );
        return refused("balance_insufficient", message);
    }
    Ok(charge)
}
