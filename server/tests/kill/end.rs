//! When the last kill is over: everything settles, and every cent, piece, picture and letter is
//! where it belongs.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use server::db::Db;
use server::sql;

use crate::browser::{Browser, between, text};
use crate::goods::{KINDS, STOCK};
use crate::house::House;
use crate::maker::Shop;
use crate::promises::{Promise, Promises};

/// Until the last payout has arrived: a weekend and more.
const SETTLED: u64 = 12 * 24 * 3600;

/// Unpaid purchases lapse, fees, transfers and payouts are done.
pub(crate) async fn time_passes(market: &Browser, shop: &Shop) {
    let step = json!({ "advance_seconds": SETTLED });
    let moved = market.posts_as(&shop.token, "/simulator/clock", &step).await.expect("an answer");
    assert_eq!(moved.status, 200, "{}", moved.body);
}

/// Nothing that was paid is open any more.
pub(crate) fn is_settled(promises: &Promises) {
    let open = promises.purchases.iter().find(|(_, bought)| bought.promise == Promise::Paid);
    assert!(open.is_none(), "paid and not confirmed: {open:?}");
}

/// A shop has sold what was paid, was paid what it has sold, and is otherwise what its file says.
pub(crate) async fn adds_up(market: &Browser, shop: &Shop) {
    let (sold, earned) = sales(market, shop).await;
    for summary in market.finds_all(&shop.token, "/listings?status=active").await {
        let path = format!("/listings/{}", text(&summary["id"]));
        let listing = market.finds(&shop.token, &path).await;
        for variant in listing["variants"].as_array().expect("variants") {
            let gone = sold.get(&text(&variant["id"])).copied().unwrap_or_default();
            assert_eq!(variant["available"], STOCK - gone, "{listing}");
        }
        pictures_are_served(market, &text(&summary["slug"])).await;
    }
    let found = market.posts_as(&shop.token, "/payouts/reconcile", &json!({})).await;
    let found = found.expect("an answer").json().expect("JSON");
    assert_eq!((&found["clean"], &found["on_its_way"]["minor"]), (&json!(true), &json!(0)));
    let payouts = found["payouts"].as_array().expect("a list");
    let of = |payout: &Value| payout["payout"]["amount"]["minor"].as_i64().expect("an amount");
    assert_eq!(payouts.iter().map(of).sum::<i64>(), earned, "{found}");
    for payout in payouts {
        let payout = &payout["payout"];
        assert_eq!((&payout["status"], &payout["reconciled"]), (&json!("paid"), &json!(true)));
    }
    shop.imports_again().await;
}

/// Pieces of each variant in paid orders, and what they brought after commission, in cents.
async fn sales(market: &Browser, shop: &Shop) -> (BTreeMap<String, i64>, i64) {
    let (mut sold, mut earned) = (BTreeMap::new(), 0);
    for summary in market.finds_all(&shop.token, "/orders").await {
        let path = format!("/orders/{}", text(&summary["number"]));
        let order = market.finds(&shop.token, &path).await;
        match order["status"].as_str() {
            Some("cancelled") => continue,
            Some("paid" | "shipped") => {}
            _ => panic!("an order that is not settled: {order}"),
        }
        earned += order["net"]["minor"].as_i64().expect("an amount");
        for line in order["lines"].as_array().expect("lines") {
            let pieces = line["quantity"].as_i64().expect("a number");
            *sold.entry(text(&line["variant"])).or_default() += pieces;
        }
    }
    (sold, earned)
}

/// Every picture that the page of a listing names.
async fn pictures_are_served(market: &Browser, slug: &str) {
    let page = market.reads(&format!("/listings/{slug}")).await.expect("the listing's page");
    let mut seen = 0;
    for rest in page.split("/img/").skip(1) {
        let name = between(rest, "", "\"").expect("a name").split([' ', ',']).next();
        let picture = market.opens(&format!("/img/{}", name.unwrap_or_default())).await;
        let picture = picture.expect("an answer");
        assert!(picture.status == 200 && picture.kind.starts_with("image/"), "{name:?}");
        seen += 1;
    }
    assert!(seen >= KINDS.len(), "{seen} pictures on {page}");
}

/// Everybody got each letter, once. To be called when the server has stopped.
pub(crate) async fn letters_are_sent(house: &House, promises: &Promises) {
    let db = Db::connect(&house.database).await.expect("the database");
    let read = db.read(sql!("SELECT recipient, subject, sent_at IS NOT NULL FROM mails"));
    let letters: Vec<(String, String, bool)> = read.all().await.expect("letters");
    db.close().await;
    assert!(letters.iter().all(|(_, _, sent)| *sent), "one was not sent");
    let count = |email: &str, begin: &str| {
        let is_it = |(to, subject, _): &&(String, String, bool)| {
            (email.is_empty() || to == email) && subject.starts_with(begin)
        };
        letters.iter().filter(is_it).count()
    };
    for (number, bought) in &promises.purchases {
        let confirmed = usize::from(bought.promise == Promise::Confirmed);
        let letters = count(&bought.email, &format!("Your order {number} at "));
        assert_eq!(letters, confirmed, "confirmations of {number}");
    }
    for (order, sent) in &promises.orders {
        assert_eq!(count("", &format!("New order {order}")), 1, "{order}");
        assert!(sent.tracking.is_none() || count("", &on_its_way(order)) >= 1, "{order}");
    }
}

fn on_its_way(order: &str) -> String {
    let (purchase, _) = order.rsplit_once('-').expect("an order of a purchase");
    format!("On its way: order {purchase} from ")
}
