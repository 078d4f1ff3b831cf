//! Checkout sessions: what is to be paid, and until when.

use serde_json::{Value, json};

use crate::api::{filters, list_of};
use crate::clock::SECOND;
use crate::error::{ApiError, Result};
use crate::events::emit;
use crate::fields::{self, Fields as _, metadata};
use crate::form::{Form, MAX_AMOUNT};
use crate::line_items::{self, Item};
use crate::store::{Action, Page, Tx};
use crate::{books, ids, payment_intents};

/// A session can be paid for at least half an hour and at most a day.
const SHORTEST: i64 = 1_800;
const LONGEST: i64 = 86_400;
/// Up to this many lines in one payment.
const MAX_ITEMS: usize = 100;

/// `POST /v1/checkout/sessions`.
pub(crate) async fn create(tx: &mut Tx, form: &mut Form) -> Result {
    form.word("mode", &["payment"])?.ok_or_else(|| ApiError::missing_param("mode"))?;
    let items = form.each("line_items", line_items::read)?;
    let shipping = line_items::shipping(form)?;
    let (subtotal, currency) = total_of(&items, form)?;
    let total = subtotal + shipping.as_ref().map_or(0, |rate| rate.int("shipping_amount"));
    require_minimum(total, &currency)?;
    let id = format!("cs_test_sim_{}", ids::random(48));
    let mut session = shape(tx, &id, &currency, (subtotal, total), shipping.as_ref());
    read_options(tx, form, &mut session)?;
    let payment = form.within("payment_intent_data", payment_intents::read_data)?;
    session.keep("payment", payment.unwrap_or_else(|| json!({ "metadata": {} })));
    let expires_at = session.int("expires_at");
    tx.insert(&session).await?;
    for item in &items {
        line_items::store(tx, &id, item).await?;
    }
    tx.schedule(expires_at.saturating_mul(SECOND), Action::ExpireSession, &id).await?;
    Ok(session)
}

pub(crate) async fn retrieve(tx: &mut Tx, id: &str) -> Result {
    tx.find("checkout.session", id).await
}

pub(crate) async fn list(tx: &mut Tx, form: &mut Form) -> Result {
    let filter = filters(form, &["payment_intent", "status", "client_reference_id"])?;
    list_of(tx, form, "checkout.session", "/v1/checkout/sessions", &filter).await
}

/// `GET /v1/checkout/sessions/{id}/line_items`, in the order of the cart.
pub(crate) async fn line_items(tx: &mut Tx, id: &str, form: &mut Form) -> Result {
    tx.find("checkout.session", id).await?;
    form.int("limit")?;
    items_of(tx, id).await
}

/// The lines of a session as a list object.
pub(crate) async fn items_of(tx: &mut Tx, id: &str) -> Result {
    let (mut items, more) = tx
        .list("item", &json!({ "_sim.session": id }), &Page { limit: 100, ..Page::all() })
        .await?;
    items.reverse();
    Ok(fields::list(&format!("/v1/checkout/sessions/{id}/line_items"), items, more))
}

/// `POST /v1/checkout/sessions/{id}/expire`; only an open session can be expired.
pub(crate) async fn expire_now(tx: &mut Tx, id: &str) -> Result {
    let session = retrieve(tx, id).await?;
    if session.text("status") != "open" {
        let message = format!(
            "Only Checkout Sessions with a status in [\"open\"] can be expired. \
             This Checkout Session has a status of {}.",
            session.text("status")
        );
        return Err(ApiError::invalid("checkout_session_not_open", message).param("session"));
    }
    expire(tx, session).await
}

/// Closes a session that can no longer be paid.
pub(crate) async fn expire(tx: &mut Tx, mut session: Value) -> Result {
    session.set("status", "expired");
    session.set("url", Value::Null);
    tx.save(&session).await?;
    tx.unschedule(Action::ExpireSession, session.text("id")).await?;
    if let Some(intent) = session.maybe_text("payment_intent") {
        payment_intents::cancel(tx, intent).await?;
    }
    emit(tx, "checkout.session.expired", &session).await?;
    Ok(session)
}

