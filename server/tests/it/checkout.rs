//! From a cart to a reconciled payout, and everything that can go wrong on the way.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use api::order::{Order, OrderStatus};
use api::payout::{PayoutStatus, Verdict};
use api::simulator::ClockReading;
use api::{Currency, Money};
use bytes::Bytes;
use futures_util::future::join_all;
use futures_util::stream::{self, StreamExt as _};
use reqwest::Method;
use serde_json::json;
use tokio::sync::Barrier;

use crate::market::{Answer, Market, OPENING, Person, on_both_engines};
use crate::shopping::{CHALLENGED_CARD, DECLINED_CARD, GOOD_CARD, Payment, Piece, path_of};

on_both_engines![
    a_cart_of_two_shops_becomes_two_orders_and_two_clean_payouts,
    a_payout_is_open_until_stripe_says_what_is_in_it,
    a_share_in_no_payout_is_overdue_after_a_fortnight,
    a_declined_card_may_be_followed_by_a_good_one,
    an_abandoned_checkout_is_called_off_by_the_clock,
    an_event_that_comes_twice_is_acted_on_once,
    an_event_comes_before_the_shopper_and_after,
    lost_events_are_found_by_the_watch,
    a_form_sent_twice_is_one_purchase,
    a_page_that_was_not_opened_in_time_lets_go_of_the_pieces,
    the_bank_may_ask_the_shopper,
    nobody_but_stripe_is_believed,
    stripe_out_of_order_takes_no_piece_for_good,
    many_shoppers_want_the_last_piece,
];

/// Shoppers that want the last piece.
const MANY: usize = 64;

