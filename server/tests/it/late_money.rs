//! Money that comes after a purchase was called off. Stripe promises not to take any; it is never
//! silent all the same.

use api::order::OrderStatus;
use serde_json::{Value, json};

use crate::market::{Market, Person, on_both_engines};
use crate::shopping::{GOOD_CARD, Payment, Piece};

on_both_engines![
    a_purchase_that_is_paid_late_is_taken_up_again,
    late_money_for_a_piece_that_is_gone_goes_back,
    late_money_for_what_was_bought_otherwise_goes_back,
    late_money_without_a_webhook_is_found_within_a_day,
    a_refund_whose_answer_was_lost_is_made_once,
];

/// A shop with one vase, and somebody who gave her payment for it up.
async fn a_vase_given_up(market: &Market) -> (Person, Piece, Person, Payment) {
    let ines = market.seller("Ines").await;
    let vase = ines.offers("Last vase", 6800, 1).await;
    let ana = market.visitor();
    ana.takes(&vase, 1).await;
    let payment = ana.checks_out().await;
    let path = format!("/orders/{}/cancel", ana.order_number().await);
    assert_eq!(ana.submits(&path, &[]).await.status, 303);
    market.settle().await;
    assert_eq!(ines.has_left(&vase).await, 1);
    (ines, vase, ana, payment)
}

/// Pays at a page that is closed, as when the bank's answer comes after the end.
async fn pays_late(market: &Market, ana: &Person, payment: &Payment, faults: &Value) {
    let mut faults = faults.clone();
    faults["late_payments"] = true.into();
    market.misbehaves(&faults).await;
    let paid = ana.pays(payment, GOOD_CARD).await;
    assert_eq!(paid.status, 303, "{}", paid.words());
    market.settle().await;
}

async fn buys(market: &Market, name: &str, piece: &Piece) {
    let person = market.shopper(name).await;
    person.takes(piece, 1).await;
    let payment = person.checks_out().await;
    assert_eq!(person.pays(&payment, GOOD_CARD).await.status, 303);
    market.settle().await;
}

/// What went back to shoppers' cards, in cents.
async fn refunds(market: &Market) -> Vec<i64> {
    let refunds = market.stripe_list("/v1/refunds").await;
    refunds.iter().map(|refund| refund["amount"].as_i64().unwrap()).collect()
}

/// All of the late money is back: at Stripe, in the books, on the page and in one letter.
async fn is_sent_back(market: &Market, ana: &Person, number: &str, why: &str) {
    assert_eq!(refunds(market).await, [6800]);
    let page = ana.gets(&format!("/orders/{number}")).await.words();
    assert!(page.contains("This order was cancelled"), "{page}");
    assert!(page.contains("Your payment of €68.00 arrived after the order had been cancelled"));
    assert!(page.contains("All of it was sent back on 22 Nov 2026"), "{page}");
    assert!(!page.contains("Nothing was charged"), "{page}");
    let done = ana.gets(&format!("/checkout/done?purchase={number}")).await.words();
    assert!(done.contains("Paid too late") && !done.contains("nothing was charged"), "{done}");
    let letters = market.letters_to("ana@example.org").await;
    let subject = format!("Your payment for order {number} was sent back");
    let [letter] =
        letters.iter().filter(|letter| letter.subject == subject).collect::<Vec<_>>()[..]
    else {
        panic!("{} letters", letters.len())
    };
    assert!(letter.body.contains(why), "{}", letter.body);
    assert!(letter.body.contains("The whole €68.00 has been sent back"), "{}", letter.body);
    market.holds().await;
}

async fn a_purchase_that_is_paid_late_is_taken_up_again(market: Market) {
    let (ines, vase, ana, payment) = a_vase_given_up(&market).await;
    pays_late(&market, &ana, &payment, &json!({ "duplicate": true })).await;
    let order = ines.only_order().await;
    assert_eq!(order.status, OrderStatus::Paid);
    let said: Vec<&str> = order.timeline.iter().map(|entry| entry.text.as_str()).collect();
    assert!(said.contains(&"paid after all, taken up again"), "{said:?}");
    assert_eq!((ines.has_left(&vase).await, market.charges().await), (0, 1));
    assert!(ana.order_page().await.contains("Being made ready"));
    assert!(ana.gets("/cart").await.words().contains("Nothing in it yet"));
    let letters = market.letters_to("ana@example.org").await;
    assert_eq!(letters.len(), 1);
    assert!(letters[0].subject.starts_with("Your order"));
    market.holds().await;

    market.passes(8 * 24 * 3600).await;
    let found = ines.reconciles().await;
    assert!(found.clean && found.payouts.len() == 1, "{found:?}");
    assert_eq!(found.payouts[0].payout.amount, order.net);
    assert_eq!(refunds(&market).await, [0_i64; 0]);
    market.holds().await;
}

