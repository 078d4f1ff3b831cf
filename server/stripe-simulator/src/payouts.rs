//! Payouts: money on its way to a bank.

use serde_json::{Value, json};

use crate::account_params::WEEKDAYS;
use crate::accounts::{self, in_account};
use crate::api::{filters, list_of};
use crate::books::{self, Movement};
use crate::clock::{self, DAY, HOUR, SECOND};
use crate::error::{ApiError, Result};
use crate::events::emit;
use crate::fields::{Fields as _, metadata};
use crate::form::Form;
use crate::ids;
use crate::store::{Action, Tx, Unpaid};

/// Hour of the day, UTC, at which automatic payouts are made.
const PAYOUT_HOUR: i64 = 3;
/// Hour of the next day at which a payout reaches the bank.
const ARRIVAL_HOUR: i64 = 9;
/// How long after its arrival the composition of an automatic payout is known.
const RECONCILIATION_DELAY: i64 = 600 * SECOND;

pub(crate) async fn list(tx: &mut Tx, form: &mut Form) -> Result {
    let filter = filters(form, &["status", "destination"])?;
    list_of(tx, form, "payout", "/v1/payouts", &filter).await
}

/// `POST /v1/payouts`: a manual payout of money that is available.
pub(crate) async fn create(tx: &mut Tx, form: &mut Form) -> Result {
    let amount = form.amount("amount")?.ok_or_else(|| ApiError::missing_param("amount"))?;
    let currency = form.currency("currency")?.ok_or_else(|| ApiError::missing_param("currency"))?;
    form.word("method", &["standard"])?;
    form.word("source_type", &["card"])?;
    let description = form.text("description")?;
    let descriptor = form.text("statement_descriptor")?;
    let given = metadata(form.metadata()?);
    books::require_available(tx, &currency, amount).await?;
    let mut payout = shape(tx, amount, &currency, false);
    payout.set("description", description);
    payout.set("statement_descriptor", descriptor);
    payout.set("metadata", given);
    send(tx, payout).await
}

/// When the next round of automatic payouts is due, after `moment`.
pub(crate) const fn next_round(moment: i64) -> i64 {
    let today = clock::midnight_after(moment, 0) + PAYOUT_HOUR * HOUR;
    if today > moment { today } else { today + DAY }
}

/// Pays out everything available to every connected account whose schedule says so.
pub(crate) async fn round(tx: &mut Tx) -> Result<()> {
    for unpaid in tx.unpaid().await? {
        let Some((_, account)) = tx.find_anywhere(&unpaid.account).await? else { continue };
        if account.is("payouts_enabled") && is_payout_day(&account, tx.now) {
            let id = unpaid.account.clone();
            in_account(tx, &id, async |tx| pay_out(tx, &unpaid, &account).await).await?;
        }
    }
    tx.schedule(next_round(tx.now), Action::PayOut, "all").await
}

async fn pay_out(tx: &mut Tx, unpaid: &Unpaid, account: &Value) -> Result<()> {
    let mut payout = shape(tx, unpaid.net, &unpaid.currency, true);
    let bank = &account["external_accounts"]["data"][0];
    payout.set("destination", bank["id"].clone());
    payout.keep("refusal", bank.kept("refusal").clone());
    tx.claim_unpaid(&unpaid.currency, payout.text("id")).await?;
    send(tx, payout).await?;
    Ok(())
}

async fn send(tx: &mut Tx, mut payout: Value) -> Result {
    let id = payout.text("id").to_owned();
    let currency = payout.text("currency").to_owned();
    let automatic = payout.is("automatic");
    let movement = Movement {
        kind: "payout",
        amount: -payout.int("amount"),
        fee: 0,
        currency: &currency,
        available_at: tx.now,
        source: &id,
        description: Some("STRIPE PAYOUT"),
        payout: automatic.then_some(id.as_str()),
    };
    let transaction = books::post(tx, &movement).await?;
    payout.set("balance_transaction", transaction.text("id"));
    tx.insert(&payout).await?;
    tx.schedule(arrival(tx.now), Action::PayoutArrives, &id).await?;
    emit(tx, "payout.created", &payout).await?;
    Ok(payout)
}

