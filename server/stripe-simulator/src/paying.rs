//! What happens when a payer presses the button on the hosted payment page.

use serde_json::{Value, json};

use crate::cards::{Behaviour, Card, Decline, UNAUTHENTICATED};
use crate::charges::{self, Attempt};
use crate::error::Result;
use crate::fields::Fields as _;
use crate::store::Tx;
use crate::{checkout, payment_intents};

/// Who pays, and where the goods go.
#[derive(Debug)]
pub(crate) struct Payer {
    pub(crate) name: String,
    pub(crate) email: String,
    /// Stripe's address object; null when none was asked for.
    pub(crate) address: Value,
}

/// How an attempt to pay ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The session is paid, now or already before.
    Paid,
    /// The bank wants the payer to confirm.
    Challenge,
    /// The card was refused; the session stays open.
    Declined(&'static str),
    /// The session can no longer be paid.
    Expired,
}

/// Pays an open session with a card. A second click finds the session complete and charges nothing.
pub(crate) async fn pay(tx: &mut Tx, id: &str, card: &Card, payer: &Payer) -> Result<Outcome> {
    let mut session = checkout::retrieve(tx, id).await?;
    if let Some(outcome) = closed(tx, &session) {
        return Ok(outcome);
    }
    let behaviour = card.behaviour();
    session.keep(
        "payer",
        json!({
            "name": payer.name, "email": payer.email, "address": payer.address,
            "card": method(card, behaviour), "at_once": behaviour == Behaviour::PaysAtOnce,
        }),
    );
    let mut intent = payment_intents::of_session(tx, &mut session).await?;
    tx.save(&session).await?;
    match behaviour {
        Behaviour::Pays | Behaviour::PaysAtOnce => take(tx, &mut session, &mut intent).await,
        Behaviour::Declines(decline) => refuse(tx, &session, &mut intent, decline).await,
        Behaviour::Challenges => {
            let url = format!("{}/sim/checkout/{id}/challenge", tx.terms.public_url);
            payment_intents::require_action(tx, &mut intent, &url).await?;
            Ok(Outcome::Challenge)
        }
    }
}

/// Ends a 3-D-Secure challenge: the payer confirmed, or did not.
pub(crate) async fn answer_challenge(tx: &mut Tx, id: &str, confirmed: bool) -> Result<Outcome> {
    let mut session = checkout::retrieve(tx, id).await?;
    if let Some(outcome) = closed(tx, &session) {
        return Ok(outcome);
    }
    let mut intent = payment_intents::of_session(tx, &mut session).await?;
    if intent.text("status") != "requires_action" {
        return Ok(Outcome::Declined(UNAUTHENTICATED.message));
    }
    if confirmed {
        return take(tx, &mut session, &mut intent).await;
    }
    payment_intents::fail(tx, &mut intent, None, UNAUTHENTICATED).await?;
    Ok(Outcome::Declined(UNAUTHENTICATED.message))
}

/// Whether the intent of a session waits for the payer's confirmation.
pub(crate) async fn is_challenged(tx: &mut Tx, session: &Value) -> Result<bool> {
    let Some(id) = session.maybe_text("payment_intent") else { return Ok(false) };
    Ok(tx.find("payment_intent", id).await?.text("status") == "requires_action")
}

/// Why a session takes no payment, if it does not.
pub(crate) fn closed(tx: &Tx, session: &Value) -> Option<Outcome> {
    match session.text("status") {
        "complete" => Some(Outcome::Paid),
        "open" if session.int("expires_at") > tx.seconds() || session.kept("late") == true => None,
        _ => Some(Outcome::Expired),
    }
}

async fn take(tx: &mut Tx, session: &mut Value, intent: &mut Value) -> Result<Outcome> {
    let charge = charges::succeed(tx, attempt(session, intent)).await?;
    payment_intents::succeed(tx, intent, &charge).await?;
    let payer = session.kept("payer").clone();
    let address = payer["address"].clone();
    session.set(
        "customer_details",
        json!({
            "address": address, "business_name": null, "email": payer["email"],
            "individual_name": null, "name": payer["name"], "phone": null,
            "tax_exempt": "none", "tax_ids": [],
        }),
    );
    let shipping = match address {
        Value::Null => Value::Null,
        address => json!({ "address": address, "name": payer["name"] }),
    };
    session.set(
        "collected_information",
        json!({
            "business_name": null, "individual_name": null, "shipping_details": shipping,
        }),
    );
    checkout::complete(tx, session).await?;
    Ok(Outcome::Paid)
}

async fn refuse(
    tx: &mut Tx,
    session: &Value,
    intent: &mut Value,
    decline: Decline,
) -> Result<Outcome> {
    let charge = charges::fail(tx, attempt(session, intent), decline).await?;
    payment_intents::fail(tx, intent, Some(charge.text("id")), decline).await?;
    Ok(Outcome::Declined(decline.message))
}

fn attempt<'a>(session: &Value, intent: &'a Value) -> Attempt<'a> {
    let payer = session.kept("payer");
    let shipping = match &payer["address"] {
        Value::Null => intent["shipping"].clone(),
        address => json!({
            "address": address, "carrier": null, "name": payer["name"],
            "phone": null, "tracking_number": null,
        }),
    };
    Attempt {
        intent,
        method: payer["card"].clone(),
        billing: json!({
            "address": payer["address"], "email": payer["email"],
            "name": payer["name"], "phone": null, "tax_id": null,
        }),
        shipping,
        at_once: payer.is("at_once"),
    }
}

/// `payment_method_details`: of the number only the last four digits are kept.
fn method(card: &Card, behaviour: Behaviour) -> Value {
    let authenticated = (behaviour == Behaviour::Challenges).then(|| {
        json!({
            "authentication_flow": "challenge", "electronic_commerce_indicator": "05",
            "exemption_indicator": null, "result": "authenticated", "result_reason": null,
            "transaction_id": null, "version": "2.2.0",
        })
    });
    json!({
        "type": "card",
        "card": {
            "amount_authorized": null,
            "authorization_code": null,
            "brand": card.brand(),
            "checks": {
                "address_line1_check": null, "address_postal_code_check": null, "cvc_check": "pass",
            },
            "country": "DE",
            "electronic_commerce_indicator": null,
            "exp_month": card.month,
            "exp_year": card.year,
            "extended_authorization": { "status": "disabled" },
            "fingerprint": null,
            "funding": "credit",
            "incremental_authorization": { "status": "unavailable" },
            "installments": null,
            "last4": card.last4(),
            "mandate": null,
            "multicapture": { "status": "unavailable" },
            "network": card.brand(),
            "network_token": { "used": false },
            "network_transaction_id": null,
            "overcapture": { "maximum_amount_capturable": 0, "status": "unavailable" },
            "regulated_status": "unregulated",
            "three_d_secure": authenticated,
            "transaction_link_id": null,
            "wallet": null,
        },
    })
}
