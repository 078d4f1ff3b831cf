//! Connected accounts: onboarding, and banks that refuse.

use crate::market::{DAY, Market};
use crate::story::{int, send, text};

async fn account(market: &Market) -> String {
    let form = "country=DE&controller[fees][payer]=application\
                &controller[losses][payments]=application\
                &capabilities[transfers][requested]=true&business_profile[name]=Anna";
    text(&market.post("/v1/accounts", form).await.ok(), "id").to_owned()
}

async fn link(market: &Market, account: &str) -> serde_json::Value {
    let form = format!(
        "account={account}&type=account_onboarding&refresh_url=http://shop.test/refresh\
         &return_url=http://shop.test/return&collection_options[fields]=eventually_due"
    );
    market.post("/v1/account_links", &form).await.ok()
}

#[tokio::test]
async fn onboarding_opens_the_way_for_money() {
    let market = Market::start().await;
    let id = account(&market).await;
    let before = market.get(&format!("/v1/accounts/{id}")).await.ok();
    assert_eq!(before["capabilities"]["transfers"], "inactive");
    assert_ne!(before["requirements"]["currently_due"], serde_json::json!([]));
    let refused = format!("amount=100&currency=eur&destination={id}");
    let answer = market.post("/v1/transfers", &refused).await;
    answer.refused(400, "insufficient_capabilities_for_transfer");

    let link = link(&market, &id).await;
    let url = text(&link, "url").to_owned();
    let page = market.http.get(&url).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("Get paid for Anna"));
    let token = url.split_once("token=").unwrap().1.to_owned();
    let fields = [("token", token.as_str()), ("bank_account", "000123456789")];
    let done = market.http.post(&url).form(&fields).send().await.unwrap();
    assert_eq!(
        (done.status().as_u16(), &done.headers()["location"]),
        (303, &"http://shop.test/return".parse().unwrap())
    );

    let after = market.get(&format!("/v1/accounts/{id}")).await.ok();
    assert_eq!(after["capabilities"]["transfers"], "active");
    assert_eq!(
        (&after["details_submitted"], &after["payouts_enabled"]),
        (&true.into(), &true.into())
    );
    assert_eq!(after["external_accounts"]["data"][0]["last4"], "6789");
    market.advance(0).await;
    let updated = market.inbox.of_kind("account.updated");
    assert_eq!((updated.len(), updated[0].path), (1, "connect"));

    let again = market.http.get(&url).send().await.unwrap();
    assert_eq!(again.headers()["location"], "http://shop.test/refresh");
}

#[tokio::test]
async fn an_onboarding_link_works_for_minutes_and_one_account_only() {
    let market = Market::start().await;
    let (anna, bert) = (account(&market).await, account(&market).await);
    let link = link(&market, &anna).await;
    let foreign = text(&link, "url").replace(&anna, &bert);
    assert_eq!(market.http.get(foreign).send().await.unwrap().status(), 404);
    market.advance(300).await;
    let late = market.http.get(text(&link, "url")).send().await.unwrap();
    assert_eq!(late.headers()["location"], "http://shop.test/refresh");
}

#[tokio::test]
async fn a_bank_that_refuses_sends_the_money_back() {
    let market = Market::start().await;
    let id = account(&market).await;
    let url = text(&link(&market, &id).await, "url").to_owned();
    let token = url.split_once("token=").unwrap().1.to_owned();
    let fields = [("token", token.as_str()), ("bank_account", "000111111116")];
    market.http.post(&url).form(&fields).send().await.unwrap();
    let charge = market.charge(10_000).await;
    send(&market, &charge, &id, 9_000).await;
    market.advance(8 * DAY).await;
    let payouts = market.get_as(&id, "/v1/payouts").await.ok();
    assert_eq!(payouts["data"].as_array().unwrap().len(), 1, "no payout while the bank refuses");
    assert_eq!(payouts["data"][0]["status"], "failed");
    assert_eq!(payouts["data"][0]["failure_code"], "no_account");
    let balance = market.get_as(&id, "/v1/balance").await.ok();
    assert_eq!(int(&balance["available"][0], "amount"), 9_000);
    assert_eq!(market.get(&format!("/v1/accounts/{id}")).await.ok()["payouts_enabled"], false);

    // A new bank account, and the next round carries the money: failure returned, sale included.
    market.post(&format!("/_sim/accounts/{id}/complete_onboarding"), "").await.ok();
    market.advance(2 * DAY).await;
    let payouts = market.get_as(&id, "/v1/payouts").await.ok();
    assert_eq!(
        (int(&payouts["data"][0], "amount"), &payouts["data"][0]["status"]),
        (9_000, &"paid".into())
    );
}

#[tokio::test]
async fn a_manual_schedule_waits_to_be_asked() {
    let market = Market::start().await;
    let anna = market.artisan("anna").await;
    let form = "settings[payouts][schedule][interval]=manual";
    market.post(&format!("/v1/accounts/{anna}"), form).await.ok();
    let charge = market.charge(10_000).await;
    send(&market, &charge, &anna, 9_000).await;
    market.advance(4 * DAY).await;
    assert_eq!(market.get_as(&anna, "/v1/payouts").await.ok()["data"], serde_json::json!([]));
    let too_much = market.post_as(&anna, "/v1/payouts", "amount=9001&currency=eur").await;
    too_much.refused(400, "balance_insufficient");
    let payout = market.post_as(&anna, "/v1/payouts", "amount=4000&currency=eur").await.ok();
    assert_eq!(payout["reconciliation_status"], "not_applicable");
    market.advance(2 * DAY).await;
    let path = format!("/v1/payouts/{}", text(&payout, "id"));
    assert_eq!(market.get_as(&anna, &path).await.ok()["status"], "paid");
}
