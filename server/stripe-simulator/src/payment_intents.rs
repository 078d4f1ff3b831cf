//! Payment intents: one attempt to be paid for a session, over several cards if need be.

use serde_json::{Value, json};

use crate::api::{filters, list_of};
use crate::cards::Decline;
use crate::error::{ApiError, Result};
use crate::events::emit;
use crate::fields::{Fields as _, metadata};
use crate::form::Form;
use crate::ids;
use crate::store::Tx;

pub(crate) async fn list(tx: &mut Tx, form: &mut Form) -> Result {
    let filter = filters(form, &["customer"])?;
    list_of(tx, form, "payment_intent", "/v1/payment_intents", &filter).await
}

/// Reads `payment_intent_data`.
pub(crate) fn read_data(form: &mut Form) -> Result {
    form.word("capture_method", &["automatic", "automatic_async"])?;
    let mut data = filters(
        form,
        &[
            "description",
            "receipt_email",
            "statement_descriptor",
            "statement_descriptor_suffix",
            "transfer_group",
        ],
    )?;
    data.set("shipping", form.within("shipping", shipping)?);
    data.set("metadata", metadata(form.metadata()?));
    Ok(data)
}

/// Where the goods go, when the platform asked for it itself.
fn shipping(form: &mut Form) -> Result {
    let address = form.within("address", |address| {
        let mut whole = json!({ "city": null, "country": null, "line1": null, "line2": null,
                                "postal_code": null, "state": null });
        let keys = ["city", "country", "line1", "line2", "postal_code", "state"];
        for (key, value) in filters(address, &keys)?.as_object().into_iter().flatten() {
            whole.set(key, value.clone());
        }
        Ok(whole)
    })?;
    Ok(json!({
        "address": address.ok_or_else(|| ApiError::missing_param("shipping[address]"))?,
        "carrier": form.text("carrier")?,
        "name": form.required("name")?,
        "phone": form.text("phone")?,
        "tracking_number": form.text("tracking_number")?,
    }))
}

/// The intent of a session, made when the first card is tried.
pub(crate) async fn of_session(tx: &mut Tx, session: &mut Value) -> Result {
    if let Some(id) = session.maybe_text("payment_intent") {
        return tx.find("payment_intent", id).await;
    }
    let intent = shape(tx, session);
    tx.insert(&intent).await?;
    session.set("payment_intent", intent.text("id"));
    tx.save(session).await?;
    emit(tx, "payment_intent.created", &intent).await?;
    Ok(intent)
}

/// Notes that the bank wants the payer to confirm.
pub(crate) async fn require_action(tx: &mut Tx, intent: &mut Value, url: &str) -> Result<()> {
    intent.set("status", "requires_action");
    intent.set(
        "next_action",
        json!({
            "type": "redirect_to_url",
            "redirect_to_url": { "return_url": null, "url": url },
        }),
    );
    tx.save(intent).await?;
    emit(tx, "payment_intent.requires_action", intent).await
}

/// Notes a refused attempt; another may follow.
pub(crate) async fn fail(
    tx: &mut Tx,
    intent: &mut Value,
    charge: Option<&str>,
    decline: Decline,
) -> Result<()> {
    intent.set("status", "requires_payment_method");
    intent.set("next_action", Value::Null);
    intent.set("payment_method", Value::Null);
    let mut error = json!({
        "type": "card_error",
        "code": decline.code,
        "decline_code": decline.reason,
        "doc_url": format!("https://stripe.com/docs/error-codes/{}", decline.code.replace('_', "-")),
        "message": decline.message,
    });
    if let Some(charge) = charge {
        error.set("charge", charge);
        intent.set("latest_charge", charge);
    }
    intent.set("last_payment_error", error);
    tx.save(intent).await?;
    emit(tx, "payment_intent.payment_failed", intent).await
}

/// Notes that the money was taken.
pub(crate) async fn succeed(tx: &mut Tx, intent: &mut Value, charge: &Value) -> Result<()> {
    intent.set("status", "succeeded");
    intent.set("amount_received", intent.int("amount"));
    intent.set("latest_charge", charge.text("id"));
    intent.set("payment_method", charge.text("payment_method"));
    intent.set("last_payment_error", Value::Null);
    intent.set("next_action", Value::Null);
    intent.set("shipping", charge["shipping"].clone());
    tx.save(intent).await?;
    emit(tx, "payment_intent.succeeded", intent).await
}

/// Gives an unpaid intent up because its session expired.
pub(crate) async fn cancel(tx: &mut Tx, id: &str) -> Result<()> {
    let mut intent = tx.find("payment_intent", id).await?;
    if matches!(intent.text("status"), "succeeded" | "canceled") {
        return Ok(());
    }
    intent.set("status", "canceled");
    intent.set("canceled_at", tx.seconds());
    intent.set("cancellation_reason", "expired");
    intent.set("next_action", Value::Null);
    tx.save(&intent).await?;
    emit(tx, "payment_intent.canceled", &intent).await
}

fn shape(tx: &Tx, session: &Value) -> Value {
    let id = ids::new("pi");
    let data = session.kept("payment");
    json!({
        "id": id,
        "object": "payment_intent",
        "allowed_payment_method_types": null,
        "amount": session["amount_total"],
        "amount_capturable": 0,
        "amount_details": { "tip": {} },
        "amount_received": 0,
        "application": null,
        "application_fee_amount": null,
        "automatic_payment_methods": null,
        "canceled_at": null,
        "cancellation_reason": null,
        "capture_method": "automatic_async",
        "client_secret": format!("{id}_secret_{}", ids::random(25)),
        "confirmation_method": "automatic",
        "created": tx.seconds(),
        "currency": session["currency"],
        "customer": null,
        "customer_account": null,
        "description": data["description"],
        "excluded_payment_method_types": null,
        "last_payment_error": null,
        "latest_charge": null,
        "livemode": false,
        "managed_payments": null,
        "metadata": data["metadata"],
        "next_action": null,
        "on_behalf_of": null,
        "payment_method": null,
        "payment_method_configuration_details": null,
        "payment_method_options": {
            "card": {
                "installments": null, "mandate_options": null, "network": null,
                "request_three_d_secure": "automatic",
            },
        },
        "payment_method_types": ["card"],
        "payment_record": null,
        "processing": null,
        "receipt_email": data["receipt_email"],
        "review": null,
        "setup_future_usage": null,
        "shipping": data["shipping"],
        "source": null,
        "statement_descriptor": data["statement_descriptor"],
        "statement_descriptor_suffix": data["statement_descriptor_suffix"],
        "status": "requires_payment_method",
        "transfer_data": null,
        "transfer_group": data["transfer_group"],
    })
}
