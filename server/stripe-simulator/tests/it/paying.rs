//! The payment page: what payers do, and what becomes of it.

use serde_json::Value;

use crate::market::{Market, NOON, session_form};
use crate::story::{int, text};

#[tokio::test]
async fn a_paid_session_sends_the_payer_back_and_tells_the_platform_first() {
    let market = Market::start().await;
    let session = market.session(6_800).await;
    let page = market.http.get(text(&session, "url")).send().await.unwrap().text().await.unwrap();
    assert!(
        page.contains("Simulated payment") && page.contains("68.00 EUR") && page.contains("Mug")
    );
    assert!(page.contains("http://shop.test/cart"));

    let answer = market.pays(&session, "4242 4242 4242 4242").await;
    assert_eq!(answer.status(), 303);
    let thanks = format!("http://shop.test/thanks?sid={}", text(&session, "id"));
    assert_eq!(answer.headers()["location"], thanks.as_str());
    assert_eq!(
        market.inbox.kinds(),
        [
            "payment_intent.created",
            "charge.succeeded",
            "payment_intent.succeeded",
            "checkout.session.completed"
        ]
    );
    let paid = reload(&market, &session).await;
    assert_eq!((&paid["status"], &paid["payment_status"]), (&"complete".into(), &"paid".into()));
    assert_eq!(paid["customer_details"]["email"], "ana@example.com");
    assert_eq!(paid["metadata"]["order"], "ord_1");
}

#[tokio::test]
async fn the_balance_transaction_follows_the_charge() {
    let market = Market::start().await;
    let session = market.session(6_800).await;
    market.pays(&session, "4242424242424242").await;
    let charge = &market.inbox.of_kind("charge.succeeded")[0].event()["data"]["object"];
    assert!(charge["balance_transaction"].is_null());
    assert_eq!(charge["transfer_group"], "order_1");
    market.advance(2).await;
    let updated = &market.inbox.of_kind("charge.updated")[0].event()["data"];
    assert!(text(&updated["object"], "balance_transaction").starts_with("txn_sim_"));
    assert!(updated["previous_attributes"]["balance_transaction"].is_null());
}

