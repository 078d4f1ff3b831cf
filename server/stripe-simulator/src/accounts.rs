//! Connected accounts.

use serde_json::{Map, Value, json};

use crate::account_params;
use crate::error::{ApiError, Result};
use crate::events::emit_change;
use crate::fields::{self, Fields as _, metadata};
use crate::form::Form;
use crate::ids;
use crate::store::Tx;

/// What a person must tell before money may be sent to them.
const DUE: [&str; 5] = [
    "external_account",
    "individual.dob.day",
    "individual.first_name",
    "individual.last_name",
    "tos_acceptance.date",
];

/// `POST /v1/accounts`.
pub(crate) async fn create(tx: &mut Tx, form: &mut Form) -> Result {
    let controller = form.within("controller", account_params::controller)?;
    let kind = form.word("type", &["custom", "express", "standard"])?;
    if kind.is_some() && controller.is_some() {
        let message = "You may not provide the `type` parameter and `controller` parameters.";
        return Err(ApiError::invalid("parameter_invalid", message).param("type"));
    }
    let country = form.text("country")?.unwrap_or_else(|| tx.terms.country.clone());
    let currency = form.currency("default_currency")?.unwrap_or_else(|| tx.terms.currency.clone());
    let capabilities =
        form.within("capabilities", account_params::capabilities)?.unwrap_or_default();
    let mut account = shape(tx, &ids::new("acct"), &country, &currency, &capabilities);
    account.set("type", kind.unwrap_or_else(|| "none".to_owned()));
    account.set("controller", controller.unwrap_or_else(|| json!({ "type": "account" })));
    account.set("metadata", json!({}));
    account_params::edit(&mut account, form)?;
    tx.insert(&account).await?;
    Ok(account)
}

/// `POST /v1/accounts/{id}`.
pub(crate) async fn update(tx: &mut Tx, id: &str, form: &mut Form) -> Result {
    let mut account = tx.find("account", id).await?;
    account_params::edit(&mut account, form)?;
    tx.save(&account).await?;
    report(tx, &account, &Value::Null).await?;
    Ok(account)
}

/// A connected account, or the platform's own.
pub(crate) async fn retrieve(tx: &mut Tx, id: &str) -> Result {
    if id == tx.account {
        return current(tx).await;
    }
    tx.find("account", id).await
}

/// `GET /v1/account`: the account in whose name the request was made.
pub(crate) async fn current(tx: &mut Tx) -> Result {
    if let Some((_, account)) = tx.find_anywhere(&tx.account.clone()).await? {
        return Ok(account);
    }
    let (country, currency) = (tx.terms.country.clone(), tx.terms.currency.clone());
    let platform = tx.terms.platform.clone();
    let mut account = shape(tx, &platform, &country, &currency, &Map::new());
    for key in ["charges_enabled", "details_submitted", "payouts_enabled"] {
        account.set(key, true);
    }
    account.set("requirements", requirements(&[]));
    Ok(account)
}

/// Takes away the right to be paid out, as Stripe does when a bank refuses.
pub(crate) async fn refuse_payouts(tx: &mut Tx, id: &str) -> Result<()> {
    let Some((_, mut account)) = tx.find_anywhere(id).await? else { return Ok(()) };
    account.set("payouts_enabled", false);
    account.set("requirements", requirements(&["external_account"]));
    account["external_accounts"]["data"][0]["status"] = "errored".into();
    tx.save(&account).await?;
    report(tx, &account, &json!({ "payouts_enabled": true })).await
}

/// Does something in the name of a connected account.
pub(crate) async fn in_account<T>(
    tx: &mut Tx,
    id: &str,
    work: impl AsyncFnOnce(&mut Tx) -> Result<T>,
) -> Result<T> {
    let own = std::mem::replace(&mut tx.account, id.to_owned());
    let result = work(tx).await;
    tx.account = own;
    result
}

/// Tells the platform that an account changed.
pub(crate) async fn report(tx: &mut Tx, account: &Value, previous: &Value) -> Result<()> {
    let id = account.text("id").to_owned();
    in_account(tx, &id, async |tx| emit_change(tx, "account.updated", account, previous).await)
        .await
}

/// What Stripe still wants to know.
pub(crate) fn requirements(due: &[&str]) -> Value {
    json!({
        "alternatives": [],
        "current_deadline": null,
        "currently_due": due,
        "disabled_reason": if due.is_empty() { Value::Null } else { "requirements.past_due".into() },
        "errors": [],
        "eventually_due": due,
        "past_due": due,
        "pending_verification": [],
    })
}

fn shape(
    tx: &Tx,
    id: &str,
    country: &str,
    currency: &str,
    capabilities: &Map<String, Value>,
) -> Value {
    json!({
        "id": id,
        "object": "account",
        "business_profile": {
            "annual_revenue": null, "estimated_worker_count": null, "mcc": null,
            "minority_owned_business_designation": null, "name": null,
            "product_description": null,
            "specified_commercial_transactions_act_url": null, "support_address": null, "support_email": null,
            "support_phone": null, "support_url": null, "url": null,
        },
        "business_type": null,
        "capabilities": capabilities,
        "charges_enabled": false,
        "controller": { "type": "account" },
        "country": country,
        "created": tx.seconds(),
        "default_currency": currency,
        "details_submitted": false,
        "email": null,
        "external_accounts": fields::list(&format!("/v1/accounts/{id}/external_accounts"), json!([]), false),
        "future_requirements": requirements(&[]),
        "metadata": metadata(None),
        "payouts_enabled": false,
        "requirements": requirements(&DUE),
        "settings": {
            "bacs_debit_payments": { "display_name": null, "service_user_number": null },
            "branding": { "icon": null, "logo": null, "primary_color": null, "secondary_color": null },
            "card_issuing": { "tos_acceptance": { "date": null, "ip": null } },
            "card_payments": {
                "decline_on": { "avs_failure": false, "cvc_failure": false },
                "statement_descriptor_prefix": null,
                "statement_descriptor_prefix_kana": null,
                "statement_descriptor_prefix_kanji": null,
            },
            "dashboard": { "display_name": null, "timezone": "Etc/UTC" },
            "invoices": { "default_account_tax_ids": null, "hosted_payment_method_save": null },
            "payments": {
                "statement_descriptor": null,
                "statement_descriptor_kana": null,
                "statement_descriptor_kanji": null,
                "statement_descriptor_prefix_kana": null,
                "statement_descriptor_prefix_kanji": null,
            },
            "payouts": {
                "debit_negative_balances": true,
                "schedule": { "delay_days": 2, "interval": "daily" },
                "statement_descriptor": null,
            },
            "sepa_debit_payments": {},
        },
        "tos_acceptance": { "date": null, "ip": null, "user_agent": null },
        "type": "none",
    })
}
