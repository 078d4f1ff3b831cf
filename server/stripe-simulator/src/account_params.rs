//! What may be said of an account when it is made or changed.

use serde_json::{Map, Value, json};

use crate::api::filters;
use crate::error::Result;
use crate::fields::Fields as _;
use crate::form::Form;

/// Reads what may be given when an account is made and when it is changed.
pub(crate) fn edit(account: &mut Value, form: &mut Form) -> Result<()> {
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
        filters(profile, &keys)
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

/// Reads `controller`.
pub(crate) fn controller(form: &mut Form) -> Result {
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

/// Reads `capabilities`; the requested ones are inactive until the onboarding is done.
pub(crate) fn capabilities(form: &mut Form) -> Result<Map<String, Value>> {
    let mut capabilities = Map::new();
    for name in ["card_payments", "transfers"] {
        let requested = form.within(name, |capability| capability.flag("requested"))?.flatten();
        if requested == Some(true) {
            capabilities.insert(name.to_owned(), "inactive".into());
        }
    }
    Ok(capabilities)
}
