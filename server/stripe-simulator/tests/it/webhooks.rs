//! Webhooks: signed, retried, and broken on purpose.

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::json;
use sha2::Sha256;

use crate::market::{DAY, Market, NOON, Received};
use crate::story::text;

#[tokio::test]
async fn each_endpoint_has_its_own_secret_and_every_signature_verifies() {
    let market = Market::start().await;
    market.artisan("anna").await;
    market.charge(6_800).await;
    assert!(market.sim.webhook_secret().starts_with("whsec_sim_"));
    assert_ne!(market.sim.webhook_secret(), market.sim.connect_webhook_secret());
    let heard = market.inbox.all();
    assert!(heard.iter().any(|event| event.path == "connect"));
    for event in heard {
        let secret = match event.path {
            "account" => market.sim.webhook_secret(),
            _ => market.sim.connect_webhook_secret(),
        };
        assert!((NOON..NOON + 60).contains(&verify(&event, secret).unwrap()));
        assert_eq!(event.event()["account"].is_string(), event.path == "connect");
        assert!(!event.body.contains("_sim\""), "private parts left the house: {}", event.body);
    }
}

#[tokio::test]
async fn with_the_real_time_it_delivers_by_itself() {
    let market = Market::start_live().await;
    let session = market.session(6_800).await;
    market.pays(&session, "4242424242424242").await;
    let heard = async {
        while market.inbox.of_kind("charge.updated").is_empty() {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), heard).await.unwrap();
    let times = ["charge.succeeded", "charge.updated"]
        .map(|kind| market.inbox.of_kind(kind)[0].event()["created"].as_i64().unwrap());
    assert!((1..=2).contains(&(times[1] - times[0])), "a moment after the charge: {times:?}");
}

#[tokio::test]
async fn a_refused_webhook_comes_again_on_the_simulated_clock() {
    let market = Market::start().await;
    market.inbox.refuse(&[500, 500]);
    let session = market.session(6_800).await;
    let path = format!("/v1/checkout/sessions/{}/expire", text(&session, "id"));
    market.post(&path, "").await.ok();
    market.advance(0).await;
    assert_eq!(market.inbox.all().len(), 1);
    let undelivered = "/v1/events?delivery_success=false";
    let waiting = market.get(undelivered).await.ok();
    assert_eq!(waiting["data"][0]["type"], "checkout.session.expired");
    assert_eq!(waiting["data"][0]["pending_webhooks"], 1);

    market.advance(9).await;
    assert_eq!(market.inbox.all().len(), 1);
    market.advance(1).await;
    assert_eq!(market.inbox.all().len(), 2);
    market.advance(60).await;
    let heard = market.inbox.all();
    assert_eq!(heard.len(), 3);
    assert!(heard.iter().all(|event| event.event()["id"] == heard[0].event()["id"]));
    assert_eq!(market.get(undelivered).await.ok()["data"], json!([]));
    market.advance(4 * DAY).await;
    assert_eq!(market.inbox.all().len(), 3);
}

#[tokio::test]
async fn an_endpoint_that_stays_down_is_given_up_after_three_days() {
    let market = Market::start().await;
    market.inbox.refuse(&[503; 40]);
    let session = market.session(6_800).await;
    let path = format!("/v1/checkout/sessions/{}/expire", text(&session, "id"));
    market.post(&path, "").await.ok();
    market.advance(5 * DAY).await;
    assert_eq!(market.inbox.all().len(), 9);
    let waiting =
        market.get("/v1/events?delivery_success=false&types[]=checkout.session.expired").await;
    assert_eq!(waiting.ok()["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn deliveries_can_be_doubled_dropped_delayed_reordered_and_forged() {
    let market = Market::start().await;
    pay_under(&market, json!({ "duplicate": true })).await;
    assert_eq!(market.inbox.of_kind("checkout.session.completed").len(), 2);

    pay_under(&market, json!({ "drop": 4 })).await;
    assert!(market.inbox.all().is_empty());

    pay_under(&market, json!({ "delay": 60 })).await;
    assert!(market.inbox.all().is_empty());
    market.advance(60).await;
    assert_eq!(market.inbox.of_kind("checkout.session.completed").len(), 1);

    pay_under(&market, json!({ "reorder": true })).await;
    assert_eq!(market.inbox.kinds()[0], "checkout.session.completed");

    pay_under(&market, json!({ "bad_signature": 1, "old_timestamp": 1 })).await;
    let heard = market.inbox.all();
    let secret = market.sim.webhook_secret();
    assert!(verify(&heard[0], secret).is_none());
    let now = market.sim.clock().now_micros() / 1_000_000;
    assert!(verify(&heard[1], secret).unwrap() < now - 300);
    assert!(verify(&heard[2], secret).unwrap() >= NOON);
}

#[tokio::test]
async fn calls_can_fail_and_answers_can_be_lost() {
    let market = Market::start().await;
    market.switch(json!({ "fail_nth_call": 2 })).await;
    market.get("/v1/balance").await.ok();
    assert_eq!(market.get("/v1/balance").await.status, 500);
    market.get("/v1/balance").await.ok();

    market.switch(json!({ "timeout_after_commit": 1 })).await;
    let form = crate::market::session_form(6_800);
    let request = market.form("/v1/checkout/sessions", &form).header("idempotency-key", "k");
    let request = request.bearer_auth(market.sim.secret_key());
    let lost = request.timeout(std::time::Duration::from_secs(2)).send().await;
    assert!(lost.unwrap_err().is_timeout());
    let again = market.post_with_key("k", "/v1/checkout/sessions", &form).await;
    assert_eq!(again.headers["idempotent-replayed"], "true");
    let sessions = market.get("/v1/checkout/sessions").await.ok();
    assert_eq!(sessions["data"].as_array().unwrap().len(), 1);
}

/// One payment while these faults are switched on, and nothing else.
async fn pay_under(market: &Market, faults: serde_json::Value) {
    market.advance(10).await;
    market.switch(faults).await;
    market.inbox.clear();
    let session = market.session(6_800).await;
    market.pays(&session, "4242424242424242").await;
}

/// The time of a signature when it is right.
fn verify(event: &Received, secret: &str) -> Option<i64> {
    let (time, mac) = event.signature.strip_prefix("t=")?.split_once(",v1=")?;
    let mut expected = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    expected.update(format!("{time}.{}", event.body).as_bytes());
    expected.verify_slice(&hex::decode(mac).unwrap()).ok()?;
    time.parse().ok()
}