fn eur(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

/// A shop with twelve mugs and somebody who has one of them in the cart.
async fn a_mug_in_a_cart(market: &Market) -> (Person, Piece, Person) {
    let ines = market.seller("Ines").await;
    let mug = ines.offers("Stoneware mug", 2400, 12).await;
    let ana = market.visitor();
    ana.takes(&mug, 1).await;
    (ines, mug, ana)
}

/// The shopper's payment arrived: one order, one piece less, books that add up.
async fn is_sold_once(market: &Market, ines: &Person, mug: &Piece, ana: &Person) {
    let order = ines.only_order().await;
    assert_eq!((order.status, order.total), (OrderStatus::Paid, eur(2400)));
    assert_eq!(ines.has_left(mug).await, 11);
    assert_eq!(market.charges().await, 1);
    assert!(ana.order_page().await.contains("Being made ready"));
    market.holds().await;
}

/// Nothing is paid; the piece is held.
async fn is_still_open(market: &Market, ines: &Person, mug: &Piece) {
    assert_eq!(ines.only_order().await.status, OrderStatus::Pending);
    assert_eq!(ines.has_left(mug).await, 11);
    market.holds().await;
}

async fn a_cart_of_two_shops_becomes_two_orders_and_two_clean_payouts(market: Market) {
    let (ines, omar) = (market.seller("Ines").await, market.seller("Omar").await);
    let (mug, stool) =
        (ines.offers("Stoneware mug", 2450, 5).await, omar.offers("Ash stool", 18_999, 1).await);
    let ana = market.visitor();
    ana.takes(&mug, 2).await;
    ana.takes(&stool, 1).await;
    let payment = ana.checks_out().await;
    assert_eq!((ines.has_left(&mug).await, omar.has_left(&stool).await), (3, 0), "held");
    let paid = ana.pays(&payment, GOOD_CARD).await;
    market.settle().await;

    let done = ana.gets(path_of(paid.location())).await;
    assert!(done.words().contains("Thank you") && done.words().contains("2 makers have"));
    let number = ana.order_number().await;
    // 6.5 % of 49.00 is 3.185, of 189.99 is 12.34935: rounded to the cent, half to even.
    let mut numbers = Vec::new();
    for (seller, total, net) in [(&ines, 4900, 4582), (&omar, 18_999, 17_764)] {
        let order = seller.only_order().await;
        assert_eq!((order.status, order.total), (OrderStatus::Paid, eur(total)));
        assert_eq!((order.net, order.commission), (eur(net), eur(total - net)));
        numbers.push(order.number);
    }
    let foreign = ines.gets(&format!("/api/v1/orders/{}", numbers[1])).await;
    assert_eq!(foreign.status, 404, "another shop's part is not found");
    numbers.sort();
    assert_eq!(numbers, [format!("{number}-1"), format!("{number}-2")]);
    assert_eq!((ines.has_left(&mug).await, omar.has_left(&stool).await), (3, 0), "sold");
    assert!(ana.gets("/cart").await.words().contains("Nothing in it yet"));
    let stranger = market.visitor();
    assert_eq!(stranger.gets(&format!("/orders/{number}")).await.status, 404);
    let transfers = market.stripe_list("/v1/transfers").await;
    let mut amounts: Vec<_> = transfers.iter().map(|one| one["amount"].as_i64()).collect();
    amounts.sort_unstable();
    assert_eq!(amounts, [Some(4582), Some(17_764)]);
    market.holds().await;

    eight_days_pass(&market, &ines).await;
    is_paid_out(&ines, 4900, 4582).await;
    is_paid_out(&omar, 18_999, 17_764).await;
    market.holds().await;
}

async fn a_payout_is_open_until_stripe_says_what_is_in_it(market: Market) {
    let ines = market.seller("Ines").await;
    let mug = ines.offers("Stoneware mug", 2450, 5).await;
    market.visitor().buys(&mug).await;
    market.settle().await;
    let mut found = ines.reconciles().await;
    while found.payouts.is_empty() {
        market.passes(24 * 3600).await;
        found = ines.reconciles().await;
    }
    let on_the_way = &found.payouts[0].payout;
    assert_eq!((on_the_way.status, on_the_way.itemised), (PayoutStatus::InTransit, false));
    assert_eq!((on_the_way.verdict(), found.clean), (Verdict::Open, true), "nothing is wrong");
    assert_eq!(found.on_its_way, eur(0), "all of it is in the payout, though not itemised yet");
    eight_days_pass(&market, &ines).await;
    let [detail] = ines.reconciles().await.payouts.try_into().expect("one payout");
    assert_eq!(detail.payout.verdict(), Verdict::Matched);
    market.holds().await;
}

async fn a_share_in_no_payout_is_overdue_after_a_fortnight(market: Market) {
    let ines = market.seller("Ines").await;
    let mug = ines.offers("Stoneware mug", 2450, 5).await;
    market.holds_payouts_back().await;
    market.visitor().buys(&mug).await;
    market.settle().await;
    let order = ines.only_order().await;
    market.passes(13 * 24 * 3600).await;
    let found = ines.reconciles().await;
    assert_eq!((found.payouts.len(), found.on_its_way), (0, order.net));
    assert_eq!((found.clean, found.overdue.len()), (true, 0), "it may still come");

    market.passes(2 * 24 * 3600).await;
    let found = ines.reconciles().await;
    let [share] = found.overdue.as_slice() else { panic!("one share: {found:?}") };
    assert_eq!((&share.order, share.amount), (&order.number, order.net));
    assert!(!found.clean);
    market.holds().await;
}

/// Lets eight days pass by the public route, long enough for a payout to arrive.
async fn eight_days_pass(market: &Market, seller: &Person) {
    const SECONDS: i64 = 8 * 24 * 3600;
    let before = market.state.clock.now();
    let step = json!({ "advance_seconds": SECONDS });
    let reading: ClockReading = seller.posts("/api/v1/simulator/clock", &step).await.expect(200);
    assert_eq!(reading.now, before.plus_seconds(SECONDS));
}

/// A shop's only payout: what shoppers paid for its goods without the commission, to the cent.
async fn is_paid_out(seller: &Person, gross: i64, net: i64) {
    let found = seller.reconciles().await;
    assert!(found.clean, "{found:?}");
    let [payout] = found.payouts.as_slice() else { panic!("one payout: {found:?}") };
    assert_eq!((payout.gross, payout.net), (eur(gross), eur(net)));
    assert_eq!((payout.payout.amount, payout.payout.reconciled), (eur(net), true));
    assert_eq!(payout.commission, eur(gross - net));
    assert_eq!(found.on_its_way, eur(0));
}

async fn a_declined_card_may_be_followed_by_a_good_one(market: Market) {
    let (ines, mug, ana) = a_mug_in_a_cart(&market).await;
    let payment = ana.checks_out().await;
    let declined = ana.pays(&payment, DECLINED_CARD).await;
    assert_eq!(declined.status, 402);
    assert!(declined.words().contains("Your card was declined."), "{}", declined.words());
    market.settle().await;
    is_still_open(&market, &ines, &mug).await;
    assert_eq!(market.charges().await, 0);
    assert!(ana.order_page().await.contains("Waiting for the payment"));

    assert_eq!(ana.pays(&payment, GOOD_CARD).await.status, 303);
    market.settle().await;
    is_sold_once(&market, &ines, &mug, &ana).await;
    let again = ana.pays(&payment, GOOD_CARD).await;
    assert_eq!(again.status, 303, "a second click leads on and charges nothing");
    market.settle().await;
    is_sold_once(&market, &ines, &mug, &ana).await;
}

async fn an_abandoned_checkout_is_called_off_by_the_clock(market: Market) {
    let (ines, mug, ana) = a_mug_in_a_cart(&market).await;
    let payment = ana.checks_out().await;
    assert_eq!(ana.pays(&payment, DECLINED_CARD).await.status, 402);
    market.passes(30 * 60).await;
    is_still_open(&market, &ines, &mug).await;
    market.passes(2 * 60).await;

    assert_eq!(ines.only_order().await.status, OrderStatus::Cancelled);
    assert_eq!(ines.has_left(&mug).await, 12, "back on the shelf");
    assert!(ana.order_page().await.contains("This order was cancelled"));
    let number = ana.order_number().await;
    let done = ana.gets(&format!("/checkout/done?purchase={number}")).await;
    assert!(done.words().contains("nothing was charged"), "{}", done.words());
    let late = ana.pays(&payment, GOOD_CARD).await;
    assert_eq!(late.status, 410);
    assert!(late.words().contains("Nothing was charged"), "{}", late.words());
    assert_eq!(market.charges().await, 0);
    assert!(market.letters_to("ana@example.org").await.is_empty(), "no letter about nothing");
    market.holds().await;

    assert!(ana.gets("/cart").await.words().contains("Stoneware mug"), "she may try again");
    let payment = ana.checks_out().await;
    assert_eq!(ana.pays(&payment, GOOD_CARD).await.status, 303);
    market.settle().await;
    assert_eq!((ines.has_left(&mug).await, market.charges().await), (11, 1));
    market.holds().await;
}

async fn an_event_that_comes_twice_is_acted_on_once(market: Market) {
    let (ines, mug, ana) = a_mug_in_a_cart(&market).await;
    market.misbehaves(&json!({ "duplicate": true, "reorder": true })).await;
    let payment = ana.checks_out().await;
    assert_eq!(ana.pays(&payment, GOOD_CARD).await.status, 303);
    market.passes(600).await;
    is_sold_once(&market, &ines, &mug, &ana).await;
    assert_eq!(market.stripe_list("/v1/transfers").await.len(), 1);
    assert_eq!(market.letters_to("ana@example.org").await.len(), 1);
    eight_days_pass(&market, &ines).await;
    is_paid_out(&ines, 2400, 2244).await;
    market.holds().await;
}

async fn an_event_comes_before_the_shopper_and_after(market: Market) {
    let (ines, mug, ana) = a_mug_in_a_cart(&market).await;
    let payment = ana.checks_out().await;
    let paid = ana.pays(&payment, GOOD_CARD).await;
    market.settle().await;
    // She has not followed the redirect, and her order is paid already.
    is_sold_once(&market, &ines, &mug, &ana).await;
    assert!(ana.gets(path_of(paid.location())).await.words().contains("Thank you"));

    market.misbehaves(&json!({ "delay": 20 })).await;
    let ben = market.visitor();
    ben.takes(&mug, 1).await;
    let payment = ben.checks_out().await;
    let paid = ben.pays(&payment, GOOD_CARD).await;
    market.settle().await;
    let page = ben.gets(path_of(paid.location())).await;
    assert!(page.words().contains("Your payment is being confirmed"), "{}", page.words());
    assert_eq!(ines.orders_in(OrderStatus::Paid).await.len(), 1, "coming back proves nothing");
    market.passes(20).await;
    let page = ben.gets(path_of(paid.location())).await;
    assert!(page.words().contains("Thank you"), "{}", page.words());
    assert_eq!(ines.orders_in(OrderStatus::Paid).await.len(), 2);
    market.holds().await;
}

async fn lost_events_are_found_by_the_watch(market: Market) {
    let (ines, mug, ana) = a_mug_in_a_cart(&market).await;
    market.misbehaves(&json!({ "drop": 1000 })).await;
    let payment = ana.checks_out().await;
    assert_eq!(ana.pays(&payment, GOOD_CARD).await.status, 303);
    market.settle().await;
    is_still_open(&market, &ines, &mug).await;
    market.passes(2 * 60).await;
    is_sold_once(&market, &ines, &mug, &ana).await;
    eight_days_pass(&market, &ines).await;
    is_paid_out(&ines, 2400, 2244).await;

    // The end of an unpaid session is found the same way.
    let ben = market.visitor();
    ben.takes(&mug, 3).await;
    ben.checks_out().await;
    assert_eq!(ines.has_left(&mug).await, 8);
    market.passes(40 * 60).await;
    assert_eq!(ines.has_left(&mug).await, 11);
    assert_eq!(ines.orders_in(OrderStatus::Cancelled).await.len(), 1);
    market.holds().await;
}

async fn a_form_sent_twice_is_one_purchase(market: Market) {
    let (ines, mug, ana) = a_mug_in_a_cart(&market).await;
    let form = ana.fills_in("ana@example.org").await;
    let (one, two) = tokio::join!(ana.orders(&form), ana.orders(&form));
    assert_eq!((one.status, two.status), (303, 303), "{}\n{}", one.words(), two.words());
    assert_eq!(one.location(), two.location());
    let later = ana.orders(&form).await;
    assert_eq!(later.location(), one.location(), "the same page, as often as one likes");
    is_still_open(&market, &ines, &mug).await;
    assert_eq!(market.stripe_list("/v1/checkout/sessions").await.len(), 1);

    let payment = Payment { path: path_of(one.location()).to_owned() };
    assert_eq!(ana.pays(&payment, GOOD_CARD).await.status, 303);
    market.settle().await;
    is_sold_once(&market, &ines, &mug, &ana).await;
    ana.takes(&mug, 1).await;
    let finished = ana.orders(&form).await;
    let done = format!("/checkout/done?purchase={}", ana.order_number().await);
    assert_eq!(finished.location(), done, "what was paid is not opened again");
    is_sold_once(&market, &ines, &mug, &ana).await;
}

async fn a_page_that_was_not_opened_in_time_lets_go_of_the_pieces(market: Market) {
    let (ines, mug, ana) = a_mug_in_a_cart(&market).await;
    let form = ana.fills_in("ana@example.org").await;
    market.settle().await;
    market.misbehaves(&json!({ "fail_calls": 3 })).await;
    let early = ana.orders(&form).await;
    assert!(early.words().contains("you were not charged, try again"), "{}", early.words());
    assert_eq!(ines.has_left(&mug).await, 11);
    market.passes(3 * 60).await;

    let late = ana.orders(&form).await;
    assert_eq!(late.status, 409, "{}", late.words());
    assert!(late.words().contains("Nothing was charged"), "{}", late.words());
    assert_eq!(ines.only_order().await.status, OrderStatus::Cancelled);
    assert_eq!(ines.has_left(&mug).await, 12);
    let payment = ana.checks_out().await;
    assert_eq!(ana.pays(&payment, GOOD_CARD).await.status, 303);
    market.settle().await;
    assert_eq!((ines.has_left(&mug).await, market.charges().await), (11, 1));
    market.holds().await;
}

async fn the_bank_may_ask_the_shopper(market: Market) {
    let (ines, mug, ana) = a_mug_in_a_cart(&market).await;
    let payment = ana.checks_out().await;
    let asked = ana.pays(&payment, CHALLENGED_CARD).await;
    assert_eq!(asked.status, 303);
    let challenge = asked.location().to_owned();
    assert!(ana.gets(&challenge).await.words().contains("Your bank asks: is this you?"));
    let refused = ana.submits(&challenge, &[("decision", "fail")]).await;
    assert_eq!(refused.status, 402);
    assert!(refused.words().contains("unable to authenticate"), "{}", refused.words());
    let form = format!("action=\"{}\"", payment.path);
    assert!(refused.body.contains(&form), "another card is paid with, not sent to the bank");
    market.settle().await;
    is_still_open(&market, &ines, &mug).await;
    assert_eq!(market.charges().await, 0);

    assert_eq!(ana.pays(&payment, CHALLENGED_CARD).await.location(), challenge);
    let confirmed = ana.submits(&challenge, &[("decision", "complete")]).await;
    assert_eq!(confirmed.status, 303);
    market.settle().await;
    assert!(ana.gets(path_of(confirmed.location())).await.words().contains("Thank you"));
    is_sold_once(&market, &ines, &mug, &ana).await;
}

async fn nobody_but_stripe_is_believed(market: Market) {
    let (ines, mug, ana) = a_mug_in_a_cart(&market).await;
    let payment = ana.checks_out().await;
    let session = payment.path.rsplit('/').next().expect("a session").to_owned();
    let body = json!({
        "id": "evt_forged", "type": "checkout.session.completed", "created": OPENING,
        "livemode": false, "data": { "object": { "id": session, "payment_status": "paid" } },
    });
    let forged = [
        String::new(),
        "v1=00".to_owned(),
        format!("t={OPENING},v1={}", "0".repeat(64)),
        format!("t={OPENING},v0={}", "0".repeat(64)),
    ];
    for signature in &forged {
        for path in ["/webhooks/stripe", "/webhooks/stripe-connect"] {
            let signed =
                |request: reqwest::RequestBuilder| request.header("stripe-signature", signature);
            let answer = market
                .visitor()
                .sends(Method::POST, path, |request| signed(request).body(body.to_string()))
                .await;
            assert_eq!(answer.status, 422, "{signature:?}");
        }
    }
    let number = ana.order_number().await;
    ana.gets(&format!("/checkout/done?purchase={number}")).await;
    market.settle().await;
    is_still_open(&market, &ines, &mug).await;

    // A real payment whose events are signed with another secret, or long ago, is not believed
    // either; the market asks Stripe itself in time.
    market.misbehaves(&json!({ "bad_signature": 4, "old_timestamp": 1000 })).await;
    assert_eq!(ana.pays(&payment, GOOD_CARD).await.status, 303);
    market.settle().await;
    is_still_open(&market, &ines, &mug).await;
    market.behaves().await;
    market.passes(2 * 60).await;
    is_sold_once(&market, &ines, &mug, &ana).await;
}

async fn stripe_out_of_order_takes_no_piece_for_good(market: Market) {
    let (ines, mug, ana) = a_mug_in_a_cart(&market).await;
    // Stripe opens the page, but its answer is lost: the second attempt finds the same page.
    market.misbehaves(&json!({ "timeout_after_commit": 1 })).await;
    let payment = ana.checks_out().await;
    market.behaves().await;
    assert_eq!(market.stripe_list("/v1/checkout/sessions").await.len(), 1);
    // Stripe fails once while the market asks whether it was paid.
    market.misbehaves(&json!({ "fail_nth_call": 1 })).await;
    assert_eq!(ana.pays(&payment, GOOD_CARD).await.status, 303);
    market.passes(2 * 60).await;
    is_sold_once(&market, &ines, &mug, &ana).await;
    assert_eq!(market.stripe_list("/v1/transfers").await.len(), 1);
}

async fn many_shoppers_want_the_last_piece(market: Market) {
    let ines = market.seller("Ines").await;
    let vase = ines.offers("Last vase", 6800, 1).await;
    let mut shoppers = Vec::new();
    for _ in 0..MANY {
        let shopper = market.visitor();
        shopper.takes(&vase, 1).await;
        let form = shopper.fills_in("ana@example.org").await;
        shoppers.push((shopper, form));
    }
    let crowd = Crowd::of(MANY);
    let answers = join_all(shoppers.iter().map(|(shopper, form)| crowd.joins(shopper, form))).await;
    assert_eq!(answers.len(), MANY);
    assert!(answers.iter().all(|(_, open)| *open == MANY), "all were open when the first ended");

    let won: Vec<usize> = (0..MANY).filter(|place| answers[*place].0.status == 303).collect();
    let [winner] = won.as_slice() else { panic!("one may pay: {won:?}") };
    for (place, (answer, _)) in answers.iter().enumerate().filter(|(place, _)| place != winner) {
        assert_eq!(answer.status, 409, "shopper {place}: {}", answer.words());
        assert!(answer.words().contains("Nothing was charged."), "{}", answer.words());
    }
    assert_eq!(market.stripe_list("/v1/checkout/sessions").await.len(), 1);
    let payment = Payment { path: path_of(answers[*winner].0.location()).to_owned() };
    assert_eq!(shoppers[*winner].0.pays(&payment, GOOD_CARD).await.status, 303);
    market.settle().await;

    let order: Order = ines.only_order().await;
    assert_eq!((order.status, order.total), (OrderStatus::Paid, eur(6800)));
    assert_eq!((ines.has_left(&vase).await, market.charges().await), (0, 1));
    let page = market.visitor().gets(&format!("/listings/{}", vase.slug)).await;
    assert!(page.words().contains("Sold out"), "{}", page.words());
    market.holds().await;
}

/// People who press the button at the same moment: each request reaches the market up to its last
/// bytes, and those follow only when all the others are there, too.
struct Crowd {
    ready: Arc<Barrier>,
    open: Arc<AtomicUsize>,
}

impl Crowd {
    fn of(people: usize) -> Self {
        Self { ready: Arc::new(Barrier::new(people)), open: Arc::default() }
    }

    /// Sends a checkout form with the crowd; the answer, and how many requests were open before
    /// the first could be answered.
    async fn joins(&self, shopper: &Person, form: &[(&'static str, String)]) -> (Answer, usize) {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let body = Bytes::from(body);
        let (ready, open) = (Arc::clone(&self.ready), Arc::clone(&self.open));
        let (first, last) = (body.slice(..body.len() - 1), body.slice(body.len() - 1..));
        let last = async move {
            open.fetch_add(1, Ordering::SeqCst);
            ready.wait().await;
            Ok::<_, Infallible>(last)
        };
        let body = stream::iter([Ok(first)]).chain(stream::once(last));
        let answer = shopper
            .sends(Method::POST, "/checkout", |request| {
                request
                    .header("content-type", "application/x-www-form-urlencoded")
                    .header("sec-fetch-site", "same-origin")
                    .body(reqwest::Body::wrap_stream(body))
            })
            .await;
        (answer, self.open.load(Ordering::SeqCst))
    }
}