async fn late_money_for_a_piece_that_is_gone_goes_back(market: Market) {
    let (ines, vase, ana, payment) = a_vase_given_up(&market).await;
    let number = ana.order_number().await;
    buys(&market, "Ben", &vase).await;
    pays_late(&market, &ana, &payment, &json!({ "duplicate": true, "reorder": true })).await;

    assert_eq!(market.charges().await, 2);
    is_sent_back(&market, &ana, &number, "a piece is no longer available").await;
    let [late] = ines.orders_in(OrderStatus::Cancelled).await.try_into().expect("one order");
    let order: api::order::Order =
        ines.gets(&format!("/api/v1/orders/{}", late.number)).await.expect(200);
    assert!(order.timeline.iter().any(|entry| entry.text.contains("it goes back to the shopper")));
    assert_eq!(ines.orders_in(OrderStatus::Paid).await.len(), 1, "Ben's order stands");
    assert_eq!(market.letters_to("ines@example.org").await.len(), 2, "proof and Ben's order");

    market.behaves().await;
    market.passes(8 * 24 * 3600).await;
    assert_eq!(refunds(&market).await, [6800], "once and for all");
    let transfers = market.stripe_list("/v1/transfers").await;
    assert_eq!(transfers.len(), 1, "the artisan is paid for what she sold");
    assert!(ines.reconciles().await.clean);
    market.holds().await;
}

async fn late_money_for_what_was_bought_otherwise_goes_back(market: Market) {
    let ines = market.seller("Ines").await;
    let vase = ines.offers("Last vase", 6800, 5).await;
    let ana = market.visitor();
    ana.takes(&vase, 1).await;
    let first = ana.checks_out().await;
    let number = ana.order_number().await;
    let second = ana.checks_out().await;
    pays_late(&market, &ana, &first, &json!({})).await;
    is_sent_back(&market, &ana, &number, "you have ordered the same with another payment").await;

    market.behaves().await;
    assert_eq!(ana.pays(&second, GOOD_CARD).await.status, 303);
    market.settle().await;
    assert_eq!(ines.orders_in(OrderStatus::Paid).await.len(), 1);
    assert_eq!((ines.has_left(&vase).await, market.charges().await), (4, 2));
    market.holds().await;
}

async fn late_money_without_a_webhook_is_found_within_a_day(market: Market) {
    let ines = market.seller("Ines").await;
    let vase = ines.offers("Last vase", 6800, 1).await;
    let ana = market.visitor();
    ana.takes(&vase, 1).await;
    let payment = ana.checks_out().await;
    let number = ana.order_number().await;
    market.passes(32 * 60).await;
    assert_eq!(ines.has_left(&vase).await, 1, "her time has run out");
    buys(&market, "Ben", &vase).await;
    pays_late(&market, &ana, &payment, &json!({ "drop": 1000 })).await;
    assert_eq!(refunds(&market).await, [0_i64; 0], "nobody has heard of it");
    market.passes(24 * 3600).await;
    assert_eq!(refunds(&market).await, [6800]);
    let page = ana.gets(&format!("/orders/{number}")).await.words();
    assert!(page.contains("All of it was sent back"), "{page}");
    market.holds().await;
}

async fn a_refund_whose_answer_was_lost_is_made_once(market: Market) {
    let (_, vase, ana, payment) = a_vase_given_up(&market).await;
    let number = ana.order_number().await;
    buys(&market, "Ben", &vase).await;
    market.passes(60).await;
    pays_late(&market, &ana, &payment, &json!({ "timeout_after_commit": 1 })).await;
    is_sent_back(&market, &ana, &number, "a piece is no longer available").await;
}
