//! Parcels: recorded once, whatever happens to the answer.

use api::Problem;
use api::order::{Order, OrderStatus};
use serde_json::{Value, json};

use crate::market::{Market, on_both_engines};
use crate::person::{Answer, Person};

on_both_engines!(
    the_same_parcel_twice_is_one_parcel_and_one_letter,
    two_who_ship_at_once_ship_once
);

const SHOPPER: &str = "ana@example.org";

/// A seller with one paid order, and how many letters its shopper has.
async fn sold(market: &Market) -> (Person, Order, usize) {
    let ines = market.seller("Ines").await;
    let mug = ines.offers("Stoneware mug", 2450, 5).await;
    market.visitor().buys(&mug).await;
    market.settle().await;
    let order = ines.only_order().await;
    (ines, order, market.letters_to(SHOPPER).await.len())
}

async fn ships(seller: &Person, order: &Order, parcel: &Value) -> Answer {
    seller.posts(&format!("/api/v1/orders/{}/ship", order.number), parcel).await
}

async fn the_same_parcel_twice_is_one_parcel_and_one_letter(market: Market) {
    let (ines, order, letters) = sold(&market).await;
    let first: Order =
        ships(&ines, &order, &json!({ "tracking": "rr123456785de" })).await.expect(200);
    let again: Order =
        ships(&ines, &order, &json!({ "tracking": "RR123456785DE" })).await.expect(200);
    assert_eq!((again.status, again.fulfillments.len()), (OrderStatus::Shipped, 1));
    assert_eq!(again, first, "nothing was done twice");
    for other in [json!({}), json!({ "tracking": "RR123456785DE", "carrier": "dhl" })] {
        let problem: Problem = ships(&ines, &order, &other).await.expect(409);
        assert!(problem.detail.contains("is shipped"), "{}", problem.detail);
    }
    market.settle().await;
    assert_eq!(market.letters_to(SHOPPER).await.len(), letters + 1);
    market.holds().await;
}

async fn two_who_ship_at_once_ship_once(market: Market) {
    let (ines, order, letters) = sold(&market).await;
    let parcel = json!({ "tracking": "RR123456785DE" });
    let (one, other) = tokio::join!(ships(&ines, &order, &parcel), ships(&ines, &order, &parcel));
    assert_eq!((one.status, other.status), (200, 200), "{} {}", one.body, other.body);
    assert_eq!(ines.only_order().await.fulfillments.len(), 1);
    market.settle().await;
    assert_eq!(market.letters_to(SHOPPER).await.len(), letters + 1);
}