#[tokio::test]
async fn a_second_click_charges_nothing() {
    let market = std::sync::Arc::new(Market::start().await);
    let session = market.session(6_800).await;
    let mut clicks = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (market, session) = (market.clone(), session.clone());
        clicks.spawn(async move { market.pays(&session, "4242424242424242").await.status() });
    }
    for status in clicks.join_all().await {
        assert_eq!(status, 303);
    }
    let charges = market.get("/v1/charges").await.ok();
    assert_eq!(charges["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_declined_card_leaves_the_session_open_for_another() {
    let market = Market::start().await;
    let session = market.session(6_800).await;
    for (card, words) in [
        ("4000000000000002", "Your card was declined."),
        ("4000000000009995", "insufficient funds"),
        ("4000000000009987", "Your card was declined."),
        ("4000000000000069", "has expired"),
        ("4000000000000127", "security code is incorrect"),
        ("4111111111111111", "not one of the test cards"),
    ] {
        let answer = market.pays(&session, card).await;
        assert_eq!(answer.status(), 402);
        let page = answer.text().await.unwrap().replace("&#39;", "'");
        assert!(page.contains(words), "{card}: {page}");
        assert!(page.contains("value=\"ana@example.com\"") && !page.contains(card));
    }
    let open = reload(&market, &session).await;
    assert_eq!((&open["status"], &open["payment_status"]), (&"open".into(), &"unpaid".into()));
    let path = format!("/v1/payment_intents/{}", text(&open, "payment_intent"));
    let intent = market.get(&path).await.ok();
    assert_eq!(intent["status"], "requires_payment_method");
    assert_eq!(intent["last_payment_error"]["decline_code"], "test_mode_live_card");

    assert_eq!(market.pays(&session, "4242424242424242").await.status(), 303);
    assert_eq!(market.get(&path).await.ok()["status"], "succeeded");
    assert_eq!(market.inbox.of_kind("payment_intent.payment_failed").len(), 6);
    assert_eq!(market.inbox.of_kind("charge.failed").len(), 6);
    assert_eq!(market.inbox.of_kind("checkout.session.completed").len(), 1);
}

#[tokio::test]
async fn a_typing_mistake_is_no_attempt() {
    let market = Market::start().await;
    let session = market.session(6_800).await;
    let answer = market.pays(&session, "4242 4242 4242 4241").await;
    assert_eq!(answer.status(), 402);
    assert!(reload(&market, &session).await["payment_intent"].is_null());
}

#[tokio::test]
async fn three_d_secure_is_confirmed_or_refused() {
    let market = Market::start().await;
    let session = market.session(6_800).await;
    let challenge = format!("{}/challenge", text(&session, "url"));
    let decide = |decision: &'static str| {
        market.http.post(&challenge).form(&[("decision", decision)]).send()
    };
    let answer = market.pays(&session, "4000002500003155").await;
    assert_eq!(answer.status(), 303);
    let path = format!("/sim/checkout/{}/challenge", text(&session, "id"));
    assert_eq!(answer.headers()["location"], path.as_str());
    assert_eq!(market.http.get(&challenge).send().await.unwrap().status(), 200);

    let refused = decide("fail").await.unwrap();
    assert_eq!(refused.status(), 402);
    assert!(refused.text().await.unwrap().contains("unable to authenticate"));
    assert_eq!(reload(&market, &session).await["status"], "open");

    market.pays(&session, "4000000000003220").await;
    assert_eq!(decide("complete").await.unwrap().status(), 303);
    assert_eq!(reload(&market, &session).await["payment_status"], "paid");
    let charges = market.get("/v1/charges").await.ok();
    assert_eq!(charges["data"].as_array().unwrap().len(), 1);
    let card = &charges["data"][0]["payment_method_details"]["card"];
    assert_eq!(card["three_d_secure"]["result"], "authenticated");
}

#[tokio::test]
async fn an_abandoned_session_expires_with_the_clock() {
    let market = Market::start().await;
    let form = format!("{}&expires_at={}", session_form(6_800), NOON + 1_860);
    let session = market.post("/v1/checkout/sessions", &form).await.ok();
    market.advance(1_859).await;
    assert!(market.inbox.of_kind("checkout.session.expired").is_empty());
    market.advance(1).await;
    assert_eq!(market.inbox.of_kind("checkout.session.expired").len(), 1);
    let answer = market.pays(&session, "4242424242424242").await;
    assert_eq!(answer.status(), 410);
    assert!(answer.text().await.unwrap().contains("This payment has expired"));
    assert_eq!(market.get("/v1/charges").await.ok()["data"], serde_json::json!([]));
}

#[tokio::test]
async fn expire_settles_the_race_with_the_payer() {
    let market = Market::start().await;
    let (paid, left) = (market.session(6_800).await, market.session(6_800).await);
    market.pays(&paid, "4242424242424242").await;
    let expire = |session: &Value| format!("/v1/checkout/sessions/{}/expire", text(session, "id"));
    let refusal = market.post(&expire(&paid), "").await;
    assert_eq!(refusal.status, 400);
    assert_eq!(market.post(&expire(&left), "").await.ok()["status"], "expired");
    assert_eq!(market.pays(&left, "4242424242424242").await.status(), 410);
}

#[tokio::test]
async fn a_bank_that_answers_after_the_end_is_a_fault() {
    let market = Market::start().await;
    let session = market.session(6_800).await;
    let expire = format!("/v1/checkout/sessions/{}/expire", text(&session, "id"));
    market.post(&expire, "").await.ok();
    market.switch(serde_json::json!({ "late_payments": true })).await;
    assert_eq!(market.pays(&session, "4242424242424242").await.status(), 303);
    let paid = reload(&market, &session).await;
    assert_eq!((&paid["status"], &paid["payment_status"]), (&"complete".into(), &"paid".into()));
    assert_eq!(market.inbox.of_kind("checkout.session.completed").len(), 1);
    assert!(!paid.to_string().contains("_sim\""), "what the simulator keeps is not shown");
}

