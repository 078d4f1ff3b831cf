//! A shopper who comes back from the payment page without paying: she starts anew, gives the
//! payment up, or pays in another window at that very moment.

use api::order::OrderStatus;
use futures_util::future::join_all;
use serde_json::json;

use crate::market::{Market, Person, email_of, on_both_engines};
use crate::shopping::{GOOD_CARD, Payment, Piece, path_of};

on_both_engines![
    starting_anew_takes_her_own_pieces_over,
    a_payment_in_another_window_wins_over_starting_anew,
    a_payment_is_given_up_on_purpose,
    a_payment_at_the_moment_of_cancelling_wins,
    nobody_else_gives_her_payment_up,
    a_corrected_form_is_another_purchase,
    a_form_whose_payment_was_called_off_is_sent_anew,
    what_is_put_in_meanwhile_stays_in_the_cart,
    an_account_on_two_devices_is_not_in_its_own_way,
    two_windows_at_the_same_moment_end_in_one_open_payment,
    stripe_out_of_reach_leaves_the_payment_open,
];

/// A shop with one vase, and somebody who has begun to pay for it.
async fn a_vase_being_paid_for(market: &Market) -> (Person, Piece, Person, Payment) {
    let ines = market.seller("Ines").await;
    let vase = ines.offers("Last vase", 6800, 1).await;
    let ana = market.visitor();
    ana.takes(&vase, 1).await;
    let payment = ana.checks_out().await;
    (ines, vase, ana, payment)
}

impl Person {
    /// Presses “Cancel this purchase” on the order page.
    async fn gives_up(&self, number: &str) -> crate::market::Answer {
        self.submits(&format!("/orders/{number}/cancel"), &[]).await
    }
}

/// What happened to the only order in a state.
async fn timeline(ines: &Person, status: OrderStatus) -> Vec<String> {
    let [order] = ines.orders_in(status).await.try_into().expect("one order");
    let path = format!("/api/v1/orders/{}", order.number);
    let order: api::order::Order = ines.gets(&path).await.expect(200);
    order.timeline.into_iter().map(|entry| entry.text).collect()
}

async fn session_states(market: &Market) -> Vec<String> {
    let sessions = market.stripe_list("/v1/checkout/sessions").await;
    sessions.iter().map(|session| session["status"].as_str().unwrap().to_owned()).collect()
}

async fn starting_anew_takes_her_own_pieces_over(market: Market) {
    let (ines, vase, ana, first) = a_vase_being_paid_for(&market).await;
    let cart = ana.gets("/cart").await;
    let words = cart.words();
    assert!(words.contains("Nothing was charged so far, and your cart is as it was."), "{words}");
    assert!(cart.body.contains(&first.path) && words.contains("Start the checkout anew"));

    let second = ana.checks_out().await;
    assert_ne!(first.path, second.path);
    market.settle().await;
    assert_eq!(session_states(&market).await, ["open", "expired"], "newest first");
    assert_eq!(ines.has_left(&vase).await, 0, "held for the new payment");
    let said = timeline(&ines, OrderStatus::Cancelled).await;
    assert!(said.contains(&"the shopper started the checkout anew".to_owned()), "{said:?}");
    market.holds().await;
    assert_eq!(ana.pays(&first, GOOD_CARD).await.status, 410, "the earlier page is closed");

    assert_eq!(ana.pays(&second, GOOD_CARD).await.status, 303);
    market.settle().await;
    assert_eq!(ines.orders_in(OrderStatus::Paid).await.len(), 1);
    assert_eq!((ines.has_left(&vase).await, market.charges().await), (0, 1));
    assert!(ana.order_page().await.contains("Being made ready"));
    market.passes(3600).await;
    assert_eq!(ines.orders_in(OrderStatus::Paid).await.len(), 1, "the watch changes nothing");
    market.holds().await;
}

async fn a_payment_in_another_window_wins_over_starting_anew(market: Market) {
    let (ines, _, ana, payment) = a_vase_being_paid_for(&market).await;
    let first = ana.order_number().await;
    let form = ana.fills_in("ana@example.org").await;
    // The market does not hear of the payment; only asking Stripe tells.
    market.misbehaves(&json!({ "drop": 1000 })).await;
    assert_eq!(ana.pays(&payment, GOOD_CARD).await.status, 303);
    let answer = ana.orders(&form).await;
    assert_eq!(answer.status, 303, "{}", answer.words());
    assert_eq!(answer.location(), format!("/checkout/done?purchase={first}"));
    let done = ana.gets(answer.location()).await;
    assert!(done.words().contains("Your payment of €68.00 has arrived"), "{}", done.words());
    market.settle().await;
    assert_eq!(ines.orders_in(OrderStatus::Paid).await.len(), 1);
    assert_eq!((market.charges().await, session_states(&market).await.len()), (1, 1));
    assert!(ana.gets("/cart").await.words().contains("Nothing in it yet"));
    market.holds().await;
}