/// A payout reaches the bank, or is refused there.
pub(crate) async fn arrive(tx: &mut Tx, id: &str) -> Result<()> {
    let Some((account, payout)) = tx.find_anywhere(id).await? else { return Ok(()) };
    let refusal = payout.kept("refusal").as_str().map(str::to_owned);
    in_account(tx, &account, async |tx| match &refusal {
        Some(code) => refuse(tx, payout, code).await,
        None => paid(tx, payout).await,
    })
    .await?;
    if refusal.is_some() {
        accounts::refuse_payouts(tx, &account).await?;
    }
    Ok(())
}

async fn paid(tx: &mut Tx, mut payout: Value) -> Result<()> {
    payout.set("status", "paid");
    payout.set("trace_id", json!({ "status": "supported", "value": ids::random(16) }));
    tx.save(&payout).await?;
    if payout.is("automatic") {
        let at = tx.now + RECONCILIATION_DELAY;
        tx.schedule(at, Action::PayoutReconciled, payout.text("id")).await?;
    }
    emit(tx, "payout.paid", &payout).await
}

/// The bank sends the money back: it is available again, for a later payout.
async fn refuse(tx: &mut Tx, mut payout: Value, code: &str) -> Result<()> {
    let currency = payout.text("currency").to_owned();
    let id = payout.text("id").to_owned();
    let movement = Movement {
        kind: "payout_failure",
        amount: payout.int("amount"),
        fee: 0,
        currency: &currency,
        available_at: tx.now,
        source: &id,
        description: Some("STRIPE PAYOUT FAILURE"),
        payout: None,
    };
    let transaction = books::post(tx, &movement).await?;
    payout.set("status", "failed");
    payout.set("failure_balance_transaction", transaction.text("id"));
    payout.set("failure_code", code);
    payout.set("failure_message", "The bank account could not be credited.");
    tx.save(&payout).await?;
    emit(tx, "payout.failed", &payout).await
}

/// The composition of a payout is known.
pub(crate) async fn reconciled(tx: &mut Tx, id: &str) -> Result<()> {
    let Some((account, mut payout)) = tx.find_anywhere(id).await? else { return Ok(()) };
    payout.set("reconciliation_status", "completed");
    tx.save(&payout).await?;
    in_account(tx, &account, async |tx| emit(tx, "payout.reconciliation_completed", &payout).await)
        .await
}

const fn arrival(moment: i64) -> i64 {
    clock::midnight_after(moment, 1) + ARRIVAL_HOUR * HOUR
}

fn is_payout_day(account: &Value, now: i64) -> bool {
    let schedule = &account["settings"]["payouts"]["schedule"];
    let weekday = usize::try_from(clock::weekday(now)).unwrap_or_default();
    match schedule.text("interval") {
        "daily" => true,
        "weekly" => schedule.text("weekly_anchor") == WEEKDAYS[weekday],
        "monthly" => schedule.int("monthly_anchor") == clock::civil(now).2,
        _ => false,
    }
}

fn shape(tx: &Tx, amount: i64, currency: &str, automatic: bool) -> Value {
    json!({
        "id": ids::new("po"),
        "object": "payout",
        "amount": amount,
        "application_fee": null,
        "application_fee_amount": null,
        "arrival_date": clock::seconds(clock::midnight_after(tx.now, 1)),
        "automatic": automatic,
        "balance_transaction": null,
        "created": tx.seconds(),
        "currency": currency,
        "description": "STRIPE PAYOUT",
        "destination": null,
        "failure_balance_transaction": null,
        "failure_code": null,
        "failure_message": null,
        "livemode": false,
        "metadata": {},
        "method": "standard",
        "original_payout": null,
        "payout_method": null,
        "reconciliation_status": if automatic { "in_progress" } else { "not_applicable" },
        "reversed_by": null,
        "source_type": "card",
        "statement_descriptor": null,
        "status": "in_transit",
        "trace_id": null,
        "type": "bank_account",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn payouts_are_made_once_a_day_at_the_same_hour() {
        let midnight = 20_000 * DAY;
        assert_eq!(next_round(midnight), midnight + 3 * HOUR);
        assert_eq!(next_round(midnight + 3 * HOUR), midnight + DAY + 3 * HOUR);
        assert_eq!(next_round(midnight + 23 * HOUR), midnight + DAY + 3 * HOUR);
    }

    #[test]
    fn a_weekly_schedule_pays_on_its_day_only() {
        let account = json!({ "settings": { "payouts": {
            "schedule": { "interval": "weekly", "weekly_anchor": "friday" } } } });
        // The first of January 1970 was a Thursday.
        assert!(!is_payout_day(&account, 0));
        assert!(is_payout_day(&account, DAY));
    }
}