/// Lets an expired session be paid all the same: a fault that Stripe promises not to have.
pub(crate) async fn reopen(tx: &mut Tx, mut session: Value) -> Result<()> {
    if session.text("status") == "expired" {
        session.set("status", "open");
        session.keep("late", true);
        tx.save(&session).await?;
    }
    Ok(())
}

/// Records that a session was paid by a person.
pub(crate) async fn complete(tx: &mut Tx, session: &mut Value) -> Result<()> {
    session.set("status", "complete");
    session.set("payment_status", "paid");
    session.set("url", Value::Null);
    tx.save(session).await?;
    tx.unschedule(Action::ExpireSession, session.text("id")).await?;
    emit(tx, "checkout.session.completed", session).await
}

fn total_of(items: &[Item], form: &mut Form) -> Result<(i64, String)> {
    let given = form.currency("currency")?;
    let Some(first) = items.first() else { return Err(ApiError::missing_param("line_items")) };
    if items.len() > MAX_ITEMS {
        let message = format!("A session takes at most {MAX_ITEMS} line items.");
        return Err(ApiError::invalid("parameter_invalid", message).param("line_items"));
    }
    let currency = given.unwrap_or_else(|| first.currency.clone());
    if items.iter().any(|item| item.currency != currency) {
        let message = "All line items must have the session's currency.";
        return Err(ApiError::invalid("parameter_invalid", message).param("line_items"));
    }
    let total = items.iter().try_fold(0_i64, |sum, item| sum.checked_add(item.total()?));
    let total = total.filter(|total| *total <= MAX_AMOUNT).ok_or_else(|| {
        let message = format!("Amount must be no more than {MAX_AMOUNT} minor units.");
        ApiError::invalid("amount_too_large", message)
    })?;
    Ok((total, currency))
}

fn require_minimum(total: i64, currency: &str) -> Result<()> {
    let minimum = books::minimum_charge(currency);
    if total >= minimum {
        return Ok(());
    }
    let message = format!(
        "The Checkout Session's total amount must be at least {minimum} minor units of {currency}."
    );
    Err(ApiError::invalid("amount_too_small", message).param("line_items"))
}

fn expiry(tx: &Tx, form: &mut Form) -> Result<i64> {
    let now = tx.seconds();
    let Some(at) = form.int("expires_at")? else { return Ok(now + LONGEST) };
    if (now + SHORTEST..=now + LONGEST).contains(&at) {
        return Ok(at);
    }
    let message = "The `expires_at` timestamp must be between 30 minutes and 24 hours from \
                   Checkout Session creation.";
    Err(ApiError::invalid("parameter_invalid", message).param("expires_at"))
}

/// Reads everything that is kept as it was given.
fn read_options(tx: &Tx, form: &mut Form, session: &mut Value) -> Result<()> {
    session.set("success_url", form.required("success_url")?);
    session.set("expires_at", expiry(tx, form)?);
    for key in [
        "cancel_url",
        "client_reference_id",
        "customer_email",
        "locale",
        "submit_type",
        "billing_address_collection",
        "customer_creation",
    ] {
        if let Some(value) = form.text(key)? {
            session.set(key, value);
        }
    }
    session.set("metadata", metadata(form.metadata()?));
    form.word("ui_mode", &["hosted", "hosted_page"])?;
    read_custom_text(form, session)?;
    let kinds = form.texts("payment_method_types")?;
    if kinds.iter().any(|kind| kind != "card") {
        let message = "The simulator takes cards only.";
        return Err(ApiError::invalid("parameter_invalid", message).param("payment_method_types"));
    }
    read_switches(form, session)?;
    let countries =
        form.within("shipping_address_collection", |form| form.texts("allowed_countries"))?;
    if let Some(countries) = countries {
        session["shipping_address_collection"] = json!({ "allowed_countries": countries });
    }
    Ok(())
}

