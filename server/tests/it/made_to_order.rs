//! Pieces that are made when they are ordered: bought without stock, promised by a date.

use std::collections::BTreeSet;
use std::sync::Arc;

use api::Timestamp;
use api::listing::{Listing, ListingStatus};
use api::order::{Order, OrderStatus};
use serde_json::{Value, json};
use tokio::sync::Barrier;

use crate::listings::{edits, mug, offers};
use crate::market::{Market, Person, on_both_engines};
use crate::shopping::{GOOD_CARD, Piece};

on_both_engines![
    it_is_bought_without_stock_and_promised_by_a_date,
    what_cannot_be_promised_is_named,
    of_shoppers_at_once_each_gets_a_week_with_room,
    a_week_that_is_given_up_is_free_again,
    from_stock_and_back_keeps_every_piece,
];

fn to_order(weekly: Option<u32>) -> Value {
    json!({ "kind": "to_order", "from": 10, "to": 14, "weekly": weekly })
}

async fn made(maker: &Person, weekly: Option<u32>) -> (Listing, Piece) {
    let mut draft = mug("Oat mug", 2400, 0);
    draft["making"] = to_order(weekly);
    let listing = offers(maker, &draft).await;
    let piece =
        Piece { listing: listing.id, variant: listing.variants[0].id, slug: listing.slug.clone() };
    (listing, piece)
}

async fn every_order(maker: &Person) -> Vec<Order> {
    let mut orders = Vec::new();
    for status in OrderStatus::ALL {
        for row in maker.orders_in(*status).await {
            orders.push(maker.gets(&format!("/api/v1/orders/{}", row.number)).await.expect(200));
        }
    }
    orders
}

async fn it_is_bought_without_stock_and_promised_by_a_date(market: Market) {
    let (ana, ben) = (market.seller("Ana").await, market.visitor());
    let (listing, piece) = made(&ana, Some(3)).await;
    assert_eq!(listing.status, ListingStatus::Active, "without a piece it is for sale");
    let page = ben.gets(&format!("/listings/{}", piece.slug)).await.words();
    assert!(
        page.contains("Made to order, ready to ship in 10 to 14 days: by 6 Dec 2026"),
        "{page}"
    );
    assert!(ben.gets("/c/clay").await.words().contains("Made to order"));
    ben.takes(&piece, 2).await;
    let cart = ben.gets("/cart").await.words();
    assert!(cart.contains("Made to order, ready to ship by 6 Dec 2026"), "{cart}");
    let payment = ben.checks_out().await;
    assert_eq!(ben.pays(&payment, GOOD_CARD).await.status, 303);
    market.passes(0).await;

    let order = ana.only_order().await;
    assert_eq!(order.lines[0].ready_by.map(Timestamp::day).as_deref(), Some("6 Dec 2026"));
    assert!(ben.order_page().await.contains("ready to ship by 6 Dec 2026"));
    let letters = market.letters_to("ana@example.org").await;
    assert!(letters.iter().any(|letter| letter.body.contains("ready to be sent by 6 Dec 2026")));
    assert_eq!(ana.has_left(&piece).await, 0);
    // What is promised stays, whatever is asked of the piece later; the next one is for the next week.
    let slower = json!({ "making": { "kind": "to_order", "from": 20, "to": 30, "weekly": 3 } });
    edits(&ana, &listing, &slower).await.expect::<Listing>(200);
    assert_eq!(ana.only_order().await.lines[0].ready_by, order.lines[0].ready_by);
    market.holds().await;
}

async fn what_cannot_be_promised_is_named(market: Market) {
    let ana = market.artisan("Ana").await;
    let (listing, _) = made(&ana, None).await;
    for (from, to, weekly, field) in [
        (0, 5, Value::Null, "making.to"),
        (9, 5, Value::Null, "making.to"),
        (9, 366, Value::Null, "making.to"),
        (9, 12, json!(0), "making.weekly"),
        (9, 12, json!(10_001), "making.weekly"),
    ] {
        let making = json!({ "kind": "to_order", "from": from, "to": to, "weekly": weekly });
        let problem: api::Problem =
            edits(&ana, &listing, &json!({ "making": making })).await.expect(422);
        assert_eq!(problem.field.as_deref(), Some(field), "{}", problem.detail);
    }
}

