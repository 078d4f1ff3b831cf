//! The books: balance transactions, and what they add up to.

use serde_json::{Value, json};

use crate::clock;
use crate::error::{ApiError, Result};
use crate::fields::Fields as _;
use crate::ids;
use crate::store::{NewEntry, Tx};

/// Days from a charge until its money can be used.
const SETTLEMENT_DAYS: i64 = 2;

/// A movement of money in the account of the current unit of work.
pub(crate) struct Movement<'a> {
    /// Stripe's type, such as `charge`; the reporting category follows from it.
    pub(crate) kind: &'a str,
    /// Gross, minor units, signed.
    pub(crate) amount: i64,
    /// Stripe's fee, minor units, not negative.
    pub(crate) fee: i64,
    pub(crate) currency: &'a str,
    /// When the money can be used, microseconds.
    pub(crate) available_at: i64,
    /// The object that moved it.
    pub(crate) source: &'a str,
    pub(crate) description: Option<&'a str>,
    /// The payout that carries this line, when it is a payout's own.
    pub(crate) payout: Option<&'a str>,
}

/// Writes a movement into the books and returns its balance transaction.
pub(crate) async fn post(tx: &mut Tx, movement: &Movement<'_>) -> Result {
    let id = ids::new("txn");
    let net = movement.amount - movement.fee;
    let mut transaction = json!({
        "id": id,
        "object": "balance_transaction",
        "amount": movement.amount,
        "available_on": clock::seconds(movement.available_at),
        "balance_type": "payments",
        "created": tx.seconds(),
        "currency": movement.currency,
        "description": movement.description,
        "exchange_rate": null,
        "fee": movement.fee,
        "fee_details": fee_details(movement),
        "net": net,
        "reporting_category": reporting_category(movement.kind),
        "source": movement.source,
        "status": "pending",
        "type": movement.kind,
    });
    if let Some(payout) = movement.payout {
        transaction.keep("payout", payout);
    }
    tx.insert(&transaction).await?;
    let account = tx.account.clone();
    let entry = NewEntry {
        id: &id,
        account: &account,
        currency: movement.currency,
        kind: movement.kind,
        net,
        available_at: movement.available_at,
        payout: movement.payout,
    };
    tx.insert_entry(&entry).await?;
    Ok(transaction)
}

fn fee_details(movement: &Movement<'_>) -> Value {
    if movement.fee == 0 {
        return json!([]);
    }
    json!([{
        "amount": movement.fee,
        "application": null,
        "currency": movement.currency,
        "description": "Stripe processing fees",
        "type": "stripe_fee",
    }])
}

/// Stripe's coarser classification of a balance transaction type.
fn reporting_category(kind: &str) -> &str {
    match kind {
        "payment" => "charge",
        "payment_refund" => "refund",
        "transfer_refund" => "transfer_reversal",
        "payout_failure" | "payout_cancel" => "payout_reversal",
        other => other,
    }
}

/// When the money of a charge made at `moment` can be used: at once for the test card that says
/// so, else at midnight UTC two days later.
pub(crate) const fn settles_at(moment: i64, at_once: bool) -> i64 {
    if at_once { moment } else { clock::midnight_after(moment, SETTLEMENT_DAYS) }
}

/// Whether money that becomes usable at `available_at` is usable at `now`.
pub(crate) fn status(transaction: &mut Value, now: i64) {
    let available = transaction.int("available_on") <= clock::seconds(now);
    transaction.set("status", if available { "available" } else { "pending" });
}

/// Refuses to spend more than an account has available in a currency.
pub(crate) async fn require_available(tx: &mut Tx, currency: &str, amount: i64) -> Result<()> {
    let account = tx.account.clone();
    let balances = tx.balances(&account).await?;
    let available = balances.iter().find(|row| row.0 == currency).map_or(0, |row| row.1);
    if available >= amount {
        return Ok(());
    }
    let message = "You have insufficient available funds in your Stripe account.";
    Err(ApiError::invalid("balance_insufficient", message))
}

/// `GET /v1/balance`.
pub(crate) async fn balance(tx: &mut Tx) -> Result {
    let account = tx.account.clone();
    let mut rows = tx.balances(&account).await?;
    if rows.is_empty() {
        rows.push((tx.terms.currency.clone(), 0, 0));
    }
    let amounts = |pick: fn(&(String, i64, i64)) -> i64| -> Vec<Value> {
        let amount = |row: &(String, i64, i64)| {
            let minor = pick(row);
            json!({ "amount": minor, "currency": row.0, "source_types": { "card": minor } })
        };
        rows.iter().map(amount).collect()
    };
    let mut balance = json!({
        "object": "balance",
        "available": amounts(|row| row.1),
        "pending": amounts(|row| row.2),
        "livemode": false,
    });
    if account == tx.terms.platform {
        balance.set("connect_reserved", amounts(|_| 0));
    }
    Ok(balance)
}

/// Minor units of the smallest payment Stripe takes in a currency; from Stripe's table of minimum
/// charge amounts, as remembered.
pub(crate) fn minimum_charge(currency: &str) -> i64 {
    match currency {
        "gbp" => 30,
        "dkk" => 250,
        "nok" | "sek" => 300,
        "czk" => 1_500,
        "huf" => 17_500,
        "pln" | "ron" | "myr" | "aed" => 200,
        "bgn" => 100,
        "mxn" | "thb" => 1_000,
        "hkd" => 400,
        _ => 50,
    }
}

#[cfg(test)]
mod tests {
    use super::settles_at;
    use crate::clock::DAY;

    #[test]
    fn a_charge_settles_at_midnight_two_days_later() {
        let noon = 20_000 * DAY + DAY / 2;
        assert_eq!(settles_at(noon, false), 20_002 * DAY);
        assert_eq!(settles_at(noon, true), noon);
    }
}
