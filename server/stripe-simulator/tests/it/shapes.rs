//! Every kind of object that the simulator sends is one that async-stripe understands.

use serde_json::Value;

use crate::market::{DAY, Market};
use crate::story::{send, text};

fn reads<T: miniserde::Deserialize>(value: &Value) -> T {
    miniserde::json::from_str(&value.to_string())
        .unwrap_or_else(|_| panic!("not a {}: {value:#}", std::any::type_name::<T>()))
}

fn read_list<T: miniserde::Deserialize>(list: &Value) -> usize {
    let list: stripe_types::List<T> = reads(list);
    list.data.len()
}

#[tokio::test]
async fn async_stripe_understands_every_object() {
    let market = Market::start().await;
    let anna = market.artisan("anna").await;
    let declined = market.session(6_800).await;
    market.pays(&declined, "4000000000000002").await;
    let challenged = market.session(6_800).await;
    market.pays(&challenged, "4000002500003155").await;
    let charge = market.charge(10_000).await;
    let transfer = send(&market, &charge, &anna, 9_000).await;
    let reversal = format!("/v1/transfers/{}/reversals", text(&transfer, "id"));
    reads::<stripe_shared::TransferReversal>(&market.post(&reversal, "amount=900").await.ok());
    let refund = format!("charge={}&amount=1000", text(&charge, "id"));
    reads::<stripe_shared::Refund>(&market.post("/v1/refunds", &refund).await.ok());
    market.advance(8 * DAY).await;

    for session in [&declined, &challenged] {
        reads::<stripe_shared::CheckoutSession>(session);
    }
    reads::<stripe_shared::Account>(&market.get(&format!("/v1/accounts/{anna}")).await.ok());
    reads::<stripe_shared::Account>(&market.get("/v1/account").await.ok());
    let form =
        format!("account={anna}&type=account_onboarding&refresh_url=http://a&return_url=http://b");
    reads::<stripe_connect::AccountLink>(&market.post("/v1/account_links", &form).await.ok());
    reads::<stripe_core::Balance>(&market.get("/v1/balance").await.ok());

    let expanded = "/v1/checkout/sessions?expand[]=data.line_items.data.price.product\
                    &expand[]=data.payment_intent.latest_charge.balance_transaction";
    assert_eq!(read_list::<stripe_shared::CheckoutSession>(&market.get(expanded).await.ok()), 3);
    let intents = market.get("/v1/payment_intents").await.ok();
    assert_eq!(read_list::<stripe_shared::PaymentIntent>(&intents), 3);
    let charges = "/v1/charges?expand[]=data.balance_transaction";
    assert_eq!(read_list::<stripe_shared::Charge>(&market.get(charges).await.ok()), 2);
    let transfers = "/v1/transfers?expand[]=data.destination";
    assert_eq!(read_list::<stripe_shared::Transfer>(&market.get(transfers).await.ok()), 1);
    read_list::<stripe_shared::TransferReversal>(&market.get(&reversal).await.ok());
    read_list::<stripe_shared::Account>(&market.get("/v1/accounts").await.ok());
    let lines = "/v1/balance_transactions?expand[]=data.source";
    assert_eq!(read_list::<stripe_shared::BalanceTransaction>(&market.get(lines).await.ok()), 4);
    let own = "/v1/balance_transactions?expand[]=data.source.source_transfer";
    let own = market.get_as(&anna, own).await.ok();
    assert_eq!(read_list::<stripe_shared::BalanceTransaction>(&own), 3);
    let payouts = "/v1/payouts?expand[]=data.destination&expand[]=data.balance_transaction";
    assert_eq!(read_list::<stripe_shared::Payout>(&market.get_as(&anna, payouts).await.ok()), 1);
}

#[tokio::test]
async fn async_stripe_understands_every_event_and_what_is_in_it() {
    let market = Market::start().await;
    let anna = market.artisan("anna").await;
    let session = market.session(6_800).await;
    market.pays(&session, "4000000000000002").await;
    market.pays(&session, "4000002500003155").await;
    let charge = market.charge(10_000).await;
    let transfer = send(&market, &charge, &anna, 9_000).await;
    let reversal = format!("/v1/transfers/{}/reversals", text(&transfer, "id"));
    market.post(&reversal, "amount=900").await.ok();
    market.post("/v1/refunds", &format!("charge={}", text(&charge, "id"))).await.ok();
    market.advance(8 * DAY).await;

    let mut kinds = std::collections::BTreeSet::new();
    for heard in market.inbox.all() {
        let event = heard.event();
        let parsed: stripe_shared::Event = reads(&event);
        // Sent by Stripe for payments that arrive by transfer, though its list omits it.
        if heard.kind() != "payment.created" {
            assert!(
                !matches!(parsed.type_, stripe_shared::EventType::Unknown(_)),
                "{}",
                heard.kind()
            );
        }
        let object = &event["data"]["object"];
        match text(object, "object") {
            "account" => drop(reads::<stripe_shared::Account>(object)),
            "bank_account" => drop(reads::<stripe_shared::BankAccount>(object)),
            "capability" => drop(reads::<stripe_shared::Capability>(object)),
            "charge" => drop(reads::<stripe_shared::Charge>(object)),
            "checkout.session" => drop(reads::<stripe_shared::CheckoutSession>(object)),
            "payment_intent" => drop(reads::<stripe_shared::PaymentIntent>(object)),
            "payout" => drop(reads::<stripe_shared::Payout>(object)),
            "refund" => drop(reads::<stripe_shared::Refund>(object)),
            "transfer" => drop(reads::<stripe_shared::Transfer>(object)),
            other => panic!("an event about a {other}"),
        }
        kinds.insert(heard.kind());
    }
    for kind in [
        "account.updated",
        "charge.failed",
        "charge.refunded",
        "charge.updated",
        "checkout.session.completed",
        "checkout.session.expired",
        "payment_intent.canceled",
        "payment_intent.payment_failed",
        "payment_intent.requires_action",
        "payout.reconciliation_completed",
        "refund.created",
        "transfer.created",
        "transfer.reversed",
    ] {
        assert!(kinds.contains(kind), "{kind} was not sent");
    }
}

#[tokio::test]
async fn async_stripe_understands_every_error() {
    let market = Market::start().await;
    for path in ["/v1/charges/ch_sim_1", "/v1/nothing", "/v1/charges?nothing=1"] {
        let error: stripe_shared::Error = reads(&market.get(path).await.body);
        assert_eq!(error.error.type_.as_str(), "invalid_request_error");
        assert!(error.error.message.is_some());
    }
}
