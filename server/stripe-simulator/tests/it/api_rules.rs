//! The rules of Stripe's API: keys, idempotency, lists, expansion, errors.

use crate::market::{DAY, Market, session_form};
use crate::story::{send, text};

#[tokio::test]
async fn only_the_secret_key_opens_the_door() {
    let market = Market::start().await;
    let url = format!("{}/v1/balance", market.api);
    for path in ["/v1/balance", "/_sim/clock", "/_sim/faults"] {
        let stranger = market.http.get(format!("{}{path}", market.api)).send().await.unwrap();
        assert_eq!(stranger.status(), 401, "{path}");
    }
    let wrong = market.http.get(&url).bearer_auth("sk_test_sim_wrong").send().await.unwrap();
    assert_eq!(wrong.status(), 401);
    let basic = market.http.get(&url).basic_auth(market.sim.secret_key(), Some("")).send().await;
    assert_eq!(basic.unwrap().status(), 200);
}

#[tokio::test]
async fn a_key_replays_its_first_answer() {
    let market = Market::start().await;
    let form = session_form(6_800);
    let first = market.post_with_key("order:1", "/v1/checkout/sessions", &form).await;
    let again = market.post_with_key("order:1", "/v1/checkout/sessions", &form).await;
    assert!(first.headers.get("idempotent-replayed").is_none());
    assert_eq!(again.headers["idempotent-replayed"], "true");
    assert_eq!(again.headers["request-id"], first.headers["request-id"]);
    assert_eq!(again.body, first.body);

    let other =
        market.post_with_key("order:1", "/v1/checkout/sessions", &session_form(6_900)).await;
    assert_eq!(other.status, 400);
    assert_eq!(other.body["error"]["type"], "idempotency_error");

    market.advance(DAY + 1).await;
    let later = market.post_with_key("order:1", "/v1/checkout/sessions", &form).await;
    assert!(later.headers.get("idempotent-replayed").is_none());
    assert_ne!(later.body["id"], first.body["id"]);
}

#[tokio::test]
async fn a_refusal_is_replayed_but_a_malformed_request_is_not() {
    let market = Market::start().await;
    let anna = market.artisan("anna").await;
    let form = format!("amount=100&currency=eur&destination={anna}");
    for _ in 0..2 {
        let answer = market.post_with_key("t:1", "/v1/transfers", &form).await;
        answer.refused(400, "balance_insufficient");
    }
    let replay = market.post_with_key("t:1", "/v1/transfers", &form).await;
    assert_eq!(replay.headers["idempotent-replayed"], "true");

    market.post_with_key("s:1", "/v1/checkout/sessions", "mode=payment").await;
    let fixed = market.post_with_key("s:1", "/v1/checkout/sessions", &session_form(6_800)).await;
    fixed.ok();
}

#[tokio::test]
async fn keys_of_different_accounts_do_not_meet() {
    let market = Market::start().await;
    let anna = market.artisan("anna").await;
    let own = market.form("/v1/payouts", "amount=1&currency=eur").header("idempotency-key", "same");
    market.send(own.header("stripe-account", &anna)).await.refused(400, "balance_insufficient");
    market.post_with_key("same", "/v1/checkout/sessions", &session_form(6_800)).await.ok();
}

#[tokio::test]
async fn errors_have_stripes_envelope() {
    let market = Market::start().await;
    let unknown = market
        .post("/v1/checkout/sessions", &format!("{}&line_items[0][colour]=red", session_form(900)))
        .await;
    assert!(unknown.headers["request-id"].to_str().unwrap().starts_with("req_sim_"));
    assert_eq!(unknown.headers["stripe-version"], "2026-09-30.endive");
    assert_eq!(unknown.headers["stripe-should-retry"], "false");
    let error = unknown.refused(400, "parameter_unknown");
    assert_eq!(error["param"], "line_items[0][colour]");
    assert_eq!(error["type"], "invalid_request_error");
    assert_eq!(error["doc_url"], "https://stripe.com/docs/error-codes/parameter-unknown");
    assert!(text(&error, "request_log_url").contains("req_sim_"));
    // A refused request leaves nothing behind.
    assert_eq!(market.get("/v1/checkout/sessions").await.ok()["data"], serde_json::json!([]));

    let missing =
        market.post("/v1/transfers", "amount=100").await.refused(400, "parameter_missing");
    assert_eq!(missing["param"], "currency");
    market.get("/v1/charges/ch_sim_nothing").await.refused(404, "resource_missing");
    assert_eq!(market.get("/v1/nothing").await.status, 404);
    market.get("/v1/charges?color=red").await.refused(400, "parameter_unknown");
    market
        .post("/v1/transfers", "amount=-5&currency=eur")
        .await
        .refused(400, "parameter_invalid_integer");
}