async fn a_payment_is_given_up_on_purpose(market: Market) {
    let (ines, vase, ana, payment) = a_vase_being_paid_for(&market).await;
    let number = ana.order_number().await;
    let page = ana.gets(&format!("/orders/{number}")).await;
    assert!(page.body.contains(&payment.path), "the way to the payment page");
    assert!(page.words().contains("Continue to payment"));
    assert!(page.words().contains("Cancel this purchase"));

    let clicks = join_all([ana.gives_up(&number), ana.gives_up(&number)]).await;
    for click in &clicks {
        let led_to = (click.status, click.location().to_owned());
        assert_eq!(led_to, (303, format!("/orders/{number}")), "{}", click.words());
    }
    let page = ana.order_page().await;
    assert!(page.contains("This order was cancelled") && page.contains("Nothing was charged"));
    assert!(!page.contains("Continue to payment") && !page.contains("Cancel this purchase"));
    assert_eq!(ines.has_left(&vase).await, 1, "back on the shelf");
    market.settle().await;
    let said = timeline(&ines, OrderStatus::Cancelled).await;
    assert!(said.contains(&"cancelled by the shopper before paying".to_owned()), "{said:?}");
    assert_eq!(ana.pays(&payment, GOOD_CARD).await.status, 410);
    assert_eq!(market.charges().await, 0);
    assert_eq!(ana.gives_up(&number).await.status, 303, "again changes nothing");
    market.holds().await;

    assert!(ana.gets("/cart").await.words().contains("Last vase"), "her cart is as it was");
    let ben = market.visitor();
    ben.takes(&vase, 1).await;
    ben.checks_out().await;
    market.holds().await;
}

async fn a_payment_at_the_moment_of_cancelling_wins(market: Market) {
    let (ines, _, ana, payment) = a_vase_being_paid_for(&market).await;
    let number = ana.order_number().await;
    market.misbehaves(&json!({ "drop": 1000 })).await;
    assert_eq!(ana.pays(&payment, GOOD_CARD).await.status, 303);
    assert_eq!(ines.orders_in(OrderStatus::Paid).await.len(), 0, "nobody has heard of it");
    for _ in 0..2 {
        let answer = ana.gives_up(&number).await;
        assert_eq!(answer.status, 409);
        let words = answer.words();
        assert!(words.contains("Your payment had arrived already"), "{words}");
        assert!(words.contains("Being made ready") && !words.contains("Cancel this purchase"));
    }
    market.settle().await;
    assert_eq!(ines.orders_in(OrderStatus::Paid).await.len(), 1);
    assert_eq!(market.charges().await, 1);
    market.holds().await;
}

async fn nobody_else_gives_her_payment_up(market: Market) {
    let (ines, vase, ana, payment) = a_vase_being_paid_for(&market).await;
    let number = ana.order_number().await;
    let ben = market.shopper("Ben").await;
    for stranger in [&ben, &ines, &market.visitor()] {
        assert_eq!(stranger.gives_up(&number).await.status, 404);
    }
    assert_eq!(ana.gives_up("ZZZZZZZZ").await.status, 404);
    assert_eq!(
        (ines.has_left(&vase).await, session_states(&market).await),
        (0, vec!["open".into()])
    );
    assert_eq!(ana.pays(&payment, GOOD_CARD).await.status, 303);
    market.settle().await;
    market.holds().await;
}

async fn a_corrected_form_is_another_purchase(market: Market) {
    let (ines, vase, ana, _) = a_vase_being_paid_for(&market).await;
    // The browser's own “back” shows the very form that was sent, with its attempt.
    let mut form = ana.fills_in("ana@example.org").await;
    let wrong = ana.orders(&form).await;
    "Marktplatz 9".clone_into(&mut form[3].1);
    let right = ana.orders(&form).await;
    assert_eq!((wrong.status, right.status), (303, 303), "{}", right.words());
    assert_ne!(wrong.location(), right.location());
    let payment = Payment { path: path_of(right.location()).to_owned() };
    assert_eq!(ana.pays(&payment, GOOD_CARD).await.status, 303);
    market.settle().await;
    let [paid] = ines.orders_in(OrderStatus::Paid).await.try_into().expect("one order");
    let path = format!("/api/v1/orders/{}", paid.number);
    let order: api::order::Order = ines.gets(&path).await.expect(200);
    assert_eq!(order.ship_to.line1, "Marktplatz 9");
    assert_eq!((ines.has_left(&vase).await, market.charges().await), (0, 1));
    market.holds().await;
}

