//! Charges: money taken from a card, or sent to a connected account by a transfer.

use serde_json::{Value, json};

use crate::api::{filters, list_of};
use crate::books::{self, Movement};
use crate::cards::Decline;
use crate::clock::SECOND;
use crate::error::Result;
use crate::events::{emit, emit_change};
use crate::fields::Fields as _;
use crate::form::Form;
use crate::ids;
use crate::store::{Action, Tx};

/// How long after a charge its balance transaction is there: Stripe captures asynchronously.
const CAPTURE_DELAY: i64 = 3 * SECOND / 2;

pub(crate) async fn list(tx: &mut Tx, form: &mut Form) -> Result {
    let filter = filters(form, &["payment_intent", "transfer_group", "customer"])?;
    list_of(tx, form, "charge", "/v1/charges", &filter).await
}

/// `POST /v1/charges/{id}`: the words on it.
pub(crate) async fn update(tx: &mut Tx, id: &str, form: &mut Form) -> Result {
    let mut charge = tx.find("charge", id).await?;
    for key in ["description", "receipt_email", "transfer_group"] {
        if let Some(value) = form.text(key)? {
            charge.set(key, value);
        }
    }
    charge.merge_metadata(form.metadata()?);
    tx.save(&charge).await?;
    emit(tx, "charge.updated", &charge).await?;
    Ok(charge)
}

/// What a charge is made of, apart from the intent it belongs to.
pub(crate) struct Attempt<'a> {
    pub(crate) intent: &'a Value,
    /// `payment_method_details` of the card.
    pub(crate) method: Value,
    pub(crate) billing: Value,
    pub(crate) shipping: Value,
    /// Whether the card's money can be used at once.
    pub(crate) at_once: bool,
}

/// Takes the money. The charge's balance transaction follows a moment later.
pub(crate) async fn succeed(tx: &mut Tx, attempt: Attempt<'_>) -> Result {
    let mut charge = of_intent(tx, &attempt);
    charge.set(
        "outcome",
        json!({
            "advice_code": null,
            "network_advice_code": null,
            "network_decline_code": null,
            "network_status": "approved_by_network",
            "reason": null,
            "risk_level": "normal",
            "risk_score": 20,
            "seller_message": "Payment complete.",
            "type": "authorized",
        }),
    );
    charge.keep("settles_at", books::settles_at(tx.now, attempt.at_once));
    tx.insert(&charge).await?;
    tx.schedule(tx.now + CAPTURE_DELAY, Action::SettleCharge, charge.text("id")).await?;
    emit(tx, "charge.succeeded", &charge).await?;
    Ok(charge)
}

/// Records a refusal.
pub(crate) async fn fail(tx: &mut Tx, attempt: Attempt<'_>, decline: Decline) -> Result {
    let mut charge = of_intent(tx, &attempt);
    for key in ["captured", "paid"] {
        charge.set(key, false);
    }
    charge.set("amount_captured", 0);
    charge.set("failure_code", decline.code);
    charge.set("failure_message", decline.message);
    charge.set("status", "failed");
    charge.set(
        "outcome",
        json!({
            "advice_code": null,
            "network_advice_code": null,
            "network_decline_code": "01",
            "network_status": "declined_by_network",
            "reason": decline.reason,
            "risk_level": "normal",
            "risk_score": 20,
            "seller_message": "The bank did not return any further details with this decline.",
            "type": "issuer_declined",
        }),
    );
    tx.insert(&charge).await?;
    emit(tx, "charge.failed", &charge).await?;
    Ok(charge)
}

/// Writes a charge into the books, with Stripe's fee.
pub(crate) async fn settle(tx: &mut Tx, id: &str) -> Result<()> {
    let mut charge = tx.find("charge", id).await?;
    let amount = charge.int("amount");
    let fee = tx.terms.fees.of(amount);
    let currency = charge.text("currency").to_owned();
    let movement = Movement {
        kind: "charge",
        amount,
        fee,
        currency: &currency,
        available_at: settles_at(&charge),
        source: id,
        description: charge.maybe_text("description"),
        payout: None,
    };
    let transaction = books::post(tx, &movement).await?;
    charge.set("balance_transaction", transaction.text("id"));
    tx.save(&charge).await?;
    let previous = json!({ "balance_transaction": null });
    emit_change(tx, "charge.updated", &charge, &previous).await
}

/// When the money of a charge can be used, microseconds.
pub(crate) fn settles_at(charge: &Value) -> i64 {
    charge.kept("settles_at").as_i64().unwrap_or_default()
}

/// The charge by which a transfer arrives at a connected account.
pub(crate) async fn arrive(tx: &mut Tx, transfer: &Value, available_at: i64) -> Result {
    let id = ids::new("py");
    let currency = transfer.text("currency").to_owned();
    let movement = Movement {
        kind: "payment",
        amount: transfer.int("amount"),
        fee: 0,
        currency: &currency,
        available_at,
        source: &id,
        description: None,
        payout: None,
    };
    let transaction = books::post(tx, &movement).await?;
    let mut charge = shape(tx, &id, transfer.int("amount"), &currency);
    charge.set("balance_transaction", transaction.text("id"));
    charge.set("source_transfer", transfer.text("id"));
    charge.set("payment_method_details", json!({ "stripe_account": {}, "type": "stripe_account" }));
    charge.keep("settles_at", available_at);
    tx.insert(&charge).await?;
    emit(tx, "payment.created", &charge).await?;
    Ok(charge)
}

fn of_intent(tx: &Tx, attempt: &Attempt<'_>) -> Value {
    let intent = attempt.intent;
    let mut charge = shape(tx, &ids::new("ch"), intent.int("amount"), intent.text("currency"));
    for key in [
        "description",
        "metadata",
        "receipt_email",
        "statement_descriptor",
        "statement_descriptor_suffix",
        "transfer_group",
    ] {
        charge.set(key, intent[key].clone());
    }
    charge.set("payment_intent", intent.text("id"));
    charge.set("payment_method", ids::new("pm"));
    charge.set("payment_method_details", attempt.method.clone());
    charge.set("billing_details", attempt.billing.clone());
    charge.set("shipping", attempt.shipping.clone());
    charge.set("calculated_statement_descriptor", "SIMULATED PAYMENT");
    charge
}

fn shape(tx: &Tx, id: &str, amount: i64, currency: &str) -> Value {
    json!({
        "id": id,
        "object": "charge",
        "amount": amount,
        "amount_captured": amount,
        "amount_refunded": 0,
        "application": null,
        "application_fee": null,
        "application_fee_amount": null,
        "balance_transaction": null,
        "billing_details": {
            "address": {
                "city": null, "country": null, "line1": null,
                "line2": null, "postal_code": null, "state": null,
            },
            "email": null, "name": null, "phone": null, "tax_id": null,
        },
        "calculated_statement_descriptor": null,
        "captured": true,
        "created": tx.seconds(),
        "currency": currency,
        "customer": null,
        "description": null,
        "disputed": false,
        "failure_balance_transaction": null,
        "failure_code": null,
        "failure_message": null,
        "fraud_details": {},
        "livemode": false,
        "metadata": {},
        "on_behalf_of": null,
        "outcome": null,
        "paid": true,
        "payment_intent": null,
        "payment_method": null,
        "payment_method_details": null,
        "receipt_email": null,
        "receipt_number": null,
        "receipt_url": null,
        "refunded": false,
        "review": null,
        "shipping": null,
        "source": null,
        "source_transfer": null,
        "statement_descriptor": null,
        "statement_descriptor_suffix": null,
        "status": "succeeded",
        "transfer_data": null,
        "transfer_group": null,
    })
}