#[tokio::test]
async fn the_lifetime_of_a_session_is_half_an_hour_to_a_day() {
    let market = Market::start().await;
    for (seconds, status) in [(1_799, 400), (1_800, 200), (86_400, 200), (86_401, 400)] {
        let form = format!("{}&expires_at={}", session_form(6_800), NOON + seconds);
        let answer = market.post("/v1/checkout/sessions", &form).await;
        assert_eq!(answer.status, status, "{seconds}");
    }
    assert_eq!(int(&market.session(6_800).await, "expires_at"), NOON + 86_400);
    market.post("/v1/checkout/sessions", &session_form(49)).await.refused(400, "amount_too_small");
}

#[tokio::test]
async fn an_address_is_asked_for_when_goods_are_sent() {
    let market = Market::start().await;
    let form = format!(
        "{}&shipping_address_collection[allowed_countries][]=DE\
         &shipping_address_collection[allowed_countries][]=FR\
         &shipping_options[0][shipping_rate_data][type]=fixed_amount\
         &shipping_options[0][shipping_rate_data][display_name]=Parcel\
         &shipping_options[0][shipping_rate_data][fixed_amount][amount]=490\
         &shipping_options[0][shipping_rate_data][fixed_amount][currency]=eur",
        session_form(6_800)
    );
    let session = market.post("/v1/checkout/sessions", &form).await.ok();
    assert_eq!(int(&session, "amount_total"), 7_290);
    assert_eq!(int(&session["total_details"], "amount_shipping"), 490);
    assert_eq!(market.pays(&session, "4242424242424242").await.status(), 402);
    let fields = [
        ("email", "ana@example.com"),
        ("number", "4242424242424242"),
        ("expiry", "12/34"),
        ("cvc", "123"),
        ("name", "Ana Test"),
        ("line1", "Weg 1"),
        ("postal_code", "10115"),
        ("city", "Berlin"),
        ("country", "DE"),
    ];
    let answer = market.http.post(text(&session, "url")).form(&fields).send().await.unwrap();
    assert_eq!(answer.status(), 303);
    let paid = reload(&market, &session).await;
    let address = &paid["collected_information"]["shipping_details"]["address"];
    assert_eq!((&address["city"], &address["country"]), (&"Berlin".into(), &"DE".into()));
}

#[tokio::test]
async fn an_address_that_the_platform_asked_for_is_on_the_charge() {
    let market = Market::start().await;
    let form = format!(
        "{}&payment_intent_data[shipping][name]=Ana&payment_intent_data[shipping][address][city]=Ulm",
        session_form(6_800)
    );
    let session = market.post("/v1/checkout/sessions", &form).await.ok();
    assert_eq!(market.pays(&session, "4242424242424242").await.status(), 303);
    let charges = market.get("/v1/charges").await.ok();
    assert_eq!(charges["data"][0]["shipping"]["address"]["city"], "Ulm");
}

#[tokio::test]
async fn pages_need_no_script_and_ask_no_other_host() {
    let market = Market::start().await;
    let session = market.session(6_800).await;
    let page = market.http.get(text(&session, "url")).send().await.unwrap().text().await.unwrap();
    assert!(!page.contains("<script") && !page.contains("style=\"") && !page.contains("<style"));
    let hosts: Vec<_> = page.match_indices("http").collect();
    assert_eq!(hosts.len(), 1, "only the way back to the shop");
    let style =
        market.http.get(format!("{}/sim/assets/sim.css", market.pages)).send().await.unwrap();
    assert_eq!(style.headers()["content-type"], "text/css; charset=utf-8");
    let nowhere = format!("{}/sim/checkout/cs_test_sim_nothing", market.pages);
    assert_eq!(market.http.get(nowhere).send().await.unwrap().status(), 404);
}

async fn reload(market: &Market, session: &Value) -> Value {
    market.get(&format!("/v1/checkout/sessions/{}", text(session, "id"))).await.ok()
}
