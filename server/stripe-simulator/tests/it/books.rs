//! The books add up, whatever happens.

use proptest::test_runner::{Config, TestRunner};
use serde_json::Value;

use crate::market::{DAY, Market};
use crate::story::{int, send, text};

#[tokio::test]
async fn refunds_and_reversals_move_money_back() {
    let market = Market::start().await;
    let anna = market.artisan("anna").await;
    let charge = market.charge(10_000).await;
    let transfer = send(&market, &charge, &anna, 9_000).await;
    let refund = format!("charge={}&amount=2000&reason=requested_by_customer", text(&charge, "id"));
    let refund = market.post("/v1/refunds", &refund).await.ok();
    assert_eq!(refund["status"], "succeeded");
    let path = format!("/v1/transfers/{}/reversals", text(&transfer, "id"));
    let reversal = market.post(&path, "amount=1800&metadata[refund]=r1").await.ok();
    let refund = text(&reversal, "destination_payment_refund").to_owned();
    let refund = market.get_as(&anna, &format!("/v1/refunds/{refund}")).await.ok();
    assert_eq!(refund["source_transfer_reversal"], reversal["id"]);
    let shown = market.get(&format!("/v1/transfers/{}", text(&transfer, "id"))).await.ok();
    assert_eq!((int(&shown, "amount_reversed"), &shown["reversed"]), (1_800, &false.into()));
    assert_eq!(shown["reversals"]["data"][0]["id"], reversal["id"]);
    market.post(&path, "amount=7201").await.refused(400, "parameter_invalid_integer");
    let too_much = format!("charge={}&amount=8001", text(&charge, "id"));
    market.post("/v1/refunds", &too_much).await.refused(400, "amount_too_large");

    market.advance(8 * DAY).await;
    check(&market, std::slice::from_ref(&anna)).await;
    let payouts = market.get_as(&anna, "/v1/payouts").await.ok();
    assert_eq!(int(&payouts["data"][0], "amount"), 7_200);
    // The money has left: it cannot be taken back.
    market.post(&path, "amount=1").await.refused(400, "balance_insufficient");
}

#[test]
fn whatever_happens_the_books_add_up() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let steps = proptest::collection::vec((0_u8..6, 1_i64..100), 4..20);
    let config = Config { cases: 12, failure_persistence: None, ..Config::default() };
    let outcome = TestRunner::new(config).run(&steps, |steps| {
        runtime.block_on(async {
            let market = Market::start().await;
            let artisans = [market.artisan("anna").await, market.artisan("bert").await];
            let mut charges = vec![market.charge(10_000).await];
            for (what, size) in steps {
                act(&market, &artisans, &mut charges, what, size).await;
            }
            check(&market, &artisans).await;
            market.advance(8 * DAY).await;
            check(&market, &artisans).await;
        });
        Ok(())
    });
    outcome.unwrap();
}

/// One thing that may succeed or be refused; either way the books must hold.
async fn act(market: &Market, artisans: &[String], charges: &mut Vec<Value>, what: u8, size: i64) {
    let pick = usize::try_from(size).unwrap();
    let charge = text(&charges[pick % charges.len()], "id").to_owned();
    let artisan = &artisans[pick % artisans.len()];
    let amount = size * 97;
    match what {
        0 => charges.push(market.charge(amount + 50).await),
        1 | 2 => {
            let form = format!(
                "amount={amount}&currency=eur&destination={artisan}&source_transaction={charge}"
            );
            market.post("/v1/transfers", &form).await;
        }
        3 => {
            market.post("/v1/refunds", &format!("charge={charge}&amount={amount}")).await;
        }
        4 => {
            let transfers = market.get("/v1/transfers?limit=1").await.ok();
            if let Some(id) = transfers["data"][0]["id"].as_str() {
                let path = format!("/v1/transfers/{id}/reversals");
                market.post(&path, &format!("amount={amount}")).await;
            }
        }
        _ => market.advance(DAY * u64::try_from(size % 4).unwrap()).await,
    }
}

/// Balance transactions make up the balance, and the lines of a payout its amount.
pub(crate) async fn check(market: &Market, artisans: &[String]) {
    let platform = text(&market.get("/v1/account").await.ok(), "id").to_owned();
    for account in artisans.iter().chain([&platform]) {
        let lines = all(market, account, "/v1/balance_transactions?limit=100").await;
        let sum_of = |status: &str| -> i64 {
            lines.iter().filter(|line| line["status"] == status).map(|line| int(line, "net")).sum()
        };
        let balance = market.get_as(account, "/v1/balance").await.ok();
        for status in ["available", "pending"] {
            assert_eq!(int(&balance[status][0], "amount"), sum_of(status), "{account} {status}");
        }
        for payout in all(market, account, "/v1/payouts?limit=100").await {
            let path = format!("/v1/balance_transactions?limit=100&payout={}", text(&payout, "id"));
            let lines = all(market, account, &path).await;
            let sum: i64 =
                lines.iter().filter(|l| l["type"] != "payout").map(|l| int(l, "net")).sum();
            assert_eq!(sum, int(&payout, "amount"));
            assert_eq!(lines.iter().filter(|line| line["type"] == "payout").count(), 1);
        }
    }
}

/// Every object of a list, page by page; `path` ends in parameters.
pub(crate) async fn all(market: &Market, account: &str, path: &str) -> Vec<Value> {
    let mut objects: Vec<Value> = Vec::new();
    loop {
        let cursor = objects.last().map(|last| format!("&starting_after={}", text(last, "id")));
        let page =
            market.get_as(account, &format!("{path}{}", cursor.unwrap_or_default())).await.ok();
        objects.extend(page["data"].as_array().unwrap().iter().cloned());
        if page["has_more"] == false {
            return objects;
        }
    }
}
