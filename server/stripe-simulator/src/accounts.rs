//! Connected accounts and their onboarding.

use serde_json::{Map, Value, json};

use crate::clock::{self, SECOND};
use crate::error::{ApiError, Result};
use crate::events::{emit, emit_change};
use crate::fields::{self, Fields as _, metadata};
use crate::form::Form;
use crate::ids;
use crate::store::Tx;

/// The number of a bank account that takes every payout.
pub(crate) const TEST_BANK_ACCOUNT: &str = "000123456789";
/// How long an onboarding link works, in microseconds.
const LINK_LIFE: i64 = 300 * SECOND;
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
    let controller = form.within("controller", controller)?;
    let kind = form.word("type", &["custom", "express", "standard"])?;
    if kind.is_some() && controller.is_some() {
        let message = "You may not provide the `type` parameter and `controller` parameters.";
        return Err(ApiError::invalid("parameter_invalid", message).param("type"));
    }
    let country = form.text("country")?.unwrap_or_else(|| tx.terms.country.clone());
    let currency = form.currency("default_currency")?.unwrap_or_else(|| tx.terms.currency.clone());
    let capabilities = form.within("capabilities", capabilities)?.unwrap_or_default();
    let mut account = shape(tx, &ids::new("acct"), &country, &currency, &capabilities);
    account.set("type", kind.unwrap_or_else(|| "none".to_owned()));
    account.set("controller", controller.unwrap_or_else(|| json!({ "type": "account" })));
    account.set("metadata", json!({}));
    edit(&mut account, form)?;
    tx.insert(&account).await?;
    Ok(account)
}

