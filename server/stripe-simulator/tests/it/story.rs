//! The whole way of the money: a cart of two sellers, transfers, payouts.

use serde_json::Value;

use crate::market::{DAY, Market, NOON};

#[tokio::test]
async fn a_cart_of_two_sellers_reaches_both_banks() {
    let market = Market::start().await;
    let (anna, bert) = (market.artisan("anna").await, market.artisan("bert").await);
    let charge = market.charge(10_000).await;
    let transaction = market
        .get(&format!("/v1/balance_transactions/{}", text(&charge, "balance_transaction")))
        .await
        .ok();
    assert_eq!((int(&transaction, "fee"), int(&transaction, "net")), (175, 9_825));
    assert_eq!(transaction["status"], "pending");
    assert_eq!(int(&transaction, "available_on"), NOON - 43_200 + 2 * 86_400);

    let transfer = send(&market, &charge, &anna, 5_400).await;
    send(&market, &charge, &bert, 3_600).await;
    assert_eq!(transfer["transfer_group"], "order_1");
    assert_eq!(pending(&market.get("/v1/balance").await.ok()), 825);

    market.advance(8 * DAY).await;
    for (artisan, net) in [(&anna, 5_400), (&bert, 3_600)] {
        let payouts = market.get_as(artisan, "/v1/payouts").await.ok();
        assert_eq!(payouts["data"].as_array().unwrap().len(), 1);
        let payout = &payouts["data"][0];
        assert_eq!(int(payout, "amount"), net);
        assert_eq!((&payout["status"], &payout["automatic"]), (&"paid".into(), &true.into()));
        assert_eq!(payout["reconciliation_status"], "completed");
        let path = format!(
            "/v1/balance_transactions?payout={}&limit=100&expand[]=data.source.source_transfer",
            text(payout, "id")
        );
        let lines = market.get_as(artisan, &path).await.ok();
        let lines = lines["data"].as_array().unwrap();
        let kinds: Vec<_> = lines.iter().map(|line| text(line, "type")).collect();
        assert_eq!(kinds, ["payout", "payment"]);
        assert_eq!(lines[1]["source"]["source_transfer"]["metadata"]["suborder"], "s1");
        assert_eq!((int(&lines[0], "net"), int(&lines[1], "net")), (-net, net));
        assert_eq!(
            int(&market.get_as(artisan, "/v1/balance").await.ok()["available"][0], "amount"),
            0
        );
    }
}

#[tokio::test]
async fn connected_events_go_to_their_own_endpoint_in_the_order_of_time() {
    let market = Market::start().await;
    let anna = market.artisan("anna").await;
    let charge = market.charge(10_000).await;
    send(&market, &charge, &anna, 9_000).await;
    market.inbox.clear();
    market.advance(8 * DAY).await;
    let heard = market.inbox.all();
    let connected: Vec<_> = heard.iter().filter(|event| event.path == "connect").collect();
    let kinds: Vec<_> = connected.iter().map(|event| event.kind()).collect();
    assert_eq!(
        kinds,
        ["payment.created", "payout.created", "payout.paid", "payout.reconciliation_completed"]
    );
    let times: Vec<_> = connected.iter().map(|event| int(&event.event(), "created")).collect();
    let midnight = NOON + 43_200;
    let created = midnight + 86_400 + 3 * 3_600;
    assert_eq!(times[1..], [created, created + 30 * 3_600, created + 30 * 3_600 + 600]);
    assert!(connected.iter().all(|event| event.event()["account"] == anna.as_str()));
}

#[tokio::test]
async fn the_platform_can_react_before_time_goes_on() {
    let market = std::sync::Arc::new(Market::start().await);
    let anna = market.artisan("anna").await;
    let session = market.session(10_000).await;
    market.pays(&session, "4242424242424242").await;
    // Transfers are made only when `charge.updated` was heard, in the middle of one long leap.
    let (platform, account) = (std::sync::Arc::downgrade(&market), anna.clone());
    market.sim.on_stop(move || {
        let (platform, account) = (platform.clone(), account.clone());
        async move {
            let Some(market) = platform.upgrade() else { return };
            let settled = market.inbox.of_kind("charge.updated");
            let sent = market.get("/v1/transfers").await.ok();
            if let (Some(event), true) = (settled.first(), sent["data"] == serde_json::json!([])) {
                send(&market, &event.event()["data"]["object"], &account, 9_000).await;
            }
        }
    });
    market.advance(8 * DAY).await;
    let payouts = market.get_as(&anna, "/v1/payouts").await.ok();
    assert_eq!(
        (int(&payouts["data"][0], "amount"), &payouts["data"][0]["status"]),
        (9_000, &"paid".into())
    );
}

#[tokio::test]
async fn transfers_never_exceed_their_charge() {
    let market = Market::start().await;
    let anna = market.artisan("anna").await;
    let charge = market.charge(10_000).await;
    let source = text(&charge, "id");
    let form = |amount: i64, currency: &str| {
        format!(
            "amount={amount}&currency={currency}&destination={anna}&source_transaction={source}"
        )
    };
    market.post("/v1/transfers", &form(9_000, "eur")).await.ok();
    market.post("/v1/transfers", &form(1_001, "eur")).await.refused(400, "balance_insufficient");
    market.post("/v1/transfers", &form(500, "usd")).await.refused(400, "currency_mismatch");
    market.post("/v1/transfers", &form(1_000, "eur")).await.ok();
    market.post("/v1/transfers", &form(1, "eur")).await.refused(400, "balance_insufficient");
    let sent =
        market.get(&format!("/v1/transfers?destination={anna}&transfer_group=order_1")).await.ok();
    assert_eq!(sent["data"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_transfer_without_a_source_needs_available_money() {
    let market = Market::start().await;
    let anna = market.artisan("anna").await;
    market.charge(10_000).await;
    let form = format!("amount=5000&currency=eur&destination={anna}");
    market.post("/v1/transfers", &form).await.refused(400, "balance_insufficient");
    market.advance(2 * DAY).await;
    market.post("/v1/transfers", &form).await.ok();
    let balance = market.get_as(&anna, "/v1/balance").await.ok();
    assert_eq!(int(&balance["available"][0], "amount"), 5_000);
}

pub(crate) async fn send(market: &Market, charge: &Value, to: &str, amount: i64) -> Value {
    let form = format!(
        "amount={amount}&currency=eur&destination={to}&source_transaction={}&metadata[suborder]=s1",
        text(charge, "id")
    );
    market.post("/v1/transfers", &form).await.ok()
}

pub(crate) fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_else(|| panic!("no {key} in {value:#}"))
}

pub(crate) fn int(value: &Value, key: &str) -> i64 {
    value[key].as_i64().unwrap_or_else(|| panic!("no {key} in {value:#}"))
}

fn pending(balance: &Value) -> i64 {
    int(&balance["pending"][0], "amount")
}