async fn of_shoppers_at_once_each_gets_a_week_with_room(market: Market) {
    const SHOPPERS: usize = 6;
    let ana = market.seller("Ana").await;
    let (_, piece) = made(&ana, Some(2)).await;
    let (market, piece) = (Arc::new(market), Arc::new(piece));
    let start = Arc::new(Barrier::new(SHOPPERS));
    let buying: Vec<_> = (0..SHOPPERS)
        .map(|_| {
            let (market, piece, start) = (market.clone(), piece.clone(), start.clone());
            tokio::spawn(async move {
                let shopper = market.visitor();
                shopper.takes(&piece, 1).await;
                let form = shopper.fills_in("ana@example.org").await;
                start.wait().await;
                shopper.orders(&form).await.status
            })
        })
        .collect();
    for bought in buying {
        assert_eq!(bought.await.unwrap(), 303);
    }
    let orders = every_order(&ana).await;
    let mut dates: Vec<String> =
        orders.iter().map(|order| order.lines[0].ready_by.unwrap().day()).collect();
    dates.sort();
    let twice =
        ["14 Dec 2026", "14 Dec 2026", "6 Dec 2026", "6 Dec 2026", "7 Dec 2026", "7 Dec 2026"];
    assert_eq!(dates, twice);
    assert_eq!(dates.iter().collect::<BTreeSet<_>>().len(), 3);
    market.holds().await;
}

async fn a_week_that_is_given_up_is_free_again(market: Market) {
    let ana = market.seller("Ana").await;
    let (_, piece) = made(&ana, Some(1)).await;
    let [ben, cleo, dora] = [market.visitor(), market.visitor(), market.visitor()];
    ben.takes(&piece, 1).await;
    ben.checks_out().await;
    cleo.takes(&piece, 1).await;
    assert!(cleo.gets("/cart").await.words().contains("ready to ship by 7 Dec 2026"));
    let number = ben.order_number().await;
    assert_eq!(ben.submits(&format!("/orders/{number}/cancel"), &[]).await.status, 303);
    assert!(cleo.gets("/cart").await.words().contains("ready to ship by 6 Dec 2026"));
    dora.buys(&piece).await;
    market.passes(0).await;
    let paid = ana.orders_in(OrderStatus::Paid).await;
    let order: Order = ana.gets(&format!("/api/v1/orders/{}", paid[0].number)).await.expect(200);
    assert_eq!(order.lines[0].ready_by.map(Timestamp::day).as_deref(), Some("6 Dec 2026"));
    assert_eq!(ana.has_left(&piece).await, 0, "nothing came into the stock");
    market.holds().await;
}

async fn from_stock_and_back_keeps_every_piece(market: Market) {
    let (ana, ben) = (market.seller("Ana").await, market.visitor());
    let piece = ana.offers("Oat mug", 2400, 2).await;
    let path = format!("/api/v1/listings/{}", piece.listing);
    ben.takes(&piece, 2).await;
    ben.checks_out().await;
    assert_eq!(ana.gets(&path).await.expect::<Listing>(200).status, ListingStatus::SoldOut);
    let made: Listing = ana.patches(&path, &json!({ "making": to_order(None) })).await.expect(200);
    assert_eq!(made.status, ListingStatus::Active);
    // Pieces that were held from stock come back to it.
    let number = ben.order_number().await;
    assert_eq!(ben.submits(&format!("/orders/{number}/cancel"), &[]).await.status, 303);
    assert_eq!(ana.has_left(&piece).await, 2);
    market.visitor().buys(&piece).await;
    market.passes(0).await;
    assert_eq!(ana.has_left(&piece).await, 2, "what is made to order takes nothing from it");
    market.holds().await;
    let stock = json!({ "making": { "kind": "from_stock" } });
    assert_eq!(
        ana.patches(&path, &stock).await.expect::<Listing>(200).status,
        ListingStatus::Active
    );
    market.visitor().buys(&piece).await;
    market.passes(0).await;
    assert_eq!(ana.has_left(&piece).await, 1);
    market.holds().await;
}