/// `POST /v1/accounts/{id}`.
pub(crate) async fn update(tx: &mut Tx, id: &str, form: &mut Form) -> Result {
    let mut account = tx.find("account", id).await?;
    edit(&mut account, form)?;
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

/// `POST /v1/account_links`.
pub(crate) async fn create_link(tx: &mut Tx, form: &mut Form) -> Result {
    let id = form.required("account")?;
    let kind = form.word("type", &["account_onboarding", "account_update"])?;
    if kind.is_none() {
        return Err(ApiError::missing_param("type"));
    }
    form.text("collect")?;
    form.within("collection_options", |options| {
        options.word("fields", &["currently_due", "eventually_due"])?;
        options.word("future_requirements", &["include", "omit"])
    })?;
    let refresh_url = form.required("refresh_url")?;
    let return_url = form.required("return_url")?;
    tx.find("account", &id).await?;
    let token = ids::random(43);
    let expires = tx.now + LINK_LIFE;
    let url = format!("{}/sim/onboard/{id}?token={token}", tx.terms.public_url);
    let link = json!({
        "id": format!("link_sim_{token}"),
        "object": "account_link",
        "created": tx.seconds(),
        "expires_at": clock::seconds(expires),
        "url": url,
        "_sim": { "account": id, "expires": expires, "used": false,
                  "refresh_url": refresh_url, "return_url": return_url },
    });
    tx.insert(&link).await?;
    let mut shown = link;
    if let Some(fields) = shown.as_object_mut() {
        fields.remove("id");
    }
    Ok(shown)
}

/// The onboarding link with this token, whatever its state.
pub(crate) async fn link(tx: &mut Tx, account: &str, token: &str) -> Result<Value> {
    let link = tx.find("account_link", &format!("link_sim_{token}")).await?;
    if link.kept("account") == account {
        Ok(link)
    } else {
        Err(ApiError::missing("account_link", token))
    }
}

/// Fills in everything an account still needs, as the onboarding page does.
pub(crate) async fn complete_onboarding(tx: &mut Tx, id: &str, bank_account: &str) -> Result {
    let mut account = tx.find("account", id).await?;
    let previous = previous_of(&account);
    let bank = bank_account_of(&account, bank_account);
    account.set("details_submitted", true);
    account.set("payouts_enabled", true);
    account.set("requirements", requirements(&[]));
    account.set("future_requirements", requirements(&[]));
    let mut capabilities = account["capabilities"].as_object().cloned().unwrap_or_default();
    capabilities.values_mut().for_each(|status| *status = "active".into());
    account.set("charges_enabled", capabilities.contains_key("card_payments"));
    account.set("capabilities", capabilities.clone());
    let accounts_url = format!("/v1/accounts/{id}/external_accounts");
    account.set("external_accounts", fields::list(&accounts_url, vec![bank.clone()], false));
    account["tos_acceptance"]["date"] = tx.seconds().into();
    tx.save(&account).await?;
    in_account(tx, id, async |tx| emit(tx, "account.external_account.created", &bank).await)
        .await?;
    for name in capabilities.keys() {
        let capability = capability(id, name, tx.seconds());
        in_account(tx, id, async |tx| emit(tx, "capability.updated", &capability).await).await?;
    }
    report(tx, &account, &previous).await?;
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

async fn report(tx: &mut Tx, account: &Value, previous: &Value) -> Result<()> {
    let id = account.text("id").to_owned();
    in_account(tx, &id, async |tx| emit_change(tx, "account.updated", account, previous).await)
        .await
}

fn previous_of(account: &Value) -> Value {
    let keys = ["capabilities", "charges_enabled", "details_submitted", "payouts_enabled"];
    keys.iter().map(|key| ((*key).to_owned(), account[*key].clone())).collect::<Map<_, _>>().into()
}

/// Reads what may be given when an account is made and when it is changed.
fn edit(account: &mut Value, form: &mut Form) -> Result<()> {
    for key in ["email", "business_type"] {
        if let Some(value) = form.text(key)? {
            account.set(key, value);
        }
    }
    let profile = form.within("business_profile", |profile| {
        let keys = [
            "mcc",
            "name",
            "product_description",
            "support_email",
            "support_phone",
            "support_url",
            "url",
        ];
        crate::api::filters(profile, &keys)
    })?;
    for (key, value) in profile.iter().filter_map(Value::as_object).flatten() {
        account["business_profile"][key] = value.clone();
    }
    if let Some(schedule) = form.within("settings", settings)?.flatten() {
        account["settings"]["payouts"]["schedule"] = schedule;
    }
    account.merge_metadata(form.metadata()?);
    Ok(())
}

fn settings(form: &mut Form) -> Result<Option<Value>> {
    let payouts = form.within("payouts", |payouts| {
        payouts.flag("debit_negative_balances")?;
        payouts.text("statement_descriptor")?;
        payouts.within("schedule", schedule)
    })?;
    Ok(payouts.flatten())
}

fn schedule(form: &mut Form) -> Result {
    let intervals = ["daily", "manual", "monthly", "weekly"];
    let interval = form.word("interval", &intervals)?.unwrap_or_else(|| "daily".to_owned());
    form.text("delay_days")?;
    let mut schedule = json!({ "delay_days": 2, "interval": interval });
    if interval == "weekly" {
        let anchor = form.word("weekly_anchor", &WEEKDAYS)?;
        schedule.set("weekly_anchor", anchor.unwrap_or_else(|| "monday".to_owned()));
    }
    if interval == "monthly" {
        schedule.set("monthly_anchor", form.int("monthly_anchor")?.unwrap_or(1));
    }
    Ok(schedule)
}

/// Stripe's names of the days, Monday first.
pub(crate) const WEEKDAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

fn controller(form: &mut Form) -> Result {
    let payers = ["account", "application", "application_custom", "application_express"];
    let fees = form.within("fees", |fees| fees.word("payer", &payers))?.flatten();
    let losses = form
        .within("losses", |losses| losses.word("payments", &["application", "stripe"]))?
        .flatten();
    let dashboard = form
        .within("stripe_dashboard", |own| own.word("type", &["express", "full", "none"]))?
        .flatten();
    let collection = form.word("requirement_collection", &["application", "stripe"])?;
    Ok(json!({
        "fees": { "payer": fees.unwrap_or_else(|| "account".to_owned()) },
        "is_controller": true,
        "losses": { "payments": losses.unwrap_or_else(|| "stripe".to_owned()) },
        "requirement_collection": collection.unwrap_or_else(|| "stripe".to_owned()),
        "stripe_dashboard": { "type": dashboard.unwrap_or_else(|| "full".to_owned()) },
        "type": "application",
    }))
}

fn capabilities(form: &mut Form) -> Result<Map<String, Value>> {
    let mut capabilities = Map::new();
    for name in ["card_payments", "transfers"] {
        let requested = form.within(name, |capability| capability.flag("requested"))?.flatten();
        if requested == Some(true) {
            capabilities.insert(name.to_owned(), "inactive".into());
        }
    }
    Ok(capabilities)
}

fn capability(account: &str, name: &str, now: i64) -> Value {
    json!({
        "id": name,
        "object": "capability",
        "account": account,
        "requested": true,
        "requested_at": now,
        "requirements": requirements(&[]),
        "status": "active",
    })
}

fn requirements(due: &[&str]) -> Value {
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
            "product_description": null, "support_address": null, "support_email": null,
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

/// A bank account; Stripe's magic numbers for ones that refuse payouts work.
fn bank_account_of(account: &Value, number: &str) -> Value {
    let last4: String = number.chars().skip(number.chars().count().saturating_sub(4)).collect();
    let refusal = match number {
        "000111111116" => Some("no_account"),
        "000111111113" => Some("account_closed"),
        _ => None,
    };
    json!({
        "id": ids::new("ba"),
        "object": "bank_account",
        "account": account.text("id"),
        "account_holder_name": "Test Person",
        "account_holder_type": "individual",
        "account_type": null,
        "available_payout_methods": ["standard"],
        "bank_name": "SIMULATED BANK",
        "country": account.text("country"),
        "currency": account.text("default_currency"),
        "default_for_currency": true,
        "fingerprint": ids::random(16),
        "last4": last4,
        "metadata": {},
        "routing_number": "110000000",
        "status": "new",
        "_sim": { "refusal": refusal },
    })
}
