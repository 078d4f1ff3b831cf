//! The table of endpoints, and what lists and single objects have in common.

use axum::http::Method;
use serde_json::{Value, json};

use crate::error::{ApiError, Result};
use crate::fields::{self, Fields as _};
use crate::form::Form;
use crate::store::{Page, Tx};
use crate::{
    accounts, balance, books, charges, checkout, events, onboarding, payment_intents, payouts,
    refunds, reversals, transfers, webhooks,
};

/// Stripe's limits on the length of a list page.
const DEFAULT_LIMIT: i64 = 10;
const MAX_LIMIT: i64 = 100;

/// Runs the endpoint that a request names.
pub(crate) async fn dispatch(tx: &mut Tx, method: &Method, path: &str, form: &mut Form) -> Result {
    let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
    match *method {
        Method::GET => read(tx, &segments, form).await,
        Method::POST => write(tx, &segments, form).await,
        _ => Err(ApiError::unknown_url(method.as_str(), path)),
    }
}

async fn read(tx: &mut Tx, segments: &[&str], form: &mut Form) -> Result {
    match segments {
        ["v1", "account"] => accounts::current(tx).await,
        ["v1", "accounts"] => list_of(tx, form, "account", "/v1/accounts", &json!({})).await,
        ["v1", "accounts", id] => accounts::retrieve(tx, id).await,
        ["v1", "balance"] => books::balance(tx).await,
        ["v1", "balance_transactions"] => balance::list(tx, form).await,
        ["v1", "balance_transactions", id] => tx.find("balance_transaction", id).await,
        ["v1", "charges"] => charges::list(tx, form).await,
        ["v1", "charges", id] => tx.find("charge", id).await,
        ["v1", "checkout", "sessions"] => checkout::list(tx, form).await,
        ["v1", "checkout", "sessions", id] => checkout::retrieve(tx, id).await,
        ["v1", "checkout", "sessions", id, "line_items"] => {
            checkout::line_items(tx, id, form).await
        }
        ["v1", "events"] => events::list(tx, form).await,
        ["v1", "events", id] => events::retrieve(tx, id).await,
        ["v1", "payment_intents"] => payment_intents::list(tx, form).await,
        ["v1", "payment_intents", id] => tx.find("payment_intent", id).await,
        ["v1", "payouts"] => payouts::list(tx, form).await,
        ["v1", "payouts", id] => tx.find("payout", id).await,
        ["v1", "refunds"] => refunds::list(tx, form).await,
        ["v1", "refunds", id] => tx.find("refund", id).await,
        ["v1", "transfers"] => transfers::list(tx, form).await,
        ["v1", "transfers", id] => tx.find("transfer", id).await,
        ["v1", "transfers", id, "reversals"] => reversals::list(tx, id, form).await,
        ["v1", "transfers", id, "reversals", reversal] => {
            reversals::retrieve(tx, id, reversal).await
        }
        ["v1", "webhook_endpoints"] => Ok(webhooks::endpoints(tx)),
        _ => Err(ApiError::unknown_url("GET", &format!("/{}", segments.join("/")))),
    }
}

async fn write(tx: &mut Tx, segments: &[&str], form: &mut Form) -> Result {
    match segments {
        ["v1", "accounts"] => accounts::create(tx, form).await,
        ["v1", "accounts", id] => accounts::update(tx, id, form).await,
        ["v1", "account_links"] => onboarding::create_link(tx, form).await,
        ["v1", "charges", id] => charges::update(tx, id, form).await,
        ["v1", "checkout", "sessions"] => checkout::create(tx, form).await,
        ["v1", "checkout", "sessions", id, "expire"] => checkout::expire_now(tx, id).await,
        ["v1", "payouts"] => payouts::create(tx, form).await,
        ["v1", "refunds"] => refunds::create(tx, form).await,
        ["v1", "transfers"] => transfers::create(tx, form).await,
        ["v1", "transfers", id, "reversals"] => reversals::create(tx, id, form).await,
        ["_sim", "accounts", id, "complete_onboarding"] => {
            onboarding::complete(tx, id, onboarding::TEST_BANK_ACCOUNT).await
        }
        _ => Err(ApiError::unknown_url("POST", &format!("/{}", segments.join("/")))),
    }
}

/// One page of a kind of object, newest first.
pub(crate) async fn list_of(
    tx: &mut Tx,
    form: &mut Form,
    kind: &str,
    url: &str,
    filter: &Value,
) -> Result {
    let page = page(form)?;
    let (data, more) = tx.list(kind, filter, &page).await?;
    Ok(fields::list(url, data, more))
}

/// Reads `limit`, `starting_after`, `ending_before` and `created`.
pub(crate) fn page(form: &mut Form) -> Result<Page> {
    let limit = form.int("limit")?.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        let message = format!("limit must be between 1 and {MAX_LIMIT}");
        return Err(ApiError::invalid("parameter_invalid_integer", message).param("limit"));
    }
    let created = created_range(form)?;
    Ok(Page {
        limit,
        starting_after: form.text("starting_after")?,
        ending_before: form.text("ending_before")?,
        created,
    })
}

/// Reads `created` as one moment or as a range; both ends are included in the answer.
fn created_range(form: &mut Form) -> Result<(i64, i64)> {
    if !form.is_group("created") {
        let moment = form.int("created")?;
        return Ok((moment.unwrap_or(0), moment.unwrap_or(i64::MAX)));
    }
    let range = form.within("created", |range| {
        let after = range.int("gt")?.map(|moment| moment.saturating_add(1));
        let before = range.int("lt")?.map(|moment| moment.saturating_sub(1));
        let from = range.int("gte")?.or(after).unwrap_or(0);
        Ok((from, range.int("lte")?.or(before).unwrap_or(i64::MAX)))
    })?;
    Ok(range.unwrap_or((0, i64::MAX)))
}

/// Reads filters that are compared with the field of the same name.
pub(crate) fn filters(form: &mut Form, names: &[&str]) -> Result<Value> {
    let mut filter = json!({});
    for name in names {
        if let Some(value) = form.text(name)? {
            filter.set(name, value);
        }
    }
    Ok(filter)
}