async fn a_form_whose_payment_was_called_off_is_sent_anew(market: Market) {
    let ines = market.seller("Ines").await;
    let vase = ines.offers("Last vase", 6800, 1).await;
    let ana = market.visitor();
    ana.takes(&vase, 1).await;
    let form = ana.fills_in("ana@example.org").await;
    assert_eq!(ana.orders(&form).await.status, 303);
    let number = ana.order_number().await;
    assert_eq!(ana.gives_up(&number).await.status, 303);

    let back = ana.orders(&form).await;
    assert_eq!(back.status, 409);
    assert!(back.words().contains("Press the button once more"), "{}", back.words());
    assert!(back.body.contains("value=\"Kirchgasse 4\""), "what was typed is still there");
    assert!(!back.body.contains(&form[0].1), "with an attempt of its own");
    assert_eq!(ines.has_left(&vase).await, 1, "and nothing was held");
    let payment = ana.checks_out().await;
    assert_eq!(ana.pays(&payment, GOOD_CARD).await.status, 303);
    market.settle().await;
    assert_eq!(market.charges().await, 1);
    market.holds().await;
}

async fn what_is_put_in_meanwhile_stays_in_the_cart(market: Market) {
    let (ines, _, ana, payment) = a_vase_being_paid_for(&market).await;
    let bowl = ines.offers("Porridge bowl", 1900, 4).await;
    ana.takes(&bowl, 2).await;
    assert_eq!(ana.pays(&payment, GOOD_CARD).await.status, 303);
    market.settle().await;
    let cart = ana.gets("/cart").await.words();
    assert!(cart.contains("Porridge bowl") && !cart.contains("Last vase"), "{cart}");
    market.holds().await;
}

async fn an_account_on_two_devices_is_not_in_its_own_way(market: Market) {
    let ines = market.seller("Ines").await;
    let vase = ines.offers("Last vase", 6800, 1).await;
    let bowl = ines.offers("Porridge bowl", 1900, 4).await;
    let phone = market.shopper("Ana").await;
    let laptop = market.visitor();
    let form = [("email", &*email_of("Ana")), ("password", crate::market::PASSWORD)];
    assert_eq!(laptop.submits("/login", &form).await.status, 303);
    phone.takes(&vase, 1).await;
    laptop.takes(&vase, 1).await;
    let on_the_phone = phone.checks_out().await;

    // Something else is bought beside it.
    let other = market.visitor();
    assert_eq!(other.submits("/login", &form).await.status, 303);
    other.takes(&bowl, 1).await;
    assert!(!other.gets("/cart").await.words().contains("Your payment is open"));
    other.checks_out().await;
    assert_eq!(session_states(&market).await, ["open", "open"]);

    // The same piece is taken over.
    let cart = laptop.gets("/cart").await.words();
    assert!(cart.contains("Your payment is open") && !cart.contains("No longer available"));
    let on_the_laptop = laptop.checks_out().await;
    assert_eq!(phone.pays(&on_the_phone, GOOD_CARD).await.status, 410);
    assert_eq!(laptop.pays(&on_the_laptop, GOOD_CARD).await.status, 303);
    market.settle().await;
    assert_eq!((ines.has_left(&vase).await, market.charges().await), (0, 1));
    market.holds().await;
}

async fn two_windows_at_the_same_moment_end_in_one_open_payment(market: Market) {
    let ines = market.seller("Ines").await;
    let mug = ines.offers("Stoneware mug", 2400, 12).await;
    let ana = market.visitor();
    ana.takes(&mug, 1).await;
    let mut forms = Vec::new();
    for _ in 0..4 {
        forms.push(ana.fills_in("ana@example.org").await);
    }
    let answers = join_all(forms.iter().map(|form| ana.orders(form))).await;
    for answer in &answers {
        assert!([303, 409].contains(&answer.status), "{}: {}", answer.status, answer.words());
    }
    assert!(answers.iter().any(|answer| answer.status == 303));
    market.settle().await;
    assert_eq!(ines.orders_in(OrderStatus::Pending).await.len(), 1);
    assert_eq!(ines.has_left(&mug).await, 11);
    let open = session_states(&market).await.into_iter().filter(|state| state == "open").count();
    assert_eq!(open, 1);
    market.holds().await;
}

async fn stripe_out_of_reach_leaves_the_payment_open(market: Market) {
    let (ines, vase, ana, payment) = a_vase_being_paid_for(&market).await;
    let number = ana.order_number().await;
    let form = ana.fills_in("ana@example.org").await;
    // Three attempts of one call, and all of them fail.
    for _ in 0..2 {
        market.misbehaves(&json!({ "fail_calls": 3 })).await;
        let answer = ana.gives_up(&number).await;
        assert_eq!(answer.status, 503, "{}", answer.words());
    }
    market.misbehaves(&json!({ "fail_calls": 3 })).await;
    let answer = ana.orders(&form).await;
    assert_eq!(answer.status, 503);
    assert!(answer.words().contains("you were not charged"), "{}", answer.words());
    market.behaves().await;
    assert_eq!(
        (ines.has_left(&vase).await, session_states(&market).await),
        (0, vec!["open".into()])
    );
    assert_eq!(ana.pays(&payment, GOOD_CARD).await.status, 303, "she may still pay");
    market.settle().await;
    assert_eq!(ines.orders_in(OrderStatus::Paid).await.len(), 1);
    market.holds().await;
}