fn read_custom_text(form: &mut Form, session: &mut Value) -> Result<()> {
    form.within("custom_text", |texts| {
        for place in ["after_submit", "shipping_address", "submit", "terms_of_service_acceptance"] {
            if let Some(message) = texts.within(place, |text| text.required("message"))? {
                session["custom_text"][place] = json!({ "message": message });
            }
        }
        Ok(())
    })?;
    Ok(())
}

fn read_switches(form: &mut Form, session: &mut Value) -> Result<()> {
    if let Some(allowed) = form.flag("allow_promotion_codes")? {
        session.set("allow_promotion_codes", allowed);
    }
    for key in ["adaptive_pricing", "automatic_tax", "phone_number_collection"] {
        if let Some(enabled) = form.within(key, |form| form.flag("enabled"))?.flatten() {
            session[key]["enabled"] = enabled.into();
        }
    }
    Ok(())
}

fn shape(tx: &Tx, id: &str, currency: &str, amounts: (i64, i64), rate: Option<&Value>) -> Value {
    let (subtotal, total) = amounts;
    let cost = rate.map(|rate| {
        json!({
            "amount_subtotal": rate["shipping_amount"], "amount_tax": 0,
            "amount_total": rate["shipping_amount"], "shipping_rate": rate["shipping_rate"],
        })
    });
    json!({
        "id": id,
        "object": "checkout.session",
        "adaptive_pricing": { "enabled": false },
        "after_expiration": null,
        "allow_promotion_codes": null,
        "allowed_payment_method_types": null,
        "amount_subtotal": subtotal,
        "amount_total": total,
        "automatic_tax": { "enabled": false, "liability": null, "provider": null, "status": null },
        "billing_address_collection": null,
        "cancel_url": null,
        "client_reference_id": null,
        "client_secret": null,
        "collected_information": null,
        "consent": null,
        "consent_collection": null,
        "created": tx.seconds(),
        "currency": currency,
        "currency_conversion": null,
        "custom_fields": [],
        "custom_text": {
            "after_submit": null, "shipping_address": null, "submit": null,
            "terms_of_service_acceptance": null,
        },
        "customer": null,
        "customer_account": null,
        "customer_creation": "if_required",
        "customer_details": null,
        "customer_email": null,
        "discounts": [],
        "expires_at": 0,
        "integration_identifier": null,
        "invoice": null,
        "invoice_creation": null,
        "livemode": false,
        "locale": null,
        "managed_payments": { "enabled": false },
        "metadata": {},
        "mode": "payment",
        "origin_context": null,
        "payment_intent": null,
        "payment_link": null,
        "payment_method_collection": "if_required",
        "payment_method_configuration_details": null,
        "payment_method_options": {},
        "payment_method_types": ["card"],
        "payment_status": "unpaid",
        "permissions": null,
        "phone_number_collection": { "enabled": false },
        "recovered_from": null,
        "saved_payment_method_options": null,
        "setup_intent": null,
        "shipping_address_collection": null,
        "shipping_cost": cost,
        "shipping_options": rate.map_or_else(|| json!([]), |rate| json!([{
            "shipping_amount": rate["shipping_amount"], "shipping_rate": rate["shipping_rate"],
        }])),
        "status": "open",
        "submit_type": null,
        "subscription": null,
        "success_url": null,
        "total_details": {
            "amount_discount": 0,
            "amount_shipping": rate.map_or(0, |rate| rate.int("shipping_amount")),
            "amount_tax": 0,
        },
        "ui_mode": "hosted_page",
        "url": format!("{}/sim/checkout/{id}", tx.terms.public_url),
        "wallet_options": null,
        "_sim": { "shipping_name": rate.map(|rate| rate["name"].clone()) },
    })
}