#[tokio::test]
async fn accounts_see_only_what_is_theirs() {
    let market = Market::start().await;
    let (anna, bert) = (market.artisan("anna").await, market.artisan("bert").await);
    let charge = market.charge(10_000).await;
    let transfer = send(&market, &charge, &anna, 5_000).await;
    let payment = format!("/v1/charges/{}", text(&transfer, "destination_payment"));
    market.get_as(&anna, &payment).await.ok();
    market.get_as(&bert, &payment).await.refused(404, "resource_missing");
    market.get(&payment).await.refused(404, "resource_missing");
    let own = format!("/v1/charges/{}", text(&charge, "id"));
    market.get_as(&anna, &own).await.refused(404, "resource_missing");
    market.get_as("acct_sim_nobody", "/v1/balance").await.refused(403, "account_invalid");

    let form = "description=Order+7&metadata[order]=7";
    let named = market.post_as(&anna, &payment, form).await.ok();
    assert_eq!(
        (&named["description"], &named["metadata"]["order"]),
        (&"Order 7".into(), &"7".into())
    );
}

#[tokio::test]
async fn lists_are_read_page_by_page_from_the_newest() {
    let market = Market::start().await;
    let mut made = Vec::new();
    for minor in [100, 200, 300, 400, 500] {
        made.push(text(&market.session(minor).await, "id").to_owned());
    }
    made.reverse();
    let ids = |list: &serde_json::Value| -> Vec<String> {
        list["data"].as_array().unwrap().iter().map(|one| text(one, "id").to_owned()).collect()
    };
    let path = "/v1/checkout/sessions";
    let first = market.get(&format!("{path}?limit=2")).await.ok();
    assert_eq!((ids(&first), &first["has_more"]), (made[..2].to_vec(), &true.into()));
    let rest = market.get(&format!("{path}?limit=3&starting_after={}", made[1])).await.ok();
    assert_eq!((ids(&rest), &rest["has_more"]), (made[2..].to_vec(), &false.into()));
    let back = market.get(&format!("{path}?limit=2&ending_before={}", made[4])).await.ok();
    assert_eq!((ids(&back), &back["has_more"]), (made[2..4].to_vec(), &true.into()));
    let later = crate::market::NOON + 1;
    let none = market.get(&format!("{path}?created[gte]={later}")).await.ok();
    assert!(ids(&none).is_empty());
    let all =
        market.get(&format!("{path}?created[gt]={}&created[lt]={later}", later - 2)).await.ok();
    assert_eq!(ids(&all).len(), 5);
    assert_eq!(market.get(&format!("{path}?limit=101")).await.status, 400);
}

#[tokio::test]
async fn ids_expand_into_objects() {
    let market = Market::start().await;
    let charge = market.charge(10_000).await;
    let path = format!(
        "/v1/charges/{}?expand[0]=balance_transaction&expand[1]=payment_intent.latest_charge",
        text(&charge, "id")
    );
    let expanded = market.get(&path).await.ok();
    assert_eq!(expanded["balance_transaction"]["net"], 9_825);
    assert_eq!(expanded["payment_intent"]["latest_charge"]["id"], charge["id"]);
    market.post("/v1/refunds", &format!("charge={}", text(&charge, "id"))).await.ok();
    let path = format!("/v1/charges/{}?expand[]=refunds", text(&charge, "id"));
    assert_eq!(market.get(&path).await.ok()["refunds"]["data"][0]["amount"], 10_000);
    let list = "/v1/checkout/sessions?expand[]=data.line_items.data.price.product";
    let sessions = market.get(list).await.ok();
    let item = &sessions["data"][0]["line_items"]["data"][0];
    assert_eq!(item["price"]["product"]["name"], "Mug");
    let path = format!("/v1/charges/{}?expand[]=nothing", text(&charge, "id"));
    assert_eq!(market.get(&path).await.status, 400);
    let path = format!("/v1/charges/{}?expand[]=a.b.c.d.e", text(&charge, "id"));
    assert_eq!(market.get(&path).await.status, 400);
}

#[tokio::test]
async fn a_restart_keeps_everything_that_was_answered() {
    let market = Market::start().await;
    let charge = market.charge(10_000).await;
    market.advance(3 * DAY).await;
    market.post_with_key("k", "/v1/checkout/sessions", &session_form(900)).await.ok();
    let (key, secret) =
        (market.sim.secret_key().to_owned(), market.sim.webhook_secret().to_owned());
    let before = market.sim.clock().now_micros();

    let market = market.restarted().await;
    assert_eq!((market.sim.secret_key(), market.sim.webhook_secret()), (&*key, &*secret));
    assert_eq!(market.sim.clock().now_micros(), before);
    let balance = market.get("/v1/balance").await.ok();
    assert_eq!(balance["available"][0]["amount"], 9_825);
    market.get(&format!("/v1/charges/{}", text(&charge, "id"))).await.ok();
    let replay = market.post_with_key("k", "/v1/checkout/sessions", &session_form(900)).await;
    assert_eq!(replay.headers["idempotent-replayed"], "true");
}

#[tokio::test]
async fn the_clock_is_moved_over_http() {
    let market = Market::start().await;
    let request = market.http.post(format!("{}/_sim/clock/advance", market.api));
    let answer = market.send(request.json(&serde_json::json!({ "seconds": 3_600 }))).await.ok();
    assert_eq!(answer["now_micros"], (crate::market::NOON + 3_600) * 1_000_000);
    assert_eq!(market.get("/_sim/clock").await.ok(), answer);
}
